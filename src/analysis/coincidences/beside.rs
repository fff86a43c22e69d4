//! What bursts are compared with, and what near means for each.

use super::{Ground, common, covered};
use crate::analysis::facts::Sign;
use crate::analysis::findings::CoincidenceKind;
use crate::evidence::model::{CELL, Citation, CounterSeries, Traffic};
use crate::profile::{Role, ServiceKey};
use crate::stats::shift::Stretch;
use crate::time::MINUTE;

/// What follows from an update or a restart is looked for so long after it.
const AFTER: i64 = 30 * MINUTE;
/// What may be cause or effect is looked for so long before and after.
const AROUND: i64 = 15 * MINUTE;
/// Busy is the busiest tenth of the time.
const BUSY: i64 = 10;
/// So many counters of a server at most.
const MOST_COUNTERS: usize = 20;
/// A counter's value stands for the time since the one before it, unless that is longer ago than this.
const LONGEST_SAMPLE: i64 = 15 * MINUTE;

/// Something on a server that bursts may coincide with.
pub struct Beside {
    pub kind: CoincidenceKind,
    pub with: String,
    /// What a burst is that is near, after "began".
    pub nearness: &'static str,
    /// The times that count as near, each with its record.
    pub near: Vec<(Stretch, Option<Citation>)>,
    /// When the evidence would have shown it.
    pub covered: Vec<Stretch>,
}

/// All that the evidence of a server has.
pub(super) fn of_server(ground: &Ground<'_>) -> Vec<Beside> {
    let facts = ground.facts;
    let mut all = Vec::new();
    let in_log = |log: Option<&_>| log.map(covered).unwrap_or_default();
    let mut signs =
        |kind, with: &str, nearness, span: (i64, i64), covered, is: &dyn Fn(&Sign) -> bool| {
            let these = facts.signals.iter().filter(|sign| is(sign));
            let near: Vec<(Stretch, Option<Citation>)> = these
                .map(|sign| {
                    (
                        Stretch::around(sign.at.micros(), span.0, span.1),
                        Some(sign.cite),
                    )
                })
                .collect();
            all.push(Beside {
                kind,
                with: with.to_owned(),
                nearness,
                near,
                covered,
            });
        };
    signs(
        CoincidenceKind::DefinitionsUpdated,
        "updates of the virus definitions",
        "within 30 minutes after an update of the virus definitions",
        (0, AFTER),
        in_log(facts.failure_log()),
        &|sign| sign.role == Role::DefinitionsUpdated,
    );
    signs(
        CoincidenceKind::ScannerRestarted,
        "ends and starts of the scanner",
        "within 15 minutes of an end or start of the scanner",
        (AROUND, AROUND),
        // Its process logs where failures stand, its service in the other log.
        match facts.signals.iter().any(of_service) {
            true => common(&in_log(facts.failure_log()), &in_log(facts.service_log())),
            false => in_log(facts.failure_log()),
        },
        &|sign| of_process(sign) || of_service(sign),
    );
    signs(
        CoincidenceKind::StoreScan,
        "virus scanning events of the store",
        "within 15 minutes of a virus scanning event of the store",
        (AROUND, AROUND),
        in_log(facts.failure_log()),
        &|sign| sign.role == Role::StoreScan,
    );
    let restarts = ground.restarts.iter().map(|restart| {
        let at = restart.instant().micros();
        (
            Stretch::around(at, 0, AFTER),
            restart.evidence.first().copied(),
        )
    });
    all.push(Beside {
        kind: CoincidenceKind::SmtpRestarted,
        with: "restarts of SMTP".to_owned(),
        nearness: "within 30 minutes after a restart of SMTP",
        near: restarts.collect(),
        covered: in_log(facts.service_log()),
    });
    if let (Some(traffic), Some(log)) = (facts.traffic, facts.tracking_log()) {
        all.push(volume(traffic, covered(log)));
    }
    let own = ground
        .counters
        .iter()
        .filter(|series| series.server == *facts.name);
    all.extend(own.take(MOST_COUNTERS).map(counter));
    all.retain(|beside| !beside.near.is_empty());
    all
}

/// Whether it tells that the scan process was ended or started.
fn of_process(sign: &Sign) -> bool {
    matches!(sign.role, Role::ScannerKilled | Role::ScannerRestarted)
}

/// Whether it tells that the scanner's service ended or started.
fn of_service(sign: &Sign) -> bool {
    let role = matches!(
        sign.role,
        Role::ServiceStopped | Role::ServiceRunning | Role::ServiceCrashed
    );
    role && sign.service == Some(ServiceKey::Scanner)
}

/// The cells of the tracking log with the most lines.
fn volume(traffic: &Traffic, covered: Vec<Stretch>) -> Beside {
    let cells = traffic.cells.iter().map(|(number, cell)| {
        let from = number.saturating_mul(CELL);
        (
            Stretch::new(from, from.saturating_add(CELL)),
            cell.lines as f64,
        )
    });
    let all = covered.iter().map(|s| s.until.saturating_sub(s.from));
    let all = all.fold(0, i64::saturating_add);
    Beside {
        kind: CoincidenceKind::MailVolume,
        with: "mail volume".to_owned(),
        nearness: "in the busiest tenth of the time, by the tracking log",
        near: busiest(cells.collect(), all),
        covered,
    }
}

/// The samples of a counter with the highest values.
fn counter(series: &CounterSeries) -> Beside {
    let mut points: Vec<(i64, f64)> = series
        .points
        .iter()
        .filter(|(_, value)| value.is_finite())
        .map(|(at, value)| (at.micros(), *value))
        .collect();
    points.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let pairs = points.iter().zip(points.iter().skip(1));
    let samples: Vec<(Stretch, f64)> = pairs
        .map(|((from, _), (until, value))| (Stretch::new(*from, *until), *value))
        .filter(|(sample, _)| {
            (1..=LONGEST_SAMPLE).contains(&sample.until.saturating_sub(sample.from))
        })
        .collect();
    let lengths = samples.iter().map(|(s, _)| s.until - s.from);
    let all = lengths.fold(0, i64::saturating_add);
    let covered = samples.iter().map(|(sample, _)| *sample).collect();
    let mut near = busiest(samples, all);
    for (_, cite) in &mut near {
        *cite = Some(series.cite);
    }
    Beside {
        kind: CoincidenceKind::Counter,
        with: series.counter.clone(),
        nearness: "in the tenth of the time in which the counter was highest",
        near,
        covered,
    }
}

/// The stretches with the highest values that together take at most a tenth of the time; of equal values all or none.
fn busiest(mut all: Vec<(Stretch, f64)>, time: i64) -> Vec<(Stretch, Option<Citation>)> {
    all.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let mut busy = Vec::new();
    let mut taken = 0_i64;
    for equal in all.chunk_by(|a, b| a.1 == b.1) {
        let lengths = equal.iter().map(|(s, _)| s.until.saturating_sub(s.from));
        taken = lengths.fold(taken, i64::saturating_add);
        if taken > time / BUSY {
            break;
        }
        busy.extend(equal.iter().map(|(stretch, _)| (*stretch, None)));
    }
    busy
}
