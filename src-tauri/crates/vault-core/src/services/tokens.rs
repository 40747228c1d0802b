//! Tokens of the Core face: JWTs with the claims of specification 8.2, signed with RS256 by the vault's issuer key.
//!
//! Others check them with the vault's public key. The vault itself looks first for the digest that it kept when it handed a token out: what
//! is not the very text that was given is nobody's, whatever signature it bears, and nothing of it is read.

use rokwire::{
    scope::{Scope as WireScope, Scopes},
    token::{Claims, Holder, Kind, Unsigned},
};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;
use vault_crypto::Signer;
use vault_store::{
    AppTypeId, GrantId, PartyKind, Scope, SecretValue, Sha256, core_anonymous::Anonymous, tokens,
    tokens::IssuedToken,
};

use super::issuer::own_key;
use crate::{VaultError, vault::Turn};

/// No token works longer.
pub const LONGEST_LIFE: Duration = Duration::minutes(30);
/// So long a token is known as one of ours after it stopped working.
const REMEMBERED: Duration = Duration::days(30);

/// The base address of the Core face, `http://127.0.0.1:PORT/core`: `iss` of every token.
pub type Issuer = String;

/// What a token in the tokens' table is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kept {
    Anonymous,
    Scoped,
    Service,
}

impl Kept {
    /// The word for a kind of token. There is none for the window's own: it is handed out to nobody.
    fn of(kind: &Kind) -> Result<Self, VaultError> {
        match kind {
            Kind::User { .. } => Err(VaultError::Internal("a token of the window is not handed out")),
            Kind::Anonymous { .. } => Ok(Self::Anonymous),
            Kind::Scoped { .. } => Ok(Self::Scoped),
            Kind::Service { .. } => Ok(Self::Service),
        }
    }

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

/// What differs from token to token.
pub(super) struct Draft<'d> {
    pub(super) issuer: &'d str,
    pub(super) subject: String,
    pub(super) app: String,
    pub(super) session: String,
    pub(super) kind: Kind,
    /// What it opens, as the vault knows it.
    pub(super) scopes: Vec<Scope>,
    /// The party that it is handed to, as the tokens' table knows it.
    pub(super) party: String,
    pub(super) grant: Option<GrantId>,
    /// The build that asked for it, where its application did.
    pub(super) build: Option<AppTypeId>,
    /// The end of what it stands for, where that has one.
    pub(super) until: Option<OffsetDateTime>,
}

/// A token of a session without a profile: it opens no data.
pub(crate) fn mint_anonymous(
    turn: &mut Turn<'_>,
    session: &Anonymous,
    code: &str,
    issuer: &str,
) -> Result<Minted, VaultError> {
    let draft = Draft {
        issuer,
        subject: session.id.to_string(),
        app: session.app.to_string(),
        session: session.session.to_string(),
        kind: Kind::Anonymous {
            audience: code.to_owned(),
        },
        scopes: Vec::new(),
        party: session.id.to_string(),
        grant: None,
        build: Some(session.app_type),
        until: None,
    };
    mint(turn, draft)
}

/// Signs a token and keeps its digest.
pub(super) fn mint(turn: &mut Turn<'_>, draft: Draft<'_>) -> Result<Minted, VaultError> {
    let now = turn.now();
    let holder = Holder {
        subject: draft.subject,
        space: turn.space.info.id.to_string(),
        app: draft.app,
        session: draft.session,
    };
    let kind = Kept::of(&draft.kind)?;
    let id = Uuid::new_v4().hyphenated().to_string();
    let claims = Claims::new(draft.issuer, &id, holder, draft.kind, now, draft.until)
        .map_err(|_| VaultError::Internal("a token could not be written"))?;
    let expires_at = OffsetDateTime::from_unix_timestamp(claims.expires())
        .map_err(|_| VaultError::Internal("a token could not be written"))?;
    let token = signed(turn.signer()?, &claims)?;
    let issued = IssuedToken {
        sha256: Sha256::of(token.expose()),
        party_kind: PartyKind::Service,
        party_id: draft.party,
        kind: kind.as_str().to_owned(),
        created_at: now,
        expires_at: Some(expires_at),
        grant: draft.grant,
        build: draft.build,
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

/// Scopes as the wire has them.
pub(super) fn wire_scopes(scopes: &[Scope]) -> Scopes {
    scopes
        .iter()
        .filter_map(|scope| WireScope::parse(scope.as_str()).ok())
        .collect()
}

pub(super) fn signed(signer: &Signer, claims: &Claims) -> Result<SecretValue, VaultError> {
    let broken = || VaultError::Internal("a token could not be signed");
    let key = own_key(signer.public_key_pem())?;
    let unsigned = Unsigned::new(claims, &key);
    let signature = signer
        .sign_pkcs1v15_sha256(unsigned.signing_input())
        .map_err(|_| broken())?;
    let token = unsigned.signed(&signature).map_err(|_| broken())?;
    Ok(SecretValue::from(token.expose()))
}
