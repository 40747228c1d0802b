//! Identifiers that go over the wire: the platform's number, ids of accounts and installations, linkers.

use std::fmt;

use thiserror::Error;

/// `openplatformid`: the unsigned CRC-32 (IEEE) of the base URL (specification 2.3, 5.1).
///
/// App modules compute it themselves and refuse a host whose number differs. They take the low byte of each UTF-16 code
/// unit, which for an ASCII URL is the URL's bytes.
pub fn openplatform_id(base: &str) -> u32 {
    let bytes: Vec<u8> = base.encode_utf16().map(low_byte).collect();
    crc32fast::hash(&bytes)
}

/// A linker: lower-case ASCII words joined by hyphens, as in `companylinker` (specification 5.2).
pub fn linker(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars().flat_map(char::to_lowercase) {
        match ascii_of(c) {
            Some(letters) => out.push_str(letters),
            None if c.is_ascii_alphanumeric() => out.push(c),
            None if is_apart(&out) => {}
            None => out.push('-'),
        }
    }
    out.trim_end_matches('-').to_owned()
}

/// An id that a host hands to an app: letters, digits and underscores.
///
/// It never holds a hyphen, because app modules split the header of a service call at hyphens (specification 2.2, 5.10).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct WireId(String);

/// Why a text is not an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("an id has 1 to 64 letters, digits or underscores")]
pub struct BadId;

impl WireId {
    /// Takes an id, leaving out hyphens, so that a UUID may be given in its usual form.
    ///
    /// # Errors
    /// [`BadId`] for an empty or long text and for any other character.
    pub fn new(text: &str) -> Result<Self, BadId> {
        let id = text.replace('-', "");
        let fits = (1..=64).contains(&id.len());
        if fits && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
            Ok(Self(id))
        } else {
            Err(BadId)
        }
    }

    /// The id.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for WireId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn low_byte(unit: u16) -> u8 {
    let [low, _] = unit.to_le_bytes();
    low
}

fn is_apart(out: &str) -> bool {
    out.is_empty() || out.ends_with('-')
}

/// The ASCII letters that stand for a Latin letter with a mark.
fn ascii_of(c: char) -> Option<&'static str> {
    Some(match c {
        'à'..='å' | 'ā' | 'ă' | 'ą' => "a",
        'æ' => "ae",
        'ç' | 'ć' | 'ĉ' | 'ċ' | 'č' => "c",
        'ď' | 'đ' | 'ð' => "d",
        'è'..='ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' => "e",
        'ĝ' | 'ğ' | 'ġ' | 'ģ' => "g",
        'ĥ' | 'ħ' => "h",
        'ì'..='ï' | 'ĩ' | 'ī' | 'ĭ' | 'į' | 'ı' => "i",
        'ĵ' => "j",
        'ķ' => "k",
        'ĺ' | 'ļ' | 'ľ' | 'ŀ' | 'ł' => "l",
        'ñ' | 'ń' | 'ņ' | 'ň' => "n",
        'ò'..='ö' | 'ø' | 'ō' | 'ŏ' | 'ő' => "o",
        'œ' => "oe",
        'ŕ' | 'ŗ' | 'ř' => "r",
        'ś' | 'ŝ' | 'ş' | 'š' | 'ș' => "s",
        'ß' => "ss",
        'ţ' | 'ť' | 'ŧ' | 'ț' => "t",
        'þ' => "th",
        'ù'..='ü' | 'ũ' | 'ū' | 'ŭ' | 'ů' | 'ű' | 'ų' => "u",
        'ŵ' => "w",
        'ý' | 'ÿ' | 'ŷ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        '\u{0300}'..='\u{036F}' => "",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_platform_number_is_the_crc_of_the_base() {
        assert_eq!(openplatform_id("http://127.0.0.1:8200"), 2_181_588_538);
        assert_eq!(openplatform_id("https://openplatform.totaljs.com"), 2_528_194_655);
        assert_eq!(openplatform_id("2181588538-VT-0"), 3_872_622_054);
    }

    #[test]
    fn only_the_low_byte_of_a_code_unit_counts() {
        assert_eq!(openplatform_id("\u{0141}"), openplatform_id("A"));
    }

    #[test]
    fn linkers_are_ascii_slugs() {
        assert_eq!(linker("Núñez & Ferrer, S.L."), "nunez-ferrer-s-l");
        assert_eq!(linker("  Straße 7  "), "strasse-7");
        assert_eq!(linker("E\u{0301}cole"), "ecole");
        assert_eq!(linker("日本"), "");
    }

    #[test]
    fn ids_hold_no_hyphen() {
        let id = WireId::new("27dd626c-5133-4ece-bb79-c1b0405cb630").unwrap();
        assert_eq!(id.as_str(), "27dd626c51334ecebb79c1b0405cb630");
        for text in ["", "-", "a b", "a&b", "a~b", "ñ", &"a".repeat(65)] {
            assert_eq!(WireId::new(text), Err(BadId), "{text:?}");
        }
    }
}
