//! Interventions: how many scan failures, bursts, stuck messages and windows there were before and after each change, over
//! the hours that logs cover.

use super::ServerAnalysis;
use super::settings::{self, Change};
use crate::analysis::findings::Intervention;
use crate::case::CaseConfig;
use crate::case::InterventionKind;
use crate::case::config::InterventionConfig;
use crate::time::Timestamp;

mod compare;
mod reading;
#[cfg(test)]
mod tests;

use compare::compared;

/// Every change of `case.toml`, and every one that two exports of the registry show, compared.
pub fn of_case(config: &CaseConfig, servers: &[ServerAnalysis<'_>]) -> Vec<Intervention> {
    let told = &config.interventions;
    let mut shown: Vec<Change> = servers
        .iter()
        .flat_map(|server| settings::changes(&server.facts))
        .collect();
    let mut all: Vec<Intervention> = Vec::new();
    for change in told {
        let server = change
            .server
            .as_deref()
            .map(|name| config.canonical_server(name));
        let mut compared = compared((change.at.at, change.at.at), server.as_deref(), servers);
        compared.kind = change.kind.as_str().to_owned();
        compared.what = change.what.clone();
        for export in taken(&mut shown, change, server.as_deref(), told) {
            join(&mut compared, export);
        }
        all.push(compared);
    }
    for change in shown {
        let mut compared = compared(change.between, Some(&change.server), servers);
        compared.kind = InterventionKind::Registry.as_str().to_owned();
        compared.what = settings::in_words(&change.changes);
        compared.changes = change.changes;
        compared.evidence = change.evidence.iter().map(ToString::to_string).collect();
        all.push(compared);
    }
    all.sort_by(|a, b| (a.at, &a.server, &a.what).cmp(&(b.at, &b.server, &b.what)));
    all
}

/// The exports that show what `case.toml` tells: of that server, a change of the registry in the time between them,
/// where no other such change is told.
fn taken(
    shown: &mut Vec<Change>,
    told: &InterventionConfig,
    server: Option<&str>,
    all: &[InterventionConfig],
) -> Vec<Change> {
    let within = |change: &InterventionConfig, (from, to): (Timestamp, Timestamp)| {
        change.kind == InterventionKind::Registry && from <= change.at.at && change.at.at <= to
    };
    let fits = |export: &Change| {
        let same = |other: &&InterventionConfig| {
            within(other, export.between) && other.server == told.server
        };
        within(told, export.between)
            && server.is_none_or(|server| server == export.server)
            && all.iter().filter(same).count() == 1
    };
    let (taken, left) = std::mem::take(shown).into_iter().partition(fits);
    *shown = left;
    taken
}

fn join(intervention: &mut Intervention, export: Change) {
    intervention.what = format!(
        "{} (exports of {}: {})",
        intervention.what,
        export.server,
        settings::in_words(&export.changes)
    );
    intervention.changes.extend(export.changes);
    let cites = export.evidence.iter().map(ToString::to_string);
    intervention.evidence.extend(cites);
}
