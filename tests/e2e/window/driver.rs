//! A small WebDriver client: what a person can do with a window, by the accessible names of the design.

use std::{
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use reqwest::{Client, Method};
use serde_json::{Value, json};

use super::desktop::Desktop;

/// The key under which WebDriver hands out elements.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// How long something may take to appear.
const PATIENCE: Duration = Duration::from_secs(30);

/// A window of the app, driven.
pub(super) struct Driver {
    client: Client,
    session: String,
    display: String,
    shots: Option<PathBuf>,
}

/// An element of a page.
#[derive(Debug, Clone)]
pub(super) struct Element(String);

/// Finds an element by role and name. Names are computed as far as the pages of this app need it.
const FIND: &str = r#"
const [role, name, within] = arguments;
const tags = { button: "button,[role=button],summary", link: "a[href],[role=link]", heading: "h1,h2,h3,[role=heading]",
  textbox: "input:not([type=checkbox]):not([type=radio]):not([type=date]),textarea,[role=textbox]", checkbox: "input[type=checkbox],[role=checkbox]",
  radio: "input[type=radio],[role=radio]", switch: "[role=switch]", tab: "[role=tab]", dialog: "dialog,[role=dialog]", alertdialog: "[role=alertdialog]",
  region: "section,[role=region]", complementary: "aside,[role=complementary]", main: "main,[role=main]", grid: "[role=grid]", table: "table:not([role]),[role=table]",
  row: "[role=row],tr", combobox: "[role=combobox],select,input[role=combobox]", option: "[role=option],option", iframe: "iframe",
  status: "[role=status],output", alert: "[role=alert]", meter: "meter,[role=meter]", progressbar: "progress,[role=progressbar]",
  searchbox: "input[type=search],[role=searchbox]", list: "ul,ol,[role=list]", group: "fieldset,[role=group]", menuitem: "[role=menuitem]" };
const squeeze = text => (text || "").replace(/\s+/g, " ").trim();
function textOf(node) {
  if (node.nodeType === 3) return node.data;
  if (node.nodeType !== 1 || node.getAttribute("aria-hidden") === "true" || node.matches("svg,style,script")) return "";
  return [...node.childNodes].map(textOf).join(" ");
}
function nameOf(element) {
  const by = element.getAttribute("aria-labelledby");
  if (by) return squeeze(by.split(/\s+/).map(id => textOf(document.getElementById(id) || document.createTextNode(""))).join(" "));
  const label = element.getAttribute("aria-label");
  if (label) return squeeze(label);
  if (element.labels && element.labels.length) return squeeze([...element.labels].map(textOf).join(" "));
  if (element.matches("fieldset")) return squeeze(textOf(element.querySelector("legend") || document.createTextNode("")));
  if (element.matches("iframe")) return squeeze(element.title);
  const text = squeeze(textOf(element));
  return text || squeeze(element.getAttribute("placeholder") || element.title);
}
const visible = element => element.getClientRects().length > 0 && !element.closest("[inert],[hidden]");
const all = [...(within || document).querySelectorAll(tags[role] || `[role=${role}]`)].filter(visible);
const exact = all.filter(element => nameOf(element) === name);
if (exact.length) return exact[0];
if (name.endsWith("*")) return all.find(element => nameOf(element).startsWith(name.slice(0, -1))) || null;
return null;
"#;

impl Driver {
    /// Opens the app.
    pub(super) async fn open(desktop: &Desktop, application: &str, arguments: &[&str]) -> Self {
        let server = desktop.driver();
        let client = Client::builder()
            .timeout(Duration::from_secs(120))
            .build()
            .unwrap();
        let capabilities = json!({ "capabilities": { "alwaysMatch": {
            "tauri:options": { "application": application, "args": arguments } } } });
        let answer = client
            .post(format!("{server}/session"))
            .json(&capabilities)
            .send()
            .await
            .unwrap();
        let answer: Value = answer.json().await.unwrap();
        let id = answer["value"]["sessionId"]
            .as_str()
            .unwrap_or_else(|| panic!("no session: {answer}"));
        let shots = std::env::var_os("SATCHEL_SCREENSHOTS").map(|folder| {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
            std::fs::create_dir_all(&folder).unwrap();
            folder
        });
        Self {
            client,
            session: format!("{server}/session/{id}"),
            display: desktop.display().to_owned(),
            shots,
        }
    }

    /// Closes the app.
    pub(super) async fn quit(self) {
        let _ = self.client.delete(&self.session).send().await;
    }

    async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Result<Value, Value> {
        let mut request = self.client.request(method, format!("{}{path}", self.session));
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer: Value = request.send().await.unwrap().json().await.unwrap();
        match answer["value"].get("error") {
            Some(_) => Err(answer["value"].clone()),
            None => Ok(answer["value"].clone()),
        }
    }

    async fn post(&self, path: &str, body: Value) -> Result<Value, Value> {
        self.call(Method::POST, path, Some(body)).await
    }

    /// Runs a script in the page or frame that is in front.
    pub(super) async fn script(&self, script: &str, arguments: Value) -> Value {
        self.post("/execute/sync", json!({ "script": script, "args": arguments }))
            .await
            .unwrap_or_else(|error| panic!("{error}"))
    }

    /// The same, where the page may be gone by now.
    pub(super) async fn script_if_there(&self, script: &str) -> Option<Value> {
        self.post("/execute/sync", json!({ "script": script, "args": [] }))
            .await
            .ok()
    }

    /// Runs a script whose last argument is the function that it calls with its result.
    pub(super) async fn script_that_calls_back(&self, script: &str) -> Value {
        self.post("/execute/async", json!({ "script": script, "args": [] }))
            .await
            .unwrap_or_else(|error| panic!("{error}"))
    }

    /// An element, when it is there at this moment.
    pub(super) async fn look(&self, role: &str, name: &str) -> Option<Element> {
        let found = self
            .post(
                "/execute/sync",
                json!({ "script": FIND, "args": [role, name, null] }),
            )
            .await
            .ok()?;
        found
            .get(ELEMENT)
            .and_then(Value::as_str)
            .map(|id| Element(id.to_owned()))
    }

    /// An element, as soon as it is there.
    pub(super) async fn find(&self, role: &str, name: &str) -> Element {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(element) = self.look(role, name).await {
                return element;
            }
            if Instant::now() > deadline {
                self.shot_of_failure("not-found");
                panic!("no {role} “{name}” on the page:\n{}", self.text().await);
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Clicks what a person would click.
    pub(super) async fn click(&self, role: &str, name: &str) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let element = self.find(role, name).await;
            self.stands_still(&element).await;
            match self
                .post(&format!("/element/{}/click", element.0), json!({}))
                .await
            {
                Ok(_) => return,
                // A press that closes its own window may be answered after the window is gone.
                Err(_) if self.is_gone().await => return,
                // The page may have redrawn it in between.
                Err(_) if Instant::now() < deadline => tokio::time::sleep(Duration::from_millis(150)).await,
                Err(error) => panic!("{role} “{name}” could not be clicked: {error}"),
            }
        }
    }

    /// Waits until an element keeps its place, two seconds at most: a press on what moves away lands beside it.
    async fn stands_still(&self, element: &Element) {
        let mut place = None;
        for _ in 0..40 {
            let rect = format!("/element/{}/rect", element.0);
            let Ok(now) = self.call(Method::GET, &rect, None).await else {
                return;
            };
            if place.as_ref() == Some(&now) {
                return;
            }
            place = Some(now);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Whether the window in front was closed meanwhile.
    async fn is_gone(&self) -> bool {
        match self.call(Method::GET, "/window", None).await {
            Ok(_) => false,
            Err(error) => error["error"] == "no such window",
        }
    }

    /// Types into a field, in place of what is there.
    pub(super) async fn fill(&self, name: &str, text: &str) {
        let element = self.find("textbox", name).await;
        self.type_into(&element, text).await.unwrap();
    }

    /// The same, for a field that may not be there, or just go. Returns whether it was filled.
    pub(super) async fn fill_if_there(&self, name: &str, text: &str) -> bool {
        match self.look("textbox", name).await {
            Some(element) => self.type_into(&element, text).await.is_ok(),
            None => false,
        }
    }

    async fn type_into(&self, element: &Element, text: &str) -> Result<(), Value> {
        self.post(&format!("/element/{}/clear", element.0), json!({}))
            .await?;
        self.post(&format!("/element/{}/value", element.0), json!({ "text": text }))
            .await
            .map(drop)
    }

    /// Presses a key, such as `\u{E007}` for Enter.
    pub(super) async fn press(&self, key: &str) {
        let keys = json!({ "actions": [{ "type": "key", "id": "keyboard", "actions": [
            { "type": "keyDown", "value": key }, { "type": "keyUp", "value": key } ] }] });
        self.post("/actions", keys).await.unwrap();
    }

    /// All words of the page.
    pub(super) async fn text(&self) -> String {
        let text = self
            .post(
                "/execute/sync",
                json!({ "script": "return document.body.innerText", "args": [] }),
            )
            .await;
        text.ok()
            .and_then(|text| text.as_str().map(str::to_owned))
            .unwrap_or_default()
    }

    /// Waits until the page says something.
    pub(super) async fn says(&self, words: &str) {
        let deadline = Instant::now() + PATIENCE;
        while !self.text().await.contains(words) {
            if Instant::now() > deadline {
                self.shot_of_failure("not-said");
                panic!("the page does not say “{words}”:\n{}", self.text().await);
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Waits until a script says that something is true.
    pub(super) async fn holds(&self, script: &str, arguments: Value) {
        let deadline = Instant::now() + PATIENCE;
        while self.script(script, arguments.clone()).await != Value::Bool(true) {
            if Instant::now() > deadline {
                self.shot_of_failure("not-so");
                panic!("this never became true: {script}\n{}", self.text().await);
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// The windows there are.
    pub(super) async fn windows(&self) -> Vec<String> {
        let handles = self
            .call(Method::GET, "/window/handles", None)
            .await
            .unwrap_or_default();
        handles
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|handle| handle.as_str().map(str::to_owned))
            .collect()
    }

    /// Waits for the window whose page is `file`, and turns to it.
    pub(super) async fn window(&self, file: &str) {
        let deadline = Instant::now() + PATIENCE;
        while !self.turn_to(|url| url.contains(file)).await {
            if Instant::now() > deadline {
                self.shot_of_failure("no-window");
                panic!("no window shows {file}; this one says:\n{}", self.text().await);
            }
            tokio::time::sleep(Duration::from_millis(150)).await;
        }
    }

    /// Whether a window shows `file` now; it is in front then.
    pub(super) async fn shows(&self, file: &str) -> bool {
        self.turn_to(|url| url.contains(file)).await
    }

    /// Waits for the window of an app, of which several may be open, and turns to it.
    pub(super) async fn app_window(&self, name: &str) {
        let deadline = Instant::now() + PATIENCE;
        // The frame may be hidden just now.
        let script =
            "return [...document.querySelectorAll('iframe')].some(frame => frame.title === arguments[0])";
        let has_frame = json!({ "script": script, "args": [format!("{name} (app)")] });
        loop {
            for handle in self.windows().await {
                let turned = self.post("/window", json!({ "handle": handle })).await.is_ok();
                if turned && self.post("/execute/sync", has_frame.clone()).await == Ok(Value::Bool(true)) {
                    return;
                }
            }
            if Instant::now() > deadline {
                self.shot_of_failure("no-app-window");
                panic!("no window shows {name}");
            }
            tokio::time::sleep(Duration::from_millis(150)).await;
        }
    }

    /// Turns to the person's own window, which shows neither a question nor an app.
    pub(super) async fn main_window(&self) {
        let own = |url: &str| !url.contains("consent.html") && !url.contains("app.html");
        assert!(self.turn_to(own).await, "the person's window is there");
    }

    /// Waits until no window shows `file` any more, and turns to the person's own.
    pub(super) async fn gone(&self, file: &str) {
        let deadline = Instant::now() + PATIENCE;
        while self.turn_to(|url| url.contains(file)).await {
            assert!(Instant::now() < deadline, "a window still shows {file}");
            tokio::time::sleep(Duration::from_millis(150)).await;
        }
        self.main_window().await;
    }

    /// Turns to the first window whose address is wanted. Returns whether there is one.
    async fn turn_to(&self, wanted: impl Fn(&str) -> bool) -> bool {
        for handle in self.windows().await {
            // A window that has just gone cannot be turned to.
            if self.post("/window", json!({ "handle": handle })).await.is_err() {
                continue;
            }
            let url = self.call(Method::GET, "/url", None).await.unwrap_or_default();
            if url.as_str().is_some_and(&wanted) {
                return true;
            }
        }
        false
    }

    /// Goes into a frame of the page.
    pub(super) async fn enter_frame(&self, name: &str) {
        let element = self.find("iframe", name).await;
        self.post("/frame", json!({ "id": { ELEMENT: element.0 } }))
            .await
            .unwrap();
    }

    /// Leaves all frames.
    pub(super) async fn leave_frame(&self) {
        self.post("/frame", json!({ "id": null })).await.unwrap();
    }

    /// Presses Enter in the system's own file dialog, which WebDriver does not see: the place that it proposes is taken.
    /// `main` is the window that was in front before.
    pub(super) async fn accept_file_dialog(&self, main: &str) {
        let dialog = self.file_dialog(main).await;
        self.return_until_gone(&dialog).await;
        // What is clicked while the dialog still stands before the window is lost.
        self.in_front(main).await;
    }

    /// Types a path into a dialog that opens a file, and waits until it is gone. Which window comes to the front after it is the window
    /// manager's choice.
    pub(super) async fn choose_file(&self, main: &str, path: &Path) {
        let dialog = self.file_dialog(main).await;
        let rest = path
            .to_str()
            .and_then(|path| path.strip_prefix('/'))
            .expect("a whole path, in letters");
        // The first sign turns the dialog's list into a field; what is typed meanwhile is lost.
        for typed in ["/", rest] {
            assert!(self.xdotool(&["type", "--delay", "40", typed]).is_some());
            tokio::time::sleep(Duration::from_millis(700)).await;
        }
        self.return_until_gone(&dialog).await;
    }

    /// Presses Return as long as a dialog is to be seen: the first may only take what the dialog proposes for a path. That another window has
    /// the focus does not say that the dialog is gone.
    async fn return_until_gone(&self, dialog: &str) {
        let deadline = Instant::now() + PATIENCE;
        while self.is_visible(dialog) {
            if Instant::now() > deadline {
                self.shot_of_failure("dialog-stays");
                panic!("the file dialog stays");
            }
            tokio::time::sleep(Duration::from_millis(700)).await;
            if self.front() == dialog {
                self.xdotool(&["key", "Return"]);
            }
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
    }

    /// Waits for the system's file dialog to come before `main` and to take keys. Its id.
    async fn file_dialog(&self, main: &str) -> String {
        self.behind(main).await;
        // It takes keys once it has read the folder.
        tokio::time::sleep(Duration::from_millis(800)).await;
        self.front()
    }

    /// What xdotool printed, if it did what was asked.
    fn xdotool(&self, arguments: &[&str]) -> Option<String> {
        let done = Command::new("xdotool")
            .env("DISPLAY", &self.display)
            .args(arguments)
            .output()
            .expect("xdotool: run `cargo xtask setup`");
        done.status
            .success()
            .then(|| String::from_utf8_lossy(&done.stdout).trim().to_owned())
    }

    /// The id of the window that has the focus; empty while none has.
    pub(super) fn front(&self) -> String {
        self.xdotool(&["getactivewindow"]).unwrap_or_default()
    }

    /// Whether a window is on the display, covered or not.
    fn is_visible(&self, window: &str) -> bool {
        self.xdotool(&["search", "--onlyvisible", "--name", ".*"])
            .is_some_and(|ids| ids.lines().any(|id| id == window))
    }

    /// Waits until the display is as it should be; `otherwise` says what it is if it never comes to that.
    async fn until(&self, otherwise: &str, so: impl Fn() -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !so() {
            assert!(Instant::now() < deadline, "{otherwise}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Waits until a window has the focus.
    pub(super) async fn in_front(&self, window: &str) {
        self.until("the window stays behind", || self.front() == window)
            .await;
    }

    /// Waits until another window than this one has the focus.
    pub(super) async fn behind(&self, window: &str) {
        self.until("the window stays in front", || {
            ![window, ""].contains(&self.front().as_str())
        })
        .await;
    }

    /// Brings a window to the front, by the id that it had there.
    pub(super) async fn raise(&self, window: &str) {
        assert!(self.xdotool(&["windowactivate", window]).is_some());
        self.in_front(window).await;
    }

    /// Puts a window out of sight, as its own button does, and waits until it is.
    pub(super) async fn minimize(&self, window: &str) {
        assert!(self.xdotool(&["windowminimize", window]).is_some());
        self.until("the window stays in sight", || {
            !self.is_visible(window) && self.front() != window
        })
        .await;
    }

    /// Takes a picture of the window in front in light and in dark, when pictures were asked for.
    pub(super) async fn shot(&self, name: &str) {
        if self.shots.is_none() {
            return;
        }
        let theme = self.turn("light").await;
        self.picture(&format!("{name}-light"), &self.front());
        self.turn("dark").await;
        self.picture(&format!("{name}-dark"), &self.front());
        self.turn(theme.as_str().unwrap_or("light")).await;
    }

    /// Takes a picture of the whole display as it is: something went wrong.
    pub(super) fn shot_of_failure(&self, name: &str) {
        if self.shots.is_some() {
            self.picture(name, "root");
        }
    }

    /// Draws the page in a theme, and gives it time to be painted. Returns the theme it had.
    async fn turn(&self, theme: &str) -> Value {
        let script = "const old = document.documentElement.dataset.theme; document.documentElement.dataset.theme = arguments[0]; return old";
        let old = self.script(script, json!([theme])).await;
        tokio::time::sleep(Duration::from_millis(400)).await;
        old
    }

    /// Takes one picture. The display is asked, not the engine: the engine's own screenshot waits for a page that stands still to be
    /// painted again.
    fn picture(&self, name: &str, window: &str) {
        let Some(folder) = &self.shots else { return };
        let window = if window.is_empty() { "root" } else { window };
        let file = folder.join(format!("{name}.png"));
        let taken = Command::new("import")
            .env("DISPLAY", &self.display)
            .args(["-window", window])
            .arg(&file)
            .status();
        assert!(
            taken.is_ok_and(|status| status.success()),
            "no picture {} was taken",
            file.display()
        );
        println!("      {}", file.display());
    }
}
