//! The unified timeline: every event and capture of a case in one order of time.
//!
//! This room brings the readings of all files together. Copies of one record become one event with several
//! citations (`merge`), known clock offsets are taken out ([`clock`]), and for every log it is worked out
//! from when to when it can speak ([`coverage`]). What leaves the house as `timeline.csv` and
//! `timeline.parquet` are [`row::Row`]s ([`rows`], [`frame`]).

pub mod clock;
pub mod coverage;
pub mod frame;
mod merge;
pub mod row;
pub mod rows;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::evidence::model::{Citation, Event, LogSpan, Problem, Reading, Snapshot};
use crate::time::{Bracket, Timestamp};

pub use clock::Clocks;
pub use coverage::LogCoverage;
pub use merge::Error;

/// Everything that happened, in order, by corrected clocks.
#[derive(Debug, Default)]
pub struct Timeline {
    /// Kept events without duplicates, by time, then server, log and record number.
    pub events: Vec<TimedEvent>,
    /// Captures by time, then server and table.
    pub snapshots: Vec<TimedSnapshot>,
    /// By server, then log.
    pub coverage: Vec<LogCoverage>,
    pub problems: Vec<Problem>,
    /// Records that were a second copy of one already there.
    pub duplicates: u64,
}

/// An event with the server it belongs to and the time it really happened.
#[derive(Clone, Debug)]
pub struct TimedEvent {
    pub event: Event,
    /// The server's name in its one spelling.
    pub server: Arc<str>,
    /// The logged time less the clock's known offset.
    pub at: Timestamp,
    pub when: Bracket,
    /// The same record in other files.
    pub copies: Vec<Citation>,
}

/// A capture with the server it belongs to and when it can have been made.
#[derive(Clone, Debug)]
pub struct TimedSnapshot {
    pub snapshot: Snapshot,
    pub server: Arc<str>,
    pub at: Timestamp,
    pub when: Bracket,
}

/// Builds the timeline of a case from what its files gave.
///
/// `canonical` gives a server's one spelling. The readings are taken in order, so the result does not depend
/// on how they were read.
pub fn build(
    readings: Vec<Reading>,
    clocks: &Clocks,
    canonical: &dyn Fn(&str) -> String,
) -> Result<Timeline, Error> {
    let mut names = BTreeMap::new();
    let mut timeline = Timeline::default();
    let mut events = Vec::new();
    let mut spans: Vec<(Arc<str>, LogSpan)> = Vec::new();
    for reading in readings {
        for event in reading.events {
            let server = intern(&mut names, canonical, &event.computer);
            events.push(clocks.place_event(event, server));
        }
        for span in reading.spans {
            let server = intern(&mut names, canonical, &span.computer);
            spans.push((server, span));
        }
        for snapshot in reading.snapshots {
            let server = intern(&mut names, canonical, &snapshot.server.value);
            timeline
                .snapshots
                .push(clocks.place_snapshot(snapshot, server));
        }
    }
    let kept = merge::merge(events)?;
    timeline.duplicates = kept.duplicates;
    timeline.events = kept.events;
    timeline.coverage = coverage::of_logs(spans, clocks);
    merge::settle_snapshots(&mut timeline);
    Ok(timeline)
}

fn intern(
    names: &mut BTreeMap<Arc<str>, Arc<str>>,
    canonical: &dyn Fn(&str) -> String,
    spelling: &str,
) -> Arc<str> {
    if let Some(name) = names.get(spelling) {
        return Arc::clone(name);
    }
    let name: Arc<str> = canonical(spelling).into();
    names.insert(spelling.into(), Arc::clone(&name));
    name
}
