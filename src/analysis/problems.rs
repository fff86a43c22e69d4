//! What the analysis finds wrong with the evidence, or cannot use of it.

use std::collections::BTreeSet;

use super::facts::ServerFacts;
use super::wording::{moment, plural};
use super::{Input, ServerAnalysis};
use crate::evidence::model::Problem;
use crate::profile::{Role, ServiceKey};

/// All problems that can be seen only once the facts are sorted out.
pub fn of_case(input: &Input<'_>, servers: &[ServerAnalysis<'_>]) -> Vec<Problem> {
    let mut problems: Vec<Problem> = servers.iter().flat_map(of_server).collect();
    problems.extend(strangers(input, servers));
    problems
}

/// What is wrong with the evidence of one server.
fn of_server(server: &ServerAnalysis<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    let nameless = server
        .facts
        .failures
        .iter()
        .filter(|failure| failure.key.is_none())
        .count();
    if nameless > 0 {
        problems.push(Problem {
            evidence: String::new(),
            what: format!(
                "{nameless} scan failures on {} name no message.",
                server.facts.name
            ),
            why_it_matters: "They count as failures, but no message can be followed through them."
                .to_owned(),
            what_to_do:
                "Send the log in a form that keeps the insertion strings (.evt, .evtx or XML)."
                    .to_owned(),
        });
    }
    problems.extend(clock(&server.facts));
    problems.extend(unread_states(&server.facts));
    problems
}

/// Moves of the server's clock: times on either side of one do not compare.
fn clock(facts: &ServerFacts<'_>) -> Option<Problem> {
    let first = facts.clock_moves.first()?;
    let cite = first.evidence.first().map(ToString::to_string);
    let slight = match facts.slight_moves {
        0 => String::new(),
        count => format!(
            " {} by less than a second are not counted.",
            plural(count, "correction", "corrections")
        ),
    };
    Some(Problem {
        evidence: cite.unwrap_or_default(),
        what: format!(
            "The clock of {} was moved {}, first at {}.{slight}",
            facts.name,
            plural(facts.clock_moves.len(), "time", "times"),
            moment(first.after)
        ),
        why_it_matters: "Times from before and after a move do not compare; stays and restarts near it may be off by \
                         as much as the clock was moved."
            .to_owned(),
        what_to_do: "See the list of clocks: it says by how much, what was allowed for, and which windows it touches."
            .to_owned(),
    })
}

/// Starts and stops of SMTP in words that the profile does not know, as another language of Windows writes them.
fn unread_states(facts: &ServerFacts<'_>) -> Option<Problem> {
    let unread = || {
        let signs = facts.signals.iter();
        signs.filter(|sign| sign.is(Role::ServiceState, ServiceKey::Smtp))
    };
    let first = unread().next()?;
    Some(Problem {
        evidence: first.cite.to_string(),
        what: format!(
            "{} on {} tell of SMTP changing state in a word that the profile does not know: \"{}\"",
            plural(unread().count(), "record", "records"),
            facts.name,
            first.summary
        ),
        why_it_matters: "Restarts of SMTP cannot be told from these records.".to_owned(),
        what_to_do:
            "Tell what the words mean, so that they can be added to the profile's [[state]] words."
                .to_owned(),
    })
}

/// Names in `case.toml` that no evidence bears: most likely misspelt, and then what they tell is not used.
fn strangers(input: &Input<'_>, servers: &[ServerAnalysis<'_>]) -> Vec<Problem> {
    let known = |name: &str| {
        servers.iter().any(|server| {
            let facts = &server.facts;
            facts.name.as_ref() == name
                && (!facts.coverage.is_empty() || !facts.captures.is_empty())
        })
    };
    let config = input.config;
    let changes = config
        .interventions
        .iter()
        .filter_map(|change| change.server.as_deref());
    let seen = config.observations.iter().map(|seen| seen.server.as_str());
    let entries = config.servers.iter().map(|server| server.name.as_str());
    let unknown: BTreeSet<String> = changes
        .chain(seen)
        .chain(entries)
        .map(|name| config.canonical_server(name))
        .filter(|name| !known(name))
        .collect();
    let bearing: Vec<&str> = servers
        .iter()
        .map(|server| server.facts.name.as_ref())
        .filter(|name| known(name))
        .collect();
    unknown
        .into_iter()
        .map(|name| Problem {
            evidence: "case.toml".to_owned(),
            what: format!("case.toml speaks of {name}, but no log and no capture does."),
            why_it_matters: "What it tells of that server changes no conclusion; if the name is misspelt, a conclusion \
                             about another server may be wrong."
                .to_owned(),
            what_to_do: format!(
                "Check the spelling; the evidence speaks of {}.",
                if bearing.is_empty() { "no server".to_owned() } else { bearing.join(", ") }
            ),
        })
        .collect()
}
