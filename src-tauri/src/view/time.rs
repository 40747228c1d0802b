//! Moments as people read them: on the clock of this computer, or on the clock of the place where the work was.

use chrono::{Offset as _, TimeZone as _};
use time::{Date, OffsetDateTime, UtcOffset, format_description::well_known::Rfc3339};

/// A moment on the clock of this computer, with the summer time of that day.
pub(crate) fn local(at: OffsetDateTime) -> OffsetDateTime {
    let offset = chrono::DateTime::from_timestamp(at.unix_timestamp(), 0)
        .map(|utc| {
            chrono::Local
                .offset_from_utc_datetime(&utc.naive_utc())
                .fix()
                .local_minus_utc()
        })
        .and_then(|seconds| UtcOffset::from_whole_seconds(seconds).ok());
    at.to_offset(offset.unwrap_or(UtcOffset::UTC))
}

/// RFC 3339 with the moment's own offset: the zone of the work.
pub(crate) fn rfc3339(at: OffsetDateTime) -> String {
    at.format(&Rfc3339).unwrap_or_default()
}

/// ISO 8601 in UTC with milliseconds, as apps are told moments.
pub(crate) fn iso_utc(at: OffsetDateTime) -> String {
    let at = at.to_offset(UtcOffset::UTC);
    format!(
        "{}T{:02}:{:02}:{:02}.{:03}Z",
        iso(at.date()),
        at.hour(),
        at.minute(),
        at.second(),
        at.millisecond()
    )
}

/// RFC 3339 on the clock of this computer, to the second.
pub(crate) fn stamp(at: OffsetDateTime) -> String {
    rfc3339(local(at.replace_nanosecond(0).unwrap_or(at)))
}

/// A day as `2026-11-20`.
pub(crate) fn iso(day: Date) -> String {
    format!("{:04}-{:02}-{:02}", day.year(), u8::from(day.month()), day.day())
}

/// `22 Nov`.
pub(crate) fn day_month(day: Date) -> String {
    format!("{} {:.3}", day.day(), day.month())
}

/// `22 Nov 2026`.
pub(crate) fn day_month_year(day: Date) -> String {
    format!("{} {}", day_month(day), day.year())
}

/// `20 November 2026`.
pub(crate) fn long(day: Date) -> String {
    format!("{} {} {}", day.day(), day.month(), day.year())
}

/// `22 Nov`, with the year when it is not the one of `today`.
pub(crate) fn day(day: Date, today: Date) -> String {
    if day.year() == today.year() {
        day_month(day)
    } else {
        day_month_year(day)
    }
}

/// `19:42`.
pub(crate) fn clock(at: OffsetDateTime) -> String {
    format!("{:02}:{:02}", at.hour(), at.minute())
}

/// `19:42` today, else `22 Nov, 19:42`; on the clock of this computer.
pub(crate) fn day_time(at: OffsetDateTime, now: OffsetDateTime) -> String {
    let (at, now) = (local(at), local(now));
    if at.date() == now.date() {
        clock(at)
    } else {
        format!("{}, {}", day(at.date(), now.date()), clock(at))
    }
}

/// `3 h 41 min`, `18 min`.
pub(crate) fn span(seconds: i64) -> String {
    let minutes = (seconds + 30) / 60;
    if minutes < 60 {
        format!("{minutes} min")
    } else {
        format!("{} h {:02} min", minutes / 60, minutes % 60)
    }
}

#[cfg(test)]
mod tests {
    use time::macros::{date, datetime};

    use super::*;

    #[test]
    fn days_are_short_within_their_year() {
        assert_eq!(day(date!(2026 - 09 - 03), date!(2026 - 11 - 24)), "3 Sep");
        assert_eq!(day(date!(2025 - 09 - 03), date!(2026 - 11 - 24)), "3 Sep 2025");
        assert_eq!(long(date!(2026 - 11 - 20)), "20 November 2026");
        assert_eq!(iso(date!(2026 - 01 - 02)), "2026-01-02");
    }

    #[test]
    fn spans_are_rounded_to_minutes() {
        assert_eq!(
            [span(29), span(30), span(59 * 60 + 29), span(13_260)],
            ["0 min", "1 min", "59 min", "3 h 41 min"]
        );
    }

    #[test]
    fn the_zone_of_the_work_is_kept_and_moments_stay_the_same() {
        let at = datetime!(2026-11-20 18:42:08.5 +1);
        assert_eq!(rfc3339(at), "2026-11-20T18:42:08.5+01:00");
        assert_eq!(local(at).unix_timestamp(), at.unix_timestamp());
        assert!(!stamp(at).contains('.'));
    }
}
