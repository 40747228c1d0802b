//! The script that makes the files: from a seed, with the columns of the importer files in an order of its own, and with every trick that real
//! exports have. It counts and adds up by itself what it wrote.

use std::{collections::BTreeMap, fs, path::Path};

use serde_json::{Map, Value, json};
use time::{Duration, OffsetDateTime, macros::datetime};

/// Words of a column and where they say that money counts; nowhere for a row that others say already.
pub(super) type Words = &'static [(&'static str, Option<Sum>)];

/// A layout, and how its files are made.
pub(super) struct Spec {
    pub(super) importer: &'static str,
    pub(super) layout: &'static str,
    pub(super) name: &'static str,
    pub(super) form: Form,
    /// Columns with the start; the first that is not empty counts.
    pub(super) start: &'static [&'static str],
    /// Columns with the end.
    pub(super) end: &'static [&'static str],
    /// How dates are written.
    pub(super) date: Date,
    pub(super) id: &'static [&'static str],
    /// What a row brings: the column, where it counts, and its sign.
    pub(super) money: &'static [(&'static str, Sum, i64)],
    /// Whether a row without an amount is no row.
    pub(super) needs_money: bool,
    pub(super) currency: Option<&'static str>,
    /// The currency where no column says one.
    pub(super) plain: Option<&'static str>,
    /// A column whose words say where the money counts.
    pub(super) types: Option<(&'static str, Words)>,
    pub(super) fixed: &'static [(&'static str, &'static str)],
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Csv(char),
    Latin,
    Wide,
    Sheet,
    Nested,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Sum {
    Payments,
    Payouts,
    Charges,
    Statements,
    Work,
}

#[derive(Clone, Copy)]
pub(super) enum Date {
    None,
    Iso,
    IsoUtc,
    Nanoseconds,
    Year,
    /// Days as a workbook counts them.
    Days,
    /// A pattern of the `time` crate.
    As(&'static str),
}

/// A file, and what it holds.
pub(super) struct Made {
    pub(super) name: &'static str,
    pub(super) bytes: Vec<u8>,
    pub(super) expected: Value,
}

struct Dice(u64);

impl Dice {
    fn new(seed: &str) -> Self {
        Self(seed.bytes().fold(0x9e37_79b9_7f4a_7c15, |sum, byte| {
            (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        }))
    }

    fn below(&mut self, most: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % most
    }
}

enum Outcome {
    Accepted(Vec<(String, Sum, i64)>),
    Contained,
    Aside,
}

type Row = BTreeMap<String, String>;

struct Maker<'s> {
    spec: &'s Spec,
    dice: Dice,
    header: Vec<String>,
    rows: Vec<(Vec<String>, Outcome)>,
    count: u64,
}

/// The columns of a layout, as its importer file has them.
fn columns(importer: &str, layout: &str) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("importers/{importer}.toml"));
    let file: toml::Table = fs::read_to_string(path).unwrap().parse().unwrap();
    let layouts = file["layout"].as_array().unwrap();
    let layout = layouts
        .iter()
        .find(|one| one["id"].as_str() == Some(layout))
        .unwrap();
    let list = |name: &str| {
        let list = layout.get(name).and_then(toml::Value::as_array);
        list.into_iter()
            .flatten()
            .map(|column| column.as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    [list("needs"), list("knows")].concat()
}

pub(super) fn make(spec: &Spec) -> Made {
    let mut header = columns(spec.importer, spec.layout);
    let mut dice = Dice::new(spec.layout);
    // Any order, as long as the second of a name comes after the first.
    for at in (1..header.len()).rev() {
        header.swap(at, usize::try_from(dice.below(at as u64 + 1)).unwrap());
    }
    let doubles: Vec<String> = header
        .iter()
        .filter(|name| name.ends_with("#2"))
        .cloned()
        .collect();
    for double in doubles {
        let first = header
            .iter()
            .position(|name| *name == double.trim_end_matches("#2"))
            .unwrap();
        let second = header.iter().position(|name| *name == double).unwrap();
        if second < first {
            header.swap(first, second);
        }
    }
    let mut maker = Maker {
        spec,
        dice,
        header,
        rows: Vec::new(),
        count: 0,
    };
    for _ in 0..60 {
        let (row, money) = maker.plain();
        maker.add(row, Outcome::Accepted(money));
    }
    maker.tricks();
    Made {
        name: spec.name,
        expected: maker.expected(),
        bytes: maker.bytes(),
    }
}

impl Maker<'_> {
    fn when(&self, minutes: u64) -> OffsetDateTime {
        datetime!(2024-02-27 06:13:20 UTC) + Duration::minutes(i64::try_from(minutes).unwrap())
    }

    fn date(&self, moment: OffsetDateTime) -> String {
        let iso = "[year]-[month]-[day] [hour]:[minute]:[second]";
        let by = |pattern: &str| {
            moment
                .format(&time::format_description::parse_borrowed::<2>(pattern).unwrap())
                .unwrap()
        };
        match self.spec.date {
            Date::None => String::new(),
            Date::Iso => by(iso),
            Date::IsoUtc => by(&format!("{iso} +0000 UTC")),
            Date::Nanoseconds => by(&format!("{iso}.123456789")),
            Date::Year => by("[year]"),
            Date::Days => format!("=date:{}", moment.date().to_julian_day() - 2_415_019),
            Date::As(pattern) => by(pattern),
        }
    }

    /// A row with nothing special about it.
    fn plain(&mut self) -> (Row, Vec<(String, Sum, i64)>) {
        self.count += 1;
        let mut row = Row::new();
        let at = self.when(self.count * 2207);
        for column in self.spec.start {
            row.insert((*column).to_owned(), self.date(at));
        }
        for column in self.spec.end {
            row.insert(
                (*column).to_owned(),
                self.date(at + Duration::hours(if self.spec.date_only() { 48 } else { 1 })),
            );
        }
        for column in self.spec.id {
            row.insert(
                (*column).to_owned(),
                format!("id-{}-{}", self.spec.layout, self.count),
            );
        }
        for (column, word) in self.spec.fixed {
            row.insert((*column).to_owned(), (*word).to_owned());
        }
        let mut sum = None;
        if let Some((column, words)) = self.spec.types {
            let known: Vec<_> = words.iter().filter(|(_, sum)| sum.is_some()).collect();
            let (word, counted) = known[usize::try_from(self.dice.below(known.len() as u64)).unwrap()];
            row.insert(column.to_owned(), (*word).to_owned());
            sum = *counted;
        }
        let currency = self.spec.plain.unwrap_or("EUR").to_owned();
        if let Some(column) = self.spec.currency {
            row.insert(column.to_owned(), currency.clone());
        }
        let mut money = Vec::new();
        for (column, counted, sign) in self.spec.money {
            let minor = i64::try_from(self.dice.below(90_000)).unwrap() + 1;
            row.insert((*column).to_owned(), self.decimal(minor));
            money.push((currency.clone(), sum.unwrap_or(*counted), minor * sign));
        }
        (row, money)
    }

    /// An amount in one of the ways in which files write them.
    fn decimal(&mut self, minor: i64) -> String {
        let (whole, cents) = (minor / 100, minor % 100);
        let text = format!("{whole}.{cents:02}");
        match self.dice.below(4) {
            0 if self.spec.importer == "github-sponsors" => format!("${text}"),
            1 if self.spec.form == Form::Sheet => format!("=number:{text}"),
            2 if self.spec.form == Form::Csv(';') => text.replace('.', ","),
            3 => format!("{text}00"),
            _ => text,
        }
    }

    fn add(&mut self, row: Row, outcome: Outcome) {
        let cells = self
            .header
            .iter()
            .map(|column| {
                row.get(column)
                    .cloned()
                    .unwrap_or_else(|| filler(column, self.count))
            })
            .collect();
        self.rows.push((cells, outcome));
    }

    fn tricks(&mut self) {
        let spec = self.spec;
        let csv = matches!(spec.form, Form::Csv(_) | Form::Latin | Form::Wide);
        let width = self.header.len();
        if csv && width > 1 {
            // Blanks, the header once more, and a row that is cut.
            self.rows.push((vec![" ".to_owned(); width], Outcome::Contained));
            let header = self.header.iter().map(|name| shown(name)).collect();
            self.rows.push((header, Outcome::Contained));
            let (row, _) = self.plain();
            self.add(row, Outcome::Aside);
            self.rows.last_mut().unwrap().0.pop();
        }
        if let Some((column, words)) = spec.types {
            for (word, _) in words.iter().filter(|(_, sum)| sum.is_none()) {
                let (mut row, _) = self.plain();
                row.insert(column.to_owned(), (*word).to_owned());
                self.add(row, Outcome::Contained);
            }
        }
        if !spec.start.is_empty() {
            let (mut bad, _) = self.plain();
            let (mut none, _) = self.plain();
            for column in spec.start {
                bad.insert((*column).to_owned(), "31/02/2026 25:14".to_owned());
                none.insert(
                    (*column).to_owned(),
                    if spec.importer == "ebay" { "--" } else { "\\N" }.to_owned(),
                );
            }
            self.add(bad, Outcome::Aside);
            self.add(none, Outcome::Aside);
        }
        if !spec.end.is_empty() {
            let (mut row, _) = self.plain();
            let before = self.date(datetime!(2001-01-02 03:04 UTC));
            for column in spec.end {
                row.insert((*column).to_owned(), before.clone());
            }
            self.add(row, Outcome::Aside);
        }
        if spec.needs_money {
            for wrong in ["12 apples", "", "99999999999999999"] {
                let (mut row, _) = self.plain();
                row.insert(spec.money[0].0.to_owned(), wrong.to_owned());
                self.add(row, Outcome::Aside);
            }
        }
        if let Some(column) = spec
            .currency
            .filter(|_| !spec.money.is_empty() && spec.money.len() == 1)
        {
            self.currencies(column);
        }
        // Blanks around everything.
        let (row, money) = self.plain();
        let row = row.into_iter().map(|(name, text)| {
            let text = if text.starts_with('=') {
                text
            } else {
                format!(" {text}  ")
            };
            (name, text)
        });
        self.add(row.collect(), Outcome::Accepted(money));
        // The same row once more: without an id there are two, with one it is the same.
        let (row, money) = self.plain();
        self.add(row.clone(), Outcome::Accepted(money.clone()));
        let again = if spec.id.is_empty() {
            Outcome::Accepted(money)
        } else {
            Outcome::Aside
        };
        self.add(row, again);
    }

    /// Currencies without decimals and with three; one that is none; none at all.
    fn currencies(&mut self, column: &str) {
        let amount = self.spec.money[0];
        let counted = |row: &Row| {
            let word = self.spec.types.and_then(|(column, words)| {
                let word = row.get(column)?;
                words.iter().find(|(known, _)| known == word)?.1
            });
            word.unwrap_or(amount.1)
        };
        let mut made = Vec::new();
        for (code, text, minor) in [
            ("JPY", "1200", 1200),
            ("TND", "7.125", 7125),
            ("KWD", "-0.5", -500),
        ] {
            let row = self.dateless();
            made.push((row, code, text, Some(minor)));
        }
        let row = self.dateless();
        made.push((row, "euros", "1.00", None));
        if self.spec.plain.is_none() && self.spec.needs_money {
            let row = self.dateless();
            made.push((row, "", "1.00", None));
        }
        for (mut row, code, text, minor) in made {
            row.insert(column.to_owned(), code.to_owned());
            row.insert(amount.0.to_owned(), text.to_owned());
            let outcome = match minor {
                Some(minor) => Outcome::Accepted(vec![(code.to_owned(), counted(&row), minor * amount.2)]),
                None => Outcome::Aside,
            };
            self.add(row, outcome);
        }
    }

    fn dateless(&mut self) -> Row {
        self.plain().0
    }

    fn expected(&self) -> Value {
        let mut money: BTreeMap<String, [i64; 5]> = BTreeMap::new();
        let (mut accepted, mut contained, mut aside) = (0, 0, 0);
        for (_, outcome) in &self.rows {
            match outcome {
                Outcome::Accepted(amounts) => {
                    accepted += 1;
                    for (currency, sum, minor) in amounts {
                        money.entry(currency.clone()).or_default()[*sum as usize] += minor;
                    }
                }
                Outcome::Contained => contained += 1,
                Outcome::Aside => aside += 1,
            }
        }
        let money: BTreeMap<String, Value> = money
            .into_iter()
            .map(|(currency, [payments, payouts, charges, statements, work])| {
                (currency, json!({"payments": payments, "payouts": payouts, "charges": charges, "statements": statements, "work": work}))
            })
            .collect();
        json!({
            "rows": self.rows.len(), "accepted": accepted, "contained": contained, "aside": aside, "money": money,
        })
    }

    fn bytes(&self) -> Vec<u8> {
        let header: Vec<String> = self.header.iter().map(|name| shown(name)).collect();
        let mut rows = vec![header];
        rows.extend(self.rows.iter().map(|(cells, _)| cells.clone()));
        let text = |delimiter: char| -> String { rows.iter().map(|row| line(row, delimiter)).collect() };
        match self.spec.form {
            Form::Csv(',') => format!("\u{feff}{}", text(',')).into_bytes(),
            Form::Csv(delimiter) => text(delimiter).into_bytes(),
            Form::Latin => text(';')
                .chars()
                .map(|symbol| {
                    if symbol == '€' {
                        0x80
                    } else {
                        u8::try_from(u32::from(symbol)).unwrap_or(b'?')
                    }
                })
                .collect(),
            Form::Wide => [0xfeff]
                .into_iter()
                .chain(text('\t').encode_utf16())
                .flat_map(u16::to_le_bytes)
                .collect(),
            Form::Sheet => {
                super::kit::workbook(&[("Read me please", &[vec!["Words".to_owned()]]), ("Data", &rows)])
            }
            Form::Nested => self.nested(),
        }
    }

    /// JSON with the rows of a prefix as a list inside an item each.
    fn nested(&self) -> Vec<u8> {
        let mut items = Vec::new();
        for (cells, _) in &self.rows {
            let (mut own, mut inner) = (Map::new(), Map::new());
            for (name, cell) in self.header.iter().zip(cells) {
                match name.split_once('.') {
                    Some((_, name)) => inner.insert(name.to_owned(), cell.as_str().into()),
                    None => own.insert(name.clone(), cell.as_str().into()),
                };
            }
            own.insert("transactions".to_owned(), json!([inner]));
            items.push(Value::Object(own));
        }
        json!({ "exported": "today", "sponsors": items })
            .to_string()
            .into_bytes()
    }
}

impl Spec {
    fn date_only(&self) -> bool {
        match self.date {
            Date::As(pattern) => !pattern.contains("hour"),
            Date::None | Date::Iso | Date::IsoUtc | Date::Nanoseconds => false,
            Date::Year | Date::Days => true,
        }
    }
}

/// Something plausible for a column that no rule is about. Texts are awkward on purpose.
fn filler(column: &str, count: u64) -> String {
    let name = column.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
    if has(&["_local", "_usd", "timestamp", "time", "date"])
        || has(&[
            "distance", "duration", "hours", "minutes", "miles", "seconds", "amount", "paid",
        ])
    {
        return if count.is_multiple_of(3) {
            "\\N".to_owned()
        } else {
            String::new()
        };
    }
    if has(&["name", "title", "description", "street", "address"]) {
        return format!("Ängström \"{count}\", café; line\nbreak");
    }
    if has(&["lat", "lng"]) {
        return format!("{}.{count:06}", 41);
    }
    match count % 3 {
        0 => "\\N".to_owned(),
        1 => String::new(),
        _ => format!("x{count}"),
    }
}

/// The name of a column as the platform writes it: a second one has the name of the first, and Wolt's has a blank at its end.
fn shown(name: &str) -> String {
    match name {
        "Task creation time" => "Task creation time ".to_owned(),
        name => name.trim_end_matches("#2").to_owned(),
    }
}

fn line(cells: &[String], delimiter: char) -> String {
    let cells: Vec<String> = cells
        .iter()
        .map(|cell| {
            if cell.contains([delimiter, '"', '\n']) {
                format!("\"{}\"", cell.replace('"', "\"\""))
            } else {
                cell.clone()
            }
        })
        .collect();
    cells.join(&delimiter.to_string()) + "\r\n"
}
