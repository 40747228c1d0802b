//! Leaving an application: the person's account with it ends, and its services can learn that for a while, so that they delete theirs too
//! (specification 6.4, 8.3).

use time::{Duration, OffsetDateTime};
use vault_store::{
    AccountId, CoreAppId, core_accounts, core_preferences,
    tombstones::{self},
};

use super::{is_of_app, parties_of_app};
use crate::{
    SpaceHandle, VaultError,
    core_apps::{changed, tombstone},
    disclosure,
    vault::Turn,
};

/// So long services can learn that an account was deleted.
pub const TOMBSTONE_LIFE: Duration = Duration::days(400);
/// The most that an application may say about what has to be kept, in bytes.
const MOST_CONTEXT: usize = 16 * 1024;

/// An account that was deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Departed {
    /// The account.
    pub account: AccountId,
    /// What services may have to keep, JSON as the application wrote it.
    pub context: String,
    /// When.
    pub at: OffsetDateTime,
}

impl SpaceHandle {
    /// Ends the person's account with an application: what its services see is stopped, what it kept for the account is gone, and the next
    /// account is another. `context` is what its services may have to keep, a JSON object.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`] when there is no account; [`VaultError::Invalid`] for a context that is too long.
    pub async fn delete_core_account(&self, app: CoreAppId, context: String) -> Result<(), VaultError> {
        if context.len() > MOST_CONTEXT {
            return Err(super::invalid("context", "at most 16 KiB"));
        }
        self.write(move |turn| delete(turn, app, &context)).await
    }

    /// The accounts of an application that were deleted from a moment on, oldest first.
    ///
    /// # Errors
    /// The vault is locked, or the database could not be written.
    pub async fn departed(&self, app: CoreAppId, from: OffsetDateTime) -> Result<Vec<Departed>, VaultError> {
        self.write(move |turn| {
            let kept_from = turn.now() - TOMBSTONE_LIFE;
            turn.space.db.write(|tx| {
                tombstones::purge(tx, kept_from)?;
                let all = tombstones::since(tx, app, from)?;
                Ok(all
                    .into_iter()
                    .map(|one| Departed {
                        account: one.account,
                        context: one.context,
                        at: one.created_at,
                    })
                    .collect())
            })
        })
        .await
    }
}

fn delete(turn: &mut Turn<'_>, app: CoreAppId, context: &str) -> Result<(), VaultError> {
    let known = turn.space.db.read(|view| core_accounts::of_app(view, app))?;
    known.ok_or(VaultError::NoSuch("account"))?;
    let services =
        |grant: &vault_store::grants::Grant| is_of_app(grant, app) && super::service_of(grant).is_some();
    disclosure::revoke_where(turn, services, "account deleted")?;
    for party in parties_of_app(turn, app)? {
        disclosure::withdraw_questions(turn, &party)?;
    }
    let now = turn.now();
    turn.space.db.write(|tx| {
        let Some(account) = core_accounts::take(tx, app)? else {
            return Ok::<_, VaultError>(());
        };
        core_preferences::delete(tx, app, account.as_uuid())?;
        Ok(tombstones::insert(tx, &tombstone(app, account, context, now))?)
    })?;
    changed(turn);
    Ok(())
}
