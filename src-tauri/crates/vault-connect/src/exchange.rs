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
    let received = Received {
        status,
        headers,
        body: beginning(&bytes, secret),
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

/// So many bytes stand for one of a secret at most: a control character within JSON.
const LONGEST_FORM: usize = 6;

/// What is shown of a body. A secret that begins within it is masked whole: half of one could else stand at the end.
fn beginning(bytes: &[u8], secret: &str) -> String {
    let reach = SHOWN + LONGEST_FORM * secret.len();
    let text = String::from_utf8_lossy(bytes.get(..reach).unwrap_or(bytes));
    masked_up_to(SHOWN, &text, secret)
}

fn masked(text: &str, secret: &str) -> String {
    masked_up_to(text.len(), text, secret)
}

/// The first `end` bytes of a text with its secret masked, also where the secret stands in it as JSON writes it.
fn masked_up_to(end: usize, text: &str, secret: &str) -> String {
    let end = text.floor_char_boundary(end);
    let quoted = serde_json::Value::from(secret).to_string();
    let within_json = quoted.get(1..quoted.len() - 1).unwrap_or_default();
    let (mut shown, mut at) = (String::new(), 0);
    while at < end {
        let rest = text.get(at..).unwrap_or_default();
        let places = [within_json, secret].into_iter().filter(|form| !form.is_empty());
        let places = places.filter_map(|form| Some((rest.find(form)?, form.len())));
        // The longer form where both begin: it holds the shorter one.
        let next = places.min_by_key(|(place, length)| (*place, std::cmp::Reverse(*length)));
        let (place, length) = next.unwrap_or((rest.len(), 0));
        shown.push_str(text.get(at..end.min(at + place)).unwrap_or_default());
        if at + place < end {
            shown.push_str(MASK);
        }
        at += place + length;
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_masked_as_it_is_and_as_json_writes_it() {
        for secret in ["plain", "with\"quote", "back\\slash", "line\nend", "\\n"] {
            let body = serde_json::json!({ "PlatformToken": secret }).to_string();
            assert_eq!(masked(&body, secret), r#"{"PlatformToken":"••••"}"#, "{secret}");
            assert_eq!(masked(&format!("Bearer {secret}"), secret), "Bearer ••••");
        }
        assert_eq!(masked("as it is", ""), "as it is");
    }

    #[test]
    fn no_half_of_a_secret_stands_where_a_body_is_cut() {
        let secret = "0123456789abcdef";
        for before in SHOWN - 20..SHOWN + 2 {
            let body = format!("{}{secret} and more", " ".repeat(before));
            let shown = beginning(body.as_bytes(), secret);
            assert!(!shown.contains("01") && !shown.contains("more"), "{before}");
        }
        let many = secret.repeat(SHOWN);
        assert_eq!(
            beginning(many.as_bytes(), secret),
            MASK.repeat(SHOWN / secret.len())
        );
        assert_eq!(beginning("ñ".repeat(SHOWN).as_bytes(), "t").len(), SHOWN);
    }
}
