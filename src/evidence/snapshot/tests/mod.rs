//! Snapshots good and bad, as files of a case.

mod csv;
mod json;

use std::sync::Arc;

use super::*;
use crate::case::recognise::{Format, Head, recognise};
use crate::case::{CaseConfig, FoundFile, Source};
use crate::evidence::model::{FileId, Origin, Snapshot};
use crate::evidence::progress::NoProgress;
use crate::evidence::{ReadContext, Reader};
use crate::time::{HOUR, MINUTE, SECOND};

fn read(path: &str, bytes: &[u8], config: &str) -> Reading {
    let recognised = recognise(&Head::new(bytes, bytes.len() as u64, true, None));
    let file = FoundFile {
        id: FileId(2),
        path: path.into(),
        source: Source::Memory(Arc::from(bytes)),
        format: recognised.format,
        recognised_by: recognised.by,
        bytes: bytes.len() as u64,
    };
    let config = CaseConfig::parse(config).unwrap();
    let mut stream = EvidenceStream::open(&file, &NoProgress).unwrap();
    let reader: &dyn Reader = if file.format == Format::SnapshotJson {
        &JsonReader
    } else {
        &CsvReader
    };
    reader.read(
        &file,
        &mut stream,
        &ReadContext::new(&config, &|_, _, _| false),
    )
}

const NAMED_JSON: &str = "BH01_TempTable#1_20060314T143000Z.json";
const NAMED_CSV: &str = "BH01_TempTable#1_20060314T143000Z.csv";

fn one(reading: &Reading) -> &Snapshot {
    assert_eq!(reading.snapshots.len(), 1, "{:#?}", reading.problems);
    reading.snapshots.first().unwrap()
}

fn told(reading: &Reading, part: &str) -> bool {
    reading
        .problems
        .iter()
        .any(|p| p.what.contains(part) || p.what_to_do.contains(part))
}

#[track_caller]
fn assert_told(reading: &Reading, parts: &[&str]) {
    for part in parts {
        assert!(told(reading, part), "{part}: {:#?}", reading.problems);
    }
    assert_eq!(
        reading.problems.len(),
        parts.len(),
        "{:#?}",
        reading.problems
    );
}
