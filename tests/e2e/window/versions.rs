//! Apps whose description changes at its address, and an app whose name imitates: what the person sees of it.

use super::{
    desktop::Desktop,
    person::{choose_everything, install, make_vault, open_and_unlock, press_when_armed, say},
};
use crate::support::changing::{ChangingApp, manifest};

#[tokio::test(flavor = "multi_thread")]
async fn a_version_that_asks_for_more_waits_for_the_persons_look() {
    let app = ChangingApp::serve(manifest("Mile Log", &["work.records", "ratings"], ""));
    let desktop = Desktop::start(&[]);
    make_vault(&desktop);
    let driver = open_and_unlock(&desktop).await;
    install(&driver, "Mile Log", &app.address).await;

    say("it is given something");
    driver.click("button", "Open Mile Log").await;
    driver.window("consent.html").await;
    driver.find("button", "Share").await;
    choose_everything(&driver).await;
    press_when_armed(&driver, "Share").await;
    driver.window("app.html").await;

    say("its next version asks for more, and opens with what was agreed");
    driver.click("button", "Close Mile Log").await;
    driver.gone("app.html").await;
    app.says(manifest("Mile Log", &["work.records", "profile.email"], ""));
    driver.main_window().await;
    driver.click("button", "Open Mile Log").await;
    driver.window("consent.html").await;
    let asked = driver.text().await;
    assert!(
        !asked.contains("E-mail"),
        "what was not looked at is not asked for: {asked}"
    );
    press_when_armed(&driver, "Don’t share").await;
    driver.window("app.html").await;
    driver.main_window().await;
    driver.find("button", "Review the new version of Mile Log").await;
    driver.window("app.html").await;
    driver.click("button", "Close Mile Log").await;
    driver.gone("app.html").await;
    driver.main_window().await;
    driver.find("button", "Review the new version of Mile Log").await;
    driver.shot("40-apps-new-version").await;
    driver.click("link", "Overview").await;
    driver.says("Mile Log has a new version.").await;
    driver.shot("41-overview-new-version").await;
    driver.click("button", "Review the new version of Mile Log").await;
    driver.find("heading", "The new version of Mile Log").await;
    for words in ["Asks for more", "E-mail address", "Asks no more for", "Ratings"] {
        driver.says(words).await;
    }
    driver.shot("42-review-new-version").await;

    say("the old one is kept, and the same is not offered again");
    driver.click("button", "Keep the old version").await;
    driver.says("the old version is kept").await;
    driver.click("button", "Open Mile Log").await;
    driver.window("consent.html").await;
    press_when_armed(&driver, "Don’t share").await;
    driver.window("app.html").await;
    driver.main_window().await;
    assert!(driver.look("button", "Use the new version").await.is_none());
    driver.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_address_pauses_the_app_and_closes_its_window() {
    let elsewhere = ChangingApp::serve(manifest("Mile Log", &[], ""));
    let app = ChangingApp::serve(manifest("Mile Log", &[], ""));
    let desktop = Desktop::start(&[]);
    make_vault(&desktop);
    let driver = open_and_unlock(&desktop).await;
    install(&driver, "Mile Log", &app.address).await;
    app.says(manifest("Mile Log", &[], &elsewhere.address));
    driver.click("button", "Open Mile Log").await;
    driver.main_window().await;
    driver.find("heading", "The new version of Mile Log").await;
    driver.gone("app.html").await;
    driver.main_window().await;
    driver
        .says("The address of Mile Log changed. It gets nothing until you decide. APP-310")
        .await;
    assert!(driver.look("button", "Open Mile Log").await.is_none());
    driver.shot("43-paused-app").await;
    driver.click("link", "Apps").await;
    driver.find("button", "Review the new version of Mile Log").await;
    assert!(driver.look("button", "Open Mile Log").await.is_none());
    driver.shot("44-apps-paused").await;
    driver.click("link", "Overview").await;
    driver.says("The address of Mile Log changed.").await;
    driver.click("button", "Review the new version of Mile Log").await;
    driver.click("button", "Use the new version").await;
    driver.says("the new version is used").await;
    driver.find("button", "Open Mile Log").await;

    say("an app that imitates it is not installed");
    let imitation = ChangingApp::serve(manifest("Mi1e\u{200A}L\u{043E}g", &[], ""));
    driver.click("link", "Apps").await;
    driver
        .fill(
            "Web address of the app",
            &format!("{}/openplatform.json", imitation.address),
        )
        .await;
    driver.click("button", "Look at it").await;
    driver.says("APP-306").await;
    assert!(driver.look("button", "Install").await.is_none());
    driver.shot("45-imitation").await;
    driver.quit().await;
}
