//! Archives: those that are read in place, and others that a person must unpack.

use super::{Format, Head, Recognised};
use crate::case::archive::Kind;

pub fn recognise(head: &Head<'_>) -> Option<Recognised> {
    let kind = Kind::of(head.bytes)?;
    Some(Recognised::new(Format::Archive(kind), kind.signature()))
}

/// Signatures as the formats' own documents give them.
const OTHERS: [(&[u8], &str); 8] = [
    (b"Rar!\x1a\x07", "a .rar archive"),
    (b"MSCF\0\0\0\0", "a .cab archive"),
    (b"BZh91AY&SY", "bzip2-compressed"),
    (b"\xfd7zXZ\0", "xz-compressed"),
    (b"\x28\xb5\x2f\xfd", "Zstandard-compressed"),
    (b"\x1f\x9d", "packed with compress (.Z)"),
    (b"PK\x07\x08", "a part of a .zip archive"),
    (b"\x60\xea", "a .arj archive"),
];

pub fn other_kind(head: &Head<'_>) -> Option<Recognised> {
    let (_, what) = OTHERS
        .iter()
        .find(|(magic, _)| head.bytes.starts_with(magic))?;
    Some(Recognised::new(Format::OtherArchive, *what))
}
