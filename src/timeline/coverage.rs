//! Coverage: from when to when each log of each server can speak, and where it cannot.
//!
//! Windows numbers the records of a log without gaps, so a missing number is a missing record. A gap in
//! time counts as a hole too where it is far longer than the log's own rhythm explains: then the server was
//! off or logging had stopped, and silence proves nothing.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Clocks;
use crate::evidence::model::LogSpan;
use crate::time::{HOUR, Stamp, Timestamp};

/// A silence shorter than this is never called a hole, however busy the log is.
const SHORTEST_SILENCE: i64 = 6 * HOUR;
/// A silence is a hole when it is so many times as long as all but one in a hundred of the log's gaps.
const RHYTHM_FACTOR: i64 = 8;
/// With fewer gaps than this a log has no rhythm to speak of.
const RHYTHM_NEEDS: usize = 20;
/// Records may be numbered slightly out of the order of time; a step back of fewer numbers is no new start.
const DISORDER: u64 = 16;
/// A step back by more numbers than this is a new start however large the numbers are.
const RESTART_STEP: u64 = 1000;

/// What one log of one server covers.
#[derive(Clone, Debug)]
pub struct LogCoverage {
    pub server: Arc<str>,
    /// The log's name, in its first spelling.
    pub log: String,
    pub from: Timestamp,
    pub to: Timestamp,
    /// Distinct records.
    pub records: u64,
    /// In order, not overlapping.
    pub holes: Vec<Hole>,
}

/// A period in which a log cannot speak.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hole {
    pub from: Timestamp,
    pub to: Timestamp,
    pub why: String,
}

impl LogCoverage {
    /// Microseconds of `[from, to]` in which the log can speak.
    pub fn covered(&self, from: Timestamp, to: Timestamp) -> i64 {
        let length = |a: Timestamp, b: Timestamp| b.since(a).max(0);
        let (from, to) = (from.max(self.from), to.min(self.to));
        let lost: i64 = self
            .holes
            .iter()
            .map(|hole| length(hole.from.max(from), hole.to.min(to)))
            .sum();
        (length(from, to) - lost).max(0)
    }

    /// Whether the log can speak of every instant of `[from, to]`.
    pub fn speaks_throughout(&self, from: Timestamp, to: Timestamp) -> bool {
        self.from <= from && to <= self.to && self.hole_within(from, to).is_none()
    }

    /// The first hole that touches `[from, to]`.
    pub fn hole_within(&self, from: Timestamp, to: Timestamp) -> Option<&Hole> {
        self.holes
            .iter()
            .find(|hole| hole.from < to && from < hole.to)
    }
}

/// Record number and time of one record.
type Numbered = (u64, Timestamp);

/// Works out the coverage of every log from the records that all files hold of it.
pub(super) fn of_logs(spans: Vec<(Arc<str>, LogSpan)>, clocks: &Clocks) -> Vec<LogCoverage> {
    let mut logs: BTreeMap<(Arc<str>, String), (String, Vec<Numbered>)> = BTreeMap::new();
    for (server, span) in spans {
        let key = (Arc::clone(&server), span.channel.to_lowercase());
        let (_, records) = logs
            .entry(key)
            .or_insert_with(|| (span.channel.to_string(), Vec::new()));
        records.extend(
            span.records
                .iter()
                .map(|&(id, at)| (id, clocks.own(&server, &Stamp::exact(at)).middle())),
        );
    }
    logs.into_iter()
        .filter_map(|((server, _), (log, records))| of_log(server, log, records))
        .collect()
}

fn of_log(server: Arc<str>, log: String, mut records: Vec<Numbered>) -> Option<LogCoverage> {
    records.sort_unstable_by_key(|&(id, at)| (at, id));
    records.dedup();
    let (from, to) = (records.first()?.1, records.last()?.1);
    let count = records.len() as u64;
    let silence = longest_ordinary_silence(&records);
    let mut holes = Vec::new();
    let mut last_end = None;
    for generation in generations(&records) {
        let (first, last) = (generation.first()?, generation.last()?);
        if let Some(end) = last_end {
            holes.push(Hole {
                from: end,
                to: first.1,
                why: format!(
                    "The record numbers start again at {}: the log was cleared or made anew.",
                    first.0
                ),
            });
        }
        last_end = Some(last.1);
        missing_numbers(generation, &mut holes);
    }
    silences(&records, silence, &mut holes);
    Some(LogCoverage {
        server,
        log,
        from,
        to,
        records: count,
        holes: disjoint(holes),
    })
}

/// Splits records, in order of time, where their numbering starts again.
fn generations(records: &[Numbered]) -> impl Iterator<Item = &[Numbered]> {
    let mut highest = 0_u64;
    records.chunk_by(move |a, b| {
        highest = highest.max(a.0);
        let back = highest.saturating_sub(b.0);
        let again = back >= DISORDER && (b.0.saturating_mul(2) <= highest || back > RESTART_STEP);
        if again {
            highest = b.0;
        }
        !again
    })
}

fn missing_numbers(generation: &[Numbered], holes: &mut Vec<Hole>) {
    let mut by_number = generation.to_vec();
    by_number.sort_unstable();
    for pair in by_number.windows(2) {
        let [a, b] = pair else { continue };
        let missing = b.0.saturating_sub(a.0).saturating_sub(1);
        if missing > 0 {
            holes.push(Hole {
                from: a.1.min(b.1),
                to: a.1.max(b.1),
                why: format!(
                    "{missing} record numbers are missing ({} to {}).",
                    a.0 + 1,
                    b.0 - 1
                ),
            });
        }
    }
}

/// How long a silence this log's own rhythm explains; `None` where it has too few records to tell.
fn longest_ordinary_silence(records: &[Numbered]) -> Option<i64> {
    let mut gaps: Vec<i64> = records
        .windows(2)
        .filter_map(|pair| match pair {
            [a, b] => Some(b.1.since(a.1)),
            _ => None,
        })
        .collect();
    if gaps.len() < RHYTHM_NEEDS {
        return None;
    }
    gaps.sort_unstable();
    let ordinary = *gaps.get(gaps.len() * 99 / 100)?;
    Some(ordinary.saturating_mul(RHYTHM_FACTOR).max(SHORTEST_SILENCE))
}

fn silences(records: &[Numbered], longest: Option<i64>, holes: &mut Vec<Hole>) {
    let Some(longest) = longest else { return };
    for pair in records.windows(2) {
        let [a, b] = pair else { continue };
        if b.1.since(a.1) > longest {
            holes.push(Hole {
                from: a.1,
                to: b.1,
                why: format!(
                    "Nothing was logged for {:.1} hours, far beyond this log's rhythm: the server was off or \
                     logging had stopped.",
                    b.1.since(a.1) as f64 / HOUR as f64
                ),
            });
        }
    }
}

/// Puts holes in order and joins those that overlap.
fn disjoint(mut holes: Vec<Hole>) -> Vec<Hole> {
    holes.sort_by_key(|hole| (hole.from, hole.to));
    let mut joined: Vec<Hole> = Vec::with_capacity(holes.len());
    for hole in holes {
        match joined.last_mut() {
            Some(last) if hole.from < last.to || (hole.from, hole.to) == (last.from, last.to) => {
                last.to = last.to.max(hole.to);
                if !last.why.contains(&hole.why) {
                    last.why = format!("{} {}", last.why, hole.why);
                }
            }
            _ => joined.push(hole),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hours: f64) -> Timestamp {
        Timestamp::from_micros((hours * HOUR as f64) as i64).unwrap()
    }

    fn log(records: &[(u64, f64)]) -> LogCoverage {
        let records = records.iter().map(|&(id, hours)| (id, at(hours))).collect();
        of_log("BH01".into(), "System".into(), records).unwrap()
    }

    #[test]
    fn missing_numbers_are_a_hole() {
        let log = log(&[(1, 0.0), (2, 1.0), (5, 4.0), (6, 5.0)]);
        assert_eq!(log.holes.len(), 1);
        assert_eq!((log.holes[0].from, log.holes[0].to), (at(1.0), at(4.0)));
        assert!(
            log.holes[0]
                .why
                .starts_with("2 record numbers are missing (3 to 4)")
        );
        assert_eq!(log.covered(at(0.0), at(5.0)), 2 * HOUR);
        assert!(!log.speaks_throughout(at(0.0), at(2.0)));
        assert!(log.speaks_throughout(at(4.0), at(5.0)));
    }

    #[test]
    fn overlapping_copies_leave_no_hole() {
        let log = log(&[(1, 0.0), (2, 1.0), (3, 2.0), (2, 1.0), (3, 2.0), (4, 3.0)]);
        assert_eq!((log.records, log.holes.len()), (4, 0));
    }

    #[test]
    fn records_slightly_out_of_order_leave_no_hole() {
        let log = log(&[(1, 0.0), (3, 1.0), (2, 1.1), (4, 2.0)]);
        assert_eq!(log.holes, []);
    }

    #[test]
    fn a_cleared_log_starts_again() {
        let mut records: Vec<(u64, f64)> = (1..=40).map(|n| (n, n as f64)).collect();
        records.extend((1..=10).map(|n| (n, 50.0 + n as f64)));
        let log = log(&records);
        assert_eq!(log.holes.len(), 1);
        assert_eq!((log.holes[0].from, log.holes[0].to), (at(40.0), at(51.0)));
        assert!(log.holes[0].why.contains("start again at 1"));
    }

    #[test]
    fn a_long_silence_is_a_hole_only_against_the_rhythm() {
        let mut records: Vec<(u64, f64)> = (1..=200).map(|n| (n, n as f64 * 0.1)).collect();
        records.push((201, 20.0 + 30.0));
        let log_ = log(&records);
        assert_eq!(log_.holes.len(), 1);
        assert!(log_.holes[0].why.contains("30.0 hours"));
        // Five records a week apart have no rhythm to break.
        let sparse: Vec<(u64, f64)> = (1..=5).map(|n| (n, n as f64 * 168.0)).collect();
        assert_eq!(log(&sparse).holes, []);
    }

    #[test]
    fn one_record_covers_an_instant() {
        let log = log(&[(7, 3.0)]);
        assert_eq!(log.covered(at(0.0), at(9.0)), 0);
        assert_eq!((log.from, log.to), (at(3.0), at(3.0)));
    }
}
