//! Clocks that differ by more than is allowed for: what `clocks[]` measures, with both of its sides.

use std::sync::Arc;

use super::{ByMessage, Found, Server, cited};
use crate::analysis::Input;
use crate::analysis::clocks::late_rows;
use crate::analysis::findings::{Confidence, ContradictionKind};
use crate::analysis::mail::{MailIndex, contradictions};
use crate::analysis::wording::{moment, span};
use crate::profile::message_key;

/// Rows that were made, by the server's clock, after the capture that lists them was noted.
pub(super) fn rows_made_later(input: &Input<'_>, servers: &[Server<'_, '_>]) -> Vec<Found> {
    let of_server = |(of, server): (usize, &Server<'_, '_>)| {
        let late = late_rows(server.facts, input.clocks);
        let first = late.first()?;
        let cites: std::collections::BTreeSet<_> = late.iter().map(|row| row.cite).collect();
        let lowers = server.examined.iter().enumerate().filter(|(_, stay)| {
            let mut sightings = stay.residence.sightings.iter();
            sightings.any(|sighting| cites.contains(&sighting.cite()))
        });
        Some(Found {
            at: Some(first.noted),
            kind: ContradictionKind::ClocksDisagree,
            server: Arc::clone(&server.facts.name),
            count: late.len() as u64,
            what: format!(
                "A row on {} was made {} after the capture that lists it, beyond what is allowed for.",
                server.facts.name,
                span(first.ahead)
            ),
            sides: vec![
                (
                    format!(
                        "By the server's clock the row was made or changed at {}.",
                        moment(first.made)
                    ),
                    cited([first.cite]),
                ),
                (
                    format!("The capture is noted for {}.", moment(first.noted)),
                    cited([first.capture]),
                ),
            ],
            effect: format!(
                "Whether something happened before or after a capture may be wrong by that much. Give clock_ahead_by of \
                 {} in case.toml, or correct the time of the capture.",
                server.facts.name
            ),
            lowers: lowers
                .map(|(index, _)| ((of, index), Confidence::Probable))
                .collect(),
        })
    };
    servers.iter().enumerate().filter_map(of_server).collect()
}

/// Messages that one server has before the other began to give them to it.
pub(super) fn between_servers(
    servers: &[Server<'_, '_>],
    mail: &MailIndex<'_>,
    by_key: &ByMessage<'_>,
) -> Vec<Found> {
    let named = |of: &usize, name: &str| {
        let server = servers.get(*of);
        server.is_some_and(|server| server.facts.name.as_ref() == name)
    };
    let tell = |found: &crate::analysis::mail::Contradiction<'_>| {
        let key = message_key(&found.sent.record.message_id);
        let stays = by_key.get(key.as_str()).into_iter().flatten();
        let stays = stays.filter(|(of, _)| named(of, &found.ahead) || named(of, &found.behind));
        Found {
            at: Some(found.had.at),
            kind: ContradictionKind::ClocksDisagree,
            server: Arc::clone(&found.ahead),
            count: found.messages,
            what: format!(
                "{} had {} before {} began to give it to it.",
                found.behind, found.sent.record.message_id, found.ahead
            ),
            sides: vec![
                (
                    format!(
                        "By its own log {} began at {} to give it to {}.",
                        found.ahead,
                        moment(found.sent.at),
                        found.behind
                    ),
                    cited([found.sent.record.cite]),
                ),
                (
                    format!(
                        "By its own log {} had it since {}.",
                        found.behind,
                        moment(found.had.at)
                    ),
                    cited([found.had.record.cite]),
                ),
            ],
            effect: format!(
                "Times of the two compare no better than {}. Give clock_ahead_by of the one that is wrong in case.toml.",
                span(found.by)
            ),
            lowers: stays.map(|index| (*index, Confidence::Probable)).collect(),
        }
    };
    contradictions(mail).iter().map(tell).collect()
}
