//! A person's history in the format of Open Platforms (`spec/gigdata.md` 3.3).

use std::collections::BTreeMap;

use gigdata::{
    Achievement, AchievementKind, AdditionalData, Client, ExportRequest, Income, Interaction, Number,
    Outcome, Period, Rating, Review, Score, ScoreValue, Timestamp, UserPlatformData,
};
use serde::Serialize;
use time::OffsetDateTime;

use crate::{
    ACCOUNTS, Account,
    data::{
        History,
        records::{self, Gig, GigStatus, Kind, PaymentKind},
    },
};

/// The root object: three members of the platform's own, then those of the format.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Answer {
    request_id: Option<String>,
    id: &'static str,
    user_email: &'static str,
    #[serde(flatten)]
    data: UserPlatformData,
}

/// The person behind an address.
pub(super) fn account(email: &str) -> Option<&'static Account> {
    ACCOUNTS
        .iter()
        .find(|account| account.email.eq_ignore_ascii_case(email))
}

impl Answer {
    pub(super) fn new(account: &'static Account, history: &History, request: &ExportRequest) -> Self {
        Self {
            request_id: Some(request.id().to_owned()).filter(|id| !id.is_empty()),
            id: account.id,
            user_email: account.email,
            data: data(history),
        }
    }
}

/// What belongs to a gig, by its id.
#[derive(Default)]
struct Said<'h> {
    ratings: Vec<&'h records::Rating>,
    review: Option<&'h records::Review>,
    earned: i64,
}

fn data(history: &History) -> UserPlatformData {
    let mut said: BTreeMap<&str, Said<'_>> = BTreeMap::new();
    for rating in &history.ratings {
        said.entry(&rating.gig).or_default().ratings.push(rating);
    }
    for review in &history.reviews {
        said.entry(&review.gig).or_default().review = Some(review);
    }
    for payment in &history.payments {
        let earned = matches!(
            payment.kind,
            PaymentKind::Fare | PaymentKind::Tip | PaymentKind::Boost
        );
        if let Some(gig) = payment.gig.as_deref().filter(|_| earned) {
            said.entry(gig).or_default().earned += payment.amount.minor;
        }
    }
    let nothing = Said::default();
    let gigs = history.gigs.iter();
    UserPlatformData {
        interactions: gigs
            .map(|gig| interaction(gig, said.get(gig.id.as_str()).unwrap_or(&nothing)))
            .collect(),
        achievements: history.achievements.iter().map(achievement).collect(),
    }
}

fn interaction(gig: &Gig, said: &Said<'_>) -> Interaction {
    Interaction {
        id: gig.id.clone(),
        period: Period {
            start: moment(gig.started_at),
            end: moment(gig.ended_at),
        },
        client: gig.client.as_ref().map(|client| Client {
            id: client.id.clone(),
            name: client.name.clone(),
            photo_uri: String::new(),
        }),
        kind: words(gig.kind).to_owned(),
        outcome: Outcome {
            success: gig.status == GigStatus::Completed,
            review: said.review.map(|review| Review {
                title: review.title.to_owned(),
                text: review.text.clone(),
            }),
            ratings: said.ratings.iter().copied().map(rating).collect(),
        },
        additional_data: Some(AdditionalData {
            location: Some(gig.city.to_owned()),
            title: Some(gig.title.clone()),
            no_of_hours: Number::from_f64(gig.duration_s as f64 / 3600.0),
            income: (said.earned != 0).then(|| Income {
                amount: Number::from_minor(said.earned, gig.amount.exponent),
                currency: gig.amount.currency.to_owned(),
            }),
            ..AdditionalData::default()
        }),
    }
}

fn rating(rating: &records::Rating) -> Rating {
    Rating {
        name: Some(rating.dimension.to_owned()),
        value: rating.value.into(),
        min: rating.min.into(),
        max: rating.max.into(),
    }
}

fn achievement(item: &records::Achievement) -> Achievement {
    Achievement {
        id: item.id.clone(),
        time_stamp: moment(item.earned_at),
        kind: match item.score {
            Some(_) => AchievementKind::QualificationAssessment,
            None => AchievementKind::Badge,
        },
        name: item.name.clone(),
        description: item.description.to_owned(),
        score: item.score.map(|score| Score {
            value: ScoreValue::Number(score.value.into()),
            label: Some(score.label.to_owned()),
        }),
        badge_icon_uri: None,
    }
}

fn moment(at: OffsetDateTime) -> Option<Timestamp> {
    at.try_into().ok()
}

const fn words(kind: Kind) -> &'static str {
    match kind {
        Kind::Delivery => "Delivery",
        Kind::Ride => "Ride",
        Kind::Handyman => "Handyman work",
        Kind::Design => "Design",
        Kind::Tutoring => "Tutoring",
    }
}
