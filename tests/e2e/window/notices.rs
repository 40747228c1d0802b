//! Notifications of an app on the desktop: a real service on the session's bus takes them, and following one leads back into the app.

use std::{collections::HashMap, time::Duration};

use serde_json::json;
use tokio::sync::mpsc;
use zbus::zvariant::OwnedValue;

use super::{
    desktop::Desktop,
    frames::{TestApps, heard, message},
    person::{install, make_vault, open_and_unlock, say, share_and_enter},
};

const NAME: &str = "org.freedesktop.Notifications";
const PATH: &str = "/org/freedesktop/Notifications";
/// The number that the service gives to what it shows.
const SHOWN: u32 = 7;

/// What a notification says: its title and its words.
type Notice = (String, String);

struct Service(mpsc::UnboundedSender<Notice>);

#[zbus::interface(name = "org.freedesktop.Notifications")]
impl Service {
    #[expect(clippy::too_many_arguments, reason = "the interface of the desktop has them")]
    fn notify(
        &self,
        _program: String,
        _replaces: u32,
        _icon: String,
        title: String,
        words: String,
        _actions: Vec<String>,
        _hints: HashMap<String, OwnedValue>,
        _expires: i32,
    ) -> u32 {
        let _ = self.0.send((title, words));
        SHOWN
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_app_tells_is_on_the_desktop_as_far_as_allowed_and_leads_back() {
    let apps = TestApps::serve(&["sample"]);
    let desktop = Desktop::start(&[]);
    let (send, mut notices) = mpsc::unbounded_channel();
    let service = zbus::connection::Builder::address(desktop.bus())
        .unwrap()
        .name(NAME)
        .unwrap()
        .serve_at(PATH, Service(send))
        .unwrap()
        .build()
        .await
        .unwrap();
    make_vault(&desktop);
    let driver = open_and_unlock(&desktop).await;
    let main = driver.front();
    install(&driver, "Sample", apps.address("sample")).await;
    share_and_enter(&driver, "Sample").await;

    say("in front it needs no notice of the desktop; behind it does");
    driver.behind(&main).await;
    message(
        &driver,
        json!({"type": "notify", "body": {"type": 1, "body": "seen already"}}),
    )
    .await;
    driver.leave_frame().await;
    driver.main_window().await;
    driver.says("1 message").await;
    driver.raise(&main).await;
    driver.window("app.html").await;
    driver.enter_frame("Sample (app)").await;
    message(
        &driver,
        json!({"type": "notify", "body": {"type": 1, "body": "<b>Your week</b>", "data": "week-47"}}),
    )
    .await;
    let (title, words) = next(&mut notices).await;
    assert_eq!(
        (title.as_str(), words.as_str()),
        ("Sample", "&lt;b&gt;Your week&lt;/b&gt;")
    );

    say("following it gives the app back what it had given");
    service
        .emit_signal(
            None::<zbus::names::BusName<'_>>,
            PATH,
            NAME,
            "ActionInvoked",
            &(SHOWN, "default"),
        )
        .await
        .unwrap();
    heard(
        &driver,
        &json!({"openplatform": true, "type": "notify", "body": "week-47"}),
    )
    .await;
    driver.leave_frame().await;
    driver.quit().await;
    assert!(!desktop.log().contains("Your week"));
}

async fn next(notices: &mut mpsc::UnboundedReceiver<Notice>) -> Notice {
    tokio::time::timeout(Duration::from_secs(30), notices.recv())
        .await
        .expect("a notice within half a minute")
        .expect("the service goes on")
}
