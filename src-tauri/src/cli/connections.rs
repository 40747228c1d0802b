//! `satchel-cli connect` and `connection`.

use secrecy::SecretString;
use serde_json::{Value, json};
use vault_connect::{Connect, Fetched, LinkOptions, Stop, granted};
use vault_core::{SpaceHandle, connections::DeleteData};
use vault_store::{
    ConnectionId,
    connections::{Connection, ConnectionState, ConnectionWay},
};

use super::{
    arguments::{Connect as ConnectCommand, Connection as ConnectionCommand},
    failure::Failure,
    output,
    session::Session,
    terminal,
    watch::Watch,
};
use crate::platform::browser;

pub(super) async fn connect(session: &Session, command: ConnectCommand) -> Result<(), Failure> {
    let secret = match &command.client_secret_file {
        Some(path) => Some(SecretString::from(terminal::small_file(path)?.trim().to_owned())),
        None => None,
    };
    let json = session.json();
    session
        .in_space(|space| async move {
            let options = LinkOptions {
                base: command.platform_url,
                client: command.client_id.map(|id| (id, secret)),
                relay: command.relay,
                renew: None,
            };
            let connect = Connect::new()?;
            let linking = connect.link(&space, &command.platform, options).await?;
            if command.print_url {
                println!("{}", linking.url());
            } else {
                output::say("Finish in your browser.");
                browser::open(linking.url()).map_err(|_| Failure::new("CON-460"))?;
            }
            let linked = linking.finish().await?;
            let stop = Stop::default();
            let _watch = watch(&space, &stop);
            let fetched = connect.fetch(&space, linked.connection, &stop).await?;
            let done = json!({ "connection": linked.connection, "not_granted": linked.missing, "counts": fetched.counts });
            if command.print_url && !json {
                output::say(&format!("Linked as {}: {} new records.", linked.connection, fetched.counts.new));
                return Ok(());
            }
            output::object(json, &done)
        })
        .await
}

pub(super) async fn run(session: &Session, command: ConnectionCommand) -> Result<(), Failure> {
    let json = session.json();
    session
        .in_space(|space| async move {
            match command {
                ConnectionCommand::List => list(&space, json).await,
                ConnectionCommand::Fetch { id, all } => fetch(&space, id.as_deref(), all, json).await,
                ConnectionCommand::Pause { id } => {
                    let id = parse(&id)?;
                    linked(&space.connection(id).await?)?;
                    space.set_connection_state(id, ConnectionState::Stopped, None).await?;
                    output::object(json, &json!({ "connection": id, "state": ConnectionState::Stopped }))
                }
                ConnectionCommand::Disconnect { id, delete_data } => {
                    let id = parse(&id)?;
                    linked(&space.connection(id).await?)?;
                    let data = if delete_data { DeleteData::Delete } else { DeleteData::Keep };
                    let told = Connect::new()?.disconnect(&space, id, data).await?;
                    if !told {
                        output::say(&crate::error::AppError::new("CON-410").to_string());
                    }
                    output::object(json, &json!({ "connection": id, "revoked_at_platform": told, "data_deleted": delete_data }))
                }
            }
        })
        .await
}

async fn list(space: &SpaceHandle, json: bool) -> Result<(), Failure> {
    let all: Vec<Value> = space.connections().await?.iter().map(member).collect();
    output::list(json, &all, |item| {
        let text = |name: &str| {
            item.get(name)
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned()
        };
        format!(
            "{}  {}  {}  {}",
            text("id"),
            text("platform"),
            text("state"),
            text("account")
        )
    })
}

fn member(connection: &Connection) -> Value {
    let mut value = serde_json::to_value(connection).unwrap_or_default();
    if let Some(members) = value.as_object_mut() {
        members.insert("granted".into(), json!(granted(connection)));
    }
    value
}

/// Fetches from one connection, or from all that are not stopped; one that fails does not keep the others from being fetched.
async fn fetch(space: &SpaceHandle, id: Option<&str>, all: bool, json: bool) -> Result<(), Failure> {
    let (connect, stop) = (Connect::new()?, Stop::default());
    let _watch = watch(space, &stop);
    if let Some(id) = id {
        let id = parse(id)?;
        linked(&space.connection(id).await?)?;
        let fetched = connect.fetch(space, id, &stop).await?;
        return output::list(json, &[brought(id, &fetched)], ToString::to_string);
    }
    let ids = fetchable(space).await?;
    if !all && ids.len() > 1 {
        return Err(Failure::usage("name a connection, or fetch --all"));
    }
    let (mut done, mut failed) = (Vec::new(), None);
    for id in ids {
        match connect.fetch(space, id, &stop).await {
            Ok(fetched) => done.push(brought(id, &fetched)),
            Err(error) => {
                let error = crate::error::AppError::from(error);
                done.push(json!({ "connection": id, "code": error.code, "message": error.to_string() }));
                failed = Some(Failure::from(error));
            }
        }
    }
    output::list(json, &done, ToString::to_string)?;
    failed.map_or(Ok(()), |failure| Err(failure.said()))
}

fn brought(id: ConnectionId, fetched: &Fetched) -> Value {
    json!({ "connection": id, "retrieval": fetched.retrieval, "counts": fetched.counts })
}

/// The linked accounts that the person did not stop.
async fn fetchable(space: &SpaceHandle) -> Result<Vec<ConnectionId>, Failure> {
    let all = space.connections().await?;
    let wanted = all.iter().filter(|connection| {
        connection.way == ConnectionWay::Link
            && !matches!(connection.state, ConnectionState::Stopped | ConnectionState::Gone)
    });
    Ok(wanted.map(|connection| connection.id).collect())
}

/// Only linked accounts can be fetched, paused and disconnected; own entries and files have nobody to ask.
fn linked(connection: &Connection) -> Result<(), Failure> {
    if connection.way == ConnectionWay::Link {
        Ok(())
    } else {
        Err(Failure::usage(
            "a linked account, as `connection list` shows them",
        ))
    }
}

/// Ctrl C stops the fetch after the page that it is at.
fn watch(space: &SpaceHandle, stop: &Stop) -> Watch {
    let stop = stop.clone();
    Watch::over(space.vault(), move || stop.stop())
}

fn parse(text: &str) -> Result<ConnectionId, Failure> {
    text.parse()
        .map_err(|_| Failure::usage("a connection's id, as `connection list` shows it"))
}
