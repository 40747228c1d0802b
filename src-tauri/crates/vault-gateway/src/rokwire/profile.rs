//! `/services/account/profile`: the fields that the token opens, and writing those that the person agreed to (specification 1.9, 8.3).

use axum::{
    http::{Method, StatusCode},
    response::Response,
};
use rokwire::message::{Profile, ProfileValue};
use serde_json::{Map, Value};
use vault_core::disclosure::v1::{Edit, EditFault};

use super::{access, body::NOT_READ, denied, malformed, ok};
use crate::{
    Shared,
    access::readable,
    guard::Passed,
    reply::{locked, reply},
};

/// The one field that is a number on the wire (specification 1.9).
const YEAR: &str = "birth_year";

pub(super) async fn show(shared: &Shared, passed: &Passed) -> Response {
    let seeing = match access::seeing(shared, passed).await {
        Ok(seeing) => seeing,
        Err(refusal) => return refusal,
    };
    let person = seeing
        .space
        .core_person(seeing.recipient, seeing.scopes, seeing.build)
        .await;
    match person {
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
    let fields = Profile::parse_change(&passed.body).ok();
    let Some(fields) = fields.as_ref().and_then(fields_of) else {
        return malformed(passed, NOT_READ);
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

/// The fields of a body; an empty one clears its field. What is in no field of the wire this vault does not keep, so it is refused.
fn fields_of(sent: &Profile) -> Option<Vec<(String, String)>> {
    sent.iter()
        .filter_map(|(field, value)| match value {
            ProfileValue::Object(rest) if rest.is_empty() => None,
            ProfileValue::Object(_) => Some(None),
            ProfileValue::Text(text) => Some(Some((field.as_str().to_owned(), text.clone()))),
            ProfileValue::Year(0) => Some(Some((field.as_str().to_owned(), String::new()))),
            ProfileValue::Year(year) => Some(Some((field.as_str().to_owned(), year.to_string()))),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_year_of_birth_is_a_number_within_its_bounds() {
        let of = |text: &str| fields_of(&Profile::parse_change(text.as_bytes()).ok()?);
        let year = |year: &str| Some(vec![(YEAR.to_owned(), year.to_owned())]);
        assert_eq!(of(r#"{"birth_year":1990,"id":"x","shoe":1}"#), year("1990"));
        assert_eq!(of(r#"{"birth_year":0}"#), year(""));
        assert_eq!(of(r#"{"birth_year":null}"#), year(""));
        for bad in [
            "1799", "2201", "40000", "-25536", "1990.5", "1e3", "\"1990\"", "true",
        ] {
            assert_eq!(of(&format!(r#"{{"birth_year":{bad}}}"#)), None, "{bad}");
        }
        for bad in [
            r#"{"first_name":["a"]}"#,
            r#"{"first_name":"a","first_name":"b"}"#,
            r#"{"unstructured_properties":{"a":1}}"#,
        ] {
            assert_eq!(of(bad), None, "{bad}");
        }
    }
}
