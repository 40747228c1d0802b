//! How much a grant lets through, in words: what the person agreed to.

use vault_store::{
    View, connections,
    grants::{Amounts, Grant, People, Places, Precision},
};

use super::{format::day, leaf::Leaf};
use crate::VaultError;

/// The limits of a grant: their names and what they are. A grant of profile fields alone has none.
pub(super) fn agreed(view: &View<'_>, grant: &Grant) -> Result<Vec<(&'static str, String)>, VaultError> {
    let records = grant
        .scopes
        .iter()
        .filter_map(Leaf::of)
        .any(|leaf| leaf.opens_records());
    if !records {
        return Ok(Vec::new());
    }
    let names: Vec<String> = match &grant.connections {
        None => vec!["all platforms".to_owned()],
        Some(ids) => ids
            .iter()
            .map(|id| {
                let connection = connections::get(view, *id)?;
                Ok(connection.map_or_else(|| "one that is gone".to_owned(), |one| one.name))
            })
            .collect::<Result<_, VaultError>>()?,
    };
    let mut limits = vec![("From", names.join(", "))];
    if let Some(period) = period(grant) {
        limits.push(("Period", period));
    }
    limits.push(("How exact", exactness(grant)));
    Ok(limits)
}

fn period(grant: &Grant) -> Option<String> {
    match (grant.from, grant.to) {
        (Some(from), Some(to)) => Some(format!("{} to {}", day(from), day(to))),
        (Some(from), None) => Some(format!("from {}", day(from))),
        (None, Some(to)) => Some(format!("up to {}", day(to))),
        (None, None) => None,
    }
}

fn exactness(grant: &Grant) -> String {
    let mut parts = vec![match grant.precision {
        Precision::Exact => "every record",
        Precision::Week => "weekly totals",
        Precision::Month => "monthly totals",
        Precision::Year => "yearly totals",
    }];
    parts.extend(match grant.amounts {
        Amounts::Exact => None,
        Amounts::Rounded => Some("amounts rounded"),
    });
    parts.extend(match grant.places {
        Places::Exact => None,
        Places::Kilometre => Some("places to 1 km"),
        Places::Hidden => Some("no places"),
    });
    parts.extend(match grant.people {
        People::Named => None,
        People::Removed => Some("no names of other people"),
    });
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    use time::macros::{date, datetime};
    use vault_store::{
        Face, GrantId, Party, PartyKind, Scope, Sha256,
        grants::{GrantDuration, GrantState},
    };

    use super::*;

    fn grant(precision: Precision) -> Grant {
        Grant {
            id: GrantId::new(),
            recipient: Party {
                kind: PartyKind::App,
                id: "x".into(),
                name: "X".into(),
            },
            face: Face::OpenPlatform,
            purpose: String::new(),
            scopes: vec![Scope::new("vault:work.records:get").unwrap()],
            connections: None,
            from: Some(date!(2026 - 06 - 08)),
            to: None,
            precision,
            amounts: Amounts::Exact,
            places: Places::Exact,
            people: People::Named,
            duration: GrantDuration::Once,
            until: None,
            created_at: datetime!(2026-11-24 10:00 UTC),
            shown_sha256: Sha256::of(b""),
            shown_summary: String::new(),
            state: GrantState::Live,
            ended_at: None,
            last_used_at: None,
            use_count: 0,
        }
    }

    #[test]
    fn every_way_of_being_less_exact_is_named() {
        assert_eq!(exactness(&grant(Precision::Exact)), "every record");
        let coarse = Grant {
            amounts: Amounts::Rounded,
            places: Places::Kilometre,
            people: People::Removed,
            ..grant(Precision::Month)
        };
        assert_eq!(
            exactness(&coarse),
            "monthly totals, amounts rounded, places to 1 km, no names of other people"
        );
    }

    #[test]
    fn a_period_has_one_or_both_ends_or_is_none() {
        let mut grant = grant(Precision::Exact);
        assert_eq!(period(&grant).unwrap(), "from 8 Jun 2026");
        grant.to = Some(date!(2026 - 06 - 30));
        assert_eq!(period(&grant).unwrap(), "8 Jun 2026 to 30 Jun 2026");
        (grant.from, grant.to) = (None, None);
        assert_eq!(period(&grant), None);
    }
}
