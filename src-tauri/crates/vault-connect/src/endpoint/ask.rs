//! One question and its answer.

use gigdata::{Absence, ExportRequest, REQUEST_TYPE, Reaction, UserPlatformData, read};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};
use time::{Date, OffsetDateTime, macros::format_description};
use url::Url;
use uuid::Uuid;
use vault_core::{SpaceHandle, VaultError, addresses::PROOF, intake::RawDocument};
use vault_store::{
    Assurance, NewRecord,
    connections::{Connection, ConnectionState},
};

use super::{EndpointError, records};
use crate::{
    ConnectError,
    connector::{Endpoint, connector_in},
    http::{Http, HttpError},
    kept,
};

/// The name under which the person's token at the platform is kept.
pub(crate) const TOKEN: &str = "platform_token";

/// The member of a connection's detail with the days on which the platform did not know the person.
const ABSENT: &str = "absent_on";
/// The member that says what was wrong with the last answer.
const FAULT: &str = "fault";

/// A connection with what is needed to ask its platform.
pub(crate) struct EndpointSession {
    pub(crate) connection: Connection,
    pub(crate) endpoint: Endpoint,
    pub(crate) interval: u32,
    url: Url,
    token: SecretString,
}

/// The bytes of an answer, and what was read from them.
pub(crate) struct Answered {
    pub(crate) document: RawDocument,
    pub(crate) records: Result<Vec<NewRecord>, EndpointError>,
}

impl EndpointSession {
    pub(crate) async fn open(space: &SpaceHandle, connection: Connection) -> Result<Self, ConnectError> {
        if !connection.detail.contains_key(PROOF) {
            return Err(if connection.state == ConnectionState::EmailSent {
                ConnectError::Unanswered
            } else {
                VaultError::NoSuch("prompt").into()
            });
        }
        let connector = connector_in(space, &connection.platform).await?;
        let url = connector.endpoint_at(&kept::base(&connection)?)?;
        let endpoint = connector.endpoint.clone().ok_or(ConnectError::NoEndpoint)?;
        let token = kept::secret(space, connection.id, TOKEN)
            .await?
            .ok_or(ConnectError::NoSession)?;
        Ok(Self {
            connection,
            endpoint,
            interval: connector.interval,
            url,
            token,
        })
    }

    /// Asks, and reads the answer. The bytes are given back as they came, also when they cannot be read.
    pub(crate) async fn ask(&self, http: &Http, now: OffsetDateTime) -> Result<Answered, ConnectError> {
        let options = self.endpoint.reading();
        let request = ExportRequest::new(
            self.token.expose_secret(),
            &self.connection.account,
            Uuid::new_v4(),
        );
        let body = request
            .to_json(self.endpoint.dialect)
            .map_err(|_| ConnectError::BadAnswer)?;
        let answer = http
            .post(self.url.clone(), REQUEST_TYPE, body, options.limits.bytes)
            .await?;
        self.judged(answer.status().as_u16(), now)?;
        let bytes = answer.into_body();
        // A whole history takes a while, in which others go on.
        let read = tokio::task::spawn_blocking(move || {
            let data = read(&bytes, &options).map_err(EndpointError::Malformed);
            (data.map(|data: UserPlatformData| records::of(&data)), bytes)
        });
        let (records, bytes) = read.await.map_err(|_| ConnectError::BadAnswer)?;
        Ok(Answered {
            document: RawDocument {
                bytes,
                media_type: "application/json".into(),
                locator: self.url.path().to_owned(),
                position: 0,
                assurance: Assurance::Fetched,
            },
            records,
        })
    }

    fn judged(&self, status: u16, now: OffsetDateTime) -> Result<(), ConnectError> {
        Err(match Reaction::to(status) {
            Reaction::Read => return Ok(()),
            Reaction::UnknownPerson => EndpointError::UnknownPerson {
                suspended: absence(&self.connection).and(now.date()).is_believed(),
            }
            .into(),
            Reaction::TokenRefused => EndpointError::TokenRefused.into(),
            Reaction::Refused => EndpointError::Refused.into(),
            Reaction::Busy => HttpError::Busy { retry_after: None }.into(),
            Reaction::Unavailable if status == 410 => HttpError::Status(status).into(),
            Reaction::Unavailable => EndpointError::Unusable(status).into(),
        })
    }

    /// What the outcome says about the connection beyond its state, as members of what it remembers.
    pub(crate) fn note<T>(
        &self,
        outcome: &Result<T, ConnectError>,
        now: OffsetDateTime,
    ) -> Vec<(&'static str, Option<Value>)> {
        match outcome {
            Ok(_) => no_troubles().into(),
            Err(ConnectError::Endpoint(EndpointError::UnknownPerson { .. })) => {
                let days = absence(&self.connection).and(now.date());
                let days: Vec<String> = days.days().iter().filter_map(day_text).collect();
                vec![(ABSENT, Some(json!(days)))]
            }
            Err(ConnectError::Endpoint(error @ EndpointError::Malformed(_))) => {
                vec![(FAULT, Some(json!(error.to_string())))]
            }
            Err(_) => Vec::new(),
        }
    }
}

/// What went wrong before is forgotten: the platform answered as it should, or the person connected anew.
pub(super) const fn no_troubles() -> [(&'static str, Option<Value>); 2] {
    [(ABSENT, None), (FAULT, None)]
}

fn absence(connection: &Connection) -> Absence {
    let days = connection.detail.get(ABSENT).and_then(Value::as_array);
    Absence::of(days.into_iter().flatten().filter_map(day))
}

fn day(value: &Value) -> Option<Date> {
    Date::parse(value.as_str()?, format_description!("[year]-[month]-[day]")).ok()
}

fn day_text(day: &Date) -> Option<String> {
    day.format(format_description!("[year]-[month]-[day]")).ok()
}
