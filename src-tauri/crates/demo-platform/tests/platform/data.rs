//! The data API as a client meets it.

use std::collections::BTreeSet;

use crate::client::{small, tokens, visit};
use reqwest::{StatusCode, header};
use serde_json::Value;

const LISTS: [(&str, &str); 6] = [
    ("gigs", "gigs:read"),
    ("payments", "payments:read"),
    ("ratings", "ratings:read"),
    ("reviews", "reviews:read"),
    ("achievements", "achievements:read"),
    ("restrictions", "profile:read"),
];

fn ids(items: &[Value]) -> BTreeSet<&str> {
    items.iter().map(|item| item["id"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn paging_gives_every_item_once_whatever_the_page_size() {
    let visit = visit(small()).await;
    let token = visit.connect().await.access;
    for (list, _) in LISTS {
        let total = visit.json(&format!("/api/v1/{list}"), &token).await["total"]
            .as_u64()
            .unwrap();
        let whole = visit.all(list, "limit=500", &token).await;
        assert_eq!(whole.len() as u64, total, "{list}");
        assert_eq!(ids(&whole).len(), whole.len(), "{list}");
        for limit in [1, 7, 100, 9_999] {
            if limit > 1 || whole.len() < 50 {
                assert_eq!(
                    visit.all(list, &format!("limit={limit}"), &token).await,
                    whole,
                    "{list} by {limit}"
                );
            }
        }
    }
    assert_eq!(visit.all("gigs", "", &token).await.len(), 120);
}

#[tokio::test]
async fn two_platforms_of_one_seed_are_equal_and_of_another_seed_different() {
    let (one, same) = (visit(small()).await, visit(small()).await);
    let other = visit(demo_platform::Config { seed: 6, ..small() }).await;
    let (a, b, c) = (
        one.connect().await.access,
        same.connect().await.access,
        other.connect().await.access,
    );
    for (list, _) in LISTS {
        let whole = one.all(list, "", &a).await;
        assert_eq!(whole, same.all(list, "", &b).await, "{list}");
    }
    assert_ne!(one.all("gigs", "", &a).await, other.all("gigs", "", &c).await);
}

#[tokio::test]
async fn what_was_changed_since_is_the_end_of_the_list() {
    let visit = visit(small()).await;
    let token = visit.connect().await.access;
    let whole = visit.all("gigs", "", &token).await;
    let since = whole[100]["updated_at"].as_str().unwrap().replace('+', "%2B");
    let query = format!("limit=6&updated_since={since}");
    assert_eq!(visit.all("gigs", &query, &token).await, whole[100..]);
    assert_eq!(
        visit.json(&format!("/api/v1/gigs?{query}"), &token).await["total"],
        20
    );
    assert!(
        visit
            .all("gigs", "updated_since=2027-01-01", &token)
            .await
            .is_empty()
    );
    assert_eq!(
        visit.all("gigs", "updated_since=2001-01-01", &token).await.len(),
        120
    );
}

#[tokio::test]
async fn what_cannot_be_read_is_refused_in_json() {
    let visit = visit(small()).await;
    let token = visit.connect().await.access;
    for (query, code) in [
        ("limit=0", "invalid_limit"),
        ("limit=-1", "invalid_limit"),
        ("limit=x", "invalid_limit"),
        ("cursor=x", "invalid_cursor"),
        ("updated_since=yesterday", "invalid_time"),
    ] {
        let answer = visit
            .get(&format!("/api/v1/gigs?{query}"), &token)
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{query}");
        assert_eq!(answer.json::<Value>().await.unwrap()["error"], code);
    }
    let cursor = visit.json("/api/v1/gigs?limit=1", &token).await["next"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(
        visit
            .status(&format!("/api/v1/payments?cursor={cursor}"), &token)
            .await,
        StatusCode::BAD_REQUEST
    );
}

#[tokio::test]
async fn each_scope_opens_its_own_and_nothing_else() {
    let visit = visit(small()).await;
    for (_, granted) in LISTS {
        let back = visit
            .decide(
                &[("scope", granted)],
                &[("account", "lucia"), ("decision", "allow")],
            )
            .await;
        let tokens = tokens(visit.redeem(&back["code"]).await);
        assert_eq!(tokens.scope, granted);
        for (list, needed) in LISTS.into_iter().chain([("me", "profile:read")]) {
            let expected = if needed == granted {
                StatusCode::OK
            } else {
                StatusCode::FORBIDDEN
            };
            assert_eq!(
                visit.status(&format!("/api/v1/{list}"), &tokens.access).await,
                expected,
                "{list} with {granted}"
            );
        }
    }
}

#[tokio::test]
async fn without_a_good_token_nothing_is_opened() {
    let visit = visit(small()).await;
    let token = visit.connect().await.access;
    for (list, _) in LISTS.into_iter().chain([("me", "")]) {
        let address = visit.url(&format!("/api/v1/{list}"));
        let none = visit.http.get(&address).send().await.unwrap();
        assert_eq!(none.status(), StatusCode::UNAUTHORIZED);
        assert_eq!(
            none.headers()[header::WWW_AUTHENTICATE],
            r#"Bearer realm="demo platform""#
        );
        assert_eq!(
            visit.status(&format!("/api/v1/{list}"), "wrong").await,
            StatusCode::UNAUTHORIZED
        );
        let in_query = visit
            .http
            .get(format!("{address}?access_token={token}"))
            .send()
            .await
            .unwrap();
        assert_eq!(
            in_query.status(),
            StatusCode::UNAUTHORIZED,
            "a token in the address is not looked at"
        );
        let basic = visit
            .http
            .get(&address)
            .basic_auth("lucia", Some(&token))
            .send()
            .await
            .unwrap();
        assert_eq!(basic.status(), StatusCode::UNAUTHORIZED);
    }
}

#[tokio::test]
async fn items_have_the_members_that_the_connector_reads() {
    let visit = visit(small()).await;
    let token = visit.connect().await.access;
    for (list, members) in [
        (
            "gigs",
            &[
                "kind",
                "title",
                "status",
                "started_at",
                "ended_at",
                "duration_s",
                "city",
                "amount",
            ][..],
        ),
        ("payments", &["type", "description", "paid_at", "amount"]),
        (
            "ratings",
            &["gig", "dimension", "value", "min", "max", "rated_at"],
        ),
        (
            "reviews",
            &[
                "gig",
                "rating",
                "author",
                "title",
                "text",
                "language",
                "written_at",
            ],
        ),
        ("achievements", &["type", "name", "description", "earned_at"]),
        ("restrictions", &["type", "reason", "status", "started_at"]),
    ] {
        for item in visit.all(list, "", &token).await {
            for member in members.iter().chain(&["id", "updated_at"]) {
                assert!(!item[*member].is_null(), "{list} lacks {member}");
            }
            assert!(
                item.as_object().unwrap().values().all(|value| !value.is_null()),
                "an absent member is left out"
            );
        }
    }
    let gig = &visit.all("gigs", "limit=1", &token).await[0];
    assert_eq!(
        (&gig["amount"]["currency"], &gig["amount"]["exponent"]),
        (&"EUR".into(), &2.into())
    );
    assert!(gig["amount"]["minor"].as_i64().unwrap() > 0);
}

#[tokio::test]
async fn requests_are_counted_by_route() {
    let visit = visit(small()).await;
    let token = visit.connect().await.access;
    visit.all("gigs", "limit=50", &token).await;
    visit.status("/no/such/place", &token).await;
    let counts = visit.running.requests();
    assert_eq!(counts.get("GET /api/v1/gigs"), Some(&3));
    assert_eq!(counts.get("POST /oauth/token"), Some(&1));
    assert_eq!(counts.get("unmatched"), Some(&1));
    assert_eq!(counts.get("GET /api/v1/payments"), None);
    let told: Value = visit
        .http
        .get(visit.url("/admin/requests"))
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(told["GET /api/v1/gigs"], 3);
}
