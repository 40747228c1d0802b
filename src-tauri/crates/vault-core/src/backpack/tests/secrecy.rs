//! Which secrets are in which backpack, and what stands in the clear beside one.

use std::{io::Read as _, ops::ControlFlow, path::Path};

use ::backpack::{Limits, Reader};
use vault_store::connections::ConnectionState;

use super::{
    super::{SignedBy, Stop, verify_to_move},
    kit::{NAME, TOKEN, World, everything, keys, secrets},
};

/// Everything that is inside the encryption, one entry after the other.
fn inside(file: &Path) -> Vec<u8> {
    let source = std::fs::File::open(file).unwrap();
    let check = |_: &::backpack::Signed<'_>| Some(::backpack::Fingerprint(String::new()));
    let mut reader = Reader::open(source, &keys(), &Limits::default(), check).unwrap();
    let mut all = format!("{:?}", reader.manifest()).into_bytes();
    while let Some(mut entry) = reader.next_entry().unwrap() {
        all.extend_from_slice(entry.listed().path.as_str().as_bytes());
        entry.read_to_end(&mut all).unwrap();
    }
    all
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

/// The tokens of the installed app.
async fn app_tokens(world: &World) -> Vec<String> {
    world
        .space
        .write(|turn| {
            let apps = turn.space.db.read(vault_store::apps::list)?;
            let secrets = apps
                .into_iter()
                .flat_map(|app| [Some(app.verify_token), app.service_token]);
            Ok(secrets
                .flatten()
                .map(|token| token.expose_str().unwrap().to_owned())
                .collect())
        })
        .await
        .unwrap()
}

#[tokio::test]
async fn sign_ins_are_only_in_a_full_backpack() {
    let world = World::full().await;
    let mut tokens = app_tokens(&world).await;
    tokens.push(TOKEN.to_owned());
    assert_eq!(tokens.len(), 3);
    let plain = inside(&world.pack("plain.backpack", false).await.file);
    let full = inside(&world.pack("full.backpack", true).await.file);
    assert!(holds(&plain, NAME));
    for token in &tokens {
        assert!(!holds(&plain, token), "a token in a backpack that is not full");
        assert!(holds(&full, token), "no token in a full backpack");
    }
    assert!(holds(&full, "FULL BACKPACK") && !holds(&plain, "FULL BACKPACK"));
    assert!(holds(&full, "-----BEGIN PRIVATE KEY-----") && !holds(&plain, "PRIVATE KEY"));
}

#[tokio::test]
async fn a_vault_that_is_made_of_a_full_backpack_signs_as_the_old_one() {
    let world = World::full().await;
    let go_on = |_| ControlFlow::Continue(());
    let plain = world.pack("plain.backpack", false).await;
    let (_, none) = verify_to_move(&plain.file, &keys(), &mut { go_on }).unwrap();
    assert!(none.is_none());
    let packed = world.pack("full.backpack", true).await;
    let (report, issuer) = verify_to_move(&packed.file, &keys(), &mut { go_on }).unwrap();
    assert!(report.full);
    let moved = World::signing_with(issuer.unwrap()).await;
    let restored = moved.restore(&packed).await.unwrap();
    assert_eq!(restored.signed_by, SignedBy::ThisVault);
    assert!(moved.space.verify_log().await.unwrap().broken.is_none());

    let other = World::elsewhere().await;
    other.restore(&packed).await.unwrap();
    let check = other
        .space
        .check_backpack(&packed.file, keys(), Stop::default(), |_| {});
    assert_eq!(check.await.unwrap().signed_by, SignedBy::Unknown);
}

#[tokio::test]
async fn a_full_backpack_moves_a_connection_that_works() {
    let world = World::full().await;
    let packed = world.pack("full.backpack", true).await;
    let other = World::elsewhere().await;
    let report = other.restore(&packed).await.unwrap();
    assert!(report.full);
    let connections = everything(&other.space).await.connections;
    assert_eq!(connections[0].state, ConnectionState::Working);
    let moved = secrets(&other.space, connections[0].id).await;
    assert_eq!(moved, secrets(&world.space, connections[0].id).await);
    assert_eq!(moved[0].1.expose_str(), Some(TOKEN));
    assert_eq!(app_tokens(&other).await, app_tokens(&world).await);
}

#[tokio::test]
async fn nothing_stands_in_the_clear() {
    let world = World::full().await;
    let packed = world.pack("plain.backpack", true).await;
    let bytes = std::fs::read(&packed.file).unwrap();
    for text in [NAME, TOKEN, "Girona", "records.ndjson", "backpack.json"] {
        assert!(!holds(&bytes, text), "{text}");
    }
    let mode = std::os::unix::fs::MetadataExt::mode(&std::fs::metadata(&packed.file).unwrap());
    assert_eq!(mode & 0o777, 0o600);
    let said = format!("{packed:?} {:?}", world.space.pack_plan().await.unwrap());
    assert!(!said.contains(NAME) && !said.contains(TOKEN));
}
