//! What apps tell, and what the person sets for them.

use url::Url;
use vault_store::{AppId, apps::AppKind};

use super::super::Narrowing;
use super::kit::{World, week};
use crate::{
    VaultError, VaultEvent,
    apps::{AppChoices, AppCounts, LONGEST_MESSAGE, MOST_UNREAD, NewApp, NewMessage, Told},
    settings::Setting,
};

fn says(body: &str) -> NewMessage {
    NewMessage {
        kind: 1,
        body: body.to_owned(),
        data: "x".repeat(LONGEST_MESSAGE + 5),
    }
}

#[tokio::test]
async fn an_app_notifies_as_far_as_it_was_allowed() {
    let mut world = World::empty(false).await;
    let app = world.app("Hourly", &["notifications:create"]).await;
    let tell = async |world: &World, body| world.space.notify(app, says(body)).await.unwrap();
    assert_eq!(tell(&world, "early").await, Told::NotAllowed);
    assert!(!world.space.badge(app).await.unwrap());
    world.share(app, Narrowing::default(), week()).await;
    world.told();

    let Told::Kept(message) = tell(&world, "Done").await else {
        panic!("not kept");
    };
    let space = world.space.id();
    assert!(
        world
            .told()
            .contains(&VaultEvent::AppNotified { space, app, message })
    );
    let kept = world.space.app_messages(app).await.unwrap();
    assert_eq!((kept.len(), kept[0].body.as_str(), kept[0].kind), (1, "Done", 1));
    assert_eq!(kept[0].data.len(), LONGEST_MESSAGE);
    for error in [says(""), says("  \n")].map(|empty| world.space.notify(app, empty)) {
        assert!(matches!(
            error.await,
            Err(VaultError::Invalid { field: "body", .. })
        ));
    }

    for _ in 1..MOST_UNREAD {
        assert!(matches!(tell(&world, "More").await, Told::Kept(_)));
    }
    assert_eq!(tell(&world, "One too many").await, Told::Dropped);
    assert!(world.space.badge(app).await.unwrap());
    let counts = world.space.app_counts(app).await.unwrap();
    assert_eq!((counts.unread, counts.badges), (MOST_UNREAD, 1));
    world.space.read_app_messages(app).await.unwrap();
    assert_eq!(world.space.app_counts(app).await.unwrap(), AppCounts::default());
    assert!(matches!(tell(&world, "Again").await, Told::Kept(_)));

    let quiet = AppChoices {
        notifications: false,
        ..AppChoices::default()
    };
    world.space.set_app_choices(app, quiet).await.unwrap();
    assert_eq!(tell(&world, "Muted").await, Told::Muted);
    world
        .space
        .set_setting(Setting::Notifications, "false")
        .await
        .unwrap();
    assert_eq!(tell(&world, "Off").await, Told::Off);
    world.space.revoke_all().await.unwrap();
    assert_eq!(tell(&world, "After").await, Told::NotAllowed);
    world.space.forget_app_messages(app).await.unwrap();
    assert!(world.space.app_messages(app).await.unwrap().is_empty());
}

async fn declared(world: &World) -> AppId {
    let manifest = serde_json::json!({
        "name": "Typed", "url": "https://typed.example/", "roles": ["reader", "writer"],
        "settings": {"limit": "number", "label": "string", "loud": "boolean", "since": "date"},
    });
    let new = NewApp {
        manifest: manifest.to_string(),
        url: Some(Url::parse("https://typed.example/openplatform.json").unwrap()),
        kind: AppKind::Hosted,
        key_pin: String::new(),
    };
    world.space.admit_app(new).await.unwrap()
}

#[tokio::test]
async fn choices_have_the_form_that_the_app_declares() {
    let world = World::empty(false).await;
    let app = declared(&world).await;
    let before = world.space.app_revision(app).await.unwrap();
    let fine = AppChoices {
        profile: "p2".into(),
        settings: r#"{"limit":2.5,"label":"Ana","loud":true,"since":"2026-11-28"}"#.into(),
        roles: r#"["writer"]"#.into(),
        serial: "SN-1".into(),
        ..AppChoices::default()
    };
    world.space.set_app_choices(app, fine.clone()).await.unwrap();
    assert_eq!(world.space.app_choices(app).await.unwrap(), fine);
    assert_ne!(world.space.app_revision(app).await.unwrap(), before);

    let settings = [
        r#"{"limit":"2"}"#,
        r#"{"loud":1}"#,
        r#"{"since":"28.11.2026"}"#,
        r#"{"label":null}"#,
        r#"{"unknown":1}"#,
        "[]",
        "",
    ];
    let broken = settings
        .map(|settings| AppChoices {
            settings: settings.into(),
            ..fine.clone()
        })
        .into_iter()
        .chain([
            AppChoices {
                roles: r#"["admin"]"#.into(),
                ..fine.clone()
            },
            AppChoices {
                profile: "p6".into(),
                ..fine.clone()
            },
            AppChoices {
                serial: "a\nb".into(),
                ..fine.clone()
            },
        ]);
    for choices in broken {
        let words = format!("{choices:?}");
        let outcome = world.space.set_app_choices(app, choices).await;
        assert!(matches!(outcome, Err(VaultError::Invalid { .. })), "{words}");
    }
    assert_eq!(world.space.app_choices(app).await.unwrap(), fine);
}
