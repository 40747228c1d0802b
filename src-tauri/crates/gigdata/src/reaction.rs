//! What a platform's status means for the connection (`spec/gigdata.md` 14.6, in place of upstream's 3.2).

/// What to do about an answer, by its status alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reaction {
    /// Read the body. One that cannot be read leaves the earlier data, its reason is shown, and the platform is asked later.
    Read,
    /// The platform does not know the address. One such answer proves nothing (see [`Absence`](crate::Absence)): ask later.
    UnknownPerson,
    /// The platform refuses the token: stop, and ask the person.
    TokenRefused,
    /// The platform refuses the request: by 405 some mean the token, and some that there is nothing at this address. Stop, and ask the
    /// person.
    Refused,
    /// The platform asks for fewer requests: wait as long as it says.
    Busy,
    /// Nothing that can be used: wait, longer each time.
    Unavailable,
}

impl Reaction {
    /// The reaction to a status of HTTP.
    #[must_use]
    pub const fn to(status: u16) -> Self {
        match status {
            200..=299 => Self::Read,
            404 => Self::UnknownPerson,
            401 | 403 => Self::TokenRefused,
            405 => Self::Refused,
            429 => Self::Busy,
            _ => Self::Unavailable,
        }
    }
}
