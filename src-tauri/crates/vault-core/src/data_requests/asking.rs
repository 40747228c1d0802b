//! A request from its draft to its answer.

use time::{Date, Duration, OffsetDateTime};
use vault_store::{
    DataRequestId, View,
    data_request_events::{self, DataRequestEvent, DataRequestStep},
    data_requests::{self, DataRequest, DataRequestState},
};

use super::{
    letter::{self, Facts, LANGUAGES, Letter, LetterKind},
    way::{self, Way, WayKind},
};
use crate::{SpaceHandle, VaultError, VaultEvent, month_clock::MonthClock, vault::Turn};

/// So many days after the month the complaint is ready: the reminder had a week.
const WEEK: u16 = 7;
/// Longest note, in characters.
const LONGEST_NOTE: usize = 2_000;
/// The most steps of one request.
const MOST_STEPS: usize = 500;

/// What can be read next, where there is something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Followup {
    /// The letter that reminds.
    Reminder,
    /// The letter to the authority.
    Complaint,
}

/// A request with all that is known of it today.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataRequestView {
    /// The request.
    pub request: DataRequest,
    /// The way to ask.
    pub way: Way,
    /// The month, once it was sent.
    pub clock: Option<MonthClock>,
    /// What happened, in order.
    pub steps: Vec<DataRequestEvent>,
    /// What can be read next.
    pub next: Option<Followup>,
}

impl SpaceHandle {
    /// All requests, latest first.
    ///
    /// # Errors
    /// The vault is locked, or the database could not be read.
    pub async fn data_requests(&self) -> Result<Vec<DataRequestView>, VaultError> {
        let today = self.vault().clock().now().date();
        self.read(move |db| {
            db.read(|view| {
                let all = data_requests::list(view)?.into_iter();
                all.map(|request| looked_at(view, request, today)).collect()
            })
        })
        .await
    }

    /// One request.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`].
    pub async fn data_request(&self, id: DataRequestId) -> Result<DataRequestView, VaultError> {
        let today = self.vault().clock().now().date();
        self.read(move |db| db.read(|view| looked_at(view, known(view, id)?, today)))
            .await
    }

    /// Begins a request: a draft, until the person says that it was sent.
    ///
    /// # Errors
    /// [`VaultError::Invalid`] for a language without letters; [`VaultError::NoSuch`] for a platform whose way is not known.
    pub async fn begin_data_request(
        &self,
        platform: &str,
        language: &str,
    ) -> Result<DataRequestId, VaultError> {
        check_language(language)?;
        way::of(platform).ok_or(VaultError::NoSuch("platform"))?;
        let (platform, language) = (platform.to_owned(), language.to_owned());
        self.write(move |turn| {
            let request = DataRequest {
                id: DataRequestId::new(),
                platform,
                language,
                state: DataRequestState::Draft,
                begun_at: turn.now(),
                sent_at: None,
                extended_at: None,
            };
            turn.space.db.write(|tx| data_requests::put(tx, &request))?;
            changed(turn);
            Ok(request.id)
        })
        .await
    }

    /// A letter of a request, filled from the profile.
    ///
    /// # Errors
    /// [`VaultError::Invalid`] for a language without letters; [`VaultError::NoSuch`].
    pub async fn data_request_letter(
        &self,
        id: DataRequestId,
        kind: LetterKind,
        language: &str,
    ) -> Result<Letter, VaultError> {
        check_language(language)?;
        let language = language.to_owned();
        let persona = self.persona().await?;
        let view = self.data_request(id).await?;
        let facts = Facts {
            way: &view.way,
            persona: &persona,
            sent: view.request.sent_at.map(OffsetDateTime::date),
            due: view.clock.map(|clock| clock.due),
        };
        letter::write(kind, &language, &facts)
    }

    /// The person says that the letter was sent: the month begins with that day.
    ///
    /// # Errors
    /// [`VaultError::Invalid`] for a day to come, or a request that was sent before.
    pub async fn data_request_sent(&self, id: DataRequestId, at: OffsetDateTime) -> Result<(), VaultError> {
        self.note_data_request(id, DataRequestStep::Sent, at, String::new())
            .await
    }

    /// The person says what happened.
    ///
    /// # Errors
    /// [`VaultError::Invalid`] for a day to come, a note that is too long, or a step that the request's state has not; an extension that was
    /// announced after the month is none.
    pub async fn data_request_step(
        &self,
        id: DataRequestId,
        what: DataRequestStep,
        at: OffsetDateTime,
        note: &str,
    ) -> Result<(), VaultError> {
        self.note_data_request(id, what, at, note.to_owned()).await
    }

    /// The person asks no longer.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`].
    pub async fn stop_data_request(&self, id: DataRequestId) -> Result<(), VaultError> {
        let now = self.vault().clock().now();
        self.note_data_request(id, DataRequestStep::Stopped, now, String::new())
            .await
    }

    async fn note_data_request(
        &self,
        id: DataRequestId,
        what: DataRequestStep,
        at: OffsetDateTime,
        note: String,
    ) -> Result<(), VaultError> {
        if note.chars().count() > LONGEST_NOTE {
            return Err(invalid("note", "at most 2,000 characters"));
        }
        self.write(move |turn| {
            // A day is meant, and a clock may be a little wrong.
            if at > turn.now() + Duration::DAY {
                return Err(invalid("at", "a day that has come"));
            }
            turn.space.db.write(|tx| {
                let mut request = known(tx, id)?;
                if data_request_events::list(tx, id)?.len() >= MOST_STEPS {
                    return Err(invalid("step", "fewer of them"));
                }
                apply(&mut request, what, at)?;
                data_requests::put(tx, &request)?;
                Ok(data_request_events::insert(
                    tx,
                    id,
                    &DataRequestEvent { at, what, note },
                )?)
            })?;
            changed(turn);
            Ok(())
        })
        .await
    }
}

/// What a step does to a request.
fn apply(request: &mut DataRequest, what: DataRequestStep, at: OffsetDateTime) -> Result<(), VaultError> {
    use DataRequestState as State;
    let open = matches!(request.state, State::Sent | State::Extended | State::Refused);
    match what {
        DataRequestStep::Sent if request.state == State::Draft => {
            request.state = State::Sent;
            request.sent_at = Some(at);
        }
        DataRequestStep::Extended if request.state == State::Sent => {
            let sent = request.sent_at.unwrap_or(request.begun_at);
            let clock = MonthClock::of(sent.date(), at.date());
            if clock.late() > 0 || at.date() < sent.date() {
                return Err(invalid("at", "a day within the first month (Article 12(3))"));
            }
            request.state = State::Extended;
            request.extended_at = Some(at);
        }
        DataRequestStep::Refused if open => request.state = State::Refused,
        DataRequestStep::Answered if open => request.state = State::Answered,
        DataRequestStep::Stopped if request.state != State::Answered => request.state = State::Stopped,
        DataRequestStep::Arrived | DataRequestStep::Identity if open => {}
        DataRequestStep::Note => {}
        DataRequestStep::Sent
        | DataRequestStep::Extended
        | DataRequestStep::Refused
        | DataRequestStep::Answered
        | DataRequestStep::Stopped
        | DataRequestStep::Arrived
        | DataRequestStep::Identity => {
            return Err(invalid("step", "one that the request's state has"));
        }
    }
    Ok(())
}

fn looked_at(view: &View<'_>, request: DataRequest, today: Date) -> Result<DataRequestView, VaultError> {
    let steps = data_request_events::list(view, request.id)?;
    let clock = request.sent_at.map(|sent| {
        if request.extended_at.is_some() {
            MonthClock::extended(sent.date(), today)
        } else {
            MonthClock::of(sent.date(), today)
        }
    });
    let late = clock.map_or(0, MonthClock::late);
    let next = match request.state {
        DataRequestState::Refused => Some(Followup::Complaint),
        DataRequestState::Sent | DataRequestState::Extended if late > WEEK => Some(Followup::Complaint),
        DataRequestState::Sent | DataRequestState::Extended if late > 0 => Some(Followup::Reminder),
        DataRequestState::Sent
        | DataRequestState::Extended
        | DataRequestState::Draft
        | DataRequestState::Answered
        | DataRequestState::Stopped => None,
    };
    let way = way::of(&request.platform).unwrap_or_else(|| Way {
        id: request.platform.clone(),
        name: request.platform.clone(),
        kind: WayKind::Mail,
        target: String::new(),
        words: String::new(),
    });
    Ok(DataRequestView {
        request,
        way,
        clock,
        steps,
        next,
    })
}

fn known(view: &View<'_>, id: DataRequestId) -> Result<DataRequest, VaultError> {
    data_requests::get(view, id)?.ok_or(VaultError::NoSuch("request"))
}

fn check_language(language: &str) -> Result<(), VaultError> {
    if LANGUAGES.contains(&language) {
        Ok(())
    } else {
        Err(invalid("language", "one of en, sv, ca, es, de, fr"))
    }
}

fn invalid(field: &'static str, why: &'static str) -> VaultError {
    VaultError::Invalid { field, why }
}

fn changed(turn: &Turn<'_>) {
    turn.tell(VaultEvent::ConnectionsChanged {
        space: turn.space.info.id,
    });
}
