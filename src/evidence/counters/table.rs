//! The rows.

use super::cells::Cells;
use super::clock::Clock;
use super::header::Header;
use crate::case::time_text;
use crate::evidence::problems::CounterFault;
use crate::evidence::tally::Tally;
use crate::time::{MINUTE, Timestamp};

/// A clock that goes back this far was changed, not corrected.
const CLOCK_CHANGE: i64 = 30 * MINUTE;

type Points = Vec<(Timestamp, f64)>;
/// What a tally is a tally of.
type ToFault = fn(Tally) -> CounterFault;

/// Everything that was read.
pub struct Table {
    /// Rows with a time.
    pub rows: u64,
    points: Vec<Points>,
    /// Values whose time cannot be known.
    undated: u64,
    unreadable: Tally,
    negative: Tally,
    not_later: Tally,
    clock_change: Tally,
    /// The line at which the clock went back, and the rows from there on.
    went_back: Option<(u64, u64)>,
    last: Option<Timestamp>,
}

impl Table {
    pub fn read<'t>(
        header: &Header,
        rows: impl Iterator<Item = (&'t str, u64)>,
        clock: Clock,
    ) -> Self {
        let mut table = Self {
            rows: 0,
            points: header.columns.iter().map(|_| Points::new()).collect(),
            undated: 0,
            unreadable: Tally::default(),
            negative: Tally::default(),
            not_later: Tally::default(),
            clock_change: Tally::default(),
            went_back: None,
            last: None,
        };
        for (line, number) in rows {
            table.row(header, line, number, clock);
        }
        table
    }

    fn row(&mut self, header: &Header, line: &str, number: u64, clock: Clock) {
        // Of `typeperf`, the last line tells that it is done.
        if !line.starts_with('"') && !line.starts_with(|c: char| c.is_ascii_digit()) {
            return;
        }
        let mut cells = Cells::new(line, header.delimiter);
        let time = cells.next().unwrap_or_default();
        if !time_text::has_shape(&time) {
            self.unreadable.add(format_args!("line {number}"));
            return;
        }
        self.rows += 1;
        if let Some((_, rows)) = &mut self.went_back {
            *rows += 1;
            return;
        }
        let at = match clock.read(&time) {
            Some(read) if read.oddity.is_none() => Some(read.stamp.at),
            Some(_) => {
                self.clock_change.add(format_args!("line {number}"));
                return;
            }
            None if clock == Clock::Unknown => None,
            None => {
                self.unreadable.add(format_args!("line {number}"));
                return;
            }
        };
        if let Some(at) = at
            && !self.is_later(at, number, clock)
        {
            return;
        }
        self.values(header, cells, at, number);
    }

    /// Whether a row comes after the one before it.
    fn is_later(&mut self, at: Timestamp, line: u64, clock: Clock) -> bool {
        match self.last {
            Some(last) if at <= last => {
                let changed = at.plus(CLOCK_CHANGE) <= last && matches!(clock, Clock::Bias(_));
                if changed {
                    self.went_back = Some((line, 1));
                } else {
                    self.not_later.add(format_args!("line {line}"));
                }
                false
            }
            _ => {
                self.last = Some(at);
                true
            }
        }
    }

    fn values(&mut self, header: &Header, cells: Cells<'_>, at: Option<Timestamp>, line: u64) {
        let mut wanted = header.columns.iter().zip(&mut self.points).peekable();
        let mut complete = true;
        for (cell, number) in cells.zip(2..) {
            let Some((_, points)) = wanted.next_if(|(column, _)| column.number == number) else {
                if wanted.peek().is_none() {
                    break;
                }
                continue;
            };
            // A blank where nothing was measured.
            if cell.trim().is_empty() {
                continue;
            }
            match cell.trim().parse::<f64>() {
                Ok(value) if value.is_finite() && value >= 0.0 => match at {
                    Some(at) => points.push((at, value)),
                    None => self.undated += 1,
                },
                Ok(value) if value.is_finite() => {
                    self.negative.add(format_args!("line {line}"));
                }
                _ => complete = false,
            }
        }
        if !complete || wanted.peek().is_some() {
            self.unreadable.add(format_args!("line {line}"));
        }
    }

    pub fn damaged(&self) -> u64 {
        self.unreadable.count
    }

    /// The points of every counter, in the order of the header; what is wrong with them goes to `faults`.
    pub fn into_points(self, file: &str, faults: &mut Vec<CounterFault>) -> Vec<Points> {
        if self.undated > 0 {
            faults.push(CounterFault::NoZone {
                file: file.to_owned(),
                values: self.undated,
            });
        }
        faults.extend(
            self.went_back
                .map(|(line, rows)| CounterFault::WentBack { line, rows }),
        );
        let tallies: [(Tally, ToFault); 4] = [
            (self.unreadable, CounterFault::Unreadable),
            (self.negative, CounterFault::Negative),
            (self.not_later, CounterFault::NotLater),
            (self.clock_change, CounterFault::ClockChange),
        ];
        faults.extend(
            tallies
                .into_iter()
                .filter(|(tally, _)| !tally.is_empty())
                .map(|(tally, fault)| fault(tally)),
        );
        self.points
    }
}
