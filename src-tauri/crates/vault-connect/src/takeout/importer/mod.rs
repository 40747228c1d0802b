//! Importers: what the files of a platform are and what their rows become, as data.

mod catalogue;
mod format;
mod mapping;
mod moment;
mod number;

pub use catalogue::{importer, importers};
pub use format::{Importer, ImporterFault, LeftOut};
pub(super) use format::{
    KeyRule, Layout, LengthUnit, RecordRule, SpanUnit, TimeRule, TypeRule, normal, zone_of,
};
pub use mapping::{DATE_FORMATS, MEMBERS, MappedColumn, Mapping, guess};
pub(super) use moment::{Doubt, Written, with_offset_of};
pub(super) use number::{Decimal, Number};
