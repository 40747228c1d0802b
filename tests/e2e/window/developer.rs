//! The developer page in the real window: a project, its platform and its app, and what came of asking each.

use demo_platform::Config;
use serde_json::json;

use super::{
    axe::nothing_serious,
    desktop::Desktop,
    person::{make_vault, open_and_unlock, say},
};

#[tokio::test(flavor = "multi_thread")]
async fn somebody_who_builds_a_platform_and_an_app_tries_both() {
    let platform = demo_platform::start(Config::default()).await.unwrap();
    let desktop = Desktop::start(&[]);
    make_vault(&desktop);
    let driver = open_and_unlock(&desktop).await;
    driver.click("link", "Settings").await;
    driver.click("tab", "Developer").await;
    driver.click("switch", "Developer mode").await;
    driver.says("No project yet.").await;
    driver.shot("80-developer-empty").await;
    nothing_serious(&driver, "the developer page without a project").await;

    say("a project begins under test");
    driver.click("button", "Add a project").await;
    driver.fill("Name", "Nabo").await;
    driver.click("button", "Add").await;
    driver.says("Under test").await;
    driver.click("button", "Take live").await;
    driver.says("needed before the project can go live").await;

    say("its platform is described, and its token shown once");
    driver.click("button", "Describe the platform").await;
    let endpoint = format!("{}/api/ExportData", platform.base());
    driver.fill("Endpoint", &endpoint).await;
    driver.click("button", "Keep the platform").await;
    driver.says("The token of this platform").await;
    driver.shot("81-developer-token").await;
    driver.click("button", "I have kept it").await;
    driver.says("Shown once, when it was made").await;

    say("the platform is asked, and refuses a token that it does not know");
    driver
        .fill("Address of a test account", "lucia.arroyo@post.example")
        .await;
    driver.click("button", "Ask").await;
    driver.says("The platform refuses the token").await;
    driver.says("PlatformToken").await;
    driver.shot("82-developer-asked").await;

    say("the app is registered, and does not want a message");
    driver.click("button", "Register the app").await;
    driver
        .fill("Callback", &format!("{}/no-such-place", platform.base()))
        .await;
    driver.click("checkbox", "It runs on this computer").await;
    driver.click("button", "Register").await;
    driver.says("The secret of this app").await;
    driver.click("button", "I have kept it").await;
    driver.click("button", "Send").await;
    driver.says("The app does not want this message.").await;
    driver
        .script("document.getElementById('app').scrollIntoView()", json!([]))
        .await;
    driver.shot("83-developer-sent").await;
    nothing_serious(&driver, "a project with what came of a trial").await;
    assert_eq!(platform.requests()["POST /api/ExportData"], 1);
    driver.quit().await;
}
