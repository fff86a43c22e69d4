//! Each server: its verdict, its places, and the state of SMTP at the end of the evidence.

use super::parts::When;
use super::words;
use crate::analysis::findings::{Findings, Observation, Server};
use crate::report::format;

/// Servers in the table.
const MAX_SERVERS: usize = 200;
/// Observations in the table.
const MAX_OBSERVATIONS: usize = 200;

#[derive(Debug)]
pub struct Servers {
    pub rows: Vec<ServerRow>,
    pub left_out: Option<String>,
    pub observations: Vec<ObservationRow>,
}

#[derive(Debug)]
pub struct ServerRow {
    pub name: String,
    pub role: Option<String>,
    pub places: String,
    pub state: &'static str,
    pub state_class: &'static str,
    pub state_mark: &'static str,
    pub sentence: String,
    pub reasons: Vec<String>,
    pub as_of: Option<When>,
    pub smtp: &'static str,
    pub failures: String,
    pub last_failure: Option<When>,
    pub held_now: String,
}

/// What somebody only read on a screen.
#[derive(Debug)]
pub struct ObservationRow {
    pub at: When,
    pub server: String,
    pub place: String,
    pub count: String,
    pub note: String,
}

impl Servers {
    pub fn new(findings: &Findings) -> Self {
        Self {
            rows: findings.servers.iter().take(MAX_SERVERS).map(row).collect(),
            left_out: super::left_out(
                MAX_SERVERS.min(findings.servers.len()),
                findings.servers.len(),
                "servers",
                "findings.json",
            ),
            observations: findings
                .observations
                .iter()
                .take(MAX_OBSERVATIONS)
                .map(observation)
                .collect(),
        }
    }
}

fn row(server: &Server) -> ServerRow {
    ServerRow {
        name: server.name.clone(),
        role: server.role.clone(),
        places: if server.places.is_empty() {
            "none known".to_owned()
        } else {
            server.places.join(", ")
        },
        state: words::state(server.verdict.state),
        state_class: words::state_class(server.verdict.state),
        state_mark: words::state_mark(server.verdict.state),
        sentence: server.verdict.sentence.clone(),
        reasons: server.verdict.reasons.clone(),
        as_of: server.verdict.as_of.map(When::new),
        smtp: words::smtp_now(server.smtp_now),
        failures: format::count(server.scan_failures),
        last_failure: server.last_scan_failure.map(When::new),
        held_now: format::band(server.held_now.at_least, server.held_now.at_most),
    }
}

fn observation(o: &Observation) -> ObservationRow {
    ObservationRow {
        at: When::new(o.at),
        server: o.server.clone(),
        place: o.place.clone(),
        count: o.count.map_or("–".to_owned(), format::count),
        note: o.note.clone().unwrap_or_default(),
    }
}
