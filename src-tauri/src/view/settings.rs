//! Settings, spaces, what Satchel is.

use serde::{Deserialize, Serialize};
use specta::Type;
use vault_core::{SpaceHandle, VaultError, settings::Setting};

use super::values::Theme;
use crate::error::AppError;

/// What can be chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Settings {
    pub(crate) theme: Theme,
    pub(crate) lock_minutes: Option<u32>,
    pub(crate) lock_on_sleep: bool,
    pub(crate) lock_on_close: bool,
    pub(crate) single_keys: bool,
    pub(crate) clear_clipboard: bool,
    pub(crate) developer: bool,
    /// How the person says they are: 0 to 4, as OpenPlatform counts it.
    pub(crate) status: u8,
    pub(crate) status_text: String,
    /// Whether what apps tell is kept and shown.
    pub(crate) notifications: bool,
    pub(crate) sounds: bool,
    /// In percent.
    pub(crate) volume: u8,
    /// The colour that apps are told, as `#` and six hexadecimal digits.
    pub(crate) accent: String,
    /// The background that apps are told.
    pub(crate) background: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            theme: Theme::System,
            lock_minutes: Some(10),
            lock_on_sleep: true,
            lock_on_close: true,
            single_keys: true,
            clear_clipboard: true,
            developer: false,
            status: 0,
            status_text: String::new(),
            notifications: true,
            sounds: true,
            volume: 50,
            accent: "#A8431F".into(),
            background: "none".into(),
        }
    }
}

impl Settings {
    /// Reads the choices of a space.
    pub(crate) async fn read(space: &SpaceHandle) -> Result<Self, VaultError> {
        let flag = async |setting| space.setting(setting).await.map(|text| text == "true");
        Ok(Self {
            theme: Theme::of(&space.setting(Setting::Theme).await?),
            lock_minutes: space.setting(Setting::LockIdleMinutes).await?.parse().ok(),
            lock_on_sleep: flag(Setting::LockOnSleep).await?,
            lock_on_close: flag(Setting::LockOnClose).await?,
            single_keys: flag(Setting::SingleKeys).await?,
            clear_clipboard: flag(Setting::ForgetClipboard).await?,
            developer: flag(Setting::DeveloperMode).await?,
            status: space.setting(Setting::Status).await?.parse().unwrap_or_default(),
            status_text: space.setting(Setting::StatusText).await?,
            notifications: flag(Setting::Notifications).await?,
            sounds: flag(Setting::Sounds).await?,
            volume: space.setting(Setting::Volume).await?.parse().unwrap_or_default(),
            accent: space.setting(Setting::Accent).await?,
            background: space.setting(Setting::Background).await?,
        })
    }

    /// Keeps the choices that differ from the ones that hold.
    pub(crate) async fn write(&self, space: &SpaceHandle) -> Result<(), VaultError> {
        for (setting, text) in self.texts() {
            if space.setting(setting).await? != text {
                space.set_setting(setting, &text).await?;
            }
        }
        Ok(())
    }

    fn texts(&self) -> [(Setting, String); 14] {
        [
            (Setting::Theme, self.theme.as_str().to_owned()),
            (
                Setting::LockIdleMinutes,
                self.lock_minutes
                    .map_or_else(|| "never".to_owned(), |minutes| minutes.to_string()),
            ),
            (Setting::LockOnSleep, self.lock_on_sleep.to_string()),
            (Setting::LockOnClose, self.lock_on_close.to_string()),
            (Setting::SingleKeys, self.single_keys.to_string()),
            (Setting::ForgetClipboard, self.clear_clipboard.to_string()),
            (Setting::DeveloperMode, self.developer.to_string()),
            (Setting::Status, self.status.to_string()),
            (Setting::StatusText, self.status_text.trim().to_owned()),
            (Setting::Notifications, self.notifications.to_string()),
            (Setting::Sounds, self.sounds.to_string()),
            (Setting::Volume, self.volume.to_string()),
            (Setting::Accent, self.accent.clone()),
            (Setting::Background, self.background.clone()),
        ]
    }
}

/// A space in the list of spaces.
#[derive(Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SpaceRow {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) made_up: bool,
    pub(crate) records: u64,
    pub(crate) current: bool,
}

/// What Satchel is.
#[derive(Clone, Serialize, Type)]
pub(crate) struct About {
    pub(crate) version: String,
    pub(crate) place: String,
    pub(crate) port: u16,
    pub(crate) licence: String,
    pub(crate) errors: Vec<ErrorWords>,
}

/// The words of one code.
#[derive(Clone, Serialize, Type)]
pub(crate) struct ErrorWords {
    code: String,
    title: String,
    safe: String,
    todo: String,
}

impl From<AppError> for ErrorWords {
    fn from(error: AppError) -> Self {
        Self {
            code: error.code,
            title: error.title,
            safe: error.safe,
            todo: error.todo,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_are_those_of_the_vault() {
        for (setting, text) in Settings::default().texts() {
            assert_eq!(setting.default(), text, "{}", setting.key());
        }
    }

    #[test]
    fn every_choice_has_a_form_that_the_vault_takes() {
        let other = Settings {
            theme: Theme::Dark,
            lock_minutes: None,
            ..Settings::default()
        };
        for (setting, text) in other.texts() {
            assert_eq!(setting.check(&text).unwrap(), text);
        }
    }
}
