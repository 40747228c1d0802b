//! The platforms that can be added, each with the ways that work there; and a connector file that the person chose.

use serde::Serialize;
use specta::Type;
use url::Url;
use vault_connect::{BackTo, ClosedPlatform, ClosedWay, Connector, ConnectorFault, OWN_REDIRECT};

use super::{
    connections::every_words,
    platforms::Platforms,
    values::Monogram,
    words::{list, sentence_case},
};

/// How many lines around a mistake are shown.
const AROUND: usize = 2;

/// A platform, and how its data comes in.
#[derive(Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CatalogueItem {
    platform: String,
    pub(crate) name: String,
    monogram: Monogram,
    words: String,
    /// The person added it.
    own: bool,
    /// The hosts that Satchel would speak to.
    hosts: Vec<String>,
    /// What the platform wants about keeping its data; nothing where it says nothing.
    rule: Option<String>,
    /// How a person gets an access key of their own there, line by line.
    guide: Vec<String>,
    ways: Vec<Way>,
}

#[derive(Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
struct Way {
    way: WayName,
    /// Satchel can do it. Otherwise it only says what works.
    ready: bool,
    what: String,
    needs: String,
    time: String,
    /// The address to register for an access key, where the platform gives Satchel none.
    redirect: Option<String>,
    /// What the platform sends the browser back to instead, where it takes no address of this computer.
    relay: Option<Relay>,
}

/// What stands for a relay of the person's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
enum Relay {
    /// Its https address.
    Https,
    /// The name that the platform gave its address.
    Name,
}

impl Relay {
    const fn of(kind: BackTo) -> Option<Self> {
        match kind {
            BackTo::Loopback => None,
            BackTo::Https => Some(Self::Https),
            BackTo::Name => Some(Self::Name),
        }
    }
}

/// How data comes from a platform.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
enum WayName {
    Link,
    Email,
    File,
    Request,
}

impl CatalogueItem {
    /// A platform with a connector.
    pub(crate) fn new(connector: &Connector, platforms: &Platforms) -> Self {
        let ways = [link(connector), email(connector)];
        Self {
            platform: connector.id.clone(),
            name: connector.name.clone(),
            monogram: platforms.monogram_of(&connector.id, &connector.name),
            words: connector.words.clone(),
            own: vault_connect::connector(&connector.id).is_err(),
            hosts: hosts(connector),
            rule: connector.retention.as_ref().map(|rule| rule.words.clone()),
            guide: connector
                .guide
                .lines()
                .map(str::trim)
                .filter(|line| !line.is_empty())
                .map(str::to_owned)
                .collect(),
            ways: ways.into_iter().flatten().collect(),
        }
    }

    /// A platform that no program is let into.
    pub(crate) fn closed(platform: &ClosedPlatform, platforms: &Platforms) -> Self {
        let (way, needs, time) = match platform.way {
            ClosedWay::File => (
                WayName::File,
                "The file that the platform gives you",
                "What the platform takes to make it",
            ),
            ClosedWay::Request => (WayName::Request, "A letter to the platform", "Up to a month"),
        };
        Self {
            platform: platform.id.clone(),
            name: platform.name.clone(),
            monogram: platforms.monogram_of(&platform.id, &platform.name),
            words: platform.words.clone(),
            own: false,
            hosts: Vec::new(),
            rule: None,
            guide: Vec::new(),
            ways: vec![Way {
                way,
                ready: false,
                what: String::new(),
                needs: needs.into(),
                time: time.into(),
                redirect: None,
                relay: None,
            }],
        }
    }
}

fn link(connector: &Connector) -> Option<Way> {
    let oauth = connector.oauth.as_ref()?;
    let what: Vec<String> = connector
        .scopes()
        .iter()
        .map(|scope| scope.words.clone())
        .collect();
    let own_key = oauth.client_id.is_none();
    let (needs, time) = if own_key {
        (
            "An access key of your own there, and your sign-in",
            "About ten minutes, once",
        )
    } else {
        ("Your sign-in, in the browser", "About a minute")
    };
    Some(Way {
        way: WayName::Link,
        ready: true,
        what: format!(
            "{}, {}",
            sentence_case(&list(&what)),
            every_words(connector.interval).to_lowercase()
        ),
        needs: needs.into(),
        time: time.into(),
        redirect: own_key.then(|| OWN_REDIRECT.to_owned()),
        relay: Relay::of(oauth.redirect),
    })
}

fn email(connector: &Connector) -> Option<Way> {
    connector.endpoint.as_ref()?;
    Some(Way {
        way: WayName::Email,
        ready: true,
        what: format!(
            "What the platform tells about you, {}",
            every_words(connector.interval).to_lowercase()
        ),
        needs: "Your e-mail address there, and your access token".into(),
        time: "A few minutes".into(),
        redirect: None,
        relay: None,
    })
}

fn hosts(connector: &Connector) -> Vec<String> {
    let link = connector.oauth.as_ref().map(|oauth| &oauth.base);
    let endpoint = connector.endpoint.as_ref().map(|endpoint| &endpoint.url);
    let mut hosts: Vec<String> = link.into_iter().chain(endpoint).filter_map(host).collect();
    hosts.dedup();
    hosts
}

fn host(url: &Url) -> Option<String> {
    let host = url.host_str()?;
    Some(
        url.port()
            .map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")),
    )
}

/// A connector file that was read and not yet added: what it would be, or its first mistake.
#[derive(Clone, Serialize, Type)]
pub(crate) struct PlatformFile {
    /// The name of the file.
    file: String,
    /// By what the page adds it; nothing while it has a mistake.
    draft: Option<String>,
    platform: Option<CatalogueItem>,
    fault: Option<Fault>,
}

/// A mistake in a connector file, with the lines around it.
#[derive(Clone, Serialize, Type)]
struct Fault {
    line: u32,
    cause: String,
    lines: Vec<Line>,
}

#[derive(Clone, Serialize, Type)]
struct Line {
    number: u32,
    text: String,
}

impl PlatformFile {
    /// A file that can be added.
    pub(crate) fn good(file: String, draft: String, platform: CatalogueItem) -> Self {
        Self {
            file,
            draft: Some(draft),
            platform: Some(platform),
            fault: None,
        }
    }

    /// A file with a mistake.
    pub(crate) fn bad(file: String, text: &str, fault: &ConnectorFault) -> Self {
        let first = fault.line.saturating_sub(AROUND + 1);
        let lines = text.lines().enumerate().skip(first).take(2 * AROUND + 1);
        Self {
            file,
            draft: None,
            platform: None,
            fault: Some(Fault {
                line: narrow(fault.line),
                cause: fault.cause.clone(),
                lines: lines
                    .map(|(at, text)| Line {
                        number: narrow(at + 1),
                        text: text.chars().take(200).collect(),
                    })
                    .collect(),
            }),
        }
    }
}

fn narrow(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistake_is_shown_with_the_lines_around_it() {
        let text = "connector = 1\nid = \"x y\"\nname = \"X\"\n";
        let fault = vault_connect::check_connector(text, false).unwrap_err();
        let shown = PlatformFile::bad("x.toml".into(), text, &fault);
        let shown = shown.fault.unwrap();
        assert_eq!(shown.line, 2);
        let numbers: Vec<u32> = shown.lines.iter().map(|line| line.number).collect();
        assert_eq!(numbers, [1, 2, 3]);
        assert_eq!(shown.lines[1].text, "id = \"x y\"");
    }

    #[test]
    fn each_platform_says_its_ways() {
        let platforms = Platforms::none();
        for connector in vault_connect::catalogue() {
            let item = CatalogueItem::new(connector, &platforms);
            assert!(
                !item.ways.is_empty() && !item.own && !item.hosts.is_empty(),
                "{}",
                item.name
            );
            let needs_key = item.ways.iter().any(|way| way.redirect.is_some());
            assert!(
                !needs_key || !item.guide.is_empty(),
                "{}: how to get a key",
                item.name
            );
        }
        for closed in vault_connect::closed_platforms() {
            let item = CatalogueItem::closed(closed, &platforms);
            assert!(item.ways.iter().all(|way| !way.ready), "{}", item.name);
        }
    }
}
