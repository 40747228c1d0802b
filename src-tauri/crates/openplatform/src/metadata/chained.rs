//! The answers of P5, which names things otherwise and has everything in one object (specification 2.6).

use serde_json::{Value, json};

use super::answer::NAME;
use super::facts::{Facts, UserApp};
use super::object::{Object, iso};
use super::profile::Person;
use crate::bundles::ProfileLeaf;
use crate::frame::ChainedEndpoint;

/// The body of the answer to a GET of `U~SIGN`. Members without a value are left out.
pub(super) fn verify_answer(facts: &Facts) -> Value {
    let mut out = Object::new();
    person(&mut out, facts);
    opening(&mut out, facts);
    out.put(
        "platform",
        json!({
            "name": NAME,
            "groups": [],
            "apps": facts.user_apps.iter().map(app).collect::<Vec<Value>>(),
        }),
    );
    out.build()
}

/// The body of the answer to `GET BASE/session/`.
pub fn session_answer(facts: &Facts) -> Value {
    let name = Person::of(facts).name();
    json!({
        "id": id(facts),
        "language": facts.preferences.language,
        "name": if facts.opening.guest { String::new() } else { name },
        "color": facts.preferences.color_scheme,
        "sa": false,
        "isonline": true,
    })
}

/// The person in the list of people.
pub(super) fn user(facts: &Facts) -> Value {
    let mut out = Object::new();
    person(&mut out, facts);
    let released = Person::of(facts);
    out.put("search", released.name().to_lowercase())
        .put("isdisabled", false)
        .put("isinactive", false)
        .put("isonline", true);
    out.build()
}

fn id(facts: &Facts) -> &str {
    if facts.opening.guest {
        "0"
    } else {
        facts.profile.account.as_str()
    }
}

fn person(out: &mut Object, facts: &Facts) {
    let (profile, preferences) = (&facts.profile, &facts.preferences);
    let released = Person::of(facts);
    out.put("id", id(facts));
    if facts.opening.guest || profile.fields.is_empty() {
        out.put("name", "").put("language", preferences.language.as_str());
    } else {
        out.put("name", released.name())
            .put_some("email", released.get(ProfileLeaf::Email))
            .put_some("gender", released.get(ProfileLeaf::Gender))
            .put(
                "language",
                released
                    .get(ProfileLeaf::Language)
                    .unwrap_or(&preferences.language),
            )
            .put_some(
                "reference",
                Some(profile.reference.as_str()).filter(|text| !text.is_empty()),
            )
            .put_some("dtbirth", released.birth())
            .put("dtcreated", iso(profile.created))
            .put("dtupdated", iso(profile.updated))
            .put("sounds", preferences.sounds)
            .put("notifications", facts.endpoints.notifications);
    }
    out.put("sa", false)
        .put("color", preferences.color_scheme.as_str())
        .put("groups", json!([]));
}

fn opening(out: &mut Object, facts: &Facts) {
    let token = &facts.endpoints.token;
    out.put("darkmode", u8::from(facts.preferences.dark))
        .put("openplatformid", facts.base.id().to_string())
        .put("openplatform", facts.base.as_str())
        .put(
            "appid",
            if facts.opening.guest {
                "0"
            } else {
                facts.app.id.as_str()
            },
        )
        .put("ssid", token.expose())
        .put("iframe", true);
    if facts.opening.guest {
        out.put("guest", true).put("permissions", json!([]));
        return;
    }
    out.put("permissions", facts.profile.roles.clone());
    if facts.endpoints.notifications {
        out.put("notify", facts.base.chained_url(ChainedEndpoint::Notify, token));
    }
}

fn app(app: &UserApp) -> Value {
    let mut out = Object::new();
    out.put("id", app.id.as_str())
        .put("name", app.name.as_str())
        .put("icon", app.icon.as_str())
        .put_some("color", app.listed.color.as_deref())
        .put_some(
            "reference",
            Some(app.listed.reference.as_str()).filter(|text| !text.is_empty()),
        );
    out.build()
}
