//! The platforms that come with Satchel, each against a server that answers in its shape.

use std::{
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use serde_json::{Value, json as value};
use tokio::sync::{Mutex, MutexGuard};
use url::Url;
use vault_connect::{ConnectError, LinkOptions, Linked, oauth::OAuthError};
use vault_store::{ConnectionId, RecordKind, connections::ConnectionState, records::RecordFilter};

use crate::{
    scripted::{Answer, Scripted, TOKENS, json, with},
    world::World,
};

/// Clients of a person's own come back to one fixed port.
static PORT: Mutex<()> = Mutex::const_new(());

/// What of this program may use the fixed port.
pub(crate) async fn port() -> MutexGuard<'static, ()> {
    PORT.lock().await
}

/// Links an account at a platform with a client of the person's own; the browser comes back with `answer` beside the state.
async fn link(
    world: &World,
    platform: &Scripted,
    id: &str,
    relay: Option<&str>,
    answer: &str,
) -> Result<(Linked, Url), ConnectError> {
    let options = LinkOptions {
        base: Some(platform.base.parse().unwrap()),
        client: Some(("client-1".into(), Some("secret-1".to_owned().into()))),
        relay: relay.map(str::to_owned),
        renew: None,
    };
    let _port = port().await;
    let linking = begin(world, id, options).await?;
    let asked = linking.url().clone();
    let state = parameter(&asked, "state");
    let back = format!("http://127.0.0.1:49021/oauth/redirect?{answer}&state={state}");
    let browser = tokio::spawn(async move { reqwest::get(back).await.unwrap().status() });
    let linked = linking.finish().await;
    assert_eq!(browser.await.unwrap(), 200);
    Ok((linked?, asked))
}

/// Another program of this computer may hold the port for a moment.
pub(crate) async fn begin(
    world: &World,
    id: &str,
    options: LinkOptions,
) -> Result<vault_connect::Linking, ConnectError> {
    for _ in 0..100 {
        match world.connect.link(&world.space, id, options.clone()).await {
            Err(ConnectError::OAuth(OAuthError::NoPort)) => {
                tokio::time::sleep(Duration::from_millis(200)).await
            }
            begun => return begun,
        }
    }
    Err(ConnectError::OAuth(OAuthError::NoPort))
}

pub(crate) fn parameter(url: &Url, wanted: &str) -> String {
    let mut pairs = url.query_pairs();
    pairs
        .find(|(name, _)| name == wanted)
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}

/// The records that came in, without ids and provenance.
async fn records(world: &World) -> Vec<Value> {
    let (all, _) = world
        .space
        .records_after(RecordFilter::default(), None, 100)
        .await
        .unwrap();
    all.iter()
        .map(|record| {
            let mut shown = serde_json::to_value(record).unwrap();
            let members = shown.as_object_mut().unwrap();
            for unstable in ["id", "provenance", "platform", "connection"] {
                members.remove(unstable);
            }
            // A record's id is made from its connection's, which is new in every run.
            if members.contains_key("work") {
                members.insert("work".into(), true.into());
            }
            shown
        })
        .collect()
}

/// Compares what came in with what should have, in whatever order.
async fn came_in(world: &World, mut expected: Vec<Value>) {
    let mut all = records(world).await;
    let text = |record: &Value| format!("{} {} {}", record["start"], record["kind"], record["type"]);
    all.sort_by_cached_key(text);
    expected.sort_by_cached_key(text);
    assert_eq!(all, expected);
}

async fn fails(world: &World, id: ConnectionId, code: &str, state: ConnectionState) {
    assert!(world.fetch(id).await.is_err());
    assert_eq!(
        (world.last_try(id).await.0.as_str(), world.state(id).await),
        (code, state)
    );
}

const ACTIVITY: &str = r#"{"id": 11, "name": "Evening shift", "type": "Ride", "sport_type": "EBikeRide", "distance": 12345.6,
    "moving_time": 3000, "elapsed_time": 3600, "start_date": "2026-11-20T17:00:00Z", "start_latlng": [45.76, 4.83],
    "end_latlng": [45.75, 4.85], "map": {"id": "a11", "summary_polyline": "ki{eFvqfiV"}, "commute": false,
    "average_heartrate": 131.5, "kudos_count": 4}"#;

fn strava(path: &str, _: &str) -> Answer {
    match path {
        "/oauth/token" => json(TOKENS),
        "/api/v3/athlete" => json(r#"{"id": 700, "username": "ada"}"#),
        "/api/v3/athlete/activities?per_page=200&page=1" => json(&format!("[{ACTIVITY}]")),
        // Fewer than 200 on the first page, and the list goes on.
        "/api/v3/athlete/activities?per_page=200&page=2" => json(
            r#"[{"id": 12, "name": "By hand", "type": "Walk", "distance": 0, "elapsed_time": 60, "start_latlng": [],
                "start_date": "2026-11-21T08:00:00Z", "manual": true, "map": {"summary_polyline": ""}}]"#,
        ),
        _ => json("[]"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn strava_gives_activities_page_by_page_and_says_what_was_unticked() {
    let world = World::new().await;
    let platform = Scripted::start(strava).await;
    let (linked, asked) = link(
        &world,
        &platform,
        "strava",
        None,
        "code=c&scope=read,activity:read",
    )
    .await
    .unwrap();
    assert_eq!(parameter(&asked, "scope"), "read,activity:read,activity:read_all");
    assert_eq!(linked.missing, ["activity:read_all"]);
    assert_eq!(world.state(linked.connection).await, ConnectionState::LessGranted);
    let exchange = &platform.heard("/oauth/token")[0];
    assert!(exchange.body.contains("client_secret=secret-1") && !exchange.head.contains("Basic"));

    world.fetch(linked.connection).await.unwrap();
    assert_eq!(
        platform.count("GET /api/v3/athlete/activities"),
        3,
        "until the empty page"
    );
    came_in(
        &world,
        vec![
            value!({
                "kind": "work", "type": "EBikeRide", "title": "Evening shift", "start": "2026-11-20T17:00:00Z",
                "distance_m": 12346, "duration_s": 3600,
                "extra": {
                    "moving_time": 3000, "commute": false, "start_position": [45.76, 4.83],
                    "end_position": [45.75, 4.85], "route": "ki{eFvqfiV"
                }
            }),
            value!({
                "kind": "work", "type": "Walk", "title": "By hand", "start": "2026-11-21T08:00:00Z",
                "distance_m": 0, "duration_s": 60, "extra": {"manual": true}
            }),
        ],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn strava_without_the_list_is_linked_and_asked_for_nothing() {
    let world = World::new().await;
    let platform = Scripted::start(strava).await;
    let (linked, _) = link(&world, &platform, "strava", None, "code=c&scope=read")
        .await
        .unwrap();
    world.fetch(linked.connection).await.unwrap();
    assert_eq!(platform.count("GET /api/v3/athlete/activities"), 0);

    let platform = Scripted::start(|path, body| match path {
        "/oauth/token" | "/api/v3/athlete" => strava(path, body),
        _ => json(r#"{"message": "Bad Request", "errors": []}"#),
    })
    .await;
    let (linked, _) = link(
        &world,
        &platform,
        "strava",
        None,
        "code=c&scope=read,activity:read,activity:read_all",
    )
    .await
    .unwrap();
    fails(
        &world,
        linked.connection,
        "CON-420",
        ConnectionState::UnknownFormat,
    )
    .await;
}

fn sponsors(nodes: &str, next: Option<&str>) -> String {
    let page = value!({"endCursor": next.unwrap_or("end"), "hasNextPage": next.is_some()});
    format!(r#"{{"data": {{"viewer": {{"sponsorsActivities": {{"nodes": {nodes}, "pageInfo": {page}}}}}}}}}"#)
}

fn variables(body: &str) -> Value {
    serde_json::from_str::<Value>(body).unwrap()["variables"].clone()
}

fn github(path: &str, body: &str) -> Answer {
    if path == "/login/oauth/access_token" {
        return json(r#"{"access_token": "g", "token_type": "bearer", "scope": "read:org,read:user"}"#);
    }
    if body.contains("databaseId") {
        return json(r#"{"data": {"viewer": {"databaseId": 42, "login": "ada"}}}"#);
    }
    json(&match variables(body)["cursor"].as_str() {
        None => sponsors(
            r#"[{"id": "SA_1", "action": "NEW_SPONSORSHIP", "timestamp": "2026-01-02T03:04:05Z", "sponsor": {"login": "kind-person"},
                "sponsorsTier": {"name": "$5 a month", "monthlyPriceInCents": 500, "isOneTime": false}, "previousSponsorsTier": null}]"#,
            Some("two"),
        ),
        Some(cursor) => {
            assert_eq!(cursor, "two");
            sponsors(
                r#"[{"id": "SA_2", "action": "NEW_SPONSORSHIP", "timestamp": "2026-02-02T03:04:05Z", "sponsor": null,
                "sponsorsTier": {"name": "$25 one time", "monthlyPriceInCents": 2500, "isOneTime": true}, "previousSponsorsTier": null},
                {"id": "SA_3", "action": "TIER_CHANGE", "timestamp": "2026-03-02T03:04:05Z", "sponsor": {"login": "kind-org"},
                "sponsorsTier": {"name": "$9 a month", "monthlyPriceInCents": 900, "isOneTime": false},
                "previousSponsorsTier": {"monthlyPriceInCents": 500}}]"#,
                None,
            )
        }
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn github_tells_of_all_sponsors_of_all_time() {
    let world = World::new().await;
    let platform = Scripted::start(github).await;
    let (linked, asked) = link(&world, &platform, "github-sponsors", None, "code=c")
        .await
        .unwrap();
    assert_eq!(parameter(&asked, "scope"), "read:user read:org");
    assert!(
        linked.missing.is_empty(),
        "the commas of the answer are read: {:?}",
        linked.missing
    );
    assert_eq!(
        world.space.connection(linked.connection).await.unwrap().account,
        "ada"
    );
    world.fetch(linked.connection).await.unwrap();
    let posts = platform.heard("/graphql");
    assert_eq!(posts.len(), 3, "the account and two pages");
    assert!(
        posts
            .iter()
            .all(|post| post.head.starts_with("POST /graphql ") && post.head.contains("Bearer g"))
    );
    assert!(posts[1].body.contains("period: ALL") && posts[1].body.contains("includePrivate: true"));
    let dollars = |minor: u32| value!({"minor": minor, "currency": "USD", "exponent": 2});
    came_in(
        &world,
        vec![
            value!({
                "kind": "work", "type": "sponsorship", "title": "$5 a month", "status": "NEW_SPONSORSHIP",
                "start": "2026-01-02T03:04:05Z", "extra": {"payer": "kind-person", "monthly_price": dollars(500)}
            }),
            value!({
                "kind": "payment", "type": "sponsorship", "title": "$25 one time", "start": "2026-02-02T03:04:05Z",
                "amount": dollars(2500)
            }),
            value!({
                "kind": "work", "type": "sponsorship", "title": "$9 a month", "status": "TIER_CHANGE",
                "start": "2026-03-02T03:04:05Z",
                "extra": {"payer": "kind-org", "monthly_price": dollars(900), "previous_price": dollars(500)}
            }),
        ],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn failures_of_graphql_come_with_status_200() {
    let world = World::new().await;
    for (errors, code, state) in [
        (
            r#"[{"type": "UNAUTHENTICATED"}]"#,
            "CON-401",
            ConnectionState::AuthLost,
        ),
        (
            r#"[{"extensions": {"code": "THROTTLED"}}]"#,
            "CON-429",
            ConnectionState::PlatformBusy,
        ),
        (
            r#"[{"message": "Field does not exist"}]"#,
            "CON-420",
            ConnectionState::UnknownFormat,
        ),
    ] {
        let platform = Scripted::start(move |path, body| {
            if path.starts_with("/graphql") && !body.contains("databaseId") {
                return json(&format!(r#"{{"data": {{"viewer": null}}, "errors": {errors}}}"#));
            }
            github(path, body)
        })
        .await;
        let (linked, _) = link(&world, &platform, "github-sponsors", None, "code=c")
            .await
            .unwrap();
        fails(&world, linked.connection, code, state).await;
    }
    let platform = Scripted::start(|path, body| {
        if path.starts_with("/graphql") && !body.contains("databaseId") {
            return json(r#"{"errors": [{"type": "INSUFFICIENT_SCOPES", "message": "Your token has not been granted"}]}"#);
        }
        github(path, body)
    })
    .await;
    let (linked, _) = link(&world, &platform, "github-sponsors", None, "code=c")
        .await
        .unwrap();
    world.fetch(linked.connection).await.unwrap();
    assert_eq!(world.last_try(linked.connection).await.0, "CON-450");
    assert_eq!(world.space.record_count().await.unwrap(), 0);
}

/// Only the first piece of time of each list has something in it.
fn upwork() -> impl Fn(&str, &str) -> Answer + Send + Sync + 'static {
    let (hours, transactions) = (AtomicU32::new(0), AtomicU32::new(0));
    move |path, body| {
        let first = |asked: &AtomicU32| asked.fetch_add(1, Ordering::SeqCst) == 0;
        upwork_answer(path, body, || first(&hours), || first(&transactions))
    }
}

fn upwork_answer(
    path: &str,
    body: &str,
    first_hours: impl Fn() -> bool,
    first_transactions: impl Fn() -> bool,
) -> Answer {
    if path == "/api/v3/oauth2/token" {
        // Names of its own, which nobody asked for by name.
        return json(&TOKENS.replace("\"expires_in\"", "\"scope\":\"common:read\",\"expires_in\""));
    }
    if body.contains("accountingEntity") {
        return json(r#"{"data": {"accountingEntity": {"id": "ace-9"}, "user": {"id": "1", "nid": "ada"}}}"#);
    }
    let asked = variables(body);
    if body.contains("contractTimeReport") {
        let time = |edges: &str, next: Option<&str>| {
            let page = value!({"endCursor": next, "hasNextPage": next.is_some()});
            json(&format!(
                r#"{{"data": {{"user": {{"contractTimeReport": {{"edges": {edges}, "pageInfo": {page}}}}}}}}}"#
            ))
        };
        let hours = |day: &str, hours: f64| {
            format!(
                r#"[{{"node": {{"dateWorkedOn": "{day}", "totalHoursWorked": {hours}, "totalCharges": 55.5,
                "contract": {{"id": "77", "title": "A shop", "status": "ACTIVE", "clientTeam": {{"name": "Client Ltd"}}}}}}}}]"#
            )
        };
        assert_eq!(asked["range"]["rangeStart"].as_str().unwrap().len(), 8);
        assert_eq!(asked["pagination"]["first"], 100);
        return match asked["pagination"]["after"].as_str() {
            None if first_hours() => time(&hours("2026-03-30", 1.5), Some("c1")),
            None => time("[]", None),
            Some(_) => time(&hours("2026-03-31", 0.25), None),
        };
    }
    assert_eq!(asked["filter"]["aceIds_any"], value!(["ace-9"]));
    let rows = if first_transactions() {
        r#"[
        {"recordId": "1001", "type": "APInvoice", "accountingSubtype": "Hourly", "description": "Invoice for two hours",
         "transactionCreationDate": "2026-03-30T10:00:00.000+0000", "transactionAmount": {"rawValue": "80.10", "currency": "USD"},
         "assignmentCompanyName": "Client Ltd"},
        {"recordId": 1002, "type": "APAdjustment", "accountingSubtype": "Service Fee", "description": null,
         "transactionCreationDate": "2026-03-31", "transactionAmount": {"rawValue": "-8.01", "currency": "USD"}},
        {"recordId": "1003", "type": "APPayment", "accountingSubtype": "Withdrawal", "description": null,
         "transactionCreationDate": "2026-04-01T00:00:00Z", "transactionAmount": {"rawValue": "-72", "currency": "USD"}}]"#
    } else {
        "null"
    };
    json(&format!(
        r#"{{"data": {{"transactionHistory": {{"transactionDetail": {{"transactionHistoryRow": {rows}}}}}}}}}"#
    ))
}

#[tokio::test(flavor = "multi_thread")]
async fn upwork_gives_hours_and_transactions_piece_by_piece() {
    let world = World::new().await;
    let platform = Scripted::start(upwork()).await;
    let (linked, asked) = link(&world, &platform, "upwork", None, "code=c").await.unwrap();
    assert_eq!(parameter(&asked, "scope"), "", "scopes are chosen with the key");
    assert!(linked.missing.is_empty());
    world.fetch(linked.connection).await.unwrap();
    let posts = platform.heard("/graphql");
    assert_eq!(
        posts.len(),
        1 + 22 + 21,
        "the account, 21 pieces of each list, and a second page"
    );
    let of_year =
        |post: &crate::scripted::Heard| variables(&post.body)["filter"]["transactionDateTime_bt"].clone();
    let pieces: Vec<Value> = posts
        .iter()
        .map(of_year)
        .filter(|piece| !piece.is_null())
        .collect();
    assert!(
        pieces
            .windows(2)
            .all(|pair| pair[0]["rangeEnd"] == pair[1]["rangeStart"])
    );
    let dollars = |minor: i32| value!({"minor": minor, "currency": "USD", "exponent": 2});
    let hours = |day: &str, seconds: u32| {
        value!({
            "kind": "work", "type": "hours", "title": "A shop", "status": "ACTIVE", "start": format!("{day}T00:00:00Z"),
            "duration_s": seconds, "extra": {"totalCharges": 55.5, "client": "Client Ltd"}
        })
    };
    came_in(
        &world,
        vec![
            hours("2026-03-30", 5400),
            value!({
                "kind": "payment", "type": "Hourly", "title": "Hourly", "text": "Invoice for two hours",
                "start": "2026-03-30T00:00:00Z", "amount": dollars(8010), "extra": {"client": "Client Ltd"}
            }),
            hours("2026-03-31", 900),
            value!({
                "kind": "payment", "type": "charge", "title": "Service Fee", "start": "2026-03-31T00:00:00Z",
                "amount": dollars(-801)
            }),
            value!({
                "kind": "payment", "type": "payout", "title": "Withdrawal", "start": "2026-04-01T00:00:00Z",
                "amount": dollars(-7200)
            }),
        ],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn upwork_money_is_never_rounded() {
    let world = World::new().await;
    let platform = Scripted::start(|path, body| {
        let answer = upwork()(path, body);
        answer.replace("80.10", "80.105")
    })
    .await;
    let (linked, _) = link(&world, &platform, "upwork", None, "code=c").await.unwrap();
    fails(
        &world,
        linked.connection,
        "CON-420",
        ConnectionState::UnknownFormat,
    )
    .await;
}

fn ebay(platform: &Url, path: &str) -> Answer {
    let orders = |ids: &[&str], next: Option<&str>| {
        let order = |id: &&str| {
            value!({
                "orderId": id, "creationDate": "2026-11-01T10:00:00.000Z", "orderFulfillmentStatus": "FULFILLED",
                "buyer": {"username": "buyer-1", "buyerRegistrationAddress": {"fullName": "A Buyer"}},
                "pricingSummary": {"total": {"value": "25.00", "currency": "EUR"}},
                "paymentSummary": {"totalDueSeller": {"value": "21.50", "currency": "EUR"}},
                "lineItems": [{"title": "A lamp"}, {"title": "A shade"}]
            })
        };
        let orders: Vec<Value> = ids.iter().map(order).collect();
        json(&value!({"orders": orders, "next": next, "total": 2}).to_string())
    };
    if path == "/identity/v1/oauth2/token" {
        return json(TOKENS);
    }
    if path.starts_with("/commerce/identity/") {
        return json(r#"{"userId": "u-1", "username": "ada-sells"}"#);
    }
    if path.starts_with("/sell/fulfillment/") {
        return if path.ends_with("offset=1") {
            orders(&["o-2"], None)
        } else {
            let next = platform
                .join("/sell/fulfillment/v1/order?limit=1&offset=1")
                .unwrap();
            orders(&["o-1"], Some(next.as_str()))
        };
    }
    json(
        r#"{"transactions": [
        {"transactionId": "t-1", "transactionType": "SALE", "transactionStatus": "PAYOUT", "bookingEntry": "CREDIT", "orderId": "o-1",
         "transactionDate": "2026-11-01T10:00:05.000Z", "amount": {"value": "21.50", "currency": "EUR"}, "buyer": {"username": "buyer-1"},
         "totalFeeAmount": {"value": "3.50", "currency": "EUR"}},
        {"transactionId": "t-2", "transactionType": "SHIPPING_LABEL", "transactionStatus": "COMPLETED", "bookingEntry": "DEBIT",
         "transactionDate": "2026-11-02T10:00:05.000Z", "amount": {"value": "4.99", "currency": "EUR"}, "transactionMemo": "Label"}]}"#,
    )
}

/// The platform needs its own address in its answers.
async fn ebay_platform(finances: impl Fn() -> Option<Answer> + Send + Sync + 'static) -> Scripted {
    let base: std::sync::Arc<std::sync::OnceLock<Url>> = std::sync::Arc::default();
    let own = std::sync::Arc::clone(&base);
    let platform = Scripted::start(move |path, _| {
        if path.starts_with("/sell/finances/")
            && let Some(answer) = finances()
        {
            return answer;
        }
        ebay(own.get().unwrap(), path)
    })
    .await;
    base.set(platform.base.parse().unwrap()).unwrap();
    platform
}

#[tokio::test(flavor = "multi_thread")]
async fn ebay_gives_orders_and_money_by_way_of_a_relay() {
    let world = World::new().await;
    // Years without a transaction are answered with 204.
    let asked_before = AtomicU32::new(0);
    let platform = ebay_platform(move || {
        (asked_before.fetch_add(1, Ordering::SeqCst) > 0).then(|| with("204 No Content", "X: y", ""))
    })
    .await;
    for (relay, refused) in [(None, "NeedsRelay"), (Some("https://me.example/"), "BadRelay")] {
        let error = link(&world, &platform, "ebay", relay, "code=c")
            .await
            .unwrap_err();
        assert_eq!(format!("{error:?}"), refused);
    }
    let (linked, asked) = link(&world, &platform, "ebay", Some("Ada-Own-PRD-1"), "code=c")
        .await
        .unwrap();
    assert_eq!(parameter(&asked, "redirect_uri"), "Ada-Own-PRD-1");
    let exchange = &platform.heard("/identity/v1/oauth2/token")[0];
    assert!(exchange.body.contains("redirect_uri=Ada-Own-PRD-1") && !exchange.body.contains("secret-1"));
    // client-1:secret-1
    assert!(
        exchange.head.contains("Basic Y2xpZW50LTE6c2VjcmV0LTE="),
        "{}",
        exchange.head
    );
    let kept = world.space.connection(linked.connection).await.unwrap();
    assert_eq!(kept.detail["relay"], "Ada-Own-PRD-1");

    world.fetch(linked.connection).await.unwrap();
    let pieces = platform.heard("/sell/fulfillment/").len();
    assert_eq!(pieces, 2 * 8, "two pages in each of the eight pieces of time");
    assert_eq!(platform.heard("/sell/finances/").len(), 5);
    let euros = |minor: i32| value!({"minor": minor, "currency": "EUR", "exponent": 2});
    let order = value!({
        "kind": "work", "type": "order", "title": "A lamp", "status": "FULFILLED", "start": "2026-11-01T10:00:00Z",
        "amount": euros(2150),
        "extra": {"items": 2, "buyer": "buyer-1", "total": {"value": "25.00", "currency": "EUR"}}
    });
    came_in(
        &world,
        vec![
            order.clone(),
            order,
            value!({
                "kind": "payment", "type": "sale", "status": "PAYOUT", "start": "2026-11-01T10:00:05Z", "work": true,
                "amount": euros(2150), "extra": {"buyer": "buyer-1", "fee": {"value": "3.50", "currency": "EUR"}}
            }),
            value!({
                "kind": "payment", "type": "charge", "title": "Label", "status": "COMPLETED", "start": "2026-11-02T10:00:05Z",
                "amount": euros(-499)
            }),
        ],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ebay_without_its_signatures_gives_orders_alone() {
    let world = World::new().await;
    let platform = ebay_platform(|| Some(with("403 No", "X: y", r#"{"errors":[{"errorId":1}]}"#))).await;
    let (linked, _) = link(&world, &platform, "ebay", Some("Ada-Own-PRD-1"), "code=c")
        .await
        .unwrap();
    world.fetch(linked.connection).await.unwrap();
    assert_eq!(world.last_try(linked.connection).await.0, "CON-450");
    assert_eq!(world.space.record_count().await.unwrap(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn uber_payments_come_in_pieces_of_ten_days() {
    let world = World::new().await;
    let begun = AtomicU32::new(0);
    let platform = Scripted::start(move |path, _| {
        let payment = |id: u32, category: &str, amount: f64| {
            format!(
                r#"{{"payment_id": "p{id}", "category": "{category}", "event_time": 1502842757, "trip_id": "t1", "cash_collected": 0,
                "amount": {amount}, "breakdown": {{"other": 4.16, "toll": 1, "service_fee": -1.04}}, "rider_fees": {{"split_fare": 0.5}},
                "currency_code": "USD"}}"#
            )
        };
        let page = |items: &str| json(&format!(r#"{{"count": 2, "limit": 50, "offset": 0, "payments": [{items}]}}"#));
        match path {
            "/oauth/v2/token" => json(TOKENS),
            "/v1/partners/me" => json(r#"{"driver_id": "d", "first_name": "Ada"}"#),
            _ if path.starts_with("/v1/partners/trips") => {
                json(r#"{"count": 1, "trips": [{"trip_id": "t1", "status": "completed", "dropoff": {"timestamp": 1502842000}, "pickup": {"timestamp": 1502841000}}]}"#)
            }
            _ if begun.fetch_add(1, Ordering::SeqCst) == 0 => {
                page(&[payment(1, "fare", 3.12), payment(2, "device_payment", -7.0)].join(","))
            }
            _ => json(r#"{"count": 0, "payments": []}"#),
        }
    })
    .await;
    let (linked, _) = link(&world, &platform, "uber", None, "code=c").await.unwrap();
    world.fetch(linked.connection).await.unwrap();
    let asked = platform.heard("/v1/partners/payments");
    assert_eq!(asked.len(), 74, "two years in pieces of ten days");
    for one in &asked {
        let url: Url = format!("http://127.0.0.1{}", one.path).parse().unwrap();
        let moment = |name: &str| parameter(&url, name).parse::<i64>().unwrap();
        let span = moment("to_time") - moment("from_time");
        assert!(span <= 10 * 86_400, "{span}");
    }
    let dollars = |minor: i32| value!({"minor": minor, "currency": "USD", "exponent": 2});
    let all = records(&world).await;
    assert_eq!(all.len(), 3);
    let of_type = |wanted: &str| all.iter().find(|record| record["type"] == wanted).unwrap();
    let (fare, device) = (of_type("fare"), of_type("charge"));
    assert_eq!(
        (&fare["type"], &fare["amount"], &fare["work"]),
        (&value!("fare"), &dollars(312), &value!(true))
    );
    assert_eq!(
        (&device["type"], &device["amount"]),
        (&value!("charge"), &dollars(-700))
    );
    assert_eq!(fare["extra"]["amount_parts"]["service_fee"], -1.04);
    let charges = RecordFilter {
        kinds: vec![RecordKind::Payment],
        ..RecordFilter::default()
    };
    assert_eq!(world.space.record_totals(charges).await.unwrap().count, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn etsy_gives_orders_of_the_shop_by_way_of_a_relay() {
    let world = World::new().await;
    let platform = Scripted::start(|path, _| match path {
        "/v3/public/oauth/token" => json(TOKENS),
        "/v3/application/users/me" => json(r#"{"user_id": 5, "shop_id": 77}"#),
        "/v3/application/shops/77/receipts?limit=100&offset=0" => json(
            r#"{"count": 101, "results": [{"receipt_id": 1, "create_timestamp": 1767225600, "status": "Paid", "buyer_user_id": 9,
            "name": "A Buyer", "first_line": "1 Street", "grandtotal": {"amount": 1500, "divisor": 100, "currency_code": "EUR"},
            "transactions": [{"title": "A mug"}]}]}"#,
        ),
        "/v3/application/shops/77/receipts?limit=100&offset=100" => json(
            r#"{"count": 101, "results": [{"receipt_id": 2, "create_timestamp": 1767312000, "status": "Canceled",
            "grandtotal": {"amount": 900, "divisor": 100, "currency_code": "EUR"}}]}"#,
        ),
        _ => with("404 No", "X: y", "{}"),
    })
    .await;
    let error = link(&world, &platform, "etsy", None, "code=c").await.unwrap_err();
    assert!(matches!(error, ConnectError::NeedsRelay));
    let relay = "https://ada.example/back/";
    let (linked, asked) = link(&world, &platform, "etsy", Some(relay), "code=c")
        .await
        .unwrap();
    assert_eq!(parameter(&asked, "redirect_uri"), relay);
    let exchange = &platform.heard("/v3/public/oauth/token")[0];
    assert!(exchange.body.contains("client_id=client-1") && exchange.body.contains("code_verifier="));
    assert!(!exchange.body.contains("secret-1") && !exchange.head.contains("Basic"));
    world.fetch(linked.connection).await.unwrap();
    let asked = platform.heard("/v3/application/");
    assert_eq!(asked.len(), 3);
    assert!(
        asked
            .iter()
            .all(|one| one.head.contains("x-api-key: client-1:secret-1"))
    );
    came_in(
        &world,
        vec![
            value!({
                "kind": "work", "type": "order", "title": "A mug", "status": "Paid", "start": "2026-01-01T00:00:00Z",
                "amount": {"minor": 1500, "currency": "EUR", "exponent": 2}, "extra": {"items": 1, "buyer": "9"}
            }),
            value!({
                "kind": "work", "type": "order", "status": "Canceled", "start": "2026-01-02T00:00:00Z", "extra": {"items": 0}
            }),
        ],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_is_no_part_of_a_path_goes_into_none() {
    let world = World::new().await;
    let platform = Scripted::start(|path, _| match path {
        "/v3/public/oauth/token" => json(TOKENS),
        "/v3/application/users/me" => json(r#"{"shop_id": "../../admin?x="}"#),
        _ => json(r#"{"count": 0, "results": []}"#),
    })
    .await;
    let (linked, _) = link(&world, &platform, "etsy", Some("https://ada.example/"), "code=c")
        .await
        .unwrap();
    fails(
        &world,
        linked.connection,
        "CON-420",
        ConnectionState::UnknownFormat,
    )
    .await;
    assert_eq!(
        platform.heard("/").len(),
        2,
        "nothing but the token and the account"
    );
}
