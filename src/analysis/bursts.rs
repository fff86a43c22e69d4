//! Bursts: runs of scan failures denser than the server's base rate.
//!
//! Kleinberg's two-state automaton decides where a burst begins and ends; a scan statistic says how likely so
//! many failures in so short a time would be at the base rate, allowing for every place in the log where it
//! could have happened. With too few failures for a base rate, a burst is a plain count.

use std::collections::{BTreeMap, BTreeSet};

use super::facts::{Failure, ServerFacts};
use crate::analysis::findings::CodeCount;
use crate::stats::burst::Automaton;
use crate::stats::scan;
use crate::time::{HOUR, MINUTE, SECOND, Timestamp};

/// Below this many failures no automaton is asked: there is no base rate to be denser than.
const FEWEST: usize = 8;
/// A burst of fewer failures than this is not worth the name.
const FEWEST_IN_BURST: usize = 3;
/// With too few failures for the automaton: so many within [`PLAIN_SPAN`] are a burst.
const PLAIN_SPAN: i64 = 30 * MINUTE;

/// One burst on one server.
#[derive(Clone, Debug)]
pub struct FailureBurst {
    /// Indices into the server's failures.
    pub failures: std::ops::RangeInclusive<usize>,
    pub start: Timestamp,
    pub end: Timestamp,
    pub messages: u64,
    pub peak_per_minute: u64,
    pub base_per_hour: f64,
    pub p_value: Option<f64>,
    pub codes: Vec<CodeCount>,
}

/// The bursts of one server, in order.
pub fn of_server(facts: &ServerFacts<'_>) -> Vec<FailureBurst> {
    let failures = &facts.failures;
    let (Some(first), Some(last)) = (failures.first(), failures.last()) else {
        return Vec::new();
    };
    // Exposure: the hours that the log covers, and never less than the failures span.
    let covered = facts
        .failure_log()
        .map_or(0, |log| log.covered(log.from, log.to));
    let exposure = covered.max(last.at.since(first.at)).max(SECOND);
    let ranges = if failures.len() >= FEWEST {
        automaton(failures, exposure)
    } else {
        plain(failures)
    };
    let within: usize = ranges.iter().map(|range| range.clone().count()).sum();
    let spent: i64 = ranges.iter().map(|range| length(failures, range)).sum();
    let quiet_hours = (exposure.saturating_sub(spent)).max(SECOND) as f64 / HOUR as f64;
    let base_per_hour = (failures.len() - within) as f64 / quiet_hours;
    ranges
        .into_iter()
        .filter_map(|range| describe(failures, range, base_per_hour, exposure))
        .collect()
}

fn automaton(failures: &[Failure], exposure: i64) -> Vec<std::ops::RangeInclusive<usize>> {
    let seconds: Vec<f64> = failures
        .iter()
        .map(|failure| failure.at.micros() as f64 / SECOND as f64)
        .collect();
    let exposure = exposure as f64 / SECOND as f64;
    let found = Automaton::fitted(&seconds, exposure, 1.0).bursts(&seconds, exposure);
    let ranges = found.into_iter().map(|burst| burst.first..=burst.last);
    ranges
        .filter(|range| range.clone().count() >= FEWEST_IN_BURST)
        .collect()
}

/// Runs in which each failure follows the one before it closely.
fn plain(failures: &[Failure]) -> Vec<std::ops::RangeInclusive<usize>> {
    let mut ranges = Vec::new();
    let mut start = 0;
    for (index, failure) in failures.iter().enumerate() {
        let next = failures.get(index + 1);
        if next.is_none_or(|next| next.at.since(failure.at) > PLAIN_SPAN) {
            ranges.push(start..=index);
            start = index + 1;
        }
    }
    ranges.retain(|range| range.clone().count() >= FEWEST_IN_BURST);
    ranges
}

fn length(failures: &[Failure], range: &std::ops::RangeInclusive<usize>) -> i64 {
    match (failures.get(*range.start()), failures.get(*range.end())) {
        (Some(first), Some(last)) => last.at.since(first.at),
        _ => 0,
    }
}

fn describe(
    failures: &[Failure],
    range: std::ops::RangeInclusive<usize>,
    base_per_hour: f64,
    exposure: i64,
) -> Option<FailureBurst> {
    let events = failures.get(range.clone())?;
    let (first, last) = (events.first()?, events.last()?);
    let messages: BTreeSet<&str> = events
        .iter()
        .filter_map(|failure| failure.key.as_deref())
        .collect();
    let mut codes: BTreeMap<&str, u64> = BTreeMap::new();
    for failure in events {
        *codes
            .entry(failure.code.as_deref().unwrap_or("not given"))
            .or_default() += 1;
    }
    let hours = |micros: i64| micros as f64 / HOUR as f64;
    // A run within one second still needs a width: the precision of the clock that logged it.
    let width = hours(last.at.since(first.at).max(SECOND));
    let p_value = (base_per_hour > 0.0)
        .then(|| scan::at_least(events.len() as u64, width, hours(exposure), base_per_hour));
    Some(FailureBurst {
        start: first.at,
        end: last.at,
        messages: messages.len() as u64,
        peak_per_minute: peak_per_minute(events),
        base_per_hour,
        p_value,
        codes: codes
            .into_iter()
            .map(|(code, count)| CodeCount {
                code: code.to_owned(),
                count,
            })
            .collect(),
        failures: range,
    })
}

/// The most failures in any sixty seconds.
fn peak_per_minute(events: &[Failure]) -> u64 {
    let mut start = 0;
    let mut best = 0;
    for (index, failure) in events.iter().enumerate() {
        while events
            .get(start)
            .is_some_and(|first| failure.at.since(first.at) >= MINUTE)
        {
            start += 1;
        }
        best = best.max(index + 1 - start);
    }
    best as u64
}
