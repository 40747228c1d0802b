//! Carries a [`ReadError`] through layers that only speak [`std::io::Error`].

use std::io;

use crate::ReadError;

/// A cause inside an [`io::Error`], found again by [`ReadError::from`].
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
struct Fault(ReadError);

pub(crate) fn into_io(error: ReadError) -> io::Error {
    io::Error::other(Fault(error))
}

pub(crate) fn is_fault(error: &io::Error) -> bool {
    error.get_ref().is_some_and(|inner| inner.is::<Fault>())
}

impl From<io::Error> for ReadError {
    fn from(error: io::Error) -> Self {
        match error.downcast::<Fault>() {
            Ok(Fault(cause)) => cause,
            Err(error) => Self::Source(error),
        }
    }
}
