//! When a rating is a good one, and what the mean of several is.

use crate::{JudgedRating, Number, Rating, Scale};

/// How a platform rates: the scale of ratings that come without one, and from which value on it calls one good.
#[derive(Clone, Debug, PartialEq)]
pub struct RatingRule {
    /// The platform's scale.
    pub scale: Scale,
    /// The least good value on that scale.
    pub success: Number,
}

impl Default for RatingRule {
    /// One to five, good from three on: platforms made in the developer portal (`spec/gigdata.md` 1.3).
    fn default() -> Self {
        Self {
            scale: Scale::default(),
            success: 3.into(),
        }
    }
}

impl RatingRule {
    /// A rating with the judgement on it: on the platform's own scale by the platform's limit, on any other one by whether it lies above
    /// the middle (`spec/gigdata.md` 3.10: E03).
    #[must_use]
    pub fn judge(&self, rating: &Rating) -> JudgedRating {
        self.judged(rating.value.as_f64(), rating.min.as_f64(), rating.max.as_f64())
    }

    /// The same for a value and its scale as plain numbers.
    #[must_use]
    pub fn judged(&self, value: f64, min: f64, max: f64) -> JudgedRating {
        let is_successful = if self.is_own(min, max) {
            value >= self.success.as_f64()
        } else {
            // Halves, because the sum of two large ends is infinite.
            value > min / 2.0 + max / 2.0
        };
        JudgedRating {
            value,
            min,
            max,
            is_successful,
        }
    }

    /// The mean of all ratings, `None` without any. Ratings on one scale have their mean there. Ratings on several are brought to the
    /// platform's scale first: the mean of stars and thumbs is neither.
    #[must_use]
    pub fn mean(&self, ratings: &[JudgedRating]) -> Option<JudgedRating> {
        let first = ratings.first()?;
        let same = |rating: &JudgedRating| (rating.min, rating.max) == (first.min, first.max);
        let (min, max) = if ratings.iter().all(same) {
            (first.min, first.max)
        } else {
            (self.scale.min.as_f64(), self.scale.max.as_f64())
        };
        let values = ratings.iter().map(|rating| brought(rating, min, max));
        let mean = mean(values, ratings.len())?;
        Some(self.judged(mean, min, max))
    }

    fn is_own(&self, min: f64, max: f64) -> bool {
        (min, max) == (self.scale.min.as_f64(), self.scale.max.as_f64())
    }
}

/// A rating's value on another scale. On a scale without a length every value is the best one.
fn brought(rating: &JudgedRating, min: f64, max: f64) -> f64 {
    if (rating.min, rating.max) == (min, max) {
        return rating.value;
    }
    let share = (rating.value - rating.min) / (rating.max - rating.min);
    let share = if share.is_finite() {
        share.clamp(0.0, 1.0)
    } else {
        1.0
    };
    min + share * (max - min)
}

/// `None` when the values are so large that their mean is no number.
fn mean(values: impl Iterator<Item = f64>, count: usize) -> Option<f64> {
    let sum: f64 = values.sum();
    let mean = sum / count as f64;
    mean.is_finite().then_some(mean)
}
