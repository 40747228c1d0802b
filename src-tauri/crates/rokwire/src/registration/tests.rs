//! Registrations as they are entered, published and asked with.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::key::{Alg, KeyError, PubKey};
use crate::scope::ScopeError;
use crate::service_id::ServiceIdError;

const KEY: &str = include_str!("../../tests/fixtures/rsa_spki.pem");

fn written() -> Value {
    json!({
        "service_id": "steps-insight", "host": "https://steps.example.org/api/", "service_account_id": "4f1c",
        "pub_key": {"key_pem": KEY, "alg": "RS256"},
        "name": "Steps Insight", "description": "Draws your week", "info_url": null, "first_party": false,
        "scopes": [{"scope": "vault:health.steps:get", "required": true, "explanation": "to draw your week"}],
        "more": {"a": 1}
    })
}

fn parse(value: &Value) -> Result<Registration, RegistrationError> {
    Registration::parse(value.to_string().as_bytes())
}

fn with(member: &str, value: Value) -> Result<Registration, RegistrationError> {
    let mut changed = written();
    changed[member] = value;
    parse(&changed)
}

#[test]
fn a_registration_has_a_public_and_a_full_form() {
    let registration = parse(&written()).unwrap();
    let public = serde_json::to_string(&registration.to_public()).unwrap();
    let key = serde_json::to_string(KEY).unwrap();
    assert_eq!(
        public,
        format!(
            r#"{{"service_id":"steps-insight","host":"https://steps.example.org/api","service_account_id":"4f1c","pub_key":{{"key_pem":{key},"alg":"RS256"}}}}"#
        )
    );
    let full = serde_json::to_string(&registration.to_full()).unwrap();
    let rest = r#","name":"Steps Insight","description":"Draws your week","info_url":"","logo_url":"","first_party":false,"scopes":[{"scope":"vault:health.steps:get","required":true,"explanation":"to draw your week"}]}"#;
    assert_eq!(
        full,
        format!("{}{rest}", public.trim_end_matches('}').to_owned() + "}")
    );
}

#[test]
fn what_is_absent_is_left_out_of_the_public_form() {
    let mut bare = written();
    for member in ["service_account_id", "pub_key", "scopes"] {
        bare.as_object_mut().unwrap().remove(member);
    }
    let bare = parse(&bare).unwrap();
    assert!(!bare.is_account("") && !bare.is_account("4f1c"));
    assert!(parse(&written()).unwrap().is_account("4f1c"));
    let public = bare.to_public();
    assert_eq!(
        serde_json::to_value(public).unwrap(),
        json!({"service_id": "steps-insight", "host": "https://steps.example.org/api"})
    );
}

#[test]
fn what_is_entered_is_checked() {
    let wire = |pem: &str, alg: &str| json!({"key_pem": pem, "alg": alg});
    let scope = |text: &str| json!([{"scope": text, "required": false}]);
    for (member, value, error) in [
        ("service_id", json!("Steps"), ServiceIdError::Grammar.into()),
        ("service_id", json!("core"), ServiceIdError::Reserved.into()),
        ("service_id", json!("vau1t"), ServiceIdError::Imitates.into()),
        ("service_id", json!(7), RegistrationError::Member("service_id")),
        ("host", json!("ftp://a"), RegistrationError::Address("host")),
        ("host", json!("https://a@b"), RegistrationError::Address("host")),
        ("host", json!("https://a?x"), RegistrationError::Address("host")),
        ("host", json!("https://a\\b"), RegistrationError::Address("host")),
        ("host", json!("https:///a"), RegistrationError::Address("host")),
        (
            "logo_url",
            json!("javascript:x"),
            RegistrationError::Address("logo_url"),
        ),
        ("pub_key", wire("x", "RS256"), KeyError::NotPem.into()),
        ("pub_key", wire(KEY, "ES256"), KeyError::WrongAlgorithm.into()),
        (
            "pub_key",
            json!({"key_pem": KEY}),
            RegistrationError::Member("pub_key"),
        ),
        ("scopes", scope("all:all:all"), ScopeError::Wildcard.into()),
        ("scopes", scope("vault::get"), ScopeError::BadResource.into()),
        (
            "scopes",
            json!([{"scope": "vault:a:get"}]),
            RegistrationError::Member("scopes"),
        ),
        ("name", json!(" "), RegistrationError::Text("name")),
        ("name", json!("Va\u{200b}ult"), RegistrationError::Text("name")),
        ("name", json!("my RokWire app"), RegistrationError::Rokwire),
        (
            "description",
            json!("a".repeat(2001)),
            RegistrationError::Text("description"),
        ),
        ("first_party", json!(true), RegistrationError::FirstParty),
        (
            "service_account_id",
            json!("a b"),
            RegistrationError::Text("service_account_id"),
        ),
    ] {
        assert_eq!(with(member, value.clone()), Err(error), "{member} {value}");
    }
    let twice =
        json!([{"scope": "vault:a:get", "required": true}, {"scope": "vault:a:get", "required": false}]);
    assert_eq!(with("scopes", twice), Err(RegistrationError::Scopes));
    let duplicate = written()
        .to_string()
        .replacen('{', r#"{"host":"https://evil.example","#, 1);
    assert_eq!(
        Registration::parse(duplicate.as_bytes()),
        Err(RegistrationError::NotARegistration)
    );
}

#[test]
fn the_vault_has_registrations_of_its_own() {
    let key = PubKey::from_pem(KEY, Alg::Rs256).unwrap();
    let issuer = "http://127.0.0.1:20001/core";
    let auth = serde_json::to_value(PublicRegistration::auth(issuer, &key)).unwrap();
    assert_eq!(
        (&auth["service_id"], &auth["host"]),
        (&json!("auth"), &json!(issuer))
    );
    assert!(auth.get("service_account_id").is_none());
    let core = serde_json::to_value(PublicRegistration::core(issuer, &key)).unwrap();
    assert_eq!(core["service_account_id"], "core");
    assert_eq!(core["pub_key"], auth["pub_key"]);
    let discovery = serde_json::to_value(Discovery::of(issuer)).unwrap();
    assert_eq!(
        discovery,
        json!({"issuer": issuer, "jwks_uri": "http://127.0.0.1:20001/core/tps/auth-keys"})
    );
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(
        bytes in proptest::collection::vec(any::<u8>(), 0..300),
        host in any::<String>(),
        name in any::<String>(),
    ) {
        let _ = Registration::parse(&bytes);
        for (member, value) in [("host", host), ("name", name)] {
            if let Ok(registration) = with(member, json!(value)) {
                let full = serde_json::to_vec(&registration.to_full()).unwrap();
                prop_assert_eq!(Registration::parse(&full), Ok(registration));
            }
        }
    }
}

#[test]
fn a_member_that_is_not_there_or_of_another_type_is_named() {
    let whole = serde_json::json!({
        "service_id": "steps-insight", "host": "https://steps.example", "name": "Steps", "description": "",
        "service_account_id": null, "pub_key": null, "info_url": null, "logo_url": null, "first_party": false, "scopes": null,
    });
    let read = |value: &Value| Registration::parse(value.to_string().as_bytes()).map(drop);
    assert_eq!(read(&whole), Ok(()));
    for name in ["service_id", "host", "name", "description"] {
        let mut without = whole.clone();
        without.as_object_mut().unwrap().remove(name);
        assert_eq!(read(&without), Err(RegistrationError::Member(name)));
    }
    let members: [(&'static str, Value); 10] = [
        ("service_id", serde_json::json!(5)),
        ("host", serde_json::json!(null)),
        ("name", serde_json::json!(["x"])),
        ("description", serde_json::json!({})),
        ("service_account_id", serde_json::json!(5)),
        ("pub_key", serde_json::json!({ "key_pem": "x" })),
        ("info_url", serde_json::json!(true)),
        ("logo_url", serde_json::json!(1)),
        ("first_party", serde_json::json!("yes")),
        ("scopes", serde_json::json!([{ "scope": "vault:work:get" }])),
    ];
    for (name, value) in members {
        let mut other = whole.clone();
        other[name] = value;
        assert_eq!(read(&other), Err(RegistrationError::Member(name)));
    }
    for none in ["", "[]", "5", "{"] {
        assert_eq!(
            Registration::parse(none.as_bytes()).map(drop),
            Err(RegistrationError::NotARegistration)
        );
    }
}
