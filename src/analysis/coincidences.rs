//! What bursts coincide with: updates of virus definitions, ends and starts of the scanner, restarts, busy times, the
//! time of day.
//!
//! Each comparison is a circular shift test: the bursts are turned against the other events by every possible shift
//! over the time that both logs cover, their gaps kept, and the share of shifts that bring as many together is the
//! p-value. Where shifts by whole days bring as many together, both follow the time of day and nothing is claimed. What near
//! means is fixed here, before any evidence is seen. Of the comparisons that could have shown
//! something the p-values are adjusted for their number. Where none could, nothing is claimed.

mod beside;
mod clock;
mod reading;

use super::bursts::{FailureBurst, first_of_message};
use super::facts::ServerFacts;
use super::restarts::Restart;
use super::{Input, ServerAnalysis};
use crate::analysis::findings::{Coincidence, CoincidenceKind, Counted};
use crate::evidence::model::{Citation, CounterSeries};
use crate::stats::circular::{self, Gathering};
use crate::stats::holm;
use crate::stats::shift::{self, Circle, Stretch};
use crate::time::{DAY, Timestamp};
use crate::timeline::LogCoverage;
use beside::Beside;

/// An adjusted p-value below this is called a connection.
pub const SIGNIFICANT: f64 = 0.05;
/// Bursts are compared where there are so many, else messages, of which so many are needed too.
const FEWEST: usize = 3;
/// So many records are cited of each comparison.
const MOST_CITED: usize = 12;
/// The time of day is asked only of a log that covers so much time, and nearly all of it, so that every hour of the day
/// had about the same chance.
const FEWEST_DAYS: i64 = 7;
const MOST_HOLES: i64 = 10;

/// What the comparisons of one server rest on.
struct Ground<'a> {
    facts: &'a ServerFacts<'a>,
    bursts: &'a [FailureBurst],
    restarts: &'a [Restart],
    counters: &'a [CounterSeries],
    /// What a time of day is told in.
    zone: chrono_tz::Tz,
}

/// What is compared: bursts by their beginning, or messages by their first failure.
struct Subject {
    counted: Counted,
    times: Vec<Timestamp>,
}

/// One comparison, before it is adjusted for the others.
struct Compared {
    kind: CoincidenceKind,
    counted: Counted,
    with: String,
    outcome: Outcome,
    evidence: Vec<Citation>,
}

enum Outcome {
    /// A circular shift test; what near means, in words; and the share of shifts by whole days with as many near.
    Shift(shift::Coincidence, &'static str, Option<f64>),
    /// A Rayleigh test of so many bursts, in a zone.
    Day(Gathering, u64, String),
}

impl Outcome {
    /// The p-value, where it could have been small.
    fn p_value(&self) -> Option<f64> {
        match self {
            Self::Shift(found, _, by_days) => {
                // What whole days explain is no more remarkable than they say.
                let days = by_days.filter(|p| *p >= SIGNIFICANT).unwrap_or_default();
                (found.least_p < SIGNIFICANT).then_some(found.p_value.max(days))
            }
            Self::Day(found, ..) => Some(found.p_value),
        }
    }
}

/// Every comparison that the evidence of a case allows, by server, then kind.
pub fn of_case(input: &Input<'_>, servers: &[ServerAnalysis<'_>]) -> Vec<Coincidence> {
    let all: Vec<(String, Compared)> = servers
        .iter()
        .flat_map(|server| {
            let ground = Ground {
                facts: &server.facts,
                bursts: &server.bursts,
                restarts: &server.restarts,
                counters: &input.timeline.counters,
                zone: input.time_zone.unwrap_or(chrono_tz::UTC),
            };
            let name = server.facts.name.to_string();
            let compared = of_server(&ground).into_iter();
            compared.map(move |one| (name.clone(), one))
        })
        .collect();
    adjusted(all)
}

/// The comparisons as findings, adjusted for each other.
fn adjusted(all: Vec<(String, Compared)>) -> Vec<Coincidence> {
    // What could not have shown anything takes no part: R. E. Tarone, "A Modified Bonferroni Method for Discrete
    // Data", Biometrics 46 (1990), 515–522. That is known without looking at what lies beside what.
    let tested: Vec<f64> = all
        .iter()
        .filter_map(|(_, one)| one.outcome.p_value())
        .collect();
    let mut p_adjusted = holm::adjusted(&tested).into_iter();
    all.into_iter()
        .map(|(server, one)| {
            let p_value = one.outcome.p_value();
            let p_adjusted = p_value.and_then(|_| p_adjusted.next());
            finding(server, one, p_adjusted, tested.len())
        })
        .collect()
}

fn finding(server: String, one: Compared, p_adjusted: Option<f64>, tested: usize) -> Coincidence {
    let (events, near, expected) = match &one.outcome {
        Outcome::Shift(found, ..) => (found.events, Some(found.near), Some(found.expected)),
        Outcome::Day(_, events, _) => (*events, None, None),
    };
    Coincidence {
        reading: reading::of(&one, p_adjusted, tested),
        server,
        kind: one.kind,
        counted: one.counted,
        p_value: one.outcome.p_value(),
        with: one.with,
        events,
        near,
        expected,
        p_adjusted,
        evidence: one.evidence.iter().map(ToString::to_string).collect(),
    }
}

fn of_server(ground: &Ground<'_>) -> Vec<Compared> {
    let (Some(subject), Some(log)) = (subject(ground), ground.facts.failure_log()) else {
        return Vec::new();
    };
    let own = covered(log);
    let beside = beside::of_server(ground);
    let mut all: Vec<Compared> = beside
        .into_iter()
        .filter_map(|beside| compared(&subject, &own, beside))
        .collect();
    all.extend(time_of_day(ground, log));
    all
}

fn subject(ground: &Ground<'_>) -> Option<Subject> {
    let bursts: Vec<Timestamp> = ground.bursts.iter().map(|burst| burst.start).collect();
    if bursts.len() >= FEWEST {
        return Some(Subject {
            counted: Counted::Bursts,
            times: bursts,
        });
    }
    let failures = &ground.facts.failures;
    let first = failures.iter().zip(first_of_message(failures));
    let times: Vec<Timestamp> = first
        .filter_map(|(failure, first)| first.then_some(failure.at))
        .collect();
    (times.len() >= FEWEST).then_some(Subject {
        counted: Counted::Messages,
        times,
    })
}

/// The comparison with one kind of thing; `None` where there is nothing of it in the time that both sides cover, or
/// nothing else.
fn compared(subject: &Subject, own: &[Stretch], beside: Beside) -> Option<Compared> {
    let circle = Circle::new(common(own, &beside.covered))?;
    let times = subject.times.iter().map(|at| at.micros());
    let events: Vec<Stretch> = times.clone().map(Stretch::at).collect();
    let near: Vec<Stretch> = beside.near.iter().map(|(near, _)| *near).collect();
    let found = shift::test(&circle, &events, &near)?;
    let mut sorted: Vec<i64> = times.collect();
    sorted.sort_unstable();
    let touched = beside.near.iter().filter_map(|(near, cite)| {
        let next = sorted.partition_point(|at| *at < near.from);
        let touched = sorted.get(next).is_some_and(|at| *at < near.until);
        cite.filter(|_| touched)
    });
    let mut evidence: Vec<Citation> = touched.collect();
    evidence.sort_unstable();
    evidence.dedup();
    evidence.truncate(MOST_CITED);
    Some(Compared {
        kind: beside.kind,
        counted: subject.counted,
        with: beside.with,
        outcome: Outcome::Shift(
            found,
            beside.nearness,
            clock::by_days(&circle, &events, &near),
        ),
        evidence,
    })
}

/// Whether bursts gather at a time of day. Of the bursts of one day the largest counts, lest the others of a bad day
/// count for days of their own.
fn time_of_day(ground: &Ground<'_>, log: &LogCoverage) -> Option<Compared> {
    let (covered, span) = (log.covered(log.from, log.to), log.to.since(log.from));
    if covered < FEWEST_DAYS * DAY || span.saturating_sub(covered) > span / MOST_HOLES {
        return None;
    }
    let zone = ground.zone;
    // By day: failures, and when, as a share of the day.
    let mut largest: std::collections::BTreeMap<i64, (usize, f64)> = Default::default();
    for burst in ground.bursts {
        let (day, share) = local(burst.start, zone);
        let failures = burst.failures.clone().count();
        let known = largest.entry(day).or_insert((failures, share));
        if failures > known.0 {
            *known = (failures, share);
        }
    }
    let turns: Vec<f64> = largest.values().map(|(_, share)| *share).collect();
    let found = circular::rayleigh(&turns)?;
    Some(Compared {
        kind: CoincidenceKind::TimeOfDay,
        counted: Counted::Bursts,
        with: "the time of day".to_owned(),
        outcome: Outcome::Day(found, turns.len() as u64, zone.name().to_owned()),
        evidence: Vec::new(),
    })
}

/// The local day, and how much of it was over.
fn local(at: Timestamp, zone: chrono_tz::Tz) -> (i64, f64) {
    use chrono::{Datelike, Timelike};
    let local = at.datetime().with_timezone(&zone).naive_local();
    let seconds = f64::from(local.time().num_seconds_from_midnight());
    (
        i64::from(local.date().num_days_from_ce()),
        seconds / 86_400.0,
    )
}

/// What a log covers.
fn covered(log: &LogCoverage) -> Vec<Stretch> {
    let mut stretches = Vec::with_capacity(log.holes.len() + 1);
    let mut from = log.from.micros();
    for hole in &log.holes {
        stretches.push(Stretch::new(from, hole.from.micros()));
        from = from.max(hole.to.micros());
    }
    stretches.push(Stretch::new(from, log.to.micros().saturating_add(1)));
    stretches.retain(|stretch| stretch.from < stretch.until);
    stretches
}

/// The time that lies in both of two lists of stretches, each in order and apart.
fn common(a: &[Stretch], b: &[Stretch]) -> Vec<Stretch> {
    let (mut a, mut b) = (a.iter().peekable(), b.iter().peekable());
    let mut both = Vec::new();
    while let (Some(x), Some(y)) = (a.peek(), b.peek()) {
        let shared = Stretch::new(x.from.max(y.from), x.until.min(y.until));
        if shared.from < shared.until {
            both.push(shared);
        }
        if x.until <= y.until {
            a.next();
        } else {
            b.next();
        }
    }
    both
}

#[cfg(test)]
mod tests;
