//! `record_labels`: the types and statuses that records have. There are few, and nearly every record has two, so search
//! finds them here and not among the words of each record.

use std::collections::HashSet;

use crate::{StoreError, Tx, View};

pub(crate) const V1: &str = "CREATE TABLE record_labels (
    label TEXT NOT NULL PRIMARY KEY
) STRICT, WITHOUT ROWID";

/// Most labels kept; a platform that writes sentences into its status would have no end of them.
const MAX_LABELS: usize = 500;

/// Longest label kept, in bytes.
const MAX_LENGTH: usize = 60;

/// The labels there are, at hand while records are written.
pub(crate) struct Labels(HashSet<String>);

impl Labels {
    pub(crate) fn load(view: &View<'_>) -> Result<Self, StoreError> {
        let mut statement = view.conn().prepare_cached("SELECT label FROM record_labels")?;
        let labels = statement.query_map([], |row| row.get(0))?;
        Ok(Self(labels.collect::<Result<_, _>>()?))
    }

    /// Makes a type or status findable as a label; whether it is one. If not, it has to be among the record's words.
    pub(crate) fn keep(&mut self, tx: &Tx<'_>, label: &str) -> Result<bool, StoreError> {
        if self.0.contains(label) {
            return Ok(true);
        }
        // Labels are compared letter by letter; only the index of words finds "rapida" in "rápida".
        if self.0.len() >= MAX_LABELS || label.len() > MAX_LENGTH || !label.is_ascii() {
            return Ok(false);
        }
        tx.conn()
            .prepare_cached("INSERT OR IGNORE INTO record_labels (label) VALUES (?1)")?
            .execute([label])?;
        self.0.insert(label.to_owned());
        Ok(true)
    }
}

/// The labels of which a word begins so, as a JSON list. `escaped` is the beginning, escaped for `LIKE`.
pub(crate) fn beginning(view: &View<'_>, escaped: &str) -> Result<String, StoreError> {
    let sql = "SELECT json_group_array(label) FROM record_labels \
               WHERE (' ' || replace(replace(label, '_', ' '), '-', ' ')) LIKE '% ' || ?1 || '%' ESCAPE '\\' \
               OR label LIKE ?1 || '%' ESCAPE '\\'";
    Ok(view
        .conn()
        .prepare_cached(sql)?
        .query_row([escaped], |row| row.get(0))?)
}
