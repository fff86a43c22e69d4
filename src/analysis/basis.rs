//! What set the limits of a stay: which observation stands at each of the four, and the record that tells of it.
//!
//! Nothing is concluded here. [`bounds`](super::bounds) works the limits out; this finds again, among the observations
//! of the stay, those whose time is the limit.

use std::collections::BTreeMap;

use super::Examined;
use super::bounds::WRITTEN_WITHIN;
use super::facts::{Capture, ServerFacts};
use crate::analysis::findings::{BoundsBy, Limit, LimitRule};
use crate::evidence::model::Citation;
use crate::time::Timestamp;

/// The complete captures of one server, found by the edges of the time in which they can have been made.
pub struct Looks<'f, 't> {
    begun: BTreeMap<Timestamp, Vec<&'f Capture<'t>>>,
    ended: BTreeMap<Timestamp, Vec<&'f Capture<'t>>>,
}

impl<'f, 't> Looks<'f, 't> {
    pub fn of(facts: &'f ServerFacts<'t>) -> Self {
        let mut looks = Self {
            begun: BTreeMap::new(),
            ended: BTreeMap::new(),
        };
        for capture in facts.captures.iter().filter(|c| c.timed.snapshot.complete) {
            let when = capture.timed.when;
            looks.begun.entry(when.lo).or_default().push(capture);
            looks.ended.entry(when.hi).or_default().push(capture);
        }
        looks
    }
}

/// An observation that limits one side of a stay at one instant.
struct Observed {
    at: Timestamp,
    rule: LimitRule,
    cites: Vec<Citation>,
}

impl Observed {
    fn new(at: Timestamp, rule: LimitRule, cite: Citation) -> Self {
        Self {
            at,
            rule,
            cites: vec![cite],
        }
    }
}

/// What set the four limits of one stay.
pub fn of(stay: &Examined<'_>, looks: &Looks<'_, '_>) -> BoundsBy {
    let bounds = &stay.bounds;
    let (came_before, came_after) = (came_by(stay), not_before(stay, looks));
    let (held, gone) = (there_until(stay), gone_by(stay, looks));
    let by = |limit: Option<Timestamp>, lists: &[&[Observed]]| {
        let limit = limit?;
        let cites = stay.residence.cites().collect();
        Some(found(limit, lists).unwrap_or_else(|| together(cites)))
    };
    // Limits that crossed were exchanged, so each may stand at the other's place.
    let crossed = bounds.contradiction;
    let other: &[Observed] = &[];
    let pick = |list, only_crossed| if crossed { only_crossed } else { list };
    BoundsBy {
        entered_earliest: by(
            bounds.entered.earliest,
            &[&came_after, pick(other, &came_before), pick(other, &gone)],
        ),
        entered_latest: by(
            bounds.entered.latest,
            &[&came_before, &other_end(&gone), pick(other, &came_after)],
        ),
        left_earliest: by(
            bounds.left.earliest,
            &[&held, &other_end(&came_after), pick(other, &gone)],
        ),
        left_latest: by(
            bounds.left.latest,
            &[&gone, pick(other, &held), pick(other, &came_after)],
        ),
    }
}

/// The observations that stand at a limit: those of the first list in which there are any.
fn found(limit: Timestamp, lists: &[&[Observed]]) -> Option<Limit> {
    for list in lists {
        let here = || list.iter().filter(|observed| observed.at == limit);
        let Some(first) = here().next() else {
            continue;
        };
        let same = here().filter(|observed| observed.rule == first.rule);
        return Some(Limit {
            rule: first.rule,
            evidence: cited(
                same.flat_map(|observed| observed.cites.iter().copied())
                    .collect(),
            ),
        });
    }
    None
}

/// A limit that no single observation stands at.
fn together(cites: Vec<Citation>) -> Limit {
    Limit {
        rule: LimitRule::Together,
        evidence: cited(cites),
    }
}

fn cited(mut cites: Vec<Citation>) -> Vec<String> {
    cites.sort();
    cites.dedup();
    cites.iter().map(ToString::to_string).collect()
}

/// The same observations, as limits of the other end of the stay.
fn other_end(list: &[Observed]) -> Vec<Observed> {
    let all = list.iter().map(|observed| Observed {
        at: observed.at,
        rule: LimitRule::OtherEnd,
        cites: observed.cites.clone(),
    });
    all.collect()
}

/// It had entered at the latest when any of these was observed.
fn came_by(stay: &Examined<'_>) -> Vec<Observed> {
    let residence = &stay.residence;
    let failures = residence
        .failures
        .iter()
        .map(|failure| Observed::new(failure.when.hi, LimitRule::ScanFailure, failure.cite));
    let sightings = residence
        .sightings
        .iter()
        .map(|seen| Observed::new(seen.capture.when.hi, LimitRule::Sighting, seen.cite()));
    let created = created(stay, |created| created.hi);
    let handed = residence
        .trail
        .handed_over
        .filter(|_| stay.bounds.from_store);
    let from_store = handed.map(|mail| {
        let at = mail.when.hi.plus(WRITTEN_WITHIN);
        Observed::new(at, LimitRule::FromStore, mail.record.cite)
    });
    failures
        .chain(sightings)
        .chain(created)
        .chain(from_store)
        .collect()
}

/// It had not entered before any of these.
fn not_before(stay: &Examined<'_>, looks: &Looks<'_, '_>) -> Vec<Observed> {
    let residence = &stay.residence;
    let absent = residence
        .absent_since
        .and_then(|at| denied(stay, looks.begun.get(&at), at));
    // The stay before ended after its last certain instant; the records of this one stand for it.
    let again = residence.absences.previous.map(|at| Observed {
        at,
        rule: LimitRule::PreviousStay,
        cites: residence.cites().collect(),
    });
    let handed = residence.trail.handed_over.map(|mail| {
        let at = mail.when.lo.plus(-WRITTEN_WITHIN);
        Observed::new(at, LimitRule::FirstLine, mail.record.cite)
    });
    let created = created(stay, |created| created.lo);
    absent
        .into_iter()
        .chain(created)
        .chain(handed)
        .chain(again)
        .collect()
}

/// It was still there when any of these was observed.
fn there_until(stay: &Examined<'_>) -> Vec<Observed> {
    let residence = &stay.residence;
    let trail = &residence.trail;
    let failures = residence
        .failures
        .iter()
        .map(|failure| Observed::new(failure.when.lo, LimitRule::ScanFailure, failure.cite));
    let sightings = residence
        .sightings
        .iter()
        .map(|seen| Observed::new(seen.capture.when.lo, LimitRule::Sighting, seen.cite()));
    let again = trail
        .resubmitted
        .map(|mail| Observed::new(mail.when.lo, LimitRule::HandedOverAgain, mail.record.cite));
    let on = trail.goes_on.map(|mail| {
        let at = mail.when.lo.plus(-WRITTEN_WITHIN);
        Observed::new(at, LimitRule::WentOn, mail.record.cite)
    });
    failures.chain(sightings).chain(again).chain(on).collect()
}

/// It was gone at the latest when any of these was observed.
fn gone_by(stay: &Examined<'_>, looks: &Looks<'_, '_>) -> Vec<Observed> {
    let residence = &stay.residence;
    let gone = residence
        .gone_by
        .and_then(|at| denied(stay, looks.ended.get(&at), at));
    let departed = residence.trail.departed.as_ref().map(|departed| Observed {
        at: departed.when.hi,
        rule: LimitRule::GoneForAll,
        cites: departed
            .records
            .iter()
            .map(|mail| mail.record.cite)
            .collect(),
    });
    gone.into_iter().chain(departed).collect()
}

/// The row's creation time, with the captures that show it.
fn created(stay: &Examined<'_>, edge: fn(&crate::time::Bracket) -> Timestamp) -> Option<Observed> {
    let created = stay.bounds.created.as_ref()?;
    let shown = stay.residence.sightings.iter();
    let shown = shown.filter(|seen| seen.row.created_at.is_some());
    Some(Observed {
        at: edge(created),
        rule: LimitRule::CreationTime,
        cites: shown.map(|seen| seen.cite()).take(1).collect(),
    })
}

/// The captures at that instant that deny the message.
fn denied(
    stay: &Examined<'_>,
    captures: Option<&Vec<&Capture<'_>>>,
    at: Timestamp,
) -> Option<Observed> {
    let place = stay.residence.place.as_deref();
    let denying = captures?.iter().filter(|capture| {
        place.is_none_or(|place| capture.table() == place)
            && capture.listing.denies(&stay.residence.id)
    });
    let cites: Vec<Citation> = denying.map(|capture| capture.timed.snapshot.cite).collect();
    (!cites.is_empty()).then_some(Observed {
        at,
        rule: LimitRule::Absence,
        cites,
    })
}
