//! Every field of every record, in every layout.

use super::*;
use forge::evt::{Closing, Layout};
use forge::record::Payload;

/// What must be read of a record.
fn expected(record: &EventRecord, options: &Options, recovered: bool) -> Event {
    let strings = match &record.payload {
        Payload::Classic { strings, .. } => strings.clone(),
        Payload::Named(_) => unreachable!("the samples hold classic events"),
    };
    let at = Timestamp::from_datetime(record.time).unwrap();
    let number = record.record_id;
    Event {
        cite: Citation {
            file: FileId(1),
            record: number,
        },
        time: Stamp {
            at,
            precision: SECOND,
            original: None,
        },
        written: Some(at.plus(i64::from(options.written_after) * SECOND)),
        computer: record.computer.as_str().into(),
        channel: "Application".into(),
        provider: record.provider.as_str().into(),
        id: record.id,
        qualifiers: Some(record.qualifiers),
        level: Level::from_number(record.level),
        category: Some(record.task),
        record_id: Some(number),
        strings,
        names: Vec::new(),
        user: record.user_sid.clone(),
        text: None,
        recovered,
    }
}

fn check(name: &str, records: &[EventRecord], options: &Options) {
    let bytes = write(records, options);
    let reading = read(&bytes);
    let all = |records: &[EventRecord], recovered| -> Vec<Event> {
        let expected = |record| expected(record, options, recovered);
        records.iter().map(expected).collect()
    };
    let live = all(records, false);
    assert_eq!(reading.records, live.len() as u64, "{name}");
    assert_eq!(reading.recovered, options.slack.len() as u64, "{name}");
    assert_eq!(reading.damaged, 0, "{name}");
    assert!(reading.events == live, "{name}: events differ");
    let counted: Vec<(u64, Timestamp)> = reading
        .spans
        .iter()
        .flat_map(|span| span.records.clone())
        .collect();
    let due: Vec<_> = live.iter().map(|e| (e.cite.record, e.time.at)).collect();
    assert_eq!(counted, due, "{name}");

    let with = read_as("AppEvent.Evt", &bytes, true);
    let slack = all(&options.slack, true);
    // All samples have older records in their slack.
    assert!(
        with.events == [slack, live].concat(),
        "{name}: events with those recovered differ"
    );
    assert_eq!(with.records, reading.records, "{name}");
}

#[test]
fn every_sample_is_read_as_it_was_written() {
    for sample in forge::evt::samples() {
        check(sample.name, &sample.records, &sample.options);
    }
}

#[test]
fn open_logs_are_read_though_their_header_is_old() {
    for sample in forge::evt::samples() {
        for (unflushed, overwritten) in [(0, false), (1, false), (150, false), (40, true)] {
            let mut options = sample.options.clone();
            let wrapped = matches!(options.layout, Layout::Wrapped { .. });
            options.closing = Closing::Open {
                unflushed,
                overwritten: overwritten && wrapped,
            };
            check(sample.name, &sample.records, &options);
            let reading = read(&write(&sample.records, &options));
            assert!(whats(&reading)[0].contains("in use when it was copied"));
        }
    }
}

/// Wherever the end of the file falls in a record, and between two.
#[test]
fn the_end_of_the_file_falls_anywhere() {
    let records = sample("saved").records;
    for record in 1..records.len() {
        let length = match record % 3 {
            // The shortest of the samples' records.
            1 => 96,
            _ => 120,
        };
        for before_end in [0, 56, 60, length - 4] {
            let layout = Layout::Wrapped { record, before_end };
            let options = Options {
                layout,
                ..Options::default()
            };
            if forge::evt::write(&records, &options).is_ok() {
                check("ring", &records, &options);
            }
        }
    }
}

#[test]
fn only_what_is_wanted_is_kept_but_all_is_counted() {
    let bytes = written("straight");
    let file = FoundFile {
        id: FileId(1),
        path: "AppEvent.Evt".into(),
        source: Source::Memory(bytes.as_slice().into()),
        format: Format::Evt,
        recognised_by: String::new(),
        bytes: 1,
    };
    let config = CaseConfig::default();
    let keep = |channel: &str, _: &str, id: u16| channel == "Application" && id == 348;
    let mut context = ReadContext::new(&config, &keep);
    context.matters = &|event| event.record_id == Some(1000);
    let mut stream = EvidenceStream::open(&file, &NoProgress).unwrap();
    let reading = EvtReader.read(&file, &mut stream, &context);
    assert_eq!(numbers(&reading), [1000]);
    assert_eq!(reading.records, 2000);
    let kinds: Vec<(&str, u16, u64)> = reading.spans[0]
        .kinds
        .iter()
        .map(|(name, id, count)| (name.as_ref(), *id, *count))
        .collect();
    assert_eq!(
        kinds,
        [
            ("ESE", 101, 667),
            ("MSExchangeIS", 9564, 666),
            ("MSExchangeTransport", 348, 667)
        ]
    );
}

#[test]
fn the_log_is_named_by_the_file_or_by_the_sources() {
    let bytes = written("saved");
    let log = |path: &str| {
        let reading = read_as(path, &bytes, false);
        let channel = reading.spans[0].channel.to_string();
        (channel, reading.notes.join(" "), reading.problems.len())
    };
    let (channel, note, _) = log("bh01/SysEvent.Evt");
    assert_eq!(channel, "System");
    assert!(note.contains("System by the file's name"), "{note}");
    let (channel, note, problems) = log("saved.evt");
    assert_eq!((channel.as_str(), problems), ("Application", 0));
    assert!(note.contains("by the sources of its events"), "{note}");
    let mut records = sample("saved").records;
    records
        .iter_mut()
        .for_each(|record| record.provider = "Unknown".into());
    let reading = read_as("saved.evt", &write(&records, &Options::default()), false);
    assert_eq!(whats(&reading).len(), 1);
    assert!(whats(&reading)[0].contains("which log"));
}

#[test]
fn audits_and_their_users() {
    let reading = read(&written("users-and-data"));
    let last = reading.events.last().unwrap();
    assert_eq!((last.id, last.level), (520, Level::Always));
    let users: Vec<_> = reading.events.iter().map(|e| e.user.as_deref()).collect();
    let group = "S-1-5-21-1004336348-1177238915-682003330-512";
    assert_eq!(users, [Some("S-1-5-18"), Some(group), Some("S-1-5-19")]);
}
