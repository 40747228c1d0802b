//! The handle of an unlocked vault: what everybody else holds instead of keys.

use std::{
    sync::{Arc, mpsc},
    time::Duration,
};

use tokio::sync::{broadcast, oneshot};
use vault_crypto::{
    Header, KdfParams, KeyringSecret, Passphrase, RecoveryCode, SpaceId, SpaceKey, VaultId, VaultKey,
};
use vault_store::Database;

use super::{
    actor::{self, Actor, Message, OpenVault, ReadMessage},
    locked::check_strength,
    place::Place,
    snapshot::Outing,
    space::{SpaceHandle, SpaceInfo},
};
use crate::{Clock, LockReason, VaultError, VaultEvent};

/// How many events a slow watcher may fall behind before it misses some.
const EVENT_BACKLOG: usize = 1024;

/// How often a thread that waits for the actor looks up whether the vault is being locked.
const LOOK_UP: Duration = Duration::from_millis(20);

/// An unlocked vault. Cheap to clone; every call fails with [`VaultError::Locked`] once the vault is locked. Dropping the last handle locks it
/// too, and waits until it is.
#[derive(Clone)]
pub struct VaultHandle {
    id: VaultId,
    place: Arc<Place>,
    clock: Arc<dyn Clock>,
    events: broadcast::Sender<VaultEvent>,
    actor: Arc<Actor>,
}

impl std::fmt::Debug for VaultHandle {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("VaultHandle").finish_non_exhaustive()
    }
}

impl VaultHandle {
    pub(super) fn start(
        place: Arc<Place>,
        header: Header,
        key: VaultKey,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, VaultError> {
        let (events, _) = broadcast::channel(EVENT_BACKLOG);
        let id = header.vault_id();
        let actor = actor::start(
            Arc::clone(&place),
            header,
            key,
            Arc::clone(&clock),
            events.clone(),
        )?;
        Ok(Self {
            id,
            place,
            clock,
            events,
            actor: Arc::new(actor),
        })
    }

    /// The vault's id.
    #[must_use]
    pub fn id(&self) -> VaultId {
        self.id
    }

    /// The folder of the vault.
    #[must_use]
    pub fn dir(&self) -> &std::path::Path {
        self.place.dir()
    }

    /// The clock that the vault was opened with.
    #[must_use]
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.clock
    }

    /// Watches the vault. Events carry ids and counts only.
    #[must_use]
    pub fn events(&self) -> broadcast::Receiver<VaultEvent> {
        self.events.subscribe()
    }

    /// Locks the vault: refuses open questions, signs the head of each log, drops keys and connections. A vault that is locked already
    /// is no error.
    pub async fn lock(&self, reason: LockReason) {
        let (done, wait) = oneshot::channel();
        if self.actor.send(Message::Lock { reason, done }) {
            let _ = wait.await;
        }
    }

    /// Whether the vault still answers.
    pub async fn is_unlocked(&self) -> bool {
        self.run(|_| Ok(())).await.is_ok()
    }

    /// The port of the loopback gateway, chosen when the vault was made.
    ///
    /// # Errors
    /// [`VaultError::Locked`].
    pub async fn gateway_port(&self) -> Result<u16, VaultError> {
        self.run(|vault| Ok(vault.header.port())).await
    }

    /// The spaces of the vault, oldest first.
    ///
    /// # Errors
    /// [`VaultError::Locked`].
    pub async fn spaces(&self) -> Result<Vec<SpaceInfo>, VaultError> {
        self.run(|vault| Ok(vault.spaces.iter().map(|space| space.info.clone()).collect()))
            .await
    }

    /// A handle of one space.
    ///
    /// # Errors
    /// [`VaultError::NoSuchSpace`] or [`VaultError::Locked`].
    pub async fn space(&self, id: SpaceId) -> Result<SpaceHandle, VaultError> {
        let info = self
            .spaces()
            .await?
            .into_iter()
            .find(|space| space.id == id)
            .ok_or(VaultError::NoSuchSpace)?;
        Ok(SpaceHandle::new(self.clone(), info))
    }

    /// A handle of the first space, which every vault has.
    ///
    /// # Errors
    /// [`VaultError::Locked`].
    pub async fn first_space(&self) -> Result<SpaceHandle, VaultError> {
        let info = self
            .spaces()
            .await?
            .into_iter()
            .next()
            .ok_or(VaultError::NoSuchSpace)?;
        Ok(SpaceHandle::new(self.clone(), info))
    }

    /// Makes a space: its own file under its own key. `made_up` marks it as holding invented data, for good.
    ///
    /// # Errors
    /// The name is empty or too long, the vault has as many spaces as it can, or the disk refuses.
    pub async fn add_space(&self, name: &str, made_up: bool) -> Result<SpaceHandle, VaultError> {
        let name = checked_name(name)?;
        let info = self.run(move |vault| add_space(vault, &name, made_up)).await?;
        Ok(SpaceHandle::new(self.clone(), info))
    }

    /// The same for a thread of long work.
    pub(crate) fn add_space_from(
        &self,
        outing: &Outing,
        name: &str,
        made_up: bool,
    ) -> Result<SpaceHandle, VaultError> {
        let name = checked_name(name)?;
        let info = self.run_from(outing, move |vault| add_space(vault, &name, made_up))?;
        Ok(SpaceHandle::new(self.clone(), info))
    }

    /// Gives a space another name.
    ///
    /// # Errors
    /// No such space, or the name is empty or too long.
    pub async fn rename_space(&self, id: SpaceId, name: &str) -> Result<(), VaultError> {
        let name = checked_name(name)?;
        self.run(move |vault| {
            vault.turn(id)?;
            vault.change_header(|header, key| Ok(header.rename_space(key, id, &name)?))?;
            if let Some(space) = vault.spaces.iter_mut().find(|space| space.info.id == id) {
                space.info.name = name;
            }
            vault.tell(VaultEvent::SpacesChanged);
            Ok(())
        })
        .await
    }

    /// Removes a space: its wrapped key first, so that what remains on the disk is unreadable, then its files.
    ///
    /// # Errors
    /// No such space, or it is the last one; [`VaultError::NeedsSecondFactor`].
    pub async fn remove_space(&self, id: SpaceId) -> Result<(), VaultError> {
        self.run(move |vault| {
            vault.turn(id)?;
            if vault.spaces.len() == 1 {
                return Err(VaultError::LastSpace);
            }
            vault.pass_guard()?;
            vault.change_header(|header, _| Ok(header.remove_space(id)?))?;
            vault.place.remove_set_aside_headers();
            vault.detach(id);
            vault.place.remove_space_files(id);
            vault.tell(VaultEvent::SpacesChanged);
            Ok(())
        })
        .await
    }

    /// Changes the passphrase. The old one opens the vault until the moment that the new header is on the disk.
    ///
    /// # Errors
    /// [`VaultError::WrongKey`] when `current` is not the passphrase, [`VaultError::WeakPassphrase`] when `next` is too weak;
    /// [`VaultError::NeedsSecondFactor`].
    pub async fn change_passphrase(&self, current: Passphrase, next: Passphrase) -> Result<(), VaultError> {
        check_strength(&next)?;
        self.run(move |vault| {
            vault.header.unlock(&current)?;
            vault.pass_guard()?;
            vault.change_header(|header, key| {
                Ok(header.change_passphrase(key, &next, KdfParams::default())?)
            })
        })
        .await
    }

    /// Whether `passphrase` is the vault's: the renewed passphrase of high-risk acts.
    ///
    /// # Errors
    /// [`VaultError::WrongKey`], or [`VaultError::Locked`].
    pub async fn check_passphrase(&self, passphrase: Passphrase) -> Result<(), VaultError> {
        self.run(move |vault| Ok(vault.header.unlock(&passphrase).map(drop)?))
            .await
    }

    /// Makes a recovery code and wraps the vault key for it; an earlier kit stops working.
    ///
    /// # Errors
    /// [`VaultError::NeedsSecondFactor`], or the header could not be written.
    pub async fn make_recovery_code(&self) -> Result<RecoveryCode, VaultError> {
        self.run(|vault| {
            vault.pass_guard()?;
            let code = RecoveryCode::generate();
            vault.change_header(|header, key| Ok(header.set_recovery(key, &code)?))?;
            Ok(code)
        })
        .await
    }

    /// Wraps the vault key for quick unlock and returns the secret that the keyring is to keep.
    ///
    /// # Errors
    /// [`VaultError::WrongKey`] when `passphrase` is not the vault's, or the header could not be written.
    pub async fn enable_keyring(&self, passphrase: Passphrase) -> Result<KeyringSecret, VaultError> {
        self.run(move |vault| {
            vault.header.unlock(&passphrase)?;
            vault.change_header(|header, key| Ok(header.enable_keyring(key)?))
        })
        .await
    }

    /// Ends quick unlock: the secret in the keyring opens nothing any more.
    ///
    /// # Errors
    /// The header could not be written.
    pub async fn disable_keyring(&self) -> Result<(), VaultError> {
        self.run(|vault| {
            vault.change_header(|header, _| {
                header.disable_keyring();
                Ok(())
            })
        })
        .await
    }

    pub(crate) fn tell(&self, event: VaultEvent) {
        let _ = self.events.send(event);
    }

    pub(crate) fn place(&self) -> Arc<Place> {
        Arc::clone(&self.place)
    }

    /// Runs a job on the actor's thread and waits for its answer.
    pub(crate) async fn run<T, F>(&self, job: F) -> Result<T, VaultError>
    where
        T: Send + 'static,
        F: FnOnce(&mut OpenVault) -> Result<T, VaultError> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let run = Box::new(move |vault: &mut OpenVault| {
            let _ = reply.send(job(vault));
        });
        if !self.actor.send(Message::Run(run)) {
            return Err(VaultError::Locked);
        }
        answer.await.map_err(|_| VaultError::Locked)?
    }

    /// Runs a job on the actor's thread, for a thread of long work: it waits until the answer comes or the vault is being locked.
    pub(crate) fn run_from<T, F>(&self, outing: &Outing, job: F) -> Result<T, VaultError>
    where
        T: Send + 'static,
        F: FnOnce(&mut OpenVault) -> Result<T, VaultError> + Send + 'static,
    {
        let (reply, answer) = mpsc::channel();
        let run = Box::new(move |vault: &mut OpenVault| {
            let _ = reply.send(job(vault));
        });
        if !self.actor.send(Message::Run(run)) {
            return Err(VaultError::Locked);
        }
        loop {
            match answer.recv_timeout(LOOK_UP) {
                Ok(result) => return result,
                Err(mpsc::RecvTimeoutError::Timeout) if !outing.is_over() => {}
                // The lock may wait for this very thread, and does not work through what is asked of it.
                Err(mpsc::RecvTimeoutError::Timeout | mpsc::RecvTimeoutError::Disconnected) => {
                    return Err(VaultError::Locked);
                }
            }
        }
    }

    /// Runs a job on the reading thread, where a long write does not hold it up.
    pub(crate) async fn read<T, F>(&self, space: SpaceId, job: F) -> Result<T, VaultError>
    where
        T: Send + 'static,
        F: FnOnce(&Database) -> Result<T, VaultError> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let run = Box::new(move |db: Option<&Database>| {
            let _ = reply.send(db.ok_or(VaultError::Locked).and_then(job));
        });
        if !self.actor.read(ReadMessage::Run(space, run)) {
            return Err(VaultError::Locked);
        }
        answer.await.map_err(|_| VaultError::Locked)?
    }
}

/// Creates the database of a space and then enters its key into the header, so that a crash in between leaves only an unreadable file.
fn add_space(vault: &mut OpenVault, name: &str, made_up: bool) -> Result<SpaceInfo, VaultError> {
    let (place, clock) = (Arc::clone(&vault.place), Arc::clone(&vault.clock));
    let mut made = None;
    let added = vault.change_header(|header, key| {
        let (id, space_key) = create_space(&place, header, key, name, made_up, clock.as_ref())?;
        made = Some(id);
        Ok((id, space_key))
    });
    let (id, key) = added.inspect_err(|_| {
        if let Some(id) = made {
            place.remove_space_files(id);
        }
    })?;
    let info = SpaceInfo {
        id,
        name: name.to_owned(),
        made_up,
    };
    vault.attach(info.clone(), key)?;
    vault.tell(VaultEvent::SpacesChanged);
    Ok(info)
}

/// Makes the database of a space and enters its wrapped key into `header`, which the caller then writes.
pub(super) fn create_space(
    place: &Place,
    header: &mut Header,
    key: &VaultKey,
    name: &str,
    made_up: bool,
    clock: &dyn Clock,
) -> Result<(SpaceId, SpaceKey), VaultError> {
    let (id, space_key) = (SpaceId::generate(), SpaceKey::generate());
    header.add_space(key, id, &space_key, name, made_up, clock.now().unix_timestamp())?;
    drop(Database::create(
        &place.database(id),
        &space_key.derive_database_key(),
    )?);
    Ok((id, space_key))
}

pub(super) fn checked_name(name: &str) -> Result<String, VaultError> {
    let name = name.trim();
    let fits = !name.is_empty() && name.chars().count() <= 60 && !name.chars().any(char::is_control);
    fits.then(|| name.to_owned()).ok_or(VaultError::Invalid {
        field: "name",
        why: "1 to 60 visible characters",
    })
}
