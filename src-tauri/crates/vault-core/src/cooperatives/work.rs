//! Work data that the person may add to a transfer: sums by month that nobody asked for, and that go only where the person ticks them.

use std::{collections::BTreeMap, fmt};

use intercoop::payload::{Key, PayloadFields, ReceivedFields, Value};
use time::{Date, OffsetDateTime};
use vault_store::{View, connections, grants::Precision, records::Step};

use crate::{
    VaultError,
    disclosure::{Narrowing, WorkPeriod, number, work_periods},
};

/// How many calendar months are told, the present one included.
const MONTHS: u8 = 24;

/// A part of the work data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum WorkPart {
    /// Gigs and hours, without money.
    Gigs,
    /// Earnings per currency.
    Earnings,
    /// Averages of ratings, on the platforms' own scales, with their counts.
    Ratings,
}

impl WorkPart {
    /// All, in the order in which they are sent.
    pub const ALL: [Self; 3] = [Self::Gigs, Self::Earnings, Self::Ratings];

    /// Its word on the wire: a field of the payload that is a list of lines, such as `2026-10 Wolt: 34 gigs, 51.5 hours`. Upstream keeps
    /// a field that it does not know and asks nothing of it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Gigs => "workGigs",
            Self::Earnings => "workEarnings",
            Self::Ratings => "workRatings",
        }
    }

    /// The part of a word on the wire.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.name() == name)
    }

    /// Its words for people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Gigs => "Gigs and hours by month",
            Self::Earnings => "Earnings by month",
            Self::Ratings => "Average ratings by month",
        }
    }

    /// What a month of one platform says; `None` when it says nothing.
    fn words(self, period: &WorkPeriod) -> Option<String> {
        let said: Vec<String> = match self {
            Self::Gigs if period.gigs == 0 => Vec::new(),
            Self::Gigs => {
                let mut said = vec![counted(period.gigs, "gig")];
                // Many platforms do not say how long a gig took; no hours at all are not a fact.
                if period.hours > 0.0 {
                    said.push(format!("{} hours", number(period.hours)));
                }
                said
            }
            Self::Earnings => period
                .earned
                .iter()
                .map(|sum| format!("{} {}", sum.decimal(), sum.currency))
                .collect(),
            Self::Ratings => period
                .ratings
                .iter()
                .map(|one| {
                    let of = format!("{} of {}", number(one.average), number(one.max));
                    let of = format!("{of} in {}", counted(one.count, "rating"));
                    format!("{} {of}", one.name).trim_start().to_owned()
                })
                .collect(),
        };
        (!said.is_empty()).then(|| said.join(", "))
    }
}

fn counted(count: u64, what: &str) -> String {
    let ending = if count == 1 { "" } else { "s" };
    format!("{count} {what}{ending}")
}

/// A part that could be added, with everything that it would say. `Debug` leaves out the lines.
#[derive(Clone, PartialEq, Eq)]
pub struct WorkOffer {
    /// Which part.
    pub part: WorkPart,
    /// A line for each month and platform, the newest first.
    pub lines: Vec<String>,
}

impl fmt::Debug for WorkOffer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WorkOffer")
            .field("part", &self.part)
            .field("lines", &self.lines.len())
            .finish()
    }
}

/// The parts that have anything to say at `now`.
pub(super) fn offers(view: &View<'_>, now: OffsetDateTime) -> Result<Vec<WorkOffer>, VaultError> {
    let names: BTreeMap<String, String> = connections::list(view)?
        .into_iter()
        .map(|connection| (connection.platform, connection.name))
        .collect();
    let periods = work_periods(view, &narrowing(now), Step::Month, None)?;
    let lines = |part: WorkPart| {
        let newest = periods.iter().rev();
        newest
            .filter_map(|period| {
                let month = period.from.get(..7)?;
                let platform = names.get(&period.platform).unwrap_or(&period.platform);
                Some(format!("{month} {platform}: {}", part.words(period)?))
            })
            .collect()
    };
    let offers = WorkPart::ALL.map(|part| WorkOffer {
        part,
        lines: lines(part),
    });
    Ok(offers
        .into_iter()
        .filter(|offer| !offer.lines.is_empty())
        .collect())
}

/// Adds the chosen parts to what is sent.
///
/// # Errors
/// [`VaultError::Invalid`] for one that has nothing to say: what the person ticked is not left out in silence.
pub(super) fn add(
    view: &View<'_>,
    chosen: &[WorkPart],
    now: OffsetDateTime,
    values: &mut PayloadFields,
) -> Result<(), VaultError> {
    if chosen.is_empty() {
        return Ok(());
    }
    let offers = offers(view, now)?;
    for part in WorkPart::ALL.into_iter().filter(|part| chosen.contains(part)) {
        let offer = offers
            .iter()
            .find(|offer| offer.part == part)
            .ok_or(super::invalid(part.name(), "some work in the last two years"))?;
        let key = Key::new(part.name()).map_err(|_| VaultError::Internal("a field has no name"))?;
        values.set(key, Value::List(offer.lines.clone()));
    }
    Ok(())
}

/// Whether a frozen text has any of it.
pub(super) fn is_in(text: &ReceivedFields) -> bool {
    WorkPart::ALL
        .into_iter()
        .any(|part| text.get(part.name()).is_some())
}

/// What of the work data a text of this moment may hold: sums by month, of the last months.
pub(super) fn narrowing(at: OffsetDateTime) -> Narrowing {
    Narrowing {
        from: Some(first_day(at.date())),
        precision: Precision::Month,
        ..Narrowing::default()
    }
}

fn first_day(today: Date) -> Date {
    let mut day = Step::Month.begin(today);
    for _ in 1..MONTHS {
        day = day
            .previous_day()
            .map_or(day, |earlier| Step::Month.begin(earlier));
    }
    day
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    #[test]
    fn two_years_with_this_month() {
        assert_eq!(first_day(date!(2026 - 11 - 28)), date!(2024 - 12 - 01));
        assert_eq!(first_day(date!(2026 - 12 - 01)), date!(2025 - 01 - 01));
    }

    #[test]
    fn their_names_can_be_written() {
        for part in WorkPart::ALL {
            assert_eq!(Key::new(part.name()).unwrap().as_str(), part.name());
            assert_eq!(WorkPart::of_name(part.name()), Some(part));
        }
        assert_eq!(WorkPart::of_name("name"), None);
    }
}
