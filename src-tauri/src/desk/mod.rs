//! What the program itself knows: which vault lies on the desk, whether it is open, and what goes on around it. Keys are never here:
//! an open vault is a handle.

pub(crate) mod demo;
pub(crate) mod drafts;
pub(crate) mod fetches;
pub(crate) mod frames;
pub(crate) mod gateway;
pub(crate) mod idle;
pub(crate) mod imports;
pub(crate) mod kit;
pub(crate) mod links;
pub(crate) mod looks;
pub(crate) mod opening;
pub(crate) mod packing;
pub(crate) mod renewals;
pub(crate) mod reviews;
mod seat;
pub(crate) mod signing;
pub(crate) mod watched;

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tauri::{AppHandle, Manager as _, State};
use vault_connect::{Connect, ConnectError};
use vault_core::{Clock, KeyVault, LockReason, LockedVault, SpaceHandle, VaultHandle, clock::SystemClock};

pub(crate) use seat::{Open, Seat};

use crate::{
    error::{Answer, AppError},
    platform::{keyring::SystemKeyring, paths, scratch::Scratch},
    view::settings::Settings,
};

/// The state of the program. All of it is shared; nothing is held for longer than it takes to read or replace a value.
pub(crate) struct Desk {
    pub(crate) connect: Connect,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) keyring: Arc<dyn KeyVault>,
    pub(crate) web: Scratch,
    pub(crate) demo: demo::Demo,
    pub(crate) links: links::Links,
    pub(crate) fetches: fetches::Fetches,
    pub(crate) kit: kit::Kit,
    pub(crate) idle: idle::Idle,
    pub(crate) gateway: gateway::Doorway,
    pub(crate) frames: frames::Frames,
    pub(crate) reviews: reviews::Reviews,
    pub(crate) looks: looks::Looks,
    pub(crate) drafts: drafts::Drafts,
    pub(crate) packing: packing::PackingWork,
    pub(crate) imports: imports::Imports,
    pub(crate) signing: signing::Signing,
    /// The window for questions is brought up or closed by one at a time.
    pub(crate) asking: tokio::sync::Mutex<()>,
    /// One vault is opened or locked at a time.
    pub(crate) turning: tokio::sync::Mutex<()>,
    state: Mutex<Inner>,
}

struct Inner {
    seat: Seat,
    /// The vault named on the command line, which is not remembered.
    named: Option<PathBuf>,
    cause: LockReason,
    away_minutes: Option<u32>,
    failed: u32,
    damage: Option<AppError>,
    practice: Option<Scratch>,
    settings: Settings,
}

impl Desk {
    /// Sits down before the vault named, or the usual one.
    ///
    /// # Errors
    /// The TLS library could not be set up.
    pub(crate) fn new(named: Option<PathBuf>, web: Scratch) -> Result<Self, ConnectError> {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let seat = match &named {
            Some(place) => Seat::at(place.clone(), &clock),
            None => Seat::usual(&clock),
        };
        Ok(Self {
            connect: Connect::new()?,
            keyring: Arc::new(SystemKeyring),
            web,
            demo: demo::Demo::default(),
            links: links::Links::default(),
            fetches: fetches::Fetches::default(),
            kit: kit::Kit::default(),
            idle: idle::Idle::default(),
            gateway: gateway::Doorway::default(),
            frames: frames::Frames::default(),
            reviews: reviews::Reviews::default(),
            looks: looks::Looks::default(),
            drafts: drafts::Drafts::default(),
            packing: packing::PackingWork::default(),
            imports: imports::Imports::default(),
            signing: signing::Signing::default(),
            asking: tokio::sync::Mutex::default(),
            turning: tokio::sync::Mutex::default(),
            state: Mutex::new(Inner {
                seat,
                named,
                cause: LockReason::Started,
                away_minutes: None,
                failed: 0,
                damage: None,
                practice: None,
                settings: Settings::default(),
            }),
            clock,
        })
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The folder of the vault, or the one where it would be made.
    pub(crate) fn place(&self) -> PathBuf {
        self.inner().seat.place()
    }

    /// The folder for a vault of this name: in a folder that the person chose, else where the desk is.
    pub(crate) fn place_for(&self, name: &str, chosen: Option<&Path>) -> PathBuf {
        let inner = self.inner();
        match (chosen, &inner.named) {
            (Some(folder), _) => folder.join(paths::folder_name(name)),
            (None, Some(named)) => named.clone(),
            (None, None) => paths::beside(&inner.seat.place(), name),
        }
    }

    /// What lies on the desk. A folder that could not be used is tried again.
    pub(crate) fn look(&self) -> Seat {
        let mut inner = self.inner();
        match &inner.seat {
            Seat::Empty(place) => inner.seat = Seat::at(place.clone(), &self.clock),
            Seat::Troubled(place, _) => inner.seat = Seat::again(place.clone(), &self.clock),
            Seat::Locked(_) | Seat::Open(_) => {}
        }
        inner.seat.clone()
    }

    /// Puts the vault of another folder on the desk.
    pub(crate) fn sit(&self, place: PathBuf) {
        let mut inner = self.inner();
        // The folder is given back before it is taken again.
        inner.seat = Seat::Empty(place.clone());
        inner.seat = Seat::at(place, &self.clock);
        inner.damage = None;
        inner.failed = 0;
        inner.cause = LockReason::Started;
    }

    /// The vault that lies there locked.
    pub(crate) fn locked(&self) -> Answer<LockedVault> {
        match self.look() {
            Seat::Locked(locked) => Ok(locked),
            Seat::Open(_) => Err(AppError::new("VLT-102")),
            Seat::Troubled(_, error) => Err(error),
            Seat::Empty(_) => Err(AppError::new("VLT-150")),
        }
    }

    /// The vault that is open, where one is.
    pub(crate) fn open(&self) -> Option<Open> {
        match &self.inner().seat {
            Seat::Open(open) => Some(open.clone()),
            Seat::Empty(_) | Seat::Troubled(..) | Seat::Locked(_) => None,
        }
    }

    /// The unlocked vault.
    pub(crate) fn vault(&self) -> Answer<VaultHandle> {
        self.open()
            .map(|open| open.vault)
            .ok_or_else(|| AppError::new("VLT-103"))
    }

    /// The space that is shown.
    pub(crate) fn space(&self) -> Answer<SpaceHandle> {
        self.idle.touch();
        self.open()
            .map(|open| open.space)
            .ok_or_else(|| AppError::new("VLT-103"))
    }

    /// Notes that the vault is open.
    pub(crate) fn set_open(&self, open: Open) {
        let mut inner = self.inner();
        inner.seat = Seat::Open(open);
        inner.failed = 0;
        inner.damage = None;
        inner.away_minutes = None;
        self.idle.touch();
    }

    /// Shows another space.
    pub(crate) fn set_space(&self, space: SpaceHandle) {
        if let Seat::Open(open) = &mut self.inner().seat {
            open.space = space;
        }
    }

    /// Notes that the vault is locked, and why. A practice vault is thrown away with that.
    pub(crate) fn set_locked(&self, cause: LockReason) {
        let mut inner = self.inner();
        inner.cause = cause;
        inner.away_minutes = if cause == LockReason::Away {
            inner.settings.lock_minutes
        } else {
            None
        };
        if let Seat::Open(open) = &inner.seat {
            inner.seat = Seat::Locked(open.locked.clone());
        }
        if let Some(practice) = inner.practice.take() {
            // The folder can go once nobody holds the vault in it.
            inner.seat = Seat::Empty(PathBuf::new());
            drop(practice);
            inner.seat = match &inner.named {
                Some(place) => Seat::at(place.clone(), &self.clock),
                None => Seat::usual(&self.clock),
            };
            inner.cause = LockReason::Started;
        }
    }

    /// Why the vault is locked; for how long nobody used it, when that is why; how often a wrong passphrase was tried; what is damaged.
    pub(crate) fn troubles(&self) -> (LockReason, Option<u32>, u32, Option<AppError>) {
        let inner = self.inner();
        (
            inner.cause,
            inner.away_minutes,
            inner.failed,
            inner.damage.clone(),
        )
    }

    /// Notes how opening the vault failed.
    pub(crate) fn failed(&self, error: &AppError) {
        let mut inner = self.inner();
        match error.code.as_str() {
            "VLT-101" => inner.failed += 1,
            "VLT-120" | "VLT-121" => inner.damage = Some(error.clone()),
            _ => {}
        }
    }

    /// Forgets damage that was repaired.
    pub(crate) fn repaired(&self) {
        self.inner().damage = None;
    }

    /// Lets go of the vault, so that its folder can be deleted.
    pub(crate) fn leave(&self) {
        let mut inner = self.inner();
        inner.seat = Seat::Empty(inner.seat.place());
    }

    /// Notes that the vault of a folder was deleted: the next one is made in the usual place.
    pub(crate) fn deleted(&self, place: PathBuf) {
        let mut inner = self.inner();
        if inner.named.is_none() {
            paths::forget_vault();
        }
        let next = if inner.named.is_some() {
            place
        } else {
            paths::default_vault()
        };
        inner.seat = Seat::at(next, &self.clock);
        inner.cause = LockReason::Started;
    }

    /// Whether the vault on the desk is thrown away when it is locked.
    pub(crate) fn is_practice(&self) -> bool {
        self.inner().practice.is_some()
    }

    /// Takes the folder of a practice vault into keeping.
    pub(crate) fn keep_practice(&self, folder: Scratch) {
        self.inner().practice = Some(folder);
    }

    /// Remembers which vault to open at the next start, unless it was named on the command line or is for practice.
    pub(crate) fn remember(&self, place: &Path) {
        let inner = self.inner();
        if inner.named.as_deref() == Some(place) || inner.practice.is_some() {
            return;
        }
        if let Err(error) = paths::remember_vault(place) {
            tracing::warn!(%error, "the place of the vault could not be remembered");
        }
    }

    /// The settings that hold outside of the pages too.
    pub(crate) fn settings(&self) -> Settings {
        self.inner().settings.clone()
    }

    /// Notes changed settings.
    pub(crate) fn set_settings(&self, settings: Settings) {
        self.inner().settings = settings;
    }

    /// Deletes what must not outlive the program: managed state is never dropped.
    pub(crate) fn clear(&self) {
        self.web.remove();
        self.inner().practice.take();
    }
}

/// The desk of a program.
pub(crate) fn desk(app: &AppHandle) -> State<'_, Desk> {
    app.state::<Desk>()
}
