//! `satchel-cli records`.

use serde_json::{Value, json};
use time::{Date, OffsetDateTime, format_description::well_known::Rfc3339, macros::format_description};
use vault_core::{SpaceHandle, money::parse_amount, own_entries::OwnEntry};
use vault_store::{
    RatingValue, Record, RecordId, RecordKind,
    records::{RecordFilter, Sort},
};

use super::{
    arguments::{RecordFilter as Filter, Records},
    failure::Failure,
    output,
    session::Session,
};

pub(super) async fn run(session: &Session, command: Records) -> Result<(), Failure> {
    let json = session.json();
    session
        .in_space(|space| async move {
            match command {
                Records::List(filter) => {
                    let limit = filter.limit.unwrap_or(u32::MAX);
                    page(&space, read_filter(filter)?, limit, json).await
                }
                Records::Search { text } => {
                    page(
                        &space,
                        RecordFilter {
                            text,
                            ..RecordFilter::default()
                        },
                        u32::MAX,
                        json,
                    )
                    .await
                }
                Records::Show { id } => {
                    let id: RecordId = id.parse().map_err(|_| Failure::usage("a record's id"))?;
                    output::object(json, &space.record(id).await?)
                }
                Records::Summary => summary(&space, json).await,
                Records::Add { kind, fields } => {
                    let id = space.add_own_entry(read_entry(&kind, &fields)?).await?;
                    output::object(json, &space.record(id).await?)
                }
            }
        })
        .await
}

async fn page(space: &SpaceHandle, filter: RecordFilter, limit: u32, json: bool) -> Result<(), Failure> {
    let page = space.records_page(filter, Sort::Newest, 0, limit).await?;
    output::list(json, &page.records, line)
}

fn line(record: &Record) -> String {
    let amount = record
        .amount
        .map(|amount| format!("{} {}", amount.decimal(), amount.currency))
        .unwrap_or_default();
    let what = record
        .title
        .as_deref()
        .or(record.type_name.as_deref())
        .or(record.text.as_deref())
        .unwrap_or_default();
    let start = record
        .start
        .format(format_description!("[year]-[month]-[day] [hour]:[minute]"))
        .unwrap_or_default();
    format!(
        "{}  {start}  {:11}  {amount:>14}  {what}",
        record.id,
        record.kind.as_str()
    )
}

async fn summary(space: &SpaceHandle, json: bool) -> Result<(), Failure> {
    let totals = space.record_totals(RecordFilter::default()).await?;
    let options = space.filter_options().await?;
    output::object(
        json,
        &json!({
            "records": totals.count, "distance_m": totals.distance_m, "earned": totals.sums,
            "platforms": options.platforms, "kinds": options.kinds, "months": options.months,
            "digest": space.records_digest().await?, "said_digest": space.said_digest().await?,
        }),
    )
}

fn read_filter(filter: Filter) -> Result<RecordFilter, Failure> {
    Ok(RecordFilter {
        platform: filter.platform,
        kinds: filter
            .kind
            .as_deref()
            .map(kind)
            .transpose()?
            .into_iter()
            .collect(),
        from: filter.from.as_deref().map(day).transpose()?,
        to: filter.to.as_deref().map(day).transpose()?,
        ..RecordFilter::default()
    })
}

fn kind(text: &str) -> Result<RecordKind, Failure> {
    RecordKind::ALL
        .iter()
        .copied()
        .find(|kind: &RecordKind| kind.as_str() == text)
        .ok_or_else(|| Failure::usage("a kind: work, payment, rating, review, achievement or restriction"))
}

/// A day, `YYYY-MM-DD`.
pub(super) fn day(text: &str) -> Result<Date, Failure> {
    Date::parse(text, format_description!("[year]-[month]-[day]"))
        .map_err(|_| Failure::usage("a day as YYYY-MM-DD"))
}

fn read_entry(kind_name: &str, fields: &[String]) -> Result<OwnEntry, Failure> {
    let mut values = serde_json::Map::new();
    for field in fields {
        let (name, value) = field
            .split_once('=')
            .ok_or_else(|| Failure::usage("FIELD=VALUE"))?;
        values.insert(name.to_owned(), Value::String(value.to_owned()));
    }
    let mut take = |name: &str| {
        values
            .remove(name)
            .and_then(|value| value.as_str().map(str::to_owned))
    };
    let start = take("start").ok_or_else(|| Failure::usage("an entry needs start=…"))?;
    let mut entry = OwnEntry::new(kind(kind_name)?, moment(&start)?);
    entry.end = take("end").as_deref().map(moment).transpose()?;
    entry.type_name = take("type");
    entry.title = take("title");
    entry.text = take("text");
    entry.distance_m = take("distance_m")
        .map(|text| text.parse())
        .transpose()
        .map_err(|_| Failure::usage("distance_m in whole metres"))?;
    if let Some(amount) = take("amount") {
        let currency = take("currency").unwrap_or_else(|| "EUR".into());
        let currency = currency
            .parse()
            .map_err(|_| Failure::usage("a currency of three capital letters"))?;
        entry.amount = Some(parse_amount(&amount, currency)?);
    }
    entry.rating = read_rating(&mut take)?;
    match values.keys().next() {
        None => Ok(entry),
        Some(unknown) => Err(Failure::usage(&format!("there is no field {unknown}"))),
    }
}

/// A rating on its own scale, which has to be said: nobody can tell what 4 means without it.
fn read_rating(take: &mut impl FnMut(&str) -> Option<String>) -> Result<Option<RatingValue>, Failure> {
    let number = |text: String| {
        text.parse::<f64>()
            .ok()
            .filter(|number| number.is_finite())
            .ok_or_else(|| Failure::usage("numbers for rating, rating_min and rating_max"))
    };
    let (name, value) = (take("rating_name"), take("rating"));
    let (min, max) = (take("rating_min"), take("rating_max"));
    match (value, min, max) {
        (None, None, None) if name.is_none() => Ok(None),
        (Some(value), Some(min), Some(max)) => Ok(Some(RatingValue {
            name: name.unwrap_or_else(|| "rating".into()),
            value: number(value)?,
            min: number(min)?,
            max: number(max)?,
        })),
        _ => Err(Failure::usage("rating, rating_min and rating_max together")),
    }
}

/// A day, or a moment with its offset.
fn moment(text: &str) -> Result<OffsetDateTime, Failure> {
    if let Ok(moment) = OffsetDateTime::parse(text, &Rfc3339) {
        return Ok(moment);
    }
    Ok(day(text)?.midnight().assume_utc())
}
