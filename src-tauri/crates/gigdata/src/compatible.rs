//! What upstream keeps of an answer (`spec/gigdata.md` 3.5): the view that apps of Gigdata know.
//!
//! Three things are kept that upstream loses on the way: a rating's own scale, the rating of each review of its own interaction, and ids
//! that are the same at every fetch (3.10: E03, E13, E15). The rest of an answer (income, hours, places, pictures, titles) is in the document
//! itself and has no place in this view.

use time::OffsetDateTime;

use crate::{
    Achievement, AchievementKind, Details, Figures, Interaction, JudgedRating, NotifiedAchievement,
    NotifiedKind, NotifiedReview, NotifiedScore, RatingRule, Review, ScoreValue, UserPlatformData,
    identity::{achievement_keys, interaction_keys},
};

/// The figures and the details of an answer. `platform` begins the id of each review, and is the same for ever.
#[must_use]
pub fn compatible(data: &UserPlatformData, rule: &RatingRule, platform: &str) -> (Figures, Details) {
    (figures(&data.interactions, rule), details(data, rule, platform))
}

fn figures(interactions: &[Interaction], rule: &RatingRule) -> Figures {
    let ratings: Vec<JudgedRating> = interactions
        .iter()
        .flat_map(|interaction| &interaction.outcome.ratings)
        .map(|rating| rule.judge(rating))
        .collect();
    let starts = interactions
        .iter()
        .filter_map(|interaction| interaction.period.start);
    let ends = interactions
        .iter()
        .filter_map(|interaction| interaction.period.end);
    Figures {
        gigs: interactions.len() as u64,
        ratings: ratings.len() as u64,
        successful: ratings.iter().filter(|rating| rating.is_successful).count() as u64,
        // The earliest and the latest by instant, shown as the day in their own offset.
        start: starts.map(crate::Timestamp::get).min().map(OffsetDateTime::date),
        end: ends.map(crate::Timestamp::get).max().map(OffsetDateTime::date),
        average: rule.mean(&ratings),
    }
}

fn details(data: &UserPlatformData, rule: &RatingRule, platform: &str) -> Details {
    let keys = interaction_keys(&data.interactions);
    let reviewed = data
        .interactions
        .iter()
        .zip(keys)
        .filter_map(|(interaction, key)| {
            let text = interaction.outcome.review.as_ref()?;
            Some(review(interaction, text, rule, format!("{platform}_{key}")))
        });
    let keys = achievement_keys(&data.achievements);
    let achievements = data.achievements.iter().zip(keys);
    Details {
        reviews: reviewed.collect(),
        achievements: achievements
            .map(|(achievement, key)| notified_achievement(achievement, key))
            .collect(),
    }
}

fn review(interaction: &Interaction, review: &Review, rule: &RatingRule, id: String) -> NotifiedReview {
    let client = interaction.client.as_ref();
    NotifiedReview {
        id,
        date: interaction.period.end.map(|end| end.get().date()),
        rating: interaction
            .outcome
            .ratings
            .first()
            .map(|rating| rule.judge(rating)),
        heading: known(&review.title),
        text: known(&review.text),
        reviewer: client.and_then(|client| known(&client.name)),
        avatar: client.and_then(|client| known(&client.photo_uri)),
    }
}

/// An achievement as apps know it. A third sort keeps its word as the platform's and is a test if it has a mark, else a badge.
#[must_use]
pub fn notified_achievement(achievement: &Achievement, id: String) -> NotifiedAchievement {
    NotifiedAchievement {
        id,
        name: known(&achievement.name),
        platform_kind: achievement.kind.as_str().to_owned(),
        kind: match (&achievement.kind, &achievement.score) {
            (AchievementKind::Badge, _) | (AchievementKind::Other(_), None) => NotifiedKind::Badge,
            (AchievementKind::QualificationAssessment, _) | (AchievementKind::Other(_), Some(_)) => {
                NotifiedKind::QualificationAssessment
            }
        },
        description: known(&achievement.description),
        image: achievement.badge_icon_uri.as_deref().and_then(known),
        score: achievement.score.as_ref().map(|score| NotifiedScore {
            value: match &score.value {
                ScoreValue::Number(number) => number.to_string(),
                ScoreValue::Text(text) => text.clone(),
            },
            label: score.label.clone(),
        }),
        date: achievement.time_stamp.map(|moment| moment.get().date()),
    }
}

/// An empty text of a document means that the platform gave none.
fn known(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}
