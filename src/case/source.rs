//! Where a file's bytes come from. Readers see only a stream, so that files inside archives can follow.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::PathBuf;
use std::time::SystemTime;

/// The place of one evidence file's bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A file on disk, opened read-only.
    Disk(PathBuf),
    /// Bytes already in memory (used by tests; entries of archives will join here).
    Memory(std::sync::Arc<[u8]>),
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
        }
    }

    /// At most `most` bytes from the beginning.
    pub fn head(&self, most: u64) -> io::Result<Vec<u8>> {
        let mut head = Vec::new();
        self.open()?.take(most).read_to_end(&mut head)?;
        Ok(head)
    }
}
