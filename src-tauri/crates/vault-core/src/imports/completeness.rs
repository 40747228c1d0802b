//! What is there of each platform, and what is missing: months, counters, payments against payouts against the yearly statement.

use std::collections::BTreeMap;

use time::{Date, Month};
use vault_store::{
    Amount, Assurance, connections,
    connections::ConnectionWay,
    imports,
    records::{self, Overlap, PaymentSum, PlatformMonth, RecordFilter, Step},
};

use crate::{SpaceHandle, VaultError};

/// Beyond so many months a list of them is cut at its beginning.
const MOST_MONTHS: usize = 240;

/// What a platform reported of a whole time; it says once more what payments say.
const STATEMENT: &str = "statement";

/// What brought a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Covered {
    /// It was fetched.
    Fetched,
    /// It came in a file.
    File,
    /// Both.
    Both,
    /// Nothing is there.
    Nothing,
}

/// A month of a platform.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MonthCovered {
    /// Its first day.
    pub month: Date,
    /// Records that began in it.
    pub records: u64,
    /// Payments among them.
    pub payments: u64,
    /// What brought them.
    pub covered: Covered,
}

/// Payments in one currency, held against what was paid out and what the platform reported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Balance {
    /// Earnings, less what the platform took.
    pub payments: Amount,
    /// What it paid out.
    pub payouts: Amount,
    /// What it reported to the authorities (Directive (EU) 2021/514); `None` without a statement.
    pub statement: Option<Amount>,
    /// Payments of the years with a statement, less the statement.
    pub unexplained: Amount,
    /// Payments less payouts, or less the statement where nothing was paid out.
    pub difference: Amount,
}

/// What is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GapKind {
    /// Months between the first and the last of which nothing is there.
    Months,
    /// The platform's own counter says more than there is.
    Counter,
    /// Payments and payouts do not add up.
    Payouts,
    /// The yearly statement says something else.
    Statement,
    /// There is work and not one payment.
    NoPayments,
}

/// A gap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// What is missing.
    pub kind: GapKind,
    /// Its first day, where it has one.
    pub from: Option<Date>,
    /// Its last day.
    pub to: Option<Date>,
    /// How much, where it is a number of things.
    pub number: Option<u64>,
    /// How much, where it is money.
    pub amount: Option<Amount>,
}

/// What is there of a platform.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coverage {
    /// Its id.
    pub platform: String,
    /// Its name.
    pub name: String,
    /// Whether an account is linked, so that fetching may fill a gap.
    pub linked: bool,
    /// Every month from the first to the last.
    pub months: Vec<MonthCovered>,
    /// The platform's own counter of work and what is there.
    pub counter: Option<(u64, u64)>,
    /// Money, by currency.
    pub balances: Vec<Balance>,
    /// Records that were fetched and came in a file as well.
    pub overlaps: Vec<Overlap>,
    /// What is missing.
    pub gaps: Vec<Gap>,
}

impl SpaceHandle {
    /// What is there of each platform and what is missing, in the order of their names. The person's own entries have no gaps.
    ///
    /// # Errors
    /// The vault is locked, or the database could not be read.
    pub async fn completeness(&self) -> Result<Vec<Coverage>, VaultError> {
        self.read(|db| {
            db.read(|view| {
                let mut all: BTreeMap<String, (String, bool)> = BTreeMap::new();
                for connection in connections::list(view)? {
                    if connection.way == ConnectionWay::Own {
                        continue;
                    }
                    let entry = all.entry(connection.platform).or_insert((connection.name, false));
                    entry.1 |= connection.way.is_asked();
                }
                let months = records::platform_months(view)?;
                let payments = records::payment_sums(view)?;
                let overlaps = records::overlaps(view)?;
                let counters: BTreeMap<String, u64> = imports::counters(view)?.into_iter().collect();
                let mut coverages = Vec::with_capacity(all.len());
                for (platform, (name, linked)) in all {
                    let work = work_of(view, &platform)?;
                    let counter = counters.get(&platform).map(|says| (*says, work));
                    let mut coverage = Coverage {
                        months: months_of(&months, &platform),
                        balances: balances_of(&payments, &platform, &name),
                        overlaps: overlaps
                            .iter()
                            .filter(|overlap| overlap.platform == platform)
                            .cloned()
                            .collect(),
                        counter,
                        platform,
                        name,
                        linked,
                        gaps: Vec::new(),
                    };
                    coverage.gaps = gaps(&coverage, work);
                    coverages.push(coverage);
                }
                coverages.sort_by(|one, other| one.name.cmp(&other.name));
                Ok(coverages)
            })
        })
        .await
    }
}

/// Gigs, as everywhere: time online and the like is none.
fn work_of(view: &vault_store::View<'_>, platform: &str) -> Result<u64, VaultError> {
    let filter = RecordFilter {
        platform: Some(platform.to_owned()),
        ..Default::default()
    };
    let years = records::gigs(view, &filter, Step::Year)?;
    Ok(years.iter().map(|year| year.count).sum())
}

fn months_of(all: &[PlatformMonth], platform: &str) -> Vec<MonthCovered> {
    let mut known: BTreeMap<Date, MonthCovered> = BTreeMap::new();
    for month in all.iter().filter(|month| month.platform == platform) {
        let Some(first) = first_day(&month.month) else {
            continue;
        };
        let covered = match month.assurance {
            Assurance::Fetched | Assurance::Signed => Covered::Fetched,
            Assurance::Imported | Assurance::Typed => Covered::File,
        };
        let entry = known.entry(first).or_insert(MonthCovered {
            month: first,
            records: 0,
            payments: 0,
            covered,
        });
        entry.records += month.records;
        entry.payments += month.payments;
        if entry.covered != covered {
            entry.covered = Covered::Both;
        }
    }
    let (Some((first, _)), Some((last, _))) = (known.first_key_value(), known.last_key_value()) else {
        return Vec::new();
    };
    let (mut month, last) = (*first, *last);
    let mut months = Vec::new();
    while month <= last {
        months.push(known.remove(&month).unwrap_or(MonthCovered {
            month,
            records: 0,
            payments: 0,
            covered: Covered::Nothing,
        }));
        let Some(next) = next_month(month) else { break };
        month = next;
    }
    if months.len() > MOST_MONTHS {
        months.drain(..months.len() - MOST_MONTHS);
    }
    months
}

fn first_day(month: &str) -> Option<Date> {
    let (year, number) = month.split_once('-')?;
    let number = Month::try_from(number.parse::<u8>().ok()?).ok()?;
    Date::from_calendar_date(year.parse().ok()?, number, 1).ok()
}

fn next_month(first: Date) -> Option<Date> {
    let next = first.month().next();
    let year = first.year() + i32::from(next == Month::January);
    Date::from_calendar_date(year, next, 1).ok()
}

/// The money of a platform. A yearly statement is a platform's by its connection, or, where one file tells of several, by the name in it; it is
/// held against the payments of its years.
fn balances_of(all: &[PaymentSum], platform: &str, name: &str) -> Vec<Balance> {
    let is_about = |payment: &&PaymentSum| {
        payment.type_name == STATEMENT
            && [platform, name]
                .iter()
                .any(|known| payment.about.trim().eq_ignore_ascii_case(known))
    };
    let own: Vec<&PaymentSum> = all
        .iter()
        .filter(|payment| payment.platform == platform || is_about(payment))
        .collect();
    let mut balances: Vec<Balance> = Vec::new();
    for payment in &own {
        let amount = payment.sum.amount;
        let zero = Amount { minor: 0, ..amount };
        let is_same = |known: &Balance| {
            (known.payments.currency, known.payments.exponent) == (zero.currency, zero.exponent)
        };
        let at = balances.iter().position(is_same).unwrap_or_else(|| {
            balances.push(Balance {
                payments: zero,
                payouts: zero,
                statement: None,
                unexplained: zero,
                difference: zero,
            });
            balances.len() - 1
        });
        let Some(balance) = balances.get_mut(at) else {
            continue;
        };
        match payment.type_name.as_str() {
            // Money that went to the person may be written with either sign.
            "payout" => add(&mut balance.payouts, amount.minor.saturating_abs()),
            STATEMENT => {
                add(balance.statement.get_or_insert(zero), amount.minor);
                add(&mut balance.unexplained, amount.minor.saturating_neg());
            }
            "charge" => {}
            _ => {
                add(&mut balance.payments, amount.minor);
                let is_told = |other: &&&PaymentSum| {
                    other.type_name == STATEMENT
                        && (other.year, other.sum.amount.currency) == (payment.year, amount.currency)
                };
                if own.iter().any(|other| is_told(&other)) {
                    add(&mut balance.unexplained, amount.minor);
                }
            }
        }
    }
    for balance in &mut balances {
        balance.difference.minor = match balance.statement {
            Some(_) if balance.payouts.minor == 0 => balance.unexplained.minor,
            Some(_) | None => balance.payments.minor.saturating_sub(balance.payouts.minor),
        };
    }
    balances
}

fn add(amount: &mut Amount, minor: i64) {
    amount.minor = amount.minor.saturating_add(minor);
}

fn gaps(coverage: &Coverage, work: u64) -> Vec<Gap> {
    let gap = |kind| Gap {
        kind,
        from: None,
        to: None,
        number: None,
        amount: None,
    };
    let mut gaps = Vec::new();
    for run in coverage
        .months
        .chunk_by(|one, other| (one.covered == Covered::Nothing) == (other.covered == Covered::Nothing))
    {
        let (Some(first), Some(last)) = (run.first(), run.last()) else {
            continue;
        };
        if first.covered == Covered::Nothing {
            gaps.push(Gap {
                from: Some(first.month),
                to: next_month(last.month).and_then(Date::previous_day),
                number: Some(run.len() as u64),
                ..gap(GapKind::Months)
            });
        }
    }
    if let Some((says, holds)) = coverage.counter
        && says > holds
    {
        gaps.push(Gap {
            number: Some(says - holds),
            ..gap(GapKind::Counter)
        });
    }
    for balance in &coverage.balances {
        let differs = balance.difference.minor != 0;
        if balance.payouts.minor != 0 && differs {
            gaps.push(Gap {
                amount: Some(balance.difference),
                ..gap(GapKind::Payouts)
            });
        }
        if balance.statement.is_some() && balance.unexplained.minor != 0 {
            gaps.push(Gap {
                amount: Some(balance.unexplained),
                ..gap(GapKind::Statement)
            });
        }
    }
    if work > 0 && coverage.balances.is_empty() {
        gaps.push(Gap {
            number: Some(work),
            ..gap(GapKind::NoPayments)
        });
    }
    gaps
}
