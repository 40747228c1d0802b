//! Settings of builds: rows "ApplicationType", "Version" and "ApplicationConfig" of 8.3.

use serde_json::{Value, json};
use vault_core::{
    VaultError,
    core_apps::{NewAppType, NewCoreApp, Reach},
};

use super::kit::{App, BUILD, admit, code, is, login, post};
use crate::kit::{Answer, World};

async fn keep(app: &App, version: &str, reach: Reach) {
    let data = format!("{{\"of\": \"{version}\", \"n\": 9223372036854775808}}");
    app.space
        .set_core_config(app.info.app.id, BUILD.into(), version.into(), data, reach)
        .await
        .unwrap();
}

async fn general(world: &World, app: &App, version: &str) -> Answer {
    let body = json!({ "app_type_identifier": BUILD, "version": version, "api_key": app.key });
    post(world, "/services/app-configs", None, &body).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_build_is_served_the_greatest_version_that_is_not_above_its_own() {
    let world = World::new().await;
    let app = admit(&world).await;
    let kept = ["0.0.1", "1.0.0", "1.2.0", "1.10.0", "2.0.0"];
    for version in kept {
        keep(&app, version, Reach::General).await;
    }
    keep(&app, "9.0.0", Reach::Space).await;
    let number = |text: &str| -> Vec<u32> { text.split('.').map(|part| part.parse().unwrap()).collect() };
    for major in 0..3 {
        for minor in [0, 1, 2, 9, 10, 11] {
            let asked = format!("{major}.{minor}.0");
            let best = kept
                .iter()
                .filter(|one| number(one) <= number(&asked))
                .max_by_key(|one| number(one));
            let answer = general(&world, &app, &asked).await;
            match best {
                None => assert_eq!(code(&answer), is(404, "not_found"), "{asked}"),
                Some(best) => {
                    assert_eq!(answer.status, 200, "{asked}: {}", answer.text());
                    assert!(answer.text().contains("\"n\": 9223372036854775808"));
                    let found: Value = serde_json::from_str(&answer.text()).unwrap();
                    assert_eq!(found["version"], *best, "{asked}");
                    assert_eq!(found["data"]["of"], *best);
                    assert_eq!(found["app_type_id"], app.info.types[0].id.to_string());
                    assert!(found.get("org_id").is_none());
                }
            }
        }
    }
    let (token, _) = login(&world, &app).await;
    let of_space = |version: &str| json!({ "app_type_identifier": BUILD, "version": version });
    for path in [
        "/services/app-configs/organization",
        "/services/application/organization/configs",
    ] {
        let found: Value = post(&world, path, Some(&token), &of_space("9.0.1")).await.json();
        assert_eq!(
            (&found["version"], &found["org_id"]),
            (&json!("9.0.0"), &json!(app.org()))
        );
        // There is no falling back to the general ones.
        let none = post(&world, path, Some(&token), &of_space("8.0.0")).await;
        assert_eq!(code(&none), is(404, "not_found"));
    }
    let nobody = post(
        &world,
        "/services/app-configs/organization",
        None,
        &of_space("9.0.1"),
    )
    .await;
    assert_eq!(code(&nobody), is(401, "invalid_token"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_is_three_plain_numbers() {
    let world = World::new().await;
    let app = admit(&world).await;
    keep(&app, "0.0.0", Reach::General).await;
    for good in ["0.0.0", "1.2.3", "10.20.30", "2147483647.0.0"] {
        assert_eq!(general(&world, &app, good).await.status, 200, "{good}");
    }
    for bad in [
        "01.2.3",
        "+1.2.3",
        "-1.2.3",
        "1.2.3-beta",
        "1.2.3+b",
        "v1.2.3",
        "1.2",
        "1.2.3.4",
        "",
        " 1.2.3",
        "1.2.3 ",
        "1..3",
        "2147483648.0.0",
        "99999999999999999999.0.0",
        "1.2.٣",
        "1,2,3",
    ] {
        assert_eq!(
            code(&general(&world, &app, bad).await),
            is(400, "malformed"),
            "{bad:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_need_the_key_of_the_build_s_own_application() {
    let world = World::new().await;
    let app = admit(&world).await;
    keep(&app, "1.0.0", Reach::General).await;
    let other = super::kit::admit_as(&world.space, "Other", "other", "org.example.other").await;
    for key in ["", "wrong", other.key.as_str(), &app.info.keys[0].0.to_string()] {
        let body = json!({ "app_type_identifier": BUILD, "version": "1.0.0", "api_key": key });
        let answer = post(&world, "/services/application/configs", None, &body).await;
        assert_eq!(code(&answer), is(401, "invalid_token"), "{key}");
    }
    // A key that was taken away is nobody's.
    let (id, _) = app.space.add_core_key(app.info.app.id).await.unwrap();
    app.space
        .remove_core_key(app.info.app.id, app.info.keys[0].0)
        .await
        .unwrap();
    assert_eq!(
        code(&general(&world, &app, "1.0.0").await),
        is(401, "invalid_token")
    );
    let last = app.space.remove_core_key(app.info.app.id, id).await;
    assert!(
        matches!(last, Err(VaultError::Invalid { field: "key", .. })),
        "{last:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_identifier_a_code_and_a_name_are_one_application_s() {
    let world = World::new().await;
    let app = admit(&world).await;
    let new = |name: &str, code: &str, identifier: &str| NewCoreApp {
        name: name.into(),
        code: code.into(),
        types: vec![NewAppType {
            identifier: identifier.into(),
            ..NewAppType::default()
        }],
        ..NewCoreApp::default()
    };
    let elsewhere = world.vault.add_space("Work", false).await.unwrap();
    for space in [&world.space, &elsewhere] {
        for (taken, what) in [
            (new("Walks", "walks", BUILD), "identifier"),
            (new("Walks", "steps", "org.example.walks"), "code"),
            (new("Steps", "walks", "org.example.walks"), "core app"),
        ] {
            let refused = space.add_core_app(taken).await;
            assert!(
                matches!(&refused, Err(VaultError::Exists(known)) if *known == what),
                "{what}"
            );
        }
    }
    for (name, code) in [("St\u{435}ps", "walks"), ("Satchel", "walks")] {
        let refused = world
            .space
            .add_core_app(new(name, code, "org.example.walks"))
            .await;
        assert!(matches!(refused, Err(VaultError::Imitates(_))), "{name}");
    }
    for code in ["auth", "rokwire", "all", "Steps", "s", ""] {
        let refused = world
            .space
            .add_core_app(new("Walks", code, "org.example.walks"))
            .await;
        assert!(
            matches!(refused, Err(VaultError::Invalid { field: "code", .. })),
            "{code}"
        );
    }
    let twice = world.space.attach_core_app(app.info.app.id).await;
    assert!(matches!(twice, Err(VaultError::Exists("core app"))));
}
