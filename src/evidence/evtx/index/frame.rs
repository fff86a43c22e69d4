//! The outermost layer of a chunk: its header, and the frames of its records.

use super::cursor::Cursor;
use super::fields::filetime;
use super::tokens;
use crate::evidence::evtx::chunk::{
    CHUNK_BYTES, CHUNK_HEADER_BYTES, MAGIC, header_checksum, plausible_numbers,
};
use crate::evidence::evtx::header::u32_at;

const RECORD_MAGIC: [u8; 4] = *b"**\0\0";
/// Magic, size, number and time before a record's XML, and its size again behind it.
const RECORD_HEADER: usize = 24;
const RECORD_FRAME: usize = RECORD_HEADER + 4;
/// Flag of a chunk's header: no checksums were written.
const NO_CRC32: u32 = 4;

/// What the header of a sound chunk says.
pub struct Header {
    /// First and last record number, where they can be.
    pub numbers: Option<(u64, u64)>,
    /// Number of the record after which none follows.
    pub last_record: u64,
    /// Offset behind the last record.
    pub free_space: usize,
}

impl Header {
    /// `None` unless magic, checksums and name table are right.
    pub fn read(chunk: &[u8]) -> Option<Self> {
        let mut cursor = Cursor::new(chunk, 0, CHUNK_HEADER_BYTES)?;
        let magic = cursor.take(MAGIC.len())?;
        let (first, last) = (cursor.u64()?, cursor.u64()?);
        let (_, last_record) = (cursor.u64()?, cursor.u64()?);
        let (_, _) = (cursor.u32()?, cursor.u32()?); // header size, offset of the last record
        let (free_space, data_checksum) = (cursor.index()?, cursor.u32()?);
        let data = chunk.get(CHUNK_HEADER_BYTES..free_space)?;
        let sound = chunk.len() == CHUNK_BYTES
            && magic == MAGIC
            && u32_at(chunk, 120)? & NO_CRC32 == 0
            && u32_at(chunk, 124) == header_checksum(chunk)
            && evtx::checksum_ieee(data) == data_checksum
            && tokens::names_are_sound(chunk);
        sound.then_some(Self {
            numbers: plausible_numbers(first, last),
            last_record,
            free_space,
        })
    }
}

/// A record's place and what stands before its XML.
pub struct Frame {
    start: usize,
    /// Offset behind the record.
    pub end: usize,
    pub number: u64,
}

impl Frame {
    /// The record at `start`, which must end by `limit`.
    pub fn read(chunk: &[u8], start: usize, limit: usize) -> Option<Self> {
        let mut cursor = Cursor::new(chunk, start, limit)?;
        let magic: [u8; 4] = cursor.array()?;
        let size = cursor.u32()?;
        let (number, written) = (cursor.u64()?, cursor.u64()?);
        filetime(written)?;
        cursor.take(usize::try_from(size).ok()?.checked_sub(RECORD_FRAME)?)?;
        let sound = magic == RECORD_MAGIC && cursor.u32()? == size;
        sound.then_some(Self {
            start,
            end: cursor.at(),
            number,
        })
    }

    pub fn bytes(&self) -> usize {
        self.end - self.start
    }

    /// Where its XML lies.
    pub fn xml(&self) -> (usize, usize) {
        (self.start + RECORD_HEADER, self.end - 4)
    }
}
