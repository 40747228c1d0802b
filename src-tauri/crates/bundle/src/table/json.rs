//! JSON: the first list of objects in a document, or an object on each line. Members inside members have names such as `a.b`; a list of
//! objects inside a row is a row for each of them.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a value of any other kind is taken as it is"
)]

use std::{
    cell::RefCell,
    fmt,
    io::{BufRead as _, BufReader, Read},
    ops::ControlFlow,
};

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::{Each, Form, LONGEST_ROW, MOST_COLUMNS, encoding};
use crate::BundleError;

/// How deep the list of rows may lie.
const DEEPEST_LIST: usize = 6;
/// How many rows tell the columns.
const ROWS_FOR_COLUMNS: usize = 200;
/// The largest number of rows that one row becomes.
const MOST_INSIDE: usize = 10_000;
/// The largest document. A document is held row by row, yet a single row may be all of it.
const LARGEST: u64 = 512 * 1024 * 1024;

pub(super) fn is_start(text: &str) -> bool {
    text.starts_with('{')
        || text.starts_with('[')
            && text
                .get(1..)
                .is_some_and(|rest| matches!(rest.trim_start().as_bytes().first(), Some(b'{' | b']')))
}

/// A document, or objects in lines: then the first line is an object that ends there, and another begins after it.
pub(super) fn form(text: &str) -> Form {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let object = |line: Option<&str>| {
        line.is_some_and(|line| serde_json::from_str::<Map<String, Value>>(line).is_ok())
    };
    let first = lines.next();
    let second = lines.next();
    if object(first) && second.is_none_or(|line| line.trim_start().starts_with('{')) && !holds_a_list(first) {
        Form::Lines
    } else {
        Form::Json
    }
}

/// A document on one line, with its list inside.
fn holds_a_list(line: Option<&str>) -> bool {
    line.and_then(|line| serde_json::from_str::<Value>(line).ok())
        .is_some_and(|value| list_in(&value, DEEPEST_LIST))
}

fn list_in(value: &Value, left: usize) -> bool {
    match value {
        Value::Array(items) => items.iter().all(Value::is_object) && !items.is_empty(),
        Value::Object(members) => left > 0 && members.values().any(|member| list_in(member, left - 1)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

/// The names of the members of the first rows.
pub(super) fn columns(reader: &mut dyn Read, form: Form, path: &str) -> Result<Vec<String>, BundleError> {
    let mut names: Vec<String> = Vec::new();
    let mut rows = 0;
    let mut wide = false;
    let read = items(reader, form, path, &mut |row| {
        for name in row.keys() {
            if !names.iter().any(|known| known == name) {
                names.push(name.clone());
            }
        }
        rows += 1;
        wide = names.len() > MOST_COLUMNS;
        Ok(if rows < ROWS_FOR_COLUMNS && !wide {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        })
    });
    if wide {
        return Err(BundleError::TooWide(crate::shown(path)));
    }
    match read {
        Err(BundleError::EndsInTheMiddle { .. }) if !names.is_empty() => Ok(names),
        // A text that only begins like JSON is no table.
        Err(BundleError::Broken(_)) if names.is_empty() => Ok(names),
        read => read.map(|()| names),
    }
}

/// Reads every row; the texts are those of `columns`.
pub(super) fn each_row(
    reader: &mut dyn Read,
    form: Form,
    columns: &[String],
    path: &str,
    each: &mut Each<'_>,
) -> Result<(), BundleError> {
    let mut number = 0_u64;
    items(reader, form, path, &mut |row| {
        number += 1;
        let texts: Vec<String> = columns
            .iter()
            .map(|name| row.get(name).map(text_of).unwrap_or_default())
            .collect();
        let cells: Vec<&str> = texts.iter().map(String::as_str).collect();
        each(number, &cells)
    })
}

type Item<'i> = dyn FnMut(&Map<String, Value>) -> Result<ControlFlow<()>, BundleError> + 'i;

fn items(reader: &mut dyn Read, form: Form, path: &str, each: &mut Item<'_>) -> Result<(), BundleError> {
    let mut each = |value: Value| -> Result<ControlFlow<()>, BundleError> {
        for row in rows_of(value, path)? {
            if each(&row)? == ControlFlow::Break(()) {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    };
    if form == Form::Lines {
        lines(reader, path, &mut each)
    } else {
        document(reader, path, &mut each)
    }
}

fn lines(
    reader: &mut dyn Read,
    path: &str,
    each: &mut dyn FnMut(Value) -> Result<ControlFlow<()>, BundleError>,
) -> Result<(), BundleError> {
    let mut reader = BufReader::new(reader);
    let mut line = Vec::new();
    let mut rows = 0;
    loop {
        line.clear();
        let read = (&mut reader).take(LONGEST_ROW + 1).read_until(b'\n', &mut line);
        let count = read.map_err(|error| crate::failed(&error, path, rows))?;
        if count == 0 {
            return Ok(());
        }
        if count as u64 > LONGEST_ROW {
            return Err(BundleError::TooWide(crate::shown(path)));
        }
        let text = encoding::cell(&line, encoding::Encoding::Utf8);
        let text = text.trim_start_matches('\u{feff}').trim();
        if text.is_empty() {
            continue;
        }
        let value: Value = serde_json::from_str(text).map_err(|error| said(&error, path, rows))?;
        rows += 1;
        if each(value)? == ControlFlow::Break(()) {
            return Ok(());
        }
    }
}

/// What went on inside the parser, which can only say that it failed.
#[derive(Default)]
struct Course {
    rows: u64,
    found: bool,
    stopped: Option<Result<(), BundleError>>,
}

fn document(
    reader: &mut dyn Read,
    path: &str,
    each: &mut dyn FnMut(Value) -> Result<ControlFlow<()>, BundleError>,
) -> Result<(), BundleError> {
    let course = RefCell::new(Course::default());
    let mut reader = encoding::Narrow::new(reader, encoding::Encoding::Utf8);
    let mut start = [0; 3];
    let mut count = 0;
    while let Some(left) = start.get_mut(count..).filter(|left| !left.is_empty()) {
        match reader
            .read(left)
            .map_err(|error| crate::failed(&error, path, 0))?
        {
            0 => break,
            more => count += more,
        }
    }
    // A mark of the encoding is no JSON.
    let kept: &[u8] = if start == *b"\xef\xbb\xbf" {
        &[]
    } else {
        start.get(..count).unwrap_or_default()
    };
    let all = BufReader::with_capacity(64 * 1024, kept.chain(reader).take(LARGEST));
    let mut parser = serde_json::Deserializer::from_reader(all);
    let found = Find {
        course: &course,
        each: &RefCell::new(each),
        left: DEEPEST_LIST,
    }
    .deserialize(&mut parser);
    let course = course.into_inner();
    match (course.stopped, found) {
        (Some(stopped), _) => stopped,
        (None, Ok(())) => parser.end().map_err(|error| said(&error, path, course.rows)),
        (None, Err(error)) => Err(said(&error, path, course.rows)),
    }
}

fn said(error: &serde_json::Error, path: &str, rows: u64) -> BundleError {
    if error.is_eof() {
        return BundleError::EndsInTheMiddle {
            path: crate::shown(path),
            rows,
        };
    }
    BundleError::Broken(crate::shown(path))
}

type Taken<'e> = RefCell<&'e mut dyn FnMut(Value) -> Result<ControlFlow<()>, BundleError>>;

/// Looks for the first list of objects and hands over its items; all else is passed over.
struct Find<'c, 'e> {
    course: &'c RefCell<Course>,
    each: &'c Taken<'e>,
    left: usize,
}

impl<'de> DeserializeSeed<'de> for Find<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Find<'_, '_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        if self.course.borrow().found {
            while list.next_element::<IgnoredAny>()?.is_some() {}
            return Ok(());
        }
        while let Some(value) = list.next_element::<Value>()? {
            if !value.is_object() {
                continue;
            }
            let answer = (self.each.borrow_mut())(value);
            let mut course = self.course.borrow_mut();
            course.found = true;
            course.rows += 1;
            match answer {
                Ok(ControlFlow::Continue(())) => {}
                Ok(ControlFlow::Break(())) => course.stopped = Some(Ok(())),
                Err(error) => course.stopped = Some(Err(error)),
            }
            if course.stopped.is_some() {
                return Err(serde::de::Error::custom("stopped"));
            }
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        while members.next_key::<IgnoredAny>()?.is_some() {
            if self.left == 0 {
                members.next_value::<IgnoredAny>()?;
            } else {
                members.next_value_seed(Find {
                    course: self.course,
                    each: self.each,
                    left: self.left - 1,
                })?;
            }
        }
        Ok(())
    }
}

/// The rows of an item: itself, or one for each of the objects of the list that it holds.
fn rows_of(value: Value, path: &str) -> Result<Vec<Map<String, Value>>, BundleError> {
    let Value::Object(members) = value else {
        return Ok(Vec::new());
    };
    let mut own = Map::new();
    let mut inside: Option<(String, Vec<Value>)> = None;
    for (name, value) in members {
        match value {
            Value::Array(items)
                if !items.is_empty() && items.iter().all(Value::is_object) && inside.is_none() =>
            {
                inside = Some((name, items));
            }
            value => flatten(&name, value, &mut own),
        }
    }
    if own.len() > MOST_COLUMNS {
        return Err(BundleError::TooWide(crate::shown(path)));
    }
    let Some((name, items)) = inside else {
        return Ok(vec![own]);
    };
    if items.len() > MOST_INSIDE {
        return Err(BundleError::TooWide(crate::shown(path)));
    }
    let mut rows = Vec::with_capacity(items.len());
    for item in items {
        let mut row = own.clone();
        flatten(&name, item, &mut row);
        rows.push(row);
    }
    Ok(rows)
}

fn flatten(name: &str, value: Value, row: &mut Map<String, Value>) {
    match value {
        Value::Object(members) => {
            for (member, value) in members {
                flatten(&format!("{name}.{member}"), value, row);
            }
        }
        value => {
            row.insert(name.to_owned(), value);
        }
    }
}

fn text_of(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => value.to_string(),
    }
}
