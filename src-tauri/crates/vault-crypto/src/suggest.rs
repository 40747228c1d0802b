//! A passphrase that Satchel proposes: five words drawn by lot.

use rand::rngs::OsRng;
use rand::seq::SliceRandom;
use secrecy::SecretString;
use zeroize::Zeroizing;

const WORDS: &str = include_str!("words.txt");
const DRAWN: usize = 5;

/// Five words of our list joined by `-`, each drawn evenly: 55 bits.
#[must_use]
pub fn suggest_passphrase() -> SecretString {
    let words: Vec<&str> = words().collect();
    let mut passphrase = Zeroizing::new(String::with_capacity(64));
    for _ in 0..DRAWN {
        if !passphrase.is_empty() {
            passphrase.push('-');
        }
        passphrase.extend(words.choose(&mut OsRng).copied());
    }
    SecretString::from(passphrase.as_str())
}

/// The list, one word a line.
pub(crate) fn words() -> impl Iterator<Item = &'static str> {
    WORDS.lines()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use secrecy::ExposeSecret;

    use super::*;

    #[test]
    fn list_has_2048_short_plain_words() {
        let unique: HashSet<&str> = words().collect();
        assert_eq!(words().count(), 2048);
        assert_eq!(unique.len(), 2048);
        for word in words() {
            assert!((3..=8).contains(&word.len()), "{word}");
            assert!(word.bytes().all(|letter| letter.is_ascii_lowercase()), "{word}");
        }
        assert!(words().is_sorted());
    }

    #[test]
    fn suggestion_is_five_words_of_the_list() {
        let listed: HashSet<&str> = words().collect();
        let suggestion = suggest_passphrase();
        let drawn: Vec<&str> = suggestion.expose_secret().split('-').collect();
        assert_eq!(drawn.len(), DRAWN);
        assert!(drawn.iter().all(|word| listed.contains(word)));
        assert_ne!(suggest_passphrase().expose_secret(), suggestion.expose_secret());
    }

    /// Each of 2048 words is drawn about 10 times in 20480; a bias of the draw would show in the halves of the list.
    #[test]
    fn both_halves_of_the_list_are_drawn_alike() {
        let list: Vec<&str> = words().collect();
        let first_half: HashSet<&str> = list[..1024].iter().copied().collect();
        let drawn: Vec<SecretString> = (0..1000).map(|_| suggest_passphrase()).collect();
        let low = drawn
            .iter()
            .flat_map(|suggestion| suggestion.expose_secret().split('-'))
            .filter(|word| first_half.contains(word))
            .count();
        assert!((2200..2800).contains(&low), "{low} of 5000 from the first half");
    }
}
