//! The vault as a peer: its peer id, its key, and the descriptor that the person hands to the other side.

use std::collections::BTreeMap;

use intercoop::{
    descriptor::{self, Descriptor, Service, Translated},
    field::Field,
    key::{Fingerprint, PeerKey},
    link::Link,
    rotation,
};
use rand::{Rng as _, rngs::OsRng};
use serde_json::Value;
use vault_crypto::{Passphrase, Signer};
use vault_store::{Face, SecretValue, Sha256, Tx, View, offered_services, peers, sealed, settings};

use super::{changed, invalid, moved::is_peer_id};
use crate::{
    SpaceHandle, VaultError,
    disclosure::{is_plain_name, log_saved},
    vault::Turn,
};

/// The name under which the peer key is kept, and the purpose that it is sealed for.
pub(super) const KEY: &str = "peer_key";
/// The key before it, which signs the announcement of the change.
pub(super) const PREVIOUS_KEY: &str = "peer_key_previous";
const PURPOSE: &[u8] = b"satchel peer key v1";

pub(super) const ID: &str = "peer.id";
pub(super) const NAME: &str = "peer.name";
/// Whether somebody has the id: it stays from then on.
pub(super) const GIVEN: &str = "peer.given";
pub(super) const VERSION: &str = "peer.version";
/// The fingerprint of a key that others know and that did not come with a backpack; until they were given the new one.
const LOST_KEY: &str = "peer.lost_key";

/// What a vault is called that was given no name.
const DEFAULT_NAME: &str = "A Satchel vault";
/// Letters of a fresh peer id.
const ID_LETTERS: usize = 12;
/// The longest peer id.
pub(super) const LONGEST_ID: usize = 64;
/// Where the target API lies below the gateway's address.
pub const BASE_PATH: &str = "/intercoop";

/// The vault as the other side knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnPeer {
    /// Its peer id.
    pub id: String,
    /// What it is called there.
    pub name: String,
    /// The fingerprint of its key in groups, for comparing.
    pub fingerprint: String,
    /// The length of its RSA key, in bits.
    pub key_bits: usize,
    /// The descriptor, as text.
    pub descriptor: String,
    /// Whether somebody has the id, so that it stays.
    pub id_fixed: bool,
    /// The fingerprint, in groups, of the key that others know, where a backpack brought the id without that key.
    pub lost_key: Option<String>,
}

impl SpaceHandle {
    /// The vault as a peer. The key is made at the first call, which takes seconds. Looking at the descriptor gives it to nobody.
    ///
    /// # Errors
    /// The vault is locked, or the database could not be written.
    pub async fn own_peer(&self) -> Result<OwnPeer, VaultError> {
        self.ensure_peer_key().await?;
        let prefix = self.own_prefix().await?;
        self.write(move |turn| own_peer(turn, &prefix)).await
    }

    /// The peer id and the name of the vault, without its key.
    ///
    /// # Errors
    /// The vault is locked, or the database could not be written.
    pub async fn own_peer_name(&self) -> Result<(String, String), VaultError> {
        self.write(|turn| turn.space.db.write(|tx| Ok((own_id(tx)?, own_name(tx)?))))
            .await
    }

    /// The descriptor for the other side: giving it away is logged, and from then on the peer id stays.
    ///
    /// # Errors
    /// The vault is locked, or the database could not be written.
    pub async fn give_own_descriptor(&self) -> Result<OwnPeer, VaultError> {
        self.ensure_peer_key().await?;
        let prefix = self.own_prefix().await?;
        self.write(move |turn| {
            turn.space.db.write(|tx| {
                set_lost_key(tx, None)?;
                fix_id(tx)
            })?;
            let own = own_peer(turn, &prefix)?;
            let counts = BTreeMap::from([("bytes".to_owned(), own.descriptor.len() as u64)]);
            log_saved(
                turn,
                Face::Intercoop,
                "Your descriptor for cooperatives: id, name, key, address",
                counts,
            )?;
            changed(turn);
            Ok(own)
        })
        .await
    }

    /// Chooses what the vault is called at cooperatives, and its peer id while nobody has that.
    ///
    /// # Errors
    /// [`VaultError::Invalid`] for a name with hidden characters, and for an id that is not 1 to 64 small letters, is `vault`, or stays.
    pub async fn set_own_peer(&self, name: &str, id: &str) -> Result<(), VaultError> {
        let (name, id) = (name.trim().to_owned(), id.trim().to_owned());
        if !is_plain_name(&name) {
            return Err(invalid("name", "1 to 100 characters, none of them hidden"));
        }
        if !is_peer_id(&id) || id == "vault" {
            return Err(invalid(
                "id",
                "1 to 64 small letters from a to z, and not `vault`",
            ));
        }
        self.write(move |turn| {
            turn.space.db.write(|tx| {
                if own_id(tx)? != id {
                    if flag(tx, GIVEN)? {
                        return Err(invalid("id", "the one that others have already"));
                    }
                    if peers::get(tx, &id)?.is_some() {
                        return Err(VaultError::Exists("peer"));
                    }
                    settings::set(tx, ID, &Value::String(id))?;
                }
                Ok(settings::set(tx, NAME, &Value::String(name))?)
            })?;
            changed(turn);
            Ok(())
        })
        .await
    }

    /// Makes a new key. The descriptor announces the change from then on, signed by the key before.
    ///
    /// # Errors
    /// [`VaultError::WrongKey`] when this is not the vault's passphrase; [`VaultError::NeedsSecondFactor`]; the key could not be made or kept.
    pub async fn rotate_own_key(&self, passphrase: Passphrase) -> Result<(), VaultError> {
        self.vault().check_passphrase(passphrase).await?;
        self.ensure_peer_key().await?;
        self.vault().pass_guard().await?;
        let fresh = generate().await?;
        self.write(move |turn| {
            let sealed_key = seal(turn, &fresh)?;
            turn.space.db.write(|tx| {
                let before = sealed::get(tx, KEY)?.ok_or(VaultError::Internal("there is no peer key"))?;
                sealed::set(tx, PREVIOUS_KEY, &before)?;
                sealed::set(tx, KEY, &sealed_key)?;
                let version = version(tx)?.saturating_add(1);
                Ok::<_, VaultError>(settings::set(tx, VERSION, &Value::from(version))?)
            })?;
            changed(turn);
            Ok(())
        })
        .await
    }

    /// Makes the key of the space where there is none. The computing is done beside the actor.
    pub(super) async fn ensure_peer_key(&self) -> Result<(), VaultError> {
        let known = self
            .write(|turn| Ok(turn.space.db.read(|view| sealed::get(view, KEY))?.is_some()))
            .await?;
        if known {
            return Ok(());
        }
        let fresh = generate().await?;
        self.keep_peer_key(fresh).await
    }

    /// Keeps a key where there is none yet.
    pub(crate) async fn keep_peer_key(&self, fresh: Signer) -> Result<(), VaultError> {
        self.write(move |turn| {
            let sealed_key = seal(turn, &fresh)?;
            turn.space.db.write(|tx| {
                if sealed::get(tx, KEY)?.is_none() {
                    sealed::set(tx, KEY, &sealed_key)?;
                }
                Ok(())
            })
        })
        .await
    }

    /// The path of this space's own address. The first space has the plain one.
    async fn own_prefix(&self) -> Result<String, VaultError> {
        let spaces = self.vault().spaces().await?;
        let is_first = spaces.first().is_some_and(|first| first.id == self.id());
        Ok(if is_first {
            BASE_PATH.to_owned()
        } else {
            format!("{BASE_PATH}/{}", handle_of(&self.id().to_string()))
        })
    }
}

/// How a space stands in an address: its id without signs.
pub(super) fn handle_of(space: &str) -> String {
    space.chars().filter(char::is_ascii_alphanumeric).collect()
}

async fn generate() -> Result<Signer, VaultError> {
    let made = tokio::task::spawn_blocking(Signer::generate).await;
    made.map_err(|_| VaultError::Internal("the peer key could not be made"))?
        .map_err(|_| VaultError::Internal("the peer key could not be made"))
}

pub(super) fn seal(turn: &Turn<'_>, signer: &Signer) -> Result<SecretValue, VaultError> {
    let sealed = signer
        .seal(turn.space.key.derive_seal_key().as_bytes(), PURPOSE)
        .map_err(|_| VaultError::Internal("the peer key could not be sealed"))?;
    Ok(SecretValue::new(sealed))
}

/// The peer key of the space. It leaves the actor's thread as a signature only.
pub(super) fn signer(turn: &Turn<'_>) -> Result<Signer, VaultError> {
    unsealed(turn, KEY)?.ok_or(VaultError::Internal("there is no peer key"))
}

pub(super) fn unsealed(turn: &Turn<'_>, name: &str) -> Result<Option<Signer>, VaultError> {
    let kept = turn.space.db.read(|view| sealed::get(view, name))?;
    kept.map(|kept| {
        Signer::open(
            turn.space.key.derive_seal_key().as_bytes(),
            PURPOSE,
            kept.expose(),
        )
        .map_err(|_| VaultError::Internal("the peer key could not be opened"))
    })
    .transpose()
}

/// The public half of a key of ours, as the wire knows keys.
pub(super) fn public_key(signer: &Signer) -> Result<PeerKey, VaultError> {
    PeerKey::from_pem(signer.public_key_pem())
        .map_err(|_| VaultError::Internal("the peer key could not be read"))
}

/// The vault's own peer id, made at its first use.
pub(super) fn own_id(tx: &Tx<'_>) -> Result<String, VaultError> {
    if let Some(id) = text(tx, ID)? {
        return Ok(id);
    }
    let id: String = (0..ID_LETTERS)
        .map(|_| char::from(OsRng.gen_range(b'a'..=b'z')))
        .collect();
    settings::set(tx, ID, &Value::String(id.clone()))?;
    Ok(id)
}

/// What the vault is called at cooperatives.
fn own_name(view: &View<'_>) -> Result<String, VaultError> {
    Ok(text(view, NAME)?.unwrap_or_else(|| DEFAULT_NAME.to_owned()))
}

/// Marks the peer id as known to somebody, so that it stays.
pub(super) fn fix_id(tx: &Tx<'_>) -> Result<(), VaultError> {
    Ok(settings::set(tx, GIVEN, &Value::Bool(true))?)
}

/// The fingerprint of the key that others know and that is lost.
pub(super) fn lost_key(view: &View<'_>) -> Result<Option<Sha256>, VaultError> {
    Ok(text(view, LOST_KEY)?.and_then(|text| text.parse().ok()))
}

/// Keeps it, or that there is none.
pub(super) fn set_lost_key(tx: &Tx<'_>, key: Option<Sha256>) -> Result<(), VaultError> {
    if key.is_none() && settings::get(tx, LOST_KEY)?.is_none() {
        return Ok(());
    }
    let value = key.map_or(Value::Null, |key| Value::String(key.to_string()));
    Ok(settings::set(tx, LOST_KEY, &value)?)
}

pub(super) fn text(view: &View<'_>, key: &str) -> Result<Option<String>, VaultError> {
    let value = settings::get(view, key)?;
    Ok(value.as_ref().and_then(Value::as_str).map(str::to_owned))
}

pub(super) fn flag(view: &View<'_>, key: &str) -> Result<bool, VaultError> {
    Ok(settings::get(view, key)? == Some(Value::Bool(true)))
}

pub(super) fn version(view: &View<'_>) -> Result<i64, VaultError> {
    let value = settings::get(view, VERSION)?;
    Ok(value.as_ref().and_then(Value::as_i64).unwrap_or(1))
}

fn own_peer(turn: &Turn<'_>, prefix: &str) -> Result<OwnPeer, VaultError> {
    let key = public_key(&signer(turn)?)?;
    let previous = unsealed(turn, PREVIOUS_KEY)?;
    let previous_key = previous.as_ref().map(public_key).transpose()?;
    let base = format!("http://127.0.0.1:{}", turn.gateway_port());
    let own = turn.space.db.write(|tx| {
        let name = own_name(tx)?;
        let offered = offered_services::list(tx)?;
        let services = offered
            .iter()
            .filter(|service| service.offered)
            .map(service_of)
            .collect();
        let descriptor = Descriptor {
            peer_id: own_id(tx)?,
            peer_version: Some(version(tx)?),
            name: name.clone(),
            logo: link(&base, &format!("{BASE_PATH}/logo.svg"))?,
            description: Some(words(DESCRIPTIONS)),
            url: link(&base, &format!("{BASE_PATH}/about"))?.map(Translated::Plain),
            privacy_policy: link(&base, &format!("{BASE_PATH}/privacy"))?.map(Translated::Plain),
            info: None,
            services,
            fields: Some(vec![Field::OriginPeer]),
            target: link(&base, prefix)?,
            key: Some(key.clone()),
            previous_key: previous_key.as_ref().map(PeerKey::fingerprint),
        };
        Ok::<_, VaultError>(OwnPeer {
            id: descriptor.peer_id.clone(),
            name,
            fingerprint: key.fingerprint().grouped(),
            key_bits: key.bits(),
            descriptor: descriptor::write(&descriptor),
            id_fixed: flag(tx, GIVEN)?,
            lost_key: lost_key(tx)?
                .and_then(|key| Fingerprint::from_hex(&key.to_string()))
                .map(|key| key.grouped()),
        })
    })?;
    let Some(previous) = previous else {
        return Ok(own);
    };
    let signature = previous
        .sign_pss_sha256(own.descriptor.as_bytes())
        .map_err(|_| VaultError::Internal("the change of keys could not be signed"))?;
    Ok(OwnPeer {
        descriptor: rotation::announce(&own.descriptor, &signature),
        ..own
    })
}

const DESCRIPTIONS: [(&str, &str); 3] = [
    ("es", "La bóveda personal de una persona, en su propio ordenador"),
    (
        "ca",
        "La caixa forta personal d’una persona, al seu propi ordinador",
    ),
    ("en", "One person’s own data vault, on their own computer"),
];

fn words(words: [(&str, &str); 3]) -> Translated<String> {
    Translated::ByLanguage(
        words
            .map(|(code, text)| (code.to_owned(), text.to_owned()))
            .into(),
    )
}

fn service_of(service: &offered_services::OfferedService) -> Service {
    let translated = |texts: &BTreeMap<String, String>| {
        Translated::ByLanguage(
            texts
                .iter()
                .map(|(code, text)| (code.clone(), text.clone()))
                .collect(),
        )
    };
    Service {
        id: service.id.clone(),
        name: translated(&service.name),
        description: translated(&service.description),
        fields: Some(super::offered::fields_of(service)),
        image: None,
        activation: None,
        privacy_policy: None,
    }
}

fn link(base: &str, path: &str) -> Result<Option<Link>, VaultError> {
    Link::parse(&format!("{base}{path}"))
        .map(Some)
        .map_err(|_| VaultError::Internal("an address of the gateway could not be written"))
}
