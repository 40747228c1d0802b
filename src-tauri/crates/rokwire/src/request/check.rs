//! Whether a signed request is to be believed.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use time::OffsetDateTime;

use super::authorization::Authorization;
use super::canonical::{REQUEST_LINE, REQUEST_TARGET, Received, needs_target};
use super::error::SignatureError;
use super::replays::Replays;
use super::{date, digest};
use crate::key::PubKey;
use crate::service_id::ServiceId;

/// How far the date of a request may be from now, in seconds, in either direction.
pub const FRESH_SECONDS: i64 = 300;

/// What a signature has to cover.
pub(super) const COVERED: [&str; 5] = [REQUEST_LINE, "host", "date", "digest", "content-length"];

/// The names under which the older libraries sign, all of them with PSS.
pub(super) const LEGACY: [&str; 2] = ["rsa-sha256", "RS256"];

/// Whose signature is expected.
#[derive(Debug, Clone, Copy)]
pub struct Peer<'a> {
    /// The pinned key.
    pub key: &'a PubKey,
    /// The id of the service if its registration says `legacy_signatures`: then signatures of the older libraries are taken as well, which
    /// may name the service in place of the key.
    pub legacy: Option<&'a ServiceId>,
}

impl Authorization {
    /// Checks a request against a peer's key, and remembers it.
    ///
    /// # Errors
    /// [`SignatureError`] is the first thing that does not hold. Nothing is remembered of a request that is refused.
    pub fn check(
        &self,
        request: &Received<'_>,
        peer: &Peer<'_>,
        now: OffsetDateTime,
        replays: &mut Replays,
    ) -> Result<(), SignatureError> {
        self.check_coverage(request)?;
        check_body(request)?;
        let date = date::parse(request.header("date")?).ok_or(SignatureError::Date)?;
        let date = date.unix_timestamp();
        if now.unix_timestamp().abs_diff(date) > FRESH_SECONDS.unsigned_abs() {
            return Err(SignatureError::Stale);
        }
        let signed = request.signed_text(&self.covered)?;
        self.check_signature(&signed, peer)?;
        replays.admit(peer.key.kid(), &signed, date + FRESH_SECONDS, now)
    }

    fn check_coverage(&self, request: &Received<'_>) -> Result<(), SignatureError> {
        let covers = |name: &str| self.covered.iter().any(|covered| covered == name);
        if !COVERED.into_iter().all(covers) {
            return Err(SignatureError::NotCovered);
        }
        if covers(REQUEST_TARGET) {
            let same = request.header(REQUEST_TARGET)? == request.target;
            return same.then_some(()).ok_or(SignatureError::Target);
        }
        (!needs_target(request.target))
            .then_some(())
            .ok_or(SignatureError::Target)
    }

    fn check_signature(&self, signed: &str, peer: &Peer<'_>) -> Result<(), SignatureError> {
        let names_key = self.key_id == peer.key.kid().as_str();
        let names_service = peer.legacy.is_some_and(|id| self.key_id == id.as_str());
        if !names_key && !names_service {
            return Err(SignatureError::Key);
        }
        let may_be_legacy = peer.legacy.is_some() && LEGACY.contains(&self.algorithm.as_str());
        let is_modern = names_key && self.algorithm == peer.key.alg().as_str();
        if !may_be_legacy && !is_modern {
            return Err(SignatureError::Algorithm);
        }
        let modern = || {
            let signature = URL_SAFE_NO_PAD.decode(&self.signature).ok()?;
            peer.key.verify_any_salt(signed.as_bytes(), &signature).ok()
        };
        let legacy = || {
            let signature = STANDARD.decode(&self.signature).ok()?;
            peer.key.verify_legacy(signed.as_bytes(), &signature).ok()
        };
        let modern = is_modern.then(modern).flatten();
        modern
            .or_else(|| may_be_legacy.then(legacy).flatten())
            .ok_or(SignatureError::Signature)
    }
}

fn check_body(request: &Received<'_>) -> Result<(), SignatureError> {
    if request.body.is_empty() {
        return Err(SignatureError::NoBody);
    }
    if request.header("content-length")? != request.body.len().to_string() {
        return Err(SignatureError::Length);
    }
    digest::fits(request.header("digest")?, request.body)
        .then_some(())
        .ok_or(SignatureError::Digest)
}
