//! On which side of a stay a capture lies that denies the message: before it came, or after it had left.

use super::tracks::Sighting;
use crate::time::{Bracket, Timestamp};
use crate::timeline::TimedSnapshot;

/// From where to where the appearances of a stay certainly reach.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Reach {
    /// Noted times of the first and the last capture that lists it.
    noted: Option<(Timestamp, Timestamp)>,
    /// The earliest end and the latest begin of its failed scans.
    failed: Option<(Timestamp, Timestamp)>,
}

impl Reach {
    pub fn of_sighting(sighting: &Sighting<'_>) -> Self {
        let at = sighting.capture.at;
        Self {
            noted: Some((at, at)),
            failed: None,
        }
    }

    pub fn of_failure(when: Bracket) -> Self {
        Self {
            noted: None,
            failed: Some((when.hi, when.lo)),
        }
    }

    /// That of the appearances of both.
    pub fn joined(self, other: Self) -> Self {
        let join = |a: Option<(Timestamp, Timestamp)>, b: Option<(Timestamp, Timestamp)>| {
            let both = a.into_iter().chain(b);
            both.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
        };
        Self {
            noted: join(self.noted, other.noted),
            failed: join(self.failed, other.failed),
        }
    }

    /// Whether it certainly appeared before a capture was made. Captures of one table keep the order of their noted
    /// times: their errors come from one hand and one clock.
    fn begins_before(&self, capture: &TimedSnapshot) -> bool {
        self.noted.is_some_and(|(first, _)| first < capture.at)
            || self
                .failed
                .is_some_and(|(first, _)| first <= capture.when.lo)
    }

    fn ends_after(&self, capture: &TimedSnapshot) -> bool {
        self.noted.is_some_and(|(_, last)| capture.at < last)
            || self.failed.is_some_and(|(_, last)| capture.when.hi <= last)
    }

    /// Whether a capture was certainly made between two of its appearances.
    pub fn spans(&self, capture: &TimedSnapshot) -> bool {
        self.begins_before(capture) && self.ends_after(capture)
    }
}

/// What the captures of one table that deny the message say of one stay.
#[derive(Clone, Debug, Default)]
pub(super) struct Denials {
    /// It was not there yet at some instant at or after this.
    since: Option<Timestamp>,
    /// The first capture after it had left.
    gone: Option<Bracket>,
    /// Captures so near to its appearances that they may lie on either side of it.
    open: Vec<Bracket>,
    /// It appeared on both sides of one of them.
    between: bool,
}

impl Denials {
    pub fn new<'t>(reach: Reach, captures: impl Iterator<Item = &'t TimedSnapshot>) -> Self {
        let mut denials = Self::default();
        for capture in captures {
            match (reach.begins_before(capture), reach.ends_after(capture)) {
                // It left and came back, or lay in another table all the while: which, nothing tells.
                (true, true) => denials.between = true,
                (true, false) => denials.after(capture.when),
                (false, true) => denials.before(capture.when),
                (false, false) => denials.open.push(capture.when),
            }
        }
        denials
    }

    fn before(&mut self, when: Bracket) {
        self.since = self.since.max(Some(when.lo));
    }

    fn after(&mut self, when: Bracket) {
        let earlier = self
            .gone
            .is_none_or(|gone| (when.hi, when.lo) < (gone.hi, gone.lo));
        if earlier {
            self.gone = Some(when);
        }
    }

    /// Decides the captures that can lie on one side only, of a stay that had begun at `entered` at the latest and
    /// lasted until `left` at least. Says whether there were any.
    fn decide(&mut self, entered: Option<Timestamp>, left: Option<Timestamp>) -> bool {
        let open = std::mem::take(&mut self.open);
        let before = open.len();
        for when in open {
            let not_before = entered.is_some_and(|entered| entered < when.lo);
            let not_after = left.is_some_and(|left| when.hi < left);
            match (not_before, not_after) {
                (true, false) => self.after(when),
                (false, true) => self.before(when),
                _ => self.open.push(when),
            }
        }
        self.open.len() < before
    }
}

/// The denials of every table that a stay can have been in.
#[derive(Clone, Debug, Default)]
pub(super) struct Absences {
    tables: Vec<Denials>,
    /// The last certain instant of the stay before it.
    pub previous: Option<Timestamp>,
    /// That stay is the one listed before it.
    pub follows: bool,
}

impl Absences {
    pub fn new(tables: Vec<Denials>) -> Self {
        Self {
            tables,
            previous: None,
            follows: false,
        }
    }

    /// As [`Denials::decide`], in every table.
    pub fn decide(&mut self, entered: Option<Timestamp>, left: Option<Timestamp>) -> bool {
        let mut decided = false;
        for table in &mut self.tables {
            decided |= table.decide(entered, left);
        }
        decided
    }

    /// Whether any capture may lie on either side.
    pub fn are_open(&self) -> bool {
        self.tables.iter().any(|table| !table.open.is_empty())
    }

    /// It was not there yet at some instant at or after this: in whichever table it was, and after the stay before.
    pub fn since(&self) -> Option<Timestamp> {
        let everywhere: Option<Vec<_>> = self.tables.iter().map(|table| table.since).collect();
        let everywhere = everywhere.and_then(|times| times.into_iter().min());
        everywhere.max(self.previous)
    }

    /// The capture by which it had left, whichever table it was in.
    pub fn gone(&self) -> Option<Bracket> {
        let everywhere: Option<Vec<_>> = self.tables.iter().map(|table| table.gone).collect();
        everywhere?
            .into_iter()
            .max_by_key(|when| (when.hi, when.lo))
    }

    /// Whether every table, and there is one, was seen to lack it since it first appeared.
    pub fn are_everywhere(&self) -> bool {
        let lacks = |table: &Denials| table.between || table.gone.is_some();
        !self.tables.is_empty() && self.tables.iter().all(lacks)
    }
}
