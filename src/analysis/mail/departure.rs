//! When a message had left a server for all of its recipients.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::path::downstream;
use super::recipient_key;
use crate::evidence::model::Step;
use crate::time::Bracket;
use crate::timeline::TimedMail;

/// A message had left a server for every recipient.
#[derive(Clone, Debug)]
pub struct Departure<'t> {
    /// When the record was written that accounts for the last of them.
    pub when: Bracket,
    /// The records that account for them, in order.
    pub records: Vec<&'t TimedMail>,
    /// Recipients that were given up: non-delivery report, bad mail.
    pub given_up: usize,
    /// How many recipients there are.
    pub of: u64,
}

/// The records about one message that can tell when it left one server.
pub(super) struct Leaving {
    pub server: Arc<str>,
    /// Servers that it reached from there.
    pub after: BTreeSet<Arc<str>>,
    /// How many recipients it had there.
    pub of: Option<u64>,
}

impl Leaving {
    /// `listed` is the number of recipients that a capture lists, for want of a log that says it.
    pub fn of(server: &Arc<str>, records: &[&TimedMail], listed: usize) -> Self {
        let own = records
            .iter()
            .filter(|mail| mail.server == *server && mail.record.documented);
        let counted = own
            .clone()
            .filter_map(|mail| mail.record.recipient_count)
            .max();
        let named: BTreeSet<String> = own
            .flat_map(|mail| &mail.record.recipients)
            .map(|address| recipient_key(address))
            .collect();
        let said = u64::from(counted.unwrap_or_default()).max(named.len() as u64);
        // What the server's own log says of this copy of the message counts where it has the message handed over: a
        // capture shows whom it was addressed to, of whom another server may serve some. A log that begins later may
        // know of fewer than there are.
        let handed = records.iter().any(|mail| {
            mail.server == *server && mail.record.documented && mail.record.step.is_had()
        });
        let of = if handed {
            said
        } else {
            said.max(listed as u64)
        };
        Self {
            server: Arc::clone(server),
            after: downstream(server, records),
            of: (of > 0).then_some(of),
        }
    }

    /// Whether a record is of this server or of one after it.
    pub fn is_on_the_way(&self, mail: &TimedMail) -> bool {
        mail.server == self.server || self.after.contains(&mail.server)
    }

    /// Whether a documented record says that the message left, for those whom it names, and not back to this server.
    pub fn is_final(&self, mail: &TimedMail) -> bool {
        let back = mail.partner.as_ref() == Some(&self.server);
        mail.record.documented && mail.record.step.is_final() && self.is_on_the_way(mail) && !back
    }

    /// Every time that the message had left for all recipients. The server's own log decides where it accounts for
    /// all; those of later servers where it does not.
    pub fn departures<'t>(&self, records: &[&'t TimedMail]) -> Vec<Departure<'t>> {
        let finals: Vec<&'t TimedMail> = records
            .iter()
            .copied()
            .filter(|mail| self.is_final(mail))
            .collect();
        let own: Vec<&'t TimedMail> = finals
            .iter()
            .copied()
            .filter(|mail| mail.server == self.server)
            .collect();
        let by_own = self.completed(&own);
        if by_own.is_empty() {
            return self.completed(&finals);
        }
        by_own
    }

    fn completed<'t>(&self, finals: &[&'t TimedMail]) -> Vec<Departure<'t>> {
        let Some(of) = self.of else {
            return Vec::new();
        };
        let mut departures = Vec::new();
        let mut open = Tally::default();
        for mail in finals {
            open.count(mail, of);
            if open.accounted(of) {
                let done = std::mem::take(&mut open);
                departures.push(Departure {
                    when: mail.when,
                    given_up: done.given_up(of),
                    records: done.records,
                    of,
                });
            }
        }
        departures
    }
}

/// Who is accounted for so far.
#[derive(Default)]
pub(super) struct Tally<'t> {
    pub reached: BTreeSet<String>,
    given_up: BTreeSet<String>,
    /// A record that names nobody is about all of them.
    everybody: bool,
    all_given_up: bool,
    records: Vec<&'t TimedMail>,
}

impl<'t> Tally<'t> {
    pub fn count(&mut self, mail: &'t TimedMail, of: u64) {
        let record = &mail.record;
        let keys = record
            .recipients
            .iter()
            .map(|address| recipient_key(address));
        let everybody = record.recipients.is_empty()
            && (of == 1
                || record
                    .recipient_count
                    .is_some_and(|count| u64::from(count) >= of));
        match record.step {
            Step::Failed => {
                self.given_up.extend(keys);
                self.all_given_up |= everybody;
            }
            _ => {
                self.reached.extend(keys);
                self.everybody |= everybody;
            }
        }
        self.records.push(mail);
    }

    fn accounted(&self, of: u64) -> bool {
        self.everybody
            || self.all_given_up
            || self.reached.union(&self.given_up).count() as u64 >= of
    }

    /// How many were given up, of so many.
    fn given_up(&self, of: u64) -> usize {
        match self.all_given_up {
            true => usize::try_from(of).unwrap_or(usize::MAX),
            false => self.given_up.len(),
        }
    }

    /// How many were reached, of so many.
    pub fn reached(&self, of: Option<u64>) -> u64 {
        let named = self.reached.len() as u64;
        match of {
            Some(of) if self.everybody && self.given_up.is_empty() && !self.all_given_up => of,
            Some(of) => named.min(of),
            None => named,
        }
    }
}
