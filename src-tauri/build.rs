//! Embeds the pages and generates the window permissions: each group of commands is a plugin of its own, and what a window may call stands
//! in `capabilities`, command by command.

use std::{error::Error, fs, path::Path};

use tauri_build::{Attributes, InlinedPlugin};

/// The commands of each group. A test compares this list with the commands that exist.
const GROUPS: [(&str, &[&str]); 9] = [
    (
        "vault",
        &[
            "vault_status",
            "vault_touch",
            "passphrase_strength",
            "suggest_passphrase",
            "choose_place",
            "vault_create",
            "vault_try_made_up",
            "vault_choose",
            "vault_unlock",
            "vault_unlock_keyring",
            "vault_recover",
            "vault_repair",
            "vault_lock",
            "recovery_kit_new",
            "recovery_kit_save",
            "recovery_kit_print",
            "recovery_kit_confirm",
            "recovery_kit_later",
            "passphrase_change",
            "keyring_enable",
            "keyring_disable",
            "vault_check",
            "vault_delete",
        ],
    ),
    (
        "records",
        &[
            "overview",
            "records_page",
            "filter_options",
            "record_detail",
            "record_raw",
            "entry_add",
            "records_save",
            "jump",
        ],
    ),
    (
        "connections",
        &[
            "connections",
            "connection_detail",
            "catalogue",
            "link_start",
            "link_open_again",
            "link_cancel",
            "fetch_now",
            "fetch_pause",
            "disconnect",
        ],
    ),
    (
        "apps",
        &[
            "apps",
            "app_review",
            "app_install",
            "app_detail",
            "app_open",
            "app_remove",
            "app_delete_stored",
            "app_ask_again",
        ],
    ),
    (
        "sharing",
        &[
            "grants",
            "grant_revoke",
            "grant_revoke_all",
            "grants_reviewed",
            "receipt_save",
            "activity",
            "activity_entry",
            "log_verify",
            "log_save",
            "seeing",
        ],
    ),
    (
        "backpack",
        &[
            "pack_plan",
            "pack_choose_place",
            "pack_start",
            "pack_cancel",
            "backpack_choose",
            "identity_choose",
            "backpack_check",
            "backpack_restore",
        ],
    ),
    (
        "consent",
        &[
            "consent_current",
            "consent_preview",
            "consent_needs_passphrase",
            "consent_share",
            "consent_refuse",
            "consent_received",
            "consent_theme",
        ],
    ),
    (
        "bridge",
        &[
            "frame_info",
            "frame_message",
            "frame_close",
            "frame_stop_sharing",
            "frame_received",
            "frame_questions",
        ],
    ),
    (
        "settings",
        &[
            "settings",
            "settings_set",
            "persona",
            "persona_set",
            "spaces",
            "space_add",
            "space_add_made_up",
            "space_rename",
            "space_remove",
            "space_switch",
            "about",
        ],
    ),
];

fn main() -> Result<(), Box<dyn Error>> {
    // The embedding macro wants the folder to exist even where only Rust is being checked.
    fs::create_dir_all(Path::new("ui/dist"))?;
    println!("cargo::rerun-if-changed=src-tauri/capabilities");
    let mut attributes = Attributes::new().capabilities_path_pattern("./src-tauri/capabilities/*.json");
    for (name, commands) in GROUPS {
        attributes = attributes.plugin(name, InlinedPlugin::new().commands(commands));
    }
    tauri_build::try_build(attributes)?;
    Ok(())
}
