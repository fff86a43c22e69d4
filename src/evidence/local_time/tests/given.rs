//! Zone and order as somebody gives them, and what is said when nobody does.

use super::*;
use crate::time::HOUR;

const NEW_YORK: Wall = Wall::Zone(Tz::America__New_York);
const TOLD: &str = "time_zone = \"America/New_York\"\ndate_order = \"mdy\"\n";

fn mdy(log: &[Record]) -> FileReading {
    export(5, "BH01", log, NEW_YORK, Some(DateOrder::Mdy), false)
}

#[test]
fn the_closest_word_counts() {
    let log = irregular(march(0), 911, 41);
    let (problems, file) = settled(vec![mdy(&log)], TOLD);
    assert_eq!(problems, []);
    certain(&file, &log);
    assert_eq!(
        file.reading.notes,
        [
            "Its times are local: America/New_York, by case.toml.",
            "Its dates are month/day/year, by case.toml."
        ]
    );
    let berlin = "time_zone = \"Europe/Berlin\"\n[[log]]\nfile = \"bh01\"\ntime_zone = \"America/New_York\"\ndate_order = \"mdy\"\n";
    let (problems, file) = settled(vec![mdy(&log)], berlin);
    assert_eq!(problems, []);
    certain(&file, &log);

    let config = CaseConfig::parse("time_zone = \"Europe/Berlin\"").unwrap();
    let mut context = ReadContext::new(&config, &|_, _, _| true);
    context.time_zone = Some(Tz::America__New_York);
    let mut files = vec![mdy(&log)];
    assert_eq!(settle(&mut files, &context), []);
    certain(&files[0], &log);
    assert!(files[0].reading.notes[0].ends_with("America/New_York, by --timezone."));
}

#[test]
fn a_wrong_zone_is_used_and_reported() {
    let log = irregular(march(0), 911, 41);
    for numbered in [true, false] {
        let export = export(5, "BH01", &log, NEW_YORK, None, numbered);
        let (problems, file) = settled(
            vec![utc(2, "BH01", &log), export],
            "time_zone = \"America/Chicago\"",
        );
        assert_eq!(problems.len(), 1, "{problems:?}");
        let what = &problems[0].what;
        for part in [
            "case.toml gives America/Chicago",
            "41 records",
            "only UTC-5 explains",
            "E5#1 = E2#1",
            "1 h later",
        ] {
            assert!(what.contains(part), "{part}: {what}");
        }
        let placed = file
            .reading
            .events
            .iter()
            .map(|event| event.time.at.micros() / SECOND - 3600);
        assert!(placed.eq(log.iter().map(|record| record.at)));
    }
    let (problems, file) = settled(
        vec![
            utc(2, "BH01", &log),
            export(5, "BH01", &log, NEW_YORK, None, true),
        ],
        "time_zone = \"America/New_York\"",
    );
    assert_eq!(problems, []);
    assert!(
        file.reading
            .notes
            .iter()
            .any(|note| note.starts_with("That agrees with other evidence"))
    );
}

#[test]
fn a_wrong_order_is_reported_and_its_rows_are_counted() {
    let log = irregular(march(0), 911, 41);
    let (problems, file) = settled(
        vec![mdy(&log)],
        "time_zone = \"America/New_York\"\ndate_order = \"dmy\"",
    );
    let whats: Vec<&str> = problems
        .iter()
        .map(|problem| problem.what.as_str())
        .collect();
    assert!(
        whats[0].contains(
            "case.toml gives day/month/year, but the file is written month/day/year: row 1"
        ),
        "{whats:?}"
    );
    assert!(whats[1].starts_with("41 of 41 rows"), "{whats:?}");
    assert_eq!((file.reading.records, file.reading.damaged), (0, 41));
}

#[test]
fn rows_without_a_time_are_counted() {
    let log = irregular(march(0), 911, 41);
    let mut file = mdy(&log);
    file.reading.local.records[3].written = "13/32/2006 09:30:00".into();
    let (problems, file) = settled(vec![file], TOLD);
    assert_eq!(problems.len(), 1);
    assert!(
        problems[0].what.starts_with("1 row could not be read"),
        "{problems:?}"
    );
    assert!(problems[0].what.contains("row 4 (`13/32/2006 09:30:00`)"));
    assert_eq!(
        (
            file.reading.records,
            file.reading.damaged,
            file.reading.events.len()
        ),
        (40, 1, 40)
    );
}

#[test]
fn nothing_known_is_one_problem_with_the_lines_to_add() {
    let log = irregular(march(-13 * 1440), 3_600, 100);
    let (problems, file) = settled(vec![mdy(&log)], "");
    nothing_placed(&file);
    let [problem] = problems.as_slice() else {
        panic!("{problems:?}")
    };
    assert_eq!(problem.evidence, "BH01/5.csv");
    for part in [
        "100 records, from 3/1/2006 09:30:00 to 3/5/2006",
        "time zone and the order of day and month",
    ] {
        assert!(problem.what.contains(part), "{problem:?}");
    }
    for part in [
        "file = \"BH01/5.csv\"\ntime_zone = \"America/New_York\"\ndate_order = \"mdy\"",
        "--timezone America/New_York --date-order mdy",
    ] {
        assert!(problem.what_to_do.contains(part), "{problem:?}");
    }
    let (problems, file) = settled(vec![mdy(&log)], "time_zone = \"America/New_York\"");
    nothing_placed(&file);
    assert!(
        problems[0]
            .what
            .contains("cannot be placed: the order of day and month is not known"),
        "{problems:?}"
    );
    assert!(!problems[0].what_to_do.contains("time_zone"));
}

#[test]
fn days_that_prove_both_orders_prove_none() {
    let log = irregular(march(0), 911, 41);
    let mut file = mdy(&log);
    file.reading.local.records[9].written = "14/3/2006 12:00:00".into();
    let (problems, file) = settled(vec![file], "time_zone = \"America/New_York\"");
    nothing_placed(&file);
    assert!(
        problems[0].what.contains("row 1 (`3/14/2006 09:30:00`)")
            && problems[0].what.contains("row 10 (`14/3/2006 12:00:00`)"),
        "{problems:?}"
    );
}

/// 29 October 2006, when clocks went back in New York at 06:00 UTC: three records an hour, newest last and newest first.
#[test]
fn the_ambiguous_hour_by_the_order_of_the_records() {
    let night = 1_162_101_600;
    let log: Vec<Record> = (0..18_u64)
        .map(|n| {
            record(
                n + 1,
                night - 10_000 + i64::try_from(n).unwrap() * 1_201,
                348,
                &format!("<{n}@a.example>"),
            )
        })
        .collect();
    for numbered in [true, false] {
        for backwards in [false, true] {
            let mut export = export(5, "BH01", &log, NEW_YORK, None, numbered);
            if backwards {
                export.reading.local.records.reverse();
            }
            let (problems, file) = settled(vec![export], "time_zone = \"America/New_York\"");
            assert_eq!(problems, [], "{numbered} {backwards}");
            certain(&file, &log);
        }
    }
}

#[test]
fn the_ambiguous_hour_is_marked_where_no_order_tells() {
    let night = 1_162_101_600;
    let log: Vec<Record> = [-7200, -1800, 1000, 7200]
        .into_iter()
        .zip(1..)
        .map(|(at, n)| record(n, night + at, 348, &format!("<{n}@a.example>")))
        .collect();
    // 01:30 and 01:16:40 local: the second is before the first, so it is of the second hour; one alone is not known.
    let alone = [log[0].clone(), log[1].clone(), log[3].clone()];
    let (problems, file) = settled(
        vec![export(5, "BH01", &alone, NEW_YORK, None, false)],
        "time_zone = \"America/New_York\"",
    );
    assert_eq!(widths(&file, &alone), [0, HOUR / SECOND, 0]);
    assert!(
        problems[0].what.contains("clocks went through twice")
            && problems[0].what.contains("row 2 (2006-10-29 01:30:00)"),
        "{problems:?}"
    );
    let (problems, file) = settled(
        vec![export(5, "BH01", &log, NEW_YORK, None, false)],
        "time_zone = \"America/New_York\"",
    );
    assert_eq!(problems, []);
    certain(&file, &log);
}

/// 2 April 2006, 2:30 in New York never was.
#[test]
fn the_skipped_hour_is_marked() {
    let log = irregular(march(0), 911, 41);
    let mut file = mdy(&log);
    file.reading.local.records[40].written = "4/2/2006 02:30:00".into();
    let (problems, file) = settled(vec![file], TOLD);
    assert!(problems[0].what.contains("clocks skipped"), "{problems:?}");
    let last = file.reading.events.last().unwrap();
    assert_eq!(
        (last.time.at.to_string().as_str(), last.time.precision),
        ("2006-04-02T06:30:00.000000Z", HOUR + SECOND)
    );
}

#[test]
fn event_viewer_of_2003_knows_no_summer() {
    let log = irregular(march(-30 * 1440), 8_000, 900);
    let mut file = export(5, "BH01", &log, NEW_YORK, None, false);
    file.format = Format::EventViewer2003;
    let (problems, _) = settled(vec![file.clone()], "time_zone = \"America/New_York\"");
    assert!(
        problems
            .iter()
            .any(|problem| problem.what.contains("KB 129574")),
        "{problems:?}"
    );
    // Copies from both halves of the year show that it followed the zone after all.
    let (problems, _) = settled(
        vec![utc(2, "BH01", &log), file],
        "time_zone = \"America/New_York\"",
    );
    assert_eq!(problems, []);
}
