//! How hard a passphrase is to guess for somebody who has the vault's file.

use serde::{Deserialize, Serialize};
use zxcvbn::Entropy;
use zxcvbn::feedback::{Suggestion, Warning};
use zxcvbn::matching::patterns::MatchPattern;

use crate::suggest::words;

/// Longer input is judged by its beginning, which can only underrate it.
const MAX_JUDGED_CHARS: usize = 256;
const MAX_PERSONAL: usize = 64;
const MAX_PERSONAL_CHARS: usize = 64;
const FEWEST_CHARS: usize = 8;

/// Up to 10^9 guesses: with a slow hash (10,000 guesses a second) a day.
const FAIR_FROM: f64 = 9.0;
/// 10^12 guesses: three years of one such computer, a day of a thousand.
const GOOD_FROM: f64 = 12.0;
/// 10^15 guesses: three years of a thousand such computers.
const STRONG_FROM: f64 = 15.0;

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

/// What makes the passphrase easy to guess.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hint {
    /// Fewer than eight characters.
    Longer,
    /// It is built on the person's own name, the vault's name or the like.
    Personal,
    /// It is, or resembles, one of the most used passwords.
    CommonPassword,
    /// A name that many people have.
    CommonName,
    /// A single word.
    OneWord,
    /// Keys that lie side by side.
    Keyboard,
    /// The same again and again.
    Repeated,
    /// A row like abc or 6543.
    Sequence,
    /// A date or a year.
    Date,
    /// Capitals, reversed words or signs in place of letters where everybody puts them.
    Disguise,
    /// Nothing wrong with it but its shortness: one or two more words.
    MoreWords,
}

/// Estimates how many guesses `passphrase` withstands. `personal` is what a stranger could know: the person's name, the
/// vault's name, the name of the computer.
#[must_use]
pub fn strength(passphrase: &str, personal: &[&str]) -> Strength {
    let judged: zeroize::Zeroizing<String> = passphrase
        .chars()
        .take(MAX_JUDGED_CHARS)
        .collect::<String>()
        .into();
    let personal = personal_words(personal);
    let personal: Vec<&str> = personal.iter().map(String::as_str).collect();
    let estimate = zxcvbn::zxcvbn(&judged, &personal);
    let guesses_log10 = cheapest(&judged, &estimate);
    let level = level(guesses_log10);
    let hint = (level < Level::Good).then(|| hint(&judged, &estimate, &personal));
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

/// The attacker takes the cheaper way: usual habits, or words of our list in a row.
fn cheapest(judged: &str, estimate: &Entropy) -> f64 {
    let by_habit = estimate.guesses_log10();
    let by_list =
        words_of_our_list(judged).map_or(f64::INFINITY, |count| count * (words().count() as f64).log10());
    by_habit.min(by_list).max(0.0)
}

/// How many words of our list, joined by anything that is not a letter, make up the whole passphrase.
fn words_of_our_list(judged: &str) -> Option<f64> {
    let lower = zeroize::Zeroizing::new(judged.to_lowercase());
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

fn hint(judged: &str, estimate: &Entropy, personal: &[&str]) -> Hint {
    if judged.chars().count() < FEWEST_CHARS {
        return Hint::Longer;
    }
    if is_personal(estimate, personal) {
        return Hint::Personal;
    }
    let feedback = estimate.feedback();
    let warned = feedback.and_then(|feedback| feedback.warning()).map(of_warning);
    let suggested = || {
        feedback
            .into_iter()
            .flat_map(|feedback| feedback.suggestions())
            .find_map(of_suggestion)
    };
    warned.or_else(suggested).unwrap_or(Hint::MoreWords)
}

fn is_personal(estimate: &Entropy, personal: &[&str]) -> bool {
    estimate.sequence().iter().any(|part| match &part.pattern {
        MatchPattern::Dictionary(word) => personal.contains(&word.matched_word.as_str()),
        MatchPattern::Spatial(_)
        | MatchPattern::Repeat(_)
        | MatchPattern::Sequence(_)
        | MatchPattern::Regex(_)
        | MatchPattern::Date(_)
        | MatchPattern::BruteForce => false,
    })
}

fn of_warning(warning: Warning) -> Hint {
    match warning {
        Warning::StraightRowsOfKeysAreEasyToGuess | Warning::ShortKeyboardPatternsAreEasyToGuess => {
            Hint::Keyboard
        }
        Warning::RepeatsLikeAaaAreEasyToGuess | Warning::RepeatsLikeAbcAbcAreOnlySlightlyHarderToGuess => {
            Hint::Repeated
        }
        Warning::ThisIsATop10Password
        | Warning::ThisIsATop100Password
        | Warning::ThisIsACommonPassword
        | Warning::ThisIsSimilarToACommonlyUsedPassword => Hint::CommonPassword,
        Warning::SequencesLikeAbcAreEasyToGuess => Hint::Sequence,
        Warning::RecentYearsAreEasyToGuess | Warning::DatesAreOftenEasyToGuess => Hint::Date,
        Warning::AWordByItselfIsEasyToGuess => Hint::OneWord,
        Warning::NamesAndSurnamesByThemselvesAreEasyToGuess
        | Warning::CommonNamesAndSurnamesAreEasyToGuess => Hint::CommonName,
    }
}

fn of_suggestion(suggestion: &Suggestion) -> Option<Hint> {
    match suggestion {
        Suggestion::CapitalizationDoesntHelpVeryMuch
        | Suggestion::AllUppercaseIsAlmostAsEasyToGuessAsAllLowercase
        | Suggestion::ReversedWordsArentMuchHarderToGuess
        | Suggestion::PredictableSubstitutionsDontHelpVeryMuch => Some(Hint::Disguise),
        Suggestion::UseALongerKeyboardPatternWithMoreTurns => Some(Hint::Keyboard),
        Suggestion::AvoidRepeatedWordsAndCharacters => Some(Hint::Repeated),
        Suggestion::AvoidSequences => Some(Hint::Sequence),
        Suggestion::AvoidRecentYears
        | Suggestion::AvoidYearsThatAreAssociatedWithYou
        | Suggestion::AvoidDatesAndYearsThatAreAssociatedWithYou => Some(Hint::Date),
        Suggestion::UseAFewWordsAvoidCommonPhrases
        | Suggestion::NoNeedForSymbolsDigitsOrUppercaseLetters
        | Suggestion::AddAnotherWordOrTwo => None,
    }
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
    fn more_words_are_never_cheaper() {
        let words: Vec<&str> = words().step_by(311).take(6).collect();
        let levels: Vec<Level> = (1..=6)
            .map(|count| strength(&words[..count].join("-"), &[]).level)
            .collect();
        assert!(levels.is_sorted(), "{levels:?}");
        assert_eq!((levels[0], levels[5]), (Level::Weak, Level::Strong));
    }

    #[test]
    fn endless_input_is_judged_quickly() {
        let start = std::time::Instant::now();
        let judged = strength(
            &"correct horse ".repeat(100_000),
            &["x".repeat(1_000_000).as_str(); 100],
        );
        assert!(judged.guesses_log10.is_finite());
        assert!(start.elapsed().as_secs() < 20);
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
