//! Where the records of a log stand, by their structure alone.
//!
//! An `.evt` file is a ring: once it is full, the newest record overwrites the oldest, a record that does not fit goes
//! on behind the header, and the end-of-file record marks the seam. What stands behind that seam and before the oldest
//! record is slack: records that were given up, whole or in part.

use super::layout::{
    EOF_BYTES, EndOfFile, FIXED_BYTES, HEADER_BYTES, Header, MOST_RECORD_BYTES, Record, SIGNATURE,
    offset_at, u32_at,
};

/// One record, found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    pub at: usize,
    /// Bytes that are the record's, perhaps going on behind the header.
    pub length: usize,
    pub number: u32,
    /// Begins and ends with the same length.
    pub sound: bool,
}

/// The records of a file.
#[derive(Debug, Default)]
pub struct Ring {
    /// Of the log as it was, in its order.
    pub live: Vec<Found>,
    /// From slack space, and records of a wrong length, in the order of the ring.
    pub recovered: Vec<Found>,
    pub end: Option<EndOfFile>,
    /// Bytes between the records of the log that belong to none.
    pub lost_bytes: u64,
    /// Records of the log with a wrong length.
    pub broken: Vec<Found>,
    /// The oldest record has a wrong length, so that nothing vouches for the order of the rest.
    pub unanchored: bool,
}

/// Finds every record of the file.
pub fn find(file: &[u8], header: Option<&Header>) -> Ring {
    let (mut found, ends) = scan(file);
    let end = choose_end(&ends, &found, header);
    if let Some(end) = end {
        let seam = found.partition_point(|record| record.at < end.at);
        found.rotate_left(seam);
    }
    let anchor = anchor(file, &found, end);
    let mut ring = Ring {
        end,
        ..Ring::default()
    };
    let (slack, live) = found.split_at_checked(anchor.at).unwrap_or_default();
    ring.recovered.extend(slack);
    let broken_first = live.first().is_some_and(|first| !first.sound);
    ring.unanchored = anchor.named && broken_first;
    for (index, record) in live.iter().enumerate() {
        if ring.unanchored || !record.sound {
            ring.recovered.push(*record);
        } else {
            ring.live.push(*record);
        }
        if !record.sound {
            ring.broken.push(*record);
        }
        let next = live.get(index + 1).map(|next| next.at);
        ring.lost_bytes += lost(file, record, next.or(end.map(|end| end.at)));
    }
    ring
}

/// Bytes between a record and what follows it.
fn lost(file: &[u8], record: &Found, next: Option<usize>) -> u64 {
    let Some(next) = next else { return 0 };
    let after = wrapped(file, record.at.saturating_add(record.length));
    // Up to a record's worth of filling stands before the end of the file where a fixed part would not fit.
    if next >= after {
        (next - after) as u64
    } else {
        let tail = file.len().saturating_sub(after);
        let rest = next.saturating_sub(HEADER_BYTES) as u64;
        if tail < FIXED_BYTES {
            rest
        } else {
            tail as u64 + rest
        }
    }
}

/// The place in the file that a record's byte has, given as if the ring were a straight line.
fn wrapped(file: &[u8], at: usize) -> usize {
    if at > file.len() {
        at - file.len() + HEADER_BYTES
    } else {
        at
    }
}

/// The bytes of a record, put together in `buffer` where it goes on behind the header.
pub fn bytes<'a>(file: &'a [u8], record: &Found, buffer: &'a mut Vec<u8>) -> &'a [u8] {
    let end = record.at.saturating_add(record.length);
    if let Some(whole) = file.get(record.at..end) {
        return whole;
    }
    buffer.clear();
    buffer.extend_from_slice(file.get(record.at..).unwrap_or_default());
    let rest = record.length.saturating_sub(buffer.len());
    let behind = HEADER_BYTES..HEADER_BYTES.saturating_add(rest);
    buffer.extend_from_slice(file.get(behind).unwrap_or_default());
    buffer
}

/// All records and end-of-file records in the order of their places.
fn scan(file: &[u8]) -> (Vec<Found>, Vec<EndOfFile>) {
    let (mut found, mut ends): (Vec<Found>, Vec<EndOfFile>) = (Vec::new(), Vec::new());
    let mut at = if Header::read(file).is_some() {
        HEADER_BYTES
    } else {
        0
    };
    while at.saturating_add(8) <= file.len() {
        if let Some(record) = record_at(file, at) {
            let sound = record.sound;
            found.push(record);
            at += if sound { record.length } else { 4 };
            continue;
        }
        if let Some(end) = end_at(file, at) {
            ends.push(end);
            at += EOF_BYTES;
            continue;
        }
        at += 4;
    }
    bound_broken(file, &mut found, &ends);
    (found, ends)
}

/// A record of a wrong length reaches as far as the next thing that was found.
fn bound_broken(file: &[u8], found: &mut [Found], ends: &[EndOfFile]) {
    let mut next_at = file.len();
    for record in found.iter_mut().rev() {
        if !record.sound {
            let index = ends.partition_point(|end| end.at <= record.at);
            let seam = ends.get(index).map_or(next_at, |end| end.at.min(next_at));
            record.length = (seam - record.at).min(MOST_RECORD_BYTES);
        }
        next_at = record.at;
    }
}

fn record_at(file: &[u8], at: usize) -> Option<Found> {
    if file.get(at.checked_add(4)?..at.checked_add(8)?)? != SIGNATURE {
        return None;
    }
    let length = offset_at(file, at)?;
    if !(FIXED_BYTES..=MOST_RECORD_BYTES).contains(&length) {
        return None;
    }
    let mut found = Found {
        at,
        length,
        number: u32_at(file, at.checked_add(8)?)?,
        sound: false,
    };
    let mut buffer = Vec::new();
    let record = bytes(file, &found, &mut buffer);
    found.sound = record.len() == length
        && length.is_multiple_of(4)
        && offset_at(record, length - 4) == Some(length);
    // One that is not sound may be shorter or longer than it says; its names must still be there.
    Record::new(record).is_plausible().then_some(found)
}

fn end_at(file: &[u8], at: usize) -> Option<EndOfFile> {
    let whole = Found {
        at,
        length: EOF_BYTES,
        number: 0,
        sound: true,
    };
    if offset_at(file, at)? != EOF_BYTES {
        return None;
    }
    let mut buffer = Vec::new();
    EndOfFile::read(bytes(file, &whole, &mut buffer), at)
}

/// The end-of-file record of the log: the one right behind a record with the number before its own, the newest of
/// those; else the one that the header names, else the newest.
fn choose_end(ends: &[EndOfFile], found: &[Found], header: Option<&Header>) -> Option<EndOfFile> {
    let follows = |end: &EndOfFile| {
        let before = found.partition_point(|record| record.at < end.at);
        before
            .checked_sub(1)
            .and_then(|index| found.get(index))
            .is_some_and(|record| record.number.checked_add(1) == Some(end.next))
    };
    let named = |end: &EndOfFile| header.is_some_and(|header| header.end == end.at);
    ends.iter()
        .max_by_key(|end| {
            (
                follows(end),
                end.next,
                named(end),
                std::cmp::Reverse(end.at),
            )
        })
        .copied()
}

/// Which of the found records, in the order of the ring, is the oldest of the log.
struct Anchor {
    at: usize,
    /// The end-of-file record names it.
    named: bool,
}

fn anchor(file: &[u8], found: &[Found], end: Option<EndOfFile>) -> Anchor {
    let named = end.and_then(|end| {
        found
            .iter()
            .position(|record| record.at == end.first && record.number == end.oldest)
    });
    if let Some(at) = named {
        return Anchor { at, named: true };
    }
    // Back from the newest, as long as each follows the one before it.
    let mut at = found.len();
    while let Some(index) = at.checked_sub(1) {
        let Some(record) = found.get(index) else {
            break;
        };
        let next = found.get(at);
        let follows = next.is_none_or(|next| {
            let after = wrapped(file, record.at.saturating_add(record.length));
            let turned = next.at == HEADER_BYTES && file.len().saturating_sub(after) < FIXED_BYTES;
            record.number.checked_add(1) == Some(next.number) && (after == next.at || turned)
        });
        if !record.sound || !follows {
            break;
        }
        at = index;
    }
    Anchor { at, named: false }
}
