//! How an app and this vault speak with each other, in words: the wire profile, and which way its server can ask who the person is.

use openplatform::manifest::{Because, Manifest, Protocol};
use serde::Serialize;
use specta::Type;
use vault_core::disclosure::Destination;

/// How an app and this vault speak.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
pub(crate) struct Wire {
    /// `p2` to `p5`.
    profile: String,
    /// Such as "OpenPlatform 4".
    name: String,
    /// Why this one.
    why: String,
    /// Which way its server can ask.
    server: String,
    /// Whether its server cannot reach this computer, although it wants to.
    relay: bool,
}

impl Wire {
    /// `chosen` is the profile that the person chose, empty for none; `secrets` whether they typed any of version 5.
    pub(crate) fn new(manifest: &Manifest, chosen: &str, secrets: bool, destination: &Destination) -> Self {
        let (protocol, because) = manifest.opened_as(Protocol::of(chosen), secrets);
        let relay = manifest.server_verify && matches!(destination, Destination::Internet { .. });
        Self {
            profile: protocol.word().to_owned(),
            name: name(protocol).to_owned(),
            why: why(because).to_owned(),
            server: server(manifest, destination).to_owned(),
            relay,
        }
    }

    /// The profile with its reason, the way of its server, and whether that needs a relay.
    pub(crate) fn said(&self) -> (String, String, bool) {
        let profile = format!("{}. {}", self.name, self.why);
        (profile, self.server.clone(), self.relay)
    }
}

const fn name(protocol: Protocol) -> &'static str {
    match protocol {
        Protocol::P2 => "OpenPlatform 2",
        Protocol::P3 => "OpenPlatform 3",
        Protocol::P4 => "OpenPlatform 4",
        Protocol::P5 => "Total Platform 5",
    }
}

const fn why(because: Because) -> &'static str {
    match because {
        Because::Chosen => "You chose it.",
        Because::Permissions => "Its description has permissions.",
        Because::Secrets => "It has secrets that its server and Satchel share.",
        Because::Nothing => "Its description names no other; apps of version 3 understand it too.",
    }
}

fn server(manifest: &Manifest, destination: &Destination) -> &'static str {
    if !manifest.server_verify {
        return "Its page asks Satchel itself. No server has to reach this computer.";
    }
    match destination {
        Destination::Local | Destination::File | Destination::Program { .. } => {
            "Its server runs on this computer and asks Satchel directly."
        }
        Destination::Internet { .. } => {
            "Its server is elsewhere and cannot reach this computer. It needs a relay; without one it may take you for nobody."
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wire(text: &str, chosen: &str, destination: &Destination) -> Wire {
        Wire::new(
            &Manifest::parse(text.as_bytes()).unwrap(),
            chosen,
            false,
            destination,
        )
    }

    #[test]
    fn a_server_elsewhere_needs_a_relay_only_where_it_wants_to_ask() {
        let elsewhere = Destination::Internet {
            host: "a.example".into(),
        };
        let here = Destination::Program {
            address: "127.0.0.1:8001".into(),
        };
        let asks = r#"{"name":"a","serververify":true}"#;
        assert!(wire(asks, "", &elsewhere).relay);
        assert!(!wire(asks, "", &here).relay);
        assert!(!wire(r#"{"name":"a"}"#, "", &elsewhere).relay);
        assert_eq!(wire(asks, "p2", &here).name, "OpenPlatform 2");
        assert_eq!(wire(asks, "", &here).profile, "p4");
    }
}
