//! The letters: words from `assets/letters`, filled from the profile. What came from the profile is marked, so that the person sees what would
//! leave.

use std::{collections::BTreeMap, sync::LazyLock};

use serde::Deserialize;
use time::Date;

use super::way::{self, Authority, Way, WayKind};
use crate::{
    VaultError,
    persona::{Persona, PersonaField},
};

/// The languages of the letters, by the code of ISO 639-1.
pub const LANGUAGES: [&str; 6] = ["en", "sv", "ca", "es", "de", "fr"];

const TEXTS: [(&str, &str); 6] = [
    ("en", include_str!("../../../../../assets/letters/en.toml")),
    ("sv", include_str!("../../../../../assets/letters/sv.toml")),
    ("ca", include_str!("../../../../../assets/letters/ca.toml")),
    ("es", include_str!("../../../../../assets/letters/es.toml")),
    ("de", include_str!("../../../../../assets/letters/de.toml")),
    ("fr", include_str!("../../../../../assets/letters/fr.toml")),
];

static LETTERS: LazyLock<BTreeMap<&'static str, Language>> = LazyLock::new(|| {
    let read = |(code, text): (&'static str, &str)| Some((code, toml::from_str(text).ok()?));
    TEXTS.into_iter().filter_map(read).collect()
});

/// A name for whoever has none in the profile: a line to write on.
const LINE: &str = "____________________";

/// Which letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LetterKind {
    /// The request itself.
    Access,
    /// A month is over.
    Reminder,
    /// To the authority.
    Complaint,
    /// The answer to a platform that wants proof of who the person is.
    Identity,
}

impl LetterKind {
    /// The kind of a word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "access" => Some(Self::Access),
            "reminder" => Some(Self::Reminder),
            "complaint" => Some(Self::Complaint),
            "identity" => Some(Self::Identity),
            _ => None,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Language {
    #[expect(dead_code, reason = "says which file it is")]
    language: String,
    access: Template,
    reminder: Template,
    complaint: Template,
    identity: Template,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Template {
    subject: String,
    paragraphs: Vec<String>,
    sign: String,
}

/// A piece of a paragraph.
#[derive(Clone, PartialEq, Eq)]
pub struct Piece {
    /// The words.
    pub text: String,
    /// Whether they come from the profile.
    pub mine: bool,
}

impl std::fmt::Debug for Piece {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Piece")
            .field("mine", &self.mine)
            .finish_non_exhaustive()
    }
}

/// A letter to copy, print or send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// Where it goes; empty where the person has to look that up.
    pub to: String,
    /// Its subject.
    pub subject: String,
    /// Its paragraphs, each in pieces.
    pub paragraphs: Vec<Vec<Piece>>,
    /// The closing, and the name below it.
    pub sign: String,
    /// The authority of the person's country, where it is known.
    pub authority: Option<Authority>,
}

impl Letter {
    /// The whole letter as text.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = format!("{}\n", self.subject);
        for paragraph in &self.paragraphs {
            text.push('\n');
            paragraph.iter().for_each(|piece| text.push_str(&piece.text));
            text.push('\n');
        }
        text.push('\n');
        text.push_str(&self.sign);
        text.push('\n');
        text
    }
}

/// What a letter is filled with.
pub(super) struct Facts<'f> {
    pub(super) way: &'f Way,
    pub(super) persona: &'f Persona,
    pub(super) sent: Option<Date>,
    pub(super) due: Option<Date>,
}

/// Fills a letter.
pub(super) fn write(kind: LetterKind, language: &str, facts: &Facts<'_>) -> Result<Letter, VaultError> {
    let words = LETTERS.get(language).ok_or(VaultError::Invalid {
        field: "language",
        why: "one of en, sv, ca, es, de, fr",
    })?;
    let template = match kind {
        LetterKind::Access => &words.access,
        LetterKind::Reminder => &words.reminder,
        LetterKind::Complaint => &words.complaint,
        LetterKind::Identity => &words.identity,
    };
    let authority = way::authority(facts.persona.get(PersonaField::Country).unwrap_or_default());
    let filler = Filler {
        facts,
        authority: authority.as_ref(),
    };
    let subject = filler.fill(&template.subject).unwrap_or_default();
    let mut paragraphs: Vec<Vec<Piece>> = Vec::new();
    for paragraph in &template.paragraphs {
        paragraphs.extend(filler.fill(paragraph));
    }
    let to = match kind {
        LetterKind::Complaint => authority.as_ref().map(|one| one.url.clone()).unwrap_or_default(),
        LetterKind::Access | LetterKind::Reminder | LetterKind::Identity => facts.way.target.clone(),
    };
    let to = if kind != LetterKind::Complaint && facts.way.kind != WayKind::Mail {
        String::new()
    } else {
        to
    };
    Ok(Letter {
        to,
        subject: subject.into_iter().map(|piece| piece.text).collect(),
        paragraphs,
        sign: format!("{}\n\n{}", template.sign, name(facts.persona)),
        authority,
    })
}

struct Filler<'f> {
    facts: &'f Facts<'f>,
    authority: Option<&'f Authority>,
}

impl Filler<'_> {
    /// A paragraph in pieces; `None` if a value that it is about is missing.
    fn fill(&self, template: &str) -> Option<Vec<Piece>> {
        let mut pieces = Vec::new();
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('{') {
            let (word, behind) = after.split_once('}')?;
            push(&mut pieces, before, false);
            let (text, mine) = self.value(word)?;
            push(&mut pieces, &text, mine);
            rest = behind;
        }
        push(&mut pieces, rest, false);
        Some(pieces)
    }

    fn value(&self, word: &str) -> Option<(String, bool)> {
        let persona = self.facts.persona;
        let mine = |field| {
            let value = persona.get(field)?;
            (!value.is_empty()).then(|| (value.to_owned(), true))
        };
        match word {
            "platform" => Some((self.facts.way.name.clone(), false)),
            "name" => Some((name(persona), true)),
            "email" => mine(PersonaField::Email),
            "phone" => mine(PersonaField::Phone),
            "address" => address(persona).map(|address| (address, true)),
            "sent" => Some((day(self.facts.sent), false)),
            "due" => Some((day(self.facts.due), false)),
            "authority" => Some((
                self.authority
                    .map_or_else(|| LINE.to_owned(), |one| one.name.clone()),
                false,
            )),
            _ => None,
        }
    }
}

fn push(pieces: &mut Vec<Piece>, text: &str, mine: bool) {
    if !text.is_empty() {
        pieces.push(Piece {
            text: text.to_owned(),
            mine,
        });
    }
}

/// The name in the profile, or a line to write it on.
fn name(persona: &Persona) -> String {
    let parts = [
        PersonaField::FirstName,
        PersonaField::MiddleName,
        PersonaField::LastName,
    ];
    let known: Vec<&str> = parts
        .into_iter()
        .filter_map(|field| persona.get(field))
        .filter(|part| !part.is_empty())
        .collect();
    if !known.is_empty() {
        return known.join(" ");
    }
    persona
        .get(PersonaField::LegalName)
        .filter(|name| !name.is_empty())
        .map_or_else(|| LINE.to_owned(), str::to_owned)
}

fn address(persona: &Persona) -> Option<String> {
    let part = |field| persona.get(field).filter(|value| !value.is_empty());
    let street = part(PersonaField::Address)?;
    let town: Vec<&str> = [PersonaField::ZipCode, PersonaField::City]
        .into_iter()
        .filter_map(part)
        .collect();
    let parts = [
        Some(street.to_owned()),
        part(PersonaField::Address2).map(str::to_owned),
        (!town.is_empty()).then(|| town.join(" ")),
        part(PersonaField::Country).map(str::to_owned),
    ];
    Some(parts.into_iter().flatten().collect::<Vec<_>>().join(", "))
}

/// A day as every language reads it (ISO 8601).
fn day(date: Option<Date>) -> String {
    date.map_or_else(|| LINE.to_owned(), |date| date.to_string())
}
