//! The profile in the real window: a person, an organisation, a cooperative.

use serde_json::json;

use super::{
    desktop::Desktop,
    person::{make_vault, open_and_unlock, say},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_profile_is_of_a_person_or_of_an_organisation() {
    let desktop = Desktop::start(&[]);
    make_vault(&desktop);
    let driver = open_and_unlock(&desktop).await;
    driver.click("link", "Settings").await;
    driver.click("tab", "Your profile").await;

    say("a field is kept when it is left, and says what it needs");
    for (field, value) in [("First name", "Marta"), ("Last name", "Vidal Serra")] {
        driver.fill(field, value).await;
        driver.press("\u{E004}").await;
        driver.says(&format!("{field} kept")).await;
    }
    driver.fill("Year of birth", "2150").await;
    driver.press("\u{E004}").await;
    driver
        .says("Not kept. It needs a year that is not ahead. SYS-712")
        .await;
    driver.shot("50-profile-person").await;
    assert!(driver.look("textbox", "Legal name").await.is_none());

    say("an organisation has a legal name and a representative");
    driver.click("radio", "An organisation").await;
    for (field, value) in [
        ("Legal name", "Som Garbatge SCCL"),
        ("Name of the representative", "Vidal Serra, Marta"),
    ] {
        driver.fill(field, value).await;
        driver.press("\u{E004}").await;
        driver.says(&format!("{field} kept")).await;
    }
    driver.shot("51-profile-organisation").await;

    say("a member number and roles are kept with the cooperative");
    driver.click("button", "Add a cooperative").await;
    for (field, value) in [
        ("Name of the cooperative", "Llum Verda SCCL"),
        ("Peer id", "llumverda"),
        ("Member number", "00412"),
        ("Roles", "member, worker"),
    ] {
        driver.fill(field, value).await;
    }
    driver.shot("52-profile-cooperative").await;
    driver.click("button", "Add").await;
    driver.says("Member 00412, member, worker").await;
    driver
        .script("document.getElementById('coops').scrollIntoView()", json!([]))
        .await;
    driver.shot("53-profile-cooperatives").await;
    driver.quit().await;
}
