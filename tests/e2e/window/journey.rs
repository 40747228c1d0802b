//! Create a vault, link a platform, look at it, open an app, consent, revoke, see the log, pack, restore, unlock by keyring.

use std::{fs, path::Path, process::Command};

use demo_platform::{Config, Running};
use serde_json::{Value, json};

use super::{
    axe::nothing_serious,
    desktop::Desktop,
    driver::Driver,
    person::{
        APP, PASSPHRASE, agree_in_browser, at_the_terminal, choose_everything, lock, press_when_armed, say,
    },
};

#[tokio::test(flavor = "multi_thread")]
async fn the_main_job_in_the_real_window() {
    let platform = demo_platform::start(Config::default()).await.unwrap();
    let desktop = Desktop::start(&[("SATCHEL_DEMO_PLATFORM_URL", &platform.base())]);
    let driver = Driver::open(&desktop, APP, &[]).await;

    make_vault(&driver, &desktop).await;
    link_platform(&driver, &desktop, &platform).await;
    look_around(&driver).await;
    open_app_and_share(&driver).await;
    stop_sharing(&driver).await;
    see_activity(&driver).await;
    let backpack = pack(&driver, &desktop).await;
    open_with_stock_tools(&desktop, &backpack);
    restore_elsewhere(&desktop, &backpack);
    use_keyring(&driver).await;
    driver.quit().await;

    let driver = Driver::open(&desktop, APP, &[]).await;
    say("quit, start, unlock by keyring");
    driver.find("button", "Unlock with the keyring").await;
    driver.shot("18-unlock").await;
    nothing_serious(&driver, "unlock").await;
    driver.click("button", "Unlock with the keyring").await;
    driver.find("heading", "Overview").await;
    driver.shot("19-unlocked-by-keyring").await;
    lock(&driver).await;
    driver.quit().await;
    nothing_in_clear(&desktop);
}

/// Whether the switch with a label is on.
const IS_ON: &str = "return [...document.querySelectorAll('[role=switch]')].some(one => one.checked && [...one.labels].some(label => label.textContent === arguments[0]))";

async fn make_vault(driver: &Driver, desktop: &Desktop) {
    say("create a vault");
    driver.find("heading", "Make your vault").await;
    driver.shot("01-welcome").await;
    driver.fill("Passphrase", PASSPHRASE).await;
    driver.fill("Passphrase again", PASSPHRASE).await;
    driver.click("button", "Make vault").await;

    say("confirm the recovery kit");
    driver.find("heading", "Keep a way back in").await;
    let code = driver
        .script(
            "return [...document.querySelectorAll('ol[aria-label=\"Recovery code\"] li bdi')].map(group => group.textContent.trim())",
            json!([]),
        )
        .await;
    let groups: Vec<String> = code
        .as_array()
        .unwrap()
        .iter()
        .map(|group| group.as_str().unwrap().to_owned())
        .collect();
    assert_eq!(groups.len(), 9, "{groups:?}");
    for (at, group) in groups.iter().enumerate() {
        let name = format!("Group {}", at + 1);
        if driver.look("textbox", &name).await.is_some() {
            driver.fill(&name, group).await;
        }
    }
    save_kit(driver, desktop).await;
    driver.shot("02-recovery-kit").await;
    driver.click("button", "Finish").await;
    driver.find("heading", "Overview").await;
    driver.shot("03-overview-empty").await;
}

/// The kit as a file: a real PDF that nobody else may read.
async fn save_kit(driver: &Driver, desktop: &Desktop) {
    use std::os::unix::fs::PermissionsExt as _;
    let main = driver.front();
    driver.click("button", "Save as PDF").await;
    driver.accept_file_dialog(&main).await;
    let path = desktop.home().join("Satchel recovery kit of Personal.pdf");
    driver.says("saved").await;
    let bytes = fs::read(&path).unwrap();
    assert!(
        bytes.starts_with(b"%PDF-") && bytes.len() > 5_000,
        "{} bytes",
        bytes.len()
    );
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    if let Some(folder) = std::env::var_os("SATCHEL_SCREENSHOTS") {
        fs::copy(
            path,
            Path::new(env!("CARGO_MANIFEST_DIR"))
                .join(folder)
                .join("02-recovery-kit.pdf"),
        )
        .unwrap();
    }
}

async fn link_platform(driver: &Driver, desktop: &Desktop, platform: &Running) {
    say("connect the demo platform through its authorisation page");
    driver.click("link", "Connections").await;
    driver.click("button", "Add a connection").await;
    driver.find("searchbox", "Search platforms").await;
    driver.shot("04-add-connection").await;
    driver.click("button", "Link Demo platform").await;
    let address = desktop.opened_address();
    assert!(address.starts_with(&platform.base()), "{address}");
    agree_in_browser(&address).await;
    driver.says("Demo platform").await;
    driver.says("Demo platform is linked").await;
    driver.shot("05-linked").await;
    nothing_serious(driver, "connections").await;
}

async fn look_around(driver: &Driver) {
    say("records on Overview and Work");
    driver.click("link", "Overview").await;
    driver.says("records from one platform").await;
    driver.says("Earnings and gigs").await;
    driver.shot("06-overview").await;
    nothing_serious(driver, "overview").await;
    choose_theme(driver, "Dark").await;
    choose_theme(driver, "Light").await;
    driver.click("link", "Work").await;
    driver.find("grid", "Work records").await;
    driver.shot("07-work").await;
    nothing_serious(driver, "work").await;
    driver.fill("Search work", "plaster").await;
    driver
        .holds(
            "const rows = [...document.querySelectorAll('tbody tr[aria-rowindex]')]; \
             return rows.length > 0 && rows.every(row => /plaster/i.test(row.textContent))",
            json!([]),
        )
        .await;
    say("a record and where it came from");
    driver
        .script(
            "document.querySelector('tbody tr[aria-rowindex]').click()",
            json!([]),
        )
        .await;
    driver.find("region", "Where it came from").await;
    driver.says("SHA-256").await;
    driver.shot("08-work-record").await;
}

/// Chooses how the windows look, and sees that the page follows.
async fn choose_theme(driver: &Driver, name: &str) {
    driver.click("link", "Settings").await;
    driver.click("tab", "Appearance").await;
    driver.click("radio", name).await;
    let shown = json!(name.to_lowercase());
    driver
        .holds(
            "return document.documentElement.dataset.theme === arguments[0]",
            json!([shown]),
        )
        .await;
}

async fn open_app_and_share(driver: &Driver) {
    say("open My Backpack, consent");
    driver.click("link", "Apps").await;
    driver.find("heading", "Apps").await;
    driver.shot("09-apps").await;
    nothing_serious(driver, "apps").await;
    driver.click("button", "Open My Backpack").await;
    driver.window("consent.html").await;
    driver.find("button", "Share").await;
    driver.shot("10-consent-start").await;
    nothing_serious(driver, "a question").await;
    choose_everything(driver).await;
    driver.find("table", "Exactly this leaves your vault").await;
    driver.shot("11-consent").await;
    nothing_serious(driver, "a question, answered").await;
    press_when_armed(driver, "Share").await;

    driver.window("app.html").await;
    driver.find("button", "Stop sharing with My Backpack").await;
    driver.enter_frame("My Backpack (app)").await;
    driver.says("gigs on").await;
    driver.leave_frame().await;
    driver.shot("12-my-backpack").await;
}

async fn stop_sharing(driver: &Driver) {
    say("revoke; the next request is refused");
    driver.click("button", "Stop sharing with My Backpack").await;
    driver.says("Nothing").await;
    driver.enter_frame("My Backpack (app)").await;
    let answer = driver
        .script(
            "return new Promise(done => OP.vault('/v1/records?kind=work&limit=1', (error, answer) => done(error ? (error.code || String(error)) : 'answered')))",
            json!([]),
        )
        .await;
    assert_eq!(answer, json!("consent_denied"));
    driver.leave_frame().await;
    driver.shot("13-stopped").await;
    driver.click("button", "Close My Backpack").await;
    driver.gone("app.html").await;
    driver.click("button", "Manage My Backpack").await;
    driver.find("tab", "What it received").await;
    driver.shot("14-app").await;
    nothing_serious(driver, "an app").await;
}

async fn see_activity(driver: &Driver) {
    say("Activity shows both");
    driver.click("link", "Activity").await;
    driver.find("heading", "Activity").await;
    driver.says("My Backpack").await;
    driver.shot("15-activity").await;
    nothing_serious(driver, "activity").await;
    let text = driver.text().await;
    assert!(text.contains("Shared"), "{text}");
    assert!(text.contains("efused"), "{text}");
}

async fn pack(driver: &Driver, desktop: &Desktop) -> std::path::PathBuf {
    say("export a backpack for a key");
    let identity = desktop.home().join("key.txt");
    let made = Command::new("age-keygen")
        .arg("-o")
        .arg(&identity)
        .output()
        .unwrap();
    assert!(made.status.success());
    let text = fs::read_to_string(&identity).unwrap();
    let recipient = text
        .split("public key: ")
        .nth(1)
        .unwrap()
        .lines()
        .next()
        .unwrap()
        .to_owned();
    driver.click("link", "Backpack").await;
    driver.click("radio", "Only someone I choose").await;
    driver.fill("Their keys, one per line", &recipient).await;
    let main = driver.front();
    driver.click("button", "Change place").await;
    driver.accept_file_dialog(&main).await;
    driver.click("button", "Pack backpack").await;
    driver.says("Packed and proved").await;
    driver.shot("16-backpack").await;
    nothing_serious(driver, "backpack").await;
    find_backpack(desktop.home()).expect("a backpack in the home folder")
}

fn find_backpack(folder: &Path) -> Option<std::path::PathBuf> {
    fs::read_dir(folder)
        .ok()?
        .flatten()
        .map(|entry| entry.path())
        .find_map(|path| {
            if path.is_dir() {
                return find_backpack(&path);
            }
            path.extension()
                .is_some_and(|ending| ending == "backpack")
                .then_some(path)
        })
}

fn open_with_stock_tools(desktop: &Desktop, backpack: &Path) {
    say("age, zstd and tar open it");
    let key = desktop.home().join("key.txt");
    let line = format!(
        "age -d -i '{}' '{}' | zstd -dc | tar t",
        key.display(),
        backpack.display()
    );
    let listed = Command::new("sh").args(["-c", &line]).output().unwrap();
    let names = String::from_utf8(listed.stdout).unwrap();
    for name in [
        "backpack.json",
        "backpack.sig",
        "README.txt",
        "index.html",
        "persona.json",
        "disclosures.ndjson",
    ] {
        assert!(
            names.lines().any(|line| line == name),
            "{name} is missing:\n{names}"
        );
    }
}

/// Restores with the terminal into a vault of its own and compares the digest of the records.
fn restore_elsewhere(desktop: &Desktop, backpack: &Path) {
    say("restore into a new vault gives equal records");
    let (key, other) = (
        desktop.home().join("key.txt"),
        desktop.home().join("Other.satchel"),
    );
    let place = |path: &Path| path.to_str().unwrap().to_owned();
    let (key, other, backpack) = (place(&key), place(&other), place(backpack));
    let read = |arguments: &[&str]| -> Value { at_the_terminal(desktop, arguments).parse().unwrap() };
    let answer = read(&[
        "--json",
        "backpack",
        "restore",
        &backpack,
        "--identity-file",
        &key,
        "--into",
        &other,
    ]);
    let summary = read(&["--json", "records", "summary", "--vault", &other]);
    assert!(summary["records"].as_u64().unwrap() > 9_000, "{summary}");
    assert_eq!(
        summary["digest"], answer["digest"],
        "the restored vault holds other records"
    );
}

async fn use_keyring(driver: &Driver) {
    say("switch on quick unlock");
    driver.click("link", "Settings").await;
    driver.click("tab", "Security").await;
    driver.click("switch", "Unlock with the keyring").await;
    driver.fill("Current passphrase", PASSPHRASE).await;
    driver.press("\u{E007}").await;
    driver.holds(IS_ON, json!(["Unlock with the keyring"])).await;
    driver.shot("17-settings").await;
    nothing_serious(driver, "settings").await;
    lock(driver).await;
}

/// After everything was used: no name, amount or token in any file of the home folder, the vault's included, nor in the log.
fn nothing_in_clear(desktop: &Desktop) {
    say("no canary in any file");
    let canaries: [&[u8]; 5] = [
        PASSPHRASE.as_bytes(),
        b"Luc\xc3\xada Arroyo",
        b"lucia.arroyo@",
        b"refresh_token\":\"",
        b"Calle del Limonero",
    ];
    let mut files = vec![desktop.home().to_path_buf()];
    while let Some(path) = files.pop() {
        if path.is_dir() {
            files.extend(
                fs::read_dir(&path)
                    .into_iter()
                    .flatten()
                    .flatten()
                    .map(|entry| entry.path()),
            );
            continue;
        }
        if path.file_name().is_some_and(|name| name == "pw") {
            continue;
        }
        let Ok(bytes) = fs::read(&path) else { continue };
        for canary in canaries {
            let found = bytes.windows(canary.len()).any(|part| part == canary);
            assert!(
                !found,
                "{} holds {:?}",
                path.display(),
                String::from_utf8_lossy(canary)
            );
        }
    }
    assert!(!desktop.log().contains(PASSPHRASE));
}
