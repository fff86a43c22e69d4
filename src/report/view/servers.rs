//! Each server: its verdict, its places, and the state of SMTP at the end of the evidence.

use super::links::{Link, Links};
use super::parts::When;
use super::words;
use crate::analysis::findings::{ClockChange, ClockChangeKind, Findings, Observation, Server};
use crate::report::format::{self, Round};

/// Servers in the table.
const MAX_SERVERS: usize = 200;
/// Observations in the table.
const MAX_OBSERVATIONS: usize = 200;
/// Moves of clocks in the table.
const MAX_CLOCKS: usize = 100;

#[derive(Debug)]
pub struct Servers {
    pub rows: Vec<ServerRow>,
    pub left_out: Option<String>,
    pub observations: Vec<ObservationRow>,
    pub observations_left_out: Option<String>,
    pub clocks: Vec<ClockRow>,
    pub clocks_left_out: Option<String>,
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

/// What somebody only read on a screen, or a listing shows.
#[derive(Debug)]
pub struct ObservationRow {
    pub at: When,
    pub server: String,
    pub place: String,
    pub count: String,
    pub note: String,
    /// The listing, or that it was only told.
    pub source: Link,
}

/// A clock that was moved, or that another one contradicts.
#[derive(Debug)]
pub struct ClockRow {
    pub at: When,
    pub server: String,
    pub what: String,
    pub why: String,
    pub windows: Vec<Link>,
    pub effect: String,
    pub evidence: Vec<Link>,
}

impl Servers {
    pub fn new(findings: &Findings, links: &Links) -> Self {
        let moves = findings.clocks.iter();
        let moves = moves.filter(|change| change.kind == ClockChangeKind::Moved);
        let moves = moves.count();
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
                .map(|o| observation(o, links))
                .collect(),
            observations_left_out: super::left_out(
                MAX_OBSERVATIONS.min(findings.observations.len()),
                findings.observations.len(),
                "observations",
                "findings.json",
            ),
            // Clocks that disagree stand among the contradictions, with both sides.
            clocks: findings
                .clocks
                .iter()
                .filter(|change| change.kind == ClockChangeKind::Moved)
                .take(MAX_CLOCKS)
                .map(|change| clock(change, links))
                .collect(),
            clocks_left_out: super::left_out(
                MAX_CLOCKS.min(moves),
                moves,
                "moves of clocks",
                "findings.json",
            ),
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

fn clock(change: &ClockChange, links: &Links) -> ClockRow {
    let least = if change.exact { "" } else { "at least " };
    let amount = |seconds: f64| format::duration(seconds.abs(), Round::Down);
    let what = match (change.kind, change.seconds) {
        (_, None) => "set, by an unknown amount".to_owned(),
        (ClockChangeKind::Disagrees, Some(seconds)) => {
            format!("{least}{} ahead of another clock", amount(seconds))
        }
        (ClockChangeKind::Moved, Some(seconds)) => {
            let way = if seconds < 0.0 { "back" } else { "forward" };
            format!("{way} by {least}{}", amount(seconds))
        }
    };
    ClockRow {
        at: When::new(change.at),
        server: change.server.clone(),
        what,
        why: change.why.clone(),
        windows: change
            .windows
            .iter()
            .take(12)
            .map(|id| links.to(id))
            .collect(),
        effect: change.effect.clone(),
        evidence: change
            .evidence
            .iter()
            .map(|cite| links.cite(cite))
            .collect(),
    }
}

fn observation(o: &Observation, links: &Links) -> ObservationRow {
    ObservationRow {
        at: When::new(o.at),
        server: o.server.clone(),
        place: o.place.clone(),
        count: o.count.map_or("–".to_owned(), format::count),
        note: o.note.clone().unwrap_or_default(),
        source: match &o.evidence {
            Some(listing) => links.cite(listing),
            None => Link::plain("told in case.toml"),
        },
    }
}
