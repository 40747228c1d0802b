//! Files of packaged apps: each app on an origin of its own, without any way to the network.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::Response,
};

use crate::{
    guard::Passed,
    included,
    reply::{not_found, reply},
};

/// The policy of every page of a package (contract: gateway).
pub(crate) const CSP: &str = "default-src 'self' data: blob:; script-src 'self'; connect-src 'none'; form-action 'none'; \
                              frame-src 'none'; worker-src 'none'; base-uri 'none'; frame-ancestors tauri://localhost";

pub(crate) async fn answer(passed: &Passed, installation: &str) -> Response {
    let Ok(Some(app)) = passed.vault.packaged_app(installation).await else {
        return not_found();
    };
    let Some(file) = included::named(&app.app).and_then(|app| app.file(passed.uri.path())) else {
        return not_found();
    };
    let mut response = reply(StatusCode::OK, file.media_type, file.bytes);
    response
        .headers_mut()
        .insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(CSP));
    response
}
