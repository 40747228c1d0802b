//! `satchel-cli grant` and `grant request`.

use serde_json::{Value, json};
use time::OffsetDateTime;
use vault_connect::Connect;
use vault_core::{
    SpaceHandle,
    disclosure::{Decision, Duration, GrantView, Narrowing, PolicyText, Question},
};
use vault_crypto::Passphrase;
use vault_store::{
    ConnectionId, GrantId, RequestId, Scope,
    grants::{self, Precision},
};

use super::{
    arguments::sharing::{Allow, Amounts, Grant, People, Places, Precision as PrecisionArgument, Request},
    failure::Failure,
    output,
    records::day,
    session::Session,
};

/// What somebody sees, by the grants that stand.
pub(super) fn seen(views: &[GrantView]) -> Vec<Value> {
    views
        .iter()
        .map(|view| json!({ "grant": view.grant.id, "words": view.words }))
        .collect()
}

pub(super) async fn run(session: &Session, command: Grant) -> Result<(), Failure> {
    let json = session.json();
    // Whoever writes the command and names the passphrase file has renewed the passphrase by it.
    let renewed = match &command {
        Grant::Request(Request::Allow(_)) => session.renewed_passphrase()?,
        Grant::List | Grant::Show { .. } | Grant::Revoke { .. } | Grant::Request(_) => None,
    };
    session
        .in_space(|space| async move {
            match command {
                Grant::List => {
                    let all: Vec<Value> = space.grants().await?.iter().map(grant).collect();
                    output::list(json, &all, line)
                }
                Grant::Show { id } => {
                    let id = parse_grant(&id)?;
                    let mut shown = grant(&space.grant(id).await?);
                    if let (Some(members), Some(receipt)) = (shown.as_object_mut(), space.receipt(id).await?)
                    {
                        members.insert("receipt".into(), receipt.document);
                        members.insert("receipt_jws".into(), receipt.jws.into());
                    }
                    output::object(json, &shown)
                }
                Grant::Revoke { id } => {
                    let id = parse_grant(&id)?;
                    space.revoke(id).await?;
                    output::object(json, &grant(&space.grant(id).await?))
                }
                Grant::Request(Request::List) => requests(&space, json).await,
                Grant::Request(Request::Deny { id }) => {
                    let id = parse_request(&id)?;
                    space.refuse(id).await?;
                    output::object(json, &json!({ "request": id, "answer": "denied" }))
                }
                Grant::Request(Request::Allow(allow)) => {
                    let id = parse_request(&allow.id)?;
                    let question = space.question(id).await?;
                    let policy = policy(&Connect::new()?, &question).await;
                    let decision = decision(&question, allow, renewed, policy)?;
                    let granted = space.allow(id, decision).await?;
                    output::object(json, &grant(&space.grant(granted).await?))
                }
            }
        })
        .await
}

async fn requests(space: &SpaceHandle, json: bool) -> Result<(), Failure> {
    let mut all = Vec::new();
    for request in space.pending_requests().await? {
        all.push(question(&space.question(request.id).await?));
    }
    output::list(json, &all, |item| {
        let text = |name: &str| {
            item.get(name)
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned()
        };
        format!("{}  {}  until {}", text("id"), text("title"), text("expires"))
    })
}

/// A question in JSON: the members of the event `consent_requested`, and more for people.
pub(super) fn question(question: &Question) -> Value {
    let scopes: Vec<Value> = question
        .scopes
        .iter()
        .map(|line| json!({ "scope": line.scope, "required": line.required, "explanation": line.explanation, "words": line.words, "high_risk": line.high_risk }))
        .collect();
    json!({
        "id": question.id, "party": question.name, "party_id": question.party, "face": question.face,
        "purpose": question.purpose, "scopes": scopes, "expires": output::moment(question.expires_at), "title": question.title,
        "origin": question.origin, "destination": question.destination_words, "made_up": question.made_up,
    })
}

/// The privacy policy that a question names, where it can be had. The person has said yes by then.
pub(super) async fn policy(connect: &Connect, question: &Question) -> Option<PolicyText> {
    let address = question.privacy.as_deref()?;
    connect.policy(address, OffsetDateTime::now_utc()).await
}

/// What the options of `request allow` say.
pub(super) fn decision(
    question: &Question,
    allow: Allow,
    passphrase: Option<Passphrase>,
    policy: Option<PolicyText>,
) -> Result<Decision, Failure> {
    let scopes = if allow.only.is_empty() {
        question.scopes.iter().map(|line| line.scope.clone()).collect()
    } else {
        allow
            .only
            .iter()
            .map(|text| Scope::new(text).map_err(|_| Failure::usage("a scope such as vault:reviews:get")))
            .collect::<Result<_, _>>()?
    };
    let connections = match allow.connection.as_slice() {
        [] => None,
        ids => Some(
            ids.iter()
                .map(|id| id.parse().map_err(|_| Failure::usage("a connection's id")))
                .collect::<Result<Vec<ConnectionId>, _>>()?,
        ),
    };
    let narrowing = Narrowing {
        connections,
        from: allow.from.as_deref().map(day).transpose()?,
        to: allow.to.as_deref().map(day).transpose()?,
        precision: match allow.precision {
            PrecisionArgument::Exact => Precision::Exact,
            PrecisionArgument::Week => Precision::Week,
            PrecisionArgument::Month => Precision::Month,
        },
        amounts: match allow.amounts {
            Amounts::Exact => grants::Amounts::Exact,
            Amounts::Rounded => grants::Amounts::Rounded,
        },
        places: match allow.places {
            Places::Exact => grants::Places::Exact,
            Places::Kilometre => grants::Places::Kilometre,
            Places::Hidden => grants::Places::Hidden,
        },
        people: match allow.people {
            People::Named => grants::People::Named,
            People::Removed => grants::People::Removed,
        },
    };
    let duration = match (allow.once, allow.until.as_deref()) {
        (true, _) => Duration::Once,
        (false, Some(text)) => Duration::Until(day(text)?),
        (false, None) => Duration::UntilRevoked,
    };
    Ok(Decision {
        scopes,
        narrowing,
        duration,
        preview_sha256: None,
        passphrase,
        policy,
    })
}

fn grant(view: &GrantView) -> Value {
    let grant = &view.grant;
    json!({
        "id": grant.id, "party": grant.recipient.name, "party_id": grant.recipient.id, "party_kind": grant.recipient.kind,
        "face": grant.face, "purpose": grant.purpose, "words": view.words, "scopes": grant.scopes,
        "connections": grant.connections, "from": grant.from.map(|day| day.to_string()), "to": grant.to.map(|day| day.to_string()),
        "precision": grant.precision, "amounts": grant.amounts, "places": grant.places, "people": grant.people,
        "sources": view.sources, "duration": grant.duration, "until": grant.until.map(output::moment),
        "since": output::moment(grant.created_at), "state": grant.state, "last_used": grant.last_used_at.map(output::moment),
        "uses": grant.use_count,
    })
}

fn line(item: &Value) -> String {
    let text = |name: &str| {
        item.get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    format!(
        "{}  {:8}  {}: {}",
        text("id"),
        text("state"),
        text("party"),
        text("words")
    )
}

fn parse_grant(text: &str) -> Result<GrantId, Failure> {
    text.parse()
        .map_err(|_| Failure::usage("a grant's id, as `grant list` shows it"))
}

fn parse_request(text: &str) -> Result<RequestId, Failure> {
    text.parse()
        .map_err(|_| Failure::usage("a question's id, as `grant request list` shows it"))
}
