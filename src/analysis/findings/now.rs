//! The state where the evidence ends: what is held, whether it was looked for after the last restart, and what to do.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Confidence, CountBand, SmtpNow, Stay};
use crate::time::Timestamp;

/// What one server holds at the end of its evidence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Now {
    pub server: String,
    /// The instant that this speaks of: the end of the server's logs, or its last capture where that is later.
    pub as_of: Option<Timestamp>,
    /// The answer in plain words.
    pub sentence: String,
    /// By table; tables that nothing known is held in are there too.
    pub places: Vec<HeldHere>,
    pub restart: IfStarted,
    /// What is missing to know it; empty where nothing is.
    pub missing: Vec<Missing>,
}

/// What one table holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct HeldHere {
    /// The table's name alone; null for messages whose table is not known.
    pub place: Option<String>,
    /// Messages known of: certainly there, and at most.
    pub held: CountBand,
    /// Age of the oldest of them in seconds, since it entered the table: at least that of one that is certainly there, at
    /// most that of any that may be; null where none is held.
    pub oldest_age_s: Option<Stay>,
    /// Residences that are, or may be, held.
    pub messages: Vec<String>,
}

/// What a start of SMTP would let out: it resubmits every temp table whole.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct IfStarted {
    /// Whether SMTP runs now, so that it would be a restart.
    pub smtp_now: SmtpNow,
    /// Messages that it would certainly let out: those certainly held, but for `kept`.
    pub at_least: u64,
    /// Messages known of that it would let out at most; null where that cannot be known (see `missing`).
    pub at_most: Option<u64>,
    /// Messages certainly held of which it is not certain that a start lets them out: restarts before did not, or no
    /// virtual server has their table.
    pub kept: u64,
    /// The last restarts that did not let some of them out; at most six.
    pub kept_through: Vec<String>,
    /// Age of the oldest of the messages known of, as in `places[]`.
    pub oldest_age_s: Option<Stay>,
    /// Distinct recipients that captures and logs name of these messages.
    pub recipients: u64,
    /// The first twenty of them, by name.
    pub recipients_named: Vec<String>,
    /// Distinct senders of these messages; at most twenty.
    pub senders: Vec<String>,
    /// Messages known of whose recipients nothing names.
    pub unaddressed: u64,
}

#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum MissingKind {
    /// No temp table of the server is known.
    NoTableKnown,
    /// A table that must exist was never captured completely.
    NeverCaptured,
    /// The last complete capture of a table is older than the last sign that mail waited.
    CaptureTooOld,
    /// No log of that kind is there.
    NoLog,
    /// The log ends long before the server's other evidence.
    LogEndsEarly,
    /// The log has a hole after the last complete captures.
    LogHole,
    /// How many virtual servers, and so temp tables, the server has is not given.
    TablesUncounted,
    /// Scan failures since the tables were looked at name no message.
    NamelessFailures,
}

/// One thing that is missing to know what is held.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Missing {
    pub kind: MissingKind,
    /// The table, where it is one.
    pub place: Option<String>,
    /// The log, where it is one.
    pub log: Option<String>,
    pub what: String,
    pub evidence: Vec<String>,
}

/// The check that is made after each restart of SMTP, as a list for one server.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Check {
    pub server: String,
    pub as_of: Option<Timestamp>,
    /// The last restart that is more than possible; null where none is in the logs.
    pub last_restart: Option<CheckedRestart>,
    /// Scan failures since the last restart; without one, of all the time.
    pub failures_since: u64,
    pub last_failure: Option<Timestamp>,
    /// Whether the log that failures go to speaks of all the time since the last restart.
    pub failures_would_show: bool,
    /// Every known table: looked at since the last restart, or not.
    pub tables: Vec<CheckedTable>,
    /// Nothing speaks against its being clean since then; null where something does, or too little was looked at.
    pub clean_since: Option<Timestamp>,
    /// What that rests on, or why it cannot be said.
    pub clean_why: String,
    /// What is still to be looked at; empty where the check is complete.
    pub open: Vec<String>,
    /// The restarts before the last one.
    pub earlier: Vec<EarlierCheck>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CheckedRestart {
    pub id: String,
    pub at: Timestamp,
    pub kind: super::RestartKind,
    pub confidence: Confidence,
}

/// One table in the check.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CheckedTable {
    pub place: String,
    /// The last complete capture since the last restart; null where there is none. Without a restart, the last of all.
    pub looked_at: Option<Timestamp>,
    /// Rows that it lists.
    pub rows: Option<u64>,
    pub evidence: Option<String>,
    /// The last complete capture of all, where that is older than the restart.
    pub last_before: Option<Timestamp>,
}

/// Whether the check was made after an earlier restart, before the next.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EarlierCheck {
    pub restart: String,
    pub at: Timestamp,
    /// Tables with a complete capture after it and before the next restart.
    pub tables_looked_at: u64,
    pub tables: u64,
    /// When the last of these tables was first looked at, where all were.
    pub made_by: Option<Timestamp>,
    /// Rows that these first captures list.
    pub rows: u64,
    /// Scan failures until the next restart.
    pub failures: u64,
}

/// Something to do next, called for by the evidence. In the order of importance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct NextStep {
    /// `N1`, `N2`, …
    pub id: String,
    /// The profile's name of the step.
    pub step: String,
    pub what: String,
    /// Why the evidence calls for it.
    pub why: String,
    /// Null where it concerns no server in particular.
    pub server: Option<String>,
    /// The article or manual that describes it; null where none does.
    pub source: Option<String>,
    /// Ids of windows, restarts and messages that it is about.
    pub refers: Vec<String>,
    pub evidence: Vec<String>,
}

/// What set one limit of a stay.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum LimitRule {
    /// It failed scanning, so it was there.
    ScanFailure,
    /// A capture lists it.
    Sighting,
    /// Complete captures lack it.
    Absence,
    /// The row's own creation time.
    CreationTime,
    /// The server's own log has it for the first time, certainly.
    FirstLine,
    /// The server's own log shows it submitted from the store: it stays in the table while it is in transport.
    FromStore,
    /// It had left the stay before this one.
    PreviousStay,
    /// The server's own log shows it handed to transport again.
    HandedOverAgain,
    /// The log shows it going on, and speaks of all the time before.
    WentOn,
    /// Records account for all its recipients.
    GoneForAll,
    /// It cannot have left before it entered, nor entered after it left: the limit of the other end.
    OtherEnd,
    /// Several observations together.
    Together,
}

/// One limit of a stay: by which rule, from which records.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Limit {
    pub rule: LimitRule,
    pub evidence: Vec<String>,
}

/// What set the four limits of a stay; null where nothing limits that side.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BoundsBy {
    pub entered_earliest: Option<Limit>,
    pub entered_latest: Option<Limit>,
    pub left_earliest: Option<Limit>,
    pub left_latest: Option<Limit>,
}
