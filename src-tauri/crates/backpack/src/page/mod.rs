//! `index.html`: one self-contained page that shows a backpack to a person, without network and without script.
//!
//! The page shows the newest rows only and says where the rest is, so its size has a bound. It holds no time
//! of packing: equal content gives equal bytes.

mod chart;
pub mod document;
mod earnings;
mod html;
mod rows;
mod sections;
mod tables;
mod words;

use std::io::{self, Write};

use time::Date;

pub use earnings::Earnings;
pub use rows::{
    Achievement, Assurance, Cooperative, Fact, Gig, Left, Money, Newest, PeerKey, Platform, ROWS, Rating,
    Restriction, Review, Score, Transfer,
};

pub use html::Html;

use crate::Marks;

/// What `index.html` shows. Lists are in the order in which they are shown.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// The name of the space.
    pub space: String,
    /// What the person says about themselves: label and value.
    pub profile: Vec<Fact>,
    /// How many work records there are.
    pub work: u64,
    /// The days of the first and the last record.
    pub period: Option<(Date, Date)>,
    /// More counts, such as reviews and original files: label and number.
    pub counts: Vec<(String, u64)>,
    /// Earnings, one for each currency.
    pub earnings: Vec<Earnings>,
    /// The platforms the data is from.
    pub platforms: Vec<Platform>,
    /// Ratings on each platform’s own scale, never averaged.
    pub ratings: Vec<Rating>,
    /// Reviews by others.
    pub reviews: Newest<Review>,
    /// Badges and assessments.
    pub achievements: Newest<Achievement>,
    /// Blocks and other limits that a platform set.
    pub restrictions: Newest<Restriction>,
    /// Gigs, shifts, trips and jobs.
    pub gigs: Newest<Gig>,
    /// Cooperatives whose key is known.
    pub cooperatives: Vec<Cooperative>,
    /// Signed transfers to them and from them.
    pub transfers: Newest<Transfer>,
    /// What left the vault, and what was refused.
    pub left: Newest<Left>,
}

impl Page {
    /// Writes the page.
    ///
    /// # Errors
    /// What `out` returned.
    pub fn write(&self, marks: Marks, out: &mut dyn Write) -> io::Result<()> {
        let mut html = Html::new(out);
        sections::head(&mut html, self, marks)?;
        sections::figures(&mut html, self)?;
        sections::earnings(&mut html, self)?;
        sections::ratings(&mut html, self)?;
        tables::platforms(&mut html, self)?;
        tables::reviews(&mut html, self)?;
        tables::achievements(&mut html, self)?;
        tables::restrictions(&mut html, self)?;
        tables::gigs(&mut html, self)?;
        tables::cooperatives(&mut html, self)?;
        tables::transfers(&mut html, self)?;
        tables::left(&mut html, self)?;
        sections::profile(&mut html, self)?;
        sections::foot(&mut html, marks)
    }
}
