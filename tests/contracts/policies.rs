//! What pages may load and run: the policy of the windows, of the three pages, and of packaged apps.

use crate::source::{json, product, read, sources};

const WINDOWS: &str = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src ipc: \
                       http://ipc.localhost; frame-src http: https:; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const PACKAGES: &str = "default-src 'self' data: blob:; script-src 'self'; connect-src 'none'; form-action 'none'; frame-src 'none'; \
                        worker-src 'none'; base-uri 'none'; frame-ancestors tauri://localhost";

const PAGES: [&str; 3] = ["ui/index.html", "ui/consent.html", "ui/app.html"];

#[test]
fn the_policy_of_the_windows_is_the_strict_one() {
    let security = &json("tauri.conf.json")["app"]["security"];
    assert_eq!(security["csp"], WINDOWS);
    assert_eq!(security["freezePrototype"], true);
    // Otherwise Tauri adds a nonce, and a nonce cancels nothing that is not there; scripts keep theirs.
    assert_eq!(
        security["dangerousDisableAssetCspModification"],
        serde_json::json!(["style-src"])
    );
    for absent in ["devCsp", "assetProtocol", "dangerousUseHttpScheme", "pattern"] {
        assert!(security.get(absent).is_none(), "{absent}");
    }
    assert!(
        json("tauri.conf.json")["app"]
            .get("withGlobalTauri")
            .is_none_or(|on| on == false)
    );
}

#[test]
fn the_windows_of_the_configuration_are_none() {
    let app = &json("tauri.conf.json")["app"];
    assert_eq!(
        app["windows"],
        serde_json::json!([]),
        "windows are made by the program, each with its own rights"
    );
}

#[test]
fn no_frame_ever_in_the_main_window_and_in_consent() {
    for page in ["ui/index.html", "ui/consent.html"] {
        assert_eq!(policies(&read(page)), ["frame-src 'none'"], "{page}");
    }
    assert_eq!(
        policies(&read("ui/app.html")),
        Vec::<&str>::new(),
        "the app's page adds the policy of its one app before the frame"
    );
    let code = read("ui/src/features/app-frame/policy.ts");
    assert!(
        code.contains("meta.content = `frame-src ${origin}`"),
        "and of nothing else"
    );
    for sandbox in [
        "allow-top-navigation",
        "allow-popups-to-escape-sandbox",
        "allow-storage-access",
    ] {
        assert!(!code.contains(sandbox), "{sandbox}");
    }
    let frames = sources("ui/src", ".svelte")
        .into_iter()
        .filter(|source| source.text.contains("<iframe"));
    let homes: Vec<String> = frames.map(|source| source.path).collect();
    assert!(
        !homes.is_empty()
            && homes
                .iter()
                .all(|path| path.starts_with("ui/src/features/app-frame/")
                    || path == "ui/src/views/AppFrame.svelte"),
        "{homes:?}"
    );
}

#[test]
fn pages_hold_no_script_and_no_style_of_their_own() {
    for page in PAGES {
        let text = read(page);
        let mut rest = text.as_str();
        while let Some(at) = rest.find("<script") {
            let tag = &rest[at..];
            let (head, body) = tag.split_once('>').unwrap();
            assert!(head.contains("src=\"/"), "{page}: {head}");
            assert!(
                body.starts_with("</script>"),
                "{page}: a script stands in the page"
            );
            rest = body;
        }
        for inline in [
            "<style",
            "style=\"",
            "onload=",
            "onclick=",
            "javascript:",
            "http://",
            "https://",
        ] {
            assert!(!text.contains(inline), "{page}: {inline}");
        }
    }
    for source in sources("ui/src", ".svelte") {
        for inline in ["style=\"", "style={", "style='", "onclick=\""] {
            assert!(!source.text.contains(inline), "{}: {inline}", source.path);
        }
        // The icons are shapes of our own, known when the pages are built.
        let markup = source.text.contains("{@html") && source.path != "ui/src/shared/components/Icons.svelte";
        assert!(!markup, "{} writes markup into the page", source.path);
    }
}

#[test]
fn packaged_apps_get_no_way_to_the_network() {
    let stated: Vec<String> = product()
        .into_iter()
        .filter(|source| {
            source
                .path
                .starts_with("src-tauri/crates/vault-gateway/src/packages")
        })
        .filter_map(|source| {
            joined(&source.text)
                .split_once("const CSP: &str = \"")
                .and_then(|(_, rest)| rest.split_once('"').map(|(csp, _)| csp.to_owned()))
        })
        .collect();
    assert_eq!(stated, [PACKAGES]);
}

/// The policies in `<meta>` elements.
fn policies(page: &str) -> Vec<&str> {
    let mark = "http-equiv=\"Content-Security-Policy\" content=\"";
    page.match_indices(mark)
        .map(|(at, _)| page[at + mark.len()..].split('"').next().unwrap())
        .collect()
}

/// Source with the line breaks inside strings taken out.
fn joined(text: &str) -> String {
    let mut out = String::new();
    let mut parts = text.split("\\\n");
    out.push_str(parts.next().unwrap_or_default());
    for part in parts {
        out.push_str(part.trim_start());
    }
    out
}
