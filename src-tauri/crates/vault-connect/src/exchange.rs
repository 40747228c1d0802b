//! A request and its answer as they were, for somebody who builds the other side.

use reqwest::{Client, Request, Response, header::HeaderMap};

/// So much of an answer is shown, in bytes.
pub(crate) const SHOWN: usize = 64 * 1024;

/// A request and what came of it.
#[derive(Clone)]
pub struct Exchange {
    /// `POST` or `GET`.
    pub method: String,
    /// The address.
    pub url: String,
    /// The headers that were sent, in their order.
    pub headers: Vec<(String, String)>,
    /// The body that was sent; empty for a GET.
    pub body: String,
    /// What came back.
    pub answer: Result<Received, Unanswered>,
}

/// An answer as it came.
#[derive(Clone)]
pub struct Received {
    /// The status, such as 200.
    pub status: u16,
    /// The headers, in their order.
    pub headers: Vec<(String, String)>,
    /// The first 64 KiB of the body; what is not UTF-8 is replaced.
    pub body: String,
    /// Whether the body was longer than what is shown.
    pub cut: bool,
}

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unanswered {
    /// The address leads where Satchel sends nothing: a private network, or this computer without the person's word.
    Forbidden,
    /// The server's certificate was not accepted, nobody listened, or the answer broke off.
    NoAnswer,
    /// No answer came in time.
    TooLate,
}

impl Exchange {
    /// A request that was not made, because of its address.
    pub(crate) fn forbidden(url: &url::Url) -> Self {
        Self {
            method: String::new(),
            url: url.to_string(),
            headers: Vec::new(),
            body: String::new(),
            answer: Err(Unanswered::Forbidden),
        }
    }
}

impl std::fmt::Debug for Exchange {
    /// Neither what was sent nor what came back: it may hold a token.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Exchange")
            .field("method", &self.method)
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Received {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Received")
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

/// What stands for a secret in what is shown.
const MASK: &str = "••••";

/// Sends a request and keeps both sides, and the answer's body as it came, up to `limit` bytes. `secret` is the text that is masked in what
/// is shown of either.
pub(crate) async fn exchange(
    client: &Client,
    request: Request,
    secret: &str,
    limit: usize,
    is_forbidden: fn(&reqwest::Error) -> bool,
) -> (Exchange, Vec<u8>) {
    let body = request
        .body()
        .and_then(|body| body.as_bytes())
        .unwrap_or_default();
    let mut exchange = Exchange {
        method: request.method().to_string(),
        url: masked(request.url().as_str(), secret),
        headers: shown(request.headers(), secret),
        body: masked(&String::from_utf8_lossy(body), secret),
        answer: Err(Unanswered::NoAnswer),
    };
    let received = match client.execute(request).await {
        Ok(response) => received(response, secret, limit).await,
        Err(error) => Err(unanswered(&error, is_forbidden)),
    };
    let (answer, bytes) = received.map_or_else(
        |why| (Err(why), Vec::new()),
        |(answer, bytes)| (Ok(answer), bytes),
    );
    exchange.answer = answer;
    (exchange, bytes)
}

async fn received(
    mut response: Response,
    secret: &str,
    limit: usize,
) -> Result<(Received, Vec<u8>), Unanswered> {
    let (status, headers) = (response.status().as_u16(), shown(response.headers(), secret));
    let mut bytes = Vec::new();
    loop {
        let piece = response.chunk().await;
        let Some(piece) = piece.map_err(|error| unanswered(&error, |_| false))? else {
            break;
        };
        let room = limit - bytes.len();
        bytes.extend(piece.iter().take(room));
        if piece.len() > room {
            break;
        }
    }
    let first = bytes.get(..SHOWN).unwrap_or(&bytes);
    let received = Received {
        status,
        headers,
        body: masked(&String::from_utf8_lossy(first), secret),
        cut: bytes.len() > SHOWN,
    };
    Ok((received, bytes))
}

fn unanswered(error: &reqwest::Error, is_forbidden: fn(&reqwest::Error) -> bool) -> Unanswered {
    if is_forbidden(error) {
        Unanswered::Forbidden
    } else if error.is_timeout() {
        Unanswered::TooLate
    } else {
        Unanswered::NoAnswer
    }
}

fn shown(headers: &HeaderMap, secret: &str) -> Vec<(String, String)> {
    headers
        .iter()
        .map(|(name, value)| {
            let value = String::from_utf8_lossy(value.as_bytes());
            (name.to_string(), masked(&value, secret))
        })
        .collect()
}

fn masked(text: &str, secret: &str) -> String {
    if secret.is_empty() {
        text.to_owned()
    } else {
        text.replace(secret, MASK)
    }
}
