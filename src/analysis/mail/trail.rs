//! What the logs of the mail system say of one stay of one message.

use std::sync::Arc;

use super::departure::{Departure, Leaving, Tally};
use crate::analysis::findings::Reached;
use crate::time::{Bracket, HOUR, Timestamp};
use crate::timeline::TimedMail;

/// What the logs of the mail system say of one stay, in the order of time.
#[derive(Clone, Debug, Default)]
pub struct Trail<'t> {
    /// Every record about the message in this stay, whatever the server, documented or not.
    pub records: Vec<&'t TimedMail>,
    /// Several rows bear the message id, so the records may be about another of them: they are listed and bound
    /// nothing.
    pub shared: bool,
    /// When it had left for all recipients, after its last appearance.
    pub departed: Option<Departure<'t>>,
    /// The last time that this server's own log shows it handed to transport, in this stay.
    pub resubmitted: Option<&'t TimedMail>,
    /// The first time in this stay that this server's own log shows it received or handed to transport.
    pub handed_over: Option<&'t TimedMail>,
    /// The first record after its last appearance by which it had gone on, on this server or after it.
    pub gone_on: Option<&'t TimedMail>,
    /// The first record in this stay, of whatever meaning, by which it goes on from here.
    pub goes_on: Option<&'t TimedMail>,
    /// By a documented record it had gone on before its last appearance: it waited for another server, not for its
    /// scan.
    pub gone_on_before: bool,
    /// When it was first submitted, where a record says.
    pub submitted_at: Option<Bracket>,
    pub reached: Option<Reached>,
}

/// When a message was certainly seen first and last in one stay.
#[derive(Clone, Copy, Debug)]
pub struct Appeared {
    pub first: Bracket,
    pub last: Bracket,
}

/// All the stays of one message on one server, for the records to be spread over.
pub struct Spread<'m, 't> {
    records: &'m [&'t TimedMail],
    leaving: Leaving,
    departures: Vec<Departure<'t>>,
    shared: bool,
}

impl<'m, 't> Spread<'m, 't> {
    /// `listed`: the number of recipients that captures list. `shared`: several rows bear the message's id.
    pub fn new(
        server: &Arc<str>,
        records: &'m [&'t TimedMail],
        listed: usize,
        shared: bool,
    ) -> Self {
        let leaving = Leaving::of(server, records, listed);
        let departures = match shared {
            true => Vec::new(),
            false => leaving.departures(records),
        };
        Self {
            records,
            leaving,
            departures,
            shared,
        }
    }

    /// Whether the message certainly left for all recipients between two times.
    pub fn left_between(&self, a: Bracket, b: Bracket) -> bool {
        self.departures
            .iter()
            .any(|departure| a.hi <= departure.when.lo && departure.when.hi <= b.lo)
    }

    /// The trails of stays, which are given in the order of time.
    pub fn trails(&self, stays: &[Appeared]) -> Vec<Trail<'t>> {
        if self.shared {
            return vec![self.of_shared(); stays.len()];
        }
        let mut starts: Vec<Timestamp> = Vec::with_capacity(stays.len());
        for (number, stay) in stays.iter().enumerate() {
            let before = number.checked_sub(1).and_then(|number| stays.get(number));
            starts.push(before.map_or(Timestamp::EARLIEST, |before| self.begins(*before, *stay)));
        }
        let ends = starts.iter().skip(1).copied().chain([Timestamp::LATEST]);
        let parts = stays.iter().zip(starts.iter().copied().zip(ends));
        parts
            .map(|(stay, (from, to))| self.of_stay(*stay, from, to))
            .collect()
    }

    /// From when on records are of the later of two stays: since it was handed over again, else since it was seen
    /// again.
    fn begins(&self, before: Appeared, stay: Appeared) -> Timestamp {
        let left = self
            .departures
            .iter()
            .find(|departure| departure.when.hi >= before.last.lo);
        let left = left.map_or(before.last.hi, |departure| departure.when.hi);
        let again = self.records.iter().find(|mail| {
            self.is_handed_over(mail) && mail.when.lo >= left && mail.when.lo <= stay.first.hi
        });
        again.map_or(stay.first.lo, |mail| mail.when.lo)
    }

    /// A documented record of this server by which it has the message.
    fn is_handed_over(&self, mail: &TimedMail) -> bool {
        mail.record.documented && mail.server == self.leaving.server && mail.record.step.is_had()
    }

    /// A record by which it goes on from here. One of inferred meaning may be of any server, but by one that names this
    /// server as the next it only came.
    fn is_gone_on(&self, mail: &TimedMail) -> bool {
        let here = match mail.record.documented {
            true => self.leaving.is_on_the_way(mail),
            false => mail.partner.as_ref() != Some(&self.leaving.server),
        };
        here && mail.record.step.is_onward()
    }

    fn of_shared(&self) -> Trail<'t> {
        Trail {
            records: ends(self.records).copied().collect(),
            shared: true,
            submitted_at: submitted_at(self.records),
            reached: self.reached(self.records),
            ..Trail::default()
        }
    }

    fn of_stay(&self, stay: Appeared, from: Timestamp, to: Timestamp) -> Trail<'t> {
        let records: Vec<&'t TimedMail> = self
            .records
            .iter()
            .copied()
            .filter(|mail| from <= mail.when.lo && mail.when.lo < to)
            .collect();
        let departed = self
            .departures
            .iter()
            .find(|departure| {
                departure.when.hi >= stay.last.lo
                    && departure.when.lo >= from
                    && departure.when.lo < to
            })
            .cloned();
        let end = departed.as_ref().map(|departure| departure.when.hi);
        let onward = |mail: &&&'t TimedMail| {
            let record = &mail.record;
            record.documented && record.step.is_onward() && self.leaving.is_on_the_way(mail)
        };
        let submitted =
            |mail: &&&'t TimedMail| self.is_handed_over(mail) && mail.record.step.is_handed();
        Trail {
            shared: false,
            resubmitted: records
                .iter()
                .rfind(|mail| submitted(mail) && end.is_none_or(|end| mail.when.lo <= end))
                .copied(),
            handed_over: records
                .iter()
                .find(|mail| self.is_handed_over(mail))
                .copied(),
            gone_on: records
                .iter()
                .find(|mail| onward(mail) && mail.when.lo >= stay.last.lo)
                .copied(),
            goes_on: records.iter().find(|mail| self.is_gone_on(mail)).copied(),
            gone_on_before: records
                .iter()
                .any(|mail| onward(&mail) && mail.when.lo < stay.last.lo),
            submitted_at: submitted_at(&records),
            reached: self.reached(&records),
            departed,
            records,
        }
    }

    /// How many recipients documented records show reached; `None` where none speaks of the message.
    fn reached(&self, records: &[&'t TimedMail]) -> Option<Reached> {
        let documented = records.iter().filter(|mail| mail.record.documented);
        documented.clone().next()?;
        let of = self.leaving.of;
        let mut tally = Tally::default();
        for mail in documented.filter(|mail| self.leaving.is_final(mail)) {
            tally.count(mail, of.unwrap_or(u64::MAX));
        }
        Some(Reached {
            reached: tally.reached(of),
            of,
        })
    }
}

/// Records of one stay that are listed.
const MOST_LISTED: usize = 200;

/// The first and the last of many records, so that a message that went round and round cannot fill a report.
pub fn ends<T>(all: &[T]) -> impl Iterator<Item = &T> {
    let half = MOST_LISTED / 2;
    let last = all.len().saturating_sub(half);
    all.iter()
        .enumerate()
        .filter(move |(number, _)| *number < half || *number >= last)
        .map(|(_, item)| item)
}

/// The sender's clock is believed where a server had the message within this time after it.
const IN_TRANSIT: i64 = HOUR;

/// When the message was first submitted: as its lines say, where a server of the case had it soon after; else when the
/// first of them had it. The time of submission is the sender's, whose clock may be days off.
fn submitted_at(records: &[&TimedMail]) -> Option<Bracket> {
    submission(records, &|_, _| true)
}

/// The same. `spoken`: whether the log that has the message first speaks of all the time from its submission until
/// then; where it does not, nothing stands against that time.
pub fn submission(
    records: &[&TimedMail],
    spoken: &dyn Fn(Timestamp, &TimedMail) -> bool,
) -> Option<Bracket> {
    let said = records.iter();
    let said = said.filter_map(|mail| mail.record.originated.as_ref());
    // No known offset of a server's clock applies to the sender's.
    let originated = said.map(|stamp| Bracket::of(stamp, 0, 0)).min();
    let handed = records
        .iter()
        .filter(|mail| mail.record.documented && mail.record.step.is_had());
    match (originated, handed.min_by_key(|mail| mail.when)) {
        (Some(said), Some(had)) => {
            let soon = had.when.lo.since(said.hi) <= IN_TRANSIT;
            let believed = said.lo <= had.when.hi && (soon || !spoken(said.lo, had));
            Some(if believed { said } else { had.when })
        }
        (said, had) => said.or(had.map(|had| had.when)),
    }
}
