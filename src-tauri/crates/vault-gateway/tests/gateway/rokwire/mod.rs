//! The Core face as an application, its service and its backend meet it.

mod account;
mod attacks;
mod backend;
mod builds;
mod configs;
mod consent;
mod kit;
mod public;
mod sessions;
mod spaces;
mod weaknesses;
