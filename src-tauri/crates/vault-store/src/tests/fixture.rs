//! Files of released versions: each is opened, brought up to date and read. They are never made anew.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::json;
use time::Duration;

use super::kit::{NOW, Space, connection, gig, payment, rating, take_into};
use crate::key::KeyPragma;
use crate::table::addresses::AddressState;
use crate::table::app_choices::AppChoices;
use crate::table::app_exits::AppExit;
use crate::table::app_files::{AppFile, FileVersion};
use crate::table::app_messages::AppMessage;
use crate::table::app_status::AppStatus;
use crate::table::apps::{App, AppKind, AppState};
use crate::table::consumers::{Claim, Consumer};
use crate::table::continuations::Continuation;
use crate::table::deliveries::{Delivery, DeliveryKind};
use crate::table::disclosures::{self, DisclosureKind, NewDisclosure};
use crate::table::erasures::{Erasure, ErasureState, ErasureWay};
use crate::table::grants::{Amounts, Grant, GrantDuration, GrantState, People, Places, Precision};
use crate::table::incoming_transfers::{Incoming, IncomingState};
use crate::table::offered_services::OfferedService;
use crate::table::peer_keys::{KeyOrigin, PinnedKey};
use crate::table::peers::{Peer, PeerSource};
use crate::table::projects::Project;
use crate::table::prompts::{Prompt, PromptOutcome};
use crate::table::retrievals::{self, IntakeCounts, Retrieval, RetrievalKind, RetrievalOutcome};
use crate::table::service_marks::ServiceMark;
use crate::table::service_rules::{RuleKind, ServiceRule};
use crate::table::transfers::{Transfer, TransferState};
use crate::table::{
    addresses, app_choices, app_exits, app_files, app_messages, app_status, apps, connections, connectors,
    consumers, continuations, deliveries, erasures, grants, incoming_transfers, memberships, meta,
    offered_services, peer_keys, peers, persona, projects, prompts, raw_documents, receipts, record_versions,
    records, refusals, sealed, service_marks, service_rules, settings, transfers,
};
use crate::{
    AppId, ConnectionId, Database, DeliveryId, DisclosureId, Face, OpenMode, Party, PartyKind, RecordId,
    RetrievalId, Scope, Sha256, StoreError,
};

const CONNECTION: &str = "018f0000-0000-7000-8000-000000000001";
const RETRIEVAL: &str = "018f0000-0000-7000-8000-000000000002";
const ENTRY: &str = "018f0000-0000-7000-8000-000000000003";
const SPACE: &str = "018f0000-0000-4000-8000-000000000004";
const CONSUMER: &str = "018f0000-0000-4000-8000-000000000006";
const PROJECT: &str = "018f0000-0000-7000-8000-000000000007";
const EARLIER_PROMPT: &str = "018f0000-0000-7000-8000-000000000008";
const PROMPT: &str = "018f0000-0000-7000-8000-000000000009";
const APP: &str = "018f0000-0000-7000-8000-00000000000b";
const MESSAGE: &str = "018f0000-0000-7000-8000-00000000000a";
const TRANSFER: &str = "018f0000-0000-7000-8000-00000000000c";
const INCOMING: &str = "018f0000-0000-4000-8000-00000000000d";
const GRANT: &str = "018f0000-0000-7000-8000-000000000005";

/// Digest of the records of version 1.
const DIGEST_V1: &str = "2a732fccbc64edb668bb900fe81a7a2f2e11d6f9f1e5eee5b44f9cd5c30a1d7f";

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures")
        .join(name)
}

fn key_of(name: &str) -> KeyPragma {
    KeyPragma::from_hex(std::fs::read_to_string(fixture(name)).unwrap().trim())
}

/// The schema as statements, by name.
fn schema(db: &Database) -> Vec<(String, String)> {
    let sql = "SELECT name, coalesce(sql, '') FROM sqlite_schema ORDER BY name";
    let mut statement = db.conn.prepare(sql).unwrap();
    let rows = statement
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}

#[test]
fn version_1_opens_and_reads() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("space.db");
    std::fs::copy(fixture("space-v1.db"), &path).unwrap();
    let db = Database::open_with(&path, key_of("space-v1.key"), OpenMode::ReadWrite).unwrap();
    assert!(db.check().unwrap().is_whole());
    assert_eq!(
        crate::migrations::version(&db.conn).unwrap(),
        crate::migrations::current()
    );
    assert_eq!(
        schema(&db),
        schema(&Space::new()),
        "an old file ends with the schema of a fresh one"
    );
    let connection: ConnectionId = CONNECTION.parse().unwrap();
    db.read(|view| {
        assert_eq!(records::digest(view)?.to_string(), DIGEST_V1);
        assert_eq!(records::count(view)?, 3);
        let gig = records::get(view, RecordId::derive(&connection, "1"))?.unwrap();
        assert_eq!(
            (gig.title.as_deref(), gig.distance_m),
            (Some("Corrected"), Some(2310))
        );
        assert_eq!(
            record_versions::list(view, gig.id)?[0].record.title.as_deref(),
            Some("Order 1")
        );
        assert_eq!(
            raw_documents::bytes(view, Sha256::of(b"page 1"))?.as_deref(),
            Some(b"page 1".as_slice())
        );
        let filter = records::RecordFilter {
            text: "corrected 6.75 delivery".into(),
            ..Default::default()
        };
        assert_eq!(records::totals(view, &filter)?.count, 1);
        assert_eq!(
            retrievals::list(view)?[0].counts,
            IntakeCounts {
                new: 3,
                same: 0,
                changed: 1,
                set_aside: 0
            }
        );
        assert_eq!(persona::get(view, "first_name")?.as_deref(), Some("Anna"));
        assert_eq!(settings::get(view, "theme")?, Some(json!("dark")));
        assert_eq!(sealed::get(view, "issuer")?.unwrap().expose(), b"sealed");
        assert_eq!(meta::get(view)?.unwrap().space.to_string(), SPACE);
        let log = disclosures::verify(view)?;
        assert_eq!((log.entries, log.deleted_texts, log.broken), (2, 1, None));
        Ok::<(), StoreError>(())
    })
    .unwrap();
}

#[test]
fn version_2_opens_and_reads() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("space.db");
    std::fs::copy(fixture("space-v2.db"), &path).unwrap();
    let db = Database::open_with(&path, key_of("space-v2.key"), OpenMode::ReadWrite).unwrap();
    assert!(db.check().unwrap().is_whole());
    assert_eq!(schema(&db), schema(&Space::new()));
    db.read(|view| {
        assert_eq!(records::digest(view)?.to_string(), DIGEST_V1);
        let grant = grants::get(view, GRANT.parse().unwrap())?.unwrap();
        assert_eq!(
            (grant.amounts, grant.places, grant.people),
            (Amounts::Rounded, Places::Kilometre, People::Removed)
        );
        assert_eq!(receipts::get(view, grant.id)?.unwrap().jws, "a.b.c");
        let app = apps::list(view)?.remove(0);
        assert_eq!(
            (app.offered.as_str(), app.offered_key.as_str()),
            ("{\"new\":true}", "k2")
        );
        let asked = erasures::last_of(view, PartyKind::App, "a")?.unwrap();
        assert_eq!(
            (asked.id.to_string().as_str(), asked.way),
            (ENTRY, ErasureWay::Mail)
        );
        let refused = refusals::of_party(view, PartyKind::App, "a")?.remove(0);
        assert_eq!(refused.scope.as_str(), "vault:payments:get");
        assert_eq!(memberships::list(view)?[0].roles, ["member", "worker"]);
        assert_eq!(disclosures::verify(view)?.broken, None);
        Ok::<(), StoreError>(())
    })
    .unwrap();
}

#[test]
fn version_3_opens_and_reads() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("space.db");
    std::fs::copy(fixture("space-v3.db"), &path).unwrap();
    let db = Database::open_with(&path, key_of("space-v3.key"), OpenMode::ReadWrite).unwrap();
    assert!(db.check().unwrap().is_whole());
    assert_eq!(schema(&db), schema(&Space::new()));
    db.read(|view| {
        assert_eq!(records::digest(view)?.to_string(), DIGEST_V1);
        assert_eq!(connectors::get(view, "mock")?.as_deref(), Some("connector = 1"));
        let consumer = consumers::get(view, CONSUMER.parse().unwrap())?.unwrap();
        assert_eq!((consumer.claim, consumer.returns.len()), (Claim::Full, 1));
        let waiting = deliveries::due(view, NOW)?.unwrap();
        assert_eq!(
            (waiting.consumer, waiting.kind, waiting.tries),
            (consumer.id, DeliveryKind::Update, 2)
        );
        Ok::<(), StoreError>(())
    })
    .unwrap();
}

#[test]
fn version_4_opens_and_reads() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("space.db");
    std::fs::copy(fixture("space-v4.db"), &path).unwrap();
    let db = Database::open_with(&path, key_of("space-v4.key"), OpenMode::ReadWrite).unwrap();
    assert!(db.check().unwrap().is_whole());
    assert_eq!(schema(&db), schema(&Space::new()));
    db.read(|view| {
        assert_eq!(records::digest(view)?.to_string(), DIGEST_V1);
        let project = projects::of_consumer(view, CONSUMER.parse().unwrap())?.unwrap();
        assert_eq!(
            (
                project.id.to_string().as_str(),
                project.live,
                project.token.is_some()
            ),
            (PROJECT, false, true)
        );
        let address = addresses::get(view, "lucia@post.example")?.unwrap();
        assert_eq!(address.state, AddressState::AwaitingVerification);
        let open = prompts::open(view)?;
        assert_eq!(open.len(), 1);
        let known = prompts::of_link(view, &Sha256::of(b"link"))?.unwrap();
        assert!(known == open[0] && known.id.to_string() == PROMPT);
        assert_eq!((known.wrong, known.code), (1, Sha256::of(b"ABCD2345")));
        let earlier = prompts::of_link(view, &Sha256::of(b"earlier"))?.unwrap();
        assert_eq!(
            (earlier.outcome, earlier.ended_at),
            (Some(PromptOutcome::Superseded), Some(NOW))
        );
        Ok::<(), StoreError>(())
    })
    .unwrap();
}

#[test]
fn version_5_opens_and_reads() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("space.db");
    std::fs::copy(fixture("space-v5.db"), &path).unwrap();
    let db = Database::open_with(&path, key_of("space-v5.key"), OpenMode::ReadWrite).unwrap();
    assert!(db.check().unwrap().is_whole());
    assert_eq!(schema(&db), schema(&Space::new()));
    db.read(|view| {
        assert_eq!(records::digest(view)?.to_string(), DIGEST_V1);
        let id: AppId = APP.parse().unwrap();
        assert_eq!(app_choices::get(view, id)?, choices());
        assert_eq!(app_status::get(view, id)?, status());
        assert!(
            app_messages::list(view, Some(id), 9)? == [message()] && app_messages::unread(view, id)? == 1
        );
        assert_eq!(
            app_files::get(view, id, FileVersion::Offered, "/index.html")?.as_deref(),
            Some(&b"<p>new</p>"[..])
        );
        assert!(app_exits::is_allowed(view, id, "clipboard", "")?);
        assert_eq!(app_exits::list(view, id)?, [exit()]);
        Ok::<(), StoreError>(())
    })
    .unwrap();
}

#[test]
fn version_6_opens_and_reads() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("space.db");
    std::fs::copy(fixture("space-v6.db"), &path).unwrap();
    let db = Database::open_with(&path, key_of("space-v6.key"), OpenMode::ReadWrite).unwrap();
    assert!(db.check().unwrap().is_whole());
    assert_eq!(schema(&db), schema(&Space::new()));
    db.read(|view| {
        assert_eq!(records::digest(view)?.to_string(), DIGEST_V1);
        assert_eq!(peers::get(view, "llumverda")?, Some(peer()));
        assert_eq!(peer_keys::of_peer(view, "llumverda")?, [pinned()]);
        assert_eq!(transfers::get(view, TRANSFER.parse().unwrap())?, Some(transfer()));
        assert_eq!(
            incoming_transfers::of_text(view, "llumverda", Sha256::of(b"received"))?,
            Some(incoming())
        );
        assert_eq!(offered_services::list(view)?, [offered()]);
        assert_eq!(service_rules::of_service(view, "contract")?, [rule()]);
        assert_eq!(service_marks::list(view)?, [mark()]);
        Ok::<(), StoreError>(())
    })
    .unwrap();
    db.write(|tx| {
        let taken = continuations::take(tx, Sha256::of(b"token"), NOW)?;
        assert_eq!(taken, Some(continuation()));
        assert_eq!(continuations::take(tx, Sha256::of(b"token"), NOW)?, None);
        Ok::<(), StoreError>(())
    })
    .unwrap();
}

#[test]
fn version_7_opens_and_reads() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("space.db");
    std::fs::copy(fixture("space-v7.db"), &path).unwrap();
    let db = Database::open_with(&path, key_of("space-v7.key"), OpenMode::ReadWrite).unwrap();
    assert!(db.check().unwrap().is_whole());
    assert_eq!(schema(&db), schema(&Space::new()));
    db.read(|view| {
        assert_eq!(records::digest(view)?.to_string(), DIGEST_V1);
        super::core::check(view)
    })
    .unwrap();
}

#[test]
fn version_8_opens_and_reads() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("space.db");
    std::fs::copy(fixture("space-v8.db"), &path).unwrap();
    let db = Database::open_with(&path, key_of("space-v8.key"), OpenMode::ReadWrite).unwrap();
    assert!(db.check().unwrap().is_whole());
    assert_eq!(schema(&db), schema(&Space::new()));
    db.read(|view| {
        assert_eq!(records::digest(view)?.to_string(), DIGEST_V1);
        super::core::check(view)?;
        super::imports::check(view)
    })
    .unwrap();
}

#[test]
fn version_9_opens_and_reads() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("space.db");
    std::fs::copy(fixture("space-v9.db"), &path).unwrap();
    let db = Database::open_with(&path, key_of("space-v9.key"), OpenMode::ReadWrite).unwrap();
    assert!(db.check().unwrap().is_whole());
    assert_eq!(schema(&db), schema(&Space::new()));
    db.read(|view| {
        assert_eq!(records::digest(view)?.to_string(), DIGEST_V1);
        super::core::check_with(view, &super::core_builds::with_year())?;
        super::core_builds::check(view)?;
        super::imports::check(view)
    })
    .unwrap();
}

/// Writes the fixture of the current version. Run once, when a version is released:
/// `cargo test -p vault-store -- --ignored make_the_fixture`.
#[test]
#[ignore = "writes a file of the repository"]
fn make_the_fixture() {
    let path = fixture("space-v9.db");
    assert!(
        !path.exists(),
        "a fixture of a released version is never made anew"
    );
    let db = Database::create_with(&path, key_of("space-v9.key")).unwrap();
    db.write(fill).unwrap();
    db.write(fill_version_2).unwrap();
    db.write(fill_version_3).unwrap();
    db.write(fill_version_4).unwrap();
    db.write(fill_version_5).unwrap();
    db.write(fill_version_6).unwrap();
    db.write(super::core::fill).unwrap();
    db.write(super::imports::fill).unwrap();
    db.write(super::core_builds::fill).unwrap();
}

fn fill_version_6(tx: &crate::Tx<'_>) -> Result<(), StoreError> {
    peers::put(tx, &peer())?;
    peer_keys::pin(tx, &pinned())?;
    transfers::put(tx, &transfer())?;
    incoming_transfers::put(tx, &incoming())?;
    continuations::insert(tx, Sha256::of(b"token"), continuation(), NOW + Duration::MINUTE)?;
    offered_services::put(tx, &offered())?;
    service_rules::replace(tx, "contract", &[rule()])?;
    service_marks::put(tx, &mark())
}

fn peer() -> Peer {
    Peer {
        id: "llumverda".into(),
        name: "Llum Verda SCCL".into(),
        descriptor: "peerid: \"llumverda\"\n".into(),
        came: PeerSource::File,
        address: String::new(),
        fingerprint: Some(Sha256::of(b"key")),
        checked_at: Some(NOW),
        waiting: Some("peerid: \"llumverda\"\npeerVersion: 2\n".into()),
        waiting_fingerprint: Some(Sha256::of(b"other key")),
        waiting_since: Some(NOW),
        strong: true,
        logo: Some(vec![1, 2, 3]),
        added_at: NOW,
    }
}

fn pinned() -> PinnedKey {
    PinnedKey {
        peer: "llumverda".into(),
        fingerprint: Sha256::of(b"key"),
        pem: "-----BEGIN PUBLIC KEY-----".into(),
        came: KeyOrigin::Comparison,
        since: NOW,
        until: None,
    }
}

fn transfer() -> Transfer {
    Transfer {
        id: TRANSFER.parse().unwrap(),
        peer: "llumverda".into(),
        peer_name: "Llum Verda SCCL".into(),
        service: "contract".into(),
        service_name: "Switch your electricity".into(),
        state: TransferState::Accepted,
        begun_at: NOW,
        frozen_at: Some(NOW),
        payload: Some("nif: \"12345678Z\"\n".into()),
        sha256: Some(Sha256::of(b"payload")),
        size: 17,
        message: Some("6f9619ff-8b86-4d01-b42d-00c04fc964ff".into()),
        expires_at: Some(NOW + Duration::minutes(15)),
        envelope: Some("payload: bmlm\n".into()),
        address: "https://api.llumverda.example/activateService".into(),
        their_key: Some(Sha256::of(b"key")),
        sent_at: Some(NOW),
        ended_at: Some(NOW),
        fault: String::new(),
        answer_status: Some(200),
        answer_type: Some("application/yaml".into()),
        answer: Some(b"uuid: 1\n".to_vec()),
        receipt: Some("{}".into()),
        disclosure: Some(ENTRY.parse().unwrap()),
    }
}

fn incoming() -> Incoming {
    Incoming {
        id: INCOMING.parse().unwrap(),
        peer: "llumverda".into(),
        peer_name: "Llum Verda SCCL".into(),
        service: "contract".into(),
        payload: Some("originpeer: \"llumverda\"\n".into()),
        sha256: Sha256::of(b"received"),
        envelope: Some(b"payload: b3JpZ2lu\n".to_vec()),
        message: Some("7d444840-9dc0-41d1-b245-5ffdce74fad2".into()),
        state: IncomingState::Waiting,
        received_at: NOW,
        expires_at: NOW + Duration::days(14),
        repeats: 2,
    }
}

fn continuation() -> Continuation {
    Continuation {
        incoming: INCOMING.parse().unwrap(),
        repeated: true,
    }
}

fn offered() -> OfferedService {
    let words = |text: &str| BTreeMap::from([("es".to_owned(), text.to_owned())]);
    OfferedService {
        id: "contract".into(),
        name: words("Contrato"),
        description: words("Un contrato"),
        fields: vec!["originpeer".into(), "nif".into()],
        offered: true,
    }
}

fn rule() -> ServiceRule {
    ServiceRule {
        kind: RuleKind::Member,
        value: "666".into(),
        peer: Some("llumverda".into()),
    }
}

fn mark() -> ServiceMark {
    ServiceMark {
        peer: "llumverda".into(),
        service: "contract".into(),
        stopped_at: NOW,
    }
}

fn fill_version_5(tx: &crate::Tx<'_>) -> Result<(), StoreError> {
    let id = APP.parse().unwrap();
    apps::put(tx, &App { id, ..app() })?;
    app_choices::put(tx, id, &choices())?;
    app_status::put(tx, id, &status())?;
    app_messages::insert(tx, &message())?;
    let page = AppFile {
        path: "/index.html".into(),
        bytes: b"<p>new</p>".to_vec(),
    };
    app_files::replace(tx, id, FileVersion::Offered, &[page])?;
    app_exits::allow(tx, id, &exit())
}

fn choices() -> AppChoices {
    AppChoices {
        profile: "p2".into(),
        settings: "{\"limit\":5}".into(),
        roles: "[\"reader\"]".into(),
        serial: "SN-1".into(),
        reference: "R1".into(),
        notifications: false,
        sounds: true,
        origin_token: Some("origin".into()),
        request_secret: Some("request".into()),
        response_secret: None,
    }
}

fn status() -> AppStatus {
    AppStatus {
        badges: 3,
        opened_version: "1.0".into(),
        refreshed_at: Some(NOW),
        offline_since: None,
        icon_of: "https://hourly.example/icon.png".into(),
        icon: Some(vec![1, 2, 3]),
    }
}

fn message() -> AppMessage {
    AppMessage {
        id: MESSAGE.parse().unwrap(),
        app: APP.parse().unwrap(),
        kind: 1,
        body: "Done".into(),
        data: "/week".into(),
        created_at: NOW,
        read_at: None,
    }
}

fn exit() -> AppExit {
    AppExit {
        way: "clipboard".into(),
        target: String::new(),
        allowed_at: NOW,
    }
}

fn fill_version_4(tx: &crate::Tx<'_>) -> Result<(), StoreError> {
    let project = Project {
        id: PROJECT.parse().unwrap(),
        name: "Hourly".into(),
        description: "Counts hours".into(),
        webpage: "https://hourly.example/".into(),
        logo: None,
        live: false,
        platform: Some("mock".into()),
        token: Some("token".into()),
        consumer: Some(CONSUMER.parse().unwrap()),
        created_at: NOW,
    };
    projects::insert(tx, &project)?;
    addresses::put(tx, "lucia@post.example", AddressState::AwaitingVerification, NOW)?;
    let prompt = |id: &str, link: &str| Prompt {
        id: id.parse().unwrap(),
        address: "lucia@post.example".into(),
        asker: "Demo platform".into(),
        for_platform: true,
        link: Sha256::of(link.as_bytes()),
        code: Sha256::of(b"ABCD2345"),
        wrong: 0,
        created_at: NOW,
        expires_at: NOW + Duration::hours(48),
        ended_at: None,
        outcome: None,
    };
    let earlier = prompt(EARLIER_PROMPT, "earlier");
    prompts::insert(tx, &earlier)?;
    prompts::end(tx, earlier.id, PromptOutcome::Superseded, NOW)?;
    let open = prompt(PROMPT, "link");
    prompts::insert(tx, &open)?;
    prompts::count_wrong(tx, open.id)
}

fn fill_version_3(tx: &crate::Tx<'_>) -> Result<(), StoreError> {
    connectors::put(tx, "mock", "connector = 1", NOW)?;
    let consumer = Consumer {
        id: CONSUMER.parse().unwrap(),
        name: "Hourly".into(),
        callback: "https://hourly.example/callback".into(),
        returns: vec!["https://hourly.example/back".into()],
        claim: Claim::Full,
        loopback: false,
        account: uuid::Uuid::from_u128(7),
        secret: "secret".into(),
        created_at: NOW,
    };
    consumers::insert(tx, &consumer)?;
    let delivery = Delivery {
        id: DeliveryId::new(),
        consumer: consumer.id,
        kind: DeliveryKind::Update,
        subject: "demo".into(),
        name: "Demo platform".into(),
        created_at: NOW,
        due_at: NOW,
        tries: 2,
    };
    deliveries::insert(tx, &delivery).map(drop)
}

fn fill_version_2(tx: &crate::Tx<'_>) -> Result<(), StoreError> {
    let grant = Grant {
        id: GRANT.parse().unwrap(),
        recipient: party(),
        face: Face::OpenPlatform,
        purpose: "tax".into(),
        scopes: vec![Scope::new("vault:reviews:get").unwrap()],
        connections: None,
        from: None,
        to: None,
        precision: Precision::Exact,
        amounts: Amounts::Rounded,
        places: Places::Kilometre,
        people: People::Removed,
        duration: GrantDuration::UntilStopped,
        until: None,
        created_at: NOW,
        shown_sha256: Sha256::of(b"shown"),
        shown_summary: "Reviews".into(),
        state: GrantState::Live,
        ended_at: None,
        last_used_at: None,
        use_count: 0,
    };
    grants::insert(tx, &grant)?;
    let receipt = receipts::SignedReceipt {
        grant: grant.id,
        at: NOW,
        jws: "a.b.c".into(),
        signing_key: String::new(),
    };
    receipts::insert(tx, &receipt)?;
    apps::put(tx, &app())?;
    let asked = Erasure {
        id: ENTRY.parse().unwrap(),
        party: party(),
        way: ErasureWay::Mail,
        asked_at: NOW,
        asked_again_at: None,
        state: ErasureState::Waiting,
        answered_at: None,
    };
    erasures::put(tx, &asked)?;
    let rule = refusals::StandingRefusal {
        party: party(),
        scope: Scope::new("vault:payments:get").unwrap(),
        at: NOW,
    };
    refusals::insert(tx, &rule)?;
    let membership = memberships::Membership {
        cooperative: "llum".into(),
        name: "Llum Verda".into(),
        number: "666".into(),
        roles: vec!["member".into(), "worker".into()],
        updated_at: NOW,
    };
    memberships::put(tx, &membership)
}

fn app() -> App {
    App {
        id: AppId::new(),
        app: "hourly".into(),
        name: "Hourly".into(),
        manifest_url: "https://hourly.example/openplatform.json".into(),
        manifest: "{}".into(),
        origin: "https://hourly.example".into(),
        kind: AppKind::Hosted,
        account: "a1".into(),
        verify_token: "verify".into(),
        service_token: None,
        rev: 1,
        state: AppState::Review,
        created_at: NOW,
        last_opened_at: None,
        key_pin: "k1".into(),
        offered: "{\"new\":true}".into(),
        offered_key: "k2".into(),
        declined: "digest".into(),
    }
}

fn party() -> Party {
    Party {
        kind: PartyKind::App,
        id: "a".into(),
        name: "Hourly".into(),
    }
}

fn fill(tx: &crate::Tx<'_>) -> Result<(), StoreError> {
    let mut link = connection("demo");
    link.id = CONNECTION.parse().unwrap();
    connections::insert(tx, &link)?;
    let mut retrieval = Retrieval::begin(link.id, RetrievalKind::Fetch, "test/1", NOW);
    retrieval.id = RETRIEVAL.parse::<RetrievalId>().unwrap();
    retrievals::insert(tx, &retrieval)?;
    let mut paid = payment("p1", 1, "tip", 150);
    paid.work_key = Some("1".into());
    take_into(
        tx,
        retrieval.id,
        b"page 1",
        &[gig("1", 0), paid, rating("r1", 2, "overall", 4.5, 5.0)],
    )?;
    let mut corrected = gig("1", 0);
    corrected.title = Some("Corrected".into());
    take_into(tx, retrieval.id, b"page 2", &[corrected])?;
    retrievals::finish(tx, retrieval.id, NOW, RetrievalOutcome::Done, "")?;
    persona::set(tx, "first_name", "Anna", NOW)?;
    settings::set(tx, "theme", &json!("dark"))?;
    sealed::set(tx, "issuer", &"sealed".into())?;
    meta::set(
        tx,
        &meta::Meta {
            space: SPACE.parse().unwrap(),
            made_up: false,
            created_at: NOW,
        },
    )?;
    let entry = disclosures::append(tx, released())?;
    disclosures::blank(tx, entry.id, NOW)?;
    Ok(())
}

fn released() -> NewDisclosure {
    NewDisclosure {
        id: ENTRY.parse::<DisclosureId>().unwrap(),
        at: NOW,
        kind: DisclosureKind::Released,
        refers_to: None,
        party: party(),
        face: Face::OpenPlatform,
        purpose: "tax".into(),
        scopes: vec![Scope::new("vault:reviews:get").unwrap()],
        counts: [("records".to_owned(), 3)].into(),
        grant: None,
        reason: String::new(),
        text: "Three reviews".into(),
    }
}
