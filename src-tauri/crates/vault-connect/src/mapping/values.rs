//! Between the JSON of the rest of the program and the values of the filter.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a value of any other kind is refused, whatever it is"
)]

use jaq_json::{Map, Num, Val};
use serde_json::{Number, Value};

use super::MappingError;

/// A JSON value as the filter sees it. The order of members stays.
pub(super) fn from_json(value: &Value) -> Val {
    match value {
        Value::Null => Val::Null,
        Value::Bool(yes) => Val::Bool(*yes),
        Value::Number(number) => Val::Num(from_number(number)),
        Value::String(text) => Val::from(text.clone()),
        Value::Array(items) => items.iter().map(from_json).collect(),
        Value::Object(members) => {
            let map: Map = members
                .iter()
                .map(|(name, value)| (Val::from(name.clone()), from_json(value)))
                .collect();
            Val::obj(map)
        }
    }
}

/// A value of the filter as JSON. What JSON cannot hold is no part of a record.
pub(super) fn to_json(value: &Val) -> Result<Value, MappingError> {
    Ok(match value {
        Val::Null => Value::Null,
        Val::Bool(yes) => Value::Bool(*yes),
        Val::Num(number) => Value::Number(to_number(number)?),
        Val::TStr(text) => Value::String(words(text)?),
        Val::BStr(_) => return Err(MappingError::UnknownLayout),
        Val::Arr(items) => Value::Array(items.iter().map(to_json).collect::<Result<_, _>>()?),
        Val::Obj(members) => {
            let member = |(name, value): (&Val, &Val)| match name {
                Val::TStr(name) => Ok((words(name)?, to_json(value)?)),
                _ => Err(MappingError::UnknownLayout),
            };
            Value::Object(members.iter().map(member).collect::<Result<_, _>>()?)
        }
    })
}

fn words(text: &[u8]) -> Result<String, MappingError> {
    String::from_utf8(text.to_vec()).map_err(|_| MappingError::UnknownLayout)
}

fn from_number(number: &Number) -> Num {
    if let Some(whole) = number.as_i64() {
        return Num::from_integral(whole);
    }
    match number.as_u64() {
        Some(whole) => Num::from_integral(whole),
        None => Num::Float(number.as_f64().unwrap_or(f64::NAN)),
    }
}

fn to_number(number: &Num) -> Result<Number, MappingError> {
    let exact = match number {
        Num::Int(whole) => i64::try_from(*whole).ok().map(Number::from),
        Num::BigInt(whole) => whole.to_string().parse::<u64>().ok().map(Number::from),
        Num::Float(number) => Number::from_f64(*number),
        Num::Dec(text) => text.parse().ok().and_then(Number::from_f64),
    };
    exact.ok_or(MappingError::UnknownLayout)
}
