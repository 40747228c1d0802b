//! Asking an address whether it is the person's, before its platform is asked for data.

use std::path::Path;

use secrecy::SecretString;
use time::OffsetDateTime;
use url::Url;
use vault_core::{
    SpaceHandle, VaultError,
    addresses::{AddressState, NewPrompt},
    settings::Setting,
};
use vault_store::{
    ConnectionId,
    connections::{ConnectionState, ConnectionWay},
};

use super::{MailError, MailServer, Security, letter};
use crate::{AddressOptions, Connect, ConnectError, NotAnAddress, VerifiedAddress, connector_in};

/// The largest file with a certificate authority, in bytes.
const LARGEST_AUTHORITY: u64 = 256 * 1024;

/// The person's mail server as it is set up, without its password.
#[derive(Clone, PartialEq, Eq)]
pub struct MailSettings {
    /// Its name; empty where none is set up.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the way to it is encrypted: `starttls`, `tls` or `none`.
    pub security: String,
    /// The user name there; empty where it asks for none.
    pub user: String,
    /// The address that mails come from.
    pub from: String,
    /// A file with its certificate authority; empty where the system knows it.
    pub authority: String,
    /// Whether a password is kept.
    pub has_password: bool,
}

impl std::fmt::Debug for MailSettings {
    /// Neither the server nor the user.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("MailSettings").finish_non_exhaustive()
    }
}

impl MailSettings {
    /// Reads what a space has set up.
    ///
    /// # Errors
    /// The vault is locked, or the database could not be read.
    pub async fn read(space: &SpaceHandle) -> Result<Self, VaultError> {
        Ok(Self {
            host: space.setting(Setting::MailHost).await?,
            port: space.setting(Setting::MailPort).await?.parse().unwrap_or(587),
            security: space.setting(Setting::MailSecurity).await?,
            user: space.setting(Setting::MailUser).await?,
            from: space.setting(Setting::MailFrom).await?,
            authority: space.setting(Setting::MailAuthority).await?,
            has_password: space.mail_password().await?.is_some(),
        })
    }

    /// Keeps it, but for the password, which is kept by itself.
    ///
    /// # Errors
    /// [`VaultError::Invalid`], which names the setting.
    pub async fn write(&self, space: &SpaceHandle) -> Result<(), VaultError> {
        for (setting, text) in [
            (Setting::MailHost, self.host.clone()),
            (Setting::MailPort, self.port.to_string()),
            (Setting::MailSecurity, self.security.clone()),
            (Setting::MailUser, self.user.clone()),
            (Setting::MailFrom, self.from.clone()),
            (Setting::MailAuthority, self.authority.clone()),
        ] {
            space.set_setting(setting, &text).await?;
        }
        Ok(())
    }

    /// Whether mails can be sent at all.
    #[must_use]
    pub fn is_set_up(&self) -> bool {
        !self.host.is_empty() && !self.from.is_empty()
    }

    async fn server(self, space: &SpaceHandle) -> Result<MailServer, ConnectError> {
        if !self.is_set_up() {
            return Err(MailError::NoServer.into());
        }
        let password = space.mail_password().await?;
        let password = password
            .as_ref()
            .and_then(|secret| secret.expose_str())
            .unwrap_or_default();
        let user = (!self.user.is_empty()).then(|| (self.user, SecretString::from(password.to_owned())));
        let authority = match self.authority.as_str() {
            "" => None,
            path => Some(authority(Path::new(path)).await?),
        };
        Ok(MailServer {
            host: self.host,
            port: self.port,
            security: match self.security.as_str() {
                "tls" => Security::Tls,
                "none" => Security::None,
                _ => Security::StartTls,
            },
            user,
            from: self.from,
            authority,
        })
    }
}

async fn authority(path: &Path) -> Result<Vec<u8>, MailError> {
    let size = tokio::fs::metadata(path)
        .await
        .map_or(u64::MAX, |data| data.len());
    if size > LARGEST_AUTHORITY {
        return Err(MailError::NotTrusted);
    }
    tokio::fs::read(path).await.map_err(|_| MailError::NotTrusted)
}

/// What came of connecting an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Addressed {
    /// It is connected, and can be fetched.
    Connected(ConnectionId),
    /// A mail was sent; it is connected when that was answered.
    MailSent {
        /// The connection that waits.
        connection: ConnectionId,
        /// Until when the mail can be answered.
        until: OffsetDateTime,
    },
}

impl Connect {
    /// Connects an address at a platform. Where a mail server is set up, an address that nothing was shown of yet is asked by mail first; without
    /// one the person's word and their own token have to do, which the platform compares with the address itself (spec 14.1).
    ///
    /// # Errors
    /// What [`Connect::connect_by_address`] fails for, or no mail could be sent. Then nothing was changed.
    pub async fn begin_by_address(
        &self,
        space: &SpaceHandle,
        platform: &str,
        options: AddressOptions,
    ) -> Result<Addressed, ConnectError> {
        let address = options.address.as_str().to_owned();
        let settings = MailSettings::read(space).await?;
        let known = space.address_state(&address).await? == AddressState::Verified;
        if known || !settings.is_set_up() {
            return Ok(Addressed::Connected(
                self.connect_by_address(space, platform, options).await?,
            ));
        }
        let server = settings.server(space).await?;
        let asker = connector_in(space, platform).await?.name.clone();
        let until = ask(space, &server, &address, &asker, true).await?;
        let id = self.prepare_address(space, platform, options).await?;
        space.await_mail(id, until).await?;
        Ok(Addressed::MailSent {
            connection: id,
            until,
        })
    }

    /// Sends the mail of a connection again; the earlier one can no longer be answered.
    ///
    /// # Errors
    /// [`VaultError::TooManyMails`], or no mail could be sent.
    pub async fn send_mail_again(
        &self,
        space: &SpaceHandle,
        id: ConnectionId,
    ) -> Result<OffsetDateTime, ConnectError> {
        let connection = space.connection(id).await?;
        let waits = matches!(
            connection.state,
            ConnectionState::EmailSent | ConnectionState::NotFinished
        );
        if connection.way != ConnectionWay::Email || !waits {
            return Err(VaultError::NoSuch("prompt").into());
        }
        let server = MailSettings::read(space).await?.server(space).await?;
        let until = ask(space, &server, &connection.account, &connection.name, true).await?;
        space.await_mail(id, until).await?;
        Ok(until)
    }

    /// Asks an address by mail for a consumer app, which learns no more than that it was asked.
    ///
    /// # Errors
    /// [`VaultError::TooManyMails`], [`ConnectError::Mail`], or the text is no address.
    pub async fn mail_for_app(
        &self,
        space: &SpaceHandle,
        app: &str,
        address: &str,
    ) -> Result<(), ConnectError> {
        let address =
            VerifiedAddress::on_the_persons_word(address).map_err(|NotAnAddress| MailError::NoAddress)?;
        let server = MailSettings::read(space).await?.server(space).await?;
        ask(space, &server, address.as_str(), app, false).await.map(drop)
    }

    /// Sends a mail that shows that the server works.
    ///
    /// # Errors
    /// [`ConnectError::Mail`].
    pub async fn send_test_mail(&self, space: &SpaceHandle, to: &str) -> Result<(), ConnectError> {
        let server = MailSettings::read(space).await?.server(space).await?;
        Ok(server.send(to, letter::trial()).await?)
    }
}

/// Sends the mail that asks. What cannot be sent waits for no answer.
async fn ask(
    space: &SpaceHandle,
    server: &MailServer,
    address: &str,
    asker: &str,
    for_platform: bool,
) -> Result<OffsetDateTime, ConnectError> {
    let port = space.vault().gateway_port().await?;
    let base = Url::parse(&format!("http://127.0.0.1:{port}/")).map_err(|_| ConnectError::BadAnswer)?;
    let prompt = NewPrompt {
        address: address.to_owned(),
        asker: asker.to_owned(),
        for_platform,
    };
    let mail = space.begin_prompt(prompt).await?;
    if let Err(error) = server.send(address, letter::asking(&mail, &base)).await {
        space.withdraw_prompt(address).await?;
        return Err(error.into());
    }
    Ok(mail.expires_at)
}
