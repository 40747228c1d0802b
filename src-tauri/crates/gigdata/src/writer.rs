//! The document written piece by piece, so that its length does not show in memory.

use std::io::{self, Write};

use serde::Serialize;

use crate::{Achievement, Interaction};

/// Writes a document: first its interactions, then its achievements, then the end.
///
/// The bytes are those of [`UserPlatformData::to_json`](crate::UserPlatformData::to_json) for the same content. A writer that is dropped before
/// [`finish`](Self::finish) leaves a text that is not JSON.
#[derive(Debug)]
pub struct DataWriter<W: Write> {
    out: W,
    list: List,
    first: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum List {
    Interactions,
    Achievements,
}

impl<W: Write> DataWriter<W> {
    /// Begins a document.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn new(mut out: W) -> io::Result<Self> {
        out.write_all(br#"{"interactions":["#)?;
        Ok(Self {
            out,
            list: List::Interactions,
            first: true,
        })
    }

    /// Adds an interaction.
    ///
    /// # Errors
    /// Those of `out`, and [`io::ErrorKind::InvalidInput`] after the first achievement, because the list is closed then.
    pub fn interaction(&mut self, interaction: &Interaction) -> io::Result<()> {
        if self.list != List::Interactions {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        self.element(interaction)
    }

    /// Adds an achievement and closes the list of interactions.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn achievement(&mut self, achievement: &Achievement) -> io::Result<()> {
        self.open_achievements()?;
        self.element(achievement)
    }

    /// Ends the document and gives the destination back.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn finish(mut self) -> io::Result<W> {
        self.open_achievements()?;
        self.out.write_all(b"]}")?;
        Ok(self.out)
    }

    fn open_achievements(&mut self) -> io::Result<()> {
        if self.list == List::Achievements {
            return Ok(());
        }
        (self.list, self.first) = (List::Achievements, true);
        self.out.write_all(br#"],"achievements":["#)
    }

    fn element(&mut self, element: &impl Serialize) -> io::Result<()> {
        if !self.first {
            self.out.write_all(b",")?;
        }
        self.first = false;
        Ok(serde_json::to_writer(&mut self.out, element)?)
    }
}
