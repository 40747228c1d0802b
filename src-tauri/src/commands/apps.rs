//! Apps: the list, reading a description, installing, opening, removing.

use openplatform::manifest::{Icon, SharedSecrets};
use tauri::{AppHandle, Manager as _, State, Url};
use vault_connect::{Connect, FetchedManifest};
use vault_core::{
    SpaceHandle,
    apps::{Admitted, AppChoices, Exit, NewApp, Renewal},
    disclosure::{ActivityFilter, ActivityResult},
};
use vault_store::{AppId, PartyKind, Scope, SecretValue, Sha256, apps::AppKind};

use crate::{
    commands::dialogs,
    desk::{Desk, reviews::Reviewed},
    error::{Answer, AppError},
    frames, package,
    platform::browser,
    renewal,
    view::{
        activity::{ActivityRow, GrantRow},
        app_choices::{AppChoices as ShownChoices, AppChoicesEdit},
        app_review::AppReview,
        apps::{AppDetail, AppRow, ExitRow, Known, MessageRow, RefusalRow},
        offer::AppOffer,
    },
    windows,
};

/// How many rows of the log the page of an app shows.
const LOG_ROWS: u32 = 100;

#[tauri::command]
#[specta::specta]
pub(crate) async fn apps(desk: State<'_, Desk>) -> Answer<Vec<AppRow>> {
    let (space, now) = (desk.space()?, desk.clock.now());
    let mut rows = Vec::new();
    for (place, app) in space.apps().await?.iter().enumerate() {
        let known = Known::of(&space, app.id).await?;
        rows.push(AppRow::new(app, &known, place, now));
    }
    Ok(rows)
}

/// The address of a package that the person chose, for [`app_review`]: this scheme and the name of what is kept.
const CHOSEN: &str = "package:";

/// Asks for the file of a package and reads it. The address for the look at it; none when the person chose no file.
#[tauri::command]
#[specta::specta]
pub(crate) async fn app_choose(app: AppHandle, desk: State<'_, Desk>) -> Answer<Option<String>> {
    desk.space()?;
    let Some(path) = dialogs::file(&app, "Choose an app", "Packaged app", &["zip"]).await else {
        return Ok(None);
    };
    let package = package::read(&path).await?;
    // The vault may have been locked while the dialog was open, and what was looked at forgotten.
    desk.space()?;
    let name = desk.reviews.keep(Reviewed::Package(Box::new(package)));
    Ok(Some(format!("{CHOSEN}{name}")))
}

/// The look at a package. Of one that is here, what changed is what there is to look at.
async fn package_review(app: &AppHandle, desk: &Desk, name: &str) -> Answer<AppReview> {
    let space = desk.space()?;
    let package = desk.reviews.package(name)?;
    let known = match space.package_named(&package.manifest.name).await? {
        // One that came with a backpack is installed by the person's look.
        Some(id) if space.app(id).await?.arrived() => Some(space.app(id).await?),
        Some(id) => {
            match package::admit(&space, package.clone()).await {
                Ok(Admitted::Known(id, Renewal::Paused)) => frames::close_app(app, id).await,
                Ok(Admitted::Known(..) | Admitted::New(_)) => {}
                Err(error) if error.code == "APP-304" => {}
                Err(error) => return Err(error),
            }
            Some(space.app(id).await?)
        }
        None => {
            space.check_app_name(&package.manifest.name).await?;
            None
        }
    };
    Ok(AppReview::package(&package, name, known.as_ref()))
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn app_review(app: AppHandle, desk: State<'_, Desk>, url: String) -> Answer<AppReview> {
    let space = desk.space()?;
    if let Some(name) = url.strip_prefix(CHOSEN) {
        return package_review(&app, &desk, name).await;
    }
    let url: Url = url.trim().parse().map_err(|_| AppError::new("APP-302"))?;
    let fetched = desk.connect.manifest(&url).await?;
    let known = space.apps().await?;
    let known = known.iter().find(|app| app.manifest_url == fetched.url.as_str());
    // Of one that is here, what changed is what there is to look at.
    let known = match known {
        Some(known) => {
            let manifest = String::from_utf8(fetched.bytes.clone()).map_err(|_| AppError::new("APP-303"))?;
            if space.renew_app(known.id, manifest).await? == Renewal::Paused {
                frames::close_app(&app, known.id).await;
            }
            Some(space.app(known.id).await?)
        }
        None => {
            space.check_app_name(&fetched.manifest.name).await?;
            None
        }
    };
    let name = desk.reviews.keep(Reviewed::Address(Box::new(fetched.clone())));
    let base = desk.gateway.base().await?;
    let picture = review_icon(&desk.connect, &fetched).await;
    Ok(AppReview::fetched(
        &fetched,
        &name,
        known.as_ref(),
        &base,
        picture.as_deref(),
    ))
}

/// The icon of an app that is not installed: only from the server that knows by the description that somebody looks.
async fn review_icon(connect: &Connect, fetched: &FetchedManifest) -> Option<Vec<u8>> {
    if let Icon::Address(address) = &fetched.manifest.icon
        && address.parse::<Url>().ok()?.origin() != fetched.url.origin()
    {
        return None;
    }
    connect.icon(&fetched.manifest.icon, &fetched.url).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn app_install(app: AppHandle, desk: State<'_, Desk>, review: String) -> Answer<String> {
    let space = desk.space()?;
    let fetched = match desk.reviews.take(&review)? {
        Reviewed::Address(fetched) => *fetched,
        Reviewed::Package(package) => return Ok(package::admit(&space, *package).await?.id().to_string()),
    };
    let manifest = String::from_utf8(fetched.bytes).map_err(|_| AppError::new("APP-303"))?;
    let new = NewApp {
        manifest,
        url: Some(fetched.url),
        kind: AppKind::Hosted,
        key_pin: String::new(),
    };
    let id = space.admit_app(new).await?;
    keep_secrets(&space, id, &fetched.secrets).await?;
    space.app_looked_for(id, true).await?;
    tauri::async_runtime::spawn(async move {
        let connect = app.state::<Desk>().connect.clone();
        if let Err(error) = renewal::keep_icon(&connect, &space, id).await {
            tracing::debug!(code = error.code, "the icon of an app was not kept");
        }
    });
    Ok(id.to_string())
}

/// The secrets of version 5 that the address of the description held.
async fn keep_secrets(space: &SpaceHandle, id: AppId, secrets: &SharedSecrets) -> Answer<()> {
    if secrets.is_empty() {
        return Ok(());
    }
    let before = space.app_choices(id).await?;
    let choices = AppChoices {
        request_secret: secrets.request().map(SecretValue::from).or(before.request_secret),
        response_secret: secrets
            .response()
            .map(SecretValue::from)
            .or(before.response_secret),
        ..before
    };
    Ok(space.set_app_choices(id, choices).await?)
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
            ActivityResult::Shared | ActivityResult::Unknown | ActivityResult::Failed
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
    let known = Known::of(&space, id).await?;
    let choices = space.app_choices(id).await?;
    let messages = space.app_messages(id).await?;
    let exits = space.exits(id).await?;
    let rules = space.standing_refusals(PartyKind::App, &id.to_string()).await?;
    Ok(AppDetail {
        row: AppRow::new(&app, &known, place, now),
        review: AppReview::installed(&app, &known, &choices),
        messages: messages.into_iter().map(MessageRow::from).collect(),
        choices: ShownChoices::new(&app.manifest, &choices),
        exits: exits.into_iter().map(ExitRow::from).collect(),
        offer: AppOffer::of(&app),
        grants: theirs.map(|view| GrantRow::new(&view, now)).collect(),
        rules: rules.into_iter().map(RefusalRow::from).collect(),
        received: of(true),
        questions: of(false),
        stored_bytes: app.stored_bytes,
        can_erase: app.can_ask_to_erase,
    })
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn app_open(app: AppHandle, desk: State<'_, Desk>, id: String) -> Answer<()> {
    frames::open(&app, desk.space()?, app_id(&id)?).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn app_open_guest(app: AppHandle, desk: State<'_, Desk>, id: String) -> Answer<()> {
    frames::open_as_guest(&app, desk.space()?, app_id(&id)?).await
}

/// Keeps what the person set for an app.
#[tauri::command]
#[specta::specta]
pub(crate) async fn app_choices_set(
    desk: State<'_, Desk>,
    id: String,
    choices: AppChoicesEdit,
) -> Answer<()> {
    let (space, id) = (desk.space()?, app_id(&id)?);
    let manifest = space.app(id).await?.manifest;
    let kept = choices.onto(&manifest, space.app_choices(id).await?)?;
    Ok(space.set_app_choices(id, kept).await?)
}

/// The person has looked at what an app told.
#[tauri::command]
#[specta::specta]
pub(crate) async fn app_messages_read(desk: State<'_, Desk>, id: String) -> Answer<()> {
    Ok(desk.space()?.read_app_messages(app_id(&id)?).await?)
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn app_messages_clear(desk: State<'_, Desk>, id: String) -> Answer<()> {
    Ok(desk.space()?.forget_app_messages(app_id(&id)?).await?)
}

/// Reads the description of an app once more, now. Whether its server answered.
#[tauri::command]
#[specta::specta]
pub(crate) async fn app_look_again(app: AppHandle, desk: State<'_, Desk>, id: String) -> Answer<bool> {
    let (space, id) = (desk.space()?, app_id(&id)?);
    if renewal::look_again(&desk.connect, &space, id).await? == Some(Renewal::Paused) {
        frames::close_app(&app, id).await;
    }
    Ok(space.app_status(id).await?.offline_since.is_none())
}

/// Closes a way out of an app that the person opened.
#[tauri::command]
#[specta::specta]
pub(crate) async fn app_exit_close(
    desk: State<'_, Desk>,
    id: String,
    way: String,
    target: String,
) -> Answer<()> {
    let exit = Exit::named(&way, &target).ok_or_else(|| AppError::new("SYS-713"))?;
    desk.space()?.close_exit(app_id(&id)?, exit).await?;
    Ok(())
}

/// Opens an address from the words of an app in the person's browser, after a click that showed the host.
#[tauri::command]
#[specta::specta]
pub(crate) async fn app_link(desk: State<'_, Desk>, url: String) -> Answer<()> {
    desk.space()?;
    let url: Url = url.parse().map_err(|_| AppError::new("SYS-712"))?;
    if browser::open_and_see(&url).await {
        Ok(())
    } else {
        Err(AppError::new("SYS-722"))
    }
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
    let origin = space.app(id).await?.origin;
    space.remove_app(id).await?;
    windows::forget_web_data_of(&app, &origin).await;
    Ok(())
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
