//! What came of a transfer, and its receipt.

use std::fmt;

use intercoop::{
    answer::{Answer, Continuation, Fault, Outcome},
    errors::WireError,
    key::PeerKey,
    link::Link,
    reason::Reason,
    receipt::{Receipt, ReceiptAnswer},
};
use time::OffsetDateTime;
use vault_store::{
    Database, Sha256, TransferId, Tx,
    disclosures::DisclosureKind,
    transfers::{self, Transfer, TransferState},
};

use super::{
    changed, incoming,
    state::{TransferStep, after},
    transfer::get,
};
use crate::{
    SpaceHandle, VaultError,
    disclosure::{log_outcome, tell_logged},
};

/// The most of an answer that is kept, in bytes.
const LARGEST_ANSWER: usize = 64 * 1024;

/// Why no answer came that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PostFault {
    /// The address is not one that Satchel sends to.
    Forbidden,
    /// Nobody is there: no such name, no route, refused, or no connection in time.
    Unreachable,
    /// Whoever is there has no proof that it is the one that was meant.
    Untrusted,
    /// The connection broke after something was sent.
    Broken,
    /// No answer in time after something was sent.
    Silent,
}

impl PostFault {
    /// The code, as it is kept.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Forbidden => "forbidden",
            Self::Unreachable => "unreachable",
            Self::Untrusted => "untrusted",
            Self::Broken => "broken",
            Self::Silent => "silent",
        }
    }
}

/// How the posting of a package ended. `Debug` leaves out the body.
#[derive(Clone, PartialEq, Eq)]
pub enum PostEnd {
    /// Not a byte of the body left.
    NotSent(PostFault),
    /// The body may have been read.
    Unknown(PostFault),
    /// An answer came.
    Answered {
        /// HTTP status.
        status: u16,
        /// `Content-Type`, if it says one.
        content_type: Option<String>,
        /// The body.
        body: Vec<u8>,
    },
}

impl fmt::Debug for PostEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotSent(fault) => write!(f, "NotSent({fault:?})"),
            Self::Unknown(fault) => write!(f, "Unknown({fault:?})"),
            Self::Answered { status, body, .. } => write!(f, "Answered({status}, {} bytes)", body.len()),
        }
    }
}

/// What proves a transfer. `Debug` leaves out the number: to some targets it opens the data.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct TransferProof {
    /// The fingerprint of the key that signed it, in groups.
    pub signed_by: String,
    /// The fingerprint of the receiver's key, in groups.
    pub their_key: String,
    /// The receiver's number for it.
    pub number: Option<String>,
}

impl fmt::Debug for TransferProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TransferProof")
            .field("signed_by", &self.signed_by)
            .finish_non_exhaustive()
    }
}

/// What the other side said of a transfer that it refused, on one line and short. Its own words, which nobody has checked.
#[must_use]
pub fn refusal_words(transfer: &Transfer) -> Option<String> {
    if transfer.state != TransferState::Refused {
        return None;
    }
    let Outcome::Refused { error, .. } = outcome_of(transfer)? else {
        return None;
    };
    Some(error.shown()).filter(|words| !words.is_empty())
}

/// Where the person goes on after a transfer. `Debug` leaves out the address: it may hold a token.
#[derive(Clone, PartialEq, Eq)]
pub struct GoOn {
    /// The host.
    pub host: String,
    /// The address.
    pub url: String,
    /// Whether it is another host than the one that the package went to.
    pub foreign: bool,
}

impl fmt::Debug for GoOn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GoOn")
            .field("host", &self.host)
            .finish_non_exhaustive()
    }
}

impl SpaceHandle {
    /// Keeps how the posting of a transfer ended; the state that it came to.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`] for one that is not on its way.
    pub async fn transfer_ended(&self, id: TransferId, end: PostEnd) -> Result<TransferState, VaultError> {
        self.write(move |turn| {
            let now = turn.now();
            let state = turn.space.db.write(|tx| {
                let transfer = get(tx, id)?;
                end_with(tx, transfer, end, now)
            })?;
            tell_logged(turn);
            changed(turn);
            Ok(state)
        })
        .await
    }

    /// Where the person goes on after a transfer that was accepted.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`].
    pub async fn transfer_go_on(&self, id: TransferId) -> Result<Option<GoOn>, VaultError> {
        Ok(go_on(&self.transfer(id).await?))
    }

    /// What proves a transfer, from its receipt: the keys as they were when it was signed, and the other side's number. `None` for one that
    /// was never sent.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`].
    pub async fn transfer_proof(&self, id: TransferId) -> Result<Option<TransferProof>, VaultError> {
        let kept = self.transfer(id).await?.receipt;
        let receipt = kept.as_deref().map(read_receipt).transpose()?;
        Ok(receipt.map(|receipt| {
            let grouped = |key: Option<PeerKey>| key.map(|key| key.fingerprint().grouped());
            TransferProof {
                signed_by: grouped(receipt.sender.key).unwrap_or_default(),
                their_key: grouped(receipt.target.key).unwrap_or_default(),
                number: receipt
                    .answer
                    .and_then(|answer| answer.uuid)
                    .map(|uuid| uuid.to_string()),
            }
        }))
    }

    /// The receipt of a transfer, as the text of a file. The exact text is in it only if the person wants that and it was not forgotten.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`], also for one that was never sent.
    pub async fn transfer_receipt(&self, id: TransferId, with_text: bool) -> Result<String, VaultError> {
        let transfer = self.transfer(id).await?;
        let kept = transfer.receipt.ok_or(VaultError::NoSuch("receipt"))?;
        let mut receipt = read_receipt(&kept)?;
        if with_text {
            receipt.envelope = transfer.envelope;
        }
        Ok(receipt.to_json())
    }

    /// Forgets the exact text of a transfer that has ended. Its digests stay in the receipt.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`], also for one that has not ended.
    pub async fn forget_transfer_text(&self, id: TransferId) -> Result<(), VaultError> {
        self.write(move |turn| {
            turn.space.db.write(|tx| {
                let transfer = get(tx, id)?;
                if transfer.ended_at.is_none() {
                    return Err(VaultError::NoSuch("receipt"));
                }
                let without = Transfer {
                    payload: None,
                    envelope: None,
                    ..transfer
                };
                Ok(transfers::put(tx, &without)?)
            })?;
            changed(turn);
            Ok(())
        })
        .await
    }
}

/// A transfer that was on its way when the program ended may have arrived. What came in and is over goes.
pub(crate) fn after_start(db: &Database, now: OffsetDateTime) -> Result<(), VaultError> {
    db.write(|tx| {
        incoming::sweep(tx, now)?;
        for transfer in transfers::list(tx)? {
            interrupted(tx, transfer, now)?;
        }
        Ok(())
    })
}

/// Keeps of a transfer that was on its way that it may have arrived. Nobody can go on with it.
pub(crate) fn interrupted(tx: &Tx<'_>, transfer: Transfer, now: OffsetDateTime) -> Result<(), VaultError> {
    if transfer.state == TransferState::Sending {
        finish(tx, transfer, TransferStep::Restart, "interrupted", now)?;
    }
    Ok(())
}

fn end_with(
    tx: &Tx<'_>,
    transfer: Transfer,
    end: PostEnd,
    now: OffsetDateTime,
) -> Result<TransferState, VaultError> {
    match end {
        PostEnd::NotSent(fault) => finish(tx, transfer, TransferStep::Fail, fault.code(), now),
        PostEnd::Unknown(fault) => finish(tx, transfer, TransferStep::Lose, fault.code(), now),
        PostEnd::Answered {
            status,
            content_type,
            mut body,
        } => {
            let outcome = Outcome::of(&Answer {
                status,
                content_type: content_type.as_deref(),
                body: &body,
            });
            let (step, fault) = meaning(&outcome);
            let receipt = transfer
                .receipt
                .as_deref()
                .map(|kept| answered(kept, &outcome, status, &body, now))
                .transpose()?;
            body.truncate(LARGEST_ANSWER);
            let answered = Transfer {
                answer_status: Some(status),
                answer_type: content_type,
                answer: Some(body),
                receipt,
                ..transfer
            };
            finish(tx, answered, step, &fault, now)
        }
    }
}

/// The step that an answer means, and its code: the reason where it is known, else the name of the error, else what is wrong with it.
fn meaning(outcome: &Outcome) -> (TransferStep, String) {
    match outcome {
        Outcome::Accepted { .. } => (TransferStep::Accept, String::new()),
        Outcome::Refused { error, .. } => (TransferStep::Refuse, refusal(error).to_owned()),
        Outcome::Failed { fault, .. } => {
            let code = match fault {
                _ if outcome.may_be_an_unknown_peer() => "perhaps_unknown_peer",
                Fault::NotYaml { .. } => "not_yaml",
                Fault::BadYaml => "bad_yaml",
                Fault::WrongContent => "wrong_content",
                Fault::NoReason => "no_reason",
                Fault::Redirect => "redirect",
                Fault::TooLarge => "too_large",
            };
            (TransferStep::Lose, code.to_owned())
        }
    }
}

fn refusal(error: &WireError) -> &'static str {
    if let Some(reason) = Reason::of(error) {
        return match reason {
            Reason::Expired => "expired",
            Reason::FromTheFuture => "from_the_future",
            Reason::OtherAudience => "other_audience",
            Reason::OtherVersion => "other_version",
            Reason::Repeated => "repeated",
            Reason::UnknownService => "unknown_service",
            Reason::Stopped => "stopped",
            Reason::StoppedForPeer => "stopped_for_peer",
            Reason::StoppedForMember => "stopped_for_member",
            Reason::StoppedForRole => "stopped_for_role",
        };
    }
    match error {
        WireError::BadPeer { .. } => "BadPeer",
        WireError::BadSignature => "BadSignature",
        WireError::NoSuchUuid { .. } => "NoSuchUuid",
        WireError::MissingField { .. } => "MissingField",
        WireError::BadMessage { .. } => "BadMessage",
        WireError::BadFormat { .. } => "BadFormat",
        WireError::WrongVersion { .. } => "WrongVersion",
        WireError::Other(_) => "other",
    }
}

fn finish(
    tx: &Tx<'_>,
    transfer: Transfer,
    step: TransferStep,
    fault: &str,
    now: OffsetDateTime,
) -> Result<TransferState, VaultError> {
    let state = after(transfer.state, step).ok_or(VaultError::NoSuch("transfer on its way"))?;
    let ended = Transfer {
        state,
        ended_at: Some(now),
        fault: fault.to_owned(),
        ..transfer
    };
    transfers::put(tx, &ended)?;
    if let Some(disclosure) = ended.disclosure {
        match state {
            TransferState::Accepted => log_outcome(tx, disclosure, DisclosureKind::Delivered, "", now)?,
            TransferState::Drafted
            | TransferState::Prepared
            | TransferState::Sending
            | TransferState::Refused
            | TransferState::NotSent
            | TransferState::Unknown => {
                log_outcome(tx, disclosure, DisclosureKind::Failed, state.as_str(), now)?
            }
        };
    }
    Ok(state)
}

fn answered(
    kept: &str,
    outcome: &Outcome,
    status: u16,
    body: &[u8],
    now: OffsetDateTime,
) -> Result<String, VaultError> {
    let mut receipt = read_receipt(kept)?;
    let (uuid, error) = match outcome {
        Outcome::Accepted { uuid, .. } => (*uuid, None),
        Outcome::Refused { error, .. } => (None, Some(error.name().to_owned())),
        Outcome::Failed { .. } => (None, None),
    };
    receipt.answer = Some(ReceiptAnswer {
        at: now,
        status,
        body_sha256: *Sha256::of(body).as_bytes(),
        uuid,
        error,
    });
    Ok(receipt.to_json())
}

fn read_receipt(text: &str) -> Result<Receipt, VaultError> {
    Receipt::from_json(text.as_bytes())
        .map_err(|_| VaultError::Internal("the receipt of a transfer could not be read"))
}

/// The outcome of a transfer that was answered, read from the answer that is kept.
fn outcome_of(transfer: &Transfer) -> Option<Outcome> {
    Some(Outcome::of(&Answer {
        status: transfer.answer_status?,
        content_type: transfer.answer_type.as_deref(),
        body: transfer.answer.as_deref()?,
    }))
}

fn go_on(transfer: &Transfer) -> Option<GoOn> {
    if transfer.state != TransferState::Accepted {
        return None;
    }
    let Outcome::Accepted {
        continuation: Continuation::Open(link),
        ..
    } = outcome_of(transfer)?
    else {
        return None;
    };
    let target = Link::parse(&transfer.address).ok();
    Some(GoOn {
        host: link.host().to_owned(),
        foreign: !target.is_some_and(|target| target.has_host_of(&link)),
        url: link.as_str().to_owned(),
    })
}
