//! Intervals of what is possible.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Timestamp;

/// When something happened, as far as the evidence can say: not before `earliest`, not after `latest`.
///
/// A bound that nothing sets is `None`: `latest: None` of a stay's end means that nothing shows it over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Interval {
    pub earliest: Option<Timestamp>,
    pub latest: Option<Timestamp>,
}

impl Interval {
    /// The interval `[earliest, latest]` with both bounds known.
    pub fn new(earliest: Timestamp, latest: Timestamp) -> Self {
        Self {
            earliest: Some(earliest),
            latest: Some(latest),
        }
    }

    /// Whether `at` is possible.
    pub fn contains(&self, at: Timestamp) -> bool {
        self.earliest.is_none_or(|e| e <= at) && self.latest.is_none_or(|l| at <= l)
    }

    /// Whether both bounds are known and have crossed: the evidence contradicts itself.
    pub fn is_crossed(&self) -> bool {
        matches!((self.earliest, self.latest), (Some(e), Some(l)) if e > l)
    }

    /// Microseconds between the bounds, where both are known.
    pub fn width(&self) -> Option<i64> {
        Some(self.latest?.since(self.earliest?))
    }
}
