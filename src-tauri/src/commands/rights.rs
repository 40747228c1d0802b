//! What the person may demand of somebody who got data: that it is erased (GDPR, Art. 17), and that an authority looks at it (Art. 77).

use tauri::{AppHandle, State, WebviewWindow};
use url::Url;
use vault_core::VaultError;
use vault_store::erasures::ErasureWay;

use super::dialogs::{self, shown};
use crate::{
    desk::Desk,
    error::{Answer, AppError},
    platform::{browser, whole_file},
    view::{
        activity::entry_id,
        rights::{EraseLetter, EraseOf, EraseWay},
        time::iso,
    },
};

/// The letter, as it stands now. Nothing is sent by it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn erase_letter(desk: State<'_, Desk>, of: EraseOf) -> Answer<EraseLetter> {
    let letter = desk.space()?.erasure_letter(of.try_into()?).await?;
    Ok(EraseLetter::from(&letter))
}

/// Prints the letter that the page shows.
#[tauri::command]
#[specta::specta]
pub(crate) async fn erase_print(window: WebviewWindow, desk: State<'_, Desk>) -> Answer<()> {
    desk.space()?;
    window.print().map_err(|_| AppError::new("SYS-720"))
}

/// Opens the mail program or the recipient's page, if that is the way; then the request stands in the log and its month runs.
#[tauri::command]
#[specta::specta]
pub(crate) async fn erase_ask(desk: State<'_, Desk>, of: EraseOf, way: EraseWay) -> Answer<()> {
    let (space, of, way) = (desk.space()?, of.try_into()?, ErasureWay::from(way));
    let letter = space.erasure_letter(of).await?;
    match way {
        ErasureWay::Letter => {}
        ErasureWay::Mail if browser::write_and_see(&address(letter.mailto)?).await => {}
        ErasureWay::Mail => return Err(AppError::new("SYS-731")),
        ErasureWay::Link if browser::open_and_see(&address(letter.page)?).await => {}
        ErasureWay::Link => return Err(AppError::new("SYS-730")),
    }
    space.ask_to_erase(of, way).await?;
    Ok(())
}

/// What the recipient answered, as the person says.
#[tauri::command]
#[specta::specta]
pub(crate) async fn erase_answered(desk: State<'_, Desk>, id: String, erased: bool) -> Answer<()> {
    Ok(desk.space()?.erasure_answered(entry_id(&id)?, erased).await?)
}

/// Makes the report about the party of an entry, where the person wants it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn report_save(
    app: AppHandle,
    desk: State<'_, Desk>,
    entry: String,
) -> Answer<Option<String>> {
    let (space, id) = (desk.space()?, entry_id(&entry)?);
    let party = space.activity_entry(id).await?.item.entry.party.name;
    let name = format!(
        "Report about {} {}.html",
        party.replace('/', "-"),
        iso(desk.clock.now().date())
    );
    let Some(path) = dialogs::save(&app, "Save the report", &name).await else {
        return Ok(None);
    };
    let file = whole_file::begin(&path).map_err(VaultError::from)?;
    let file = space.write_report(id, file).await?;
    whole_file::end(file, &path).map_err(VaultError::from)?;
    Ok(Some(shown(&path)))
}

/// An address that the recipient gave; without one this way is not offered.
fn address(text: Option<String>) -> Answer<Url> {
    let url = text.and_then(|text| Url::parse(&text).ok());
    url.ok_or_else(|| AppError::new("SYS-713"))
}
