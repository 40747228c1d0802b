//! The words that a filter may use, beside jq's own syntax, and the record that it makes.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a value of any other kind is refused, whatever it is"
)]

use jaq_core::{
    Ctx, DataT, Error, Exn, Lut, RunPtr, ValT as _,
    data::HasLut,
    native::{Filter, bome, run, v},
};
use jaq_json::{Num, Val};
use serde_json::Value;
use time::{Date, OffsetDateTime, format_description::well_known::Rfc3339, macros::format_description};
use vault_store::{Amount, Currency, NewRecord};

use super::{MappingError, meter::Meter};

/// Words of one line each, written with the others.
pub(super) const DEFINED: &str = include_str!("words.jq");

/// What a filter works on: JSON values and the meter of the answer.
pub(super) struct Metered;

#[derive(Clone, Copy)]
pub(super) struct Data<'a> {
    pub(super) lut: &'a Lut<Metered>,
    pub(super) meter: &'a Meter,
}

impl DataT for Metered {
    type V<'a> = Val;
    type Data<'a> = Data<'a>;
}

impl<'a> HasLut<'a, Metered> for Data<'a> {
    fn lut(&self) -> &'a Lut<Metered> {
        self.lut
    }
}

/// Puts what goes through it on the meter; the compiler of filters writes it in, no connector can.
pub(super) const CHARGE: &str = "charge!";
/// Lets only numbers through: a text times a number would be a text of any length.
pub(super) const NUMBER: &str = "number!";

/// What a connector may call, by name and number of arguments.
pub(super) const VOCABULARY: [(&str, usize); 26] = [
    ("empty", 0),
    ("null", 0),
    ("true", 0),
    ("false", 0),
    ("not", 0),
    ("select", 1),
    ("map", 1),
    ("text", 0),
    ("need", 0),
    ("type", 0),
    ("length", 0),
    ("keys", 0),
    ("round", 0),
    ("floor", 0),
    ("startswith", 1),
    ("ltrimstr", 1),
    ("members", 1),
    ("whole", 0),
    ("number", 0),
    ("moment", 0),
    ("unix_time", 0),
    ("day", 0),
    ("money", 1),
    ("money", 2),
    ("words", 0),
    ("refuse", 0),
];

/// The words that are not defined in jq itself.
pub(super) fn natives() -> impl Iterator<Item = Filter<jaq_core::Native<Metered>>> {
    let list: [Filter<RunPtr<Metered>>; 19] = [
        (CHARGE, v(0), |cv| {
            let within = cv.0.data().meter.charge(&cv.1);
            Box::new(std::iter::once(within.map(|()| cv.1).map_err(|_| Exn::halt(1))))
        }),
        (NUMBER, v(0), |cv| match cv.1 {
            Val::Num(_) => bome(Ok(cv.1)),
            other => refuse(other),
        }),
        ("refuse", v(0), |cv| refuse(cv.1)),
        ("type", v(0), |cv| bome(Ok(word(kind(&cv.1))))),
        ("length", v(0), |cv| match length(&cv.1) {
            Some(length) => bome(Ok(Val::from(length))),
            None => refuse(cv.1),
        }),
        ("keys", v(0), |cv| match &cv.1 {
            Val::Obj(members) => bome(Ok(members.keys().cloned().collect())),
            other => refuse(other.clone()),
        }),
        ("round", v(0), |cv| whole_number(cv.1, f64::round)),
        ("floor", v(0), |cv| whole_number(cv.1, f64::floor)),
        ("startswith", v(1), |cv| {
            two(cv, |text, start| Val::from(text.starts_with(start)))
        }),
        ("ltrimstr", v(1), |cv| {
            two(cv, |text, start| word(text.strip_prefix(start).unwrap_or(text)))
        }),
        ("members", v(1), |mut cv| {
            let names = cv.0.pop_var();
            bome(Ok(members(&cv.1, &names)))
        }),
        ("whole", v(0), |cv| bome(Ok(whole(&cv.1)))),
        ("number", v(0), |cv| bome(Ok(number(&cv.1)))),
        ("moment", v(0), |cv| bome(Ok(moment(&cv.1).unwrap_or_default()))),
        ("unix_time", v(0), |cv| {
            bome(Ok(unix_time(&cv.1).unwrap_or_default()))
        }),
        ("day", v(0), |cv| bome(Ok(day(&cv.1).unwrap_or_default()))),
        ("money", v(1), |mut cv| {
            let currency = cv.0.pop_var();
            let exponent = exponent(&currency).unwrap_or_default();
            bome(Ok(money(&cv.1, &currency, &exponent).unwrap_or_default()))
        }),
        ("money", v(2), |mut cv| {
            let (exponent, currency) = (cv.0.pop_var(), cv.0.pop_var());
            bome(Ok(money(&cv.1, &currency, &exponent).unwrap_or_default()))
        }),
        ("words", v(0), |cv| bome(Ok(words(&cv.1)))),
    ];
    list.into_iter().map(run::<Metered>)
}

type Out<'a> = jaq_core::ValXs<'a, Val>;

fn refuse<'a>(value: Val) -> Out<'a> {
    bome(Err(Error::new(value)))
}

fn word(text: &str) -> Val {
    Val::from(text.to_owned())
}

fn str_of(value: &Val) -> Option<&str> {
    match value {
        Val::TStr(text) => std::str::from_utf8(text).ok(),
        _ => None,
    }
}

fn kind(value: &Val) -> &'static str {
    match value {
        Val::Null => "null",
        Val::Bool(_) => "boolean",
        Val::Num(_) => "number",
        Val::BStr(_) | Val::TStr(_) => "string",
        Val::Arr(_) => "array",
        Val::Obj(_) => "object",
    }
}

fn length(value: &Val) -> Option<usize> {
    match value {
        Val::Null => Some(0),
        Val::Arr(items) => Some(items.len()),
        Val::Obj(members) => Some(members.len()),
        _ => Some(str_of(value)?.chars().count()),
    }
}

fn two<'a>(mut cv: (Ctx<'a, Metered>, Val), f: impl Fn(&str, &str) -> Val) -> Out<'a> {
    let other = cv.0.pop_var();
    match (str_of(&cv.1), str_of(&other)) {
        (Some(text), Some(other)) => bome(Ok(f(text, other))),
        _ => refuse(cv.1),
    }
}

fn float(value: &Val) -> Option<f64> {
    match value {
        Val::Num(Num::Float(number)) => Some(*number),
        Val::Num(number) => number.to_string().parse().ok(),
        _ => None,
    }
}

fn whole_number<'a>(value: Val, f: impl Fn(f64) -> f64) -> Out<'a> {
    if let Val::Num(Num::Int(_)) = value {
        return bome(Ok(value));
    }
    match float(&value).map(f).filter(|number| number.is_finite()) {
        Some(number) => bome(Val::from_num(&format!("{number:.0}"))),
        None => refuse(value),
    }
}

/// The members of these names that an object has, in the order of the names.
fn members(value: &Val, names: &Val) -> Val {
    let (Val::Obj(all), Val::Arr(names)) = (value, names) else {
        return Val::obj(jaq_json::Map::default());
    };
    let found = names
        .iter()
        .filter_map(|name| Some((name.clone(), all.get(name)?.clone())));
    Val::obj(found.collect())
}

/// A count such as metres or seconds; nothing when it is not a whole number from 0 that fits.
fn whole(value: &Val) -> Val {
    match value {
        Val::Num(Num::Int(number)) if u32::try_from(*number).is_ok() => value.clone(),
        _ => Val::Null,
    }
}

/// A number, also one that is written as text; nothing for anything else.
fn number(value: &Val) -> Val {
    match value {
        Val::Num(_) => value.clone(),
        _ => str_of(value)
            .filter(|text| text.len() <= 64)
            .and_then(|text| text.trim().parse::<f64>().ok())
            .filter(|number| number.is_finite())
            .map_or(Val::Null, Val::from),
    }
}

/// A scalar in words, for keys: a text as it is, a number as it is written; nothing for anything else.
fn words(value: &Val) -> Val {
    match value {
        Val::TStr(_) => value.clone(),
        Val::Num(number @ (Num::Int(_) | Num::BigInt(_))) => Val::from(number.to_string()),
        _ => Val::Null,
    }
}

/// A moment of RFC 3339 as it is; nothing for anything else.
fn moment(value: &Val) -> Option<Val> {
    OffsetDateTime::parse(str_of(value)?, &Rfc3339)
        .ok()
        .map(|_| value.clone())
}

/// Seconds since 1970 as a moment in UTC.
fn unix_time(value: &Val) -> Option<Val> {
    let Val::Num(Num::Int(seconds)) = value else {
        return None;
    };
    let moment = OffsetDateTime::from_unix_timestamp(i64::try_from(*seconds).ok()?).ok()?;
    Some(Val::from(moment.format(&Rfc3339).ok()?))
}

/// The beginning in UTC of the day that a text begins with (`2026-11-28`, alone or before a time of any form); nothing for anything else.
fn day(value: &Val) -> Option<Val> {
    let text = str_of(value)?;
    let (day, rest) = text.split_at_checked(10)?;
    let named = Date::parse(day, format_description!("[year]-[month]-[day]")).ok()?;
    (rest.is_empty() || rest.starts_with(['T', ' '])).then(|| Val::from(format!("{named}T00:00:00Z")))
}

/// How many decimals a currency has (ISO 4217).
fn exponent(currency: &Val) -> Option<Val> {
    let currency: Currency = str_of(currency)?.parse().ok()?;
    Some(Val::from(isize::from(vault_core::money::exponent(currency))))
}

/// An amount from a decimal number or text, without a detour by way of binary fractions for text.
fn money(value: &Val, currency: &Val, exponent: &Val) -> Option<Val> {
    let exponent = match exponent {
        Val::Num(Num::Int(digits)) => u8::try_from(*digits)
            .ok()
            .filter(|digits| *digits <= Amount::MAX_EXPONENT)?,
        _ => return None,
    };
    let decimal = match value {
        Val::TStr(_) => str_of(value)?.to_owned(),
        Val::Num(Num::Int(whole)) => whole.to_string(),
        _ => format!("{:.*}", usize::from(exponent), float(value)?),
    };
    let minor = Val::from(isize::try_from(minor_units(&decimal, exponent)?).ok()?);
    let members = [
        ("minor", minor),
        ("currency", currency.clone()),
        ("exponent", Val::from(isize::from(exponent))),
    ];
    Some(Val::obj(
        members
            .into_iter()
            .map(|(name, value)| (word(name), value))
            .collect(),
    ))
}

/// `-12.5` with two digits is -1250. More digits than the currency has are refused unless they are zeros.
fn minor_units(decimal: &str, exponent: u8) -> Option<i64> {
    let (negative, digits) = match decimal.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, decimal),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 18 || fraction.len() > 18 || !plain(whole) || !plain(fraction) {
        return None;
    }
    let kept = usize::from(exponent);
    let (kept_digits, rest) = fraction.split_at(fraction.len().min(kept));
    if rest.bytes().any(|byte| byte != b'0') {
        return None;
    }
    let minor: i64 = format!("{whole}{kept_digits:0<kept$}").parse().ok()?;
    Some(if negative { -minor } else { minor })
}

/// Members that a record may have; `path` is not the filter's to say.
const MEMBERS: [&str; 14] = [
    "kind",
    "source_key",
    "start",
    "end",
    "type",
    "title",
    "status",
    "distance_m",
    "duration_s",
    "amount",
    "rating",
    "text",
    "work_key",
    "extra",
];

/// The record that a filter made.
pub(super) fn record(made: Value) -> Result<NewRecord, MappingError> {
    let known = made
        .as_object()
        .is_some_and(|members| members.keys().all(|name| MEMBERS.contains(&name.as_str())));
    if !known {
        return Err(MappingError::UnknownLayout);
    }
    let record: NewRecord = serde_json::from_value(made).map_err(|_| MappingError::UnknownLayout)?;
    if record.source_key.is_empty() {
        return Err(MappingError::UnknownLayout);
    }
    Ok(record)
}
