//! From the raw texts of a file to snapshots.

use super::place::{Place, Surroundings};
use super::times::{TimeColumn, Times};
use super::{RawFile, RawRow, RawSnapshot, add_problems};
use crate::case::{FoundFile, names};
use crate::evidence::ReadContext;
use crate::evidence::model::{Citation, FileId, Reading, Snapshot, SnapshotRow};
use crate::evidence::problems::SnapshotFault;

/// Interprets everything a file holds. Snapshots without server, table or time are left out and reported.
pub fn assemble(raw: RawFile, file: &FoundFile, context: &ReadContext<'_>) -> Reading {
    let mut times = Times::new(context.local_rules(), &raw.snapshots);
    let surroundings = Surroundings::of(&file.path, context.config);
    let mut faults = raw.faults;
    let mut lacking = Lacking::default();
    let mut snapshots = Vec::new();
    let mut said = Vec::new();
    for snapshot in raw.snapshots {
        let place = surroundings.place(snapshot.stated(), &mut times, &mut said);
        snapshots.extend(one(
            snapshot,
            place,
            file.id,
            &mut times,
            &mut said,
            &mut lacking,
        ));
    }
    // Many snapshots of one file often share one fault.
    let mut once: Vec<SnapshotFault> = Vec::new();
    said.into_iter().for_each(|fault| {
        if !once.contains(&fault) {
            once.push(fault);
        }
    });
    faults.extend(once);
    faults.extend(lacking.into_faults());
    faults.extend(times.into_faults());
    let rows = || {
        snapshots
            .iter()
            .flat_map(|snapshot: &Snapshot| &snapshot.rows)
    };
    if rows().next().is_some() && rows().all(|row| row.message_id.is_none()) {
        faults.push(SnapshotFault::NoMessageIds);
    }
    let mut reading = Reading {
        records: raw.records,
        damaged: raw.damaged,
        snapshots,
        ..Reading::default()
    };
    add_problems(&mut reading, &file.path, faults);
    reading
}

fn one(
    raw: RawSnapshot,
    place: Place,
    file: FileId,
    times: &mut Times,
    faults: &mut Vec<SnapshotFault>,
    lacking: &mut Lacking,
) -> Option<Snapshot> {
    let (server, table, captured_at) =
        lacking.check(place.server, place.table, place.captured_at, &raw)?;
    let complete = completeness(&raw, place.partial, faults);
    let virtual_server = raw
        .virtual_server
        .or_else(|| names::virtual_server_of(&table.value));
    Some(Snapshot {
        cite: Citation {
            file,
            record: raw.first_record,
        },
        server,
        table,
        virtual_server,
        captured_at,
        complete,
        tool: raw.tool,
        rows: raw.rows.into_iter().map(|row| row_of(row, times)).collect(),
    })
}

fn row_of(raw: RawRow, times: &mut Times) -> SnapshotRow {
    let record = raw.record;
    let mut time = |column, text: Option<String>| {
        times.read(column, text.as_deref(), || format!("row {record}"))
    };
    SnapshotRow {
        record,
        file: None,
        submitted_at: time(TimeColumn::Submitted, raw.submitted_at),
        delivered_at: time(TimeColumn::Delivered, raw.delivered_at),
        created_at: time(TimeColumn::Created, raw.created_at),
        modified_at: time(TimeColumn::Modified, raw.modified_at),
        entry_id: raw.entry_id,
        record_key: raw.record_key,
        message_id: raw.message_id,
        subject: raw.subject,
        sender: raw.sender,
        recipients: raw.recipients,
        size: raw.size,
        message_class: raw.message_class,
    }
}

/// Whether every message of the table is listed.
///
/// It is unless something says otherwise. Where the document calls itself complete but also says that it left
/// out subfolders, or its name says `partial`, the cautious reading holds: a false absence would make a false
/// release.
fn completeness(raw: &RawSnapshot, partial_name: bool, faults: &mut Vec<SnapshotFault>) -> bool {
    let part = if raw.includes_subfolders == Some(false) {
        Some("it says that the subfolders were left out")
    } else if raw.folder.is_some() {
        Some("it is of one subfolder of the table")
    } else if partial_name {
        Some("its name says `partial`")
    } else {
        None
    };
    match (raw.complete, part) {
        _ if raw.has_gaps => false,
        (Some(true), Some(why)) => {
            faults.push(SnapshotFault::CompleteInDoubt { why });
            false
        }
        (Some(complete), _) => complete,
        (None, Some(_)) => false,
        (None, None) => true,
    }
}

/// Snapshots that had to be left out, and for want of what.
#[derive(Default)]
struct Lacking {
    server: Missing,
    table: Missing,
    time: Missing,
}

#[derive(Default)]
struct Missing {
    snapshots: u64,
    rows: u64,
}

impl Missing {
    fn note<T>(&mut self, value: &Option<T>, raw: &RawSnapshot) {
        if value.is_none() {
            self.snapshots += 1;
            self.rows += raw.rows.len() as u64;
        }
    }
}

impl Lacking {
    fn check<S, T, U>(
        &mut self,
        server: Option<S>,
        table: Option<T>,
        time: Option<U>,
        raw: &RawSnapshot,
    ) -> Option<(S, T, U)> {
        self.server.note(&server, raw);
        self.table.note(&table, raw);
        self.time.note(&time, raw);
        Some((server?, table?, time?))
    }

    fn into_faults(self) -> impl Iterator<Item = SnapshotFault> {
        [
            ("server", self.server),
            ("table", self.table),
            ("time", self.time),
        ]
        .into_iter()
        .filter(|(_, missing)| missing.snapshots > 0)
        .map(|(what, missing)| SnapshotFault::Lacking {
            what,
            snapshots: missing.snapshots,
            rows: missing.rows,
        })
    }
}
