//! Moments as files write them: with an offset, as UTC, or as the clock on the wall showed them.

use jiff::{
    Timestamp, civil,
    tz::{AmbiguousOffset, TimeZone},
};
use time::{Date, Month, OffsetDateTime, PrimitiveDateTime, Time, UtcOffset};

/// What a text says: a day and a time, and the offset where it says one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::takeout) struct Written {
    pub(in crate::takeout) civil: PrimitiveDateTime,
    pub(in crate::takeout) offset: Option<UtcOffset>,
}

/// Why a moment may be wrong by an hour or more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::takeout) enum Doubt {
    /// The clock was put forward that night and never showed this time: an hour later is taken.
    Gap,
    /// The clock was put back that night and showed this time twice: the first is taken.
    Fold,
    /// The zone is not known: the time on the wall is kept.
    Zone,
}

impl Doubt {
    pub(in crate::takeout) const fn word(self) -> &'static str {
        match self {
            Self::Gap => "clock put forward",
            Self::Fold => "clock put back",
            Self::Zone => "zone not known",
        }
    }
}

/// Years that a file can speak of.
const YEARS: std::ops::RangeInclusive<i32> = 1970..=2100;

impl Written {
    /// Reads a text by one of `formats`: `iso`, `year`, `month` (`Mar 2021`), `unix`, `unix-ms`, or a pattern of strptime.
    pub(in crate::takeout) fn read(text: &str, formats: &[String]) -> Option<Self> {
        let text = text.trim();
        let read = |format: &String| match format.as_str() {
            "iso" => iso(text),
            "year" => year(text, 1),
            "month" => month(text),
            "unix" => unix(text, 1),
            "unix-ms" => unix(text, 1000),
            pattern => by_pattern(text, pattern),
        };
        formats
            .iter()
            .find_map(read)
            .filter(|written| YEARS.contains(&written.civil.year()))
    }

    /// The moment, where the text says the offset.
    pub(in crate::takeout) fn exact(self) -> Option<OffsetDateTime> {
        self.offset.map(|offset| self.civil.assume_offset(offset))
    }

    /// The moment in a zone. What the clock never showed, and what it showed twice, is decided as RFC 5545 does.
    pub(in crate::takeout) fn in_zone(self, zone: &TimeZone) -> Option<(OffsetDateTime, Option<Doubt>)> {
        let ambiguous = zone.to_ambiguous_timestamp(to_jiff(self.civil)?);
        let doubt = match ambiguous.offset() {
            AmbiguousOffset::Unambiguous { .. } => None,
            AmbiguousOffset::Gap { .. } => Some(Doubt::Gap),
            AmbiguousOffset::Fold { .. } => Some(Doubt::Fold),
        };
        let moment = ambiguous.compatible().ok()?;
        Some((local(moment, zone)?, doubt))
    }
}

/// The same moment with the offset of a zone.
pub(in crate::takeout) fn with_offset_of(moment: OffsetDateTime, zone: &TimeZone) -> Option<OffsetDateTime> {
    let stamp = Timestamp::from_nanosecond(moment.unix_timestamp_nanos()).ok()?;
    local(stamp, zone)
}

/// Offsets of a few seconds, as some zones had them long ago, are no part of RFC 3339.
fn local(moment: Timestamp, zone: &TimeZone) -> Option<OffsetDateTime> {
    let offset = UtcOffset::from_whole_seconds(zone.to_offset(moment).seconds() / 60 * 60).ok()?;
    let utc = OffsetDateTime::from_unix_timestamp_nanos(moment.as_nanosecond()).ok()?;
    utc.checked_to_offset(offset)
}

fn to_jiff(civil: PrimitiveDateTime) -> Option<civil::DateTime> {
    civil::DateTime::new(
        i16::try_from(civil.year()).ok()?,
        u8::from(civil.month()).try_into().ok()?,
        civil.day().try_into().ok()?,
        civil.hour().try_into().ok()?,
        civil.minute().try_into().ok()?,
        civil.second().try_into().ok()?,
        i32::try_from(civil.nanosecond()).ok()?,
    )
    .ok()
}

/// `2024`: its first day.
fn year(text: &str, month: u8) -> Option<Written> {
    if text.len() != 4 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let date = Date::from_calendar_date(text.parse().ok()?, Month::try_from(month).ok()?, 1).ok()?;
    Some(Written {
        civil: date.midnight(),
        offset: None,
    })
}

/// `Mar 2021`: its first day.
fn month(text: &str) -> Option<Written> {
    let (name, number) = text.split_once(' ')?;
    let months = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ];
    let at = months
        .iter()
        .position(|known| name.to_lowercase().starts_with(known))?;
    year(number.trim(), u8::try_from(at + 1).ok()?)
}

fn unix(text: &str, per_second: i128) -> Option<Written> {
    let whole = text.split('.').next()?;
    let count: i128 = whole.parse().ok()?;
    let moment =
        OffsetDateTime::from_unix_timestamp_nanos(count.checked_mul(1_000_000_000 / per_second)?).ok()?;
    Some(Written {
        civil: PrimitiveDateTime::new(moment.date(), moment.time()),
        offset: Some(UtcOffset::UTC),
    })
}

fn by_pattern(text: &str, pattern: &str) -> Option<Written> {
    let parsed = jiff::fmt::strtime::parse(pattern, text).ok()?;
    let date = parsed.to_date().ok()?;
    let time = parsed.to_time().unwrap_or(civil::Time::midnight());
    let month = Month::try_from(u8::try_from(date.month()).ok()?).ok()?;
    let day = Date::from_calendar_date(i32::from(date.year()), month, u8::try_from(date.day()).ok()?).ok()?;
    let clock = Time::from_hms_nano(
        u8::try_from(time.hour()).ok()?,
        u8::try_from(time.minute()).ok()?,
        u8::try_from(time.second()).ok()?,
        u32::try_from(time.subsec_nanosecond()).ok()?,
    )
    .ok()?;
    let offset = match parsed.offset() {
        Some(offset) => Some(UtcOffset::from_whole_seconds(offset.seconds()).ok()?),
        None => None,
    };
    Some(Written {
        civil: PrimitiveDateTime::new(day, clock),
        offset,
    })
}

/// `2024-03-05`, `2024-03-05T18:30:00.123Z`, `2018-04-05 05:52:02 +0000 UTC`.
fn iso(text: &str) -> Option<Written> {
    let mut rest = text.as_bytes();
    let year = number(&mut rest, 4)?;
    sign(&mut rest, b"-/")?;
    let month = number(&mut rest, 2)?;
    sign(&mut rest, b"-/")?;
    let day = number(&mut rest, 2)?;
    let month = Month::try_from(u8::try_from(month).ok()?).ok()?;
    let date = Date::from_calendar_date(i32::try_from(year).ok()?, month, u8::try_from(day).ok()?).ok()?;
    if rest.is_empty() {
        return Some(Written {
            civil: date.midnight(),
            offset: None,
        });
    }
    sign(&mut rest, b"T ")?;
    let hour = number(&mut rest, 2)?;
    sign(&mut rest, b":")?;
    let minute = number(&mut rest, 2)?;
    let (mut second, mut nanos) = (0, 0);
    if sign(&mut rest, b":").is_some() {
        second = number(&mut rest, 2)?;
        if sign(&mut rest, b".,").is_some() {
            nanos = fraction(&mut rest)?;
        }
    }
    let time = Time::from_hms_nano(
        u8::try_from(hour).ok()?,
        u8::try_from(minute).ok()?,
        u8::try_from(second).ok()?,
        nanos,
    )
    .ok()?;
    Some(Written {
        civil: PrimitiveDateTime::new(date, time),
        offset: offset(rest)?,
    })
}

fn number(rest: &mut &[u8], length: usize) -> Option<u32> {
    let (digits, after) = rest.split_at_checked(length)?;
    if !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    *rest = after;
    std::str::from_utf8(digits).ok()?.parse().ok()
}

fn sign(rest: &mut &[u8], signs: &[u8]) -> Option<()> {
    let (first, after) = rest.split_first()?;
    signs.contains(first).then(|| *rest = after)
}

/// The digits after the point as nanoseconds; more than nine are cut.
fn fraction(rest: &mut &[u8]) -> Option<u32> {
    let count = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, after) = rest.split_at_checked(count)?;
    *rest = after;
    if count == 0 {
        return None;
    }
    let text: String = digits
        .iter()
        .map(|byte| char::from(*byte))
        .chain("000000000".chars())
        .take(9)
        .collect();
    text.parse().ok()
}

/// What stands after the time: nothing, `Z`, `UTC`, `+02:00`, `+0000 UTC`.
#[expect(
    clippy::option_option,
    reason = "no offset is an answer, one that cannot be read is none"
)]
fn offset(rest: &[u8]) -> Option<Option<UtcOffset>> {
    let text = std::str::from_utf8(rest).ok()?.trim();
    let zulu = ["UTC", "GMT", "Z", "z"];
    if text.is_empty() {
        return Some(None);
    }
    if zulu.contains(&text) {
        return Some(Some(UtcOffset::UTC));
    }
    let text = zulu
        .iter()
        .find_map(|word| text.strip_suffix(word))
        .unwrap_or(text)
        .trim();
    let (negative, digits) = match text.strip_prefix('+') {
        Some(digits) => (false, digits),
        None => (true, text.strip_prefix('-')?),
    };
    let digits: String = digits.chars().filter(|symbol| *symbol != ':').collect();
    if !matches!(digits.len(), 2 | 4) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let hours: i32 = digits.get(..2)?.parse().ok()?;
    let minutes: i32 = digits
        .get(2..)
        .filter(|rest| !rest.is_empty())
        .unwrap_or("0")
        .parse()
        .ok()?;
    let seconds = (hours * 60 + minutes) * 60;
    UtcOffset::from_whole_seconds(if negative { -seconds } else { seconds })
        .ok()
        .map(Some)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::macros::datetime;

    use super::*;

    fn read(text: &str, format: &str) -> Option<Written> {
        Written::read(text, &[format.to_owned()])
    }

    #[test]
    fn texts_are_moments() {
        for (text, format, civil, offset) in [
            ("2024-03-05", "iso", datetime!(2024-03-05 0:00), None),
            (
                "2018-04-05 05:52:02 +0000 UTC",
                "iso",
                datetime!(2018-04-05 5:52:02),
                Some(0),
            ),
            (
                "2024-03-05T18:30:00.5+02:00",
                "iso",
                datetime!(2024-03-05 18:30:00.5),
                Some(7200),
            ),
            (
                "2024-03-05 18:30:00.123456789",
                "iso",
                datetime!(2024-03-05 18:30:00.123_456_789),
                None,
            ),
            ("Nov 3, 2024", "%b %d, %Y", datetime!(2024-11-03 0:00), None),
            (
                "31.12.2024 18:30",
                "%d.%m.%Y %H:%M",
                datetime!(2024-12-31 18:30),
                None,
            ),
            ("12/31/24", "%m/%d/%y", datetime!(2024-12-31 0:00), None),
            (
                "Aug 27, 2019, 6:42:19 PM",
                "%b %d, %Y, %I:%M:%S %p",
                datetime!(2019-08-27 18:42:19),
                None,
            ),
            ("2024", "year", datetime!(2024-01-01 0:00), None),
            ("Mar 2021", "month", datetime!(2021-03-01 0:00), None),
            ("1709663400000", "unix-ms", datetime!(2024-03-05 18:30), Some(0)),
        ] {
            let written = read(text, format).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(written.civil, civil, "{text}");
            assert_eq!(written.offset.map(UtcOffset::whole_seconds), offset, "{text}");
        }
        for bad in [
            "2026-02-31",
            "31/02/2026",
            "0001-01-01",
            "2024-13-01",
            "2024-03-05 25:00",
            "",
            "2024-03-05 18:30 CET",
        ] {
            assert_eq!(read(bad, "iso"), None, "{bad}");
        }
    }

    #[test]
    fn the_clock_is_put_forward_and_back() {
        let zone = TimeZone::get("Europe/Paris").unwrap();
        let at = |text: &str| read(text, "iso").unwrap().in_zone(&zone).unwrap();
        assert_eq!(
            at("2026-03-29 02:41:07"),
            (datetime!(2026-03-29 3:41:07 +2), Some(Doubt::Gap))
        );
        assert_eq!(
            at("2026-10-25 02:30:00"),
            (datetime!(2026-10-25 2:30 +2), Some(Doubt::Fold))
        );
        assert_eq!(at("2026-07-01 12:00:00"), (datetime!(2026-07-01 12:00 +2), None));
    }

    proptest! {
        #[test]
        fn any_text_is_answered(text in "\\PC{0,40}") {
            for format in ["iso", "unix", "unix-ms", "%b %d, %Y", "%d.%m.%Y %H:%M:%S"] {
                let _ = read(&text, format);
            }
        }
    }
}
