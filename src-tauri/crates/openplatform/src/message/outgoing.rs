//! What the host sends into a frame: answers to callbacks, and events.

use std::fmt;

use serde_json::{Map, Value, json};

use super::envelope::{CallbackId, Mark};
use crate::token::Revision;

/// One message to an app (specification 3.2, 3.6, 3.7). It never carries `sender`: clients drop host messages that do.
#[derive(Clone, PartialEq, Eq)]
pub struct HostMessage {
    kind: &'static str,
    body: Value,
    callback: Option<CallbackId>,
    error: Option<&'static str>,
    total: Total,
}

/// How the library of P5 is told the same.
#[derive(Clone, PartialEq, Eq)]
enum Total {
    /// By the same type.
    Same,
    /// By the same type, with other data.
    Data(Value),
    /// By an event of the app (`event`, the extension point of 3.7), with this name and these arguments.
    Event(&'static str, Vec<Value>),
}

/// How things look and sound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appearance {
    /// Dark colours.
    pub dark: bool,
    /// The colour as `#RRGGBB`.
    pub colour: String,
    /// The background, where there is one.
    pub background: Option<String>,
    /// Whether apps may make sounds.
    pub sounds: bool,
    /// Whether this app's notifications are shown.
    pub notifications: bool,
}

/// The app that hands something over, as the other is told it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sender {
    /// By its id, as hosts up to version 4.8 did.
    Id(String),
    /// As hosts of version 4.9 do.
    Named {
        /// Its id.
        id: String,
        /// Its name.
        name: String,
        /// The type in its manifest.
        kind: String,
    },
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

    /// The answer to `confirm`: which button, from 0.
    pub fn confirm_reply(index: usize, callback: CallbackId) -> Self {
        Self::reply("confirm", json!({ "index": index }), callback)
    }

    /// The answer to `options`: the entry that was chosen, as the app gave it.
    pub fn options_reply(item: Value, callback: Option<CallbackId>) -> Self {
        Self {
            callback,
            ..Self::event("options", item)
        }
    }

    /// The answer to `config`: what the app keeps, already read.
    pub fn config_reply(value: Value, callback: CallbackId) -> Self {
        Self::reply("config", value, callback)
    }

    /// The answer to `config` that something was kept.
    pub fn config_saved(callback: CallbackId) -> Self {
        Self::reply("config", json!({ "success": true }), callback)
    }

    /// The answer to `config` that it was not.
    pub fn config_refused(error: &'static str, callback: CallbackId) -> Self {
        Self {
            error: Some(error),
            ..Self::reply("config", Value::Null, callback)
        }
    }

    /// The answer to `launched`: `[{id,icon,name,title,version,type}]`.
    pub fn launched_reply(apps: Vec<Value>, callback: CallbackId) -> Self {
        Self::reply("launched", apps.into(), callback)
    }

    /// The answer to P5's first message.
    pub fn init() -> Self {
        Self::event("init", Value::Null)
    }

    /// P5: where in itself the app should go.
    pub fn path(path: &str) -> Self {
        Self::event("path", path.into())
    }

    /// The app is about to be closed; at most one second later its frame goes. Clients raise the event `close`.
    pub fn kill() -> Self {
        Self::event("kill", Value::Null).told("close", Vec::new())
    }

    /// What the app may know has changed.
    pub fn revision(revision: &Revision) -> Self {
        Self::named("revision", revision.as_str().into())
    }

    /// The window was made small.
    pub fn minimize() -> Self {
        Self::named("minimize", Value::Null)
    }

    /// The window was made large.
    pub fn maximize() -> Self {
        Self::named("maximize", Value::Null)
    }

    /// The frame has another size, in CSS pixels.
    pub fn resize(width: u32, height: u32) -> Self {
        Self::named("resize", json!({ "width": width, "height": height }))
    }

    /// The window came to the front.
    pub fn focus() -> Self {
        Self {
            total: Total::Data("".into()),
            ..Self::event("focus", Value::Null)
        }
    }

    /// The person wants the app's own menu.
    pub fn menu() -> Self {
        Self {
            kind: "menu",
            total: Total::Event("mobilemenu", Vec::new()),
            ..Self::event("menu", Value::Null)
        }
    }

    /// Colours changed, or whether there are sounds and notifications. As an answer where a callback waits.
    pub fn appearance(look: &Appearance, callback: Option<CallbackId>) -> Self {
        let mut body = json!({ "darkmode": look.dark, "colorscheme": look.colour });
        if let (Some(members), Some(background)) = (body.as_object_mut(), &look.background) {
            members.insert("background".into(), background.as_str().into());
        }
        Self {
            callback,
            total: Total::Data(json!({
                "color": look.colour, "sounds": look.sounds, "notifications": look.notifications,
            })),
            ..Self::event("appearance", body)
        }
    }

    /// The person wants to print. Clients print the page unless the app does it itself.
    pub fn print() -> Self {
        Self::named("print", Value::Null)
    }

    /// The app should say what its menu has; it answers with a message of the same type.
    pub fn options() -> Self {
        Self::named("options", Value::Null)
    }

    /// The person wants help with this version.
    pub fn help(version: &str) -> Self {
        Self::named("help", version.into())
    }

    /// The person wants to read what changed, or the app is of another version than at its last opening: then both.
    pub fn changelog(version: &str) -> Self {
        Self::named("changelog", version.into())
    }

    /// The app should load again. Clients put the token back into their address if it is gone.
    pub fn reload() -> Self {
        Self::named("reload", Value::Null)
    }

    /// The app should go to this address of its own.
    pub fn redirect(url: &str) -> Self {
        Self::named("redirect", url.into())
    }

    /// The person clicked a notification; the app gets back what it had given with it.
    pub fn notify(data: &str) -> Self {
        Self::named("notify", data.into())
    }

    /// Another app hands something over. `kind` is absent when the other opened this one with it; `at` is ISO 8601.
    pub fn share(from: &Sender, kind: Option<&str>, body: Value, at: &str) -> Self {
        let mut members = Map::new();
        members.insert("app".into(), from.to_value());
        if let Some(kind) = kind {
            members.insert("type".into(), kind.into());
        }
        members.insert("body".into(), body);
        members.insert("dtcreated".into(), at.into());
        Self::named("share", Value::Object(members))
    }

    /// A link to something in this app was followed; clients raise their event with the path and the data.
    pub fn link(id: &str, path: &str, data: &Value) -> Self {
        let told = vec![path.into(), data.clone()];
        Self::event("link", json!({ "id": id, "path": path, "data": data })).told("link", told)
    }

    /// A command of the host; clients raise their event with the type and the body.
    pub fn command(kind: &str, body: &Value) -> Self {
        let told = vec![kind.into(), body.clone()];
        Self::event("command", json!({ "type": kind, "body": body })).told("command", told)
    }

    /// Another app was opened.
    pub fn app_open(id: &str) -> Self {
        Self::named("app.open", id.into())
    }

    /// Another app was closed.
    pub fn app_close(id: &str) -> Self {
        Self::named("app.close", id.into())
    }

    /// The type, as P2 to P4 spell it.
    pub fn kind(&self) -> &'static str {
        self.kind
    }

    /// The text to post, for the library with this mark. Posting an object instead would be ignored by every client.
    pub fn to_text(&self, mark: Mark) -> String {
        let mut members = Map::new();
        match mark {
            Mark::OpenPlatform => {
                members.insert("openplatform".into(), true.into());
                members.insert("type".into(), self.kind.into());
                members.insert("body".into(), self.body.clone());
                self.answer(&mut members, "callback");
            }
            Mark::TotalPlatform => {
                self.total(&mut members);
                self.answer(&mut members, "callbackid");
            }
        }
        Value::Object(members).to_string()
    }

    fn total(&self, members: &mut Map<String, Value>) {
        let (kind, data) = match &self.total {
            // An answer goes to its callback, whatever event the same would be.
            Total::Event(name, arguments) if self.callback.is_none() => {
                members.insert("TYPE".into(), "event".into());
                members.insert("name".into(), (*name).into());
                members.insert("args".into(), arguments.clone().into());
                return;
            }
            Total::Same | Total::Event(..) => (self.kind, &self.body),
            Total::Data(data) => (self.kind, data),
        };
        members.insert("TYPE".into(), kind.into());
        if !data.is_null() {
            members.insert("data".into(), data.clone());
        }
    }

    fn answer(&self, members: &mut Map<String, Value>, callback: &str) {
        if let Some(id) = &self.callback {
            members.insert(callback.into(), id.as_str().into());
        }
        if let Some(error) = self.error {
            members.insert("error".into(), error.into());
        }
    }

    fn reply(kind: &'static str, body: Value, callback: CallbackId) -> Self {
        Self {
            callback: Some(callback),
            ..Self::event(kind, body)
        }
    }

    fn event(kind: &'static str, body: Value) -> Self {
        Self {
            kind,
            body,
            callback: None,
            error: None,
            total: Total::Same,
        }
    }

    /// An event that P5 has no type for: the app's own event of the same name.
    fn named(kind: &'static str, body: Value) -> Self {
        let arguments = if body.is_null() {
            Vec::new()
        } else {
            vec![body.clone()]
        };
        Self::event(kind, body).told(kind, arguments)
    }

    fn told(self, name: &'static str, arguments: Vec<Value>) -> Self {
        Self {
            total: Total::Event(name, arguments),
            ..self
        }
    }
}

impl fmt::Debug for HostMessage {
    /// The type, and nothing of what is sent with it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HostMessage")
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

impl Sender {
    fn to_value(&self) -> Value {
        match self {
            Self::Id(id) => id.as_str().into(),
            Self::Named { id, name, kind } => json!({ "id": id, "name": name, "type": kind }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn callback() -> CallbackId {
        CallbackId::parse("k3v9q0a1b2").unwrap()
    }

    fn text(message: &HostMessage) -> String {
        message.to_text(Mark::OpenPlatform)
    }

    fn total(message: &HostMessage) -> Value {
        serde_json::from_str(&message.to_text(Mark::TotalPlatform)).unwrap()
    }

    fn look() -> Appearance {
        Appearance {
            dark: true,
            colour: "#4285f4".into(),
            background: None,
            sounds: true,
            notifications: false,
        }
    }

    #[test]
    fn an_answer_carries_its_callback() {
        assert_eq!(
            text(&HostMessage::verify_reply(json!({"id": "a"}), callback())),
            r#"{"openplatform":true,"type":"verify","body":{"id":"a"},"callback":"k3v9q0a1b2"}"#
        );
        assert_eq!(
            text(&HostMessage::vault_reply(
                403,
                json!({"code": "consent_denied"}),
                callback()
            )),
            r#"{"openplatform":true,"type":"vault","body":{"status":403,"json":{"code":"consent_denied"}},"callback":"k3v9q0a1b2"}"#
        );
        assert_eq!(
            text(&HostMessage::confirm_reply(1, callback())),
            r#"{"openplatform":true,"type":"confirm","body":{"index":1},"callback":"k3v9q0a1b2"}"#
        );
        assert_eq!(
            text(&HostMessage::config_refused("too large", callback())),
            r#"{"openplatform":true,"type":"config","body":null,"callback":"k3v9q0a1b2","error":"too large"}"#
        );
    }

    #[test]
    fn events_have_no_callback_and_nothing_has_a_sender() {
        let revision = Revision::parse("x1y2z").unwrap();
        let sender = Sender::Id("a1".into());
        let messages = [
            HostMessage::init(),
            HostMessage::kill(),
            HostMessage::revision(&revision),
            HostMessage::minimize(),
            HostMessage::maximize(),
            HostMessage::resize(800, 600),
            HostMessage::focus(),
            HostMessage::menu(),
            HostMessage::appearance(&look(), None),
            HostMessage::print(),
            HostMessage::options(),
            HostMessage::help("1.0"),
            HostMessage::changelog("1.0"),
            HostMessage::reload(),
            HostMessage::redirect("/x"),
            HostMessage::notify("data"),
            HostMessage::share(&sender, Some("t"), json!(1), "2026-11-28T00:00:00.000Z"),
            HostMessage::link("a1", "/x", &json!({})),
            HostMessage::command("t", &Value::Null),
            HostMessage::app_open("a1"),
            HostMessage::app_close("a1"),
        ];
        for message in &messages {
            let value: Value = serde_json::from_str(&text(message)).unwrap();
            assert_eq!(
                (&value["openplatform"], &value["type"]),
                (&json!(true), &json!(message.kind()))
            );
            assert!(value.get("sender").is_none() && value.get("callback").is_none());
            let value = total(message);
            assert!(value["TYPE"].is_string() && value.get("callbackid").is_none());
        }
        assert_eq!(
            text(&HostMessage::kill()),
            r#"{"openplatform":true,"type":"kill","body":null}"#
        );
        assert_eq!(
            text(&HostMessage::revision(&revision)),
            r#"{"openplatform":true,"type":"revision","body":"x1y2z"}"#
        );
    }

    #[test]
    fn p5_is_told_in_its_own_way() {
        assert_eq!(total(&HostMessage::init()), json!({"TYPE": "init"}));
        assert_eq!(
            total(&HostMessage::path("/a")),
            json!({"TYPE": "path", "data": "/a"})
        );
        assert_eq!(total(&HostMessage::focus()), json!({"TYPE": "focus", "data": ""}));
        assert_eq!(
            total(&HostMessage::appearance(&look(), None)),
            json!({"TYPE": "appearance", "data": {"color": "#4285f4", "sounds": true, "notifications": false}})
        );
        assert_eq!(
            total(&HostMessage::kill()),
            json!({"TYPE": "event", "name": "close", "args": []})
        );
        assert_eq!(
            total(&HostMessage::link("a1", "/x", &json!(7))),
            json!({"TYPE": "event", "name": "link", "args": ["/x", 7]})
        );
        let answer = HostMessage::vault_reply(200, json!([]), CallbackId::parse("12").unwrap());
        assert_eq!(
            total(&answer),
            json!({"TYPE": "vault", "data": {"status": 200, "json": []}, "callbackid": "12"})
        );
    }

    #[test]
    fn what_is_handed_over_says_who_hands_it() {
        let named = Sender::Named {
            id: "a1".into(),
            name: "Alpha".into(),
            kind: "files".into(),
        };
        assert_eq!(
            text(&HostMessage::share(
                &named,
                None,
                json!("x"),
                "2026-11-28T00:00:00.000Z"
            )),
            r#"{"openplatform":true,"type":"share","body":{"app":{"id":"a1","name":"Alpha","type":"files"},"body":"x","dtcreated":"2026-11-28T00:00:00.000Z"}}"#
        );
    }
}
