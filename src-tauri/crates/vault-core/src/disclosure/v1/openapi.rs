//! The description of `/v1` for programs: OpenAPI 3.1. It holds nothing about anybody, so it needs no token.

use super::{V1Answer, answers::JSON};

/// Where it is.
pub const OPENAPI_PATH: &str = "/v1/openapi.json";

/// The document.
pub const OPENAPI_DOCUMENT: &str = include_str!("openapi.json");

/// The document as an answer.
pub(super) fn answer() -> V1Answer {
    V1Answer {
        status: 200,
        content_type: JSON,
        body: OPENAPI_DOCUMENT.as_bytes().to_vec(),
        next: None,
        disclosure: None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;
    use vault_store::{RecordKind, Scope};

    use super::{
        super::{
            super::leaf::Leaf,
            answers::{CONSENT_DENIED, INVALID_TOKEN},
            route::{PATHS, Route},
        },
        *,
    };

    /// Every argument that any route takes, with a value that it takes.
    const ARGUMENTS: [(&str, &str); 8] = [
        ("fields", "first_name"),
        ("kind", "work"),
        ("platform", "demo"),
        ("from", "2026-01-01"),
        ("to", "2026-06-30"),
        ("after", "12"),
        ("limit", "250"),
        ("by", "week"),
    ];

    fn document() -> Value {
        serde_json::from_str(OPENAPI_DOCUMENT).unwrap()
    }

    fn parameters(operation: &Value) -> Vec<&Value> {
        operation["parameters"]
            .as_array()
            .map(|all| all.iter().collect())
            .unwrap_or_default()
    }

    #[test]
    fn it_has_exactly_the_routes() {
        let document = document();
        assert_eq!(document["openapi"], "3.1.0");
        let described: BTreeSet<&str> = document["paths"]
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect();
        let served: BTreeSet<&str> = PATHS.into_iter().chain([OPENAPI_PATH]).collect();
        assert_eq!(described, served);
        for (path, item) in document["paths"].as_object().unwrap() {
            assert_eq!(item.as_object().unwrap().len(), 1, "{path}");
            assert!(item["get"]["responses"]["200"].is_object(), "{path}");
        }
    }

    #[test]
    fn it_has_exactly_the_arguments_of_each_route() {
        let document = document();
        for path in PATHS {
            let operation = &document["paths"][path]["get"];
            let described: BTreeSet<&str> = parameters(operation)
                .iter()
                .map(|one| one["name"].as_str().unwrap())
                .collect();
            let taken: BTreeSet<&str> = ARGUMENTS
                .iter()
                .filter(|(name, value)| {
                    let cursor = vault_store::records::Cursor::after(
                        time::OffsetDateTime::UNIX_EPOCH,
                        vault_store::RecordId::derive(&vault_store::ConnectionId::new(), "1"),
                    )
                    .to_string();
                    let values = [(*value).to_owned(), cursor];
                    values
                        .iter()
                        .any(|value| Route::parse(&format!("{path}?{name}={value}")).is_ok())
                })
                .map(|(name, _)| *name)
                .collect();
            assert_eq!(described, taken, "{path}");
        }
    }

    #[test]
    fn its_examples_are_taken() {
        let document = document();
        for path in PATHS {
            let operation = &document["paths"][path]["get"];
            for one in parameters(operation) {
                let name = one["name"].as_str().unwrap();
                let Some(example) = one["example"].as_str() else {
                    continue;
                };
                assert!(
                    Route::parse(&format!("{path}?{name}={example}")).is_ok(),
                    "{path} {name}"
                );
            }
        }
    }

    #[test]
    fn its_words_are_those_of_the_vault() {
        let document = document();
        let schemas = &document["components"]["schemas"];
        let kinds: Vec<&str> = RecordKind::ALL.iter().map(|kind| kind.as_str()).collect();
        assert_eq!(
            schemas["Record"]["properties"]["kind"]["enum"],
            serde_json::json!(kinds)
        );
        for path in PATHS {
            let scopes = &document["paths"][path]["get"]["security"][0]["token"];
            for scope in scopes.as_array().unwrap() {
                let scope = Scope::new(scope.as_str().unwrap()).unwrap();
                assert!(
                    Leaf::of(&scope).is_some() || scope.as_str() == "vault:profile:get",
                    "{}",
                    scope.as_str()
                );
            }
        }
        let example = |name: &str| {
            let body = &document["components"]["responses"][name]["content"]["application/json"]["example"];
            serde_json::to_vec(body).unwrap()
        };
        assert_eq!(example("InvalidToken"), INVALID_TOKEN);
        assert_eq!(example("ConsentDenied"), CONSENT_DENIED);
    }

    #[test]
    fn every_reference_leads_somewhere() {
        let document = document();
        let mut found = 0;
        for part in OPENAPI_DOCUMENT.split("\"$ref\": \"#").skip(1) {
            let pointer = part.split('"').next().unwrap();
            assert!(document.pointer(pointer).is_some(), "{pointer}");
            found += 1;
        }
        assert!(found > 20);
    }
}
