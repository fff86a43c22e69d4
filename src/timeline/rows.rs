//! The timeline as rows: what is exported and shown.

use std::collections::{BTreeMap, BTreeSet};

use super::mail_rows;
use super::row::{Row, original_time};
use super::{TimedEvent, TimedSnapshot, Timeline};
use crate::evidence::model::{Citation, SnapshotRow};
use crate::profile::{Profile, message_key};

/// Longest summary of an event that is not a signal, in characters.
const SUMMARY_CHARS: usize = 300;

/// The rows of all events and captures, by time, then server, then the rest.
///
/// With `all_events`, events without a role are there too, with kind `event`.
pub fn rows(timeline: &Timeline, profile: &Profile, all_events: bool) -> Vec<Row> {
    let mut rows: Vec<Row> = timeline
        .events
        .iter()
        .filter_map(|event| event_row(event, profile, all_events))
        .chain(sighting_changes(&timeline.snapshots))
        .chain(mail_rows::rows(timeline, profile, all_events))
        .collect();
    rows.sort();
    rows
}

fn event_row(timed: &TimedEvent, profile: &Profile, all_events: bool) -> Option<Row> {
    let event = &timed.event;
    let signal = profile.signal(event);
    if signal.is_none() && !all_events {
        return None;
    }
    let (kind, message_id, summary) = match signal {
        Some(signal) => (signal.role.as_str(), signal.message_id, signal.summary),
        None => ("event", None, plain_summary(timed)),
    };
    let summary = match event.recovered {
        true => format!("(recovered) {summary}"),
        false => summary,
    };
    Some(Row {
        time: timed.at,
        server: timed.server.to_string(),
        kind: kind.to_owned(),
        place: None,
        message_id,
        log: Some(event.channel.to_string()),
        provider: Some(event.provider.to_string()),
        event_id: Some(u32::from(event.id)),
        level: Some(event.level.as_str().to_owned()).filter(|level| !level.is_empty()),
        summary,
        evidence: event.cite.to_string(),
        original_time: original_time(&event.time, timed.at),
    })
}

fn plain_summary(timed: &TimedEvent) -> String {
    let event = &timed.event;
    let text = event
        .text
        .clone()
        .unwrap_or_else(|| event.strings.join(" | "));
    let mut words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((cut, _)) = words.char_indices().nth(SUMMARY_CHARS) {
        words.truncate(cut);
        words.push('…');
    }
    words
}

/// One row a capture, and one for every message that appears in it first or is no longer there.
fn sighting_changes(snapshots: &[TimedSnapshot]) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut present: BTreeMap<(&str, &str), BTreeMap<String, &SnapshotRow>> = BTreeMap::new();
    for timed in snapshots {
        let snapshot = &timed.snapshot;
        let before = present
            .entry((&timed.server, &snapshot.table.value))
            .or_default();
        let now: BTreeMap<String, &SnapshotRow> = snapshot
            .rows
            .iter()
            .map(|row| (identity(row), row))
            .collect();
        let gone: BTreeSet<String> = match snapshot.complete {
            true => before
                .keys()
                .filter(|key| !now.contains_key(*key))
                .cloned()
                .collect(),
            false => BTreeSet::new(),
        };
        rows.push(capture_row(timed, gone.len()));
        for (key, row) in &now {
            if !before.contains_key(key) {
                rows.push(change(timed, "seen", row, snapshot.cite_of(row)));
            }
        }
        for key in gone {
            if let Some(row) = before.remove(&key) {
                rows.push(change(timed, "gone", row, snapshot.cite));
            }
        }
        before.extend(now);
    }
    rows
}

fn capture_row(timed: &TimedSnapshot, gone: usize) -> Row {
    let snapshot = &timed.snapshot;
    let kind = if snapshot.rows.is_empty() && snapshot.complete {
        "empty_table"
    } else {
        "capture"
    };
    let extent = if snapshot.complete {
        "complete capture"
    } else {
        "partial capture"
    };
    let left = if gone > 0 {
        format!(", {gone} no longer there")
    } else {
        String::new()
    };
    let summary = format!(
        "{extent} of {}: {} message{}{left}",
        snapshot.table.value,
        snapshot.rows.len(),
        if snapshot.rows.len() == 1 { "" } else { "s" }
    );
    Row {
        summary,
        kind: kind.to_owned(),
        ..blank(timed, snapshot.cite)
    }
}

fn change(timed: &TimedSnapshot, kind: &str, row: &SnapshotRow, cite: Citation) -> Row {
    let subject = row.subject.as_deref().unwrap_or("(no subject known)");
    Row {
        kind: kind.to_owned(),
        message_id: row.message_id.clone(),
        summary: match kind {
            "seen" => format!("first listed in {}: {subject}", timed.snapshot.table.value),
            _ => format!(
                "no longer listed in {}: {subject}",
                timed.snapshot.table.value
            ),
        },
        ..blank(timed, cite)
    }
}

fn blank(timed: &TimedSnapshot, cite: Citation) -> Row {
    let snapshot = &timed.snapshot;
    Row {
        place: Some(snapshot.table.value.clone()),
        evidence: cite.to_string(),
        original_time: snapshot.captured_at.value.original.clone(),
        ..Row::blank(timed.at, &timed.server)
    }
}

/// What tells one row of a table from another: the store's own key, else the message id, else what it shows.
fn identity(row: &SnapshotRow) -> String {
    if let Some(key) = row.record_key.as_ref().or(row.entry_id.as_ref()) {
        return format!("key:{key}");
    }
    if let Some(id) = &row.message_id {
        return format!("id:{}", message_key(id));
    }
    format!(
        "row:{:?}|{:?}|{:?}|{:?}",
        row.subject, row.sender, row.size, row.submitted_at
    )
}
