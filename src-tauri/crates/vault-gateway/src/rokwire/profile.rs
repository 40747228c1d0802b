//! `/services/account/profile`: the fields that the token opens, and writing those that the person agreed to (specification 1.9, 8.3).

use axum::{
    http::{Method, StatusCode},
    response::Response,
};
use serde_json::{Map, Value};
use vault_core::{
    disclosure::v1::{Edit, EditFault},
    persona::PersonaField,
};

use super::{
    access,
    body::{NOT_READ, object},
    denied, malformed, ok,
};
use crate::{
    Shared,
    access::readable,
    guard::Passed,
    reply::{locked, reply},
};

/// The fields of the wire (specification 1.9); this vault has more, which are written by their names too.
const YEAR: &str = "birth_year";

pub(super) async fn show(shared: &Shared, passed: &Passed) -> Response {
    let seeing = match access::seeing(shared, passed).await {
        Ok(seeing) => seeing,
        Err(refusal) => return refusal,
    };
    match seeing.space.core_person(seeing.recipient, seeing.scopes).await {
        Ok(Some(person)) => {
            shared.outcomes.arrived(&seeing.space, Some(person.disclosure));
            let mut shown = Map::from_iter([("id".to_owned(), Value::from(seeing.subject))]);
            shown.extend(wire(person.profile));
            ok(passed, &shown.into())
        }
        Ok(None) => denied(passed),
        Err(_) => locked(),
    }
}

pub(super) async fn edit(shared: &Shared, passed: &Passed) -> Response {
    let seeing = match access::seeing(shared, passed).await {
        Ok(seeing) => seeing,
        Err(refusal) => return refusal,
    };
    let Some(sent) = object::<Map<String, Value>>(passed) else {
        return malformed(passed, NOT_READ);
    };
    let fields = match fields(sent) {
        Ok(fields) => fields,
        Err(why) => return malformed(passed, why),
    };
    let how = if passed.method == Method::PUT {
        Edit::Replace
    } else {
        Edit::Patch
    };
    match seeing
        .space
        .edit_core_person(seeing.recipient, seeing.scopes, fields, how)
        .await
    {
        Ok(Ok(())) => readable(
            passed,
            reply(StatusCode::OK, "text/plain; charset=utf-8", "Success"),
        ),
        Ok(Err(EditFault::NotShared)) => denied(passed),
        Ok(Err(EditFault::Invalid(field))) => {
            malformed(passed, &format!("The value of {field} is not valid."))
        }
        Err(_) => locked(),
    }
}

/// Fields as they stand on the wire: the year of birth is a number there.
pub(super) fn wire(mut fields: Map<String, Value>) -> Map<String, Value> {
    let year = fields
        .get(YEAR)
        .and_then(Value::as_str)
        .and_then(|text| text.parse::<u16>().ok());
    if let Some(year) = year {
        fields.insert(YEAR.to_owned(), year.into());
    }
    fields
}

/// The known fields of a body; `null` and an empty text mean empty, `id` and what is unknown are ignored.
fn fields(sent: Map<String, Value>) -> Result<Vec<(PersonaField, String)>, &'static str> {
    let mut fields = Vec::new();
    for (name, value) in sent {
        let Ok(field) = name.parse::<PersonaField>() else {
            continue;
        };
        let text = match value {
            Value::Null => String::new(),
            Value::String(text) if name != YEAR => text,
            Value::Number(number) if name == YEAR => {
                let year = number
                    .as_u64()
                    .filter(|year| (1800..=2200).contains(year) || *year == 0);
                match year.ok_or("The year of birth is from 1800 to 2200.")? {
                    0 => String::new(),
                    year => year.to_string(),
                }
            }
            Value::String(_) | Value::Number(_) | Value::Bool(_) | Value::Array(_) | Value::Object(_) => {
                return Err("A field is a text, the year of birth a number.");
            }
        };
        fields.push((field, text));
    }
    Ok(fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_year_of_birth_is_a_number_within_its_bounds() {
        let of = |text: &str| fields(serde_json::from_str(text).unwrap());
        let year = |year: &str| vec![(PersonaField::BirthYear, year.to_owned())];
        assert_eq!(of(r#"{"birth_year":1990,"id":"x","shoe":1}"#), Ok(year("1990")));
        assert_eq!(of(r#"{"birth_year":0}"#), Ok(year("")));
        assert_eq!(of(r#"{"birth_year":null}"#), Ok(year("")));
        for bad in [
            "1799", "2201", "40000", "-25536", "1990.5", "1e3", "\"1990\"", "true",
        ] {
            assert!(of(&format!(r#"{{"birth_year":{bad}}}"#)).is_err(), "{bad}");
        }
        assert!(of(r#"{"first_name":["a"]}"#).is_err());
    }
}
