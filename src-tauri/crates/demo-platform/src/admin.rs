//! For tests that cannot reach the process: faults and counters over HTTP. Pages cannot use it, because it wants JSON and refuses foreign origins.

use std::collections::BTreeMap;

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode},
};
use serde::{Deserialize, Serialize};

use crate::{Fault, guard::own_origin, platform::Shared, problem::Problem};

const UNKNOWN: Problem = Problem::bad("unknown_fault", "There is no fault of that name; GET lists them.");

/// The body of a change.
#[derive(Deserialize)]
pub(crate) struct Change {
    fault: Option<String>,
}

/// The fault that is on, and all there are.
#[derive(Serialize)]
pub(crate) struct Faults {
    fault: Option<&'static str>,
    names: Vec<&'static str>,
}

/// `GET /admin/fault`
pub(crate) async fn fault(State(platform): State<Shared>) -> Json<Faults> {
    let fault = platform.fault().fault.map(Fault::as_str);
    Json(Faults {
        fault,
        names: Fault::ALL.into_iter().map(Fault::as_str).collect(),
    })
}

/// `POST /admin/fault` with `{"fault":"NAME"}` or `{"fault":null}`
pub(crate) async fn set_fault(
    State(platform): State<Shared>,
    headers: HeaderMap,
    Json(change): Json<Change>,
) -> Result<StatusCode, Problem> {
    own_origin(&headers)?;
    let fault = change
        .fault
        .map(|name| name.parse())
        .transpose()
        .map_err(|_| UNKNOWN)?;
    platform.set_fault(fault);
    Ok(StatusCode::NO_CONTENT)
}

/// `GET /admin/requests`
pub(crate) async fn requests(State(platform): State<Shared>) -> Json<BTreeMap<String, u64>> {
    Json(platform.requests())
}
