//! Bodies as unmodified libraries write and read them, and what is refused of them.

use proptest::prelude::*;
use serde_json::{Value, json};
use time::macros::datetime;

use super::*;
use crate::key::Alg;
use crate::registration::Registration;
use crate::scope::Scopes;
use crate::tests::{key, sign};
use crate::token::{Claims, Holder, Kind, ServiceAuth, Unsigned};

fn bytes(value: &Value) -> Vec<u8> {
    value.to_string().into_bytes()
}

fn token() -> Token {
    let holder = Holder {
        subject: "a".into(),
        space: "o".into(),
        app: "p".into(),
        session: "g".into(),
    };
    let kind = Kind::Service {
        auth: ServiceAuth::Signature,
        scopes: Scopes::default(),
    };
    let now = datetime!(2030-01-01 00:00:00 UTC);
    let claims = Claims::new("http://127.0.0.1:1/core", "j", holder, kind, now, None).unwrap();
    let key = key(Alg::Es256);
    let unsigned = Unsigned::new(&claims, &key);
    let signature = sign(Alg::Es256, unsigned.signing_input());
    unsigned.signed(&signature).unwrap()
}

fn service_request() -> Value {
    json!({"account_id": "A", "app_id": "P", "org_id": "O", "auth_type": "static_token", "creds": {"token": "T"}, "x": 1})
}

#[test]
fn service_tokens_are_asked_for_by_token_or_signature() {
    let read = ServiceTokenRequest::parse(&bytes(&service_request())).unwrap();
    assert_eq!(
        (
            read.account_id.as_str(),
            read.place.app_id.as_str(),
            read.place.org_id.as_str()
        ),
        ("A", "P", "O")
    );
    assert_eq!(read.presented.auth(), ServiceAuth::StaticToken);
    assert!(!format!("{read:?}").contains("\"T\""));
    for creds in [Value::Null, json!({})] {
        let mut signed = service_request();
        signed["auth_type"] = json!("signature");
        signed["creds"] = creds;
        let read = ServiceTokenRequest::parse(&bytes(&signed)).unwrap();
        assert_eq!(read.presented.auth(), ServiceAuth::Signature);
    }
    let all = ServiceTokensRequest::parse(br#"{"account_id":"A","auth_type":"signature"}"#).unwrap();
    assert_eq!(all.account_id.as_deref(), Some("A"));
    let listed = ServiceTokensRequest::parse(br#"{"auth_type":"signature"}"#).unwrap();
    assert_eq!(listed.account_id, None);
}

#[test]
fn what_is_missing_or_means_everything_is_refused() {
    for (member, value, error) in [
        ("account_id", Value::Null, BodyError::Malformed),
        ("account_id", json!(""), BodyError::Malformed),
        ("account_id", json!(7), BodyError::Malformed),
        ("app_id", json!("all"), BodyError::Wildcard),
        ("org_id", json!("all"), BodyError::Wildcard),
        ("app_id", Value::Null, BodyError::Malformed),
        ("org_id", json!("a b"), BodyError::Malformed),
        ("auth_type", json!("password"), BodyError::Malformed),
        ("auth_type", json!("signature"), BodyError::Malformed),
        ("creds", Value::Null, BodyError::Malformed),
        ("creds", json!({}), BodyError::Malformed),
        ("creds", json!({"token": 7}), BodyError::Malformed),
    ] {
        let mut changed = service_request();
        changed[member] = value.clone();
        let read = ServiceTokenRequest::parse(&bytes(&changed));
        assert_eq!(read.unwrap_err(), error, "{member}: {value}");
    }
    let large = vec![b' '; MAX_BODY_BYTES + 1];
    assert_eq!(
        ServiceTokenRequest::parse(&large).unwrap_err(),
        BodyError::TooLarge
    );
    let twice = br#"{"account_id":"A","account_id":"B","auth_type":"signature"}"#;
    assert_eq!(
        ServiceTokensRequest::parse(twice).unwrap_err(),
        BodyError::Malformed
    );
    assert_eq!(Fault::from(BodyError::Wildcard).status(), 403);
    assert_eq!(Fault::from(BodyError::TooLarge).status(), 413);
    assert_eq!(Fault::from(BodyError::Malformed).status(), 400);
}

#[test]
fn answers_with_tokens_have_upstreams_members() {
    let token = token();
    let answer = serde_json::to_value(TokenAnswer::new(&token, None)).unwrap();
    assert_eq!(
        answer,
        json!({"access_token": token.expose(), "token_type": "Bearer"})
    );
    let one = ServiceTokenAnswer {
        place: AppOrg {
            app_id: "P".into(),
            org_id: "O".into(),
        },
        token: TokenAnswer::new(&token, None),
    };
    assert_eq!(
        serde_json::to_value([one]).unwrap(),
        json!([{"app_id": "P", "org_id": "O", "token": answer}])
    );
    let logged_in = LoggedIn::new(TokenAnswer::new(&token, Some("r")), "id");
    assert_eq!(
        serde_json::to_value(logged_in).unwrap(),
        json!({"token": {"access_token": token.expose(), "refresh_token": "r", "token_type": "Bearer"},
            "params": {"anonymous_id": "id"}})
    );
}

#[test]
fn a_new_signature_credential_needs_its_algorithm() {
    let pem = key(Alg::Rs256).key_pem();
    let parse = |value: Value| NewCredential::parse(&bytes(&value));
    assert_eq!(
        parse(json!({"name": "n", "type": "signature", "params": {"key_pem": pem, "alg": "RS256"}})),
        Ok(NewCredential::Signature {
            name: "n".into(),
            key: key(Alg::Rs256)
        })
    );
    assert_eq!(
        parse(json!({"name": "n", "type": "static_token", "params": null})),
        Ok(NewCredential::StaticToken { name: "n".into() })
    );
    for value in [
        json!({"name": "n", "type": "signature", "params": {"key_pem": pem}}),
        json!({"name": "n", "type": "signature", "params": {"key_pem": pem, "alg": "ES256"}}),
        json!({"name": "n", "type": "signature"}),
        json!({"name": "n", "type": "password"}),
        json!({"type": "static_token"}),
    ] {
        assert_eq!(parse(value.clone()), Err(BodyError::Malformed), "{value}");
    }
}

#[test]
fn only_anonymous_logins_are_read() {
    let login = json!({"auth_type": "anonymous", "app_type_identifier": "org.example.steps", "org_id": "O",
        "api_key": "K", "device": {"type": "desktop", "device_id": null}, "creds": {"anonymous_id": "chosen"}});
    let read = AnonymousLogin::parse(&bytes(&login)).unwrap();
    assert_eq!(
        (read.app_type_identifier.as_str(), read.api_key.expose()),
        ("org.example.steps", "K")
    );
    assert_eq!(format!("{:?}", read.api_key), "[secret]");
    for (member, value, error) in [
        ("auth_type", json!("email"), BodyError::Malformed),
        ("org_id", json!("all"), BodyError::Wildcard),
        ("device", Value::Null, BodyError::Malformed),
        ("device", json!({"type": "phone"}), BodyError::Malformed),
        ("api_key", Value::Null, BodyError::Malformed),
    ] {
        let mut changed = login.clone();
        changed[member] = value;
        assert_eq!(
            AnonymousLogin::parse(&bytes(&changed)).unwrap_err(),
            error,
            "{member}"
        );
    }
    let refresh = RefreshRequest::parse(br#"{"api_key":"K","refresh_token":"R"}"#).unwrap();
    assert_eq!(refresh.refresh_token.expose(), "R");
}

#[test]
fn configurations_are_asked_for_by_strict_versions() {
    let read =
        ConfigRequest::parse(br#"{"app_type_identifier":"a","version":"1.2.3","api_key":"K"}"#).unwrap();
    assert_eq!(read.version.to_string(), "1.2.3");
    for version in ["01.2.3", "+1.2.3", "1.2", "1.2.3-beta"] {
        let body = json!({"app_type_identifier": "a", "version": version});
        assert_eq!(
            ConfigRequest::parse(&bytes(&body)).unwrap_err(),
            BodyError::Malformed
        );
    }
    let config = AppConfig {
        id: "i".into(),
        app_type_id: "t".into(),
        org_id: None,
        version: "1.0.0".parse().unwrap(),
        data: serde_json::Map::new(),
    };
    assert_eq!(
        serde_json::to_value(config).unwrap(),
        json!({"id": "i", "app_type_id": "t", "version": "1.0.0", "data": {}})
    );
}

#[test]
fn approval_by_the_asking_app_is_a_wish() {
    let ask = |value: Value| ConsentRequest::parse(&bytes(&value));
    let requested = ask(json!({"service_id": "steps", "requested_scopes": ["vault:a:get"]})).unwrap();
    let approved = ask(json!({"service_id": "steps", "approved_scopes": ["vault:a:get"]})).unwrap();
    assert_eq!(requested, approved);
    assert_eq!(requested.wanted.to_claim(), "vault:a:get");
    for value in [
        json!({"service_id": "steps"}),
        json!({"service_id": "steps", "requested_scopes": []}),
        json!({"service_id": "steps", "requested_scopes": ["all:all:all"]}),
        json!({"service_id": "vault", "requested_scopes": ["vault:a:get"]}),
        json!({"service_id": "steps", "requested_scopes": vec!["vault:a:get"; 101]}),
    ] {
        assert_eq!(ask(value.clone()), Err(BodyError::Malformed), "{value}");
    }
}

#[test]
fn the_answers_about_consent_have_their_shapes() {
    let registration =
        json!({"service_id": "steps", "host": "https://s.example", "name": "Steps", "description": ""});
    let registration = Registration::parse(&bytes(&registration)).unwrap();
    let at = datetime!(2030-01-01 00:10:00.5 +1);
    let pending = PendingConsent::new(registration.to_full(), "5b6c", at);
    let pending = serde_json::to_value(pending).unwrap();
    assert_eq!(
        pending["consent"],
        json!({"id": "5b6c", "status": "pending", "expires_at": "2029-12-31T23:10:00Z"})
    );
    assert_eq!(pending["service_reg"]["first_party"], false);
    let token = token();
    let granted = Granted::new(&token, &Scopes::from_claim("vault:a:get"), at);
    assert_eq!(
        serde_json::to_value(granted).unwrap(),
        json!({"access_token": token.expose(), "token_type": "Bearer", "approved_scopes": ["vault:a:get"],
            "expires_at": "2029-12-31T23:10:00Z"})
    );
}

#[test]
fn a_profile_is_replaced_or_changed() {
    let text = br#"{"id":"x","first_name":"Marta","phone":null,"birth_year":1984,"unstructured_properties":{"a":1},"other":7}"#;
    let change = Profile::parse_change(text).unwrap();
    assert_eq!(
        serde_json::to_value(&change).unwrap(),
        json!({"first_name": "Marta", "birth_year": 1984, "phone": "", "unstructured_properties": {"a": 1}})
    );
    assert!(!format!("{change:?}").contains("Marta"));
    let whole = Profile::parse_whole(text).unwrap();
    assert_eq!(whole.iter().count(), ProfileField::ALL.len());
    let whole = serde_json::to_value(&whole).unwrap();
    assert_eq!(
        (&whole["last_name"], &whole["first_name"]),
        (&json!(""), &json!("Marta"))
    );
    for text in [
        r#"{"birth_year":1799}"#,
        r#"{"birth_year":2201}"#,
        r#"{"birth_year":40000}"#,
        r#"{"birth_year":-1}"#,
        r#"{"birth_year":"1984"}"#,
        r#"{"birth_year":1984.5}"#,
        r#"{"first_name":7}"#,
        r#"{"first_name":"a","first_name":"b"}"#,
        r#"{"unstructured_properties":[]}"#,
        "[]",
    ] {
        assert_eq!(
            Profile::parse_change(text.as_bytes()),
            Err(BodyError::Malformed),
            "{text}"
        );
    }
}

#[test]
fn an_account_is_seen_by_one_app() {
    let account = Account {
        id: "a".into(),
        profile: Profile::parse_change(br#"{"first_name":"Marta"}"#).unwrap(),
        preferences: json!([1, null]),
        anonymous: false,
        external_ids: [("uin".to_owned(), "7".to_owned())].into(),
        auth_types: vec![AuthType {
            id: "1".into(),
            code: "vault_unlock".into(),
            identifier: "a".into(),
            active: true,
            unverified: false,
        }],
        scopes: Scopes::from_claim("vault:profile.first_name:get"),
        apps: [AppOfAccount {
            id: "p".into(),
            name: "Steps".into(),
            code: "STEPS".into(),
        }],
        last_access_token_date: None,
        rest: Rest::default(),
    };
    assert_eq!(
        serde_json::to_value(account).unwrap(),
        json!({"id": "a", "profile": {"first_name": "Marta"}, "preferences": [1, null], "anonymous": false,
            "external_ids": {"uin": "7"},
            "auth_types": [{"id": "1", "code": "vault_unlock", "identifier": "a", "active": true, "unverified": false}],
            "scopes": ["vault:profile.first_name:get"], "apps": [{"id": "p", "name": "Steps", "code": "STEPS"}],
            "last_access_token_date": null, "permissions": [], "roles": [], "groups": [], "devices": [],
            "verified": false, "system": false})
    );
}

proptest! {
    #[test]
    fn arbitrary_bodies_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200), text in any::<String>()) {
        let wrapped = json!({"account_id": text, "app_id": text, "org_id": text, "auth_type": "signature"}).to_string();
        for bytes in [bytes.as_slice(), wrapped.as_bytes()] {
            let _ = ServiceTokenRequest::parse(bytes);
            let _ = ServiceTokensRequest::parse(bytes);
            let _ = NewCredential::parse(bytes);
            let _ = AnonymousLogin::parse(bytes);
            let _ = ConfigRequest::parse(bytes);
            let _ = ConsentRequest::parse(bytes);
        }
        let named = json!({"first_name": text}).to_string();
        let change = Profile::parse_change(named.as_bytes()).unwrap();
        prop_assert_eq!(serde_json::to_string(&change).unwrap(), named);
    }
}
