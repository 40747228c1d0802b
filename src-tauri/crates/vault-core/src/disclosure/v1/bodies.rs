//! The bodies of `/v1` answers that hold data.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};
use vault_store::{Record, View};

use super::{
    super::{policy::Approved, release::Prepared},
    answers::{JSON, NDJSON, V1Answer},
    profile,
    records::{self, Page},
    route::{Route, SummaryQuery},
    summary,
};
use crate::VaultError;

/// Computes the answer of a route under a permission.
pub(super) fn prepare(
    view: &View<'_>,
    approved: &Approved,
    route: &Route,
    lines: bool,
    made_up: bool,
) -> Result<Prepared<V1Answer>, VaultError> {
    let (answer, what, how_many) = match route {
        Route::Profile(_) => profile_answer(view, approved, made_up)?,
        Route::Summary(query) => summary_answer(view, approved, query, made_up)?,
        Route::Records(query) => records_answer(&records::page(view, approved, query)?, lines, made_up)?,
        Route::Changes(query) => records_answer(&records::changes(view, approved, query)?, lines, made_up)?,
        Route::Grant => return Err(VaultError::Internal("a grant is no data")),
    };
    let counts = BTreeMap::from([
        (what.to_owned(), how_many),
        ("bytes".to_owned(), answer.body.len() as u64),
    ]);
    Ok(Prepared { answer, counts })
}

type Counted = (V1Answer, &'static str, u64);

fn profile_answer(view: &View<'_>, approved: &Approved, made_up: bool) -> Result<Counted, VaultError> {
    let fields = profile::object(profile::released(view, approved)?);
    let count = fields.len() as u64;
    let body = marked(json!({ "profile": fields }), made_up);
    Ok((json_answer(to_bytes(&body)?, None), "fields", count))
}

fn summary_answer(
    view: &View<'_>,
    approved: &Approved,
    query: &SummaryQuery,
    made_up: bool,
) -> Result<Counted, VaultError> {
    let part = approved
        .parts()
        .first()
        .ok_or(VaultError::Internal("an answer without a grant"))?;
    let step = summary::step(part.narrowing(), query.by);
    let periods = summary::periods(view, part.narrowing(), step, query.platform.as_deref())?;
    let count = periods.len() as u64;
    let body = marked(json!({ "by": summary::word(step), "periods": periods }), made_up);
    Ok((json_answer(to_bytes(&body)?, None), "periods", count))
}

pub(super) fn records_answer(page: &Page, lines: bool, made_up: bool) -> Result<Counted, VaultError> {
    let count = page.records.len() as u64;
    let next = page.next.clone();
    if !lines {
        let body = RecordsBody {
            records: &page.records,
            next: next.as_deref(),
            made_up: made_up.then_some(true),
        };
        return Ok((json_answer(to_bytes(&body)?, next), "records", count));
    }
    let mut body = Vec::new();
    for record in &page.records {
        body.extend(record_line(record, made_up)?);
        body.push(b'\n');
    }
    let answer = V1Answer {
        content_type: NDJSON,
        ..json_answer(body, next)
    };
    Ok((answer, "records", count))
}

#[derive(Serialize)]
struct RecordsBody<'a> {
    records: &'a [Record],
    next: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    made_up: Option<bool>,
}

#[derive(Serialize)]
struct Marked<'a> {
    #[serde(flatten)]
    record: &'a Record,
    made_up: bool,
}

/// A record as one line, with the mark of a made-up space.
fn record_line(record: &Record, made_up: bool) -> Result<Vec<u8>, VaultError> {
    if made_up {
        to_bytes(&Marked {
            record,
            made_up: true,
        })
    } else {
        to_bytes(record)
    }
}

fn marked(mut body: Value, made_up: bool) -> Value {
    if made_up && let Some(members) = body.as_object_mut() {
        members.insert("made_up".into(), Value::Bool(true));
    }
    body
}

pub(super) fn json_answer(body: Vec<u8>, next: Option<String>) -> V1Answer {
    V1Answer {
        status: 200,
        content_type: JSON,
        body,
        next,
        disclosure: None,
    }
}

pub(super) fn to_bytes(value: &impl Serialize) -> Result<Vec<u8>, VaultError> {
    serde_json::to_vec(value).map_err(|_| VaultError::Internal("an answer could not be written"))
}
