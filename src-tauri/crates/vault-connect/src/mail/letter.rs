//! What mails say: who asks, why, since when, until when, and every way to answer.

use time::{OffsetDateTime, macros::format_description};
use url::Url;
use vault_core::addresses::PromptMail;

use super::Letter;

/// Asks whether an address is the person's. `base` is where the vault's gateway answers, on the person's own computer.
pub(super) fn asking(mail: &PromptMail, base: &Url) -> Letter {
    let asker = &mail.asker;
    let why = if mail.for_platform {
        format!("so that Satchel can fetch what {asker} knows about your work")
    } else {
        format!("because {asker} wants to know that this address is yours")
    };
    let (asked, until) = (moment(mail.made_at), moment(mail.expires_at));
    let link = link(mail, base);
    let code = grouped(mail.code.expose_str().unwrap_or_default());
    let address = &mail.address;
    let plain = format!(
        "Somebody at a computer with Satchel, a personal data vault, says that {address} is theirs.\n\
         \n\
         Who asks:     {asker}\n\
         Why:          {why}\n\
         Asked:        {asked}\n\
         Valid until:  {until}, once\n\
         \n\
         If that was you, open this link on the computer where Satchel runs. It opens a page that asks you;\n\
         nothing happens before you answer there.\n\
         \n\
         {link}\n\
         \n\
         On any other computer or phone the link leads nowhere. Type this code in Satchel instead:\n\
         \n\
         {code}\n\
         \n\
         If that was not you, do nothing, or open the link and say no. Give the code to nobody.\n"
    );
    let [asker_html, why_html, address_html, link_html] =
        [asker, &why, address, &link].map(|text| escaped(text));
    let html = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"></head><body style=\"font-family:sans-serif;max-width:36em\">\
         <p>Somebody at a computer with Satchel, a personal data vault, says that <b>{address_html}</b> is theirs.</p>\
         <table><tr><td>Who asks</td><td><b>{asker_html}</b></td></tr><tr><td>Why</td><td>{why_html}</td></tr>\
         <tr><td>Asked</td><td>{asked}</td></tr><tr><td>Valid until</td><td>{until}, once</td></tr></table>\
         <p>If that was you, open this link on the computer where Satchel runs. It opens a page that asks you; nothing happens before you \
         answer there.</p><p><a href=\"{link_html}\">{link_html}</a></p>\
         <p>On any other computer or phone the link leads nowhere. Type this code in Satchel instead:</p>\
         <p style=\"font-size:1.5em\"><code>{code}</code></p>\
         <p>If that was not you, do nothing, or open the link and say no. Give the code to nobody.</p></body></html>"
    );
    Letter {
        subject: format!("{asker}: is this address yours?"),
        plain,
        html,
    }
}

/// A mail that shows that the server works.
pub(super) fn trial() -> Letter {
    let words = "This is the test mail that you asked Satchel for. Your mail server works.";
    Letter {
        subject: "Satchel: your mail server works".into(),
        plain: format!("{words}\n"),
        html: format!("<!doctype html><html lang=\"en\"><body><p>{words}</p></body></html>"),
    }
}

/// The link of upstream's form (spec 7), to the vault's own gateway.
fn link(mail: &PromptMail, base: &Url) -> String {
    let mut link = base.clone();
    link.set_path("/gigdata/verify-email");
    link.query_pairs_mut()
        .append_pair("prompt_id", mail.link.expose_str().unwrap_or_default());
    link.into()
}

fn grouped(code: &str) -> String {
    match code.split_at_checked(code.len() / 2) {
        Some((first, second)) => format!("{first}-{second}"),
        None => code.to_owned(),
    }
}

fn moment(at: OffsetDateTime) -> String {
    let form = format_description!("[day padding:none] [month repr:long] [year], [hour]:[minute] UTC");
    at.to_offset(time::UtcOffset::UTC)
        .format(form)
        .unwrap_or_default()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;
    use vault_store::SecretValue;

    use super::*;

    #[test]
    fn a_mail_says_who_asks_why_and_every_way_to_answer() {
        let mail = PromptMail {
            address: "lucia@post.example".into(),
            asker: "Nabo <b>".into(),
            for_platform: true,
            link: SecretValue::from("0b0e2bda-e42b-431e-80b4-b2240e401990"),
            code: SecretValue::from("ABCD2345"),
            made_at: datetime!(2026-11-28 08:00 UTC),
            expires_at: datetime!(2026-11-30 08:00 UTC),
        };
        let letter = asking(&mail, &"http://127.0.0.1:20123".parse().unwrap());
        for said in [
            "Nabo <b>",
            "lucia@post.example",
            "http://127.0.0.1:20123/gigdata/verify-email?prompt_id=0b0e2bda-e42b-431e-80b4-b2240e401990",
            "ABCD-2345",
            "30 November 2026, 08:00 UTC",
            "say no",
        ] {
            assert!(letter.plain.contains(said), "{said}: {}", letter.plain);
        }
        assert!(letter.html.contains("Nabo &lt;b&gt;") && !letter.html.contains("Nabo <b>"));
        assert!(!letter.subject.contains("lucia"));
    }
}
