//! What this vault says of itself, and what it offers.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use specta::Type;
use vault_core::cooperatives::{Offer, OfferedService as KeptService, OwnPeer, RuleKind, ServiceRule};

/// What this vault says of itself.
#[derive(Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OwnDescriptor {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) fingerprint: String,
    pub(crate) text: String,
    pub(crate) id_fixed: bool,
    /// The fingerprint of the key that others know and that did not come with a backpack.
    pub(crate) lost_fingerprint: Option<String>,
}

/// A text in the languages of descriptions.
#[derive(Clone, Serialize, Deserialize, Type)]
pub(crate) struct InLanguages {
    pub(crate) es: String,
    pub(crate) ca: String,
    pub(crate) en: String,
}

/// What an exception of a service looks at.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum OfferRuleKind {
    Peer,
    Member,
    Nif,
    Role,
}

/// For whom a service of ours is stopped.
#[derive(Clone, Serialize, Deserialize, Type)]
pub(crate) struct OfferRule {
    pub(crate) kind: OfferRuleKind,
    pub(crate) value: String,
    /// The cooperative at which it holds; none for every one.
    pub(crate) peer: Option<String>,
}

/// A service that this vault offers.
#[derive(Clone, Serialize, Deserialize, Type)]
pub(crate) struct OfferedService {
    pub(crate) id: String,
    pub(crate) name: InLanguages,
    pub(crate) description: InLanguages,
    pub(crate) fields: Vec<String>,
    pub(crate) offered: bool,
    pub(crate) refused: Vec<OfferRule>,
}

impl From<OwnPeer> for OwnDescriptor {
    fn from(own: OwnPeer) -> Self {
        Self {
            id: own.id,
            name: own.name,
            fingerprint: own.fingerprint,
            text: own.descriptor,
            id_fixed: own.id_fixed,
            lost_fingerprint: own.lost_key,
        }
    }
}

impl InLanguages {
    fn of(map: &BTreeMap<String, String>) -> Self {
        let text = |code: &str| map.get(code).cloned().unwrap_or_default();
        Self {
            es: text("es"),
            ca: text("ca"),
            en: text("en"),
        }
    }

    fn into_map(self) -> BTreeMap<String, String> {
        [("es", self.es), ("ca", self.ca), ("en", self.en)]
            .into_iter()
            .filter(|(_, text)| !text.trim().is_empty())
            .map(|(code, text)| (code.to_owned(), text))
            .collect()
    }

    /// The same with a Spanish text, which the format demands and readers fall back to: where there is none, the first that is there.
    fn into_spoken(self) -> BTreeMap<String, String> {
        let mut map = self.into_map();
        if !map.contains_key("es")
            && let Some(first) = map.values().next().cloned()
        {
            map.insert("es".to_owned(), first);
        }
        map
    }
}

impl From<Offer> for OfferedService {
    fn from(offer: Offer) -> Self {
        Self {
            id: offer.service.id,
            name: InLanguages::of(&offer.service.name),
            description: InLanguages::of(&offer.service.description),
            fields: offer.service.fields,
            offered: offer.service.offered,
            refused: offer.refused.into_iter().map(OfferRule::from).collect(),
        }
    }
}

impl From<OfferedService> for Offer {
    fn from(service: OfferedService) -> Self {
        let name = service.name.into_spoken();
        let described = service.description.into_spoken();
        Self {
            service: KeptService {
                id: service.id,
                description: if described.is_empty() {
                    name.clone()
                } else {
                    described
                },
                name,
                fields: service.fields,
                offered: service.offered,
            },
            refused: service.refused.into_iter().map(ServiceRule::from).collect(),
        }
    }
}

impl From<ServiceRule> for OfferRule {
    fn from(rule: ServiceRule) -> Self {
        Self {
            kind: match rule.kind {
                RuleKind::Peer => OfferRuleKind::Peer,
                RuleKind::Member => OfferRuleKind::Member,
                RuleKind::Nif => OfferRuleKind::Nif,
                RuleKind::Role => OfferRuleKind::Role,
            },
            value: rule.value,
            peer: rule.peer,
        }
    }
}

impl From<OfferRule> for ServiceRule {
    fn from(rule: OfferRule) -> Self {
        Self {
            kind: match rule.kind {
                OfferRuleKind::Peer => RuleKind::Peer,
                OfferRuleKind::Member => RuleKind::Member,
                OfferRuleKind::Nif => RuleKind::Nif,
                OfferRuleKind::Role => RuleKind::Role,
            },
            value: rule.value,
            peer: rule.peer,
        }
    }
}
