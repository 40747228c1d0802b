//! What an app asks for the person who agreed to it (spec 2.3). Every answer is for this app alone: another app's id is no app's.

use axum::{http::StatusCode, response::Response};
use gigdata::api::{Claim, ConnectEmail, ConnectState, Connected, Guid, StartOauth, UpdateRequest, User};
use url::form_urlencoded;
use uuid::Uuid;
use vault_core::{
    VaultError,
    consumers::Claim as Held,
    disclosure::{ConsumerAsk, SharedPlatform},
};
use vault_store::deliveries::DeliveryKind;

use super::{
    access::{Asker, connected},
    bad_request, found_nothing, guid, not_connected, ok, platforms, refused, uuid,
};
use crate::{
    Shared,
    access::readable,
    guard::Passed,
    reply::{locked, reply},
};

/// What stops a call; the answer that says so.
enum Stop {
    Answer(Box<Response>),
    Vault(VaultError),
}

impl From<VaultError> for Stop {
    fn from(error: VaultError) -> Self {
        Self::Vault(error)
    }
}

impl From<Response> for Stop {
    fn from(response: Response) -> Self {
        Self::Answer(Box::new(response))
    }
}

impl From<gigdata::api::BadRequest> for Stop {
    fn from(bad: gigdata::api::BadRequest) -> Self {
        bad_request(bad).into()
    }
}

fn finish(passed: &Passed, outcome: Result<Response, Stop>) -> Response {
    readable(
        passed,
        match outcome {
            Ok(response) => response,
            Err(Stop::Answer(response)) => *response,
            Err(Stop::Vault(VaultError::Locked)) => locked(),
            Err(Stop::Vault(error)) => {
                tracing::warn!(%error, "a call of a consumer app");
                not_connected()
            }
        },
    )
}

/// The claim of the wire as the vault keeps it.
pub(super) fn held(claim: Claim) -> Held {
    match claim {
        Claim::Aggregated => Held::Aggregated,
        Claim::Full => Held::Full,
    }
}

pub(super) async fn user(shared: &Shared, passed: &Passed) -> Response {
    let asker = match connected(shared, passed).await {
        Ok(asker) => asker,
        Err(refusal) => return refusal,
    };
    let answer = async {
        let consumer = asker.space.consumer(asker.consumer).await?;
        // Neither bundle of this face holds an address (architecture 1a), so none is told.
        Ok(ok(&User {
            id: guid(&consumer.account),
            user_emails: Vec::new(),
        }))
    };
    finish(passed, answer.await)
}

pub(super) async fn start_oauth(shared: &Shared, passed: &Passed) -> Response {
    let asker = match connected(shared, passed).await {
        Ok(asker) => asker,
        Err(refusal) => return refusal,
    };
    finish(passed, oauth(shared, &asker, &passed.body).await)
}

/// Nothing is granted here: where more is wanted than the person agreed to, they are sent to our own question.
async fn oauth(shared: &Shared, asker: &Asker, body: &[u8]) -> Result<Response, Stop> {
    let wanted = StartOauth::read(body)?;
    own(asker, &wanted.application)?;
    let consumer = asker.space.consumer(asker.consumer).await?;
    if consumer.return_address(&wanted.callback).is_none() {
        return Err(refused("The callback is not registered").into());
    }
    let seen = asker.space.shared_platforms(asker.consumer).await?;
    let ((platform, name), known) = platform(&seen, &wanted.platform)?;
    if known.is_some_and(|known| suffices(known, wanted.claim)) {
        told(asker, DeliveryKind::Update, known).await?;
        return Ok(ok(&Connected {
            state: ConnectState::Connected,
            authorization_uri: None,
        }));
    }
    if known.is_none() {
        asker
            .space
            .queue_delivery(asker.consumer, DeliveryKind::AwaitingOauth, platform, name)
            .await?;
    }
    Ok(ok(&Connected {
        state: ConnectState::AwaitingOAuthAuthentication,
        authorization_uri: Some(question_address(&shared.base(), &wanted)),
    }))
}

/// Where the person is asked, for their browser.
fn question_address(base: &str, wanted: &StartOauth) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("app", wanted.application.as_str());
    query.append_pair("platform", wanted.platform.as_str());
    if let Some(claim) = wanted.claim {
        query.append_pair("permissions", if claim == Claim::Full { "2" } else { "1" });
    }
    query.append_pair("returnurl", &wanted.callback);
    format!("{base}/gigdata/connect/initiate-connection?{}", query.finish())
}

pub(super) async fn connect_email(shared: &Shared, passed: &Passed) -> Response {
    let asker = match connected(shared, passed).await {
        Ok(asker) => asker,
        Err(refusal) => return refusal,
    };
    finish(passed, email(&asker, &passed.body).await)
}

/// Which account is shared is the person's choice: the address that an app names moves no connection (spec 12 D3).
async fn email(asker: &Asker, body: &[u8]) -> Result<Response, Stop> {
    let wanted = ConnectEmail::read(body)?;
    own(asker, &wanted.application)?;
    if !looks_like_an_address(&wanted.address) {
        return Err(refused("The email address is not valid").into());
    }
    let seen = asker.space.shared_platforms(asker.consumer).await?;
    let ((platform, name), known) = platform(&seen, &wanted.platform)?;
    let state = if known.is_some_and(|known| suffices(known, wanted.claim)) {
        ConnectState::Connected
    } else {
        let asked = ConsumerAsk {
            consumer: asker.consumer,
            claim: wanted.claim.map(held),
            platform: Some(uuid(&wanted.platform)),
            begun_by_person: false,
        };
        // Whether the person is asked, was asked before, or said no is not told.
        asker.space.ask_for_consumer(asked).await?;
        if known.is_none() {
            asker
                .space
                .queue_delivery(asker.consumer, DeliveryKind::AwaitingEmail, platform, name)
                .await?;
        }
        ConnectState::AwaitingEmailVerification
    };
    Ok(ok(&serde_json::json!({ "state": state })))
}

fn looks_like_an_address(text: &str) -> bool {
    text.split_once('@').is_some_and(|(name, host)| {
        !name.is_empty()
            && host.contains('.')
            && !text.chars().any(|sign| sign.is_whitespace() || sign.is_control())
    })
}

pub(super) async fn request_update(shared: &Shared, passed: &Passed) -> Response {
    let asker = match connected(shared, passed).await {
        Ok(asker) => asker,
        Err(refusal) => return refusal,
    };
    let answer = async {
        let wanted = UpdateRequest::read(&passed.body)?;
        own(&asker, &wanted.application)?;
        let seen = asker.space.shared_platforms(asker.consumer).await?;
        let known = find(&seen, &wanted.platform).ok_or_else(not_connected)?;
        told(&asker, DeliveryKind::Update, Some(known)).await?;
        Ok(reply(StatusCode::ACCEPTED, "text/plain", ""))
    };
    finish(passed, answer.await)
}

pub(super) async fn fetch(shared: &Shared, passed: &Passed, wanted: &Guid) -> Response {
    let asker = match connected(shared, passed).await {
        Ok(asker) => asker,
        Err(refusal) => return refusal,
    };
    let answer = async {
        let seen = asker.space.shared_platforms(asker.consumer).await?;
        let known = find(&seen, wanted).ok_or_else(not_connected)?;
        for connection in &known.connections {
            asker.space.want_fetch(*connection).await?;
        }
        Ok(reply(
            StatusCode::OK,
            "text/plain; charset=utf-8",
            "Data fetch initiated",
        ))
    };
    finish(passed, answer.await)
}

/// Another app's id, and one that nobody has, are the same to whoever asks.
fn own(asker: &Asker, application: &Guid) -> Result<(), Stop> {
    if uuid(application) == *asker.consumer.as_uuid() {
        Ok(())
    } else {
        Err(found_nothing("App").into())
    }
}

fn find<'a>(seen: &'a [SharedPlatform], wanted: &Guid) -> Option<&'a SharedPlatform> {
    let wanted: Uuid = uuid(wanted);
    seen.iter().find(|platform| platform.guid == wanted)
}

/// The id and the name of a platform that the app sees, or that everybody may know of.
fn platform<'a>(
    seen: &'a [SharedPlatform],
    wanted: &Guid,
) -> Result<((String, String), Option<&'a SharedPlatform>), Stop> {
    if let Some(known) = find(seen, wanted) {
        return Ok(((known.platform.clone(), known.name.clone()), Some(known)));
    }
    let platform = platforms::named(&uuid(wanted)).ok_or_else(|| found_nothing("Platform"))?;
    Ok((platform, None))
}

fn suffices(known: &SharedPlatform, wanted: Option<Claim>) -> bool {
    wanted != Some(Claim::Full) || known.claim == Held::Full
}

async fn told(asker: &Asker, kind: DeliveryKind, known: Option<&SharedPlatform>) -> Result<(), VaultError> {
    let Some(known) = known else { return Ok(()) };
    asker
        .space
        .queue_delivery(asker.consumer, kind, known.platform.clone(), known.name.clone())
        .await
}
