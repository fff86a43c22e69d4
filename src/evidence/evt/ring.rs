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
    /// Records that stood there: by the numbers around them, and at least one a place.
    pub lost_records: u64,
    /// Older records than the oldest found, whose place is behind the end of the file.
    pub cut: u64,
    /// Records of the log with a wrong length.
    pub broken: Vec<Found>,
    /// So many have a wrong length that nothing vouches for the order of the rest.
    pub untrusted: bool,
}

/// No log has room for more.
const MOST_RECORDS: u64 = (1 << 32) / FIXED_BYTES as u64;

/// One in so many records of a wrong length is a fault of whatever wrote the log, not damage to a sound one.
const BROKEN_SHARE: usize = 10;

/// Finds every record of the file.
pub fn find(file: &[u8], header: Option<&Header>) -> Ring {
    let (mut found, ends) = scan(file);
    let end = choose_end(&ends, &found, header);
    let seam = end.map_or_else(|| behind_newest(&found), |end| end.at);
    let seam = found.partition_point(|record| record.at < seam);
    found.rotate_left(seam);
    let oldest = oldest(&found, end, header);
    let mut ring = Ring {
        end,
        ..Ring::default()
    };
    let (slack, log) = found.split_at_checked(oldest).unwrap_or_default();
    ring.recovered.extend(slack);
    ring.broken
        .extend(log.iter().filter(|record| !record.sound));
    let broken = ring.broken.len();
    ring.untrusted = broken >= 2 && broken * BROKEN_SHARE >= log.len();
    for record in log {
        if ring.untrusted || !record.sound {
            ring.recovered.push(*record);
        } else {
            ring.live.push(*record);
        }
    }
    ring.count_lost(file, log);
    ring
}

impl Ring {
    /// Counts what is missing before, between and behind the records of the log.
    fn count_lost(&mut self, file: &[u8], log: &[Found]) {
        let Some(first) = log.first() else { return };
        if let Some(end) = self.end.filter(|end| end.first != first.at) {
            let nothing = Found {
                at: end.first,
                length: 0,
                number: end.oldest.saturating_sub(1),
                sound: true,
            };
            // Where this is not so, the end-of-file record is what is wrong.
            if end.oldest < first.number && end.first >= HEADER_BYTES {
                if end.first < file.len() {
                    self.lose(lost(file, &nothing, first.at), end.oldest, first.number);
                } else {
                    self.cut = u64::from(first.number - end.oldest).min(MOST_RECORDS);
                }
            }
        }
        for (index, record) in log.iter().enumerate() {
            let next = log.get(index + 1).map(|next| (next.at, next.number));
            let next = next.or_else(|| self.end.map(|end| (end.at, end.next)));
            let Some((at, number)) = next else { continue };
            let due = record.number.saturating_add(1);
            if record.sound {
                self.lose(lost(file, record, at), due, number);
            } else if due < number {
                // It was taken to reach as far as what was found next.
                self.lose(record.length as u64, due, number);
            }
        }
    }

    /// So many bytes stand where the records from one number up to another should.
    fn lose(&mut self, bytes: u64, from: u32, to: u32) {
        if bytes == 0 {
            return;
        }
        self.lost_bytes += bytes;
        let room = bytes / FIXED_BYTES as u64 + 1;
        self.lost_records += u64::from(to.saturating_sub(from)).clamp(1, room);
    }
}

/// A place right behind the newest record.
fn behind_newest(found: &[Found]) -> usize {
    let sound = found.iter().filter(|record| record.sound);
    let newest = sound.max_by_key(|record| (record.number, record.at));
    newest.map_or(0, |record| record.at.saturating_add(1))
}

/// Bytes between a record and what follows it.
fn lost(file: &[u8], record: &Found, next: usize) -> u64 {
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
        if let Some((record, proved)) = record_at(file, at) {
            found.push(record);
            at += proved;
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

/// The record there, and how many bytes are surely its own.
fn record_at(file: &[u8], at: usize) -> Option<(Found, usize)> {
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
    let end = at.checked_add(length)?;
    let closing = match end.checked_sub(4)? {
        behind if behind >= file.len() => behind - file.len() + HEADER_BYTES,
        inside => inside,
    };
    // A record that goes on behind the header does not go round as far as itself.
    let whole = end <= file.len() || wrapped(file, end) <= at;
    found.sound = whole && length.is_multiple_of(4) && offset_at(file, closing) == Some(length);
    if found.sound {
        let mut buffer = Vec::new();
        Record::new(bytes(file, &found, &mut buffer)).names()?;
        return Some((found, length));
    }
    // It may be shorter or longer than it says; the names that every record has must still be there.
    let record = Record::new(file.get(at..end.min(file.len()))?);
    let (source, computer) = record.names()?;
    let proved = (FIXED_BYTES + source.len() + computer.len()) / 4 * 4;
    record.is_plausible().then_some((found, proved))
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

/// Which of the found records, in the order of the ring, is the oldest of the log: the one that the end-of-file record
/// names, else the one that the header names, else as far back from the newest as numbers go down.
fn oldest(found: &[Found], end: Option<EndOfFile>, header: Option<&Header>) -> usize {
    let named = |first: usize, number: u32| {
        let is = |record: &Found| record.at == first && record.number == number;
        found.iter().position(is)
    };
    let by_end = end.and_then(|end| named(end.first, end.oldest));
    let by_header = || {
        let header = header.filter(|_| end.is_none())?;
        named(header.first, header.oldest)
    };
    let least = end.map_or(0, |end| end.oldest);
    by_end
        .or_else(by_header)
        .unwrap_or_else(|| by_numbers(found, least))
}

fn by_numbers(found: &[Found], least: u32) -> usize {
    let (mut oldest, mut next) = (found.len(), u32::MAX);
    for (index, record) in found.iter().enumerate().rev() {
        if !record.sound {
            continue;
        }
        if record.number < least || record.number >= next {
            break;
        }
        (oldest, next) = (index, record.number);
    }
    oldest
}
