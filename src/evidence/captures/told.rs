//! A capture with what has to be said of it.

use super::group::Contents;
use super::whole;
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
                let lacking = [
                    (server.is_none(), "server"),
                    (table.is_none(), "table"),
                    (at.is_none(), "time"),
                ];
                self.problem(CaptureFault::Unplaced {
                    rows: rows.len() as u64,
                    lacking: lacking
                        .into_iter()
                        .filter_map(|(lacks, what)| lacks.then_some(what))
                        .collect(),
                    path: named,
                    server: server.map(|known| known.value),
                    table: table.map(|known| known.value),
                    time: at.map(|known| known.value.at.to_string()),
                });
                return;
            }
        };
        let mut missing = whole::check(top, &contents.folders);
        if let Some(name) = contents
            .name
            .filter(|name| names::table_name(name).is_none())
        {
            missing
                .why
                .push(format!("it is of the folder `{name}` alone"));
        }
        if place.partial {
            missing.why.push("its name says `partial`".to_owned());
        }
        self.reading.damaged += missing
            .differing
            .iter()
            .filter(|fault| fault.is_loss())
            .count() as u64;
        for fault in missing.differing {
            self.problem(fault);
        }
        let complete = missing.why.is_empty();
        if !complete {
            self.problem(CaptureFault::Incomplete {
                table: table.value.clone(),
                why: missing.why,
            });
        }
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
}
