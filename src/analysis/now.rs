//! Now: what a server holds where its evidence ends, what a start of SMTP would let out, and what is missing to know it.
//!
//! Held are the stays that nothing shows over. A start of SMTP resubmits every temp table whole, so it would let out all
//! of them. That no others are held is known only where every table was captured and the log that failures go to speaks
//! of all the time since.

use std::collections::{BTreeMap, BTreeSet};

use super::facts::{Capture, ServerFacts};
use super::mail::recipient_key;
use super::restarts::smtp_now;
use super::wording::{moment, plural, span};
use super::{Examined, ServerAnalysis};
use crate::analysis::findings::{
    CountBand, HeldHere, IfStarted, Missing, MissingKind, Now, SmtpNow, Status, Stay,
};
use crate::time::{HOUR, SECOND, Timestamp};
use crate::timeline::LogCoverage;

/// A log that ends so long before the evidence does is taken to reach its end: a quiet log's newest record is older than
/// the newest of all.
pub(super) const END_OF_LOG: i64 = 12 * HOUR;
/// Recipients and senders given by name.
const MOST_NAMED: usize = 20;

/// What one server holds. `None` for a server that no evidence, or only logs of the mail system, speak of. `id` gives the
/// number of a stay by its index.
pub fn of_server(server: &ServerAnalysis<'_>, id: &dyn Fn(usize) -> Option<String>) -> Option<Now> {
    let facts = &server.facts;
    if !speaks(facts) {
        return None;
    }
    let as_of = facts.as_of();
    let mut by_place: BTreeMap<Option<&str>, Vec<usize>> = BTreeMap::new();
    for table in &facts.tables {
        by_place.entry(Some(table)).or_default();
    }
    let open = server.examined.iter().enumerate();
    for (index, stay) in open.filter(|(_, stay)| is_open(stay)) {
        let place = stay.residence.place.as_deref();
        by_place.entry(place).or_default().push(index);
    }
    let looks = last_looks(facts);
    let missing = missing(server, &looks);
    let places: Vec<HeldHere> = by_place
        .iter()
        .map(|(place, indices)| {
            let stays = stays(server, indices);
            HeldHere {
                place: place.map(str::to_owned),
                held: band(&stays),
                oldest_age_s: oldest_age(&stays, as_of),
                messages: indices.iter().filter_map(|index| id(*index)).collect(),
            }
        })
        .collect();
    let all: Vec<usize> = by_place.into_values().flatten().collect();
    let restart = if_started(server, &stays(server, &all), as_of, &missing);
    Some(Now {
        server: facts.name.to_string(),
        as_of,
        sentence: sentence(&facts.name, &restart, &missing),
        places,
        restart,
        missing,
    })
}

/// Whether the evidence speaks of what the server itself holds.
pub(super) fn speaks(facts: &ServerFacts<'_>) -> bool {
    let any = !facts.coverage.is_empty() || !facts.captures.is_empty();
    any && !facts.is_only_a_witness()
}

/// Nothing shows the stay over, and it may be one that lasts.
pub(super) fn is_open(stay: &Examined<'_>) -> bool {
    stay.bounds.left.latest.is_none() && !stay.claim.never_stuck
}

fn stays<'s, 't>(server: &'s ServerAnalysis<'t>, indices: &[usize]) -> Vec<&'s Examined<'t>> {
    let found = indices.iter().filter_map(|i| server.examined.get(*i));
    found.collect()
}

fn is_certain(stay: &Examined<'_>) -> bool {
    stay.claim.status == Status::Stuck
}

fn band(stays: &[&Examined<'_>]) -> CountBand {
    CountBand {
        at_least: stays.iter().filter(|stay| is_certain(stay)).count() as u64,
        at_most: stays.len() as u64,
    }
}

/// Age of the oldest: at least that of the oldest that is certainly there, at most that of any that may be.
fn oldest_age(stays: &[&Examined<'_>], as_of: Option<Timestamp>) -> Option<Stay> {
    let as_of = as_of?;
    let certain = stays.iter().filter(|stay| is_certain(stay));
    let least = certain
        .filter_map(|stay| Some(as_of.since(stay.bounds.entered.latest?)))
        .max();
    // One whose entry nothing bounds leaves no upper limit.
    let most: Option<Vec<i64>> = stays
        .iter()
        .map(|stay| Some(as_of.since(stay.bounds.entered.earliest?)))
        .collect();
    (!stays.is_empty()).then(|| Stay {
        min: seconds(least.unwrap_or_default()),
        max: most.and_then(|ages| ages.into_iter().max()).map(seconds),
    })
}

fn seconds(micros: i64) -> f64 {
    micros.max(0) as f64 / SECOND as f64
}

fn if_started(
    server: &ServerAnalysis<'_>,
    stays: &[&Examined<'_>],
    as_of: Option<Timestamp>,
    missing: &[Missing],
) -> IfStarted {
    let held = band(stays);
    let mut recipients: BTreeMap<String, String> = BTreeMap::new();
    let mut senders: BTreeSet<String> = BTreeSet::new();
    let mut unaddressed = 0;
    for stay in stays {
        let named = addressed(stay);
        unaddressed += u64::from(named.is_empty());
        for name in named {
            recipients
                .entry(recipient_key(name))
                .or_insert(name.to_owned());
        }
        let residence = &stay.residence;
        let listed = residence
            .sightings
            .iter()
            .find_map(|s| s.row.sender.clone());
        let said = || {
            residence
                .trail
                .records
                .iter()
                .find_map(|mail| mail.record.sender.clone())
        };
        senders.extend(listed.or_else(said));
    }
    let unknown = missing.iter().any(|m| leaves_count_open(m, server));
    IfStarted {
        smtp_now: smtp_now(&server.facts),
        at_least: held.at_least,
        at_most: (!unknown).then_some(held.at_most),
        oldest_age_s: oldest_age(stays, as_of),
        recipients: recipients.len() as u64,
        recipients_named: recipients.into_values().take(MOST_NAMED).collect(),
        senders: senders.into_iter().take(MOST_NAMED).collect(),
        unaddressed,
    }
}

/// Whom a stay's message is for: as a capture lists it, else as the logs name them.
fn addressed<'e>(stay: &'e Examined<'_>) -> Vec<&'e str> {
    let residence = &stay.residence;
    let listed = residence.sightings.iter().map(|s| &s.row.recipients);
    if let Some(listed) = listed.into_iter().find(|names| !names.is_empty()) {
        return listed.iter().map(String::as_str).collect();
    }
    let records = residence.trail.records.iter();
    records
        .flat_map(|mail| &mail.record.recipients)
        .map(AsRef::as_ref)
        .collect()
}

/// Whether for want of it more may be held than is known of. Messages that failed scanning are known of whether or not
/// anybody looked, and the log of services only says which of them a restart may have let out.
fn leaves_count_open(missing: &Missing, server: &ServerAnalysis<'_>) -> bool {
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

/// The last complete capture of each table.
pub(super) type Looks<'f, 't> = BTreeMap<&'f str, &'f Capture<'t>>;

/// The last complete captures of a server, by table.
pub(super) fn last_looks<'f, 't>(facts: &'f ServerFacts<'t>) -> Looks<'f, 't> {
    let mut last: Looks<'f, 't> = BTreeMap::new();
    for capture in facts.captures.iter().filter(|c| c.timed.snapshot.complete) {
        let known = last.entry(capture.table()).or_insert(capture);
        if capture.timed.when.lo >= known.timed.when.lo {
            *known = capture;
        }
    }
    last
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
pub(super) fn unheard(facts: &ServerFacts<'_>) -> Option<String> {
    let from = all_looked_at(facts, &last_looks(facts))?;
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
fn missing(server: &ServerAnalysis<'_>, looks: &Looks<'_, '_>) -> Vec<Missing> {
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
    let waiting = last_waiting(server);
    let partly: BTreeSet<&str> = facts.captures.iter().map(Capture::table).collect();
    for table in &facts.tables {
        let since = waiting.get(&Some(table.as_str())).max(waiting.get(&None));
        missing.extend(unlooked(
            table,
            looks.get(table.as_str()),
            partly.contains(table.as_str()),
            since,
        ));
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
/// certainly there. What failed in no known table may be in any.
fn last_waiting<'s>(
    server: &'s ServerAnalysis<'_>,
) -> BTreeMap<Option<&'s str>, (Timestamp, String)> {
    let mut last: BTreeMap<Option<&str>, (Timestamp, String)> = BTreeMap::new();
    let doubtful = server
        .examined
        .iter()
        .filter(|stay| is_open(stay) && !is_certain(stay));
    for stay in doubtful {
        let residence = &stay.residence;
        let failures = residence.scan_failures().map(|f| (f.when.hi, f.cite));
        let listed = residence
            .sightings
            .iter()
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
    let end = facts.as_of()?;
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

fn sentence(name: &str, restart: &IfStarted, missing: &[Missing]) -> String {
    let many = |count: u64| {
        plural(
            usize::try_from(count).unwrap_or(usize::MAX),
            "message",
            "messages",
        )
    };
    let (act, now) = match restart.smtp_now {
        SmtpNow::Stopped => ("start of SMTP", " SMTP is stopped."),
        _ => ("restart of SMTP now", ""),
    };
    let age = match restart.oldest_age_s {
        Some(age) if age.min > 0.0 => {
            format!(", the oldest at least {} old", span((age.min * 1e6) as i64))
        }
        _ => String::new(),
    };
    let whom = match restart.recipients {
        0 => String::new(),
        1 => ", for 1 recipient".to_owned(),
        many => format!(", for {many} recipients"),
    };
    let known = restart.oldest_age_s.is_some();
    let told = match (restart.at_least, restart.at_most) {
        (0, Some(0)) => format!(
            "{name} holds no mail that the evidence knows of. A {act} would let out no old mail."
        ),
        (0, None) if !known => format!(
            "{name}: no held mail is known of, but what a {act} would let out cannot be told."
        ),
        (least, Some(most)) if least == most => {
            format!(
                "{name} holds {}{age}. A {act} would let out all of it{whom}.",
                many(least)
            )
        }
        (0, Some(most)) => {
            format!(
                "{name} may hold up to {}. A {act} would let out as much{whom}.",
                many(most)
            )
        }
        (least, Some(most)) => format!(
            "{name} holds {least} to {}{age}. A {act} would let out as much{whom}.",
            many(most)
        ),
        (0, None) => {
            format!("{name} may hold mail{whom}; what a {act} would let out cannot be told.")
        }
        (least, None) => format!(
            "{name} holds at least {}{age}. A {act} would let these out{whom}, and perhaps more that nobody knows of.",
            many(least)
        ),
    };
    let first = missing.first().map(|m| format!(" {}", m.what));
    format!("{told}{now}{}", first.unwrap_or_default())
}
