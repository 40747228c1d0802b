//! Files of platforms and requests for data, from the terminal.

use std::fs;

use serde_json::json;

use crate::support::Home;

const HEADER: &str =
    "City Name,Trip UUID,Local Amount,Currency Code,Classification,Category,Local Timestamp\n";

fn payments(home: &Home, name: &str, rows: &[&str]) -> String {
    let path = home.path(name);
    fs::write(&path, format!("{HEADER}{}\n", rows.join("\n"))).unwrap();
    home.text(name)
}

#[test]
fn files_in_any_order_and_twice_say_the_same_in_every_vault() {
    let row =
        |at: u8| format!("Phoenix,t-{at},{at}.10,USD,fare,driver_payment_fares,2024-03-{at:02} 18:30:00");
    let rows: Vec<String> = (1..20).map(row).collect();
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let parts = [&rows[..12], &rows[7..], &rows[..]];
    let said = |order: &[usize]| {
        let home = Home::with_vault();
        for at in order {
            let file = payments(&home, &format!("{at}.csv"), parts[*at]);
            home.ok(&["import", &file, "--time-zone", "America/Phoenix"]);
        }
        let summary = home.ok(&["records", "summary"]);
        assert_eq!(summary["records"], 19);
        summary["said_digest"].clone()
    };
    let once = said(&[0, 1, 2]);
    assert!(once.is_string());
    assert_eq!(once, said(&[2, 1, 0, 2]));
    assert_eq!(once, said(&[1, 0]));
    let home = Home::with_vault();
    let less = payments(&home, "less.csv", parts[0]);
    home.ok(&["import", &less, "--time-zone", "America/Phoenix"]);
    assert_ne!(once, home.ok(&["records", "summary"])["said_digest"]);
}

#[test]
fn a_file_is_looked_at_imported_twice_and_taken_back() {
    let home = Home::with_vault();
    let file = payments(
        &home,
        "any name.csv",
        &[
            "Phoenix,aa-1,12.50,USD,fare,driver_payment_fares,2024-03-05 18:30:00",
            "Phoenix,aa-1,2.00,USD,tip,driver_payment_fares,2024-03-05 21:30:00",
            "Phoenix,aa-1,2.00,USD,tip,driver_payment_fares,2024-03-05 21:30:00",
            "Phoenix,aa-2,x,USD,fare,driver_payment_fares,2024-03-05 22:30:00",
            "Phoenix,\\N,-14.50,USD,weekly.payout,payout,2024-03-11 04:00:00",
        ],
    );
    let zone = ["--time-zone", "America/Phoenix"];
    let looked = home.ok(&["import", &file, "--dry-run", zone[0], zone[1]]);
    let sums = json!({"read": 5, "new": 4, "had": 0, "changed": 0, "contained": 0, "aside": 1});
    assert_eq!((&looked["platform"], &looked["sums"]), (&json!("uber"), &sums));
    assert_eq!(looked["money"][0]["payments_minor"], 1650);
    assert_eq!(looked["money"][0]["payouts_minor"], -1450);
    assert_eq!(home.ok(&["import", "list"]), json!([]), "a look stores nothing");
    assert_eq!(home.ok(&["connection", "list"]), json!([]));

    let first = home.ok(&["import", &file, zone[0], zone[1]]);
    assert_eq!((&first["state"], &first["sums"]), (&json!("done"), &sums));
    let earned = &home.ok(&["records", "summary"])["earned"];
    assert_eq!(earned[0]["minor"], 1650, "a payout is no earning");
    let again = home.ok(&["import", &file, zone[0], zone[1]]);
    assert_eq!(
        (&again["sums"]["new"], &again["sums"]["had"]),
        (&json!(0), &json!(4))
    );
    let aside = home.ok(&["import", "aside", first["import"].as_str().unwrap()]);
    assert_eq!(
        (&aside[0]["row"], &aside[0]["reason"]),
        (&json!(5), &json!("bad-amount"))
    );
    let id = again["import"].as_str().unwrap();
    let whole = home.ok(&["import", "fix", id, "5"]);
    assert_eq!(
        whole["cells"][2],
        json!({"column": "Local Amount", "text": "x", "fault": true})
    );
    let refused = home.run(&["import", "fix", id, "5", "--set", "Local Amount=y"]);
    assert_eq!(refused.code, Some(1));
    let document = refused.document();
    assert_eq!(
        (&document["code"], &document["reason"], &document["columns"]),
        (&json!("IMP-233"), &json!("bad-amount"), &json!(["Local Amount"]))
    );
    assert_eq!(
        home.run(&["import", "fix", id, "5", "--set", "Pay=1"]).code,
        Some(2)
    );
    let fixed = home.ok(&["import", "fix", id, "5", "--set", "Local Amount=4.00"]);
    let sums = json!({"read": 5, "new": 1, "had": 4, "changed": 0, "contained": 0, "aside": 0});
    assert_eq!(fixed["sums"], sums);
    home.run(&["import", "fix", id, "5"]).refused(1, "SYS-713");
    let coverage = &home.ok(&["completeness"])[0];
    assert_eq!(coverage["months"][0]["covered"], "file");
    assert_eq!(coverage["payments"][0]["difference"]["minor"], 600);
    assert_eq!(coverage["gaps"].as_array().unwrap().len(), 1);

    // What the second brought as well stays; then it goes with the account that the file made.
    let undone = home.ok(&["import", "undo", first["import"].as_str().unwrap()]);
    assert_eq!((&undone["removed"], &undone["put_back"]), (&json!(0), &json!(4)));
    let undone = home.ok(&["import", "undo", again["import"].as_str().unwrap()]);
    assert_eq!(undone["removed"], 5, "a corrected row goes with its import");
    assert_eq!(home.ok(&["records", "list"]), json!([]));
    assert_eq!(home.ok(&["connection", "list"]), json!([]));
    home.run(&["import", "undo", first["import"].as_str().unwrap()])
        .refused(1, "SYS-712");
}

#[test]
fn what_cannot_be_read_is_said_so() {
    let home = Home::with_vault();
    let missing = home.run(&["import", &home.text("nothing.csv")]);
    assert_eq!(
        (missing.code, &missing.document()["code"]),
        (Some(1), &json!("IMP-202"))
    );
    let unknown = home.write("list.csv", "Apples,Pears\n1,2\n3,4");
    let refused = home.run(&["import", &unknown]);
    assert_eq!(refused.code, Some(1));
    let document = refused.document();
    assert_eq!(document["code"], "IMP-201");
    assert_eq!(document["unknown"][0]["columns"], json!(["Apples", "Pears"]));
    assert_eq!(home.ok(&["import", "list"]), json!([]));
    assert_eq!(home.run(&["import"]).code, Some(2));
    assert_eq!(home.run(&["import", "undo", "x"]).code, Some(2));
}

#[test]
fn a_request_goes_from_its_letter_to_its_answer() {
    let home = Home::with_vault();
    home.ok(&["persona", "set", "first_name", "Anna"]);
    home.ok(&["persona", "set", "country", "SE"]);
    let platforms = home.ok(&["request", "platforms"]);
    assert!(platforms.as_array().unwrap().len() > 15);
    let begun = home.ok(&["request", "begin", "wolt", "--language", "sv"]);
    assert_eq!(
        (&begun["state"], &begun["way"]),
        (&json!("draft"), &json!("mail"))
    );
    let id = begun["id"].as_str().unwrap();
    let letter = home.ok(&["request", "letter", id]);
    assert_eq!(letter["to"], "support@wolt.com");
    assert_eq!(letter["authority"]["name"], "Integritetsskyddsmyndigheten");
    assert!(
        letter.to_string().contains(r#"{"text":"Anna","mine":true}"#),
        "{letter}"
    );
    let sent = home.ok(&["request", "sent", id]);
    assert_eq!((&sent["state"], &sent["day"]), (&json!("sent"), &json!(0)));
    let answered = home.ok(&["request", "step", id, "answered", "--note", "a zip file"]);
    assert_eq!(answered["state"], "answered");
    assert_eq!(answered["steps"][1]["note"], "a zip file");
    home.run(&["request", "sent", id]).refused(1, "SYS-712");
    assert_eq!(home.ok(&["request", "list"])[0]["id"], id);
}
