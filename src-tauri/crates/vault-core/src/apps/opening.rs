//! Opening an app: consent first, then a token for this opening; and closing it.

use openplatform::{
    chain::Chain,
    frame::Wire,
    manifest::{Manifest, Protocol, SharedSecrets},
    token::{AppToken, OriginToken, Revision, TOKEN_BYTES},
};
use rand::RngCore as _;
use time::Duration;
use url::Url;
use vault_store::{
    AppId, PartyKind, SecretValue, Sha256, View,
    app_choices::{self, AppChoices},
    app_status::{self, AppStatus},
    apps::{self, App, AppState},
    disclosures,
    grants::Grant,
    persona, tokens,
    tokens::IssuedToken,
};

use super::{
    admission::{AppInfo, changed, get, info, origin, request, stored_manifest},
    messages::looked,
};
use crate::{
    SpaceHandle, VaultError,
    disclosure::{self, Asked, Leaf, Opening, PartyKey, app_party},
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
    /// How the app is spoken to, for the frame's address.
    pub wire: Wire,
}

/// How the server of an app is known, beside the token of an opening.
#[derive(Debug, Clone)]
pub struct AppServer {
    /// Its profile, and the secrets of P5.
    pub wire: Wire,
    /// What its `X-Origin` has to be, where the person set one.
    pub origin: Option<OriginToken>,
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
        self.write(move |turn| open(turn, id, false)).await
    }

    /// The frame of an open app loads again: the same opening with another token; the earlier one stops working. An app whose token was
    /// ended, because it may see less or something that it was told has changed, goes on with it.
    ///
    /// # Errors
    /// See [`SpaceHandle::open_app`].
    pub async fn reopen_app(&self, id: AppId) -> Result<OpenedApp, VaultError> {
        self.write(move |turn| {
            let guest = turn.questions.is_guest(turn.space.info.id, id);
            open(turn, id, guest)
        })
        .await
    }

    /// How the server of an app is known.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`].
    pub async fn app_server(&self, id: AppId) -> Result<AppServer, VaultError> {
        self.read(move |db| {
            let (app, choices) = db.read(|view| {
                let app = apps::get(view, id)?.ok_or(VaultError::NoSuch("app"))?;
                Ok::<_, VaultError>((app, app_choices::get(view, id)?))
            })?;
            Ok(AppServer {
                wire: wire(&app, &stored_manifest(&app)?, &choices),
                origin: choices
                    .origin_token
                    .as_ref()
                    .and_then(secret)
                    .map(OriginToken::new),
            })
        })
        .await
    }

    /// Opens an app as guest: it is told no id, no field and no setting, whatever was shared with it before, and what it keeps or tells is
    /// forgotten. It ends with the window, and what was shared stands again.
    ///
    /// # Errors
    /// Those of [`SpaceHandle::open_app`].
    pub async fn open_app_as_guest(&self, id: AppId) -> Result<OpenedApp, VaultError> {
        self.write(move |turn| open(turn, id, true)).await
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

    /// Whose token this is, in this space alone.
    #[cfg(test)]
    pub(crate) async fn token_owner(
        &self,
        presented: &openplatform::token::PresentedToken,
    ) -> Result<TokenOwner, VaultError> {
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
    let found = found.filter(|token| token.party_kind == PartyKind::App);
    let Some((app, ends)) =
        found.and_then(|token| Some((token.party_id.parse::<AppId>().ok()?, token.expires_at)))
    else {
        return Ok(TokenOwner::Nobody);
    };
    let open = turn.questions.opening(turn.space.info.id, app) == Some(digest);
    // The token of an opening may end before it: the app may see less, or what it was told has changed.
    let ended = ends.is_some_and(|at| at <= turn.now());
    Ok(if open && !ended {
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

fn open(turn: &mut Turn<'_>, id: AppId, guest: bool) -> Result<OpenedApp, VaultError> {
    let app = ready(turn, id)?;
    let now = turn.now();
    let space = turn.space.info.id;
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
        build: None,
    };
    turn.space.db.write(|tx| {
        tokens::expire(tx, PartyKind::App, Some(&issued.party_id), now)?;
        tokens::purge(tx, now - REMEMBERED)?;
        tokens::insert(tx, &issued)?;
        if !guest {
            apps::opened(tx, id, now)?;
        }
        Ok::<_, VaultError>(())
    })?;
    let manifest = stored_manifest(&app)?;
    let old_version = if guest {
        None
    } else {
        looked(turn, id)?;
        old_version(turn, id, &manifest.version)?
    };
    let opening = Opening {
        token: digest,
        guest,
        old_version,
    };
    turn.questions.open(space, id, opening);
    changed(turn);
    let app = get(turn, id)?;
    let choices = turn.space.db.read(|view| app_choices::get(view, id))?;
    Ok(OpenedApp {
        revision: revision(turn, &app)?,
        wire: wire(&app, &manifest, &choices),
        app: info(turn, &app)?,
        token,
    })
}

/// The version that was open before, if it was another one; from here on this one is. What an opening was told holds until it ends.
fn old_version(turn: &Turn<'_>, id: AppId, version: &str) -> Result<Option<String>, VaultError> {
    let told = turn
        .questions
        .opened(turn.space.info.id, id)
        .and_then(|opening| opening.old_version.clone());
    let before = turn.space.db.write(|tx| {
        let status = app_status::get(tx, id)?;
        let before = status.opened_version.clone();
        if before != version {
            let opened_version = version.to_owned();
            app_status::put(
                tx,
                id,
                &AppStatus {
                    opened_version,
                    ..status
                },
            )?;
        }
        Ok::<_, VaultError>(before)
    })?;
    Ok(told.or(Some(before).filter(|before| !before.is_empty() && before != version)))
}

/// How an app is spoken to: as the person chose, else as its manifest says. The secrets of P5 are in the manifest, else in the query of
/// its address, else the person typed them.
pub(super) fn wire(app: &App, manifest: &Manifest, choices: &AppChoices) -> Wire {
    let in_address = Url::parse(&app.manifest_url)
        .map(|mut url| SharedSecrets::take_from(&mut url))
        .unwrap_or_default();
    let typed = |chosen: &Option<SecretValue>| chosen.as_ref().and_then(secret);
    let (request, response) = (typed(&choices.request_secret), typed(&choices.response_secret));
    let first = |one: Option<&str>, other: Option<&str>, typed: Option<String>| {
        one.or(other).map(str::to_owned).or(typed)
    };
    let (stated, asked) = (&manifest.shared_secrets, &in_address);
    let request = first(stated.request(), asked.request(), request);
    let response = first(stated.response(), asked.response(), response);
    let secrets = request.is_some() || response.is_some();
    let (protocol, _) = manifest.opened_as(Protocol::of(&choices.profile), secrets);
    Wire {
        protocol,
        chain: Chain::new(request.as_deref(), response.as_deref()),
    }
}

fn secret(value: &SecretValue) -> Option<String> {
    value
        .expose_str()
        .filter(|text| !text.is_empty())
        .map(str::to_owned)
}

/// Five signs of a digest over what decides: the app's own count of changes, and when the shared fields were edited.
pub(super) fn revision(turn: &Turn<'_>, app: &App) -> Result<Revision, VaultError> {
    revision_by(
        turn,
        app,
        &disclosure::standing(turn, &app_party(app.id, &app.name))?,
    )
}

/// The same by the grants that stand for the app in this very turn.
pub(super) fn revision_by(turn: &Turn<'_>, app: &App, standing: &[Grant]) -> Result<Revision, VaultError> {
    let shared: Vec<String> = standing
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
