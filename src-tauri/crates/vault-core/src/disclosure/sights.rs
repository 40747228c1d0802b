//! Who sees which platform, and ending that: one party for one platform, or one platform for everybody. Ending only ever takes away; a
//! permission keeps the platforms that nobody spoke of.

use time::OffsetDateTime;
use vault_store::{
    ConnectionId, Face, GrantId, Party, PartyKind, Tx, View,
    connections::{self, Connection},
    disclosures::DisclosureKind,
    grants::{self, Grant, GrantDuration},
};

use super::{
    ending::{grant_lessened, sweep, tell_over},
    grants::stop,
    leaf::Leaf,
    log,
    policy::meets,
    questions::PartyKey,
    scope_words::grant_words,
};
use crate::{SpaceHandle, VaultError, VaultEvent, vault::Turn};

/// A party that sees something of a platform.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sight {
    /// Who sees it.
    pub party: Party,
    /// Through which protocol it asked, last.
    pub face: Face,
    /// The platform's id.
    pub platform: String,
    /// The platform's name.
    pub name: String,
    /// What it sees, one line for each permission: "Weekly earnings and hours".
    pub words: Vec<String>,
    /// The permissions by which it sees that, newest first.
    pub grants: Vec<GrantId>,
    /// When the last of them ends by itself; nothing when one has no end.
    pub until: Option<OffsetDateTime>,
    /// Whether all of them are for once.
    pub once: bool,
    /// Whether one of them is for every platform, those too that are added later.
    pub later: bool,
}

impl Sight {
    fn of(grant: &Grant, connection: &Connection) -> Self {
        Self {
            party: grant.recipient.clone(),
            face: grant.face,
            platform: connection.platform.clone(),
            name: connection.name.clone(),
            words: vec![grant_words(grant)],
            grants: vec![grant.id],
            until: grant.until,
            once: grant.duration == GrantDuration::Once,
            later: grant.connections.is_none(),
        }
    }

    fn add(&mut self, grant: &Grant) {
        if self.grants.contains(&grant.id) {
            return;
        }
        let words = grant_words(grant);
        if !self.words.contains(&words) {
            self.words.push(words);
        }
        self.grants.push(grant.id);
        // Without an end wins over any end, except that what is for once has none to tell.
        let once = grant.duration == GrantDuration::Once;
        self.until = match (self.once, once) {
            (true, false) => grant.until,
            (_, true) => self.until,
            (false, false) => self.until.zip(grant.until).map(|(one, other)| one.max(other)),
        };
        self.once &= once;
        self.later |= grant.connections.is_none();
    }
}

/// Whose sight ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seers {
    /// One party.
    One(PartyKind, String),
    /// Everybody.
    All,
}

impl Seers {
    fn has(&self, grant: &Grant) -> bool {
        match self {
            Self::One(kind, id) => grant.recipient.kind == *kind && grant.recipient.id == *id,
            Self::All => true,
        }
    }
}

impl SpaceHandle {
    /// Who sees something of which platform now, in the order of the connections; the parties of each with the newest permission first.
    ///
    /// # Errors
    /// The vault is locked, or the database could not be read or written.
    pub async fn sights(&self) -> Result<Vec<Sight>, VaultError> {
        self.write(|turn| {
            sweep(turn)?;
            let now = turn.now();
            turn.space.db.read(|view| sights(view, now))
        })
        .await
    }

    /// Ends that somebody sees a platform; gives the number of permissions that let less through now, or nothing any more.
    ///
    /// # Errors
    /// The vault is locked, or the database could not be written.
    pub async fn stop_platform(&self, platform: &str, seers: Seers) -> Result<usize, VaultError> {
        let platform = platform.to_owned();
        self.write(move |turn| {
            let all = turn.space.db.read(connections::list)?;
            let theirs: Vec<ConnectionId> = all
                .iter()
                .filter(|one| one.platform == platform)
                .map(|one| one.id)
                .collect();
            withdraw(turn, &theirs, |grant| seers.has(grant), "")
        })
        .await
    }
}

fn sights(view: &View<'_>, now: OffsetDateTime) -> Result<Vec<Sight>, VaultError> {
    let live = grants::live(view, now)?;
    let mut found: Vec<Sight> = Vec::new();
    for connection in connections::list(view)? {
        for grant in live.iter().filter(|grant| shows(grant, &[connection.id])) {
            let same = |known: &&mut Sight| {
                known.platform == connection.platform
                    && known.party.kind == grant.recipient.kind
                    && known.party.id == grant.recipient.id
            };
            match found.iter_mut().find(same) {
                Some(known) => known.add(grant),
                None => found.push(Sight::of(grant, &connection)),
            }
        }
    }
    Ok(found)
}

/// Whether a grant opens anything of these connections.
fn shows(grant: &Grant, theirs: &[ConnectionId]) -> bool {
    let opens_records = |scope| Leaf::of(scope).is_some_and(|leaf| leaf.opens_records());
    // A platform that has no connection any more is seen by nobody, also not by a permission for all of them.
    !theirs.is_empty()
        && grant.scopes.iter().any(opens_records)
        && meets(grant.connections.as_deref(), Some(theirs))
}

/// What is left of a grant.
enum Left {
    /// Nothing: it ended.
    Nothing(Grant),
    /// The other connections.
    Others(Grant),
}

/// Takes connections out of the standing grants that `which` names, in one transaction. One that opens nothing else of the person's
/// records ends; what else it opened ends with it: less is the safe side. One for all connections, later ones too, is for the others
/// that are there now.
pub(super) fn withdraw(
    turn: &mut Turn<'_>,
    theirs: &[ConnectionId],
    which: impl Fn(&Grant) -> bool,
    reason: &str,
) -> Result<usize, VaultError> {
    sweep(turn)?;
    let now = turn.now();
    let done = turn.space.db.write(|tx| {
        let all = connections::list(tx)?;
        let mut done = Vec::new();
        for grant in grants::live(tx, now)? {
            if which(&grant) && shows(&grant, theirs) {
                done.push(narrow(tx, grant, theirs, &all, reason, now)?);
            }
        }
        Ok::<_, VaultError>(done)
    })?;
    let space = turn.space.info.id;
    for left in &done {
        let (Left::Nothing(grant) | Left::Others(grant)) = left;
        // Nobody is asked again for what was just stopped.
        let key = PartyKey::of(space, &grant.recipient);
        turn.questions.answered(&key, &grant.scopes);
        match left {
            Left::Nothing(grant) => tell_over(turn, grant.id),
            Left::Others(grant) => turn.tell(VaultEvent::GrantChanged {
                space,
                grant: grant.id,
                live: true,
            }),
        }
    }
    if !done.is_empty() {
        log::tell(turn);
    }
    Ok(done.len())
}

fn narrow(
    tx: &Tx<'_>,
    grant: Grant,
    theirs: &[ConnectionId],
    all: &[Connection],
    reason: &str,
    now: OffsetDateTime,
) -> Result<Left, VaultError> {
    let held = |one: &&Connection| meets(grant.connections.as_deref(), Some(&[one.id]));
    let (gone, kept): (Vec<&Connection>, Vec<&Connection>) =
        all.iter().filter(held).partition(|one| theirs.contains(&one.id));
    if kept.is_empty() {
        stop(tx, &grant, reason, now)?;
        return Ok(Left::Nothing(grant));
    }
    let kept: Vec<ConnectionId> = kept.iter().map(|one| one.id).collect();
    grants::keep_connections(tx, grant.id, &kept)?;
    let mut new = log::entry(now, DisclosureKind::Revoked, &grant.recipient, grant.face);
    new.scopes = grant.scopes.clone();
    new.text = match gone.first() {
        Some(one) => format!("{}, of {}", grant_words(&grant), one.name),
        None => grant_words(&grant),
    };
    new.grant = Some(grant.id);
    new.reason = reason.to_owned();
    log::append(tx, new)?;
    // Its holder learns of what it lost, and of nothing else.
    let lost = Grant {
        connections: Some(gone.iter().map(|one| one.id).collect()),
        ..grant.clone()
    };
    grant_lessened(tx, &lost, now)?;
    Ok(Left::Others(grant))
}
