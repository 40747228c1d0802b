//! Asks axe-core, in the real window, what assistive technology would stumble over: contrast too, which only a painted page has.

use std::{fs, path::Path};

use serde_json::{Value, json};

use super::driver::Driver;

/// Serious and critical findings, each with its place. A script of WebDriver runs outside the policy of the page. What a button that opens
/// a list shows is its value and not its label, so it need not be part of its name; nor need the lines of a row that are its description.
const LOOK: &str = "const done = arguments[arguments.length - 1]; \
    const isValue = (id, node) => id === 'label-content-name-mismatch' && node.element.matches('[aria-haspopup=listbox]'); \
    const plain = text => text.toLowerCase().replace(/[\\p{P}\\s]+/gu, ' ').trim(); \
    const isDescribed = (id, node) => { \
      const ids = (node.element.getAttribute('aria-describedby') ?? '').split(' ').filter(one => one !== ''); \
      if (id !== 'label-content-name-mismatch' || ids.length === 0) return false; \
      const label = node.element.cloneNode(true); \
      ids.forEach(one => label.querySelector('#' + CSS.escape(one))?.remove()); \
      label.querySelectorAll('[aria-hidden=true]').forEach(one => one.remove()); \
      return plain(node.element.getAttribute('aria-label') ?? '').includes(plain(label.textContent)); \
    }; \
    axe.run(document, { resultTypes: ['violations'], elementRef: true }).then(({ violations }) => done(violations \
      .filter(({ impact }) => impact === 'serious' || impact === 'critical') \
      .flatMap(({ id, nodes }) => nodes.filter(node => !isValue(id, node) && !isDescribed(id, node)) \
        .map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary}`))), \
      error => done([`axe-core failed: ${error}`]))";

/// Fails when the page in front has a serious or critical finding.
pub(super) async fn nothing_serious(driver: &Driver, page: &str) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("ui/node_modules/axe-core/axe.min.js");
    let source = fs::read_to_string(&script).expect("axe-core is installed: npm ci in ui");
    driver.script(&source, json!([])).await;
    // What is still fading in or out has colours that it does not keep.
    driver
        .holds(
            "return document.getAnimations().every(one => one.playState !== 'running' || one.effect?.getComputedTiming().iterations === Infinity)",
            json!([]),
        )
        .await;
    let found = driver.script_that_calls_back(LOOK).await;
    let found: Vec<&str> = found
        .as_array()
        .expect("a list of findings")
        .iter()
        .filter_map(Value::as_str)
        .collect();
    if !found.is_empty() {
        driver.shot_of_failure("axe");
    }
    assert!(found.is_empty(), "{page}:\n{}", found.join("\n"));
}
