//! Contradictions: evidence that cannot all be true, with both sides, in one list.
//!
//! Nothing is thrown away for it and nothing is decided by it: which side is wrong, the evidence does not say. What
//! rests on either side is claimed with less confidence, and says why. This happens after the claims are drawn and
//! before windows and verdicts are, so that these follow.

mod captures;
mod clocks;
mod logs;
mod mail;
mod stays;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::causes::Elsewhere;
use super::claims::Claim;
use super::facts::ServerFacts;
use super::mail::MailIndex;
use super::{Examined, Input};
use crate::analysis::findings::{Confidence, ContradictionKind};
use crate::evidence::model::Citation;
use crate::time::Timestamp;

/// Records cited for one side.
const CITED: usize = 8;

/// A stay by the index of its server and its own.
pub type StayIndex = (usize, usize);

/// One contradiction, before its stays and windows bear numbers.
#[derive(Clone, Debug)]
pub struct Found {
    pub at: Option<Timestamp>,
    pub kind: ContradictionKind,
    pub server: Arc<str>,
    pub count: u64,
    pub what: String,
    pub sides: Vec<(String, Vec<String>)>,
    pub effect: String,
    /// Stays whose claims are less sure for it, with the most that may be claimed of them.
    pub lowers: BTreeMap<StayIndex, Confidence>,
}

/// What is known of one server when contradictions are looked for.
pub struct Server<'a, 't> {
    pub facts: &'a ServerFacts<'t>,
    pub examined: &'a [Examined<'t>],
}

/// All contradictions of a case, in order of time, then server.
pub fn of_case<'t>(
    input: &Input<'_>,
    servers: &[Server<'_, 't>],
    mail: &MailIndex<'t>,
    elsewhere: &Elsewhere<'t>,
) -> Vec<Found> {
    let by_key = by_message(servers);
    let mut all = Vec::new();
    all.extend(stays::crossed(servers));
    all.extend(stays::creation_times(servers));
    all.extend(stays::failed_after_delivery(servers));
    all.extend(captures::out_of_time(input, servers));
    all.extend(captures::rows_elsewhere(servers, elsewhere));
    all.extend(captures::two_places(servers, &by_key));
    all.extend(mail::delivered_before_submitted(servers, mail, &by_key));
    all.extend(clocks::rows_made_later(input, servers));
    all.extend(clocks::between_servers(servers, mail, &by_key));
    all.extend(logs::disagreements(input, servers));
    all.sort_by(|a, b| (a.at, &a.server, a.kind, &a.what).cmp(&(b.at, &b.server, b.kind, &b.what)));
    all
}

/// The stays of each message, by its join key, in the order of servers.
type ByMessage<'a> = BTreeMap<&'a str, Vec<StayIndex>>;

fn by_message<'a>(servers: &'a [Server<'_, '_>]) -> ByMessage<'a> {
    let mut by_key: ByMessage<'a> = BTreeMap::new();
    for (of, server) in servers.iter().enumerate() {
        for (index, stay) in server.examined.iter().enumerate() {
            if let Some(key) = stay.residence.id.message_key.as_deref() {
                by_key.entry(key).or_default().push((of, index));
            }
        }
    }
    by_key
}

/// Lowers the confidence of the claims that a contradiction concerns, and says why.
pub fn lower(found: &[Found], of: usize, examined: &mut [Examined<'_>]) {
    let mut most: BTreeMap<usize, (Confidence, BTreeSet<ContradictionKind>)> = BTreeMap::new();
    for contradiction in found {
        let own = contradiction.lowers.range((of, 0)..=(of, usize::MAX));
        for ((_, index), cap) in own {
            let (least, kinds) = most.entry(*index).or_insert((*cap, BTreeSet::new()));
            *least = (*least).max(*cap);
            kinds.insert(contradiction.kind);
        }
    }
    for (index, (cap, kinds)) in most {
        if let Some(stay) = examined.get_mut(index) {
            lower_claim(&mut stay.claim, cap, &kinds);
        }
    }
}

fn lower_claim(claim: &mut Claim, cap: Confidence, kinds: &BTreeSet<ContradictionKind>) {
    let told: Vec<&str> = kinds.iter().filter_map(|kind| in_words(*kind)).collect();
    let lowered = claim.confidence < cap;
    claim.confidence = claim.confidence.max(cap);
    claim.time_in_doubt |= kinds.contains(&ContradictionKind::CaptureOutOfTime);
    if let Some(release) = &mut claim.release_confidence {
        *release = (*release).max(cap);
    }
    // A restart that is only possible is a candidate, and not named.
    if claim.release_confidence == Some(Confidence::Possible)
        && let Some(restart) = claim.released_by.take()
        && !claim.candidates.contains(&restart)
    {
        claim.candidates.push(restart);
        claim.candidates.sort_unstable();
    }
    if !told.is_empty() {
        let so = match (lowered, cap) {
            (true, Confidence::Possible) => ", so this is only possible",
            (true, _) => ", so this is only probable",
            (false, _) => "",
        };
        claim.why.push_str(&format!(
            " The evidence contradicts itself: {}{so}.",
            told.join("; ")
        ));
    }
}

/// In a claim's reason. Bounds that cross are said there already.
fn in_words(kind: ContradictionKind) -> Option<&'static str> {
    Some(match kind {
        ContradictionKind::BoundsCross => return None,
        ContradictionKind::TwoPlaces => "it was seen in two places at once",
        ContradictionKind::RowInTwoPlaces => "its row is listed in two places",
        ContradictionKind::CreationTime => "its row's creation time cannot be true",
        ContradictionKind::DeliveredBeforeSubmitted => {
            "it is on record as gone before it was submitted"
        }
        ContradictionKind::FailedAfterDelivery => "it failed after it was out for all recipients",
        ContradictionKind::CaptureOutOfTime => {
            "a capture that lists it bears a time far from all other evidence"
        }
        ContradictionKind::LogsDisagree => "copies of the log disagree about a record of it",
        ContradictionKind::LogLacksRecords => "a copy of the log lacks records of it",
        ContradictionKind::ClocksDisagree => "two clocks that it rests on differ",
    })
}

/// Citations as findings hold them: in order, each once, so many at most.
fn cited(cites: impl IntoIterator<Item = Citation>) -> Vec<String> {
    let unique: BTreeSet<Citation> = cites.into_iter().collect();
    unique.iter().take(CITED).map(Citation::to_string).collect()
}

/// How a message is called in a sentence.
fn called(stay: &Examined<'_>) -> String {
    match stay.residence.message_id() {
        Some(id) => id.to_owned(),
        None => "A row without a message id".to_owned(),
    }
}

/// Where a stay was, in a sentence: `TempTable#1 of BH01`.
fn place(stay: &Examined<'_>) -> String {
    match &stay.residence.place {
        Some(table) => format!("{table} of {}", stay.residence.server),
        None => format!("a table of {}", stay.residence.server),
    }
}
