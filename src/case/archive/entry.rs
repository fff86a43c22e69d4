//! A file inside an archive, as a source of bytes.

use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::region::Region;
use super::unpack::{self, Packing};
use crate::case::source::{Source, State};

/// The archive on disk that entries come from, as it was when it was listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    pub path: PathBuf,
    pub state: State,
}

impl Origin {
    /// The archive as it is now.
    pub fn of(path: &Path) -> io::Result<Self> {
        Ok(Self {
            path: path.to_owned(),
            state: Source::Disk(path.to_owned()).state()?,
        })
    }

    /// Its state now.
    fn now(&self) -> io::Result<State> {
        Source::Disk(self.path.clone()).state()
    }
}

/// One entry: where its bytes are and how they are packed.
#[derive(Debug)]
pub struct Entry {
    pub region: Region,
    pub packing: Packing,
    /// Bytes that come out, counted when the archive was listed. Those behind them, if any, are not used.
    pub length: u64,
    pub origin: Arc<Origin>,
}

impl Entry {
    /// A fresh stream from the first byte.
    ///
    /// # Errors
    /// Also when the archive is no longer what it was when it was listed: the offsets would be wrong, or the bytes not
    /// those of the archive that the report has the hash of.
    pub fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        if self.origin.now()? != self.origin.state {
            return Err(io::Error::other(
                "the archive that it is in changed after the run had begun",
            ));
        }
        let stream = unpack::stream(&self.region, self.packing)?;
        Ok(Box::new(stream.take(self.length)))
    }

    /// Its length, and when the archive was changed.
    pub fn state(&self) -> io::Result<State> {
        Ok(State {
            bytes: self.length,
            modified: self.origin.now()?.modified,
        })
    }
}
