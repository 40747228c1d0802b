//! `/v1`: what apps and services read. The bridge message `vault` and the HTTP routes are answered by the same function, under the same
//! grants.

mod answers;
mod bodies;
mod grant;
mod openapi;
pub(super) mod person;
pub(super) mod profile;
mod records;
mod route;
pub(super) mod summary;

use std::time::Duration;

use serde_json::Value;
use tokio::time::Instant;
use vault_store::{AppId, Face, PartyKind, RecordKind, RequestId, Scope, Sha256, apps};

pub use answers::{CONSENT_DENIED, INVALID_TOKEN, JSON, NDJSON, V1Answer};
use bodies::{json_answer, prepare, records_answer, to_bytes};
pub use openapi::{OPENAPI_DOCUMENT, OPENAPI_PATH};
pub use person::{Edit, EditFault, Person};
pub use route::PATHS;
use route::{ChangesQuery, NotARoute, Route};

use super::{
    ask::{Asked, ask},
    ending::sweep,
    leaf::Leaf,
    log,
    narrowing::Narrowing,
    policy::{Approved, Need, approve, standing},
    receipt,
    release::release,
    request::{DisclosureRequest, Recipient, RequestedScope},
};
use crate::{SpaceHandle, VaultError, VaultEvent, apps as admitted, persona::PersonaField, vault::Turn};

/// Why a request was refused by rule, as its log entry says.
pub(super) const NOT_SHARED: &str = "not_shared";

/// How long `/v1/changes` waits for something to change.
const LONG_POLL: Duration = Duration::from_secs(30);

/// Who reads.
#[derive(Debug, Clone)]
pub enum Caller {
    /// An installed app, known by its window or its token.
    App(AppId),
    /// An installed app that came with a token that works no more. It gets what a refused one gets, by the same work.
    Over(AppId),
    /// Another party that was admitted, known by its token.
    Party(Recipient),
    /// A service of Rokwire Core, known by a token that names what it opens. It is asked about through its own face only.
    Scoped {
        /// The service, or the service account.
        recipient: Recipient,
        /// What the token opens.
        scopes: Vec<Scope>,
    },
}

impl SpaceHandle {
    /// Answers a path of `/v1`, such as `/v1/records?kind=review&limit=100`. What is not covered by a grant raises a question, and the
    /// answer waits for the person. `accept` is the header of that name; `application/x-ndjson` gives one record a line.
    ///
    /// When the answer has a `disclosure`, the caller says with [`SpaceHandle::delivered`] or [`SpaceHandle::failed`] what became of it.
    ///
    /// # Errors
    /// The vault is locked, or the database could not be read or written. Refusals are answers, not errors.
    pub async fn answer_v1(
        &self,
        caller: Caller,
        path_and_query: &str,
        accept: Option<&str>,
    ) -> Result<V1Answer, VaultError> {
        if path_and_query == OPENAPI_PATH {
            return Ok(openapi::answer());
        }
        let route = match Route::parse(path_and_query) {
            Ok(route) => route,
            Err(NotARoute::Unknown) => return Ok(V1Answer::not_found()),
            Err(NotARoute::Argument(why)) => return Ok(V1Answer::bad_request(why)),
        };
        let lines = accept.is_some_and(|accept| accept.contains(NDJSON));
        let reading = Reading { caller, route, lines };
        // Watched from before the first look, so that nothing that changes after it is missed.
        let mut events = self.vault().events();
        let (mut step, opening) = self.step(&reading, Look::First).await?;
        let mut until = Instant::now() + LONG_POLL;
        loop {
            match step {
                Step::Answer(answer) => return Ok(answer),
                Step::Ask(question) => {
                    self.wait(question).await?;
                    until = Instant::now() + LONG_POLL;
                }
                Step::Nothing(answer) if Instant::now() >= until => return Ok(answer),
                Step::Nothing(_) => wait_for_change(&mut events, self.id(), until).await,
            }
            (step, _) = self.step(&reading, Look::Again(opening)).await?;
        }
    }

    async fn step(&self, reading: &Reading, look: Look) -> Result<(Step, Opening), VaultError> {
        let reading = reading.clone();
        self.write(move |turn| {
            let opening = opening(turn, &reading.caller);
            Ok((step(turn, &reading, look, opening)?, opening))
        })
        .await
    }
}

/// The digest of the token of an app's opening; none for one that is not open, and for other parties.
type Opening = Option<Sha256>;

/// Whether an answer is looked for at once, or after waiting.
#[derive(Debug, Clone, Copy)]
enum Look {
    /// The person may be asked.
    First,
    /// What was waited for has come, or its time is over. With the opening in which the waiting began.
    Again(Opening),
}

#[derive(Debug, Clone)]
struct Reading {
    caller: Caller,
    route: Route,
    lines: bool,
}

enum Step {
    Answer(V1Answer),
    /// The person is asked first.
    Ask(RequestId),
    /// Nothing has changed; what to answer if it stays so.
    Nothing(V1Answer),
}

fn step(turn: &mut Turn<'_>, reading: &Reading, look: Look, opening: Opening) -> Result<Step, VaultError> {
    sweep(turn)?;
    let may_ask = match look {
        Look::First => true,
        // Who waited and was closed meanwhile is gone, whatever its next opening may see.
        Look::Again(before) if before.is_some() && before != opening => {
            return Ok(Step::Answer(V1Answer::consent_denied()));
        }
        Look::Again(_) => false,
    };
    let Some((recipient, face)) = recipient(turn, &reading.caller)? else {
        return Ok(Step::Answer(V1Answer::consent_denied()));
    };
    let over = matches!(reading.caller, Caller::Over(_));
    if reading.route == Route::Grant && !over {
        return Ok(Step::Answer(grant_answer(turn, &recipient)?));
    }
    let named = reading.route.wanted()?;
    if may_ask && !named.is_empty() && !matches!(reading.caller, Caller::Scoped { .. }) {
        let request = asking(turn, reading, recipient.clone(), face, &named)?;
        if !over && let Asked::Question(question) = ask(turn, &request)? {
            return Ok(Step::Ask(question));
        }
    }
    let (wanted, need) = reading.route.coverage(named)?;
    let (wanted, beyond) = reading.caller.within(wanted);
    if !beyond.is_empty() && (need == Need::All || wanted.is_empty()) {
        if may_ask {
            log::refused_by_rule(turn, &recipient.party, face, &beyond, NOT_SHARED)?;
        }
        return Ok(Step::Answer(V1Answer::consent_denied()));
    }
    let approved = approve(turn, &recipient.party, face, &wanted, need)?;
    let Some(approved) = approved.filter(|_| !over) else {
        // A no of the person was logged when it was said.
        if may_ask {
            log::refused_by_rule(turn, &recipient.party, face, &wanted, NOT_SHARED)?;
        }
        return Ok(Step::Answer(V1Answer::consent_denied()));
    };
    if let Route::Changes(query) = &reading.route
        && let Some(nothing) = nothing_changed(turn, &approved, query, reading.lines)?
    {
        return Ok(Step::Nothing(nothing));
    }
    let (route, lines, made_up) = (&reading.route, reading.lines, turn.space.info.made_up);
    let released = release(turn, approved, |view, approved| {
        prepare(view, approved, route, lines, made_up)
    })?;
    let mut answer = released.answer;
    answer.disclosure = Some(released.disclosure);
    Ok(Step::Answer(answer))
}

fn opening(turn: &Turn<'_>, caller: &Caller) -> Opening {
    match caller {
        Caller::App(id) => turn.questions.opening(turn.space.info.id, *id),
        Caller::Over(_) | Caller::Party(_) | Caller::Scoped { .. } => None,
    }
}

impl Caller {
    /// What is within the caller's token, and what is beyond it.
    fn within(&self, wanted: Vec<Scope>) -> (Vec<Scope>, Vec<Scope>) {
        let Self::Scoped { scopes, .. } = self else {
            return (wanted, Vec::new());
        };
        wanted
            .into_iter()
            .partition(|scope| scopes.iter().any(|held| held.covers(scope)))
    }
}

impl Route {
    /// What is looked for among the grants. A route that names nothing takes whatever is shared.
    fn coverage(&self, named: Vec<Scope>) -> Result<(Vec<Scope>, Need), VaultError> {
        let any = |leaves: Vec<Leaf>| -> Result<(Vec<Scope>, Need), VaultError> {
            let scopes: Result<Vec<Scope>, VaultError> = leaves.iter().map(Leaf::scope).collect();
            Ok((scopes?, Need::Any))
        };
        match self {
            Self::Profile(fields) if fields.is_empty() => any(PersonaField::ALL
                .iter()
                .map(|field| Leaf::Profile(*field))
                .collect()),
            Self::Profile(_) => Ok((named, Need::Any)),
            Self::Records(_) | Self::Changes(_) if named.is_empty() => {
                any(RecordKind::ALL.iter().map(|kind| Leaf::Records(*kind)).collect())
            }
            Self::Records(_) | Self::Changes(_) | Self::Summary(_) | Self::Grant => Ok((named, Need::All)),
        }
    }
}

/// The caller as disclosure knows it; `None` for an app that is not, or not any more, installed.
fn recipient(turn: &Turn<'_>, caller: &Caller) -> Result<Option<(Recipient, Face)>, VaultError> {
    match caller {
        Caller::Party(recipient) if recipient.party.kind == PartyKind::App => Ok(None),
        Caller::Party(recipient) => Ok(Some((recipient.clone(), Face::Vault))),
        Caller::Scoped { recipient, .. } => Ok(Some((recipient.clone(), Face::Core))),
        Caller::App(id) | Caller::Over(id) => {
            let app = turn.space.db.read(|view| apps::get(view, *id))?;
            let recipient = app.map(|app| admitted::recipient(&app, turn.gateway_port()));
            Ok(recipient.map(|recipient| (recipient, Face::OpenPlatform)))
        }
    }
}

/// The question for what a path needs. An app's words come from its manifest; what is not in there was never declared.
fn asking(
    turn: &Turn<'_>,
    reading: &Reading,
    recipient: Recipient,
    face: Face,
    named: &[Scope],
) -> Result<DisclosureRequest, VaultError> {
    let declared = match &reading.caller {
        Caller::App(id) | Caller::Over(id) => turn
            .space
            .db
            .read(|view| apps::get(view, *id))?
            .map(|app| admitted::request(&app, turn.gateway_port()))
            .transpose()?,
        Caller::Party(_) | Caller::Scoped { .. } => None,
    };
    let known = declared
        .as_ref()
        .map(DisclosureRequest::leaves)
        .unwrap_or_default();
    let scopes = named
        .iter()
        .map(|scope| {
            let same = known.iter().find(|leaf| leaf.scope == *scope).cloned();
            same.unwrap_or_else(|| RequestedScope {
                scope: scope.clone(),
                required: false,
                explanation: None,
                declared: false,
            })
        })
        .collect();
    Ok(DisclosureRequest {
        recipient,
        face,
        purpose: declared
            .as_ref()
            .map(|request| request.purpose.clone())
            .unwrap_or_default(),
        privacy: declared.and_then(|request| request.privacy),
        scopes,
        narrowing: Narrowing::default(),
    })
}

fn grant_answer(turn: &Turn<'_>, recipient: &Recipient) -> Result<V1Answer, VaultError> {
    let standing = standing(turn, &recipient.party)?;
    if standing.is_empty() {
        return Ok(V1Answer::consent_denied());
    }
    let mut members = grant::members(&standing);
    let receipts = turn.space.db.read(|view| receipt::of_grants(view, &standing))?;
    members.insert("receipts".into(), receipts.into());
    if turn.space.info.made_up {
        members.insert("made_up".into(), Value::Bool(true));
    }
    Ok(json_answer(to_bytes(&members)?, None))
}

/// The answer for when nothing changed; it holds no data, so nothing is released and nothing logged.
fn nothing_changed(
    turn: &Turn<'_>,
    approved: &Approved,
    query: &ChangesQuery,
    lines: bool,
) -> Result<Option<V1Answer>, VaultError> {
    let page = turn
        .space
        .db
        .read(|view| records::changes(view, approved, query))?;
    if !page.records.is_empty() {
        return Ok(None);
    }
    let (answer, _, _) = records_answer(&page, lines, turn.space.info.made_up)?;
    Ok(Some(answer))
}

/// Waits until something happens that can change the answer, or the time is over.
async fn wait_for_change(
    events: &mut tokio::sync::broadcast::Receiver<VaultEvent>,
    space: vault_crypto::SpaceId,
    until: Instant,
) {
    let changed = async {
        while let Ok(event) = events.recv().await {
            let mine = match event {
                VaultEvent::RecordsChanged { space: at }
                | VaultEvent::GrantChanged { space: at, .. }
                | VaultEvent::AppsChanged { space: at } => at == space,
                VaultEvent::Locked { .. } => true,
                VaultEvent::ConnectionsChanged { .. }
                | VaultEvent::CooperativesChanged { .. }
                | VaultEvent::PersonaChanged { .. }
                | VaultEvent::SettingsChanged { .. }
                | VaultEvent::SpacesChanged
                | VaultEvent::SecondFactorChanged
                | VaultEvent::AppNotified { .. }
                | VaultEvent::ServiceWanted { .. }
                | VaultEvent::BackpackSaved { .. }
                | VaultEvent::ImportChanged { .. }
                | VaultEvent::ConsentRequested { .. }
                | VaultEvent::ConsentResolved { .. }
                | VaultEvent::Logged { .. }
                | VaultEvent::DeliveriesQueued { .. }
                | VaultEvent::FetchWanted { .. }
                | VaultEvent::RetrievalFinished { .. }
                | VaultEvent::Progress { .. } => false,
            };
            if mine {
                return;
            }
        }
    };
    let _ = tokio::time::timeout_at(until, changed).await;
}
