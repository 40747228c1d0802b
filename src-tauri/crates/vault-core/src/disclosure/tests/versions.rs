//! Manifests that change: what asks for no more is taken, what asks for more waits, another address or key pauses the app.

use serde_json::{Value, json};
use url::Url;
use vault_store::{
    AppId, Scope, Sha256,
    apps::{AppKind, AppState},
    disclosures::DisclosureKind,
};

use super::super::{Asked, Duration as For, Narrowing, v1::Caller};
use super::kit::{World, week};
use crate::{
    VaultError, VaultEvent,
    apps::{
        Admitted, AppChoices, AppFile, AppStatus, LARGEST_ICON, Moved, NewApp, NewPackage, RENEWED_AFTER,
        Renewal, TokenOwner,
    },
};

const ADDRESS: &str = "https://app.example/openplatform.json";

/// The manifest that is agreed to first.
fn first() -> Value {
    json!({
        "name": "Hourly", "url": "https://app.example/", "author": "Fair Hours", "version": "1", "allowreadprofile": 0,
        "vault": {"purpose": "To show your work.", "scopes": [
            {"scope": "vault:reviews:get", "explanation": "for the page"},
            {"scope": "vault:work.records:get", "explanation": "for the page"},
        ]}
    })
}

/// The same with some members replaced.
fn with(members: Value) -> Value {
    let mut manifest = first();
    for (name, value) in members.as_object().unwrap() {
        manifest[name] = value.clone();
    }
    manifest
}

fn scopes(names: &[(&str, bool)]) -> Value {
    let one = |(scope, required): &(&str, bool)| json!({"scope": format!("vault:{scope}"), "required": required, "explanation": "for the page"});
    json!({"vault": {"purpose": "To show your work.", "scopes": names.iter().map(one).collect::<Vec<_>>()}})
}

fn wider() -> Value {
    with(scopes(&[
        ("reviews:get", false),
        ("work.records:get", false),
        ("payments:get", false),
    ]))
}

fn moved() -> Value {
    with(json!({"url": "https://other.example/"}))
}

fn hosted(manifest: &Value) -> NewApp {
    NewApp {
        manifest: manifest.to_string(),
        url: Some(Url::parse(ADDRESS).unwrap()),
        kind: AppKind::Hosted,
        key_pin: String::new(),
    }
}

async fn install(world: &World) -> AppId {
    world.space.admit_app(hosted(&first())).await.unwrap()
}

async fn renew(world: &World, app: AppId, manifest: &Value) -> Renewal {
    world.space.renew_app(app, manifest.to_string()).await.unwrap()
}

async fn shown(world: &World, app: AppId) -> Sha256 {
    world.space.app(app).await.unwrap().offer.unwrap().sha256
}

#[tokio::test]
async fn the_same_manifest_is_no_news() {
    let world = World::empty(false).await;
    let app = install(&world).await;
    let before = world.log().await.len();
    assert_eq!(renew(&world, app, &first()).await, Renewal::Same);
    let spaced = serde_json::to_string_pretty(&first()).unwrap();
    assert_eq!(world.space.renew_app(app, spaced).await.unwrap(), Renewal::Same);
    assert_eq!(world.log().await.len(), before);
    assert!(matches!(
        world.space.renew_app(app, "{".into()).await,
        Err(VaultError::Invalid { .. })
    ));
    assert_eq!(world.space.app(app).await.unwrap().state, AppState::Ready);
}

#[tokio::test]
async fn what_asks_for_no_more_is_taken_and_logged() {
    let world = World::new().await;
    let app = install(&world).await;
    let grant = world.share(app, Narrowing::default(), week()).await;
    let narrower = with(json!({"version": "2", "vault": scopes(&[("reviews:get", false)])["vault"]}));
    assert_eq!(renew(&world, app, &narrower).await, Renewal::Taken);
    let info = world.space.app(app).await.unwrap();
    assert_eq!((info.manifest.version.as_str(), info.asks.len()), ("2", 1));
    assert_eq!(info.sees.first().map(|view| view.grant.id), Some(grant));
    assert!(info.offer.is_none());
    let last = world.log().await.pop().unwrap();
    assert_eq!(
        (last.kind, last.reason.as_str()),
        (DisclosureKind::Accepted, "narrower")
    );
}

#[tokio::test]
async fn every_way_to_ask_for_more_waits() {
    let more = [
        wider(),
        with(json!({"allowreadprofile": 1})),
        with(json!({"allowreadprofile": 2})),
        with(json!({"allownotifications": true})),
        with(json!({"serververify": true})),
        with(json!({"name": "Hourly Plus"})),
        with(json!({"author": "Somebody else"})),
        with(scopes(&[("reviews:get", true), ("work.records:get", false)])),
        with(json!({"vault": {"purpose": "To sell it.", "scopes": first()["vault"]["scopes"]}})),
    ];
    for manifest in more {
        let world = World::empty(false).await;
        let app = install(&world).await;
        assert_eq!(
            renew(&world, app, &manifest).await,
            Renewal::Offered,
            "{manifest}"
        );
        let info = world.space.app(app).await.unwrap();
        assert_eq!(
            (info.state, info.manifest.name.as_str()),
            (AppState::Ready, "Hourly")
        );
        assert!(info.offer.is_some_and(|offer| offer.moved.is_none()));
    }
}

#[tokio::test]
async fn a_wider_manifest_keeps_what_is_granted_and_gets_nothing_more_until_the_look() {
    let mut world = World::new().await;
    let app = install(&world).await;
    world.share(app, Narrowing::default(), week()).await;
    assert_eq!(renew(&world, app, &wider()).await, Renewal::Offered);
    assert_eq!(renew(&world, app, &wider()).await, Renewal::Offered);
    world.read(app, "/v1/records?kind=review").await;
    assert!(matches!(
        world.space.ask_for_app(app).await.unwrap(),
        Asked::Granted(_)
    ));
    world.told();
    world.denied(app, "/v1/records?kind=payment").await;
    let asked = |event: &VaultEvent| matches!(event, VaultEvent::ConsentRequested { .. });
    assert!(!world.told().iter().any(asked), "nobody is asked");
    let last = world.log().await.pop().unwrap();
    assert_eq!(
        (last.kind, last.reason.as_str()),
        (DisclosureKind::Refused, "unreviewed")
    );

    let sha256 = shown(&world, app).await;
    world.space.use_new_version(app, sha256).await.unwrap();
    let info = world.space.app(app).await.unwrap();
    assert_eq!((info.asks.len(), info.sees.len()), (3, 1));
    assert!(info.offer.is_none());
    world.read(app, "/v1/records?kind=review").await;
    let question = world.question(app).await;
    let asked = world.space.question(question).await.unwrap();
    let payments = Scope::new("vault:payments:get").unwrap();
    assert_eq!(
        asked.scopes.iter().map(|line| &line.scope).collect::<Vec<_>>(),
        [&payments]
    );
    assert!(world.log_kinds().await.contains(&"accepted"));
}

#[tokio::test]
async fn what_was_not_accepted_is_not_asked_for_with_what_was() {
    let world = World::new().await;
    let app = install(&world).await;
    renew(&world, app, &wider()).await;
    let question = world.question(app).await;
    let asked = world.space.question(question).await.unwrap();
    assert_eq!(asked.scopes.len(), 2);
}

#[tokio::test]
async fn a_version_that_was_not_taken_is_not_offered_again() {
    let world = World::empty(false).await;
    let app = install(&world).await;
    renew(&world, app, &wider()).await;
    let sha256 = shown(&world, app).await;
    let other = Sha256::of(b"something else");
    for refused in [
        world.space.keep_old_version(app, other).await,
        world.space.use_new_version(app, other).await,
    ] {
        assert!(matches!(refused, Err(VaultError::NoSuch("offer"))));
    }
    world.space.keep_old_version(app, sha256).await.unwrap();
    assert!(world.space.app(app).await.unwrap().offer.is_none());
    assert!(matches!(
        world.space.use_new_version(app, sha256).await,
        Err(VaultError::NoSuch("offer"))
    ));
    assert_eq!(renew(&world, app, &wider()).await, Renewal::Same);
    assert!(world.space.app(app).await.unwrap().offer.is_none());
    let widest = with(json!({"allowreadprofile": 2}));
    assert_eq!(renew(&world, app, &widest).await, Renewal::Offered);
    assert_eq!(renew(&world, app, &first()).await, Renewal::Same);
    assert!(
        world.space.app(app).await.unwrap().offer.is_none(),
        "it was taken back"
    );
}

#[tokio::test]
async fn another_address_pauses_the_app_at_once() {
    let mut world = World::new().await;
    let app = install(&world).await;
    let grant = world.share(app, Narrowing::default(), week()).await;
    let opened = world.space.open_app(app).await.unwrap();
    world.told();
    assert_eq!(renew(&world, app, &moved()).await, Renewal::Paused);
    let over = |event: &VaultEvent| matches!(event, VaultEvent::GrantChanged { grant: it, live: false, .. } if *it == grant);
    assert!(world.told().iter().any(over), "an open long-poll is woken");
    world.denied(app, "/v1/records?kind=review").await;
    world.denied(app, "/v1/grant").await;
    let token = openplatform::token::PresentedToken::new(opened.token.expose()).unwrap();
    assert_eq!(
        world.space.token_owner(&token).await.unwrap(),
        TokenOwner::Over(app)
    );
    assert!(matches!(
        world.space.ask_for_app(app).await,
        Err(VaultError::Paused)
    ));
    assert!(matches!(world.space.open_app(app).await, Err(VaultError::Paused)));
    let info = world.space.app(app).await.unwrap();
    assert_eq!(
        (info.state, info.sees.len(), info.open),
        (AppState::Review, 0, false)
    );
    let addresses = Moved::Address("https://app.example".into(), "https://other.example".into());
    assert_eq!(info.offer.unwrap().moved, Some(addresses));
    assert!(world.log_kinds().await.contains(&"paused"));
    assert_eq!(
        renew(&world, app, &first()).await,
        Renewal::Paused,
        "only the person ends it"
    );
    assert_eq!(renew(&world, app, &wider()).await, Renewal::Paused);
}

#[tokio::test]
async fn an_open_long_poll_ends_when_the_app_is_paused() {
    let world = World::new().await;
    let app = install(&world).await;
    world.share(app, Narrowing::default(), week()).await;
    let page = world.read(app, "/v1/changes").await;
    let cursor = page["next"]
        .as_str()
        .or(page["cursor"].as_str())
        .unwrap_or_default()
        .to_owned();
    let space = world.space.clone();
    let poll = tokio::spawn(async move {
        let path = format!("/v1/changes?after={cursor}");
        space.answer_v1(Caller::App(app), &path, None).await.unwrap()
    });
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    renew(&world, app, &moved()).await;
    let answer = tokio::time::timeout(std::time::Duration::from_secs(10), poll)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(answer.status, 403);
}

#[tokio::test]
async fn a_paused_app_goes_on_with_the_old_version_and_what_it_saw() {
    let world = World::new().await;
    let app = install(&world).await;
    world.share(app, Narrowing::default(), week()).await;
    renew(&world, app, &moved()).await;
    let sha256 = shown(&world, app).await;
    world.space.keep_old_version(app, sha256).await.unwrap();
    world.space.open_app(app).await.unwrap();
    world.read(app, "/v1/records?kind=review").await;
    assert_eq!(renew(&world, app, &moved()).await, Renewal::Same);
}

#[tokio::test]
async fn what_comes_from_another_address_inherits_nothing() {
    let world = World::new().await;
    let app = install(&world).await;
    world.share(app, Narrowing::default(), For::UntilRevoked).await;
    world
        .space
        .set_app_config(app, Some("kept".into()))
        .await
        .unwrap();
    let before = row(&world, app).await;
    renew(&world, app, &moved()).await;
    world
        .space
        .use_new_version(app, shown(&world, app).await)
        .await
        .unwrap();
    let info = world.space.app(app).await.unwrap();
    assert_eq!(
        (info.state, info.origin.as_str()),
        (AppState::Ready, "https://other.example")
    );
    assert_eq!(world.space.app_config(app).await.unwrap(), None);
    assert!(world.space.standing_grants().await.unwrap().is_empty());
    world.space.open_app(app).await.unwrap();
    let after = row(&world, app).await;
    assert_ne!((before.0, before.1), (after.0, after.1));
    assert!(matches!(
        world.space.ask_for_app(app).await.unwrap(),
        Asked::Question(_) | Asked::Refused
    ));
}

#[tokio::test]
async fn a_new_name_that_imitates_cannot_be_taken() {
    let world = World::empty(false).await;
    let app = install(&world).await;
    renew(&world, app, &with(json!({"name": "Sаtchel"}))).await;
    let sha256 = shown(&world, app).await;
    assert!(matches!(
        world.space.use_new_version(app, sha256).await,
        Err(VaultError::Imitates(_))
    ));
    world.space.keep_old_version(app, sha256).await.unwrap();
}

#[tokio::test]
async fn installing_again_takes_what_the_person_has_just_looked_at() {
    let world = World::empty(false).await;
    let app = install(&world).await;
    assert!(matches!(
        world.space.admit_app(hosted(&first())).await,
        Err(VaultError::Exists("app"))
    ));
    assert_eq!(world.space.admit_app(hosted(&wider())).await.unwrap(), app);
    assert_eq!(world.space.app(app).await.unwrap().asks.len(), 3);
}

#[tokio::test]
async fn a_package_with_another_key_pauses_the_app() {
    let world = World::empty(false).await;
    let package = |version: &str, key: &str| NewApp {
        manifest:
            json!({"name": "Mile Log", "url": "/index.html", "version": version, "allowreadprofile": 0})
                .to_string(),
        url: None,
        kind: AppKind::Packaged,
        key_pin: key.into(),
    };
    let app = world.space.admit_app(package("1", "aa")).await.unwrap();
    assert!(matches!(
        world.space.admit_app(package("1", "aa")).await,
        Err(VaultError::Exists("app"))
    ));
    assert_eq!(world.space.admit_app(package("2", "aa")).await.unwrap(), app);
    let info = world.space.app(app).await.unwrap();
    assert_eq!(
        (info.state, info.manifest.version.as_str()),
        (AppState::Ready, "2")
    );
    assert_eq!(world.space.admit_app(package("3", "bb")).await.unwrap(), app);
    let info = world.space.app(app).await.unwrap();
    assert_eq!(
        (info.state, info.manifest.version.as_str()),
        (AppState::Review, "2")
    );
    let offer = info.offer.unwrap();
    assert_eq!(offer.moved, Some(Moved::Key("aa".into(), "bb".into())));
    world.space.use_new_version(app, offer.sha256).await.unwrap();
    assert!(matches!(
        world.space.admit_app(package("3", "bb")).await,
        Err(VaultError::Exists("app"))
    ));
    assert_eq!(world.space.admit_app(package("3", "aa")).await.unwrap(), app);
    assert_eq!(world.space.app(app).await.unwrap().state, AppState::Review);
}

fn file(path: &str, bytes: &str) -> AppFile {
    AppFile {
        path: path.into(),
        bytes: bytes.into(),
    }
}

fn packed(version: &str, key: &str, page: &str) -> NewPackage {
    NewPackage {
        manifest:
            json!({"name": "Mile Log", "url": "/index.html", "version": version, "allowreadprofile": 0})
                .to_string(),
        key_pin: key.into(),
        files: vec![file("/index.html", page), file("/app.js", "1")],
    }
}

/// The first page of an app, as the gateway serves it.
async fn page(world: &World, app: AppId) -> Option<String> {
    let found = world.vault.package_file(app, "/index.html").await.unwrap();
    found.map(|bytes| String::from_utf8(bytes).unwrap())
}

#[tokio::test]
async fn files_of_a_signed_package_are_taken_and_those_of_another_key_wait() {
    let world = World::empty(false).await;
    let app = world
        .space
        .admit_package(packed("1", "aa", "one"))
        .await
        .unwrap()
        .id();
    assert_eq!(page(&world, app).await.as_deref(), Some("one"));
    assert_eq!(world.space.package_named("Mile Log").await.unwrap(), Some(app));
    assert!(matches!(
        world.space.admit_package(packed("1", "aa", "one")).await,
        Err(VaultError::Exists("app"))
    ));
    let taken = world.space.admit_package(packed("1", "aa", "two")).await.unwrap();
    assert_eq!(taken, Admitted::Known(app, Renewal::Taken));
    assert_eq!(page(&world, app).await.as_deref(), Some("two"));

    for (key, what) in [("bb", "another key"), ("", "no key any more")] {
        let paused = world
            .space
            .admit_package(packed("1", key, "three"))
            .await
            .unwrap();
        assert_eq!(paused, Admitted::Known(app, Renewal::Paused), "{what}");
        assert_eq!(page(&world, app).await.as_deref(), Some("two"), "{what}");
        let info = world.space.app(app).await.unwrap();
        assert_eq!(info.state, AppState::Review, "{what}");
        assert!(matches!(world.space.open_app(app).await, Err(VaultError::Paused)));
        let offer = info.offer.unwrap();
        assert!(offer.files && offer.moved.is_some() && offer.signed != key.is_empty());
        world.space.keep_old_version(app, offer.sha256).await.unwrap();
        assert_eq!(page(&world, app).await.as_deref(), Some("two"), "{what}");
    }
    world
        .space
        .admit_package(packed("1", "bb", "four"))
        .await
        .unwrap();
    world
        .space
        .set_app_config(app, Some("kept".into()))
        .await
        .unwrap();
    let first = shown(&world, app).await;
    // What waits is replaced: a yes to what was shown before is none to this.
    world
        .space
        .admit_package(packed("1", "bb", "five"))
        .await
        .unwrap();
    assert!(matches!(
        world.space.use_new_version(app, first).await,
        Err(VaultError::NoSuch("offer"))
    ));
    world
        .space
        .use_new_version(app, shown(&world, app).await)
        .await
        .unwrap();
    assert_eq!(page(&world, app).await.as_deref(), Some("five"));
    assert_eq!(
        world.space.app_config(app).await.unwrap(),
        None,
        "another party begins anew"
    );
}

#[tokio::test]
async fn a_package_that_nobody_signed_waits_for_a_look_whatever_differs() {
    let world = World::empty(false).await;
    let app = world
        .space
        .admit_package(packed("1", "", "one"))
        .await
        .unwrap()
        .id();
    let other = world.space.admit_package(packed("1", "", "two")).await.unwrap();
    assert_eq!(other, Admitted::Known(app, Renewal::Offered));
    assert_eq!(page(&world, app).await.as_deref(), Some("one"));
    let refused = shown(&world, app).await;
    world.space.keep_old_version(app, refused).await.unwrap();
    // The same again is not offered again; other files are.
    assert!(matches!(
        world.space.admit_package(packed("1", "", "two")).await,
        Err(VaultError::Exists("app"))
    ));
    world.space.admit_package(packed("1", "", "three")).await.unwrap();
    world
        .space
        .use_new_version(app, shown(&world, app).await)
        .await
        .unwrap();
    assert_eq!(page(&world, app).await.as_deref(), Some("three"));
}

#[tokio::test]
async fn a_removed_package_leaves_no_file() {
    let world = World::empty(false).await;
    let app = world
        .space
        .admit_package(packed("1", "aa", "one"))
        .await
        .unwrap()
        .id();
    world.space.admit_package(packed("2", "bb", "two")).await.unwrap();
    world.space.remove_app(app).await.unwrap();
    assert_eq!(page(&world, app).await, None);
    let again = world.space.admit_package(packed("1", "cc", "one")).await.unwrap();
    assert!(
        matches!(again, Admitted::New(id) if id != app),
        "nothing is pinned any more"
    );
}

/// The account and the verify token of an app.
async fn row(world: &World, app: AppId) -> (String, Vec<u8>) {
    let found = world
        .space
        .write(move |turn| {
            Ok(turn
                .space
                .db
                .read(|view| vault_store::apps::get(view, app))?
                .unwrap())
        })
        .await
        .unwrap();
    (found.account, found.verify_token.expose().to_vec())
}

#[tokio::test]
async fn an_app_that_does_not_answer_says_since_when_and_another_party_inherits_nothing() {
    let world = World::empty(false).await;
    let app = install(&world).await;
    assert_eq!(world.space.apps_to_renew().await.unwrap(), [app]);
    world.space.app_looked_for(app, false).await.unwrap();
    assert!(world.space.apps_to_renew().await.unwrap().is_empty());
    let first = world.space.app_status(app).await.unwrap();
    assert_eq!(first.offline_since, first.refreshed_at);

    world.clock.advance(RENEWED_AFTER);
    assert_eq!(world.space.apps_to_renew().await.unwrap(), [app]);
    world.space.app_looked_for(app, false).await.unwrap();
    let second = world.space.app_status(app).await.unwrap();
    assert_eq!(
        second.offline_since, first.offline_since,
        "the first look in vain counts"
    );
    world
        .space
        .set_app_icon(app, "https://app.example/i.png".into(), Some(vec![1, 2]))
        .await
        .unwrap();
    world.space.app_looked_for(app, true).await.unwrap();
    let third = world.space.app_status(app).await.unwrap();
    assert_eq!((third.offline_since, third.icon), (None, Some(vec![1, 2])));
    let large = vec![0; LARGEST_ICON + 1];
    assert!(matches!(
        world.space.set_app_icon(app, String::new(), Some(large)).await,
        Err(VaultError::Invalid { field: "icon", .. })
    ));

    let typed = AppChoices {
        reference: "R-1".into(),
        request_secret: Some("canary".into()),
        ..AppChoices::default()
    };
    world.space.set_app_choices(app, typed).await.unwrap();
    assert_eq!(renew(&world, app, &moved()).await, Renewal::Paused);
    world
        .space
        .use_new_version(app, shown(&world, app).await)
        .await
        .unwrap();
    assert_eq!(world.space.app_choices(app).await.unwrap(), AppChoices::default());
    assert_eq!(world.space.app_status(app).await.unwrap(), AppStatus::default());
}
