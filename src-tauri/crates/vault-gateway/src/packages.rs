//! Files of packaged apps: each app on an origin of its own, without any way to the network.

use axum::{
    body::Body,
    http::{HeaderName, StatusCode, header},
    response::Response,
};
use vault_connect::package::media_type;
use vault_store::apps::{App, AppKind};

use crate::{
    guard::Passed,
    included,
    reply::{not_found, reply, set},
};

/// The policy of every page of a package (contract: gateway).
pub(crate) const CSP: &str = "default-src 'self' data: blob:; script-src 'self'; connect-src 'none'; form-action 'none'; \
                              frame-src 'none'; worker-src 'none'; base-uri 'none'; frame-ancestors tauri://localhost";

/// What the policy does not speak of: names looked up ahead of time, devices, and windows of other origins that hold this one.
const CLOSED: [(&str, &str); 3] = [
    ("x-dns-prefetch-control", "off"),
    (
        "permissions-policy",
        "camera=(), microphone=(), geolocation=(), display-capture=(), clipboard-read=(), clipboard-write=(), payment=(), usb=(), \
         serial=(), hid=(), bluetooth=(), midi=(), publickey-credentials-get=(), screen-wake-lock=(), web-share=(), xr-spatial-tracking=()",
    ),
    ("cross-origin-resource-policy", "same-origin"),
];

pub(crate) async fn answer(passed: &Passed, installation: &str) -> Response {
    let Ok(Some(app)) = passed.vault.packaged_app(installation).await else {
        return not_found();
    };
    let found = match app.kind {
        AppKind::Included => included::named(&app.app)
            .and_then(|included| included.file(passed.uri.path()))
            .map(|file| (file.media_type, Body::from(file.bytes))),
        AppKind::Packaged => kept(passed, &app).await,
        // `packaged_app` finds none.
        AppKind::Hosted => None,
    };
    let Some((media_type, body)) = found else {
        return not_found();
    };
    let mut response = reply(StatusCode::OK, media_type, body);
    set(&mut response, header::CONTENT_SECURITY_POLICY, CSP);
    for (name, value) in CLOSED {
        set(&mut response, HeaderName::from_static(name), value);
    }
    response
}

/// A file of a package in the vault.
async fn kept(passed: &Passed, app: &App) -> Option<(&'static str, Body)> {
    let path = match passed.uri.path() {
        "/" => "/index.html",
        path => path,
    };
    let media_type = media_type(path)?;
    let bytes = passed.vault.package_file(app.id, path).await.ok()??;
    Some((media_type, Body::from(bytes)))
}
