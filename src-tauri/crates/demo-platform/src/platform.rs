//! The state of a running platform.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
};

use time::Date;
use tokio_util::sync::CancellationToken;

use crate::{
    Account, Config, Fault,
    data::{ACCOUNTS, History},
    oauth::{Clients, Ledger},
};

/// The state that all requests share.
pub(crate) type Shared = Arc<Platform>;

/// A running platform.
#[derive(Debug)]
pub(crate) struct Platform {
    pub(crate) config: Config,
    pub(crate) port: u16,
    pub(crate) clients: Clients,
    /// Cancelled when the server stops.
    pub(crate) stopping: CancellationToken,
    end: Date,
    histories: BTreeMap<&'static str, OnceLock<History>>,
    ledger: Mutex<Ledger>,
    fault: Mutex<ActiveFault>,
    requests: Mutex<BTreeMap<String, u64>>,
}

/// The fault that is on, and the first access token that was issued after it was set.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ActiveFault {
    pub(crate) fault: Option<Fault>,
    pub(crate) since: u64,
}

impl Platform {
    pub(crate) fn new(config: Config, port: u16) -> Self {
        Self {
            port,
            clients: Clients::new(&config),
            stopping: CancellationToken::new(),
            end: config.end(),
            histories: ACCOUNTS
                .iter()
                .map(|account| (account.id, OnceLock::new()))
                .collect(),
            ledger: Mutex::default(),
            fault: Mutex::new(ActiveFault {
                fault: config.fault,
                since: 0,
            }),
            requests: Mutex::default(),
            config,
        }
    }

    /// The origin that clients are told.
    pub(crate) fn base(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// A person's history, made up when it is asked for first.
    pub(crate) fn history(&self, account: &'static Account) -> Option<&History> {
        let cell = self.histories.get(account.id)?;
        Some(cell.get_or_init(|| History::new(account, self.config.seed, self.config.records, self.end)))
    }

    /// Codes and tokens.
    pub(crate) fn ledger(&self) -> MutexGuard<'_, Ledger> {
        locked(&self.ledger)
    }

    pub(crate) fn fault(&self) -> ActiveFault {
        *locked(&self.fault)
    }

    pub(crate) fn set_fault(&self, fault: Option<Fault>) {
        let since = self.ledger().next_serial();
        *locked(&self.fault) = ActiveFault { fault, since };
    }

    pub(crate) fn count(&self, route: String) {
        *locked(&self.requests).entry(route).or_default() += 1;
    }

    pub(crate) fn requests(&self) -> BTreeMap<String, u64> {
        locked(&self.requests).clone()
    }
}

/// Takes a lock even if a thread died with it: what it guards is valid between any two statements.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
