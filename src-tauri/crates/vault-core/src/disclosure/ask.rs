//! Asking: what is covered needs no question, what was answered is not asked again, the rest becomes one question for the person.

use serde_json::Value;
use time::{Duration, OffsetDateTime};
use vault_store::{
    AppId, GrantId, Party, PartyKind, RequestId, Scope,
    apps::{self, AppState},
    grants::Grant,
    refusals,
    requests::{self, Request, RequestState},
};

use super::{
    ending::sweep,
    likeness, log,
    narrowing::Narrowing,
    policy::{is_guest, may_have_grants, meets, opens, standing},
    questions::{Outcome, PartyKey},
    request::{Detail, DisclosureRequest, RequestedScope, is_quiet, scopes_of},
};
use crate::{SpaceHandle, VaultError, VaultEvent, apps as admitted, vault::Turn};

/// How long a question lives.
pub const QUESTION_LIFE: Duration = Duration::minutes(10);

/// Questions of one requester that may wait at a time; more are answered no.
const MOST_WAITING: usize = 3;

/// After so many questions of one requester within [`OFTEN`], the next ones wait quietly.
const MANY: usize = 3;

/// The time within which [`MANY`] questions are many.
const OFTEN: Duration = Duration::minutes(10);

/// How many earlier questions of a requester are looked at.
const LOOK_BACK: u32 = 200;

/// The reason in the log while a newer version of an app waits for the person's look.
pub(super) const UNREVIEWED: &str = "unreviewed";

/// How often one who waits looks whether the question's time is over.
const LOOK: std::time::Duration = std::time::Duration::from_secs(1);

/// What comes of asking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// Nobody has to be asked. These grants cover what was asked for, or the part of it that the person chose to share; none when
    /// nothing was asked for.
    Granted(Vec<GrantId>),
    /// The person is asked.
    Question(RequestId),
    /// The answer is no, without asking: the person said no to this or less since the app was opened, too many questions wait, the
    /// requester's name imitates another, the app is blocked or paused, or a newer version of it waits for the person's look.
    Refused,
}

impl SpaceHandle {
    /// Asks for data. A question that waits already, of the same requester and for the same or more, is not asked a second time.
    ///
    /// # Errors
    /// The vault is locked, or the database could not be written.
    pub async fn ask(&self, request: DisclosureRequest) -> Result<Asked, VaultError> {
        self.write(move |turn| ask(turn, &request)).await
    }

    /// Waits until a question is answered, or its time is over.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`] for an unknown question; [`VaultError::Locked`].
    pub async fn wait(&self, id: RequestId) -> Result<Outcome, VaultError> {
        loop {
            let receiver = self.write(move |turn| subscribe(turn, id)).await?;
            let receiver = match receiver {
                Waiting::Over(outcome) => return Ok(outcome),
                Waiting::Open(receiver) => receiver,
            };
            match tokio::time::timeout(LOOK, receiver).await {
                Ok(Ok(outcome)) => return Ok(outcome),
                Ok(Err(_)) => return Err(VaultError::Locked),
                Err(_) => {}
            }
        }
    }
}

impl SpaceHandle {
    /// Brings the quiet questions of an app before the person, who opened them; how many there were.
    ///
    /// # Errors
    /// The vault is locked, or the database could not be written.
    pub async fn bring_quiet(&self, app: AppId) -> Result<usize, VaultError> {
        self.write(move |turn| {
            sweep(turn)?;
            let party = app.to_string();
            let waiting = turn.space.db.read(requests::pending)?;
            let theirs = waiting
                .into_iter()
                .filter(|request| request.recipient.kind == PartyKind::App && request.recipient.id == party)
                .filter(is_quiet);
            let mut brought = 0;
            for request in theirs {
                let detail = Detail {
                    quiet: false,
                    ..Detail::read(&request)?
                };
                turn.space.db.write(|tx| {
                    requests::set_detail(tx, request.id, &detail.write()?).map_err(VaultError::from)
                })?;
                turn.questions.bring(turn.space.info.id, request.id);
                brought += 1;
            }
            Ok(brought)
        })
        .await
    }
}

enum Waiting {
    Over(Outcome),
    Open(tokio::sync::oneshot::Receiver<Outcome>),
}

fn subscribe(turn: &mut Turn<'_>, id: RequestId) -> Result<Waiting, VaultError> {
    sweep(turn)?;
    let request = turn
        .space
        .db
        .read(|view| requests::get(view, id))?
        .ok_or(VaultError::NoSuch("question"))?;
    Ok(match outcome_of(&request)? {
        Some(outcome) => Waiting::Over(outcome),
        None => Waiting::Open(turn.questions.subscribe(id)),
    })
}

/// How a question ended; `None` while it waits.
pub(super) fn outcome_of(request: &Request) -> Result<Option<Outcome>, VaultError> {
    Ok(match request.state {
        RequestState::Pending => None,
        RequestState::Granted => Detail::read(request)?.grant.map(Outcome::Granted),
        RequestState::Refused => Some(Outcome::Refused),
        RequestState::Expired => Some(Outcome::NotAnswered),
        RequestState::Withdrawn => Some(Outcome::Withdrawn),
    })
}

pub(crate) fn ask(turn: &mut Turn<'_>, request: &DisclosureRequest) -> Result<Asked, VaultError> {
    ask_as(turn, request, false)
}

/// The same where the person raises the question themselves: what they said before, and what they kept back, is no reason not to ask.
pub(crate) fn ask_anew(turn: &mut Turn<'_>, request: &DisclosureRequest) -> Result<Asked, VaultError> {
    let key = PartyKey::of(turn.space.info.id, &request.recipient.party);
    turn.questions.forget_answers(&key);
    ask_as(turn, request, true)
}

fn ask_as(turn: &mut Turn<'_>, request: &DisclosureRequest, anew: bool) -> Result<Asked, VaultError> {
    sweep(turn)?;
    let party = &request.recipient.party;
    // A guest is asked about nothing: what is opened so is nobody's.
    if is_guest(turn, party) || !turn.space.db.read(|view| may_have_grants(view, party))? {
        return Ok(Asked::Refused);
    }
    let leaves = request.leaves();
    let scopes: Vec<Scope> = leaves.iter().map(|leaf| leaf.scope.clone()).collect();
    if let Some(reason) = bad_name(turn, party)? {
        log::refused_by_rule(turn, party, request.face, &scopes, reason)?;
        return Ok(Asked::Refused);
    }
    let key = PartyKey::of(turn.space.info.id, party);
    let mut before = Before::read(turn, party, &request.narrowing)?;
    if anew {
        before.kept_back.clear();
    }
    let mut beyond = unreviewed(turn, party, &scopes)?;
    beyond.retain(|scope| !before.settles(scope));
    let open: Vec<RequestedScope> = leaves
        .iter()
        .filter(|leaf| !before.settles(&leaf.scope) && !turn.questions.is_answered(&key, &leaf.scope))
        .filter(|leaf| !beyond.contains(&leaf.scope))
        .cloned()
        .collect();
    if party.kind == PartyKind::App {
        // An app is told one thing for as long as it is open: what is settled is not asked again, even when it is stopped meanwhile.
        let settled = leaves.iter().filter(|leaf| before.settles(&leaf.scope));
        let settled: Vec<Scope> = settled.map(|leaf| leaf.scope.clone()).collect();
        turn.questions.answered(&key, &settled);
    }
    if !beyond.is_empty() {
        log::refused_by_rule(turn, party, request.face, &beyond, UNREVIEWED)?;
    }
    if open.is_empty() || turn.questions.was_refused(&key, &scopes) {
        let grants = before.covering(&leaves);
        return Ok(if grants.is_empty() && !leaves.is_empty() {
            Asked::Refused
        } else {
            Asked::Granted(grants)
        });
    }
    if let Some(waiting) = before.waiting_for(&open) {
        return Ok(Asked::Question(waiting));
    }
    if before.waiting_count >= MOST_WAITING {
        return Ok(Asked::Refused);
    }
    let quiet = before.lately(turn.now()) >= MANY;
    put(turn, request, open, quiet).map(Asked::Question)
}

/// Why the name of a requester is refused. An app was checked when it was admitted; the person's own files have no other name.
fn bad_name(turn: &Turn<'_>, party: &Party) -> Result<Option<&'static str>, VaultError> {
    if matches!(
        party.kind,
        PartyKind::App | PartyKind::Person | PartyKind::Backpack
    ) {
        return Ok(None);
    }
    match likeness::check(turn, party) {
        Ok(()) => Ok(None),
        Err(VaultError::Imitates(_)) => Ok(Some(likeness::IMITATES)),
        Err(VaultError::Invalid { .. }) => Ok(Some(likeness::NO_NAME)),
        Err(error) => Err(error),
    }
}

/// What an app may not ask for, because the person has yet to look at what changed: everything while it is paused, what its accepted
/// manifest does not name while a newer one waits.
fn unreviewed(turn: &Turn<'_>, party: &Party, scopes: &[Scope]) -> Result<Vec<Scope>, VaultError> {
    let app = match party.id.parse() {
        Ok(id) if party.kind == PartyKind::App => turn.space.db.read(|view| apps::get(view, id))?,
        Ok(_) | Err(_) => None,
    };
    let Some(app) = app else { return Ok(Vec::new()) };
    if app.state == AppState::Ready && app.offered.is_empty() {
        return Ok(Vec::new());
    }
    let accepted: Vec<Scope> = match app.state {
        AppState::Ready => admitted::request(&app, turn.gateway_port())?.leaves(),
        AppState::Review | AppState::Blocked => Vec::new(),
    }
    .into_iter()
    .map(|leaf| leaf.scope)
    .collect();
    Ok(scopes
        .iter()
        .filter(|scope| !accepted.contains(scope))
        .cloned()
        .collect())
}

/// What is known of a requester before it is asked for.
struct Before {
    standing: Vec<Grant>,
    /// Leaves that the person was asked for and kept back when they made a grant that stands: narrowing never asks again.
    kept_back: Vec<Scope>,
    /// Its questions that wait for the same connections.
    waiting: Vec<Request>,
    /// How many of its questions wait, for whatever.
    waiting_count: usize,
    /// Leaves that the person always refuses it.
    ruled_out: Vec<Scope>,
    /// When it asked.
    asked_at: Vec<OffsetDateTime>,
}

impl Before {
    /// What is known about the connections that it asks for: what was settled for others says nothing of these.
    fn read(turn: &Turn<'_>, party: &Party, narrowing: &Narrowing) -> Result<Self, VaultError> {
        let asked_for = narrowing.connections.as_deref();
        let mut standing = standing(turn, party)?;
        standing.retain(|grant| meets(grant.connections.as_deref(), asked_for));
        let earlier = turn
            .space
            .db
            .read(|view| requests::of_recipient(view, party.kind, &party.id, LOOK_BACK))?;
        let rules = turn
            .space
            .db
            .read(|view| refusals::of_party(view, party.kind, &party.id))?;
        let asked_at = earlier.iter().map(|request| request.created_at).collect();
        let (mut kept_back, mut waiting, mut waiting_count) = (Vec::new(), Vec::new(), 0);
        for request in earlier {
            match request.state {
                RequestState::Pending => {
                    waiting_count += 1;
                    if Detail::read(&request)?.narrowing.connections == narrowing.connections {
                        waiting.push(request);
                    }
                }
                RequestState::Granted => {
                    let grant = request.detail.get("grant").and_then(Value::as_str);
                    let stands = |known: &Grant| grant.is_some_and(|grant| grant == known.id.to_string());
                    if standing.iter().any(stands) {
                        kept_back.extend(scopes_of(&request));
                    }
                }
                RequestState::Refused | RequestState::Expired | RequestState::Withdrawn => {}
            }
        }
        Ok(Self {
            standing,
            kept_back,
            waiting,
            waiting_count,
            ruled_out: rules.into_iter().map(|rule| rule.scope).collect(),
            asked_at,
        })
    }

    /// Whether the person need not be asked for a leaf.
    fn settles(&self, scope: &Scope) -> bool {
        self.kept_back.contains(scope)
            || self.ruled_out.contains(scope)
            || self.standing.iter().any(|grant| opens(grant, scope))
    }

    /// How many questions it raised a moment ago.
    fn lately(&self, now: OffsetDateTime) -> usize {
        self.asked_at.iter().filter(|at| now - **at < OFTEN).count()
    }

    /// The grants that cover any of the leaves, or that came of a question for them.
    fn covering(&self, leaves: &[RequestedScope]) -> Vec<GrantId> {
        let about = |grant: &&Grant| {
            leaves.iter().any(|leaf| opens(grant, &leaf.scope))
                || leaves.iter().any(|leaf| self.kept_back.contains(&leaf.scope))
        };
        self.standing.iter().filter(about).map(|grant| grant.id).collect()
    }

    fn waiting_for(&self, open: &[RequestedScope]) -> Option<RequestId> {
        let asks_all = |request: &&Request| {
            let scopes = scopes_of(request);
            open.iter().all(|leaf| scopes.contains(&leaf.scope))
        };
        self.waiting.iter().find(asks_all).map(|request| request.id)
    }
}

fn put(
    turn: &mut Turn<'_>,
    request: &DisclosureRequest,
    open: Vec<RequestedScope>,
    quiet: bool,
) -> Result<RequestId, VaultError> {
    let now = turn.now();
    let detail = Detail {
        quiet,
        ..Detail::of(request, &open)
    };
    let row = Request {
        id: RequestId::new(),
        recipient: request.recipient.party.clone(),
        face: request.face,
        purpose: request.purpose.clone(),
        detail: detail.write()?,
        asks: open.into_iter().map(Into::into).collect(),
        created_at: now,
        expires_at: now + QUESTION_LIFE,
        state: RequestState::Pending,
        ended_at: None,
    };
    turn.space.db.write(|tx| requests::insert(tx, &row))?;
    let space = turn.space.info.id;
    turn.tell(VaultEvent::ConsentRequested {
        space,
        request: row.id,
    });
    if quiet {
        turn.questions.keep_alive(row.id);
    } else {
        turn.questions.bring(space, row.id);
    }
    Ok(row.id)
}
