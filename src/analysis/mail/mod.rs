//! What the logs of the mail system say of one message, and of one stay of it.
//!
//! ```text
//! lines of all servers ─► by message ([`MailIndex`]) ─► which servers come after this one ([`path`])
//!                     ─► when it had left for all recipients ([`departure`]) ─► of one stay ([`trail`])
//! ```

mod departure;
mod hops;
mod path;
mod trail;

use std::collections::BTreeMap;

use crate::profile::message_key;
use crate::timeline::{TimedMail, Timeline};

pub use departure::Departure;
pub use hops::{Contradiction, contradictions};
pub use trail::{Appeared, Spread, Trail, ends, submission};

/// The lines of all servers about each message, in order of time.
#[derive(Default)]
pub struct MailIndex<'t> {
    by_key: BTreeMap<String, Vec<&'t TimedMail>>,
}

impl<'t> MailIndex<'t> {
    pub fn of(timeline: &'t Timeline) -> Self {
        let mut by_key: BTreeMap<String, Vec<&'t TimedMail>> = BTreeMap::new();
        for mail in &timeline.mail {
            let key = message_key(&mail.record.message_id);
            if !key.is_empty() {
                by_key.entry(key).or_default().push(mail);
            }
        }
        Self { by_key }
    }

    /// Everything that is said, message by message.
    pub fn messages(&self) -> impl Iterator<Item = &[&'t TimedMail]> {
        self.by_key.values().map(Vec::as_slice)
    }

    /// Everything that is said of one message.
    pub fn of_message(&self, key: &str) -> &[&'t TimedMail] {
        self.by_key.get(key).map_or(&[], Vec::as_slice)
    }
}

/// A recipient's address as it is compared: addresses differ in case and in the prefix of their type.
pub fn recipient_key(address: &str) -> String {
    let address = address.trim().to_lowercase();
    address
        .strip_prefix("smtp:")
        .unwrap_or(&address)
        .trim_matches(['<', '>'])
        .to_owned()
}

#[cfg(test)]
mod tests;
