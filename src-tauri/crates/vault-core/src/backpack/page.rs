//! What `index.html` of a backpack shows: the space in one page.

mod cooperatives;

use std::collections::{BTreeMap, HashSet};

use ::backpack::page::{self, Earnings, Fact, Newest, Page, ROWS};
use vault_store::{
    Amount, Assurance, ConnectionId, Record, RecordKind, View,
    connections::ConnectionState,
    disclosures::{self, Disclosure, LogFilter},
    raw_documents,
    records::{self, NOT_EARNINGS, RecordFilter, Sort},
};

use super::{
    BackpackError,
    contents::{Folder, SpaceContents, of},
};
use crate::{disclosure::kind_words, persona::PersonaField};

/// Puts the page together.
pub(super) fn page(
    view: &View<'_>,
    space: &str,
    contents: &SpaceContents<'_>,
) -> Result<Page, BackpackError> {
    let names = Names::of(&contents.folders);
    let span = records::span(view, &RecordFilter::default())?;
    let kinds: BTreeMap<RecordKind, u64> = records::by_kind(view, &RecordFilter::default())?
        .into_iter()
        .map(|kind| (kind.value, kind.count))
        .collect();
    let count = |kind| kinds.get(&kind).copied().unwrap_or_default();
    let newest = |kind| newest(view, kind);
    Ok(Page {
        space: space.to_owned(),
        profile: profile(contents),
        work: count(RecordKind::Work),
        period: span.map(|(first, last)| (first.date(), last.date())),
        counts: vec![
            ("Payments".to_owned(), count(RecordKind::Payment)),
            ("Reviews".to_owned(), count(RecordKind::Review)),
            ("Achievements".to_owned(), count(RecordKind::Achievement)),
            ("Original files".to_owned(), raw_documents::totals(view)?.0),
            ("Log entries".to_owned(), disclosures::count(view)?),
        ],
        earnings: earnings(view, &names)?,
        platforms: platforms(view, &contents.folders)?,
        ratings: ratings(view, &names)?,
        reviews: Newest::new(
            count(RecordKind::Review),
            newest(RecordKind::Review)?
                .iter()
                .map(|record| names.review(record)),
        ),
        achievements: Newest::new(
            count(RecordKind::Achievement),
            newest(RecordKind::Achievement)?
                .iter()
                .map(|record| names.achievement(record)),
        ),
        restrictions: Newest::new(
            count(RecordKind::Restriction),
            newest(RecordKind::Restriction)?
                .iter()
                .map(|record| names.restriction(record)),
        ),
        gigs: Newest::new(
            count(RecordKind::Work),
            newest(RecordKind::Work)?.iter().map(|record| names.gig(record)),
        ),
        cooperatives: cooperatives::cooperatives(view)?,
        transfers: cooperatives::transfers(view)?,
        left: left(view)?,
    })
}

fn profile(contents: &SpaceContents<'_>) -> Vec<Fact> {
    let value = |field: PersonaField| {
        let value = contents
            .persona
            .iter()
            .find(|value| value.field == field.name())?;
        Some(Fact {
            label: field.label().to_owned(),
            value: value.value.clone(),
        })
    };
    PersonaField::ALL
        .iter()
        .filter_map(|field| value(*field))
        .collect()
}

fn newest(view: &View<'_>, kind: RecordKind) -> Result<Vec<Record>, BackpackError> {
    let filter = RecordFilter {
        kinds: vec![kind],
        ..RecordFilter::default()
    };
    let most = u32::try_from(ROWS).unwrap_or(u32::MAX);
    Ok(records::page(view, &filter, Sort::Newest, 0, most)?)
}

/// Earnings and gigs by day. A work record's own amount counts only where a connection has no payments.
fn earnings(view: &View<'_>, names: &Names) -> Result<Vec<Earnings>, BackpackError> {
    let kind = |kinds: &[RecordKind]| RecordFilter {
        kinds: kinds.to_vec(),
        ..RecordFilter::default()
    };
    let paying: HashSet<ConnectionId> = records::by_connection(view, &kind(&[RecordKind::Payment]))?
        .into_iter()
        .map(|connection| connection.value)
        .collect();
    let mut all: BTreeMap<(String, u8), (u64, Earnings)> = BTreeMap::new();
    records::each(view, &kind(&[RecordKind::Payment, RecordKind::Work]), |record| {
        let Some(amount) = record.amount else {
            return Ok(());
        };
        let (used, sums) = all.entry(currency(&amount)).or_insert_with(|| {
            let (currency, exponent) = currency(&amount);
            (0, Earnings::new(currency, exponent))
        });
        let type_name = record.type_name.as_deref().unwrap_or_default();
        let is_work = record.kind == RecordKind::Work;
        let earned = if is_work {
            !paying.contains(&record.connection)
        } else {
            !NOT_EARNINGS.contains(&type_name)
        };
        if earned {
            sums.pay(
                record.start.date(),
                names.platform(record.connection),
                amount.minor,
            );
            *used += 1;
        }
        if is_work {
            sums.gig(record.start.date());
        }
        Ok::<_, BackpackError>(())
    })?;
    let mut all: Vec<(u64, Earnings)> = all.into_values().filter(|(used, _)| *used > 0).collect();
    all.sort_by_key(|(used, _)| std::cmp::Reverse(*used));
    Ok(all.into_iter().map(|(_, earnings)| earnings).collect())
}

fn currency(amount: &Amount) -> (String, u8) {
    (amount.currency.to_string(), amount.exponent)
}

fn platforms(view: &View<'_>, folders: &[Folder]) -> Result<Vec<page::Platform>, BackpackError> {
    let one = |folder: &Folder| {
        let filter = of(folder.connection.id);
        let kinds = records::by_kind(view, &filter)?;
        let sum = |work: bool| {
            let of_kind = kinds
                .iter()
                .filter(|kind| (kind.value == RecordKind::Work) == work);
            of_kind.map(|kind| kind.count).sum()
        };
        let span = records::span(view, &filter)?;
        Ok(page::Platform {
            name: folder.connection.name.clone(),
            work: sum(true),
            other: sum(false),
            from: span.map(|(first, _)| first.date()),
            to: span.map(|(_, last)| last.date()),
            assurance: folder
                .assurances
                .iter()
                .rev()
                .map(|one| assurance(*one))
                .collect(),
            state: state(folder.connection.state).to_owned(),
        })
    };
    folders.iter().map(one).collect()
}

fn ratings(view: &View<'_>, names: &Names) -> Result<Vec<page::Rating>, BackpackError> {
    let all = records::ratings(view, &RecordFilter::default())?;
    Ok(all
        .into_iter()
        .map(|stats| page::Rating {
            platform: names.platform(stats.connection).to_owned(),
            name: words(&stats.name),
            score: page::Score {
                value: stats.average,
                min: stats.min,
                max: stats.max,
            },
            count: Some(stats.count),
        })
        .collect())
}

fn left(view: &View<'_>) -> Result<Newest<page::Left>, BackpackError> {
    let most = u32::try_from(ROWS).unwrap_or(u32::MAX);
    let entries = disclosures::list(view, &LogFilter::default(), 0, most)?;
    Ok(Newest::new(
        disclosures::count(view)?,
        entries.iter().map(|entry| page::Left {
            when: entry.at,
            who: entry.party.name.clone(),
            what: what(entry),
            result: kind_words(entry.kind).to_owned(),
        }),
    ))
}

fn what(entry: &Disclosure) -> String {
    match &entry.text {
        Some(text) if !text.text.is_empty() => text.text.clone(),
        _ => {
            let scopes: Vec<String> = entry.scopes.iter().map(ToString::to_string).collect();
            scopes.join(", ")
        }
    }
}

/// Names of the platforms by connection.
struct Names(BTreeMap<ConnectionId, String>);

impl Names {
    fn of(folders: &[Folder]) -> Self {
        let name = |folder: &Folder| (folder.connection.id, folder.connection.name.clone());
        Self(folders.iter().map(name).collect())
    }

    fn platform(&self, connection: ConnectionId) -> &str {
        self.0.get(&connection).map_or("", String::as_str)
    }

    fn of_record(&self, record: &Record) -> String {
        self.platform(record.connection).to_owned()
    }

    fn review(&self, record: &Record) -> page::Review {
        page::Review {
            when: Some(record.start),
            platform: self.of_record(record),
            title: record.title.clone().unwrap_or_default(),
            text: record.text.clone().unwrap_or_default(),
            score: record.rating.as_ref().map(|rating| page::Score {
                value: rating.value,
                min: rating.min,
                max: rating.max,
            }),
            assurance: assurance(record.provenance.assurance),
        }
    }

    fn achievement(&self, record: &Record) -> page::Achievement {
        page::Achievement {
            when: Some(record.start),
            platform: self.of_record(record),
            name: record.title.clone().unwrap_or_default(),
            description: record.text.clone().unwrap_or_default(),
            score: score_words(record),
            assurance: assurance(record.provenance.assurance),
        }
    }

    fn restriction(&self, record: &Record) -> page::Restriction {
        let text = record.title.as_ref().or(record.text.as_ref());
        page::Restriction {
            start: Some(record.start),
            end: record.end,
            platform: self.of_record(record),
            text: text.cloned().unwrap_or_default(),
            assurance: assurance(record.provenance.assurance),
        }
    }

    fn gig(&self, record: &Record) -> page::Gig {
        page::Gig {
            start: Some(record.start),
            platform: self.of_record(record),
            kind: words(record.type_name.as_deref().unwrap_or_default()),
            title: record.title.clone().unwrap_or_default(),
            status: words(record.status.as_deref().unwrap_or_default()),
            distance_m: record.distance_m.map(u64::from),
            duration_s: record.duration_s.map(u64::from),
            amount: record.amount.map(|amount| page::Money {
                minor: amount.minor,
                currency: amount.currency.to_string(),
                exponent: amount.exponent,
            }),
            assurance: assurance(record.provenance.assurance),
        }
    }
}

fn score_words(record: &Record) -> String {
    let Some(score) = record.extra.get("score") else {
        return String::new();
    };
    let text = |value: &serde_json::Value| {
        let quoted = value.as_str().map(str::to_owned);
        quoted.or_else(|| value.as_f64().map(|_| value.to_string()))
    };
    let value = score.get("value").unwrap_or(score);
    let parts = [text(value), score.get("label").and_then(text)];
    parts.into_iter().flatten().collect::<Vec<String>>().join(" ")
}

/// A type as its platform writes it, made readable: `two_drop_offs` is “Two drop offs”.
fn words(name: &str) -> String {
    let plain = name.replace(['_', '-'], " ");
    let mut letters = plain.trim().chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn assurance(assurance: Assurance) -> page::Assurance {
    match assurance {
        Assurance::Typed => page::Assurance::Typed,
        Assurance::Imported => page::Assurance::Imported,
        Assurance::Fetched => page::Assurance::Fetched,
        Assurance::Signed => page::Assurance::Signed,
    }
}

fn state(state: ConnectionState) -> &'static str {
    match state {
        ConnectionState::Working => "Up to date",
        ConnectionState::File => "From a file",
        ConnectionState::Fetching => "Fetching",
        ConnectionState::AuthLost => "Sign in again",
        ConnectionState::LessGranted => "Less was granted than asked",
        ConnectionState::EmailSent => "An e-mail waits for an answer",
        ConnectionState::NotFinished => "Not finished",
        ConnectionState::PlatformBusy => "The platform asks to wait",
        ConnectionState::PlatformDown => "The platform does not answer",
        ConnectionState::UnknownFormat => "The answer cannot be read",
        ConnectionState::Stopped => "Stopped",
        ConnectionState::Gone => "The account is gone",
        ConnectionState::Typed => "Own entries",
    }
}
