//! What the tests share: a vault with a bit of everything, keys to lock a backpack for, and what is in a space to be compared.

use ::backpack::{EntryPath, Limits, Reader};
use std::{
    path::PathBuf,
    sync::{Arc, LazyLock},
};

use secrecy::SecretString;
use serde_json::json;
use time::{Duration, OffsetDateTime, macros::datetime};
use url::Url;
use vault_crypto::{RecoveryCode, Signer};
use vault_store::{
    Amount, AppId, Assurance, ConnectionId, Face, GrantId, NewRecord, RatingValue, Record, RecordKind, Scope,
    SecretValue, Sha256, View,
    apps::AppKind,
    connection_secrets,
    connections::{self, Connection, ConnectionState, ConnectionWay},
    disclosures::{self, Disclosure},
    erasures::{self, Erasure, ErasureState, ErasureWay},
    grants::{self, Amounts, Grant, GrantDuration, GrantState, People, Places, Precision},
    persona,
    raw_documents::{self, DocumentInfo},
    record_versions::{self, RecordVersion},
    records::{self, RecordFilter},
    retrievals::{self, Retrieval, RetrievalKind, RetrievalOutcome},
    settings,
};

use super::super::{
    BackpackError, Identities, Keys, LockPassphrase, Locks, PackReport, PackRequest, Recipients,
    RestoreReport, Stop, WorkFactor,
};
use crate::{
    SpaceHandle, VaultError,
    apps::NewApp,
    clock::ManualClock,
    connections::NewConnection,
    disclosure::{APP_FACE, app_party},
    intake::RawDocument,
    own_entries::OwnEntry,
    persona::PersonaField,
    settings::Setting,
};

pub(super) use crate::test_vault::TestVault as World;

pub(super) const NOW: OffsetDateTime = datetime!(2026-11-24 09:00 UTC);
pub(super) const BACKPACK_PASSPHRASE: &str = "another-passphrase-for-the-file";
/// A token of the connection and of the app; only a full backpack may hold them.
pub(super) const TOKEN: &str = "CanaryTokenOfTheConnection";
/// Stands in a title and in the person's name.
pub(super) const NAME: &str = "CanaryMarta";

/// Making a key takes seconds; the tests share two: that of the vault, and that of somebody else's.
pub(super) static ISSUERS: LazyLock<[Arc<Signer>; 2]> =
    LazyLock::new(|| [(); 2].map(|()| Arc::new(Signer::generate().unwrap())));

impl World {
    /// A vault with nothing in it.
    pub(super) async fn empty(issuer: usize, made_up: bool) -> Self {
        Self::with(Arc::clone(&ISSUERS[issuer]), NOW, made_up).await
    }

    /// A vault with nothing in it, which signs with a key that it was given.
    pub(super) async fn signing_with(issuer: Arc<Signer>) -> Self {
        Self::with(issuer, NOW, false).await
    }

    /// A vault with a bit of everything.
    pub(super) async fn full() -> Self {
        let world = Self::empty(0, false).await;
        fill(&world.space, &world.clock).await;
        world
    }

    /// A second, empty vault of somebody else.
    pub(super) async fn elsewhere() -> Self {
        Self::empty(1, false).await
    }

    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Packs for a passphrase that is cheap to check.
    pub(super) async fn pack(&self, name: &str, full: bool) -> PackReport {
        self.try_pack(name, full).await.unwrap()
    }

    pub(super) async fn try_pack(&self, name: &str, full: bool) -> Result<PackReport, BackpackError> {
        let request = PackRequest {
            path: self.file(name),
            locks: locks(),
            full,
        };
        self.space.pack(request, Stop::default(), |_| {}).await
    }

    pub(super) async fn restore(&self, from: &PackReport) -> Result<RestoreReport, BackpackError> {
        self.space
            .restore(&from.file, keys(), Stop::default(), |_| {})
            .await
    }

    /// The names of the files beside the vault.
    pub(super) fn files(&self) -> Vec<String> {
        let mut names: Vec<String> = std::fs::read_dir(self.folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name != "Test.satchel")
            .collect();
        names.sort();
        names
    }
}

pub(super) fn locks() -> Locks {
    let passphrase = LockPassphrase::new(SecretString::from(BACKPACK_PASSPHRASE)).unwrap();
    Locks::Passphrase(passphrase.with_work(WorkFactor::new(2).unwrap()))
}

pub(super) fn keys() -> Keys {
    Keys::Passphrase(SecretString::from(BACKPACK_PASSPHRASE))
}

/// A key of somebody: the lock, the key, and the text of its file.
pub(super) fn somebody() -> (Locks, Keys, String) {
    use secrecy::ExposeSecret as _;
    let code = RecoveryCode::generate();
    let file = format!("# key\n{}\n", code.to_age_identity_string().expose_secret());
    let locks = Locks::Recipients(Recipients::parse([code.recipient()]).unwrap());
    (locks, Keys::Identities(Identities::parse(&file).unwrap()), file)
}

/// Everything in a space that a backpack has to bring back.
#[derive(Debug, PartialEq)]
pub(super) struct Everything {
    pub(super) records: Sha256,
    pub(super) persona: Vec<(String, String, OffsetDateTime)>,
    pub(super) connections: Vec<Connection>,
    pub(super) retrievals: Vec<Retrieval>,
    pub(super) originals: Vec<DocumentInfo>,
    pub(super) versions: Vec<RecordVersion>,
    pub(super) grants: Vec<Grant>,
    pub(super) erasures: Vec<Erasure>,
    pub(super) log: Vec<Disclosure>,
}

pub(super) async fn everything(space: &SpaceHandle) -> Everything {
    space
        .read(|db| db.read(|view| Ok::<_, VaultError>(read(view)?)))
        .await
        .unwrap()
}

fn read(view: &View<'_>) -> Result<Everything, vault_store::StoreError> {
    let connections = connections::list(view)?;
    let (mut versions, mut log) = (Vec::new(), Vec::new());
    for connection in &connections {
        record_versions::each(view, connection.id, |version| {
            versions.push(version);
            Ok::<_, vault_store::StoreError>(())
        })?;
    }
    disclosures::each(view, |entry| {
        log.push(entry);
        Ok::<_, vault_store::StoreError>(())
    })?;
    let values = persona::list(view)?;
    Ok(Everything {
        records: records::digest(view)?,
        persona: values
            .into_iter()
            .map(|row| (row.field, row.value, row.updated_at))
            .collect(),
        connections,
        retrievals: retrievals::list(view)?,
        originals: raw_documents::list(view)?,
        versions,
        grants: grants::list(view)?,
        erasures: erasures::list(view)?,
        log,
    })
}

pub(super) async fn all_records(space: &SpaceHandle) -> Vec<Record> {
    space
        .records_after(RecordFilter::default(), None, 100_000)
        .await
        .unwrap()
        .0
}

/// Adds `count` gigs to a connection, in one document.
pub(super) async fn gigs(space: &SpaceHandle, connection: ConnectionId, from: i64, count: i64) {
    let records: Vec<NewRecord> = (from..from + count).map(gig).collect();
    let bytes = format!("{{\"items\":\"{from} to {}\"}}", from + count).into_bytes();
    take(space, connection, RetrievalKind::Fetch, bytes, records).await;
}

pub(super) fn gig(n: i64) -> NewRecord {
    let start = datetime!(2026-09-01 18:30 +2) + Duration::hours(n);
    NewRecord {
        end: Some(start + Duration::minutes(20)),
        type_name: Some("delivery".into()),
        title: Some(format!("Order {n}, “ü”, =1+1")),
        status: Some("completed".into()),
        distance_m: Some(2310),
        duration_s: Some(1200),
        amount: Some(euros(675 + n % 100)),
        path: format!("$.items[{n}]"),
        extra: json!({"city": "Girona", "score": 0.30000000000000004, "nested": {"b": [1.5e-7, null], "a": true}})
            .as_object()
            .unwrap()
            .clone(),
        ..NewRecord::new(RecordKind::Work, format!("gig:{n}"), Some(start))
    }
}

pub(super) fn euros(minor: i64) -> Amount {
    Amount {
        minor,
        currency: "EUR".parse().unwrap(),
        exponent: 2,
    }
}

pub(super) async fn take(
    space: &SpaceHandle,
    connection: ConnectionId,
    kind: RetrievalKind,
    bytes: Vec<u8>,
    records: Vec<NewRecord>,
) {
    let retrieval = space
        .begin_retrieval(connection, kind, "oauth:demo/1")
        .await
        .unwrap();
    let document = RawDocument {
        bytes,
        media_type: "application/json".into(),
        locator: "/api/v1/gigs?limit=500".into(),
        position: 0,
        assurance: Assurance::Fetched,
    };
    space.intake(retrieval, document, records).await.unwrap();
    space
        .finish_retrieval(retrieval, RetrievalOutcome::Done, "")
        .await
        .unwrap();
}

pub(super) async fn connect(space: &SpaceHandle, name: &str) -> ConnectionId {
    let new = NewConnection {
        platform: "demo".into(),
        name: name.into(),
        way: ConnectionWay::Link,
        state: ConnectionState::Working,
        account: "me@example.org".into(),
        detail: json!({"granted": ["gigs:read"]}).as_object().unwrap().clone(),
    };
    space.add_connection(new).await.unwrap()
}

async fn fill(space: &SpaceHandle, clock: &ManualClock) {
    let first = connect(space, "Demo").await;
    clock.advance(Duration::seconds(1));
    let second = connect(space, "Demo, second account").await;
    let secrets = vec![("refresh_token", SecretValue::from(TOKEN))];
    space.set_connection_secrets(first, secrets).await.unwrap();
    gigs(space, first, 0, 1_200).await;
    clock.advance(Duration::minutes(1));
    take(
        space,
        first,
        RetrievalKind::Fetch,
        b"{\"of\":\"feedback\"}".to_vec(),
        feedback(),
    )
    .await;
    clock.advance(Duration::minutes(1));
    let mut corrected = gig(3);
    corrected.title = Some(NAME.into());
    take(
        space,
        first,
        RetrievalKind::Fetch,
        b"{\"later\":true}".to_vec(),
        vec![corrected],
    )
    .await;
    take(
        space,
        second,
        RetrievalKind::Import,
        vec![0, 159, 146, 150],
        vec![gig(1)],
    )
    .await;
    // The same bytes for both connections are one original.
    take(
        space,
        second,
        RetrievalKind::Fetch,
        b"{\"later\":true}".to_vec(),
        Vec::new(),
    )
    .await;
    clock.advance(Duration::minutes(1));
    own(space).await;
    for (field, value) in [
        (PersonaField::FirstName, NAME),
        (PersonaField::LastName, "Vidal"),
        (PersonaField::Languages, "ca, es"),
        (PersonaField::ZipCode, "08001"),
    ] {
        space.set_persona(field, value).await.unwrap();
    }
    space.set_setting(Setting::Theme, "dark").await.unwrap();
    space
        .set_setting(Setting::LockIdleMinutes, "never")
        .await
        .unwrap();
    let app = install(space).await;
    clock.advance(Duration::minutes(1));
    allow(space, app).await;
}

/// A rating whose value needs seventeen digits, a review, an achievement, an undated restriction, payments.
fn feedback() -> Vec<NewRecord> {
    let at = Some(datetime!(2026-10-02 10:00 +2));
    let belongs = |kind, key: &str| NewRecord {
        work_key: Some("gig:7".into()),
        path: format!("$.{key}"),
        ..NewRecord::new(kind, key, at)
    };
    let value = |value| {
        Some(RatingValue {
            name: "on_time".into(),
            value,
            min: 0.0,
            max: 1.0,
        })
    };
    vec![
        NewRecord {
            rating: value(0.1 + 0.2),
            ..belongs(RecordKind::Rating, "rating")
        },
        NewRecord {
            title: Some("Good".into()),
            text: Some("Fast,\n\"careful\"".into()),
            ..belongs(RecordKind::Review, "review")
        },
        NewRecord {
            type_name: Some("fare".into()),
            amount: Some(euros(675)),
            ..belongs(RecordKind::Payment, "fare")
        },
        NewRecord {
            type_name: Some("charge".into()),
            amount: Some(euros(-90)),
            ..belongs(RecordKind::Payment, "charge")
        },
        NewRecord {
            type_name: Some("Badge".into()),
            title: Some("Top talent".into()),
            ..NewRecord::new(RecordKind::Achievement, "badge", at)
        },
        NewRecord {
            title: Some("Paused".into()),
            ..NewRecord::new(RecordKind::Restriction, "pause", None)
        },
    ]
}

async fn own(space: &SpaceHandle) {
    for title in ["Moved a piano", "Moved a piano"] {
        let mut entry = OwnEntry::new(RecordKind::Work, datetime!(2026-11-01 9:00 +1));
        entry.title = Some(title.into());
        entry.amount = Some(euros(5_000));
        space.add_own_entry(entry).await.unwrap();
    }
}

async fn install(space: &SpaceHandle) -> AppId {
    let manifest = json!({"name": "Hourly", "url": "https://hourly.example/app", "author": "Hourly", "allowreadprofile": 0});
    let new = NewApp {
        manifest: manifest.to_string(),
        url: Some(Url::parse("https://hourly.example/openplatform.json").unwrap()),
        kind: AppKind::Hosted,
        key_pin: String::new(),
    };
    let app = space.admit_app(new).await.unwrap();
    space
        .set_app_config(app, Some("{\"week\":\"monday\"}".into()))
        .await
        .unwrap();
    app
}

/// A grant that stands, with its entry in the log.
async fn allow(space: &SpaceHandle, app: AppId) {
    space
        .write(move |turn| {
            let party = app_party(app, "Hourly");
            let grant = Grant {
                id: GrantId::new(),
                recipient: party.clone(),
                face: APP_FACE,
                purpose: "To show what an hour brings".into(),
                scopes: vec![Scope::new("vault:work.summary:get").unwrap()],
                connections: None,
                from: Some(time::macros::date!(2026 - 01 - 01)),
                to: None,
                precision: Precision::Week,
                amounts: Amounts::Exact,
                places: Places::Hidden,
                people: People::Removed,
                duration: GrantDuration::UntilStopped,
                until: None,
                created_at: turn.now(),
                shown_sha256: Sha256::of(b"shown"),
                shown_summary: "24 weeks".into(),
                state: GrantState::Live,
                ended_at: None,
                last_used_at: None,
                use_count: 0,
            };
            let mut entry = crate::disclosure::log_entry(
                turn.now(),
                disclosures::DisclosureKind::Granted,
                &party,
                Face::OpenPlatform,
            );
            entry.grant = Some(grant.id);
            let erasure = Erasure {
                id: entry.id,
                party,
                way: ErasureWay::Mail,
                asked_at: turn.now(),
                asked_again_at: None,
                state: ErasureState::Waiting,
                answered_at: None,
            };
            turn.space.db.write(|tx| {
                grants::insert(tx, &grant)?;
                erasures::put(tx, &erasure)?;
                crate::disclosure::append_log(tx, entry)
            })?;
            Ok(())
        })
        .await
        .unwrap();
}

/// The secrets of a connection.
pub(super) async fn secrets(space: &SpaceHandle, connection: ConnectionId) -> Vec<(String, SecretValue)> {
    space
        .write(move |turn| {
            Ok(turn
                .space
                .db
                .read(|view| connection_secrets::list(view, connection))?)
        })
        .await
        .unwrap()
}

pub(super) async fn setting(space: &SpaceHandle, setting: Setting) -> Option<serde_json::Value> {
    space
        .read(move |db| Ok(db.read(|view| settings::get(view, setting.key()))?))
        .await
        .unwrap()
}

/// All entries of a backpack.
pub(super) fn entries(file: &std::path::Path) -> Vec<(EntryPath, Vec<u8>)> {
    let source = std::fs::File::open(file).unwrap();
    let check = |_: &::backpack::Signed<'_>| Some(::backpack::Fingerprint(String::new()));
    let mut reader = Reader::open(source, &keys(), &Limits::default(), check).unwrap();
    let mut entries = Vec::new();
    while let Some(mut entry) = reader.next_entry().unwrap() {
        let path = entry.listed().path.clone();
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut entry, &mut bytes).unwrap();
        entries.push((path, bytes));
    }
    entries
}
