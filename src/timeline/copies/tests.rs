use std::sync::Arc;

use proptest::prelude::*;

use crate::evidence::model::{Citation, Event, FileId, Level, LogSpan, Problem, Reading};
use crate::time::{HOUR, MINUTE, SECOND, Stamp, Timestamp};
use crate::timeline::{Clocks, Timeline, build};

/// One record as its server wrote it: number, microseconds, id, what it says.
#[derive(Clone, Debug)]
struct Record {
    number: u64,
    at: i64,
    id: u16,
    said: &'static str,
}

/// A form in which records are copied.
#[derive(Clone, Copy, Debug)]
struct Form {
    numbered: bool,
    /// Microseconds that a time may be cut off by.
    precision: i64,
    strings: bool,
    text: bool,
    named_log: bool,
    /// Microseconds that every time is off by.
    shift: i64,
}

const EVTX: Form = Form {
    numbered: true,
    precision: 0,
    strings: true,
    text: false,
    named_log: true,
    shift: 0,
};
const EVT: Form = Form {
    precision: SECOND,
    ..EVTX
};
const CSV: Form = Form {
    numbered: false,
    precision: SECOND,
    strings: false,
    text: true,
    named_log: true,
    shift: 0,
};
const DUMPEL: Form = Form {
    precision: MINUTE,
    strings: true,
    text: false,
    ..CSV
};

const START: i64 = 1_142_000_040_000_000;

fn at(micros: i64) -> Timestamp {
    Timestamp::from_micros(START + micros).unwrap()
}

/// The file of that number with these records in that form, in their order.
fn file(number: u32, form: Form, records: &[Record]) -> Reading {
    let server: Arc<str> = "BH01".into();
    let channel: Arc<str> = if form.named_log { "System" } else { "" }.into();
    let mut reading = Reading::default();
    let mut span = LogSpan {
        computer: Arc::clone(&server),
        channel: Arc::clone(&channel),
        records: Vec::new(),
        unnumbered: Vec::new(),
        kinds: vec![
            ("Other".into(), 1, 1),
            ("SCM".into(), 7036, records.len() as u64),
        ],
    };
    for (row, record) in (1..).zip(records) {
        let micros = (START + record.at).div_euclid(form.precision.max(1)) * form.precision.max(1);
        let at = Timestamp::from_micros(micros + form.shift).unwrap();
        let text_form = form.text || !form.numbered;
        reading.events.push(Event {
            cite: Citation {
                file: FileId(number),
                record: if form.numbered { record.number } else { row },
            },
            time: Stamp {
                at,
                precision: form.precision,
                original: text_form.then(|| at.to_string()),
            },
            written: None,
            computer: Arc::clone(&server),
            channel: Arc::clone(&channel),
            provider: if form.text { "scm" } else { "SCM" }.into(),
            id: record.id,
            qualifiers: None,
            level: Level::Information,
            category: None,
            record_id: form.numbered.then_some(record.number),
            strings: match form.strings {
                true => vec![record.said.to_owned(), "stopped".to_owned()],
                false => Vec::new(),
            },
            names: Vec::new(),
            user: None,
            text: form
                .text
                .then(|| format!("The {}  service\r\nstopped.", record.said)),
            recovered: false,
        });
        match form.numbered {
            true => span.records.push((record.number, at)),
            false => span.unnumbered.push(at),
        }
    }
    reading.spans.push(span);
    reading
}

fn timeline(readings: Vec<Reading>) -> Timeline {
    build(readings, &Clocks::default(), &|name| name.to_owned()).unwrap()
}

fn whats(timeline: &Timeline) -> Vec<&str> {
    timeline
        .problems
        .iter()
        .map(|problem: &Problem| problem.what.as_str())
        .collect()
}

fn records(count: u64, apart: i64) -> Vec<Record> {
    (0..count)
        .map(|n| Record {
            number: 100 + n,
            at: n as i64 * apart,
            id: 7036,
            said: ["SMTP", "IIS", "Spooler"][n as usize % 3],
        })
        .collect()
}

#[test]
fn one_record_in_four_forms_is_one_event() {
    let log = records(50, 400 * 1000);
    let timeline = timeline(vec![
        file(1, CSV, &log),
        file(2, DUMPEL, &log),
        file(3, EVT, &log),
        file(4, EVTX, &log),
    ]);
    assert_eq!(timeline.events.len(), 50);
    assert_eq!(timeline.duplicates, 150);
    assert!(whats(&timeline).is_empty(), "{:?}", whats(&timeline));
    for (event, record) in timeline.events.iter().zip(&log) {
        // Of two numbered copies the one with the exact time; the text comes from the CSV.
        assert_eq!(event.event.cite.file, FileId(4));
        assert_eq!(event.at, at(record.at));
        assert_eq!(event.copies.len(), 3);
        assert!(event.event.text.as_deref().unwrap().contains(record.said));
    }
    let coverage = &timeline.coverage;
    assert_eq!((coverage.len(), coverage[0].records), (1, 50));
    assert_eq!((coverage[0].holes.len(), &coverage[0].note), (0, &None));
}

#[test]
fn equal_events_of_one_second_remain_as_many() {
    let same: Vec<Record> = (0..7)
        .map(|n| Record {
            number: n,
            at: n as i64,
            id: 7036,
            said: "SMTP",
        })
        .collect();
    for forms in [[CSV, CSV], [CSV, DUMPEL], [DUMPEL, EVT], [EVTX, CSV]] {
        let readings = vec![file(1, forms[0], &same), file(2, forms[1], &same)];
        assert_eq!(timeline(readings).events.len(), 7, "{forms:?}");
    }
    let fewer = timeline(vec![file(1, CSV, &same[..3]), file(2, CSV, &same)]);
    assert_eq!(fewer.events.len(), 7);
}

#[test]
fn neighbouring_seconds_are_not_one() {
    let log = [
        Record {
            number: 1,
            at: 0,
            id: 7036,
            said: "SMTP",
        },
        Record {
            number: 2,
            at: SECOND,
            id: 7036,
            said: "SMTP",
        },
    ];
    let timeline = timeline(vec![file(1, CSV, &log[..1]), file(2, CSV, &log[1..])]);
    assert_eq!(timeline.events.len(), 2);
}

#[test]
fn a_log_without_a_name_is_known_by_its_numbers() {
    let nameless = Form {
        named_log: false,
        text: true,
        strings: false,
        ..EVT
    };
    let log = records(20, MINUTE);
    let timeline = timeline(vec![file(1, nameless, &log[5..]), file(2, EVTX, &log)]);
    assert_eq!((timeline.events.len(), timeline.coverage.len()), (20, 1));
    assert!(whats(&timeline).is_empty(), "{:?}", whats(&timeline));
}

#[test]
fn an_edited_copy_is_told() {
    let log = records(20, MINUTE);
    let mut edited = log.clone();
    edited[3].said = "Nothing";
    edited[7].at += 3 * HOUR;
    let timeline = timeline(vec![file(1, EVTX, &log), file(2, EVT, &edited)]);
    // One record by its number, whatever was altered.
    assert_eq!(timeline.events.len(), 20);
    let [what] = whats(&timeline)[..] else {
        panic!("{:?}", whats(&timeline))
    };
    assert!(
        what.contains("2 records of the System log of BH01 differ between the copies E1 and E2"),
        "{what}"
    );
    assert!(
        what.contains("E1#103 and E2#103: string 1 is \"SMTP\" and \"Nothing\""),
        "{what}"
    );
    assert!(what.contains("E1#107 and E2#107: the time is"), "{what}");
    assert_eq!(timeline.coverage[0].records, 20);
}

#[test]
fn an_edited_kind_is_told() {
    let log = records(20, MINUTE);
    let mut edited = log.clone();
    edited[3].id = 7035;
    let timeline = timeline(vec![file(1, EVTX, &log), file(2, EVT, &edited)]);
    let [what] = whats(&timeline)[..] else {
        panic!("{:?}", whats(&timeline))
    };
    assert!(
        what.contains("E1#103 and E2#103: the event is SCM 7036 and SCM 7035"),
        "{what}"
    );
}

#[test]
fn a_mistaken_zone_is_said_once_and_put_right() {
    let log = records(30, 7 * MINUTE);
    let wrong = Form {
        shift: -5 * HOUR,
        ..Form {
            numbered: true,
            ..CSV
        }
    };
    let timeline = timeline(vec![file(1, wrong, &log), file(2, EVTX, &log[..20])]);
    assert_eq!(timeline.events.len(), 30);
    let last = timeline.events.last().unwrap();
    assert_eq!(
        (last.at, last.event.cite.file),
        (at(log[29].at / SECOND * SECOND), FileId(1))
    );
    let [what] = whats(&timeline)[..] else {
        panic!("{:?}", whats(&timeline))
    };
    assert!(what.contains("All 20 records of the System log of BH01 that E1 and E2 both hold are 5 h earlier in E1"), "{what}");
    assert_eq!(
        (
            timeline.coverage[0].records,
            timeline.coverage[0].holes.len()
        ),
        (30, 0)
    );
}

#[test]
fn removed_rows_are_told() {
    let log = records(40, MINUTE);
    let mut cut = log.clone();
    cut.drain(10..13);
    for (form, count) in [(EVT, 3), (CSV, 3)] {
        let found = timeline(vec![file(1, EVTX, &log), file(2, form, &cut)]);
        assert_eq!(found.events.len(), 40);
        let [what] = whats(&found)[..] else {
            panic!("{form:?} {:?}", whats(&found))
        };
        assert!(
            what.starts_with(&format!(
                "E2 lacks {count} records of the System log of BH01 that E1 holds"
            )),
            "{what}"
        );
    }
    // A part of the log is not a copy with rows removed.
    assert!(
        whats(&timeline(vec![
            file(1, EVTX, &log),
            file(2, CSV, &log[10..20])
        ]))
        .is_empty()
    );
}

#[test]
fn another_generation_is_no_copy() {
    let mut old = records(50, MINUTE);
    let mut new = records(30, MINUTE);
    for record in &mut new {
        record.at += 100 * HOUR;
    }
    for record in old.iter_mut().chain(&mut new) {
        record.number -= 99;
    }
    let timeline = timeline(vec![file(1, EVTX, &old), file(2, EVTX, &new)]);
    assert_eq!(timeline.events.len(), 80);
    assert!(whats(&timeline).is_empty(), "{:?}", whats(&timeline));
    assert_eq!(timeline.coverage[0].records, 80);
    assert!(
        timeline.coverage[0].holes[0]
            .why
            .contains("start again at 1:")
    );
}

#[test]
fn recovered_records_give_way_to_live_ones() {
    let log = records(3, MINUTE);
    let mut carved = file(1, EVT, &log[..2]);
    carved.spans.clear();
    for event in &mut carved.events {
        event.recovered = true;
    }
    let timeline = timeline(vec![carved, file(2, EVTX, &log[1..])]);
    let recovered: Vec<bool> = timeline
        .events
        .iter()
        .map(|event| event.event.recovered)
        .collect();
    assert_eq!(recovered, [true, false, false]);
    assert_eq!(timeline.coverage[0].records, 2);
}

#[test]
fn exports_alone_cover_what_they_hold() {
    let log = records(60, MINUTE);
    let found = timeline(vec![file(1, CSV, &log[..40]), file(2, DUMPEL, &log[20..])]);
    let coverage = &found.coverage[0];
    assert_eq!(
        (found.events.len(), coverage.records, coverage.holes.len()),
        (60, 60, 0)
    );
    assert!(
        coverage
            .note
            .as_deref()
            .unwrap()
            .contains("without record numbers")
    );
    // Beside numbered records they add what lies outside.
    let found = timeline(vec![file(1, CSV, &log), file(2, EVTX, &log[20..40])]);
    let coverage = &found.coverage[0];
    assert_eq!((coverage.records, coverage.holes.len()), (60, 0));
    assert!(coverage.note.as_deref().unwrap().starts_with("A part"));
    // Nothing is known of the time between two of them.
    let found = timeline(vec![file(1, CSV, &log[..20]), file(2, CSV, &log[40..])]);
    let coverage = &found.coverage[0];
    assert_eq!((coverage.records, coverage.holes.len()), (40, 1));
    assert!(!coverage.speaks_throughout(at(0), at(log[59].at)));
}

#[test]
fn a_filtered_export_covers_nothing() {
    let mut reading = file(1, CSV, &records(9, MINUTE));
    reading.spans[0].kinds.remove(0);
    let timeline = timeline(vec![reading]);
    assert_eq!((timeline.events.len(), timeline.coverage.len()), (9, 0));
    assert!(whats(&timeline)[0].contains("E1 holds 9 of SCM 7036 on BH01 and no other event"));
}

#[test]
fn a_clock_set_back_is_found_in_the_log() {
    let mut log = records(40, MINUTE);
    for record in &mut log[20..] {
        record.at -= 10 * MINUTE + 5 * SECOND;
    }
    let found = timeline(vec![file(1, EVTX, &log), file(2, CSV, &log)]);
    let [step] = &found.steps[..] else {
        panic!("{:?}", found.steps)
    };
    assert_eq!(step.at_least(), 9 * MINUTE + 5 * SECOND);
    assert_eq!(
        (step.before.0.to_string(), step.after.0.to_string()),
        ("E1#119".into(), "E1#120".into())
    );
    // Times that the clock showed twice are unsure by the step.
    let doubled = found
        .events
        .iter()
        .filter(|event| event.when.hi.since(event.at) >= 9 * MINUTE);
    assert_eq!(doubled.count(), 20);
    assert_eq!(found.events.len(), 40);
}

/// Evidence made on purpose must not cost more than its size.
#[test]
fn a_flood_of_equal_events_is_no_trouble() {
    let flood: Vec<Record> = (0..100_000)
        .map(|n| Record {
            number: n,
            at: n as i64 % 3,
            id: 7036,
            said: "SMTP",
        })
        .collect();
    let found = timeline(vec![
        file(1, EVT, &flood),
        file(2, CSV, &flood),
        file(3, DUMPEL, &flood),
        file(
            4,
            Form {
                numbered: false,
                ..EVTX
            },
            &flood,
        ),
    ]);
    assert_eq!(found.events.len(), 100_000);
}

fn form() -> impl Strategy<Value = Form> {
    let precision = prop_oneof![Just(0), Just(SECOND), Just(MINUTE)];
    let content = prop_oneof![Just((true, false)), Just((false, true)), Just((true, true))];
    (any::<bool>(), precision, content, any::<bool>()).prop_map(
        |(numbered, precision, (strings, text), named_log)| Form {
            numbered,
            precision,
            strings,
            text,
            // Without a number the log must be known, or records of different logs could not be told apart.
            named_log: named_log || !numbered,
            shift: 0,
        },
    )
}

/// A log whose records fall into the same seconds and minutes and say the same, often.
fn log() -> impl Strategy<Value = Vec<Record>> {
    let gap = prop_oneof![
        4 => Just(0_i64),
        4 => 1..SECOND,
        2 => SECOND..MINUTE,
        1 => MINUTE..HOUR,
    ];
    let said = prop_oneof![Just("SMTP"), Just("IIS"), Just("Spooler")];
    let id = prop_oneof![3 => Just(7036_u16), 1 => Just(7035)];
    prop::collection::vec((gap, said, id), 1..60).prop_map(|rows| {
        let mut at = 0;
        let numbered = (1..).zip(rows);
        numbered
            .map(|(number, (gap, said, id))| {
                at += gap;
                Record {
                    number,
                    at,
                    id,
                    said,
                }
            })
            .collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// A log copied into overlapping parts, in whatever forms and whatever order of rows, is the same log. Parts begin
    /// and end on whole minutes: what of two equal events in one minute two copies hold, nobody can tell.
    #[test]
    fn copies_merge_back_to_the_log(
        log in log(),
        whole in form(),
        parts in prop::collection::vec((form(), 0..80_i64, 1..80_i64, any::<prop::sample::Index>()), 0..5),
        place in 0..5_usize,
        shuffle in any::<bool>(),
    ) {
        let mut readings: Vec<(Form, Vec<Record>)> = parts
            .into_iter()
            .map(|(form, from, length, _)| {
                let minute = |record: &Record| (START + record.at).div_euclid(MINUTE) - START.div_euclid(MINUTE);
                let part = log.iter().filter(|record| (from..from + length).contains(&minute(record)));
                (form, part.cloned().collect())
            })
            .collect();
        readings.insert(place.min(readings.len()), (whole, log.clone()));
        let files: Vec<Reading> = (1..)
            .zip(&readings)
            .map(|(number, (form, records))| {
                let mut reading = file(number, *form, records);
                if shuffle {
                    reading.events.reverse();
                }
                reading
            })
            .collect();
        let found = timeline(files);
        prop_assert_eq!(found.events.len(), log.len());
        let total: usize = readings.iter().map(|(_, records)| records.len()).sum();
        prop_assert_eq!(found.duplicates as usize, total - log.len());
        prop_assert!(whats(&found).is_empty(), "{:?}", whats(&found));
        // Nothing is lost or made up of what was said.
        let said = |word: &str| found.events.iter().filter(|event| {
            let event = &event.event;
            event.strings.iter().any(|s| s == word)
                || event.text.as_deref().is_some_and(|text| text.contains(word))
        }).count();
        for word in ["SMTP", "IIS", "Spooler"] {
            prop_assert_eq!(said(word), log.iter().filter(|record| record.said == word).count());
        }
        for coverage in &found.coverage {
            prop_assert!(coverage.records as usize <= log.len());
        }
    }
}
