//! A transfer from the first look to the moment before it is sent: draft, frozen text, signature.

use std::{collections::BTreeMap, fmt};

use intercoop::{
    descriptor::{Descriptor, Service},
    envelope,
    extras::Extras,
    field::Field,
    link::Link,
    payload::{self, PayloadFields},
    receipt::{Party as ReceiptParty, PayloadDigests, Receipt},
};
use time::OffsetDateTime;
use uuid::Uuid;
use vault_crypto::Passphrase;
use vault_store::{
    Sha256, TransferId, Tx, View,
    peers::Peer,
    service_marks,
    transfers::{self, Transfer, TransferState},
};

use super::{
    changed,
    fields::{self, TransferRow},
    own, peers,
    state::{TransferStep, after, is_unsent},
    work::{self, WorkOffer, WorkPart},
};
use crate::{
    SpaceHandle, VaultError,
    disclosure::{AgreedTransfer, Leaf, Narrowing, release_transfer},
    vault::Turn,
};

/// A transfer that is looked at. `Debug` leaves out the values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransferDraft {
    /// Its id.
    pub id: TransferId,
    /// Peer id of the receiver.
    pub peer: String,
    /// The receiver's name.
    pub peer_name: String,
    /// Id of the service.
    pub service: String,
    /// The service's name, in the person's language.
    pub service_name: String,
    /// What would be sent.
    pub rows: Vec<TransferRow>,
    /// What the person may add; none of it goes unless it is chosen when the text is frozen.
    pub work: Vec<WorkOffer>,
    /// Whether nothing is missing and the receiver's key is known.
    pub ready: bool,
}

/// What is to be posted, once. `Debug` leaves it out.
#[derive(Clone, PartialEq, Eq)]
pub struct Outbound {
    /// The transfer.
    pub id: TransferId,
    /// Where to.
    pub address: String,
    /// What.
    pub envelope: String,
}

impl fmt::Debug for Outbound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outbound")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

impl SpaceHandle {
    /// Begins a transfer. Nothing is frozen, and nothing leaves.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`] for an unknown cooperative or service; [`VaultError::Invalid`] for a service that names no fields.
    pub async fn prepare_transfer(&self, peer: &str, service: &str) -> Result<TransferDraft, VaultError> {
        self.ensure_peer_key().await?;
        let (peer, service) = (peer.to_owned(), service.to_owned());
        self.write(move |turn| {
            let languages = fields::languages(turn)?;
            let now = turn.now();
            let id = turn.space.db.write(|tx| {
                let (peer, descriptor) = known(tx, &peer)?;
                let service = service_of(&descriptor, &service)?;
                fields::wanted(&descriptor, service)
                    .ok_or(super::invalid("service", "one that says which fields it needs"))?;
                let transfer = begun(&peer, service, &languages, now);
                transfers::put(tx, &transfer)?;
                Ok::<_, VaultError>(transfer.id)
            })?;
            draft(turn, id)
        })
        .await
    }

    /// A transfer that is looked at, as it would be now.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`], also for one that was sent.
    pub async fn transfer_draft(&self, id: TransferId) -> Result<TransferDraft, VaultError> {
        self.write(move |turn| draft(turn, id)).await
    }

    /// Fills in a field, in the profile or in what is said of this cooperative.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`]; [`VaultError::Invalid`] names the field and what it needs, never the value.
    pub async fn fill_transfer(
        &self,
        id: TransferId,
        field: &str,
        value: &str,
    ) -> Result<TransferDraft, VaultError> {
        let field = Field::of_name(field).ok_or(VaultError::NoSuch("field"))?;
        let value = value.to_owned();
        self.write(move |turn| {
            let now = turn.now();
            turn.space.db.write(|tx| {
                let transfer = unsent(tx, id)?;
                fields::fill(tx, (&transfer.peer, &transfer.peer_name), field, &value, now)
            })?;
            turn.tell(crate::VaultEvent::PersonaChanged {
                space: turn.space.info.id,
            });
            draft(turn, id)
        })
        .await
    }

    /// Drops a transfer of which nothing left.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`], also for one that was sent.
    pub async fn drop_transfer(&self, id: TransferId) -> Result<(), VaultError> {
        self.write(move |turn| {
            turn.space.db.write(|tx| {
                unsent(tx, id)?;
                Ok::<_, VaultError>(transfers::remove(tx, id)?)
            })?;
            changed(turn);
            Ok(())
        })
        .await
    }

    /// Freezes the text of a transfer for the consent, with what of their work the person adds. It is good for 15 minutes; freezing again
    /// makes a new one.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`]; [`VaultError::Unchecked`] while the receiver's key was not compared or has changed;
    /// [`VaultError::Invalid`] while a field is missing, for work data of which there is none, or for an address that is neither https nor
    /// on this computer.
    pub async fn freeze_transfer(&self, id: TransferId, add: &[WorkPart]) -> Result<Transfer, VaultError> {
        self.ensure_peer_key().await?;
        let add = add.to_vec();
        self.write(move |turn| {
            let now = turn.now();
            let frozen = turn.space.db.write(|tx| {
                let transfer = unsent(tx, id)?;
                let frozen = freeze(tx, transfer, &add, now)?;
                transfers::put(tx, &frozen)?;
                Ok::<_, VaultError>(frozen)
            })?;
            changed(turn);
            Ok(frozen)
        })
        .await
    }

    /// The person's yes: signs exactly the text that was shown, and keeps that it is on its way before anybody can send it. What is
    /// returned is to be posted once.
    ///
    /// # Errors
    /// [`VaultError::WrongKey`]; [`VaultError::ShownChanged`] when this is not the text that was shown, its time is over, or the receiver
    /// is not as it was then; [`VaultError::NoSuch`] when it does not wait for a yes.
    pub async fn sign_transfer(
        &self,
        id: TransferId,
        shown: Sha256,
        passphrase: Passphrase,
    ) -> Result<Outbound, VaultError> {
        self.write(move |turn| {
            turn.check_passphrase(&passphrase)?;
            let outbound = sign(turn, id, shown)?;
            changed(turn);
            Ok(outbound)
        })
        .await
    }

    /// The person's no, or another look at it: the frozen text goes, the draft stays.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`] when it does not wait for an answer.
    pub async fn refuse_transfer(&self, id: TransferId) -> Result<(), VaultError> {
        self.write(move |turn| {
            turn.space.db.write(|tx| {
                let transfer = get(tx, id)?;
                let state =
                    after(transfer.state, TransferStep::Withdraw).ok_or(VaultError::NoSuch("question"))?;
                let draft = Transfer {
                    state,
                    frozen_at: None,
                    payload: None,
                    sha256: None,
                    size: 0,
                    message: None,
                    expires_at: None,
                    address: String::new(),
                    their_key: None,
                    ..transfer
                };
                Ok::<_, VaultError>(transfers::put(tx, &draft)?)
            })?;
            changed(turn);
            Ok(())
        })
        .await
    }

    /// One transfer.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`].
    pub async fn transfer(&self, id: TransferId) -> Result<Transfer, VaultError> {
        self.read(move |db| db.read(|view| get(view, id))).await
    }

    /// All transfers, newest first.
    ///
    /// # Errors
    /// The vault is locked, or the database could not be read.
    pub async fn transfers(&self) -> Result<Vec<Transfer>, VaultError> {
        self.read(|db| Ok(db.read(transfers::list)?)).await
    }

    /// The rows of a frozen text, for the consent: what is shown is read from the text itself.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`], also for one whose text was forgotten.
    pub async fn transfer_rows(&self, id: TransferId) -> Result<Vec<(String, Vec<String>)>, VaultError> {
        let transfer = self.transfer(id).await?;
        let text = transfer.payload.ok_or(VaultError::NoSuch("text"))?;
        let read = payload::ReceivedFields::read(&text)
            .map_err(|_| VaultError::Internal("a frozen text could not be read"))?;
        Ok(read
            .iter()
            .map(|(name, value)| {
                let values = value.values().iter().map(|one| one.sent().to_owned());
                (name.to_owned(), values.collect())
            })
            .collect())
    }
}

pub(super) fn get(view: &View<'_>, id: TransferId) -> Result<Transfer, VaultError> {
    transfers::get(view, id)?.ok_or(VaultError::NoSuch("transfer"))
}

fn unsent(view: &View<'_>, id: TransferId) -> Result<Transfer, VaultError> {
    let transfer = get(view, id)?;
    if is_unsent(transfer.state) {
        Ok(transfer)
    } else {
        Err(VaultError::NoSuch("draft"))
    }
}

fn known(view: &View<'_>, id: &str) -> Result<(Peer, Descriptor), VaultError> {
    let peer = peers::get(view, id)?;
    let descriptor = peers::descriptor_of(&peer)?;
    Ok((peer, descriptor))
}

fn service_of<'a>(descriptor: &'a Descriptor, id: &str) -> Result<&'a Service, VaultError> {
    descriptor.service(id).ok_or(VaultError::NoSuch("service"))
}

fn begun(peer: &Peer, service: &Service, languages: &[String], now: OffsetDateTime) -> Transfer {
    let languages: Vec<&str> = languages.iter().map(String::as_str).collect();
    Transfer {
        id: TransferId::new(),
        peer: peer.id.clone(),
        peer_name: peer.name.clone(),
        service: service.id.clone(),
        service_name: service
            .name
            .for_languages(&languages)
            .cloned()
            .unwrap_or_default(),
        state: TransferState::Drafted,
        begun_at: now,
        frozen_at: None,
        payload: None,
        sha256: None,
        size: 0,
        message: None,
        expires_at: None,
        envelope: None,
        address: String::new(),
        their_key: None,
        sent_at: None,
        ended_at: None,
        fault: String::new(),
        answer_status: None,
        answer_type: None,
        answer: None,
        receipt: None,
        disclosure: None,
    }
}

fn draft(turn: &mut Turn<'_>, id: TransferId) -> Result<TransferDraft, VaultError> {
    let now = turn.now();
    turn.space.db.write(|tx| {
        let transfer = unsent(tx, id)?;
        let (peer, descriptor) = known(tx, &transfer.peer)?;
        let service = service_of(&descriptor, &transfer.service)?;
        let wanted = fields::wanted(&descriptor, service).unwrap_or_default();
        let values = fields::values(tx, &own::own_id(tx)?, &peer.id, &wanted)?;
        let rows = fields::rows(&values, &wanted);
        Ok(TransferDraft {
            id,
            ready: peers::is_trusted(&peer) && !rows.iter().any(|row| row.missing),
            peer: peer.id,
            peer_name: peer.name,
            service: transfer.service,
            service_name: transfer.service_name,
            rows,
            work: work::offers(tx, now)?,
        })
    })
}

fn freeze(
    tx: &Tx<'_>,
    transfer: Transfer,
    add: &[WorkPart],
    now: OffsetDateTime,
) -> Result<Transfer, VaultError> {
    let state = after(transfer.state, TransferStep::Freeze).ok_or(VaultError::NoSuch("draft"))?;
    let (peer, descriptor) = known(tx, &transfer.peer)?;
    if !peers::is_trusted(&peer) {
        return Err(VaultError::Unchecked);
    }
    let service = service_of(&descriptor, &transfer.service)?;
    let wanted = fields::wanted(&descriptor, service).ok_or(VaultError::NoSuch("service"))?;
    let mut values = fields::values(tx, &own::own_id(tx)?, &peer.id, &wanted)?;
    if let Some(row) = fields::rows(&values, &wanted).into_iter().find(|row| row.missing) {
        return Err(super::invalid(row.field, "a value: they need it"));
    }
    work::add(tx, add, now, &mut values)?;
    let address = address(&descriptor)?;
    let message = Uuid::new_v4();
    let extras = Extras::new(message, now, &peer.id, &transfer.service);
    extras.write_to(&mut values);
    let text = payload::write(&values);
    if text.len() > envelope::MAX_BODY_BYTES / 2 {
        return Err(super::invalid(
            "fields",
            "shorter texts: this is too long to send",
        ));
    }
    Ok(Transfer {
        state,
        frozen_at: Some(now),
        sha256: Some(Sha256::of(text.as_bytes())),
        size: u32::try_from(text.len()).unwrap_or(u32::MAX),
        payload: Some(text),
        message: Some(message.hyphenated().to_string()),
        expires_at: extras.expires_at,
        address: address.as_str().to_owned(),
        their_key: peer.fingerprint,
        ..transfer
    })
}

/// Where a package for this peer goes: https, or this computer.
fn address(descriptor: &Descriptor) -> Result<Link, VaultError> {
    descriptor
        .activate_url()
        .filter(Link::is_private)
        .ok_or(super::invalid(
            "targetUrl",
            "an https address: anything else can be read on the way",
        ))
}

fn sign(turn: &mut Turn<'_>, id: TransferId, shown: Sha256) -> Result<Outbound, VaultError> {
    let now = turn.now();
    let signer = own::signer(turn)?;
    let (transfer, peer, descriptor) = turn.space.db.read(|view| {
        let transfer = get(view, id)?;
        let (peer, descriptor) = known(view, &transfer.peer)?;
        Ok::<_, VaultError>((transfer, peer, descriptor))
    })?;
    let state = after(transfer.state, TransferStep::Sign).ok_or(VaultError::NoSuch("question"))?;
    let text = transfer.payload.clone().ok_or(VaultError::NoSuch("text"))?;
    let address = address(&descriptor)?;
    if !peers::is_trusted(&peer) {
        return Err(VaultError::Unchecked);
    }
    let is_as_shown = Sha256::of(text.as_bytes()) == shown
        && transfer.sha256 == Some(shown)
        && transfer.expires_at.is_some_and(|until| now < until)
        && transfer.their_key == peer.fingerprint
        && transfer.address == address.as_str();
    if !is_as_shown {
        return Err(VaultError::ShownChanged);
    }
    let failed = |_| VaultError::Internal("a transfer could not be signed");
    let signature = signer.sign_pkcs1v15_sha1(text.as_bytes()).map_err(failed)?;
    let strong = signer.sign_pss_sha256(text.as_bytes()).map_err(failed)?;
    let envelope = envelope::write_strong(&text, &signature, &strong);
    let service = service_of(&descriptor, &transfer.service)?;
    let wanted = fields::wanted(&descriptor, service).unwrap_or_default();
    let read = payload::ReceivedFields::read(&text)
        .map_err(|_| VaultError::Internal("a frozen text could not be read"))?;
    let sent: Vec<Field> = wanted
        .into_iter()
        .filter(|field| read.get(field.name()).is_some())
        .collect();
    let (mut scopes, own_id) = turn.space.db.write(|tx| {
        let values = of_text(&read);
        Ok::<_, VaultError>((fields::scopes(tx, &peer.id, &values, &sent)?, own::own_id(tx)?))
    })?;
    let narrowing = if work::is_in(&read) {
        scopes.push(Leaf::Summary.scope()?);
        work::narrowing(transfer.frozen_at.unwrap_or(now))
    } else {
        Narrowing::default()
    };
    let receipt = Receipt {
        sender: ReceiptParty {
            peer_id: own_id,
            key: Some(own::public_key(&signer)?),
        },
        target: ReceiptParty {
            peer_id: peer.id.clone(),
            key: descriptor.key.clone(),
        },
        address: address.clone(),
        service: transfer.service.clone(),
        payload: PayloadDigests::of(&text),
        signature,
        strong_signature: Some(strong),
        envelope: None,
        sent_at: now,
        answer: None,
    };
    let agreed = AgreedTransfer {
        party: peers::party(&peer.id, &peer.name),
        purpose: transfer.service_name.clone(),
        privacy: descriptor
            .privacy_policy_of(service)
            .and_then(|links| links.for_languages(&["en"]))
            .map(|link| link.as_str().to_owned()),
        host: address.host().to_owned(),
        since: peer.checked_at.unwrap_or(now),
        scopes,
        narrowing,
        sha256: shown,
        counts: BTreeMap::from([
            ("fields".to_owned(), read.iter().count() as u64),
            ("bytes".to_owned(), text.len() as u64),
        ]),
    };
    let outbound = Outbound {
        id,
        address: address.as_str().to_owned(),
        envelope: envelope.clone(),
    };
    release_transfer(turn, agreed, |tx, disclosure| {
        // Looked at again in the transaction that releases: nothing is signed twice.
        let kept = get(tx, id)?;
        if kept != transfer {
            return Err(VaultError::ShownChanged);
        }
        own::fix_id(tx)?;
        service_marks::remove(tx, &transfer.peer, &transfer.service)?;
        let sending = Transfer {
            state,
            envelope: Some(envelope),
            sent_at: Some(now),
            receipt: Some(receipt.to_json()),
            disclosure: Some(disclosure),
            ..transfer
        };
        Ok(transfers::put(tx, &sending)?)
    })?;
    Ok(outbound)
}

/// Which fields a text has, as far as scopes are concerned.
fn of_text(read: &payload::ReceivedFields) -> PayloadFields {
    let mut fields = PayloadFields::new();
    for (name, value) in read.iter() {
        let Some(field) = Field::of_name(name) else {
            continue;
        };
        let is_null = value
            .values()
            .iter()
            .any(|one| one.meaning() == payload::Meaning::Null);
        fields.set(
            field,
            if is_null {
                payload::Value::Null
            } else {
                payload::Value::Flag(true)
            },
        );
    }
    fields
}
