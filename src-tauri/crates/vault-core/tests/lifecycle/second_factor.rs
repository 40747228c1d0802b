//! The second factor: what it holds back, what opens it, and when nothing does.

use std::sync::Arc;

use tempfile::TempDir;
use time::{Duration, OffsetDateTime, macros::datetime};
use totp_rs::{Builder, Secret};
use vault_core::{
    LockReason, LockedVault, SpaceHandle, VaultError, VaultHandle,
    backpack::{BackpackError, Locks, PackRequest, Recipients, Stop},
    clock::ManualClock,
    core_apps::{NewAppType, NewCoreApp},
    services::{AccountChange, NewCredential, NewServiceAccount},
};
use vault_crypto::{RecoveryCode, Signer};
use vault_store::{CoreAppId, Scope};
use zeroize::Zeroizing;

use super::{OTHER, PASSPHRASE, fast, passphrase};

const NOW: OffsetDateTime = datetime!(2026-11-28 09:00 UTC);

struct Guarded {
    _folder: TempDir,
    locked: LockedVault,
    vault: VaultHandle,
    clock: Arc<ManualClock>,
    secret: String,
    codes: Vec<String>,
}

impl Guarded {
    async fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let clock = Arc::new(ManualClock::new(NOW));
        let (locked, vault, _) = LockedVault::create(
            &folder.path().join("Test.satchel"),
            &passphrase(PASSPHRASE),
            &fast(),
            Arc::clone(&clock) as Arc<dyn vault_core::Clock>,
        )
        .unwrap();
        let setup = vault.begin_second_factor().await.unwrap();
        assert!(setup.uri.starts_with("otpauth://totp/Satchel:Personal?secret="));
        let secret = setup.secret.to_string();
        // Nothing holds before its first code was shown.
        assert_eq!(vault.second_factor().await.unwrap().since, None);
        let wrong = vault.finish_second_factor(Zeroizing::new("000000".into())).await;
        assert!(matches!(wrong, Err(VaultError::WrongSecondFactor)));
        let code = code(&secret, NOW);
        let codes = vault.finish_second_factor(code.clone()).await.unwrap();
        let codes = codes.iter().map(str::to_owned).collect();
        // The code that set it up opens nothing any more.
        assert!(vault.take_code(code).await.is_err());
        let guarded = Self {
            _folder: folder,
            locked,
            vault,
            clock,
            secret,
            codes,
        };
        guarded.wait();
        guarded
    }

    /// Half a minute later, which is the time of another code.
    fn wait(&self) {
        self.clock.advance(Duration::seconds(30));
    }

    fn now(&self) -> OffsetDateTime {
        vault_core::Clock::now(self.clock.as_ref())
    }

    async fn take(&self) -> Result<(), VaultError> {
        let taken = self.vault.take_code(code(&self.secret, self.now())).await;
        self.wait();
        taken
    }
}

fn code(secret: &str, now: OffsetDateTime) -> Zeroizing<String> {
    let totp = Builder::new()
        .with_secret(Secret::try_from_base32(secret).unwrap())
        .build()
        .unwrap();
    let now = u64::try_from(now.unix_timestamp()).unwrap();
    Zeroizing::new(totp.generate(now).to_string())
}

fn needs<T>(result: Result<T, VaultError>) -> bool {
    matches!(result, Err(VaultError::NeedsSecondFactor))
}

fn pack_needs<T>(result: Result<T, BackpackError>) -> bool {
    matches!(result, Err(BackpackError::Vault(VaultError::NeedsSecondFactor)))
}

#[tokio::test]
async fn it_holds_back_export_keys_and_removal_and_one_code_opens_one_act() {
    let guarded = Guarded::new().await;
    let Guarded { vault, .. } = &guarded;
    let space = vault.first_space().await.unwrap();
    let other = vault.add_space("Other", false).await.unwrap();
    let folder = TempDir::new().unwrap();
    let pack = async || {
        let recipient = RecoveryCode::generate().identity().recipient();
        let request = PackRequest {
            path: folder.path().join("mine.backpack"),
            locks: Locks::Recipients(Recipients::parse([recipient]).unwrap()),
            full: false,
        };
        space.pack(request, Stop::default(), |_| {}).await
    };
    let change = async || {
        vault
            .change_passphrase(passphrase(PASSPHRASE), passphrase(OTHER))
            .await
    };

    assert!(pack_needs(pack().await) && !folder.path().join("mine.backpack").exists());
    assert!(needs(vault.remove_space(other.id()).await));
    assert!(needs(change().await));
    assert!(needs(vault.make_recovery_code().await));
    assert!(needs(space.rotate_own_key(passphrase(PASSPHRASE)).await));
    assert!(needs(vault.pass_guard().await));
    assert!(needs(vault.begin_second_factor().await));
    assert!(needs(vault.renew_recovery_codes().await));
    assert!(needs(vault.end_second_factor().await));
    assert_eq!(vault.spaces().await.unwrap().len(), 2);

    guarded.take().await.unwrap();
    pack().await.unwrap();
    assert!(pack_needs(pack().await), "a code opens one act");
    guarded.take().await.unwrap();
    // What is refused for another reason uses up nothing.
    assert!(matches!(
        vault
            .change_passphrase(passphrase(OTHER), passphrase(PASSPHRASE))
            .await,
        Err(VaultError::WrongKey)
    ));
    vault.remove_space(other.id()).await.unwrap();
    guarded.take().await.unwrap();
    guarded.clock.advance(Duration::minutes(2));
    assert!(needs(change().await), "and soon");
    guarded.take().await.unwrap();
    change().await.unwrap();
    guarded.take().await.unwrap();
    vault.end_second_factor().await.unwrap();
    assert_eq!(vault.second_factor().await.unwrap().since, None);
    vault.make_recovery_code().await.unwrap();
}

#[tokio::test]
async fn what_a_code_opened_ends_with_the_lock_and_the_factor_stays() {
    let guarded = Guarded::new().await;
    guarded.take().await.unwrap();
    guarded.vault.lock(LockReason::You).await;
    let vault = guarded.locked.unlock(&passphrase(PASSPHRASE)).unwrap();
    assert!(needs(vault.make_recovery_code().await));
    let state = vault.second_factor().await.unwrap();
    assert_eq!((state.since, state.codes_left), (Some(NOW), 10));
    // A code that was used before the lock is used.
    let used = guarded.now() - Duration::seconds(30);
    let again = vault.take_code(code(&guarded.secret, used)).await;
    assert!(matches!(again, Err(VaultError::WrongSecondFactor)));
}

#[tokio::test]
async fn five_wrong_codes_end_it_until_the_next_unlock() {
    let guarded = Guarded::new().await;
    let wrong = async |vault: &VaultHandle| vault.take_code(Zeroizing::new("12".into())).await;
    // Setting it up has seen one.
    for _ in 0..3 {
        assert!(matches!(
            wrong(&guarded.vault).await,
            Err(VaultError::WrongSecondFactor)
        ));
    }
    // A right one in between starts the count again.
    guarded.take().await.unwrap();
    for _ in 0..4 {
        assert!(matches!(
            wrong(&guarded.vault).await,
            Err(VaultError::WrongSecondFactor)
        ));
    }
    assert!(matches!(
        wrong(&guarded.vault).await,
        Err(VaultError::SecondFactorSpent)
    ));
    assert!(matches!(guarded.take().await, Err(VaultError::SecondFactorSpent)));
    let recovery = Zeroizing::new(guarded.codes[0].clone());
    assert!(matches!(
        guarded.vault.take_code(recovery.clone()).await,
        Err(VaultError::SecondFactorSpent)
    ));
    guarded.vault.lock(LockReason::You).await;
    let vault = guarded.locked.unlock(&passphrase(PASSPHRASE)).unwrap();
    vault.take_code(recovery.clone()).await.unwrap();
    assert_eq!(vault.second_factor().await.unwrap().codes_left, 9);
    vault.make_recovery_code().await.unwrap();
    assert!(vault.take_code(recovery).await.is_err(), "each works once");
}

#[tokio::test]
async fn new_recovery_codes_end_the_earlier_ones() {
    let guarded = Guarded::new().await;
    guarded.take().await.unwrap();
    let fresh = guarded.vault.renew_recovery_codes().await.unwrap();
    let old = Zeroizing::new(guarded.codes[1].clone());
    assert!(guarded.vault.take_code(old).await.is_err());
    let new = Zeroizing::new(fresh.iter().next().unwrap().to_owned());
    guarded.vault.take_code(new).await.unwrap();
    // Another secret replaces the one that is there only when it was shown.
    let setup = guarded.vault.begin_second_factor().await.unwrap();
    guarded.take().await.unwrap();
    let first = code(&setup.secret, guarded.now());
    guarded.vault.finish_second_factor(first).await.unwrap();
    guarded.wait();
    assert!(guarded.take().await.is_err());
    guarded
        .vault
        .take_code(code(&setup.secret, guarded.now()))
        .await
        .unwrap();
}

const SUMS: &str = "vault:work.summary:get";
const RATINGS: &str = "vault:ratings:get";
const NEXT_KEY: &str = include_str!("../../../vault-crypto/tests/fixtures/rsa3072.pem");

fn scopes(texts: &[&str]) -> Vec<Scope> {
    texts.iter().map(|text| Scope::new(text).unwrap()).collect()
}

impl Guarded {
    /// A service account that is about to be made, and the application that it is for.
    async fn account(&self, space: &SpaceHandle, asks: &[&str]) -> (CoreAppId, NewServiceAccount) {
        let new = NewCoreApp {
            name: "Steps".into(),
            code: "steps".into(),
            types: vec![NewAppType {
                identifier: "org.example.steps".into(),
                ..NewAppType::default()
            }],
            ..NewCoreApp::default()
        };
        let (app, _) = space.add_core_app(new).await.unwrap();
        let account = NewServiceAccount {
            name: "Nightly".into(),
            service: String::new(),
            instances: vec![(app.app.id, scopes(asks))],
            expires_at: self.now() + Duration::days(9),
            credential: NewCredential::Token { name: String::new() },
        };
        (app.app.id, account)
    }
}

#[tokio::test]
async fn it_holds_back_a_new_service_account_and_another_issuer_key() {
    let guarded = Guarded::new().await;
    let space = guarded.vault.first_space().await.unwrap();
    let (_, account) = guarded.account(&space, &[SUMS]).await;
    assert!(needs(space.add_service_account(account.clone()).await));
    assert_eq!(space.service_accounts().await.unwrap(), []);
    guarded.take().await.unwrap();
    space.add_service_account(account).await.unwrap();
    let rotate = |with: &str| {
        guarded
            .vault
            .use_issuer_key(passphrase(with), Signer::from_pkcs8_pem(NEXT_KEY).unwrap())
    };
    assert!(needs(rotate(PASSPHRASE).await));
    assert!(needs(
        guarded.vault.rotate_issuer_key(passphrase(PASSPHRASE)).await
    ));
    guarded.take().await.unwrap();
    // A wrong passphrase uses up nothing.
    assert!(matches!(rotate(OTHER).await, Err(VaultError::WrongKey)));
    assert_eq!(guarded.vault.issuer_keys().await.unwrap().len(), 1);
    let before = guarded.vault.issuer_names().await.unwrap();
    rotate(PASSPHRASE).await.unwrap();
    let keys = guarded.vault.issuer_keys().await.unwrap();
    let names = guarded.vault.issuer_names().await.unwrap();
    assert_eq!(
        [&names.tokens, &before.tokens],
        [keys[0].kid().as_str(), keys[1].kid().as_str()]
    );
    let next = Signer::from_pkcs8_pem(NEXT_KEY).unwrap();
    assert_eq!(names.documents, vault_crypto::jws::key_id(&next));
}

#[tokio::test]
async fn it_holds_back_more_of_a_service_account_and_nothing_less() {
    let guarded = Guarded::new().await;
    let space = guarded.vault.first_space().await.unwrap();
    let (app, account) = guarded.account(&space, &[SUMS, RATINGS]).await;
    guarded.take().await.unwrap();
    let (info, _, _) = space.add_service_account(account).await.unwrap();
    let (id, made_for) = (info.account.id, info.account.expires_at);
    let change = async |expires_at, asks: Option<&[&str]>| {
        let change = AccountChange {
            expires_at,
            instances: asks.map(|asks| (app, scopes(asks))).into_iter().collect(),
        };
        space.change_service_account(id, change).await
    };
    let stands = async || {
        let account = space.service_accounts().await.unwrap().remove(0);
        let waits = space.pending_requests().await.unwrap();
        (account.account.expires_at, account.instances, waits)
    };

    let earlier = made_for - Duration::days(2);
    change(None, Some(&[SUMS])).await.unwrap();
    let (less, questions) = change(Some(earlier), None).await.unwrap();
    assert_eq!(less.instances[0].scopes, scopes(&[SUMS]));
    assert_eq!(less.account.expires_at, earlier);
    // The question that waited still does, for what is left.
    assert_eq!(questions.len(), 1);
    let asked = space.question(questions[0]).await.unwrap().scopes;
    let asked: Vec<Scope> = asked.into_iter().map(|line| line.scope).collect();
    assert_eq!(asked, scopes(&[SUMS]));

    let before = stands().await;
    let more = [(None, Some(&[SUMS, RATINGS][..])), (Some(made_for), None)];
    for (end, asks) in more {
        assert!(needs(change(end, asks).await));
        let wrong = guarded.vault.take_code(Zeroizing::new("000000".into())).await;
        assert!(matches!(wrong, Err(VaultError::WrongSecondFactor)));
        assert!(needs(change(end, asks).await));
        assert_eq!(stands().await, before);
    }
    for (end, asks) in more {
        guarded.take().await.unwrap();
        // Neither what is refused nor what is less uses a code up.
        let refused = change(end, Some(&["vault:profile.shoe_size:get"])).await;
        assert!(matches!(refused, Err(VaultError::Invalid { .. })));
        change(Some(earlier), None).await.unwrap();
        change(end, asks).await.unwrap();
        assert!(needs(
            change(Some(made_for + Duration::DAY), Some(&[SUMS, RATINGS])).await
        ));
    }
    let (end, instances, waits) = stands().await;
    assert_eq!((end, waits.len()), (made_for, 1));
    assert_eq!(instances[0].scopes, scopes(&[SUMS, RATINGS]));
}
