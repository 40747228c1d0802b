//! Files that the person gave: looks before anything is stored, imports that go on, passwords for as long as the vault is open.

use std::{
    collections::{BTreeSet, HashMap},
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use secrecy::SecretString;
use tauri::AppHandle;
use time::OffsetDateTime;
use vault_connect::{
    Stop,
    takeout::job::{self, Check, Question},
};
use vault_core::SpaceHandle;
use vault_crypto::SpaceId;
use vault_store::ImportId;

use super::desk;
use crate::{
    error::{Answer, AppError},
    events,
    view::imports::{FoundFile, ImportView},
};

/// The most looks that are kept; the oldest goes.
const MOST: usize = 20;
/// The page is not told more often than it can draw.
const TELL: Duration = Duration::from_millis(200);

/// What goes on with files.
#[derive(Default)]
pub(crate) struct Imports(Mutex<Inner>);

#[derive(Default)]
struct Inner {
    looks: Vec<Look>,
    runs: HashMap<ImportId, Stop>,
    passwords: HashMap<ImportId, SecretString>,
    found: HashMap<SpaceId, Vec<FoundFile>>,
}

/// A look at files. Nothing of it is stored.
struct Look {
    id: ImportId,
    space: SpaceId,
    question: Question,
    stop: Stop,
    /// One that was begun anew is another: what the earlier one finds is nobody's.
    turn: u64,
    rows: u64,
    at: OffsetDateTime,
    outcome: Option<Result<Box<Check>, AppError>>,
}

impl Look {
    /// A look belongs to the space that it was begun in.
    fn is(&self, space: SpaceId, id: ImportId) -> bool {
        self.space == space && self.id == id
    }
}

impl Imports {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Forgets everything, and stops what goes on.
    pub(crate) fn forget(&self) {
        let mut inner = self.inner();
        inner.runs.values().for_each(Stop::stop);
        inner.looks.iter().for_each(|look| look.stop.stop());
        *inner = Inner::default();
    }

    /// The looks of a space, latest first.
    pub(crate) fn looks(&self, space: SpaceId) -> Vec<ImportId> {
        let inner = self.inner();
        let all = inner.looks.iter().rev();
        all.filter(|look| look.space == space)
            .map(|look| look.id)
            .collect()
    }

    /// How a look stands; `None` if there is no such look.
    pub(crate) fn look(&self, space: SpaceId, id: ImportId) -> Option<Result<Check, ImportView>> {
        let inner = self.inner();
        let look = inner.looks.iter().find(|look| look.is(space, id))?;
        Some(match &look.outcome {
            Some(Ok(check)) => Ok(Check::clone(check)),
            other => {
                let error = other.as_ref().and_then(|outcome| outcome.as_ref().err()).cloned();
                let name = look.question.places.first().and_then(|place| place.file_name());
                let name = name.map(|name| name.to_string_lossy().into_owned());
                Err(ImportView::looking(
                    id.to_string(),
                    name.unwrap_or_default(),
                    look.question.account.clone(),
                    look.rows,
                    error,
                    look.at,
                ))
            }
        })
    }

    /// When a look began.
    pub(crate) fn begun(&self, id: ImportId) -> Option<OffsetDateTime> {
        let inner = self.inner();
        inner.looks.iter().find(|look| look.id == id).map(|look| look.at)
    }

    /// What a look asks.
    pub(crate) fn question(&self, space: SpaceId, id: ImportId) -> Option<Question> {
        let inner = self.inner();
        let look = inner.looks.iter().find(|look| look.is(space, id))?;
        Some(look.question.clone())
    }

    /// Changes what does not need another look.
    pub(crate) fn set(&self, space: SpaceId, id: ImportId, leave_out: BTreeSet<usize>, without_people: bool) {
        let mut inner = self.inner();
        if let Some(look) = inner.looks.iter_mut().find(|look| look.is(space, id)) {
            look.question.leave_out.clone_from(&leave_out);
            look.question.without_people = without_people;
            if let Some(Ok(check)) = &mut look.outcome {
                check.leave_out(leave_out);
                check.question.without_people = without_people;
            }
        }
    }

    /// Ends a look; whether there was one.
    pub(crate) fn drop_look(&self, id: ImportId) -> bool {
        let mut inner = self.inner();
        inner.passwords.remove(&id);
        let before = inner.looks.len();
        inner.looks.retain(|look| {
            if look.id == id {
                look.stop.stop();
            }
            look.id != id
        });
        inner.looks.len() != before
    }

    /// Takes what a look found, to import it.
    pub(crate) fn take(&self, space: SpaceId, id: ImportId) -> Answer<Check> {
        let mut inner = self.inner();
        let at = inner
            .looks
            .iter()
            .position(|look| look.is(space, id) && matches!(look.outcome, Some(Ok(_))))
            .ok_or_else(|| AppError::new("SYS-713"))?;
        match inner.looks.remove(at).outcome {
            Some(Ok(check)) => Ok(*check),
            Some(Err(error)) => Err(error),
            None => Err(AppError::new("SYS-713")),
        }
    }

    /// Remembers a password until the vault is locked.
    pub(crate) fn set_password(&self, id: ImportId, password: SecretString) {
        self.inner().passwords.insert(id, password);
    }

    fn password(&self, id: ImportId) -> Option<SecretString> {
        self.inner().passwords.get(&id).cloned()
    }

    /// Stops an import that goes on, after the batch under way.
    pub(crate) fn stop(&self, id: ImportId) {
        if let Some(stop) = self.inner().runs.get(&id) {
            stop.stop();
        }
    }

    /// What was recognised in the folder that a space watches.
    pub(crate) fn found(&self, space: SpaceId) -> Vec<FoundFile> {
        self.inner().found.get(&space).cloned().unwrap_or_default()
    }

    /// Notes what was recognised in the folder that a space watches; whether it is something else than before.
    pub(crate) fn set_found(&self, space: SpaceId, found: Vec<FoundFile>) -> bool {
        let mut inner = self.inner();
        let before = inner.found.entry(space).or_default();
        let same = before.len() == found.len()
            && before
                .iter()
                .zip(&found)
                .all(|(one, other)| one.path == other.path && one.at == other.at);
        *before = found;
        !same
    }

    /// Forgets what was found for spaces that are there no more.
    pub(crate) fn keep_found(&self, spaces: &[SpaceId]) {
        self.inner().found.retain(|space, _| spaces.contains(space));
    }
}

/// Begins a look at files, or begins it anew with another question.
pub(crate) fn look(app: &AppHandle, space: SpaceHandle, id: ImportId, mut question: Question) {
    let desk = desk(app);
    let (stop, turn) = (Stop::default(), turn());
    {
        let mut inner = desk.imports.inner();
        if question.password.is_none() {
            question.password = inner.passwords.get(&id).cloned();
        }
        let mut at = desk.clock.now();
        if let Some(known) = inner.looks.iter().position(|look| look.id == id) {
            let earlier = inner.looks.remove(known);
            earlier.stop.stop();
            at = earlier.at;
        }
        if inner.looks.len() >= MOST {
            inner.looks.remove(0).stop.stop();
        }
        inner.looks.push(Look {
            id,
            space: space.id(),
            question: question.clone(),
            stop: stop.clone(),
            turn,
            rows: 0,
            at,
            outcome: None,
        });
    }
    events::import_changed(app, id);
    tauri::async_runtime::spawn(looking(app.clone(), space, id, question, stop, turn));
}

/// A number for each look.
fn turn() -> u64 {
    use std::sync::atomic::{AtomicU64, Ordering};
    static TURN: AtomicU64 = AtomicU64::new(0);
    TURN.fetch_add(1, Ordering::Relaxed)
}

async fn looking(
    app: AppHandle,
    space: SpaceHandle,
    id: ImportId,
    question: Question,
    stop: Stop,
    turn: u64,
) {
    let teller = app.clone();
    let last = Arc::new(Mutex::new(Instant::now()));
    let told = move |rows| {
        let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
        if last.elapsed() < TELL {
            return;
        }
        *last = Instant::now();
        let desk = desk(&teller);
        let mut inner = desk.imports.inner();
        if let Some(look) = inner.looks.iter_mut().find(|look| look.turn == turn) {
            look.rows = rows;
        }
        drop(inner);
        events::import_changed(&teller, id);
    };
    let outcome = job::check(&space, id, question, stop, told).await;
    let desk = desk(&app);
    {
        let mut inner = desk.imports.inner();
        let Some(look) = inner.looks.iter_mut().find(|look| look.turn == turn) else {
            return;
        };
        look.outcome = Some(match outcome {
            Ok(mut check) => {
                // What was chosen while it was read.
                check.leave_out(look.question.leave_out.clone());
                check.question.without_people = look.question.without_people;
                Ok(Box::new(check))
            }
            Err(error) => Err(error.into()),
        });
    }
    events::import_changed(&app, id);
}

/// Goes on with an import that runs; its end is told by events.
pub(crate) fn run(app: &AppHandle, space: SpaceHandle, id: ImportId) -> Answer<()> {
    let stop = Stop::default();
    let desk = desk(app);
    {
        let mut inner = desk.imports.inner();
        if inner.runs.contains_key(&id) {
            return Err(AppError::new("IMP-230"));
        }
        inner.runs.insert(id, stop.clone());
    }
    let password = desk.imports.password(id);
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let outcome = job::run(&space, id, password, stop).await;
        self::desk(&app).imports.inner().runs.remove(&id);
        if let Err(error) = outcome {
            // The import itself says what was wrong with its files.
            tracing::debug!(%error, "an import did not end");
        }
        events::import_changed(&app, id);
    });
    Ok(())
}

/// Takes back what an import brought; its end is told by events.
pub(crate) fn undo(app: &AppHandle, space: SpaceHandle, id: ImportId) {
    desk(app).imports.stop(id);
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        if let Err(error) = space.undo_import(id).await {
            tracing::warn!(%error, "an import could not be undone");
        }
        events::import_changed(&app, id);
    });
}

/// Paths that the page names: of files that are there.
pub(crate) fn places(paths: Vec<String>) -> Answer<Vec<PathBuf>> {
    const MOST_PLACES: usize = 100;
    if paths.is_empty() || paths.len() > MOST_PLACES {
        return Err(AppError::new("IMP-202"));
    }
    let place = |text: String| {
        let path = PathBuf::from(text);
        let there = path.is_absolute() && (path.is_file() || path.is_dir());
        if there {
            Ok(path)
        } else {
            Err(AppError::new("IMP-202"))
        }
    };
    paths.into_iter().map(place).collect()
}
