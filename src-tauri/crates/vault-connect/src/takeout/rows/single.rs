//! One row by itself: what the person corrected, and which of its cells are the reason why it is set aside.

use std::collections::BTreeSet;

use vault_core::disclosure::is_about_others;
use vault_store::{NewRecord, RecordKind};

use super::{
    AsideReason, LONGEST_LINE, RowRead, Rows,
    bound::{Bound, BoundRecord, BoundTime},
    value,
};
use crate::takeout::importer::{Importer, normal};

impl Rows {
    /// Whether a time was met whose zone only the person can say.
    pub(in crate::takeout) fn wall_clock(&self) -> bool {
        self.context.wall_clock()
    }

    /// Reads a row as the last of its file. `there` says whether the file has a record of a key already: a row that is known by what it says is
    /// one more than those, and one with an id of its own is there twice.
    ///
    /// # Errors
    /// What `there` fails with.
    pub(in crate::takeout) fn read_last<E>(
        &mut self,
        number: u64,
        cells: &[&str],
        mut there: impl FnMut(&str) -> Result<bool, E>,
    ) -> Result<RowRead, E> {
        loop {
            // Read again, it gets the next number, or meets its own id.
            let read = self.read(number, cells);
            let records: &[NewRecord] = match &read {
                RowRead::Record(record) => std::slice::from_ref(&**record),
                RowRead::Records(records) => records,
                RowRead::Contained | RowRead::Aside(..) => return Ok(read),
            };
            let mut known = false;
            for record in records {
                known |= there(&record.source_key)?;
            }
            if !known {
                return Ok(read);
            }
        }
    }

    /// The columns whose cells are the reason; none where it is the whole row.
    pub(in crate::takeout) fn at_fault(&self, reason: AsideReason, cells: &[&str]) -> Vec<usize> {
        if reason == AsideReason::TooLong {
            let long = cells
                .iter()
                .enumerate()
                .filter(|(_, cell)| cell.len() > LONGEST_LINE);
            return long.map(|(at, _)| at).collect();
        }
        let mut all = BTreeSet::new();
        for rule in &self.bound.records {
            let speaks = rule.when.is_none_or(|at| {
                self.context
                    .text(&[at], cells)
                    .is_some_and(|text| !value::is_zero(text))
            });
            if speaks {
                self.columns_of(rule, reason, cells, &mut all);
            }
        }
        all.into_iter().collect()
    }

    fn columns_of(&self, rule: &BoundRecord, reason: AsideReason, cells: &[&str], all: &mut BTreeSet<usize>) {
        let times = rule.start.iter().chain(&rule.end);
        let of = |time: &BoundTime| {
            time.columns
                .iter()
                .chain(&time.local)
                .copied()
                .collect::<Vec<_>>()
        };
        match reason {
            AsideReason::NoDate => all.extend(rule.start.iter().flat_map(of)),
            AsideReason::EndsFirst => all.extend(times.flat_map(of)),
            AsideReason::BadDate => {
                let bad = times.filter(|time| self.context.moment(time, cells).is_err());
                all.extend(bad.flat_map(of));
            }
            AsideReason::NoAmount
            | AsideReason::BadAmount
            | AsideReason::LargeAmount
            | AsideReason::NoCurrency
            | AsideReason::BadCurrency => {
                let money = rule.amount.as_ref();
                let Some(money) = money.filter(|money| self.context.amount(money, cells).is_err()) else {
                    return;
                };
                let of_currency = matches!(reason, AsideReason::NoCurrency | AsideReason::BadCurrency);
                let columns = if of_currency && !money.currency_columns.is_empty() {
                    &money.currency_columns
                } else {
                    &money.columns
                };
                all.extend(columns);
            }
            AsideReason::BadNumber => {
                let distance = rule.distance.as_ref();
                let distance = distance.filter(|rule| self.context.distance(rule, cells).is_err());
                all.extend(distance.into_iter().flat_map(|(columns, _)| columns));
                let duration = rule.duration.as_ref();
                let duration = duration.filter(|rule| self.context.duration(rule, cells).is_err());
                all.extend(duration.into_iter().flat_map(|(columns, _)| columns));
                let rating = rule.rating.as_ref().filter(|rating| {
                    let read = self.context.rating(rating, cells);
                    read.as_ref()
                        .map_or(true, |value| rule.kind == RecordKind::Rating && value.is_none())
                });
                all.extend(rating.into_iter().flat_map(|(columns, ..)| columns));
            }
            AsideReason::Twice => all.extend(rule.key.iter().flat_map(|key| &key.columns)),
            AsideReason::Width | AsideReason::TooLong => {}
        }
    }
}

/// The columns of a header that speak of others, as any importer that knows such a header says, and as their names say.
pub(in crate::takeout) fn about_others(header: &[String], own: &[Importer]) -> BTreeSet<usize> {
    let names: BTreeSet<String> = header.iter().map(|name| normal(name)).collect();
    let layouts = own
        .iter()
        .chain(crate::takeout::importers())
        .flat_map(|importer| &importer.layout)
        .filter(|layout| layout.needs.iter().all(|name| names.contains(&normal(name))));
    let mut all: BTreeSet<usize> = layouts
        .flat_map(|layout| Bound::new(layout, header).people)
        .collect();
    let named = header
        .iter()
        .enumerate()
        .filter(|(_, name)| is_about_others(name));
    all.extend(named.map(|(at, _)| at));
    all
}
