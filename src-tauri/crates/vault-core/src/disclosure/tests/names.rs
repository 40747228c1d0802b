//! Names that imitate: refused when an app is admitted and when anybody else asks.

use serde_json::json;
use url::Url;
use vault_store::{AppId, Party, PartyKind, Scope, apps::AppKind, disclosures::DisclosureKind};

use super::super::{
    ActivityFilter, Asked, Destination, DisclosureRequest, Identity, Narrowing, Outcome, Recipient,
    RequestedScope,
    v1::{CONSENT_DENIED, Caller},
};
use super::kit::{World, week};
use crate::{VaultError, apps::NewApp, memberships::NewMembership};

async fn install(world: &World, name: &str) -> Result<AppId, VaultError> {
    let new = NewApp {
        manifest: json!({"name": name, "url": "https://fresh.example/"}).to_string(),
        url: Some(Url::parse("https://fresh.example/openplatform.json").unwrap()),
        kind: AppKind::Hosted,
        key_pin: String::new(),
    };
    world.space.admit_app(new).await
}

fn asks(kind: PartyKind, id: &str, name: &str) -> DisclosureRequest {
    DisclosureRequest {
        recipient: Recipient {
            party: Party {
                kind,
                id: id.into(),
                name: name.into(),
            },
            maker: String::new(),
            origin: String::new(),
            identity: Identity::Unknown,
            destination: Destination::Internet {
                host: "somewhere.example".into(),
            },
        },
        face: vault_store::Face::Core,
        purpose: String::new(),
        privacy: None,
        scopes: vec![RequestedScope {
            scope: Scope::new("vault:reviews:get").unwrap(),
            required: false,
            explanation: None,
            declared: true,
        }],
        narrowing: Narrowing::default(),
    }
}

async fn member(world: &World) {
    let new = NewMembership {
        cooperative: "somgarbatge".into(),
        name: "Som Garbatge".into(),
        number: "12".into(),
        roles: vec!["worker".into()],
    };
    world.space.put_membership(new).await.unwrap();
}

#[tokio::test]
async fn an_app_may_not_bear_the_name_of_another_party() {
    let world = World::empty(false).await;
    world.app("Hourly", &[]).await;
    member(&world).await;
    for (name, known) in [
        ("SATCHEL", "Satchel"),
        ("Sаtchеl", "Satchel"),
        ("Hour-ly", "Hourly"),
        ("Ηourly", "Hourly"),
        ("RapidMeaIs", "Rapid Meals"),
        ("Quíllwork", "Quillwork"),
        ("som_garbatge", "Som Garbatge"),
    ] {
        match install(&world, name).await {
            Err(VaultError::Imitates(imitated)) => {
                assert_eq!(imitated.expose(), known);
                assert!(!format!("{imitated:?}").contains(known));
            }
            other => panic!("{name}: {other:?}"),
        }
    }
    assert_eq!(world.log().await.len(), 1, "nothing was installed but Hourly");
    install(&world, "Hourglass").await.unwrap();
}

#[tokio::test]
async fn an_app_has_its_own_name_again() {
    let world = World::empty(false).await;
    let id = install(&world, "Hourly").await.unwrap();
    assert!(matches!(
        install(&world, "Hourly").await,
        Err(VaultError::Exists("app"))
    ));
    world.space.remove_app(id).await.unwrap();
    install(&world, "Hourly").await.unwrap();
}

#[tokio::test]
async fn who_asks_under_the_name_of_another_is_refused_and_nobody_is_asked() {
    let mut world = World::new().await;
    world.app("Hourly", &[]).await;
    world.told();
    for (name, reason) in [
        ("HOURLY", "imitates"),
        ("Satchel\u{301}", "imitates"),
        ("Nice\u{202E}one", "no_name"),
        ("  ", "no_name"),
    ] {
        let request = asks(PartyKind::Service, &format!("of {reason} {}", name.len()), name);
        assert_eq!(
            world.space.ask(request).await.unwrap(),
            Asked::Refused,
            "{name:?}"
        );
        let last = world.log().await.pop().unwrap();
        assert_eq!(
            (last.kind, last.reason.as_str()),
            (DisclosureKind::Refused, reason)
        );
        assert!(!last.party.name.contains('\u{202E}'));
    }
    let asked = |event: &crate::VaultEvent| matches!(event, crate::VaultEvent::ConsentRequested { .. });
    assert!(!world.told().iter().any(asked));
    let page = world
        .space
        .activity(ActivityFilter::default(), 0, 10)
        .await
        .unwrap();
    let words: Vec<&str> = page.items.iter().map(|item| item.words.as_str()).collect();
    assert!(words.contains(&"Refused, its name imitates another"), "{words:?}");
    assert!(words.contains(&"Refused, its name hides something"), "{words:?}");
}

#[tokio::test]
async fn an_imitator_gets_the_bytes_that_everybody_refused_gets_and_one_line_in_the_log() {
    let world = World::new().await;
    let caller = || Caller::Party(asks(PartyKind::Consumer, "c1", "Rapid-Meals").recipient);
    let before = world.log().await.len();
    for _ in 0..3 {
        let answer = world
            .space
            .answer_v1(caller(), "/v1/records?kind=review", None)
            .await
            .unwrap();
        assert_eq!((answer.status, &*answer.body), (403, CONSENT_DENIED));
    }
    assert_eq!(world.log().await.len(), before + 1);
}

#[tokio::test]
async fn who_is_known_under_a_name_keeps_it_and_nobody_else_gets_it() {
    let world = World::new().await;
    let request = || asks(PartyKind::Service, "s1", "Ledger");
    let Asked::Question(id) = world.space.ask(request()).await.unwrap() else {
        panic!("a plain name is asked about")
    };
    let grant = world.allow(id, Narrowing::default(), week()).await;
    assert_eq!(world.space.wait(id).await.unwrap(), Outcome::Granted(grant));
    assert_eq!(
        world.space.ask(request()).await.unwrap(),
        Asked::Granted(vec![grant])
    );
    assert!(matches!(
        install(&world, "LEDGER").await,
        Err(VaultError::Imitates(_))
    ));
    let other = asks(PartyKind::Service, "s2", "Ledger");
    assert_eq!(world.space.ask(other).await.unwrap(), Asked::Refused);
}

#[tokio::test]
async fn a_cooperative_of_the_person_asks_under_its_own_name() {
    let world = World::new().await;
    member(&world).await;
    let own = asks(PartyKind::Cooperative, "somgarbatge", "Som Garbatge");
    assert!(matches!(world.space.ask(own).await.unwrap(), Asked::Question(_)));
    let other = asks(PartyKind::Cooperative, "elsewhere", "Som Garbatge");
    assert_eq!(world.space.ask(other).await.unwrap(), Asked::Refused);
}
