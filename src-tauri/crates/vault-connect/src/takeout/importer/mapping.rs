//! A mapping: what a person says about the columns of a table that no importer knows. It becomes an importer, which holds names of columns and
//! rules, and no value.

use serde::{Deserialize, Serialize};
use toml::{Table, Value};

use super::super::shape::Look;
use super::format::{Importer, ImporterFault, normal, whole, zone_of};

/// What a person says about a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Mapping {
    /// What to call it.
    pub name: String,
    /// Id of the platform.
    pub platform: String,
    /// What its rows are: `work`, `payment` and so on.
    pub kind: String,
    /// Columns and what they are.
    pub columns: Vec<MappedColumn>,
    /// How dates are written: one of [`DATE_FORMATS`].
    pub date_format: String,
    /// The zone of times on the wall (IANA), or `UTC`.
    pub time_zone: String,
    /// The sign before the decimals, `.` or `,`.
    pub decimal: String,
    /// The currency where no column says one; may be empty where one does.
    pub currency: String,
    /// The column with the currency.
    pub currency_column: Option<String>,
    /// Columns that speak of others.
    pub person: Vec<String>,
    /// The header of the table that it was made for, as [`super::super::Look::header`] has it: it counts for tables with exactly this header. One
    /// that was made before headers were kept counts for every table with its columns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<String>,
}

/// A column and the member of a record that it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MappedColumn {
    /// Its name in the header.
    pub column: String,
    /// One of [`MEMBERS`].
    pub member: String,
}

/// What a column can be.
pub const MEMBERS: [&str; 15] = [
    "start",
    "end",
    "id",
    "type",
    "title",
    "status",
    "text",
    "amount",
    "distance_km",
    "distance_miles",
    "duration_minutes",
    "duration_seconds",
    "rating",
    "work",
    "extra",
];

/// How dates can be written: an example, and the patterns behind it.
pub const DATE_FORMATS: [(&str, &[&str]); 7] = [
    ("2024-12-31 18:30", &["iso"]),
    (
        "31.12.2024 18:30",
        &["%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%d.%m.%Y"],
    ),
    (
        "31/12/2024 18:30",
        &["%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%Y"],
    ),
    (
        "31-12-2024 18:30",
        &["%d-%m-%Y %H:%M:%S", "%d-%m-%Y %H:%M", "%d-%m-%Y"],
    ),
    (
        "12/31/2024 6:30 PM",
        &[
            "%m/%d/%Y %I:%M:%S %p",
            "%m/%d/%Y %I:%M %p",
            "%m/%d/%Y %H:%M:%S",
            "%m/%d/%Y %H:%M",
            "%m/%d/%Y",
        ],
    ),
    (
        "Dec 31, 2024",
        &[
            "%b %d, %Y, %I:%M:%S %p",
            "%b %d, %Y %I:%M %p",
            "%b %d, %Y",
            "%d %b %Y",
        ],
    ),
    ("1735669800", &["unix"]),
];

impl Mapping {
    /// The importer file that does what the mapping says.
    ///
    /// # Errors
    /// What is wrong with the mapping.
    pub fn to_toml(&self) -> Result<String, ImporterFault> {
        let patterns = DATE_FORMATS
            .iter()
            .find(|(example, _)| *example == self.date_format)
            .map(|(_, patterns)| *patterns)
            .ok_or_else(|| whole("the form of dates is not one of the list"))?;
        if !matches!(self.decimal.as_str(), "." | ",") {
            return Err(whole("the sign before the decimals is . or ,"));
        }
        if self.time_zone != "UTC" {
            zone_of(&self.time_zone)?;
        }
        let record = self.rules(patterns)?;
        let mut needs: Vec<String> = Vec::new();
        let columns = self.columns.iter().map(|column| &column.column);
        for name in columns.chain(&self.person).chain(&self.currency_column) {
            if !needs.iter().any(|known| normal(known) == normal(name)) {
                needs.push(name.clone());
            }
        }
        let mut layout = Table::new();
        layout.insert("id".into(), "own".into());
        layout.insert("what".into(), self.name.as_str().into());
        layout.insert("words".into(), "your own mapping".into());
        layout.insert("needs".into(), texts(&needs));
        layout.insert("people".into(), texts(&self.person));
        if let Some(header) = &self.header {
            layout.insert("header".into(), header.as_str().into());
        }
        layout.insert("record".into(), Value::Array(vec![Value::Table(record)]));
        let mut file = Table::new();
        file.insert("importer".into(), 1.into());
        file.insert("id".into(), format!("own-{}", id_of(&self.name)).into());
        file.insert("platform".into(), self.platform.as_str().into());
        file.insert("name".into(), self.name.as_str().into());
        file.insert("layout".into(), Value::Array(vec![Value::Table(layout)]));
        let text = toml::to_string(&file).map_err(|_| whole("the mapping cannot be written"))?;
        Importer::read(&text).map(|_| text)
    }

    /// The importer that does what the mapping says.
    ///
    /// # Errors
    /// What is wrong with the mapping.
    pub fn importer(&self) -> Result<Importer, ImporterFault> {
        Importer::read(&self.to_toml()?)
    }

    /// The mapping for the table that was looked at, and for those with its header.
    ///
    /// # Errors
    /// It names a column that the table has not, or has another mistake.
    pub fn of_table(mut self, look: &Look) -> Result<Self, ImporterFault> {
        let columns = self.columns.iter().map(|mapped| &mapped.column);
        let mut named = columns.chain(&self.person).chain(&self.currency_column);
        if !named.all(|name| look.columns.iter().any(|column| column.name == *name)) {
            return Err(whole("the table has no column of this name"));
        }
        self.header = Some(look.header.clone());
        self.importer()?;
        Ok(self)
    }

    fn of(&self, member: &str) -> Vec<String> {
        let columns = self.columns.iter().filter(|column| column.member == member);
        columns.map(|column| column.column.clone()).collect()
    }

    fn rules(&self, patterns: &[&str]) -> Result<Table, ImporterFault> {
        if let Some(column) = self
            .columns
            .iter()
            .find(|column| !MEMBERS.contains(&column.member.as_str()))
        {
            return Err(whole(&format!(
                "no record has a member {}",
                id_of(&column.member)
            )));
        }
        let mut record = Table::new();
        record.insert("kind".into(), self.kind.as_str().into());
        let zone = if self.time_zone == "UTC" {
            "utc"
        } else {
            self.time_zone.as_str()
        };
        for member in ["start", "end"] {
            let columns = self.of(member);
            if !columns.is_empty() {
                let mut rule = Table::new();
                rule.insert("columns".into(), texts(&columns));
                rule.insert(
                    "formats".into(),
                    texts(&patterns.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>()),
                );
                rule.insert("zone".into(), zone.into());
                record.insert(member.into(), Value::Table(rule));
            }
        }
        for (member, prefix) in [("id", "row"), ("work", "row")] {
            let columns = self.of(member);
            if !columns.is_empty() {
                let mut rule = Table::new();
                rule.insert("prefix".into(), prefix.into());
                rule.insert("columns".into(), texts(&columns));
                record.insert(
                    if member == "id" { "key" } else { "work" }.into(),
                    Value::Table(rule),
                );
            }
        }
        for member in ["title", "status", "text"] {
            record.insert(member.into(), texts(&self.of(member)));
        }
        if !self.of("type").is_empty() {
            let mut rule = Table::new();
            rule.insert("columns".into(), texts(&self.of("type")));
            record.insert("type".into(), Value::Table(rule));
        }
        for (member, name, unit) in [
            ("distance_km", "distance", "km"),
            ("distance_miles", "distance", "mi"),
            ("duration_minutes", "duration", "min"),
            ("duration_seconds", "duration", "s"),
        ] {
            let columns = self.of(member);
            if !columns.is_empty() {
                let mut rule = Table::new();
                rule.insert("columns".into(), texts(&columns));
                rule.insert("unit".into(), unit.into());
                record.insert(name.into(), Value::Table(rule));
            }
        }
        let amounts = self.of("amount");
        if !amounts.is_empty() {
            let mut rule = Table::new();
            rule.insert("columns".into(), texts(&amounts));
            rule.insert("decimal".into(), self.decimal.as_str().into());
            if let Some(column) = &self.currency_column {
                rule.insert("currency_columns".into(), texts(std::slice::from_ref(column)));
            }
            if !self.currency.is_empty() {
                rule.insert("currency".into(), self.currency.as_str().into());
            }
            record.insert("amount".into(), Value::Table(rule));
        }
        let ratings = self.of("rating");
        if !ratings.is_empty() {
            let mut rule = Table::new();
            rule.insert("columns".into(), texts(&ratings));
            rule.insert("min".into(), 1.into());
            rule.insert("max".into(), 5.into());
            record.insert("rating".into(), Value::Table(rule));
        }
        let extra: Table = self
            .of("extra")
            .into_iter()
            .filter(|name| !self.person.contains(name))
            .map(|name| (normal(&name), name.into()))
            .collect();
        record.insert("extra".into(), Value::Table(extra));
        // The word in front says to disclosure whom they speak of.
        let people: Table = self
            .person
            .iter()
            .map(|name| (format!("customer {}", normal(name)), name.as_str().into()))
            .collect();
        record.insert("people".into(), Value::Table(people));
        Ok(record)
    }
}

fn texts(list: &[String]) -> Value {
    Value::Array(list.iter().map(|text| text.as_str().into()).collect())
}

/// A name as an id.
fn id_of(name: &str) -> String {
    let plain: String = name
        .to_lowercase()
        .chars()
        .map(|symbol| {
            if symbol.is_ascii_alphanumeric() {
                symbol
            } else {
                '-'
            }
        })
        .take(30)
        .collect();
    let id = plain.trim_matches('-');
    if id.is_empty() {
        "mapping".to_owned()
    } else {
        id.to_owned()
    }
}

/// What a column probably is, by its name.
#[must_use]
pub fn guess(column: &str) -> Option<&'static str> {
    let name = normal(column);
    let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
    if has(&["end", "finish", "dropoff", "completed at"]) {
        Some("end")
    } else if has(&["date", "time", "start", "fecha", "datum", "data", "created"]) {
        Some("start")
    } else if has(&[
        "amount", "total", "earning", "fare", "pay", "importe", "betrag", "belopp", "montant",
    ]) {
        Some("amount")
    } else if has(&["km", "kilomet"]) {
        Some("distance_km")
    } else if has(&["mile"]) {
        Some("distance_miles")
    } else if has(&["minutes"]) {
        Some("duration_minutes")
    } else if has(&["duration", "seconds"]) {
        Some("duration_seconds")
    } else if has(&["rating", "stars"]) {
        Some("rating")
    } else if has(&["status", "state"]) {
        Some("status")
    } else if has(&["type", "category", "kind"]) {
        Some("type")
    } else if has(&["title", "name", "description"]) {
        Some("title")
    } else if name == "id" || name.ends_with(" id") || name.ends_with("_id") {
        Some("id")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mapping() -> Mapping {
        Mapping {
            name: "Deliveroo, my own sheet".into(),
            platform: "deliveroo".into(),
            kind: "payment".into(),
            columns: [("Fecha", "start"), ("Importe", "amount"), ("Zona", "extra")]
                .map(|(column, member)| MappedColumn {
                    column: column.into(),
                    member: member.into(),
                })
                .to_vec(),
            date_format: "31/12/2024 18:30".into(),
            time_zone: "Europe/Madrid".into(),
            decimal: ",".into(),
            currency: "EUR".into(),
            currency_column: None,
            person: vec!["Cliente".into()],
            header: None,
        }
    }

    #[test]
    fn a_mapping_is_an_importer_without_values() {
        let importer = mapping().importer().unwrap();
        assert_eq!(
            (importer.id.as_str(), importer.platform.as_str()),
            ("own-deliveroo--my-own-sheet", "deliveroo")
        );
    }

    #[test]
    fn what_is_wrong_with_a_mapping_is_said() {
        for change in [
            (|mapping: &mut Mapping| mapping.time_zone = "Mars/Olympus".into()) as fn(&mut Mapping),
            |mapping| mapping.date_format = "yesterday".into(),
            |mapping| mapping.decimal = ";".into(),
            |mapping| mapping.kind = "secret".into(),
            |mapping| mapping.currency = "euro".into(),
            |mapping| mapping.columns.clear(),
            |mapping| mapping.platform = "../x".into(),
        ] {
            let mut wrong = mapping();
            change(&mut wrong);
            assert!(wrong.importer().is_err());
        }
    }
}
