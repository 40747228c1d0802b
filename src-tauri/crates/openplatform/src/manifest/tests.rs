//! Manifests: defaults, tolerance, strictness, limits.

use super::*;
use proptest::prelude::*;
use serde_json::{Value, json};

fn parse(value: Value) -> Result<Manifest, ManifestError> {
    Manifest::parse(value.to_string().as_bytes())
}

#[test]
fn a_name_is_enough() {
    let manifest = parse(json!({"name": "Sample"})).unwrap();
    assert_eq!(manifest.name, "Sample");
    assert_eq!(manifest.url, None);
    assert_eq!(manifest.icon, Icon::default());
    assert_eq!(manifest.profile, ProfileAccess::Basic);
    assert_eq!(manifest.users, UsersAccess::None);
    assert_eq!(manifest.apps, AppsAccess::None);
    assert_eq!(manifest.meta, None);
    assert!(!manifest.notifications && !manifest.server_verify && !manifest.resize && !manifest.guest);
    assert_eq!((manifest.width, manifest.height), (0, 0));
    assert!(manifest.roles.is_empty() && manifest.vault.scopes.is_empty());
}

#[test]
fn texts_are_clipped_as_upstream_does() {
    let long = "x".repeat(600);
    let manifest = parse(json!({
        "name": long, "version": long, "description": long, "author": long, "email": long, "type": long,
        "reference": long,
    }))
    .unwrap();
    let lengths = [
        &manifest.name,
        &manifest.version,
        &manifest.description,
        &manifest.author,
        &manifest.email,
        &manifest.kind,
        &manifest.reference,
    ]
    .map(String::len);
    assert_eq!(lengths, [30, 20, 100, 50, 120, 30, 40]);
    assert!(manifest.name.ends_with("x..."));
}

#[test]
fn an_address_is_never_cut() {
    let url = format!("https://a.example/{}", "x".repeat(500));
    let error = parse(json!({"name": "a", "url": url})).unwrap_err();
    assert_eq!(error.to_string(), "`url` has more than 500 characters");
}

#[test]
fn types_are_tolerant_where_upstream_is() {
    let manifest = parse(json!({
        "name": "a", "version": 1.5, "origin": "10.0.0.1", "allow": ["10.0.0.2"], "allowreadprofile": true,
        "allowreadmeta": null, "allownotifications": 1, "width": 800.9, "height": -3, "serverside": true,
        "guestuser": true, "color": "#zzz", "icon": 7, "settings": "free text", "unknown": {"x": [1]},
    }))
    .unwrap();
    assert_eq!(manifest.version, "1.5");
    assert_eq!(manifest.server_addresses, ["10.0.0.1", "10.0.0.2"]);
    assert_eq!(manifest.profile, ProfileAccess::Basic);
    assert_eq!((manifest.width, manifest.height), (800, 0));
    assert!(manifest.server_verify && manifest.guest && !manifest.notifications);
    assert_eq!(manifest.color, None);
    assert!(manifest.settings.is_empty());
}

#[test]
fn every_flag_is_read() {
    let manifest = parse(json!({
        "name": "a", "title": "A b", "url": "https://a.example/x", "color": "#1A2b3C", "roles": ["r"], "groups": ["g"],
        "allowreadprofile": 2, "allowreadusers": 4, "allowreadapps": 2, "allowreadmeta": true,
        "allownotifications": true, "allowmail": true, "allowsms": true, "serververify": true, "resize": true,
        "responsive": true, "mobilemenu": true, "allowscreenshots": true, "services": {"s": "https://a.example/s"},
        "settings": {"a": "string", "b": "number", "c": "boolean", "d": "date", "e": "odd"},
        "openplatform": ["https://host.example"], "custom": "c", "readme": "# hi\nthere",
    }))
    .unwrap();
    assert_eq!(manifest.title.as_deref(), Some("A b"));
    assert_eq!(manifest.color.as_deref(), Some("#1A2b3C"));
    assert_eq!(manifest.profile, ProfileAccess::Contact);
    assert_eq!(manifest.users, UsersAccess::OwnFull);
    assert_eq!(manifest.apps, AppsAccess::Full);
    assert_eq!(manifest.meta, Some(true));
    assert_eq!(
        manifest.services,
        [("s".to_owned(), "https://a.example/s".to_owned())]
    );
    let kinds: Vec<SettingKind> = manifest.settings.iter().map(|(_, kind)| *kind).collect();
    use SettingKind::{Boolean, Date, Number, Text};
    assert_eq!(kinds, [Text, Number, Boolean, Date, Text]);
    assert_eq!(manifest.readme, "# hi\nthere");
    assert!(manifest.notifications && manifest.mail && manifest.sms && manifest.server_verify);
    assert_eq!(manifest.protocol(), Protocol::P4);
}

#[test]
fn a_manifest_of_version_5_is_recognised() {
    let by_permission =
        parse(json!({"name": "a", "permissions": [{"id": "admin", "name": "Admin"}]})).unwrap();
    let by_token = parse(json!({"name": "a", "reqtoken": "canary"})).unwrap();
    assert_eq!(by_permission.protocol(), Protocol::P5);
    assert_eq!(by_token.protocol(), Protocol::P5);
    assert_eq!(by_token.shared_secrets.request(), Some("canary"));
    assert!(!format!("{by_token:?}").contains("canary"));
}

#[test]
fn the_vault_member_is_read() {
    let manifest = parse(json!({"name": "a", "vault": {
        "scopes": [{"scope": "vault:work.summary:get", "required": true, "explanation": "for the\u{202E} chart"},
                   {"scope": "vault:reviews:get"}],
        "purpose": "To draw a CV", "privacy": "https://a.example/privacy"}}))
    .unwrap();
    let [first, second] = manifest.vault.scopes.as_slice() else {
        panic!("two scopes")
    };
    assert_eq!(
        (first.scope.as_str(), first.required),
        ("vault:work.summary:get", true)
    );
    assert_eq!(first.explanation, "for the chart");
    assert!(!second.required && second.explanation.is_empty());
    assert_eq!(manifest.vault.purpose, "To draw a CV");
    assert_eq!(
        manifest.vault.privacy.as_ref().map(url::Url::as_str),
        Some("https://a.example/privacy")
    );
}

#[test]
fn errors_name_the_place() {
    let cases = [
        (
            json!({"name": "a", "vault": {"scopes": [{"scope": "vault:reviews:get"}, {"scope": "x"}]}}),
            "`vault.scopes[1].scope`: a scope looks like vault:category:get",
        ),
        (
            json!({"name": "a", "vault": {"scopes": [{"scope": "vault:reviews:get"}, {"scope": "vault:reviews:get"}]}}),
            "`vault.scopes[1].scope` asks for the same scope again",
        ),
        (
            json!({"name": "a", "vault": {"scopes": [{"required": true}]}}),
            "`vault.scopes[0].scope` is missing",
        ),
        (
            json!({"name": "a", "vault": {"scopes": [{"scope": "vault:reviews:get", "required": "yes"}]}}),
            "`vault.scopes[0].required` is not true or false",
        ),
        (json!({"name": "a", "vault": []}), "`vault` is not an object"),
        (
            json!({"name": "a", "vault": {"privacy": "http://a.example/"}}),
            "`vault.privacy` must be an https address",
        ),
        (
            json!({"name": "a", "vault": {"purpose": "x".repeat(501)}}),
            "`vault.purpose` has more than 500 characters",
        ),
        (json!({"url": "https://a.example"}), "`name` is missing"),
        (json!({"name": "\u{200B} "}), "`name` is missing"),
        (json!({"name": ["a"]}), "`name` is not a text"),
        (
            json!({"name": "a", "url": "https://a b"}),
            "`url` must be an address without blanks",
        ),
        (json!({"name": "a", "roles": [1]}), "`roles[0]` is not a text"),
        (
            json!({"name": "a", "roles": vec!["r"; 201]}),
            "`roles` has more than 200 entries",
        ),
        (
            json!({"name": "a", "allowreadprofile": 3}),
            "`allowreadprofile` must be 0, 1 or 2",
        ),
        (
            json!({"name": "a", "allowreadusers": 5}),
            "`allowreadusers` must be a number from 0 to 4",
        ),
        (
            json!({"name": "a", "allowreadapps": "all"}),
            "`allowreadapps` is not a small whole number",
        ),
        (
            json!({"name": "a", "services": {"s": 1}}),
            "`services[0]` is not a text",
        ),
        (json!([1]), "the manifest is not a JSON object"),
    ];
    for (value, words) in cases {
        assert_eq!(parse(value).unwrap_err().to_string(), words);
    }
}

#[test]
fn limits_hold() {
    let large = vec![b' '; MAX_MANIFEST_BYTES + 1];
    assert_eq!(Manifest::parse(&large), Err(ManifestError::TooLarge));
    let deep = format!("{{\"name\":\"a\",\"x\":{}{}}}", "[".repeat(8), "]".repeat(8));
    assert_eq!(Manifest::parse(deep.as_bytes()), Err(ManifestError::TooDeep));
    let deeper = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(matches!(
        Manifest::parse(deeper.as_bytes()),
        Err(ManifestError::NotJson { .. })
    ));
    assert!(matches!(
        Manifest::parse(b"{\"name\":\"\xFF\"}"),
        Err(ManifestError::NotJson { .. })
    ));
    assert!(Manifest::parse(b"\xEF\xBB\xBF{\"name\":\"a\"}").is_ok());
}

#[test]
fn flags_levels_and_sizes_may_be_texts_or_numbers() {
    let manifest = parse(json!({
        "name": "a", "allowreadprofile": "2", "allowreadusers": "", "allowreadapps": false, "allowreadmeta": "true",
        "allowmail": 1, "resize": "1", "responsive": "0", "serververify": 0, "serverside": "false", "width": "1200",
        "height": " ", "allownotifications": "true", "custom": null, "vault": null,
    }))
    .unwrap();
    assert_eq!(manifest.profile, ProfileAccess::Contact);
    assert_eq!(manifest.users, UsersAccess::None);
    assert_eq!(manifest.apps, AppsAccess::None);
    assert_eq!(manifest.meta, Some(true));
    assert!(manifest.mail && manifest.resize && !manifest.responsive && !manifest.server_verify);
    assert_eq!((manifest.width, manifest.height), (1200, 0));
    assert!(!manifest.notifications, "true only if literally true");
    for (member, words) in [
        (json!({"resize": "yes"}), "`resize` is not true or false"),
        (json!({"resize": 2}), "`resize` is not true or false"),
        (json!({"width": "wide"}), "`width` is not a number"),
        (json!({"width": "NaN"}), "`width` is not a number"),
        (
            json!({"allowreadprofile": "all"}),
            "`allowreadprofile` is not a small whole number",
        ),
        (
            json!({"allowreadprofile": -1}),
            "`allowreadprofile` is not a small whole number",
        ),
    ] {
        let mut value = member;
        value["name"] = json!("a");
        assert_eq!(parse(value).unwrap_err().to_string(), words);
    }
}

#[test]
fn what_only_the_first_version_knew_is_not_read() {
    let first = parse(json!({
        "name": "a", "url_session": 1, "widgets": "x", "publish": [1], "subscribe": {}, "url_subscribe": [],
        "service": false, "url_register": 2, "url_unregister": 3, "mainmenu": [], "notifications": true,
    }))
    .unwrap();
    assert_eq!(first, parse(json!({"name": "a"})).unwrap());
}

#[test]
fn permissions_have_an_admin_as_upstream_adds_it() {
    let ids = |value: Value| {
        let manifest = parse(json!({"name": "a", "permissions": value})).unwrap();
        manifest
            .permissions
            .into_iter()
            .map(|permission| permission.id)
            .collect::<Vec<_>>()
    };
    assert_eq!(ids(json!([])), Vec::<String>::new());
    assert_eq!(ids(json!([{"id": "read", "name": "Read"}])), ["read", "admin"]);
    assert_eq!(ids(json!([{"id": "admin"}, {"id": "read"}])), ["admin", "read"]);
}

#[test]
fn the_key_of_packages_is_64_hexadecimal_digits() {
    let key = |text: &str| parse(json!({"name": "a", "vault": {"key": text}}));
    assert_eq!(key(&"0F".repeat(32)).unwrap().vault.key, Some([0x0f; 32]));
    assert_eq!(key("").unwrap().vault.key, None);
    for text in [
        "0f",
        &"0f".repeat(33),
        &"0g".repeat(32),
        &"ñ".repeat(32),
        &"0".repeat(63),
    ] {
        assert_eq!(
            key(text).unwrap_err().to_string(),
            "`vault.key` must be 64 hexadecimal digits",
            "{text}"
        );
    }
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..512)) {
        let _ = Manifest::parse(&bytes);
    }

    #[test]
    fn arbitrary_members_never_panic(key in "[a-z]{3,20}", text in any::<String>(), number in any::<f64>()) {
        let known = ["name", "url", "vault", "roles", "width", "allowreadprofile", "settings", "icon", "color"];
        for key in known.iter().copied().chain([key.as_str()]) {
            for value in [json!(text), json!(number), json!([text, number]), json!({"scopes": [{"scope": text}]})] {
                if let Ok(manifest) = parse(json!({"name": "a", key: value})) {
                    prop_assert!(manifest.name.chars().count() <= 30);
                }
            }
        }
    }
}
