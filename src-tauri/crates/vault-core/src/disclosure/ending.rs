//! What ends without the person's word: questions that nobody answered, grants whose time is over, everything at lock.

use vault_store::{
    AppId, Face, GrantId, Party, PartyKind, Tx, apps,
    disclosures::DisclosureKind,
    grants::{self, Grant, GrantDuration},
    requests::{self, Request, RequestState},
    tokens,
};

use super::{
    consumers,
    leaf::Leaf,
    log,
    questions::{Outcome, PartyKey},
    request::scopes_of,
    scope_words::{grant_words, words},
};
use crate::{SpaceHandle, VaultError, VaultEvent, persona::PersonaField, vault::Turn};

impl SpaceHandle {
    /// Ends what is over by now. Every question and every answer does the same first; a timer that calls this lets the windows know in
    /// time.
    ///
    /// # Errors
    /// The vault is locked, or the database could not be written.
    pub async fn sweep(&self) -> Result<(), VaultError> {
        self.write(sweep).await
    }
}

/// Ends what is over by now.
pub(crate) fn sweep(turn: &mut Turn<'_>) -> Result<(), VaultError> {
    let now = turn.now();
    let space = turn.space.info.id;
    let lost_once = |grant: &Grant| {
        grant.duration == GrantDuration::Once
            && grant.recipient.kind == PartyKind::App
            && !turn
                .questions
                .holds_once(&PartyKey::of(space, &grant.recipient), grant.id)
    };
    let (overdue, expired, lost) = turn.space.db.write(|tx| {
        let overdue: Vec<Request> = requests::pending(tx)?
            .into_iter()
            .filter(|request| request.expires_at <= now)
            .collect();
        for request in &overdue {
            end_question(tx, request, RequestState::Expired, "timeout", now)?;
        }
        let expired = grants::expire_due(tx, now)?;
        for grant in &expired {
            log_end(tx, grant, DisclosureKind::Expired, "", now)?;
            tokens::expire_grant(tx, grant.id, now)?;
            grant_lessened(tx, grant, now)?;
        }
        let lost: Vec<Grant> = grants::live(tx, now)?.into_iter().filter(lost_once).collect();
        for grant in &lost {
            grants::use_up(tx, grant.id, now)?;
            tokens::expire_grant(tx, grant.id, now)?;
        }
        Ok::<_, VaultError>((overdue, expired, lost))
    })?;
    for request in &overdue {
        after_question(turn, request, Outcome::NotAnswered);
    }
    for grant in expired
        .iter()
        .filter(|grant| grant.recipient.kind == PartyKind::App)
    {
        let key = PartyKey::of(space, &grant.recipient);
        turn.questions.answered(&key, &grant.scopes);
    }
    if !expired.is_empty() {
        log::tell(turn);
    }
    for grant in expired.iter().chain(&lost) {
        tell_over(turn, grant.id);
    }
    Ok(())
}

/// Brings what is open in a space to an end before the vault locks: questions are refused, grants for once end, the head of the log is
/// signed.
pub(crate) fn end_for_lock(turn: &mut Turn<'_>) -> Result<(), VaultError> {
    let mut waiting = turn.space.db.read(requests::pending)?;
    waiting.retain(|request| turn.questions.is_alive(request.id));
    end_questions(turn, &waiting, RequestState::Refused, "locked", Outcome::Refused)?;
    let space = turn.space.info.id;
    turn.questions.forget_space(space);
    let now = turn.now();
    turn.space
        .db
        .write(|tx| tokens::expire(tx, PartyKind::App, None, now))?;
    // With nothing remembered, every grant for once of an app is over.
    sweep(turn)?;
    super::heads::sign(turn)
}

/// Ends what belongs to an app's opening: its grants for once and its questions.
pub(crate) fn close_app(turn: &mut Turn<'_>, app: AppId, party: &Party) -> Result<(), VaultError> {
    withdraw_questions(turn, party)?;
    let space = turn.space.info.id;
    turn.questions.close(space, app);
    let now = turn.now();
    turn.space
        .db
        .write(|tx| tokens::expire(tx, PartyKind::App, Some(&party.id), now))?;
    turn.questions.forget(&PartyKey::of(space, party));
    sweep(turn)
}

/// Ends the questions of a party that is gone, or that asks for something else now. Whether there were any.
pub(crate) fn withdraw_questions(turn: &mut Turn<'_>, party: &Party) -> Result<bool, VaultError> {
    let waiting = waiting_of(turn, party)?;
    end_questions(
        turn,
        &waiting,
        RequestState::Withdrawn,
        "closed",
        Outcome::Withdrawn,
    )?;
    Ok(!waiting.is_empty())
}

fn waiting_of(turn: &Turn<'_>, party: &Party) -> Result<Vec<Request>, VaultError> {
    let waiting = turn.space.db.read(requests::pending)?;
    let same = |request: &Request| request.recipient.kind == party.kind && request.recipient.id == party.id;
    Ok(waiting.into_iter().filter(same).collect())
}

fn end_questions(
    turn: &mut Turn<'_>,
    questions: &[Request],
    state: RequestState,
    reason: &str,
    outcome: Outcome,
) -> Result<(), VaultError> {
    let now = turn.now();
    turn.space.db.write(|tx| {
        for request in questions {
            end_question(tx, request, state, reason, now)?;
        }
        Ok::<_, VaultError>(())
    })?;
    for request in questions {
        after_question(turn, request, outcome);
    }
    Ok(())
}

/// Ends a question that was not answered with yes, and logs it.
pub(super) fn end_question(
    tx: &Tx<'_>,
    request: &Request,
    state: RequestState,
    reason: &str,
    now: time::OffsetDateTime,
) -> Result<(), VaultError> {
    if !requests::end(tx, request.id, state, now)? {
        return Err(VaultError::NoSuch("question"));
    }
    let kind = match state {
        RequestState::Expired => DisclosureKind::Unanswered,
        RequestState::Withdrawn => DisclosureKind::Withdrawn,
        RequestState::Pending | RequestState::Granted | RequestState::Refused => DisclosureKind::Refused,
    };
    let mut new = log::entry(now, kind, &request.recipient, request.face);
    new.purpose = request.purpose.clone();
    new.scopes = scopes_of(request);
    new.text = words(&new.scopes);
    new.reason = reason.to_owned();
    log::append(tx, new).map(drop)
}

/// Remembers and tells that a question is over.
pub(super) fn after_question(turn: &mut Turn<'_>, request: &Request, outcome: Outcome) {
    let space = turn.space.info.id;
    let key = PartyKey::of(space, &request.recipient);
    let remembered = match outcome {
        // A service asks for data each time that it needs some; an app is asked about once for each opening.
        Outcome::Granted(_) => request.recipient.kind == PartyKind::App,
        Outcome::Refused | Outcome::NotAnswered => true,
        Outcome::Withdrawn => false,
    };
    if remembered {
        turn.questions.answered(&key, &scopes_of(request));
    }
    if matches!(outcome, Outcome::Refused | Outcome::NotAnswered) {
        turn.questions.refused(&key, scopes_of(request));
    }
    turn.questions.resolve(request.id, outcome);
    turn.tell(VaultEvent::ConsentResolved {
        space,
        request: request.id,
    });
    log::tell(turn);
}

/// Logs that a grant ended.
pub(super) fn log_end(
    tx: &Tx<'_>,
    grant: &Grant,
    kind: DisclosureKind,
    reason: &str,
    now: time::OffsetDateTime,
) -> Result<(), VaultError> {
    let mut new = log::entry(now, kind, &grant.recipient, grant.face);
    new.scopes = grant.scopes.clone();
    new.text = grant_words(grant);
    new.grant = Some(grant.id);
    new.reason = reason.to_owned();
    log::append(tx, new).map(drop)
}

/// Tells that a grant opens nothing any more.
pub(super) fn tell_over(turn: &Turn<'_>, grant: GrantId) {
    turn.tell(VaultEvent::GrantChanged {
        space: turn.space.info.id,
        grant,
        live: false,
    });
}

/// Tells that grants of a paused app open nothing until the person decides.
pub(crate) fn tell_hidden(turn: &Turn<'_>, grants: &[Grant]) {
    grants.iter().for_each(|grant| tell_over(turn, grant.id));
}

/// What a recipient may know has changed: the revision of an app grows, a consumer app is told.
pub(super) fn grant_changed(tx: &Tx<'_>, grant: &Grant, now: time::OffsetDateTime) -> Result<(), VaultError> {
    let party = &grant.recipient;
    if party.kind == PartyKind::Consumer {
        return consumers::grant_changed(tx, grant, now);
    }
    if party.kind != PartyKind::App {
        return Ok(());
    }
    let Ok(id) = party.id.parse() else { return Ok(()) };
    if let Some(mut app) = apps::get(tx, id)? {
        app.rev = app.rev.wrapping_add(1);
        apps::put(tx, &app)?;
    }
    Ok(())
}

/// A recipient may know less than before: its tokens stop working too, so that nothing that it keeps of what it knew can be asked for anew
/// with them. An app gets another one when it loads again.
pub(super) fn grant_lessened(
    tx: &Tx<'_>,
    grant: &Grant,
    now: time::OffsetDateTime,
) -> Result<(), VaultError> {
    grant_changed(tx, grant, now)?;
    end_tokens(tx, &grant.recipient, now)
}

/// A field of the persona is another one: the apps that were told it have another revision, and their tokens stop working, so that they
/// ask again.
pub(crate) fn field_edited(
    tx: &Tx<'_>,
    field: PersonaField,
    now: time::OffsetDateTime,
) -> Result<(), VaultError> {
    let scope = Leaf::Profile(field).scope()?;
    for grant in grants::live(tx, now)? {
        let is_app = grant.recipient.kind == PartyKind::App;
        if is_app && grant.scopes.iter().any(|held| held.covers(&scope)) {
            grant_lessened(tx, &grant, now)?;
        }
    }
    Ok(())
}

fn end_tokens(tx: &Tx<'_>, party: &Party, now: time::OffsetDateTime) -> Result<(), VaultError> {
    if party.kind == PartyKind::App {
        tokens::expire(tx, PartyKind::App, Some(&party.id), now)?;
    }
    Ok(())
}

/// The party that an app is to disclosure.
pub(crate) fn app_party(id: AppId, name: &str) -> Party {
    Party {
        kind: PartyKind::App,
        id: id.to_string(),
        name: name.to_owned(),
    }
}

/// The face that apps in windows use.
pub(crate) const APP_FACE: Face = Face::OpenPlatform;
