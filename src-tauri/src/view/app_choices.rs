//! What the person sets for one app, as a form shows it and gives it back. Secrets are only ever written.

use openplatform::manifest::{Manifest, SettingKind as Declared};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Number, Value};
use specta::Type;
use vault_core::apps::AppChoices as Kept;
use vault_store::SecretValue;

use crate::error::{Answer, AppError};

/// What is set for an app, with what there is to set.
#[derive(Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AppChoices {
    /// `p2` to `p5`, or nothing for what the description says.
    profile: String,
    settings: Vec<AppSetting>,
    roles: Vec<AppRole>,
    serial: String,
    reference: String,
    notifications: bool,
    sounds: bool,
    has_origin_token: bool,
    has_request_secret: bool,
    has_response_secret: bool,
}

/// A setting that the app declares.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
pub(crate) struct AppSetting {
    key: String,
    kind: SettingKind,
    /// As it is typed: a number with a point, `true` or `false`, a date as `2026-11-28`; empty without one.
    value: String,
}

/// The type of a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum SettingKind {
    Text,
    Number,
    Boolean,
    Date,
}

/// A role that the app knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
pub(crate) struct AppRole {
    id: String,
    words: String,
    ticked: bool,
}

/// What the person typed. A secret that is absent stays as it is; an empty one is forgotten.
#[derive(Clone, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AppChoicesEdit {
    profile: String,
    settings: Vec<(String, String)>,
    roles: Vec<String>,
    serial: String,
    reference: String,
    notifications: bool,
    sounds: bool,
    origin_token: Option<String>,
    request_secret: Option<String>,
    response_secret: Option<String>,
}

impl AppChoices {
    pub(crate) fn new(manifest: &Manifest, kept: &Kept) -> Self {
        let values: Map<String, Value> = serde_json::from_str(&kept.settings).unwrap_or_default();
        let ticked: Vec<String> = serde_json::from_str(&kept.roles).unwrap_or_default();
        let setting = |(key, kind): &(String, Declared)| AppSetting {
            key: key.clone(),
            kind: kind_of(*kind),
            value: values.get(key).map(typed).unwrap_or_default(),
        };
        let role = |id: &str, words: &str| AppRole {
            id: id.to_owned(),
            words: if words.is_empty() { id } else { words }.to_owned(),
            ticked: ticked.iter().any(|one| one == id),
        };
        let roles = manifest.roles.iter().map(|id| role(id, ""));
        let permissions = manifest.permissions.iter();
        Self {
            profile: kept.profile.clone(),
            settings: manifest.settings.iter().map(setting).collect(),
            roles: roles
                .chain(permissions.map(|permission| role(&permission.id, &permission.name)))
                .collect(),
            serial: kept.serial.clone(),
            reference: kept.reference.clone(),
            notifications: kept.notifications,
            sounds: kept.sounds,
            has_origin_token: kept.origin_token.is_some(),
            has_request_secret: kept.request_secret.is_some(),
            has_response_secret: kept.response_secret.is_some(),
        }
    }
}

impl AppChoicesEdit {
    /// What is to be kept.
    ///
    /// # Errors
    /// `SYS-712` with the setting that has another form than the app declares.
    pub(crate) fn onto(self, manifest: &Manifest, kept: Kept) -> Answer<Kept> {
        let mut values = Map::new();
        for (key, text) in &self.settings {
            let declared = manifest.settings.iter().find(|(name, _)| name == key);
            let Some((_, kind)) = declared else { continue };
            if text.trim().is_empty() {
                continue;
            }
            let value = value(*kind, text)
                .map_err(|why| AppError::new("SYS-712").with_details(format!("{key}: {why}")))?;
            values.insert(key.clone(), value);
        }
        Ok(Kept {
            profile: self.profile,
            settings: Value::Object(values).to_string(),
            roles: Value::from(self.roles).to_string(),
            serial: self.serial.trim().to_owned(),
            reference: self.reference.trim().to_owned(),
            notifications: self.notifications,
            sounds: self.sounds,
            origin_token: secret(self.origin_token, kept.origin_token),
            request_secret: secret(self.request_secret, kept.request_secret),
            response_secret: secret(self.response_secret, kept.response_secret),
        })
    }
}

const fn kind_of(kind: Declared) -> SettingKind {
    match kind {
        Declared::Text => SettingKind::Text,
        Declared::Number => SettingKind::Number,
        Declared::Boolean => SettingKind::Boolean,
        Declared::Date => SettingKind::Date,
    }
}

fn typed(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            value.to_string()
        }
    }
}

fn value(kind: Declared, text: &str) -> Result<Value, &'static str> {
    match kind {
        Declared::Text => Ok(Value::from(text)),
        Declared::Boolean => match text.trim() {
            "true" => Ok(Value::Bool(true)),
            "false" => Ok(Value::Bool(false)),
            _ => Err("yes or no"),
        },
        Declared::Number => number(text.trim()).ok_or("a number, such as 12.5"),
        // Its form is checked where it is kept.
        Declared::Date => Ok(Value::from(text.trim())),
    }
}

/// A decimal comma is as good as a point. A whole number stays one.
fn number(text: &str) -> Option<Value> {
    let text = text.replace(',', ".");
    if let Ok(whole) = text.parse::<i64>() {
        return Some(Value::from(whole));
    }
    let number = text.parse::<f64>().ok()?;
    Number::from_f64(number).map(Value::Number)
}

fn secret(typed: Option<String>, kept: Option<SecretValue>) -> Option<SecretValue> {
    match typed {
        None => kept,
        Some(text) if text.trim().is_empty() => None,
        Some(text) => Some(SecretValue::from(text.trim())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest() -> Manifest {
        let text = r#"{"name":"A","roles":["reader"],"permissions":[{"id":"x","name":"Ex"}],
            "settings":{"label":"string","limit":"number","loud":"boolean","since":"date"}}"#;
        Manifest::parse(text.as_bytes()).unwrap()
    }

    fn edit(settings: &[(&str, &str)]) -> AppChoicesEdit {
        AppChoicesEdit {
            profile: "p2".into(),
            settings: settings
                .iter()
                .map(|(key, text)| ((*key).to_owned(), (*text).to_owned()))
                .collect(),
            roles: vec!["reader".into()],
            serial: " SN ".into(),
            reference: String::new(),
            notifications: false,
            sounds: true,
            origin_token: None,
            request_secret: Some("canary".into()),
            response_secret: Some(" ".into()),
        }
    }

    #[test]
    fn what_is_typed_gets_the_types_that_the_app_declares() {
        let settings = [
            ("label", "Ana"),
            ("limit", "2,5"),
            ("loud", "true"),
            ("since", "2026-11-28"),
            ("unknown", "x"),
        ];
        let before = Kept {
            origin_token: Some("kept".into()),
            response_secret: Some("gone".into()),
            ..Kept::default()
        };
        let kept = edit(&settings).onto(&manifest(), before).unwrap();
        assert_eq!(
            kept.settings,
            r#"{"label":"Ana","limit":2.5,"loud":true,"since":"2026-11-28"}"#
        );
        assert_eq!(
            (kept.roles.as_str(), kept.serial.as_str()),
            (r#"["reader"]"#, "SN")
        );
        assert!(
            kept.origin_token.is_some() && kept.request_secret.is_some() && kept.response_secret.is_none()
        );
        let shown = AppChoices::new(&manifest(), &kept);
        let values: Vec<&str> = shown.settings.iter().map(|one| one.value.as_str()).collect();
        assert_eq!(values, ["Ana", "2.5", "true", "2026-11-28"]);
        let roles: Vec<(&str, bool)> = shown
            .roles
            .iter()
            .map(|one| (one.words.as_str(), one.ticked))
            .collect();
        assert_eq!(roles, [("reader", true), ("Ex", false), ("Admin", false)]);
        assert!(!serde_json::to_string(&shown).unwrap().contains("canary"));
    }

    #[test]
    fn another_form_is_told_with_its_setting() {
        for (key, text) in [("limit", "many"), ("loud", "maybe"), ("limit", "inf")] {
            let refused = edit(&[(key, text)]).onto(&manifest(), Kept::default());
            let details = refused.err().and_then(|error| error.details).unwrap();
            assert!(details.starts_with(&format!("{key}: ")), "{details}");
        }
        let empty = edit(&[("limit", " "), ("label", "")])
            .onto(&manifest(), Kept::default())
            .unwrap();
        assert_eq!(empty.settings, "{}");
    }
}
