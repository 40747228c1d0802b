//! A plan: what would be shared if the person chose this. The preview, the need of a passphrase and the grant are made of the same one.

use time::{Date, OffsetDateTime};
use vault_store::{
    CoreAppId, RecordKind, Scope, View, connections,
    grants::{GrantDuration, Places, Precision},
    requests::Request,
};

use super::{
    coarse::Coarseness,
    decide::Duration,
    leaf::Leaf,
    narrowing::Narrowing,
    request::{Detail, Identity, scopes_of},
};
use crate::{VaultError, services};

/// Standing access beyond so many days needs the passphrase.
const LONG_DAYS: i64 = 30;

/// So many kinds of record, all of them and exact, count as everything.
const EVERYTHING_KINDS: usize = 4;

/// Leaves under a narrowing, checked against what was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Plan {
    pub(super) leaves: Vec<Scope>,
    pub(super) narrowing: Narrowing,
    /// The application of Core in which a service asks.
    pub(super) app: Option<CoreAppId>,
}

impl Plan {
    /// Checks a choice: nothing that was not asked for, and all of what the requester cannot do without.
    pub(super) fn of(
        request: &Request,
        detail: &Detail,
        chosen: &[Scope],
        narrowing: &Narrowing,
    ) -> Result<Self, VaultError> {
        let invalid = |why| VaultError::Invalid { field: "scopes", why };
        let asked = scopes_of(request);
        if chosen.iter().any(|scope| !asked.contains(scope)) {
            return Err(invalid("only what was asked for"));
        }
        if chosen.is_empty() {
            return Err(invalid("at least one of what was asked for"));
        }
        let required = request.asks.iter().filter(|ask| ask.required);
        if required.into_iter().any(|ask| !chosen.contains(&ask.scope)) {
            return Err(invalid("all of what it says it needs, or nothing"));
        }
        narrowing.check()?;
        let narrowing = within(narrowing, &detail.narrowing);
        // In the order of the question and each once, so that the same choice is always the same plan.
        let chosen: Vec<Scope> = asked.into_iter().filter(|scope| chosen.contains(scope)).collect();
        Ok(Self {
            leaves: narrowing.leaves(&chosen)?,
            narrowing,
            app: services::app_of(&request.recipient.id),
        })
    }

    /// The leaves as types.
    pub(super) fn parts(&self) -> impl Iterator<Item = Leaf> {
        self.leaves.iter().filter_map(Leaf::of)
    }

    /// The kinds of record that would leave one by one.
    pub(super) fn kinds(&self) -> Vec<RecordKind> {
        self.parts().filter_map(|leaf| leaf.kind()).collect()
    }

    /// Whether the person has to give the passphrase again (design, consent rule 10).
    pub(super) fn needs_passphrase(
        &self,
        view: &View<'_>,
        detail: &Detail,
        duration: Duration,
        today: Date,
    ) -> Result<bool, VaultError> {
        Ok(detail.identity == Identity::Unknown
            || self.parts().any(|leaf| leaf.is_identity_number())
            || duration.is_long(today)
            || self.is_everything(view)?
            || self.tells_exact_places(view)?)
    }

    /// Whether records would leave that say where something was, more exactly than the town.
    fn tells_exact_places(&self, view: &View<'_>) -> Result<bool, VaultError> {
        let kinds = self.kinds();
        if kinds.is_empty() || self.narrowing.places != Places::Exact {
            return Ok(false);
        }
        Ok(Coarseness::of(view, &self.narrowing.filter(kinds))?.exact_places)
    }

    fn is_everything(&self, view: &View<'_>) -> Result<bool, VaultError> {
        let narrow = self.narrowing.precision != Precision::Exact
            || self.narrowing.from.is_some()
            || self.narrowing.to.is_some()
            || self.kinds().len() < EVERYTHING_KINDS;
        if narrow {
            return Ok(false);
        }
        let Some(chosen) = &self.narrowing.connections else {
            return Ok(true);
        };
        let all = connections::list(view)?;
        Ok(all.iter().all(|connection| chosen.contains(&connection.id)))
    }
}

impl Duration {
    /// Beyond 30 days, or without end.
    fn is_long(self, today: Date) -> bool {
        match self {
            Self::Once => false,
            Self::Until(last) => (last - today).whole_days() > LONG_DAYS,
            Self::UntilRevoked => true,
        }
    }

    /// How a grant keeps it: the word, and the moment after the last day.
    pub(super) fn of_grant(
        self,
        now: OffsetDateTime,
    ) -> Result<(GrantDuration, Option<OffsetDateTime>), VaultError> {
        match self {
            Self::Once => Ok((GrantDuration::Once, None)),
            Self::UntilRevoked => Ok((GrantDuration::UntilStopped, None)),
            Self::Until(last) => {
                let end = last
                    .next_day()
                    .map(|day| day.midnight().assume_utc())
                    .filter(|end| *end > now)
                    .ok_or(VaultError::Invalid {
                        field: "until",
                        why: "today or a later day",
                    })?;
                Ok((GrantDuration::Until, Some(end)))
            }
        }
    }
}

/// The narrower of two in each respect.
fn within(chosen: &Narrowing, most: &Narrowing) -> Narrowing {
    let connections = match (&chosen.connections, &most.connections) {
        (Some(chosen), Some(most)) => Some(chosen.iter().filter(|id| most.contains(id)).copied().collect()),
        (chosen, most) => chosen.clone().or_else(|| most.clone()),
    };
    Narrowing {
        connections,
        from: chosen.from.max(most.from),
        to: match (chosen.to, most.to) {
            (Some(chosen), Some(most)) => Some(chosen.min(most)),
            (chosen, most) => chosen.or(most),
        },
        precision: chosen.precision.max(most.precision),
        amounts: chosen.amounts.max(most.amounts),
        places: chosen.places.max(most.places),
        people: chosen.people.max(most.people),
    }
}

#[cfg(test)]
mod tests {
    use time::macros::{date, datetime};
    use vault_store::{
        ConnectionId, RequestId,
        grants::{Amounts, People, Places},
        requests::RequestState,
    };

    use super::super::request::tests::{asked, request};
    use super::*;

    fn question(scopes: &[(&str, bool)]) -> (Request, Detail) {
        let asked = scopes
            .iter()
            .map(|(text, required)| {
                let mut one = asked(&format!("vault:{text}:get"));
                one.required = *required;
                one
            })
            .collect();
        let asked = request(asked);
        let detail = Detail::of(&asked, &asked.leaves());
        let row = Request {
            id: RequestId::new(),
            recipient: asked.recipient.party.clone(),
            face: asked.face,
            purpose: asked.purpose.clone(),
            asks: asked.leaves().into_iter().map(Into::into).collect(),
            detail: detail.write().unwrap(),
            created_at: datetime!(2026-11-22 08:00 UTC),
            expires_at: datetime!(2026-11-22 08:10 UTC),
            state: RequestState::Pending,
            ended_at: None,
        };
        (row, detail)
    }

    fn plan(
        scopes: &[(&str, bool)],
        chosen: &[&str],
        narrowing: &Narrowing,
    ) -> Result<Vec<String>, VaultError> {
        let (row, detail) = question(scopes);
        let chosen: Vec<Scope> = chosen
            .iter()
            .map(|text| Scope::new(&format!("vault:{text}:get")).unwrap())
            .collect();
        let plan = Plan::of(&row, &detail, &chosen, narrowing)?;
        Ok(plan.leaves.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn only_what_was_asked_can_be_chosen() {
        let all = Narrowing::default();
        let asked = [("reviews", false), ("ratings", false)];
        assert_eq!(plan(&asked, &["ratings"], &all).unwrap(), ["vault:ratings:get"]);
        assert!(plan(&asked, &["payments"], &all).is_err());
        assert!(plan(&asked, &[], &all).is_err());
    }

    #[test]
    fn what_it_needs_is_all_or_nothing() {
        let all = Narrowing::default();
        let asked = [("reviews", true), ("ratings", true), ("payments", false)];
        assert!(plan(&asked, &["reviews"], &all).is_err());
        assert!(plan(&asked, &["payments"], &all).is_err());
        assert_eq!(plan(&asked, &["ratings", "reviews"], &all).unwrap().len(), 2);
    }

    #[test]
    fn the_narrower_of_two_wins() {
        let (a, b) = (ConnectionId::new(), ConnectionId::new());
        let chosen = Narrowing {
            connections: Some(vec![a, b]),
            from: None,
            to: Some(date!(2026 - 11 - 01)),
            places: Places::Hidden,
            ..Narrowing::default()
        };
        let most = Narrowing {
            connections: Some(vec![b]),
            from: Some(date!(2026 - 01 - 01)),
            precision: Precision::Month,
            amounts: Amounts::Rounded,
            ..Narrowing::default()
        };
        let narrow = Narrowing {
            connections: Some(vec![b]),
            from: Some(date!(2026 - 01 - 01)),
            to: Some(date!(2026 - 11 - 01)),
            precision: Precision::Month,
            amounts: Amounts::Rounded,
            places: Places::Hidden,
            people: People::Named,
        };
        assert_eq!(within(&chosen, &most), narrow);
        assert_eq!(within(&most, &chosen), narrow);
    }

    #[test]
    fn long_standing_access_is_beyond_thirty_days() {
        let today = date!(2026 - 11 - 22);
        assert!(!Duration::Once.is_long(today));
        assert!(!Duration::Until(date!(2026 - 12 - 22)).is_long(today));
        assert!(Duration::Until(date!(2026 - 12 - 23)).is_long(today));
        assert!(Duration::UntilRevoked.is_long(today));
        let now = datetime!(2026-11-22 23:59 UTC);
        let (_, end) = Duration::Until(today).of_grant(now).unwrap();
        assert_eq!(end, Some(datetime!(2026-11-23 00:00 UTC)));
        assert!(Duration::Until(date!(2026 - 11 - 21)).of_grant(now).is_err());
    }
}
