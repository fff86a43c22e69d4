//! Now: what a server holds where its evidence ends, what a start of SMTP would let out, and what is missing to know it.
//!
//! Held are the stays that nothing shows over. A start of SMTP hands every temp table to transport whole, so it would let
//! out all of them but what earlier restarts did not let out. That no others are held is known only where every table was captured and the log that failures go to speaks
//! of all the time since.

mod kept;
mod missing;
mod sentence;
mod started;

use std::collections::BTreeMap;

use super::facts::{Capture, ServerFacts};
use super::{Examined, ServerAnalysis};
use crate::analysis::findings::{CountBand, HeldHere, Now, Status, Stay};
use crate::profile::Profile;
use crate::time::{HOUR, SECOND, Timestamp};
use kept::Kept;
use missing::missing;
use sentence::sentence;
use started::if_started;

pub(super) use missing::{END_OF_LOG, unheard};

/// The numbers of a server's stays and restarts, by their indices.
pub struct Ids<'f> {
    pub message: &'f dyn Fn(usize) -> Option<String>,
    pub restart: &'f dyn Fn(usize) -> Option<String>,
}

/// So long after the tables were last seen, it is said when that was: mail may have stuck since without a scan failure.
const LONG_SINCE: i64 = HOUR;

/// What one server holds. `None` for a server that no evidence, or only logs of the mail system, speak of.
pub fn of_server(server: &ServerAnalysis<'_>, profile: &Profile, ids: &Ids<'_>) -> Option<Now> {
    let facts = &server.facts;
    if !speaks(facts) {
        return None;
    }
    let as_of = facts.end();
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
    let missing = missing(server, &looks, ids);
    let places: Vec<HeldHere> = by_place
        .iter()
        .map(|(place, indices)| {
            let stays = stays(server, indices);
            HeldHere {
                place: place.map(str::to_owned),
                held: band(&stays),
                oldest_age_s: oldest_age(&stays, as_of),
                messages: indices
                    .iter()
                    .filter_map(|index| (ids.message)(*index))
                    .collect(),
            }
        })
        .collect();
    let all: Vec<usize> = by_place.into_values().flatten().collect();
    let stays = stays(server, &all);
    let kept = Kept::of(server, &stays, profile, ids);
    let restart = if_started(server, &stays, as_of, &missing, kept);
    let stale = last_seen_long_ago(facts, &looks);
    Some(Now {
        server: facts.name.to_string(),
        as_of,
        sentence: sentence(&facts.name, &restart, &missing, stale),
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

/// The time by which every known table had been seen for the last time; `None` where one never was.
pub(super) fn last_seen(facts: &ServerFacts<'_>, looks: &Looks<'_, '_>) -> Option<Timestamp> {
    let times = facts.tables.iter().map(|table| looks.get(table.as_str()));
    let times: Option<Vec<Timestamp>> = times.map(|look| Some(look?.timed.at)).collect();
    times?.into_iter().min()
}

/// The same, where it is long before the end of the evidence.
pub(super) fn last_seen_long_ago(
    facts: &ServerFacts<'_>,
    looks: &Looks<'_, '_>,
) -> Option<Timestamp> {
    let seen = last_seen(facts, looks)?;
    (facts.end()?.since(seen) > LONG_SINCE).then_some(seen)
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
