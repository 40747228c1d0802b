//! Names that imitate. A party may not come under a name that a person would take for that of Satchel or of another party they know:
//! not in other case, not with look-alike letters (Unicode Technical Standard 39, section 4), not with signs that nobody sees, not with
//! other marks, blanks or punctuation.

use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};
use unicode_security::confusable_detection::skeleton;
use vault_store::{
    Party, PartyKind, View, apps, connections, consumers, core_apps, grants, memberships, service_accounts,
    service_registrations,
};

use crate::{
    VaultError,
    connections::OWN_PLATFORM,
    error::KnownName,
    services::{account_owner, owner as service_owner},
    vault::Turn,
};

/// Satchel's own name; no party bears it.
const OWN: &str = "Satchel";

/// The longest name of a party, in characters. Apps are held shorter by their manifests.
const LONGEST: usize = 100;

/// The reason in the log when a name imitates another.
pub(super) const IMITATES: &str = "imitates";

/// The reason in the log when a name cannot be shown as it is.
pub(super) const NO_NAME: &str = "no_name";

/// Somebody whose name is taken.
struct Known {
    name: String,
    /// Kind and identifier; nobody may be Satchel.
    party: Option<(PartyKind, String)>,
}

/// Checks the name under which a party is admitted or asks. What is known under this name already stays so.
///
/// # Errors
/// [`VaultError::Imitates`]; [`VaultError::Invalid`] for a name that is blank, too long, or holds signs that nobody sees.
pub(crate) fn check(turn: &Turn<'_>, party: &Party) -> Result<(), VaultError> {
    let now = turn.now();
    let known = turn.space.db.read(|view| known(view, now))?;
    let same = |other: &&Known| {
        other
            .party
            .as_ref()
            .is_some_and(|(kind, id)| *kind == party.kind && same_id(*kind, id, &party.id))
    };
    let wanted = form(&party.name);
    let alike = |other: &&Known| !wanted.is_empty() && form(&other.name) == wanted;
    if known.iter().filter(same).any(|own| alike(&own)) {
        return Ok(());
    }
    if let Some(other) = known.iter().filter(|other| !same(other)).find(alike) {
        return Err(VaultError::Imitates(KnownName(other.name.clone())));
    }
    is_plain(&party.name).then_some(()).ok_or(VaultError::Invalid {
        field: "name",
        why: "1 to 100 characters, none of them hidden",
    })
}

/// A service is the same in every application that it is used in.
fn same_id(kind: PartyKind, one: &str, other: &str) -> bool {
    one == other || kind == PartyKind::Service && service_owner(one) == service_owner(other)
}

/// A foreign name as it may stand in the log: without what turns text round or hides in it, and not longer than a name may be.
pub(super) fn shown(name: &str) -> String {
    name.chars().filter(|sign| !hides(*sign)).take(LONGEST).collect()
}

/// What a person sees in a name, in one spelling: two names of the same form are taken for each other.
pub(crate) fn form(name: &str) -> String {
    let mut form: String = name.chars().filter_map(spelled).collect();
    // What a sign looks like may look like something else again.
    for _ in 0..MOST_STEPS {
        let next = pass(&form);
        if next == form {
            break;
        }
        form = next;
    }
    form
}

/// Steps after which a form is taken as it is.
const MOST_STEPS: usize = 8;

fn pass(text: &str) -> String {
    let signs = text.nfd().filter(|sign| !hides(*sign));
    signs.map(seen).collect::<String>().replace("vv", "w")
}

fn known(view: &View<'_>, now: time::OffsetDateTime) -> Result<Vec<Known>, VaultError> {
    let taken = |name: String, kind, id| Known {
        name,
        party: Some((kind, id)),
    };
    let mut all = vec![Known {
        name: OWN.to_owned(),
        party: None,
    }];
    all.extend(
        apps::list(view)?
            .into_iter()
            .map(|app| taken(app.name, PartyKind::App, app.id.to_string())),
    );
    let consumers = consumers::list(view)?.into_iter();
    all.extend(consumers.map(|one| taken(one.name, PartyKind::Consumer, one.id.to_string())));
    let core_apps = core_apps::list(view)?.into_iter();
    all.extend(core_apps.map(|one| taken(one.name, PartyKind::App, one.id.to_string())));
    let services = service_registrations::list(view)?.into_iter();
    all.extend(services.map(|one| taken(one.name, PartyKind::Service, one.id)));
    let accounts = service_accounts::list(view)?.into_iter();
    all.extend(accounts.map(|one| taken(one.name, PartyKind::Service, account_owner(one.id))));
    let platforms = connections::list(view)?
        .into_iter()
        .filter(|one| one.platform != OWN_PLATFORM);
    all.extend(platforms.map(|one| taken(one.name, PartyKind::Platform, one.platform)));
    let cooperatives = memberships::list(view)?.into_iter();
    all.extend(cooperatives.map(|one| taken(one.name, PartyKind::Cooperative, one.cooperative)));
    let receiving = grants::live(view, now)?.into_iter().map(|grant| grant.recipient);
    all.extend(receiving.map(|party| taken(party.name, party.kind, party.id)));
    Ok(all)
}

/// Whether a name can be shown as it is: not blank, not long, nothing in it that nobody sees.
pub(crate) fn is_plain(name: &str) -> bool {
    let visible = |sign: char| !hides(sign) && !sign.is_whitespace() && !is_combining_mark(sign);
    name.chars().nth(LONGEST).is_none()
        && name.chars().any(visible)
        && !name.chars().any(|sign| hides(sign) && !JOINERS.contains(&sign))
}

/// Whether a text of several lines holds nothing that nobody sees.
pub(crate) fn is_plain_text(text: &str) -> bool {
    !text
        .chars()
        .any(|sign| sign != '\n' && hides(sign) && !JOINERS.contains(&sign))
}

/// Signs that scripts and emoji need between two others. They are seen only by what they do there.
const JOINERS: [char; 3] = ['\u{200C}', '\u{200D}', '\u{FE0F}'];

/// Controls, signs that turn the direction of text, and signs of no width (`Default_Ignorable_Code_Point` of Unicode).
fn hides(sign: char) -> bool {
    sign.is_control()
        || matches!(sign,
            '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}'
            | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{2800}' | '\u{3164}'
            | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFF8}' | '\u{1BCA0}'..='\u{1BCA3}'
            | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
}

/// Marks of trade are no part of a name; flag letters are letters.
fn spelled(sign: char) -> Option<char> {
    match sign {
        '\u{2120}' | '\u{2122}' => None,
        '\u{1F1E6}'..='\u{1F1FF}' => char::from_u32(u32::from('A') + (u32::from(sign) - 0x1F1E6)),
        other => Some(other),
    }
}

/// A letter as a person may read it: in its own shape or in that of its capital, where one of them looks Latin.
fn seen(sign: char) -> String {
    let own = look(sign);
    if own.is_ascii() {
        return own;
    }
    let capital: String = sign.to_uppercase().map(look).collect();
    if capital.is_ascii() { capital } else { own }
}

/// What a sign looks like, in small letters and digits without marks. What is neither is nothing.
fn look(sign: char) -> String {
    let once = small(&sign.to_string());
    // A capital may look like nothing else, and its small letter like two others: `M`, `m`, `rn`.
    small(&once).replace('i', "l")
}

fn small(text: &str) -> String {
    let plain: String = skeleton(text).collect();
    let letters = plain
        .nfkd()
        .filter(|sign| sign.is_alphanumeric() && !is_combining_mark(*sign));
    letters.flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use proptest::{prelude::*, sample::select};

    use super::*;

    /// Ways to write each letter that a person does not tell from it.
    const ALIKE: [(char, &[&str]); 20] = [
        ('a', &["а", "А", "Α", "ɑ", "á", "ａ", "𝐚", "A"]),
        ('b', &["В", "Β", "в", "Ь", "ｂ", "B"]),
        ('c', &["с", "С", "ϲ", "ⅽ", "ç", "C"]),
        ('d', &["ԁ", "ⅾ", "𝚍", "D"]),
        ('e', &["е", "Е", "Ε", "ё", "ｅ", "E"]),
        ('f', &["𝖿", "ｆ", "F"]),
        ('g', &["ɡ", "ց", "G"]),
        ('h', &["һ", "Н", "Η", "н", "H"]),
        ('i', &["і", "І", "Ι", "ı", "I", "l", "1", "|"]),
        ('k', &["К", "Κ", "к", "K", "K"]),
        ('l', &["I", "1", "|", "ӏ", "ⅼ", "L"]),
        ('m', &["М", "Μ", "м", "rn", "M"]),
        ('n', &["Ν", "ո", "ñ", "N"]),
        ('o', &["о", "О", "Ο", "ο", "0", "ö", "O"]),
        ('p', &["р", "Р", "Ρ", "ρ", "P"]),
        ('r', &["г", "ｒ", "R"]),
        ('s', &["ѕ", "Ѕ", "ꜱ", "š", "S", "🇸"]),
        ('t', &["Т", "Τ", "т", "τ", "T"]),
        ('u', &["υ", "ս", "ü", "U"]),
        ('y', &["у", "У", "Υ", "γ", "Y"]),
    ];
    /// What may stand between letters unseen, or as if it meant nothing.
    const BETWEEN: [&str; 16] = [
        "",
        "",
        "",
        "\u{200B}",
        "\u{200D}",
        "\u{AD}",
        "\u{2060}",
        "\u{202E}",
        "\u{FE0F}",
        "\u{3164}",
        "\u{E0061}",
        "\u{301}",
        " ",
        "-",
        ".",
        "_",
    ];
    const NAMES: [&str; 5] = ["Satchel", "My Backpack", "Mile Log", "Tiny Fort", "Bar Guide"];

    fn imitation() -> impl Strategy<Value = (&'static str, String)> {
        select(&NAMES[..]).prop_flat_map(|name| {
            let letters: Vec<_> = name
                .chars()
                .map(|letter| {
                    let small = letter.to_ascii_lowercase();
                    let alike = ALIKE.iter().find(|(known, _)| *known == small);
                    let mut ways = vec![letter.to_string()];
                    ways.extend(
                        alike
                            .map(|(_, ways)| ways.iter().map(|way| (*way).to_owned()))
                            .into_iter()
                            .flatten(),
                    );
                    (select(ways), select(&BETWEEN[..])).prop_map(|(way, between)| way + between)
                })
                .collect();
            (Just(name), letters.prop_map(|parts| parts.concat()))
        })
    }

    proptest! {
        #[test]
        fn every_imitation_has_the_form_of_what_it_imitates((name, imitation) in imitation()) {
            prop_assert_eq!(form(&imitation), form(name), "{:?}", imitation);
        }

        #[test]
        fn a_form_never_depends_on_case_and_is_its_own_form(name in "[a-z ]{0,12}|\\PC{0,12}") {
            let once = form(&name);
            prop_assert_eq!(form(&once), once);
            if name.is_ascii() {
                prop_assert_eq!(form(&name.to_ascii_uppercase()), form(&name));
            }
        }
    }

    #[test]
    fn different_names_stay_different() {
        let names = [
            "Satchel",
            "Hourly",
            "Hourglass",
            "Mile Log",
            "Mile Logs",
            "Quarter Tax",
            "Shift Map",
            "Upwork",
            "Uber Eats",
            "Glovo",
            "Etsy",
            "Rapid Meals",
            "Quillwork",
            "Llum Verda SCCL",
            "Fons Mutual",
            "Nabo",
            "Satchels",
            "Sachet",
            "Demo platform",
            "My Backpack",
            "Жук",
            "Жар",
            "サッチェル",
            "カバン",
            "حقيبة",
            "🎒",
            "App 1",
            "App 2",
        ];
        for (at, one) in names.iter().enumerate() {
            for other in names.iter().skip(at + 1) {
                assert_ne!(form(one), form(other), "{one} {other}");
            }
        }
    }

    #[test]
    fn names_that_hide_something_are_not_plain() {
        for good in [
            "Hourly",
            "Ñandú",
            "👩\u{200D}🔧 Repair",
            "می\u{200C}خواهم",
            "❤\u{FE0F}",
        ] {
            assert!(is_plain(good), "{good:?}");
        }
        let long = "x".repeat(LONGEST + 1);
        for bad in [
            "",
            "  ",
            "\u{200B}",
            "a\u{202E}b",
            "a\nb",
            "\u{301}",
            "\u{3164}",
            "a\u{AD}b",
            &long,
        ] {
            assert!(!is_plain(bad), "{bad:?}");
        }
        assert_eq!(shown("a\u{202E}b\u{7}"), "ab");
    }
}
