//! What ends the token of an opening, and that the app goes on with the next one.

use serde_json::Value;
use vault_core::{
    disclosure::{ActivityFilter, Narrowing, Seers},
    persona::PersonaField,
};
use vault_store::{AppId, disclosures::Released};

use super::kit::{error, manifest};
use crate::kit::World;

async fn firstname(world: &World, token: &str) -> Option<String> {
    let answer = world.get(&format!("/verify/?accesstoken={token}"), &[]).await;
    if answer.status != 200 {
        assert_eq!(error(&answer), "error-invalid-accesstoken");
        return None;
    }
    let body: Value = answer.json();
    Some(
        body["profile"]["firstname"]
            .as_str()
            .unwrap_or_default()
            .to_owned(),
    )
}

async fn revision(world: &World, app: AppId) -> String {
    let revision = world.space.app_revision(app).await.unwrap();
    revision.as_str().to_owned()
}

/// The frame loads again.
async fn again(world: &World, app: AppId) -> String {
    world
        .space
        .reopen_app(app)
        .await
        .unwrap()
        .token
        .expose()
        .to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_opening_has_a_token_of_its_own() {
    let world = World::new().await;
    let (app, first) = world.shared(&manifest("Desk")).await;
    assert_eq!(firstname(&world, &first).await.as_deref(), Some("Lucía"));
    let second = world.open(app).await;
    let third = again(&world, app).await;
    assert_eq!(firstname(&world, &first).await, None);
    assert_eq!(firstname(&world, &second).await, None);
    assert_eq!(firstname(&world, &third).await.as_deref(), Some("Lucía"));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_unlock_ends_the_tokens_of_before_and_keeps_what_app_servers_know() {
    let mut world = World::new().await;
    let (app, before) = world.shared(&manifest("Desk")).await;
    let known: Value = world
        .get(&format!("/verify/?accesstoken={before}"), &[])
        .await
        .json();
    world.restart().await;
    assert_eq!(firstname(&world, &before).await, None);
    let after = world.open(app).await;
    assert_ne!(after, before);
    assert_eq!(
        firstname(&world, &before).await,
        None,
        "the app is open again, with another token"
    );
    let again: Value = world
        .get(&format!("/verify/?accesstoken={after}"), &[])
        .await
        .json();
    for same in ["id", "verifytoken", "servicetoken", "openplatformid", "url"] {
        assert_eq!(again[same], known[same], "{same}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_grant_ends_the_token_and_changes_the_revision() {
    let world = World::new().await;
    let app = world.install(&manifest("Desk")).await;
    let grant = world.share(app).await;
    let (token, before) = (world.open(app).await, revision(&world, app).await);
    world.space.revoke(grant).await.unwrap();
    assert_eq!(firstname(&world, &token).await, None);
    assert_ne!(revision(&world, app).await, before);
    let next = again(&world, app).await;
    assert_eq!(
        firstname(&world, &next).await.as_deref(),
        Some(""),
        "it goes on, and learns nothing"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_that_is_over_ends_the_token() {
    let world = World::new().await;
    let (app, token) = world.shared(&manifest("Desk")).await;
    let before = revision(&world, app).await;
    world.clock.advance(time::Duration::days(9));
    world.space.sweep().await.unwrap();
    assert_eq!(firstname(&world, &token).await, None);
    assert_ne!(revision(&world, app).await, before);
}

/// A platform is taken out of the grant: the grant stays, the token does not.
#[tokio::test(flavor = "multi_thread")]
async fn a_narrowed_grant_ends_the_token_and_changes_the_revision() {
    let world = World::new().await;
    world.connect("rides").await;
    let app = world.app("Hourly", &["work.records:get"]).await;
    world.share_some(app, Narrowing::default()).await;
    let (token, before) = (world.open(app).await, revision(&world, app).await);
    assert_eq!(world.v1(&token, "/v1/records?kind=work").await.status, 200);
    let stopped = world.space.stop_platform("rides", Seers::All).await.unwrap();
    assert_eq!(stopped, 1);
    assert_eq!(world.v1(&token, "/v1/records?kind=work").await.status, 403);
    assert_ne!(revision(&world, app).await, before);
    let next = again(&world, app).await;
    assert_eq!(
        world.v1(&next, "/v1/records?kind=work").await.status,
        200,
        "the grant stands"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edited_field_ends_the_tokens_of_the_apps_that_see_it_and_of_no_other() {
    let world = World::new().await;
    let (app, token) = world.shared(&manifest("Desk")).await;
    let other = world.app("Hourly", &["profile.city:get"]).await;
    world.share(other).await;
    let (others, before) = (world.open(other).await, revision(&world, app).await);
    let of_other = revision(&world, other).await;
    world
        .space
        .set_persona(PersonaField::FirstName, "Ana")
        .await
        .unwrap();
    assert_eq!(firstname(&world, &token).await, None);
    assert_ne!(revision(&world, app).await, before);
    assert_eq!(firstname(&world, &others).await.as_deref(), Some(""));
    assert_eq!(revision(&world, other).await, of_other);
    let next = again(&world, app).await;
    assert_eq!(firstname(&world, &next).await.as_deref(), Some("Ana"));
}

/// More is no reason to ask again: the app that waits for the answer goes on with its token.
#[tokio::test(flavor = "multi_thread")]
async fn a_further_grant_keeps_the_token() {
    let world = World::new().await;
    let app = world.install(&manifest("Desk")).await;
    let (token, before) = (world.open(app).await, revision(&world, app).await);
    assert_eq!(firstname(&world, &token).await.as_deref(), Some(""));
    world.share(app).await;
    assert_eq!(firstname(&world, &token).await.as_deref(), Some("Lucía"));
    assert_ne!(revision(&world, app).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_gateway_leaves_no_answer_without_its_outcome() {
    let mut world = World::new().await;
    let (_, token) = world.shared(&manifest("Desk")).await;
    for _ in 0..5 {
        assert!(firstname(&world, &token).await.is_some());
    }
    // Nothing can be logged after this.
    world.restart().await;
    let page = world
        .space
        .activity(ActivityFilter::default(), 0, 100)
        .await
        .unwrap();
    let counted =
        |count: fn(&Released) -> u64| page.items.iter().map(|item| count(&item.released)).sum::<u64>();
    assert_eq!(counted(|released| released.answers), 5);
    assert_eq!(counted(|released| released.delivered), 5);
}
