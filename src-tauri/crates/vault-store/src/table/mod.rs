//! The tables of a space, one file each: its statements, its rows as types, its functions.

pub mod addresses;
pub mod app_choices;
pub mod app_config;
pub mod app_exits;
pub mod app_files;
pub mod app_messages;
pub mod app_status;
pub mod apps;
pub mod backpacks;
pub mod connection_secrets;
pub mod connections;
pub mod connectors;
pub mod consumers;
pub mod continuations;
pub mod core_accounts;
pub mod core_anonymous;
pub mod core_api_keys;
pub mod core_app_types;
pub mod core_apps;
pub mod core_configs;
pub mod core_installations;
pub mod core_logins;
pub mod core_preferences;
pub mod core_providers;
pub mod data_request_events;
pub mod data_requests;
pub mod deliveries;
pub mod disclosures;
pub mod erasures;
pub mod external_ids;
pub mod grants;
pub mod import_asides;
pub mod import_files;
pub mod imports;
pub mod incoming_transfers;
pub mod log_heads;
pub mod mappings;
pub mod memberships;
pub mod meta;
pub mod offered_services;
pub mod peer_keys;
pub mod peers;
pub mod persona;
pub mod projects;
pub mod prompts;
pub mod raw_documents;
pub mod receipts;
mod record_labels;
pub(crate) mod record_sources;
pub mod record_versions;
pub mod records;
mod records_fts;
pub mod refusals;
pub mod requests;
pub mod retrieval_documents;
pub mod retrievals;
pub mod sealed;
pub mod service_accounts;
pub mod service_credentials;
pub mod service_marks;
pub mod service_registrations;
pub mod service_rules;
pub mod settings;
pub mod tokens;
pub mod tombstones;
pub mod transfers;

/// The statements that make version 1, parents before children.
pub(crate) const V1: &[&str] = &[
    meta::V1,
    settings::V1,
    sealed::V1,
    persona::V1,
    connections::V1,
    connection_secrets::V1,
    retrievals::V1,
    raw_documents::V1,
    retrieval_documents::V1,
    records::V1,
    record_versions::V1,
    record_labels::V1,
    records_fts::V1,
    apps::V1,
    app_config::V1,
    grants::V1,
    requests::V1,
    disclosures::V1,
    log_heads::V1,
    tokens::V1,
    backpacks::V1,
];

/// The statements that lead from version 1 to version 2.
pub(crate) const V2: &[&str] = &[
    grants::V2,
    apps::V2,
    receipts::V2,
    erasures::V2,
    refusals::V2,
    memberships::V2,
];

/// The statements that lead from version 2 to version 3.
pub(crate) const V3: &[&str] = &[connectors::V3, consumers::V3, deliveries::V3];

/// The statements that lead from version 3 to version 4.
pub(crate) const V4: &[&str] = &[projects::V4, addresses::V4, prompts::V4];

/// The statements that lead from version 4 to version 5.
pub(crate) const V5: &[&str] = &[
    app_choices::V5,
    app_status::V5,
    app_messages::V5,
    app_files::V5,
    app_exits::V5,
];

/// The statements that lead from version 5 to version 6.
pub(crate) const V6: &[&str] = &[
    peers::V6,
    peer_keys::V6,
    transfers::V6,
    incoming_transfers::V6,
    continuations::V6,
    offered_services::V6,
    service_rules::V6,
    service_marks::V6,
];

/// The statements that lead from version 6 to version 7.
pub(crate) const V7: &[&str] = &[
    core_apps::V7,
    core_app_types::V7,
    core_api_keys::V7,
    core_installations::V7,
    core_configs::V7,
    core_accounts::V7,
    core_anonymous::V7,
    core_preferences::V7,
    service_registrations::V7,
    service_accounts::V7,
    service_credentials::V7,
    external_ids::V7,
    tombstones::V7,
];

/// The statements that lead from version 7 to version 8.
pub(crate) const V8: &[&str] = &[
    retrieval_documents::V8,
    record_sources::V8,
    imports::V8,
    import_files::V8,
    import_asides::V8,
    mappings::V8,
    data_requests::V8,
    data_request_events::V8,
];

/// The statements that lead from version 8 to version 9.
pub(crate) const V9: &[&str] = &[
    core_logins::V9,
    core_providers::V9,
    core_installations::V9,
    tokens::V9,
];
