//! The kinds of token, and what follows from the kind alone (specification 8.2).

use crate::scope::Scopes;
use crate::service_id::{ROKWIRE, ServiceId, VAULT};

/// Who holds a token, and what is in it because of that. No kind has permissions, a name or external ids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// The vault's own window. No HTTP endpoint returns such a token.
    User {
        /// Whether the last unlock is younger than five minutes.
        authenticated: bool,
    },
    /// An app without a profile.
    Anonymous {
        /// The app's service id, or its app code.
        audience: String,
    },
    /// An app or backend that the person said yes to.
    Scoped {
        /// The consumer, which is where the token may be shown.
        audience: ServiceId,
        /// What was approved.
        scopes: Scopes,
        /// Whether the last unlock is younger than five minutes.
        authenticated: bool,
    },
    /// An app's backend, without a person in front of it.
    Service {
        /// How it proved itself.
        auth: ServiceAuth,
        /// What was granted.
        scopes: Scopes,
    },
}

/// How a service account proves itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ServiceAuth {
    /// `static_token`.
    StaticToken,
    /// `signature`.
    Signature,
}

/// The claims that follow from the kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Marks {
    pub(super) auth_type: &'static str,
    pub(super) anonymous: bool,
    pub(super) authenticated: bool,
    pub(super) service: bool,
    pub(super) first_party: bool,
    pub(super) admin: bool,
}

/// The scope of the window's token.
pub(super) const EVERYTHING: &str = "all:all:all";

impl ServiceAuth {
    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::StaticToken => "static_token",
            Self::Signature => "signature",
        }
    }
}

impl Kind {
    /// The longest that such a token lives, in seconds.
    ///
    /// A service's lives half an hour, because upstream's library does not ask again sooner (4.1); revoking acts at once all the same.
    pub fn longest_life(&self) -> i64 {
        match self {
            Self::User { .. } | Self::Scoped { .. } => 10 * 60,
            Self::Anonymous { .. } | Self::Service { .. } => 30 * 60,
        }
    }

    /// The one audience, as a plain string: the only form that both libraries of upstream read (2.5).
    pub fn audience(&self) -> &str {
        match self {
            Self::User { .. } => ROKWIRE,
            Self::Anonymous { audience } => audience,
            Self::Scoped { audience, .. } => audience.as_str(),
            Self::Service { .. } => VAULT,
        }
    }

    /// What the token authorises. The window's is empty here: nothing outside may be opened by it.
    pub fn scopes(&self) -> Scopes {
        match self {
            Self::User { .. } | Self::Anonymous { .. } => Scopes::default(),
            Self::Scoped { scopes, .. } | Self::Service { scopes, .. } => scopes.clone(),
        }
    }

    pub(super) fn scope_claim(&self) -> String {
        match self {
            Self::User { .. } => EVERYTHING.to_owned(),
            Self::Anonymous { .. } => String::new(),
            Self::Scoped { scopes, .. } | Self::Service { scopes, .. } => scopes.to_claim(),
        }
    }

    pub(super) fn marks(&self) -> Marks {
        let outside = Marks {
            auth_type: "vault_unlock",
            anonymous: false,
            authenticated: false,
            service: false,
            first_party: false,
            admin: false,
        };
        match self {
            Self::User { authenticated } => Marks {
                authenticated: *authenticated,
                first_party: true,
                admin: true,
                ..outside
            },
            Self::Anonymous { .. } => Marks {
                auth_type: "anonymous",
                anonymous: true,
                ..outside
            },
            Self::Scoped { authenticated, .. } => Marks {
                authenticated: *authenticated,
                ..outside
            },
            Self::Service { auth, .. } => Marks {
                auth_type: auth.as_str(),
                authenticated: true,
                service: true,
                ..outside
            },
        }
    }
}
