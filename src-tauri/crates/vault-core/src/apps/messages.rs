//! What apps tell the person: notifications and badges.

use time::OffsetDateTime;
use vault_store::{
    AppId, MessageId, View, app_choices, app_messages, app_messages::AppMessage, app_status,
    app_status::AppStatus, apps,
};

use super::admission::{changed, get};
use crate::{
    SpaceHandle, VaultError, VaultEvent,
    disclosure::{self, Leaf, app_party},
    settings::{Setting, chosen},
    vault::Turn,
};

/// Unread notifications of an app, at most; further ones are taken and not kept (specification of OpenPlatform, 5.7).
pub const MOST_UNREAD: u64 = 15;
/// The longest body, and the longest data, in characters (5.7).
pub const LONGEST_MESSAGE: usize = 1000;
/// Notifications of an app that are kept, at most.
const MOST_KEPT: u32 = 100;

/// What an app tells.
#[derive(Clone, PartialEq, Eq)]
pub struct NewMessage {
    /// OpenPlatform `type`: 0 tells, 1 tells of a success, 2 warns; anything else is taken for 0.
    pub kind: u8,
    /// The text, Markdown; cut at [`LONGEST_MESSAGE`].
    pub body: String,
    /// What the app gets back when the person follows it; cut at [`LONGEST_MESSAGE`].
    pub data: String,
}

/// What became of a notification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// It is kept, and shown where the person wants that.
    Kept(MessageId),
    /// The app has too many unread ones: it was taken, and not kept.
    Dropped,
    /// The person did not allow this app to notify.
    NotAllowed,
    /// The person wants no notifications, in general.
    Off,
    /// The person wants none of this app.
    Muted,
}

/// What an app has told since the person looked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AppCounts {
    /// Notifications that were not read.
    pub unread: u64,
    /// Badges.
    pub badges: u32,
}

impl SpaceHandle {
    /// Takes a notification of an app.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`]; [`VaultError::Invalid`] for one without text.
    pub async fn notify(&self, id: AppId, new: NewMessage) -> Result<Told, VaultError> {
        self.write(move |turn| notify(turn, id, &new)).await
    }

    /// Adds one to an app's badge; whether the person sees it. One that may not notify has no badge.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`].
    pub async fn badge(&self, id: AppId) -> Result<bool, VaultError> {
        self.write(move |turn| {
            if refusal(turn, id)?.is_some() {
                return Ok(false);
            }
            turn.space.db.write(|tx| {
                let status = app_status::get(tx, id)?;
                let badges = status.badges.saturating_add(1);
                app_status::put(tx, id, &AppStatus { badges, ..status })
            })?;
            changed(turn);
            Ok(true)
        })
        .await
    }

    /// The notifications of an app that are kept, newest first.
    ///
    /// # Errors
    /// The vault is locked, or the database could not be read.
    pub async fn app_messages(&self, id: AppId) -> Result<Vec<AppMessage>, VaultError> {
        self.read(move |db| Ok(db.read(|view| app_messages::list(view, Some(id), MOST_KEPT))?))
            .await
    }

    /// What an app has told since the person looked.
    ///
    /// # Errors
    /// The vault is locked, or the database could not be read.
    pub async fn app_counts(&self, id: AppId) -> Result<AppCounts, VaultError> {
        self.read(move |db| Ok(db.read(|view| counts(view, id))?)).await
    }

    /// The person has looked: the app was opened, or its messages were. Its counts are 0.
    ///
    /// # Errors
    /// The vault is locked, or the database could not be written.
    pub async fn read_app_messages(&self, id: AppId) -> Result<(), VaultError> {
        self.write(move |turn| {
            if looked(turn, id)? {
                changed(turn);
            }
            Ok(())
        })
        .await
    }

    /// Forgets the notifications of an app.
    ///
    /// # Errors
    /// The vault is locked, or the database could not be written.
    pub async fn forget_app_messages(&self, id: AppId) -> Result<(), VaultError> {
        self.write(move |turn| {
            turn.space.db.write(|tx| app_messages::clear(tx, id))?;
            changed(turn);
            Ok(())
        })
        .await
    }
}

/// What an app has told since the person looked.
pub(crate) fn counts(view: &View<'_>, id: AppId) -> Result<AppCounts, vault_store::StoreError> {
    Ok(AppCounts {
        unread: app_messages::unread(view, id)?,
        badges: app_status::get(view, id)?.badges,
    })
}

/// Sets the counts of an app to 0; whether one was not.
pub(crate) fn looked(turn: &Turn<'_>, id: AppId) -> Result<bool, VaultError> {
    let now = turn.now();
    let before = turn.space.db.write(|tx| {
        let before = counts(tx, id)?;
        if before.unread > 0 {
            app_messages::read_all(tx, id, now)?;
        }
        if before.badges > 0 {
            let status = app_status::get(tx, id)?;
            app_status::put(tx, id, &AppStatus { badges: 0, ..status })?;
        }
        Ok::<_, VaultError>(before)
    })?;
    Ok(before != AppCounts::default())
}

fn notify(turn: &mut Turn<'_>, id: AppId, new: &NewMessage) -> Result<Told, VaultError> {
    if new.body.trim().is_empty() {
        return Err(VaultError::Invalid {
            field: "body",
            why: "a text",
        });
    }
    if let Some(refusal) = refusal(turn, id)? {
        return Ok(refusal);
    }
    let message = message(id, new, turn.now());
    let kept = turn.space.db.write(|tx| {
        if app_messages::unread(tx, id)? >= MOST_UNREAD {
            return Ok::<_, VaultError>(false);
        }
        app_messages::insert(tx, &message)?;
        app_messages::keep_newest(tx, id, MOST_KEPT)?;
        Ok(true)
    })?;
    if !kept {
        return Ok(Told::Dropped);
    }
    turn.tell(VaultEvent::AppNotified {
        space: turn.space.info.id,
        app: id,
        message: message.id,
    });
    changed(turn);
    Ok(Told::Kept(message.id))
}

fn message(app: AppId, new: &NewMessage, now: OffsetDateTime) -> AppMessage {
    let cut = |text: &str| text.chars().take(LONGEST_MESSAGE).collect();
    AppMessage {
        id: MessageId::new(),
        app,
        kind: if new.kind <= 2 { new.kind } else { 0 },
        body: cut(&new.body),
        data: cut(&new.data),
        created_at: now,
        read_at: None,
    }
}

/// Why an app may not tell anything now; `None` when it may.
fn refusal(turn: &mut Turn<'_>, id: AppId) -> Result<Option<Told>, VaultError> {
    disclosure::sweep(turn)?;
    let app = get(turn, id)?;
    let may = disclosure::standing(turn, &app_party(id, &app.name))?
        .iter()
        .flat_map(|grant| &grant.scopes)
        .any(|scope| Leaf::of(scope) == Some(Leaf::Notifications));
    if !may || app.state != apps::AppState::Ready {
        return Ok(Some(Told::NotAllowed));
    }
    if chosen(turn, Setting::Notifications)? != "true" {
        return Ok(Some(Told::Off));
    }
    let choices = turn.space.db.read(|view| app_choices::get(view, id))?;
    Ok((!choices.notifications).then_some(Told::Muted))
}
