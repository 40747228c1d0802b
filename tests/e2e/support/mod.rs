//! What every test here needs: a person's folder, the terminal, a platform and a browser. Everything that is started is ended by its own id.

pub(crate) mod again;
pub(crate) mod browser;
pub(crate) mod bus;
pub(crate) mod changing;
pub(crate) mod cooperative;
pub(crate) mod home;
pub(crate) mod platform;
pub(crate) mod readers;
pub(crate) mod received;
pub(crate) mod run;
pub(crate) mod served;
pub(crate) mod smtp;
pub(crate) mod vault;

pub(crate) use home::Home;
pub(crate) use run::{Kept, Run};
pub(crate) use vault::{Opened, PASSPHRASE};
