//! Using an application without a profile: sessions that begin with an API key and go on with their refresh token alone (specification
//! 6.3, 8.3). Whoever brings somebody else's anonymous id is somebody new.

use time::{Duration, OffsetDateTime};
use vault_store::{
    AnonymousId, CoreAppId, PartyKind, SecretValue, Sha256, Tx,
    core_anonymous::{self, Anonymous},
    core_apps, core_installations,
    core_installations::SessionPolicy,
    core_preferences, tokens,
};

use super::{builds::ways, fresh_secret, keys::KeyHolder};
use crate::{
    SpaceHandle, VaultError, VaultHandle,
    services::{self, Minted},
    vault::Turn,
};

/// So many sessions of one application may be open, whatever its policy says; one more ends the oldest.
const MOST_SESSIONS: usize = 256;

/// What an application logs in with.
#[derive(Debug, Clone)]
pub struct Login {
    /// Who it is, by its API key and build.
    pub holder: KeyHolder,
    /// The space that it names; it must be the key's.
    pub org_id: String,
}

/// Why a login is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoginFault {
    /// No such build of the application, or another space than the key's.
    Unknown,
    /// The application, or this build of it, may not be used without a profile here.
    NotAllowed,
}

/// Why a refresh is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefreshFault {
    /// Not a token of a session that is open, not with the key of its application, or of a build that may not be used so any more.
    Unknown,
    /// The session is over: by its policy, or because a token came that was replaced before.
    Over,
}

/// A session with fresh tokens.
#[derive(Debug)]
pub struct SignedIn {
    /// The access token.
    pub token: Minted,
    /// The refresh token. It is nowhere else.
    pub refresh: SecretValue,
    /// Who uses the application, as far as anybody knows.
    pub anonymous: AnonymousId,
}

impl SpaceHandle {
    /// Begins a session without a profile. `issuer` is the base address of the Core face.
    ///
    /// # Errors
    /// The vault is locked, or the database could not be read or written.
    pub async fn core_login(
        &self,
        login: Login,
        issuer: String,
    ) -> Result<Result<SignedIn, LoginFault>, VaultError> {
        self.write(move |turn| begin(turn, &login, &issuer)).await
    }

    /// Ends a session, or every session of this user of the application.
    ///
    /// # Errors
    /// The vault is locked, or the database could not be written.
    pub async fn core_logout(&self, id: AnonymousId) -> Result<(), VaultError> {
        self.write(move |turn| {
            let now = turn.now();
            turn.space.db.write(|tx| end_session(tx, id, now))
        })
        .await
    }
}

impl VaultHandle {
    /// Goes on with a session: a fresh access token, and a refresh token in place of the presented one.
    ///
    /// # Errors
    /// The vault is locked, or the database could not be read or written.
    pub async fn core_refresh(
        &self,
        holder: KeyHolder,
        refresh: String,
        issuer: String,
    ) -> Result<Result<SignedIn, RefreshFault>, VaultError> {
        let digest = Sha256::of(refresh.as_bytes());
        holder
            .space
            .write(move |turn| go_on(turn, holder.app.id, digest, &issuer))
            .await
    }
}

fn begin(
    turn: &mut Turn<'_>,
    login: &Login,
    issuer: &str,
) -> Result<Result<SignedIn, LoginFault>, VaultError> {
    let Some(build) = &login.holder.build else {
        return Ok(Err(LoginFault::Unknown));
    };
    if login.org_id != turn.space.info.id.to_string() {
        return Ok(Err(LoginFault::Unknown));
    }
    let app = login.holder.app.id;
    let installation = turn.space.db.read(|view| {
        let allowed = ways(view, app, build.id)?.anonymous;
        Ok::<_, VaultError>(core_installations::get(view, app)?.filter(|_| allowed))
    })?;
    let Some(installation) = installation else {
        return Ok(Err(LoginFault::NotAllowed));
    };
    let now = turn.now();
    let session = Anonymous {
        id: AnonymousId::new(),
        session: AnonymousId::new(),
        app,
        app_type: build.id,
        created_at: now,
        refreshed_at: now,
        ended_at: None,
    };
    turn.space.db.write(|tx| {
        make_room(tx, app, installation.sessions, now)?;
        Ok::<_, VaultError>(core_anonymous::insert(tx, &session)?)
    })?;
    signed_in(turn, &session, issuer).map(Ok)
}

fn go_on(
    turn: &mut Turn<'_>,
    app: CoreAppId,
    digest: Sha256,
    issuer: &str,
) -> Result<Result<SignedIn, RefreshFault>, VaultError> {
    let now = turn.now();
    let found = turn.space.db.read(|view| {
        let Some(token) = core_anonymous::find_token(view, digest)? else {
            return Ok(None);
        };
        let session = core_anonymous::get(view, token.anonymous)?
            .filter(|session| session.app == app && session.ended_at.is_none());
        let Some(session) = session else { return Ok(None) };
        if !ways(view, app, session.app_type)?.anonymous {
            return Ok(None);
        }
        let policy = core_installations::get(view, app)?.map(|one| one.sessions);
        let later = core_anonymous::replaced_since(view, &token)?;
        Ok::<_, VaultError>(Some((token, session, policy.unwrap_or_default(), later)))
    })?;
    let Some((token, session, policy, later)) = found else {
        return Ok(Err(RefreshFault::Unknown));
    };
    let grace = Duration::seconds(i64::try_from(policy.grace_seconds).unwrap_or(0));
    let in_grace = later == 1 && token.replaced_at.is_some_and(|at| now >= at && now - at < grace);
    // A token that was replaced is in two hands: whoever came by it second, the session is not safe any more.
    if is_over(&session, policy, now) || !(later == 0 || in_grace) {
        turn.space.db.write(|tx| end_session(tx, session.id, now))?;
        return Ok(Err(RefreshFault::Over));
    }
    signed_in(turn, &session, issuer).map(Ok)
}

/// Whether a session is over by its policy. Without any limit none is.
pub(crate) fn is_over(session: &Anonymous, policy: SessionPolicy, now: OffsetDateTime) -> bool {
    let minutes = |limit: u64| Duration::minutes(i64::try_from(limit).unwrap_or(i64::MAX / 60));
    let beyond =
        |limit: Option<u64>, since: OffsetDateTime| limit.is_some_and(|limit| now - since >= minutes(limit));
    let year_over = policy
        .yearly
        .and_then(|moment| moment.last(now))
        .is_some_and(|last| session.created_at < last);
    year_over
        || beyond(policy.idle_minutes, session.refreshed_at)
        || beyond(policy.login_minutes, session.created_at)
}

fn signed_in(turn: &mut Turn<'_>, session: &Anonymous, issuer: &str) -> Result<SignedIn, VaultError> {
    let code = turn
        .space
        .db
        .read(|view| core_apps::get(view, session.app))?
        .ok_or(VaultError::NoSuch("app"))?
        .code;
    let token = services::mint_anonymous(turn, session, &code, issuer)?;
    let (refresh, now) = (fresh_secret(), turn.now());
    let digest = Sha256::of(refresh.expose());
    turn.space
        .db
        .write(|tx| core_anonymous::put_token(tx, session.id, digest, now))?;
    Ok(SignedIn {
        token,
        refresh,
        anonymous: session.id,
    })
}

/// Ends the oldest sessions, so that one more is within the policy.
fn make_room(
    tx: &Tx<'_>,
    app: CoreAppId,
    policy: SessionPolicy,
    now: OffsetDateTime,
) -> Result<(), VaultError> {
    let open = core_anonymous::open_of_app(tx, app)?;
    let most = usize::try_from(policy.most)
        .ok()
        .filter(|most| *most > 0)
        .map_or(MOST_SESSIONS, |most| most.min(MOST_SESSIONS));
    let beyond = (open.len() + 1).saturating_sub(most);
    let (over, live): (Vec<_>, Vec<_>) = open
        .into_iter()
        .partition(|session| is_over(session, policy, now));
    let oldest = live.into_iter().take(beyond.saturating_sub(over.len()));
    for session in over.into_iter().chain(oldest) {
        end_session(tx, session.id, now)?;
    }
    Ok(())
}

/// Ends a session with its tokens, and forgets what was kept for its user: nobody can come back to it.
pub(super) fn end_session(tx: &Tx<'_>, id: AnonymousId, now: OffsetDateTime) -> Result<(), VaultError> {
    if let Some(session) = core_anonymous::get(tx, id)? {
        core_preferences::delete(tx, session.app, id.as_uuid())?;
    }
    tokens::expire(tx, PartyKind::Service, Some(&id.to_string()), now)?;
    core_anonymous::end(tx, id, now)?;
    Ok(())
}
