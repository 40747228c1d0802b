//! The data in a message to an app: what all apps are told, and what those are told that may see everything.

use std::fmt;

use serde::{Serialize, Serializer};
use time::Date;

/// What a message tells about the work at one platform (`platformData` of `spec/gigdata.md` 6.3).
///
/// Every object has the members of that section in its order, null when absent, then those that a receiver of 2019 reads under another name
/// (10.4), so that it works too.
#[derive(Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PlatformData {
    number_of_gigs: u64,
    number_of_ratings: u64,
    number_of_ratings_that_are_deemed_successful: u64,
    #[serde(serialize_with = "day")]
    period_start: Option<Date>,
    #[serde(serialize_with = "day")]
    period_end: Option<Date>,
    average_rating: Option<JudgedRating>,
    reviews: Option<Vec<NotifiedReview>>,
    achievements: Option<Vec<NotifiedAchievement>>,
    /// The name of `number_of_ratings_that_are_deemed_successful` in 2019.
    number_of_successful_ratings: u64,
}

/// The figures that an app with the claim Aggregated gets.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Figures {
    /// Pieces of work.
    pub gigs: u64,
    /// Ratings, of all dimensions.
    pub ratings: u64,
    /// Those of them that are good on their own scale.
    pub successful: u64,
    /// The day of the first work, in the offset of its own moment.
    pub start: Option<Date>,
    /// The day on which the last work ended, likewise.
    pub end: Option<Date>,
    /// The mean of the ratings.
    pub average: Option<JudgedRating>,
}

/// What an app with the claim Full gets beside the figures.
#[derive(Clone, Default, PartialEq)]
pub struct Details {
    /// What clients wrote.
    pub reviews: Vec<NotifiedReview>,
    /// Badges and assessments.
    pub achievements: Vec<NotifiedAchievement>,
}

/// A rating, its scale, and whether it is a good one there. Values are written with a fraction, as upstream does.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct JudgedRating {
    /// The rating.
    pub value: f64,
    /// Worst value of the scale.
    pub min: f64,
    /// Best value of the scale.
    pub max: f64,
    /// Whether it is a good one.
    pub is_successful: bool,
}

/// A review in a message.
#[derive(Clone, PartialEq)]
pub struct NotifiedReview {
    /// What apps know the review by; the same at every fetch (`spec/gigdata.md` 3.7).
    pub id: String,
    /// The day on which the work ended, in the offset of its own moment.
    pub date: Option<Date>,
    /// The rating of the same work; null when it has none (3.10: E05).
    pub rating: Option<JudgedRating>,
    /// Its heading.
    pub heading: Option<String>,
    /// Its body.
    pub text: Option<String>,
    /// Who wrote it.
    pub reviewer: Option<String>,
    /// The address of a picture of who wrote it.
    pub avatar: Option<String>,
}

/// An achievement in a message.
#[derive(Clone, PartialEq)]
pub struct NotifiedAchievement {
    /// The platform's id, or one made of the content.
    pub id: String,
    /// Its name.
    pub name: Option<String>,
    /// The sort in the platform's own word.
    pub platform_kind: String,
    /// The sort in one of the two words that receivers know.
    pub kind: NotifiedKind,
    /// A sentence.
    pub description: Option<String>,
    /// The address of its picture.
    pub image: Option<String>,
    /// The mark.
    pub score: Option<NotifiedScore>,
    /// The day on which it was earned, in the offset of its own moment.
    pub date: Option<Date>,
}

/// The two sorts of achievement that receivers know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum NotifiedKind {
    /// Given by the platform.
    Badge,
    /// The result of a test.
    QualificationAssessment,
}

/// A mark as text: a number in digits, or what the platform wrote, such as `A` (3.10: E04).
#[derive(Clone, PartialEq, Serialize)]
pub struct NotifiedScore {
    /// The mark.
    pub value: String,
    /// Its unit, for example `percent`.
    pub label: Option<String>,
}

impl PlatformData {
    /// The data for an app: `details` only for the claim Full. By the rules of `spec/gigdata.md` 6.3 an empty list of reviews is null and an
    /// empty list of achievements is empty.
    #[must_use]
    pub fn new(figures: Figures, details: Option<Details>) -> Self {
        let (reviews, achievements) = match details {
            Some(details) => (
                Some(details.reviews).filter(|list| !list.is_empty()),
                Some(details.achievements),
            ),
            None => (None, None),
        };
        Self {
            number_of_gigs: figures.gigs,
            number_of_ratings: figures.ratings,
            number_of_ratings_that_are_deemed_successful: figures.successful,
            period_start: figures.start,
            period_end: figures.end,
            average_rating: figures.average,
            reviews,
            achievements,
            number_of_successful_ratings: figures.successful,
        }
    }
}

/// The members of `spec/gigdata.md` 6.3 in their order, then the one of 10.4.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ReviewMembers<'a> {
    review_id: &'a str,
    #[serde(serialize_with = "day")]
    review_date: Option<Date>,
    rating: Option<JudgedRating>,
    review_heading: Option<&'a str>,
    review_text: Option<&'a str>,
    reviewer_name: Option<&'a str>,
    reviewer_avatar_uri: Option<&'a str>,
    reviewer_photo: Option<&'a str>,
}

impl Serialize for NotifiedReview {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let avatar = self.avatar.as_deref();
        ReviewMembers {
            review_id: &self.id,
            review_date: self.date,
            rating: self.rating,
            review_heading: self.heading.as_deref(),
            review_text: self.text.as_deref(),
            reviewer_name: self.reviewer.as_deref(),
            reviewer_avatar_uri: avatar,
            reviewer_photo: avatar,
        }
        .serialize(serializer)
    }
}

/// The members of `spec/gigdata.md` 6.3 in their order, then the one of 10.4.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AchievementMembers<'a> {
    achievement_id: &'a str,
    name: Option<&'a str>,
    achievement_platform_type: &'a str,
    achievement_type: NotifiedKind,
    description: Option<&'a str>,
    image_url: Option<&'a str>,
    score: Option<&'a NotifiedScore>,
    #[serde(serialize_with = "day")]
    date: Option<Date>,
}

impl Serialize for NotifiedAchievement {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        AchievementMembers {
            achievement_id: &self.id,
            name: self.name.as_deref(),
            achievement_platform_type: &self.platform_kind,
            achievement_type: self.kind,
            description: self.description.as_deref(),
            image_url: self.image.as_deref(),
            score: self.score.as_ref(),
            date: self.date,
        }
        .serialize(serializer)
    }
}

/// `yyyy-MM-dd`.
fn day<S: Serializer>(date: &Option<Date>, serializer: S) -> Result<S::Ok, S::Error> {
    match date {
        Some(date) => serializer.collect_str(&format_args!(
            "{:04}-{:02}-{:02}",
            date.year(),
            u8::from(date.month()),
            date.day()
        )),
        None => serializer.serialize_none(),
    }
}

/// Counts only: the texts are personal.
impl fmt::Debug for PlatformData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PlatformData").finish_non_exhaustive()
    }
}
