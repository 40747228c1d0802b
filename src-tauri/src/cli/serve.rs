//! `satchel-cli serve`: the vault, unlocked, with its gateway, in the foreground; events on stdout, the person's word on stdin.

use std::path::Path;

use openplatform::frame::{BaseUrl, FrameArgument, frame_url};
use serde::Deserialize;
use serde_json::{Value, json};
use time::format_description::well_known::Rfc3339;
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    sync::{broadcast::error::RecvError, mpsc},
};
use vault_connect::{Connect, Stop};
use vault_core::{LockReason, SpaceHandle, VaultError, VaultEvent, VaultHandle, disclosure::Asked};
use vault_gateway::{Gateway, GatewayError};
use vault_store::{GrantId, RequestId};

use super::{
    apps,
    arguments::{Allow, Precision},
    failure::Failure,
    grants, output,
    session::Session,
    terminal,
};
use crate::frames;

/// One line on stdin.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    allow: Option<String>,
    #[serde(default)]
    only: Vec<String>,
    #[serde(default)]
    connections: Vec<String>,
    from: Option<String>,
    to: Option<String>,
    precision: Option<String>,
    until: Option<String>,
    #[serde(default)]
    once: bool,
    passphrase_file: Option<String>,
    deny: Option<String>,
    revoke: Option<String>,
    fetch: Option<String>,
    open_app: Option<String>,
    #[serde(default)]
    lock: bool,
}

pub(super) async fn run(session: &Session) -> Result<(), Failure> {
    let vault = session.unlocked().await?;
    let outcome = serve(session, &vault).await;
    vault.lock(LockReason::You).await;
    outcome
}

async fn serve(session: &Session, vault: &VaultHandle) -> Result<(), Failure> {
    let gateway = start_gateway(vault).await?;
    for info in vault.spaces().await? {
        let space = vault.space(info.id).await?;
        space.end_interrupted().await?;
        frames::admit_included(&space).await?;
    }
    let space = session.space_of(vault).await?;
    gateway.serve(Some(vault.clone()));
    let mut events = vault.events();
    ready(session, &gateway)?;

    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    let mut listening = true;
    let (answers, mut answered) = mpsc::unbounded_channel();
    let mut tend = tokio::time::interval(std::time::Duration::from_secs(5));
    loop {
        tokio::select! {
            line = lines.next_line(), if listening => match line {
                Ok(Some(line)) if line.trim().is_empty() => {}
                Ok(Some(line)) => {
                    if obey(&space, &gateway.base(), &line, &answers).is_lock() {
                        break;
                    }
                }
                // Nobody speaks any more; the gateway goes on until it is ended.
                Ok(None) | Err(_) => listening = false,
            },
            Some(answer) = answered.recv() => println!("{answer}"),
            event = events.recv() => match event {
                Ok(event) => tell(vault, &event).await?,
                Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => break,
            },
            _ = tend.tick() => space.tend().await?,
            _ = tokio::signal::ctrl_c() => break,
        }
    }
    gateway.stop().await;
    vault.lock(LockReason::You).await;
    if session.json() {
        println!("{}", json!({ "event": "locked", "reason": "you" }));
    }
    Ok(())
}

/// Starts the gateway of a vault on the port that the vault has.
///
/// # Errors
/// `SYS-701` when another program has the port.
async fn start_gateway(vault: &VaultHandle) -> Result<Gateway, Failure> {
    let port = vault.gateway_port().await?;
    Gateway::start(port).await.map_err(|error| match error {
        GatewayError::PortTaken { port } => crate::error::AppError::new("SYS-701")
            .with_details(format!("port {port}"))
            .into(),
        GatewayError::Io(error) => VaultError::from(error).into(),
    })
}

fn ready(session: &Session, gateway: &Gateway) -> Result<(), Failure> {
    if session.json() {
        return output::json(&json!({ "event": "ready", "base": gateway.base() }));
    }
    output::say(&format!(
        "The vault is open; its gateway answers at {}. Ctrl C locks it.",
        gateway.base()
    ));
    Ok(())
}

/// Whether a line asks to lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Obeyed {
    Lock,
    Answering,
}

impl Obeyed {
    fn is_lock(self) -> bool {
        self == Self::Lock
    }
}

/// Does what a line says, beside the loop: opening an app may wait for an answer that comes on a later line.
fn obey(space: &SpaceHandle, base: &str, line: &str, answers: &mpsc::UnboundedSender<Value>) -> Obeyed {
    let Ok(line) = serde_json::from_str::<Line>(line) else {
        // The loop reads the answers for as long as it runs.
        let _ = answers.send(json!({ "error": "not_a_command" }));
        return Obeyed::Answering;
    };
    if line.lock {
        return Obeyed::Lock;
    }
    let (space, base, answers) = (space.clone(), base.to_owned(), answers.clone());
    tokio::spawn(async move {
        let answer = act(&space, &base, line)
            .await
            .unwrap_or_else(|failure| failure.to_json());
        let _ = answers.send(answer);
    });
    Obeyed::Answering
}

async fn act(space: &SpaceHandle, base: &str, line: Line) -> Result<Value, Failure> {
    if let Some(id) = &line.deny {
        space.refuse(request(id)?).await?;
        return Ok(json!({ "denied": id }));
    }
    if let Some(id) = &line.revoke {
        let grant: GrantId = id.parse().map_err(|_| Failure::usage("a grant's id"))?;
        space.revoke(grant).await?;
        return Ok(json!({ "revoked": id }));
    }
    if let Some(id) = &line.fetch {
        let connection = id.parse().map_err(|_| Failure::usage("a connection's id"))?;
        let fetched = Connect::new()?.fetch(space, connection, &Stop::default()).await?;
        return Ok(json!({ "fetched": id, "counts": fetched.counts }));
    }
    if let Some(app) = &line.open_app {
        return open_app(space, base, app).await;
    }
    match &line.allow {
        Some(id) => allow(space, id.clone(), line).await,
        None => Ok(json!({ "error": "not_a_command" })),
    }
}

async fn allow(space: &SpaceHandle, id: String, line: Line) -> Result<Value, Failure> {
    let question = space.question(request(&id)?).await?;
    let passphrase = line
        .passphrase_file
        .as_deref()
        .map(|path| terminal::from_file(Path::new(path)))
        .transpose()?;
    let precision = match line.precision.as_deref() {
        None | Some("exact") => Precision::Exact,
        Some("week") => Precision::Week,
        Some("month") => Precision::Month,
        Some(_) => return Err(Failure::usage("a precision: week, month or exact")),
    };
    let said = Allow {
        id: id.clone(),
        only: line.only,
        connection: line.connections,
        from: line.from,
        to: line.to,
        precision,
        once: line.once,
        until: line.until,
    };
    let decision = grants::decision(&question, said, passphrase)?;
    match space.allow(question.id, decision).await {
        Ok(grant) => Ok(json!({ "allowed": id, "grant": grant })),
        Err(VaultError::NeedsPassphrase) => Ok(json!({ "error": "reauth_required", "allow": id })),
        Err(error) => Err(error.into()),
    }
}

/// Opens an app as its window would, and tells the address of its frame. A question that this raises is answered by another line; the app
/// opens whatever the answer was, and sees what was shared.
async fn open_app(space: &SpaceHandle, base: &str, app: &str) -> Result<Value, Failure> {
    let id = apps::find(space, app).await?;
    if let Asked::Question(question) = space.ask_for_app(id).await? {
        space.wait(question).await?;
    }
    let opened = space.open_app(id).await?;
    let base = BaseUrl::new(base).map_err(|_| Failure::new("SYS-710"))?;
    let verify_url = base.verify_url(&opened.token);
    let argument = FrameArgument::Versioned {
        verify_url: &verify_url,
        language: frames::LANGUAGE,
        revision: Some(&opened.revision),
    };
    Ok(json!({ "opened": id, "url": frame_url(&opened.app.frame_url, &argument) }))
}

fn request(text: &str) -> Result<RequestId, Failure> {
    text.parse().map_err(|_| Failure::usage("a question's id"))
}

/// Writes an event of the vault as the contract names it.
async fn tell(vault: &VaultHandle, event: &VaultEvent) -> Result<(), Failure> {
    let line = if let VaultEvent::ConsentRequested { space, request } = event {
        let asked = vault.space(*space).await?.question(*request).await;
        let Ok(asked) = asked else { return Ok(()) };
        let mut value = grants::question(&asked);
        if let Some(members) = value.as_object_mut() {
            members.insert("event".into(), json!("consent_requested"));
            members.insert(
                "expires".into(),
                json!(asked.expires_at.format(&Rfc3339).unwrap_or_default()),
            );
        }
        value
    } else if let VaultEvent::Logged { .. } = event {
        json!({ "event": "disclosed" })
    } else {
        serde_json::to_value(event).unwrap_or_default()
    };
    println!("{line}");
    Ok(())
}
