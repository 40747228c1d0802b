//! The log as a file of the person's own: lines for a program, or a page to read. Both end with the signed head.

use std::{collections::BTreeMap, io::Write, path::Path};

use ::backpack::page::{
    Html,
    document::{self, Document, section, table_end, table_head},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use time::format_description::well_known::Rfc3339;
use vault_store::{
    Face, View,
    disclosures::{self, Disclosure, LogFilter},
    log_heads,
};

use super::{
    format::{counted, moment},
    heads, log,
    scope_words::label,
};
use crate::{SpaceHandle, SpaceInfo, VaultError};

/// Longest text of an entry that a table shows whole, in characters. The lines below it have all of it.
const TEXT: usize = 500;

/// The form of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogForm {
    /// NDJSON: one entry a line.
    Lines,
    /// One page that loads nothing and runs nothing, with the same lines in it.
    Page,
}

impl LogForm {
    /// The form that a file name asks for: a page for `.html` and `.htm`, else lines.
    #[must_use]
    pub fn of(path: &Path) -> Self {
        let ending = path.extension().unwrap_or_default();
        if ending.eq_ignore_ascii_case("html") || ending.eq_ignore_ascii_case("htm") {
            Self::Page
        } else {
            Self::Lines
        }
    }
}

impl SpaceHandle {
    /// Writes the log: every entry, then a line with the signed head and the key that checks it. That it was saved is logged first, so
    /// that it is in the file. Gives the writer back, and the number of entries.
    ///
    /// # Errors
    /// The vault is locked, the database could not be read, or the writer failed.
    pub async fn export_log<W: Write + Send + 'static>(
        &self,
        writer: W,
        form: LogForm,
    ) -> Result<(W, u64), VaultError> {
        let key = self
            .write(|turn| {
                log::saved(turn, Face::Own, "The log of what left", BTreeMap::new())?;
                heads::sign(turn)?;
                Ok(turn.signer()?.public_key_pem().to_owned())
            })
            .await?;
        let space = self.info().clone();
        self.read(move |db| {
            db.read(|view| {
                let mut writer = writer;
                let entries = match form {
                    LogForm::Lines => write_lines(view, &mut writer, &space, &key)?,
                    LogForm::Page => write_page(view, &mut writer, &space, &key)?,
                };
                writer.flush()?;
                Ok((writer, entries))
            })
        })
        .await
    }
}

/// How the chain is checked by hand.
const HASHED: &str = "hash is the SHA-256 of the 32 bytes of prev_hash and of a JSON object without white space: version 1, then seq, id, at, \
     kind, refers_to, party, face, purpose, scopes, counts, grant, reason and text_sha256 as they stand in the line, null for one that it \
     does not have; text_sha256 is the SHA-256 of the 16 bytes of salt and of text";

/// The signed head, and how it and the entries are checked.
pub(super) fn signed_head(
    view: &View<'_>,
    space: &SpaceInfo,
    key: &str,
    entries: u64,
) -> Result<Value, VaultError> {
    let head = log_heads::last(view)?.ok_or(VaultError::Internal("the log has no signed head"))?;
    let mut last = json!({
        "head": {
            "space": space.id.to_string(),
            "seq": head.seq,
            "hash": head.hash,
            "signed_at": head.signed_at.format(&Rfc3339).unwrap_or_default(),
            "signature": STANDARD.encode(&head.signature),
        },
        "entries": entries,
        "hashed": HASHED,
        "signed": "RSASSA-PSS, SHA-256, MGF1-SHA-256, salt of 32 bytes; over the text 'satchel log head v1', space, seq, hash \
                   and signed_at in milliseconds, each on a line of its own that ends with a line feed",
        "signing_key": key,
    });
    if space.made_up
        && let Some(members) = last.as_object_mut()
    {
        members.insert("made_up".into(), true.into());
    }
    Ok(last)
}

fn write_lines(
    view: &View<'_>,
    writer: &mut impl Write,
    space: &SpaceInfo,
    key: &str,
) -> Result<u64, VaultError> {
    let mut entries = 0;
    disclosures::each(view, |entry| {
        entries += 1;
        Ok::<_, VaultError>(writer.write_all(line(&entry)?.as_bytes())?)
    })?;
    let last = signed_head(view, space, key, entries)?;
    writer.write_all(line(&last)?.as_bytes())?;
    Ok(entries)
}

fn write_page(
    view: &View<'_>,
    writer: &mut impl Write,
    space: &SpaceInfo,
    key: &str,
) -> Result<u64, VaultError> {
    let entries = disclosures::count(view)?;
    let mut html = Html::new(writer);
    let document = Document {
        title: &format!("Log of {}, Satchel", space.name),
        brand: "Satchel log",
        heading: &space.name,
        lead: &format!(
            "{}: everything that left, and everything that did not.",
            counted(entries, "entry", "entries")
        ),
    };
    document.begin(&mut html)?;
    made_up(&mut html, space)?;
    section(&mut html, "What happened")?;
    entry_table(view, &LogFilter::default(), &mut html)?;
    html.raw("</section>\n")?;
    section(&mut html, "The same, as it is signed")?;
    html.raw("<p class=\"aside\">One entry a line, as in the NDJSON file; the last line holds the signed head, and says how all of it is ")?;
    html.raw("checked.</p>\n")?;
    entry_lines(
        view,
        &LogFilter::default(),
        Some(&signed_head(view, space, key, entries)?),
        &mut html,
    )?;
    html.raw("</section>\n")?;
    html.raw("<footer>\n<p>This page loads nothing from the network and runs no program. It holds no value of a record.</p>\n")?;
    html.raw("</footer>\n")?;
    document::end(&mut html)?;
    Ok(entries)
}

/// The mark of a made-up space.
pub(super) fn made_up(html: &mut Html<'_>, space: &SpaceInfo) -> Result<(), VaultError> {
    if space.made_up {
        html.raw("<p class=\"note\" role=\"note\"><b>Made-up data.</b> Nobody on this page exists.</p>\n")?;
    }
    Ok(())
}

/// Entries as a table, oldest first.
pub(super) fn entry_table(
    view: &View<'_>,
    filter: &LogFilter,
    html: &mut Html<'_>,
) -> Result<(), VaultError> {
    table_head(
        html,
        &[
            "#Entry",
            "When (UTC)",
            "Who",
            "What",
            "Of what",
            "How much",
            "Hash",
        ],
    )?;
    disclosures::each_of(view, filter, |entry| entry_row(&entry, html))?;
    Ok(table_end(html)?)
}

fn entry_row(entry: &Disclosure, html: &mut Html<'_>) -> Result<(), VaultError> {
    html.raw("<tr><td class=\"n\">")?;
    html.text(&entry.seq.to_string())?;
    html.raw("</td><td class=\"w\">")?;
    html.text(&moment(entry.at))?;
    html.raw("</td><td class=\"name\">")?;
    html.data(&entry.party.name, TEXT)?;
    html.raw("</td><td><b>")?;
    html.raw(log::kind_words(entry.kind))?;
    html.raw("</b><br>")?;
    match &entry.text {
        Some(text) => html.data(&text.text, TEXT)?,
        None => html.raw("<span class=\"quiet\">words deleted</span>")?,
    }
    html.raw("</td><td>")?;
    let scopes: Vec<String> = entry.scopes.iter().map(label).collect();
    html.data(&scopes.join(", "), TEXT)?;
    html.raw("</td><td>")?;
    let counts: Vec<String> = entry
        .counts
        .iter()
        .map(|(what, number)| format!("{number} {what}"))
        .collect();
    html.data(&counts.join(", "), TEXT)?;
    html.raw("</td><td class=\"mono\">")?;
    html.text(&entry.hash.to_string())?;
    Ok(html.raw("</td></tr>\n")?)
}

/// Entries as the lines of the NDJSON file.
pub(super) fn entry_lines(
    view: &View<'_>,
    filter: &LogFilter,
    last: Option<&Value>,
    html: &mut Html<'_>,
) -> Result<(), VaultError> {
    html.raw("<pre class=\"letter mono\">")?;
    disclosures::each_of(view, filter, |entry| {
        Ok::<_, VaultError>(html.text(&line(&entry)?)?)
    })?;
    if let Some(last) = last {
        html.text(&line(last)?)?;
    }
    Ok(html.raw("</pre>\n")?)
}

fn line(value: &impl serde::Serialize) -> Result<String, VaultError> {
    let mut line =
        serde_json::to_string(value).map_err(|_| VaultError::Internal("an entry could not be written"))?;
    line.push('\n');
    Ok(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ending_says_which_form_is_meant() {
        for (name, form) in [
            ("log.html", LogForm::Page),
            ("/a/log.HTM", LogForm::Page),
            ("log.ndjson", LogForm::Lines),
            ("log", LogForm::Lines),
            ("html", LogForm::Lines),
        ] {
            assert_eq!(LogForm::of(Path::new(name)), form, "{name}");
        }
    }
}
