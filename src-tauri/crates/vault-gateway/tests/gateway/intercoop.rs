//! The vault as a target of Intercoop, over real sockets.

use std::collections::BTreeMap;

use intercoop::{
    envelope,
    errors::WireError,
    payload::{self, Key, PayloadFields, Value},
    reason::Reason,
};
use time::Duration;
use vault_core::cooperatives::{NewPeer, Offer, OfferedService, PeerSource, RuleKind, ServiceRule};
use vault_crypto::Signer;

use crate::kit::{Answer, OTHER_ORIGIN, World};

const KEY: &str = include_str!("../../../vault-crypto/tests/fixtures/rsa3072.pem");
const CANARY: &str = "Canaria7731";
const ACTIVATE: &str = "/intercoop/activateService";

fn theirs() -> Signer {
    Signer::from_pkcs8_pem(KEY).unwrap()
}

async fn world() -> World {
    let world = World::empty().await;
    let pem: String = theirs()
        .public_key_pem()
        .lines()
        .map(|line| format!("  {line}\n"))
        .collect();
    let new = NewPeer {
        descriptor: format!(
            "intercoopVersion: '1.0'\npeerVersion: 1\npeerid: llumverda\nname: Llum <b>Verda\npublickey: |\n{pem}"
        ),
        came: PeerSource::File,
        address: String::new(),
        logo: None,
        compared: true,
    };
    world.space.add_peer(new).await.unwrap();
    world
}

fn text(fields: &[(&str, &str)]) -> String {
    let mut payload = PayloadFields::new();
    for (name, value) in fields {
        payload.set(Key::new(name).unwrap(), Value::Text((*value).to_owned()));
    }
    payload::write(&payload)
}

fn package(fields: &[(&str, &str)]) -> String {
    let text = text(fields);
    envelope::write(&text, &theirs().sign_pkcs1v15_sha1(text.as_bytes()).unwrap())
}

fn sample() -> String {
    package(&[
        ("originpeer", "llumverda"),
        ("name", CANARY),
        ("nif", "12345678Z"),
        ("innerid", "666"),
        ("peerroles", "worker"),
    ])
}

async fn post(world: &World, body: &str) -> Answer {
    world.ask("POST", ACTIVATE, &[], body.as_bytes()).await
}

fn error(answer: &Answer) -> WireError {
    assert_eq!(answer.header("content-type"), Some("application/yaml"));
    WireError::from_yaml(&answer.text()).unwrap()
}

fn continuation(world: &World, answer: &Answer) -> String {
    let body = answer.text();
    let (_, rest) = body.split_once(&world.base()).unwrap();
    rest.split('"').next().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_package_is_taken_whatever_type_it_says_and_its_page_opens_once() {
    let world = world().await;
    let mut uuids = Vec::new();
    for headers in [
        Vec::new(),
        vec![("Content-Type", "application/yaml")],
        vec![("Content-Type", "application/x-www-form-urlencoded")],
    ] {
        let answer = world.ask("POST", ACTIVATE, &headers, sample().as_bytes()).await;
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (200, Some("application/yaml"))
        );
        let body = answer.text();
        uuids.push(body.lines().next().unwrap().to_owned());
        let page = continuation(&world, &answer);
        assert!(page.starts_with("/intercoop/continue/") && !page.contains(uuids[0].get(7..20).unwrap()));
        let first = world.get(&page, &[]).await;
        assert_eq!(
            (
                first.status,
                first.header("referrer-policy"),
                first.header("cache-control")
            ),
            (200, Some("no-referrer"), Some("no-store"))
        );
        let shown = first.text();
        assert!(shown.contains("Llum &lt;b&gt;Verda") && !shown.contains(CANARY));
        assert_eq!(shown.contains("Tax number"), uuids.len() == 1);
        assert_eq!(world.get(&page, &[]).await.status, 404);
    }
    assert!(
        uuids.iter().all(|uuid| *uuid == uuids[0]),
        "a repeat is the same transfer"
    );
    assert_eq!(world.space.incoming_transfers().await.unwrap().len(), 1);
    let answer = post(&world, &package(&[("originpeer", "llumverda"), ("nif", "2")])).await;
    let page = continuation(&world, &answer);
    world.clock.advance(Duration::minutes(15));
    assert_eq!(world.get(&page, &[]).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_documented_error_and_each_kind_of_unavailability() {
    let world = world().await;
    let good = sample();
    let signed = |text: &str| envelope::write(text, &theirs().sign_pkcs1v15_sha1(text.as_bytes()).unwrap());
    for (body, status, name) in [
        (signed("originpeer: nobody\n"), 403, "BadPeer"),
        (
            envelope::write(&text(&[("originpeer", "llumverda")]), &[1; 384]),
            403,
            "BadSignature",
        ),
        (signed("nif: '1'\n"), 400, "MissingField"),
        (good.replace("'1.0'", "'2.0'"), 400, "WrongVersion"),
        (good.replace("payload:", "load:"), 400, "BadMessage"),
        (String::new(), 400, "BadMessage"),
        (signed("originpeer: ["), 400, "BadFormat"),
    ] {
        let answer = post(&world, &body).await;
        assert_eq!((answer.status, error(&answer).name()), (status, name));
    }
    let words = BTreeMap::from([("es".to_owned(), "Contrato".to_owned())]);
    let rule = |kind, value: &str| {
        vec![ServiceRule {
            kind,
            value: value.into(),
            peer: None,
        }]
    };
    for (offered, fields, refused, reason) in [
        (false, vec![], vec![], Some(Reason::Stopped)),
        (
            true,
            vec![],
            rule(RuleKind::Peer, "llumverda"),
            Some(Reason::StoppedForPeer),
        ),
        (
            true,
            vec![],
            rule(RuleKind::Member, "666"),
            Some(Reason::StoppedForMember),
        ),
        (
            true,
            vec![],
            rule(RuleKind::Nif, "12345678Z"),
            Some(Reason::StoppedForMember),
        ),
        (
            true,
            vec![],
            rule(RuleKind::Role, "worker"),
            Some(Reason::StoppedForRole),
        ),
        (true, vec!["email".to_owned()], vec![], None),
    ] {
        let service = OfferedService {
            id: "contract".into(),
            name: words.clone(),
            description: words.clone(),
            fields,
            offered,
        };
        world
            .space
            .save_offered_service(Offer { service, refused })
            .await
            .unwrap();
        let body = package(&[
            ("originpeer", "llumverda"),
            ("nif", "12345678Z"),
            ("innerid", "666"),
            ("peerroles", "worker"),
            ("service", "contract"),
        ]);
        let answer = post(&world, &body).await;
        assert_eq!(answer.status, 400);
        match reason {
            Some(_) => assert_eq!(Reason::of(&error(&answer)), reason),
            None => assert_eq!(error(&answer).name(), "MissingField"),
        }
    }
    assert!(world.space.incoming_transfers().await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_can_be_had_back_and_guessing_is_slowed_down() {
    let world = world().await;
    let answer = post(&world, &sample()).await;
    let body = answer.text();
    let uuid = body
        .lines()
        .next()
        .unwrap()
        .trim_start_matches("uuid: ")
        .trim_matches('"');
    let data = world.get(&format!("{ACTIVATE}/{uuid}"), &[]).await;
    assert_eq!((data.status, error(&data).name()), (404, "NoSuchUuid"));
    assert!(!data.text().contains(CANARY));
    let version = world.get("/intercoop/protocolVersion", &[]).await;
    assert_eq!(version.text(), "protocolVersion: '1.0'\n");
    for (method, path, status) in [
        ("GET", ACTIVATE, 405),
        ("PUT", ACTIVATE, 405),
        ("POST", "/intercoop/protocolVersion", 405),
        ("GET", "/intercoop/nothing", 404),
        ("GET", "/intercoop/about", 200),
        ("GET", "/intercoop/privacy", 200),
        ("GET", "/intercoop/logo.svg", 200),
    ] {
        let answer = world.ask(method, path, &[], b"").await;
        assert_eq!(answer.status, status, "{method} {path}");
    }
    let page = world
        .ask("POST", ACTIVATE, &[("Origin", OTHER_ORIGIN)], sample().as_bytes())
        .await;
    assert_eq!(page.status, 403, "a page of somebody else");
    // What is too large is told as everything else: a sender reads YAML or nothing.
    for length in [64 * 1024 + 1, 200 * 1024] {
        let answer = post(&world, &"x".repeat(length)).await;
        assert_eq!(
            (answer.status, error(&answer)),
            (
                413,
                WireError::bad_message("The request is larger than this address takes.")
            )
        );
    }
    let mut waits = 0;
    for number in 0..70 {
        let answer = world.get(&format!("/intercoop/continue/{number}"), &[]).await;
        waits += u32::from(answer.status == 429);
    }
    assert!(waits > 0);
    assert_eq!(
        post(&world, &package(&[("originpeer", "llumverda")]))
            .await
            .status,
        200,
        "who can sign is not slowed down"
    );
    world.gateway.serve(None);
    assert_eq!(post(&world, &sample()).await.status, 503);
}
