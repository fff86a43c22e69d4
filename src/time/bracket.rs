//! An instant known to lie between two others.

use super::{Interval, Stamp, Timestamp};

/// When something that certainly happened did happen: at or after `lo`, at or before `hi`.
///
/// A record in whole seconds gives a bracket of a second; a clock that may be wrong widens it on both
/// sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Bracket {
    pub lo: Timestamp,
    pub hi: Timestamp,
}

impl Bracket {
    /// The bracket of a written time, moved back by `ahead` and widened by `uncertainty` (microseconds).
    pub fn of(stamp: &Stamp, ahead: i64, uncertainty: i64) -> Self {
        Self {
            lo: stamp.at.plus(-ahead).plus(-uncertainty),
            hi: stamp
                .at
                .plus(-ahead)
                .plus(stamp.precision)
                .plus(uncertainty),
        }
    }

    /// The instant in the middle, by which two brackets are put in order.
    pub fn middle(&self) -> Timestamp {
        self.lo.plus(self.hi.since(self.lo) / 2)
    }

    /// Whether the two may have happened in either order.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.lo <= other.hi && other.lo <= self.hi
    }
}

impl From<Bracket> for Interval {
    fn from(bracket: Bracket) -> Self {
        Self::new(bracket.lo, bracket.hi)
    }
}
