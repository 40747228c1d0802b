//! Every library inside the program has a licence that `deny.toml` allows.

use std::collections::BTreeSet;

use spdx::{Expression, ParseMode};

use crate::{crates::metadata, source::read};

#[test]
fn every_library_has_an_allowed_licence() {
    let rules: toml::Table = read("deny.toml").parse().unwrap();
    let allowed: BTreeSet<&str> = rules["licenses"]["allow"]
        .as_array()
        .unwrap()
        .iter()
        .map(|name| name.as_str().unwrap())
        .collect();
    let system = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
    let metadata = metadata(&["--locked", "--filter-platform", &system]);
    let packages = metadata["packages"].as_array().unwrap();
    assert!(packages.len() > 300, "the libraries are listed");
    for package in packages {
        let name = package["name"].as_str().unwrap();
        let licence = package["license"].as_str().unwrap_or_default();
        assert!(
            is_allowed(licence, &allowed),
            "{name} has the licence {licence:?}"
        );
    }
}

#[test]
fn a_choice_needs_one_and_a_sum_needs_all() {
    let allowed = BTreeSet::from(["MIT", "Apache-2.0 WITH LLVM-exception"]);
    for good in [
        "MIT",
        "MIT/GPL-3.0",
        "GPL-3.0-only OR MIT",
        "Apache-2.0 WITH LLVM-exception",
    ] {
        assert!(is_allowed(good, &allowed), "{good}");
    }
    for bad in [
        "",
        "GPL-3.0-only",
        "MIT AND GPL-3.0-only",
        "Apache-2.0",
        "a licence",
    ] {
        assert!(!is_allowed(bad, &allowed), "{bad}");
    }
}

fn is_allowed(licence: &str, allowed: &BTreeSet<&str>) -> bool {
    Expression::parse_mode(licence, ParseMode::LAX)
        .is_ok_and(|licence| licence.evaluate(|one| allowed.contains(one.to_string().as_str())))
}
