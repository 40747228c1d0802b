//! What is remembered of questions while the vault is unlocked, and nowhere on the disk: who waits for an answer, what was answered
//! since an app was opened, which apps are open.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use time::{Duration, OffsetDateTime};
use tokio::sync::oneshot;
use vault_crypto::SpaceId;
use vault_store::{AppId, DisclosureId, GrantId, Party, PartyKind, RequestId, Scope, Sha256};

use super::prompt::ConsentPrompt;

/// Answers under one grant that follow each other closer than this are one line for the person.
const ONE_LINE: Duration = Duration::minutes(10);

/// Lines about refusals by rule that one recipient can cause in that time.
const MOST_DENIED: usize = 16;

/// How a question ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The person shared something.
    Granted(GrantId),
    /// The person said no, or the vault was locked.
    Refused,
    /// Nobody answered in time.
    NotAnswered,
    /// The one who asked is gone.
    Withdrawn,
}

/// A recipient in a space.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct PartyKey {
    space: SpaceId,
    kind: PartyKind,
    id: String,
}

impl PartyKey {
    pub(crate) fn of(space: SpaceId, party: &Party) -> Self {
        Self {
            space,
            kind: party.kind,
            id: party.id.clone(),
        }
    }
}

/// Questions, answers and openings of an unlocked vault.
#[derive(Default)]
pub(crate) struct Questions {
    prompt: Option<Arc<dyn ConsentPrompt>>,
    waiters: HashMap<RequestId, Vec<oneshot::Sender<Outcome>>>,
    /// Questions that were asked, or waited for, since the vault was unlocked.
    alive: HashSet<RequestId>,
    parties: HashMap<PartyKey, Memory>,
    openings: HashMap<(SpaceId, AppId), Opening>,
}

/// One opening of an app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Opening {
    /// Digest of the token.
    pub(crate) token: Sha256,
    /// Opened without any identity: it is told nothing of the person, and nothing is remembered.
    pub(crate) guest: bool,
    /// The version that was open before, if it was another one.
    pub(crate) old_version: Option<String>,
}

/// What is remembered of one recipient.
#[derive(Default)]
struct Memory {
    /// Leaves that were answered, either way, refused or stopped: they are not asked again until the app is opened again.
    answered: Vec<Scope>,
    /// What was asked for by each question that ended with no.
    refused: Vec<Vec<Scope>>,
    /// Grants for once of an app. One that is not here is over, whatever its row says.
    once: Vec<GrantId>,
    /// The first line of what was handed out under a grant lately, and when the last answer was.
    lines: HashMap<GrantId, (DisclosureId, OffsetDateTime)>,
    /// What was refused by rule lately, and when.
    denied: HashMap<Vec<Scope>, OffsetDateTime>,
}

impl Questions {
    pub(super) fn set_prompt(&mut self, prompt: Arc<dyn ConsentPrompt>) {
        self.prompt = Some(prompt);
    }

    /// Brings a question before the person.
    pub(super) fn bring(&mut self, space: SpaceId, request: RequestId) {
        self.alive.insert(request);
        if let Some(prompt) = &self.prompt {
            prompt.asked(space, request);
        }
    }

    /// A question waits without being brought before the person.
    pub(super) fn keep_alive(&mut self, request: RequestId) {
        self.alive.insert(request);
    }

    /// A receiver of the end of a question.
    pub(super) fn subscribe(&mut self, request: RequestId) -> oneshot::Receiver<Outcome> {
        let (sender, receiver) = oneshot::channel();
        self.alive.insert(request);
        let waiting = self.waiters.entry(request).or_default();
        waiting.retain(|waiter| !waiter.is_closed());
        waiting.push(sender);
        receiver
    }

    /// Tells everybody who waits how a question ended.
    pub(super) fn resolve(&mut self, request: RequestId, outcome: Outcome) {
        self.alive.remove(&request);
        for waiter in self.waiters.remove(&request).unwrap_or_default() {
            let _ = waiter.send(outcome);
        }
    }

    /// Whether a question was asked, or waited for, since the vault was unlocked. Another one was left by a process that ended without a
    /// lock; it waits for the rest of its time, so that the terminal can still answer it.
    pub(super) fn is_alive(&self, request: RequestId) -> bool {
        self.alive.contains(&request)
    }

    /// Whether a leaf was answered since the app was opened.
    pub(super) fn is_answered(&self, key: &PartyKey, scope: &Scope) -> bool {
        self.parties
            .get(key)
            .is_some_and(|memory| memory.answered.contains(scope))
    }

    /// Remembers that leaves were answered.
    pub(super) fn answered(&mut self, key: &PartyKey, scopes: &[Scope]) {
        let memory = self.parties.entry(key.clone()).or_default();
        for scope in scopes {
            if !memory.answered.contains(scope) {
                memory.answered.push(scope.clone());
            }
        }
    }

    /// Remembers that a question for these leaves ended with no.
    pub(super) fn refused(&mut self, key: &PartyKey, scopes: Vec<Scope>) {
        self.parties.entry(key.clone()).or_default().refused.push(scopes);
    }

    /// Whether a question for these leaves is the same as one that ended with no since the app was opened, or a wider one.
    pub(super) fn was_refused(&self, key: &PartyKey, scopes: &[Scope]) -> bool {
        let covers = |refused: &Vec<Scope>| refused.iter().all(|scope| scopes.contains(scope));
        self.parties
            .get(key)
            .is_some_and(|memory| memory.refused.iter().any(covers))
    }

    /// Remembers a grant for once.
    pub(super) fn keep_once(&mut self, key: &PartyKey, grant: GrantId) {
        self.parties.entry(key.clone()).or_default().once.push(grant);
    }

    /// Whether a grant for once was made in this opening.
    pub(super) fn holds_once(&self, key: &PartyKey, grant: GrantId) -> bool {
        self.parties
            .get(key)
            .is_some_and(|memory| memory.once.contains(&grant))
    }

    /// The line to which one more answer under a grant belongs, if the last one was a moment ago.
    pub(super) fn line(&self, key: &PartyKey, grant: GrantId, now: OffsetDateTime) -> Option<DisclosureId> {
        let (first, last) = self.parties.get(key)?.lines.get(&grant)?;
        (now - *last < ONE_LINE).then_some(*first)
    }

    /// Remembers the line that an answer under a grant began or continued.
    pub(super) fn keep_line(
        &mut self,
        key: &PartyKey,
        grant: GrantId,
        first: DisclosureId,
        now: OffsetDateTime,
    ) {
        let memory = self.parties.entry(key.clone()).or_default();
        memory.lines.insert(grant, (first, now));
    }

    /// Whether a refusal by rule is worth a line: the same one a moment ago has it already, and a recipient that varies its requests to
    /// fill the log gets no more than a few.
    pub(super) fn note_denied(&mut self, key: &PartyKey, scopes: &[Scope], now: OffsetDateTime) -> bool {
        let denied = &mut self.parties.entry(key.clone()).or_default().denied;
        denied.retain(|_, last| now - *last < ONE_LINE);
        if denied.len() >= MOST_DENIED || denied.contains_key(scopes) {
            return false;
        }
        denied.insert(scopes.to_vec(), now);
        true
    }

    /// Forgets everything about a recipient.
    pub(super) fn forget(&mut self, key: &PartyKey) {
        self.parties.remove(key);
    }

    /// Forgets the answers of an app's earlier opening, so that it is asked for again; what was shared with it stays.
    pub(crate) fn forget_answers(&mut self, key: &PartyKey) {
        if let Some(memory) = self.parties.get_mut(key) {
            memory.answered.clear();
            memory.refused.clear();
            memory.lines.clear();
        }
    }

    /// Notes that an app is open.
    pub(crate) fn open(&mut self, space: SpaceId, app: AppId, opening: Opening) {
        self.openings.insert((space, app), opening);
    }

    /// How an app is open; `None` when it is not.
    pub(crate) fn opened(&self, space: SpaceId, app: AppId) -> Option<&Opening> {
        self.openings.get(&(space, app))
    }

    /// Whether an app is open as a guest.
    pub(crate) fn is_guest(&self, space: SpaceId, app: AppId) -> bool {
        self.opened(space, app).is_some_and(|opening| opening.guest)
    }

    /// Notes that an app is closed.
    pub(crate) fn close(&mut self, space: SpaceId, app: AppId) {
        self.openings.remove(&(space, app));
    }

    /// The digest of the token of an app's opening; `None` when it is not open.
    pub(crate) fn opening(&self, space: SpaceId, app: AppId) -> Option<Sha256> {
        self.opened(space, app).map(|opening| opening.token)
    }

    /// Forgets everything about a space.
    pub(super) fn forget_space(&mut self, space: SpaceId) {
        self.parties.retain(|key, _| key.space != space);
        self.openings.retain(|(other, _), _| *other != space);
    }
}
