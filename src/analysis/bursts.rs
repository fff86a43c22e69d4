//! Bursts: runs of scan failures denser than the server's base rate.
//!
//! Kleinberg's automaton with two states decides where a burst begins and ends, the same with levels how dense it is
//! and which parts of it are denser still. A scan statistic says how likely so many messages would be within so short a
//! time by chance, allowing for every place and length that the burst could have had. It counts each message once: that
//! a message fails again is a retry, which makes no crowd. With too few failures for an automaton, a burst is a plain
//! count.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::facts::{Failure, ServerFacts};
use crate::analysis::findings::{BurstPart, CodeCount};
use crate::stats::burst::{Automaton, levels};
use crate::stats::scan;
use crate::time::{HOUR, MINUTE, SECOND, Timestamp};

/// Below this many failures no automaton is asked: there is no base rate to be denser than.
const FEWEST: usize = 8;
/// A burst of fewer failures than this is not worth the name.
const FEWEST_IN_BURST: usize = 3;
/// With too few failures for the automaton: so many within [`PLAIN_SPAN`] are a burst.
const PLAIN_SPAN: i64 = 30 * MINUTE;
/// So many of a burst's denser parts are kept, the densest first.
const MOST_PARTS: usize = 6;
/// The precision of the clock of a log of that time.
const TICK: i64 = SECOND;

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
    /// Throughout it failures come about 2 to the power of this times as fast as on the average, or faster; `None`
    /// where there are too few for an automaton.
    pub level: Option<u8>,
    pub parts: Vec<BurstPart>,
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
    let (ranges, levels) = if failures.len() >= FEWEST {
        automaton(failures, exposure)
    } else {
        (plain(failures), Vec::new())
    };
    let within: usize = ranges.iter().map(|range| range.clone().count()).sum();
    let spent: i64 = ranges.iter().map(|range| length(failures, range)).sum();
    let quiet_hours = (exposure.saturating_sub(spent)).max(SECOND) as f64 / HOUR as f64;
    let first = first_of_message(failures);
    let ground = Ground {
        failures,
        all: first.iter().filter(|first| **first).count() as u64,
        first: &first,
        levels: &levels,
        base_per_hour: (failures.len() - within) as f64 / quiet_hours,
        exposure,
    };
    ranges
        .into_iter()
        .filter_map(|range| ground.describe(range))
        .collect()
}

/// For each failure, whether it is the first that names its message; one that names none stands for itself.
pub fn first_of_message(failures: &[Failure]) -> Vec<bool> {
    let mut known: HashSet<&str> = HashSet::new();
    let keys = failures.iter().map(|failure| failure.key.as_deref());
    keys.map(|key| key.is_none_or(|key| known.insert(key)))
        .collect()
}

type Ranges = Vec<std::ops::RangeInclusive<usize>>;

/// The bursts, and the level of each gap between failures.
fn automaton(failures: &[Failure], exposure: i64) -> (Ranges, Vec<u8>) {
    let seconds: Vec<f64> = failures.iter().map(|f| in_seconds(f.at.micros())).collect();
    let exposure = in_seconds(exposure);
    let found = Automaton::fitted(&seconds, exposure, 1.0).bursts(&seconds, exposure);
    let ranges = found.into_iter().map(|burst| burst.first..=burst.last);
    let ranges: Ranges = ranges
        .filter(|range| range.clone().count() >= FEWEST_IN_BURST)
        .collect();
    let levels = match ranges.is_empty() {
        true => Vec::new(),
        false => Automaton::default().levels(&seconds, exposure, in_seconds(TICK)),
    };
    (ranges, levels)
}

fn in_seconds(micros: i64) -> f64 {
    micros as f64 / SECOND as f64
}

/// Runs in which each failure follows the one before it closely.
fn plain(failures: &[Failure]) -> Ranges {
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

/// What each burst of a server is described by.
struct Ground<'a> {
    failures: &'a [Failure],
    first: &'a [bool],
    /// How many are the first of their message.
    all: u64,
    levels: &'a [u8],
    base_per_hour: f64,
    exposure: i64,
}

impl Ground<'_> {
    fn describe(&self, range: std::ops::RangeInclusive<usize>) -> Option<FailureBurst> {
        let events = self.failures.get(range.clone())?;
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
        let (level, parts) = self.levels_within(&range);
        Some(FailureBurst {
            start: first.at,
            end: last.at,
            messages: messages.len() as u64,
            peak_per_minute: peak_per_minute(events),
            base_per_hour: self.base_per_hour,
            p_value: Some(self.by_chance(&range)),
            level,
            parts,
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

    /// The probability of so many messages within so short a time, wherever and however long, if each had failed first at
    /// any covered instant.
    fn by_chance(&self, range: &std::ops::RangeInclusive<usize>) -> f64 {
        let of_burst = self.first.get(range.clone()).unwrap_or_default();
        scan::at_least_in_any(
            of_burst.iter().filter(|first| **first).count() as u64,
            self.all,
            in_seconds(length(self.failures, range)),
            in_seconds(self.exposure),
            in_seconds(TICK),
        )
    }

    /// The level that a burst nowhere falls below, and its denser parts in order of time.
    fn levels_within(
        &self,
        range: &std::ops::RangeInclusive<usize>,
    ) -> (Option<u8>, Vec<BurstPart>) {
        let gaps = self.levels.get(*range.start()..*range.end());
        let Some(level) = gaps.and_then(|gaps| gaps.iter().min().copied()) else {
            return (None, Vec::new());
        };
        let mut parts = levels::nested(gaps.unwrap_or_default(), level);
        parts.retain(|part| part.last - part.first + 1 >= FEWEST_IN_BURST);
        parts.sort_by_key(|part| {
            let events = part.last - part.first;
            (std::cmp::Reverse((part.level, events)), part.first)
        });
        parts.truncate(MOST_PARTS);
        parts.sort_by_key(|part| (part.first, part.level));
        let described = parts.iter().filter_map(|part| {
            let events = range.start() + part.first..=range.start() + part.last;
            let events = self.failures.get(events)?;
            Some(BurstPart {
                start: events.first()?.at,
                end: events.last()?.at,
                events: events.len() as u64,
                level: part.level,
            })
        });
        (Some(level), described.collect())
    }
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

#[cfg(test)]
mod tests;
