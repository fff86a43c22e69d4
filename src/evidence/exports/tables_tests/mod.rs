//! Forms in rows, read as the program reads them: recognised, then read by the reader of that form.

mod damage;
mod forms;
mod real;

use crate::case::recognise::{Head, recognise};
use crate::case::{CaseConfig, Format, FoundFile, Source};
use crate::evidence::exports::{
    EVENT_LOG_CSV, EVENT_VIEWER_2003, EVENT_VIEWER_CSV, ExportReader, LOG_PARSER, WIN_EVENT_CSV,
};
use crate::evidence::model::{Event, FileId, Reading};
use crate::evidence::stream::EvidenceStream;
use crate::evidence::{NoProgress, ReadContext, Reader};

const READERS: [&ExportReader; 5] = [
    &EVENT_LOG_CSV,
    &EVENT_VIEWER_2003,
    &EVENT_VIEWER_CSV,
    &LOG_PARSER,
    &WIN_EVENT_CSV,
];

/// Reads a text as that form.
fn read_as(format: Format, text: &[u8]) -> Reading {
    let file = FoundFile {
        id: FileId(1),
        path: "bh01/export.csv".to_owned(),
        source: Source::Memory(text.into()),
        format,
        recognised_by: String::new(),
        bytes: text.len() as u64,
    };
    let config = CaseConfig::default();
    let context = ReadContext::new(&config, &|_, _, _| true);
    let mut stream = EvidenceStream::open(&file, &NoProgress).unwrap();
    let reader = READERS.iter().find(|reader| reader.format() == format);
    reader.unwrap().read(&file, &mut stream, &context)
}

/// What the program takes the text for, and what it reads in it.
fn read(text: &str) -> (Format, Reading) {
    let bytes = text.as_bytes();
    let head = Head::new(bytes, bytes.len() as u64, false, None);
    let format = recognise(&head).format;
    (format, read_as(format, bytes))
}

/// The events of a reading with their times as written.
fn events(reading: &Reading) -> Vec<(&str, &Event)> {
    let local = reading.local.records.iter();
    local
        .map(|record| (record.written.as_ref(), record.event.as_deref().unwrap()))
        .collect()
}

fn whats(reading: &Reading) -> String {
    let whats: Vec<&str> = reading.problems.iter().map(|p| p.what.as_str()).collect();
    whats.join(" | ")
}
