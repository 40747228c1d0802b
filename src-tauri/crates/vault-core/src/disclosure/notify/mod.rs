//! Messages to consumer apps: computed when they are sent, under the grant that stands then (spec 6.1), logged in the transaction that hands
//! them out, and kept in the queue until the app took them.

mod data;
mod ending;
mod trial;

use std::collections::BTreeMap;

use gigdata::{ConnectionState, Notification, Subject};
use time::{Duration, OffsetDateTime};
use url::Url;
use uuid::Uuid;
use vault_store::{
    DeliveryId, DisclosureId, Scope, SecretValue,
    consumers::{self, Consumer},
    deliveries::{self, Delivery, DeliveryKind},
};

pub use ending::DeliveryEnd;
pub use trial::Trial;

use super::{
    consumers::{CONSUMER_FACE, leaves, of_platform, shared},
    ending::sweep,
    policy::{Approved, Need, approve_from},
    release::{Prepared, release},
};
use crate::{
    SpaceHandle, VaultError,
    consumers::{Claim, party, platform_guid},
    vault::Turn,
};

/// So long a try may take; one that is not ended by then was interrupted and is tried again.
const LEASE: Duration = Duration::minutes(2);

/// A message as it is to be sent now.
pub struct Outgoing {
    /// Its identifier, the same at each try.
    pub id: DeliveryId,
    /// Where to.
    pub url: Url,
    /// Whether the person chose that the app may be a program on this computer.
    pub loopback: bool,
    /// The body of a POST; none for the call that says that the person agreed, which is a GET.
    pub body: Option<Vec<u8>>,
    /// The secret that signs it.
    pub secret: SecretValue,
    /// When it was made.
    pub at: OffsetDateTime,
    /// The log entry, where data leaves.
    pub disclosure: Option<DisclosureId>,
}

impl std::fmt::Debug for Outgoing {
    /// Neither the address nor what is in it.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Outgoing")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

impl SpaceHandle {
    /// The message that is due first, made now; none when nothing is due. The caller says with [`SpaceHandle::delivery_ended`] what became of
    /// it; one of which nothing is said for two minutes is due again.
    ///
    /// # Errors
    /// The vault is locked, or the database could not be read or written.
    pub async fn next_delivery(&self) -> Result<Option<Outgoing>, VaultError> {
        self.write(|turn| {
            sweep(turn)?;
            // What says nothing any more is passed over.
            while let Some(claimed) = claim(turn)? {
                if let Some(outgoing) = make(turn, &claimed)? {
                    return Ok(Some(outgoing));
                }
                turn.space.db.write(|tx| deliveries::delete(tx, claimed.id))?;
            }
            Ok(None)
        })
        .await
    }

    /// When the next message is due; none when nothing waits.
    ///
    /// # Errors
    /// The vault is locked, or the database could not be read.
    pub async fn next_delivery_at(&self) -> Result<Option<OffsetDateTime>, VaultError> {
        Ok(self.deliveries().await?.first().map(|first| first.due_at))
    }
}

/// Takes what is due first for a try. An earlier one that says the same is taken over: the newer tells what is true now.
fn claim(turn: &mut Turn<'_>) -> Result<Option<Delivery>, VaultError> {
    let now = turn.now();
    turn.space.db.write(|tx| {
        let Some(due) = deliveries::due(tx, now)? else {
            return Ok(None);
        };
        let same = |other: &Delivery| {
            other.consumer == due.consumer && other.kind == due.kind && other.subject == due.subject
        };
        for other in deliveries::list(tx)?
            .iter()
            .filter(|other| same(other) && other.id != due.id)
        {
            deliveries::delete(tx, other.id)?;
        }
        deliveries::postpone(tx, due.id, due.tries.saturating_add(1), now + LEASE)?;
        Ok(Some(due))
    })
}

fn make(turn: &mut Turn<'_>, delivery: &Delivery) -> Result<Option<Outgoing>, VaultError> {
    let found = turn
        .space
        .db
        .read(|view| consumers::get(view, delivery.consumer))?;
    let Some(consumer) = found else { return Ok(None) };
    let Ok(mut url) = Url::parse(&consumer.callback) else {
        return Ok(None);
    };
    let (body, disclosure) = match delivery.kind {
        DeliveryKind::Agreed => {
            if shared(turn, &consumer)?.is_empty() && super::standing(turn, &party(&consumer))?.is_empty() {
                return Ok(None);
            }
            agreed(&mut url, &consumer.account, &delivery.subject);
            (None, None)
        }
        DeliveryKind::Update => {
            let (body, disclosure) = update(turn, &consumer, delivery)?;
            (Some(body), disclosure)
        }
        DeliveryKind::AwaitingOauth | DeliveryKind::AwaitingEmail => {
            match awaiting(turn, &consumer, delivery)? {
                Some(body) => (Some(body), None),
                None => return Ok(None),
            }
        }
    };
    Ok(Some(Outgoing {
        id: delivery.id,
        url,
        loopback: consumer.loopback,
        body,
        secret: consumer.secret,
        at: turn.now(),
        disclosure,
    }))
}

/// The query of the call that says that the person agreed (spec 2.5).
fn agreed(url: &mut Url, account: &Uuid, request: &str) {
    let mut query = url.query_pairs_mut();
    query.append_pair("openplatformsuserid", &account.hyphenated().to_string());
    if !request.is_empty() {
        query.append_pair("requestid", request);
    }
    query.append_pair("result", "completed");
}

/// How a platform stands for an app now. Without a grant that is `Removed`, whatever was meant when it was queued.
fn update(
    turn: &mut Turn<'_>,
    consumer: &Consumer,
    delivery: &Delivery,
) -> Result<(Vec<u8>, Option<DisclosureId>), VaultError> {
    let platform = delivery.subject.as_str();
    let connections = of_platform(turn, platform_guid(platform))?;
    let subject = subject(turn, consumer, delivery);
    let ids: Vec<_> = connections.iter().map(|one| one.id).collect();
    let wanted: Result<Vec<Scope>, VaultError> = leaves(Claim::Full).iter().map(super::Leaf::scope).collect();
    let party = party(consumer);
    let approved = approve_from(turn, &party, CONSUMER_FACE, &wanted?, Need::Any, Some(&ids))?;
    let Some(approved) = approved else {
        return Ok((
            written(&Notification::new(subject, ConnectionState::Removed, None))?,
            None,
        ));
    };
    let released = release(turn, approved, |view, approved: &Approved| {
        let told = data::of(view, approved, &ids, platform)?;
        let fetched = connections.iter().any(|one| one.last_fetch_at.is_some());
        let notification = if told.records > 0 || fetched {
            Notification::new(subject, ConnectionState::Synced, Some(told.data))
        } else {
            Notification::new(subject, ConnectionState::Connected, None)
        };
        let body = written(&notification)?;
        let counts = BTreeMap::from([
            ("records".to_owned(), told.records),
            ("bytes".to_owned(), body.len() as u64),
        ]);
        Ok(Prepared { answer: body, counts })
    })?;
    Ok((released.answer, Some(released.disclosure)))
}

/// That the person has to do something first. It holds no data (spec 12: P3), and is not said once the app is connected.
fn awaiting(
    turn: &Turn<'_>,
    consumer: &Consumer,
    delivery: &Delivery,
) -> Result<Option<Vec<u8>>, VaultError> {
    let seen = shared(turn, consumer)?;
    if seen.iter().any(|known| known.platform == delivery.subject) {
        return Ok(None);
    }
    let state = if delivery.kind == DeliveryKind::AwaitingOauth {
        ConnectionState::AwaitingOAuthAuthentication
    } else {
        ConnectionState::AwaitingEmailVerification
    };
    let subject = subject(turn, consumer, delivery);
    written(&Notification::new(subject, state, None)).map(Some)
}

fn subject(turn: &Turn<'_>, consumer: &Consumer, delivery: &Delivery) -> Subject {
    Subject {
        platform_id: platform_guid(&delivery.subject),
        platform_name: delivery.name.clone(),
        user_id: consumer.account,
        app_secret: consumer.secret.expose_str().unwrap_or_default().to_owned(),
        updated: turn.now().unix_timestamp(),
    }
}

fn written(notification: &Notification) -> Result<Vec<u8>, VaultError> {
    notification
        .to_json()
        .map_err(|_| VaultError::Internal("a message could not be written"))
}
