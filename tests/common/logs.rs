//! The Application and System logs of a few servers over some hours (another log, where a test names one): the events that a test is about, among
//! everyday records every ten minutes, so that the logs cover their span.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use forge::record::EventRecord;

use super::{CaseFolder, clock, events};

/// Minutes from one everyday record to the next.
const RHYTHM: i64 = 10;
const LOGS: [&str; 2] = ["Application", "System"];

/// What the servers logged.
pub struct Day {
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    events: Vec<EventRecord>,
    servers: BTreeSet<String>,
    /// Server and log that are not among the evidence.
    without: BTreeSet<(String, String)>,
    /// Server, log, and the part of it that is missing.
    holes: Vec<(String, String, DateTime<Utc>, DateTime<Utc>)>,
}

impl Day {
    pub fn new(from: &str, to: &str) -> Self {
        Self {
            from: clock::at(from),
            to: clock::at(to),
            events: Vec::new(),
            servers: BTreeSet::new(),
            without: BTreeSet::new(),
            holes: Vec::new(),
        }
    }

    /// Adds what one line says (see [`events::parse`]).
    pub fn event(&mut self, line: &str) {
        for event in events::parse(line) {
            self.servers.insert(event.computer.clone());
            self.events.push(event);
        }
    }

    pub fn record(&mut self, event: EventRecord) {
        self.servers.insert(event.computer.clone());
        self.events.push(event);
    }

    /// The server has logs though nothing in them is about mail.
    pub fn server(&mut self, name: &str) {
        self.servers.insert(name.to_owned());
    }

    /// `BH01 System`: this log is not among the evidence.
    pub fn without(&mut self, text: &str) {
        let (server, log) = text.split_once(' ').unwrap();
        self.without.insert((server.to_owned(), log.to_owned()));
    }

    /// `BH01 System 10:35 .. 10:55`: these records are missing.
    pub fn hole(&mut self, text: &str) {
        let mut parts = text.splitn(3, ' ');
        let (server, log) = (parts.next().unwrap(), parts.next().unwrap());
        let (from, to) = parts.next().unwrap().split_once("..").unwrap();
        self.holes.push((
            server.to_owned(),
            log.to_owned(),
            clock::at(from),
            clock::at(to),
        ));
    }

    /// The records of every log, by server and log, in order and numbered.
    pub fn logs(&self) -> BTreeMap<(String, String), Vec<EventRecord>> {
        let mut logs = BTreeMap::new();
        for server in &self.servers {
            let own = self.events.iter().filter(|e| e.computer == *server);
            let named: BTreeSet<&str> = own.map(|e| e.channel.as_str()).chain(LOGS).collect();
            for log in named {
                let key = (server.clone(), log.to_owned());
                if !self.without.contains(&key) {
                    logs.insert(key, self.log(server, log));
                }
            }
        }
        logs
    }

    fn log(&self, server: &str, log: &str) -> Vec<EventRecord> {
        let mut records: Vec<EventRecord> = self.everyday(server, log);
        let own = self
            .events
            .iter()
            .filter(|e| e.computer == server && e.channel == log);
        records.extend(own.cloned());
        records.sort_by_key(|record| record.time);
        for (number, record) in (1..).zip(&mut records) {
            record.record_id = number;
        }
        let holes = self
            .holes
            .iter()
            .filter(|(s, l, ..)| s == server && l == log);
        for (_, _, from, to) in holes {
            records.retain(|record| record.time < *from || *to < record.time);
        }
        records
    }

    fn everyday(&self, server: &str, log: &str) -> Vec<EventRecord> {
        let (provider, id) = if log == "System" {
            ("W32Time", 35)
        } else {
            ("crypt32", 7)
        };
        let times = std::iter::successors(Some(self.from), |at| Some(*at + clock::minutes(RHYTHM)));
        let inside = times.take_while(|at| *at < self.to).chain([self.to]);
        inside
            .map(|at| events::classic(at, server, log, provider, id, &["noise"]))
            .collect()
    }

    /// Writes the logs into a folder of the case.
    pub fn write(&self, case: &CaseFolder, folder: &str) {
        for (number, ((_, log), records)) in self.logs().iter().enumerate() {
            // Two servers may differ in nothing but capitals, which some file systems take for one name.
            case.write_log(&format!("{folder}/{number}-{log}.evtx"), records);
        }
    }
}
