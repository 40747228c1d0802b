//! The person's answer: yes to some of it, or no.

use time::Date;
use vault_crypto::Passphrase;
use vault_store::{
    GrantId, PartyKind, RequestId, Scope, Sha256, Tx,
    disclosures::DisclosureKind,
    grants::{self, Grant, GrantState},
    receipts,
    requests::{self, Request, RequestState},
};

use super::{
    ending::{after_question, end_question, grant_changed, sweep},
    log,
    narrowing::Narrowing,
    plan::Plan,
    preview,
    questions::{Outcome, PartyKey},
    receipt::{self, PolicyText},
    request::Detail,
    scope_words::granted_words,
};
use crate::{SpaceHandle, VaultError, VaultEvent, vault::Turn};

/// For how long something is shared. Nothing is chosen for the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Duration {
    /// For one answer; for an app, until its window closes or the vault locks.
    Once,
    /// Until the end of this day, in UTC.
    Until(Date),
    /// Until the person stops it.
    UntilRevoked,
}

/// A yes.
#[derive(Debug, Clone)]
pub struct Decision {
    /// What is shared of what was asked for.
    pub scopes: Vec<Scope>,
    /// How much of it.
    pub narrowing: Narrowing,
    /// For how long.
    pub duration: Duration,
    /// Digest of what was shown; the answer is refused when something else would leave. `None` when nothing was shown, as in a script.
    pub preview_sha256: Option<Sha256>,
    /// The passphrase, for what needs it again.
    pub passphrase: Option<Passphrase>,
    /// What the privacy policy said when the person said yes, where it could be fetched.
    pub policy: Option<PolicyText>,
}

impl SpaceHandle {
    /// Whether a choice needs the passphrase again: identity numbers, everything, standing access over 30 days or without end, a
    /// requester that nobody can tell.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`] when the question is over, [`VaultError::Invalid`] when the choice is none.
    pub async fn needs_passphrase(
        &self,
        id: RequestId,
        scopes: Vec<Scope>,
        narrowing: Narrowing,
        duration: Duration,
    ) -> Result<bool, VaultError> {
        let today = self.vault().clock().now().date();
        self.read(move |db| {
            db.read(|view| {
                let request = waiting(view, id)?;
                let detail = Detail::read(&request)?;
                let plan = Plan::of(&request, &detail, &scopes, &narrowing)?;
                plan.needs_passphrase(view, &detail, duration, today)
            })
        })
        .await
    }

    /// The person's yes: makes the grant and ends the question. Nothing leaves by this call.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`] when the question is over, [`VaultError::Invalid`] when the choice is none,
    /// [`VaultError::NeedsPassphrase`], [`VaultError::WrongKey`], [`VaultError::ShownChanged`] when something else would leave than was
    /// shown.
    pub async fn allow(&self, id: RequestId, decision: Decision) -> Result<GrantId, VaultError> {
        self.write(move |turn| allow(turn, id, &decision)).await
    }

    /// The person's no.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`] when the question is over.
    pub async fn refuse(&self, id: RequestId) -> Result<(), VaultError> {
        self.write(move |turn| refuse(turn, id, |_, _| Ok(()))).await
    }
}

/// Ends a question with no, and writes what goes with it in the same transaction.
pub(super) fn refuse(
    turn: &mut Turn<'_>,
    id: RequestId,
    also: impl FnOnce(&Tx<'_>, &Request) -> Result<(), VaultError>,
) -> Result<(), VaultError> {
    sweep(turn)?;
    let now = turn.now();
    let request = turn.space.db.write(|tx| {
        let request = waiting(tx, id)?;
        end_question(tx, &request, RequestState::Refused, "", now)?;
        also(tx, &request)?;
        Ok::<_, VaultError>(request)
    })?;
    after_question(turn, &request, Outcome::Refused);
    Ok(())
}

/// A question that waits.
pub(super) fn waiting(view: &vault_store::View<'_>, id: RequestId) -> Result<Request, VaultError> {
    requests::get(view, id)?
        .filter(|request| request.state == RequestState::Pending)
        .ok_or(VaultError::NoSuch("question"))
}

fn allow(turn: &mut Turn<'_>, question: RequestId, decision: &Decision) -> Result<GrantId, VaultError> {
    sweep(turn)?;
    let now = turn.now();
    let (duration, until) = decision.duration.of_grant(now)?;
    let (request, detail, plan, guarded) = turn.space.db.read(|view| {
        let request = waiting(view, question)?;
        let detail = Detail::read(&request)?;
        let plan = Plan::of(&request, &detail, &decision.scopes, &decision.narrowing)?;
        let guarded = plan.needs_passphrase(view, &detail, decision.duration, now.date())?;
        Ok::<_, VaultError>((request, detail, plan, guarded))
    })?;
    if guarded {
        let passphrase = decision.passphrase.as_ref().ok_or(VaultError::NeedsPassphrase)?;
        turn.check_passphrase(passphrase)?;
    }
    let (made_up, id) = (turn.space.info.made_up, turn.space.info.id);
    let (space, signer) = turn.space_and_signer()?;
    let grant = space.db.write(|tx| {
        let shown = preview::digest(tx, &plan, made_up)?;
        if decision.preview_sha256.is_some_and(|seen| seen != shown) {
            return Err(VaultError::ShownChanged);
        }
        let grant = Grant {
            id: GrantId::new(),
            recipient: request.recipient.clone(),
            face: request.face,
            purpose: request.purpose.clone(),
            shown_summary: granted_words(&plan.leaves, &plan.narrowing),
            scopes: plan.leaves,
            connections: plan.narrowing.connections,
            from: plan.narrowing.from,
            to: plan.narrowing.to,
            precision: plan.narrowing.precision,
            amounts: plan.narrowing.amounts,
            places: plan.narrowing.places,
            people: plan.narrowing.people,
            duration,
            until,
            created_at: now,
            shown_sha256: shown,
            state: GrantState::Live,
            ended_at: None,
            last_used_at: None,
            use_count: 0,
        };
        let document = receipt::document(tx, id, &grant, &detail, decision.policy)?;
        receipts::insert(tx, &receipt::sign(signer, &document, &grant)?)?;
        settle(tx, &request, detail, &grant)
    })?;
    after_grant(turn, &request, &grant.0, grant.1);
    Ok(grant.0.id)
}

/// Writes the grant, the end of the question and the log entry.
fn settle(
    tx: &Tx<'_>,
    request: &Request,
    detail: Detail,
    grant: &Grant,
) -> Result<(Grant, vault_store::DisclosureId), VaultError> {
    if !requests::end(tx, request.id, RequestState::Granted, grant.created_at)? {
        return Err(VaultError::NoSuch("question"));
    }
    let detail = Detail {
        grant: Some(grant.id),
        ..detail
    };
    requests::set_detail(tx, request.id, &detail.write()?)?;
    grants::insert(tx, grant)?;
    grant_changed(tx, grant, grant.created_at)?;
    let mut new = log::entry(
        grant.created_at,
        DisclosureKind::Granted,
        &grant.recipient,
        grant.face,
    );
    new.purpose = grant.purpose.clone();
    new.scopes = grant.scopes.clone();
    new.text = grant.shown_summary.clone();
    new.grant = Some(grant.id);
    new.reason = grant.duration.as_str().to_owned();
    Ok((grant.clone(), log::append(tx, new)?))
}

fn after_grant(turn: &mut Turn<'_>, request: &Request, grant: &Grant, entry: vault_store::DisclosureId) {
    let space = turn.space.info.id;
    let key = PartyKey::of(space, &grant.recipient);
    if grant.duration == grants::GrantDuration::Once && grant.recipient.kind == PartyKind::App {
        turn.questions.keep_once(&key, grant.id);
    }
    turn.questions.keep_line(&key, grant.id, entry, grant.created_at);
    turn.tell(VaultEvent::GrantChanged {
        space,
        grant: grant.id,
        live: true,
    });
    after_question(turn, request, Outcome::Granted(grant.id));
}
