//! Tables that no importer knows, and what the person says of their columns.

use serde::{Deserialize, Serialize};
use specta::Type;
use vault_connect::takeout;

/// A column and what it is.
#[derive(Clone, Serialize, Deserialize, Type)]
pub(crate) struct MappedColumn {
    column: String,
    member: String,
}

/// What the columns of a file mean, as the person says.
#[derive(Clone, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Mapping {
    pub(crate) name: String,
    platform: String,
    kind: String,
    columns: Vec<MappedColumn>,
    date_format: String,
    time_zone: String,
    decimal: String,
    currency: String,
    currency_column: Option<String>,
    person: Vec<String>,
}

impl From<takeout::Mapping> for Mapping {
    fn from(mapping: takeout::Mapping) -> Self {
        let column = |one: takeout::MappedColumn| MappedColumn {
            column: one.column,
            member: one.member,
        };
        Self {
            name: mapping.name,
            platform: mapping.platform,
            kind: mapping.kind,
            columns: mapping.columns.into_iter().map(column).collect(),
            date_format: mapping.date_format,
            time_zone: mapping.time_zone,
            decimal: mapping.decimal,
            currency: mapping.currency,
            currency_column: mapping.currency_column,
            person: mapping.person,
        }
    }
}

impl From<Mapping> for takeout::Mapping {
    fn from(mapping: Mapping) -> Self {
        let column = |one: MappedColumn| takeout::MappedColumn {
            column: one.column,
            member: one.member,
        };
        Self {
            name: mapping.name,
            platform: mapping.platform,
            kind: mapping.kind,
            columns: mapping.columns.into_iter().map(column).collect(),
            date_format: mapping.date_format,
            time_zone: mapping.time_zone,
            decimal: mapping.decimal,
            currency: mapping.currency,
            currency_column: mapping.currency_column,
            person: mapping.person,
            header: None,
        }
    }
}

/// A column with its first values.
#[derive(Clone, Serialize, Type)]
pub(crate) struct TableColumn {
    pub(crate) name: String,
    pub(crate) samples: Vec<String>,
    pub(crate) guess: Option<String>,
}

/// A file whose columns the person maps.
#[derive(Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MappingTable {
    pub(crate) file: String,
    pub(crate) columns: Vec<TableColumn>,
    pub(crate) delimiter: String,
    /// The platform of the files beside it, which this one belongs to as well.
    pub(crate) platform: Option<String>,
    /// The one that was remembered for such a header.
    pub(crate) mapping: Option<Mapping>,
    pub(crate) members: Vec<String>,
    pub(crate) date_formats: Vec<String>,
}

/// Whether a mapping names only columns of a table, and at least one.
pub(crate) fn fits(mapping: &takeout::Mapping, columns: &[TableColumn]) -> bool {
    !mapping.columns.is_empty()
        && mapping
            .columns
            .iter()
            .all(|mapped| columns.iter().any(|column| column.name == mapped.column))
}
