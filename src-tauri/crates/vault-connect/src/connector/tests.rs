//! The connectors of Satchel, the mistakes of others, and what is read by each.

use proptest::prelude::*;
use serde_json::{Value, json};
use vault_store::{NewRecord, RecordKind};

use super::*;
use crate::mapping::{Limits, MappingError};

const MOCK: &str = r#"connector = 1
id = "mock"
name = "Mock platform"
[endpoint]
url = "http://127.0.0.1:49818/api/ExportData"
dialect = "token-username"
rating = { min = 1, max = 5, success = 3 }
interval = 3600
"#;

fn read(platform: &str, request: usize, answer: &Value) -> Result<Vec<NewRecord>, MappingError> {
    connector(platform).unwrap().requests[request]
        .mapping
        .read(answer, Limits::default())
}

fn fixture(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn every_connector_of_satchel_is_read() {
    for (id, text) in SHIPPED {
        assert_eq!(
            check_connector(text, true).map(|read| read.id).as_deref(),
            Ok(id),
            "{id}"
        );
        assert_eq!(
            check_connector(text, false).is_ok(),
            id != "demo",
            "only the demonstration is on this computer"
        );
    }
    assert_eq!(catalogue().len(), SHIPPED.len());
    for known in catalogue() {
        let own = known
            .oauth
            .as_ref()
            .is_some_and(|oauth| oauth.client_id.is_none());
        assert_eq!(
            own,
            known.guide.contains("client id"),
            "{}: a guide where the person brings a client",
            known.id
        );
        if let Some(rule) = &known.retention {
            assert!(known.interval + 3600 <= rule.refresh, "{}", known.id);
        }
    }
    assert_eq!(connector("demo").unwrap().source, "oauth:demo/1");
    assert_eq!(connector("demo").unwrap().base(), "http://127.0.0.1:49010");
}

#[test]
fn an_endpoint_is_a_connector_too() {
    let read = check_connector(MOCK, true).unwrap();
    let endpoint = read.endpoint.unwrap();
    assert_eq!(
        (endpoint.dialect, endpoint.interval, read.interval),
        (Dialect::TokenUsername, Some(3600), 3600)
    );
    assert_eq!(endpoint.rating, RatingScale::default());
    assert_eq!(check_connector(MOCK, false).unwrap_err().line, 5);
}

#[test]
fn a_mistake_is_said_with_its_line() {
    let demo = SHIPPED[0].1;
    for (text, from, to, line, words) in [
        (MOCK, "connector = 1", "connector = 2", 1, "newer Satchel"),
        (MOCK, "id = \"mock\"", "id = \"Mock!\"", 2, "lower-case"),
        (MOCK, "id = \"mock\"", "id = \"own\"", 2, "own"),
        (MOCK, "name = \"Mock platform\"", "name = \"\"", 3, "line of text"),
        (MOCK, "name = \"Mock platform\"", "name = ", 3, ""),
        (
            MOCK,
            "name = \"Mock platform\"",
            "nam = \"x\"",
            3,
            "unknown field",
        ),
        (
            MOCK,
            "http://127.0.0.1:49818/api/ExportData",
            "http://example.org/",
            5,
            "https://",
        ),
        (
            MOCK,
            "http://127.0.0.1:49818/api/ExportData",
            "file:///etc/passwd",
            5,
            "https://",
        ),
        (
            MOCK,
            "http://127.0.0.1:49818/api/ExportData",
            "nothing",
            5,
            "address",
        ),
        (MOCK, "token-username", "newest", 6, "dialect of that name"),
        (MOCK, "max = 5", "max = 0", 7, "rating"),
        (MOCK, "interval = 3600", "interval = 5", 8, "seconds"),
        (
            demo,
            "scope = \"gigs:read\"\nquery",
            "scope = \"gigs:write\"\nquery",
            35,
            "scope",
        ),
        (
            demo,
            "token = \"oauth/token\"",
            "token = \"https://u:p@example.org/\"",
            11,
            "password",
        ),
        (demo, "token = \"oauth/token\"", "token = \"\"", 11, ""),
        (
            demo,
            "(.ended_at | moment),\n  type: (.kind",
            "(.ended_at | now),\n  type: (.kind",
            42,
            "now",
        ),
        (
            demo,
            "status: (.status | text),\n  distance_m",
            "status: (.status | text,\n  distance_m",
            47,
            "closed",
        ),
        (
            demo,
            "items = \"items\"\nmap",
            "items = \"it ems\"\nmap",
            38,
            "result.items",
        ),
    ] {
        assert!(text.contains(from), "{from}");
        let fault = check_connector(&text.replacen(from, to, 1), true)
            .map(|read| read.id)
            .unwrap_err();
        assert!(
            fault.line == line && fault.cause.contains(words),
            "{from} → {to}: {fault}"
        );
    }
    let both = format!("{MOCK}\n[endpoint]\nurl = \"https://example.org/\"\n");
    assert!(
        check_connector(&both, true)
            .unwrap_err()
            .cause
            .contains("duplicate")
    );
    assert!(check_connector(demo, true).is_ok_and(|read| read.oauth.is_some() && read.endpoint.is_some()));
    assert!(check_connector("connector = 1\nid = \"x\"\nname = \"X\"\n", true).is_err());
    assert!(
        check_connector(&"#".repeat(70_000), true)
            .unwrap_err()
            .cause
            .contains("larger")
    );
}

#[test]
fn a_platform_elsewhere_has_everything_there() {
    let known = connector("freelancer").unwrap();
    let own = Some(("me".to_owned(), None));
    let usual = known.client(&known.link().unwrap().base, own.clone()).unwrap();
    assert_eq!(
        usual.authorize.as_str(),
        "https://accounts.freelancer.com/oauth/authorise"
    );
    let moved = known
        .client(&"http://127.0.0.1:9/sand".parse().unwrap(), own)
        .unwrap();
    assert_eq!(moved.token.as_str(), "http://127.0.0.1:9/sand/oauth/token");
    assert!(matches!(
        known.client(&known.link().unwrap().base, None),
        Err(ConnectError::NeedsClient)
    ));
}

#[test]
fn freelancer_gives_reputation_qualifications_and_badges() {
    let records = read(
        "freelancer",
        0,
        &fixture(include_str!("../../tests/fixtures/freelancer-self.json")),
    )
    .unwrap();
    let keys: Vec<_> = records.iter().map(|record| record.source_key.as_str()).collect();
    assert_eq!(
        keys,
        ["reputation", "freelancer_qualification_41", "freelancer_badge_7"]
    );
    assert_eq!(records[0].rating.as_ref().unwrap().value, 4.9);
    assert_eq!(
        Value::Object(records[0].extra.clone()),
        json!({"completed": 12, "member_since": "2017-07-14T02:40:00Z"})
    );
    assert_eq!(
        Value::Object(records[1].extra.clone()),
        json!({"image": "https://www.freelancer.com/img/us.png", "score": {"value": 92.5, "label": "percent"}})
    );
    assert_eq!(
        (records[2].kind, records[2].title.as_deref()),
        (RecordKind::Achievement, Some("Verified"))
    );
    let none = json!({"status": "success", "result": {"id": 1, "reputation": {"entire_history": {"complete": 0, "overall": 0}}}});
    assert_eq!(read("freelancer", 0, &none), Ok(vec![]));
    assert_eq!(
        read("freelancer", 0, &json!({"status": "error"})),
        Err(MappingError::UnknownLayout)
    );
}

#[test]
fn freelancer_reviews_name_who_wrote_them() {
    let records = read(
        "freelancer",
        1,
        &fixture(include_str!("../../tests/fixtures/freelancer-reviews.json")),
    )
    .unwrap();
    assert_eq!(records.len(), 2);
    let first = &records[0];
    assert_eq!(
        (first.source_key.as_str(), first.text.as_deref()),
        ("freelancer_900", Some("Great freelancer"))
    );
    assert_eq!(first.start.unwrap().unix_timestamp(), 1_541_253_796);
    assert_eq!(first.rating.as_ref().map(|rating| rating.value), Some(5.0));
    assert_eq!(
        Value::Object(first.extra.clone()),
        json!({"author": "John Client", "author_photo": "https://cdn.example/john.png"})
    );
    assert!(
        records[1].rating.is_none() && records[1].extra.is_empty(),
        "a review without rating, of somebody unknown"
    );
}

#[test]
fn uber_trips_keep_what_is_not_known_as_it_is() {
    let records = read(
        "uber",
        0,
        &fixture(include_str!("../../tests/fixtures/uber-trips.json")),
    )
    .unwrap();
    let trip = &records[0];
    assert_eq!(
        (trip.source_key.as_str(), trip.duration_s, trip.status.as_deref()),
        ("trip:b5613b6a", Some(475), Some("completed"))
    );
    assert_eq!((trip.end.unwrap() - trip.start.unwrap()).whole_seconds(), 475);
    assert_eq!((trip.extra["fare"].clone(), trip.amount), (json!(6.2), None));
    assert!(records[1].start.is_none(), "a trip that never began has no time");
}

/// Mistakes in what a request asks and how it goes on.
#[test]
fn a_mistake_in_a_request_is_said_with_its_line() {
    let of = |id: &str| SHIPPED.iter().find(|(known, _)| *known == id).unwrap().1;
    for (id, from, to, at, words) in [
        (
            "github-sponsors",
            "query($cursor",
            "mutation($cursor",
            "graphql = '''",
            "GraphQL query",
        ),
        (
            "github-sponsors",
            "  viewer {",
            "  a b } mutation { x {",
            "graphql = '''",
            "change nothing",
        ),
        (
            "github-sponsors",
            "query { viewer { databaseId login } }",
            "subscription { x }",
            "graphql = \"sub",
            "GraphQL query",
        ),
        (
            "github-sponsors",
            "style = \"cursor\", parameter = \"cursor\", next =",
            "style = \"link\", next =",
            "pages = {",
            "",
        ),
        (
            "upwork",
            "window = { days = 91, back = 1820, form = \"compact-day\" }",
            "",
            "path = \"graphql\"\nscope = \"key\"\ngraphql = '''\nquery($range",
            "go together",
        ),
        (
            "upwork",
            "days = 91, back = 1820, form = \"compact",
            "days = 1, back = 1820, form = \"compact",
            "window",
            "400 pieces",
        ),
        (
            "upwork",
            "form = \"compact-day\"",
            "form = \"words\"",
            "window",
            "unknown variant",
        ),
        (
            "upwork",
            "parameter = \"pagination.after\"",
            "parameter = \"pagination after\"",
            "pages",
            "way to a member",
        ),
        (
            "strava",
            "items = \"$\"",
            "items = \"$.x\"",
            "items",
            "way to a member",
        ),
        ("strava", "size = 200", "size = 2000", "pages", "1 to 1000"),
        (
            "strava",
            "style = \"number\"",
            "style = \"guess\"",
            "pages",
            "unknown variant",
        ),
        (
            "strava",
            "scope_list = \"commas\"",
            "scope_list = \"dots\"",
            "scope_list",
            "unknown variant",
        ),
        (
            "ebay",
            "redirect = \"name\"",
            "redirect = \"http\"",
            "redirect = ",
            "unknown variant",
        ),
        (
            "ebay",
            "query = { limit = \"200\", filter = \"creationdate:[{from}..{to}]\" }",
            "variables = { a = 1 }",
            "variables",
            "belong to graphql",
        ),
        (
            "ebay",
            "..{to}]\" }\nwindow = { days = 90",
            "..]\" }\nwindow = { days = 90",
            "path = \"sell/fulfillment",
            "go together",
        ),
    ] {
        let text = of(id);
        assert!(text.contains(from), "{id}: {from}");
        let changed = text.replacen(from, to, 1);
        let fault = check_connector(&changed, true).map(|read| read.id).unwrap_err();
        let (before, _) = changed.split_once(at).unwrap_or_else(|| panic!("{id}: {at}"));
        let line = 1 + before.matches('\n').count();
        assert!(
            fault.cause.contains(words) && fault.line == line,
            "{id}: {from} → {to}: {fault}, expected line {line}"
        );
    }
}

#[test]
fn rules_about_keeping_are_kept() {
    for (id, refresh, interval) in [
        ("freelancer", 86_400, 72_000),
        ("upwork", 86_400, 72_000),
        ("strava", 604_800, 86_400),
    ] {
        let known = connector(id).unwrap();
        let rule = known.retention.as_ref().unwrap();
        assert_eq!((rule.refresh, known.interval), (refresh, interval), "{id}");
        assert!(
            known.interval < rule.refresh && rule.words.contains("Satchel fetches"),
            "{id}"
        );
    }
    let text = SHIPPED.iter().find(|(id, _)| *id == "freelancer").unwrap().1;
    let late = text.replace("interval = 72000", "interval = 86400");
    assert!(
        check_connector(&late, true)
            .unwrap_err()
            .cause
            .contains("retention")
    );
}

/// Other people and places are kept under names that the rule of coarseness knows.
#[test]
fn what_is_about_others_is_named_so() {
    for (id, name) in [
        ("github-sponsors", "payer"),
        ("upwork", "client"),
        ("ebay", "buyer"),
        ("freelancer", "author"),
    ] {
        assert!(
            connector(id).unwrap().requests.iter().any(|request| {
                let filter = &request.mapping.filter;
                filter.contains(&format!("{{{name}:"))
            }),
            "{id}: {name}"
        );
        assert!(vault_core::disclosure::is_about_others(name), "{name}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn any_text_is_a_connector_or_a_mistake(at in 0_usize..4000, piece in "[ -~\n]{0,8}", cut in 0_usize..20) {
        for (_, text) in SHIPPED {
            let at = at.min(text.len());
            let rest = (at + cut).min(text.len());
            if let (Some(before), Some(after)) = (text.get(..at), text.get(rest..)) {
                let changed = format!("{before}{piece}{after}");
                if let Err(fault) = check_connector(&changed, true) {
                    prop_assert!(fault.line >= 1 && fault.line <= 2 + changed.lines().count());
                }
            }
        }
    }
}
