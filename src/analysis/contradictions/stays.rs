//! What contradicts itself within the stays of one message on one server.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Found, Server, called, cited, place};
use crate::analysis::Examined;
use crate::analysis::bounds::Creation;
use crate::analysis::findings::{Confidence, ContradictionKind};
use crate::analysis::wording::moment;
use crate::time::Timestamp;

/// Bounds that cross: by some evidence it had gone before other evidence shows it there.
pub(super) fn crossed(servers: &[Server<'_, '_>]) -> Vec<Found> {
    gathered(
        servers,
        |stay| stay.bounds.contradiction.then_some(()),
        |stay, ()| {
            let residence = &stay.residence;
            let appeared = residence.appeared();
            let shown = |at: Option<Timestamp>| at.map_or("an unknown time".to_owned(), moment);
            let there = appeared.map(|appeared| appeared.last.lo);
            let departed = residence.trail.departed.as_ref();
            let gone = residence
                .gone_by
                .or(departed.map(|departed| departed.when.hi));
            Told {
                what: format!("{} was in {} when it was not.", called(stay), place(stay)),
                sides: [
                    (
                        format!("It was there, last certainly at {}.", shown(there)),
                        cited(
                            residence
                                .failures
                                .iter()
                                .map(|f| f.cite)
                                .chain(residence.sightings.iter().map(|sighting| sighting.cite())),
                        ),
                    ),
                    (
                        format!(
                            "It was not there until {}, or no longer from {}.",
                            shown(residence.absent_since),
                            shown(gone)
                        ),
                        cited(
                            departed
                                .iter()
                                .flat_map(|d| &d.records)
                                .map(|m| m.record.cite),
                        ),
                    ),
                ],
                kind: ContradictionKind::BoundsCross,
                effect: "The bounds of the stay hold both sides. Check the times of the captures and clock_ahead_by in case.toml.",
                cap: Confidence::Possible,
            }
        },
    )
}

/// Creation times that were dropped, because other evidence of the same row says otherwise.
pub(super) fn creation_times(servers: &[Server<'_, '_>]) -> Vec<Found> {
    // That a row was made after the capture that lists it is told of the two clocks already.
    let told = |stay: &Examined<'_>| {
        let mut sightings = stay.residence.sightings.iter();
        let dated = sightings
            .next()
            .is_some_and(|first| first.row.created_at.is_some());
        dated && stay.residence.failures.is_empty()
    };
    let kind = |stay: &Examined<'_>| match stay.bounds.creation {
        Creation::Absent | Creation::Trusted => None,
        Creation::AfterAppearance if told(stay) => None,
        other => Some(other as u8),
    };
    gathered(servers, kind, |stay, _| {
        let residence = &stay.residence;
        let mut rows = residence.sightings.iter();
        let made = rows.find(|sighting| sighting.row.created_at.is_some());
        let says = |sighting: &crate::analysis::tracks::Sighting<'_>| {
            let at = sighting.row.created_at.as_ref().map(|stamp| stamp.at);
            format!(
                "The row says that it was made at {}.",
                at.map_or("an unknown time".to_owned(), moment)
            )
        };
        let one = (
            made.map(says).unwrap_or_default(),
            cited(made.map(|sighting| sighting.cite())),
        );
        let other = match stay.bounds.creation {
            Creation::BeforeAbsence => (
                format!(
                    "A complete capture of {} lists no such row.",
                    residence.absent_since.map_or("then".to_owned(), moment)
                ),
                Vec::new(),
            ),
            Creation::Differs => {
                let first = made.and_then(|made| made.row.created_at.as_ref());
                let differing = residence.sightings.iter().find(|sighting| {
                    let made = sighting.row.created_at.as_ref();
                    made.is_some() && made.map(|m| m.at) != first.map(|m| m.at)
                });
                (
                    differing.map(says).unwrap_or_default(),
                    cited(differing.map(|sighting| sighting.cite())),
                )
            }
            _ => {
                let failure = residence.failures.first();
                let sighting = residence.sightings.first();
                match failure {
                    Some(failure) => (
                        format!("The message failed scanning at {}.", moment(failure.at)),
                        cited([failure.cite]),
                    ),
                    None => (
                        format!(
                            "It was listed in a capture noted for {}.",
                            sighting.map_or("then".to_owned(), |s| moment(s.capture.at))
                        ),
                        cited(sighting.map(|sighting| sighting.cite())),
                    ),
                }
            }
        };
        Told {
            what: format!(
                "The creation time of a row of {} cannot be true, or other evidence of it is not: {}.",
                place(stay),
                called(stay)
            ),
            sides: [one, other],
            kind: ContradictionKind::CreationTime,
            effect: "The creation time was not used. Check the server's clock (clock_ahead_by in case.toml) and the time \
                     of the captures.",
            cap: Confidence::Probable,
        }
    })
}

/// Failed scans of a message that this server's own log shows out for all recipients before, without a line by which
/// it came again.
pub(super) fn failed_after_delivery(servers: &[Server<'_, '_>]) -> Vec<Found> {
    let mut all: BTreeMap<Arc<str>, Found> = BTreeMap::new();
    for (of, server) in servers.iter().enumerate() {
        let mut stays: BTreeMap<&str, Vec<(Timestamp, usize)>> = BTreeMap::new();
        for (index, stay) in server.examined.iter().enumerate() {
            let key = stay.residence.id.message_key.as_deref();
            if let (Some(key), Some(appeared)) = (key, stay.residence.appeared()) {
                stays
                    .entry(key)
                    .or_default()
                    .push((appeared.first.lo, index));
            }
        }
        for mut order in stays.into_values().filter(|stays| stays.len() > 1) {
            order.sort();
            for pair in order.windows(2) {
                let [(_, before), (_, after)] = pair else {
                    continue;
                };
                let (Some(one), Some(other)) =
                    (server.examined.get(*before), server.examined.get(*after))
                else {
                    continue;
                };
                let Some(departed) = one.residence.trail.departed.as_ref() else {
                    continue;
                };
                let Some(failure) = other.residence.failures.first() else {
                    continue;
                };
                let silent = other.residence.trail.handed_over.is_none()
                    && server.facts.tracked(departed.when.lo, failure.when.hi);
                if failure.when.lo <= departed.when.hi || !silent {
                    continue;
                }
                let found = all
                    .entry(Arc::clone(&server.facts.name))
                    .or_insert_with(|| Found {
                        at: Some(failure.at),
                        kind: ContradictionKind::FailedAfterDelivery,
                        server: Arc::clone(&server.facts.name),
                        count: 0,
                        what: format!(
                            "{} failed scanning on {} after it was out for all recipients.",
                            called(other),
                            server.facts.name
                        ),
                        sides: vec![
                            (
                                format!(
                                    "Delivery records account for all recipients at {}.",
                                    moment(departed.when.lo)
                                ),
                                cited(departed.records.iter().map(|mail| mail.record.cite)),
                            ),
                            (
                                format!(
                                    "It failed scanning at {}, and no line of the log has it come again.",
                                    moment(failure.at)
                                ),
                                cited([failure.cite]),
                            ),
                        ],
                        effect: "Both are counted, as two stays. A copy for recipients that the records do not name \
                                 would explain it."
                            .to_owned(),
                        lowers: BTreeMap::new(),
                    });
                found.count += 1;
                found.lowers.insert((of, *before), Confidence::Probable);
                found.lowers.insert((of, *after), Confidence::Probable);
            }
        }
    }
    all.into_values().collect()
}

/// One contradiction of one stay in words.
struct Told {
    what: String,
    sides: [(String, Vec<String>); 2],
    kind: ContradictionKind,
    effect: &'static str,
    cap: Confidence,
}

/// The contradictions of single stays: one for each server and what `which` tells apart, with the words of the first.
fn gathered<K: Ord>(
    servers: &[Server<'_, '_>],
    which: impl Fn(&Examined<'_>) -> Option<K>,
    tell: impl Fn(&Examined<'_>, &K) -> Told,
) -> Vec<Found> {
    let mut all: Vec<Found> = Vec::new();
    for (of, server) in servers.iter().enumerate() {
        let mut own: BTreeMap<K, Found> = BTreeMap::new();
        for (index, stay) in server.examined.iter().enumerate() {
            let Some(key) = which(stay) else { continue };
            let cap = match own.get(&key).map(|found| found.kind) {
                Some(ContradictionKind::BoundsCross) => Confidence::Possible,
                Some(_) => Confidence::Probable,
                None => {
                    let told = tell(stay, &key);
                    let cap = told.cap;
                    own.insert(
                        key,
                        Found {
                            at: stay.bounds.entered.latest.or(stay.bounds.left.earliest),
                            kind: told.kind,
                            server: Arc::clone(&server.facts.name),
                            count: 1,
                            what: told.what,
                            sides: told.sides.into(),
                            effect: told.effect.to_owned(),
                            lowers: BTreeMap::from([((of, index), cap)]),
                        },
                    );
                    continue;
                }
            };
            if let Some(found) = own.get_mut(&key) {
                found.count += 1;
                found.lowers.insert((of, index), cap);
            }
        }
        all.extend(own.into_values());
    }
    all
}
