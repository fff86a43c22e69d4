//! Counting every record into its log: one name in memory for many records.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::system::{self, System};
use crate::evidence::Keep;
use crate::evidence::model::LogSpan;
use crate::time::Timestamp;

/// The logs that one chunk, or one file, holds records of.
#[derive(Default)]
pub struct Spans {
    names: Names,
    logs: Vec<Log>,
    /// Log by computer and channel, and kind by log, provider and id: found again for every record.
    log_at: HashMap<(Arc<str>, Arc<str>), usize>,
    kinds: HashMap<(usize, Arc<str>, u16), Kind>,
}

struct Log {
    computer: Arc<str>,
    channel: Arc<str>,
    records: Vec<(u64, Timestamp)>,
}

#[derive(Clone, Copy, Default)]
struct Kind {
    count: u64,
    kept: bool,
}

/// What the record just counted is.
pub struct Counted {
    pub computer: Arc<str>,
    pub channel: Arc<str>,
    pub provider: Arc<str>,
    /// The profile wants it whole.
    pub kept: bool,
}

impl Spans {
    /// Counts one record. `None` only if an index were lost, which cannot be.
    pub fn count(
        &mut self,
        system: &System<'_>,
        record_id: u64,
        time: Timestamp,
        keep: Keep<'_>,
    ) -> Option<Counted> {
        let computer = self.names.get(system.computer);
        let channel = self.names.get(system.channel);
        let provider = self.names.get(system.provider);
        let at = self.log(&computer, &channel);
        self.logs.get_mut(at)?.records.push((record_id, time));
        let kind = self
            .kinds
            .entry((at, Arc::clone(&provider), system.id))
            .or_insert_with(|| Kind {
                count: 0,
                kept: keep(&channel, &provider, system.id),
            });
        kind.count += 1;
        let kept = kind.kept;
        Some(Counted {
            computer,
            channel,
            provider,
            kept,
        })
    }

    fn log(&mut self, computer: &Arc<str>, channel: &Arc<str>) -> usize {
        let next = self.logs.len();
        let at = *self
            .log_at
            .entry((Arc::clone(computer), Arc::clone(channel)))
            .or_insert(next);
        if at == next {
            let (computer, channel) = (Arc::clone(computer), Arc::clone(channel));
            self.logs.push(Log {
                computer,
                channel,
                records: Vec::new(),
            });
        }
        at
    }

    /// Adds the records of a later part of the file.
    pub fn append(&mut self, later: Self) {
        let mut moved = Vec::new();
        for log in later.logs {
            let at = self.log(&log.computer, &log.channel);
            if let Some(own) = self.logs.get_mut(at) {
                own.records.extend(log.records);
            }
            moved.push(at);
        }
        for ((at, provider, id), kind) in later.kinds {
            if let Some(&at) = moved.get(at) {
                let own = self
                    .kinds
                    .entry((at, provider, id))
                    .or_insert(Kind { count: 0, ..kind });
                own.count += kind.count;
            }
        }
    }

    /// The logs sorted by computer and channel, their kinds by provider and id.
    pub fn into_log_spans(self) -> Vec<LogSpan> {
        let mut kinds: BTreeMap<usize, Vec<(Arc<str>, u16, u64)>> = BTreeMap::new();
        for ((at, provider, id), kind) in self.kinds {
            kinds
                .entry(at)
                .or_default()
                .push((provider, id, kind.count));
        }
        let mut spans: Vec<LogSpan> = self
            .logs
            .into_iter()
            .enumerate()
            .map(|(at, log)| {
                let mut kinds = kinds.remove(&at).unwrap_or_default();
                kinds.sort();
                LogSpan {
                    computer: log.computer,
                    channel: log.channel,
                    records: log.records,
                    kinds,
                }
            })
            .collect();
        spans.sort_by(|a, b| (&a.computer, &a.channel).cmp(&(&b.computer, &b.channel)));
        spans
    }
}

/// Names seen so far, by their escaped bytes.
#[derive(Default)]
struct Names {
    known: HashMap<Box<[u8]>, Arc<str>>,
}

impl Names {
    fn get(&mut self, escaped: &[u8]) -> Arc<str> {
        if let Some(name) = self.known.get(escaped) {
            return Arc::clone(name);
        }
        let name: Arc<str> = Arc::from(system::unescape(escaped).as_ref());
        self.known.insert(escaped.into(), Arc::clone(&name));
        name
    }
}
