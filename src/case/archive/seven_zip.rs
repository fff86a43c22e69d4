//! Unpacks a `.7z` into the spool: its files share compressed blocks and can only be unpacked in their order.

use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::Crc;
use sevenz_rust2::{Archive, ArchiveEntry, BlockDecoder, Error, Password};

use super::kind::{KIND_BYTES, Kind};
use super::limits::{self, MOST_DICTIONARY_KIB};
use super::listing::{Content, Item, Listing};
use super::region::{Region, RegionReader};
use super::spool::{Spool, SpoolWriter};
use super::unpack::{Counted, End, Unpacked};

const CHUNK: usize = 128 * 1024;

/// Why a `.7z` could not be read at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// Even the list of its entries is encrypted.
    Encrypted,
    Unsupported(String),
    Damaged(String),
}

/// Unpacks at most `most_bytes` of at most `most` entries.
pub fn unpack(
    archive: &Region,
    most: usize,
    most_bytes: u64,
    spool: &Arc<Spool>,
) -> Result<Listing, Failure> {
    let damaged = |fault: io::Error| Failure::Damaged(fault.to_string());
    let (mut reader, taken) = Counted::new(archive.reader().map_err(damaged)?);
    let none = Password::empty();
    let mut list = Archive::read_with_memory_limit(&mut reader, &none, MOST_DICTIONARY_KIB)
        .map_err(|fault| failure(&fault))?;
    taken.store(0, Ordering::Relaxed);
    let mut listing = Listing {
        too_many: list.files.len() > most,
        ..Listing::default()
    };
    // The crate ends an entry with an error, and without its last bytes, if the CRC is wrong: we check it ourselves.
    let checksums: Vec<Option<u32>> = list
        .files
        .iter_mut()
        .map(|file| {
            let said = file.has_crc.then_some(file.crc).map(|crc| crc as u32);
            file.has_crc = false;
            said
        })
        .collect();
    let mut work = Work {
        writer: spool.writer(),
        parts: BTreeMap::new(),
        most_bytes,
        taken,
        stop: None,
    };
    let blocks = list.stream_map.block_first_file_index.clone();
    for (block, &first) in blocks.iter().enumerate() {
        work.block(&list, block, first, &checksums, &mut reader);
    }
    listing.items = work.finish(&list, most);
    Ok(listing)
}

fn failure(fault: &Error) -> Failure {
    match fault {
        Error::PasswordRequired | Error::MaybeBadPassword(_) => Failure::Encrypted,
        Error::UnsupportedCompressionMethod(method) if is_encryption(method) => Failure::Encrypted,
        Error::UnsupportedCompressionMethod(method) => Failure::Unsupported(method.clone()),
        Error::ExternalUnsupported => Failure::Unsupported("external header".to_owned()),
        Error::Unsupported(what) => Failure::Unsupported(what.to_string()),
        Error::MaxMemLimited { actaul_kb, .. } => Failure::Unsupported(format!(
            "a dictionary that takes {} MiB of memory",
            actaul_kb / 1024
        )),
        Error::Io(fault, _) => Failure::Damaged(fault.to_string()),
        Error::ChecksumVerificationFailed | Error::NextHeaderCrcMismatch => {
            Failure::Damaged("the checksum of its header is wrong".to_owned())
        }
        Error::Other(what) => Failure::Damaged(what.to_string()),
        _ => Failure::Damaged("its header is damaged".to_owned()),
    }
}

fn is_encryption(method: &str) -> bool {
    method.contains("AES")
}

/// One entry as far as it was unpacked: where it starts in the spool, and how it ended.
struct Part {
    start: u64,
    length: u64,
    end: PartEnd,
    head: Vec<u8>,
}

enum PartEnd {
    End(End),
    Failed(Failure),
}

/// Unpacking in progress.
struct Work {
    writer: SpoolWriter,
    parts: BTreeMap<usize, Part>,
    most_bytes: u64,
    taken: Arc<AtomicU64>,
    /// Why nothing more is unpacked.
    stop: Option<End>,
}

impl Work {
    /// Unpacks one block, whose first file is `first`.
    fn block(
        &mut self,
        list: &Archive,
        block: usize,
        first: usize,
        checksums: &[Option<u32>],
        reader: &mut Counted<RegionReader>,
    ) {
        if self.stop.is_some() {
            return;
        }
        let none = Password::empty();
        let decoder =
            BlockDecoder::new_with_memory_limit(1, MOST_DICTIONARY_KIB, block, list, &none, reader);
        let mut file = first;
        let done = decoder.for_each_entries(&mut |entry: &ArchiveEntry, from: &mut dyn Read| {
            let this = file;
            file = file.saturating_add(1);
            if !entry.has_stream {
                return Ok(true);
            }
            let part = self.entry(from, checksums.get(this).copied().flatten());
            let goes_on = matches!(part.end, PartEnd::End(End::Whole | End::WrongChecksum));
            self.parts.insert(this, part);
            Ok(goes_on)
        });
        let Err(fault) = done else {
            return;
        };
        let failed = failure(&fault);
        let unread = (first..)
            .take_while(|at| list.stream_map.file_block_index.get(*at) == Some(&Some(block)));
        let mut unread = unread.filter(|at| !self.parts.contains_key(at)).peekable();
        if unread.peek().is_some() {
            let unread: Vec<usize> = unread.collect();
            let start = self.writer.length();
            for at in unread {
                let part = Part {
                    start,
                    length: 0,
                    end: PartEnd::Failed(failed.clone()),
                    head: Vec::new(),
                };
                self.parts.insert(at, part);
            }
        } else if let (Some(last), Failure::Damaged(reason)) =
            (self.parts.get_mut(&file.saturating_sub(1)), failed)
            && matches!(last.end, PartEnd::End(End::Whole))
        {
            // Every file is there, but the block as a whole is not what it should be.
            last.end = PartEnd::End(End::Damaged(reason));
        }
    }

    fn entry(&mut self, from: &mut dyn Read, said: Option<u32>) -> Part {
        let mut part = Part {
            start: self.writer.length(),
            length: 0,
            end: PartEnd::End(End::Whole),
            head: Vec::new(),
        };
        let mut crc = Crc::new();
        let mut chunk = vec![0; CHUNK];
        let end = loop {
            let read = match from.read(&mut chunk) {
                Ok(0) => break End::Whole,
                Ok(read) => read,
                Err(fault) if fault.kind() == io::ErrorKind::Interrupted => continue,
                Err(fault) => break End::Damaged(reason_of(&fault)),
            };
            let left = self.most_bytes.saturating_sub(self.writer.length());
            let room = usize::try_from(left).unwrap_or(usize::MAX);
            let bytes = chunk.get(..read.min(room)).unwrap_or_default();
            if let Err(fault) = self.writer.write_all(bytes) {
                break End::NoSpace(fault.to_string());
            }
            crc.update(bytes);
            let wanted = KIND_BYTES.saturating_sub(part.head.len());
            part.head.extend(bytes.iter().take(wanted));
            if read > room {
                break End::Limit;
            }
            let packed = self.taken.load(Ordering::Relaxed);
            if limits::is_bomb(self.writer.length(), packed) {
                break End::Bomb { packed };
            }
        };
        part.length = self.writer.length().saturating_sub(part.start);
        if matches!(end, End::Limit | End::Bomb { .. } | End::NoSpace(_)) {
            self.stop = Some(end.clone());
        }
        part.end = PartEnd::End(match (end, said) {
            (End::Whole, Some(said)) if crc.sum() != said => End::WrongChecksum,
            (end, _) => end,
        });
        part
    }

    /// What became of every file of the archive.
    fn finish(self, list: &Archive, most: usize) -> Vec<Item> {
        let (all, stop) = match self.writer.finish() {
            Ok(spooled) => (Some(Region::spooled(spooled)), self.stop),
            Err(fault) => (None, Some(End::NoSpace(fault.to_string()))),
        };
        let mut parts = self.parts;
        let files = list.files.iter().take(most).enumerate();
        let files = files.filter(|(_, file)| !file.is_directory && !file.is_anti_item);
        let items = files.map(|(at, file)| {
            let content = match (&all, parts.remove(&at)) {
                (Some(all), Some(part)) => part.content(all),
                (Some(all), None) if !file.has_stream => Content::Unpacked(Unpacked {
                    region: Some(all.part(0, 0)),
                    ..Unpacked::nothing(End::Whole)
                }),
                _ => Content::Unpacked(Unpacked::nothing(stop.clone().unwrap_or_else(|| {
                    End::Damaged("what lies before it in the archive is damaged".to_owned())
                }))),
            };
            Item {
                name: file.name.clone(),
                content,
            }
        });
        items.collect()
    }
}

impl Part {
    fn content(self, all: &Region) -> Content {
        match self.end {
            PartEnd::End(end) => Content::Unpacked(Unpacked {
                length: self.length,
                end,
                kind: Kind::of(&self.head),
                region: Some(all.part(self.start, self.length)),
            }),
            PartEnd::Failed(Failure::Encrypted) => Content::Encrypted,
            PartEnd::Failed(Failure::Unsupported(method)) => Content::Unsupported(method),
            PartEnd::Failed(Failure::Damaged(reason)) => {
                Content::Unpacked(Unpacked::nothing(End::Damaged(reason)))
            }
        }
    }
}

/// The crate wraps its own errors, which print as Rust code.
fn reason_of(fault: &io::Error) -> String {
    let inner = fault.get_ref().and_then(|inner| inner.downcast_ref());
    match inner.map(failure) {
        Some(Failure::Damaged(reason) | Failure::Unsupported(reason)) => reason,
        Some(Failure::Encrypted) => "it is encrypted".to_owned(),
        None => fault.to_string(),
    }
}
