//! What a target of upstream refuses: each is said in own words, and its state is true.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use vault_core::{cooperatives::TransferState, memberships::NewMembership};
use vault_crypto::Signer;

use super::{PERSONA, indented};
use crate::support::{
    Home,
    cooperative::Cooperative,
    vault::{Opened, PASSPHRASE},
};

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
