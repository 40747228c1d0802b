//! The values of cells.

use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
};

use jiff::tz::TimeZone;
use time::{OffsetDateTime, PrimitiveDateTime, UtcOffset};
use vault_core::money;
use vault_store::{Amount, Currency, RatingValue};

use super::{
    super::{
        Choices,
        importer::{
            Decimal, Doubt, Importer, LengthUnit, Number, SpanUnit, Written, with_offset_of, zone_of,
        },
    },
    AsideReason,
    bound::{BoundKey, BoundMoney, BoundTime, Zone},
};

/// The furthest that two clocks on two walls are apart, in minutes.
const FURTHEST: i64 = 15 * 60;
/// Metres and seconds beyond which a number is a mistake: a million kilometres, ten years.
const MOST_METRES: i128 = 1_000_000_000;
const MOST_SECONDS: i128 = 10 * 366 * 86_400;
/// How many names of zones are kept.
const MOST_ZONES: usize = 600;

/// What is the same for all rows of a file.
pub(super) struct Context {
    nulls: Vec<String>,
    zone: Option<TimeZone>,
    /// Whether a time was met whose zone only the person can say.
    wall_clock: Cell<bool>,
    zone_known: bool,
    pub(super) without_people: bool,
    zones: RefCell<HashMap<String, Option<TimeZone>>>,
}

/// A moment of a row.
pub(super) struct Moment {
    pub(super) at: OffsetDateTime,
    /// As the file writes it.
    pub(super) civil: PrimitiveDateTime,
    pub(super) doubt: Option<Doubt>,
    /// The file says the offset, by the clock on the wall beside the moment.
    pub(super) offset_said: bool,
}

/// An amount of a row.
pub(super) struct Money {
    pub(super) amount: Amount,
    /// The text, where the amount was rounded.
    pub(super) written: Option<String>,
}

/// Whether a text says that there is nothing: `0`, `0.00`.
pub(super) fn is_zero(text: &str) -> bool {
    Number::read(text, Decimal::Auto).is_some_and(|number| number.whole(1_000_000, 1) == Some((0, true)))
}

impl Context {
    pub(super) fn new(importer: &Importer, choices: &Choices) -> Self {
        let chosen = choices.time_zone.as_ref().or(importer.zone.as_ref());
        Self {
            nulls: importer.nulls.clone(),
            zone: chosen.and_then(|name| zone_of(name).ok()),
            wall_clock: Cell::new(false),
            zone_known: importer.zone.is_some(),
            without_people: choices.without_people,
            zones: RefCell::default(),
        }
    }

    /// Whether a time was met whose zone only the person can say.
    pub(super) fn wall_clock(&self) -> bool {
        self.wall_clock.get()
    }

    /// The first of the columns that says something.
    pub(super) fn text<'c>(&self, columns: &[usize], cells: &[&'c str]) -> Option<&'c str> {
        columns.iter().find_map(|at| {
            let text = cells.get(*at)?.trim();
            let nothing = text.is_empty() || self.nulls.iter().any(|null| null == text);
            (!nothing).then_some(text)
        })
    }

    pub(super) fn owned(&self, columns: &[usize], cells: &[&str]) -> Option<String> {
        self.text(columns, cells).map(str::to_owned)
    }

    pub(super) fn own_key(&self, rule: &BoundKey, cells: &[&str]) -> Option<String> {
        if !rule.whole {
            return None;
        }
        let parts: Option<Vec<&str>> = rule.columns.iter().map(|at| self.text(&[*at], cells)).collect();
        Some(format!("{}:{}", rule.prefix, parts?.join("/")))
    }

    pub(super) fn moment(&self, rule: &BoundTime, cells: &[&str]) -> Result<Option<Moment>, AsideReason> {
        let read = |columns: &[usize]| {
            self.text(columns, cells)
                .map(|text| Written::read(text, &rule.formats).ok_or(AsideReason::BadDate))
                .transpose()
        };
        let wall = read(&rule.local)?;
        let Some(written) = read(&rule.columns)? else {
            // The clock on the wall alone.
            return wall
                .map(|wall| self.in_zone(wall, &Zone::Local, rule, cells))
                .transpose();
        };
        let mut moment = self.in_zone(written, &rule.zone, rule, cells)?;
        if let Some(offset) = wall.and_then(|wall| difference(moment.at, wall.civil)) {
            moment.at = moment.at.to_offset(offset);
            moment.offset_said = true;
        }
        Ok(Some(moment))
    }

    fn in_zone(
        &self,
        written: Written,
        zone: &Zone,
        rule: &BoundTime,
        cells: &[&str],
    ) -> Result<Moment, AsideReason> {
        let civil = written.civil;
        let named = rule
            .zone_column
            .and_then(|at| self.text(&[at], cells))
            .and_then(|name| self.named(name));
        let plain = |at| Moment {
            at,
            civil,
            doubt: None,
            offset_said: false,
        };
        if let Some(exact) = written.exact() {
            // Of the same moment, the offset of the work's zone is worth more than none.
            let at = named
                .filter(|_| exact.offset().is_utc())
                .and_then(|zone| with_offset_of(exact, &zone));
            return Ok(plain(at.unwrap_or(exact)));
        }
        let zone = match zone {
            Zone::Utc => {
                let exact = civil.assume_utc();
                let at = named.and_then(|zone| with_offset_of(exact, &zone));
                return Ok(plain(at.unwrap_or(exact)));
            }
            Zone::Local => named.or_else(|| {
                self.wall_clock.set(!self.zone_known);
                self.zone.clone()
            }),
            Zone::Named(zone) => named.or_else(|| Some(zone.clone())),
        };
        let Some(zone) = zone else {
            return Ok(Moment {
                at: civil.assume_utc(),
                civil,
                doubt: Some(Doubt::Zone),
                offset_said: false,
            });
        };
        let (at, doubt) = written.in_zone(&zone).ok_or(AsideReason::BadDate)?;
        Ok(Moment {
            at,
            civil,
            doubt,
            offset_said: false,
        })
    }

    fn named(&self, name: &str) -> Option<TimeZone> {
        let mut zones = self.zones.borrow_mut();
        if let Some(known) = zones.get(name) {
            return known.clone();
        }
        let zone = zone_of(name).ok();
        if zones.len() < MOST_ZONES {
            zones.insert(name.to_owned(), zone.clone());
        }
        zone
    }

    pub(super) fn distance(
        &self,
        (columns, unit): &(Vec<usize>, LengthUnit),
        cells: &[&str],
    ) -> Result<Option<u32>, AsideReason> {
        let (up, down) = match unit {
            LengthUnit::Metre => (1, 1),
            LengthUnit::Kilometre => (1000, 1),
            LengthUnit::Mile => (1_609_344, 1000),
        };
        self.measure(columns, cells, (up, down), MOST_METRES)
    }

    pub(super) fn duration(
        &self,
        (columns, unit): &(Vec<usize>, SpanUnit),
        cells: &[&str],
    ) -> Result<Option<u32>, AsideReason> {
        let (up, down) = match unit {
            SpanUnit::Millisecond => (1, 1000),
            SpanUnit::Second => (1, 1),
            SpanUnit::Minute => (60, 1),
            SpanUnit::Hour => (3600, 1),
        };
        self.measure(columns, cells, (up, down), MOST_SECONDS)
    }

    fn measure(
        &self,
        columns: &[usize],
        cells: &[&str],
        (up, down): (i128, i128),
        most: i128,
    ) -> Result<Option<u32>, AsideReason> {
        let Some(text) = self.text(columns, cells) else {
            return Ok(None);
        };
        let (whole, _) = Number::read(text, Decimal::Auto)
            .and_then(|number| number.whole(up, down))
            .filter(|(whole, _)| (0..=most).contains(whole))
            .ok_or(AsideReason::BadNumber)?;
        u32::try_from(whole).map(Some).map_err(|_| AsideReason::BadNumber)
    }

    pub(super) fn rating(
        &self,
        (columns, min, max): &(Vec<usize>, i32, i32),
        cells: &[&str],
    ) -> Result<Option<RatingValue>, AsideReason> {
        let Some(text) = self.text(columns, cells) else {
            return Ok(None);
        };
        let (min, max) = (f64::from(*min), f64::from(*max));
        let value: f64 = text
            .replace(',', ".")
            .parse()
            .map_err(|_| AsideReason::BadNumber)?;
        if !(min..=max).contains(&value) {
            return Err(AsideReason::BadNumber);
        }
        Ok(Some(RatingValue {
            name: String::new(),
            value,
            min,
            max,
        }))
    }

    pub(super) fn amount(&self, rule: &BoundMoney, cells: &[&str]) -> Result<Option<Money>, AsideReason> {
        let Some(text) = self.text(&rule.columns, cells) else {
            return if rule.optional {
                Ok(None)
            } else {
                Err(AsideReason::NoAmount)
            };
        };
        let currency: Currency = match self.text(&rule.currency_columns, cells) {
            Some(code) => code
                .to_uppercase()
                .parse()
                .map_err(|_| AsideReason::BadCurrency)?,
            // What stands beside the number is worth more than what the layout takes for granted.
            None => said(text).or(rule.currency).ok_or(AsideReason::NoCurrency)?,
        };
        let exponent = money::exponent(currency);
        let number = Number::read(text, rule.decimal).ok_or(AsideReason::BadAmount)?;
        let (minor, exact) = number.minor(exponent).ok_or(AsideReason::LargeAmount)?;
        if minor.unsigned_abs() > Amount::MAX_MINOR {
            return Err(AsideReason::LargeAmount);
        }
        Ok(Some(Money {
            amount: Amount {
                minor: if rule.negate { -minor } else { minor },
                currency,
                exponent,
            },
            written: (!exact).then(|| text.to_owned()),
        }))
    }
}

/// The currency that stands beside a number: a code, or a sign that only one has. `$` and `kr` are several.
fn said(text: &str) -> Option<Currency> {
    const SIGNS: [(&str, &str); 9] = [
        ("AU $", "AUD"),
        ("C $", "CAD"),
        ("US $", "USD"),
        ("€", "EUR"),
        ("£", "GBP"),
        ("zł", "PLN"),
        ("₹", "INR"),
        ("₺", "TRY"),
        ("₴", "UAH"),
    ];
    if let Some((_, code)) = SIGNS.iter().find(|(sign, _)| text.contains(sign)) {
        return code.parse().ok();
    }
    text.split(|symbol: char| !symbol.is_ascii_uppercase())
        .find(|word| word.len() == 3)
        .and_then(|word| word.parse().ok())
}

/// The offset of a clock on the wall at a moment: quarters of an hour, as all zones have.
fn difference(moment: OffsetDateTime, wall: PrimitiveDateTime) -> Option<UtcOffset> {
    let seconds = (wall.assume_utc() - moment).whole_seconds();
    let minutes = (seconds as f64 / 900.0).round() as i64 * 15;
    if minutes.abs() > FURTHEST || (seconds - minutes * 60).abs() > 120 {
        return None;
    }
    UtcOffset::from_whole_seconds(i32::try_from(minutes * 60).ok()?).ok()
}
