//! A refusal reveals nothing: whatever its reason and whatever the vault holds, it is the same bytes after the same work.

use std::{
    collections::BTreeMap,
    time::{Duration as Wait, Instant},
};

use time::{Duration, macros::date};
use vault_core::disclosure::Narrowing;
use vault_store::AppId;

use crate::kit::{APP_ORIGIN, Answer, World};

const NAMED: &str = "/v1/records?kind=work";
/// Names no kind, so it is answered from what is shared and asks nobody.
const UNNAMED: &str = "/v1/records";

/// Why an app gets nothing.
const REASONS: [&str; 7] = [
    "never granted",
    "refused",
    "not answered",
    "expired",
    "revoked",
    "closed",
    "opened again",
];

/// An app with a token of ours that may see nothing, for a reason.
async fn with_nothing(world: &World, reason: &str) -> (AppId, String) {
    let declared: &[&str] = if reason == "never granted" {
        &[]
    } else {
        &["work.records:get"]
    };
    let app = world.app(&reason.replace(' ', ""), declared).await;
    let token = world.open(app).await;
    match reason {
        "refused" => world.refuse(app).await,
        "not answered" => {
            world.question(app).await;
            world.clock.advance(Duration::minutes(10));
            world.space.sweep().await.unwrap();
        }
        "expired" => {
            world.share(app).await;
            world.clock.advance(Duration::days(9));
        }
        "revoked" => {
            let grant = world.share(app).await;
            world.space.revoke(grant).await.unwrap();
        }
        "closed" => world.space.app_closed(app).await.unwrap(),
        "opened again" => drop(world.open(app).await),
        _ => {}
    }
    (app, token)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_refusal_is_the_same_bytes_whatever_the_vault_holds() {
    let mut answers = Vec::new();
    for world in [World::new().await, World::empty().await] {
        for reason in REASONS {
            let (_, token) = with_nothing(&world, reason).await;
            answers.push((reason, world.v1(&token, UNNAMED).await));
            answers.push((reason, world.v1(&token, "/v1/profile").await));
            answers.push((reason, world.v1(&token, "/v1/grant").await));
            if reason != "never granted" {
                for path in [NAMED, "/v1/changes?kind=work"] {
                    answers.push((reason, world.v1(&token, path).await));
                }
            }
        }
        assert!(world.space.pending_requests().await.unwrap().is_empty());
    }
    assert_eq!(answers[0].1.status, 403);
    all_alike(&answers);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_refusal_is_the_same_for_the_page_of_an_app_too() {
    let world = World::new().await;
    let mut answers = Vec::new();
    for reason in REASONS {
        let (_, token) = with_nothing(&world, reason).await;
        let bearer = format!("Bearer {token}");
        let headers = [("Authorization", bearer.as_str()), ("Origin", APP_ORIGIN)];
        answers.push((reason, world.get(UNNAMED, &headers).await));
    }
    assert_eq!(answers[0].1.one("access-control-allow-origin"), APP_ORIGIN);
    all_alike(&answers);
}

/// Answered while the person is asked, and answered at once.
#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_after_waiting_is_the_same_too() {
    let world = World::new().await;
    let (_, revoked) = with_nothing(&world, "revoked").await;
    let mut answers = vec![("at once", world.v1(&revoked, NAMED).await)];
    for end in ["refused", "timeout", "closed"] {
        let app = world.app(&format!("waits{end}"), &["work.records:get"]).await;
        let token = world.open(app).await;
        let (answer, ()) = tokio::join!(world.v1(&token, NAMED), async {
            let id = question(&world).await;
            match end {
                "refused" => world.space.refuse(id).await.unwrap(),
                "timeout" => {
                    world.clock.advance(Duration::minutes(10));
                    world.space.sweep().await.unwrap();
                }
                _ => world.space.app_closed(app).await.unwrap(),
            }
        });
        answers.push((end, answer));
    }
    all_alike(&answers);
}

/// The question that is open, as soon as it is.
async fn question(world: &World) -> vault_store::RequestId {
    let begun = Instant::now();
    loop {
        if let Some(request) = world.space.pending_requests().await.unwrap().first() {
            return request.id;
        }
        assert!(begun.elapsed() < Wait::from_secs(20), "nobody is asked");
        tokio::time::sleep(Wait::from_millis(5)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_token_and_any_token_that_is_not_ours_are_the_same_bytes() {
    let mut answers = Vec::new();
    for world in [World::new().await, World::empty().await] {
        answers.push(("no token", world.get(UNNAMED, &[]).await));
        for authorization in [
            "Bearer nobody",
            "Bearer ",
            "Bearer",
            "Basic abc",
            "Bearer a b c",
            "",
        ] {
            answers.push((
                authorization,
                world.get(UNNAMED, &[("Authorization", authorization)]).await,
            ));
        }
        let app = world.app("Hourly", &["work.records:get"]).await;
        let token = world.open(app).await;
        answers.push((
            "cut off",
            world.v1(token.split_at(token.len() - 1).0, UNNAMED).await,
        ));
    }
    assert_eq!(answers[0].1.status, 401);
    all_alike(&answers);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_there_and_nothing_left_are_the_same_bytes() {
    let paths = [
        "/v1/records?kind=work",
        "/v1/records",
        "/v1/records?kind=work&from=1990-01-01&to=1990-01-31",
    ];
    let before_all = Narrowing {
        from: Some(date!(1990 - 01 - 01)),
        to: Some(date!(1990 - 01 - 31)),
        ..Narrowing::default()
    };
    let mut answers = BTreeMap::<&str, Vec<(&str, Answer)>>::new();
    for (why, world, narrowing) in [
        ("nothing there", World::empty().await, Narrowing::default()),
        (
            "nothing there, narrowed",
            World::empty().await,
            before_all.clone(),
        ),
        ("nothing left", World::new().await, before_all),
    ] {
        let app = world.app("Hourly", &["work.records:get"]).await;
        let token = world.open(app).await;
        world.share_some(app, narrowing).await;
        for path in paths {
            answers
                .entry(path)
                .or_default()
                .push((why, world.v1(&token, path).await));
        }
    }
    for alike in answers.values() {
        assert_eq!(alike[0].1.status, 200);
        all_alike(alike);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_person_is_asked_also_for_what_the_vault_has_none_of() {
    for world in [World::new().await, World::empty().await] {
        let app = world.app("Hourly", &["restrictions:get"]).await;
        let token = world.open(app).await;
        let (answer, ()) = tokio::join!(world.v1(&token, "/v1/records?kind=restriction"), async {
            let id = question(&world).await;
            world.space.refuse(id).await.unwrap();
        });
        assert_eq!(answer.status, 403);
    }
}

#[track_caller]
fn all_alike(answers: &[(&str, Answer)]) {
    let (first_reason, first) = &answers[0];
    for (reason, answer) in answers {
        assert_eq!(
            answer.but_date, first.but_date,
            "{reason} is not like {first_reason}"
        );
    }
}

/// How often each refusal is measured.
const TIMES: usize = 400;

/// How long each refusal takes, side by side: `cargo test --release -p vault-gateway --test gateway -- --ignored --nocapture times`.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "prints a histogram for people to read; time is not asserted, the answers are, in the tests above"]
async fn times_of_refusals() {
    let (full, empty) = (World::new().await, World::empty().await);
    let mut classes = Vec::new();
    for (world, filling) in [(&full, "full"), (&empty, "empty")] {
        for reason in REASONS {
            let (_, token) = with_nothing(world, reason).await;
            classes.push((format!("{reason}, {filling}"), world, token, Vec::new()));
        }
    }
    // Each in turn, so that whatever else the machine does meets all of them alike.
    for turn in 0..TIMES + 20 {
        for (_, world, token, times) in &mut classes {
            let begun = Instant::now();
            let answer = world.v1(token, UNNAMED).await;
            let took = begun.elapsed();
            assert_eq!(answer.status, 403);
            if turn >= 20 {
                times.push(took);
            }
        }
    }
    print_histogram(
        classes
            .into_iter()
            .map(|(name, _, _, times)| (name, times))
            .collect(),
    );
}

/// One line a class: how many of its answers took so many microseconds.
fn print_histogram(mut classes: Vec<(String, Vec<Wait>)>) {
    for (_, times) in &mut classes {
        times.sort();
    }
    let middles: Vec<u128> = classes
        .iter()
        .map(|(_, times)| times[times.len() / 2].as_micros())
        .collect();
    let least = middles.iter().min().copied().unwrap_or_default();
    let step = (least / 8).max(10);
    let from = least.saturating_sub(3 * step);
    let edges: Vec<u128> = (0..12).map(|at| from + at * step).collect();
    let head: String = edges.iter().map(|edge| format!("{edge:>6}")).collect();
    println!(
        "{:<24} {:>7} {:>7} {:>7} |{head}  µs and more",
        "refusal", "5 %", "median", "95 %"
    );
    for (name, times) in &classes {
        let at = |hundredth: usize| times[times.len() * hundredth / 100].as_micros();
        let count = |at: usize| {
            let above = |time: &&Wait| {
                let micros = time.as_micros();
                (at == 0 || micros >= edges[at]) && edges.get(at + 1).is_none_or(|next| micros < *next)
            };
            times.iter().filter(above).count()
        };
        let bars: String = (0..edges.len()).map(|at| format!("{:>6}", count(at))).collect();
        println!("{name:<24} {:>7} {:>7} {:>7} |{bars}", at(5), at(50), at(95));
    }
}
