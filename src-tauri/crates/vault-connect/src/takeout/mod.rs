//! Takeouts: the files in which platforms hand over what they hold about a person. A bundle of files is recognised by what stands in it, and
//! read in place, batch by batch, with bounded memory. Nothing here writes to the disk or goes to the network, and only `job` knows the vault.

mod error;
mod importer;
pub mod job;
mod read;
mod recognise;
mod rows;
mod shape;
mod sums;
mod zone;

pub use bundle::table::{LONGEST_ROW, MOST_COLUMNS};
pub use bundle::{Bundle, BundleError, BundleFile, open};
pub use error::TakeoutError;
pub use importer::{
    DATE_FORMATS, Importer, ImporterFault, LeftOut, MEMBERS, MappedColumn, Mapping, guess, importer,
    importers,
};
pub use read::{Batch, Choices, FileEnd, ROWS_OF_A_BATCH, read};
pub use recognise::{LayoutId, Recognised, RecognisedFile, UnknownFile, recognise, recognise_with};
pub use rows::{AsideReason, LONGEST_ASIDE, RowRead};
pub use shape::{ColumnShape, Look, LookedColumn, Shape, look, shape};
pub use sums::{MoneySums, Sums};
pub use zone::zone;
