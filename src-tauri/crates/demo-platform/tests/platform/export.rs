//! The Open Platforms endpoint as an asker meets it.

use demo_platform::{ACCOUNTS, Fault};
use gigdata::{Dialect, ExportRequest, REQUEST_TYPE, RatingRule, ReadOptions, compatible};
use reqwest::{StatusCode, header};
use serde_json::Value;
use uuid::Uuid;

use crate::client::{Visit, small, visit};

const ID: Uuid = Uuid::from_u128(0x5b6a_d503_eae9_4699_b5cc_a8b6_71c9_e7e3);

async fn ask(visit: &Visit, token: &str, email: &str, dialect: Dialect) -> (StatusCode, String) {
    let body = ExportRequest::new(token, email, ID).to_json(dialect).unwrap();
    let answer = visit
        .http
        .post(visit.url("/api/ExportData"))
        .header(header::CONTENT_TYPE, REQUEST_TYPE)
        .body(body)
        .send()
        .await
        .unwrap();
    (answer.status(), answer.text().await.unwrap())
}

#[tokio::test]
async fn a_person_is_answered_in_every_dialect_and_by_both_methods() {
    let visit = visit(small()).await;
    let (lucia, token) = (&ACCOUNTS[0], visit.running.platform_token(&ACCOUNTS[0]));
    assert!(Uuid::parse_str(&token).is_ok_and(|guid| guid.get_version_num() == 4));
    let mut answers = Vec::new();
    for dialect in Dialect::ALL {
        let (status, body) = ask(&visit, &token, &lucia.email.to_uppercase(), dialect).await;
        assert_eq!(status, 200, "{dialect}");
        answers.push(body);
    }
    let by_headers = visit
        .http
        .get(visit.url("/api/ExportData"))
        .header("platformToken", &token)
        .header("userEmail", lucia.email)
        .header("requestId", ID.to_string())
        .send()
        .await
        .unwrap();
    answers.push(by_headers.text().await.unwrap());
    assert!(answers.iter().all(|answer| answer == &answers[0]));

    let root: Value = serde_json::from_str(&answers[0]).unwrap();
    assert_eq!(root["requestId"], ID.to_string());
    assert_eq!(
        (&root["id"], &root["userEmail"]),
        (&lucia.id.into(), &lucia.email.into())
    );
    let data = gigdata::read(answers[0].as_bytes(), &ReadOptions::default()).unwrap();
    assert_eq!(data.interactions.len(), 120);
    let (figures, details) = compatible(&data, &RatingRule::default(), "demo");
    assert!(figures.ratings > 50 && figures.successful > 30);
    assert!(!details.reviews.is_empty() && !details.achievements.is_empty());
    assert!(
        data.interactions
            .iter()
            .any(|gig| gig.outcome.ratings.iter().any(|rating| rating.max == 1.into()))
    );
}

#[tokio::test]
async fn what_was_earned_is_the_same_as_in_the_data_api() {
    let visit = visit(small()).await;
    let access = visit.connect().await.access;
    let payments = visit.all("payments", "limit=500", &access).await;
    let earned: i64 = payments
        .iter()
        .filter(|payment| payment["gig"].is_string() && payment["amount"]["minor"].as_i64().unwrap() > 0)
        .map(|payment| payment["amount"]["minor"].as_i64().unwrap())
        .sum();
    let token = visit.running.platform_token(&ACCOUNTS[0]);
    let (_, body) = ask(&visit, &token, ACCOUNTS[0].email, Dialect::Current).await;
    let data = gigdata::read(body.as_bytes(), &ReadOptions::default()).unwrap();
    let incomes = data
        .interactions
        .iter()
        .filter_map(|gig| gig.additional_data.as_ref()?.income.as_ref());
    let sum: f64 = incomes
        .map(|income| (income.amount.as_f64() * 100.0).round())
        .sum();
    assert!(earned > 0);
    assert_eq!(sum as i64, earned);
}

/// S7 of the specification: one token for all people of a platform is what this reference does without.
#[tokio::test]
async fn a_token_opens_its_own_person_and_nobody_else() {
    let visit = visit(small()).await;
    let token = visit.running.platform_token(&ACCOUNTS[0]);
    for (token, email, status) in [
        (token.as_str(), ACCOUNTS[1].email, 401),
        ("0b0e2bda-e42b-431e-80b4-b2240e401990", ACCOUNTS[0].email, 401),
        ("", ACCOUNTS[0].email, 401),
        ("0b0e2bda-e42b-431e-80b4-b2240e401990", "nobody@post.example", 401),
        (token.as_str(), "nobody@post.example", 404),
    ] {
        let (answered, body) = ask(&visit, token, email, Dialect::Current).await;
        assert_eq!(answered, status, "{email}");
        assert!(!body.contains("interactions"));
        if status == 404 {
            assert_eq!(
                body,
                r#"{"message":"Unable to find that user. Request UserEmail: 'nobody@post.example'"}"#
            );
        }
    }
    let others: Vec<String> = ACCOUNTS
        .iter()
        .map(|account| visit.running.platform_token(account))
        .collect();
    assert!(others[1..].iter().all(|other| other != &others[0]));
}

#[tokio::test]
async fn a_fault_address_is_answered_wrongly() {
    let visit = visit(small()).await;
    let token = visit.running.platform_token(&ACCOUNTS[0]);
    for (name, status, body) in [
        ("fault500", 500, None),
        ("fault405", 405, None),
        ("faultjson", 200, Some(r#"{"interactions":[{"id":"1","period":"#)),
        ("faultnull", 200, Some("null")),
        ("faultnointer", 200, Some(r#"{"achievements":[]}"#)),
        ("faultempty", 200, Some("")),
    ] {
        let (answered, text) = ask(&visit, &token, &format!("{name}@post.example"), Dialect::Current).await;
        assert_eq!(answered, status, "{name}");
        assert!(body.is_none_or(|body| body == text), "{name}: {text}");
        assert!(
            gigdata::read(text.as_bytes(), &ReadOptions::default()).is_err(),
            "{name}"
        );
    }
}

#[tokio::test]
async fn what_is_no_request_is_refused_and_the_platforms_faults_hold_here_too() {
    let visit = visit(small()).await;
    let url = visit.url("/api/ExportData");
    for body in ["", "null", "{}", r#"{"UserEmail":"lucia.arroyo@post.example"}"#] {
        let answer = visit.http.post(&url).body(body).send().await.unwrap();
        assert_eq!(answer.status(), 400, "{body}");
    }
    assert_eq!(visit.http.get(&url).send().await.unwrap().status(), 400);
    let token = visit.running.platform_token(&ACCOUNTS[0]);
    for (fault, status) in [
        (Fault::RateLimit, 429),
        (Fault::ServerError, 500),
        (Fault::Revoked, 401),
    ] {
        visit.running.set_fault(Some(fault));
        let (answered, _) = ask(&visit, &token, ACCOUNTS[0].email, Dialect::Current).await;
        assert_eq!(answered, status, "{fault}");
    }
}

#[tokio::test]
async fn the_front_page_tells_each_persons_token() {
    let visit = visit(small()).await;
    let page = visit
        .http
        .get(visit.url("/"))
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    for account in ACCOUNTS {
        assert!(page.contains(account.email) && page.contains(&visit.running.platform_token(account)));
    }
}

#[tokio::test]
async fn integrators_find_the_page_and_the_schema() {
    let visit = visit(small()).await;
    let page = visit.http.get(visit.url("/endpoint")).send().await.unwrap();
    assert_eq!(page.status(), 200);
    let text = page.text().await.unwrap();
    for said in [
        "/schemas/user-platform-data.json",
        "PlatformToken",
        "Retry-After",
        "faultnointer@",
    ] {
        assert!(text.contains(said), "{said}");
    }
    let schema = visit
        .http
        .get(visit.url("/schemas/user-platform-data.json"))
        .send()
        .await
        .unwrap();
    assert_eq!(schema.headers()[header::CONTENT_TYPE], "application/schema+json");
    assert_eq!(schema.text().await.unwrap(), gigdata::SCHEMA);
}
