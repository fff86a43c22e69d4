//! A capture with what has to be said of it.

use std::collections::BTreeMap;

use super::group::Contents;
use super::whole::{self, FolderState};
use crate::case::names;
use crate::evidence::model::{Citation, FileId, Problem, Reading, Snapshot, SnapshotRow};
use crate::evidence::problems::{CaptureFault, Fault, SnapshotFault, Trouble};
use crate::evidence::snapshot::place::Place;

/// The reading that a capture goes to.
pub struct Told<'a> {
    pub path: &'a str,
    pub reading: &'a mut Reading,
}

impl Told<'_> {
    pub fn note(&mut self, note: String) {
        self.reading.notes.push(note);
    }

    fn problem<F: Fault>(&mut self, fault: F) {
        self.reading
            .problems
            .push(Problem::from(Trouble::new(self.path, fault)));
    }

    pub fn snapshot(
        &mut self,
        contents: Contents,
        place: Place,
        (top, named): (&str, String),
        faults: Vec<SnapshotFault>,
        id: FileId,
    ) {
        let rows: Vec<SnapshotRow> = contents
            .joined
            .rows
            .into_iter()
            .map(|part| part.row)
            .collect();
        for fault in faults {
            self.problem(fault);
        }
        if !rows.is_empty() && rows.iter().all(|row| row.message_id.is_none()) {
            self.problem(SnapshotFault::NoMessageIds);
        }
        let (server, table, captured_at) = match (place.server, place.table, place.captured_at) {
            (Some(server), Some(table), Some(at)) => (server, table, at),
            (server, table, at) => {
                let known = Place {
                    server,
                    table,
                    captured_at: at,
                    partial: place.partial,
                };
                self.problem(unplaced(known, named, rows.len() as u64));
                return;
            }
        };
        let complete = self.check(
            top,
            &contents.folders,
            contents.name,
            place.partial,
            &table.value,
        );
        self.reading.snapshots.push(Snapshot {
            cite: Citation {
                file: id,
                record: 1,
            },
            virtual_server: names::virtual_server_of(&table.value),
            server,
            table,
            captured_at,
            complete,
            tool: Some("MFCMAPI".to_owned()),
            rows,
        });
    }

    /// Whether every message of the table is listed; if not, why not is said. `name`: of the folder at the top.
    fn check(
        &mut self,
        top: &str,
        folders: &BTreeMap<String, FolderState>,
        name: Option<String>,
        partial: bool,
        table: &str,
    ) -> bool {
        let whole::Missing { mut why, differing } = whole::check(top, folders);
        if let Some(name) = name.filter(|name| names::table_name(name).is_none()) {
            why.push(format!("it is of the folder `{name}` alone"));
        }
        if partial {
            why.push("its name says `partial`".to_owned());
        }
        let losses = differing.iter().filter(|fault| fault.is_loss());
        self.reading.damaged += losses.count() as u64;
        for fault in differing {
            self.problem(fault);
        }
        let complete = why.is_empty();
        if !complete {
            self.problem(CaptureFault::Incomplete {
                table: table.to_owned(),
                why,
            });
        }
        complete
    }
}

/// What is lacking of a capture's place, with the lines that would give it.
fn unplaced(known: Place, path: String, rows: u64) -> CaptureFault {
    let lacking = [
        (known.server.is_none(), "server"),
        (known.table.is_none(), "table"),
        (known.captured_at.is_none(), "time"),
    ];
    let lacking = lacking
        .into_iter()
        .filter_map(|(lacks, what)| lacks.then_some(what));
    CaptureFault::Unplaced {
        rows,
        lacking: lacking.collect(),
        path,
        server: known.server.map(|known| known.value),
        table: known.table.map(|known| known.value),
        time: known.captured_at.map(|known| known.value.at.to_string()),
    }
}
