//! How long stuck mail stayed: the distribution of the stays that are claimed as confirmed or probable, each known only
//! to an interval (Turnbull). Limits allow for mail that leaves together.
//!
//! Stays of which nothing shows whether they were long enough to count as stuck are left out, as are those that a retry
//! ended: the curve speaks of the mail that the report calls stuck, and of no other.

use std::collections::BTreeMap;

use super::findings::{Confidence, LengthOfStay, StayLength, StayStep};
use super::wording::{plural, span};
use super::{Examined, ServerAnalysis};
use crate::stats::cluster::{self, Group};
use crate::stats::turnbull::{self, Band, Fit, Observed};
use crate::time::{MINUTE, SECOND};

/// A stay is known exactly when its bounds are so near.
const EXACT: i64 = MINUTE;
/// What chi-squared with one degree of freedom exceeds in one case of twenty.
const CHI_SQUARED_95: f64 = 3.841_458_820_694_124;
/// Points of the curve at which the groups' spread is measured.
const POINTS: usize = 20;

/// Of the whole case, then of each server where several have stuck mail; nothing where none was stuck.
pub fn of_case(servers: &[ServerAnalysis<'_>]) -> Vec<LengthOfStay> {
    let each: Vec<(String, Vec<Stay>)> = servers
        .iter()
        .enumerate()
        .map(|(number, server)| (server.facts.name.to_string(), of_server(number, server)))
        .filter(|(_, stays)| !stays.is_empty())
        .collect();
    let all: Vec<Stay> = each.iter().flat_map(|(_, stays)| stays).cloned().collect();
    let case = length(None, &all);
    let by_server = each.iter().filter(|_| each.len() > 1);
    let by_server = by_server.filter_map(|(name, stays)| length(Some(name), stays));
    case.into_iter().chain(by_server).collect()
}

/// One stay that counts.
#[derive(Clone, Debug)]
struct Stay {
    /// Microseconds.
    least: i64,
    greatest: Option<i64>,
    over: bool,
    /// With which others it left: server, and restart or window or itself.
    occasion: (usize, Occasion),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Occasion {
    Restart(usize),
    Window(usize),
    Alone(usize),
}

/// Whether a stay is claimed to have been stuck, surely enough to be counted.
pub(super) fn counts(stay: &Examined<'_>) -> bool {
    !stay.claim.never_stuck && stay.claim.confidence != Confidence::Possible
}

fn of_server(number: usize, server: &ServerAnalysis<'_>) -> Vec<Stay> {
    let mut windows: BTreeMap<usize, usize> = BTreeMap::new();
    for (window, of) in server.windows.iter().enumerate() {
        windows.extend(of.members.iter().map(|member| (*member, window)));
    }
    let all = server.examined.iter().enumerate();
    all.filter(|(_, stay)| counts(stay))
        .map(|(index, stay)| {
            let window = windows.get(&index).copied();
            let restart = window.and_then(|window| server.windows.get(window)?.restart);
            let occasion = match (stay.claim.released_by.or(restart), window) {
                (Some(restart), _) => Occasion::Restart(restart),
                (None, Some(window)) => Occasion::Window(window),
                (None, None) => Occasion::Alone(index),
            };
            Stay {
                least: stay.bounds.least_stay(),
                greatest: stay.bounds.greatest_stay(),
                over: stay.bounds.left.latest.is_some(),
                occasion: (number, occasion),
            }
        })
        .collect()
}

fn length(server: Option<&str>, stays: &[Stay]) -> Option<LengthOfStay> {
    let seconds = |micros: i64| micros as f64 / SECOND as f64;
    let observed: Vec<Observed> = stays
        .iter()
        .map(|stay| Observed {
            low: seconds(stay.least),
            high: stay
                .greatest
                .map_or(f64::INFINITY, |most| seconds(most.max(stay.least))),
        })
        .collect();
    let fit = turnbull::fit(&observed)?;
    let mut occasions: BTreeMap<(usize, Occasion), Vec<Observed>> = BTreeMap::new();
    for (stay, observed) in stays.iter().zip(&observed) {
        occasions.entry(stay.occasion).or_default().push(*observed);
    }
    let groups: Vec<Vec<Observed>> = occasions.into_values().collect();
    let effect = design_effect(&fit, &groups);
    let critical = cluster::critical_95(groups.len());
    let counts_as = effect
        .zip(critical)
        .map(|(effect, critical)| stays.len() as f64 / effect * CHI_SQUARED_95 / critical);
    // What counts as less than one stay has a band from nothing to all.
    let telling = counts_as.is_some_and(|counts_as| counts_as >= 1.0);
    let band = effect
        .zip(critical)
        .filter(|_| telling)
        .map(|(effect, critical)| turnbull::band(&fit, critical * effect));
    let within = |stay: &&Stay| stay.greatest.is_some_and(|most| most - stay.least <= EXACT);
    let mut found = LengthOfStay {
        server: server.map(str::to_owned),
        residences: stays.len() as u64,
        exact: stays.iter().filter(within).count() as u64,
        open: stays.iter().filter(|stay| !stay.over).count() as u64,
        occasions: groups.len() as u64,
        counts_as,
        three_quarters: falls_to(&fit, band.as_ref(), 0.75),
        half: falls_to(&fit, band.as_ref(), 0.5),
        quarter: falls_to(&fit, band.as_ref(), 0.25),
        curve: curve(&fit, band.as_ref()),
        reading: String::new(),
    };
    found.reading = reading(&found);
    Some(found)
}

/// How much more the share still held varies between occasions than if each stay were for itself, on the average of the
/// curve; never less than one. `None` of one occasion.
fn design_effect(fit: &Fit, groups: &[Vec<Observed>]) -> Option<f64> {
    let steps = fit.steps.len().saturating_sub(1);
    let points = steps.min(POINTS);
    let all: usize = groups.iter().map(Vec::len).sum();
    let (mut between, mut independent) = (0.0, 0.0);
    for n in 0..points {
        let step = fit.steps.get(n * steps / points.max(1))?;
        let groups: Vec<Group> = groups
            .iter()
            .map(|group| Group {
                observations: group.len() as f64,
                with: group
                    .iter()
                    .map(|observed| fit.share_beyond(*observed, step.high))
                    .sum(),
            })
            .collect();
        between += cluster::variance(&groups)?;
        let share = groups.iter().map(|group| group.with).sum::<f64>() / all as f64;
        independent += share * (1.0 - share) / all as f64;
    }
    let effect = if independent > 0.0 {
        between / independent
    } else {
        // One step for all: as if each occasion were one stay.
        all as f64 / groups.len() as f64
    };
    (groups.len() > 1).then_some(effect.clamp(1.0, all as f64))
}

fn finite(seconds: f64) -> Option<f64> {
    Some(seconds).filter(|seconds| seconds.is_finite())
}

fn falls_to(fit: &Fit, band: Option<&Band>, share: f64) -> Option<StayLength> {
    let (low, high) = fit.falls_to(share)?;
    let limits = band.map(|band| {
        let after = || fit.steps.iter().zip(&band.after);
        // The low limit falls to the share within the first step after which it is below.
        let first = after().find(|(_, limit)| limit.low <= share);
        let earliest = match band.first.low <= share {
            true => None,
            false => first.map(|(step, _)| step.low),
        };
        let last = after().find(|(_, limit)| limit.high <= share);
        (earliest, last.and_then(|(step, _)| finite(step.high)))
    });
    Some(StayLength {
        low_s: low,
        high_s: finite(high),
        limit_low_s: limits.and_then(|(low, _)| low),
        limit_high_s: limits.and_then(|(_, high)| high),
    })
}

fn curve(fit: &Fit, band: Option<&Band>) -> Vec<StayStep> {
    let limits = |index: usize| band.and_then(|band| band.after.get(index));
    let steps = fit.steps.iter().enumerate();
    steps
        .map(|(index, step)| StayStep {
            from_s: step.low,
            to_s: finite(step.high),
            survival: step.beyond,
            low: limits(index).map(|limit| limit.low),
            high: limits(index).map(|limit| limit.high),
        })
        .collect()
}

/// The answer in plain words.
fn reading(found: &LengthOfStay) -> String {
    let whose = found.server.as_deref().map(|name| format!(" on {name}"));
    let mail = format!(
        "stays of stuck mail{}",
        whose.as_deref().unwrap_or_default()
    );
    let time = |seconds: f64| span((seconds * SECOND as f64).round() as i64);
    let Some(half) = found.half else {
        return String::new();
    };
    let most = match half.high_s {
        Some(high) if time(high) == time(half.low_s) => String::new(),
        Some(high) => format!(" (the evidence allows up to {})", time(high)),
        None => " (nothing says how much longer)".to_owned(),
    };
    let mut text = match found.residences {
        1 => format!(
            "One message was stuck{}, for at least {}{most}.",
            whose.as_deref().unwrap_or_default(),
            time(half.low_s)
        ),
        count => format!(
            "Half of the {count} {mail} lasted at least {}{most}.",
            time(half.low_s)
        ),
    };
    if let Some(quarter) = found.quarter.filter(|_| found.residences > 3) {
        text.push_str(&format!(
            " A quarter lasted at least {}.",
            time(quarter.low_s)
        ));
    }
    if found.open > 0 {
        text.push_str(&format!(" Nothing shows {} of them over.", found.open));
    }
    match (found.counts_as, found.residences) {
        (_, 1) => {}
        (None, _) => text.push_str(
            " All of it left on one occasion, so that nothing can be said of how long other mail would stay.",
        ),
        (Some(count), _) => {
            let left = plural(found.occasions as usize, "occasion", "occasions");
            let count = format_count(count);
            text.push_str(&match (half.limit_low_s, half.limit_high_s) {
                (None, None) => format!(
                    " But it left on {left}, so few or so unequal that this says nothing about other mail."
                ),
                (low, high) => {
                    let limits = match (low, high) {
                        (Some(low), Some(high)) => format!("between {} and {}", time(low), time(high)),
                        (Some(low), None) => format!("at least {}", time(low)),
                        (None, high) => format!("at most {}", time(high.unwrap_or_default())),
                    };
                    format!(
                        " For mail like this the half may lie {limits} (95 %): it left on {left}, so that the stays count \
                         as {count} independent ones."
                    )
                }
            });
        }
    }
    text
}

/// `6.4`, `31`.
fn format_count(count: f64) -> String {
    if count < 9.95 {
        format!("{count:.1}")
    } else {
        format!("{count:.0}")
    }
}
