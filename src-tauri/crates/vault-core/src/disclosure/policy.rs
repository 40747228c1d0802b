//! Policy: whether a grant of the person covers what somebody wants. Nothing leaves without an [`Approved`], and only this file makes
//! one.

use vault_store::{
    ConnectionId, ConsumerId, Face, GrantId, Party, PartyKind, RecordKind, Scope, View, apps,
    apps::AppState,
    consumers,
    grants::{self, Grant, GrantDuration, Precision},
};

use super::{leaf::Leaf, narrowing::Narrowing, questions::PartyKey};
use crate::{VaultError, services, vault::Turn};

/// The person's permission for one answer. It is used up by [`super::release::release`].
pub(crate) struct Approved {
    party: Party,
    face: Face,
    purpose: String,
    parts: Vec<Part>,
}

/// One leaf with the grant that opens it.
pub(crate) struct Part {
    leaf: Leaf,
    scope: Scope,
    grant: GrantId,
    narrowing: Narrowing,
    used_up: bool,
}

/// How much of what is wanted must be covered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    /// Each leaf, or nothing is released.
    All,
    /// Any leaf; the others are left out.
    Any,
}

impl Approved {
    pub(crate) fn party(&self) -> &Party {
        &self.party
    }

    pub(crate) fn face(&self) -> Face {
        self.face
    }

    pub(crate) fn purpose(&self) -> &str {
        &self.purpose
    }

    pub(crate) fn parts(&self) -> &[Part] {
        &self.parts
    }

    pub(crate) fn scopes(&self) -> Vec<Scope> {
        self.parts.iter().map(|part| part.scope.clone()).collect()
    }

    /// The grants that it rests on, each once, and whether this answer uses it up.
    pub(crate) fn grants(&self) -> Vec<(GrantId, bool)> {
        let mut grants: Vec<(GrantId, bool)> = Vec::new();
        for part in &self.parts {
            if !grants.iter().any(|(known, _)| *known == part.grant) {
                grants.push((part.grant, part.used_up));
            }
        }
        grants
    }
}

impl Part {
    pub(crate) fn leaf(&self) -> &Leaf {
        &self.leaf
    }

    pub(crate) fn narrowing(&self) -> &Narrowing {
        &self.narrowing
    }

    /// The kind of record that it opens, each by itself.
    pub(crate) fn kind(&self) -> Option<RecordKind> {
        self.leaf.kind()
    }
}

/// The grants of a recipient that stand. A blocked app has none, and neither has one whose change the person has not looked at. An
/// app's grant for once stands only in the opening in which it was made, and for one that is open as guest none does.
pub(crate) fn standing(turn: &Turn<'_>, party: &Party) -> Result<Vec<Grant>, VaultError> {
    if is_guest(turn, party) {
        return Ok(Vec::new());
    }
    let now = turn.now();
    let key = PartyKey::of(turn.space.info.id, party);
    let live = turn.space.db.read(|view| {
        if !may_have_grants(view, party)? {
            return Ok(Vec::new());
        }
        Ok::<_, VaultError>(grants::live_of(view, party.kind, &party.id, now)?)
    })?;
    let stands = |grant: &Grant| {
        party.kind != PartyKind::App
            || grant.duration != GrantDuration::Once
            || turn.questions.holds_once(&key, grant.id)
    };
    Ok(live.into_iter().filter(stands).collect())
}

/// Whether a party is an app that is open as guest.
pub(super) fn is_guest(turn: &Turn<'_>, party: &Party) -> bool {
    let app = party.id.parse().ok().filter(|_| party.kind == PartyKind::App);
    app.is_some_and(|app| turn.questions.is_guest(turn.space.info.id, app))
}

/// Whether anything may be shared with a party at all: an app must be installed and not blocked, and the person must have looked at its
/// changes; a consumer app must be registered, and so must a service and the application that it is used in.
pub(super) fn may_have_grants(view: &View<'_>, party: &Party) -> Result<bool, VaultError> {
    if party.kind == PartyKind::Consumer {
        return match party.id.parse::<ConsumerId>() {
            Ok(id) => Ok(consumers::get(view, id)?.is_some()),
            Err(_) => Ok(false),
        };
    }
    if party.kind == PartyKind::Service {
        return services::is_known(view, &party.id);
    }
    if party.kind != PartyKind::App {
        return Ok(true);
    }
    let app = match party.id.parse() {
        Ok(id) => apps::get(view, id)?,
        Err(_) => None,
    };
    Ok(app.is_some_and(|app| app.state == AppState::Ready))
}

/// Looks for grants that cover `wanted`. If several cover a leaf, the newest decides.
pub(crate) fn approve(
    turn: &Turn<'_>,
    party: &Party,
    face: Face,
    wanted: &[Scope],
    need: Need,
) -> Result<Option<Approved>, VaultError> {
    approve_from(turn, party, face, wanted, need, None)
}

/// The same for what comes from some connections: a grant that speaks of none of them covers nothing.
pub(crate) fn approve_from(
    turn: &Turn<'_>,
    party: &Party,
    face: Face,
    wanted: &[Scope],
    need: Need,
    connections: Option<&[ConnectionId]>,
) -> Result<Option<Approved>, VaultError> {
    let mut standing = standing(turn, party)?;
    standing.retain(|grant| meets(grant.connections.as_deref(), connections));
    Ok(approve_by(&standing, party, face, wanted, need))
}

/// The same by the grants that stand for the party in this very turn.
pub(crate) fn approve_by(
    standing: &[Grant],
    party: &Party,
    face: Face,
    wanted: &[Scope],
    need: Need,
) -> Option<Approved> {
    let mut parts = Vec::new();
    for scope in wanted {
        match cover(standing, scope) {
            Some(part) => parts.push(part),
            None if need == Need::All => return None,
            None => {}
        }
    }
    if parts.is_empty() {
        return None;
    }
    let purpose = standing
        .iter()
        .find(|grant| parts.first().is_some_and(|part| part.grant == grant.id))
        .map(|grant| grant.purpose.clone())
        .unwrap_or_default();
    Some(Approved {
        party: party.clone(),
        face,
        purpose,
        parts,
    })
}

/// Whether two narrowings speak of a connection in common; without a list each speaks of all.
pub(super) fn meets(one: Option<&[ConnectionId]>, other: Option<&[ConnectionId]>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => one.iter().any(|connection| other.contains(connection)),
        (None, _) | (_, None) => true,
    }
}

/// Whether a grant opens a leaf. Sums never open single records, whatever scopes they were given with.
pub(super) fn opens(grant: &Grant, scope: &Scope) -> bool {
    let single = Leaf::of(scope).is_some_and(|leaf| matches!(leaf, Leaf::Records(_)));
    grant.scopes.iter().any(|held| held.covers(scope)) && !(single && grant.precision != Precision::Exact)
}

fn cover(standing: &[Grant], scope: &Scope) -> Option<Part> {
    let leaf = Leaf::of(scope)?;
    let grant = standing.iter().find(|grant| opens(grant, scope))?;
    Some(Part {
        leaf,
        scope: scope.clone(),
        grant: grant.id,
        narrowing: Narrowing::of(grant),
        used_up: grant.duration == GrantDuration::Once && grant.recipient.kind != PartyKind::App,
    })
}
