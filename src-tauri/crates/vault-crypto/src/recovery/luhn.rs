//! The check symbol of a group: Luhn's formula over the 32 symbols of the code.

/// Digits and capital letters without 0, 1, I and O, which are easily mistaken for each other.
pub(super) const ALPHABET: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

const BASE: u8 = 32;

/// The index of a symbol in the alphabet; small letters count as capitals.
pub(super) fn index_of(symbol: char) -> Option<u8> {
    let symbol = u8::try_from(symbol).ok()?.to_ascii_uppercase();
    let index = ALPHABET.iter().position(|known| *known == symbol)?;
    u8::try_from(index).ok()
}

/// The symbol at an index below 32.
pub(crate) fn symbol_at(index: u8) -> char {
    ALPHABET
        .get(usize::from(index % BASE))
        .copied()
        .map_or('2', char::from)
}

/// The index of the check symbol. From the right, every other index counts twice (the last one does), a result of two
/// digits in base 32 counts as their sum; the check symbol fills the total up to a multiple of 32.
pub(super) fn check(indices: &[u8]) -> u8 {
    let total: u32 = indices
        .iter()
        .rev()
        .zip([2, 1].into_iter().cycle())
        .map(|(index, factor)| {
            let product = index * factor;
            u32::from(product / BASE + product % BASE)
        })
        .sum();
    (u32::from(BASE) - total % u32::from(BASE)) as u8 % BASE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alphabet_has_no_look_alikes() {
        assert!(ALPHABET.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(!ALPHABET.iter().any(|symbol| b"01IO".contains(symbol)));
        for (index, symbol) in ALPHABET.iter().enumerate() {
            assert_eq!(index_of(char::from(*symbol)), Some(index as u8));
            assert_eq!(symbol_at(index as u8), char::from(*symbol));
        }
        assert_eq!(index_of('z'), Some(31));
        assert_eq!(index_of('0'), None);
        assert_eq!(index_of('Ž'), None);
    }

    /// Worked by hand. `23456` = 0 1 2 3 4: 2·4 + 3 + 2·2 + 1 + 2·0 = 16, so 16 is missing to 32.
    /// `ZZZZZ` = 31 five times: 62 counts as 1 + 30 = 31, 155 in all, so 5 is missing to 160.
    #[test]
    fn check_symbols_are_frozen() {
        assert_eq!(check(&[0, 1, 2, 3, 4]), 16);
        assert_eq!(check(&[31; 5]), 5);
        assert_eq!(check(&[0; 5]), 0);
    }

    #[test]
    fn every_single_mistake_is_found() {
        let group = [3, 17, 31, 8, 25];
        for place in 0..5 {
            for wrong in (0..32).filter(|index| *index != group[place]) {
                let mut typed = group;
                typed[place] = wrong;
                assert_ne!(check(&typed), check(&group));
            }
        }
    }

    #[test]
    fn neighbours_swapped_are_found_but_for_first_and_last_symbol() {
        for (one, other) in (0..32).flat_map(|one| (0..one).map(move |other| (one, other))) {
            let found = check(&[0, 0, 0, one, other]) != check(&[0, 0, 0, other, one]);
            assert_eq!(found, (one, other) != (31, 0), "{one} {other}");
        }
    }
}
