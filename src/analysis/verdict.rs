//! The verdict: the state of each server at the end of its evidence, and of the case.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::Examined;
use super::facts::{Capture, Failure, ServerFacts};
use super::now;
use super::restarts::Restart;
use super::wording::{moment, plural, span};
use crate::analysis::findings::{Confidence, CountBand, State, Status, Verdict};
use crate::evidence::model::Citation;
use crate::time::{HOUR, Timestamp};

/// What a server's verdict is drawn from.
pub struct Ground<'a, 't> {
    pub facts: &'a ServerFacts<'t>,
    pub restarts: &'a [Restart],
    pub examined: &'a [Examined<'t>],
}

/// How many messages were stuck, by how sure that is. Reads `46 messages were stuck (40 confirmed, 6 probable)`.
struct Stuck {
    confirmed: usize,
    probable: usize,
}

impl fmt::Display for Stuck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let many = plural(
            self.confirmed + self.probable,
            "message was",
            "messages were",
        );
        match (self.confirmed, self.probable) {
            (_, 0) => write!(f, "{many} stuck (confirmed)"),
            (0, _) => write!(f, "{many} stuck (probable)"),
            (sure, less) => write!(f, "{many} stuck ({sure} confirmed, {less} probable)"),
        }
    }
}

/// The residences of a server that are, and that may be, held at the end of its evidence.
pub fn held_now(examined: &[Examined<'_>]) -> CountBand {
    let open = examined
        .iter()
        .filter(|stay| stay.bounds.left.latest.is_none());
    let (mut at_least, mut at_most) = (0, 0);
    for stay in open {
        at_most += u64::from(!stay.claim.never_stuck);
        at_least += u64::from(stay.claim.status == Status::Stuck);
    }
    CountBand { at_least, at_most }
}

/// The verdict on one server.
pub fn of_server(ground: &Ground<'_, '_>) -> Verdict {
    let facts = ground.facts;
    let name = &facts.name;
    let as_of = facts.as_of();
    let held = held_now(ground.examined);
    let sure = |confidence: Confidence| {
        let stays = ground
            .examined
            .iter()
            .filter(|stay| !stay.claim.never_stuck);
        stays
            .filter(|stay| stay.claim.confidence == confidence)
            .count()
    };
    let stuck = Stuck {
        confirmed: sure(Confidence::Confirmed),
        probable: sure(Confidence::Probable),
    };
    let was_stuck = stuck.confirmed + stuck.probable;
    let mut reasons = observations(ground);
    let over = seen_empty(ground, was_stuck);
    let (state, sentence) = if held.at_least > 0 {
        (State::StuckNow, stuck_now(ground, held))
    } else if held.at_most > 0 {
        let many = plural(held.at_most as usize, "message", "messages");
        (
            State::AtRisk,
            format!("{name}: possibly up to {many} still held; nothing shows them gone."),
        )
    } else if unlooked_failures(ground) {
        (
            State::AtRisk,
            format!(
                "{name}: mail failed scanning after the last restart of SMTP, and not every temp table was \
                 captured since."
            ),
        )
    } else if let Some(gap) = over.and_then(|_| gap(facts)) {
        reasons.push(gap.wanted);
        let stuck = match was_stuck {
            0 => String::new(),
            _ => format!("{stuck}; "),
        };
        let sentence = format!(
            "{name}: {stuck}every known temp table was seen empty, but whether mail is held now cannot be told. {}",
            gap.what
        );
        (State::Unknown, sentence)
    } else if over == Some(State::Recovered) {
        (
            State::Recovered,
            format!("{name}: {stuck}; every known temp table was seen empty since."),
        )
    } else if over == Some(State::Clean) {
        let hours = facts
            .failure_log()
            .map_or(0, |log| log.covered(log.from, log.to))
            / HOUR;
        (
            State::Clean,
            format!(
                "{name}: no event 348 in {hours} covered hours, and every known temp table was seen empty."
            ),
        )
    } else {
        reasons.extend(what_would_settle(ground, was_stuck));
        (State::Unknown, unknown(ground, &stuck))
    };
    if matches!(state, State::Recovered | State::Clean) {
        reasons.extend(unseen_since(facts, as_of));
    }
    Verdict {
        state,
        sentence,
        as_of,
        reasons,
    }
}

/// Why tables that were seen empty do not settle it, and what would.
struct Gap {
    what: String,
    wanted: String,
}

/// What must be known besides that the tables were seen empty: that no mail failed since, up to the end of the evidence,
/// and that there is no other table that mail which failed may lie in.
fn gap(facts: &ServerFacts<'_>) -> Option<Gap> {
    if nameless_anywhere(facts) {
        return Some(Gap {
            what: "Scan failures name no message, and how many temp tables the server has is not told.".to_owned(),
            wanted: "The number of its virtual servers (`virtual_servers` in case.toml) would settle which tables are to be \
                     captured."
                .to_owned(),
        });
    }
    let what = now::unheard(facts)?;
    let wanted = "The Application log from the last look at the tables to the end of the other evidence, or a complete \
                  capture of every temp table made now, would settle whether mail is held."
        .to_owned();
    Some(Gap { what, wanted })
}

/// What an empty table does not answer: the time since somebody looked at each, and that of which the log of failures
/// does not speak.
fn unseen_since(facts: &ServerFacts<'_>, as_of: Option<Timestamp>) -> Option<String> {
    let first = now::last_seen(facts, &now::last_looks(facts))?;
    let end = as_of?;
    let unseen = end.since(first);
    let unheard = facts.failure_log().map_or(0, |log| end.since(log.to));
    let unlogged = match unheard {
        short if short < HOUR => String::new(),
        long => format!(
            " Nor would mail that failed in the last {}: the log of failures ends before.",
            span(long)
        ),
    };
    (unseen >= HOUR).then(|| {
        format!(
            "The tables were last all looked at {} before that; mail that stuck since without any 348 (KB 950757) \
             would not show.{unlogged}",
            span(unseen)
        )
    })
}

/// The verdict on the case: the worst of its servers.
///
/// Servers that no evidence speaks of do not count against the others.
pub fn of_case(servers: &[(String, Verdict, bool)]) -> Verdict {
    let mut spoken: Vec<&(String, Verdict, bool)> = servers
        .iter()
        .filter(|(_, _, has_evidence)| *has_evidence)
        .collect();
    // The reader looks for trouble first; servers in the same state stay in order of name.
    spoken.sort_by_key(|(_, verdict, _)| gravity_for_reading(verdict.state));
    let as_of = spoken
        .iter()
        .filter_map(|(_, verdict, _)| verdict.as_of)
        .max();
    let Some(worst) = spoken.iter().map(|(_, verdict, _)| verdict.state).min() else {
        return Verdict {
            state: State::Unknown,
            sentence: "There is no evidence that speaks of a mail server, so nothing can be said."
                .to_owned(),
            as_of,
            reasons: vec![
                "Add the Application and System logs of each server and captures of its temp tables."
                    .to_owned(),
            ],
        };
    };
    let same: Vec<&&(String, Verdict, bool)> = spoken
        .iter()
        .filter(|(_, verdict, _)| verdict.state == worst)
        .collect();
    let names: Vec<&str> = same.iter().map(|(name, _, _)| name.as_str()).collect();
    let sentence = match (worst, same.as_slice()) {
        (_, [only]) => only.1.sentence.clone(),
        (State::StuckNow, _) => format!("Mail is stuck on {}.", list(&names)),
        (State::AtRisk, _) => format!("Mail may be held on {}.", list(&names)),
        (State::Unknown, _) => {
            format!(
                "Whether mail is or was stuck on {} cannot be told from this evidence.",
                list(&names)
            )
        }
        (State::Recovered, _) => {
            format!("Mail was stuck on {}, and is no longer.", list(&names))
        }
        (State::Clean, _) => format!("No sign of stuck mail on {}.", list(&names)),
    };
    let reasons = spoken
        .iter()
        .map(|(_, verdict, _)| verdict.sentence.clone())
        .collect();
    Verdict {
        state: worst,
        sentence,
        as_of,
        reasons,
    }
}

/// In which order servers are told of: where mail is or was stuck before where it was not.
fn gravity_for_reading(state: State) -> u8 {
    match state {
        State::StuckNow => 0,
        State::AtRisk => 1,
        State::Recovered => 2,
        State::Unknown => 3,
        State::Clean => 4,
    }
}

/// Names in a sentence; of many, the first few.
fn list(names: &[&str]) -> String {
    const MOST: usize = 6;
    match names {
        many if many.len() > MOST => {
            let shown = many.get(..MOST).unwrap_or_default();
            format!(
                "{} and {} more servers",
                shown.join(", "),
                many.len() - MOST
            )
        }
        [] => "no server".to_owned(),
        [one] => (*one).to_owned(),
        [rest @ .., last] => format!("{} and {last}", rest.join(", ")),
    }
}

fn stuck_now(ground: &Ground<'_, '_>, held: CountBand) -> String {
    let stuck = || {
        let open = ground.examined.iter();
        open.filter(|stay| stay.claim.status == Status::Stuck)
    };
    let longest = stuck().max_by_key(|stay| stay.bounds.least_stay());
    let doubt = match longest.is_some_and(|stay| stay.claim.time_in_doubt) {
        true => ", if the capture's time is right",
        false => "",
    };
    let confirmed = stuck().filter(|stay| stay.claim.confidence == Confidence::Confirmed);
    format!(
        "{}: {} stuck ({} confirmed), seen there for up to {}{doubt}; nothing shows them gone since.",
        ground.facts.name,
        plural(held.at_least as usize, "message is", "messages are"),
        confirmed.count(),
        span(longest.map_or(0, |stay| stay.bounds.least_stay()))
    )
}

/// The last instant at which a scan failed or a message was listed.
pub(super) fn last_appearance(
    facts: &ServerFacts<'_>,
    examined: &[Examined<'_>],
) -> Option<Timestamp> {
    let seen = examined
        .iter()
        .filter_map(|stay| stay.bounds.left.earliest)
        .max();
    last_failure(facts).max(seen)
}

fn last_failure(facts: &ServerFacts<'_>) -> Option<Timestamp> {
    facts.failures.last().map(|failure| failure.when.hi)
}

/// Scan failures since the last restart, with no complete capture of every table after them, of messages that no
/// record shows gone out for all their recipients.
fn unlooked_failures(ground: &Ground<'_, '_>) -> bool {
    let Some(last) = last_open_failure(ground.facts, ground.examined) else {
        return false;
    };
    let last = last.when.hi;
    let sure = ground
        .restarts
        .iter()
        .filter(|restart| restart.confidence != Confidence::Possible);
    let restarted = sure.map(|restart| restart.at().lo).max();
    restarted.is_none_or(|restart| last > restart) && !all_tables_captured_since(ground.facts, last)
}

/// The last scan failure of a message that no record shows gone out for all its recipients.
pub(super) fn last_open_failure<'f>(
    facts: &'f ServerFacts<'_>,
    examined: &[Examined<'_>],
) -> Option<&'f Failure> {
    let delivered: BTreeSet<Citation> = examined
        .iter()
        .filter(|stay| stay.residence.trail.departed.is_some())
        .flat_map(|stay| stay.residence.failures.iter().map(|failure| failure.cite))
        .collect();
    let failures = facts.failures.iter();
    let open = failures.filter(|failure| !delivered.contains(&failure.cite));
    open.max_by_key(|failure| failure.when.hi)
}

fn all_tables_captured_since(facts: &ServerFacts<'_>, since: Timestamp) -> bool {
    every_table(facts, |capture| {
        capture.timed.snapshot.complete && capture.timed.when.lo >= since
    })
}

fn all_tables_empty_since(facts: &ServerFacts<'_>, since: Option<Timestamp>) -> bool {
    every_table(facts, |capture| {
        capture.is_empty_table() && since.is_none_or(|since| capture.timed.when.lo >= since)
    })
}

/// Whether tables are known, and each has a capture that fits.
fn every_table(facts: &ServerFacts<'_>, fits: impl Fn(&Capture<'_>) -> bool) -> bool {
    let fitting = facts.captures.iter().filter(|capture| fits(capture));
    let fitting: BTreeSet<&str> = fitting.map(Capture::table).collect();
    let mut tables = facts.tables.iter();
    !facts.tables.is_empty() && tables.all(|table| fitting.contains(table.as_str()))
}

/// What a server is of which every known table was seen empty: rid of stuck mail, or clean of it all along.
fn seen_empty(ground: &Ground<'_, '_>, was_stuck: usize) -> Option<State> {
    if has_recovered(ground, was_stuck) {
        return Some(State::Recovered);
    }
    is_clean(ground, was_stuck).then_some(State::Clean)
}

fn has_recovered(ground: &Ground<'_, '_>, was_stuck: usize) -> bool {
    let last = last_appearance(ground.facts, ground.examined);
    was_stuck > 0 && all_tables_empty_since(ground.facts, last)
}

/// Scan failures that name no message, on a server whose tables nobody counted: the mail may be in any, also in one that
/// was never captured.
pub(super) fn nameless_anywhere(facts: &ServerFacts<'_>) -> bool {
    facts.tables_uncounted() && facts.failures.iter().any(|failure| failure.key.is_none())
}

fn is_clean(ground: &Ground<'_, '_>, was_stuck: usize) -> bool {
    let facts = ground.facts;
    was_stuck == 0
        && ground.examined.iter().all(|stay| stay.claim.never_stuck)
        && facts.failures.is_empty()
        && facts
            .failure_log()
            .is_some_and(|log| log.covered(log.from, log.to) > 0)
        && all_tables_empty_since(facts, None)
}

fn unknown(ground: &Ground<'_, '_>, stuck: &Stuck) -> String {
    let facts = ground.facts;
    let name = &facts.name;
    let looked = match facts.captures.len() {
        0 => "no temp table was captured".to_owned(),
        _ => "not every temp table was seen empty since".to_owned(),
    };
    match (stuck.confirmed + stuck.probable, facts.failures.len()) {
        (0, 0) => match facts.failure_log() {
            Some(log) => format!(
                "{name}: no event 348 in {} covered hours, but {looked}, so stuck mail cannot be excluded.",
                log.covered(log.from, log.to) / HOUR
            ),
            None => format!("{name}: no Application log, and {looked}."),
        },
        (0, n) => format!(
            "{name}: {} logged, and {looked}; whether mail was stuck cannot be told.",
            plural(n, "scan failure was", "scan failures were")
        ),
        _ => format!("{name}: {stuck}; {looked}."),
    }
}

/// What the state rests on, in plain sentences.
fn observations(ground: &Ground<'_, '_>) -> Vec<String> {
    let facts = ground.facts;
    let mut reasons = Vec::new();
    reasons.push(match (facts.failures.last(), facts.failure_log()) {
        (Some(last), _) => format!(
            "{} logged, the last at {} ({}).",
            plural(
                facts.failures.len(),
                "scan failure (348) was",
                "scan failures (348) were"
            ),
            moment(last.at),
            last.cite
        ),
        (None, Some(log)) => format!(
            "No scan failure (348) in {} covered hours of the Application log.",
            log.covered(log.from, log.to) / HOUR
        ),
        (None, None) => "There is no Application log, so scan failures cannot be seen.".to_owned(),
    });
    let mut sure = ground
        .restarts
        .iter()
        .filter(|restart| restart.confidence != Confidence::Possible);
    reasons.push(match (sure.next_back(), facts.service_log()) {
        (Some(last), _) => format!("SMTP last restarted at {}.", moment(last.instant())),
        (None, Some(_)) => "No restart of SMTP is in the System log.".to_owned(),
        (None, None) => "There is no System log, so restarts cannot be seen.".to_owned(),
    });
    // Captures are in order of time: the last of each table stays.
    let captures = facts.captures.iter();
    let last: BTreeMap<&str, &Capture<'_>> = captures.map(|c| (c.table(), c)).collect();
    for table in &facts.tables {
        let last = last.get(table.as_str());
        reasons.push(match last {
            Some(capture) => format!(
                "{table} was last captured at {} with {}{} ({}).",
                moment(capture.timed.at),
                plural(capture.timed.snapshot.rows.len(), "message", "messages"),
                if capture.timed.snapshot.complete {
                    ""
                } else {
                    ", not completely"
                },
                capture.timed.snapshot.cite
            ),
            None => format!("{table} was never captured."),
        });
    }
    reasons.extend(elsewhere(ground));
    reasons.extend(deliveries(ground));
    if facts.tables.is_empty() {
        reasons.push("No temp table of this server was captured.".to_owned());
    }
    reasons
}

/// How many messages the known tables lack, where there may be other tables.
fn elsewhere(ground: &Ground<'_, '_>) -> Option<String> {
    let open = ground.examined.iter().filter(|stay| now::is_open(stay));
    let lacked = open.filter(|stay| stay.residence.elsewhere);
    let lacked = lacked.count();
    (lacked > 0).then(|| {
        format!(
            "The known temp tables lack {lacked} of the messages that failed, but how many tables the server has is not told; \
             give `virtual_servers` in case.toml."
        )
    })
}

/// How many of the messages that failed scanning or were listed the logs of the mail system show gone out.
fn deliveries(ground: &Ground<'_, '_>) -> Option<String> {
    let log = ground.facts.tracking_log()?;
    let gone = ground
        .examined
        .iter()
        .filter(|stay| stay.residence.trail.departed.is_some());
    Some(format!(
        "The tracking log, from {} to {}, shows {} of {} gone out for all recipients.",
        moment(log.from),
        moment(log.to),
        gone.count(),
        plural(ground.examined.len(), "stay", "stays")
    ))
}

fn what_would_settle(ground: &Ground<'_, '_>, was_stuck: usize) -> Vec<String> {
    let facts = ground.facts;
    let mut wanted = Vec::new();
    if facts.tables.is_empty()
        || was_stuck > 0
        || !all_tables_empty_since(facts, last_appearance(facts, ground.examined))
    {
        wanted.push(
            "A complete capture of every temp table, made now, would settle whether mail is held (KB 950757: \
             mail can be stuck without any 348)."
                .to_owned(),
        );
    }
    if facts.failure_log().is_none() {
        wanted.push("The Application log would show scan failures.".to_owned());
    }
    if facts.service_log().is_none() {
        wanted.push("The System log would show restarts of SMTP.".to_owned());
    }
    wanted
}
