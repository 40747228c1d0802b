//! The month in which a recipient has to answer, and how it grows by two.

use time::{Date, Month};

/// One month from the day on which something was asked. A recipient answers "within one month of receipt of the request" (GDPR,
/// Art. 12(3)); a month ends on the day of the same number, or on the last day of a month that has no such day (Regulation (EEC, Euratom)
/// No 1182/71, Art. 3(2)(c)).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MonthClock {
    /// The day on which it was asked.
    pub asked: Date,
    /// The last day on which an answer is in time.
    pub due: Date,
    /// Days from one to the other: 28 to 31, or 89 to 92 when it was extended.
    pub days: u16,
    /// Days since it was asked; more than `days` when the month is over.
    pub passed: u16,
}

impl MonthClock {
    /// The clock as it stands today.
    #[must_use]
    pub fn of(asked: Date, today: Date) -> Self {
        let due = months_after(asked, 1);
        Self {
            asked,
            due,
            days: between(asked, due),
            passed: between(asked, today),
        }
    }

    /// The clock of a recipient that said, within the first month, that it needs longer: two further months (GDPR, Art. 12(3)).
    #[must_use]
    pub fn extended(asked: Date, today: Date) -> Self {
        let due = months_after(asked, 3);
        Self {
            asked,
            due,
            days: between(asked, due),
            passed: between(asked, today),
        }
    }

    /// Days that are left; none on the last day and after it.
    #[must_use]
    pub const fn left(self) -> u16 {
        self.days.saturating_sub(self.passed)
    }

    /// Days by which an answer is late; none as long as it is in time.
    #[must_use]
    pub const fn late(self) -> u16 {
        self.passed.saturating_sub(self.days)
    }
}

/// The same day so many months later, or the last day of that month.
fn months_after(day: Date, months: u8) -> Date {
    let (mut year, mut month) = (day.year(), day.month());
    for _ in 0..months {
        month = month.next();
        if month == Month::January {
            year += 1;
        }
    }
    let number = day.day().min(month.length(year));
    Date::from_calendar_date(year, month, number).unwrap_or(day)
}

fn between(from: Date, to: Date) -> u16 {
    u16::try_from((to - from).whole_days().max(0)).unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    #[test]
    fn a_month_ends_on_the_day_of_the_same_number_or_on_the_last() {
        for (asked, due, days) in [
            (date!(2026 - 11 - 10), date!(2026 - 12 - 10), 30),
            (date!(2026 - 12 - 31), date!(2027 - 01 - 31), 31),
            (date!(2027 - 01 - 31), date!(2027 - 02 - 28), 28),
            (date!(2028 - 01 - 30), date!(2028 - 02 - 29), 30),
            (date!(2026 - 05 - 31), date!(2026 - 06 - 30), 30),
        ] {
            let clock = MonthClock::of(asked, asked);
            assert_eq!((clock.due, clock.days, clock.passed), (due, days, 0), "{asked}");
        }
    }

    #[test]
    fn more_time_is_two_months_more() {
        let clock = MonthClock::extended(date!(2026 - 11 - 30), date!(2026 - 12 - 31));
        assert_eq!(
            (clock.due, clock.days, clock.left()),
            (date!(2027 - 02 - 28), 90, 59)
        );
    }

    #[test]
    fn the_last_day_is_in_time_and_the_next_is_late() {
        let on = |today| {
            let clock = MonthClock::of(date!(2026 - 11 - 10), today);
            (clock.passed, clock.left(), clock.late())
        };
        assert_eq!(on(date!(2026 - 11 - 22)), (12, 18, 0));
        assert_eq!(on(date!(2026 - 12 - 10)), (30, 0, 0));
        assert_eq!(on(date!(2026 - 12 - 13)), (33, 0, 3));
        // A clock of the computer that was set back.
        assert_eq!(on(date!(2026 - 11 - 01)), (0, 30, 0));
    }
}
