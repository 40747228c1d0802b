//! The open apps: which window belongs to which, with which token it was opened, and what passes between them.

mod pace;
mod parcels;
mod pending;
mod trace;

use std::{
    collections::{HashMap, HashSet},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use openplatform::{
    frame::{BaseUrl, Wire},
    message::{Envelope, HostMessage, Mark},
    origin::AppOrigin,
    token::{AppToken, Revision},
};
use vault_core::SpaceHandle;
use vault_store::AppId;

pub(crate) use pace::Pace;
pub(crate) use parcels::{Parcel, Parcels};
pub(crate) use pending::{Act, Leaving, Pending, Questions};
pub(crate) use trace::{Fate, Passed, Trace, Way};

/// An open app.
pub(crate) struct Frame {
    /// The app.
    pub(crate) app: AppId,
    /// The space in which it is installed.
    pub(crate) space: SpaceHandle,
    /// The only origin that its frame may have.
    pub(crate) origin: AppOrigin,
    /// The address of its first page, as its manifest says it.
    pub(crate) page: String,
    /// How the app is spoken to.
    pub(crate) wire: Wire,
    /// What the app asks and the person has not answered.
    pub(crate) questions: Questions,
    /// What passed, for developers.
    pub(crate) trace: Trace,
    /// How often it reached beyond its frame.
    pub(crate) pace: Pace,
    /// The window has another size, of which the app will be told.
    pub(crate) resizing: AtomicBool,
    /// The token of this opening; another one each time the frame loads again.
    token: Mutex<AppToken>,
    /// Apps whose services its server called, and that the person was asked about.
    wanted: Mutex<HashSet<AppId>>,
    /// The revision that it was told last.
    told: Mutex<Revision>,
    /// Which library it speaks through, once it has spoken.
    mark: Mutex<Option<Mark>>,
}

impl Frame {
    /// An app that was just opened.
    pub(crate) fn new(
        app: AppId,
        space: SpaceHandle,
        token: AppToken,
        origin: AppOrigin,
        page: String,
        wire: Wire,
        revision: Revision,
    ) -> Self {
        Self {
            app,
            space,
            origin,
            page,
            wire,
            questions: Questions::default(),
            trace: Trace::default(),
            pace: Pace::default(),
            resizing: AtomicBool::new(false),
            token: Mutex::new(token),
            wanted: Mutex::default(),
            told: Mutex::new(revision),
            mark: Mutex::new(None),
        }
    }

    /// The address for the frame: the token is in it, and the revision of what the app may know now, by which the app's server sees
    /// that it has to ask again.
    pub(crate) fn address(&self, base: &BaseUrl, language: &str, revision: &Revision) -> String {
        base.frame_url(&self.page, &self.wire, &self.token(), language, revision)
    }

    /// A message of the frame. `origin` is what the engine says of the sender.
    ///
    /// # Errors
    /// Why it does not come from this app in this opening, or is no message; without content.
    pub(crate) fn hear(&self, data: &str, origin: &str) -> Result<Envelope, &'static str> {
        if !self.origin.is_event_origin(origin) {
            return Err("it came from another origin");
        }
        let envelope = Envelope::parse(data).map_err(|_| "it is no message of a known library")?;
        if !envelope.is_from(&self.origin) {
            return Err("it names another origin");
        }
        // The library of P5 has no token to show: window and origin have to do.
        match &envelope.access_token {
            Some(presented) if !self.token().matches(presented) => Err("its token is not of this opening"),
            Some(_) | None => Ok(envelope),
        }
    }

    /// The token of this opening.
    pub(crate) fn token(&self) -> AppToken {
        self.token.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The frame loads again with another token: what the earlier page asks or says is over.
    pub(crate) fn renew(&self, token: AppToken) {
        *self.token.lock().unwrap_or_else(PoisonError::into_inner) = token;
        self.questions.clear();
    }

    /// Whether its server wants services of another app for the first time in this opening.
    pub(crate) fn wants_first(&self, target: AppId) -> bool {
        self.wanted
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(target)
    }

    /// Notes which library the app speaks through. Whether it spoke for the first time.
    pub(crate) fn learn(&self, mark: Mark) -> bool {
        let mut known = self.mark.lock().unwrap_or_else(PoisonError::into_inner);
        known.replace(mark).is_none()
    }

    /// Which library the app speaks through, once it has spoken.
    pub(crate) fn mark(&self) -> Option<Mark> {
        *self.mark.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The text of a message for the app, as its library takes it.
    pub(crate) fn say(&self, message: &HostMessage) -> String {
        let mark = self.mark().unwrap_or(Mark::OpenPlatform);
        let text = message.to_text(mark);
        self.trace
            .note(Way::ToApp, Some(mark), message.kind(), &text, Fate::Sent);
        text
    }

    /// Whether a revision is another one than the app was told last; from here on it counts as told.
    pub(crate) fn is_news(&self, revision: &Revision) -> bool {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let news = *told != *revision;
        *told = revision.clone();
        news
    }

    /// Whether nobody waits yet to tell the app of its size; from here on somebody does.
    pub(crate) fn begins_resizing(&self) -> bool {
        !self.resizing.swap(true, Ordering::SeqCst)
    }
}

/// The windows of apps, by label.
#[derive(Default)]
pub(crate) struct Frames {
    open: Mutex<HashMap<String, Arc<Frame>>>,
    /// Apps that wait for the person's answer before they are opened.
    waiting: Mutex<HashSet<AppId>>,
    /// What was handed to apps that have not come up yet.
    pub(crate) parcels: Parcels,
    /// P5: where in each app the person was last. Forgotten with the vault.
    paths: Mutex<HashMap<AppId, String>>,
}

impl Frames {
    fn open(&self) -> MutexGuard<'_, HashMap<String, Arc<Frame>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn waiting(&self) -> MutexGuard<'_, HashSet<AppId>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The app of a window.
    pub(crate) fn of(&self, label: &str) -> Option<Arc<Frame>> {
        self.open().get(label).cloned()
    }

    /// The window of an app.
    pub(crate) fn label_of(&self, app: AppId) -> Option<String> {
        self.open()
            .iter()
            .find(|(_, frame)| frame.app == app)
            .map(|(label, _)| label.clone())
    }

    /// The labels of all windows.
    pub(crate) fn labels(&self) -> Vec<String> {
        self.open().keys().cloned().collect()
    }

    /// Notes an app's window.
    pub(crate) fn insert(&self, label: String, frame: Frame) {
        self.open().insert(label, Arc::new(frame));
    }

    /// Forgets a window that is gone.
    pub(crate) fn remove(&self, label: &str) -> Option<Arc<Frame>> {
        self.open().remove(label)
    }

    /// Where in an app the person was last.
    pub(crate) fn path(&self, app: AppId) -> Option<String> {
        self.paths
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&app)
            .cloned()
    }

    /// Notes where in an app the person is.
    pub(crate) fn set_path(&self, app: AppId, path: String) {
        self.paths
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(app, path);
    }

    /// Forgets what apps were to be told, and where in them the person was.
    pub(crate) fn forget(&self) {
        self.parcels.clear();
        self.paths.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Notes that an app waits to be opened. Returns whether it did not wait before.
    pub(crate) fn wait(&self, app: AppId) -> bool {
        self.waiting().insert(app)
    }

    /// The wait is over.
    pub(crate) fn waited(&self, app: AppId) {
        self.waiting().remove(&app);
    }
}
