//! Cooperatives over the network: posting a package, once, and fetching a descriptor or a logo. Redirects are not followed, nothing is tried
//! again, and a failure says whether the other side may have read what was sent (specification of Intercoop, 4.5).

use std::{
    convert::Infallible,
    error::Error,
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use hyper::body::{Bytes, Frame, SizeHint};
use reqwest::{
    Body, Client, Response,
    header::{ACCEPT, CONTENT_TYPE},
};
use url::Url;
use vault_core::{
    SpaceHandle,
    cooperatives::{Outbound, PostEnd, PostFault, TransferState},
};

use crate::{
    Connect, ConnectError,
    deliver::{client, is_forbidden},
    http::{Patience, check_address, is_loopback},
    remade,
};

/// The most that is read of an answer, in bytes; one more shows that there is more.
const LIMIT: usize = 64 * 1024;
/// The largest descriptor, in bytes.
const DESCRIPTOR: usize = 64 * 1024;
/// The largest logo that is read, in bytes.
const LOGO: usize = 256 * 1024;
/// The largest picture that is kept, in bytes.
const KEPT: usize = 64 * 1024;
/// How many services of one cooperative have a picture.
const MOST_PICTURES: usize = 12;
/// How long their pictures are waited for together.
const PICTURES: Duration = Duration::from_secs(15);
/// What is sent: a form type would make the other side take the text apart.
const YAML: &str = "application/yaml";

/// Posts packages to cooperatives.
#[derive(Debug, Clone)]
pub struct Transfers {
    /// For cooperatives on the internet.
    outside: Client,
    /// For those on this computer.
    local: Client,
    whole: Duration,
}

impl Transfers {
    /// Makes the clients.
    ///
    /// # Errors
    /// The TLS library could not be set up.
    pub fn new() -> Result<Self, ConnectError> {
        Self::with(Patience::default())
    }

    /// The same with other limits of time.
    ///
    /// # Errors
    /// The TLS library could not be set up.
    pub fn with(patience: Patience) -> Result<Self, ConnectError> {
        Ok(Self {
            outside: client(false)?,
            local: client(true)?,
            whole: patience.whole,
        })
    }

    /// Posts what was signed, once, and keeps what came of it.
    ///
    /// # Errors
    /// The vault was locked meanwhile, or the outcome could not be written; the next start finds the transfer on its way, and says that
    /// nobody knows.
    pub async fn send(&self, space: &SpaceHandle, outbound: Outbound) -> Result<TransferState, ConnectError> {
        let id = outbound.id;
        let end = self.post(&outbound).await;
        Ok(space.transfer_ended(id, end).await?)
    }

    /// Posts a package, once.
    pub async fn post(&self, outbound: &Outbound) -> PostEnd {
        let Ok(url) = outbound.address.parse::<Url>() else {
            return PostEnd::NotSent(PostFault::Forbidden);
        };
        if check_address(&url).is_err() {
            return PostEnd::NotSent(PostFault::Forbidden);
        }
        let client = if is_loopback(&url) {
            &self.local
        } else {
            &self.outside
        };
        let touched = Arc::new(AtomicBool::new(false));
        let request = client
            .post(url)
            .header(CONTENT_TYPE, YAML)
            .header(ACCEPT, YAML)
            .body(Body::wrap(Watched::new(&outbound.envelope, &touched)));
        let exchange = async {
            let response = request.send().await.map_err(|error| fault(&error))?;
            answer(response).await
        };
        let ended = tokio::time::timeout(self.whole, exchange).await;
        let ended = ended.unwrap_or(Err(PostFault::Silent));
        match ended {
            Ok(answered) => answered,
            Err(fault) if touched.load(Ordering::SeqCst) => PostEnd::Unknown(fault),
            Err(fault) => PostEnd::NotSent(fault),
        }
    }
}

impl Connect {
    /// Fetches the descriptor of a cooperative.
    ///
    /// # Errors
    /// [`ConnectError::Http`]; [`ConnectError::BadAnswer`] for what is no text.
    pub async fn descriptor(&self, url: Url) -> Result<String, ConnectError> {
        let accept = "application/yaml, text/yaml, text/plain";
        let bytes = self.http.get_as(url, accept, DESCRIPTOR).await?;
        String::from_utf8(bytes).map_err(|_| ConnectError::BadAnswer)
    }

    /// Fetches the logo of a cooperative and makes it anew; `None` when it cannot be had. Its owner learns by it that somebody looks, so it
    /// is fetched once, when the person adds the cooperative.
    pub async fn logo(&self, address: &str) -> Option<Vec<u8>> {
        let url = address.parse().ok()?;
        let bytes = self.http.get_as(url, "image/png, image/jpeg", LOGO).await.ok()?;
        remade(&bytes).filter(|made| made.len() <= KEPT)
    }

    /// Fetches the pictures of its services in the same way: each by the id of its service. Those that cannot be had, or not in time, are
    /// left out.
    pub async fn service_pictures(&self, addresses: Vec<(String, String)>) -> Vec<(String, Vec<u8>)> {
        let mut pictures = Vec::new();
        let all = async {
            for (service, address) in addresses.into_iter().take(MOST_PICTURES) {
                if let Some(picture) = self.logo(&address).await {
                    pictures.push((service, picture));
                }
            }
        };
        // What was had by then is kept.
        let _ = tokio::time::timeout(PICTURES, all).await;
        pictures
    }
}

/// The body, which notes when it is taken to be sent: before that moment not a byte of it has left.
struct Watched {
    left: Option<Bytes>,
    touched: Arc<AtomicBool>,
}

impl Watched {
    fn new(text: &str, touched: &Arc<AtomicBool>) -> Self {
        Self {
            left: Some(Bytes::copy_from_slice(text.as_bytes())),
            touched: Arc::clone(touched),
        }
    }
}

impl hyper::body::Body for Watched {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let taken = self.left.take();
        if taken.is_some() {
            self.touched.store(true, Ordering::SeqCst);
        }
        Poll::Ready(taken.map(|bytes| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.left.is_none()
    }

    /// Known beforehand, so that `Content-Length` is sent: upstream reads no other form.
    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left.as_ref().map_or(0, |bytes| bytes.len() as u64))
    }
}

fn fault(error: &reqwest::Error) -> PostFault {
    if is_forbidden(error) {
        PostFault::Forbidden
    } else if is_untrusted(error) {
        PostFault::Untrusted
    } else if error.is_connect() {
        PostFault::Unreachable
    } else if error.is_timeout() {
        PostFault::Silent
    } else {
        PostFault::Broken
    }
}

/// Whether the other side could not prove by TLS who it is. The reason lies inside errors of input and output, one in another, which do not
/// name it as their source.
fn is_untrusted(error: &reqwest::Error) -> bool {
    let mut cause: Option<&(dyn Error + 'static)> = error.source();
    while let Some(this) = cause {
        if this.is::<rustls::Error>() {
            return true;
        }
        let inside = this.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        cause = match inside {
            Some(inside) => Some(inside),
            None => this.source(),
        };
    }
    false
}

/// Reads an answer, up to one byte more than is allowed: more is not waited for.
async fn answer(mut response: Response) -> Result<PostEnd, PostFault> {
    let status = response.status().as_u16();
    let content_type = response
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .map(str::to_owned);
    let mut body = Vec::new();
    while body.len() <= LIMIT {
        let Some(chunk) = response.chunk().await.map_err(|error| fault(&error))? else {
            break;
        };
        let room = LIMIT + 1 - body.len();
        body.extend(chunk.iter().take(room));
    }
    Ok(PostEnd::Answered {
        status,
        content_type,
        body,
    })
}
