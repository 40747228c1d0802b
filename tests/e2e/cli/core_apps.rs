//! Applications of Rokwire Core, their services and their backends, from the terminal.

use serde_json::json;

use crate::support::Home;

const KEY: &str = include_str!("../../../src-tauri/crates/rokwire/tests/fixtures/rsa_spki.pem");
const OTHER: &str = include_str!("../../../src-tauri/crates/rokwire/tests/fixtures/p256.pem");

#[test]
fn an_application_its_settings_and_its_services_are_kept_until_they_are_removed() {
    let home = Home::with_vault();
    let add = [
        "core-app",
        "add",
        "--name",
        "Steps",
        "--code",
        "steps",
        "--type",
        "org.example.steps=1.0.0,1.2.0",
        "--service",
        "steps-insight",
        "--anonymous",
    ];
    let app = home.ok(&add);
    let id = app["id"].as_str().unwrap();
    assert_eq!(app["types"][0]["versions"], json!(["1.0.0", "1.2.0"]));
    let key = app["api_key"].as_str().unwrap();
    assert_eq!(key.len(), 43);
    assert!(
        home.ok(&["core-app", "show", "steps"]).get("api_key").is_none(),
        "shown once"
    );
    assert_eq!(home.run(&add).code, Some(1), "the same twice");

    let file = home.write("settings.json", "{\"colour\":\"green\"}");
    let file = file.as_str();
    home.ok(&[
        "core-app",
        "config",
        "set",
        "steps",
        "org.example.steps",
        "1.0.0",
        file,
    ]);
    assert_eq!(
        home.run(&[
            "core-app",
            "config",
            "set",
            "steps",
            "org.example.steps",
            "01.0.0",
            file
        ])
        .code,
        Some(1)
    );
    let configs = home.ok(&["core-app", "config", "list", "steps"]);
    assert_eq!(
        (&configs[0]["version"], &configs[0]["data"]["colour"]),
        (&json!("1.0.0"), &json!("green"))
    );
    home.ok(&[
        "core-app",
        "config",
        "delete",
        "steps",
        "org.example.steps",
        "1.0.0",
    ]);
    assert_eq!(home.ok(&["core-app", "config", "list", id]), json!([]));

    let registration = |key: &str, alg: &str| {
        let text = json!({
            "service_id": "steps-insight", "name": "Steps Insight", "description": "Draws your week",
            "host": "https://steps.example", "pub_key": { "key_pem": key, "alg": alg },
            "scopes": [{ "scope": "vault:work.summary:get", "required": true, "explanation": "to draw it" }],
        });
        home.write("service.json", &text.to_string())
    };
    let added = home.ok(&["service", "add", &registration(KEY, "RS256")]);
    assert_eq!(added["result"], "added");
    let waiting = home.ok(&["service", "add", &registration(OTHER, "ES256")]);
    assert_eq!(
        (&waiting["result"], &waiting["fingerprint"]),
        (&json!("waiting"), &added["fingerprint"])
    );
    let compared = waiting["waiting_fingerprint"].as_str().unwrap();
    let accepted = home.ok(&["service", "accept", "steps-insight", compared]);
    assert_eq!(accepted["fingerprint"], compared);

    let account = [
        "service-account",
        "add",
        "Nightly",
        "--app",
        "steps",
        "--scope",
        "vault:work.summary:get",
        "--service",
        "steps-insight",
        "--until",
    ];
    let soon = (time::OffsetDateTime::now_utc() + time::Duration::days(20))
        .date()
        .to_string();
    let made = home.ok(&[&account[..], &[soon.as_str()]].concat());
    assert_eq!(made["token"].as_str().unwrap().len(), 43);
    assert_eq!(home.ok(&["service", "list"])[0]["service_account_id"], made["id"]);
    assert_eq!(made["sees"].as_array().unwrap().len(), 1);
    let grant = made["sees"][0]["grant"].as_str().unwrap();
    home.ok(&["grant", "revoke", grant]);
    let id = made["id"].as_str().unwrap();
    assert_eq!(home.ok(&["service-account", "list"])[0]["sees"], json!([]));
    let again = home.ok(&["service-account", "agree", id, "--until", soon.as_str()]);
    assert_eq!(again["sees"].as_array().unwrap().len(), 1);
    let scopes = |shown: &serde_json::Value| shown["instances"][0]["scopes"].clone();
    let more = home.ok(&[
        "service-account",
        "change",
        id,
        "--app",
        "steps",
        "--scope",
        "vault:work.summary:get",
        "--scope",
        "vault:ratings:get",
    ]);
    assert_eq!(
        scopes(&more),
        json!(["vault:work.summary:get", "vault:ratings:get"])
    );
    assert_eq!(
        more["sees"].as_array().unwrap().len(),
        2,
        "the command is the person's word"
    );
    let sooner = (time::OffsetDateTime::now_utc() + time::Duration::days(5))
        .date()
        .to_string();
    let less = home.ok(&[
        "service-account",
        "change",
        id,
        "--until",
        sooner.as_str(),
        "--app",
        "steps",
        "--scope",
        "vault:ratings:get",
    ]);
    assert_eq!(scopes(&less), json!(["vault:ratings:get"]));
    assert_eq!(less["sees"].as_array().unwrap().len(), 1);
    assert!(less["expires"].as_str() < more["expires"].as_str());
    home.ok(&["service-account", "remove", made["id"].as_str().unwrap()]);
    home.ok(&["core-app", "type", "steps", "steps.example"]);
    let left = home.ok(&["core-app", "forget-type", "steps", "org.example.steps"]);
    assert_eq!(left["types"].as_array().unwrap().len(), 1);
    let last = home.run(&["core-app", "forget-type", "steps", "steps.example"]);
    assert_eq!(last.code, Some(1), "the last one stays");
    let wrong = home.write("service.json", "{\"service_id\":\"steps-two\",\"host\":5}");
    let refused = home.run(&["service", "add", &wrong]);
    assert_eq!(refused.code, Some(1));
    assert!(
        refused.stderr.contains("host"),
        "it names the member: {}",
        refused.stderr
    );
    let keys = home.ok(&["vault", "rotate-key"])["keys"].clone();
    assert_eq!(
        keys.as_array().unwrap().len(),
        2,
        "the former one until its last token is over"
    );
    assert_ne!(keys[0], keys[1]);
    home.ok(&["service", "remove", "steps-insight"]);
    home.ok(&["core-app", "remove", "steps"]);
    assert_eq!(home.ok(&["core-app", "list"]), json!([]));
    assert_eq!(
        home.ok(&["persona", "external", "uin", "4711"]),
        json!({ "uin": "4711" })
    );
}

#[test]
fn a_build_has_its_ways_in_its_connections_and_sign_ins_end_once_a_year() {
    let home = Home::with_vault();
    let add = [
        "core-app",
        "add",
        "--name",
        "Steps",
        "--code",
        "steps",
        "--type",
        "org.example.steps",
    ];
    let app = home.ok(&add);
    assert_eq!(
        app["types"][0]["ways"],
        json!({ "unlock": true, "anonymous": true })
    );
    assert_eq!(
        (&app["types"][0]["providers"], &app["sessions"]["yearly"]),
        (&json!([]), &json!(null))
    );
    let ways = [
        "core-app",
        "ways",
        "steps",
        "org.example.steps",
        "--unlock",
        "false",
    ];
    assert_eq!(
        home.ok(&ways)["types"][0]["ways"],
        json!({ "unlock": false, "anonymous": true }),
        "what is not said stays"
    );
    home.run(&["core-app", "ways", "steps", "org.example.none"])
        .refused(1, "SYS-713");

    let file = home.write(
        "trips.csv",
        "City Name,Trip UUID,Local Amount,Currency Code,Classification,Category,Local Timestamp\n\
         Phoenix,aa-1,12.50,USD,fare,driver_payment_fares,2024-03-05 18:30:00\n",
    );
    home.ok(&[
        "import",
        &file,
        "--account",
        "lucia rides",
        "--time-zone",
        "America/Phoenix",
    ]);
    let connection = home.ok(&["connection", "list"])[0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let known = [
        "core-app",
        "provider",
        "add",
        "steps",
        "org.example.steps",
        connection.as_str(),
    ];
    let shown = home.ok(&known);
    assert_eq!(
        shown["types"][0]["providers"],
        json!([{ "connection": connection, "system": "uber", "state": "file" }])
    );
    home.run(&known).refused(1, "APP-336");
    home.run(&[
        "core-app",
        "provider",
        "add",
        "steps",
        "org.example.steps",
        "lucia",
    ])
    .refused(2, "SYS-712");
    let gone = [
        "core-app",
        "provider",
        "remove",
        "steps",
        "org.example.steps",
        connection.as_str(),
    ];
    assert_eq!(home.ok(&gone)["types"][0]["providers"], json!([]));
    home.run(&gone).refused(1, "SYS-713");

    let set = |yearly: &str| {
        home.ok(&["core-app", "set", "steps", "--yearly", yearly])["sessions"]["yearly"].clone()
    };
    assert_eq!(set("02-29 04:00"), "02-29 04:00");
    assert_eq!(
        home.ok(&["core-app", "set", "steps", "--idle", "60"])["sessions"]["yearly"],
        "02-29 04:00"
    );
    assert_eq!(
        home.run(&["core-app", "set", "steps", "--yearly", "02-30 04:00"])
            .code,
        Some(2)
    );
    assert_eq!(set("never"), json!(null));
}
