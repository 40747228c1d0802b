//! Trying Satchel with made-up data: nothing else is installed, the same way in as for real data, and nothing is left of it.

use std::path::Path;

use super::{
    desktop::Desktop,
    driver::Driver,
    person::{APP, agree_in_browser, say},
};

#[tokio::test(flavor = "multi_thread")]
async fn made_up_data_comes_in_like_real_data_and_leaves_nothing() {
    let desktop = Desktop::start(&[]);
    let driver = Driver::open(&desktop, APP, &[]).await;

    say("try with made-up data");
    driver.click("link", "Try with made-up data").await;
    let address = desktop.opened_address();
    assert!(
        address.starts_with("http://127.0.0.1:"),
        "a platform of its own: {address}"
    );
    agree_in_browser(&address).await;
    driver.says("Made-up data").await;
    driver.click("link", "Overview").await;
    driver.says("records from one platform").await;
    driver.says("Earnings and gigs").await;
    driver.shot("40-made-up").await;
    assert_eq!(practice_vaults(desktop.home()), 1);

    say("what leaves carries the mark");
    driver.click("link", "Backpack").await;
    driver.says("made-up").await;

    say("lock: it is thrown away");
    driver.click("button", "Lock Satchel").await;
    driver.find("heading", "Make your vault").await;
    assert_eq!(practice_vaults(desktop.home()), 0);
    driver.quit().await;
}

/// How many vaults lie anywhere below a folder.
fn practice_vaults(folder: &Path) -> usize {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| entry.path())
        .filter(|path| path.is_dir() && !path.is_symlink())
        .map(|path| match path.join("vault.header").is_file() {
            true => 1,
            false => practice_vaults(&path),
        })
        .sum()
}
