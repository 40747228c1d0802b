//! What a peer says of itself: its descriptor, a YAML file (specification 3.1).

mod problem;
mod read;
mod service;
mod translated;
mod write;

pub use problem::{DescriptorError, Note, Problem, YamlError};
pub use read::read;
pub use service::Service;
pub use translated::Translated;
pub use write::write;

use crate::field::Field;
use crate::key::{Fingerprint, PeerKey};
use crate::link::Link;

/// A descriptor. Everything in it is what the peer says, unchecked: only its key is ever proven.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Descriptor {
    /// Short name, lower-case letters. It selects the key on the wire.
    pub peer_id: String,
    /// Version of the data, which nothing reads.
    pub peer_version: Option<i64>,
    /// Name for people, in no language.
    pub name: String,
    /// Picture.
    pub logo: Option<Link>,
    /// A sentence.
    pub description: Option<Translated<String>>,
    /// Web page.
    pub url: Option<Translated<Link>>,
    /// What becomes of personal data.
    pub privacy_policy: Option<Translated<Link>>,
    /// A long text, Markdown.
    pub info: Option<Translated<String>>,
    /// What it offers. A pure source offers nothing.
    pub services: Vec<Service>,
    /// Fields of the services that name none of their own.
    pub fields: Option<Vec<Field>>,
    /// Base of its API. Only where there are services it has to be there.
    pub target: Option<Link>,
    /// Its key. Without one, nothing can be received from it.
    pub key: Option<PeerKey>,
    /// Fingerprint of the key before this one, which signed the change (specification 9). See [`crate::rotation`].
    pub previous_key: Option<Fingerprint>,
}

impl Descriptor {
    /// The service of an id.
    pub fn service(&self, id: &str) -> Option<&Service> {
        self.services.iter().find(|service| service.id == id)
    }

    /// The fields that a service asks for: its own if it names any, else those of the peer; the two are never merged. `None`
    /// if neither names any, and then nothing can be sent (specification 3.2).
    pub fn fields_of<'a>(&'a self, service: &'a Service) -> Option<&'a [Field]> {
        service.fields.as_deref().or(self.fields.as_deref())
    }

    /// Where a package for this peer is posted.
    pub fn activate_url(&self) -> Option<Link> {
        Some(self.target.as_ref()?.with_segment("activateService"))
    }

    /// The privacy policy of a service, else that of the peer.
    pub fn privacy_policy_of<'a>(&'a self, service: &'a Service) -> Option<&'a Translated<Link>> {
        service.privacy_policy.as_ref().or(self.privacy_policy.as_ref())
    }
}

#[cfg(test)]
mod tests;
