use std::collections::BTreeMap;
use std::sync::Arc;

use super::*;
use crate::evidence::model::{CELL, Cell, Step};
use crate::time::{DAY, HOUR, MINUTE, SECOND, Stamp};

fn at(micros: i64) -> Timestamp {
    Timestamp::from_micros(micros).unwrap()
}

fn record(file: u32, line: u64, micros: i64, event: &str, recipient: &str) -> MailRecord {
    MailRecord {
        cite: Citation {
            file: FileId(file),
            record: line,
        },
        time: Stamp {
            at: at(micros),
            precision: SECOND,
            original: None,
        },
        server: "bh01.contoso.example".into(),
        log: MailLog::Tracking,
        step: Step::Submitted,
        event: event.into(),
        documented: true,
        message_id: "<a@b>".into(),
        recipients: vec![recipient.into()],
        recipient_count: Some(1),
        partner: None,
        virtual_server: None,
        subject: None,
        sender: None,
        size: None,
        originated: None,
    }
}

fn span(file: u32, from: i64, to: i64) -> MailSpan {
    MailSpan {
        cite: Citation {
            file: FileId(file),
            record: 1,
        },
        server: "BH01".into(),
        log: MailLog::Tracking,
        virtual_server: None,
        from: at(from),
        to: at(to),
        lines: 10,
    }
}

fn traffic(cells: &[(i64, u64, &[f64])]) -> Traffic {
    let cell = |lines: u64, delays: &[f64]| {
        let mut cell = Cell {
            lines,
            finals: delays.len() as u64,
            ..Cell::default()
        };
        delays.iter().for_each(|delay| cell.delays.add(*delay));
        cell
    };
    Traffic {
        server: "BH01".into(),
        log: MailLog::Tracking,
        cells: cells
            .iter()
            .map(|(number, lines, delays)| (*number, cell(*lines, delays)))
            .collect::<BTreeMap<i64, Cell>>(),
    }
}

fn settled(readings: Vec<MailReading>) -> Settled {
    let clocks = Clocks::default();
    let mut gathered = Gathered::default();
    let mut spelling = |name: &str| -> Arc<str> {
        let label = name.split('.').next().unwrap_or(name);
        label.to_uppercase().into()
    };
    for reading in readings {
        gathered.add(reading, &clocks, &mut spelling);
    }
    gathered.settle(&clocks)
}

fn records(records: Vec<MailRecord>) -> MailReading {
    MailReading {
        records,
        ..MailReading::default()
    }
}

#[test]
fn a_line_in_two_files_is_one_record_with_two_citations() {
    let first = records(vec![
        record(1, 4, 0, "1019", "x"),
        record(1, 5, SECOND, "1019", "x"),
    ]);
    let copy = records(vec![record(2, 4, 0, "1019", "x")]);
    let all = settled(vec![first, copy]);
    assert_eq!((all.records.len(), all.duplicates), (2, 1));
    assert_eq!(all.records[0].copies.len(), 1);
    assert_eq!(all.records[0].copies[0].file, FileId(2));
    assert_eq!(all.records[0].server.as_ref(), "BH01");
}

#[test]
fn like_lines_of_one_file_are_two_records() {
    let first = records(vec![
        record(1, 4, 0, "1019", "x"),
        record(1, 5, 0, "1019", "x"),
    ]);
    let copy = records(vec![
        record(2, 7, 0, "1019", "x"),
        record(2, 8, 0, "1019", "x"),
        record(2, 9, 0, "1019", "x"),
    ]);
    let all = settled(vec![first, copy]);
    let cites: Vec<(u64, Vec<u64>)> = all
        .records
        .iter()
        .map(|mail| {
            let copies = mail.copies.iter().map(|cite| cite.record);
            (mail.record.cite.record, copies.collect())
        })
        .collect();
    assert_eq!(cites, [(4, vec![7]), (5, vec![8]), (9, vec![])]);
}

#[test]
fn lines_that_differ_in_anything_are_not_copies() {
    let first = records(vec![record(1, 4, 0, "1019", "x")]);
    let other = records(vec![
        record(2, 4, 0, "1019", "y"),
        record(2, 5, 0, "1025", "x"),
    ]);
    assert_eq!(settled(vec![first, other]).records.len(), 3);
}

#[test]
fn a_day_without_a_file_is_a_hole() {
    let day = |file: u32, day: i64| MailReading {
        spans: vec![span(file, day * DAY + HOUR, day * DAY + 23 * HOUR)],
        ..MailReading::default()
    };
    let all = settled(vec![day(1, 0), day(2, 1), day(3, 3)]);
    let [log] = all.coverage.as_slice() else {
        panic!("{:?}", all.coverage)
    };
    assert_eq!(log.log, "Message tracking");
    assert_eq!((log.from, log.to), (at(HOUR), at(3 * DAY + 23 * HOUR)));
    assert_eq!(log.records, 30);
    assert_eq!(log.holes.len(), 1);
    assert_eq!(
        (log.holes[0].from, log.holes[0].to),
        (at(DAY + 23 * HOUR), at(3 * DAY + HOUR))
    );
    assert!(log.speaks_throughout(at(2 * HOUR), at(DAY + 22 * HOUR)));
}

#[test]
fn of_an_hourly_log_an_hour_is() {
    let hour = |file: u32, hour: i64| MailReading {
        spans: vec![span(file, hour * HOUR + MINUTE, hour * HOUR + 50 * MINUTE)],
        ..MailReading::default()
    };
    let all = settled(vec![hour(1, 0), hour(2, 1), hour(3, 2), hour(4, 5)]);
    assert_eq!(all.coverage[0].holes.len(), 1);
    assert_eq!(all.coverage[0].holes[0].to, at(5 * HOUR + MINUTE));
}

/// A log that was copied in mid-day, and the next day's file: no day is missing, yet the evening is.
#[test]
fn a_silence_beyond_the_rhythm_is_a_hole() {
    let mut busy: Vec<(i64, u64, &[f64])> = (0..90).map(|cell| (cell, 5, &[][..])).collect();
    busy.extend((144..200).map(|cell| (cell, 5, &[][..])));
    let reading = MailReading {
        traffic: vec![traffic(&busy)],
        spans: vec![span(1, 0, 89 * CELL), span(1, 144 * CELL, 199 * CELL)],
        ..MailReading::default()
    };
    let log = &settled(vec![reading]).coverage[0];
    assert_eq!(log.holes.len(), 1, "{:?}", log.holes);
    assert_eq!(
        (log.holes[0].from, log.holes[0].to),
        (at(90 * CELL), at(144 * CELL))
    );
    assert_eq!(log.records, 146 * 5);
}

#[test]
fn traffic_of_copies_counts_once_and_that_of_parts_adds_up() {
    let whole = traffic(&[(1, 10, &[5.0]), (2, 20, &[6.0, 7.0]), (3, 30, &[8.0])]);
    let cut = traffic(&[(1, 10, &[5.0]), (2, 3, &[6.0])]);
    let rolled = traffic(&[(3, 2, &[9.0]), (4, 7, &[])]);
    for order in [vec![whole.clone(), cut.clone()], vec![cut, whole.clone()]] {
        let merged = traffic::merged(order);
        assert_eq!(merged, std::slice::from_ref(&whole));
    }
    let sum = traffic::merged(vec![whole, rolled]);
    let lines: Vec<u64> = sum[0].cells.values().map(|cell| cell.lines).collect();
    assert_eq!(lines, [10, 20, 32, 7]);
    assert_eq!(sum[0].cells[&3].delays.count(), 2);
}

#[test]
fn a_header_that_a_fuller_copy_has_in_mid_file_does_not_open_the_log() {
    let start = |file: u32, line: u64, opens_file: bool| MailReading {
        starts: vec![ServiceStart {
            cite: Citation {
                file: FileId(file),
                record: line,
            },
            server: "BH01".into(),
            virtual_server: Some(1),
            at: Stamp::exact(at(HOUR)),
            opens_file,
        }],
        ..MailReading::default()
    };
    let all = settled(vec![start(1, 1, true), start(2, 90, false)]);
    assert_eq!(all.starts.len(), 1);
    assert!(!all.starts[0].start.opens_file);
}
