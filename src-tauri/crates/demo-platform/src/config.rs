//! What a demo platform is started with.

use std::io;

use secrecy::SecretString;
use time::{Month, OffsetDateTime};

use crate::{Fault, data::local_date};

/// Number of gigs of each person, when nothing else is asked.
pub const DEFAULT_RECORDS: u32 = 3_000;

/// Seed of the made-up history, when nothing else is asked.
pub const DEFAULT_SEED: u64 = 20_260;

/// The client id that needs no registration and no secret.
pub const PUBLIC_CLIENT: &str = "satchel";

const MOST_RECORDS: u32 = 1_000_000;

/// How to run a demo platform.
#[derive(Clone, Debug)]
pub struct Config {
    /// Port on `127.0.0.1`; 0 takes any free one.
    pub port: u16,
    /// Gigs of each person. They fill about eighteen months, so more of them means busier days.
    pub records: u32,
    /// Seed of everything that is made up.
    pub seed: u64,
    /// Misbehaviour from the first request on.
    pub fault: Option<Fault>,
    /// End of the history: its last day is the day before this moment, in Madrid. `None` is the system's clock.
    pub now: Option<OffsetDateTime>,
    /// Life of an access token.
    pub access_token_seconds: u64,
    /// What [`Fault::RateLimit`] says in `Retry-After`.
    pub retry_after_seconds: u64,
    /// How long [`Fault::Slow`] waits before each answer.
    pub slow_seconds: u64,
    /// Clients that have a secret, beside the public one.
    pub clients: Vec<ConfidentialClient>,
}

/// A client that proves itself at the token endpoint with a secret.
#[derive(Clone, Debug)]
pub struct ConfidentialClient {
    /// Its client id.
    pub id: String,
    /// Its client secret.
    pub secret: SecretString,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            port: 0,
            records: DEFAULT_RECORDS,
            seed: DEFAULT_SEED,
            fault: None,
            now: None,
            access_token_seconds: 3600,
            retry_after_seconds: 5,
            slow_seconds: 30,
            clients: Vec::new(),
        }
    }
}

impl Config {
    /// The first day after the history.
    pub(crate) fn end(&self) -> time::Date {
        local_date(self.now.unwrap_or_else(OffsetDateTime::now_utc))
    }

    pub(crate) fn check(&self) -> io::Result<()> {
        if self.records > MOST_RECORDS {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "at most 1,000,000 records",
            ));
        }
        let end = self.now.unwrap_or_else(OffsetDateTime::now_utc);
        let known =
            (2015..=2100).contains(&end.year()) && (end.year(), end.month()) != (2100, Month::December);
        if known {
            Ok(())
        } else {
            Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "the history can end from 2015 to 2100",
            ))
        }
    }
}
