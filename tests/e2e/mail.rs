//! E-mail verification from end to end: the terminal, a real mail server, the demo platform's endpoint, and whoever opens the mail.

use serde_json::{Value, json};

use crate::support::{
    Home, Kept,
    platform::Platform,
    served::Served,
    smtp::{LOGIN, Mail, Mailbox, Smtp},
};

/// What is typed to connect the platform by the person's address, with the token that it gave them.
fn by_mail<'a>(base: &'a str, email: &'a str, token_file: &'a str) -> [&'a str; 8] {
    [
        "connect",
        "demo",
        "--platform-url",
        base,
        "--email",
        email,
        "--token-file",
        token_file,
    ]
}

/// Connects the first person's address in the terminal, and leaves it waiting.
fn connect(home: &Home, platform: &Platform) -> Kept {
    let (email, token) = platform.person(0);
    let file = home.write("token", &token);
    home.converse(&by_mail(platform.base(), &email, &file))
}

/// The same, and nobody types anything.
fn connect_and_leave(home: &Home, platform: &Platform) -> Value {
    let (email, token) = platform.person(0);
    let file = home.write("token", &token);
    home.ok(&by_mail(platform.base(), &email, &file))
}

/// Opens an address as a browser does, or answers its form. The status and the page.
fn browse(base: &str, path: &str, form: Option<&str>) -> (u16, String) {
    crate::support::browser::form(&format!("{base}{path}"), form)
}

fn page(mail: &Mail) -> String {
    format!("/gigdata/verify-email?prompt_id={}", mail.link())
}

#[test]
fn a_code_is_typed_and_the_address_is_fetched() {
    let home = Home::with_vault();
    let platform = Platform::start(&home, 40);
    let how = Smtp {
        security: "starttls",
        login: true,
        ..Smtp::OPEN
    };
    let mut mailbox = Mailbox::start(&home, how);
    mailbox.set_up(&home, how);
    assert_eq!(
        home.ok(&["settings", "get", "mail.password"]),
        json!({ "key": "mail.password", "set": true })
    );

    let mut linking = connect(&home, &platform);
    let mail = mailbox.next();
    let text = mail.text();
    let (email, _) = platform.person(0);
    for said in [
        "Demo platform",
        &email,
        "Valid until",
        "opens a page that asks",
        "the link leads nowhere",
        "say no",
    ] {
        assert!(text.contains(said), "{said}: {text}");
    }
    assert_eq!(
        (&mail.0["to"], &mail.0["encrypted"], &mail.0["login"]),
        (&json!([email]), &json!(true), &json!(true))
    );
    linking.say("WRNG-CDE2");
    linking.say(&mail.code().to_lowercase());
    let run = linking.finish();
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(
        run.stderr.contains("CON-432") || run.stderr.contains("not the code"),
        "{run:?}"
    );
    let done = run.document();
    assert!(done["counts"]["new"].as_u64().unwrap() > 40, "{done}");
    let connection = &home.ok(&["connection", "list"])[0];
    assert_eq!(
        (&connection["state"], &connection["detail"]["address_proof"]),
        (&json!("working"), &json!("mail"))
    );
    // What was confirmed once is not asked again.
    let again = connect_and_leave(&home, &platform);
    assert_eq!(
        (&again["connection"], &again["counts"]["new"]),
        (&connection["id"], &json!(0))
    );
    let (email, token) = platform.person(0);
    for file in home.databases() {
        // S15 of the specification: neither tokens nor answers lie in the clear.
        let bytes = std::fs::read(file).unwrap();
        for secret in [LOGIN.1, &token, &email, "interactions"] {
            let found = bytes
                .windows(secret.len())
                .any(|window| window == secret.as_bytes());
            assert!(!found, "{secret}");
        }
    }
    for secret in [LOGIN.1, &mail.code(), &mail.link()] {
        assert!(!run.stderr.contains(secret) && !run.stdout.contains(secret));
    }
}

#[test]
fn a_link_asks_first_and_is_good_once() {
    let home = Home::with_vault();
    let platform = Platform::start(&home, 20);
    let how = Smtp {
        security: "tls",
        ..Smtp::OPEN
    };
    let mut mailbox = Mailbox::start(&home, how);
    mailbox.set_up(&home, how);
    let waiting = connect_and_leave(&home, &platform);
    assert_eq!(waiting["state"], "emailSent");
    let mail = mailbox.next();
    let id = waiting["connection"].as_str().unwrap();
    home.run(&["connection", "send-again", id]).refused(1, "CON-431");

    let mut served = Served::start(&home);
    let base = served.base().to_owned();
    // Whoever looks through mails opens the link as often as they like, also as upstream's clients did.
    for path in [
        page(&mail),
        format!(
            "/gigdata/api/EmailValidation/callback?prompt_id={}&accept=true",
            mail.link()
        ),
    ] {
        for _ in 0..2 {
            let (status, html) = browse(&base, &path, None);
            assert_eq!(status, 200);
            assert!(
                html.contains("Is this address yours?") && html.contains("Demo platform"),
                "{html}"
            );
        }
    }
    let refused = served.answer(&json!({ "fetch": id }), "fetched");
    assert_eq!(
        refused["error"], "CON-430",
        "nothing is fetched before the answer: {refused}"
    );

    let form = format!("prompt_id={}&answer=yes", mail.link());
    let (status, html) = browse(&base, "/gigdata/verify-email", Some(&form));
    assert_eq!(status, 200, "{html}");
    let finished = served.until(|line| line["event"] == "retrieval_finished");
    assert_eq!(
        (&finished["connection"], &finished["complete"]),
        (&json!(id), &json!(true))
    );
    for form in [Some(form.as_str()), None] {
        let (status, html) = browse(&base, &page(&mail), form);
        assert_eq!(status, 400);
        assert!(html.contains("said yes already"), "{html}");
    }
    let (status, html) = browse(
        &base,
        "/gigdata/verify-email?prompt_id=0b0e2bda-e42b-431e-80b4-b2240e401990",
        None,
    );
    assert_eq!(status, 404, "{html}");
    served.lock();
    assert!(home.ok(&["records", "list"]).as_array().unwrap().len() > 10);
}

#[test]
fn a_no_leaves_nothing_connected() {
    let home = Home::with_vault();
    let platform = Platform::start(&home, 20);
    let mut mailbox = Mailbox::start(&home, Smtp::OPEN);
    mailbox.set_up(&home, Smtp::OPEN);
    connect_and_leave(&home, &platform);
    let mail = mailbox.next();
    let served = Served::start(&home);
    let form = format!("prompt_id={}&answer=no", mail.link());
    let (status, html) = browse(served.base(), "/gigdata/verify-email", Some(&form));
    assert!(status == 200 && html.contains("Nothing is connected"), "{html}");
    served.lock();
    assert_eq!(home.ok(&["connection", "list"]), json!([]));
}

#[test]
fn what_a_mail_server_does_wrong_is_told_apart_and_leaves_nothing_behind() {
    let home = Home::with_vault();
    let platform = Platform::start(&home, 20);
    let open = Smtp::OPEN;
    for (how, asked, code) in [
        (
            Smtp {
                mode: "defer",
                ..open
            },
            open,
            "CON-438",
        ),
        (
            Smtp {
                mode: "refuse",
                ..open
            },
            open,
            "CON-438",
        ),
        (
            Smtp {
                mode: "hangup",
                ..open
            },
            open,
            "CON-435",
        ),
        // A certificate for another name; a way that was to be encrypted and is not; a login that is wrong.
        (
            Smtp {
                security: "tls",
                name: "elsewhere.example",
                ..open
            },
            Smtp {
                security: "tls",
                ..open
            },
            "CON-436",
        ),
        (
            Smtp {
                security: "starttls",
                name: "elsewhere.example",
                ..open
            },
            Smtp {
                security: "starttls",
                ..open
            },
            "CON-436",
        ),
        (
            open,
            Smtp {
                security: "starttls",
                ..open
            },
            "CON-436",
        ),
        (
            open,
            Smtp {
                security: "tls",
                ..open
            },
            "CON-436",
        ),
        (Smtp { login: true, ..open }, open, "CON-437"),
    ] {
        let mailbox = Mailbox::start(&home, how);
        mailbox.set_up(&home, asked);
        let (email, token) = platform.person(0);
        let file = home.write("token", &token);
        let run = home.run(&by_mail(platform.base(), &email, &file));
        run.refused(1, code);
        assert!(
            !run.stderr.contains(&email) && !run.stderr.contains(&token),
            "{run:?}"
        );
        assert_eq!(home.ok(&["connection", "list"]), json!([]), "{code}");
    }
    home.ok(&["settings", "set", "mail.port", "9"]);
    let (email, token) = platform.person(0);
    let file = home.write("token", &token);
    home.run(&by_mail(platform.base(), &email, &file))
        .refused(1, "CON-435");
}
