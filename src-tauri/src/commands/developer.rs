//! The developer page: projects, their platforms and apps, and trials with made-up data. None of it has a face on the network.

use secrecy::SecretString;
use tauri::{AppHandle, Manager as _, State};
use vault_connect::{Connector, VerifiedAddress, add_connector, check_answer, check_connector};
use vault_core::{SpaceHandle, VaultError, projects::LARGEST_LOGO};
use vault_store::{SecretValue, projects::Project};

use super::dialogs;
use crate::{
    desk::Desk,
    error::{Answer, AppError},
    events,
    platform::whole_file,
    view::frame::OpenApp,
    view::{
        developer::{
            AppAddresses, Exchanged, Finding, ProjectPlatform, ProjectRow, ProjectTexts, ShownOnce, Trial,
            project_id,
        },
        inspection::AppReport,
        time::stamp,
        tokens::{TokenReport, TrialToken},
    },
    windows,
};

#[tauri::command]
#[specta::specta]
pub(crate) async fn projects(desk: State<'_, Desk>) -> Answer<Vec<ProjectRow>> {
    let space = desk.space()?;
    let apps = space.consumers().await?;
    let mut rows = Vec::new();
    for project in space.projects().await? {
        let platform = match &project.platform {
            Some(id) => platform(&space, id).await?,
            None => None,
        };
        let app = apps.iter().find(|app| Some(app.id) == project.consumer);
        rows.push(ProjectRow::new(&project, platform.as_ref(), app));
    }
    Ok(rows)
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn project_add(desk: State<'_, Desk>, texts: ProjectTexts) -> Answer<String> {
    Ok(desk.space()?.add_project(texts.into()).await?.to_string())
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn project_describe(desk: State<'_, Desk>, id: String, texts: ProjectTexts) -> Answer<()> {
    let space = desk.space()?;
    let id = project_id(&id)?;
    space.describe_project(id, texts.into()).await?;
    // A platform is known by the texts of its project.
    let project = space.project(id).await?;
    if let Some(known) = &project.platform
        && let Some(connector) = platform(&space, known).await?
        && let Some(described) = ProjectPlatform::of(&connector)
    {
        add_connector(&space, &described.draft(&project).to_connector(), true).await?;
    }
    Ok(())
}

/// Asks for a picture and keeps it. Nothing changes when none is chosen.
#[tauri::command]
#[specta::specta]
pub(crate) async fn project_logo_choose(app: AppHandle, desk: State<'_, Desk>, id: String) -> Answer<()> {
    let (space, id) = (desk.space()?, project_id(&id)?);
    let Some(path) = dialogs::file(&app, "Choose a logo", "Picture", &["png", "jpg", "jpeg"]).await else {
        return Ok(());
    };
    let too_large = VaultError::Invalid {
        field: "logo",
        why: "at most 100 kB",
    };
    let bytes = whole_file::read(&path, LARGEST_LOGO).map_err(|error| {
        if error.kind() == std::io::ErrorKind::FileTooLarge {
            too_large
        } else {
            error.into()
        }
    })?;
    Ok(space.set_project_logo(id, Some(bytes)).await?)
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn project_logo_remove(desk: State<'_, Desk>, id: String) -> Answer<()> {
    Ok(desk.space()?.set_project_logo(project_id(&id)?, None).await?)
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn project_live(desk: State<'_, Desk>, id: String, live: bool) -> Answer<()> {
    Ok(desk.space()?.set_project_live(project_id(&id)?, live).await?)
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn project_remove(desk: State<'_, Desk>, id: String) -> Answer<()> {
    Ok(desk.space()?.remove_project(project_id(&id)?).await?)
}

/// Describes the platform of a project; its token is answered the first time only.
#[tauri::command]
#[specta::specta]
pub(crate) async fn project_platform_put(
    desk: State<'_, Desk>,
    id: String,
    platform: ProjectPlatform,
) -> Answer<Option<ShownOnce>> {
    let (space, id) = (desk.space()?, project_id(&id)?);
    let project = space.project(id).await?;
    let name = platform.id.clone();
    // Another's platform is not described anew by taking its id.
    if project.platform.as_ref() != Some(&name) && space.connector(&name).await?.is_some() {
        return Err(VaultError::Exists("platform").into());
    }
    if project.platform.as_ref().is_some_and(|known| *known != name) {
        return Err(VaultError::Invalid {
            field: "id",
            why: "stays as it was: connections are known by it",
        }
        .into());
    }
    add_connector(&space, &platform.draft(&project).to_connector(), true).await?;
    let token = space.set_project_platform(id, &name).await?;
    Ok(token.map(|token| once(name, &token)))
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn project_token_rotate(desk: State<'_, Desk>, id: String) -> Answer<ShownOnce> {
    let token = desk.space()?.rotate_project_token(project_id(&id)?).await?;
    Ok(once(id, &token))
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn project_app_add(
    desk: State<'_, Desk>,
    id: String,
    addresses: AppAddresses,
) -> Answer<ShownOnce> {
    let (space, id) = (desk.space()?, project_id(&id)?);
    let project = space.project(id).await?;
    let (info, secret) = space
        .add_project_app(id, addresses.registered(&project.name))
        .await?;
    Ok(once(info.id.to_string(), &secret))
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn project_secret_rotate(desk: State<'_, Desk>, id: String) -> Answer<ShownOnce> {
    let space = desk.space()?;
    let app = app_of(&space.project(project_id(&id)?).await?)?;
    let secret = space.rotate_consumer_secret(app).await?;
    Ok(once(app.to_string(), &secret))
}

/// Sends the app of a project a message with made-up data.
#[tauri::command]
#[specta::specta]
pub(crate) async fn trial_message(desk: State<'_, Desk>, id: String, trial: Trial) -> Answer<Exchanged> {
    let space = desk.space()?;
    let app = app_of(&space.project(project_id(&id)?).await?)?;
    let outgoing = space.trial_delivery(app, trial.into()).await?;
    let exchange = vault_connect::Deliveries::new()?.try_out(&outgoing).await;
    Ok(Exchanged::message(&exchange))
}

/// Asks the platform of a project about an address, with the project's own token.
#[tauri::command]
#[specta::specta]
pub(crate) async fn trial_question(desk: State<'_, Desk>, id: String, address: String) -> Answer<Exchanged> {
    let space = desk.space()?;
    let address = VerifiedAddress::on_the_persons_word(&address)?;
    let project = space.project(project_id(&id)?).await?;
    let connector = described(&space, &project).await?;
    let token = project.token.as_ref().and_then(SecretValue::expose_str);
    let token = SecretString::from(token.unwrap_or_default().to_owned());
    let trial = desk.connect.try_endpoint(&connector, &token, &address).await?;
    Ok(Exchanged::question(trial))
}

/// What there is to say about the text of an answer.
#[tauri::command]
#[specta::specta]
pub(crate) async fn trial_answer(desk: State<'_, Desk>, id: String, text: String) -> Answer<Vec<Finding>> {
    let space = desk.space()?;
    let connector = described(&space, &space.project(project_id(&id)?).await?).await?;
    let endpoint = connector
        .endpoint
        .as_ref()
        .ok_or_else(|| AppError::new("CON-416"))?;
    let findings = check_answer(text.as_bytes(), endpoint);
    Ok(findings.into_iter().map(Finding::from).collect())
}

/// The platform of a project, which has one.
async fn described(space: &SpaceHandle, project: &Project) -> Answer<Connector> {
    let known = match &project.platform {
        Some(id) => platform(space, id).await?,
        None => None,
    };
    known.ok_or_else(|| AppError::new("CON-404"))
}

fn app_of(project: &Project) -> Result<vault_store::ConsumerId, AppError> {
    project.consumer.ok_or_else(|| AppError::new("APP-305"))
}

/// The platform of a project, where what is kept of it can be read.
async fn platform(space: &SpaceHandle, id: &str) -> Result<Option<Connector>, VaultError> {
    let text = space.connector(id).await?;
    Ok(text.and_then(|text| check_connector(&text, true).ok()))
}

fn once(id: String, secret: &SecretValue) -> ShownOnce {
    ShownOnce {
        id,
        secret: secret.expose_str().unwrap_or_default().to_owned(),
    }
}

/// The apps that are open, for the list of their messages.
#[tauri::command]
#[specta::specta]
pub(crate) async fn open_apps(desk: State<'_, Desk>) -> Answer<Vec<OpenApp>> {
    let apps = desk.space()?.apps().await?;
    let open = apps
        .into_iter()
        .filter(|app| desk.frames.label_of(app.id).is_some());
    Ok(open
        .map(|app| OpenApp {
            id: app.id.to_string(),
            name: app.manifest.name,
        })
        .collect())
}

/// Raises the window of an open app with the list of its messages.
#[tauri::command]
#[specta::specta]
pub(crate) async fn open_app_look(app: AppHandle, desk: State<'_, Desk>, id: String) -> Answer<()> {
    let gone = || AppError::new("APP-305");
    let id = id.parse().map_err(|_| gone())?;
    let label = desk.frames.label_of(id).ok_or_else(gone)?;
    let window = app.get_webview_window(&label).ok_or_else(gone)?;
    windows::raise(&window).map_err(|_| AppError::new("SYS-721"))?;
    events::tell(&app, &label, "frameInspect", ());
    Ok(())
}

/// Looks at the app whose description is at an address. Nothing is kept, and nothing of the app runs.
#[tauri::command]
#[specta::specta]
pub(crate) async fn app_inspect(desk: State<'_, Desk>, url: String) -> Answer<AppReport> {
    desk.space()?;
    let url = url.trim().parse().map_err(|_| AppError::new("APP-302"))?;
    let inspection = desk.connect.inspect_app(&url).await;
    Ok(AppReport::new(&inspection, &desk.gateway.base().await?))
}

/// A token for trying out a consumer: for nobody real, and it opens nothing here.
#[tauri::command]
#[specta::specta]
pub(crate) async fn token_mint(desk: State<'_, Desk>, service: String) -> Answer<TrialToken> {
    let minted = desk
        .vault()?
        .mint_trial_token(service, issuer(&desk).await?)
        .await?;
    Ok(TrialToken {
        token: minted.token.expose_str().unwrap_or_default().to_owned(),
        until: stamp(minted.expires_at),
    })
}

/// Takes a token apart. It is kept nowhere.
#[tauri::command]
#[specta::specta]
pub(crate) async fn token_look(desk: State<'_, Desk>, token: String) -> Answer<TokenReport> {
    let token = SecretValue::from(token.as_str());
    let look = desk.vault()?.look_at_token(token, issuer(&desk).await?).await?;
    Ok(look.into())
}

/// The address of the Core face: `iss` of its tokens.
async fn issuer(desk: &Desk) -> Answer<String> {
    Ok(format!("{}/core", desk.gateway.base().await?))
}
