//! Residences as findings.

use std::collections::BTreeSet;

use super::{Numbers, cites, mail, named, seconds};
use crate::analysis::findings::{Message, Stay};
use crate::analysis::{ServerAnalysis, basis, claims};
use crate::evidence::model::MailRecord;

pub(super) fn message(
    server: &ServerAnalysis<'_>,
    of: usize,
    index: usize,
    id: &str,
    numbers: &Numbers,
    looks: &basis::Looks<'_, '_>,
) -> Option<Message> {
    let stay = server.examined.get(index)?;
    let (residence, bounds, claim): (_, _, &claims::Claim) =
        (&stay.residence, &stay.bounds, &stay.claim);
    let codes: BTreeSet<&str> = residence
        .scan_failures()
        .filter_map(|failure| failure.code.as_deref())
        .collect();
    let text = |pick: fn(&crate::evidence::model::SnapshotRow) -> Option<&String>| {
        residence
            .sightings
            .iter()
            .find_map(|s| pick(s.row))
            .cloned()
    };
    let records = &residence.trail.records;
    let said = |pick: fn(&MailRecord) -> Option<String>| {
        records.iter().find_map(|mail| pick(&mail.record))
    };
    let recipients = residence
        .sightings
        .iter()
        .map(|s| &s.row.recipients)
        .find(|r| !r.is_empty());
    Some(Message {
        id: id.to_owned(),
        message_id: residence.message_id().map(str::to_owned),
        server: server.facts.name.to_string(),
        place: residence.place.clone(),
        place_basis: residence.basis,
        entered: bounds.entered,
        left: bounds.left,
        bounds_by: basis::of(stay, looks),
        stayed_s: Stay {
            min: seconds(bounds.least_stay()),
            max: bounds.greatest_stay().map(seconds),
        },
        status: claim.status,
        released_by: claim
            .released_by
            .and_then(|r| numbers.restarts.get(&(of, r)).cloned()),
        release_candidates: named(&numbers.restarts, of, claim.candidates.iter().copied()),
        scan_failures: residence.scan_failures().count() as u64,
        error_codes: codes.into_iter().map(str::to_owned).collect(),
        confidence: claim.confidence,
        why: claim.why.clone(),
        release_confidence: claim.release_confidence,
        release_why: claim.release_why.clone(),
        submitted_at: residence.trail.submitted_at.map(|at| at.lo),
        deliveries: mail::deliveries(&residence.trail),
        recipients_reached: residence.trail.reached,
        // What a capture lists of the message goes before what a log says of it.
        subject: text(|row| row.subject.as_ref()).or_else(|| said(|r| r.subject.clone())),
        sender: text(|row| row.sender.as_ref()).or_else(|| said(|r| r.sender.clone())),
        recipients: recipients
            .cloned()
            .unwrap_or_else(|| mail::named(&residence.trail)),
        size: residence
            .sightings
            .iter()
            .find_map(|s| s.row.size)
            .or_else(|| records.iter().find_map(|mail| mail.record.size)),
        message_class: text(|row| row.message_class.as_ref()),
        evidence: cites(residence.cites()),
    })
}
