//! What the person sets for one app: the values of its settings, its roles, and how it is opened.

use openplatform::manifest::{Manifest, SettingKind};
use serde_json::{Map, Value};
use time::{Date, macros::format_description};
use vault_store::{
    AppId, app_choices,
    app_choices::AppChoices,
    apps::{self, App},
};

use super::admission::{changed, get, stored_manifest};
use crate::{SpaceHandle, VaultError};

/// The longest text of a setting, and the longest serial number and reference, in bytes.
const LONGEST: usize = 1000;

/// The words for the wire profiles that an app can be opened with; the empty one is what its manifest says.
const PROFILES: [&str; 5] = ["", "p2", "p3", "p4", "p5"];

impl SpaceHandle {
    /// What the person set for an app.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`].
    pub async fn app_choices(&self, id: AppId) -> Result<AppChoices, VaultError> {
        self.read(move |db| {
            db.read(|view| {
                apps::get(view, id)?.ok_or(VaultError::NoSuch("app"))?;
                Ok(app_choices::get(view, id)?)
            })
        })
        .await
    }

    /// Sets it. The app's revision changes, so that a running app and its server hear of it.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`]; [`VaultError::Invalid`] when a value does not have the form that the manifest declares, or names a role
    /// that it does not.
    pub async fn set_app_choices(&self, id: AppId, choices: AppChoices) -> Result<(), VaultError> {
        self.write(move |turn| {
            let app = get(turn, id)?;
            check(&stored_manifest(&app)?, &choices)?;
            let app = App {
                rev: app.rev.wrapping_add(1),
                ..app
            };
            turn.space.db.write(|tx| {
                app_choices::put(tx, id, &choices)?;
                apps::put(tx, &app)
            })?;
            changed(turn);
            Ok(())
        })
        .await
    }
}

/// The values of an app's settings, with those left out that a newer manifest declares no more or otherwise.
pub(crate) fn settings(manifest: &Manifest, choices: &AppChoices) -> Map<String, Value> {
    let mut values = object(&choices.settings).unwrap_or_default();
    values.retain(|key, value| kind_of(manifest, key).is_some_and(|kind| fits(kind, value)));
    values
}

/// The roles that the person ticked, without those that a newer manifest knows no more.
pub(crate) fn roles(manifest: &Manifest, choices: &AppChoices) -> Vec<String> {
    let ticked: Vec<String> = serde_json::from_str(&choices.roles).unwrap_or_default();
    let known = known_roles(manifest);
    ticked
        .into_iter()
        .filter(|role| known.contains(&role.as_str()))
        .collect()
}

fn check(manifest: &Manifest, choices: &AppChoices) -> Result<(), VaultError> {
    let invalid = |field, why| Err(VaultError::Invalid { field, why });
    if !PROFILES.contains(&choices.profile.as_str()) {
        return invalid("profile", "p2, p3, p4, p5, or nothing");
    }
    let Some(values) = object(&choices.settings) else {
        return invalid("settings", "a JSON object");
    };
    for (key, value) in &values {
        match kind_of(manifest, key) {
            Some(kind) if fits(kind, value) => {}
            Some(_) => return invalid("settings", "values of the types that the app declares"),
            None => return invalid("settings", "only settings that the app declares"),
        }
    }
    let Ok(ticked) = serde_json::from_str::<Vec<String>>(&choices.roles) else {
        return invalid("roles", "a list of roles");
    };
    let known = known_roles(manifest);
    if !ticked.iter().all(|role| known.contains(&role.as_str())) {
        return invalid("roles", "only roles that the app declares");
    }
    let line = |text: &str| text.len() <= LONGEST && !text.chars().any(char::is_control);
    if !line(&choices.serial) || !line(&choices.reference) {
        return invalid("serial", "one line of at most 1000 bytes");
    }
    Ok(())
}

/// Roles of P2 to P4, permissions of P5.
fn known_roles(manifest: &Manifest) -> Vec<&str> {
    let permissions = manifest
        .permissions
        .iter()
        .map(|permission| permission.id.as_str());
    manifest
        .roles
        .iter()
        .map(String::as_str)
        .chain(permissions)
        .collect()
}

fn object(text: &str) -> Option<Map<String, Value>> {
    serde_json::from_str(text).ok()
}

fn kind_of(manifest: &Manifest, key: &str) -> Option<SettingKind> {
    let declared = manifest.settings.iter().find(|(name, _)| name == key);
    declared.map(|(_, kind)| *kind)
}

/// A date is written as `2026-11-28`.
fn fits(kind: SettingKind, value: &Value) -> bool {
    match kind {
        SettingKind::Text => value.as_str().is_some_and(|text| text.len() <= LONGEST),
        SettingKind::Number => value.as_f64().is_some_and(f64::is_finite),
        SettingKind::Boolean => value.is_boolean(),
        SettingKind::Date => value
            .as_str()
            .is_some_and(|text| Date::parse(text, format_description!("[year]-[month]-[day]")).is_ok()),
    }
}
