//! Captures that contradict others, or all other evidence.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{ByMessage, Found, Server, StayIndex, called, cited, place};
use crate::analysis::causes::Elsewhere;
use crate::analysis::findings::{Confidence, ContradictionKind};
use crate::analysis::wording::{moment, plural};
use crate::analysis::{Examined, Input};
use crate::evidence::model::Citation;
use crate::time::{DAY, Timestamp};

/// A capture so long before all logs was hardly made at the time that it bears. Logs are overwritten, so that captures
/// may well be older.
const STRANGE_DISTANCE: i64 = 366 * DAY;
/// A capture so long after the logs of its server end was made long after these were copied, or its time is wrong.
const AFTER_LOGS: i64 = 7 * DAY;
/// Stays of one message that are held against each other.
const MOST_STAYS: usize = 64;

/// Captures whose time is more than a week after all logs of their server, or more than a year before all logs.
pub(super) fn out_of_time(input: &Input<'_>, servers: &[Server<'_, '_>]) -> Vec<Found> {
    let logs = input.timeline.coverage.iter();
    let logs: Vec<(Timestamp, Timestamp)> = logs.map(|log| (log.from, log.steady_to)).collect();
    let from = logs.iter().map(|(from, _)| *from).min();
    let to = logs.iter().map(|(_, to)| *to).max();
    let (Some(from), Some(to)) = (from, to) else {
        return alone(servers);
    };
    let of_server = |(of, server): (usize, &Server<'_, '_>)| {
        let own = server.facts.coverage.iter().map(|log| log.steady_to).max();
        let (whose, to) = match own {
            Some(own) => (format!("The logs of {}", server.facts.name), own),
            None => ("The logs".to_owned(), to),
        };
        let strange =
            |at: Timestamp| from.since(at) > STRANGE_DISTANCE || at.since(to) > AFTER_LOGS;
        let told = format!(
            "{whose} speak to {}, and the first of all logs from {}.",
            moment(to),
            moment(from)
        );
        out_of(of, server, &strange, &told, to)
    };
    servers.iter().enumerate().filter_map(of_server).collect()
}

/// Without logs the captures stand against one another: those more than a year from all the others.
fn alone(servers: &[Server<'_, '_>]) -> Vec<Found> {
    let mut times: Vec<Timestamp> = servers
        .iter()
        .flat_map(|server| server.facts.captures.iter().map(|capture| capture.timed.at))
        .collect();
    times.sort();
    // The greatest silence of more than a year parts them; the larger part is believed.
    let parts: Vec<&[Timestamp]> = times
        .chunk_by(|a, b| b.since(*a) <= STRANGE_DISTANCE)
        .collect();
    let Some(most) = parts.iter().max_by_key(|part| part.len()) else {
        return Vec::new();
    };
    let (Some(from), Some(to)) = (most.first().copied(), most.last().copied()) else {
        return Vec::new();
    };
    if most.len() * 2 <= times.len() {
        return Vec::new();
    }
    let strange = |at: Timestamp| at < from || at > to;
    let told = format!("Most captures are from {} to {}.", moment(from), moment(to));
    servers
        .iter()
        .enumerate()
        .filter_map(|(of, server)| out_of(of, server, &strange, &told, to))
        .collect()
}

fn out_of(
    of: usize,
    server: &Server<'_, '_>,
    strange: &dyn Fn(Timestamp) -> bool,
    told: &str,
    to: Timestamp,
) -> Option<Found> {
    let captures = || {
        let all = server.facts.captures.iter();
        all.filter(|capture| strange(capture.timed.at))
    };
    let first = captures().next()?;
    let lowers = server.examined.iter().enumerate().filter(|(_, stay)| {
        let mut sightings = stay.residence.sightings.iter();
        sightings.any(|sighting| strange(sighting.capture.at))
            // An absence in such a capture ends a stay years too late.
            || stay.residence.gone_by.is_some_and(strange)
            || stay.residence.absent_since.is_some_and(strange)
    });
    let side = match first.timed.at > to {
        true => "more than a week after",
        false => "more than a year before",
    };
    Some(Found {
        at: Some(first.timed.at),
        kind: ContradictionKind::CaptureOutOfTime,
        server: Arc::clone(&server.facts.name),
        count: captures().count() as u64,
        what: format!(
            "{} of {} {} a time {side} all other evidence.",
            plural(captures().count(), "capture", "captures"),
            server.facts.name,
            if captures().count() == 1 { "bears" } else { "bear" },
        ),
        sides: vec![
            (
                format!(
                    "The capture of {} is noted for {}.",
                    first.table(),
                    moment(first.timed.at)
                ),
                cited(captures().map(|capture| capture.timed.snapshot.cite)),
            ),
            (told.to_owned(), Vec::new()),
        ],
        effect: "A wrong time makes stays look far too long, and the latest state look like the newest; a capture made \
                 long after the logs were copied does the same. Check it: newer logs settle it, or a [[snapshot]] entry in case.toml can set it where the file does not."
            .to_owned(),
        lowers: lowers
            .map(|(index, _)| ((of, index), Confidence::Possible))
            .collect(),
    })
}

/// Rows of a store that are listed in two places: each lies in one folder of one store.
pub(super) fn rows_elsewhere(servers: &[Server<'_, '_>], elsewhere: &Elsewhere<'_>) -> Vec<Found> {
    type Pair = [(Arc<str>, String); 2];
    let mut pairs: BTreeMap<Pair, Found> = BTreeMap::new();
    for (of, server) in servers.iter().enumerate() {
        for (index, stay) in server.examined.iter().enumerate() {
            let own = (Arc::clone(&server.facts.name), stay.residence.place.clone());
            let (name, Some(table)) = own else { continue };
            let own = (name, table);
            let listings = elsewhere.listings(&stay.residence.id);
            let here = stay.residence.sightings.first();
            for other in listings.iter().take(MOST_STAYS) {
                let theirs = (
                    Arc::clone(&other.capture.server),
                    other.capture.snapshot.table.value.clone(),
                );
                let Some(here) = here.filter(|_| theirs != own) else {
                    continue;
                };
                let mut pair = [own.clone(), theirs.clone()];
                pair.sort();
                let found = pairs.entry(pair).or_insert_with(|| Found {
                    at: Some(here.capture.at),
                    kind: ContradictionKind::RowInTwoPlaces,
                    server: Arc::clone(&own.0),
                    count: 0,
                    what: format!(
                        "Rows are listed in {} of {} and in {} of {}, though a row lies in one folder of one store.",
                        own.1, own.0, theirs.1, theirs.0
                    ),
                    sides: vec![
                        (
                            format!(
                                "{} of {} lists it at {}.",
                                own.1,
                                own.0,
                                moment(here.capture.at)
                            ),
                            cited([here.cite()]),
                        ),
                        (
                            format!(
                                "{} of {} lists it at {}.",
                                theirs.1,
                                theirs.0,
                                moment(other.capture.at)
                            ),
                            cited([other.capture.snapshot.cite_of(other.row)]),
                        ),
                    ],
                    effect: "One of the captures bears a wrong server or table, or was taken on another server than it \
                             says. Both are counted where they say; correct the wrong one in case.toml."
                        .to_owned(),
                    lowers: BTreeMap::new(),
                });
                // What only the captures show here rests on the name that is in doubt.
                let cap = match stay.residence.failures.is_empty() {
                    true => Confidence::Possible,
                    false => Confidence::Probable,
                };
                found.lowers.insert((of, index), cap);
            }
        }
    }
    let mut all: Vec<Found> = pairs.into_values().collect();
    for found in &mut all {
        // Each row is seen from both of its places.
        found.count = (found.lowers.len() as u64).div_ceil(2);
    }
    all
}

/// Messages that captures list in two places at the same time.
pub(super) fn two_places(servers: &[Server<'_, '_>], by_key: &ByMessage<'_>) -> Vec<Found> {
    let stay = |(of, index): &StayIndex| servers.get(*of)?.examined.get(*index);
    let mut pairs: BTreeMap<[(Arc<str>, String); 2], Found> = BTreeMap::new();
    for indices in by_key.values().filter(|stays| stays.len() > 1) {
        let listed: Vec<(StayIndex, &Examined<'_>)> = indices
            .iter()
            .filter_map(|index| Some((*index, stay(index)?)))
            .filter(|(_, stay)| !stay.residence.sightings.is_empty())
            .take(MOST_STAYS)
            .collect();
        for (number, (one_index, one)) in listed.iter().enumerate() {
            for (other_index, other) in listed.iter().skip(number + 1) {
                let (Some(here), Some(there)) = (spot(one), spot(other)) else {
                    continue;
                };
                if here == there || !at_once(one, other) {
                    continue;
                }
                let mut pair = [here, there];
                pair.sort();
                let found = pairs.entry(pair).or_insert_with(|| both(one, other));
                found.count += 1;
                for index in [*one_index, *other_index] {
                    found.lowers.insert(index, Confidence::Probable);
                }
            }
        }
    }
    pairs.into_values().collect()
}

fn spot(stay: &Examined<'_>) -> Option<(Arc<str>, String)> {
    let residence = &stay.residence;
    Some((Arc::clone(&residence.server), residence.place.clone()?))
}

/// Whether two stays were certainly there at one time, or were listed for times that may be one.
fn at_once(one: &Examined<'_>, other: &Examined<'_>) -> bool {
    let (Some(a), Some(b)) = (one.residence.appeared(), other.residence.appeared()) else {
        return false;
    };
    let (a_from, a_to) = (a.first.hi, a.last.lo);
    let (b_from, b_to) = (b.first.hi, b.last.lo);
    match (a_from <= a_to, b_from <= b_to) {
        (true, true) => a_from.max(b_from) <= a_to.min(b_to),
        (false, true) => b_from <= a.first.lo && a.last.hi <= b_to,
        (true, false) => a_from <= b.first.lo && b.last.hi <= a_to,
        (false, false) => {
            let mut sightings = one.residence.sightings.iter();
            sightings.any(|x| {
                let mut others = other.residence.sightings.iter();
                others.any(|y| x.capture.at == y.capture.at)
            })
        }
    }
}

fn both(one: &Examined<'_>, other: &Examined<'_>) -> Found {
    let side = |stay: &Examined<'_>| {
        let sightings = &stay.residence.sightings;
        let cites: Vec<Citation> = sightings.iter().map(|sighting| sighting.cite()).collect();
        let times = match (sightings.first(), sightings.last()) {
            (Some(first), Some(last)) if first.capture.at < last.capture.at => format!(
                "from {} to {}",
                moment(first.capture.at),
                moment(last.capture.at)
            ),
            (Some(first), _) => format!("at {}", moment(first.capture.at)),
            _ => String::new(),
        };
        (
            format!("Captures list it in {} {times}.", place(stay)),
            cited(cites),
        )
    };
    Found {
        at: one.bounds.entered.latest.max(other.bounds.entered.latest),
        kind: ContradictionKind::TwoPlaces,
        server: Arc::clone(&one.residence.server),
        count: 0,
        what: format!(
            "{} was in {} and in {} at once.",
            called(one),
            place(one),
            place(other)
        ),
        sides: vec![side(one), side(other)],
        effect: "A capture may bear a wrong server, table or time; or transport split the message for its recipients, \
                 and each part is a row. Both are counted."
            .to_owned(),
        lowers: BTreeMap::new(),
    }
}
