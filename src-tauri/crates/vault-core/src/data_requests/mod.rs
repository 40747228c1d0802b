//! Requests that a platform hand over the person's data (GDPR, Art. 15 and 20): the way to ask, the letters, the clock, what happened. Nothing
//! is sent by itself; the person sends and says so.

mod asking;
mod letter;
#[cfg(test)]
mod tests;
mod way;

pub use asking::{DataRequestView, Followup};
pub use letter::{LANGUAGES, Letter, LetterKind, Piece};
pub use way::{Authority, Way, WayKind, ways};

pub use vault_store::{
    DataRequestId,
    data_request_events::{DataRequestEvent, DataRequestStep},
    data_requests::{DataRequest, DataRequestState},
};
