//! What is said of the person and their apps when an app opens or asks.

use super::*;

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
