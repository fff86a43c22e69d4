//! Lists the entries of a `.tar` (POSIX.1-2017 pax, ustar, GNU and the oldest form).
//!
//! The `tar` crate reads the fields. The walk is our own: the crate takes names and extensions of any length into
//! memory, and stops at the first damaged header.

use std::io;

use tar::{EntryType, Header, PaxExtensions};

use super::entry_name;
use super::fault::Fault;
use super::kind::{self, KIND_BYTES};
use super::listing::{Content, Item, Listing};
use super::region::Region;
use super::unpack::{Packed, Packing};

const BLOCK: u64 = KIND_BYTES as u64;

/// A long name or a set of extensions that is longer than this is not one.
const MOST_EXTENSION: u64 = 1 << 20;

/// Blocks read at a time while looking for the next header.
const STRIDE: usize = 512 * KIND_BYTES;

/// What records before a header say of its entry.
#[derive(Default)]
struct Said {
    name: Option<Vec<u8>>,
    length: Option<u64>,
    sparse: bool,
}

/// Lists what is in the archive, at most `most` entries.
pub fn list(archive: &Region, most: usize) -> io::Result<Listing> {
    let mut listing = Listing::default();
    let mut said = Said::default();
    let mut at = 0;
    let mut lost = 0;
    while at < archive.length() {
        let block = archive.bytes_at(at, KIND_BYTES)?;
        let Some((header, length)) = readable(&block, &said) else {
            let next = next_header(archive, at)?;
            lost += next.lost;
            at = next.at;
            said = Said::default();
            continue;
        };
        let data_at = at.saturating_add(BLOCK);
        let kind = header.entry_type();
        let has_data = !(kind.is_hard_link()
            || kind.is_symlink()
            || kind.is_dir()
            || kind.is_character_special()
            || kind.is_block_special()
            || kind.is_fifo());
        let data = archive.part(data_at, length);
        at = if has_data {
            let padded = length.div_ceil(BLOCK).saturating_mul(BLOCK);
            data_at.saturating_add(padded)
        } else {
            data_at
        };
        if is_extension(kind) {
            said.read(kind, &data)?;
            continue;
        }
        let said = std::mem::take(&mut said);
        let name = said
            .name
            .unwrap_or_else(|| header.path_bytes().into_owned());
        if kind.is_dir() || name.ends_with(b"/") || is_note(kind) {
            continue;
        }
        if listing.items.len() >= most {
            listing.too_many = true;
            break;
        }
        let content = if kind.is_hard_link() || kind.is_symlink() {
            Content::Link
        } else if said.sparse {
            Content::Unsupported("sparse".to_owned())
        } else {
            content_of(kind, data, length)
        };
        listing.items.push(Item {
            name: entry_name::decode(&name),
            content,
        });
    }
    if lost > 0 {
        listing.faults.push(Fault::TarBytesLost { bytes: lost });
    }
    Ok(listing)
}

/// A header whose checksum and size are right, and the size of its data.
fn readable<'a>(block: &'a [u8], said: &Said) -> Option<(&'a Header, u64)> {
    let header = kind::tar_header(block)?;
    let length = header.entry_size().ok()?;
    let length = match said.length {
        Some(length) if !is_extension(header.entry_type()) => length,
        _ => length,
    };
    Some((header, length))
}

fn is_extension(kind: EntryType) -> bool {
    kind.is_gnu_longname()
        || kind.is_gnu_longlink()
        || kind.is_pax_local_extensions()
        || kind.is_pax_global_extensions()
}

/// GNU's volume labels and lists of folders: nothing of a file is in them.
fn is_note(kind: EntryType) -> bool {
    matches!(kind.as_byte(), b'V' | b'D')
}

fn content_of(kind: EntryType, data: Region, length: u64) -> Content {
    if kind.is_gnu_sparse() {
        return Content::Unsupported("sparse".to_owned());
    }
    if kind.is_character_special()
        || kind.is_block_special()
        || kind.is_fifo()
        || kind.as_byte() == b'M'
    {
        return Content::Special;
    }
    // POSIX: an unknown type is a regular file.
    Content::Packed(Packed {
        region: data,
        packing: Packing::Stored,
        crc: None,
        length: Some(length),
    })
}

impl Said {
    fn read(&mut self, kind: EntryType, data: &Region) -> io::Result<()> {
        if data.length() > MOST_EXTENSION || kind.is_pax_global_extensions() {
            return Ok(());
        }
        let mut bytes = data.bytes_at(0, usize::try_from(data.length()).unwrap_or_default())?;
        if kind.is_gnu_longname() {
            bytes.truncate(bytes.iter().position(|&b| b == 0).unwrap_or(bytes.len()));
            self.name = Some(bytes);
        } else if kind.is_pax_local_extensions() {
            for extension in PaxExtensions::new(&bytes).filter_map(Result::ok) {
                let value = extension.value_bytes();
                match extension.key_bytes() {
                    b"path" => self.name = Some(value.to_owned()),
                    b"size" => {
                        self.length = std::str::from_utf8(value)
                            .ok()
                            .and_then(|text| text.parse().ok());
                    }
                    key => self.sparse |= key.starts_with(b"GNU.sparse."),
                }
            }
        }
        Ok(())
    }
}

/// Where the next header is, and how many bytes before it are neither zeros nor part of an entry.
struct Next {
    at: u64,
    lost: u64,
}

fn next_header(archive: &Region, from: u64) -> io::Result<Next> {
    let mut next = Next { at: from, lost: 0 };
    loop {
        let bytes = archive.bytes_at(next.at, STRIDE)?;
        if bytes.is_empty() {
            return Ok(next);
        }
        for block in bytes.chunks(KIND_BYTES) {
            let zeros = block.iter().all(|&byte| byte == 0);
            if !zeros && readable(block, &Said::default()).is_some() {
                return Ok(next);
            }
            if !zeros {
                next.lost += block.len() as u64;
            }
            next.at = next.at.saturating_add(block.len() as u64);
        }
    }
}
