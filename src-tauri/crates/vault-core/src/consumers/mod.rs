//! Consumer apps: those that speak the Gigdata API. The person registers them; what each may see is decided in [`crate::disclosure`].

mod address;
mod platforms;
mod signing_in;

pub use address::{Reach, reach};
pub use platforms::platform_guid;
pub use signing_in::{ConsumerCaller, SignedIn};

use time::OffsetDateTime;
use url::Url;
use uuid::Uuid;
pub use vault_store::consumers::Claim;
use vault_store::{
    ConsumerId, Party, PartyKind, SecretValue,
    consumers::{self, Consumer},
    disclosures::DisclosureKind,
    grants::Grant,
    tokens,
};

use crate::{
    SpaceHandle, VaultError, VaultEvent, VaultHandle,
    disclosure::{self, CONSUMER_FACE, Destination, GrantView, Identity, Recipient},
    vault::Turn,
};

/// So many return addresses one app may have.
const MOST_RETURNS: usize = 16;

/// What an app is registered with.
#[derive(Debug, Clone)]
pub struct NewConsumer {
    /// Its name.
    pub name: String,
    /// Where it is told that the person agreed, and what changed.
    pub callback: String,
    /// Where the browser may return to.
    pub returns: Vec<String>,
    /// What it gets when it names nothing.
    pub claim: Claim,
    /// Whether it may be a program on this computer. The person's own choice, never the app's.
    pub loopback: bool,
}

/// A registered app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsumerInfo {
    /// Its application id.
    pub id: ConsumerId,
    /// Its name.
    pub name: String,
    /// Where it is told that the person agreed, and what changed.
    pub callback: String,
    /// Where the browser may return to.
    pub returns: Vec<String>,
    /// What it gets when it names nothing.
    pub claim: Claim,
    /// Whether it may be a program on this computer.
    pub loopback: bool,
    /// The person's account id as it sees it.
    pub account: Uuid,
    /// When it was registered.
    pub created_at: OffsetDateTime,
    /// What it sees: the grants that stand, newest first.
    pub sees: Vec<GrantView>,
}

impl ConsumerInfo {
    /// The origins that its pages may have.
    #[must_use]
    pub fn origins(&self) -> Vec<String> {
        origins(&self.callback, &self.returns)
    }

    /// The registered address that is just this one. Nothing else is ever returned to.
    #[must_use]
    pub fn return_address(&self, asked: &str) -> Option<Url> {
        let asked = Url::parse(asked).ok()?;
        let known = self.returns.iter().any(|known| known == asked.as_str());
        known.then_some(asked)
    }
}

impl SpaceHandle {
    /// Registers an app. Registering shares nothing. The secret is shown this once.
    ///
    /// # Errors
    /// [`VaultError::Invalid`] for an address that is not taken, [`VaultError::Imitates`] for a name that is another's.
    pub async fn add_consumer(&self, new: NewConsumer) -> Result<(ConsumerInfo, SecretValue), VaultError> {
        self.write(move |turn| add(turn, &new)).await
    }

    /// The registered apps, in the order in which they were registered.
    ///
    /// # Errors
    /// The vault is locked, or the database could not be read or written.
    pub async fn consumers(&self) -> Result<Vec<ConsumerInfo>, VaultError> {
        self.write(|turn| {
            disclosure::sweep(turn)?;
            let all = turn.space.db.read(consumers::list)?;
            all.iter().map(|consumer| info(turn, consumer)).collect()
        })
        .await
    }

    /// One registered app.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`].
    pub async fn consumer(&self, id: ConsumerId) -> Result<ConsumerInfo, VaultError> {
        self.write(move |turn| {
            disclosure::sweep(turn)?;
            let consumer = get(turn, id)?;
            info(turn, &consumer)
        })
        .await
    }

    /// Gives an app another secret, shown this once; its tokens end.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`], or the database could not be written.
    pub async fn rotate_consumer_secret(&self, id: ConsumerId) -> Result<SecretValue, VaultError> {
        self.write(move |turn| {
            get(turn, id)?;
            let (secret, now) = (fresh_secret(), turn.now());
            turn.space.db.write(|tx| {
                consumers::set_secret(tx, id, &secret)?;
                tokens::expire(tx, PartyKind::Consumer, Some(&id.to_string()), now)
            })?;
            changed(turn);
            Ok(secret)
        })
        .await
    }

    /// Whether a text is the secret of an app. Takes as long for a wrong one as for the right one.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`].
    pub async fn is_consumer_secret(&self, id: ConsumerId, text: String) -> Result<bool, VaultError> {
        self.write(move |turn| Ok(is_secret(&get(turn, id)?, &text)))
            .await
    }

    /// Removes an app: what it sees is stopped, its tokens open nothing, what waits for it is not sent.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`], or the database could not be written.
    pub async fn remove_consumer(&self, id: ConsumerId) -> Result<(), VaultError> {
        self.write(move |turn| remove(turn, id)).await
    }
}

impl VaultHandle {
    /// The app with an application id, and the space that knows it.
    ///
    /// # Errors
    /// The vault is locked, or a database could not be read.
    pub async fn find_consumer(
        &self,
        id: ConsumerId,
    ) -> Result<Option<(SpaceHandle, ConsumerInfo)>, VaultError> {
        for known in self.spaces().await? {
            let space = self.space(known.id).await?;
            match space.consumer(id).await {
                Ok(found) => return Ok(Some((space, found))),
                Err(VaultError::NoSuch(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(None)
    }
}

/// The app as disclosure knows it.
pub(crate) fn recipient(consumer: &Consumer) -> Recipient {
    let url = Url::parse(&consumer.callback).ok();
    let host = url
        .as_ref()
        .and_then(|url| Some((url.host_str()?, url.port())))
        .map(|(host, port)| port.map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
        .unwrap_or_default();
    let local = url.as_ref().and_then(reach) == Some(Reach::Loopback);
    Recipient {
        party: party(consumer),
        maker: String::new(),
        origin: url
            .map(|url| url.origin().ascii_serialization())
            .unwrap_or_default(),
        contact: String::new(),
        account: consumer.account.to_string(),
        identity: Identity::Origin {
            since: consumer.created_at,
        },
        destination: if local {
            Destination::Program { address: host }
        } else {
            Destination::Internet { host }
        },
    }
}

/// The party that an app is to disclosure.
pub(crate) fn party(consumer: &Consumer) -> Party {
    Party {
        kind: PartyKind::Consumer,
        id: consumer.id.to_string(),
        name: consumer.name.clone(),
    }
}

pub(crate) fn get(turn: &Turn<'_>, id: ConsumerId) -> Result<Consumer, VaultError> {
    let found = turn.space.db.read(|view| consumers::get(view, id))?;
    found.ok_or(VaultError::NoSuch("app"))
}

/// The origins of an app's addresses, each once.
pub(crate) fn origins(callback: &str, returns: &[String]) -> Vec<String> {
    let mut origins: Vec<String> = Vec::new();
    let all = returns.iter().map(String::as_str).chain([callback]);
    for url in all.filter_map(|text| Url::parse(text).ok()) {
        let origin = url.origin().ascii_serialization();
        if !origins.contains(&origin) {
            origins.push(origin);
        }
    }
    origins
}

/// Compares by digest, so that the time tells nothing about where two texts differ.
pub(crate) fn is_secret(consumer: &Consumer, text: &str) -> bool {
    use vault_store::Sha256;
    Sha256::of(consumer.secret.expose()) == Sha256::of(text.as_bytes())
}

/// A random GUID: the form that receivers know (spec 1.1).
fn fresh_secret() -> SecretValue {
    SecretValue::from(Uuid::new_v4().to_string().as_str())
}

fn info(turn: &Turn<'_>, consumer: &Consumer) -> Result<ConsumerInfo, VaultError> {
    let sees = disclosure::standing(turn, &party(consumer))?;
    Ok(ConsumerInfo {
        id: consumer.id,
        name: consumer.name.clone(),
        callback: consumer.callback.clone(),
        returns: consumer.returns.clone(),
        claim: consumer.claim,
        loopback: consumer.loopback,
        account: consumer.account,
        created_at: consumer.created_at,
        sees: turn.space.db.read(|view| GrantView::all(view, sees))?,
    })
}

pub(crate) fn add(turn: &mut Turn<'_>, new: &NewConsumer) -> Result<(ConsumerInfo, SecretValue), VaultError> {
    if new.returns.len() > MOST_RETURNS {
        return Err(VaultError::Invalid {
            field: "return",
            why: "at most 16 addresses",
        });
    }
    let address =
        |text: &String, field| Ok::<_, VaultError>(address::read(text, field, new.loopback)?.to_string());
    let returns: Result<Vec<String>, VaultError> =
        new.returns.iter().map(|text| address(text, "return")).collect();
    let consumer = Consumer {
        id: ConsumerId::from_uuid(Uuid::new_v4()),
        name: new.name.trim().to_owned(),
        callback: address(&new.callback, "callback")?,
        returns: returns?,
        claim: new.claim,
        loopback: new.loopback,
        account: Uuid::new_v4(),
        secret: fresh_secret(),
        created_at: turn.now(),
    };
    let party = party(&consumer);
    disclosure::check_name(turn, &party)?;
    let mut entry = disclosure::log_entry(turn.now(), DisclosureKind::Installed, &party, CONSUMER_FACE);
    entry.text = "Registered; sees nothing".to_owned();
    turn.space.db.write(|tx| {
        consumers::insert(tx, &consumer)?;
        disclosure::append_log(tx, entry)
    })?;
    changed(turn);
    disclosure::tell_logged(turn);
    Ok((info(turn, &consumer)?, consumer.secret))
}

/// Stops all that an app sees, and the questions that it waits for.
pub(crate) fn stop(turn: &mut Turn<'_>, party: &Party) -> Result<(), VaultError> {
    let theirs = |grant: &Grant| grant.recipient.kind == party.kind && grant.recipient.id == party.id;
    disclosure::revoke_where(turn, theirs, "removed")?;
    disclosure::withdraw_questions(turn, party)?;
    Ok(())
}

pub(crate) fn remove(turn: &mut Turn<'_>, id: ConsumerId) -> Result<(), VaultError> {
    let party = party(&get(turn, id)?);
    stop(turn, &party)?;
    let mut entry = disclosure::log_entry(turn.now(), DisclosureKind::Removed, &party, CONSUMER_FACE);
    entry.text = "Removed".to_owned();
    turn.space.db.write(|tx| {
        tokens::delete_party(tx, party.kind, &party.id)?;
        disclosure::forget_rules(tx, &party)?;
        consumers::delete(tx, id)?;
        disclosure::append_log(tx, entry)
    })?;
    changed(turn);
    disclosure::tell_logged(turn);
    Ok(())
}

fn changed(turn: &Turn<'_>) {
    turn.tell(VaultEvent::AppsChanged {
        space: turn.space.info.id,
    });
}
