//! Search or jump to: what can be done, where one can go, and what was found.

use serde::Serialize;
use specta::Type;
use time::OffsetDateTime;
use vault_core::{
    apps::AppInfo,
    cooperatives::{IncomingState, IncomingView, Peer, Transfer, is_unsent},
    disclosure::ActivityItem,
};
use vault_store::Record;

use super::{
    connections::{ConnectionGroup, ConnectionRow, ConnectionState},
    platforms::Platforms,
    records::title,
    time::{day_month_year, day_time, local},
};

/// The heading under which an item stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum JumpGroup {
    Do,
    GoTo,
    Records,
    Left,
}

/// One item.
#[derive(Clone, Serialize, Type)]
pub(crate) struct JumpItem {
    pub(crate) group: JumpGroup,
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) detail: String,
    pub(crate) target: String,
    pub(crate) disabled: Option<String>,
}

impl JumpItem {
    pub(crate) fn new(
        group: JumpGroup,
        id: &str,
        title: impl Into<String>,
        detail: impl Into<String>,
        target: impl Into<String>,
    ) -> Self {
        Self {
            group,
            id: id.into(),
            title: title.into(),
            detail: detail.into(),
            target: target.into(),
            disabled: None,
        }
    }

    /// The same, listed with the reason why it cannot be done.
    pub(crate) fn unless(mut self, reason: Option<&str>) -> Self {
        self.disabled = reason.map(str::to_owned);
        self
    }

    fn answers(&self, wanted: &str) -> bool {
        self.title.to_lowercase().contains(wanted)
    }
}

/// The pages: route, name, key after G.
const PAGES: [(&str, &str, &str); 8] = [
    ("overview", "Overview", "G then O"),
    ("work", "Work", "G then W"),
    ("connections", "Connections", "G then C"),
    ("apps", "Apps", "G then A"),
    ("cooperatives", "Cooperatives", "G then P"),
    ("activity", "Activity", "G then Y"),
    ("backpack", "Backpack", "G then B"),
    ("settings", "Settings", "G then S"),
];

/// Places within a page that are looked for by name.
const PLACES: [(&str, &str); 4] = [
    ("connections/add", "Add a connection"),
    ("connections/who", "Who sees what"),
    ("cooperatives/own", "Your name and key for cooperatives"),
    ("settings/mail", "Your mail server"),
];

/// What is said of an item that waits for the person.
const NEEDS_YOU: &str = "needs you";

/// How many items an empty query shows.
const AT_FIRST: usize = 14;

/// Commands and places that answer a query; what needs the person first, in `urgent`. `more` is what the space has of its own: apps, and
/// cooperatives.
pub(crate) fn known(
    query: &str,
    connections: &[ConnectionRow],
    urgent: Vec<JumpItem>,
    more: Vec<JumpItem>,
) -> Vec<JumpItem> {
    let wanted = query.trim().to_lowercase();
    let mut items: Vec<JumpItem> = connections.iter().flat_map(of_connection).collect();
    items.extend(urgent);
    items.extend(commands());
    items.extend(more);
    items.extend(
        PAGES.map(|(page, name, key)| JumpItem::new(JumpGroup::GoTo, page, name, key, format!("/{page}"))),
    );
    items.extend(
        PLACES.map(|(place, name)| JumpItem::new(JumpGroup::GoTo, place, name, "", format!("/{place}"))),
    );
    items.extend(connections.iter().map(|row| {
        JumpItem::new(
            JumpGroup::GoTo,
            &row.id,
            format!("Connection {}", row.name),
            row.words.clone(),
            format!("/connections/{}", row.id),
        )
    }));
    items.retain(|item| wanted.is_empty() || item.answers(&wanted));
    if wanted.is_empty() {
        items.truncate(AT_FIRST);
    }
    items
}

/// A record that was found.
pub(crate) fn of_record(record: &Record, platforms: &Platforms) -> JumpItem {
    let title = format!("{}, {}", title(record), platforms.name(&record.platform));
    JumpItem::new(
        JumpGroup::Records,
        &record.id.to_string(),
        title,
        day_month_year(record.start.date()),
        format!("/work/{}", record.id),
    )
}

/// An app that can be opened.
pub(crate) fn of_app(app: &AppInfo) -> JumpItem {
    let (id, name) = (app.id.to_string(), &app.manifest.name);
    JumpItem::new(
        JumpGroup::Do,
        &format!("open-{id}"),
        format!("Open {name}"),
        "asks first",
        format!("command:open:{id}"),
    )
}

/// A cooperative: what it is, and the state of its key.
pub(crate) fn of_peer(peer: &Peer) -> JumpItem {
    let named = JumpItem::new(
        JumpGroup::GoTo,
        &format!("peer-{}", peer.id),
        format!("Cooperative {}", peer.name),
        "",
        format!("/cooperatives?about={}", peer.id),
    );
    JumpItem {
        detail: if peer.checked_at.is_some() && peer.waiting.is_none() {
            String::new()
        } else {
            "key not checked".to_owned()
        },
        ..named
    }
}

/// Something that arrived from a cooperative: to decide on while it waits, else to look at.
pub(crate) fn of_incoming(view: &IncomingView, now: OffsetDateTime) -> JumpItem {
    let incoming = &view.incoming;
    let id = incoming.id.to_string();
    let when = day_time(incoming.received_at, now);
    let (group, detail) = if incoming.state == IncomingState::Waiting {
        (JumpGroup::Do, format!("{NEEDS_YOU}, {when}"))
    } else {
        (JumpGroup::GoTo, when)
    };
    let title = match view.service_name.as_str() {
        "" => format!("Arrived from {}", incoming.peer_name),
        service => format!("Arrived from {}: {service}", incoming.peer_name),
    };
    JumpItem::new(group, &id, title, detail, format!("/incoming/{id}"))
}

/// A transfer to a cooperative, if it answers a query; what was never signed is found on the page of its service.
pub(crate) fn of_transfer(transfer: &Transfer, query: &str) -> Option<JumpItem> {
    if is_unsent(transfer.state) {
        return None;
    }
    let id = transfer.id.to_string();
    let at = transfer.sent_at.unwrap_or(transfer.begun_at);
    let item = JumpItem::new(
        JumpGroup::Left,
        &format!("transfer-{id}"),
        format!("{}: {}", transfer.service_name, transfer.peer_name),
        day_month_year(local(at).date()),
        format!("/transfers/{id}"),
    );
    item.answers(&query.trim().to_lowercase()).then_some(item)
}

/// A row of the log that was found.
pub(crate) fn of_entry(item: &ActivityItem) -> JumpItem {
    let id = item.entry.id.to_string();
    let title = format!("{}, to {}", item.what, item.entry.party.name);
    let day = day_month_year(local(item.entry.at).date());
    JumpItem::new(
        JumpGroup::Left,
        &id,
        title,
        day,
        format!("/activity/{id}?days=all"),
    )
}

fn commands() -> [JumpItem; 6] {
    let command = |name: &str, title: &str, detail: &str| {
        JumpItem::new(JumpGroup::Do, name, title, detail, format!("command:{name}"))
    };
    [
        command("lock", "Lock Satchel", "Ctrl L"),
        command("stopAll", "Stop all sharing", "asks first"),
        command("checkLog", "Check the log", ""),
        command("keys", "List of keys", "?"),
        command("theme:light", "Light theme", ""),
        command("theme:dark", "Dark theme", ""),
    ]
}

fn of_connection(row: &ConnectionRow) -> Vec<JumpItem> {
    let mut items = Vec::new();
    if row.group == ConnectionGroup::NeedsYou {
        items.push(JumpItem::new(
            JumpGroup::Do,
            &format!("see-{}", row.id),
            format!("{}: {}", row.name, row.words),
            NEEDS_YOU,
            format!("/connections/{}", row.id),
        ));
    }
    let reason = match row.state {
        ConnectionState::AuthLost => Some("sign in first"),
        ConnectionState::EmailSent => Some("answer the e-mail first"),
        ConnectionState::NotFinished => Some("finish linking first"),
        ConnectionState::Fetching => Some("is being fetched already"),
        ConnectionState::File | ConnectionState::Typed | ConnectionState::Stopped | ConnectionState::Gone => {
            return items;
        }
        ConnectionState::Working
        | ConnectionState::LessGranted
        | ConnectionState::PlatformBusy
        | ConnectionState::PlatformDown
        | ConnectionState::UnknownFormat => None,
    };
    let fetch = JumpItem::new(
        JumpGroup::Do,
        &format!("fetch-{}", row.id),
        format!("Fetch from {} now", row.name),
        "",
        format!("command:fetch:{}", row.id),
    );
    items.push(fetch.unless(reason));
    items
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::values::Monogram;

    fn row(state: ConnectionState, group: ConnectionGroup) -> ConnectionRow {
        ConnectionRow {
            id: "c1".into(),
            platform: "demo".into(),
            name: "Demo platform".into(),
            monogram: Monogram::new("Demo platform", 1),
            state,
            words: "Sign in again".into(),
            second: String::new(),
            when: None,
            records: 0,
            way: "Account link".into(),
            by_address: false,
            group,
        }
    }

    #[test]
    fn what_cannot_be_done_says_why() {
        let items = known(
            "fetch",
            &[row(ConnectionState::AuthLost, ConnectionGroup::NeedsYou)],
            Vec::new(),
            Vec::new(),
        );
        let [only] = items.as_slice() else {
            panic!("one item")
        };
        assert_eq!(
            (only.target.as_str(), only.disabled.as_deref()),
            ("command:fetch:c1", Some("sign in first"))
        );
    }

    #[test]
    fn an_empty_query_begins_with_what_needs_the_person() {
        let items = known(
            "",
            &[row(ConnectionState::AuthLost, ConnectionGroup::NeedsYou)],
            Vec::new(),
            Vec::new(),
        );
        assert_eq!(items.first().unwrap().title, "Demo platform: Sign in again");
        assert!(items.len() <= AT_FIRST);
    }

    #[test]
    fn nothing_is_shared_by_a_command_alone() {
        let all = known("s", &[], Vec::new(), Vec::new());
        assert!(all.iter().all(|item| !item.target.starts_with("command:share")));
        assert!(all.iter().any(|item| item.target == "command:stopAll"));
    }
}
