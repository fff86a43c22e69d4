//! Settling captures: their order, and second copies of one capture.

use super::Timeline;
use crate::evidence::model::{Origin, Problem};

/// Orders captures and drops second copies of one capture, reporting what was learnt by guesswork.
pub(super) fn settle(timeline: &mut Timeline) {
    timeline.snapshots.sort_by(|a, b| {
        (a.at, &a.server, &a.snapshot.table.value, a.snapshot.cite).cmp(&(
            b.at,
            &b.server,
            &b.snapshot.table.value,
            b.snapshot.cite,
        ))
    });
    timeline.snapshots.dedup_by(|later, earlier| {
        let (a, b) = (&earlier.snapshot, &later.snapshot);
        earlier.at == later.at
            && earlier.server == later.server
            && a.table.value == b.table.value
            && a.complete == b.complete
            && a.rows.len() == b.rows.len()
            && a.rows.iter().zip(&b.rows).all(|(x, y)| {
                x.message_id == y.message_id
                    && x.entry_id == y.entry_id
                    && x.record_key == y.record_key
            })
    });
    let guessed = timeline.snapshots.iter().filter(|s| {
        let s = &s.snapshot;
        [s.server.from, s.table.from, s.captured_at.from]
            .iter()
            .any(|&o| o >= Origin::FolderName)
    });
    for guess in guessed {
        let s = &guess.snapshot;
        timeline.problems.push(Problem {
            evidence: s.cite.file.to_string(),
            what: format!(
                "The capture of {} on {} takes its server from {}, its table from {} and its time from {}.",
                s.table.value,
                guess.server,
                s.server.from.as_str(),
                s.table.from.as_str(),
                s.captured_at.from.as_str()
            ),
            why_it_matters: "A wrong server, table or time puts these messages in the wrong place."
                .to_owned(),
            what_to_do: "Confirm it with a [[snapshot]] entry in case.toml.".to_owned(),
        });
    }
}
