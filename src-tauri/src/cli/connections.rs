//! `satchel-cli connect` and `connection`.

use secrecy::SecretString;
use serde_json::{Value, json};
use tokio::sync::broadcast::error::RecvError;
use vault_connect::{
    AddressOptions, Addressed, Connect, Fetched, LinkOptions, Revocation, Stop, VerifiedAddress, granted,
};
use vault_core::{SpaceHandle, VaultError, connections::DeleteData};
use vault_gateway::Gateway;
use vault_store::{
    ConnectionId,
    connections::{Connection, ConnectionState},
};

use super::{
    arguments::sources::{Connect as ConnectCommand, Connection as ConnectionCommand},
    failure::Failure,
    output,
    session::Session,
    terminal,
    watch::Watch,
};
use crate::{error::AppError, platform::browser};

pub(super) async fn connect(session: &Session, command: ConnectCommand) -> Result<(), Failure> {
    match (&command.email, &command.token_file) {
        (Some(address), Some(file)) => {
            let address = VerifiedAddress::on_the_persons_word(address)
                .map_err(|error| Failure::from(AppError::from(error)))?;
            let token = terminal::small_file(file)?.trim().to_owned();
            if token.is_empty() {
                return Err(Failure::usage("the token's file is empty"));
            }
            let options = AddressOptions {
                base: command.platform_url,
                address,
                token: SecretString::from(token),
            };
            by_address(session, &command.platform, options).await
        }
        _ => link(session, command).await,
    }
}

/// Connects an address with the person's own token, and fetches once. Where a mail server is set up, the address is asked by mail first.
async fn by_address(session: &Session, platform: &str, options: AddressOptions) -> Result<(), Failure> {
    let json = session.json();
    let platform = platform.to_owned();
    session
        .in_space(|space| async move {
            let connect = Connect::new()?;
            let id = match connect.begin_by_address(&space, &platform, options).await? {
                Addressed::Connected(id) => id,
                Addressed::MailSent { connection, until } => {
                    if !confirmed(&space, connection).await? {
                        let until = until.unix_timestamp();
                        return output::object(
                            json,
                            &json!({ "connection": connection, "state": ConnectionState::EmailSent, "until": until }),
                        );
                    }
                    connection
                }
            };
            let stop = Stop::default();
            let _watch = watch(&space, &stop);
            let fetched = connect.fetch(&space, id, &stop).await?;
            let none: [&str; 0] = [];
            output::object(
                json,
                &json!({ "connection": id, "not_granted": none, "counts": fetched.counts }),
            )
        })
        .await
}

/// Waits until the mail of a connection is answered: by its link, for which the gateway listens meanwhile, or by its code on stdin. False when
/// nobody types any more; then the answer can come later.
async fn confirmed(space: &SpaceHandle, id: ConnectionId) -> Result<bool, Failure> {
    output::say(
        "An e-mail was sent to this address. Open its link on this computer, or type its code here and press Enter.",
    );
    let gateway = Gateway::start(space.vault().gateway_port().await?).await.ok();
    match &gateway {
        Some(gateway) => gateway.serve(Some(space.vault().clone())),
        None => output::say(
            "Another program has the port of the vault: the link leads nowhere now, the code works.",
        ),
    }
    let mut events = space.vault().events();
    let mut lines = terminal::lines()?;
    let answered = loop {
        let connection = match space.connection(id).await {
            Ok(connection) => connection,
            // Whoever reads the mail said no.
            Err(VaultError::NoSuch(_)) => break Err(Failure::new("CON-439")),
            Err(error) => break Err(error.into()),
        };
        match connection.state {
            ConnectionState::EmailSent => {}
            ConnectionState::NotFinished => break Err(Failure::new("CON-433")),
            // Whoever reads the mail said no, and what it had brought before stays.
            ConnectionState::Stopped | ConnectionState::Gone => break Err(Failure::new("CON-439")),
            ConnectionState::Working
            | ConnectionState::File
            | ConnectionState::Fetching
            | ConnectionState::AuthLost
            | ConnectionState::LessGranted
            | ConnectionState::PlatformBusy
            | ConnectionState::PlatformDown
            | ConnectionState::UnknownFormat
            | ConnectionState::Typed => break Ok(true),
        }
        tokio::select! {
            line = lines.recv() => match line {
                Some(line) if line.trim().is_empty() => {}
                Some(line) => match space.confirm_address(&connection.account, &line).await {
                    Ok(()) => {}
                    Err(error @ VaultError::WrongCode) => output::say(&AppError::from(error).to_string()),
                    Err(error) => break Err(error.into()),
                },
                None => break Ok(false),
            },
            event = events.recv() => if matches!(event, Err(RecvError::Closed)) {
                break Err(VaultError::Locked.into());
            },
        }
    };
    if let Some(gateway) = gateway {
        gateway.stop().await;
    }
    answered
}

/// Links an account in the browser, and fetches once.
async fn link(session: &Session, command: ConnectCommand) -> Result<(), Failure> {
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
                ConnectionCommand::Confirm { id, code } => {
                    let id = parse(&id)?;
                    let address = space.connection(id).await?.account;
                    space.confirm_address(&address, &code).await?;
                    let stop = Stop::default();
                    let _watch = watch(&space, &stop);
                    let fetched = Connect::new()?.fetch(&space, id, &stop).await?;
                    let state = space.connection(id).await?.state;
                    output::object(json, &json!({ "connection": id, "state": state, "counts": fetched.counts }))
                }
                ConnectionCommand::SendAgain { id } => {
                    let id = parse(&id)?;
                    let until = Connect::new()?.send_mail_again(&space, id).await?;
                    output::object(json, &json!({ "connection": id, "until": until.unix_timestamp() }))
                }
                ConnectionCommand::Pause { id } => {
                    let id = parse(&id)?;
                    asked(&space.connection(id).await?)?;
                    space.set_connection_state(id, ConnectionState::Stopped, None).await?;
                    output::object(json, &json!({ "connection": id, "state": ConnectionState::Stopped }))
                }
                ConnectionCommand::Disconnect { id, delete_data } => {
                    let id = parse(&id)?;
                    asked(&space.connection(id).await?)?;
                    let data = if delete_data { DeleteData::Delete } else { DeleteData::Keep };
                    let revocation = Connect::new()?.disconnect(&space, id, data).await?;
                    if let Some(words) = AppError::of_revocation(revocation) {
                        output::say(&words.to_string());
                    }
                    let told = revocation == Revocation::Told;
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
        asked(&space.connection(id).await?)?;
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
                let error = AppError::from(error);
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

/// The connections that the person did not stop and whose platform can be asked.
async fn fetchable(space: &SpaceHandle) -> Result<Vec<ConnectionId>, Failure> {
    let all = space.connections().await?;
    let wanted = all.iter().filter(|connection| {
        connection.way.is_asked()
            && !matches!(
                connection.state,
                ConnectionState::Stopped | ConnectionState::Gone | ConnectionState::EmailSent
            )
    });
    Ok(wanted.map(|connection| connection.id).collect())
}

/// Only what a platform is asked for can be fetched, paused and disconnected; own entries and files have nobody to ask.
fn asked(connection: &Connection) -> Result<(), Failure> {
    if connection.way.is_asked() {
        Ok(())
    } else {
        Err(Failure::usage(
            "a connection to a platform, as `connection list` shows them",
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
