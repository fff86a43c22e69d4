//! Now: what each server holds where its evidence ends, the check after the last restart, and what to do next.

use super::links::{Link, Links};
use super::parts::{Cites, Clipped, When};
use super::words;
use crate::analysis::findings::{Check, CheckedTable, Findings, NextStep, Now as Found};
use crate::report::format::{self, Round};

/// Servers in each list.
const MAX_SERVERS: usize = 100;
/// Steps in the list.
const MAX_STEPS: usize = 60;
/// Things that are missing, named of one server.
const MAX_MISSING: usize = 6;
/// Recipients and senders by name.
const MAX_NAMED: usize = 5;
/// Earlier restarts of one server.
const MAX_EARLIER: usize = 6;
const TEXT: usize = 400;

#[derive(Debug)]
pub struct Now {
    pub servers: Vec<NowRow>,
    pub checks: Vec<CheckRow>,
    pub steps: Vec<StepRow>,
    pub servers_left_out: Option<String>,
    pub steps_left_out: Option<String>,
}

/// What one server holds.
#[derive(Debug)]
pub struct NowRow {
    pub as_of: Option<When>,
    pub sentence: String,
    /// One line a table that holds, or may hold, something.
    pub places: Vec<String>,
    pub messages: Vec<Link>,
    pub more_messages: String,
    /// From whom and for whom it is.
    pub whom: Clipped,
    pub missing: Vec<String>,
}

/// The check of one server.
#[derive(Debug)]
pub struct CheckRow {
    pub server: String,
    pub restart: Option<(Link, When, &'static str)>,
    pub failures: String,
    pub tables: Vec<TableLine>,
    pub clean_since: Option<When>,
    pub clean_why: String,
    pub open: Vec<String>,
    pub earlier: Vec<(Link, String)>,
    pub more_earlier: String,
}

#[derive(Debug)]
pub struct TableLine {
    pub text: String,
    pub evidence: Option<Link>,
}

/// One thing to do.
#[derive(Debug)]
pub struct StepRow {
    pub id: String,
    pub what: Clipped,
    pub why: Clipped,
    pub source: Option<String>,
    pub refers: Vec<Link>,
    pub evidence: Cites,
}

impl Now {
    pub fn new(findings: &Findings, links: &Links) -> Self {
        let servers = findings.now.iter().take(MAX_SERVERS);
        Self {
            servers: servers.map(|now| now_row(now, links)).collect(),
            checks: findings
                .checks
                .iter()
                .take(MAX_SERVERS)
                .map(|check| check_row(check, links))
                .collect(),
            steps: findings
                .next_steps
                .iter()
                .take(MAX_STEPS)
                .map(|step| step_row(step, links))
                .collect(),
            servers_left_out: super::left_out(
                MAX_SERVERS.min(findings.now.len()),
                findings.now.len(),
                "servers",
                "findings.json",
            ),
            steps_left_out: super::left_out(
                MAX_STEPS.min(findings.next_steps.len()),
                findings.next_steps.len(),
                "steps",
                "findings.json",
            ),
        }
    }
}

fn now_row(now: &Found, links: &Links) -> NowRow {
    const SHOWN: usize = 12;
    let ids: Vec<&String> = now
        .places
        .iter()
        .flat_map(|place| &place.messages)
        .collect();
    let more = ids.len().saturating_sub(SHOWN) as u64;
    let holding = now.places.iter().filter(|place| place.held.at_most > 0);
    NowRow {
        as_of: now.as_of.map(When::new),
        sentence: now.sentence.clone(),
        places: holding
            .map(|place| {
                let age = match place.oldest_age_s {
                    Some(age) if age.min > 0.0 => {
                        format!(
                            ", the oldest at least {}",
                            format::duration(age.min, Round::Down)
                        )
                    }
                    _ => String::new(),
                };
                format!(
                    "{}: {}{age}",
                    place.place.as_deref().unwrap_or("table not known"),
                    words::band_of(
                        place.held.at_least,
                        place.held.at_most,
                        "message",
                        "messages"
                    )
                )
            })
            .collect(),
        messages: ids.iter().take(SHOWN).map(|id| links.to(id)).collect(),
        more_messages: match more {
            0 => String::new(),
            more => format!("and {} more", format::count(more)),
        },
        whom: Clipped::new(&whom(now), TEXT),
        // The sentence names the first of them.
        missing: now
            .missing
            .iter()
            .skip(1)
            .take(MAX_MISSING)
            .map(|m| m.what.clone())
            .collect(),
    }
}

fn whom(now: &Found) -> String {
    let restart = &now.restart;
    let some = |names: &[String], all: u64| {
        let shown = names.len().min(MAX_NAMED) as u64;
        let listed: Vec<&str> = names.iter().take(MAX_NAMED).map(String::as_str).collect();
        let more = match all.saturating_sub(shown) {
            0 => String::new(),
            more => format!(" and {} more", format::count(more)),
        };
        format!("{}{more}", listed.join(", "))
    };
    let mut parts = Vec::new();
    if !restart.recipients_named.is_empty() {
        parts.push(format!(
            "For {}.",
            some(&restart.recipients_named, restart.recipients)
        ));
    }
    if !restart.senders.is_empty() {
        parts.push(format!(
            "From {}.",
            some(&restart.senders, restart.senders.len() as u64)
        ));
    }
    if restart.unaddressed > 0 {
        parts.push(format!(
            "Recipients of {} are not known.",
            format::counted(restart.unaddressed, "message", "messages")
        ));
    }
    parts.join(" ")
}

fn check_row(check: &Check, links: &Links) -> CheckRow {
    let since = match check.last_restart {
        Some(_) => "",
        None => " in all",
    };
    let sight = if check.failures_would_show {
        ""
    } else {
        "; the log does not show all of it"
    };
    CheckRow {
        server: check.server.clone(),
        restart: check.last_restart.as_ref().map(|last| {
            (
                links.to(&last.id),
                When::new(last.at),
                words::restart_kind(last.kind),
            )
        }),
        failures: match check.failures_since {
            0 => format!("none{since}{sight}"),
            many => format!(
                "{}{since}, the last {}{sight}",
                format::count(many),
                check.last_failure.map(format::minute).unwrap_or_default()
            ),
        },
        tables: check
            .tables
            .iter()
            .map(|table| table_line(table, check, links))
            .collect(),
        clean_since: check.clean_since.map(When::new),
        clean_why: check.clean_why.clone(),
        open: check.open.clone(),
        earlier: check
            .earlier
            .iter()
            .rev()
            .take(MAX_EARLIER)
            .map(|earlier| {
                let rows = match earlier.rows {
                    0 => String::new(),
                    rows => format!(", {} found", format::counted(rows, "message", "messages")),
                };
                let made = match earlier.made_by {
                    Some(at) => format!("made by {}{rows}", format::minute(at)),
                    None => format!(
                        "not made ({} of {} looked at{rows})",
                        format::count(earlier.tables_looked_at),
                        format::counted(earlier.tables, "table", "tables")
                    ),
                };
                (links.to(&earlier.restart), made)
            })
            .collect(),
        more_earlier: match check.earlier.len().saturating_sub(MAX_EARLIER) as u64 {
            0 => String::new(),
            more => format!("and {} before, in findings.json", format::count(more)),
        },
    }
}

fn table_line(table: &CheckedTable, check: &Check, links: &Links) -> TableLine {
    let text = match (table.looked_at, table.rows, table.last_before) {
        (Some(at), Some(0), _) => format!("{}: empty at {}", table.place, format::minute(at)),
        (Some(at), rows, _) => format!(
            "{}: {} at {}",
            table.place,
            format::counted(rows.unwrap_or_default(), "message", "messages"),
            format::minute(at)
        ),
        (None, _, Some(before)) => {
            format!(
                "{}: not since; last at {}",
                table.place,
                format::minute(before)
            )
        }
        (None, _, None) if check.last_restart.is_some() => format!("{}: never", table.place),
        (None, _, None) => format!("{}: never captured", table.place),
    };
    TableLine {
        text,
        evidence: table.evidence.as_ref().map(|cite| links.cite(cite)),
    }
}

fn step_row(step: &NextStep, links: &Links) -> StepRow {
    StepRow {
        id: step.id.clone(),
        what: Clipped::new(&step.what, TEXT),
        why: Clipped::new(&step.why, TEXT),
        source: step.source.clone(),
        refers: step.refers.iter().map(|id| links.to(id)).collect(),
        evidence: Cites::new(links, &step.evidence, 3, 12),
    }
}
