//! Dates: numbers of days that a style shows as a date.

use time::{Date, Duration, Time};

/// The last day before day 1, as Excel counts once its 29 February 1900, which never was, is past.
const BEFORE_1900: i32 = 2_415_019;
/// 1 January 1904, the day 0 of workbooks of old Macs.
const OF_1904: i32 = 2_416_481;
/// Days until the year 9999.
const MOST_DAYS: f64 = 2_958_466.0;

/// Whether a number format shows a date or a time of day.
pub(super) fn is_date(format: &str) -> bool {
    let mut quoted = false;
    let mut bracket = false;
    let mut escaped = false;
    for symbol in format.chars() {
        if escaped {
            escaped = false;
            continue;
        }
        match symbol {
            '\\' | '_' => escaped = true,
            '"' => quoted = !quoted,
            '[' => bracket = true,
            ']' => bracket = false,
            'y' | 'Y' | 'd' | 'D' | 'h' | 'H' | 'm' | 'M' | 's' | 'S' if !quoted && !bracket => return true,
            ';' if !quoted => return false,
            _ => {}
        }
    }
    false
}

/// Whether a format that every workbook has shows a date (ECMA-376 part 1, 18.8.30).
pub(super) fn is_date_number(format: u32) -> bool {
    matches!(format, 14..=22 | 27..=36 | 45..=47 | 50..=58)
}

/// A number of days as `2024-03-05` or `2024-03-05 18:30:00`; to the second.
pub(super) fn text(days: &str, from_1904: bool) -> Option<String> {
    let days: f64 = days.trim().parse().ok()?;
    if !(0.0..MOST_DAYS).contains(&days) {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "it is between 0 and 3 million")]
    let (whole, seconds) = (days.floor() as i32, (days.fract() * 86_400.0).round() as i64);
    let first = if from_1904 {
        OF_1904
    } else if whole < 60 {
        BEFORE_1900 + 1
    } else {
        BEFORE_1900
    };
    let date = Date::from_julian_day(first + whole).ok()?;
    let moment = date
        .with_time(Time::MIDNIGHT)
        .checked_add(Duration::seconds(seconds))?;
    let (date, time) = (moment.date(), moment.time());
    let day = format!(
        "{:04}-{:02}-{:02}",
        date.year(),
        u8::from(date.month()),
        date.day()
    );
    if seconds == 0 {
        return Some(day);
    }
    Some(format!(
        "{day} {:02}:{:02}:{:02}",
        time.hour(),
        time.minute(),
        time.second()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_dates() {
        assert_eq!(text("45356", false).as_deref(), Some("2024-03-05"));
        assert_eq!(
            text("45356.770833333336", false).as_deref(),
            Some("2024-03-05 18:30:00")
        );
        assert_eq!(text("43894", true).as_deref(), Some("2024-03-05"));
        assert_eq!(text("1", false).as_deref(), Some("1900-01-01"));
        assert_eq!(
            text("45356.999999999", false).as_deref(),
            Some("2024-03-06 00:00:00")
        );
        for bad in ["-1", "1e9", "NaN", "inf", "x"] {
            assert_eq!(text(bad, false), None, "{bad}");
        }
        for (format, date) in [
            ("yyyy-mm-dd", true),
            ("0.00", false),
            ("\"d\"0", false),
            ("[Red]0", false),
            ("h:mm", true),
        ] {
            assert_eq!(is_date(format), date, "{format}");
        }
    }
}
