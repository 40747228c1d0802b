//! A work platform with made-up people: the demonstration that runs with nothing else installed, and the counterpart of the tests.
//!
//! It is a real HTTP server on `127.0.0.1`: an OAuth 2.0 authorisation server (authorisation code with PKCE S256, rotating refresh tokens,
//! revocation, metadata) and a paged data API under `/api/v1`. Everybody in it is invented, and so is all they did; the same seed, number of
//! records and day give the same bytes. Misbehaviour is to be had on request, see [`Fault`].
//!
//! | folder | what |
//! |---|---|
//! | `data` | the people and their eighteen months of work |
//! | `oauth` | authorisation page, tokens, revocation |
//! | `api` | the data API |
//! | `export` | the Open Platforms endpoint, with a token for each person |
//! | `pages` | HTML and its style sheet |
//!
//! A further interface to the same people is a further folder beside `api` and one line in `routes`.

mod admin;
mod api;
mod config;
mod data;
mod dice;
mod export;
mod fault;
mod faulty;
mod fields;
mod guard;
mod oauth;
mod pages;
mod platform;
mod problem;
mod routes;
mod scope;
mod server;

pub use config::{ConfidentialClient, Config, DEFAULT_RECORDS, DEFAULT_SEED, PUBLIC_CLIENT};
pub use data::{ACCOUNTS, Account};
pub use fault::{Fault, UnknownFault};
pub use scope::{Scope, UnknownScope};
pub use server::{Running, start};
