//! Narrowing: from which connections, from which days, and how exact.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use time::Date;
use vault_store::{
    ConnectionId, RecordKind, Scope,
    grants::{Amounts, Grant, People, Places, Precision},
    records::{RecordFilter, Step},
};

use super::leaf::Leaf;
use crate::VaultError;

/// How much of what a scope opens is shared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Narrowing {
    /// Only these connections; `None` for all, also later ones.
    pub connections: Option<Vec<ConnectionId>>,
    /// First day, by the clock of the place where it happened.
    pub from: Option<Date>,
    /// Last day, inclusive.
    pub to: Option<Date>,
    /// Every record, or sums only.
    pub precision: Precision,
    /// How exact amounts are.
    #[serde(default)]
    pub amounts: Amounts,
    /// How exact places are.
    #[serde(default)]
    pub places: Places,
    /// Whether other people's names are told.
    #[serde(default)]
    pub people: People,
}

impl Default for Narrowing {
    fn default() -> Self {
        Self {
            connections: None,
            from: None,
            to: None,
            precision: Precision::Exact,
            amounts: Amounts::Exact,
            places: Places::Exact,
            people: People::Named,
        }
    }
}

impl Narrowing {
    /// The narrowing of a grant.
    #[must_use]
    pub fn of(grant: &Grant) -> Self {
        Self {
            connections: grant.connections.clone(),
            from: grant.from,
            to: grant.to,
            precision: grant.precision,
            amounts: grant.amounts,
            places: grant.places,
            people: grant.people,
        }
    }

    /// As its holder is told it, with days as `2026-11-24`.
    pub(super) fn to_json(&self) -> Value {
        json!({
            "connections": self.connections,
            "from": self.from.map(|day| day.to_string()),
            "to": self.to.map(|day| day.to_string()),
            "precision": self.precision,
            "amounts": self.amounts,
            "places": self.places,
            "people": self.people,
        })
    }

    /// The records that it lets through, of these kinds (all kinds for none).
    pub(super) fn filter(&self, kinds: Vec<RecordKind>) -> RecordFilter {
        RecordFilter {
            connections: self.connections.clone(),
            from: self.from,
            to: self.to,
            kinds,
            ..RecordFilter::default()
        }
    }

    /// The only step in which sums may be told; `None` when every step may.
    #[must_use]
    pub fn step(&self) -> Option<Step> {
        match self.precision {
            Precision::Exact => None,
            Precision::Week => Some(Step::Week),
            Precision::Month => Some(Step::Month),
            Precision::Year => Some(Step::Year),
        }
    }

    /// What a grant holds when these leaves are chosen. With sums only, everything that opens records becomes the summary; that is
    /// possible where work was asked for, because the summary of anything else would tell more than was asked.
    pub(super) fn leaves(&self, chosen: &[Scope]) -> Result<Vec<Scope>, VaultError> {
        if self.precision == Precision::Exact {
            return Ok(chosen.to_vec());
        }
        let mut leaves: Vec<Scope> = chosen
            .iter()
            .filter(|scope| !Leaf::of(scope).is_some_and(|leaf| leaf.opens_records()))
            .cloned()
            .collect();
        let records = leaves.len() < chosen.len();
        if records && !can_sum(chosen) {
            return Err(VaultError::Invalid {
                field: "precision",
                why: "exact: only work can be told in sums",
            });
        }
        if records {
            leaves.push(Leaf::Summary.scope()?);
        }
        Ok(leaves)
    }

    /// Days that run backwards let nothing through, but they are a mistake, not a choice.
    pub(super) fn check(&self) -> Result<(), VaultError> {
        match (self.from, self.to) {
            (Some(from), Some(to)) if from > to => Err(VaultError::Invalid {
                field: "period",
                why: "a first day that is not after the last",
            }),
            _ => Ok(()),
        }
    }
}

/// Whether sums may stand for what these scopes open.
pub(super) fn can_sum(scopes: &[Scope]) -> bool {
    scopes
        .iter()
        .filter_map(Leaf::of)
        .any(|leaf| matches!(leaf, Leaf::Summary | Leaf::Records(RecordKind::Work)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scopes(texts: &[&str]) -> Vec<Scope> {
        texts.iter().map(|text| Scope::new(text).unwrap()).collect()
    }

    fn weekly() -> Narrowing {
        Narrowing {
            precision: Precision::Week,
            ..Narrowing::default()
        }
    }

    #[test]
    fn sums_stand_for_everything_that_opens_records() {
        let chosen = scopes(&[
            "vault:work.records:get",
            "vault:profile.city:get",
            "vault:reviews:get",
        ]);
        assert_eq!(
            weekly().leaves(&chosen).unwrap(),
            scopes(&["vault:profile.city:get", "vault:work.summary:get"])
        );
        assert_eq!(Narrowing::default().leaves(&chosen).unwrap(), chosen);
    }

    #[test]
    fn sums_never_tell_more_than_was_asked() {
        assert!(weekly().leaves(&scopes(&["vault:reviews:get"])).is_err());
        let profile = scopes(&["vault:profile.city:get"]);
        assert_eq!(weekly().leaves(&profile).unwrap(), profile);
    }
}
