//! Peers: read from a descriptor, pinned by their key, compared by the person, removed.

use intercoop::{
    descriptor::{self, Descriptor, Note},
    key::PeerKey,
    rotation,
};
use time::OffsetDateTime;
use vault_store::{
    Party, PartyKind, Sha256, Tx, View,
    peer_keys::{self, KeyOrigin, PinnedKey},
    peers::{self, Peer, PeerSource},
    service_marks::{self, ServiceMark},
};

use super::{changed, invalid, own, pictures};
use crate::{SpaceHandle, VaultError, disclosure::check_name, vault::Turn};

/// The most peers of a space.
pub(super) const MOST: usize = 500;
/// The largest logo that is kept, in bytes.
const LARGEST_LOGO: usize = 64 * 1024;

/// How a descriptor stands to what is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PeerStanding {
    /// Nobody of this id is known.
    New,
    /// The same key, and the same host to send to.
    Same,
    /// Another key, or another host: nothing goes out until the person has looked.
    Changed,
    /// Another key, which the known one has signed.
    Rotated,
}

/// A descriptor that was read and not kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeerLook {
    /// Its peer id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// A sentence about it, in the person's language.
    pub description: String,
    /// The host that packages would go to; empty for one that receives nothing.
    pub host: String,
    /// The fingerprint of its key in groups; empty if it gave none.
    pub fingerprint: String,
    /// The names of its services.
    pub services: Vec<String>,
    /// What is odd about the descriptor, in words.
    pub notes: Vec<String>,
    /// The address of its logo.
    pub logo: Option<String>,
    /// The addresses of the pictures of its services, each with the id of the service.
    pub pictures: Vec<(String, String)>,
    /// How it stands to what is known.
    pub standing: PeerStanding,
}

/// A descriptor that the person wants to keep.
#[derive(Debug, Clone)]
pub struct NewPeer {
    /// Its text.
    pub descriptor: String,
    /// How it came.
    pub came: PeerSource,
    /// The address it was fetched from; empty for any other source.
    pub address: String,
    /// Its logo, PNG or JPEG, where it could be had.
    pub logo: Option<Vec<u8>>,
    /// Whether the person has compared the fingerprint.
    pub compared: bool,
}

impl SpaceHandle {
    /// Reads a descriptor and says how it stands to what is known. Nothing is kept.
    ///
    /// # Errors
    /// [`VaultError::Descriptor`] for one that cannot be used, a published key among them; [`VaultError::Exists`] for a key that is that of
    /// another peer, or of this vault.
    pub async fn look_at_peer(&self, text: String) -> Result<PeerLook, VaultError> {
        self.ensure_peer_key().await?;
        self.write(move |turn| {
            let (descriptor, notes) = read(turn, &text)?;
            let known = turn.space.db.read(|view| peers::get(view, &descriptor.peer_id))?;
            let languages = super::fields::languages(turn)?;
            let preferred: Vec<&str> = languages.iter().map(String::as_str).collect();
            let words = |words: &descriptor::Translated<String>| {
                words.for_languages(&preferred).cloned().unwrap_or_default()
            };
            Ok(PeerLook {
                standing: standing(known.as_ref(), &descriptor, &text)?,
                description: descriptor.description.as_ref().map(words).unwrap_or_default(),
                host: host_of(&descriptor),
                fingerprint: descriptor
                    .key
                    .as_ref()
                    .map(|key| key.fingerprint().grouped())
                    .unwrap_or_default(),
                services: descriptor
                    .services
                    .iter()
                    .map(|service| words(&service.name))
                    .collect(),
                notes: notes.iter().map(note_words).collect(),
                logo: descriptor.logo.as_ref().map(|logo| logo.as_str().to_owned()),
                pictures: descriptor.services.iter().filter_map(picture_of).collect(),
                id: descriptor.peer_id,
                name: descriptor.name,
            })
        })
        .await
    }

    /// Keeps a peer, or what a known one says anew. A key or a host that differs waits for the person's comparison.
    ///
    /// # Errors
    /// Those of [`look_at_peer`](Self::look_at_peer); [`VaultError::Imitates`] for a name that looks like another's.
    pub async fn add_peer(&self, new: NewPeer) -> Result<Peer, VaultError> {
        self.ensure_peer_key().await?;
        self.write(move |turn| {
            let (descriptor, _) = read(turn, &new.descriptor)?;
            if new.logo.as_ref().is_some_and(|logo| logo.len() > LARGEST_LOGO) {
                return Err(invalid("logo", "at most 64 kB"));
            }
            check_name(turn, &party(&descriptor.peer_id, &descriptor.name))?;
            let now = turn.now();
            let peer = turn.space.db.write(|tx| keep(tx, new, &descriptor, now))?;
            changed(turn);
            Ok(peer)
        })
        .await
    }

    /// The peers, by name.
    ///
    /// # Errors
    /// The vault is locked, or the database could not be read.
    pub async fn peers(&self) -> Result<Vec<Peer>, VaultError> {
        self.read(|db| Ok(db.read(peers::list)?)).await
    }

    /// The keys that were pinned for a peer, oldest first.
    ///
    /// # Errors
    /// The vault is locked, or the database could not be read.
    pub async fn keys_of_peer(&self, id: &str) -> Result<Vec<PinnedKey>, VaultError> {
        let id = id.to_owned();
        self.read(move |db| Ok(db.read(|view| peer_keys::of_peer(view, &id))?))
            .await
    }

    /// What the comparison of a key came to: of the one that waits, else of the one that is pinned. One that differs is not trusted: what
    /// waits is dropped, and a pinned key counts as unchecked.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`]; [`VaultError::Invalid`] for a peer without a key.
    pub async fn key_compared(&self, id: &str, matches: bool) -> Result<(), VaultError> {
        let id = id.to_owned();
        self.write(move |turn| {
            let now = turn.now();
            turn.space.db.write(|tx| {
                let peer = get(tx, &id)?;
                let peer = match (peer.waiting.clone(), matches) {
                    (Some(text), true) => {
                        let (descriptor, _) = descriptor::read(&text).map_err(VaultError::Descriptor)?;
                        check_key(tx, &descriptor)?;
                        adopt(
                            tx,
                            Peer {
                                descriptor: text,
                                ..peer
                            },
                            &descriptor,
                            KeyOrigin::Comparison,
                            now,
                        )?
                    }
                    (Some(_), false) => without_waiting(peer),
                    (None, _) if peer.fingerprint.is_none() => {
                        return Err(invalid("key", "a cooperative that gave one"));
                    }
                    (None, true) => {
                        let descriptor = descriptor_of(&peer)?;
                        check_key(tx, &descriptor)?;
                        adopt(tx, peer, &descriptor, KeyOrigin::Comparison, now)?
                    }
                    (None, false) => Peer {
                        checked_at: None,
                        ..peer
                    },
                };
                Ok::<_, VaultError>(peers::put(tx, &peer)?)
            })?;
            changed(turn);
            Ok(())
        })
        .await
    }

    /// Removes a peer. Its transfers and the history of its keys stay.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`].
    pub async fn remove_peer(&self, id: &str) -> Result<(), VaultError> {
        let id = id.to_owned();
        self.write(move |turn| {
            let now = turn.now();
            turn.space.db.write(|tx| {
                if !peers::remove(tx, &id)? {
                    return Err(VaultError::NoSuch("cooperative"));
                }
                pictures::forget(tx, &id)?;
                Ok(peer_keys::end(tx, &id, now)?)
            })?;
            changed(turn);
            Ok(())
        })
        .await
    }

    /// Whether a peer has to send the signed extras and the second signature.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`].
    pub async fn set_peer_strong(&self, id: &str, strong: bool) -> Result<(), VaultError> {
        let id = id.to_owned();
        self.write(move |turn| {
            turn.space.db.write(|tx| {
                let peer = get(tx, &id)?;
                Ok::<_, VaultError>(peers::put(tx, &Peer { strong, ..peer })?)
            })?;
            changed(turn);
            Ok(())
        })
        .await
    }

    /// Marks a service of a peer as stopped, or takes the mark away.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`].
    pub async fn mark_service(&self, peer: &str, service: &str, stopped: bool) -> Result<(), VaultError> {
        let (peer, service) = (peer.to_owned(), service.to_owned());
        self.write(move |turn| {
            let stopped_at = turn.now();
            turn.space.db.write(|tx| {
                get(tx, &peer)?;
                if stopped {
                    let mark = ServiceMark {
                        peer,
                        service,
                        stopped_at,
                    };
                    service_marks::put(tx, &mark)?;
                } else {
                    service_marks::remove(tx, &peer, &service)?;
                }
                Ok::<_, VaultError>(())
            })?;
            changed(turn);
            Ok(())
        })
        .await
    }
}

fn picture_of(service: &descriptor::Service) -> Option<(String, String)> {
    let image = service.image.as_ref()?;
    Some((service.id.clone(), image.as_str().to_owned()))
}

/// A peer as a party of the log.
pub(super) fn party(id: &str, name: &str) -> Party {
    Party {
        kind: PartyKind::Cooperative,
        id: id.to_owned(),
        name: name.to_owned(),
    }
}

pub(super) fn get(view: &View<'_>, id: &str) -> Result<Peer, VaultError> {
    peers::get(view, id)?.ok_or(VaultError::NoSuch("cooperative"))
}

/// What a kept peer says of itself.
pub(super) fn descriptor_of(peer: &Peer) -> Result<Descriptor, VaultError> {
    descriptor::read(&peer.descriptor)
        .map(|(descriptor, _)| descriptor)
        .map_err(VaultError::Descriptor)
}

/// Whether the person knows whose key this is, and nothing waits: only then does anything go out or come in.
pub(super) fn is_trusted(peer: &Peer) -> bool {
    peer.checked_at.is_some() && peer.fingerprint.is_some() && peer.waiting.is_none()
}

pub(super) fn sha(key: &PeerKey) -> Sha256 {
    Sha256(*key.fingerprint().as_bytes())
}

fn host_of(descriptor: &Descriptor) -> String {
    descriptor
        .target
        .as_ref()
        .map(|target| target.host().to_owned())
        .unwrap_or_default()
}

fn read(turn: &mut Turn<'_>, text: &str) -> Result<(Descriptor, Vec<Note>), VaultError> {
    let (descriptor, notes) = descriptor::read(text).map_err(VaultError::Descriptor)?;
    let mine = own::public_key(&own::signer(turn)?)?.fingerprint();
    let is_mine = descriptor
        .key
        .as_ref()
        .is_some_and(|key| key.fingerprint() == mine);
    turn.space.db.write(|tx| {
        if is_mine || own::own_id(tx)? == descriptor.peer_id {
            return Err(VaultError::Exists("vault of your own"));
        }
        check_key(tx, &descriptor)
    })?;
    Ok((descriptor, notes))
}

/// What is odd about a descriptor, in words.
fn note_words(note: &Note) -> String {
    match note {
        Note::UnquotedVersion => "The version stands without quotes.".to_owned(),
        Note::UnknownKey(key) => format!("It has something that nobody knows: {key}."),
        Note::Missing(key) => format!("Something is missing that others need: {key}."),
        Note::NoSpanish(path) => format!("A text has no Spanish, which others fall back to: {path}."),
    }
}

/// One key for two peers would let one speak for the other.
pub(super) fn check_key(view: &View<'_>, descriptor: &Descriptor) -> Result<(), VaultError> {
    let Some(key) = &descriptor.key else { return Ok(()) };
    let taken = peers::list(view)?
        .iter()
        .any(|other| other.id != descriptor.peer_id && other.fingerprint == Some(sha(key)));
    if taken {
        return Err(VaultError::Exists("cooperative with this key"));
    }
    Ok(())
}

fn standing(known: Option<&Peer>, descriptor: &Descriptor, text: &str) -> Result<PeerStanding, VaultError> {
    let Some(known) = known else {
        return Ok(PeerStanding::New);
    };
    let before = descriptor_of(known)?;
    // A descriptor is not signed: whoever changes where packages go gets them.
    let elsewhere = before.target != descriptor.target && host_of(&before) != host_of(descriptor);
    if known.fingerprint == descriptor.key.as_ref().map(sha) {
        return Ok(if elsewhere {
            PeerStanding::Changed
        } else {
            PeerStanding::Same
        });
    }
    // The signature of the known key is over the whole text, address included.
    let signed = before
        .key
        .as_ref()
        .filter(|_| known.checked_at.is_some())
        .is_some_and(|key| rotation::verify(text, key).is_ok());
    Ok(if signed {
        PeerStanding::Rotated
    } else {
        PeerStanding::Changed
    })
}

fn keep(tx: &Tx<'_>, new: NewPeer, descriptor: &Descriptor, now: OffsetDateTime) -> Result<Peer, VaultError> {
    let known = peers::get(tx, &descriptor.peer_id)?;
    let standing = standing(known.as_ref(), descriptor, &new.descriptor)?;
    if known.is_none() && peers::list(tx)?.len() >= MOST {
        return Err(invalid("cooperatives", "at most 500"));
    }
    let by_hand = if new.came == PeerSource::File {
        KeyOrigin::File
    } else {
        KeyOrigin::Comparison
    };
    let fresh = |known: Option<Peer>| {
        let before = known.as_ref();
        Peer {
            id: descriptor.peer_id.clone(),
            name: descriptor.name.clone(),
            descriptor: new.descriptor.clone(),
            came: new.came,
            address: new.address.clone(),
            fingerprint: descriptor.key.as_ref().map(sha),
            checked_at: before.and_then(|peer| peer.checked_at),
            waiting: before.and_then(|peer| peer.waiting.clone()),
            waiting_fingerprint: before.and_then(|peer| peer.waiting_fingerprint),
            waiting_since: before.and_then(|peer| peer.waiting_since),
            strong: before.is_some_and(|peer| peer.strong),
            logo: new
                .logo
                .clone()
                .or_else(|| before.and_then(|peer| peer.logo.clone())),
            added_at: before.map_or(now, |peer| peer.added_at),
        }
    };
    let peer = match (standing, known) {
        (PeerStanding::Rotated, known) => adopt(tx, fresh(known), descriptor, KeyOrigin::Rotation, now)?,
        (PeerStanding::New | PeerStanding::Same | PeerStanding::Changed, known) if new.compared => {
            adopt(tx, fresh(known), descriptor, by_hand, now)?
        }
        (PeerStanding::Changed, Some(known)) => Peer {
            waiting: Some(new.descriptor),
            waiting_fingerprint: descriptor.key.as_ref().map(sha),
            waiting_since: Some(now),
            ..known
        },
        (PeerStanding::New | PeerStanding::Same | PeerStanding::Changed, known) => fresh(known),
    };
    peers::put(tx, &peer)?;
    Ok(peer)
}

fn without_waiting(peer: Peer) -> Peer {
    Peer {
        waiting: None,
        waiting_fingerprint: None,
        waiting_since: None,
        ..peer
    }
}

/// Pins the key of a descriptor; what waited is settled by it. A peer without a key stays unchecked.
fn adopt(
    tx: &Tx<'_>,
    peer: Peer,
    descriptor: &Descriptor,
    came: KeyOrigin,
    now: OffsetDateTime,
) -> Result<Peer, VaultError> {
    match &descriptor.key {
        Some(key) => {
            let pinned = peer_keys::of_peer(tx, &peer.id)?;
            let is_pinned = pinned
                .iter()
                .any(|one| one.until.is_none() && one.fingerprint == sha(key));
            if !is_pinned {
                let pin = PinnedKey {
                    peer: peer.id.clone(),
                    fingerprint: sha(key),
                    pem: key.to_pem(),
                    came,
                    since: now,
                    until: None,
                };
                peer_keys::pin(tx, &pin)?;
            }
        }
        None => peer_keys::end(tx, &peer.id, now)?,
    }
    Ok(Peer {
        name: descriptor.name.clone(),
        fingerprint: descriptor.key.as_ref().map(sha),
        checked_at: descriptor.key.as_ref().map(|_| now),
        ..without_waiting(peer)
    })
}
