//! Any header is refused, or is a signature that fits no request that was not signed; no request is prepared with a line break in it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rokwire::key::{Alg, PubKey};
use rokwire::request::{Authorization, Form, Outgoing, Peer, Received, Replays};
use time::OffsetDateTime;

const KEY: &str = include_str!("../../tests/fixtures/p256.pem");

fuzz_target!(|input: (&str, &str, &str, &str, &[u8])| {
    let (value, target, host, date, body) = input;
    let key = PubKey::from_pem(KEY, Alg::Es256).expect("the key of the fixtures");
    let now = OffsetDateTime::from_unix_timestamp(1_893_456_000).expect("a time");
    if let Ok(authorization) = Authorization::parse(value) {
        let length = body.len().to_string();
        let headers = [
            ("host", host),
            ("date", date),
            ("digest", value),
            ("content-length", length.as_str()),
            ("x-request-target", target),
        ];
        let request = Received {
            method: "POST",
            target,
            protocol: "HTTP/1.1",
            headers: &headers,
            body,
        };
        let legacy = "steps-insight".parse().expect("an id");
        let mut replays = Replays::new(4);
        for legacy in [None, Some(&legacy)] {
            let peer = Peer { key: &key, legacy };
            assert!(authorization.check(&request, &peer, now, &mut replays).is_err());
        }
        assert!(replays.is_empty());
    }
    let outgoing = Outgoing {
        method: "POST",
        target,
        host,
        body,
    };
    if let Ok(unsigned) = outgoing.prepare(&key, Form::Modern, now) {
        let lines = unsigned
            .signing_input()
            .iter()
            .filter(|byte| **byte == b'\n')
            .count();
        assert!(lines == 4 || lines == 5);
        let headers = unsigned.signed(&[1; 64]);
        let (_, value) = headers.last().expect("the signature");
        assert!(Authorization::parse(value).is_ok());
    }
});
