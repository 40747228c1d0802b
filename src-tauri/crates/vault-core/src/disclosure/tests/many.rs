//! Ten thousand entries, made by the real calls over values that must never be in the log, and looked through for them.

use std::time::{Duration as Wait, Instant};

use base64::{Engine as _, engine::general_purpose};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use vault_store::{AppId, RequestId, Scope, disclosures::Disclosure};

use super::super::{Asked, Decision, Duration as For, Narrowing};
use super::kit::{CANARY, World};
use crate::persona::PersonaField;

const ENTRIES: usize = 10_000;

/// All that the app asks for; what it gets holds the canary in a name, in a number and in the text of reviews.
const SCOPES: [&str; 4] = [
    "work.records:get",
    "reviews:get",
    "profile.first_name:get",
    "profile.email:get",
];

const READS: [&str; 4] = [
    "/v1/records?kind=review&limit=1",
    "/v1/profile?fields=first_name",
    "/v1/profile",
    "/v1/records?limit=1",
];

#[tokio::test]
async fn ten_thousand_entries_hold_no_value() {
    let begun = Instant::now();
    let world = World::new().await;
    let email = format!("{CANARY}@example.org");
    world
        .space
        .set_persona(PersonaField::Email, &email)
        .await
        .unwrap();
    let mut round = 0;
    let mut canaries = 0;
    while entries(&world).await < ENTRIES as u64 {
        canaries += one_round(&world, round).await;
        round += 1;
    }
    let made = begun.elapsed();
    let log = world.log().await;
    assert!(log.len() >= ENTRIES);
    assert!(canaries > ENTRIES / 4, "{canaries} answers held it");
    let kinds: std::collections::BTreeSet<&str> = log.iter().map(|entry| entry.kind.as_str()).collect();
    for kind in [
        "granted",
        "refused",
        "unanswered",
        "withdrawn",
        "released",
        "delivered",
        "failed",
        "revoked",
        "expired",
    ] {
        assert!(kinds.contains(kind), "{kind}");
    }
    let (exported, lines) = world
        .space
        .export_log(Vec::new(), super::super::LogForm::Lines)
        .await
        .unwrap();
    assert_eq!(lines as usize, log.len() + 1);
    let forms = forms();
    for entry in &log {
        for (column, text) in columns(entry) {
            let found = forms.iter().find(|(_, form)| text.contains(form));
            assert!(
                found.is_none(),
                "{column} of {}: {:?}",
                entry.seq,
                found.map(|(name, _)| name)
            );
        }
    }
    let exported = String::from_utf8(exported).unwrap().to_lowercase();
    for (name, form) in &forms {
        assert!(!exported.contains(form), "the file: {name}");
    }
    let check = world.space.verify_log().await.unwrap();
    assert_eq!(check.broken, None);
    println!(
        "{} entries in {round} rounds, {canaries} answers held the value, made in {made:.1?}, looked through in {:.1?}",
        log.len(),
        begun.elapsed() - made
    );
}

async fn entries(world: &World) -> u64 {
    let count = |db: &vault_store::Database| Ok(db.read(vault_store::disclosures::count)?);
    world.space.read(count).await.unwrap()
}

/// An app comes, is refused, ignored, gone before the answer, gets something, reads much, and is stopped or left to its end. Gives the
/// number of answers that held the value.
async fn one_round(world: &World, round: usize) -> usize {
    let app = world.app(&format!("App {round}"), &SCOPES).await;
    let id = world.question(app).await;
    world.space.refuse(id).await.unwrap();
    denied(world, app).await;
    world.space.app_closed(app).await.unwrap();
    let id = world.question(app).await;
    world.clock.advance(time::Duration::minutes(10));
    world.space.sweep().await.unwrap();
    assert!(world.space.refuse(id).await.is_err());
    world.space.app_closed(app).await.unwrap();
    world.question(app).await;
    world.space.app_closed(app).await.unwrap();
    let Asked::Question(id) = world.space.ask_for_app(app).await.unwrap() else {
        panic!("a question")
    };
    let grant = world.space.allow(id, all(id, world).await).await.unwrap();
    let canaries = read_much(world, app).await;
    if round.is_multiple_of(2) {
        world.space.revoke(grant).await.unwrap();
    } else {
        world.clock.advance(time::Duration::days(9));
        world.space.sweep().await.unwrap();
    }
    denied(world, app).await;
    world.space.remove_app(app).await.unwrap();
    canaries
}

async fn all(id: RequestId, world: &World) -> Decision {
    let today = crate::Clock::now(world.clock.as_ref()).date();
    Decision {
        scopes: world
            .space
            .question(id)
            .await
            .unwrap()
            .scopes
            .into_iter()
            .map(|line| line.scope)
            .collect::<Vec<Scope>>(),
        narrowing: Narrowing::default(),
        duration: For::Until(today + time::Duration::days(7)),
        preview_sha256: None,
        passphrase: None,
        policy: None,
    }
}

/// Reads by every way, and says each time what became of it.
async fn read_much(world: &World, app: AppId) -> usize {
    let mut canaries = 0;
    for turn in 0..500 {
        let answer = world.get(app, READS[turn % READS.len()]).await;
        assert_eq!(answer.status, 200);
        canaries += usize::from(String::from_utf8_lossy(&answer.body).contains(CANARY));
        let id = answer.disclosure.unwrap();
        if turn.is_multiple_of(10) {
            world.space.failed(id, "unreachable").await.unwrap();
        } else {
            world.space.delivered(id).await.unwrap();
        }
    }
    canaries
}

async fn denied(world: &World, app: AppId) {
    let refused = tokio::time::timeout(Wait::from_secs(20), world.get(app, READS[0]))
        .await
        .unwrap();
    assert_eq!(refused.status, 403);
}

/// Everything that an entry has, as text in small letters.
fn columns(entry: &Disclosure) -> Vec<(String, String)> {
    let Ok(Value::Object(members)) = serde_json::to_value(entry) else {
        panic!("an entry is an object")
    };
    let lower = |(name, value): (String, Value)| (name, value.to_string().to_lowercase());
    let mut columns: Vec<_> = members.into_iter().map(lower).collect();
    let canonical = String::from_utf8_lossy(&entry.canonical_bytes()).to_lowercase();
    columns.push(("canonical".into(), canonical));
    columns
}

/// The value as it might lie somewhere, in small letters: plain, backwards, in hex, Base64 at each offset, URL-encoded, hashed.
fn forms() -> Vec<(&'static str, String)> {
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let plain = CANARY.to_lowercase();
    let mut forms = vec![
        ("plain", plain.clone()),
        ("backwards", plain.chars().rev().collect()),
        ("hex", hex(CANARY.as_bytes())),
        ("hex of small letters", hex(plain.as_bytes())),
        (
            "percent",
            CANARY.bytes().map(|byte| format!("%{byte:02x}")).collect(),
        ),
        (
            "escaped",
            CANARY
                .chars()
                .map(|sign| format!("\\u{:04x}", u32::from(sign)))
                .collect(),
        ),
        (
            "UTF-16",
            hex(&CANARY
                .encode_utf16()
                .flat_map(u16::to_le_bytes)
                .collect::<Vec<u8>>()),
        ),
        ("digest", hex(&Sha256::digest(CANARY))),
        (
            "digest of the address",
            hex(&Sha256::digest(format!("{CANARY}@example.org"))),
        ),
    ];
    for offset in 0..3 {
        // What stands before the value shifts its Base64; the signs at both ends depend on the neighbours.
        let shifted = [&b"   "[..offset], CANARY.as_bytes()].concat();
        let encoded = general_purpose::STANDARD_NO_PAD.encode(&shifted);
        let inner = encoded
            .get(offset.min(1) * 2 + offset / 2..encoded.len() - 2)
            .unwrap();
        forms.push(("Base64", inner.to_lowercase()));
    }
    forms
}

#[test]
fn the_forms_are_found_where_they_are() {
    let inside = format!("a name, {CANARY}, in a line");
    for before in ["", "x", "xy"] {
        let encoded = general_purpose::STANDARD
            .encode(format!("{before}{inside}"))
            .to_lowercase();
        let found = forms()
            .iter()
            .any(|(name, form)| *name == "Base64" && encoded.contains(form));
        assert!(found, "{encoded}");
    }
}
