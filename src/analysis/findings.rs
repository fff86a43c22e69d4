//! The one result of the analysis, `findings/1`. HTML, JSON, CSV and terminal are views of it.
//!
//! The field names are a contract with other programs (`analyze schema findings` prints the schema made from
//! these types). Times are RFC 3339 in UTC to the microsecond; `evidence` lists cite records as `E3#4711`;
//! every list is sorted by time, then server, then id.

mod bursts;
mod clock;
mod contradiction;
mod effects;
mod mail;
mod now;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::time::{Interval, Timestamp};

pub use bursts::{Burst, BurstPart, CodeCount, Coincidence, CoincidenceKind, Counted};
pub use clock::{ClockChange, ClockChangeKind};
pub use contradiction::{Contradiction, ContradictionKind, Side};
pub use effects::{
    EndsAtRestarts, HeldAtRestarts, LengthOfStay, OldMailRate, RestartEffect, StayLength, StayStep,
    Units,
};
pub use mail::{
    Counter, CounterPeak, Delay, Delivery, DocumentedSetting, OldMail, OldMessage, Phase, Reached,
    Setting, SettingChange,
};
pub use now::{
    BoundsBy, Check, CheckedRestart, CheckedTable, EarlierCheck, HeldHere, IfStarted, Limit,
    LimitRule, Missing, MissingKind, NextStep, Now,
};

/// Value of [`Findings::schema`].
pub const SCHEMA: &str = "findings/1";

/// Everything that was concluded about a case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Findings {
    /// Always `findings/1`.
    pub schema: String,
    pub case: CaseInfo,
    pub tool: Tool,
    pub verdict: Verdict,
    /// What each server holds where its evidence ends; servers that only logs of the mail system speak of are left out.
    pub now: Vec<Now>,
    /// The check after the last restart, server by server.
    pub checks: Vec<Check>,
    /// What to do next, the most important first, at most 1,000; empty where the evidence calls for nothing.
    pub next_steps: Vec<NextStep>,
    pub servers: Vec<Server>,
    pub bursts: Vec<Burst>,
    /// What bursts or failures were compared with, and what that shows.
    pub coincidences: Vec<Coincidence>,
    pub restarts: Vec<Restart>,
    pub windows: Vec<Window>,
    /// One row a residence: one stay of one message in one place.
    pub messages: Vec<Message>,
    /// How long stuck mail stayed: over the whole case, then by server where several have any.
    pub stays: Vec<LengthOfStay>,
    /// Whether restarts let mail out, by server.
    pub restart_effects: Vec<RestartEffect>,
    pub interventions: Vec<Intervention>,
    /// What somebody only read on a screen, from `case.toml`, and what listings of folders show.
    pub observations: Vec<Observation>,
    /// Every capture of a place, empty ones too.
    pub captures: Vec<Capture>,
    /// How long mail took before, in and after each window.
    pub delays: Vec<Delay>,
    /// Settings as registry exports show them.
    pub settings: Vec<Setting>,
    pub counters: Vec<Counter>,
    /// Clocks that were moved, or that contradict one another.
    pub clocks: Vec<ClockChange>,
    /// Evidence that contradicts other evidence, with both sides.
    pub contradictions: Vec<Contradiction>,
    pub coverage: Vec<Coverage>,
    pub problems: Vec<Problem>,
    pub evidence: Vec<EvidenceFile>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CaseInfo {
    pub name: String,
    pub profile: String,
    /// The IANA zone that `case.toml` or the command line gave for times without one.
    pub time_zone: Option<String>,
    /// SHA-256 of the sorted lines `path NUL sha256 LF` of all evidence files.
    pub evidence_sha256: String,
    /// The options that shape the conclusions, as given.
    pub options: Options,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Options {
    /// A message is stuck once it stayed at least so many seconds.
    pub stuck_after_s: f64,
    /// Limits of what is shown; inference always uses all the evidence.
    pub since: Option<Timestamp>,
    pub until: Option<Timestamp>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Tool {
    pub name: String,
    pub version: String,
}

/// The state of a server, or of the whole case, at the end of its evidence.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum State {
    // In order of gravity: the case has the worst of its servers.
    StuckNow,
    AtRisk,
    Unknown,
    Recovered,
    Clean,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Verdict {
    pub state: State,
    /// The answer in one or two plain sentences.
    pub sentence: String,
    /// The instant the verdict speaks of: the end of the log coverage.
    pub as_of: Option<Timestamp>,
    pub reasons: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SmtpNow {
    Running,
    Stopped,
    Unknown,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Server {
    pub name: String,
    /// From `case.toml`: `bridgehead`, `front-end`, `back-end`, …
    pub role: Option<String>,
    /// Known temp tables, by name alone.
    pub places: Vec<String>,
    pub verdict: Verdict,
    pub smtp_now: SmtpNow,
    pub scan_failures: u64,
    pub last_scan_failure: Option<Timestamp>,
    /// Residences that may still be held at `verdict.as_of`: certainly, and at most.
    pub held_now: CountBand,
}

/// A count known only between two limits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CountBand {
    pub at_least: u64,
    pub at_most: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RestartKind {
    ServiceRestart,
    ServiceCrash,
    Reboot,
    UnexpectedReboot,
}

/// SMTP going from running to running again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Restart {
    pub id: String,
    pub server: String,
    pub kind: RestartKind,
    /// The best known instant of the restart: SMTP's start, else the boot, else the stop.
    pub at: Timestamp,
    pub stopped_at: Option<Timestamp>,
    pub started_at: Option<Timestamp>,
    /// Seconds SMTP was down, where both ends are known.
    pub down_s: Option<f64>,
    pub confidence: Confidence,
    /// Why it counts as this kind of restart.
    pub why: String,
    /// The account that did it, where a record says.
    pub by: Option<String>,
    pub released: Released,
    /// What delivery records show going out after it; null where no such log covers that time.
    pub old_mail: Option<OldMail>,
    /// Residences seen to have outlived this restart.
    pub survived: Vec<String>,
    /// How many messages lay in the tables when SMTP stopped; null when no evidence speaks of it.
    pub held_before: Option<CountBand>,
    /// Windows that this restart ended or touched.
    pub windows: Vec<String>,
    pub evidence: Vec<String>,
}

/// What a restart let out.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Released {
    /// Residences that this restart is named as having released.
    pub known: Vec<String>,
    /// How sure that is, by the least sure of them; null when none is named.
    pub confidence: Option<Confidence>,
    /// Least possible age of the oldest of them when it left, in seconds.
    pub oldest_age_s: Option<f64>,
}

/// How sure a claim is. Always given with its reason.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    Confirmed,
    Probable,
    /// What the evidence permits; never a probability.
    Possible,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EndCause {
    SmtpRestart,
    LeftWithoutRestart,
    Removed,
    StoreRecreated,
    StillOpen,
    Unknown,
}

/// A maximal period in which at least one message is stuck in one place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Window {
    pub id: String,
    pub server: String,
    /// The table's name alone; null for residences whose table is not known.
    pub place: Option<String>,
    pub start: Interval,
    pub end: Interval,
    pub end_cause: EndCause,
    pub restart: Option<String>,
    /// Ids of `messages[]`.
    pub residences: Vec<String>,
    /// Distinct message ids.
    pub messages: Vec<String>,
    pub peak: Peak,
    pub bursts: Vec<String>,
    pub causes: Vec<Cause>,
    pub confidence: Confidence,
    pub why: String,
    pub evidence: Vec<String>,
}

/// The most messages stuck at once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Peak {
    pub at: Option<Timestamp>,
    pub at_least: u64,
    pub at_most: u64,
}

#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    Supported,
    Possible,
    RuledOut,
}

/// One possible cause, tested against the evidence of a window.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Cause {
    pub id: String,
    pub name: String,
    pub standing: Standing,
    /// Whether something in the evidence speaks for it. Of a cause that is possible, `false`: only nothing excludes it.
    #[serde(default)]
    pub sign: bool,
    pub why: String,
    /// What evidence would settle whether it was this.
    pub settle: String,
    /// The articles that describe the cause, and those that its conditions come from.
    pub source: String,
    /// What the standing rests on; empty where it rests on silence, or on what `case.toml` tells.
    pub evidence: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PlaceBasis {
    Sighted,
    Inferred,
    Unknown,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Stuck,
    Released,
    DeliveredOnRetry,
    Removed,
    LostPossible,
    Unknown,
}

/// One residence: one stay of one message in one place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Message {
    pub id: String,
    /// The first spelling in order of evidence, brackets kept.
    pub message_id: Option<String>,
    pub server: String,
    pub place: Option<String>,
    pub place_basis: PlaceBasis,
    pub entered: Interval,
    pub left: Interval,
    /// What set the limits of these two.
    pub bounds_by: BoundsBy,
    pub stayed_s: Stay,
    pub status: Status,
    pub released_by: Option<String>,
    pub release_candidates: Vec<String>,
    pub scan_failures: u64,
    pub error_codes: Vec<String>,
    /// How sure it is that this message was stuck; of one that was delivered on retry, that it was not.
    pub confidence: Confidence,
    pub why: String,
    /// How sure it is how the stay ended; null while it is open or nothing is claimed.
    pub release_confidence: Option<Confidence>,
    pub release_why: String,
    /// When it was first submitted, by the log of the mail system.
    pub submitted_at: Option<Timestamp>,
    /// What the logs of the mail system say of it, in order; of more than 200 lines the first and the last hundred.
    pub deliveries: Vec<Delivery>,
    /// How many recipients it reached; null where no log of the mail system speaks of it.
    pub recipients_reached: Option<Reached>,
    pub subject: Option<String>,
    pub sender: Option<String>,
    pub recipients: Vec<String>,
    /// Bytes.
    pub size: Option<u64>,
    pub message_class: Option<String>,
    pub evidence: Vec<String>,
}

/// Length of a stay in seconds: at least, and at most (null while nothing shows it over).
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Stay {
    pub min: f64,
    pub max: Option<f64>,
}

/// A change somebody made, with what was logged before and after it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Intervention {
    /// When it was made; of a change that two exports show, the time of the later one.
    pub at: Timestamp,
    /// Of a change that two exports show, the time of the earlier one: it was made between the two.
    pub not_before: Option<Timestamp>,
    pub server: Option<String>,
    pub kind: String,
    pub what: String,
    pub before: Exposure,
    pub after: Exposure,
    /// Rate after over rate before, with an exact 95 % interval.
    pub rate_ratio: Option<RateRatio>,
    pub p_value: Option<f64>,
    /// The same by bursts, by stuck mail and by delays.
    pub units: Units,
    /// The comparison in plain words.
    pub reading: String,
    /// The values that changed, where exports show them.
    pub changes: Vec<SettingChange>,
    /// Empty for what `case.toml` tells.
    pub evidence: Vec<String>,
}

/// Scan failures over the hours that logs cover.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Exposure {
    pub events: u64,
    pub hours: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RateRatio {
    pub estimate: Option<f64>,
    pub low: f64,
    /// Null when there is no upper limit.
    pub high: Option<f64>,
}

/// What somebody only read on a screen, or a listing of a folder shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Observation {
    pub at: Timestamp,
    pub server: String,
    #[serde(rename = "where")]
    pub place: String,
    pub count: Option<u64>,
    pub note: Option<String>,
    /// The listing that shows it; null for what `case.toml` tells.
    pub evidence: Option<String>,
}

/// One capture of one place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Capture {
    pub at: Timestamp,
    pub server: String,
    pub place: String,
    /// Rows listed.
    pub count: u64,
    pub complete: bool,
    pub tool: Option<String>,
    pub evidence: String,
}

/// From when to when one log of one server can speak.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Coverage {
    pub server: String,
    pub log: String,
    pub from: Timestamp,
    pub to: Timestamp,
    pub records: u64,
    pub holes: Vec<Hole>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Hole {
    pub from: Timestamp,
    pub to: Timestamp,
    pub why: String,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Problem {
    pub evidence: String,
    pub what: String,
    pub why_it_matters: String,
    pub what_to_do: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EvidenceFile {
    pub id: String,
    /// Relative to the case folder, with `/`.
    pub path: String,
    pub sha256: String,
    pub bytes: u64,
    pub format: String,
    pub recognised_by: String,
    pub servers: Vec<String>,
    pub records: u64,
    pub recovered: u64,
    pub damaged: u64,
    /// How the file was understood, in sentences: its encoding, its zone and the proof of it.
    pub notes: Vec<String>,
    pub from: Option<Timestamp>,
    pub to: Option<Timestamp>,
}
