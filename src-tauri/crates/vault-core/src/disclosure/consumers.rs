//! Consumer apps of the Gigdata API: what they ask for, and how a platform stands for one of them.

use time::OffsetDateTime;
use uuid::Uuid;
use vault_store::{
    ConnectionId, ConsumerId, DeliveryId, Face, PartyKind, RecordKind, Scope, Tx,
    connections::{self, Connection, ConnectionState, ConnectionWay},
    consumers::{self, Claim, Consumer},
    deliveries::{self, Delivery, DeliveryKind},
    grants::{self, Grant},
};

use super::{
    ask::{Asked, ask},
    ending::sweep,
    leaf::Leaf,
    narrowing::Narrowing,
    policy::{meets, opens, standing},
    questions::PartyKey,
    request::{DisclosureRequest, RequestedScope},
    sights::withdraw,
};
use crate::{
    SpaceHandle, VaultError,
    connections::OWN_PLATFORM,
    consumers::{get, party, platform_guid, recipient},
    projects::is_under_test,
    vault::Turn,
};

/// The face that consumer apps use.
pub(crate) const CONSUMER_FACE: Face = Face::Gigdata;

/// What a consumer app asks for.
#[derive(Debug, Clone, Copy)]
pub struct ConsumerAsk {
    /// The app.
    pub consumer: ConsumerId,
    /// How much; the app's default when it names nothing and sees nothing yet. What it sees already is never widened by naming nothing.
    pub claim: Option<Claim>,
    /// Of which platform; of all that the person chooses, without one.
    pub platform: Option<Uuid>,
    /// Whether the person themselves has just begun this in their browser: what they answered before is asked again then.
    pub begun_by_person: bool,
}

/// A platform as a consumer app may know it: something of it is shared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharedPlatform {
    /// Its GUID.
    pub guid: Uuid,
    /// Its id.
    pub platform: String,
    /// Its name.
    pub name: String,
    /// Whether the account there is proved by an address.
    pub by_email: bool,
    /// Whether data comes in, by what the vault knows; otherwise why not.
    pub state: ConnectionState,
    /// When data last came in.
    pub last_fetch_at: Option<OffsetDateTime>,
    /// How much of it is shared.
    pub claim: Claim,
    /// The connections that it is shared from.
    pub connections: Vec<ConnectionId>,
}

impl SpaceHandle {
    /// Asks for what a consumer app wants to see. A question for one platform says nothing of another, and nothing of whether the person
    /// has an account there.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`]; [`VaultError::UnderTest`]; the database could not be written.
    pub async fn ask_for_consumer(&self, asked: ConsumerAsk) -> Result<Asked, VaultError> {
        self.write(move |turn| ask_for(turn, asked)).await
    }

    /// The platforms that something is shared of with a consumer app.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`]; the database could not be read.
    pub async fn shared_platforms(&self, id: ConsumerId) -> Result<Vec<SharedPlatform>, VaultError> {
        self.write(move |turn| {
            sweep(turn)?;
            let consumer = get(turn, id)?;
            shared(turn, &consumer)
        })
        .await
    }

    /// Whether the person has an account at a platform.
    ///
    /// # Errors
    /// The database could not be read.
    pub async fn has_platform(&self, platform: Uuid) -> Result<bool, VaultError> {
        self.write(move |turn| Ok(!of_platform(turn, platform)?.is_empty()))
            .await
    }

    /// A consumer app gives up what it sees of a platform, or said that it wants nothing more. Returns whether it saw anything.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`]; the database could not be written.
    pub async fn give_up(&self, id: ConsumerId, platform: Uuid) -> Result<bool, VaultError> {
        self.write(move |turn| {
            let consumer = get(turn, id)?;
            give_up(turn, &consumer, platform)
        })
        .await
    }

    /// What waits to be sent, first what is due first.
    ///
    /// # Errors
    /// The database could not be read.
    pub async fn deliveries(&self) -> Result<Vec<Delivery>, VaultError> {
        self.write(|turn| Ok(turn.space.db.read(deliveries::list)?)).await
    }

    /// Puts something at the end of what is to be told to a consumer app.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`]; the database could not be written.
    pub async fn queue_delivery(
        &self,
        id: ConsumerId,
        kind: DeliveryKind,
        subject: String,
        name: String,
    ) -> Result<(), VaultError> {
        self.write(move |turn| {
            get(turn, id)?;
            let now = turn.now();
            turn.space
                .db
                .write(|tx| queue(tx, id, kind, (&subject, &name), now))?;
            tell_queued(turn);
            Ok(())
        })
        .await
    }
}

fn ask_for(turn: &mut Turn<'_>, asked: ConsumerAsk) -> Result<Asked, VaultError> {
    let consumer = get(turn, asked.consumer)?;
    if is_under_test(turn, consumer.id)? {
        return Err(VaultError::UnderTest);
    }
    let theirs = match asked.platform {
        Some(guid) => Some(ids(&of_platform(turn, guid)?)),
        None => None,
    };
    if asked.begun_by_person {
        let key = PartyKey::of(turn.space.info.id, &party(&consumer));
        turn.questions.forget_answers(&key);
    }
    let claim = match asked.claim {
        Some(claim) => claim,
        None => claim_held(turn, &consumer, theirs.as_deref())?.unwrap_or(consumer.claim),
    };
    let request = DisclosureRequest {
        recipient: recipient(&consumer),
        face: CONSUMER_FACE,
        purpose: String::new(),
        privacy: None,
        scopes: scopes(claim)?,
        narrowing: Narrowing {
            connections: theirs,
            ..Narrowing::default()
        },
    };
    ask(turn, &request)
}

/// The bundle of a claim as leaves (architecture 1a).
fn scopes(claim: Claim) -> Result<Vec<RequestedScope>, VaultError> {
    let one = |leaf: Leaf| {
        Ok(RequestedScope {
            scope: leaf.scope()?,
            required: false,
            explanation: None,
            declared: true,
        })
    };
    leaves(claim).into_iter().map(one).collect()
}

/// What a claim opens.
pub(super) fn leaves(claim: Claim) -> Vec<Leaf> {
    match claim {
        Claim::Aggregated => vec![Leaf::Summary],
        Claim::Full => vec![
            Leaf::Summary,
            Leaf::Records(RecordKind::Review),
            Leaf::Records(RecordKind::Achievement),
        ],
    }
}

/// How much an app sees of some connections; of any, without them.
fn claim_held(
    turn: &Turn<'_>,
    consumer: &Consumer,
    connections: Option<&[ConnectionId]>,
) -> Result<Option<Claim>, VaultError> {
    let standing = standing(turn, &party(consumer))?;
    let mut about = standing
        .iter()
        .filter(|grant| meets(grant.connections.as_deref(), connections));
    let more = |grant: &Grant| -> Result<bool, VaultError> {
        for leaf in leaves(Claim::Full) {
            if leaf != Leaf::Summary && opens(grant, &leaf.scope()?) {
                return Ok(true);
            }
        }
        Ok(false)
    };
    let Some(first) = about.next() else {
        return Ok(None);
    };
    for grant in [first].into_iter().chain(about) {
        if more(grant)? {
            return Ok(Some(Claim::Full));
        }
    }
    Ok(Some(Claim::Aggregated))
}

/// The connections at a platform.
pub(super) fn of_platform(turn: &Turn<'_>, guid: Uuid) -> Result<Vec<Connection>, VaultError> {
    let mut all = turn.space.db.read(connections::list)?;
    all.retain(|one| one.platform != OWN_PLATFORM && platform_guid(&one.platform) == guid);
    Ok(all)
}

fn ids(connections: &[Connection]) -> Vec<ConnectionId> {
    connections.iter().map(|one| one.id).collect()
}

/// The platforms that something is shared of with an app.
pub(super) fn shared(turn: &Turn<'_>, consumer: &Consumer) -> Result<Vec<SharedPlatform>, VaultError> {
    let standing = standing(turn, &party(consumer))?;
    let summary = Leaf::Summary.scope()?;
    let opened = |one: &Connection, scope: &Scope| {
        standing
            .iter()
            .any(|grant| opens(grant, scope) && meets(grant.connections.as_deref(), Some(&[one.id])))
    };
    let mut platforms: Vec<SharedPlatform> = Vec::new();
    for one in turn.space.db.read(connections::list)? {
        let more = opened(&one, &Leaf::Records(RecordKind::Review).scope()?)
            || opened(&one, &Leaf::Records(RecordKind::Achievement).scope()?);
        if one.platform == OWN_PLATFORM || !(more || opened(&one, &summary)) {
            continue;
        }
        let claim = if more { Claim::Full } else { Claim::Aggregated };
        match platforms.iter_mut().find(|known| known.platform == one.platform) {
            Some(known) => known.add(&one, claim),
            None => platforms.push(SharedPlatform::of(&one, claim)),
        }
    }
    Ok(platforms)
}

impl SharedPlatform {
    fn of(one: &Connection, claim: Claim) -> Self {
        Self {
            guid: platform_guid(&one.platform),
            platform: one.platform.clone(),
            name: one.name.clone(),
            by_email: one.way == ConnectionWay::Email,
            state: one.state,
            last_fetch_at: one.last_fetch_at,
            claim,
            connections: vec![one.id],
        }
    }

    fn add(&mut self, other: &Connection, claim: Claim) {
        self.connections.push(other.id);
        self.last_fetch_at = self.last_fetch_at.max(other.last_fetch_at);
        if claim == Claim::Full {
            self.claim = claim;
        }
        if other.state == ConnectionState::Working {
            self.state = other.state;
        }
    }
}

/// Takes a platform out of the grants of an app; one that opens no other ends.
pub(super) fn give_up(turn: &mut Turn<'_>, consumer: &Consumer, platform: Uuid) -> Result<bool, VaultError> {
    let theirs = ids(&of_platform(turn, platform)?);
    let id = consumer.id.to_string();
    let own = |grant: &Grant| grant.recipient.kind == PartyKind::Consumer && grant.recipient.id == id;
    Ok(withdraw(turn, &theirs, own, "by_app")? > 0)
}

/// What an app may see of some platforms has changed: it is told, when the time comes.
pub(super) fn grant_changed(tx: &Tx<'_>, grant: &Grant, now: OffsetDateTime) -> Result<(), VaultError> {
    let Ok(id) = grant.recipient.id.parse::<ConsumerId>() else {
        return Ok(());
    };
    if grant.recipient.kind != PartyKind::Consumer || consumers::get(tx, id)?.is_none() {
        return Ok(());
    }
    for one in connections::list(tx)? {
        if one.platform != OWN_PLATFORM && meets(grant.connections.as_deref(), Some(&[one.id])) {
            queue(tx, id, DeliveryKind::Update, (&one.platform, &one.name), now)?;
        }
    }
    Ok(())
}

/// What a connection brings, or that it is there at all, has changed: the apps that see something of it are told.
pub(crate) fn connection_changed(
    tx: &Tx<'_>,
    one: &Connection,
    now: OffsetDateTime,
) -> Result<(), VaultError> {
    for grant in grants::live(tx, now)? {
        let id = grant.recipient.id.parse::<ConsumerId>();
        if grant.recipient.kind == PartyKind::Consumer
            && meets(grant.connections.as_deref(), Some(&[one.id]))
            && let Ok(id) = id
            && consumers::get(tx, id)?.is_some()
        {
            queue(tx, id, DeliveryKind::Update, (&one.platform, &one.name), now)?;
        }
    }
    Ok(())
}

pub(super) fn queue(
    tx: &Tx<'_>,
    consumer: ConsumerId,
    kind: DeliveryKind,
    (subject, name): (&str, &str),
    now: OffsetDateTime,
) -> Result<(), VaultError> {
    deliveries::insert(
        tx,
        &Delivery {
            id: DeliveryId::new(),
            consumer,
            kind,
            subject: subject.to_owned(),
            name: name.to_owned(),
            created_at: now,
            due_at: now,
            tries: 0,
        },
    )?;
    Ok(())
}

pub(super) fn tell_queued(turn: &Turn<'_>) {
    turn.tell(crate::VaultEvent::DeliveriesQueued {
        space: turn.space.info.id,
    });
}
