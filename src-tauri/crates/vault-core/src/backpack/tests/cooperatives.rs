//! Cooperatives, transfers and the vault's own key in a backpack: they come back as they were where the person's own word counts, and wait
//! for a comparison everywhere else.

use std::collections::BTreeMap;

use vault_crypto::Signer;
use vault_store::{
    Sha256, TransferId,
    disclosures::{self, DisclosureKind},
    incoming_transfers::{self, Incoming, IncomingState},
    peer_keys::{self, PinnedKey},
    peers::{self, Peer, PeerSource},
    service_marks::{self, ServiceMark},
    transfers::{self, Transfer, TransferState},
};

use super::kit::{ISSUERS, World, entries};
use crate::{
    SpaceHandle, VaultError,
    cooperatives::{
        NewPeer, Offer, OfferedService, OwnKeyOutcome, PostEnd, RuleKind, ServiceRule, check_receipt,
        tests::kit::{descriptor, other, package, text, theirs},
    },
    memberships::NewMembership,
    persona::PersonaField,
    test_vault::passphrase,
};

const BASE: &str = "http://127.0.0.1:49300";
/// The token in an answer; it must be in no backpack.
pub(super) const CONTINUATION: &str = "C4naryContinuation";
/// Stands in what came in and was let go.
const LET_GO: &str = "LetGoCanary";

/// Everything that is kept about cooperatives.
#[derive(Debug, PartialEq)]
pub(super) struct Kept {
    pub(super) peers: Vec<Peer>,
    keys: Vec<PinnedKey>,
    marks: Vec<ServiceMark>,
    offers: Vec<Offer>,
    pub(super) transfers: Vec<Transfer>,
    pub(super) incoming: Vec<Incoming>,
    own: BTreeMap<String, serde_json::Value>,
}

pub(super) async fn kept(space: &SpaceHandle) -> Kept {
    let offers = space.offered_services().await.unwrap();
    space
        .read(|db| {
            db.read(|view| {
                let settings = vault_store::settings::list(view)?.into_iter();
                Ok::<_, VaultError>(Kept {
                    peers: peers::list(view)?,
                    keys: peer_keys::list(view)?,
                    marks: service_marks::list(view)?,
                    offers,
                    transfers: transfers::list(view)?,
                    incoming: incoming_transfers::list(view)?,
                    own: settings.filter(|(key, _)| key.starts_with("peer.")).collect(),
                })
            })
        })
        .await
        .unwrap()
}

async fn add(space: &SpaceHandle, text: String, compared: bool) {
    let new = NewPeer {
        descriptor: text,
        came: PeerSource::Text,
        address: String::new(),
        logo: None,
        compared,
    };
    space.add_peer(new).await.unwrap();
}

/// The description of a second cooperative.
pub(super) fn second(key: &Signer) -> String {
    descriptor(key)
        .replace("llumverda", "somgarbatge")
        .replace("Llum Verda", "Som Garbatge")
}

async fn begin(world: &World) -> TransferId {
    let draft = world.space.prepare_transfer("llumverda", "contract").await;
    draft.unwrap().id
}

async fn sign(world: &World) -> TransferId {
    let id = begin(world).await;
    let frozen = world.space.freeze_transfer(id, &[]).await.unwrap();
    let signed = world
        .space
        .sign_transfer(id, frozen.sha256.unwrap(), passphrase());
    signed.await.unwrap();
    id
}

async fn receive(world: &World, name: &str) {
    let text = text(&[("originpeer", "llumverda"), ("nif", "12345678Z"), ("name", name)]);
    let body = package(&theirs(), &text, false);
    let reply = world.vault.receive_transfer(None, body, BASE).await.unwrap();
    assert_eq!(reply.status, 200, "{}", reply.body);
    world.clock.advance(time::Duration::MINUTE);
}

fn offer() -> Offer {
    let words = BTreeMap::from([("es".to_owned(), "Contrato".to_owned())]);
    Offer {
        service: OfferedService {
            id: "contract".into(),
            name: words.clone(),
            description: words,
            fields: vec!["nif".into()],
            offered: true,
        },
        refused: vec![ServiceRule {
            kind: RuleKind::Nif,
            value: "87654321X".into(),
            peer: None,
        }],
    }
}

/// A bit of everything: a compared peer and one that is not, a transfer in every state that is packed or not, and what came in.
pub(super) async fn cooperate(world: &World) {
    let space = &world.space;
    space.keep_peer_key(other()).await.unwrap();
    for (field, value) in [
        (PersonaField::TaxId, "12345678Z"),
        (PersonaField::FirstName, "CanaryMarta"),
        (PersonaField::LastName, "Vidal"),
        (PersonaField::ZipCode, "08001"),
    ] {
        space.set_persona(field, value).await.unwrap();
    }
    add(space, descriptor(&theirs()), true).await;
    add(space, second(&ISSUERS[1]), false).await;
    let member = NewMembership {
        cooperative: "llumverda".into(),
        name: "Llum Verda SCCL".into(),
        number: "00666".into(),
        roles: Vec::new(),
    };
    space.put_membership(member).await.unwrap();
    space.set_own_peer("Marta’s vault", "martavault").await.unwrap();
    let accepted = format!(
        "uuid: 27dd626c-5133-4ece-bb79-c1b0405cb630\ncontinuationUrl: https://go.example/c/{CONTINUATION}\n"
    );
    for (status, body) in [
        (200, accepted.as_str()),
        (403, "error: BadPeer\nmessage: x\narguments: []\n"),
    ] {
        let id = sign(world).await;
        world.clock.advance(time::Duration::MINUTE);
        let end = PostEnd::Answered {
            status,
            content_type: Some("application/yaml".into()),
            body: body.as_bytes().to_vec(),
        };
        space.transfer_ended(id, end).await.unwrap();
    }
    // One that is on its way, one that waits for a yes, one that is only looked at.
    sign(world).await;
    world.clock.advance(time::Duration::MINUTE);
    let frozen = begin(world).await;
    space.freeze_transfer(frozen, &[]).await.unwrap();
    begin(world).await;
    space.mark_service("llumverda", "contract", true).await.unwrap();
    for name in ["Kept", "Waiting", LET_GO] {
        receive(world, name).await;
    }
    let all = space.incoming_transfers().await.unwrap();
    let of = |name: &str| {
        let is = |text: &String| text.contains(name);
        all.iter()
            .find(|one| one.incoming.payload.as_ref().is_some_and(is))
            .unwrap()
            .incoming
            .id
    };
    space.accept_incoming(of("Kept")).await.unwrap();
    space.discard_incoming(of(LET_GO)).await.unwrap();
    space.save_offered_service(offer()).await.unwrap();
}

pub(super) async fn cooperating() -> World {
    let world = World::full().await;
    cooperate(&world).await;
    world
}

/// What of it a new vault gets: no draft, no answer, and nothing is on its way.
fn as_it_arrives(before: &Kept, at: time::OffsetDateTime) -> Vec<Transfer> {
    let packed = before
        .transfers
        .iter()
        .filter(|one| !matches!(one.state, TransferState::Drafted | TransferState::Prepared));
    packed
        .cloned()
        .map(|one| {
            let was_sending = one.state == TransferState::Sending;
            Transfer {
                answer: None,
                state: if was_sending {
                    TransferState::Unknown
                } else {
                    one.state
                },
                fault: if was_sending {
                    "interrupted".into()
                } else {
                    one.fault.clone()
                },
                ended_at: if was_sending { Some(at) } else { one.ended_at },
                ..one
            }
        })
        .collect()
}

#[tokio::test]
async fn a_vault_that_is_made_of_a_backpack_knows_whom_the_other_knew() {
    let world = cooperating().await;
    let before = kept(&world.space).await;
    assert_eq!((before.transfers.len(), before.incoming.len()), (5, 3));
    let packed = world.pack("a.backpack", false).await;
    let other = World::elsewhere().await;
    let report = other.restore(&packed).await.unwrap();
    let peers = report.cooperatives;
    assert_eq!(
        (peers.added, peers.waiting, peers.left_out, peers.offered),
        (2, 0, 0, 1)
    );
    assert_eq!(peers.own_key, OwnKeyOutcome::Lost);
    assert_eq!((report.transfers, report.incoming), (3, 3));

    let after = kept(&other.space).await;
    assert_eq!(after.peers, before.peers);
    assert!(after.peers[0].checked_at.is_some() && after.peers[1].checked_at.is_none());
    assert_eq!(after.keys, before.keys);
    assert_eq!(after.marks, before.marks);
    assert_eq!(after.offers, [offer()]);
    assert_eq!(after.incoming, before.incoming);
    assert_eq!(after.transfers, as_it_arrives(&before, super::kit::NOW));
    for name in ["peer.id", "peer.name", "peer.given"] {
        assert_eq!(after.own[name], before.own[name], "{name}");
    }
    let sending = before
        .transfers
        .iter()
        .find(|one| one.state == TransferState::Sending)
        .unwrap();
    let arrived = other.space.transfer(sending.id).await.unwrap();
    let said = other
        .space
        .read(move |db| Ok(db.read(|view| disclosures::referring(view, arrived.disclosure.unwrap()))?))
        .await
        .unwrap();
    assert_eq!((said.len(), said[0].kind), (1, DisclosureKind::Failed));
    assert!(other.space.verify_log().await.unwrap().broken.is_none());
    // Nothing leads to sending again.
    assert!(other.space.freeze_transfer(sending.id, &[]).await.is_err());
    let again = other
        .space
        .sign_transfer(sending.id, sending.sha256.unwrap(), passphrase());
    assert!(again.await.is_err());
}

#[tokio::test]
async fn without_the_key_a_new_one_is_made_and_that_is_said_until_it_is_given() {
    let world = cooperating().await;
    let old = world.space.own_peer().await.unwrap();
    let packed = world.pack("a.backpack", false).await;
    let moved = World::elsewhere().await;
    moved.restore(&packed).await.unwrap();
    // The loss travels on while there is no new key.
    let packed = moved.pack("b.backpack", false).await;
    let third = World::elsewhere().await;
    third.restore(&packed).await.unwrap();
    for world in [&moved, &third] {
        let fresh = Signer::from_pkcs8_pem(&ISSUERS[0].to_pkcs8_pem().unwrap()).unwrap();
        world.space.keep_peer_key(fresh).await.unwrap();
        let own = world.space.own_peer().await.unwrap();
        assert_eq!(own.lost_key.as_ref(), Some(&old.fingerprint));
        assert_eq!(
            (own.id.as_str(), own.name.as_str(), own.id_fixed),
            ("martavault", "Marta’s vault", true)
        );
        assert_ne!(own.fingerprint, old.fingerprint);
        assert!(own.descriptor.contains("peerVersion: 2"), "{}", own.descriptor);
    }
    let given = moved.space.give_own_descriptor().await.unwrap();
    assert_eq!(given.lost_key, None);
    let report = moved.restore(&packed).await.unwrap();
    assert_eq!(report.cooperatives.own_key, OwnKeyOutcome::None);
}

#[tokio::test]
async fn a_full_backpack_moves_the_key_and_the_one_before_it() {
    let world = cooperating().await;
    world.space.rotate_own_key(passphrase()).await.unwrap();
    let old = world.space.own_peer().await.unwrap();
    let packed = world.pack("a.backpack", true).await;
    let moved = World::elsewhere().await;
    let report = moved.restore(&packed).await.unwrap();
    assert_eq!(report.cooperatives.own_key, OwnKeyOutcome::Came);
    let own = moved.space.own_peer().await.unwrap();
    assert_eq!((&own.fingerprint, &own.lost_key), (&old.fingerprint, &None));
    // The announcement is signed anew, and every vault has a port of its own; everything else is the same text.
    let plain = |text: &str| -> Vec<String> {
        let lines = text
            .lines()
            .filter(|line| !line.starts_with("rotation:") && !line.contains("http://"));
        lines.map(str::to_owned).collect()
    };
    assert_eq!(plain(&own.descriptor), plain(&old.descriptor));
    assert!(own.descriptor.contains("rotation:"));
    let report = moved.restore(&packed).await.unwrap();
    assert_eq!(report.cooperatives.own_key, OwnKeyOutcome::Same);
    let plain = world.pack("b.backpack", false).await;
    let report = moved.restore(&plain).await.unwrap();
    assert_eq!(report.cooperatives.own_key, OwnKeyOutcome::Same);
}

#[tokio::test]
async fn receipts_hold_in_the_backpack_and_after_it() {
    let world = cooperating().await;
    let packed = world.pack("a.backpack", false).await;
    let key = other().public_key_pem().to_owned();
    let receipts: Vec<Vec<u8>> = entries(&packed.file)
        .into_iter()
        .filter(|(path, _)| {
            path.as_str().starts_with("transfers/") && path.as_str().ends_with("/receipt.json")
        })
        .map(|(_, bytes)| bytes)
        .collect();
    assert_eq!(receipts.len(), 3);
    for receipt in &receipts {
        assert!(check_receipt(receipt, Some(&key)).unwrap().holds);
    }
    let moved = World::elsewhere().await;
    moved.restore(&packed).await.unwrap();
    for transfer in moved.space.transfers().await.unwrap() {
        let text = moved.space.transfer_receipt(transfer.id, true).await.unwrap();
        let check = check_receipt(text.as_bytes(), Some(&key)).unwrap();
        assert!(check.holds && check.text_holds == Some(true));
        let same = world.space.transfer_receipt(transfer.id, true).await.unwrap();
        assert_eq!(text, same);
        assert!(moved.space.transfer_go_on(transfer.id).await.unwrap().is_none());
    }
    // A text that was forgotten is not in the next backpack, and its receipt still is.
    let accepted = moved.space.transfers().await.unwrap().pop().unwrap();
    moved.space.forget_transfer_text(accepted.id).await.unwrap();
    let packed = moved.pack("b.backpack", false).await;
    let third = World::elsewhere().await;
    assert_eq!(third.restore(&packed).await.unwrap().transfers, 3);
    let bare = third.space.transfer(accepted.id).await.unwrap();
    assert!(bare.payload.is_none() && bare.envelope.is_none());
    let text = third.space.transfer_receipt(accepted.id, true).await.unwrap();
    assert!(check_receipt(text.as_bytes(), None).unwrap().holds);
}

#[tokio::test]
async fn twice_gives_the_same() {
    let world = cooperating().await;
    let before = kept(&world.space).await;
    for full in [true, false] {
        let packed = world.pack(if full { "f" } else { "p" }, full).await;
        // Into the vault that packed it.
        let report = world.restore(&packed).await.unwrap();
        assert_eq!(report.cooperatives.own_key, OwnKeyOutcome::Same);
        assert_eq!(
            (report.cooperatives.added, report.transfers, report.incoming),
            (0, 0, 0)
        );
        assert_eq!(kept(&world.space).await, before);
        // Into another one.
        let moved = World::elsewhere().await;
        moved.restore(&packed).await.unwrap();
        let once = kept(&moved.space).await;
        moved.clock.advance(time::Duration::HOUR);
        let report = moved.restore(&packed).await.unwrap();
        assert_eq!((report.cooperatives.added, report.cooperatives.waiting), (0, 0));
        assert_eq!(kept(&moved.space).await, once);
    }
}

#[tokio::test]
async fn another_keys_word_counts_for_nothing() {
    let world = cooperating().await;
    let packed = world.pack("a.backpack", true).await;
    let there = World::elsewhere().await;
    // Not a new vault any more.
    there
        .space
        .set_persona(PersonaField::City, "Girona")
        .await
        .unwrap();
    let report = there.restore(&packed).await.unwrap();
    assert_eq!((report.cooperatives.added, report.cooperatives.offered), (2, 1));
    let after = kept(&there.space).await;
    for peer in &after.peers {
        assert_eq!((peer.checked_at, peer.came), (None, PeerSource::Backpack));
    }
    assert!(after.keys.iter().all(|key| key.until.is_some()));
    assert_eq!(after.keys.len(), 1);
    assert!(!after.offers[0].service.offered);
    assert_eq!(after.offers[0].refused, offer().refused);
    let draft = there
        .space
        .prepare_transfer("llumverda", "contract")
        .await
        .unwrap();
    assert!(matches!(
        there.space.freeze_transfer(draft.id, &[]).await,
        Err(VaultError::Unchecked)
    ));
    let text = text(&[("originpeer", "llumverda"), ("nif", "1")]);
    let body = package(&theirs(), &text, false);
    let reply = there.vault.receive_transfer(None, body, BASE).await.unwrap();
    assert_eq!(reply.status, 403);
    // The comparison pins it again, and then it is as it was.
    there.space.key_compared("llumverda", true).await.unwrap();
    assert!(there.space.freeze_transfer(draft.id, &[]).await.is_ok());
    // What came in can be packed and brought back, although its key was not compared here.
    let again = there.pack("b.backpack", false).await;
    let third = World::elsewhere().await;
    assert_eq!(third.restore(&again).await.unwrap().incoming, 3);

    // A new space of a vault in which something was done makes no new vault.
    let (space, report) = there
        .vault
        .restore_into_new_space(
            &packed.file,
            super::kit::keys(),
            None,
            super::super::Stop::default(),
            |_| {},
        )
        .await
        .unwrap();
    assert_eq!(report.cooperatives.added, 2);
    assert!(
        kept(&space)
            .await
            .peers
            .iter()
            .all(|peer| peer.checked_at.is_none())
    );
}

#[tokio::test]
async fn what_is_here_stays_and_another_key_waits() {
    let world = cooperating().await;
    let packed = world.pack("a.backpack", true).await;
    let there = World::elsewhere().await;
    let mine = Signer::from_pkcs8_pem(&ISSUERS[0].to_pkcs8_pem().unwrap()).unwrap();
    there.space.keep_peer_key(mine).await.unwrap();
    let own = there.space.own_peer().await.unwrap();
    add(&there.space, descriptor(&ISSUERS[1]), true).await;
    let changed = Offer {
        refused: Vec::new(),
        ..offer()
    };
    there.space.save_offered_service(changed.clone()).await.unwrap();
    let before = kept(&there.space).await;

    let report = there.restore(&packed).await.unwrap();
    let peers = report.cooperatives;
    // The second cooperative has the key that is pinned for the first one here.
    assert_eq!((peers.added, peers.waiting, peers.left_out), (0, 1, 1));
    assert_eq!((peers.offered, peers.own_key), (0, OwnKeyOutcome::Kept));
    let kept_own = there.space.own_peer().await.unwrap();
    assert_eq!((&kept_own.fingerprint, &kept_own.id), (&own.fingerprint, &own.id));
    let after = kept(&there.space).await;
    assert_eq!(after.offers, [changed]);
    let peer = &after.peers[0];
    assert_eq!(
        (peer.fingerprint, peer.checked_at),
        (before.peers[0].fingerprint, before.peers[0].checked_at)
    );
    let theirs = Sha256::of(theirs().public_key_der());
    assert_eq!(peer.waiting_fingerprint, Some(theirs));
    assert!(peer.waiting_since.is_some() && after.marks.is_empty());

    // Once more changes nothing; what the person has refused does not come again.
    assert_eq!(there.restore(&packed).await.unwrap().cooperatives.waiting, 0);
    assert_eq!(kept(&there.space).await, after);
    there.space.key_compared("llumverda", false).await.unwrap();
    assert_eq!(there.restore(&packed).await.unwrap().cooperatives.waiting, 0);
    assert!(kept(&there.space).await.peers[0].waiting.is_none());
}

#[tokio::test]
async fn an_older_backpack_does_not_bring_an_older_key() {
    let world = cooperating().await;
    let packed = world.pack("a.backpack", false).await;
    add(&world.space, descriptor(&ISSUERS[0]), true).await;
    let before = kept(&world.space).await;
    let report = world.restore(&packed).await.unwrap();
    assert_eq!(report.cooperatives.waiting, 0);
    assert_eq!(kept(&world.space).await, before);
    // One that was removed comes back as this vault itself has packed it.
    world.space.remove_peer("somgarbatge").await.unwrap();
    world.space.remove_peer("llumverda").await.unwrap();
    let report = world.restore(&packed).await.unwrap();
    assert_eq!(report.cooperatives.added, 2);
    assert!(kept(&world.space).await.peers[0].checked_at.is_some());
}

#[tokio::test]
async fn a_vault_does_not_become_its_own_peer() {
    let world = cooperating().await;
    let packed = world.pack("a.backpack", true).await;
    // The other side of `somgarbatge`: a vault with that id, or with its key.
    for (id, key) in [("somgarbatge", 0), ("another", 1)] {
        let there = World::elsewhere().await;
        let mine = Signer::from_pkcs8_pem(&ISSUERS[key].to_pkcs8_pem().unwrap()).unwrap();
        there.space.keep_peer_key(mine).await.unwrap();
        there.space.set_own_peer("Vault", id).await.unwrap();
        let report = there.restore(&packed).await.unwrap();
        assert_eq!(
            (report.cooperatives.added, report.cooperatives.left_out),
            (1, 1),
            "{id}"
        );
    }
    // Nor that of whom it knows already: the key of the backpack is a peer here.
    let there = World::elsewhere().await;
    let mine = Signer::from_pkcs8_pem(&ISSUERS[0].to_pkcs8_pem().unwrap()).unwrap();
    there.space.keep_peer_key(mine).await.unwrap();
    let text = descriptor(&other()).replace("llumverda", "martavault");
    add(&there.space, text, true).await;
    let report = there.restore(&packed).await.unwrap();
    assert_eq!(report.cooperatives.own_key, OwnKeyOutcome::Kept);
}

#[tokio::test]
async fn what_waits_goes_in_its_time_and_what_was_let_go_stays_known() {
    let world = cooperating().await;
    let packed = world.pack("a.backpack", false).await;
    let there = World::elsewhere().await;
    there.clock.advance(time::Duration::days(20));
    there.restore(&packed).await.unwrap();
    let after = kept(&there.space).await.incoming;
    let states: Vec<IncomingState> = after.iter().map(|one| one.state).collect();
    assert_eq!(
        states,
        [
            IncomingState::Discarded,
            IncomingState::Expired,
            IncomingState::Accepted
        ]
    );
    assert!(after[0].payload.is_none() && after[1].payload.is_none() && after[2].payload.is_some());
    let text = text(&[
        ("originpeer", "llumverda"),
        ("nif", "12345678Z"),
        ("name", LET_GO),
    ]);
    let body = package(&theirs(), &text, false);
    there.vault.receive_transfer(None, body, BASE).await.unwrap();
    assert_eq!(kept(&there.space).await.incoming.len(), 3);
}

#[tokio::test]
async fn the_page_the_plan_and_the_check_count_them() {
    let world = cooperating().await;
    let plan = world.space.pack_plan().await.unwrap();
    assert_eq!((plan.cooperatives, plan.transfers), (2, 6));
    let packed = world.pack("a.backpack", false).await;
    let report = world
        .space
        .check_backpack(
            &packed.file,
            super::kit::keys(),
            super::super::Stop::default(),
            |_| {},
        )
        .await
        .unwrap();
    assert_eq!((report.cooperatives, report.transfers), (2, (3, 3)));
    let compared = report.compared.unwrap();
    assert_eq!((compared.cooperatives, compared.transfers), (0, 0));
    let there = World::elsewhere().await;
    let stop = super::super::Stop::default();
    let check = there
        .space
        .check_backpack(&packed.file, super::kit::keys(), stop, |_| {});
    let compared = check.await.unwrap().compared.unwrap();
    assert_eq!((compared.cooperatives, compared.transfers), (2, 6));
    for (name, count) in [
        ("cooperatives", 2),
        ("transfers", 3),
        ("incoming_transfers", 3),
        ("offered_services", 1),
    ] {
        assert_eq!(report.counts[name], count, "{name}");
    }
    let (_, page) = entries(&packed.file)
        .into_iter()
        .find(|(path, _)| path.as_str() == "index.html")
        .unwrap();
    let page = String::from_utf8(page).unwrap();
    for text in [
        "Llum Verda SCCL",
        "somgarbatge",
        "compared on 24 Nov 2026",
        "May have arrived",
        "Refused",
        "Waits for an answer",
        "Discarded",
    ] {
        assert!(page.contains(text), "{text}");
    }
    assert!(!page.contains("signature") && !page.contains("12345678Z, "));
}
