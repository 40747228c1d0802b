//! The forms that values of the persona have, each by itself.

use time::{Date, macros::format_description};

/// A day as `YYYY-MM-DD`.
pub(super) fn day(value: &str) -> Option<Date> {
    Date::parse(value, format_description!("[year]-[month]-[day]")).ok()
}

pub(super) fn is_year(value: &str) -> bool {
    value
        .parse::<u16>()
        .is_ok_and(|year| (1850..=2200).contains(&year))
}

/// Something, one at-sign, and a name with a dot: what lies between is for the mail server to judge.
pub(super) fn is_email(value: &str) -> bool {
    let Some((name, host)) = value.rsplit_once('@') else {
        return false;
    };
    !name.is_empty()
        && !value.contains(char::is_whitespace)
        && host.contains('.')
        && host.split('.').all(|label| !label.is_empty())
}

pub(super) fn is_phone(value: &str) -> bool {
    let digits = value.chars().filter(char::is_ascii_digit).count();
    (3..=20).contains(&digits)
        && value
            .chars()
            .all(|symbol| symbol.is_ascii_digit() || " +()-./".contains(symbol))
}

pub(super) fn is_country(value: &str) -> bool {
    value.len() == 2 && value.bytes().all(|byte| byte.is_ascii_uppercase())
}

pub(super) fn is_language(value: &str) -> bool {
    let mut parts = value.split('-');
    let first = parts.next().unwrap_or_default();
    let alphanumeric =
        |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    (2..=3).contains(&first.len())
        && first.bytes().all(|byte| byte.is_ascii_alphabetic())
        && parts.all(alphanumeric)
}

pub(super) fn languages(value: &str) -> Option<String> {
    let tags: Vec<&str> = value
        .split(',')
        .map(str::trim)
        .filter(|tag| !tag.is_empty())
        .collect();
    tags.iter().all(|tag| is_language(tag)).then(|| tags.join(", "))
}

pub(super) fn is_web(value: &str) -> bool {
    url::Url::parse(value).is_ok_and(|url| url.scheme() == "https" && url.has_host())
}
