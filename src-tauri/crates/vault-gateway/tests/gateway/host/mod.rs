//! The OpenPlatform host as app servers meet it: every address, with the token of an opened app.

mod chain;
mod endings;
mod kit;
mod lists;
mod refusals;
mod services;
mod tell;
