//! Rows of the grid, the filter above it, and what may be typed in.

use serde::{Deserialize, Serialize};
use specta::Type;
use time::{Date, OffsetDateTime, format_description::well_known::Rfc3339, macros::format_description};
use vault_core::{
    VaultError, money::parse_amount, own_entries::OwnEntry, records::FilterOptions as CoreOptions,
};
use vault_store::{Record, records};

use super::{
    platforms::Platforms,
    time::rfc3339,
    values::{Money, RatingScale},
    words::{count, kind_words, type_words},
};

macro_rules! mirror {
    ($(#[$doc:meta])* $name:ident of $of:ty { $($variant:ident),+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, specta::Type)]
        #[serde(rename_all = "camelCase")]
        pub(crate) enum $name { $($variant),+ }

        impl From<$of> for $name {
            fn from(value: $of) -> Self {
                match value { $(<$of>::$variant => Self::$variant),+ }
            }
        }

        impl From<$name> for $of {
            fn from(value: $name) -> Self {
                match value { $($name::$variant => Self::$variant),+ }
            }
        }
    };
}
pub(crate) use mirror;

mirror!(
    /// What a record is about.
    RecordKind of vault_store::RecordKind { Work, Payment, Rating, Review, Achievement, Restriction }
);
mirror!(
    /// How far a record can be trusted.
    Assurance of vault_store::Assurance { Signed, Fetched, Imported, Typed }
);
mirror!(
    /// The order of a page.
    Sort of records::Sort { Newest, Oldest, Amount }
);

/// One row.
#[derive(Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RecordRow {
    pub(crate) id: String,
    pub(crate) kind: RecordKind,
    pub(crate) platform: String,
    pub(crate) platform_name: String,
    pub(crate) start: String,
    pub(crate) end: Option<String>,
    pub(crate) title: String,
    pub(crate) status: Option<String>,
    pub(crate) distance_m: Option<u32>,
    pub(crate) duration_s: Option<u32>,
    pub(crate) amount: Option<Money>,
    pub(crate) rating: Option<RatingScale>,
    pub(crate) assurance: Assurance,
}

impl RecordRow {
    pub(crate) fn new(record: &Record, platforms: &Platforms) -> Self {
        Self {
            id: record.id.to_string(),
            kind: record.kind.into(),
            platform: record.platform.clone(),
            platform_name: platforms.name(&record.platform),
            start: rfc3339(record.start),
            end: record.end.map(rfc3339),
            title: title(record),
            status: record.status.clone(),
            distance_m: record.distance_m,
            duration_s: record.duration_s,
            amount: record.amount.map(Money::from),
            rating: record.rating.as_ref().map(RatingScale::from),
            assurance: record.provenance.assurance.into(),
        }
    }
}

/// The title, else the type, else the kind.
pub(crate) fn title(record: &Record) -> String {
    let titled = record
        .title
        .as_deref()
        .map(str::trim)
        .filter(|title| !title.is_empty());
    match (titled, record.type_name.as_deref()) {
        (Some(title), _) => title.to_owned(),
        (None, Some(type_name)) => type_words(type_name),
        (None, None) => kind_words(record.kind).to_owned(),
    }
}

/// A page of rows with what the whole filter adds up to.
#[derive(Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RecordPage {
    pub(crate) rows: Vec<RecordRow>,
    pub(crate) total: u64,
    pub(crate) sentence: String,
    pub(crate) sums: Vec<Money>,
    pub(crate) distance_m: u64,
}

impl RecordPage {
    pub(crate) fn new(page: &vault_core::records::RecordsPage, platforms: &Platforms) -> Self {
        Self {
            rows: page
                .records
                .iter()
                .map(|record| RecordRow::new(record, platforms))
                .collect(),
            total: page.totals.count,
            sentence: count(page.totals.count, "record", "records"),
            sums: page.totals.sums.iter().map(|sum| sum.amount.into()).collect(),
            distance_m: page.totals.distance_m,
        }
    }
}

/// The filter as the page has it in its address.
#[derive(Clone, Default, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RecordFilter {
    text: String,
    platform: Option<String>,
    kind: Option<RecordKind>,
    r#type: Option<String>,
    from: Option<String>,
    to: Option<String>,
    min_minor: Option<i64>,
    max_minor: Option<i64>,
}

impl TryFrom<RecordFilter> for records_filter::RecordFilter {
    type Error = VaultError;

    fn try_from(filter: RecordFilter) -> Result<Self, VaultError> {
        Ok(Self {
            text: filter.text,
            platform: filter.platform,
            connections: None,
            kinds: filter.kind.map(Into::into).into_iter().collect(),
            type_name: filter.r#type,
            from: filter.from.as_deref().map(day).transpose()?,
            to: filter.to.as_deref().map(day).transpose()?,
            min_minor: filter.min_minor,
            max_minor: filter.max_minor,
        })
    }
}

/// The store's filter under a name that does not clash.
mod records_filter {
    pub(crate) use vault_store::records::RecordFilter;
}

/// Reads a day such as `2026-11-20`.
pub(crate) fn day(text: &str) -> Result<Date, VaultError> {
    Date::parse(text, format_description!("[year]-[month]-[day]")).map_err(|_| VaultError::Invalid {
        field: "day",
        why: "a day such as 2026-11-20",
    })
}

/// What the filter menus offer.
#[derive(Clone, Serialize, Type)]
pub(crate) struct FilterOptions {
    platforms: Vec<PlatformCount>,
    kinds: Vec<KindCount>,
    types: Vec<TypeCount>,
    months: Vec<MonthCount>,
}

#[derive(Clone, Serialize, Type)]
struct PlatformCount {
    id: String,
    name: String,
    count: u64,
}

#[derive(Clone, Serialize, Type)]
struct KindCount {
    kind: RecordKind,
    count: u64,
}

#[derive(Clone, Serialize, Type)]
struct TypeCount {
    r#type: String,
    count: u64,
}

#[derive(Clone, Serialize, Type)]
struct MonthCount {
    month: String,
    count: u64,
}

impl FilterOptions {
    pub(crate) fn new(options: CoreOptions, platforms: &Platforms) -> Self {
        let platform = |counted: records::Counted<String>| PlatformCount {
            name: platforms.name(&counted.value),
            id: counted.value,
            count: counted.count,
        };
        Self {
            platforms: options.platforms.into_iter().map(platform).collect(),
            kinds: options
                .kinds
                .into_iter()
                .map(|one| KindCount {
                    kind: one.value.into(),
                    count: one.count,
                })
                .collect(),
            types: options
                .types
                .into_iter()
                .map(|one| TypeCount {
                    r#type: one.value,
                    count: one.count,
                })
                .collect(),
            months: options
                .months
                .into_iter()
                .map(|one| MonthCount {
                    month: one.value,
                    count: one.count,
                })
                .collect(),
        }
    }
}

/// An entry as the person typed it.
#[derive(Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NewEntry {
    kind: RecordKind,
    r#type: Option<String>,
    title: String,
    start: String,
    end: Option<String>,
    amount_text: Option<String>,
    currency: Option<String>,
    distance_km: Option<String>,
    note: Option<String>,
}

impl TryFrom<NewEntry> for OwnEntry {
    type Error = VaultError;

    fn try_from(entry: NewEntry) -> Result<Self, VaultError> {
        let mut own = Self::new(entry.kind.into(), moment("start", &entry.start)?);
        own.end = entry.end.as_deref().map(|text| moment("end", text)).transpose()?;
        own.type_name = filled(entry.r#type);
        own.title = filled(Some(entry.title));
        own.text = filled(entry.note);
        own.distance_m = filled(entry.distance_km).as_deref().map(metres).transpose()?;
        own.amount = match filled(entry.amount_text) {
            Some(text) => {
                let currency = entry
                    .currency
                    .as_deref()
                    .unwrap_or_default()
                    .trim()
                    .to_ascii_uppercase();
                let currency = currency.parse().map_err(|_| VaultError::Invalid {
                    field: "currency",
                    why: "three letters such as EUR",
                })?;
                Some(parse_amount(&text, currency)?)
            }
            None => None,
        };
        Ok(own)
    }
}

fn filled(text: Option<String>) -> Option<String> {
    text.map(|text| text.trim().to_owned())
        .filter(|text| !text.is_empty())
}

fn moment(field: &'static str, text: &str) -> Result<OffsetDateTime, VaultError> {
    OffsetDateTime::parse(text, &Rfc3339).map_err(|_| VaultError::Invalid {
        field,
        why: "a time such as 2026-11-20T18:42:00+01:00",
    })
}

/// Kilometres with up to three decimals, as metres.
fn metres(text: &str) -> Result<u32, VaultError> {
    let invalid = VaultError::Invalid {
        field: "distance",
        why: "kilometres such as 3.4",
    };
    let (whole, fraction) = text.split_once(['.', ',']).unwrap_or((text, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || fraction.len() > 3 || !digits(whole) || !digits(fraction) {
        return Err(invalid);
    }
    format!("{whole}{fraction:0<3}").parse().map_err(|_| invalid)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry() -> NewEntry {
        NewEntry {
            kind: RecordKind::Work,
            r#type: None,
            title: " Garden ".into(),
            start: "2026-11-20T18:42:00+01:00".into(),
            end: None,
            amount_text: Some("12,50".into()),
            currency: Some("eur".into()),
            distance_km: Some("3.4".into()),
            note: Some("  ".into()),
        }
    }

    #[test]
    fn an_entry_keeps_exact_values() {
        let own = OwnEntry::try_from(entry()).unwrap();
        assert_eq!(own.title.as_deref(), Some("Garden"));
        assert_eq!(own.amount.unwrap().minor, 1_250);
        assert_eq!((own.distance_m, own.text), (Some(3_400), None));
    }

    #[test]
    fn what_is_no_value_is_refused() {
        for distance in ["", "x", "1.2345", "-1", "99999999999"] {
            assert!(metres(distance).is_err(), "{distance}");
        }
        assert!(
            OwnEntry::try_from(NewEntry {
                start: "yesterday".into(),
                ..entry()
            })
            .is_err()
        );
        assert!(
            OwnEntry::try_from(NewEntry {
                currency: None,
                ..entry()
            })
            .is_err()
        );
        assert!(day("2026-02-30").is_err());
    }

    #[test]
    fn a_filter_names_days() {
        let filter = RecordFilter {
            from: Some("2026-11-01".into()),
            kind: Some(RecordKind::Review),
            ..RecordFilter::default()
        };
        let filter = records_filter::RecordFilter::try_from(filter).unwrap();
        assert_eq!(filter.kinds, [vault_store::RecordKind::Review]);
        assert!(filter.from.is_some() && filter.to.is_none());
    }
}
