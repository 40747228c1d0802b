//! The records of an answer: work, what was paid for it, ratings on their own scales, reviews, achievements.

use std::collections::BTreeMap;

use gigdata::{
    Achievement, Income, Interaction, Number, Rating, Review, Timestamp, UserPlatformData, achievement_keys,
    interaction_keys,
};
use serde_json::{Map, Value, json};
use time::OffsetDateTime;
use vault_core::money::parse_amount;
use vault_store::{Amount, Currency, NewRecord, RatingValue, RecordKind};

/// All records of an answer. Work comes before what belongs to it.
pub(super) fn of(data: &UserPlatformData) -> Vec<NewRecord> {
    let mut records = Vec::new();
    let interactions = data.interactions.iter();
    for ((at, interaction), key) in interactions.enumerate().zip(interaction_keys(&data.interactions)) {
        Part {
            interaction,
            key,
            path: format!("$.interactions[{at}]"),
        }
        .add_to(&mut records);
    }
    let achievements = data.achievements.iter();
    for ((at, item), key) in achievements.enumerate().zip(achievement_keys(&data.achievements)) {
        records.push(achievement(item, &key, format!("$.achievements[{at}]")));
    }
    records
}

/// One interaction of the answer.
struct Part<'a> {
    interaction: &'a Interaction,
    /// What it is known by.
    key: String,
    path: String,
}

impl Part<'_> {
    fn add_to(&self, records: &mut Vec<NewRecord>) {
        let more = self.interaction.additional_data.as_ref();
        let paid = more.and_then(|more| amount(more.income.as_ref()?));
        records.push(self.work(paid));
        if let Some(paid) = paid {
            records.push(self.payment(paid));
        }
        let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
        for (at, rating) in self.interaction.outcome.ratings.iter().enumerate() {
            let name = rating.name.as_deref().unwrap_or_default();
            let number = numbers.entry(name).or_default();
            *number += 1;
            records.push(self.rating(rating, at, *number));
        }
        if let Some(review) = &self.interaction.outcome.review {
            records.push(self.review(review));
        }
    }

    fn work(&self, paid: Option<Amount>) -> NewRecord {
        let interaction = self.interaction;
        let period = &interaction.period;
        let mut record = NewRecord::new(
            RecordKind::Work,
            self.work_key(),
            moment(period.start).or(moment(period.end)),
        );
        record.path.clone_from(&self.path);
        record.end = moment(period.end);
        record.type_name = known(&interaction.kind);
        record.status = Some(
            if interaction.outcome.success {
                "completed"
            } else {
                "failed"
            }
            .into(),
        );
        record.amount = paid;
        keep(&mut record.extra, "client", self.client());
        keep(&mut record.extra, "interaction", text(&interaction.id));
        if let Some(more) = &interaction.additional_data {
            record.title.clone_from(&more.title);
            record.text.clone_from(&more.description);
            record.duration_s = more.no_of_hours.as_ref().and_then(seconds);
            keep(
                &mut record.extra,
                "location",
                more.location.as_deref().and_then(text),
            );
            if !more.images.is_empty() {
                keep(
                    &mut record.extra,
                    "images",
                    serde_json::to_value(&more.images).ok(),
                );
            }
            // Money that no record can hold is kept as it came.
            if paid.is_none() {
                keep(
                    &mut record.extra,
                    "income",
                    more.income
                        .as_ref()
                        .and_then(|income| serde_json::to_value(income).ok()),
                );
            }
        }
        record
    }

    fn payment(&self, paid: Amount) -> NewRecord {
        let mut record = self.belonging(RecordKind::Payment, format!("income:{}", self.key));
        record.path = format!("{}.additionalData.income", self.path);
        record.type_name = Some("income".into());
        record.amount = Some(paid);
        record
    }

    fn rating(&self, rating: &Rating, at: usize, number: usize) -> NewRecord {
        let name = rating.name.clone().unwrap_or_default();
        let key = format!("rating:{}:{name}:{number}", self.key);
        let mut record = self.belonging(RecordKind::Rating, key);
        record.path = format!("{}.outcome.ratings[{at}]", self.path);
        record.type_name = known(&name);
        record.rating = Some(value(rating));
        record
    }

    /// A review keeps the first rating of its own interaction, as apps are told it.
    fn review(&self, review: &Review) -> NewRecord {
        let mut record = self.belonging(RecordKind::Review, format!("review:{}", self.key));
        record.path = format!("{}.outcome.review", self.path);
        record.title = known(&review.title);
        record.text = Some(review.text.clone());
        keep(&mut record.extra, "author", self.client());
        keep(&mut record.extra, "interaction", text(&self.interaction.id));
        let first = self.interaction.outcome.ratings.first();
        keep(
            &mut record.extra,
            "rating",
            first.and_then(|rating| serde_json::to_value(rating).ok()),
        );
        record
    }

    /// Something about the work, at its end.
    fn belonging(&self, kind: RecordKind, key: String) -> NewRecord {
        let period = &self.interaction.period;
        let mut record = NewRecord::new(kind, key, moment(period.end).or(moment(period.start)));
        record.work_key = Some(self.work_key());
        record
    }

    fn work_key(&self) -> String {
        format!("interaction:{}", self.key)
    }

    fn client(&self) -> Option<Value> {
        serde_json::to_value(self.interaction.client.as_ref()?).ok()
    }
}

fn achievement(item: &Achievement, key: &str, path: String) -> NewRecord {
    let mut record = NewRecord::new(
        RecordKind::Achievement,
        format!("achievement:{key}"),
        moment(item.time_stamp),
    );
    record.path = path;
    record.type_name = known(item.kind.as_str());
    record.title = known(&item.name);
    record.text = known(&item.description);
    keep(&mut record.extra, "achievement", text(&item.id));
    let score = item.score.as_ref();
    keep(
        &mut record.extra,
        "score",
        score.and_then(|score| serde_json::to_value(score).ok()),
    );
    keep(
        &mut record.extra,
        "badgeIconUri",
        item.badge_icon_uri.as_deref().and_then(text),
    );
    record
}

fn moment(at: Option<Timestamp>) -> Option<OffsetDateTime> {
    at.map(Timestamp::get)
}

fn value(rating: &Rating) -> RatingValue {
    RatingValue {
        name: rating.name.clone().unwrap_or_default(),
        value: rating.value.as_f64(),
        min: rating.min.as_f64(),
        max: rating.max.as_f64(),
    }
}

/// Hours as whole seconds; nothing for a time that nobody works.
fn seconds(hours: &Number) -> Option<u32> {
    let seconds = (hours.as_f64() * 3600.0).round();
    (0.0..=f64::from(u32::MAX))
        .contains(&seconds)
        .then_some(seconds as u32)
}

/// Exact money: in the currency's own unit, or in a finer one where the platform is finer.
fn amount(income: &Income) -> Option<Amount> {
    let currency: Currency = income.currency.trim().to_ascii_uppercase().parse().ok()?;
    let digits = income.amount.to_string();
    let usual = parse_amount(&digits, currency).ok();
    usual
        .or_else(|| finer(&digits, currency))
        .filter(|amount| amount.minor.unsigned_abs() <= Amount::MAX_MINOR)
}

fn finer(digits: &str, currency: Currency) -> Option<Amount> {
    let (whole, fraction) = digits.split_once('.')?;
    let exponent = u8::try_from(fraction.len())
        .ok()
        .filter(|exponent| *exponent <= Amount::MAX_EXPONENT)?;
    Some(Amount {
        minor: format!("{whole}{fraction}").parse().ok()?,
        currency,
        exponent,
    })
}

fn known(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

fn text(text: &str) -> Option<Value> {
    known(text).map(|text| json!(text))
}

fn keep(extra: &mut Map<String, Value>, name: &str, value: Option<Value>) {
    if let Some(value) = value {
        extra.insert(name.to_owned(), value);
    }
}
