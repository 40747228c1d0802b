//! The catalogue: what each known cooperative offers, in the person's language, and how each service stands.

use intercoop::{
    descriptor::{Descriptor, Service, Translated},
    key::Fingerprint,
    link::Link,
};
use time::OffsetDateTime;
use vault_store::{
    TransferId, Tx,
    peers::{self as table, Peer},
    service_marks::{self, ServiceMark},
    transfers::{self, Transfer, TransferState},
};

use super::{fields, own, peers, pictures};
use crate::{SpaceHandle, VaultError};

/// How sure Satchel is of a cooperative's key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyStanding {
    /// The person compared it.
    Checked {
        /// When.
        at: OffsetDateTime,
    },
    /// Nobody compared it.
    Unchecked,
    /// Another one came, and waits for the person.
    Changed {
        /// When.
        at: OffsetDateTime,
    },
    /// It gave none.
    Absent,
}

/// How a service stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServiceState {
    /// Nothing was sent.
    Never,
    /// Something was accepted.
    Started {
        /// When.
        at: OffsetDateTime,
        /// By which transfer.
        transfer: TransferId,
    },
    /// The person says that it has stopped.
    Stopped {
        /// When.
        at: OffsetDateTime,
    },
}

/// A cooperative of the catalogue. All words are its own, unchecked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cooperative {
    /// Its peer id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// A sentence about it.
    pub description: String,
    /// Its logo: PNG or JPEG.
    pub logo: Option<Vec<u8>>,
    /// Its page.
    pub url: Option<String>,
    /// Its privacy policy.
    pub privacy_policy: Option<String>,
    /// The host that packages go to; empty for one that receives nothing.
    pub host: String,
    /// How sure its key is.
    pub key: KeyStanding,
    /// The fingerprint to compare, in groups: of the key that waits, else of the pinned one; empty if it gave none.
    pub fingerprint: String,
    /// Whether it has to send the signed extras and the second signature.
    pub strong: bool,
    /// What it offers.
    pub services: Vec<CooperativeService>,
}

/// A service of a cooperative.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CooperativeService {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// A sentence about it.
    pub description: String,
    /// Its picture, made anew: PNG.
    pub picture: Option<Vec<u8>>,
    /// Its own privacy policy, else the cooperative's.
    pub privacy_policy: Option<String>,
    /// A page where it is started without a transfer.
    pub activation: Option<String>,
    /// How many fields it needs; `None` when it names none, and then nothing can be sent.
    pub needs: Option<usize>,
    /// How many of these nobody has filled in.
    pub missing: usize,
    /// How it stands.
    pub state: ServiceState,
}

impl SpaceHandle {
    /// The known cooperatives with what they offer, by name.
    ///
    /// # Errors
    /// The vault is locked, or the database could not be read.
    pub async fn cooperatives(&self) -> Result<Vec<Cooperative>, VaultError> {
        self.write(|turn| {
            let languages = fields::languages(turn)?;
            turn.space.db.write(|tx| {
                let known = Known {
                    own_id: own::own_id(tx)?,
                    languages: languages.iter().map(String::as_str).collect(),
                    sent: transfers::list(tx)?,
                    marks: service_marks::list(tx)?,
                };
                table::list(tx)?
                    .into_iter()
                    .map(|peer| cooperative(tx, &known, peer))
                    .collect()
            })
        })
        .await
    }
}

struct Known<'a> {
    own_id: String,
    languages: Vec<&'a str>,
    sent: Vec<Transfer>,
    marks: Vec<ServiceMark>,
}

impl Known<'_> {
    fn words(&self, words: Option<&Translated<String>>) -> String {
        let found = words.and_then(|words| words.for_languages(&self.languages));
        found.cloned().unwrap_or_default()
    }

    fn link(&self, links: Option<&Translated<Link>>) -> Option<String> {
        let found = links.and_then(|links| links.for_languages(&self.languages));
        found.map(|link| link.as_str().to_owned())
    }
}

fn cooperative(tx: &Tx<'_>, known: &Known<'_>, peer: Peer) -> Result<Cooperative, VaultError> {
    let descriptor = peers::descriptor_of(&peer)?;
    let key = match (peer.waiting_since, peer.fingerprint, peer.checked_at) {
        (Some(at), _, _) => KeyStanding::Changed { at },
        (None, None, _) => KeyStanding::Absent,
        (None, Some(_), Some(at)) => KeyStanding::Checked { at },
        (None, Some(_), None) => KeyStanding::Unchecked,
    };
    let shown = if peer.waiting.is_some() {
        peer.waiting_fingerprint
    } else {
        peer.fingerprint
    };
    let services = descriptor
        .services
        .iter()
        .map(|service| service_row(tx, known, &peer.id, &descriptor, service))
        .collect::<Result<_, _>>()?;
    Ok(Cooperative {
        description: known.words(descriptor.description.as_ref()),
        url: known.link(descriptor.url.as_ref()),
        privacy_policy: known.link(descriptor.privacy_policy.as_ref()),
        host: descriptor
            .target
            .as_ref()
            .map(|target| target.host().to_owned())
            .unwrap_or_default(),
        key,
        fingerprint: shown
            .and_then(|one| Fingerprint::from_hex(&one.to_string()))
            .map(|one| one.grouped())
            .unwrap_or_default(),
        strong: peer.strong,
        services,
        id: peer.id,
        name: peer.name,
        logo: peer.logo,
    })
}

fn service_row(
    tx: &Tx<'_>,
    known: &Known<'_>,
    peer: &str,
    descriptor: &Descriptor,
    service: &Service,
) -> Result<CooperativeService, VaultError> {
    let wanted = fields::wanted(descriptor, service);
    let missing = match &wanted {
        None => 0,
        Some(wanted) => {
            let values = fields::values(tx, &known.own_id, peer, wanted)?;
            let rows = fields::rows(&values, wanted);
            rows.iter().filter(|row| row.missing).count()
        }
    };
    let sent = known.sent.iter().find(|sent| {
        sent.peer == peer && sent.service == service.id && sent.state == TransferState::Accepted
    });
    let mark = known
        .marks
        .iter()
        .find(|mark| mark.peer == peer && mark.service == service.id);
    let state = match (mark, sent) {
        (Some(mark), _) => ServiceState::Stopped { at: mark.stopped_at },
        (None, Some(sent)) => ServiceState::Started {
            at: sent.sent_at.unwrap_or(sent.begun_at),
            transfer: sent.id,
        },
        (None, None) => ServiceState::Never,
    };
    Ok(CooperativeService {
        id: service.id.clone(),
        name: known.words(Some(&service.name)),
        description: known.words(Some(&service.description)),
        picture: pictures::of_service(tx, peer, &service.id)?,
        privacy_policy: known.link(descriptor.privacy_policy_of(service)),
        activation: known.link(service.activation.as_ref()),
        needs: wanted.map(|wanted| wanted.len()),
        missing,
        state,
    })
}
