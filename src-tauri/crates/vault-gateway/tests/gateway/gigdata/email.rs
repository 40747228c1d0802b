//! Mails that ask whether an address is the person's, as whoever opens their link meets them, and as attackers try them (spec 7, 12: S4, S5).

use serde_json::{Map, Value, json};
use time::Duration;
use tokio::{net::TcpListener, time::timeout};
use vault_core::{
    SpaceHandle, VaultError,
    addresses::{AddressState, NewPrompt, PromptMail},
    connections::NewConnection,
    settings::Setting,
};
use vault_store::{
    ConnectionId,
    connections::{ConnectionState, ConnectionWay},
};

use super::kit::{connected, get, post};
use crate::kit::{APP_ORIGIN, Answer, World};

const LUCIA: &str = "lucia@post.example";
const WORK: &str = "lucia@work.example";
const MINUTE: Duration = Duration::seconds(61);

/// A connection that waits for the mail to its address.
async fn waiting(space: &SpaceHandle, platform: &str, address: &str) -> (ConnectionId, PromptMail) {
    let id = space
        .add_connection(NewConnection {
            platform: platform.to_lowercase(),
            name: platform.into(),
            way: ConnectionWay::Email,
            state: ConnectionState::NotFinished,
            account: address.into(),
            detail: Map::new(),
        })
        .await
        .unwrap();
    let mail = space.begin_prompt(asks(platform, address, true)).await.unwrap();
    space.await_mail(id, mail.expires_at).await.unwrap();
    (id, mail)
}

fn asks(asker: &str, address: &str, for_platform: bool) -> NewPrompt {
    NewPrompt {
        address: address.into(),
        asker: asker.into(),
        for_platform,
    }
}

async fn state(space: &SpaceHandle, id: ConnectionId) -> ConnectionState {
    space.connection(id).await.unwrap().state
}

fn link(mail: &PromptMail) -> &str {
    mail.link.expose_str().unwrap()
}

fn code(mail: &PromptMail) -> &str {
    mail.code.expose_str().unwrap()
}

async fn look(world: &World, link: &str) -> Answer {
    let path = format!("/gigdata/verify-email?prompt_id={link}");
    world.get(&path, &[("Accept", "text/html")]).await
}

/// Answers the form, as a browser does whose page is of this origin.
async fn say(world: &World, origin: &str, path: &str, form: &str) -> Answer {
    let headers = [
        ("Origin", origin),
        ("Content-Type", "application/x-www-form-urlencoded"),
    ];
    world.ask("POST", path, &headers, form.as_bytes()).await
}

async fn answer(world: &World, link: &str, word: &str) -> Answer {
    let form = format!("prompt_id={link}&answer={word}");
    say(world, &world.base(), "/gigdata/verify-email", &form).await
}

/// S5: whoever opens links in mails decides nothing, however often, by whatever address, and wherever from.
#[tokio::test(flavor = "multi_thread")]
async fn s5_opening_a_link_decides_nothing() {
    let world = World::empty().await;
    let (id, mail) = waiting(&world.space, "Nabo <b>", LUCIA).await;
    let link = link(&mail);
    for query in [
        String::new(),
        "&accept=true".into(),
        "&answer=yes".into(),
        "&Accept=True".into(),
    ] {
        for path in ["verify-email", "api/EmailValidation/callback"] {
            let path = format!("/gigdata/{path}?prompt_id={link}{query}");
            for method in ["GET", "HEAD"] {
                let answer = world.ask(method, &path, &[], b"").await;
                assert!(matches!(answer.status, 200 | 405), "{method} {path}: {answer:?}");
                if method == "GET" {
                    assert!(answer.text().contains("Nabo &lt;b&gt;") && answer.text().contains(LUCIA));
                    assert_eq!(answer.one("referrer-policy"), "same-origin");
                    assert!(
                        answer
                            .one("content-security-policy")
                            .contains("default-src 'none'")
                    );
                    assert!(!answer.text().contains("<script"));
                }
            }
        }
    }
    // A form on another page, also on one of an app that is admitted here, and one that names no answer.
    world.app("Ledger", &[]).await;
    let form = format!("prompt_id={link}&answer=yes&accept=true");
    for origin in ["https://evil.example", APP_ORIGIN, "null", "http://127.0.0.1:1"] {
        for path in ["/gigdata/verify-email", "/gigdata/api/EmailValidation/callback"] {
            assert_eq!(
                say(&world, origin, path, &form).await.status,
                403,
                "{origin} {path}"
            );
        }
    }
    let nothing = format!("prompt_id={link}&answer=maybe");
    let page = say(&world, &world.base(), "/gigdata/verify-email", &nothing).await;
    assert!(page.text().contains("Is this address yours?"));
    assert_eq!(state(&world.space, id).await, ConnectionState::EmailSent);
    assert_eq!(
        world.space.address_state(LUCIA).await.unwrap(),
        AddressState::AwaitingVerification
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_counts_once_and_later_ones_are_told_so() {
    let world = World::empty().await;
    let (id, mail) = waiting(&world.space, "Nabo", LUCIA).await;
    let done = answer(&world, link(&mail), "yes").await;
    assert!(
        done.status == 200 && done.text().contains("goes on with Nabo"),
        "{done:?}"
    );
    assert_eq!(state(&world.space, id).await, ConnectionState::Working);
    let proof = world.space.connection(id).await.unwrap().detail["address_proof"].clone();
    assert_eq!(proof, json!("mail"));
    for late in [
        look(&world, link(&mail)).await,
        answer(&world, link(&mail), "yes").await,
        answer(&world, link(&mail), "no").await,
    ] {
        assert!(
            late.status == 400 && late.text().contains("said yes already"),
            "{late:?}"
        );
    }
    assert_eq!(
        world.space.address_state(LUCIA).await.unwrap(),
        AddressState::Verified
    );
    assert!(matches!(
        world.space.confirm_address(LUCIA, code(&mail)).await,
        Err(VaultError::NoSuch("prompt"))
    ));

    // Upstream's own address answers as upstream's clients understand it: 200, then 400, and 404 for what is not known.
    let (second, mail) = waiting(&world.space, "Mensa", WORK).await;
    let callback = "/gigdata/api/EmailValidation/callback";
    let form = format!("prompt_id={}&accept=false", link(&mail));
    for status in [200, 400] {
        assert_eq!(say(&world, &world.base(), callback, &form).await.status, status);
    }
    assert!(
        world.space.connection(second).await.is_err(),
        "declined: never connected"
    );
    assert_eq!(
        world.space.address_state(WORK).await.unwrap(),
        AddressState::Unverified
    );
    let unknown = "prompt_id=0b0e2bda-e42b-431e-80b4-b2240e401990&accept=true";
    assert_eq!(say(&world, &world.base(), callback, unknown).await.status, 404);
    let page = look(&world, "0b0e2bda-e42b-431e-80b4-b2240e401990").await;
    assert!(page.status == 404 && page.text().contains("does not know this link"));
    assert_eq!(world.get("/gigdata/verify-email", &[]).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_is_good_for_48_hours_and_a_later_one_takes_its_place() {
    let world = World::empty().await;
    let (id, first) = waiting(&world.space, "Nabo", LUCIA).await;
    world.clock.advance(MINUTE);
    let second = world.space.begin_prompt(asks("Nabo", LUCIA, true)).await.unwrap();
    let old = answer(&world, link(&first), "yes").await;
    assert!(
        old.status == 400 && old.text().contains("newer e-mail took the place"),
        "{old:?}"
    );
    assert!(matches!(
        world.space.confirm_address(LUCIA, code(&first)).await,
        Err(VaultError::WrongCode)
    ));
    assert_eq!(state(&world.space, id).await, ConnectionState::EmailSent);

    world.clock.advance(Duration::hours(48) - Duration::seconds(1));
    assert_eq!(look(&world, link(&second)).await.status, 200);
    world.clock.advance(Duration::seconds(1));
    let late = answer(&world, link(&second), "yes").await;
    assert!(
        late.status == 400 && late.text().contains("good for 48 hours"),
        "{late:?}"
    );
    assert!(matches!(
        world.space.confirm_address(LUCIA, code(&second)).await,
        Err(VaultError::NoSuch("prompt"))
    ));
    assert_eq!(state(&world.space, id).await, ConnectionState::NotFinished);
    assert_eq!(
        world.space.address_state(LUCIA).await.unwrap(),
        AddressState::AwaitingVerification
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_guessed_at_five_times_at_most() {
    let world = World::empty().await;
    let (id, mail) = waiting(&world.space, "Nabo", LUCIA).await;
    for _ in 0..5 {
        let wrong = world.space.confirm_address(LUCIA, "22222222").await;
        assert!(matches!(wrong, Err(VaultError::WrongCode)));
    }
    let right = world.space.confirm_address(LUCIA, code(&mail)).await;
    assert!(matches!(right, Err(VaultError::NoSuch("prompt"))));
    let page = answer(&world, link(&mail), "yes").await;
    assert!(page.status == 400 && page.text().contains("typed too often"));
    assert_eq!(state(&world.space, id).await, ConnectionState::NotFinished);
    // Another mail starts anew; how a code is written does not matter.
    world.clock.advance(MINUTE);
    let again = world.space.begin_prompt(asks("Nabo", LUCIA, true)).await.unwrap();
    world.space.await_mail(id, again.expires_at).await.unwrap();
    let (start, end) = code(&again).split_at(4);
    let typed = format!(" {start}-{end}").to_lowercase();
    world.space.confirm_address(LUCIA, &typed).await.unwrap();
    assert_eq!(state(&world.space, id).await, ConnectionState::Working);
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_and_spaces_are_asked_apart() {
    let world = World::empty().await;
    let other = world.vault.add_space("Other", false).await.unwrap();
    let (home, at_home) = waiting(&world.space, "Nabo", LUCIA).await;
    let (work, at_work) = waiting(&world.space, "Nabo", WORK).await;
    // The same address, at the same moment: what one space asked is no business of another.
    let (apart, elsewhere) = waiting(&other, "Nabo", LUCIA).await;
    let page = look(&world, link(&at_work)).await;
    assert!(page.text().contains(WORK) && !page.text().contains(LUCIA));
    assert!(matches!(
        world.space.confirm_address(LUCIA, code(&elsewhere)).await,
        Err(VaultError::WrongCode)
    ));

    answer(&world, link(&elsewhere), "yes").await;
    assert_eq!(state(&other, apart).await, ConnectionState::Working);
    for id in [home, work] {
        assert_eq!(state(&world.space, id).await, ConnectionState::EmailSent);
    }
    answer(&world, link(&at_work), "no").await;
    assert!(world.space.connection(work).await.is_err());
    world.space.confirm_address(LUCIA, code(&at_home)).await.unwrap();
    assert_eq!(state(&world.space, home).await, ConnectionState::Working);
    let states: Vec<_> = world.space.addresses().await.unwrap();
    let states: Vec<_> = states
        .iter()
        .map(|one| (one.address.as_str(), one.state))
        .collect();
    assert_eq!(
        states,
        [(LUCIA, AddressState::Verified), (WORK, AddressState::Unverified)]
    );
    assert_eq!(other.addresses().await.unwrap().len(), 1);
}

/// S4: a mail names who asks; what an app asks takes no mail of the person's place, and the yes to it connects nothing else.
#[tokio::test(flavor = "multi_thread")]
async fn s4_an_app_neither_rides_on_a_mail_nor_takes_its_place() {
    let world = World::empty().await;
    let (id, mail) = waiting(&world.space, "Nabo", LUCIA).await;
    world.clock.advance(MINUTE);
    let app = world.space.begin_prompt(asks("Ledger", LUCIA, false)).await;
    assert!(matches!(app, Err(VaultError::TooManyMails)));
    assert_eq!(look(&world, link(&mail)).await.status, 200, "still good");

    // Before the person asks anything, an app may be the one who wants to know; its mail says so, and connects nothing.
    let app = world
        .space
        .begin_prompt(asks("Ledger", WORK, false))
        .await
        .unwrap();
    let page = look(&world, link(&app)).await;
    assert!(page.text().contains("Ledger wants to know") && !page.text().contains("Nabo"));
    answer(&world, link(&app), "yes").await;
    assert_eq!(state(&world.space, id).await, ConnectionState::EmailSent);
    // What is known is not asked again for an app, so nobody can be talked out of it either.
    world.clock.advance(MINUTE);
    let again = world.space.begin_prompt(asks("Ledger", WORK, false)).await;
    assert!(matches!(again, Err(VaultError::TooManyMails)));
}

#[tokio::test(flavor = "multi_thread")]
async fn mails_are_few_and_apps_leave_most_of_them_to_the_person() {
    let world = World::empty().await;
    let space = &world.space;
    for may in [true, true, false] {
        let sent = space.begin_prompt(asks("Ledger", LUCIA, false)).await;
        assert_eq!(sent.is_ok(), may);
        world.clock.advance(MINUTE);
    }
    for may in [true, true, true, false] {
        let sent = space.begin_prompt(asks("Nabo", LUCIA, true)).await;
        assert_eq!(sent.is_ok(), may);
        // A second one at the same moment is one too many in any case.
        assert!(space.begin_prompt(asks("Nabo", LUCIA, true)).await.is_err());
        world.clock.advance(MINUTE);
    }
    // Another address is another count, and so is another day. What could not be sent for an app counts, and for the person it does not.
    space.begin_prompt(asks("Nabo", WORK, true)).await.unwrap();
    space.mail_not_sent(WORK).await.unwrap();
    space.begin_prompt(asks("Ledger", WORK, false)).await.unwrap();
    space.mail_not_sent(WORK).await.unwrap();
    assert!(space.begin_prompt(asks("Nabo", WORK, true)).await.is_err());
    world.clock.advance(Duration::days(1));
    space.begin_prompt(asks("Nabo", LUCIA, true)).await.unwrap();
}

/// An app learns nothing about addresses: the same bytes for one that is the person's, one that is not, and where no mail can be sent.
#[tokio::test(flavor = "multi_thread")]
async fn an_app_neither_verifies_nor_finds_out() {
    let world = World::new().await;
    let (app, token, _) = connected(&world, "Ledger", "1").await;
    let (other, _, _) = connected(&world, "Other", "1").await;
    let (id, mail) = waiting(&world.space, "Nabo", LUCIA).await;
    answer(&world, link(&mail), "yes").await;
    world.clock.advance(MINUTE);
    // A mail server that nobody answers at.
    for (setting, value) in [
        (Setting::MailHost, "localhost"),
        (Setting::MailPort, "9"),
        (Setting::MailSecurity, "none"),
        (Setting::MailFrom, "lucia@post.example"),
    ] {
        world.space.set_setting(setting, value).await.unwrap();
    }
    let ask = async |application: &str, email: &str| {
        let body = json!({"applicationId": application, "email": email});
        post(&world, &token, "EmailValidation/validate-email", &body).await
    };
    let own = app.id.to_string();
    let known = ask(&own, LUCIA).await;
    assert_eq!(
        (known.status, known.text().as_str()),
        (200, "\"AwaitingVerification\"")
    );
    for (application, email) in [
        (own.as_str(), "stranger@post.example"),
        (own.as_str(), "no address"),
        (&other.id.to_string(), LUCIA),
    ] {
        assert_eq!(ask(application, email).await.but_date, known.but_date, "{email}");
    }
    assert_eq!(
        world.space.address_state("stranger@post.example").await.unwrap(),
        AddressState::Unverified
    );
    assert_eq!(
        world.space.address_state(LUCIA).await.unwrap(),
        AddressState::Verified
    );
    assert_eq!(state(&world.space, id).await, ConnectionState::Working);
    let user: Value = get(&world, &token, "User").await.json();
    assert_eq!(user["userEmails"], json!([]));
    assert_eq!(
        world
            .ask("POST", "/gigdata/api/EmailValidation/validate-email", &[], b"{}")
            .await
            .status,
        401
    );
}

/// The mail server is knocked at once: for the address that the person named, and not for a stranger's. Nobody waits for it.
#[tokio::test(flavor = "multi_thread")]
async fn an_app_causes_a_mail_to_an_address_of_the_person_alone() {
    let world = World::new().await;
    let (app, token, _) = connected(&world, "Ledger", "1").await;
    let (_, mail) = waiting(&world.space, "Nabo", LUCIA).await;
    answer(&world, link(&mail), "no").await;
    world.clock.advance(MINUTE);
    let server = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = server.local_addr().unwrap().port().to_string();
    for (setting, value) in [
        (Setting::MailHost, "localhost"),
        (Setting::MailPort, port.as_str()),
        (Setting::MailSecurity, "none"),
        (Setting::MailFrom, LUCIA),
    ] {
        world.space.set_setting(setting, value).await.unwrap();
    }
    for email in ["stranger@post.example", LUCIA, LUCIA] {
        let body = json!({"applicationId": app.id.to_string(), "email": email});
        let told = post(&world, &token, "EmailValidation/validate-email", &body).await;
        assert_eq!(told.text(), "\"AwaitingVerification\"");
    }
    // It greets nobody, and hangs up.
    let patience = std::time::Duration::from_secs(20);
    drop(timeout(patience, server.accept()).await.unwrap().unwrap());
    let more = timeout(std::time::Duration::from_millis(300), server.accept()).await;
    assert!(more.is_err(), "one mail at most");
    assert_eq!(
        world.space.address_state("stranger@post.example").await.unwrap(),
        AddressState::Unverified
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_vault_says_so_to_people_in_words() {
    let mut world = World::empty().await;
    let (_, mail) = waiting(&world.space, "Nabo", LUCIA).await;
    world.gateway.serve(None);
    let page = look(&world, link(&mail)).await;
    assert!(
        page.status == 503 && page.text().contains("Satchel is locked"),
        "{page:?}"
    );
    assert!(page.one("content-type").starts_with("text/html"));
    assert!(page.header("retry-after").is_some());
    assert_eq!(answer(&world, link(&mail), "yes").await.status, 503);
    world.restart().await;
    assert_eq!(look(&world, link(&mail)).await.status, 200, "nothing was changed");
}
