//! Which wire profile an app is opened with, and why.

use super::Manifest;

/// The wire profile of an app (specification, "Profiles").
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Protocol {
    /// Version 2.0: the frame gets the bare token.
    P2,
    /// Version 3: the frame gets the verify address.
    P3,
    /// Versions 4.0 to 4.9, whose frame argument P3 clients understand too.
    P4,
    /// Version 5: chained tokens, `/iframe.js`.
    P5,
}

/// Why an app is opened with its profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Because {
    /// The person chose it.
    Chosen,
    /// The manifest has `permissions`, which only P5 knows.
    Permissions,
    /// The manifest, its address or the person has `reqtoken` or `restoken`, which only P5 knows.
    Secrets,
    /// Nothing says otherwise. P2 and P3 cannot be told from P4 in a manifest; P4's argument serves P3 clients too.
    Nothing,
}

impl Protocol {
    /// Every profile.
    pub const ALL: [Self; 4] = [Self::P2, Self::P3, Self::P4, Self::P5];

    /// The word for it, such as `p4`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::P2 => "p2",
            Self::P3 => "p3",
            Self::P4 => "p4",
            Self::P5 => "p5",
        }
    }

    /// The profile of a word; nothing for the empty one, which stands for what the manifest says, and for any other.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.word() == word)
    }
}

impl Manifest {
    /// The profile that the manifest itself asks for: P5 if it has permissions or shared secrets, else P4 (specification 11, item 5).
    pub fn protocol(&self) -> Protocol {
        self.opened_as(None, false).0
    }

    /// The profile that the app is opened with, and why. `chosen` is what the person chose, `secrets` whether they typed any of P5's.
    pub fn opened_as(&self, chosen: Option<Protocol>, secrets: bool) -> (Protocol, Because) {
        if let Some(chosen) = chosen {
            (chosen, Because::Chosen)
        } else if !self.permissions.is_empty() {
            (Protocol::P5, Because::Permissions)
        } else if secrets || !self.shared_secrets.is_empty() {
            (Protocol::P5, Because::Secrets)
        } else {
            (Protocol::P4, Because::Nothing)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_person_decides_then_the_manifest() {
        let plain = Manifest::parse(br#"{"name":"a"}"#).unwrap();
        let five = Manifest::parse(br#"{"name":"a","permissions":[{"id":"x"}]}"#).unwrap();
        assert_eq!(plain.opened_as(None, false), (Protocol::P4, Because::Nothing));
        assert_eq!(plain.opened_as(None, true), (Protocol::P5, Because::Secrets));
        assert_eq!(five.opened_as(None, false), (Protocol::P5, Because::Permissions));
        for protocol in Protocol::ALL {
            assert_eq!(five.opened_as(Some(protocol), true), (protocol, Because::Chosen));
            assert_eq!(Protocol::of(protocol.word()), Some(protocol));
        }
        assert_eq!(Protocol::of(""), None);
    }
}
