//! Requests for data: how they stand, their letters and ways.

use serde::{Deserialize, Serialize};
use specta::Type;
use time::{Date, OffsetDateTime, format_description::well_known::Rfc3339};
use vault_core::data_requests::{
    self, DataRequestState, DataRequestStep, DataRequestView, Followup, LetterKind as CoreKind, WayKind,
};

use super::{
    records::mirror,
    time::{iso, stamp},
};
use crate::error::{Answer, AppError};

mirror!(
    /// How a request stands.
    RequestState of DataRequestState { Draft, Sent, Extended, Refused, Answered, Stopped }
);
mirror!(
    /// What a letter is about.
    LetterKind of CoreKind { Access, Reminder, Complaint, Identity }
);
mirror!(
    /// What can be read next.
    NextLetter of Followup { Reminder, Complaint }
);
mirror!(
    /// How a platform wants to be asked.
    RequestWayKind of WayKind { Portal, Mail, Form }
);

/// What the person says that happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum RequestHappened {
    Arrived,
    Identity,
    Extended,
    Refused,
    Note,
    Answered,
}

impl From<RequestHappened> for DataRequestStep {
    fn from(what: RequestHappened) -> Self {
        match what {
            RequestHappened::Arrived => Self::Arrived,
            RequestHappened::Identity => Self::Identity,
            RequestHappened::Extended => Self::Extended,
            RequestHappened::Refused => Self::Refused,
            RequestHappened::Note => Self::Note,
            RequestHappened::Answered => Self::Answered,
        }
    }
}

/// What happened.
#[derive(Clone, Serialize, Type)]
pub(crate) struct RequestLine {
    at: String,
    what: String,
    note: Option<String>,
    done: bool,
}

/// How the platform wants to be asked.
#[derive(Clone, Serialize, Type)]
pub(crate) struct RequestWay {
    kind: RequestWayKind,
    target: String,
    words: String,
}

/// A platform that was asked for data. Days are `2026-11-10`.
#[derive(Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DataRequest {
    id: String,
    platform: String,
    name: String,
    language: String,
    state: RequestState,
    sent_at: Option<String>,
    due: Option<String>,
    day: Option<u16>,
    days: Option<u16>,
    steps: Vec<RequestLine>,
    way: RequestWay,
    next: Option<NextLetter>,
}

impl From<DataRequestView> for DataRequest {
    fn from(view: DataRequestView) -> Self {
        let DataRequestView {
            request,
            way,
            clock,
            steps,
            next,
        } = view;
        let line = |step: data_requests::DataRequestEvent| RequestLine {
            at: stamp(step.at),
            what: step.what.as_str().to_owned(),
            note: (!step.note.is_empty()).then_some(step.note),
            done: true,
        };
        Self {
            id: request.id.to_string(),
            platform: request.platform,
            name: way.name,
            language: request.language,
            state: request.state.into(),
            sent_at: request.sent_at.map(|at| iso(at.date())),
            due: clock.map(|clock| iso(clock.due)),
            day: clock.map(|clock| clock.passed),
            days: clock.map(|clock| clock.days),
            steps: steps.into_iter().map(line).collect(),
            way: RequestWay {
                kind: way.kind.into(),
                target: way.target,
                words: way.words,
            },
            next: next.map(NextLetter::from),
        }
    }
}

/// A part of a paragraph.
#[derive(Clone, Serialize, Type)]
pub(crate) struct LetterPart {
    text: String,
    mine: bool,
}

/// The authority that watches over data protection.
#[derive(Clone, Serialize, Type)]
pub(crate) struct LetterAuthority {
    name: String,
    url: String,
}

/// A letter, ready to be sent by the person.
#[derive(Clone, Serialize, Type)]
pub(crate) struct Letter {
    to: String,
    subject: String,
    paragraphs: Vec<Vec<LetterPart>>,
    sign: String,
    authority: Option<LetterAuthority>,
}

impl From<data_requests::Letter> for Letter {
    fn from(letter: data_requests::Letter) -> Self {
        let part = |piece: data_requests::Piece| LetterPart {
            text: piece.text,
            mine: piece.mine,
        };
        Self {
            to: letter.to,
            subject: letter.subject,
            paragraphs: letter
                .paragraphs
                .into_iter()
                .map(|pieces| pieces.into_iter().map(part).collect())
                .collect(),
            sign: letter.sign,
            authority: letter.authority.map(|one| LetterAuthority {
                name: one.name,
                url: one.url,
            }),
        }
    }
}

/// A platform that can be asked.
#[derive(Clone, Serialize, Type)]
pub(crate) struct RequestPlatform {
    id: String,
    name: String,
    way: String,
}

impl From<data_requests::Way> for RequestPlatform {
    fn from(way: data_requests::Way) -> Self {
        Self {
            id: way.id,
            name: way.name,
            way: way.kind.as_str().to_owned(),
        }
    }
}

/// A day (`2026-11-10`) or a moment, as the page says when something happened.
pub(crate) fn moment(text: &str) -> Answer<OffsetDateTime> {
    if let Ok(at) = OffsetDateTime::parse(text, &Rfc3339) {
        return Ok(at);
    }
    let format = time::macros::format_description!("[year]-[month]-[day]");
    let day = Date::parse(text, format).map_err(|_| AppError::new("SYS-712"))?;
    // Noon: the same day in every zone that people work in.
    Ok(day.midnight().assume_utc() + time::Duration::hours(12))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_and_a_moment_are_both_understood() {
        assert_eq!(iso(moment("2026-11-10").unwrap().date()), "2026-11-10");
        assert_eq!(
            iso(moment("2026-11-10T23:30:00+01:00").unwrap().date()),
            "2026-11-10"
        );
        for bad in ["", "10.11.2026", "2026-13-01", "now"] {
            assert!(moment(bad).is_err(), "{bad}");
        }
    }
}
