//! What peers send here: checked, stored, answered, and kept or let go by the person.

use std::collections::BTreeMap;

use intercoop::{
    envelope::{self, Expectations, Package, Sender},
    errors::WireError,
    extras::Extras,
    link::Link,
    payload::ReceivedFields,
    reason::Reason,
    reply::{self, Reply},
};
use time::{Duration, OffsetDateTime, macros::datetime};
use vault_crypto::Token;
use vault_store::{
    IncomingId, Sha256, Tx, continuations,
    continuations::Continuation,
    incoming_transfers::{self, Incoming, IncomingState},
    peers as table, service_rules,
};

use super::{changed, fields, offered, own, peers};
use crate::{SpaceHandle, VaultError, VaultHandle, vault::Turn};

/// How long an incoming transfer waits for the person.
pub const INCOMING_LIFE: Duration = Duration::days(14);
/// How long the page that says what arrived can be opened.
const CONTINUATION_LIFE: Duration = Duration::minutes(15);
/// How much longer than it is good a package is remembered: a clock may go back.
const GRACE: Duration = Duration::days(1);
/// The end of what has none.
const FOR_EVER: OffsetDateTime = datetime!(9999-12-31 00:00 UTC);
/// How many transfers of one peer may wait.
const MOST_WAITING: u32 = 100;

/// An incoming transfer for people. `Debug` leaves out the values.
#[derive(Clone, PartialEq, Eq)]
pub struct IncomingView {
    /// The row.
    pub incoming: Incoming,
    /// The name of the service of ours that it is for, in the person's language; its id where the service is offered no more, and empty for
    /// none.
    pub service_name: String,
    /// Its fields: words for people and values, as they were sent. Empty once the text is gone.
    pub fields: Vec<(String, Vec<String>)>,
}

impl std::fmt::Debug for IncomingView {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("IncomingView")
            .field("incoming", &self.incoming)
            .finish_non_exhaustive()
    }
}

/// What the page behind a continuation says: that something arrived, and which fields. Never a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrived {
    /// Who sent it.
    pub from: String,
    /// The words of the fields.
    pub fields: Vec<String>,
    /// Whether it had arrived before.
    pub repeated: bool,
}

impl VaultHandle {
    /// Takes a package. Without a handle it belongs to the first space that knows its sender; with one, to the space of that handle. `base`
    /// is the gateway's address, for the page that says what arrived. Whatever is wrong with a package is an answer, not an error.
    ///
    /// # Errors
    /// The vault is locked, or a database could not be read or written.
    pub async fn receive_transfer(
        &self,
        handle: Option<&str>,
        body: Vec<u8>,
        base: &str,
    ) -> Result<Reply, VaultError> {
        let mut refusal = None;
        for info in self.spaces().await? {
            if handle.is_some_and(|handle| own::handle_of(&info.id.to_string()) != handle) {
                continue;
            }
            let space = self.space(info.id).await?;
            let (package, base) = (body.clone(), base.to_owned());
            let answer = space.write(move |turn| receive(turn, &package, &base)).await?;
            match answer {
                Ok(reply) => return Ok(reply),
                // Another space may know the sender.
                Err(error @ WireError::BadPeer { .. }) => {
                    refusal.get_or_insert(error);
                }
                Err(error) => return Ok(reply::refused(&error)),
            }
        }
        let error = refusal.unwrap_or_else(|| WireError::bad_message("There is nobody at this address"));
        Ok(reply::refused(&error))
    }

    /// Takes the token of a continuation page: what arrived, once.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`] for a token that is unknown, was used, or whose time is over.
    pub async fn take_continuation(&self, token: &str) -> Result<Arrived, VaultError> {
        let token = Token::parse(token).map_err(|_| VaultError::NoSuch("page"))?;
        let digest = Sha256(token.hash());
        for info in self.spaces().await? {
            let space = self.space(info.id).await?;
            let found = space.write(move |turn| arrived(turn, digest)).await?;
            if let Some(arrived) = found {
                return Ok(arrived);
            }
        }
        Err(VaultError::NoSuch("page"))
    }
}

impl SpaceHandle {
    /// What came and waits, or was kept, newest first.
    ///
    /// # Errors
    /// The vault is locked, or the database could not be written.
    pub async fn incoming_transfers(&self) -> Result<Vec<IncomingView>, VaultError> {
        self.write(|turn| {
            let now = turn.now();
            let languages = fields::languages(turn)?;
            turn.space.db.write(|tx| {
                sweep(tx, now)?;
                let names = offered::names(tx, &languages)?;
                let all = incoming_transfers::list(tx)?.into_iter();
                all.filter(|one| one.payload.is_some())
                    .map(|one| view(one, &names))
                    .collect()
            })
        })
        .await
    }

    /// How many wait for the person.
    ///
    /// # Errors
    /// The vault is locked, or the database could not be read.
    pub async fn incoming_waiting(&self) -> Result<u32, VaultError> {
        self.write(|turn| {
            let now = turn.now();
            turn.space.db.write(|tx| {
                sweep(tx, now)?;
                Ok(incoming_transfers::waiting(tx)?)
            })
        })
        .await
    }

    /// One of them.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`], also for one that was discarded or expired.
    pub async fn incoming_transfer(&self, id: IncomingId) -> Result<IncomingView, VaultError> {
        self.write(move |turn| {
            let now = turn.now();
            let languages = fields::languages(turn)?;
            turn.space.db.write(|tx| {
                sweep(tx, now)?;
                view(there(tx, id)?, &offered::names(tx, &languages)?)
            })
        })
        .await
    }

    /// Keeps what came: it no longer goes by itself.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`] for one that does not wait.
    pub async fn accept_incoming(&self, id: IncomingId) -> Result<(), VaultError> {
        self.settle(id, |incoming| Incoming {
            state: IncomingState::Accepted,
            ..incoming
        })
        .await
    }

    /// Lets go of what came, or was kept: its text and its package go at once. That it came is remembered by its digest for as long as it
    /// could come again with success, so that it is known then: until a day after the end that its sender signed, else, as from senders that
    /// sign none, for as long as the sender is known.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`] for one that is gone.
    pub async fn discard_incoming(&self, id: IncomingId) -> Result<(), VaultError> {
        self.settle(id, |incoming| let_go(incoming, IncomingState::Discarded))
            .await
    }

    async fn settle(
        &self,
        id: IncomingId,
        how: impl FnOnce(Incoming) -> Incoming + Send + 'static,
    ) -> Result<(), VaultError> {
        self.write(move |turn| {
            let now = turn.now();
            turn.space.db.write(|tx| {
                sweep(tx, now)?;
                let incoming = there(tx, id)?;
                Ok::<_, VaultError>(incoming_transfers::put(tx, &how(incoming))?)
            })?;
            changed(turn);
            Ok(())
        })
        .await
    }
}

/// Lets go of what nobody looked at in time, and of what is remembered of others for longer than it can come again. Every look at what came
/// does it, and every start.
pub(crate) fn sweep(tx: &Tx<'_>, now: OffsetDateTime) -> Result<(), VaultError> {
    for incoming in incoming_transfers::overdue(tx, now)? {
        incoming_transfers::put(tx, &let_go(incoming, IncomingState::Expired))?;
    }
    incoming_transfers::prune(tx, now)?;
    continuations::expire(tx, now)?;
    Ok(())
}

/// What is left of an incoming transfer without its text: the digest, and until when it is needed. A text that cannot be read any more counts
/// as one without an end.
fn let_go(incoming: Incoming, state: IncomingState) -> Incoming {
    let text = incoming.payload.as_deref().unwrap_or_default();
    let extras = ReceivedFields::read(text).and_then(|fields| Extras::read(&fields));
    let end = extras.ok().and_then(|extras| extras.expires_at);
    Incoming {
        state,
        payload: None,
        envelope: None,
        expires_at: end.and_then(|end| end.checked_add(GRACE)).unwrap_or(FOR_EVER),
        ..incoming
    }
}

fn there(tx: &Tx<'_>, id: IncomingId) -> Result<Incoming, VaultError> {
    incoming_transfers::get(tx, id)?
        .filter(|one| one.payload.is_some())
        .ok_or(VaultError::NoSuch("transfer"))
}

fn view(incoming: Incoming, names: &BTreeMap<String, String>) -> Result<IncomingView, VaultError> {
    let fields = match &incoming.payload {
        None => Vec::new(),
        Some(text) => labelled(&read(text)?),
    };
    let name = names.get(&incoming.service).unwrap_or(&incoming.service);
    Ok(IncomingView {
        service_name: name.clone(),
        incoming,
        fields,
    })
}

fn read(text: &str) -> Result<ReceivedFields, VaultError> {
    ReceivedFields::read(text).map_err(|_| VaultError::Internal("a received text could not be read"))
}

fn labelled(fields: &ReceivedFields) -> Vec<(String, Vec<String>)> {
    fields
        .personal()
        .map(|(name, value)| {
            let known = fields::field_label(name);
            let values = value.values().iter().map(|one| one.sent().to_owned());
            (known.unwrap_or(name).to_owned(), values.collect())
        })
        .collect()
}

/// A package, in one transaction from the check to the answer.
fn receive(turn: &mut Turn<'_>, body: &[u8], base: &str) -> Result<Result<Reply, WireError>, VaultError> {
    let now = turn.now();
    let answer = turn.space.db.write(|tx| {
        sweep(tx, now)?;
        let audience = own::own_id(tx)?;
        let mut trouble = None;
        let ring = |peer: &str| match sender(tx, peer) {
            Ok(sender) => sender,
            Err(error) => {
                trouble = Some(error);
                None
            }
        };
        let expectations = Expectations {
            audience: &audience,
            now,
        };
        let opened = envelope::open(body, ring, &expectations);
        if let Some(error) = trouble {
            return Err(error);
        }
        match opened {
            Ok(package) => take(tx, &package, body, base, now),
            Err(error) => Ok(Err(error)),
        }
    })?;
    if answer.is_ok() {
        changed(turn);
    }
    Ok(answer)
}

/// Only peers whose key the person compared are known here.
fn sender(tx: &Tx<'_>, id: &str) -> Result<Option<Sender>, VaultError> {
    let Some(peer) = table::get(tx, id)?.filter(peers::is_trusted) else {
        return Ok(None);
    };
    Ok(peers::descriptor_of(&peer)?.key.map(|key| Sender {
        key,
        needs_extras: peer.strong,
        needs_strong_signature: peer.strong,
    }))
}

fn take(
    tx: &Tx<'_>,
    package: &Package,
    body: &[u8],
    base: &str,
    now: OffsetDateTime,
) -> Result<Result<Reply, WireError>, VaultError> {
    let peer = peers::get(tx, &package.peer)?;
    let sha256 = Sha256(package.digest());
    let message = package.extras.message_id.map(|id| id.hyphenated().to_string());
    if let Some(before) = incoming_transfers::of_text(tx, &peer.id, sha256)? {
        if peer.strong {
            return Ok(Err(Reason::Repeated.into()));
        }
        let again = Incoming {
            repeats: before.repeats.saturating_add(1),
            ..before
        };
        incoming_transfers::put(tx, &again)?;
        return answer(tx, again.id, true, base, now).map(Ok);
    }
    if let Some(message) = &message
        && incoming_transfers::of_message(tx, &peer.id, message)?.is_some()
    {
        return Ok(Err(Reason::Repeated.into()));
    }
    let service = match offered::meant(tx, package.extras.service.as_deref())? {
        Ok(service) => service,
        Err(reason) => return Ok(Err(reason.into())),
    };
    if let Some(service) = &service {
        let rules = service_rules::of_service(tx, &service.id)?;
        if let Some(reason) = offered::stopped_for(&rules, &peer.id, &package.fields) {
            return Ok(Err(reason.into()));
        }
        if let Err(error) = package.fields.require(&offered::fields_of(service)) {
            return Ok(Err(error));
        }
    }
    if incoming_transfers::waiting_of(tx, &peer.id)? >= MOST_WAITING {
        return Ok(Err(WireError::bad_message(
            "Too many transfers wait here already",
        )));
    }
    let incoming = Incoming {
        id: IncomingId::new(),
        peer: peer.id,
        peer_name: peer.name,
        service: service.map(|service| service.id).unwrap_or_default(),
        payload: Some(package.text.clone()),
        sha256,
        envelope: Some(body.to_vec()),
        message,
        state: IncomingState::Waiting,
        received_at: now,
        expires_at: now + INCOMING_LIFE,
        repeats: 0,
    };
    incoming_transfers::put(tx, &incoming)?;
    answer(tx, incoming.id, false, base, now).map(Ok)
}

fn answer(
    tx: &Tx<'_>,
    id: IncomingId,
    repeated: bool,
    base: &str,
    now: OffsetDateTime,
) -> Result<Reply, VaultError> {
    let token = Token::generate();
    let what = Continuation {
        incoming: id,
        repeated,
    };
    continuations::insert(tx, Sha256(token.hash()), what, now + CONTINUATION_LIFE)?;
    let address = format!("{base}{}/continue/{}", own::BASE_PATH, token.to_text().as_str());
    let link = Link::parse(&address)
        .map_err(|_| VaultError::Internal("an address of the gateway could not be written"))?;
    Ok(reply::accepted(*id.as_uuid(), &link))
}

fn arrived(turn: &mut Turn<'_>, token: Sha256) -> Result<Option<Arrived>, VaultError> {
    let now = turn.now();
    turn.space.db.write(|tx| {
        let Some(what) = continuations::take(tx, token, now)? else {
            return Ok(None);
        };
        let Some(incoming) = incoming_transfers::get(tx, what.incoming)? else {
            return Ok(None);
        };
        let fields = match (&incoming.payload, what.repeated) {
            (Some(text), false) => labelled(&read(text)?)
                .into_iter()
                .map(|(label, _)| label)
                .collect(),
            (None, _) | (_, true) => Vec::new(),
        };
        Ok(Some(Arrived {
            from: incoming.peer_name,
            fields,
            repeated: what.repeated,
        }))
    })
}
