//! Pieces of time, for lists of which a platform gives no more at once.

use time::{Date, Duration, OffsetDateTime, macros::format_description};

use crate::connector::{TimeForm, Window};

/// A piece of time, from its beginning to the beginning of the next or to now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    from: OffsetDateTime,
    to: OffsetDateTime,
    form: TimeForm,
}

impl Span {
    /// The beginning, as the platform writes it.
    pub(super) fn from(&self) -> String {
        self.written(self.from)
    }

    /// The end, as the platform writes it.
    pub(super) fn to(&self) -> String {
        self.written(self.to)
    }

    fn written(&self, moment: OffsetDateTime) -> String {
        let text = match self.form {
            TimeForm::Unix => return moment.unix_timestamp().to_string(),
            TimeForm::Moment => moment.format(format_description!(
                "[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z"
            )),
            TimeForm::CompactDay => moment.format(format_description!("[year][month][day]")),
        };
        // Every part is of the moment itself: there is nothing that could be missing.
        text.unwrap_or_default()
    }
}

/// The pieces of a list, the oldest first; one without bounds where the list has none. They begin at multiples of their length since 1970.
pub(super) fn spans(window: Option<Window>, now: OffsetDateTime) -> Vec<Option<Span>> {
    let Some(Window { days, back, form }) = window else {
        return vec![None];
    };
    let now = now.to_offset(time::UtcOffset::UTC);
    let today = i64::from(now.date().to_julian_day()) - EPOCH;
    let length = i64::from(days.max(1));
    let oldest = (today - i64::from(back)).div_euclid(length);
    let latest = today.div_euclid(length);
    (oldest..=latest)
        .filter_map(|piece| {
            Some(Some(Span {
                from: midnight(piece * length)?,
                to: midnight((piece + 1) * length)?.min(now),
                form,
            }))
        })
        .collect()
}

/// The Julian day of 1970-01-01.
const EPOCH: i64 = 2_440_588;

fn midnight(days: i64) -> Option<OffsetDateTime> {
    let first = Date::from_julian_day(i32::try_from(EPOCH).ok()?).ok()?;
    Some(first.checked_add(Duration::days(days))?.midnight().assume_utc())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::macros::datetime;

    use super::*;

    #[test]
    fn pieces_are_written_as_the_platform_wants() {
        let now = datetime!(2026-11-28 13:07:09.25 +2);
        let written = |form| {
            let window = Window {
                days: 10,
                back: 12,
                form,
            };
            spans(Some(window), now)
                .iter()
                .map(|span| span.map(|span| (span.from(), span.to())).unwrap())
                .collect::<Vec<_>>()
        };
        let pair = |from: &str, to: &str| (from.to_owned(), to.to_owned());
        assert_eq!(
            written(TimeForm::Moment),
            [
                pair("2026-11-13T00:00:00.000Z", "2026-11-23T00:00:00.000Z"),
                pair("2026-11-23T00:00:00.000Z", "2026-11-28T11:07:09.250Z")
            ]
        );
        assert_eq!(
            written(TimeForm::CompactDay),
            [pair("20261113", "20261123"), pair("20261123", "20261128")]
        );
        assert_eq!(written(TimeForm::Unix)[0], pair("1794528000", "1795392000"));
        assert_eq!(spans(None, now), [None]);
    }

    proptest! {
        #[test]
        fn pieces_join_and_reach_back_far_enough(days in 1_u32..400, back in 1_u32..3000, at in 1_000_000_000_i64..3_000_000_000) {
            let now = OffsetDateTime::from_unix_timestamp(at).unwrap();
            let all = spans(Some(Window { days, back, form: TimeForm::Unix }), now);
            let all: Vec<Span> = all.into_iter().flatten().collect();
            prop_assert_eq!(all.last().unwrap().to, now);
            prop_assert!(all[0].from <= now - Duration::days(back.into()));
            for pair in all.windows(2) {
                prop_assert_eq!(pair[0].to, pair[1].from);
            }
            prop_assert!(all.iter().all(|span| span.to - span.from <= Duration::days(days.into())));
        }
    }
}
