//! The rights of each window, command by command. A list changes here and in `src-tauri/capabilities` at once, never by accident.

use std::collections::{BTreeMap, BTreeSet};

use crate::source::{json, read, sources};

/// The one pair of permissions that every window has: hearing the program's events.
const EVERY_WINDOW: [&str; 2] = ["core:event:allow-listen", "core:event:allow-unlisten"];

/// The person's own window.
const MAIN: [&str; 230] = [
    "vault:allow-vault-status",
    "vault:allow-vault-touch",
    "vault:allow-passphrase-strength",
    "vault:allow-suggest-passphrase",
    "vault:allow-choose-place",
    "vault:allow-vault-create",
    "vault:allow-vault-try-made-up",
    "vault:allow-vault-choose",
    "vault:allow-vault-unlock",
    "vault:allow-vault-unlock-keyring",
    "vault:allow-vault-recover",
    "vault:allow-vault-repair",
    "vault:allow-vault-lock",
    "vault:allow-recovery-kit-new",
    "vault:allow-recovery-kit-save",
    "vault:allow-recovery-kit-print",
    "vault:allow-recovery-kit-confirm",
    "vault:allow-recovery-kit-later",
    "vault:allow-passphrase-change",
    "vault:allow-keyring-enable",
    "vault:allow-keyring-disable",
    "vault:allow-vault-check",
    "vault:allow-vault-delete",
    "vault:allow-second-factor",
    "vault:allow-second-factor-begin",
    "vault:allow-second-factor-finish",
    "vault:allow-second-factor-code",
    "vault:allow-second-factor-renew",
    "vault:allow-second-factor-end",
    "vault:allow-issuer-key",
    "vault:allow-issuer-key-rotate",
    "records:allow-overview",
    "records:allow-records-page",
    "records:allow-filter-options",
    "records:allow-record-detail",
    "records:allow-record-raw",
    "records:allow-entry-add",
    "records:allow-records-save",
    "records:allow-jump",
    "connections:allow-connections",
    "connections:allow-connection-detail",
    "connections:allow-catalogue",
    "connections:allow-platform-choose",
    "connections:allow-platform-add",
    "connections:allow-connect-email",
    "connections:allow-send-email-again",
    "connections:allow-confirm-email",
    "connections:allow-link-start",
    "connections:allow-link-open-again",
    "connections:allow-link-cancel",
    "connections:allow-fetch-now",
    "connections:allow-fetch-pause",
    "connections:allow-disconnect",
    "imports:allow-imports",
    "imports:allow-import",
    "imports:allow-choose-import",
    "imports:allow-drop-import",
    "imports:allow-import-password",
    "imports:allow-change-import",
    "imports:allow-set-import",
    "imports:allow-start-import",
    "imports:allow-pause-import",
    "imports:allow-continue-import",
    "imports:allow-stop-import",
    "imports:allow-undo-import",
    "imports:allow-drop-import-check",
    "imports:allow-import-aside",
    "imports:allow-save-import-aside",
    "imports:allow-whole-aside",
    "imports:allow-fix-aside",
    "imports:allow-import-shape",
    "imports:allow-save-import-shape",
    "imports:allow-mapping-table",
    "imports:allow-apply-mapping",
    "imports:allow-mappings",
    "imports:allow-save-mapping",
    "imports:allow-remove-mapping",
    "imports:allow-import-platforms",
    "imports:allow-completeness",
    "imports:allow-watched-folder",
    "imports:allow-watch-folder",
    "imports:allow-stop-watching",
    "imports:allow-found-in-folder",
    "requests:allow-data-requests",
    "requests:allow-data-request",
    "requests:allow-begin-request",
    "requests:allow-request-letter",
    "requests:allow-request-sent",
    "requests:allow-request-step",
    "requests:allow-stop-request",
    "requests:allow-request-platforms",
    "apps:allow-apps",
    "apps:allow-app-choose",
    "apps:allow-app-review",
    "apps:allow-app-install",
    "apps:allow-app-detail",
    "apps:allow-app-open",
    "apps:allow-app-use-new",
    "apps:allow-app-keep-old",
    "apps:allow-app-remove",
    "apps:allow-app-delete-stored",
    "apps:allow-app-ask-again",
    "apps:allow-app-open-guest",
    "apps:allow-app-choices-set",
    "apps:allow-app-messages-read",
    "apps:allow-app-messages-clear",
    "apps:allow-app-look-again",
    "apps:allow-app-exit-close",
    "apps:allow-app-link",
    "sharing:allow-grants",
    "sharing:allow-grant-revoke",
    "sharing:allow-grant-revoke-all",
    "sharing:allow-grants-reviewed",
    "sharing:allow-receipt-save",
    "sharing:allow-activity",
    "sharing:allow-activity-entry",
    "sharing:allow-log-verify",
    "sharing:allow-log-save",
    "sharing:allow-seeing",
    "sharing:allow-sights",
    "sharing:allow-sight-stop",
    "sharing:allow-platform-stop",
    "sharing:allow-party-stop",
    "cooperatives:allow-cooperatives",
    "cooperatives:allow-cooperative-look",
    "cooperatives:allow-cooperative-add",
    "cooperatives:allow-cooperative-code",
    "cooperatives:allow-cooperative-compared",
    "cooperatives:allow-cooperative-remove",
    "cooperatives:allow-cooperative-strong",
    "cooperatives:allow-service-stopped",
    "cooperatives:allow-own-descriptor",
    "cooperatives:allow-own-descriptor-save",
    "cooperatives:allow-own-descriptor-copied",
    "cooperatives:allow-own-name",
    "cooperatives:allow-own-key-rotate",
    "cooperatives:allow-transfer-prepare",
    "cooperatives:allow-transfer-fill",
    "cooperatives:allow-transfer-drop",
    "cooperatives:allow-transfer-ask",
    "cooperatives:allow-transfer",
    "cooperatives:allow-transfer-retry",
    "cooperatives:allow-transfer-go-on",
    "cooperatives:allow-transfer-save",
    "cooperatives:allow-transfer-forget-text",
    "cooperatives:allow-incoming",
    "cooperatives:allow-incoming-accept",
    "cooperatives:allow-incoming-discard",
    "cooperatives:allow-incoming-waiting",
    "cooperatives:allow-offered-services",
    "cooperatives:allow-offered-service-save",
    "cooperatives:allow-offered-service-remove",
    "rokwire:allow-core-apps",
    "rokwire:allow-core-app",
    "rokwire:allow-core-app-admit",
    "rokwire:allow-core-build-put",
    "rokwire:allow-core-build-remove",
    "rokwire:allow-core-build-ways",
    "rokwire:allow-core-provider-add",
    "rokwire:allow-core-provider-remove",
    "rokwire:allow-core-sessions-set",
    "rokwire:allow-core-app-use",
    "rokwire:allow-core-key-add",
    "rokwire:allow-core-key-remove",
    "rokwire:allow-core-app-attach",
    "rokwire:allow-core-app-detach",
    "rokwire:allow-core-config-put",
    "rokwire:allow-core-config-remove",
    "rokwire:allow-services",
    "rokwire:allow-service-add",
    "rokwire:allow-service-accept",
    "rokwire:allow-service-keep",
    "rokwire:allow-service-remove",
    "rokwire:allow-service-scopes",
    "rokwire:allow-service-accounts",
    "rokwire:allow-service-account-add",
    "rokwire:allow-service-account-ask",
    "rokwire:allow-service-account-change",
    "rokwire:allow-service-account-end",
    "rokwire:allow-service-credential-add",
    "rokwire:allow-service-credential-remove",
    "rights:allow-erase-letter",
    "rights:allow-erase-print",
    "rights:allow-erase-ask",
    "rights:allow-erase-answered",
    "rights:allow-report-save",
    "backpack:allow-pack-plan",
    "backpack:allow-pack-choose-place",
    "backpack:allow-pack-start",
    "backpack:allow-pack-cancel",
    "backpack:allow-backpack-choose",
    "backpack:allow-identity-choose",
    "backpack:allow-backpack-check",
    "backpack:allow-backpack-restore",
    "settings:allow-settings",
    "settings:allow-settings-set",
    "settings:allow-mail-settings",
    "settings:allow-set-mail-settings",
    "settings:allow-test-mail",
    "settings:allow-persona",
    "settings:allow-persona-set",
    "settings:allow-memberships",
    "settings:allow-membership-put",
    "settings:allow-membership-remove",
    "settings:allow-spaces",
    "settings:allow-space-add",
    "settings:allow-space-add-made-up",
    "settings:allow-space-rename",
    "settings:allow-space-remove",
    "settings:allow-space-switch",
    "settings:allow-about",
    "developer:allow-projects",
    "developer:allow-project-add",
    "developer:allow-project-describe",
    "developer:allow-project-logo-choose",
    "developer:allow-project-logo-remove",
    "developer:allow-project-live",
    "developer:allow-project-remove",
    "developer:allow-project-platform-put",
    "developer:allow-project-token-rotate",
    "developer:allow-project-app-add",
    "developer:allow-project-secret-rotate",
    "developer:allow-trial-message",
    "developer:allow-trial-question",
    "developer:allow-trial-answer",
    "developer:allow-app-inspect",
    "developer:allow-token-mint",
    "developer:allow-token-look",
    "developer:allow-open-apps",
    "developer:allow-open-app-look",
];

/// The window with one question.
const CONSENT: [&str; 10] = [
    "consent:allow-consent-current",
    "consent:allow-consent-preview",
    "consent:allow-consent-needs-passphrase",
    "consent:allow-consent-share",
    "consent:allow-consent-refuse",
    "consent:allow-consent-received",
    "consent:allow-consent-theme",
    "consent:allow-consent-transfer",
    "consent:allow-consent-transfer-sign",
    "consent:allow-consent-transfer-refuse",
];

/// The window around an app's frame.
const APP: [&str; 15] = [
    "bridge:allow-frame-info",
    "bridge:allow-frame-message",
    "bridge:allow-frame-close",
    "bridge:allow-frame-stop-sharing",
    "bridge:allow-frame-received",
    "bridge:allow-frame-ask-erase",
    "bridge:allow-frame-questions",
    "bridge:allow-frame-answer",
    "bridge:allow-frame-reload",
    "bridge:allow-frame-wish",
    "bridge:allow-frame-notices",
    "bridge:allow-frame-follow",
    "bridge:allow-frame-trace",
    "bridge:allow-frame-trace-text",
    "bridge:allow-frame-dropped",
];

const FILES: [(&str, &[&str], &[&str]); 3] = [
    ("main", &["main"], &MAIN),
    ("consent", &["consent"], &CONSENT),
    ("app", &["app-*"], &APP),
];

#[test]
fn each_window_may_do_exactly_this() {
    let files: BTreeSet<String> = sources("src-tauri/capabilities", ".json")
        .into_iter()
        .map(|source| source.path)
        .collect();
    let expected: BTreeSet<String> = FILES.iter().map(|(name, ..)| path(name)).collect();
    assert_eq!(files, expected, "one file for each kind of window, and no other");
    for (name, windows, commands) in FILES {
        let capability = json(&path(name));
        assert_eq!(capability["windows"], serde_json::json!(windows), "{name}");
        assert_eq!(capability["local"], true, "{name}: pages of the program only");
        for absent in ["remote", "webviews", "platforms"] {
            assert!(capability.get(absent).is_none(), "{name}: {absent}");
        }
        let wanted: BTreeSet<&str> = EVERY_WINDOW.iter().chain(commands).copied().collect();
        let granted: BTreeSet<&str> = permissions(&capability).into_iter().collect();
        let (more, less): (Vec<_>, Vec<_>) = (
            granted.difference(&wanted).collect(),
            wanted.difference(&granted).collect(),
        );
        assert!(
            more.is_empty() && less.is_empty(),
            "{name} may also {more:?} and may not {less:?}"
        );
        assert_eq!(
            capability["permissions"].as_array().unwrap().len(),
            granted.len(),
            "{name}: each once, each a plain name"
        );
    }
}

#[test]
fn no_command_is_in_two_windows() {
    let mut homes: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (name, _, commands) in FILES {
        commands
            .iter()
            .for_each(|command| homes.entry(command).or_default().push(name));
    }
    let shared: Vec<_> = homes.iter().filter(|(_, windows)| windows.len() > 1).collect();
    assert!(shared.is_empty(), "{shared:?}");
}

#[test]
fn nothing_of_tauri_itself_is_open_to_a_page() {
    for (name, ..) in FILES {
        for permission in permissions(&json(&path(name))) {
            let plain = permission.contains(":allow-")
                && !permission.contains('*')
                && !permission.ends_with(":default");
            assert!(plain, "{name}: {permission}");
            for open in [
                "shell:",
                "fs:",
                "http:",
                "opener:",
                "dialog:",
                "process:",
                "clipboard",
                "core:webview",
                "core:window",
                "core:path",
                "core:app",
            ] {
                assert!(!permission.starts_with(open), "{name}: {permission}");
            }
        }
    }
    let named = &json("tauri.conf.json")["app"]["security"]["capabilities"];
    assert_eq!(
        named,
        &serde_json::json!(FILES.map(|(name, ..)| name)),
        "the configuration names these files and states none itself"
    );
}

/// Every command that the program answers is open to some window, and every permission names a command that exists.
#[test]
fn commands_and_permissions_are_the_same_set() {
    let declared: BTreeSet<String> = commands_of_the_build();
    let granted: BTreeSet<String> = FILES
        .iter()
        .flat_map(|(_, _, commands)| commands.iter().map(|command| (*command).to_owned()))
        .collect();
    assert_eq!(declared, granted);
    let bindings = read("src-tauri/src/bindings.rs");
    for permission in &granted {
        // That each is in its group is a test of the bindings themselves.
        let (_, command) = permission.split_once(":allow-").unwrap();
        let name = command.replace('-', "_");
        assert!(
            bindings.contains(&format!("::{name},")),
            "{permission}: the program has no such command"
        );
    }
}

/// The commands that `build.rs` declares, as permissions.
fn commands_of_the_build() -> BTreeSet<String> {
    let build = read("src-tauri/build.rs");
    let groups = build
        .split_once("const GROUPS")
        .unwrap()
        .1
        .split_once("];\n")
        .unwrap()
        .0;
    let mut found = BTreeSet::new();
    let mut group = "";
    // The first name of each parenthesis is the group's, the others are its commands.
    for part in groups.split_once('=').unwrap().1.split('(').skip(1) {
        for (at, name) in part.split('"').skip(1).step_by(2).enumerate() {
            if at == 0 {
                group = name;
            } else {
                found.insert(format!("{group}:allow-{}", name.replace('_', "-")));
            }
        }
    }
    found
}

fn permissions(capability: &serde_json::Value) -> Vec<&str> {
    capability["permissions"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(serde_json::Value::as_str)
        .collect()
}

fn path(name: &str) -> String {
    format!("src-tauri/capabilities/{name}.json")
}
