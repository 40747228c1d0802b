//! What every face turns its question into: who asks, what for, and for which scopes.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use time::OffsetDateTime;
use vault_store::{
    Face, GrantId, Party, Scope,
    requests::{Ask, Request},
};

use super::{leaf::expand, narrowing::Narrowing};
use crate::VaultError;

/// Who asks, and how sure Satchel is of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    /// Kind, identifier and name. Grants belong to kind and identifier.
    pub party: Party,
    /// Who made it, in its own words; empty if it does not say.
    pub maker: String,
    /// The web origin, or another address that people can compare; empty if there is none.
    pub origin: String,
    /// What ties it to its name.
    pub identity: Identity,
    /// Where what it gets ends up.
    pub destination: Destination,
}

/// What ties a recipient to its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "by")]
pub enum Identity {
    /// It is part of Satchel, or a package in the vault whose bytes were checked.
    Package {
        /// Whether it came with Satchel.
        included: bool,
    },
    /// Its web origin, unchanged since it was admitted.
    Origin {
        /// When it was admitted.
        #[serde(with = "time::serde::rfc3339")]
        since: OffsetDateTime,
    },
    /// A pinned key, unchanged since.
    Key {
        /// When it was pinned.
        #[serde(with = "time::serde::rfc3339")]
        since: OffsetDateTime,
    },
    /// Nothing: Satchel cannot tell who this is.
    Unknown,
}

/// Where what leaves ends up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "to")]
pub enum Destination {
    /// It stays on this computer.
    Local,
    /// A program on this computer gets it, which may pass it on.
    Program {
        /// Where the program listens, such as `127.0.0.1:8001`.
        address: String,
    },
    /// It goes over the internet.
    Internet {
        /// To this host.
        host: String,
    },
    /// It goes into a file.
    File,
}

/// One scope that is asked for; a bundle or a category stands for its leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestedScope {
    /// The scope.
    pub scope: Scope,
    /// The requester says that it cannot do without.
    pub required: bool,
    /// Why, in the requester's words.
    pub explanation: Option<String>,
    /// Whether it stood on the list that the person saw when the requester was admitted.
    pub declared: bool,
}

/// What a face asks of the vault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisclosureRequest {
    /// Who asks.
    pub recipient: Recipient,
    /// Through which protocol.
    pub face: Face,
    /// What for, in the requester's words; empty if it gave no reason.
    pub purpose: String,
    /// Where the requester says how it treats the data.
    pub privacy: Option<String>,
    /// What is asked for.
    pub scopes: Vec<RequestedScope>,
    /// The most that the requester can use, such as one connection; the person can only give less.
    pub narrowing: Narrowing,
}

impl DisclosureRequest {
    /// What is asked for, as leaves.
    pub(crate) fn leaves(&self) -> Vec<RequestedScope> {
        leaves(&self.scopes)
    }
}

/// Scopes as leaves, each once. A leaf that is asked for twice keeps the first words, and is required if either is.
pub(crate) fn leaves(scopes: &[RequestedScope]) -> Vec<RequestedScope> {
    let mut leaves: Vec<RequestedScope> = Vec::new();
    for asked in scopes {
        for scope in expand(&asked.scope) {
            match leaves.iter_mut().find(|known| known.scope == scope) {
                Some(known) => {
                    known.required |= asked.required;
                    known.declared |= asked.declared;
                }
                None => leaves.push(RequestedScope {
                    scope,
                    ..asked.clone()
                }),
            }
        }
    }
    leaves
}

/// What a question keeps beside its scopes, as JSON in its row. Nothing in it is secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Detail {
    pub(super) maker: String,
    pub(super) origin: String,
    pub(super) identity: Identity,
    pub(super) destination: Destination,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) privacy: Option<String>,
    /// Scopes beyond the list that the person saw when the requester was admitted.
    #[serde(default)]
    pub(super) undeclared: Vec<Scope>,
    #[serde(default)]
    pub(super) narrowing: Narrowing,
    /// The grant that came of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) grant: Option<GrantId>,
    /// The person is not disturbed: the question waits until they open it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) quiet: bool,
}

impl Detail {
    pub(super) fn of(request: &DisclosureRequest, leaves: &[RequestedScope]) -> Self {
        Self {
            maker: request.recipient.maker.clone(),
            origin: request.recipient.origin.clone(),
            identity: request.recipient.identity.clone(),
            destination: request.recipient.destination.clone(),
            privacy: request.privacy.clone(),
            undeclared: leaves
                .iter()
                .filter(|leaf| !leaf.declared)
                .map(|leaf| leaf.scope.clone())
                .collect(),
            narrowing: request.narrowing.clone(),
            grant: None,
            quiet: false,
        }
    }

    pub(super) fn read(request: &Request) -> Result<Self, VaultError> {
        serde_json::from_value(Value::Object(request.detail.clone()))
            .map_err(|_| VaultError::Internal("a question could not be read"))
    }

    pub(super) fn write(&self) -> Result<Map<String, Value>, VaultError> {
        match serde_json::to_value(self) {
            Ok(Value::Object(members)) => Ok(members),
            Ok(_) | Err(_) => Err(VaultError::Internal("a question could not be written")),
        }
    }
}

/// Whether a question waits without disturbing the person, because its requester asked too often.
#[must_use]
pub fn is_quiet(request: &Request) -> bool {
    Detail::read(request).is_ok_and(|detail| detail.quiet)
}

/// The scopes of a question, in its order.
pub(super) fn scopes_of(request: &Request) -> Vec<Scope> {
    request.asks.iter().map(|ask| ask.scope.clone()).collect()
}

impl From<RequestedScope> for Ask {
    fn from(asked: RequestedScope) -> Self {
        Self {
            scope: asked.scope,
            required: asked.required,
            explanation: asked.explanation,
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use vault_store::PartyKind;

    use super::*;

    pub(in crate::disclosure) fn asked(text: &str) -> RequestedScope {
        RequestedScope {
            scope: Scope::new(text).unwrap(),
            required: false,
            explanation: None,
            declared: true,
        }
    }

    pub(in crate::disclosure) fn request(scopes: Vec<RequestedScope>) -> DisclosureRequest {
        DisclosureRequest {
            recipient: Recipient {
                party: Party {
                    kind: PartyKind::Service,
                    id: "hourly".into(),
                    name: "Hourly".into(),
                },
                maker: "Werkplaats Labs".into(),
                origin: "https://hourly.example".into(),
                identity: Identity::Unknown,
                destination: Destination::Internet {
                    host: "hourly.example".into(),
                },
            },
            face: Face::Vault,
            purpose: "To compare.".into(),
            privacy: None,
            scopes,
            narrowing: Narrowing::default(),
        }
    }

    #[test]
    fn bundles_are_expanded_before_anybody_is_asked() {
        let mut city = asked("vault:profile.city:get");
        city.required = true;
        city.explanation = Some("the map".into());
        let leaves = request(vec![
            city.clone(),
            asked("vault:profile:get"),
            asked("vault:unknown:get"),
        ])
        .leaves();
        assert_eq!(leaves.len(), crate::persona::PersonaField::ALL.len());
        assert_eq!(leaves.first(), Some(&city));
    }

    #[test]
    fn a_detail_survives_its_row() {
        let mut undeclared = asked("vault:reviews:get");
        undeclared.declared = false;
        let request = request(vec![undeclared]);
        let detail = Detail::of(&request, &request.leaves());
        let text = serde_json::to_string(&detail.write().unwrap()).unwrap();
        assert_eq!(serde_json::from_str::<Detail>(&text).unwrap(), detail);
        assert_eq!(detail.undeclared.len(), 1);
    }
}
