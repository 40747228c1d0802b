//! Scopes: the names of what a recipient may be given, and which scope opens which.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Longest scope accepted, in bytes.
const MAX_SCOPE: usize = 200;

/// A scope, `vault:<category>[.<sub>…]:<get|create|update|delete>`; pattern
/// `^vault:[a-z][a-z0-9_]*(\.[a-z0-9_]+)*:(get|create|update|delete)$`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Scope(String);

/// What may be done with the data a scope names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operation {
    /// Read it.
    Get,
    /// Add to it.
    Create,
    /// Change it.
    Update,
    /// Remove it.
    Delete,
}

/// A text outside the grammar of scopes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a scope")]
pub struct NotAScope;

impl Scope {
    /// Reads a scope; anything outside the grammar is refused, wildcards included.
    ///
    /// # Errors
    /// [`NotAScope`] if the text does not follow the pattern of [`Scope`].
    pub fn new(text: &str) -> Result<Self, NotAScope> {
        text.parse()
    }

    /// Whether a grant of this scope opens `other`: the same operation, and `other` is this resource or lies below it,
    /// by whole segments.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        let (mine, my_operation) = self.parts();
        let (theirs, their_operation) = other.parts();
        let below = theirs
            .strip_prefix(mine)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
        below && my_operation == their_operation
    }

    /// What lies between `vault:` and the operation, for example `profile.first_name`.
    #[must_use]
    pub fn resource(&self) -> &str {
        self.parts().0
    }

    /// The segments of the resource, for example `profile`, `first_name`.
    pub fn segments(&self) -> impl Iterator<Item = &str> {
        self.resource().split('.')
    }

    /// What may be done.
    #[must_use]
    pub fn operation(&self) -> Operation {
        match self.parts().1 {
            "create" => Operation::Create,
            "update" => Operation::Update,
            "delete" => Operation::Delete,
            _ => Operation::Get,
        }
    }

    /// The scope as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn parts(&self) -> (&str, &str) {
        let rest = self.0.strip_prefix("vault:").unwrap_or_default();
        rest.split_once(':').unwrap_or_default()
    }
}

impl FromStr for Scope {
    type Err = NotAScope;

    fn from_str(text: &str) -> Result<Self, NotAScope> {
        if well_formed(text) {
            Ok(Self(text.to_owned()))
        } else {
            Err(NotAScope)
        }
    }
}

impl TryFrom<String> for Scope {
    type Error = NotAScope;

    fn try_from(text: String) -> Result<Self, NotAScope> {
        if well_formed(&text) {
            Ok(Self(text))
        } else {
            Err(NotAScope)
        }
    }
}

impl From<Scope> for String {
    fn from(scope: Scope) -> Self {
        scope.0
    }
}

impl AsRef<str> for Scope {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Scope({})", self.0)
    }
}

fn well_formed(text: &str) -> bool {
    let mut parts = text.split(':');
    let (Some("vault"), Some(resource), Some(operation), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return false;
    };
    text.len() <= MAX_SCOPE
        && resource.starts_with(|c: char| c.is_ascii_lowercase())
        && resource.split('.').all(segment_well_formed)
        && matches!(operation, "get" | "create" | "update" | "delete")
}

fn segment_well_formed(segment: &str) -> bool {
    !segment.is_empty()
        && segment
            .bytes()
            .all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn scope(text: &str) -> Scope {
        Scope::new(text).unwrap()
    }

    #[test]
    fn a_scope_covers_itself_and_what_lies_below() {
        let profile = scope("vault:profile:get");
        assert!(profile.covers(&profile));
        assert!(profile.covers(&scope("vault:profile.first_name:get")));
        assert!(scope("vault:external_ids:get").covers(&scope("vault:external_ids.a.b:get")));
    }

    #[test]
    fn a_scope_covers_nothing_else() {
        let profile = scope("vault:profile:get");
        assert!(!profile.covers(&scope("vault:profiles:get")));
        assert!(!profile.covers(&scope("vault:profile_x.name:get")));
        assert!(!profile.covers(&scope("vault:profile.first_name:update")));
        assert!(!profile.covers(&scope("vault:reviews:get")));
        assert!(!scope("vault:profile.first_name:get").covers(&profile));
        assert!(!scope("vault:profile.first:get").covers(&scope("vault:profile.first_name:get")));
    }

    #[test]
    fn the_grammar_is_strict() {
        for bad in [
            "",
            "vault",
            "vault:",
            "vault::get",
            "vault:a",
            "vault:a:",
            "vault:a:read",
            "vault:*:get",
            "vault:a.*:get",
            "vault:A:get",
            "vault:1a:get",
            "vault:_a:get",
            "vault:a.:get",
            "vault:.a:get",
            "vault:a..b:get",
            "vault:a:get:get",
            "Vault:a:get",
            " vault:a:get",
            "vault:a:get\n",
            "core:a:get",
            "vault:é:get",
        ] {
            assert!(Scope::new(bad).is_err(), "{bad:?} was accepted");
        }
        for good in [
            "vault:a:get",
            "vault:a.1:create",
            "vault:work.summary:update",
            "vault:a_1._b:delete",
        ] {
            assert_eq!(scope(good).to_string(), good);
        }
        assert!(Scope::new(&format!("vault:{}:get", "a".repeat(MAX_SCOPE))).is_err());
    }

    #[test]
    fn parts_are_readable() {
        let scope = scope("vault:profile.first_name:update");
        assert_eq!(scope.resource(), "profile.first_name");
        assert_eq!(scope.segments().collect::<Vec<_>>(), ["profile", "first_name"]);
        assert_eq!(scope.operation(), Operation::Update);
    }

    #[test]
    fn json_refuses_what_the_grammar_refuses() {
        assert!(serde_json::from_str::<Scope>("\"vault:*:get\"").is_err());
        assert_eq!(
            serde_json::to_string(&scope("vault:a:get")).unwrap(),
            "\"vault:a:get\""
        );
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in ".{0,60}") {
            if let Ok(scope) = Scope::new(&text) {
                prop_assert_eq!(scope.as_str(), text);
                prop_assert!(scope.covers(&scope));
            }
        }

        #[test]
        fn covering_is_transitive_and_antisymmetric(
            names in proptest::collection::vec("[a-c](\\.[a-c]){0,3}", 3)
        ) {
            let scopes: Vec<Scope> = names.iter().map(|name| scope(&format!("vault:{name}:get"))).collect();
            let (a, b, c) = (&scopes[0], &scopes[1], &scopes[2]);
            if a.covers(b) && b.covers(c) {
                prop_assert!(a.covers(c));
            }
            if a.covers(b) && b.covers(a) {
                prop_assert_eq!(a, b);
            }
        }
    }
}
