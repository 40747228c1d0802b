//! The commands by group, as plugins of the window system and as types for the pages.

use tauri::{Wry, plugin::TauriPlugin};
use tauri_specta::{Builder, ErrorHandlingMode, collect_commands};

use crate::commands::{connections, records, settings, vault};

/// A group of commands: its name, which is also that of its plugin, and what makes it.
type Group = (&'static str, fn() -> Builder<Wry>);

const GROUPS: [Group; 4] = [
    ("vault", vault_group),
    ("records", records_group),
    ("connections", connections_group),
    ("settings", settings_group),
];

/// One plugin for each group.
pub(crate) fn plugins() -> Vec<TauriPlugin<Wry>> {
    GROUPS
        .iter()
        .map(|(name, group)| {
            tauri::plugin::Builder::new(*name)
                .invoke_handler(group().invoke_handler())
                .build()
        })
        .collect()
}

fn group(name: &'static str) -> Builder<Wry> {
    Builder::new()
        .plugin_name(name)
        .error_handling(ErrorHandlingMode::Throw)
        .dangerously_cast_bigints_to_number()
}

fn vault_group() -> Builder<Wry> {
    group("vault").commands(collect_commands![
        vault::vault_status,
        vault::vault_touch,
        vault::passphrase_strength,
        vault::suggest_passphrase,
        vault::choose_place,
        vault::vault_create,
        vault::vault_try_made_up,
        vault::vault_choose,
        vault::vault_unlock,
        vault::vault_unlock_keyring,
        vault::vault_recover,
        vault::vault_repair,
        vault::vault_lock,
        vault::recovery_kit_new,
        vault::recovery_kit_save,
        vault::recovery_kit_print,
        vault::recovery_kit_confirm,
        vault::recovery_kit_later,
        vault::passphrase_change,
        vault::keyring_enable,
        vault::keyring_disable,
        vault::vault_check,
        vault::vault_delete,
    ])
}

fn records_group() -> Builder<Wry> {
    group("records").commands(collect_commands![
        records::overview,
        records::records_page,
        records::filter_options,
        records::record_detail,
        records::record_raw,
        records::entry_add,
        records::records_save,
        records::jump,
    ])
}

fn connections_group() -> Builder<Wry> {
    group("connections").commands(collect_commands![
        connections::connections,
        connections::connection_detail,
        connections::catalogue,
        connections::link_start,
        connections::link_open_again,
        connections::link_cancel,
        connections::fetch_now,
        connections::fetch_pause,
        connections::disconnect,
    ])
}

fn settings_group() -> Builder<Wry> {
    group("settings").commands(collect_commands![
        settings::settings,
        settings::settings_set,
        settings::persona,
        settings::persona_set,
        settings::spaces,
        settings::space_add,
        settings::space_add_made_up,
        settings::space_rename,
        settings::space_remove,
        settings::space_switch,
        settings::about,
    ])
}

#[cfg(test)]
mod tests {
    use std::{env, fs, path::Path};

    use specta_typescript::Typescript;

    use super::*;

    /// Set it to write the files instead of comparing them.
    const WRITE: &str = "SATCHEL_WRITE_BINDINGS";

    #[test]
    fn the_committed_types_are_those_of_the_commands() {
        let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("ui/src/ipc/bindings");
        let fresh = tempfile::tempdir().unwrap();
        for (name, group) in GROUPS {
            let file = format!("{name}.ts");
            let made = fresh.path().join(&file);
            group().export(Typescript::default(), &made).unwrap();
            let made = fs::read_to_string(made).unwrap();
            if env::var_os(WRITE).is_some() {
                fs::create_dir_all(&committed).unwrap();
                fs::write(committed.join(&file), &made).unwrap();
            }
            let kept = fs::read_to_string(committed.join(&file)).unwrap_or_default();
            assert!(
                kept == made,
                "{file} is not up to date: run the test with {WRITE}=1"
            );
        }
    }
}
