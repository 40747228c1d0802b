//! Notifications of the desktop, by its own service on the session bus. Without one nothing is shown.

use std::collections::HashMap;

use futures_util::StreamExt as _;
use zbus::{Connection, MessageStream, message, zvariant::Value};

const SERVICE: &str = "org.freedesktop.Notifications";
const PATH: &str = "/org/freedesktop/Notifications";
const RULE: &str = "type='signal',interface='org.freedesktop.Notifications'";

/// Of the words so much is shown, in characters: the rest is in the app's window.
const SHOWN: usize = 200;

/// Shows a notification and waits until it is gone. Returns whether the person followed it.
///
/// # Errors
/// There is no session bus, or nobody on it shows notifications.
pub async fn show(title: &str, words: &str) -> zbus::Result<bool> {
    let bus = Connection::session().await?;
    let registry = zbus::fdo::DBusProxy::new(&bus).await?;
    registry.add_match_rule(RULE.try_into()?).await?;
    let mut signals = MessageStream::from(&bus);
    let hints: HashMap<&str, Value<'_>> =
        HashMap::from([("desktop-entry", Value::from("org.satchel.Satchel"))]);
    let shown = plain(words);
    let actions = ["default", "Open"];
    let body = (
        "Satchel",
        0_u32,
        "",
        title,
        shown.as_str(),
        &actions[..],
        hints,
        -1_i32,
    );
    let reply = bus
        .call_method(Some(SERVICE), PATH, Some(SERVICE), "Notify", &body)
        .await?;
    let ours: u32 = reply.body().deserialize()?;
    while let Some(signal) = signals.next().await {
        let signal = signal?;
        if signal.message_type() != message::Type::Signal {
            continue;
        }
        let member = signal.header().member().map(ToString::to_string);
        match member.as_deref() {
            Some("ActionInvoked") => {
                if let Ok((id, _)) = signal.body().deserialize::<(u32, String)>()
                    && id == ours
                {
                    return Ok(true);
                }
            }
            Some("NotificationClosed") => {
                if let Ok((id, _)) = signal.body().deserialize::<(u32, u32)>()
                    && id == ours
                {
                    return Ok(false);
                }
            }
            Some(_) | None => {}
        }
    }
    Ok(false)
}

/// Words without anything that a service takes for markup.
fn plain(words: &str) -> String {
    let mut out = String::new();
    for c in words.chars().take(SHOWN) {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            c => out.push(c),
        }
    }
    if words.chars().nth(SHOWN).is_some() {
        out.push('…');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_have_no_markup_and_an_end() {
        assert_eq!(plain("<b>a</b> & c"), "&lt;b&gt;a&lt;/b&gt; &amp; c");
        assert_eq!(plain(&"é".repeat(300)).chars().count(), SHOWN + 1);
    }
}
