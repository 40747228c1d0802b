//! The lists that an app's server asks for: people, apps, and the words of the space (specification 5.3 to 5.5).
//!
//! In a vault of one person the list of people has that person, as far as this app may see them. What was not released is not found
//! either: a filter on it passes nothing, so that no filter tells what the answer does not.

use serde_json::{Value, json};
use time::{Duration, OffsetDateTime};

use super::chained;
use super::facts::{AppsLevel, Facts, UserApp};
use super::object::{Object, iso};
use super::profile::{Person, profile};
use crate::bundles::ProfileLeaf;
use crate::ids::linker;
use crate::manifest::Protocol;
use crate::query::ListQuery;

/// Members of a person that are filtered as texts, by the argument of the same name.
const TEXTS: [&str; 15] = [
    "name",
    "firstname",
    "lastname",
    "middlename",
    "phone",
    "email",
    "gender",
    "language",
    "company",
    "department",
    "position",
    "place",
    "locality",
    "reference",
    "status",
];
/// What `q` looks in.
const SEARCHED: [&str; 6] = ["name", "firstname", "lastname", "email", "phone", "reference"];
/// Arguments about what the person of a vault never has: nobody is found by them.
const NOBODY_HAS: [&str; 6] = ["group", "groups", "groupid", "contractid", "ou", "removed"];
/// What holds of the person of a vault, by argument.
const HOLDS: [(&str, bool); 8] = [
    ("active", true),
    ("online", true),
    ("inactive", false),
    ("blocked", false),
    ("customer", false),
    ("sa", false),
    ("otp", false),
    ("desktop", true),
];

/// The body of the answer to `GET BASE/api/users/`: the one person, if the query finds them.
pub fn users_answer(facts: &Facts, query: &ListQuery) -> Value {
    let found: Vec<Value> = users(facts)
        .into_iter()
        .filter(|person| is_wanted(facts, person, query))
        .collect();
    if facts.protocol == Protocol::P5 {
        return json!({ "groups": [], "users": query.of_page(&query.shaped(found)) });
    }
    if query.flag("removed") == Some(true) {
        return json!([]);
    }
    query.paged(&query.shaped(found))
}

/// The body of the answer to `GET BASE/api/apps/`: a page of them up to P3, the list itself later (specification 5.4).
pub fn apps_answer(facts: &Facts, query: &ListQuery) -> Value {
    let mine = facts.profile.account.as_str();
    let is_mine = query.words("userid").is_none_or(|ids| ids.contains(&mine));
    let found: Vec<Value> = apps(facts)
        .into_iter()
        .filter(|app| is_mine && is_wanted_app(app, query))
        .collect();
    let shaped = query.shaped(found);
    match facts.protocol {
        Protocol::P2 | Protocol::P3 => query.paged(&shaped),
        Protocol::P4 | Protocol::P5 => query.of_page(&shaped).into(),
    }
}

/// The body of the answer to `GET BASE/api/meta/`: lists of `{id, name, count}`. Arguments hold for each list.
pub fn meta_answer(facts: &Facts, query: &ListQuery) -> Value {
    let mut out = meta(facts);
    let Some(lists) = out.as_object_mut() else {
        return out;
    };
    for list in lists.values_mut() {
        let items = list.as_array().cloned().unwrap_or_default();
        let found = items.into_iter().filter(|item| is_wanted_word(item, query));
        *list = query.of_page(&query.shaped(found.collect())).into();
    }
    out
}

/// The one person.
pub(super) fn users(facts: &Facts) -> Vec<Value> {
    match facts.protocol {
        Protocol::P2 | Protocol::P3 | Protocol::P4 => vec![profile(facts)],
        Protocol::P5 => vec![chained::user(facts)],
    }
}

/// The apps of the space.
pub(super) fn apps(facts: &Facts) -> Vec<Value> {
    facts
        .user_apps
        .iter()
        .map(|app| listed(app, facts.apps_level))
        .collect()
}

/// The words that the person uses, as far as this app may see them, and what the app and the host know.
pub(super) fn meta(facts: &Facts) -> Value {
    let person = Person::of(facts);
    let one = |leaf: ProfileLeaf| -> Value {
        let found = person.get(leaf);
        found.map(word).into_iter().collect::<Vec<Value>>().into()
    };
    let roles: Vec<Value> = facts.app.known_roles.iter().map(|role| word(role)).collect();
    let city = one(ProfileLeaf::City);
    let mut out = Object::new();
    out.put("companies", one(ProfileLeaf::Company))
        .put("departments", one(ProfileLeaf::Department))
        .put("positions", one(ProfileLeaf::Position))
        .put_as(&["places", "localities"], &city)
        .put("roles", roles)
        .put(
            "languages",
            json!([{ "id": "en", "name": "English", "count": 1 }]),
        )
        .put_as(&["customers", "groups", "directories", "ou"], &json!([]));
    out.build()
}

fn word(text: &str) -> Value {
    json!({ "id": linker(text), "name": text, "count": 1 })
}

fn text<'a>(item: &'a Value, member: &str) -> Option<&'a str> {
    item.get(member)?.as_str()
}

fn is_wanted(facts: &Facts, person: &Value, query: &ListQuery) -> bool {
    let texts = TEXTS.iter().all(|member| {
        let filter = query.texts(member);
        filter.is_none_or(|filter| filter.passes(text(person, member)))
    });
    let searched = query
        .texts("q")
        .is_none_or(|filter| SEARCHED.iter().any(|member| filter.passes(text(person, member))));
    let holds = HOLDS
        .iter()
        .all(|(name, holds)| query.flag(name).is_none_or(|wanted| wanted == *holds));
    let nobody = NOBODY_HAS
        .iter()
        .any(|name| query.get(name).is_some_and(|value| !is_no(value)));
    texts && searched && holds && !nobody && is_this_one(facts, person, query) && is_of_time(facts, query)
}

/// `removed=false` asks for nothing.
fn is_no(value: &str) -> bool {
    matches!(value, "false" | "0" | "no" | "off")
}

/// By id, by the app that the person uses, by roles, by number.
fn is_this_one(facts: &Facts, person: &Value, query: &ListQuery) -> bool {
    let is_in = |name: &str, mine: Option<&str>| {
        query
            .words(name)
            .is_none_or(|wanted| mine.is_some_and(|mine| wanted.contains(&mine)))
    };
    let roles: Vec<&str> = person
        .get("roles")
        .and_then(Value::as_array)
        .map(|roles| roles.iter().filter_map(Value::as_str).collect())
        .unwrap_or_default();
    let has_role = ["role", "roles"].iter().all(|name| {
        query
            .words(name)
            .is_none_or(|wanted| wanted.iter().any(|role| roles.contains(role)))
    });
    let status = person
        .get("statusid")
        .and_then(Value::as_u64)
        .map(|id| id.to_string());
    let dark = u8::from(facts.preferences.dark).to_string();
    is_in("id", text(person, "id"))
        && is_in("userid", text(person, "id"))
        && is_in("appid", Some(facts.app.id.as_str()))
        && is_in("directory", Some("0"))
        && is_in("statusid", status.as_deref())
        && is_in("darkmode", Some(&dark))
        && has_role
}

/// `modified=1 day`: changed since then. `logged=1 day`: signed in last before then (4.3 and later), which nobody is who is here now.
fn is_of_time(facts: &Facts, query: &ListQuery) -> bool {
    let modified = query
        .span("modified")
        .is_none_or(|span| earlier(facts.now, span).is_none_or(|since| facts.profile.updated >= since));
    let logged = query.span("logged").is_none_or(|span| span <= Duration::ZERO);
    modified && logged
}

fn earlier(now: OffsetDateTime, span: Duration) -> Option<OffsetDateTime> {
    now.checked_sub(span)
}

fn is_wanted_app(app: &Value, query: &ListQuery) -> bool {
    let texts = ["name", "title", "type", "author", "version", "reference"]
        .iter()
        .all(|member| {
            query
                .texts(member)
                .is_none_or(|filter| filter.passes(text(app, member)))
        });
    let searched = query.texts("q").is_none_or(|filter| {
        ["name", "title", "description"]
            .iter()
            .any(|member| filter.passes(text(app, member)))
    });
    texts && searched && has_id(app, query)
}

fn is_wanted_word(item: &Value, query: &ListQuery) -> bool {
    let named = ["q", "name"].iter().all(|name| {
        query
            .texts(name)
            .is_none_or(|filter| filter.passes(text(item, "name")))
    });
    named && has_id(item, query)
}

fn has_id(item: &Value, query: &ListQuery) -> bool {
    query
        .words("id")
        .is_none_or(|ids| text(item, "id").is_some_and(|id| ids.contains(&id)))
}

/// An app in the list: what it is, and at the full level where it is (specification 5.4).
fn listed(app: &UserApp, level: AppsLevel) -> Value {
    let more = &app.listed;
    let mut out = Object::new();
    out.put("id", app.id.as_str())
        .put("title", app.title.as_str())
        .put("name", app.name.as_str())
        .put("version", app.version.as_str())
        .put("type", app.kind.as_str())
        .put("icon", app.icon.as_str())
        .put_some("color", more.color.as_deref())
        .put("description", more.description.as_str())
        .put("author", more.author.as_str())
        .put("allowreadapps", more.reads_apps)
        .put("allowreadusers", more.reads_users)
        .put("allowreadmeta", more.reads_meta)
        .put("allownotifications", more.notifies)
        .put("responsive", app.responsive)
        .put("mobilemenu", more.mobile_menu)
        .put("online", app.online)
        .put("services", more.services.clone())
        .put("reference", more.reference.as_str())
        .put_as(&["datecreated", "dtcreated"], &iso(more.created));
    if let Some(refreshed) = more.refreshed {
        out.put_as(&["daterefreshed", "dtrefreshed", "dtsync"], &iso(refreshed));
    }
    if level == AppsLevel::Full {
        out.put_as(&["url", "frame"], &more.url.as_str().into())
            .put("roles", more.roles.clone())
            .put("email", more.email.as_str())
            .put("custom", more.custom.as_str())
            .put("origin", more.origin.clone());
    }
    out.build()
}
