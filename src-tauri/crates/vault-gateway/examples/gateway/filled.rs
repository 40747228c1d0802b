//! A vault with records in it, and an app that may see them, behind a gateway.

use std::{path::Path, sync::Arc};

use serde_json::{Value, json};
use tempfile::TempDir;
use time::{Duration, OffsetDateTime};
use url::Url;
use vault_core::{
    CreateOptions, LockReason, LockedVault, SpaceHandle, VaultHandle,
    apps::NewApp,
    clock::SystemClock,
    connections::NewConnection,
    disclosure::{Asked, Decision, Duration as For, Narrowing},
    intake::RawDocument,
    persona::PersonaField,
};
use vault_crypto::{Passphrase, SpaceKey};
use vault_gateway::Gateway;
use vault_store::{
    AppId, Assurance, ConnectionId, Database, NewRecord, RecordKind, StoreError,
    apps::AppKind,
    connections::{self, Connection, ConnectionState, ConnectionWay},
    records,
    retrieval_documents::{self, NewDocument},
    retrievals::{self, Retrieval, RetrievalKind, RetrievalOutcome},
};

use super::Outcome;

const PASSPHRASE: &str = "ocean-lamp-ticket-forest-nine";
/// Records that one document brings.
const CHUNK: usize = 25_000;
/// What the person has in their profile.
pub(super) const FIELDS: [PersonaField; 4] = [
    PersonaField::FirstName,
    PersonaField::LastName,
    PersonaField::City,
    PersonaField::Position,
];

/// The vault, open and served.
pub(super) struct Filled {
    pub(super) folder: TempDir,
    pub(super) gateway: Gateway,
    /// The token of the app.
    pub(super) token: String,
    vault: VaultHandle,
    _locked: LockedVault,
}

impl Filled {
    pub(super) async fn new(records: usize) -> Outcome<Self> {
        let folder = tempfile::tempdir()?;
        let (locked, vault, _) = LockedVault::create(
            &folder.path().join("Bench.satchel"),
            &Passphrase::new(PASSPHRASE.into()),
            &CreateOptions::default(),
            Arc::new(SystemClock),
        )?;
        let space = vault.first_space().await?;
        fill(&space, records).await?;
        let gateway = Gateway::start(0).await?;
        gateway.serve(Some(vault.clone()));
        let app = admit(&space).await?;
        let token = space.open_app(app).await?.token.expose().to_owned();
        Ok(Self {
            folder,
            gateway,
            token,
            vault,
            _locked: locked,
        })
    }

    pub(super) async fn end(self) {
        self.gateway.stop().await;
        self.vault.lock(LockReason::You).await;
    }
}

/// An app that may see the person and the work, for good.
async fn admit(space: &SpaceHandle) -> Outcome<AppId> {
    let scopes: Vec<Value> = FIELDS
        .iter()
        .map(|field| json!({"scope": format!("vault:profile.{}:get", field.name())}))
        .chain([json!({"scope": "vault:work.records:get"})])
        .collect();
    let manifest = json!({
        "name": "Bench", "url": "http://127.0.0.1:9/", "allowreadprofile": 0, "vault": {"scopes": scopes}
    });
    let app = space
        .admit_app(NewApp {
            manifest: manifest.to_string(),
            url: Some(Url::parse("http://127.0.0.1:9/openplatform.json")?),
            kind: AppKind::Hosted,
            key_pin: String::new(),
        })
        .await?;
    let Asked::Question(id) = space.ask_for_app(app).await? else {
        return Err("the app was not asked about".into());
    };
    let question = space.question(id).await?;
    let decision = Decision {
        scopes: question.scopes.into_iter().map(|line| line.scope).collect(),
        narrowing: Narrowing::default(),
        duration: For::Until((OffsetDateTime::now_utc() + Duration::days(7)).date()),
        preview_sha256: None,
        passphrase: Some(Passphrase::new(PASSPHRASE.into())),
        policy: None,
    };
    space.allow(id, decision).await?;
    Ok(app)
}

async fn fill(space: &SpaceHandle, records: usize) -> Outcome<()> {
    for field in FIELDS {
        space.set_persona(field, "Lucía").await?;
    }
    let connection = space
        .add_connection(NewConnection {
            platform: "demo".into(),
            name: "Demo platform".into(),
            way: ConnectionWay::Link,
            state: ConnectionState::Working,
            account: String::new(),
            detail: serde_json::Map::new(),
        })
        .await?;
    let retrieval = space
        .begin_retrieval(connection, RetrievalKind::Fetch, "bench/1")
        .await?;
    for begin in (0..records).step_by(CHUNK) {
        let document = RawDocument {
            bytes: begin.to_string().into_bytes(),
            media_type: "application/json".into(),
            locator: "/v1/gigs".into(),
            position: u32::try_from(begin / CHUNK)?,
            assurance: Assurance::Fetched,
        };
        let end = records.min(begin + CHUNK);
        space
            .intake(retrieval, document, (begin..end).map(make).collect())
            .await?;
    }
    space
        .finish_retrieval(retrieval, RetrievalOutcome::Done, "")
        .await?;
    Ok(())
}

/// One gig of twenty minutes, forty minutes after the one before.
pub(super) fn make(at: usize) -> NewRecord {
    let gig = i64::try_from(at).unwrap_or(i64::MAX);
    let start = OffsetDateTime::UNIX_EPOCH + Duration::days(19_000) + Duration::minutes(40 * gig);
    NewRecord {
        end: Some(start + Duration::minutes(20)),
        type_name: Some("delivery".into()),
        title: Some(format!("Delivery {at}")),
        status: Some("completed".into()),
        distance_m: Some(2_400),
        duration_s: Some(1_200),
        ..NewRecord::new(RecordKind::Work, format!("gig-{at}"), Some(start))
    }
}

/// The same records in a database of their own, written at once.
pub(super) fn bare(path: &Path, records: usize) -> Outcome<Database> {
    let db = Database::create(path, &SpaceKey::generate().derive_database_key())?;
    let now = OffsetDateTime::now_utc();
    let link = Connection {
        id: ConnectionId::new(),
        platform: "demo".into(),
        name: "Demo platform".into(),
        way: ConnectionWay::Link,
        state: ConnectionState::Working,
        account: String::new(),
        detail: serde_json::Map::new(),
        created_at: now,
        state_since: now,
        last_fetch_at: None,
        next_try_at: None,
    };
    let retrieval = Retrieval::begin(link.id, RetrievalKind::Fetch, "bench/1", now);
    let made: Vec<NewRecord> = (0..records).map(make).collect();
    db.write(|tx| {
        connections::insert(tx, &link)?;
        retrievals::insert(tx, &retrieval)?;
        let document = NewDocument {
            bytes: b"{}",
            media_type: "application/json",
            locator: "/v1/gigs",
            position: 0,
            received_at: now,
            assurance: Assurance::Fetched,
            as_of: None,
        };
        let stored = retrieval_documents::store(tx, retrieval.id, &document)?;
        records::intake(tx, &stored, &made)?;
        Ok::<_, StoreError>(())
    })?;
    Ok(db)
}
