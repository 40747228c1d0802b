//! Who sees which platform.

use serde::Serialize;
use specta::Type;
use time::Duration;
use vault_core::disclosure::Sight;
use vault_store::PartyKind;

use super::{activity::face_words, platforms::Platforms, time::rfc3339, values::Monogram};
use crate::error::{Answer, AppError};

/// A party that sees something of a platform.
#[derive(Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SightRow {
    /// The kind of the party and its id, by which it is named when its sight ends.
    kind: String,
    party: String,
    name: String,
    /// How it asks, in words.
    through: String,
    /// The installed app; empty for anybody else.
    app: String,
    platform: String,
    platform_name: String,
    monogram: Monogram,
    /// What it sees, a line for each permission.
    words: Vec<String>,
    /// The last day on which it sees something; nothing when there is no end, or when it is for once.
    until: Option<String>,
    once: bool,
    /// It sees platforms too that are added later.
    later: bool,
}

impl SightRow {
    pub(crate) fn new(sight: &Sight, platforms: &Platforms) -> Self {
        let party = &sight.party;
        Self {
            kind: party.kind.as_str().to_owned(),
            party: party.id.clone(),
            name: party.name.clone(),
            through: face_words(sight.face).into(),
            app: if party.kind == PartyKind::App {
                party.id.clone()
            } else {
                String::new()
            },
            platform: sight.platform.clone(),
            platform_name: sight.name.clone(),
            monogram: platforms.monogram_of(&sight.platform, &sight.name),
            words: sight.words.clone(),
            until: sight.until.map(|end| rfc3339(end - Duration::SECOND)),
            once: sight.once,
            later: sight.later,
        }
    }
}

/// Reads a kind of party that came from a page.
pub(crate) fn party_kind(text: &str) -> Answer<PartyKind> {
    PartyKind::from_word(text).ok_or_else(|| AppError::new("APP-333"))
}
