//! What the authorisation server says about itself (RFC 8414).

use axum::{Json, extract::State};
use serde_json::{Value, json};

use crate::{Scope, platform::Shared};

const METHODS: [&str; 3] = ["none", "client_secret_basic", "client_secret_post"];

/// `GET /.well-known/oauth-authorization-server`
pub(crate) async fn metadata(State(platform): State<Shared>) -> Json<Value> {
    let base = platform.base();
    Json(json!({
        "issuer": base,
        "authorization_endpoint": format!("{base}/oauth/authorize"),
        "token_endpoint": format!("{base}/oauth/token"),
        "revocation_endpoint": format!("{base}/oauth/revoke"),
        "scopes_supported": Scope::ALL.map(Scope::as_str),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": METHODS,
        "revocation_endpoint_auth_methods_supported": METHODS,
    }))
}
