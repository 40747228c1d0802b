//! The Open Platforms wire format: what a work platform answers about one person, as types, a writer and a limited reader.
//!
//! The format is the response body of `spec/gigdata.md` 3.3. It has no version, no paging and no length limits: every answer holds the
//! person's whole history. Nothing here does I/O.
//!
//! - [`UserPlatformData`] and the types below it write every member that the published schema requires, with an empty text where the value is
//!   not known, and leave out optional members that are absent.
//! - [`DataWriter`] writes the same document piece by piece, for histories that should not be held in memory.
//! - [`Notification`] is what an app is told, in the shape of section 6.3.
//! - [`read`] is lenient about what real platforms send and strict about size.

mod achievement;
mod data;
mod json;
mod limits;
mod notification;
mod number;
mod platform_data;
mod read;
mod read_parts;
mod timestamp;
mod writer;

pub use achievement::{Achievement, AchievementKind, Score, ScoreValue};
pub use data::{
    AdditionalData, Client, Image, Income, Interaction, Outcome, Period, Rating, Review, UserPlatformData,
};
pub use limits::{Limits, ReadError, ReadOptions, Scale};
pub use notification::{ConnectionState, Notification, Reason, Subject};
pub use number::Number;
pub use platform_data::{
    Details, Figures, JudgedRating, NotifiedAchievement, NotifiedKind, NotifiedReview, NotifiedScore,
    PlatformData,
};
pub use read::read;
pub use timestamp::{NotATimestamp, Timestamp};
pub use writer::DataWriter;
