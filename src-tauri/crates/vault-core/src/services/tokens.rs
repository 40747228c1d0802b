//! Tokens of the Core face: JWTs with the claims of specification 8.2, signed with RS256 by the vault's issuer key.
//!
//! Others check them with the vault's public key. The vault itself knows a token by the digest that it kept when it handed it out: what is
//! not the very text that was given is nobody's, whatever signature it bears, so that no header, claim or spelling of a stranger is ever
//! read here.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use rokwire::key::Alg;
use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;
use vault_crypto::Signer;
use vault_store::{
    GrantId, PartyKind, Scope, SecretValue, Sha256, core_anonymous::Anonymous, tokens, tokens::IssuedToken,
};

use super::registration::public_key;
use crate::{VaultError, vault::Turn};

/// So long the token of a session without a profile works.
pub const ANONYMOUS_LIFE: Duration = Duration::minutes(30);
/// So long a token works that came of a consent.
pub const SCOPED_LIFE: Duration = Duration::minutes(10);
/// So long the token of a service account works: upstream's manager does not fetch another sooner (specification 4.1).
pub const SERVICE_LIFE: Duration = Duration::minutes(30);
/// So long a token is known as one of ours after it stopped working.
const REMEMBERED: Duration = Duration::days(30);

/// The base address of the Core face, `http://127.0.0.1:PORT/core`: `iss` of every token.
pub type Issuer = String;

/// What a token in the tokens' table is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Anonymous,
    Scoped,
    Service,
}

impl Kind {
    pub(super) const ALL: [Self; 3] = [Self::Anonymous, Self::Scoped, Self::Service];

    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Anonymous => "core anonymous",
            Self::Scoped => "core scoped",
            Self::Service => "core service",
        }
    }
}

/// A token that is handed out. It is nowhere else: the vault keeps its digest.
#[derive(Debug)]
pub struct Minted {
    /// The token.
    pub token: SecretValue,
    /// What it opens.
    pub scopes: Vec<Scope>,
    /// When it stops working.
    pub expires_at: OffsetDateTime,
}

/// The claims, in the order in which upstream writes them; `jti` is ours.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Claims {
    pub(super) iss: String,
    pub(super) sub: String,
    pub(super) aud: String,
    pub(super) exp: i64,
    pub(super) iat: i64,
    pub(super) jti: String,
    pub(super) org_id: String,
    pub(super) app_id: String,
    pub(super) session_id: String,
    pub(super) purpose: String,
    pub(super) auth_type: String,
    pub(super) permissions: String,
    pub(super) scope: String,
    pub(super) anonymous: bool,
    pub(super) authenticated: bool,
    pub(super) service: bool,
    pub(super) first_party: bool,
    pub(super) admin: bool,
    pub(super) system: bool,
}

/// What differs from token to token.
pub(super) struct Draft<'d> {
    pub(super) kind: Kind,
    pub(super) issuer: &'d str,
    pub(super) subject: String,
    pub(super) audience: &'d str,
    pub(super) app: String,
    pub(super) session: String,
    pub(super) auth_type: &'d str,
    pub(super) scopes: Vec<Scope>,
    /// The party that it is handed to, as the tokens' table knows it.
    pub(super) party: String,
    pub(super) grant: Option<GrantId>,
    pub(super) expires_at: OffsetDateTime,
}

/// A token of a session without a profile: it opens no data.
pub(crate) fn mint_anonymous(
    turn: &mut Turn<'_>,
    session: &Anonymous,
    code: &str,
    issuer: &str,
) -> Result<Minted, VaultError> {
    let draft = Draft {
        kind: Kind::Anonymous,
        issuer,
        subject: session.id.to_string(),
        audience: code,
        app: session.app.to_string(),
        session: session.session.to_string(),
        auth_type: "anonymous",
        scopes: Vec::new(),
        party: session.id.to_string(),
        grant: None,
        expires_at: turn.now() + ANONYMOUS_LIFE,
    };
    mint(turn, draft)
}

/// Signs a token and keeps its digest.
pub(super) fn mint(turn: &mut Turn<'_>, draft: Draft<'_>) -> Result<Minted, VaultError> {
    let now = turn.now();
    let expires_at = draft.expires_at.replace_nanosecond(0).unwrap_or(draft.expires_at);
    let scopes: Vec<&str> = draft.scopes.iter().map(Scope::as_str).collect();
    let claims = Claims {
        iss: draft.issuer.to_owned(),
        sub: draft.subject,
        aud: draft.audience.to_owned(),
        exp: expires_at.unix_timestamp(),
        iat: now.unix_timestamp(),
        jti: Uuid::new_v4().hyphenated().to_string(),
        org_id: turn.space.info.id.to_string(),
        app_id: draft.app,
        session_id: draft.session,
        purpose: "access".to_owned(),
        auth_type: draft.auth_type.to_owned(),
        permissions: String::new(),
        scope: scopes.join(" "),
        anonymous: draft.kind == Kind::Anonymous,
        authenticated: false,
        service: draft.kind == Kind::Service,
        first_party: false,
        admin: false,
        system: false,
    };
    let token = signed(turn.signer()?, &claims)?;
    let issued = IssuedToken {
        sha256: Sha256::of(token.expose()),
        party_kind: PartyKind::Service,
        party_id: draft.party,
        kind: draft.kind.as_str().to_owned(),
        created_at: now,
        expires_at: Some(expires_at),
        grant: draft.grant,
    };
    turn.space.db.write(|tx| {
        tokens::purge(tx, now - REMEMBERED)?;
        tokens::insert(tx, &issued)
    })?;
    Ok(Minted {
        token,
        scopes: draft.scopes,
        expires_at,
    })
}

/// The claims of a token that this vault handed out.
pub(super) fn claims(token: &str) -> Option<Claims> {
    let payload = token.split('.').nth(1)?;
    serde_json::from_slice(&BASE64.decode(payload).ok()?).ok()
}

fn signed(signer: &Signer, claims: &Claims) -> Result<SecretValue, VaultError> {
    let unsigned = || VaultError::Internal("a token could not be signed");
    let key = public_key(signer.public_key_pem(), Alg::Rs256.as_str())?;
    let header = format!(r#"{{"alg":"{}","kid":"{}","typ":"JWT"}}"#, key.alg(), key.kid());
    let payload = serde_json::to_vec(claims).map_err(|_| unsigned())?;
    let text = format!("{}.{}", BASE64.encode(header), BASE64.encode(payload));
    let signature = signer
        .sign_pkcs1v15_sha256(text.as_bytes())
        .map_err(|_| unsigned())?;
    let token = format!("{text}.{}", BASE64.encode(signature));
    Ok(SecretValue::from(token.as_str()))
}
