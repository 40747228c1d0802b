//! Messages with made-up data, for somebody who builds an app. They hold nothing of the person's: a user of their own each time, made-up work,
//! and of the vault only the app's secret, which the app has to see.

use gigdata::{
    ConnectionState, Notification, PlatformData, RatingRule, ReadOptions, Subject, UserPlatformData,
    compatible, read,
};
use url::Url;
use uuid::Uuid;
use vault_store::{ConsumerId, DeliveryId};

use super::{Outgoing, agreed, written};
use crate::{
    SpaceHandle, VaultError,
    consumers::{Claim, get, platform_guid},
    vault::Turn,
};

/// Made-up work in the form in which platforms answer.
const WORK: &[u8] = include_bytes!("trial.json");
/// What the made-up platform is called.
const PLATFORM: &str = "made-up";

/// What a made-up message says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trial {
    /// That the person agreed: the call of `spec/gigdata.md` 2.5.
    Agreed,
    /// That the person was sent to the platform to agree there.
    AwaitingSignIn,
    /// That the person was sent a mail to show that the address is theirs.
    AwaitingEmail,
    /// That there is a connection, and no data yet.
    Connected,
    /// Data, as much as the claim opens.
    Data(Claim),
    /// That the connection has ended.
    Removed,
}

impl Trial {
    /// All of them, in the order of a connection's life.
    pub const ALL: [Self; 7] = [
        Self::AwaitingSignIn,
        Self::AwaitingEmail,
        Self::Agreed,
        Self::Connected,
        Self::Data(Claim::Aggregated),
        Self::Data(Claim::Full),
        Self::Removed,
    ];
}

impl SpaceHandle {
    /// A message with made-up data for a registered app, signed as the real ones are. It is sent to nobody by this.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`].
    pub async fn trial_delivery(&self, app: ConsumerId, trial: Trial) -> Result<Outgoing, VaultError> {
        self.write(move |turn| make(turn, app, trial)).await
    }
}

fn make(turn: &Turn<'_>, app: ConsumerId, trial: Trial) -> Result<Outgoing, VaultError> {
    let consumer = get(turn, app)?;
    let mut url = Url::parse(&consumer.callback).map_err(|_| VaultError::NoSuch("address"))?;
    let somebody = Uuid::new_v4();
    let subject = Subject {
        platform_id: platform_guid(PLATFORM),
        platform_name: "Made-up platform".to_owned(),
        user_id: somebody,
        app_secret: consumer.secret.expose_str().unwrap_or_default().to_owned(),
        updated: turn.now().unix_timestamp(),
    };
    let state = match trial {
        Trial::Agreed => None,
        Trial::AwaitingSignIn => Some(ConnectionState::AwaitingOAuthAuthentication),
        Trial::AwaitingEmail => Some(ConnectionState::AwaitingEmailVerification),
        Trial::Connected => Some(ConnectionState::Connected),
        Trial::Data(_) => Some(ConnectionState::Synced),
        Trial::Removed => Some(ConnectionState::Removed),
    };
    let data = match trial {
        Trial::Data(claim) => Some(data(claim)?),
        Trial::Agreed | Trial::AwaitingSignIn | Trial::AwaitingEmail | Trial::Connected | Trial::Removed => {
            None
        }
    };
    let body = match state {
        Some(state) => Some(written(&Notification::new(subject, state, data))?),
        None => {
            agreed(&mut url, &somebody, "made-up-request");
            None
        }
    };
    Ok(Outgoing {
        id: DeliveryId::new(),
        url,
        loopback: consumer.loopback,
        body,
        secret: consumer.secret,
        at: turn.now(),
        disclosure: None,
    })
}

fn data(claim: Claim) -> Result<PlatformData, VaultError> {
    let work: UserPlatformData = read(WORK, &ReadOptions::default())
        .map_err(|_| VaultError::Internal("made-up work could not be read"))?;
    let (figures, details) = compatible(&work, &RatingRule::default(), PLATFORM);
    let details = match claim {
        Claim::Aggregated => None,
        Claim::Full => Some(details),
    };
    Ok(PlatformData::new(figures, details))
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn made_up_work_becomes_a_message_of_either_claim() {
        let value = |claim| serde_json::to_value(data(claim).unwrap()).unwrap();
        let (less, all) = (value(Claim::Aggregated), value(Claim::Full));
        assert_eq!(
            (&less["numberOfGigs"], &less["numberOfRatings"]),
            (&2.into(), &3.into())
        );
        assert_eq!(
            (&less["reviews"], &less["achievements"]),
            (&Value::Null, &Value::Null)
        );
        assert_eq!(all["reviews"][0]["reviewHeading"], "As agreed");
        assert_eq!(all["achievements"][0]["name"], "Made-up badge");
    }
}
