//! Where a file's bytes come from: readers see only a stream, from a file on disk or inside an archive.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::SystemTime;

use super::archive::Entry;

/// The place of one evidence file's bytes.
#[derive(Clone, Debug)]
pub enum Source {
    /// A file on disk, opened read-only.
    Disk(PathBuf),
    /// Bytes already in memory.
    Memory(Arc<[u8]>),
    /// A file inside an archive.
    Entry(Arc<Entry>),
}

/// What tells whether a file changed while it was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct State {
    pub bytes: u64,
    pub modified: Option<SystemTime>,
}

impl Source {
    /// A fresh stream from the first byte.
    pub fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        Ok(match self {
            Self::Disk(path) => Box::new(File::open(path)?),
            Self::Memory(bytes) => Box::new(io::Cursor::new(bytes.clone())),
            Self::Entry(entry) => entry.open()?,
        })
    }

    /// Size and time of last change as they are now.
    pub fn state(&self) -> io::Result<State> {
        match self {
            Self::Disk(path) => {
                let about = fs::metadata(path)?;
                Ok(State {
                    bytes: about.len(),
                    modified: about.modified().ok(),
                })
            }
            Self::Memory(bytes) => Ok(State {
                bytes: bytes.len() as u64,
                modified: None,
            }),
            Self::Entry(entry) => entry.state(),
        }
    }

    /// At most `most` bytes from the beginning.
    pub fn head(&self, most: u64) -> io::Result<Vec<u8>> {
        let mut head = Vec::new();
        self.open()?.take(most).read_to_end(&mut head)?;
        Ok(head)
    }
}
