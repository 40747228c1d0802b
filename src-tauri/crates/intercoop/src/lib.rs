//! The wire of Intercoop 1.0, without input, output or clock: fields, payload text, envelope, peer keys.
//!
//! A cooperative sends another one a member's data as a signed YAML text. Readers disagree about YAML: the same text can be
//! a number, a date or a word, depending on its version. So everything is written in the one subset that all known readers
//! take for the same strings (specification 1.5), and signatures are over the text as it was written, never over a copy.
//!
//! | module | what it holds |
//! |---|---|
//! | [`field`] | the vocabulary, and which persona field each word comes from |
//! | [`payload`] | the mapping of fields, and its text |
//! | [`envelope`] | the package around a signed payload |
//! | [`key`] | keys of peers: both PEM forms, fingerprints, signatures |

mod base64_text;
pub mod descriptor;
pub mod envelope;
pub mod errors;
pub mod extras;
pub mod field;
mod hex;
pub mod key;
pub mod link;
pub mod payload;
pub mod rotation;
mod yaml;

#[cfg(test)]
mod tests;
#[cfg(test)]
mod vectors;
