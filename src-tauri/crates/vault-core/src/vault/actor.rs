//! The thread that owns the unlocked vault, and the one beside it that answers reads.

use std::{
    cell::RefCell,
    sync::{Arc, mpsc},
    thread,
    time::Duration,
};

use tokio::sync::{broadcast, oneshot};
use vault_crypto::{Header, Passphrase, Signer, SpaceId, SpaceKey, VaultKey};
use vault_store::{Database, OpenMode};

use super::{
    place::{Claim, Place},
    second_factor::Guard,
    snapshot::Outings,
    space::SpaceInfo,
};
use crate::{Clock, LockReason, VaultError, VaultEvent, disclosure::Questions};

/// How long a lock waits for a read that is under way.
const PATIENCE: Duration = Duration::from_secs(5);

/// So long after an unlock the person counts as being there (specification 8.2 of Rokwire).
const FRESH: time::Duration = time::Duration::minutes(5);

/// Work for the actor. Only methods of this crate make one, so the set of things that can be asked of a vault is the public surface of
/// [`crate::VaultHandle`] and [`crate::SpaceHandle`].
pub(super) enum Message {
    Run(Box<dyn FnOnce(&mut OpenVault) + Send>),
    Lock {
        reason: LockReason,
        done: oneshot::Sender<()>,
    },
}

/// A job on a space's database, or on nothing when the space is not open.
pub(super) type ReadJob = Box<dyn FnOnce(Option<&Database>) + Send>;

/// Work for the thread that reads.
pub(super) enum ReadMessage {
    Run(SpaceId, ReadJob),
    Add(SpaceId, Database),
    Remove { space: SpaceId, done: mpsc::Sender<()> },
}

/// The unlocked vault. It lives on the actor's thread and nowhere else; dropping it is locking.
pub(crate) struct OpenVault {
    pub(crate) place: Arc<Place>,
    pub(crate) header: Header,
    pub(crate) key: VaultKey,
    pub(crate) spaces: Vec<OpenSpace>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) events: broadcast::Sender<VaultEvent>,
    pub(crate) questions: Questions,
    pub(crate) outings: Outings,
    /// When it was unlocked.
    opened_at: time::OffsetDateTime,
    pub(super) guard: Guard,
    signer: Option<Signer>,
    readers: mpsc::Sender<ReadMessage>,
    // Keep the pages of the keys out of the swap file, where the system allows it. Keys share pages, and one unlock would free all that
    // lies on a page, so none is unlocked before the last key is gone.
    locked_pages: Vec<region::LockGuard>,
    // Dropped last: the folder is free again once no key and no connection is left.
    _claim: Claim,
}

/// One space, open.
pub(crate) struct OpenSpace {
    pub(crate) info: SpaceInfo,
    pub(crate) db: Database,
    pub(crate) key: SpaceKey,
}

/// What one call may touch: one space, and the parts of the vault that serve every space.
pub(crate) struct Turn<'a> {
    pub(crate) space: &'a mut OpenSpace,
    pub(crate) questions: &'a mut Questions,
    pub(crate) clock: &'a dyn Clock,
    pub(crate) events: &'a broadcast::Sender<VaultEvent>,
    header: &'a Header,
    key: &'a VaultKey,
    signer: &'a mut Option<Signer>,
    opened_at: time::OffsetDateTime,
    /// What is told once the longer transaction is on the disk: who hears of it reads it.
    told_after: RefCell<Vec<VaultEvent>>,
}

impl Turn<'_> {
    /// The current moment.
    pub(crate) fn now(&self) -> time::OffsetDateTime {
        self.clock.now()
    }

    /// Tells the watchers; nobody watching is fine.
    pub(crate) fn tell(&self, event: VaultEvent) {
        if self.space.db.is_within() {
            self.told_after.borrow_mut().push(event);
        } else {
            let _ = self.events.send(event);
        }
    }

    /// Runs a job whose reads and writes are one transaction: all of it is on the disk when it is done, or nothing. What it tells the
    /// watchers they hear then.
    pub(crate) fn together<T>(
        &mut self,
        job: impl FnOnce(&mut Self) -> Result<T, VaultError>,
    ) -> Result<T, VaultError> {
        self.space.db.begin()?;
        let answer = job(self);
        let ended = self.space.db.end(answer.is_ok());
        let told = self.told_after.take();
        let answer = answer?;
        ended?;
        told.into_iter().for_each(|event| self.tell(event));
        Ok(answer)
    }

    /// The vault's issuer key (log heads, receipts, backpacks), unsealed at its first use.
    pub(crate) fn signer(&mut self) -> Result<&Signer, VaultError> {
        unseal(self.signer, self.header, self.key)
    }

    /// The space and the issuer key at once, for writing what is signed.
    pub(crate) fn space_and_signer(&mut self) -> Result<(&mut OpenSpace, &Signer), VaultError> {
        Ok((self.space, unseal(self.signer, self.header, self.key)?))
    }

    /// Whether `passphrase` is the vault's; computing it takes as long as an unlock.
    pub(crate) fn check_passphrase(&self, passphrase: &Passphrase) -> Result<(), VaultError> {
        Ok(self.header.unlock(passphrase).map(drop)?)
    }

    /// Whether the vault was unlocked within the last 5 minutes: the person is there.
    pub(crate) fn is_freshly_unlocked(&self) -> bool {
        let since = self.now() - self.opened_at;
        !since.is_negative() && since < FRESH
    }

    /// The port of the loopback gateway.
    pub(crate) fn gateway_port(&self) -> u16 {
        self.header.port()
    }
}

impl OpenVault {
    /// Opens every space of the vault.
    pub(super) fn open(
        place: Arc<Place>,
        header: Header,
        key: VaultKey,
        clock: Arc<dyn Clock>,
        events: broadcast::Sender<VaultEvent>,
        readers: mpsc::Sender<ReadMessage>,
    ) -> Result<Self, VaultError> {
        let opened_at = clock.now();
        let claim = place.claim()?;
        place.level_header_copy(&header);
        let mut vault = Self {
            place,
            spaces: Vec::new(),
            clock,
            events,
            questions: Questions::default(),
            outings: Outings::default(),
            opened_at,
            guard: Guard::default(),
            signer: None,
            readers,
            locked_pages: Vec::new(),
            _claim: claim,
            header,
            key,
        };
        vault.locked_pages.extend(lock_page(vault.key.as_bytes()));
        for entry in vault.header.spaces(&vault.key)? {
            let info = SpaceInfo {
                id: entry.id,
                name: entry.name,
                made_up: entry.made_up,
            };
            vault.attach(info, entry.key)?;
        }
        Ok(vault)
    }

    /// Opens the database of a space for the actor and for the reading thread.
    pub(crate) fn attach(&mut self, info: SpaceInfo, key: SpaceKey) -> Result<(), VaultError> {
        let path = self.place.database(info.id);
        let database_key = key.derive_database_key();
        let db = Database::open(&path, &database_key, OpenMode::ReadWrite)?;
        crate::cooperatives::after_start(&db, self.clock.now())?;
        let reader = Database::open(&path, &database_key, OpenMode::ReadOnly)?;
        let _ = self.readers.send(ReadMessage::Add(info.id, reader));
        self.locked_pages.extend(lock_page(key.as_bytes()));
        self.spaces.push(OpenSpace { info, db, key });
        Ok(())
    }

    /// Closes the database of a space on both threads. The one that writes is closed last: only then is its log merged into the file.
    pub(crate) fn detach(&mut self, id: SpaceId) {
        let (done, closed) = mpsc::channel();
        if self.readers.send(ReadMessage::Remove { space: id, done }).is_ok() {
            let _ = closed.recv_timeout(PATIENCE);
        }
        self.spaces.retain(|space| space.info.id != id);
    }

    /// Changes the header: on the disk first, and here only when it is there. What could not be written has not happened.
    pub(crate) fn change_header<T>(
        &mut self,
        change: impl FnOnce(&mut Header, &VaultKey) -> Result<T, VaultError>,
    ) -> Result<T, VaultError> {
        let mut header = self.header.clone();
        let done = change(&mut header, &self.key)?;
        self.place.write_header(&header)?;
        self.header = header;
        Ok(done)
    }

    /// Signs with another issuer key from now on.
    pub(crate) fn replace_issuer(&mut self, signer: Signer) -> Result<(), VaultError> {
        self.change_header(|header, key| Ok(header.replace_issuer(key, &signer)?))?;
        self.signer = Some(signer);
        Ok(())
    }

    /// What a call on one space may touch.
    pub(crate) fn turn(&mut self, id: SpaceId) -> Result<Turn<'_>, VaultError> {
        let space = self
            .spaces
            .iter_mut()
            .find(|space| space.info.id == id)
            .ok_or(VaultError::NoSuchSpace)?;
        Ok(Turn {
            space,
            questions: &mut self.questions,
            clock: self.clock.as_ref(),
            events: &self.events,
            header: &self.header,
            key: &self.key,
            signer: &mut self.signer,
            opened_at: self.opened_at,
            told_after: RefCell::default(),
        })
    }

    /// Tells the watchers; nobody watching is fine.
    pub(crate) fn tell(&self, event: VaultEvent) {
        let _ = self.events.send(event);
    }

    /// Puts every space in the order that a locked vault has: open questions refused, the head of the log signed. What fails here must
    /// not keep the vault open, so it is reported and passed over.
    fn close(&mut self) {
        let ids: Vec<SpaceId> = self.spaces.iter().map(|space| space.info.id).collect();
        for id in ids {
            let ended = self
                .turn(id)
                .and_then(|mut turn| crate::disclosure::end_for_lock(&mut turn));
            if let Err(error) = ended {
                tracing::warn!(space = %id, %error, "a space could not be put in order before the lock");
            }
        }
    }
}

fn lock_page(key: &[u8; 32]) -> Option<region::LockGuard> {
    region::lock(key.as_ptr(), key.len()).ok()
}

fn unseal<'a>(
    signer: &'a mut Option<Signer>,
    header: &Header,
    key: &VaultKey,
) -> Result<&'a Signer, VaultError> {
    if signer.is_none() {
        *signer = Some(header.issuer(key)?);
    }
    signer
        .as_ref()
        .ok_or(VaultError::Internal("the issuer key was not unsealed"))
}

/// The ways to the two threads, shared by all handles. When the last of them goes the vault closes, and this waits until both threads have
/// ended: a program may end right after, and must not take the engine away under a thread that still has to do with it.
pub(super) struct Actor {
    jobs: Option<mpsc::Sender<Message>>,
    readers: Option<mpsc::Sender<ReadMessage>>,
    /// First the one that owns the vault: the one that reads ends after it.
    threads: Vec<thread::JoinHandle<()>>,
}

impl Actor {
    /// Sends a message; `false` once the vault is locked.
    pub(super) fn send(&self, message: Message) -> bool {
        self.jobs.as_ref().is_some_and(|jobs| jobs.send(message).is_ok())
    }

    /// Sends a message to the thread that reads; `false` once it has ended.
    pub(super) fn read(&self, message: ReadMessage) -> bool {
        self.readers
            .as_ref()
            .is_some_and(|readers| readers.send(message).is_ok())
    }
}

impl Drop for Actor {
    fn drop(&mut self) {
        drop((self.jobs.take(), self.readers.take()));
        // A job may hold the last handle: a thread waits neither for itself nor for the one that waits for it.
        let current = thread::current().id();
        if self.threads.iter().any(|thread| thread.thread().id() == current) {
            return;
        }
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

/// Starts the threads.
pub(super) fn start(
    place: Arc<Place>,
    header: Header,
    key: VaultKey,
    clock: Arc<dyn Clock>,
    events: broadcast::Sender<VaultEvent>,
) -> Result<Actor, VaultError> {
    let (jobs, inbox) = mpsc::channel();
    let (readers, read_inbox) = mpsc::channel();
    let reading = thread::Builder::new()
        .name("vault-reader".into())
        .spawn(move || serve_reads(&read_inbox))?;
    let vault = OpenVault::open(place, header, key, clock, events, readers.clone())?;
    let owning = thread::Builder::new()
        .name("vault".into())
        .spawn(move || serve(vault, &inbox))?;
    Ok(Actor {
        jobs: Some(jobs),
        readers: Some(readers),
        threads: vec![owning, reading],
    })
}

fn serve(mut vault: OpenVault, inbox: &mpsc::Receiver<Message>) {
    let mut ending = None;
    while let Ok(message) = inbox.recv() {
        match message {
            Message::Run(job) => job(&mut vault),
            Message::Lock { reason, done } => {
                ending = Some((reason, done));
                break;
            }
        }
    }
    vault.close();
    vault.outings.end();
    let events = vault.events.clone();
    let reason = ending.as_ref().map_or(LockReason::You, |(reason, _)| *reason);
    let ids: Vec<SpaceId> = vault.spaces.iter().map(|space| space.info.id).collect();
    for id in ids {
        vault.detach(id);
    }
    drop(vault);
    let _ = events.send(VaultEvent::Locked { reason });
    if let Some((_, done)) = ending {
        let _ = done.send(());
    }
}

/// Ends once the last handle is gone; from the lock on it holds no database.
fn serve_reads(inbox: &mpsc::Receiver<ReadMessage>) {
    let mut spaces: Vec<(SpaceId, Database)> = Vec::new();
    while let Ok(message) = inbox.recv() {
        match message {
            ReadMessage::Run(id, job) => job(spaces.iter().find(|(known, _)| *known == id).map(|(_, db)| db)),
            ReadMessage::Add(id, db) => spaces.push((id, db)),
            ReadMessage::Remove { space, done } => {
                spaces.retain(|(known, _)| *known != space);
                let _ = done.send(());
            }
        }
    }
}
