//! From analyses of servers to findings: numbering, cross-references, and words.

mod contradictions;
mod mail;
mod messages;
mod restarts;
mod windows;

use std::collections::{BTreeMap, BTreeSet};

use super::contradictions::Found;
use super::facts::ServerFacts;
use super::mail::MailIndex;
use super::{
    Conclusions, Input, ServerAnalysis, basis, checks, clocks, coincidences, counters, effects,
    interventions, now, settings, stays, verdict,
};
use crate::analysis::findings::{
    self, Burst, Capture, ClockChange, Coverage, Hole, Observation, Server,
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
    mail: &MailIndex<'_>,
    found: &[Found],
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
    let witnesses_only = servers
        .iter()
        .all(|s| !speaks(s) || s.facts.is_only_a_witness());
    let verdicts: Vec<(String, findings::Verdict, bool)> = servers
        .iter()
        .map(|s| {
            let counts = speaks(s) && (witnesses_only || !s.facts.is_only_a_witness());
            (s.facts.name.to_string(), s.verdict.clone(), counts)
        })
        .collect();
    let facts: Vec<&ServerFacts<'_>> = servers.iter().map(|s| &s.facts).collect();
    let looks: Vec<basis::Looks<'_, '_>> = facts.iter().copied().map(basis::Looks::of).collect();
    let of_each = || servers.iter().enumerate();
    let contradictions = contradictions::listed(servers, found, &numbers);
    let mut windows = listed(&numbers.windows, |of, index, id| {
        windows::window(servers.get(of)?, of, index, id, &numbers)
    });
    contradictions::tell(&mut windows, &contradictions);
    Conclusions {
        verdict: verdict::of_case(&verdicts),
        now: of_each()
            .filter_map(|(of, server)| {
                let ids = now::Ids {
                    message: &|index| numbers.messages.get(&(of, index)).cloned(),
                    restart: &|index| numbers.restarts.get(&(of, index)).cloned(),
                };
                now::of_server(server, input.profile, &ids)
            })
            .collect(),
        checks: of_each()
            .filter_map(|(of, server)| {
                checks::of_server(server, &|index| numbers.restarts.get(&(of, index)).cloned())
            })
            .collect(),
        // What is to be done follows from all the others.
        next_steps: Vec::new(),
        servers: servers.iter().map(server).collect(),
        bursts: listed(&numbers.bursts, |of, index, id| {
            burst(servers.get(of)?, index, id)
        }),
        coincidences: coincidences::of_case(input, servers),
        restarts: listed(&numbers.restarts, |of, index, id| {
            restarts::restart(servers.get(of)?, of, index, id, &numbers)
        }),
        windows,
        messages: listed(&numbers.messages, |of, index, id| {
            messages::message(servers.get(of)?, of, index, id, &numbers, looks.get(of)?)
        }),
        stays: stays::of_case(servers),
        restart_effects: effects::of_case(servers, mail, input.stuck_after),
        interventions: interventions::of_case(input.config, servers),
        observations: observations(input),
        captures: captures(input),
        delays: mail::delays(servers, &numbers),
        settings: settings::last_known(&facts, input.profile),
        counters: counters::of_case(&input.timeline.counters),
        clocks: clock_changes(input, servers, mail, &numbers.windows),
        contradictions,
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
        smtp_now: super::restarts::smtp_now(facts),
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
        level: burst.level,
        parts: burst.parts.clone(),
        error_codes: burst.codes.clone(),
        evidence: cites(failures.iter().map(|failure| failure.cite)),
    })
}

fn clock_changes(
    input: &Input<'_>,
    servers: &[ServerAnalysis<'_>],
    mail: &MailIndex<'_>,
    windows: &Ids,
) -> Vec<ClockChange> {
    let of_each = servers.iter().enumerate().flat_map(|(of, server)| {
        let id = |index: usize| windows.get(&(of, index)).cloned();
        clocks::of_server(server, input.clocks, &id)
    });
    let mut all: Vec<ClockChange> = of_each.collect();
    all.extend(clocks::between_servers(mail, &|found| {
        let concerned = servers.iter().enumerate().filter(|(_, server)| {
            let name = &server.facts.name;
            *name == found.ahead || *name == found.behind
        });
        let (from, to) = found.span();
        let touched = concerned.flat_map(|(of, server)| {
            let own = server.windows.iter().enumerate();
            let own = own.filter(move |(_, window)| clocks::touches(window, from, to));
            own.filter_map(move |(index, _)| windows.get(&(of, index)).cloned())
        });
        touched.collect()
    }));
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
    all.extend(input.timeline.listings.iter().map(mail::listing));
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
