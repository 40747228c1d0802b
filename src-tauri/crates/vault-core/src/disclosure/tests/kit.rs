//! What the tests share: a vault in a temporary folder with made-up records, a clock that stands still, and an app.

use std::{sync::Arc, time::Duration as Wait};

use openplatform::token::AppToken;
use serde_json::Value;
use tempfile::TempDir;
use time::{Duration, OffsetDateTime, macros::datetime};
use tokio::sync::broadcast;
use url::Url;
use vault_store::{
    Amount, AppId, Assurance, ConnectionId, GrantId, NewRecord, RatingValue, RecordKind, RequestId, Scope,
    apps::{self, App, AppKind, AppState},
    connections::{ConnectionState, ConnectionWay},
    disclosures::{self, Disclosure},
    retrievals::{RetrievalKind, RetrievalOutcome},
};

use super::super::{
    Asked, Decision, Duration as For, Narrowing, Outcome,
    v1::{CONSENT_DENIED, Caller, V1Answer},
};
use crate::{
    LockedVault, SpaceHandle, VaultEvent, VaultHandle,
    apps::NewApp,
    clock::ManualClock,
    connections::NewConnection,
    intake::RawDocument,
    persona::PersonaField,
    test_vault::{SIGNER, TestVault, passphrase},
};

pub(super) const NOW: OffsetDateTime = datetime!(2026-11-22 09:00 UTC);

/// Stands in a review, in the name and in the account of the person; it must never be in the log, in an event or in a refusal.
pub(super) const CANARY: &str = "Canaria7731";

pub(super) struct World {
    pub(super) space: SpaceHandle,
    pub(super) vault: VaultHandle,
    pub(super) locked: LockedVault,
    pub(super) clock: Arc<ManualClock>,
    pub(super) meals: ConnectionId,
    pub(super) quill: ConnectionId,
    events: broadcast::Receiver<VaultEvent>,
    _folder: TempDir,
}

impl World {
    /// A vault with two connections: meals have gigs, payments, ratings and reviews over twelve weeks, quill has a few gigs.
    pub(super) async fn new() -> Self {
        let world = Self::empty(false).await;
        world.fill().await;
        world
    }

    pub(super) async fn empty(made_up: bool) -> Self {
        let TestVault {
            vault,
            space,
            locked,
            clock,
            folder,
            ..
        } = TestVault::with(Arc::clone(&SIGNER), NOW, made_up).await;
        let events = vault.events();
        let meals = connection(&space, "meals", "Rapid Meals").await;
        let quill = connection(&space, "quill", "Quillwork").await;
        Self {
            space,
            vault,
            locked,
            clock,
            meals,
            quill,
            events,
            _folder: folder,
        }
    }

    async fn fill(&self) {
        let mut records = Vec::new();
        for week in 0..12 {
            let start = datetime!(2026-11-18 18:00 +1) - Duration::weeks(week);
            records.extend(gig(week, start));
        }
        self.take(self.meals, records).await;
        let work = |n: i64| {
            let start = datetime!(2026-11-10 10:00 +1) - Duration::days(n);
            NewRecord {
                title: Some("Translation".into()),
                amount: Some(euros(5000)),
                duration_s: Some(7200),
                ..NewRecord::new(RecordKind::Work, format!("q{n}"), Some(start))
            }
        };
        self.take(self.quill, (0..3).map(work).collect()).await;
        for (field, value) in [
            (PersonaField::FirstName, CANARY),
            (PersonaField::LastName, "Example"),
            (PersonaField::TaxId, "X1234567"),
        ] {
            self.space.set_persona(field, value).await.unwrap();
        }
    }

    /// One gig.
    pub(super) async fn take_one(&self) {
        let start = datetime!(2026-11-18 18:00 +1);
        let one = NewRecord::new(RecordKind::Work, "one", Some(start));
        self.take(self.meals, vec![one]).await;
    }

    /// A ride that says exactly where it was and for whom, and a payment for it.
    pub(super) async fn take_a_ride(&self) {
        let start = datetime!(2026-11-19 18:00 +1);
        let extra = serde_json::json!({
            "city": "Barcelona", "pickup_address": "Carrer de Mallorca 12", "lat": 41.40361, "lon": 2.17436,
            "client": {"name": "Marta Soler"}
        });
        let ride = NewRecord {
            title: Some("Ride from Carrer de Mallorca 12, for Marta Soler".into()),
            amount: Some(euros(1234)),
            extra: extra.as_object().unwrap().clone(),
            ..NewRecord::new(RecordKind::Work, "ride", Some(start))
        };
        let paid = NewRecord {
            title: ride.title.clone(),
            amount: Some(euros(1234)),
            type_name: Some("fare".into()),
            work_key: Some("ride".into()),
            ..NewRecord::new(RecordKind::Payment, "fare", Some(start))
        };
        self.take(self.meals, vec![ride, paid]).await;
    }

    async fn take(&self, connection: ConnectionId, records: Vec<NewRecord>) {
        let retrieval = self
            .space
            .begin_retrieval(connection, RetrievalKind::Fetch, "oauth:test/1")
            .await
            .unwrap();
        let document = RawDocument {
            bytes: format!("{{\"of\":\"{connection}\"}}").into_bytes(),
            media_type: "application/json".into(),
            locator: "/gigs".into(),
            position: 0,
            assurance: Assurance::Fetched,
        };
        self.space.intake(retrieval, document, records).await.unwrap();
        self.space
            .finish_retrieval(retrieval, RetrievalOutcome::Done, "")
            .await
            .unwrap();
    }

    /// Installs an app that declares these scopes.
    pub(super) async fn app(&self, name: &str, scopes: &[&str]) -> AppId {
        let scopes: Vec<Value> = scopes
            .iter()
            .map(
                |scope| serde_json::json!({"scope": format!("vault:{scope}"), "explanation": "for the page"}),
            )
            .collect();
        let manifest = serde_json::json!({
            "name": name, "url": "https://app.example/", "author": "Fair Hours", "email": "privacy@app.example",
            "allowreadprofile": 0,
            "vault": {"purpose": "To show your work.", "privacy": "https://app.example/privacy", "scopes": scopes}
        });
        let new = NewApp {
            manifest: manifest.to_string(),
            url: Some(Url::parse(&format!("https://app.example/{name}.json")).unwrap()),
            kind: AppKind::Hosted,
            key_pin: String::new(),
        };
        self.space.admit_app(new).await.unwrap()
    }

    /// Brings an app into a state, as pausing and blocking do.
    pub(super) async fn set_app_state(&self, app: AppId, state: AppState) {
        self.space
            .write(move |turn| {
                Ok(turn.space.db.write(|tx| {
                    let known = apps::get(tx, app)?.unwrap();
                    apps::put(tx, &App { state, ..known })
                })?)
            })
            .await
            .unwrap();
    }

    /// Asks for an app, which must become a question.
    pub(super) async fn question(&self, app: AppId) -> RequestId {
        match self.space.ask_for_app(app).await.unwrap() {
            Asked::Question(id) => id,
            other @ (Asked::Granted(_) | Asked::Refused) => panic!("{other:?}"),
        }
    }

    /// Asks for an app and shares all that it asks for.
    pub(super) async fn share(&self, app: AppId, narrowing: Narrowing, duration: For) -> GrantId {
        let id = self.question(app).await;
        let grant = self.allow(id, narrowing, duration).await;
        assert_eq!(self.space.wait(id).await.unwrap(), Outcome::Granted(grant));
        grant
    }

    /// Shares all that a question asks for, after looking at what would leave.
    pub(super) async fn allow(&self, id: RequestId, narrowing: Narrowing, duration: For) -> GrantId {
        let question = self.space.question(id).await.unwrap();
        let scopes: Vec<Scope> = question.scopes.into_iter().map(|line| line.scope).collect();
        let preview = self
            .space
            .preview(id, scopes.clone(), narrowing.clone())
            .await
            .unwrap();
        let decision = Decision {
            scopes,
            narrowing,
            duration,
            preview_sha256: Some(preview.sha256),
            passphrase: Some(passphrase()),
            policy: None,
        };
        self.space.allow(id, decision).await.unwrap()
    }

    pub(super) async fn get(&self, app: AppId, path: &str) -> V1Answer {
        self.space.answer_v1(Caller::App(app), path, None).await.unwrap()
    }

    /// Reads a path that must be answered with data, and says that it arrived.
    pub(super) async fn read(&self, app: AppId, path: &str) -> Value {
        let answer = self.get(app, path).await;
        assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
        if let Some(id) = answer.disclosure {
            self.space.delivered(id).await.unwrap();
        }
        serde_json::from_slice(&answer.body).unwrap()
    }

    /// Reads a path that must be refused at once.
    pub(super) async fn denied(&self, app: AppId, path: &str) {
        let answer = tokio::time::timeout(Wait::from_secs(20), self.get(app, path))
            .await
            .expect("a refusal waits for nobody");
        assert_eq!(answer.status, 403);
        assert_eq!(answer.body, CONSENT_DENIED);
        assert_eq!(answer.disclosure, None);
    }

    /// The whole log, oldest first.
    pub(super) async fn log(&self) -> Vec<Disclosure> {
        self.space
            .read(|db| {
                let mut all = Vec::new();
                db.read(|view| {
                    disclosures::each(view, |entry| {
                        all.push(entry);
                        Ok::<_, crate::VaultError>(())
                    })
                })?;
                Ok(all)
            })
            .await
            .unwrap()
    }

    /// The kinds of the log's entries, oldest first, without that of the installation.
    pub(super) async fn log_kinds(&self) -> Vec<&'static str> {
        let log = self.log().await;
        log.iter()
            .map(|entry| entry.kind.as_str())
            .filter(|kind| *kind != "installed")
            .collect()
    }

    /// Everything that was told to the watchers since the last call, as text.
    pub(super) fn told(&mut self) -> Vec<VaultEvent> {
        let mut told = Vec::new();
        while let Ok(event) = self.events.try_recv() {
            told.push(event);
        }
        told
    }
}

/// A grant that stands for a week.
pub(super) fn week() -> For {
    For::Until((NOW + Duration::days(7)).date())
}

pub(super) fn euros(minor: i64) -> Amount {
    Amount {
        minor,
        currency: "EUR".parse().unwrap(),
        exponent: 2,
    }
}

/// A token that nobody was given.
pub(super) fn stranger() -> AppToken {
    AppToken::from_random(&[7; 32])
}

async fn connection(space: &SpaceHandle, platform: &str, name: &str) -> ConnectionId {
    let new = NewConnection {
        platform: platform.into(),
        name: name.into(),
        way: ConnectionWay::Link,
        state: ConnectionState::Working,
        account: format!("{CANARY}@example.org"),
        detail: serde_json::Map::new(),
    };
    space.add_connection(new).await.unwrap()
}

fn gig(week: i64, start: OffsetDateTime) -> Vec<NewRecord> {
    let stars = RatingValue {
        name: "stars".into(),
        value: 4.0,
        min: 1.0,
        max: 5.0,
    };
    vec![
        NewRecord {
            title: Some("Delivery".into()),
            status: Some("completed".into()),
            duration_s: Some(3600),
            distance_m: Some(2300),
            ..NewRecord::new(RecordKind::Work, format!("w{week}"), Some(start))
        },
        NewRecord {
            type_name: Some("earning".into()),
            amount: Some(euros(1000 + week)),
            work_key: Some(format!("w{week}")),
            ..NewRecord::new(RecordKind::Payment, format!("p{week}"), Some(start))
        },
        NewRecord {
            rating: Some(stars.clone()),
            work_key: Some(format!("w{week}")),
            ..NewRecord::new(RecordKind::Rating, format!("r{week}"), Some(start))
        },
        NewRecord {
            text: Some(format!("{CANARY} was on time")),
            rating: Some(stars),
            ..NewRecord::new(RecordKind::Review, format!("v{week}"), Some(start))
        },
    ]
}
