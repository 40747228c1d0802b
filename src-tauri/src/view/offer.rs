//! What a newer version of an app changes, line by line.

use openplatform::manifest::Manifest;
use serde::Serialize;
use specta::Type;
use vault_core::{
    apps::{AppInfo, AppOffer as Offered, Moved},
    disclosure::{RequestedScope, label},
};

use super::apps::maker;

/// A newer version that waits for the person's look.
#[derive(Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AppOffer {
    /// Given back with the person's choice, so that it is about what was shown.
    shown: String,
    /// Its address or key is another one: it gets nothing until the person decides.
    paused: bool,
    pub(crate) changes: Vec<Difference>,
}

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
pub(crate) struct Difference {
    pub(crate) kind: DifferenceKind,
    /// What differs.
    pub(crate) words: String,
    /// What it was; empty where nothing was.
    before: String,
    /// What it is; empty where nothing is.
    after: String,
}

/// What a difference means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum DifferenceKind {
    /// Who it is, or where.
    Who,
    /// It asks for more, or for another reason.
    Added,
    /// It asks for less.
    Removed,
    /// Neither.
    Other,
}

impl AppOffer {
    /// What waits for an app, if anything does.
    pub(crate) fn of(app: &AppInfo) -> Option<Self> {
        app.offer.as_ref().map(|offer| Self {
            shown: offer.sha256.to_string(),
            paused: offer.moved.is_some(),
            changes: differences(&app.manifest, &app.asks, offer),
        })
    }
}

/// The differences: who it is, what it asks for besides, what it asks for no more, the rest.
fn differences(accepted: &Manifest, asks: &[RequestedScope], offer: &Offered) -> Vec<Difference> {
    let new = &offer.manifest;
    let mut all = who(accepted, new, offer.moved.as_ref());
    all.extend(offer.asks.iter().flat_map(|asked| more(asks, asked)));
    let purposes = [&accepted.vault.purpose, &new.vault.purpose];
    all.extend(changed(DifferenceKind::Added, "What it says it is for", purposes));
    all.extend(flags(accepted, new));
    for gone in asks
        .iter()
        .filter(|asked| !offer.asks.iter().any(|new| new.scope == asked.scope))
    {
        all.push(Difference {
            kind: DifferenceKind::Removed,
            words: label(&gone.scope),
            before: gone.explanation.clone().unwrap_or_default(),
            after: String::new(),
        });
    }
    if offer.files {
        all.push(Difference {
            kind: DifferenceKind::Other,
            words: files(offer).to_owned(),
            before: String::new(),
            after: String::new(),
        });
    }
    let versions = [&accepted.version, &new.version];
    all.extend(changed(DifferenceKind::Other, "Version", versions));
    all
}

/// Whose the files of a newer package are.
fn files(offer: &Offered) -> &'static str {
    match (offer.signed, &offer.moved) {
        (true, None) => "Its files are others, signed with the same key",
        (true, Some(_)) => "Its files are others, signed with another key",
        (false, _) => "Its files are others, and nobody vouches that they are by the same maker",
    }
}

fn who(accepted: &Manifest, new: &Manifest, moved: Option<&Moved>) -> Vec<Difference> {
    let mut all = Vec::new();
    match moved {
        Some(Moved::Address(before, after)) => {
            all.extend(changed(DifferenceKind::Who, "Address", [before, after]));
        }
        Some(Moved::Key(before, after)) => all.extend(changed(DifferenceKind::Who, "Key", [before, after])),
        None => {}
    }
    all.extend(changed(DifferenceKind::Who, "Name", [&accepted.name, &new.name]));
    all.extend(changed(
        DifferenceKind::Who,
        "Maker",
        [&maker(accepted), &maker(new)],
    ));
    all
}

/// What one scope of the newer version adds to what was asked for.
fn more(asks: &[RequestedScope], asked: &RequestedScope) -> Vec<Difference> {
    let words = label(&asked.scope);
    let reason = asked.explanation.clone().unwrap_or_default();
    let Some(known) = asks.iter().find(|known| known.scope == asked.scope) else {
        return vec![Difference {
            kind: DifferenceKind::Added,
            words,
            before: String::new(),
            after: reason,
        }];
    };
    let mut all = Vec::new();
    if known.required != asked.required {
        let (kind, said) = if asked.required {
            (DifferenceKind::Added, "It says it cannot work without")
        } else {
            (DifferenceKind::Removed, "It says it can work without")
        };
        all.push(Difference {
            kind,
            words: format!("{said}: {words}"),
            before: String::new(),
            after: String::new(),
        });
    }
    let reasons = [&known.explanation.clone().unwrap_or_default(), &reason];
    all.extend(changed(
        DifferenceKind::Added,
        &format!("Another reason: {words}"),
        reasons,
    ));
    all
}

/// What flags open beyond the list of what is asked for.
fn flags(accepted: &Manifest, new: &Manifest) -> Vec<Difference> {
    let all = [
        (
            accepted.server_verify,
            new.server_verify,
            "A server of its maker reads what you share with it",
        ),
        (accepted.mail, new.mail, "It wants to send e-mail"),
        (accepted.sms, new.sms, "It wants to send text messages"),
        (
            false,
            accepted.shared_secrets != new.shared_secrets,
            "Its server proves itself with another secret",
        ),
    ];
    all.into_iter()
        .filter(|(before, after, _)| before != after)
        .map(|(_, after, words)| Difference {
            kind: if after {
                DifferenceKind::Added
            } else {
                DifferenceKind::Removed
            },
            words: words.to_owned(),
            before: String::new(),
            after: String::new(),
        })
        .collect()
}

fn changed(kind: DifferenceKind, words: &str, [before, after]: [&String; 2]) -> Option<Difference> {
    (before != after).then(|| Difference {
        kind,
        words: words.to_owned(),
        before: before.clone(),
        after: after.clone(),
    })
}

#[cfg(test)]
mod tests {
    use vault_core::apps::asked;
    use vault_store::Sha256;

    use super::*;

    fn manifest(text: &str) -> Manifest {
        Manifest::parse(text.as_bytes()).unwrap()
    }

    const OLD: &str = r#"{"name":"Mile Log","url":"https://miles.example/","author":"Miles","version":"1","allowreadprofile":0,
        "vault":{"purpose":"To count.","scopes":[
            {"scope":"vault:work.records:get","explanation":"to count"},{"scope":"vault:ratings:get"}]}}"#;

    fn changes(new: &str, moved: Option<Moved>) -> Vec<(DifferenceKind, String, String, String)> {
        let (old, new) = (manifest(OLD), manifest(new));
        let offer = Offered {
            origin: String::new(),
            asks: asked(&new).unwrap(),
            moved,
            files: false,
            signed: false,
            sha256: Sha256::of(b""),
            manifest: new,
        };
        let all = differences(&old, &asked(&old).unwrap(), &offer).into_iter();
        all.map(|one| (one.kind, one.words, one.before, one.after))
            .collect()
    }

    #[test]
    fn nothing_differs_from_itself() {
        assert_eq!(changes(OLD, None), []);
    }

    #[test]
    fn who_it_is_stands_first_and_what_it_asks_for_no_more_behind_what_it_adds() {
        let new = OLD
            .replace("Mile Log", "Mile Log Plus")
            .replace(
                "vault:ratings:get\"",
                "vault:profile.tax_id:get\",\"explanation\":\"for the form\"",
            )
            .replace("\"to count\"", "\"to count\",\"required\":true")
            .replace("\"1\"", "\"2\"");
        let moved = Moved::Address("https://miles.example".into(), "https://other.example".into());
        let all = changes(&new, Some(moved));
        let kinds: Vec<DifferenceKind> = all.iter().map(|one| one.0).collect();
        use DifferenceKind::{Added, Other, Removed, Who};
        assert_eq!(kinds, [Who, Who, Added, Added, Removed, Other], "{all:?}");
        assert_eq!(all[0].3, "https://other.example");
        assert_eq!(
            (all[1].2.as_str(), all[1].3.as_str()),
            ("Mile Log", "Mile Log Plus")
        );
        assert!(all[2].1.starts_with("It says it cannot work without: "));
        assert_eq!(all[3].3, "for the form");
    }

    #[test]
    fn another_purpose_and_a_server_are_more() {
        let new = OLD
            .replace("To count.", "To sell.")
            .replace("\"author\"", "\"serververify\":true,\"author\"");
        let all = changes(&new, None);
        assert_eq!(all.len(), 2, "{all:?}");
        assert!(all.iter().all(|one| one.0 == DifferenceKind::Added));
    }
}
