//! A service that a peer offers.

use super::Translated;
use crate::field::Field;
use crate::link::Link;

/// A service. The last three are in no schema of upstream; a descriptor may carry them, and upstream ignores them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    /// Lower-case letters, unique in the descriptor.
    pub id: String,
    /// Name for people.
    pub name: Translated<String>,
    /// A sentence.
    pub description: Translated<String>,
    /// The fields it asks for. See [`super::Descriptor::fields_of`].
    pub fields: Option<Vec<Field>>,
    /// Picture: `image`, or `logo`.
    pub image: Option<Link>,
    /// A page where the service is started without a transfer: `activationUrl`.
    pub activation: Option<Translated<Link>>,
    /// Its own privacy policy: `privacyPolicyUrl`.
    pub privacy_policy: Option<Translated<Link>>,
}
