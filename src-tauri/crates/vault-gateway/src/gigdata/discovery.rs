//! What is answered without a token (spec 2.2).

use axum::response::Response;
use gigdata::api::{App, Claim, Platform, Route, Secret};
use url::form_urlencoded;
use vault_core::{
    VaultError,
    consumers::{Claim as Held, ConsumerInfo},
};
use vault_store::{ConsumerId, projects::Project};

use super::{argument, found_nothing, guid, not_connected, ok, platforms, uuid};
use crate::{
    Shared,
    access::readable,
    guard::Passed,
    reply::{for_everybody, locked},
};

/// So many apps are on a page unless the caller says otherwise, and at most.
const PAGE: usize = 20;
const MOST: usize = 100;

pub(super) async fn answer(shared: &Shared, passed: &Passed, route: &Route) -> Response {
    let argument = argument(route).map(|guid| uuid(&guid)).unwrap_or_default();
    match route {
        Route::Platforms => for_everybody(ok(&platforms::known())),
        Route::Platform(_) => for_everybody(match platforms::known_as(&argument) {
            Some(platform) => ok(&platform),
            None => found_nothing("Platform"),
        }),
        Route::App(_) => {
            let found = described(passed, ConsumerId::from_uuid(argument)).await;
            readable(
                passed,
                match found {
                    Ok(Some(app)) => ok(&app),
                    Ok(None) => found_nothing("App"),
                    Err(_) => locked(),
                },
            )
        }
        Route::Apps => match apps(passed).await {
            Ok(apps) => readable(passed, ok(&apps)),
            Err(_) => locked(),
        },
        Route::Connected(_, secret) => {
            let found = connected(passed, &argument, secret).await;
            readable(
                passed,
                match found {
                    Ok(Found::Platforms(platforms)) => ok(&platforms),
                    Ok(Found::NoSuchApp) => shared.failed(found_nothing("App")),
                    Ok(Found::NoSuchUser) => shared.failed(not_connected()),
                    Err(_) => locked(),
                },
            )
        }
        Route::User
        | Route::StartOauth
        | Route::ConnectEmail
        | Route::RequestUpdate
        | Route::Fetch(_)
        | Route::Status(_)
        | Route::Statuses
        | Route::ValidateEmail
        | Route::EmailCallback
        | Route::State => found_nothing("Route"),
    }
}

/// An app by its id, also one under test (spec 2.2).
async fn described(passed: &Passed, id: ConsumerId) -> Result<Option<App>, VaultError> {
    let Some((space, consumer)) = passed.vault.find_consumer(id).await? else {
        return Ok(None);
    };
    let project = space.project_of_app(id).await?;
    Ok(Some(app(&consumer, project.as_ref())))
}

/// The picture of a project lies in the vault, at no address.
fn app(consumer: &ConsumerInfo, project: Option<&Project>) -> App {
    let text = |of: fn(&Project) -> &String| project.map(of).filter(|text| !text.is_empty()).cloned();
    App {
        application_id: guid(consumer.id.as_uuid()),
        name: consumer.name.clone(),
        description: text(|project| &project.description),
        logo_url: None,
        website_url: text(|project| &project.webpage),
        authorization_callback_url: Some(consumer.callback.clone()),
        default_platform_data_claim: match consumer.claim {
            Held::Aggregated => Claim::Aggregated,
            Held::Full => Claim::Full,
        },
    }
}

async fn apps(passed: &Passed) -> Result<Vec<App>, VaultError> {
    let number = |wanted: &str| {
        let query = passed.uri.query().unwrap_or_default();
        form_urlencoded::parse(query.as_bytes())
            .find(|(name, _)| name.eq_ignore_ascii_case(wanted))
            .and_then(|(_, value)| value.parse::<usize>().ok())
    };
    let size = number("pageSize").unwrap_or(PAGE).min(MOST);
    let skipped = number("page").unwrap_or(0).saturating_mul(size);
    let mut all = Vec::new();
    for known in passed.vault.spaces().await? {
        let space = passed.vault.space(known.id).await?;
        let projects = space.projects().await?;
        for consumer in space.consumers().await? {
            let project = projects
                .iter()
                .find(|project| project.consumer == Some(consumer.id));
            if project.is_none_or(|project| project.live) {
                all.push(app(&consumer, project));
            }
        }
    }
    Ok(all.into_iter().skip(skipped).take(size).collect())
}

enum Found {
    Platforms(Vec<Platform>),
    NoSuchApp,
    NoSuchUser,
}

/// The platforms that an app sees, for the app's own server: it shows its secret and names the person.
async fn connected(passed: &Passed, user: &uuid::Uuid, secret: &Secret) -> Result<Found, VaultError> {
    for known in passed.vault.spaces().await? {
        let space = passed.vault.space(known.id).await?;
        for consumer in space.consumers().await? {
            let text = secret.expose().to_owned();
            if !space.is_consumer_secret(consumer.id, text).await? {
                continue;
            }
            // An app does not know the person before they agreed, so that it cannot find out here whom its words belong to.
            if consumer.account != *user || consumer.sees.is_empty() {
                return Ok(Found::NoSuchUser);
            }
            let shared = space.shared_platforms(consumer.id).await?;
            return Ok(Found::Platforms(
                shared.iter().map(platforms::of_shared).collect(),
            ));
        }
    }
    Ok(Found::NoSuchApp)
}
