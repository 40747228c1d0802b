//! Standing refusals: what the person always refuses a requester, without being asked again.

use time::OffsetDateTime;
use vault_store::{
    Face, Party, PartyKind, RequestId, Scope, Tx,
    disclosures::DisclosureKind,
    refusals::{self, StandingRefusal},
};

use super::{
    decide::refuse,
    log,
    request::scopes_of,
    scope_words::{label, words},
};
use crate::{SpaceHandle, VaultError};

/// A standing refusal with its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusalRule {
    /// What is refused.
    pub scope: Scope,
    /// The same in words.
    pub words: String,
    /// Since when.
    pub since: OffsetDateTime,
}

impl SpaceHandle {
    /// The person's no, for this question and for every later one about the same.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`] when the question is over.
    pub async fn refuse_always(&self, id: RequestId) -> Result<(), VaultError> {
        self.write(move |turn| {
            let now = turn.now();
            refuse(turn, id, |tx, request| {
                let scopes = scopes_of(request);
                for scope in &scopes {
                    let rule = StandingRefusal {
                        party: request.recipient.clone(),
                        scope: scope.clone(),
                        at: now,
                    };
                    refusals::insert(tx, &rule)?;
                }
                let text = format!("Always refused: {}", words(&scopes));
                note(tx, &request.recipient, request.face, scopes, text, now)
            })
        })
        .await
    }

    /// What the person always refuses a party.
    ///
    /// # Errors
    /// The vault is locked, or the database could not be read.
    pub async fn standing_refusals(&self, kind: PartyKind, id: &str) -> Result<Vec<RefusalRule>, VaultError> {
        let id = id.to_owned();
        self.read(move |db| {
            let rules = db.read(|view| refusals::of_party(view, kind, &id))?;
            Ok(rules
                .into_iter()
                .map(|rule| RefusalRule {
                    words: label(&rule.scope),
                    scope: rule.scope,
                    since: rule.at,
                })
                .collect())
        })
        .await
    }

    /// Takes a standing refusal back: the party may ask for it again. Nothing is shared by this.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`] when there is no such rule.
    pub async fn ask_again(&self, kind: PartyKind, id: &str, scope: Scope) -> Result<(), VaultError> {
        let id = id.to_owned();
        self.write(move |turn| {
            let now = turn.now();
            turn.space.db.write(|tx| {
                let rule = refusals::of_party(tx, kind, &id)?
                    .into_iter()
                    .find(|rule| rule.scope == scope)
                    .ok_or(VaultError::NoSuch("rule"))?;
                refusals::remove(tx, kind, &id, &scope)?;
                let text = format!("May ask again: {}", words(std::slice::from_ref(&scope)));
                note(tx, &rule.party, Face::Own, vec![scope], text, now)
            })?;
            log::tell(turn);
            Ok(())
        })
        .await
    }
}

fn note(
    tx: &Tx<'_>,
    party: &Party,
    face: Face,
    scopes: Vec<Scope>,
    text: String,
    now: OffsetDateTime,
) -> Result<(), VaultError> {
    let mut new = log::entry(now, DisclosureKind::Ruled, party, face);
    new.scopes = scopes;
    new.text = text;
    log::append(tx, new).map(drop)
}

/// Forgets the rules of a party that is removed.
pub(crate) fn forget_party(tx: &Tx<'_>, party: &Party) -> Result<(), VaultError> {
    Ok(refusals::remove_party(tx, party.kind, &party.id)?)
}
