//! What an archive holds, before any of it was unpacked.

use super::fault::Fault;
use super::unpack::{Packed, Unpacked};

/// The entries of an archive, folders left out.
#[derive(Debug, Default)]
pub struct Listing {
    pub items: Vec<Item>,
    pub faults: Vec<Fault>,
    /// There are more entries than may be read.
    pub too_many: bool,
    /// It is a document or program that only has the shape of an archive.
    pub other: Option<&'static str>,
}

/// One entry under the name that the archive gives it.
#[derive(Debug)]
pub struct Item {
    pub name: String,
    pub content: Content,
}

/// What can be had of an entry.
#[derive(Debug)]
pub enum Content {
    Packed(Packed),
    /// Unpacked together with others already.
    Unpacked(Unpacked),
    Encrypted,
    /// Packed by a method that is not read.
    Unsupported(String),
    /// A symbolic or hard link.
    Link,
    /// A device, a pipe, or a file written in pieces.
    Special,
    /// Its data is not where the archive says.
    Missing,
    /// Its data is that of another entry.
    Overlapping,
}
