//! A signed transfer to a cooperative as a disclosure: the person's yes to one frozen text becomes a grant for once that is bound to the
//! digest of the text, and nothing but that text is released under it.

use std::collections::BTreeMap;

use vault_store::{
    DisclosureId, Face, GrantId, Party, Scope, Sha256, Tx,
    disclosures::DisclosureKind,
    grants::{self, Grant, GrantDuration, GrantState},
    receipts,
};

use super::{
    log,
    narrowing::Narrowing,
    policy::{self, Need},
    receipt,
    release::{Prepared, release_kept},
    request::{Destination, Detail, Identity},
    scope_words::granted_words,
};
use crate::{VaultError, VaultEvent, vault::Turn};

/// What the person agreed to send.
pub(crate) struct AgreedTransfer {
    /// To whom.
    pub(crate) party: Party,
    /// What for.
    pub(crate) purpose: String,
    /// The receiver's privacy policy.
    pub(crate) privacy: Option<String>,
    /// The host that it goes to.
    pub(crate) host: String,
    /// Since when the receiver's key is known.
    pub(crate) since: time::OffsetDateTime,
    /// What is in it.
    pub(crate) scopes: Vec<Scope>,
    /// How much of the work data is in it.
    pub(crate) narrowing: Narrowing,
    /// Digest of the text that was shown.
    pub(crate) sha256: Sha256,
    /// Length of that text in bytes, and how many fields it has.
    pub(crate) counts: BTreeMap<String, u64>,
}

/// Makes the grant and releases under it, once. `keep` runs in the transaction of the release and gets the id of its log entry; what it
/// writes is on the disk when this returns.
///
/// # Errors
/// The receiver may have nothing, or the database could not be written; then nothing was released.
pub(crate) fn release_transfer<T>(
    turn: &mut Turn<'_>,
    agreed: AgreedTransfer,
    keep: impl FnOnce(&Tx<'_>, DisclosureId) -> Result<T, VaultError>,
) -> Result<T, VaultError> {
    let grant = agree(turn, &agreed)?;
    let approved = policy::approve(turn, &agreed.party, Face::Intercoop, &agreed.scopes, Need::All)?;
    // The newest grant decides, and this is the one: another could be bound to another text.
    let approved = approved
        .filter(|approved| approved.grants() == [(grant, true)])
        .ok_or(VaultError::NoSuch("grant"))?;
    let id = DisclosureId::new();
    let counts = agreed.counts;
    let released = release_kept(turn, approved, id, |tx, _| {
        Ok(Prepared {
            answer: keep(tx, id)?,
            counts,
        })
    })?;
    Ok(released.answer)
}

fn agree(turn: &mut Turn<'_>, agreed: &AgreedTransfer) -> Result<GrantId, VaultError> {
    let (now, id) = (turn.now(), turn.space.info.id);
    let detail = Detail {
        maker: String::new(),
        origin: agreed.host.clone(),
        contact: String::new(),
        account: String::new(),
        identity: Identity::Key { since: agreed.since },
        destination: Destination::Internet {
            host: agreed.host.clone(),
        },
        privacy: agreed.privacy.clone(),
        undeclared: Vec::new(),
        narrowing: agreed.narrowing.clone(),
        grant: None,
        quiet: false,
    };
    let narrowing = agreed.narrowing.clone();
    let (space, signer) = turn.space_and_signer()?;
    let grant = space.db.write(|tx| {
        let grant = Grant {
            id: GrantId::new(),
            recipient: agreed.party.clone(),
            face: Face::Intercoop,
            purpose: agreed.purpose.clone(),
            shown_summary: granted_words(&agreed.scopes, &narrowing),
            scopes: agreed.scopes.clone(),
            connections: narrowing.connections,
            from: narrowing.from,
            to: narrowing.to,
            precision: narrowing.precision,
            amounts: narrowing.amounts,
            places: narrowing.places,
            people: narrowing.people,
            duration: GrantDuration::Once,
            until: None,
            created_at: now,
            shown_sha256: agreed.sha256,
            state: GrantState::Live,
            ended_at: None,
            last_used_at: None,
            use_count: 0,
        };
        let document = receipt::document(tx, id, &grant, &detail, None)?;
        receipts::insert(tx, &receipt::sign(signer, &document, &grant)?)?;
        grants::insert(tx, &grant)?;
        let mut new = log::entry(now, DisclosureKind::Granted, &grant.recipient, grant.face);
        new.purpose.clone_from(&grant.purpose);
        new.scopes.clone_from(&grant.scopes);
        new.text.clone_from(&grant.shown_summary);
        new.grant = Some(grant.id);
        grant.duration.as_str().clone_into(&mut new.reason);
        log::append(tx, new)?;
        Ok::<_, VaultError>(grant.id)
    })?;
    turn.tell(VaultEvent::GrantChanged {
        space: id,
        grant,
        live: true,
    });
    Ok(grant)
}
