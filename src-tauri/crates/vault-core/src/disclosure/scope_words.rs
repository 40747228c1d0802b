//! The words for scopes: in titles, in lists of choices, on tags.

use vault_store::{
    Face, RecordKind, Scope,
    grants::{Amounts, Grant, People, Places, Precision},
};

use super::{
    leaf::{Directory, Leaf},
    narrowing::Narrowing,
};
use crate::persona::PersonaField;

/// How many things a title names one by one.
const MOST_NAMED: usize = 4;

/// What a scope opens, as the label of a choice.
#[must_use]
pub fn label(scope: &Scope) -> String {
    match Leaf::of(scope) {
        Some(Leaf::Profile(field)) => field.label().to_owned(),
        Some(Leaf::Summary) => "Earnings and hours, in sums".to_owned(),
        Some(Leaf::Records(kind)) => kind_label(kind).to_owned(),
        Some(Leaf::Directory(Directory::Users)) => "Your entry in the list of people".to_owned(),
        Some(Leaf::Directory(Directory::Apps)) => "Which other apps you have".to_owned(),
        Some(Leaf::Directory(Directory::Meta)) => "Lists of your places and positions".to_owned(),
        Some(Leaf::ExternalIds(resource)) => match resource.split_once('.') {
            Some((_, system)) => format!("Your number in {system}"),
            None => "Your numbers in other systems".to_owned(),
        },
        Some(Leaf::Notifications) => "Notify you".to_owned(),
        Some(Leaf::EditProfile(field)) => format!("Change in your profile: {}", field.label()),
        None => scope.to_string(),
    }
}

/// The same where a face hands out less under it than the scope could open: its own words, so that nobody agrees to more than is meant
/// (`spec/gigdata.md` 12: P5).
#[must_use]
pub(super) fn label_at(face: Face, scope: &Scope) -> String {
    if face == Face::Gigdata && Leaf::of(scope) == Some(Leaf::Summary) {
        return "Number of gigs and ratings, their mean, first and last day".to_owned();
    }
    label(scope)
}

/// The records of a kind, as a heading.
#[must_use]
pub(super) const fn kind_label(kind: RecordKind) -> &'static str {
    match kind {
        RecordKind::Work => "Single gigs",
        RecordKind::Payment => "Payments",
        RecordKind::Rating => "Ratings",
        RecordKind::Review => "Reviews",
        RecordKind::Achievement => "Achievements",
        RecordKind::Restriction => "Restrictions",
    }
}

/// "Hourly asks for your earnings and hours".
#[must_use]
pub(super) fn title(face: Face, name: &str, scopes: &[Scope]) -> String {
    let mut nouns = nouns(scopes);
    if face == Face::Gigdata {
        // The figures of this face hold no money.
        for noun in nouns.iter_mut().filter(|noun| **noun == "earnings and hours") {
            *noun = "work in figures";
        }
    }
    if nouns.is_empty() {
        let notifies = scopes
            .iter()
            .any(|scope| Leaf::of(scope) == Some(Leaf::Notifications));
        return if notifies {
            format!("{name} asks to notify you")
        } else {
            format!("{name} asks for something")
        };
    }
    format!("{name} asks for your {}", listed(&nouns, "and more"))
}

/// What scopes open, in a few words: "Reviews, earnings and name".
#[must_use]
pub fn words(scopes: &[Scope]) -> String {
    let mut nouns = nouns(scopes);
    if scopes
        .iter()
        .any(|scope| Leaf::of(scope) == Some(Leaf::Notifications))
    {
        nouns.push("notifications");
    }
    capital(&listed(&nouns, "and more"))
}

/// What a grant lets its holder see: "Weekly earnings and hours, from 8 Jun 2026".
#[must_use]
pub fn grant_words(grant: &Grant) -> String {
    granted_words(&grant.scopes, &Narrowing::of(grant))
}

/// The same, of scopes under a narrowing.
#[must_use]
pub fn granted_words(scopes: &[Scope], narrowing: &Narrowing) -> String {
    let mut text = words(scopes);
    let records = scopes
        .iter()
        .filter_map(Leaf::of)
        .any(|leaf| leaf.opens_records());
    if !records {
        return text;
    }
    if let Some(step) = step_word(narrowing.precision) {
        text = format!("{step} {}", small(&text));
    }
    match (narrowing.from, narrowing.to) {
        (Some(from), Some(to)) => text.push_str(&format!(
            ", {} to {}",
            super::format::day(from),
            super::format::day(to)
        )),
        (Some(from), None) => text.push_str(&format!(", from {}", super::format::day(from))),
        (None, Some(to)) => text.push_str(&format!(", up to {}", super::format::day(to))),
        (None, None) => {}
    }
    for word in coarse_words(scopes, narrowing) {
        text.push_str(&format!(", {word}"));
    }
    text
}

/// What is told less exactly.
fn coarse_words(scopes: &[Scope], narrowing: &Narrowing) -> Vec<&'static str> {
    let single = scopes
        .iter()
        .filter_map(Leaf::of)
        .any(|leaf| leaf.kind().is_some());
    let amounts = (narrowing.amounts == Amounts::Rounded).then_some("amounts rounded");
    let places = match narrowing.places {
        Places::Exact => None,
        Places::Kilometre => Some("places to 1 km"),
        Places::Hidden => Some("no places"),
    };
    let people = (narrowing.people == People::Removed).then_some("no names of other people");
    // Sums hold no places and nobody's names.
    amounts
        .into_iter()
        .chain(places.into_iter().chain(people).filter(|_| single))
        .collect()
}

/// "Weekly" for a grant of sums.
#[must_use]
pub(super) const fn step_word(precision: Precision) -> Option<&'static str> {
    match precision {
        Precision::Exact => None,
        Precision::Week => Some("Weekly"),
        Precision::Month => Some("Monthly"),
        Precision::Year => Some("Yearly"),
    }
}

/// Words joined as in a sentence: "a, b and c".
#[must_use]
pub(super) fn joined(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// Each noun once, the heaviest first; what another noun says already is left out.
fn nouns(scopes: &[Scope]) -> Vec<&'static str> {
    let leaves: Vec<Leaf> = scopes.iter().filter_map(Leaf::of).collect();
    let single = leaves.contains(&Leaf::Records(RecordKind::Work));
    let paid = leaves.contains(&Leaf::Records(RecordKind::Payment));
    let mut found: Vec<(u8, &'static str)> = Vec::new();
    for leaf in &leaves {
        let Some((weight, noun)) = noun(leaf) else {
            continue;
        };
        let said = *leaf == Leaf::Summary && single && paid
            || *leaf == Leaf::Records(RecordKind::Payment) && leaves.contains(&Leaf::Summary) && !single;
        if !said && !found.iter().any(|(_, known)| *known == noun) {
            found.push((weight, noun));
        }
    }
    found.sort_by_key(|(weight, _)| *weight);
    found.into_iter().map(|(_, noun)| noun).collect()
}

fn noun(leaf: &Leaf) -> Option<(u8, &'static str)> {
    Some(match leaf {
        Leaf::ExternalIds(_) | Leaf::Profile(PersonaField::TaxId | PersonaField::RepresentativeTaxId) => {
            (0, "identity numbers")
        }
        Leaf::Records(RecordKind::Work) => (1, "work"),
        Leaf::Summary => (2, "earnings and hours"),
        Leaf::Records(RecordKind::Payment) => (3, "earnings"),
        Leaf::Records(RecordKind::Review) => (4, "reviews"),
        Leaf::Records(RecordKind::Rating) => (5, "ratings"),
        Leaf::Records(RecordKind::Achievement) => (6, "achievements"),
        Leaf::Records(RecordKind::Restriction) => (7, "restrictions"),
        Leaf::Profile(field) => (8, field_noun(*field)),
        Leaf::Directory(Directory::Apps) => (9, "list of apps"),
        Leaf::Directory(Directory::Users | Directory::Meta) => (9, "directory"),
        Leaf::EditProfile(_) => (10, "permission to change your profile"),
        Leaf::Notifications => return None,
    })
}

const fn field_noun(field: PersonaField) -> &'static str {
    match field {
        PersonaField::FirstName
        | PersonaField::MiddleName
        | PersonaField::LastName
        | PersonaField::LegalName
        | PersonaField::RepresentativeName => "name",
        PersonaField::Email => "e-mail address",
        PersonaField::Phone => "telephone number",
        PersonaField::BirthDate | PersonaField::BirthYear => "date of birth",
        PersonaField::Language | PersonaField::Languages => "language",
        PersonaField::Address
        | PersonaField::Address2
        | PersonaField::PoBox
        | PersonaField::ZipCode
        | PersonaField::City
        | PersonaField::State
        | PersonaField::Country => "address",
        PersonaField::TaxId | PersonaField::RepresentativeTaxId => "identity numbers",
        PersonaField::Kind
        | PersonaField::Pronouns
        | PersonaField::Gender
        | PersonaField::Company
        | PersonaField::Department
        | PersonaField::Position
        | PersonaField::Website
        | PersonaField::PhotoUrl
        | PersonaField::PronunciationUrl => "profile",
    }
}

fn listed(nouns: &[&str], more: &str) -> String {
    if nouns.len() <= MOST_NAMED {
        return joined(nouns);
    }
    let named: Vec<&str> = nouns.iter().take(MOST_NAMED - 1).copied().collect();
    format!("{} {more}", named.join(", "))
}

fn capital(text: &str) -> String {
    changed_first(text, char::to_ascii_uppercase)
}

fn small(text: &str) -> String {
    changed_first(text, char::to_ascii_lowercase)
}

fn changed_first(text: &str, change: fn(&char) -> char) -> String {
    let mut symbols = text.chars();
    symbols
        .next()
        .map(|first| change(&first))
        .into_iter()
        .chain(symbols)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scopes(texts: &[&str]) -> Vec<Scope> {
        texts
            .iter()
            .map(|text| Scope::new(&format!("vault:{text}:get")).unwrap())
            .collect()
    }

    #[test]
    fn titles_name_what_is_asked() {
        let title_of = |texts: &[&str]| title(Face::OpenPlatform, "My Backpack", &scopes(texts));
        assert_eq!(
            title_of(&["payments", "reviews"]),
            "My Backpack asks for your earnings and reviews"
        );
        assert_eq!(
            title_of(&["work.summary"]),
            "My Backpack asks for your earnings and hours"
        );
        assert_eq!(
            title_of(&["profile.first_name", "profile.last_name"]),
            "My Backpack asks for your name"
        );
        assert_eq!(
            title_of(&[
                "work.records",
                "profile.first_name",
                "profile.last_name",
                "ratings",
                "reviews",
                "achievements",
                "payments",
                "work.summary"
            ]),
            "My Backpack asks for your work, earnings, reviews and more"
        );
        let notify = [Scope::new("vault:notifications:create").unwrap()];
        assert_eq!(
            title(Face::OpenPlatform, "Sample", &notify),
            "Sample asks to notify you"
        );
    }

    #[test]
    fn a_grant_of_sums_says_so() {
        let weekly = Narrowing {
            precision: Precision::Week,
            from: Some(time::macros::date!(2026 - 06 - 08)),
            ..Narrowing::default()
        };
        assert_eq!(
            granted_words(&scopes(&["work.summary"]), &weekly),
            "Weekly earnings and hours, from 8 Jun 2026"
        );
        assert_eq!(granted_words(&scopes(&["profile.language"]), &weekly), "Language");
        let coarse = Narrowing {
            amounts: Amounts::Rounded,
            places: Places::Kilometre,
            people: People::Removed,
            ..Narrowing::default()
        };
        assert_eq!(
            granted_words(&scopes(&["work.records"]), &coarse),
            "Work, amounts rounded, places to 1 km, no names of other people"
        );
        assert_eq!(
            granted_words(&scopes(&["work.summary"]), &coarse),
            "Earnings and hours, amounts rounded"
        );
    }
}
