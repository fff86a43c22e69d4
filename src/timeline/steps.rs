//! Where a server's clock went back: later records of a log that bear earlier times.
//!
//! Records are numbered as they are written. A few that bear an earlier time than the one before were only written
//! late (in the System log of a virtual machine of 2010 thirty records were up to three minutes late, one or two at a
//! time), so a step is claimed only where the times go on from the earlier one.

use std::sync::Arc;

use super::copies::numbering::{Course, Entry, Numbering};
use super::spans::FileSpan;
use super::{Clocks, TimedEvent};
use crate::evidence::model::{Citation, FileId};
use crate::time::{HOUR, MINUTE, SECOND, Stamp, Timestamp};

/// Records may be written so much after their time without anybody having touched the clock.
const DISORDER: i64 = 5 * SECOND;
/// So many records in a row that bear an earlier time were not all written late.
const RUN: usize = 3;
/// Two records are enough where they are earlier by so much.
const FAR: i64 = 10 * MINUTE;
const FAR_RUN: usize = 2;

/// Steps up to this widen the times that they make unsure.
pub const MOST_WIDENED: i64 = HOUR;

/// Steps that widen times; a log with more has no order of time to speak of.
const MOST_STEPS: usize = 100;

/// A step of a server's clock, as the order of one log's records shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClockStep {
    pub server: Arc<str>,
    /// The log in lower case.
    pub log: String,
    /// The last record of the old time, and its time.
    pub before: (Citation, Timestamp),
    /// The first record of the new time, and its time.
    pub after: (Citation, Timestamp),
}

impl ClockStep {
    /// Microseconds by which the clock went back, at least: more by what passed between the two records.
    pub fn at_least(&self) -> i64 {
        self.before.1.since(self.after.1)
    }
}

/// The steps of all logs, by server, log and record number.
///
/// Times that were written as text are left out: a local time loses its order when summer time ends.
pub(super) fn of_logs(
    spans: &[FileSpan],
    numbering: &Numbering,
    clocks: &Clocks,
) -> Vec<ClockStep> {
    let textual = |file: FileId, course: &Course| {
        spans
            .iter()
            .any(|span| span.file == file && span.textual && span.server == course.key.0)
    };
    let mut steps = Vec::new();
    for course in &numbering.courses {
        let texts: Vec<FileId> = course
            .files
            .iter()
            .copied()
            .filter(|file| textual(*file, course))
            .collect();
        let entries = course
            .entries
            .iter()
            .filter(|entry| !texts.contains(&entry.file));
        let entries: Vec<&Entry> = entries.collect();
        let server = &course.key.0;
        let corrected = |at: Timestamp| clocks.own(server, &Stamp::exact(at)).middle();
        let record = |entry: &Entry| {
            let (file, record) = (entry.file, entry.number);
            (Citation { file, record }, corrected(entry.at))
        };
        steps.extend(
            of_records(&entries)
                .into_iter()
                .map(|(before, after)| ClockStep {
                    server: Arc::clone(server),
                    log: course.key.1.clone(),
                    before: record(before),
                    after: record(after),
                }),
        );
    }
    steps.sort_by(|a, b| (&a.server, &a.log, a.after.0).cmp(&(&b.server, &b.log, b.after.0)));
    steps
}

/// Widens the times of events that were logged while the clock showed a time for the second time, or would show it
/// again: nothing says which of the two it was.
///
/// Only for steps of an hour at most. A clock that stood on another day says nothing about the events of the days
/// between, and one wrong record must not make a whole log unsure.
///
/// `events` are in the order of time.
pub(super) fn widen(events: &mut [TimedEvent], steps: &[ClockStep]) {
    let near = steps.iter().filter(|step| step.at_least() <= MOST_WIDENED);
    for step in near.take(MOST_STEPS) {
        let from = events.partition_point(|event| event.at < step.after.1);
        let unsure = events.get_mut(from..).unwrap_or_default().iter_mut();
        let unsure = unsure.take_while(|event| event.at <= step.before.1);
        for event in unsure.filter(|event| event.server == step.server) {
            event.when.lo = event.when.lo.plus(-step.at_least());
            event.when.hi = event.when.hi.plus(step.at_least());
        }
    }
}

/// The records on either side of each step.
fn of_records<'e>(entries: &[&'e Entry]) -> Vec<(&'e Entry, &'e Entry)> {
    let mut steps = Vec::new();
    let Some(mut latest) = entries.first().copied() else {
        return steps;
    };
    for (index, &entry) in entries.iter().enumerate().skip(1) {
        // A number that stands twice with other times is no order.
        if entry.at >= latest.at.plus(-DISORDER) || entry.number == latest.number {
            if entry.at >= latest.at {
                latest = entry;
            }
            continue;
        }
        let rest = entries.get(index..).unwrap_or_default().iter();
        let run = rest
            .take(RUN)
            .take_while(|later| later.at < latest.at.plus(-DISORDER))
            .count();
        let far = latest.at.since(entry.at) >= FAR && run >= FAR_RUN;
        if run >= RUN || far {
            steps.push((latest, entry));
            latest = entry;
        }
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(times: &[i64]) -> Vec<(u64, u64, i64)> {
        let entries: Vec<Entry> = (1..)
            .zip(times)
            .map(|(number, at)| Entry {
                number,
                at: Timestamp::from_seconds(1_142_000_000 + at).unwrap(),
                file: FileId(1),
            })
            .collect();
        of_records(&entries.iter().collect::<Vec<_>>())
            .into_iter()
            .map(|(a, b)| (a.number, b.number, a.at.since(b.at) / SECOND))
            .collect()
    }

    #[test]
    fn a_clock_that_was_set_back_is_seen_once() {
        assert_eq!(
            steps(&[0, 60, 120, 30, 45, 90, 100, 130, 180]),
            [(3, 4, 90)]
        );
        // Two steps, the second within the time of the first.
        assert_eq!(
            steps(&[0, 1000, 500, 600, 700, 300, 400, 650, 1200]),
            [(2, 3, 500), (5, 6, 400)]
        );
    }

    /// Records 2342 and 2467 to 2469 of the real System log of plaso's test data are late like this.
    #[test]
    fn records_that_were_written_late_are_no_step() {
        assert_eq!(steps(&[0, 100, 63, 64, 110, 200]), []);
        assert_eq!(steps(&[0, 200, 24, 210, 220]), []);
        assert_eq!(steps(&[0, 10, 6, 6, 6, 7, 20]), []);
    }

    #[test]
    fn two_records_far_back_are_a_step() {
        assert_eq!(steps(&[0, 5000, 1400, 1500]), [(2, 3, 3600)]);
        // One record alone bears a false time.
        assert_eq!(steps(&[0, 5000, 1400, 5100]), []);
    }
}
