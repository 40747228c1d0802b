//! The person in charge: questions of three kinds of requester, narrowing, the whole path by keyboard, what anyone can see, and the reminder.

use std::{fs, path::Path, process::Command, sync::Arc};

use serde_json::{Value, json};
use time::{Duration, OffsetDateTime};
use vault_core::{
    CreateOptions, LockReason, LockedVault, SpaceHandle, VaultHandle,
    clock::{Clock as _, ManualClock},
    connections::NewConnection,
    disclosure::{
        Asked, Decision, Destination, DisclosureRequest, Duration as For, Identity, Narrowing, Recipient,
        RequestedScope,
    },
    intake::RawDocument,
};
use vault_crypto::{KdfParams, Passphrase};
use vault_store::{
    Amount, Assurance, Face, NewRecord, Party, PartyKind, RecordKind, Scope,
    connections::{ConnectionState, ConnectionWay},
    retrievals::{RetrievalKind, RetrievalOutcome},
};

use super::{
    desktop::Desktop,
    driver::Driver,
    person::{PASSPHRASE, open_and_unlock, press_when_armed, say},
};

/// Keys as WebDriver names them.
const ENTER: &str = "\u{E007}";
const TAB: &str = "\u{E004}";
const DOWN: &str = "\u{E015}";
const SPACE: &str = " ";

/// A vault with rides that say where they were and for whom. A hundred days ago "Rent Letter" was allowed something without end; now three
/// parties ask: one with a pinned key, one at a known address, one that nobody can tell.
struct Yesterday {
    vault: VaultHandle,
    space: SpaceHandle,
    clock: Arc<ManualClock>,
}

impl Yesterday {
    async fn make(dir: &Path) -> Self {
        let now = OffsetDateTime::now_utc();
        let clock = Arc::new(ManualClock::new(now - Duration::days(100)));
        let options = CreateOptions {
            kdf: KdfParams {
                m_kib: 8 * 1024,
                t: 1,
                p: 1,
            },
            ..CreateOptions::default()
        };
        let passphrase = Passphrase::new(PASSPHRASE.into());
        let (_, vault, _) = LockedVault::create(dir, &passphrase, &options, Arc::clone(&clock) as _).unwrap();
        let space = vault.first_space().await.unwrap();
        let made = Self { vault, space, clock };
        made.fill(now).await;
        made
    }

    async fn fill(&self, now: OffsetDateTime) {
        let new = NewConnection {
            platform: "meals".into(),
            name: "Rapid Meals".into(),
            way: ConnectionWay::Link,
            state: ConnectionState::Working,
            account: String::new(),
            detail: serde_json::Map::new(),
        };
        let connection = self.space.add_connection(new).await.unwrap();
        let retrieval = self
            .space
            .begin_retrieval(connection, RetrievalKind::Fetch, "oauth:test/1")
            .await
            .unwrap();
        let document = RawDocument {
            bytes: b"{}".to_vec(),
            media_type: "application/json".into(),
            locator: "/rides".into(),
            position: 0,
            assurance: Assurance::Fetched,
        };
        let rides = (0..40).map(|n| ride(n, now)).collect();
        self.space.intake(retrieval, document, rides).await.unwrap();
        self.space
            .finish_retrieval(retrieval, RetrievalOutcome::Done, "")
            .await
            .unwrap();
    }

    async fn ask(&self, recipient: Recipient, purpose: &str, scopes: &[&str]) -> vault_store::RequestId {
        let scopes = scopes
            .iter()
            .map(|scope| RequestedScope {
                scope: Scope::new(&format!("vault:{scope}:get")).unwrap(),
                required: true,
                explanation: None,
                declared: true,
            })
            .collect();
        let request = DisclosureRequest {
            recipient,
            face: Face::Core,
            purpose: purpose.into(),
            privacy: None,
            scopes,
            narrowing: Narrowing::default(),
        };
        match self.space.ask(request).await.unwrap() {
            Asked::Question(id) => id,
            other @ (Asked::Granted(_) | Asked::Refused) => panic!("{other:?}"),
        }
    }

    async fn share_without_end(&self) {
        let rent = service(
            "rent-letter",
            "Rent Letter",
            Identity::Origin {
                since: self.clock.now(),
            },
        );
        let id = self
            .ask(rent, "To prove an income to a landlord.", &["work.summary"])
            .await;
        let decision = Decision {
            scopes: vec![Scope::new("vault:work.summary:get").unwrap()],
            narrowing: Narrowing::default(),
            duration: For::UntilRevoked,
            preview_sha256: None,
            passphrase: Some(Passphrase::new(PASSPHRASE.into())),
            policy: None,
        };
        self.space.allow(id, decision).await.unwrap();
    }
}

fn ride(n: i64, now: OffsetDateTime) -> NewRecord {
    let extra = json!({
        "city": "Barcelona", "pickup_address": format!("Carrer de Mallorca {n}"), "lat": 41.40361, "lon": 2.17436,
        "client": {"name": "Marta Soler"}
    });
    NewRecord {
        title: Some(format!("Ride from Carrer de Mallorca {n}, for Marta Soler")),
        amount: Some(Amount {
            minor: 1234 + n,
            currency: "EUR".parse().unwrap(),
            exponent: 2,
        }),
        duration_s: Some(900),
        extra: extra.as_object().unwrap().clone(),
        ..NewRecord::new(
            RecordKind::Work,
            format!("ride-{n}"),
            Some(now - Duration::days(n)),
        )
    }
}

fn service(id: &str, name: &str, identity: Identity) -> Recipient {
    let host = format!("{id}.example");
    Recipient {
        party: Party {
            kind: PartyKind::Service,
            id: id.into(),
            name: name.into(),
        },
        maker: format!("{name} makers"),
        origin: if let Identity::Key { .. } = identity {
            "3b1f 09c2 77de 4a10 9d2e 51ab c0ff ee4e".into()
        } else {
            format!("https://{host}")
        },
        contact: format!("privacy@{host}"),
        account: String::new(),
        identity,
        destination: Destination::Internet { host },
    }
}

/// Puts the vault where the app looks for it, as a copy of the folder at this moment: a process that ends without a lock leaves its
/// questions waiting.
fn leave_in(desktop: &Desktop, dir: &Path) {
    let home = desktop.home().join("data/org.satchel.Satchel/vault");
    fs::create_dir_all(&home).unwrap();
    let copied = Command::new("cp").arg("-a").arg(dir).arg(&home).status();
    assert!(copied.is_ok_and(|status| status.success()));
    let lock = home.join("Personal.satchel/lock");
    if lock.exists() {
        fs::remove_file(lock).unwrap();
    }
}

async fn prepared() -> (Desktop, tempfile::TempDir) {
    let desktop = Desktop::start(&[]);
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("Personal.satchel");
    let made = Yesterday::make(&dir).await;
    made.share_without_end().await;
    made.clock.advance(Duration::days(100));
    let since = made.clock.now() - Duration::days(60);
    let asks = [
        (
            service("llum", "Llum Verda", Identity::Key { since }),
            "To settle your member’s share.",
            "work.records",
        ),
        (
            service("hourly", "Hourly", Identity::Origin { since }),
            "To show what an hour of your work brings.",
            "work.summary",
        ),
        (
            service("quarter", "Quarter Tax", Identity::Unknown),
            "",
            "work.summary",
        ),
    ];
    for (recipient, purpose, scope) in asks {
        made.ask(recipient, purpose, &[scope]).await;
        made.clock.advance(Duration::SECOND);
    }
    leave_in(&desktop, &dir);
    made.vault.lock(LockReason::You).await;
    (desktop, folder)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_person_is_in_charge() {
    let (desktop, _folder) = prepared().await;
    let driver = open_and_unlock(&desktop).await;

    say("a party with a pinned key: narrowed, and what is shown is what leaves");
    driver.window("consent.html").await;
    driver.find("dialog", "Llum Verda asks for your work").await;
    driver.says("Same key since").await;
    driver.says("2 more questions").await;
    driver.shot("50-consent-key").await;
    driver.click("checkbox", "Rapid Meals").await;
    for radio in ["4 weeks", "Every gig", "Rounded amounts", "To 1 km", "This once"] {
        driver.click("radio", radio).await;
    }
    driver.says("Ride from …, for …").await;
    driver.shot("51-consent-narrowed").await;
    driver.click("tab", "Raw").await;
    let raw = driver.text().await;
    assert!(raw.contains("41.4") && raw.contains("Barcelona"), "{raw}");
    for gone in ["Mallorca", "Marta", "41.40361"] {
        assert!(!raw.contains(gone), "{gone} leaves");
    }
    driver.click("radio", "Exact places").await;
    driver
        .says("This much, or for this long, needs your passphrase.")
        .await;
    driver.click("radio", "No places").await;
    driver
        .holds(
            "return !document.body.innerText.includes('needs your passphrase')",
            json!([]),
        )
        .await;
    press_when_armed(&driver, "Share").await;

    say("a party at an address: by keyboard alone");
    driver
        .holds(
            "return document.body.innerText.includes('Hourly asks for your earnings and hours')",
            json!([]),
        )
        .await;
    driver.shot("52-consent-origin").await;
    driver.press(ENTER).await;
    driver
        .find("dialog", "Hourly asks for your earnings and hours")
        .await;
    by_keyboard(&driver).await;

    say("a party that nobody can tell: a second question, and a no");
    driver
        .holds(
            "return document.body.innerText.includes('Quarter Tax asks for')",
            json!([]),
        )
        .await;
    driver.says("Satchel cannot tell who this is").await;
    driver.says("It gives no reason.").await;
    driver.shot("53-consent-unknown").await;
    driver.click("checkbox", "Rapid Meals").await;
    for radio in ["4 weeks", "Monthly totals", "This once"] {
        driver.click("radio", radio).await;
    }
    press_when_armed(&driver, "Share").await;
    driver.find("button", "Share anyway").await;
    driver.shot("54-consent-doubt").await;
    driver
        .holds(
            "return !!document.querySelector('.cs[data-armed=\"true\"]')",
            json!([]),
        )
        .await;
    // The same button stands behind the dialog. The window goes with the click, so the script ends before it.
    driver
        .script(
            "const no = [...document.querySelectorAll('[role=alertdialog] button')].find(one => one.textContent.trim() === 'Don’t share'); setTimeout(() => no.click(), 100)",
            json!([]),
        )
        .await;
    driver.gone("consent.html").await;

    say("the overview reminds of what has no use");
    driver.click("link", "Overview").await;
    driver
        .says("Rent Letter can see something: not used for 100 days.")
        .await;
    driver.shot("55-overview-reminder").await;
    driver.click("button", "See what anyone can see").await;
    driver.find("heading", "What anyone can see").await;
    driver.says("1 permission deserves a look.").await;
    driver.shot("56-sharing").await;
    driver
        .click("button", "Stop sharing with Rent Letter: Earnings and hours")
        .await;
    driver.holds("return ![...document.querySelectorAll('table th')].some(cell => cell.textContent.includes('Rent Letter'))", json!([])).await;

    say("activity has every question with its end");
    driver.click("link", "Activity").await;
    for words in [
        "Llum Verda",
        "Hourly",
        "Quarter Tax",
        "You refused",
        "You stopped it",
    ] {
        driver.says(words).await;
    }
    driver.shot("57-activity").await;
    driver.quit().await;
}

/// Chooses and shares without a pointer. Enter never shares; Space does.
async fn by_keyboard(driver: &Driver) {
    reach(driver, "Rapid Meals").await;
    driver.press(SPACE).await;
    for radio in ["12 weeks", "Weekly totals", "This once"] {
        reach(driver, radio).await;
        driver.press(SPACE).await;
    }
    let armed = "const one = [...document.querySelectorAll('button')].find(one => one.textContent.trim() === 'Share'); \
                 return !!document.querySelector('.cs[data-armed=\"true\"]') && !one.disabled && one.getAttribute('aria-disabled') !== 'true'";
    driver.holds(armed, json!([])).await;
    reach(driver, "Share").await;
    driver.press(ENTER).await;
    driver
        .find("dialog", "Hourly asks for your earnings and hours")
        .await;
    driver.says("To share, press Space.").await;
    driver.press(SPACE).await;
}

/// Moves the focus with Tab, and within a group of radio buttons with the arrow, until the control of this name has it.
async fn reach(driver: &Driver, name: &str) {
    const FOCUSED: &str = "const one = document.activeElement; const label = one.labels && one.labels[0] ? one.labels[0].textContent : one.textContent; \
        const group = one.type === 'radio' ? [...document.getElementsByName(one.name)].map(other => other.labels[0].textContent.trim()) : []; \
        return [label.trim(), group]";
    for _ in 0..60 {
        let focused = driver.script(FOCUSED, json!([])).await;
        if focused[0] == name {
            return;
        }
        let in_group = focused[1]
            .as_array()
            .is_some_and(|group| group.contains(&Value::from(name)));
        driver.press(if in_group { DOWN } else { TAB }).await;
    }
    panic!("the keyboard does not reach {name}: {}", driver.text().await);
}
