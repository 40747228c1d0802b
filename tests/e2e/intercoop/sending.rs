//! A transfer from the terminal: upstream takes it, its receipt holds, and a backpack carries both.

use std::{fs, path::PathBuf};

use serde_json::{Value, json};

use super::PERSONA;
use crate::support::{Home, Run, cooperative::Cooperative};

#[test]
fn a_transfer_from_the_terminal_is_taken_by_upstream_and_its_receipt_holds() {
    let home = Home::with_vault();
    let mut cooperative = Cooperative::start(&home.path("cooperative"));
    for (field, value) in PERSONA {
        home.ok(&["persona", "set", field, value]);
    }
    let file = home.write("raig.yaml", cooperative.documented());
    let added = home.ok(&["peer", "add", &file]);
    assert_eq!(
        (&added["id"], &added["services"]),
        (&json!("raig"), &json!(["Contractar la llum"]))
    );
    // Its id and name are the person's to choose, until somebody has the id.
    let fresh = home.ok(&["settings", "get", "peer.id"]);
    assert_eq!(fresh["value"].as_str().unwrap().len(), 12, "{fresh}");
    for (key, value) in [
        ("peer.id", "marionasatxel"),
        ("peer.name", "La caixa de la Mariona"),
    ] {
        let set = home.ok(&["settings", "set", key, value]);
        assert_eq!(set, json!({ "key": key, "value": value }));
    }
    for bad in ["Mariona", "vault", "", "raig"] {
        assert_eq!(
            home.run(&["settings", "set", "peer.id", bad]).code,
            Some(1),
            "{bad}"
        );
    }
    let dry = home.ok(&["transfer", "send", "raig", "contract", "--dry-run"]);
    assert!(
        dry["text"].as_str().unwrap().contains("postalcode: \"08001\""),
        "{dry}"
    );
    let send = ["transfer", "send", "raig", "contract", "--yes"];
    let stranger = home.run(&send);
    assert_eq!(
        (stranger.code, &stranger.document()["code"]),
        (Some(1), &json!("COP-403")),
        "{stranger:?}"
    );
    assert_eq!(cooperative.stored(), Vec::<Value>::new());

    let own = home.ok(&["peer", "descriptor"]);
    let id = own["id"].as_str().unwrap().to_owned();
    assert_eq!(id, "marionasatxel");
    assert!(
        own["descriptor"]
            .as_str()
            .unwrap()
            .contains("La caixa de la Mariona")
    );
    assert_eq!(
        home.run(&["settings", "set", "peer.id", "another"]).code,
        Some(1),
        "others have it"
    );
    let listed = home.ok(&["settings", "list"]);
    let listed = listed.as_array().unwrap();
    assert!(listed.contains(&json!({ "key": "peer.id", "value": "marionasatxel" })));
    cooperative.know(&id, own["descriptor"].as_str().unwrap());
    let sent = home.ok(&send);
    assert_eq!(
        (&sent["state"], &sent["status"]),
        (&json!("accepted"), &json!(200))
    );
    let stored = cooperative.stored();
    assert_eq!(stored.len(), 1);
    for (field, value) in [
        ("originpeer", id.as_str()),
        ("name", "Núñez Ferrer, Mariona"),
        ("nif", "12345678Z"),
        ("address", "C/ de l'Àngel, 3: 2n 1a"),
        ("postalcode", "08001"),
        ("country", "ES"),
        ("audience", "raig"),
        ("service", "contract"),
    ] {
        assert_eq!(stored[0][field], value, "{}", stored[0]);
    }

    let receipt = home.write("receipt.json", &sent["receipt"].to_string());
    let checked = home.bare(&["--json", "transfer", "verify", &receipt]).json();
    assert_eq!(
        (&checked["holds"], &checked["text"]),
        (&json!(true), &json!(true)),
        "{checked}"
    );
    let mut forged = sent["receipt"].clone();
    forged["service"] = json!("another");
    let envelope = forged["envelope"]
        .as_str()
        .unwrap()
        .replace("payload: b", "payload: c");
    forged["envelope"] = json!(envelope);
    let forged = home.write("forged.json", &forged.to_string());
    let refused = home.bare(&["--json", "transfer", "verify", &forged]);
    assert_eq!(
        (refused.code, &refused.document()["code"]),
        (Some(1), &json!("COP-412")),
        "{refused:?}"
    );
    the_backpack_carries_it(&home);
}

/// The stock tools open a backpack, and the receipt that lies in it is checked as it is; a vault that is made of it has the transfers, with
/// nothing to send.
fn the_backpack_carries_it(home: &Home) {
    let key = home.text("key.txt");
    let made = Run::of(home.environment("age-keygen").args(["-o", &key]));
    assert_eq!(made.code, Some(0), "{made:?}");
    let file = home.text("my.backpack");
    let recipient = fs::read_to_string(&key).unwrap();
    let recipient = recipient
        .lines()
        .find_map(|line| line.strip_prefix("# public key: "))
        .unwrap();
    home.ok(&["backpack", "export", &file, "--recipient", recipient]);
    let seen = home.ok(&["backpack", "verify", &file, "--identity-file", &key]);
    assert_eq!(
        (&seen["cooperatives"], &seen["transfers"]),
        (&json!(1), &json!(2))
    );

    let line = "mkdir \"$3\" && age -d -i \"$1\" \"$2\" | zstd -d | tar x -C \"$3\"";
    let out = home.path("out");
    let mut shell = home.environment("bash");
    shell.args(["-euo", "pipefail", "-c", line, "bash", &key, &file]);
    let opened = Run::of(shell.arg(&out));
    assert_eq!(opened.code, Some(0), "{opened:?}");
    let receipts: Vec<PathBuf> = fs::read_dir(out.join("transfers"))
        .unwrap()
        .map(|folder| folder.unwrap().path().join("receipt.json"))
        .collect();
    assert_eq!(receipts.len(), 2);
    for receipt in receipts {
        let checked = home.bare(&["--json", "transfer", "verify", &receipt.display().to_string()]);
        assert_eq!(checked.json()["holds"], true);
    }

    let place = home.text("moved.satchel");
    let moved = home.ok(&[
        "backpack",
        "restore",
        &file,
        "--identity-file",
        &key,
        "--into",
        &place,
    ]);
    assert_eq!(moved["transfers"], 2);
    assert_eq!(
        (&moved["cooperatives"]["new"], &moved["cooperatives"]["own_key"]),
        (&json!(1), &json!("not_in_the_backpack"))
    );
}
