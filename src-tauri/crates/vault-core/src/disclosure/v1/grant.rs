//! What a caller may see, and until when: the one answer of `/v1` that holds nothing about the person.

use serde_json::{Map, Value, json};
use time::format_description::well_known::Rfc3339;
use vault_store::{Scope, grants::Grant};

use super::super::{leaf::Leaf, narrowing::Narrowing};

/// Every scope that stands; the earliest end; the narrowing of the newest grant that opens records.
pub(super) fn members(standing: &[Grant]) -> Map<String, Value> {
    let mut scopes: Vec<&Scope> = Vec::new();
    for scope in standing.iter().flat_map(|grant| &grant.scopes) {
        if !scopes.contains(&scope) {
            scopes.push(scope);
        }
    }
    let until = standing
        .iter()
        .filter_map(|grant| grant.until)
        .min()
        .and_then(|until| until.format(&Rfc3339).ok());
    let opens_records = |grant: &&Grant| {
        grant
            .scopes
            .iter()
            .filter_map(Leaf::of)
            .any(|leaf| leaf.opens_records())
    };
    let narrowing = standing.iter().find(opens_records).map(Narrowing::of);
    let mut members = Map::new();
    members.insert("scopes".into(), json!(scopes));
    members.insert("until".into(), json!(until));
    members.insert(
        "narrowing".into(),
        narrowing.map_or(Value::Null, |narrowing| narrowing.to_json()),
    );
    members
}
