//! Contradictions as findings: numbered, with the messages and windows that are less sure for them.

use std::collections::{BTreeMap, BTreeSet};

use super::Numbers;
use crate::analysis::ServerAnalysis;
use crate::analysis::contradictions::Found;
use crate::analysis::findings::{Contradiction, Side, Window};

/// In the order in which they were found: by time, then server.
pub(super) fn listed(
    servers: &[ServerAnalysis<'_>],
    found: &[Found],
    numbers: &Numbers,
) -> Vec<Contradiction> {
    let homes = homes(servers);
    let numbered = found.iter().zip(1..);
    numbered
        .map(|(found, number)| Contradiction {
            id: format!("X{number}"),
            at: found.at,
            kind: found.kind,
            server: found.server.to_string(),
            count: found.count,
            what: found.what.clone(),
            sides: found
                .sides
                .iter()
                .map(|(says, evidence)| Side {
                    says: says.clone(),
                    evidence: evidence.clone(),
                })
                .collect(),
            effect: found.effect.clone(),
            lowers: lowers(found, &homes, numbers),
        })
        .collect()
}

/// Says in the reason of each window which contradictions bear on it.
pub(super) fn tell(windows: &mut [Window], contradictions: &[Contradiction]) {
    let mut bearing: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for found in contradictions {
        for id in found.lowers.iter().filter(|id| id.starts_with('W')) {
            bearing.entry(id).or_default().push(&found.id);
        }
    }
    for window in windows {
        if let Some(ids) = bearing.get(window.id.as_str()) {
            window.why.push_str(&format!(
                " Evidence of it contradicts itself ({}).",
                ids.join(", ")
            ));
        }
    }
}

/// The window of each stay, by server and stay.
type Homes = BTreeMap<(usize, usize), usize>;

fn homes(servers: &[ServerAnalysis<'_>]) -> Homes {
    let mut homes = Homes::new();
    for (of, server) in servers.iter().enumerate() {
        for (window, found) in server.windows.iter().enumerate() {
            homes.extend(found.members.iter().map(|stay| ((of, *stay), window)));
        }
    }
    homes
}

/// The messages, then the windows that hold them, each in the order of its numbers.
fn lowers(found: &Found, homes: &Homes, numbers: &Numbers) -> Vec<String> {
    let messages = found.lowers.keys();
    let mut all: Vec<&String> = messages
        .filter_map(|stay| numbers.messages.get(stay))
        .collect();
    let windows: BTreeSet<(usize, usize)> = found
        .lowers
        .keys()
        .filter_map(|stay| Some((stay.0, *homes.get(stay)?)))
        .collect();
    let mut windows: Vec<&String> = windows
        .iter()
        .filter_map(|window| numbers.windows.get(window))
        .collect();
    let number = |id: &&String| id.get(1..).and_then(|number| number.parse::<u64>().ok());
    all.sort_by_key(number);
    windows.sort_by_key(number);
    all.into_iter().chain(windows).cloned().collect()
}
