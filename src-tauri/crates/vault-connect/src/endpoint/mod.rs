//! Platforms that answer at an endpoint of Open Platforms: one question for an address, one answer with everything
//! (`spec/gigdata.md` 3).
//!
//! The token that opens a person's data is that person's own and lies with the connection's secrets. One token for all people of a platform
//! is never kept here (`spec/gigdata.md` 14.1).

mod address;
mod ask;
mod connect;
mod error;
mod records;
mod trial;

pub use address::{NotAnAddress, VerifiedAddress};
pub(crate) use ask::{EndpointSession, TOKEN};
pub use connect::AddressOptions;
pub(crate) use connect::endpoint_of;
pub use error::EndpointError;
pub use trial::{EndpointTrial, Finding, check_answer};
