//! Looking at a token for its developer: what it says, and which of the checks that a careful consumer makes it passes. Nothing is decided
//! by it, and the token is kept nowhere.

use rokwire::{
    compact::Compact,
    key::{Alg, PubKey},
};
use serde_json::{Map, Value};
use time::OffsetDateTime;
use vault_store::{SecretValue, Sha256, core_apps, service_registrations, tokens};

use super::{is_reserved, tokens::Issuer, trial::TRIAL};
use crate::{VaultError, VaultHandle, core_apps::over_spaces};

/// What is checked, in the order in which a consumer does it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenCheck {
    /// Three parts of base64url, the first two of them JSON objects.
    Form,
    /// Signed in the way of this vault, RS256.
    Algorithm,
    /// With a key of this vault.
    Key,
    /// The signature fits.
    Signature,
    /// `iss` is this vault's Core.
    Issuer,
    /// `iat` is a moment that has come.
    Issued,
    /// `exp` is a moment that has not come.
    Expiry,
    /// `aud` is one service or application that is known here.
    Audience,
    /// `purpose` is `access`, as in every token of a Core.
    Purpose,
    /// This vault handed out this very token, and has not ended it since.
    Handed,
}

/// What came of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It holds.
    Holds,
    /// It does not.
    Fails,
    /// It cannot be told, because another failed.
    Untold,
}

/// What there is to see of a token.
#[derive(Clone, PartialEq, Eq)]
pub struct TokenLook {
    /// The header as JSON, one member to a line; empty if it could not be read.
    pub header: String,
    /// The claims likewise.
    pub claims: String,
    /// Every check, in order.
    pub checks: Vec<(TokenCheck, Verdict)>,
    /// Whether it says that it is for trying out.
    pub trial: bool,
    /// `iat`.
    pub issued_at: Option<OffsetDateTime>,
    /// `exp`.
    pub expires_at: Option<OffsetDateTime>,
}

impl std::fmt::Debug for TokenLook {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("TokenLook(..)")
    }
}

/// What a token is compared with.
struct Known<'k> {
    keys: &'k [PubKey],
    issuer: &'k str,
    now: OffsetDateTime,
    /// The ids of services and the codes of applications.
    audiences: &'k [String],
    /// Whether this very token was handed out and still stands.
    handed: bool,
}

impl VaultHandle {
    /// Takes a token apart and checks it as a consumer should, against this vault's key and its Core at `issuer`.
    ///
    /// # Errors
    /// The vault is locked, or a database could not be read. A token that is none is no error.
    pub async fn look_at_token(&self, token: SecretValue, issuer: Issuer) -> Result<TokenLook, VaultError> {
        let keys = self.issuer_keys().await?;
        self.run(move |vault| {
            let text = token.expose_str().unwrap_or_default().trim();
            let digest = Sha256::of(text.as_bytes());
            let now = vault.clock.now();
            let services: Vec<String> = over_spaces(vault, |view| {
                let all = service_registrations::list(view)?;
                Ok(all.into_iter().map(|service| service.id).collect())
            })?;
            let codes: Vec<String> = over_spaces(vault, |view| {
                Ok(core_apps::list(view)?.into_iter().map(|app| app.code).collect())
            })?;
            let rows: Vec<tokens::IssuedToken> = over_spaces(vault, |view| {
                Ok(tokens::find(view, digest)?.into_iter().collect())
            })?;
            let audiences: Vec<String> = services.into_iter().chain(codes).collect();
            let known = Known {
                keys: &keys,
                issuer: &issuer,
                now,
                audiences: &audiences,
                handed: rows.iter().any(|row| row.expires_at.is_some_and(|end| now < end)),
            };
            Ok(look(text, &known))
        })
        .await
    }
}

fn look(text: &str, known: &Known<'_>) -> TokenLook {
    let read = Compact::read(text).ok();
    let part = |part: fn(&Compact) -> &str| {
        let text = read.as_ref().map(part)?;
        serde_json::from_str::<Map<String, Value>>(text).ok()
    };
    let (header, claims) = (part(Compact::header), part(Compact::payload));
    let checks = match (&read, &header, &claims) {
        (Some(read), Some(header), Some(claims)) => checked(read, header, claims, known),
        _ => formless(),
    };
    let moment = |name: &str| {
        let seconds = claims.as_ref()?.get(name)?.as_i64()?;
        OffsetDateTime::from_unix_timestamp(seconds).ok()
    };
    TokenLook {
        checks,
        trial: claims
            .as_ref()
            .is_some_and(|claims| word(claims, "org_id") == TRIAL && word(claims, "app_id") == TRIAL),
        issued_at: moment("iat"),
        expires_at: moment("exp"),
        header: pretty(header.as_ref()),
        claims: pretty(claims.as_ref()),
    }
}

const AFTER_FORM: [TokenCheck; 9] = [
    TokenCheck::Algorithm,
    TokenCheck::Key,
    TokenCheck::Signature,
    TokenCheck::Issuer,
    TokenCheck::Issued,
    TokenCheck::Expiry,
    TokenCheck::Audience,
    TokenCheck::Purpose,
    TokenCheck::Handed,
];

fn formless() -> Vec<(TokenCheck, Verdict)> {
    let rest = AFTER_FORM.map(|check| (check, Verdict::Untold));
    [(TokenCheck::Form, Verdict::Fails)]
        .into_iter()
        .chain(rest)
        .collect()
}

fn checked(
    read: &Compact,
    header: &Map<String, Value>,
    claims: &Map<String, Value>,
    known: &Known<'_>,
) -> Vec<(TokenCheck, Verdict)> {
    let algorithm = word(header, "alg") == Alg::Rs256.as_str();
    let key = known
        .keys
        .iter()
        .find(|key| key.kid().as_str() == word(header, "kid"));
    let signature = match key.filter(|_| algorithm) {
        Some(key) => verdict(key.verify(read.signed(), read.signature()).is_ok()),
        None => Verdict::Untold,
    };
    let now = known.now.unix_timestamp();
    let seconds = |name: &str| claims.get(name).and_then(Value::as_i64);
    let audience = word(claims, "aud");
    let is_known = is_reserved(audience) || known.audiences.iter().any(|one| one == audience);
    vec![
        (TokenCheck::Form, Verdict::Holds),
        (TokenCheck::Algorithm, verdict(algorithm)),
        (TokenCheck::Key, verdict(key.is_some())),
        (TokenCheck::Signature, signature),
        (TokenCheck::Issuer, verdict(word(claims, "iss") == known.issuer)),
        (
            TokenCheck::Issued,
            verdict(seconds("iat").is_some_and(|at| at <= now)),
        ),
        (
            TokenCheck::Expiry,
            verdict(seconds("exp").is_some_and(|at| now < at)),
        ),
        (TokenCheck::Audience, verdict(is_known)),
        (TokenCheck::Purpose, verdict(word(claims, "purpose") == "access")),
        (TokenCheck::Handed, verdict(known.handed)),
    ]
}

fn verdict(holds: bool) -> Verdict {
    if holds { Verdict::Holds } else { Verdict::Fails }
}

/// A member that is a text; empty where there is none.
fn word<'o>(object: &'o Map<String, Value>, name: &str) -> &'o str {
    object.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn pretty(object: Option<&Map<String, Value>>) -> String {
    object
        .and_then(|object| serde_json::to_string_pretty(object).ok())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
    use proptest::prelude::*;
    use time::{Duration, macros::datetime};
    use vault_crypto::Signer;

    use super::*;
    use crate::{
        services::{NewService, TRIAL_LIFE},
        test_vault::TestVault,
    };

    const ISSUER: &str = "http://127.0.0.1:49021/core";
    const KEY: &str = include_str!("../../../vault-crypto/tests/fixtures/rsa3072.pem");

    async fn world() -> TestVault {
        let key = Arc::new(Signer::from_pkcs8_pem(KEY).unwrap());
        TestVault::with(key, datetime!(2026-11-28 09:00 UTC), false).await
    }

    impl TestVault {
        async fn minted(&self) -> String {
            let minted = self.vault.mint_trial_token("made-up".into(), ISSUER.into()).await;
            minted.unwrap().token.expose_str().unwrap().to_owned()
        }

        async fn look(&self, token: &str) -> TokenLook {
            let token = SecretValue::from(token);
            self.vault.look_at_token(token, ISSUER.into()).await.unwrap()
        }
    }

    fn failing(look: &TokenLook) -> Vec<TokenCheck> {
        let failing = look
            .checks
            .iter()
            .filter(|(_, verdict)| *verdict == Verdict::Fails);
        failing.map(|(check, _)| *check).collect()
    }

    /// The token with one text in its claims replaced, and with its old signature.
    fn with_claim(token: &str, from: &str, to: &str) -> String {
        let parts: Vec<&str> = token.split('.').collect();
        let claims = String::from_utf8(BASE64.decode(parts[1]).unwrap()).unwrap();
        assert!(claims.contains(from));
        format!(
            "{}.{}.{}",
            parts[0],
            BASE64.encode(claims.replace(from, to)),
            parts[2]
        )
    }

    #[tokio::test]
    async fn a_token_for_trying_out_is_signed_but_for_nobody_and_opens_nothing() {
        let world = world().await;
        let token = world.minted().await;
        let look = world.look(&token).await;
        assert!(look.trial);
        assert_eq!(failing(&look), [TokenCheck::Audience, TokenCheck::Handed]);
        assert_eq!(look.expires_at.unwrap() - look.issued_at.unwrap(), TRIAL_LIFE);
        let caller = world.vault.core_caller(&token, ISSUER).await.unwrap();
        assert!(matches!(caller, crate::services::CoreCaller::Nobody));
    }

    #[tokio::test]
    async fn nobody_real_is_the_audience_of_a_trial() {
        let world = world().await;
        let space = world.vault.first_space().await.unwrap();
        let service = NewService::from_json(
            r#"{"service_id":"groups","name":"Groups","description":"","host":"https://groups.example"}"#,
        );
        space.add_service(service.unwrap()).await.unwrap();
        let mint = |audience: &str| world.vault.mint_trial_token(audience.to_owned(), ISSUER.into());
        assert!(matches!(mint("groups").await, Err(VaultError::Exists(_))));
        for none in ["vault", "core", "all", "", "A service", "x"] {
            assert!(
                matches!(mint(none).await, Err(VaultError::Invalid { .. })),
                "{none}"
            );
        }
    }

    #[tokio::test]
    async fn what_is_wrong_with_a_token_is_named() {
        let world = world().await;
        let token = world.minted().await;
        for (from, to, check) in [
            ("made-up", "other-one", TokenCheck::Signature),
            ("49021", "49022", TokenCheck::Issuer),
        ] {
            let failing = failing(&world.look(&with_claim(&token, from, to)).await);
            assert!(failing.contains(&TokenCheck::Signature) && failing.contains(&check));
        }
        let none = format!(r#"{{"alg":"none","kid":"{}"}}"#, "x");
        let rest = token.split_once('.').unwrap().1;
        let unsigned = world.look(&format!("{}.{rest}", BASE64.encode(none))).await;
        let signature = unsigned
            .checks
            .iter()
            .find(|(check, _)| *check == TokenCheck::Signature);
        assert_eq!(signature.unwrap().1, Verdict::Untold);
        assert!(failing(&unsigned).contains(&TokenCheck::Algorithm));
        world.clock.advance(Duration::minutes(11));
        assert!(failing(&world.look(&token).await).contains(&TokenCheck::Expiry));
        world.clock.advance(Duration::hours(-2));
        assert!(failing(&world.look(&token).await).contains(&TokenCheck::Issued));
        for none in ["", "a.b.c", "e30.e30", "bnVsbA.bnVsbA."] {
            let look = world.look(none).await;
            assert_eq!(failing(&look), [TokenCheck::Form], "{none}");
            assert_eq!(look.checks.len(), 10);
        }
        assert_eq!(format!("{:?}", world.look(&token).await), "TokenLook(..)");
    }

    proptest! {
        #[test]
        fn whatever_is_pasted_is_told_in_ten_checks(header in ".{0,60}", claims in ".{0,60}", text in ".{0,200}") {
            let known = Known { keys: &[], issuer: ISSUER, now: OffsetDateTime::UNIX_EPOCH, audiences: &[], handed: false };
            let three = format!("{}.{}.", BASE64.encode(header), BASE64.encode(claims));
            for text in [text, three] {
                let look = look(&text, &known);
                prop_assert_eq!(look.checks.len(), 10);
                prop_assert!(!failing(&look).is_empty());
            }
        }
    }
}
