//! Steps for captures of temp tables: not made, too old, without what joins them to failures, or of unknown number.

use std::collections::{BTreeMap, BTreeSet};

use super::{Call, Ground, listed, many};
use crate::analysis::facts::Capture;
use crate::analysis::findings::{Check, MissingKind};
use crate::analysis::wording::moment;
use crate::analysis::{ServerAnalysis, now, verdict};

/// Tables that were never looked at, or not since mail was last known to wait; and, of a server on which mail ever
/// waited, not since the last restart.
pub(super) fn not_looked_at(ground: &Ground<'_, '_>) -> Vec<Call> {
    let checks = ground.found.checks.iter();
    let checks: BTreeMap<&str, &Check> = checks.map(|c| (c.server.as_str(), c)).collect();
    let servers = ground.servers.iter();
    let servers: BTreeMap<&str, &ServerAnalysis<'_>> =
        servers.map(|s| (s.facts.name.as_ref(), s)).collect();
    let mut calls = Vec::new();
    for now in &ground.found.now {
        let check = checks.get(now.server.as_str());
        let of = servers.get(now.server.as_str()).copied();
        let waited = of.is_some_and(|s| !s.examined.is_empty() || !s.facts.failures.is_empty());
        let mut tables: Vec<String> = Vec::new();
        let mut reasons: Vec<String> = Vec::new();
        let mut evidence = Vec::new();
        for missing in &now.missing {
            match missing.kind {
                MissingKind::NeverCaptured | MissingKind::CaptureTooOld => {
                    tables.extend(missing.place.clone());
                }
                MissingKind::NoTableKnown => tables.push("every temp table".to_owned()),
                _ => continue,
            }
            reasons.push(missing.what.clone());
            evidence.extend(missing.evidence.iter().cloned());
        }
        let mut refers = Vec::new();
        if let Some(check) = check.filter(|_| waited)
            && let Some(restart) = &check.last_restart
        {
            let named: BTreeSet<String> = tables.iter().cloned().collect();
            for table in check.tables.iter().filter(|t| t.looked_at.is_none()) {
                if !named.contains(&table.place) {
                    tables.push(table.place.clone());
                    reasons.push(format!(
                        "{} was not looked at after the last restart ({}).",
                        table.place, restart.id
                    ));
                    refers = vec![restart.id.clone()];
                }
            }
        }
        if let Some(failed) = of.filter(|_| tables.is_empty()).and_then(failed_since_look) {
            tables = failed.tables;
            reasons = vec![failed.reason];
            evidence = vec![failed.evidence];
        }
        if !tables.is_empty() {
            calls.push(
                Call::on(&now.server)
                    .with("tables", listed(&tables))
                    .with("reason", some_reasons(&reasons))
                    .about(refers, evidence),
            );
        }
    }
    calls
}

/// The first few reasons.
fn some_reasons(reasons: &[String]) -> String {
    const SHOWN: usize = 4;
    let shown: Vec<&str> = reasons.iter().take(SHOWN).map(String::as_str).collect();
    let more = match reasons.len() - shown.len() {
        0 => String::new(),
        more => format!(" So it is with {}.", many(more, "other", "others")),
    };
    format!("{}{more}", shown.join(" "))
}

/// Failures after every table was looked at for the last time, of messages that no record shows gone out.
struct FailedSince {
    tables: Vec<String>,
    reason: String,
    evidence: String,
}

fn failed_since_look(server: &ServerAnalysis<'_>) -> Option<FailedSince> {
    let facts = &server.facts;
    let last = verdict::last_open_failure(facts, &server.examined)?;
    let looks = now::last_looks(facts);
    let older = facts.tables.iter().filter(|table| {
        let look = looks.get(table.as_str());
        look.is_none_or(|look| look.timed.when.lo < last.when.hi)
    });
    let tables: Vec<String> = older.cloned().collect();
    (!tables.is_empty()).then(|| FailedSince {
        reason: format!(
            "Mail failed scanning at {} ({}), after {} last looked at.",
            moment(last.at),
            last.cite,
            match tables.len() {
                1 => format!("{} was", listed(&tables)),
                _ => format!("{} were", listed(&tables)),
            }
        ),
        evidence: last.cite.to_string(),
        tables,
    })
}

pub(super) fn tables_uncounted(server: &ServerAnalysis<'_>) -> Vec<Call> {
    let facts = &server.facts;
    let unplaced = server
        .examined
        .iter()
        .filter(|stay| stay.residence.place.is_none());
    let unplaced = unplaced.count();
    if !facts.tables_uncounted() || unplaced == 0 {
        return Vec::new();
    }
    vec![Call::on(&facts.name).with("count", many(unplaced, "message", "messages"))]
}

/// Rows that no scan failure can be joined to, where there are failures.
pub(super) fn rows_without_id(server: &ServerAnalysis<'_>) -> Vec<Call> {
    let facts = &server.facts;
    let bare = |capture: &&Capture<'_>| {
        let rows = &capture.timed.snapshot.rows;
        rows.iter().any(|row| row.message_id.is_none())
    };
    let captures: Vec<_> = facts.captures.iter().filter(bare).collect();
    let rows: usize = captures
        .iter()
        .map(|c| {
            c.timed
                .snapshot
                .rows
                .iter()
                .filter(|row| row.message_id.is_none())
                .count()
        })
        .sum();
    if rows == 0 || facts.failures.is_empty() {
        return Vec::new();
    }
    let evidence = captures.iter().map(|c| c.timed.snapshot.cite.to_string());
    vec![
        Call::on(&facts.name)
            .with("rows", many(rows, "row", "rows"))
            .with("captures", many(captures.len(), "capture", "captures"))
            .about(Vec::new(), evidence.collect()),
    ]
}
