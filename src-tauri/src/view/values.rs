//! Small values that several answers share.

use serde::{Deserialize, Serialize};
use specta::Type;
use vault_store::{Amount, RatingValue};

use super::words::letters;

/// Money in minor units.
#[derive(Clone, Serialize, Type)]
pub(crate) struct Money {
    pub(crate) minor: i64,
    pub(crate) currency: String,
    pub(crate) exponent: u8,
}

impl From<Amount> for Money {
    fn from(amount: Amount) -> Self {
        Self {
            minor: amount.minor,
            currency: amount.currency.as_str().to_owned(),
            exponent: amount.exponent,
        }
    }
}

/// A value on a platform's own scale.
#[derive(Clone, Serialize, Type)]
pub(crate) struct RatingScale {
    #[specta(type = i32)] // a finite number
    pub(crate) value: f64,
    #[specta(type = i32)] // a finite number
    pub(crate) min: f64,
    #[specta(type = i32)] // a finite number
    pub(crate) max: f64,
}

impl From<&RatingValue> for RatingScale {
    fn from(rating: &RatingValue) -> Self {
        Self {
            value: rating.value,
            min: rating.min,
            max: rating.max,
        }
    }
}

/// Letters on one of five colours; platforms have theirs in the order of how much they hold.
#[derive(Clone, Serialize, Type)]
pub(crate) struct Monogram {
    pub(crate) letters: String,
    pub(crate) tint: u8,
}

impl Monogram {
    pub(crate) fn new(name: &str, tint: u8) -> Self {
        Self {
            letters: letters(name),
            tint,
        }
    }
}

/// A name with a value.
#[derive(Clone, Serialize, Type)]
pub(crate) struct Fact {
    pub(crate) name: String,
    pub(crate) value: String,
}

impl Fact {
    pub(crate) fn new(name: &str, value: impl Into<String>) -> Self {
        Self {
            name: name.to_owned(),
            value: value.into(),
        }
    }
}

/// A member of a raw document, or a cell of a row.
#[derive(Clone, Serialize, Type)]
pub(crate) struct RawCell {
    pub(crate) name: String,
    /// As it came.
    pub(crate) value: String,
    /// What the person says instead.
    pub(crate) corrected: Option<String>,
    /// Whether it speaks of somebody else: it is hidden until it is asked for.
    pub(crate) hidden: bool,
}

impl From<vault_connect::takeout::job::RowCell> for RawCell {
    fn from(cell: vault_connect::takeout::job::RowCell) -> Self {
        Self {
            name: cell.name,
            value: cell.value,
            corrected: cell.corrected,
            hidden: cell.about_others,
        }
    }
}

/// Light, dark, or as the system.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Theme {
    #[default]
    System,
    Light,
    Dark,
}

impl Theme {
    pub(crate) fn of(text: &str) -> Self {
        match text {
            "light" => Self::Light,
            "dark" => Self::Dark,
            _ => Self::System,
        }
    }

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// What the window manager is told; nothing means that it follows the system.
    pub(crate) const fn of_window(self) -> Option<tauri::Theme> {
        match self {
            Self::System => None,
            Self::Light => Some(tauri::Theme::Light),
            Self::Dark => Some(tauri::Theme::Dark),
        }
    }
}
