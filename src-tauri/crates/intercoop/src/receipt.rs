//! The receipt of a transfer: what was sent to whom, signed how, and answered what. Anybody can check it without a network.
//!
//! It proves that the sender's key signed the payload whose digests it names. For that the payload itself is not needed, so the
//! envelope is in it only if the person wants to keep the exact text. That the target answered so is the sender's word: answers
//! are not signed. The continuation address is left out, because it holds a token.

mod proof;
mod wire;

use std::fmt;

use sha1::{Digest as _, Sha1};
use sha2::Sha256;
use thiserror::Error;
use time::OffsetDateTime;
use uuid::Uuid;

pub use proof::{EnvelopeProof, Proof, verify};

use crate::key::PeerKey;
use crate::link::Link;

/// The value of `format`.
pub const FORMAT: &str = "intercoop-transfer-receipt";
/// The version that is written, and the newest that can be read.
pub const VERSION: u32 = 1;
/// Largest receipt that is read, in bytes.
pub const MAX_BYTES: usize = 256 * 1024;

/// A receipt. `Debug` shows no value of the person.
#[derive(Clone, PartialEq, Eq)]
pub struct Receipt {
    /// Who sent it.
    pub sender: Party,
    /// Whom it was for.
    pub target: Party,
    /// Where it was posted.
    pub address: Link,
    /// Id of the service that was wanted.
    pub service: String,
    /// What was signed.
    pub payload: PayloadDigests,
    /// RSASSA-PKCS1-v1_5 with SHA-1 over the payload.
    pub signature: Vec<u8>,
    /// RSASSA-PSS with SHA-256 over the payload, if there was one.
    pub strong_signature: Option<Vec<u8>>,
    /// The envelope as it was posted, if the exact text is kept.
    pub envelope: Option<String>,
    /// When it was posted.
    pub sent_at: OffsetDateTime,
    /// What was answered; `None` if no answer came, and then nobody knows whether the data arrived.
    pub answer: Option<ReceiptAnswer>,
}

/// One of the two sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    /// Peer id.
    pub peer_id: String,
    /// Its key. A target from which nothing is received may have none; a sender has one.
    pub key: Option<PeerKey>,
}

/// What identifies the payload without telling anything of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PayloadDigests {
    /// SHA-1, which the first signature is over.
    pub sha1: [u8; 20],
    /// SHA-256, which the second one is over.
    pub sha256: [u8; 32],
}

/// What the target answered. `Debug` shows the status only: to some targets the number opens the data.
#[derive(Clone, PartialEq, Eq)]
pub struct ReceiptAnswer {
    /// When.
    pub at: OffsetDateTime,
    /// HTTP status.
    pub status: u16,
    /// SHA-256 of its body.
    pub body_sha256: [u8; 32],
    /// Its number for the data.
    pub uuid: Option<Uuid>,
    /// The name of its error.
    pub error: Option<String>,
}

/// Why a text is no receipt.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ReceiptError {
    /// More than [`MAX_BYTES`].
    #[error("the receipt is too large")]
    TooLarge,
    /// Not JSON of the expected shape.
    #[error("this is not a readable receipt")]
    Malformed,
    /// JSON of something else.
    #[error("this is not a receipt of a transfer")]
    OtherFormat,
    /// Written by a later version.
    #[error("the receipt has format {found}; this version reads up to {VERSION}")]
    Newer {
        /// Its version.
        found: u64,
    },
    /// A value that is not what it should be.
    #[error("the receipt's {0} is not what it should be")]
    Wrong(&'static str),
}

impl PayloadDigests {
    /// Those of a payload.
    pub fn of(payload: &str) -> Self {
        Self {
            sha1: Sha1::digest(payload).into(),
            sha256: Sha256::digest(payload).into(),
        }
    }
}

impl Receipt {
    /// The text of the receipt: JSON, for people with some patience.
    pub fn to_json(&self) -> String {
        wire::write(self)
    }

    /// Reads a receipt. It is not checked by that: see [`verify`].
    ///
    /// # Errors
    /// [`ReceiptError`] says why it is none.
    pub fn from_json(bytes: &[u8]) -> Result<Self, ReceiptError> {
        wire::read(bytes)
    }
}

impl fmt::Debug for ReceiptAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ReceiptAnswer({})", self.status)
    }
}

impl fmt::Debug for Receipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Receipt")
            .field("target", &self.target.peer_id)
            .field("service", &self.service)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
