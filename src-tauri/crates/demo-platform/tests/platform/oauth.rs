//! The authorisation server as a client meets it.

use std::time::Duration;

use crate::client::{ALL_SCOPES, REDIRECT, VERIFIER, Visit, returned, small, tokens, visit};
use demo_platform::{ConfidentialClient, Config};
use reqwest::{StatusCode, header};
use serde_json::{Value, json};

const ALLOW: [(&str, &str); 2] = [("account", "lucia"), ("decision", "allow")];

fn refused(code: &str, (status, answer): (StatusCode, Value)) {
    assert_eq!(status, StatusCode::BAD_REQUEST, "{answer}");
    assert_eq!(answer["error"], code);
}

#[tokio::test]
async fn the_whole_flow_gives_tokens_that_open_the_data() {
    let visit = visit(small()).await;
    let back = visit.decide(&[], &ALLOW).await;
    assert_eq!(back["state"], "a state & more");
    assert_eq!(back["kept"], "1");
    let tokens = tokens(visit.redeem(&back["code"]).await);
    assert_eq!(tokens.scope, ALL_SCOPES);
    assert_eq!(tokens.expires_in, 3600);
    let me = visit.json("/api/v1/me", &tokens.access).await;
    assert_eq!((&me["id"], &me["made_up"]), (&json!("lucia"), &json!(true)));
    visit.running.shutdown().await;
}

#[tokio::test]
async fn every_account_can_be_chosen() {
    let visit = visit(small()).await;
    for account in demo_platform::ACCOUNTS {
        let back = visit
            .decide(&[], &[("account", account.id), ("decision", "allow")])
            .await;
        let tokens = tokens(visit.redeem(&back["code"]).await);
        assert_eq!(
            visit.json("/api/v1/me", &tokens.access).await["first_name"],
            account.first_name
        );
    }
}

#[tokio::test]
async fn a_refusal_goes_back_with_the_state_and_without_a_code() {
    let visit = visit(small()).await;
    let back = visit
        .decide(&[], &[("account", "lucia"), ("decision", "deny")])
        .await;
    assert_eq!(
        (back["error"].as_str(), back["state"].as_str()),
        ("access_denied", "a state & more")
    );
    assert!(!back.contains_key("code"));
}

#[tokio::test]
async fn a_page_is_answered_once() {
    let visit = visit(small()).await;
    for decision in ["allow", "deny"] {
        let id = visit.open_page(&[]).await;
        let answer = [("account", "lucia"), ("decision", decision)];
        assert_eq!(
            visit.post_answer(&id, &answer).await.status(),
            StatusCode::SEE_OTHER
        );
        assert_eq!(
            visit.post_answer(&id, &answer).await.status(),
            StatusCode::BAD_REQUEST
        );
    }
    assert_eq!(
        visit.post_answer("no such page", &ALLOW).await.status(),
        StatusCode::BAD_REQUEST
    );
    assert_eq!(
        visit.post_answer("", &ALLOW).await.status(),
        StatusCode::BAD_REQUEST
    );
}

#[tokio::test]
async fn an_answer_without_a_decision_or_an_account_asks_again() {
    let visit = visit(small()).await;
    let id = visit.open_page(&[]).await;
    for answer in [
        &[("account", "lucia")][..],
        &[("decision", "allow")],
        &[("account", "nobody"), ("decision", "allow")],
    ] {
        let page = visit.post_answer(&id, answer).await;
        assert_eq!(page.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.text().await.unwrap().contains(r#"role="alert""#));
    }
    assert_eq!(
        visit.post_answer(&id, &ALLOW).await.status(),
        StatusCode::SEE_OTHER
    );
}

#[tokio::test]
async fn only_what_was_left_ticked_is_granted() {
    let visit = visit(small()).await;
    let ticked = [
        ("account", "lucia"),
        ("decision", "allow"),
        ("scope", "gigs:read"),
        ("scope", "ratings:read"),
        ("scope", "made:up"),
    ];
    let back = visit.decide(&[], &ticked).await;
    assert_eq!(
        tokens(visit.redeem(&back["code"]).await).scope,
        "gigs:read ratings:read"
    );
    let back = visit
        .decide(
            &[("scope", "gigs:read")],
            &[
                ALLOW[0],
                ALLOW[1],
                ("scope", "gigs:read"),
                ("scope", "payments:read"),
            ],
        )
        .await;
    assert_eq!(
        tokens(visit.redeem(&back["code"]).await).scope,
        "gigs:read",
        "a form cannot add what was not asked for"
    );
}

/// A form as a browser sends it: with the origin of the page.
async fn from_browser(visit: &Visit, origin: &str, fields: &[(&str, &str)]) -> reqwest::Response {
    let id = visit.open_page(&[]).await;
    let mut form = vec![("request", id.as_str())];
    form.extend_from_slice(fields);
    visit
        .http
        .post(visit.url("/oauth/authorize"))
        .header(header::ORIGIN, origin)
        .form(&form)
        .send()
        .await
        .unwrap()
}

/// A program that sends the two fields to the address of the page, as `curl -d` does, need not load the page first; a browser has to.
#[tokio::test]
async fn a_program_may_answer_at_the_address_of_the_page() {
    let visit = visit(small()).await;
    let address = visit.authorize_url(&[]);
    let form = [("account", "noor"), ("decision", "allow")];
    let answer = visit.http.post(address.clone()).form(&form).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    let returned = returned(&answer);
    assert_eq!(returned["state"], "a state & more");
    assert_eq!(visit.redeem(&returned["code"]).await.0, StatusCode::OK);

    let page = visit
        .http
        .post(address)
        .header(header::ORIGIN, visit.running.base());
    let refused = page.form(&form).send().await.unwrap();
    assert_eq!(refused.status(), StatusCode::BAD_REQUEST);
    let untrusted = visit.authorize_url(&[("redirect_uri", "https://elsewhere.example/")]);
    let refused = visit.http.post(untrusted).form(&form).send().await.unwrap();
    assert_eq!(refused.status(), StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_browser_that_sends_no_ticks_grants_nothing() {
    let visit = visit(small()).await;
    let base = visit.running.base();
    let again = from_browser(&visit, &base, &ALLOW).await;
    assert_eq!(again.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        !again.text().await.unwrap().contains(" checked"),
        "the ticks are as the person left them"
    );
    let ticked = [ALLOW[0], ALLOW[1], ("scope", "gigs:read")];
    assert!(returned(&from_browser(&visit, &base, &ticked).await).contains_key("code"));
}

#[tokio::test]
async fn a_page_of_another_origin_cannot_answer() {
    let visit = visit(small()).await;
    for origin in ["http://example.com", "null", "http://127.0.0.1:1"] {
        assert_eq!(
            from_browser(&visit, origin, &ALLOW).await.status(),
            StatusCode::FORBIDDEN,
            "{origin}"
        );
    }
}

#[tokio::test]
async fn a_request_that_cannot_be_trusted_is_not_redirected() {
    let visit = visit(small()).await;
    for (name, value) in [
        ("client_id", ""),
        ("client_id", "nobody"),
        ("redirect_uri", ""),
        ("redirect_uri", "https://example.com/callback"),
        ("redirect_uri", "http://127.0.0.1.example.com/"),
        ("redirect_uri", "javascript:alert(1)"),
    ] {
        let page = visit
            .http
            .get(visit.authorize_url(&[(name, value)]))
            .send()
            .await
            .unwrap();
        assert_eq!(page.status(), StatusCode::BAD_REQUEST, "{name}={value}");
        assert!(!page.headers().contains_key(header::LOCATION));
    }
}

#[tokio::test]
async fn what_else_is_wrong_with_a_request_is_told_to_the_client() {
    let visit = visit(small()).await;
    for (name, value, error) in [
        ("response_type", "token", "unsupported_response_type"),
        ("scope", "", "invalid_scope"),
        ("scope", "gigs:write", "invalid_scope"),
        ("state", "", "invalid_request"),
        ("code_challenge", "", "invalid_request"),
        ("code_challenge", "too-short", "invalid_request"),
        ("code_challenge_method", "plain", "invalid_request"),
        ("code_challenge_method", "", "invalid_request"),
    ] {
        let answer = visit
            .http
            .get(visit.authorize_url(&[(name, value)]))
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{name}={value}");
        assert_eq!(returned(&answer)["error"], error, "{name}={value}");
    }
}

#[tokio::test]
async fn a_code_works_once_and_a_second_use_ends_the_first() {
    let visit = visit(small()).await;
    let code = visit.code().await;
    let first = tokens(visit.redeem(&code).await);
    assert_eq!(visit.status("/api/v1/me", &first.access).await, StatusCode::OK);
    refused("invalid_grant", visit.redeem(&code).await);
    assert_eq!(
        visit.status("/api/v1/me", &first.access).await,
        StatusCode::UNAUTHORIZED
    );
    refused("invalid_grant", visit.refresh(&first.refresh).await);
}

#[tokio::test]
async fn a_code_needs_its_verifier_its_address_and_its_client() {
    let config = Config {
        clients: vec![ConfidentialClient {
            id: "coop".into(),
            secret: "shh".to_owned().into(),
        }],
        ..small()
    };
    let visit = visit(config).await;
    let right = [
        ("grant_type", "authorization_code"),
        ("client_id", "satchel"),
        ("redirect_uri", REDIRECT),
        ("code_verifier", VERIFIER),
    ];
    for (place, wrong) in [
        (
            3,
            (
                "code_verifier",
                "another-verifier-of-more-than-forty-three-characters",
            ),
        ),
        (2, ("redirect_uri", "http://127.0.0.1:41999/callback")),
    ] {
        let code = visit.code().await;
        let mut form = right.to_vec();
        form[place] = wrong;
        form.push(("code", &code));
        refused("invalid_grant", visit.token_request(&form).await);
        refused("invalid_grant", visit.redeem(&code).await);
    }
    let code = visit.code().await;
    let stolen = [
        ("grant_type", "authorization_code"),
        ("client_id", "coop"),
        ("client_secret", "shh"),
        ("redirect_uri", REDIRECT),
        ("code_verifier", VERIFIER),
        ("code", &code),
    ];
    refused("invalid_grant", visit.token_request(&stolen).await);
    refused("invalid_request", visit.token_request(&right).await);
    refused("invalid_grant", visit.redeem("no such code").await);
    refused(
        "unsupported_grant_type",
        visit
            .token_request(&[("client_id", "satchel"), ("grant_type", "password")])
            .await,
    );
}

#[tokio::test]
async fn a_refresh_token_works_once_and_a_second_use_ends_the_access() {
    let visit = visit(small()).await;
    let first = visit.connect().await;
    let second = tokens(visit.refresh(&first.refresh).await);
    assert_ne!(first.refresh, second.refresh);
    let third = tokens(visit.refresh(&second.refresh).await);
    assert_eq!(visit.status("/api/v1/me", &third.access).await, StatusCode::OK);
    refused("invalid_grant", visit.refresh(&first.refresh).await);
    assert_eq!(
        visit.status("/api/v1/me", &third.access).await,
        StatusCode::UNAUTHORIZED
    );
    refused("invalid_grant", visit.refresh(&third.refresh).await);
}

#[tokio::test]
async fn a_refresh_can_narrow_but_not_widen() {
    let visit = visit(small()).await;
    let back = visit.decide(&[("scope", "gigs:read ratings:read")], &ALLOW).await;
    let first = tokens(visit.redeem(&back["code"]).await);
    let form = |scope: &'static str, token| {
        [
            ("grant_type", "refresh_token"),
            ("client_id", "satchel"),
            ("scope", scope),
            ("refresh_token", token),
        ]
    };
    refused(
        "invalid_scope",
        visit
            .token_request(&form("gigs:read payments:read", &first.refresh))
            .await,
    );
    let narrow = tokens(visit.token_request(&form("ratings:read", &first.refresh)).await);
    assert_eq!(narrow.scope, "ratings:read");
    assert_eq!(
        visit.status("/api/v1/gigs", &narrow.access).await,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        tokens(visit.refresh(&narrow.refresh).await).scope,
        "gigs:read ratings:read",
        "the person's word still stands"
    );
}

#[tokio::test]
async fn an_access_token_expires_and_can_be_refreshed() {
    let visit = visit(Config {
        access_token_seconds: 5,
        ..small()
    })
    .await;
    let first = visit.connect().await;
    assert_eq!(first.expires_in, 5);
    assert_eq!(visit.status("/api/v1/me", &first.access).await, StatusCode::OK);
    tokio::time::sleep(Duration::from_millis(5100)).await;
    assert_eq!(
        visit.status("/api/v1/me", &first.access).await,
        StatusCode::UNAUTHORIZED
    );
    let second = tokens(visit.refresh(&first.refresh).await);
    assert_eq!(visit.status("/api/v1/me", &second.access).await, StatusCode::OK);
}

#[tokio::test]
async fn revoking_the_refresh_token_ends_everything() {
    let visit = visit(small()).await;
    let tokens = visit.connect().await;
    let revoke = |token: String| {
        visit
            .http
            .post(visit.url("/oauth/revoke"))
            .form(&[("client_id", "satchel".to_owned()), ("token", token)])
            .send()
    };
    assert_eq!(revoke("unknown".into()).await.unwrap().status(), StatusCode::OK);
    assert_eq!(visit.status("/api/v1/me", &tokens.access).await, StatusCode::OK);
    assert_eq!(
        revoke(tokens.refresh.clone()).await.unwrap().status(),
        StatusCode::OK
    );
    assert_eq!(
        visit.status("/api/v1/me", &tokens.access).await,
        StatusCode::UNAUTHORIZED
    );
    refused("invalid_grant", visit.refresh(&tokens.refresh).await);
}

#[tokio::test]
async fn revoking_an_access_token_leaves_the_refresh_token() {
    let visit = visit(small()).await;
    let first = visit.connect().await;
    let form = [("client_id", "satchel"), ("token", &first.access)];
    assert_eq!(
        visit
            .http
            .post(visit.url("/oauth/revoke"))
            .form(&form)
            .send()
            .await
            .unwrap()
            .status(),
        StatusCode::OK
    );
    assert_eq!(
        visit.status("/api/v1/me", &first.access).await,
        StatusCode::UNAUTHORIZED
    );
    tokens(visit.refresh(&first.refresh).await);
}

#[tokio::test]
async fn a_confidential_client_proves_itself_by_header_or_field() {
    let secret = "a secret + more";
    let config = Config {
        clients: vec![ConfidentialClient {
            id: "coop".into(),
            secret: secret.to_owned().into(),
        }],
        ..small()
    };
    let visit = visit(config).await;
    let back = visit.decide(&[("client_id", "coop")], &ALLOW).await;
    let mut form = vec![
        ("grant_type", "authorization_code"),
        ("redirect_uri", REDIRECT),
        ("code_verifier", VERIFIER),
        ("code", &back["code"]),
    ];
    let answer = visit
        .http
        .post(visit.url("/oauth/token"))
        .form(&form)
        .basic_auth("coop", Some("wrong"))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
    assert!(answer.headers().contains_key(header::WWW_AUTHENTICATE));
    form.extend([("client_id", "coop"), ("client_secret", secret)]);
    let first = tokens(visit.token_request(&form).await);
    let form = [
        ("grant_type", "refresh_token"),
        ("refresh_token", first.refresh.as_str()),
    ];
    let answer = visit
        .http
        .post(visit.url("/oauth/token"))
        .form(&form)
        .basic_auth("coop", Some("a+secret+%2B+more"))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(
        visit.refresh(&first.refresh).await.0,
        StatusCode::BAD_REQUEST,
        "the public client cannot use it"
    );
}

#[tokio::test]
async fn the_metadata_names_what_there_is() {
    let visit = visit(small()).await;
    let metadata: Value = visit
        .http
        .get(visit.url("/.well-known/oauth-authorization-server"))
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(metadata["issuer"], visit.running.base());
    assert_eq!(metadata["code_challenge_methods_supported"], json!(["S256"]));
    assert_eq!(metadata["scopes_supported"].as_array().unwrap().len(), 6);
    for endpoint in ["authorization_endpoint", "token_endpoint", "revocation_endpoint"] {
        let answer = visit
            .http
            .get(metadata[endpoint].as_str().unwrap())
            .send()
            .await
            .unwrap();
        assert_ne!(answer.status(), StatusCode::NOT_FOUND, "{endpoint}");
    }
}

#[tokio::test]
async fn the_page_is_guarded_and_escapes_what_it_shows() {
    let config = Config {
        clients: vec![ConfidentialClient {
            id: "<b>bold</b>".into(),
            secret: "s".to_owned().into(),
        }],
        ..small()
    };
    let visit = visit(config).await;
    let page = visit
        .http
        .get(visit.authorize_url(&[("client_id", "<b>bold</b>"), ("scope", "gigs:read")]))
        .send()
        .await
        .unwrap();
    let headers = page.headers().clone();
    assert_eq!(headers[header::CACHE_CONTROL], "no-store");
    assert_eq!(headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
    assert_eq!(headers[header::REFERRER_POLICY], "same-origin");
    let policy = headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
    assert!(
        policy.starts_with("default-src 'none'; style-src 'self'; form-action 'self'")
            && !policy.contains("script"),
        "{policy}"
    );
    let text = page.text().await.unwrap();
    assert!(!text.contains("<b>bold</b>") && text.contains("&#60;b&#62;bold"));
    assert!(text.contains("Demo platform") && text.contains("made-up data"));
    assert!(text.contains(r#"value="gigs:read""#) && !text.contains(r#"value="payments:read""#));
}

#[tokio::test]
async fn nobody_reaches_the_server_under_another_name() {
    let visit = visit(small()).await;
    for (host, status) in [
        ("example.com".to_owned(), 421),
        (format!("localhost:{}", visit.running.port()), 200),
        ("127.0.0.1".to_owned(), 421),
    ] {
        let answer = visit
            .http
            .get(visit.url("/"))
            .header(header::HOST, &host)
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), status, "{host}");
    }
}

#[tokio::test]
async fn a_taken_port_is_said_so() {
    let visit = visit(small()).await;
    let error = demo_platform::start(Config {
        port: visit.running.port(),
        ..small()
    })
    .await
    .unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::AddrInUse);
    let wrong = Config {
        records: 2_000_000,
        ..small()
    };
    assert_eq!(
        demo_platform::start(wrong).await.unwrap_err().kind(),
        std::io::ErrorKind::InvalidInput
    );
}
