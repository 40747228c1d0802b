//! Chance that is the same every time: a generator whose seed says what it is for.

use rand::{Rng, SeedableRng, rngs::StdRng, seq::SliceRandom};
use sha2::{Digest, Sha256};
use time::Date;
use uuid::Builder;

/// Where all chance of one person comes from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Origin {
    pub(crate) seed: u64,
    pub(crate) account: &'static str,
}

/// A deterministic source of chance for one purpose.
pub(crate) struct Dice(StdRng);

impl Origin {
    /// Dice for one purpose on one day. What happens on a day depends on that day alone, so a history that ends a day later is the same history
    /// with one more day.
    pub(crate) fn dice(self, purpose: &str, date: Date) -> Dice {
        Dice(StdRng::from_seed(self.digest(
            purpose,
            i64::from(date.to_julian_day()),
            0,
        )))
    }

    /// An id that stays the same between runs.
    pub(crate) fn id(self, prefix: &str, date: Date, number: usize) -> String {
        let digest = self.digest(prefix, i64::from(date.to_julian_day()), number as u64);
        let digits: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        format!("{prefix}_{digits}")
    }

    /// A GUID that stays the same between runs, in the form of a random one.
    pub(crate) fn guid(self, purpose: &str) -> String {
        let [bytes @ .., _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _] = self.digest(purpose, 0, 0);
        Builder::from_random_bytes(bytes).into_uuid().to_string()
    }

    fn digest(self, purpose: &str, day: i64, number: u64) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(self.seed.to_be_bytes());
        for text in [self.account, purpose] {
            hash.update(text.as_bytes());
            hash.update([0]);
        }
        hash.update(day.to_be_bytes());
        hash.update(number.to_be_bytes());
        hash.finalize().into()
    }
}

impl Dice {
    /// Whether something with this probability happens.
    pub(crate) fn chance(&mut self, probability: f64) -> bool {
        self.0.gen_bool(probability.clamp(0.0, 1.0))
    }

    /// A whole number from `low` to `high`, both included.
    pub(crate) fn between(&mut self, low: i64, high: i64) -> i64 {
        self.0.gen_range(low..=high.max(low))
    }

    /// A whole number from `low` to `high` that is more often low than high.
    pub(crate) fn low_between(&mut self, low: i64, high: i64) -> i64 {
        self.between(low, high).min(self.between(low, high))
    }

    /// A fraction from 0 up to but not including 1.
    pub(crate) fn fraction(&mut self) -> f64 {
        self.0.r#gen()
    }

    /// One of several, each as likely as the others.
    pub(crate) fn pick(&mut self, words: &[&'static str]) -> &'static str {
        words.choose(&mut self.0).copied().unwrap_or_default()
    }

    /// One of several by weight; the first when all weights are nought.
    pub(crate) fn weighted<T: Copy>(&mut self, choices: &[(T, f64)], otherwise: T) -> T {
        let total: f64 = choices.iter().map(|(_, weight)| weight).sum();
        let mut left = self.fraction() * total;
        for (choice, weight) in choices {
            left -= weight;
            if left < 0.0 {
                return *choice;
            }
        }
        otherwise
    }
}
