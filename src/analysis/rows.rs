//! Conclusions that stand in the timeline beside the events: restarts, changes, what was read on a screen.

use super::Conclusions;
use crate::analysis::findings::{Intervention, Observation, Restart, RestartKind};
use crate::timeline::row::Row;

/// The rows that conclusions add to the timeline.
pub fn rows(conclusions: &Conclusions) -> Vec<Row> {
    let restarts = conclusions.restarts.iter().map(restart);
    let changes = conclusions.interventions.iter().map(intervention);
    // A listing stands in the timeline by itself.
    let told = conclusions.observations.iter();
    let seen = told.filter(|seen| seen.evidence.is_none()).map(observation);
    restarts.chain(changes).chain(seen).collect()
}

fn restart(restart: &Restart) -> Row {
    let kind = match restart.kind {
        RestartKind::ServiceRestart => "SMTP restarted",
        RestartKind::ServiceCrash => "SMTP crashed",
        RestartKind::Reboot => "the server was restarted",
        RestartKind::UnexpectedReboot => "the server went down unexpectedly and started again",
    };
    let by = restart
        .by
        .as_deref()
        .map(|by| format!(" by {by}"))
        .unwrap_or_default();
    Row {
        kind: "restart".to_owned(),
        summary: format!("{}: {kind}{by}", restart.id),
        evidence: restart.evidence.first().cloned().unwrap_or_default(),
        ..Row::blank(restart.at, &restart.server)
    }
}

fn intervention(change: &Intervention) -> Row {
    Row {
        kind: "intervention".to_owned(),
        summary: format!("{}: {}", change.kind, change.what),
        evidence: match change.evidence.first() {
            Some(export) if change.not_before.is_some() => export.clone(),
            _ => "case.toml".to_owned(),
        },
        ..Row::blank(change.at, change.server.as_deref().unwrap_or_default())
    }
}

fn observation(seen: &Observation) -> Row {
    let count = seen
        .count
        .map(|count| format!(": {count}"))
        .unwrap_or_default();
    let note = seen
        .note
        .as_deref()
        .map(|note| format!(" ({note})"))
        .unwrap_or_default();
    Row {
        kind: "observation".to_owned(),
        place: Some(seen.place.clone()),
        summary: format!("read on a screen: {}{count}{note}", seen.place),
        evidence: "case.toml".to_owned(),
        ..Row::blank(seen.at, &seen.server)
    }
}
