//! Backpacks that are whole, signed by somebody, and hold what no backpack of Satchel holds.

use std::{
    collections::BTreeMap,
    convert::Infallible,
    io::{self, Write},
    ops::ControlFlow,
    path::Path,
    sync::LazyLock,
};

use ::backpack::{Contents, EntryPath, Item, Marks, Packing, page::Page};
use proptest::prelude::*;
use serde_json::Value;
use time::OffsetDateTime;

use super::{
    super::{BackpackError, LogOutcome, Stop, inspect::inspect},
    cooperatives::cooperate,
    kit::{ISSUERS, NOW, World, entries, everything, keys, locks},
};

/// Entries in memory.
#[derive(Clone)]
pub(super) struct Entries(pub(super) BTreeMap<String, Vec<u8>>);

impl Contents for Entries {
    fn items(&mut self) -> io::Result<Vec<Item>> {
        let item = |path: &String| Item {
            path: EntryPath::new(path.as_str()).unwrap(),
            modified: OffsetDateTime::UNIX_EPOCH,
        };
        Ok(self.0.keys().map(item).collect())
    }

    fn write(&mut self, path: &EntryPath, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(&self.0[path.as_str()])
    }
}

impl Entries {
    /// What a real backpack holds, but for the four entries that are made with it.
    pub(super) async fn real() -> Self {
        Self::of(&World::full().await).await
    }

    /// What a full backpack of this vault holds.
    pub(super) async fn of(world: &World) -> Self {
        let packed = world.pack("a.backpack", true).await;
        let named = entries(&packed.file)
            .into_iter()
            .filter(|(path, _)| !path.is_reserved());
        Self(named.map(|(path, bytes)| (path.to_string(), bytes)).collect())
    }

    /// Packed and signed by somebody else.
    pub(super) fn pack(&self) -> Vec<u8> {
        let mut out = Vec::new();
        let packing = Packing {
            locks: &locks(),
            space: "Personal",
            software: "Somebody 1.0",
            created: NOW,
            counts: BTreeMap::new(),
            marks: Marks {
                full: true,
                made_up: false,
            },
            signing_key: ISSUERS[1].public_key_pem(),
            page: &Page::default(),
        };
        let sign = |message: &[u8]| Ok::<_, Infallible>(ISSUERS[1].sign_pss_sha256(message).unwrap());
        packing
            .write(
                &mut self.clone(),
                sign,
                &mut |_| ControlFlow::Continue(()),
                &mut out,
            )
            .unwrap();
        out
    }

    pub(super) fn text(&self, path: &str) -> String {
        String::from_utf8(self.0[path].clone()).unwrap()
    }

    pub(super) fn with(&self, path: &str, body: impl Into<Vec<u8>>) -> Self {
        let mut changed = self.clone();
        changed.0.insert(path.to_owned(), body.into());
        changed
    }

    pub(super) fn without(&self, path: &str) -> Self {
        let mut changed = self.clone();
        assert!(changed.0.remove(path).is_some(), "{path}");
        changed
    }

    /// With the first line of an entry changed.
    fn line(&self, path: &str, change: impl FnOnce(&mut Value)) -> Self {
        let text = self.text(path);
        let (first, rest) = text.split_once('\n').unwrap();
        let mut value: Value = serde_json::from_str(first).unwrap();
        change(&mut value);
        self.with(path, format!("{value}\n{rest}"))
    }

    pub(super) fn json(&self, path: &str, change: impl FnOnce(&mut Value)) -> Self {
        let mut value: Value = serde_json::from_str(&self.text(path)).unwrap();
        change(&mut value);
        self.with(path, value.to_string())
    }
}

pub(super) fn check(bytes: &[u8]) -> Result<super::super::inspect::Inspection, BackpackError> {
    inspect(
        bytes,
        &keys(),
        &mut |_| ControlFlow::Continue(()),
        &mut |_| Ok(()),
    )
}

const RECORDS: &str = "platforms/demo/records.ndjson";
const DOCUMENTS: &str = "platforms/demo/documents.ndjson";
const RETRIEVALS: &str = "platforms/demo/retrievals.ndjson";
const OTHER: &str = "018f0000-0000-7000-8000-000000000001";

#[tokio::test]
async fn a_backpack_from_before_there_were_requests_to_erase_is_whole() {
    let real = Entries::real().await;
    assert_eq!(check(&real.pack()).unwrap().erasures.len(), 1);
    let older = check(&real.without("erasures.json").pack()).unwrap();
    assert_eq!((older.erasures.len(), older.grants.len()), (0, 1));
}

#[tokio::test]
async fn what_does_not_fit_together_is_refused_and_named() {
    let real = Entries::real().await;
    assert!(check(&real.pack()).is_ok());
    let raw = real
        .0
        .keys()
        .find(|path| path.starts_with("raw/"))
        .unwrap()
        .clone();
    let twice = |path: &str| {
        let text = real.text(path);
        let first = text.split_inclusive('\n').next().unwrap().to_owned();
        real.with(path, first + &text)
    };
    let cases = [
        (real.with(&raw, *b"other bytes"), raw.as_str()),
        (real.without(&raw), ""),
        (real.with(RECORDS, *b"{}\n"), RECORDS),
        (
            real.with(RECORDS, real.text(RECORDS).trim_end().to_owned()),
            RECORDS,
        ),
        (
            real.line(RECORDS, |record| record["connection"] = OTHER.into()),
            RECORDS,
        ),
        (
            real.line(RECORDS, |record| record["platform"] = "bank".into()),
            RECORDS,
        ),
        (
            real.line(RECORDS, |record| {
                record["provenance"]["assurance"] = "signed".into()
            }),
            RECORDS,
        ),
        (
            real.line(RECORDS, |record| record["provenance"]["retrieval"] = OTHER.into()),
            RECORDS,
        ),
        (
            real.line(RECORDS, |record| record["provenance"]["source"] = "bank/1".into()),
            RECORDS,
        ),
        (
            real.line(RECORDS, |record| record["kind"] = "salary".into()),
            RECORDS,
        ),
        (twice(DOCUMENTS), DOCUMENTS),
        (real.with(DOCUMENTS, Vec::new()), RECORDS),
        (
            real.line(DOCUMENTS, |line| line["locator"] = "x".repeat(9_000).into()),
            DOCUMENTS,
        ),
        (twice(RETRIEVALS), RETRIEVALS),
        (real.with(RETRIEVALS, Vec::new()), DOCUMENTS),
        (
            real.line(RETRIEVALS, |line| line["connection"] = OTHER.into()),
            RETRIEVALS,
        ),
        (real.without("platforms/demo/platform.json"), RECORDS),
        (
            real.json("platforms/own/platform.json", |value| {
                value["name"] = "x".repeat(9_000).into()
            }),
            "platforms/own/platform.json",
        ),
        (
            real.line("platforms/demo/versions.ndjson", |line| {
                line["record"]["connection"] = OTHER.into()
            }),
            "platforms/demo/versions.ndjson",
        ),
        (real.with("grants.json", *b"[{}]"), "grants.json"),
        (real.with("erasures.json", *b"[{}]"), "erasures.json"),
        (real.with("persona.json", *b"[]"), "persona.json"),
        (real.with("memberships.json", *b"[{}]"), "memberships.json"),
        (
            real.with(
                "memberships.json",
                *br#"[{"cooperative":"../x","name":"A","number":"","roles":[],"updated_at":"2026-11-22T09:00:00Z"}]"#,
            ),
            "memberships.json",
        ),
        (real.with("settings.json", *b"{"), "settings.json"),
        (real.with("disclosures.ndjson", *b"{}\n"), "disclosures.ndjson"),
        (
            real.json("apps.json", |value| value[0]["name"] = "x".repeat(9_000).into()),
            "apps.json",
        ),
        (
            real.with("platforms/demo/secrets.json", *b"{\"a\":{\"hex\":\"x\"}}"),
            "platforms/demo/secrets.json",
        ),
    ];
    for (at, (entries, expected)) in cases.iter().enumerate() {
        let error = check(&entries.pack()).map(drop).unwrap_err();
        assert_eq!(error.code(), Some("BPK-505"), "case {at}");
        let BackpackError::Content { path, .. } = &error else {
            panic!("case {at}: {error}")
        };
        assert!(
            expected.is_empty() || path.as_str() == *expected,
            "case {at}: {error}"
        );
    }
    // Two folders that are one connection.
    let copy = |name: &str| real.text(&format!("platforms/own/{name}"));
    let mut doubled = real.clone();
    for name in [
        "documents.ndjson",
        "platform.json",
        "records.ndjson",
        "retrievals.ndjson",
    ] {
        doubled = doubled.with(&format!("platforms/zzz/{name}"), copy(name));
    }
    assert!(check(&doubled.pack()).is_err());
}

#[tokio::test]
async fn nothing_of_a_refused_one_arrives() {
    let real = Entries::real().await;
    let world = World::elsewhere().await;
    let before = everything(&world.space).await;
    let file = world.file("bad.backpack");
    for bad in [
        real.line(RETRIEVALS, |line| line["source"] = "other/1".into()),
        real.with("settings.json", *b"[]"),
    ] {
        std::fs::write(&file, bad.pack()).unwrap();
        let refused = restore(&world, &file).await.unwrap_err();
        assert_eq!(refused.code(), Some("BPK-505"));
        assert_eq!(everything(&world.space).await, before);
    }
}

#[tokio::test]
async fn what_could_harm_is_left_out() {
    let real = Entries::real().await;
    let world = World::elsewhere().await;
    let file = world.file("odd.backpack");
    let odd = real
        .json("apps.json", |apps| {
            let mut second = apps[0].clone();
            second["id"] = OTHER.into();
            second["kind"] = "included".into();
            second["name"] = "My Backpack".into();
            let mut third = apps[0].clone();
            third["id"] = "018f0000-0000-7000-8000-000000000002".into();
            third["manifest_url"] = "file:///etc/passwd".into();
            third["app"] = "file:///etc/passwd".into();
            let mut fourth = apps[0].clone();
            fourth["id"] = "018f0000-0000-7000-8000-000000000003".into();
            fourth["manifest"] = "{}".into();
            apps.as_array_mut().unwrap().extend([second, third, fourth]);
            apps[0]["origin"] = "http://127.0.0.1:1".into();
        })
        .json("settings.json", |settings| {
            settings["lock.on_sleep"] = "false".into();
            settings["appearance.theme"] = "<script>".into();
            settings["log.came_with"] = "x".into();
        })
        .json("persona.json", |persona| {
            persona["email"] = "no address".into();
            persona["nickname"] = "M".into();
        })
        .line("disclosures.ndjson", |entry| {
            entry["party"]["name"] = "Somebody else".into()
        })
        .with("notes/hello.txt", *b"from a later version");
    std::fs::write(&file, odd.pack()).unwrap();
    let report = restore(&world, &file).await.unwrap();
    assert_eq!((report.apps, report.persona), (1, 4));
    // A chain that does not hold does not become the log of the space.
    assert_eq!(report.log, LogOutcome::KeptAside);
    let app = &world.space.apps().await.unwrap()[0];
    assert_eq!(
        (app.origin.as_str(), app.sees.len()),
        ("https://hourly.example", 0)
    );
    let settings = world
        .space
        .read(|db| Ok(db.read(vault_store::settings::list)?))
        .await
        .unwrap();
    assert!(settings.is_empty(), "{settings:?}");
    assert!(world.space.verify_log().await.unwrap().broken.is_none());
}

pub(super) async fn restore(
    world: &World,
    file: &Path,
) -> Result<super::super::RestoreReport, BackpackError> {
    world.space.restore(file, keys(), Stop::default(), |_| {}).await
}

#[tokio::test]
async fn a_backpack_from_before_there_were_cooperatives_is_whole() {
    let real = Entries::real().await;
    let inspection = check(&real.without("memberships.json").pack()).unwrap();
    assert!(inspection.memberships.is_empty());
}

/// One real backpack for all cases, as entries: packing it anew takes milliseconds.
static REAL: LazyLock<Entries> = LazyLock::new(|| {
    let make = || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let mut real = runtime.block_on(async {
            let world = World::full().await;
            cooperate(&world).await;
            Entries::of(&world).await
        });
        // The first lines are enough, and quicker.
        for path in [RECORDS, "platforms/demo/records.csv", "platforms/demo/data.json"] {
            let first: Vec<u8> = real.0[path]
                .split_inclusive(|byte| *byte == b'\n')
                .take(3)
                .flatten()
                .copied()
                .collect();
            real.0.insert(path.to_owned(), first);
        }
        real
    };
    std::thread::spawn(make).join().unwrap()
});

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn any_bytes_in_any_entry_are_answered(
        which in any::<prop::sample::Index>(),
        at in any::<prop::sample::Index>(),
        bytes in proptest::collection::vec(any::<u8>(), 0..24),
        cut in any::<bool>(),
    ) {
        let real = &*REAL;
        let paths: Vec<&String> = real.0.keys().collect();
        let path = paths[which.index(paths.len())];
        let mut body = real.0[path].clone();
        let at = at.index(body.len() + 1);
        if cut {
            body.truncate(at);
        }
        let end = (at + bytes.len()).min(body.len());
        body.splice(at.min(body.len())..end, bytes);
        let _ = check(&real.with(path, body).pack());
    }
}
