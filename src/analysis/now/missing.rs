//! What is missing to know what a server holds: captures of its tables, logs that speak of the time since.

use std::collections::{BTreeMap, BTreeSet};

use super::{Ids, Looks, is_certain, is_open};
use crate::analysis::facts::{Capture, ServerFacts};
use crate::analysis::findings::{Confidence, Missing, MissingKind};
use crate::analysis::wording::{moment, plural, span};
use crate::analysis::{Examined, ServerAnalysis};
use crate::time::{HOUR, Timestamp};
use crate::timeline::LogCoverage;

/// A log that ends so long before the evidence does is taken to reach its end: a quiet log's newest record is older than
/// the newest of all.
pub(in crate::analysis) const END_OF_LOG: i64 = 12 * HOUR;

/// Whether for want of it more may be held than is known of. Messages that failed scanning are known of whether or not
/// anybody looked, and the log of services only says which of them a restart may have let out.
pub(super) fn leaves_count_open(missing: &Missing, server: &ServerAnalysis<'_>) -> bool {
    match missing.kind {
        MissingKind::CaptureTooOld => false,
        MissingKind::NoLog | MissingKind::LogEndsEarly | MissingKind::LogHole => {
            missing.log.as_deref() != Some(service_log_name(&server.facts))
        }
        MissingKind::NoTableKnown
        | MissingKind::NeverCaptured
        | MissingKind::TablesUncounted
        | MissingKind::NamelessFailures => true,
    }
}

fn failure_log_name<'f>(facts: &'f ServerFacts<'_>) -> &'f str {
    facts.failure_log().map_or("Application", |log| &log.log)
}

fn service_log_name<'f>(facts: &'f ServerFacts<'_>) -> &'f str {
    facts.service_log().map_or("System", |log| &log.log)
}

/// When every known table had been completely captured at the last time.
fn all_looked_at(facts: &ServerFacts<'_>, looks: &Looks<'_, '_>) -> Option<Timestamp> {
    let times: Option<Vec<Timestamp>> = facts
        .tables
        .iter()
        .map(|table| looks.get(table.as_str()).map(|c| c.timed.when.lo))
        .collect();
    times?.into_iter().min()
}

/// Why the log that failures go to does not speak of all the time since the known tables were last all looked at.
/// `None` where it does, or hardly any time has passed.
pub(in crate::analysis) fn unheard(facts: &ServerFacts<'_>) -> Option<String> {
    let from = all_looked_at(facts, &super::last_looks(facts))?;
    if facts.as_of()?.since(from) < HOUR {
        return None;
    }
    let name = failure_log_name(facts);
    log(facts, name, facts.failure_log(), Some(from)).map(|missing| missing.what)
}

/// Scan failures that name no message, since the tables were looked at: whose they are nobody can tell.
fn nameless(facts: &ServerFacts<'_>, since: Option<Timestamp>) -> Option<Missing> {
    let nameless = facts.failures.iter().filter(|failure| {
        failure.key.is_none() && since.is_none_or(|since| failure.when.hi > since)
    });
    let last = nameless.clone().next_back()?;
    Some(Missing {
        kind: MissingKind::NamelessFailures,
        place: None,
        log: None,
        what: format!(
            "{} since its tables were looked at {} no message, the last at {} ({}).",
            plural(nameless.clone().count(), "scan failure", "scan failures"),
            if nameless.count() == 1 {
                "names"
            } else {
                "name"
            },
            moment(last.at),
            last.cite
        ),
        evidence: vec![last.cite.to_string()],
    })
}

/// What is missing to know what the server holds.
pub(super) fn missing(
    server: &ServerAnalysis<'_>,
    looks: &Looks<'_, '_>,
    ids: &Ids<'_>,
) -> Vec<Missing> {
    let facts = &server.facts;
    let mut missing = Vec::new();
    if facts.tables.is_empty() {
        missing.push(Missing {
            kind: MissingKind::NoTableKnown,
            place: None,
            log: None,
            what: "No temp table of this server was ever captured.".to_owned(),
            evidence: Vec::new(),
        });
    }
    let waiting = last_waiting(server, looks);
    let partly: BTreeSet<&str> = facts.captures.iter().map(Capture::table).collect();
    for table in &facts.tables {
        let since = waiting.get(&Some(table.as_str())).max(waiting.get(&None));
        let look = looks.get(table.as_str());
        missing.extend(
            unlooked(table, look, partly.contains(table.as_str()), since)
                .or_else(|| unlooked_since_restart(server, table, look?, ids)),
        );
    }
    let unplaced = |stay: &Examined<'_>| stay.residence.place.is_none();
    if facts.tables_uncounted() && server.examined.iter().any(unplaced) {
        missing.push(Missing {
            kind: MissingKind::TablesUncounted,
            place: None,
            log: None,
            what: "How many virtual servers, and so temp tables, it has is not given.".to_owned(),
            evidence: Vec::new(),
        });
    }
    let from = all_looked_at(facts, looks);
    missing.extend(nameless(facts, from));
    missing.extend(log(
        facts,
        failure_log_name(facts),
        facts.failure_log(),
        from,
    ));
    // Restarts matter to what is open and not certainly there.
    let mut doubtful = server
        .examined
        .iter()
        .filter(|stay| is_open(stay) && !is_certain(stay));
    if doubtful.next().is_some() {
        missing.extend(log(
            facts,
            service_log_name(facts),
            facts.service_log(),
            from,
        ));
    }
    missing
}

/// The last sign by place that mail waited which nothing shows gone: failures, and stays that may be held but are not
/// certainly there. What failed in no known table may be in any. That the last look at a table lists it is no sign that
/// the look is too old.
fn last_waiting<'s>(
    server: &'s ServerAnalysis<'_>,
    looks: &Looks<'_, '_>,
) -> BTreeMap<Option<&'s str>, (Timestamp, String)> {
    let mut last: BTreeMap<Option<&str>, (Timestamp, String)> = BTreeMap::new();
    let doubtful = server
        .examined
        .iter()
        .filter(|stay| is_open(stay) && !is_certain(stay));
    for stay in doubtful {
        let residence = &stay.residence;
        let failures = residence.scan_failures().map(|f| (f.when.hi, f.cite));
        let look = residence
            .place
            .as_deref()
            .and_then(|place| looks.get(place));
        let look = look.map(|look| look.timed.snapshot.cite);
        let listed = residence
            .sightings
            .iter()
            .filter(|s| look != Some(s.capture.snapshot.cite))
            .map(|s| (s.capture.when.hi, s.cite()));
        let Some((at, cite)) = failures.chain(listed).max() else {
            continue;
        };
        let known = last
            .entry(residence.place.as_deref())
            .or_insert((at, cite.to_string()));
        if known.0 < at {
            *known = (at, cite.to_string());
        }
    }
    last
}

/// Where mail may be held in a table that no capture was made of since a restart, which may have let it out.
fn unlooked_since_restart(
    server: &ServerAnalysis<'_>,
    table: &str,
    look: &Capture<'_>,
    ids: &Ids<'_>,
) -> Option<Missing> {
    let doubtful = |stay: &Examined<'_>| {
        let place = stay.residence.place.as_deref();
        is_open(stay) && !is_certain(stay) && place.is_none_or(|place| place == table)
    };
    let (index, restart) = server.restarts.iter().enumerate().rfind(|(_, restart)| {
        restart.confidence != Confidence::Possible
            && restart.concerns(Some(table))
            && restart.at().lo > look.timed.when.hi
    })?;
    if !server.examined.iter().any(doubtful) {
        return None;
    }
    let id = (ids.restart)(index)?;
    Some(Missing {
        kind: MissingKind::CaptureTooOld,
        place: Some(table.to_owned()),
        log: None,
        what: format!(
            "{table} was last captured at {}, not since {id} ({}).",
            moment(look.timed.at),
            moment(restart.instant())
        ),
        evidence: vec![look.timed.snapshot.cite.to_string()],
    })
}

/// What is missing of one table. `captured`: there are captures of it, complete or not.
fn unlooked(
    table: &str,
    last: Option<&&Capture<'_>>,
    captured: bool,
    since: Option<&(Timestamp, String)>,
) -> Option<Missing> {
    let (kind, what, evidence) = match (last, since) {
        (None, _) => {
            let how = match captured {
                true => "never captured completely",
                false => "never captured",
            };
            (
                MissingKind::NeverCaptured,
                format!("{table} was {how}."),
                Vec::new(),
            )
        }
        (Some(look), Some((waited, cite))) if look.timed.when.lo < *waited => (
            MissingKind::CaptureTooOld,
            format!(
                "{table} was last captured at {}, before the last sign of waiting mail at {} ({cite}).",
                moment(look.timed.at),
                moment(*waited)
            ),
            vec![look.timed.snapshot.cite.to_string(), cite.clone()],
        ),
        _ => return None,
    };
    Some(Missing {
        kind,
        place: Some(table.to_owned()),
        log: None,
        what,
        evidence,
    })
}

/// What is missing of one log from a time on.
fn log(
    facts: &ServerFacts<'_>,
    name: &str,
    log: Option<&LogCoverage>,
    from: Option<Timestamp>,
) -> Option<Missing> {
    let of = |kind, what| Missing {
        kind,
        place: None,
        log: Some(name.to_owned()),
        what,
        evidence: Vec::new(),
    };
    let Some(log) = log else {
        return Some(of(MissingKind::NoLog, format!("There is no {name} log.")));
    };
    let end = facts.end()?;
    if let Some(looked) = from.filter(|from| log.to < *from && end.since(log.to) <= END_OF_LOG) {
        let what = format!(
            "The {name} log ends at {}, before the tables were last looked at ({}).",
            moment(log.to),
            moment(looked)
        );
        return Some(of(MissingKind::LogEndsEarly, what));
    }
    if end.since(log.to) > END_OF_LOG {
        let what = format!(
            "The {name} log ends at {}, {} before the server's other evidence.",
            moment(log.to),
            span(end.since(log.to))
        );
        return Some(of(MissingKind::LogEndsEarly, what));
    }
    // An hour is not worth a word here, as with the time since the last look.
    if let Some(from) = from.filter(|from| log.from.since(*from) > HOUR) {
        let what = format!(
            "The {name} log begins only at {}, {} after {}.",
            moment(log.from),
            span(log.from.since(from)),
            moment(from)
        );
        return Some(of(MissingKind::LogHole, what));
    }
    let hole = log.hole_within(from.unwrap_or(log.from).max(log.from), log.to)?;
    let what = format!(
        "The {name} log is silent from {} to {}: {}",
        moment(hole.from),
        moment(hole.to),
        hole.why
    );
    Some(of(MissingKind::LogHole, what))
}
