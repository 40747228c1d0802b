//! Peers are known by a key that the person compared; whatever changes waits.

use intercoop::{descriptor as wire, rotation};

use super::kit::{World, descriptor, descriptor_at, other, public, theirs};
use crate::{
    VaultError,
    cooperatives::{KeyOrigin, KeyStanding, NewPeer, PeerSource, PeerStanding, ServiceState},
    test_vault::passphrase,
};

fn new(text: String, compared: bool) -> NewPeer {
    NewPeer {
        descriptor: text,
        came: PeerSource::File,
        address: String::new(),
        logo: None,
        compared,
    }
}

#[tokio::test]
async fn a_key_is_trusted_once_it_was_compared() {
    let world = World::of_anna().await;
    let look = world.space.look_at_peer(descriptor(&theirs())).await.unwrap();
    assert_eq!(
        (look.standing, look.description.as_str()),
        (PeerStanding::New, "Electricitat verda")
    );
    assert_eq!(look.fingerprint, public(&theirs()).fingerprint().grouped());
    assert!(
        world.space.peers().await.unwrap().is_empty(),
        "a look keeps nothing"
    );
    world.add(descriptor(&theirs()), false).await;
    let standing = async || world.space.cooperatives().await.unwrap()[0].key;
    assert_eq!(standing().await, KeyStanding::Unchecked);
    let draft = world
        .space
        .prepare_transfer("llumverda", "contract")
        .await
        .unwrap();
    let refused = world.space.freeze_transfer(draft.id, &[]).await;
    assert!(matches!(refused, Err(VaultError::Unchecked)));
    world.space.key_compared("llumverda", true).await.unwrap();
    assert!(matches!(standing().await, KeyStanding::Checked { .. }));
    let keys = world.space.keys_of_peer("llumverda").await.unwrap();
    assert_eq!((keys.len(), keys[0].came), (1, KeyOrigin::Comparison));
    world.space.key_compared("llumverda", false).await.unwrap();
    assert_eq!(standing().await, KeyStanding::Unchecked);
}

#[tokio::test]
async fn another_key_or_another_host_waits_for_the_person() {
    let world = World::of_anna().await;
    world.add(descriptor(&theirs()), true).await;
    for (text, key) in [
        (descriptor(&other()), other()),
        (
            descriptor_at(&theirs(), "https://evil.example/intercoop"),
            theirs(),
        ),
    ] {
        let look = world.space.look_at_peer(text.clone()).await.unwrap();
        assert_eq!(look.standing, PeerStanding::Changed);
        world.add(text, false).await;
        let card = &world.space.cooperatives().await.unwrap()[0];
        assert!(matches!(card.key, KeyStanding::Changed { .. }));
        assert_eq!(card.host, "api.llumverda.example", "what waits does not count");
        assert_eq!(card.fingerprint, public(&key).fingerprint().grouped());
        let draft = world
            .space
            .prepare_transfer("llumverda", "contract")
            .await
            .unwrap();
        assert!(!draft.ready);
        let refused = world.space.freeze_transfer(draft.id, &[]).await;
        assert!(matches!(refused, Err(VaultError::Unchecked)));
        world.space.key_compared("llumverda", false).await.unwrap();
        let card = &world.space.cooperatives().await.unwrap()[0];
        assert!(matches!(card.key, KeyStanding::Checked { .. }));
    }
    world.add(descriptor(&other()), false).await;
    world.space.key_compared("llumverda", true).await.unwrap();
    let keys = world.space.keys_of_peer("llumverda").await.unwrap();
    let ended = keys.iter().filter(|key| key.until.is_some());
    assert_eq!((keys.len(), ended.count()), (2, 1));
}

#[tokio::test]
async fn a_change_that_the_known_key_signed_is_taken() {
    let world = World::of_anna().await;
    world.add(descriptor(&theirs()), true).await;
    let (mut next, _) = wire::read(&descriptor(&other())).unwrap();
    next.previous_key = Some(public(&theirs()).fingerprint());
    let text = wire::write(&next);
    let signed = rotation::announce(&text, &theirs().sign_pss_sha256(text.as_bytes()).unwrap());
    let forged = rotation::announce(&text, &other().sign_pss_sha256(text.as_bytes()).unwrap());
    assert_eq!(
        world.space.look_at_peer(forged).await.unwrap().standing,
        PeerStanding::Changed
    );
    assert_eq!(
        world.space.look_at_peer(signed.clone()).await.unwrap().standing,
        PeerStanding::Rotated
    );
    world.add(signed, false).await;
    let keys = world.space.keys_of_peer("llumverda").await.unwrap();
    let current = keys.iter().find(|key| key.until.is_none());
    assert_eq!(current.unwrap().came, KeyOrigin::Rotation);
    assert!(matches!(
        world.space.cooperatives().await.unwrap()[0].key,
        KeyStanding::Checked { .. }
    ));
}

#[tokio::test]
async fn keys_that_speak_for_somebody_else_are_refused() {
    let world = World::of_anna().await;
    world.add(descriptor(&theirs()), true).await;
    let twin = descriptor(&theirs())
        .replace("peerid: llumverda", "peerid: twin")
        .replace("Llum Verda SCCL", "Fons Mutual");
    let refused = world.space.add_peer(new(twin, true)).await;
    assert!(matches!(refused, Err(VaultError::Exists(_))));
    let own = world.space.own_peer().await.unwrap();
    let refused = world.space.look_at_peer(own.descriptor).await;
    assert!(matches!(refused, Err(VaultError::Exists(_))));
    let bad = descriptor(&theirs()).replace("BEGIN PUBLIC", "BEGIN PRIVATE");
    assert!(matches!(
        world.space.look_at_peer(bad).await,
        Err(VaultError::Descriptor(_))
    ));
}

#[tokio::test]
async fn a_service_is_marked_as_stopped_and_a_peer_removed() {
    let world = World::of_anna().await;
    world.add(descriptor(&theirs()), true).await;
    let state = async || world.space.cooperatives().await.unwrap()[0].services[0].state;
    assert_eq!(state().await, ServiceState::Never);
    world
        .space
        .mark_service("llumverda", "contract", true)
        .await
        .unwrap();
    assert!(matches!(state().await, ServiceState::Stopped { .. }));
    world
        .space
        .mark_service("llumverda", "contract", false)
        .await
        .unwrap();
    assert_eq!(state().await, ServiceState::Never);
    world.space.remove_peer("llumverda").await.unwrap();
    assert!(world.space.cooperatives().await.unwrap().is_empty());
    assert!(matches!(
        world.space.remove_peer("llumverda").await,
        Err(VaultError::NoSuch(_))
    ));
}

#[tokio::test]
async fn the_own_id_stays_once_somebody_has_it_and_a_new_key_is_announced() {
    let world = World::of_anna().await;
    let own = world.space.own_peer().await.unwrap();
    assert!(own.id.len() == 12 && own.id.bytes().all(|sign| sign.is_ascii_lowercase()));
    assert!(world.space.set_own_peer("Anna’s", "vault").await.is_err());
    world.space.set_own_peer("A vault", "annasvault").await.unwrap();
    let given = world.space.give_own_descriptor().await.unwrap();
    assert_eq!((given.id.as_str(), given.id_fixed), ("annasvault", true));
    assert!(matches!(
        world.space.set_own_peer("A vault", "another").await,
        Err(VaultError::Invalid { field: "id", .. })
    ));
    let (descriptor, notes) = wire::read(&given.descriptor).unwrap();
    assert!(notes.is_empty(), "{notes:?}");
    let before = descriptor.key.unwrap();
    let wrong = vault_crypto::Passphrase::new("another-one-altogether".into());
    assert!(matches!(
        world.space.rotate_own_key(wrong).await,
        Err(VaultError::WrongKey)
    ));
    world.space.rotate_own_key(passphrase()).await.unwrap();
    let rotated = world.space.own_peer().await.unwrap();
    let key = rotation::verify(&rotated.descriptor, &before).unwrap();
    assert_eq!(key.fingerprint().grouped(), rotated.fingerprint);
    assert_ne!(rotated.fingerprint, given.fingerprint);
}

#[tokio::test]
async fn the_pictures_of_services_are_kept_with_the_cooperative_and_go_with_it() {
    let world = World::of_anna().await;
    let text = descriptor(&theirs()).replace(
        "    description:\n      es: Cambia\n",
        "    description:\n      es: Cambia\n    image: https://llumverda.example/contract.png\n",
    );
    let look = world.space.look_at_peer(text.clone()).await.unwrap();
    assert_eq!(
        look.pictures,
        [(
            "contract".to_owned(),
            "https://llumverda.example/contract.png".to_owned()
        )]
    );
    world.add(text, true).await;
    let picture = async || {
        let all = world.space.cooperatives().await.unwrap();
        all[0].services[0].picture.clone()
    };
    assert_eq!(picture().await, None);
    let keep = |service: &str, bytes: Vec<u8>| {
        let pictures = vec![(service.to_owned(), bytes)];
        world.space.keep_service_pictures("llumverda", pictures)
    };
    keep("contract", vec![7; 100]).await.unwrap();
    assert_eq!(picture().await, Some(vec![7; 100]));
    keep("contract", vec![7; 64 * 1024 + 1]).await.unwrap();
    assert_eq!(picture().await, None, "too large, and the one before is gone");
    keep("another", vec![7; 100]).await.unwrap();
    keep("contract", vec![8; 100]).await.unwrap();
    world.space.remove_peer("llumverda").await.unwrap();
    assert!(matches!(
        world.space.keep_service_pictures("llumverda", Vec::new()).await,
        Err(VaultError::NoSuch(_))
    ));
    world.add(descriptor(&theirs()), true).await;
    assert_eq!(picture().await, None, "they went with the cooperative");
}
