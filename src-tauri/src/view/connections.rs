//! Connections with an honest state, and the platforms that can be linked.

use serde::Serialize;
use serde_json::Value;
use specta::Type;
use time::OffsetDateTime;
use vault_connect::Connector;
use vault_store::{
    connections::{Connection, ConnectionState as StoreState, ConnectionWay},
    retrievals::{Retrieval, RetrievalKind, RetrievalOutcome},
};

use super::{
    platforms::Platforms,
    records::mirror,
    time::{day, day_month, day_time, local, long, stamp},
    values::{Fact, Monogram},
    words::{count, list, number, sentence_case},
};
use crate::error::AppError;

mirror!(
    /// What can be said about a connection.
    ConnectionState of StoreState {
        Working, File, Fetching, AuthLost, LessGranted, EmailSent, NotFinished, PlatformBusy, PlatformDown, UnknownFormat, Stopped, Gone, Typed
    }
);

/// Who has to act.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum ConnectionGroup {
    NeedsYou,
    Working,
    Waiting,
    NotFinished,
    Stopped,
}

/// One connection of the list.
#[derive(Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ConnectionRow {
    pub(crate) id: String,
    pub(crate) platform: String,
    pub(crate) name: String,
    pub(crate) monogram: Monogram,
    pub(crate) state: ConnectionState,
    pub(crate) words: String,
    pub(crate) second: String,
    pub(crate) when: Option<String>,
    pub(crate) records: u64,
    pub(crate) way: String,
    /// The platform knows the person by an address.
    pub(crate) by_address: bool,
    pub(crate) group: ConnectionGroup,
}

impl ConnectionRow {
    /// `connector` is the platform's, where there is one.
    pub(crate) fn new(
        connection: &Connection,
        platforms: &Platforms,
        connector: Option<&Connector>,
        records: u64,
        now: OffsetDateTime,
    ) -> Self {
        Self {
            id: connection.id.to_string(),
            platform: connection.platform.clone(),
            name: connection.name.clone(),
            monogram: platforms.monogram(&connection.platform),
            state: connection.state.into(),
            words: state_words(connection, now),
            second: second(connection, connector, now),
            when: connection.last_fetch_at.map(stamp),
            records,
            way: way_words(connection.way).into(),
            by_address: connection.way == ConnectionWay::Email,
            group: group(connection.state),
        }
    }
}

/// One connection with what was tried.
#[derive(Clone, Serialize, Type)]
pub(crate) struct ConnectionDetail {
    pub(crate) row: ConnectionRow,
    pub(crate) notice: Option<AppError>,
    pub(crate) action: Option<Action>,
    pub(crate) facts: Vec<Fact>,
    pub(crate) tries: Vec<Try>,
    pub(crate) granted: Vec<String>,
    pub(crate) missing: Vec<String>,
    /// The account at the platform: a name, or the address that it is asked by.
    pub(crate) account: String,
}

/// What can be done next.
#[derive(Clone, Serialize, Type)]
pub(crate) struct Action {
    label: String,
    command: ActionCommand,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
enum ActionCommand {
    SignIn,
    Fetch,
    Continue,
    /// Type the code of the e-mail.
    Confirm,
    /// Give address and token anew.
    Reconnect,
}

/// One fetch or import.
#[derive(Clone, Serialize, Type)]
pub(crate) struct Try {
    at: String,
    ok: bool,
    words: String,
}

impl ConnectionDetail {
    /// `linked` says whether there is a session that could fetch; `connector` is the platform's, where there is one.
    pub(crate) fn new(
        row: ConnectionRow,
        connection: &Connection,
        tries: &[Retrieval],
        linked: bool,
        connector: Option<&Connector>,
        now: OffsetDateTime,
    ) -> Self {
        let granted = vault_connect::granted(connection);
        // An address has nothing to allow by parts.
        let missing = connector
            .filter(|_| connection.way == ConnectionWay::Link)
            .map(|connector| missing(connector, &granted))
            .unwrap_or_default();
        let words = |names: &[String]| -> Vec<String> {
            connector.map_or_else(Vec::new, |known| {
                known
                    .scope_words(names)
                    .iter()
                    .map(|one| sentence_case(one))
                    .collect()
            })
        };
        Self {
            notice: notice(connection, tries),
            action: action(connection, linked),
            facts: facts(connection, connector, &granted, now),
            tries: tries.iter().map(a_try).collect(),
            granted: words(&granted),
            missing: words(&missing),
            account: connection.account.clone(),
            row,
        }
    }
}

/// A link that goes on in the browser.
#[derive(Clone, Serialize, Type)]
pub(crate) struct LinkAttempt {
    pub(crate) attempt: String,
    pub(crate) url: String,
    pub(crate) opened: bool,
}

/// A connection by address that was begun.
#[derive(Clone, Serialize, Type)]
pub(crate) struct EmailConnection {
    pub(crate) connection: String,
    /// Until when the mail can be answered; nothing when none was sent and the address is connected.
    pub(crate) until: Option<String>,
}

/// What came of ending a connection.
#[derive(Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Disconnected {
    pub(crate) revoked_at_platform: bool,
    pub(crate) words: String,
}

/// The words of a state, as everywhere in Satchel.
pub(crate) fn state_words(connection: &Connection, now: OffsetDateTime) -> String {
    let since = local(connection.state_since).date();
    let today = local(now).date();
    let next = connection
        .next_try_at
        .map(|at| format!(", next try {}", day_time(at, now)))
        .unwrap_or_default();
    match connection.state {
        StoreState::Working => "Up to date".into(),
        StoreState::File => "File imported".into(),
        StoreState::Fetching => "Fetching".into(),
        StoreState::AuthLost => "Sign in again".into(),
        StoreState::LessGranted => "Allowed less than before".into(),
        StoreState::EmailSent => {
            let until = connection
                .detail
                .get("mail_until")
                .and_then(Value::as_i64)
                .and_then(|seconds| OffsetDateTime::from_unix_timestamp(seconds).ok())
                .map(|at| format!(", valid until {}", day_time(at, now)))
                .unwrap_or_default();
            format!("Check your e-mail, {}{until}", connection.account)
        }
        StoreState::NotFinished => "Continue linking".into(),
        StoreState::PlatformBusy => format!("Slow down asked{next}"),
        StoreState::PlatformDown => {
            format!("No answer since {}{next}", day_time(connection.state_since, now))
        }
        StoreState::UnknownFormat => "New layout, set aside, nothing lost".into(),
        StoreState::Stopped => format!("Stopped by you on {}, records kept", day(since, today)),
        StoreState::Gone => format!("{} says the account is closed, records kept", connection.name),
        StoreState::Typed => "Typed by you".into(),
    }
}

/// How data comes in, in words.
pub(crate) fn way_words(way: ConnectionWay) -> &'static str {
    match way {
        ConnectionWay::Link => "Account link",
        ConnectionWay::Email => "E-mail",
        ConnectionWay::File => "File",
        ConnectionWay::Request => "Data request",
        ConnectionWay::Own => "Own entries",
    }
}

/// Who has to act.
pub(crate) fn group(state: StoreState) -> ConnectionGroup {
    match state {
        StoreState::AuthLost | StoreState::LessGranted | StoreState::UnknownFormat => {
            ConnectionGroup::NeedsYou
        }
        StoreState::Working | StoreState::File | StoreState::Fetching | StoreState::Typed => {
            ConnectionGroup::Working
        }
        StoreState::PlatformBusy | StoreState::PlatformDown => ConnectionGroup::Waiting,
        StoreState::EmailSent | StoreState::NotFinished => ConnectionGroup::NotFinished,
        StoreState::Stopped | StoreState::Gone => ConnectionGroup::Stopped,
    }
}

fn second(connection: &Connection, connector: Option<&Connector>, now: OffsetDateTime) -> String {
    match connection.state {
        StoreState::AuthLost | StoreState::UnknownFormat | StoreState::PlatformDown => {
            let since = connection.last_fetch_at.unwrap_or(connection.created_at);
            format!(
                "Nothing new since {}",
                day(local(since).date(), local(now).date())
            )
        }
        StoreState::Working if !connection.way.is_asked() => String::new(),
        StoreState::Working => match (connection.next_try_at, connector) {
            (Some(next), _) => format!("Next fetch {}", day_time(next, now)),
            (None, Some(connector)) => {
                format!("Fetches {}", every_words(connector.interval).to_lowercase())
            }
            (None, None) => String::new(),
        },
        StoreState::File
        | StoreState::Fetching
        | StoreState::LessGranted
        | StoreState::EmailSent
        | StoreState::NotFinished
        | StoreState::PlatformBusy
        | StoreState::Stopped
        | StoreState::Gone
        | StoreState::Typed => String::new(),
    }
}

fn missing(connector: &Connector, granted: &[String]) -> Vec<String> {
    connector
        .scope_names()
        .into_iter()
        .filter(|name| !granted.contains(name))
        .collect()
}

/// The three parts for a state in which somebody has to act; the code comes from the last try where it is more exact.
fn notice(connection: &Connection, tries: &[Retrieval]) -> Option<AppError> {
    let code = match connection.state {
        StoreState::AuthLost => "CON-401",
        StoreState::LessGranted => "CON-450",
        StoreState::PlatformBusy => "CON-429",
        StoreState::PlatformDown => "CON-503",
        StoreState::UnknownFormat => "CON-420",
        StoreState::EmailSent => "CON-430",
        StoreState::NotFinished if connection.way == ConnectionWay::Email => "CON-433",
        StoreState::NotFinished => "CON-408",
        StoreState::Gone => "CON-411",
        StoreState::Working
        | StoreState::File
        | StoreState::Fetching
        | StoreState::Stopped
        | StoreState::Typed => return None,
    };
    // At an endpoint the same state has several causes, and what to do differs.
    let said = tries
        .first()
        .filter(|last| connection.way == ConnectionWay::Email && last.code.starts_with("CON-"))
        .filter(|_| !matches!(connection.state, StoreState::EmailSent | StoreState::NotFinished));
    let code = said.map_or(code, |last| last.code.as_str());
    let mut notice = AppError::new(code);
    notice.title = notice.title.replace("The platform", &connection.name);
    notice.todo = notice.todo.replace("the platform", &connection.name);
    let last = tries
        .first()
        .filter(|last| !last.code.is_empty() && last.code != code);
    Some(match last {
        Some(last) => notice.with_details(last.code.clone()),
        None => notice,
    })
}

fn action(connection: &Connection, linked: bool) -> Option<Action> {
    let named = |label: &str, command| Action {
        label: label.into(),
        command,
    };
    let is_address = connection.way == ConnectionWay::Email;
    let sign_in = || {
        if is_address {
            named("Connect again", ActionCommand::Reconnect)
        } else {
            named(&format!("Sign in to {}", connection.name), ActionCommand::SignIn)
        }
    };
    match connection.state {
        StoreState::AuthLost | StoreState::LessGranted => Some(sign_in()),
        StoreState::EmailSent => Some(named("Enter the code", ActionCommand::Confirm)),
        StoreState::NotFinished if is_address => Some(sign_in()),
        StoreState::NotFinished => Some(named("Continue linking", ActionCommand::Continue)),
        StoreState::Working
        | StoreState::PlatformBusy
        | StoreState::PlatformDown
        | StoreState::UnknownFormat => Some(named("Fetch now", ActionCommand::Fetch)),
        StoreState::Stopped if linked => Some(named("Fetch now", ActionCommand::Fetch)),
        StoreState::Stopped if connection.way.is_asked() => Some(sign_in()),
        StoreState::Gone if is_address => Some(sign_in()),
        StoreState::Stopped
        | StoreState::File
        | StoreState::Fetching
        | StoreState::Gone
        | StoreState::Typed => None,
    }
}

fn facts(
    connection: &Connection,
    connector: Option<&Connector>,
    granted: &[String],
    now: OffsetDateTime,
) -> Vec<Fact> {
    let mut facts = Vec::new();
    if let Some(connector) = connector {
        let words: Vec<String> = connector
            .scope_words(granted)
            .into_iter()
            .map(str::to_owned)
            .collect();
        facts.push(Fact::new(
            "Satchel may read",
            if connection.way == ConnectionWay::Email {
                "All that the platform knows about your work".into()
            } else if words.is_empty() {
                "Nothing".into()
            } else {
                sentence_case(&list(&words))
            },
        ));
        facts.push(Fact::new("It may not", sentence_case(&connector.never)));
        if let Some(rule) = &connector.retention {
            facts.push(Fact::new("The platform's rule", rule.words.clone()));
        }
        let every = every_words(connector.interval);
        let fetches = match group(connection.state) {
            ConnectionGroup::Working => every.as_str(),
            ConnectionGroup::Waiting => "Again, as soon as the platform answers",
            ConnectionGroup::NeedsYou if connection.next_try_at.is_some() => {
                "Again, by itself, and less often each time"
            }
            ConnectionGroup::NeedsYou => "Stopped until you act",
            ConnectionGroup::NotFinished | ConnectionGroup::Stopped => "No",
        };
        facts.push(Fact::new("Fetches", fetches));
        if let Some(next) = connection.next_try_at {
            facts.push(Fact::new("Next fetch", day_time(next, now)));
        }
    }
    if !connection.account.is_empty() {
        facts.push(Fact::new("Account", connection.account.clone()));
    }
    if let Some(address) = connection.detail.get("base").and_then(Value::as_str) {
        facts.push(Fact::new("Address", address));
    }
    if let Some(relay) = connection.detail.get("relay").and_then(Value::as_str) {
        facts.push(Fact::new("Comes back through", relay));
    }
    let begun = match connection.way {
        ConnectionWay::Own => "First entry",
        ConnectionWay::Link => "Linked",
        ConnectionWay::Email => "Connected",
        ConnectionWay::File => "Imported",
        ConnectionWay::Request => "Asked",
    };
    facts.push(Fact::new(begun, long(local(connection.created_at).date())));
    facts
}

fn a_try(retrieval: &Retrieval) -> Try {
    Try {
        at: stamp(retrieval.started_at),
        ok: matches!(
            retrieval.outcome,
            RetrievalOutcome::Done | RetrievalOutcome::Running
        ),
        words: try_words(retrieval),
    }
}

fn try_words(retrieval: &Retrieval) -> String {
    let counts = retrieval.counts;
    let came = format!("{} new, {} changed", number(counts.new), number(counts.changed));
    match retrieval.outcome {
        RetrievalOutcome::Running => "Under way".into(),
        RetrievalOutcome::Done if retrieval.kind == RetrievalKind::Typed => "You typed an entry".into(),
        RetrievalOutcome::Done if counts.set_aside > 0 => {
            format!("{came}, {} set aside", count(counts.set_aside, "row", "rows"))
        }
        RetrievalOutcome::Done => came,
        RetrievalOutcome::Stopped => format!("Stopped after {}", count(counts.read(), "record", "records")),
        RetrievalOutcome::Failed => AppError::new(&retrieval.code).title,
    }
}

/// How often something happens, such as `Every 20 hours`.
pub(crate) fn every_words(seconds: u32) -> String {
    match seconds {
        86_400 => "Every day".into(),
        3600 => "Every hour".into(),
        day if day % 86_400 == 0 => format!("Every {} days", day / 86_400),
        hour if hour % 3600 == 0 => format!("Every {} hours", hour / 3600),
        other => format!("Every {} minutes", other / 60),
    }
}

/// `since 19 Nov`, for a rating of a platform that gives nothing any more.
pub(crate) fn stale_since(connection: &Connection) -> Option<String> {
    let stale = group(connection.state) == ConnectionGroup::NeedsYou
        || group(connection.state) == ConnectionGroup::Stopped;
    let last = connection.last_fetch_at.filter(|_| stale)?;
    Some(day_month(local(last).date()))
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, json};
    use time::macros::datetime;
    use vault_store::ConnectionId;

    use super::*;

    const NOW: OffsetDateTime = datetime!(2026-11-24 12:00 UTC);

    fn connection(state: StoreState) -> Connection {
        Connection {
            id: ConnectionId::new(),
            platform: "demo".into(),
            name: "Demo platform".into(),
            way: ConnectionWay::Link,
            state,
            state_since: datetime!(2026-11-19 12:00 UTC),
            account: "marta@example.org".into(),
            detail: Map::from_iter([("granted".to_owned(), json!(["gigs:read", "payments:read"]))]),
            created_at: datetime!(2026-01-06 12:00 UTC),
            last_fetch_at: Some(datetime!(2026-11-19 12:00 UTC)),
            next_try_at: None,
        }
    }

    #[test]
    fn a_rule_about_keeping_is_a_fact_of_the_connection() {
        let mut linked = connection(StoreState::Working);
        linked.platform = "freelancer".into();
        linked
            .detail
            .insert("relay".into(), json!("https://me.example/back/"));
        let known = vault_connect::connector("freelancer").unwrap();
        let facts = facts(&linked, Some(&known), &[], NOW);
        let fact = |name: &str| {
            let found = facts.iter().find(|fact| fact.name == name);
            found.map(|fact| fact.value.clone()).unwrap_or_default()
        };
        assert!(fact("The platform's rule").contains("24 hours"));
        assert_eq!(fact("Fetches"), "Every 20 hours");
        assert_eq!(fact("Comes back through"), "https://me.example/back/");
    }

    #[test]
    fn every_state_has_words_and_somebody_who_acts() {
        for state in StoreState::ALL {
            let connection = connection(*state);
            assert!(!state_words(&connection, NOW).is_empty());
            // An account that was closed needs nobody, and is explained all the same.
            let explained = *state == StoreState::Gone
                || matches!(
                    group(*state),
                    ConnectionGroup::NeedsYou | ConnectionGroup::Waiting | ConnectionGroup::NotFinished
                );
            assert_eq!(notice(&connection, &[]).is_some(), explained, "{state:?}");
        }
        assert_eq!(
            state_words(&connection(StoreState::Stopped), NOW),
            "Stopped by you on 19 Nov, records kept"
        );
    }

    #[test]
    fn the_schedule_is_the_connectors() {
        for (seconds, words) in [
            (86_400, "Every day"),
            (900, "Every 15 minutes"),
            (3_600, "Every hour"),
            (72_000, "Every 20 hours"),
            (604_800, "Every 7 days"),
        ] {
            assert_eq!(every_words(seconds), words);
        }
        let connector = vault_connect::connector("demo").unwrap();
        let mut working = connection(StoreState::Working);
        assert!(second(&working, Some(&connector), NOW).starts_with("Fetches every "));
        working.next_try_at = Some(NOW + time::Duration::days(2));
        assert!(second(&working, Some(&connector), NOW).starts_with("Next fetch 26 Nov, "));
        let facts = facts(&working, Some(&connector), &[], NOW);
        let fact = |name| facts.iter().find(|fact| fact.name == name).unwrap();
        assert_eq!(fact("Fetches").value, every_words(connector.interval));
        assert!(fact("Next fetch").value.starts_with("26 Nov, "));
    }

    #[test]
    fn an_address_lacks_nothing_that_accounts_allow() {
        let mut one = connection(StoreState::Working);
        let connector = vault_connect::connector("demo").unwrap();
        let detail = |one: &Connection| {
            let row = ConnectionRow::new(one, &Platforms::none(), Some(&connector), 0, NOW);
            ConnectionDetail::new(row, one, &[], true, Some(&connector), NOW)
        };
        assert!(!detail(&one).missing.is_empty());
        one.way = ConnectionWay::Email;
        let detail = detail(&one);
        assert!(detail.missing.is_empty() && detail.row.by_address);
        assert!(detail.facts.iter().any(|fact| fact.name == "Connected"));
    }

    #[test]
    fn a_notice_names_the_platform() {
        let notice = notice(&connection(StoreState::AuthLost), &[]).unwrap();
        assert_eq!(notice.title, "Demo platform ended your session.");
        assert_eq!(notice.todo, "Sign in to Demo platform again.");
    }

    #[test]
    fn what_was_not_granted_is_said() {
        let connection = connection(StoreState::LessGranted);
        let connector = vault_connect::connector("demo").unwrap();
        let missing = missing(&connector, &vault_connect::granted(&connection));
        assert_eq!(
            missing,
            [
                "ratings:read",
                "reviews:read",
                "achievements:read",
                "profile:read"
            ]
        );
        let facts = facts(
            &connection,
            Some(&*connector),
            &vault_connect::granted(&connection),
            NOW,
        );
        assert_eq!(facts.first().unwrap().value, "Gigs and payments");
    }
}
