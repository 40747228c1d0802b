//! A question as the person sees it: who asks, for what, from where, and what was before.

use time::{Date, Duration, OffsetDateTime};
use vault_store::{
    Face, PartyKind, RecordKind, RequestId, Scope, View, grants,
    requests::{self, Request, RequestState},
};

use super::{
    choices::{DetailChoice, PeriodChoice, details, periods},
    coarse::Coarseness,
    decide::waiting,
    ending::sweep,
    format::{day, moment},
    leaf::Leaf,
    request::{Destination, Detail, Identity, scopes_of},
    scope_words::{grant_words, label_at, title, words},
    sources::{Source, sources},
};
use crate::{SpaceHandle, VaultError};

/// How many earlier questions of a requester are looked at.
const LOOK_BACK: u32 = 200;

/// The end that is proposed for standing access, in days from today.
const PROPOSED_DAYS: i64 = 90;

/// A second no within this time offers to refuse for ever.
const LATELY: Duration = Duration::days(30);

/// A question that waits for the person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Its identifier.
    pub id: RequestId,
    /// The requester's kind.
    pub kind: PartyKind,
    /// The requester's identifier.
    pub party: String,
    /// The protocol through which it asks.
    pub face: Face,
    /// The requester's name.
    pub name: String,
    /// Who made it; empty if it does not say.
    pub maker: String,
    /// Its origin or address.
    pub origin: String,
    /// What ties it to its name.
    pub identity: Identity,
    /// The same in words, such as `Part of Satchel`.
    pub identity_words: String,
    /// The whole question in a line.
    pub title: String,
    /// Its reason in its own words.
    pub purpose: Option<String>,
    /// Where it says how it treats the data.
    pub privacy: Option<String>,
    /// Where the data goes.
    pub destination: Destination,
    /// The same in words, without capital and stop: `goes to hourly.example over the internet`.
    pub destination_words: String,
    /// When the question was asked.
    pub asked_at: OffsetDateTime,
    /// When it ends as refused.
    pub expires_at: OffsetDateTime,
    /// How many other questions wait.
    pub waiting: usize,
    /// Whether the space holds made-up data.
    pub made_up: bool,
    /// What is asked for.
    pub scopes: Vec<ScopeLine>,
    /// The connections that could be shared from; none when nothing of them is asked for.
    pub sources: Vec<Source>,
    /// Periods to choose from; none when nothing is asked for that lies in time.
    pub periods: Vec<PeriodChoice>,
    /// Details to choose from; none when there is only one.
    pub details: Vec<DetailChoice>,
    /// What the records that are asked for, each by itself, could tell less exactly.
    pub coarseness: Coarseness,
    /// The end that is proposed for standing access.
    pub until_proposal: Date,
    /// What was between the person and the requester before.
    pub before: Option<String>,
    /// What the person may refuse it for ever, after a no to the same in the last 30 days: `places and reviews`.
    pub always: Option<String>,
}

/// One thing that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScopeLine {
    /// The scope.
    pub scope: Scope,
    /// In words.
    pub words: String,
    /// The requester says that it needs this.
    pub required: bool,
    /// Why, in its words.
    pub explanation: Option<String>,
    /// Whether it stood on the list that the person saw when the requester was admitted.
    pub declared: bool,
    /// Whether sharing it needs the passphrase again.
    pub high_risk: bool,
    /// When the person refused it last.
    pub refused_at: Option<OffsetDateTime>,
}

impl SpaceHandle {
    /// The questions that wait for the person, oldest first.
    ///
    /// # Errors
    /// The vault is locked, or the database could not be read or written.
    pub async fn pending_requests(&self) -> Result<Vec<Request>, VaultError> {
        self.write(|turn| {
            sweep(turn)?;
            Ok(turn.space.db.read(requests::pending)?)
        })
        .await
    }

    /// A question with everything that the person needs to decide.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`] when the question is over.
    pub async fn question(&self, id: RequestId) -> Result<Question, VaultError> {
        let now = self.vault().clock().now();
        let made_up = self.info().made_up;
        self.read(move |db| db.read(|view| build(view, id, now, made_up)))
            .await
    }
}

fn build(view: &View<'_>, id: RequestId, now: OffsetDateTime, made_up: bool) -> Result<Question, VaultError> {
    let request = waiting(view, id)?;
    if request.expires_at <= now {
        return Err(VaultError::NoSuch("question"));
    }
    let detail = Detail::read(&request)?;
    let scopes = scopes_of(&request);
    let records = opens_records(&scopes);
    let earlier = requests::of_recipient(view, request.recipient.kind, &request.recipient.id, LOOK_BACK)?;
    let today = now.date();
    Ok(Question {
        id,
        kind: request.recipient.kind,
        party: request.recipient.id.clone(),
        face: request.face,
        title: title(request.face, &request.recipient.name, &scopes),
        name: request.recipient.name.clone(),
        identity_words: identity_words(&detail.identity),
        destination_words: destination_words(&detail.destination),
        maker: detail.maker.clone(),
        origin: detail.origin.clone(),
        identity: detail.identity.clone(),
        purpose: Some(request.purpose.clone()).filter(|purpose| !purpose.is_empty()),
        privacy: detail.privacy.clone(),
        destination: detail.destination.clone(),
        asked_at: request.created_at,
        expires_at: request.expires_at,
        waiting: requests::pending(view)?.len().saturating_sub(1),
        made_up,
        scopes: scope_lines(&request, &detail, &earlier),
        sources: if records {
            sources(view, &scopes, &detail)?
        } else {
            Vec::new()
        },
        periods: if records { periods(today) } else { Vec::new() },
        details: details(&scopes),
        coarseness: coarseness(view, &scopes, &detail)?,
        until_proposal: today.checked_add(Duration::days(PROPOSED_DAYS)).unwrap_or(today),
        before: joined_before(standing_words(view, &request, now)?, before(&earlier)),
        always: refused_lately(&earlier, &scopes, now).then(|| words(&scopes)),
    })
}

fn coarseness(view: &View<'_>, scopes: &[Scope], detail: &Detail) -> Result<Coarseness, VaultError> {
    let kinds: Vec<RecordKind> = scopes
        .iter()
        .filter_map(Leaf::of)
        .filter_map(|leaf| leaf.kind())
        .collect();
    if kinds.is_empty() {
        return Ok(Coarseness::default());
    }
    Coarseness::of(view, &detail.narrowing.filter(kinds))
}

fn opens_records(scopes: &[Scope]) -> bool {
    scopes
        .iter()
        .filter_map(Leaf::of)
        .any(|leaf| leaf.opens_records())
}

fn scope_lines(request: &Request, detail: &Detail, earlier: &[Request]) -> Vec<ScopeLine> {
    request
        .asks
        .iter()
        .map(|ask| ScopeLine {
            words: label_at(request.face, &ask.scope),
            required: ask.required,
            explanation: ask.explanation.clone().filter(|words| !words.is_empty()),
            declared: !detail.undeclared.contains(&ask.scope),
            high_risk: Leaf::of(&ask.scope).is_some_and(|leaf| leaf.is_identity_number()),
            refused_at: earlier
                .iter()
                .filter(|other| other.state == RequestState::Refused)
                .find(|other| other.asks.iter().any(|asked| asked.scope == ask.scope))
                .and_then(|other| other.ended_at),
            scope: ask.scope.clone(),
        })
        .collect()
}

/// What ties a recipient to its name, in words.
#[must_use]
pub fn identity_words(identity: &Identity) -> String {
    match identity {
        Identity::Package { included: true } => "Part of Satchel".to_owned(),
        Identity::Package { included: false } => "Kept in your vault".to_owned(),
        Identity::Origin { since } => format!("Same address since {}", day(since.date())),
        Identity::Key { since } => format!("Same key since {}", day(since.date())),
        Identity::Unknown => "Satchel cannot tell who this is".to_owned(),
    }
}

/// Where data goes, in words without capital and stop.
#[must_use]
pub fn destination_words(destination: &Destination) -> String {
    match destination {
        Destination::Local => "stays on this computer".to_owned(),
        Destination::Program { address } => {
            format!("goes to a program on this computer at {address}, which may pass it on")
        }
        Destination::Internet { host } => format!("goes to {host} over the internet"),
        Destination::File => "goes into a file".to_owned(),
    }
}

/// Whether the person refused any of it in the last 30 days.
fn refused_lately(earlier: &[Request], scopes: &[Scope], now: OffsetDateTime) -> bool {
    earlier
        .iter()
        .filter(|request| request.state == RequestState::Refused)
        .filter(|request| request.ended_at.is_some_and(|at| now - at < LATELY))
        .any(|request| request.asks.iter().any(|ask| scopes.contains(&ask.scope)))
}

/// What the requester sees already: a question asks for the difference only.
fn standing_words(
    view: &View<'_>,
    request: &Request,
    now: OffsetDateTime,
) -> Result<Option<String>, VaultError> {
    let party = &request.recipient;
    let live = grants::live_of(view, party.kind, &party.id, now)?;
    let words: Vec<String> = live.iter().map(grant_words).collect();
    Ok((!words.is_empty()).then(|| format!("It already sees: {}.", words.join("; "))))
}

fn joined_before(sees: Option<String>, before: Option<String>) -> Option<String> {
    let parts: Vec<String> = sees.into_iter().chain(before).collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}

/// "You shared with it twice, last on 12 Oct 2026." or when the person refused it.
fn before(earlier: &[Request]) -> Option<String> {
    let ended = |state: RequestState| {
        earlier
            .iter()
            .filter(move |request| request.state == state)
            .filter_map(|request| request.ended_at)
    };
    let shared: Vec<OffsetDateTime> = ended(RequestState::Granted).collect();
    if let Some(last) = shared.iter().max() {
        let times = match shared.len() {
            1 => return Some(format!("You shared with it once, on {}.", day(last.date()))),
            2 => "twice".to_owned(),
            more => format!("{more} times"),
        };
        return Some(format!(
            "You shared with it {times}, last on {}.",
            day(last.date())
        ));
    }
    let refused = ended(RequestState::Refused).max()?;
    Some(format!("You refused on {}.", moment(refused)))
}
