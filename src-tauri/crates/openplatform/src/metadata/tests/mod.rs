//! What is in the two answers, and above all what is not.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use time::macros::datetime;

use super::*;
use crate::bundles::{ProfileLeaf, profile_bundle};
use crate::frame::BaseUrl;
use crate::ids::{WireId, openplatform_id};
use crate::manifest::{ProfileAccess, Protocol};
use crate::query::ListQuery;
use crate::token::{AppToken, Revision};

mod chained;
mod lists;
mod profile;

const WINDOW: Window = Window {
    width: 800,
    height: 600,
    outer_width: 1280,
    outer_height: 900,
    display: Display::Md,
};

fn facts() -> Facts {
    Facts {
        protocol: Protocol::P4,
        now: datetime!(2026-01-02 03:04:05.678 +01:00),
        base: BaseUrl::new("http://127.0.0.1:8200").unwrap(),
        mode: Mode::Prod,
        app: AppFacts {
            id: WireId::new("app1").unwrap(),
            url: "https://a.example".into(),
            title: "Sample".into(),
            icon: "fa-vial fa".into(),
            server_verify: false,
            verify_token: "vt".into(),
            service_token: "st".into(),
            serial: None,
            settings: Settings::Typed(Map::new()),
            known_roles: vec!["editor".into(), "reader".into()],
            old_version: None,
        },
        opening: Opening {
            revision: Revision::parse("x1y2z").unwrap(),
            href: None,
            data: None,
            guest: false,
        },
        endpoints: Endpoints {
            token: AppToken::from_random(&[7; 32]),
            meta: false,
            users: false,
            apps: false,
            services: false,
            notifications: false,
        },
        preferences: Preferences {
            language: "ca".into(),
            date_format: DateFormat::DayMonthYear,
            time_format: TimeFormat::Hours24,
            number_format: NumberFormat::PointComma,
            first_day: 1,
            dark: true,
            color_scheme: "#4285f4".into(),
            background: None,
            sounds: true,
            volume: 50,
        },
        profile: DisclosedProfile {
            account: WireId::new("acc1").unwrap(),
            created: datetime!(2025-06-01 00:00 UTC),
            updated: datetime!(2025-07-01 00:00 UTC),
            fields: BTreeMap::new(),
            roles: vec!["editor".into()],
            reference: String::new(),
            status: Status::default(),
            counts: Counts {
                badges: 1,
                notifications: 2,
                sessions: 3,
            },
            own: OwnObjects::default(),
        },
        user_apps: Vec::new(),
        apps_level: AppsLevel::Basic,
    }
}

fn other_app(id: &str, name: &str) -> UserApp {
    UserApp {
        id: WireId::new(id).unwrap(),
        name: name.into(),
        title: format!("{name} one"),
        kind: "files".into(),
        icon: "fa-file fa".into(),
        version: "2".into(),
        responsive: true,
        favorite: false,
        online: true,
        listed: Listed {
            description: "Files and more".into(),
            author: "Maker".into(),
            color: Some("#123456".into()),
            reads_apps: 1,
            reads_users: 3,
            reads_meta: true,
            notifies: false,
            mobile_menu: true,
            services: vec!["send".into()],
            reference: format!("ref-{id}"),
            created: datetime!(2025-05-01 00:00 UTC),
            refreshed: Some(datetime!(2025-05-02 00:00 UTC)),
            url: "https://b.example".into(),
            roles: vec!["admin".into()],
            email: "maker@b.example".into(),
            custom: "c".into(),
            origin: vec!["10.0.0.1".into()],
        },
    }
}

fn value_of(leaf: ProfileLeaf) -> String {
    if leaf == ProfileLeaf::BirthDate {
        "1990-02-03".into()
    } else {
        format!("Ñ {}", leaf.field())
    }
}

fn with_fields(leaves: &[ProfileLeaf]) -> Facts {
    let mut facts = facts();
    facts.profile.fields = leaves.iter().map(|leaf| (*leaf, value_of(*leaf))).collect();
    facts
}

fn level_0() -> Value {
    json!({"id": "acc1", "name": "", "dateformat": "dd.MM.yyyy", "timeformat": 24, "numberformat": 3, "language": "ca"})
}

fn names(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

#[test]
fn what_travels_on_opens_nothing_on_this_computer() {
    let mut facts = with_fields(&[ProfileLeaf::FirstName]);
    facts.app.verify_token = "v-secret".into();
    facts.app.service_token = "s-secret".into();
    facts.endpoints.notifications = true;
    facts.endpoints.users = true;
    for protocol in [Protocol::P2, Protocol::P3, Protocol::P4] {
        facts.protocol = protocol;
        let reply = message_reply(&facts, &WINDOW);
        let portable = portable(&facts, &reply);
        let text = portable.to_string();
        for secret in [facts.endpoints.token.expose(), "v-secret", "s-secret"] {
            assert!(reply.to_string().contains(secret));
            assert!(!text.contains(secret), "{text}");
        }
        for name in ["verify", "verifytoken", "servicetoken"] {
            assert!(
                reply.get(name).is_some() && portable.get(name).is_none(),
                "{name}"
            );
        }
        for name in ["id", "url", "openplatform", "rev", "userapps", "width"] {
            assert_eq!(portable[name], reply[name], "{name}");
        }
        assert_eq!(portable["profile"]["firstname"], reply["profile"]["firstname"]);
        let whole = with_own(reply.clone(), json!({ "signed": "a.b.c" }));
        assert_eq!(whole["vault"]["signed"], "a.b.c");
        assert_eq!(
            whole.as_object().unwrap().len(),
            reply.as_object().unwrap().len() + 1
        );
    }
}
