//! What a token may open.

use std::{collections::BTreeSet, fmt, str::FromStr};

/// A scope of the data API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// Gigs.
    Gigs,
    /// Payments.
    Payments,
    /// Ratings.
    Ratings,
    /// Reviews.
    Reviews,
    /// Achievements.
    Achievements,
    /// The person, and restrictions of the account.
    Profile,
}

/// The text names no scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no scope of that name")]
pub struct UnknownScope;

/// Several scopes, each once, in a fixed order.
pub(crate) type Scopes = BTreeSet<Scope>;

impl Scope {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Gigs,
        Self::Payments,
        Self::Ratings,
        Self::Reviews,
        Self::Achievements,
        Self::Profile,
    ];

    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Gigs => "gigs:read",
            Self::Payments => "payments:read",
            Self::Ratings => "ratings:read",
            Self::Reviews => "reviews:read",
            Self::Achievements => "achievements:read",
            Self::Profile => "profile:read",
        }
    }

    /// What it opens, in words for the authorisation page: a name and one sentence.
    pub(crate) const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Gigs => ("Gigs", "What was done, when, how far and how long"),
            Self::Payments => ("Payments", "Fares, tips, boosts, charges and payouts"),
            Self::Ratings => ("Ratings", "Stars and thumbs, with their scale"),
            Self::Reviews => ("Reviews", "What clients wrote"),
            Self::Achievements => ("Achievements", "Badges and passed assessments"),
            Self::Profile => ("Profile", "Name, city and e-mail; limits on the account"),
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Scope {
    type Err = UnknownScope;

    fn from_str(name: &str) -> Result<Self, UnknownScope> {
        Self::ALL
            .into_iter()
            .find(|scope| scope.as_str() == name)
            .ok_or(UnknownScope)
    }
}

/// Reads the space-separated list of RFC 6749 section 3.3. An empty list is no list.
pub(crate) fn parse_scopes(list: &str) -> Result<Scopes, UnknownScope> {
    let scopes = list
        .split_ascii_whitespace()
        .map(str::parse)
        .collect::<Result<Scopes, _>>()?;
    if scopes.is_empty() {
        Err(UnknownScope)
    } else {
        Ok(scopes)
    }
}

/// Writes the space-separated list of RFC 6749 section 3.3.
pub(crate) fn join_scopes(scopes: &Scopes) -> String {
    scopes
        .iter()
        .copied()
        .map(Scope::as_str)
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::{UnknownScope, join_scopes, parse_scopes};

    #[test]
    fn a_list_is_read_in_any_order_and_written_in_one() {
        let scopes = parse_scopes(" profile:read gigs:read  gigs:read").unwrap();
        assert_eq!(join_scopes(&scopes), "gigs:read profile:read");
    }

    #[test]
    fn nothing_and_unknown_names_are_no_list() {
        for list in ["", "  ", "gigs:read gigs:write", "GIGS:READ", "*"] {
            assert_eq!(parse_scopes(list), Err(UnknownScope), "{list}");
        }
    }
}
