//! One row of the unified timeline, as it is exported and shown.

use crate::time::{Stamp, Timestamp};

/// The columns, in order. A contract with other programs.
pub const COLUMNS: [&str; 12] = [
    "time",
    "server",
    "kind",
    "place",
    "message_id",
    "log",
    "provider",
    "event_id",
    "level",
    "summary",
    "evidence",
    "original_time",
];

/// One line of `timeline.csv`: an event that is a signal, a sighting change, a restart, an intervention, or
/// (with `--all-events`) any other event.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Row {
    pub time: Timestamp,
    pub server: String,
    /// `scan_failure`, `service_stopped`, … (the profile's role), `seen`, `gone`, `empty_table`, `restart`,
    /// `intervention`, `observation`, `mail_submitted` and the other steps of a message, `log_header`,
    /// `registry_export`, `listing`, `event`.
    pub kind: String,
    pub place: Option<String>,
    pub message_id: Option<String>,
    pub log: Option<String>,
    pub provider: Option<String>,
    pub event_id: Option<u32>,
    pub level: Option<String>,
    /// One line in plain words.
    pub summary: String,
    /// Citation such as `E3#4711`.
    pub evidence: String,
    /// The time as the evidence wrote it, where that was text or the clock was corrected.
    pub original_time: Option<String>,
}

impl Row {
    /// A row that says nothing yet.
    pub fn blank(time: Timestamp, server: &str) -> Self {
        Self {
            time,
            server: server.to_owned(),
            kind: String::new(),
            place: None,
            message_id: None,
            log: None,
            provider: None,
            event_id: None,
            level: None,
            summary: String::new(),
            evidence: String::new(),
            original_time: None,
        }
    }
}

/// The time as written: the text where it was text, the logged instant where the clock was corrected to `at`.
pub(super) fn original_time(written: &Stamp, at: Timestamp) -> Option<String> {
    written
        .original
        .clone()
        .or_else(|| (written.at != at).then(|| written.at.to_string()))
}
