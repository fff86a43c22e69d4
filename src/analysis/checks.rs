//! The check that is made after each restart of SMTP: scan failures since, temp tables looked at since, clean since when.

use std::collections::BTreeMap;

use super::ServerAnalysis;
use super::facts::{Capture, ServerFacts};
use super::now::{END_OF_LOG, Looks, is_open, last_looks, last_seen_long_ago, speaks};
use super::restarts::Restart;
use super::verdict::{last_appearance, last_open_failure, nameless_anywhere};
use super::wording::{moment, plural};
use crate::analysis::findings::{Check, CheckedRestart, CheckedTable, Confidence, EarlierCheck};
use crate::time::Timestamp;

/// Earlier restarts that are listed; the newest of them.
const MOST_EARLIER: usize = 100;
/// Captures that are cited in a sentence.
const MOST_CITED: usize = 8;

/// The check of one server. `None` for a server whose own state no evidence speaks of. `id` gives the number of a
/// restart by its index.
pub fn of_server(
    server: &ServerAnalysis<'_>,
    id: &dyn Fn(usize) -> Option<String>,
) -> Option<Check> {
    let facts = &server.facts;
    if !speaks(facts) {
        return None;
    }
    let restarts = sure(&server.restarts);
    let last = restarts.last().copied();
    let since = last.map(|(_, restart)| restart.at().hi);
    let failures = failures(facts, last.map(|(_, restart)| restart.at().lo), None);
    let looks = last_looks(facts);
    let tables: Vec<CheckedTable> = facts
        .tables
        .iter()
        .map(|table| checked(&looks, table, since))
        .collect();
    let would_show = failures_would_show(facts, since);
    let (clean_since, clean_why) = clean(server);
    let mut open = open_points(server, &tables, since, would_show);
    let held = server.examined.iter().filter(|stay| is_open(stay)).count();
    if held > 0 {
        open.push(format!(
            "{} may still be held: nothing shows {} gone.",
            plural(held, "message", "messages"),
            if held == 1 { "it" } else { "them" }
        ));
    }
    Some(Check {
        server: facts.name.to_string(),
        as_of: facts.end(),
        last_restart: last.and_then(|(index, restart)| {
            Some(CheckedRestart {
                id: id(index)?,
                at: restart.instant(),
                kind: restart.kind,
                confidence: restart.confidence,
            })
        }),
        failures_since: failures as u64,
        last_failure: facts.failures.last().map(|failure| failure.at),
        failures_would_show: would_show,
        tables,
        clean_since,
        clean_why,
        open,
        earlier: earlier(facts, &restarts, id),
    })
}

/// The restarts that are more than possible, in order, with their indices.
fn sure(restarts: &[Restart]) -> Vec<(usize, &Restart)> {
    let all = restarts.iter().enumerate();
    all.filter(|(_, restart)| restart.confidence != Confidence::Possible)
        .collect()
}

/// Scan failures at or after one time and before another.
fn failures(facts: &ServerFacts<'_>, from: Option<Timestamp>, to: Option<Timestamp>) -> usize {
    let within = facts.failures.iter().filter(|failure| {
        from.is_none_or(|from| failure.when.hi >= from) && to.is_none_or(|to| failure.when.hi < to)
    });
    within.count()
}

/// Whether the log that failures go to speaks of all the time since, to its end, and that is the end of the evidence.
fn failures_would_show(facts: &ServerFacts<'_>, since: Option<Timestamp>) -> bool {
    let (Some(log), Some(end)) = (facts.failure_log(), facts.end()) else {
        return false;
    };
    let since = since.unwrap_or(log.from);
    end.since(log.to) <= END_OF_LOG && since <= log.to && log.speaks_throughout(since, log.to)
}

/// The first of the complete captures of each table that fit.
fn firsts<'f, 't>(
    facts: &'f ServerFacts<'t>,
    fits: impl Fn(&Capture<'t>) -> bool,
) -> Looks<'f, 't> {
    let mut firsts: Looks<'f, 't> = BTreeMap::new();
    let complete = facts.captures.iter().filter(|c| c.timed.snapshot.complete);
    for capture in complete.filter(|c| fits(c)) {
        let known = firsts.entry(capture.table()).or_insert(capture);
        if capture.timed.when.hi < known.timed.when.hi {
            *known = capture;
        }
    }
    firsts
}

fn checked(looks: &Looks<'_, '_>, table: &str, since: Option<Timestamp>) -> CheckedTable {
    let last = looks.get(table);
    let after = last.filter(|c| since.is_none_or(|since| c.timed.when.lo >= since));
    CheckedTable {
        place: table.to_owned(),
        looked_at: after.map(|c| c.timed.at),
        rows: after.map(|c| c.timed.snapshot.rows.len() as u64),
        evidence: after.map(|c| c.timed.snapshot.cite.to_string()),
        last_before: match after {
            Some(_) => None,
            None => last.map(|c| c.timed.at),
        },
    }
}

/// Since when nothing speaks against the server's being clean: since each of its tables was seen empty for the first
/// time after its last failure and its last held message, if nothing failed, nothing is open, and the log that failures
/// go to speaks of all the time since.
fn clean(server: &ServerAnalysis<'_>) -> (Option<Timestamp>, String) {
    let facts = &server.facts;
    if server.examined.iter().any(is_open) {
        let why = "Mail is, or may be, held: nothing shows it gone.".to_owned();
        return (None, why);
    }
    if facts.tables.is_empty() {
        return (None, "No temp table of it is known.".to_owned());
    }
    if nameless_anywhere(facts) {
        let why = "Scan failures name no message, and how many temp tables it has is not told."
            .to_owned();
        return (None, why);
    }
    let last = last_appearance(facts, &server.examined);
    let seen_empty = firsts(facts, |c| {
        c.is_empty_table() && last.is_none_or(|last| c.timed.when.lo >= last)
    });
    let unseen = facts
        .tables
        .iter()
        .find(|table| !seen_empty.contains_key(table.as_str()));
    if let Some(table) = unseen {
        let since = match last {
            Some(last) => format!(" since {}, when mail was last known to wait", moment(last)),
            None => String::new(),
        };
        return (None, format!("{table} was not seen empty{since}."));
    }
    let Some(since) = seen_empty.values().map(|c| c.timed.when.hi).max() else {
        return (None, "No temp table of it is known.".to_owned());
    };
    if !failures_would_show(facts, Some(since)) {
        let log = match facts.failure_log() {
            Some(log) if log.to < since => {
                format!("the Application log ends before, at {}", moment(log.to))
            }
            Some(_) => "the Application log does not speak of all the time since".to_owned(),
            None => "there is no Application log".to_owned(),
        };
        let why = format!(
            "Every known temp table was seen empty by {}, but {log}.",
            moment(since)
        );
        return (None, why);
    }
    let cites: Vec<String> = seen_empty
        .values()
        .take(MOST_CITED)
        .map(|c| format!("{}: {}", c.table(), c.timed.snapshot.cite))
        .collect();
    let before = match last {
        Some(last) => format!(" after the last sign of waiting mail at {}", moment(last)),
        None => String::new(),
    };
    let why = format!(
        "Every known temp table was seen empty{before} ({}), and the Application log shows no scan failure since.{}",
        cites.join(", "),
        unseen_since(facts)
    );
    (Some(since), why)
}

/// Said where the tables were last seen long ago: mail may stay without a scan failure.
fn unseen_since(facts: &ServerFacts<'_>) -> String {
    match last_seen_long_ago(facts, &last_looks(facts)) {
        Some(seen) => format!(
            " The tables were last seen at {}: mail that stuck later without a scan failure would not show.",
            moment(seen)
        ),
        None => String::new(),
    }
}

/// What is still to be looked at.
fn open_points(
    server: &ServerAnalysis<'_>,
    tables: &[CheckedTable],
    since: Option<Timestamp>,
    would_show: bool,
) -> Vec<String> {
    let facts = &server.facts;
    let failed = last_open_failure(facts, &server.examined);
    let mut open = Vec::new();
    let restarted = match since {
        Some(_) => " since the last restart",
        None => "",
    };
    if facts.tables.is_empty() {
        open.push("No temp table is known: none was captured.".to_owned());
    }
    for table in tables {
        match (table.looked_at, table.rows) {
            (None, _) => {
                open.push(format!(
                    "{} was not captured completely{restarted}.",
                    table.place
                ));
            }
            (Some(at), Some(rows)) if rows > 0 => open.push(format!(
                "{} listed {} at {}: look again.",
                table.place,
                plural(
                    usize::try_from(rows).unwrap_or(usize::MAX),
                    "message",
                    "messages"
                ),
                moment(at)
            )),
            (Some(at), _) => {
                if let Some(last) = failed.filter(|failure| failure.when.hi > at) {
                    open.push(format!(
                        "Mail failed scanning at {} ({}), after {} was last looked at.",
                        moment(last.at),
                        last.cite,
                        table.place
                    ));
                }
            }
        }
    }
    if !would_show {
        open.push(match facts.failure_log() {
            Some(_) => format!("The Application log does not speak of all the time{restarted}."),
            None => "There is no Application log.".to_owned(),
        });
    }
    if since.is_none() && facts.service_log().is_none() {
        open.push("There is no System log, so restarts cannot be seen.".to_owned());
    }
    open
}

/// Whether the check was made after each restart but the last, before the next.
fn earlier(
    facts: &ServerFacts<'_>,
    restarts: &[(usize, &Restart)],
    id: &dyn Fn(usize) -> Option<String>,
) -> Vec<EarlierCheck> {
    let pairs = restarts.windows(2).rev().take(MOST_EARLIER);
    let mut all: Vec<EarlierCheck> = pairs
        .filter_map(|pair| {
            let [(index, restart), (_, next)] = pair else {
                return None;
            };
            let (from, to) = (restart.at(), next.begun());
            let firsts = firsts(facts, |c| {
                c.timed.when.lo >= from.hi && c.timed.when.hi <= to
            });
            let looked = firsts.len() as u64;
            let tables = facts.tables.len() as u64;
            let last = firsts.values().map(|c| c.timed.at).max();
            Some(EarlierCheck {
                restart: id(*index)?,
                at: restart.instant(),
                tables_looked_at: looked,
                tables,
                made_by: last.filter(|_| looked == tables),
                rows: firsts
                    .values()
                    .map(|c| c.timed.snapshot.rows.len() as u64)
                    .sum(),
                failures: failures(facts, Some(from.lo), Some(to)) as u64,
            })
        })
        .collect();
    all.reverse();
    all
}
