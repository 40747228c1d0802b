//! What an app's server asks of a list: which items, which members of them, in what order, which page (specification 5.3).
//!
//! Nothing is refused but a query beyond the limits: upstream ignores arguments that it does not know, and so does this.

use serde_json::{Map, Value};
use time::Duration;
use url::form_urlencoded;

/// Longest query, in bytes.
pub const MAX_QUERY: usize = 8 * 1024;
/// Most arguments.
const MAX_ARGUMENTS: usize = 64;
/// Items of a page unless another number is asked for.
pub const DEFAULT_LIMIT: usize = 500;
/// Most items of a page.
pub const MAX_LIMIT: usize = 1000;

/// The arguments of a query. Not printed by `Debug`: the token may be among them.
pub struct ListQuery {
    arguments: Vec<(String, String)>,
}

impl ListQuery {
    /// Reads a query; `None` for one beyond the limits. An argument without a value counts as absent, the first of two counts.
    pub fn parse(query: &str) -> Option<Self> {
        if query.len() > MAX_QUERY {
            return None;
        }
        let mut arguments: Vec<(String, String)> = Vec::new();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            if value.is_empty() || arguments.iter().any(|(known, _)| *known == name) {
                continue;
            }
            if arguments.len() == MAX_ARGUMENTS {
                return None;
            }
            arguments.push((name.into_owned(), value.into_owned()));
        }
        Some(Self { arguments })
    }

    /// An argument.
    pub fn get(&self, name: &str) -> Option<&str> {
        let found = self.arguments.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// An argument as a filter of texts.
    pub fn texts(&self, name: &str) -> Option<TextFilter> {
        self.get(name).map(TextFilter::parse)
    }

    /// An argument as one of several whole words, such as ids: `a,b`.
    pub fn words(&self, name: &str) -> Option<Vec<&str>> {
        let value = self.get(name)?;
        Some(
            value
                .split([',', ';'])
                .map(str::trim)
                .filter(|word| !word.is_empty())
                .collect(),
        )
    }

    /// An argument as yes or no; one that is neither is as good as absent.
    pub fn flag(&self, name: &str) -> Option<bool> {
        match self.get(name)? {
            "true" | "1" | "yes" | "on" => Some(true),
            "false" | "0" | "no" | "off" => Some(false),
            _ => None,
        }
    }

    /// An argument as a span of time, such as `1 day` or `5 minutes`; one that is none is as good as absent.
    pub fn span(&self, name: &str) -> Option<Duration> {
        span(self.get(name)?)
    }

    /// The page, counted from 1.
    pub fn page(&self) -> usize {
        self.number("page").unwrap_or(1).max(1)
    }

    /// Items of a page: [`DEFAULT_LIMIT`] unless asked otherwise, at most [`MAX_LIMIT`].
    pub fn limit(&self) -> usize {
        self.number("limit").unwrap_or(DEFAULT_LIMIT).clamp(1, MAX_LIMIT)
    }

    fn number(&self, name: &str) -> Option<usize> {
        self.get(name)?.trim().parse().ok()
    }

    /// The items in the order that was asked for, and their members: `sort=name_asc,dtcreated_desc`, `fields=id,name`.
    pub fn shaped(&self, mut items: Vec<Value>) -> Vec<Value> {
        let orders: Vec<(&str, bool)> = self
            .words("sort")
            .unwrap_or_default()
            .into_iter()
            .map(order)
            .collect();
        items.sort_by(|one, other| {
            orders
                .iter()
                .map(|(member, falls)| {
                    let found = compare(&one[*member], &other[*member]);
                    if *falls { found.reverse() } else { found }
                })
                .find(|found| found.is_ne())
                .unwrap_or(std::cmp::Ordering::Equal)
        });
        match self.words("fields") {
            None => items,
            Some(fields) => items
                .into_iter()
                .map(|item| with_members(item, &fields))
                .collect(),
        }
    }

    /// The items of the page that was asked for.
    pub fn of_page(&self, items: &[Value]) -> Vec<Value> {
        let skipped = (self.page() - 1).saturating_mul(self.limit());
        items.iter().skip(skipped).take(self.limit()).cloned().collect()
    }

    /// `{items, count, page, pages, limit}` with the page that was asked for. App modules need `items` and `pages`.
    pub fn paged(&self, items: &[Value]) -> Value {
        let (count, limit) = (items.len(), self.limit());
        let mut out = Map::new();
        out.insert("items".to_owned(), self.of_page(items).into());
        out.insert("count".to_owned(), count.into());
        out.insert("page".to_owned(), self.page().into());
        out.insert("pages".to_owned(), count.div_ceil(limit).into());
        out.insert("limit".to_owned(), limit.into());
        Value::Object(out)
    }
}

impl std::fmt::Debug for ListQuery {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[query]")
    }
}

/// A filter of texts: `x` is in it, `=x` is it, `<x` begins it, `>x` ends it; `a,b` is any of these. Case does not count.
pub struct TextFilter {
    parts: Vec<(Place, String)>,
}

/// Where the text has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Within,
    Whole,
    Start,
    End,
}

impl TextFilter {
    fn parse(text: &str) -> Self {
        let part = |text: &str| {
            let place = match text.chars().next() {
                Some('=') => Place::Whole,
                Some('<') => Place::Start,
                Some('>') => Place::End,
                Some(_) | None => Place::Within,
            };
            let text = if place == Place::Within {
                text
            } else {
                text.trim_start_matches(['=', '<', '>'])
            };
            (place, text.trim().to_lowercase())
        };
        let parts = text.split(',').map(str::trim).map(part);
        Self {
            parts: parts.filter(|(_, text)| !text.is_empty()).collect(),
        }
    }

    /// Whether a text passes. What is not there passes nothing.
    pub fn passes(&self, text: Option<&str>) -> bool {
        let Some(text) = text.map(str::to_lowercase) else {
            return false;
        };
        self.parts.iter().any(|(place, wanted)| match place {
            Place::Within => text.contains(wanted),
            Place::Whole => text == *wanted,
            Place::Start => text.starts_with(wanted),
            Place::End => text.ends_with(wanted),
        })
    }
}

fn order(word: &str) -> (&str, bool) {
    match word.rsplit_once('_') {
        Some((member, "desc")) => (member, true),
        Some((member, "asc")) => (member, false),
        Some(_) | None => (word, false),
    }
}

/// Texts by their letters, numbers by their size; what cannot be compared is alike.
fn compare(one: &Value, other: &Value) -> std::cmp::Ordering {
    match (one, other) {
        (Value::String(one), Value::String(other)) => one.to_lowercase().cmp(&other.to_lowercase()),
        (Value::Bool(one), Value::Bool(other)) => one.cmp(other),
        _ => match (one.as_f64(), other.as_f64()) {
            (Some(one), Some(other)) => one.total_cmp(&other),
            (Some(_) | None, _) => std::cmp::Ordering::Equal,
        },
    }
}

/// The id is always there: without it an item is nobody's.
fn with_members(item: Value, fields: &[&str]) -> Value {
    match item {
        Value::Object(mut members) => {
            members.retain(|name, _| name == "id" || fields.contains(&name.as_str()));
            Value::Object(members)
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => item,
    }
}

fn span(text: &str) -> Option<Duration> {
    let text = text.trim();
    let digits = text.chars().take_while(char::is_ascii_digit).count();
    let (number, unit) = text.split_at_checked(digits)?;
    let number: i64 = number.parse().ok()?;
    let seconds = match unit.trim().trim_end_matches('s') {
        "second" => 1,
        "minute" => 60,
        "hour" => 3600,
        "day" => 86_400,
        "week" => 7 * 86_400,
        "month" => 30 * 86_400,
        "year" => 365 * 86_400,
        _ => return None,
    };
    number.checked_mul(seconds).map(Duration::seconds)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn query(text: &str) -> ListQuery {
        ListQuery::parse(text).unwrap()
    }

    #[test]
    fn texts_are_found_by_four_marks_and_any_of_several() {
        for (filter, passes) in [
            ("arc", true),
            ("ARC", true),
            ("=garcía", true),
            ("=garc", false),
            ("<gar", true),
            ("<arc", false),
            (">ía", true),
            (">gar", false),
            ("x,<gar", true),
            ("x,y", false),
            (",", false),
        ] {
            assert_eq!(
                TextFilter::parse(filter).passes(Some("García")),
                passes,
                "{filter}"
            );
        }
        assert!(!TextFilter::parse("a").passes(None));
    }

    #[test]
    fn pages_have_a_default_and_a_most() {
        assert_eq!((query("").page(), query("").limit()), (1, 500));
        assert_eq!(query("limit=5000&page=0").limit(), 1000);
        assert_eq!(query("page=0").page(), 1);
        let items: Vec<Value> = (0..5).map(|n| json!({"id": n})).collect();
        assert_eq!(
            query("limit=2&page=3").paged(&items),
            json!({"items": [{"id": 4}], "count": 5, "page": 3, "pages": 3, "limit": 2})
        );
        assert_eq!(
            query("page=9").paged(&[]),
            json!({"items": [], "count": 0, "page": 9, "pages": 0, "limit": 500})
        );
    }

    #[test]
    fn items_are_sorted_and_cut_to_members() {
        let items = vec![
            json!({"id": "1", "name": "b", "n": 1, "x": 0}),
            json!({"id": "2", "name": "A", "n": 2, "x": 0}),
            json!({"id": "3", "name": "a", "n": 10, "x": 0}),
        ];
        let ids = |text: &str| -> Vec<String> {
            query(text)
                .shaped(items.clone())
                .iter()
                .map(|item| item["id"].as_str().unwrap().to_owned())
                .collect()
        };
        assert_eq!(ids("sort=name_asc,n_desc"), ["3", "2", "1"]);
        assert_eq!(ids("sort=n_desc"), ["3", "2", "1"]);
        assert_eq!(ids("sort=name"), ["2", "3", "1"]);
        assert_eq!(
            query("fields=name").shaped(items.clone())[0],
            json!({"id": "1", "name": "b"})
        );
    }

    #[test]
    fn spans_are_numbers_with_a_unit() {
        assert_eq!(query("m=1 day").span("m"), Some(Duration::days(1)));
        assert_eq!(query("m=5+minutes").span("m"), Some(Duration::minutes(5)));
        for none in [
            "m=day",
            "m=-1 day",
            "m=1 parsec",
            "m=99999999999999999999 days",
            "m=9223372036854775807 years",
        ] {
            assert_eq!(query(none).span("m"), None, "{none}");
        }
    }

    #[test]
    fn the_first_of_two_arguments_counts() {
        assert_eq!(query("q=a&q=b").get("q"), Some("a"));
        assert_eq!(query("q=&q=b").get("q"), Some("b"));
        assert_eq!(query("x=true&y=maybe").flag("x"), Some(true));
        assert_eq!(query("y=maybe").flag("y"), None);
        assert!(ListQuery::parse(&"a".repeat(MAX_QUERY + 1)).is_none());
        let many: String = (0..65).map(|n| format!("a{n}=1&")).collect();
        assert!(ListQuery::parse(&many).is_none());
        assert!(!format!("{:?}", query("accesstoken=canary")).contains("canary"));
    }

    proptest! {
        #[test]
        fn any_query_is_read_or_refused(text in ".{0,200}") {
            if let Some(query) = ListQuery::parse(&text) {
                prop_assert!((1..=MAX_LIMIT).contains(&query.limit()));
                prop_assert!(query.page() >= 1);
                let items = vec![json!({"id": 1}), json!({"name": "x"})];
                let shaped = query.shaped(items);
                prop_assert_eq!(shaped.len(), 2);
                prop_assert!(query.paged(&shaped)["items"].as_array().unwrap().len() <= 2);
                let _ = query.span("m");
            }
        }
    }
}
