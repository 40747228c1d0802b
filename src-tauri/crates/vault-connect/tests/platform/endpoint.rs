//! A connection by address: against the demo platform's endpoint, and against one that answers as a test says.

use demo_platform::{ACCOUNTS, Fault};
use time::Duration;
use vault_connect::{AddressOptions, ConnectError, EndpointError, Revocation, Stop, VerifiedAddress, is_due};
use vault_core::{addresses::NewPrompt, clock::Clock as _, connections::DeleteData};
use vault_store::{
    Assurance, ConnectionId, RecordKind,
    connections::{ConnectionState, ConnectionWay},
    records::{RecordFilter, Sort},
    retrievals::RetrievalOutcome,
};

use crate::{
    scripted::{Scripted, json, with},
    world::World,
};

const TOKEN: &str = "a-token-of-mine";
const ONE: &str = r#"{"interactions":[{"id":"7","period":{"start":"2026-05-01T10:00:00+02:00","end":"2026-05-01T12:00:00+02:00"},
    "client":{"id":"c","name":"Marisol","photoUri":""},"type":"Garden work","outcome":{"success":true,
    "review":{"title":"Good","text":"On time"},"ratings":[{"name":"Overall","value":1,"min":0,"max":1}]},
    "additionalData":{"title":"Hedge","noOfHours":1.5,"income":{"amount":61.255,"currency":"EUR"}}}],
    "achievements":[{"id":"b","timeStamp":"2026-04-01","type":"Diploma","name":"Pruning","description":"","score":{"value":"A"}}]}"#;

/// How long is waited after an answer.
enum Wait {
    /// As long as the platform asks, or as the specification says.
    Named(i64),
    /// A quarter of an hour, and twice as long after each further failure.
    Doubled,
}

async fn count(world: &World, kind: RecordKind) -> u64 {
    let filter = RecordFilter {
        kinds: vec![kind],
        ..RecordFilter::default()
    };
    world.space.record_totals(filter).await.unwrap().count
}

async fn member(world: &World, id: ConnectionId, name: &str) -> Option<String> {
    let connection = world.space.connection(id).await.unwrap();
    connection.detail.get(name).map(ToString::to_string)
}

/// No way leads around the mail: not a fetch by hand, not a pause before it, not time.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_asked_for_an_address_whose_mail_is_not_answered() {
    let world = World::new().await;
    let token = world.platform.platform_token(&ACCOUNTS[0]);
    let id = world.at_endpoint(&world.platform.base(), &token).await;
    let ask = async || {
        let prompt = NewPrompt {
            address: ACCOUNTS[0].email.into(),
            asker: "Demo platform".into(),
            for_platform: true,
        };
        let mail = world.space.begin_prompt(prompt).await.unwrap();
        world.space.await_mail(id, mail.expires_at).await.unwrap();
        mail
    };
    let refused = async |why: &str| {
        let error = world.fetch(id).await.unwrap_err().to_string();
        assert!(error.contains(why), "{error}");
        let connection = world.space.connection(id).await.unwrap();
        assert!(!is_due(&connection, world.clock.now()));
    };
    ask().await;
    refused("waits for an answer").await;
    assert_eq!(world.state(id).await, ConnectionState::EmailSent);
    world.clock.advance(Duration::hours(48));
    world.space.tend().await.unwrap();
    assert_eq!(world.state(id).await, ConnectionState::NotFinished);
    refused("prompt").await;
    let stopped = ConnectionState::Stopped;
    world.space.set_connection_state(id, stopped, None).await.unwrap();
    refused("prompt").await;
    assert_eq!(count(&world, RecordKind::Work).await, 0);
    assert_eq!(world.space.retrievals(id, 1).await.unwrap().len(), 0);

    let mail = ask().await;
    let code = mail.code.expose_str().unwrap();
    world
        .space
        .confirm_address(ACCOUNTS[0].email, code)
        .await
        .unwrap();
    assert!(is_due(
        &world.space.connection(id).await.unwrap(),
        world.clock.now()
    ));
    world.fetch(id).await.unwrap();
    assert_eq!(count(&world, RecordKind::Work).await, 700);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_is_connected_fetched_and_ended_at_the_demo_platform() {
    let world = World::new().await;
    let token = world.platform.platform_token(&ACCOUNTS[0]);
    let id = world.at_endpoint(&world.platform.base(), &token).await;
    let connection = world.space.connection(id).await.unwrap();
    assert_eq!(connection.way, ConnectionWay::Email);
    assert_eq!(connection.account, ACCOUNTS[0].email);
    assert_eq!(
        member(&world, id, "address_proof").await.as_deref(),
        Some("\"word\"")
    );
    assert!(is_due(&connection, world.clock.now()));

    let fetched = world.fetch(id).await.unwrap();
    assert_eq!(fetched.counts.set_aside, 0);
    assert_eq!(count(&world, RecordKind::Work).await, 700);
    for kind in [
        RecordKind::Payment,
        RecordKind::Rating,
        RecordKind::Review,
        RecordKind::Achievement,
    ] {
        assert!(count(&world, kind).await > 0, "{kind:?}");
    }
    assert_eq!(world.state(id).await, ConnectionState::Working);
    assert!(!is_due(
        &world.space.connection(id).await.unwrap(),
        world.clock.now()
    ));
    assert_eq!(world.platform.requests()["POST /api/ExportData"], 1);

    let digest = world.space.records_digest().await.unwrap();
    let again = world.fetch(id).await.unwrap();
    assert_eq!((again.counts.new, again.counts.changed), (0, 0));
    assert_eq!(world.space.records_digest().await.unwrap(), digest);

    let told = world
        .connect
        .disconnect(&world.space, id, DeleteData::Keep)
        .await
        .unwrap();
    assert_eq!(told, Revocation::NoWay, "an endpoint takes no token back");
    assert_eq!(world.state(id).await, ConnectionState::Stopped);
    assert!(matches!(world.fetch(id).await, Err(ConnectError::NoSession)));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_history_comes_by_address_as_by_a_linked_account() {
    let world = World::new().await;
    let linked = world.linked().await;
    world.fetch(linked).await.unwrap();
    let token = world.platform.platform_token(&ACCOUNTS[0]);
    let asked = world.at_endpoint(&world.platform.base(), &token).await;
    world.fetch(asked).await.unwrap();
    let kinds = [
        RecordKind::Work,
        RecordKind::Rating,
        RecordKind::Review,
        RecordKind::Achievement,
    ];
    for kind in kinds {
        let of = async |id| {
            let filter = RecordFilter {
                kinds: vec![kind],
                connections: Some(vec![id]),
                ..RecordFilter::default()
            };
            world.space.record_totals(filter).await.unwrap().count
        };
        assert_eq!(of(linked).await, of(asked).await, "{kind:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_question_on_the_wire_is_the_specified_one() {
    let world = World::new().await;
    let bodies = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let kept = std::sync::Arc::clone(&bodies);
    let platform = Scripted::start(move |_, body| {
        kept.lock().unwrap().push(body.to_owned());
        json(ONE)
    })
    .await;
    let id = world.at_endpoint(&platform.base, TOKEN).await;
    world.fetch(id).await.unwrap();
    world.fetch(id).await.unwrap();
    for head in platform.heads() {
        let head = head.to_ascii_lowercase();
        assert!(head.starts_with("post /api/exportdata http/1.1\r\n"), "{head}");
        assert!(
            head.contains("content-type: application/json; charset=utf-8"),
            "{head}"
        );
        assert!(
            !head.contains("authorization") && !head.contains("cookie"),
            "{head}"
        );
    }
    let bodies = bodies.lock().unwrap();
    let beginning =
        format!(r#"{{"PlatformToken":"{TOKEN}","UserEmail":"lucia.arroyo@post.example","RequestId":""#);
    for body in bodies.iter() {
        let id = body
            .strip_prefix(&beginning)
            .unwrap()
            .strip_suffix("\"}")
            .unwrap();
        assert_eq!(id.parse::<uuid::Uuid>().unwrap().get_version_num(), 4);
    }
    assert_ne!(bodies[0], bodies[1], "a new id for each call");
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_of_an_answer_becomes_a_record_and_its_bytes_are_kept() {
    let world = World::new().await;
    let platform = Scripted::start(|_, _| json(ONE)).await;
    let id = world.at_endpoint(&platform.base, TOKEN).await;
    world.fetch(id).await.unwrap();
    let page = world
        .space
        .records_page(RecordFilter::default(), Sort::default(), 0, 50)
        .await
        .unwrap();
    let of = |kind| {
        let mut found = page.records.iter().filter(move |record| record.kind == kind);
        let first = found.next().unwrap();
        assert!(found.next().is_none(), "one {kind:?}");
        first
    };
    let work = of(RecordKind::Work);
    assert_eq!(
        (work.title.as_deref(), work.type_name.as_deref(), work.duration_s),
        (Some("Hedge"), Some("Garden work"), Some(5400))
    );
    assert_eq!(work.extra["client"]["name"], "Marisol");
    let paid = of(RecordKind::Payment).amount.unwrap();
    assert_eq!(
        (paid.minor, paid.exponent),
        (61_255, 3),
        "exact, although no cent"
    );
    let rating = of(RecordKind::Rating);
    let value = rating.rating.as_ref().unwrap();
    assert_eq!(
        (value.value, value.min, value.max),
        (1.0, 0.0, 1.0),
        "its own scale"
    );
    let review = of(RecordKind::Review);
    assert_eq!(review.text.as_deref(), Some("On time"));
    let badge = of(RecordKind::Achievement);
    assert_eq!(
        (&badge.extra["score"]["value"], badge.type_name.as_deref()),
        (&"A".into(), Some("Diploma"))
    );
    for record in [rating, review, of(RecordKind::Payment)] {
        assert_eq!(record.work, Some(work.id));
    }
    for record in &page.records {
        assert_eq!(record.provenance.assurance, Assurance::Fetched);
        assert_eq!(record.provenance.sha256, vault_store::Sha256::of(ONE.as_bytes()));
        let detail = world.space.record_detail(record.id).await.unwrap();
        assert!(
            detail.unchanged && detail.raw.is_some(),
            "{}",
            record.provenance.path
        );
        assert_eq!(detail.locator, "/api/ExportData");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_wrong_answer_leaves_the_data_and_has_its_own_state() {
    let world = World::new().await;
    let answer = std::sync::Arc::new(std::sync::Mutex::new(json(ONE)));
    let said = std::sync::Arc::clone(&answer);
    let platform = Scripted::start(move |_, _| said.lock().unwrap().clone()).await;
    let id = world.at_endpoint(&platform.base, TOKEN).await;
    world.fetch(id).await.unwrap();
    let digest = world.space.records_digest().await.unwrap();
    let mut in_a_row = 0;
    use ConnectionState::{AuthLost, Gone, PlatformBusy, PlatformDown, UnknownFormat};
    for (status, header, body, state, code, wait) in [
        (
            "200 OK",
            "X: y",
            "{}",
            UnknownFormat,
            "CON-420",
            Some(Wait::Doubled),
        ),
        (
            "200 OK",
            "X: y",
            "",
            UnknownFormat,
            "CON-420",
            Some(Wait::Doubled),
        ),
        (
            "200 OK",
            "X: y",
            "<html>",
            UnknownFormat,
            "CON-420",
            Some(Wait::Doubled),
        ),
        (
            "204 None",
            "X: y",
            "",
            UnknownFormat,
            "CON-420",
            Some(Wait::Doubled),
        ),
        ("401 No", "X: y", "", AuthLost, "CON-417", None),
        ("403 No", "X: y", "", AuthLost, "CON-417", None),
        ("405 No", "X: y", "", AuthLost, "CON-418", None),
        (
            "404 None",
            "X: y",
            "",
            PlatformDown,
            "CON-413",
            Some(Wait::Named(86_400)),
        ),
        (
            "400 Bad",
            "X: y",
            "",
            PlatformDown,
            "CON-503",
            Some(Wait::Doubled),
        ),
        ("410 Gone", "X: y", "", Gone, "CON-411", None),
        (
            "429 Slow",
            "Retry-After: 120",
            "",
            PlatformBusy,
            "CON-429",
            Some(Wait::Named(120)),
        ),
        (
            "429 Slow",
            "X: y",
            "",
            PlatformBusy,
            "CON-429",
            Some(Wait::Doubled),
        ),
        (
            "500 Bad",
            "X: y",
            "",
            PlatformDown,
            "CON-503",
            Some(Wait::Doubled),
        ),
        (
            "503 Away",
            "Retry-After: 7",
            "",
            PlatformBusy,
            "CON-429",
            Some(Wait::Named(7)),
        ),
        (
            "302 There",
            "Location: file:///etc/passwd",
            "",
            PlatformDown,
            "CON-503",
            Some(Wait::Doubled),
        ),
    ] {
        *answer.lock().unwrap() = with(status, header, body);
        let asked = platform.count("POST");
        assert!(world.fetch(id).await.is_err(), "{status} {body}");
        assert_eq!(platform.count("POST") - asked, 1, "{status}: asked once");
        assert_eq!(world.state(id).await, state, "{status} {body}");
        assert_eq!(
            world.last_try(id).await,
            (code.to_owned(), RetrievalOutcome::Failed),
            "{status} {body}"
        );
        let connection = world.space.connection(id).await.unwrap();
        let waits = connection
            .next_try_at
            .map(|next| (next - world.clock.now()).whole_seconds());
        in_a_row = if wait.is_some() { in_a_row + 1 } else { 0 };
        let least = wait.as_ref().map(|wait| match wait {
            Wait::Named(seconds) => *seconds,
            Wait::Doubled => 900 * 2_i64.pow(in_a_row - 1),
        });
        assert_eq!(waits.is_some(), least.is_some(), "{status}");
        if let (Some(waits), Some(least)) = (waits, least) {
            // Chance draws connections apart by a tenth at most.
            assert!(
                (least..=least + least / 10).contains(&waits),
                "{status}: {waits} for {least}"
            );
        }
        assert!(!is_due(&connection, world.clock.now()), "{status}");
        assert_eq!(
            is_due(&connection, world.clock.now() + Duration::days(9)),
            wait.is_some(),
            "{status}"
        );
        assert_eq!(world.space.records_digest().await.unwrap(), digest, "{status}");
    }
    *answer.lock().unwrap() = json(ONE);
    world.fetch(id).await.unwrap();
    assert_eq!(world.state(id).await, ConnectionState::Working);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_answer_says_where_it_is_wrong_until_a_right_one_comes() {
    let world = World::new().await;
    let right = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    let is_right = std::sync::Arc::clone(&right);
    let wrong = r#"{"interactions":[{"period":{"end":"Private words"}}]}"#;
    let platform = Scripted::start(move |_, _| {
        json(if is_right.load(std::sync::atomic::Ordering::SeqCst) {
            ONE
        } else {
            wrong
        })
    })
    .await;
    let id = world.at_endpoint(&platform.base, TOKEN).await;
    let error = world.fetch(id).await.unwrap_err();
    assert!(matches!(
        error,
        ConnectError::Endpoint(EndpointError::Malformed(_))
    ));
    assert_eq!(
        member(&world, id, "fault").await.as_deref(),
        Some(r#""interactions[0].period.end is not a date and time""#)
    );
    right.store(true, std::sync::atomic::Ordering::SeqCst);
    world.fetch(id).await.unwrap();
    assert_eq!(member(&world, id, "fault").await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_is_gone_after_three_days_and_back_when_connected_again() {
    let world = World::new().await;
    let known = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(true));
    let is_known = std::sync::Arc::clone(&known);
    let platform = Scripted::start(move |_, _| {
        if is_known.load(std::sync::atomic::Ordering::SeqCst) {
            json(ONE)
        } else {
            with("404 None", "X: y", "{}")
        }
    })
    .await;
    let set = |now| known.store(now, std::sync::atomic::Ordering::SeqCst);
    let id = world.at_endpoint(&platform.base, TOKEN).await;
    world.fetch(id).await.unwrap();
    let digest = world.space.records_digest().await.unwrap();

    set(false);
    for _ in 0..5 {
        assert!(world.fetch(id).await.is_err());
        assert_eq!(
            world.state(id).await,
            ConnectionState::PlatformDown,
            "one day is no proof"
        );
    }
    // An answer in between: the count begins anew.
    world.clock.advance(Duration::days(1));
    assert!(world.fetch(id).await.is_err());
    set(true);
    world.fetch(id).await.unwrap();
    set(false);
    for day in 1..=3 {
        world.clock.advance(Duration::days(1));
        let error = world.fetch(id).await.unwrap_err();
        let suspended = matches!(
            error,
            ConnectError::Endpoint(EndpointError::UnknownPerson { suspended: true })
        );
        assert_eq!(suspended, day == 3, "day {day}");
    }
    assert_eq!(world.state(id).await, ConnectionState::Gone);
    assert_eq!(world.last_try(id).await.0, "CON-414");
    assert_eq!(
        world.space.records_digest().await.unwrap(),
        digest,
        "the data stays"
    );
    let suspended = world.space.connection(id).await.unwrap();
    assert!(!is_due(&suspended, world.clock.now() + Duration::days(99)));

    set(true);
    assert_eq!(world.at_endpoint(&platform.base, "a-new-token").await, id);
    assert_eq!(member(&world, id, "absent_on").await, None);
    world.fetch(id).await.unwrap();
    assert_eq!(world.state(id).await, ConnectionState::Working);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_platforms_fault_addresses_and_faults_are_told_apart() {
    let world = World::new().await;
    let (base, token) = (world.platform.base(), world.platform.platform_token(&ACCOUNTS[0]));
    for (address, token, code) in [
        ("fault500@post.example", token.as_str(), "CON-503"),
        ("fault405@post.example", &token, "CON-418"),
        ("faultjson@post.example", &token, "CON-420"),
        ("faultnull@post.example", &token, "CON-420"),
        ("faultnointer@post.example", &token, "CON-420"),
        ("faultempty@post.example", &token, "CON-420"),
        ("nobody@post.example", &token, "CON-413"),
        (ACCOUNTS[1].email, &token, "CON-417"),
        (ACCOUNTS[0].email, "somebody-elses", "CON-417"),
    ] {
        let id = world.address_at(&base, address, token).await;
        assert!(world.fetch(id).await.is_err(), "{address}");
        assert_eq!(world.last_try(id).await.0, code, "{address}");
    }
    assert_eq!(world.space.record_count().await.unwrap(), 0);
    let id = world.address_at(&base, ACCOUNTS[0].email, &token).await;
    for (fault, code) in [
        (Fault::RateLimit, "CON-429"),
        (Fault::TruncatedJson, "CON-420"),
        (Fault::Huge, "CON-420"),
        (Fault::RedirectAway, "CON-503"),
        (Fault::AccountClosed, "CON-411"),
        (Fault::Revoked, "CON-417"),
    ] {
        world.platform.set_fault(Some(fault));
        assert!(world.fetch(id).await.is_err(), "{fault}");
        assert_eq!(world.last_try(id).await.0, code, "{fault}");
    }
    assert_eq!(world.platform.requests().get("POST /elsewhere"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_endpoint_can_be_stopped() {
    let world = World::new().await;
    let token = world.platform.platform_token(&ACCOUNTS[0]);
    let id = world.at_endpoint(&world.platform.base(), &token).await;
    world.platform.set_fault(Some(Fault::Slow));
    let stop = Stop::default();
    let (fetched, ()) = tokio::join!(world.connect.fetch(&world.space, id, &stop), async {
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        stop.stop();
    });
    assert!(matches!(fetched, Err(ConnectError::Cancelled)), "{fetched:?}");
    assert_eq!(world.state(id).await, ConnectionState::Stopped);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_platform_with_an_endpoint_on_a_safe_way_is_asked() {
    let world = World::new().await;
    let options = |base: &str| AddressOptions {
        base: Some(base.parse().unwrap()),
        address: VerifiedAddress::on_the_persons_word("ana@post.example").unwrap(),
        token: TOKEN.into(),
    };
    for base in [
        "http://platform.example/",
        "ftp://127.0.0.1/",
        "https://a:b@platform.example/",
    ] {
        let refused = world
            .connect
            .connect_by_address(&world.space, "demo", options(base))
            .await;
        assert!(
            matches!(refused, Err(ConnectError::Http(_))),
            "{base}: {refused:?}"
        );
    }
    let unknown = world
        .connect
        .connect_by_address(&world.space, "nowhere", options("https://platform.example/"))
        .await;
    assert!(matches!(unknown, Err(ConnectError::UnknownPlatform)));
    assert!(world.space.connections().await.unwrap().is_empty());
}
