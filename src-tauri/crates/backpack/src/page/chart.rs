//! Earnings as stacked bars, gigs mirrored below them on the same time axis, as inline SVG.

use std::io;

use super::earnings::{Bar, Bars, Earnings, Gap, Step};
use super::html::Html;
use super::words;

const WIDTH: f64 = 880.0;
const LEFT: f64 = 68.0;
const TOP: f64 = 14.0;
/// Where earnings stand and where gigs hang.
const BASE: f64 = 206.0;
const GIGS_TOP: f64 = 232.0;
const GIGS_BOTTOM: f64 = 284.0;
/// Where a chart without gigs ends.
const BARE_BOTTOM: f64 = 230.0;
/// About the width of a character.
const CHARACTER: f64 = 6.2;
/// A gap with room for fewer characters is only hatched.
const SHORTEST_REASON: usize = 12;

/// The scale of a chart.
struct Plot<'a> {
    earnings: &'a Earnings,
    bars: &'a Bars,
    slot: f64,
    per_minor: f64,
    per_gig: f64,
    grid: Grid,
}

/// Lines at round values.
struct Grid {
    step: i128,
    lines: i128,
}

/// Draws the chart. `number` tells several charts of one page apart.
pub(crate) fn draw(html: &mut Html<'_>, earnings: &Earnings, bars: &Bars, number: usize) -> io::Result<()> {
    let plot = Plot::new(earnings, bars);
    html.raw("<svg viewBox=\"0 0 880 ")?;
    html.point(plot.bottom() + 6.0)?;
    html.raw("\" role=\"img\" aria-label=\"")?;
    html.text(&plot.sentence())?;
    html.raw("\"><defs><pattern id=\"hatch")?;
    html.text(&number.to_string())?;
    html.raw("\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">")?;
    html.raw("<path class=\"hatch\" d=\"M0 0V6\"/></pattern></defs>")?;
    plot.grid(html)?;
    earnings
        .gaps
        .iter()
        .try_for_each(|gap| plot.gap(html, gap, number))?;
    bars.bars
        .iter()
        .enumerate()
        .try_for_each(|(index, bar)| plot.bar(html, index, bar))?;
    plot.axis(html)?;
    html.raw("</svg>")
}

impl<'a> Plot<'a> {
    fn new(earnings: &'a Earnings, bars: &'a Bars) -> Self {
        let highest = bars.bars.iter().map(Bar::height).max().unwrap_or(0).max(1);
        let most_gigs = bars.bars.iter().map(|bar| bar.gigs).max().unwrap_or(0).max(1);
        let grid = Grid::below(highest);
        let top = highest.max(grid.step.saturating_mul(grid.lines));
        Self {
            earnings,
            bars,
            slot: (WIDTH - LEFT) / bars.bars.len().max(1) as f64,
            per_minor: (BASE - TOP) / top as f64,
            per_gig: (GIGS_BOTTOM - GIGS_TOP) / most_gigs as f64,
            grid,
        }
    }

    fn sentence(&self) -> String {
        let ends = self.bars.bars.first().zip(self.bars.bars.last());
        let period = ends
            .map(|(first, last)| format!(" from {} to {}", words::day(first.from), words::day(last.from)));
        format!(
            "Earnings in {} by {}{}. Sum {}, {} gigs.",
            self.earnings.currency,
            self.bars.step.word(),
            period.unwrap_or_default(),
            self.amount(self.earnings.total()),
            words::count(self.earnings.gigs()),
        )
    }

    fn amount(&self, minor: i128) -> String {
        words::amount_of(minor, &self.earnings.currency, self.earnings.exponent)
    }

    fn bottom(&self) -> f64 {
        if self.earnings.gigs() == 0 {
            BARE_BOTTOM
        } else {
            GIGS_BOTTOM
        }
    }

    fn x(&self, index: usize) -> f64 {
        LEFT + self.slot * index as f64
    }

    fn grid(&self, html: &mut Html<'_>) -> io::Result<()> {
        for line in 0..=self.grid.lines {
            let minor = self.grid.step.saturating_mul(line);
            let y = BASE - minor as f64 * self.per_minor;
            html.raw(if line == 0 {
                "<path class=\"base\" d=\"M"
            } else {
                "<path class=\"line\" d=\"M"
            })?;
            html.point(LEFT)?;
            html.raw(" ")?;
            html.point(y)?;
            html.raw("H880\"/>")?;
            self.label(html, LEFT - 10.0, y + 4.0, "end", &self.tick(minor))?;
        }
        if self.earnings.gigs() == 0 {
            return Ok(());
        }
        self.label(html, LEFT - 10.0, GIGS_TOP + 9.0, "end", "gigs")
    }

    /// Whole units where the grid allows it; the currency stands at the highest line only.
    fn tick(&self, minor: i128) -> String {
        let unit = 10_i128.saturating_pow(self.earnings.exponent.min(6).into());
        let highest = minor == self.grid.step.saturating_mul(self.grid.lines);
        let currency = if highest {
            self.earnings.currency.as_str()
        } else {
            words::PLAIN
        };
        if minor == 0 {
            "0".to_owned()
        } else if self.grid.step % unit == 0 {
            words::amount_of(minor / unit, currency, 0)
        } else {
            words::amount_of(minor, currency, self.earnings.exponent)
        }
    }

    fn bar(&self, html: &mut Html<'_>, index: usize, bar: &Bar) -> io::Result<()> {
        let x = self.x(index) + self.slot * 0.12;
        let width = (self.slot * 0.76).max(1.0);
        html.raw("<g><title>")?;
        html.text(&self.tooltip(bar))?;
        html.raw("</title>")?;
        let mut y = BASE;
        for (class, minor) in COLOURS.iter().zip(&bar.minor) {
            let height = (*minor).max(0) as f64 * self.per_minor;
            y -= height;
            let gap = if height > 2.0 { 1.0 } else { 0.0 };
            rect(html, class, [x, y, width, height - gap])?;
        }
        rect(html, "gigs", [x, GIGS_TOP, width, bar.gigs as f64 * self.per_gig])?;
        html.raw("</g>")
    }

    fn tooltip(&self, bar: &Bar) -> String {
        let when = period_name(self.bars.step, bar);
        let gigs = if bar.gigs == 1 { "gig" } else { "gigs" };
        format!(
            "{when}: {}, {} {gigs}",
            self.amount(bar.total()),
            words::count(bar.gigs)
        )
    }

    fn gap(&self, html: &mut Html<'_>, gap: &Gap, number: usize) -> io::Result<()> {
        let start = self.bars.step.start(gap.from);
        let first = self.bars.bars.iter().position(|bar| bar.from >= start);
        let last = self.bars.bars.iter().rposition(|bar| bar.from <= gap.to);
        let Some((first, last)) = first.zip(last).filter(|(first, last)| first <= last) else {
            return Ok(());
        };
        let (x, end) = (self.x(first), self.x(last + 1));
        html.raw("<rect fill=\"url(#hatch")?;
        html.text(&number.to_string())?;
        html.raw(")\"")?;
        place(html, [x, TOP, end - x, self.bottom() - TOP])?;
        html.raw("/>")?;
        let room = ((end - x) / CHARACTER) as usize;
        if room < SHORTEST_REASON {
            return Ok(());
        }
        rect(html, "paper", [x, TOP, end - x, 22.0])?;
        self.label(
            html,
            (x + end) / 2.0,
            TOP + 15.0,
            "middle",
            &words::cut(&gap.reason, room),
        )
    }

    fn axis(&self, html: &mut Html<'_>) -> io::Result<()> {
        let mut free_from = f64::MIN;
        for (index, bar) in self.bars.bars.iter().enumerate() {
            let before = index.checked_sub(1).and_then(|before| self.bars.bars.get(before));
            let middle = self.x(index) + self.slot / 2.0;
            let Some(name) = axis_name(self.bars.step, bar, before).filter(|_| middle >= free_from) else {
                continue;
            };
            let (anchor, reach) = if index == 0 && self.slot < 30.0 {
                ("start", 12.0)
            } else {
                ("middle", 0.0)
            };
            self.label(html, middle - reach, BASE + 17.0, anchor, &name)?;
            free_from = middle + 34.0;
        }
        Ok(())
    }

    fn label(&self, html: &mut Html<'_>, x: f64, y: f64, anchor: &'static str, text: &str) -> io::Result<()> {
        html.raw("<text")?;
        html.at("x", x)?;
        html.at("y", y)?;
        html.raw(" text-anchor=\"")?;
        html.raw(anchor)?;
        html.raw("\">")?;
        html.text(text)?;
        html.raw("</text>")
    }
}

impl Grid {
    /// Three to six lines at one, two or five times a power of ten.
    fn below(highest: i128) -> Self {
        let mut power = 1_i128;
        loop {
            for factor in [1, 2, 5] {
                let step = power.saturating_mul(factor);
                if highest / step <= 5 {
                    return Self {
                        step,
                        lines: highest / step,
                    };
                }
            }
            power = power.saturating_mul(10);
        }
    }
}

/// The classes of the series, the largest first.
pub(crate) const COLOURS: [&str; 5] = ["s1", "s2", "s3", "s4", "s5"];

/// The name of a bar’s time in words.
pub(crate) fn period_name(step: Step, bar: &Bar) -> String {
    match step {
        Step::Week => format!("Week of {}", words::day(bar.from)),
        Step::Month => words::month_and_year(bar.from),
        Step::Year => bar.from.year().to_string(),
    }
}

/// What the axis says under a bar, if anything.
fn axis_name(step: Step, bar: &Bar, before: Option<&Bar>) -> Option<String> {
    let new_year = before.is_none_or(|before| before.from.year() != bar.from.year());
    let new_month = new_year || before.is_some_and(|before| before.from.month() != bar.from.month());
    match step {
        Step::Week | Step::Month if new_year && before.is_some() => Some(bar.from.year().to_string()),
        Step::Week | Step::Month => new_month.then(|| format!("{:.3}", bar.from.month())),
        Step::Year => Some(bar.from.year().to_string()),
    }
}

fn rect(html: &mut Html<'_>, class: &'static str, at: [f64; 4]) -> io::Result<()> {
    let [_, _, _, height] = at;
    if height <= 0.0 {
        return Ok(());
    }
    html.raw("<rect class=\"")?;
    html.raw(class)?;
    html.raw("\"")?;
    place(html, at)?;
    html.raw("/>")
}

fn place(html: &mut Html<'_>, [x, y, width, height]: [f64; 4]) -> io::Result<()> {
    html.at("x", x)?;
    html.at("y", y)?;
    html.at("width", width)?;
    html.at("height", height)
}
