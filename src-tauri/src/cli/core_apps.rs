//! `satchel-cli core-app`.

use serde_json::{Value, json};
use vault_core::{
    SpaceHandle, VaultError,
    core_apps::{
        AppConfig, AppType, BuildInfo, CoreAppInfo, Installation, Logins, NewAppType, NewCoreApp, Reach,
        YearlyMoment,
    },
};
use vault_store::{ConnectionId, CoreAppId, SecretValue};

use super::{
    arguments::rokwire::{CoreApp, CoreConfig, CoreInstallation, CoreKey, CoreProvider, NewCoreApp as Asked},
    failure::Failure,
    output,
    session::Session,
};

pub(super) async fn run(session: &Session, command: CoreApp) -> Result<(), Failure> {
    let json = session.json();
    session
        .in_space(|space| async move {
            match command {
                CoreApp::Add(asked) => {
                    let (info, key) = space.add_core_app(new(asked)).await?;
                    output::object(json, &with_key(&info, &key))
                }
                CoreApp::Attach { id } => {
                    let id = id
                        .parse()
                        .map_err(|_| Failure::usage("the id of an application"))?;
                    let (info, key) = space.attach_core_app(id).await?;
                    output::object(json, &with_key(&info, &key))
                }
                CoreApp::List => {
                    let all: Vec<Value> = space.core_apps().await?.iter().map(shown).collect();
                    output::list(json, &all, |one| {
                        let text = |name: &str| one.get(name).and_then(Value::as_str).unwrap_or_default();
                        format!("{}  {}  {}", text("id"), text("code"), text("name"))
                    })
                }
                CoreApp::Show { id } => {
                    let id = find(&space, &id).await?;
                    output::object(json, &shown(&space.core_app(id).await?))
                }
                CoreApp::Set(asked) => {
                    let id = find(&space, &asked.id).await?;
                    let known = space.core_app(id).await?.installation;
                    space.set_core_installation(installation(known, asked)?).await?;
                    output::object(json, &shown(&space.core_app(id).await?))
                }
                CoreApp::Type {
                    id,
                    identifier,
                    name,
                    versions,
                } => {
                    let id = find(&space, &id).await?;
                    let build = NewAppType {
                        identifier,
                        name,
                        versions,
                    };
                    space.put_core_type(id, build).await?;
                    output::object(json, &shown(&space.core_app(id).await?))
                }
                CoreApp::ForgetType { id, identifier } => {
                    let id = find(&space, &id).await?;
                    space.remove_core_type(id, identifier).await?;
                    output::object(json, &shown(&space.core_app(id).await?))
                }
                CoreApp::Ways {
                    id,
                    identifier,
                    unlock,
                    anonymous,
                } => {
                    let id = find(&space, &id).await?;
                    let info = space.core_app(id).await?;
                    let at = info.types.iter().position(|build| build.identifier == identifier);
                    let known = at
                        .and_then(|at| info.here.get(at))
                        .ok_or(VaultError::NoSuch("build"))?
                        .logins;
                    let logins = Logins {
                        unlock: unlock.unwrap_or(known.unlock),
                        anonymous: anonymous.unwrap_or(known.anonymous),
                    };
                    space.set_core_logins(id, identifier, logins).await?;
                    output::object(json, &shown(&space.core_app(id).await?))
                }
                CoreApp::Provider(command) => providers(&space, json, command).await,
                CoreApp::Key(command) => keys(&space, json, command).await,
                CoreApp::Config(command) => configs(&space, json, command).await,
                CoreApp::Remove { id } => {
                    let id = find(&space, &id).await?;
                    space.remove_core_app(id).await?;
                    output::object(json, &json!({ "removed": id }))
                }
            }
        })
        .await
}

/// An application by its id, its code or its name.
pub(super) async fn find(space: &SpaceHandle, text: &str) -> Result<CoreAppId, Failure> {
    let id = text.parse::<CoreAppId>().ok();
    let found = space.core_apps().await?.into_iter().find(|known| {
        Some(known.app.id) == id || known.app.code == text || known.app.name.eq_ignore_ascii_case(text)
    });
    Ok(found.ok_or(VaultError::NoSuch("app"))?.app.id)
}

async fn keys(space: &SpaceHandle, json: bool, command: CoreKey) -> Result<(), Failure> {
    match command {
        CoreKey::Add { app } => {
            let (id, key) = space.add_core_key(find(space, &app).await?).await?;
            output::object(json, &json!({ "id": id, "key": key.expose_str() }))
        }
        CoreKey::Remove { app, key } => {
            let id = key.parse().map_err(|_| Failure::usage("the id of a key"))?;
            space.remove_core_key(find(space, &app).await?, id).await?;
            output::object(json, &json!({ "removed": key }))
        }
    }
}

async fn providers(space: &SpaceHandle, json: bool, command: CoreProvider) -> Result<(), Failure> {
    let connection = |text: &str| {
        text.parse::<ConnectionId>()
            .map_err(|_| Failure::usage("the id of a connection"))
    };
    let app = match command {
        CoreProvider::Add {
            app,
            build,
            connection: link,
        } => {
            let (app, link) = (find(space, &app).await?, connection(&link)?);
            space.add_core_provider(app, build, link).await?;
            app
        }
        CoreProvider::Remove {
            app,
            build,
            connection: link,
        } => {
            let (app, link) = (find(space, &app).await?, connection(&link)?);
            space.remove_core_provider(app, build, link).await?;
            app
        }
    };
    output::object(json, &shown(&space.core_app(app).await?))
}

async fn configs(space: &SpaceHandle, json: bool, command: CoreConfig) -> Result<(), Failure> {
    match command {
        CoreConfig::Set {
            app,
            build,
            version,
            file,
            of_space,
        } => {
            let app = find(space, &app).await?;
            let data = std::fs::read_to_string(&file)
                .map_err(|error| Failure::usage(&format!("the file could not be read: {}", error.kind())))?;
            let kept = space
                .set_core_config(app, build.clone(), version, data, reach(of_space))
                .await?;
            output::object(json, &config(&build, &kept))
        }
        CoreConfig::List { app } => {
            let all = space.core_configs(find(space, &app).await?).await?;
            let all: Vec<Value> = all
                .iter()
                .map(|(build, kept)| config(&build.identifier, kept))
                .collect();
            output::list(json, &all, |one| {
                let text = |name: &str| one.get(name).and_then(Value::as_str).unwrap_or_default();
                format!("{}  {}  {}", text("type"), text("version"), text("reach"))
            })
        }
        CoreConfig::Delete {
            app,
            build,
            version,
            of_space,
        } => {
            let app = find(space, &app).await?;
            space
                .delete_core_config(app, build.clone(), version.clone(), reach(of_space))
                .await?;
            output::object(json, &json!({ "removed": version, "type": build }))
        }
    }
}

const fn reach(of_space: bool) -> Reach {
    if of_space { Reach::Space } else { Reach::General }
}

fn new(asked: Asked) -> NewCoreApp {
    let build = |text: &String| {
        let (identifier, versions) = text.split_once('=').unwrap_or((text, ""));
        let versions = versions.split(',').filter(|version| !version.is_empty());
        NewAppType {
            identifier: identifier.to_owned(),
            name: String::new(),
            versions: versions.map(str::to_owned).collect(),
        }
    };
    NewCoreApp {
        types: asked.types.iter().map(build).collect(),
        name: asked.name,
        code: asked.code,
        multi_tenant: asked.multi_tenant,
        services: asked.services,
        anonymous: asked.anonymous,
        ..NewCoreApp::default()
    }
}

fn installation(mut known: Installation, asked: CoreInstallation) -> Result<Installation, Failure> {
    let limit = |asked: Option<u64>, known: Option<u64>| asked.map_or(known, |n| (n > 0).then_some(n));
    if let Some(services) = asked.services {
        known.services = services;
    }
    known.anonymous = asked.anonymous.unwrap_or(known.anonymous);
    known.sessions.most = asked.most_sessions.unwrap_or(known.sessions.most);
    known.sessions.idle_minutes = limit(asked.idle, known.sessions.idle_minutes);
    known.sessions.login_minutes = limit(asked.login, known.sessions.login_minutes);
    known.sessions.grace_seconds = asked.grace.unwrap_or(known.sessions.grace_seconds);
    known.sessions.yearly = match asked.yearly.as_deref() {
        None => known.sessions.yearly,
        Some("never") => None,
        Some(text) => {
            let moment = text.parse::<YearlyMoment>();
            Some(
                moment
                    .map_err(|_| Failure::usage("a moment of the year, such as \"08-31 04:00\", or never"))?,
            )
        }
    };
    Ok(known)
}

fn shown(info: &CoreAppInfo) -> Value {
    let types = info
        .types
        .iter()
        .zip(&info.here)
        .map(|(build, here)| type_shown(build, here));
    let types: Vec<Value> = types.collect();
    let keys: Vec<Value> = info
        .keys
        .iter()
        .map(|(id, at)| json!({ "id": id, "created": output::moment(*at) }))
        .collect();
    let sees: Vec<Value> = info
        .sees
        .iter()
        .map(
            |view| json!({ "grant": view.grant.id, "party": view.grant.recipient.name, "words": view.words }),
        )
        .collect();
    let sessions = &info.installation.sessions;
    json!({
        "id": info.app.id, "name": info.app.name, "code": info.app.code, "multi_tenant": info.app.multi_tenant,
        "types": types, "keys": keys, "services": info.installation.services,
        "anonymous": info.installation.anonymous, "account": info.account,
        "sessions": {
            "most": sessions.most, "idle_minutes": sessions.idle_minutes, "login_minutes": sessions.login_minutes,
            "grace_seconds": sessions.grace_seconds, "yearly": sessions.yearly.map(|moment| moment.to_string()),
        },
        "sees": sees,
    })
}

fn type_shown(build: &AppType, here: &BuildInfo) -> Value {
    let providers = here.providers.iter().map(|one| {
        json!({ "connection": one.connection.id, "system": one.system, "state": one.connection.state.as_str() })
    });
    json!({
        "id": build.id, "identifier": build.identifier, "name": build.name, "versions": build.versions,
        "ways": { "unlock": here.logins.unlock, "anonymous": here.logins.anonymous },
        "providers": providers.collect::<Vec<Value>>(),
    })
}

fn with_key(info: &CoreAppInfo, key: &SecretValue) -> Value {
    let mut shown = shown(info);
    if let Some(members) = shown.as_object_mut() {
        members.insert("api_key".to_owned(), json!(key.expose_str()));
    }
    shown
}

fn config(build: &str, kept: &AppConfig) -> Value {
    let (major, minor, patch) = kept.version;
    json!({
        "id": kept.id, "type": build, "version": format!("{major}.{minor}.{patch}"),
        "reach": if kept.of_space { "space" } else { "general" },
        "data": serde_json::from_str::<Value>(&kept.data).unwrap_or_default(),
    })
}
