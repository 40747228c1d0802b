//! Transfers: frozen, signed as they were shown, sent once, and true about what came of them.

use intercoop::{
    envelope::{self, Expectations, Sender},
    receipt,
};
use time::{
    Duration,
    macros::{date, datetime},
};
use vault_crypto::Passphrase;
use vault_store::{Amount, RecordKind, Sha256, grants::Precision, transfers::Transfer};

use super::kit::{CANARY, NOW, World, descriptor, descriptor_at, other, public, theirs};
use crate::{
    VaultError,
    cooperatives::{PostEnd, PostFault, ServiceState, TransferId, TransferState, WorkPart},
    disclosure::{ActivityFilter, Leaf},
    own_entries::OwnEntry,
    test_vault::passphrase,
};

async fn frozen(world: &World) -> Transfer {
    let draft = world
        .space
        .prepare_transfer("llumverda", "contract")
        .await
        .unwrap();
    world
        .space
        .fill_transfer(draft.id, "innerid", "00666")
        .await
        .unwrap();
    world.space.freeze_transfer(draft.id, &[]).await.unwrap()
}

async fn sent(world: &World) -> (Transfer, String) {
    let transfer = frozen(world).await;
    let outbound = world
        .space
        .sign_transfer(transfer.id, transfer.sha256.unwrap(), passphrase())
        .await
        .unwrap();
    (transfer, outbound.envelope)
}

fn answered(status: u16, content_type: Option<&str>, body: &str) -> PostEnd {
    PostEnd::Answered {
        status,
        content_type: content_type.map(str::to_owned),
        body: body.as_bytes().to_vec(),
    }
}

const ACCEPTED: &str =
    "uuid: 27dd626c-5133-4ece-bb79-c1b0405cb630\ncontinuationUrl: https://go.example/c/t0k3n\n";

#[tokio::test]
async fn what_is_missing_is_asked_for_and_kept() {
    let world = World::of_anna().await;
    world.add(descriptor(&theirs()), true).await;
    let draft = world
        .space
        .prepare_transfer("llumverda", "contract")
        .await
        .unwrap();
    assert_eq!(draft.service_name, "Contracte");
    let missing: Vec<&str> = draft
        .rows
        .iter()
        .filter(|row| row.missing)
        .map(|row| row.field)
        .collect();
    assert!(missing == ["innerid"] && !draft.ready);
    assert!(matches!(
        world.space.freeze_transfer(draft.id, &[]).await,
        Err(VaultError::Invalid { field: "innerid", .. })
    ));
    let draft = world
        .space
        .fill_transfer(draft.id, "innerid", " 00666")
        .await
        .unwrap();
    assert!(draft.ready);
    assert_eq!(world.space.memberships().await.unwrap()[0].number, "00666");
    let draft = world
        .space
        .fill_transfer(draft.id, "postalcode", "28001")
        .await
        .unwrap();
    assert!(draft.rows.iter().any(|row| row.value == "28001"));
    assert!(
        world
            .space
            .fill_transfer(draft.id, "originpeer", "x")
            .await
            .is_err()
    );
}

#[tokio::test]
async fn exactly_what_was_shown_is_signed_both_ways_and_once() {
    let world = World::of_anna().await;
    world.add(descriptor(&theirs()), true).await;
    let transfer = frozen(&world).await;
    let shown = transfer.sha256.unwrap();
    let wrong = Passphrase::new("another-one-altogether".into());
    let sign = async |shown, passphrase| world.space.sign_transfer(transfer.id, shown, passphrase).await;
    assert!(matches!(sign(shown, wrong).await, Err(VaultError::WrongKey)));
    let others = Sha256::of(b"something else");
    assert!(matches!(
        sign(others, passphrase()).await,
        Err(VaultError::ShownChanged)
    ));
    // What the profile says now is not what was shown, and not what is signed.
    world
        .space
        .set_persona(crate::persona::PersonaField::FirstName, "Berta")
        .await
        .unwrap();
    let outbound = sign(shown, passphrase()).await.unwrap();
    assert_eq!(
        outbound.address,
        "https://api.llumverda.example/intercoop/activateService"
    );
    assert!(!format!("{outbound:?}{transfer:?}").contains(CANARY));
    let own = world.space.own_peer().await.unwrap();
    let key = intercoop::descriptor::read(&own.descriptor)
        .unwrap()
        .0
        .key
        .unwrap();
    let ring = |peer: &str| {
        (peer == own.id).then_some(Sender {
            key: key.clone(),
            needs_extras: true,
            needs_strong_signature: true,
        })
    };
    let expectations = Expectations {
        audience: "llumverda",
        now: NOW,
    };
    let package = envelope::open(outbound.envelope.as_bytes(), ring, &expectations).unwrap();
    assert_eq!(Some(&package.text), transfer.payload.as_ref());
    assert_eq!(Sha256(package.digest()), shown);
    assert_eq!(package.extras.service.as_deref(), Some("contract"));
    assert!(package.text.contains("Anna") && package.text.contains("\"08001\""));
    assert!(matches!(
        sign(shown, passphrase()).await,
        Err(VaultError::NoSuch(_))
    ));
    assert!(matches!(
        world.space.freeze_transfer(transfer.id, &[]).await,
        Err(VaultError::NoSuch(_))
    ));
    assert!(matches!(
        world.space.drop_transfer(transfer.id).await,
        Err(VaultError::NoSuch(_))
    ));
}

#[tokio::test]
async fn work_data_goes_only_when_it_is_chosen_and_as_sums_of_months() {
    let world = World::of_anna().await;
    world.add(descriptor(&theirs()), true).await;
    let none = frozen(&world).await;
    let draft = world.space.transfer_draft(none.id).await.unwrap();
    assert!(draft.work.is_empty());
    assert!(matches!(
        world.space.freeze_transfer(none.id, &[WorkPart::Gigs]).await,
        Err(VaultError::Invalid {
            field: "workGigs",
            ..
        })
    ));
    let euros = |minor| Amount {
        minor,
        exponent: 2,
        currency: "EUR".parse().unwrap(),
    };
    for (at, title) in [
        (datetime!(2026-11-03 08:00 UTC), "Carrer Secret 1"),
        (datetime!(2026-11-20 08:00 UTC), "Carrer Secret 2"),
        (datetime!(2024-11-20 08:00 UTC), "Too long ago"),
    ] {
        let gig = OwnEntry {
            end: Some(at + Duration::minutes(90)),
            title: Some(title.into()),
            ..OwnEntry::new(RecordKind::Work, at)
        };
        world.space.add_own_entry(gig).await.unwrap();
        let paid = OwnEntry {
            amount: Some(euros(1_250)),
            ..OwnEntry::new(RecordKind::Payment, at)
        };
        world.space.add_own_entry(paid).await.unwrap();
    }
    let draft = world.space.transfer_draft(none.id).await.unwrap();
    let said: Vec<(WorkPart, &[String])> = draft
        .work
        .iter()
        .map(|offer| (offer.part, offer.lines.as_slice()))
        .collect();
    let [(WorkPart::Gigs, [gigs]), (WorkPart::Earnings, [earned])] = said.as_slice() else {
        panic!("two parts of one month: {:?}", draft.work)
    };
    assert!(
        gigs.starts_with("2026-11 ") && gigs.ends_with(": 2 gigs, 3 hours"),
        "{gigs}"
    );
    assert!(
        earned.starts_with("2026-11 ") && earned.ends_with(": 25.00 EUR"),
        "{earned}"
    );
    assert!(!format!("{draft:?}").contains("25.00"));

    // Nothing of it without a tick.
    let without = world.space.freeze_transfer(none.id, &[]).await.unwrap();
    assert!(!without.payload.unwrap().contains("work"));
    let with = world
        .space
        .freeze_transfer(none.id, &[WorkPart::Gigs])
        .await
        .unwrap();
    let text = with.payload.clone().unwrap();
    assert!(text.contains(&format!("workGigs:\n- \"{gigs}\"\n")), "{text}");
    assert!(!text.contains("workEarnings") && !text.contains("Secret") && !text.contains("25.00"));
    world
        .space
        .sign_transfer(with.id, with.sha256.unwrap(), passphrase())
        .await
        .unwrap();
    let grants = world.space.grants().await.unwrap();
    let grant = &grants.first().unwrap().grant;
    let summary = Leaf::Summary.scope().unwrap();
    assert!(grant.scopes.contains(&summary));
    assert_eq!(grant.precision, Precision::Month);
    assert_eq!(grant.from, Some(date!(2024 - 12 - 01)));
}

#[tokio::test]
async fn a_text_is_good_for_a_quarter_of_an_hour_and_for_this_receiver() {
    let world = World::of_anna().await;
    world.add(descriptor(&theirs()), true).await;
    let late = frozen(&world).await;
    world.clock.advance(Duration::minutes(15));
    let sign = async |transfer: &Transfer| {
        world
            .space
            .sign_transfer(transfer.id, transfer.sha256.unwrap(), passphrase())
            .await
    };
    assert!(matches!(sign(&late).await, Err(VaultError::ShownChanged)));
    let again = world.space.freeze_transfer(late.id, &[]).await.unwrap();
    assert_ne!(again.message, late.message);
    assert!(matches!(sign(&late).await, Err(VaultError::ShownChanged)));
    world.add(descriptor(&other()), false).await;
    assert!(matches!(sign(&again).await, Err(VaultError::Unchecked)));
    world.space.key_compared("llumverda", true).await.unwrap();
    assert!(matches!(sign(&again).await, Err(VaultError::ShownChanged)));
}

#[tokio::test]
async fn an_address_that_others_can_read_is_refused() {
    let world = World::of_anna().await;
    world
        .add(descriptor_at(&theirs(), "http://llumverda.example/"), true)
        .await;
    let draft = world
        .space
        .prepare_transfer("llumverda", "contract")
        .await
        .unwrap();
    world.space.fill_transfer(draft.id, "innerid", "1").await.unwrap();
    assert!(matches!(
        world.space.freeze_transfer(draft.id, &[]).await,
        Err(VaultError::Invalid {
            field: "targetUrl",
            ..
        })
    ));
}

#[tokio::test]
async fn every_end_has_its_state_and_is_kept_once() {
    let yaml = Some("application/yaml");
    let refusal =
        |name: &str, argument: &str| format!("error: {name}\nmessage: No\narguments:\n- {argument}\n");
    let ends = [
        (answered(200, yaml, ACCEPTED), TransferState::Accepted, ""),
        (
            answered(200, Some("Application/YAML; charset=utf-8"), ACCEPTED),
            TransferState::Accepted,
            "",
        ),
        (
            answered(403, yaml, &refusal("BadPeer", "x")),
            TransferState::Refused,
            "BadPeer",
        ),
        (
            answered(403, yaml, "error: BadSignature\nmessage: No\narguments: []\n"),
            TransferState::Refused,
            "BadSignature",
        ),
        (
            answered(400, yaml, &refusal("MissingField", "nif")),
            TransferState::Refused,
            "MissingField",
        ),
        (
            answered(
                400,
                yaml,
                &refusal(
                    "BadMessage",
                    "The service is not available for members with these roles",
                ),
            ),
            TransferState::Refused,
            "stopped_for_role",
        ),
        (
            answered(500, Some("text/html"), "<h1>Internal Server Error</h1>"),
            TransferState::Unknown,
            "perhaps_unknown_peer",
        ),
        (
            answered(200, Some("text/html"), "<h1>Welcome</h1>"),
            TransferState::Unknown,
            "not_yaml",
        ),
        (answered(302, yaml, ""), TransferState::Unknown, "redirect"),
        (
            PostEnd::NotSent(PostFault::Unreachable),
            TransferState::NotSent,
            "unreachable",
        ),
        (
            PostEnd::Unknown(PostFault::Silent),
            TransferState::Unknown,
            "silent",
        ),
    ];
    let world = World::of_anna().await;
    world.add(descriptor(&theirs()), true).await;
    for (end, state, fault) in ends {
        let (transfer, _) = sent(&world).await;
        assert_eq!(
            world
                .space
                .transfer_ended(transfer.id, end.clone())
                .await
                .unwrap(),
            state
        );
        let kept = world.space.transfer(transfer.id).await.unwrap();
        assert_eq!((kept.state, kept.fault.as_str()), (state, fault));
        assert!(matches!(
            world.space.transfer_ended(transfer.id, end).await,
            Err(VaultError::NoSuch(_))
        ));
        let text = world.space.transfer_receipt(transfer.id, true).await.unwrap();
        let read = receipt::Receipt::from_json(text.as_bytes()).unwrap();
        let proof = receipt::verify(&read);
        assert!(proof.holds() && proof.envelope.is_some(), "{proof:?}");
        assert_eq!(read.answer.is_some(), kept.answer_status.is_some());
    }
    let services = &world.space.cooperatives().await.unwrap()[0].services;
    assert!(matches!(services[0].state, ServiceState::Started { .. }));
}

#[tokio::test]
async fn where_to_go_on_is_told_with_its_host_and_nothing_else_is_opened() {
    let world = World::of_anna().await;
    world.add(descriptor(&theirs()), true).await;
    let to =
        |address: &str| format!("uuid: 27dd626c-5133-4ece-bb79-c1b0405cb630\ncontinuationUrl: '{address}'\n");
    for (address, expected) in [
        ("https://go.example/c/1", Some(("go.example", true))),
        (
            "https://api.llumverda.example:8443/c",
            Some(("api.llumverda.example", false)),
        ),
        ("javascript:alert(1)", None),
        ("file:///etc/passwd", None),
        ("/relative", None),
    ] {
        let (transfer, _) = sent(&world).await;
        let end = answered(200, Some("application/yaml"), &to(address));
        assert_eq!(
            world.space.transfer_ended(transfer.id, end).await.unwrap(),
            TransferState::Accepted
        );
        let go_on = world.space.transfer_go_on(transfer.id).await.unwrap();
        let seen = go_on.as_ref().map(|go_on| (go_on.host.as_str(), go_on.foreign));
        assert_eq!(seen, expected, "{address}");
    }
}

#[tokio::test]
async fn one_that_was_on_its_way_at_a_lock_may_have_arrived() {
    let world = World::of_anna().await;
    world.add(descriptor(&theirs()), true).await;
    let (on_its_way, _) = sent(&world).await;
    let waiting = frozen(&world).await;
    world.vault.lock(crate::LockReason::You).await;
    let vault = world.locked.unlock(&passphrase()).unwrap();
    let space = vault.first_space().await.unwrap();
    let state = async |id: TransferId| space.transfer(id).await.unwrap().state;
    assert_eq!(state(on_its_way.id).await, TransferState::Unknown);
    assert_eq!(state(waiting.id).await, TransferState::Prepared);
    let late = space
        .transfer_ended(on_its_way.id, answered(200, Some("application/yaml"), ACCEPTED))
        .await;
    assert!(matches!(late, Err(VaultError::NoSuch(_))));
}

#[tokio::test]
async fn the_log_says_what_left_and_never_a_value_and_the_text_can_be_forgotten() {
    let world = World::of_anna().await;
    world.add(descriptor(&theirs()), true).await;
    let (transfer, _) = sent(&world).await;
    assert!(
        world.space.forget_transfer_text(transfer.id).await.is_err(),
        "while it is on its way"
    );
    world
        .space
        .transfer_ended(transfer.id, answered(200, Some("application/yaml"), ACCEPTED))
        .await
        .unwrap();
    let filter = ActivityFilter::default();
    let page = world.space.activity(filter, 0, 50).await.unwrap();
    let log = format!("{page:?}");
    assert!(log.contains("Llum Verda") && !log.contains(CANARY) && !log.contains("12345678"));
    assert!(world.space.verify_log().await.unwrap().broken.is_none());
    world.space.forget_transfer_text(transfer.id).await.unwrap();
    let kept = world.space.transfer(transfer.id).await.unwrap();
    assert!(kept.payload.is_none() && kept.envelope.is_none());
    let text = world.space.transfer_receipt(transfer.id, true).await.unwrap();
    assert!(
        !text.contains("t0k3n"),
        "the token of the continuation is no proof"
    );
    let read = receipt::Receipt::from_json(text.as_bytes()).unwrap();
    assert!(read.envelope.is_none() && receipt::verify(&read).holds());
    assert_eq!(
        read.target.key.as_ref().map(|key| key.fingerprint()),
        Some(public(&theirs()).fingerprint())
    );
}
