//! The answer of P5, which has names of its own.

use super::*;

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
