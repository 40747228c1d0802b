//! Records: the overview, the grid, one record, own entries, files, search.

use tauri::{AppHandle, State};
use vault_connect::takeout::job::raw_row;
use vault_core::{
    SpaceHandle, VaultError, cooperatives::IncomingState, disclosure::ActivityFilter, own_entries::OwnEntry,
    settings::Setting,
};
use vault_store::{RecordId, records::Sort as StoreSort};

use super::{
    connections::rows,
    dialogs::{self, shown},
};
use crate::{
    desk::Desk,
    error::{Answer, AppError},
    platform::whole_file,
    view::{
        backpack::backup_words,
        jump::{self, JumpItem},
        overview::{Overview, Period, changed_app, grants_to_review, no_gateway, no_kit},
        platforms::Platforms,
        record_detail::{RecordDetail, raw_cells},
        records::{FilterOptions, NewEntry, RecordFilter, RecordPage, Sort},
        saved::{FileForm, RecordFile},
        time::iso,
        values::RawCell,
    },
};

/// The most rows that are handed to a page at once.
const MOST_ROWS: u32 = 500;
/// Records of a batch while a file is written.
const BATCH: u32 = 1_000;
/// Found records in the palette, found transfers, and found rows of the log.
const FOUND: u32 = 5;
/// Rows of the log on the overview.
const LEFT: u32 = 5;

#[tauri::command]
#[specta::specta]
pub(crate) async fn overview(desk: State<'_, Desk>, period: Period) -> Answer<Overview> {
    let space = desk.space()?;
    let facts = space.overview(period.into()).await?;
    let platforms = Platforms::read(&space).await?;
    let left = space.activity(ActivityFilter::default(), 0, LEFT).await?;
    let mut view = Overview::new(&facts, &platforms, &left.items, desk.clock.now());
    view.backup = backup_words(space.pack_plan().await?.earlier.first(), desk.clock.now());
    if let Some(trouble) = desk.gateway.trouble().await {
        view.needs_you.push(no_gateway(&trouble));
    }
    let apps = space.apps().await?;
    view.needs_you.extend(apps.iter().filter_map(changed_app));
    let now = desk.clock.now();
    view.needs_you
        .extend(grants_to_review(&space.grants_to_review().await?, now));
    if !desk.is_practice() && lacks_kit(&space).await? {
        view.needs_you.push(no_kit());
    }
    Ok(view)
}

async fn lacks_kit(space: &SpaceHandle) -> Result<bool, VaultError> {
    Ok(space
        .vault()
        .first_space()
        .await?
        .setting(Setting::RecoveryConfirmed)
        .await?
        != "true")
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn records_page(
    desk: State<'_, Desk>,
    filter: RecordFilter,
    sort: Sort,
    offset: u32,
    limit: u32,
) -> Answer<RecordPage> {
    let space = desk.space()?;
    let page = space
        .records_page(
            filter.try_into()?,
            sort.into(),
            u64::from(offset),
            limit.min(MOST_ROWS),
        )
        .await?;
    Ok(RecordPage::new(&page, &Platforms::read(&space).await?))
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn filter_options(desk: State<'_, Desk>) -> Answer<FilterOptions> {
    let space = desk.space()?;
    Ok(FilterOptions::new(
        space.filter_options().await?,
        &Platforms::read(&space).await?,
    ))
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn record_detail(desk: State<'_, Desk>, id: String) -> Answer<RecordDetail> {
    let space = desk.space()?;
    let detail = space.record_detail(record_id(&id)?).await?;
    let row = raw_row(&space, &detail.record.provenance).await?;
    Ok(RecordDetail::new(&detail, row, &Platforms::read(&space).await?))
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn record_raw(desk: State<'_, Desk>, id: String) -> Answer<Vec<RawCell>> {
    let space = desk.space()?;
    let detail = space.record_detail(record_id(&id)?).await?;
    let row = raw_row(&space, &detail.record.provenance).await?;
    Ok(raw_cells(&detail, row))
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn entry_add(desk: State<'_, Desk>, entry: NewEntry) -> Answer<String> {
    let id = desk.space()?.add_own_entry(OwnEntry::try_from(entry)?).await?;
    Ok(id.to_string())
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn records_save(
    app: AppHandle,
    desk: State<'_, Desk>,
    filter: RecordFilter,
    format: FileForm,
) -> Answer<Option<String>> {
    let space = desk.space()?;
    let filter = vault_store::records::RecordFilter::try_from(filter)?;
    let name = format!(
        "{} {}.{}",
        space.info().name.replace('/', "-"),
        iso(desk.clock.now().date()),
        format.extension()
    );
    let Some(path) = dialogs::save(&app, "Save records as a file", &name).await else {
        return Ok(None);
    };
    let mut file = whole_file::begin(&path)
        .and_then(|out| RecordFile::begin(out, format, space.info().made_up))
        .map_err(VaultError::from)?;
    let mut cursor = None;
    loop {
        let (records, next) = space.records_after(filter.clone(), cursor, BATCH).await?;
        for record in &records {
            file.add(record).map_err(VaultError::from)?;
        }
        match next {
            Some(next) => cursor = Some(next),
            None => break,
        }
    }
    file.end()
        .and_then(|out| whole_file::end(out, &path))
        .map_err(VaultError::from)?;
    Ok(Some(shown(&path)))
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn jump(desk: State<'_, Desk>, query: String) -> Answer<Vec<JumpItem>> {
    let space = desk.space()?;
    let platforms = Platforms::read(&space).await?;
    let connections = rows(&space, &platforms, desk.clock.now()).await?;
    let mut more: Vec<JumpItem> = space.apps().await?.iter().map(jump::of_app).collect();
    more.extend(space.peers().await?.iter().map(jump::of_peer));
    let arrived = space.incoming_transfers().await?;
    let (waiting, kept): (Vec<_>, Vec<_>) = arrived
        .iter()
        .partition(|one| one.incoming.state == IncomingState::Waiting);
    let now = desk.clock.now();
    more.extend(kept.into_iter().map(|one| jump::of_incoming(one, now)));
    let urgent = waiting
        .into_iter()
        .map(|one| jump::of_incoming(one, now))
        .collect();
    let mut items = jump::known(&query, &connections, urgent, more);
    if !query.trim().is_empty() {
        let filter = vault_store::records::RecordFilter {
            text: query.clone(),
            ..Default::default()
        };
        let found = space.records_page(filter, StoreSort::Newest, 0, FOUND).await?;
        items.extend(
            found
                .records
                .iter()
                .map(|record| jump::of_record(record, &platforms)),
        );
    }
    if !query.trim().is_empty() {
        let filter = ActivityFilter {
            text: query.clone(),
            ..ActivityFilter::default()
        };
        let left = space.activity(filter, 0, FOUND).await?;
        let sent = space.transfers().await?;
        items.extend(
            sent.iter()
                .filter_map(|one| jump::of_transfer(one, &query))
                .take(FOUND as usize),
        );
        items.extend(left.items.iter().map(jump::of_entry));
    }
    Ok(items)
}

fn record_id(text: &str) -> Answer<RecordId> {
    text.parse().map_err(|_| AppError::new("SYS-713"))
}
