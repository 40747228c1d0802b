//! The encrypted database of a space: opening, migrations, tables.
//!
//! Only this crate speaks SQL. A [`Database`] gives out transactions; every function that reads takes a [`View`], every
//! function that writes takes a [`Tx`] (which is also a view). Functions live in one module per table.

mod check;
mod copy;
mod database;
mod diagnosis;
mod error;
mod ids;
mod key;
mod migrations;
mod money;
mod opening;
mod party;
mod record;
mod record_rules;
mod scope;
mod secret;
mod sha256;
mod sql;
mod table;
mod yearly;

pub use check::CheckReport;
pub use database::{Database, OpenMode, Tx, View};
pub use error::StoreError;
pub use ids::{
    AccountId, AnonymousId, ApiKeyId, AppConfigId, AppId, AppTypeId, ConnectionId, ConsumerId, CoreAppId,
    CredentialId, DataRequestId, DeliveryId, DisclosureId, GrantId, ImportId, IncomingId, MessageId, NotAnId,
    ProjectId, PromptId, RecordId, RequestId, RetrievalId, ServiceAccountId, TombstoneId, TransferId,
};
pub use money::{Amount, Currency, NotACurrency};
pub use party::{Face, Party, PartyKind};
pub use record::{Assurance, NewRecord, Provenance, RatingValue, Record, RecordKind};
pub use record_rules::RecordFault;
pub use scope::{NotAScope, Operation, Scope};
pub use secret::SecretValue;
pub use sha256::{NotADigest, Sha256};
pub use table::{
    addresses, app_choices, app_config, app_exits, app_files, app_messages, app_status, apps, backpacks,
    connection_secrets, connections, connectors, consumers, continuations, core_accounts, core_anonymous,
    core_api_keys, core_app_types, core_apps, core_configs, core_installations, core_logins,
    core_preferences, core_providers, data_request_events, data_requests, deliveries, disclosures, erasures,
    external_ids, grants, import_asides, import_files, imports, incoming_transfers, log_heads, mappings,
    memberships, meta, offered_services, peer_keys, peers, persona, projects, prompts, raw_documents,
    receipts, record_versions, records, refusals, requests, retrieval_documents, retrievals, sealed,
    service_accounts, service_credentials, service_marks, service_registrations, service_rules, settings,
    tokens, tombstones, transfers,
};
pub use yearly::{NoSuchMoment, YearlyMoment};

#[cfg(test)]
mod tests;
