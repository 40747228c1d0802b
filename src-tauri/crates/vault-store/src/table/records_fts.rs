//! `records_fts`: the words of every record, for search. Only the index is kept, not the text.

use crate::money::Amount;
use crate::{StoreError, Tx};

/// Contentless: the words are in `records` already. `columnsize` stays, deleting needs it.
pub(crate) const V1: &str = "CREATE VIRTUAL TABLE records_fts USING fts5 (
    words, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2'
);
INSERT INTO records_fts (records_fts, rank) VALUES ('hashsize', 8388608);";

/// Most words of a query that count.
const MAX_WORDS: usize = 16;

/// Longest query that counts, in characters.
const MAX_QUERY: usize = 300;

/// Longest part of `extra` and of a text that is searched, in bytes.
const MAX_INDEXED: usize = 4096;

pub(crate) const INSERT: &str = "INSERT INTO records_fts (rowid, words) VALUES (?1, ?2)";

/// Forgets the words of a record.
pub(crate) fn delete(tx: &Tx<'_>, seq: i64) -> Result<(), StoreError> {
    tx.conn()
        .prepare_cached("DELETE FROM records_fts WHERE rowid = ?1")?
        .execute([seq])?;
    Ok(())
}

/// The words of a record: everything a person may type to find it, an amount as `6.75 EUR`, a day as `2026-11-20`.
pub(crate) fn write_words(
    out: &mut String,
    content: &crate::record_rules::Content<'_>,
    platform: &str,
    start: &str,
) {
    out.clear();
    let texts = [
        content.title,
        content.type_name,
        content.status,
        Some(platform),
        content.text,
    ];
    for text in texts.into_iter().flatten() {
        push(out, text);
    }
    if let Some(amount) = content.amount {
        push_amount(out, amount);
    }
    push(out, start.get(..10).unwrap_or_default());
    for value in content.extra.values() {
        match value {
            serde_json::Value::String(text) => push(out, text),
            serde_json::Value::Number(number) => push(out, &number.to_string()),
            serde_json::Value::Null
            | serde_json::Value::Bool(_)
            | serde_json::Value::Array(_)
            | serde_json::Value::Object(_) => {}
        }
    }
}

/// Turns what a person types into a query that cannot fail: each word quoted, found by its beginning, all of them
/// required. `None` if there is nothing to look for.
pub(crate) fn match_expression(typed: &str) -> Option<String> {
    let short: String = typed
        .chars()
        .take(MAX_QUERY)
        .map(|c| if c == '\0' { ' ' } else { c })
        .collect();
    let mut expression = String::new();
    for word in short
        .split_whitespace()
        .filter(|word| word.contains(char::is_alphanumeric))
        .take(MAX_WORDS)
    {
        if !expression.is_empty() {
            expression.push(' ');
        }
        expression.push('"');
        expression.push_str(&word.replace('"', "\"\""));
        expression.push_str("\"*");
    }
    (!expression.is_empty()).then_some(expression)
}

fn push(out: &mut String, text: &str) {
    let mut end = text.len().min(MAX_INDEXED);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    out.push_str(text.get(..end).unwrap_or_default());
    out.push('\n');
}

fn push_amount(out: &mut String, amount: Amount) {
    out.push_str(&amount.decimal());
    out.push(' ');
    out.push_str(amount.currency.as_str());
    out.push('\n');
}

#[cfg(test)]
mod tests {
    use super::match_expression;

    #[test]
    fn what_is_typed_is_quoted() {
        assert_eq!(
            match_expression("Pizza 6.75").as_deref(),
            Some("\"Pizza\"* \"6.75\"*")
        );
        assert_eq!(
            match_expression("a\"b OR NOT c*").as_deref(),
            Some("\"a\"\"b\"* \"OR\"* \"NOT\"* \"c*\"*")
        );
        assert_eq!(match_expression(" … \0 \" "), None);
    }
}
