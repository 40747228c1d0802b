//! The letter that asks a recipient to erase. It names kinds of data and days, never a value of a record.

use std::fmt::Write as _;

use time::OffsetDateTime;
use vault_store::disclosures::Shared;

use super::{super::format::day, super::scope_words::label, MonthClock};

/// Longest e-mail address that is written to, in bytes (RFC 5321, 4.5.3.1).
const LONGEST_ADDRESS: usize = 254;

/// What is known of the recipient of a letter, in its own words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::disclosure) struct Contact {
    /// Its name, as the person knows it.
    pub(in crate::disclosure) name: String,
    /// Who made it; empty if it does not say.
    pub(in crate::disclosure) maker: String,
    /// Its web origin or another address; empty if there is none.
    pub(in crate::disclosure) origin: String,
    /// Where it can be written to; empty if it does not say.
    pub(in crate::disclosure) email: String,
    /// Where it says how it treats data.
    pub(in crate::disclosure) page: Option<String>,
    /// The name under which it knows the person; empty if it knows none.
    pub(in crate::disclosure) account: String,
    /// Whether what it got never left this computer.
    pub(in crate::disclosure) stays_here: bool,
}

/// A kind of data that was handed out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharedKind {
    /// In words.
    pub words: String,
    /// When it was handed out first.
    pub first: OffsetDateTime,
    /// When it was handed out last.
    pub last: OffsetDateTime,
}

/// What the letter rests on.
pub(super) struct Facts<'f> {
    pub(super) contact: &'f Contact,
    /// The person's own name; empty if the profile has none.
    pub(super) person: &'f str,
    pub(super) shared: &'f [SharedKind],
    /// A request that waits for an answer.
    pub(super) waiting: Option<MonthClock>,
    pub(super) today: time::Date,
    pub(super) made_up: bool,
}

/// The kinds of data in what was handed out, each once, in the order in which they first left.
pub(in crate::disclosure) fn kinds(shared: &[Shared]) -> Vec<SharedKind> {
    let mut kinds: Vec<SharedKind> = Vec::new();
    for (words, first, last) in shared.iter().flat_map(|one| {
        one.scopes
            .iter()
            .map(move |scope| (label(scope), one.first, one.last))
    }) {
        match kinds.iter_mut().find(|known| known.words == words) {
            Some(known) => {
                known.first = known.first.min(first);
                known.last = known.last.max(last);
            }
            None => kinds.push(SharedKind { words, first, last }),
        }
    }
    kinds
}

pub(super) fn subject(facts: &Facts<'_>) -> String {
    let again = if facts.waiting.is_some() { "Reminder: " } else { "" };
    format!("{again}Request to erase my personal data (Article 17 GDPR)")
}

pub(super) fn text(facts: &Facts<'_>) -> String {
    let mut text = String::new();
    if facts.made_up {
        text.push_str("MADE-UP DATA. This letter is practice and not to be sent.\n\n");
    }
    heading(&mut text, facts);
    text.push_str(&subject(facts));
    text.push_str("\n\nTo whom it may concern,\n\n");
    if let Some(clock) = facts.waiting {
        reminder(&mut text, clock);
    }
    text.push_str(
        "I ask you to erase without undue delay all personal data about me that I shared with you, with every copy and with what you \
         made of it (Article 17(1) of the General Data Protection Regulation, (EU) 2016/679). I withdraw any consent that I gave you \
         for it (Article 7(3)).\n\n",
    );
    text.push_str("What you received:\n");
    for kind in facts.shared {
        let (first, last) = (day(kind.first.date()), day(kind.last.date()));
        let days = if first == last {
            format!("on {first}")
        } else {
            format!("first on {first}, last on {last}")
        };
        let _ = writeln!(text, "- {}: {days}", kind.words);
    }
    text.push_str(
        "\nIf you passed any of it on, tell everyone who received it that I ask for its erasure, and tell me who they are (Article 19).\n\n\
         Tell me within one month of receiving this letter what you have done (Article 12(3)). If you do not do what I ask, tell me why \
         within the same month, and how I can complain (Article 12(4)).\n",
    );
    person(&mut text, facts);
    text
}

fn heading(text: &mut String, facts: &Facts<'_>) {
    let Contact {
        name,
        maker,
        origin,
        email,
        ..
    } = facts.contact;
    for line in [maker, name, origin, email] {
        if !line.is_empty() {
            let _ = writeln!(text, "{line}");
        }
    }
    let _ = write!(text, "\n{}\n\n", day(facts.today));
}

fn reminder(text: &mut String, clock: MonthClock) {
    let (asked, due) = (day(clock.asked), day(clock.due));
    let _ = if clock.late() > 0 {
        write!(
            text,
            "I asked you for this on {asked}. The month that you had ended on {due}, and I have no answer. If I do not hear from you, I \
             will complain to a supervisory authority (Article 77).\n\n"
        )
    } else {
        write!(
            text,
            "I asked you for this on {asked} and have no answer yet. You have until {due}.\n\n"
        )
    };
}

fn person(text: &mut String, facts: &Facts<'_>) {
    let account = &facts.contact.account;
    if !account.is_empty() {
        let _ = write!(text, "\nYou know me as the account {account}.\n");
    }
    text.push_str("\nIf you need to know more to be sure that it is me, ask for no more than that takes (Article 12(6)).\n\n");
    text.push_str(if facts.person.is_empty() {
        "(your name)"
    } else {
        facts.person
    });
    text.push('\n');
}

/// The address, if it is one that a mail program can be given: one mailbox at one host, and nothing else in the text.
pub(super) fn mail_address(text: &str) -> Option<&str> {
    let text = text.trim();
    let (mailbox, host) = text.split_once('@')?;
    let plain = |part: &str, more: &str| {
        !part.is_empty()
            && part
                .chars()
                .all(|symbol| symbol.is_ascii_alphanumeric() || more.contains(symbol))
    };
    (text.len() <= LONGEST_ADDRESS
        && host.contains('.')
        && plain(mailbox, ".!#$*+-_'=^`{|}~")
        && plain(host, ".-"))
    .then_some(text)
}

/// A link that opens a mail program with the letter in it (RFC 6068).
pub(super) fn mailto(address: &str, subject: &str, text: &str) -> String {
    format!(
        "mailto:{}?subject={}&body={}",
        escaped(address, "@"),
        escaped(subject, ""),
        // A line ends with both characters there (RFC 6068, 5).
        escaped(&text.replace('\n', "\r\n"), "")
    )
}

/// Percent-encodes all that is neither unreserved (RFC 3986, 2.3) nor in `also`.
fn escaped(text: &str, also: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        let symbol = char::from(byte);
        if symbol.is_ascii_alphanumeric() || "-._~".contains(symbol) || also.contains(symbol) {
            out.push(symbol);
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use time::macros::{date, datetime};
    use vault_store::Scope;

    use super::*;

    fn shared(scopes: &[&str], first: OffsetDateTime, last: OffsetDateTime) -> Shared {
        Shared {
            scopes: scopes
                .iter()
                .map(|scope| Scope::new(&format!("vault:{scope}:get")).unwrap())
                .collect(),
            first,
            last,
            answers: 1,
        }
    }

    fn contact() -> Contact {
        Contact {
            name: "Rent Letter".into(),
            maker: "Casa Papers SL".into(),
            origin: "https://rentletter.example".into(),
            email: "privacy@rentletter.example".into(),
            account: "8c1f".into(),
            ..Contact::default()
        }
    }

    fn written(waiting: Option<MonthClock>, made_up: bool) -> String {
        let shared = kinds(&[
            shared(
                &["work.summary", "profile.first_name"],
                datetime!(2026-11-03 19:14 UTC),
                datetime!(2026-11-05 08:00 UTC),
            ),
            shared(
                &["work.summary"],
                datetime!(2026-10-20 09:00 UTC),
                datetime!(2026-10-20 09:00 UTC),
            ),
        ]);
        let contact = contact();
        text(&Facts {
            contact: &contact,
            person: "Marta Vidal",
            shared: &shared,
            waiting,
            today: date!(2026 - 12 - 20),
            made_up,
        })
    }

    #[test]
    fn a_letter_names_both_sides_the_kinds_and_the_articles() {
        let letter = written(None, false);
        for part in [
            "Casa Papers SL\nRent Letter\nhttps://rentletter.example\nprivacy@rentletter.example\n\n20 Dec 2026\n",
            "- Earnings and hours, in sums: first on 20 Oct 2026, last on 5 Nov 2026\n",
            "- First name: first on 3 Nov 2026, last on 5 Nov 2026\n",
            "Article 17(1)",
            "Article 19",
            "within one month of receiving this letter",
            "Article 12(3)",
            "the account 8c1f",
            "Marta Vidal\n",
        ] {
            assert!(letter.contains(part), "{part}\n{letter}");
        }
        assert!(!letter.contains("MADE-UP") && !letter.contains("I asked you for this on"));
    }

    #[test]
    fn a_reminder_says_when_it_was_asked_and_what_comes_next() {
        let asked = date!(2026 - 11 - 10);
        let in_time = written(Some(MonthClock::of(asked, date!(2026 - 11 - 22))), false);
        assert!(in_time.contains(
            "I asked you for this on 10 Nov 2026 and have no answer yet. You have until 10 Dec 2026."
        ));
        let late = written(Some(MonthClock::of(asked, date!(2026 - 12 - 20))), true);
        assert!(late.contains("ended on 10 Dec 2026") && late.contains("Article 77"));
        assert!(late.starts_with("MADE-UP DATA."));
        assert!(late.contains("\nReminder: Request to erase"));
    }

    #[test]
    fn only_a_plain_address_is_written_to() {
        assert_eq!(
            mail_address(" privacy+gdpr@a-b.example "),
            Some("privacy+gdpr@a-b.example")
        );
        for bad in [
            "",
            "nobody",
            "a@b",
            "a@b@c.example",
            "a b@c.example",
            "a@c.example?cc=d@e.example",
            "a@c.example,d@e.example",
            "a@c.example\nBcc: d@e.example",
            "a%40b@c.example",
            "<a@c.example>",
            "@c.example",
        ] {
            assert_eq!(mail_address(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_mail_link_carries_the_letter_and_nothing_else() {
        let link = mailto("a+b@c.example", "A & B?", "Línea 1\nline #2");
        assert_eq!(
            link,
            "mailto:a%2Bb@c.example?subject=A%20%26%20B%3F&body=L%C3%ADnea%201%0D%0Aline%20%232"
        );
    }
}
