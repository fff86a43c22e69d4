//! Logs made by the forge, whole and damaged in ways whose cost is known.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use forge::evtx::{Closing, Options, damage, write};
use forge::record::{EventRecord, Payload};

use super::*;
use crate::case::{CaseConfig, Source};
use crate::evidence::model::{FileId, Level};
use crate::evidence::progress::NoProgress;
use crate::time::SECOND;

fn record(number: u64, payload: Payload) -> EventRecord {
    let base: DateTime<Utc> = "2006-03-14T14:30:00Z".parse().unwrap();
    EventRecord {
        record_id: number,
        time: base + chrono::Duration::seconds(i64::try_from(number).unwrap()),
        provider: if number.is_multiple_of(2) {
            "MSExchangeTransport"
        } else {
            "MSExchangeIS"
        }
        .to_owned(),
        id: 348,
        qualifiers: 0xC000,
        level: 2,
        task: 0,
        keywords: 0x0080_0000_0000_0000,
        channel: "Application".to_owned(),
        computer: "bh01.corp.example".to_owned(),
        user_sid: (number == 1).then(|| "S-1-5-18".to_owned()),
        payload,
    }
}

fn classic(number: u64) -> EventRecord {
    let strings = vec![
        format!("<{number}@corp.example>"),
        String::new(),
        "0x0 & <&>".to_owned(),
    ];
    record(
        number,
        Payload::Classic {
            strings,
            binary: vec![1, 2],
        },
    )
}

/// Four chunks of 25 records.
fn log() -> Vec<u8> {
    let records: Vec<_> = (1..=100).map(classic).collect();
    write(
        &records,
        &Options {
            records_per_chunk: Some(25),
            ..Options::default()
        },
    )
    .unwrap()
}

fn read(bytes: &[u8]) -> Reading {
    read_keeping(bytes, &|_, provider, id| {
        provider == "MSExchangeTransport" && id == 348
    })
}

fn read_keeping(bytes: &[u8], keep: crate::evidence::Keep<'_>) -> Reading {
    let file = FoundFile {
        id: FileId(3),
        path: "Application.evtx".into(),
        source: Source::Memory(Arc::from(bytes)),
        format: Format::Evtx,
        recognised_by: String::new(),
        bytes: bytes.len() as u64,
    };
    let config = CaseConfig::default();
    let mut stream = EvidenceStream::open(&file, &NoProgress).unwrap();
    EvtxReader.read(&file, &mut stream, &ReadContext::new(&config, keep))
}

fn ids(reading: &Reading) -> Vec<u64> {
    let mut ids: Vec<u64> = reading
        .spans
        .iter()
        .flat_map(|span| span.records.iter().map(|(id, _)| *id))
        .collect();
    ids.sort_unstable();
    ids
}

fn whats(reading: &Reading) -> Vec<&str> {
    reading
        .problems
        .iter()
        .map(|problem| problem.what.as_str())
        .collect()
}

#[test]
fn a_sound_log_is_read_without_a_word() {
    let reading = read(&log());
    assert_eq!(
        (reading.records, reading.damaged, whats(&reading)),
        (100, 0, vec![])
    );
    let span = reading.spans.first().unwrap();
    assert_eq!(
        (span.computer.as_ref(), span.channel.as_ref()),
        ("bh01.corp.example", "Application")
    );
    let kinds: Vec<_> = span
        .kinds
        .iter()
        .map(|(provider, id, count)| (provider.as_ref(), *id, *count))
        .collect();
    assert_eq!(
        kinds,
        [("MSExchangeIS", 348, 50), ("MSExchangeTransport", 348, 50)]
    );
    assert_eq!(reading.events.len(), 50);
    let event = reading.events.first().unwrap();
    assert_eq!(event.cite.to_string(), "E3#2");
    assert_eq!(event.strings, ["<2@corp.example>", "", "0x0 & <&>"]);
    assert_eq!(
        (event.qualifiers, event.level, event.names.len()),
        (Some(0xC000), Level::Error, 0)
    );
    assert_eq!(
        (event.time.at.to_string().as_str(), event.time.precision),
        ("2006-03-14T14:30:02.000000Z", SECOND)
    );
}

#[test]
fn named_values_and_users_are_read() {
    let values = vec![
        ("param1".to_owned(), "SMTP".to_owned()),
        ("param2".to_owned(), "stopped".to_owned()),
    ];
    let bytes = write(&[record(1, Payload::Named(values))], &Options::default()).unwrap();
    let reading = read_keeping(&bytes, &|_, _, _| true);
    let event = reading.events.first().unwrap();
    assert_eq!(
        (event.strings.join(","), event.names.join(",")),
        ("SMTP,stopped".into(), "param1,param2".into())
    );
    assert_eq!(event.user.as_deref(), Some("S-1-5-18"));
}

#[test]
fn each_damage_costs_what_it_must_and_is_told_once() {
    let log = log();
    let cases = [
        (
            damage::zero_chunk(&log, 1).unwrap(),
            25,
            "hold only zeros (byte 69632). By the record numbers around them, 25 records",
        ),
        (
            damage::zero_chunk(&log, 3).unwrap(),
            1,
            "hold only zeros (byte 200704)",
        ),
        (
            damage::wrong_records_crc(&log, 0).unwrap(),
            0,
            "checksum over the records of 1 chunk is wrong (byte 4096)",
        ),
        (
            damage::wrong_chunk_header_crc(&log, 2).unwrap(),
            0,
            "header checksum of 1 chunk is wrong (byte 135168)",
        ),
        (
            damage::wrong_file_header_crc(&log),
            0,
            "file header is damaged (its checksum is wrong)",
        ),
    ];
    for (damaged, cost, what) in cases {
        let reading = read(&damaged.bytes);
        let expected: Vec<u64> = (1..=100).filter(|id| !damaged.lost.contains(id)).collect();
        assert_eq!((ids(&reading), reading.damaged), (expected, cost), "{what}");
        // The checksum over the records stands in the header, whose own checksum it then breaks too.
        let told = if what.starts_with("checksum over") {
            2
        } else {
            1
        };
        assert_eq!(reading.problems.len(), told, "{:?}", whats(&reading));
        assert!(
            whats(&reading).concat().contains(what),
            "{:?}",
            whats(&reading)
        );
    }
}

#[test]
fn a_wrong_magic_alone_is_repaired_by_the_checksum() {
    let damaged = damage::wrong_chunk_magic(&log(), 1).unwrap();
    let reading = read(&damaged.bytes);
    assert_eq!((reading.records, reading.damaged), (100, 0));
    assert!(
        whats(&reading)
            .concat()
            .contains("the checksum proves that only they are")
    );
    // With the header's checksum wrong as well, nothing is proved.
    let mut both = damaged.bytes;
    both[4096 + 65536 + 124] ^= 1;
    let reading = read(&both);
    assert_eq!((reading.records, reading.damaged), (75, 25));
    assert!(
        whats(&reading)
            .concat()
            .contains("passed over (byte 69632). By the record numbers around them, 25 records")
    );
}

#[test]
fn damaged_records_are_counted_and_passed_over() {
    let log = log();
    let bad = damage::wrong_record_magic(&log, 1, 10).unwrap();
    let reading = read(&bad.bytes);
    assert_eq!(
        (reading.records, reading.damaged),
        (100 - bad.lost.len() as u64, bad.lost.len() as u64)
    );
    assert!(
        whats(&reading)
            .iter()
            .any(|what| what.starts_with("1 record could not be read")),
        "{:?}",
        whats(&reading)
    );
}

#[test]
fn a_file_cut_anywhere_gives_what_is_whole() {
    let log = log();
    let cut = damage::cut(&log, 4096 + 65536 + 10_000);
    let reading = read(&cut.bytes);
    assert_eq!(
        ids(&reading),
        (1..=25)
            .chain(cut.rescuable.iter().copied())
            .collect::<Vec<_>>()
    );
    assert!(
        whats(&reading)
            .iter()
            .any(|what| what.contains("10000 of its 65536 bytes"))
    );
    assert!(
        whats(&reading)
            .iter()
            .any(|what| what.contains("counts 4 chunks of events, but the file holds 2"))
    );
    for (length, what) in [
        (0, "0 of 4096 bytes"),
        (100, "100 of 4096"),
        (4096, "nothing behind it"),
    ] {
        let reading = read(&log[..length]);
        assert_eq!((reading.records, reading.problems.len()), (0, 1));
        assert!(
            whats(&reading).concat().contains(what),
            "{:?}",
            whats(&reading)
        );
    }
}

#[test]
fn spare_chunks_and_open_logs_are_not_damage() {
    let records: Vec<_> = (1..=10).map(classic).collect();
    let of = |closing, spare_chunks| {
        write(
            &records,
            &Options {
                closing,
                spare_chunks,
                ..Options::default()
            },
        )
        .unwrap()
    };
    assert_eq!(whats(&read(&of(Closing::Clean, 3))), Vec::<&str>::new());
    for closing in [Closing::Dirty, Closing::Abandoned] {
        let reading = read(&of(closing, 0));
        assert_eq!(
            (reading.records, reading.damaged, reading.problems.len()),
            (10, 0, 1)
        );
        assert!(whats(&reading).concat().contains("not closed"));
    }
    let empty = read(&write(&[], &Options::default()).unwrap());
    assert_eq!(
        (empty.records, empty.damaged, whats(&empty)),
        (0, 0, vec![])
    );
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let records: Vec<_> = (1..=700).map(classic).collect();
    let bytes = write(
        &records,
        &Options {
            records_per_chunk: Some(5),
            ..Options::default()
        },
    )
    .unwrap();
    let with = |threads| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        format!("{:?}", pool.install(|| read(&bytes)))
    };
    assert_eq!(with(1), with(4));
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]

    #[test]
    fn changed_and_cut_logs_never_panic(
        changes in proptest::collection::vec((0_usize..140_000, proptest::num::u8::ANY), 0..40),
        length in 0_usize..140_000,
    ) {
        let mut bytes = log();
        for (at, byte) in changes {
            bytes[at] = byte;
        }
        let reading = read(&bytes[..length]);
        proptest::prop_assert!(reading.records <= 100);
    }
}
