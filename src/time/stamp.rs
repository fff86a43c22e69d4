//! A time as a piece of evidence wrote it.

use super::{Interval, Timestamp};

/// An instant with the precision of the text or field that gave it.
///
/// The true time lies in `[at, at + precision]`, widened on both sides by the uncertainty of the clock
/// that wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// The earliest instant that the writing allows, in UTC.
    pub at: Timestamp,
    /// Width of the interval that the writing leaves open, in microseconds: a second for `10:30:00`.
    pub precision: i64,
    /// The text as the evidence has it, where it was text.
    pub original: Option<String>,
}

impl Stamp {
    /// A time from a binary field or a text with all its decimals.
    pub fn exact(at: Timestamp) -> Self {
        Self {
            at,
            precision: 0,
            original: None,
        }
    }

    /// The interval of the possible true times, with the clock's uncertainty (microseconds) on both sides.
    pub fn interval(&self, uncertainty: i64) -> Interval {
        Interval {
            earliest: Some(self.at.plus(-uncertainty)),
            latest: Some(self.at.plus(self.precision).plus(uncertainty)),
        }
    }
}
