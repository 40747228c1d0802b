//! The reasons of a refusal that upstream has no error for. They travel as the words of a `BadMessage` (specification 4.4), so
//! that everybody can show them; a sender that knows the words can say more.

use crate::errors::WireError;

/// Why a package that is sound is refused all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reason {
    /// It is good no longer.
    Expired,
    /// It was signed later than now.
    FromTheFuture,
    /// It names another receiver.
    OtherAudience,
    /// Its signed version is not that of its envelope.
    OtherVersion,
    /// A package with this `messageId` arrived before.
    Repeated,
    /// It names a service that is not offered.
    UnknownService,
    /// The service is stopped.
    Stopped,
    /// The service is stopped for this peer.
    StoppedForPeer,
    /// The service is stopped for this member.
    StoppedForMember,
    /// The service is stopped for the roles of this member.
    StoppedForRole,
}

impl Reason {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Expired,
        Self::FromTheFuture,
        Self::OtherAudience,
        Self::OtherVersion,
        Self::Repeated,
        Self::UnknownService,
        Self::Stopped,
        Self::StoppedForPeer,
        Self::StoppedForMember,
        Self::StoppedForRole,
    ];

    /// The words on the wire. They never change: they are how the other side knows the reason.
    pub fn words(self) -> &'static str {
        match self {
            Self::Expired => "The package has expired",
            Self::FromTheFuture => "The package was issued in the future",
            Self::OtherAudience => "The package is for somebody else",
            Self::OtherVersion => "The envelope has another version than the payload says",
            Self::Repeated => "The package has arrived before",
            Self::UnknownService => "There is no such service",
            Self::Stopped => "The service is not available at the moment",
            Self::StoppedForPeer => "The service is not available for this entity",
            Self::StoppedForMember => "The service is not available for this member",
            Self::StoppedForRole => "The service is not available for members with these roles",
        }
    }

    /// The reason of a refusal, if it is one of these.
    pub fn of(error: &WireError) -> Option<Self> {
        let WireError::BadMessage { reason } = error else {
            return None;
        };
        Self::ALL.into_iter().find(|known| known.words() == reason)
    }
}

impl From<Reason> for WireError {
    fn from(reason: Reason) -> Self {
        Self::bad_message(reason.words())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_reason_is_known_again() {
        for reason in Reason::ALL {
            let read = WireError::from_yaml(&WireError::from(reason).to_yaml()).unwrap();
            assert_eq!(Reason::of(&read), Some(reason));
        }
        let words: HashSet<&str> = Reason::ALL.map(Reason::words).into();
        assert_eq!(words.len(), Reason::ALL.len());
        assert_eq!(Reason::of(&WireError::bad_message("missing payload")), None);
        assert_eq!(Reason::of(&WireError::BadSignature), None);
    }
}
