//! The addresses that an app opens in the person's browser. The person answers in our own window; then the browser goes back to an address
//! that the person registered, and to no other (spec 2.5, 12: S11).

use std::time::{Duration, Instant};

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use gigdata::api::{Connecting, Login, NotConnecting};
use url::form_urlencoded;
use uuid::Uuid;
use vault_core::{
    VaultError,
    disclosure::{Asked, ConsumerAsk, Outcome},
};
use vault_store::{ConsumerId, deliveries::DeliveryKind};

use super::{attempts::Attempt, guid, pages, platforms, user::held, uuid};
use crate::{
    Shared,
    guard::Passed,
    reply::{locked, reply},
};

/// How long a browser waits before it is told to look again: less than any of them gives up.
const BROWSER_WAIT: Duration = Duration::from_secs(50);

/// `/gigdata/connect/initiate-connection`.
pub(super) async fn begin(shared: &Shared, passed: &Passed) -> Response {
    let pairs = pairs(passed);
    match Connecting::read(pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()))) {
        Ok(asked) => start(shared, passed, asked.login, Some(uuid(&asked.platform))).await,
        Err(bad) => unusable(bad),
    }
}

/// `/gigdata/login`.
pub(super) async fn login(shared: &Shared, passed: &Passed) -> Response {
    let pairs = pairs(passed);
    match Login::read(pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()))) {
        Ok(login) if login.return_url.is_none() => unusable(NotConnecting("returnurl")),
        Ok(login) => start(shared, passed, login, None).await,
        Err(bad) => unusable(bad),
    }
}

fn pairs(passed: &Passed) -> Vec<(String, String)> {
    form_urlencoded::parse(passed.uri.query().unwrap_or_default().as_bytes())
        .into_owned()
        .collect()
}

fn unusable(bad: NotConnecting) -> Response {
    let words = format!("The app that sent you here made a mistake: {bad}.");
    pages::trouble(StatusCode::BAD_REQUEST, &words)
}

async fn start(shared: &Shared, passed: &Passed, login: Login, platform: Option<Uuid>) -> Response {
    match attempt(shared, passed, login, platform).await {
        Ok(attempt) => {
            let name = attempt.name.clone();
            let next = format!(
                "/gigdata/connect/{}",
                shared.attempts.begin(attempt, Instant::now())
            );
            if is_browser(passed) {
                pages::asking(&name, &next)
            } else {
                go(&next)
            }
        }
        Err(Stop::Page(response)) => *response,
        Err(Stop::Vault(VaultError::Locked)) => locked(),
        Err(Stop::Vault(VaultError::UnderTest)) => pages::trouble(
            StatusCode::FORBIDDEN,
            "This app is under test. Take its project live on Satchel’s developer page first.",
        ),
        Err(Stop::Vault(error)) => {
            tracing::warn!(%error, "an app could not be connected");
            pages::trouble(
                StatusCode::INTERNAL_SERVER_ERROR,
                "Something in Satchel went wrong.",
            )
        }
    }
}

enum Stop {
    Page(Box<Response>),
    Vault(VaultError),
}

impl From<VaultError> for Stop {
    fn from(error: VaultError) -> Self {
        Self::Vault(error)
    }
}

impl Stop {
    fn page(status: StatusCode, words: &str) -> Self {
        Self::Page(Box::new(pages::trouble(status, words)))
    }
}

/// Looks at everything before the person is asked: an app that is not known, or that names an address that is not registered, asks nobody,
/// and the browser is sent nowhere.
async fn attempt(
    shared: &Shared,
    passed: &Passed,
    login: Login,
    platform: Option<Uuid>,
) -> Result<Attempt, Stop> {
    let id = ConsumerId::from_uuid(uuid(&login.app));
    let Some((space, consumer)) = passed.vault.find_consumer(id).await? else {
        let stop = Stop::page(StatusCode::NOT_FOUND, "Satchel does not know this app.");
        return Err(match stop {
            Stop::Page(page) => Stop::Page(Box::new(shared.failed(*page))),
            other @ Stop::Vault(_) => other,
        });
    };
    let back = match &login.return_url {
        None => None,
        Some(asked) => Some(consumer.return_address(asked).ok_or_else(|| {
            Stop::page(
                StatusCode::BAD_REQUEST,
                "The app wants you to return to an address that is not registered for it.",
            )
        })?),
    };
    if let Some(platform) = platform {
        let known = platforms::known_as(&platform).is_some()
            || space
                .shared_platforms(id)
                .await?
                .iter()
                .any(|seen| seen.guid == platform)
            || space.has_platform(platform).await?;
        if !known {
            return Err(Stop::page(
                StatusCode::NOT_FOUND,
                "Satchel does not know this platform.",
            ));
        }
    }
    let asked = space
        .ask_for_consumer(ConsumerAsk {
            consumer: id,
            claim: login.claim.map(held),
            platform,
            begun_by_person: true,
        })
        .await?;
    Ok(Attempt {
        space,
        consumer: id,
        name: consumer.name,
        question: if let Asked::Question(question) = asked {
            Some(question)
        } else {
            None
        },
        agreed: matches!(asked, Asked::Granted(_)),
        platform,
        request: login.request,
        back,
        challenge: login.challenge,
    })
}

/// `/gigdata/connect/<attempt>`: waits for the person, then goes back.
pub(super) async fn wait(shared: &Shared, passed: &Passed, name: &str) -> Response {
    let Some(attempt) = shared.attempts.find(name) else {
        return shared.failed(pages::trouble(
            StatusCode::NOT_FOUND,
            "This is over. Begin again in the app.",
        ));
    };
    let agreed = match attempt.question {
        None => attempt.agreed,
        Some(question) => {
            let answer = attempt.space.wait(question);
            let answered = if is_browser(passed) {
                tokio::time::timeout(BROWSER_WAIT, answer).await
            } else {
                Ok(answer.await)
            };
            match answered {
                Err(_) => return pages::asking(&attempt.name, passed.uri.path()),
                Ok(Ok(outcome)) => matches!(outcome, Outcome::Granted(_)),
                Ok(Err(VaultError::Locked)) => return locked(),
                Ok(Err(_)) => false,
            }
        }
    };
    // Two pages may wait for one answer; one of them goes on.
    let Some(attempt) = shared.attempts.take(name) else {
        return pages::over(agreed);
    };
    if agreed {
        completed(&attempt).await
    } else {
        back(&attempt, "cancelled", &[])
    }
}

/// The person agreed: only now does the app learn how it may call them (spec 12: P2), and is its callback called.
async fn completed(attempt: &Attempt) -> Response {
    let told = async {
        let consumer = attempt.space.consumer(attempt.consumer).await?;
        let code = attempt
            .space
            .consumer_code(attempt.consumer, attempt.challenge.clone())
            .await?;
        let request = attempt.request.clone().unwrap_or_default();
        attempt
            .space
            .queue_delivery(attempt.consumer, DeliveryKind::Agreed, request, String::new())
            .await?;
        Ok::<_, VaultError>((consumer.account, code))
    };
    match told.await {
        Ok((account, code)) => {
            let account = guid(&account);
            let platform = attempt.platform.map(|platform| guid(&platform));
            let mut more = vec![("openplatformsuserid", account.as_str())];
            more.extend(platform.iter().map(|platform| ("platform_id", platform.as_str())));
            more.extend(code.expose_str().map(|code| ("code", code)));
            back(attempt, "completed", &more)
        }
        Err(VaultError::Locked) => locked(),
        Err(error) => {
            tracing::warn!(%error, "an app was agreed to and could not be told");
            back(attempt, "failed", &[])
        }
    }
}

fn back(attempt: &Attempt, result: &str, more: &[(&str, &str)]) -> Response {
    let Some(mut url) = attempt.back.clone() else {
        return pages::over(result == "completed");
    };
    {
        let mut query = url.query_pairs_mut();
        query.append_pair("result", result);
        if let Some(request) = &attempt.request {
            query.append_pair("requestid", request);
        }
        query.extend_pairs(more);
    }
    go(url.as_str())
}

fn go(to: &str) -> Response {
    let mut response = reply(StatusCode::FOUND, "text/plain", "");
    match HeaderValue::from_str(to) {
        Ok(to) => {
            response.headers_mut().insert(header::LOCATION, to);
            response
        }
        Err(_) => pages::trouble(StatusCode::BAD_REQUEST, "The way back cannot be written."),
    }
}

/// A browser shows words while it waits; a program follows and waits.
fn is_browser(passed: &Passed) -> bool {
    let accepts = passed.headers.get(header::ACCEPT);
    accepts.is_some_and(|value| value.to_str().is_ok_and(|types| types.contains("text/html")))
}
