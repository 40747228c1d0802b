//! Which signed requests came lately.

use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};
use time::OffsetDateTime;

use super::error::SignatureError;
use crate::key::KeyId;

/// The requests that were believed and could still be shown again.
///
/// What is remembered is the key and the text that was signed, not the signature: an ECDSA signature can be rewritten into another one
/// of the same text. A signer who wants the same thing twice has another second for it.
#[derive(Debug, Clone)]
pub struct Replays {
    most: usize,
    seen: BTreeMap<[u8; 32], i64>,
}

impl Replays {
    /// A memory for at most so many requests. Only who holds a known key can fill one; a caller that keeps one for each peer lets none
    /// of them shut out another.
    pub fn new(most: usize) -> Self {
        Self {
            most,
            seen: BTreeMap::new(),
        }
    }

    /// How many are remembered.
    pub fn len(&self) -> usize {
        self.seen.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.seen.is_empty()
    }

    /// Takes a request in that is fresh until `until`, in seconds since 1970.
    pub(super) fn admit(
        &mut self,
        key: &KeyId,
        signed: &str,
        until: i64,
        now: OffsetDateTime,
    ) -> Result<(), SignatureError> {
        let now = now.unix_timestamp();
        // A request is fresh in the whole of its last second.
        self.seen.retain(|_, until| *until >= now);
        let mut hash = Sha256::new();
        hash.update(key.as_str());
        hash.update([0]);
        hash.update(signed);
        let hash = hash.finalize().into();
        if self.seen.contains_key(&hash) {
            return Err(SignatureError::Replayed);
        }
        if self.seen.len() >= self.most {
            return Err(SignatureError::TooMany);
        }
        self.seen.insert(hash, until);
        Ok(())
    }
}
