//! When the descriptions of hosted apps are looked at again, and what is known of an app between two looks.

use time::{Duration, OffsetDateTime};
use vault_store::{
    AppId, app_status,
    app_status::AppStatus,
    apps::{self, AppKind, AppState},
};

use super::admission::{changed, get};
use crate::{SpaceHandle, VaultError};

/// How long a description is taken for what it was, as upstream does (specification of OpenPlatform, 1.3).
pub const RENEWED_AFTER: Duration = Duration::minutes(10);
/// The largest icon that is kept, in bytes.
pub const LARGEST_ICON: usize = 256 * 1024;

impl SpaceHandle {
    /// What is known of an app between two looks at its description.
    ///
    /// # Errors
    /// The vault is locked, or the database could not be read.
    pub async fn app_status(&self, id: AppId) -> Result<AppStatus, VaultError> {
        self.read(move |db| Ok(db.read(|view| app_status::get(view, id))?))
            .await
    }

    /// The hosted apps whose description has not been looked at for [`RENEWED_AFTER`], the longest waiting first. One that the person
    /// blocked, or has not looked at, is left alone.
    ///
    /// # Errors
    /// The vault is locked, or the database could not be read.
    pub async fn apps_to_renew(&self) -> Result<Vec<AppId>, VaultError> {
        self.write(|turn| {
            let now = turn.now();
            let mut due = turn.space.db.read(|view| {
                let mut due = Vec::new();
                for app in apps::list(view)? {
                    let looked_at = app.state == AppState::Ready
                        || (app.state == AppState::Review && !app.offered.is_empty());
                    if app.kind != AppKind::Hosted || !looked_at {
                        continue;
                    }
                    let last = app_status::get(view, app.id)?.refreshed_at;
                    if is_due(last, now) {
                        due.push((last, app.id));
                    }
                }
                Ok::<_, VaultError>(due)
            })?;
            due.sort();
            Ok(due.into_iter().map(|(_, id)| id).collect())
        })
        .await
    }

    /// Notes that an app's description was looked for, and whether its server answered. The time since when it has not is that of the
    /// first look in vain.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`].
    pub async fn app_looked_for(&self, id: AppId, answered: bool) -> Result<(), VaultError> {
        self.write(move |turn| {
            get(turn, id)?;
            let now = turn.now();
            let turned = turn.space.db.write(|tx| {
                let before = app_status::get(tx, id)?;
                let offline_since = if answered {
                    None
                } else {
                    before.offline_since.or(Some(now))
                };
                let turned = offline_since.is_some() != before.offline_since.is_some();
                let status = AppStatus {
                    refreshed_at: Some(now),
                    offline_since,
                    ..before
                };
                app_status::put(tx, id, &status)?;
                Ok::<_, VaultError>(turned)
            })?;
            if turned {
                changed(turn);
            }
            Ok(())
        })
        .await
    }

    /// Keeps the icon of an app: what it was made of, and the picture, where it could be made.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`]; [`VaultError::Invalid`] for one larger than [`LARGEST_ICON`].
    pub async fn set_app_icon(
        &self,
        id: AppId,
        made_of: String,
        icon: Option<Vec<u8>>,
    ) -> Result<(), VaultError> {
        if icon.as_ref().is_some_and(|icon| icon.len() > LARGEST_ICON) {
            return Err(VaultError::Invalid {
                field: "icon",
                why: "at most 256 KiB",
            });
        }
        self.write(move |turn| {
            get(turn, id)?;
            let turned = turn.space.db.write(|tx| {
                let before = app_status::get(tx, id)?;
                let turned = before.icon != icon;
                let status = AppStatus {
                    icon_of: made_of,
                    icon,
                    ..before
                };
                app_status::put(tx, id, &status)?;
                Ok::<_, VaultError>(turned)
            })?;
            if turned {
                changed(turn);
            }
            Ok(())
        })
        .await
    }
}

/// A clock that was set back makes an app due, and not wait for ever.
fn is_due(last: Option<OffsetDateTime>, now: OffsetDateTime) -> bool {
    last.is_none_or(|last| last > now || now - last >= RENEWED_AFTER)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_holds_for_ten_minutes() {
        let now = OffsetDateTime::UNIX_EPOCH + Duration::days(20_000);
        for (last, due) in [
            (None, true),
            (Some(now), false),
            (Some(now - Duration::seconds(599)), false),
            (Some(now - Duration::minutes(10)), true),
            (Some(now + Duration::hours(1)), true),
        ] {
            assert_eq!(is_due(last, now), due, "{last:?}");
        }
    }
}
