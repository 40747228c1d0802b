//! The Overview page.

use serde::{Deserialize, Serialize};
use specta::Type;
use time::OffsetDateTime;
use vault_core::apps::{AppInfo, Moved};
use vault_core::disclosure::{ActivityItem, GrantView};
use vault_core::overview::{Cell as CoreCell, Overview as Facts, Period as CorePeriod, RatingLine, Series};
use vault_store::{
    ConnectionId,
    connections::{Connection, ConnectionWay},
    records::Step as StoreStep,
};

use super::{
    activity::{ActivityRow, attention_words},
    connections::{ConnectionGroup, ConnectionState, group, stale_since, state_words, way_words},
    platforms::Platforms,
    time::{iso, stamp},
    values::{Monogram, RatingScale},
    words::{count, list, spelled},
};
use crate::error::AppError;

/// How far back the page looks.
#[derive(Clone, Copy, Debug, Deserialize, Type)]
pub(crate) enum Period {
    #[serde(rename = "3m")]
    ThreeMonths,
    #[serde(rename = "12m")]
    TwelveMonths,
    #[serde(rename = "all")]
    All,
}

impl From<Period> for CorePeriod {
    fn from(period: Period) -> Self {
        match period {
            Period::ThreeMonths => Self::ThreeMonths,
            Period::TwelveMonths => Self::TwelveMonths,
            Period::All => Self::All,
        }
    }
}

/// The page.
#[derive(Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Overview {
    pub(crate) total: u64,
    pub(crate) work_total: u64,
    pub(crate) platform_count: u32,
    pub(crate) sentence: String,
    pub(crate) backup: Option<String>,
    pub(crate) needs_you: Vec<NeedsYou>,
    pub(crate) currencies: Vec<EarningsSeries>,
    pub(crate) ratings: Vec<RatingSummary>,
    pub(crate) coverage: Coverage,
    pub(crate) connections: Vec<ConnectionLine>,
    left: Vec<ActivityRow>,
}

/// Something that only the person can do.
#[derive(Clone, Serialize, Type)]
pub(crate) struct NeedsYou {
    pub(crate) id: String,
    pub(crate) bold: String,
    pub(crate) rest: String,
    pub(crate) action: String,
    pub(crate) target: String,
}

/// The width of a bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
enum Step {
    Week,
    Month,
}

impl From<StoreStep> for Step {
    fn from(step: StoreStep) -> Self {
        match step {
            StoreStep::Week => Self::Week,
            StoreStep::Month | StoreStep::Year => Self::Month,
        }
    }
}

/// Earnings in one currency.
#[derive(Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EarningsSeries {
    currency: String,
    exponent: u8,
    total_minor: i64,
    gigs: u64,
    per_week_minor: i64,
    step: Step,
    platforms: Vec<SeriesPlatform>,
    bars: Vec<Bar>,
}

#[derive(Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
struct SeriesPlatform {
    platform: String,
    name: String,
    monogram: Monogram,
    total_minor: i64,
}

#[derive(Clone, Serialize, Type)]
struct Bar {
    from: String,
    to: String,
    minor: Vec<i64>,
    gigs: u64,
    gap: Option<String>,
}

/// Ratings of one dimension.
#[derive(Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RatingSummary {
    connection: String,
    name: String,
    monogram: Monogram,
    dimension: String,
    count: u64,
    #[specta(type = i32)] // a finite number
    average: f64,
    scale: RatingScale,
    #[specta(type = Vec<i32>)] // finite numbers
    spark: Vec<f64>,
    as_of: Option<String>,
}

/// Which months have data.
#[derive(Clone, Serialize, Type)]
pub(crate) struct Coverage {
    months: Vec<String>,
    rows: Vec<CoverageRow>,
}

#[derive(Clone, Serialize, Type)]
struct CoverageRow {
    connection: String,
    name: String,
    cells: Vec<Cell>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
enum Cell {
    Full,
    None,
    Outside,
}

/// How a connection is doing, in one line.
#[derive(Clone, Serialize, Type)]
pub(crate) struct ConnectionLine {
    id: String,
    name: String,
    state: ConnectionState,
    words: String,
    way: String,
    when: Option<String>,
}

impl Overview {
    pub(crate) fn new(
        facts: &Facts,
        platforms: &Platforms,
        left: &[ActivityItem],
        now: OffsetDateTime,
    ) -> Self {
        let people = People {
            connections: &facts.connections,
            platforms,
        };
        Self {
            total: facts.total,
            work_total: facts.work,
            platform_count: u32::try_from(platforms.count()).unwrap_or(u32::MAX),
            sentence: sentence(facts.total, platforms.count() as u64),
            backup: None,
            needs_you: facts.connections.iter().filter_map(need).collect(),
            currencies: facts.series.iter().map(|series| people.series(series)).collect(),
            ratings: facts.ratings.iter().map(|line| people.rating(line)).collect(),
            coverage: Coverage {
                months: facts.coverage.months.clone(),
                rows: facts
                    .coverage
                    .rows
                    .iter()
                    .map(|(id, cells)| people.coverage(*id, cells))
                    .collect(),
            },
            connections: facts
                .connections
                .iter()
                .filter(|connection| connection.way != ConnectionWay::Own)
                .map(|connection| line(connection, now))
                .collect(),
            left: left.iter().map(ActivityRow::from).collect(),
        }
    }
}

/// What is here, in a sentence.
fn sentence(total: u64, platforms: u64) -> String {
    if total == 0 {
        return "Nothing here yet. Bring in your first data.".into();
    }
    let from = if platforms == 1 {
        "one platform".into()
    } else {
        format!("{} platforms", spelled(platforms))
    };
    format!(
        "{} from {from}, all kept on this computer.",
        count(total, "record", "records")
    )
}

fn need(connection: &Connection) -> Option<NeedsYou> {
    let (bold, rest, action) = match (group(connection.state), connection.state) {
        (ConnectionGroup::NeedsYou, vault_store::connections::ConnectionState::AuthLost)
            if connection.way == ConnectionWay::Email =>
        {
            (
                "refuses your token.",
                "What you already have is safe.",
                format!("Connect {} again", connection.name),
            )
        }
        (ConnectionGroup::NeedsYou, vault_store::connections::ConnectionState::AuthLost) => (
            "ended your session.",
            "What you already have is safe.",
            format!("Sign in to {}", connection.name),
        ),
        (ConnectionGroup::NeedsYou, vault_store::connections::ConnectionState::LessGranted) => (
            "allows less than asked.",
            "What you already have is safe.",
            format!("See {}", connection.name),
        ),
        (ConnectionGroup::NeedsYou, _) => (
            "answers in a new layout.",
            "Nothing was lost.",
            format!("See {}", connection.name),
        ),
        _ => return None,
    };
    Some(NeedsYou {
        id: connection.id.to_string(),
        bold: format!("{} {bold}", connection.name),
        rest: rest.into(),
        action,
        target: format!("/connections/{}", connection.id),
    })
}

fn line(connection: &Connection, now: OffsetDateTime) -> ConnectionLine {
    ConnectionLine {
        id: connection.id.to_string(),
        name: connection.name.clone(),
        state: connection.state.into(),
        words: state_words(connection, now),
        way: way_words(connection.way).into(),
        when: connection.last_fetch_at.map(stamp),
    }
}

/// Who the numbers belong to.
struct People<'a> {
    connections: &'a [Connection],
    platforms: &'a Platforms,
}

impl People<'_> {
    fn connection(&self, id: ConnectionId) -> Option<&Connection> {
        self.connections.iter().find(|connection| connection.id == id)
    }

    fn name(&self, id: ConnectionId) -> String {
        self.connection(id)
            .map(|connection| connection.name.clone())
            .unwrap_or_default()
    }

    fn monogram(&self, id: ConnectionId) -> Monogram {
        self.platforms.monogram(
            self.connection(id)
                .map_or("", |connection| connection.platform.as_str()),
        )
    }

    fn series(&self, series: &Series) -> EarningsSeries {
        let gigs = series.bars.iter().map(|bar| bar.gigs).sum();
        EarningsSeries {
            currency: series.currency.as_str().to_owned(),
            exponent: series.exponent,
            total_minor: series.total_minor,
            gigs,
            per_week_minor: series.total_minor / weeks(series).max(1),
            step: series.step.into(),
            platforms: series
                .parts
                .iter()
                .map(|(id, total_minor)| SeriesPlatform {
                    platform: self
                        .connection(*id)
                        .map(|connection| connection.platform.clone())
                        .unwrap_or_default(),
                    name: self.name(*id),
                    monogram: self.monogram(*id),
                    total_minor: *total_minor,
                })
                .collect(),
            bars: series.bars.iter().map(|bar| self.bar(bar)).collect(),
        }
    }

    fn bar(&self, bar: &vault_core::overview::Bar) -> Bar {
        let lacking: Vec<String> = bar.gaps.iter().map(|id| self.name(*id)).collect();
        Bar {
            from: iso(bar.from),
            to: iso(bar.to),
            minor: bar.minor.clone(),
            gigs: bar.gigs,
            gap: (!lacking.is_empty()).then(|| format!("No {} data", list(&lacking))),
        }
    }

    fn rating(&self, line: &RatingLine) -> RatingSummary {
        let stats = &line.stats;
        let stale = self.connection(stats.connection).and_then(stale_since).is_some();
        RatingSummary {
            connection: stats.connection.to_string(),
            name: self.name(stats.connection),
            monogram: self.monogram(stats.connection),
            dimension: if stats.name.is_empty() {
                "overall".into()
            } else {
                stats.name.replace('_', " ")
            },
            count: stats.count,
            average: stats.average,
            scale: RatingScale {
                value: stats.average,
                min: stats.min,
                max: stats.max,
            },
            spark: line.months.clone(),
            as_of: stale.then(|| stamp(stats.latest)),
        }
    }

    fn coverage(&self, id: ConnectionId, cells: &[CoreCell]) -> CoverageRow {
        CoverageRow {
            connection: id.to_string(),
            name: self.name(id),
            cells: cells
                .iter()
                .map(|cell| match cell {
                    CoreCell::Full => Cell::Full,
                    CoreCell::Missing => Cell::None,
                    CoreCell::Outside => Cell::Outside,
                })
                .collect(),
        }
    }
}

/// How many weeks the bars of a series span.
fn weeks(series: &Series) -> i64 {
    match (series.bars.first(), series.bars.last()) {
        (Some(first), Some(last)) => ((last.to - first.from).whole_days() + 1) / 7,
        _ => 0,
    }
}

/// The row about an address on this computer that another program has.
pub(crate) fn no_gateway(trouble: &AppError) -> NeedsYou {
    NeedsYou {
        id: "gateway".into(),
        bold: trouble.title.clone(),
        rest: format!("Apps cannot be opened. {}", trouble.todo),
        action: "About Satchel".into(),
        target: "/settings/about".into(),
    }
}

/// The row of an app whose newer version waits for the person's look.
pub(crate) fn changed_app(app: &AppInfo) -> Option<NeedsYou> {
    let name = &app.manifest.name;
    let (bold, rest) = match &app.offer.as_ref()?.moved {
        Some(Moved::Address(..)) => (
            format!("The address of {name} changed."),
            "It gets nothing until you decide.",
        ),
        Some(Moved::Key(..)) => (
            format!("The key of {name} changed."),
            "It gets nothing until you decide.",
        ),
        None => (
            format!("{name} has a new version."),
            "It keeps what it sees, and gets nothing more until you look.",
        ),
    };
    Some(NeedsYou {
        id: app.id.to_string(),
        bold,
        rest: rest.into(),
        action: format!("Review the new version of {name}"),
        target: format!("/apps/{}", app.id),
    })
}

/// The monthly row about permissions that nobody used for long, or that have no end.
pub(crate) fn grants_to_review(due: &[GrantView], now: OffsetDateTime) -> Option<NeedsYou> {
    let first = due.first()?;
    let why = first.attention(now).map(attention_words).unwrap_or_default();
    let (bold, rest) = match due.len() {
        1 => (
            format!("{} can see something: {why}.", first.grant.recipient.name),
            format!("{}.", first.words),
        ),
        more => (
            format!("{more} permissions deserve a look."),
            format!("{}, {why}, and others.", first.grant.recipient.name),
        ),
    };
    Some(NeedsYou {
        id: "grants".into(),
        bold,
        rest,
        action: "See what anyone can see".into(),
        target: "/apps/sharing?look=1".into(),
    })
}

/// The row that stays until the recovery kit is known to be kept.
pub(crate) fn no_kit() -> NeedsYou {
    NeedsYou {
        id: "recovery".into(),
        bold: "There is no recovery kit yet.".into(),
        rest: "If you forget the passphrase, nobody can open the vault.".into(),
        action: "Make a recovery kit".into(),
        target: "/settings/security".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sentence_says_what_is_here() {
        assert_eq!(sentence(0, 0), "Nothing here yet. Bring in your first data.");
        assert_eq!(
            sentence(4_212, 4),
            "4,212 records from four platforms, all kept on this computer."
        );
        assert_eq!(
            sentence(1, 1),
            "1 record from one platform, all kept on this computer."
        );
    }
}
