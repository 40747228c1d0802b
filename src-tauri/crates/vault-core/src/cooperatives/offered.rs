//! What this vault offers to peers: services, the fields that each needs, and for whom it is stopped.

use std::collections::BTreeMap;

use intercoop::{field::Field, payload::ReceivedFields, reason::Reason};
use vault_store::{
    View, offered_services,
    service_rules::{self, RuleKind},
};

pub use vault_store::{offered_services::OfferedService, service_rules::ServiceRule};

use super::{changed, invalid};
use crate::{SpaceHandle, VaultError};

/// The most services.
pub(super) const MOST: usize = 50;
/// The most rules of a service.
const MOST_RULES: usize = 500;
/// The longest text, in characters.
const LONGEST: usize = 500;
/// The languages that a service is described in.
const LANGUAGES: [&str; 3] = ["es", "ca", "en"];

/// A service of ours with the rules that stop it for somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// The service.
    pub service: OfferedService,
    /// For whom it is stopped.
    pub refused: Vec<ServiceRule>,
}

impl SpaceHandle {
    /// What this vault offers. A new one offers nothing.
    ///
    /// # Errors
    /// The vault is locked, or the database could not be read.
    pub async fn offered_services(&self) -> Result<Vec<Offer>, VaultError> {
        self.read(|db| {
            db.read(|view| {
                offered_services::list(view)?
                    .into_iter()
                    .map(|service| {
                        let refused = service_rules::of_service(view, &service.id)?;
                        Ok(Offer { service, refused })
                    })
                    .collect()
            })
        })
        .await
    }

    /// Offers a service, or changes the one with its id.
    ///
    /// # Errors
    /// [`VaultError::Invalid`], which names the field and what it needs.
    pub async fn save_offered_service(&self, offer: Offer) -> Result<(), VaultError> {
        check(&offer)?;
        self.write(move |turn| {
            turn.space.db.write(|tx| {
                let known = offered_services::list(tx)?;
                let is_new = !known.iter().any(|one| one.id == offer.service.id);
                if is_new && known.len() >= MOST {
                    return Err(invalid("services", "at most 50"));
                }
                offered_services::put(tx, &offer.service)?;
                Ok(service_rules::replace(tx, &offer.service.id, &offer.refused)?)
            })?;
            changed(turn);
            Ok(())
        })
        .await
    }

    /// Offers a service no longer.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`].
    pub async fn remove_offered_service(&self, id: &str) -> Result<(), VaultError> {
        let id = id.to_owned();
        self.write(move |turn| {
            if !turn.space.db.write(|tx| offered_services::remove(tx, &id))? {
                return Err(VaultError::NoSuch("service"));
            }
            changed(turn);
            Ok(())
        })
        .await
    }
}

/// Whether it is one that the person could offer.
pub(crate) fn check(offer: &Offer) -> Result<(), VaultError> {
    let service = &offer.service;
    let is_id =
        (1..=64).contains(&service.id.len()) && service.id.bytes().all(|byte| byte.is_ascii_lowercase());
    if !is_id {
        return Err(invalid("id", "1 to 64 small letters from a to z"));
    }
    for (field, texts) in [("name", &service.name), ("description", &service.description)] {
        let fits = |text: &str| {
            !text.trim().is_empty() && text.chars().count() <= LONGEST && !text.chars().any(char::is_control)
        };
        let known = texts
            .iter()
            .all(|(code, text)| LANGUAGES.contains(&code.as_str()) && fits(text));
        if !known || !texts.contains_key("es") {
            return Err(invalid(
                field,
                "a text in Spanish (es), and where wanted in ca and en",
            ));
        }
    }
    if service.fields.iter().any(|name| Field::of_name(name).is_none()) {
        return Err(invalid("fields", "fields of Intercoop only"));
    }
    let bad = |rule: &ServiceRule| {
        !rule.value.chars().any(char::is_alphanumeric) || rule.value.chars().count() > LONGEST
    };
    if offer.refused.len() > MOST_RULES || offer.refused.iter().any(bad) {
        return Err(invalid("refused", "at most 500 rules, each with a value"));
    }
    Ok(())
}

/// The fields that a service needs, `originpeer` always among them.
pub(super) fn fields_of(service: &OfferedService) -> Vec<Field> {
    let mut fields = vec![Field::OriginPeer];
    for field in service.fields.iter().filter_map(|name| Field::of_name(name)) {
        if !fields.contains(&field) {
            fields.push(field);
        }
    }
    fields
}

/// The names of the services in the first of these languages that each has, else in Spanish.
pub(super) fn names(view: &View<'_>, languages: &[String]) -> Result<BTreeMap<String, String>, VaultError> {
    let named = |service: OfferedService| {
        let spoken = languages.iter().find_map(|code| service.name.get(code));
        let name = spoken.or_else(|| service.name.get("es")).cloned();
        (service.id, name.unwrap_or_default())
    };
    Ok(offered_services::list(view)?.into_iter().map(named).collect())
}

/// The service that a package is for: the one it names, else the only one that is offered.
///
/// # Errors
/// The reason of the refusal, inside.
pub(super) fn meant(
    view: &View<'_>,
    named: Option<&str>,
) -> Result<Result<Option<OfferedService>, Reason>, VaultError> {
    if let Some(named) = named {
        return Ok(match offered_services::get(view, named)? {
            None => Err(Reason::UnknownService),
            Some(service) if !service.offered => Err(Reason::Stopped),
            Some(service) => Ok(Some(service)),
        });
    }
    let mut offered = offered_services::list(view)?
        .into_iter()
        .filter(|service| service.offered);
    Ok(Ok(match (offered.next(), offered.next()) {
        (Some(only), None) => Some(only),
        (None | Some(_), _) => None,
    }))
}

/// Why a service is stopped for this sender, if it is.
pub(super) fn stopped_for(rules: &[ServiceRule], peer: &str, fields: &ReceivedFields) -> Option<Reason> {
    let has = |field: Field, value: &str| {
        fields
            .get(field.name())
            .is_some_and(|sent| sent.values().iter().any(|one| same(one.sent(), value)))
    };
    rules
        .iter()
        .filter(|rule| rule.peer.as_deref().is_none_or(|only| only == peer))
        .find_map(|rule| match rule.kind {
            RuleKind::Peer => (rule.value == peer).then_some(Reason::StoppedForPeer),
            RuleKind::Member => has(Field::InnerId, &rule.value).then_some(Reason::StoppedForMember),
            RuleKind::Nif => has(Field::Nif, &rule.value).then_some(Reason::StoppedForMember),
            RuleKind::Role => has(Field::PeerRoles, &rule.value).then_some(Reason::StoppedForRole),
        })
}

/// Numbers are written with and without signs and capitals; a rule should not be passed by that.
fn same(one: &str, other: &str) -> bool {
    let plain = |text: &str| -> String {
        text.chars()
            .filter(|sign| sign.is_alphanumeric())
            .flat_map(char::to_lowercase)
            .collect()
    };
    plain(one) == plain(other)
}
