//! The rows that the page shows.

use time::{Date, OffsetDateTime};

/// Most rows of one list.
pub const ROWS: usize = 500;

/// The newest rows of a list, and how many there are in all.
#[derive(Debug, Clone)]
pub struct Newest<T> {
    pub(crate) rows: Vec<T>,
    pub(crate) total: u64,
}

impl<T> Newest<T> {
    /// Takes the first [`ROWS`] rows, the newest first, and the number of all.
    pub fn new(total: u64, newest_first: impl IntoIterator<Item = T>) -> Self {
        let rows: Vec<T> = newest_first.into_iter().take(ROWS).collect();
        let shown = u64::try_from(rows.len()).unwrap_or(u64::MAX);
        Self {
            rows,
            total: total.max(shown),
        }
    }
}

impl<T> Default for Newest<T> {
    fn default() -> Self {
        Self {
            rows: Vec::new(),
            total: 0,
        }
    }
}

/// A label and its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// Such as “City”.
    pub label: String,
    /// Such as “Girona”.
    pub value: String,
}

/// An amount in the smallest unit of its currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Money {
    /// Cents for EUR, yen for JPY.
    pub minor: i64,
    /// ISO 4217 code.
    pub currency: String,
    /// How many decimals the currency has.
    pub exponent: u8,
}

/// How sure a record is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Assurance {
    /// The platform’s signature was checked.
    Signed,
    /// Read from the platform over TLS.
    Fetched,
    /// From a file that the person gave.
    Imported,
    /// The person’s own entry.
    Typed,
}

/// A value on its own scale.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Score {
    /// The value.
    pub value: f64,
    /// The lowest possible value.
    pub min: f64,
    /// The highest possible value.
    pub max: f64,
}

/// A platform the data is from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Platform {
    /// The name a person knows.
    pub name: String,
    /// How many work records it gave.
    pub work: u64,
    /// How many records of other kinds.
    pub other: u64,
    /// Day of its first record.
    pub from: Option<Date>,
    /// Day of its last record.
    pub to: Option<Date>,
    /// How its records came here.
    pub assurance: Vec<Assurance>,
    /// The state of the connection in words, such as “Up to date”.
    pub state: String,
}

/// A rating that a platform states.
#[derive(Debug, Clone, PartialEq)]
pub struct Rating {
    /// The platform’s name.
    pub platform: String,
    /// What is rated; empty if the platform does not say.
    pub name: String,
    /// The value on its own scale.
    pub score: Score,
    /// How many single ratings it sums up, if known.
    pub count: Option<u64>,
}

/// A review by another person.
#[derive(Debug, Clone, PartialEq)]
pub struct Review {
    /// When it was given.
    pub when: Option<OffsetDateTime>,
    /// The platform’s name.
    pub platform: String,
    /// Its title; may be empty.
    pub title: String,
    /// Its text.
    pub text: String,
    /// The rating that came with it.
    pub score: Option<Score>,
    /// How sure it is.
    pub assurance: Assurance,
}

/// A badge or an assessment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Achievement {
    /// When it was given.
    pub when: Option<OffsetDateTime>,
    /// The platform’s name.
    pub platform: String,
    /// Its name.
    pub name: String,
    /// What it says.
    pub description: String,
    /// Its score in words, such as “90 percent”; may be empty.
    pub score: String,
    /// How sure it is.
    pub assurance: Assurance,
}

/// A block or another limit that a platform set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restriction {
    /// When it began.
    pub start: Option<OffsetDateTime>,
    /// When it ended.
    pub end: Option<OffsetDateTime>,
    /// The platform’s name.
    pub platform: String,
    /// What was limited, in the platform’s words.
    pub text: String,
    /// How sure it is.
    pub assurance: Assurance,
}

/// A gig, shift, trip or job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gig {
    /// When it began, with the offset of its place.
    pub start: Option<OffsetDateTime>,
    /// The platform’s name.
    pub platform: String,
    /// Its type, such as “Delivery”.
    pub kind: String,
    /// Its title; may be empty.
    pub title: String,
    /// Its state, such as “completed”; may be empty.
    pub status: String,
    /// Its distance in metres.
    pub distance_m: Option<u64>,
    /// Its duration in seconds.
    pub duration_s: Option<u64>,
    /// What it paid.
    pub amount: Option<Money>,
    /// How sure it is.
    pub assurance: Assurance,
}

/// Something that left the vault, or that was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    /// When.
    pub when: OffsetDateTime,
    /// Who asked.
    pub who: String,
    /// What was asked for.
    pub what: String,
    /// How it ended, such as “Shared” or “Refused”.
    pub result: String,
}

/// A cooperative, or another vault, that the person knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cooperative {
    /// Its name.
    pub name: String,
    /// Its short name.
    pub id: String,
    /// How sure its key is.
    pub key: PeerKey,
    /// How many transfers went there.
    pub sent: u64,
}

/// How sure the key of a cooperative is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PeerKey {
    /// The person compared it then.
    Compared(OffsetDateTime),
    /// Nobody compared it.
    NotCompared,
    /// Another one came then and waits for the person.
    Changed(OffsetDateTime),
    /// It gave none.
    Absent,
}

/// A signed transfer, to a cooperative or from one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transfer {
    /// When it was sent, or came.
    pub when: OffsetDateTime,
    /// The other side.
    pub who: String,
    /// The service; may be empty.
    pub service: String,
    /// Whether it came in.
    pub incoming: bool,
    /// How it ended, such as “Refused”.
    pub result: String,
}
