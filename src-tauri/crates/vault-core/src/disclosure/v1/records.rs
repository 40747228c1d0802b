//! Records as they leave: pages in one order over several grants, and what changed.

use vault_store::{
    Record, RecordKind, View,
    records::{self, Cursor, RecordFilter},
};

use super::{
    super::{coarse, narrowing::Narrowing, policy::Approved},
    route::{ChangesQuery, RecordsQuery},
};
use crate::VaultError;

/// A page of records and where the reading goes on.
pub(super) struct Page {
    pub(super) records: Vec<Record>,
    pub(super) next: Option<String>,
}

/// A page, oldest first. Kinds under different grants have different narrowings; the page is one all the same.
pub(super) fn page(view: &View<'_>, approved: &Approved, query: &RecordsQuery) -> Result<Page, VaultError> {
    let wanted = query.limit + 1;
    let mut found = Vec::new();
    for (narrowing, filter) in filters(approved, |filter| narrow(filter, query)) {
        let some = records::after(view, &filter, query.after, wanted)?.0;
        found.extend(coarse::all(view, some, narrowing)?);
    }
    found.sort_by_key(|record| {
        (
            record.start.unix_timestamp_nanos().div_euclid(1_000_000),
            record.id,
        )
    });
    let limit = usize::try_from(query.limit).unwrap_or(usize::MAX);
    let more = found.len() > limit;
    found.truncate(limit);
    let last = found.last().filter(|_| more);
    Ok(Page {
        next: last.map(|record| Cursor::after(record.start, record.id).to_string()),
        records: found,
    })
}

/// What is new or changed since a cursor. The answer always says where to go on.
pub(super) fn changes(
    view: &View<'_>,
    approved: &Approved,
    query: &ChangesQuery,
) -> Result<Page, VaultError> {
    let filters = filters(approved, |filter| {
        filter.platform = query.platform.clone();
    });
    // Each grant is read by itself. Where one has more than a page, the common cursor stops there, so that nothing is left out. The
    // cursor never goes beyond what was given: its number would tell of records that were not.
    let (mut found, mut full, mut furthest) = (Vec::new(), None::<u64>, query.after);
    for (narrowing, filter) in &filters {
        let (some, cursor) = records::changes(view, filter, query.after, query.limit)?;
        furthest = furthest.max(cursor);
        if some.len() as u64 >= u64::from(query.limit) {
            full = Some(full.map_or(cursor, |known| known.min(cursor)));
        }
        found.push(coarse::all(view, some, narrowing)?);
    }
    if let Some(last) = full.filter(|_| filters.len() > 1) {
        found.clear();
        for (narrowing, filter) in &filters {
            let some = up_to(view, filter, query.after, last, query.limit)?;
            found.push(coarse::all(view, some, narrowing)?);
        }
    }
    Ok(Page {
        records: found.into_iter().flatten().collect(),
        next: Some(full.unwrap_or(furthest).to_string()),
    })
}

/// What changed after one cursor and not after another.
fn up_to(
    view: &View<'_>,
    filter: &RecordFilter,
    after: u64,
    last: u64,
    limit: u32,
) -> Result<Vec<Record>, VaultError> {
    let (mut found, mut cursor) = (Vec::new(), after);
    for _ in 0..limit {
        let (one, at) = records::changes(view, filter, cursor, 1)?;
        if one.is_empty() || at > last {
            break;
        }
        found.extend(one);
        cursor = at;
    }
    Ok(found)
}

/// One filter for each narrowing, with the kinds that it holds for.
fn filters(
    approved: &Approved,
    mut refine: impl FnMut(&mut RecordFilter),
) -> Vec<(&Narrowing, RecordFilter)> {
    let mut groups: Vec<(&Narrowing, Vec<RecordKind>)> = Vec::new();
    for part in approved.parts() {
        let Some(kind) = part.kind() else { continue };
        match groups
            .iter_mut()
            .find(|(narrowing, _)| *narrowing == part.narrowing())
        {
            Some((_, kinds)) => kinds.push(kind),
            None => groups.push((part.narrowing(), vec![kind])),
        }
    }
    groups
        .into_iter()
        .map(|(narrowing, kinds)| {
            let mut filter = narrowing.filter(kinds);
            refine(&mut filter);
            (narrowing, filter)
        })
        .collect()
}

/// The caller's own wishes, inside what the grant lets through.
fn narrow(filter: &mut RecordFilter, query: &RecordsQuery) {
    filter.platform = query.platform.clone();
    filter.from = filter.from.max(query.from);
    filter.to = match (filter.to, query.to) {
        (Some(granted), Some(wanted)) => Some(granted.min(wanted)),
        (granted, wanted) => granted.or(wanted),
    };
}
