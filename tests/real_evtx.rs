//! Real `.evtx` files of other projects, read and compared with what an independent reader (libevtx) counted.
//!
//! The files lie beside the repository, not in it; where they are absent the test says that it was not run.
#![allow(clippy::unwrap_used, reason = "a test may fail where it stands")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;
use stuckmail::case;
use stuckmail::evidence::{FileReading, NoProgress, ReadContext, read_all};

/// Records by `provider|event id`.
type Counts = BTreeMap<String, u64>;

/// Files of which more can be read than libevtx counts: name, records that we read, and the reason. Every count
/// of libevtx must be reached in them; in all other files the counts must be equal.
const MORE_THAN_LIBEVTX: [(&str, u64, &str); 5] = [
    (
        "evtx__MSExchange_Management_wec.evtx",
        1,
        "libevtx cannot read the event id of a forwarded record (it is stored as text)",
    ),
    (
        "evtx__Microsoft-Windows-LanguagePackSetup_4Operational.evtx",
        17,
        "we read one record more than libevtx, as evtx_dump does; that libevtx stops at a damaged record is inferred from the counts",
    ),
    (
        "evtx__sample-with-zero-data-size-event.evtx",
        449,
        "we read as many as evtx_dump; that libevtx leaves the chunk at a record of size 0 is inferred from the counts",
    ),
    (
        "evtx__sample_with_a_bad_chunk_magic.evtx",
        301,
        "we read as many as evtx_dump; that libevtx counts only part of the damaged chunks is inferred from the counts",
    ),
    (
        "plaso__System2.evtx",
        283,
        "the file is cut inside its third chunk: libevtx and evtx_dump leave out that chunk, we read the 89 \
         records of it that are whole (194 without them)",
    ),
];

fn real_folder() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/real");
    let present = folder.join("expected.json").is_file();
    if !present {
        eprintln!(
            "not run: the real evidence files are not at {}",
            folder.display()
        );
    }
    present.then_some(folder)
}

fn expected(folder: &Path) -> BTreeMap<String, Value> {
    serde_json::from_str(&std::fs::read_to_string(folder.join("expected.json")).unwrap()).unwrap()
}

fn counts_of(value: &Value) -> Counts {
    value
        .as_object()
        .unwrap()
        .iter()
        .map(|(kind, count)| (kind.clone(), count.as_u64().unwrap()))
        .collect()
}

fn counted(file: &FileReading) -> Counts {
    let mut counts = Counts::new();
    for (provider, id, count) in file.reading.spans.iter().flat_map(|span| &span.kinds) {
        *counts.entry(format!("{provider}|{id}")).or_default() += count;
    }
    counts
}

fn read(folder: &Path, keep: bool) -> Vec<FileReading> {
    let case = case::open(&folder.join("evtx")).unwrap();
    let keep = move |_: &str, _: &str, _: u16| keep;
    read_all(&case, &ReadContext::new(&case.config, &keep), &NoProgress)
}

#[test]
fn counts_equal_those_of_an_independent_reader() {
    let Some(folder) = real_folder() else { return };
    let expected = expected(&folder);
    let readings = read(&folder, false);
    assert_eq!(
        readings.len(),
        expected
            .keys()
            .filter(|path| path.starts_with("evtx/"))
            .count()
    );
    for file in &readings {
        let expected = &expected[&format!("evtx/{}", file.path)];
        let (ours, theirs) = (counted(file), counts_of(&expected["counts"]));
        assert_eq!(
            file.reading.records,
            ours.values().sum::<u64>(),
            "{}",
            file.path
        );
        let Some((_, records, why)) = MORE_THAN_LIBEVTX
            .iter()
            .find(|(path, ..)| *path == file.path)
        else {
            assert_eq!(ours, theirs, "{}", file.path);
            continue;
        };
        assert_eq!(file.reading.records, *records, "{}: {why}", file.path);
        assert!(
            theirs.values().sum::<u64>() < *records,
            "{}: no difference any more ({why})",
            file.path
        );
        for (kind, count) in &theirs {
            assert!(
                ours.get(kind) >= Some(count),
                "{}: {kind} ({why})",
                file.path
            );
        }
    }
}

#[test]
fn computers_and_first_times_equal_too() {
    let Some(folder) = real_folder() else { return };
    let expected = expected(&folder);
    for file in read(&folder, false) {
        let expected = &expected[&format!("evtx/{}", file.path)];
        // The reader that gave these stops at damage, so only undamaged files can be compared.
        let whole =
            expected["disagreement"]["pyevtx_rs_fatal"].is_null() && file.reading.damaged == 0;
        let (true, Some(computers)) = (whole, expected["computers"].as_object()) else {
            continue;
        };
        let mut ours = Counts::new();
        for span in &file.reading.spans {
            *ours.entry(span.computer.to_string()).or_default() += span.records.len() as u64;
        }
        assert_eq!(
            ours,
            counts_of(&Value::Object(computers.clone())),
            "{}",
            file.path
        );
        let first = file
            .reading
            .spans
            .iter()
            .flat_map(|span| &span.records)
            .map(|(_, at)| *at)
            .min();
        let theirs = expected["first_time_pyevtx"].as_str().unwrap();
        // Theirs has up to nine decimals; ours is cut to six.
        let theirs = theirs.get(..26.min(theirs.len() - 1)).unwrap();
        assert!(
            first.is_some_and(|at| at.to_string().starts_with(theirs)),
            "{}: {theirs}",
            file.path
        );
    }
}

/// The events that matter here, with their strings as the files' own project documents them.
#[test]
fn strings_of_a_service_event() {
    let Some(folder) = real_folder() else { return };
    let readings = read(&folder, true);
    let system = readings
        .iter()
        .find(|file| file.path == "xml2evtx__System_EXCH01.evtx")
        .unwrap();
    let stops: Vec<_> = system
        .reading
        .events
        .iter()
        .filter(|event| event.id == 7036)
        .collect();
    let strings: Vec<_> = stops
        .iter()
        .map(|event| event.strings.join(" / "))
        .collect();
    assert_eq!(
        strings,
        [
            "Simple Mail Transfer Protocol (SMTP) / stopped",
            "Simple Mail Transfer Protocol (SMTP) / running"
        ]
    );
    assert!(
        stops
            .iter()
            .all(|event| event.provider.as_ref() == "Service Control Manager")
    );
    assert!(
        stops
            .iter()
            .all(|event| event.channel.as_ref() == "System" && event.qualifiers == Some(0x4000))
    );
    assert_eq!(
        stops.first().map(|event| event.cite.to_string()),
        Some(format!("{}#107", system.id))
    );
}

#[test]
fn every_damage_is_told_once_a_file() {
    let Some(folder) = real_folder() else { return };
    let readings = read(&folder, false);
    for file in &readings {
        let problems = &file.reading.problems;
        assert!(problems.len() <= 6, "{}: {problems:#?}", file.path);
        assert_eq!(
            file.reading.damaged > 0,
            problems
                .iter()
                .any(|p| p.why_it_matters.contains("may be missing here")),
            "{}: {problems:#?}",
            file.path
        );
    }
    let bad = readings
        .iter()
        .find(|file| file.path.contains("bad_chunk_magic"))
        .unwrap();
    assert!(
        bad.reading
            .problems
            .iter()
            .any(|problem| problem.what.contains("do not begin as a chunk must"))
    );
}
