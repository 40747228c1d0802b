//! Messages between an app's frame and the host: JSON **strings** both ways (specification 3.1, 3.2).
//!
//! Two envelopes exist: that of P2 to P4 and that of P5; each message says by its mark which library sent it. The host finds
//! the app by the window that sent a message; the token (P5 has none) and the origin inside are compared as well, never
//! instead. Parsing here believes nothing: it only says what was written.

mod app;
mod body;
mod envelope;
mod outgoing;
mod parts;
mod read;
#[cfg(test)]
mod tests;
mod total;

pub use app::AppMessage;
pub use envelope::{CallbackId, Envelope, MAX_MESSAGE_BYTES, Mark, MessageError};
pub use outgoing::{Appearance, HostMessage, Sender};
pub use parts::{
    ConfigAct, Confirm, ConsoleLine, Handed, Loading, MenuItem, Notification, NotificationKind, Page,
    Silence, Tone, Words,
};
