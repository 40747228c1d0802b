//! Consent receipts: for every grant one signed document that says who may see what, what for, until when, and how it is taken back.
//!
//! The members are those of ISO/IEC TS 27560:2023 (consent records and receipts) as they are publicly described: header, event, notice,
//! purposes with their categories, parties, withdrawal. A receipt holds no value of the person: it names categories, and knows the person
//! by the name that the recipient uses, or by one that is made for this recipient alone.
//!
//! It is a JWS (RFC 7515) with `PS256` (RFC 7518, 3.5), so that any library checks it with the vault's public key.

use serde_json::{Value, json};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use vault_crypto::{Signer, SpaceId, VerifyError, jws};
use vault_store::{
    GrantId, Party, Sha256, View,
    grants::{Grant, GrantDuration},
    receipts::{self, SignedReceipt},
};

use super::{
    grants::source_names,
    narrowing::Narrowing,
    question::{destination_words, identity_words},
    request::Detail,
    scope_words::{label_at, title},
};
use crate::{SpaceHandle, VaultError};

/// Names the form of a receipt; another form has another name.
const SCHEMA: &str = "satchel-consent-receipt/1";

/// A receipt with its signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The grant that it is of.
    pub grant: GrantId,
    /// When it was signed.
    pub at: OffsetDateTime,
    /// What it says.
    pub document: Value,
    /// The same with its signature: a compact JWS.
    pub jws: String,
    /// The public key that checks it, as PEM.
    pub key: String,
}

/// What the text of a privacy policy was when the person said yes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PolicyText {
    /// Digest of the bytes as they were received.
    pub sha256: Sha256,
    /// When.
    pub fetched_at: OffsetDateTime,
}

impl Receipt {
    /// The receipt as a file for people and programs: what it says, the signed form, and how that is checked.
    ///
    /// # Errors
    /// Never for a receipt that could be read.
    pub fn to_file(&self) -> Result<Vec<u8>, VaultError> {
        let file = json!({
            "receipt": self.document,
            "jws": self.jws,
            "signing_key": self.key,
            "signed": "jws is a compact JWS (RFC 7515) with PS256 over receipt; signing_key is the public key of the vault that gave it",
        });
        let mut bytes = serde_json::to_vec_pretty(&file)
            .map_err(|_| VaultError::Internal("a receipt could not be written"))?;
        bytes.push(b'\n');
        Ok(bytes)
    }
}

impl SpaceHandle {
    /// The receipt of a grant; `None` for one that was given before there were receipts.
    ///
    /// # Errors
    /// The vault is locked, or the database could not be read.
    pub async fn receipt(&self, grant: GrantId) -> Result<Option<Receipt>, VaultError> {
        let key = self
            .write(|turn| Ok(turn.signer()?.public_key_pem().to_owned()))
            .await?;
        let kept = self
            .read(move |db| Ok(db.read(|view| receipts::get(view, grant))?))
            .await?;
        kept.map(|kept| {
            Ok(Receipt {
                grant: kept.grant,
                at: kept.at,
                document: payload(&kept.jws).ok_or(VaultError::Internal("a receipt cannot be read"))?,
                jws: kept.jws,
                key: if kept.signing_key.is_empty() {
                    key
                } else {
                    kept.signing_key
                },
            })
        })
        .transpose()
    }
}

/// Checks the signature of a receipt and gives what it says.
///
/// # Errors
/// [`VerifyError`]; a text that is no receipt counts as a wrong signature.
pub fn verify_receipt(jws: &str, key: &str) -> Result<Value, VerifyError> {
    let bytes = jws::verify(jws, key)?;
    serde_json::from_slice(&bytes).map_err(|_| VerifyError::Signature)
}

/// What a receipt says; its signature is not looked at.
pub(crate) fn payload(jws: &str) -> Option<Value> {
    serde_json::from_slice(&jws::payload(jws)?).ok()
}

/// The receipt of a grant that the person is giving now.
pub(super) fn sign(signer: &Signer, document: &Value, grant: &Grant) -> Result<SignedReceipt, VaultError> {
    let bytes =
        serde_json::to_vec(document).map_err(|_| VaultError::Internal("a receipt could not be written"))?;
    let jws = jws::sign(signer, "consent-receipt+jwt", &bytes)
        .map_err(|_| VaultError::Internal("a receipt could not be signed"))?;
    Ok(SignedReceipt {
        grant: grant.id,
        at: grant.created_at,
        jws,
        signing_key: String::new(),
    })
}

/// What the receipt of a grant says.
pub(super) fn document(
    view: &View<'_>,
    space: SpaceId,
    grant: &Grant,
    detail: &Detail,
    policy: Option<PolicyText>,
) -> Result<Value, VaultError> {
    let notice = notice(view, grant, detail)?;
    let privacy = detail.privacy.as_ref().map(|address| {
        json!({
            "address": address,
            "accepted_at": stamp(grant.created_at),
            "sha256": policy.map(|policy| policy.sha256),
            "fetched_at": policy.map(|policy| stamp(policy.fetched_at)),
        })
    });
    Ok(json!({
        "schema": SCHEMA,
        "record_id": grant.id,
        "pii_principal_id": principal(space, &grant.recipient, detail),
        "event": {
            "type": "explicit",
            "state": "consent given",
            "time": stamp(grant.created_at),
            "duration": grant.duration,
            "valid_until": grant.until.map(stamp),
        },
        "notice": {
            "language": "en",
            "text": notice,
            "sha256": Sha256::of(notice.as_bytes()),
            "shown_sha256": grant.shown_sha256,
            "privacy_policy": privacy,
        },
        "purposes": [{
            "purpose": Some(&grant.purpose).filter(|words| !words.is_empty()),
            "stated_by": "recipient",
            "legal_basis": "consent, GDPR Art. 6(1)(a)",
            "pii_categories": categories(grant),
            "narrowing": Narrowing::of(grant).to_json(),
        }],
        "parties": [
            { "role": "recipient", "kind": grant.recipient.kind, "name": grant.recipient.name, "maker": detail.maker,
              "address": detail.origin, "identity": identity_words(&detail.identity),
              "destination": destination_words(&detail.destination) },
        ],
        "withdrawal": {
            "how": "In Satchel, on the page of the recipient, under Apps or under Activity: Stop sharing. In the terminal: \
                    satchel-cli grant revoke with record_id.",
            "effect": "from the next request on",
            "right": "GDPR Art. 7(3)",
        },
    }))
}

/// The notice as it stood on the screen, in sentences.
fn notice(view: &View<'_>, grant: &Grant, detail: &Detail) -> Result<String, VaultError> {
    let mut text = format!("{}. ", title(grant.face, &grant.recipient.name, &grant.scopes));
    if grant.purpose.is_empty() {
        text.push_str("It gives no reason. ");
    } else {
        text.push_str(&format!("Its reason: “{}” ", grant.purpose));
    }
    text.push_str(&format!("You share: {}", grant.shown_summary));
    let names = source_names(view, grant)?;
    if !names.is_empty() {
        text.push_str(&format!("; from {}", names.join(", ")));
    }
    text.push_str(". ");
    text.push_str(&match (grant.duration, grant.until) {
        (GrantDuration::Once, _) => "This once.".to_owned(),
        (GrantDuration::Until, Some(until)) => format!("Until {}.", stamp(until)),
        (GrantDuration::Until, None) | (GrantDuration::UntilStopped, _) => "Until you stop it.".to_owned(),
    });
    let goes = destination_words(&detail.destination);
    text.push_str(&format!(" What is shared {goes}."));
    Ok(text)
}

fn categories(grant: &Grant) -> Vec<Value> {
    grant
        .scopes
        .iter()
        .map(|scope| json!({ "scope": scope, "words": label_at(grant.face, scope) }))
        .collect()
}

/// How the recipient knows the person: by the account that was made for it; one that has none, by a name that nobody else has.
fn principal(space: SpaceId, party: &Party, detail: &Detail) -> String {
    if !detail.account.is_empty() {
        return detail.account.clone();
    }
    let text = format!(
        "satchel principal v1\n{space}\n{}\n{}\n",
        party.kind.as_str(),
        party.id
    );
    Sha256::of(text.as_bytes()).to_string()
}

fn stamp(at: OffsetDateTime) -> String {
    at.format(&Rfc3339).unwrap_or_default()
}

/// The receipts of grants, as they are handed to their recipient.
pub(super) fn of_grants(view: &View<'_>, grants: &[Grant]) -> Result<Vec<String>, VaultError> {
    let mut found = Vec::new();
    for grant in grants {
        found.extend(receipts::get(view, grant.id)?.map(|receipt| receipt.jws));
    }
    Ok(found)
}
