//! Going through what is shared: once a month the person is shown what nobody used for long, and what has no end.

use serde_json::Value;
use time::{Duration, OffsetDateTime, format_description::well_known::Rfc3339};
use vault_store::{
    grants::{self, Grant, GrantDuration},
    settings,
};

use super::{ending::sweep, grants::GrantView};
use crate::{SpaceHandle, VaultError};

/// A grant that was not used for so long is one that may not be needed.
const UNUSED: Duration = Duration::days(90);

/// So often the person is reminded, and a grant without end is shown again.
const MONTH: Duration = Duration::days(30);

/// The key under which a space keeps when the person went through its grants.
const REVIEWED: &str = "grants.reviewed_at";

/// Why a grant deserves a look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attention {
    /// Nobody used it for so many days.
    Unused(i64),
    /// It stands until the person stops it, for more than a month.
    Endless,
}

impl GrantView {
    /// Why it deserves a look at `now`; `None` for one that does not.
    #[must_use]
    pub fn attention(&self, now: OffsetDateTime) -> Option<Attention> {
        attention(&self.grant, now)
    }
}

fn attention(grant: &Grant, now: OffsetDateTime) -> Option<Attention> {
    let idle = now - grant.last_used_at.unwrap_or(grant.created_at);
    if idle >= UNUSED {
        return Some(Attention::Unused(idle.whole_days()));
    }
    let endless = grant.duration == GrantDuration::UntilStopped && now - grant.created_at >= MONTH;
    endless.then_some(Attention::Endless)
}

impl SpaceHandle {
    /// The grants that the person should look at now: none for a month after [`SpaceHandle::grants_reviewed`].
    ///
    /// # Errors
    /// The vault is locked, or the database could not be read or written.
    pub async fn grants_to_review(&self) -> Result<Vec<GrantView>, VaultError> {
        self.write(|turn| {
            sweep(turn)?;
            let now = turn.now();
            turn.space.db.read(|view| {
                let reviewed = settings::get(view, REVIEWED)?
                    .as_ref()
                    .and_then(Value::as_str)
                    .and_then(|text| OffsetDateTime::parse(text, &Rfc3339).ok());
                if reviewed.is_some_and(|at| now - at < MONTH) {
                    return Ok(Vec::new());
                }
                grants::live(view, now)?
                    .into_iter()
                    .filter(|grant| attention(grant, now).is_some())
                    .map(|grant| GrantView::of(view, grant))
                    .collect()
            })
        })
        .await
    }

    /// The person has gone through what is shared; the next reminder comes in a month.
    ///
    /// # Errors
    /// The vault is locked, or the database could not be written.
    pub async fn grants_reviewed(&self) -> Result<(), VaultError> {
        self.write(|turn| {
            let now = turn.now();
            let text = now
                .format(&Rfc3339)
                .map_err(|_| VaultError::Internal("a time could not be written"))?;
            turn.space
                .db
                .write(|tx| settings::set(tx, REVIEWED, &Value::String(text)).map_err(VaultError::from))?;
            turn.tell(crate::VaultEvent::Logged {
                space: turn.space.info.id,
            });
            Ok(())
        })
        .await
    }
}
