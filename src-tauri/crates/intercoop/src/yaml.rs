//! YAML as upstream reads it: the tree of a text, what its plain scalars mean there, and quoted text for writing.
//!
//! The events come from `saphyr-parser`, which is maintained, without `unsafe`, and tells how a scalar was written, which no
//! serde front end does: `NO` and `"NO"` are different things to upstream. What it does by YAML 1.2 and upstream by 1.1 is
//! decided here: scalars get their meaning by the rules of PyYAML (specification 1.5), and what only one of the two takes for a
//! line break is folded as upstream does, or refused.

mod limits;
mod lines;
mod quote;
mod read;
mod scalar;

pub(crate) use limits::MAX_BYTES;
pub(crate) use quote::{quoted, quoted_ascii};
pub use read::YamlError;
pub(crate) use read::{Document, Node, read};
pub use scalar::Meaning;
pub(crate) use scalar::Scalar;
