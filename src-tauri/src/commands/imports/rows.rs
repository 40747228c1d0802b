//! Rows that were set aside: their list, each whole, and corrected.

use std::{collections::BTreeMap, fmt::Write as _};

use tauri::{AppHandle, State};
use vault_connect::takeout::job;

use super::import_id;
use crate::{
    commands::dialogs::{self, shown},
    desk::Desk,
    error::Answer,
    view::imports::{AsideRow, RowFault, WholeAside, aside_row},
};

/// The most rows of a page of rows set aside.
const MOST_ROWS: u32 = 500;
/// Rows that are read at a time to save them.
const PAGE: u32 = 5_000;

#[tauri::command]
#[specta::specta]
pub(crate) async fn import_aside(
    desk: State<'_, Desk>,
    id: String,
    offset: u64,
    limit: u32,
) -> Answer<Vec<AsideRow>> {
    let (space, id) = (desk.space()?, import_id(&id)?);
    let files = space.import(id).await?.files;
    let rows = space.import_asides(id, offset, limit.min(MOST_ROWS)).await?;
    Ok(rows.into_iter().map(|row| aside_row(&files, row)).collect())
}

/// Saves the rows that were set aside, where the person wants them.
#[tauri::command]
#[specta::specta]
pub(crate) async fn save_import_aside(
    app: AppHandle,
    desk: State<'_, Desk>,
    id: String,
) -> Answer<Option<String>> {
    let (space, id) = (desk.space()?, import_id(&id)?);
    let files = space.import(id).await?.files;
    let Some(path) = dialogs::save(&app, "Save the rows set aside", "Rows set aside.csv").await else {
        return Ok(None);
    };
    let mut text = String::from("file,row,reason,text\n");
    let mut offset = 0;
    loop {
        let rows = space.import_asides(id, offset, PAGE).await?;
        offset += rows.len() as u64;
        if rows.is_empty() {
            break;
        }
        for row in rows {
            let row = aside_row(&files, row);
            // Writing to a string cannot fail.
            let _ = writeln!(
                text,
                "{},{},{},{}",
                cell(&row.file),
                row.row,
                cell(&row.reason),
                cell(&row.text)
            );
        }
    }
    dialogs::write(&path, text.as_bytes())?;
    Ok(Some(shown(&path)))
}

/// A row that is set aside, whole, with what of it is the reason.
#[tauri::command]
#[specta::specta]
pub(crate) async fn whole_aside(
    desk: State<'_, Desk>,
    id: String,
    position: u32,
    row: u64,
) -> Answer<WholeAside> {
    let (space, id) = (desk.space()?, import_id(&id)?);
    Ok(job::aside(&space, id, position, row).await?.into())
}

/// Reads a row that is set aside with other texts in some of its columns, and takes it as a part of its import. What is wrong with it, if it
/// cannot be taken; then nothing was written.
#[tauri::command]
#[specta::specta]
pub(crate) async fn fix_aside(
    desk: State<'_, Desk>,
    id: String,
    position: u32,
    row: u64,
    cells: Vec<(u32, String)>,
) -> Answer<Option<RowFault>> {
    let (space, id) = (desk.space()?, import_id(&id)?);
    let cells: BTreeMap<usize, String> = cells
        .into_iter()
        .map(|(at, text)| (usize::try_from(at).unwrap_or(usize::MAX), text))
        .collect();
    let fixed = job::fix(&space, id, (position, row), cells).await?;
    Ok(RowFault::of(&fixed))
}

/// A cell of CSV that no spreadsheet takes for a formula.
fn cell(text: &str) -> String {
    let guard = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        "'"
    } else {
        ""
    };
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}
