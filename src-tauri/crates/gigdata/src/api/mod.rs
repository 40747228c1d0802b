//! The Gigdata API that consumer apps call (`spec/gigdata.md` 2.1–2.3 and 2.5): its addresses, what comes in, what goes out.
//!
//! Addresses and the names of members are matched without regard to case, as the clients in the field rely on it; what goes out is
//! camelCase with every member present.

mod answers;
mod connect;
mod guid;
mod requests;
mod route;

pub use answers::{
    App, AppState, AuthMechanism, ConnectState, Connected, ConnectionState, Platform, Status, User, error,
};
pub use connect::{Connecting, Login, NotConnecting};
pub use guid::Guid;
pub use requests::{BadRequest, ConnectEmail, Keep, StartOauth, StateUpdates, UpdateRequest, ValidateEmail};
pub use route::{Route, Secret};

/// How much of a platform's data an app asks for (`PlatformDataClaim`, spec 1.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub enum Claim {
    /// Counts, averages, the first and the last day.
    Aggregated,
    /// These, and each review and achievement.
    Full,
}
