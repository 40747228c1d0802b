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
        let message = self.message(to, letter)?;
        let sent = self.transport()?.send(message).await;
        sent.map(drop).map_err(|error| judged(&error))
    }

    fn message(&self, to: &str, letter: Letter) -> Result<Message, MailError> {
        let mailbox = |text: &str| text.parse::<Mailbox>().map_err(|_| MailError::NoAddress);
        Message::builder()
            .from(mailbox(&self.from)?)
            .to(mailbox(to)?)
            .subject(letter.subject)
            .multipart(MultiPart::alternative_plain_html(letter.plain, letter.html))
            .map_err(|_| MailError::NoAddress)
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
        // A server that speaks without encryption where it was expected answers bytes that are no handshake.
        let no_handshake = this
            .downcast_ref::<std::io::Error>()
            .is_some_and(|error| error.kind() == std::io::ErrorKind::InvalidData);
        if no_handshake || text.contains("certificate") || text.contains("TLS") {
            return true;
        }
        cause = this.source();
    }
    false
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn server(from: &str) -> MailServer {
        MailServer {
            host: "mail.example".into(),
            port: 465,
            security: Security::Tls,
            user: Some(("lucia".into(), "word-for-programs".to_owned().into())),
            from: from.into(),
            authority: None,
        }
    }

    fn letter(subject: &str) -> Letter {
        Letter {
            subject: subject.into(),
            plain: "Plain".into(),
            html: "<p>HTML</p>".into(),
        }
    }

    /// The names of the headers of a mail, in lower case.
    fn headers(message: &Message) -> Vec<String> {
        let text = String::from_utf8(message.formatted()).unwrap();
        let (head, _) = text.split_once("\r\n\r\n").unwrap();
        assert!(!head.replace("\r\n", "").contains(['\r', '\n']));
        let lines = head.split("\r\n").filter(|line| !line.starts_with([' ', '\t']));
        let mut names: Vec<_> = lines
            .map(|line| line.split_once(':').unwrap().0.to_lowercase())
            .collect();
        names.sort();
        names
    }

    const HEADERS: [&str; 6] = ["content-type", "date", "from", "mime-version", "subject", "to"];

    #[test]
    fn an_address_is_one_address() {
        let from = "Satchel <lucia@post.example>";
        let message = server(from)
            .message("lucia@post.example", letter("Yours?"))
            .unwrap();
        assert_eq!(headers(&message), HEADERS);
        assert_eq!(message.envelope().to().len(), 1);
        for odd in [
            "",
            "lucia",
            "lucia@post.example, eve@evil.example",
            "lucia@post.example\r\nBcc: eve@evil.example",
            "lucia@post.example>\r\nRCPT TO:<eve@evil.example",
            "lucia@post.example\nX: y",
        ] {
            assert_eq!(
                server(from).message(odd, letter("")).err(),
                Some(MailError::NoAddress)
            );
            assert_eq!(
                server(odd).message(from, letter("")).err(),
                Some(MailError::NoAddress)
            );
        }
    }

    #[test]
    fn a_server_shows_no_secret() {
        let shown = format!("{:?}", server("lucia@post.example"));
        assert!(
            !shown.contains("lucia") && !shown.contains("word-for-programs"),
            "{shown}"
        );
    }

    proptest! {
        /// Whoever asks has a name, and a name is never a header of its own, nor another recipient.
        #[test]
        fn no_text_of_others_becomes_a_header(
            subject in prop_oneof![".{0,60}", "[a-zäλ \r\n\t:<>@=?_-]{0,60}", "\r\nBcc: [a-z]{1,9}@evil.example(\r\n){0,2}"],
            to in prop_oneof![Just("lucia@post.example".to_owned()), ".{0,40}", "[a-z]{1,5}@[a-z.]{1,9}[\r\n, <>]{0,3}[a-z@:]{0,9}"],
        ) {
            if let Ok(message) = server("lucia@post.example").message(&to, letter(&subject)) {
                prop_assert_eq!(headers(&message), HEADERS);
                prop_assert_eq!(message.envelope().to().len(), 1);
            }
        }
    }
}
