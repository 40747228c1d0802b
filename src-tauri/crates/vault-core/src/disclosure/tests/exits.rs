//! Ways out of apps: agreed once or for good, logged without what goes through, and never silent out of an app without network.

use url::Url;
use vault_store::{AppId, apps::AppKind};

use super::kit::World;
use crate::{
    VaultError,
    apps::{Exit, ExitWay, NewApp},
    disclosure::ActivityFilter,
};

async fn app(world: &World, name: &str, kind: AppKind) -> AppId {
    let host = name.to_lowercase();
    let address = (kind == AppKind::Hosted).then(|| format!("https://{host}.example"));
    let manifest = match &address {
        Some(address) => serde_json::json!({"name": name, "url": format!("{address}/")}),
        None => serde_json::json!({"name": name, "url": "index.html"}),
    };
    let new = NewApp {
        manifest: manifest.to_string(),
        url: address.map(|address| Url::parse(&format!("{address}/openplatform.json")).unwrap()),
        kind,
        key_pin: String::new(),
    };
    world.space.admit_app(new).await.unwrap()
}

async fn lines(world: &World, name: &str) -> Vec<(String, String)> {
    let filter = ActivityFilter {
        party: Some(name.to_owned()),
        ..ActivityFilter::default()
    };
    let page = world.space.activity(filter, 0, 50).await.unwrap();
    page.items
        .into_iter()
        .map(|item| (item.what, item.words))
        .collect()
}

#[tokio::test]
async fn a_way_is_closed_until_it_is_opened_and_after_it_is_closed() {
    let world = World::empty(false).await;
    let (from, to) = (
        app(&world, "Alpha", AppKind::Hosted).await,
        app(&world, "Beta", AppKind::Hosted).await,
    );
    let link = Exit::link(&Url::parse("https://c.example/secret?x=1").unwrap()).unwrap();
    assert_eq!(link.target(), "https://c.example");
    for exit in [Exit::share(to), Exit::services(to), Exit::clipboard(), link] {
        let open = async || world.space.exit_allowed(from, exit.clone()).await.unwrap();
        assert!(!open().await);
        world.space.allow_exit(from, exit.clone()).await.unwrap();
        assert!(open().await);
        assert!(!world.space.exit_allowed(to, exit.clone()).await.unwrap_or(false));
        assert!(world.space.close_exit(from, exit.clone()).await.unwrap());
        assert!(!open().await && !world.space.close_exit(from, exit.clone()).await.unwrap());
    }
    // The same way to another app, and another way to the same, are ways of their own.
    world.space.allow_exit(from, Exit::share(to)).await.unwrap();
    assert!(!world.space.exit_allowed(from, Exit::services(to)).await.unwrap());
    assert!(!world.space.exit_allowed(from, Exit::share(from)).await.unwrap());
    let open = world.space.exits(from).await.unwrap();
    assert_eq!(
        open.iter()
            .map(|one| (one.exit.way(), one.words.as_str()))
            .collect::<Vec<_>>(),
        [(ExitWay::Share, "Hands things to Beta")]
    );
    assert_eq!(Exit::named("share", open[0].exit.target()), Some(Exit::share(to)));
    world.space.remove_app(to).await.unwrap();
    assert!(world.space.exits(from).await.unwrap().is_empty());
    assert!(matches!(
        world.space.exit_allowed(from, Exit::share(to)).await,
        Err(VaultError::NoSuch("app"))
    ));
}

#[tokio::test]
async fn an_app_without_network_is_asked_about_every_time_it_would_leave_this_computer() {
    let world = World::empty(false).await;
    let inside = app(&world, "Inside", AppKind::Packaged).await;
    let other = app(&world, "Other", AppKind::Packaged).await;
    let outside = app(&world, "Outside", AppKind::Hosted).await;
    let link = Exit::link(&Url::parse("https://c.example/").unwrap()).unwrap();
    for exit in [Exit::share(outside), Exit::services(outside), link] {
        let question = world.space.exit_question(inside, exit.clone()).await.unwrap();
        assert!(question.leaves && !question.may_stand, "{exit:?}");
        let refused = world.space.allow_exit(inside, exit.clone()).await;
        assert!(matches!(refused, Err(VaultError::Invalid { field: "exit", .. })));
        assert!(!world.space.exit_allowed(inside, exit).await.unwrap());
    }
    for exit in [Exit::share(other), Exit::clipboard()] {
        world.space.allow_exit(inside, exit.clone()).await.unwrap();
        assert!(world.space.exit_allowed(inside, exit).await.unwrap());
    }
}

#[tokio::test]
async fn agreement_use_refusal_and_end_are_in_the_log_and_nothing_that_went_through() {
    let world = World::empty(false).await;
    let (from, to) = (
        app(&world, "Alpha", AppKind::Hosted).await,
        app(&world, "Beta", AppKind::Hosted).await,
    );
    world.space.exit_used(from, Exit::clipboard(), 12).await.unwrap();
    world.space.exit_refused(from, Exit::clipboard()).await.unwrap();
    world.space.allow_exit(from, Exit::share(to)).await.unwrap();
    for _ in 0..3 {
        world.space.exit_used(from, Exit::share(to), 4).await.unwrap();
    }
    world.space.close_exit(from, Exit::share(to)).await.unwrap();
    let lines = lines(&world, "Alpha").await;
    let said: Vec<(&str, &str)> = lines
        .iter()
        .map(|(what, words)| (what.as_str(), words.as_str()))
        .collect();
    assert_eq!(
        said[..4],
        [
            ("Hands things to Beta", "You closed it"),
            ("Hands things to Beta", "You agreed, until you close it"),
            ("Copies things", "You refused"),
            ("Copies things", "You let it through"),
        ]
    );
    assert!(!world.space.app(from).await.unwrap().can_ask_to_erase);
}

#[test]
fn only_ways_that_exist_have_a_name() {
    for (way, target) in [
        ("share", ""),
        ("share", "https://a.example"),
        ("clipboard", "x"),
        ("link", "file:///etc/passwd"),
        ("link", "javascript:alert(1)"),
        ("fax", ""),
    ] {
        assert_eq!(Exit::named(way, target), None, "{way} {target}");
    }
}
