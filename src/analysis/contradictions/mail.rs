//! Delivery records that stand in an order that cannot be.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{ByMessage, Found, Server, cited};
use crate::analysis::findings::{Confidence, ContradictionKind};
use crate::analysis::mail::MailIndex;
use crate::analysis::wording::moment;
use crate::evidence::model::Step;
use crate::profile::message_key;
use crate::time::{DAY, MINUTE, Timestamp};
use crate::timeline::TimedMail;

/// Clocks of one domain may differ by so much before its computers refuse each other (the default of Kerberos, "Maximum
/// tolerance for computer clock synchronization", Windows Server 2003); a sender's may be off by more, but then says
/// nothing.
const SENDERS_CLOCK: i64 = 5 * MINUTE;
/// So long before a message's first line its log must speak, for that to be the first there was.
const TRACKED_BEFORE: i64 = DAY;

/// Messages that went out, by a server's own log, before that log has them come; or before they were submitted.
pub(super) fn delivered_before_submitted<'t>(
    servers: &[Server<'_, 't>],
    mail: &MailIndex<'t>,
    by_key: &ByMessage<'_>,
) -> Vec<Found> {
    let by_name: BTreeMap<&str, usize> = servers
        .iter()
        .enumerate()
        .map(|(of, server)| (server.facts.name.as_ref(), of))
        .collect();
    let mut all: BTreeMap<Arc<str>, Found> = BTreeMap::new();
    for records in mail.messages() {
        let Some((gone, came, submitted)) = contradiction(records, servers, &by_name) else {
            continue;
        };
        let found = all
            .entry(Arc::clone(&gone.server))
            .or_insert_with(|| told(gone, came, submitted));
        found.count += 1;
        let key = message_key(&gone.record.message_id);
        let own = by_key.get(key.as_str()).into_iter().flatten();
        let own = own.filter(|(of, _)| by_name.get(gone.server.as_ref()) == Some(of));
        found
            .lowers
            .extend(own.map(|index| (*index, Confidence::Probable)));
    }
    all.into_values().collect()
}

/// The record by which it was gone, that by which it came, and when that was.
type Order<'t> = (&'t TimedMail, &'t TimedMail, Timestamp);

fn contradiction<'t>(
    records: &[&'t TimedMail],
    servers: &[Server<'_, 't>],
    by_name: &BTreeMap<&str, usize>,
) -> Option<Order<'t>> {
    // Records stand in the order of time; the first of each server decides.
    let mut seen: BTreeMap<&str, &'t TimedMail> = BTreeMap::new();
    for mail in records
        .iter()
        .copied()
        .filter(|mail| mail.record.documented)
    {
        let first = *seen.entry(mail.server.as_ref()).or_insert(mail);
        if let Some(said) = &mail.record.originated
            && mail.record.step.is_final()
            && said.at.since(mail.when.hi) > SENDERS_CLOCK
        {
            return Some((mail, mail, said.at));
        }
        let comes = matches!(mail.record.step, Step::Received | Step::Submitted);
        if comes && first.record.step.is_final() && first.when.hi < mail.when.lo {
            let facts = servers.get(*by_name.get(mail.server.as_ref())?)?.facts;
            if facts.tracked(first.when.lo.plus(-TRACKED_BEFORE), mail.when.lo) {
                return Some((first, mail, mail.at));
            }
        }
    }
    None
}

fn told(gone: &TimedMail, came: &TimedMail, submitted: Timestamp) -> Found {
    let one_record = gone.record.cite == came.record.cite;
    Found {
        at: Some(gone.at),
        kind: ContradictionKind::DeliveredBeforeSubmitted,
        server: Arc::clone(&gone.server),
        count: 0,
        what: format!(
            "{} went out of {} before it was submitted.",
            gone.record.message_id, gone.server
        ),
        sides: vec![
            (
                format!(
                    "By event {} it was gone at {}.",
                    gone.record.event,
                    moment(gone.at)
                ),
                cited([gone.record.cite]),
            ),
            (
                match one_record {
                    true => format!("It was submitted at {}, by the same line.", moment(submitted)),
                    false => format!(
                        "By event {} it came at {}, and the log has no line of it before.",
                        came.record.event,
                        moment(submitted)
                    ),
                },
                cited([came.record.cite]),
            ),
        ],
        effect: match one_record {
            true => "The sender's clock is ahead, or the server's behind. The time of submission bounds nothing.",
            false => "The clock was moved between the two, or one line is wrong. Both are shown with the message.",
        }
        .to_owned(),
        lowers: BTreeMap::new(),
    }
}
