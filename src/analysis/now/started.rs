//! What a start of SMTP would let out, and for whom.

use std::collections::{BTreeMap, BTreeSet};

use super::kept::Kept;
use super::missing::leaves_count_open;
use super::{band, oldest_age};
use crate::analysis::findings::{IfStarted, Missing};
use crate::analysis::mail::recipient_key;
use crate::analysis::restarts::smtp_now;
use crate::analysis::{Examined, ServerAnalysis};
use crate::time::Timestamp;

/// Recipients and senders given by name.
const MOST_NAMED: usize = 20;

/// What a start of SMTP would let out of these stays, the open ones of a server.
pub(super) fn if_started(
    server: &ServerAnalysis<'_>,
    stays: &[&Examined<'_>],
    as_of: Option<Timestamp>,
    missing: &[Missing],
    kept: Kept,
) -> IfStarted {
    let held = band(stays);
    let mut recipients: BTreeMap<String, String> = BTreeMap::new();
    let mut senders: BTreeSet<String> = BTreeSet::new();
    let mut unaddressed = 0;
    for stay in stays {
        let named = addressed(stay);
        unaddressed += u64::from(named.is_empty());
        for name in named {
            recipients
                .entry(recipient_key(name))
                .or_insert(name.to_owned());
        }
        let residence = &stay.residence;
        let listed = residence
            .sightings
            .iter()
            .find_map(|s| s.row.sender.clone());
        let said = || {
            residence
                .trail
                .records
                .iter()
                .find_map(|mail| mail.record.sender.clone())
        };
        senders.extend(listed.or_else(said));
    }
    let unknown = missing.iter().any(|m| leaves_count_open(m, server));
    IfStarted {
        smtp_now: smtp_now(&server.facts),
        at_least: held.at_least.saturating_sub(kept.messages),
        at_most: (!unknown).then_some(held.at_most),
        kept: kept.messages,
        kept_through: kept.through,
        oldest_age_s: oldest_age(stays, as_of),
        recipients: recipients.len() as u64,
        recipients_named: recipients.into_values().take(MOST_NAMED).collect(),
        senders: senders.into_iter().take(MOST_NAMED).collect(),
        unaddressed,
    }
}

/// Whom a stay's message is for: as a capture lists it, else as the logs name them.
fn addressed<'e>(stay: &'e Examined<'_>) -> Vec<&'e str> {
    let residence = &stay.residence;
    let listed = residence.sightings.iter().map(|s| &s.row.recipients);
    if let Some(listed) = listed.into_iter().find(|names| !names.is_empty()) {
        return listed.iter().map(String::as_str).collect();
    }
    let records = residence.trail.records.iter();
    records
        .flat_map(|mail| &mail.record.recipients)
        .map(AsRef::as_ref)
        .collect()
}
