//! What stands around the content of a page: head, style, title, seam. Everything that a person carries away as a page looks alike, loads
//! nothing and runs nothing.

use std::io;

use super::html::Html;

/// Longest heading that is shown whole, in characters.
const NAME: usize = 120;

/// The beginning of a page.
#[derive(Debug, Clone, Copy)]
pub struct Document<'d> {
    /// The title of the browser's tab.
    pub title: &'d str,
    /// What the page is, in a few words, beside the mark.
    pub brand: &'static str,
    /// The heading.
    pub heading: &'d str,
    /// The page in one sentence.
    pub lead: &'d str,
}

impl Document<'_> {
    /// Writes everything up to the content.
    ///
    /// # Errors
    /// What the writer returned.
    pub fn begin(&self, html: &mut Html<'_>) -> io::Result<()> {
        html.raw("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")?;
        html.raw("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; ")?;
        html.raw("style-src 'unsafe-inline'; img-src data:\">\n")?;
        html.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")?;
        html.raw("<meta name=\"color-scheme\" content=\"light dark\">\n<title>")?;
        html.text(self.title)?;
        html.raw("</title>\n<style>\n")?;
        html.raw(include_str!("style.css"))?;
        html.raw("</style>\n</head>\n<body>\n<main>\n<header>\n<div class=\"brand\">")?;
        html.raw(ICON)?;
        html.raw("<span>")?;
        html.raw(self.brand)?;
        html.raw("</span></div>\n<h1>")?;
        html.data(self.heading, NAME)?;
        html.raw("</h1>\n<p class=\"lead\">")?;
        html.text(self.lead)?;
        html.raw("</p>\n")?;
        html.raw(SEAM)?;
        html.raw("</header>\n")
    }
}

/// Closes the page.
///
/// # Errors
/// What the writer returned.
pub fn end(html: &mut Html<'_>) -> io::Result<()> {
    html.raw("</main>\n</body>\n</html>\n")
}

/// Opens a section; it is closed by `</section>`.
///
/// # Errors
/// What the writer returned.
pub fn section(html: &mut Html<'_>, title: &'static str) -> io::Result<()> {
    html.raw("<section>\n<h2>")?;
    html.raw(title)?;
    html.raw("</h2>\n")
}

/// Writes the head of a table. A column whose name starts with `#` holds numbers. The table is closed by [`table_end`].
///
/// # Errors
/// What the writer returned.
pub fn table_head(html: &mut Html<'_>, columns: &[&'static str]) -> io::Result<()> {
    html.raw("<div class=\"scroll\"><table>\n<thead><tr>")?;
    for column in columns {
        match column.strip_prefix('#') {
            Some(name) => {
                html.raw("<th class=\"n\" scope=\"col\">")?;
                html.raw(name)?;
            }
            None => {
                html.raw("<th scope=\"col\">")?;
                html.raw(column)?;
            }
        }
        html.raw("</th>")?;
    }
    html.raw("</tr></thead>\n<tbody>\n")
}

/// Closes a table.
///
/// # Errors
/// What the writer returned.
pub fn table_end(html: &mut Html<'_>) -> io::Result<()> {
    html.raw("</tbody></table></div>\n")
}

/// The stitched line: here something crosses out of the vault.
const SEAM: &str = "<svg class=\"seam\" viewBox=\"0 0 880 2\" preserveAspectRatio=\"none\" aria-hidden=\"true\">\
    <path d=\"M0 1H880\" stroke-width=\"2\" stroke-dasharray=\"12 7 12 7 4 7\"/></svg>\n";

const ICON: &str = "<svg viewBox=\"0 0 512 512\" aria-hidden=\"true\">\
    <path d=\"M184 168v-44a46 46 0 0 1 46-46h52a46 46 0 0 1 46 46v44\" fill=\"none\" stroke=\"#0A6B77\" stroke-width=\"36\"/>\
    <path d=\"M120 146h272a64 64 0 0 1 64 64v158a88 88 0 0 1-88 88H144a88 88 0 0 1-88-88V210a64 64 0 0 1 64-64Z\" fill=\"#06606B\"/>\
    <path d=\"M120 146h272a64 64 0 0 1 64 64v22c0 30-17 57-44 70l-118 56a88 88 0 0 1-76 0l-118-56c-27-13-44-40-44-70v-22a64 64 0 0 1 64-64Z\" fill=\"#0F8C99\"/>\
    <rect x=\"219\" y=\"252\" width=\"74\" height=\"128\" rx=\"37\" fill=\"#F7F5EA\"/>\
    <path d=\"M256 288a17 17 0 0 1 9.5 31.1L270 345h-28l4.5-25.9A17 17 0 0 1 256 288Z\" fill=\"#00404A\"/></svg>";
