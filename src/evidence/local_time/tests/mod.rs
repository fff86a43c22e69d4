//! Logs with known truth, exported in local time beside copies in UTC.

mod copies;
mod given;
mod property;
mod server;

use std::sync::Arc;

use chrono::{Datelike, TimeZone, Timelike};
use chrono_tz::Tz;

use super::settle;
use crate::case::{CaseConfig, DateOrder, Format};
use crate::evidence::ReadContext;
use crate::evidence::model::*;
use crate::evidence::read_all::FileReading;
use crate::time::{SECOND, Stamp, Timestamp};

/// One record as it truly was.
#[derive(Clone, Debug)]
pub struct Record {
    pub number: u64,
    /// Seconds since 1970.
    pub at: i64,
    pub provider: &'static str,
    pub id: u16,
    pub strings: Vec<String>,
    pub kept: bool,
}

pub fn record(number: u64, at: i64, id: u16, string: &str) -> Record {
    Record {
        number,
        at,
        provider: "MSExchangeTransport",
        id,
        strings: vec![string.to_owned(), "0x0".to_owned()],
        kept: true,
    }
}

/// 2006-03-14T14:30:00Z and so many minutes.
pub fn march(minutes: i64) -> i64 {
    1_142_346_600 + minutes * 60
}

/// Records at irregular times: pairwise distances are all different.
pub fn irregular(from: i64, step: i64, count: u64) -> Vec<Record> {
    (0..count)
        .map(|n| {
            let i = i64::try_from(n).unwrap();
            let jitter = i * i * 37 % 1009;
            record(
                n + 1,
                from + i * step + jitter,
                348,
                &format!("<{n}@a.example>"),
            )
        })
        .collect()
}

fn file(id: u32, path: &str, format: Format, reading: Reading) -> FileReading {
    FileReading {
        id: FileId(id),
        path: path.into(),
        sha256: String::new(),
        bytes: 1,
        format,
        recognised_by: String::new(),
        reading,
    }
}

fn event(
    file: u32,
    server: &str,
    channel: &str,
    record: &Record,
    numbered: bool,
    row: u64,
    at: Timestamp,
) -> Event {
    Event {
        cite: Citation {
            file: FileId(file),
            record: if numbered { record.number } else { row },
        },
        time: Stamp::exact(at),
        written: None,
        computer: Arc::from(server),
        channel: Arc::from(channel),
        provider: Arc::from(record.provider),
        id: record.id,
        qualifiers: None,
        level: Level::Error,
        category: None,
        record_id: numbered.then_some(record.number),
        strings: record.strings.clone(),
        names: Vec::new(),
        user: None,
        text: None,
        recovered: false,
    }
}

/// A log in UTC.
pub fn utc(id: u32, server: &str, records: &[Record]) -> FileReading {
    let at = |record: &Record| Timestamp::from_seconds(record.at).unwrap();
    let mut kinds: Vec<(Arc<str>, u16, u64)> = Vec::new();
    for record in records {
        match kinds
            .iter_mut()
            .find(|(name, id, _)| **name == *record.provider && *id == record.id)
        {
            Some(kind) => kind.2 += 1,
            None => kinds.push((Arc::from(record.provider), record.id, 1)),
        }
    }
    let kept = records.iter().filter(|record| record.kept);
    let reading = Reading {
        events: kept
            .map(|record| event(id, server, "Application", record, true, 0, at(record)))
            .collect(),
        spans: vec![LogSpan {
            computer: Arc::from(server),
            channel: Arc::from("Application"),
            records: records
                .iter()
                .map(|record| (record.number, at(record)))
                .collect(),
            unnumbered: Vec::new(),
            kinds,
        }],
        records: records.len() as u64,
        ..Reading::default()
    };
    file(id, &format!("{server}/{id}.evtx"), Format::Evtx, reading)
}

/// The clock of an exporting machine, and its way of writing.
#[derive(Clone, Copy, Debug)]
pub enum Wall {
    Zone(Tz),
    /// Seconds ahead of UTC, summer and winter.
    Fixed(i32),
}

pub fn written(at: i64, wall: Wall, order: Option<DateOrder>) -> String {
    let utc = chrono::DateTime::from_timestamp(at, 0).unwrap();
    let local = match wall {
        Wall::Zone(zone) => zone.from_utc_datetime(&utc.naive_utc()).naive_local(),
        Wall::Fixed(offset) => utc.naive_utc() + chrono::Duration::seconds(i64::from(offset)),
    };
    let (y, m, d) = (local.year(), local.month(), local.day());
    let date = match order {
        Some(DateOrder::Mdy) => format!("{m}/{d}/{y}"),
        Some(DateOrder::Dmy) => format!("{d:02}.{m:02}.{y}"),
        Some(DateOrder::Ymd) | None => format!("{y}-{m:02}-{d:02}"),
    };
    format!(
        "{date} {:02}:{:02}:{:02}",
        local.hour(),
        local.minute(),
        local.second()
    )
}

/// The same as an export in local time; `None` for the order: ISO dates.
pub fn export(
    id: u32,
    server: &str,
    records: &[Record],
    wall: Wall,
    order: Option<DateOrder>,
    numbered: bool,
) -> FileReading {
    let mut local = LocalRecords::default();
    for (row, record) in (1..).zip(records) {
        let kind = RecordKind {
            computer: Arc::from(server),
            channel: Arc::from("Application"),
            provider: Arc::from(record.provider),
            id: record.id,
        };
        let known = local.kinds.iter().position(|known| *known == kind);
        let at = known.unwrap_or_else(|| {
            local.kinds.push(kind);
            local.kinds.len() - 1
        });
        let kept = event(
            id,
            server,
            "Application",
            record,
            numbered,
            row,
            Timestamp::EARLIEST,
        );
        local.records.push(LocalRecord {
            row,
            written: written(record.at, wall, order).into(),
            record_id: numbered.then_some(record.number),
            kind: u32::try_from(at).unwrap(),
            event: record.kept.then(|| Box::new(kept)),
        });
    }
    let reading = Reading {
        records: local.records.len() as u64,
        local,
        ..Reading::default()
    };
    file(
        id,
        &format!("{server}/{id}.csv"),
        Format::EventViewerCsv,
        reading,
    )
}

/// Settles and gives the problems and what became of the last file.
pub fn settled(mut files: Vec<FileReading>, config: &str) -> (Vec<Problem>, FileReading) {
    let config = CaseConfig::parse(config).unwrap();
    let context = ReadContext::new(&config, &|_, _, _| true);
    let problems = settle(&mut files, &context);
    (problems, files.pop().unwrap())
}

/// How far (seconds) each placed event is from the truth, and its width beyond a second. Panics on a wrong time.
pub fn widths(file: &FileReading, truth: &[Record]) -> Vec<i64> {
    let mut widths = Vec::new();
    for event in &file.reading.events {
        let found = truth.iter().find(|record| {
            record.strings == event.strings
                && event.time.at.micros() <= record.at * SECOND
                && record.at * SECOND <= event.time.at.micros() + event.time.precision - SECOND
        });
        assert!(found.is_some(), "{:?} is none of the truth", event.time);
        widths.push(event.time.precision / SECOND - 1);
    }
    widths
}

pub fn certain(file: &FileReading, truth: &[Record]) {
    let widths = widths(file, truth);
    assert_eq!(widths, vec![0; truth.len()], "{:?}", file.reading.notes);
    assert!(file.reading.local.records.is_empty());
}

pub fn nothing_placed(file: &FileReading) {
    assert!(
        file.reading.events.is_empty() && file.reading.spans.is_empty(),
        "{:?}",
        file.reading.notes
    );
    assert_eq!(
        file.reading.records,
        file.reading.local.records.len() as u64
    );
}
