//! One chunk of 64 KiB: its records, and what is wrong with it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use evtx::ParserSettings;

use super::desk::Desk;
use super::header::u32_at;
use super::index::{self, Scratch};
use super::{Method, decode};
use crate::evidence::log::spans::Spans;
use crate::evidence::model::{Event, FileId};
use crate::evidence::tally::Tally;
use crate::evidence::{Keep, Matters};

pub const CHUNK_BYTES: usize = 65536;
pub const CHUNK_HEADER_BYTES: usize = 512;
pub const MAGIC: &[u8; 8] = b"ElfChnk\0";

/// Which records are wanted whole, and from which file.
#[derive(Clone, Copy)]
pub struct Want<'a> {
    pub file: FileId,
    pub keep: Keep<'a>,
    pub matters: Matters<'a>,
}

/// What reading chunks needs to know.
pub struct Task<'a> {
    pub want: Want<'a>,
    pub method: Method,
    pub settings: &'a Arc<ParserSettings>,
}

/// What a run of chunks gave.
#[derive(Default)]
pub struct Part {
    pub records: u64,
    pub events: Vec<Event>,
    pub spans: Spans,
    pub outcomes: Vec<Outcome>,
}

/// How it stands with one chunk.
#[derive(Default)]
pub struct Outcome {
    /// Its first byte in the file.
    pub at: u64,
    pub bytes: u64,
    pub state: State,
    /// First and last record number by the chunk's header, where that is sound.
    pub numbers: Option<(u64, u64)>,
    pub records: u64,
    pub header_checksum_wrong: bool,
    pub data_checksum_wrong: bool,
    pub magic_restored: bool,
    pub parser_failed: bool,
    /// Places of the records that could not be read.
    pub bad_records: Tally,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum State {
    /// Nothing but zeros: unused, unless used chunks follow.
    #[default]
    Zero,
    Read,
    BadMagic,
    /// Its tables cannot be followed.
    Unreadable,
}

impl Task<'_> {
    /// Reads the chunks that begin at byte `at` of the file. Never fails: damage is part of the result.
    pub fn read(&self, at: u64, bytes: &[u8], desk: &mut Desk) -> Part {
        let mut part = Part::default();
        let mut scratch = Scratch::default();
        let mut at = at;
        for chunk in bytes.chunks(CHUNK_BYTES) {
            let mut outcome = Outcome {
                at,
                bytes: chunk.len() as u64,
                ..Outcome::default()
            };
            self.chunk(chunk, desk, &mut scratch, &mut part.events, &mut outcome);
            outcome.records = desk.commit();
            part.records += outcome.records;
            part.outcomes.push(outcome);
            at = at.saturating_add(chunk.len() as u64);
        }
        part.spans = desk.take_spans();
        part
    }

    fn chunk<'c>(
        &self,
        bytes: &'c [u8],
        desk: &mut Desk,
        scratch: &mut Scratch<'c>,
        events: &mut Vec<Event>,
        outcome: &mut Outcome,
    ) {
        if bytes.iter().all(|&byte| byte == 0) {
            return;
        }
        outcome.state = State::Read;
        let before = events.len();
        if self.method == Method::IndexFirst {
            if let Some(numbers) = index::chunk(bytes, &self.want, desk, scratch, events) {
                outcome.numbers = numbers;
                return;
            }
            desk.rows.clear();
            events.truncate(before);
        }
        let Some(data) = restore_magic(bytes, outcome) else {
            outcome.state = State::BadMagic;
            return;
        };
        // The crate bounds what it does on hostile bytes; should it fail all the same, one chunk is lost, not the run.
        let decode = || decode::chunk(data, self.settings, &self.want, desk, events, outcome);
        if catch_unwind(AssertUnwindSafe(decode)).is_err() {
            outcome.parser_failed = true;
        }
    }
}

/// First and last record number of a chunk, where they can be.
pub fn plausible_numbers(first: u64, last: u64) -> Option<(u64, u64)> {
    // The smallest record has 28 bytes, so a chunk holds fewer than 65536 / 28. One without records says -1.
    let more = last.checked_sub(first).filter(|_| first != u64::MAX)?;
    (more < (CHUNK_BYTES / 28) as u64).then_some((first, last))
}

/// The chunk's bytes, its magic repaired if the checksum proves that nothing else of the header is damaged.
fn restore_magic(bytes: &[u8], outcome: &mut Outcome) -> Option<Vec<u8>> {
    let mut data = bytes.to_vec();
    if data.len() < CHUNK_HEADER_BYTES {
        return data.starts_with(MAGIC).then_some(data);
    }
    if data.starts_with(MAGIC) {
        return Some(data);
    }
    data.get_mut(..MAGIC.len())?.copy_from_slice(MAGIC);
    outcome.magic_restored = u32_at(&data, 124) == header_checksum(&data);
    outcome.magic_restored.then_some(data)
}

/// CRC32 of a chunk's header without its flags and itself.
pub fn header_checksum(chunk: &[u8]) -> Option<u32> {
    let covered = [chunk.get(..120)?, chunk.get(128..CHUNK_HEADER_BYTES)?].concat();
    Some(evtx::checksum_ieee(&covered))
}
