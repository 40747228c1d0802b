//! Every layout, with all its tricks, to the last row and cent. `SATCHEL_WRITE_GOLDENS=1` writes down anew what the script made.

use std::{collections::BTreeMap, env, fs, path::Path};

use serde_json::{Value, json};
use vault_connect::takeout::{self, Choices};
use vault_store::Sha256;

use super::{
    kit::{Place, read, recognise, written},
    layouts::specs,
    maker::make,
};

const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/takeouts.json");

#[test]
fn every_layout_gives_the_golden_totals() {
    let place = Place::new();
    let mut all = BTreeMap::new();
    for (at, spec) in specs().iter().enumerate() {
        let what = format!("{}/{}", spec.importer, spec.layout);
        let made = make(spec);
        let bundle = place.open(&format!("{at}/{}", made.name), &made.bytes).unwrap();
        let recognised = recognise(&bundle);
        assert_eq!(recognised.importer, spec.importer, "{what}");
        let file = recognised
            .files
            .iter()
            .find(|file| file.layout.is_some())
            .unwrap_or_else(|| panic!("{what}"));
        assert_eq!(file.layout.as_ref().unwrap().as_str(), what);
        assert!(recognised.sure, "{what}: {:?}", file.unknown_columns);
        let read = read(&bundle, &Choices::default()).unwrap();
        let sums = written(&read.sums);
        if sums != made.expected {
            for (number, row) in &read.rows {
                eprintln!("{number} {row:?}");
            }
        }
        assert_eq!(sums, made.expected, "{what}");
        assert_eq!(
            read.sums.accepted + read.sums.contained + read.sums.all_aside(),
            read.sums.rows,
            "{what}"
        );
        assert_eq!(read.ends[0].rows, read.sums.rows, "{what}");
        let mut golden = made.expected;
        golden["sha256"] = json!(Sha256::of(&made.bytes).to_string());
        all.insert(what, golden);
    }
    let text = serde_json::to_string_pretty(&all).unwrap() + "\n";
    if env::var_os("SATCHEL_WRITE_GOLDENS").is_some() {
        fs::write(GOLDEN, &text).unwrap();
    }
    let kept: BTreeMap<String, Value> = serde_json::from_str(&fs::read_to_string(GOLDEN).unwrap()).unwrap();
    for (what, golden) in &kept {
        assert_eq!(all.get(what), Some(golden), "{what}");
    }
    assert_eq!(kept.len(), all.len());
}

#[test]
fn every_layout_that_reads_something_has_a_file() {
    let made: Vec<String> = specs()
        .iter()
        .map(|spec| format!("{}/{}", spec.importer, spec.layout))
        .collect();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("importers");
    let mut count = 0;
    for file in fs::read_dir(folder).unwrap() {
        let text: toml::Table = fs::read_to_string(file.unwrap().path()).unwrap().parse().unwrap();
        for layout in text["layout"].as_array().unwrap() {
            if layout.get("left_out").is_none() {
                let what = format!(
                    "{}/{}",
                    text["id"].as_str().unwrap(),
                    layout["id"].as_str().unwrap()
                );
                assert!(made.contains(&what), "{what} has no file");
                count += 1;
            }
        }
    }
    assert_eq!(count, made.len());
    assert_eq!(takeout::importers().len(), 14);
}
