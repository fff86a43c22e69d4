//! Damaged event logs. The forge says what its damage costs; as many records must still be read.

use forge::evtx::damage::{self, Damaged};
use forge::record::EventRecord;
use stuckmail::analysis::findings::Findings;

use crate::common::{CaseFolder, assert_problem, assert_witness, clock, events};
use crate::{evidence, told};

/// Records in the log that is damaged, and in each of its chunks.
const RECORDS: u64 = 40;
const IN_CHUNK: u64 = 10;
const PATH: &str = "damaged/Application.evtx";

/// One scan failure a minute on BH02, each of a message of its own.
fn records() -> Vec<EventRecord> {
    let start = clock::at("11:00:00.25");
    (1..=RECORDS)
        .map(|number| {
            let time = start + clock::minutes(number as i64);
            let strings = [&*message(number), "0x0"];
            let event = events::classic(
                time,
                "BH02",
                "Application",
                "MSExchangeTransport",
                348,
                &strings,
            );
            EventRecord {
                record_id: number,
                ..event
            }
        })
        .collect()
}

fn message(number: u64) -> String {
    format!("<m{number}@b>")
}

/// The log in four chunks.
fn log() -> Vec<u8> {
    let options = forge::evtx::Options {
        records_per_chunk: Some(IN_CHUNK as usize),
        ..forge::evtx::Options::default()
    };
    forge::evtx::write(&records(), &options).unwrap()
}

/// Messages of BH02 that the findings name, by their numbers.
fn found(findings: &Findings) -> Vec<u64> {
    let mut numbers: Vec<u64> = (1..=RECORDS)
        .filter(|number| {
            let id = message(*number);
            findings
                .messages
                .iter()
                .any(|m| m.message_id.as_deref() == Some(&id))
        })
        .collect();
    numbers.sort_unstable();
    numbers
}

fn without(lost: &[u64]) -> Vec<u64> {
    (1..=RECORDS)
        .filter(|number| !lost.contains(number))
        .collect()
}

/// Analyses the case with the damaged log: what is not in `lost` is read, and the damage is told.
#[track_caller]
fn damaged(damage: &Damaged, lost: &[u64], words: &[&str]) -> Findings {
    let case = CaseFolder::with_witness();
    case.write(PATH, &damage.bytes);
    let findings = told(&case, words);
    assert_eq!(found(&findings), without(lost));
    assert_eq!(
        evidence(&findings, PATH).records,
        RECORDS - lost.len() as u64
    );
    findings
}

/// The damage is counted, and the coverage of that log has a hole where records are missing.
#[track_caller]
fn assert_hole(findings: &Findings) {
    assert!(evidence(findings, PATH).damaged > 0);
    let holes = findings
        .coverage
        .iter()
        .filter(|c| c.server == "BH02")
        .flat_map(|c| &c.holes);
    assert!(holes.count() > 0, "{:?}", findings.coverage);
}

#[test]
fn undamaged_it_is_read_whole() {
    let case = CaseFolder::with_witness();
    case.write(PATH, log());
    let findings = case.run(&[]).done().findings();
    assert_eq!(found(&findings), without(&[]));
    assert_eq!(
        (
            evidence(&findings, PATH).records,
            evidence(&findings, PATH).damaged
        ),
        (RECORDS, 0)
    );
    assert_eq!(findings.problems, []);
}

#[test]
fn a_zeroed_chunk() {
    let damage = damage::zero_chunk(&log(), 1).unwrap();
    let findings = damaged(
        &damage,
        &damage.lost,
        &["1 chunk", "only zeros", "10 records are missing"],
    );
    assert_hole(&findings);
}

#[test]
fn a_chunk_with_a_wrong_magic_is_proved_by_its_checksum() {
    let damage = damage::wrong_chunk_magic(&log(), 2).unwrap();
    // The records are whole and their checksum says so; nothing is lost.
    assert_eq!(damage.rescuable, damage.lost);
    damaged(&damage, &[], &["first bytes of 1 chunk were wrong"]);
}

#[test]
fn a_chunk_with_a_wrong_magic_and_wrong_records_is_passed_over() {
    let first = damage::wrong_records_crc(&log(), 2).unwrap();
    let damage = damage::wrong_chunk_magic(&first.bytes, 2).unwrap();
    let findings = damaged(
        &damage,
        &damage.lost,
        &["1 chunk", "do not begin as a chunk must"],
    );
    assert_hole(&findings);
}

#[test]
fn wrong_checksums_are_told_and_the_records_are_read() {
    let log = log();
    damaged(
        &damage::wrong_records_crc(&log, 1).unwrap(),
        &[],
        &["checksum over the records of 1 chunk is wrong"],
    );
    damaged(
        &damage::wrong_chunk_header_crc(&log, 1).unwrap(),
        &[],
        &["header checksum of 1 chunk is wrong"],
    );
    damaged(
        &damage::wrong_file_header_crc(&log),
        &[],
        &["file header is damaged"],
    );
}

#[test]
fn cut_in_the_middle_of_a_chunk() {
    let log = log();
    let spans = damage::layout(&log);
    // In the middle of the fifth record of the third chunk.
    let record = &spans[2][4].bytes;
    let damage = damage::cut(&log, record.start + record.len() / 2);
    let lost: Vec<u64> = damage
        .lost
        .iter()
        .copied()
        .filter(|id| !damage.rescuable.contains(id))
        .collect();
    assert_eq!(lost, (25..=40).collect::<Vec<_>>());
    let findings = damaged(&damage, &lost, &["ends inside the chunk"]);
    assert!(evidence(&findings, PATH).damaged > 0);
}

#[test]
fn cut_between_chunks() {
    let log = log();
    let length = forge::evtx::FILE_HEADER_SIZE + 3 * forge::evtx::CHUNK_SIZE;
    let damage = damage::cut(&log, length);
    assert_eq!(damage.lost.len() as u64, IN_CHUNK);
    damaged(&damage, &damage.lost, &["counts 4 chunks", "holds 3"]);
}

#[test]
fn one_record_that_is_garbage() {
    let damage = damage::garbled_record(&log(), 1, 5).unwrap();
    assert_eq!(damage.lost, [16]);
    let findings = damaged(&damage, &damage.lost, &["1 record could not be read"]);
    assert_hole(&findings);
}

#[test]
fn one_record_with_a_wrong_magic() {
    let damage = damage::wrong_record_magic(&log(), 1, 5).unwrap();
    let findings = damaged(&damage, &damage.lost, &["1 record could not be read"]);
    assert_hole(&findings);
}

#[test]
fn a_wrong_magic_of_the_file() {
    let mut bytes = log();
    bytes[..8].copy_from_slice(b"NotALog\0");
    let damage = Damaged {
        bytes,
        lost: vec![],
        rescuable: vec![],
        suspect: vec![],
    };
    damaged(&damage, &[], &["file header is damaged"]);
}

#[test]
fn no_more_than_a_header() {
    for (length, words) in [(4096, "nothing behind it"), (100, "100 of 4096 bytes")] {
        let case = CaseFolder::with_witness();
        case.write(PATH, &log()[..length]);
        let findings = told(&case, &[words]);
        assert_eq!(evidence(&findings, PATH).records, 0);
    }
}

#[test]
fn other_content_under_the_name_of_a_log() {
    let case = CaseFolder::with_witness();
    case.write("System.evtx", "<html>404 not found</html>");
    let findings = told(&case, &["named .evtx", "no Windows event log"]);
    assert_eq!(evidence(&findings, "System.evtx").format, "not evidence");
}

#[test]
fn a_log_under_another_name_is_a_log() {
    let case = CaseFolder::with_witness();
    case.write("attachment.bin", log());
    let findings = case.run(&[]).done().findings();
    assert_witness(&findings);
    assert_eq!(found(&findings), without(&[]));
}

#[test]
fn the_same_log_twice_counts_once() {
    let once = CaseFolder::with_witness();
    once.write(PATH, log());
    let twice = CaseFolder::with_witness();
    twice.write(PATH, log());
    twice.write("copies/Application (1).evtx", log());
    let single = once.run(&[]).done().findings();
    let double = told(&twice, &["the same, byte for byte", "Application (1).evtx"]);
    let failures = |f: &Findings| {
        f.messages
            .iter()
            .map(|m| m.scan_failures)
            .collect::<Vec<_>>()
    };
    assert_eq!(failures(&single), failures(&double));
    assert_eq!(single.bursts.len(), double.bursts.len());
    let records = |f: &Findings| f.coverage.iter().map(|c| c.records).collect::<Vec<_>>();
    assert_eq!(records(&single), records(&double));
}

/// An archive and the later log that overlaps it: half of the records stand in both.
#[test]
fn overlapping_copies_count_once() {
    let case = CaseFolder::with_witness();
    let records = records();
    case.write_log("Archive.evtx", &records[..30]);
    case.write_log(PATH, &records[10..]);
    let findings = case.run(&[]).done().findings();
    assert_eq!(found(&findings), without(&[]));
    assert!(findings.messages.iter().all(|m| m.scan_failures == 1));
    let log = findings
        .coverage
        .iter()
        .find(|c| c.server == "BH02")
        .unwrap();
    assert_eq!((log.records, log.holes.len()), (RECORDS, 0));
    assert_problem_free(&findings);
}

fn assert_problem_free(findings: &Findings) {
    assert_eq!(findings.problems, []);
}

/// A log that was open when it was copied says so; all its records are read.
#[test]
fn an_open_log() {
    for closing in [forge::evtx::Closing::Dirty, forge::evtx::Closing::Abandoned] {
        let options = forge::evtx::Options {
            closing,
            ..forge::evtx::Options::default()
        };
        let case = CaseFolder::with_witness();
        case.write(PATH, forge::evtx::write(&records(), &options).unwrap());
        let findings = told(&case, &["not closed when it was copied"]);
        assert_eq!(found(&findings), without(&[]), "{closing:?}");
    }
}

/// Every length of a small log, and every 512th byte set to a wrong value: the run always ends well.
#[test]
fn no_cut_or_flipped_byte_stops_a_run() {
    let log = log();
    let case = CaseFolder::with_witness();
    let mut variants: Vec<Vec<u8>> = (1..log.len())
        .step_by(9973)
        .map(|length| log[..length].to_vec())
        .collect();
    variants.extend((0..log.len()).step_by(2039).map(|at| {
        let mut bytes = log.clone();
        bytes[at] ^= 0xFF;
        bytes
    }));
    for bytes in variants {
        case.write(PATH, bytes);
        let findings = case.analyse();
        assert_witness(&findings);
        assert!(evidence(&findings, PATH).records <= RECORDS);
    }
    case.write(PATH, [b"ElfFile\0".as_slice(), &[0xFF; 70_000]].concat());
    assert_problem(
        &case.analyse(),
        &["2 chunks", "do not begin as a chunk must"],
    );
}
