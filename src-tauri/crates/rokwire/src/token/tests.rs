//! Tokens as they are written, and everything about them that is refused.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use proptest::prelude::*;
use serde_json::{Value, json};
use time::{Duration, OffsetDateTime, macros::datetime};

use super::*;
use crate::key::{Alg, PubKey};
use crate::scope::Scopes;
use crate::tests::{key, sign};

const HOST: &str = "http://127.0.0.1:20001/core";
const NOW: OffsetDateTime = datetime!(2030-01-01 00:00:00 UTC);

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
        scopes: Scopes::from_claim("vault:health.steps:get vault:profile.first_name:get"),
        authenticated: false,
    }
}

fn kinds() -> [Kind; 5] {
    [
        Kind::User { authenticated: true },
        Kind::Anonymous {
            audience: "STEPS".into(),
        },
        scoped(),
        Kind::Service {
            auth: ServiceAuth::StaticToken,
            scopes: Scopes::from_claim("vault:work.records:get"),
        },
        Kind::Service {
            auth: ServiceAuth::Signature,
            scopes: Scopes::default(),
        },
    ]
}

fn claims(kind: Kind) -> Claims {
    Claims::new(HOST, "jti-1", holder(), kind, NOW, None).unwrap()
}

fn mint(claims: &Claims, key: &PubKey) -> Token {
    let unsigned = Unsigned::new(claims, key);
    let signature = sign(key.alg(), unsigned.signing_input());
    unsigned.signed(&signature).unwrap()
}

/// A token of any header and any claims, signed well.
fn forged(header: &str, claims: &[u8]) -> String {
    let text = format!(
        "{}.{}",
        URL_SAFE_NO_PAD.encode(header),
        URL_SAFE_NO_PAD.encode(claims)
    );
    let signature = sign(Alg::Rs256, text.as_bytes());
    format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))
}

fn header() -> String {
    let kid = key(Alg::Rs256).kid().to_string();
    format!(r#"{{"alg":"RS256","kid":"{kid}","typ":"JWT"}}"#)
}

fn read(token: &str, now: OffsetDateTime) -> Result<Signed, TokenError> {
    let keys = [key(Alg::Rs256)];
    Issuer {
        host: HOST,
        keys: &keys,
    }
    .read(token, now)
}

/// The claims of a good scoped token, to be changed.
fn good() -> Value {
    let token = mint(&claims(scoped()), &key(Alg::Rs256));
    let part = token.expose().split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

fn refused(claims: &str) -> TokenError {
    read(&forged(&header(), claims.as_bytes()), NOW).unwrap_err()
}

#[test]
fn every_kind_is_written_and_read_with_every_algorithm() {
    for alg in [Alg::Rs256, Alg::Ps256, Alg::Es256] {
        let keys = [key(alg)];
        let issuer = Issuer {
            host: HOST,
            keys: &keys,
        };
        for kind in kinds() {
            let claims = claims(kind.clone());
            let token = mint(&claims, &keys[0]);
            let read = issuer.read(token.expose(), NOW).unwrap();
            assert_eq!((read.holder(), read.id()), (&holder(), "jti-1"));
            assert_eq!(read.for_audience(kind.audience()), Ok(claims));
        }
    }
}

#[test]
fn a_token_has_exactly_the_claims_of_the_table() {
    let token = mint(&claims(scoped()), &key(Alg::Rs256));
    let parts: Vec<String> = token.expose().split('.').take(2).map(text).collect();
    assert_eq!(parts[0], header());
    assert_eq!(
        parts[1],
        concat!(
            r#"{"iss":"http://127.0.0.1:20001/core","sub":"0b9f2c5e-1111-4222-8333-444455556666","aud":"steps-insight","#,
            r#""exp":1893456600,"iat":1893456000,"jti":"jti-1","org_id":"personal","app_id":"steps","#,
            r#""session_id":"9f3e0000-1111-4222-8333-444455556666","purpose":"access","auth_type":"vault_unlock","#,
            r#""permissions":"","scope":"vault:health.steps:get vault:profile.first_name:get","anonymous":false,"#,
            r#""authenticated":false,"service":false,"first_party":false,"admin":false,"system":false}"#
        )
    );
}

fn text(part: &str) -> String {
    String::from_utf8(URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

#[test]
fn the_kinds_differ_as_the_table_says() {
    let expected = [
        (
            "rokwire",
            "all:all:all",
            "vault_unlock",
            [false, true, false, true, true],
            600,
        ),
        ("STEPS", "", "anonymous", [true, false, false, false, false], 1800),
        (
            "steps-insight",
            "vault:health.steps:get vault:profile.first_name:get",
            "vault_unlock",
            [false; 5],
            600,
        ),
        (
            "vault",
            "vault:work.records:get",
            "static_token",
            [false, true, true, false, false],
            1800,
        ),
        ("vault", "", "signature", [false, true, true, false, false], 1800),
    ];
    for (kind, (audience, scope, auth, marks, life)) in kinds().into_iter().zip(expected) {
        let token = mint(&claims(kind), &key(Alg::Rs256));
        let claims: Value = serde_json::from_str(&text(token.expose().split('.').nth(1).unwrap())).unwrap();
        assert_eq!(claims["aud"], audience);
        assert_eq!(claims["scope"], scope);
        assert_eq!(claims["auth_type"], auth);
        let names = ["anonymous", "authenticated", "service", "first_party", "admin"];
        assert_eq!(
            names.map(|name| claims[name].as_bool().unwrap()),
            marks,
            "{audience}"
        );
        assert_eq!(
            claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(),
            life
        );
        for personal in ["name", "email", "phone", "username", "external_ids", "uid"] {
            assert!(claims.get(personal).is_none());
        }
    }
}

#[test]
fn a_token_ends_with_its_grant() {
    let until = |seconds| {
        let end = NOW + Duration::seconds(seconds);
        Claims::new(HOST, "j", holder(), scoped(), NOW, Some(end)).map(|claims| claims.expires())
    };
    let start = NOW.unix_timestamp();
    assert_eq!(until(60), Ok(start + 60));
    assert_eq!(until(6000), Ok(start + 600));
    assert_eq!(until(0), Err(ClaimsError::Lifetime));
    assert_eq!(until(-60), Err(ClaimsError::Lifetime));
}

#[test]
fn no_token_reaches_everything_or_nothing() {
    let make = |change: &dyn Fn(&mut Holder)| {
        let mut holder = holder();
        change(&mut holder);
        Claims::new(HOST, "j", holder, scoped(), NOW, None)
    };
    assert_eq!(
        make(&|h| h.app = "all".into()),
        Err(ClaimsError::NotAllowed("app_id"))
    );
    assert_eq!(
        make(&|h| h.space = "All".into()),
        Err(ClaimsError::NotAllowed("org_id"))
    );
    assert_eq!(make(&|h| h.space.clear()), Err(ClaimsError::NotAllowed("org_id")));
    assert_eq!(
        make(&|h| h.subject = "a b".into()),
        Err(ClaimsError::NotAllowed("sub"))
    );
    assert_eq!(
        make(&|h| h.session = "x".repeat(257)),
        Err(ClaimsError::NotAllowed("session_id"))
    );
    for audience in ["", "a,b", "vault", "rokwire", "all"] {
        let kind = Kind::Anonymous {
            audience: audience.into(),
        };
        assert_eq!(
            Claims::new(HOST, "j", holder(), kind, NOW, None),
            Err(ClaimsError::NotAllowed("aud"))
        );
    }
}

#[test]
fn a_wrong_signature_makes_no_token() {
    let (claims, key) = (claims(scoped()), key(Alg::Rs256));
    for signature in [
        vec![],
        vec![0; 256],
        sign(Alg::Ps256, b"x"),
        sign(Alg::Rs256, b"x"),
    ] {
        assert_eq!(
            Unsigned::new(&claims, &key).signed(&signature),
            Err(WrongSignature)
        );
    }
}

#[test]
fn the_header_is_ours_letter_by_letter() {
    let claims = good().to_string();
    let kid = key(Alg::Rs256).kid().to_string();
    assert!(read(&forged(&header(), claims.as_bytes()), NOW).is_ok());
    for (header, error) in [
        (r#"{"alg":"RS256","typ":"JWT"}"#.to_owned(), TokenError::Header),
        (format!(r#"{{"alg":"RS256","kid":"{kid}"}}"#), TokenError::Header),
        (
            format!(r#"{{"alg":"RS256","kid":"{kid}","typ":"JWT","crit":["exp"]}}"#),
            TokenError::Header,
        ),
        (
            format!(r#"{{"alg":"RS256","kid":"{kid}","typ":"JWT","b64":false}}"#),
            TokenError::Header,
        ),
        (
            format!(r#"{{"alg":"RS256","kid":"{kid}","typ":"JWT","jwk":{{}}}}"#),
            TokenError::Header,
        ),
        (
            format!(r#"{{"alg":"none","alg":"RS256","kid":"{kid}","typ":"JWT"}}"#),
            TokenError::Header,
        ),
        (
            format!(r#"{{"Alg":"RS256","kid":"{kid}","typ":"JWT"}}"#),
            TokenError::Header,
        ),
        (format!(r#"["RS256","{kid}","JWT"]"#), TokenError::Header),
        (
            format!(r#"{{"alg":"RS256","kid":"{kid}","typ":"JWT"}}x"#),
            TokenError::Header,
        ),
        (
            format!(r#"{{"alg":"RS256","kid":"{kid}","typ":"jwt"}}"#),
            TokenError::Type,
        ),
        (
            r#"{"alg":"RS256","kid":"other","typ":"JWT"}"#.to_owned(),
            TokenError::UnknownKey,
        ),
        (
            format!(r#"{{"alg":"none","kid":"{kid}","typ":"JWT"}}"#),
            TokenError::Algorithm,
        ),
        (
            format!(r#"{{"alg":"HS256","kid":"{kid}","typ":"JWT"}}"#),
            TokenError::Algorithm,
        ),
        (
            format!(r#"{{"alg":"PS256","kid":"{kid}","typ":"JWT"}}"#),
            TokenError::Algorithm,
        ),
    ] {
        let token = forged(&header, claims.as_bytes());
        assert_eq!(read(&token, NOW).unwrap_err(), error, "{header}");
    }
}

#[test]
fn claims_have_their_names_and_types_and_stand_once() {
    let claims = good().to_string();
    let with = |from: &str, to: &str| {
        assert!(claims.contains(from), "{from}");
        claims.replacen(from, to, 1)
    };
    for changed in [
        with(r#""iss""#, r#""ISS""#),
        with(r#""sub":"#, r#""SUB":"x","sub":"#),
        with(r#""sub":"#, r#""sub":"x","sub":"#),
        with(r#""exp":1893456600"#, r#""exp":"1893456600""#),
        with(r#""exp":1893456600"#, r#""exp":1893456600.0"#),
        with(r#""exp":1893456600"#, r#""exp":1.8934566e9"#),
        with(r#""exp":1893456600,"#, ""),
        with(r#""iat":1893456000,"#, ""),
        with(r#""jti":"jti-1","#, ""),
        with(r#""aud":"steps-insight""#, r#""aud":["steps-insight"]"#),
        with(r#""admin":false"#, r#""admin":0"#),
        with("{", r#"{"name":"Marta","#),
        with("{", r#"{"external_ids":{},"#),
        format!("{claims}{{}}"),
        format!("{claims} x"),
        format!("[{claims}]"),
        "null".into(),
        String::new(),
    ] {
        assert_eq!(refused(&changed), TokenError::Claims, "{changed}");
    }
}

#[test]
fn what_the_claims_say_has_to_fit_together() {
    for (claim, value, error) in [
        ("purpose", json!("csrf"), TokenError::Kind),
        ("permissions", json!("a"), TokenError::Kind),
        ("system", json!(true), TokenError::Kind),
        ("admin", json!(true), TokenError::Kind),
        ("first_party", json!(true), TokenError::Kind),
        ("service", json!(true), TokenError::Kind),
        ("anonymous", json!(true), TokenError::Kind),
        ("auth_type", json!("email"), TokenError::Kind),
        ("auth_type", json!("anonymous"), TokenError::Kind),
        ("auth_type", json!("static_token"), TokenError::Kind),
        ("aud", json!("rokwire"), TokenError::Kind),
        ("aud", json!("steps-insight,other"), TokenError::Kind),
        ("aud", json!(""), TokenError::Kind),
        ("scope", json!("all:all:all"), TokenError::Kind),
        ("scope", json!("vault:a:get  vault:b:get"), TokenError::Kind),
        ("iss", json!("http://127.0.0.1:20001/core/"), TokenError::Issuer),
        ("iss", json!("HTTP://127.0.0.1:20001/core"), TokenError::Issuer),
        ("org_id", json!("all"), ClaimsError::NotAllowed("org_id").into()),
        ("app_id", json!(""), ClaimsError::NotAllowed("app_id").into()),
        ("sub", json!(""), ClaimsError::NotAllowed("sub").into()),
        ("jti", json!(""), ClaimsError::NotAllowed("jti").into()),
        ("exp", json!(1_893_456_601), ClaimsError::Lifetime.into()),
        ("exp", json!(i64::MAX), ClaimsError::Lifetime.into()),
        ("exp", json!(1_893_456_000), TokenError::Expired),
        ("iat", json!(1_893_456_001), TokenError::NotYet),
        ("nbf", json!(1_893_456_001), TokenError::NotYet),
        ("iat", json!(-1), ClaimsError::Lifetime.into()),
    ] {
        let mut changed = good();
        changed[claim] = value.clone();
        assert_eq!(refused(&changed.to_string()), error, "{claim}: {value}");
    }
    let mut early = good();
    early["nbf"] = json!(1_893_456_000);
    assert!(read(&forged(&header(), early.to_string().as_bytes()), NOW).is_ok());
}

#[test]
fn a_token_lives_from_its_first_second_to_the_one_before_its_end() {
    let token = mint(&claims(scoped()), &key(Alg::Rs256));
    let at = |seconds| read(token.expose(), NOW + Duration::seconds(seconds)).map(drop);
    assert_eq!(at(0), Ok(()));
    assert_eq!(at(599), Ok(()));
    assert_eq!(at(600), Err(TokenError::Expired));
    assert_eq!(at(-1), Err(TokenError::NotYet));
    let year = 365 * 86_400;
    assert_eq!(
        (at(year), at(-year)),
        (Err(TokenError::Expired), Err(TokenError::NotYet))
    );
}

#[test]
fn a_token_is_for_one_audience_byte_for_byte() {
    let read = read(mint(&claims(scoped()), &key(Alg::Rs256)).expose(), NOW).unwrap();
    for audience in ["", "steps", "Steps-insight", "vault", "rokwire", "steps-insight "] {
        assert_eq!(read.clone().for_audience(audience), Err(TokenError::Audience));
    }
    assert!(read.for_audience("steps-insight").is_ok());
}

#[test]
fn the_key_before_this_one_is_taken_while_it_is_listed() {
    let (old, new) = (key(Alg::Rs256), key(Alg::Es256));
    let token = mint(&claims(scoped()), &old);
    let read = |keys: &[PubKey]| Issuer { host: HOST, keys }.read(token.expose(), NOW).map(drop);
    assert_eq!(read(&[new.clone(), old]), Ok(()));
    assert_eq!(read(&[new]), Err(TokenError::UnknownKey));
    assert_eq!(read(&[]), Err(TokenError::UnknownKey));
}

#[test]
fn the_form_is_strict() {
    let token = mint(&claims(scoped()), &key(Alg::Rs256));
    let text = token.expose();
    let (signed, signature) = text.rsplit_once('.').unwrap();
    for (changed, error) in [
        (String::new(), TokenError::NotAToken),
        (signed.to_owned(), TokenError::NotAToken),
        (format!("{signed}."), TokenError::Signature),
        (format!("{text}."), TokenError::NotAToken),
        (format!("{text}="), TokenError::NotAToken),
        (format!("{text}\n"), TokenError::NotAToken),
        (format!(" {text}"), TokenError::NotAToken),
        (format!("{text}.{signature}"), TokenError::NotAToken),
        ("x".repeat(MAX_TOKEN_BYTES + 1), TokenError::TooLong),
    ] {
        assert_eq!(read(&changed, NOW).unwrap_err(), error, "{changed:.40}");
    }
}

#[test]
fn tokens_are_not_printed() {
    let (claims, key) = (claims(scoped()), key(Alg::Rs256));
    let token = mint(&claims, &key);
    let printed = format!("{token:?} {:?}", Unsigned::new(&claims, &key));
    assert_eq!(printed, "[token] [unsigned token]");
}

fn any_holder() -> impl Strategy<Value = Holder> {
    let name = || "[A-Za-z0-9._~:/@+-]{1,40}";
    (name(), name(), name(), name()).prop_map(|(subject, space, app, session)| Holder {
        subject,
        space,
        app,
        session,
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_written_is_read(
        holder in any_holder(),
        kind in proptest::sample::select(kinds().to_vec()),
        id in "[a-f0-9-]{1,36}",
        at in 0_i64..9_000_000_000,
    ) {
        let now = OffsetDateTime::from_unix_timestamp(at).unwrap();
        if let Ok(claims) = Claims::new(HOST, &id, holder, kind, now, None) {
            let key = key(Alg::Es256);
            let token = mint(&claims, &key);
            let issuer = Issuer { host: HOST, keys: std::slice::from_ref(&key) };
            let read = issuer.read(token.expose(), now).unwrap();
            prop_assert_eq!(read.for_audience(claims.kind().audience()), Ok(claims));
        }
    }

    #[test]
    fn every_changed_sign_is_noticed(at in any::<proptest::sample::Index>(), sign in "[A-Za-z0-9_.-]") {
        let token = mint(&claims(scoped()), &key(Alg::Rs256));
        let mut changed = token.expose().to_owned();
        let at = at.index(changed.len());
        changed.replace_range(at..=at, &sign);
        prop_assert_eq!(read(&changed, NOW).is_ok(), changed == token.expose());
    }

    #[test]
    fn arbitrary_text_is_refused_without_a_panic(text in any::<String>(), header in any::<String>(), claims in any::<Vec<u8>>()) {
        prop_assert!(read(&text, NOW).is_err());
        prop_assert!(read(&forged(&header, &claims), NOW).is_err());
    }
}
