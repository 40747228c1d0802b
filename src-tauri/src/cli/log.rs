//! `satchel-cli log`.

use std::io::Write as _;

use serde_json::{Value, json};
use vault_core::{
    SpaceHandle, VaultError,
    disclosure::{ActivityFilter, ActivityItem, LogCheck, LogForm},
};

use super::{arguments::Log, failure::Failure, output, records::day, session::Session, terminal};

/// How many lines are read at once.
const PAGE: u32 = 1_000;

pub(super) async fn run(session: &Session, command: Log) -> Result<(), Failure> {
    let json = session.json();
    session
        .in_space(|space| async move {
            match command {
                Log::List { since } => {
                    let since = since
                        .as_deref()
                        .map(day)
                        .transpose()?
                        .map(|day| day.midnight().assume_utc());
                    let filter = ActivityFilter {
                        since,
                        ..ActivityFilter::default()
                    };
                    let all = lines(&space, &filter).await?;
                    output::list(json, &all, |item| {
                        let text = |name: &str| {
                            item.get(name)
                                .and_then(Value::as_str)
                                .unwrap_or_default()
                                .to_owned()
                        };
                        format!(
                            "{}  {}: {} ({})",
                            text("at"),
                            text("party"),
                            text("what"),
                            text("words")
                        )
                    })
                }
                Log::Verify => {
                    let check = space.verify_log().await?;
                    let facts = facts(&check);
                    if check.broken.is_none() {
                        output::object(json, &facts)
                    } else {
                        Err(Failure::new("LOG-601").with_facts(facts))
                    }
                }
                Log::Export { file } => {
                    let target = terminal::new_private_file(&file)?;
                    let (mut target, entries) = space.export_log(target, LogForm::of(&file)).await?;
                    target
                        .flush()
                        .and_then(|()| target.sync_all())
                        .map_err(VaultError::from)?;
                    output::object(json, &json!({ "file": file, "entries": entries }))
                }
            }
        })
        .await
}

/// How the log stands; the first entry that does not fit is named.
fn facts(check: &LogCheck) -> Value {
    let broken = check.broken.as_ref();
    let broken =
        broken.map(|entry| json!({ "entry": entry.seq, "why": format!("{:?}", entry.why).to_lowercase() }));
    json!({ "whole": broken.is_none(), "entries": check.entries, "deleted_texts": check.deleted_texts, "broken": broken })
}

/// Every line, newest first.
async fn lines(space: &SpaceHandle, filter: &ActivityFilter) -> Result<Vec<Value>, Failure> {
    let mut all = Vec::new();
    loop {
        let page = space.activity(filter.clone(), all.len() as u64, PAGE).await?;
        let last = page.items.len() < PAGE as usize;
        all.extend(page.items.iter().map(line));
        if last {
            return Ok(all);
        }
    }
}

/// A line of the log in JSON.
pub(super) fn line(item: &ActivityItem) -> Value {
    let entry = &item.entry;
    json!({
        "id": entry.id, "at": output::moment(entry.at), "party": entry.party.name, "party_id": entry.party.id, "face": entry.face,
        "result": item.result, "what": item.what, "words": item.words, "scopes": entry.scopes, "counts": entry.counts,
        "grant": entry.grant, "answers": item.released.answers, "records": item.records,
    })
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;
    use vault_store::disclosures::{BrokenEntry, BrokenWhy};

    use super::*;

    #[test]
    fn the_first_broken_entry_is_named() {
        let whole = LogCheck {
            entries: 9,
            deleted_texts: 1,
            heads: 2,
            broken: None,
            checked_at: datetime!(2026-11-24 12:00 UTC),
        };
        assert_eq!(
            facts(&whole),
            json!({ "whole": true, "entries": 9, "deleted_texts": 1, "broken": null })
        );
        let broken = LogCheck {
            broken: Some(BrokenEntry {
                seq: 4,
                why: BrokenWhy::Link,
            }),
            ..whole
        };
        let facts = facts(&broken);
        assert_eq!(
            (&facts["whole"], &facts["broken"]),
            (&json!(false), &json!({ "entry": 4, "why": "link" }))
        );
    }
}
