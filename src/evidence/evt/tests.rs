//! The reader against libevt's counts of real logs, and against damage.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::*;
use crate::case::recognise::{Head, recognise};
use crate::case::{CaseConfig, Source};
use crate::evidence::model::FileId;
use crate::evidence::progress::NoProgress;

pub(super) fn read(path: &str, bytes: &[u8], include_recovered: bool) -> Reading {
    let file = FoundFile {
        id: FileId(1),
        path: path.into(),
        source: Source::Memory(bytes.into()),
        format: Format::Evt,
        recognised_by: String::new(),
        bytes: bytes.len() as u64,
    };
    let config = CaseConfig::default();
    let mut context = ReadContext::new(&config, &|_, _, _| true);
    context.include_recovered = include_recovered;
    let mut stream = EvidenceStream::open(&file, &NoProgress).unwrap();
    EvtReader.read(&file, &mut stream, &context)
}

fn real() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/real")
}

fn counts<'a>(events: impl Iterator<Item = &'a Event>) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    for event in events {
        *counts
            .entry(format!("{}|{}", event.provider, event.id))
            .or_default() += 1;
    }
    counts
}

fn expected_counts(value: &Value) -> BTreeMap<String, u64> {
    let counts = value.as_object().into_iter().flatten();
    counts
        .map(|(key, count)| (key.clone(), count.as_u64().unwrap()))
        .collect()
}

/// `expected.json`: libevt 20260705.
#[test]
fn real_logs_as_libevt_reads_them() {
    let Ok(text) = std::fs::read_to_string(real().join("expected.json")) else {
        println!("skipped: the real logs are not here");
        return;
    };
    let expected: Value = serde_json::from_str(&text).unwrap();
    let mut files = 0;
    for (path, expected) in expected.as_object().unwrap() {
        if !path.starts_with("evt/") {
            continue;
        }
        files += 1;
        let bytes = std::fs::read(real().join(path)).unwrap();
        let recognised = recognise(&Head::new(&bytes, bytes.len() as u64, false, None));
        assert_eq!(recognised.format, Format::Evt, "{path}");
        let reading = read(path, &bytes, false);
        let number = |key: &str| expected[key].as_u64().unwrap();
        assert_eq!(reading.records, number("records"), "{path}");
        assert_eq!(reading.recovered, number("recovered"), "{path}");
        assert_eq!(
            counts(reading.events.iter()),
            expected_counts(&expected["counts"]),
            "{path}"
        );
        let corrupt = expected["corrupt_flag"].as_bool().unwrap();
        assert_eq!(
            reading
                .problems
                .iter()
                .any(|p| !p.what.contains("which log")),
            corrupt,
            "{path}: {:?}",
            reading.problems
        );
        let mut computers: BTreeMap<String, u64> = BTreeMap::new();
        for event in &reading.events {
            *computers.entry(event.computer.to_string()).or_default() += 1;
        }
        assert_eq!(computers, expected_counts(&expected["computers"]), "{path}");
        let written = || reading.events.iter().filter_map(|event| event.written);
        let shown = |at: Option<Timestamp>| at.map(|at| at.to_string()[..19].replace('T', " "));
        assert_eq!(
            shown(written().min()).as_deref(),
            expected["first_written"].as_str(),
            "{path}"
        );
        assert_eq!(
            shown(written().max()).as_deref(),
            expected["last_written"].as_str(),
            "{path}"
        );

        let with = read(path, &bytes, true);
        assert_eq!(with.records, reading.records, "{path}");
        assert_eq!(
            counts(with.events.iter().filter(|event| event.recovered)),
            expected_counts(&expected["counts_recovered"]),
            "{path}"
        );
    }
    assert_eq!(files, 6);
}
