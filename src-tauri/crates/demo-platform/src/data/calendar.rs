//! Days and clocks in Madrid: the offset by the rule of Directive 2000/84/EC, weeks, months.

use time::{Date, Duration, Month, OffsetDateTime, UtcOffset, Weekday};

const WINTER: UtcOffset = offset(1);
const SUMMER: UtcOffset = offset(2);

/// The day in Madrid at that moment.
pub(crate) fn local_date(moment: OffsetDateTime) -> Date {
    moment.to_offset(offset_at(moment)).date()
}

/// The moment a clock in Madrid shows so many seconds after midnight. A time that the clock shows twice is the first of the two.
pub(crate) fn at(date: Date, second: i64) -> OffsetDateTime {
    let clock = date.midnight() + Duration::seconds(second);
    let summer = clock.assume_offset(SUMMER);
    if offset_at(summer) == SUMMER {
        summer
    } else {
        clock.assume_offset(WINTER)
    }
}

/// That many seconds later, with the offset that is right by then.
pub(crate) fn later(moment: OffsetDateTime, seconds: i64) -> OffsetDateTime {
    let then = moment + Duration::seconds(seconds);
    then.to_offset(offset_at(then))
}

/// The Monday of the day's week.
pub(crate) fn monday(date: Date) -> Date {
    date - Duration::days(i64::from(date.weekday().number_days_from_monday()))
}

/// Months since the year 0.
pub(crate) fn month_number(date: Date) -> i32 {
    date.year() * 12 + i32::from(u8::from(date.month())) - 1
}

/// A day of a month by [`month_number`]; the month's first day if it has no such day.
pub(crate) fn day_of_month(number: i32, day: u8) -> Date {
    let month = u8::try_from(number.rem_euclid(12) + 1)
        .ok()
        .and_then(|month| Month::try_from(month).ok());
    let first = Date::from_calendar_date(number.div_euclid(12), month.unwrap_or(Month::January), 1);
    let first = first.unwrap_or(Date::MIN);
    first.replace_day(day).unwrap_or(first)
}

fn offset_at(moment: OffsetDateTime) -> UtcOffset {
    let year = moment.to_offset(UtcOffset::UTC).year();
    let summer = changeover(year, Month::March)..changeover(year, Month::October);
    if summer.contains(&moment) { SUMMER } else { WINTER }
}

/// 01:00 UTC on the last Sunday of a month of 31 days.
fn changeover(year: i32, month: Month) -> OffsetDateTime {
    let last = Date::from_calendar_date(year, month, 31).unwrap_or(Date::MAX);
    let sunday = last - Duration::days(i64::from(last.weekday().number_days_from_sunday()));
    debug_assert_eq!(sunday.weekday(), Weekday::Sunday);
    sunday.midnight().assume_utc() + Duration::hours(1)
}

const fn offset(hours: i8) -> UtcOffset {
    match UtcOffset::from_hms(hours, 0, 0) {
        Ok(offset) => offset,
        Err(_) => UtcOffset::UTC,
    }
}

#[cfg(test)]
mod tests {
    use super::{at, day_of_month, later, local_date, monday, month_number};
    use time::macros::{date, datetime};

    #[test]
    fn the_clock_changes_on_the_last_sundays_of_march_and_october() {
        for (date, hour, expected) in [
            (date!(2026 - 03 - 29), 1, datetime!(2026-03-29 01:00 +1)),
            (date!(2026 - 03 - 29), 3, datetime!(2026-03-29 03:00 +2)),
            (date!(2026 - 07 - 01), 12, datetime!(2026-07-01 12:00 +2)),
            (date!(2026 - 10 - 25), 2, datetime!(2026-10-25 02:00 +2)),
            (date!(2026 - 10 - 25), 3, datetime!(2026-10-25 03:00 +1)),
            (date!(2026 - 12 - 31), 23, datetime!(2026-12-31 23:00 +1)),
        ] {
            let moment = at(date, hour * 3600);
            assert_eq!((moment, moment.offset()), (expected, expected.offset()));
        }
    }

    #[test]
    fn a_later_moment_has_the_offset_of_its_own_time() {
        let evening = at(date!(2026 - 10 - 24), 22 * 3600);
        assert_eq!(
            later(evening, 24 * 3600).to_string(),
            "2026-10-25 21:00:00.0 +01:00:00"
        );
    }

    #[test]
    fn days_weeks_and_months_are_those_of_madrid() {
        assert_eq!(local_date(datetime!(2026-06-30 22:30 UTC)), date!(2026 - 07 - 01));
        assert_eq!(monday(date!(2026 - 03 - 01)), date!(2026 - 02 - 23));
        assert_eq!(
            day_of_month(month_number(date!(2026 - 01 - 31)) - 1, 31),
            date!(2025 - 12 - 31)
        );
        assert_eq!(
            day_of_month(month_number(date!(2026 - 02 - 03)), 30),
            date!(2026 - 02 - 01)
        );
    }
}
