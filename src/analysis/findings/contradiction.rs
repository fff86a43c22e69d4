//! Evidence that contradicts other evidence.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// Two pieces of evidence that cannot both be true as they stand. Neither is thrown away; what rests on them is
/// claimed with less confidence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Contradiction {
    /// `X1`, by time, then server.
    pub id: String,
    /// When what it is about happened, as far as that is known.
    pub at: Option<Timestamp>,
    pub kind: ContradictionKind,
    pub server: String,
    /// Cases of this kind on this server; `what` and `sides` tell the first of them.
    pub count: u64,
    pub what: String,
    /// What each side says.
    pub sides: Vec<Side>,
    /// What it does to the conclusions, and what would settle it.
    pub effect: String,
    /// Messages (`M17`) whose claims are less sure for it, and windows (`W3`) that hold such messages.
    pub lowers: Vec<String>,
}

/// One side of a contradiction.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Side {
    pub says: String,
    /// Records that say it; empty where `case.toml` or the absence of something does.
    pub evidence: Vec<String>,
}

#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ContradictionKind {
    /// A message was seen in two places at once.
    TwoPlaces,
    /// One row of a store is listed in two places.
    RowInTwoPlaces,
    /// It had left before it came, or was gone while it was there.
    BoundsCross,
    /// The row's own creation time cannot be true.
    CreationTime,
    /// Delivered, or sent on, before it was submitted.
    DeliveredBeforeSubmitted,
    /// It failed scanning after it was out for all recipients.
    FailedAfterDelivery,
    /// A capture bears a time far from all other evidence.
    CaptureOutOfTime,
    /// Two copies of one log say different things of one record.
    LogsDisagree,
    /// One copy of a log lacks records that another holds.
    LogLacksRecords,
    /// Two clocks differ by more than is allowed for.
    ClocksDisagree,
}
