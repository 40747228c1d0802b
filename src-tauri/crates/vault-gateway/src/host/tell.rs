//! What an app's server tells the person: notifications and badges (specification 5.7).

use axum::{http::StatusCode, response::Response};
use openplatform::errors::{HostError, success};
use serde_json::{Map, Value, json};
use vault_core::apps::{NewMessage, Told};

use super::call::{Call, Form};
use crate::{
    Shared,
    guard::Passed,
    reply::{json_reply, locked},
};

/// Takes a notification. The answer of P5 has its id.
pub(super) async fn notify(shared: &Shared, passed: &Passed, form: Form) -> Response {
    let call = match Call::of(shared, passed, form).await {
        Ok(call) => call,
        Err(refusal) => return refusal,
    };
    let Some(message) = message(&passed.body, form) else {
        return call.finish(passed, call.refuse(HostError::NoBody));
    };
    let refusal = match call.space.notify(call.app, message).await {
        Ok(Told::Kept(id)) => {
            let value = (form != Form::Plain).then(|| json!(id.to_string()));
            return call.finish(passed, json_reply(StatusCode::OK, &success(value)));
        }
        Ok(Told::Dropped) => return call.finish(passed, json_reply(StatusCode::OK, &success(None))),
        Ok(Told::NotAllowed) => HostError::Permissions,
        Ok(Told::Off) => HostError::Accessible,
        Ok(Told::Muted) => HostError::NotificationsMuted,
        Err(_) => return locked(),
    };
    call.finish(passed, call.refuse(refusal))
}

/// Adds one to the app's badge. Whether the person sees it is not said.
pub(super) async fn badge(shared: &Shared, passed: &Passed) -> Response {
    let call = match Call::of(shared, passed, Form::Plain).await {
        Ok(call) => call,
        Err(refusal) => return refusal,
    };
    match call.space.badge(call.app).await {
        Ok(_) => call.finish(passed, json_reply(StatusCode::OK, &success(None))),
        Err(_) => locked(),
    }
}

/// `{type, body, data}`, where `message` is `body` too, as upstream's own module writes it; of P5 `{body, path}`. Its icon and colour are
/// not shown, so they are not looked at. `None` without a text.
fn message(bytes: &[u8], form: Form) -> Option<NewMessage> {
    let members: Map<String, Value> = serde_json::from_slice(bytes).ok()?;
    let text = |name: &str| members.get(name).and_then(Value::as_str);
    let body = ["body", "message"]
        .into_iter()
        .filter_map(text)
        .find(|text| !text.trim().is_empty())?;
    let data = match members.get(if form == Form::Plain { "data" } else { "path" }) {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    };
    let kind = match members.get("type") {
        Some(Value::String(text)) => text.trim().parse().unwrap_or_default(),
        Some(other) => other
            .as_u64()
            .and_then(|kind| u8::try_from(kind).ok())
            .unwrap_or_default(),
        None => 0,
    };
    Some(NewMessage {
        kind,
        body: body.to_owned(),
        data,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, form: Form) -> Option<(u8, String, String)> {
        let message = message(text.as_bytes(), form)?;
        Some((message.kind, message.body, message.data))
    }

    #[test]
    fn a_notification_is_read_in_each_of_its_forms() {
        let plain = |text| read(text, Form::Plain);
        let some = |kind, body: &str, data: &str| Some((kind, body.to_owned(), data.to_owned()));
        assert_eq!(plain(r#"{"type":1,"body":"a","data":"b"}"#), some(1, "a", "b"));
        assert_eq!(
            plain(r#"{"type":"2","message":"a","data":{"x":1}}"#),
            some(2, "a", r#"{"x":1}"#)
        );
        assert_eq!(plain(r#"{"body":" ","message":"m"}"#), some(0, "m", ""));
        assert_eq!(plain(r#"{"type":-1,"body":"a","data":null}"#), some(0, "a", ""));
        for none in ["", "[]", "{}", r#"{"body":""}"#, r#"{"body":1}"#, "nonsense"] {
            assert_eq!(plain(none), None, "{none}");
        }
        let chained = Form::Chained(openplatform::frame::ChainedEndpoint::Notify);
        assert_eq!(
            read(
                r#"{"body":"a","path":"/x","icon":"ti ti-star","color":"red"}"#,
                chained
            ),
            some(0, "a", "/x")
        );
    }
}
