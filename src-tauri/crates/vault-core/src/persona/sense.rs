//! Whether a value makes sense today and beside the others, beyond its form.

use time::Date;

use super::{Persona, PersonaField, form};
use crate::VaultError;

/// The codes of ISO 3166-1 alpha-2, and `XK`, which Kosovo uses.
const COUNTRIES: &str = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ \
    CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG \
    GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ \
    LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR \
    NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ \
    TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW";

/// Checks a value that has its field's form. An empty one clears the field, which always makes sense.
///
/// # Errors
/// [`VaultError::Invalid`], which names the field and what it needs, never the value.
pub(super) fn check(
    field: PersonaField,
    value: &str,
    persona: &Persona,
    today: Date,
) -> Result<(), VaultError> {
    let needs = |fits: bool, why| {
        let field = field.name();
        fits.then_some(()).ok_or(VaultError::Invalid { field, why })
    };
    if value.is_empty() {
        return Ok(());
    }
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "of other fields the form is all that can be said"
    )]
    match field {
        PersonaField::BirthDate => {
            let born = form::day(value);
            needs(born.is_some_and(|born| born < today), "a day in the past")?;
            let year = persona.get(PersonaField::BirthYear);
            let same = year.is_none_or(|year| born.is_some_and(|born| born.year().to_string() == year));
            needs(same, "a day in the year of birth, or no year of birth")
        }
        PersonaField::BirthYear => {
            needs(
                value.parse().is_ok_and(|year: i32| year <= today.year()),
                "a year that is not ahead",
            )?;
            let born = persona.get(PersonaField::BirthDate).and_then(form::day);
            let same = born.is_none_or(|born| born.year().to_string() == value);
            needs(same, "the year of the date of birth, or no date of birth")
        }
        PersonaField::Country => {
            let known = COUNTRIES.split_whitespace().any(|code| code == value);
            needs(known, "the two letters of a country, such as ES")
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    const TODAY: Date = date!(2026 - 11 - 22);

    fn fits(field: PersonaField, value: &str, others: &[(PersonaField, &str)]) -> bool {
        let values = others
            .iter()
            .map(|(field, value)| (*field, (*value).to_owned()))
            .collect();
        check(field, value, &Persona { values }, TODAY).is_ok()
    }

    #[test]
    fn nobody_is_born_tomorrow() {
        assert!(fits(PersonaField::BirthDate, "2026-11-21", &[]));
        assert!(!fits(PersonaField::BirthDate, "2026-11-22", &[]));
        assert!(fits(PersonaField::BirthYear, "2026", &[]));
        assert!(!fits(PersonaField::BirthYear, "2027", &[]));
        assert!(fits(
            PersonaField::BirthDate,
            "",
            &[(PersonaField::BirthYear, "1990")]
        ));
    }

    #[test]
    fn the_year_is_that_of_the_day() {
        let day = [(PersonaField::BirthDate, "1990-02-28")];
        assert!(fits(PersonaField::BirthYear, "1990", &day));
        assert!(!fits(PersonaField::BirthYear, "1991", &day));
        let year = [(PersonaField::BirthYear, "1991")];
        assert!(!fits(PersonaField::BirthDate, "1990-02-28", &year));
        assert!(fits(PersonaField::BirthDate, "1991-02-28", &year));
    }

    #[test]
    fn a_country_is_one_that_exists() {
        assert!(
            ["ES", "PT", "GB", "XK"]
                .iter()
                .all(|code| fits(PersonaField::Country, code, &[]))
        );
        assert!(
            !["XX", "UK", "EU"]
                .iter()
                .any(|code| fits(PersonaField::Country, code, &[]))
        );
        assert_eq!(COUNTRIES.split_whitespace().count(), 250);
    }
}
