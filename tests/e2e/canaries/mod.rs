//! Whether something that left holds a personal value which the log does not explain by a grant that stood at that time.
//!
//! Each suite that plays somebody else looks at all that this somebody received: the answers of the gateway, what reached the servers of
//! apps, platforms and cooperatives. A user token is looked for as well; those never leave the window (Rokwire mapping, 8.2).

pub(crate) mod finder;

use std::collections::BTreeSet;

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use finder::Canaries;
use serde_json::Value;
use time::OffsetDateTime;
use vault_core::{
    SpaceHandle, VaultError,
    disclosure::{ActivityFilter, ActivityItem},
};
use vault_store::{
    Record, RecordKind, Scope,
    disclosures::{Disclosure, DisclosureKind},
    grants::{Grant, GrantDuration},
    records::{RecordFilter, Sort},
};

/// Shorter values are parts of other words.
const SHORTEST: usize = 6;
/// How many records and lines of the log are looked at, the newest first.
const NEWEST: u32 = 200;

/// Who received something, as far as that is known.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Receipt<'r> {
    /// The name under which the log knows them; `None` when several may have been meant.
    pub(crate) party: Option<&'r str>,
    /// When it was asked for, or `None` for any time before.
    pub(crate) since: Option<OffsetDateTime>,
}

/// A value of the person, and what opens it.
struct Personal {
    name: String,
    value: String,
    canaries: Canaries,
    opened_by: Vec<Scope>,
}

/// What in `bytes` nobody may have without a grant, and no grant explains: the names of fields and kinds of records, never a value.
pub(crate) async fn unexplained(
    space: &SpaceHandle,
    bytes: &[u8],
    receipt: Receipt<'_>,
) -> Result<Vec<String>, VaultError> {
    let mut found = user_tokens(bytes);
    let all = personal(space).await?;
    let there: Vec<&Personal> = all
        .iter()
        .filter(|personal| !personal.canaries.found_in(bytes).is_empty())
        .collect();
    if there.is_empty() {
        return Ok(found);
    }
    let released = released_scopes(space, receipt).await?;
    let (open, closed): (Vec<_>, Vec<_>) = there
        .into_iter()
        .partition(|personal| personal.is_opened_by(&released));
    // Different records have the same words, or some of them.
    let is_part = |personal: &Personal| open.iter().any(|other| other.value.contains(&personal.value));
    found.extend(
        closed
            .into_iter()
            .filter(|personal| !is_part(personal))
            .map(|personal| personal.name.clone()),
    );
    Ok(found)
}

/// The persona, and the newest records.
async fn personal(space: &SpaceHandle) -> Result<Vec<Personal>, VaultError> {
    let mut all = Vec::new();
    for (field, value) in space.persona().await?.iter() {
        if value.len() >= SHORTEST {
            all.push(Personal::new(
                field.name(),
                value,
                field.scope().into_iter().collect(),
            ));
        }
    }
    let page = space
        .records_page(RecordFilter::default(), Sort::Newest, 0, NEWEST)
        .await?;
    for record in &page.records {
        all.extend(of_record(record));
    }
    Ok(all)
}

fn of_record(record: &Record) -> Vec<Personal> {
    let kind = record.kind;
    // A record names the work it belongs to, so whoever may read one kind learns ids of another.
    let all = RecordKind::ALL.iter().map(|kind| scope_of(*kind)).collect();
    let mut personal = vec![Personal::new(
        &format!("the id of a {}", kind.as_str()),
        &record.id.to_string(),
        all,
    )];
    let words = [("title", &record.title), ("text", &record.text)];
    for (member, words) in words {
        if let Some(words) = words.as_deref().filter(|words| words.len() >= SHORTEST) {
            let name = format!("the {member} of a {}", kind.as_str());
            personal.push(Personal::new(&name, words, vec![scope_of(kind)]));
        }
    }
    personal
}

/// The scope that opens the records of a kind (architecture, 1a).
fn scope_of(kind: RecordKind) -> Scope {
    let category = match kind {
        RecordKind::Work => "work.records",
        RecordKind::Payment => "payments",
        RecordKind::Rating => "ratings",
        RecordKind::Review => "reviews",
        RecordKind::Achievement => "achievements",
        RecordKind::Restriction => "restrictions",
    };
    Scope::new(&format!("vault:{category}:get")).unwrap()
}

impl Personal {
    fn new(name: &str, value: &str, opened_by: Vec<Scope>) -> Self {
        let mut canaries = Canaries::default();
        canaries.text(value);
        Self {
            name: name.to_owned(),
            value: value.to_owned(),
            canaries,
            opened_by,
        }
    }

    fn is_opened_by(&self, given: &[Scope]) -> bool {
        let is_given = |scope| given.iter().any(|given| given.covers(scope));
        self.opened_by.iter().any(is_given)
    }
}

/// What was handed out under grants that stood when it was.
async fn released_scopes(space: &SpaceHandle, receipt: Receipt<'_>) -> Result<Vec<Scope>, VaultError> {
    let page = space.activity(ActivityFilter::default(), 0, NEWEST).await?;
    let mut scopes = Vec::new();
    for ActivityItem { entry, .. } in page.items {
        let is_meant = receipt.party.is_none_or(|party| party == entry.party.name);
        if !is_meant {
            continue;
        }
        let whole = space.activity_entry(entry.id).await?;
        for release in whole.following.iter().chain([&entry]) {
            let in_time = receipt.since.is_none_or(|since| release.at >= since);
            let stood = whole
                .grant
                .as_ref()
                .is_some_and(|view| stood(&view.grant, release));
            if release.kind == DisclosureKind::Released && in_time && stood {
                scopes.extend(release.scopes.iter().cloned());
            }
        }
    }
    Ok(scopes)
}

/// Whether a grant stood when something was released. One for once ends with what it releases.
fn stood(grant: &Grant, release: &Disclosure) -> bool {
    grant.duration == GrantDuration::Once || grant.ended_at.is_none_or(|end| release.at <= end)
}

/// Tokens in these bytes that only the window may hold.
pub(crate) fn user_tokens(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes);
    let is_part = |sign: char| sign.is_ascii_alphanumeric() || "-_.".contains(sign);
    let found: BTreeSet<String> = text
        .split(|sign| !is_part(sign))
        .filter_map(|word| {
            let mut parts = word.split('.');
            let (_, claims, _) = (parts.next()?, parts.next()?, parts.next()?);
            serde_json::from_slice::<Value>(&BASE64_URL_SAFE_NO_PAD.decode(claims).ok()?).ok()
        })
        .filter(|claims| {
            claims["first_party"] == true
                || claims["admin"] == true
                || claims["aud"] == "rokwire"
                || claims["scope"] == "all:all:all"
        })
        .map(|_| "a user token".to_owned())
        .collect();
    found.into_iter().collect()
}

#[test]
fn a_user_token_is_found_wherever_it_stands() {
    let claims = BASE64_URL_SAFE_NO_PAD.encode(r#"{"aud":"rokwire","scope":"all:all:all"}"#);
    let token = format!("eyJhbGciOiJSUzI1NiJ9.{claims}.c2ln");
    assert_eq!(
        user_tokens(format!("{{\"t\":\"{token}\"}}").as_bytes()),
        ["a user token"]
    );
    let other = BASE64_URL_SAFE_NO_PAD.encode(r#"{"aud":"steps","scope":"vault:profile.city:get"}"#);
    assert!(user_tokens(format!("Bearer e30.{other}.c2ln").as_bytes()).is_empty());
}
