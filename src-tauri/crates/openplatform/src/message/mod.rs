//! Messages between an app's frame and the host: JSON **strings** both ways (specification 3.1, 3.2).
//!
//! The host finds the app by the window that sent a message; the token and the origin inside are compared as well, never
//! instead. Parsing here believes nothing: it only says what was written.

mod incoming;
mod outgoing;
#[cfg(test)]
mod tests;

pub use incoming::{
    AppMessage, CallbackId, Envelope, Loading, MAX_MESSAGE_BYTES, MessageError, Notification,
    NotificationKind,
};
pub use outgoing::HostMessage;
