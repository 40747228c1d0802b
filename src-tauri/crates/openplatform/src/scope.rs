//! Scopes as text: the grammar of this vault's scopes and what one covers.

use std::fmt;

use thiserror::Error;

/// Longest scope that is read, in bytes. Real ones have fewer than 60.
pub const MAX_SCOPE_BYTES: usize = 128;

/// A scope `vault:<category>[.<sub>…]:<get|create|update|delete>` that obeys the grammar.
///
/// Pattern: `^vault:[a-z][a-z0-9_]*(\.[a-z0-9_]+)*:(get|create|update|delete)$`. A first category named `all` is refused:
/// other readers of scopes take it for a wildcard, and no wildcard exists here.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ScopeText(String);

/// Why a text is not a scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ScopeError {
    /// Longer than [`MAX_SCOPE_BYTES`].
    #[error("a scope has at most {MAX_SCOPE_BYTES} bytes")]
    TooLong,
    /// Not three parts, or not of the service `vault`.
    #[error("a scope looks like vault:category:get")]
    NotAVaultScope,
    /// The middle part breaks the grammar, or is the word `all`.
    #[error("a category has small letters, digits, underscores and dots between them")]
    BadCategory,
    /// The last part is no operation.
    #[error("an operation is one of get, create, update, delete")]
    BadOperation,
}

impl ScopeText {
    /// Checks a text against the grammar.
    ///
    /// # Errors
    /// [`ScopeError`] names the part that does not fit.
    pub fn parse(text: &str) -> Result<Self, ScopeError> {
        if text.len() > MAX_SCOPE_BYTES {
            return Err(ScopeError::TooLong);
        }
        let mut parts = text.split(':');
        let (Some("vault"), Some(category), Some(operation), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(ScopeError::NotAVaultScope);
        };
        check_category(category)?;
        if !matches!(operation, "get" | "create" | "update" | "delete") {
            return Err(ScopeError::BadOperation);
        }
        Ok(Self(text.to_owned()))
    }

    /// The whole scope.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part between the colons, such as `profile.first_name`.
    pub fn category(&self) -> &str {
        self.0.split(':').nth(1).unwrap_or_default()
    }

    /// The part after the last colon, such as `get`.
    pub fn operation(&self) -> &str {
        self.0.rsplit(':').next().unwrap_or_default()
    }

    /// Whether this scope opens `wanted`: the same operation, and the same category or one below it by whole segments.
    pub fn covers(&self, wanted: &Self) -> bool {
        self.operation() == wanted.operation() && is_at_or_below(wanted.category(), self.category())
    }
}

impl fmt::Display for ScopeText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn check_category(category: &str) -> Result<(), ScopeError> {
    let starts_with_letter = category.starts_with(|c: char| c.is_ascii_lowercase());
    let mut segments = category.split('.');
    let is_all = category.split('.').next() == Some("all");
    if starts_with_letter && !is_all && segments.all(is_segment) {
        Ok(())
    } else {
        Err(ScopeError::BadCategory)
    }
}

fn is_segment(segment: &str) -> bool {
    !segment.is_empty()
        && segment
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

fn is_at_or_below(category: &str, above: &str) -> bool {
    category
        .strip_prefix(above)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scope(text: &str) -> ScopeText {
        ScopeText::parse(text).unwrap()
    }

    #[test]
    fn the_scopes_of_the_vault_are_scopes() {
        for text in [
            "vault:profile.first_name:get",
            "vault:profile:get",
            "vault:work.summary:get",
            "vault:notifications:create",
            "vault:external_ids.system_1:get",
            "vault:a.0.b_:delete",
        ] {
            assert_eq!(scope(text).as_str(), text);
        }
    }

    #[test]
    fn everything_else_is_not() {
        for text in [
            "",
            "vault",
            "vault:profile",
            "vault::get",
            "vault:profile:get:get",
            "vault:profile:read",
            "vault:Profile:get",
            "vault:1profile:get",
            "vault:_profile:get",
            "vault:.profile:get",
            "vault:profile.:get",
            "vault:profile..a:get",
            "vault:profile-a:get",
            "vault:profile:get ",
            " vault:profile:get",
            "vault:profile:get\n",
            "Vault:profile:get",
            "core:profile:get",
            "all:all:all",
            "vault:all:get",
            "vault:all.x:get",
            "vault:*:get",
            "vault:profílé:get",
        ] {
            assert!(ScopeText::parse(text).is_err(), "{text:?}");
        }
        let long = format!("vault:{}:get", "a".repeat(MAX_SCOPE_BYTES));
        assert_eq!(ScopeText::parse(&long), Err(ScopeError::TooLong));
    }

    #[test]
    fn covering_goes_by_whole_segments() {
        assert!(scope("vault:profile:get").covers(&scope("vault:profile.email:get")));
        assert!(scope("vault:profile:get").covers(&scope("vault:profile:get")));
        assert!(!scope("vault:profile.email:get").covers(&scope("vault:profile:get")));
        assert!(!scope("vault:prof:get").covers(&scope("vault:profile:get")));
        assert!(!scope("vault:health.steps:get").covers(&scope("vault:health.steps2:get")));
        assert!(!scope("vault:profile:get").covers(&scope("vault:profile.email:update")));
    }
}
