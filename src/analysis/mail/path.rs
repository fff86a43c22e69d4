//! Which servers come after one, for one message.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::evidence::model::Step;
use crate::timeline::TimedMail;

/// The servers that a message reached from `server`, by documented records alone: a server that one of them sent it on
/// to, or that has it from one of them.
pub(super) fn downstream(server: &Arc<str>, records: &[&TimedMail]) -> BTreeSet<Arc<str>> {
    let links: BTreeSet<(Arc<str>, Arc<str>)> =
        records.iter().filter_map(|mail| link(mail)).collect();
    let mut reached = BTreeSet::from([Arc::clone(server)]);
    loop {
        let next: Vec<Arc<str>> = links
            .iter()
            .filter(|(from, to)| reached.contains(from) && !reached.contains(to))
            .map(|(_, to)| Arc::clone(to))
            .collect();
        if next.is_empty() {
            break;
        }
        reached.extend(next);
    }
    reached.remove(server);
    reached
}

/// From which server to which a record shows the message going.
fn link(mail: &TimedMail) -> Option<(Arc<str>, Arc<str>)> {
    let partner = mail.partner.as_ref().filter(|_| mail.record.documented)?;
    match mail.record.step {
        Step::TransferStarted | Step::SentOn => {
            Some((Arc::clone(&mail.server), Arc::clone(partner)))
        }
        Step::Received => Some((Arc::clone(partner), Arc::clone(&mail.server))),
        _ => None,
    }
}
