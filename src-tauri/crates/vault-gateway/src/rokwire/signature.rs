//! Signed requests of backends (specification 4.2): whose key it is, whether it is fresh, and that it comes once.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
    time::Instant,
};

use axum::http::{Version, header};
use rokwire::{
    key::PubKey,
    request::{Authorization, Peer, Received, Replays},
    service_id::ServiceId,
};
use time::{Duration, OffsetDateTime, format_description::well_known::Rfc2822};

use crate::{Shared, guard::Passed};

/// So many requests of one key are remembered; only its holder can fill the memory.
const MOST: usize = 1024;

/// The signed requests that were believed since this program began.
#[derive(Debug)]
pub(crate) struct SignedRequests {
    began: Instant,
    seen: Mutex<BTreeMap<String, Replays>>,
}

impl Default for SignedRequests {
    fn default() -> Self {
        Self {
            began: Instant::now(),
            seen: Mutex::default(),
        }
    }
}

/// The `kid` of the key that a request is signed with, if it is one of the account's and everything about the signature is as it should be.
pub(super) async fn signer(shared: &Shared, passed: &Passed, account: &str) -> Option<String> {
    let mut values = passed.headers.get_all(header::AUTHORIZATION).iter();
    let value = values.next()?.to_str().ok()?;
    if values.next().is_some() {
        return None;
    }
    let authorization = Authorization::parse(value).ok()?;
    let keys = passed.vault.service_keys(account.to_owned()).await.ok()?;
    let headers: Option<Vec<(&str, &str)>> = passed
        .headers
        .iter()
        .map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)))
        .collect();
    let headers = headers?;
    let received = Received {
        method: passed.method.as_str(),
        target: passed.uri.path_and_query().map_or("/", |target| target.as_str()),
        protocol: protocol(passed.version)?,
        headers: &headers,
        body: &passed.body,
    };
    let now = passed.vault.clock().now();
    // What was signed before this program began may have been believed by the one before, which kept no memory.
    let began = now - Duration::try_from(shared.signed.began.elapsed()).ok()?;
    let date = passed.headers.get(header::DATE)?.to_str().ok()?;
    if OffsetDateTime::parse(date, &Rfc2822).ok()?.unix_timestamp() < began.unix_timestamp() {
        return None;
    }
    for (key, service) in keys {
        if is_by(shared, &authorization, &received, &key, service.as_ref(), now) {
            return Some(key.kid().as_str().to_owned());
        }
    }
    None
}

fn is_by(
    shared: &Shared,
    authorization: &Authorization,
    received: &Received<'_>,
    key: &PubKey,
    legacy: Option<&ServiceId>,
    now: OffsetDateTime,
) -> bool {
    let peer = Peer { key, legacy };
    let mut seen = shared.signed.seen.lock().unwrap_or_else(PoisonError::into_inner);
    let replays = seen
        .entry(key.kid().as_str().to_owned())
        .or_insert_with(|| Replays::new(MOST));
    authorization.check(received, &peer, now, replays).is_ok()
}

/// The protocol is signed too; over HTTP/2 no signature holds.
fn protocol(version: Version) -> Option<&'static str> {
    (version == Version::HTTP_11).then_some("HTTP/1.1")
}
