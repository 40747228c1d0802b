//! Answers that no honest platform gives, and what is made of them.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicU32, Ordering},
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};
use vault_connect::{ConnectError, LinkOptions, oauth::OAuthError};
use vault_store::{ConnectionId, connections::ConnectionState, retrievals::RetrievalOutcome};

use crate::world::World;

/// A whole answer after `HTTP/1.1 `: status, headers, body.
pub(crate) type Answer = String;
/// Path with query, and body, to the answer.
type Script = Arc<dyn Fn(&str, &str) -> Answer + Send + Sync>;

pub(crate) const TOKENS: &str =
    r#"{"access_token":"a","token_type":"Bearer","expires_in":3600,"refresh_token":"r"}"#;
const EMPTY: &str = r#"{"items":[],"next":null}"#;

pub(crate) fn json(body: &str) -> Answer {
    with("200 OK", "Content-Type: application/json", body)
}

pub(crate) fn with(status: &str, header: &str, body: &str) -> Answer {
    format!(
        "{status}\r\n{header}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
}

/// A platform that answers as `script` says, and the requests that it got.
pub(crate) struct Scripted {
    pub(crate) base: String,
    asked: Arc<Mutex<Vec<String>>>,
    heard: Arc<Mutex<Vec<Heard>>>,
}

/// A request: its path with query, its headers, its body.
#[derive(Clone)]
pub(crate) struct Heard {
    pub(crate) path: String,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Scripted {
    pub(crate) async fn start(script: impl Fn(&str, &str) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::new(Mutex::new(Vec::new()));
        let (script, kept): (Script, _) = (Arc::new(script), (Arc::clone(&asked), Arc::clone(&heard)));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&script), kept.clone()));
            }
        });
        Self { base, asked, heard }
    }

    /// The heads of all requests, line by line as they came.
    pub(crate) fn heads(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }

    /// The requests whose line begins so.
    pub(crate) fn count(&self, beginning: &str) -> usize {
        let asked = self.asked.lock().unwrap();
        asked.iter().filter(|line| line.starts_with(beginning)).count()
    }

    /// The requests whose path begins so.
    pub(crate) fn heard(&self, beginning: &str) -> Vec<Heard> {
        let heard = self.heard.lock().unwrap();
        heard
            .iter()
            .filter(|one| one.path.starts_with(beginning))
            .cloned()
            .collect()
    }
}

type Kept = (Arc<Mutex<Vec<String>>>, Arc<Mutex<Vec<Heard>>>);

async fn serve(mut stream: TcpStream, script: Script, (asked, heard): Kept) {
    let (head, body) = read(&mut stream).await;
    let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
    asked.lock().unwrap().push(head.clone());
    heard.lock().unwrap().push(Heard {
        path: path.clone(),
        head,
        body: body.clone(),
    });
    let answer = script(&path, &body);
    let _ = stream.write_all(format!("HTTP/1.1 {answer}").as_bytes()).await;
}

async fn read(stream: &mut TcpStream) -> (String, String) {
    let mut bytes = Vec::new();
    let mut piece = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .find_map(|line| {
                    line.to_ascii_lowercase()
                        .strip_prefix("content-length:")?
                        .trim()
                        .parse()
                        .ok()
                })
                .unwrap_or(0);
            if body.len() >= length {
                return (head.to_owned(), body.to_owned());
            }
        }
        match stream.read(&mut piece).await {
            Ok(0) | Err(_) => return (text, String::new()),
            Ok(read) => bytes.extend_from_slice(&piece[..read]),
        }
    }
}

/// Links an account; the browser comes back with `answer` in the query, beside the state.
pub(crate) async fn link(
    world: &World,
    platform: &Scripted,
    answer: &str,
) -> Result<ConnectionId, ConnectError> {
    let options = LinkOptions {
        base: Some(platform.base.parse().unwrap()),
        ..LinkOptions::default()
    };
    let linking = world.connect.link(&world.space, "demo", options).await?;
    let value = |wanted: &str| {
        let mut pairs = linking.url().query_pairs();
        pairs.find(|(name, _)| name == wanted).unwrap().1.into_owned()
    };
    assert_eq!(value("code_challenge_method"), "S256");
    assert!(value("state").len() >= 16 && value("code_challenge").len() == 43);
    let back = format!("{}?{answer}&state={}", value("redirect_uri"), value("state"));
    let browser = tokio::spawn(async move { reqwest::get(back).await.unwrap().status() });
    let linked = linking.finish().await;
    assert_eq!(browser.await.unwrap(), 200);
    Ok(linked?.connection)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_of_the_authorisation_page_is_told_for_what_it_is() {
    let world = World::new().await;
    let platform = Scripted::start(|_, _| json(TOKENS)).await;
    let told = async |answer: &str| {
        let error = link(&world, &platform, answer).await.unwrap_err();
        let ConnectError::OAuth(error) = error else {
            panic!("{error:?}");
        };
        error
    };
    assert!(matches!(told("error=access_denied").await, OAuthError::Denied));
    assert!(matches!(
        told("error=access_denied&code=c").await,
        OAuthError::Denied
    ));
    assert!(matches!(
        told("error=unauthorized_client").await,
        OAuthError::ClientRefused
    ));
    assert!(matches!(
        told("error=temporarily_unavailable").await,
        OAuthError::Http(_)
    ));
    assert!(matches!(told("error=invalid_scope").await, OAuthError::Nonsense));
    assert!(matches!(told("nothing=1").await, OAuthError::Nonsense));
    assert_eq!(platform.count("POST"), 0, "no code, no exchange");
    assert!(world.space.connections().await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_token_endpoint_says_is_told_for_what_it_is() {
    let world = World::new().await;
    for (answer, expected) in [
        (
            with("429 Slow", "Retry-After: 120", ""),
            "Busy { retry_after: Some(120) }",
        ),
        (
            with("503 Away", "Retry-After: 7", ""),
            "Busy { retry_after: Some(7) }",
        ),
        (with("502 Bad", "X: y", "<html>"), "Status(502)"),
        (
            with("307 There", "Location: https://elsewhere.example/", ""),
            "Status(307)",
        ),
        (
            with(
                "400 Bad",
                "Content-Type: application/json",
                r#"{"error":"invalid_grant"}"#,
            ),
            "SessionEnded",
        ),
        (
            with(
                "401 No",
                "Content-Type: application/json",
                r#"{"error":"invalid_client"}"#,
            ),
            "ClientRefused",
        ),
        (json("{\"access_token\":"), "Nonsense"),
        (json("[]"), "Nonsense"),
        (
            json(&format!("{{\"access_token\":\"{}\"}}", "a".repeat(70_000))),
            "TooLarge",
        ),
        (with("400 Bad", "X: y", ""), "Nonsense"),
    ] {
        let platform = Scripted::start(move |_, _| answer.clone()).await;
        let error = link(&world, &platform, "code=c").await.unwrap_err();
        assert!(format!("{error:?}").contains(expected), "{expected}: {error:?}");
        assert_eq!(platform.count("POST"), 1, "a code is sent once");
        assert!(world.space.connections().await.unwrap().is_empty(), "{expected}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_never_ends_is_no_harm() {
    let world = World::new().await;
    let platform = Scripted::start(|path, _| match path {
        "/oauth/token" => json(&TOKENS.replace("3600", &u64::MAX.to_string())),
        _ => json(EMPTY),
    })
    .await;
    let id = link(&world, &platform, "code=c").await.unwrap();
    world.fetch(id).await.unwrap();
    assert_eq!(world.state(id).await, ConnectionState::Working);
    assert_eq!(platform.count("POST"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_short_token_is_not_renewed_for_every_page() {
    let world = World::new().await;
    let platform = Scripted::start(|path, _| match path {
        "/oauth/token" => json(&TOKENS.replace("3600", "40")),
        _ => json(EMPTY),
    })
    .await;
    let id = link(&world, &platform, "code=c").await.unwrap();
    world.fetch(id).await.unwrap();
    assert_eq!(platform.count("POST"), 1);
}

/// The session ends between two pages: it is renewed, the new refresh token is used for the next renewal, and no page is read twice.
#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_ends_between_two_pages_is_renewed_there() {
    let world = World::new().await;
    let renewed = AtomicU32::new(0);
    let pages = AtomicU32::new(0);
    let platform = Scripted::start(move |path, body| {
        if path == "/oauth/token" {
            if body.contains("grant_type=refresh_token") {
                let before = renewed.fetch_add(1, Ordering::SeqCst);
                let expected = if before == 0 {
                    "refresh_token=r"
                } else {
                    "refresh_token=r1"
                };
                assert!(body.split('&').any(|pair| pair == expected), "{body}");
                return json(&TOKENS.replace("\"r\"", &format!("\"r{}\"", before + 1)));
            }
            return json(TOKENS);
        }
        if !path.starts_with("/api/v1/gigs") {
            return json(EMPTY);
        }
        // Every second request finds the token spent.
        match pages.fetch_add(1, Ordering::SeqCst) {
            1 | 3 => with("401 No", "WWW-Authenticate: Bearer", "{}"),
            0 => json(r#"{"items":[],"next":"two"}"#),
            2 => json(r#"{"items":[],"next":"three"}"#),
            _ => json(EMPTY),
        }
    })
    .await;
    let id = link(&world, &platform, "code=c").await.unwrap();
    world.fetch(id).await.unwrap();
    assert_eq!(world.state(id).await, ConnectionState::Working);
    assert_eq!(platform.count("POST"), 3, "the code and two renewals");
    assert_eq!(platform.count("GET /api/v1/gigs"), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn nonsense_in_a_list_is_kept_out_and_said() {
    let world = World::new().await;
    for page in [
        r#"{"items":[],"next":"same"}"#,
        r#"{"items":[{"id":"g1"}],"next":null}"#,
        r#"{"items":{},"next":null}"#,
        "[]",
        "",
        "\u{0}\u{1}",
        r#"{"items":[],"next":7}"#,
    ] {
        let platform = Scripted::start(move |path, _| match path {
            "/oauth/token" => json(TOKENS),
            _ => json(page),
        })
        .await;
        let id = link(&world, &platform, "code=c").await.unwrap();
        assert!(world.fetch(id).await.is_err(), "{page}");
        assert_eq!(world.state(id).await, ConnectionState::UnknownFormat, "{page}");
        assert_eq!(
            world.last_try(id).await,
            ("CON-420".to_owned(), RetrievalOutcome::Failed),
            "{page}"
        );
        assert!(platform.count("GET /api/v1/gigs") <= 2, "{page}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_named_time_is_when_it_is_tried_again() {
    let world = World::new().await;
    let platform = Scripted::start(|path, _| match path {
        "/oauth/token" => json(TOKENS),
        _ => with("429 Slow", "Retry-After: 120", ""),
    })
    .await;
    let id = link(&world, &platform, "code=c").await.unwrap();
    assert!(world.fetch(id).await.is_err());
    let connection = world.space.connection(id).await.unwrap();
    assert_eq!(connection.state, ConnectionState::PlatformBusy);
    let wait = connection.next_try_at.unwrap() - connection.state_since;
    assert!((115..=125).contains(&wait.whole_seconds()), "{wait}");
}
