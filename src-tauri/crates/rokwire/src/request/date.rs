//! The date of a request: `Tue, 01 Jan 2030 00:00:00 GMT`, the one form that HTTP writes (RFC 9110, 5.6.7, *IMF-fixdate*).

use time::format_description::BorrowedFormatItem;
use time::macros::format_description;
use time::{OffsetDateTime, PrimitiveDateTime, UtcOffset};

const FORM: &[BorrowedFormatItem<'_>] =
    format_description!("[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT");

/// Reads a date; none if it is written in any other way.
pub(super) fn parse(text: &str) -> Option<OffsetDateTime> {
    let date = PrimitiveDateTime::parse(text, FORM).ok()?.assume_utc();
    (write(date) == text).then_some(date)
}

/// Writes a date.
pub(super) fn write(date: OffsetDateTime) -> String {
    date.to_offset(UtcOffset::UTC).format(FORM).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_date_has_one_form() {
        let date = parse("Tue, 01 Jan 2030 00:00:00 GMT").unwrap();
        assert_eq!(date.unix_timestamp(), 1_893_456_000);
        for text in [
            "",
            "Mon, 01 Jan 2030 00:00:00 GMT",
            "Tue, 1 Jan 2030 00:00:00 GMT",
            "Tue, 01 Jan 2030 00:00:00 UTC",
            "Tue, 01 Jan 2030 00:00:00 +0000",
            "tue, 01 jan 2030 00:00:00 gmt",
            "Tue, 01 Jan 2030 00:00:00 GMT ",
            "Tuesday, 01-Jan-30 00:00:00 GMT",
            "Tue Jan  1 00:00:00 2030",
            "2030-01-01T00:00:00Z",
            "Tue, 32 Jan 2030 00:00:00 GMT",
            "Tue, 01 Jan 2030 24:00:00 GMT",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(at in 0_i64..200_000_000_000, text in any::<String>()) {
            let date = OffsetDateTime::from_unix_timestamp(at).unwrap();
            prop_assert_eq!(parse(&write(date)), Some(date));
            let _ = parse(&text);
        }
    }
}
