//! Moments on the wire: ISO 8601 in the shapes that platforms send, RFC 3339 in the shape that is written.

use std::{fmt, str::FromStr};

use serde::{Serialize, Serializer};
use time::{Date, Month, OffsetDateTime, Time, UtcOffset, format_description::well_known::Rfc3339};

/// A moment with its offset: a year from 0 to 9999 and an offset of whole minutes, so that RFC 3339 can always say it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(OffsetDateTime);

/// The text is no date and time that the format knows. The text itself is not repeated: it may be personal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a date and time")]
pub struct NotATimestamp;

impl Timestamp {
    /// The moment with its offset.
    #[must_use]
    pub const fn get(self) -> OffsetDateTime {
        self.0
    }
}

impl TryFrom<OffsetDateTime> for Timestamp {
    type Error = NotATimestamp;

    fn try_from(moment: OffsetDateTime) -> Result<Self, NotATimestamp> {
        let offset = moment.offset();
        let writable = (0..=9999).contains(&moment.year())
            && offset.seconds_past_minute() == 0
            && offset.whole_hours().unsigned_abs() < 24;
        if writable {
            Ok(Self(moment))
        } else {
            Err(NotATimestamp)
        }
    }
}

impl FromStr for Timestamp {
    type Err = NotATimestamp;

    /// Reads `2018-11-03T14:03:16.1760745+02:00` and its shorter forms: a fraction of up to nine digits, no fraction, no seconds, a space for the
    /// `T`, `Z` or no offset (both mean UTC), a date alone (its first moment in UTC).
    fn from_str(text: &str) -> Result<Self, NotATimestamp> {
        parse(text.trim())
            .and_then(|moment| moment.try_into().ok())
            .ok_or(NotATimestamp)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.format(&Rfc3339).map_err(|_| fmt::Error)?)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

fn parse(text: &str) -> Option<OffsetDateTime> {
    let (date, rest) = text.split_at_checked(10)?;
    let date = parse_date(date)?;
    let Some(separator) = rest.chars().next() else {
        return Some(date.midnight().assume_utc());
    };
    let rest = matches!(separator, 'T' | 't' | ' ').then(|| rest.get(1..))??;
    let (clock, offset) = split_offset(rest);
    Some(
        date.with_time(parse_clock(clock)?)
            .assume_offset(parse_offset(offset)?),
    )
}

fn parse_date(text: &str) -> Option<Date> {
    let (year, rest) = text.split_once('-')?;
    let (month, day) = rest.split_once('-')?;
    let month = Month::try_from(u8::try_from(digits(month, 2)?).ok()?).ok()?;
    Date::from_calendar_date(
        i32::try_from(digits(year, 4)?).ok()?,
        month,
        u8::try_from(digits(day, 2)?).ok()?,
    )
    .ok()
}

/// Splits the time of day from its offset. Neither `Z` nor a sign can stand in a time of day.
fn split_offset(text: &str) -> (&str, &str) {
    text.find(['Z', 'z', '+', '-'])
        .and_then(|at| text.split_at_checked(at))
        .unwrap_or((text, ""))
}

fn parse_clock(text: &str) -> Option<Time> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let mut parts = whole.split(':');
    let hour = two_digits(parts.next()?)?;
    let minute = two_digits(parts.next()?)?;
    let second = parts.next().map_or(Some(0), two_digits)?;
    if parts.next().is_some() {
        return None;
    }
    Time::from_hms_nano(hour, minute, second, nanoseconds(fraction)?).ok()
}

fn nanoseconds(fraction: &str) -> Option<u32> {
    let missing = 9_u32.checked_sub(u32::try_from(fraction.len()).ok()?)?;
    digits(fraction, fraction.len())?.checked_mul(10_u32.pow(missing))
}

fn parse_offset(text: &str) -> Option<UtcOffset> {
    let Some(sign) = text.chars().next() else {
        return Some(UtcOffset::UTC);
    };
    let rest = text.get(1..)?;
    if matches!(sign, 'Z' | 'z') {
        return rest.is_empty().then_some(UtcOffset::UTC);
    }
    let (hours, minutes) = rest.split_at_checked(2)?;
    let hours = i8::try_from(two_digits(hours)?).ok()?;
    let minutes = match minutes.strip_prefix(':') {
        None if minutes.is_empty() => 0,
        stripped => i8::try_from(two_digits(stripped.unwrap_or(minutes))?).ok()?,
    };
    let sign = if sign == '-' { -1 } else { 1 };
    UtcOffset::from_hms(sign * hours, sign * minutes, 0).ok()
}

fn two_digits(text: &str) -> Option<u8> {
    u8::try_from(digits(text, 2)?).ok()
}

/// The value of exactly `length` ASCII digits (`str::parse` would take a sign as well).
fn digits(text: &str, length: usize) -> Option<u32> {
    let plain = !text.is_empty() && text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::{NotATimestamp, Timestamp};

    fn written(text: &str) -> String {
        text.parse::<Timestamp>().unwrap().to_string()
    }

    #[test]
    fn every_shape_of_the_specification_is_read() {
        for (from, to) in [
            (
                "2018-11-03T14:03:16.1760745+02:00",
                "2018-11-03T14:03:16.1760745+02:00",
            ),
            ("2018-11-03T14:03:16.1+02:00", "2018-11-03T14:03:16.1+02:00"),
            ("2018-11-03T14:03:16+02:00", "2018-11-03T14:03:16+02:00"),
            ("2018-11-03T14:03:16.123456789Z", "2018-11-03T14:03:16.123456789Z"),
            ("2018-11-03T14:03:16.0000000Z", "2018-11-03T14:03:16Z"),
            ("2018-11-03 14:03:16-0330", "2018-11-03T14:03:16-03:30"),
            ("2018-11-03t14:03z", "2018-11-03T14:03:00Z"),
            ("2018-11-03T14:03:16+02", "2018-11-03T14:03:16+02:00"),
            ("2018-11-03T14:03:16", "2018-11-03T14:03:16Z"),
            ("2018-11-03", "2018-11-03T00:00:00Z"),
            (" 2018-11-03\n", "2018-11-03T00:00:00Z"),
            ("0000-01-01", "0000-01-01T00:00:00Z"),
            (
                "9999-12-31T23:59:59.9999999-23:59",
                "9999-12-31T23:59:59.9999999-23:59",
            ),
        ] {
            assert_eq!(written(from), to, "{from}");
        }
    }

    #[test]
    fn other_texts_are_refused() {
        for text in [
            "",
            "yesterday",
            "2018",
            "2018-11",
            "2018-13-01",
            "2018-02-30",
            "18-11-03",
            "+018-11-03",
            "2018-11-03T",
            "2018-11-03T14",
            "2018-11-03T24:00",
            "2018-11-03T14:03:60",
            "2018-11-03T14:03:16.",
            "2018-11-03T14:03:16.1234567890",
            "2018-11-03T14:03:16.+5",
            "2018-11-03T14:03:16Zulu",
            "2018-11-03T14:03:16+24:00",
            "2018-11-03T14:03:16+2:00",
            "2018-11-03T14:03:16+02:",
            "2018-11-03T14:03:16+02:60",
            "2018-11-03T1:03:16",
            "2018-11-03T14:03:16:00",
            "2018-11-03X14:03:16",
            "2018-11-03é",
            "é018-11-03",
            "1541250196",
        ] {
            assert_eq!(text.parse::<Timestamp>(), Err(NotATimestamp), "{text}");
        }
    }

    #[test]
    fn only_what_can_be_written_is_taken() {
        let odd = time::OffsetDateTime::UNIX_EPOCH.to_offset(time::UtcOffset::from_hms(1, 2, 3).unwrap());
        assert_eq!(Timestamp::try_from(odd), Err(NotATimestamp));
    }
}
