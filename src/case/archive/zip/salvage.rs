//! Entries of a `.zip` whose central directory is damaged or gone: found by their local headers, one after another.

use std::io;

use super::directory::Window;
use super::fields::{DESCRIPTOR, Header, LOCAL, u32_at, u64_at};
use crate::case::archive::region::{Region, RegionReader};

type Bytes = Window<RegionReader>;

/// Most bytes of a local header: two fields of variable length.
const MOST_LOCAL: usize = 30 + 2 * 65_535;

/// Bytes searched at a time.
const STRIDE: usize = 256 * 1024;

/// An entry without a directory: its header, and where its data is.
#[derive(Debug)]
pub struct Found {
    pub header: Header,
    pub data_at: u64,
    /// CRC and sizes are known, from the header or from behind the data.
    pub sizes_known: bool,
}

/// All entries from the first local header on, but at most `most`, and whether there are more.
pub fn scan(archive: &Region, most: usize) -> io::Result<(Vec<Found>, bool)> {
    let mut found: Vec<Found> = Vec::new();
    // Looking behind the data reads it: many headers that send the search to the end shall not make it endless.
    let mut patience = archive.length().saturating_mul(8);
    let mut window = Window::new(archive, 0)?;
    while next(&mut window, &LOCAL)? {
        let Some(header) = plausible(window.look(MOST_LOCAL)?) else {
            window.skip(1);
            continue;
        };
        if found.len() >= most {
            return Ok((found, true));
        }
        if let Some(before) = found.last_mut().filter(|before| !before.sizes_known) {
            before.header.packed = window.at.saturating_sub(before.data_at);
        }
        let mut entry = Found {
            data_at: window.at.saturating_add(header.record_bytes as u64),
            sizes_known: !header.sizes_follow(),
            header,
        };
        entry.header.local_at = window.at;
        window.seek(entry.data_at)?;
        if entry.sizes_known {
            let end = entry.data_at.saturating_add(entry.header.packed);
            window.seek(end.min(archive.length()))?;
        } else {
            entry.header.packed = archive.length().saturating_sub(entry.data_at);
            if patience > 0 {
                let searched = look_behind(&mut window, &mut entry)?;
                patience = patience.saturating_sub(searched);
            }
        }
        found.push(entry);
    }
    Ok((found, false))
}

/// A local header that can be one: four bytes that look like its mark occur in packed data too.
fn plausible(bytes: &[u8]) -> Option<Header> {
    let version = bytes.get(4)?;
    let header = Header::local(bytes)?;
    let known = matches!(header.method, 0..=10 | 12 | 14 | 18..=20 | 93..=99);
    (*version <= 63 && known && !header.name.is_empty()).then_some(header)
}

/// Goes on to the next place with these four bytes.
fn next(window: &mut Bytes, mark: &[u8; 4]) -> io::Result<bool> {
    loop {
        let ahead = window.look(STRIDE)?;
        let length = ahead.len();
        if let Some(at) = ahead.windows(mark.len()).position(|bytes| bytes == mark) {
            window.skip(at);
            return Ok(true);
        }
        if length < STRIDE {
            return Ok(false);
        }
        window.skip(length.saturating_sub(mark.len() - 1));
    }
}

/// Finds the descriptor behind the data: the one whose packed size is the distance to it. Gives the bytes searched.
fn look_behind(window: &mut Bytes, entry: &mut Found) -> io::Result<u64> {
    while next(window, &DESCRIPTOR)? {
        let packed = window.at.saturating_sub(entry.data_at);
        let bytes = window.look(24)?;
        let narrow = u32_at(bytes, 8).map(u64::from) == Some(packed);
        let wide = u64_at(bytes, 8) == Some(packed);
        if narrow || wide {
            let length = if narrow {
                u32_at(bytes, 12).map(u64::from)
            } else {
                u64_at(bytes, 16)
            };
            entry.header.crc = u32_at(bytes, 4).unwrap_or_default();
            entry.header.packed = packed;
            entry.header.length = length.unwrap_or_default();
            entry.sizes_known = true;
            window.skip(16);
            return Ok(packed);
        }
        window.skip(1);
    }
    let searched = window.at.saturating_sub(entry.data_at);
    window.seek(entry.data_at)?;
    Ok(searched)
}
