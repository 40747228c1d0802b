//! Signed metadata: what an app is told of the person, in a form that the app's own server can check although it does not reach this computer.
//!
//! The page gets it with the first answer after the person agreed, together with the public key, and its server keeps the key then. Later
//! texts are believed by that key alone. Whoever was not agreed to, and a guest, gets neither: the key is the same for everybody and would
//! tell them that they deal with the same vault.

use rokwire::key::{Alg, JwkSet, PubKey};
use serde_json::{Value, json};
use time::Duration;
use uuid::Uuid;
use vault_crypto::jws;
use vault_store::{AppId, apps::AppKind};

use super::admission::get;
use crate::{
    SpaceHandle, VaultError,
    disclosure::{self, app_party},
};

/// So long signed metadata says that it holds.
pub const ATTESTED_LIFE: Duration = Duration::minutes(5);

/// The type of the JWS, so that it is taken for no token and no receipt.
const TYPE: &str = "vault-metadata+jwt";

/// What an app is told beside its metadata.
#[derive(Clone, PartialEq, Eq)]
pub struct Attested {
    /// Who signed: the base address of the Core face.
    pub issuer: String,
    /// The id of the key, as receipts name it too.
    pub kid: String,
    /// The public key as a JSON Web Key Set (RFC 7517).
    pub jwks: Value,
    /// The metadata with its signature: a compact JWS with PS256.
    pub jws: String,
}

impl std::fmt::Debug for Attested {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Attested")
            .field("kid", &self.kid)
            .finish_non_exhaustive()
    }
}

impl Attested {
    /// As it stands in the metadata.
    #[must_use]
    pub fn to_member(&self) -> Value {
        json!({ "issuer": self.issuer, "kid": self.kid, "jwks": self.jwks, "signed": self.jws })
    }
}

impl SpaceHandle {
    /// Signs what an app was just told, for its own server: `aud` is the installation, as its page is told it, `sub` the
    /// account that was made for it, `jti` a nonce that a server takes once. `None` for a package, which has no server; for a guest; and as long as nothing is shared with the app.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`], or it could not be signed.
    pub async fn attest_metadata(&self, id: AppId, told: Value) -> Result<Option<Attested>, VaultError> {
        self.write(move |turn| {
            let app = get(turn, id)?;
            if app.kind != AppKind::Hosted || turn.questions.is_guest(turn.space.info.id, id) {
                return Ok(None);
            }
            disclosure::sweep(turn)?;
            if disclosure::standing(turn, &app_party(app.id, &app.name))?.is_empty() {
                return Ok(None);
            }
            let broken = || VaultError::Internal("metadata could not be signed");
            let issuer = format!("http://127.0.0.1:{}/core", turn.gateway_port());
            let now = turn.now();
            let claims = json!({
                "iss": issuer, "aud": id.as_uuid().simple().to_string(), "sub": app.account, "jti": Uuid::new_v4().hyphenated().to_string(),
                "iat": now.unix_timestamp(), "exp": (now + ATTESTED_LIFE).unix_timestamp(), "metadata": told,
            });
            let bytes = serde_json::to_vec(&claims).map_err(|_| broken())?;
            let signer = turn.signer()?;
            Ok(Some(Attested {
                kid: jws::key_id(signer),
                jwks: key_set(signer.public_key_pem(), &jws::key_id(signer))?,
                jws: jws::sign(signer, TYPE, &bytes).map_err(|_| broken())?,
                issuer,
            }))
        })
        .await
    }
}

/// The set of the one key, under the id by which the signature names it.
fn key_set(pem: &str, kid: &str) -> Result<Value, VaultError> {
    let key = PubKey::from_pem(pem, Alg::Ps256)
        .map_err(|_| VaultError::Internal("the vault's own key could not be read"))?;
    let mut set = json!(JwkSet::of([&key]));
    let keys = set.get_mut("keys").and_then(Value::as_array_mut);
    for key in keys.into_iter().flatten().filter_map(Value::as_object_mut) {
        key.insert("kid".to_owned(), json!(kid));
    }
    Ok(set)
}
