//! The wire of Total.js OpenPlatform, without input, output or clock: manifest, frame URL, bridge messages, metadata.
//!
//! OpenPlatform is not one protocol but four that follow each other, called P2 (2017) to P5 (2023) here. A host tells
//! them apart per app. This crate reads the manifest of all of them and makes the addresses and answers of each.
//!
//! | module | what it holds |
//! |---|---|
//! | [`manifest`] | `openplatform.json`: limits, defaults, where the frame is, what a new version widens |
//! | [`markdown`] | what apps write for people, as a tree without anything live in it |
//! | [`bundles`] | which scopes the flags of a manifest ask for |
//! | [`frame`] | the URL of the frame and the addresses of the host |
//! | [`message`] | the JSON strings that frame and host post to each other |
//! | [`metadata`] | what the host says about itself, the app and the person, as far as it was allowed |
//! | [`query`] | what an app's server asks of the lists of people, apps and words |
//! | [`chain`] | the signatures of P5 |
//! | [`token`], [`ids`], [`origin`], [`scope`] | values with rules |
//! | [`errors`] | error bodies of the host's HTTP interface |
//!
//! Nothing in here decides who may see what: callers hand over only what was already released.

pub mod bundles;
pub mod chain;
pub mod errors;
pub mod frame;
pub mod ids;
pub mod manifest;
pub mod markdown;
pub mod message;
pub mod metadata;
pub mod origin;
pub mod query;
pub mod scope;
pub mod token;

mod secret;
mod text;
