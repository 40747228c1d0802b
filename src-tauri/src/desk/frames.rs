//! The open apps: which window belongs to which, and with which token it was opened.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use openplatform::{
    frame::{BaseUrl, Wire},
    message::Envelope,
    origin::AppOrigin,
    token::{AppToken, Revision},
};
use vault_core::SpaceHandle;
use vault_store::AppId;

/// An open app.
pub(crate) struct Frame {
    /// The app.
    pub(crate) app: AppId,
    /// The space in which it is installed.
    pub(crate) space: SpaceHandle,
    /// The token of this opening.
    pub(crate) token: AppToken,
    /// The only origin that its frame may have.
    pub(crate) origin: AppOrigin,
    /// The address of its first page, as its manifest says it.
    pub(crate) page: String,
    /// How the app is spoken to.
    pub(crate) wire: Wire,
    /// The revision that it was told last.
    pub(crate) told: Mutex<Revision>,
}

impl Frame {
    /// The address for the frame: the token is in it, and the revision of what the app may know now, by which the app's server sees
    /// that it has to ask again.
    pub(crate) fn address(&self, base: &BaseUrl, language: &str, revision: &Revision) -> String {
        base.frame_url(&self.page, &self.wire, &self.token, language, revision)
    }

    /// A message of the frame; `None` for what does not come from this app in this opening. `origin` is what the engine says of the sender.
    pub(crate) fn hear(&self, data: &str, origin: &str) -> Option<Envelope> {
        let envelope = Envelope::parse(data).ok()?;
        let genuine = self.origin.is_event_origin(origin)
            && envelope.is_from(&self.origin)
            && self.token.matches(&envelope.access_token);
        genuine.then_some(envelope)
    }

    /// Whether a revision is another one than the app was told last; from here on it counts as told.
    pub(crate) fn is_news(&self, revision: &Revision) -> bool {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let news = *told != *revision;
        *told = revision.clone();
        news
    }
}

/// The windows of apps, by label.
#[derive(Default)]
pub(crate) struct Frames {
    open: Mutex<HashMap<String, Arc<Frame>>>,
    /// Apps that wait for the person's answer before they are opened.
    waiting: Mutex<HashSet<AppId>>,
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

    /// Notes that an app waits to be opened. Returns whether it did not wait before.
    pub(crate) fn wait(&self, app: AppId) -> bool {
        self.waiting().insert(app)
    }

    /// The wait is over.
    pub(crate) fn waited(&self, app: AppId) {
        self.waiting().remove(&app);
    }
}
