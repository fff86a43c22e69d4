//! One chunk of 64 KiB: its records, and what is wrong with it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use evtx::err::EvtxError;
use evtx::{EvtxChunkData, EvtxRecord, ParserSettings};

use super::collect::Spans;
use super::header::u32_at;
use super::payload;
use super::system::System;
use crate::evidence::Keep;
use crate::evidence::model::{Citation, Event, FileId, Level};
use crate::evidence::tally::Tally;
use crate::time::{SECOND, Stamp, Timestamp};

pub const CHUNK_BYTES: usize = 65536;
const CHUNK_HEADER_BYTES: usize = 512;
const MAGIC: &[u8; 8] = b"ElfChnk\0";

/// What reading a chunk needs to know.
pub struct ChunkTask<'a> {
    pub file: FileId,
    pub settings: &'a Arc<ParserSettings>,
    pub keep: Keep<'a>,
}

/// What one chunk gave.
#[derive(Default)]
pub struct ChunkReading {
    pub records: u64,
    pub events: Vec<Event>,
    pub spans: Spans,
    pub outcome: Outcome,
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

impl ChunkTask<'_> {
    /// Reads the chunk that begins at byte `at` of the file. Never fails: damage is part of the result.
    pub fn read(&self, at: u64, bytes: &[u8]) -> ChunkReading {
        let mut reading = ChunkReading::default();
        reading.outcome.at = at;
        reading.outcome.bytes = bytes.len() as u64;
        if bytes.iter().all(|&byte| byte == 0) {
            return reading;
        }
        let Some(data) = restore_magic(bytes, &mut reading.outcome) else {
            reading.outcome.state = State::BadMagic;
            return reading;
        };
        reading.outcome.state = State::Read;
        // The crate bounds what it does on hostile bytes; should it fail all the same, one chunk is lost, not the run.
        if catch_unwind(AssertUnwindSafe(|| self.parse(data, &mut reading))).is_err() {
            reading.outcome.parser_failed = true;
        }
        reading.outcome.records = reading.records;
        reading
    }

    fn parse(&self, data: Vec<u8>, reading: &mut ChunkReading) {
        let Ok(mut chunk) = EvtxChunkData::new(data, false) else {
            reading.outcome.state = State::BadMagic;
            return;
        };
        check(&chunk, &mut reading.outcome);
        let Ok(mut chunk) = chunk.parse(Arc::clone(self.settings)) else {
            reading.outcome.state = State::Unreadable;
            return;
        };
        let chunk_at = reading.outcome.at;
        for record in chunk.iter() {
            match record {
                Ok(record) => {
                    let number = record.event_record_id;
                    if self.record(record, reading).is_none() {
                        reading
                            .outcome
                            .bad_records
                            .add(format_args!("record {number}"));
                    }
                }
                Err(fault) => reading.outcome.bad_records.add(place(&fault, chunk_at)),
            }
        }
    }

    /// Takes up one record; `None` when it has no readable `System` part.
    fn record(&self, record: EvtxRecord<'_>, reading: &mut ChunkReading) -> Option<()> {
        let logged = Timestamp::from_micros(record.timestamp.as_microsecond());
        let number = record.event_record_id;
        let xml = record.into_xml_bytes().ok()?.data;
        let system = System::scan(&xml)?;
        let time = system.time().or(logged)?;
        let record_id = system.record_id.unwrap_or(number);
        let kind = reading.spans.count(&system, record_id, time, self.keep)?;
        reading.records += 1;
        if kind.kept {
            let payload = payload::read(xml.get(system.end..).unwrap_or_default());
            reading.events.push(Event {
                cite: Citation {
                    file: self.file,
                    record: record_id,
                },
                time: stamp(time),
                computer: kind.computer,
                channel: kind.channel,
                provider: kind.provider,
                id: system.id,
                qualifiers: system.qualifiers,
                level: Level::from_number(system.level),
                record_id,
                strings: payload.strings,
                names: payload.names,
                user: system.user(),
                text: payload.text,
            });
        }
        Some(())
    }
}

/// Classic events are logged in whole seconds; a fraction of exactly zero is taken for that.
fn stamp(at: Timestamp) -> Stamp {
    let precision = if at.micros() % SECOND == 0 { SECOND } else { 0 };
    Stamp {
        at,
        precision,
        original: None,
    }
}

/// Compares checksums and notes the record numbers that the header claims.
fn check(chunk: &EvtxChunkData, outcome: &mut Outcome) {
    outcome.header_checksum_wrong = !chunk.validate_header_checksum();
    // The end of a chunk that is cut off is missing from the checksum too; that is reported as the cut.
    outcome.data_checksum_wrong =
        chunk.data.len() == CHUNK_BYTES && !chunk.validate_data_checksum();
    let header = &chunk.header;
    let (first, last) = (
        header.first_event_record_number,
        header.last_event_record_number,
    );
    // The smallest record has 28 bytes, so a chunk holds fewer than 65536 / 28. One without records says -1.
    let plausible = first != u64::MAX
        && last
            .checked_sub(first)
            .is_some_and(|more| more < (CHUNK_BYTES / 28) as u64);
    outcome.numbers = (plausible && !outcome.header_checksum_wrong).then_some((first, last));
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
    let covered = [data.get(..120)?, data.get(128..CHUNK_HEADER_BYTES)?].concat();
    outcome.magic_restored = u32_at(&data, 124) == Some(evtx::checksum_ieee(&covered));
    outcome.magic_restored.then_some(data)
}

/// Where in the file a record could not be read, as well as the crate says it.
fn place(fault: &EvtxError, chunk_at: u64) -> String {
    match fault {
        EvtxError::FailedToReadRecordAt { offset, .. } => {
            format!("byte {}", chunk_at.saturating_add(*offset))
        }
        EvtxError::FailedToParseRecord { record_id, .. } => format!("record {record_id}"),
        _ => format!("in the chunk at byte {chunk_at}"),
    }
}
