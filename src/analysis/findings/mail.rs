//! What the logs of the mail system add to the findings: deliveries, delays, old mail, settings, counts.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// One step of one message in a tracking or SMTP log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Delivery {
    pub at: Timestamp,
    /// The server whose log says so.
    pub server: String,
    /// `mail_submitted`, `mail_sent`, …: as in the timeline.
    pub step: String,
    /// The log's own word: `1031`, `DELIVER`.
    pub event: String,
    /// Whether the word's meaning is documented; what is only inferred decides nothing.
    pub documented: bool,
    pub recipients: Vec<String>,
    /// The server at the other end.
    pub partner: Option<String>,
    pub evidence: String,
}

/// How many of a message's recipients it reached, by documented records.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Reached {
    pub reached: u64,
    /// Null where nothing says how many recipients there are.
    pub of: Option<u64>,
}

/// Old mail: what delivery records show going out in the minutes after a restart, though it had been submitted long
/// before.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OldMail {
    /// Seconds after SMTP's start within which a message counts.
    pub within_s: f64,
    /// Distinct messages that were submitted before SMTP stopped, at least `stuck_after_s` before they went out.
    pub messages: u64,
    /// Recipients of these whom the records show to be reached.
    pub recipients: u64,
    /// Age when they went out, in seconds since submission.
    pub age_median_s: f64,
    pub age_max_s: f64,
    /// The oldest first; at most 1,000.
    pub items: Vec<OldMessage>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OldMessage {
    pub message_id: String,
    /// Its residence, where it is among `messages[]`.
    pub message: Option<String>,
    pub submitted_at: Timestamp,
    pub out_at: Timestamp,
    pub age_s: f64,
    pub recipients: u64,
    pub evidence: String,
}

/// How long mail took, over one stretch of time on one server: submission to its last documented step there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Delay {
    pub server: String,
    /// The window it is about; null for the server's whole time.
    pub window: Option<String>,
    pub phase: Phase,
    pub from: Timestamp,
    pub to: Timestamp,
    /// Final records: a log that writes a line for each recipient counts each of them.
    pub records: u64,
    /// Null of too few records. Within one per cent.
    pub median_s: Option<f64>,
    pub p95_s: Option<f64>,
}

#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    Before,
    During,
    After,
    /// The server's whole time.
    All,
}

/// A setting of a server as an export shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Setting {
    pub at: Timestamp,
    pub server: String,
    pub key: String,
    pub name: String,
    /// Null where the key was exported and the value is not there.
    pub value: Option<String>,
    /// What is documented of it, without judgement; null where nothing is.
    pub documented: Option<DocumentedSetting>,
    pub evidence: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DocumentedSetting {
    pub default: Option<String>,
    pub range: Option<String>,
    pub unit: Option<String>,
    pub meaning: String,
    /// Whether the value differs from the default, or lies outside of the range.
    pub differs: bool,
    pub source: String,
}

/// One value that differs between two exports of one server.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct SettingChange {
    pub key: String,
    pub name: String,
    /// Null: it was not there.
    pub before: Option<String>,
    /// Null: it is no longer there.
    pub after: Option<String>,
}

/// A performance counter over time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Counter {
    pub server: String,
    pub counter: String,
    pub from: Timestamp,
    pub to: Timestamp,
    pub samples: u64,
    pub min: f64,
    pub median: f64,
    pub max: f64,
    pub max_at: Timestamp,
    /// The highest value of each of at most 500 equal stretches of time that hold a sample.
    pub peaks: Vec<CounterPeak>,
    pub evidence: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CounterPeak {
    pub at: Timestamp,
    pub value: f64,
}
