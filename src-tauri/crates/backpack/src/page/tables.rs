//! The tables of the page.

use std::io;

use super::document::{section, table_end, table_head};
use super::html::Html;
use super::rows::{
    Achievement, Assurance, Cooperative, Gig, Left, Newest, PeerKey, Platform, Restriction, Review, Transfer,
};
use super::{Page, words};

/// Longest texts that are shown whole, in characters.
const NAME: usize = 120;
const TEXT: usize = 1_500;
const PLATFORMS: usize = 100;
const COOPERATIVES: usize = 500;
/// Where all records are.
const RECORDS: &str = "platforms/…/records.ndjson";

pub(crate) fn platforms(html: &mut Html<'_>, page: &Page) -> io::Result<()> {
    if page.platforms.is_empty() {
        return Ok(());
    }
    section(html, "Platforms")?;
    table_head(
        html,
        &[
            "Platform",
            "#Work records",
            "#Other records",
            "From",
            "To",
            "How they came here",
            "State",
        ],
    )?;
    rows(html, page.platforms.iter().take(PLATFORMS), platform)
}

fn platform(html: &mut Html<'_>, one: &Platform) -> io::Result<()> {
    html.raw("<td><b>")?;
    html.data(&one.name, NAME)?;
    html.raw("</b></td><td class=\"n\">")?;
    html.text(&words::count(one.work))?;
    html.raw("</td><td class=\"n\">")?;
    html.text(&words::count(one.other))?;
    for date in [one.from, one.to] {
        html.raw("</td><td class=\"w\">")?;
        html.text(&date.map(words::day).unwrap_or_default())?;
    }
    html.raw("</td><td>")?;
    for (index, assurance) in one.assurance.iter().take(4).enumerate() {
        html.raw(if index == 0 { "" } else { ", " })?;
        html.raw(words::assurance(*assurance))?;
    }
    html.raw("</td><td>")?;
    html.data(&one.state, NAME)?;
    html.raw("</td>")
}

pub(crate) fn reviews(html: &mut Html<'_>, page: &Page) -> io::Result<()> {
    let reviews = &page.reviews;
    if reviews.rows.is_empty() {
        return Ok(());
    }
    section(html, "Reviews")?;
    rest(html, reviews, RECORDS)?;
    reviews.rows.iter().try_for_each(|one| review(html, one))?;
    html.raw("</section>\n")
}

fn review(html: &mut Html<'_>, one: &Review) -> io::Result<()> {
    html.raw("<article class=\"review\"><div class=\"top\"><b>")?;
    html.data(
        if one.title.is_empty() {
            &one.platform
        } else {
            &one.title
        },
        NAME,
    )?;
    html.raw("</b>")?;
    if let Some(score) = one.score {
        html.raw("<span class=\"who\">")?;
        html.text(&words::score(score))?;
        html.raw("</span>")?;
    }
    if !one.title.is_empty() {
        html.data(&one.platform, NAME)?;
    }
    if let Some(when) = one.when {
        html.raw("<span>")?;
        html.text(&words::day(when.date()))?;
        html.raw("</span>")?;
    }
    assurance(html, one.assurance)?;
    html.raw("</div><p>")?;
    html.data(&one.text, TEXT)?;
    html.raw("</p></article>\n")
}

pub(crate) fn achievements(html: &mut Html<'_>, page: &Page) -> io::Result<()> {
    let list = &page.achievements;
    if list.rows.is_empty() {
        return Ok(());
    }
    section(html, "Achievements")?;
    rest(html, list, RECORDS)?;
    table_head(html, &["Date", "Platform", "Achievement", "Score", "Source"])?;
    rows(html, &list.rows, achievement)
}

fn achievement(html: &mut Html<'_>, one: &Achievement) -> io::Result<()> {
    html.raw("<td class=\"w\">")?;
    html.text(&one.when.map(|when| words::day(when.date())).unwrap_or_default())?;
    html.raw("</td><td>")?;
    html.data(&one.platform, NAME)?;
    html.raw("</td><td><b>")?;
    html.data(&one.name, NAME)?;
    html.raw("</b> <span class=\"quiet\">")?;
    html.data(&one.description, 400)?;
    html.raw("</span></td><td>")?;
    html.data(&one.score, NAME)?;
    html.raw("</td><td>")?;
    assurance(html, one.assurance)?;
    html.raw("</td>")
}

pub(crate) fn restrictions(html: &mut Html<'_>, page: &Page) -> io::Result<()> {
    let list = &page.restrictions;
    if list.rows.is_empty() {
        return Ok(());
    }
    section(html, "Restrictions")?;
    rest(html, list, RECORDS)?;
    table_head(html, &["From", "To", "Platform", "Restriction", "Source"])?;
    rows(html, &list.rows, restriction)
}

fn restriction(html: &mut Html<'_>, one: &Restriction) -> io::Result<()> {
    for when in [one.start, one.end] {
        html.raw("<td class=\"w\">")?;
        html.text(&when.map(words::moment).unwrap_or_default())?;
        html.raw("</td>")?;
    }
    html.raw("<td>")?;
    html.data(&one.platform, NAME)?;
    html.raw("</td><td>")?;
    html.data(&one.text, 400)?;
    html.raw("</td><td>")?;
    assurance(html, one.assurance)?;
    html.raw("</td>")
}

pub(crate) fn gigs(html: &mut Html<'_>, page: &Page) -> io::Result<()> {
    let list = &page.gigs;
    if list.rows.is_empty() {
        return Ok(());
    }
    section(html, "Work")?;
    rest(html, list, RECORDS)?;
    table_head(
        html,
        &[
            "Start",
            "Platform",
            "Work",
            "#Distance",
            "#Time",
            "#Amount",
            "Source",
        ],
    )?;
    rows(html, &list.rows, gig)
}

fn gig(html: &mut Html<'_>, one: &Gig) -> io::Result<()> {
    html.raw("<td class=\"w\">")?;
    html.text(&one.start.map(words::moment).unwrap_or_default())?;
    html.raw("</td><td>")?;
    html.data(&one.platform, NAME)?;
    html.raw("</td><td>")?;
    html.data(&one.kind, NAME)?;
    for detail in [&one.title, &one.status]
        .into_iter()
        .filter(|detail| !detail.is_empty())
    {
        html.raw(" <span class=\"quiet\">· ")?;
        html.data(detail, NAME)?;
        html.raw("</span>")?;
    }
    let distance = one.distance_m.map(words::distance);
    let duration = one.duration_s.map(words::duration);
    let amount = one.amount.as_ref().map(words::money);
    for number in [distance, duration, amount] {
        html.raw("</td><td class=\"n\">")?;
        html.text(&number.unwrap_or_default())?;
    }
    html.raw("</td><td>")?;
    assurance(html, one.assurance)?;
    html.raw("</td>")
}

pub(crate) fn cooperatives(html: &mut Html<'_>, page: &Page) -> io::Result<()> {
    if page.cooperatives.is_empty() {
        return Ok(());
    }
    section(html, "Cooperatives")?;
    table_head(html, &["Cooperative", "Short name", "Its key", "#Sent there"])?;
    rows(html, page.cooperatives.iter().take(COOPERATIVES), cooperative)
}

fn cooperative(html: &mut Html<'_>, one: &Cooperative) -> io::Result<()> {
    html.raw("<td><b>")?;
    html.data(&one.name, NAME)?;
    html.raw("</b></td><td>")?;
    html.data(&one.id, NAME)?;
    html.raw("</td><td>")?;
    html.text(&match one.key {
        PeerKey::Compared(when) => format!("compared on {}", words::day(when.date())),
        PeerKey::NotCompared => "not compared".to_owned(),
        PeerKey::Changed(when) => format!("changed on {}, not compared", words::day(when.date())),
        PeerKey::Absent => "none".to_owned(),
    })?;
    html.raw("</td><td class=\"n\">")?;
    html.text(&words::count(one.sent))?;
    html.raw("</td>")
}

pub(crate) fn transfers(html: &mut Html<'_>, page: &Page) -> io::Result<()> {
    let list = &page.transfers;
    if list.rows.is_empty() {
        return Ok(());
    }
    section(html, "Transfers")?;
    rest(html, list, "transfers/ and incoming/")?;
    table_head(html, &["Time", "Way", "Cooperative", "Service", "Result"])?;
    rows(html, &list.rows, transfer)
}

fn transfer(html: &mut Html<'_>, one: &Transfer) -> io::Result<()> {
    html.raw("<td class=\"w\">")?;
    html.text(&words::moment(one.when))?;
    html.raw("</td><td>")?;
    html.raw(if one.incoming { "came in" } else { "sent" })?;
    html.raw("</td><td><b>")?;
    html.data(&one.who, NAME)?;
    html.raw("</b></td><td>")?;
    html.data(&one.service, NAME)?;
    html.raw("</td><td>")?;
    html.data(&one.result, NAME)?;
    html.raw("</td>")
}

pub(crate) fn left(html: &mut Html<'_>, page: &Page) -> io::Result<()> {
    let list = &page.left;
    if list.rows.is_empty() {
        return Ok(());
    }
    section(html, "What left the vault")?;
    rest(html, list, "disclosures.ndjson")?;
    table_head(html, &["Time", "Who", "What", "Result"])?;
    rows(html, &list.rows, left_row)
}

fn left_row(html: &mut Html<'_>, one: &Left) -> io::Result<()> {
    html.raw("<td class=\"w\">")?;
    html.text(&words::moment(one.when))?;
    html.raw("</td><td><b>")?;
    html.data(&one.who, NAME)?;
    html.raw("</b></td><td>")?;
    html.data(&one.what, 400)?;
    html.raw("</td><td>")?;
    html.data(&one.result, NAME)?;
    html.raw("</td>")
}

fn assurance(html: &mut Html<'_>, assurance: Assurance) -> io::Result<()> {
    let typed = assurance == Assurance::Typed;
    html.raw(if typed {
        "<span class=\"typed\">"
    } else {
        "<span class=\"quiet\">"
    })?;
    html.raw(words::assurance(assurance))?;
    html.raw("</span>")
}

/// Says how many rows there are and where the others can be found.
fn rest<T>(html: &mut Html<'_>, list: &Newest<T>, file: &'static str) -> io::Result<()> {
    let shown = u64::try_from(list.rows.len()).unwrap_or(u64::MAX);
    html.raw("<p class=\"aside\">")?;
    if shown >= list.total {
        html.text(&format!("{} in all.", words::count(list.total)))?;
    } else {
        html.text(&format!(
            "The newest {} of {}. ",
            words::count(shown),
            words::count(list.total)
        ))?;
        html.raw("All are in <code>")?;
        html.raw(file)?;
        html.raw("</code>.")?;
    }
    html.raw("</p>\n")
}

/// Writes the rows of a table, and closes it and its section.
fn rows<'r, T: 'r>(
    html: &mut Html<'_>,
    rows: impl IntoIterator<Item = &'r T>,
    row: impl Fn(&mut Html<'_>, &T) -> io::Result<()>,
) -> io::Result<()> {
    for one in rows {
        html.raw("<tr>")?;
        row(html, one)?;
        html.raw("</tr>\n")?;
    }
    table_end(html)?;
    html.raw("</section>\n")
}
