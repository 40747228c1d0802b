//! A client of the demo platform for its tests: what a real one does, step by step.

use std::collections::BTreeMap;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use demo_platform::{Config, Running, start};
use reqwest::{Client, RequestBuilder, Response, StatusCode, Url, header::LOCATION, redirect::Policy};
use serde_json::Value;
use sha2::{Digest, Sha256};

pub(crate) const REDIRECT: &str = "http://127.0.0.1:41999/callback?kept=1";
pub(crate) const VERIFIER: &str = "a-verifier-of-more-than-forty-three-characters-0123456789";
pub(crate) const ALL_SCOPES: &str =
    "gigs:read payments:read ratings:read reviews:read achievements:read profile:read";

/// A platform and a client of it that follows no redirects.
pub(crate) struct Visit {
    pub(crate) running: Running,
    pub(crate) http: Client,
}

/// What the token endpoint gave.
#[derive(Clone, Debug)]
pub(crate) struct Tokens {
    pub(crate) access: String,
    pub(crate) refresh: String,
    pub(crate) scope: String,
    pub(crate) expires_in: u64,
}

pub(crate) async fn visit(config: Config) -> Visit {
    let running = start(config).await.unwrap();
    Visit {
        running,
        http: Client::builder().redirect(Policy::none()).build().unwrap(),
    }
}

/// A platform with a short history on a fixed day.
pub(crate) fn small() -> Config {
    Config {
        records: 120,
        seed: 5,
        now: Some(time::macros::datetime!(2026-11-24 10:00 UTC)),
        ..Config::default()
    }
}

pub(crate) fn challenge() -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER))
}

impl Visit {
    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.running.base())
    }

    /// The address of the authorisation page; `changes` replace parameters, an empty value leaves one out.
    pub(crate) fn authorize_url(&self, changes: &[(&str, &str)]) -> Url {
        let challenge = challenge();
        let mut parameters = BTreeMap::from([
            ("response_type", "code"),
            ("client_id", "satchel"),
            ("redirect_uri", REDIRECT),
            ("scope", ALL_SCOPES),
            ("state", "a state & more"),
            ("code_challenge", challenge.as_str()),
            ("code_challenge_method", "S256"),
        ]);
        parameters.extend(changes.iter().copied());
        parameters.retain(|_, value| !value.is_empty());
        Url::parse_with_params(&self.url("/oauth/authorize"), parameters).unwrap()
    }

    /// Opens the page and gives the id that its form carries.
    pub(crate) async fn open_page(&self, changes: &[(&str, &str)]) -> String {
        let page = self.http.get(self.authorize_url(changes)).send().await.unwrap();
        assert_eq!(page.status(), StatusCode::OK);
        hidden_id(&page.text().await.unwrap())
    }

    pub(crate) async fn post_answer(&self, id: &str, fields: &[(&str, &str)]) -> Response {
        let mut form = vec![("request", id)];
        form.extend_from_slice(fields);
        self.http
            .post(self.url("/oauth/authorize"))
            .form(&form)
            .send()
            .await
            .unwrap()
    }

    /// The query that the answer sends back to the client.
    pub(crate) async fn decide(
        &self,
        changes: &[(&str, &str)],
        fields: &[(&str, &str)],
    ) -> BTreeMap<String, String> {
        let id = self.open_page(changes).await;
        let answer = self.post_answer(&id, fields).await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER);
        returned(&answer)
    }

    pub(crate) async fn code(&self) -> String {
        self.decide(&[], &[("account", "lucia"), ("decision", "allow")])
            .await
            .remove("code")
            .unwrap()
    }

    pub(crate) async fn token_request(&self, fields: &[(&str, &str)]) -> (StatusCode, Value) {
        let answer = self
            .http
            .post(self.url("/oauth/token"))
            .form(fields)
            .send()
            .await
            .unwrap();
        (answer.status(), answer.json().await.unwrap())
    }

    pub(crate) async fn redeem(&self, code: &str) -> (StatusCode, Value) {
        self.token_request(&[
            ("grant_type", "authorization_code"),
            ("client_id", "satchel"),
            ("code", code),
            ("redirect_uri", REDIRECT),
            ("code_verifier", VERIFIER),
        ])
        .await
    }

    pub(crate) async fn refresh(&self, token: &str) -> (StatusCode, Value) {
        self.token_request(&[
            ("grant_type", "refresh_token"),
            ("client_id", "satchel"),
            ("refresh_token", token),
        ])
        .await
    }

    /// The whole way to tokens.
    pub(crate) async fn connect(&self) -> Tokens {
        let code = self.code().await;
        tokens(self.redeem(&code).await)
    }

    pub(crate) fn get(&self, path: &str, token: &str) -> RequestBuilder {
        self.http.get(self.url(path)).bearer_auth(token)
    }

    pub(crate) async fn status(&self, path: &str, token: &str) -> StatusCode {
        self.get(path, token).send().await.unwrap().status()
    }

    pub(crate) async fn json(&self, path: &str, token: &str) -> Value {
        let answer = self.get(path, token).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        answer.json().await.unwrap()
    }

    /// Every item of a list, page after page.
    pub(crate) async fn all(&self, list: &str, query: &str, token: &str) -> Vec<Value> {
        let (mut items, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = self.json(&format!("/api/v1/{list}?{query}{cursor}"), token).await;
            items.extend(page["items"].as_array().unwrap().iter().cloned());
            match page["next"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return items,
            }
        }
    }
}

/// Reads a token answer that has to be one.
pub(crate) fn tokens((status, answer): (StatusCode, Value)) -> Tokens {
    assert_eq!(status, StatusCode::OK, "{answer}");
    assert_eq!(answer["token_type"], "Bearer");
    let text = |name: &str| answer[name].as_str().unwrap().to_owned();
    Tokens {
        access: text("access_token"),
        refresh: text("refresh_token"),
        scope: text("scope"),
        expires_in: answer["expires_in"].as_u64().unwrap(),
    }
}

/// The query of the address that an answer leads to.
pub(crate) fn returned(answer: &Response) -> BTreeMap<String, String> {
    let address = Url::parse(answer.headers()[LOCATION].to_str().unwrap()).unwrap();
    assert_eq!(
        (address.host_str(), address.port(), address.path()),
        (Some("127.0.0.1"), Some(41999), "/callback")
    );
    address.query_pairs().into_owned().collect()
}

fn hidden_id(page: &str) -> String {
    let (_, rest) = page.split_once(r#"name="request" value=""#).unwrap();
    rest.split_once('"').unwrap().0.to_owned()
}
