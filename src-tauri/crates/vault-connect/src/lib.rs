//! How data comes in: linked accounts, addresses at endpoints, and their fetches; how messages reach consumer apps; and what is read from the network before a person decides on it.

mod code;
mod connector;
mod cooperative;
mod deliver;
mod endpoint;
mod error;
mod exchange;
mod fetch;
mod graphql;
pub mod http;
mod icon;
mod inspection;
mod kept;
mod link;
mod mail;
mod manifest;
mod mapping;
pub mod oauth;
pub mod package;
mod policy;
mod schedule;
mod services;
mod session;
mod source;
pub mod takeout;
mod verdict;

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
};

pub use code::code_in;
pub use connector::{
    BackTo, ClosedPlatform, ClosedWay, Connector, ConnectorFault, Endpoint, EndpointDraft, OAuth,
    PlatformScope, RatingScale, Retention, add_connector, catalogue, catalogue_in, check_connector,
    closed_platforms, connector, connector_in,
};
pub use cooperative::Transfers;
pub use deliver::Deliveries;
pub use endpoint::{
    AddressOptions, EndpointError, EndpointTrial, Finding, NotAnAddress, VerifiedAddress, check_answer,
};
pub use error::ConnectError;
pub use exchange::{Exchange, Received, Unanswered};
pub use fetch::{Fetched, Revocation, Stop};
pub use gigdata::Dialect;
pub use icon::{SIDE, icon_of, remade};
pub use inspection::{AppInspection, FrameBar, Inspected, Library, LibraryHome, PageInspection};
pub use link::{LinkOptions, Linked, Linking, OWN_REDIRECT};
pub use mail::{Addressed, MailError, MailServer, MailSettings, Security};
pub use manifest::FetchedManifest;
pub use schedule::{Ending, LOOK, due, is_due, next_run};
pub use services::{NotServed, Served, Services};
pub use session::granted;
pub use source::can_fetch;

pub use http::Patience;

use http::Http;
use vault_store::ConnectionId;

/// What can be otherwise about the way to the network.
#[derive(Debug, Clone)]
pub struct Options {
    /// Draws numbers in 0..1 that set the fetches of connections apart. A schedule with a number that is known can be foretold.
    pub random: fn() -> f64,
    /// How long the other side is waited for.
    pub patience: Patience,
    /// A certificate authority to trust beside the system's, as PEM.
    pub authority: Option<Vec<u8>>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            random: rand::random,
            patience: Patience::default(),
            authority: None,
        }
    }
}

/// The way to the network. Cheap to clone; all clones share what is under way.
#[derive(Debug, Clone)]
pub struct Connect {
    http: Http,
    /// Draws numbers in 0..1 that set the fetches of connections apart.
    random: fn() -> f64,
    running: Arc<Mutex<HashSet<ConnectionId>>>,
}

impl Connect {
    /// Makes the client.
    ///
    /// # Errors
    /// The TLS library could not be set up.
    pub fn new() -> Result<Self, ConnectError> {
        Self::with(Options::default())
    }

    /// The same with other options.
    ///
    /// # Errors
    /// The TLS library could not be set up, or the authority is no certificate.
    pub fn with(options: Options) -> Result<Self, ConnectError> {
        Ok(Self {
            http: Http::with(options.patience, options.authority.as_deref())?,
            random: options.random,
            running: Arc::default(),
        })
    }

    /// Notes that a connection is being fetched, until the answer is dropped.
    fn begin(&self, id: ConnectionId) -> Result<Running, ConnectError> {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        if !running.insert(id) {
            return Err(ConnectError::AlreadyFetching);
        }
        Ok(Running {
            id,
            all: Arc::clone(&self.running),
        })
    }
}

/// A fetch that is under way.
struct Running {
    id: ConnectionId,
    all: Arc<Mutex<HashSet<ConnectionId>>>,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.all
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&self.id);
    }
}
