//! Headers in the logs of SMTP virtual servers: signs of a start, beside what the service manager recorded.
//!
//! That a header in mid-file means a start is inferred, so it corroborates a restart and never makes one more than
//! possible. One that opens its file says nothing: a new day begins a new file.

use std::collections::BTreeSet;

use super::facts::ServerFacts;
use super::restarts::{Moment, Restart, SAME_CHANGE};
use super::wording::moment;
use crate::analysis::findings::{Confidence, RestartKind};
use crate::profile::Profile;
use crate::timeline::TimedStart;

/// Adds headers to the restarts that they fit, and makes possible restarts of the others.
pub(super) fn corroborate(facts: &ServerFacts<'_>, profile: &Profile, restarts: &mut Vec<Restart>) {
    let headers = facts.starts.iter().filter(|start| !start.start.opens_file);
    let mut alone: Vec<Restart> = Vec::new();
    for header in headers {
        let near = |restart: &&mut Restart| {
            let at = restart
                .started
                .map_or_else(|| restart.instant(), |moment| moment.at);
            header.at.since(at).abs() <= SAME_CHANGE
        };
        match restarts.iter_mut().find(near) {
            Some(restart) => support(restart, header),
            None => match alone.last_mut().filter(|last| near(&last)) {
                Some(last) => join(last, header, profile),
                None => alone.push(possible(facts, profile, header)),
            },
        }
    }
    restarts.extend(alone);
}

fn which(header: &TimedStart) -> String {
    match header.start.virtual_server {
        Some(number) => format!("SMTP virtual server {number}"),
        None => "an SMTP virtual server".to_owned(),
    }
}

fn support(restart: &mut Restart, header: &TimedStart) {
    let cite = header.start.cite;
    restart.why.push_str(&format!(
        " The log of {} begins anew at {} ({cite}), as it does when the service starts (inferred).",
        which(header),
        moment(header.at)
    ));
    restart.evidence.push(cite);
    restart.evidence.sort();
}

fn possible(facts: &ServerFacts<'_>, profile: &Profile, header: &TimedStart) -> Restart {
    let covered = facts
        .service_log()
        .is_some_and(|log| log.speaks_throughout(header.when.lo, header.when.hi));
    let silence = match covered {
        true => {
            "the System log covers that time and has no record of it: one virtual server alone may have been started"
        }
        false => "the System log does not speak of that time",
    };
    Restart {
        kind: RestartKind::ServiceRestart,
        stopped: None,
        started: Some(Moment {
            at: header.at,
            when: header.when,
        }),
        booted: None,
        confidence: Confidence::Possible,
        why: format!(
            "The log of {} begins anew, as it does when the service starts (inferred); {silence}.",
            which(header)
        ),
        by: None,
        tables: table(profile, header),
        evidence: vec![header.start.cite],
    }
}

fn join(restart: &mut Restart, header: &TimedStart, profile: &Profile) {
    restart.why.push_str(&format!(
        " So does that of {} ({}).",
        which(header),
        header.start.cite
    ));
    match header.start.virtual_server {
        Some(_) if !restart.tables.is_empty() => restart.tables.extend(table(profile, header)),
        _ => restart.tables.clear(),
    }
    restart.evidence.push(header.start.cite);
}

/// Virtual server `n` fills and empties table `n` (KB 906557).
fn table(profile: &Profile, header: &TimedStart) -> BTreeSet<String> {
    let number = header.start.virtual_server;
    number
        .map(|number| profile.place_name(number))
        .into_iter()
        .collect()
}
