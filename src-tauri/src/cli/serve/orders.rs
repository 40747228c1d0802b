//! The person's word on stdin: one JSON object a line.

use std::path::Path;

use clap::ValueEnum;
use openplatform::frame::BaseUrl;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedSender;
use vault_connect::{Connect, Stop};
use vault_core::{SpaceHandle, VaultError, VaultHandle, disclosure::Asked};
use vault_store::{ConnectionId, GrantId, RequestId};

use crate::{
    cli::{
        apps,
        arguments::sharing::{Allow, Amounts, People, Places, Precision},
        failure::Failure,
        grants, terminal,
    },
    frames, renewal,
};

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
    amounts: Option<String>,
    places: Option<String>,
    people: Option<String>,
    until: Option<String>,
    #[serde(default)]
    once: bool,
    passphrase_file: Option<String>,
    deny: Option<String>,
    revoke: Option<String>,
    fetch: Option<String>,
    confirm: Option<String>,
    code: Option<String>,
    open_app: Option<String>,
    /// Opens it without any identity.
    #[serde(default)]
    guest: bool,
    #[serde(default)]
    lock: bool,
}

/// Carries out what lines say. Cheap to clone.
#[derive(Clone)]
pub(super) struct Orders {
    vault: VaultHandle,
    /// The space that the command line named; apps are opened in it.
    space: SpaceHandle,
    base: String,
    connect: Connect,
    answers: UnboundedSender<Value>,
}

/// Whether a line asks to lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Obeyed {
    Lock,
    Answering,
}

impl Obeyed {
    pub(super) fn is_lock(self) -> bool {
        self == Self::Lock
    }
}

/// What a line is about. The gateway serves all spaces, so the id alone tells in which one it is.
#[derive(Clone, Copy)]
enum Thing {
    Question(RequestId),
    Grant(GrantId),
    Connection(ConnectionId),
}

impl Thing {
    async fn is_in(self, space: &SpaceHandle) -> bool {
        match self {
            Self::Question(id) => space.question(id).await.is_ok(),
            Self::Grant(id) => space.grant(id).await.is_ok(),
            Self::Connection(id) => space.connection(id).await.is_ok(),
        }
    }
}

impl Orders {
    pub(super) fn new(
        vault: VaultHandle,
        space: SpaceHandle,
        base: String,
        answers: UnboundedSender<Value>,
    ) -> Result<Self, Failure> {
        Ok(Self {
            vault,
            space,
            base,
            connect: Connect::new()?,
            answers,
        })
    }

    /// The one way to the network, which knows what is being fetched.
    pub(super) fn connect(&self) -> &Connect {
        &self.connect
    }

    /// Does what a line says, beside the loop: opening an app may wait for an answer that comes on a later line.
    pub(super) fn obey(&self, line: &str) -> Obeyed {
        let Ok(line) = serde_json::from_str::<Line>(line) else {
            // The loop reads the answers for as long as it runs.
            let _ = self.answers.send(json!({ "error": "not_a_command" }));
            return Obeyed::Answering;
        };
        if line.lock {
            return Obeyed::Lock;
        }
        let orders = self.clone();
        tokio::spawn(async move {
            let answer = orders.act(line).await.unwrap_or_else(|failure| failure.to_json());
            let _ = orders.answers.send(answer);
        });
        Obeyed::Answering
    }

    async fn act(&self, line: Line) -> Result<Value, Failure> {
        if let Some(id) = &line.deny {
            let question = request(id)?;
            self.holding(Thing::Question(question))
                .await?
                .refuse(question)
                .await?;
            return Ok(json!({ "denied": id }));
        }
        if let Some(id) = &line.revoke {
            let grant: GrantId = id.parse().map_err(|_| Failure::usage("a grant's id"))?;
            self.holding(Thing::Grant(grant)).await?.revoke(grant).await?;
            return Ok(json!({ "revoked": id }));
        }
        if let Some(id) = &line.fetch {
            let connection = id.parse().map_err(|_| Failure::usage("a connection's id"))?;
            let space = self.holding(Thing::Connection(connection)).await?;
            let fetched = self.connect.fetch(&space, connection, &Stop::default()).await?;
            return Ok(json!({ "fetched": id, "counts": fetched.counts }));
        }
        if let Some(id) = &line.confirm {
            let connection = id.parse().map_err(|_| Failure::usage("a connection's id"))?;
            let space = self.holding(Thing::Connection(connection)).await?;
            let address = space.connection(connection).await?.account;
            space
                .confirm_address(&address, line.code.as_deref().unwrap_or_default())
                .await?;
            return Ok(json!({ "confirmed": id }));
        }
        if let Some(app) = &line.open_app {
            return self.open_app(app, line.guest).await;
        }
        match &line.allow {
            Some(id) => self.allow(id.clone(), line).await,
            None => Ok(json!({ "error": "not_a_command" })),
        }
    }

    /// The space that has it; the named one when none has, so that the answer is the usual one.
    async fn holding(&self, thing: Thing) -> Result<SpaceHandle, Failure> {
        if !thing.is_in(&self.space).await {
            for info in self.vault.spaces().await? {
                let space = self.vault.space(info.id).await?;
                if thing.is_in(&space).await {
                    return Ok(space);
                }
            }
        }
        Ok(self.space.clone())
    }

    async fn allow(&self, id: String, line: Line) -> Result<Value, Failure> {
        let asked = request(&id)?;
        let space = self.holding(Thing::Question(asked)).await?;
        let question = space.question(asked).await?;
        let passphrase = line
            .passphrase_file
            .as_deref()
            .map(|path| terminal::from_file(Path::new(path)))
            .transpose()?;
        let said = Allow {
            id: id.clone(),
            only: line.only,
            connection: line.connections,
            from: line.from,
            to: line.to,
            precision: word(line.precision.as_deref(), Precision::Exact)?,
            amounts: word(line.amounts.as_deref(), Amounts::Exact)?,
            places: word(line.places.as_deref(), Places::Exact)?,
            people: word(line.people.as_deref(), People::Named)?,
            once: line.once,
            until: line.until,
        };
        let policy = grants::policy(&self.connect, &question).await;
        let decision = grants::decision(&question, said, passphrase, policy)?;
        match space.allow(question.id, decision).await {
            Ok(grant) => Ok(json!({ "allowed": id, "grant": grant })),
            Err(VaultError::NeedsPassphrase) => Ok(json!({ "error": "reauth_required", "allow": id })),
            Err(error) => Err(error.into()),
        }
    }

    /// Opens an app as its window would, and tells the address of its frame. A question that this raises is answered by another line; the app
    /// opens whatever the answer was, and sees what was shared.
    async fn open_app(&self, app: &str, guest: bool) -> Result<Value, Failure> {
        let space = &self.space;
        let id = apps::find(space, app).await?;
        let (connect, beside) = (self.connect.clone(), space.clone());
        tokio::spawn(async move {
            if let Err(error) = renewal::look_again(&connect, &beside, id).await {
                tracing::debug!(code = error.code, "an app could not be looked at again");
            }
        });
        let opened = if guest {
            space.open_app_as_guest(id).await?
        } else {
            if let Asked::Question(question) = space.ask_for_app(id).await? {
                space.wait(question).await?;
            }
            space.open_app(id).await?
        };
        let base = BaseUrl::new(&self.base).map_err(|_| Failure::new("SYS-710"))?;
        let url = base.frame_url(
            &opened.app.frame_url,
            &opened.wire,
            &opened.token,
            frames::LANGUAGE,
            &opened.revision,
        );
        Ok(json!({ "opened": id, "url": url }))
    }
}

/// A word as on the command line.
fn word<T: ValueEnum>(text: Option<&str>, unsaid: T) -> Result<T, Failure> {
    text.map_or(Ok(unsaid), |text| {
        T::from_str(text, false).map_err(|_| Failure::usage("a word as `request allow --help` lists it"))
    })
}

fn request(text: &str) -> Result<RequestId, Failure> {
    text.parse().map_err(|_| Failure::usage("a question's id"))
}
