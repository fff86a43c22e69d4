//! The records of the case whose instants are known, arranged for finding copies of others among them.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::content;
use crate::case::CaseConfig;
use crate::evidence::exports::UNKNOWN_SERVER;
use crate::evidence::model::{Citation, Event, FileId, LocalRecords};
use crate::evidence::read_all::FileReading;
use crate::time::SECOND;

/// Records compared at one instant, at most: beyond it they are too many to tell one from another.
const MOST_AT_ONCE: usize = 64;

/// Number of a server among those that the local records are of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Server(u32);

/// The servers of the local records, by any spelling.
pub struct Servers<'a> {
    config: &'a CaseConfig,
    by_name: BTreeMap<String, Server>,
}

impl<'a> Servers<'a> {
    pub fn of(readings: &[FileReading], config: &'a CaseConfig) -> Self {
        let kinds = readings.iter().flat_map(|file| &file.reading.local.kinds);
        let names: BTreeSet<String> = kinds
            .filter(|kind| kind.computer.as_ref() != UNKNOWN_SERVER)
            .map(|kind| config.canonical_server(&kind.computer))
            .collect();
        let by_name = names.into_iter().zip((0..).map(Server)).collect();
        Self { config, by_name }
    }

    pub fn find(&self, computer: &str) -> Option<Server> {
        let name = self.config.canonical_server(computer);
        self.by_name.get(&name).copied()
    }
}

/// One log of one server, put together from all files that hold records of it.
#[derive(Default)]
pub struct UtcLog<'a> {
    /// Number, time (microseconds) and file of every numbered record, sorted.
    numbered: Vec<(u64, i64, FileId)>,
    /// The seconds in which anything was logged, sorted.
    seconds: Vec<i64>,
    /// Sources (in lower case) and ids that occur in it.
    kinds: BTreeSet<(String, u16)>,
    kept: HashMap<u64, Vec<&'a Event>>,
}

impl<'a> UtcLog<'a> {
    /// Times and files of the records with that number.
    pub fn numbered(&self, number: u64) -> &[(u64, i64, FileId)] {
        let from = self.numbered.partition_point(|row| row.0 < number);
        let to = self.numbered.partition_point(|row| row.0 <= number);
        self.numbered.get(from..to).unwrap_or_default()
    }

    pub fn has_numbers(&self) -> bool {
        !self.numbered.is_empty()
    }

    /// The kept record of that number and second, if there is one.
    pub fn kept(&self, number: u64, second: i64) -> Option<&'a Event> {
        let events = self.kept.get(&number)?;
        let at = |event: &&&Event| event.time.at.micros().div_euclid(SECOND) == second;
        events.iter().find(at).copied()
    }

    pub fn has_kind(&self, provider: &str, id: u16) -> bool {
        self.kinds.contains(&(provider.to_lowercase(), id))
    }

    /// Whether anything was logged from that second until `width` seconds later; `None` where the log does not reach.
    pub fn logged_at(&self, second: i64, width: i64) -> Option<bool> {
        let (first, last) = (*self.seconds.first()?, *self.seconds.last()?);
        if second < first || second > last {
            return None;
        }
        let from = self.seconds.partition_point(|at| *at < second);
        let next = self.seconds.get(from)?;
        Some(*next < second.saturating_add(width.max(1)))
    }

    /// The last second before that one in which anything was logged.
    pub fn last_before(&self, second: i64) -> Option<i64> {
        let after = self.seconds.partition_point(|at| *at < second);
        self.seconds.get(after.checked_sub(1)?).copied()
    }
}

/// Everything whose instant is known, of the servers that matter.
pub struct UtcLogs<'a> {
    pub servers: &'a Servers<'a>,
    logs: BTreeMap<(Server, String), UtcLog<'a>>,
    /// Kept events by server, source in lower case and id, sorted by time.
    events: HashMap<(Server, String, u16), Vec<&'a Event>>,
}

impl<'a> UtcLogs<'a> {
    pub fn gather(readings: &'a [FileReading], servers: &'a Servers<'a>) -> Self {
        let mut all = Self {
            servers,
            logs: BTreeMap::new(),
            events: HashMap::new(),
        };
        let mut known: HashMap<&str, Option<Server>> = HashMap::new();
        let mut find = |name: &'a str| *known.entry(name).or_insert_with(|| servers.find(name));
        for file in readings {
            for span in &file.reading.spans {
                let Some(server) = find(&span.computer) else {
                    continue;
                };
                let log = all.log(server, &span.channel);
                let numbered = span.records.iter();
                log.numbered
                    .extend(numbered.map(|(number, at)| (*number, at.micros(), file.id)));
                let times = span.records.iter().map(|(_, at)| at);
                let seconds = times.chain(&span.unnumbered);
                log.seconds
                    .extend(seconds.map(|at| at.micros().div_euclid(SECOND)));
                let kinds = span.kinds.iter();
                log.kinds
                    .extend(kinds.map(|(provider, id, _)| (provider.to_lowercase(), *id)));
            }
            for event in &file.reading.events {
                let Some(server) = find(&event.computer) else {
                    continue;
                };
                if let Some(number) = event.record_id {
                    let log = all.log(server, &event.channel);
                    log.kept.entry(number).or_default().push(event);
                }
                let kind = (server, event.provider.to_lowercase(), event.id);
                all.events.entry(kind).or_default().push(event);
            }
        }
        for log in all.logs.values_mut() {
            log.numbered.sort_unstable();
            log.numbered.dedup_by_key(|row| (row.0, row.1));
            log.seconds.sort_unstable();
            log.seconds.dedup();
        }
        for events in all.events.values_mut() {
            events.sort_by_key(|event| (event.time.at, event.cite));
        }
        all
    }

    fn log(&mut self, server: Server, channel: &str) -> &mut UtcLog<'a> {
        let key = (server, channel.to_lowercase());
        self.logs.entry(key).or_default()
    }

    pub fn get(&self, server: Server, channel: &str) -> Option<&UtcLog<'a>> {
        self.logs.get(&(server, channel.to_lowercase()))
    }

    /// Kept events of that kind from any log.
    pub fn of_kind(&self, server: Server, provider: &str, id: u16) -> &[&'a Event] {
        let kind = (server, provider.to_lowercase(), id);
        self.events.get(&kind).map_or(&[], Vec::as_slice)
    }

    /// A kept event with the content of `event`, logged from `utc` (microseconds) until `width` later.
    pub fn copy_of(
        &self,
        event: &Event,
        among: &[&'a Event],
        utc: i64,
        width: i64,
    ) -> Option<Citation> {
        let from = among.partition_point(|other| other.time.at.micros() < utc);
        let until = utc.saturating_add(width);
        let near = among.get(from..)?.iter().take(MOST_AT_ONCE);
        near.take_while(|other| other.time.at.micros() < until)
            .find(|other| content::same(event, other))
            .map(|other| other.cite)
    }
}

/// The records of a file with the server and the log of each of its kinds.
pub struct LocalLogs<'a> {
    pub records: &'a LocalRecords,
    servers: Vec<Option<Server>>,
}

impl<'a> LocalLogs<'a> {
    pub fn new(records: &'a LocalRecords, servers: &Servers<'_>) -> Self {
        let kinds = records.kinds.iter();
        Self {
            records,
            servers: kinds.map(|kind| servers.find(&kind.computer)).collect(),
        }
    }

    pub fn server(&self, kind: u32) -> Option<Server> {
        let at = usize::try_from(kind).ok()?;
        self.servers.get(at).copied().flatten()
    }

    /// The one server that all records are of.
    pub fn only_server(&self) -> Option<Server> {
        let first = self.servers.first().copied().flatten()?;
        let all = self.servers.iter().all(|server| *server == Some(first));
        all.then_some(first)
    }
}
