//! A JSON object that grows member by member, in order.

use serde_json::{Map, Value};
use time::{OffsetDateTime, UtcOffset};

/// The object under construction.
pub(super) struct Object(Map<String, Value>);

impl Object {
    pub(super) fn new() -> Self {
        Self(Map::new())
    }

    /// Adds a member.
    pub(super) fn put(&mut self, name: &str, value: impl Into<Value>) -> &mut Self {
        self.0.insert(name.to_owned(), value.into());
        self
    }

    /// Adds the same value under several names: documents and code of upstream differ.
    pub(super) fn put_as(&mut self, names: &[&str], value: &Value) -> &mut Self {
        for name in names {
            self.put(name, value.clone());
        }
        self
    }

    /// Adds a member if there is a value; upstream leaves empty ones out.
    pub(super) fn put_some(&mut self, name: &str, value: Option<impl Into<Value>>) -> &mut Self {
        if let Some(value) = value {
            self.put(name, value);
        }
        self
    }

    pub(super) fn build(self) -> Value {
        Value::Object(self.0)
    }
}

/// ISO 8601 in UTC with milliseconds and `Z`. What no calendar can hold in UTC becomes the start of 1970.
pub(super) fn iso(at: OffsetDateTime) -> Value {
    let at = at
        .checked_to_offset(UtcOffset::UTC)
        .unwrap_or(OffsetDateTime::UNIX_EPOCH);
    let (date, clock) = (at.date(), at.time());
    let day = format!(
        "{:04}-{:02}-{:02}",
        date.year(),
        u8::from(date.month()),
        date.day()
    );
    let (hour, minute, second, milli) = clock.as_hms_milli();
    Value::String(format!("{day}T{hour:02}:{minute:02}:{second:02}.{milli:03}Z"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn dates_are_utc_with_milliseconds() {
        assert_eq!(
            iso(datetime!(2024-02-29 01:02:03.045678 +02:00)),
            "2024-02-28T23:02:03.045Z"
        );
        assert_eq!(
            iso(datetime!(2024-02-29 01:02:03 UTC)),
            "2024-02-29T01:02:03.000Z"
        );
        assert_eq!(
            iso(datetime!(-9999-01-01 00:00:00 +23:00)),
            "1970-01-01T00:00:00.000Z"
        );
    }
}
