//! Each fault does what it says, and what it does not say goes on working.

use std::time::{Duration, Instant};

use crate::client::{Visit, small, tokens, visit};
use demo_platform::{Config, Fault};
use reqwest::{StatusCode, header};
use serde_json::{Value, json};

async fn with(fault: Fault) -> Visit {
    visit(Config {
        fault: Some(fault),
        ..small()
    })
    .await
}

#[tokio::test]
async fn expired_token_refuses_what_came_with_a_code_until_it_is_refreshed() {
    let visit = with(Fault::ExpiredToken).await;
    let first = visit.connect().await;
    let answer = visit.get("/api/v1/gigs", &first.access).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
    assert!(
        answer.headers()[header::WWW_AUTHENTICATE]
            .to_str()
            .unwrap()
            .contains("invalid_token")
    );
    let second = tokens(visit.refresh(&first.refresh).await);
    assert_eq!(visit.status("/api/v1/gigs", &second.access).await, StatusCode::OK);
    visit.running.set_fault(Some(Fault::ExpiredToken));
    assert_eq!(
        visit.status("/api/v1/gigs", &second.access).await,
        StatusCode::UNAUTHORIZED,
        "set again, it ends that one too"
    );
    let third = tokens(visit.refresh(&second.refresh).await);
    assert_eq!(visit.status("/api/v1/gigs", &third.access).await, StatusCode::OK);
}

#[tokio::test]
async fn rate_limit_says_when_to_come_back() {
    let visit = visit(Config {
        retry_after_seconds: 7,
        fault: Some(Fault::RateLimit),
        ..small()
    })
    .await;
    let token = visit.connect().await.access;
    let answer = visit.get("/api/v1/gigs", &token).send().await.unwrap();
    assert_eq!(
        (
            answer.status(),
            answer.headers()[header::RETRY_AFTER].to_str().unwrap()
        ),
        (StatusCode::TOO_MANY_REQUESTS, "7")
    );
    visit.running.set_fault(None);
    assert_eq!(visit.running.fault(), None);
    assert_eq!(visit.status("/api/v1/gigs", &token).await, StatusCode::OK);
}

#[tokio::test]
async fn server_error_is_a_500_in_json() {
    let visit = with(Fault::ServerError).await;
    let token = visit.connect().await.access;
    let answer = visit.get("/api/v1/me", &token).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(answer.json::<Value>().await.unwrap()["error"], "server_error");
}

#[tokio::test]
async fn account_closed_is_a_410_for_every_list() {
    let visit = with(Fault::AccountClosed).await;
    let token = visit.connect().await.access;
    for path in ["/api/v1/me", "/api/v1/gigs"] {
        assert_eq!(visit.status(path, &token).await, StatusCode::GONE, "{path}");
    }
}

#[tokio::test]
async fn token_error_keeps_every_token_back_and_spends_no_code() {
    let visit = with(Fault::TokenError).await;
    let code = visit.code().await;
    assert_eq!(visit.redeem(&code).await.0, StatusCode::INTERNAL_SERVER_ERROR);
    visit.running.set_fault(None);
    assert_eq!(visit.redeem(&code).await.0, StatusCode::OK);
}

#[tokio::test]
async fn truncated_json_ends_in_the_middle_of_what_was_to_come() {
    let visit = visit(small()).await;
    let token = visit.connect().await.access;
    let whole = visit
        .get("/api/v1/gigs", &token)
        .send()
        .await
        .unwrap()
        .bytes()
        .await
        .unwrap();
    visit.running.set_fault(Some(Fault::TruncatedJson));
    let answer = visit.get("/api/v1/gigs", &token).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    let half = answer.bytes().await.unwrap();
    assert_eq!(half, whole.slice(..whole.len() / 2));
    assert!(serde_json::from_slice::<Value>(&half).is_err());
    assert_eq!(
        visit.status("/api/v1/gigs", "wrong").await,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn slow_waits_and_then_answers() {
    let visit = visit(Config {
        slow_seconds: 1,
        fault: Some(Fault::Slow),
        ..small()
    })
    .await;
    let token = visit.connect().await.access;
    let asked = Instant::now();
    assert_eq!(visit.status("/api/v1/me", &token).await, StatusCode::OK);
    assert!(asked.elapsed() >= Duration::from_secs(1));
}

#[tokio::test]
async fn a_slow_answer_does_not_hold_up_the_end() {
    let visit = visit(Config {
        slow_seconds: 60,
        fault: Some(Fault::Slow),
        ..small()
    })
    .await;
    let token = visit.connect().await.access;
    let waiting = tokio::spawn(visit.get("/api/v1/me", &token).send());
    tokio::time::sleep(Duration::from_millis(200)).await;
    tokio::time::timeout(Duration::from_secs(30), visit.running.shutdown())
        .await
        .expect("it ends before the answer is due");
    assert_eq!(
        waiting.await.unwrap().unwrap().status(),
        StatusCode::SERVICE_UNAVAILABLE
    );
}

#[tokio::test]
async fn revoked_ends_the_access_for_good() {
    let visit = visit(small()).await;
    let (used, unused) = (visit.connect().await, visit.connect().await);
    visit.running.set_fault(Some(Fault::Revoked));
    assert_eq!(
        visit.status("/api/v1/me", &used.access).await,
        StatusCode::UNAUTHORIZED
    );
    let (status, answer) = visit.refresh(&unused.refresh).await;
    assert_eq!(
        (status, &answer["error"]),
        (StatusCode::BAD_REQUEST, &json!("invalid_grant"))
    );
    visit.running.set_fault(None);
    assert_eq!(
        visit.status("/api/v1/me", &used.access).await,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(visit.refresh(&used.refresh).await.0, StatusCode::BAD_REQUEST);
    assert_eq!(
        visit.status("/api/v1/me", &unused.access).await,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(
        visit.status("/api/v1/me", &visit.connect().await.access).await,
        StatusCode::OK
    );
}

#[tokio::test]
async fn less_scope_gives_less_and_says_so() {
    let visit = with(Fault::LessScope).await;
    let first = visit.connect().await;
    assert_eq!(
        first.scope,
        "gigs:read ratings:read achievements:read profile:read"
    );
    assert_eq!(
        visit.status("/api/v1/payments", &first.access).await,
        StatusCode::FORBIDDEN
    );
    assert_eq!(visit.status("/api/v1/gigs", &first.access).await, StatusCode::OK);
    visit.running.set_fault(None);
    let second = tokens(visit.refresh(&first.refresh).await);
    assert_eq!(
        visit.status("/api/v1/reviews", &second.access).await,
        StatusCode::OK
    );
    visit.running.set_fault(Some(Fault::LessScope));
    assert_eq!(
        visit.status("/api/v1/reviews", &second.access).await,
        StatusCode::FORBIDDEN,
        "also for tokens that had it"
    );
}

#[tokio::test]
async fn bad_state_comes_back_with_either_answer() {
    let visit = with(Fault::BadState).await;
    for decision in ["allow", "deny"] {
        let back = visit
            .decide(&[], &[("account", "lucia"), ("decision", decision)])
            .await;
        assert_ne!(back["state"], "a state & more");
    }
}

#[tokio::test]
async fn refresh_fails_shortens_life_and_refuses_to_prolong_it() {
    let visit = with(Fault::RefreshFails).await;
    let first = visit.connect().await;
    assert_eq!(first.expires_in, 5);
    assert_eq!(visit.status("/api/v1/me", &first.access).await, StatusCode::OK);
    let (status, answer) = visit.refresh(&first.refresh).await;
    assert_eq!(
        (status, &answer["error"]),
        (StatusCode::BAD_REQUEST, &json!("invalid_grant"))
    );
    visit.running.set_fault(Some(Fault::RefreshFails));
    assert_eq!(
        visit.status("/api/v1/me", &first.access).await,
        StatusCode::UNAUTHORIZED,
        "set later, it ends what there was"
    );
    visit.running.set_fault(None);
    tokens(visit.refresh(&first.refresh).await);
}

#[tokio::test]
async fn redirect_away_leads_to_another_origin_and_notices_who_follows() {
    let visit = visit(small()).await;
    let tokens = visit.connect().await;
    visit.running.set_fault(Some(Fault::RedirectAway));
    let answer = visit.get("/api/v1/gigs", &tokens.access).send().await.unwrap();
    let target = answer.headers()[header::LOCATION].to_str().unwrap().to_owned();
    assert_eq!(answer.status(), StatusCode::TEMPORARY_REDIRECT);
    assert_eq!(
        target,
        format!("http://localhost:{}/elsewhere", visit.running.port())
    );
    let post = visit
        .http
        .post(visit.url("/oauth/token"))
        .form(&[("grant_type", "refresh_token")])
        .send()
        .await
        .unwrap();
    assert_eq!(post.status(), StatusCode::TEMPORARY_REDIRECT);
    assert_eq!(visit.running.requests().get("GET /elsewhere"), None);
    visit
        .http
        .get(target)
        .bearer_auth(&tokens.access)
        .send()
        .await
        .unwrap();
    assert_eq!(visit.running.requests().get("GET /elsewhere"), Some(&1));
    assert_eq!(visit.running.requests().get("elsewhere with a token"), Some(&1));
}

#[tokio::test]
async fn huge_goes_on_beyond_any_honest_answer() {
    let visit = with(Fault::Huge).await;
    let token = visit.connect().await.access;
    let mut answer = visit.get("/api/v1/gigs", &token).send().await.unwrap();
    assert_eq!((answer.status(), answer.content_length()), (StatusCode::OK, None));
    let mut read = 0;
    while read < 20 * 1024 * 1024 {
        read += answer.chunk().await.unwrap().unwrap().len();
    }
}

#[tokio::test]
async fn one_request_can_ask_for_a_fault_of_its_own() {
    let visit = visit(small()).await;
    let token = visit.connect().await.access;
    assert_eq!(
        visit.status("/api/v1/gigs?fault=rate-limit", &token).await,
        StatusCode::TOO_MANY_REQUESTS
    );
    assert_eq!(
        visit.status("/api/v1/gigs?fault=expired-token", &token).await,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(
        visit.status("/api/v1/gigs?fault=no-such-fault", &token).await,
        StatusCode::OK
    );
    let back = visit
        .decide(
            &[("fault", "bad-state")],
            &[("account", "lucia"), ("decision", "allow")],
        )
        .await;
    assert_ne!(back["state"], "a state & more");
    assert_eq!(visit.status("/api/v1/gigs", &token).await, StatusCode::OK);
}

#[tokio::test]
async fn a_fault_is_set_over_http_by_programs_but_not_by_pages() {
    let visit = visit(small()).await;
    let set = |body: Value| visit.http.post(visit.url("/admin/fault")).json(&body);
    assert_eq!(
        set(json!({"fault": "rate-limit"})).send().await.unwrap().status(),
        StatusCode::NO_CONTENT
    );
    assert_eq!(visit.running.fault(), Some(Fault::RateLimit));
    assert_eq!(
        set(json!({"fault": "nonsense"})).send().await.unwrap().status(),
        StatusCode::BAD_REQUEST
    );
    let foreign = set(json!({"fault": null}))
        .header(header::ORIGIN, "http://example.com")
        .send()
        .await
        .unwrap();
    assert_eq!(foreign.status(), StatusCode::FORBIDDEN);
    let form = visit
        .http
        .post(visit.url("/admin/fault"))
        .form(&[("fault", "huge")])
        .send()
        .await
        .unwrap();
    assert_eq!(form.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert_eq!(visit.running.fault(), Some(Fault::RateLimit));
    let told: Value = visit
        .http
        .get(visit.url("/admin/fault"))
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(
        (told["fault"].as_str(), told["names"].as_array().unwrap().len()),
        (Some("rate-limit"), Fault::ALL.len())
    );
    assert_eq!(
        set(json!({"fault": null})).send().await.unwrap().status(),
        StatusCode::NO_CONTENT
    );
    assert_eq!(visit.running.fault(), None);
}
