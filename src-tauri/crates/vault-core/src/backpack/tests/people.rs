//! Whom a persona is and where they are members comes back; what an app was offered does not.

use vault_store::apps::AppState;

use super::kit::{World, entries};
use crate::{VaultError, memberships::NewMembership, persona::PersonaField};

fn member(number: &str) -> NewMembership {
    NewMembership {
        cooperative: "somgarbatge".into(),
        name: "Som Garbatge SCCL".into(),
        number: number.into(),
        roles: vec!["member".into(), "worker".into()],
    }
}

fn body(file: &std::path::Path, name: &str) -> String {
    let found = entries(file).into_iter().find(|(path, _)| path.as_str() == name);
    String::from_utf8(found.unwrap().1).unwrap()
}

#[tokio::test]
async fn memberships_come_back_once_and_never_over_what_is_here() {
    let world = World::full().await;
    world.space.put_membership(member("00666")).await.unwrap();
    let packed = world.pack("a.backpack", false).await;
    let other = World::elsewhere().await;
    assert_eq!(other.restore(&packed).await.unwrap().memberships, 1);
    let all = other.space.memberships().await.unwrap();
    assert_eq!(all, world.space.memberships().await.unwrap());
    assert_eq!((all[0].number.as_str(), all[0].roles.len()), ("00666", 2));
    assert_eq!(other.restore(&packed).await.unwrap().memberships, 0);
    assert_eq!(other.space.memberships().await.unwrap(), all);

    other.space.put_membership(member("7")).await.unwrap();
    assert_eq!(other.restore(&packed).await.unwrap().memberships, 0);
    assert_eq!(other.space.memberships().await.unwrap()[0].number, "7");
    other.space.remove_membership("somgarbatge").await.unwrap();
    assert!(other.space.memberships().await.unwrap().is_empty());
    let gone = other.space.remove_membership("somgarbatge").await;
    assert!(matches!(gone, Err(VaultError::NoSuch("cooperative"))));
}

#[tokio::test]
async fn requests_for_data_and_mappings_come_back_once() {
    let world = World::full().await;
    let nothing = world.pack("a.backpack", false).await;
    let names = |file: &std::path::Path| {
        entries(file)
            .into_iter()
            .map(|(path, _)| path.as_str().to_owned())
    };
    assert!(!names(&nothing.file).any(|name| name == "requests.json"));
    let space = &world.space;
    let id = space.begin_data_request("wolt", "sv").await.unwrap();
    space
        .data_request_sent(id, space.vault().clock().now())
        .await
        .unwrap();
    space.put_mapping("Glovo", "{}").await.unwrap();
    let packed = world.pack("b.backpack", false).await;
    let other = World::elsewhere().await;
    for _ in 0..2 {
        other.restore(&packed).await.unwrap();
        let all = other.space.data_requests().await.unwrap();
        assert_eq!(all.len(), 1);
        assert_eq!(all[0].request, space.data_request(id).await.unwrap().request);
        assert_eq!(all[0].steps.len(), 1);
        assert_eq!(
            other.space.mappings().await.unwrap(),
            space.mappings().await.unwrap()
        );
    }
}

#[tokio::test]
async fn an_organisation_is_packed_as_one_and_comes_back_as_one() {
    let world = World::full().await;
    let person = world.pack("a.backpack", false).await;
    let yaml = body(&person.file, "persona.yaml");
    assert!(!yaml.contains("proxy"), "{yaml}");
    for (field, value) in [
        (PersonaField::Kind, "organization"),
        (PersonaField::LegalName, "Som Garbatge SCCL"),
        (PersonaField::RepresentativeName, "Puig, Oriol"),
        (PersonaField::RepresentativeTaxId, "87654321X"),
    ] {
        world.space.set_persona(field, value).await.unwrap();
    }
    let packed = world.pack("b.backpack", false).await;
    let yaml = body(&packed.file, "persona.yaml");
    for line in [
        "name: \"Som Garbatge SCCL\"\n",
        "proxyname: \"Puig, Oriol\"\n",
        "proxynif: \"87654321X\"\n",
    ] {
        assert!(yaml.contains(line), "{yaml}");
    }
    let json: serde_json::Value = serde_json::from_str(&body(&packed.file, "persona.json")).unwrap();
    assert_eq!(json["kind"], "organization");
    let other = World::elsewhere().await;
    other.restore(&packed).await.unwrap();
    let persona = other.space.persona().await.unwrap();
    assert_eq!(persona.kind(), crate::persona::PersonaKind::Organization);
    assert_eq!(persona.get(PersonaField::RepresentativeName), Some("Puig, Oriol"));
}

#[tokio::test]
async fn a_field_that_contradicts_another_is_not_kept() {
    let world = World::elsewhere().await;
    world
        .space
        .set_persona(PersonaField::BirthDate, "1990-02-28")
        .await
        .unwrap();
    let error = world
        .space
        .set_persona(PersonaField::BirthYear, "1991")
        .await
        .unwrap_err();
    assert!(
        matches!(
            error,
            VaultError::Invalid {
                field: "birth_year",
                ..
            }
        ),
        "{error}"
    );
    world
        .space
        .set_persona(PersonaField::BirthYear, "1990")
        .await
        .unwrap();
    let error = world
        .space
        .set_persona(PersonaField::BirthDate, "2999-01-01")
        .await
        .unwrap_err();
    assert!(
        matches!(
            error,
            VaultError::Invalid {
                field: "birth_date",
                ..
            }
        ),
        "{error}"
    );
    let persona = world.space.persona().await.unwrap();
    assert_eq!(persona.get(PersonaField::BirthDate), Some("1990-02-28"));
}

#[tokio::test]
async fn what_was_offered_stays_here() {
    let world = World::full().await;
    let app = world.space.apps().await.unwrap().remove(0);
    let wider =
        r#"{"name":"Hourly","url":"https://hourly.example/app","author":"Hourly","allowreadprofile":2}"#;
    world.space.renew_app(app.id, wider.into()).await.unwrap();
    assert!(world.space.app(app.id).await.unwrap().offer.is_some());
    let packed = world.pack("a.backpack", false).await;
    assert!(!body(&packed.file, "apps.json").contains("offered"));
    let other = World::elsewhere().await;
    other.restore(&packed).await.unwrap();
    let arrived = other.space.app(app.id).await.unwrap();
    assert_eq!((arrived.state, arrived.offer.is_none()), (AppState::Review, true));
    assert!(matches!(
        other.space.open_app(app.id).await,
        Err(VaultError::Unseen)
    ));
}
