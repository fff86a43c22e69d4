//! Old mail: what went out in the minutes after a restart though it had been submitted long before. Measured from
//! delivery records, not guessed from what lay in the tables.

use std::collections::{BTreeMap, BTreeSet};

use super::facts::ServerFacts;
use super::mail::{MailIndex, recipient_key, submission};
use super::restarts::{AFTER_START, Restart};
use crate::evidence::model::{CELL, Citation, Step};
use crate::profile::message_key;
use crate::time::{Bracket, Timestamp};
use crate::timeline::TimedMail;

/// What went out after one restart.
#[derive(Clone, Debug, Default)]
pub struct Outflow {
    /// The oldest first.
    pub items: Vec<Old>,
}

/// One old message.
#[derive(Clone, Debug)]
pub struct Old {
    pub key: String,
    pub message_id: String,
    pub submitted: Timestamp,
    /// Its first record of going out after the start.
    pub out: Timestamp,
    pub recipients: u64,
    pub cite: Citation,
}

impl Old {
    /// Microseconds from submission until it went out.
    pub fn age(&self) -> i64 {
        self.out.since(self.submitted)
    }
}

impl Outflow {
    /// The age that half of the messages do not exceed.
    pub fn median(&self) -> i64 {
        let mut ages: Vec<i64> = self.items.iter().map(Old::age).collect();
        ages.sort_unstable();
        ages.get(ages.len().saturating_sub(1) / 2)
            .copied()
            .unwrap_or_default()
    }

    pub fn oldest(&self) -> i64 {
        self.items.iter().map(Old::age).max().unwrap_or_default()
    }
}

/// The old mail of each restart; `None` where no tracking log speaks of the minutes after it.
pub fn of_server(
    facts: &ServerFacts<'_>,
    restarts: &[Restart],
    mail: &MailIndex<'_>,
    stuck_after: i64,
) -> Vec<Option<Outflow>> {
    let mut after: Vec<Option<Outflow>> = restarts
        .iter()
        .map(|restart| after(facts, restart, mail, stuck_after))
        .collect();
    // What goes out after the second of two starts within minutes is the second's alone.
    for index in 1..restarts.len() {
        let Some(next) = restarts.get(index).map(|restart| restart.at().lo) else {
            continue;
        };
        for earlier in after.iter_mut().take(index).flatten() {
            earlier.items.retain(|old| old.out < next);
        }
    }
    after
}

/// When each old message went out, the first time that it was old; `None` where nothing says how old the mail was.
pub fn ever(
    facts: &ServerFacts<'_>,
    index: &MailIndex<'_>,
    stuck_after: i64,
) -> Option<Vec<Timestamp>> {
    let log = facts.tracking_log()?;
    if ageless(facts, log.from, log.to) {
        return None;
    }
    let mut first: BTreeMap<String, Timestamp> = BTreeMap::new();
    let mut submissions: BTreeMap<String, Option<Timestamp>> = BTreeMap::new();
    for mail in facts.mail.iter().copied().filter(|mail| goes_out(mail)) {
        let key = message_key(&mail.record.message_id);
        if first.contains_key(&key) {
            continue;
        }
        let submitted = *submissions
            .entry(key.clone())
            .or_insert_with(|| submitted(facts, index, &key).map(|at| at.hi));
        if submitted.is_some_and(|at| mail.at.since(at) >= stuck_after) {
            first.insert(key, mail.at);
        }
    }
    let mut out: Vec<Timestamp> = first.into_values().collect();
    out.sort_unstable();
    Some(out)
}

/// Whether a line says that a message went out of this server, by a documented word.
fn goes_out(mail: &TimedMail) -> bool {
    let back = mail.partner.as_ref() == Some(&mail.server);
    mail.record.documented && matches!(mail.record.step, Step::SentOn | Step::Delivered) && !back
}

fn submitted(facts: &ServerFacts<'_>, index: &MailIndex<'_>, key: &str) -> Option<Bracket> {
    submission(index.of_message(key), &|from, had| {
        had.server == facts.name && facts.tracked(from, had.when.lo)
    })
}

fn after(
    facts: &ServerFacts<'_>,
    restart: &Restart,
    index: &MailIndex<'_>,
    stuck_after: i64,
) -> Option<Outflow> {
    let start = restart.at();
    let to = start.hi.plus(AFTER_START);
    let from = facts.mail.partition_point(|mail| mail.at < start.lo);
    let out = facts.mail.iter().copied().skip(from);
    let out = out
        .take_while(|mail| mail.at <= to)
        .filter(|mail| goes_out(mail));
    let mut messages: BTreeMap<String, Vec<&TimedMail>> = BTreeMap::new();
    for mail in out {
        let key = message_key(&mail.record.message_id);
        messages.entry(key).or_default().push(mail);
    }
    let mut items: Vec<Old> = messages
        .into_iter()
        .filter_map(|(key, records)| {
            let submitted = submitted(facts, index, &key)?;
            let first = *records.first()?;
            let old = Old {
                message_id: first.record.message_id.to_string(),
                submitted: submitted.lo,
                out: first.at,
                recipients: recipients(&records),
                cite: first.record.cite,
                key,
            };
            (submitted.hi < restart.begun() && old.age() >= stuck_after).then_some(old)
        })
        .collect();
    items.sort_by_key(|old| (old.submitted, old.out, old.cite));
    let spoken = facts.tracked(start.lo, to) && !ageless(facts, start.lo, to);
    (spoken || !items.is_empty()).then_some(Outflow { items })
}

/// Whether mail went out in that time of which no line says how old it was: then nothing old is no finding.
fn ageless(facts: &ServerFacts<'_>, from: Timestamp, to: Timestamp) -> bool {
    let cell = |at: Timestamp| at.micros().div_euclid(CELL);
    let Some(traffic) = facts.traffic else {
        return false;
    };
    let mut cells = traffic.cells.range(cell(from)..=cell(to));
    cells.any(|(_, cell)| cell.finals > cell.delays.count())
}

/// Whom the records name; where they name nobody, as many as the fullest of them counts.
fn recipients(records: &[&TimedMail]) -> u64 {
    let named: BTreeSet<String> = records
        .iter()
        .flat_map(|mail| &mail.record.recipients)
        .map(|address| recipient_key(address))
        .collect();
    if !named.is_empty() {
        return named.len() as u64;
    }
    let counted = records
        .iter()
        .filter_map(|mail| mail.record.recipient_count);
    counted.max().map_or(1, u64::from)
}
