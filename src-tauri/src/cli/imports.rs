//! `satchel-cli import` and `completeness`.

use std::{collections::BTreeMap, path::Path};

use secrecy::SecretString;
use serde_json::{Map, Value, json};
use vault_connect::{
    Connect, Stop,
    takeout::{
        MoneySums,
        job::{self, AsideRow, Check, Ended, Fixed, Question},
    },
};
use vault_core::{SpaceHandle, VaultError, imports::ImportProgress, money::amount};
use vault_store::{Currency, ImportId};

use super::{
    arguments::sources::{Import, ImportCommand},
    failure::Failure,
    output,
    session::Session,
    terminal,
    watch::Watch,
};
use crate::view::completeness::{PlatformCoverage, gaps};

/// Rows set aside that are read at a time.
const PAGE: u32 = 5_000;

pub(super) async fn run(session: &Session, command: Import) -> Result<(), Failure> {
    let json = session.json();
    session
        .in_space(|space| async move {
            // What an earlier run left unfinished waits to go on.
            Connect::settle(&space).await?;
            match command.command {
                None => import(&space, command, json).await,
                Some(ImportCommand::List) => {
                    let all = space.imports().await?;
                    let all: Vec<Value> = all.iter().map(kept).collect();
                    output::list(json, &all, line)
                }
                Some(ImportCommand::Continue { id, password_file }) => {
                    let (id, password) = (parse(&id)?, password(password_file.as_deref())?);
                    space.continue_import(id).await?;
                    go_on(&space, id, password, json).await
                }
                Some(ImportCommand::Aside { id }) => aside(&space, parse(&id)?, json).await,
                Some(ImportCommand::Fix {
                    id,
                    row,
                    file,
                    cells,
                    people,
                }) => {
                    let id = parse(&id)?;
                    let position = position(&space, id, row, file.as_deref()).await?;
                    let shown = job::aside(&space, id, position, row).await?;
                    if cells.is_empty() {
                        return output::object(json, &whole(&shown, people));
                    }
                    fix(&space, id, position, &shown, &cells, json).await
                }
                Some(ImportCommand::Undo { id }) => {
                    let id = parse(&id)?;
                    let undone = space.undo_import(id).await?;
                    let facts =
                        json!({ "import": id, "removed": undone.removed, "put_back": undone.put_back });
                    output::object(json, &facts)
                }
            }
        })
        .await
}

async fn import(space: &SpaceHandle, command: Import, json: bool) -> Result<(), Failure> {
    let password = password(command.password_file.as_deref())?;
    let mut places = Vec::with_capacity(command.files.len());
    for file in &command.files {
        // The import remembers where its files are, wherever the next command is given.
        places.push(std::path::absolute(file).map_err(|_| Failure::new("IMP-202"))?);
    }
    let question = Question {
        places,
        password: password.clone(),
        chosen: command.platform,
        account: command.account,
        without_people: command.without_people,
        time_zone: command.time_zone,
        ..Question::default()
    };
    let stop = Stop::default();
    let watch = watch(space, &stop);
    let check = job::check(space, ImportId::new(), question, stop, |_| ()).await?;
    if command.dry_run {
        return output::object(json, &looked_at(&check));
    }
    drop(watch);
    let id = job::begin(space, &check)
        .await
        .map_err(|error| Failure::from(error).with_facts(looked_at(&check)))?;
    go_on(space, id, password, json).await
}

/// Runs an import that is begun, until it ends or Ctrl C pauses it.
async fn go_on(
    space: &SpaceHandle,
    id: ImportId,
    password: Option<SecretString>,
    json: bool,
) -> Result<(), Failure> {
    let stop = Stop::default();
    let _watch = watch(space, &stop);
    let ended = job::run(space, id, password, stop).await;
    if matches!(ended, Ok(Ended::Paused)) {
        // Nobody paused one that is only stopped here.
        if let Err(error) = space.pause_import(id).await {
            tracing::debug!(%error, "the import was not running any more");
        }
    }
    let facts = kept(&space.import(id).await?);
    match ended {
        Ok(Ended::Done) => output::object(json, &facts),
        Ok(Ended::Paused) => Err(Failure::new("SYS-711").with_facts(facts)),
        Err(error) => Err(Failure::from(error).with_facts(facts)),
    }
}

async fn aside(space: &SpaceHandle, id: ImportId, json: bool) -> Result<(), Failure> {
    let files = space.import(id).await?.files;
    let mut rows = Vec::new();
    loop {
        let page = space.import_asides(id, rows.len() as u64, PAGE).await?;
        if page.is_empty() {
            break;
        }
        rows.extend(page.into_iter().map(|aside| {
            let file = files.iter().find(|file| file.position == aside.position);
            json!({ "file": file.map(|file| &file.path), "row": aside.row, "reason": aside.reason, "text": aside.text })
        }));
    }
    output::list(json, &rows, |row| {
        let text = |name: &str| {
            row.get(name)
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned()
        };
        let number = row.get("row").and_then(Value::as_u64).unwrap_or_default();
        format!(
            "{}  row {number}  {}  {}",
            text("file"),
            text("reason"),
            text("text")
        )
    })
}

/// The file of a row that is set aside.
async fn position(space: &SpaceHandle, id: ImportId, row: u64, file: Option<&str>) -> Result<u32, Failure> {
    let mut found = Vec::new();
    for one in space.import(id).await?.files {
        let named = file.is_none_or(|path| path == one.path);
        if named && space.kept_aside(id, one.position, row).await.is_ok() {
            found.push(one.position);
        }
    }
    match found[..] {
        [position] => Ok(position),
        [] => Err(VaultError::NoSuch("row set aside").into()),
        [..] => Err(Failure::usage(
            "--file with the path of one, as `import aside` shows it",
        )),
    }
}

/// A row that is set aside, as JSON. What speaks of others is there when it is asked for.
fn whole(aside: &AsideRow, people: bool) -> Value {
    let cells: Vec<Value> = aside
        .row
        .cells
        .iter()
        .enumerate()
        .map(|(at, cell)| {
            let text = (people || !cell.about_others).then_some(&cell.value);
            json!({ "column": cell.name, "text": text, "fault": aside.faults.contains(&at) })
        })
        .collect();
    json!({ "file": aside.row.file, "row": aside.row.row, "reason": aside.reason, "cells": cells })
}

async fn fix(
    space: &SpaceHandle,
    id: ImportId,
    position: u32,
    aside: &AsideRow,
    said: &[String],
    json: bool,
) -> Result<(), Failure> {
    let columns = || aside.row.cells.iter().take(aside.columns);
    let mut cells = BTreeMap::new();
    for text in said {
        let (column, text) = text.split_once('=').unwrap_or((text, ""));
        let at = columns()
            .position(|cell| cell.name == column)
            .ok_or_else(|| Failure::usage("a column of the row, as `import fix ID ROW` shows it"))?;
        cells.insert(at, text.to_owned());
    }
    match job::fix(space, id, (position, aside.row.row), cells).await? {
        Fixed::Taken => output::object(json, &kept(&space.import(id).await?)),
        Fixed::Refused { reason, faults } => {
            let columns: Vec<&String> = columns()
                .enumerate()
                .filter(|(at, _)| faults.contains(at))
                .map(|(_, cell)| &cell.name)
                .collect();
            Err(Failure::new("IMP-233").with_facts(json!({ "reason": reason, "columns": columns })))
        }
    }
}

/// What a look found, as JSON. Nothing of it is stored.
fn looked_at(check: &Check) -> Value {
    let findings = check.findings();
    let files: Vec<Value> = check
        .files
        .iter()
        .map(|one| {
            json!({
                "path": one.file.path, "what": one.file.what, "taken": one.taken, "sums": one.sums,
                "left_out": one.file.left_out.map(|why| why.words()), "unknown_columns": one.file.unknown_columns,
                "people": one.file.people,
            })
        })
        .collect();
    let unknown: Vec<Value> = findings
        .unknown
        .iter()
        .map(|file| json!({ "path": file.path, "columns": file.columns, "nearest": file.nearest }))
        .collect();
    let aside: Map<String, Value> = check
        .aside()
        .into_iter()
        .map(|(reason, rows)| (reason.word().to_owned(), rows.into()))
        .collect();
    let kinds: Map<String, Value> = findings
        .kinds
        .iter()
        .map(|(kind, rows)| (kind.as_str().to_owned(), (*rows).into()))
        .collect();
    json!({
        "platform": check.platform, "name": check.platform_name, "layout": check.layout, "sure": findings.sure,
        "sums": check.sums(), "kinds": kinds, "from": findings.from.map(output::moment), "to": findings.to.map(output::moment),
        "money": money(&findings.money), "aside": aside, "counter": check.counter(), "people": findings.people,
        "files": files, "unknown": unknown, "warning": check.warning,
    })
}

/// Each sum as a decimal, and in minor units.
fn money(sums: &BTreeMap<Currency, MoneySums>) -> Vec<Value> {
    let one = |(currency, sums): (&Currency, &MoneySums)| {
        let mut members = Map::from_iter([("currency".to_owned(), json!(currency))]);
        for (name, minor) in [
            ("payments", sums.payments),
            ("payouts", sums.payouts),
            ("charges", sums.charges),
            ("statements", sums.statements),
            ("work", sums.work),
        ] {
            members.insert(name.to_owned(), json!(amount(minor, *currency).decimal()));
            members.insert(format!("{name}_minor"), json!(minor));
        }
        Value::Object(members)
    };
    sums.iter().map(one).collect()
}

/// An import as it stands, as JSON.
fn kept(progress: &ImportProgress) -> Value {
    let import = &progress.import;
    let reasons: Map<String, Value> = progress
        .reasons
        .iter()
        .map(|(reason, rows)| (reason.clone(), (*rows).into()))
        .collect();
    let files: Vec<Value> = progress
        .files
        .iter()
        .map(|file| {
            json!({
                "path": file.path, "what": file.what, "state": file.state, "sums": file.sums, "counter": file.counter,
            })
        })
        .collect();
    json!({
        "import": import.id, "state": import.state, "platform": import.platform, "layout": import.layout,
        "connection": import.connection, "sums": progress.sums, "aside": reasons, "files": files,
        "started_at": output::moment(import.started_at), "undo_until": import.undo_until.map(output::moment),
        "code": import.code,
    })
}

fn line(item: &Value) -> String {
    let text = |name: &str| {
        item.get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    let new = item
        .pointer("/sums/new")
        .and_then(Value::as_u64)
        .unwrap_or_default();
    let read = item
        .pointer("/sums/read")
        .and_then(Value::as_u64)
        .unwrap_or_default();
    format!(
        "{}  {}  {}  {new} new of {read} rows",
        text("import"),
        text("platform"),
        text("state")
    )
}

pub(super) async fn completeness(session: &Session) -> Result<(), Failure> {
    let json = session.json();
    session
        .in_space(|space| async move {
            let all = space.completeness().await?;
            if json {
                let all: Vec<PlatformCoverage> = all.into_iter().map(PlatformCoverage::from).collect();
                return output::json(&all);
            }
            let mut lines = Vec::new();
            for coverage in &all {
                let there = coverage.months.iter().filter(|month| month.records > 0).count();
                lines.push(format!(
                    "{}: {there} of {} months",
                    coverage.name,
                    coverage.months.len()
                ));
                lines.extend(gaps(coverage).iter().map(|gap| format!("  {}", gap.words())));
            }
            output::list(false, &lines, Clone::clone)
        })
        .await
}

fn password(file: Option<&Path>) -> Result<Option<SecretString>, Failure> {
    let Some(file) = file else { return Ok(None) };
    let text = terminal::small_file(file)?;
    let first = text.lines().next().unwrap_or_default().to_owned();
    Ok(Some(SecretString::from(first)))
}

/// Ctrl C pauses the import after the batch that it is at.
fn watch(space: &SpaceHandle, stop: &Stop) -> Watch {
    let stop = stop.clone();
    Watch::over(space.vault(), move || stop.stop())
}

fn parse(text: &str) -> Result<ImportId, Failure> {
    text.parse()
        .map_err(|_| Failure::usage("an import's id, as `import list` shows it"))
}
