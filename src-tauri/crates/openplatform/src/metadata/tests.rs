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
fn without_a_grant_the_profile_is_level_0_exactly() {
    assert_eq!(verify_answer(&facts())["profile"], level_0());
    assert_eq!(message_reply(&facts(), &WINDOW)["profile"], level_0());
}

#[test]
fn the_verify_answer_passes_the_rules_of_the_app_module() {
    let facts = facts();
    let answer = verify_answer(&facts);
    assert_eq!(answer["url"], "https://a.example");
    assert_eq!(answer["id"], "app1");
    assert!(answer["profile"].is_object());
    let base = answer["openplatform"].as_str().unwrap();
    assert_eq!(answer["openplatformid"], json!(openplatform_id(base)));
    assert_eq!(answer["openplatformid"], json!(2_181_588_538_u32));
    assert!(
        facts
            .base
            .verify_url(&facts.endpoints.token)
            .starts_with(&format!("{base}/verify/?accesstoken="))
    );
    assert_eq!(answer["datetime"], "2026-01-02T02:04:05.678Z");
    assert_eq!(answer["date"], answer["datetime"]);
}

#[test]
fn the_verify_answer_is_this_and_no_more() {
    assert_eq!(
        names(&verify_answer(&facts())),
        [
            "datetime",
            "date",
            "id",
            "url",
            "ip",
            "openplatform",
            "openplatformurl",
            "openplatformid",
            "name",
            "version",
            "mode",
            "email",
            "colorscheme",
            "serverside",
            "serververify",
            "verifytoken",
            "servicetoken",
            "verify",
            "profile",
        ]
    );
}

#[test]
fn the_message_adds_the_display_set() {
    let reply = message_reply(&facts(), &WINDOW);
    for name in [
        "id",
        "openplatformurl",
        "name",
        "title",
        "icon",
        "width",
        "height",
        "dateformat",
        "timeformat",
        "numberformat",
        "datefdow",
        "darkmode",
        "colorscheme",
        "userapps",
        "query",
        "ww",
        "wh",
        "display",
        "language",
        "rev",
        "profile",
    ] {
        assert!(reply.get(name).is_some(), "{name}");
    }
    assert_eq!(
        (&reply["width"], &reply["ww"], &reply["display"]),
        (&json!(800), &json!(1280), &json!("md"))
    );
    for name in [
        "accesstoken",
        "username",
        "href",
        "redirect",
        "data",
        "oldversion",
        "settings",
        "sn",
        "guest",
    ] {
        assert!(reply.get(name).is_none(), "{name}");
    }
}

#[test]
fn the_token_is_named_by_p2_only() {
    let mut facts = facts();
    assert!(verify_answer(&facts).get("accesstoken").is_none());
    facts.protocol = Protocol::P2;
    assert_eq!(
        verify_answer(&facts)["accesstoken"],
        facts.endpoints.token.expose()
    );
    assert!(message_reply(&facts, &WINDOW).get("accesstoken").is_none());
}

#[test]
fn the_basic_bundle_has_no_contact_and_no_birth_date() {
    let answer = verify_answer(&with_fields(&profile_bundle(ProfileAccess::Basic)));
    let profile = &answer["profile"];
    assert_eq!(profile["name"], "Ñ first_name Ñ last_name");
    assert_eq!(profile["companylinker"], "n-company");
    assert_eq!(profile["department"], profile["depeartment"]);
    assert_eq!(profile["departmentlinker"], profile["depeartmentlinker"]);
    assert_eq!(profile["place"], profile["locality"]);
    assert!(
        profile.get("photo").is_none(),
        "an address of somebody else is not handed on"
    );
    assert_eq!(profile["language"], "Ñ language");
    assert_eq!(profile["datecreated"], "2025-06-01T00:00:00.000Z");
    assert_eq!(profile["dtupdated"], "2025-07-01T00:00:00.000Z");
    assert_eq!(
        (&profile["sounds"], &profile["sound"], &profile["volume"]),
        (&json!(true), &json!(true), &json!(50))
    );
    assert_eq!(profile["roles"], json!(["editor"]));
    assert_eq!(profile["globalroles"], json!([]));
    assert_eq!(
        (&profile["sa"], &profile["directoryid"], &profile["statusid"]),
        (&json!(false), &json!(0), &json!(0))
    );
    assert_eq!(profile["countsessions"], 3);
    let text = answer.to_string();
    for absent in [
        "email",
        "phone",
        "dtbirth",
        "datebirth",
        "supervisorid",
        "\"ou\"",
        "\"dn\"",
        "directory\"",
    ] {
        assert!(!text.replace("\"email\":\"\"", "").contains(absent), "{absent}");
    }
}

#[test]
fn the_contact_bundle_adds_e_mail_and_phone() {
    let profile = verify_answer(&with_fields(&profile_bundle(ProfileAccess::Contact)))["profile"].clone();
    assert_eq!(
        (&profile["email"], &profile["phone"]),
        (&json!("Ñ email"), &json!("Ñ phone"))
    );
}

#[test]
fn a_released_birth_date_has_both_names() {
    let profile = verify_answer(&with_fields(&[ProfileLeaf::BirthDate]))["profile"].clone();
    assert_eq!(profile["dtbirth"], "1990-02-03T00:00:00.000Z");
    assert_eq!(profile["datebirth"], profile["dtbirth"]);
    assert_eq!(profile["name"], "");
    let mut odd = with_fields(&[ProfileLeaf::BirthDate]);
    odd.profile
        .fields
        .insert(ProfileLeaf::BirthDate, "third of May".into());
    assert!(verify_answer(&odd)["profile"].get("dtbirth").is_none());
}

#[test]
fn each_leaf_alone_releases_only_itself() {
    let all: Vec<ProfileLeaf> = profile_bundle(ProfileAccess::Contact)
        .into_iter()
        .chain([ProfileLeaf::BirthDate])
        .collect();
    for leaf in &all {
        let facts = with_fields(&[*leaf]);
        let text = format!("{}{}", verify_answer(&facts), message_reply(&facts, &WINDOW));
        for other in all
            .iter()
            .filter(|other| *other != leaf && **other != ProfileLeaf::BirthDate)
        {
            assert!(!text.contains(&value_of(*other)), "{leaf:?} brings {other:?}");
        }
        assert_eq!(text.contains("1990-02-03"), *leaf == ProfileLeaf::BirthDate);
    }
}

#[test]
fn an_app_that_verifies_by_its_server_gets_no_profile_in_the_page() {
    let mut facts = with_fields(&profile_bundle(ProfileAccess::Contact));
    facts.app.server_verify = true;
    let reply = message_reply(&facts, &WINDOW);
    assert_eq!(reply["profile"], json!({}));
    assert_eq!(
        (&reply["serverside"], &reply["serververify"]),
        (&json!(true), &json!(true))
    );
    assert_eq!(verify_answer(&facts)["profile"]["email"], "Ñ email");
    facts.endpoints.notifications = true;
    assert_eq!(
        names(&message_reply(&facts, &WINDOW)["profile"]),
        ["badge", "notify"]
    );
}

#[test]
fn addresses_are_there_when_allowed() {
    let mut facts = facts();
    for name in ["meta", "users", "apps", "services"] {
        assert!(verify_answer(&facts).get(name).is_none(), "{name}");
    }
    let endpoints = &mut facts.endpoints;
    (
        endpoints.meta,
        endpoints.users,
        endpoints.apps,
        endpoints.services,
    ) = (true, true, true, true);
    endpoints.notifications = true;
    let answer = verify_answer(&facts);
    let token = facts.endpoints.token.expose();
    for name in ["meta", "users", "apps", "services"] {
        assert_eq!(
            answer[name],
            format!("http://127.0.0.1:8200/api/{name}/?accesstoken={token}")
        );
    }
    assert_eq!(
        answer["profile"]["notify"],
        format!("http://127.0.0.1:8200/api/notify/?accesstoken={token}")
    );
    assert_eq!(
        answer["profile"]["badge"],
        format!("http://127.0.0.1:8200/api/badge/?accesstoken={token}")
    );
}

#[test]
fn a_guest_is_nobody() {
    let mut facts = with_fields(&profile_bundle(ProfileAccess::Contact));
    facts.opening.guest = true;
    facts.endpoints.notifications = true;
    let answer = verify_answer(&facts);
    assert_eq!((&answer["id"], &answer["guest"]), (&json!("0"), &json!(true)));
    let mut guest = level_0();
    guest["id"] = json!("0");
    guest["guest"] = json!(true);
    assert_eq!(answer["profile"], guest);
    assert_eq!(message_reply(&facts, &WINDOW)["profile"], guest);
}

#[test]
fn settings_are_typed_or_one_text() {
    let mut facts = facts();
    facts.app.settings = Settings::Text("free".into());
    facts.app.serial = Some("SN-1".into());
    assert_eq!(verify_answer(&facts)["settings"], "free");
    assert_eq!(verify_answer(&facts)["sn"], "SN-1");
    facts.app.settings = Settings::Typed(json!({"n": 1}).as_object().unwrap().clone());
    assert_eq!(message_reply(&facts, &WINDOW)["settings"], json!({"n": 1}));
}

#[test]
fn a_deep_link_and_data_are_in_the_message_only() {
    let mut facts = facts();
    facts.opening.href = Some("https://a.example/x".into());
    facts.opening.data = Some(json!({"k": 1}));
    let reply = message_reply(&facts, &WINDOW);
    assert_eq!(
        (&reply["href"], &reply["redirect"]),
        (&json!("https://a.example/x"), &json!("https://a.example/x"))
    );
    assert_eq!(reply["data"], json!({"k": 1}));
    let answer = verify_answer(&facts);
    assert!(answer.get("href").is_none() && answer.get("data").is_none());
}

#[test]
fn other_apps_are_listed_by_what_they_are() {
    let mut facts = facts();
    facts.user_apps.push(other_app("app2", "Other"));
    let list = message_reply(&facts, &WINDOW)["userapps"].clone();
    assert_eq!(
        names(&list[0]),
        [
            "name",
            "title",
            "type",
            "favorite",
            "icon",
            "id",
            "responsive",
            "version",
            "online"
        ]
    );
}

#[test]
fn made_up_data_is_marked() {
    let mut facts = with_fields(&[ProfileLeaf::City]);
    assert_eq!(verify_answer(&facts)["profile"]["test"], false);
    facts.mode = Mode::Test;
    let answer = verify_answer(&facts);
    assert_eq!(
        (&answer["mode"], &answer["profile"]["test"]),
        (&json!("test"), &json!(true))
    );
}

#[test]
fn widths_have_classes() {
    assert_eq!(
        [767, 768, 991, 992, 1199, 1200].map(Display::of_width),
        [
            Display::Xs,
            Display::Sm,
            Display::Sm,
            Display::Md,
            Display::Md,
            Display::Lg
        ]
    );
}

/// A person with everything released, and the query of a test.
fn asked(text: &str) -> Value {
    let mut leaves = profile_bundle(ProfileAccess::Contact);
    leaves.push(ProfileLeaf::BirthDate);
    let mut facts = with_fields(&leaves);
    facts.profile.status.id = 2;
    facts.profile.reference = "R-7".into();
    users_answer(&facts, &ListQuery::parse(text).unwrap())
}

#[track_caller]
fn finds(text: &str, found: bool) {
    let answer = asked(text);
    let expected = usize::from(found);
    assert_eq!(answer["items"].as_array().map(Vec::len), Some(expected), "{text}");
    assert_eq!(answer["count"], expected, "{text}");
}

#[test]
fn people_are_one_page_with_one_person() {
    let answer = asked("");
    assert_eq!(names(&answer), ["items", "count", "page", "pages", "limit"]);
    assert_eq!(
        (&answer["page"], &answer["pages"], &answer["limit"]),
        (&json!(1), &json!(1), &json!(500))
    );
    let person = &answer["items"][0];
    assert_eq!(
        (&person["id"], &person["email"]),
        (&json!("acc1"), &json!("Ñ email"))
    );
}

#[test]
fn people_by_id() {
    finds("id=acc1", true);
    finds("id=x,acc1", true);
    finds("id=acc", false);
    finds("userid=acc1", true);
    finds("userid=acc2", false);
}

#[test]
fn people_by_app() {
    finds("appid=app1", true);
    finds("appid=app2", false);
}

#[test]
fn people_by_search() {
    finds("q=first", true);
    finds("q=%3Dr-7", true);
    finds("q=nobody", false);
}

/// Each argument that filters a text, in its four forms.
#[test]
fn people_by_each_text() {
    for (name, whole) in [
        ("name", "ñ first_name ñ last_name"),
        ("firstname", "ñ first_name"),
        ("lastname", "ñ last_name"),
        ("middlename", "ñ middle_name"),
        ("phone", "ñ phone"),
        ("email", "ñ email"),
        ("gender", "ñ gender"),
        ("language", "ñ language"),
        ("company", "ñ company"),
        ("department", "ñ department"),
        ("position", "ñ position"),
        ("place", "ñ city"),
        ("locality", "ñ city"),
        ("reference", "r-7"),
    ] {
        let (start, end) = (whole.chars().next().unwrap(), whole.chars().last().unwrap());
        for (filter, found) in [
            (whole.to_owned(), true),
            (format!("={whole}"), true),
            (format!("=x{whole}"), false),
            (format!("<{start}"), true),
            (format!("<x{start}"), false),
            (format!(">{end}"), true),
            (format!(">{end}x"), false),
            (format!("x,{whole}"), true),
            ("nobody".to_owned(), false),
        ] {
            let filter: String = url::form_urlencoded::byte_serialize(filter.as_bytes()).collect();
            finds(&format!("{name}={filter}"), found);
        }
    }
}

/// A filter on what was not released is no way to learn it.
#[test]
fn people_are_not_found_by_what_was_not_released() {
    let facts = with_fields(&[ProfileLeaf::FirstName]);
    for text in [
        "email=email",
        "q=last_name",
        "company=company",
        "locality=city",
        "phone=phone",
    ] {
        let answer = users_answer(&facts, &ListQuery::parse(text).unwrap());
        assert_eq!(answer["items"], json!([]), "{text}");
    }
}

#[test]
fn people_by_role() {
    for name in ["role", "roles"] {
        finds(&format!("{name}=editor"), true);
        finds(&format!("{name}=x,editor"), true);
        finds(&format!("{name}=admin"), false);
    }
}

#[test]
fn people_by_what_nobody_has() {
    for name in ["group", "groups", "groupid", "contractid", "ou"] {
        finds(&format!("{name}=x"), false);
        finds(&format!("{name}="), true);
    }
    finds("directory=0", true);
    finds("directory=Sales", false);
}

#[test]
fn people_by_number() {
    finds("statusid=2", true);
    finds("statusid=1,2", true);
    finds("statusid=1", false);
    finds("darkmode=1", true);
    finds("darkmode=0", false);
}

#[test]
fn people_by_each_yes_or_no() {
    for (name, holds) in [
        ("active", true),
        ("online", true),
        ("desktop", true),
        ("inactive", false),
        ("blocked", false),
        ("customer", false),
        ("sa", false),
        ("otp", false),
    ] {
        finds(&format!("{name}={holds}"), true);
        finds(&format!("{name}={}", !holds), false);
        finds(&format!("{name}=maybe"), true);
    }
    finds("all=true", true);
}

/// The person changed half a year before the answer, and is signed in now.
#[test]
fn people_by_time() {
    finds("modified=1 year", true);
    finds("modified=1 month", false);
    finds("logged=1 day", false);
    finds("logged=0 days", true);
}

#[test]
fn people_who_were_removed_are_none() {
    assert_eq!(asked("removed=true"), json!([]));
    assert_eq!(asked("removed=true&modified=1 day"), json!([]));
    finds("removed=false", true);
}

#[test]
fn people_with_some_members_on_some_page() {
    let answer = asked("fields=name,email");
    assert_eq!(names(&answer["items"][0]), ["id", "name", "email"]);
    let next = asked("page=2&limit=1&sort=name_desc");
    assert_eq!(next["items"], json!([]));
    assert_eq!(
        (&next["count"], &next["page"], &next["pages"], &next["limit"]),
        (&json!(1), &json!(2), &json!(1), &json!(1))
    );
}

#[test]
fn people_without_a_profile_are_level_0() {
    let answer = users_answer(&facts(), &ListQuery::parse("").unwrap());
    assert_eq!(answer["items"], json!([level_0()]));
}

fn apps_asked(protocol: Protocol, level: AppsLevel, text: &str) -> Value {
    let mut facts = facts();
    (facts.protocol, facts.apps_level) = (protocol, level);
    facts.user_apps = vec![other_app("app2", "Beta"), other_app("app3", "alpha")];
    apps_answer(&facts, &ListQuery::parse(text).unwrap())
}

fn ids(list: &Value) -> Vec<&str> {
    let items = list.as_array().unwrap();
    items.iter().map(|item| item["id"].as_str().unwrap()).collect()
}

#[test]
fn apps_are_a_page_up_to_p3_and_a_list_later() {
    let page = apps_asked(Protocol::P3, AppsLevel::Basic, "limit=1&page=2");
    assert_eq!(ids(&page["items"]), ["app3"]);
    assert_eq!((&page["count"], &page["pages"]), (&json!(2), &json!(2)));
    let list = apps_asked(Protocol::P4, AppsLevel::Basic, "");
    assert_eq!(ids(&list), ["app2", "app3"]);
}

#[test]
fn apps_by_each_argument() {
    let found = |text: &str| -> Vec<String> {
        let list = apps_asked(Protocol::P4, AppsLevel::Basic, text);
        ids(&list).into_iter().map(str::to_owned).collect()
    };
    for (text, expected) in [
        ("id=app3", &["app3"][..]),
        ("id=app2,app3", &["app2", "app3"]),
        ("q=alph", &["app3"]),
        ("q=more", &["app2", "app3"]),
        ("name=%3Dbeta", &["app2"]),
        ("title=alpha", &["app3"]),
        ("type=files", &["app2", "app3"]),
        ("type=orders", &[]),
        ("author=maker", &["app2", "app3"]),
        ("version=3", &[]),
        ("reference=%3Dref-app2", &["app2"]),
        ("userid=acc1", &["app2", "app3"]),
        ("userid=acc2", &[]),
        ("sort=name_asc", &["app3", "app2"]),
        ("sort=name_desc", &["app2", "app3"]),
        ("limit=1", &["app2"]),
        ("limit=1&page=2", &["app3"]),
    ] {
        assert_eq!(found(text), expected, "{text}");
    }
    let cut = apps_asked(Protocol::P4, AppsLevel::Basic, "fields=name");
    assert_eq!(names(&cut[0]), ["id", "name"]);
}

#[test]
fn apps_say_where_they_are_at_the_full_level_only() {
    let basic = apps_asked(Protocol::P4, AppsLevel::Basic, "id=app2");
    let full = apps_asked(Protocol::P4, AppsLevel::Full, "id=app2");
    for name in ["url", "frame", "roles", "email", "custom", "origin"] {
        assert!(basic[0].get(name).is_none(), "{name}");
        assert!(full[0].get(name).is_some(), "{name}");
    }
    assert_eq!(basic[0]["services"], json!(["send"]));
    assert_eq!(basic[0]["dtcreated"], "2025-05-01T00:00:00.000Z");
}

fn words_asked(facts: &Facts, text: &str) -> Value {
    meta_answer(facts, &ListQuery::parse(text).unwrap())
}

#[test]
fn words_are_those_of_the_person_that_were_released() {
    let facts = with_fields(&profile_bundle(ProfileAccess::Basic));
    let all = words_asked(&facts, "");
    assert_eq!(
        all["companies"],
        json!([{"id": "n-company", "name": "Ñ company", "count": 1}])
    );
    assert_eq!(all["places"], all["localities"]);
    assert_eq!(all["positions"][0]["name"], "Ñ position");
    assert_eq!(all["departments"][0]["name"], "Ñ department");
    assert_eq!(ids(&all["roles"]), ["editor", "reader"]);
    assert_eq!(ids(&all["languages"]), ["en"]);
    for empty in ["customers", "groups", "directories", "ou"] {
        assert_eq!(all[empty], json!([]), "{empty}");
    }
    let none = words_asked(&with_fields(&[ProfileLeaf::FirstName]), "");
    for empty in ["companies", "places", "localities", "positions", "departments"] {
        assert_eq!(none[empty], json!([]), "{empty}");
    }
}

#[test]
fn words_by_each_argument() {
    let facts = with_fields(&profile_bundle(ProfileAccess::Basic));
    let roles = |text: &str| -> Vec<String> {
        let all = words_asked(&facts, text);
        ids(&all["roles"]).into_iter().map(str::to_owned).collect()
    };
    assert_eq!(roles("q=edit"), ["editor"]);
    assert_eq!(roles("name=%3Dreader"), ["reader"]);
    assert_eq!(roles("id=reader"), ["reader"]);
    assert_eq!(roles("sort=name_desc"), ["reader", "editor"]);
    assert_eq!(roles("limit=1&page=2"), ["reader"]);
    assert_eq!(
        names(&words_asked(&facts, "fields=name")["roles"][0]),
        ["id", "name"]
    );
}

#[test]
fn p2_has_the_lists_in_its_first_answer() {
    let mut facts = with_fields(&[ProfileLeaf::City]);
    facts.protocol = Protocol::P2;
    facts.user_apps.push(other_app("app2", "Other"));
    let answer = verify_answer(&facts);
    for name in ["users", "apps", "meta"] {
        assert!(answer.get(name).is_none(), "{name}");
    }
    let endpoints = &mut facts.endpoints;
    (endpoints.users, endpoints.apps, endpoints.meta) = (true, true, true);
    for answer in [verify_answer(&facts), message_reply(&facts, &WINDOW)] {
        assert_eq!(answer["users"][0]["locality"], "Ñ city");
        assert_eq!(answer["apps"][0]["id"], "app2");
        assert_eq!(answer["meta"]["places"][0]["name"], "Ñ city");
    }
}

fn chained(leaves: &[ProfileLeaf]) -> Facts {
    let mut facts = with_fields(leaves);
    facts.protocol = Protocol::P5;
    facts
}

#[test]
fn p5_has_its_own_names() {
    let mut leaves = profile_bundle(ProfileAccess::Contact);
    leaves.push(ProfileLeaf::BirthDate);
    let mut facts = chained(&leaves);
    facts.endpoints.notifications = true;
    facts.user_apps.push(other_app("app2", "Other"));
    let answer = verify_answer(&facts);
    let token = facts.endpoints.token.expose();
    assert_eq!(answer["id"], "acc1");
    assert_eq!(answer["name"], "Ñ first_name Ñ last_name");
    assert_eq!(answer["email"], "Ñ email");
    assert_eq!(answer["dtbirth"], "1990-02-03T00:00:00.000Z");
    assert_eq!(answer["openplatformid"], "2181588538");
    assert_eq!(answer["openplatform"], "http://127.0.0.1:8200");
    assert_eq!(
        (&answer["appid"], &answer["ssid"]),
        (&json!("app1"), &json!(token))
    );
    assert_eq!(
        answer["notify"],
        format!("http://127.0.0.1:8200/notify/?token={token}")
    );
    assert_eq!(answer["permissions"], json!(["editor"]));
    assert_eq!(answer["iframe"], true);
    assert_eq!(
        answer["platform"]["apps"],
        json!([{"id": "app2", "name": "Other", "icon": "fa-file fa", "color": "#123456", "reference": "ref-app2"}])
    );
    assert!(answer.get("reference").is_none(), "what is empty is left out");
    let users = users_answer(&facts, &ListQuery::parse("").unwrap());
    assert_eq!(names(&users), ["groups", "users"]);
    assert_eq!(users["users"][0]["search"], "ñ first_name ñ last_name");
    assert_eq!(
        session_answer(&facts),
        json!({"id": "acc1", "language": "ca", "name": "Ñ first_name Ñ last_name", "color": "#4285f4", "sa": false, "isonline": true})
    );
}

#[test]
fn p5_says_nothing_of_the_person_without_a_grant() {
    let mut facts = chained(&[]);
    facts.profile.reference = "R-7".into();
    let answer = verify_answer(&facts);
    assert_eq!(
        names(&answer),
        [
            "id",
            "name",
            "language",
            "sa",
            "color",
            "groups",
            "darkmode",
            "openplatformid",
            "openplatform",
            "appid",
            "ssid",
            "iframe",
            "permissions",
            "platform"
        ]
    );
    assert_eq!(answer["name"], "");
    facts.opening.guest = true;
    let guest = verify_answer(&facts);
    assert_eq!(
        (&guest["id"], &guest["appid"], &guest["permissions"]),
        (&json!("0"), &json!("0"), &json!([]))
    );
}
