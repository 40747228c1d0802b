//! Notifications and badges.

use serde_json::{Value, json};
use vault_core::{
    apps::{LONGEST_MESSAGE, MOST_UNREAD},
    settings::Setting,
};

use super::kit::{error, manifest};
use crate::kit::World;

#[tokio::test(flavor = "multi_thread")]
async fn an_app_tells_the_person_in_either_spelling() {
    let world = World::new().await;
    let (app, token) = world.shared(&manifest("Desk")).await;
    let path = format!("/api/notify/?accesstoken={token}");
    let long = "ñ".repeat(LONGEST_MESSAGE + 50);
    for body in [
        json!({"type": 1, "body": long, "data": long}),
        json!({"type": 1, "message": "hello", "data": "data"}),
    ] {
        let answer = world.post(&path, &body).await;
        assert_eq!(
            (answer.status, answer.json::<Value>()),
            (200, json!({"success": true}))
        );
    }
    let kept = world.space.app_messages(app).await.unwrap();
    let mut told: Vec<(usize, &str)> = kept
        .iter()
        .map(|message| (message.body.chars().count(), message.data.as_str()))
        .collect();
    told.sort_unstable();
    assert_eq!((told[0].0, told[0].1), (5, "data"));
    assert_eq!(
        (told[1].0, told[1].1.chars().count()),
        (LONGEST_MESSAGE, LONGEST_MESSAGE)
    );
    for nothing in [json!({"body": " "}), json!({}), json!([])] {
        let answer = world.post(&path, &nothing).await;
        assert_eq!(
            (answer.status, error(&answer).as_str()),
            (400, "body"),
            "{nothing}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn after_fifteen_unread_ones_the_call_succeeds_and_nothing_is_kept() {
    let world = World::new().await;
    let (app, token) = world.shared(&manifest("Desk")).await;
    let path = format!("/api/notify/?accesstoken={token}");
    for n in 0..MOST_UNREAD + 3 {
        let answer = world.post(&path, &json!({"body": format!("number {n}")})).await;
        assert_eq!(answer.json::<Value>(), json!({"success": true}));
    }
    let unread = world.space.app_counts(app).await.unwrap().unread;
    assert_eq!(unread, MOST_UNREAD);
    // Opening the app is looking.
    world.open(app).await;
    assert_eq!(world.space.app_counts(app).await.unwrap().unread, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_badge_is_counted_and_cleared_by_opening() {
    let world = World::new().await;
    let (app, token) = world.shared(&manifest("Desk")).await;
    for name in ["badge", "badges"] {
        let answer = world.api(name, &token, "").await;
        assert_eq!(
            (answer.status, answer.json::<Value>()),
            (200, json!({"success": true}))
        );
    }
    assert_eq!(world.space.app_counts(app).await.unwrap().badges, 2);
    let metadata: Value = world
        .get(&format!("/verify/?accesstoken={token}"), &[])
        .await
        .json();
    assert_eq!(metadata["profile"]["countbadges"], 2);
    let next = world.open(app).await;
    assert_eq!(world.space.app_counts(app).await.unwrap().badges, 0);
    // Where the person wants none the call succeeds all the same.
    world.choose(app, |choices| choices.notifications = false).await;
    assert_eq!(world.api("badge", &next, "").await.status, 200);
    assert_eq!(world.space.app_counts(app).await.unwrap().badges, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_reason_not_to_hear_an_app_has_its_code() {
    let world = World::new().await;
    let mut quiet = manifest("Quiet");
    quiet["allownotifications"] = json!(false);
    let (_, refused) = world.shared(&quiet).await;
    let (app, token) = world.shared(&manifest("Desk")).await;
    let tell = async |token: &str| {
        let path = format!("/api/notify/?accesstoken={token}");
        error(&world.post(&path, &json!({"body": "hello"})).await)
    };
    assert_eq!(tell(&refused).await, "error-permissions");
    world.choose(app, |choices| choices.notifications = false).await;
    assert_eq!(tell(&token).await, "error-notifications-muted");
    let metadata: Value = world
        .get(&format!("/verify/?accesstoken={token}"), &[])
        .await
        .json();
    assert_eq!(metadata["profile"]["notifications"], false);
    assert!(metadata["profile"].get("notify").is_none());
    world
        .space
        .set_setting(Setting::Notifications, "false")
        .await
        .unwrap();
    assert_eq!(tell(&token).await, "error-accessible");
}
