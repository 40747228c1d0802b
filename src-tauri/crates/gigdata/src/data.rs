//! The document: a person's interactions with clients through one platform.

use serde::{Serialize, Serializer};

use crate::{Achievement, Number, Timestamp};

/// Everything one platform knows about one person's work: the root of the document.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UserPlatformData {
    /// One for each gig, job, trip or project.
    pub interactions: Vec<Interaction>,
    /// Badges and assessments; written also when there are none, because consumers iterate over it.
    pub achievements: Vec<Achievement>,
}

/// One piece of work for one client.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Interaction {
    /// The platform's own id; empty when it gave none.
    pub id: String,
    /// When the work was done.
    pub period: Period,
    /// Who it was done for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client: Option<Client>,
    /// Kind of service in the platform's words, for example `Web design`.
    #[serde(rename = "type")]
    pub kind: String,
    /// How it ended.
    pub outcome: Outcome,
    /// Everything else that the format has a place for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub additional_data: Option<AdditionalData>,
}

/// The time of an interaction.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Period {
    /// First moment of the work.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start: Option<Timestamp>,
    /// Last moment of the work. The schema requires the member, so an unknown end is written as an empty text.
    #[serde(serialize_with = "time_or_empty")]
    pub end: Option<Timestamp>,
}

/// The other side of an interaction. All members are required by the schema; empty means not known.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Client {
    /// The platform's id of the client.
    pub id: String,
    /// The name that the platform shows.
    pub name: String,
    /// Address of a picture.
    pub photo_uri: String,
}

/// How an interaction ended and what the client said about it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Outcome {
    /// Whether the work was completed. A platform that says nothing has not claimed a failure, so it reads as `true`.
    pub success: bool,
    /// What the client wrote.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub review: Option<Review>,
    /// What the client gave, one for each dimension; written also when empty, because consumers iterate over it.
    pub ratings: Vec<Rating>,
}

/// A text written by a client. Both members are required by the schema; empty means not given.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Review {
    /// Its heading.
    pub title: String,
    /// Its body.
    pub text: String,
}

/// A rating on its own scale.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Rating {
    /// The dimension, for example `Delivery on time`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The rating; thumbs up and down are 1 and 0 on a scale from 0 to 1.
    pub value: Number,
    /// Worst value of the scale.
    pub min: Number,
    /// Best value of the scale.
    pub max: Number,
}

/// What the format can say beyond the outcome.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AdditionalData {
    /// Preferably `City/Region/Country`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// Heading of the work.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What the work was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Pictures of the result.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub images: Vec<Image>,
    /// Hours worked. The schema says integer, real platforms send decimals.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub no_of_hours: Option<Number>,
    /// What the person earned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub income: Option<Income>,
}

/// A picture of the result of the work.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Image {
    /// Its address.
    pub uri: String,
    /// What it shows.
    pub caption: String,
}

/// Money earned with one interaction.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Income {
    /// In whole units of the currency; see [`Number::from_minor`].
    pub amount: Number,
    /// ISO 4217 code; empty when the platform named none.
    pub currency: String,
}

impl Default for Outcome {
    fn default() -> Self {
        Self {
            success: true,
            review: None,
            ratings: Vec::new(),
        }
    }
}

impl UserPlatformData {
    /// The document as JSON text.
    ///
    /// # Errors
    /// Never for values that the types can hold; the writer's signature has one.
    pub fn to_json(&self) -> serde_json::Result<Vec<u8>> {
        serde_json::to_vec(self)
    }
}

/// Writes a moment, or an empty text for one that is not known.
pub(crate) fn time_or_empty<S: Serializer>(
    time: &Option<Timestamp>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match time {
        Some(time) => time.serialize(serializer),
        None => serializer.serialize_str(""),
    }
}
