//! How an app comes to a token: after the person agreed the browser brings it a code that works once, and the code brings a token of its
//! own. Codes and tokens are kept as digests only.

use base64::Engine as _;
use openplatform::token::PresentedToken;
use sha2::Digest as _;
use time::Duration;
use uuid::Uuid;
use vault_store::{ConsumerId, PartyKind, SecretValue, Sha256, consumers, tokens, tokens::IssuedToken};

use crate::{
    SpaceHandle, VaultError, VaultHandle,
    apps::fresh_token,
    consumers::{get, party},
    disclosure,
    vault::Turn,
};

/// What a code in the tokens' table is called.
const CODE: &str = "gigdata code";
/// What a token in the tokens' table is called.
const BEARER: &str = "gigdata bearer";

/// So long a code works.
const CODE_LIFE: Duration = Duration::minutes(1);

/// So long a token works, at most: it opens nothing once nothing is shared.
const TOKEN_LIFE: Duration = Duration::hours(24);

/// So long a token is known as one of ours after it stopped working.
const REMEMBERED: Duration = Duration::days(30);

/// An app that has a token.
#[derive(Debug)]
pub struct SignedIn {
    /// The token. It is nowhere else: the vault keeps its digest.
    pub token: SecretValue,
    /// After how many seconds it stops working.
    pub expires_in: i64,
    /// The app.
    pub consumer: ConsumerId,
    /// The person's account id as the app sees it.
    pub account: Uuid,
}

/// Whose token was presented.
#[derive(Debug, Clone)]
pub enum ConsumerCaller {
    /// Nobody's: it was never handed out to an app of the Gigdata API.
    Nobody,
    /// One of ours that opens nothing any more: its time is over, or nothing is shared with the app.
    Over {
        /// The origins of the app's pages; none for one that was removed.
        origins: Vec<String>,
    },
    /// An app that something is shared with.
    Consumer {
        /// The space in which it is registered.
        space: SpaceHandle,
        /// The app.
        consumer: ConsumerId,
        /// The origins of its pages.
        origins: Vec<String>,
    },
}

enum Owner {
    Nobody,
    Over(Vec<String>),
    Works(ConsumerId, Vec<String>),
}

impl SpaceHandle {
    /// Makes the code that the browser brings to an app that the person agreed to. With a `challenge` (RFC 7636, `S256`) it is of use only
    /// to whoever has the secret behind it.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`] for an unknown app, or one that nothing is shared with.
    pub async fn consumer_code(
        &self,
        id: ConsumerId,
        challenge: Option<String>,
    ) -> Result<SecretValue, VaultError> {
        self.write(move |turn| {
            if disclosure::standing(turn, &party(&get(turn, id)?))?.is_empty() {
                return Err(VaultError::NoSuch("grant"));
            }
            let code = fresh_token();
            let digest = code_digest(code.expose_str().unwrap_or_default(), challenge.as_deref());
            let now = turn.now();
            turn.space.db.write(|tx| {
                tokens::purge(tx, now - REMEMBERED)?;
                tokens::insert(tx, &issued(digest, id, CODE, now, CODE_LIFE))
            })?;
            Ok(code)
        })
        .await
    }

    async fn redeem(
        &self,
        code: String,
        challenge: Option<String>,
        app: Option<ConsumerId>,
    ) -> Result<Option<SignedIn>, VaultError> {
        self.write(move |turn| redeem(turn, code_digest(&code, challenge.as_deref()), app))
            .await
    }

    async fn consumer_owner(&self, digest: Sha256) -> Result<Owner, VaultError> {
        self.write(move |turn| owner(turn, digest)).await
    }
}

impl VaultHandle {
    /// Exchanges a code for a token. A code works once, for a minute, and for the app alone that it was made for.
    ///
    /// # Errors
    /// The vault is locked, or a database could not be read or written.
    pub async fn redeem_consumer_code(
        &self,
        code: &str,
        verifier: Option<&str>,
        app: Option<ConsumerId>,
    ) -> Result<Option<SignedIn>, VaultError> {
        let challenge = verifier.map(challenge_of);
        for known in self.spaces().await? {
            let space = self.space(known.id).await?;
            let signed_in = space.redeem(code.to_owned(), challenge.clone(), app).await?;
            if signed_in.is_some() {
                return Ok(signed_in);
            }
        }
        Ok(None)
    }

    /// Whose token this is.
    ///
    /// # Errors
    /// The vault is locked, or a database could not be read.
    pub async fn consumer_caller(&self, token: &PresentedToken) -> Result<ConsumerCaller, VaultError> {
        let digest = Sha256::of(token.token().as_bytes());
        let mut best = ConsumerCaller::Nobody;
        for known in self.spaces().await? {
            let space = self.space(known.id).await?;
            match space.consumer_owner(digest).await? {
                Owner::Works(consumer, origins) => {
                    return Ok(ConsumerCaller::Consumer {
                        space,
                        consumer,
                        origins,
                    });
                }
                Owner::Over(origins) => best = ConsumerCaller::Over { origins },
                Owner::Nobody => {}
            }
        }
        Ok(best)
    }
}

fn redeem(
    turn: &mut Turn<'_>,
    digest: Sha256,
    app: Option<ConsumerId>,
) -> Result<Option<SignedIn>, VaultError> {
    let now = turn.now();
    // Taken away whatever comes of it: a code that somebody tried is of no use to anybody else.
    let taken = turn.space.db.write(|tx| {
        let ours = tokens::find(tx, digest)?.is_some_and(|found| found.kind == CODE);
        Ok::<_, VaultError>(if ours { tokens::take(tx, digest)? } else { None })
    })?;
    let consumer = taken
        .filter(|code| code.expires_at.is_some_and(|end| end > now))
        .and_then(|code| code.party_id.parse::<ConsumerId>().ok())
        .filter(|id| app.is_none_or(|app| app == *id));
    let Some(id) = consumer else { return Ok(None) };
    let Some(consumer) = turn.space.db.read(|view| consumers::get(view, id))? else {
        return Ok(None);
    };
    if disclosure::standing(turn, &party(&consumer))?.is_empty() {
        return Ok(None);
    }
    let token = fresh_token();
    let issued = issued(Sha256::of(token.expose()), id, BEARER, now, TOKEN_LIFE);
    turn.space.db.write(|tx| tokens::insert(tx, &issued))?;
    Ok(Some(SignedIn {
        token,
        expires_in: TOKEN_LIFE.whole_seconds(),
        consumer: id,
        account: consumer.account,
    }))
}

fn owner(turn: &mut Turn<'_>, digest: Sha256) -> Result<Owner, VaultError> {
    disclosure::sweep(turn)?;
    let now = turn.now();
    let found = turn.space.db.read(|view| tokens::find(view, digest))?;
    let ours = found.filter(|token| token.party_kind == PartyKind::Consumer && token.kind == BEARER);
    let Some(token) = ours else {
        return Ok(Owner::Nobody);
    };
    let id = token.party_id.parse::<ConsumerId>().ok();
    let consumer = match id {
        Some(id) => turn.space.db.read(|view| consumers::get(view, id))?,
        None => None,
    };
    let Some(consumer) = consumer else {
        return Ok(Owner::Over(Vec::new()));
    };
    let origins = super::origins(&consumer.callback, &consumer.returns);
    let works = token.expires_at.is_some_and(|end| end > now)
        && !disclosure::standing(turn, &party(&consumer))?.is_empty();
    Ok(if works {
        Owner::Works(consumer.id, origins)
    } else {
        Owner::Over(origins)
    })
}

fn issued(
    sha256: Sha256,
    id: ConsumerId,
    kind: &str,
    now: time::OffsetDateTime,
    life: Duration,
) -> IssuedToken {
    IssuedToken {
        sha256,
        party_kind: PartyKind::Consumer,
        party_id: id.to_string(),
        kind: kind.to_owned(),
        created_at: now,
        expires_at: Some(now + life),
        grant: None,
        build: None,
    }
}

/// A code is known by itself together with the challenge that it was asked for with, so that one is never of use without the other.
fn code_digest(code: &str, challenge: Option<&str>) -> Sha256 {
    Sha256::of(format!("{code}.{}", challenge.unwrap_or_default()).as_bytes())
}

fn challenge_of(verifier: &str) -> String {
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(sha2::Sha256::digest(verifier.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_challenge_is_made_as_the_standard_says() {
        // RFC 7636, appendix B.
        assert_eq!(
            challenge_of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        );
    }
}
