//! Intercoop against upstream's own library: what this vault writes it reads, what it sends is taken, and what it refuses is told.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
};

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
use vault_core::{
    cooperatives::{
        Offer, OfferedService, Outbound, PostEnd, RuleKind, ServiceRule, TransferId, TransferState,
    },
    memberships::NewMembership,
};
use vault_crypto::Signer;

use crate::support::{
    Home, Run,
    cooperative::Cooperative,
    served::Served,
    vault::{Opened, PASSPHRASE},
};

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

/// A service of ours with what it needs, and for whom it is stopped.
fn offer(id: &str, fields: &[&str], offered: bool, refused: &[(RuleKind, &str, Option<&str>)]) -> Offer {
    let words = |text: &str| BTreeMap::from([("es".to_owned(), text.to_owned())]);
    let rule = |(kind, value, peer): &(RuleKind, &str, Option<&str>)| ServiceRule {
        kind: *kind,
        value: (*value).to_owned(),
        peer: peer.map(str::to_owned),
    };
    Offer {
        service: OfferedService {
            id: id.to_owned(),
            name: words(id),
            description: words("Algo"),
            fields: fields.iter().map(|field| (*field).to_owned()).collect(),
            offered,
        },
        refused: refused.iter().map(rule).collect(),
    }
}

#[test]
fn upstreams_client_reads_each_kind_of_unavailability_in_its_own_words() {
    let home = Home::with_vault();
    let mut cooperative = Cooperative::start(&home.path("cooperative"));
    home.ok(&["peer", "add", &home.write("raig.yaml", cooperative.descriptor())]);
    let offers = [
        offer("closed", &[], false, &[]),
        offer("notyou", &[], true, &[(RuleKind::Peer, "raig", None)]),
        offer("notmember", &[], true, &[(RuleKind::Member, "1234", None)]),
        offer(
            "notnif",
            &[],
            true,
            &[(RuleKind::Nif, "87654321-X", Some("raig"))],
        ),
        offer("notrole", &[], true, &[(RuleKind::Role, "worker", Some("raig"))]),
        offer(
            "elsewhere",
            &[],
            true,
            &[(RuleKind::Nif, "87654321X", Some("another"))],
        ),
        offer("needs", &["nif", "address"], true, &[]),
    ];
    let vault = Opened::open(&home.vault(), PASSPHRASE).unwrap();
    for offer in offers {
        vault.ask(|space| async move { space.save_offered_service(offer).await });
    }
    drop(vault);
    let served = Served::start(&home);
    let target = format!("{}/intercoop", served.base());
    let values = |service: &str| {
        json!({
            "originpeer": "raig", "innerid": 1234, "nif": "87654321X", "name": "Puig Soler, Aina",
            "peerroles": ["member", "worker"], "service": service,
        })
    };
    for (service, error, argument, words) in [
        (
            "closed",
            "BadMessage",
            "The service is not available at the moment",
            "Malformed message: The service is not available at the moment",
        ),
        (
            "notyou",
            "BadMessage",
            "The service is not available for this entity",
            "Malformed message: The service is not available for this entity",
        ),
        (
            "notmember",
            "BadMessage",
            "The service is not available for this member",
            "Malformed message: The service is not available for this member",
        ),
        (
            "notnif",
            "BadMessage",
            "The service is not available for this member",
            "Malformed message: The service is not available for this member",
        ),
        (
            "notrole",
            "BadMessage",
            "The service is not available for members with these roles",
            "Malformed message: The service is not available for members with these roles",
        ),
        (
            "nothing",
            "BadMessage",
            "There is no such service",
            "Malformed message: There is no such service",
        ),
        (
            "needs",
            "MissingField",
            "address",
            "Required field 'address' missing on the payload",
        ),
    ] {
        assert_eq!(
            cooperative.send(&target, &values(service), ""),
            json!({ "error": error, "arguments": [argument], "words": words, "status": 400 }),
            "{service}"
        );
    }
    // Who is not meant by a rule gets through, and nothing of what was refused was kept.
    let mut other = values("notmember");
    other["innerid"] = json!(1235);
    for values in [&other, &values("elsewhere")] {
        let taken = cooperative.send(&target, values, "");
        assert_eq!(taken["status"], 200, "{taken}");
    }
    let large = json!({ "originpeer": "raig", "name": "x".repeat(64 * 1024) });
    let refused = cooperative.send(&target, &large, "");
    assert_eq!(
        (&refused["error"], &refused["status"]),
        (&json!("BadMessage"), &json!(413)),
        "{refused}"
    );
    assert_eq!(served.lock().code, Some(0));
    let waiting = home.ok(&["incoming", "list"]);
    let kept: BTreeSet<&str> = waiting
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["service"].as_str().unwrap())
        .collect();
    assert_eq!(kept, BTreeSet::from(["notmember", "elsewhere"]));
}

#[test]
fn each_refusal_of_upstreams_target_is_said_in_own_words_and_its_state_is_true() {
    let home = Home::with_vault();
    let mut cooperative = Cooperative::start(&home.path("cooperative"));
    for (field, value) in PERSONA {
        home.ok(&["persona", "set", field, value]);
    }
    // The service wants to know the member as well.
    let descriptor: String = cooperative
        .documented()
        .lines()
        .map(|line| match line.strip_suffix("- nif") {
            Some(indent) => format!("{line}\n{indent}- innerid\n{indent}- peerroles\n"),
            None => format!("{line}\n"),
        })
        .collect();
    home.ok(&["peer", "add", &home.write("raig.yaml", &descriptor)]);
    let vault = Opened::open(&home.vault(), PASSPHRASE).unwrap();
    vault.ask(|space| async move {
        let membership = NewMembership {
            cooperative: "raig".into(),
            name: "Raig SCCL".into(),
            number: "1234".into(),
            roles: vec!["member".into(), "worker".into()],
        };
        space.put_membership(membership).await
    });
    drop(vault);
    let own = home.ok(&["peer", "descriptor"]);
    let id = own["id"].as_str().unwrap().to_owned();
    cooperative.know(&id, own["descriptor"].as_str().unwrap());
    let send = ["transfer", "send", "raig", "contract", "--yes"];
    let rule = |field: Value, value: Value, error: &str, arguments: Value| json!([{ "field": field, "value": value, "error": error, "arguments": arguments }]);
    let always = |error: &str, argument: &str| rule(Value::Null, Value::Null, error, json!([argument]));
    let reason = |field: &str, value: &str, words: &str| {
        rule(json!(field), json!(value), "BadMessage", json!([words]))
    };
    let mut seen = BTreeSet::new();
    for (rules, code, fault, title, said) in [
        (
            always("BadMessage", "The service is not available at the moment"),
            "COP-409",
            "stopped",
            "This service is stopped at the moment.",
            "Malformed message: The service is not available at the moment",
        ),
        (
            always("BadMessage", "There is no such service"),
            "COP-414",
            "unknown_service",
            "They do not offer this service.",
            "Malformed message: There is no such service",
        ),
        (
            reason("originpeer", &id, "The service is not available for this entity"),
            "COP-415",
            "stopped_for_peer",
            "They have stopped this service for your vault.",
            "Malformed message: The service is not available for this entity",
        ),
        (
            reason("innerid", "1234", "The service is not available for this member"),
            "COP-416",
            "stopped_for_member",
            "They have stopped this service for you.",
            "Malformed message: The service is not available for this member",
        ),
        (
            reason("nif", "12345678Z", "The service is not available for this member"),
            "COP-416",
            "stopped_for_member",
            "They have stopped this service for you.",
            "Malformed message: The service is not available for this member",
        ),
        (
            reason(
                "peerroles",
                "worker",
                "The service is not available for members with these roles",
            ),
            "COP-417",
            "stopped_for_role",
            "They do not offer this service to members with your roles.",
            "Malformed message: The service is not available for members with these roles",
        ),
        (
            always("BadMessage", "The package has expired"),
            "COP-418",
            "expired",
            "By their clock it was signed at the wrong time.",
            "Malformed message: The package has expired",
        ),
        (
            always("BadMessage", "The package has arrived before"),
            "COP-419",
            "repeated",
            "They say that it has arrived before.",
            "Malformed message: The package has arrived before",
        ),
        (
            always("BadMessage", "The package is for somebody else"),
            "COP-423",
            "other_audience",
            "They say that it was meant for somebody else.",
            "Malformed message: The package is for somebody else",
        ),
        (
            always("BadMessage", "Cerrado por\nvacaciones"),
            "COP-411",
            "BadMessage",
            "They refused what you sent.",
            "Malformed message: Cerrado por vacaciones",
        ),
        (
            always("BadFormat", "line 3"),
            "COP-411",
            "BadFormat",
            "They refused what you sent.",
            "Error while parsing message as YAML: line 3",
        ),
        (
            always("Closed", "agosto"),
            "COP-411",
            "other",
            "They refused what you sent.",
            "The office is closed: agosto",
        ),
        (
            always("MissingField", "proxynif"),
            "COP-406",
            "MissingField",
            "They want something that was not in it.",
            "Required field 'proxynif' missing on the payload",
        ),
    ] {
        cooperative.refuse(&rules);
        let refused = home.run(&send);
        assert_eq!(refused.code, Some(1), "{refused:?}");
        let told = refused.document();
        assert_eq!(
            [
                &told["code"],
                &told["fault"],
                &told["state"],
                &told["status"],
                &told["said"]
            ],
            [
                &json!(code),
                &json!(fault),
                &json!("refused"),
                &json!(400),
                &json!(said)
            ],
            "{told}"
        );
        assert!(told["message"].as_str().unwrap().starts_with(title), "{told}");
        assert_eq!(told["receipt"]["answer"]["status"], 400, "{told}");
        seen.insert(told["transfer"].as_str().unwrap().to_owned());
    }
    cooperative.refuse(&json!([]));
    // Another version, another key of ours, and nobody who knows us: upstream's own code says these.
    cooperative.speak("2.0");
    let version = home.run(&send).document();
    assert_eq!(
        [&version["code"], &version["state"], &version["said"]],
        [
            &json!("COP-410"),
            &json!("refused"),
            &json!("Wrong protocol version, expected 2.0, received 1.0")
        ],
        "{version}"
    );
    cooperative.speak("1.0");
    let other = Signer::generate().unwrap();
    let forged = own["descriptor"].as_str().unwrap();
    let (head, _) = forged.split_once("publickey:").unwrap();
    let forged = format!("{head}publickey: |\n{}", indented(other.public_key_pem()));
    cooperative.know(&id, &forged);
    let signature = home.run(&send).document();
    assert_eq!(
        [
            &signature["code"],
            &signature["state"],
            &signature["status"],
            &signature["said"]
        ],
        [
            &json!("COP-405"),
            &json!("refused"),
            &json!(403),
            &json!("Signature verification failed, untrusted content")
        ],
        "{signature}"
    );
    assert_eq!(
        cooperative.stored(),
        Vec::<Value>::new(),
        "nothing of it was taken"
    );

    // Each of them is kept as what it is, and what is taken after them is taken.
    cooperative.know(&id, own["descriptor"].as_str().unwrap());
    let taken = home.ok(&send);
    assert_eq!(
        (&taken["state"], &taken["said"]),
        (&json!("accepted"), &Value::Null)
    );
    assert_eq!(cooperative.stored()[0]["peerroles"], json!(["member", "worker"]));
    let vault = Opened::open(&home.vault(), PASSPHRASE).unwrap();
    let kept = vault.ask(|space| async move { space.transfers().await });
    let refused = kept.iter().filter(|one| one.state == TransferState::Refused);
    assert_eq!((seen.len(), refused.count(), kept.len()), (13, 15, 16));
}
