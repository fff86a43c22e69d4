//! Bursts of scan failures, and what they coincide with.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// A run of scan failures denser than the server's base rate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Burst {
    pub id: String,
    pub server: String,
    pub start: Timestamp,
    pub end: Timestamp,
    /// Scan failures in it.
    pub events: u64,
    /// Distinct messages they name.
    pub messages: u64,
    pub peak_per_minute: u64,
    /// Scan failures an hour on this server outside of bursts, over covered hours.
    pub base_per_hour: f64,
    /// Probability that so many messages fail for the first time within so short a time, if each fell anywhere in the
    /// covered time by chance, allowing for every place and length that the burst could have had; null when there is too
    /// little to say.
    pub p_value: Option<f64>,
    /// Throughout it failures come about 2 to the power of this times as fast as on the average of the covered time, or
    /// faster (Kleinberg's level); 0 where they are too few to be worth a level, null where too few for the automaton.
    pub level: Option<u8>,
    /// Its denser parts, the six densest at most, by start and then level; one may lie within another.
    pub parts: Vec<BurstPart>,
    pub error_codes: Vec<CodeCount>,
    pub evidence: Vec<String>,
}

/// A part of a burst in which failures come faster than around it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BurstPart {
    pub start: Timestamp,
    pub end: Timestamp,
    /// Scan failures in it.
    pub events: u64,
    /// As of the burst, and above that.
    pub level: u8,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CodeCount {
    pub code: String,
    pub count: u64,
}

/// What kind of thing the failures were compared with.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum CoincidenceKind {
    /// Updates of the virus definitions.
    DefinitionsUpdated,
    /// The scan process or the scanner's service ended or started.
    ScannerRestarted,
    /// Virus scanning events of the Information Store.
    StoreScan,
    /// SMTP started again.
    SmtpRestarted,
    /// The busiest tenth of the time by the tracking log.
    MailVolume,
    /// The highest tenth of a performance counter.
    Counter,
    /// The time of day.
    TimeOfDay,
}

/// What is counted in a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Counted {
    /// Bursts, by their beginning.
    Bursts,
    /// Where there are fewer than three bursts: messages, by their first failure.
    Messages,
}

/// One comparison of a server's bursts or failures with something else, by a test in which their clusters stay together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Coincidence {
    pub server: String,
    pub kind: CoincidenceKind,
    /// What they were compared with, in words.
    pub with: String,
    pub counted: Counted,
    /// How many of these there are in the time that both sides cover.
    pub events: u64,
    /// How many of them are near; null for the time of day, where near has no meaning beforehand.
    pub near: Option<u64>,
    /// How many would be by chance.
    pub expected: Option<f64>,
    /// Probability of so many or more by chance; null where the test is silent, because no arrangement would be
    /// remarkable. Where both follow the time of day: the share of shifts by whole days with as many.
    pub p_value: Option<f64>,
    /// The same, allowing for the number of comparisons made in the whole case (Holm). Below 0.05 the two are said to come
    /// together.
    pub p_adjusted: Option<f64>,
    /// The comparison in plain words.
    pub reading: String,
    /// Records of what they were compared with that one of them is near to, the first twelve at most.
    pub evidence: Vec<String>,
}
