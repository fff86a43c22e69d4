//! `analyze inspect`: what a file is and what it holds, for a terminal.

use std::io::{self, Write};

use anstyle::Style;
use stuckmail::evidence::model::{FolderListing, Problem, RegistryExport, RegistryValue};
use stuckmail::inspect::{Capture, Counter, Inspected, Inspection, Log};
use stuckmail::report::{format, visible};
use stuckmail::timeline::row::Row;

use super::exit::unless_closed;

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
/// Where the values begin.
const INDENT: usize = 11;
/// Kinds of events that are listed; the rest is counted.
const KINDS: usize = 8;
/// Logs and captures that are listed; the rest is counted.
const LISTED: usize = 12;
/// Characters of a setting's data that are shown.
const SHOWN_DATA: usize = 200;

/// Prints what was found.
///
/// # Errors
/// When stdout cannot be written to.
pub fn print(inspection: &Inspection) -> io::Result<()> {
    let mut out = anstream::stdout().lock();
    let lines = lines(inspection);
    unless_closed(
        lines
            .iter()
            .try_for_each(|line| writeln!(out, "{line}"))
            .and_then(|()| out.flush()),
    )
}

/// Prints the line between two files.
///
/// # Errors
/// When stdout cannot be written to.
pub fn blank() -> io::Result<()> {
    unless_closed(writeln!(anstream::stdout().lock()))
}

fn lines(inspection: &Inspection) -> Vec<String> {
    let mut lines = Vec::new();
    for (number, found) in inspection.files.iter().enumerate() {
        if number > 0 {
            lines.push(String::new());
        }
        lines.extend(file(found));
    }
    for trouble in &inspection.problems {
        lines.push(String::new());
        lines.extend(problem(trouble));
    }
    if let Some(config) = &inspection.case_toml {
        lines.push(String::new());
        let path = config.display().to_string();
        lines.push(format!("{DIM}Read with {}.{DIM:#}", visible(&path)));
    }
    lines
}

fn file(file: &Inspected) -> Vec<String> {
    let mut lines = vec![format!("{BOLD}{}{BOLD:#}", visible(&file.path))];
    let what = format!("{} ({})", file.format, file.recognised_by);
    lines.push(item("What", &what));
    let size = format!("{}, SHA-256 {}", format::bytes(file.bytes), file.sha256);
    lines.push(item("Size", &size));
    lines.push(item("Records", &records(file)));
    lines.extend(listed("Logs", &file.logs, log));
    lines.extend(listed("Captures", &file.captures, capture));
    for export in &file.settings {
        lines.extend(settings(export));
    }
    lines.extend(listed("Folders", &file.listings, folder));
    lines.extend(listed("Counters", &file.counters, counter));
    lines.extend(kinds(file));
    for (number, note) in file.notes.iter().enumerate() {
        lines.push(item(if number == 0 { "Notes" } else { "" }, note));
    }
    for trouble in &file.problems {
        lines.extend(problem(trouble));
    }
    lines.extend(first(file));
    lines
}

fn records(file: &Inspected) -> String {
    let mut text = format::counted(file.records, "record", "records");
    let mut add = |count: u64, what: &str| {
        if count > 0 {
            text.push_str(&format!(", {} {what}", format::count(count)));
        }
    };
    add(file.recovered, "recovered from slack space");
    add(file.damaged, "that could not be read");
    add(file.undated, "whose local times cannot be settled");
    text
}

fn log(log: &Log) -> String {
    let name = if log.log.is_empty() {
        "(unknown log)"
    } else {
        &log.log
    };
    let period = match (log.from, log.to) {
        (Some(from), Some(to)) => format!(", {} to {} UTC", format::time(from), format::time(to)),
        _ => String::new(),
    };
    format!(
        "{} {name}: {}{period}",
        log.server,
        format::counted(log.records, "record", "records")
    )
}

fn capture(capture: &Capture) -> String {
    format!(
        "{} {} at {} UTC: {}{}",
        capture.server,
        capture.table,
        format::time(capture.at),
        format::counted(capture.rows, "message", "messages"),
        if capture.complete {
            ""
        } else {
            ", not complete"
        }
    )
}

fn settings(export: &RegistryExport) -> Vec<String> {
    let when = format!(
        "{} at {} UTC: {} under {}",
        export.server.value,
        format::time(export.at.value.at),
        format::counted(export.values.len() as u64, "value", "values"),
        format::counted(export.keys.len() as u64, "key", "keys")
    );
    let mut lines = vec![item("Settings", &when)];
    let value = |value: &RegistryValue| {
        let name = match value.name.as_str() {
            "" => "(default)",
            name => name,
        };
        let data: String = value.data.chars().take(SHOWN_DATA).collect();
        format!("{}\\{name} = {data} ({})", value.key, value.kind)
    };
    lines.extend(listed("", &export.values, value));
    lines
}

fn folder(listing: &FolderListing) -> String {
    let complete = if listing.complete {
        ""
    } else {
        ", not complete"
    };
    format!(
        "{} {} at {} UTC: {}, {}{complete}",
        listing.server.value,
        listing.folder,
        format::time(listing.at.value.at),
        format::counted(listing.files, "file", "files"),
        format::bytes(listing.bytes)
    )
}

fn counter(counter: &Counter) -> String {
    let period = match (counter.from, counter.to, counter.most) {
        (Some(from), Some(to), Some(most)) => format!(
            ", {} to {} UTC, at most {most}",
            format::time(from),
            format::time(to)
        ),
        _ => String::new(),
    };
    format!(
        "{} {}: {}{period}",
        counter.server,
        counter.counter,
        format::counted(counter.points, "value", "values")
    )
}

fn kinds(file: &Inspected) -> Vec<String> {
    let mut shown: Vec<String> = file
        .kinds
        .iter()
        .take(KINDS)
        .map(|(provider, id, count)| format!("{}x {provider} {id}", format::count(*count)))
        .collect();
    let more = file.kinds.len().saturating_sub(KINDS);
    if more > 0 {
        shown.push(format!("{more} other kinds"));
    }
    if shown.is_empty() {
        return Vec::new();
    }
    vec![item("Events", &shown.join(", "))]
}

fn problem(problem: &Problem) -> Vec<String> {
    vec![
        item("Problem", &problem.what),
        item("", &problem.why_it_matters),
        item("", &format!("What to do: {}", problem.what_to_do)),
    ]
}

fn first(file: &Inspected) -> Vec<String> {
    if file.first.is_empty() {
        return Vec::new();
    }
    let which = if file.only_signals {
        "The first records that mean something (the file is too large to list all kinds):"
    } else {
        "The first records, as the timeline holds them:"
    };
    let mut lines = vec![format!("{DIM}{which}{DIM:#}")];
    lines.extend(file.first.iter().map(row));
    lines
}

fn row(row: &Row) -> String {
    let source = match (&row.provider, row.event_id) {
        (Some(provider), Some(id)) => format!("{provider} {id}"),
        _ => row.place.clone().unwrap_or_default(),
    };
    let text = format!(
        "  {} {} {} [{}] {}: {}",
        row.time, row.evidence, row.server, source, row.kind, row.summary
    );
    visible(&text).into_owned()
}

fn listed<T>(label: &str, all: &[T], one: impl Fn(&T) -> String) -> Vec<String> {
    let mut lines = Vec::new();
    for (number, found) in all.iter().take(LISTED).enumerate() {
        lines.push(item(if number == 0 { label } else { "" }, &one(found)));
    }
    let more = all.len().saturating_sub(LISTED);
    if more > 0 {
        lines.push(item("", &format!("and {more} more")));
    }
    lines
}

fn item(label: &str, value: &str) -> String {
    format!("  {label:<width$}{}", visible(value), width = INDENT - 2)
}
