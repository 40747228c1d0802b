//! Why a connection, or a description from the network, could not be had.

use thiserror::Error;
use vault_core::VaultError;

use crate::{
    connector::ConnectorFault, endpoint::EndpointError, http::HttpError, mail::MailError, oauth::OAuthError,
};

/// A failure of this crate. The texts hold no value of the person's and nothing that the other side sent.
#[derive(Debug, Error)]
pub enum ConnectError {
    /// The vault refused, or is locked.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// No connector of this name.
    #[error("there is no such platform")]
    UnknownPlatform,
    /// A connector file has a mistake.
    #[error(transparent)]
    Connector(#[from] ConnectorFault),
    /// The platform gives Satchel no client id: the person brings one.
    #[error("the person brings a client id of their own")]
    NeedsClient,
    /// The platform takes no redirect to this computer: the person names a relay.
    #[error("the person names a relay for the redirect")]
    NeedsRelay,
    /// What was named as a relay is none that this platform takes.
    #[error("this is not a relay that the platform takes")]
    BadRelay,
    /// Signing in failed.
    #[error(transparent)]
    OAuth(#[from] OAuthError),
    /// No usable answer.
    #[error(transparent)]
    Http(#[from] HttpError),
    /// The platform's answer does not have the layout that the connector knows.
    #[error("the platform's answer has an unknown layout")]
    BadAnswer,
    /// The endpoint of a platform did not answer as it should.
    #[error(transparent)]
    Endpoint(#[from] EndpointError),
    /// No mail was sent.
    #[error(transparent)]
    Mail(#[from] MailError),
    /// The mail to the address of the connection waits for an answer.
    #[error("the mail to this address waits for an answer")]
    Unanswered,
    /// The platform cannot be asked by address.
    #[error("the platform has no endpoint")]
    NoEndpoint,
    /// The connection has no session that could be used or renewed.
    #[error("the person has to sign in again")]
    NoSession,
    /// The person signed in to another account than the one of the connection.
    #[error("the person signed in to another account")]
    OtherAccount,
    /// The connection is being fetched already.
    #[error("a fetch of this connection is under way")]
    AlreadyFetching,
    /// The person stopped it.
    #[error("stopped")]
    Cancelled,
    /// There is no app description at the address.
    #[error("there is no app at this address")]
    NoManifest,
    /// The app's description has a mistake; the text names the member and what is expected of it.
    #[error("the app's description: {0}")]
    Manifest(String),
}
