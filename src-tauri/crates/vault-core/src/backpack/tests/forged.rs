//! Backpacks of others with what no cooperative, no transfer and no key is: refused, with the entry named, and nothing has changed.

use std::path::Path;

use ::backpack::EntryPath;
use serde_json::{Value, json};

use super::{
    super::{BackpackError, Identities, Keys, Stop, can_be_entries},
    cooperatives::{CONTINUATION, cooperate, cooperating, kept},
    hostile::{Entries, check, restore},
    kit::{ISSUERS, World},
};
use crate::cooperatives::{OwnKeyOutcome, tests::kit::other};

const COOPERATIVES: &str = "cooperatives.json";

fn find(real: &Entries, start: &str, end: &str) -> String {
    let mut paths = real.0.keys();
    paths
        .find(|path| path.starts_with(start) && path.ends_with(end))
        .unwrap()
        .clone()
}

/// The path of something that came in, in this state.
fn incoming(real: &Entries, state: &str) -> String {
    let mut paths = real.0.keys().filter(|path| path.starts_with("incoming/"));
    paths
        .find(|path| real.text(path).contains(&format!("\"state\": \"{state}\"")))
        .unwrap()
        .clone()
}

/// The same entry under another path.
fn moved(real: &Entries, from: &str, to: &str) -> Entries {
    real.with(to, real.text(from)).without(from)
}

#[tokio::test]
async fn what_does_not_hold_is_refused_and_named() {
    let real = Entries::of(&cooperating().await).await;
    assert!(check(&real.pack()).is_ok());
    let receipt = find(&real, "transfers/", "/receipt.json");
    let transfer = receipt.replace("receipt.json", "transfer.json");
    let receipts: Vec<&String> = real
        .0
        .keys()
        .filter(|path| path.ends_with("/receipt.json"))
        .collect();
    let waiting = incoming(&real, "waiting");
    let discarded = incoming(&real, "discarded");
    let stranger = "transfers/0193a000-0000-7000-8000-000000000001/";
    let coop = |change: &dyn Fn(&mut Value)| (real.json(COOPERATIVES, change), COOPERATIVES);
    let sent = |change: &dyn Fn(&mut Value)| real.json(&transfer, change);
    let came = |change: &dyn Fn(&mut Value)| real.json(&waiting, change);
    let theirs = ISSUERS[0].public_key_pem();
    let cases: Vec<(Entries, &str)> = vec![
        // Descriptions and keys.
        coop(&|all| all["peers"][0]["descriptor"] = "x".repeat(70_000).into()),
        coop(&|all| all["peers"][0]["descriptor"] = "peerid: x\n".into()),
        coop(&|all| all["peers"][0]["id"] = "another".into()),
        coop(&|all| all["peers"][0]["id"] = "../x".into()),
        coop(&|all| all["peers"][0]["name"] = "Somebody else".into()),
        coop(&|all| all["peers"][0]["address"] = "x".repeat(9_000).into()),
        coop(&|all| all["peers"][0]["fingerprint"] = all["peers"][1]["fingerprint"].clone()),
        coop(&|all| all["peers"][0]["fingerprint"] = Value::Null),
        coop(&|all| all["peers"][0]["waiting"] = all["peers"][0]["descriptor"].clone()),
        coop(&|all| {
            let again = all["peers"][0].clone();
            all["peers"].as_array_mut().unwrap().push(again);
        }),
        coop(&|all| {
            let one = all["peers"][0].clone();
            *all["peers"].as_array_mut().unwrap() = vec![one; 501];
        }),
        coop(&|all| all["keys"][0]["pem"] = theirs.into()),
        coop(&|all| all["keys"][0]["pem"] = "no key".into()),
        coop(&|all| all["keys"][0]["peer"] = "../x".into()),
        coop(&|all| {
            let again = all["keys"][0].clone();
            all["keys"].as_array_mut().unwrap().push(again);
        }),
        coop(&|all| {
            let mut again = all["keys"][0].clone();
            again["since"] = "2020-01-01T00:00:00Z".into();
            all["keys"].as_array_mut().unwrap().push(again);
        }),
        coop(&|all| all["stopped"][0]["peer"] = "../x".into()),
        // The vault itself.
        coop(&|all| all["own"]["id"] = "../x".into()),
        coop(&|all| all["own"]["name"] = "a\u{202e}b".into()),
        coop(&|all| all["own"]["key"] = "no key".into()),
        (
            real.json(COOPERATIVES, |all| all["own"]["key"] = theirs.into()),
            "keys.json",
        ),
        (
            real.json("keys.json", |keys| keys["peer"] = "no key".into()),
            "keys.json",
        ),
        (
            real.json("keys.json", |keys| keys["peer_previous"] = "no key".into()),
            "keys.json",
        ),
        (
            real.json("keys.json", |keys| {
                keys["peer"] = ISSUERS[0].to_pkcs8_pem().unwrap().as_str().into();
            }),
            "keys.json",
        ),
        // What is offered.
        coop(&|all| all["offers"][0]["id"] = "../x".into()),
        coop(&|all| all["offers"][0]["fields"] = json!(["password"])),
        coop(&|all| all["offers"][0]["refused"][0]["value"] = "x".repeat(9_000).into()),
        coop(&|all| {
            let again = all["offers"][0].clone();
            all["offers"].as_array_mut().unwrap().push(again);
        }),
        // Receipts and what they are of.
        (
            real.with(
                &receipt,
                real.text(&receipt)
                    .replacen("\"sha256\": \"", "\"sha256\": \"0", 1),
            ),
            &receipt,
        ),
        (
            real.json(&receipt, |receipt| receipt["service"] = "another".into()),
            &receipt,
        ),
        (
            real.json(&receipt, |one| {
                let signature = one["signature"].as_str().unwrap().replacen('A', "B", 1);
                one["signature"] = signature.into();
            }),
            &receipt,
        ),
        (
            real.json(&receipt, |one| one["sender"]["key"] = theirs.into()),
            &receipt,
        ),
        (real.with(receipts[0], real.text(receipts[1])), receipts[0]),
        (real.with(&receipt, "x".repeat(300_000)), &receipt),
        (real.without(&receipt), &transfer),
        (real.without(&transfer), &receipt),
        (
            sent(&|one| one["payload"] = "originpeer: \"x\"\n".into()),
            &receipt,
        ),
        (sent(&|one| one["envelope"] = "x".into()), &receipt),
        (sent(&|one| one["peer"] = "somgarbatge".into()), &receipt),
        (sent(&|one| one["peer"] = "../x".into()), &receipt),
        (
            sent(&|one| one["address"] = "https://elsewhere.example/".into()),
            &receipt,
        ),
        (sent(&|one| one["sha256"] = Value::Null), &receipt),
        (sent(&|one| one["state"] = "prepared".into()), &receipt),
        (sent(&|one| one["state"] = "drafted".into()), &receipt),
        (sent(&|one| one["state"] = "sent".into()), &transfer),
        (
            sent(&|one| one["id"] = "0193a000-0000-7000-8000-000000000001".into()),
            &transfer,
        ),
        (sent(&|one| one["id"] = "../../x".into()), &transfer),
        (
            real.with(&transfer, format!("{{\"x\":\"{}\"}}", "x".repeat(2 << 20))),
            &transfer,
        ),
        // What came in.
        (
            came(&|one| one["payload"] = "originpeer: \"llumverda\"\n".into()),
            &waiting,
        ),
        (came(&|one| one["package"] = Value::Null), &waiting),
        (came(&|one| one["package"] = "x".into()), &waiting),
        (came(&|one| one["peer"] = "somgarbatge".into()), &waiting),
        (came(&|one| one["peer_name"] = "a\nb".into()), &waiting),
        (
            came(&|one| one["expires_at"] = "2999-01-01T00:00:00Z".into()),
            &waiting,
        ),
        (came(&|one| one["state"] = "discarded".into()), &waiting),
        (
            came(&|one| one["id"] = "0193a000-0000-4000-8000-000000000001".into()),
            &waiting,
        ),
        (
            real.json(&discarded, |one| one["state"] = "accepted".into()),
            &discarded,
        ),
        // Nobody's key signed what came in.
        (real.without(COOPERATIVES), ""),
    ];
    for (at, (entries, expected)) in cases.iter().enumerate() {
        let error = check(&entries.pack())
            .map(drop)
            .expect_err(&format!("case {at}: {expected}"));
        let BackpackError::Content { path, .. } = &error else {
            panic!("case {at}: {error}")
        };
        assert_eq!(error.code(), Some("BPK-505"), "case {at}");
        assert!(
            expected.is_empty() || path.as_str() == *expected,
            "case {at}: {error} and not {expected}"
        );
    }
    // The same twice: one text of one sender under another id.
    let copy = "incoming/0193a000-0000-4000-8000-000000000001.json";
    let mut value: Value = serde_json::from_str(&real.text(&waiting)).unwrap();
    value["id"] = "0193a000-0000-4000-8000-000000000001".into();
    assert!(check(&real.with(copy, value.to_string()).pack()).is_err());
    // A transfer is where its id says.
    let elsewhere = moved(&real, &receipt, &format!("{stranger}receipt.json"));
    let elsewhere = moved(&elsewhere, &transfer, &format!("{stranger}transfer.json"));
    assert!(check(&elsewhere.pack()).is_err());
}

#[tokio::test]
async fn a_path_that_climbs_is_none_and_an_unknown_one_is_left_alone() {
    let real = Entries::of(&cooperating().await).await;
    assert!(EntryPath::new("transfers/../x/receipt.json").is_err());
    let receipt = find(&real, "transfers/", "/receipt.json");
    for path in [
        "transfers/..x/receipt.json",
        "transfers/x/receipt.json",
        "transfers/notes.txt",
        "incoming/x.json",
    ] {
        let read = check(&real.with(path, real.text(&receipt)).pack()).unwrap();
        assert_eq!(
            (
                read.cooperatives.transfers.len(),
                read.cooperatives.incoming.len()
            ),
            (3, 3)
        );
    }
}

#[tokio::test]
async fn entries_are_judged_without_a_file() {
    let real = Entries::of(&cooperating().await).await;
    let entries: Vec<(&str, &[u8])> = real
        .0
        .iter()
        .map(|(path, bytes)| (path.as_str(), bytes.as_slice()))
        .collect();
    assert!(can_be_entries(&entries));
    assert!(can_be_entries(&[("later/x", b"\xff")]));
    for bad in [
        ("../x", &b""[..]),
        ("grants.json", b"{"),
        ("cooperatives.json", b"7"),
    ] {
        assert!(!can_be_entries(&[bad]), "{}", bad.0);
    }
}

#[tokio::test]
async fn nothing_of_a_forged_one_arrives() {
    let real = Entries::of(&cooperating().await).await;
    let there = World::elsewhere().await;
    let before = kept(&there.space).await;
    let file = there.file("bad.backpack");
    let receipt = find(&real, "transfers/", "/receipt.json");
    let forged = real.json(&receipt, |receipt| receipt["answer"]["status"] = "x".into());
    std::fs::write(&file, forged.pack()).unwrap();
    let refused = restore(&there, &file).await.unwrap_err();
    assert_eq!(refused.code(), Some("BPK-505"));
    assert_eq!(kept(&there.space).await, before);
}

#[tokio::test]
async fn a_backpack_from_before_there_were_transfers_is_whole() {
    let world = cooperating().await;
    let mut older = Entries::of(&world).await;
    older.0.retain(|path, _| {
        path != COOPERATIVES && !path.starts_with("transfers/") && !path.starts_with("incoming/")
    });
    let older = older.json("keys.json", |keys| {
        keys.as_object_mut().unwrap().remove("peer");
    });
    let there = World::elsewhere().await;
    let file = there.file("old.backpack");
    std::fs::write(&file, older.pack()).unwrap();
    let report = restore(&there, &file).await.unwrap();
    assert_eq!(
        (report.cooperatives.added, report.transfers, report.incoming),
        (0, 0, 0)
    );
    assert!(report.records > 0);
    // Into a space that has them, it takes nothing away.
    let here = World::elsewhere().await;
    cooperate(&here).await;
    let before = kept(&here.space).await;
    restore(&here, &file).await.unwrap();
    assert_eq!(kept(&here.space).await, before);
}

/// The file was packed by the program before it knew these entries.
#[tokio::test]
async fn a_file_from_before_there_were_transfers_opens_and_comes_back() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let file = folder.join("before-transfers.backpack");
    let identity = std::fs::read_to_string(folder.join("before-transfers.identity.txt")).unwrap();
    let keys = || Keys::Identities(Identities::parse(&identity).unwrap());
    let there = World::elsewhere().await;
    for new in [1, 0] {
        let report = there
            .space
            .restore(&file, keys(), Stop::default(), |_| {})
            .await
            .unwrap();
        assert_eq!((report.records, report.outcome.new), (1, new));
        assert_eq!(report.cooperatives.own_key, OwnKeyOutcome::None);
    }
    let stop = Stop::default();
    let check = there.space.check_backpack(&file, keys(), stop, |_| {});
    let checked = check.await.unwrap();
    assert_eq!((checked.cooperatives, checked.transfers), (0, (0, 0)));
    assert!(!checked.counts.contains_key("transfers"));
}

#[tokio::test]
async fn a_name_that_imitates_one_does_not_come() {
    let real = Entries::of(&cooperating().await).await;
    let there = World::elsewhere().await;
    let file = there.file("odd.backpack");
    let odd = real.json(COOPERATIVES, |all| {
        let peer = &mut all["peers"][1];
        let text = peer["descriptor"].as_str().unwrap();
        peer["descriptor"] = text.replace("Som Garbatge SCCL", "S\u{430}tchel").into();
        peer["name"] = "S\u{430}tchel".into();
    });
    std::fs::write(&file, odd.pack()).unwrap();
    let report = restore(&there, &file).await.unwrap();
    assert_eq!((report.cooperatives.added, report.cooperatives.left_out), (1, 1));
}

#[tokio::test]
async fn no_private_key_no_token_and_no_draft_is_in_a_backpack_that_is_not_full() {
    let world = cooperating().await;
    let key = other().to_pkcs8_pem().unwrap();
    let line = key.lines().nth(1).unwrap().to_owned();
    let drafts: Vec<String> = kept(&world.space)
        .await
        .transfers
        .iter()
        .filter(|one| one.sent_at.is_none())
        .map(|one| one.id.to_string())
        .collect();
    assert_eq!(drafts.len(), 2);
    for full in [false, true] {
        let packed = world.pack("a.backpack", full).await;
        let mut holds_key = false;
        for (path, bytes) in super::kit::entries(&packed.file) {
            let text = String::from_utf8_lossy(&bytes).into_owned();
            holds_key |= text.replace("\\n", "\n").contains(&line);
            let token = text.contains(CONTINUATION) || text.contains("/intercoop/continue/");
            assert!(!token, "{path}");
            assert!(
                !drafts
                    .iter()
                    .any(|id| text.contains(id) || path.as_str().contains(id)),
                "{path}"
            );
            assert!(!text.contains("LetGoCanary"), "{path}");
        }
        assert_eq!(holds_key, full);
        let report = format!("{packed:?} {:?}", world.space.pack_plan().await.unwrap());
        assert!(!report.contains("CanaryMarta"));
    }
}
