//! The windows and the vault's state: locking closes what is open and leaves nothing behind, and there is one program for one vault.

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use super::{
    desktop::Desktop,
    person::{APP, lock, make_vault, open_and_unlock, press_when_armed, say, unlock},
};

#[tokio::test(flavor = "multi_thread")]
async fn locking_closes_every_app_and_empties_the_web_data() {
    let desktop = Desktop::start(&[]);
    make_vault(&desktop);
    let driver = open_and_unlock(&desktop).await;
    driver.click("link", "Apps").await;
    driver.click("button", "Open My Backpack").await;
    driver.window("consent.html").await;

    say("closed by Escape is a no");
    driver.find("button", "Don’t share").await;
    press_when_armed(&driver, "Don’t share").await;
    driver.window("app.html").await;
    driver.enter_frame("My Backpack (app)").await;
    let kept = driver
        .script(
            "try { localStorage.setItem('kept', 'canary-of-the-frame'); return localStorage.getItem('kept') } catch (error) { return error.name }",
            serde_json::json!([]),
        )
        .await;
    driver.leave_frame().await;
    assert_eq!(
        kept, "canary-of-the-frame",
        "the engine keeps something that can be emptied"
    );

    say("lock");
    driver.main_window().await;
    lock(&driver).await;
    driver.gone("app.html").await;
    emptied(desktop.home());

    say("a question is gone with the lock too");
    unlock(&driver).await;
    driver.click("link", "Activity").await;
    driver.says("My Backpack").await;
    driver.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_start_raises_the_window_of_the_first() {
    let desktop = Desktop::start(&[]);
    make_vault(&desktop);
    let driver = open_and_unlock(&desktop).await;
    say("the first window is out of sight");
    let first = driver.front();
    driver.minimize(&first).await;
    let second = desktop.command(APP).output().unwrap();
    assert!(
        second.status.success(),
        "{}",
        String::from_utf8_lossy(&second.stderr)
    );
    driver.in_front(&first).await;
    driver.find("heading", "Overview").await;
    driver.quit().await;
}

/// Waits until the engine's folder holds nothing of what a frame kept.
fn emptied(home: &Path) {
    let deadline = Instant::now() + Duration::from_secs(10);
    loop {
        let left: Vec<PathBuf> = files(home)
            .into_iter()
            .filter(|path| holds_canary(path))
            .collect();
        if left.is_empty() {
            return;
        }
        assert!(
            Instant::now() < deadline,
            "what a frame kept is still in {left:?}"
        );
        std::thread::sleep(Duration::from_millis(200));
    }
}

fn holds_canary(path: &Path) -> bool {
    let bytes = fs::read(path).unwrap_or_default();
    let wide: Vec<u8> = "canary-of-the-frame"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let narrow = b"canary-of-the-frame";
    bytes.windows(narrow.len()).any(|part| part == narrow)
        || bytes.windows(wide.len()).any(|part| part == wide)
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .flat_map(|entry| {
            let path = entry.path();
            match entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                true => files(&path),
                false => vec![path],
            }
        })
        .collect()
}
