//! Narrowing really removes: connections, days, single records.

use serde_json::Value;
use time::macros::date;
use vault_store::{
    Scope,
    grants::{Amounts, People, Places, Precision},
};

use super::super::{Coarseness, Duration as For, Narrowing};
use super::kit::{CANARY, World, week};

fn platforms(answer: &Value) -> Vec<&str> {
    answer["records"]
        .as_array()
        .unwrap()
        .iter()
        .map(|record| record["platform"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn only_the_chosen_connection_leaves() {
    let world = World::new().await;
    let app = world.app("Hourly", &["work.records:get"]).await;
    let narrowing = Narrowing {
        connections: Some(vec![world.quill]),
        ..Narrowing::default()
    };
    world.share(app, narrowing, week()).await;
    let answer = world.read(app, "/v1/records?kind=work").await;
    assert_eq!(platforms(&answer), ["quill", "quill", "quill"]);
    // A caller cannot widen it.
    let other = world.read(app, "/v1/records?kind=work&platform=meals").await;
    assert_eq!(platforms(&other), Vec::<&str>::new());
    let grant = world.read(app, "/v1/grant").await;
    assert_eq!(
        grant["narrowing"]["connections"],
        serde_json::json!([world.quill.to_string()])
    );
}

#[tokio::test]
async fn only_the_chosen_days_leave() {
    let world = World::new().await;
    let app = world
        .app("Hourly", &["work.records:get", "work.summary:get"])
        .await;
    let narrowing = Narrowing {
        from: Some(date!(2026 - 11 - 01)),
        to: Some(date!(2026 - 11 - 09)),
        ..Narrowing::default()
    };
    world.share(app, narrowing, week()).await;
    let answer = world.read(app, "/v1/records?kind=work").await;
    let days: Vec<&str> = answer["records"]
        .as_array()
        .unwrap()
        .iter()
        .map(|record| record["start"].as_str().unwrap().split('T').next().unwrap())
        .collect();
    assert_eq!(days, ["2026-11-04", "2026-11-08", "2026-11-09"]);
    let wider = world
        .read(app, "/v1/records?kind=work&from=2020-01-01&to=2030-01-01")
        .await;
    assert_eq!(wider, answer);
    let narrower = world.read(app, "/v1/records?kind=work&from=2026-11-08").await;
    assert_eq!(narrower["records"].as_array().unwrap().len(), 2);
    let summary = world.read(app, "/v1/summary?by=year").await;
    let gigs: u64 = summary["periods"]
        .as_array()
        .unwrap()
        .iter()
        .map(|period| period["gigs"].as_u64().unwrap())
        .sum();
    assert_eq!(gigs, 3);
}

#[tokio::test]
async fn sums_refuse_single_records() {
    let world = World::new().await;
    let app = world
        .app(
            "Hourly",
            &[
                "work.records:get",
                "payments:get",
                "reviews:get",
                "profile.first_name:get",
            ],
        )
        .await;
    let narrowing = Narrowing {
        precision: Precision::Week,
        ..Narrowing::default()
    };
    let grant = world.share(app, narrowing, week()).await;
    let held = world.space.grant(grant).await.unwrap().grant;
    let names: Vec<&str> = held.scopes.iter().map(Scope::as_str).collect();
    assert_eq!(names, ["vault:profile.first_name:get", "vault:work.summary:get"]);
    for kind in ["work", "review", "payment,work"] {
        world.denied(app, &format!("/v1/records?kind={kind}")).await;
    }
    world.denied(app, "/v1/records").await;
    world.denied(app, "/v1/changes").await;
    // Whatever step is wanted, the one of the grant is told.
    for by in ["week", "month", "year"] {
        let summary = world.read(app, &format!("/v1/summary?by={by}")).await;
        assert_eq!(summary["by"], "week");
        assert!(!summary.to_string().contains(CANARY));
    }
    let profile = world.read(app, "/v1/profile").await;
    assert_eq!(profile["profile"], serde_json::json!({"first_name": CANARY}));
}

#[tokio::test]
async fn places_people_and_amounts_leave_as_coarse_as_agreed() {
    let world = World::empty(false).await;
    world.take_a_ride().await;
    let app = world.app("Hourly", &["work.records:get", "payments:get"]).await;
    let id = world.question(app).await;
    let question = world.space.question(id).await.unwrap();
    let has = Coarseness {
        places: true,
        exact_places: true,
        people: true,
    };
    assert_eq!(question.coarseness, has);
    let scopes: Vec<Scope> = question.scopes.into_iter().map(|line| line.scope).collect();
    let coarse = Narrowing {
        amounts: Amounts::Rounded,
        places: Places::Kilometre,
        people: People::Removed,
        ..Narrowing::default()
    };
    // Exact places need the passphrase again, coarse ones do not.
    for (narrowing, needed) in [(Narrowing::default(), true), (coarse.clone(), false)] {
        let asked = world
            .space
            .needs_passphrase(id, scopes.clone(), narrowing, For::Once);
        assert_eq!(asked.await.unwrap(), needed);
    }
    let preview = world.space.preview(id, scopes, coarse.clone()).await.unwrap();
    world.allow(id, coarse, week()).await;
    let answer = world.get(app, "/v1/records").await;
    let changes = world.get(app, "/v1/changes?after=0").await;
    for text in [
        preview.raw,
        format!("{:?}", preview.rows),
        String::from_utf8(answer.body.clone()).unwrap(),
        String::from_utf8(changes.body).unwrap(),
    ] {
        for gone in ["Mallorca", "Marta", "41.40361", "1234", "12.34"] {
            assert!(!text.contains(gone), "{gone} in {text}");
        }
    }
    let answer: Value = serde_json::from_slice(&answer.body).unwrap();
    let records = answer["records"].as_array().unwrap();
    assert_eq!(records.len(), 2);
    for record in records {
        assert_eq!(record["title"], "Ride from …, for …");
        assert_eq!(record["amount"]["minor"], 1200);
    }
    let ride = records.iter().find(|record| record["kind"] == "work").unwrap();
    assert_eq!(
        ride["extra"],
        serde_json::json!({"city": "Barcelona", "lat": 41.4, "lon": 2.18})
    );
    let told = world.read(app, "/v1/grant").await;
    assert_eq!(
        (
            &told["narrowing"]["places"],
            &told["narrowing"]["people"],
            &told["narrowing"]["amounts"]
        ),
        (&"1km".into(), &"removed".into(), &"rounded".into())
    );
}

#[tokio::test]
async fn rounded_sums_are_rounded() {
    let world = World::empty(false).await;
    world.take_a_ride().await;
    let app = world.app("Hourly", &["work.summary:get"]).await;
    let narrowing = Narrowing {
        precision: Precision::Month,
        amounts: Amounts::Rounded,
        ..Narrowing::default()
    };
    world.share(app, narrowing, week()).await;
    let summary = world.read(app, "/v1/summary").await;
    assert_eq!(summary["periods"][0]["earned"][0]["minor"], 1200);
}

#[tokio::test]
async fn a_summary_adds_up() {
    let world = World::new().await;
    let app = world.app("Hourly", &["work.summary:get"]).await;
    world.share(app, Narrowing::default(), week()).await;
    let weekly = world.read(app, "/v1/summary?by=week").await;
    let last = weekly["periods"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(
        last,
        serde_json::json!({
            "from": "2026-11-16", "to": "2026-11-22", "platform": "meals", "gigs": 1, "hours": 1.0,
            "earned": [{"minor": 1000, "currency": "EUR", "exponent": 2}],
            "ratings": [{"name": "stars", "average": 4.0, "count": 1, "min": 1.0, "max": 5.0}]
        })
    );
    // Quillwork has no payments, so its work counts with its own amounts.
    let quill = world.read(app, "/v1/summary?by=month&platform=quill").await;
    assert_eq!(quill["periods"][0]["earned"][0]["minor"], 15000);
    assert_eq!(quill["periods"][0]["gigs"], 3);
    assert_eq!(quill["periods"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn nothing_and_nothing_left_are_the_same_bytes() {
    let filled = World::new().await;
    let empty = World::empty(false).await;
    let nobody = Narrowing {
        to: Some(date!(2000 - 01 - 01)),
        ..Narrowing::default()
    };
    let mut answers = Vec::new();
    for world in [&filled, &empty] {
        let app = world
            .app("Hourly", &["work.records:get", "restrictions:get"])
            .await;
        world.share(app, nobody.clone(), week()).await;
        answers.push(world.get(app, "/v1/records?kind=work").await.body);
        answers.push(world.get(app, "/v1/records?kind=restriction").await.body);
        answers.push(world.get(app, "/v1/records").await.body);
    }
    for body in answers {
        assert_eq!(body, br#"{"records":[],"next":null}"#);
    }
}

#[tokio::test]
async fn what_leaves_a_made_up_space_carries_the_mark() {
    let world = World::empty(true).await;
    world.take_one().await;
    let app = world
        .app(
            "Hourly",
            &["work.records:get", "work.summary:get", "profile.city:get"],
        )
        .await;
    world.share(app, Narrowing::default(), week()).await;
    for path in ["/v1/records", "/v1/summary", "/v1/profile", "/v1/grant"] {
        assert_eq!(world.read(app, path).await["made_up"], true, "{path}");
    }
    let caller = super::super::v1::Caller::App(app);
    let lines = world
        .space
        .answer_v1(caller, "/v1/records", Some("application/x-ndjson"))
        .await
        .unwrap();
    assert_eq!(lines.content_type, "application/x-ndjson");
    let line: Value = serde_json::from_slice(&lines.body).unwrap();
    assert_eq!(
        (&line["made_up"], &line["kind"]),
        (&Value::Bool(true), &"work".into())
    );
    let (log, _) = world.space.export_log(Vec::new()).await.unwrap();
    let end = log[..log.len() - 1].rsplit(|byte| *byte == b'\n').next().unwrap();
    let end: Value = serde_json::from_slice(end).unwrap();
    assert_eq!(end["made_up"], true);
}

#[tokio::test]
async fn changes_come_in_order_and_only_those_that_are_shared() {
    let world = World::new().await;
    let app = world.app("Hourly", &["work.records:get", "reviews:get"]).await;
    let narrowing = Narrowing {
        connections: Some(vec![world.meals]),
        ..Narrowing::default()
    };
    world.share(app, narrowing, week()).await;
    let (mut seen, mut after) = (0, "0".to_owned());
    loop {
        let page = world
            .read(app, &format!("/v1/changes?limit=5&after={after}"))
            .await;
        let some = page["records"].as_array().unwrap().clone();
        assert!(some.iter().all(|record| record["platform"] == "meals"));
        seen += some.len();
        after = page["next"].as_str().unwrap().to_owned();
        if seen >= 24 {
            break;
        }
    }
    assert_eq!(seen, 24);
    // Waiting for more ends at once when the grant is stopped.
    let waiting = tokio::spawn({
        let space = world.space.clone();
        let path = format!("/v1/changes?after={after}");
        async move {
            let caller = super::super::v1::Caller::App(app);
            space.answer_v1(caller, &path, None).await.unwrap()
        }
    });
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    assert!(!waiting.is_finished());
    world.space.revoke_all().await.unwrap();
    let answer = tokio::time::timeout(std::time::Duration::from_secs(20), waiting)
        .await
        .expect("a revoke ends the waiting")
        .unwrap();
    assert_eq!(answer.status, 403);
}
