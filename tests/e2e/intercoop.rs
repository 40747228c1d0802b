//! Intercoop against upstream's own library: what this vault writes it reads, what it sends is taken, and what it refuses is told.

use std::{fs, path::PathBuf};

use intercoop::{
    answer::{Answer, Continuation, Outcome},
    descriptor, envelope,
    extras::Extras,
    field::Field,
    payload::{self, PayloadFields, Value as Written},
};
use serde_json::{Value, json};
use time::OffsetDateTime;
use uuid::Uuid;
use vault_connect::Transfers;
use vault_core::cooperatives::{Outbound, PostEnd, TransferId};
use vault_crypto::Signer;

use crate::support::{Home, Run, cooperative::Cooperative, served::Served};

/// Values in all.
const VALUES: usize = 20_000;
/// Fields that a text can stand in.
const TEXTS: [Field; 8] = [
    Field::Name,
    Field::Nif,
    Field::Address,
    Field::City,
    Field::State,
    Field::PostalCode,
    Field::Country,
    Field::Lang,
];
/// Plain scalars that YAML 1.1 takes for something else, and what else trips readers.
const TRAPS: [&str; 40] = [
    "NO",
    "no",
    "yes",
    "on",
    "off",
    "y",
    "null",
    "~",
    "",
    "08001",
    "012",
    "0888",
    "12:30",
    "12:30:45",
    "1e3",
    "5e+3",
    "1.5",
    ".inf",
    ".nan",
    "0x1F",
    "0b11",
    "0o17",
    "1_000",
    "2020-01-02",
    "2020-01-02T03:04:05Z",
    "=",
    "<<",
    "-",
    "- a",
    "? a",
    ": a",
    "a: b",
    "a # b",
    "# a",
    "&a",
    "*a",
    "!a",
    "%a",
    "@a",
    "`a",
];
/// Signs that have a meaning somewhere, or none anywhere.
const SIGNS: [char; 27] = [
    'a',
    'Z',
    '0',
    ' ',
    '\t',
    '\n',
    '\r',
    '"',
    '\'',
    '\\',
    ':',
    '#',
    '-',
    '{',
    '[',
    ',',
    '|',
    '>',
    'ñ',
    'Ж',
    '漢',
    '\u{1F600}',
    '\u{85}',
    '\u{a0}',
    '\u{2028}',
    '\u{feff}',
    '\u{7f}',
];

/// The same numbers in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end
    }

    fn text(&mut self) -> String {
        if self.below(3) == 0 {
            return TRAPS[self.below(TRAPS.len())].to_owned();
        }
        (0..self.below(24))
            .map(|_| SIGNS[self.below(SIGNS.len())])
            .collect()
    }
}

#[test]
fn what_the_vault_writes_upstreams_reader_reads() {
    let home = Home::new();
    let mut cooperative = Cooperative::start(&home.path("cooperative"));
    let mut numbers = Numbers(2026);
    let (mut written, mut texts) = (Vec::new(), Vec::new());
    while written.len() * TEXTS.len() < VALUES {
        let (mut fields, mut wanted) = (PayloadFields::new(), json!({}));
        for field in TEXTS {
            let text = numbers.text();
            wanted[field.name()] = json!(text);
            fields.set(field, Written::Text(text));
        }
        texts.push(payload::write(&fields));
        written.push(wanted);
    }
    for (texts, wanted) in texts.chunks(250).zip(written.chunks(250)) {
        let read: Vec<Value> = cooperative.read(texts);
        assert_eq!(read, wanted);
    }
}

/// The text of the key ring of upstream, and of everybody who gets a description of this sender.
fn description(signer: &Signer) -> String {
    let (descriptor, _) = descriptor::read(&format!(
        "intercoopVersion: '1.0'\npeerVersion: 1\npeerid: satxel\nname: A Satchel vault\nlogo: https://satchel.example/l.png\n\
         description: d\nurl: https://satchel.example/\nprivacyPolicyUrl: https://satchel.example/p\nservices: {{}}\n\
         targetUrl: https://satchel.example/i\npublickey: |\n{}",
        indented(signer.public_key_pem())
    ))
    .unwrap();
    descriptor::write(&descriptor)
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("  {line}\n")).collect()
}

/// Signs a payload and sends it to a target of upstream.
async fn sent(target: &str, signer: &Signer, text: &str) -> Outcome {
    let sha1 = signer.sign_pkcs1v15_sha1(text.as_bytes()).unwrap();
    let strong = signer.sign_pss_sha256(text.as_bytes()).unwrap();
    let outbound = Outbound {
        id: TransferId::new(),
        address: format!("{target}/activateService"),
        envelope: envelope::write_strong(text, &sha1, &strong),
    };
    match Transfers::new().unwrap().post(&outbound).await {
        PostEnd::Answered {
            status,
            content_type,
            body,
        } => Outcome::of(&Answer {
            status,
            content_type: content_type.as_deref(),
            body: &body,
        }),
        end @ (PostEnd::NotSent(_) | PostEnd::Unknown(_)) => panic!("{end:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn upstreams_target_takes_a_package_with_the_extras_and_the_second_signature() {
    let home = Home::new();
    let mut cooperative = Cooperative::start(&home.path("cooperative"));
    let (theirs, _) = descriptor::read(cooperative.documented()).unwrap();
    let (shipped, _) = descriptor::read(cooperative.descriptor()).unwrap();
    assert_eq!((theirs.peer_id.as_str(), theirs.services.len()), ("raig", 1));
    let signer = Signer::generate().unwrap();
    let mut fields = PayloadFields::new();
    for (field, text) in [
        (Field::OriginPeer, "satxel"),
        (Field::Name, "Núñez, Mariona"),
        (Field::PostalCode, "08001"),
        (Field::Country, "NO"),
    ] {
        fields.set(field, Written::Text(text.to_owned()));
    }
    Extras::new(Uuid::new_v4(), OffsetDateTime::now_utc(), "raig", "contract").write_to(&mut fields);
    let text = payload::write(&fields);
    let target = theirs.target.unwrap().as_str().trim_end_matches('/').to_owned();

    // A stranger is refused as documented, and by the ring as it is shipped with a page.
    let refused = sent(&target, &signer, &text).await;
    assert!(refused.may_be_an_unknown_peer(), "{refused:?}");
    let shipped = shipped.target.unwrap().as_str().trim_end_matches('/').to_owned();
    let broken = sent(&shipped, &signer, &text).await;
    assert!(
        matches!(broken, Outcome::Failed { status: 500, .. }),
        "{broken:?}"
    );
    assert!(broken.may_be_an_unknown_peer());
    assert_eq!(cooperative.stored(), Vec::<Value>::new());

    cooperative.know("satxel", &description(&signer));
    for target in [&target, &shipped] {
        let accepted = sent(target, &signer, &text).await;
        let Outcome::Accepted { uuid, continuation } = accepted else {
            panic!("{accepted:?}");
        };
        let Continuation::Open(place) = continuation else {
            panic!("{continuation:?}");
        };
        assert!(place.as_str().ends_with(&uuid.unwrap().to_string()));
    }
    for stored in cooperative.stored() {
        for (field, value) in [
            ("originpeer", "satxel"),
            ("name", "Núñez, Mariona"),
            ("postalcode", "08001"),
            ("country", "NO"),
            ("audience", "raig"),
            ("service", "contract"),
        ] {
            assert_eq!(stored[field], value, "{stored}");
        }
    }
    // What was changed on the way is refused.
    let other = Signer::generate().unwrap();
    let forged = sent(&target, &other, &text).await;
    assert!(matches!(&forged, Outcome::Refused { status: 403, error } if error.name() == "BadSignature"));
    assert_eq!(cooperative.stored().len(), 2);

    // And its client says of a target that does not answer that it did not.
    let nobody = cooperative.send("http://127.0.0.1:9", &json!({ "originpeer": "raig" }), "");
    assert!(
        nobody["failed"].as_str().unwrap().starts_with("ConnectionError"),
        "{nobody}"
    );
}

/// What the person has typed.
const PERSONA: [(&str, &str); 11] = [
    ("first_name", "Mariona"),
    ("last_name", "Núñez Ferrer"),
    ("tax_id", "12345678Z"),
    ("address", "C/ de l'Àngel, 3: 2n 1a"),
    ("city", "Barcelona"),
    ("state", "Barcelona"),
    ("zip_code", "08001"),
    ("country", "ES"),
    ("email", "mariona@example.coop"),
    ("phone", "+34600000000"),
    ("language", "ca"),
];

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

#[test]
fn upstreams_client_is_answered_as_documented_and_what_it_sends_is_kept() {
    let home = Home::with_vault();
    let mut cooperative = Cooperative::start(&home.path("cooperative"));
    let file = home.write("raig.yaml", cooperative.descriptor());
    home.ok(&["peer", "add", &file]);
    let served = Served::start(&home);
    let target = format!("{}/intercoop", served.base());
    let values = json!({
        "originpeer": "raig", "innerid": 1234, "name": "Puig Soler, Aina", "nif": "87654321X", "postalcode": "08001",
        "country": "NO", "email": ["aina@example.org", "aina.puig@example.com"], "proxynif": null,
    });
    let taken = cooperative.send(&target, &values, "");
    let place = taken["continuation"]
        .as_str()
        .unwrap_or_else(|| panic!("{taken}"));
    assert!(place.starts_with(&format!("{target}/continue/")), "{place}");
    let (status, page) = crate::support::browser::form(place, None);
    assert_eq!(status, 200);
    assert!(
        page.contains("Raig SCCL") && !page.contains("Aina") && !page.contains("87654321X"),
        "{page}"
    );
    let (again, _) = crate::support::browser::form(place, None);
    assert_eq!(again, 404, "its address is good once");

    // The same package again is harmless; what is wrong with another one is told in upstream's own words.
    let repeated = cooperative.send(&target, &values, "");
    assert!(repeated["continuation"].is_string(), "{repeated}");
    let mut stranger = values.clone();
    stranger["originpeer"] = json!("stranger");
    let mut nameless = values.clone();
    nameless.as_object_mut().unwrap().remove("originpeer");
    for (values, how, error, arguments) in [
        (&values, "tampered", "BadSignature", json!([])),
        (&values, "key", "BadSignature", json!([])),
        (&values, "version", "WrongVersion", json!(["1.0", "0.0"])),
        (&stranger, "", "BadPeer", json!(["stranger"])),
        (&nameless, "", "MissingField", json!(["originpeer"])),
    ] {
        let refused = cooperative.send(&target, values, how);
        assert_eq!(
            (&refused["error"], &refused["arguments"]),
            (&json!(error), &arguments),
            "{how}: {refused}"
        );
    }
    assert_eq!(served.lock().code, Some(0));

    let waiting = home.ok(&["incoming", "list"]);
    let one = &waiting[0];
    assert_eq!(waiting.as_array().unwrap().len(), 1);
    assert_eq!(
        (&one["peer"], &one["state"], &one["repeats"]),
        (&json!("raig"), &json!("waiting"), &json!(1)),
        "{one}"
    );
    let values: Vec<&Value> = one["fields"]
        .as_array()
        .unwrap()
        .iter()
        .map(|field| &field["values"])
        .collect();
    assert!(
        values.contains(&&json!(["aina@example.org", "aina.puig@example.com"])),
        "{one}"
    );
    assert!(
        values.contains(&&json!(["08001"])) && values.contains(&&json!(["NO"])),
        "{one}"
    );
    let id = one["id"].as_str().unwrap();
    assert_eq!(home.ok(&["incoming", "accept", id])["state"], "accepted");
    home.ok(&["incoming", "discard", id]);
    assert_eq!(home.ok(&["incoming", "list"]), json!([]));
}
