//! How hard a passphrase is to guess for somebody who has the vault's file.

mod hint;

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;
use zxcvbn::Entropy;

pub use self::hint::Hint;

use crate::suggest::words;

/// Longer input is judged by its beginning, which can only underrate it.
const MAX_JUDGED_CHARS: usize = 256;
const MAX_PERSONAL: usize = 64;
const MAX_PERSONAL_CHARS: usize = 64;

/// Up to 10^9 guesses: with a slow hash (10,000 guesses a second) a day.
const FAIR_FROM: f64 = 9.0;
/// 10^12 guesses: three years of one such computer, a day of a thousand.
const GOOD_FROM: f64 = 12.0;
/// 10^15 guesses: three years of a thousand such computers.
const STRONG_FROM: f64 = 15.0;

/// Nobody who guesses words in a row starts with fewer than the 1000 commonest.
const LEAST_PER_WORD: f64 = 3.0;
/// About ten signs are commonly put between words.
const PER_KIND_OF_SIGN: f64 = 1.0;

/// The estimate for one passphrase.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Strength {
    /// The step shown to the person; [`Level::Weak`] does not protect a vault.
    pub level: Level,
    /// Decimal logarithm of the guesses an attacker needs who knows the usual habits and our word list; 0 for nothing
    /// typed, at most about 19, above which the estimate does not tell apart.
    pub guesses_log10: f64,
    /// The one thing that would help most; none if the passphrase is good or strong.
    pub hint: Option<Hint>,
}

/// Four steps of guess cost, with the vault's file in the attacker's hands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Under 10^9 guesses.
    Weak,
    /// Under 10^12 guesses.
    Fair,
    /// Under 10^15 guesses.
    Good,
    /// 10^15 guesses and more.
    Strong,
}

/// Estimates how many guesses `passphrase` withstands. `personal` is what a stranger could know: the person's name, the
/// vault's name, the name of the computer.
#[must_use]
pub fn strength(passphrase: &str, personal: &[&str]) -> Strength {
    let judged: Zeroizing<String> = passphrase
        .chars()
        .take(MAX_JUDGED_CHARS)
        .collect::<String>()
        .into();
    let personal = personal_words(personal);
    let personal: Vec<&str> = personal.iter().map(String::as_str).collect();
    let estimate = zxcvbn::zxcvbn(&judged, &personal);
    let guesses_log10 = cheapest(&judged, &estimate, &personal);
    let level = level(guesses_log10);
    let hint = (level < Level::Good).then(|| hint::of(&judged, &estimate, &personal));
    Strength {
        level,
        guesses_log10,
        hint,
    }
}

fn level(guesses_log10: f64) -> Level {
    match guesses_log10 {
        under if under < FAIR_FROM => Level::Weak,
        under if under < GOOD_FROM => Level::Fair,
        under if under < STRONG_FROM => Level::Good,
        _ => Level::Strong,
    }
}

/// The attacker takes the cheapest way: usual habits, words in a row, or words of our list in a row.
fn cheapest(judged: &str, estimate: &Entropy, personal: &[&str]) -> f64 {
    let by_habit = estimate.guesses_log10();
    let by_words = words_in_a_row(judged, personal).unwrap_or(f64::INFINITY);
    let by_list =
        words_of_our_list(judged).map_or(f64::INFINITY, |count| count * (words().count() as f64).log10());
    by_habit.min(by_words).min(by_list).max(0.0)
}

/// The cost of words that are joined by signs: each word by itself, in any order. The habits alone would count every
/// sign and every order of the words as if they were hard to think of.
fn words_in_a_row(judged: &str, personal: &[&str]) -> Option<f64> {
    let is_sign = |symbol: char| !symbol.is_alphanumeric();
    let parts: Vec<&str> = judged.split(is_sign).filter(|part| !part.is_empty()).collect();
    if parts.len() < 2 {
        return None;
    }
    let mut signs: Vec<char> = judged.chars().filter(|symbol| is_sign(*symbol)).collect();
    signs.dedup();
    let words = parts
        .iter()
        .map(|part| zxcvbn::zxcvbn(part, personal).guesses_log10().max(LEAST_PER_WORD));
    Some(words.sum::<f64>() + signs.len() as f64 * PER_KIND_OF_SIGN)
}

/// How many words of our list, joined by anything that is not a letter, make up the whole passphrase.
fn words_of_our_list(judged: &str) -> Option<f64> {
    let lower = Zeroizing::new(judged.to_lowercase());
    let mut parts = lower
        .split(|symbol: char| !symbol.is_alphabetic())
        .filter(|part| !part.is_empty())
        .peekable();
    parts.peek()?;
    let listed: Vec<&str> = words().collect();
    let count = parts.try_fold(0_u32, |count, part| {
        listed.binary_search(&part).is_ok().then_some(count + 1)
    })?;
    Some(f64::from(count))
}

/// Whole texts and their words: "Maria López" makes "maria lópez", "maria" and "lópez" cheap.
fn personal_words(personal: &[&str]) -> Vec<String> {
    let clipped = personal
        .iter()
        .map(|text| -> String { text.to_lowercase().chars().take(MAX_PERSONAL_CHARS).collect() });
    let mut found = Vec::new();
    for text in clipped.take(MAX_PERSONAL) {
        found.extend(
            text.split(|symbol: char| !symbol.is_alphanumeric())
                .map(str::to_owned),
        );
        found.push(text);
    }
    found.retain(|word| word.chars().count() >= 3);
    found.truncate(MAX_PERSONAL);
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use secrecy::ExposeSecret;

    use super::*;
    use crate::suggest_passphrase;

    #[test]
    fn weak_ones_are_weak_and_say_why() {
        for (passphrase, expected) in [
            ("", Hint::Longer),
            ("x7$Kq", Hint::Longer),
            ("password123", Hint::CommonPassword),
            ("P4ssword123", Hint::CommonPassword),
            ("qwertyuiop[]", Hint::Keyboard),
            ("aaaaaaaaaaaa", Hint::Repeated),
            ("abcdefghijkl", Hint::Sequence),
            ("24.11.1986", Hint::Date),
        ] {
            let judged = strength(passphrase, &[]);
            assert_eq!(
                (judged.level, judged.hint),
                (Level::Weak, Some(expected)),
                "{passphrase}: {judged:?}"
            );
        }
    }

    #[test]
    fn personal_words_are_cheap() {
        let without = strength("Lopezgarrido-Valle77", &[]);
        let with = strength("Lopezgarrido-Valle77", &["Ana Lopezgarrido", "Valle"]);
        assert!(
            with.guesses_log10 < without.guesses_log10 - 2.0,
            "{with:?} {without:?}"
        );
        assert_eq!(
            strength("lopezgarrido", &["Ana Lopezgarrido"]).hint,
            Some(Hint::Personal)
        );
    }

    #[test]
    fn suggestions_are_strong_and_judged_by_what_they_are() {
        for _ in 0..20 {
            let judged = strength(suggest_passphrase().expose_secret(), &["Personal"]);
            assert_eq!((judged.level, judged.hint), (Level::Strong, None), "{judged:?}");
            assert!(judged.guesses_log10 <= 16.6, "{judged:?}");
        }
    }

    #[test]
    fn phrases_are_judged_by_their_words() {
        for (passphrase, expected) in [
            ("ocean lamp", Level::Weak),
            ("my dog pizza", Level::Fair),
            ("my dog likes pizza", Level::Good),
            ("correct horse battery staple", Level::Good),
            ("correct horse battery staple violin", Level::Strong),
            ("the the the the the the", Level::Weak),
        ] {
            assert_eq!(
                strength(passphrase, &[]).level,
                expected,
                "{passphrase}: {:?}",
                strength(passphrase, &[])
            );
        }
    }

    #[test]
    fn more_words_are_never_cheaper() {
        let words: Vec<&str> = words().step_by(311).take(6).collect();
        let levels: Vec<Level> = (1..=6)
            .map(|count| strength(&words[..count].join("-"), &[]).level)
            .collect();
        assert!(levels.is_sorted(), "{levels:?}");
        assert_eq!((levels[0], levels[5]), (Level::Weak, Level::Strong));
    }

    #[test]
    fn of_endless_input_the_beginning_is_judged() {
        let (endless, personal) = ("correct horse ".repeat(100_000), "x".repeat(1_000_000));
        let beginning = |text: &str, chars| text.chars().take(chars).collect::<String>();
        let few = beginning(&personal, MAX_PERSONAL_CHARS);
        assert_eq!(
            strength(&endless, &[personal.as_str(); 100]),
            strength(
                &beginning(&endless, MAX_JUDGED_CHARS),
                &[few.as_str(); MAX_PERSONAL]
            )
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn any_text_is_judged(passphrase in ".{0,120}", personal in proptest::collection::vec(".{0,20}", 0..4)) {
            let personal: Vec<&str> = personal.iter().map(String::as_str).collect();
            let judged = strength(&passphrase, &personal);
            prop_assert!((0.0..20.0).contains(&judged.guesses_log10));
            prop_assert_eq!(judged.hint.is_some(), judged.level < Level::Good);
        }
    }
}
