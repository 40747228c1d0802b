//! How an import ends: paused and gone on with, done, failed, stopped, undone.

use time::Duration;
use vault_store::{
    ImportId, connections, import_asides,
    import_files::{self, ImportFileState},
    imports::{self, Import, ImportState},
    records::{self, Undone},
    retrievals::{self, RetrievalOutcome},
};

use super::{changed, import};
use crate::{SpaceHandle, VaultError, VaultEvent, disclosure::connection_changed, intake, vault::Turn};

/// For so many days an import can be undone.
pub const UNDO_DAYS: u16 = 30;
pub(super) const UNDO: Duration = Duration::days(UNDO_DAYS as i64);

/// Rows that one transaction of an undo takes back: a lock does not wait longer than that.
const STEP: u32 = 2_000;

impl SpaceHandle {
    /// Pauses an import: the batch under way is the last one.
    ///
    /// # Errors
    /// [`VaultError::Invalid`] for one that does not run; the database could not be written.
    pub async fn pause_import(&self, id: ImportId) -> Result<(), VaultError> {
        self.write(move |turn| {
            let import = of_state(turn, id, &[ImportState::Running])?;
            intake::finish(turn, import.retrieval, RetrievalOutcome::Stopped, "")?;
            set(turn, &import, ImportState::Paused, "")
        })
        .await
    }

    /// Goes on with an import that was paused, that the end of the program interrupted, or that failed. The import with its files and where each
    /// stands.
    ///
    /// # Errors
    /// [`VaultError::Invalid`] for one that cannot go on; the database could not be written.
    pub async fn continue_import(&self, id: ImportId) -> Result<Import, VaultError> {
        self.write(move |turn| {
            let import = of_state(turn, id, &[ImportState::Paused, ImportState::Failed])?;
            set(turn, &import, ImportState::Running, "")?;
            Ok(import)
        })
        .await
    }

    /// Says where the files of an import are now.
    ///
    /// # Errors
    /// The database could not be written.
    pub async fn move_import(&self, id: ImportId, places: Vec<String>) -> Result<(), VaultError> {
        self.write(move |turn| {
            turn.space.db.write(|tx| imports::set_places(tx, id, &places))?;
            changed(turn, id);
            Ok(())
        })
        .await
    }

    /// Notes that a file ended without another row.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`]; the database could not be written.
    pub async fn end_import_file(
        &self,
        id: ImportId,
        position: u32,
        next_row: u64,
    ) -> Result<(), VaultError> {
        self.write(move |turn| {
            turn.space.db.write(|tx| {
                let done = ImportFileState::Done;
                import_files::advance(tx, id, position, Default::default(), next_row, done)
            })?;
            changed(turn, id);
            Ok(())
        })
        .await
    }

    /// Ends an import whose files are all in. A code tells what was wrong with one all the same, such as an end in the middle.
    ///
    /// # Errors
    /// [`VaultError::Cancelled`] when it was paused or stopped meanwhile; the database could not be written.
    pub async fn finish_import(&self, id: ImportId, code: &'static str) -> Result<Import, VaultError> {
        self.write(move |turn| {
            let import = of_state(turn, id, &[ImportState::Running]).map_err(|_| VaultError::Cancelled)?;
            intake::finish(turn, import.retrieval, RetrievalOutcome::Done, "")?;
            set(turn, &import, ImportState::Done, code)?;
            Ok(import)
        })
        .await
    }

    /// Ends an import that failed, with the code of the message that explains it. What came in stays, until it is gone on with or undone.
    ///
    /// # Errors
    /// The database could not be written.
    pub async fn fail_import(&self, id: ImportId, code: &str) -> Result<(), VaultError> {
        let code = code.to_owned();
        self.write(move |turn| {
            let Ok(import) = of_state(turn, id, &[ImportState::Running]) else {
                return Ok(());
            };
            intake::finish(turn, import.retrieval, RetrievalOutcome::Failed, &code)?;
            set(turn, &import, ImportState::Failed, &code)
        })
        .await
    }

    /// Takes away what only this import brought, and puts back what was there before: for one that runs it is stopping. Killed in between, it
    /// goes on when it is called again. How many records went, and how many say again what they said.
    ///
    /// # Errors
    /// [`VaultError::Invalid`] when it was undone, or its thirty days are over; the database could not be written.
    pub async fn undo_import(&self, id: ImportId) -> Result<Undone, VaultError> {
        self.write(move |turn| {
            let import = turn.space.db.read(|view| import(view, id))?;
            let late = import.undo_until.is_none_or(|until| turn.now() > until);
            if import.state == ImportState::Undone || late {
                return Err(VaultError::Invalid {
                    field: "import",
                    why: "one of the last thirty days that is not undone",
                });
            }
            if import.state == ImportState::Running {
                intake::finish(turn, import.retrieval, RetrievalOutcome::Stopped, "")?;
            }
            set(turn, &import, ImportState::Stopped, "")
        })
        .await?;
        let mut all = Undone::default();
        loop {
            let step = self.write(move |turn| undo_step(turn, id)).await?;
            all.removed += step.removed;
            all.put_back += step.put_back;
            if step.finished {
                all.finished = true;
                return Ok(all);
            }
        }
    }
}

fn undo_step(turn: &mut Turn<'_>, id: ImportId) -> Result<Undone, VaultError> {
    let now = turn.now();
    let (step, alone) = turn.space.db.write(|tx| {
        let import = import(tx, id)?;
        let there = retrievals::get(tx, import.retrieval)?.is_some();
        let mut step = if there {
            records::undo_step(tx, import.retrieval, STEP)?
        } else {
            Undone {
                finished: true,
                ..Default::default()
            }
        };
        let mut alone = false;
        if step.finished {
            step.finished = true;
            imports::set_state(tx, id, ImportState::Undone, "", None, now)?;
            import_asides::clear(tx, id)?;
            if let Some(connection) = connections::get(tx, import.connection)? {
                connection_changed(tx, &connection, now)?;
                alone = connections::delete_empty(tx, connection.id)?;
            }
        }
        Ok::<_, VaultError>((step, alone))
    })?;
    let space = turn.space.info.id;
    if step.removed + step.put_back > 0 || step.finished {
        turn.tell(VaultEvent::RecordsChanged { space });
        changed(turn, id);
    }
    if alone {
        turn.tell(VaultEvent::ConnectionsChanged { space });
    }
    Ok(step)
}

/// Imports that the end of the program or a lock interrupted wait for the person to go on.
pub(crate) fn pause_interrupted(turn: &mut Turn<'_>) -> Result<(), VaultError> {
    for id in turn.space.db.read(imports::running)? {
        let import = turn.space.db.read(|view| import(view, id))?;
        set(turn, &import, ImportState::Paused, "SYS-711")?;
    }
    Ok(())
}

fn of_state(turn: &Turn<'_>, id: ImportId, states: &[ImportState]) -> Result<Import, VaultError> {
    let import = turn.space.db.read(|view| import(view, id))?;
    if states.contains(&import.state) {
        Ok(import)
    } else {
        Err(VaultError::Invalid {
            field: "import",
            why: "one in another state",
        })
    }
}

fn set(turn: &mut Turn<'_>, import: &Import, state: ImportState, code: &str) -> Result<(), VaultError> {
    let now = turn.now();
    // From the end of it there are thirty days, however long it took.
    let undo_until = match state {
        ImportState::Undone => None,
        ImportState::Done => Some(now + UNDO),
        ImportState::Running | ImportState::Paused | ImportState::Stopped | ImportState::Failed => {
            import.undo_until
        }
    };
    turn.space
        .db
        .write(|tx| imports::set_state(tx, import.id, state, code, undo_until, now))?;
    if state != ImportState::Running {
        turn.tell(VaultEvent::RecordsChanged {
            space: turn.space.info.id,
        });
    }
    changed(turn, import.id);
    Ok(())
}
