//! Opening an app: consent first, then a token for this opening; and closing it.

use openplatform::token::{AppToken, PresentedToken, Revision, TOKEN_BYTES};
use rand::RngCore as _;
use time::Duration;
use vault_store::{
    AppId, PartyKind, Sha256, View,
    apps::{self, App, AppState},
    disclosures, persona, tokens,
    tokens::IssuedToken,
};

use super::admission::{AppInfo, changed, get, info, origin, request};
use crate::{
    SpaceHandle, VaultError,
    disclosure::{self, Asked, Leaf, PartyKey, app_party},
    vault::Turn,
};

/// What the token of an app's opening is for.
const TOKEN_KIND: &str = "openplatform";

/// So long a token is known as one of ours after it stopped working.
const REMEMBERED: Duration = Duration::days(30);

/// An app that was opened.
#[derive(Debug)]
pub struct OpenedApp {
    /// The app.
    pub app: AppInfo,
    /// The token of this opening, for the frame's address. It is nowhere else: the vault keeps its digest.
    pub token: AppToken,
    /// What the app may know has this revision.
    pub revision: Revision,
}

/// Whose token was presented.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenOwner {
    /// No app's: it was never handed out to one.
    Nobody,
    /// It was handed out to this app, and works no more.
    Over(AppId),
    /// The app that is open with it.
    App(AppId),
}

impl SpaceHandle {
    /// Asks for what an app says it needs, before it is opened. An app that is open is not asked about again; for one that is opened
    /// again, an earlier no is forgotten.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`]; [`VaultError::Paused`], [`VaultError::Unseen`] or [`VaultError::Invalid`] when the app must not be opened.
    pub async fn ask_for_app(&self, id: AppId) -> Result<Asked, VaultError> {
        self.write(move |turn| {
            let app = ready(turn, id)?;
            let space = turn.space.info.id;
            if turn.questions.opening(space, id).is_none() {
                let key = PartyKey::of(space, &app_party(id, &app.name));
                turn.questions.forget_answers(&key);
            }
            let request = request(&app, turn.gateway_port())?;
            disclosure::ask(turn, &request)
        })
        .await
    }

    /// Opens an app: makes the token of this opening; the tokens of earlier ones stop working. Called after what
    /// [`SpaceHandle::ask_for_app`] asked is settled, whatever the answer was.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`]; [`VaultError::Paused`], [`VaultError::Unseen`] or [`VaultError::Invalid`] when the app must not be opened.
    pub async fn open_app(&self, id: AppId) -> Result<OpenedApp, VaultError> {
        self.write(move |turn| open(turn, id)).await
    }

    /// An app's window is closed: what was shared for once ends, its questions are withdrawn, its token stops working.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`], or the database could not be written.
    pub async fn app_closed(&self, id: AppId) -> Result<(), VaultError> {
        self.write(move |turn| {
            let app = get(turn, id)?;
            disclosure::close_app(turn, id, &app_party(id, &app.name))?;
            changed(turn);
            Ok(())
        })
        .await
    }

    /// Whose token this is.
    ///
    /// # Errors
    /// The vault is locked, or the database could not be read.
    pub async fn token_owner(&self, presented: &PresentedToken) -> Result<TokenOwner, VaultError> {
        let digest = Sha256::of(presented.token().as_bytes());
        self.write(move |turn| owner(turn, digest)).await
    }

    /// The revision of what an app may know; it changes with every grant, every end of one, and every edit of a shared field.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`].
    pub async fn app_revision(&self, id: AppId) -> Result<Revision, VaultError> {
        self.write(move |turn| {
            disclosure::sweep(turn)?;
            let app = get(turn, id)?;
            revision(turn, &app)
        })
        .await
    }

    /// When an app was last handed something, for its page.
    ///
    /// # Errors
    /// The vault is locked, or the database could not be read.
    pub async fn app_received(&self, id: AppId) -> Result<u64, VaultError> {
        self.read(move |db| {
            Ok(db.read(|view| {
                let filter = disclosures::LogFilter {
                    party: Some((PartyKind::App, id.to_string())),
                    kinds: vec![disclosures::DisclosureKind::Released],
                    ..disclosures::LogFilter::default()
                };
                disclosures::total(view, &filter)
            })?)
        })
        .await
    }
}

/// Whose token this is, with the origin of that app's own pages; none for one that was removed. It takes the same time for a token that
/// works and for one that works no more.
pub(crate) fn token_holder(
    turn: &Turn<'_>,
    digest: Sha256,
) -> Result<(TokenOwner, Option<String>), VaultError> {
    let owner = owner(turn, digest)?;
    let (TokenOwner::App(id) | TokenOwner::Over(id)) = owner else {
        return Ok((owner, None));
    };
    let app = turn.space.db.read(|view| apps::get(view, id))?;
    Ok((owner, app.map(|app| origin(&app, turn.gateway_port()))))
}

fn owner(turn: &Turn<'_>, digest: Sha256) -> Result<TokenOwner, VaultError> {
    let found = turn.space.db.read(|view| tokens::find(view, digest))?;
    let app = found
        .filter(|token| token.party_kind == PartyKind::App)
        .and_then(|token| token.party_id.parse::<AppId>().ok());
    let Some(app) = app else {
        return Ok(TokenOwner::Nobody);
    };
    let open = turn.questions.opening(turn.space.info.id, app) == Some(digest);
    Ok(if open {
        TokenOwner::App(app)
    } else {
        TokenOwner::Over(app)
    })
}

fn ready(turn: &Turn<'_>, id: AppId) -> Result<App, VaultError> {
    let app = get(turn, id)?;
    match app.state {
        AppState::Ready => Ok(app),
        AppState::Review if app.offered.is_empty() => Err(VaultError::Unseen),
        AppState::Review => Err(VaultError::Paused),
        AppState::Blocked => Err(VaultError::Invalid {
            field: "app",
            why: "one that is not blocked",
        }),
    }
}

fn open(turn: &mut Turn<'_>, id: AppId) -> Result<OpenedApp, VaultError> {
    ready(turn, id)?;
    let now = turn.now();
    let mut bytes = zeroize::Zeroizing::new([0_u8; TOKEN_BYTES]);
    rand::rngs::OsRng.fill_bytes(bytes.as_mut_slice());
    let token = AppToken::from_random(&bytes);
    let digest = Sha256::of(token.expose().as_bytes());
    let issued = IssuedToken {
        sha256: digest,
        party_kind: PartyKind::App,
        party_id: id.to_string(),
        kind: TOKEN_KIND.to_owned(),
        created_at: now,
        expires_at: None,
        grant: None,
    };
    turn.space.db.write(|tx| {
        tokens::expire(tx, PartyKind::App, Some(&issued.party_id), now)?;
        tokens::purge(tx, now - REMEMBERED)?;
        tokens::insert(tx, &issued)?;
        apps::opened(tx, id, now)
    })?;
    turn.questions.open(turn.space.info.id, id, digest);
    changed(turn);
    let app = get(turn, id)?;
    Ok(OpenedApp {
        revision: revision(turn, &app)?,
        app: info(turn, &app)?,
        token,
    })
}

/// Five signs of a digest over what decides: the app's own count of changes, and when the shared fields were edited.
pub(super) fn revision(turn: &Turn<'_>, app: &App) -> Result<Revision, VaultError> {
    let party = app_party(app.id, &app.name);
    let shared: Vec<String> = disclosure::standing(turn, &party)?
        .iter()
        .flat_map(|grant| &grant.scopes)
        .filter_map(|scope| match Leaf::of(scope) {
            Some(Leaf::Profile(field)) => Some(field.name().to_owned()),
            _ => None,
        })
        .collect();
    let edited = turn.space.db.read(|view| edited(view, &shared))?;
    let digest = Sha256::of(format!("{} {} {edited}", app.id, app.rev).as_bytes());
    let mut five = [0_u8; 5];
    for (to, from) in five.iter_mut().zip(digest.as_bytes()) {
        *to = *from;
    }
    Ok(Revision::from_random(&five))
}

/// When one of the fields was edited last, in milliseconds since 1970; 0 if none has a value. The number of fields with a value counts
/// too: a field that was cleared has no time of its own.
fn edited(view: &View<'_>, fields: &[String]) -> Result<String, VaultError> {
    let rows = persona::list(view)?;
    let times: Vec<i128> = rows
        .iter()
        .filter(|row| fields.contains(&row.field))
        .map(|row| row.updated_at.unix_timestamp_nanos())
        .collect();
    Ok(format!("{} {}", times.iter().max().unwrap_or(&0), times.len()))
}
