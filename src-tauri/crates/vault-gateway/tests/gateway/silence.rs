//! That the look at every answer of these tests finds what it is there for.

use vault_core::persona::PersonaField;

use crate::kit::World;

#[tokio::test(flavor = "multi_thread")]
async fn what_no_grant_explains_is_found_and_what_one_explains_is_not() {
    let world = World::new().await;
    world
        .space
        .set_persona(PersonaField::City, "Vilafranca")
        .await
        .unwrap();
    let app = world
        .app("Reader", &["profile.city:get", "work.records:get"])
        .await;
    let work = world
        .space
        .records_after(Default::default(), None, 1)
        .await
        .unwrap()
        .0;
    let told = format!(
        "{{\"city\":\"Vilafranca\",\"first\":\"Lucía\",\"work\":\"{}\"}}",
        work[0].id
    );
    let everything = ["first_name", "city", "the id of a work"];
    assert_eq!(
        world.unexplained_in(&told).await,
        everything,
        "nothing was asked for"
    );

    world.share(app).await;
    assert_eq!(
        world.unexplained_in(&told).await,
        everything,
        "a grant alone is no release"
    );
    let token = world.open(app).await;
    let answer = world.v1(&token, "/v1/profile").await;
    assert!(answer.text().contains("Vilafranca"), "{}", answer.text());
    assert_eq!(
        world.unexplained_in(&told).await,
        ["first_name", "the id of a work"]
    );
    assert_eq!(world.v1(&token, "/v1/records?limit=1").await.status, 200);
    assert_eq!(world.unexplained_in(&told).await, ["first_name"]);

    world.clock.advance(time::Duration::seconds(1));
    assert_eq!(
        world.unexplained_in(&told).await,
        everything,
        "another call released it"
    );
}
