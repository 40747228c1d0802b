//! Messages to consumer apps: sent as they are due, each app by itself, to addresses of the internet alone.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use hmac::{Hmac, Mac as _};
use reqwest::{
    Client, RequestBuilder,
    dns::{Addrs, Name, Resolve, Resolving},
    header, redirect,
};
use sha2::Sha256;
use tokio::task::JoinSet;
use vault_core::{
    SpaceHandle, VaultError, VaultHandle,
    consumers::{Reach, reach},
    disclosure::{DeliveryEnd, Outgoing},
};
use vault_store::SecretValue;

use crate::{
    ConnectError,
    exchange::{Exchange, SHOWN, exchange},
};

/// How long a whole exchange may take. Less than the time after which a try counts as interrupted.
const WHOLE: Duration = Duration::from_secs(30);

/// So many messages are under way at a time.
const AT_ONCE: usize = 8;

/// How long it is waited at most until it is looked again what is due.
const LOOK: Duration = Duration::from_secs(30);

/// Which try a message is known by; the same at each.
const DELIVERY: &str = "satchel-delivery";
/// When it was made, in seconds since 1970.
const TIMESTAMP: &str = "satchel-timestamp";
/// `sha256=` and the HMAC-SHA-256, in hexadecimal digits, of timestamp, `.`, delivery, `.` and the body (of a GET, the query) under the app's
/// secret: what was copied elsewhere, or sent long ago, is told apart.
const SIGNATURE: &str = "satchel-signature";

/// The sender of messages.
#[derive(Debug, Clone)]
pub struct Deliveries {
    /// For apps on the internet.
    outside: Client,
    /// For apps that the person allowed to be on this computer.
    local: Client,
}

impl Deliveries {
    /// Makes the clients.
    ///
    /// # Errors
    /// The TLS library could not be set up.
    pub fn new() -> Result<Self, ConnectError> {
        Ok(Self {
            outside: client(false)?,
            local: client(true)?,
        })
    }

    /// Sends what is due as long as the vault is open.
    pub async fn run(self, vault: VaultHandle) {
        let mut events = vault.events();
        loop {
            let wait = match self.send_due(&vault).await {
                Ok(next) => next.map_or(LOOK, |next| next.min(LOOK)),
                Err(VaultError::Locked) => return,
                Err(error) => {
                    tracing::warn!(%error, "messages to apps could not be looked through");
                    LOOK
                }
            };
            // Whatever happens may have queued something; many things at once are one look.
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                _ = events.recv() => tokio::time::sleep(Duration::from_millis(50)).await,
            }
            while events.try_recv().is_ok() {}
        }
    }

    /// Sends everything that is due now; answers after which time something is due again, where something waits.
    ///
    /// # Errors
    /// The vault is locked, or a database could not be read or written.
    pub async fn send_due(&self, vault: &VaultHandle) -> Result<Option<Duration>, VaultError> {
        let mut under_way = JoinSet::new();
        let mut next = None;
        for info in vault.spaces().await? {
            let space = vault.space(info.id).await?;
            while let Some(outgoing) = space.next_delivery().await? {
                while under_way.len() >= AT_ONCE {
                    under_way.join_next().await;
                }
                under_way.spawn(self.clone().deliver(space.clone(), outgoing));
            }
        }
        while under_way.join_next().await.is_some() {}
        let now = vault.clock().now();
        for info in vault.spaces().await? {
            if let Some(at) = vault.space(info.id).await?.next_delivery_at().await? {
                let wait = Duration::try_from(at - now).unwrap_or_default();
                next = Some(next.map_or(wait, |known: Duration| known.min(wait)));
            }
        }
        Ok(next)
    }

    async fn deliver(self, space: SpaceHandle, outgoing: Outgoing) {
        let end = self.send(&outgoing).await;
        let settled = space.delivery_ended(outgoing.id, outgoing.disclosure, end).await;
        if let Err(error) = settled {
            tracing::warn!(%error, "what became of a message to an app was not noted");
        }
    }

    async fn send(&self, outgoing: &Outgoing) -> DeliveryEnd {
        let Some(request) = self.request(outgoing) else {
            return DeliveryEnd::Forbidden;
        };
        match request.send().await {
            Ok(answer) => DeliveryEnd::of(answer.status().as_u16()),
            Err(error) if is_forbidden(&error) => DeliveryEnd::Forbidden,
            Err(_) => DeliveryEnd::Unreachable,
        }
    }

    /// Sends a message with made-up data to somebody who builds an app, and shows both sides. The secret is masked in what is shown.
    pub async fn try_out(&self, outgoing: &Outgoing) -> Exchange {
        let secret = outgoing.secret.expose_str().unwrap_or_default();
        let Some(request) = self.request(outgoing) else {
            return Exchange::forbidden(&outgoing.url);
        };
        match request.build_split() {
            (client, Ok(request)) => {
                exchange(&client, request, secret, SHOWN + 1, is_forbidden)
                    .await
                    .0
            }
            (_, Err(_)) => Exchange::forbidden(&outgoing.url),
        }
    }

    /// The request that carries a message, with the client that may send it; nothing where the address is one that nothing is sent to.
    fn request(&self, outgoing: &Outgoing) -> Option<RequestBuilder> {
        let allowed = match reach(&outgoing.url) {
            Some(Reach::Private) => false,
            Some(Reach::Loopback) => outgoing.loopback,
            Some(Reach::Public) | None => outgoing.url.scheme() == "https",
        };
        if !allowed {
            return None;
        }
        let client = if outgoing.loopback {
            &self.local
        } else {
            &self.outside
        };
        let timestamp = outgoing.at.unix_timestamp().to_string();
        let delivery = outgoing.id.to_string();
        let signed = match &outgoing.body {
            Some(body) => body.as_slice(),
            None => outgoing.url.query().unwrap_or_default().as_bytes(),
        };
        let signature = signature(&outgoing.secret, &timestamp, &delivery, signed);
        let request = match &outgoing.body {
            // Without a charset, as receivers know it (spec 6.1).
            Some(body) => client
                .post(outgoing.url.clone())
                .header(header::CONTENT_TYPE, "application/json")
                .body(body.clone()),
            None => client
                .get(outgoing.url.clone())
                .header(header::ACCEPT, "application/json"),
        };
        let request = request
            .header(DELIVERY, delivery)
            .header(TIMESTAMP, timestamp)
            .header(SIGNATURE, signature);
        Some(request)
    }
}

pub(crate) fn client(loopback: bool) -> Result<Client, ConnectError> {
    Client::builder()
        .connect_timeout(Duration::from_secs(10))
        .timeout(WHOLE)
        .redirect(redirect::Policy::none())
        .referer(false)
        // A proxy would look names up by itself, out of sight of the resolver below.
        .no_proxy()
        .dns_resolver(Arc::new(Resolver { loopback }))
        .user_agent(concat!("Satchel/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(|_| ConnectError::Http(crate::http::HttpError::NoAnswer))
}

/// Looks names up, and keeps the addresses that a message may go to. The connection is made to these and to no other, so that a name that
/// changes between two looks leads nowhere else.
#[derive(Debug)]
struct Resolver {
    loopback: bool,
}

/// Every address of a name lies where nothing is sent.
#[derive(Debug, thiserror::Error)]
#[error("the name leads into a private network")]
struct Forbidden;

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let loopback = self.loopback;
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let kept = allowed(&found, loopback);
            if kept.is_empty() {
                return Err(Forbidden.into());
            }
            Ok(Box::new(kept.into_iter()) as Addrs)
        })
    }
}

fn allowed(found: &[SocketAddr], loopback: bool) -> Vec<SocketAddr> {
    let may = |address: &&SocketAddr| match Reach::of(address.ip()) {
        Reach::Public => true,
        Reach::Loopback => loopback,
        Reach::Private => false,
    };
    found.iter().filter(may).copied().collect()
}

pub(crate) fn is_forbidden(error: &reqwest::Error) -> bool {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = std::error::Error::source(error);
    while let Some(this) = cause {
        if this.is::<Forbidden>() {
            return true;
        }
        cause = this.source();
    }
    false
}

fn signature(secret: &SecretValue, timestamp: &str, delivery: &str, body: &[u8]) -> String {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.expose()) else {
        // HMAC takes keys of any length.
        return String::new();
    };
    for part in [timestamp.as_bytes(), b".", delivery.as_bytes(), b".", body] {
        mac.update(part);
    }
    let digits = mac.finalize().into_bytes();
    let hex: String = digits.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256={hex}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_followed_to_the_internet_alone() {
        let all: Vec<SocketAddr> = [
            "10.0.0.1:0",
            "127.0.0.1:0",
            "93.184.216.34:0",
            "[fd00::1]:0",
            "[::1]:0",
        ]
        .iter()
        .map(|text| text.parse().unwrap())
        .collect();
        assert_eq!(allowed(&all, false), ["93.184.216.34:0".parse().unwrap()]);
        assert_eq!(allowed(&all, true).len(), 3);
    }

    /// A name of the internet that leads home: the look-up is the last word.
    #[tokio::test]
    async fn a_name_that_leads_home_is_forbidden() {
        let resolver = Resolver { loopback: false };
        let found = resolver.resolve("localhost".parse().unwrap()).await;
        assert!(found.is_err_and(|error| error.is::<Forbidden>()));
        let answer = client(false).unwrap().get("https://localhost:9/").send().await;
        assert!(is_forbidden(&answer.unwrap_err()));
    }
}
