//! What a service says it may ask for: a scope, whether it cannot do without, and why (specification 1.2).

use serde::{Serialize, Serializer};

use crate::scope::Scope;

/// One scope of a registration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RequestedScope {
    /// The scope.
    #[serde(serialize_with = "as_text")]
    pub scope: Scope,
    /// Refusing it refuses all.
    pub required: bool,
    /// The service's reason, for people; empty if it gives none.
    pub explanation: String,
}

fn as_text<S: Serializer>(scope: &Scope, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(scope)
}
