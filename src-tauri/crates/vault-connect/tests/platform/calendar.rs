//! Fifty connections over thirty simulated days: as many requests as the rule says, and no more.

use time::Duration;
use vault_connect::{Connect, LinkOptions, Options, Stop, add_connector, due};
use vault_store::{ConnectionId, connections::ConnectionState};

use crate::{
    scripted::{Scripted, TOKENS, json, with},
    world::World,
};

/// How often it is looked whether a fetch is due.
const LOOK: Duration = Duration::minutes(10);
const DAYS: i64 = 30;

/// One of the five kinds of platform.
struct Kind {
    id: &'static str,
    connections: usize,
    interval: i64,
    answer: fn() -> String,
    /// The waits between its requests, by the rule, in minutes: the first few, then the last of them for ever.
    waits: &'static [i64],
    state: ConnectionState,
}

const KINDS: [Kind; 5] = [
    Kind {
        id: "daily",
        connections: 25,
        interval: 86_400,
        answer: || json("{\"items\":[]}"),
        waits: &[1440],
        state: ConnectionState::Working,
    },
    Kind {
        id: "hourly",
        connections: 5,
        interval: 3600,
        answer: || json("{\"items\":[]}"),
        waits: &[60],
        state: ConnectionState::Working,
    },
    Kind {
        id: "down",
        connections: 10,
        interval: 86_400,
        answer: || with("502 Bad", "X: y", ""),
        waits: &[15, 30, 60, 120, 240, 480, 960, 1440],
        state: ConnectionState::PlatformDown,
    },
    Kind {
        id: "busy",
        connections: 5,
        interval: 3600,
        answer: || with("429 Slow", "Retry-After: 21600", ""),
        waits: &[360],
        state: ConnectionState::PlatformBusy,
    },
    Kind {
        id: "refused",
        connections: 5,
        interval: 3600,
        answer: || with("401 No", "X: y", ""),
        waits: &[],
        state: ConnectionState::AuthLost,
    },
];

impl Kind {
    fn connector(&self, base: &str) -> String {
        format!(
            "connector = 1\nid = \"{id}\"\nname = \"{id}\"\ninterval = {interval}\n[oauth]\nbase = \"{base}/{id}\"\nauthorize = \"auth\"\n\
             token = \"token\"\nclient = \"public\"\nclient_id = \"satchel\"\nscope = [{{ name = \"all\", words = \"all\" }}]\n[[request]]\n\
             path = \"list\"\nscope = \"all\"\nitems = \"items\"\nmap = 'empty'\n",
            id = self.id,
            interval = self.interval,
        )
    }

    /// The number of requests in the time, by the rule alone.
    fn predicted(&self) -> usize {
        tries_by_the_rule(self.waits, DAYS * 24 * 60) * self.connections
    }
}

/// How often a connection is tried in so many minutes, by the rule alone: the waits between its tries are given, the last of them for ever. A
/// fetch happens at the first look from its moment on.
pub(crate) fn tries_by_the_rule(waits: &[i64], minutes: i64) -> usize {
    let last = waits.last().copied().unwrap_or(i64::MAX / 4);
    let mut waits = waits.iter().copied().chain(std::iter::repeat(last));
    let look = LOOK.whole_minutes();
    let (mut at, mut count) = (0, 0);
    while at < minutes {
        count += 1;
        let next: i64 = at + waits.next().unwrap();
        at = next.div_euclid(look) * look + if next.rem_euclid(look) > 0 { look } else { 0 };
    }
    count
}

async fn connected(world: &World, connect: &Connect, platform: &str) -> ConnectionId {
    let linking = connect
        .link(&world.space, platform, LinkOptions::default())
        .await
        .unwrap();
    let value = |wanted: &str| {
        linking
            .url()
            .query_pairs()
            .find(|(name, _)| name == wanted)
            .unwrap()
            .1
            .into_owned()
    };
    let back = format!("{}?code=c&state={}", value("redirect_uri"), value("state"));
    let browser = tokio::spawn(async move { reqwest::get(back).await.unwrap().status() });
    let linked = linking.finish().await.unwrap();
    assert_eq!(browser.await.unwrap(), 200);
    linked.connection
}

#[tokio::test(flavor = "multi_thread")]
async fn as_many_requests_as_the_rule_says() {
    let world = World::new().await;
    let connect = Connect::with(Options {
        random: || 0.0,
        ..Options::default()
    })
    .unwrap();
    let platform = Scripted::start(|path, body| {
        let kind = KINDS
            .iter()
            .find(|kind| path.starts_with(&format!("/{}/", kind.id)))
            .unwrap();
        match path {
            _ if path.ends_with("/list?") || path.ends_with("/list") => (kind.answer)(),
            _ if body.contains("grant_type=refresh_token") => with(
                "400 Bad",
                "Content-Type: application/json",
                r#"{"error":"invalid_grant"}"#,
            ),
            _ => json(&TOKENS.replace("3600", "99999999")),
        }
    })
    .await;
    let mut all = Vec::new();
    for kind in &KINDS {
        add_connector(&world.space, &kind.connector(&platform.base), true)
            .await
            .unwrap();
        for _ in 0..kind.connections {
            all.push((kind, connected(&world, &connect, kind.id).await));
        }
    }
    assert_eq!(all.len(), 50);
    // A night of sleep, seven hours long, would not add a request: it is left out so that the prediction is a plain sum.
    for _ in 0..DAYS * 24 * 60 / LOOK.whole_minutes() {
        for id in due(&world.space).await.unwrap() {
            let _ = connect.fetch(&world.space, id, &Stop::default()).await;
        }
        world.clock.advance(LOOK);
    }
    let mut sums = (0, 0);
    for kind in &KINDS {
        let (asked, predicted) = (
            platform.count(&format!("GET /{}/list", kind.id)),
            kind.predicted(),
        );
        println!(
            "{:8} {:2} connections: {asked} requests, {predicted} by the rule",
            kind.id, kind.connections
        );
        assert_eq!(asked, predicted, "{}", kind.id);
        sums = (sums.0 + asked, sums.1 + predicted);
    }
    println!("together: {} requests, {} by the rule", sums.0, sums.1);
    for (kind, id) in all {
        assert_eq!(world.state(id).await, kind.state, "{}", kind.id);
    }
}
