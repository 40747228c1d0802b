//! Apps: the list, reading a description, installing, opening, removing.

use tauri::{AppHandle, State, Url};
use vault_core::{
    apps::NewApp,
    disclosure::{ActivityFilter, ActivityResult},
};
use vault_store::{AppId, PartyKind, Scope, Sha256, apps::AppKind};

use crate::{
    desk::Desk,
    error::{Answer, AppError},
    frames,
    view::{
        activity::{ActivityRow, GrantRow},
        apps::{AppDetail, AppReview, AppRow, RefusalRow},
        offer::AppOffer,
    },
    windows,
};

/// How many rows of the log the page of an app shows.
const LOG_ROWS: u32 = 100;

#[tauri::command]
#[specta::specta]
pub(crate) async fn apps(desk: State<'_, Desk>) -> Answer<Vec<AppRow>> {
    let now = desk.clock.now();
    let apps = desk.space()?.apps().await?;
    Ok(apps
        .iter()
        .enumerate()
        .map(|(place, app)| AppRow::new(app, place, now))
        .collect())
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn app_review(desk: State<'_, Desk>, url: String) -> Answer<AppReview> {
    let space = desk.space()?;
    let url: Url = url.trim().parse().map_err(|_| AppError::new("APP-302"))?;
    let fetched = desk.connect.manifest(&url).await?;
    let known = space.apps().await?;
    let known = known.iter().find(|app| app.manifest_url == fetched.url.as_str());
    // Of one that is here, what changed is what there is to look at.
    let known = match known {
        Some(app) => {
            let manifest = String::from_utf8(fetched.bytes.clone()).map_err(|_| AppError::new("APP-303"))?;
            space.renew_app(app.id, manifest).await?;
            Some(space.app(app.id).await?)
        }
        None => {
            space.check_app_name(&fetched.manifest.name).await?;
            None
        }
    };
    let name = desk.reviews.keep(fetched.clone());
    Ok(AppReview::fetched(&fetched, &name, known.as_ref()))
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn app_install(desk: State<'_, Desk>, review: String) -> Answer<String> {
    let space = desk.space()?;
    let fetched = desk.reviews.take(&review)?;
    let manifest = String::from_utf8(fetched.bytes).map_err(|_| AppError::new("APP-303"))?;
    let new = NewApp {
        manifest,
        url: Some(fetched.url),
        kind: AppKind::Hosted,
        key_pin: String::new(),
    };
    Ok(space.admit_app(new).await?.to_string())
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn app_detail(desk: State<'_, Desk>, id: String) -> Answer<AppDetail> {
    let (space, id, now) = (desk.space()?, app_id(&id)?, desk.clock.now());
    let place = space
        .apps()
        .await?
        .iter()
        .position(|app| app.id == id)
        .unwrap_or(usize::MAX - 1);
    let app = space.app(id).await?;
    let party = Some(app.manifest.name.clone());
    let log = space
        .activity(
            ActivityFilter {
                party,
                ..ActivityFilter::default()
            },
            0,
            LOG_ROWS,
        )
        .await?;
    let received = |result: ActivityResult| {
        matches!(
            result,
            ActivityResult::Shared | ActivityResult::Pending | ActivityResult::Failed
        )
    };
    let of = |wanted: bool| -> Vec<ActivityRow> {
        let rows = log.items.iter().filter(|item| received(item.result) == wanted);
        rows.map(ActivityRow::from).collect()
    };
    let theirs = space
        .grants()
        .await?
        .into_iter()
        .filter(|view| view.grant.recipient.id == id.to_string());
    let rules = space.standing_refusals(PartyKind::App, &id.to_string()).await?;
    Ok(AppDetail {
        row: AppRow::new(&app, place, now),
        review: AppReview::installed(&app),
        offer: AppOffer::of(&app),
        grants: theirs.map(|view| GrantRow::new(&view, now)).collect(),
        rules: rules.into_iter().map(RefusalRow::from).collect(),
        received: of(true),
        questions: of(false),
        stored_bytes: app.stored_bytes,
    })
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn app_open(app: AppHandle, desk: State<'_, Desk>, id: String) -> Answer<()> {
    frames::open(&app, desk.space()?, app_id(&id)?).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn app_use_new(desk: State<'_, Desk>, id: String, shown: String) -> Answer<()> {
    Ok(desk
        .space()?
        .use_new_version(app_id(&id)?, offer(&shown)?)
        .await?)
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn app_keep_old(desk: State<'_, Desk>, id: String, shown: String) -> Answer<()> {
    Ok(desk
        .space()?
        .keep_old_version(app_id(&id)?, offer(&shown)?)
        .await?)
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn app_remove(app: AppHandle, desk: State<'_, Desk>, id: String) -> Answer<()> {
    let (space, id) = (desk.space()?, app_id(&id)?);
    if let Some(label) = desk.frames.label_of(id) {
        windows::destroy(&app, &label);
    }
    Ok(space.remove_app(id).await?)
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn app_delete_stored(desk: State<'_, Desk>, id: String) -> Answer<()> {
    Ok(desk.space()?.set_app_config(app_id(&id)?, None).await?)
}

fn offer(shown: &str) -> Answer<Sha256> {
    shown.parse().map_err(|_| AppError::new("APP-334"))
}

/// Lets an app ask again for what was always refused.
#[tauri::command]
#[specta::specta]
pub(crate) async fn app_ask_again(desk: State<'_, Desk>, id: String, scope: String) -> Answer<()> {
    let id = app_id(&id)?.to_string();
    let scope = Scope::new(&scope).map_err(|_| AppError::new("SYS-712"))?;
    Ok(desk.space()?.ask_again(PartyKind::App, &id, scope).await?)
}

fn app_id(text: &str) -> Answer<AppId> {
    text.parse().map_err(|_| AppError::new("APP-305"))
}
