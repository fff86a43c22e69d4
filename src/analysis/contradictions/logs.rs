//! Copies of one log that cannot both be whole and true.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Found, Server, StayIndex};
use crate::analysis::Input;
use crate::analysis::findings::{Confidence, ContradictionKind};
use crate::evidence::model::Citation;

/// What the timeline found when it brought the copies together.
pub(super) fn disagreements(input: &Input<'_>, servers: &[Server<'_, '_>]) -> Vec<Found> {
    let mut by_cite: BTreeMap<Citation, Vec<StayIndex>> = BTreeMap::new();
    if !input.timeline.disagreements.is_empty() {
        for (of, server) in servers.iter().enumerate() {
            for (index, stay) in server.examined.iter().enumerate() {
                for failure in stay.residence.scan_failures() {
                    by_cite.entry(failure.cite).or_default().push((of, index));
                }
            }
        }
    }
    let told = input.timeline.disagreements.iter();
    told.map(|disagreement| {
        let stays = disagreement.cites.iter().filter_map(|cite| by_cite.get(cite));
        let lowers = stays
            .flatten()
            .map(|index| (*index, Confidence::Probable))
            .collect();
        let (kind, effect) = match disagreement.lacking {
            false => (
                ContradictionKind::LogsDisagree,
                "Copies of one record say the same; one of the two may have been edited, or is from another machine of \
                 that name. The fuller copy was used. Compare both with the log on the server or in a backup.",
            ),
            true => (
                ContradictionKind::LogLacksRecords,
                "The records are used from where they are, as sure as before: a filtered export lacks records, too. Where \
                 only the poorer file speaks, more may be missing. Ask how it was made.",
            ),
        };
        Found {
            at: disagreement.at,
            kind,
            server: Arc::clone(&disagreement.server),
            count: disagreement.records,
            what: disagreement.what.clone(),
            sides: disagreement
                .sides
                .iter()
                .map(|(says, cite)| {
                    let cites = cite.split(", ").filter(|cite| !cite.is_empty());
                    (says.clone(), cites.map(str::to_owned).collect())
                })
                .collect(),
            effect: effect.to_owned(),
            lowers,
        }
    })
    .collect()
}
