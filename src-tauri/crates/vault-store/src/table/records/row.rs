//! Records as rows: one statement that writes them, one shape in which they are read.

use rusqlite::{CachedStatement, Row};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::ids::RecordId;
use crate::money::Amount;
use crate::record::{Provenance, RatingValue, Record};
use crate::record_rules::{Content, UNDATED};
use crate::sha256::Sha256;
use crate::sql::{Day, Json, Millis, Moment, millis};
use crate::table::record_labels::Labels;
use crate::table::records_fts;
use crate::{StoreError, Tx};

/// The joins give the provenance; `CROSS JOIN` keeps `records` outermost, so that its indexes decide the order.
pub(super) const SELECT: &str = "SELECT r.id, r.kind, c.platform, c.id, r.start, r.end, r.type, r.title, r.status, \
     r.distance_m, r.duration_s, r.amount_minor, r.currency, r.exponent, r.rating_name, r.rating_value, \
     r.rating_min, r.rating_max, r.text, r.work, r.extra, t.source, t.id, o.received_at, r.path, d.sha256, \
     o.assurance, r.seq \
     FROM records r CROSS JOIN connections c ON c.seq = r.connection \
     CROSS JOIN retrieval_documents o ON o.seq = r.origin CROSS JOIN retrievals t ON t.seq = o.retrieval \
     CROSS JOIN raw_documents d ON d.seq = o.document";

const INSERT: &str = "INSERT INTO records (id, connection, origin, kind, start, start_ms, day, end, type, title, status, \
     distance_m, duration_s, amount_minor, currency, exponent, rating_name, rating_value, rating_min, rating_max, \
     text, work, extra, path, content) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, \
     ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25) ON CONFLICT (id) DO NOTHING";

/// Where the rows of one document belong.
pub(super) struct Place {
    pub(super) connection: i64,
    pub(super) origin: i64,
    /// The time of records that their source does not date.
    pub(super) received_at: OffsetDateTime,
}

/// Writes rows and their words, with both statements at hand and one buffer.
pub(super) struct Writer<'t> {
    tx: &'t Tx<'t>,
    insert: CachedStatement<'t>,
    insert_words: CachedStatement<'t>,
    words: String,
    labels: Labels,
}

impl<'t> Writer<'t> {
    pub(super) fn new(tx: &'t Tx<'t>) -> Result<Self, StoreError> {
        Ok(Self {
            tx,
            insert: tx.conn().prepare_cached(INSERT)?,
            insert_words: tx.conn().prepare_cached(records_fts::INSERT)?,
            words: String::new(),
            labels: Labels::load(tx)?,
        })
    }

    /// Adds a row with its words, unless there is one with this id; whether there was none. `digest` is that of `content`.
    pub(super) fn write(
        &mut self,
        id: RecordId,
        place: &Place,
        content: &Content<'_>,
        path: &str,
        digest: Sha256,
    ) -> Result<bool, StoreError> {
        let start = content.start.unwrap_or_else(|| to_millis(place.received_at));
        let start_text = start
            .format(&Rfc3339)
            .map_err(|_| StoreError::Damaged { page: None })?;
        let (amount, rating) = (content.amount, content.rating);
        let extra = extra_text(content)?;
        let values: [&dyn rusqlite::ToSql; 25] = [
            &id,
            &place.connection,
            &place.origin,
            &content.kind,
            &start_text,
            &millis(start),
            &Day(start.date()),
            &content.end.map(Moment),
            &content.type_name,
            &content.title,
            &content.status,
            &content.distance_m,
            &content.duration_s,
            &amount.map(|amount| amount.minor),
            &amount.map(|amount| amount.currency),
            &amount.map(|amount| amount.exponent),
            &rating.map(|rating| rating.name.as_str()),
            &rating.map(|rating| rating.value),
            &rating.map(|rating| rating.min),
            &rating.map(|rating| rating.max),
            &content.text,
            &content.work,
            &extra,
            &path,
            &digest,
        ];
        if self.insert.execute(values)? == 0 {
            return Ok(false);
        }
        let seq = self.tx.conn().last_insert_rowid();
        let labels = [
            self.unlabelled(content.type_name)?,
            self.unlabelled(content.status)?,
        ];
        records_fts::write_words(&mut self.words, content, labels);
        if !self.words.is_empty() {
            self.insert_words.execute((seq, &self.words))?;
        }
        Ok(true)
    }

    /// A type or status that is not kept as a label.
    fn unlabelled<'a>(&mut self, text: Option<&'a str>) -> Result<Option<&'a str>, StoreError> {
        match text {
            Some(text) if !self.labels.keep(self.tx, text)? => Ok(Some(text)),
            _ => Ok(None),
        }
    }
}

/// Reads a row of [`SELECT`].
pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<Record> {
    Ok(Record {
        id: row.get(0)?,
        kind: row.get(1)?,
        platform: row.get(2)?,
        connection: row.get(3)?,
        start: row.get::<_, Moment>(4)?.0,
        end: row.get::<_, Option<Moment>>(5)?.map(|time| time.0),
        type_name: row.get(6)?,
        title: row.get(7)?,
        status: row.get(8)?,
        distance_m: row.get(9)?,
        duration_s: row.get(10)?,
        amount: read_amount(row)?,
        rating: read_rating(row)?,
        text: row.get(18)?,
        work: row.get(19)?,
        extra: row.get::<_, Json<_>>(20)?.0,
        provenance: Provenance {
            source: row.get(21)?,
            retrieval: row.get(22)?,
            retrieved_at: row.get::<_, Millis>(23)?.0,
            path: row.get(24)?,
            sha256: row.get(25)?,
            assurance: row.get(26)?,
        },
    })
}

/// Column of [`SELECT`] that holds the row number.
pub(super) const SEQ: usize = 27;

fn read_amount(row: &Row<'_>) -> rusqlite::Result<Option<Amount>> {
    let Some(minor) = row.get(11)? else {
        return Ok(None);
    };
    Ok(Some(Amount {
        minor,
        currency: row.get(12)?,
        exponent: row.get(13)?,
    }))
}

fn read_rating(row: &Row<'_>) -> rusqlite::Result<Option<RatingValue>> {
    let Some(value) = row.get(15)? else {
        return Ok(None);
    };
    Ok(Some(RatingValue {
        name: row.get(14)?,
        value,
        min: row.get(16)?,
        max: row.get(17)?,
    }))
}

/// Says that a row was read from another place.
pub(super) fn move_to(tx: &Tx<'_>, seq: i64, origin: i64, path: &str) -> Result<(), StoreError> {
    tx.conn()
        .prepare_cached("UPDATE records SET origin = ?2, path = ?3 WHERE seq = ?1")?
        .execute((seq, origin, path))?;
    Ok(())
}

/// `extra` as it is kept; a record without a time gets its mark.
fn extra_text(content: &Content<'_>) -> Result<std::borrow::Cow<'static, str>, StoreError> {
    if content.start.is_some() && content.extra.is_empty() {
        return Ok("{}".into());
    }
    let text = if content.start.is_some() {
        serde_json::to_string(content.extra)
    } else {
        let mut marked = content.extra.clone();
        marked.insert(UNDATED.to_owned(), true.into());
        serde_json::to_string(&marked)
    };
    text.map(Into::into)
        .map_err(|_| StoreError::Damaged { page: None })
}

/// Satchel's own times are kept to the millisecond, in UTC.
fn to_millis(time: OffsetDateTime) -> OffsetDateTime {
    let nanos = i128::from(millis(time)) * 1_000_000;
    OffsetDateTime::from_unix_timestamp_nanos(nanos).unwrap_or(time)
}
