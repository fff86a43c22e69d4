//! Steps for logs that are missing, end early or have holes, and for clocks that contradict each other.

use std::collections::BTreeSet;

use super::{Call, Ground, many};
use crate::analysis::facts::ServerFacts;
use crate::analysis::findings::{ClockChangeKind, MissingKind, Now, Status};
use crate::analysis::wording::moment;
use crate::analysis::{Examined, ServerAnalysis};
use crate::time::Timestamp;
use crate::timeline::LogCoverage;

pub(super) fn log_missing(server: &ServerAnalysis<'_>) -> Vec<Call> {
    let facts = &server.facts;
    let waited = !server.examined.is_empty() || !facts.failures.is_empty();
    let mut calls = Vec::new();
    if facts.failure_log().is_none() {
        calls.push(Call::on(&facts.name).with("log", "Application"));
    }
    // Restarts matter where mail waited.
    if facts.service_log().is_none() && waited {
        calls.push(Call::on(&facts.name).with("log", "System"));
    }
    calls
}

/// Holes in the logs of failures and of restarts, and in the tracking log where it would show what became of a message.
pub(super) fn log_holes(server: &ServerAnalysis<'_>) -> Vec<Call> {
    let facts = &server.facts;
    let own = facts.failure_log().into_iter().chain(facts.service_log());
    let mut calls: Vec<Call> = own
        .filter_map(|log| hole(facts, log, |_, _| true))
        .collect();
    if let Some(log) = facts.tracking_log() {
        let fates = || server.examined.iter().filter(|stay| fate_is_open(stay));
        let matters = |from: Timestamp, to: Timestamp| {
            fates().any(|stay| {
                let left = stay.bounds.left;
                left.earliest.is_none_or(|at| at <= to) && left.latest.is_none_or(|at| at >= from)
            })
        };
        calls.extend(hole(facts, log, matters));
    }
    calls
}

/// Nothing shows what became of it.
fn fate_is_open(stay: &Examined<'_>) -> bool {
    let unknown = matches!(
        stay.claim.status,
        Status::Unknown | Status::LostPossible | Status::Removed
    );
    unknown && stay.residence.trail.departed.is_none()
}

/// The longest hole of a log that matters.
fn hole(
    facts: &ServerFacts<'_>,
    log: &LogCoverage,
    matters: impl Fn(Timestamp, Timestamp) -> bool,
) -> Option<Call> {
    let holes: Vec<_> = log
        .holes
        .iter()
        .filter(|hole| matters(hole.from, hole.to))
        .collect();
    let longest = holes
        .iter()
        .max_by_key(|hole| (hole.to.since(hole.from), std::cmp::Reverse(hole.from)))?;
    let more = match holes.len() - 1 {
        0 => String::new(),
        more => format!(" It is the longest of {}.", many(more + 1, "hole", "holes")),
    };
    Some(
        Call::on(&facts.name)
            .with("log", log.log.clone())
            .with("from", moment(longest.from))
            .with("to", moment(longest.to))
            .with("reason", format!("{}{more}", longest.why)),
    )
}

pub(super) fn log_ends_early(now: &Now) -> Vec<Call> {
    let early = now
        .missing
        .iter()
        .filter(|m| m.kind == MissingKind::LogEndsEarly);
    early
        .map(|missing| {
            Call::on(&now.server)
                .with("log", missing.log.clone().unwrap_or_default())
                .with("reason", missing.what.clone())
        })
        .collect()
}

pub(super) fn clocks(ground: &Ground<'_, '_>) -> Vec<Call> {
    let mut calls: Vec<Call> = Vec::new();
    let mut told: BTreeSet<&str> = BTreeSet::new();
    let changes = ground.found.clocks.iter();
    for change in changes.filter(|c| c.kind == ClockChangeKind::Disagrees) {
        if !told.insert(&change.server) {
            continue;
        }
        calls.push(
            Call::on(&change.server)
                .with("reason", change.why.clone())
                .about(change.windows.clone(), change.evidence.clone()),
        );
    }
    calls
}
