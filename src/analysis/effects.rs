//! Do restarts of SMTP let mail out? Three questions of each server: whether stuck mail left at restarts more often than
//! chance, what became of the mail that may have been held when SMTP stopped, and whether more old mail went out after starts than otherwise.

use super::facts::ServerFacts;
use super::findings::{
    Confidence, EndsAtRestarts, Exposure, HeldAtRestarts, OldMailRate, RateRatio, RestartEffect,
};
use super::mail::MailIndex;
use super::restarts::{AFTER_START, Restart};
use super::wording::plural;
use super::{Examined, ServerAnalysis, old_mail, stays};
use crate::stats::shift::{self, Circle, Stretch};
use crate::stats::{LEVEL_95, binomial, rate};
use crate::time::{HOUR, Timestamp};
use crate::timeline::LogCoverage;

mod reading;
#[cfg(test)]
mod tests;

pub(super) use reading::{chance, number};

/// Of fewer occasions on which mail left no test is made, of fewer restarts nothing is said about how often.
const FEWEST: u64 = 3;

/// Of every server that SMTP was restarted on.
pub fn of_case(
    servers: &[ServerAnalysis<'_>],
    mail: &MailIndex<'_>,
    stuck_after: i64,
) -> Vec<RestartEffect> {
    let each = servers
        .iter()
        .map(|server| of_server(server, mail, stuck_after));
    each.flatten().collect()
}

fn of_server(
    server: &ServerAnalysis<'_>,
    mail: &MailIndex<'_>,
    stuck_after: i64,
) -> Option<RestartEffect> {
    let sure = server.restarts.iter();
    let restarts: Vec<&Restart> = sure
        .filter(|restart| restart.confidence != Confidence::Possible)
        .collect();
    let stays: Vec<&Examined<'_>> = server
        .examined
        .iter()
        .filter(|stay| stays::counts(stay))
        .collect();
    let old = old_mail::ever(&server.facts, mail, stuck_after);
    if restarts.is_empty() {
        return None;
    }
    let mut effect = RestartEffect {
        server: server.facts.name.to_string(),
        restarts: restarts.len() as u64,
        ends: ends(&server.facts, &restarts, &stays),
        held: held(&restarts, &stays),
        old_mail: old.and_then(|old| old_mail_rate(&server.facts, &restarts, &old)),
        reading: String::new(),
    };
    effect.reading = reading::of(&effect);
    Some(effect)
}

/// The time in which what a restart lets out is on its way.
fn after(restart: &Restart) -> (Timestamp, Timestamp) {
    (restart.at().lo, restart.at().hi.plus(AFTER_START))
}

/// The time that a log speaks of as a circle, for shifts.
fn circle(log: &LogCoverage) -> Option<Circle> {
    let stretches = log.stretches().into_iter();
    Circle::new(stretches.map(|(from, to)| Stretch::new(from.micros(), to.micros())))
}

/// The occasions on which stuck mail left beside the restarts, turned against each other over the time that the System log
/// speaks of. Where captures tell when mail left, it can have left at any time since the one before. Captures are taken
/// because SMTP was restarted, and so do not fall anywhere at every shift: only occasions known to the hour are compared,
/// and only where they are three at least and half of all.
fn ends(
    facts: &ServerFacts<'_>,
    restarts: &[&Restart],
    stays: &[&Examined<'_>],
) -> Option<EndsAtRestarts> {
    let circle = circle(facts.service_log()?)?;
    let lefts = stays.iter().filter_map(|stay| {
        let left = stay.bounds.left;
        Some((left.earliest?, left.latest?))
    });
    let closed =
        |from: Timestamp, to: Timestamp| Stretch::new(from.micros(), to.micros().saturating_add(1));
    let starts = restarts
        .iter()
        .map(|restart| closed(restart.at().lo, restart.at().hi))
        .filter(|start| circle.meets(*start));
    let starts: Vec<Stretch> = starts.collect();
    let (mut all, mut known) = (0, Vec::new());
    for (from, to) in occasions(lefts.collect()) {
        let occasion = closed(from, to);
        if circle.meets(occasion) {
            all += 1;
            known.extend((to.since(from) <= HOUR).then_some(occasion));
        }
    }
    if all == 0 || starts.is_empty() {
        return None;
    }
    let test = shift::test(&circle, &known, &starts);
    let known = known.len() as u64;
    let enough = known >= FEWEST && 2 * known >= all && restarts.len() as u64 >= FEWEST;
    Some(EndsAtRestarts {
        occasions: all,
        known,
        at_restarts: test.map_or(0, |test| test.near),
        expected: test.map_or(0.0, |test| test.expected),
        p_value: test.map(|test| test.p_value).filter(|_| enough),
    })
}

/// Between which instants each occasion began, of the fewest on which all can have left. Messages of a table leave
/// together, so the occasions are counted and not the messages. What leaves within ten minutes is one occasion, since that is how long what a
/// restart lets out takes.
fn occasions(mut lefts: Vec<(Timestamp, Timestamp)>) -> Vec<(Timestamp, Timestamp)> {
    lefts.retain(|(from, to)| from <= to);
    lefts.sort_by_key(|(from, to)| (*to, *from));
    let mut all: Vec<(Timestamp, Timestamp)> = Vec::new();
    for (from, to) in lefts {
        // It began early enough for the first that must have left, and not ten minutes too early for the last.
        let begun = from.plus(-AFTER_START);
        match all.last_mut() {
            Some(occasion) if begun <= occasion.1 => occasion.0 = occasion.0.max(begun),
            _ => all.push((begun, to)),
        }
    }
    all
}

/// What a restart did to one stay that may have been there when SMTP stopped.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// It certainly was still there ten minutes after the start.
    Kept,
    /// It certainly was there, and gone within ten minutes.
    LetOut,
    /// It was gone within ten minutes, perhaps before the stop already.
    Gone,
    /// The evidence does not say whether it went.
    Unknown,
}

/// `None` where it certainly was not there: what came later, or had left before. Every other stay takes part. Were only those
/// taken that certainly were there, mail that stayed, and was seen to, would count always, and mail that went only where
/// its going is known to the minute.
fn fate(restart: &Restart, stay: &Examined<'_>) -> Option<Fate> {
    let (stop, (start, out_by)) = (restart.begun(), after(restart));
    let (entered, left) = (stay.bounds.entered, stay.bounds.left);
    let may = restart.concerns(stay.residence.place.as_deref())
        && entered.latest.is_some_and(|at| at <= stop)
        && left.latest.is_none_or(|at| at >= stop);
    let seen = || {
        let last = stay.bounds.last_seen;
        last.is_some_and(|at| at >= restart.at().hi)
    };
    let later = left.earliest.is_some_and(|at| at > out_by);
    may.then(|| match left.latest {
        _ if later || seen() => Fate::Kept,
        Some(gone) if gone >= start && gone <= out_by => {
            match left.earliest.is_some_and(|at| at >= stop) {
                true => Fate::LetOut,
                false => Fate::Gone,
            }
        }
        _ => Fate::Unknown,
    })
}

/// What became of the mail that may have lain there when SMTP stopped.
fn held(restarts: &[&Restart], stays: &[&Examined<'_>]) -> HeldAtRestarts {
    let mut held = HeldAtRestarts::default();
    for restart in restarts {
        let fates = stays.iter().filter_map(|stay| fate(restart, stay));
        let fates: Vec<Fate> = fates.collect();
        if fates.contains(&Fate::Kept) {
            held.kept += 1;
        } else if fates.contains(&Fate::Unknown) {
            held.unknown += 1;
        } else if fates.contains(&Fate::LetOut) {
            held.let_out += 1;
        } else if fates.contains(&Fate::Gone) {
            // It let all out, or there was nothing left to let out.
            held.unknown += 1;
        }
    }
    let all = held.let_out + held.kept + held.unknown;
    if all > 0 {
        held.share_low = Some(binomial::interval(held.let_out, all, LEVEL_95).low);
        held.share_high = Some(binomial::interval(held.let_out + held.unknown, all, LEVEL_95).high);
    }
    held
}

/// Old mail in the minutes after starts, and at other times, over what the tracking log covers.
fn old_mail_rate(
    facts: &ServerFacts<'_>,
    restarts: &[&Restart],
    old: &[Timestamp],
) -> Option<OldMailRate> {
    let log = facts.tracking_log()?;
    let hours = |micros: i64| micros as f64 / HOUR as f64;
    let mut zones: Vec<(Timestamp, Timestamp)> = Vec::new();
    for (from, to) in restarts.iter().map(|restart| after(restart)) {
        match zones.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(to),
            _ => zones.push((from, to)),
        }
    }
    zones.retain(|(from, to)| log.covered(*from, *to) > 0);
    let spent: i64 = zones.iter().map(|(from, to)| log.covered(*from, *to)).sum();
    let other = hours(log.covered(log.from, log.to).saturating_sub(spent));
    let (mut at_starts, mut elsewhere) = (0, 0);
    let mut touched = vec![false; zones.len()];
    let mut stretches: Vec<i64> = Vec::new();
    for at in old {
        let zone = zones.partition_point(|(_, to)| to < at);
        match zones.get(zone).zip(touched.get_mut(zone)) {
            Some(((from, _), touched)) if from <= at => {
                at_starts += 1;
                *touched = true;
            }
            _ => {
                elsewhere += 1;
                stretches.push(at.micros().div_euclid(AFTER_START));
            }
        }
    }
    stretches.sort_unstable();
    stretches.dedup();
    let exposure = |events: u64, hours: f64| Exposure { events, hours };
    let stretches_after = exposure(touched.iter().filter(|t| **t).count() as u64, hours(spent));
    let stretches_otherwise = exposure(stretches.len() as u64, other);
    let compared = rate::ratio(
        observed(stretches_otherwise),
        observed(stretches_after),
        LEVEL_95,
    );
    let compared = compared.filter(|_| !old.is_empty());
    (spent > 0).then(|| OldMailRate {
        after: exposure(at_starts, hours(spent)),
        otherwise: exposure(elsewhere, other),
        stretches_after,
        stretches_otherwise,
        rate_ratio: compared.as_ref().map(ratio),
        p_value: compared.as_ref().map(|compared| compared.p_value),
    })
}

pub(super) fn observed(side: Exposure) -> rate::Observed {
    rate::Observed {
        events: side.events,
        exposure: side.hours,
    }
}

pub(super) fn ratio(of: &rate::Ratio) -> RateRatio {
    RateRatio {
        estimate: of.estimate,
        low: of.limits.low,
        high: Some(of.limits.high).filter(|high| high.is_finite()),
    }
}
