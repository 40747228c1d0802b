//! What upstream's client sends to this vault: how it is answered, and what is kept of it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use vault_core::cooperatives::{Offer, OfferedService, RuleKind, ServiceRule};

use crate::support::{
    Home,
    cooperative::Cooperative,
    served::Served,
    vault::{Opened, PASSPHRASE},
};

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
