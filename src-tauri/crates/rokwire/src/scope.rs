//! Scopes: `service:resource:operation`, matched by whole segments.
//!
//! Upstream splits at colons, checks nothing else, takes the word `all` in any part for a wildcard, and compares resources as
//! plain string prefixes, so that `core:acc:get` opens `core:account:get` and an empty resource opens everything
//! (specification 3). None of that is so here (8.4, and 9 row 14).

use std::fmt;

use thiserror::Error;

use crate::service_id;

/// Longest scope, in bytes.
pub const MAX_SCOPE_BYTES: usize = 256;
/// Longest claim that is read, in bytes. A longer one authorises nothing.
pub const MAX_CLAIM_BYTES: usize = 64 * 1024;
/// The service whose resources are this vault's own data.
pub const VAULT: &str = "vault";

/// One scope that obeys the grammar.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Scope {
    service: String,
    resource: String,
    operation: Operation,
}

/// What may be done with a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Operation {
    /// `get`.
    Get,
    /// `create`.
    Create,
    /// `update`.
    Update,
    /// `delete`.
    Delete,
}

/// Why a text is not a scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ScopeError {
    /// Longer than [`MAX_SCOPE_BYTES`].
    #[error("a scope has at most {MAX_SCOPE_BYTES} bytes")]
    TooLong,
    /// Not exactly three parts.
    #[error("a scope has three parts: service:resource:operation")]
    NotThreeParts,
    /// Not `^[a-z][a-z0-9-]{1,62}$`.
    #[error("a service has small letters, digits and hyphens")]
    BadService,
    /// Not `^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$`.
    #[error("a resource has small letters, digits, underscores and dots between them")]
    BadResource,
    /// None of the four.
    #[error("an operation is one of get, create, update, delete")]
    BadOperation,
    /// The word `all`, which upstream takes for a wildcard.
    #[error("`all` is not granted to anybody")]
    Wildcard,
}

impl Scope {
    /// Checks a text against the grammar.
    ///
    /// # Errors
    /// [`ScopeError`] names the part that does not fit.
    pub fn parse(text: &str) -> Result<Self, ScopeError> {
        if text.len() > MAX_SCOPE_BYTES {
            return Err(ScopeError::TooLong);
        }
        let mut parts = text.split(':');
        let (Some(service), Some(resource), Some(operation), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(ScopeError::NotThreeParts);
        };
        if service == "all" || operation == "all" || resource.split('.').next() == Some("all") {
            return Err(ScopeError::Wildcard);
        }
        if !service_id::is_id(service) {
            return Err(ScopeError::BadService);
        }
        if !is_resource(resource) {
            return Err(ScopeError::BadResource);
        }
        let operation = Operation::parse(operation).ok_or(ScopeError::BadOperation)?;
        Ok(Self {
            service: service.to_owned(),
            resource: resource.to_owned(),
            operation,
        })
    }

    /// The service whose resource it is.
    pub fn service(&self) -> &str {
        &self.service
    }

    /// The resource, a path of segments joined by dots.
    pub fn resource(&self) -> &str {
        &self.resource
    }

    /// What may be done with it.
    pub fn operation(&self) -> Operation {
        self.operation
    }

    /// Whether it speaks of this vault's own data.
    pub fn is_of_vault(&self) -> bool {
        self.service == VAULT
    }

    /// Whether who holds this scope may do `wanted`: same service, same operation, and the same resource or one below it.
    pub fn authorizes(&self, wanted: &Self) -> bool {
        self.service == wanted.service
            && self.operation == wanted.operation
            && is_at_or_below(&wanted.resource, &self.resource)
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}:{}:{}",
            self.service,
            self.resource,
            self.operation.as_str()
        )
    }
}

impl Operation {
    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "get",
            Self::Create => "create",
            Self::Update => "update",
            Self::Delete => "delete",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        [Self::Get, Self::Create, Self::Update, Self::Delete]
            .into_iter()
            .find(|operation| operation.as_str() == text)
    }
}

/// The scopes of one token or one registration, each once, in their order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scopes(Vec<Scope>);

impl Scopes {
    /// Reads the claim `scope`: scopes joined by blanks (specification 2.1). What is no scope is skipped and authorises
    /// nothing, as upstream does.
    pub fn from_claim(claim: &str) -> Self {
        if claim.len() > MAX_CLAIM_BYTES {
            return Self::default();
        }
        claim
            .split(' ')
            .filter_map(|text| Scope::parse(text).ok())
            .collect()
    }

    /// Writes the claim.
    pub fn to_claim(&self) -> String {
        let texts: Vec<String> = self.0.iter().map(Scope::to_string).collect();
        texts.join(" ")
    }

    /// The scopes.
    pub fn iter(&self) -> impl Iterator<Item = &Scope> {
        self.0.iter()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether any of them authorises `wanted`.
    pub fn authorize(&self, wanted: &Scope) -> bool {
        self.0.iter().any(|scope| scope.authorizes(wanted))
    }

    /// The first of these that `registered` does not authorise. A service may ask only for what its registration lists.
    pub fn first_outside<'a>(&'a self, registered: &Self) -> Option<&'a Scope> {
        self.0.iter().find(|scope| !registered.authorize(scope))
    }
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        let mut seen = std::collections::BTreeSet::new();
        Self(
            scopes
                .into_iter()
                .filter(|scope| seen.insert(scope.clone()))
                .collect(),
        )
    }
}

fn is_resource(text: &str) -> bool {
    let letters = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    let is_segment = |segment: &str| !segment.is_empty() && segment.bytes().all(letters);
    starts_with_letter(text) && text.split('.').all(is_segment)
}

fn starts_with_letter(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
}

fn is_at_or_below(resource: &str, above: &str) -> bool {
    resource
        .strip_prefix(above)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn scope(text: &str) -> Scope {
        Scope::parse(text).unwrap()
    }

    #[test]
    fn scopes_are_written_as_they_were_read() {
        for text in [
            "vault:profile.first_name:get",
            "steps-insight:health.steps:update",
            "vault:a.0._:delete",
        ] {
            assert_eq!(scope(text).to_string(), text);
        }
        assert!(scope("vault:profile:get").is_of_vault());
        assert!(!scope("vaults:profile:get").is_of_vault());
    }

    #[test]
    fn each_part_has_its_grammar() {
        for (text, error) in [
            ("", ScopeError::NotThreeParts),
            ("vault:profile", ScopeError::NotThreeParts),
            ("vault:profile:get:x", ScopeError::NotThreeParts),
            ("core::get", ScopeError::BadResource),
            ("vault:profile.:get", ScopeError::BadResource),
            ("vault:.profile:get", ScopeError::BadResource),
            ("vault:Profile:get", ScopeError::BadResource),
            ("vault:profile-x:get", ScopeError::BadResource),
            (":profile:get", ScopeError::BadService),
            ("v:profile:get", ScopeError::BadService),
            ("Vault:profile:get", ScopeError::BadService),
            (" vault:profile:get", ScopeError::BadService),
            ("vault:profile:read", ScopeError::BadOperation),
            ("vault:profile:get ", ScopeError::BadOperation),
            ("all:all:all", ScopeError::Wildcard),
            ("vault:all:get", ScopeError::Wildcard),
            ("vault:profile:all", ScopeError::Wildcard),
            ("vault:all.x:get", ScopeError::Wildcard),
        ] {
            assert_eq!(Scope::parse(text), Err(error), "{text:?}");
        }
        assert_eq!(
            Scope::parse(&"a".repeat(MAX_SCOPE_BYTES + 1)),
            Err(ScopeError::TooLong)
        );
    }

    #[test]
    fn authorising_goes_by_whole_segments() {
        assert!(scope("vault:profile:get").authorizes(&scope("vault:profile.email:get")));
        assert!(scope("vault:profile.email:get").authorizes(&scope("vault:profile.email:get")));
        for (have, want) in [
            ("vault:health.steps:get", "vault:health.steps2:get"),
            ("core:acc:get", "core:account:get"),
            ("core:account.profile:get", "core:account.profile_secret:get"),
            ("vault:profile.email:get", "vault:profile:get"),
            ("vault:profile:get", "vault:profile:update"),
            ("vault:profile:get", "core:profile:get"),
        ] {
            assert!(!scope(have).authorizes(&scope(want)), "{have} opens {want}");
        }
    }

    #[test]
    fn a_claim_skips_what_is_no_scope() {
        let scopes =
            Scopes::from_claim("all:all:all vault:reviews:get  x vault:reviews:get vault:profile:get");
        assert_eq!(scopes.to_claim(), "vault:reviews:get vault:profile:get");
        assert!(scopes.authorize(&scope("vault:profile.city:get")));
        assert!(!scopes.authorize(&scope("vault:payments:get")));
        assert!(Scopes::from_claim("").is_empty());
        assert!(!Scopes::from_claim("all:all:all").authorize(&scope("vault:reviews:get")));
    }

    #[test]
    fn a_service_stays_within_its_registration() {
        let registered = Scopes::from_claim("vault:profile:get vault:reviews:get");
        let inside = Scopes::from_claim("vault:profile.email:get vault:reviews:get");
        let outside = Scopes::from_claim("vault:profile.email:get vault:payments:get");
        assert_eq!(inside.first_outside(&registered), None);
        assert_eq!(
            outside.first_outside(&registered),
            Some(&scope("vault:payments:get"))
        );
    }

    proptest! {
        #[test]
        fn arbitrary_text_never_panics(text in any::<String>()) {
            let _ = Scope::parse(&text);
            let _ = Scopes::from_claim(&text);
        }

        #[test]
        fn what_is_read_is_written_back(text in "[a-z]{2,9}:[a-z]{1,5}(\\.[a-z0-9_]{1,5}){0,3}:(get|create|update|delete)") {
            if let Ok(scope) = Scope::parse(&text) {
                prop_assert_eq!(scope.to_string(), text);
                prop_assert!(scope.authorizes(&scope));
            }
        }

        #[test]
        fn a_segment_more_is_opened_and_a_letter_more_is_not(path in "b[a-z]{0,4}(\\.[a-z]{1,4}){0,2}", tail in "[a-z0-9_]{1,4}") {
            let have = scope(&format!("vault:{path}:get"));
            let below = scope(&format!("vault:{path}.{tail}:get"));
            let beside = scope(&format!("vault:{path}{tail}:get"));
            prop_assert!(have.authorizes(&below) && !below.authorizes(&have));
            prop_assert!(!have.authorizes(&beside));
        }
    }

    #[test]
    fn a_long_claim_authorises_nothing() {
        let claim = format!("vault:reviews:get {}", "x".repeat(MAX_CLAIM_BYTES));
        assert!(Scopes::from_claim(&claim).is_empty());
    }
}
