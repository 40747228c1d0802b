//! What clients said about the gigs: ratings and reviews.

use super::{
    Account,
    calendar::later,
    praise,
    records::{Gig, GigStatus, Kind, Rating, Review},
    words,
};
use crate::dice::{Dice, Origin};

/// Ratings and reviews of all gigs.
#[derive(Default)]
pub(crate) struct Feedback {
    pub(crate) ratings: Vec<Rating>,
    pub(crate) reviews: Vec<Review>,
}

/// What clients said.
pub(crate) fn about(origin: Origin, account: &Account, gigs: &[Gig]) -> Feedback {
    let mut feedback = Feedback::default();
    for gig in gigs.iter().filter(|gig| gig.status == GigStatus::Completed) {
        let mut dice = origin.dice(&format!("feedback {}", gig.id), gig.ended_at.date());
        feedback.add(&mut dice, account, gig);
    }
    feedback
}

impl Feedback {
    fn add(&mut self, dice: &mut Dice, account: &Account, gig: &Gig) {
        let (rated, reviewed, thumbed) = habits(gig.kind);
        if dice.chance(rated) {
            let stars = stars(dice, account.praise);
            let wait = dice.low_between(120, 100_000);
            let rating = rating(gig, "rat", "overall", stars, 1, 5, wait);
            if dice.chance(if stars < 4 { reviewed * 2.0 } else { reviewed }) {
                self.reviews.push(review(dice, gig, &rating));
            }
            self.ratings.push(rating);
        }
        if let Some(dimension) = gig.kind.thumbs().filter(|_| dice.chance(thumbed)) {
            let up = i64::from(dice.chance(0.93));
            self.ratings.push(rating(
                gig,
                "thb",
                dimension,
                up,
                0,
                1,
                dice.low_between(60, 50_000),
            ));
        }
    }
}

/// How likely a client of such work gives stars, writes to them, and gives a thumb.
const fn habits(kind: Kind) -> (f64, f64, f64) {
    match kind {
        Kind::Delivery => (0.52, 0.06, 0.22),
        Kind::Ride => (0.6, 0.08, 0.0),
        Kind::Handyman => (0.82, 0.4, 0.45),
        Kind::Design => (0.9, 0.6, 0.5),
        Kind::Tutoring => (0.68, 0.22, 0.4),
    }
}

fn stars(dice: &mut Dice, praise: f64) -> i64 {
    let rest = 1.0 - praise;
    dice.weighted(
        &[
            (5, praise),
            (4, rest * 0.64),
            (3, rest * 0.2),
            (2, rest * 0.07),
            (1, rest * 0.09),
        ],
        5,
    )
}

fn rating(
    gig: &Gig,
    prefix: &str,
    dimension: &'static str,
    value: i64,
    min: i64,
    max: i64,
    wait: i64,
) -> Rating {
    let rated_at = later(gig.ended_at, wait);
    Rating {
        id: gig.id.replacen("gig", prefix, 1),
        gig: gig.id.clone(),
        dimension,
        value,
        min,
        max,
        rated_at,
        updated_at: rated_at,
    }
}

fn review(dice: &mut Dice, gig: &Gig, rating: &Rating) -> Review {
    let client = gig.client.as_ref().map(|client| client.name.clone());
    let words = praise::words(dice, gig.kind, rating.value);
    let written_at = later(rating.rated_at, dice.between(20, 900));
    Review {
        id: gig.id.replacen("gig", "rev", 1),
        gig: gig.id.clone(),
        rating: rating.id.clone(),
        author: client.unwrap_or_else(|| dice.pick(words::CLIENTS).to_owned()),
        title: words.title,
        text: words.text,
        language: words.language,
        written_at,
        updated_at: written_at,
    }
}
