//! What is wrong with the clocks.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// A server's clock that was moved, or that another clock contradicts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ClockChange {
    pub server: String,
    /// By the server's own clock, after the move.
    pub at: Timestamp,
    pub kind: ClockChangeKind,
    /// Seconds by which it was moved (negative: back), or is ahead of the other clock; null where nothing says.
    pub seconds: Option<f64>,
    /// The amount is exact; otherwise it is the least that it can be.
    pub exact: bool,
    /// What shows it.
    pub why: String,
    /// Stuck windows that it touches.
    pub windows: Vec<String>,
    /// What it does to these windows.
    pub effect: String,
    pub evidence: Vec<String>,
}

#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ClockChangeKind {
    Moved,
    /// One event shows that the server's clock and another one differed by more than is allowed for.
    Disagrees,
}
