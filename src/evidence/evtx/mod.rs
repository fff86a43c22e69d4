//! Windows event logs of Vista and later (`.evtx`), through the `evtx` crate.
//!
//! The file is read in blocks of whole chunks, each chunk on any core; the next block is read and hashed
//! meanwhile. The file's length decides how many chunks there are, not its header. Layout: MS-EVEN6 and the
//! notes of the libevtx project ("Windows XML Event Log (EVTX) format").

mod chunk;
mod collect;
mod damage;
mod header;
mod payload;
mod system;

use std::sync::Arc;

use evtx::ParserSettings;
use rayon::prelude::*;

use super::model::Reading;
use super::stream::EvidenceStream;
use super::{ReadContext, Reader};
use crate::case::{Format, FoundFile};
use chunk::{CHUNK_BYTES, ChunkReading, ChunkTask};
use collect::Spans;
use damage::Damage;
use header::{FileHeader, HEADER_BYTES};

pub struct EvtxReader;

/// Chunks read at a time: 4 MiB, so that two blocks of one file are in memory.
const BLOCK_CHUNKS: usize = 64;

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
        let header_bytes = stream.next_block(HEADER_BYTES);
        let header = FileHeader::read(&header_bytes);
        let mut log = Log {
            header,
            ..Log::default()
        };
        let settings = Arc::new(ParserSettings::new().indent(false));
        let mut at = HEADER_BYTES as u64;
        let mut block = stream.next_block(BLOCK_CHUNKS * CHUNK_BYTES);
        while !block.is_empty() {
            let task = ChunkTask {
                file: file.id,
                settings: &settings,
                keep: context.keep,
            };
            let (next, chunks) = rayon::join(
                || stream.next_block(BLOCK_CHUNKS * CHUNK_BYTES),
                || read_block(&block, at, &task),
            );
            at += block.len() as u64;
            chunks.into_iter().for_each(|chunk| log.add(chunk));
            block = next;
        }
        log.finish(&file.path)
    }
}

fn read_block(block: &[u8], at: u64, task: &ChunkTask<'_>) -> Vec<ChunkReading> {
    let chunks: Vec<(u64, &[u8])> = block
        .chunks(CHUNK_BYTES)
        .enumerate()
        .map(|(index, bytes)| (at + (index * CHUNK_BYTES) as u64, bytes))
        .collect();
    chunks
        .into_par_iter()
        .map(|(at, bytes)| task.read(at, bytes))
        .collect()
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
    fn add(&mut self, chunk: ChunkReading) {
        self.reading.records += chunk.records;
        self.reading.events.extend(chunk.events);
        self.spans.append(chunk.spans);
        self.damage.add(chunk.outcome);
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
