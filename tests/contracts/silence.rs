//! Nothing secret and nothing of the person can be printed: what holds it is formatted and searched for canaries, and no error can hold it.

use std::{error::Error, fmt::Debug, sync::Arc};

use openplatform::{manifest::Manifest, token::PresentedToken};
use satchel::error::AppError;
use tempfile::TempDir;
use time::macros::datetime;
use vault_core::{
    CreateOptions, KeyVault as _, LockReason, LockedVault, MemoryKeyVault, VaultError, clock::SystemClock,
    connections::NewConnection, own_entries::OwnEntry, persona::PersonaField, records::RecordDetail,
};
use vault_crypto::{KdfParams, Passphrase, VaultId};
use vault_store::{
    Currency, NewRecord, Record, RecordKind, Scope, SecretValue, Sha256,
    connections::{ConnectionState, ConnectionWay},
    records::{RecordFilter, Sort},
};

use crate::source::{product, without_comments};

const CANARY: &str = "Canary";
const PASSPHRASE: &str = "Canary-lamp-ticket-forest-nine";

/// What was printed.
#[derive(Default)]
struct Watch(String);

impl Watch {
    fn print(&mut self, thing: impl Debug) {
        self.0 += &format!("{thing:?}\n{thing:#?}\n");
    }

    fn error(&mut self, error: impl Error) {
        self.0 += &format!("{error}\n");
        let mut cause = error.source();
        while let Some(inner) = cause {
            self.0 += &format!("{inner}\n");
            cause = inner.source();
        }
        self.print(error);
    }

    #[track_caller]
    fn assert_silent(&self) {
        let printed = self.0.to_lowercase();
        let at = printed.find("canary");
        let around = at.map(|at| {
            self.0
                .chars()
                .skip(at.saturating_sub(200))
                .take(400)
                .collect::<String>()
        });
        assert!(around.is_none(), "printed: {}", around.unwrap_or_default());
        assert!(self.0.len() > 20, "something was printed");
    }
}

#[test]
fn the_watch_finds_what_is_printed() {
    let mut watch = Watch::default();
    watch.print(("a value", CANARY));
    assert!(std::panic::catch_unwind(|| watch.assert_silent()).is_err());
}

#[test]
fn what_holds_secrets_cannot_be_printed() {
    let mut watch = Watch::default();
    let folder = TempDir::new().unwrap();
    let passphrase = Passphrase::new(PASSPHRASE.to_owned());
    let cheap = CreateOptions {
        name: CANARY.to_owned(),
        kdf: KdfParams {
            m_kib: 64,
            t: 1,
            p: 1,
        },
        ..CreateOptions::default()
    };
    let (locked, vault, code) = LockedVault::create(
        &folder.path().join("Test.satchel"),
        &passphrase,
        &cheap,
        Arc::new(SystemClock),
    )
    .unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let secret = vault
            .enable_keyring(Passphrase::new(PASSPHRASE.to_owned()))
            .await
            .unwrap();
        let keyring = MemoryKeyVault::default();
        keyring.store(vault.id(), &secret).unwrap();
        watch.print((
            &locked,
            &vault,
            &passphrase,
            &secret,
            &keyring,
            locked.facts().unwrap(),
        ));
        watch.print(vault.first_space().await.unwrap());
        let groups = code.groups().join("-");
        watch.print(&code);
        assert!(
            !watch.0.contains(&groups) && !watch.0.contains(&*secret.to_text()),
            "{}",
            watch.0
        );
        vault.lock(LockReason::You).await;
    });
    watch.print(SecretValue::from(CANARY));
    watch.print(PresentedToken::new("Canary-canary-canary-canary-canary-canary-1").unwrap());
    watch.assert_silent();
}

#[test]
fn records_persona_and_accounts_cannot_be_printed() {
    let mut watch = Watch::default();
    let folder = TempDir::new().unwrap();
    let cheap = CreateOptions {
        kdf: KdfParams {
            m_kib: 64,
            t: 1,
            p: 1,
        },
        ..CreateOptions::default()
    };
    let passphrase = Passphrase::new(PASSPHRASE.to_owned());
    let (_, vault, _) = LockedVault::create(
        &folder.path().join("Test.satchel"),
        &passphrase,
        &cheap,
        Arc::new(SystemClock),
    )
    .unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let space = vault.first_space().await.unwrap();
        let mut entry = OwnEntry::new(RecordKind::Review, datetime!(2026-11-20 10:00 UTC));
        (entry.title, entry.text) = (Some(CANARY.to_owned()), Some(format!("{CANARY} words")));
        watch.print(&entry);
        let id = space.add_own_entry(entry).await.unwrap();
        let record: Record = space.record(id).await.unwrap();
        assert_eq!(record.title.as_deref(), Some(CANARY), "the canary is there");
        watch.print(&record);
        let detail: RecordDetail = space.record_detail(id).await.unwrap();
        assert!(detail.raw.as_ref().unwrap().to_string().contains(CANARY));
        watch.print(&detail);
        watch.print(
            space
                .records_page(RecordFilter::default(), Sort::Newest, 0, 10)
                .await
                .unwrap(),
        );
        watch.print(RecordFilter {
            text: CANARY.to_owned(),
            ..RecordFilter::default()
        });
        space.set_persona(PersonaField::FirstName, CANARY).await.unwrap();
        watch.print(space.persona().await.unwrap());
        let new = NewConnection {
            platform: "demo".into(),
            name: "Demo".into(),
            way: ConnectionWay::Link,
            state: ConnectionState::Working,
            account: CANARY.to_owned(),
            detail: serde_json::Map::new(),
        };
        watch.print(&new);
        let connection = space.add_connection(new).await.unwrap();
        watch.print(space.connection(connection).await.unwrap());
        vault.lock(LockReason::You).await;
    });
    let fresh = NewRecord {
        title: Some(CANARY.to_owned()),
        ..NewRecord::new(RecordKind::Work, CANARY, None)
    };
    watch.print(fresh);
    watch.assert_silent();
}

#[test]
fn no_error_repeats_what_it_was_given() {
    let mut watch = Watch::default();
    for field in PersonaField::ALL {
        let too_long = CANARY.repeat(200);
        for value in ["Canary\u{7}", too_long.as_str()] {
            let error = field.check(value).unwrap_err();
            watch.0 += &AppError::from(VaultError::Invalid {
                field: field.name(),
                why: "",
            })
            .to_string();
            watch.error(error);
        }
    }
    watch.error("canary".parse::<Currency>().unwrap_err());
    watch.error("canary".parse::<Sha256>().unwrap_err());
    watch.error("canary".parse::<vault_store::RecordId>().unwrap_err());
    watch.error("canary".parse::<vault_store::ConnectionId>().unwrap_err());
    watch.error(Scope::new("canary").unwrap_err());
    watch.error("canary".parse::<VaultId>().unwrap_err());
    watch.error("canary".parse::<PersonaField>().unwrap_err());
    watch.error("canary".parse::<demo_platform::Fault>().unwrap_err());
    watch.error(vault_core::money::parse_amount("canary", "EUR".parse().unwrap()).unwrap_err());
    for manifest in [
        &b"{\"canary\":"[..],
        b"\"canary\"",
        b"{\"name\":\"canary\",\"url\":\"canary\",\"openplatform\":3}",
        b"{\"name\":7}",
    ] {
        if let Err(error) = Manifest::parse(manifest) {
            watch.error(error);
        }
    }
    for bytes in [&b"canary"[..], b"age-encryption.org/v1\ncanary"] {
        let keys = backpack::Keys::Passphrase(secrecy::SecretString::from(CANARY));
        watch.error(
            backpack::verify(bytes, &keys, &backpack::Limits::default(), |_| None, &mut |_| {
                std::ops::ControlFlow::Continue(())
            })
            .unwrap_err(),
        );
    }
    watch.assert_silent();
}

/// Every error of every crate of ours, by its declaration: what its variants may hold.
#[test]
fn no_error_can_hold_a_value() {
    let mut held = Vec::new();
    let mut errors = 0;
    for source in product() {
        let code = without_comments(&source.code());
        for (name, body) in error_types(&code) {
            errors += 1;
            for kind in [
                "String",
                "PathBuf",
                "OsString",
                "Value",
                "Url",
                "Vec",
                "Box",
                "SecretString",
                "Bytes",
                "str",
            ] {
                // Text that stands in the program itself is no value.
                let body = body.replace("&'static str", "");
                if crate::source::has_word(&body, kind) {
                    held.push((name.clone(), kind));
                }
            }
        }
    }
    assert!(errors > 30, "the search finds the errors: {errors}");
    assert_eq!(
        held,
        HOLDING.map(|(name, kind, _)| (name.to_owned(), kind)),
        "an error could carry a value into a log"
    );
}

/// Errors that may hold something, and what it is.
const HOLDING: [(&str, &str, &str); 10] = [
    (
        "BundleError",
        "String",
        "which file of a takeout is wrong: a path that the platform wrote, cut and without signs that would do something",
    ),
    (
        "ReadError",
        "String",
        "where in a platform's answer something is wrong, by the names of the format",
    ),
    (
        "DescriptorError",
        "String",
        "where in a peer's description something is wrong, by the names of the format",
    ),
    (
        "ManifestError",
        "String",
        "where in an app's description something is wrong",
    ),
    (
        "ConnectorFault",
        "String",
        "what is wrong in a line of a connector, a file that describes a platform and nobody’s data",
    ),
    (
        "ConnectError",
        "String",
        "which member of an app's description is wrong, and what is expected of it",
    ),
    (
        "PackageError",
        "String",
        "which file of a package is wrong: a path that its maker wrote, cut and without signs that would do something",
    ),
    (
        "TakeoutError",
        "String",
        "the same, for a file whose layout is not known",
    ),
    (
        "ImporterFault",
        "String",
        "what is wrong in an importer, a file that describes layouts and nobody’s data",
    ),
    ("VaultError", "PathBuf", "a folder that no vault can be in"),
];

/// The types with `#[derive(… Error …)]`, and what stands between their braces, without attributes.
fn error_types(code: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices("#[derive(") {
        let (derives, rest) = code[at + 9..].split_once(")]").unwrap();
        if !crate::source::has_word(derives, "Error") {
            continue;
        }
        let declaration = rest
            .split_once(" enum ")
            .into_iter()
            .chain(rest.split_once(" struct "))
            .min_by_key(|(before, _)| before.len());
        let Some((_, declared)) = declaration else {
            continue;
        };
        let name: String = declared
            .chars()
            .take_while(|symbol| symbol.is_alphanumeric())
            .collect();
        let open = declared.find(['{', ';', '(']).unwrap();
        let body = match &declared[open..=open] {
            "{" => braces(&declared[open..]),
            _ => declared[open..].split(';').next().unwrap(),
        };
        found.push((name, without_attributes(body)));
    }
    found
}

fn braces(code: &str) -> &str {
    let mut depth = 0_usize;
    let end = code.char_indices().find_map(|(at, symbol)| {
        match symbol {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        (depth == 0).then_some(at)
    });
    &code[..end.unwrap_or(code.len())]
}

fn without_attributes(body: &str) -> String {
    let mut out = String::new();
    let mut rest = body;
    while let Some(at) = rest.find("#[") {
        out += &rest[..at];
        rest = rest[at..].split_once(")]").map_or("", |(_, rest)| rest);
    }
    out + rest
}

/// What opens everything of a Core (specification 8.2, the kind "user") is for the vault's own window alone, and that asks the core without a
/// token. So it is made nowhere in the product: no answer, no message to an app and no page can hold one.
#[test]
fn no_token_of_the_window_is_made() {
    let made = |text: &str| {
        let plain: String = text.split_whitespace().collect();
        plain.match_indices("Kind::User").any(|(at, name)| {
            let rest = plain.get(at + name.len()..).unwrap_or_default();
            !rest.starts_with("{..}")
        })
    };
    assert!(made("let kind = Kind::User {\n authenticated: true };"));
    assert!(!made("Kind::User { .. } => Err(())"));
    // Where a token is read, what it says it is has to have a name.
    let reader = "src-tauri/crates/rokwire/src/token/wire.rs";
    let makers: Vec<String> = product()
        .into_iter()
        .filter(|source| !source.path.ends_with("/tests.rs") && made(&without_comments(&source.text)))
        .map(|source| source.path)
        .collect();
    assert_eq!(makers, [reader]);
}
