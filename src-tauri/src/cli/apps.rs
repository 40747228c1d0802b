//! `satchel-cli app`.

use serde_json::{Value, json};
use vault_connect::Connect;
use vault_core::{
    SpaceHandle, VaultError,
    apps::{AppInfo, NewApp, Renewal},
};
use vault_store::{
    AppId, Sha256,
    apps::{AppKind, AppState},
};

use super::{
    app_choices,
    arguments::sharing::{App, Wanted},
    consumers,
    failure::Failure,
    grants, output,
    session::Session,
};
use crate::{package, view::offer::AppOffer};

pub(super) async fn run(session: &Session, command: App) -> Result<(), Failure> {
    let json = session.json();
    session
        .in_space(|space| async move {
            crate::frames::admit_included(&space).await?;
            match command {
                App::List => {
                    let mut all: Vec<Value> = space.apps().await?.iter().map(app).collect();
                    all.extend(space.consumers().await?.iter().map(consumers::shown));
                    output::list(json, &all, |item| {
                        let text = |name: &str| {
                            item.get(name)
                                .and_then(Value::as_str)
                                .unwrap_or_default()
                                .to_owned()
                        };
                        format!("{}  {}  {}", text("id"), text("kind"), text("name"))
                    })
                }
                App::Show { id } => match consumers::find(&space, &id).await? {
                    Some(found) => output::object(json, &consumers::shown(&found)),
                    None => output::object(json, &app(&space.app(find(&space, &id).await?).await?)),
                },
                App::Add {
                    wanted: Some(Wanted::File(path)),
                    consumer: _,
                } => {
                    let admitted = package::admit(&space, package::read(&path).await?).await?;
                    output::object(json, &app(&space.app(admitted.id()).await?))
                }
                App::Add {
                    wanted: Some(Wanted::Address(url)),
                    consumer: _,
                } => {
                    let fetched = Connect::new()?.manifest(&url).await?;
                    let known = space.apps().await?;
                    let known = known.iter().find(|app| app.manifest_url == fetched.url.as_str());
                    let manifest = String::from_utf8(fetched.bytes).map_err(|_| Failure::new("APP-303"))?;
                    let new = NewApp {
                        manifest,
                        url: Some(fetched.url),
                        kind: AppKind::Hosted,
                        key_pin: String::new(),
                    };
                    let id =
                        match known.filter(|known| known.state == AppState::Ready || known.offer.is_some()) {
                            Some(known) => renew(&space, known.id, new.manifest).await?,
                            None => space.admit_app(new).await?,
                        };
                    output::object(json, &app(&space.app(id).await?))
                }
                App::Add {
                    wanted: None,
                    consumer,
                } => consumers::add(&space, json, consumer).await,
                App::RotateSecret { id } => consumers::rotate(&space, json, &id).await,
                App::Accept { id } => {
                    let (id, shown) = offered(&space, &id).await?;
                    space.use_new_version(id, shown).await?;
                    output::object(json, &app(&space.app(id).await?))
                }
                App::Keep { id } => {
                    let (id, shown) = offered(&space, &id).await?;
                    space.keep_old_version(id, shown).await?;
                    output::object(json, &app(&space.app(id).await?))
                }
                App::Set {
                    id,
                    key,
                    value,
                    secret_file,
                } => {
                    let id = find(&space, &id).await?;
                    output::object(
                        json,
                        &app_choices::set(&space, id, &key, value, secret_file).await?,
                    )
                }
                App::Exit {
                    id,
                    way,
                    target,
                    close,
                } => {
                    let id = find(&space, &id).await?;
                    let target = target.unwrap_or_default();
                    output::object(json, &app_choices::exit(&space, id, &way, &target, close).await?)
                }
                App::Remove { id } => {
                    if let Some(found) = consumers::find(&space, &id).await? {
                        space.remove_consumer(found.id).await?;
                        return output::object(json, &json!({ "removed": found.id }));
                    }
                    let id = find(&space, &id).await?;
                    space.remove_app(id).await?;
                    output::object(json, &json!({ "removed": id }))
                }
            }
        })
        .await
}

/// Compares a description with that of an app that is installed. One that says the same is an error: there is nothing to add.
async fn renew(space: &SpaceHandle, id: AppId, manifest: String) -> Result<AppId, Failure> {
    match space.renew_app(id, manifest).await? {
        Renewal::Same => Err(VaultError::Exists("app").into()),
        Renewal::Taken | Renewal::Offered | Renewal::Paused => Ok(id),
    }
}

/// The app whose newer version waits, and what was shown of it by the commands before.
async fn offered(space: &SpaceHandle, text: &str) -> Result<(AppId, Sha256), Failure> {
    let id = find(space, text).await?;
    let offer = space.app(id).await?.offer;
    Ok((id, offer.ok_or(VaultError::NoSuch("offer"))?.sha256))
}

/// An app by its id, or by its name.
pub(super) async fn find(space: &SpaceHandle, text: &str) -> Result<AppId, Failure> {
    if let Ok(id) = text.parse::<AppId>() {
        return Ok(id);
    }
    let found = space
        .apps()
        .await?
        .into_iter()
        .find(|app| app.manifest.name.eq_ignore_ascii_case(text));
    Ok(found.ok_or(VaultError::NoSuch("app"))?.id)
}

fn app(info: &AppInfo) -> Value {
    let asks: Vec<Value> = info
        .asks
        .iter()
        .map(|asked| json!({ "scope": asked.scope, "required": asked.required, "explanation": asked.explanation }))
        .collect();
    let sees = grants::seen(&info.sees);
    let mut shown = json!({
        "id": info.id, "name": info.manifest.name, "version": info.manifest.version, "kind": info.kind, "state": info.state,
        "manifest_url": info.manifest_url, "signed": !info.key_pin.is_empty(), "key": info.key_pin, "origin": info.origin, "asks": asks, "sees": sees,
    });
    if let (Some(offer), Some(members)) = (AppOffer::of(info), shown.as_object_mut()) {
        members.insert("offered".to_owned(), json!({ "changes": offer.changes }));
    }
    shown
}
