//! `/services/app-configs`: the settings of a build, for any space or for the one of the token (specification 6.1).

use axum::{http::StatusCode, response::Response};
use rokwire::{message::ConfigRequest, version::Version};
use vault_core::{
    SpaceHandle,
    core_apps::{AppConfig, AppType, Reach},
};

use super::{access, body::NOT_READ, failed, malformed, not_allowed, unknown};
use crate::{
    Shared,
    access::readable,
    guard::Passed,
    reply::{forbidden_origin, locked, reply},
};

pub(super) async fn general(shared: &Shared, passed: &Passed) -> Response {
    let Ok(asked) = ConfigRequest::parse(&passed.body) else {
        return malformed(passed, NOT_READ);
    };
    let Some(key) = &asked.api_key else {
        return malformed(passed, NOT_READ);
    };
    let holder = match passed
        .vault
        .key_holder(key.expose(), &asked.app_type_identifier)
        .await
    {
        Ok(Some(holder)) => holder,
        Ok(None) => return unknown(shared, passed),
        Err(_) => return locked(),
    };
    if passed.is_of_none_of(&holder.origins()) {
        return forbidden_origin();
    }
    let Some(build) = &holder.build else {
        return unknown(shared, passed);
    };
    serve(passed, &holder.space, build, asked.version, Reach::General).await
}

pub(super) async fn of_space(shared: &Shared, passed: &Passed) -> Response {
    let access = match access::in_app(shared, passed).await {
        Ok(access) => access,
        Err(refusal) => return refusal,
    };
    let Ok(asked) = ConfigRequest::parse(&passed.body) else {
        return malformed(passed, NOT_READ);
    };
    let Ok(app) = access.space.core_app(access.app).await else {
        return locked();
    };
    let named = |build: &&AppType| {
        build.identifier == asked.app_type_identifier || build.id.to_string() == asked.app_type_identifier
    };
    let Some(build) = app.types.iter().find(named) else {
        return not_allowed(passed);
    };
    serve(passed, &access.space, build, asked.version, Reach::Space).await
}

async fn serve(
    passed: &Passed,
    space: &SpaceHandle,
    build: &AppType,
    version: Version,
    reach: Reach,
) -> Response {
    match space.served_config(build.id, &version.to_string(), reach).await {
        Ok(config) => readable(
            passed,
            reply(StatusCode::OK, "application/json", text(space, &config, reach)),
        ),
        Err(error) => failed(passed, &error),
    }
}

/// The settings as they were written; the members around them hold nothing that JSON would have to escape.
fn text(space: &SpaceHandle, config: &AppConfig, reach: Reach) -> String {
    let (major, minor, patch) = config.version;
    let org = match reach {
        Reach::General => String::new(),
        Reach::Space => format!("\"org_id\":\"{}\",", space.id()),
    };
    format!(
        "{{\"id\":\"{}\",\"app_type_id\":\"{}\",{org}\"version\":\"{major}.{minor}.{patch}\",\"data\":{}}}",
        config.id, config.app_type, config.data
    )
}
