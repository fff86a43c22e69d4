//! Windows event logs of Vista and later (`.evtx`).
//!
//! Every record is found by an index that renders nothing ([`index`]); the `evtx` crate reads whole chunks in which
//! anything is damaged or unusual ([`decode`]), and what it finds there stands. The file is read in blocks of whole
//! chunks, which are hashed on one core while they are indexed on others. The file's length decides how many chunks
//! there are, not its header. Layout: MS-EVEN6 and the notes of the libevtx project ("Windows XML Event Log (EVTX)
//! format").

mod chunk;
mod damage;
mod decode;
mod desk;
mod event;
mod header;
mod index;
pub(super) mod payload;
mod system;

use std::sync::{Arc, Mutex, PoisonError};

use evtx::ParserSettings;
use rayon::prelude::*;

use super::log::spans::Spans;
use super::model::Reading;
use super::stream::EvidenceStream;
use super::{ReadContext, Reader};
use crate::case::{Format, FoundFile};
use chunk::{CHUNK_BYTES, Part, Task, Want};
use damage::Damage;
use desk::Desk;
use header::{FileHeader, HEADER_BYTES};

/// How records are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Method {
    /// By the index, by the evtx crate where it cannot.
    #[default]
    IndexFirst,
    /// Every record by the evtx crate: slow, and the measure of the other.
    DecodeAll,
}

pub struct EvtxReader;

/// Bytes read at a time: small enough to stay in a core's cache from reading to indexing.
const BLOCK_BYTES: usize = 16 * CHUNK_BYTES;
/// Bytes of a block that one core takes at a time.
const PART_BYTES: usize = 4 * CHUNK_BYTES;

impl Reader for EvtxReader {
    fn format(&self) -> Format {
        Format::Evtx
    }

    fn read(
        &self,
        file: &FoundFile,
        stream: &mut EvidenceStream<'_>,
        context: &ReadContext<'_>,
    ) -> Reading {
        let header = FileHeader::read(&stream.next_block(HEADER_BYTES));
        let settings = Arc::new(ParserSettings::new().indent(false));
        let want = Want {
            file: file.id,
            keep: context.keep,
            matters: context.matters,
        };
        let task = Task {
            want,
            method: context.evtx_method,
            settings: &settings,
        };
        let desks = Desks::default();
        let mut log = Log {
            header,
            ..Log::default()
        };
        let mut at = HEADER_BYTES as u64;
        stream.each_block(BLOCK_BYTES, |block| {
            read_block(block, at, &task, &desks)
                .into_iter()
                .for_each(|part| log.add(part));
            at = at.saturating_add(block.len() as u64);
        });
        log.finish(&file.path)
    }
}

fn read_block(block: &[u8], at: u64, task: &Task<'_>, desks: &Desks) -> Vec<Part> {
    let parts = block.par_chunks(PART_BYTES).enumerate();
    let read = |(index, bytes): (usize, &[u8])| {
        let at = at.saturating_add((index * PART_BYTES) as u64);
        desks.with(|desk| task.read(at, bytes, desk))
    };
    parts.map(read).collect()
}

/// Desks of one file that no worker is using, so that what was learnt in one block serves in the next.
#[derive(Default)]
struct Desks(Mutex<Vec<Desk>>);

impl Desks {
    fn with<T>(&self, work: impl FnOnce(&mut Desk) -> T) -> T {
        let free = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut desk = free().pop().unwrap_or_default();
        let result = work(&mut desk);
        free().push(desk);
        result
    }
}

/// The whole file, put together from its chunks in their order.
#[derive(Default)]
struct Log {
    header: FileHeader,
    reading: Reading,
    spans: Spans,
    damage: Damage,
}

impl Log {
    fn add(&mut self, part: Part) {
        self.reading.records += part.records;
        self.reading.events.extend(part.events);
        self.spans.append(part.spans);
        part.outcomes
            .into_iter()
            .for_each(|outcome| self.damage.add(outcome));
    }

    fn finish(mut self, path: &str) -> Reading {
        self.reading.spans = self.spans.into_log_spans();
        let (problems, damaged) = self.damage.into_problems(&self.header, path);
        self.reading.problems = problems;
        self.reading.damaged = damaged;
        self.reading
    }
}

#[cfg(test)]
mod tests;
