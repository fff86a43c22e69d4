//! Messages that one server has before the other began to give them to it: the clocks of the two differ.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::MailIndex;
use crate::evidence::model::Step;
use crate::time::Timestamp;
use crate::timeline::TimedMail;

/// Two servers whose clocks one message contradicts.
#[derive(Clone, Debug)]
pub struct Contradiction<'t> {
    /// The server that sent, and whose clock is ahead of the other's.
    pub ahead: Arc<str>,
    pub behind: Arc<str>,
    /// Microseconds by which the two differ at least.
    pub by: i64,
    /// The sender's line, and the earlier one of the server that it sent to.
    pub sent: &'t TimedMail,
    pub had: &'t TimedMail,
    /// Messages that show it.
    pub messages: u64,
}

/// The strongest contradiction of each pair of servers, by their names.
pub fn contradictions<'t>(mail: &MailIndex<'t>) -> Vec<Contradiction<'t>> {
    let mut pairs: BTreeMap<(Arc<str>, Arc<str>), Contradiction<'t>> = BTreeMap::new();
    for records in mail.messages() {
        for found in of_message(records) {
            let pair = (Arc::clone(&found.ahead), Arc::clone(&found.behind));
            match pairs.get_mut(&pair) {
                Some(known) => {
                    let messages = known.messages + 1;
                    if found.by > known.by {
                        *known = found;
                    }
                    known.messages = messages;
                }
                None => {
                    pairs.insert(pair, found);
                }
            }
        }
    }
    pairs.into_values().collect()
}

fn of_message<'t>(records: &[&'t TimedMail]) -> Vec<Contradiction<'t>> {
    let mut found = Vec::new();
    let begun =
        |mail: &&&'t TimedMail| mail.record.documented && mail.record.step == Step::TransferStarted;
    for &sent in records.iter().filter(begun) {
        let Some(partner) = sent
            .partner
            .as_ref()
            .filter(|partner| **partner != sent.server)
        else {
            continue;
        };
        let theirs = || {
            records
                .iter()
                .copied()
                .filter(|mail| mail.server == *partner)
        };
        // A message that comes back was there before, and a second transfer is not the first.
        let came_back = theirs().any(|mail| mail.partner.as_ref() == Some(&sent.server));
        let again = records.iter().any(|other| {
            begun(&other) && other.partner == sent.partner && other.when.lo < sent.when.lo
        });
        if came_back || again {
            continue;
        }
        let had = theirs()
            .filter(|mail| mail.record.documented)
            .min_by_key(|mail| (mail.when, mail.record.cite));
        let Some(had) = had else { continue };
        let by = sent.when.lo.since(had.when.hi);
        if by > 0 {
            found.push(Contradiction {
                ahead: Arc::clone(&sent.server),
                behind: Arc::clone(partner),
                by,
                sent,
                had,
                messages: 1,
            });
        }
    }
    found
}

impl Contradiction<'_> {
    /// From the earlier to the later of the two lines.
    pub fn span(&self) -> (Timestamp, Timestamp) {
        (self.had.at, self.sent.at)
    }
}
