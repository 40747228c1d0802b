//! Who the person is and the lists, under a grant and without.

use serde_json::{Value, json};
use vault_core::{persona::PersonaField, settings::Setting};

use super::kit::{error, manifest};
use crate::kit::{APP_ORIGIN, World};

#[tokio::test(flavor = "multi_thread")]
async fn metadata_has_what_the_person_set_for_the_app() {
    let world = World::new().await;
    let (app, token) = world.shared(&manifest("Desk")).await;
    world
        .choose(app, |choices| {
            choices.settings =
                json!({"room": "A", "seats": 4, "open": true, "since": "2026-01-02"}).to_string();
            choices.roles = json!(["editor"]).to_string();
            choices.serial = "SN-1".into();
            choices.reference = "R-7".into();
        })
        .await;
    for (setting, value) in [
        (Setting::Status, "3"),
        (Setting::StatusText, "Out on a ride"),
        (Setting::Volume, "70"),
        (Setting::Accent, "#123456"),
        (Setting::Background, "waves"),
    ] {
        world.space.set_setting(setting, value).await.unwrap();
    }
    world
        .space
        .set_app_config(app, Some(json!({"tab": 2}).to_string()))
        .await
        .unwrap();
    let answer: Value = world
        .get(&format!("/verify/?accesstoken={token}"), &[])
        .await
        .json();
    assert_eq!(
        answer["settings"],
        json!({"room": "A", "seats": 4, "open": true, "since": "2026-01-02T00:00:00.000Z"})
    );
    assert_eq!(answer["sn"], "SN-1");
    let background = answer["background"].as_str().unwrap();
    assert_eq!(background, format!("{}/backgrounds/waves.svg", world.base()));
    let profile = &answer["profile"];
    assert_eq!(profile["roles"], json!(["editor"]));
    assert_eq!(profile["reference"], "R-7");
    assert_eq!(
        (&profile["statusid"], &profile["status"]),
        (&json!(3), &json!("Out on a ride"))
    );
    assert_eq!(
        (&profile["sounds"], &profile["volume"]),
        (&json!(true), &json!(70))
    );
    assert_eq!(profile["settings"], json!({"tab": 2}));
    assert_eq!(
        (&answer["colorscheme"], &profile["colorscheme"]),
        (&json!("#123456"), &json!("#123456"))
    );
    let picture = world.get(&background.replace(&world.base(), ""), &[]).await;
    assert_eq!(
        (picture.status, picture.one("content-type")),
        (200, "image/svg+xml")
    );
    assert_eq!(world.get("/backgrounds/other.svg", &[]).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_profile_is_answered_in_its_own_form() {
    let world = World::new().await;
    let (app, _) = world.shared(&manifest("Desk")).await;
    for (word, inline) in [("p2", true), ("p3", false), ("p4", false)] {
        world.choose(app, |choices| choices.profile = word.into()).await;
        let token = world.open(app).await;
        let answer: Value = world
            .get(&format!("/verify/?accesstoken={token}"), &[])
            .await
            .json();
        assert_eq!(answer["profile"]["firstname"], "Lucía", "{word}");
        assert_eq!(answer["users"].is_array(), inline, "{word}");
        assert_eq!(answer["meta"].is_object(), inline, "{word}");
        assert_eq!(answer.get("accesstoken").is_some(), inline, "{word}");
        if !inline {
            let address = format!("{}/api/users/?accesstoken={token}", world.base());
            assert_eq!(answer["users"], address, "{word}");
        }
        let apps: Value = world.api("apps", &token, "").await.json();
        assert_eq!(apps.is_array(), word == "p4", "{word}: {apps}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn people_apps_and_words_are_told_when_they_are_shared() {
    let world = World::new().await;
    world
        .space
        .set_persona(PersonaField::City, "València")
        .await
        .unwrap();
    let (app, token) = world.shared(&manifest("Desk")).await;
    world.other_app().await;
    let users: Value = world
        .api("users", &token, "&fields=firstname,notify&q=luc")
        .await
        .json();
    let metadata: Value = world
        .get(&format!("/verify/?accesstoken={token}"), &[])
        .await
        .json();
    assert_eq!(
        users,
        json!({
            "items": [{
                "id": metadata["profile"]["id"],
                "firstname": "Lucía",
                "notify": format!("{}/api/notify/?accesstoken={token}", world.base()),
            }],
            "count": 1, "page": 1, "pages": 1, "limit": 500
        })
    );
    let none: Value = world
        .api("users", &token, "&q=nobody&page=2&limit=5")
        .await
        .json();
    assert_eq!(
        none,
        json!({"items": [], "count": 0, "page": 2, "pages": 0, "limit": 5})
    );
    let apps: Value = world
        .api("apps", &token, "&sort=name_desc&fields=name")
        .await
        .json();
    let names: Vec<&str> = apps
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|app| app["name"].as_str())
        .collect();
    assert_eq!(names, ["Other", "Desk"]);
    let words: Value = world.api("meta", &token, "").await.json();
    assert_eq!(
        words["localities"],
        json!([{"id": "valencia", "name": "València", "count": 1}])
    );
    assert_eq!(words["roles"][1]["id"], "reader");
    // Each of the four answers is in the log, with what was in it.
    let log = world.space.app_received(app).await.unwrap();
    assert!(log >= 4, "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_not_shared_is_refused_or_left_out() {
    let world = World::new().await;
    let app = world.install(&manifest("Desk")).await;
    let token = world.open(app).await;
    for name in ["users", "apps", "meta"] {
        let answer = world.api(name, &token, "").await;
        assert_eq!(
            (answer.status, error(&answer).as_str()),
            (400, "error-permissions"),
            "{name}"
        );
    }
    let answer: Value = world
        .get(&format!("/verify/?accesstoken={token}"), &[])
        .await
        .json();
    for name in ["users", "apps", "meta", "services"] {
        assert!(answer.get(name).is_none(), "{name}");
    }
    assert!(answer["profile"].get("notify").is_none());
}

/// The list of people alone says no more of the person than an app without a profile gets.
#[tokio::test(flavor = "multi_thread")]
async fn a_list_without_a_profile_says_nothing_of_the_person() {
    let world = World::new().await;
    let mut plain = manifest("Desk");
    plain["allowreadprofile"] = json!(0);
    let (_, token) = world.shared(&plain).await;
    let users: Value = world.api("users", &token, "").await.json();
    assert_eq!(users["items"][0]["name"], "");
    assert!(!users.to_string().contains("Lucía"));
    let found: Value = world.api("users", &token, "&q=luc").await.json();
    assert_eq!(found["count"], 0, "no filter tells what the answer does not");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_beyond_the_limits_is_refused() {
    let world = World::new().await;
    let (_, token) = world.shared(&manifest("Desk")).await;
    let long = format!("&q={}", "a".repeat(9000));
    assert_eq!(world.api("users", &token, &long).await.status, 414);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_hears_once_which_version_was_open_before() {
    let world = World::new().await;
    let app = world.install(&manifest("Desk")).await;
    let told = async || {
        let base = openplatform::frame::BaseUrl::new(&world.base()).unwrap();
        let token = world.space.open_app(app).await.unwrap().token;
        let facts = world
            .space
            .app_metadata(app)
            .await
            .unwrap()
            .into_facts(base, token, None);
        facts.app.old_version
    };
    assert_eq!(told().await, None, "it was never open");
    world.space.app_closed(app).await.unwrap();
    let mut newer = manifest("Desk");
    newer["version"] = json!("2");
    world.install(&newer).await;
    assert_eq!(told().await.as_deref(), Some("1"));
    assert_eq!(told().await.as_deref(), Some("1"), "it loads again");
    world.space.app_closed(app).await.unwrap();
    assert_eq!(told().await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_is_nobody() {
    let world = World::new().await;
    let (app, _) = world.shared(&manifest("Desk")).await;
    let opened = world.space.open_app_as_guest(app).await.unwrap();
    let token = opened.token.expose();
    let answer = world.get(&format!("/verify/?accesstoken={token}"), &[]).await;
    let metadata: Value = answer.json();
    assert_eq!((&metadata["guest"], &metadata["id"]), (&json!(true), &json!("0")));
    assert_eq!(
        (&metadata["profile"]["id"], &metadata["profile"]["name"]),
        (&json!("0"), &json!(""))
    );
    assert_eq!(
        metadata["url"],
        format!("{APP_ORIGIN}/"),
        "app modules compare it"
    );
    assert!(!answer.text().contains("Lucía"));
    for name in ["users", "apps", "meta"] {
        assert_eq!(
            error(&world.api(name, token, "").await),
            "error-permissions",
            "{name}"
        );
    }
    assert_eq!(world.v1(token, "/v1/profile").await.status, 403);
    let told = world
        .post(
            &format!("/api/notify/?accesstoken={token}"),
            &json!({"body": "hello"}),
        )
        .await;
    assert_eq!(error(&told), "error-permissions");
    // The frame loads again: it is still a guest.
    let again = world.space.reopen_app(app).await.unwrap();
    let path = format!("/verify/?accesstoken={}", again.token.expose());
    assert_eq!(world.get(&path, &[]).await.json::<Value>()["guest"], true);
}
