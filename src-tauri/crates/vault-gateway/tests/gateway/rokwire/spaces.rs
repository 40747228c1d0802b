//! Spaces: row "Organization" of 8.3.

use serde_json::{Value, json};

use super::kit::{
    App, FIRST_NAME, admit, agree, authorize, code, consent, is, login, part, post, read, service,
};
use crate::kit::World;

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_one_space_is_nobody_s_in_another() {
    let world = World::new().await;
    let app = admit(&world).await;
    let work = world.vault.add_space("Work", false).await.unwrap();
    // Not attached, the application is invisible there.
    let mut body = app.login();
    body["org_id"] = json!(work.id().to_string());
    let answer = post(&world, "/services/auth/login", None, &body).await;
    assert_eq!(code(&answer), is(401, "invalid_token"));
    let (info, key) = work.attach_core_app(app.info.app.id).await.unwrap();
    work.add_service(service("steps-insight")).await.unwrap();
    work.set_core_installation(vault_core::core_apps::Installation {
        services: vec!["steps-insight".into()],
        ..info.installation.clone()
    })
    .await
    .unwrap();
    let there = App {
        info,
        key: key.expose_str().unwrap().to_owned(),
        space: work.clone(),
    };
    assert_eq!(there.id(), app.id());
    // A key names its space: neither opens the other.
    for (key, org) in [(&app.key, there.org()), (&there.key, app.org())] {
        let mut body = app.login();
        body["api_key"] = json!(key);
        body["org_id"] = json!(org);
        let answer = post(&world, "/services/auth/login", None, &body).await;
        assert_eq!(code(&answer), is(401, "invalid_token"));
    }
    let (here, ..) = consent(&world, &app, &[FIRST_NAME]).await;
    let (anonymous, _) = login(&world, &there).await;
    let asked: Value = authorize(&world, &anonymous, &[FIRST_NAME]).await.json();
    assert_eq!(
        asked["consent"]["status"], "pending",
        "what was agreed to here says nothing there"
    );
    let id = asked["consent"]["id"].as_str().unwrap().parse().unwrap();
    agree(&world, &work, id, None, 7).await;
    let granted: Value = authorize(&world, &anonymous, &[FIRST_NAME]).await.json();
    let token = granted["access_token"].as_str().unwrap();
    assert_ne!(part(token, 1)["sub"], part(&here, 1)["sub"]);
    assert_eq!(part(token, 1)["org_id"], there.org());
    let profile: Value = read(&world, "/services/account/profile", token).await.json();
    assert!(
        profile.get("first_name").is_none(),
        "the other space has another persona"
    );
    // A space that is removed takes its tokens and its application with it; the other goes on.
    world.vault.remove_space(work.id()).await.unwrap();
    assert_eq!(
        code(&read(&world, "/services/account/profile", token).await),
        is(401, "invalid_token")
    );
    assert_eq!(
        code(&post(&world, "/services/auth/login", None, &there.login()).await),
        is(401, "invalid_token")
    );
    assert_eq!(read(&world, "/services/account/profile", &here).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn general_settings_are_the_same_in_every_space_and_a_space_s_own_are_not() {
    use vault_core::core_apps::Reach;
    let world = World::new().await;
    let app = admit(&world).await;
    let id = app.info.app.id;
    let keep = |space: vault_core::SpaceHandle, reach, data: &'static str| async move {
        space
            .set_core_config(id, super::kit::BUILD.into(), "1.0.0".into(), data.into(), reach)
            .await
            .unwrap();
    };
    keep(world.space.clone(), Reach::General, "{\"n\":1}").await;
    keep(world.space.clone(), Reach::Space, "{\"n\":2}").await;
    let work = world.vault.add_space("Work", false).await.unwrap();
    let (_, key) = work.attach_core_app(id).await.unwrap();
    let served = |version: &'static str| {
        let body = json!({ "app_type_identifier": super::kit::BUILD, "version": version, "api_key": key.expose_str() });
        let world = &world;
        async move { post(world, "/services/app-configs", None, &body).await }
    };
    let first: Value = served("1.0.0").await.json();
    assert_eq!(first["data"], json!({ "n": 1 }));
    keep(world.space.clone(), Reach::General, "{\"n\":3}").await;
    let second: Value = served("1.0.0").await.json();
    assert_eq!(second["data"], json!({ "n": 3 }));
    let own = work.core_configs(id).await.unwrap();
    assert!(own.iter().all(|(_, config)| !config.of_space));
}
