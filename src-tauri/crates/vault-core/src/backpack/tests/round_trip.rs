//! What is packed comes back, into another vault and into a space of its own, once and twice.

use vault_store::{
    Assurance, apps::AppState, connections::ConnectionState, disclosures::DisclosureKind, grants::GrantState,
};

use super::{
    super::{LogOutcome, PackStep, SignedBy, Stop, verify_backpack},
    kit::{World, all_records, entries, everything, keys, setting, somebody},
};
use crate::{persona::PersonaField, settings::Setting};

#[tokio::test]
async fn another_vault_gets_the_same_records_and_all_they_stand_on() {
    let world = World::full().await;
    let before = everything(&world.space).await;
    let packed = world.pack("a.backpack", false).await;
    assert_eq!(packed.records, 1_200 + 6 + 1 + 2);
    assert_eq!(world.files(), ["a.backpack"]);

    let other = World::elsewhere().await;
    let report = other.restore(&packed).await.unwrap();
    assert_eq!(
        (report.outcome.new, report.outcome.set_aside),
        (packed.records, 0)
    );
    assert_eq!(
        (report.connections, report.persona, report.apps, report.grants),
        (3, 4, 1, 1)
    );
    assert_eq!(report.signed_by, SignedBy::Unknown);
    assert_eq!(report.log, LogOutcome::Continued(before.log.len() as u64));

    let after = everything(&other.space).await;
    assert_eq!(after.records, before.records);
    assert_eq!(after.persona, before.persona);
    assert_eq!(after.retrievals, before.retrievals);
    assert_eq!(after.originals, before.originals);
    assert_eq!(after.versions, before.versions);
    assert_eq!(after.versions.len(), 1);
    let typed = |record: &&vault_store::Record| record.provenance.assurance == Assurance::Typed;
    let records = all_records(&other.space).await;
    assert_eq!(records.iter().filter(typed).count(), 2);
    assert_eq!(records, all_records(&world.space).await);
}

#[tokio::test]
async fn what_gives_others_power_does_not_come_back_alive() {
    let world = World::full().await;
    let before = everything(&world.space).await;
    let packed = world.pack("a.backpack", false).await;
    let other = World::elsewhere().await;
    other.restore(&packed).await.unwrap();
    let after = everything(&other.space).await;

    let states: Vec<ConnectionState> = after.connections.iter().map(|one| one.state).collect();
    let expected = [
        ConnectionState::Stopped,
        ConnectionState::Stopped,
        ConnectionState::Typed,
    ];
    assert_eq!(states, expected);
    assert!(
        after
            .connections
            .iter()
            .all(|connection| connection.next_try_at.is_none())
    );

    let grant = &after.grants[0];
    assert_eq!(
        (grant.state, grant.id),
        (GrantState::Revoked, before.grants[0].id)
    );
    assert_eq!(grant.scopes, before.grants[0].scopes);
    assert_eq!(grant.from, before.grants[0].from);
    let app = &other.space.apps().await.unwrap()[0];
    assert_eq!((app.state, app.sees.len()), (AppState::Review, 0));
    let kept = other.space.app_config(app.id).await.unwrap();
    assert_eq!(kept.as_deref(), Some("{\"week\":\"monday\"}"));

    // The log is the same chain, then says what ended.
    let n = before.log.len();
    assert_eq!(after.log[..n], before.log[..]);
    assert_eq!(after.log.len(), n + 1);
    assert_eq!(
        (after.log[n].kind, after.log[n].grant),
        (DisclosureKind::Revoked, Some(grant.id))
    );
    assert!(other.space.verify_log().await.unwrap().broken.is_none());

    assert_eq!(setting(&other.space, Setting::Theme).await, Some("dark".into()));
    assert_eq!(setting(&other.space, Setting::LockIdleMinutes).await, None);
}

#[tokio::test]
async fn twice_gives_the_same_vault() {
    let world = World::full().await;
    let packed = world.pack("a.backpack", true).await;
    let other = World::elsewhere().await;
    other.restore(&packed).await.unwrap();
    let once = everything(&other.space).await;
    other.clock.advance(time::Duration::HOUR);
    let report = other.restore(&packed).await.unwrap();
    assert_eq!(report.outcome.same, packed.records);
    assert_eq!(
        (report.outcome.new, report.connections, report.persona),
        (0, 0, 0)
    );
    assert_eq!((report.apps, report.grants, report.log), (0, 0, LogOutcome::Same));
    assert_eq!(everything(&other.space).await, once);
}

#[tokio::test]
async fn a_space_of_its_own_in_the_same_vault() {
    let world = World::full().await;
    let packed = world.pack("a.backpack", false).await;
    let (space, report) = world
        .vault
        .restore_into_new_space(&packed.file, keys(), None, Stop::default(), |_| {})
        .await
        .unwrap();
    assert_eq!(space.info().name, "Personal 2");
    assert_eq!(report.signed_by, SignedBy::ThisVault);
    assert_eq!(world.vault.spaces().await.unwrap().len(), 2);
    let (here, there) = (world.space.records_digest().await, space.records_digest().await);
    assert_eq!(here.unwrap(), there.unwrap());
    let name = space.persona().await.unwrap();
    assert_eq!(name.get(PersonaField::LastName), Some("Vidal"));
}

#[tokio::test]
async fn keys_of_others_open_it_and_the_packer_can_still_prove_it() {
    let world = World::full().await;
    let (locks, keys, _) = somebody();
    let request = super::super::PackRequest {
        path: world.file("for-somebody.backpack"),
        locks,
        full: false,
    };
    let packed = world.space.pack(request, Stop::default(), |_| {}).await.unwrap();
    let mut steps = 0;
    let report = verify_backpack(&packed.file, &keys, &mut |told| {
        assert_eq!(told.step, PackStep::Checking);
        steps += 1;
        std::ops::ControlFlow::Continue(())
    })
    .unwrap();
    assert!(steps > 1);
    assert_eq!(
        (report.records, report.bytes, report.sha256),
        (packed.records, packed.bytes, packed.sha256)
    );
    assert_eq!((report.signed_by, report.compared), (SignedBy::Unknown, None));
    assert_eq!(report.counts["records"], packed.records);
    assert_eq!(report.counts["work"], 1_203);
}

#[tokio::test]
async fn the_recovery_kit_opens_what_was_also_locked_for_it() {
    use secrecy::ExposeSecret as _;
    let world = World::full().await;
    let plan = world.space.pack_plan().await.unwrap();
    let recipient = plan.recovery_recipient.unwrap();
    assert_eq!(recipient, world.code.recipient());
    let locks = super::super::Locks::Recipients(super::super::Recipients::parse([recipient]).unwrap());
    let request = super::super::PackRequest {
        path: world.file("kit.backpack"),
        locks,
        full: false,
    };
    let packed = world.space.pack(request, Stop::default(), |_| {}).await.unwrap();
    let file = world.code.to_age_identity_string();
    let keys = super::super::Keys::Identities(super::super::Identities::parse(file.expose_secret()).unwrap());
    let report = world
        .space
        .check_backpack(&packed.file, keys, Stop::default(), |_| {})
        .await
        .unwrap();
    assert_eq!(report.signed_by, SignedBy::ThisVault);
    let compared = report.compared.unwrap();
    assert_eq!(
        (compared.new, compared.same, compared.different),
        (0, packed.records, 0)
    );
}

#[tokio::test]
async fn the_plan_the_list_and_the_log_know_of_it() {
    let world = World::full().await;
    let plan = world.space.pack_plan().await.unwrap();
    assert_eq!(
        (plan.records, plan.profile, plan.connections, plan.apps),
        (1_209, 4, 3, 1)
    );
    assert_eq!((plan.files, plan.platforms, plan.made_up), (6, 2, false));
    assert_eq!(plan.suggested_name, "Personal 2026-11-24.backpack");
    assert!(plan.earlier.is_empty() && plan.span.is_some());
    let packed = world.pack("a.backpack", false).await;
    let off = plan.about_bytes.abs_diff(packed.bytes);
    assert!(
        off < packed.bytes,
        "{} against {}",
        plan.about_bytes,
        packed.bytes
    );
    let plan = world.space.pack_plan().await.unwrap();
    assert_eq!(plan.earlier.len(), 1);
    assert_eq!(
        (plan.earlier[0].sha256, plan.earlier[0].proved),
        (packed.sha256, true)
    );
    let log = everything(&world.space).await.log;
    let last = log.last().unwrap();
    assert_eq!(
        (last.kind, last.counts["records"]),
        (DisclosureKind::Saved, packed.records)
    );
    assert!(world.space.verify_log().await.unwrap().broken.is_none());
}

#[tokio::test]
async fn equal_content_gives_equal_entries() {
    let world = World::full().await;
    let first = world.pack("a.backpack", true).await;
    world.clock.advance(time::Duration::DAY);
    let second = world.pack("b.backpack", true).await;
    // That the first was packed is in the log, and so on the page.
    let grown = ["disclosures.ndjson", "log.json", "index.html"];
    let (first, second) = (entries(&first.file), entries(&second.file));
    assert_eq!(first.len(), second.len());
    for (a, b) in first.iter().zip(&second) {
        assert!(a == b || grown.contains(&a.0.as_str()), "{}", a.0);
    }
    let paths: Vec<&str> = first.iter().map(|(path, _)| path.as_str()).collect();
    for path in [
        "persona.json",
        "persona.yaml",
        "grants.json",
        "apps.json",
        "platforms/demo/data.json",
        "platforms/demo-2/records.csv",
        "platforms/own/records.ndjson",
    ] {
        assert!(paths.contains(&path), "{path} in {paths:?}");
    }
    let body = |name: &str| {
        let found = first.iter().find(|(path, _)| path.as_str() == name);
        String::from_utf8(found.unwrap().1.clone()).unwrap()
    };
    let persona: serde_json::Value = serde_json::from_str(&body("persona.json")).unwrap();
    assert_eq!(persona["zip_code"], "08001");
    assert!(
        body("persona.yaml").contains("name: \"Vidal, CanaryMarta\""),
        "{}",
        body("persona.yaml")
    );
    let data = gigdata::read(
        body("platforms/demo/data.json").as_bytes(),
        &gigdata::ReadOptions::default(),
    )
    .unwrap();
    assert_eq!((data.interactions.len(), data.achievements.len()), (1_200, 1));
    assert_eq!(
        body("platforms/demo/records.csv")
            .lines()
            .next()
            .unwrap()
            .split(',')
            .count(),
        28
    );
    assert!(body("index.html").contains("1,203 work records"), "the page");
}
