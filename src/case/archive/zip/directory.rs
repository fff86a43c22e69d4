//! The central directory at the end of a `.zip`: the list of its entries.

use std::io::{self, Read, Seek, SeekFrom};

use super::fields::{
    CENTRAL, END, END_64, END_64_BYTES, END_BYTES, Header, LOCATOR_64, LOCATOR_64_BYTES, u16_at,
    u32_at, u64_at,
};
use crate::case::archive::region::Region;

/// What a central directory gave.
#[derive(Debug, Default)]
pub struct Directory {
    pub headers: Vec<Header>,
    /// The directory lists more than was read, because it is damaged.
    pub damaged: bool,
    /// It lists more entries than may be read.
    pub too_many: bool,
    /// What was written before the archive, such as a program that unpacks it; all offsets count from its end.
    pub before: u64,
}

/// The end record's comment can be this long (§4.3.16).
const MOST_COMMENT: u64 = 65_535;

/// Most bytes of a record in the directory: three fields of variable length.
const MOST_RECORD: usize = 46 + 3 * 65_535;

struct End {
    at: u64,
    entries: u64,
    start: u64,
    bytes: u64,
}

/// Reads the directory, or `None` where there is none.
pub fn read(archive: &Region, most: usize) -> io::Result<Option<Directory>> {
    let Some(end) = find_end(archive)? else {
        return Ok(None);
    };
    // Where the directory says that it starts, unless something was put before the archive.
    let abutting = end.at.saturating_sub(end.bytes);
    let mut starts = vec![
        (abutting, abutting.saturating_sub(end.start)),
        (end.start, 0),
    ];
    starts.dedup();
    if end.entries == 0 {
        return Ok(Some(Directory::default()));
    }
    for (start, before) in starts {
        if archive.bytes_at(start, CENTRAL.len())? == CENTRAL {
            return records(archive, &end, start, before, most).map(Some);
        }
    }
    Ok(None)
}

fn records(
    archive: &Region,
    end: &End,
    start: u64,
    before: u64,
    most: usize,
) -> io::Result<Directory> {
    let mut directory = Directory {
        before,
        ..Directory::default()
    };
    let mut window = Window::new(archive, start)?;
    while (directory.headers.len() as u64) < end.entries {
        if directory.headers.len() >= most {
            directory.too_many = true;
            break;
        }
        let Some(header) = Header::central(window.look(MOST_RECORD)?) else {
            directory.damaged = true;
            break;
        };
        window.skip(header.record_bytes);
        directory.headers.push(header);
    }
    // Archives of more than 65 535 entries by writers without ZIP64 count only the lower 16 bits.
    while !directory.damaged && !directory.too_many {
        let Some(header) = Header::central(window.look(MOST_RECORD)?) else {
            break;
        };
        if directory.headers.len() >= most {
            directory.too_many = true;
            break;
        }
        window.skip(header.record_bytes);
        directory.headers.push(header);
    }
    Ok(directory)
}

/// The last end record whose comment ends where the file does; else the last one at all.
fn find_end(archive: &Region) -> io::Result<Option<End>> {
    let length = archive.length();
    let from = length.saturating_sub(MOST_COMMENT + END_BYTES as u64);
    let tail = archive.bytes_at(from, usize::try_from(length - from).unwrap_or(usize::MAX))?;
    let mut last = None;
    for (at, window) in tail.windows(END_BYTES).enumerate() {
        if window.starts_with(&END) {
            let comment = usize::from(u16_at(window, 20).unwrap_or_default());
            let exact = at + END_BYTES + comment == tail.len();
            if exact || !matches!(last, Some((_, true))) {
                last = Some((at, exact));
            }
        }
    }
    let Some((at, _)) = last else {
        return Ok(None);
    };
    let record = tail.get(at..).unwrap_or_default();
    let small = (|| {
        Some(End {
            at: from.checked_add(at as u64)?,
            entries: u64::from(u16_at(record, 10)?),
            bytes: u64::from(u32_at(record, 12)?),
            start: u64::from(u32_at(record, 16)?),
        })
    })();
    let Some(small) = small else {
        return Ok(None);
    };
    Ok(Some(end_64(archive, &small)?.unwrap_or(small)))
}

/// The end record with wide fields, where a locator before the other one leads to it (§4.3.14, §4.3.15).
fn end_64(archive: &Region, small: &End) -> io::Result<Option<End>> {
    let Some(locator_at) = small.at.checked_sub(LOCATOR_64_BYTES as u64) else {
        return Ok(None);
    };
    let locator = archive.bytes_at(locator_at, LOCATOR_64_BYTES)?;
    if !locator.starts_with(&LOCATOR_64) {
        return Ok(None);
    }
    let said = u64_at(&locator, 8).unwrap_or_default();
    let abutting = locator_at.saturating_sub(END_64_BYTES as u64);
    for at in [said, abutting] {
        let record = archive.bytes_at(at, END_64_BYTES)?;
        if record.starts_with(&END_64) {
            return Ok((|| {
                Some(End {
                    at,
                    entries: u64_at(&record, 32)?,
                    bytes: u64_at(&record, 40)?,
                    start: u64_at(&record, 48)?,
                })
            })());
        }
    }
    Ok(None)
}

/// Looks ahead in a region without holding more of it than one long record and some.
pub struct Window<R> {
    reader: R,
    bytes: Vec<u8>,
    used: usize,
    /// Where the bytes after `used` lie in the region.
    pub at: u64,
}

impl Window<crate::case::archive::region::RegionReader> {
    pub fn new(region: &Region, at: u64) -> io::Result<Self> {
        let mut reader = region.reader()?;
        reader.seek(SeekFrom::Start(at))?;
        Ok(Self {
            reader,
            bytes: Vec::new(),
            used: 0,
            at,
        })
    }

    /// The bytes from here on: `most`, or fewer at the end.
    pub fn look(&mut self, most: usize) -> io::Result<&[u8]> {
        let held = self.bytes.len().saturating_sub(self.used);
        if held < most {
            self.bytes.drain(..self.used);
            self.used = 0;
            let wanted = most.saturating_mul(2).saturating_sub(held) as u64;
            (&mut self.reader)
                .take(wanted)
                .read_to_end(&mut self.bytes)?;
        }
        let rest = self.bytes.get(self.used..).unwrap_or_default();
        Ok(rest.get(..most.min(rest.len())).unwrap_or_default())
    }

    pub fn skip(&mut self, bytes: usize) {
        self.used = self.used.saturating_add(bytes).min(self.bytes.len());
        self.at = self.at.saturating_add(bytes as u64);
    }

    /// Goes somewhere else.
    pub fn seek(&mut self, at: u64) -> io::Result<()> {
        let ahead = at
            .checked_sub(self.at)
            .and_then(|by| usize::try_from(by).ok())
            .filter(|by| *by <= self.bytes.len().saturating_sub(self.used));
        match ahead {
            Some(by) => self.skip(by),
            None => {
                self.bytes.clear();
                self.used = 0;
                self.at = self.reader.seek(SeekFrom::Start(at))?;
            }
        }
        Ok(())
    }
}
