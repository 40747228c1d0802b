//! Mails: the person's own server sends them. What they say is in [`letter`].

mod ask;
mod letter;

use std::time::Duration;

pub use ask::{Addressed, MailSettings};
use lettre::{
    AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor,
    message::{Mailbox, MultiPart},
    transport::smtp::{
        Error as SmtpError,
        authentication::Credentials,
        client::{Certificate, Tls, TlsParameters},
    },
};
use secrecy::{ExposeSecret as _, SecretString};
use thiserror::Error;

use crate::http::is_loopback_name;

/// How long each step with the server may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// Why no mail was sent. The texts hold neither an address nor what the server said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum MailError {
    /// No server is set up.
    #[error("no mail server is set up")]
    NoServer,
    /// It cannot be reached, or hung up.
    #[error("the mail server cannot be reached")]
    NoAnswer,
    /// Its certificate is not good, or it offers no encryption.
    #[error("the way to the mail server cannot be trusted")]
    NotTrusted,
    /// It refuses the user name or the password.
    #[error("the mail server refuses the user")]
    LoginRefused,
    /// It does not take the mail.
    #[error("the mail server does not take the mail")]
    Refused,
    /// The sender or the recipient is no address.
    #[error("not an e-mail address")]
    NoAddress,
}

/// How the way to the server is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// From the first byte (port 465).
    Tls,
    /// After a word in the clear, and never without (port 587).
    StartTls,
    /// Not at all: for a server on this computer alone.
    None,
}

/// The person's mail server.
#[derive(Clone)]
pub struct MailServer {
    /// Its name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the way to it is encrypted.
    pub security: Security,
    /// User name and password, where it asks for them.
    pub user: Option<(String, SecretString)>,
    /// The address that mails come from.
    pub from: String,
    /// A certificate authority to trust beside the system's, in PEM.
    pub authority: Option<Vec<u8>>,
}

impl std::fmt::Debug for MailServer {
    /// Neither the server nor the user.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("MailServer")
            .field("security", &self.security)
            .finish_non_exhaustive()
    }
}

/// What a mail says.
pub(crate) struct Letter {
    pub(crate) subject: String,
    pub(crate) plain: String,
    pub(crate) html: String,
}

impl MailServer {
    /// Sends one mail.
    ///
    /// # Errors
    /// See [`MailError`]. Then nothing was sent, as far as can be known.
    pub(crate) async fn send(&self, to: &str, letter: Letter) -> Result<(), MailError> {
        let mailbox = |text: &str| text.parse::<Mailbox>().map_err(|_| MailError::NoAddress);
        let message = Message::builder()
            .from(mailbox(&self.from)?)
            .to(mailbox(to)?)
            .subject(letter.subject)
            .multipart(MultiPart::alternative_plain_html(letter.plain, letter.html))
            .map_err(|_| MailError::NoAddress)?;
        let sent = self.transport()?.send(message).await;
        sent.map(drop).map_err(|error| judged(&error))
    }

    fn transport(&self) -> Result<AsyncSmtpTransport<Tokio1Executor>, MailError> {
        let tls = match self.security {
            Security::Tls => Tls::Wrapper(self.parameters()?),
            Security::StartTls => Tls::Required(self.parameters()?),
            // A password or a mail in the clear stays on this computer.
            Security::None if is_loopback_name(&self.host) => Tls::None,
            Security::None => return Err(MailError::NotTrusted),
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&self.host)
            .port(self.port)
            .timeout(Some(PATIENCE))
            .tls(tls);
        if let Some((name, password)) = &self.user {
            let password = password.expose_secret().to_owned();
            builder = builder.credentials(Credentials::new(name.clone(), password));
        }
        Ok(builder.build())
    }

    fn parameters(&self) -> Result<TlsParameters, MailError> {
        let mut builder = TlsParameters::builder(self.host.clone());
        if let Some(pem) = &self.authority {
            let certificate = Certificate::from_pem(pem).map_err(|_| MailError::NotTrusted)?;
            builder = builder.add_root_certificate(certificate);
        }
        builder.build().map_err(|_| MailError::NotTrusted)
    }
}

fn judged(error: &SmtpError) -> MailError {
    match error.status().map(|code| code.to_string()) {
        // RFC 4954: wrong credentials, a mechanism that is too weak, login needed first.
        Some(code) if matches!(code.as_str(), "535" | "534" | "538" | "530" | "454") => {
            MailError::LoginRefused
        }
        Some(_) => MailError::Refused,
        None if error.is_tls() || is_about_tls(error) => MailError::NotTrusted,
        // Nothing was wrong with the way: what the server offers does not do.
        None if error.is_client() => MailError::NotTrusted,
        None => MailError::NoAnswer,
    }
}

/// A certificate that is refused comes as a failure of the connection, with its cause inside.
fn is_about_tls(error: &SmtpError) -> bool {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = std::error::Error::source(error);
    while let Some(this) = cause {
        let text = this.to_string();
        if text.contains("certificate") || text.contains("TLS") {
            return true;
        }
        cause = this.source();
    }
    false
}
