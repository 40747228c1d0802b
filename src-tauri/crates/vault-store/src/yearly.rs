//! A moment that comes once a year (`yearly_expire_policy` of Rokwire Core), kept as the text `MM-DD HH:MM`.

use std::fmt;
use std::str::FromStr;

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use time::{Date, Month, OffsetDateTime, Time};

/// A year that has a 29 February.
const LEAP_YEAR: i32 = 2000;

/// A moment that comes once a year, in UTC. 29 February counts as 28 February in years that have none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct YearlyMoment {
    month: Month,
    day: u8,
    hour: u8,
    minute: u8,
}

impl YearlyMoment {
    /// The moment of a month (1 to 12), a day, an hour (0 to 23) and a minute (0 to 59); `None` for a day or a time that no year has.
    #[must_use]
    pub fn new(month: u8, day: u8, hour: u8, minute: u8) -> Option<Self> {
        let month = Month::try_from(month).ok()?;
        Date::from_calendar_date(LEAP_YEAR, month, day).ok()?;
        Time::from_hms(hour, minute, 0).ok()?;
        Some(Self {
            month,
            day,
            hour,
            minute,
        })
    }

    /// Month, day, hour and minute.
    #[must_use]
    pub fn parts(self) -> (u8, u8, u8, u8) {
        (u8::from(self.month), self.day, self.hour, self.minute)
    }

    /// When it last was: at `now` or before. `None` only where the calendar of this program begins.
    #[must_use]
    pub fn last(self, now: OffsetDateTime) -> Option<OffsetDateTime> {
        let now = now.to_offset(time::UtcOffset::UTC);
        let this_year = self.in_year(now.year());
        if this_year.is_some_and(|at| at <= now) {
            this_year
        } else {
            self.in_year(now.year().checked_sub(1)?)
        }
    }

    fn in_year(self, year: i32) -> Option<OffsetDateTime> {
        let day = self.day.min(self.month.length(year));
        let date = Date::from_calendar_date(year, self.month, day).ok()?;
        let time = Time::from_hms(self.hour, self.minute, 0).ok()?;
        Some(date.with_time(time).assume_utc())
    }
}

impl fmt::Display for YearlyMoment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (month, day, hour, minute) = self.parts();
        write!(formatter, "{month:02}-{day:02} {hour:02}:{minute:02}")
    }
}

/// The text is no `MM-DD HH:MM`, or names a day or a time that no year has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a moment of a year, such as 08-31 04:00")]
pub struct NoSuchMoment;

impl FromStr for YearlyMoment {
    type Err = NoSuchMoment;

    fn from_str(text: &str) -> Result<Self, NoSuchMoment> {
        let (day, time) = text.split_once(' ').ok_or(NoSuchMoment)?;
        let (month, day) = day.split_once('-').ok_or(NoSuchMoment)?;
        let (hour, minute) = time.split_once(':').ok_or(NoSuchMoment)?;
        let number = |digits: &str| {
            let plain = digits.len() == 2 && digits.bytes().all(|byte| byte.is_ascii_digit());
            plain.then(|| digits.parse::<u8>().ok()).flatten()
        };
        let parts = (number(month), number(day), number(hour), number(minute));
        let (Some(month), Some(day), Some(hour), Some(minute)) = parts else {
            return Err(NoSuchMoment);
        };
        Self::new(month, day, hour, minute).ok_or(NoSuchMoment)
    }
}

impl ToSql for YearlyMoment {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.to_string().into())
    }
}

impl FromSql for YearlyMoment {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value.as_str()?.parse().map_err(|_| FromSqlError::InvalidType)
    }
}
