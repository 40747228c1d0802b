//! How complete what is here of each platform is, as the pages and the terminal say it.

use serde::Serialize;
use specta::Type;
use vault_core::imports::{self as core, Coverage, Covered, GapKind};
use vault_store::Amount;

use super::{
    time::iso,
    values::Money,
    words::{count, number},
};

/// Something that is missing, and what to do.
#[derive(Clone, Serialize, Type)]
pub(crate) struct Gap {
    what: String,
    todo: String,
    from: Option<String>,
    to: Option<String>,
}

impl Gap {
    /// What is missing and what to do, in one line.
    pub(crate) fn words(&self) -> String {
        format!("{} {}", self.what, self.todo)
    }
}

/// The platform's own counter, and what is here.
#[derive(Clone, Copy, Serialize, Type)]
pub(crate) struct Counter {
    pub(super) says: u64,
    pub(super) holds: u64,
}

/// What brought a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum CoveredBy {
    Api,
    File,
    Both,
    None,
}

/// A month of a platform, such as `2026-11`.
#[derive(Clone, Serialize, Type)]
pub(crate) struct CoveredMonth {
    month: String,
    records: u64,
    payments: u64,
    covered: CoveredBy,
}

/// Payments against payouts against the statement of the year.
#[derive(Clone, Serialize, Type)]
pub(crate) struct ReconciledSum {
    currency: String,
    payments: Money,
    payouts: Money,
    statement: Option<Money>,
    difference: Money,
}

/// A time that was fetched and came in a file.
#[derive(Clone, Serialize, Type)]
pub(crate) struct Overlap {
    from: String,
    to: String,
    records: u64,
}

/// How complete a platform is.
#[derive(Clone, Serialize, Type)]
pub(crate) struct PlatformCoverage {
    platform: String,
    name: String,
    months: Vec<CoveredMonth>,
    counter: Option<Counter>,
    payments: Vec<ReconciledSum>,
    overlaps: Vec<Overlap>,
    gaps: Vec<Gap>,
}

impl From<Coverage> for PlatformCoverage {
    fn from(coverage: Coverage) -> Self {
        let gaps = gaps(&coverage);
        let month = |month: core::MonthCovered| CoveredMonth {
            month: iso(month.month).chars().take(7).collect(),
            records: month.records,
            payments: month.payments,
            covered: match month.covered {
                Covered::Fetched => CoveredBy::Api,
                Covered::File => CoveredBy::File,
                Covered::Both => CoveredBy::Both,
                Covered::Nothing => CoveredBy::None,
            },
        };
        let balance = |balance: core::Balance| ReconciledSum {
            currency: balance.payments.currency.as_str().to_owned(),
            payments: balance.payments.into(),
            payouts: balance.payouts.into(),
            statement: balance.statement.map(Money::from),
            difference: balance.difference.into(),
        };
        let overlaps = coverage.overlaps.iter().map(|overlap| Overlap {
            from: iso(overlap.from.date()),
            to: iso(overlap.to.date()),
            records: overlap.records,
        });
        Self {
            overlaps: overlaps.collect(),
            platform: coverage.platform,
            name: coverage.name,
            months: coverage.months.into_iter().map(month).collect(),
            counter: coverage.counter.map(|(says, holds)| Counter { says, holds }),
            payments: coverage.balances.into_iter().map(balance).collect(),
            gaps,
        }
    }
}

/// The gaps of a platform, in words, each with what to do.
pub(crate) fn gaps(coverage: &Coverage) -> Vec<Gap> {
    coverage.gaps.iter().map(|gap| in_words(coverage, gap)).collect()
}

fn in_words(coverage: &Coverage, gap: &core::Gap) -> Gap {
    let name = &coverage.name;
    let many = gap.number.unwrap_or_default();
    let money = gap.amount.map(positive).map(vault_core::money::words);
    let money = money.unwrap_or_default();
    let ask = if coverage.linked {
        format!("Fetch from {name} again, or ask for your data.")
    } else {
        format!("Ask {name} for your data of this time, or import a file that has it.")
    };
    let (what, todo) = match gap.kind {
        GapKind::Months => (
            format!("Nothing is here for {}.", count(many, "month", "months")),
            ask,
        ),
        GapKind::Counter => {
            let (says, holds) = coverage.counter.unwrap_or_default();
            (
                format!(
                    "{name} counts {}, and {} are here.",
                    count(says, "piece of work", "pieces of work"),
                    number(holds)
                ),
                format!("Ask {name} for your data again, and say that work is missing."),
            )
        }
        GapKind::Payouts => (
            format!("Payments and payouts differ by {money}."),
            "Import the payments and the payouts of the same time; fees may be a file of their own."
                .to_owned(),
        ),
        GapKind::Statement => (
            format!("The yearly statement and the payments differ by {money}."),
            format!("Import all payments of the year, then ask {name} how it counted."),
        ),
        GapKind::NoPayments => (
            "There is work, and no payment for it.".to_owned(),
            "Import the payments: often they are a file of their own.".to_owned(),
        ),
    };
    Gap {
        what,
        todo,
        from: gap.from.map(iso),
        to: gap.to.map(iso),
    }
}

fn positive(amount: Amount) -> Amount {
    Amount {
        minor: amount.minor.saturating_abs(),
        ..amount
    }
}
