//! From analyses of servers to findings: numbering, cross-references, and words.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Conclusions, Examined, Input, ServerAnalysis, claims, clocks, restarts, verdict, windows,
};
use crate::analysis::findings::{
    self, Burst, Capture, ClockChange, CountBand, Coverage, Hole, Intervention, Message,
    Observation, Released, Restart, Server, Stay, Window,
};
use crate::evidence::model::{Citation, Problem};
use crate::time::{SECOND, Timestamp};

/// Ids by server (index) and the server's own index.
type Ids = BTreeMap<(usize, usize), String>;

/// The numbers that every list of findings goes by: by time, then server.
struct Numbers {
    bursts: Ids,
    restarts: Ids,
    windows: Ids,
    messages: Ids,
}

pub(super) fn conclusions(
    input: &Input<'_>,
    servers: &[ServerAnalysis<'_>],
    interventions: Vec<Intervention>,
    problems: Vec<Problem>,
) -> Conclusions {
    let numbers = Numbers {
        bursts: number("B", servers, |s| {
            s.bursts.iter().map(|b| Some(b.start)).collect()
        }),
        restarts: number("R", servers, |s| {
            s.restarts.iter().map(|r| Some(r.at().lo)).collect()
        }),
        windows: number("W", servers, |s| {
            s.windows.iter().map(|w| w.start.latest).collect()
        }),
        messages: number("M", servers, |s| {
            s.examined.iter().map(|e| e.bounds.entered.latest).collect()
        }),
    };
    let verdicts: Vec<(String, findings::Verdict, bool)> = servers
        .iter()
        .map(|s| (s.facts.name.to_string(), s.verdict.clone(), speaks(s)))
        .collect();
    Conclusions {
        verdict: verdict::of_case(&verdicts),
        servers: servers.iter().map(server).collect(),
        bursts: listed(&numbers.bursts, |of, index, id| {
            burst(servers.get(of)?, index, id)
        }),
        restarts: listed(&numbers.restarts, |of, index, id| {
            restart(servers.get(of)?, of, index, id, &numbers)
        }),
        windows: listed(&numbers.windows, |of, index, id| {
            window(servers.get(of)?, of, index, id, &numbers)
        }),
        messages: listed(&numbers.messages, |of, index, id| {
            message(servers.get(of)?, of, index, id, &numbers)
        }),
        interventions,
        observations: observations(input),
        captures: captures(input),
        clocks: clock_changes(input, servers, &numbers.windows),
        coverage: coverage(input),
        problems,
    }
}

/// Whether any evidence speaks of a server's mail: its logs, captures, failures or SMTP service.
fn speaks(server: &ServerAnalysis<'_>) -> bool {
    !server.facts.coverage.is_empty() || !server.facts.captures.is_empty()
}

fn number(
    letter: &str,
    servers: &[ServerAnalysis<'_>],
    times: impl Fn(&ServerAnalysis<'_>) -> Vec<Option<Timestamp>>,
) -> Ids {
    let mut all: Vec<(Option<Timestamp>, usize, usize)> = Vec::new();
    for (of, server) in servers.iter().enumerate() {
        all.extend(
            times(server)
                .into_iter()
                .enumerate()
                .map(|(index, at)| (at, of, index)),
        );
    }
    // Servers stand in the order of their names, so their index is the order of names.
    all.sort();
    let numbered = all.into_iter().zip(1..);
    numbered
        .map(|((_, of, index), number)| ((of, index), format!("{letter}{number}")))
        .collect()
}

/// Makes every item of a numbered list, in the order of the numbers.
fn listed<T>(ids: &Ids, make: impl Fn(usize, usize, &str) -> Option<T>) -> Vec<T> {
    let mut order: Vec<(&(usize, usize), &String)> = ids.iter().collect();
    order.sort_by_key(|(_, id)| id.get(1..).and_then(|number| number.parse::<u64>().ok()));
    order
        .into_iter()
        .filter_map(|((of, index), id)| make(*of, *index, id))
        .collect()
}

fn named(ids: &Ids, of: usize, indices: impl IntoIterator<Item = usize>) -> Vec<String> {
    indices
        .into_iter()
        .filter_map(|index| ids.get(&(of, index)).cloned())
        .collect()
}

fn cites(cites: impl IntoIterator<Item = Citation>) -> Vec<String> {
    let unique: BTreeSet<Citation> = cites.into_iter().collect();
    unique.into_iter().map(|cite| cite.to_string()).collect()
}

fn seconds(micros: i64) -> f64 {
    micros as f64 / SECOND as f64
}

fn server(server: &ServerAnalysis<'_>) -> Server {
    let facts = &server.facts;
    Server {
        name: facts.name.to_string(),
        role: facts.role.clone(),
        places: facts.tables.iter().cloned().collect(),
        verdict: server.verdict.clone(),
        smtp_now: restarts::smtp_now(facts),
        scan_failures: facts.failures.len() as u64,
        last_scan_failure: facts.failures.last().map(|failure| failure.at),
        held_now: verdict::held_now(&server.examined),
    }
}

fn burst(server: &ServerAnalysis<'_>, index: usize, id: &str) -> Option<Burst> {
    let burst = server.bursts.get(index)?;
    let failures = server.facts.failures.get(burst.failures.clone())?;
    Some(Burst {
        id: id.to_owned(),
        server: server.facts.name.to_string(),
        start: burst.start,
        end: burst.end,
        events: failures.len() as u64,
        messages: burst.messages,
        peak_per_minute: burst.peak_per_minute,
        base_per_hour: burst.base_per_hour,
        p_value: burst.p_value,
        error_codes: burst.codes.clone(),
        evidence: cites(failures.iter().map(|failure| failure.cite)),
    })
}

fn restart(
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
    let survived = with(server, |stay| outlived(stay, restart));
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
        old_mail: None,
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

/// Certainly there before SMTP stopped and certainly still there after it started.
fn outlived(stay: &Examined<'_>, restart: &restarts::Restart) -> bool {
    let before = stay
        .bounds
        .entered
        .latest
        .is_some_and(|at| at <= restart.begun());
    before
        && stay
            .bounds
            .left
            .earliest
            .is_some_and(|at| at >= restart.at().hi)
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

fn window(
    server: &ServerAnalysis<'_>,
    of: usize,
    index: usize,
    id: &str,
    numbers: &Numbers,
) -> Option<Window> {
    let window = server.windows.get(index)?;
    let members: Vec<&Examined<'_>> = window
        .members
        .iter()
        .filter_map(|member| server.examined.get(*member))
        .collect();
    let messages: BTreeSet<String> = members
        .iter()
        .filter_map(|stay| stay.residence.message_id().map(str::to_owned))
        .collect();
    let restart = window
        .restart
        .and_then(|restart| numbers.restarts.get(&(of, restart)).cloned());
    Some(Window {
        id: id.to_owned(),
        server: server.facts.name.to_string(),
        place: window.place.clone(),
        start: window.start,
        end: window.end,
        end_cause: window.end_cause,
        restart,
        residences: named(&numbers.messages, of, window.members.iter().copied()),
        messages: messages.into_iter().collect(),
        peak: window.peak.clone(),
        bursts: named(&numbers.bursts, of, bursts_of(server, window)),
        causes: server.causes.get(index).cloned().unwrap_or_default(),
        confidence: window.confidence,
        why: window.why.clone(),
        evidence: cites(members.iter().flat_map(|stay| stay.residence.cites())),
    })
}

/// Bursts in which a message of the window failed.
fn bursts_of(server: &ServerAnalysis<'_>, window: &windows::StuckWindow) -> Vec<usize> {
    let failed: BTreeSet<Citation> = window
        .members
        .iter()
        .filter_map(|member| server.examined.get(*member))
        .flat_map(|stay| stay.residence.scan_failures().map(|failure| failure.cite))
        .collect();
    let bursts = server.bursts.iter().enumerate().filter(|(_, burst)| {
        let within = server
            .facts
            .failures
            .get(burst.failures.clone())
            .unwrap_or_default();
        within.iter().any(|failure| failed.contains(&failure.cite))
    });
    bursts.map(|(index, _)| index).collect()
}

fn message(
    server: &ServerAnalysis<'_>,
    of: usize,
    index: usize,
    id: &str,
    numbers: &Numbers,
) -> Option<Message> {
    let stay = server.examined.get(index)?;
    let (residence, bounds, claim): (_, _, &claims::Claim) =
        (&stay.residence, &stay.bounds, &stay.claim);
    let codes: BTreeSet<&str> = residence
        .scan_failures()
        .filter_map(|failure| failure.code.as_deref())
        .collect();
    let text = |pick: fn(&crate::evidence::model::SnapshotRow) -> Option<&String>| {
        residence
            .sightings
            .iter()
            .find_map(|s| pick(s.row))
            .cloned()
    };
    let recipients = residence
        .sightings
        .iter()
        .map(|s| &s.row.recipients)
        .find(|r| !r.is_empty());
    Some(Message {
        id: id.to_owned(),
        message_id: residence.message_id().map(str::to_owned),
        server: server.facts.name.to_string(),
        place: residence.place.clone(),
        place_basis: residence.basis,
        entered: bounds.entered,
        left: bounds.left,
        stayed_s: Stay {
            min: seconds(bounds.least_stay()),
            max: bounds.greatest_stay().map(seconds),
        },
        status: claim.status,
        released_by: claim
            .released_by
            .and_then(|r| numbers.restarts.get(&(of, r)).cloned()),
        release_candidates: named(&numbers.restarts, of, claim.candidates.iter().copied()),
        scan_failures: residence.scan_failures().count() as u64,
        error_codes: codes.into_iter().map(str::to_owned).collect(),
        confidence: claim.confidence,
        why: claim.why.clone(),
        release_confidence: claim.release_confidence,
        release_why: claim.release_why.clone(),
        submitted_at: None,
        deliveries: Vec::new(),
        recipients_reached: None,
        subject: text(|row| row.subject.as_ref()),
        sender: text(|row| row.sender.as_ref()),
        recipients: recipients.cloned().unwrap_or_default(),
        size: residence.sightings.iter().find_map(|s| s.row.size),
        message_class: text(|row| row.message_class.as_ref()),
        evidence: cites(residence.cites()),
    })
}

fn clock_changes(
    input: &Input<'_>,
    servers: &[ServerAnalysis<'_>],
    windows: &Ids,
) -> Vec<ClockChange> {
    let of_each = servers.iter().enumerate().flat_map(|(of, server)| {
        let id = |index: usize| windows.get(&(of, index)).cloned();
        clocks::of_server(server, input.clocks, &id)
    });
    let mut all: Vec<ClockChange> = of_each.collect();
    all.sort_by(|a, b| (a.at, &a.server, a.kind).cmp(&(b.at, &b.server, b.kind)));
    all
}

fn observations(input: &Input<'_>) -> Vec<Observation> {
    let mut all: Vec<Observation> = input
        .config
        .observations
        .iter()
        .map(|seen| Observation {
            at: seen.at.at,
            server: input.config.canonical_server(&seen.server),
            place: seen.place.clone(),
            count: seen.count,
            note: seen.note.clone(),
            evidence: None,
        })
        .collect();
    all.sort_by(|a, b| (a.at, &a.server, &a.place).cmp(&(b.at, &b.server, &b.place)));
    all
}

fn captures(input: &Input<'_>) -> Vec<Capture> {
    let all = input.timeline.snapshots.iter().map(|timed| Capture {
        at: timed.at,
        server: timed.server.to_string(),
        place: timed.snapshot.table.value.clone(),
        count: timed.snapshot.rows.len() as u64,
        complete: timed.snapshot.complete,
        tool: timed.snapshot.tool.clone(),
        evidence: timed.snapshot.cite.to_string(),
    });
    all.collect()
}

fn coverage(input: &Input<'_>) -> Vec<Coverage> {
    let mut all: Vec<Coverage> = input
        .timeline
        .coverage
        .iter()
        .map(|log| Coverage {
            server: log.server.to_string(),
            log: log.log.clone(),
            from: log.from,
            to: log.to,
            records: log.records,
            holes: log
                .holes
                .iter()
                .map(|hole| Hole {
                    from: hole.from,
                    to: hole.to,
                    why: hole.why.clone(),
                })
                .collect(),
        })
        .collect();
    all.sort_by(|a, b| (a.from, &a.server, &a.log).cmp(&(b.from, &b.server, &b.log)));
    all
}
