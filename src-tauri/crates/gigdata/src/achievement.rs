//! Achievements: badges, assessments and their scores.

use serde::{Serialize, Serializer};

use crate::{Number, Timestamp, data::time_or_empty};

/// Something a person earned at a platform.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Achievement {
    /// The platform's own id; empty when it gave none.
    pub id: String,
    /// When it was earned; an unknown moment is written as an empty text, because the schema requires the member.
    #[serde(serialize_with = "time_or_empty")]
    pub time_stamp: Option<Timestamp>,
    /// What sort of achievement it is.
    #[serde(rename = "type")]
    pub kind: AchievementKind,
    /// Short name.
    pub name: String,
    /// One sentence, preferably under 128 characters.
    pub description: String,
    /// The result, for assessments.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub score: Option<Score>,
    /// Address of its picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub badge_icon_uri: Option<String>,
}

/// The sort of an achievement. The schema allows any text, upstream's consumer knew the first two only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AchievementKind {
    /// Given by the platform.
    Badge,
    /// The result of a test.
    QualificationAssessment,
    /// Another word, kept as it came; empty when the platform gave none.
    Other(String),
}

/// The result of an assessment.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Score {
    /// The mark.
    pub value: ScoreValue,
    /// Its unit, for example `percent`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
}

/// A mark: the schema allows a number or a text such as `A`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum ScoreValue {
    /// A number.
    Number(Number),
    /// A text, kept as it came.
    Text(String),
}

impl AchievementKind {
    /// The word on the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Badge => "Badge",
            Self::QualificationAssessment => "QualificationAssessment",
            Self::Other(word) => word,
        }
    }
}

impl From<&str> for AchievementKind {
    fn from(word: &str) -> Self {
        if word.eq_ignore_ascii_case("Badge") {
            Self::Badge
        } else if word.eq_ignore_ascii_case("QualificationAssessment") {
            Self::QualificationAssessment
        } else {
            Self::Other(word.to_owned())
        }
    }
}

impl Serialize for AchievementKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
