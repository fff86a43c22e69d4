//! A file read in a test, as a case with the shipped profile would read it.

use std::sync::Arc;

use super::model::{FileId, Reading};
use super::progress::NoProgress;
use super::stream::EvidenceStream;
use super::{READERS, ReadContext};
use crate::case::recognise::{Head, recognise};
use crate::case::{CaseConfig, Format, FoundFile, Source};
use crate::profile::Profile;

/// What the file is taken for.
pub fn format(bytes: &[u8]) -> Format {
    recognise(&Head::new(bytes, bytes.len() as u64, false, None)).format
}

/// What its reader makes of it.
#[track_caller]
pub fn read(path: &str, bytes: &[u8], config: &str) -> Reading {
    read_as(format(bytes), path, bytes, config)
}

/// What the reader of a format makes of it.
#[track_caller]
pub fn read_as(format: Format, path: &str, bytes: &[u8], config: &str) -> Reading {
    let file = FoundFile {
        id: FileId(7),
        path: path.into(),
        source: Source::Memory(Arc::from(bytes)),
        format,
        recognised_by: String::new(),
        bytes: bytes.len() as u64,
    };
    let config = CaseConfig::parse(config).unwrap();
    let profile = Profile::shipped("exchange-2003").unwrap();
    let mut context = ReadContext::new(&config, &|_, _, _| false);
    context.settings = &profile.settings;
    context.counters = &profile.counters;
    let reader = READERS.iter().find(|reader| reader.format() == format);
    let mut stream = EvidenceStream::open(&file, &NoProgress).unwrap();
    reader.unwrap().read(&file, &mut stream, &context)
}

/// That there are as many problems as parts, and each part is in the words of one.
#[track_caller]
pub fn assert_told(reading: &Reading, parts: &[&str]) {
    for part in parts {
        let told = reading.problems.iter().any(|problem| {
            [&problem.what, &problem.why_it_matters, &problem.what_to_do]
                .iter()
                .any(|text| text.contains(part))
        });
        assert!(told, "{part}: {:#?}", reading.problems);
    }
    assert_eq!(
        reading.problems.len(),
        parts.len(),
        "{:#?}",
        reading.problems
    );
}
