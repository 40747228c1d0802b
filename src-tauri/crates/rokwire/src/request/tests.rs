//! Signed requests on their way out and in, and every attack that upstream lets through.

use proptest::prelude::*;
use rand::rngs::OsRng;
use rsa::Pss;
use sha2::{Digest as _, Sha256};
use time::{Duration, OffsetDateTime, macros::datetime};

use super::*;
use crate::key::{Alg, PubKey};
use crate::service_id::ServiceId;
use crate::tests::{key, rsa_private, sign};

const NOW: OffsetDateTime = datetime!(2030-01-01 00:00:00 UTC);
const BODY: &[u8] = br#"{"account_id":"a","app_id":"b","org_id":"c","auth_type":"signature"}"#;
const TARGET: &str = "/core/tps/access-token";

type Headers = Vec<(&'static str, String)>;

/// A request as a test changes it.
#[derive(Clone)]
struct Sent {
    method: &'static str,
    target: String,
    headers: Headers,
    body: Vec<u8>,
}

impl Sent {
    fn new(alg: Alg, target: &str, at: OffsetDateTime) -> Self {
        let unsigned = Outgoing {
            method: "POST",
            target,
            host: "127.0.0.1:20001",
            body: BODY,
        }
        .prepare(&key(alg), Form::Modern, at)
        .unwrap();
        let signature = sign(alg, unsigned.signing_input());
        Self {
            method: "POST",
            target: target.into(),
            headers: unsigned.signed(&signature),
            body: BODY.to_vec(),
        }
    }

    fn set(mut self, name: &str, change: impl Fn(&str) -> String) -> Self {
        let (_, value) = self.headers.iter_mut().find(|(other, _)| *other == name).unwrap();
        *value = change(value);
        self
    }

    /// Signs again what a changed `headers` covers.
    fn signed_again(self) -> Self {
        let text = self.with(|received, authorization| received.signed_text(&authorization.covered).unwrap());
        let signature = sign(Alg::Rs256, text.as_bytes());
        self.set("authorization", |value| {
            let mut changed = Authorization::parse(value).unwrap();
            changed.signature =
                base64::Engine::encode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, &signature);
            changed.to_text()
        })
    }

    fn with<T>(&self, act: impl Fn(&Received<'_>, &Authorization) -> T) -> T {
        let headers: Vec<(&str, &str)> = self.headers.iter().map(|(n, v)| (*n, v.as_str())).collect();
        let (_, value) = headers.iter().find(|(name, _)| *name == "authorization").unwrap();
        let received = Received {
            method: self.method,
            target: &self.target,
            protocol: "HTTP/1.1",
            headers: &headers,
            body: &self.body,
        };
        act(&received, &Authorization::parse(value).unwrap())
    }

    fn check_as(&self, peer: &Peer<'_>, now: OffsetDateTime) -> Result<(), SignatureError> {
        self.with(|received, authorization| authorization.check(received, peer, now, &mut Replays::new(9)))
    }

    fn check(&self) -> Result<(), SignatureError> {
        self.check_with(&key(Alg::Rs256))
    }

    fn check_with(&self, key: &PubKey) -> Result<(), SignatureError> {
        self.check_as(&Peer { key, legacy: None }, NOW)
    }
}

fn good() -> Sent {
    Sent::new(Alg::Rs256, TARGET, NOW)
}

#[test]
fn what_is_signed_here_is_believed_here() {
    for alg in [Alg::Rs256, Alg::Ps256, Alg::Es256] {
        for target in [TARGET, "/a%20b%2Fc?x=1", "/?"] {
            assert_eq!(
                Sent::new(alg, target, NOW).check_with(&key(alg)),
                Ok(()),
                "{alg} {target}"
            );
        }
    }
}

#[test]
fn the_text_that_is_signed_is_that_of_the_specification() {
    let text = good().with(|received, authorization| received.signed_text(&authorization.covered));
    assert_eq!(
        text.unwrap(),
        format!(
            "POST /core/tps/access-token HTTP/1.1\nhost: 127.0.0.1:20001\ndate: Tue, 01 Jan 2030 00:00:00 GMT\n\
             digest: {}\ncontent-length: 68",
            digest::write(BODY, false)
        )
    );
}

#[test]
fn whatever_is_changed_on_the_way_is_noticed() {
    let mut other = good();
    other.method = "PUT";
    assert_eq!(other.check(), Err(SignatureError::Signature));
    let mut other = good();
    other.target += "s";
    assert_eq!(other.check(), Err(SignatureError::Signature));
    let mut other = good();
    other.target += "?app=x";
    assert_eq!(other.check(), Err(SignatureError::Target));
    let mut other = good();
    other.target = TARGET.replace("access", "%61ccess");
    assert_eq!(other.check(), Err(SignatureError::Target));
    let mut other = good();
    other.body[2] ^= 1;
    assert_eq!(other.check(), Err(SignatureError::Digest));
    let mut other = good();
    other.body.push(b' ');
    assert_eq!(other.check(), Err(SignatureError::Length));
    let mut other = good();
    other.body.clear();
    assert_eq!(other.check(), Err(SignatureError::NoBody));
    for (name, value, error) in [
        ("host", "evil.example", SignatureError::Signature),
        ("date", "Tue, 01 Jan 2030 00:00:01 GMT", SignatureError::Signature),
        ("date", "2030-01-01T00:00:00Z", SignatureError::Date),
        ("date", "", SignatureError::Header),
        ("digest", "SHA256=", SignatureError::Digest),
        ("digest", "MD5=x", SignatureError::Digest),
        ("content-length", "068", SignatureError::Length),
        ("host", "a\ndate: x", SignatureError::Header),
    ] {
        assert_eq!(
            good().set(name, |_| value.to_owned()).check(),
            Err(error),
            "{name}: {value}"
        );
    }
    let hyphen = good().set("digest", |value| value.replace("SHA256", "SHA-256"));
    assert_eq!(hyphen.check(), Err(SignatureError::Signature));
    assert_eq!(hyphen.signed_again().check(), Ok(()));
}

#[test]
fn a_covered_header_is_there_once() {
    for name in ["host", "date", "digest", "content-length"] {
        let mut twice = good();
        twice.headers.push((name, "x".into()));
        assert_eq!(twice.check(), Err(SignatureError::Header), "{name}");
        let mut none = good();
        none.headers.retain(|(other, _)| *other != name);
        assert_eq!(none.check(), Err(SignatureError::Header), "{name}");
    }
}

#[test]
fn all_five_are_covered() {
    for name in ["request-line ", "host ", " date", " digest", " content-length"] {
        let less = good().set("authorization", |value| value.replacen(name, "", 1));
        assert_eq!(
            less.signed_again().check(),
            Err(SignatureError::NotCovered),
            "{name}"
        );
    }
    let order = good().set("authorization", |value| {
        value.replace("request-line host date", "date host request-line")
    });
    assert_eq!(order.signed_again().check(), Ok(()));
    let more = good().set("authorization", |value| value.replace("host", "host accept"));
    let mut with_header = more.clone();
    with_header.headers.push(("accept", "*/*".into()));
    assert_eq!(with_header.signed_again().check(), Ok(()));
    assert_eq!(more.check(), Err(SignatureError::Header));
}

#[test]
fn a_covered_target_says_what_was_sent() {
    let query = Sent::new(Alg::Rs256, "/a?x=1", NOW);
    let mut other = query.clone();
    other.target = "/a?x=2".into();
    assert_eq!(other.check(), Err(SignatureError::Target));
    other = other.set("x-request-target", |_| "/a?x=2".into());
    assert_eq!(other.check(), Err(SignatureError::Signature));
    assert_eq!(query.check(), Ok(()));
}

#[test]
fn a_request_is_fresh_for_five_minutes_either_way() {
    let key = key(Alg::Rs256);
    let peer = Peer {
        key: &key,
        legacy: None,
    };
    let at = |seconds| good().check_as(&peer, NOW + Duration::seconds(seconds));
    for seconds in [-300, 0, 300] {
        assert_eq!(at(seconds), Ok(()));
    }
    for seconds in [-301, 301, -31_536_000, 31_536_000] {
        assert_eq!(at(seconds), Err(SignatureError::Stale));
    }
}

#[test]
fn key_and_algorithm_are_the_pinned_ones() {
    assert_eq!(good().check_with(&key(Alg::Es256)), Err(SignatureError::Key));
    assert_eq!(
        good().check_with(&key(Alg::Ps256)),
        Err(SignatureError::Algorithm)
    );
    for algorithm in ["PS256", "rsa-sha256", "none", ""] {
        let other = good().set("authorization", |value| value.replace("RS256", algorithm));
        assert_eq!(other.check(), Err(SignatureError::Algorithm), "{algorithm}");
    }
}

#[test]
fn a_request_is_believed_once() {
    let key = key(Alg::Rs256);
    let peer = Peer {
        key: &key,
        legacy: None,
    };
    let mut replays = Replays::new(2);
    let mut check = |request: &Sent, now: OffsetDateTime| {
        let headers: Vec<(&str, &str)> = request.headers.iter().map(|(n, v)| (*n, v.as_str())).collect();
        let received = Received {
            method: request.method,
            target: &request.target,
            protocol: "HTTP/1.1",
            headers: &headers,
            body: &request.body,
        };
        let (_, value) = headers.iter().find(|(name, _)| *name == "authorization").unwrap();
        Authorization::parse(value)
            .unwrap()
            .check(&received, &peer, now, &mut replays)
    };
    let later = |seconds| NOW + Duration::seconds(seconds);
    let ahead = Sent::new(Alg::Rs256, TARGET, later(300));
    assert_eq!(check(&ahead, NOW), Ok(()));
    assert_eq!(check(&ahead, NOW), Err(SignatureError::Replayed));
    // The last second in which it is fresh, ten minutes later, and the one after.
    assert_eq!(check(&ahead, later(600)), Err(SignatureError::Replayed));
    assert_eq!(check(&ahead, later(601)), Err(SignatureError::Stale));
    // The memory is full until what is in it is old; a refused request takes no place.
    assert_eq!(check(&good(), NOW), Ok(()));
    let third = Sent::new(Alg::Rs256, TARGET, later(2));
    assert_eq!(check(&third, NOW), Err(SignatureError::TooMany));
    assert_eq!(check(&third, later(301)), Ok(()));
}

#[test]
fn a_rewritten_signature_is_the_same_request() {
    let request = Sent::new(Alg::Es256, TARGET, NOW);
    let rewritten = request.clone().set("authorization", |value| {
        let mut changed = Authorization::parse(value).unwrap();
        let engine = &base64::engine::general_purpose::URL_SAFE_NO_PAD;
        let bytes = base64::Engine::decode(engine, &changed.signature).unwrap();
        let signature = p256::ecdsa::Signature::from_slice(&bytes).unwrap();
        let (r, s) = signature.split_scalars();
        let turned = p256::ecdsa::Signature::from_scalars(r, -s).unwrap();
        changed.signature = base64::Engine::encode(engine, turned.to_bytes());
        changed.to_text()
    });
    let key = key(Alg::Es256);
    assert_eq!(rewritten.check_with(&key), Ok(()));
    let peer = Peer {
        key: &key,
        legacy: None,
    };
    let mut replays = Replays::new(9);
    let seen = std::cell::RefCell::new(&mut replays);
    let check = |received: &Received<'_>, header: &Authorization| {
        header.check(received, &peer, NOW, &mut seen.borrow_mut())
    };
    assert_eq!(request.with(check), Ok(()));
    assert_eq!(rewritten.with(check), Err(SignatureError::Replayed));
}

fn legacy(salt: usize, label: &str, key_id: Option<&str>) -> Sent {
    let unsigned = Outgoing {
        method: "POST",
        target: TARGET,
        host: "127.0.0.1:20001",
        body: BODY,
    }
    .prepare(&key(Alg::Rs256), Form::Legacy, NOW)
    .unwrap();
    assert_eq!(unsigned.form(), Form::Legacy);
    let scheme = Pss::new_blinded_with_salt::<Sha256>(salt);
    let hashed = Sha256::digest(unsigned.signing_input());
    let signature = rsa_private().sign_with_rng(&mut OsRng, scheme, &hashed).unwrap();
    let sent = Sent {
        method: "POST",
        target: TARGET.into(),
        headers: unsigned.signed(&signature),
        body: BODY.to_vec(),
    };
    sent.set("authorization", |value| {
        let mut changed = Authorization::parse(value).unwrap();
        changed.algorithm = label.into();
        if let Some(id) = key_id {
            changed.key_id = id.into();
        }
        changed.to_text()
    })
}

#[test]
fn the_older_form_is_for_marked_peers() {
    let (key, id): (PubKey, ServiceId) = (key(Alg::Rs256), "steps-insight".parse().unwrap());
    let marked = Peer {
        key: &key,
        legacy: Some(&id),
    };
    let plain = Peer {
        key: &key,
        legacy: None,
    };
    for salt in [222, 32] {
        for label in ["rsa-sha256", "RS256"] {
            for key_id in [None, Some("steps-insight")] {
                let request = legacy(salt, label, key_id);
                assert_eq!(
                    request.check_as(&marked, NOW),
                    Ok(()),
                    "{salt} {label} {key_id:?}"
                );
                assert!(
                    request.check_as(&plain, NOW).is_err(),
                    "{salt} {label} {key_id:?}"
                );
            }
        }
    }
    assert_eq!(good().check_as(&marked, NOW), Ok(()));
    assert_eq!(
        legacy(20, "RS256", None).check_as(&marked, NOW),
        Err(SignatureError::Signature)
    );
    assert_eq!(
        legacy(32, "PS256", None).check_as(&marked, NOW),
        Err(SignatureError::Algorithm)
    );
    assert_eq!(
        legacy(32, "RS256", Some("others")).check_as(&marked, NOW),
        Err(SignatureError::Key)
    );
    // Freshness, coverage and memory are the same for them.
    let late = NOW + Duration::seconds(301);
    assert_eq!(
        legacy(222, "RS256", None).check_as(&marked, late),
        Err(SignatureError::Stale)
    );
}

#[test]
fn only_what_can_be_checked_is_signed() {
    let prepare = |target: &str, host: &str, body: &[u8]| {
        Outgoing {
            method: "POST",
            target,
            host,
            body,
        }
        .prepare(&key(Alg::Rs256), Form::Modern, NOW)
        .map(drop)
    };
    assert_eq!(prepare("/a", "h", b""), Err(SignatureError::NoBody));
    assert_eq!(prepare("a", "h", b"x"), Err(SignatureError::Target));
    assert_eq!(prepare("/a", "", b"x"), Err(SignatureError::Header));
    assert_eq!(prepare("/a", "h\nx", b"x"), Err(SignatureError::Header));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_request_with_a_body_goes_through(
        target in "/[a-z0-9%?=&/]{0,20}",
        body in proptest::collection::vec(any::<u8>(), 1..200),
        seconds in -300_i64..=300,
    ) {
        let outgoing = Outgoing { method: "PUT", target: &target, host: "127.0.0.1:1", body: &body };
        if let Ok(unsigned) = outgoing.prepare(&key(Alg::Es256), Form::Modern, NOW) {
            let signature = sign(Alg::Es256, unsigned.signing_input());
            let request = Sent { method: "PUT", target, headers: unsigned.signed(&signature), body };
            let key = key(Alg::Es256);
            let peer = Peer { key: &key, legacy: None };
            prop_assert_eq!(request.check_as(&peer, NOW + Duration::seconds(seconds)), Ok(()));
        }
    }

    #[test]
    fn any_changed_value_is_noticed(which in 0_usize..5, at in any::<proptest::sample::Index>(), sign in "[ -~]") {
        let mut request = good();
        let (_, value) = &mut request.headers[which];
        let at = at.index(value.len());
        let mut changed = value.clone();
        changed.replace_range(at..=at, &sign);
        let same = changed == *value;
        *value = changed;
        let parsed = Authorization::parse(&request.headers[4].1);
        prop_assert_eq!(parsed.is_ok() && request.check().is_ok(), same);
    }
}
