//! The two answers: to the message `verify`, and to a GET of the verify URL.

use serde_json::{Value, json};

use super::chained;
use super::facts::{Facts, Settings, UserApp, Window};
use super::lists;
use super::object::{Object, iso};
use super::profile::{addresses_only, profile};
use crate::frame::ApiEndpoint;
use crate::manifest::Protocol;

/// `name` of the platform.
pub(super) const NAME: &str = "Satchel";
/// `version`: the last of upstream's version 4.
const VERSION: u32 = 4902;
/// `ip`: a public address would be a personal value.
const IP: &str = "127.0.0.1";

/// The body of the answer to `verify` and `meta`: metadata of P2, the extras of P3 to 4.8 and the display set of 4.9.
///
/// It never names the token. If the app verifies by its server, the profile is only its two addresses.
pub fn message_reply(facts: &Facts, window: &Window) -> Value {
    let mut out = common(facts);
    let person = if facts.app.server_verify {
        addresses_only(facts)
    } else {
        profile(facts)
    };
    out.put("profile", person);
    opening(&mut out, facts);
    display(&mut out, facts, window);
    out.build()
}

/// The body of the answer to a GET of the verify URL. That of P2 to P4 always has a `profile` object: app modules of version
/// 1.004 and later stop working without one (specification 2.3).
pub fn verify_answer(facts: &Facts) -> Value {
    if facts.protocol == Protocol::P5 {
        return chained::verify_answer(facts);
    }
    let mut out = common(facts);
    if facts.protocol == Protocol::P2 {
        out.put("accesstoken", facts.endpoints.token.expose());
    }
    out.put("profile", profile(facts));
    out.build()
}

fn common(facts: &Facts) -> Object {
    let mut out = Object::new();
    out.put_as(&["datetime", "date"], &iso(facts.now));
    out.put(
        "id",
        if facts.opening.guest {
            "0"
        } else {
            facts.app.id.as_str()
        },
    );
    out.put("url", facts.app.url.as_str()).put("ip", IP);
    platform(&mut out, facts);
    installation(&mut out, facts);
    addresses(&mut out, facts);
    if facts.opening.guest {
        out.put("guest", true);
    }
    out
}

fn platform(out: &mut Object, facts: &Facts) {
    out.put_as(&["openplatform", "openplatformurl"], &facts.base.as_str().into())
        .put("openplatformid", facts.base.id())
        .put("name", NAME)
        .put("version", VERSION)
        .put("mode", facts.mode.name())
        .put("email", "")
        .put("colorscheme", facts.preferences.color_scheme.as_str())
        .put_some("background", facts.preferences.background.as_deref());
}

fn installation(out: &mut Object, facts: &Facts) {
    let app = &facts.app;
    out.put_as(&["serverside", "serververify"], &app.server_verify.into())
        .put("verifytoken", app.verify_token.as_str())
        .put("servicetoken", app.service_token.as_str())
        .put_some("sn", app.serial.as_deref())
        .put_some("settings", settings(&app.settings));
}

fn settings(settings: &Settings) -> Option<Value> {
    match settings {
        Settings::Typed(values) if values.is_empty() => None,
        Settings::Typed(values) => Some(Value::Object(values.clone())),
        Settings::Text(text) => Some(text.as_str().into()),
    }
}

/// Where the app's server asks for more; P2 has the lists themselves (specification 5.1).
fn addresses(out: &mut Object, facts: &Facts) {
    let endpoints = &facts.endpoints;
    out.put("verify", facts.base.verify_url(&endpoints.token));
    if facts.opening.guest {
        return;
    }
    for (allowed, name, endpoint) in [
        (endpoints.meta, "meta", ApiEndpoint::Meta),
        (endpoints.users, "users", ApiEndpoint::Users),
        (endpoints.apps, "apps", ApiEndpoint::Apps),
        (endpoints.services, "services", ApiEndpoint::Services),
    ] {
        let list = match endpoint {
            _ if facts.protocol != Protocol::P2 => None,
            ApiEndpoint::Users => Some(lists::users(facts).into()),
            ApiEndpoint::Apps => Some(lists::apps(facts).into()),
            ApiEndpoint::Meta => Some(lists::meta(facts)),
            ApiEndpoint::Services | ApiEndpoint::Badge | ApiEndpoint::Notify => None,
        };
        if allowed {
            out.put(
                name,
                list.unwrap_or_else(|| facts.base.api_url(endpoint, &endpoints.token).into()),
            );
        }
    }
}

fn opening(out: &mut Object, facts: &Facts) {
    if let Some(href) = &facts.opening.href {
        out.put_as(&["href", "redirect"], &href.as_str().into());
    }
    out.put_some("data", facts.opening.data.clone())
        .put("rev", facts.opening.revision.as_str());
}

fn display(out: &mut Object, facts: &Facts, window: &Window) {
    let preferences = &facts.preferences;
    out.put("title", facts.app.title.as_str())
        .put("icon", facts.app.icon.as_str())
        .put("dateformat", preferences.date_format.pattern())
        .put("timeformat", preferences.time_format.hours())
        .put("numberformat", preferences.number_format.number())
        .put("datefdow", preferences.first_day)
        .put("darkmode", preferences.dark)
        .put("language", preferences.language.as_str())
        .put(
            "userapps",
            facts.user_apps.iter().map(user_app).collect::<Vec<Value>>(),
        )
        .put("query", json!({}))
        .put("width", window.width)
        .put("height", window.height)
        .put("ww", window.outer_width)
        .put("wh", window.outer_height)
        .put("display", window.display.name())
        .put_some("oldversion", facts.app.old_version.as_deref());
}

fn user_app(app: &UserApp) -> Value {
    json!({
        "name": app.name,
        "title": app.title,
        "type": app.kind,
        "favorite": app.favorite,
        "icon": app.icon,
        "id": app.id.as_str(),
        "responsive": app.responsive,
        "version": app.version,
        "online": app.online,
    })
}
