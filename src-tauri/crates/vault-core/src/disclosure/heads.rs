//! The head of the log: signing it, checking the chain.

use time::{Duration, OffsetDateTime};
use vault_crypto::{SpaceId, verify_pss_sha256};
use vault_store::{
    Sha256,
    disclosures::{self, BrokenEntry, BrokenWhy},
    log_heads::{self, LogHead},
};

use crate::{SpaceHandle, VaultError, issuer, vault::Turn};

/// The head is signed at most so often by itself.
const SIGN_EVERY: Duration = Duration::minutes(1);

/// How the log stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogCheck {
    /// Entries there are.
    pub entries: u64,
    /// Entries whose sentence the person deleted.
    pub deleted_texts: u64,
    /// Signed heads that were compared.
    pub heads: u64,
    /// The first entry that does not fit, and why; `None` if all do.
    pub broken: Option<BrokenEntry>,
    /// When it was checked.
    pub checked_at: OffsetDateTime,
}

impl SpaceHandle {
    /// Walks the whole log and says whether an entry was changed, removed or put in. The head is signed after a walk without fault.
    ///
    /// # Errors
    /// The vault is locked, or the database could not be read.
    pub async fn verify_log(&self) -> Result<LogCheck, VaultError> {
        let keys = self.write(issuer::all_keys).await?;
        let (space, checked_at) = (self.id(), self.vault().clock().now());
        let check = self
            .read(move |db| {
                db.read(|view| {
                    let report = disclosures::verify(view)?;
                    let forged = log_heads::list(view)?
                        .into_iter()
                        .find(|head| !keys.iter().any(|key| is_signed(key, space, head)));
                    Ok(LogCheck {
                        entries: report.entries,
                        deleted_texts: report.deleted_texts,
                        heads: report.heads,
                        broken: earlier(report.broken, forged),
                        checked_at,
                    })
                })
            })
            .await?;
        if check.broken.is_none() {
            self.sign_log_head().await?;
        }
        Ok(check)
    }

    /// Signs the head of the log, if it is not signed.
    ///
    /// # Errors
    /// The vault is locked, or the database could not be written.
    pub async fn sign_log_head(&self) -> Result<(), VaultError> {
        self.write(sign).await
    }

    /// What a timer calls: ends what is over, and signs the head of the log if the last signature is a minute old.
    ///
    /// # Errors
    /// The vault is locked, or the database could not be written.
    pub async fn tend(&self) -> Result<(), VaultError> {
        self.write(|turn| {
            super::ending::sweep(turn)?;
            crate::addresses::expire(turn)?;
            let last = turn.space.db.read(log_heads::last)?;
            let now = turn.now();
            match last {
                Some(head) if now - head.signed_at < SIGN_EVERY => Ok(()),
                _ => sign(turn),
            }
        })
        .await
    }
}

/// Signs the head of the log, if there is one that is not signed.
pub(super) fn sign(turn: &mut Turn<'_>) -> Result<(), VaultError> {
    let now = turn.now();
    let (last, signed) = turn
        .space
        .db
        .read(|view| Ok::<_, VaultError>((disclosures::last(view)?, log_heads::last(view)?)))?;
    let Some(entry) = last else { return Ok(()) };
    if signed.is_some_and(|head| head.seq == entry.seq) {
        return Ok(());
    }
    let (space, signer) = turn.space_and_signer()?;
    let message = message(space.info.id, entry.seq, entry.hash, now);
    let signature = signer
        .sign_pss_sha256(&message)
        .map_err(|_| VaultError::Internal("the head of the log could not be signed"))?;
    let head = LogHead {
        seq: entry.seq,
        hash: entry.hash,
        signed_at: now,
        signature,
    };
    Ok(space.db.write(|tx| log_heads::insert(tx, &head))?)
}

fn is_signed(key: &str, space: SpaceId, head: &LogHead) -> bool {
    let message = message(space, head.seq, head.hash, head.signed_at);
    verify_pss_sha256(key, &message, &head.signature).is_ok()
}

/// What is signed. The time counts in milliseconds, as the database keeps it.
fn message(space: SpaceId, seq: u64, hash: Sha256, at: OffsetDateTime) -> Vec<u8> {
    let millis = at.unix_timestamp_nanos().div_euclid(1_000_000);
    format!("satchel log head v1\n{space}\n{seq}\n{hash}\n{millis}\n").into_bytes()
}

/// The earlier of a broken entry and one whose signed head is not by this vault.
fn earlier(broken: Option<BrokenEntry>, forged: Option<LogHead>) -> Option<BrokenEntry> {
    let forged = forged.map(|head| BrokenEntry {
        seq: head.seq,
        why: BrokenWhy::Head,
    });
    match (broken, forged) {
        (Some(broken), Some(forged)) if forged.seq < broken.seq => Some(forged),
        (broken, forged) => broken.or(forged),
    }
}
