//! The Open Platforms wire: what a work platform is asked and answers about one person, and what apps are told of it, as types, writers and
//! limited readers. Nothing here does I/O.
//!
//! The answer is the response body of `spec/gigdata.md` 3.3. It has no version, no paging and no length limits: every answer holds the
//! person's whole history.
//!
//! - [`ExportRequest`] is the question, in three [`Dialect`]s; [`Reaction`] and [`Absence`] say what a status means.
//! - [`UserPlatformData`] and the types below it write every member that the published schema requires, with an empty text where the value is
//!   not known, and leave out optional members that are absent.
//! - [`DataWriter`] writes the same document piece by piece, for histories that should not be held in memory.
//! - [`api`] is what consumer apps call, from the other side.
//! - [`compatible`] is what upstream keeps of an answer; [`interaction_keys`] are what its parts are known by.
//! - [`Notification`] is what an app is told, in the shape of section 6.3.
//! - [`read`] is lenient about what real platforms send and strict about size.

mod absence;
mod achievement;
pub mod api;
mod compatible;
mod data;
mod identity;
mod json;
mod limits;
mod notification;
mod number;
mod platform_data;
mod rating_rule;
mod reaction;
mod read;
mod read_parts;
mod request;
mod timestamp;
mod writer;

/// The published form of the answer, as JSON Schema (draft-07), for those who build a platform. Hours may be decimal, as real platforms have
/// them; otherwise it asks for what upstream's schema does (`spec/gigdata.md` 3.3).
pub const SCHEMA: &str = include_str!("../user-platform-data.schema.json");

pub use absence::Absence;
pub use achievement::{Achievement, AchievementKind, Score, ScoreValue};
pub use compatible::{compatible, notified_achievement};
pub use data::{
    AdditionalData, Client, Image, Income, Interaction, Outcome, Period, Rating, Review, UserPlatformData,
};
pub use identity::{achievement_keys, interaction_keys};
pub use limits::{Limits, ReadError, ReadOptions, Scale};
pub use notification::{ConnectionState, Notification, Reason, Subject};
pub use number::Number;
pub use platform_data::{
    Details, Figures, JudgedRating, NotifiedAchievement, NotifiedKind, NotifiedReview, NotifiedScore,
    PlatformData,
};
pub use rating_rule::RatingRule;
pub use reaction::Reaction;
pub use read::read;
pub use request::{Dialect, ExportRequest, NotARequest, REQUEST_TYPE, UnknownDialect};
pub use timestamp::{NotATimestamp, Timestamp};
pub use writer::DataWriter;
