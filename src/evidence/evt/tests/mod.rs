//! The reader against what the forge wrote, whole and damaged. Real logs: `tests/real_evt.rs`.

mod damage;
mod random;
mod samples;

use forge::evt::{Options, Sample};
use forge::record::EventRecord;

use super::*;
use crate::case::{CaseConfig, Source};
use crate::evidence::model::FileId;
use crate::evidence::progress::NoProgress;

fn read_as(path: &str, bytes: &[u8], include_recovered: bool) -> Reading {
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

fn read(bytes: &[u8]) -> Reading {
    read_as("AppEvent.Evt", bytes, false)
}

fn sample(name: &str) -> Sample {
    let mut samples = forge::evt::samples().into_iter();
    samples.find(|sample| sample.name == name).unwrap()
}

fn write(records: &[EventRecord], options: &Options) -> Vec<u8> {
    forge::evt::write(records, options).unwrap()
}

fn written(name: &str) -> Vec<u8> {
    let sample = sample(name);
    write(&sample.records, &sample.options)
}

/// Numbers of the records on the timeline.
fn numbers(reading: &Reading) -> Vec<u64> {
    let numbers = reading.events.iter().filter_map(|event| event.record_id);
    numbers.collect()
}

fn whats(reading: &Reading) -> Vec<&str> {
    let whats = reading.problems.iter();
    whats.map(|problem| problem.what.as_str()).collect()
}
