//! What goes over the wire to an endpoint, byte by byte: in each dialect, from a connector of the person's own, as often as it says; and when
//! somebody who builds a platform tries it out.

use gigdata::Dialect;
use secrecy::SecretString;
use time::Duration;
use vault_connect::{
    AddressOptions, Connector, Unanswered, VerifiedAddress, add_connector, check_connector, due,
};
use vault_core::clock::Clock as _;
use vault_store::{ConnectionId, RecordKind, records::RecordFilter};

use crate::{
    scripted::{Scripted, json, with},
    world::World,
};

const ONE: &str = r#"{"interactions":[{"id":"7","period":{"end":"2026-05-01T12:00:00Z"},"type":"Ride","outcome":{"success":true}}],"achievements":[]}"#;
/// A token that JSON has to write in another way than it is.
const TOKEN: &str = "a\"token\\of mine";

fn own(base: &str, dialect: Dialect) -> String {
    format!(
        "connector = 1\nid = \"own-{dialect}\"\nname = \"A platform of one's own\"\n[endpoint]\n\
         url = \"{base}/deep/ExportData?tenant=7\"\ndialect = \"{dialect}\"\ninterval = 3600\n"
    )
}

fn lucia() -> VerifiedAddress {
    VerifiedAddress::on_the_persons_word("Lucia.Arroyo@Post.Example").unwrap()
}

async fn connected(world: &World, platform: &str, base: Option<&str>) -> ConnectionId {
    let options = AddressOptions {
        base: base.map(|base| base.parse().unwrap()),
        address: lucia(),
        token: TOKEN.into(),
    };
    let connected = world.connect.connect_by_address(&world.space, platform, options);
    connected.await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_own_connector_is_asked_in_its_dialect_at_its_address_and_as_often_as_it_says() {
    let world = World::new().await;
    let (usual, moved) = (
        Scripted::start(|_, _| json(ONE)).await,
        Scripted::start(|_, _| json(ONE)).await,
    );
    for (dialect, token, person) in [
        (Dialect::Current, "PlatformToken", "UserEmail"),
        (Dialect::TokenUsername, "PlatformToken", "Username"),
        (Dialect::Legacy, "MyGigDataToken", "Username"),
    ] {
        let text = own(&usual.base, dialect);
        assert!(
            add_connector(&world.space, &text, false).await.is_err(),
            "without the person's word nothing on this computer is asked"
        );
        add_connector(&world.space, &text, true).await.unwrap();
        let id = connected(&world, &format!("own-{dialect}"), None).await;
        assert!(due(&world.space).await.unwrap().contains(&id));
        world.fetch(id).await.unwrap();
        let one = usual.heard("/").pop().unwrap();
        assert!(
            one.head
                .starts_with("POST /deep/ExportData?tenant=7 HTTP/1.1\r\n"),
            "{}",
            one.head
        );
        let start = format!(
            r#"{{"{token}":"a\"token\\of mine","{person}":"lucia.arroyo@post.example","RequestId":""#
        );
        let request = one
            .body
            .strip_prefix(&start)
            .unwrap()
            .strip_suffix("\"}")
            .unwrap();
        assert_eq!(
            request,
            request.parse::<uuid::Uuid>().unwrap().hyphenated().to_string()
        );

        let wait = world.space.connection(id).await.unwrap().next_try_at.unwrap() - world.clock.now();
        assert!(
            (Duration::minutes(54) - Duration::seconds(1)..=Duration::hours(1)).contains(&wait),
            "{wait}"
        );
        world.clock.advance(Duration::minutes(53));
        assert!(!due(&world.space).await.unwrap().contains(&id));
        world.clock.advance(Duration::minutes(7));
        assert!(due(&world.space).await.unwrap().contains(&id));
        assert_eq!(
            connected(&world, &format!("own-{dialect}"), Some(&moved.base)).await,
            id
        );
        world.fetch(id).await.unwrap();
        let one = moved.heard("/").pop().unwrap();
        assert_eq!(one.path, "/deep/ExportData?tenant=7");
    }
    assert_eq!((usual.count("POST"), moved.count("POST")), (3, 3));
}

fn under_test(base: &str) -> Connector {
    check_connector(&own(base, Dialect::Current), true).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trial_shows_both_sides_without_the_token_and_keeps_nothing() {
    let world = World::new().await;
    // It says the token back, as it is and as JSON writes it, and more than is shown.
    let platform = Scripted::start(|_, body| {
        let blanks = " ".repeat(70 * 1024);
        let echo = format!("X-Token: {TOKEN}\r\nX-Kind: echo");
        with(
            "200 OK",
            &echo,
            &format!(r#"{{"interactions":[{{"id":7}}],"echo":{body}{blanks}}}"#),
        )
    })
    .await;
    let trial = world
        .connect
        .try_endpoint(&under_test(&platform.base), &SecretString::from(TOKEN), &lucia())
        .await
        .unwrap();
    let sent = platform.heard("/").pop().unwrap();
    assert!(
        sent.body.contains(r#""a\"token\\of mine""#),
        "the platform gets the real one"
    );
    let exchange = trial.exchange;
    assert_eq!(exchange.method, "POST");
    assert_eq!(exchange.body, sent.body.replace(r#"a\"token\\of mine"#, "••••"));
    let answer = exchange.answer.unwrap();
    assert_eq!(answer.status, 200);
    for expected in [("x-token", "••••"), ("x-kind", "echo")] {
        let expected = (expected.0.to_owned(), expected.1.to_owned());
        assert!(answer.headers.contains(&expected), "{:?}", answer.headers);
    }
    assert!(answer.cut && answer.body.len() <= 64 * 1024 && answer.body.len() > 60 * 1024);
    for shown in [&exchange.body, &answer.body, &format!("{:?}", exchange.headers)] {
        assert!(!shown.contains("token\\"), "{shown:.200}");
    }
    assert!(!format!("{:?}", trial.findings).contains("token\\of"));
    assert!(
        trial.findings.iter().any(|finding| !finding.good),
        "{:?}",
        trial.findings
    );
    assert!(world.space.connections().await.unwrap().is_empty());
    assert!(world.space.connectors().await.unwrap().is_empty());
    assert_eq!(world.space.record_count().await.unwrap(), 0);
}

/// What a trial counts is what a fetch of the same answer brings.
#[tokio::test(flavor = "multi_thread")]
async fn a_trial_foretells_the_fetch() {
    const FULL: &str = r#"{"interactions":[
        {"id":"1","period":{"end":"2026-05-01T12:00:00Z"},"type":"Ride","outcome":{"success":true,"review":{"title":"","text":"a"},
         "ratings":[{"value":4,"min":1,"max":5},{"value":1,"min":0,"max":1}]},"additionalData":{"income":{"amount":12,"currency":"EUR"}}},
        {"id":"2","period":{"end":"2026-05-02T12:00:00Z"},"type":"Ride","outcome":{"success":true}}],
        "achievements":[{"id":"b","timeStamp":"2026-04-01T00:00:00Z","type":"Badge","name":"n","description":""}]}"#;
    let world = World::new().await;
    let platform = Scripted::start(|_, _| json(FULL)).await;
    let (connector, token) = (under_test(&platform.base), SecretString::from(TOKEN));
    let trial = world
        .connect
        .try_endpoint(&connector, &token, &lucia())
        .await
        .unwrap();
    add_connector(&world.space, &own(&platform.base, Dialect::Current), true)
        .await
        .unwrap();
    let id = connected(&world, "own-current", None).await;
    world.fetch(id).await.unwrap();
    let of = async |kind| {
        let filter = RecordFilter {
            kinds: vec![kind],
            ..RecordFilter::default()
        };
        world.space.record_totals(filter).await.unwrap().count
    };
    let words = format!(
        "Satchel reads {} gigs, {} payments, {} ratings, {} reviews and {} achievements.",
        of(RecordKind::Work).await,
        of(RecordKind::Payment).await,
        of(RecordKind::Rating).await,
        of(RecordKind::Review).await,
        of(RecordKind::Achievement).await,
    );
    assert_eq!(
        words,
        "Satchel reads 2 gigs, 1 payments, 2 ratings, 1 reviews and 1 achievements."
    );
    let good: Vec<_> = trial
        .findings
        .iter()
        .map(|finding| (finding.good, finding.words.as_str()))
        .collect();
    assert_eq!(
        good,
        [(true, words.as_str()), (true, "It has the published form.")]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trial_says_what_a_refusal_means() {
    let world = World::new().await;
    let token = SecretString::from(TOKEN);
    for (status, header, says) in [
        ("401 No", "X: y", "refuses the token"),
        ("404 None", "X: y", "three days"),
        ("405 No", "X: y", "401 says it plainly"),
        ("429 Slow", "Retry-After: 60", "asks for a rest"),
        ("503 Away", "X: y", "says nothing about the person"),
        ("302 There", "Location: /elsewhere", "a redirect is not followed"),
    ] {
        let platform = Scripted::start(move |_, _| with(status, header, "{}")).await;
        let trial = world
            .connect
            .try_endpoint(&under_test(&platform.base), &token, &lucia())
            .await
            .unwrap();
        let answer = trial.exchange.answer.unwrap();
        assert!(status.starts_with(&answer.status.to_string()), "{status}");
        assert_eq!(trial.findings.len(), 1, "{status}");
        assert!(
            !trial.findings[0].good && trial.findings[0].words.contains(says),
            "{status}: {:?}",
            trial.findings
        );
        assert_eq!(platform.count(""), 1, "{status}: one request");
    }
    let gone = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", gone.local_addr().unwrap());
    drop(gone);
    let trial = world
        .connect
        .try_endpoint(&under_test(&base), &token, &lucia())
        .await
        .unwrap();
    assert_eq!(trial.exchange.answer.err(), Some(Unanswered::NoAnswer));
    assert!(trial.findings.len() == 1 && !trial.findings[0].good);
}
