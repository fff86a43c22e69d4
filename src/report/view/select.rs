//! Which messages and rows a page has room for, and what can therefore be linked to.

use std::collections::BTreeSet;

use super::links::Links;
use super::words;
use crate::analysis::findings::{Findings, Message, Status};
use crate::timeline::row::Row;

/// Stays in the table of messages.
pub const MAX_MESSAGES: usize = 500;
/// Rows in the timeline.
pub const MAX_ROWS: usize = 280;
/// Windows, bursts, restarts and evidence files in full.
pub const MAX_CARDS: usize = 60;
pub const MAX_BURSTS: usize = 200;
pub const MAX_RESTARTS: usize = 200;
pub const MAX_FILES: usize = 1000;

/// What is on the page.
#[derive(Debug, Default)]
pub struct Selection {
    /// Indices into `findings.messages`, in their order.
    pub messages: Vec<usize>,
    /// Indices into the rows, in their order, with the anchor of each where it has one.
    pub rows: Vec<(usize, Option<String>)>,
    pub links: Links,
}

impl Selection {
    pub fn new(findings: &Findings, rows: &[Row]) -> Self {
        let mut links = Links::default();
        let messages = messages(&findings.messages);
        let ids = findings.windows.iter().take(MAX_CARDS).map(|w| &w.id);
        let ids = ids.chain(findings.bursts.iter().take(MAX_BURSTS).map(|b| &b.id));
        let ids = ids.chain(findings.restarts.iter().take(MAX_RESTARTS).map(|r| &r.id));
        let ids = ids.chain(findings.evidence.iter().take(MAX_FILES).map(|e| &e.id));
        let ids = ids.chain(
            messages
                .iter()
                .filter_map(|i| findings.messages.get(*i))
                .map(|m| &m.id),
        );
        for id in ids {
            links.add(id);
        }
        for found in findings.contradictions.iter().take(MAX_CARDS) {
            links.add(&found.id);
        }
        for n in 0..findings.interventions.len().min(MAX_CARDS) {
            links.add(&words::intervention_id(n));
        }
        let chosen = chosen_rows(findings, rows);
        let rows = chosen
            .into_iter()
            .map(|i| (i, rows.get(i).and_then(|row| links.add(&row.evidence))))
            .collect();
        Self {
            messages,
            rows,
            links,
        }
    }
}

/// The gravest first when there are too many: held, perhaps lost, let out, not known, retried; then the longest.
fn messages(messages: &[Message]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..messages.len()).collect();
    if messages.len() <= MAX_MESSAGES {
        return order;
    }
    let gravity = |m: &Message| match m.status {
        Status::Stuck => 0,
        Status::LostPossible | Status::Removed => 1,
        Status::Released => 2,
        Status::Unknown => 3,
        Status::DeliveredOnRetry => 4,
    };
    let compare = |a: &Message, b: &Message| {
        let longer = b.stayed_s.min.total_cmp(&a.stayed_s.min);
        gravity(a).cmp(&gravity(b)).then(longer)
    };
    order.sort_by(|i, j| match (messages.get(*i), messages.get(*j)) {
        (Some(a), Some(b)) => compare(a, b).then(i.cmp(j)),
        _ => i.cmp(j),
    });
    order.truncate(MAX_MESSAGES);
    order.sort_unstable();
    order
}

/// What the findings cite first, then everything that is not one of many scan failures or sightings, then the rest.
fn chosen_rows(findings: &Findings, rows: &[Row]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..rows.len()).collect();
    if rows.len() <= MAX_ROWS {
        return order;
    }
    let restarts = findings.restarts.iter().flat_map(|r| &r.evidence);
    let windows = findings
        .windows
        .iter()
        .flat_map(|w| w.evidence.iter().take(20));
    let bursts = findings
        .bursts
        .iter()
        .flat_map(|b| b.evidence.first().into_iter().chain(b.evidence.last()));
    let cited: BTreeSet<&str> = restarts
        .chain(windows)
        .chain(bursts)
        .map(String::as_str)
        .collect();
    let rank = |row: &Row| match row.kind.as_str() {
        "restart" | "intervention" | "observation" => 0,
        _ if cited.contains(row.evidence.as_str()) => 0,
        "scan_failure" | "seen" | "gone" | "empty_table" => 2,
        kind if kind.starts_with("mail") => 2,
        "event" => 3,
        _ => 1,
    };
    order.sort_by_key(|i| (rows.get(*i).map_or(u8::MAX, rank), *i));
    order.truncate(MAX_ROWS);
    order.sort_unstable();
    order
}
