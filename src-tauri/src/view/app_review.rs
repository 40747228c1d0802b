//! The description of an app as the person reads it: before it is installed, and on its page.

use openplatform::manifest::Manifest;
use serde::Serialize;
use specta::Type;
use vault_connect::{FetchedManifest, package::Package};
use vault_core::{
    apps::{AppChoices as Choices, AppInfo, asked},
    disclosure::{Destination, Leaf, RequestedScope, label},
    persona::PersonaField,
};
use vault_store::{RecordKind, apps::AppKind};

use super::{
    apps::{AppIcon, AppStanding, Known, after_scheme, destination_of, host, maker, network},
    markdown::{self, MarkBlock},
    values::Fact,
    wire::Wire,
};

/// The description of an app.
#[derive(Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AppReview {
    review: String,
    name: String,
    maker: String,
    manifest_url: String,
    origin: String,
    version: String,
    description: String,
    verified: String,
    warnings: Vec<String>,
    asks: Vec<Ask>,
    cannot: Vec<String>,
    held: Vec<Fact>,
    facts: Vec<Fact>,
    icon: AppIcon,
    /// What it says about itself at length.
    readme: Vec<MarkBlock>,
    wire: Option<Wire>,
    /// The app and its standing, where it is installed.
    app: Option<(String, AppStanding)>,
}

#[derive(Clone, Serialize, Type)]
struct Ask {
    words: String,
    scope: String,
    reason: String,
    required: bool,
}

impl AppReview {
    /// Of a description that was just read.
    /// `base` is this vault's address, as apps are told it; `picture` the icon, made anew.
    pub(crate) fn fetched(
        fetched: &FetchedManifest,
        review: &str,
        known: Option<&AppInfo>,
        base: &str,
        picture: Option<&[u8]>,
    ) -> Self {
        let manifest = &fetched.manifest;
        let origin = fetched.address.origin().to_string();
        let destination = destination_of(&origin);
        let asks = leaves(manifest);
        Self {
            review: review.to_owned(),
            warnings: warnings(manifest, &fetched.url, &origin, &destination, base),
            icon: AppIcon::new(manifest, picture),
            wire: Some(Wire::new(manifest, "", !fetched.secrets.is_empty(), &destination)),
            cannot: cannot(&asks),
            held: held(&destination),
            facts: facts(manifest, fetched.url.as_str(), fetched.address.url()),
            manifest_url: fetched.url.to_string(),
            origin,
            app: known.map(|app| (app.id.to_string(), AppStanding::of(app))),
            ..Self::of(manifest, &asks)
        }
    }

    /// Of a package that was just read.
    pub(crate) fn package(package: &Package, review: &str, known: Option<&AppInfo>) -> Self {
        let manifest = &package.manifest;
        let asks = leaves(manifest);
        let destination = Destination::Local;
        let mut facts = facts(manifest, "", manifest.url.as_deref().unwrap_or("/"));
        facts.push(Fact::new("Files", package.files.len().to_string()));
        if !package.key_pin.is_empty() {
            facts.push(Fact::new("Fingerprint of its key", package.key_pin.clone()));
        }
        Self {
            review: review.to_owned(),
            icon: AppIcon::new(manifest, None),
            wire: Some(Wire::new(manifest, "", false, &destination)),
            cannot: cannot(&asks),
            held: held(&destination),
            origin: host(AppKind::Packaged, ""),
            verified: vouched(&package.key_pin).into(),
            facts,
            app: known.map(|app| (app.id.to_string(), AppStanding::of(app))),
            ..Self::of(manifest, &asks)
        }
    }

    /// Of an app that is installed.
    pub(crate) fn installed(app: &AppInfo, known: &Known, choices: &Choices) -> Self {
        let secrets = choices.request_secret.is_some() || choices.response_secret.is_some();
        Self {
            icon: known.icon(&app.manifest),
            wire: Some(Wire::new(
                &app.manifest,
                &choices.profile,
                secrets,
                &app.destination,
            )),
            review: String::new(),
            cannot: cannot(&app.asks),
            held: held(&app.destination),
            facts: facts(&app.manifest, &app.manifest_url, &app.frame_url),
            manifest_url: app.manifest_url.clone(),
            origin: app.origin.clone(),
            app: Some((app.id.to_string(), AppStanding::of(app))),
            verified: match app.kind {
                AppKind::Included => "It came with Satchel.".into(),
                AppKind::Packaged => vouched(&app.key_pin).into(),
                AppKind::Hosted => NOBODY_CHECKED.into(),
            },
            ..Self::of(&app.manifest, &app.asks)
        }
    }

    fn of(manifest: &Manifest, asks: &[RequestedScope]) -> Self {
        Self {
            review: String::new(),
            name: manifest.name.clone(),
            maker: maker(manifest),
            manifest_url: String::new(),
            origin: String::new(),
            version: manifest.version.clone(),
            description: manifest.description.clone(),
            verified: NOBODY_CHECKED.into(),
            warnings: Vec::new(),
            asks: asks.iter().map(ask).collect(),
            cannot: Vec::new(),
            held: Vec::new(),
            facts: Vec::new(),
            icon: AppIcon::default(),
            readme: markdown::read(&manifest.readme),
            wire: None,
            app: None,
        }
    }
}

/// What the signature of a package says, and what it does not.
const fn vouched(key_pin: &str) -> &'static str {
    if key_pin.is_empty() {
        "Nobody signed it, and nobody vouches for it. The name is what it says itself."
    } else {
        "It is signed with its own key: only who has that key can make a newer version of it. The name is what it says itself. Nobody has checked it."
    }
}

const NOBODY_CHECKED: &str = "The name is what it says itself. Nobody has checked it.";

/// Everything that a manifest asks for.
fn leaves(manifest: &Manifest) -> Vec<RequestedScope> {
    asked(manifest).unwrap_or_default()
}

fn ask(asked: &RequestedScope) -> Ask {
    Ask {
        words: label(&asked.scope),
        scope: asked.scope.to_string(),
        reason: asked.explanation.clone().unwrap_or_default(),
        required: asked.required,
    }
}

/// What it did not ask for, in a few words each.
fn cannot(asks: &[RequestedScope]) -> Vec<String> {
    let asked: Vec<Leaf> = asks.iter().filter_map(|asked| Leaf::of(&asked.scope)).collect();
    let has = |leaf: Leaf| asked.contains(&leaf);
    let records = |kind| has(Leaf::Records(kind));
    let profile = asked
        .iter()
        .any(|leaf| matches!(leaf, Leaf::Profile(field) if *field != PersonaField::TaxId));
    let all = [
        (records(RecordKind::Work), "Single gigs"),
        (has(Leaf::Summary) || records(RecordKind::Payment), "Earnings"),
        (records(RecordKind::Rating), "Ratings"),
        (records(RecordKind::Review), "Reviews"),
        (records(RecordKind::Achievement), "Achievements"),
        (records(RecordKind::Restriction), "Restrictions of your accounts"),
        (profile, "Your profile"),
        (has(Leaf::Profile(PersonaField::TaxId)), "Your tax number"),
    ];
    let lacking = all
        .into_iter()
        .filter(|(asked, _)| !asked)
        .map(|(_, words)| words.to_owned());
    lacking.chain(["What other apps received".to_owned()]).collect()
}

fn held(destination: &Destination) -> Vec<Fact> {
    let window = Fact::new("Window", "its own, with a strip it cannot cover");
    let given = match destination {
        Destination::Local | Destination::File => "stays on this computer",
        Destination::Program { .. } | Destination::Internet { .. } => "counts as given to its maker",
    };
    vec![
        Fact::new("Network", network(destination)),
        window,
        Fact::new("What it gets", given),
        Fact::new("Cookies, camera, microphone, place", "none"),
        // Measured: the engine separates storage by origin, and every window's is emptied at lock and at a change of space.
        Fact::new(
            "What its pages store",
            "apart from other apps, gone when you lock",
        ),
    ]
}

fn facts(manifest: &Manifest, manifest_url: &str, frame_url: &str) -> Vec<Fact> {
    let all = [
        ("Description at", manifest_url),
        ("Starts at", frame_url),
        ("Version", &manifest.version),
        ("Kind", &manifest.kind),
        ("E-mail of its maker", &manifest.email),
    ];
    all.into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| Fact::new(name, value))
        .collect()
}

fn warnings(
    manifest: &Manifest,
    url: &url::Url,
    origin: &str,
    destination: &Destination,
    base: &str,
) -> Vec<String> {
    let mut warnings = Vec::new();
    if url.origin().ascii_serialization() != origin {
        warnings.push(format!(
            "Its pages come from {}, its description from elsewhere.",
            after_scheme(origin)
        ));
    }
    if matches!(destination, Destination::Program { .. }) {
        warnings.push("It runs on this computer. Satchel cannot tell what it passes on.".into());
    } else if origin.starts_with("http:") {
        warnings.push("Its address is not encrypted: anybody in between can be this app.".into());
    }
    if manifest.server_verify {
        warnings.push("A server of its maker reads what you share with it.".into());
    }
    if !manifest.accepts_host(base) {
        warnings.push(
            "It lists the hosts that it works with, and Satchel is not among them: it will refuse.".into(),
        );
    }
    warnings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest(text: &str) -> Manifest {
        Manifest::parse(text.as_bytes()).unwrap()
    }

    const TAX: &str = r#"{"name":"Quarter Tax","url":"https://tax.example/app/","allowreadprofile":0,"allowreadusers":0,"allowreadapps":0,"allowreadmeta":false,"allownotifications":false,"vault":{"purpose":"x","scopes":[
        {"scope":"vault:payments:get","required":true,"explanation":"To add up"},
        {"scope":"vault:profile.tax_id:get","required":false,"explanation":""}]}}"#;

    const BASE: &str = "http://127.0.0.1:8200";

    #[test]
    fn an_app_that_lists_hosts_and_not_this_one_is_warned_of() {
        let listed = |hosts: &str| {
            let text = format!(r#"{{"name":"A","url":"https://a.example/","openplatform":{hosts}}}"#);
            let url = "https://a.example/openplatform.json".parse().unwrap();
            let origin = "https://a.example";
            warnings(&manifest(&text), &url, origin, &destination_of(origin), BASE)
        };
        assert_eq!(listed("[]"), Vec::<String>::new());
        assert_eq!(listed(r#"["http://127.0.0.1:8200"]"#), Vec::<String>::new());
        assert_eq!(listed(r#"["https://platform.example"]"#).len(), 1);
    }

    #[test]
    fn what_was_not_asked_for_cannot_be_got() {
        let asks = leaves(&manifest(TAX));
        assert_eq!(asks.len(), 2);
        let cannot = cannot(&asks);
        assert!(cannot.contains(&"Single gigs".to_owned()) && cannot.contains(&"Your profile".to_owned()));
        assert!(!cannot.contains(&"Earnings".to_owned()) && !cannot.contains(&"Your tax number".to_owned()));
    }

    #[test]
    fn warnings_are_about_what_can_be_known() {
        let description = "https://other.example/openplatform.json".parse().unwrap();
        let warned = warnings(
            &manifest(TAX),
            &description,
            "https://tax.example",
            &destination_of("https://tax.example"),
            BASE,
        );
        assert_eq!(
            warned,
            ["Its pages come from tax.example, its description from elsewhere."]
        );
        let local = "http://127.0.0.1:8001/openplatform.json".parse().unwrap();
        let warned = warnings(
            &manifest(TAX),
            &local,
            "http://127.0.0.1:8001",
            &destination_of("http://127.0.0.1:8001"),
            BASE,
        );
        assert_eq!(
            warned,
            ["It runs on this computer. Satchel cannot tell what it passes on."]
        );
    }
}
