//! Account, profile and external ids: their rows of 8.3.

use serde_json::{Value, json};
use time::Duration;
use vault_core::persona::PersonaField;

use super::kit::{
    CITY, FIRST_NAME, admit, admit_as, agree, authorize, code, consent, is, login, part, read, send,
};
use crate::kit::World;

const PROFILE: &str = "/services/account/profile";

#[tokio::test(flavor = "multi_thread")]
async fn a_profile_has_the_fields_that_were_agreed_to_and_no_others() {
    let world = World::new().await;
    let app = admit(&world).await;
    for (field, value) in [
        (PersonaField::City, "Tarragona"),
        (PersonaField::BirthYear, "1990"),
        (PersonaField::Email, "lucia@post.example"),
    ] {
        world.space.set_persona(field, value).await.unwrap();
    }
    let year = "vault:profile.birth_year:get";
    let (token, ..) = consent(&world, &app, &[FIRST_NAME, CITY, year]).await;
    let shown: Value = read(&world, PROFILE, &token).await.json();
    assert_eq!(
        shown,
        json!({ "id": part(&token, 1)["sub"], "first_name": "Lucía", "birth_year": 1990, "city": "Tarragona" })
    );
    let v1: Value = world.v1(&token, "/v1/profile").await.json();
    assert_eq!(v1["profile"].as_object().unwrap().len(), 3);
    assert_eq!(
        code(&world.v1(&token, "/v1/profile?fields=email").await),
        is(403, "consent_denied")
    );
    assert!(
        world.space.pending_requests().await.unwrap().is_empty(),
        "a token asks for nothing"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn writing_needs_its_own_consent_for_each_field() {
    let world = World::new().await;
    let app = admit(&world).await;
    world
        .space
        .set_persona(PersonaField::City, "Tarragona")
        .await
        .unwrap();
    world
        .space
        .set_persona(PersonaField::Email, "lucia@post.example")
        .await
        .unwrap();
    let (reading, ..) = consent(&world, &app, &[FIRST_NAME]).await;
    let patch = |token: String, body: Value| {
        let world = &world;
        async move { send(world, "PATCH", PROFILE, Some(&token), body.to_string().as_bytes()).await }
    };
    let answer = patch(reading, json!({ "first_name": "X" })).await;
    assert_eq!(code(&answer), is(403, "consent_denied"));
    let edits = [
        "vault:profile.first_name:update",
        "vault:profile.city:update",
        "vault:profile.birth_year:update",
    ];
    let (token, ..) = consent(&world, &app, &edits).await;
    // Writing does not open reading.
    assert_eq!(
        code(&read(&world, PROFILE, &token).await),
        is(403, "consent_denied")
    );
    let answer = patch(
        token.clone(),
        json!({ "first_name": "Ana", "email": "x@y.example" }),
    )
    .await;
    assert_eq!(code(&answer), is(403, "consent_denied"));
    let persona = world.space.persona().await.unwrap();
    assert_eq!(
        persona.get(PersonaField::FirstName),
        Some("Lucía"),
        "all or nothing"
    );
    let answer = patch(
        token.clone(),
        json!({ "first_name": "Ana", "birth_year": 1991, "unknown": 1 }),
    )
    .await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    for bad in [
        json!({ "birth_year": 1799 }),
        json!({ "birth_year": 2201 }),
        json!({ "first_name": 5 }),
        json!([]),
    ] {
        assert_eq!(code(&patch(token.clone(), bad).await), is(400, "malformed"));
    }
    let persona = world.space.persona().await.unwrap();
    assert_eq!(
        (
            persona.get(PersonaField::FirstName),
            persona.get(PersonaField::BirthYear)
        ),
        (Some("Ana"), Some("1991"))
    );
    assert_eq!(
        persona.get(PersonaField::City),
        Some("Tarragona"),
        "PATCH leaves the others"
    );
    let put = send(&world, "PUT", PROFILE, Some(&token), br#"{"first_name":"Eva"}"#).await;
    assert_eq!(put.status, 200);
    let persona = world.space.persona().await.unwrap();
    assert_eq!(persona.get(PersonaField::FirstName), Some("Eva"));
    assert_eq!(
        persona.get(PersonaField::City),
        None,
        "PUT empties what it may write"
    );
    assert_eq!(
        persona.get(PersonaField::Email),
        Some("lucia@post.example"),
        "and nothing else"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn two_applications_know_the_person_under_ids_that_do_not_match() {
    let mut world = World::new().await;
    let app = admit(&world).await;
    let other = admit_as(&world.space, "Other", "other", "org.example.other").await;
    let sub = |token: &str| part(token, 1)["sub"].as_str().unwrap().to_owned();
    let (one, ..) = consent(&world, &app, &[FIRST_NAME]).await;
    // The same service in another application is asked about anew, and knows somebody else.
    let (two, ..) = consent(&world, &other, &[FIRST_NAME]).await;
    assert_ne!(sub(&one), sub(&two));
    assert_eq!(part(&one, 1)["aud"], part(&two, 1)["aud"]);
    world.restart().await;
    let (anonymous, _) = login(&world, &app).await;
    let again: Value = authorize(&world, &anonymous, &[FIRST_NAME]).await.json();
    assert_eq!(
        sub(again["access_token"].as_str().unwrap()),
        sub(&one),
        "stable over restarts"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_says_how_it_is_entered_and_nothing_that_was_not_agreed_to() {
    let world = World::new().await;
    let app = admit(&world).await;
    world.space.set_external_id("uin", "4711").await.unwrap();
    world.space.set_external_id("coop", "8").await.unwrap();
    let (anonymous, body) = login(&world, &app).await;
    let shown: Value = read(&world, "/services/account", &anonymous).await.json();
    assert_eq!(shown["id"], body["params"]["anonymous_id"]);
    assert_eq!(
        (
            &shown["anonymous"],
            &shown["system"],
            &shown["auth_types"][0]["code"]
        ),
        (&json!(true), &json!(false), &json!("anonymous"))
    );
    assert!(shown.get("profile").is_none() && shown.get("external_ids").is_none());
    let (token, ..) = consent(&world, &app, &[FIRST_NAME, "vault:external_ids.uin:get"]).await;
    let shown: Value = read(&world, "/services/account", &token).await.json();
    assert_eq!(shown["auth_types"][0]["code"], "vault_unlock");
    assert_eq!(shown["profile"], json!({ "first_name": "Lucía" }));
    assert_eq!(shown["external_ids"], json!({ "uin": "4711" }));
    assert!(part(&token, 1).get("external_ids").is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn leaving_ends_what_was_shared_and_the_next_account_is_another() {
    let world = World::new().await;
    let app = admit(&world).await;
    let (token, _, _) = consent(&world, &app, &[FIRST_NAME]).await;
    let kept = send(
        &world,
        "PUT",
        "/services/account/preferences",
        Some(&token),
        b"[1]",
    )
    .await;
    assert_eq!(kept.status, 200);
    let elsewhere = format!("/services/account?apps={}", world.space.id());
    for (path, body) in [
        (elsewhere.as_str(), String::new()),
        (
            "/services/account",
            json!([{ "app_id": world.space.id().to_string() }]).to_string(),
        ),
    ] {
        let answer = send(&world, "DELETE", path, Some(&token), body.as_bytes()).await;
        assert_eq!(code(&answer), is(403, "not_allowed"), "{path}");
    }
    let body = json!([{ "app_id": app.id(), "context": { "invoices": "keep" } }]).to_string();
    let path = format!("/services/account?apps={0},{0}", app.id());
    let gone = send(&world, "DELETE", &path, Some(&token), body.as_bytes()).await;
    assert_eq!(gone.status, 200, "{}", gone.text());
    assert_eq!(
        code(&read(&world, PROFILE, &token).await),
        is(403, "consent_denied")
    );
    assert!(world.space.standing_grants().await.unwrap().is_empty());
    world.clock.advance(Duration::minutes(1));
    let before = part(&token, 1)["sub"].clone();
    // The person's word ended it, so that they are asked about the same only after an unlock.
    let (anonymous, _) = login(&world, &app).await;
    let asked: Value = authorize(&world, &anonymous, &[CITY]).await.json();
    let id = asked["consent"]["id"].as_str().unwrap().parse().unwrap();
    agree(&world, &world.space, id, None, 1).await;
    let granted: Value = authorize(&world, &anonymous, &[CITY]).await.json();
    let after = granted["access_token"].as_str().unwrap();
    assert_ne!(part(after, 1)["sub"], before);
    assert_eq!(
        read(&world, "/services/account/preferences", after).await.text(),
        "null"
    );
}
