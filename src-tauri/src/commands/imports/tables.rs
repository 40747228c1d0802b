//! Tables that no importer knows: what the person says of their columns, and what is remembered of that.

use tauri::{AppHandle, State};
use vault_connect::takeout::{self, job};
use vault_core::{SpaceHandle, VaultError};
use vault_store::ImportId;

use super::{blocking, import_id, view};
use crate::{
    commands::dialogs::{self, shown},
    desk::{Desk, imports as work},
    error::{Answer, AppError},
    view::imports::{ImportView, Mapping, MappingTable, TableColumn, fits},
};

/// Values that the mapping screen shows of each column.
const SAMPLES: usize = 5;

/// A file that no importer knows, for the person to say what its columns are.
#[tauri::command]
#[specta::specta]
pub(crate) async fn mapping_table(desk: State<'_, Desk>, id: String, position: u32) -> Answer<MappingTable> {
    let (space, id) = (desk.space()?, import_id(&id)?);
    let question = desk
        .imports
        .question(space.id(), id)
        .ok_or_else(|| AppError::new("SYS-713"))?;
    let at = usize::try_from(position).unwrap_or(usize::MAX);
    let said = question.mappings.get(&at).cloned();
    let (file, look) = blocking(move || {
        let bundle = takeout::open(&question.places, question.password.as_ref())?;
        let path = bundle.files().get(at).map(|file| file.path.clone());
        Ok((path.unwrap_or_default(), takeout::look(&bundle, at, SAMPLES)?))
    })
    .await?;
    let columns: Vec<TableColumn> = look
        .columns
        .into_iter()
        .map(|column| TableColumn {
            name: column.name,
            samples: column.samples,
            guess: column.guess.map(str::to_owned),
        })
        .collect();
    let known = all_mappings(&space).await?;
    let same = |mapping: &&takeout::Mapping| mapping.header.as_ref() == Some(&look.header);
    let mapping = said
        .as_ref()
        .or_else(|| known.iter().find(same))
        .or_else(|| known.iter().find(|mapping| fits(mapping, &columns)))
        .cloned();
    Ok(MappingTable {
        file,
        columns,
        delimiter: look.delimiter,
        platform: beside(&desk, &space, id, at),
        mapping: mapping.map(Mapping::from),
        members: takeout::MEMBERS.map(str::to_owned).to_vec(),
        date_formats: takeout::DATE_FORMATS
            .map(|(example, _)| example.to_owned())
            .to_vec(),
    })
}

/// The platform of the other files of a look, where one of them is known.
fn beside(desk: &Desk, space: &SpaceHandle, id: ImportId, position: usize) -> Option<String> {
    let check = desk.imports.look(space.id(), id)?.ok()?;
    let mut others = check.files.iter();
    others
        .any(|one| one.file.layout.is_some() && one.file.position != position)
        .then_some(check.platform)
}

/// Reads the files again by what the person said about the columns of one of them, which counts for that file and others with its header. With
/// `keep` it is remembered for later files, too. No record is stored by it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn apply_mapping(
    app: AppHandle,
    desk: State<'_, Desk>,
    id: String,
    position: u32,
    mapping: Mapping,
    keep: bool,
) -> Answer<ImportView> {
    let (space, id) = (desk.space()?, import_id(&id)?);
    let at = usize::try_from(position).unwrap_or(usize::MAX);
    let mut question = desk
        .imports
        .question(space.id(), id)
        .ok_or_else(|| AppError::new("SYS-713"))?;
    let (places, password) = (question.places.clone(), question.password.clone());
    let mapping = takeout::Mapping::from(mapping);
    let mapping = blocking(move || {
        let bundle = takeout::open(&places, password.as_ref())?;
        Ok(mapping.of_table(&takeout::look(&bundle, at, 0)?)?)
    })
    .await?;
    if keep {
        job::keep_mapping(&space, &mapping).await?;
    }
    // What another platform's mapping said is true of another import.
    question
        .mappings
        .retain(|_, other| other.platform == mapping.platform);
    question.chosen = Some(mapping.platform.clone());
    question.leave_out.remove(&at);
    question.mappings.insert(at, mapping);
    work::look(&app, space, id, question);
    view(&desk, id).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn mappings(desk: State<'_, Desk>) -> Answer<Vec<Mapping>> {
    let all = all_mappings(&desk.space()?).await?;
    Ok(all.into_iter().map(Mapping::from).collect())
}

/// Saves a mapping as an importer, which holds names of columns and rules, and no value.
#[tauri::command]
#[specta::specta]
pub(crate) async fn save_mapping(
    app: AppHandle,
    desk: State<'_, Desk>,
    name: String,
) -> Answer<Option<String>> {
    let all = all_mappings(&desk.space()?).await?;
    let mapping = all
        .into_iter()
        .find(|mapping| mapping.name == name)
        .ok_or_else(|| AppError::new("SYS-713"))?;
    let text = mapping
        .to_toml()
        .map_err(|fault| AppError::from(job::ImportError::from(takeout::TakeoutError::from(fault))))?;
    let Some(path) = dialogs::save(&app, "Save the importer", "importer.toml").await else {
        return Ok(None);
    };
    dialogs::write(&path, text.as_bytes())?;
    Ok(Some(shown(&path)))
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn remove_mapping(desk: State<'_, Desk>, name: String) -> Answer<()> {
    Ok(desk.space()?.remove_mapping(&name).await?)
}

async fn all_mappings(space: &SpaceHandle) -> Result<Vec<takeout::Mapping>, VaultError> {
    let all = space.mappings().await?.into_iter();
    Ok(all
        .filter_map(|(_, text)| serde_json::from_str(&text).ok())
        .collect())
}
