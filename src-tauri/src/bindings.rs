//! The commands by group, as plugins of the window system and as types for the pages.

use tauri::{Wry, plugin::TauriPlugin};
use tauri_specta::{Builder, ErrorHandlingMode, collect_commands};

use crate::commands::{
    apps, backpack, bridge, connections, consent, cooperatives, core_apps, developer, imports, issuer,
    records, requests, rights, second_factor, services, settings, sharing, vault,
};

/// A group of commands: its name, which is also that of its plugin, and what makes it.
type Group = (&'static str, fn() -> Builder<Wry>);

const GROUPS: [Group; 15] = [
    ("vault", vault_group),
    ("records", records_group),
    ("connections", connections_group),
    ("imports", imports_group),
    ("requests", requests_group),
    ("apps", apps_group),
    ("sharing", sharing_group),
    ("cooperatives", cooperatives_group),
    ("rokwire", rokwire_group),
    ("rights", rights_group),
    ("backpack", backpack_group),
    ("settings", settings_group),
    ("developer", developer_group),
    ("consent", consent_group),
    ("bridge", bridge_group),
];

/// One plugin for each group.
pub(crate) fn plugins() -> Vec<TauriPlugin<Wry>> {
    GROUPS
        .into_iter()
        .map(|(name, group)| {
            tauri::plugin::Builder::new(name)
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
        .disable_serde_phases()
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
        second_factor::second_factor,
        second_factor::second_factor_begin,
        second_factor::second_factor_finish,
        second_factor::second_factor_code,
        second_factor::second_factor_renew,
        second_factor::second_factor_end,
        issuer::issuer_key,
        issuer::issuer_key_rotate,
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
        connections::platform_choose,
        connections::platform_add,
        connections::connect_email,
        connections::send_email_again,
        connections::confirm_email,
        connections::link_start,
        connections::link_open_again,
        connections::link_cancel,
        connections::fetch_now,
        connections::fetch_pause,
        connections::disconnect,
    ])
}

fn imports_group() -> Builder<Wry> {
    group("imports").commands(collect_commands![
        imports::imports,
        imports::import,
        imports::choose_import,
        imports::drop_import,
        imports::import_password,
        imports::change_import,
        imports::set_import,
        imports::start_import,
        imports::pause_import,
        imports::continue_import,
        imports::stop_import,
        imports::undo_import,
        imports::drop_import_check,
        imports::rows::import_aside,
        imports::rows::save_import_aside,
        imports::rows::whole_aside,
        imports::rows::fix_aside,
        imports::import_shape,
        imports::save_import_shape,
        imports::tables::mapping_table,
        imports::tables::apply_mapping,
        imports::tables::mappings,
        imports::tables::save_mapping,
        imports::tables::remove_mapping,
        imports::import_platforms,
        imports::completeness,
        imports::folder::watched_folder,
        imports::folder::watch_folder,
        imports::folder::stop_watching,
        imports::folder::found_in_folder,
    ])
}

fn requests_group() -> Builder<Wry> {
    group("requests").commands(collect_commands![
        requests::data_requests,
        requests::data_request,
        requests::begin_request,
        requests::request_letter,
        requests::request_sent,
        requests::request_step,
        requests::stop_request,
        requests::request_platforms,
    ])
}

fn apps_group() -> Builder<Wry> {
    group("apps").commands(collect_commands![
        apps::apps,
        apps::app_choose,
        apps::app_review,
        apps::app_install,
        apps::app_detail,
        apps::app_open,
        apps::app_use_new,
        apps::app_keep_old,
        apps::app_remove,
        apps::app_delete_stored,
        apps::app_ask_again,
        apps::app_open_guest,
        apps::app_choices_set,
        apps::app_messages_read,
        apps::app_messages_clear,
        apps::app_look_again,
        apps::app_exit_close,
        apps::app_link,
    ])
}

fn sharing_group() -> Builder<Wry> {
    group("sharing").commands(collect_commands![
        sharing::grants,
        sharing::grant_revoke,
        sharing::grant_revoke_all,
        sharing::grants_reviewed,
        sharing::receipt_save,
        sharing::activity,
        sharing::activity_entry,
        sharing::log_verify,
        sharing::log_save,
        sharing::seeing,
        sharing::sights,
        sharing::sight_stop,
        sharing::platform_stop,
        sharing::party_stop,
    ])
}

fn cooperatives_group() -> Builder<Wry> {
    group("cooperatives").commands(collect_commands![
        cooperatives::cooperatives,
        cooperatives::cooperative_look,
        cooperatives::cooperative_add,
        cooperatives::cooperative_code,
        cooperatives::cooperative_compared,
        cooperatives::cooperative_remove,
        cooperatives::cooperative_strong,
        cooperatives::service_stopped,
        cooperatives::own_descriptor,
        cooperatives::own_descriptor_save,
        cooperatives::own_descriptor_copied,
        cooperatives::own_name,
        cooperatives::own_key_rotate,
        cooperatives::transfer_prepare,
        cooperatives::transfer_fill,
        cooperatives::transfer_drop,
        cooperatives::transfer_ask,
        cooperatives::transfer,
        cooperatives::transfer_retry,
        cooperatives::transfer_go_on,
        cooperatives::transfer_save,
        cooperatives::transfer_forget_text,
        cooperatives::incoming,
        cooperatives::incoming_accept,
        cooperatives::incoming_discard,
        cooperatives::incoming_waiting,
        cooperatives::offered_services,
        cooperatives::offered_service_save,
        cooperatives::offered_service_remove,
    ])
}

fn rokwire_group() -> Builder<Wry> {
    group("rokwire").commands(collect_commands![
        core_apps::core_apps,
        core_apps::core_app,
        core_apps::core_app_admit,
        core_apps::core_build_put,
        core_apps::core_build_remove,
        core_apps::core_build_ways,
        core_apps::core_provider_add,
        core_apps::core_provider_remove,
        core_apps::core_sessions_set,
        core_apps::core_app_use,
        core_apps::core_key_add,
        core_apps::core_key_remove,
        core_apps::core_app_attach,
        core_apps::core_app_detach,
        core_apps::core_config_put,
        core_apps::core_config_remove,
        services::services,
        services::service_add,
        services::service_accept,
        services::service_keep,
        services::service_remove,
        services::service_scopes,
        services::service_accounts,
        services::service_account_add,
        services::service_account_ask,
        services::service_account_change,
        services::service_account_end,
        services::service_credential_add,
        services::service_credential_remove,
    ])
}

fn rights_group() -> Builder<Wry> {
    group("rights").commands(collect_commands![
        rights::erase_letter,
        rights::erase_print,
        rights::erase_ask,
        rights::erase_answered,
        rights::report_save,
    ])
}

fn consent_group() -> Builder<Wry> {
    group("consent").commands(collect_commands![
        consent::consent_current,
        consent::consent_preview,
        consent::consent_needs_passphrase,
        consent::consent_share,
        consent::consent_refuse,
        consent::consent_received,
        consent::consent_theme,
        consent::consent_transfer,
        consent::consent_transfer_sign,
        consent::consent_transfer_refuse,
    ])
}

fn bridge_group() -> Builder<Wry> {
    group("bridge").commands(collect_commands![
        bridge::frame_info,
        bridge::frame_message,
        bridge::frame_answer,
        bridge::frame_reload,
        bridge::frame_close,
        bridge::frame_stop_sharing,
        bridge::frame_received,
        bridge::frame_ask_erase,
        bridge::frame_questions,
        bridge::frame_wish,
        bridge::frame_notices,
        bridge::frame_follow,
        bridge::frame_trace,
        bridge::frame_trace_text,
        bridge::frame_dropped,
    ])
}

fn backpack_group() -> Builder<Wry> {
    group("backpack").commands(collect_commands![
        backpack::pack_plan,
        backpack::pack_choose_place,
        backpack::pack_start,
        backpack::pack_cancel,
        backpack::backpack_choose,
        backpack::identity_choose,
        backpack::backpack_check,
        backpack::backpack_restore,
    ])
}

fn settings_group() -> Builder<Wry> {
    group("settings").commands(collect_commands![
        settings::settings,
        settings::settings_set,
        settings::mail_settings,
        settings::set_mail_settings,
        settings::test_mail,
        settings::persona,
        settings::persona_set,
        settings::memberships,
        settings::membership_put,
        settings::membership_remove,
        settings::spaces,
        settings::space_add,
        settings::space_add_made_up,
        settings::space_rename,
        settings::space_remove,
        settings::space_switch,
        settings::about,
    ])
}

fn developer_group() -> Builder<Wry> {
    group("developer").commands(collect_commands![
        developer::projects,
        developer::project_add,
        developer::project_describe,
        developer::project_logo_choose,
        developer::project_logo_remove,
        developer::project_live,
        developer::project_remove,
        developer::project_platform_put,
        developer::project_token_rotate,
        developer::project_app_add,
        developer::project_secret_rotate,
        developer::trial_message,
        developer::trial_question,
        developer::trial_answer,
        developer::open_apps,
        developer::open_app_look,
        developer::app_inspect,
        developer::token_mint,
        developer::token_look,
    ])
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, env, fs, path::Path, sync::Mutex};

    use specta_typescript::Typescript;
    use tauri_specta::{BuilderConfiguration, LanguageExt};

    use super::*;

    /// Set it to write the files instead of comparing them.
    const WRITE: &str = "SATCHEL_WRITE_BINDINGS";

    /// Which window may call which groups; every window hears the events that are meant for it, and nothing else.
    const WINDOWS: [(&str, &str, &[&str]); 3] = [
        (
            "main",
            "main",
            &[
                "vault",
                "records",
                "connections",
                "imports",
                "requests",
                "apps",
                "sharing",
                "cooperatives",
                "rokwire",
                "rights",
                "backpack",
                "settings",
                "developer",
            ],
        ),
        ("consent", "consent", &["consent"]),
        ("app", "app-*", &["bridge"]),
    ];
    const EVENTS: [&str; 2] = ["core:event:allow-listen", "core:event:allow-unlisten"];

    /// Reads the names of a group's commands instead of exporting them.
    struct Names<'a>(&'a Mutex<Vec<String>>);

    impl LanguageExt for Names<'_> {
        type Error = std::io::Error;

        fn export(self, group: &BuilderConfiguration, _: &Path) -> Result<(), std::io::Error> {
            let names = group.commands.iter().map(|command| command.name().to_owned());
            self.0.lock().unwrap().extend(names);
            Ok(())
        }
    }

    fn names(group: fn() -> Builder<Wry>) -> Vec<String> {
        let names = Mutex::default();
        group().export(Names(&names), "").unwrap();
        names.into_inner().unwrap()
    }

    fn root() -> &'static Path {
        Path::new(env!("CARGO_MANIFEST_DIR"))
    }

    #[test]
    fn the_committed_types_are_those_of_the_commands() {
        let committed = root().join("ui/src/ipc/bindings");
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

    #[test]
    fn each_window_may_call_exactly_its_own_commands() {
        for (file, window, groups) in WINDOWS {
            let text =
                fs::read_to_string(root().join(format!("src-tauri/capabilities/{file}.json"))).unwrap();
            let capability: serde_json::Value = serde_json::from_str(&text).unwrap();
            assert_eq!(capability["windows"], serde_json::json!([window]), "{file}");
            assert_eq!(capability["remote"], serde_json::Value::Null, "{file}");
            let listed = capability["permissions"].as_array().unwrap();
            let allowed: BTreeSet<String> = listed
                .iter()
                .map(|one| one.as_str().unwrap().to_owned())
                .collect();
            assert_eq!(allowed.len(), listed.len(), "{file} names something twice");
            let commands =
                GROUPS
                    .iter()
                    .filter(|(name, _)| groups.contains(name))
                    .flat_map(|(name, group)| {
                        let names = names(*group).into_iter();
                        names.map(move |command| format!("{name}:allow-{}", command.replace('_', "-")))
                    });
            let wanted: BTreeSet<String> = commands.chain(EVENTS.map(str::to_owned)).collect();
            assert_eq!(allowed, wanted, "{file}");
        }
    }

    #[test]
    fn every_group_belongs_to_one_window_and_no_other_capability_exists() {
        let mut given: Vec<&str> = WINDOWS
            .iter()
            .flat_map(|(_, _, groups)| groups.iter().copied())
            .collect();
        let mut all: Vec<&str> = GROUPS.iter().map(|(name, _)| *name).collect();
        given.sort_unstable();
        all.sort_unstable();
        assert_eq!(given, all);
        let files = fs::read_dir(root().join("src-tauri/capabilities"))
            .unwrap()
            .count();
        assert_eq!(files, WINDOWS.len());
        let config: serde_json::Value = serde_json::from_str(include_str!("../../tauri.conf.json")).unwrap();
        assert_eq!(
            config["app"]["security"]["capabilities"],
            serde_json::json!(["main", "consent", "app"])
        );
    }
}
