//! Lists the entries of a `.zip`.
//!
//! The `zip` crate is not asked for the list: it keeps one entry of each name, and none where the directory is
//! damaged. It writes the archives of the tests, and unpacks Deflate64.

mod directory;
mod fields;
mod salvage;

use std::collections::BTreeSet;
use std::io;

use fields::{Header, LOCAL, LOCAL_BYTES, u16_at};

use super::fault::Fault;
use super::listing::{Content, Item, Listing};
use super::region::Region;
use super::unpack::{Packed, Packing};

/// Lists what is in the archive, at most `most` entries.
pub fn list(archive: &Region, most: usize) -> io::Result<Listing> {
    let mut listing = Listing::default();
    let directory = directory::read(archive, most)?;
    let whole = directory.as_ref().is_some_and(|found| !found.damaged);
    let directory = directory.unwrap_or_default();
    listing.too_many = directory.too_many;
    let before = directory.before;
    let mut entries: Vec<Entry> = directory
        .headers
        .into_iter()
        .map(|header| Entry {
            at: header.local_at.saturating_add(before),
            data_at: None,
            sizes_known: true,
            header,
        })
        .collect();
    if !whole {
        let listed = entries.len();
        let (found, more) = salvage::scan(archive, most)?;
        listing.too_many |= more;
        let known: BTreeSet<u64> = entries.iter().map(|entry| entry.at).collect();
        let found = found
            .into_iter()
            .filter(|found| !known.contains(&found.header.local_at));
        entries.extend(found.map(|found| Entry {
            at: found.header.local_at,
            data_at: Some(found.data_at),
            sizes_known: found.sizes_known,
            header: found.header,
        }));
        listing.faults.push(Fault::NoDirectory {
            listed,
            found: entries.len().saturating_sub(listed),
        });
    }
    listing.other = other_kind(&entries);
    if listing.other.is_some() {
        return Ok(listing);
    }
    let items: io::Result<Vec<Placed>> = entries
        .into_iter()
        .filter(|entry| !entry.header.is_folder())
        .map(|entry| place(archive, entry))
        .collect();
    listing.items = without_overlaps(items?);
    Ok(listing)
}

struct Entry {
    header: Header,
    /// Where the local header is.
    at: u64,
    /// Where the data is, if that is known already.
    data_at: Option<u64>,
    sizes_known: bool,
}

/// An entry and the bytes of the archive that it lies in.
struct Placed {
    item: Item,
    from: u64,
    to: u64,
}

/// Archives of the same kind that are documents or programs, by the entry that makes them so.
fn other_kind(entries: &[Entry]) -> Option<&'static str> {
    let has = |name: &str| entries.iter().any(|entry| entry.header.name == name);
    if has("[Content_Types].xml") {
        Some("an Office file (.docx, .xlsx, …)")
    } else if has("META-INF/MANIFEST.MF") {
        Some("a Java archive (.jar)")
    } else if entries
        .first()
        .is_some_and(|entry| entry.header.name == "mimetype")
    {
        Some("an OpenDocument or EPUB file")
    } else {
        None
    }
}

fn place(archive: &Region, entry: Entry) -> io::Result<Placed> {
    let Entry { header, at, .. } = entry;
    let data_at = match entry.data_at {
        Some(at) => Some(at),
        None => data_after(archive, at)?,
    };
    let from = at;
    let (content, to) = match data_at {
        _ if header.is_encrypted() => (Content::Encrypted, from),
        _ if header.is_link => (Content::Link, from),
        None => (Content::Missing, from),
        Some(start) => {
            let region = archive.part(start, header.packed);
            let to = start.saturating_add(region.length());
            let packing = match header.method {
                0 => Ok(Packing::Stored),
                8 => Ok(Packing::Deflate),
                9 => Ok(Packing::Deflate64),
                other => Err(fields::method_name(other)),
            };
            let content = match packing {
                Ok(packing) => Content::Packed(Packed {
                    region,
                    packing,
                    crc: entry.sizes_known.then_some(header.crc),
                    length: entry.sizes_known.then_some(header.length),
                }),
                Err(method) => Content::Unsupported(method),
            };
            (content, to)
        }
    };
    Ok(Placed {
        item: Item {
            name: header.name,
            content,
        },
        from,
        to,
    })
}

/// The data begins behind the local header, whose fields may have other lengths than those of the directory.
fn data_after(archive: &Region, at: u64) -> io::Result<Option<u64>> {
    let bytes = archive.bytes_at(at, LOCAL_BYTES)?;
    if !bytes.starts_with(&LOCAL) {
        return Ok(None);
    }
    let (Some(name), Some(extra)) = (u16_at(&bytes, 26), u16_at(&bytes, 28)) else {
        return Ok(None);
    };
    let header = LOCAL_BYTES as u64 + u64::from(name) + u64::from(extra);
    Ok(at.checked_add(header))
}

/// Entries that lie in bytes of another one were put there to unpack the same bytes many times (D. Fifield, "A better
/// zip bomb", 2019): the first of them in the archive counts.
fn without_overlaps(placed: Vec<Placed>) -> Vec<Item> {
    let mut order: Vec<usize> = (0..placed.len()).collect();
    order.sort_by_key(|&at| placed.get(at).map(|entry| (entry.from, at)));
    let mut overlapping = BTreeSet::new();
    let mut end = 0;
    for at in order {
        let Some(entry) = placed.get(at) else {
            continue;
        };
        if entry.to <= entry.from {
            continue;
        }
        if entry.from < end {
            overlapping.insert(at);
        } else {
            end = entry.to;
        }
    }
    let items = placed.into_iter().enumerate().map(|(at, entry)| Item {
        name: entry.item.name,
        content: if overlapping.contains(&at) {
            Content::Overlapping
        } else {
            entry.item.content
        },
    });
    items.collect()
}
