//! The one piece of advice that comes with a weak passphrase.

use serde::{Deserialize, Serialize};
use zxcvbn::Entropy;
use zxcvbn::feedback::{Suggestion, Warning};
use zxcvbn::matching::patterns::MatchPattern;

const FEWEST_CHARS: usize = 8;

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

/// The hint for an estimate that is not good.
pub(super) fn of(judged: &str, estimate: &Entropy, personal: &[&str]) -> Hint {
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
