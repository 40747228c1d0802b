//! The lists that an app server asks for: people, apps, words, by every argument.

use super::*;

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
