//! One unnamed temporary file that holds what was unpacked from archives that cannot be read in place.
//!
//! It lies in the system's folder for temporary files, never in the case, and is gone when the run ends, even if it
//! ends badly. Stretches of zeros, which logs have many of, take no room in it.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Bytes of one block of the file.
const BLOCK: usize = 64 * 1024;

/// The temporary file, made when it is first needed.
#[derive(Debug, Default)]
pub struct Spool {
    held: Mutex<Held>,
}

#[derive(Debug, Default)]
struct Held {
    file: Option<File>,
    blocks: u32,
}

/// One stretch of bytes in the spool.
#[derive(Debug)]
pub struct Spooled {
    spool: Arc<Spool>,
    /// Where each block lies; `None`: zeros.
    blocks: Vec<Option<u32>>,
    length: u64,
}

/// Takes bytes to the spool, one after another.
pub struct SpoolWriter {
    into: Spooled,
    buffer: Vec<u8>,
}

impl Spool {
    pub fn writer(self: &Arc<Self>) -> SpoolWriter {
        SpoolWriter {
            into: Spooled {
                spool: Arc::clone(self),
                blocks: Vec::new(),
                length: 0,
            },
            buffer: Vec::new(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn store(&self, bytes: &[u8]) -> io::Result<Option<u32>> {
        if bytes.iter().all(|&byte| byte == 0) {
            return Ok(None);
        }
        let mut held = self.lock();
        let number = held.blocks;
        held.blocks = number
            .checked_add(1)
            .ok_or_else(|| io::Error::other("too much was unpacked"))?;
        let file = match held.file.as_mut() {
            Some(file) => file,
            None => held.file.insert(tempfile::tempfile()?),
        };
        file.seek(SeekFrom::Start(offset_of(number)))?;
        file.write_all(bytes)?;
        Ok(Some(number))
    }

    fn load(&self, number: u32, within: usize, into: &mut [u8]) -> io::Result<usize> {
        let mut held = self.lock();
        let file = held
            .file
            .as_mut()
            .ok_or_else(|| io::Error::other("the temporary file is gone"))?;
        file.seek(SeekFrom::Start(
            offset_of(number).saturating_add(within as u64),
        ))?;
        file.read(into)
    }
}

fn offset_of(block: u32) -> u64 {
    u64::from(block).saturating_mul(BLOCK as u64)
}

impl SpoolWriter {
    pub fn length(&self) -> u64 {
        self.into.length.saturating_add(self.buffer.len() as u64)
    }

    /// Puts the rest into the file.
    pub fn finish(mut self) -> io::Result<Spooled> {
        self.flush_block()?;
        Ok(self.into)
    }

    fn flush_block(&mut self) -> io::Result<()> {
        if !self.buffer.is_empty() {
            self.into.blocks.push(self.into.spool.store(&self.buffer)?);
            self.into.length = self.length();
            self.buffer.clear();
        }
        Ok(())
    }
}

impl Write for SpoolWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let room = BLOCK.saturating_sub(self.buffer.len());
        let (now, _) = bytes.split_at(room.min(bytes.len()));
        self.buffer.extend_from_slice(now);
        if self.buffer.len() >= BLOCK {
            self.flush_block()?;
        }
        Ok(now.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Spooled {
    pub fn length(&self) -> u64 {
        self.length
    }

    /// Reads what lies at `at`; 0 bytes only at the end.
    pub fn read_at(&self, at: u64, into: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.length.saturating_sub(at)).unwrap_or(usize::MAX);
        let (number, within) = (at / BLOCK as u64, (at % BLOCK as u64) as usize);
        let most = into.len().min(left).min(BLOCK.saturating_sub(within));
        let into = into.get_mut(..most).unwrap_or_default();
        let number = usize::try_from(number).unwrap_or(usize::MAX);
        match self.blocks.get(number) {
            _ if into.is_empty() => Ok(0),
            Some(Some(number)) => self.spool.load(*number, within, into),
            Some(None) => {
                into.fill(0);
                Ok(into.len())
            }
            None => Ok(0),
        }
    }
}
