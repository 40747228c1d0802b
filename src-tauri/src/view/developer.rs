//! Projects of somebody who builds a platform or an app, and what came of a trial.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde::{Deserialize, Serialize};
use specta::Type;
use vault_connect::{
    Connector, Dialect as WireDialect, EndpointDraft, EndpointTrial, Exchange, RatingScale, Unanswered,
};
use vault_core::{
    consumers::{Claim, ConsumerInfo, NewConsumer},
    disclosure::{DeliveryEnd, Trial as CoreTrial},
    projects::ProjectTexts as CoreTexts,
};
use vault_store::projects::Project;

use crate::error::AppError;

/// One project.
#[derive(Clone, Serialize, Type)]
pub(crate) struct ProjectRow {
    pub(crate) id: String,
    pub(crate) texts: ProjectTexts,
    /// A `data:` address of the picture.
    pub(crate) logo: Option<String>,
    pub(crate) live: bool,
    pub(crate) platform: Option<ProjectPlatform>,
    pub(crate) app: Option<ProjectApp>,
}

/// What a project is known by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub(crate) struct ProjectTexts {
    name: String,
    description: String,
    webpage: String,
}

impl From<ProjectTexts> for CoreTexts {
    fn from(texts: ProjectTexts) -> Self {
        Self {
            name: texts.name,
            description: texts.description,
            webpage: texts.webpage,
        }
    }
}

/// The names that a platform knows in a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Dialect {
    Current,
    TokenUsername,
    Legacy,
}

impl From<Dialect> for WireDialect {
    fn from(dialect: Dialect) -> Self {
        match dialect {
            Dialect::Current => Self::Current,
            Dialect::TokenUsername => Self::TokenUsername,
            Dialect::Legacy => Self::Legacy,
        }
    }
}

impl From<WireDialect> for Dialect {
    fn from(dialect: WireDialect) -> Self {
        match dialect {
            WireDialect::Current => Self::Current,
            WireDialect::TokenUsername => Self::TokenUsername,
            WireDialect::Legacy => Self::Legacy,
        }
    }
}

/// The platform of a project.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub(crate) struct ProjectPlatform {
    pub(crate) id: String,
    url: String,
    dialect: Dialect,
    min: f64,
    max: f64,
    success: f64,
    interval: u32,
}

impl ProjectPlatform {
    pub(crate) fn of(connector: &Connector) -> Option<Self> {
        let endpoint = connector.endpoint.as_ref()?;
        Some(Self {
            id: connector.id.clone(),
            url: endpoint.url.to_string(),
            dialect: endpoint.dialect.into(),
            min: endpoint.rating.min,
            max: endpoint.rating.max,
            success: endpoint.rating.success,
            interval: connector.interval,
        })
    }

    /// The description of the platform, with the texts of its project.
    pub(crate) fn draft(self, texts: &Project) -> EndpointDraft {
        EndpointDraft {
            id: self.id,
            name: texts.name.clone(),
            words: texts.description.clone(),
            url: self.url,
            dialect: self.dialect.into(),
            rating: RatingScale {
                min: self.min,
                max: self.max,
                success: self.success,
            },
            interval: self.interval,
        }
    }
}

/// The app of a project, without its secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
pub(crate) struct ProjectApp {
    id: String,
    #[serde(flatten)]
    addresses: AppAddresses,
}

/// What an app is registered with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub(crate) struct AppAddresses {
    callback: String,
    returns: Vec<String>,
    /// Whether it is told of each review and achievement unless it asks for less.
    full: bool,
    /// Whether it may be a program on this computer.
    loopback: bool,
}

impl AppAddresses {
    pub(crate) fn registered(self, name: &str) -> NewConsumer {
        NewConsumer {
            name: name.to_owned(),
            callback: self.callback,
            returns: self.returns,
            claim: if self.full { Claim::Full } else { Claim::Aggregated },
            loopback: self.loopback,
        }
    }
}

impl ProjectApp {
    pub(crate) fn of(info: &ConsumerInfo) -> Self {
        Self {
            id: info.id.to_string(),
            addresses: AppAddresses {
                callback: info.callback.clone(),
                returns: info.returns.clone(),
                full: info.claim == Claim::Full,
                loopback: info.loopback,
            },
        }
    }
}

impl ProjectRow {
    pub(crate) fn new(project: &Project, platform: Option<&Connector>, app: Option<&ConsumerInfo>) -> Self {
        Self {
            id: project.id.to_string(),
            texts: ProjectTexts {
                name: project.name.clone(),
                description: project.description.clone(),
                webpage: project.webpage.clone(),
            },
            logo: project.logo.as_deref().map(data_address),
            live: project.live,
            platform: platform.and_then(ProjectPlatform::of),
            app: app.map(ProjectApp::of),
        }
    }
}

/// A picture as an address that holds it; the vault keeps PNG and JPEG only.
fn data_address(bytes: &[u8]) -> String {
    let kind = if bytes.starts_with(b"\x89PNG") {
        "png"
    } else {
        "jpeg"
    };
    format!("data:image/{kind};base64,{}", BASE64_STANDARD.encode(bytes))
}

/// A secret, shown this once.
#[derive(Clone, Serialize, Type)]
pub(crate) struct ShownOnce {
    /// What it belongs to: an application id, or the id of a platform.
    pub(crate) id: String,
    pub(crate) secret: String,
}

/// What a message with made-up data says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Trial {
    Agreed,
    AwaitingSignIn,
    AwaitingEmail,
    Connected,
    Aggregated,
    Full,
    Removed,
}

impl From<Trial> for CoreTrial {
    fn from(trial: Trial) -> Self {
        match trial {
            Trial::Agreed => Self::Agreed,
            Trial::AwaitingSignIn => Self::AwaitingSignIn,
            Trial::AwaitingEmail => Self::AwaitingEmail,
            Trial::Connected => Self::Connected,
            Trial::Aggregated => Self::Data(Claim::Aggregated),
            Trial::Full => Self::Data(Claim::Full),
            Trial::Removed => Self::Removed,
        }
    }
}

/// A request and its answer as they were.
#[derive(Clone, Serialize, Type)]
pub(crate) struct Exchanged {
    /// What there is to say about it.
    findings: Vec<Finding>,
    request: Message,
    answer: Option<Message>,
}

/// Something to say about an answer.
#[derive(Clone, Serialize, Type)]
pub(crate) struct Finding {
    good: bool,
    words: String,
}

impl From<vault_connect::Finding> for Finding {
    fn from(finding: vault_connect::Finding) -> Self {
        Self {
            good: finding.good,
            words: finding.words,
        }
    }
}

/// One side of an exchange.
#[derive(Clone, Serialize, Type)]
pub(crate) struct Message {
    /// `POST https://…`, or the status.
    head: String,
    headers: Vec<(String, String)>,
    body: String,
    /// Whether more came than is shown.
    cut: bool,
}

impl Exchanged {
    /// The answer to a message, and what Satchel does on it (`spec/gigdata.md` 6.4).
    pub(crate) fn message(exchange: &Exchange) -> Self {
        let (good, words) = match &exchange.answer {
            Err(why) => (false, unanswered(*why)),
            Ok(answer) => match DeliveryEnd::of(answer.status) {
                DeliveryEnd::Taken => (true, "The app took it.".to_owned()),
                DeliveryEnd::Gone => (
                    false,
                    "410: the app wants nothing more of this platform. Satchel ends what it sees, and sends nothing again.".to_owned(),
                ),
                DeliveryEnd::Refused => (
                    false,
                    "The app does not want this message. Satchel does not send it again, and sends the next one.".to_owned(),
                ),
                DeliveryEnd::Forbidden | DeliveryEnd::Unreachable => (
                    false,
                    "Satchel sends it again: at once, then after 2, 4, 8 seconds and so on up to 17 minutes, 100 times. A redirect is not followed.".to_owned(),
                ),
            },
        };
        Self::new(exchange, vec![Finding { good, words }])
    }

    /// The answer to a question for data.
    pub(crate) fn question(trial: EndpointTrial) -> Self {
        let findings = trial.findings.into_iter().map(Finding::from).collect();
        Self::new(&trial.exchange, findings)
    }

    fn new(exchange: &Exchange, findings: Vec<Finding>) -> Self {
        Self {
            findings,
            request: Message {
                head: format!("{} {}", exchange.method, exchange.url),
                headers: exchange.headers.clone(),
                body: exchange.body.clone(),
                cut: false,
            },
            answer: exchange.answer.as_ref().ok().map(|answer| Message {
                head: answer.status.to_string(),
                headers: answer.headers.clone(),
                body: answer.body.clone(),
                cut: answer.cut,
            }),
        }
    }
}

/// Why there was no answer, in words.
fn unanswered(why: Unanswered) -> String {
    match why {
        Unanswered::Forbidden => {
            "Not sent: the address leads into a private network, or to this computer without your word."
        }
        Unanswered::NoAnswer => {
            "No answer: nobody listens there, the certificate is not good, or the answer broke off."
        }
        Unanswered::TooLate => "No answer in time.",
    }
    .to_owned()
}

/// The id of a project that a page names.
pub(crate) fn project_id(text: &str) -> Result<vault_store::ProjectId, AppError> {
    text.parse().map_err(|_| AppError::new("SYS-713"))
}
