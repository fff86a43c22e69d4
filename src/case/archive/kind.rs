//! What kind of archive a file is, by its first bytes.

use tar::Header;

/// The kinds that are read in place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    Zip,
    /// One compressed file, or a `.tar` of many.
    Gzip,
    /// The latter, once it was opened.
    TarGzip,
    Tar,
    SevenZip,
}

/// How much of a file tells its kind: one block of a `.tar`.
pub const KIND_BYTES: usize = 512;

/// PKWARE's APPNOTE.TXT 4.3: a local file header, or the end record of an archive without files.
const ZIP: [&[u8]; 2] = [b"PK\x03\x04", b"PK\x05\x06"];
/// An archive that was split, or was to be (APPNOTE.TXT 8.5): the mark, then the first header.
const SPLIT_ZIP: &[u8] = b"PK\x07\x08PK\x03\x04";
const PENDING_SPLIT_ZIP: &[u8] = b"PK00PK\x03\x04";
/// RFC 1952 §2.3.1, with the only method there is.
const GZIP: &[u8] = b"\x1f\x8b\x08";
const SEVEN_ZIP: &[u8] = b"7z\xBC\xAF\x27\x1C";

impl Kind {
    pub fn of(head: &[u8]) -> Option<Self> {
        let starts = |magic: &[u8]| head.starts_with(magic);
        if ZIP.into_iter().any(starts) || starts(SPLIT_ZIP) || starts(PENDING_SPLIT_ZIP) {
            Some(Self::Zip)
        } else if starts(GZIP) {
            Some(Self::Gzip)
        } else if starts(SEVEN_ZIP) {
            Some(Self::SevenZip)
        } else {
            is_tar(head).then_some(Self::Tar)
        }
    }

    /// The name that reports show.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Zip => "archive (.zip)",
            Self::Gzip => "archive (.gz)",
            Self::TarGzip => "archive (.tar.gz)",
            Self::Tar => "archive (.tar)",
            Self::SevenZip => "archive (.7z)",
        }
    }

    /// What gave it away.
    pub fn signature(self) -> &'static str {
        match self {
            Self::Zip => "starts with PK",
            Self::Gzip => "starts with 1F 8B (gzip)",
            Self::TarGzip => "starts with 1F 8B (gzip), and a tar header in it",
            Self::Tar => "tar header with the right checksum",
            Self::SevenZip => "starts with 7z BC AF 27 1C",
        }
    }
}

/// The first header of a `.tar`: its checksum is right and it has a name.
fn is_tar(head: &[u8]) -> bool {
    tar_header(head).is_some_and(|header| header.as_bytes().first().is_some_and(|&byte| byte != 0))
}

/// A header whose checksum is right: the sum of its bytes, with blanks for the checksum itself (POSIX.1-2017, pax).
pub fn tar_header(block: &[u8]) -> Option<&Header> {
    let block = block.get(..KIND_BYTES)?;
    let header = Header::from_byte_slice(block);
    let said = header.cksum().ok()?;
    let sum = |as_number: fn(u8) -> i64| -> i64 {
        let blank = 148..156;
        let numbers = block.iter().enumerate().map(|(at, &byte)| {
            if blank.contains(&at) {
                i64::from(b' ')
            } else {
                as_number(byte)
            }
        });
        numbers.sum()
    };
    // Some old writers summed signed bytes.
    let right = sum(i64::from) == i64::from(said)
        || sum(|byte| i64::from(byte.cast_signed())) == i64::from(said);
    // A block of zeros has a sum too, but says no checksum.
    (right && said > 0).then_some(header)
}
