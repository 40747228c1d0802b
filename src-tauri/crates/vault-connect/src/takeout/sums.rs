//! What rows add up to.

use std::{collections::BTreeMap, ops::AddAssign};

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use vault_store::{Currency, NewRecord, RecordKind};

use super::rows::{AsideReason, RowRead};

/// Types of payments that are no earnings: money that went through, and what a yearly statement says of others.
const PAYOUT: &str = "payout";
const STATEMENT: &str = "statement";
const CHARGE: &str = "charge";

/// Rows and what they add up to. Accepted, contained and set aside are all the rows that were read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sums {
    /// Rows.
    pub rows: u64,
    /// Rows that became records.
    pub accepted: u64,
    /// Rows that say what others say.
    pub contained: u64,
    /// Rows that were set aside, by their reasons.
    pub aside: BTreeMap<AsideReason, u64>,
    /// Records by their kinds.
    pub kinds: BTreeMap<RecordKind, u64>,
    /// Money by its currency.
    pub money: BTreeMap<Currency, MoneySums>,
    /// The earliest moment.
    pub from: Option<OffsetDateTime>,
    /// The latest.
    pub to: Option<OffsetDateTime>,
}

/// Money of one currency, in its minor units. What is of two kinds is never added.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MoneySums {
    /// Payments that count as earnings, fees among them.
    pub payments: i64,
    /// Money that was paid out: the same money once more.
    pub payouts: i64,
    /// What was charged for something else than work.
    pub charges: i64,
    /// What yearly statements say.
    pub statements: i64,
    /// What work itself says that it brought.
    pub work: i64,
}

impl AddAssign for MoneySums {
    fn add_assign(&mut self, other: Self) {
        self.payments = self.payments.saturating_add(other.payments);
        self.payouts = self.payouts.saturating_add(other.payouts);
        self.charges = self.charges.saturating_add(other.charges);
        self.statements = self.statements.saturating_add(other.statements);
        self.work = self.work.saturating_add(other.work);
    }
}

impl Sums {
    /// Adds a row.
    pub fn add(&mut self, row: &RowRead) {
        self.rows += 1;
        match row {
            RowRead::Record(record) => {
                self.accepted += 1;
                self.add_record(record);
            }
            RowRead::Records(records) => {
                self.accepted += 1;
                for record in records {
                    self.add_record(record);
                }
            }
            RowRead::Contained => self.contained += 1,
            RowRead::Aside(reason, _) => *self.aside.entry(*reason).or_default() += 1,
        }
    }

    /// All rows that were set aside.
    #[must_use]
    pub fn all_aside(&self) -> u64 {
        self.aside.values().sum()
    }

    fn add_record(&mut self, record: &NewRecord) {
        *self.kinds.entry(record.kind).or_default() += 1;
        if let Some(start) = record.start {
            self.from = Some(self.from.map_or(start, |from| from.min(start)));
            self.to = Some(self.to.map_or(start, |to| to.max(start)));
        }
        let Some(amount) = record.amount else {
            return;
        };
        let sums = self.money.entry(amount.currency).or_default();
        let place = match (record.kind, record.type_name.as_deref()) {
            (RecordKind::Payment, Some(PAYOUT)) => &mut sums.payouts,
            (RecordKind::Payment, Some(STATEMENT)) => &mut sums.statements,
            (RecordKind::Payment, Some(CHARGE)) => &mut sums.charges,
            (RecordKind::Payment, _) => &mut sums.payments,
            (
                RecordKind::Work
                | RecordKind::Rating
                | RecordKind::Review
                | RecordKind::Achievement
                | RecordKind::Restriction,
                _,
            ) => &mut sums.work,
        };
        *place = place.saturating_add(amount.minor);
    }
}
