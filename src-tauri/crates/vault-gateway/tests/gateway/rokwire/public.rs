//! What anybody may read: rows "Core / Auth service" and "Service Registration" of 8.3.

use serde_json::{Value, json};

use super::kit::{SERVICE, admit, code, is, login, read, service};
use crate::kit::World;

#[tokio::test(flavor = "multi_thread")]
async fn the_core_says_who_it_is_and_which_key_it_signs_with() {
    let world = World::new().await;
    let issuer = format!("{}/core", world.base());
    let version = world.get("/core/version", &[]).await;
    assert_eq!((version.status, version.text().as_str()), (200, "1.64.0"));
    let discovery = world.get("/core/.well-known/openid-configuration", &[]).await;
    assert_eq!(
        discovery.json::<Value>(),
        json!({ "issuer": issuer, "jwks_uri": format!("{issuer}/tps/auth-keys") })
    );
    assert_eq!(discovery.one("access-control-allow-origin"), "*");
    let keys: Value = world.get("/core/tps/auth-keys", &[]).await.json();
    let key = &keys["keys"][0];
    assert_eq!(keys["keys"].as_array().unwrap().len(), 1);
    assert_eq!(
        [&key["kty"], &key["use"], &key["alg"], &key["e"]],
        ["RSA", "sig", "RS256", "AQAB"]
    );
    assert!(key["kid"].as_str().unwrap().starts_with("SHA256:"));
    assert_eq!(key["n"].as_str().unwrap().len(), 512);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_token_only_our_own_registrations_are_told_and_others_by_exact_id() {
    let world = World::new().await;
    admit(&world).await;
    let issuer = format!("{}/core", world.base());
    for prefix in ["tps", "bbs"] {
        let asked = |ids: &str| format!("/core/{prefix}/service-regs?ids={ids}");
        let ids = |found: &Value| -> Vec<String> {
            let all = found.as_array().unwrap().iter();
            all.map(|one| one["service_id"].as_str().unwrap().to_owned())
                .collect()
        };
        let all: Value = world.get(&asked("all"), &[]).await.json();
        assert_eq!(ids(&all), ["auth", "core", "vault"]);
        assert_eq!(
            (&all[0]["host"], &all[2]["host"]),
            (&json!(issuer), &json!(world.base()))
        );
        assert_eq!(all[1]["service_account_id"], "core");
        let pem = all[0]["pub_key"]["key_pem"].as_str().unwrap();
        assert!(pem.starts_with("-----BEGIN PUBLIC KEY-----"));
        let exact: Value = world
            .get(&asked(&format!("nobody,{SERVICE},auth")), &[])
            .await
            .json();
        assert_eq!(ids(&exact), ["auth", SERVICE]);
        // The name and what it asks for are for those who hold a token.
        assert_eq!(
            exact[1],
            json!({ "service_id": SERVICE, "host": "https://steps.example" })
        );
        for near in [
            "steps",
            "steps-insight%25",
            "STEPS-INSIGHT",
            "steps-insight2",
            "nobody",
        ] {
            let found: Value = world.get(&asked(near), &[]).await.json();
            assert_eq!(found, json!([]), "{near}");
        }
        // A page, whatever page it is, learns of nobody.
        let page = [("Origin", "https://evil.example")];
        let found = world.get(&asked(&format!("auth,{SERVICE}")), &page).await;
        assert_eq!(ids(&found.json()), ["auth"]);
        assert_eq!(found.one("access-control-allow-origin"), "*");
        let missing = world.get(&format!("/core/{prefix}/service-regs"), &[]).await;
        assert_eq!(code(&missing), is(400, "malformed"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_application_is_told_the_full_record_of_its_own_services_only() {
    let world = World::new().await;
    let app = admit(&world).await;
    world.space.add_service(service("other-one")).await.unwrap();
    let (token, _) = login(&world, &app).await;
    let path = format!("/services/auth/service-regs?ids={SERVICE},other-one");
    let found: Value = read(&world, &path, &token).await.json();
    assert_eq!(found.as_array().unwrap().len(), 1);
    let one = &found[0];
    assert_eq!(one["name"], "Insight steps-insight");
    assert_eq!(one["first_party"], false);
    assert_eq!(
        one["scopes"][0],
        json!({ "scope": "vault:profile.first_name:get", "required": true, "explanation": "to draw your week" })
    );
    let nobody = world.get(&format!("/core{path}"), &[]).await;
    assert_eq!(code(&nobody), is(401, "invalid_token"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_core_has_beyond_this_is_not_there() {
    let world = World::new().await;
    for (method, path) in [
        ("POST", "/core/bbs/access-token"),
        ("POST", "/core/bbs/access-tokens"),
        ("POST", "/core/tps/accounts"),
        ("GET", "/core/bbs/auth-keys"),
        ("POST", "/core/system/service-regs"),
        ("GET", "/core/system/service-accounts"),
        ("POST", "/core/admin/auth/login"),
        ("POST", "/core/services/account/mfa"),
        ("GET", "/core/services/user-data"),
        ("GET", "/core/bbs/deleted-memberships"),
    ] {
        let answer = world.ask(method, path, &[], b"{}").await;
        assert_eq!(code(&answer), is(404, "not_found"), "{method} {path}");
    }
    // There is no way to register a service over HTTP.
    for method in ["POST", "PUT", "DELETE"] {
        let answer = world
            .ask(method, "/core/tps/service-regs?ids=auth", &[], b"{}")
            .await;
        assert_eq!(answer.status, 405, "{method}");
    }
}
