//! The same events on a real vault, with the log looked through after each.

use std::collections::{BTreeSet, HashSet};

use serde_json::Value;
use time::Duration;
use tokio::task::JoinHandle;
use vault_store::{
    AppId, GrantId, PartyKind, RequestId, Scope,
    disclosures::{self, DisclosureKind, LogFilter},
    grants::Precision,
};

use super::super::super::{
    Decision, Duration as For, Narrowing,
    v1::{Caller, V1Answer},
};
use super::super::kit::{CANARY, World};
use super::model::{Effect, Event, Model, REVIEWS, Reply, SUMS, Scopes, WORK};
use crate::{LockReason, SpaceHandle, VaultError, test_vault::passphrase};

const NAMES: [(Scopes, &str); 3] = [
    (WORK, "vault:work.records:get"),
    (REVIEWS, "vault:reviews:get"),
    (SUMS, "vault:work.summary:get"),
];

/// More lines of one app than an event can add.
const MOST_LINES: u32 = 24;

type Reading = JoinHandle<Result<V1Answer, VaultError>>;

/// A vault with two spaces, and what is known of the app whose path is walked.
pub(super) struct Driver {
    world: World,
    other: SpaceHandle,
    path: Path,
}

/// One installation from its first event on.
struct Path {
    app: AppId,
    model: Model,
    events: Vec<Event>,
    /// Oldest first.
    questions: Vec<RequestId>,
    ended: Option<RequestId>,
    /// Newest first, with whether for once.
    grants: Vec<(GrantId, bool)>,
    /// Grants that may never answer again.
    over: HashSet<GrantId>,
    /// A reading that waits, and what it names.
    reading: Option<(Scopes, Reading)>,
    /// Entries of the app that were looked at.
    lines: u64,
    /// Grants that the log says are given, and not that they ended.
    given: BTreeSet<GrantId>,
}

impl Driver {
    pub(super) async fn new() -> Self {
        let world = World::new().await;
        let other = world.vault.add_space("Other", false).await.unwrap();
        let path = Path::begin(&world).await;
        Self { world, other, path }
    }

    pub(super) fn model(&self) -> &Model {
        &self.path.model
    }

    /// Takes the app away and begins with a new one: nothing of an installation is left for the next.
    pub(super) async fn begin_again(&mut self) {
        if let Some((_, reading)) = self.path.reading.take() {
            reading.abort();
        }
        self.world.space.remove_app(self.path.app).await.unwrap();
        assert_eq!(
            self.world.get(self.path.app, "/v1/records").await,
            V1Answer::consent_denied()
        );
        self.path = Path::begin(&self.world).await;
    }

    /// The whole log is one chain.
    pub(super) async fn end(self) -> u64 {
        let check = self.world.space.verify_log().await.unwrap();
        assert_eq!(check.broken, None);
        check.entries
    }

    /// Lets an event happen to the vault and to the model, and compares everything that can be seen.
    pub(super) async fn happen(&mut self, event: Event) {
        self.path.events.push(event);
        let effect = self.path.model.happen(event);
        self.act(event, effect).await;
        self.know_questions().await;
        self.compare_waiting(effect).await;
        self.compare_what_is_open().await;
    }

    async fn act(&mut self, event: Event, effect: Effect) {
        let (space, app) = (self.world.space.clone(), self.path.app);
        match event {
            Event::Ask => drop(space.ask_for_app(app).await.unwrap()),
            Event::Open => drop(space.open_app(app).await.unwrap()),
            Event::Close => self.close().await,
            Event::Look => self.look().await,
            Event::AllowOnce | Event::AllowUntil | Event::NarrowOnce | Event::NarrowUntil | Event::Sums => {
                self.allow(event).await;
            }
            Event::Deny => {
                let id = self.path.end_question();
                space.refuse(id).await.unwrap();
            }
            Event::LateYes => self.late_yes().await,
            Event::QuestionTime => self.pass(Duration::minutes(10)).await,
            Event::GrantTime => {
                self.pass(Duration::days(9)).await;
                self.path.end_grants(|once| !once);
            }
            Event::Revoke => {
                let (grant, _) = self.path.grants.remove(0);
                space.revoke(grant).await.unwrap();
                self.path.over.insert(grant);
            }
            Event::Lock => self.lock().await,
            Event::Switch => {
                self.try_other_space().await;
                self.close().await;
            }
            Event::ReadWork => self.read("/v1/records?kind=work&limit=200", WORK, effect).await,
            Event::ReadBoth => {
                let path = "/v1/records?kind=work,review&limit=200";
                self.read(path, WORK | REVIEWS, effect).await;
            }
            Event::ReadSums => self.read("/v1/summary", SUMS, effect).await,
            Event::Poll => {
                self.read("/v1/changes?kind=work&after=1000000", WORK, effect)
                    .await
            }
        }
    }

    async fn close(&mut self) {
        self.world.space.app_closed(self.path.app).await.unwrap();
        self.path.end_opening();
    }

    async fn pass(&mut self, time: Duration) {
        self.world.clock.advance(time);
        self.world.space.sweep().await.unwrap();
        while !self.path.questions.is_empty() {
            self.path.end_question();
        }
    }

    async fn lock(&mut self) {
        self.world.vault.lock(LockReason::You).await;
        let locked = self
            .world
            .space
            .answer_v1(Caller::App(self.path.app), "/v1/records", None)
            .await;
        assert!(matches!(locked, Err(VaultError::Locked)));
        self.world.vault = self.world.locked.unlock(&passphrase()).unwrap();
        self.world.space = self.world.vault.first_space().await.unwrap();
        self.other = self.world.vault.space(self.other.id()).await.unwrap();
        self.path.end_opening();
    }

    /// Looking at a choice, or asking whether it needs the passphrase, decides nothing.
    async fn look(&mut self) {
        let id = self.path.questions[0];
        let asked = self.path.model.question().unwrap();
        let lowest = scopes(asked & asked.wrapping_neg());
        let space = &self.world.space;
        space.question(id).await.unwrap();
        space
            .preview(id, lowest.clone(), Narrowing::default())
            .await
            .unwrap();
        let weekly = narrowing(Event::Sums);
        if asked & WORK != 0 {
            space.preview(id, scopes(WORK), weekly).await.unwrap();
        }
        space
            .needs_passphrase(id, lowest, Narrowing::default(), For::UntilRevoked)
            .await
            .unwrap();
    }

    async fn allow(&mut self, event: Event) {
        let asked = scopes_asked(&self.world.space, self.path.questions[0]).await;
        let (granted, once) = event.yes(asked).unwrap();
        let chosen = if event == Event::Sums { WORK } else { granted };
        let id = self.path.end_question();
        let decision = self.decision(chosen, event, once);
        let grant = self.world.space.allow(id, decision).await.unwrap();
        self.path.grants.insert(0, (grant, once));
    }

    fn decision(&self, chosen: Scopes, event: Event, once: bool) -> Decision {
        let today = self.world.space.vault().clock().now();
        Decision {
            scopes: scopes(chosen),
            narrowing: narrowing(event),
            duration: if once {
                For::Once
            } else {
                For::Until((today + Duration::days(7)).date())
            },
            preview_sha256: None,
            passphrase: None,
            policy: None,
        }
    }

    async fn late_yes(&mut self) {
        let Some(id) = self.path.ended else { return };
        let decision = self.decision(WORK, Event::AllowUntil, false);
        let late = self.world.space.allow(id, decision).await;
        assert!(
            matches!(late, Err(VaultError::NoSuch("question"))),
            "{:?}: {late:?}",
            self.path.events
        );
        let late = self.world.space.refuse(id).await;
        assert!(matches!(late, Err(VaultError::NoSuch("question"))));
    }

    /// Nothing of one space is known in another.
    async fn try_other_space(&self) {
        let answer = self
            .other
            .answer_v1(Caller::App(self.path.app), "/v1/records", None)
            .await;
        assert_eq!(answer.unwrap(), V1Answer::consent_denied());
        if let Some(id) = self.path.questions.first() {
            let decision = self.decision(WORK, Event::AllowUntil, false);
            assert!(matches!(
                self.other.allow(*id, decision).await,
                Err(VaultError::NoSuch(_))
            ));
            assert!(matches!(self.other.refuse(*id).await, Err(VaultError::NoSuch(_))));
        }
        if let Some((grant, _)) = self.path.grants.first() {
            assert!(matches!(
                self.other.revoke(*grant).await,
                Err(VaultError::NoSuch(_))
            ));
        }
        assert!(self.other.grants().await.unwrap().is_empty());
    }

    /// Begins a reading; it is answered at once or left waiting, as the model says.
    async fn read(&mut self, path: &'static str, wants: Scopes, effect: Effect) {
        let (space, app) = (self.world.space.clone(), self.path.app);
        let reading = tokio::spawn(async move { space.answer_v1(Caller::App(app), path, None).await });
        // It has said to the vault what it wants before anything else happens.
        tokio::task::yield_now().await;
        match effect.reply {
            Some(reply) => self.compare_answer(reading, reply, wants).await,
            None => self.path.reading = Some((wants, reading)),
        }
    }

    async fn compare_waiting(&mut self, effect: Effect) {
        match (self.path.reading.take(), effect.waited) {
            (Some((wants, reading)), Some(reply)) => self.compare_answer(reading, reply, wants).await,
            (Some((wants, reading)), None) => {
                tokio::task::yield_now().await;
                assert!(
                    !reading.is_finished(),
                    "{:?} answered too early",
                    self.path.events
                );
                self.path.reading = Some((wants, reading));
            }
            (None, waited) => assert_eq!(waited, None),
        }
    }

    async fn compare_answer(&mut self, reading: Reading, reply: Reply, wants: Scopes) {
        let events = &self.path.events;
        let answer = tokio::time::timeout(std::time::Duration::from_secs(20), reading)
            .await
            .unwrap_or_else(|_| panic!("{events:?} gets no answer"))
            .unwrap();
        match (reply, answer) {
            (Reply::Locked, Err(VaultError::Locked)) => {}
            (Reply::Locked | Reply::Denied, Ok(answer)) => {
                assert_eq!(
                    answer,
                    V1Answer::consent_denied(),
                    "{events:?}: {}",
                    body(&answer)
                );
                self.look_through_log(&[]).await;
            }
            (Reply::Shared, Ok(answer)) => {
                assert_eq!(answer.status, 200, "{events:?}");
                check_body(&answer, wants & self.path.model.opened(), events);
                self.look_through_log(&[&answer]).await;
            }
            (_, other) => panic!("{events:?}: {reply:?}, and got {other:?}"),
        }
    }

    /// Reads all that is shared, which asks nobody, and what the grants are.
    async fn compare_what_is_open(&mut self) {
        let open = self.path.model.opened();
        let all = self.world.get(self.path.app, "/v1/records?limit=200").await;
        let grant = self.world.get(self.path.app, "/v1/grant").await;
        let events = &self.path.events;
        if open & (WORK | REVIEWS) == 0 {
            assert!(all == V1Answer::consent_denied(), "{events:?}: {all:?}");
        } else {
            assert_eq!(all.status, 200, "{events:?}");
            check_body(&all, open & (WORK | REVIEWS), events);
        }
        if self.path.model.grants() == 0 {
            assert!(grant == V1Answer::consent_denied(), "{events:?}: {grant:?}");
        } else {
            assert_eq!(grant.status, 200, "{events:?}");
        }
        self.look_through_log(&[&all]).await;
    }

    /// Every entry since the last look: each release stands on a grant that was given before and has not ended, and each answer with
    /// data has its entry.
    async fn look_through_log(&mut self, answers: &[&V1Answer]) {
        let filter = LogFilter {
            party: Some((PartyKind::App, self.path.app.to_string())),
            ..LogFilter::default()
        };
        let seen = self.path.lines;
        let mut lines = self
            .world
            .space
            .read(move |db| Ok(db.read(|view| disclosures::list(view, &filter, 0, MOST_LINES))?))
            .await
            .unwrap();
        assert!(lines.len() < MOST_LINES as usize || lines.iter().any(|line| line.seq <= seen));
        lines.retain(|line| line.seq > seen);
        lines.reverse();
        let mut released = Vec::new();
        for line in &lines {
            self.path.lines = line.seq;
            match (line.kind, line.grant) {
                (DisclosureKind::Granted, Some(grant)) => drop(self.path.given.insert(grant)),
                (DisclosureKind::Revoked | DisclosureKind::Expired, Some(grant)) => {
                    assert!(self.path.given.remove(&grant), "{:?}", self.path.events);
                }
                (DisclosureKind::Released, grant) => {
                    let grant = grant.expect("a release stands on a grant");
                    let stands = self.path.given.contains(&grant) && !self.path.over.contains(&grant);
                    assert!(stands, "{:?}: a grant that is over answered", self.path.events);
                    released.push(line.id);
                }
                _ => {}
            }
        }
        let handed: Vec<_> = answers.iter().filter_map(|answer| answer.disclosure).collect();
        assert_eq!(
            released, handed,
            "{:?}: answers and their entries",
            self.path.events
        );
    }

    /// Learns the id of a question that the event raised.
    async fn know_questions(&mut self) {
        let expected = self.path.model.questions();
        if self.path.questions.len() == expected {
            return;
        }
        for request in self.world.space.pending_requests().await.unwrap() {
            if !self.path.questions.contains(&request.id) {
                self.path.questions.push(request.id);
            }
        }
        assert_eq!(
            self.path.questions.len(),
            expected,
            "{:?}: questions",
            self.path.events
        );
    }
}

impl Path {
    async fn begin(world: &World) -> Self {
        let app = world
            .app(
                &format!("App {}", AppId::new()),
                &["work.records:get", "reviews:get"],
            )
            .await;
        let lines = world.log().await.last().map_or(0, |line| line.seq);
        Self {
            app,
            model: Model::default(),
            events: Vec::new(),
            questions: Vec::new(),
            ended: None,
            grants: Vec::new(),
            over: HashSet::new(),
            reading: None,
            lines,
            given: BTreeSet::new(),
        }
    }

    fn end_question(&mut self) -> RequestId {
        let id = self.questions.remove(0);
        self.ended = Some(id);
        id
    }

    fn end_grants(&mut self, which: impl Fn(bool) -> bool) {
        let ended = self
            .grants
            .iter()
            .filter(|(_, once)| which(*once))
            .map(|(id, _)| *id);
        self.over.extend(ended);
        self.grants.retain(|(_, once)| !which(*once));
    }

    fn end_opening(&mut self) {
        while !self.questions.is_empty() {
            self.end_question();
        }
        self.end_grants(|once| once);
    }
}

fn narrowing(event: Event) -> Narrowing {
    Narrowing {
        precision: if event == Event::Sums {
            Precision::Week
        } else {
            Precision::Exact
        },
        ..Narrowing::default()
    }
}

fn scopes(bits: Scopes) -> Vec<Scope> {
    let named = NAMES.iter().filter(|(bit, _)| bits & bit != 0);
    named.map(|(_, name)| Scope::new(name).unwrap()).collect()
}

async fn scopes_asked(space: &SpaceHandle, id: RequestId) -> Scopes {
    let lines = space.question(id).await.unwrap().scopes;
    let bit = |scope: &Scope| {
        NAMES
            .iter()
            .find(|(_, name)| *name == scope.to_string())
            .unwrap()
            .0
    };
    lines.iter().fold(0, |all, line| all | bit(&line.scope))
}

/// An answer holds the kinds that are open and no others; the canary stands in the reviews only.
fn check_body(answer: &V1Answer, open: Scopes, events: &[Event]) {
    let text = body(answer);
    if open & REVIEWS == 0 {
        assert!(!text.contains(CANARY), "{events:?}");
    }
    let parsed: Value = serde_json::from_str(&text).unwrap();
    let Some(records) = parsed["records"].as_array() else {
        assert!(
            open & SUMS != 0 && !parsed["periods"].as_array().unwrap().is_empty(),
            "{events:?}"
        );
        return;
    };
    let kinds: BTreeSet<&str> = records
        .iter()
        .map(|record| record["kind"].as_str().unwrap())
        .collect();
    let mut expected = BTreeSet::new();
    if answer.disclosure.is_some() {
        expected.extend((open & WORK != 0).then_some("work"));
        expected.extend((open & REVIEWS != 0).then_some("review"));
    }
    assert_eq!(kinds, expected, "{events:?}");
}

fn body(answer: &V1Answer) -> String {
    String::from_utf8_lossy(&answer.body).into_owned()
}
