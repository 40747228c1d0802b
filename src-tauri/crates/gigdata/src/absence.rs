//! When "unknown" of a platform is believed: three times, on three different days (`spec/gigdata.md` 3.10: E09).

use time::Date;

/// On how many days a platform has to say it.
const DAYS: usize = 3;

/// The days on which a platform said that it does not know a person, one after the other without an answer in between.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Absence(Vec<Date>);

impl Absence {
    /// What was noted earlier. Days that come twice count once; those beyond the third are of no use.
    #[must_use]
    pub fn of(days: impl IntoIterator<Item = Date>) -> Self {
        days.into_iter().fold(Self::default(), Self::and)
    }

    /// The same, and a further day.
    #[must_use]
    pub fn and(mut self, day: Date) -> Self {
        if self.0.len() < DAYS && !self.0.contains(&day) {
            self.0.push(day);
        }
        self
    }

    /// The days.
    #[must_use]
    pub fn days(&self) -> &[Date] {
        &self.0
    }

    /// Whether the connection is suspended: its data stays, and connecting again revives it.
    #[must_use]
    pub fn is_believed(&self) -> bool {
        self.0.len() >= DAYS
    }
}
