//! Every local record of a file put at its instant, or not, with the reason.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::local_map::LocalMap;
use super::rows::Rows;
use super::sequence::{self, Options};
use crate::case::DateOrder;
use crate::evidence::model::LocalRecords;
use crate::evidence::problems::{FailedRow, RowFault};
use crate::evidence::tally::Tally;
use crate::time::{HOUR, SECOND, Timestamp};

/// Wider stamps say nothing of use.
const WIDEST: i64 = 2 * HOUR;
/// Failing rows that are shown; the rest is counted.
const SHOWN: usize = 3;

/// Where one record stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// From this instant on, for so many microseconds.
    At(Timestamp, i64),
    /// No such time in the order of the file.
    Failed,
    /// Not known closely enough.
    Nowhere,
}

/// All records of a file, and what has to be said of them.
#[derive(Debug, Default)]
pub struct Placed {
    /// As long as the records.
    pub places: Vec<Place>,
    pub failed: u64,
    pub first_failed: Vec<FailedRow>,
    /// Times shown twice by the clock, that the order of the records does not settle,
    pub ambiguous: Tally,
    /// and those that it does.
    pub settled: u64,
    pub skipped: Tally,
    /// Times for which several clocks are possible, and they differ.
    pub spread: Tally,
    pub too_wide: Tally,
    /// Offsets (seconds) of the records whose place is certain.
    pub offsets: BTreeSet<i32>,
}

/// Why a record may mean more than one instant.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Doubt {
    None,
    Twice,
    Skipped,
    Clocks,
}

impl Placed {
    /// `own`: offsets (microseconds) of records that are known by themselves, whatever the clock.
    pub fn new(
        records: &LocalRecords,
        rows: &Rows,
        order: DateOrder,
        map: &LocalMap,
        own: &BTreeMap<usize, i64>,
    ) -> Self {
        let mut placed = Self::default();
        let mut options: Vec<(Options, Doubt)> = Vec::with_capacity(records.records.len());
        for row in 0..records.records.len() {
            options.push(placed.options(rows, row, order, map, own.get(&row).copied()));
        }
        if options
            .iter()
            .any(|(_, doubt)| *doubt == Doubt::Twice || *doubt == Doubt::Clocks)
        {
            by_sequence(records, &mut options);
        }
        for (row, (record, (options, doubt))) in records.records.iter().zip(options).enumerate() {
            let precision = rows
                .times
                .get(row)
                .and_then(|time| Some(time.as_ref()?.precision));
            let show = || format!("row {} ({})", record.row, record.written);
            let place = match (
                precision,
                rows.local(row, order),
                options.first().zip(options.last()),
            ) {
                (Some(precision), Some(_), Some((first, last))) => {
                    placed.place(*first, *last, precision, doubt, show)
                }
                (Some(_), Some(_), None) => {
                    placed.too_wide.add(show());
                    Place::Nowhere
                }
                _ => Place::Failed,
            };
            if place == Place::Failed {
                placed.failed += 1;
                if placed.first_failed.len() < SHOWN {
                    placed.first_failed.push(FailedRow {
                        row: record.row,
                        fault: RowFault::BadTime(record.written.to_string()),
                        excerpt: record.written.to_string(),
                    });
                }
            }
            placed.places.push(place);
        }
        placed
    }

    /// Whether any record stands on the timeline.
    pub fn any(&self) -> bool {
        let mut places = self.places.iter();
        places.any(|place| matches!(place, Place::At(..)))
    }

    fn options(
        &mut self,
        rows: &Rows,
        row: usize,
        order: DateOrder,
        map: &LocalMap,
        own: Option<i64>,
    ) -> (Options, Doubt) {
        let none = (Options::new(), Doubt::None);
        let Some(local) = rows.local(row, order) else {
            return none;
        };
        let told = rows
            .times
            .get(row)
            .and_then(|time| time.as_ref()?.offset_minutes);
        if let Some(minutes) = told {
            return (vec![local - i64::from(minutes) * 60 * SECOND], Doubt::None);
        }
        if let Some(offset) = own {
            self.offsets.extend(i32::try_from(offset / SECOND));
            return (vec![local - offset], Doubt::None);
        }
        let Some(piece) = map.piece(local) else {
            return none;
        };
        let instants = piece.offsets.iter();
        let instants = instants.map(|offset| local - i64::from(*offset) * SECOND);
        let doubt = match piece.offsets.as_slice() {
            [only] => {
                self.offsets.insert(*only);
                Doubt::None
            }
            _ if map.clocks > 1 => Doubt::Clocks,
            _ if piece.skipped => Doubt::Skipped,
            _ => Doubt::Twice,
        };
        (instants.collect(), doubt)
    }

    fn place(
        &mut self,
        first: i64,
        last: i64,
        precision: i64,
        doubt: Doubt,
        show: impl Fn() -> String,
    ) -> Place {
        let width = last.saturating_sub(first);
        let Some(at) = Timestamp::from_micros(first) else {
            return Place::Failed;
        };
        if width > WIDEST && doubt == Doubt::Clocks {
            self.too_wide.add(show());
            return Place::Nowhere;
        }
        match doubt {
            Doubt::Twice if width == 0 => self.settled += 1,
            Doubt::Twice => self.ambiguous.add(show()),
            Doubt::Skipped => self.skipped.add(show()),
            Doubt::Clocks if width > 0 => self.spread.add(show()),
            Doubt::Clocks | Doubt::None => {}
        }
        Place::At(at, precision.saturating_add(width))
    }
}

/// Settles doubtful times by the order of the records of each log: by their numbers, or as the file has them.
fn by_sequence(records: &LocalRecords, options: &mut [(Options, Doubt)]) {
    let mut logs: BTreeMap<(&Arc<str>, &Arc<str>), Vec<usize>> = BTreeMap::new();
    for (row, record) in records.records.iter().enumerate() {
        let kind = usize::try_from(record.kind).ok();
        if let Some(kind) = kind.and_then(|at| records.kinds.get(at)) {
            let log = (&kind.computer, &kind.channel);
            logs.entry(log).or_default().push(row);
        }
    }
    let mut taken: Vec<Option<&mut Options>> = options
        .iter_mut()
        .map(|(options, doubt)| {
            (*doubt != Doubt::Skipped && !options.is_empty()).then_some(options)
        })
        .collect();
    for rows in logs.values_mut() {
        let number = |row: &usize| {
            records
                .records
                .get(*row)
                .and_then(|record| record.record_id)
        };
        if rows.iter().all(|row| number(row).is_some()) {
            rows.sort_by_key(number);
        }
        let mut log: Vec<&mut Options> = rows
            .iter()
            .filter_map(|row| taken.get_mut(*row)?.take())
            .collect();
        sequence::settle(&mut log);
    }
}
