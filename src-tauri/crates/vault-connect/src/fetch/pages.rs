//! Pages of a list: what is asked, and where the list goes on after an answer.

use serde_json::{Map, Value};
use url::Url;

use super::windows::Span;
use crate::{
    ConnectError,
    connector::{Asked, Pages, Request},
    graphql,
    http::check_address,
    mapping,
    session::Session,
};

/// Stand for the account's id and the bounds of a span of time.
const ACCOUNT: &str = "{account}";
const FROM: &str = "{from}";
const TO: &str = "{to}";

/// How far a list was read.
#[derive(Debug, Default)]
pub(super) struct Place {
    cursor: Option<String>,
    link: Option<Url>,
    items: u32,
    /// Pages before this one.
    pages: u32,
    /// The first record of the last page.
    seen: Option<String>,
}

/// A page that is asked for.
#[derive(Debug, Clone)]
pub(super) struct Question {
    pub(super) url: Url,
    /// What is sent, where it is by POST.
    pub(super) json: Option<Vec<u8>>,
}

impl Question {
    /// Where the answer is from, for the provenance of its records.
    pub(super) fn locator(&self, request: &Request) -> String {
        let query = self
            .url
            .query()
            .map(|query| format!("?{query}"))
            .unwrap_or_default();
        let path = if request.path.contains("://") {
            self.url.path()
        } else {
            &request.path
        };
        format!("/{}{query}", path.trim_start_matches('/'))
    }
}

/// The question for a page.
///
/// # Errors
/// The account is not known, or the address cannot be made.
pub(super) fn question(
    session: &Session,
    request: &Request,
    span: Option<Span>,
    place: &Place,
) -> Result<Question, ConnectError> {
    let put = |text: &str| filled(text, session, span);
    let mut url = session.connector.place(&session.base, &path(session, request)?)?;
    if let Asked::GraphQl { query, variables } = &request.asked {
        let mut variables = variables.clone();
        variables.values_mut().try_for_each(|value| fill(value, &put))?;
        if let (Pages::Cursor { parameter, .. }, Some(cursor)) = (&request.pages, &place.cursor) {
            set(&mut variables, parameter, cursor)?;
        }
        return Ok(Question {
            url,
            json: Some(graphql::body(query, &variables)),
        });
    }
    if let Some(link) = &place.link {
        return Ok(Question {
            url: link.clone(),
            json: None,
        });
    }
    {
        let mut query = url.query_pairs_mut();
        for (name, value) in &request.query {
            query.append_pair(name, &put(value)?);
        }
        for (name, value) in place.parameters(&request.pages) {
            query.append_pair(name, &value);
        }
    }
    if url.query() == Some("") {
        url.set_query(None);
    }
    Ok(Question { url, json: None })
}

impl Place {
    /// What the query says of the page.
    fn parameters<'p>(&self, pages: &'p Pages) -> Vec<(&'p str, String)> {
        match pages {
            Pages::One | Pages::Link { .. } => Vec::new(),
            Pages::Cursor { parameter, .. } => self
                .cursor
                .iter()
                .map(|cursor| (parameter.as_str(), cursor.clone()))
                .collect(),
            Pages::Offset {
                parameter,
                size_parameter,
                size,
                ..
            } => vec![
                (size_parameter, size.to_string()),
                (parameter, self.items.to_string()),
            ],
            Pages::Number {
                parameter,
                size_parameter,
                size,
            } => vec![
                (size_parameter, size.to_string()),
                (parameter, self.pages.saturating_add(1).to_string()),
            ],
        }
    }

    /// Where the list goes on after a page that was at `from`; nothing at its end.
    ///
    /// # Errors
    /// [`ConnectError::BadAnswer`] for a list that would never end, or that goes on elsewhere.
    pub(super) fn next(
        &self,
        request: &Request,
        page: &Value,
        seen: Option<String>,
        from: &Url,
    ) -> Result<Option<Self>, ConnectError> {
        // A platform that does not know how to go on gives the first page for ever.
        let again = self.pages > 0 && seen.is_some() && self.seen == seen;
        let count = items(request, page);
        let next = Self {
            pages: self.pages.saturating_add(1),
            items: self.items,
            seen,
            ..Self::default()
        };
        match &request.pages {
            Pages::One => Ok(None),
            Pages::Cursor { next: way, more, .. } => {
                if more
                    .as_deref()
                    .is_some_and(|more| mapping::at(page, more) != Some(&Value::Bool(true)))
                {
                    return Ok(None);
                }
                match mapping::at(page, way) {
                    None | Some(Value::Null) => Ok(None),
                    // The same cursor again would never end.
                    Some(Value::String(cursor)) if self.cursor.as_ref() != Some(cursor) => Ok(Some(Self {
                        cursor: Some(cursor.clone()),
                        ..next
                    })),
                    Some(_) => Err(ConnectError::BadAnswer),
                }
            }
            Pages::Link { next: way } => match mapping::at(page, way) {
                None | Some(Value::Null) => Ok(None),
                Some(Value::String(link)) => Ok(Some(Self {
                    link: Some(same_origin(link, from).ok_or(ConnectError::BadAnswer)?),
                    ..next
                })),
                Some(_) => Err(ConnectError::BadAnswer),
            },
            Pages::Offset { size, total, .. } => {
                let items = self.items.saturating_add(*size);
                let total = total
                    .as_deref()
                    .and_then(|total| mapping::at(page, total)?.as_u64());
                let on = total.map_or(count >= *size, |total| u64::from(items) < total && count > 0);
                Ok((on && !again).then_some(Self { items, ..next }))
            }
            Pages::Number { .. } => Ok((count > 0 && !again).then_some(next)),
        }
    }
}

/// The address of the next page, where it is at the same platform and another one than this page's.
fn same_origin(link: &str, from: &Url) -> Option<Url> {
    let url = from.join(link).ok()?;
    let fits = url.origin() == from.origin() && url != *from && check_address(&url).is_ok();
    fits.then_some(url)
}

fn items(request: &Request, page: &Value) -> u32 {
    let items = request.mapping.items.as_deref().unwrap_or_default();
    let count = mapping::at(page, items)
        .and_then(Value::as_array)
        .map_or(0, Vec::len);
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// The path with the account in it, which has to be one plain part there.
fn path(session: &Session, request: &Request) -> Result<String, ConnectError> {
    if !request.path.contains(ACCOUNT) {
        return Ok(request.path.clone());
    }
    let account = session.account_id().ok_or(ConnectError::NoSession)?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    if account.is_empty() || !account.bytes().all(plain) {
        return Err(ConnectError::BadAnswer);
    }
    Ok(request.path.replace(ACCOUNT, &account))
}

/// A value with what it stands for. The account comes last: what a platform calls it is never looked into.
fn filled(text: &str, session: &Session, span: Option<Span>) -> Result<String, ConnectError> {
    let mut text = text.to_owned();
    if let Some(span) = span {
        text = text.replace(FROM, &span.from()).replace(TO, &span.to());
    }
    if text.contains(ACCOUNT) {
        text = text.replace(ACCOUNT, &session.account_id().ok_or(ConnectError::NoSession)?);
    }
    Ok(text)
}

/// The same in every text of a value.
fn fill(value: &mut Value, put: &impl Fn(&str) -> Result<String, ConnectError>) -> Result<(), ConnectError> {
    match value {
        Value::String(text) => *text = put(text)?,
        Value::Array(items) => items.iter_mut().try_for_each(|item| fill(item, put))?,
        Value::Object(members) => members.values_mut().try_for_each(|member| fill(member, put))?,
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
    Ok(())
}

/// Sets a variable by its way, such as `pagination.after`.
fn set(variables: &mut Map<String, Value>, way: &str, text: &str) -> Result<(), ConnectError> {
    let Some((first, rest)) = way.split_once('.') else {
        variables.insert(way.to_owned(), text.into());
        return Ok(());
    };
    let below = variables
        .entry(first)
        .or_insert_with(|| Value::Object(Map::new()))
        .as_object_mut()
        .ok_or(ConnectError::BadAnswer)?;
    set(below, rest, text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn after(pages: Pages, page: &Value, place: &Place) -> Result<Option<Place>, ConnectError> {
        let request = Request {
            path: "list".into(),
            scope: String::new(),
            query: Vec::new(),
            asked: Asked::Plain,
            pages,
            window: None,
            mapping: mapping::Mapping {
                items: Some(vec!["items".into()]),
                filter: ".".into(),
            },
        };
        let from = "https://api.example/list?offset=0".parse().unwrap();
        place.next(&request, page, Some("k".into()), &from)
    }

    #[test]
    fn a_link_stays_at_the_platform() {
        let pages = || Pages::Link {
            next: vec!["next".into()],
        };
        let on = |link: &str| after(pages(), &json!({"items": [1], "next": link}), &Place::default());
        let next = on("https://api.example/list?offset=2").unwrap().unwrap();
        assert_eq!(next.link.unwrap().query(), Some("offset=2"));
        assert!(on("/list?offset=4").unwrap().is_some());
        for bad in [
            "https://api.example/list?offset=0",
            "https://elsewhere.example/list",
            "http://api.example/list?offset=2",
            "https://api.example:8443/list",
            "https://me:word@api.example/list",
            "//elsewhere.example/",
            "file:///etc/passwd",
        ] {
            assert!(matches!(on(bad), Err(ConnectError::BadAnswer)), "{bad}");
        }
        assert!(
            after(pages(), &json!({"items": []}), &Place::default())
                .unwrap()
                .is_none()
        );
        assert!(after(pages(), &json!({"next": 7}), &Place::default()).is_err());
    }

    #[test]
    fn offsets_end_at_the_total_and_numbers_at_an_empty_page() {
        let offset = |total| Pages::Offset {
            parameter: "o".into(),
            size_parameter: "n".into(),
            size: 2,
            total,
        };
        let counted = || offset(Some(vec!["total".to_owned()]));
        let first = Place::default();
        let page = json!({"items": [1], "total": 5});
        assert_eq!(after(counted(), &page, &first).unwrap().unwrap().items, 2);
        assert!(
            after(counted(), &json!({"items": [1, 2], "total": 2}), &first)
                .unwrap()
                .is_none()
        );
        assert!(
            after(counted(), &json!({"items": [], "total": 5}), &first)
                .unwrap()
                .is_none()
        );
        assert!(after(offset(None), &page, &first).unwrap().is_none());
        let number = || Pages::Number {
            parameter: "page".into(),
            size_parameter: "n".into(),
            size: 2,
        };
        let second = after(number(), &page, &first).unwrap().unwrap();
        assert_eq!(
            second.parameters(&number()),
            [("n", "2".to_owned()), ("page", "2".to_owned())]
        );
        assert!(after(number(), &json!({"items": []}), &first).unwrap().is_none());
        assert!(
            after(number(), &page, &second).unwrap().is_none(),
            "the same page again"
        );
    }

    #[test]
    fn variables_are_set_where_they_belong() {
        let mut variables = json!({"page": {"first": 5}, "other": 1})
            .as_object()
            .unwrap()
            .clone();
        set(&mut variables, "page.after", "c").unwrap();
        set(&mut variables, "a.b.c", "d").unwrap();
        assert_eq!(
            Value::Object(variables.clone()),
            json!({"page": {"first": 5, "after": "c"}, "other": 1, "a": {"b": {"c": "d"}}})
        );
        assert!(set(&mut variables, "other.x", "y").is_err());
    }

    proptest! {
        #[test]
        fn no_answer_leads_elsewhere(next in ".*", total in any::<i64>(), more in any::<bool>()) {
            let page = json!({"items": [1], "next": next, "total": total, "more": more});
            let way = |name: &str| vec![name.to_owned()];
            let place = after(Pages::Link { next: way("next") }, &page, &Place::default());
            if let Ok(Some(place)) = place {
                prop_assert_eq!(place.link.unwrap().origin().ascii_serialization(), "https://api.example");
            }
            let cursor = Pages::Cursor { parameter: "c".into(), next: way("next"), more: Some(way("more")) };
            prop_assert_eq!(after(cursor, &page, &Place::default()).unwrap().is_some(), more);
            let offset = Pages::Offset { parameter: "o".into(), size_parameter: "n".into(), size: 1, total: Some(way("total")) };
            let _ = after(offset, &page, &Place::default()).unwrap();
        }
    }
}
