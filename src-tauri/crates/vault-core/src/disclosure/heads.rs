//! The head of the log: signing it, checking the chain, saving the log to a file.

use std::{collections::BTreeMap, io::Write};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::json;
use time::{Duration, OffsetDateTime, format_description::well_known::Rfc3339};
use vault_crypto::{SpaceId, verify_pss_sha256};
use vault_store::{
    Face, Sha256,
    disclosures::{self, BrokenEntry, BrokenWhy},
    log_heads::{self, LogHead},
};

use super::log;
use crate::{SpaceHandle, SpaceInfo, VaultError, vault::Turn};

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
        let key = self
            .write(|turn| Ok(turn.signer()?.public_key_pem().to_owned()))
            .await?;
        let (space, checked_at) = (self.id(), self.vault().clock().now());
        let check = self
            .read(move |db| {
                db.read(|view| {
                    let report = disclosures::verify(view)?;
                    let forged = log_heads::list(view)?
                        .into_iter()
                        .find(|head| !is_signed(&key, space, head));
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
            let last = turn.space.db.read(log_heads::last)?;
            let now = turn.now();
            match last {
                Some(head) if now - head.signed_at < SIGN_EVERY => Ok(()),
                _ => sign(turn),
            }
        })
        .await
    }

    /// Writes the log as NDJSON: one entry a line, then a line with the signed head and the key that checks it. That it was saved is
    /// logged first, so that it is in the file. Gives the writer back, and the number of entries.
    ///
    /// # Errors
    /// The vault is locked, the database could not be read, or the writer failed.
    pub async fn export_log<W: Write + Send + 'static>(&self, writer: W) -> Result<(W, u64), VaultError> {
        let key = self
            .write(|turn| {
                log::saved(turn, Face::Own, "The log of what left", BTreeMap::new())?;
                sign(turn)?;
                Ok(turn.signer()?.public_key_pem().to_owned())
            })
            .await?;
        let space = self.info().clone();
        self.read(move |db| db.read(|view| write_log(view, writer, &space, &key)))
            .await
    }
}

/// How the chain is checked by hand.
const HASHED: &str = "hash is the SHA-256 of the 32 bytes of prev_hash and of a JSON object without white space: version 1, then seq, id, at, \
     kind, refers_to, party, face, purpose, scopes, counts, grant, reason and text_sha256 as they stand in the line, null for one that it \
     does not have; text_sha256 is the SHA-256 of the 16 bytes of salt and of text";

fn write_log<W: Write>(
    view: &vault_store::View<'_>,
    mut writer: W,
    space: &SpaceInfo,
    key: &str,
) -> Result<(W, u64), VaultError> {
    let head = log_heads::last(view)?.ok_or(VaultError::Internal("the log has no signed head"))?;
    let mut entries = 0;
    disclosures::each(view, |entry| {
        entries += 1;
        write_line(&mut writer, &entry)
    })?;
    let mut last = json!({
        "head": {
            "space": space.id.to_string(),
            "seq": head.seq,
            "hash": head.hash,
            "signed_at": head.signed_at.format(&Rfc3339).unwrap_or_default(),
            "signature": STANDARD.encode(&head.signature),
        },
        "entries": entries,
        "hashed": HASHED,
        "signed": "RSASSA-PSS, SHA-256, MGF1-SHA-256, salt of 32 bytes; over the text 'satchel log head v1', space, seq, hash \
                   and signed_at in milliseconds, each on a line of its own that ends with a line feed",
        "signing_key": key,
    });
    if space.made_up
        && let Some(members) = last.as_object_mut()
    {
        members.insert("made_up".into(), true.into());
    }
    write_line(&mut writer, &last)?;
    writer.flush()?;
    Ok((writer, entries))
}

fn write_line(writer: &mut impl Write, value: &impl serde::Serialize) -> Result<(), VaultError> {
    let mut line =
        serde_json::to_vec(value).map_err(|_| VaultError::Internal("an entry could not be written"))?;
    line.push(b'\n');
    Ok(writer.write_all(&line)?)
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
