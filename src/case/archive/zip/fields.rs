//! The records of a `.zip` (PKWARE APPNOTE.TXT 6.3, §4.3 to §4.6), field by field, with nothing believed.

use crate::case::archive::entry_name;

pub const LOCAL: [u8; 4] = *b"PK\x03\x04";
pub const CENTRAL: [u8; 4] = *b"PK\x01\x02";
pub const END: [u8; 4] = *b"PK\x05\x06";
pub const END_64: [u8; 4] = *b"PK\x06\x06";
pub const LOCATOR_64: [u8; 4] = *b"PK\x06\x07";
pub const DESCRIPTOR: [u8; 4] = *b"PK\x07\x08";

/// Lengths of the records without their variable parts.
pub const LOCAL_BYTES: usize = 30;
pub const CENTRAL_BYTES: usize = 46;
pub const END_BYTES: usize = 22;
pub const LOCATOR_64_BYTES: usize = 20;
pub const END_64_BYTES: usize = 56;

/// General purpose bits (§4.4.4).
pub const ENCRYPTED: u16 = 1;
pub const SIZES_FOLLOW: u16 = 1 << 3;
const MASKED: u16 = 1 << 13;

/// Extra fields (§4.5): large sizes, and Info-ZIP's name in UTF-8.
const EXTRA_ZIP64: u16 = 0x0001;
const EXTRA_UNICODE_PATH: u16 = 0x7075;

pub fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    let field = bytes.get(at..at.checked_add(2)?)?;
    Some(u16::from_le_bytes(field.try_into().ok()?))
}

pub fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    let field = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_le_bytes(field.try_into().ok()?))
}

pub fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    let field = bytes.get(at..at.checked_add(8)?)?;
    Some(u64::from_le_bytes(field.try_into().ok()?))
}

/// What a header says of an entry, whichever of the two headers it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    pub name: String,
    pub flags: u16,
    pub method: u16,
    pub crc: u32,
    pub packed: u64,
    pub length: u64,
    /// Where the local header is; 0 in a local header.
    pub local_at: u64,
    /// A symbolic link, by the attributes of Unix.
    pub is_link: bool,
    /// The whole record, name, extra fields and comment included.
    pub record_bytes: usize,
}

impl Header {
    pub fn is_folder(&self) -> bool {
        self.name.ends_with(['/', '\\'])
    }

    pub fn is_encrypted(&self) -> bool {
        self.flags & (ENCRYPTED | MASKED) != 0 || self.method == 99
    }

    /// Whether sizes and CRC come only behind the data.
    pub fn sizes_follow(&self) -> bool {
        self.flags & SIZES_FOLLOW != 0 && self.packed == 0
    }

    /// A record of the central directory at the beginning of `bytes`.
    pub fn central(bytes: &[u8]) -> Option<Self> {
        if !bytes.starts_with(&CENTRAL) {
            return None;
        }
        let [name, extra, comment] = [28, 30, 32].map(|at| u16_at(bytes, at).map(usize::from));
        let (name, extra, comment) = (name?, extra?, comment?);
        let name_end = CENTRAL_BYTES.checked_add(name)?;
        let extra_end = name_end.checked_add(extra)?;
        let (name, extra) = (
            bytes.get(CENTRAL_BYTES..name_end)?,
            bytes.get(name_end..extra_end)?,
        );
        let made_by_unix = bytes.get(5).is_some_and(|&system| matches!(system, 3 | 19));
        let mode = u32_at(bytes, 38)? >> 16;
        let mut header = Self {
            name: name_of(name, extra),
            flags: u16_at(bytes, 8)?,
            method: u16_at(bytes, 10)?,
            crc: u32_at(bytes, 16)?,
            packed: u64::from(u32_at(bytes, 20)?),
            length: u64::from(u32_at(bytes, 24)?),
            local_at: u64::from(u32_at(bytes, 42)?),
            is_link: made_by_unix && mode & 0o170_000 == 0o120_000,
            record_bytes: extra_end.checked_add(comment)?,
        };
        header.widen(extra);
        Some(header)
    }

    /// A local header at the beginning of `bytes`.
    pub fn local(bytes: &[u8]) -> Option<Self> {
        if !bytes.starts_with(&LOCAL) {
            return None;
        }
        let name = usize::from(u16_at(bytes, 26)?);
        let extra = usize::from(u16_at(bytes, 28)?);
        let name_end = LOCAL_BYTES.checked_add(name)?;
        let extra_end = name_end.checked_add(extra)?;
        let (name, extra) = (
            bytes.get(LOCAL_BYTES..name_end)?,
            bytes.get(name_end..extra_end)?,
        );
        let mut header = Self {
            name: name_of(name, extra),
            flags: u16_at(bytes, 6)?,
            method: u16_at(bytes, 8)?,
            crc: u32_at(bytes, 14)?,
            packed: u64::from(u32_at(bytes, 18)?),
            length: u64::from(u32_at(bytes, 22)?),
            local_at: 0,
            is_link: false,
            record_bytes: extra_end,
        };
        header.widen(extra);
        Some(header)
    }

    /// Takes from the ZIP64 field what did not fit into 32 bits: in this order, and only what did not fit (§4.5.3).
    fn widen(&mut self, extra: &[u8]) {
        let Some(field) = extra_field(extra, EXTRA_ZIP64) else {
            return;
        };
        let wide = [&mut self.length, &mut self.packed, &mut self.local_at];
        let missing = wide
            .into_iter()
            .filter(|value| **value == u64::from(u32::MAX));
        for (value, at) in missing.zip([0, 8, 16]) {
            if let Some(real) = u64_at(field, at) {
                *value = real;
            }
        }
    }
}

fn name_of(name: &[u8], extra: &[u8]) -> String {
    let unicode = extra_field(extra, EXTRA_UNICODE_PATH).and_then(|field| {
        // Version 1, the CRC-32 of the name it goes with, the name (§4.6.9).
        let goes_with = u32_at(field, 1)?;
        let mut crc = flate2::Crc::new();
        crc.update(name);
        let text = std::str::from_utf8(field.get(5..)?).ok()?;
        (field.first() == Some(&1) && crc.sum() == goes_with && !text.is_empty()).then_some(text)
    });
    unicode.map_or_else(|| entry_name::decode(name), str::to_owned)
}

fn extra_field(mut extra: &[u8], wanted: u16) -> Option<&[u8]> {
    loop {
        let id = u16_at(extra, 0)?;
        let end = usize::from(u16_at(extra, 2)?).checked_add(4)?;
        let field = extra.get(4..end)?;
        if id == wanted {
            return Some(field);
        }
        extra = extra.get(end..)?;
    }
}

/// Names of methods that are not read (§4.4.5).
pub fn method_name(method: u16) -> String {
    let known = match method {
        1 => "Shrink",
        2..=5 => "Reduce",
        6 => "Implode",
        12 => "bzip2",
        14 => "LZMA",
        20 | 93 => "Zstandard",
        95 => "xz",
        96 => "JPEG",
        97 => "WavPack",
        98 => "PPMd",
        _ => "unknown method",
    };
    known.to_owned()
}
