//! What the host sends into a frame: answers to callbacks, and events.

use serde_json::{Map, Value, json};

use super::incoming::CallbackId;
use crate::token::Revision;

/// One message to an app (specification 3.2, 3.6). It never carries `sender`: clients drop host messages that do.
#[derive(Clone, PartialEq, Eq)]
pub struct HostMessage {
    kind: &'static str,
    body: Value,
    callback: Option<CallbackId>,
}

impl HostMessage {
    /// The answer to `verify` **and** to `meta`, with the metadata of [`crate::metadata::message_reply`].
    ///
    /// Its type is `verify` in both cases: before a client is ready it sets aside every message of another type, the
    /// answer to its own first message included.
    pub fn verify_reply(metadata: Value, callback: CallbackId) -> Self {
        Self::reply("verify", metadata, callback)
    }

    /// The answer to this vault's own message: `status` as HTTP has them, `json` the body that the route gave.
    pub fn vault_reply(status: u16, json: Value, callback: CallbackId) -> Self {
        Self::reply("vault", json!({ "status": status, "json": json }), callback)
    }

    /// The app is about to be closed; at most one second later its frame goes. Clients raise the event `close`.
    pub fn kill() -> Self {
        Self::event("kill", Value::Null)
    }

    /// What the app may know has changed.
    pub fn revision(revision: &Revision) -> Self {
        Self::event("revision", revision.as_str().into())
    }

    /// The window was made small.
    pub fn minimize() -> Self {
        Self::event("minimize", Value::Null)
    }

    /// The window was made large.
    pub fn maximize() -> Self {
        Self::event("maximize", Value::Null)
    }

    /// The frame has another size, in CSS pixels.
    pub fn resize(width: u32, height: u32) -> Self {
        Self::event("resize", json!({ "width": width, "height": height }))
    }

    /// The window came to the front.
    pub fn focus() -> Self {
        Self::event("focus", Value::Null)
    }

    /// Colours changed; the colour as `#RRGGBB`.
    pub fn appearance(dark: bool, color_scheme: &str) -> Self {
        Self::event(
            "appearance",
            json!({ "darkmode": dark, "colorscheme": color_scheme }),
        )
    }

    /// The person wants to print. Clients print the page unless the app does it itself.
    pub fn print() -> Self {
        Self::event("print", Value::Null)
    }

    /// The app should load again. Clients put the token back into their address if it is gone.
    pub fn reload() -> Self {
        Self::event("reload", Value::Null)
    }

    /// The person clicked a notification; the app gets back what it had given with it.
    pub fn notify(data: &str) -> Self {
        Self::event("notify", data.into())
    }

    /// The text to post. Posting an object instead would be ignored by every client.
    pub fn to_text(&self) -> String {
        let mut members = Map::new();
        members.insert("openplatform".into(), true.into());
        members.insert("type".into(), self.kind.into());
        members.insert("body".into(), self.body.clone());
        if let Some(callback) = &self.callback {
            members.insert("callback".into(), callback.as_str().into());
        }
        Value::Object(members).to_string()
    }

    fn reply(kind: &'static str, body: Value, callback: CallbackId) -> Self {
        Self {
            kind,
            body,
            callback: Some(callback),
        }
    }

    fn event(kind: &'static str, body: Value) -> Self {
        Self {
            kind,
            body,
            callback: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn callback() -> CallbackId {
        CallbackId::parse("k3v9q0a1b2").unwrap()
    }

    #[test]
    fn an_answer_carries_its_callback() {
        let text = HostMessage::verify_reply(json!({"id": "a"}), callback()).to_text();
        assert_eq!(
            text,
            r#"{"openplatform":true,"type":"verify","body":{"id":"a"},"callback":"k3v9q0a1b2"}"#
        );
    }

    #[test]
    fn a_vault_answer_has_status_and_json() {
        let text = HostMessage::vault_reply(403, json!({"code": "consent_denied"}), callback()).to_text();
        assert_eq!(
            text,
            r#"{"openplatform":true,"type":"vault","body":{"status":403,"json":{"code":"consent_denied"}},"callback":"k3v9q0a1b2"}"#
        );
    }

    #[test]
    fn events_have_no_callback_and_nothing_has_a_sender() {
        let revision = Revision::parse("x1y2z").unwrap();
        let messages = [
            HostMessage::kill(),
            HostMessage::revision(&revision),
            HostMessage::minimize(),
            HostMessage::maximize(),
            HostMessage::resize(800, 600),
            HostMessage::focus(),
            HostMessage::appearance(true, "#4285f4"),
            HostMessage::print(),
            HostMessage::reload(),
            HostMessage::notify("data"),
        ];
        for message in &messages {
            let value: Value = serde_json::from_str(&message.to_text()).unwrap();
            assert_eq!(value["openplatform"], json!(true));
            assert!(value.get("sender").is_none() && value.get("callback").is_none());
        }
        assert_eq!(
            HostMessage::kill().to_text(),
            r#"{"openplatform":true,"type":"kill","body":null}"#
        );
        assert_eq!(
            HostMessage::revision(&revision).to_text(),
            r#"{"openplatform":true,"type":"revision","body":"x1y2z"}"#
        );
    }
}
