//! One app for each generation of the client library, which calls its every method and listens to every event: what each does in the real
//! window, or what comes back. `p4-own` and `p5-own` are the same apps with the libraries that the gateway serves.

use serde_json::{Value, json};

use crate::support::received;

use super::{
    desktop::Desktop,
    driver::Driver,
    frames::{TestApps, becomes, words},
    person::{developer_mode, install, make_vault, open_and_unlock, press_when_armed, say},
};

/// The app of a profile, open in its window; the driver is in its frame between two steps.
struct Opened {
    driver: Driver,
    name: &'static str,
    _apps: TestApps,
    _desktop: Desktop,
}

/// Opens an app in a vault of its own. `profile` is what the person chooses for it, where its description does not say.
async fn open(app: &str, name: &'static str, profile: Option<&str>) -> Opened {
    let apps = TestApps::serve(&[app]);
    let desktop = Desktop::start(&[]);
    make_vault(&desktop);
    let driver = open_and_unlock(&desktop).await;
    developer_mode(&driver).await;
    install(&driver, name, apps.address(app)).await;
    if let Some(profile) = profile {
        // The page of what was just installed may come up late.
        driver.click("link", "Apps").await;
        driver.click("button", &format!("Manage {name}")).await;
        driver.click("tab", "Settings").await;
        driver.click("button", "Profile").await;
        driver.click("option", profile).await;
        driver.click("button", "Keep these settings").await;
        driver.says(&format!("Settings of {name} kept")).await;
        driver.click("link", "Apps").await;
    }
    driver.click("button", &format!("Open {name}")).await;
    driver.window("consent.html").await;
    driver.find("button", "Share").await;
    agree_to_all(&driver).await;
    press_when_armed(&driver, "Share").await;
    driver.window("app.html").await;
    let opened = Opened {
        driver,
        name,
        _apps: apps,
        _desktop: desktop,
    };
    opened.enter().await;
    // The policy of packages lets nothing of what it hears leave.
    let reaches = if app == "starter" { "GET /" } else { "POST /heard" };
    received::reaches(name, reaches).await;
    opened
}

/// Everything that the question offers; its choices depend on what is asked for.
async fn agree_to_all(driver: &Driver) {
    driver
        .script(
            "for (const box of document.querySelectorAll('input[type=checkbox]')) if (!box.checked) box.click();",
            json!([]),
        )
        .await;
    for radio in ["All", "Monthly totals", "Every gig", "This once"] {
        if driver.look("radio", radio).await.is_some() {
            driver.click("radio", radio).await;
        }
    }
}

impl Opened {
    async fn enter(&self) {
        self.driver.enter_frame(&format!("{} (app)", self.name)).await;
    }

    /// Presses the button of a method.
    async fn call(&self, method: &str) {
        self.driver
            .holds(
                "const button = document.getElementById('do-' + arguments[0]); if (!button) return false; button.click(); return true",
                json!([method]),
            )
            .await;
    }

    /// What a method's callback was called with.
    async fn answer(&self, method: &str) -> Value {
        let id = format!("out-{method}");
        self.driver
            .holds(
                "return !['', 'waiting'].includes(document.getElementById(arguments[0]).textContent)",
                json!([id]),
            )
            .await;
        serde_json::from_str(&words(&self.driver, &id).await).unwrap()
    }

    /// Calls a method and waits for what its callback is called with.
    async fn ask(&self, method: &str) -> Value {
        self.call(method).await;
        self.answer(method).await
    }

    /// Waits for an event whose line begins so.
    async fn heard(&self, line: &str) {
        self.driver
            .holds(
                "return [...document.querySelectorAll('#events li')].some(one => one.textContent.startsWith(arguments[0]))",
                json!([line]),
            )
            .await;
    }

    /// Calls a method that shows words in the window around the frame.
    async fn shows(&self, method: &str, seen: &str) {
        self.call(method).await;
        self.driver.leave_frame().await;
        self.driver.says(seen).await;
        self.enter().await;
    }

    /// Calls a method that shows a box with words, and presses a button there.
    async fn boxed(&self, method: &str, seen: &str, button: &str) {
        self.call(method).await;
        self.driver.leave_frame().await;
        self.driver
            .find("alertdialog", &format!("{} says", self.name))
            .await;
        self.driver.says(seen).await;
        self.driver.click("button", button).await;
        self.enter().await;
    }

    /// Calls a method by which something would leave the app: the person is asked, sees what, and says no.
    async fn held(&self, method: &str, question: &str, seen: &str) {
        self.call(method).await;
        self.driver.leave_frame().await;
        self.driver.find("alertdialog", question).await;
        self.driver.says(seen).await;
        self.driver.click("button", "Don’t let it").await;
        self.enter().await;
    }

    /// Calls a method that opens a page beside the frame, and closes that.
    async fn beside(&self, method: &str, title: &str, seen: &str) {
        self.call(method).await;
        self.driver.leave_frame().await;
        self.driver.find("heading", title).await;
        self.driver.says(seen).await;
        self.driver.click("button", &format!("Close {title}")).await;
        self.enter().await;
    }

    /// Whether something of the window around the frame is there.
    async fn around(&self, script: &str) {
        self.driver.leave_frame().await;
        self.driver.holds(script, json!([])).await;
        self.enter().await;
    }

    /// Chooses from the menu in the strip.
    async fn wish(&self, entry: &str) {
        self.driver.leave_frame().await;
        self.driver
            .click("button", &format!("More of {}", self.name))
            .await;
        self.driver.click("menuitem", entry).await;
        self.enter().await;
    }

    /// Calls methods that are only to be seen in the list of messages, and waits for what became of each.
    async fn fates(&self, calls: &[(&str, &str, &str)]) {
        for (method, _, _) in calls {
            self.call(method).await;
        }
        self.wish("Messages (developer)").await;
        self.driver.leave_frame().await;
        for (_, kind, result) in calls {
            self.driver
                .holds(
                    "return [...document.querySelectorAll('aside tbody tr')].some(row => row.querySelector('.mono').textContent === arguments[0] \
                     && row.textContent.includes('from the app') && row.textContent.includes(arguments[1]))",
                    json!([kind, result]),
                )
                .await;
        }
        self.driver
            .click("button", &format!("Close Messages of {}", self.name))
            .await;
        self.enter().await;
    }

    /// A notification is kept and, when the person follows it, comes back with what the app had given with it.
    async fn notified(&self, text: &str, event: &str) {
        self.shows("notify", &format!("{}: {text}", self.name)).await;
        self.wish("What it told you").await;
        self.driver.leave_frame().await;
        self.driver
            .click("button", &format!("Show in {}: {text}", self.name))
            .await;
        self.enter().await;
        self.heard(event).await;
    }

    /// What the person can want of an app by the strip.
    async fn wished(&self, events: &[(&str, &str)]) {
        for (entry, event) in events {
            self.wish(entry).await;
            self.heard(event).await;
        }
    }

    /// What ends: sharing, then the page that begins again, then the app.
    async fn ends(&self, revision: &str) {
        say("sharing ends, the app begins again, and closes");
        self.driver.leave_frame().await;
        self.driver
            .click("button", &format!("Stop sharing with {}", self.name))
            .await;
        self.enter().await;
        self.heard(revision).await;
        self.driver.leave_frame().await;
        self.driver
            .script(
                "document.querySelector('iframe').dataset.ended = 'yes'",
                json!([]),
            )
            .await;
        self.enter().await;
        self.call("restart").await;
        self.heard("close").await;
        self.driver.leave_frame().await;
        // The page that begins again is in a frame of its own.
        self.driver
            .holds(
                "const frame = document.querySelector('iframe'); return !!frame && !frame.dataset.ended",
                json!([]),
            )
            .await;
        self.enter().await;
        becomes(&self.driver, "state", "ready").await;
        self.call("close").await;
        self.driver.gone("app.html").await;
    }
}

const WORKING: &str = "return !!document.querySelector('.strip .spin')";
const NOT_WORKING: &str = "return !document.querySelector('.strip .spin')";

#[tokio::test(flavor = "multi_thread")]
async fn an_app_of_version_2_runs_unchanged() {
    let app = open("p2", "Profile 2", Some("OpenPlatform 2")).await;
    let driver = &app.driver;
    becomes(driver, "state", "ready").await;

    say("it was opened with the bare token, and told of itself");
    let bare = driver
        .script(
            "return /^[a-z0-9-]{20,}$/.test(OP.accesstoken) && OP.accesstoken === OP.token",
            json!([]),
        )
        .await;
    assert_eq!(bare, json!(true));
    let meta: Value = serde_json::from_str(&words(driver, "init").await).unwrap();
    assert_eq!(
        (&meta["name"], &meta["datetime"].is_string()),
        (&json!("Satchel"), &true),
        "{meta}"
    );
    assert_eq!(app.ask("meta").await[1]["id"], meta["id"]);

    say("every method");
    app.fates(&[
        ("loading", "loading", "Acted on"),
        ("loaded", "loading", "Acted on"),
        ("play", "play", "Acted on"),
        ("stop", "stop", "Acted on"),
        ("email", "email", "Dropped: it means nothing here"),
    ])
    .await;
    app.boxed("message", "A word of two", "OK").await;
    app.notified("A notice of two", "notify [\"order-2\"]").await;
    app.held("open", "Hand this to My Backpack?", "two").await;
    app.fates(&[
        ("maximize", "maximize", "Acted on"),
        ("minimize", "minimize", "Acted on"),
    ])
    .await;
    app.heard("maximize").await;
    app.heard("minimize").await;
    app.ends("revision [\"").await;
    app.driver.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_of_version_3_runs_unchanged() {
    let app = open("p3", "Profile 3", Some("OpenPlatform 3")).await;
    let driver = &app.driver;
    becomes(driver, "state", "ready").await;

    say("it was opened with an address, and without what version 4 adds");
    let search = driver.script("return location.search", json!([])).await;
    let search = search.as_str().unwrap_or_default();
    assert!(
        search.contains("accesstoken%3D") && !search.contains("rev="),
        "version 3 has an address and no revision"
    );
    let meta: Value = serde_json::from_str(&words(driver, "init").await).unwrap();
    assert_eq!(app.ask("meta").await[1]["id"], meta["id"]);
    app.heard("resize [{").await;

    say("every method");
    app.shows("loading", "Counting to three").await;
    app.call("loaded").await;
    app.call("loading2").await;
    app.around(WORKING).await;
    app.call("loaded2").await;
    app.around(NOT_WORKING).await;
    app.call("progress").await;
    app.around("return document.querySelector('[role=progressbar]')?.getAttribute('aria-valuenow') === '30'")
        .await;
    app.call("progressed").await;
    app.around("return !document.querySelector('[role=progressbar][aria-valuenow]')")
        .await;
    app.boxed("message", "A word of three", "Fine").await;
    app.shows("success", "Profile 3: Went well, three").await;
    app.shows("warning", "Profile 3: Take care, three").await;
    app.boxed("confirm", "Is it three?", "No").await;
    assert_eq!(app.answer("confirm").await, json!([1]));
    assert_eq!(app.ask("configSave").await[0], json!({"success": true}));
    assert_eq!(app.ask("configRead").await[0], json!({"three": [3]}));
    assert_eq!(app.ask("launched").await, json!([null, []]));
    app.call("appearance").await;
    app.heard("appearance [{\"").await;
    app.fates(&[
        ("badge", "badge", "Acted on"),
        ("log", "log", "Acted on"),
        ("play", "play", "Acted on"),
        ("stop", "stop", "Acted on"),
        ("shake", "shake", "Acted on"),
        ("focus", "focus", "Acted on"),
        ("email", "email", "Dropped: it means nothing here"),
        ("screenshot", "screenshot", "Dropped: it means nothing here"),
    ])
    .await;
    app.wish("Its console").await;
    driver.leave_frame().await;
    driver.says("A line of three").await;
    driver.click("button", "Close Console of Profile 3").await;
    app.enter().await;
    app.notified("A notice of three", "notify [\"order-3\"]").await;
    app.held("share", "Hand this to My Backpack?", "three").await;
    app.held("open", "Hand this to My Backpack?", "three").await;
    app.wished(&[
        ("Print", "print"),
        ("Its help", "help [\"1.0.0\"]"),
        ("What is new in it", "changelog [\"1.0.0\"]"),
    ])
    .await;
    app.fates(&[
        ("maximize", "maximize", "Acted on"),
        ("minimize", "minimize", "Acted on"),
    ])
    .await;
    app.ends("revision [\"").await;
    app.driver.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_of_version_4_runs_unchanged() {
    version_4(&open("p4", "Profile 4", None).await, false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_of_version_4_runs_with_the_library_of_the_gateway() {
    version_4(&open("p4-own", "Profile 4", None).await, true).await;
}

async fn version_4(app: &Opened, own: bool) {
    let driver = &app.driver;
    becomes(driver, "state", "ready").await;
    say("it was opened with address, language and revision");
    let search = driver.script("return location.search", json!([])).await;
    let search = search.as_str().unwrap_or_default();
    for part in ["accesstoken%3D", "&language=en", "&rev="] {
        assert!(search.contains(part), "the argument of version 4 has {part}");
    }
    let meta: Value = serde_json::from_str(&words(driver, "init").await).unwrap();
    assert_eq!(app.ask("meta").await[1]["id"], meta["id"]);
    assert_eq!(app.ask("vault").await[0], Value::Null);
    app.heard("resize [{").await;

    say("what is shown");
    app.shows("loading", "Counting to four").await;
    app.call("loaded").await;
    app.call("loading2").await;
    app.around(WORKING).await;
    app.call("loaded2").await;
    app.around(NOT_WORKING).await;
    app.call("progress").await;
    app.around("return document.querySelector('[role=progressbar]')?.getAttribute('aria-valuenow') === '40'")
        .await;
    app.call("progressed").await;
    app.shows("success", "Profile 4: Went well, four").await;
    app.shows("warning", "Profile 4: Take care, four").await;
    app.shows("snackbar", "Profile 4: Just so, four").await;
    app.shows("titlesuccess", "Profile 4: Four saved").await;
    app.shows("titlewarning", "Profile 4: Four was late").await;
    app.boxed("message", "A word of four", "Fine").await;
    app.boxed("failed", "Four went wrong", "OK").await;
    app.shows("done", "Profile 4: Four is done").await;
    assert_eq!(app.answer("done").await[0], json!({"id": 4}));
    app.beside("help", "Help of Profile 4", "# Help of four").await;
    app.beside("changelog", "What is new in Profile 4", "# Changes of four")
        .await;
    app.beside("report", "Profile 4 wrote a report", "Four broke")
        .await;
    for method in ["success2", "warning2", "error2", "log", "console"] {
        app.call(method).await;
    }
    app.call("info2").await;
    driver.leave_frame().await;
    for line in [
        "A line of four",
        "Good line of four",
        "Careful line of four",
        "Bad line of four",
        "Plain line of four",
        "Logged by four",
    ] {
        driver.says(line).await;
    }
    driver.click("button", "Close Console of Profile 4").await;
    app.enter().await;
    app.call("offline").await;
    driver.leave_frame().await;
    driver.says("Four has no line").await;
    driver
        .holds(
            "return !document.body.innerText.includes('Four has no line')",
            json!([]),
        )
        .await;
    app.enter().await;

    say("what is asked and answered");
    app.boxed("confirm", "Is it four?", "No").await;
    assert_eq!(app.answer("confirm").await, json!([1]));
    app.boxed("confirm2", "Is it four at last?", "Yes").await;
    assert_eq!(app.answer("confirm2").await, json!([0]));
    app.boxed("approve", "Let it be four", "So be it").await;
    assert_eq!(app.answer("approve").await, json!([0]));
    assert_eq!(app.ask("configSave").await[0], json!({"success": true}));
    assert_eq!(app.ask("configRead").await[0], json!({"four": [4]}));
    assert_eq!(app.ask("launched").await[0], Value::Null);
    app.call("appearance").await;
    app.heard("appearance [{\"").await;
    app.notified("A notice of four", "notify [\"order-4\"]").await;
    app.wish("Its menu").await;
    driver.leave_frame().await;
    driver.find("alertdialog", "Menu of Profile 4").await;
    driver.click("button", "Second of four").await;
    app.enter().await;
    app.heard("chosen {\"name\":\"Second of four\",\"value\":2}")
        .await;

    driver.leave_frame().await;
    driver
        .shot(if own { "72-profile-4-own" } else { "71-profile-4" })
        .await;
    app.enter().await;

    say("what would leave");
    if own {
        app.call("link").await;
        driver.leave_frame().await;
        driver.find("alertdialog", "Let Profile 4 copy this?").await;
        driver.says("?share=").await;
        driver.click("button", "Don’t let it").await;
        app.enter().await;
    } else {
        app.call("link").await;
    }
    let link = app.answer("link").await;
    let link = link[0].as_str().unwrap_or_default().to_owned();
    assert!(link.starts_with("http://127.0.0.1:") && link.contains("?share="));
    app.held("clipboard", "Let Profile 4 copy this?", "copied by four")
        .await;
    app.held("share", "Hand this to My Backpack?", "four").await;
    app.held("open", "Hand this to My Backpack?", "four").await;

    say("what is only heard, or means nothing here");
    app.fates(&[
        ("badge", "badge", "Acted on"),
        ("play", "play", "Acted on"),
        ("stop", "stop", "Acted on"),
        ("shake", "shake", "Acted on"),
        ("focus", "focus", "Acted on"),
        ("busy", "busy", "Dropped: it means nothing here"),
        ("command", "command", "Dropped: it means nothing here"),
        ("install", "install", "Dropped: it means nothing here"),
        ("mail", "mail", "Dropped: it means nothing here"),
    ])
    .await;
    app.wished(&[
        ("Print", "print"),
        ("Its help", "help [\"1.0.0\"]"),
        ("What is new in it", "changelog [\"1.0.0\"]"),
    ])
    .await;
    app.fates(&[
        ("maximize", "maximize", "Acted on"),
        ("minimize", "minimize", "Acted on"),
    ])
    .await;
    app.ends("revision [\"").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_of_version_5_runs_unchanged() {
    version_5(&open("p5", "Profile 5", None).await, false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_of_version_5_runs_with_the_library_of_the_gateway() {
    version_5(&open("p5-own", "Profile 5", None).await, true).await;
}

async fn version_5(app: &Opened, own: bool) {
    let driver = &app.driver;
    becomes(driver, "state", "ready").await;
    say("it was opened with a signed address, and greeted");
    assert_eq!(words(driver, "init").await, "{\"token\":true}");
    app.heard("init").await;
    app.heard("appearance [{\"").await;
    assert_eq!(app.ask("vault").await[0], Value::Null);

    say("every method");
    app.shows("success", "Profile 5: Went well, five").await;
    app.shows("warning", "Profile 5: Take care, five").await;
    app.boxed("error", "Five went wrong", "OK").await;
    app.held("copy", "Let Profile 5 copy this?", "copied by five")
        .await;
    app.held("open", "Hand this to My Backpack?", "/weeks").await;
    app.beside("feedback", "Tell the maker of Profile 5", "Satchel sends nothing")
        .await;
    app.fates(&[
        ("play", "play", "Acted on"),
        ("path", "path", "Acted on"),
        ("focus", "focus", "Acted on"),
        ("refresh", "refreshprofile", "Acted on"),
        ("refresh_account", "refreshprofile", "Acted on"),
    ])
    .await;
    app.wished(&[("Print", "print"), ("Its help", "help [\"1.0.0\"]")])
        .await;
    driver.leave_frame().await;
    driver
        .shot(if own { "74-profile-5-own" } else { "73-profile-5" })
        .await;
    app.enter().await;
    app.ends("revision [\"").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_starter_app_reads_under_the_policy_of_packages() {
    let app = open("starter", "Starter", None).await;
    let driver = &app.driver;
    driver.says("3 gigs in").await;
    say("inline styles are blocked, and the colours come all the same");
    driver
        .holds(
            "return document.getElementById('opstyle')?.sheet === null && document.adoptedStyleSheets.length === 1 \
             && getComputedStyle(document.documentElement).getPropertyValue('--opcolor') === OPCOLOR",
            json!([]),
        )
        .await;
    driver.leave_frame().await;
    driver.shot("75-starter").await;
    app.driver.quit().await;
}
