//! The wire of Intercoop 1.0, without input, output or clock: fields, payload text, envelope, peer keys.
//!
//! A cooperative sends another one a member's data as a signed YAML text. Readers disagree about YAML: the same text can be
//! a number, a date or a word, depending on its version. So everything is written in the one subset that all known readers
//! take for the same strings (specification 1.5), and signatures are over the text as it was written, never over a copy.
//!
//! | module | what it holds |
//! |---|---|
//! | [`field`] | the vocabulary, and which persona field each word comes from |
//! | [`payload`] | the mapping of fields: its text, and a text that was received |
//! | [`extras`] | signed fields that make a transfer one transfer, for one receiver, for a while |
//! | [`envelope`] | the package around a signed payload, written and opened |
//! | [`key`] | keys of peers: their forms, fingerprints, signatures |
//! | [`descriptor`] | what a peer says of itself |
//! | [`rotation`] | a new key, announced by the old one |
//! | [`errors`], [`reason`] | the errors of the wire, and the reasons that have no error of their own |
//! | [`reply`], [`answer`] | what a target answers, and what an answer means |
//! | [`receipt`] | what was sent and answered, to be checked without a network |
//! | [`link`] | web addresses that somebody else gave |
//!
//! The crate signs nothing: it gives the bytes and takes the signature. It has no clock and no randomness either.

pub mod answer;
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
pub mod reason;
pub mod receipt;
pub mod reply;
pub mod rotation;
mod shown;
mod yaml;

#[cfg(test)]
mod tests;
#[cfg(test)]
mod vectors;
