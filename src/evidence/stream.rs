//! One pass over a file's bytes: handed to the reader, hashed, and watched for changes meanwhile.

use std::io::{self, Read};

use sha2::{Digest, Sha256};

use super::problems::StreamFault;
use super::progress::Progress;
use crate::case::{FoundFile, Source, State};

/// Bytes read at a time when nobody looks at them but the hash.
const DRAIN_BYTES: usize = 512 * 1024;

/// Bytes asked for behind the end that a file had when it was opened: usually there is nothing.
const PROBE_BYTES: usize = 4096;

/// The bytes of one evidence file, hashed as they pass.
pub struct EvidenceStream<'a> {
    input: Input<'a>,
    source: &'a Source,
    before: State,
    hash: Sha256,
}

/// The bytes themselves.
struct Input<'a> {
    inner: Box<dyn Read + Send>,
    progress: &'a dyn Progress,
    /// Bytes read, and expected by the file's length when it was opened.
    bytes: u64,
    expected: u64,
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
        let expected = before.bytes;
        Ok(Self {
            input: Input {
                inner,
                progress,
                bytes: 0,
                expected,
                fault: None,
            },
            source: &file.source,
            before,
            hash: Sha256::new(),
        })
    }

    /// The next `most` bytes, fewer only at the end of the file (or where it can be read no further, which
    /// [`Self::finish`] reports). Empty when nothing is left.
    pub fn next_block(&mut self, most: usize) -> Vec<u8> {
        let mut block = Vec::new();
        self.input.fill(&mut block, most);
        self.hash.update(&block);
        block
    }

    /// Gives the rest of the file to `work`, in blocks of `most` bytes, of which only the last is shorter.
    ///
    /// A block is hashed, worked on and the next one read at the same time, as far as cores are free.
    pub fn each_block(&mut self, most: usize, mut work: impl FnMut(&[u8]) + Send) {
        let Self { input, hash, .. } = self;
        let (mut block, mut next) = (Vec::new(), Vec::new());
        input.fill(&mut block, most);
        while !block.is_empty() {
            let others = || rayon::join(|| work(&block), || input.fill(&mut next, most));
            rayon::join(|| hash.update(&block), others);
            std::mem::swap(&mut block, &mut next);
        }
    }

    /// Reads to the end for the hash, and looks whether the file is still what it was.
    pub fn finish(mut self) -> Sum {
        self.each_block(DRAIN_BYTES, |_| {});
        let fault = self.input.fault.take().or_else(|| self.change());
        let digest = self.hash.finalize();
        let sha256 = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        Sum {
            sha256,
            bytes: self.input.bytes,
            fault,
        }
    }

    fn change(&self) -> Option<StreamFault> {
        match self.source.state() {
            Err(_) => Some(StreamFault::VanishedWhileRead),
            Ok(after) if after != self.before || self.input.bytes != after.bytes => {
                Some(StreamFault::Changed {
                    before: self.before.bytes,
                    read: self.input.bytes,
                    after: after.bytes,
                })
            }
            Ok(_) => None,
        }
    }
}

impl Input<'_> {
    /// Puts the next `most` bytes into `block`, whose memory is used again; fewer only where nothing is left.
    fn fill(&mut self, block: &mut Vec<u8>, most: usize) {
        let mut filled = 0;
        while self.fault.is_none() && filled < most {
            // As long as the file is expected to be, and if it is longer, what was asked for.
            let left = self
                .expected
                .saturating_sub(self.bytes.saturating_add(filled as u64));
            let wanted = usize::try_from(left).unwrap_or(most).saturating_add(filled);
            let length = if left > 0 {
                wanted.min(most)
            } else {
                filled.saturating_add(PROBE_BYTES).min(most)
            };
            if block.len() < length {
                block.resize(length, 0);
            }
            match self
                .inner
                .read(block.get_mut(filled..length).unwrap_or_default())
            {
                Ok(0) => break,
                Ok(read) => filled += read,
                Err(fault) if fault.kind() == io::ErrorKind::Interrupted => {}
                Err(fault) => {
                    let at = self.bytes.saturating_add(filled as u64);
                    self.fault = Some(StreamFault::Broken {
                        at,
                        reason: fault.to_string(),
                    });
                }
            }
        }
        block.truncate(filled);
        self.bytes = self.bytes.saturating_add(filled as u64);
        self.progress.advance(filled as u64);
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
    fn blocks_are_whole_but_for_the_last_and_hashed_in_order() {
        // FIPS 180-2 appendix B.3: one million times the letter a.
        let file = file(Source::Memory(vec![b'a'; 1_000_000].into()));
        let mut stream = EvidenceStream::open(&file, &NoProgress).unwrap();
        let mut lengths = vec![stream.next_block(100_000).len()];
        stream.each_block(250_000, |block| lengths.push(block.len()));
        assert_eq!(lengths, [100_000, 250_000, 250_000, 250_000, 150_000]);
        let sum = stream.finish();
        assert_eq!(
            sum.sha256,
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
        );
        assert_eq!((sum.bytes, sum.fault), (1_000_000, None));
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
