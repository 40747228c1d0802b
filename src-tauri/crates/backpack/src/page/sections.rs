//! The parts of the page that are not tables.

use std::io;

use super::chart::{self, COLOURS};
use super::document::{self, Document};
use super::earnings::{Bars, Earnings};
use super::html::Html;
use super::rows::Rating;
use super::{Page, words};
use crate::Marks;

/// Longest name that is shown whole, in characters.
const NAME: usize = 120;
const CURRENCIES: usize = 12;
const RATINGS: usize = 100;
const FACTS: usize = 60;
const COUNTS: usize = 24;

pub(crate) fn head(html: &mut Html<'_>, page: &Page, marks: Marks) -> io::Result<()> {
    let made_up = if marks.made_up { " (made-up data)" } else { "" };
    let name: String = page.space.chars().take(NAME).collect();
    let document = Document {
        title: &format!("{name}{made_up}, Satchel backpack"),
        brand: "Satchel backpack",
        heading: &page.space,
        lead: &lead(page),
    };
    document.begin(html)?;
    html.raw(if marks.made_up { MADE_UP } else { "" })?;
    html.raw(if marks.full { FULL } else { "" })
}

/// The page in one sentence.
fn lead(page: &Page) -> String {
    let platforms = page.platforms.len();
    let many = |count: u64, one: &str, more: &str| {
        format!("{} {}", words::count(count), if count == 1 { one } else { more })
    };
    let records = many(page.work, "work record", "work records");
    let from = match platforms {
        0 => String::new(),
        1 => " from one platform".to_owned(),
        _ => format!(" from {} platforms", words::small_count(platforms)),
    };
    let period = page.period.map(|(first, last)| {
        let (first, last) = (words::month_and_year(first), words::month_and_year(last));
        if first == last {
            format!(", {first}")
        } else {
            format!(", {first} to {last}")
        }
    });
    format!("{records}{from}{}.", period.unwrap_or_default())
}

pub(crate) fn figures(html: &mut Html<'_>, page: &Page) -> io::Result<()> {
    if page.counts.is_empty() {
        return Ok(());
    }
    html.raw("<dl class=\"counts\">")?;
    for (label, number) in page.counts.iter().take(COUNTS) {
        html.raw("<div><dt>")?;
        html.data(label, NAME)?;
        html.raw("</dt><dd>")?;
        html.text(&words::count(*number))?;
        html.raw("</dd></div>")?;
    }
    html.raw("</dl>\n")
}

pub(crate) fn earnings(html: &mut Html<'_>, page: &Page) -> io::Result<()> {
    let charts: Vec<(&Earnings, Bars)> = page
        .earnings
        .iter()
        .filter_map(|one| Some((one, one.bars()?)))
        .take(CURRENCIES)
        .collect();
    if charts.is_empty() {
        return Ok(());
    }
    html.raw("<section>\n<h2>Earnings and gigs</h2>\n")?;
    for (number, (earnings, bars)) in charts.iter().enumerate() {
        currency(html, earnings, bars, number)?;
    }
    html.raw("</section>\n")
}

fn currency(html: &mut Html<'_>, earnings: &Earnings, bars: &Bars, number: usize) -> io::Result<()> {
    let amount = |minor| words::amount_of(minor, &earnings.currency, earnings.exponent);
    let shown = i128::try_from(bars.bars.len() + bars.dropped).unwrap_or(1).max(1);
    html.raw("<figure>\n<figcaption class=\"sum\">")?;
    html.text(&amount(earnings.total()))?;
    html.raw("<small>")?;
    if earnings.gigs() > 0 {
        html.text(&format!("{} gigs · ", words::count(earnings.gigs())))?;
    }
    html.text(&format!(
        "{} a {} on average",
        amount(earnings.total() / shown),
        bars.step.word()
    ))?;
    html.raw("</small></figcaption>\n<div class=\"plot\">")?;
    chart::draw(html, earnings, bars, number)?;
    html.raw("</div>\n")?;
    legend(html, earnings, bars)?;
    gaps(html, earnings, bars)?;
    earnings_table(html, earnings, bars)?;
    html.raw("</figure>\n")
}

fn legend(html: &mut Html<'_>, earnings: &Earnings, bars: &Bars) -> io::Result<()> {
    html.raw("<ul class=\"legend\">")?;
    for (series, colour) in bars.series.iter().zip(COLOURS) {
        html.raw("<li><svg viewBox=\"0 0 10 10\" aria-hidden=\"true\"><rect class=\"")?;
        html.raw(colour)?;
        html.raw("\" width=\"10\" height=\"10\" rx=\"2\"/></svg>")?;
        html.data(&series.name, NAME)?;
        html.raw(" ")?;
        html.text(&words::amount_of(
            series.total,
            &earnings.currency,
            earnings.exponent,
        ))?;
        html.raw("</li>")?;
    }
    html.raw("</ul>\n")
}

fn gaps(html: &mut Html<'_>, earnings: &Earnings, bars: &Bars) -> io::Result<()> {
    for gap in earnings.gaps.iter().take(COUNTS) {
        html.raw("<p class=\"aside\">")?;
        html.data(&gap.reason, NAME)?;
        html.text(&format!(": {} to {}.", words::day(gap.from), words::day(gap.to)))?;
        html.raw("</p>\n")?;
    }
    if bars.dropped == 0 {
        return Ok(());
    }
    html.raw("<p class=\"aside\">")?;
    html.text(&format!(
        "The chart leaves out {} earlier {}s.",
        bars.dropped,
        bars.step.word()
    ))?;
    html.raw("</p>\n")
}

fn earnings_table(html: &mut Html<'_>, earnings: &Earnings, bars: &Bars) -> io::Result<()> {
    html.raw("<details><summary>The same as a table</summary><div class=\"scroll\"><table><thead><tr><th>From</th>")?;
    for series in &bars.series {
        html.raw("<th class=\"n\">")?;
        html.data(&series.name, NAME)?;
        html.raw("</th>")?;
    }
    html.raw("<th class=\"n\">Sum</th><th class=\"n\">Gigs</th></tr></thead><tbody>")?;
    for bar in &bars.bars {
        html.raw("<tr><td class=\"w\">")?;
        html.text(&words::day(bar.from))?;
        html.raw("</td>")?;
        for minor in bar.minor.iter().copied().chain([bar.total()]) {
            html.raw("<td class=\"n\">")?;
            html.text(&words::amount_of(minor, &earnings.currency, earnings.exponent))?;
            html.raw("</td>")?;
        }
        html.raw("<td class=\"n\">")?;
        html.text(&words::count(bar.gigs))?;
        html.raw("</td></tr>")?;
    }
    html.raw("</tbody></table></div></details>\n")
}

pub(crate) fn ratings(html: &mut Html<'_>, page: &Page) -> io::Result<()> {
    if page.ratings.is_empty() {
        return Ok(());
    }
    html.raw("<section>\n<h2>Ratings</h2>\n<p class=\"aside\">Each on its platform’s own scale; ")?;
    html.raw("not averaged on purpose.</p>\n<ul class=\"ratings\">")?;
    page.ratings
        .iter()
        .take(RATINGS)
        .try_for_each(|one| rating(html, one))?;
    html.raw("</ul>\n</section>\n")
}

fn rating(html: &mut Html<'_>, rating: &Rating) -> io::Result<()> {
    html.raw("<li><span><b>")?;
    html.data(&rating.platform, NAME)?;
    html.raw("</b><span class=\"quiet\">")?;
    html.data(&rating.name, NAME)?;
    if let Some(count) = rating.count {
        html.raw(if rating.name.is_empty() { "" } else { ", " })?;
        html.text(&words::count(count))?;
        html.raw(if count == 1 { " rating" } else { " ratings" })?;
    }
    html.raw("</span></span><svg class=\"meter\" viewBox=\"0 0 96 6\" preserveAspectRatio=\"none\" aria-hidden=\"true\">")?;
    html.raw("<rect width=\"96\" height=\"6\" rx=\"3\"/><rect height=\"6\" rx=\"3\"")?;
    html.at("width", 96.0 * words::share(rating.score))?;
    html.raw("/></svg><strong>")?;
    html.text(&words::score(rating.score))?;
    html.raw("</strong></li>")
}

pub(crate) fn profile(html: &mut Html<'_>, page: &Page) -> io::Result<()> {
    if page.profile.is_empty() {
        return Ok(());
    }
    html.raw("<section>\n<h2>Profile</h2>\n<dl class=\"facts\">")?;
    for fact in page.profile.iter().take(FACTS) {
        html.raw("<dt>")?;
        html.data(&fact.label, NAME)?;
        html.raw("</dt><dd>")?;
        html.data(&fact.value, 500)?;
        html.raw("</dd>")?;
    }
    html.raw("</dl>\n</section>\n")
}

pub(crate) fn foot(html: &mut Html<'_>, marks: Marks) -> io::Result<()> {
    html.raw("<footer>\n<p>This page is part of a Satchel backpack. It loads nothing from the network and runs no ")?;
    html.raw("program. Every record with its source is in <code>platforms/</code>, every original file in ")?;
    html.raw(
        "<code>raw/</code>; <code>README.txt</code> says how to read and check them without Satchel.</p>\n",
    )?;
    html.raw(if marks.made_up {
        "<p><b>Made-up data.</b></p>\n"
    } else {
        ""
    })?;
    html.raw("</footer>\n")?;
    document::end(html)
}

const MADE_UP: &str = "<p class=\"note\" role=\"note\"><b>Made-up data.</b> The people, gigs and amounts on this \
    page do not exist. It was packed from a demonstration.</p>\n";

const FULL: &str = "<p class=\"note full\" role=\"note\"><b>Full backpack.</b> It also holds sign-ins and private \
    keys, for the move to another computer. Whoever can open it can act as its owner.</p>\n";
