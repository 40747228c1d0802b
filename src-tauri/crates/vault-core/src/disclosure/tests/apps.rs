//! Apps: installing shares nothing, metadata holds what is granted, removing ends it all.

use openplatform::{
    frame::BaseUrl,
    metadata::{Display, Window, message_reply, portable, verify_answer},
};
use rokwire::key::{Alg, PubKey};
use serde_json::Value;
use url::Url;
use vault_store::apps::{AppKind, AppState};

use super::super::{Asked, Destination, Identity, Narrowing};
use super::kit::{CANARY, World, stranger, week};
use crate::{
    VaultError,
    apps::{ACCENT, AppChoices, NewApp, NewMessage, Told},
    persona::PersonaField,
    settings::Setting,
};

async fn profile(world: &World, app: vault_store::AppId) -> Value {
    let metadata = world.space.app_metadata(app).await.unwrap();
    let base = BaseUrl::new("http://127.0.0.1:20001").unwrap();
    verify_answer(&metadata.into_facts(base, stranger(), None))["profile"].clone()
}

#[tokio::test]
async fn installing_shares_nothing() {
    let world = World::new().await;
    let app = world.app("Hourly", &["profile.first_name:get"]).await;
    let info = world.space.app(app).await.unwrap();
    assert!(info.sees.is_empty() && info.saw.is_none() && !info.open);
    assert_eq!(
        (info.origin.as_str(), info.frame_url.as_str()),
        ("https://app.example", "https://app.example/")
    );
    assert_eq!(info.asks.len(), 1);
    let metadata = world.space.app_metadata(app).await.unwrap();
    assert_eq!((metadata.fields(), metadata.disclosure), (0, None));
    let level_0 = profile(&world, app).await;
    assert_eq!(level_0["name"], "");
    assert!(level_0.get("firstname").is_none());
    assert_eq!(world.log().await.len(), 1);
}

#[tokio::test]
async fn metadata_holds_what_is_granted() {
    let world = World::new().await;
    let app = world.app("Hourly", &["profile.first_name:get"]).await;
    let before = world.space.app_revision(app).await.unwrap();
    world.share(app, Narrowing::default(), week()).await;
    let granted = world.space.app_revision(app).await.unwrap();
    assert_ne!(before, granted);
    let person = profile(&world, app).await;
    assert_eq!(person["firstname"], CANARY);
    assert!(person.get("lastname").is_none());
    assert_eq!(world.log_kinds().await, ["granted", "released"]);
    world.clock.advance(time::Duration::seconds(1));
    world
        .space
        .set_persona(PersonaField::LastName, "Unshared")
        .await
        .unwrap();
    assert_eq!(world.space.app_revision(app).await.unwrap(), granted);
    world
        .space
        .set_persona(PersonaField::FirstName, "Ana")
        .await
        .unwrap();
    assert_ne!(world.space.app_revision(app).await.unwrap(), granted);
    world.space.revoke_all().await.unwrap();
    assert_eq!(profile(&world, app).await["name"], "");
}

#[tokio::test]
async fn a_guest_is_told_nothing_and_nothing_is_remembered() {
    let world = World::new().await;
    let app = world.app("Hourly", &["profile.first_name:get"]).await;
    world.share(app, Narrowing::default(), week()).await;
    world
        .space
        .set_app_config(app, Some("kept".into()))
        .await
        .unwrap();
    let typed = AppChoices {
        serial: "SN-1".into(),
        reference: "R-1".into(),
        ..AppChoices::default()
    };
    world.space.set_app_choices(app, typed).await.unwrap();
    let answer = async || {
        let metadata = world.space.app_metadata(app).await.unwrap();
        assert_eq!(metadata.disclosure.is_some(), metadata.fields() > 0);
        let base = BaseUrl::new("http://127.0.0.1:20001").unwrap();
        verify_answer(&metadata.into_facts(base, stranger(), None))
    };
    let known = answer().await;
    assert_eq!(
        (&known["sn"], &known["profile"]["firstname"]),
        (&"SN-1".into(), &CANARY.into())
    );

    let opened = world.space.open_app_as_guest(app).await.unwrap();
    assert!(opened.app.open && opened.app.sees.is_empty());
    let guest = answer().await;
    assert_eq!((&guest["id"], &guest["guest"]), (&"0".into(), &true.into()));
    assert_eq!(guest["profile"]["id"], "0");
    let text = guest.to_string();
    for known in [
        &known["id"],
        &known["profile"]["id"],
        &known["verifytoken"],
        &known["servicetoken"],
    ] {
        let known = known.as_str().unwrap_or(CANARY);
        assert!(!text.contains(known), "{known} in {text}");
    }
    for private in [CANARY, "SN-1", "R-1"] {
        assert!(!text.contains(private), "{private} in {text}");
    }
    assert_eq!(world.space.app_config(app).await.unwrap(), None);
    world
        .space
        .set_app_config(app, Some("of the guest".into()))
        .await
        .unwrap();
    assert_eq!(world.space.ask_for_app(app).await.unwrap(), Asked::Refused);
    let told = NewMessage {
        kind: 0,
        body: "x".into(),
        data: String::new(),
    };
    assert_eq!(world.space.notify(app, told).await.unwrap(), Told::NotAllowed);

    // With its window the guest is gone, and what stood stands.
    world.space.app_closed(app).await.unwrap();
    assert_eq!(world.space.app_config(app).await.unwrap(), Some("kept".into()));
    assert_eq!(answer().await["profile"]["firstname"], CANARY);
}

#[tokio::test]
async fn what_is_shown_is_what_the_person_chose() {
    let world = World::empty(false).await;
    let app = world.app("Hourly", &["profile.first_name:get"]).await;
    assert_eq!(profile(&world, app).await.get("darkmode"), None);
    let answer = async || {
        let metadata = world.space.app_metadata(app).await.unwrap();
        let base = BaseUrl::new("http://127.0.0.1:20001").unwrap();
        let window = Window {
            width: 800,
            height: 600,
            outer_width: 820,
            outer_height: 700,
            display: Display::of_width(800),
        };
        message_reply(&metadata.into_facts(base, stranger(), None), &window)
    };
    assert_eq!(answer().await["darkmode"], false);
    world.space.set_setting(Setting::Theme, "dark").await.unwrap();
    assert_eq!(answer().await["darkmode"], true);
    assert_eq!(answer().await["colorscheme"], ACCENT);
}

#[tokio::test]
async fn only_apps_that_may_be_opened_are_known_outside() {
    let world = World::empty(false).await;
    let app = world.app("Hourly", &["profile.first_name:get"]).await;
    let origin = world.space.app(app).await.unwrap().origin;
    assert!(world.vault.admits_origin(&origin).await.unwrap());
    assert!(!world.vault.admits_origin("https://other.example").await.unwrap());
    assert!(!world.vault.admits_origin("null").await.unwrap());
    world.set_app_state(app, AppState::Review).await;
    assert!(!world.vault.admits_origin(&origin).await.unwrap());
    // One that was opened before is refused as any other that gets nothing, and not as a stranger.
    world.set_app_state(app, AppState::Ready).await;
    world.space.open_app(app).await.unwrap();
    world.set_app_state(app, AppState::Review).await;
    assert!(world.vault.admits_origin(&origin).await.unwrap());
}

#[tokio::test]
async fn an_app_is_installed_once() {
    let world = World::empty(false).await;
    let again = NewApp {
        manifest: r#"{"name":"Hourly","url":"https://app.example/"}"#.into(),
        url: Some(Url::parse("https://app.example/Hourly.json").unwrap()),
        kind: AppKind::Hosted,
        key_pin: String::new(),
    };
    world.space.admit_app(again.clone()).await.unwrap();
    let error = world.space.admit_app(again.clone()).await.unwrap_err();
    assert!(matches!(error, VaultError::Exists("app")), "{error}");
    let lost = NewApp {
        url: None,
        ..again.clone()
    };
    assert!(matches!(
        world.space.admit_app(lost).await,
        Err(VaultError::Invalid { .. })
    ));
    let broken = NewApp {
        manifest: "{}".into(),
        ..again
    };
    assert!(matches!(
        world.space.admit_app(broken).await,
        Err(VaultError::Invalid { .. })
    ));
    assert_eq!(world.space.apps().await.unwrap().len(), 1);
}

#[tokio::test]
async fn an_included_app_comes_again_and_keeps_what_it_has() {
    let world = World::new().await;
    let manifest = |version: &str| {
        format!(
            r#"{{"name":"My Backpack","url":"/index.html","version":"{version}","allowreadprofile":0,
                "vault":{{"scopes":[{{"scope":"vault:work.records:get"}}]}}}}"#
        )
    };
    let included = |version| NewApp {
        manifest: manifest(version),
        url: None,
        kind: AppKind::Included,
        key_pin: String::new(),
    };
    let id = world.space.admit_app(included("1")).await.unwrap();
    world.share(id, Narrowing::default(), week()).await;
    assert_eq!(world.space.admit_app(included("2")).await.unwrap(), id);
    let info = world.space.app(id).await.unwrap();
    assert_eq!(info.manifest.version, "2");
    assert_eq!(info.sees.len(), 1);
    assert_eq!(info.identity, Identity::Package { included: true });
    assert_eq!(info.destination, Destination::Local);
    let host = format!("http://{}.localhost:", id.as_uuid().simple());
    assert!(info.origin.starts_with(&host), "{}", info.origin);
    assert_eq!(info.frame_url, format!("{}/index.html", info.origin));
}

#[tokio::test]
async fn removing_ends_everything() {
    let world = World::new().await;
    let app = world.app("Hourly", &["work.records:get"]).await;
    world.share(app, Narrowing::default(), week()).await;
    world.space.set_app_config(app, Some("{}".into())).await.unwrap();
    assert_eq!(world.space.app(app).await.unwrap().stored_bytes, 2);
    world.space.remove_app(app).await.unwrap();
    world.denied(app, "/v1/records?kind=work").await;
    assert!(matches!(
        world.space.ask_for_app(app).await,
        Err(VaultError::NoSuch("app"))
    ));
    assert!(world.space.standing_grants().await.unwrap().is_empty());
    assert_eq!(world.space.app_config(app).await.unwrap(), None);
    assert_eq!(world.log_kinds().await, ["granted", "revoked", "removed"]);
}

#[tokio::test]
async fn an_app_keeps_a_limited_amount() {
    let world = World::empty(false).await;
    let app = world.app("Hourly", &[]).await;
    let most = "x".repeat(crate::apps::MOST_KEPT);
    world.space.set_app_config(app, Some(most.clone())).await.unwrap();
    let more = world.space.set_app_config(app, Some(format!("{most}x"))).await;
    assert!(matches!(more, Err(VaultError::Invalid { .. })));
    world.space.set_app_config(app, None).await.unwrap();
    assert_eq!(world.space.app_config(app).await.unwrap(), None);
}

#[tokio::test]
async fn an_app_that_asks_for_nothing_is_not_asked_about() {
    let world = World::empty(false).await;
    let app = world.app("Plain", &[]).await;
    assert_eq!(
        world.space.ask_for_app(app).await.unwrap(),
        Asked::Granted(Vec::new())
    );
}

const WINDOW: Window = Window {
    width: 800,
    height: 600,
    outer_width: 800,
    outer_height: 600,
    display: Display::Md,
};

async fn attested(world: &World, app: vault_store::AppId) -> Option<crate::apps::Attested> {
    let metadata = world.space.app_metadata(app).await.unwrap();
    let base = BaseUrl::new("http://127.0.0.1:20001").unwrap();
    let facts = metadata.into_facts(base, stranger(), None);
    let told = portable(&facts, &message_reply(&facts, &WINDOW));
    world.space.attest_metadata(app, told).await.unwrap()
}

/// What the vault's key signed, checked with nothing but what a server keeps from the first time.
fn read(attested: &crate::apps::Attested) -> Value {
    let pem = crate::test_vault::SIGNER.public_key_pem();
    let key = PubKey::from_pem(pem, Alg::Ps256).unwrap();
    let (signed, _) = attested.jws.rsplit_once('.').unwrap();
    let bytes = vault_crypto::jws::verify(&attested.jws, pem).unwrap();
    let set = serde_json::json!(rokwire::key::JwkSet::of([&key]));
    assert_eq!(attested.jwks["keys"][0]["n"], set["keys"][0]["n"]);
    assert_eq!(attested.jwks["keys"][0]["alg"], "PS256");
    assert_eq!(attested.jwks["keys"][0]["kid"], attested.kid);
    assert!(!signed.is_empty());
    serde_json::from_slice(&bytes).unwrap()
}

#[tokio::test]
async fn what_an_app_is_told_is_signed_for_its_server_once_something_is_shared() {
    let world = World::new().await;
    let app = world.app("Hourly", &["profile.first_name:get"]).await;
    let other = world.app("Other", &["profile.first_name:get"]).await;
    assert_eq!(attested(&world, app).await, None);
    let grant = world.share(app, Narrowing::default(), week()).await;
    assert_eq!(attested(&world, other).await, None);

    let first = attested(&world, app).await.unwrap();
    let claims = read(&first);
    assert_eq!(claims["aud"], app.as_uuid().simple().to_string());
    assert_eq!(claims["sub"], claims["metadata"]["profile"]["id"]);
    assert_eq!(claims["iss"], first.issuer);
    assert_eq!(
        claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(),
        300
    );
    assert_eq!(claims["metadata"]["profile"]["firstname"], CANARY);
    assert_eq!(claims["metadata"].get("verify"), None);
    assert_ne!(read(&attested(&world, app).await.unwrap())["jti"], claims["jti"]);
    // The receipt of the consent names the same key, so that both are kept together.
    let receipt = world.space.receipt(grant).await.unwrap().unwrap();
    let header = |jws: &str| jws.split('.').next().unwrap().to_owned();
    let names = |jws: &str| {
        use base64::Engine as _;
        let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD
            .decode(header(jws))
            .unwrap();
        serde_json::from_slice::<Value>(&bytes).unwrap()
    };
    assert_eq!(names(&receipt.jws)["kid"], first.kid);
    assert_eq!(names(&first.jws)["kid"], first.kid);
    assert_ne!(names(&receipt.jws)["typ"], names(&first.jws)["typ"]);
    assert!(!format!("{first:?}").contains(&first.jws));

    world.space.open_app_as_guest(app).await.unwrap();
    assert_eq!(attested(&world, app).await, None);
    world.space.open_app(app).await.unwrap();
    assert!(attested(&world, app).await.is_some());
    world.space.revoke_all().await.unwrap();
    assert_eq!(attested(&world, app).await, None);
}
