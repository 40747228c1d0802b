//! What lies on the disk and what is said in the log: nothing of the person, in no encoding.

use std::fs;

use vault_crypto::Passphrase;

use crate::canaries::finder::Canaries;
use crate::support::{Home, Kept, Opened, PASSPHRASE, Run, home::files, platform::Platform, served::Served};

/// Values that the person types, and that occur nowhere else.
const TYPED: [(&str, &str); 6] = [
    ("first_name", "Quetzalina"),
    ("last_name", "Ñandubay-Öztürk"),
    ("tax_id", "X8842197Q"),
    ("phone", "+34 688 197 442"),
    ("address", "Carrer del Canari 1977"),
    ("email", "quetzalina.canary@post.example"),
];
const TITLE: &str = "Quince-harvest-canary";
const TEXT: &str = "Crates of zwetschge for the canary";
const AMOUNT: &str = "8842.19";
const LOCK: &str = "amber-window-thistle-barrel-six";

#[test]
fn nothing_of_the_person_lies_on_the_disk_or_is_said_in_the_log() {
    let home = Home::new();
    let (log, token) = main_job(&home);
    let mut canaries = everything_that_is_secret(&home);
    canaries.text(&token);

    // What was typed is really there, and would be found if it lay open.
    let shown = home.ok(&["records", "list", "--limit", "100000"]).to_string()
        + &home.ok(&["persona", "show"]).to_string();
    assert!(
        canaries.found_in(shown.as_bytes()).len() > TYPED.len(),
        "the search finds what lies open"
    );

    fs::remove_file(home.path("passphrase")).unwrap();
    fs::remove_file(home.path("kit")).unwrap();
    let all = files(&home.path(""));
    assert!(
        all.iter().any(|path| path.ends_with("vault.header"))
            && all
                .iter()
                .any(|path| path.extension().is_some_and(|end| end == "db"))
    );
    for path in all {
        let found = canaries.found_in(&fs::read(&path).unwrap());
        assert!(found.is_empty(), "{} holds {found:?}", path.display());
        let name = canaries.found_in(
            path.strip_prefix(home.path(""))
                .unwrap()
                .to_str()
                .unwrap()
                .as_bytes(),
        );
        assert!(
            name.is_empty(),
            "the name of a file tells {name:?}: {}",
            path.display()
        );
    }
    assert!(log.contains("INFO"), "the log was on: {log}");
    let found = canaries.found_in(log.as_bytes());
    assert!(found.is_empty(), "the log tells {found:?}");
}

/// The main job with the log at its fullest. Returns the log, and the token of an app.
fn main_job(home: &Home) -> (String, String) {
    let mut log = String::new();
    let kit = home.text("kit");
    let mut say = |arguments: &[&str]| {
        let run = traced(home, arguments);
        assert_eq!(run.code, Some(0), "{run:?}");
        log += &run.stderr;
    };
    say(&["vault", "create", "--recovery-out", &kit]);
    for (field, value) in TYPED {
        say(&["persona", "set", field, value]);
    }
    let (title, text, amount) = (
        format!("title={TITLE}"),
        format!("text={TEXT}"),
        format!("amount={AMOUNT}"),
    );
    say(&[
        "records",
        "add",
        "payment",
        "start=2026-11-20",
        &title,
        &text,
        &amount,
        "currency=EUR",
    ]);
    let platform = Platform::start(home, 200);
    log += &connect(home, &platform).stderr;
    let (app_token, served) = serve(home);
    log += &served;
    let mut say = |arguments: &[&str]| log += &traced(home, arguments).stderr;
    say(&["connection", "fetch", "--all"]);
    say(&["records", "search", TITLE]);
    say(&["records", "summary"]);
    say(&["persona", "set", "email", "not an address of Quetzalina"]);
    say(&["space", "add", "Quetzalina-space"]);
    say(&["vault", "check"]);
    say(&["vault", "recover", "--recovery-key-file", &kit]);
    platform.set_fault(Some("truncated-json"));
    say(&["connection", "fetch", "--all"]);
    platform.set_fault(Some("server-error"));
    say(&["connection", "fetch", "--all"]);
    say(&["log", "list"]);
    say(&["grant", "list"]);
    let lock = home.write("lock", LOCK);
    let packed = home.text("everything.backpack");
    say(&[
        "backpack",
        "export",
        &packed,
        "--full",
        "--backpack-passphrase-file",
        &lock,
    ]);
    say(&["backpack", "verify", &packed, "--backpack-passphrase-file", &lock]);
    assert!(home.path("everything.backpack").metadata().unwrap().len() > 10_000);
    fs::remove_file(lock).unwrap();
    log += &platform.stop();
    (log, app_token)
}

/// An app asks, is allowed, reads, and is seen at `verify`. Returns its token and the log.
fn serve(home: &Home) -> (String, String) {
    let mut served = Served::start(home);
    let (_, token) = crate::serve::open_and_allow(home, &mut served);
    let (status, body) = served.v1(&token, "/v1/records?kind=payment&limit=500");
    assert!(status == 200 && body.contains(TITLE), "{status}");
    served.v1(
        "canary-token-canary-token-canary-token-canary",
        "/v1/records?kind=payment&platform=Quetzalina",
    );
    let ended = served.lock();
    assert_eq!(ended.code, Some(0), "{ended:?}");
    (token, ended.stderr)
}

fn connect(home: &Home, platform: &Platform) -> Run {
    let arguments = [
        "connect",
        "demo",
        "--platform-url",
        platform.base(),
        "--print-url",
    ];
    let mut linking = Kept::start(&mut command(home, &arguments));
    crate::support::browser::decide(&linking.line(), "lucia", "allow");
    let run = linking.finish();
    assert_eq!(run.code, Some(0), "{run:?}");
    run
}

fn traced(home: &Home, arguments: &[&str]) -> Run {
    Run::of(&mut command(home, arguments))
}

fn command(home: &Home, arguments: &[&str]) -> std::process::Command {
    let file = home.text("passphrase");
    let mut command = home.command(&[&["--passphrase-file", file.as_str(), "--json"], arguments].concat());
    command.env("SATCHEL_LOG", "trace");
    command
}

/// Passphrase, kit, keys, tokens, what was typed and what was fetched.
fn everything_that_is_secret(home: &Home) -> Canaries {
    let mut canaries = Canaries::default();
    for (_, value) in TYPED {
        canaries.text(value);
    }
    for text in [
        TITLE,
        TEXT,
        AMOUNT,
        "884219",
        LOCK,
        "canary-token",
        PASSPHRASE,
        "Quetzalina-space",
        "not an address",
    ] {
        canaries.text(text);
    }
    for line in fs::read_to_string(home.path("kit")).unwrap().lines() {
        if let Some(code) = line.strip_prefix("# Code: ") {
            canaries.text(code);
            code.split('-').for_each(|group| canaries.text(group));
        }
        if line.starts_with("AGE-SECRET-KEY-") {
            canaries.text(line);
        }
    }
    keys(home, &mut canaries);
    fetched(home, &mut canaries);
    canaries
}

fn keys(home: &Home, canaries: &mut Canaries) {
    let header = vault_crypto::Header::decode(&fs::read(home.vault().join("vault.header")).unwrap()).unwrap();
    let key = header.unlock(&Passphrase::new(PASSPHRASE.to_owned())).unwrap();
    canaries.bytes("vault key", key.as_bytes());
    for space in header.spaces(&key).unwrap() {
        canaries.bytes("space key", space.key.as_bytes());
        canaries.bytes("database key", space.key.derive_database_key().as_bytes());
        canaries.bytes("seal key", space.key.derive_seal_key().as_bytes());
    }
}

/// Tokens of the connection, titles, words of clients and amounts of the platform's records.
fn fetched(home: &Home, canaries: &mut Canaries) {
    let opened = Opened::open(&home.vault(), PASSPHRASE).unwrap();
    let connections = opened.ask(|space| async move { space.connections().await });
    let id = connections
        .iter()
        .find(|connection| connection.platform == "demo")
        .unwrap()
        .id;
    for name in ["access_token", "refresh_token"] {
        let token = opened
            .ask(|space| async move { space.connection_secret(id, name).await })
            .unwrap();
        canaries.text(token.expose_str().unwrap());
    }
    for record in opened
        .records()
        .into_iter()
        .filter(|record| record.platform == "demo")
        .take(400)
    {
        for text in [record.title, record.text]
            .into_iter()
            .flatten()
            .filter(|text| text.len() > 12)
        {
            canaries.text(&text);
        }
    }
    for name in ["Lucía", "Arroyo Vidal", "lucia.arroyo@post.example"] {
        canaries.text(name);
    }
}
