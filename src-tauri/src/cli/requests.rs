//! `satchel-cli request`: asking platforms for the person's data. Nothing is sent.

use serde_json::{Value, json};
use vault_core::{
    SpaceHandle,
    data_requests::{
        self, DataRequestId, DataRequestStep, DataRequestView, Followup, LetterKind as CoreKind, ways,
    },
};

use super::{
    arguments::sources::{DataRequest, LetterKind, RequestStep},
    failure::Failure,
    output,
    session::Session,
};
use crate::view::requests::moment;

pub(super) async fn run(session: &Session, command: DataRequest) -> Result<(), Failure> {
    let json = session.json();
    if let DataRequest::Platforms = command {
        let all: Vec<Value> = ways()
            .into_iter()
            .map(|way| json!({ "id": way.id, "name": way.name, "way": way.kind.as_str(), "target": way.target, "words": way.words }))
            .collect();
        return output::list(json, &all, |way| {
            let text = |name: &str| {
                way.get(name)
                    .and_then(Value::as_str)
                    .unwrap_or_default()
                    .to_owned()
            };
            format!("{}  {}  {}", text("id"), text("way"), text("target"))
        });
    }
    session
        .in_space(|space| async move {
            match command {
                DataRequest::Platforms => Ok(()),
                DataRequest::List => {
                    let all: Vec<Value> = space.data_requests().await?.iter().map(member).collect();
                    output::list(json, &all, |one| {
                        let text = |name: &str| {
                            one.get(name)
                                .and_then(Value::as_str)
                                .unwrap_or_default()
                                .to_owned()
                        };
                        format!(
                            "{}  {}  {}  {}",
                            text("id"),
                            text("platform"),
                            text("state"),
                            text("due")
                        )
                    })
                }
                DataRequest::Show { id } => show(&space, parse(&id)?, json).await,
                DataRequest::Begin { platform, language } => {
                    let id = space.begin_data_request(&platform, &language).await?;
                    show(&space, id, json).await
                }
                DataRequest::Letter { id, kind, language } => {
                    let id = parse(&id)?;
                    let language = match language {
                        Some(language) => language,
                        None => space.data_request(id).await?.request.language,
                    };
                    let letter = space.data_request_letter(id, core_kind(kind), &language).await?;
                    if json {
                        return output::json(&letter_json(&letter));
                    }
                    output::list(false, &[letter.text()], Clone::clone)
                }
                DataRequest::Sent { id, at } => {
                    let id = parse(&id)?;
                    let at = day(&space, at.as_deref())?;
                    space.data_request_sent(id, at).await?;
                    show(&space, id, json).await
                }
                DataRequest::Step { id, what, at, note } => {
                    let id = parse(&id)?;
                    let at = day(&space, at.as_deref())?;
                    space.data_request_step(id, core_step(what), at, &note).await?;
                    show(&space, id, json).await
                }
                DataRequest::Stop { id } => {
                    let id = parse(&id)?;
                    space.stop_data_request(id).await?;
                    show(&space, id, json).await
                }
            }
        })
        .await
}

async fn show(space: &SpaceHandle, id: DataRequestId, json: bool) -> Result<(), Failure> {
    output::object(json, &member(&space.data_request(id).await?))
}

fn member(view: &DataRequestView) -> Value {
    let steps: Vec<Value> = view
        .steps
        .iter()
        .map(|step| json!({ "at": output::moment(step.at), "what": step.what, "note": step.note }))
        .collect();
    json!({
        "id": view.request.id, "platform": view.request.platform, "language": view.request.language,
        "state": view.request.state, "way": view.way.kind.as_str(), "target": view.way.target,
        "sent_at": view.request.sent_at.map(output::moment), "due": view.clock.map(|clock| clock.due.to_string()),
        "day": view.clock.map(|clock| clock.passed), "days": view.clock.map(|clock| clock.days),
        "next": view.next.map(|next| match next { Followup::Reminder => "reminder", Followup::Complaint => "complaint" }),
        "steps": steps,
    })
}

fn letter_json(letter: &data_requests::Letter) -> Value {
    let paragraphs: Vec<Value> = letter
        .paragraphs
        .iter()
        .map(|pieces| {
            let pieces = pieces.iter();
            pieces
                .map(|piece| json!({ "text": piece.text, "mine": piece.mine }))
                .collect()
        })
        .collect();
    json!({
        "to": letter.to, "subject": letter.subject, "paragraphs": paragraphs, "sign": letter.sign,
        "authority": letter.authority.as_ref().map(|one| json!({ "name": one.name, "url": one.url })),
    })
}

const fn core_kind(kind: LetterKind) -> CoreKind {
    match kind {
        LetterKind::Access => CoreKind::Access,
        LetterKind::Reminder => CoreKind::Reminder,
        LetterKind::Complaint => CoreKind::Complaint,
        LetterKind::Identity => CoreKind::Identity,
    }
}

const fn core_step(step: RequestStep) -> DataRequestStep {
    match step {
        RequestStep::Arrived => DataRequestStep::Arrived,
        RequestStep::Identity => DataRequestStep::Identity,
        RequestStep::Extended => DataRequestStep::Extended,
        RequestStep::Refused => DataRequestStep::Refused,
        RequestStep::Note => DataRequestStep::Note,
        RequestStep::Answered => DataRequestStep::Answered,
    }
}

fn day(space: &SpaceHandle, text: Option<&str>) -> Result<time::OffsetDateTime, Failure> {
    match text {
        None => Ok(space.vault().clock().now()),
        Some(text) => moment(text).map_err(|_| Failure::usage("a day such as 2026-11-10")),
    }
}

fn parse(text: &str) -> Result<DataRequestId, Failure> {
    text.parse()
        .map_err(|_| Failure::usage("a request's id, as `request list` shows it"))
}
