//! What a member of a source is about, by its name.

/// Words in the names of members that say where something was, exactly.
const EXACT_PLACE: [&str; 31] = [
    "address",
    "street",
    "place",
    "location",
    "venue",
    "pickup",
    "dropoff",
    "origin",
    "destination",
    "start",
    "stop",
    "route",
    "polyline",
    "map",
    "geo",
    "gps",
    "coordinates",
    "position",
    "lat",
    "latitude",
    "lon",
    "lng",
    "long",
    "longitude",
    "zip",
    "zipcode",
    "postcode",
    "postal",
    "building",
    "neighbourhood",
    "neighborhood",
];

/// Words in the names of members that say where something was, to the town or wider.
const TOWN: [&str; 9] = [
    "city",
    "town",
    "village",
    "municipality",
    "district",
    "county",
    "region",
    "state",
    "country",
];

/// Names of members that say where something was only when they are the whole name.
const WHOLE_NAME_PLACE: [&str; 2] = ["from", "to"];

/// Words in the names of members that speak of somebody else.
const PEOPLE: [&str; 16] = [
    "client",
    "customer",
    "author",
    "recipient",
    "passenger",
    "rider",
    "reviewer",
    "guest",
    "host",
    "employer",
    "buyer",
    "seller",
    "sender",
    "contact",
    "tipper",
    "payer",
];

/// Words in the names of members that hold money.
const MONEY: [&str; 16] = [
    "amount", "price", "fare", "fee", "fees", "tip", "tips", "earning", "earnings", "pay", "payment",
    "payout", "total", "cost", "gross", "net",
];

/// What the name of a member says that it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum About {
    /// Where something was, more exactly than the town.
    ExactPlace,
    /// Where something was, to the town or wider.
    Town,
    /// Somebody else.
    People,
    /// Money.
    Money,
    /// Anything else.
    Other,
}

impl About {
    /// By the words of the name: `pickup_address`, `pickupAddress` and `Pickup Address` are the same.
    pub(super) fn of(name: &str) -> Self {
        let words = words_of(name);
        let has = |known: &[&str]| words.iter().any(|word| known.contains(&word.as_str()));
        let only = matches!(words.as_slice(), [only] if WHOLE_NAME_PLACE.contains(&only.as_str()));
        // "customer_address" speaks of a place first: it goes with places, and with people too.
        if has(&PEOPLE) {
            Self::People
        } else if has(&EXACT_PLACE) && !is_moment(&words) || only {
            Self::ExactPlace
        } else if has(&TOWN) {
            Self::Town
        } else if has(&MONEY) {
            Self::Money
        } else {
            Self::Other
        }
    }
}

/// `start_time` is a moment and no place.
fn is_moment(words: &[String]) -> bool {
    words
        .iter()
        .any(|word| ["time", "date", "at", "day", "timestamp"].contains(&word.as_str()))
}

/// The words of a name, in small letters.
pub(super) fn words_of(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut lower_before = false;
    for symbol in name.chars() {
        if !symbol.is_alphanumeric() {
            words.push(String::new());
            lower_before = false;
            continue;
        }
        if symbol.is_uppercase() && lower_before {
            words.push(String::new());
        }
        lower_before = symbol.is_lowercase() || symbol.is_numeric();
        if let Some(word) = words.last_mut() {
            word.extend(symbol.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Whether a member of a record speaks of somebody else, by its name.
#[must_use]
pub fn is_about_others(name: &str) -> bool {
    About::of(name) == About::People
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_members_say_what_they_are_about() {
        for (name, about) in [
            ("pickupAddress", About::ExactPlace),
            ("Start location", About::ExactPlace),
            ("from", About::ExactPlace),
            ("valid_from", About::Other),
            ("start_time", About::Other),
            ("city", About::Town),
            ("customer_address", About::People),
            ("tip", About::Money),
            ("language", About::Other),
            ("", About::Other),
        ] {
            assert_eq!(About::of(name), about, "{name}");
        }
    }
}
