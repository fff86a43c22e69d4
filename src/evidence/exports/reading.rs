//! For tests: a text read as a file of one form.

use std::sync::Arc;

use super::ExportReader;
use crate::case::recognise::{Head, recognise};
use crate::case::{CaseConfig, Format, FoundFile, Source};
use crate::evidence::model::{Event, FileId, Reading};
use crate::evidence::progress::NoProgress;
use crate::evidence::stream::EvidenceStream;
use crate::evidence::{ReadContext, Reader};

/// Reads it keeping every event.
pub fn read(reader: &dyn Reader, bytes: &[u8]) -> Reading {
    let file = FoundFile {
        id: FileId(1),
        path: "export".into(),
        source: Source::Memory(Arc::from(bytes)),
        format: reader.format(),
        recognised_by: String::new(),
        bytes: bytes.len() as u64,
    };
    let config = CaseConfig::default();
    let mut stream = EvidenceStream::open(&file, &NoProgress).unwrap();
    reader.read(
        &file,
        &mut stream,
        &ReadContext::new(&config, &|_, _, _| true),
    )
}

/// Reads a text that must be recognised as that form, and gives its events.
pub fn events(reader: &ExportReader, text: &str) -> Vec<Event> {
    assert_eq!(format(text), reader.format, "{text}");
    read(reader, text.as_bytes()).events
}

pub fn format(text: &str) -> Format {
    recognise(&Head::new(text.as_bytes(), text.len() as u64, false, None)).format
}

/// What is wrong with it, in the words of its problems.
pub fn whats(reading: &Reading) -> Vec<&str> {
    let problems = reading.problems.iter();
    problems.map(|problem| problem.what.as_str()).collect()
}
