//! Zone proven by the server's own events 6008 and 520.

use super::*;
use crate::time::HOUR;

/// A System log in UTC: quiet, the end of one run, and the start of the next, with the texts of 6008.
fn crash(down_minutes: i64, time: &str, date: &str) -> FileReading {
    let before: Vec<Record> = (0..20_u64)
        .map(|n| record(n + 1, march(-20 + i64::try_from(n).unwrap()), 7036, "x"))
        .collect();
    let mut log = before;
    let boot = Record {
        provider: "EventLog",
        strings: vec![time.to_owned(), date.to_owned()],
        ..record(21, march(down_minutes), 6008, "")
    };
    log.push(boot);
    let mut file = utc(2, "BH01", &log);
    let system: Arc<str> = Arc::from("System");
    file.reading
        .events
        .iter_mut()
        .for_each(|event| event.channel = Arc::clone(&system));
    file.reading
        .spans
        .iter_mut()
        .for_each(|span| span.channel = Arc::clone(&system));
    file
}

/// An export of another log of the same server.
fn application(wall: Wall) -> (Vec<Record>, FileReading) {
    let log = irregular(march(-3000), 911, 100);
    let file = export(5, "BH01", &log, wall, None, false);
    (log, file)
}

#[test]
fn a_6008_fixes_the_offset() {
    let (log, file) = application(Wall::Zone(Tz::America__New_York));
    // The last record is of 14:29 UTC, the heartbeat of 9:29:30 in New York, the start of 14:40.
    let shutdown = crash(
        10,
        "\u{200e}9:29:30 AM",
        "\u{200e}3/\u{200e}14/\u{200e}2006",
    );
    let (problems, file) = settled(vec![shutdown, file], "");
    assert_eq!(problems, []);
    certain(&file, &log);
    let note = &file.reading.notes[0];
    for part in ["E2#21 (6008)", "2006-03-14T14:29:30Z: UTC-5", "is assumed"] {
        assert!(note.contains(part), "{note}");
    }
}

#[test]
fn a_6008_after_hours_fixes_nothing() {
    let (_, file) = application(Wall::Zone(Tz::America__New_York));
    let (problems, file) = settled(vec![crash(300, "9:29:30 AM", "3/14/2006"), file], "");
    assert_eq!(problems.len(), 1);
    nothing_placed(&file);
}

#[test]
fn a_6008_of_another_server_fixes_nothing() {
    let (_, mut file) = application(Wall::Zone(Tz::America__New_York));
    file.reading
        .local
        .kinds
        .iter_mut()
        .for_each(|kind| kind.computer = Arc::from("BE01"));
    let (problems, file) = settled(vec![crash(10, "9:29:30 AM", "3/14/2006"), file], "");
    assert_eq!(problems.len(), 1);
    nothing_placed(&file);
}

#[test]
fn a_520_fixes_the_offset() {
    let strings = [
        "4",
        "p",
        "u",
        "d",
        "l",
        "cu",
        "cd",
        "cl",
        "8:30:00 AM 3/14/2006",
        "9:30:00 AM 3/14/2006",
    ];
    let set = Record {
        provider: "Security",
        strings: strings.map(str::to_owned).to_vec(),
        ..record(1, march(0), 520, "")
    };
    let (log, file) = application(Wall::Zone(Tz::America__New_York));
    let (problems, file) = settled(vec![utc(2, "BH01", &[set]), file], "");
    assert_eq!(problems, []);
    certain(&file, &log);
    assert!(
        file.reading.notes[0].contains("E2#1 (520)"),
        "{:?}",
        file.reading.notes
    );
}

#[test]
fn a_520_in_winter_says_little_of_summer() {
    let strings = [
        "4",
        "p",
        "u",
        "d",
        "l",
        "cu",
        "cd",
        "cl",
        "",
        "3/14/2006 9:30:00 AM",
    ];
    let set = Record {
        provider: "Security",
        strings: strings.map(str::to_owned).to_vec(),
        ..record(1, march(0), 520, "")
    };
    let log = irregular(march(60 * 1440), 911, 100);
    let file = export(
        5,
        "BH01",
        &log,
        Wall::Zone(Tz::America__New_York),
        None,
        false,
    );
    let (problems, file) = settled(vec![utc(2, "BH01", &[set]), file], "");
    assert_eq!(problems.len(), 1);
    assert!(
        widths(&file, &log)
            .iter()
            .all(|width| *width == HOUR / SECOND)
    );
}
