//! `records_fts`: the words of every record, for search. Only the index is kept, not the text.
//!
//! Amounts, days, currencies, platforms, types and statuses are not words here: `records` has them in columns of their
//! own, and search looks there (see `records/search.rs`).

use crate::record_rules::Content;
use crate::{StoreError, Tx};

/// Contentless: the words are in `records` already. `columnsize` stays, deleting needs it.
pub(crate) const V1: &str = "CREATE VIRTUAL TABLE records_fts USING fts5 (
    words, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2'
);
INSERT INTO records_fts (records_fts, rank) VALUES ('hashsize', 8388608);";

/// Longest part of a text or a member of `extra` that is searched, in bytes.
const MAX_INDEXED: usize = 4096;

/// Most members of `extra` that are searched.
const MAX_MEMBERS: usize = 64;

pub(crate) const INSERT: &str = "INSERT INTO records_fts (rowid, words) VALUES (?1, ?2)";

/// Forgets the words of a record.
pub(crate) fn delete(tx: &Tx<'_>, seq: i64) -> Result<(), StoreError> {
    tx.conn()
        .prepare_cached("DELETE FROM records_fts WHERE rowid = ?1")?
        .execute([seq])?;
    Ok(())
}

/// The words of a record: what a person may remember of it. `labels` are those of its type and status that are not kept
/// as labels.
pub(crate) fn write_words(out: &mut String, content: &Content<'_>, labels: [Option<&str>; 2]) {
    use serde_json::Value;
    out.clear();
    for text in [content.title, content.text].into_iter().chain(labels).flatten() {
        push(out, text);
    }
    for value in content.extra.values().take(MAX_MEMBERS) {
        match value {
            Value::String(text) => push(out, text),
            Value::Number(number) => push(out, &number.to_string()),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => {}
        }
    }
}

/// One word as a query that cannot fail: quoted, found by its beginning. `None` if there is nothing to look for.
pub(crate) fn quoted(word: &str) -> Option<String> {
    let word = word.replace('\0', " ").replace('"', "\"\"");
    word.contains(char::is_alphanumeric)
        .then(|| format!("\"{word}\"*"))
}

fn push(out: &mut String, text: &str) {
    let mut end = text.len().min(MAX_INDEXED);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    out.push_str(text.get(..end).unwrap_or_default());
    out.push('\n');
}
