//! Rokwire's wire against the libraries that consumers use: what this vault signs they take, what was changed they refuse, and what they
//! sign this vault reads.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use rand::rngs::OsRng;
use rokwire::{
    key::{Alg, JwkSet, PubKey},
    registration::PublicRegistration,
    request::{Authorization, Form, Outgoing, Peer, Received, Replays, SignatureError},
    scope::Scopes,
    service_id::ServiceId,
    token::{Claims, Holder, Issuer, Kind, ServiceAuth, Unsigned},
};
use serde_json::{Value, json};
use time::{Duration, OffsetDateTime};
use vault_crypto::{EcSigner, Signer};

use url::Url;
use vault_core::{
    SpaceHandle, VaultError,
    apps::{Attested, NewApp},
    disclosure::{Asked, Decision, Duration as For, Narrowing},
};
use vault_crypto::Passphrase;
use vault_store::{AppId, apps::AppKind};

use crate::support::{
    Home,
    readers::{Answers, Readers},
    vault::{Opened, PASSPHRASE},
};

const ISSUER: &str = "http://127.0.0.1:20001/core";
const TARGET: &str = "/core/tps/access-token";
const BODY: &[u8] = br#"{"account_id":"a","app_id":"b","org_id":"c","auth_type":"signature"}"#;
const ALGS: [Alg; 3] = [Alg::Rs256, Alg::Ps256, Alg::Es256];

/// The keys of a vault.
struct Keys {
    rsa: Signer,
    ec: EcSigner,
}

impl Keys {
    fn new() -> Self {
        Self {
            rsa: Signer::generate().unwrap(),
            ec: EcSigner::generate().unwrap(),
        }
    }

    fn public(&self, alg: Alg) -> PubKey {
        let pem = match alg == Alg::Es256 {
            true => self.ec.public_key_pem(),
            false => self.rsa.public_key_pem(),
        };
        PubKey::from_pem(pem, alg).unwrap()
    }

    fn sign(&self, alg: Alg, message: &[u8]) -> Vec<u8> {
        match alg.as_str() {
            "ES256" => self.ec.sign(message),
            "PS256" => self.rsa.sign_pss_sha256(message),
            _ => self.rsa.sign_pkcs1v15_sha256(message),
        }
        .unwrap()
    }

    fn token(&self, alg: Alg, kind: Kind, now: OffsetDateTime) -> String {
        let key = self.public(alg);
        let claims = Claims::new(ISSUER, "jti-1", holder(), kind, now, None).unwrap();
        let unsigned = Unsigned::new(&claims, &key);
        let signature = self.sign(alg, unsigned.signing_input());
        unsigned.signed(&signature).unwrap().expose().to_owned()
    }
}

fn holder() -> Holder {
    Holder {
        subject: "0b9f2c5e-1111-4222-8333-444455556666".into(),
        space: "personal".into(),
        app: "steps".into(),
        session: "9f3e0000-1111-4222-8333-444455556666".into(),
    }
}

fn scoped() -> Kind {
    Kind::Scoped {
        audience: "steps-insight".parse().unwrap(),
        scopes: Scopes::from_claim("vault:health.steps:get"),
        authenticated: false,
    }
}

/// What a consumer pins at consent, and what it expects.
fn order(token: &str, key: &PubKey, audience: &str) -> Value {
    // As a consumer gets it: from the registration `auth`, and from the set of keys.
    let auth = serde_json::to_value(PublicRegistration::auth(ISSUER, key)).unwrap();
    json!({
        "token": token,
        "pem": auth["pub_key"]["key_pem"],
        "alg": auth["pub_key"]["alg"],
        "issuer": auth["host"],
        "jwks": JwkSet::of([key]),
        "audience": audience,
    })
}

#[test]
fn tokens_are_read_by_the_libraries_of_others_and_refused_when_changed() {
    let (mut python, mut node) = (Readers::of_python(), Readers::of_node());
    let keys = Keys::new();
    let now = OffsetDateTime::now_utc();
    for alg in ALGS {
        let key = keys.public(alg);
        for (kind, audience) in [
            (scoped(), "steps-insight"),
            (Kind::User { authenticated: true }, "rokwire"),
            (
                Kind::Anonymous {
                    audience: "STEPS".into(),
                },
                "STEPS",
            ),
            (
                Kind::Service {
                    auth: ServiceAuth::Signature,
                    scopes: Scopes::default(),
                },
                "vault",
            ),
        ] {
            let token = keys.token(alg, kind, now);
            let answers = Answers::of(&mut python, &mut node, &order(&token, &key, audience));
            let claims = answers.all_read(&format!("{alg} for {audience}"));
            assert_eq!(claims["aud"], audience);
            assert_eq!(claims.as_object().unwrap().len(), 19, "{claims}");
        }
        let token = keys.token(alg, scoped(), now);
        let mut refused = |what: &str, order: &Value| {
            Answers::of(&mut python, &mut node, order).all_refuse(&format!("{alg}: {what}"));
        };
        for at in (0..token.len() - 1).step_by(token.len() / 40) {
            let changed = changed(&token, at);
            refused(
                &format!("a change at {at}"),
                &order(&changed, &key, "steps-insight"),
            );
            assert!(read(&changed, &key, now).is_err());
        }
        refused("another audience", &order(&token, &key, "others"));
        let mut other_issuer = order(&token, &key, "steps-insight");
        other_issuer["issuer"] = json!("http://127.0.0.1:20002/core");
        refused("another issuer", &other_issuer);
        let over = keys.token(alg, scoped(), now - Duration::hours(1));
        refused("one that is over", &order(&over, &key, "steps-insight"));
        let other = Keys::new().public(alg);
        refused("another key", &order(&token, &other, "steps-insight"));
        assert!(read(&token, &other, now).is_err());
        assert!(read(&token, &key, now).is_ok());
    }
}

/// The token with another sign at a place.
fn changed(token: &str, at: usize) -> String {
    let sign = if &token[at..=at] == "A" { "B" } else { "A" };
    format!("{}{sign}{}", &token[..at], &token[at + 1..])
}

fn read(token: &str, key: &PubKey, now: OffsetDateTime) -> Result<Claims, rokwire::token::TokenError> {
    let keys = std::slice::from_ref(key);
    Issuer { host: ISSUER, keys }
        .read(token, now)?
        .for_audience("steps-insight")
}

#[test]
fn tokens_of_pyjwt_are_read_if_they_are_exactly_ours() {
    let mut python = Readers::of_python();
    let now = OffsetDateTime::now_utc();
    let ours = keys_of(&python);
    for (alg, key) in &ours {
        let own = Keys::new().token(*alg, scoped(), now);
        let claims: Value = serde_json::from_slice(
            &base64::engine::general_purpose::URL_SAFE_NO_PAD
                .decode(own.split('.').nth(1).unwrap())
                .unwrap(),
        )
        .unwrap();
        let mut minted = |claims: &Value| {
            let answer = python.order("mint", &json!({ "claims": claims, "alg": alg.as_str() }));
            read(answer["token"].as_str().unwrap(), key, now)
        };
        assert_eq!(minted(&claims).unwrap().id(), "jti-1", "{alg}");
        for (name, value) in [
            ("aud", json!(["steps-insight"])),
            ("exp", json!(now.unix_timestamp() + 100_000)),
            ("nbf", json!(now.unix_timestamp() + 60)),
            ("scope", json!("all:all:all")),
            ("email", json!("marta@example.org")),
            ("first_party", json!(true)),
        ] {
            let mut other = claims.clone();
            other[name] = value;
            assert!(minted(&other).is_err(), "{alg} {name}");
        }
    }
}

/// The keys of the Python process, read from every form in which they are written.
fn keys_of(python: &Readers) -> Vec<(Alg, PubKey)> {
    let mut keys = Vec::new();
    for alg in ALGS {
        let said = &python.ready[if alg == Alg::Es256 { "ec" } else { "rsa" }];
        let forms = said["pem"].as_array().unwrap();
        for form in forms {
            let key = PubKey::from_pem(form.as_str().unwrap(), alg).unwrap();
            assert_eq!(key.kid().as_str(), said["kid"], "{form}");
            assert_eq!(key.key_pem(), forms[0].as_str().unwrap());
        }
        keys.push((alg, PubKey::from_pem(forms[0].as_str().unwrap(), alg).unwrap()));
    }
    keys
}

#[test]
fn signed_requests_hold_by_the_rules_in_python() {
    let mut python = Readers::of_python();
    let keys = Keys::new();
    let now = OffsetDateTime::now_utc();
    for (alg, form) in [
        (Alg::Rs256, Form::Modern),
        (Alg::Ps256, Form::Modern),
        (Alg::Es256, Form::Modern),
        (Alg::Rs256, Form::Legacy),
    ] {
        for target in [TARGET, "/core/a%20b?x=1"] {
            let key = keys.public(alg);
            let unsigned = Outgoing {
                method: "POST",
                target,
                host: "peer.example:8080",
                body: BODY,
            }
            .prepare(&key, form, now)
            .unwrap();
            let signature = match form {
                Form::Modern => keys.sign(alg, unsigned.signing_input()),
                Form::Legacy => keys
                    .rsa
                    .sign_pss_sha256_longest_salt(unsigned.signing_input())
                    .unwrap(),
            };
            let order = json!({
                "method": "POST", "target": target, "body": STANDARD.encode(BODY), "pem": key.key_pem(), "alg": alg.as_str(),
                "now": now.unix_timestamp(), "headers": unsigned.signed(&signature),
            });
            let mut said = |change: &dyn Fn(&mut Value)| {
                let mut order = order.clone();
                change(&mut order);
                python.order("check", &order)["said"].as_str().unwrap().to_owned()
            };
            assert_eq!(said(&|_| ()), "holds", "{alg} {form:?} {target}");
            assert_eq!(said(&|order| order["method"] = json!("PUT")), "signature");
            assert_eq!(said(&|order| order["body"] = json!("eA==")), "digest");
            assert_eq!(
                said(&|order| order["headers"][0][1] = json!("other")),
                "signature"
            );
            assert_eq!(
                said(&|order| order["now"] = json!(now.unix_timestamp() + 301)),
                "date"
            );
        }
    }
}

#[test]
fn requests_that_python_signed_are_believed_once() {
    let mut python = Readers::of_python();
    let now = OffsetDateTime::now_utc();
    let id: ServiceId = "steps-insight".parse().unwrap();
    let date = now
        .format(&time::format_description::well_known::Rfc2822)
        .unwrap()
        .replace("+0000", "GMT");
    for (alg, key) in keys_of(&python) {
        for salt in [None, Some(json!("longest")), Some(json!(32))] {
            let mut order = json!({
                "method": "POST", "target": TARGET, "body": STANDARD.encode(BODY), "alg": alg.as_str(), "date": date,
            });
            if let Some(salt) = &salt {
                if alg == Alg::Es256 {
                    continue;
                }
                order["salt"] = salt.clone();
            }
            let answer = python.order("sign", &order);
            let headers: Vec<(&str, &str)> = answer["headers"]
                .as_array()
                .unwrap()
                .iter()
                .map(|pair| (pair[0].as_str().unwrap(), pair[1].as_str().unwrap()))
                .collect();
            let request = Received {
                method: "POST",
                target: TARGET,
                protocol: "HTTP/1.1",
                headers: &headers,
                body: BODY,
            };
            let authorization = Authorization::parse(headers.last().unwrap().1).unwrap();
            let mut replays = Replays::new(10);
            let mut check = |legacy: Option<&ServiceId>, now| {
                authorization.check(&request, &Peer { key: &key, legacy }, now, &mut replays)
            };
            let unmarked = check(None, now);
            match salt {
                None => assert_eq!(unmarked, Ok(()), "{alg}"),
                Some(_) => {
                    assert_eq!(unmarked, Err(SignatureError::Algorithm));
                    assert_eq!(check(Some(&id), now), Ok(()), "{alg} {salt:?}");
                }
            }
            assert_eq!(check(Some(&id), now), Err(SignatureError::Replayed));
            let later = now + Duration::seconds(301);
            assert_eq!(check(Some(&id), later), Err(SignatureError::Stale));
        }
    }
}

#[test]
fn what_is_encrypted_for_a_service_it_opens() {
    let mut python = Readers::of_python();
    let pem = python.ready["rsa"]["pem"][0].as_str().unwrap().to_owned();
    for alg in [Alg::Rs256, Alg::Ps256, Alg::Rs384, Alg::Rs512] {
        let key = PubKey::from_pem(&pem, alg).unwrap();
        let most = rokwire::key::longest_sealed(&key).unwrap();
        for (label, plain) in [("", vec![1, 2, 3]), ("profile", vec![7; most]), ("", Vec::new())] {
            let sealed = STANDARD.encode(key.seal(&mut OsRng, label, &plain).unwrap());
            let mut open = |label: &str| {
                let order = json!({ "sealed": sealed, "label": label, "alg": alg.as_str() });
                python.order("unseal", &order)["plain"].clone()
            };
            assert_eq!(open(label), STANDARD.encode(&plain), "{alg} {label:?}");
            assert_eq!(open("another"), Value::Null);
        }
    }
}

const MANIFEST: &str = r#"{
    "name": "Hourly", "url": "https://app.example/", "author": "Fair Hours", "allowreadprofile": 0,
    "vault": { "purpose": "To greet you.", "privacy": "https://app.example/privacy",
               "scopes": [{ "scope": "vault:profile.first_name:get", "explanation": "to greet you" }] } }"#;

/// Installs an app and shares with it what it asks for.
async fn shared(space: &SpaceHandle) -> Result<AppId, VaultError> {
    let new = NewApp {
        manifest: MANIFEST.to_owned(),
        url: Some(Url::parse("https://app.example/hourly.json").unwrap()),
        kind: AppKind::Hosted,
        key_pin: String::new(),
    };
    let app = space.admit_app(new).await?;
    let Asked::Question(id) = space.ask_for_app(app).await? else {
        panic!("a new app is asked about")
    };
    let scopes = space.question(id).await?.scopes;
    let decision = Decision {
        scopes: scopes.into_iter().map(|line| line.scope).collect(),
        narrowing: Narrowing::default(),
        duration: For::UntilRevoked,
        preview_sha256: None,
        passphrase: Some(Passphrase::new(PASSPHRASE.into())),
        policy: None,
    };
    space.allow(id, decision).await?;
    Ok(app)
}

#[test]
fn a_server_that_reaches_nobody_here_checks_what_its_app_was_told() {
    let (mut python, mut node) = (Readers::of_python(), Readers::of_node());
    let home = Home::with_vault();
    let vault = Opened::open(&home.vault(), PASSPHRASE).unwrap();
    let app = vault.ask(async |space| shared(&space).await);
    // The id as the page is told it, which a server takes for the audience.
    let id_of_the_page = |app: AppId| app.as_uuid().simple().to_string();
    let told = json!({ "id": id_of_the_page(app), "profile": { "firstname": "Marta" } });
    let attested = |told: &Value| -> Attested {
        vault
            .ask(async |space| space.attest_metadata(app, told.clone()).await)
            .unwrap()
    };
    // The first time: what the server keeps.
    let pinned = attested(&told).to_member();
    let set = &pinned["jwks"];
    assert_eq!(set["keys"][0]["kid"], pinned["kid"]);
    let pem = python.order("pem", &json!({ "jwks": set }))["pem"].clone();
    let mut check = |jws: &str, audience: &str, pinned: &Value, pem: &Value| {
        let order = json!({
            "token": jws, "pem": pem, "alg": "PS256", "issuer": pinned["issuer"], "jwks": pinned["jwks"],
            "audience": audience, "typ": "vault-metadata+jwt",
        });
        Answers::of(&mut python, &mut node, &order)
    };
    // Later: nothing is believed but by that key.
    let later = attested(&told).jws;
    let answers = check(&later, &id_of_the_page(app), &pinned, &pem);
    let claims = answers.all_read("signed metadata");
    assert_eq!(claims["metadata"], told);
    for at in (0..later.len() - 1).step_by(later.len() / 20) {
        let other = changed(&later, at);
        check(&other, &id_of_the_page(app), &pinned, &pem).all_refuse(&format!("a change at {at}"));
    }
    let another = id_of_the_page(AppId::new());
    check(&later, &another, &pinned, &pem).all_refuse("another installation");
    let stranger = Keys::new().public(Alg::Ps256);
    let mut other_key = pinned.clone();
    other_key["jwks"] = json!(JwkSet::of([&stranger]));
    check(
        &later,
        &id_of_the_page(app),
        &other_key,
        &json!(stranger.key_pem()),
    )
    .all_refuse("another key");
    // A receipt is no metadata, though the key is the same.
    let receipts = vault.ask(async |space| {
        let grants = space.app(app).await?.sees;
        space.receipt(grants[0].grant.id).await
    });
    let receipt = receipts.unwrap().jws;
    check(&receipt, &id_of_the_page(app), &pinned, &pem).all_refuse("a receipt");
}
