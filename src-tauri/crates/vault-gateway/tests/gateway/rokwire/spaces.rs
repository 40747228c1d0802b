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

/// A token that was handed out, as the model knows it.
struct Held {
    token: String,
    space: usize,
    scoped: bool,
    live: bool,
    kept: String,
}

/// Random operations in two spaces, and after each of them every token that there ever was: it sees its own space or nothing.
#[tokio::test(flavor = "multi_thread")]
async fn whatever_happens_nothing_of_one_space_is_seen_in_the_other() {
    use std::collections::BTreeMap;
    use vault_core::persona::PersonaField;
    const NAMES: [&str; 2] = ["Alba", "Bruno"];
    let mut world = World::new().await;
    let here = admit(&world).await;
    let work = world.vault.add_space("Work", false).await.unwrap();
    let (info, key) = work.attach_core_app(here.info.app.id).await.unwrap();
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
        space: work,
    };
    let mut apps = [here, there];
    for (app, name) in apps.iter().zip(NAMES) {
        app.space
            .set_persona(PersonaField::FirstName, name)
            .await
            .unwrap();
    }
    let mut held: Vec<Held> = Vec::new();
    let mut subjects: BTreeMap<String, usize> = BTreeMap::new();
    let mut seed = 0x5eed_u64;
    for step in 0..60 {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let space = (seed >> 40) as usize % 2;
        let app = &apps[space];
        let mine = held
            .iter()
            .position(|one| one.space == space && one.live && one.scoped == (seed >> 50 & 1 == 1));
        match (seed >> 33) % 6 {
            0 | 1 => {
                let (token, _) = login(&world, app).await;
                held.push(Held {
                    token,
                    space,
                    scoped: false,
                    live: true,
                    kept: "null".into(),
                });
            }
            2 => {
                let (anonymous, _) = login(&world, app).await;
                let mut answer: Value = authorize(&world, &anonymous, &[FIRST_NAME]).await.json();
                if let Some(id) = answer["consent"]["id"].as_str() {
                    agree(&world, &app.space, id.parse().unwrap(), None, 7).await;
                    answer = authorize(&world, &anonymous, &[FIRST_NAME]).await.json();
                }
                if let Some(token) = answer["access_token"].as_str() {
                    let kept = read(&world, "/services/account/preferences", token).await.text();
                    held.push(Held {
                        token: token.into(),
                        space,
                        scoped: true,
                        live: true,
                        kept,
                    });
                }
            }
            3 => {
                if let Some(at) = mine {
                    let value = format!("\"{} {step}\"", NAMES[space]);
                    let token = held[at].token.clone();
                    let path = "/services/account/preferences";
                    let put = super::kit::send(&world, "PUT", path, Some(&token), value.as_bytes()).await;
                    assert_eq!(put.status, 200);
                    let scoped = held[at].scoped;
                    // Tokens of one account share what is kept for it; anonymous users share nothing.
                    for (n, one) in held.iter_mut().enumerate() {
                        if n == at || scoped && one.scoped && one.space == space {
                            one.kept.clone_from(&value);
                        }
                    }
                }
            }
            4 => {
                app.space.revoke_all().await.unwrap();
                for one in held.iter_mut().filter(|one| one.space == space && one.scoped) {
                    one.live = false;
                }
            }
            _ => {
                let ids = [apps[0].space.id(), apps[1].space.id()];
                world.restart().await;
                for (app, id) in apps.iter_mut().zip(ids) {
                    app.space = world.vault.space(id).await.unwrap();
                }
            }
        }
        for one in &held {
            let kept = read(&world, "/services/account/preferences", &one.token).await;
            let profile = read(&world, "/services/account/profile", &one.token).await;
            let claims = part(&one.token, 1);
            assert_eq!(claims["org_id"], apps[one.space].org());
            let subject = claims["sub"].as_str().unwrap().to_owned();
            assert_eq!(
                *subjects.entry(subject).or_insert(one.space),
                one.space,
                "an id of both"
            );
            let other = NAMES[1 - one.space];
            assert!(
                !kept.text().contains(other) && !profile.text().contains(other),
                "step {step}"
            );
            match (one.live, one.scoped) {
                (false, _) => assert_eq!(code(&kept), is(403, "consent_denied"), "step {step}"),
                (true, true) => {
                    assert_eq!(kept.text(), one.kept, "step {step}");
                    assert_eq!(profile.json::<Value>()["first_name"], NAMES[one.space]);
                }
                (true, false) => {
                    assert_eq!(kept.text(), one.kept, "step {step}");
                    assert_eq!(code(&profile), is(403, "consent_denied"), "step {step}");
                }
            }
        }
    }
    assert!(held.iter().any(|one| one.scoped));
    assert!(held.len() > 20, "{}", held.len());
}
