//! Ways out of an app besides disclosure: what it hands to another app, to the clipboard, or to an address outside. Each is shown and
//! agreed, once or for good, and logged; what is handed over is never in the log.

use std::collections::BTreeMap;

use openplatform::origin::AppOrigin;
use time::OffsetDateTime;
use url::Url;
use vault_store::{
    AppId, DisclosureId, PartyKind, Tx, View, app_exits,
    app_exits::AppExit,
    apps::{self, App, AppKind, AppState},
    disclosures::{self, DisclosureKind, LogFilter, NewDisclosure},
};

use super::admission::{changed, get};
use crate::{
    SpaceHandle, VaultError,
    disclosure::{self, APP_FACE, app_party},
    vault::Turn,
};

/// Log entries: a way was opened for good.
pub(crate) const OPENED: &str = "exit_opened";
/// Log entries: something went through a way.
pub(crate) const USED: &str = "exit_used";
/// Log entries: the person did not let something through, or closed a way again.
pub(crate) const CLOSED: &str = "exit_closed";

/// How many entries of an app are looked at to find the one that opened a way.
const LOOK_BACK: u32 = 200;

/// What an app does with what it hands out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ExitWay {
    /// It hands something to another app: `share`, `open` with data, `link`.
    Share,
    /// It calls a service of another app.
    Services,
    /// It copies something, for whatever the person pastes it into.
    Clipboard,
    /// It opens an address outside, which says something to whoever is there.
    Link,
}

impl ExitWay {
    const ALL: [Self; 4] = [Self::Share, Self::Services, Self::Clipboard, Self::Link];

    /// The word in the database, and for the pages.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Share => "share",
            Self::Services => "services",
            Self::Clipboard => "clipboard",
            Self::Link => "link",
        }
    }

    /// The way of a word; `None` for another one.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.word() == word)
    }
}

/// A way out of an app, and where it leads.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Exit {
    way: ExitWay,
    target: String,
}

impl Exit {
    /// To another app, with something in hand.
    #[must_use]
    pub fn share(to: AppId) -> Self {
        Self {
            way: ExitWay::Share,
            target: to.to_string(),
        }
    }

    /// To a service of another app.
    #[must_use]
    pub fn services(of: AppId) -> Self {
        Self {
            way: ExitWay::Services,
            target: of.to_string(),
        }
    }

    /// To the clipboard.
    #[must_use]
    pub const fn clipboard() -> Self {
        Self {
            way: ExitWay::Clipboard,
            target: String::new(),
        }
    }

    /// To an address outside; `None` unless it is one of the web. What was agreed holds for its origin.
    #[must_use]
    pub fn link(address: &Url) -> Option<Self> {
        AppOrigin::of(address).map(|origin| Self {
            way: ExitWay::Link,
            target: origin.to_string(),
        })
    }

    /// The way with this word to this target, as [`SpaceHandle::exits`] gave them; `None` if there is no such way.
    #[must_use]
    pub fn named(way: &str, target: &str) -> Option<Self> {
        match ExitWay::of_word(way)? {
            ExitWay::Share => target.parse().ok().map(Self::share),
            ExitWay::Services => target.parse().ok().map(Self::services),
            ExitWay::Clipboard => target.is_empty().then(Self::clipboard),
            ExitWay::Link => Url::parse(target).ok().as_ref().and_then(Self::link),
        }
    }

    /// What the app does.
    #[must_use]
    pub const fn way(&self) -> ExitWay {
        self.way
    }

    /// Where it leads: the id of an app, the origin of an address, or nothing.
    #[must_use]
    pub fn target(&self) -> &str {
        &self.target
    }
}

/// What the person has to know to decide about a way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExitQuestion {
    /// Where it leads: the name of an app, the origin of an address, or nothing.
    pub target: String,
    /// Whether what goes there may leave this computer.
    pub leaves: bool,
    /// Whether the person may open it for good. From an app without network to one with it, or to an address, every time is asked.
    pub may_stand: bool,
}

/// A way that the person opened for good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenExit {
    /// The way.
    pub exit: Exit,
    /// In words: "Hands things to Ledger".
    pub words: String,
    /// When the person agreed.
    pub allowed_at: OffsetDateTime,
}

impl SpaceHandle {
    /// What the person has to know to decide about a way out of an app.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`] when the app, or the one it leads to, is not installed or may not be opened.
    pub async fn exit_question(&self, id: AppId, exit: Exit) -> Result<ExitQuestion, VaultError> {
        self.read(move |db| db.read(|view| question(view, id, &exit)))
            .await
    }

    /// Whether the person opened this way for good, and it may stand.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`] when the app, or the one it leads to, is not installed or may not be opened.
    pub async fn exit_allowed(&self, id: AppId, exit: Exit) -> Result<bool, VaultError> {
        self.read(move |db| {
            db.read(|view| {
                let question = question(view, id, &exit)?;
                Ok(question.may_stand && app_exits::is_allowed(view, id, exit.way.word(), &exit.target)?)
            })
        })
        .await
    }

    /// Opens a way for good, and logs that.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`]; [`VaultError::Invalid`] for one that is asked about every time.
    pub async fn allow_exit(&self, id: AppId, exit: Exit) -> Result<(), VaultError> {
        self.write(move |turn| {
            let app = get(turn, id)?;
            let now = turn.now();
            turn.space.db.write(|tx| {
                if !question(tx, id, &exit)?.may_stand {
                    return Err(VaultError::Invalid {
                        field: "exit",
                        why: "one that does not lead out of an app without network",
                    });
                }
                let row = AppExit {
                    way: exit.way.word().to_owned(),
                    target: exit.target.clone(),
                    allowed_at: now,
                };
                app_exits::allow(tx, id, &row)?;
                log(
                    tx,
                    &app,
                    &exit,
                    DisclosureKind::Granted,
                    OPENED,
                    now,
                    BTreeMap::new(),
                )
            })?;
            logged(turn);
            Ok(())
        })
        .await
    }

    /// Logs that something goes out this way, before it does. `bytes` is how much.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`], or the database could not be written: then it must not go.
    pub async fn exit_used(&self, id: AppId, exit: Exit, bytes: u64) -> Result<(), VaultError> {
        self.write(move |turn| {
            let (app, now) = (get(turn, id)?, turn.now());
            let counts = BTreeMap::from([("bytes".to_owned(), bytes)]);
            turn.space
                .db
                .write(|tx| log(tx, &app, &exit, DisclosureKind::Granted, USED, now, counts))?;
            disclosure::tell_logged(turn);
            Ok(())
        })
        .await
    }

    /// Logs that the person did not let something through.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`], or the database could not be written.
    pub async fn exit_refused(&self, id: AppId, exit: Exit) -> Result<(), VaultError> {
        self.write(move |turn| {
            let (app, now) = (get(turn, id)?, turn.now());
            turn.space.db.write(|tx| {
                log(
                    tx,
                    &app,
                    &exit,
                    DisclosureKind::Refused,
                    CLOSED,
                    now,
                    BTreeMap::new(),
                )
            })?;
            disclosure::tell_logged(turn);
            Ok(())
        })
        .await
    }

    /// Closes a way again, and logs that; whether it was open.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`], or the database could not be written.
    pub async fn close_exit(&self, id: AppId, exit: Exit) -> Result<bool, VaultError> {
        self.write(move |turn| {
            let (app, now) = (get(turn, id)?, turn.now());
            let was_open = turn.space.db.write(|tx| {
                let was_open = app_exits::close(tx, id, exit.way.word(), &exit.target)?;
                if was_open {
                    log(
                        tx,
                        &app,
                        &exit,
                        DisclosureKind::Revoked,
                        CLOSED,
                        now,
                        BTreeMap::new(),
                    )?;
                }
                Ok::<_, VaultError>(was_open)
            })?;
            if was_open {
                logged(turn);
            }
            Ok(was_open)
        })
        .await
    }

    /// The ways that the person opened for an app, oldest first.
    ///
    /// # Errors
    /// The vault is locked, or the database could not be read.
    pub async fn exits(&self, id: AppId) -> Result<Vec<OpenExit>, VaultError> {
        self.read(move |db| {
            db.read(|view| {
                let mut open = Vec::new();
                for row in app_exits::list(view, id)? {
                    let Some(exit) = Exit::named(&row.way, &row.target) else {
                        continue;
                    };
                    open.push(OpenExit {
                        words: words(view, &exit)?,
                        allowed_at: row.allowed_at,
                        exit,
                    });
                }
                Ok(open)
            })
        })
        .await
    }
}

fn question(view: &View<'_>, id: AppId, exit: &Exit) -> Result<ExitQuestion, VaultError> {
    let app = apps::get(view, id)?.ok_or(VaultError::NoSuch("app"))?;
    let (target, leaves) = match exit.way {
        ExitWay::Share | ExitWay::Services => {
            let other = target_app(view, exit)?.filter(|other| other.state == AppState::Ready);
            let other = other.ok_or(VaultError::NoSuch("app"))?;
            let networked = has_network(&other);
            (other.name, networked)
        }
        ExitWay::Clipboard => (String::new(), false),
        ExitWay::Link => (exit.target.clone(), true),
    };
    Ok(ExitQuestion {
        target,
        leaves,
        may_stand: !leaves || has_network(&app),
    })
}

/// Packages have no network of their own.
const fn has_network(app: &App) -> bool {
    match app.kind {
        AppKind::Hosted => true,
        AppKind::Packaged | AppKind::Included => false,
    }
}

fn target_app(view: &View<'_>, exit: &Exit) -> Result<Option<App>, VaultError> {
    match exit.target.parse() {
        Ok(id) => Ok(apps::get(view, id)?),
        Err(_) => Ok(None),
    }
}

/// "Hands things to Ledger".
fn words(view: &View<'_>, exit: &Exit) -> Result<String, VaultError> {
    let name = || {
        Ok::<_, VaultError>(match target_app(view, exit)? {
            Some(other) => other.name,
            None => "an app that is gone".to_owned(),
        })
    };
    Ok(match exit.way {
        ExitWay::Share => format!("Hands things to {}", name()?),
        ExitWay::Services => format!("Uses services of {}", name()?),
        ExitWay::Clipboard => "Copies things".to_owned(),
        ExitWay::Link => format!("Opens addresses of {}", exit.target),
    })
}

fn log(
    tx: &Tx<'_>,
    app: &App,
    exit: &Exit,
    kind: DisclosureKind,
    reason: &str,
    now: OffsetDateTime,
    counts: BTreeMap<String, u64>,
) -> Result<DisclosureId, VaultError> {
    let text = words(tx, exit)?;
    let new = NewDisclosure {
        // What goes through a way that stands open is one line with its opening.
        refers_to: if reason == USED {
            opening(tx, app, exit, &text)?
        } else {
            None
        },
        reason: reason.to_owned(),
        text,
        counts,
        ..disclosure::log_entry(now, kind, &app_party(app.id, &app.name), APP_FACE)
    };
    disclosure::append_log(tx, new)
}

/// The entry that opened a way which stands open.
fn opening(view: &View<'_>, app: &App, exit: &Exit, text: &str) -> Result<Option<DisclosureId>, VaultError> {
    if !app_exits::is_allowed(view, app.id, exit.way.word(), &exit.target)? {
        return Ok(None);
    }
    let filter = LogFilter {
        party: Some((PartyKind::App, app.id.to_string())),
        kinds: vec![DisclosureKind::Granted],
        first_only: true,
        ..LogFilter::default()
    };
    let found = disclosures::list(view, &filter, 0, LOOK_BACK)?
        .into_iter()
        .find(|entry| entry.reason == OPENED && entry.text.as_ref().is_some_and(|one| one.text == text));
    Ok(found.map(|entry| entry.id))
}

fn logged(turn: &Turn<'_>) {
    changed(turn);
    disclosure::tell_logged(turn);
}
