//! Coverage: from when to when each log of each server can speak, and where it cannot.
//!
//! Windows numbers the records of a log without gaps, so a missing number is a missing record. A gap in
//! time counts as a hole too where it is far longer than the log's own rhythm explains: then the server was
//! off or logging had stopped, and silence proves nothing.
//!
//! Records without numbers show that their log spoke, but not that none is missing. They widen what a log covers and
//! count in its rhythm; where numbered records cover a time already they add nothing.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Clocks;
use super::copies::numbering::{Course, Numbering};
use super::spans::{FileSpan, LogKey};
use crate::evidence::model::{FileId, Problem};
use crate::time::{DAY, HOUR, MINUTE, SECOND, Stamp, Timestamp};

/// What a log is called of which nothing says which it is.
const UNNAMED: &str = "unknown log";

/// A silence shorter than this is never called a hole, however busy the log is.
const SHORTEST_SILENCE: i64 = 6 * HOUR;
/// A silence is a hole when it is so many times as long as all but one in a hundred of the log's gaps.
const RHYTHM_FACTOR: i64 = 8;
/// A last record so long after the one before may bear a wrong time.
const STRAY_AFTER: i64 = 7 * DAY;
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
    /// Until when it speaks without a stray record: the time by which all but a hundredth of its records lie, and on
    /// from there as long as no silence is longer than a week or eight times what is usual in it.
    pub steady_to: Timestamp,
    /// Distinct records.
    pub records: u64,
    /// In order, not overlapping.
    pub holes: Vec<Hole>,
    /// What it rests on, where that is less than numbered records.
    pub note: Option<String>,
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

    /// The stretches in which the log can speak, in order.
    pub fn stretches(&self) -> Vec<(Timestamp, Timestamp)> {
        let mut from = self.from;
        let mut all = Vec::new();
        for hole in &self.holes {
            all.push((from, hole.from.max(from)));
            from = hole.to.max(from);
        }
        all.push((from, self.to.max(from)));
        all.retain(|(from, to)| from < to);
        all
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

/// Record number and time of one record, and how much later than that time it may have been.
type Numbered = (u64, Timestamp, i64);

/// The records that are known of one log.
#[derive(Default)]
struct Sources<'s> {
    name: String,
    courses: Vec<&'s Course>,
    exports: Vec<&'s FileSpan>,
    /// Of exports that cannot speak for the log.
    problems: Vec<Problem>,
}

/// Works out the coverage of every log from the records that all files hold of it, each counted once.
pub(super) fn of_logs(
    spans: &[FileSpan],
    numbering: &Numbering,
    clocks: &Clocks,
) -> (Vec<LogCoverage>, Vec<Problem>) {
    let mut logs: BTreeMap<LogKey, Sources<'_>> = BTreeMap::new();
    for span in spans {
        let log = logs.entry(span.key()).or_default();
        if log.name.is_empty() {
            log.name = span.span.channel.to_string();
        }
        match one_kind(span) {
            _ if span.span.unnumbered.is_empty() => {}
            Some(problem) => log.problems.push(problem),
            None => log.exports.push(span),
        }
    }
    for course in &numbering.courses {
        let log = logs.entry(course.key.clone()).or_default();
        log.courses.push(course);
    }
    let lost: BTreeMap<FileId, i64> = spans
        .iter()
        .map(|span| {
            (
                span.file,
                granularity(span.span.records.iter().map(|&(_, at)| at)),
            )
        })
        .collect();
    let (mut coverage, mut problems) = (Vec::new(), Vec::new());
    for ((server, _), sources) in logs {
        let corrected = |at: Timestamp| clocks.own(&server, &Stamp::exact(at)).middle();
        let entries = sources.courses.iter().flat_map(|course| &course.entries);
        let numbered: Vec<Numbered> = entries
            .map(|entry| {
                let whole = lost.get(&entry.file).copied().unwrap_or_default();
                (entry.number, corrected(entry.at), whole)
            })
            .collect();
        if numbered.is_empty() {
            problems.extend(sources.problems);
        }
        let mut exports: Vec<Vec<Timestamp>> = sources
            .exports
            .iter()
            .map(|span| {
                span.span
                    .unnumbered
                    .iter()
                    .map(|&at| corrected(at))
                    .collect()
            })
            .collect();
        exports.iter_mut().for_each(|times| times.sort_unstable());
        // The fullest first: of what several hold, the others add nothing.
        exports.sort_by_key(|times| std::cmp::Reverse(times.len()));
        let name = match sources.name.is_empty() {
            true => UNNAMED.to_owned(),
            false => sources.name,
        };
        coverage.extend(of_log(server, name, numbered, exports));
    }
    (coverage, problems)
}

/// An export that holds one kind of event alone was filtered: it cannot speak for the absence of others.
fn one_kind(span: &FileSpan) -> Option<Problem> {
    let [(provider, id, count)] = span.span.kinds.as_slice() else {
        return None;
    };
    if !span.span.records.is_empty() {
        return None;
    }
    let file = span.file;
    Some(Problem {
        evidence: file.to_string(),
        what: format!(
            "{file} holds {count} of {provider} {id} on {} and no other event: it was filtered, or only these were \
             copied.",
            span.server
        ),
        why_it_matters: "Its events are used, but it does not show that nothing else was logged; no hour counts as \
                         covered because of it."
            .to_owned(),
        what_to_do: "Add the whole log.".to_owned(),
    })
}

fn of_log(
    server: Arc<str>,
    log: String,
    mut numbered: Vec<Numbered>,
    exports: Vec<Vec<Timestamp>>,
) -> Option<LogCoverage> {
    numbered.sort_unstable_by_key(|&(id, at, _)| (at, id));
    numbered.dedup_by_key(|&mut (id, at, _)| (id, at));
    let mut holes = Vec::new();
    let mut stretches = Vec::new();
    for generation in generations(&numbered) {
        let (first, last) = (generation.first()?, generation.last()?);
        let ends = generation.iter().map(|&(_, at, whole)| at.plus(whole));
        stretches.push(Stretch {
            from: first.1,
            last: last.1,
            to: ends.max().unwrap_or(last.1),
            first_number: Some(first.0),
        });
        missing_numbers(generation, &mut holes);
    }
    let mut times: Vec<Timestamp> = numbered.iter().map(|&(_, at, _)| at).collect();
    let by_number = times.len();
    for export in exports {
        let whole = granularity(export.iter().copied());
        let fresh = export.iter().filter(|at| !covers(&stretches, **at, whole));
        times.extend(fresh.copied().collect::<Vec<_>>());
        let (from, last) = (*export.first()?, *export.last()?);
        let to = last.plus(whole);
        let first_number = None;
        add(
            &mut stretches,
            Stretch {
                from,
                last,
                to,
                first_number,
            },
        );
    }
    let note = match (by_number, times.len() > by_number) {
        (_, false) => None,
        (0, true) => Some(
            "Known only from exports without record numbers: rows that were left out of them leave no trace."
                .to_owned(),
        ),
        (_, true) => Some(
            "A part is known only from exports without record numbers: rows that were left out of them leave no trace."
                .to_owned(),
        ),
    };
    times.sort_unstable();
    between(&stretches, &mut holes);
    silences(&times, longest_ordinary_silence(&times), &mut holes);
    Some(LogCoverage {
        server,
        log,
        from: *times.first()?,
        to: *times.last()?,
        steady_to: steady_to(&times)?,
        records: times.len() as u64,
        holes: disjoint(holes),
        note,
    })
}

/// The end of what a log's records (in order) speak of, without those that lie far after nearly all of them.
fn steady_to(times: &[Timestamp]) -> Option<Timestamp> {
    // All but a hundredth, and of fewer than a hundred all but the last.
    let most = times.len().saturating_sub(1) * 99 / 100;
    let (usual, rest) = times.split_at_checked(most)?;
    let longest = longest_ordinary_silence(usual)
        .unwrap_or_default()
        .max(STRAY_AFTER);
    let mut end = *rest.first()?;
    for at in rest {
        if at.since(end) > longest {
            break;
        }
        end = *at;
    }
    Some(end)
}

/// What may be missing at the end of the times of a form that writes whole minutes or seconds.
fn granularity(times: impl Iterator<Item = Timestamp> + Clone) -> i64 {
    let whole = |unit: i64| times.clone().all(|at| at.micros() % unit == 0);
    let unit = [MINUTE, SECOND].into_iter().find(|unit| whole(*unit));
    unit.map_or(0, |unit| unit - 1)
}

/// A time that records speak of from end to end.
struct Stretch {
    from: Timestamp,
    /// Its last record.
    last: Timestamp,
    /// The end of what that record's time may stand for.
    to: Timestamp,
    /// Number of its first record, where that has one.
    first_number: Option<u64>,
}

/// Whether any stretch (in order, not overlapping but perhaps touching) holds a part of what the time stands for.
fn covers(stretches: &[Stretch], at: Timestamp, whole: i64) -> bool {
    let after = stretches.partition_point(|stretch| stretch.from <= at.plus(whole));
    let before = after.checked_sub(1).and_then(|last| stretches.get(last));
    before.is_some_and(|stretch| at <= stretch.to)
}

/// Adds what an export speaks of, and joins the stretches that it touches.
fn add(stretches: &mut Vec<Stretch>, mut joined: Stretch) {
    let (touched, mut others): (Vec<Stretch>, Vec<Stretch>) = std::mem::take(stretches)
        .into_iter()
        .partition(|stretch| stretch.from <= joined.to && joined.from <= stretch.to);
    for stretch in touched {
        if stretch.from <= joined.from {
            (joined.from, joined.first_number) = (stretch.from, stretch.first_number);
        }
        joined.last = joined.last.max(stretch.last);
        joined.to = joined.to.max(stretch.to);
    }
    others.push(joined);
    others.sort_by_key(|stretch| (stretch.from, stretch.to));
    *stretches = others;
}

/// The times between stretches, of which nothing speaks.
fn between(stretches: &[Stretch], holes: &mut Vec<Hole>) {
    for pair in stretches.windows(2) {
        let [a, b] = pair else { continue };
        let why = match (a.first_number, b.first_number) {
            (Some(_), Some(number)) => format!(
                "The record numbers start again at {number}: the log was cleared or made anew."
            ),
            _ => "No file holds records of this time, and there are no record numbers to tell whether any are \
                  missing."
                .to_owned(),
        };
        holes.push(Hole {
            from: a.last,
            to: b.from,
            why,
        });
    }
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
pub(super) fn longest_ordinary_silence(times: &[Timestamp]) -> Option<i64> {
    let mut gaps: Vec<i64> = times
        .windows(2)
        .filter_map(|pair| match pair {
            [a, b] => Some(b.since(*a)),
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

pub(super) fn silences(times: &[Timestamp], longest: Option<i64>, holes: &mut Vec<Hole>) {
    let Some(longest) = longest else { return };
    for pair in times.windows(2) {
        let [a, b] = pair else { continue };
        if b.since(*a) > longest {
            holes.push(Hole {
                from: *a,
                to: *b,
                why: format!(
                    "Nothing was logged for {:.1} hours, far beyond this log's rhythm: the server was off or \
                     logging had stopped.",
                    b.since(*a) as f64 / HOUR as f64
                ),
            });
        }
    }
}

/// Puts holes in order and joins those that overlap.
pub(super) fn disjoint(mut holes: Vec<Hole>) -> Vec<Hole> {
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
        let records = records
            .iter()
            .map(|&(id, hours)| (id, at(hours), 0))
            .collect();
        of_log("BH01".into(), "System".into(), records, Vec::new()).unwrap()
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
