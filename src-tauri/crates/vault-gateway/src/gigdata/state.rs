//! How platforms stand for the app that asks: what is shared, and giving it up.

use axum::response::Response;
use gigdata::api::{AppState, ConnectionState, Guid, Keep, StateUpdates, Status};
use vault_core::{VaultError, disclosure::SharedPlatform};

use super::{
    access::{Access, Asker, access, connected},
    bad_request, found_nothing, guid, not_connected, ok, platforms, refused, uuid,
};
use crate::{Shared, access::readable, guard::Passed, reply::locked};

/// What is shared with whoever asks: nothing with a token that opens nothing any more.
async fn shared_with(access: &Access) -> Result<Vec<SharedPlatform>, Response> {
    match access {
        Access::Works(asker) => asker
            .space
            .shared_platforms(asker.consumer)
            .await
            .map_err(|_| locked()),
        Access::Over => Ok(Vec::new()),
    }
}

pub(super) async fn status(shared: &Shared, passed: &Passed, wanted: &Guid) -> Response {
    let wanted = uuid(wanted);
    let seen = match access(shared, passed).await {
        Ok(access) => shared_with(&access).await,
        Err(refusal) => return refusal,
    };
    let seen = match seen {
        Ok(seen) => seen,
        Err(refusal) => return refusal,
    };
    let found = seen.iter().find(|platform| platform.guid == wanted);
    let status = found
        .map(platforms::status)
        .or_else(|| platforms::known_as(&wanted).map(platforms::apart));
    readable(
        passed,
        status.map_or_else(|| found_nothing("Platform"), |status| ok(&status)),
    )
}

pub(super) async fn statuses(shared: &Shared, passed: &Passed) -> Response {
    let seen = match access(shared, passed).await {
        Ok(access) => shared_with(&access).await,
        Err(refusal) => return refusal,
    };
    let seen = match seen {
        Ok(seen) => seen,
        Err(refusal) => return refusal,
    };
    let mut all: Vec<Status> = seen.iter().map(platforms::status).collect();
    for platform in platforms::known() {
        if !all
            .iter()
            .any(|status| status.platform.platform_id == platform.platform_id)
        {
            all.push(platforms::apart(platform));
        }
    }
    readable(passed, ok(&all))
}

pub(super) async fn show(shared: &Shared, passed: &Passed) -> Response {
    let access = match access(shared, passed).await {
        Ok(access) => access,
        Err(refusal) => return refusal,
    };
    readable(passed, state(&access).await)
}

async fn state(access: &Access) -> Response {
    let nothing = ConnectionState {
        platforms: Vec::new(),
        apps: Vec::new(),
    };
    let Access::Works(asker) = access else {
        return ok(&nothing);
    };
    match state_of(asker).await {
        Ok(state) => ok(&state),
        Err(_) => locked(),
    }
}

async fn state_of(asker: &Asker) -> Result<ConnectionState, VaultError> {
    let seen = asker.space.shared_platforms(asker.consumer).await?;
    let consumer = asker.space.consumer(asker.consumer).await?;
    let own = AppState {
        name: consumer.name,
        application_id: guid(consumer.id.as_uuid()),
        connected_platforms: seen.iter().map(|platform| guid(&platform.guid)).collect(),
    };
    Ok(ConnectionState {
        platforms: seen.iter().map(platforms::status).collect(),
        apps: if seen.is_empty() { Vec::new() } else { vec![own] },
    })
}

/// An app gives up what it sees. It has no say over other apps, and none over the person's connections.
pub(super) async fn change(shared: &Shared, passed: &Passed) -> Response {
    let asker = match connected(shared, passed).await {
        Ok(asker) => asker,
        Err(refusal) => return refusal,
    };
    readable(passed, changed(&asker, passed).await)
}

async fn changed(asker: &Asker, passed: &Passed) -> Response {
    let StateUpdates(updates) = match StateUpdates::read(&passed.body) {
        Ok(updates) => updates,
        Err(bad) => return bad_request(bad),
    };
    let Ok(seen) = asker.space.shared_platforms(asker.consumer).await else {
        return locked();
    };
    let own = guid(asker.consumer.as_uuid());
    let mut leaving = Vec::new();
    for (platform, keep) in updates {
        let platform = uuid(&platform);
        if !seen.iter().any(|known| known.guid == platform) {
            return not_connected();
        }
        match keep {
            Keep::Apps(apps) if apps.iter().any(|app| *app != own) => {
                return refused("The app is not connected to the platform");
            }
            Keep::Apps(apps) if apps.is_empty() => leaving.push(platform),
            Keep::Apps(_) => {}
            Keep::Nothing => return refused("A connection is removed by the person"),
            Keep::Unclear => return refused("The connected apps are not clear"),
        }
    }
    for platform in leaving {
        if asker.space.give_up(asker.consumer, platform).await.is_err() {
            return locked();
        }
    }
    match state_of(asker).await {
        Ok(state) => ok(&state),
        Err(_) => locked(),
    }
}
