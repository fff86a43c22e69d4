//! From local times to instants, by one clock or by all the clocks that the evidence leaves possible.

use std::collections::BTreeMap;

use super::clock::Clock;
use crate::time::{DAY, HOUR, SECOND};

/// Zones never changed their offsets twice within so long.
const STRIDE: i64 = 12 * HOUR;
/// Years beyond these are no time of a log; tables of zones hold nothing of worth there.
const SANE: std::ops::Range<i64> = 0..4_102_444_800 * SECOND;

/// Which offsets a local time may mean: pieces of the local time line, each with its offsets.
#[derive(Debug, Default)]
pub struct LocalMap {
    /// Sorted; a piece ends where the next begins.
    pieces: Vec<Piece>,
    /// Clocks that differ where the file has records.
    pub clocks: usize,
}

/// A stretch of local time within which the same offsets are possible.
#[derive(Debug, PartialEq, Eq)]
pub struct Piece {
    start: i64,
    /// Seconds ahead of UTC, the greatest (the earliest instant) first; several where the clocks differ or one clock
    /// showed this time twice or never. Empty where no record is.
    pub offsets: Vec<i32>,
    /// The only clock, or one of them, skipped this time.
    pub skipped: bool,
}

/// From `start` on the clock is `offset` seconds ahead of UTC.
type Segment = (i64, i64, i32);

impl LocalMap {
    /// For times on these days of local time (numbers since 1970, sorted). With several clocks, times outside the
    /// years 1970 to 2099 have no piece.
    pub fn new(clocks: &[Clock], days: &[i64]) -> Self {
        let spans = covered(days, clocks.len() > 1);
        let mut tables: Vec<Vec<Segment>> = clocks
            .iter()
            .map(|clock| segments(*clock, &spans))
            .collect();
        tables.sort_unstable();
        tables.dedup();
        Self {
            pieces: pieces(&tables),
            clocks: tables.len(),
        }
    }

    /// The piece that holds a local time.
    pub fn piece(&self, local: i64) -> Option<&Piece> {
        let after = self.pieces.partition_point(|piece| piece.start <= local);
        let piece = self.pieces.get(after.checked_sub(1)?)?;
        (!piece.offsets.is_empty()).then_some(piece)
    }
}

/// The days, each with room for every offset, joined to stretches of UTC.
fn covered(days: &[i64], sane_only: bool) -> Vec<(i64, i64)> {
    let mut spans: Vec<(i64, i64)> = Vec::new();
    for day in days {
        let start = day.saturating_mul(DAY);
        if sane_only && !SANE.contains(&start) {
            continue;
        }
        let (from, to) = (start.saturating_sub(2 * DAY), start.saturating_add(3 * DAY));
        match spans.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(to),
            _ => spans.push((from, to)),
        }
    }
    spans
}

fn segments(clock: Clock, spans: &[(i64, i64)]) -> Vec<Segment> {
    let mut found: Vec<Segment> = Vec::new();
    for &(from, to) in spans {
        let (mut start, mut at, mut offset) = (from, from, clock.offset_at(from));
        while at < to {
            let next = at.saturating_add(STRIDE).min(to);
            let then = clock.offset_at(next);
            if then != offset {
                let change = first_with(clock, then, at, next);
                found.push((start, change, offset));
                (start, offset) = (change, then);
            }
            at = next;
        }
        found.push((start, to, offset));
    }
    found
}

/// The first whole second after `before`, at the latest `by`, at which the clock has that offset.
fn first_with(clock: Clock, offset: i32, before: i64, by: i64) -> i64 {
    let (mut low, mut high) = (before.div_euclid(SECOND), by.div_euclid(SECOND));
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if clock.offset_at(middle * SECOND) == offset {
            high = middle;
        } else {
            low = middle;
        }
    }
    high * SECOND
}

/// What changes at a point of local time: readings by an offset begin or end there.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Edge {
    at: i64,
    offset: i32,
    skipped: bool,
    change: i32,
}

fn pieces(tables: &[Vec<Segment>]) -> Vec<Piece> {
    let mut edges = Vec::new();
    let mut reading = |from: i64, to: i64, offset: i32, skipped: bool| {
        if from < to {
            let edge = |at, change| Edge {
                at,
                offset,
                skipped,
                change,
            };
            edges.extend([edge(from, 1), edge(to, -1)]);
        }
    };
    for table in tables {
        for (index, &(from, to, offset)) in table.iter().enumerate() {
            let ahead = i64::from(offset) * SECOND;
            reading(from + ahead, to + ahead, offset, false);
            let Some(&(next, _, then)) = table.get(index + 1).filter(|next| next.0 == to) else {
                continue;
            };
            // Clocks put forward skip what lies between: by the offset before as by the one after.
            let (before, after) = (next + ahead, next + i64::from(then) * SECOND);
            reading(before, after, offset, true);
            reading(before, after, then, true);
        }
    }
    edges.sort_unstable();
    let mut open: BTreeMap<(i32, bool), i32> = BTreeMap::new();
    let mut pieces: Vec<Piece> = Vec::new();
    for group in edges.chunk_by(|a, b| a.at == b.at) {
        for edge in group {
            *open.entry((edge.offset, edge.skipped)).or_default() += edge.change;
        }
        open.retain(|_, count| *count != 0);
        let mut offsets: Vec<i32> = open.keys().rev().map(|(offset, _)| *offset).collect();
        offsets.dedup();
        let skipped = open.keys().any(|(_, skipped)| *skipped);
        let start = group.first().map_or(i64::MIN, |edge| edge.at);
        if pieces
            .last()
            .is_none_or(|last| last.offsets != offsets || last.skipped != skipped)
        {
            pieces.push(Piece {
                start,
                offsets,
                skipped,
            });
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use chrono_tz::{TZ_VARIANTS, Tz};
    use proptest::prelude::*;

    use super::*;
    use crate::case::time_text::{self, LocalRules, Oddity, WrittenTime};

    fn local(text: &str) -> i64 {
        let time = WrittenTime::parse(text).unwrap().local(None).unwrap();
        time.and_utc().timestamp_micros()
    }

    fn map(clocks: &[Clock], texts: &[&str]) -> LocalMap {
        let mut days: Vec<i64> = texts
            .iter()
            .map(|text| local(text).div_euclid(DAY))
            .collect();
        days.sort_unstable();
        LocalMap::new(clocks, &days)
    }

    #[test]
    fn clocks_that_agree_where_the_records_are_count_once() {
        let zones = [
            Tz::America__New_York,
            Tz::America__Toronto,
            Tz::America__Jamaica,
        ];
        let clocks = zones.map(Clock::Zone);
        let (winter, summer) = ("2006-03-14 09:30", "2006-06-14 09:30");
        assert_eq!(map(&clocks, &[winter]).clocks, 1);
        let both = map(&clocks, &[winter, summer]);
        assert_eq!(both.clocks, 2);
        assert_eq!(both.piece(local(winter)).unwrap().offsets, [-18_000]);
        assert_eq!(
            both.piece(local(summer)).unwrap().offsets,
            [-14_400, -18_000]
        );
        assert_eq!(both.piece(local("2006-04-20 09:30")), None);
        assert_eq!(both.piece(local("1901-04-20 09:30")), None);
    }

    proptest! {
        /// The same as chrono finds, for any zone, time by time; near changes of the clock above all.
        #[test]
        fn one_zone_reads_like_chrono(zone in 0..TZ_VARIANTS.len(), day in 7000_i64..20_000, minutes in prop::collection::vec(0_i64..1440, 1..40)) {
            let zone = TZ_VARIANTS[zone];
            let map = LocalMap::new(&[Clock::Zone(zone)], &[day]);
            let rules = LocalRules { zone: Some(zone), order: None };
            for minute in minutes {
                let at = day * DAY + minute * 60 * SECOND;
                let text = chrono::DateTime::from_timestamp_micros(at).unwrap().format("%Y-%m-%d %H:%M:%S").to_string();
                let read = time_text::read(&text, rules).unwrap();
                let piece = map.piece(at).unwrap();
                let first = i64::from(piece.offsets[0]);
                let last = i64::from(piece.offsets[piece.offsets.len() - 1]);
                prop_assert_eq!(read.stamp.at.micros(), at - first * SECOND, "{} {}", zone, text);
                prop_assert_eq!(read.stamp.precision, (first - last + 1) * SECOND);
                let oddity = (piece.offsets.len() > 1).then_some(if piece.skipped { Oddity::Skipped } else { Oddity::Ambiguous });
                prop_assert_eq!(read.oddity, oddity);
            }
        }
    }

    /// Every change of the clocks of every zone since 1990, to the minute before and after.
    #[test]
    fn every_change_of_every_zone_reads_like_chrono() {
        for zone in TZ_VARIANTS {
            let spans = [(7_300 * DAY, 21_000 * DAY)];
            for &(_, change, _) in segments(Clock::Zone(zone), &spans).iter().rev().skip(1) {
                let rules = LocalRules {
                    zone: Some(zone),
                    order: None,
                };
                for offset in [
                    Clock::Zone(zone).offset_at(change - SECOND),
                    Clock::Zone(zone).offset_at(change),
                ] {
                    for near in [-SECOND, 0, SECOND, 1800 * SECOND] {
                        let at = change + i64::from(offset) * SECOND + near;
                        let map = LocalMap::new(&[Clock::Zone(zone)], &[at.div_euclid(DAY)]);
                        let text = chrono::DateTime::from_timestamp_micros(at)
                            .unwrap()
                            .format("%Y-%m-%d %H:%M:%S")
                            .to_string();
                        let read = time_text::read(&text, rules).unwrap();
                        let piece = map.piece(at).unwrap();
                        assert_eq!(
                            read.stamp.at.micros(),
                            at - i64::from(piece.offsets[0]) * SECOND,
                            "{zone} {text}"
                        );
                        assert_eq!(
                            read.oddity.is_some(),
                            piece.offsets.len() > 1,
                            "{zone} {text}"
                        );
                    }
                }
            }
        }
    }
}
