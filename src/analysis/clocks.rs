//! Clocks that were moved or contradict one another, each with its effect on the windows.

use super::ServerAnalysis;
use super::clock_moves::ClockMove;
use super::facts::ServerFacts;
use super::findings::{ClockChange, ClockChangeKind};
use super::mail::{Contradiction, MailIndex, contradictions};
use super::windows::StuckWindow;
use super::wording::{moment, plural, span};
use crate::evidence::model::{Citation, SnapshotRow};
use crate::time::{Bracket, SECOND, Stamp, Timestamp};
use crate::timeline::{Clocks, MOST_WIDENED};

/// Rows of one server that are cited for a disagreement.
const SHOWN: usize = 5;

/// All that is known of the clocks of one server. `window_id` names the server's windows by their index.
pub fn of_server(
    server: &ServerAnalysis<'_>,
    clocks: &Clocks,
    window_id: &dyn Fn(usize) -> Option<String>,
) -> Vec<ClockChange> {
    let touched = |from: Timestamp, to: Timestamp| -> Vec<String> {
        let windows = server.windows.iter().enumerate();
        windows
            .filter(|(_, window)| touches(window, from, to))
            .filter_map(|(index, _)| window_id(index))
            .collect()
    };
    let moves = server.facts.clock_moves.iter();
    let mut all: Vec<ClockChange> = moves.map(|known| moved(server, known, &touched)).collect();
    all.extend(disagreement(server, clocks, &touched));
    all
}

/// What messages on their way from one server to another show of the two clocks. `windows`: those of either server
/// that a time touches.
pub fn between_servers(
    mail: &MailIndex<'_>,
    windows: &dyn Fn(&Contradiction<'_>) -> Vec<String>,
) -> Vec<ClockChange> {
    let change = |found: &Contradiction<'_>| ClockChange {
        server: found.ahead.to_string(),
        at: found.sent.at,
        kind: ClockChangeKind::Disagrees,
        seconds: Some(found.by as f64 / SECOND as f64),
        exact: false,
        why: format!(
            "By its own log {} began at {} to give {} to {}, which by its own log had it since {}: of the two clocks the \
             first is ahead of the second. {} so.",
            found.ahead,
            moment(found.sent.at),
            found.sent.record.message_id,
            found.behind,
            moment(found.had.at),
            match found.messages {
                1 => "One message shows it".to_owned(),
                count => format!("{count} messages show it"),
            }
        ),
        windows: windows(found),
        effect: format!(
            "Times of {} and {} compare no better than that. Give clock_ahead_by of the one that is wrong in case.toml.",
            found.ahead, found.behind
        ),
        evidence: cited(&[found.sent.record.cite, found.had.record.cite]),
    };
    contradictions(mail).iter().map(change).collect()
}

/// Whether a window may have lain in that time.
pub fn touches(window: &StuckWindow, from: Timestamp, to: Timestamp) -> bool {
    let start = window.start.earliest.or(window.start.latest);
    start.is_none_or(|start| start <= to) && window.end.latest.is_none_or(|end| from <= end)
}

fn moved(
    server: &ServerAnalysis<'_>,
    known: &ClockMove,
    touched: &dyn Fn(Timestamp, Timestamp) -> Vec<String>,
) -> ClockChange {
    let (from, to) = (known.before.min(known.after), known.before.max(known.after));
    let windows = touched(from, to);
    let by_order = |logs: &[String]| {
        format!(
            "In the {} log the record after {} bears {}.",
            logs.join(" and the "),
            moment(known.before),
            moment(known.after)
        )
    };
    let why = match (known.logs.as_slice(), known.exact) {
        ([], true) => "An event says from which time to which the clock was set.".to_owned(),
        ([], false) => {
            "An event says that the clock was set; by how much cannot be read from it.".to_owned()
        }
        (logs, true) => format!("{} An event says by how much.", by_order(logs)),
        (logs, false) => by_order(logs),
    };
    ClockChange {
        server: server.facts.name.to_string(),
        at: known.after,
        kind: ClockChangeKind::Moved,
        seconds: known.moved.map(|moved| moved as f64 / SECOND as f64),
        exact: known.exact,
        why,
        effect: effect(known, from, to, windows.len()),
        windows,
        evidence: cited(&known.evidence),
    }
}

fn effect(known: &ClockMove, from: Timestamp, to: Timestamp, windows: usize) -> String {
    let Some(moved) = known.moved else {
        return "Times from before and after it do not compare, by an unknown amount. Read old and new time in the \
                record, and give clock_uncertainty of the server in case.toml."
            .to_owned();
    };
    let amount = span(moved.saturating_abs());
    let lengths = match windows {
        0 => "No stuck window lies across it.".to_owned(),
        count => format!(
            "{} {} across it: {amount} were taken off what stays across it last at least.",
            plural(count, "stuck window", "stuck windows"),
            if count == 1 { "lies" } else { "lie" }
        ),
    };
    let twice = match moved {
        0.. => String::new(),
        _ if moved.saturating_abs() <= MOST_WIDENED => format!(
            " The clock showed the time from {} to {} twice: events in it are given {amount} either way.",
            moment(from),
            moment(to)
        ),
        _ => format!(
            " The clock showed the time from {} to {} twice; which of the two a record means is not known.",
            moment(from),
            moment(to)
        ),
    };
    format!("{lengths}{twice}")
}

/// Rows that were made, by the server's clock, after the capture that lists them: the two clocks differ.
fn disagreement(
    server: &ServerAnalysis<'_>,
    clocks: &Clocks,
    touched: &dyn Fn(Timestamp, Timestamp) -> Vec<String>,
) -> Option<ClockChange> {
    let name = &server.facts.name;
    let found = late_rows(&server.facts, clocks);
    let &LateRow {
        ahead, made, noted, ..
    } = found.first()?;
    let windows = touched(noted, made);
    let mut evidence: Vec<Citation> = found.iter().take(SHOWN).map(|row| row.cite).collect();
    evidence.sort();
    evidence.dedup();
    Some(ClockChange {
        server: name.to_string(),
        at: made,
        kind: ClockChangeKind::Disagrees,
        seconds: Some(ahead as f64 / SECOND as f64),
        exact: false,
        why: format!(
            "A row was made at {} by the server's clock, and listed in a capture noted for {}: the server's clock was \
             ahead of the clock by which the capture was noted, by {} more than is allowed for.",
            moment(made),
            moment(noted),
            span(ahead)
        ),
        effect: format!(
            "Whether something happened before or after a capture may be wrong by that much. Give clock_ahead_by of {name} \
             in case.toml, or correct the time of the capture."
        ),
        windows,
        evidence: cited(&evidence),
    })
}

/// A row that was made or changed, by the server's clock, after the capture that lists it was noted.
#[derive(Clone, Copy, Debug)]
pub struct LateRow {
    /// Microseconds more than is allowed for.
    pub ahead: i64,
    pub made: Timestamp,
    pub noted: Timestamp,
    pub cite: Citation,
    pub capture: Citation,
}

/// All such rows of one server, the latest of them first.
pub fn late_rows(facts: &ServerFacts<'_>, clocks: &Clocks) -> Vec<LateRow> {
    let mut found = Vec::new();
    for capture in &facts.captures {
        let (noted, snapshot) = (capture.timed.when, &capture.timed.snapshot);
        for row in &snapshot.rows {
            for stamp in own_times(row) {
                let made: Bracket = clocks.own(&facts.name, stamp);
                let ahead = made.lo.since(noted.hi);
                if ahead > 0 {
                    found.push(LateRow {
                        ahead,
                        made: stamp.at,
                        noted: capture.timed.at,
                        cite: snapshot.cite_of(row),
                        capture: snapshot.cite,
                    });
                }
            }
        }
    }
    found.sort_by_key(|row| std::cmp::Reverse(row.ahead));
    found
}

/// Times of a row that only the server's clock can have written.
fn own_times(row: &SnapshotRow) -> impl Iterator<Item = &Stamp> {
    row.created_at.iter().chain(&row.modified_at)
}

fn cited(evidence: &[Citation]) -> Vec<String> {
    evidence.iter().map(Citation::to_string).collect()
}
