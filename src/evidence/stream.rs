//! One pass over a file's bytes: handed to the reader, hashed, and watched for changes meanwhile.

use std::io::{self, Read};

use sha2::{Digest, Sha256};

use super::problems::StreamFault;
use super::progress::Progress;
use crate::case::{FoundFile, Source, State};

/// Bytes read at a time when nobody looks at them but the hash.
const DRAIN_BYTES: usize = 1024 * 1024;

/// The bytes of one evidence file, hashed as they pass.
pub struct EvidenceStream<'a> {
    inner: Box<dyn Read + Send>,
    source: &'a Source,
    progress: &'a dyn Progress,
    before: State,
    hash: Sha256,
    bytes: u64,
    fault: Option<StreamFault>,
}

/// What was learnt about the file as a whole.
pub struct Sum {
    /// SHA-256 of the bytes that were read, in hex.
    pub sha256: String,
    /// Bytes read.
    pub bytes: u64,
    pub fault: Option<StreamFault>,
}

impl<'a> EvidenceStream<'a> {
    /// Opens the file.
    pub fn open(file: &'a FoundFile, progress: &'a dyn Progress) -> Result<Self, StreamFault> {
        let state = |fault: io::Error| match fault.kind() {
            io::ErrorKind::NotFound => StreamFault::Vanished,
            _ => StreamFault::Unreadable(fault.to_string()),
        };
        let before = file.source.state().map_err(state)?;
        let inner = file.source.open().map_err(state)?;
        Ok(Self {
            inner,
            source: &file.source,
            progress,
            before,
            hash: Sha256::new(),
            bytes: 0,
            fault: None,
        })
    }

    /// The next `most` bytes, fewer only at the end of the file (or where it can be read no further, which
    /// [`Self::finish`] reports). Empty when nothing is left.
    pub fn next_block(&mut self, most: usize) -> Vec<u8> {
        let mut block = Vec::new();
        if self.fault.is_some() {
            return block;
        }
        let limit = u64::try_from(most).unwrap_or(u64::MAX);
        if let Err(fault) = self.inner.by_ref().take(limit).read_to_end(&mut block) {
            let at = self.bytes.saturating_add(block.len() as u64);
            self.fault = Some(StreamFault::Broken {
                at,
                reason: fault.to_string(),
            });
        }
        self.hash.update(&block);
        self.bytes = self.bytes.saturating_add(block.len() as u64);
        self.progress.advance(block.len() as u64);
        block
    }

    /// Reads to the end for the hash, and looks whether the file is still what it was.
    pub fn finish(mut self) -> Sum {
        while !self.next_block(DRAIN_BYTES).is_empty() {}
        let fault = self.fault.take().or_else(|| self.change());
        let digest = self.hash.finalize();
        let sha256 = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        Sum {
            sha256,
            bytes: self.bytes,
            fault,
        }
    }

    fn change(&self) -> Option<StreamFault> {
        match self.source.state() {
            Err(_) => Some(StreamFault::VanishedWhileRead),
            Ok(after) if after != self.before || self.bytes != after.bytes => {
                Some(StreamFault::Changed {
                    before: self.before.bytes,
                    read: self.bytes,
                    after: after.bytes,
                })
            }
            Ok(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Write;

    use super::*;
    use crate::case::Format;
    use crate::evidence::model::FileId;
    use crate::evidence::progress::NoProgress;

    fn file(source: Source) -> FoundFile {
        let bytes = source.state().map_or(0, |state| state.bytes);
        FoundFile {
            id: FileId(1),
            path: "a.evtx".into(),
            source,
            format: Format::Evtx,
            recognised_by: String::new(),
            bytes,
        }
    }

    #[test]
    fn the_hash_is_that_of_fips_180_2() {
        let file = file(Source::Memory(b"abc".as_slice().into()));
        let sum = EvidenceStream::open(&file, &NoProgress).unwrap().finish();
        assert_eq!(
            sum.sha256,
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        assert_eq!((sum.bytes, sum.fault), (3, None));
    }

    #[test]
    fn growth_shrinking_and_vanishing_are_noticed() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.evtx");
        let found = file(Source::Disk(path.clone()));
        let reread = |change: &dyn Fn()| {
            fs::write(&path, vec![7; 100]).unwrap();
            let mut stream = EvidenceStream::open(&found, &NoProgress).unwrap();
            assert_eq!(stream.next_block(10).len(), 10);
            change();
            stream.finish()
        };
        let grown = reread(&|| {
            fs::File::options()
                .append(true)
                .open(&path)
                .unwrap()
                .write_all(b"more")
                .unwrap()
        });
        assert_eq!(
            (grown.bytes, grown.fault),
            (
                104,
                Some(StreamFault::Changed {
                    before: 100,
                    read: 104,
                    after: 104
                })
            )
        );
        let cut = reread(&|| {
            fs::File::options()
                .write(true)
                .open(&path)
                .unwrap()
                .set_len(50)
                .unwrap()
        });
        assert_eq!(
            (cut.bytes, cut.fault),
            (
                50,
                Some(StreamFault::Changed {
                    before: 100,
                    read: 50,
                    after: 50
                })
            )
        );
        let gone = reread(&|| fs::remove_file(&path).unwrap());
        assert_eq!(gone.fault, Some(StreamFault::VanishedWhileRead));
        assert_eq!(
            EvidenceStream::open(&found, &NoProgress).err(),
            Some(StreamFault::Vanished)
        );
    }
}
