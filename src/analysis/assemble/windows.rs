//! Windows as findings.

use std::collections::BTreeSet;

use super::{Numbers, cites, named};
use crate::analysis::findings::Window;
use crate::analysis::{Examined, ServerAnalysis, windows};
use crate::evidence::model::Citation;

pub(super) fn window(
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
