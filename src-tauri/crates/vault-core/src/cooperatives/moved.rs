//! What arrives with a backpack: the vault's own name and key, the peers, what is offered.
//!
//! A peer counts as compared only if the person compared it in this very vault, or makes a vault of the backpack. What is here is never
//! replaced: another key for a known peer waits for the person, as a changed key does.

use std::{collections::HashSet, sync::Arc};

use intercoop::{descriptor, key::PeerKey};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use time::OffsetDateTime;
use vault_crypto::Signer;
use vault_store::{
    Sha256, Tx, View, offered_services,
    peer_keys::{self, PinnedKey},
    peers::{self as table, Peer, PeerSource},
    sealed,
    service_marks::{self, ServiceMark},
    service_rules, settings,
};
use zeroize::Zeroizing;

use super::{
    offered::{self, Offer},
    own, peers,
};
use crate::{VaultError, disclosure::check_name, vault::Turn};

/// The vault as a peer, without its private keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct OwnFacts {
    /// Its peer id, where it has one.
    pub(crate) id: Option<String>,
    /// What it is called there, where that was chosen.
    pub(crate) name: Option<String>,
    /// Whether somebody has the id.
    pub(crate) given: bool,
    /// The version of its descriptor.
    pub(crate) version: i64,
    /// Its public key, in PEM, where it has one.
    pub(crate) key: Option<String>,
    /// The fingerprint of a key that others know and that is lost.
    #[serde(default)]
    pub(crate) lost_key: Option<Sha256>,
}

/// The private keys of the vault as a peer, in PEM.
pub(crate) struct OwnKeys {
    /// The one it signs with.
    pub(crate) key: Zeroizing<String>,
    /// The one before it, which signs the announcement of the change.
    pub(crate) previous: Option<Zeroizing<String>>,
}

/// What became of the vault’s own key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OwnKeyOutcome {
    /// The backpack speaks of none.
    None,
    /// It is the key that is here.
    Same,
    /// It came with the backpack.
    Came,
    /// Another one is here, and stays.
    Kept,
    /// The backpack does not hold it: a new one is made at its first use.
    Lost,
}

/// What arrives.
pub(crate) struct Arriving {
    /// When it was packed.
    pub(crate) packed_at: OffsetDateTime,
    /// Whether it comes to be as it was packed; else everything that gives somebody a right waits for the person.
    pub(crate) as_packed: bool,
    /// The vault as a peer.
    pub(crate) own: Option<OwnFacts>,
    /// Its private keys: the one it signs with, and the one before.
    pub(crate) own_keys: Option<Arc<(Signer, Option<Signer>)>>,
    /// Peers.
    pub(crate) peers: Vec<Peer>,
    /// Their keys.
    pub(crate) keys: Vec<PinnedKey>,
    /// Services of theirs that have stopped.
    pub(crate) stopped: Vec<ServiceMark>,
    /// What is offered.
    pub(crate) offers: Vec<Offer>,
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ArrivedPeers {
    /// Cooperatives that were not known here.
    pub added: u64,
    /// Known ones for which another key came: it waits for the person.
    pub waiting: u64,
    /// Ones that did not come: this vault itself, a key that is another’s, a name that imitates one.
    pub left_out: u64,
    /// Whether keys count as compared, and services as offered, as they were packed.
    pub as_packed: bool,
    /// Services that were not offered here.
    pub offered: u64,
    /// The vault’s own key.
    pub own_key: OwnKeyOutcome,
}

impl ArrivedPeers {
    /// Nothing came.
    pub(crate) const NOTHING: Self = Self {
        added: 0,
        waiting: 0,
        left_out: 0,
        as_packed: false,
        offered: 0,
        own_key: OwnKeyOutcome::None,
    };
}

enum Arrival {
    Known,
    Added,
    Waits,
    LeftOut,
}

/// Whether a text can be a peer id: small letters, as many as there may be.
pub(crate) fn is_peer_id(text: &str) -> bool {
    (1..=own::LONGEST_ID).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_lowercase())
}

/// What is said of the vault as a peer; `None` where it never was one. `key` is its public key in PEM.
pub(crate) fn own_facts(view: &View<'_>, key: Option<&str>) -> Result<Option<OwnFacts>, VaultError> {
    let facts = OwnFacts {
        id: own::text(view, own::ID)?,
        name: own::text(view, own::NAME)?,
        given: own::flag(view, own::GIVEN)?,
        version: own::version(view)?,
        key: key.map(str::to_owned),
        lost_key: own::lost_key(view)?,
    };
    Ok((facts.id.is_some() || facts.key.is_some()).then_some(facts))
}

/// The vault’s public key as a peer, in PEM, where there is one.
pub(crate) fn own_public_key(turn: &Turn<'_>) -> Result<Option<String>, VaultError> {
    let key = own::unsealed(turn, own::KEY)?;
    Ok(key.map(|key| key.public_key_pem().to_owned()))
}

/// Its private keys, for a full backpack.
pub(crate) fn own_private_keys(turn: &Turn<'_>) -> Result<Option<OwnKeys>, VaultError> {
    let pem = |signer: &Signer| {
        let pem = signer.to_pkcs8_pem();
        pem.map_err(|_| VaultError::Internal("the peer key could not be written"))
    };
    let Some(key) = own::unsealed(turn, own::KEY)? else {
        return Ok(None);
    };
    let previous = own::unsealed(turn, own::PREVIOUS_KEY)?;
    Ok(Some(OwnKeys {
        key: pem(&key)?,
        previous: previous.as_ref().map(pem).transpose()?,
    }))
}

/// Takes what arrives. The caller makes it one transaction.
pub(crate) fn bring(turn: &mut Turn<'_>, arriving: Arriving) -> Result<ArrivedPeers, VaultError> {
    let own_key = bring_own(turn, &arriving)?;
    let mut outcome = ArrivedPeers {
        own_key,
        as_packed: arriving.as_packed,
        ..ArrivedPeers::NOTHING
    };
    let mut fresh = HashSet::new();
    for peer in &arriving.peers {
        match bring_peer(turn, peer, arriving.as_packed)? {
            Arrival::Known => {}
            Arrival::Added => {
                fresh.insert(peer.id.as_str());
                outcome.added += 1;
            }
            Arrival::Waits => outcome.waiting += 1,
            Arrival::LeftOut => outcome.left_out += 1,
        }
    }
    turn.space.db.write(|tx| {
        for key in &arriving.keys {
            let pinned = arriving.as_packed && fresh.contains(key.peer.as_str());
            bring_key(tx, key, pinned, arriving.packed_at)?;
        }
        for mark in arriving
            .stopped
            .iter()
            .filter(|mark| fresh.contains(mark.peer.as_str()))
        {
            service_marks::put(tx, mark)?;
        }
        for offer in arriving.offers {
            outcome.offered += u64::from(bring_offer(tx, offer, arriving.as_packed)?);
        }
        Ok::<_, VaultError>(outcome)
    })
}

/// Name and key go together: a vault that has a key keeps both.
fn bring_own(turn: &mut Turn<'_>, arriving: &Arriving) -> Result<OwnKeyOutcome, VaultError> {
    let Some(facts) = &arriving.own else {
        return Ok(OwnKeyOutcome::None);
    };
    let theirs = facts.key.as_deref().map(key_of).transpose()?;
    if let Some(here) = own::unsealed(turn, own::KEY)? {
        let here = own::public_key(&here)?.fingerprint();
        return Ok(match theirs {
            None => OwnKeyOutcome::None,
            Some(theirs) if theirs.fingerprint() == here => OwnKeyOutcome::Same,
            Some(_) => OwnKeyOutcome::Kept,
        });
    }
    if turn
        .space
        .db
        .read(|view| is_taken(view, facts, theirs.as_ref()))?
    {
        return Ok(OwnKeyOutcome::Kept);
    }
    let sealed_keys = match arriving.own_keys.as_deref() {
        None => None,
        Some((key, previous)) => {
            let previous = previous.as_ref().map(|key| own::seal(turn, key)).transpose()?;
            Some((own::seal(turn, key)?, previous))
        }
    };
    let lost = match &theirs {
        Some(key) if sealed_keys.is_none() => Some(peers::sha(key)),
        Some(_) | None => facts.lost_key,
    };
    turn.space.db.write(|tx| {
        let is_lost_now = theirs.is_some() && sealed_keys.is_none();
        keep_facts(tx, facts, sealed_keys.is_some(), is_lost_now)?;
        own::set_lost_key(tx, lost)?;
        let Some((key, previous)) = &sealed_keys else {
            return Ok(if lost.is_some() {
                OwnKeyOutcome::Lost
            } else {
                OwnKeyOutcome::None
            });
        };
        sealed::set(tx, own::KEY, key)?;
        if let Some(previous) = previous {
            sealed::set(tx, own::PREVIOUS_KEY, previous)?;
        }
        Ok(OwnKeyOutcome::Came)
    })
}

/// Whether this vault is somebody else already, or knows that vault as another.
fn is_taken(view: &View<'_>, facts: &OwnFacts, key: Option<&PeerKey>) -> Result<bool, VaultError> {
    let here = own::text(view, own::ID)?;
    let is_another = own::flag(view, own::GIVEN)? && here != facts.id;
    let is_a_peer = table::list(view)?.iter().any(|peer| {
        Some(&peer.id) == facts.id.as_ref()
            || key.is_some_and(|key| peer.fingerprint == Some(peers::sha(key)))
    });
    Ok(is_another || is_a_peer)
}

/// A description with another key is a later one.
fn keep_facts(tx: &Tx<'_>, facts: &OwnFacts, with_key: bool, lost: bool) -> Result<(), VaultError> {
    let here = own::text(tx, own::ID)?;
    let moves = here.is_none() || facts.given || with_key;
    if let Some(id) = facts.id.as_ref().filter(|_| moves) {
        settings::set(tx, own::ID, &Value::String(id.clone()))?;
    }
    if facts.given {
        own::fix_id(tx)?;
    }
    if let (None, Some(name)) = (own::text(tx, own::NAME)?, &facts.name) {
        settings::set(tx, own::NAME, &Value::String(name.clone()))?;
    }
    if settings::get(tx, own::VERSION)?.is_none() {
        let version = facts.version.saturating_add(i64::from(lost));
        settings::set(tx, own::VERSION, &Value::from(version))?;
    }
    Ok(())
}

fn key_of(pem: &str) -> Result<PeerKey, VaultError> {
    PeerKey::from_pem(pem).map_err(|_| VaultError::Internal("a key of a backpack could not be read"))
}

fn bring_peer(turn: &mut Turn<'_>, peer: &Peer, as_packed: bool) -> Result<Arrival, VaultError> {
    let (descriptor, _) = descriptor::read(&peer.descriptor).map_err(VaultError::Descriptor)?;
    let mine = own::unsealed(turn, own::KEY)?;
    let mine = mine.as_ref().map(own::public_key).transpose()?;
    let now = turn.now();
    let known = turn.space.db.read(|view| table::get(view, &peer.id))?;
    let imitates = check_name(turn, &peers::party(&peer.id, &peer.name)).is_err();
    turn.space.db.write(|tx| {
        let is_me = own::text(tx, own::ID)?.as_ref() == Some(&peer.id)
            || mine.is_some_and(|mine| peer.fingerprint == Some(peers::sha(&mine)));
        let is_others = peers::check_key(tx, &descriptor).is_err();
        let Some(known) = known else {
            if is_me || is_others || imitates || table::list(tx)?.len() >= peers::MOST {
                return Ok(Arrival::LeftOut);
            }
            table::put(tx, &arrived(peer, as_packed))?;
            return Ok(Arrival::Added);
        };
        let is_former = peer_keys::of_peer(tx, &peer.id)?
            .iter()
            .any(|key| key.until.is_some() && Some(key.fingerprint) == peer.fingerprint);
        let is_news = peer.fingerprint.is_some() && peer.fingerprint != known.fingerprint && !is_former;
        if !is_news || is_me || is_others || known.waiting.is_some() {
            return Ok(Arrival::Known);
        }
        let waiting = Peer {
            waiting: Some(peer.descriptor.clone()),
            waiting_fingerprint: peer.fingerprint,
            waiting_since: Some(now),
            ..known
        };
        table::put(tx, &waiting)?;
        Ok(Arrival::Waits)
    })
}

fn arrived(peer: &Peer, as_packed: bool) -> Peer {
    if as_packed {
        return peer.clone();
    }
    Peer {
        came: PeerSource::Backpack,
        address: String::new(),
        checked_at: None,
        ..peer.clone()
    }
}

/// A key that is not pinned here comes as one that was: what it signed can be checked, and it opens nothing.
fn bring_key(
    tx: &Tx<'_>,
    key: &PinnedKey,
    pinned: bool,
    packed_at: OffsetDateTime,
) -> Result<(), VaultError> {
    let known = peer_keys::of_peer(tx, &key.peer)?;
    if known
        .iter()
        .any(|one| one.fingerprint == key.fingerprint && one.since == key.since)
    {
        return Ok(());
    }
    let until = if pinned {
        key.until
    } else {
        key.until.or(Some(packed_at))
    };
    Ok(peer_keys::insert(tx, &PinnedKey { until, ..key.clone() })?)
}

fn bring_offer(tx: &Tx<'_>, offer: Offer, as_packed: bool) -> Result<bool, VaultError> {
    let known = offered_services::list(tx)?;
    let is_known = known.iter().any(|one| one.id == offer.service.id);
    if is_known || known.len() >= offered::MOST {
        return Ok(false);
    }
    let mut service = offer.service;
    service.offered &= as_packed;
    offered_services::put(tx, &service)?;
    service_rules::replace(tx, &service.id, &offer.refused)?;
    Ok(true)
}
