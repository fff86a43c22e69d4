//! Restarts as findings: what each let out, what outlived it, how much lay there before.

use super::{Numbers, cites, mail, named, seconds};
use crate::analysis::findings::{CountBand, Released, Restart};
use crate::analysis::restarts::AFTER_START;
use crate::analysis::{Examined, ServerAnalysis, restarts};
use crate::time::Timestamp;

pub(super) fn restart(
    server: &ServerAnalysis<'_>,
    of: usize,
    index: usize,
    id: &str,
    numbers: &Numbers,
) -> Option<Restart> {
    let restart = server.restarts.get(index)?;
    let released: Vec<usize> = with(server, |stay| stay.claim.released_by == Some(index));
    let ages = released.iter().filter_map(|&stay| {
        let entered = server.examined.get(stay)?.bounds.entered.latest?;
        Some(restart.begun().since(entered))
    });
    let oldest = ages.max();
    let survived = with(server, |stay| {
        stay.claim.released_by != Some(index) && outlived(stay, restart)
    });
    let touched = server.windows.iter().enumerate().filter(|(_, window)| {
        window.restart == Some(index)
            || window
                .members
                .iter()
                .any(|member| released.contains(member) || survived.contains(member))
    });
    Some(Restart {
        id: id.to_owned(),
        server: server.facts.name.to_string(),
        kind: restart.kind,
        at: restart.instant(),
        stopped_at: restart.stopped.map(|moment| moment.at),
        started_at: restart.started.map(|moment| moment.at),
        down_s: down(restart),
        confidence: restart.confidence,
        why: restart.why.clone(),
        by: restart.by.clone(),
        released: Released {
            known: named(&numbers.messages, of, released.iter().copied()),
            confidence: released
                .iter()
                .filter_map(|&stay| server.examined.get(stay)?.claim.release_confidence)
                .max(),
            oldest_age_s: oldest.map(seconds),
        },
        old_mail: mail::old_mail(server, of, index, numbers),
        survived: named(&numbers.messages, of, survived.iter().copied()),
        held_before: held_before(server, restart),
        windows: named(&numbers.windows, of, touched.map(|(window, _)| window)),
        evidence: cites(restart.evidence.iter().copied()),
    })
}

fn down(restart: &restarts::Restart) -> Option<f64> {
    let micros = restart.started?.at.since(restart.stopped?.at);
    (micros >= 0).then(|| seconds(micros))
}

fn with(server: &ServerAnalysis<'_>, wanted: impl Fn(&Examined<'_>) -> bool) -> Vec<usize> {
    let all = server.examined.iter().enumerate();
    all.filter(|(_, stay)| wanted(stay))
        .map(|(index, _)| index)
        .collect()
}

/// Certainly there before SMTP stopped and certainly still there after it started. That it was handed over again by
/// that start does not show that it stayed.
fn outlived(stay: &Examined<'_>, restart: &restarts::Restart) -> bool {
    let before = stay
        .bounds
        .entered
        .latest
        .is_some_and(|at| at <= restart.begun());
    let after = restart.at().hi;
    let handed_again = |at: Timestamp| at.since(after) <= AFTER_START;
    let seen = stay.bounds.last_seen.is_some_and(|at| at >= after);
    let held = stay.bounds.left.earliest;
    before && (seen || held.is_some_and(|at| at >= after && !handed_again(at)))
}

/// How many messages lay in the tables when SMTP stopped. `None` when nothing speaks of that time: no message is
/// known and no table had been captured.
fn held_before(server: &ServerAnalysis<'_>, restart: &restarts::Restart) -> Option<CountBand> {
    let stop = restart.begun();
    let (mut at_least, mut at_most) = (0, 0);
    for stay in &server.examined {
        let (entered, left) = (stay.bounds.entered, stay.bounds.left);
        let seen_on_both_sides = entered.latest.is_some_and(|at| at <= stop)
            && left.earliest.is_some_and(|at| at >= stop);
        let released = stay.claim.released_by.is_some_and(|index| {
            server
                .restarts
                .get(index)
                .is_some_and(|by| by.at() == restart.at())
        });
        let certain = seen_on_both_sides || released;
        let possible =
            entered.earliest.is_none_or(|at| at <= stop) && left.latest.is_none_or(|at| at >= stop);
        at_least += u64::from(certain);
        at_most += u64::from(certain || possible);
    }
    let looked = known_empty_handed(server, stop);
    (at_most > 0 || looked).then_some(CountBand { at_least, at_most })
}

/// Whether it is known that no other message lay there: every table was completely captured before, and the log
/// that failures go to speaks of all the time since.
fn known_empty_handed(server: &ServerAnalysis<'_>, stop: Timestamp) -> bool {
    let facts = &server.facts;
    let last_looks: Option<Vec<Timestamp>> = facts
        .tables
        .iter()
        .map(|table| {
            let of_table = facts.captures.iter().filter(|c| c.table() == table);
            of_table
                .filter(|c| c.timed.snapshot.complete && c.timed.when.hi <= stop)
                .map(|c| c.timed.when.lo)
                .max()
        })
        .collect();
    let since = last_looks.and_then(|looks| looks.into_iter().min());
    since.is_some_and(|since| {
        facts
            .failure_log()
            .is_some_and(|log| log.speaks_throughout(since, stop))
    })
}
