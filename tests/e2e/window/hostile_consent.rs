//! An app against the window with a question: it cannot cover, move, press or close it, take its focus, or open it again and again.

use std::time::Duration;

use serde_json::json;

use super::{
    desktop::Desktop,
    frames::TestApps,
    person::{install, make_vault, open_and_unlock, press_when_armed, say},
};

const ARMED: &str = "return document.querySelector('.cs')?.dataset.armed === 'true'";
/// What the app does for two seconds when its own window says so; it tells that window what came of it.
const ATTACK: &str = "
addEventListener('message', event => { if (event.data === 'begin') begin(done => parent.postMessage({ seen: done }, '*')); });
function begin(done) {
const token = decodeURIComponent(new URLSearchParams(location.search).get('openplatform').split('accesstoken=')[1]);
const say = (type, body) => parent.postMessage(JSON.stringify({ openplatform: true, accesstoken: token, type, body, sender: true, origin: location.origin }), '*');
const ask = kind => parent.postMessage(JSON.stringify({ openplatform: true, accesstoken: token, type: 'vault', body: { get: kind }, sender: true, origin: location.origin, callback: 'c' + Math.random().toString(32).slice(2) }), '*');
const seen = { turns: 0, opened: 0, frames: 0, full: false };
const quietly = act => { try { return act(); } catch (e) { return undefined; } };
const calm = setInterval(() => {
  seen.turns++;
  for (const type of ['focus', 'maximize', 'minimize', 'nextwindow', 'quicksearch', 'shake', 'restart']) say(type, null);
  say('open', { id: 'Sample' }); say('share', { app: 'Sample', type: 'note', body: 'x' }); say('clipboard', 'x');
  for (let n = 0; n < 50; n++) ask('/v1/profile?fields=tax_id');
  quietly(() => window.focus()); quietly(() => parent.focus()); quietly(() => top.focus());
  quietly(() => moveTo(0, 0)); quietly(() => resizeTo(9000, 9000)); quietly(() => top.moveTo(0, 0));
  quietly(() => print());
  if (quietly(() => window.open('tauri://localhost/consent.html', 'consent'))) seen.opened++;
  if (quietly(() => window.open('about:blank'))) seen.opened++;
  quietly(() => document.documentElement.requestFullscreen?.().catch(() => {}));
  quietly(() => document.documentElement.webkitRequestFullscreen?.());
  quietly(() => document.body.requestPointerLock?.());
  seen.full = seen.full || !!(document.fullscreenElement || document.webkitFullscreenElement);
}, 100);
const inner = document.createElement('iframe');
inner.src = 'tauri://localhost/consent.html';
document.body.append(inner);
// A page of the host in here would be of another origin, and its document out of reach.
setTimeout(() => { clearInterval(calm); seen.reached = quietly(() => inner.contentDocument?.location.href ?? 'another origin') ?? 'another origin'; seen.frames = parent.length; done(seen); }, 2000);
}
";
/// The window of the app lets it begin, and waits for what came of it.
const BEGIN: &str = "
const done = arguments[arguments.length - 1];
addEventListener('message', event => { if (event.data?.seen) done(event.data.seen); });
document.querySelector('iframe').contentWindow.postMessage('begin', '*');
";

/// The app asks for the same again and again, and counts what it is answered.
const AGAIN: &str = "
const done = arguments[arguments.length - 1], answers = {};
const token = decodeURIComponent(new URLSearchParams(location.search).get('openplatform').split('accesstoken=')[1]);
let left = 50;
addEventListener('message', event => {
  const answer = JSON.parse(event.data);
  if (!String(answer.callback).startsWith('again')) return;
  answers[answer.body.status] = (answers[answer.body.status] ?? 0) + 1;
  if (--left === 0) done(answers);
});
for (let n = 0; n < 50; n++) parent.postMessage(JSON.stringify({ openplatform: true, accesstoken: token, type: 'vault', body: { get: '/v1/profile?fields=tax_id' }, sender: true, origin: location.origin, callback: 'again' + n }), '*');
";

#[tokio::test(flavor = "multi_thread")]
async fn no_app_reaches_the_window_with_a_question() {
    let apps = TestApps::serve(&["hostile", "sample"]);
    let desktop = Desktop::start(&[]);
    make_vault(&desktop);
    let driver = open_and_unlock(&desktop).await;
    let main = driver.front();
    for (name, app) in [("Sample", "sample"), ("Hostile", "hostile")] {
        install(&driver, name, apps.address(app)).await;
    }
    for name in ["Sample", "Hostile"] {
        driver.main_window().await;
        driver.click("link", "Apps").await;
        driver.click("button", &format!("Open {name}")).await;
        driver.window("consent.html").await;
        press_when_armed(&driver, "Don’t share").await;
        driver.app_window(name).await;
    }
    driver.enter_frame("Hostile (app)").await;
    driver
        .holds(
            "return document.getElementById('state')?.textContent === 'done'",
            json!([]),
        )
        .await;

    driver.script(ATTACK, json!([])).await;

    say("the app asks for something new: the question has a window of its own");
    driver
        .script(
            "const token = decodeURIComponent(new URLSearchParams(location.search).get('openplatform').split('accesstoken=')[1]); \
             parent.postMessage(JSON.stringify({ openplatform: true, accesstoken: token, type: 'vault', body: { get: '/v1/profile?fields=tax_id' }, sender: true, origin: location.origin, callback: 'first' }), '*')",
            json!([]),
        )
        .await;
    driver.leave_frame().await;
    driver.window("consent.html").await;
    driver.find("button", "Don’t share").await;
    driver.holds(ARMED, json!([])).await;
    let question = driver.front();
    let place = Place::of(&desktop, &question);
    driver
        .script(
            "window.lost = 0; window.pressed = 0; addEventListener('blur', () => lost++); addEventListener('click', () => pressed++, true); \
             addEventListener('keydown', () => pressed++, true)",
            json!([]),
        )
        .await;

    say("for two seconds it tries to cover, move, press and close it, and to take its focus");
    driver.app_window("Hostile").await;
    driver
        .holds(
            "const frame = document.querySelector('iframe'); return frame.inert && getComputedStyle(frame).visibility === 'hidden'",
            json!([]),
        )
        .await;
    let seen = driver.script_that_calls_back(BEGIN).await;
    println!("    in the app: {seen}");
    assert!(seen["turns"].as_u64() > Some(5), "{seen}");
    assert_eq!(
        (&seen["opened"], &seen["frames"], &seen["full"]),
        (&json!(0), &json!(1), &json!(false))
    );
    assert!(!seen["reached"].to_string().contains("tauri://"), "{seen}");
    assert_eq!(driver.front(), question, "the question has the focus");
    assert_eq!(
        Place::of(&desktop, &question),
        place,
        "it is where it was, and on top"
    );
    assert_eq!(
        driver.windows().await.len(),
        4,
        "one question in one window, two apps, the person’s"
    );
    driver.leave_frame().await;
    driver.window("consent.html").await;
    let felt = driver.script("return [lost, pressed]", json!([])).await;
    println!("    in the question: lost the focus and was pressed {felt} times");
    assert_eq!(felt, json!([0, 0]));
    assert_eq!(
        driver.script(ARMED, json!([])).await,
        json!(true),
        "what the app does disarms nothing"
    );
    driver.says("Tax number").await;

    say("without the focus, and right after it came back, no press counts");
    driver.raise(&main).await;
    driver
        .holds(
            "return document.querySelector('.cs').dataset.armed !== 'true'",
            json!([]),
        )
        .await;
    let no = "[...document.querySelectorAll('button')].find(one => one.textContent.trim() === 'Don’t share')";
    driver.script(&format!("{no}.click()"), json!([])).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    driver.find("button", "Don’t share").await;
    let early = format!(
        "const done = arguments[arguments.length - 1]; addEventListener('focus', () => {{ const armed = document.querySelector('.cs').dataset.armed; {no}.click(); done(armed) }}, {{ once: true }}); window.waits = true"
    );
    let (armed, ()) = tokio::join!(driver.script_that_calls_back(&early), async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        driver.raise(&question).await;
    });
    assert_ne!(armed, json!("true"));
    tokio::time::sleep(Duration::from_millis(300)).await;
    driver.find("button", "Don’t share").await;

    say("a no is the answer to all of them, and the same is not asked again");
    press_when_armed(&driver, "Don’t share").await;
    driver.gone("consent.html").await;
    driver.app_window("Hostile").await;
    driver.enter_frame("Hostile (app)").await;
    let answers = driver.script_that_calls_back(AGAIN).await;
    assert_eq!(answers, json!({"403": 50}));
    driver.leave_frame().await;
    driver.main_window().await;
    assert!(!driver.shows("consent.html").await, "the question came again");
    driver.quit().await;
}

/// Where a window is, and which one lies on top of all.
#[derive(Debug, PartialEq, Eq)]
struct Place {
    geometry: String,
    top: String,
}

impl Place {
    fn of(desktop: &Desktop, window: &str) -> Self {
        let run = |program: &str, arguments: &[&str]| {
            let output = desktop.command(program).args(arguments).output().unwrap();
            assert!(output.status.success(), "{program} {arguments:?}");
            String::from_utf8_lossy(&output.stdout).trim().to_owned()
        };
        let stacking = run("xprop", &["-root", "_NET_CLIENT_LIST_STACKING"]);
        Self {
            geometry: run("xdotool", &["getwindowgeometry", "--shell", window]),
            top: stacking.rsplit(' ').next().unwrap_or_default().to_owned(),
        }
    }
}
