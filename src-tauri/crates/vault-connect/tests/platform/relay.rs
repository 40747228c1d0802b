//! A sign-in by way of a relay: what goes over it, and what somebody who reads it there can do with that.

use reqwest::Client;
use url::Url;
use vault_connect::{ConnectError, LinkOptions};

use crate::{
    scripted::{Scripted, with},
    shipped::{begin, parameter, port},
    world::{World, browse},
};

/// The page that people host, and what it does in a browser.
const PAGE: &str = include_str!("../../../../../assets/relay/index.html");

/// Goes where the page's script goes: the test of the pages runs the script itself.
fn bounced(at: &Url) -> String {
    let target = PAGE.split("\"http://127.0.0.1:49021/oauth/redirect\"").count();
    assert_eq!(target, 2, "the page knows one place to go to");
    format!(
        "http://127.0.0.1:49021/oauth/redirect?{}",
        at.query().unwrap_or_default()
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relay_sees_code_and_state_and_can_do_nothing_with_them() {
    let world = World::new().await;
    let relay = Scripted::start(|_, _| with("200 OK", "Content-Type: text/html", PAGE)).await;
    let address = format!("{}/back", relay.base);
    let options = LinkOptions {
        base: Some(world.platform.base().parse().unwrap()),
        relay: Some(address.clone()),
        ..LinkOptions::default()
    };
    let _port = port().await;
    let linking = begin(&world, "demo", options).await.unwrap();
    let asked = linking.url().clone();
    assert_eq!(parameter(&asked, "redirect_uri"), address);
    let (state, challenge) = (parameter(&asked, "state"), parameter(&asked, "code_challenge"));
    let back = browse(asked, vec![("decision".into(), "allow".into())]).await;
    assert!(
        back.starts_with(&address),
        "the browser is sent to the relay: {back}"
    );
    let back: Url = back.parse().unwrap();
    assert_eq!(
        reqwest::get(back.clone()).await.unwrap().text().await.unwrap(),
        PAGE
    );

    // Whoever has read the relay's traffic tries to be faster than the person.
    let code = parameter(&back, "code");
    let theft = Client::new()
        .post(format!("{}/oauth/token", world.platform.base()))
        .form(&[
            ("grant_type", "authorization_code"),
            ("code", &code),
            ("client_id", "satchel"),
            ("redirect_uri", &address),
        ])
        .send()
        .await
        .unwrap();
    assert!(theft.status().is_client_error(), "{}", theft.status());
    let guessed = Client::new()
        .post(format!("{}/oauth/token", world.platform.base()))
        .form(&[
            ("grant_type", "authorization_code"),
            ("code", &code),
            ("client_id", "satchel"),
            ("redirect_uri", &address),
            ("code_verifier", &challenge),
        ])
        .send()
        .await
        .unwrap();
    assert!(guessed.status().is_client_error(), "{}", guessed.status());

    // All that the relay ever got: one request, with code and state.
    let heard = relay.heard("/");
    assert_eq!(heard.len(), 1);
    let seen: Url = format!("{}{}", relay.base, heard[0].path).parse().unwrap();
    let mut names: Vec<String> = seen.query_pairs().map(|(name, _)| name.into_owned()).collect();
    names.sort();
    assert_eq!(names, ["code", "state"]);
    assert_eq!(
        (parameter(&seen, "state"), heard[0].body.as_str()),
        (state.clone(), "")
    );
    assert!(
        state.len() >= 16
            && state
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
    );
    drop(linking);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_by_way_of_a_relay_ends_as_any_other() {
    let world = World::new().await;
    let relay = Scripted::start(|_, _| with("200 OK", "Content-Type: text/html", PAGE)).await;
    let address = format!("{}/", relay.base);
    let options = LinkOptions {
        base: Some(world.platform.base().parse().unwrap()),
        relay: Some(address.clone()),
        ..LinkOptions::default()
    };
    let _port = port().await;
    let linking = begin(&world, "demo", options).await.unwrap();
    let back: Url = browse(linking.url().clone(), vec![("decision".into(), "allow".into())])
        .await
        .parse()
        .unwrap();
    let browser = async {
        reqwest::get(back.clone()).await.unwrap();
        reqwest::get(bounced(&back)).await.unwrap().status()
    };
    let (linked, status) = tokio::join!(linking.finish(), browser);
    assert_eq!(status, 200);
    let id = linked.unwrap().connection;
    assert_eq!(world.space.connection(id).await.unwrap().detail["relay"], address);
    world.fetch(id).await.unwrap();

    // Signing in again goes the same way without being told.
    let again = LinkOptions {
        renew: Some(id),
        ..LinkOptions::default()
    };
    let linking = begin(&world, "demo", again).await.unwrap();
    assert_eq!(parameter(linking.url(), "redirect_uri"), address);
    drop(linking);

    let plain = LinkOptions {
        base: Some(world.platform.base().parse().unwrap()),
        relay: Some("http://relay.example/".into()),
        ..LinkOptions::default()
    };
    let refused = world.connect.link(&world.space, "demo", plain).await;
    assert!(matches!(refused, Err(ConnectError::BadRelay)));
}
