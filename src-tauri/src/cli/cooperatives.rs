//! `satchel-cli peer`, `transfer` and `incoming`.

use std::path::Path;

use serde_json::{Value, json};
use vault_connect::Transfers;
use vault_core::{
    SpaceHandle,
    cooperatives::{
        self, Cooperative, IncomingId, IncomingView, KeyStanding, NewPeer, PeerSource, Transfer, WorkPart,
    },
};
use vault_crypto::Passphrase;

use super::{
    arguments::cooperatives::{Incoming, Peer, SendTransfer, TransferCommand, WorkData},
    failure::Failure,
    output,
    session::Session,
    terminal,
};
use crate::error::transfer_code;

/// `peer`: who is known, and who we are to them.
pub(super) async fn peers(session: &Session, command: Peer) -> Result<(), Failure> {
    let json = session.json();
    session
        .in_space(|space| async move {
            match command {
                Peer::Add { file } => add(&space, json, &file).await,
                Peer::List => {
                    let all: Vec<Value> = space.cooperatives().await?.iter().map(cooperative).collect();
                    output::list(json, &all, |one| {
                        format!("{}  {}  {}", text(one, "id"), text(one, "name"), text(one, "key"))
                    })
                }
                Peer::Remove { id } => {
                    space.remove_peer(&id).await?;
                    output::object(json, &json!({ "id": id, "removed": true }))
                }
                Peer::Descriptor => {
                    if let Some(lost) = space.own_peer().await?.lost_key {
                        output::say(&format!(
                            "The key that others know, {lost}, did not come with the backpack. This one is new: they have to compare it."
                        ));
                    }
                    let own = space.give_own_descriptor().await?;
                    if json {
                        output::json(
                            &json!({ "id": own.id, "fingerprint": own.fingerprint, "descriptor": own.descriptor }),
                        )
                    } else {
                        print!("{}", own.descriptor);
                        output::say(&format!("Fingerprint: {}", own.fingerprint));
                        Ok(())
                    }
                }
            }
        })
        .await
}

/// `transfer`: sending, and checking a receipt.
pub(super) async fn transfers(session: &Session, command: TransferCommand) -> Result<(), Failure> {
    let json = session.json();
    let what = match command {
        TransferCommand::Verify { receipt, key } => return verify(json, &receipt, key.as_deref()),
        TransferCommand::Send(what) => what,
    };
    // Whoever names the passphrase file has renewed the passphrase by it; who does not is asked after having seen the values.
    let renewed = session.renewed_passphrase()?;
    session
        .in_space(|space| async move { send(&space, json, &what, renewed).await })
        .await
}

/// `incoming`: what came, kept or let go.
pub(super) async fn incoming(session: &Session, command: Incoming) -> Result<(), Failure> {
    let json = session.json();
    session
        .in_space(|space| async move {
            match command {
                Incoming::List => {
                    let all: Vec<Value> = space.incoming_transfers().await?.iter().map(arrived).collect();
                    output::list(json, &all, |one| {
                        format!(
                            "{}  {}  {}",
                            text(one, "id"),
                            text(one, "from"),
                            text(one, "state")
                        )
                    })
                }
                Incoming::Accept { id } => {
                    let id = parse_incoming(&id)?;
                    space.accept_incoming(id).await?;
                    output::object(json, &arrived(&space.incoming_transfer(id).await?))
                }
                Incoming::Discard { id } => {
                    let id = parse_incoming(&id)?;
                    space.discard_incoming(id).await?;
                    output::object(json, &json!({ "id": id.to_string(), "state": "discarded" }))
                }
            }
        })
        .await
}

async fn add(space: &SpaceHandle, json: bool, file: &Path) -> Result<(), Failure> {
    let descriptor = terminal::small_file(file)?.to_string();
    let look = space.look_at_peer(descriptor.clone()).await?;
    // A file that somebody adds by hand counts as the comparison.
    let new = NewPeer {
        descriptor,
        came: PeerSource::File,
        address: String::new(),
        logo: None,
        compared: true,
    };
    let peer = space.add_peer(new).await?;
    output::object(
        json,
        &json!({
            "id": peer.id, "name": peer.name, "host": look.host, "fingerprint": look.fingerprint,
            "services": look.services, "notes": look.notes,
        }),
    )
}

async fn send(
    space: &SpaceHandle,
    json: bool,
    what: &SendTransfer,
    renewed: Option<Passphrase>,
) -> Result<(), Failure> {
    let add: Vec<WorkPart> = what.add.iter().copied().map(work_part).collect();
    let draft = space.prepare_transfer(&what.peer, &what.service).await?;
    let rows: Vec<Value> = draft
        .rows
        .iter()
        .map(|row| json!({ "field": row.field, "value": row.value, "missing": row.missing }))
        .collect();
    let work: Vec<Value> = draft
        .work
        .iter()
        .filter(|offer| add.contains(&offer.part))
        .map(|offer| json!({ "field": offer.part.name(), "lines": offer.lines }))
        .collect();
    let frozen = match space.freeze_transfer(draft.id, &add).await {
        Ok(frozen) => frozen,
        Err(error) => {
            space.drop_transfer(draft.id).await?;
            return Err(Failure::from(error).with_facts(json!({ "fields": rows, "work": work })));
        }
    };
    let facts = json!({
        "transfer": frozen.id, "peer": frozen.peer, "name": frozen.peer_name, "service": frozen.service,
        "address": frozen.address, "sha256": frozen.sha256, "text": frozen.payload, "fields": rows, "work": work,
    });
    if what.dry_run {
        space.drop_transfer(frozen.id).await?;
        return output::object(json, &facts);
    }
    if !what.yes {
        output::say(&format!(
            "This goes to {}, signed, and cannot be taken back:\n{}",
            frozen.address,
            frozen.payload.as_deref().unwrap_or_default()
        ));
    }
    let passphrase = match renewed {
        Some(passphrase) if what.yes => Ok(passphrase),
        Some(_) => Err(Failure::usage(
            "nobody said yes: add --yes, or leave the passphrase file out and type it",
        )),
        None => terminal::ask("Passphrase, to sign and send this: "),
    };
    let signed = match (passphrase, frozen.sha256) {
        (Ok(passphrase), Some(shown)) => space
            .sign_transfer(frozen.id, shown, passphrase)
            .await
            .map_err(Failure::from),
        (Ok(_), None) => Err(Failure::new("SYS-710")),
        (Err(failure), _) => Err(failure),
    };
    let outbound = match signed {
        Ok(outbound) => outbound,
        Err(failure) => {
            // Nothing left; a draft that nobody can answer any more is not kept.
            space.drop_transfer(frozen.id).await?;
            return Err(failure);
        }
    };
    Transfers::new()?.send(space, outbound).await?;
    let ended = space.transfer(frozen.id).await?;
    receipt(space, json, &ended).await
}

const fn work_part(data: WorkData) -> WorkPart {
    match data {
        WorkData::Gigs => WorkPart::Gigs,
        WorkData::Earnings => WorkPart::Earnings,
        WorkData::Ratings => WorkPart::Ratings,
    }
}

async fn receipt(space: &SpaceHandle, json: bool, ended: &Transfer) -> Result<(), Failure> {
    let receipt = space.transfer_receipt(ended.id, true).await?;
    let go_on = space.transfer_go_on(ended.id).await?;
    let facts = json!({
        "transfer": ended.id, "state": ended.state.as_str(), "fault": ended.fault, "status": ended.answer_status,
        "said": cooperatives::refusal_words(ended), "continuation": go_on.map(|go_on| go_on.url),
        "receipt": serde_json::from_str::<Value>(&receipt).unwrap_or(Value::Null),
    });
    match transfer_code(ended.state, &ended.fault) {
        None => output::object(json, &facts),
        Some(code) => Err(Failure::new(code).with_facts(facts)),
    }
}

fn verify(json: bool, file: &Path, key: Option<&Path>) -> Result<(), Failure> {
    let unreadable = |error: std::io::Error| {
        Failure::usage(&format!("{} could not be read: {}", file.display(), error.kind()))
    };
    let bytes = std::fs::read(file).map_err(unreadable)?;
    let key = key.map(terminal::small_file).transpose()?;
    let check = cooperatives::check_receipt(&bytes, key.as_ref().map(|key| key.as_str()))?;
    let facts = json!({
        "holds": check.holds, "sender": check.sender, "target": check.target, "service": check.service,
        "sent_at": output::moment(check.sent_at), "status": check.status, "fingerprint": check.fingerprint,
        "known_key": check.is_known_key, "signature": check.signature_holds,
        "strong_signature": check.strong_signature_holds, "text": check.text_holds,
    });
    if check.holds {
        output::object(json, &facts)
    } else {
        Err(Failure::new("COP-412").with_facts(facts))
    }
}

fn cooperative(one: &Cooperative) -> Value {
    let key = match one.key {
        KeyStanding::Checked { .. } => "checked",
        KeyStanding::Unchecked => "unchecked",
        KeyStanding::Changed { .. } => "changed",
        KeyStanding::Absent => "none",
    };
    let services: Vec<Value> = one
        .services
        .iter()
        .map(|service| json!({ "id": service.id, "name": service.name, "needs": service.needs, "missing": service.missing }))
        .collect();
    json!({
        "id": one.id, "name": one.name, "host": one.host, "key": key, "fingerprint": one.fingerprint,
        "strong": one.strong, "services": services,
    })
}

fn arrived(one: &IncomingView) -> Value {
    let fields: Vec<Value> = one
        .fields
        .iter()
        .map(|(label, values)| json!({ "label": label, "values": values }))
        .collect();
    json!({
        "id": one.incoming.id, "from": one.incoming.peer_name, "peer": one.incoming.peer,
        "service": one.incoming.service, "state": one.incoming.state.as_str(),
        "received": output::moment(one.incoming.received_at), "expires": output::moment(one.incoming.expires_at),
        "repeats": one.incoming.repeats, "fields": fields,
    })
}

fn parse_incoming(id: &str) -> Result<IncomingId, Failure> {
    id.parse().map_err(|_| Failure::usage("not an identifier"))
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}
