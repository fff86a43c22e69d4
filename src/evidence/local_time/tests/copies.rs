//! Zone and order proven by copies of the same records in a log with UTC.

use super::*;
use crate::time::HOUR;

const NEW_YORK: Wall = Wall::Zone(Tz::America__New_York);

#[test]
fn copies_with_numbers_prove_the_offset() {
    let log = irregular(march(0), 911, 41);
    let (problems, file) = settled(
        vec![
            utc(2, "BH01", &log),
            export(5, "bh01.corp.example", &log, NEW_YORK, None, true),
        ],
        "",
    );
    assert_eq!(problems, []);
    certain(&file, &log);
    assert_eq!(
        file.reading.notes,
        [
            "Its times are local; 41 of its records also stand in E2 (UTC), each 5 h later there: UTC-5; the first: E5#1 = E2#1."
        ]
    );
    let span = file.reading.spans.first().unwrap();
    let numbers: Vec<u64> = span.records.iter().map(|(number, _)| *number).collect();
    assert_eq!(numbers, (1..=41).collect::<Vec<_>>());
    let first = file.reading.events.first().unwrap();
    assert_eq!(first.time.original.as_deref(), Some("2006-03-14 09:30:00"));
}

#[test]
fn copies_without_numbers_prove_the_offset_by_their_content() {
    let log = irregular(march(0), 911, 41);
    let (problems, file) = settled(
        vec![
            utc(2, "BH01", &log),
            export(5, "BH01", &log, NEW_YORK, None, false),
        ],
        "",
    );
    assert_eq!(problems, []);
    certain(&file, &log);
    assert_eq!(file.reading.spans.first().unwrap().unnumbered.len(), 41);
}

#[test]
fn records_that_are_not_kept_prove_by_their_numbers() {
    let mut log = irregular(march(0), 911, 41);
    log.iter_mut().for_each(|record| record.kept = false);
    let (problems, file) = settled(
        vec![
            utc(2, "BH01", &log),
            export(5, "BH01", &log, NEW_YORK, None, true),
        ],
        "",
    );
    assert_eq!(problems, []);
    let span = file.reading.spans.first().unwrap();
    assert!(
        span.records
            .iter()
            .zip(&log)
            .all(|((_, at), record)| at.micros() == record.at * SECOND)
    );
    let (problems, file) = settled(
        vec![
            utc(2, "BH01", &log),
            export(5, "BH01", &log, NEW_YORK, None, false),
        ],
        "",
    );
    assert_eq!(problems.len(), 1);
    nothing_placed(&file);
}

/// Days 1 to 12 alone: both orders can be read, the wrong one puts the records months away.
#[test]
fn the_order_is_proven_by_copies() {
    let log = irregular(march(-13 * 1440), 3_600, 200);
    let (problems, file) = settled(
        vec![
            utc(2, "BH01", &log),
            export(5, "BH01", &log, NEW_YORK, Some(DateOrder::Mdy), false),
        ],
        "",
    );
    assert_eq!(problems, []);
    certain(&file, &log);
    assert!(
        file.reading
            .notes
            .iter()
            .any(|note| note.contains("month/day/year: only so")),
        "{:?}",
        file.reading.notes
    );
}

#[test]
fn a_day_above_twelve_is_cited() {
    let log = irregular(march(0), 911, 41);
    let (_, file) = settled(
        vec![
            utc(2, "BH01", &log),
            export(5, "BH01", &log, NEW_YORK, Some(DateOrder::Mdy), false),
        ],
        "",
    );
    certain(&file, &log);
    assert!(
        file.reading
            .notes
            .iter()
            .any(|note| note.contains("month/day/year: row 1 (3/14/2006 09:30:00)"))
    );
}

#[test]
fn one_match_proves_nothing() {
    let log = irregular(march(0), 911, 41);
    for numbered in [true, false] {
        let (problems, file) = settled(
            vec![
                utc(2, "BH01", &log[..1]),
                export(5, "BH01", &log, NEW_YORK, None, numbered),
            ],
            "",
        );
        assert_eq!(problems.len(), 1, "{problems:?}");
        nothing_placed(&file);
    }
    // Two with the same number, source and id confirm each other.
    let (problems, file) = settled(
        vec![
            utc(2, "BH01", &log[..2]),
            export(5, "BH01", &log, NEW_YORK, None, true),
        ],
        "",
    );
    assert_eq!(problems, []);
    certain(&file, &log);
}

/// The same messages failed on two servers, one after the other.
#[test]
fn the_same_messages_on_another_server_prove_nothing() {
    let log = irregular(march(0), 911, 41);
    let mut later = log.clone();
    later.iter_mut().for_each(|record| record.at += 3600);
    let (problems, file) = settled(
        vec![
            utc(2, "BE01", &later),
            export(5, "BH01", &log, NEW_YORK, None, true),
        ],
        "",
    );
    assert_eq!(problems.len(), 1);
    nothing_placed(&file);
}

/// A restart by a script, every hour to the second: it fits many offsets.
#[test]
fn what_recurs_regularly_proves_nothing() {
    let log: Vec<Record> = (0..200_u64)
        .map(|n| {
            record(
                n + 1,
                march(0) + i64::try_from(n).unwrap() * 3600,
                7036,
                "stopped",
            )
        })
        .collect();
    // The copy in UTC begins three records later, and ends three later.
    let (problems, file) = settled(
        vec![
            utc(2, "BH01", &log[3..]),
            export(5, "BH01", &log[..197], NEW_YORK, None, false),
        ],
        "",
    );
    nothing_placed(&file);
    assert!(
        problems[0].what.contains("too many offsets"),
        "{problems:?}"
    );
    // Three records that are like no other settle it.
    let mut with_others = log.clone();
    for (n, minutes) in [(11, 7), (23, 31), (57, 18)] {
        with_others.insert(
            n,
            record(
                1000,
                march(minutes) + 3600 * i64::try_from(n).unwrap(),
                348,
                &format!("<{n}@a.example>"),
            ),
        );
    }
    let (problems, file) = settled(
        vec![
            utc(2, "BH01", &with_others[3..]),
            export(5, "BH01", &with_others[..197], NEW_YORK, None, false),
        ],
        "",
    );
    assert_eq!(problems, []);
    certain(&file, &with_others[..197]);
}

/// Numbers begin anew when a log is cleared: the same numbers are other records.
#[test]
fn a_cleared_log_proves_nothing() {
    let old = irregular(march(0), 911, 200);
    let mut new = irregular(march(3 * 60), 877, 200);
    new.iter_mut().for_each(|record| record.kept = false);
    let (problems, file) = settled(
        vec![
            utc(2, "BH01", &new),
            export(5, "BH01", &old, NEW_YORK, None, true),
        ],
        "",
    );
    assert_eq!(problems.len(), 1);
    nothing_placed(&file);
}

/// From February to May 2006; copies only of the records before and after the change on 2 April.
#[test]
fn across_a_change_of_the_clocks() {
    let log = irregular(march(-30 * 1440), 8_000, 900);
    let (problems, file) = settled(
        vec![
            utc(2, "BH01", &log),
            export(5, "BH01", &log, NEW_YORK, None, false),
        ],
        "",
    );
    assert_eq!(problems, []);
    certain(&file, &log);
    assert!(
        file.reading.notes[0].contains("each 5 h later there or 4 h later there"),
        "{:?}",
        file.reading.notes
    );

    // Copies in winter alone: in summer the zones that fit differ by an hour or two, and that is said.
    let (problems, file) = settled(
        vec![
            utc(2, "BH01", &log[..300]),
            export(5, "BH01", &log, NEW_YORK, None, false),
        ],
        "",
    );
    assert_eq!(problems.len(), 1);
    assert!(
        problems[0]
            .what
            .contains("zones that fit the proofs differ")
    );
    let widths = widths(&file, &log);
    assert!(
        widths
            .iter()
            .all(|width| [0, 1, 2].map(|hours| hours * HOUR / SECOND).contains(width)),
        "{widths:?}"
    );
    let winter = log
        .iter()
        .filter(|record| record.at < 1_143_961_200)
        .count();
    assert!(widths.iter().filter(|width| **width == 0).count() <= winter);
    assert!(widths[..300].iter().all(|width| *width == 0));
}

/// Event Viewer up to Windows 2003 shows all times by the offset of the day of export (KB 129574).
#[test]
fn an_offset_that_knows_no_summer() {
    let log = irregular(march(-30 * 1440), 8_000, 900);
    let wall = Wall::Fixed(-5 * 3600);
    let (problems, file) = settled(
        vec![
            utc(2, "BH01", &log),
            export(5, "BH01", &log, wall, None, false),
        ],
        "",
    );
    assert_eq!(problems, []);
    certain(&file, &log);
}

#[test]
fn edited_rows_do_not_hide_the_rest_and_are_counted() {
    let log = irregular(march(0), 911, 41);
    let mut edited = log.clone();
    edited[7].at -= 1234;
    edited[8].at -= 3600;
    let (problems, file) = settled(
        vec![
            utc(2, "BH01", &log),
            export(5, "BH01", &edited, NEW_YORK, None, true),
        ],
        "",
    );
    assert_eq!(problems, []);
    certain(&file, &edited);
    assert!(
        file.reading.notes[0]
            .contains("2 more stand there under their numbers, but at other times"),
        "{:?}",
        file.reading.notes
    );
}

/// The same minute, twice: the order of the records tells which is which.
#[test]
fn times_to_the_minute() {
    let log = irregular(march(0), 911, 41);
    let mut file = export(5, "BH01", &log, NEW_YORK, None, true);
    for record in &mut file.reading.local.records {
        record.written = record.written.get(..16).unwrap().into();
    }
    let (problems, file) = settled(vec![utc(2, "BH01", &log), file], "");
    assert_eq!(problems, []);
    for (event, record) in file.reading.events.iter().zip(&log) {
        assert_eq!(
            event.time.at.micros(),
            record.at * SECOND / 60_000_000 * 60_000_000
        );
        assert_eq!(event.time.precision, 60 * SECOND);
    }
}
