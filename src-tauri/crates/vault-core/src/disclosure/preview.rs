//! The preview: exactly what would leave now, before the person decides.

use std::collections::BTreeMap;

use vault_store::{
    ConnectionId, RequestId, Scope, Sha256, View, connections,
    records::{self},
};

use super::{
    coarse,
    decide::waiting,
    document::{self, Frozen},
    format::{counted, size},
    leaf::Leaf,
    narrowing::Narrowing,
    plan::Plan,
    request::Detail,
    table::{self, Table},
    v1::{profile, summary},
};
use crate::{SpaceHandle, VaultError};

/// How much of the JSON is given as text, in bytes.
const RAW: usize = 64 * 1024;

/// A column of the preview's table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Its heading.
    pub name: &'static str,
    /// Whether its cells are numbers, which stand at the end of the line.
    pub end: bool,
}

/// Exactly what would leave.
#[derive(Clone, PartialEq, Eq)]
pub struct Preview {
    /// Rows, columns and size in a sentence, and what is not in it.
    pub sentence: String,
    /// The columns of the table.
    pub columns: Vec<Column>,
    /// The first rows, at most 100, newest first within each kind.
    pub rows: Vec<Vec<String>>,
    /// Number of rows there are.
    pub total: u64,
    /// Size of the JSON in bytes.
    pub bytes: u64,
    /// Digest of the JSON. A yes names it, and is refused when something else would leave.
    pub sha256: Sha256,
    /// The JSON itself, as far as the first 64 KiB.
    pub raw: String,
}

impl std::fmt::Debug for Preview {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Preview")
            .field("total", &self.total)
            .field("bytes", &self.bytes)
            .finish_non_exhaustive()
    }
}

impl SpaceHandle {
    /// What would leave now if the person chose this. Nothing leaves by looking.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`] when the question is over, [`VaultError::Invalid`] when the choice is none.
    pub async fn preview(
        &self,
        id: RequestId,
        scopes: Vec<Scope>,
        narrowing: Narrowing,
    ) -> Result<Preview, VaultError> {
        let made_up = self.info().made_up;
        self.read(move |db| {
            db.read(|view| {
                let request = waiting(view, id)?;
                let detail = Detail::read(&request)?;
                let plan = Plan::of(&request, &detail, &scopes, &narrowing)?;
                build(view, &plan, made_up)
            })
        })
        .await
    }
}

/// The digest of what a plan lets leave.
pub(super) fn digest(view: &View<'_>, plan: &Plan, made_up: bool) -> Result<Sha256, VaultError> {
    let mut frozen = Frozen::keeping(0);
    document::write(view, plan, made_up, &mut frozen)?;
    Ok(frozen.finish().0)
}

fn build(view: &View<'_>, plan: &Plan, made_up: bool) -> Result<Preview, VaultError> {
    let mut frozen = Frozen::keeping(RAW);
    document::write(view, plan, made_up, &mut frozen)?;
    let bytes = frozen.bytes;
    let (sha256, raw) = frozen.finish();
    let table = rows(view, plan)?;
    Ok(Preview {
        sentence: sentence(plan, &table, bytes),
        columns: table.columns,
        rows: table.rows,
        total: table.total,
        bytes,
        sha256,
        raw,
    })
}

fn rows(view: &View<'_>, plan: &Plan) -> Result<Table, VaultError> {
    let names: BTreeMap<ConnectionId, String> = connections::list(view)?
        .into_iter()
        .map(|connection| (connection.id, connection.name))
        .collect();
    let platforms: BTreeMap<String, String> = connections::list(view)?
        .into_iter()
        .map(|connection| (connection.platform, connection.name))
        .collect();
    let fields = document::profile_fields(plan);
    let mut sections = Vec::new();
    if !fields.is_empty() {
        sections.push(table::Section::profile(&profile::fields(view, &fields)?));
    }
    let ids = document::external_ids(view, plan)?;
    if !ids.is_empty() {
        sections.push(table::Section::external_ids(&ids));
    }
    if plan.parts().any(|leaf| leaf == Leaf::Summary) {
        let step = document::preview_step(&plan.narrowing);
        let periods = summary::periods(view, &plan.narrowing, step, None)?;
        sections.push(table::Section::summary(step, &periods, &platforms));
    }
    for kind in plan.kinds() {
        let filter = plan.narrowing.filter(vec![kind]);
        let newest = records::page(view, &filter, records::Sort::Newest, 0, table::MOST_ROWS)?;
        let newest = coarse::all(view, newest, &plan.narrowing)?;
        let total = records::totals(view, &filter)?.count;
        sections.push(table::Section::records(kind, &newest, total, &names));
    }
    Ok(table::join(sections))
}

fn sentence(plan: &Plan, table: &Table, bytes: u64) -> String {
    let data = plan
        .parts()
        .any(|leaf| leaf.opens_records() || matches!(leaf, Leaf::Profile(_) | Leaf::ExternalIds(_)));
    if !data {
        return "No record and no field of your profile.".to_owned();
    }
    if table.total == 0 {
        return format!("Nothing: your vault has none of this. {}.", size(bytes));
    }
    let mut text = format!(
        "{}, {}, {}.",
        counted(table.total, "row", "rows"),
        counted(table.columns.len() as u64, "column", "columns"),
        size(bytes)
    );
    let only_sums = plan.parts().all(|leaf| leaf == Leaf::Summary);
    if only_sums {
        text.push_str(" Sums only: no names, no places, no single gig.");
    }
    text
}
