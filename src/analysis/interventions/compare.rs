//! What was logged before and after a change. Failures come in bursts, so bursts are counted as well, and the change is
//! compared with changes at every other time of the log.

use super::reading;
use crate::analysis::ServerAnalysis;
use crate::analysis::effects::{observed, ratio};
use crate::analysis::facts::ServerFacts;
use crate::analysis::findings::{Exposure, Intervention, Units};
use crate::analysis::stays;
use crate::analysis::windows::StuckWindow;
use crate::evidence::model::CELL;
use crate::stats::shift::{self, Circle, Stretch};
use crate::stats::sketch::Sketch;
use crate::stats::{LEVEL_95, poisson, rate};
use crate::time::{HOUR, Interval, Timestamp};

/// Fewer messages than this have no delay worth a number.
const FEWEST: u64 = 10;

/// Both sides of the time in which a change was made.
#[derive(Clone, Copy)]
struct Sides {
    /// Before this it had not been made.
    from: Timestamp,
    /// From here on it had.
    to: Timestamp,
}

/// What was logged before the first and after the second of two instants between which a change was made.
pub(super) fn compared(
    (from, to): (Timestamp, Timestamp),
    server: Option<&str>,
    servers: &[ServerAnalysis<'_>],
) -> Intervention {
    let sides = Sides { from, to };
    let concerned: Vec<&ServerAnalysis<'_>> = servers
        .iter()
        .filter(|of| server.is_none_or(|name| name == of.facts.name.as_ref()))
        .collect();
    let (mut before, mut after) = (Exposure::default(), Exposure::default());
    // How long it had been silent already, where it was most lately not.
    let mut silence: Option<f64> = None;
    for facts in concerned.iter().map(|of| &of.facts) {
        let Some(log) = facts.failure_log() else {
            continue;
        };
        let earlier = || facts.failures.iter().filter(|failure| failure.at < from);
        before.events += earlier().count() as u64;
        if let Some(last) = earlier().next_back() {
            let silent = hours(log.covered(last.at, from));
            silence = Some(silence.map_or(silent, |known| known.min(silent)));
        }
        let later = facts.failures.iter().filter(|failure| failure.at >= to);
        after.events += later.count() as u64;
        before.hours += hours(log.covered(Timestamp::EARLIEST, from));
        after.hours += hours(log.covered(to, Timestamp::LATEST));
    }
    let compared = rate::ratio(observed(before), observed(after), LEVEL_95)
        .filter(|_| before.events + after.events > 0);
    let units = units(sides, (before, after), &concerned);
    Intervention {
        at: to,
        not_before: (from < to).then_some(from),
        server: server.map(str::to_owned),
        kind: String::new(),
        what: String::new(),
        before,
        after,
        rate_ratio: compared.as_ref().map(ratio),
        p_value: compared.as_ref().map(|c| c.p_value),
        reading: reading::of((before, after), silence, compared.as_ref(), &units),
        units,
        changes: Vec::new(),
        evidence: Vec::new(),
    }
}

fn hours(micros: i64) -> f64 {
    micros as f64 / HOUR as f64
}

fn units(
    sides: Sides,
    (before, after): (Exposure, Exposure),
    servers: &[&ServerAnalysis<'_>],
) -> Units {
    let count = |side: &dyn Fn(&ServerAnalysis<'_>) -> usize| {
        let covered = servers.iter().filter(|of| of.facts.failure_log().is_some());
        covered.map(|of| side(of) as u64).sum::<u64>()
    };
    let of_bursts = |early: bool| {
        let starts = |of: &ServerAnalysis<'_>| {
            let starts = of.bursts.iter().map(|burst| burst.start);
            let is_in = |at: &Timestamp| {
                if early {
                    *at < sides.from
                } else {
                    *at >= sides.to
                }
            };
            starts.filter(is_in).count()
        };
        count(&starts)
    };
    let of_stays = |early: bool| {
        count(&|of| {
            let stays = of.examined.iter().filter(|stay| stays::counts(stay));
            stays
                .filter(|stay| sides.began(stay.bounds.entered, early))
                .count()
        })
    };
    let of_windows = |early: bool| {
        let certain = |window: &&StuckWindow| {
            window.confidence != crate::analysis::findings::Confidence::Possible
        };
        count(&|of| {
            let windows = of.windows.iter().filter(certain);
            windows
                .filter(|window| sides.began(window.start, early))
                .count()
        })
    };
    let over = |events: u64, side: Exposure| Exposure { events, ..side };
    let bursts_before = over(of_bursts(true), before);
    let bursts_after = over(of_bursts(false), after);
    let bursts = rate::ratio(observed(bursts_before), observed(bursts_after), LEVEL_95)
        .filter(|_| bursts_before.events + bursts_after.events > 0);
    let most = |side: Exposure, hours: f64| {
        let most = poisson::upper_bound(side.events, LEVEL_95) / side.hours * hours;
        Some(most).filter(|_| side.hours > 0.0)
    };
    Units {
        bursts_before,
        bursts_after,
        bursts_ratio: bursts.as_ref().map(ratio),
        bursts_p_value: bursts.as_ref().map(|b| b.p_value),
        p_clustered: clustered(sides, (before, after), servers),
        upper_after_per_hour: most(after, 1.0),
        upper_bursts_after_per_day: most(bursts_after, 24.0),
        silence_needed_hours: silence_needed(bursts_before),
        stuck_before: over(of_stays(true), before),
        stuck_after: over(of_stays(false), after),
        windows_before: over(of_windows(true), before),
        windows_after: over(of_windows(false), after),
        delay_before_s: delay(servers, |cell| cell < sides.from.micros().div_euclid(CELL)),
        delay_after_s: delay(servers, |cell| cell > sides.to.micros().div_euclid(CELL)),
    }
}

impl Sides {
    /// Whether something began certainly before the change, or certainly after it.
    fn began(self, at: Interval, early: bool) -> bool {
        match early {
            true => at.latest.is_some_and(|at| at < self.from),
            false => at.earliest.is_some_and(|at| at >= self.to),
        }
    }
}

/// Covered hours of silence after which that many bursts before could not, but for one case in forty, have been drawn for
/// that side alone: (h / (h + x)) to the power of their number is 1/40.
fn silence_needed(bursts: Exposure) -> Option<f64> {
    let tail = (1.0 - LEVEL_95) / 2.0;
    let needed = bursts.hours * (tail.powf(-1.0 / bursts.events as f64) - 1.0);
    Some(needed).filter(|_| bursts.events > 0 && bursts.hours > 0.0)
}

/// The share of times at which a change would show failures as unevenly spread between both sides. The covered time is closed to
/// a circle, and the part before the change turned around it; the failures stay as they are. One-sided: as great a fall, or
/// as great a rise, whichever was seen.
fn clustered(
    sides: Sides,
    (before, after): (Exposure, Exposure),
    servers: &[&ServerAnalysis<'_>],
) -> Option<f64> {
    if before.hours <= 0.0 || after.hours <= 0.0 {
        return None;
    }
    let speaking = || {
        let all = servers.iter().map(|of| &of.facts);
        all.filter(|facts| facts.failure_log().is_some())
    };
    // Of several servers, the time that all their logs speak of, without the time in which the change was made.
    let mut common: Option<Vec<Stretch>> = None;
    for facts in speaking() {
        let own = stretches(facts, sides);
        common = Some(match common {
            None => own,
            Some(known) => both(&known, &own),
        });
    }
    let common = common?;
    let events: Vec<Stretch> = speaking()
        .flat_map(|facts| {
            facts
                .failures
                .iter()
                .map(|failure| Stretch::at(failure.at.micros()))
        })
        .collect();
    let circle = Circle::new(common.iter().copied())?;
    // Where more fell before the change than its hours' share, the question is how often so many fall there.
    let fell = before.events as f64 / before.hours >= after.events as f64 / after.hours;
    let side = common
        .into_iter()
        .filter(|stretch| (stretch.from < sides.from.micros()) == fell);
    let test = shift::test(&circle, &events, &side.collect::<Vec<_>>())?;
    Some(test.p_value)
}

/// The covered time of one server, cut at the change.
fn stretches(facts: &ServerFacts<'_>, sides: Sides) -> Vec<Stretch> {
    let log = facts.failure_log();
    let all = log.into_iter().flat_map(|log| log.stretches());
    let cut = all.flat_map(|(from, to)| [(from, to.min(sides.from)), (from.max(sides.to), to)]);
    let cut = cut.filter(|(from, to)| from < to);
    cut.map(|(from, to)| Stretch::new(from.micros(), to.micros()))
        .collect()
}

/// What lies in both lists of stretches, each in order and apart.
fn both(a: &[Stretch], b: &[Stretch]) -> Vec<Stretch> {
    let (mut a, mut b) = (a.iter().peekable(), b.iter().peekable());
    let mut all = Vec::new();
    while let (Some(x), Some(y)) = (a.peek(), b.peek()) {
        let shared = Stretch::new(x.from.max(y.from), x.until.min(y.until));
        if shared.from < shared.until {
            all.push(shared);
        }
        if x.until < y.until {
            a.next();
        } else {
            b.next();
        }
    }
    all
}

/// The median delay of what the tracking logs count in these cells.
fn delay(servers: &[&ServerAnalysis<'_>], is_in: impl Fn(i64) -> bool) -> Option<f64> {
    let mut delays = Sketch::default();
    for traffic in servers.iter().filter_map(|of| of.facts.traffic) {
        for (_, cell) in traffic.cells.iter().filter(|(cell, _)| is_in(**cell)) {
            delays.merge(&cell.delays);
        }
    }
    delays.quantile(0.5).filter(|_| delays.count() >= FEWEST)
}
