//! Grants: what anyone can see, and stopping it.

use vault_store::{
    GrantId, PartyKind, Tx, View, connections,
    disclosures::DisclosureKind,
    grants::{self, Grant},
    tokens,
};

use super::{
    ending::{grant_lessened, log_end, sweep, tell_over},
    log,
    questions::PartyKey,
    scope_words::grant_words,
};
use crate::{SpaceHandle, VaultError, vault::Turn};

/// A grant with its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantView {
    /// The grant.
    pub grant: Grant,
    /// What it lets its holder see: "Weekly earnings and hours".
    pub words: String,
    /// The platforms that it is limited to, by name; none when it is limited to none, or opens no records.
    pub sources: Vec<String>,
}

impl GrantView {
    /// With the names of the connections as they are now.
    pub(crate) fn of(view: &View<'_>, grant: Grant) -> Result<Self, VaultError> {
        Ok(Self {
            words: grant_words(&grant),
            sources: source_names(view, &grant)?,
            grant,
        })
    }

    /// All of them.
    pub(crate) fn all(view: &View<'_>, grants: Vec<Grant>) -> Result<Vec<Self>, VaultError> {
        grants.into_iter().map(|grant| Self::of(view, grant)).collect()
    }
}

/// The names of the connections that a grant is limited to.
pub(super) fn source_names(view: &View<'_>, grant: &Grant) -> Result<Vec<String>, VaultError> {
    let Some(chosen) = &grant.connections else {
        return Ok(Vec::new());
    };
    let all = connections::list(view)?;
    let theirs = all
        .into_iter()
        .filter(|connection| chosen.contains(&connection.id));
    Ok(theirs.map(|connection| connection.name).collect())
}

impl SpaceHandle {
    /// All grants, newest first, those that are over too.
    ///
    /// # Errors
    /// The vault is locked, or the database could not be read or written.
    pub async fn grants(&self) -> Result<Vec<GrantView>, VaultError> {
        self.write(|turn| {
            sweep(turn)?;
            turn.space
                .db
                .read(|view| GrantView::all(view, grants::list(view)?))
        })
        .await
    }

    /// The grants that stand: what anyone can see.
    ///
    /// # Errors
    /// The vault is locked, or the database could not be read or written.
    pub async fn standing_grants(&self) -> Result<Vec<GrantView>, VaultError> {
        self.write(|turn| {
            sweep(turn)?;
            let now = turn.now();
            turn.space
                .db
                .read(|view| GrantView::all(view, grants::live(view, now)?))
        })
        .await
    }

    /// One grant.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`].
    pub async fn grant(&self, id: GrantId) -> Result<GrantView, VaultError> {
        self.read(move |db| {
            db.read(|view| {
                let grant = grants::get(view, id)?.ok_or(VaultError::NoSuch("grant"))?;
                GrantView::of(view, grant)
            })
        })
        .await
    }

    /// Stops a grant; the next call of its holder is refused. Stopping one that is over is no error.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`] when there never was such a grant, or the database could not be written.
    pub async fn revoke(&self, id: GrantId) -> Result<(), VaultError> {
        self.write(move |turn| {
            turn.space
                .db
                .read(|view| grants::get(view, id))?
                .ok_or(VaultError::NoSuch("grant"))?;
            revoke_where(turn, |grant| grant.id == id, "").map(drop)
        })
        .await
    }

    /// Stops everything that anyone can see; gives the number of grants stopped.
    ///
    /// # Errors
    /// The vault is locked, or the database could not be written.
    pub async fn revoke_all(&self) -> Result<usize, VaultError> {
        self.write(|turn| revoke_where(turn, |_| true, "")).await
    }

    /// Stops everything that one party can see; gives the number of grants stopped.
    ///
    /// # Errors
    /// The vault is locked, or the database could not be written.
    pub async fn revoke_party(&self, kind: PartyKind, id: &str) -> Result<usize, VaultError> {
        let id = id.to_owned();
        self.write(move |turn| {
            let theirs = |grant: &Grant| grant.recipient.kind == kind && grant.recipient.id == id;
            revoke_where(turn, theirs, "")
        })
        .await
    }
}

/// Stops the standing grants that `which` names, in one transaction.
pub(crate) fn revoke_where(
    turn: &mut Turn<'_>,
    which: impl Fn(&Grant) -> bool,
    reason: &str,
) -> Result<usize, VaultError> {
    sweep(turn)?;
    let now = turn.now();
    let stopped = turn.space.db.write(|tx| {
        let chosen: Vec<Grant> = grants::live(tx, now)?
            .into_iter()
            .filter(|grant| which(grant))
            .collect();
        for grant in &chosen {
            stop(tx, grant, reason, now)?;
        }
        Ok::<_, VaultError>(chosen)
    })?;
    let space = turn.space.info.id;
    for grant in &stopped {
        // Nobody is asked again for what was just stopped.
        let key = PartyKey::of(space, &grant.recipient);
        turn.questions.answered(&key, &grant.scopes);
        tell_over(turn, grant.id);
    }
    if !stopped.is_empty() {
        log::tell(turn);
    }
    Ok(stopped.len())
}

/// Ends a grant, with its tokens, and logs it; one that is over already stays as it is.
pub(super) fn stop(
    tx: &Tx<'_>,
    grant: &Grant,
    reason: &str,
    now: time::OffsetDateTime,
) -> Result<(), VaultError> {
    if grants::revoke(tx, grant.id, now)? {
        tokens::expire_grant(tx, grant.id, now)?;
        log_end(tx, grant, DisclosureKind::Revoked, reason, now)?;
        grant_lessened(tx, grant, now)?;
    }
    Ok(())
}
