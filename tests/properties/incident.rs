//! Small incidents at random: what really happened on one server, and the evidence that was kept of it.

use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::{Value, json};
use stuckmail::analysis::findings::{Findings, Message};
use stuckmail::time::Timestamp;

use crate::common::{self, CaseFolder, clock, logs::Day};

/// Minutes that an incident lasts, from nine o'clock.
pub const LENGTH: u32 = 480;
/// Seconds of a message's comings and goings, of its failures, and of restarts, so that they never coincide.
pub const COMES: u32 = 20;
pub const FAILS: u32 = 40;
pub const LEAVES: u32 = 50;
/// Minutes after which a message counts as stuck.
pub const STUCK: u32 = 15;

/// What really happened on BH01, and what was kept of it.
#[derive(Clone, Debug)]
pub struct Incident {
    pub virtual_servers: Option<u32>,
    pub messages: Vec<Mail>,
    pub captures: Vec<Capture>,
    /// Minutes at which SMTP went down for half a minute.
    pub restarts: Vec<u32>,
    /// By how many seconds the person who captured was wrong about the time, always the same.
    pub late: i32,
    pub record_keys: bool,
    pub creation_times: bool,
}

/// One message: its table, and its stays with the minutes in which it failed.
#[derive(Clone, Debug)]
pub struct Mail {
    pub table: u32,
    pub stays: Vec<Stay>,
}

#[derive(Clone, Debug)]
pub struct Stay {
    pub from: u32,
    /// `None`: still there at the end.
    pub to: Option<u32>,
    pub failures: BTreeSet<u32>,
}

impl Stay {
    fn present(&self, minute: u32) -> bool {
        self.from < minute && self.to.is_none_or(|to| minute <= to)
    }
}

#[derive(Clone, Debug)]
pub struct Capture {
    pub minute: u32,
    pub table: u32,
    pub complete: bool,
}

/// Incidents whose captures give each row a key of its own, or none at all.
pub fn incident(record_keys: bool) -> impl Strategy<Value = Incident> {
    let virtual_servers = prop_oneof![Just(Some(1)), Just(Some(2)), Just(None)];
    (
        virtual_servers,
        prop::collection::vec(mail(), 0..5),
        prop::collection::vec(capture(), 0..8),
        prop::collection::btree_set(1..LENGTH, 0..4),
        -118..=118_i32,
        any::<bool>(),
    )
        .prop_map(
            move |(virtual_servers, mut messages, mut captures, restarts, late, times)| {
                let one_table = match virtual_servers {
                    Some(count) => count == 1,
                    // Nobody counted the tables: then those that were captured are taken for all there are.
                    None => captures.iter().all(|capture| capture.table == 1),
                };
                if one_table {
                    messages.iter_mut().for_each(|mail| mail.table = 1);
                    captures.iter_mut().for_each(|capture| capture.table = 1);
                }
                Incident {
                    virtual_servers,
                    messages,
                    captures,
                    restarts: restarts.into_iter().collect(),
                    late,
                    record_keys,
                    creation_times: times,
                }
            },
        )
}

fn mail() -> impl Strategy<Value = Mail> {
    let stays = (
        prop::collection::btree_set(1..LENGTH, 1..5),
        any::<u64>(),
        any::<bool>(),
    );
    (1..=2_u32, stays).prop_map(|(table, (times, failing, gone))| {
        let times: Vec<u32> = times.into_iter().collect();
        let mut stays: Vec<Stay> = Vec::new();
        for pair in times.chunks(2) {
            let to = pair
                .get(1)
                .copied()
                .or_else(|| gone.then(|| (pair[0] + 30).min(LENGTH)));
            let end = to.unwrap_or(LENGTH);
            // Up to six failures, spread by the bits of a random number.
            let failures = (0..6)
                .filter(|bit| failing >> bit & 1 == 1)
                .map(|bit| pair[0] + (failing >> (8 + bit * 8) & 0xFF) as u32)
                .filter(|minute| (pair[0]..end).contains(minute))
                .collect();
            stays.push(Stay {
                from: pair[0],
                to,
                failures,
            });
        }
        Mail { table, stays }
    })
}

fn capture() -> impl Strategy<Value = Capture> {
    (1..LENGTH, 1..=2_u32, prop::bool::weighted(0.8)).prop_map(|(minute, table, complete)| {
        Capture {
            minute,
            table,
            complete,
        }
    })
}

fn instant(minute: u32, second: u32) -> String {
    format!("{:02}:{:02}:{second:02}", 9 + minute / 60, minute % 60)
}

pub fn at(minute: u32, second: u32) -> Timestamp {
    clock::stamp(&instant(minute, second))
}

pub fn name(message: usize) -> String {
    format!("<{message}@b>")
}

impl Incident {
    /// The evidence as files: path and content.
    fn files(&self) -> Vec<(String, Vec<u8>)> {
        let mut files = Vec::new();
        let mut day = Day::new("08:00", "18:00");
        day.server("BH01");
        for (number, mail) in self.messages.iter().enumerate() {
            for minute in mail.stays.iter().flat_map(|stay| &stay.failures) {
                let time = instant(*minute, FAILS);
                day.event(&format!("{time}.25 BH01 348 {} 0x0", name(number)));
            }
        }
        for minute in &self.restarts {
            day.event(&format!("{}.25 BH01 smtp stopped", instant(*minute, 1)));
            day.event(&format!("{}.25 BH01 smtp running", instant(*minute, 15)));
        }
        for ((_, log), records) in day.logs() {
            files.push((format!("{log}.evtx"), common::evtx(&records)));
        }
        for (number, capture) in self.captures.iter().enumerate() {
            let snapshot = self.snapshot(capture);
            files.push((
                format!("capture{number}.json"),
                snapshot.to_string().into_bytes(),
            ));
        }
        files
    }

    fn snapshot(&self, capture: &Capture) -> Value {
        let mut rows = Vec::new();
        for (number, mail) in self.messages.iter().enumerate() {
            let present =
                |stay: &&Stay| mail.table == capture.table && stay.present(capture.minute);
            let Some((visit, stay)) = mail.stays.iter().enumerate().find(|(_, s)| present(s))
            else {
                continue;
            };
            // An incomplete capture misses every second message.
            if !capture.complete && number % 2 == 0 {
                continue;
            }
            let mut row = json!({"internet_message_id": name(number)});
            if self.record_keys {
                row["record_key"] = json!(format!("{number:02X}{visit:02X}"));
            }
            if self.creation_times {
                row["created_at"] = json!(clock::rfc3339(&instant(stay.from, COMES)));
            }
            rows.push(row);
        }
        let noted = at(capture.minute, 0)
            .plus(i64::from(self.late) * 1_000_000)
            .to_string();
        json!({"schema": "temp-table-snapshot/1", "server": "BH01",
            "table": format!("TempTable#{}", capture.table), "captured_at": noted,
            "complete": capture.complete, "messages": rows})
    }

    /// Writes the files under the names that `rename` gives.
    pub fn write(&self, rename: impl Fn(usize, &str) -> String) -> CaseFolder {
        let case = CaseFolder::new();
        let count = self
            .virtual_servers
            .map_or(String::new(), |n| format!("virtual_servers = {n}\n"));
        case.write(
            "case.toml",
            format!("name = \"x\"\n[[server]]\nname = \"BH01\"\n{count}"),
        );
        for (number, (path, content)) in self.files().into_iter().enumerate() {
            case.write(&rename(number, &path), content);
        }
        case
    }

    pub fn analyse(&self) -> Findings {
        self.write(|_, path| path.to_owned()).analyse()
    }

    /// The true stays of the message that a finding tells of.
    pub fn truth(&self, found: &Message) -> &[Stay] {
        let id = found.message_id.as_deref().unwrap();
        let number: usize = id
            .trim_matches(['<', '>'])
            .split('@')
            .next()
            .unwrap()
            .parse()
            .unwrap();
        &self.messages[number].stays
    }
}
