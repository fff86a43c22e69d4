//! A stretch of bytes that can be read from any place: a file on disk, what was unpacked of one, or a part of either.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;

use super::spool::Spooled;

/// Bytes with a beginning and an end.
#[derive(Clone, Debug)]
pub struct Region {
    store: Store,
    start: u64,
    length: u64,
}

#[derive(Clone, Debug)]
enum Store {
    Disk(Arc<Path>),
    Spooled(Arc<Spooled>),
    #[cfg(test)]
    Memory(Arc<[u8]>),
}

impl Region {
    /// A file on disk, of which only the first `length` bytes count.
    pub fn disk(path: &Path, length: u64) -> Self {
        Self {
            store: Store::Disk(path.into()),
            start: 0,
            length,
        }
    }

    pub fn spooled(bytes: Spooled) -> Self {
        let length = bytes.length();
        Self {
            store: Store::Spooled(Arc::new(bytes)),
            start: 0,
            length,
        }
    }

    #[cfg(test)]
    pub fn memory(bytes: &[u8]) -> Self {
        Self {
            store: Store::Memory(bytes.into()),
            start: 0,
            length: bytes.len() as u64,
        }
    }

    pub fn length(&self) -> u64 {
        self.length
    }

    /// A part of it, cut where this region ends.
    pub fn part(&self, start: u64, length: u64) -> Self {
        let start = start.min(self.length);
        Self {
            store: self.store.clone(),
            start: self.start.saturating_add(start),
            length: length.min(self.length.saturating_sub(start)),
        }
    }

    /// Opens it at its first byte.
    pub fn reader(&self) -> io::Result<RegionReader> {
        let opened = match &self.store {
            Store::Disk(path) => Opened::Disk {
                file: File::open(path)?,
                at: 0,
            },
            Store::Spooled(bytes) => Opened::Spooled(Arc::clone(bytes)),
            #[cfg(test)]
            Store::Memory(bytes) => Opened::Memory(Arc::clone(bytes)),
        };
        Ok(RegionReader {
            opened,
            start: self.start,
            length: self.length,
            at: 0,
        })
    }

    /// At most `most` bytes from `at` on, fewer only at the end.
    pub fn bytes_at(&self, at: u64, most: usize) -> io::Result<Vec<u8>> {
        let part = self.part(at, most as u64);
        let mut bytes = Vec::new();
        part.reader()?.take(part.length).read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

/// Reads a region, from any place in it.
#[derive(Debug)]
pub struct RegionReader {
    opened: Opened,
    start: u64,
    length: u64,
    /// From the beginning of the region.
    at: u64,
}

#[derive(Debug)]
enum Opened {
    Disk {
        file: File,
        /// Where the system will read next.
        at: u64,
    },
    Spooled(Arc<Spooled>),
    #[cfg(test)]
    Memory(Arc<[u8]>),
}

impl Read for RegionReader {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.length.saturating_sub(self.at)).unwrap_or(usize::MAX);
        let most = left.min(into.len());
        let into = into.get_mut(..most).unwrap_or_default();
        if into.is_empty() {
            return Ok(0);
        }
        let from = self.start.saturating_add(self.at);
        let read = match &mut self.opened {
            Opened::Disk { file, at } => {
                if *at != from {
                    *at = file.seek(SeekFrom::Start(from))?;
                }
                let read = file.read(into)?;
                *at = at.saturating_add(read as u64);
                read
            }
            Opened::Spooled(bytes) => bytes.read_at(from, into)?,
            #[cfg(test)]
            Opened::Memory(bytes) => {
                let rest = bytes
                    .get(usize::try_from(from).unwrap_or(usize::MAX)..)
                    .unwrap_or_default();
                (&mut { rest }).read(into)?
            }
        };
        self.at = self.at.saturating_add(read as u64);
        Ok(read)
    }
}

impl Seek for RegionReader {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let target = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.length.checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = target.ok_or_else(|| {
            io::Error::new(io::ErrorKind::InvalidInput, "a place before the first byte")
        })?;
        Ok(self.at)
    }
}
