//! What a consumer app is told of a platform: the figures of its records, and each review and achievement where these are shared too.

use gigdata::{Details, Figures, JudgedRating, PlatformData, RatingRule, UserPlatformData, compatible};
use time::OffsetDateTime;
use vault_store::{
    ConnectionId, Record, RecordKind, View,
    records::{self, RecordFilter},
};

use super::super::{
    coarse,
    leaf::Leaf,
    narrowing::Narrowing,
    policy::{Approved, Part},
};
use crate::{
    VaultError,
    backpack::gigs::{achievement, of_review},
};

/// The data, and how many records it was made of.
pub(super) struct Told {
    pub(super) data: PlatformData,
    pub(super) records: u64,
}

/// Computes the data under a permission. `platform` begins the id of each review, and is the same for ever (spec 3.7).
pub(super) fn of(
    view: &View<'_>,
    approved: &Approved,
    connections: &[ConnectionId],
    platform: &str,
) -> Result<Told, VaultError> {
    let rule = RatingRule::default();
    let part = |leaf: Leaf| approved.parts().iter().find(move |part| *part.leaf() == leaf);
    let mut count = 0;
    let figures = match part(Leaf::Summary) {
        Some(part) => figures(view, &filter(part, connections, Vec::new()), &rule, &mut count)?,
        None => Figures::default(),
    };
    let more = [RecordKind::Review, RecordKind::Achievement].map(|kind| part(Leaf::Records(kind)));
    let details = if more.iter().all(Option::is_none) {
        None
    } else {
        let [reviews, achievements] = more.map(|part| match part {
            Some(part) => single(view, part, connections),
            None => Ok(Vec::new()),
        });
        let (reviews, achievements) = (reviews?, achievements?);
        count += (reviews.len() + achievements.len()) as u64;
        Some(details(&reviews, &achievements, &rule, platform))
    };
    Ok(Told {
        data: PlatformData::new(figures, details),
        records: count,
    })
}

/// The records that a part of the permission lets through, of these connections.
fn filter(part: &Part, connections: &[ConnectionId], kinds: Vec<RecordKind>) -> RecordFilter {
    let mut filter = part.narrowing().filter(kinds);
    filter.connections = Some(match filter.connections {
        None => connections.to_vec(),
        Some(mut shared) => {
            shared.retain(|one| connections.contains(one));
            shared
        }
    });
    filter
}

fn figures(
    view: &View<'_>,
    filter: &RecordFilter,
    rule: &RatingRule,
    count: &mut u64,
) -> Result<Figures, VaultError> {
    let mut figures = Figures::default();
    let mut ratings: Vec<JudgedRating> = Vec::new();
    let (mut first, mut last) = (None::<OffsetDateTime>, None::<OffsetDateTime>);
    records::each(view, filter, |record| {
        let counts = matches!(
            record.kind,
            RecordKind::Work | RecordKind::Rating | RecordKind::Review
        );
        *count += u64::from(counts);
        if let Some(rating) = record.rating.as_ref().filter(|_| counts) {
            ratings.push(rule.judged(rating.value, rating.min, rating.max));
        }
        if record.kind == RecordKind::Work {
            figures.gigs += 1;
            let end = record.end.unwrap_or(record.start);
            first = Some(first.map_or(record.start, |known| known.min(record.start)));
            last = Some(last.map_or(end, |known| known.max(end)));
        }
        Ok::<_, VaultError>(())
    })?;
    figures.ratings = ratings.len() as u64;
    figures.successful = ratings.iter().filter(|rating| rating.is_successful).count() as u64;
    figures.average = rule.mean(&ratings);
    (figures.start, figures.end) = (first.map(OffsetDateTime::date), last.map(OffsetDateTime::date));
    Ok(figures)
}

/// Records that leave one by one, as coarse as the grant says.
fn single(view: &View<'_>, part: &Part, connections: &[ConnectionId]) -> Result<Vec<Record>, VaultError> {
    let Some(kind) = part.kind() else {
        return Ok(Vec::new());
    };
    let mut found = Vec::new();
    records::each(view, &filter(part, connections, vec![kind]), |record| {
        found.push(record);
        Ok::<_, VaultError>(())
    })?;
    let narrowing: &Narrowing = part.narrowing();
    coarse::all(view, found, narrowing)
}

fn details(reviews: &[Record], achievements: &[Record], rule: &RatingRule, platform: &str) -> Details {
    let data = UserPlatformData {
        interactions: reviews.iter().map(of_review).collect(),
        achievements: achievements.iter().map(achievement).collect(),
    };
    compatible(&data, rule, platform).1
}
