//! A browser without a window: it loads the authorisation page, fills its form and follows where it is sent.

use reqwest::{Client, Url};

/// Opens `address`, chooses an account and a decision, and goes where the platform sends it.
pub(crate) fn decide(address: &str, account: &str, decision: &str) {
    wait(async {
        let client = Client::new();
        let page = client.get(address).send().await.unwrap();
        assert!(page.status().is_success(), "{}", page.status());
        let page = page.text().await.unwrap();
        let form = [
            ("request", hidden(&page, "request")),
            ("account", account),
            ("decision", decision),
        ];
        let target = Url::parse(address).unwrap().join("/oauth/authorize").unwrap();
        let end = client.post(target).form(&form).send().await.unwrap();
        assert!(
            end.status().is_success(),
            "{}: {}",
            end.status(),
            end.url().path()
        );
    });
}

/// Sends JSON.
pub(crate) fn post(address: &str, body: &serde_json::Value) {
    wait(async {
        let answer = Client::new().post(address).json(body).send().await.unwrap();
        assert!(answer.status().is_success(), "{}", answer.status());
    });
}

fn wait<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(work)
}

/// The value of a hidden field.
fn hidden<'a>(page: &'a str, name: &str) -> &'a str {
    let mark = format!("name=\"{name}\" value=\"");
    page.split_once(&mark).unwrap().1.split_once('"').unwrap().0
}

/// Opens an address as a program does, and goes wherever it is sent: the status and the page at the end.
pub(crate) fn follow(address: &str) -> (u16, String) {
    wait(async {
        let answer = Client::new().get(address).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    })
}

/// Opens a page, or answers its form, as a page of the same origin does: the status and the page.
pub(crate) fn form(address: &str, form: Option<&str>) -> (u16, String) {
    wait(async {
        let origin = Url::parse(address).unwrap().origin().ascii_serialization();
        let request = match form {
            None => Client::new().get(address),
            Some(form) => Client::new()
                .post(address)
                .header("Origin", origin)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .body(form.to_owned()),
        };
        let answer = request.header("Accept", "text/html").send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    })
}

/// Fetches with a bearer token: the status and the body.
pub(crate) fn get(address: &str, token: &str) -> (u16, String) {
    wait(async {
        let answer = Client::new()
            .get(address)
            .bearer_auth(token)
            .send()
            .await
            .unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    })
}
