//! The unified timeline: every event and capture of a case in one order of time.
//!
//! This room brings the readings of all files together. Copies of one record become one event with several
//! citations (`copies`), known clock offsets are taken out ([`clock`]), and for every log it is worked out
//! from when to when it can speak ([`coverage`]). What leaves the house as `timeline.csv` and
//! `timeline.parquet` are [`row::Row`]s ([`rows`], [`frame`]).

mod captures;
pub mod clock;
mod copies;
mod counts;
pub mod coverage;
pub mod frame;
mod mail;
mod mail_rows;
mod order;
pub mod row;
pub mod rows;
mod spans;
mod steps;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::evidence::model::{
    Citation, CounterSeries, Event, FileId, Problem, Reading, Snapshot, Traffic,
};
use crate::time::{Bracket, Timestamp};

use copies::numbering::Numbering;
use spans::FileSpan;

pub use clock::Clocks;
pub use counts::{TimedExport, TimedListing};
pub use coverage::LogCoverage;
pub use mail::{TimedMail, TimedStart};
pub use order::Error;
pub use steps::{ClockStep, MOST_WIDENED};

/// Everything that happened, in order, by corrected clocks.
#[derive(Debug, Default)]
pub struct Timeline {
    /// Kept events without duplicates, by time, then server, log and record number.
    pub events: Vec<TimedEvent>,
    /// Captures by time, then server and table.
    pub snapshots: Vec<TimedSnapshot>,
    /// Lines of the logs of the mail system without duplicates, by time, then server and log.
    pub mail: Vec<TimedMail>,
    /// Signs that SMTP had started, by time, then server.
    pub starts: Vec<TimedStart>,
    /// How much mail went through, by server, then log; each line counted once.
    pub traffic: Vec<Traffic>,
    /// Registry exports by time, then server.
    pub exports: Vec<TimedExport>,
    /// Listings of folders by time, then server and folder.
    pub listings: Vec<TimedListing>,
    /// Performance counters by server and counter, under the servers' one spelling.
    pub counters: Vec<CounterSeries>,
    /// By server, then log.
    pub coverage: Vec<LogCoverage>,
    pub problems: Vec<Problem>,
    /// Logs of one server that contradict one another; each is among the problems, too, in the same words.
    pub disagreements: Vec<Disagreement>,
    /// Records that were a second copy of one already there.
    pub duplicates: u64,
    /// Where clocks went back, by server, log and record number.
    pub steps: Vec<ClockStep>,
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

/// Two copies of one log that cannot both be whole and true.
#[derive(Clone, Debug)]
pub struct Disagreement {
    pub server: Arc<str>,
    pub log: String,
    /// Of the first such record, where that is known.
    pub at: Option<Timestamp>,
    /// Records concerned.
    pub records: u64,
    /// One copy lacks what the other holds; otherwise both hold it and say different things.
    pub lacking: bool,
    /// In the words of the problem.
    pub what: String,
    /// What each of the two says, with the record or file that says it.
    pub sides: [(String, String); 2],
    /// Records that differ, as far as they are known one by one.
    pub cites: BTreeSet<Citation>,
}

/// A capture with the server it belongs to and when it can have been made.
#[derive(Clone, Debug)]
pub struct TimedSnapshot {
    pub snapshot: Snapshot,
    pub server: Arc<str>,
    pub at: Timestamp,
    pub when: Bracket,
}

/// Builds the timeline of a case from what its files gave, one reading a file, in the order of the files.
///
/// `canonical` gives a server's one spelling. What comes out does not depend on the order of the events within.
pub fn build(
    readings: Vec<Reading>,
    clocks: &Clocks,
    canonical: &dyn Fn(&str) -> String,
) -> Result<Timeline, Error> {
    let mut names = BTreeMap::new();
    let mut timeline = Timeline::default();
    let mut events = Vec::new();
    let mut spans: Vec<FileSpan> = Vec::new();
    let mut gathered = mail::Gathered::default();
    for (number, reading) in (1..).zip(readings) {
        let cited = reading.events.first().map(|event| event.cite.file);
        let file = cited.unwrap_or(FileId(number));
        let textual = reading
            .events
            .iter()
            .any(|event| event.time.original.is_some());
        for event in reading.events {
            let server = intern(&mut names, canonical, &event.computer);
            events.push(clocks.place_event(event, server));
        }
        for span in reading.spans {
            let server = intern(&mut names, canonical, &span.computer);
            spans.push(FileSpan {
                file,
                server,
                textual,
                span,
            });
        }
        for snapshot in reading.snapshots {
            let server = intern(&mut names, canonical, &snapshot.server.value);
            timeline
                .snapshots
                .push(clocks.place_snapshot(snapshot, server));
        }
        let mut spelling = |name: &str| intern(&mut names, canonical, name);
        gathered.add(reading.mail, clocks, &mut spelling);
        for export in reading.registry {
            let server = spelling(&export.server.value);
            timeline.exports.push(clocks.place_export(export, server));
        }
        for listing in reading.listings {
            let server = spelling(&listing.server.value);
            timeline
                .listings
                .push(clocks.place_listing(listing, server));
        }
        for series in reading.counters {
            let server = spelling(&series.server).to_string();
            timeline.counters.push(CounterSeries { server, ..series });
        }
    }
    let numbering = Numbering::of(&spans);
    let mut folded = copies::fold(events, &spans, &numbering);
    timeline.duplicates = folded.duplicates;
    timeline.problems.append(&mut folded.problems);
    timeline.disagreements = folded.disagreements;
    let (coverage, mut problems) = coverage::of_logs(&spans, &numbering, clocks);
    timeline.coverage = coverage;
    let settled = gathered.settle(clocks);
    timeline.coverage.extend(settled.coverage);
    timeline
        .coverage
        .sort_by(|a, b| (&a.server, a.log.to_lowercase()).cmp(&(&b.server, b.log.to_lowercase())));
    timeline.mail = settled.records;
    timeline.starts = settled.starts;
    timeline.traffic = settled.traffic;
    timeline.duplicates += settled.duplicates;
    timeline.problems.append(&mut problems);
    timeline.steps = steps::of_logs(&spans, &numbering, clocks);
    timeline.events = order::in_order(folded.events)?;
    steps::widen(&mut timeline.events, &timeline.steps);
    captures::settle(&mut timeline);
    counts::settle(&mut timeline);
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
