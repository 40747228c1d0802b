//! Calls of one app to a service of another, made for it by the host. Redirects are not followed, and nothing but what the protocol names goes
//! along.

use reqwest::{
    Client,
    header::{CONTENT_TYPE, HeaderValue},
};
use vault_core::apps::AppService;

use crate::{ConnectError, deliver::client};

/// The most that is read of an answer, in bytes.
const LIMIT: usize = 1024 * 1024;
/// Who calls, in five parts (specification of OpenPlatform, 5.10).
const CALLER: &str = "x-openplatform";
/// What the person set for the app that offers the service.
const ORIGIN: &str = "x-origin";

/// The caller of services.
#[derive(Debug, Clone)]
pub struct Services {
    /// For apps on the internet.
    outside: Client,
    /// For apps on this computer.
    local: Client,
}

/// What a service answered.
#[derive(Clone)]
pub struct Served {
    /// The status.
    pub status: u16,
    /// `Content-Type`, where it says one.
    pub content_type: Option<String>,
    /// The body.
    pub body: Vec<u8>,
}

impl std::fmt::Debug for Served {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Served")
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

/// Nobody answered, too late, or too much.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the service gave no answer that can be used")]
pub struct NotServed;

impl Services {
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

    /// Calls a service with a body. `platform` is the host's number.
    ///
    /// # Errors
    /// [`NotServed`].
    pub async fn call(
        &self,
        service: &AppService,
        platform: u32,
        content_type: Option<&str>,
        body: Vec<u8>,
    ) -> Result<Served, NotServed> {
        let client = if service.loopback {
            &self.local
        } else {
            &self.outside
        };
        let caller = format!("{platform}-{}", service.caller.join("-"));
        let mut request = client
            .post(service.url.clone())
            .header(CALLER, secret(&caller)?)
            .body(body);
        if let Some(content_type) = content_type {
            request = request.header(CONTENT_TYPE, content_type);
        }
        if let Some(origin) = &service.origin {
            request = request.header(ORIGIN, secret(origin.expose())?);
        }
        let mut response = request.send().await.map_err(|_| NotServed)?;
        let status = response.status();
        // What it leads to is another address than the one that the person agreed to.
        if status.is_redirection() {
            return Err(NotServed);
        }
        let content_type = response
            .headers()
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .map(str::to_owned);
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|_| NotServed)? {
            if body.len() + chunk.len() > LIMIT {
                return Err(NotServed);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Served {
            status: status.as_u16(),
            content_type,
            body,
        })
    }
}

fn secret(text: &str) -> Result<HeaderValue, NotServed> {
    let mut value = HeaderValue::from_str(text).map_err(|_| NotServed)?;
    value.set_sensitive(true);
    Ok(value)
}
