//! The items of the data API, as they go over the wire.

use serde::Serialize;
use time::{OffsetDateTime, serde::rfc3339};

/// A kind of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    Delivery,
    Ride,
    Handyman,
    Design,
    Tutoring,
}

/// An amount in the currency's smallest unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Money {
    pub(crate) minor: i64,
    pub(crate) currency: &'static str,
    pub(crate) exponent: u8,
}

/// The person.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Me {
    pub(crate) id: &'static str,
    pub(crate) name: String,
    pub(crate) first_name: &'static str,
    pub(crate) last_name: &'static str,
    pub(crate) email: &'static str,
    pub(crate) phone: &'static str,
    pub(crate) city: &'static str,
    pub(crate) country: &'static str,
    pub(crate) languages: &'static [&'static str],
    pub(crate) time_zone: &'static str,
    pub(crate) currency: &'static str,
    pub(crate) made_up: bool,
}

/// Who the work was for.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Client {
    pub(crate) id: String,
    pub(crate) name: String,
}

/// How a gig ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum GigStatus {
    Completed,
    CancelledPaid,
}

/// One piece of work.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Gig {
    pub(crate) id: String,
    pub(crate) kind: Kind,
    pub(crate) title: String,
    pub(crate) status: GigStatus,
    #[serde(with = "rfc3339")]
    pub(crate) started_at: OffsetDateTime,
    #[serde(with = "rfc3339")]
    pub(crate) ended_at: OffsetDateTime,
    pub(crate) duration_s: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) distance_m: Option<i64>,
    pub(crate) city: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) client: Option<Client>,
    pub(crate) amount: Money,
    #[serde(with = "rfc3339")]
    pub(crate) updated_at: OffsetDateTime,
}

/// What a payment is. Fares, tips and boosts are earned; the others move or take what was earned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PaymentKind {
    Fare,
    Tip,
    Boost,
    ServiceCharge,
    Payout,
}

/// A movement of money. Charges are negative; a payout is what reached the bank.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Payment {
    pub(crate) id: String,
    #[serde(rename = "type")]
    pub(crate) kind: PaymentKind,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) gig: Option<String>,
    pub(crate) description: String,
    #[serde(with = "rfc3339")]
    pub(crate) paid_at: OffsetDateTime,
    pub(crate) amount: Money,
    #[serde(with = "rfc3339")]
    pub(crate) updated_at: OffsetDateTime,
}

/// A rating of one gig in one dimension.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Rating {
    pub(crate) id: String,
    pub(crate) gig: String,
    pub(crate) dimension: &'static str,
    pub(crate) value: i64,
    pub(crate) min: i64,
    pub(crate) max: i64,
    #[serde(with = "rfc3339")]
    pub(crate) rated_at: OffsetDateTime,
    #[serde(with = "rfc3339")]
    pub(crate) updated_at: OffsetDateTime,
}

/// A text about one gig.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Review {
    pub(crate) id: String,
    pub(crate) gig: String,
    pub(crate) rating: String,
    pub(crate) author: String,
    pub(crate) title: &'static str,
    pub(crate) text: String,
    pub(crate) language: &'static str,
    #[serde(with = "rfc3339")]
    pub(crate) written_at: OffsetDateTime,
    #[serde(with = "rfc3339")]
    pub(crate) updated_at: OffsetDateTime,
}

/// The result of an assessment.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Score {
    pub(crate) value: i64,
    pub(crate) label: &'static str,
}

/// Something earned by working well or by passing a test.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Achievement {
    pub(crate) id: String,
    #[serde(rename = "type")]
    pub(crate) kind: &'static str,
    pub(crate) name: String,
    pub(crate) description: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) score: Option<Score>,
    #[serde(with = "rfc3339")]
    pub(crate) earned_at: OffsetDateTime,
    #[serde(with = "rfc3339")]
    pub(crate) updated_at: OffsetDateTime,
}

/// A limit that the platform put on the account.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Restriction {
    pub(crate) id: String,
    #[serde(rename = "type")]
    pub(crate) kind: &'static str,
    pub(crate) reason: &'static str,
    pub(crate) status: &'static str,
    #[serde(with = "rfc3339")]
    pub(crate) started_at: OffsetDateTime,
    #[serde(with = "rfc3339::option", skip_serializing_if = "Option::is_none")]
    pub(crate) ended_at: Option<OffsetDateTime>,
    #[serde(with = "rfc3339")]
    pub(crate) updated_at: OffsetDateTime,
}

/// An item of a list that is read page by page, oldest change first.
pub(crate) trait Listed: Serialize {
    fn id(&self) -> &str;
    fn updated_at(&self) -> OffsetDateTime;
}

macro_rules! listed {
    ($($item:ty),+) => {$(
        impl Listed for $item {
            fn id(&self) -> &str {
                &self.id
            }

            fn updated_at(&self) -> OffsetDateTime {
                self.updated_at
            }
        }
    )+};
}

listed!(Gig, Payment, Rating, Review, Achievement, Restriction);

impl Money {
    pub(crate) const fn euro_cents(minor: i64) -> Self {
        Self {
            minor,
            currency: "EUR",
            exponent: 2,
        }
    }
}

impl Kind {
    /// The dimension of the thumbs that clients of this work give, if any.
    pub(crate) const fn thumbs(self) -> Option<&'static str> {
        match self {
            Self::Delivery => Some("on_time"),
            Self::Handyman | Self::Design | Self::Tutoring => Some("would_book_again"),
            Self::Ride => None,
        }
    }

    /// Whether the platform's service is by the minute, so that there are tips, boosts and cancellations on the way.
    pub(crate) const fn on_the_road(self) -> bool {
        match self {
            Self::Delivery | Self::Ride => true,
            Self::Handyman | Self::Design | Self::Tutoring => false,
        }
    }
}
