//! Stuck windows: maximal periods in which at least one message is stuck in one place.
//!
//! A window has an inner core, in which a message certainly lay stuck, and an outer hull, in which one may have.
//! Two stays are of one window unless something shows the place emptied between them: a restart of SMTP, an
//! empty table, or an end before the next began.

use std::collections::{BTreeMap, BTreeSet};

use super::facts::ServerFacts;
use super::restarts::Restart;
use super::{Examined, wording};
use crate::analysis::findings::{Confidence, EndCause, Peak};
use crate::time::{Interval, Timestamp};

/// One stuck window, by the indices of its residences.
#[derive(Clone, Debug)]
pub struct StuckWindow {
    pub place: Option<String>,
    /// Indices into the server's examined residences, in order of entry.
    pub members: Vec<usize>,
    pub start: Interval,
    pub end: Interval,
    pub end_cause: EndCause,
    /// Index of the restart that ended it.
    pub restart: Option<usize>,
    pub peak: Peak,
    pub confidence: Confidence,
    pub why: String,
}

/// The windows of one server, in order.
pub fn of_server(
    facts: &ServerFacts<'_>,
    restarts: &[Restart],
    examined: &[Examined<'_>],
) -> Vec<StuckWindow> {
    let mut places: BTreeMap<Option<&str>, Vec<usize>> = BTreeMap::new();
    for (index, stay) in examined.iter().enumerate() {
        if !stay.claim.never_stuck {
            places
                .entry(stay.residence.place.as_deref())
                .or_default()
                .push(index);
        }
    }
    let mut windows = Vec::new();
    for (place, members) in places {
        let barriers = barriers(facts, restarts, place);
        for group in groups(&members, examined, &barriers) {
            windows.push(window(place, group, examined));
        }
    }
    windows.sort_by_key(|window| (window.start.latest, window.place.clone()));
    windows
}

/// Instants at which the place was emptied or seen empty, in order.
fn barriers(facts: &ServerFacts<'_>, restarts: &[Restart], place: Option<&str>) -> Vec<Timestamp> {
    let restarts = restarts
        .iter()
        .filter(|restart| restart.confidence != Confidence::Possible)
        .map(|restart| restart.at().middle());
    let empty = facts
        .captures
        .iter()
        .filter(|capture| place == Some(capture.table()) && capture.is_empty_table())
        .map(|capture| capture.timed.at);
    let mut all: Vec<Timestamp> = restarts.chain(empty).collect();
    all.sort();
    all
}

/// A run of residences that nothing separates, with what is known of its end so far.
struct Group {
    members: Vec<usize>,
    first_seen: Option<Timestamp>,
    last_seen: Option<Timestamp>,
    /// `None` once a member has no known end.
    hull_end: Option<Timestamp>,
}

impl Group {
    fn takes(&self, stay: &Examined<'_>, barriers: &[Timestamp]) -> bool {
        let (Some(last), Some(entered)) = (self.last_seen, stay.bounds.entered.latest) else {
            return false;
        };
        if entered <= last {
            return true;
        }
        let from = barriers.partition_point(|barrier| *barrier < last);
        let emptied = barriers.get(from).is_some_and(|barrier| *barrier < entered);
        !emptied && self.hull_end.is_none_or(|end| end >= entered)
    }

    fn add(&mut self, index: usize, stay: &Examined<'_>) {
        self.members.push(index);
        self.last_seen = self.last_seen.max(stay.bounds.left.earliest);
        self.hull_end = match (self.hull_end, stay.bounds.left.latest) {
            (Some(a), Some(b)) => Some(a.max(b)),
            _ => None,
        };
    }
}

/// Groups the residences of one place. Those that were certainly stuck make the windows; the possible ones join
/// a window they fall into, or make windows of their own.
fn groups(members: &[usize], examined: &[Examined<'_>], barriers: &[Timestamp]) -> Vec<Vec<usize>> {
    let stay = |index: &usize| examined.get(*index);
    let possible = |index: &usize| {
        stay(index).is_some_and(|stay| stay.claim.confidence == Confidence::Possible)
    };
    let mut ordered: Vec<usize> = members.to_vec();
    ordered.sort_by_key(|index| {
        stay(index).map(|s| (s.bounds.entered.latest, s.bounds.left.earliest))
    });
    let (weak, strong): (Vec<usize>, Vec<usize>) = ordered.into_iter().partition(possible);
    let mut groups = run(&strong, examined, barriers);
    let certain = groups.len();
    let mut alone = Vec::new();
    for index in weak {
        let Some(examined) = examined.get(index) else {
            continue;
        };
        let entered = examined.bounds.entered.latest;
        let home = groups
            .iter_mut()
            .take(certain)
            .find(|group| entered >= group.first_seen && group.takes(examined, barriers));
        match home {
            Some(group) => group.members.push(index),
            None => alone.push(index),
        }
    }
    groups.extend(run(&alone, examined, barriers));
    groups.into_iter().map(|group| group.members).collect()
}

fn run(ordered: &[usize], examined: &[Examined<'_>], barriers: &[Timestamp]) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for &index in ordered {
        let Some(stay) = examined.get(index) else {
            continue;
        };
        match groups.last_mut() {
            Some(group) if group.takes(stay, barriers) => group.add(index, stay),
            _ => groups.push(Group {
                members: vec![index],
                first_seen: stay.bounds.entered.latest,
                last_seen: stay.bounds.left.earliest,
                hull_end: stay.bounds.left.latest,
            }),
        }
    }
    groups
}

fn window(place: Option<&str>, members: Vec<usize>, examined: &[Examined<'_>]) -> StuckWindow {
    let all: Vec<&Examined<'_>> = members
        .iter()
        .filter_map(|index| examined.get(*index))
        .collect();
    let confidence = all
        .iter()
        .map(|stay| stay.claim.confidence)
        .min()
        .unwrap_or(Confidence::Possible);
    // The bounds rest on the residences that were certainly stuck, where there are any.
    let bearing: Vec<&Examined<'_>> = match confidence {
        Confidence::Possible => all.clone(),
        _ => {
            let certain = all.iter().copied();
            certain
                .filter(|stay| stay.claim.confidence != Confidence::Possible)
                .collect()
        }
    };
    let (end_cause, restart) = end(&bearing);
    StuckWindow {
        place: place.map(str::to_owned),
        start: Interval {
            earliest: all_known(
                bearing.iter().map(|s| s.bounds.entered.earliest),
                Iterator::min,
            ),
            latest: bearing.iter().filter_map(|s| s.bounds.entered.latest).min(),
        },
        end: Interval {
            earliest: bearing.iter().filter_map(|s| s.bounds.left.earliest).max(),
            latest: all_known(bearing.iter().map(|s| s.bounds.left.latest), Iterator::max),
        },
        end_cause,
        restart,
        peak: peak(&all),
        confidence,
        why: why(&bearing, confidence),
        members,
    }
}

/// The least or greatest of bounds that must all be known to bound the whole.
fn all_known(
    bounds: impl Iterator<Item = Option<Timestamp>>,
    pick: impl Fn(std::vec::IntoIter<Timestamp>) -> Option<Timestamp>,
) -> Option<Timestamp> {
    let known: Option<Vec<Timestamp>> = bounds.collect();
    pick(known?.into_iter())
}

/// How the window ended: as its last messages left; where these differ, as most of them did.
fn end(members: &[&Examined<'_>]) -> (EndCause, Option<usize>) {
    if members
        .iter()
        .any(|stay| stay.claim.end == EndCause::StillOpen)
    {
        return (EndCause::StillOpen, None);
    }
    let last = members
        .iter()
        .filter_map(|stay| stay.bounds.left.earliest)
        .max();
    let mut counts: BTreeMap<(&str, Option<usize>), (usize, EndCause)> = BTreeMap::new();
    for stay in members
        .iter()
        .filter(|stay| stay.bounds.left.earliest == last)
    {
        let key = (cause_name(stay.claim.end), stay.claim.released_by);
        counts.entry(key).or_insert((0, stay.claim.end)).0 += 1;
    }
    let most = counts.into_iter().max_by_key(|(_, (count, _))| *count);
    most.map_or((EndCause::Unknown, None), |((_, restart), (_, cause))| {
        (cause, restart)
    })
}

fn cause_name(cause: EndCause) -> &'static str {
    match cause {
        EndCause::SmtpRestart => "smtp_restart",
        EndCause::LeftWithoutRestart => "left_without_restart",
        EndCause::Removed => "removed",
        EndCause::StoreRecreated => "store_recreated",
        EndCause::StillOpen => "still_open",
        EndCause::Unknown => "unknown",
    }
}

fn why(members: &[&Examined<'_>], confidence: Confidence) -> String {
    let count = wording::plural(members.len(), "message", "messages");
    let seen = members
        .iter()
        .filter(|stay| !stay.residence.sightings.is_empty())
        .count();
    let failed = members
        .iter()
        .filter(|stay| stay.residence.scan_failures().next().is_some())
        .count();
    let claim = match confidence {
        Confidence::Confirmed => "certainly stuck",
        Confidence::Probable => "probably stuck",
        Confidence::Possible => "possibly stuck: nothing shows how long they stayed",
    };
    let best = members
        .iter()
        .filter(|stay| stay.claim.confidence == confidence)
        .count();
    format!(
        "{count}: {best} {claim}; {seen} listed in a capture of the table, {failed} named by a failed scan."
    )
}

/// The most messages that certainly, and that possibly, lay there at once.
fn peak(members: &[&Examined<'_>]) -> Peak {
    let certain = members
        .iter()
        .filter(|stay| stay.claim.confidence != Confidence::Possible)
        .map(|stay| (stay.bounds.entered.latest, stay.bounds.left.earliest));
    let (at, at_least) = most_at_once(certain.filter(|(from, to)| from <= to));
    let hulls = members.iter().map(|stay| {
        (
            stay.bounds.entered.earliest.or(Some(Timestamp::EARLIEST)),
            stay.bounds.left.latest.or(Some(Timestamp::LATEST)),
        )
    });
    let (_, at_most) = most_at_once(hulls);
    Peak {
        at,
        at_least,
        at_most: at_most.max(at_least),
    }
}

/// The first instant at which most of the closed intervals overlap, and how many.
pub fn most_at_once(
    intervals: impl Iterator<Item = (Option<Timestamp>, Option<Timestamp>)>,
) -> (Option<Timestamp>, u64) {
    // At one instant arrivals (false) come before departures (true), so that touching intervals overlap.
    let mut steps: BTreeSet<(Timestamp, bool, usize)> = BTreeSet::new();
    for (number, (from, to)) in intervals.enumerate() {
        if let (Some(from), Some(to)) = (from, to) {
            steps.insert((from, false, number));
            steps.insert((to, true, number));
        }
    }
    let (mut now, mut best, mut at) = (0_u64, 0, None);
    for (time, leaves, _) in steps {
        now = if leaves {
            now.saturating_sub(1)
        } else {
            now + 1
        };
        if now > best {
            (best, at) = (now, Some(time));
        }
    }
    (at, best)
}
