//! The small tables: what goes in comes out.

use serde_json::json;
use time::Duration;
use vault_crypto::SpaceId;

use super::kit::{NOW, Space, connection};
use crate::table::app_exits::AppExit;
use crate::table::app_files::{AppFile, FileVersion};
use crate::table::app_messages::AppMessage;
use crate::table::apps::{App, AppKind, AppState};
use crate::table::backpacks::PackedBackpack;
use crate::table::connections::ConnectionState;
use crate::table::memberships::Membership;
use crate::table::meta::Meta;
use crate::table::{
    app_choices, app_config, app_exits, app_files, app_messages, app_status, apps, backpacks,
    connection_secrets, connections, memberships, meta, persona, sealed, settings,
};
use crate::{AppId, ConnectionId, MessageId, SecretValue, Sha256, StoreError};

#[test]
fn the_file_says_what_it_is() {
    let space = Space::new();
    assert_eq!(space.read(meta::get).unwrap(), None);
    let made = Meta {
        space: SpaceId::generate(),
        made_up: true,
        created_at: NOW,
    };
    space.write(|tx| meta::set(tx, &made)).unwrap();
    space.write(|tx| meta::set(tx, &made)).unwrap();
    assert_eq!(space.read(meta::get).unwrap(), Some(made));
}

#[test]
fn settings_and_sealed_values_are_replaced() {
    let space = Space::new();
    space
        .write(|tx| settings::set(tx, "theme", &json!({"dark": true})))
        .unwrap();
    space
        .write(|tx| settings::set(tx, "theme", &json!("light")))
        .unwrap();
    assert_eq!(
        space.read(|view| settings::get(view, "theme")).unwrap(),
        Some(json!("light"))
    );
    assert_eq!(space.write(|tx| settings::remove(tx, "theme")), Ok(true));
    assert_eq!(space.write(|tx| settings::remove(tx, "theme")), Ok(false));
    let key = SecretValue::new(vec![0, 159, 146, 150]);
    space
        .write(|tx| sealed::set(tx, "issuer", &"old".into()))
        .unwrap();
    space.write(|tx| sealed::set(tx, "issuer", &key)).unwrap();
    assert!(space.read(|view| sealed::get(view, "issuer")).unwrap() == Some(key));
    assert!(space.read(|view| sealed::get(view, "peer")).unwrap().is_none());
}

#[test]
fn the_persona_has_one_value_per_field() {
    let space = Space::new();
    let set = |field, value| space.write(|tx| persona::set(tx, field, value, NOW)).unwrap();
    set("last_name", "Puig");
    set("first_name", "Anna");
    set("first_name", "Maria");
    set("last_name", "");
    let fields = space.read(persona::list).unwrap();
    assert_eq!(fields.len(), 1);
    assert_eq!(
        (fields[0].field.as_str(), fields[0].value.as_str()),
        ("first_name", "Maria")
    );
    assert_eq!(
        space
            .read(|view| persona::get(view, "first_name"))
            .unwrap()
            .as_deref(),
        Some("Maria")
    );
    assert_eq!(space.read(|view| persona::get(view, "last_name")).unwrap(), None);
    assert!(!format!("{fields:?}").contains("Maria"));
}

#[test]
fn connections_change_and_keep_their_secrets_apart() {
    let space = Space::new();
    let mut link = connection("demo");
    space.write(|tx| connections::insert(tx, &link)).unwrap();
    assert!(matches!(
        space.write(|tx| connections::insert(tx, &link)),
        Err(StoreError::Rule(_))
    ));
    link.name = "Demo".into();
    space.write(|tx| connections::update(tx, &link)).unwrap();
    assert_eq!(
        space.read(connections::list).unwrap(),
        std::slice::from_ref(&link)
    );
    let later = NOW + Duration::HOUR;
    let set = |state, at| {
        space
            .write(|tx| connections::set_state(tx, link.id, state, at, None))
            .unwrap()
    };
    set(ConnectionState::Working, later);
    let kept = space
        .read(|view| connections::get(view, link.id))
        .unwrap()
        .unwrap();
    assert_eq!((kept.state_since, kept.next_try_at), (NOW, None));
    set(ConnectionState::AuthLost, later);
    let lost = space
        .read(|view| connections::get(view, link.id))
        .unwrap()
        .unwrap();
    assert_eq!((lost.state, lost.state_since), (ConnectionState::AuthLost, later));
    let nobody = ConnectionId::new();
    let missing = space.write(|tx| connections::set_state(tx, nobody, ConnectionState::Gone, NOW, None));
    assert_eq!(missing, Err(StoreError::NoSuchRow));
}

#[test]
fn secrets_of_a_connection_are_kept_and_forgotten() {
    let space = Space::new();
    let link = space.connection("demo");
    let set = |name, value: &str| {
        space
            .write(|tx| connection_secrets::set(tx, link, name, &value.into()))
            .unwrap()
    };
    let get = |name| {
        space
            .read(|view| connection_secrets::get(view, link, name))
            .unwrap()
    };
    set("refresh", "one");
    set("refresh", "two");
    set("access", "three");
    assert_eq!(get("refresh").unwrap().expose_str(), Some("two"));
    assert!(!format!("{:?}", get("refresh")).contains("two"));
    assert_eq!(
        space
            .read(|view| connection_secrets::list(view, link))
            .unwrap()
            .len(),
        2
    );
    space
        .write(|tx| connection_secrets::remove(tx, link, "access"))
        .unwrap();
    assert!(get("access").is_none());
    space.write(|tx| connection_secrets::clear(tx, link)).unwrap();
    assert!(get("refresh").is_none());
    space
        .write(|tx| connection_secrets::clear(tx, ConnectionId::new()))
        .unwrap();
    let nobody = space.write(|tx| connection_secrets::set(tx, ConnectionId::new(), "x", &"y".into()));
    assert_eq!(nobody, Err(StoreError::NoSuchRow));
}

#[test]
fn apps_come_change_and_go_with_what_they_keep() {
    let space = Space::new();
    let mut app = App {
        id: AppId::new(),
        app: "hourly".into(),
        name: "Hourly".into(),
        manifest_url: "https://hourly.example/openplatform.json".into(),
        manifest: "{}".into(),
        origin: "https://hourly.example".into(),
        kind: AppKind::Hosted,
        account: "a1".into(),
        verify_token: "canary-verify".into(),
        service_token: None,
        rev: 1,
        state: AppState::Ready,
        created_at: NOW,
        last_opened_at: None,
        key_pin: String::new(),
        offered: "{\"new\":true}".into(),
        offered_key: "key".into(),
        declined: "digest".into(),
    };
    assert!(matches!(
        space.write(|tx| app_config::set(tx, app.id, "x")),
        Err(StoreError::Rule(_))
    ));
    space.write(|tx| apps::put(tx, &app)).unwrap();
    space
        .write(|tx| app_config::set(tx, app.id, "{\"é\":1}"))
        .unwrap();
    (app.rev, app.state, app.service_token) = (2, AppState::Review, Some("s".into()));
    space.write(|tx| apps::put(tx, &app)).unwrap();
    space.write(|tx| apps::opened(tx, app.id, NOW)).unwrap();
    app.last_opened_at = Some(NOW);
    assert!(!format!("{app:?}").contains("canary"));
    assert_eq!(
        space.read(|view| apps::get(view, app.id)).unwrap(),
        Some(app.clone())
    );
    assert_eq!(space.read(apps::list).unwrap(), std::slice::from_ref(&app));
    assert_eq!(
        space
            .read(|view| app_config::get(view, app.id))
            .unwrap()
            .as_deref(),
        Some("{\"é\":1}")
    );
    assert_eq!(space.read(|view| app_config::size(view, app.id)), Ok(8));
    set_what_belongs_to_it(&space, app.id);
    assert_eq!(space.write(|tx| apps::delete(tx, app.id)), Ok(true));
    assert_eq!(space.write(|tx| apps::delete(tx, app.id)), Ok(false));
    assert_eq!(space.read(|view| app_config::size(view, app.id)), Ok(0));
    assert_eq!(
        space.write(|tx| apps::opened(tx, app.id, NOW)),
        Err(StoreError::NoSuchRow)
    );
}

#[test]
fn backpacks_are_listed_newest_first() {
    let space = Space::new();
    let packed = |hours| PackedBackpack {
        at: NOW + Duration::hours(hours),
        file: format!("/home/me/{hours}.backpack"),
        bytes: 1000,
        records: 4212,
        sha256: Sha256::of(b"backpack"),
        proved: true,
    };
    for hours in [1, 3, 2] {
        space.write(|tx| backpacks::insert(tx, &packed(hours))).unwrap();
    }
    assert_eq!(
        space.read(|view| backpacks::list(view, 2)).unwrap(),
        [packed(3), packed(2)]
    );
}

#[test]
fn a_membership_is_replaced_and_removed() {
    let space = Space::new();
    let mut membership = Membership {
        cooperative: "llum".into(),
        name: "Llum Verda".into(),
        number: "666".into(),
        roles: vec!["member".into(), "worker".into()],
        updated_at: NOW,
    };
    space.write(|tx| memberships::put(tx, &membership)).unwrap();
    membership.roles.clear();
    space.write(|tx| memberships::put(tx, &membership)).unwrap();
    assert_eq!(space.read(memberships::list).unwrap(), [membership.clone()]);
    assert!(!format!("{membership:?}").contains("666"));
    assert!(space.write(|tx| memberships::remove(tx, "llum")).unwrap());
    assert!(!space.write(|tx| memberships::remove(tx, "llum")).unwrap());
}

/// Everything of an app that lies in tables of its own; removing the app has to take it along.
fn set_what_belongs_to_it(space: &Space, app: AppId) {
    let file = AppFile {
        path: "/index.html".into(),
        bytes: b"old".to_vec(),
    };
    let newer = AppFile {
        bytes: b"newer".to_vec(),
        ..file.clone()
    };
    let exit = AppExit {
        way: "share".into(),
        target: AppId::new().to_string(),
        allowed_at: NOW,
    };
    let message = |id: MessageId| AppMessage {
        id,
        app,
        kind: 2,
        body: "Body".into(),
        data: String::new(),
        created_at: NOW,
        read_at: None,
    };
    space
        .write(|tx| {
            app_choices::put(tx, app, &app_choices::AppChoices::default())?;
            app_status::put(tx, app, &app_status::AppStatus::default())?;
            app_exits::allow(tx, app, &exit)?;
            app_files::replace(tx, app, FileVersion::Held, std::slice::from_ref(&file))?;
            app_files::replace(tx, app, FileVersion::Offered, std::slice::from_ref(&newer))?;
            (0..3).try_for_each(|_| app_messages::insert(tx, &message(MessageId::new())))
        })
        .unwrap();
    assert_eq!(space.read(|view| app_files::size(view, app)), Ok(8));
    assert_eq!(
        space.read(|view| app_exits::is_allowed(view, app, "share", "")),
        Ok(false)
    );
    assert_eq!(
        space.write(|tx| app_exits::close(tx, app, "share", &exit.target)),
        Ok(true)
    );
    space
        .write(|tx| {
            app_files::replace(tx, app, FileVersion::Held, std::slice::from_ref(&newer))?;
            app_files::forget(tx, app, FileVersion::Offered)
        })
        .unwrap();
    assert_eq!(space.read(|view| app_files::size(view, app)), Ok(5));
    assert_eq!(
        space.read(|view| app_files::list(view, app, FileVersion::Held)),
        Ok(vec![newer])
    );
    assert_eq!(space.write(|tx| app_messages::read_all(tx, app, NOW)), Ok(3));
    assert_eq!(space.read(|view| app_messages::unread(view, app)), Ok(0));
    space.write(|tx| app_messages::keep_newest(tx, app, 2)).unwrap();
    assert_eq!(
        space
            .read(|view| app_messages::list(view, None, 9))
            .unwrap()
            .len(),
        2
    );
}

#[test]
fn a_longer_transaction_is_whole_or_nothing() {
    let space = Space::new();
    let set = |key: &str| space.db.write(|tx| settings::set(tx, key, &json!(true)));
    let kept = |key: &str| space.db.read(|view| settings::get(view, key)).unwrap().is_some();

    space.db.begin().unwrap();
    assert!(space.db.is_within());
    set("first").unwrap();
    assert!(kept("first"), "it sees what it has written");
    set("second").unwrap();
    space.db.end(true).unwrap();
    assert!(!space.db.is_within() && kept("first") && kept("second"));

    space.db.begin().unwrap();
    set("undone").unwrap();
    space.db.end(false).unwrap();
    assert!(!space.db.is_within() && !kept("undone") && kept("first"));

    space.db.begin().unwrap();
    set("before").unwrap();
    let failed = space.db.write(|tx| {
        settings::set(tx, "lost", &json!(true))?;
        Err::<(), _>(StoreError::ReadOnly)
    });
    assert_eq!(failed, Err(StoreError::ReadOnly));
    set("after").unwrap();
    assert_eq!(space.db.end(true), Err(StoreError::Spoilt));
    assert!(!space.db.is_within() && !["before", "lost", "after"].into_iter().any(kept));
    set("later").unwrap();
    assert!(kept("later"));
}
