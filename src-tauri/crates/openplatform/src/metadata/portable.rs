//! Metadata as it may travel on to an app's server: what it tells, without what opens something on this computer.

use serde_json::{Map, Value};

use super::facts::Facts;

/// The member of the answer for what is this host's own. Clients of other hosts pass over it.
const OWN: &str = "vault";

/// What [`super::message_reply`] told, without the addresses that hold the token and without the tokens of the installation: a server that
/// cannot reach this computer has no use for them, and what passes through more hands should open nothing.
pub fn portable(facts: &Facts, reply: &Value) -> Value {
    let opens = |text: &str| {
        let is = |secret: &str| !secret.is_empty() && text == secret;
        text.contains(facts.endpoints.token.expose())
            || is(&facts.app.verify_token)
            || is(&facts.app.service_token)
    };
    without(reply, &opens).unwrap_or_else(|| Value::Object(Map::new()))
}

/// The answer with what lets the app's server check it.
pub fn with_own(mut reply: Value, own: Value) -> Value {
    if let Value::Object(members) = &mut reply {
        members.insert(OWN.to_owned(), own);
    }
    reply
}

/// The value without every text that opens something; nothing for such a text itself.
fn without(value: &Value, opens: &impl Fn(&str) -> bool) -> Option<Value> {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => Some(value.clone()),
        Value::String(text) => (!opens(text)).then(|| value.clone()),
        Value::Array(items) => Some(items.iter().filter_map(|item| without(item, opens)).collect()),
        Value::Object(members) => Some(Value::Object(
            members
                .iter()
                .filter_map(|(name, value)| Some((name.clone(), without(value, opens)?)))
                .collect(),
        )),
    }
}
