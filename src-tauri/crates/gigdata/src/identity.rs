//! What the parts of a document are known by from one fetch to the next (`spec/gigdata.md` 3.7; 3.10: E13, E15).

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::{Achievement, Interaction};

/// A key for each interaction, in their order; no two are the same.
///
/// It is the platform's own id. Without one it is made of what lasts of the content (when, for whom, what), so that a review that comes
/// later does not make another interaction of it. Of several with one id the earliest keeps it alone, the others have their content beside
/// it, whatever the order in which the platform lists them.
#[must_use]
pub fn interaction_keys(interactions: &[Interaction]) -> Vec<String> {
    let named = interactions
        .iter()
        .map(|interaction| Named {
            id: &interaction.id,
            lasting: lasting(interaction),
            whole: digest(interaction),
            since: interaction
                .period
                .start
                .or(interaction.period.end)
                .map(|moment| moment.get().unix_timestamp_nanos()),
        })
        .collect();
    keys(named)
}

/// A key for each achievement, likewise.
#[must_use]
pub fn achievement_keys(achievements: &[Achievement]) -> Vec<String> {
    let named = achievements
        .iter()
        .map(|achievement| Named {
            id: &achievement.id,
            lasting: digest(&(
                achievement.kind.as_str(),
                &achievement.name,
                achievement.time_stamp,
            )),
            whole: digest(achievement),
            since: achievement
                .time_stamp
                .map(|moment| moment.get().unix_timestamp_nanos()),
        })
        .collect();
    keys(named)
}

struct Named<'a> {
    id: &'a str,
    lasting: String,
    whole: String,
    since: Option<i128>,
}

fn lasting(interaction: &Interaction) -> String {
    let client = interaction.client.as_ref();
    let more = interaction.additional_data.as_ref();
    digest(&(
        interaction.period.start,
        interaction.period.end,
        client.map(|client| (&client.id, &client.name)),
        &interaction.kind,
        more.map(|more| (&more.title, &more.location)),
    ))
}

/// Goes through all from the earliest to the latest, so that a later one never takes a key away.
fn keys(named: Vec<Named<'_>>) -> Vec<String> {
    let mut order: Vec<(usize, Named<'_>)> = named.into_iter().enumerate().collect();
    order.sort_by(|(_, one), (_, other)| {
        (one.since, &one.lasting, &one.whole).cmp(&(other.since, &other.lasting, &other.whole))
    });
    let mut taken = Taken::default();
    let mut keys = vec![String::new(); order.len()];
    for (at, named) in &order {
        if let Some(place) = keys.get_mut(*at) {
            *place = taken.key(named);
        }
    }
    keys
}

/// The keys that are given out.
#[derive(Default)]
struct Taken {
    keys: BTreeSet<String>,
    /// The last number that was put behind a content, so that many with the same content take no time.
    numbers: BTreeMap<String, u64>,
}

impl Taken {
    fn key(&mut self, named: &Named<'_>) -> String {
        if !named.id.is_empty() && self.keys.insert(named.id.to_owned()) {
            return named.id.to_owned();
        }
        let beside = format!("{}~{}", named.id, named.lasting);
        let number = self.numbers.entry(beside.clone()).or_default();
        loop {
            *number += 1;
            let key = match *number {
                1 => beside.clone(),
                more => format!("{beside}~{more}"),
            };
            if self.keys.insert(key.clone()) {
                return key;
            }
        }
    }
}

/// The first half of the digest of a value as JSON, in hexadecimal digits: enough that two of one person never meet.
fn digest(value: &impl Serialize) -> String {
    let mut hash = Sha256::new();
    if let Ok(json) = serde_json::to_vec(value) {
        hash.update(json);
    }
    let digest = hash.finalize();
    digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}
