//! What the logs of the mail system add to the findings.

use std::collections::BTreeSet;

use super::{Numbers, seconds};
use crate::analysis::ServerAnalysis;
use crate::analysis::findings::{Delay, Delivery, Observation, OldMail, OldMessage};
use crate::analysis::mail::{Trail, ends};
use crate::analysis::old_mail::Old;
use crate::analysis::restarts::AFTER_START;
use crate::analysis::wording::moment;
use crate::timeline::TimedListing;

/// Old messages that a restart lists one by one.
const MOST_OLD: usize = 1000;

/// What the logs say of one stay, in order; of very many lines the first and the last.
pub(super) fn deliveries(trail: &Trail<'_>) -> Vec<Delivery> {
    let records = ends(&trail.records).map(|mail| Delivery {
        at: mail.at,
        server: mail.server.to_string(),
        step: mail.record.step.as_str().to_owned(),
        event: mail.record.event.to_string(),
        documented: mail.record.documented,
        recipients: mail
            .record
            .recipients
            .iter()
            .map(ToString::to_string)
            .collect(),
        partner: mail.partner.as_ref().map(ToString::to_string),
        evidence: mail.record.cite.to_string(),
    });
    records.collect()
}

/// The recipients that the logs name, in the order in which they do.
pub(super) fn named(trail: &Trail<'_>) -> Vec<String> {
    let mut known = BTreeSet::new();
    let all = trail
        .records
        .iter()
        .flat_map(|mail| &mail.record.recipients);
    all.filter(|address| known.insert(address.to_lowercase()))
        .map(ToString::to_string)
        .collect()
}

/// What went out after one restart.
pub(super) fn old_mail(
    server: &ServerAnalysis<'_>,
    of: usize,
    index: usize,
    numbers: &Numbers,
) -> Option<OldMail> {
    let outflow = server.old_mail.get(index)?.as_ref()?;
    let items = outflow.items.iter().take(MOST_OLD).map(|old| OldMessage {
        message_id: old.message_id.clone(),
        message: residence(server, old).and_then(|stay| numbers.messages.get(&(of, stay)).cloned()),
        submitted_at: old.submitted,
        out_at: old.out,
        age_s: seconds(old.age()),
        recipients: old.recipients,
        evidence: old.cite.to_string(),
    });
    Some(OldMail {
        within_s: seconds(AFTER_START),
        messages: outflow.items.len() as u64,
        recipients: outflow.items.iter().map(|old| old.recipients).sum(),
        age_median_s: seconds(outflow.median()),
        age_max_s: seconds(outflow.oldest()),
        items: items.collect(),
    })
}

/// The stay that an old message's record ended or belongs to.
fn residence(server: &ServerAnalysis<'_>, old: &Old) -> Option<usize> {
    let mut stays = server.examined.iter();
    stays.position(|stay| {
        stay.residence.id.message_key.as_deref() == Some(old.key.as_str())
            && stay
                .residence
                .trail
                .records
                .iter()
                .any(|mail| mail.record.cite == old.cite)
    })
}

/// How long mail took, by the beginning of each stretch.
pub(super) fn delays(servers: &[ServerAnalysis<'_>], numbers: &Numbers) -> Vec<Delay> {
    let mut all = Vec::new();
    for (of, server) in servers.iter().enumerate() {
        all.extend(server.delays.iter().map(|stretch| {
            Delay {
                server: server.facts.name.to_string(),
                window: stretch
                    .window
                    .and_then(|window| numbers.windows.get(&(of, window)).cloned()),
                phase: stretch.phase,
                from: stretch.from,
                to: stretch.to,
                records: stretch.records,
                median_s: stretch.median_s,
                p95_s: stretch.p95_s,
            }
        }));
    }
    all.sort_by(|a, b| {
        let key = |d: &Delay| (d.from, d.server.clone(), d.window.clone(), d.phase);
        key(a).cmp(&key(b))
    });
    all
}

/// A listing of a folder, as what was seen there.
pub(super) fn listing(timed: &TimedListing) -> Observation {
    let listing = &timed.listing;
    let mut note = format!("{} bytes", listing.bytes);
    if let (Some(oldest), Some(newest)) = (&listing.oldest, &listing.newest) {
        note.push_str(&format!(
            ", written last between {} and {}",
            moment(oldest.at),
            moment(newest.at)
        ));
    }
    if !listing.complete {
        note.push_str("; the listing does not hold all of its own count");
    }
    Observation {
        at: timed.at,
        server: timed.server.to_string(),
        place: listing.folder.clone(),
        count: Some(listing.files),
        note: Some(note),
        evidence: Some(listing.cite.to_string()),
    }
}
