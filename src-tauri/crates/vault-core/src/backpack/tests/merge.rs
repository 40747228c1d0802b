//! Bringing a backpack into a space that has something already.

use time::Duration;
use vault_store::{RecordId, connections, record_versions, retrievals::RetrievalKind};

use super::{
    super::{BackpackError, LogOutcome, Stop},
    kit::{World, everything, gig, gigs, keys, take},
};
use crate::{VaultError, persona::PersonaField};

#[tokio::test]
async fn what_is_newer_here_stays_and_what_is_older_is_replaced() {
    let world = World::full().await;
    let packed = world.pack("a.backpack", false).await;
    let connection = everything(&world.space).await.connections[0].id;
    let before = everything(&world.space).await;

    // One record changes here after it was packed, one is gone, one is new.
    world.clock.advance(Duration::HOUR);
    let mut changed = gig(5);
    changed.title = Some("Changed here".into());
    take(
        &world.space,
        connection,
        RetrievalKind::Fetch,
        b"after".to_vec(),
        vec![changed, gig(9_000)],
    )
    .await;
    let gone = RecordId::derive(&connection, "gig:6");
    world
        .space
        .write(move |turn| Ok(turn.space.db.write(|tx| vault_store::records::delete(tx, gone))?))
        .await
        .unwrap();
    world
        .space
        .set_persona(PersonaField::LastName, "Changed")
        .await
        .unwrap();

    let checked = world
        .space
        .check_backpack(&packed.file, keys(), Stop::default(), |_| {})
        .await
        .unwrap();
    let compared = checked.compared.unwrap();
    assert_eq!(
        (compared.new, compared.same, compared.different),
        (1, packed.records - 2, 1)
    );

    let report = world.restore(&packed).await.unwrap();
    assert_eq!(
        (report.outcome.new, report.outcome.older, report.outcome.changed),
        (1, 1, 0)
    );
    assert_eq!(
        (report.connections, report.grants, report.log),
        (0, 0, LogOutcome::Same)
    );
    let kept = world
        .space
        .record(RecordId::derive(&connection, "gig:5"))
        .await
        .unwrap();
    assert_eq!(kept.title.as_deref(), Some("Changed here"));
    assert!(world.space.record(gone).await.is_ok());
    assert!(
        world
            .space
            .record(RecordId::derive(&connection, "gig:9000"))
            .await
            .is_ok()
    );
    let name = world.space.persona().await.unwrap();
    assert_eq!(name.get(PersonaField::LastName), Some("Changed"));
    // A grant that stands here still stands, and the connection still works.
    let after = everything(&world.space).await;
    assert_eq!(after.grants, before.grants);
    assert_eq!(after.connections[0].state, before.connections[0].state);

    // The other way round: an older space gets what is later, and keeps what it had as a version.
    let later = world.pack("b.backpack", false).await;
    let other = World::elsewhere().await;
    other.restore(&packed).await.unwrap();
    let report = other.restore(&later).await.unwrap();
    assert_eq!((report.outcome.changed, report.outcome.older), (1, 0));
    let id = RecordId::derive(&connection, "gig:5");
    let versions = other
        .space
        .read(move |db| Ok(db.read(|view| record_versions::list(view, id))?))
        .await
        .unwrap();
    assert_eq!(versions.len(), 1);
    assert_ne!(versions[0].record.title.as_deref(), Some("Changed here"));
    let (here, there) = (
        world.space.records_digest().await,
        other.space.records_digest().await,
    );
    assert_eq!(here.unwrap(), there.unwrap());
}

#[tokio::test]
async fn an_older_content_is_kept_as_what_was_said_before() {
    let world = World::full().await;
    let packed = world.pack("a.backpack", false).await;
    let other = World::elsewhere().await;
    other.restore(&packed).await.unwrap();
    let connection = everything(&other.space).await.connections[0].id;
    // The space loses its versions with the record, then gets the record with a later content.
    let id = RecordId::derive(&connection, "gig:5");
    other
        .space
        .write(move |turn| Ok(turn.space.db.write(|tx| vault_store::records::delete(tx, id))?))
        .await
        .unwrap();
    other.clock.advance(Duration::DAY);
    let mut changed = gig(5);
    changed.title = Some("Later".into());
    take(
        &other.space,
        connection,
        RetrievalKind::Fetch,
        b"after".to_vec(),
        vec![changed],
    )
    .await;
    for _ in 0..2 {
        let report = other.restore(&packed).await.unwrap();
        assert_eq!(report.outcome.older, 1);
        let versions = other
            .space
            .read(move |db| Ok(db.read(|view| record_versions::list(view, id))?))
            .await
            .unwrap();
        assert_eq!(versions.len(), 1);
        assert_eq!(versions[0].record.title.as_deref(), gig(5).title.as_deref());
    }
}

#[tokio::test]
async fn a_space_with_a_log_of_its_own_keeps_the_other_aside() {
    let world = World::full().await;
    let packed = world.pack("a.backpack", false).await;
    let other = World::elsewhere().await;
    other
        .space
        .set_persona(PersonaField::City, "Girona")
        .await
        .unwrap();
    other.pack("theirs.backpack", false).await;
    let own_log = everything(&other.space).await.log;
    let report = other.restore(&packed).await.unwrap();
    assert_eq!(report.log, LogOutcome::KeptAside);
    let after = everything(&other.space).await;
    assert_eq!(after.log[..own_log.len()], own_log[..]);
    let aside = after
        .retrievals
        .iter()
        .find(|retrieval| retrieval.source == "backpack/1")
        .unwrap();
    let kept = other
        .space
        .read({
            let id = aside.id;
            move |db| Ok(db.read(|view| vault_store::retrieval_documents::list(view, id))?)
        })
        .await
        .unwrap();
    assert_eq!(kept[0].locator, "disclosures.ndjson");
    assert!(other.space.verify_log().await.unwrap().broken.is_none());
    let report = other.restore(&packed).await.unwrap();
    assert_eq!(report.log, LogOutcome::KeptAside);
    assert_eq!(
        everything(&other.space).await.retrievals.len(),
        after.retrievals.len()
    );
    // The person's own entries of both vaults are there, and what was packed here goes on in the next backpack.
    let mine = other.pack("both.backpack", false).await;
    assert_eq!(mine.records, packed.records);
}

#[tokio::test]
async fn the_log_goes_on_where_it_came_from() {
    let world = World::full().await;
    let first = world.pack("a.backpack", false).await;
    let other = World::elsewhere().await;
    // Without the grant nothing is appended on arrival, so the log stays a beginning of the other.
    world.space.revoke_all().await.unwrap();
    let second = world.pack("b.backpack", false).await;
    let logs = everything(&world.space).await.log.len() as u64;
    let report = other.restore(&second).await.unwrap();
    assert_eq!(report.log, LogOutcome::Continued(logs - 1));
    let third = world.pack("c.backpack", false).await;
    let report = other.restore(&third).await.unwrap();
    assert_eq!(report.log, LogOutcome::Continued(1));
    assert_eq!(other.restore(&first).await.unwrap().log, LogOutcome::Same);
    assert!(other.space.verify_log().await.unwrap().broken.is_none());
    // Where it came from travels on.
    let again = other.pack("d.backpack", false).await;
    let third_vault = World::elsewhere().await;
    third_vault.restore(&again).await.unwrap();
    let came: serde_json::Value = third_vault
        .space
        .read(|db| Ok(db.read(|view| vault_store::settings::get(view, super::super::restore::CAME_WITH))?))
        .await
        .unwrap()
        .unwrap();
    let signers: Vec<&str> = came
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["signing_key"].as_str().unwrap())
        .collect();
    assert_eq!(signers.len(), 2);
    assert_ne!(signers[0], signers[1]);
}

#[tokio::test]
async fn made_up_data_and_real_data_stay_apart() {
    let real = World::full().await;
    let made_up = World::empty(0, true).await;
    let connection = super::kit::connect(&made_up.space, "Demo").await;
    gigs(&made_up.space, connection, 0, 3).await;
    let invented = made_up.pack("a.backpack", false).await;
    let packed = real.pack("a.backpack", false).await;
    let before = everything(&real.space).await;
    for (space, file) in [(&real.space, &invented.file), (&made_up.space, &packed.file)] {
        let refused = space
            .restore(file, keys(), Stop::default(), |_| {})
            .await
            .unwrap_err();
        assert!(matches!(refused, BackpackError::Mixed));
        assert_eq!(refused.code(), Some("BPK-509"));
    }
    assert_eq!(everything(&real.space).await, before);
    let (space, report) = real
        .vault
        .restore_into_new_space(
            &invented.file,
            keys(),
            Some("Invented".into()),
            Stop::default(),
            |_| {},
        )
        .await
        .unwrap();
    assert!(report.made_up && space.info().made_up);
    assert_eq!(space.info().name, "Invented");
    assert_eq!(space.record_count().await.unwrap(), 3);
}

#[tokio::test]
async fn a_broken_file_leaves_no_new_space() {
    let world = World::full().await;
    let packed = world.pack("a.backpack", false).await;
    let mut bytes = std::fs::read(&packed.file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&packed.file, bytes).unwrap();
    let refused = world
        .vault
        .restore_into_new_space(&packed.file, keys(), None, Stop::default(), |_| {})
        .await
        .unwrap_err();
    assert_eq!(refused.code(), Some("BPK-501"));
    assert_eq!(world.vault.spaces().await.unwrap().len(), 1);
}

#[tokio::test]
async fn an_app_is_ready_again_after_the_persons_look() {
    let world = World::full().await;
    let packed = world.pack("a.backpack", false).await;
    let other = World::elsewhere().await;
    other.restore(&packed).await.unwrap();
    let app = other.space.apps().await.unwrap().remove(0);
    let manifest = world
        .space
        .write(|turn| Ok(turn.space.db.read(vault_store::apps::list)?.remove(0).manifest))
        .await
        .unwrap();
    let new = crate::apps::NewApp {
        manifest,
        url: Some(app.manifest_url.parse().unwrap()),
        kind: app.kind,
        key_pin: String::new(),
    };
    assert_eq!(other.space.admit_app(new.clone()).await.unwrap(), app.id);
    let ready = other.space.app(app.id).await.unwrap();
    assert_eq!(ready.state, vault_store::apps::AppState::Ready);
    let again = other.space.admit_app(new).await;
    assert!(matches!(again, Err(VaultError::Exists("app"))));
}

#[tokio::test]
async fn an_interrupted_restore_is_completed_by_the_next() {
    let world = World::full().await;
    let packed = world.pack("a.backpack", false).await;
    let whole = World::elsewhere().await;
    whole.restore(&packed).await.unwrap();
    let expected = everything(&whole.space).await;
    let other = World::elsewhere().await;
    let mut interrupted = 0;
    for after in [1, 2, 3, 5, 8, 13] {
        let stop = Stop::default();
        let at = stop.clone();
        let seen = std::sync::atomic::AtomicU32::new(0);
        let outcome = other
            .space
            .restore(&packed.file, keys(), stop, move |told| {
                let restoring = told.step == super::super::PackStep::Restoring;
                let before = seen.fetch_add(u32::from(restoring), std::sync::atomic::Ordering::SeqCst);
                if restoring && before == after {
                    at.stop();
                }
            })
            .await;
        match outcome {
            Err(BackpackError::Vault(VaultError::Cancelled)) => interrupted += 1,
            other => drop(other.unwrap()),
        }
    }
    assert!(interrupted > 0);
    other.restore(&packed).await.unwrap();
    let after = everything(&other.space).await;
    assert_eq!(after.records, expected.records);
    assert_eq!(after.versions, expected.versions);
    assert_eq!(after.originals, expected.originals);
    assert_eq!(after.log.len(), expected.log.len());
    let standing = other
        .space
        .read(|db| Ok(db.read(connections::list)?))
        .await
        .unwrap();
    assert_eq!(standing.len(), 3);
}
