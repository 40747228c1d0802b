//! Everything there is to say about a manifest, for the one who writes it: all mistakes instead of the first, and what is read otherwise
//! than it was perhaps meant. The reading is the same as that of an installation.

use serde_json::{Map, Value};

use super::{Manifest, ManifestError, icon::Icon};

/// The most mistakes that are looked for; each is one reading.
const MAX_MISTAKES: usize = 60;

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Examination {
    /// What it says; with mistakes, what it would say without the members that have them. Nothing when it is no manifest at all.
    pub manifest: Option<Manifest>,
    /// What refuses it.
    pub mistakes: Vec<ManifestError>,
    /// What is read otherwise than it stands there.
    pub remarks: Vec<Remark>,
}

/// Something that is read otherwise than it stands there, or that another host would read otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// The member.
    pub path: String,
    /// What becomes of it.
    pub words: &'static str,
}

/// Members that are read (specification 1.1).
const KNOWN: [&str; 46] = [
    "name",
    "title",
    "url",
    "version",
    "description",
    "author",
    "email",
    "icon",
    "color",
    "roles",
    "groups",
    "permissions",
    "origin",
    "allow",
    "reqtoken",
    "restoken",
    "type",
    "width",
    "height",
    "resize",
    "responsive",
    "mobilemenu",
    "allowscreenshots",
    "allowreadprofile",
    "allowreadusers",
    "allowreadapps",
    "allowreadmeta",
    "allownotifications",
    "allowmail",
    "allowsms",
    "allowguestuser",
    "guestuser",
    "serververify",
    "serverside",
    "services",
    "settings",
    "reference",
    "readme",
    "openplatform",
    "custom",
    "vault",
    // Of templates; no version of a host reads them.
    "notifications",
    "mainmenu",
    "id",
    "date",
    "$schema",
];
/// Members of the first version, which no later one reads.
const FIRST: [&str; 8] = [
    "url_session",
    "widgets",
    "publish",
    "subscribe",
    "url_subscribe",
    "service",
    "url_register",
    "url_unregister",
];
/// Members that are cut, and after how many characters.
const CLIPPED: [(&str, usize); 9] = [
    ("name", 30),
    ("title", 60),
    ("version", 20),
    ("description", 100),
    ("author", 50),
    ("email", 120),
    ("type", 30),
    ("reference", 40),
    ("readme", 20_000),
];

impl Manifest {
    /// Looks at the bytes of an `openplatform.json`.
    pub fn examine(bytes: &[u8]) -> Examination {
        let mut mistakes = Vec::new();
        let first = Self::parse(bytes);
        let plain = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        let value = match &first {
            Err(
                error @ (ManifestError::TooLarge
                | ManifestError::TooDeep
                | ManifestError::NotJson { .. }
                | ManifestError::NotAnObject),
            ) => {
                return Examination {
                    manifest: None,
                    mistakes: vec![error.clone()],
                    remarks: Vec::new(),
                };
            }
            Ok(_)
            | Err(
                ManifestError::Missing { .. }
                | ManifestError::WrongType { .. }
                | ManifestError::TooMany { .. }
                | ManifestError::BadValue { .. }
                | ManifestError::BadScope { .. }
                | ManifestError::ScopeTwice { .. },
            ) => serde_json::from_slice::<Value>(plain).unwrap_or_default(),
        };
        let mut members = value.as_object().cloned().unwrap_or_default();
        let remarks = remarks(&members);
        let mut outcome = first;
        while let Err(error) = &outcome {
            let again = mend(&mut members, error) && mistakes.len() < MAX_MISTAKES;
            mistakes.push(error.clone());
            if !again {
                break;
            }
            outcome = serde_json::to_vec(&members)
                .map_err(|_| ManifestError::NotAnObject)
                .and_then(|bytes| Self::parse(&bytes));
        }
        Examination {
            manifest: outcome.ok(),
            mistakes,
            remarks,
        }
    }
}

/// Takes what a mistake is about out of the way, so that the next one shows; whether there was anything to take.
fn mend(members: &mut Map<String, Value>, error: &ManifestError) -> bool {
    let path = match error {
        ManifestError::Missing { path }
        | ManifestError::WrongType { path, .. }
        | ManifestError::TooMany { path, .. }
        | ManifestError::BadValue { path, .. }
        | ManifestError::BadScope { path, .. }
        | ManifestError::ScopeTwice { path } => path.as_str(),
        ManifestError::TooLarge
        | ManifestError::NotJson { .. }
        | ManifestError::NotAnObject
        | ManifestError::TooDeep => return false,
    };
    if path == "name" {
        return members.insert("name".into(), "app".into()) != Some("app".into());
    }
    let Some((top, rest)) = path.split_once(['.', '[']) else {
        return members.remove(path).is_some();
    };
    // In our own member the mistakes stand side by side; elsewhere the whole member goes.
    if top == "vault"
        && let Some(Value::Object(vault)) = members.get_mut("vault")
    {
        let name = rest.split(['.', '[']).next().unwrap_or_default();
        let at = rest
            .strip_prefix("scopes[")
            .and_then(|rest| rest.split_once(']'))
            .and_then(|(at, _)| at.parse::<usize>().ok());
        if let Some(at) = at
            && let Some(Value::Array(scopes)) = vault.get_mut("scopes")
            && at < scopes.len()
        {
            scopes.remove(at);
            return true;
        }
        return vault.remove(name).is_some();
    }
    members.remove(top).is_some()
}

fn remarks(members: &Map<String, Value>) -> Vec<Remark> {
    let mut all = Vec::new();
    let mut say = |path: &str, words| {
        all.push(Remark {
            path: path.to_owned(),
            words,
        });
    };
    for name in members.keys() {
        if FIRST.contains(&name.as_str()) {
            say(name, "only the first version of the platform read it");
        } else if !KNOWN.contains(&name.as_str()) {
            // A name is foreign text: it is shown only where it is one of a member.
            let plain = name.len() <= 40
                && name
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
            say(if plain { name } else { "a member" }, "nobody reads it");
        }
    }
    let text = |name: &str| members.get(name).and_then(Value::as_str);
    for (name, most) in CLIPPED {
        if text(name).is_some_and(|text| text.trim().chars().nth(most).is_some()) {
            say(name, "longer than is shown: the end is cut off");
        }
    }
    if text("url").is_none_or(|url| url.trim().is_empty()) {
        say(
            "url",
            "absent: the app starts at the root of the description’s address, and other hosts call it offline",
        );
    }
    match members.get("color") {
        Some(Value::String(color)) if super::parse::is_color(color) => {}
        None | Some(Value::Null) => {}
        Some(_) => say("color", "not # with 3, 6 or 8 hexadecimal digits: no colour"),
    }
    let icon = text("icon");
    if icon != Some("rocket") && Icon::read(icon) == Icon::default() {
        say("icon", "none of the known forms: a rocket is shown");
    }
    if members.contains_key("serverside") && !members.contains_key("serververify") {
        say("serverside", "the older name of serververify");
    }
    if members.contains_key("allownotifications")
        && !matches!(members.get("allownotifications"), Some(Value::Bool(_)))
    {
        say("allownotifications", "counts only when it is literally true");
    }
    if members.get("settings").is_some_and(Value::is_string) {
        say("settings", "one text declares no settings");
    }
    if ["reqtoken", "restoken"].iter().any(|name| text(name).is_some()) {
        say(
            "reqtoken",
            "anybody who reads the description reads these secrets",
        );
    }
    all
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn paths(value: Value) -> (Vec<String>, Vec<String>) {
        let examined = Manifest::examine(value.to_string().as_bytes());
        let mistakes = examined.mistakes.iter().map(ToString::to_string);
        let remarks = examined.remarks.into_iter().map(|remark| remark.path);
        (mistakes.collect(), remarks.collect())
    }

    #[test]
    fn every_mistake_is_told_and_not_the_first_alone() {
        let (mistakes, _) = paths(json!({
            "url": "https://a b", "roles": [1], "width": "wide", "allowreadprofile": 9,
            "vault": {"scopes": [{"scope": "x"}, {"scope": "vault:reviews:get"}, {"required": true}], "privacy": "ftp://a"},
        }));
        assert_eq!(
            mistakes,
            [
                "`name` is missing",
                "`url` must be an address without blanks",
                "`roles[0]` is not a text",
                "`width` is not a number",
                "`allowreadprofile` must be 0, 1 or 2",
                "`vault.scopes[0].scope`: a scope looks like vault:category:get",
                "`vault.scopes[1].scope` is missing",
                "`vault.privacy` must be an https address",
            ]
        );
    }

    #[test]
    fn what_is_read_otherwise_is_told() {
        let (mistakes, remarks) = paths(json!({
            "name": "a".repeat(31), "widgets": [], "colour": "#fff", "color": "red", "icon": "ñ", "serverside": true,
            "allownotifications": 1, "settings": "x", "reqtoken": "canary",
        }));
        assert_eq!(mistakes, Vec::<String>::new());
        assert_eq!(
            remarks,
            [
                "widgets",
                "colour",
                "name",
                "url",
                "color",
                "icon",
                "serverside",
                "allownotifications",
                "settings",
                "reqtoken"
            ]
        );
        let (_, none) = paths(json!({"name": "a", "url": "https://a.example/", "icon": "rocket"}));
        assert_eq!(none, Vec::<String>::new());
    }

    #[test]
    fn what_is_no_manifest_is_one_mistake() {
        for (bytes, words) in [
            (&b"<html>"[..], "the manifest is not JSON (line 1, column 1)"),
            (b"[]", "the manifest is not a JSON object"),
        ] {
            let examined = Manifest::examine(bytes);
            assert_eq!(examined.manifest, None);
            assert_eq!(examined.mistakes.len(), 1);
            assert_eq!(examined.mistakes[0].to_string(), words);
        }
    }

    proptest! {
        #[test]
        fn it_always_ends_and_agrees_with_the_reading(name in "[a-z]{4,12}", text in any::<String>(), number in any::<i32>()) {
            let known = ["name", "url", "vault", "roles", "width", "allowreadusers", "settings", "services", "permissions"];
            for key in known.into_iter().chain([name.as_str()]) {
                for value in [json!(text), json!(number), json!([number]), json!({"scopes": [number, {"scope": text}]})] {
                    let bytes = json!({"name": "a", key: value}).to_string();
                    let examined = Manifest::examine(bytes.as_bytes());
                    prop_assert_eq!(examined.mistakes.is_empty(), Manifest::parse(bytes.as_bytes()).is_ok());
                    prop_assert!(examined.manifest.is_some(), "{}", bytes);
                }
            }
        }
    }
}
