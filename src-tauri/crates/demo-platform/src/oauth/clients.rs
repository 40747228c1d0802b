//! The programs that may ask for access, and how they prove who they are.

use std::collections::BTreeMap;

use axum::http::{HeaderMap, StatusCode, header};
use base64::{Engine, engine::general_purpose::STANDARD};
use secrecy::{ExposeSecret, SecretString};
use subtle::ConstantTimeEq;
use url::form_urlencoded;

use crate::{Config, config::PUBLIC_CLIENT, fields::Fields, problem::Problem};

/// The client is not known, or did not prove itself.
pub(crate) const INVALID_CLIENT: Problem = Problem::new(
    StatusCode::UNAUTHORIZED,
    "invalid_client",
    "The client is unknown or its secret is wrong.",
);

/// Known clients by id. The public one has no secret.
#[derive(Debug)]
pub(crate) struct Clients(BTreeMap<String, Option<SecretString>>);

/// What a token request says about its sender.
struct Claim {
    id: String,
    secret: Option<SecretString>,
}

impl Clients {
    pub(crate) fn new(config: &Config) -> Self {
        let confidential = config
            .clients
            .iter()
            .map(|client| (client.id.clone(), Some(client.secret.clone())));
        Self(confidential.chain([(PUBLIC_CLIENT.to_owned(), None)]).collect())
    }

    /// The name of a known client, for the page.
    pub(crate) fn name(&self, id: &str) -> Option<&str> {
        let (id, _) = self.0.get_key_value(id)?;
        Some(if id == PUBLIC_CLIENT { "Satchel" } else { id })
    }

    /// The id of the client that sent a form to the token or revocation endpoint: by HTTP Basic or by the fields `client_id` and
    /// `client_secret` (RFC 6749 section 2.3.1), but not by both.
    pub(crate) fn authenticate(&self, headers: &HeaderMap, fields: &Fields) -> Result<String, Problem> {
        let claim = match headers.get(header::AUTHORIZATION) {
            Some(_) if fields.one("client_secret").is_some() => return Err(INVALID_CLIENT),
            Some(value) => basic(value.as_bytes()).ok_or(INVALID_CLIENT)?,
            None => posted(fields).ok_or(INVALID_CLIENT)?,
        };
        let known = self.0.get(&claim.id).ok_or(INVALID_CLIENT)?;
        let right = match (known, &claim.secret) {
            (None, None) => true,
            (Some(known), Some(sent)) => known
                .expose_secret()
                .as_bytes()
                .ct_eq(sent.expose_secret().as_bytes())
                .into(),
            (None, Some(_)) | (Some(_), None) => false,
        };
        if right { Ok(claim.id) } else { Err(INVALID_CLIENT) }
    }
}

fn posted(fields: &Fields) -> Option<Claim> {
    let id = fields.one("client_id")?.to_owned();
    Some(Claim {
        id,
        secret: fields.one("client_secret").map(SecretString::from),
    })
}

/// Id and secret are form-encoded before they are joined and encoded in base 64 (RFC 6749 section 2.3.1).
fn basic(header: &[u8]) -> Option<Claim> {
    let (scheme, encoded) = std::str::from_utf8(header).ok()?.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    Some(Claim {
        id: decoded(id),
        secret: Some(SecretString::from(decoded(secret))),
    })
}

fn decoded(text: &str) -> String {
    let whole = form_urlencoded::parse(text.as_bytes()).next();
    // A text without `=` is a name without a value; one with it keeps the rest as its value.
    whole
        .map(|(name, value)| {
            if value.is_empty() {
                name.into_owned()
            } else {
                format!("{name}={value}")
            }
        })
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{Clients, INVALID_CLIENT, basic};
    use crate::{ConfidentialClient, Config, PUBLIC_CLIENT, fields::Fields};
    use axum::http::{HeaderMap, HeaderValue, header};
    use base64::{Engine, engine::general_purpose::STANDARD};
    use proptest::prelude::*;

    fn clients() -> Clients {
        let client = ConfidentialClient {
            id: "coop".into(),
            secret: "not a real secret".to_owned().into(),
        };
        Clients::new(&Config {
            clients: vec![client],
            ..Config::default()
        })
    }

    fn sent(form: &str, basic: Option<&str>) -> Result<String, crate::problem::Problem> {
        let mut headers = HeaderMap::new();
        if let Some(pair) = basic {
            let value = format!("Basic {}", STANDARD.encode(pair));
            headers.insert(header::AUTHORIZATION, HeaderValue::from_str(&value).unwrap());
        }
        clients().authenticate(&headers, &Fields::parse(form.as_bytes()))
    }

    #[test]
    fn the_public_client_has_no_secret_and_confidential_ones_need_theirs() {
        assert_eq!(sent("client_id=satchel", None), Ok(PUBLIC_CLIENT.into()));
        assert_eq!(
            sent("client_id=coop&client_secret=not+a+real+secret", None),
            Ok("coop".into())
        );
        assert_eq!(sent("", Some("coop:not+a+real+secret")), Ok("coop".into()));
        assert_eq!(sent("", Some("coop:not%20a%20real%20secret")), Ok("coop".into()));
    }

    #[test]
    fn everybody_else_is_refused() {
        for (form, basic) in [
            ("", None),
            ("client_id=coop", None),
            ("client_id=coop&client_secret=wrong", None),
            ("client_id=satchel&client_secret=any", None),
            ("client_id=nobody", None),
            ("client_secret=not+a+real+secret", Some("coop:not+a+real+secret")),
            ("client_id=satchel", Some("coop")),
        ] {
            assert_eq!(sent(form, basic), Err(INVALID_CLIENT), "{form}");
        }
    }

    #[test]
    fn a_secret_cannot_be_printed() {
        assert!(!format!("{:?}", clients()).contains("not a real secret"));
    }

    proptest! {
        #[test]
        fn any_header_is_a_claim_or_refused(header in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = basic(&header);
        }

        #[test]
        fn any_pair_is_a_claim(pair in "\\PC{0,40}:\\PC{0,40}") {
            let header = format!("Basic {}", STANDARD.encode(&pair));
            prop_assert!(basic(header.as_bytes()).is_some());
        }
    }
}
