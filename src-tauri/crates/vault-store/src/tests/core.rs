//! The tables of Rokwire Core: applications, sessions without a profile, services and their accounts.

use time::Duration;
use uuid::Uuid;

use super::kit::{NOW, Space};
use crate::table::core_anonymous::Anonymous;
use crate::table::core_api_keys::ApiKey;
use crate::table::core_app_types::AppType;
use crate::table::core_apps::CoreApp;
use crate::table::core_configs::AppConfig;
use crate::table::core_installations::{Installation, SessionPolicy};
use crate::table::service_accounts::{ServiceAccount, ServiceInstance};
use crate::table::service_credentials::{CredentialProof, ServiceCredential};
use crate::table::service_registrations::{PinnedBy, ServiceRegistration, ServiceScope};
use crate::table::tombstones::Tombstone;
use crate::table::{
    core_accounts, core_anonymous, core_api_keys, core_app_types, core_apps, core_configs,
    core_installations, core_preferences, external_ids, service_accounts, service_credentials,
    service_registrations, tombstones,
};
use crate::{
    AccountId, AnonymousId, ApiKeyId, AppConfigId, AppTypeId, CoreAppId, CredentialId, Scope,
    ServiceAccountId, Sha256, StoreError, TombstoneId, Tx,
};

pub(super) const APP: &str = "018f0000-0000-4000-8000-000000000010";
pub(super) const TYPE: &str = "018f0000-0000-4000-8000-000000000011";
pub(super) const CONFIG: &str = "018f0000-0000-4000-8000-000000000012";
pub(super) const KEY: &str = "018f0000-0000-4000-8000-000000000013";
pub(super) const ACCOUNT: &str = "018f0000-0000-4000-8000-000000000014";
pub(super) const ANONYMOUS: &str = "018f0000-0000-4000-8000-000000000015";
pub(super) const SERVICE_ACCOUNT: &str = "018f0000-0000-4000-8000-000000000016";
pub(super) const CREDENTIAL: &str = "018f0000-0000-4000-8000-000000000017";
pub(super) const TOMBSTONE: &str = "018f0000-0000-4000-8000-000000000018";

fn app_id() -> CoreAppId {
    APP.parse().unwrap()
}

pub(super) fn app() -> CoreApp {
    CoreApp {
        id: app_id(),
        name: "Steps".into(),
        code: "steps".into(),
        multi_tenant: true,
        created_at: NOW,
    }
}

pub(super) fn build() -> AppType {
    AppType {
        id: TYPE.parse().unwrap(),
        app: app_id(),
        identifier: "org.example.steps".into(),
        name: "Android".into(),
        versions: vec!["1.0.0".into(), "1.2.0".into()],
    }
}

pub(super) fn api_key() -> ApiKey {
    ApiKey {
        sha256: Sha256::of(b"key"),
        id: KEY.parse().unwrap(),
        app: app_id(),
        created_at: NOW,
    }
}

pub(super) fn installation() -> Installation {
    Installation {
        app: app_id(),
        services: vec!["steps-insight".into()],
        anonymous: true,
        sessions: SessionPolicy {
            most: 3,
            idle_minutes: Some(60),
            login_minutes: None,
            grace_seconds: 30,
            yearly: None,
        },
    }
}

pub(super) fn config() -> AppConfig {
    AppConfig {
        id: CONFIG.parse().unwrap(),
        app_type: TYPE.parse().unwrap(),
        of_space: true,
        version: (1, 2, 3),
        data: "{\"colour\":\"green\"}".into(),
    }
}

pub(super) fn session() -> Anonymous {
    Anonymous {
        id: ANONYMOUS.parse().unwrap(),
        session: "018f0000-0000-4000-8000-000000000019".parse().unwrap(),
        app: app_id(),
        app_type: TYPE.parse().unwrap(),
        created_at: NOW,
        refreshed_at: NOW,
        ended_at: None,
    }
}

pub(super) fn service() -> ServiceRegistration {
    ServiceRegistration {
        id: "steps-insight".into(),
        name: "Steps Insight".into(),
        description: "Draws your week".into(),
        host: "https://steps.example".into(),
        info_url: "https://steps.example/info".into(),
        logo_url: String::new(),
        service_account: SERVICE_ACCOUNT.into(),
        key: Some(("-----BEGIN PUBLIC KEY-----".into(), "RS256".into())),
        legacy: false,
        scopes: vec![ServiceScope {
            scope: "vault:profile.first_name:get".into(),
            required: true,
            explanation: "to greet you".into(),
        }],
        pinned_by: PinnedBy::File,
        pinned_at: NOW,
        waiting: Some(("{}".into(), NOW)),
    }
}

pub(super) fn service_account() -> ServiceAccount {
    ServiceAccount {
        id: SERVICE_ACCOUNT.parse().unwrap(),
        name: "Nightly".into(),
        service: "steps-insight".into(),
        created_at: NOW,
        expires_at: NOW + Duration::days(90),
    }
}

pub(super) fn instance() -> ServiceInstance {
    ServiceInstance {
        account: SERVICE_ACCOUNT.parse().unwrap(),
        app: app_id(),
        scopes: vec![Scope::new("vault:work.summary:get").unwrap()],
    }
}

pub(super) fn credential() -> ServiceCredential {
    ServiceCredential {
        id: CREDENTIAL.parse().unwrap(),
        account: SERVICE_ACCOUNT.parse().unwrap(),
        name: "first".into(),
        proof: CredentialProof::Token(Sha256::of(b"static")),
        created_at: NOW,
    }
}

pub(super) fn tombstone() -> Tombstone {
    Tombstone {
        id: TOMBSTONE.parse().unwrap(),
        app: app_id(),
        account: AccountId::from_uuid(Uuid::from_u128(9)),
        context: "{\"invoices\":true}".into(),
        created_at: NOW,
    }
}

/// One row of each table.
pub(super) fn fill(tx: &Tx<'_>) -> Result<(), StoreError> {
    core_apps::insert(tx, &app())?;
    core_app_types::put(tx, &build())?;
    core_api_keys::insert(tx, &api_key())?;
    core_installations::put(tx, &installation())?;
    core_configs::put(tx, &config())?;
    core_accounts::insert(tx, app_id(), ACCOUNT.parse().unwrap(), NOW)?;
    core_anonymous::insert(tx, &session())?;
    core_anonymous::put_token(tx, session().id, Sha256::of(b"refresh"), NOW)?;
    core_preferences::put(tx, app_id(), session().id.as_uuid(), "[1]", NOW)?;
    service_registrations::put(tx, &service())?;
    service_accounts::insert(tx, &service_account())?;
    service_accounts::put_instance(tx, &instance())?;
    service_credentials::insert(tx, &credential())?;
    external_ids::put(tx, "uin", "4711", NOW)?;
    tombstones::insert(tx, &tombstone())
}

/// Reads what [`fill`] wrote.
pub(super) fn check(view: &crate::View<'_>) -> Result<(), StoreError> {
    check_with(view, &installation())
}

/// The same where the installation was changed.
pub(super) fn check_with(view: &crate::View<'_>, installed: &Installation) -> Result<(), StoreError> {
    assert_eq!(core_apps::list(view)?, [app()]);
    assert_eq!(core_app_types::of_app(view, app_id())?, [build()]);
    assert_eq!(core_api_keys::find(view, Sha256::of(b"key"))?, Some(api_key()));
    assert_eq!(core_installations::get(view, app_id())?.as_ref(), Some(installed));
    assert_eq!(core_configs::of_type(view, build().id)?, [config()]);
    assert_eq!(
        core_accounts::of_app(view, app_id())?.unwrap().to_string(),
        ACCOUNT
    );
    assert_eq!(core_anonymous::get(view, session().id)?, Some(session()));
    let token = core_anonymous::find_token(view, Sha256::of(b"refresh"))?.unwrap();
    assert_eq!((token.anonymous, token.replaced_at), (session().id, None));
    assert_eq!(
        core_preferences::get(view, app_id(), session().id.as_uuid())?.as_deref(),
        Some("[1]")
    );
    assert_eq!(service_registrations::list(view)?, [service()]);
    assert_eq!(service_accounts::list(view)?, [service_account()]);
    assert_eq!(
        service_accounts::instances(view, service_account().id)?,
        [instance()]
    );
    assert_eq!(
        service_credentials::of_account(view, service_account().id)?,
        [credential()]
    );
    assert_eq!(external_ids::list(view)?, [("uin".to_owned(), "4711".to_owned())]);
    assert_eq!(tombstones::since(view, app_id(), NOW)?, [tombstone()]);
    Ok(())
}

#[test]
fn each_row_comes_back_as_it_was_written() {
    let space = Space::new();
    space.write(fill).unwrap();
    space.read(check).unwrap();
}

#[test]
fn nothing_that_must_be_one_is_there_twice() {
    let space = Space::new();
    space.write(fill).unwrap();
    let refused = |job: &dyn Fn(&Tx<'_>) -> Result<(), StoreError>| {
        assert!(matches!(space.write(job), Err(StoreError::Rule(_))));
    };
    let same_name = CoreApp {
        id: CoreAppId::new(),
        code: "other".into(),
        ..app()
    };
    let same_code = CoreApp {
        id: CoreAppId::new(),
        name: "Other".into(),
        ..app()
    };
    let same_identifier = AppType {
        id: AppTypeId::new(),
        ..build()
    };
    refused(&|tx| core_apps::insert(tx, &app()));
    refused(&|tx| core_apps::insert(tx, &same_name));
    refused(&|tx| core_apps::insert(tx, &same_code));
    refused(&|tx| core_app_types::put(tx, &same_identifier));
    refused(&|tx| core_accounts::insert(tx, app_id(), AccountId::new(), NOW));
    refused(&|tx| {
        let key = ApiKey {
            id: ApiKeyId::new(),
            ..api_key()
        };
        core_api_keys::insert(tx, &key)
    });
    refused(&|tx| {
        let long = "x".repeat(core_preferences::MOST + 1);
        core_preferences::put(tx, app_id(), &Uuid::nil(), &long, NOW)
    });
    refused(&|tx| {
        let stray = ServiceCredential {
            id: CredentialId::new(),
            account: ServiceAccountId::new(),
            ..credential()
        };
        service_credentials::insert(tx, &stray)
    });
    space.read(check).unwrap();
}

#[test]
fn a_build_is_found_by_identifier_or_id_and_by_nothing_else() {
    let space = Space::new();
    space.write(fill).unwrap();
    let found = |text: &str| space.read(|view| core_app_types::find(view, text)).unwrap();
    assert_eq!(found("org.example.steps"), Some(build()));
    assert_eq!(found(TYPE), Some(build()));
    for other in ["", "org.example", "ORG.EXAMPLE.STEPS", "org.example.steps%", APP] {
        assert_eq!(found(other), None, "{other}");
    }
}

#[test]
fn settings_of_one_version_are_replaced_in_place() {
    let space = Space::new();
    space.write(fill).unwrap();
    let changed = AppConfig {
        id: AppConfigId::new(),
        data: "{}".into(),
        ..config()
    };
    let general = AppConfig {
        id: AppConfigId::new(),
        of_space: false,
        ..config()
    };
    space
        .write(|tx| {
            core_configs::put(tx, &changed)?;
            core_configs::put(tx, &general)
        })
        .unwrap();
    let all = space
        .read(|view| core_configs::of_type(view, build().id))
        .unwrap();
    let replaced = AppConfig {
        id: config().id,
        ..changed
    };
    assert_eq!(all, [general, replaced]);
    let removed = space
        .write(|tx| core_configs::delete(tx, build().id, true, (1, 2, 3)))
        .unwrap();
    let left = space
        .read(|view| core_configs::find(view, build().id, true, (1, 2, 3)))
        .unwrap();
    assert_eq!((removed, left), (true, None));
}

#[test]
fn a_session_knows_how_often_its_token_was_replaced_and_ends_with_all_of_them() {
    let space = Space::new();
    space.write(fill).unwrap();
    let later = NOW + Duration::HOUR;
    space
        .write(|tx| core_anonymous::put_token(tx, session().id, Sha256::of(b"second"), later))
        .unwrap();
    let (first, second) = space
        .read(|view| {
            let find = |text: &[u8]| core_anonymous::find_token(view, Sha256::of(text));
            Ok::<_, StoreError>((find(b"refresh")?.unwrap(), find(b"second")?.unwrap()))
        })
        .unwrap();
    assert_eq!((first.replaced_at, second.replaced_at), (Some(later), None));
    let replaced = |token| {
        space
            .read(|view| core_anonymous::replaced_since(view, token))
            .unwrap()
    };
    assert_eq!((replaced(&first), replaced(&second)), (1, 0));
    let ended = space
        .write(|tx| core_anonymous::end(tx, session().id, later))
        .unwrap();
    assert!(ended);
    space
        .read(|view| {
            assert_eq!(core_anonymous::find_token(view, Sha256::of(b"second"))?, None);
            assert_eq!(core_anonymous::open_of_app(view, app_id())?, []);
            let known = core_anonymous::get(view, session().id)?.unwrap();
            assert_eq!((known.ended_at, known.refreshed_at), (Some(later), later));
            Ok::<(), StoreError>(())
        })
        .unwrap();
}

#[test]
fn an_application_goes_with_all_that_is_its_own() {
    let space = Space::new();
    space.write(fill).unwrap();
    assert!(space.write(|tx| core_apps::delete(tx, app_id())).unwrap());
    space
        .read(|view| {
            assert_eq!(core_app_types::find(view, TYPE)?, None);
            assert_eq!(core_api_keys::of_app(view, app_id())?, []);
            assert_eq!(core_installations::get(view, app_id())?, None);
            assert_eq!(core_configs::of_type(view, build().id)?, []);
            assert_eq!(core_accounts::of_app(view, app_id())?, None);
            assert_eq!(
                core_anonymous::get(view, ANONYMOUS.parse::<AnonymousId>().unwrap())?,
                None
            );
            assert_eq!(
                core_preferences::get(view, app_id(), session().id.as_uuid())?,
                None
            );
            assert_eq!(service_accounts::instances(view, service_account().id)?, []);
            // What services have to delete, and the services themselves, outlast it.
            assert_eq!(tombstones::since(view, app_id(), NOW)?, [tombstone()]);
            assert_eq!(service_accounts::list(view)?, [service_account()]);
            Ok::<(), StoreError>(())
        })
        .unwrap();
}

#[test]
fn an_account_is_taken_away_once_and_its_tombstone_is_purged() {
    let space = Space::new();
    space.write(fill).unwrap();
    let taken = |space: &Space| space.write(|tx| core_accounts::take(tx, app_id())).unwrap();
    assert_eq!(taken(&space), Some(ACCOUNT.parse().unwrap()));
    assert_eq!(taken(&space), None);
    let purged = |at| space.write(|tx| tombstones::purge(tx, at)).unwrap();
    assert_eq!((purged(NOW), purged(NOW + Duration::SECOND)), (0, 1));
}

#[test]
fn a_key_credential_comes_back_as_a_key() {
    let space = Space::new();
    space.write(fill).unwrap();
    let key = ServiceCredential {
        id: CredentialId::new(),
        proof: CredentialProof::Key {
            pem: "-----BEGIN PUBLIC KEY-----".into(),
            alg: "PS256".into(),
        },
        created_at: NOW + Duration::HOUR,
        ..credential()
    };
    space.write(|tx| service_credentials::insert(tx, &key)).unwrap();
    let all = space
        .read(|view| service_credentials::of_account(view, key.account))
        .unwrap();
    assert_eq!(all, [credential(), key.clone()]);
    let deleted = space
        .write(|tx| service_credentials::delete(tx, key.account, key.id))
        .unwrap();
    assert!(deleted);
    assert_eq!(TombstoneId::new().as_uuid().get_version_num(), 4);
}
