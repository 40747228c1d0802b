//! The log: one entry with each release, none without, whole or broken, and never a value.

use std::time::Duration as Wait;

use vault_store::{
    DisclosureId, Face, Scope,
    disclosures::{BrokenWhy, DisclosureKind},
    grants,
    log_heads::{self, LogHead},
};

use super::super::{
    ActivityFilter, ActivityResult, Narrowing,
    ending::app_party,
    policy::{Need, approve},
    release::{Prepared, release_as},
};
use super::kit::{CANARY, World, week};
use crate::VaultError;

#[tokio::test]
async fn a_release_that_cannot_be_logged_releases_nothing() {
    let world = World::new().await;
    let app = world.app("Hourly", &["work.records:get"]).await;
    let grant = world.share(app, Narrowing::default(), week()).await;
    let taken = world.log().await.last().unwrap().id;
    let before = world.log().await.len();
    let try_with = async |id: DisclosureId, fails: bool| {
        world
            .space
            .write(move |turn| {
                let party = app_party(app, "Hourly");
                let wanted = [Scope::new("vault:work.records:get").unwrap()];
                let approved =
                    approve(turn, &party, Face::OpenPlatform, &wanted, Need::All)?.expect("a standing grant");
                let released = release_as(turn, approved, id, |_, _| {
                    if fails {
                        return Err(VaultError::DiskFull);
                    }
                    Ok(Prepared {
                        answer: b"data".to_vec(),
                        counts: Default::default(),
                    })
                })?;
                Ok(released.answer)
            })
            .await
    };
    // The entry cannot be written, then the answer cannot be computed: neither time anything is handed out or counted.
    assert!(matches!(try_with(taken, false).await, Err(VaultError::Store(_))));
    assert!(matches!(
        try_with(DisclosureId::new(), true).await,
        Err(VaultError::DiskFull)
    ));
    let uses = world.space.grant(grant).await.unwrap().grant.use_count;
    assert_eq!((world.log().await.len(), uses), (before, 0));
    assert_eq!(try_with(DisclosureId::new(), false).await.unwrap(), b"data");
    let uses = world.space.grant(grant).await.unwrap().grant.use_count;
    assert_eq!((world.log().await.len(), uses), (before + 1, 1));
}

#[tokio::test]
async fn an_approval_is_worth_nothing_once_the_grant_is_stopped() {
    let world = World::new().await;
    let app = world.app("Hourly", &["work.records:get"]).await;
    let grant = world.share(app, Narrowing::default(), week()).await;
    let answer = world
        .space
        .write(move |turn| {
            let party = app_party(app, "Hourly");
            let wanted = [Scope::new("vault:work.records:get").unwrap()];
            let approved =
                approve(turn, &party, Face::OpenPlatform, &wanted, Need::All)?.expect("a standing grant");
            let now = turn.now();
            turn.space.db.write(|tx| grants::revoke(tx, grant, now))?;
            release_as(turn, approved, DisclosureId::new(), |_, _| {
                Ok(Prepared {
                    answer: (),
                    counts: Default::default(),
                })
            })
            .map(|release| release.answer)
        })
        .await;
    assert!(matches!(answer, Err(VaultError::NoSuch("grant"))));
    assert_eq!(world.log_kinds().await, ["granted"]);
}

#[tokio::test]
async fn each_release_has_one_entry_and_one_outcome() {
    let world = World::new().await;
    let app = world.app("Hourly", &["work.records:get"]).await;
    world.share(app, Narrowing::default(), week()).await;
    let answer = world.get(app, "/v1/records?kind=work&limit=5").await;
    let id = answer.disclosure.unwrap();
    world.space.delivered(id).await.unwrap();
    world.space.failed(id, "late").await.unwrap();
    let log = world.log().await;
    let released = log.iter().find(|entry| entry.id == id).unwrap();
    assert_eq!(released.kind, DisclosureKind::Released);
    assert_eq!(released.counts["records"], 5);
    assert_eq!(released.counts["bytes"], answer.body.len() as u64);
    assert_eq!(world.log_kinds().await, ["granted", "released", "delivered"]);
    let unknown = world.space.delivered(DisclosureId::new()).await;
    assert!(matches!(unknown, Err(VaultError::NoSuch("release"))));
}

#[tokio::test]
async fn the_log_is_whole_and_a_changed_entry_is_named() {
    let world = World::new().await;
    let app = world.app("Hourly", &["work.records:get"]).await;
    world.share(app, Narrowing::default(), week()).await;
    for _ in 0..3 {
        world.read(app, "/v1/records?kind=work").await;
    }
    let check = world.space.verify_log().await.unwrap();
    assert_eq!((check.entries, check.broken), (8, None));
    // Signed after the walk; a second walk compares the signature.
    assert_eq!(world.space.verify_log().await.unwrap().heads, 1);
    // A head that this vault did not sign, over what really stands there.
    let victim = world.log().await[4].clone();
    let forged = LogHead {
        seq: victim.seq,
        hash: victim.hash,
        signed_at: victim.at,
        signature: vec![1; 384],
    };
    put_head(&world, forged).await;
    let broken = world.space.verify_log().await.unwrap().broken.unwrap();
    assert_eq!((broken.seq, broken.why), (5, BrokenWhy::Head));
}

#[tokio::test]
async fn an_entry_that_is_not_the_signed_one_is_named() {
    let world = World::new().await;
    let app = world.app("Hourly", &["work.records:get"]).await;
    world.share(app, Narrowing::default(), week()).await;
    world.space.sign_log_head().await.unwrap();
    let mut head = world
        .space
        .read(|db| Ok(db.read(log_heads::last)?))
        .await
        .unwrap()
        .unwrap();
    head.seq = 1;
    put_head(&world, head).await;
    let broken = world.space.verify_log().await.unwrap().broken.unwrap();
    assert_eq!((broken.seq, broken.why), (1, BrokenWhy::Head));
}

async fn put_head(world: &World, head: LogHead) {
    world
        .space
        .write(move |turn| Ok(turn.space.db.write(|tx| log_heads::insert(tx, &head))?))
        .await
        .unwrap();
}

#[tokio::test]
async fn the_log_can_be_saved_and_checked_elsewhere() {
    let world = World::new().await;
    let app = world.app("Hourly", &["work.records:get"]).await;
    world.share(app, Narrowing::default(), week()).await;
    let (bytes, entries) = world.space.export_log(Vec::new()).await.unwrap();
    let lines: Vec<serde_json::Value> = bytes
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
        .map(|line| serde_json::from_slice(line).unwrap())
        .collect();
    assert_eq!((entries, lines.len()), (3, 4));
    assert_eq!(lines[2]["kind"], "saved");
    let head = &lines[3]["head"];
    assert_eq!(head["hash"], lines[2]["hash"]);
    let at = time::OffsetDateTime::parse(
        head["signed_at"].as_str().unwrap(),
        &time::format_description::well_known::Rfc3339,
    )
    .unwrap();
    let message = format!(
        "satchel log head v1\n{}\n{}\n{}\n{}\n",
        head["space"].as_str().unwrap(),
        head["seq"],
        head["hash"].as_str().unwrap(),
        at.unix_timestamp_nanos() / 1_000_000
    );
    let signature = base64::Engine::decode(
        &base64::engine::general_purpose::STANDARD,
        head["signature"].as_str().unwrap(),
    )
    .unwrap();
    assert!(lines[3]["hashed"].as_str().unwrap().contains("prev_hash"));
    assert!(lines[3].get("made_up").is_none());
    let key = lines[3]["signing_key"].as_str().unwrap();
    vault_crypto::verify_pss_sha256(key, message.as_bytes(), &signature).unwrap();
}

#[tokio::test]
async fn log_events_and_errors_hold_no_value() {
    let mut world = World::new().await;
    let app = world
        .app(
            "Hourly",
            &["work.records:get", "reviews:get", "profile.first_name:get"],
        )
        .await;
    world.share(app, Narrowing::default(), week()).await;
    for path in ["/v1/records", "/v1/profile", "/v1/records?kind=review"] {
        let answer = world.get(app, path).await;
        assert!(!format!("{answer:?}").contains(CANARY));
        world.space.delivered(answer.disclosure.unwrap()).await.unwrap();
    }
    world.space.app_metadata(app).await.unwrap();
    world.space.revoke_all().await.unwrap();
    world.denied(app, "/v1/records?kind=review").await;
    let log = serde_json::to_string(&world.log().await).unwrap();
    assert!(log.contains("released") && !log.contains(CANARY));
    let told = format!("{:?}", world.told());
    assert!(told.contains("Logged") && !told.contains(CANARY));
    let shown = format!(
        "{:?} {:?}",
        world.space.grants().await.unwrap(),
        world
            .space
            .activity(ActivityFilter::default(), 0, 50)
            .await
            .unwrap()
    );
    assert!(!shown.contains(CANARY));
}

#[tokio::test]
async fn answers_that_follow_each_other_are_one_line() {
    let world = World::new().await;
    let app = world.app("Hourly", &["work.records:get"]).await;
    world.share(app, Narrowing::default(), week()).await;
    for _ in 0..5 {
        world.read(app, "/v1/records?kind=work&limit=3").await;
    }
    world.clock.advance(time::Duration::hours(1));
    world.read(app, "/v1/records?kind=work&limit=4").await;
    let page = world
        .space
        .activity(ActivityFilter::default(), 0, 50)
        .await
        .unwrap();
    let lines: Vec<(ActivityResult, u64, u64, &str)> = page
        .items
        .iter()
        .map(|item| (item.result, item.answers, item.records, item.words.as_str()))
        .collect();
    assert_eq!(
        lines,
        [
            (ActivityResult::Shared, 1, 4, "Shared"),
            (ActivityResult::Shared, 5, 15, "Shared until 29 Nov 2026"),
            (ActivityResult::Installed, 0, 0, "Installed"),
        ]
    );
    assert_eq!((page.total, page.parties), (3, vec!["Hourly".to_owned()]));
    assert_eq!(page.items[1].what, "Work");
}

#[tokio::test]
async fn an_entry_shows_asked_and_given() {
    let world = World::new().await;
    let app = world.app("Hourly", &["work.records:get", "reviews:get"]).await;
    let id = world.question(app).await;
    let decision = super::super::Decision {
        scopes: vec![Scope::new("vault:reviews:get").unwrap()],
        narrowing: Narrowing::default(),
        duration: super::super::Duration::Once,
        preview_sha256: None,
        passphrase: None,
        policy: None,
    };
    world.space.allow(id, decision).await.unwrap();
    let refused = world.app("Other", &["ratings:get"]).await;
    world.space.refuse(world.question(refused).await).await.unwrap();
    let page = world
        .space
        .activity(ActivityFilter::default(), 0, 50)
        .await
        .unwrap();
    let find = |result| {
        page.items
            .iter()
            .find(|item| item.result == result)
            .unwrap()
            .entry
            .id
    };
    let shared = world
        .space
        .activity_entry(find(ActivityResult::Shared))
        .await
        .unwrap();
    assert_eq!(
        shared.asked,
        [("Single gigs".to_owned(), false), ("Reviews".to_owned(), true)]
    );
    assert_eq!(shared.grant.unwrap().words, "Reviews");
    assert_eq!(
        (shared.maker.as_str(), shared.origin.as_str()),
        ("Fair Hours", "https://app.example")
    );
    let no = world
        .space
        .activity_entry(find(ActivityResult::Refused))
        .await
        .unwrap();
    assert_eq!(no.asked, [("Ratings".to_owned(), false)]);
    let only = ActivityFilter {
        result: Some(ActivityResult::Refused),
        ..ActivityFilter::default()
    };
    assert_eq!(world.space.activity(only, 0, 50).await.unwrap().total, 1);
    world
        .space
        .delete_activity_text(find(ActivityResult::Refused))
        .await
        .unwrap();
    let check = world.space.verify_log().await.unwrap();
    assert_eq!((check.broken, check.deleted_texts), (None, 1));
}

#[tokio::test]
async fn the_head_is_signed_at_most_once_a_minute_by_itself() {
    let world = World::new().await;
    let app = world.app("Hourly", &["work.records:get"]).await;
    world.space.tend().await.unwrap();
    world.share(app, Narrowing::default(), week()).await;
    world.space.tend().await.unwrap();
    assert_eq!(world.space.verify_log().await.unwrap().heads, 1);
    world.clock.advance(time::Duration::minutes(2));
    tokio::time::sleep(Wait::from_millis(1)).await;
    world.read(app, "/v1/records").await;
    world.space.tend().await.unwrap();
    assert_eq!(world.space.verify_log().await.unwrap().heads, 3);
}
