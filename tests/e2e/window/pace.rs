//! How quickly the bridge answers, beside a frame that only echoes, in the same engine: run by `cargo xtask bench bridge`.

use serde_json::Value;

use super::{
    desktop::Desktop,
    frames::{TestApps, becomes, words},
    person::{install, make_vault, open_and_unlock},
};

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement: run by `cargo xtask bench bridge`"]
async fn the_bridge_beside_an_echo() {
    let apps = TestApps::serve(&["pace"]);
    let desktop = Desktop::start(&[]);
    make_vault(&desktop);
    let driver = open_and_unlock(&desktop).await;
    install(&driver, "Pace", apps.address("pace")).await;
    driver.click("button", "Open Pace").await;
    driver.window("app.html").await;
    driver.enter_frame("Pace (app)").await;
    becomes(&driver, "state", "done").await;
    let found: Value = serde_json::from_str(&words(&driver, "result").await).unwrap();
    driver.quit().await;

    let of = |what: &str, which: &str| found[what][which].as_f64().expect("a time");
    let echo = of("echo", "median");
    for (what, name) in [
        ("handshake", "handshake (verify)"),
        ("plain", "message that needs no data"),
        ("vault", "path of the vault, nothing shared"),
        ("echo", "bare postMessage echo"),
    ] {
        println!(
            "    {name:36} median {:6.2} ms, p95 {:6.2} ms, {:5.2} of the echo",
            of(what, "median"),
            of(what, "p95"),
            of(what, "median") / echo
        );
    }
}
