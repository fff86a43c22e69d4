//! What can be wrong with an archive or one of its entries, in words for the report.

use super::limits::{MOST_BYTES, MOST_DEPTH, MOST_ENTRIES, MOST_RATIO};

/// Names are listed up to this many.
const MOST_NAMES: usize = 5;

/// Entries of an archive that share a fault: the first few by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    first: Vec<String>,
    count: usize,
}

impl Names {
    pub fn add(&mut self, name: &str) {
        if self.first.len() < MOST_NAMES {
            self.first.push(name.to_owned());
        }
        self.count = self.count.saturating_add(1);
    }

    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// `3 entries (`a`, `b`, `c`)`.
    fn text(&self) -> String {
        let names = self.first.join("`, `");
        let entries = if self.count == 1 { "entry" } else { "entries" };
        match self.count.saturating_sub(self.first.len()) {
            0 => format!("{} {entries} (`{names}`)", self.count),
            more => format!("{} {entries} (`{names}` and {more} more)", self.count),
        }
    }
}

/// Something about an archive, or about one entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing of the archive can be read.
    Unreadable {
        reason: String,
    },
    /// The list of a `.7z`'s entries is encrypted, or every byte of it.
    AllEncrypted,
    /// The archive as a whole is packed in a way that is not read.
    UnsupportedArchive {
        what: String,
    },
    /// The list at the end of a `.zip` is damaged or gone.
    NoDirectory {
        listed: usize,
        found: usize,
    },
    TarBytesLost {
        bytes: u64,
    },
    TooDeep,
    TooManyEntries,
    /// The limit of the archive or of the case is reached.
    Limit {
        unread: Names,
    },
    Encrypted(Names),
    Unsupported {
        method: String,
        names: Names,
    },
    Links(Names),
    Special(Names),
    Missing(Names),
    Overlapping(Names),
    LedOutside(Names),
    SameName(Names),
    /// Further entries that are damaged, after the first that were named one by one.
    MoreDamaged(Names),
    EntryDamaged {
        kept: u64,
        reason: String,
    },
    WrongChecksum,
    WrongLength {
        said: u64,
        unpacked: u64,
    },
    Bomb {
        kept: u64,
        packed: u64,
    },
    EntryLimit {
        kept: u64,
    },
    NoSpace {
        reason: String,
    },
}

/// What happened, why it matters, what to do.
pub type Texts = (String, &'static str, &'static str);

const NOT_READ: &str = "What they hold is not part of the analysis, and they have no hash here.";
const PART_USED: &str =
    "The part that could be unpacked is used; what follows it is missing from the analysis.";
const PACK_AGAIN: &str = "Pack the files again on the machine they came from, test the archive there, and copy it in binary mode.";
const BY_HAND: &str = "If it is real evidence, unpack it into the case folder yourself.";

impl Fault {
    /// One table of texts, longer than a function should be, so that the compiler sees that none is missing.
    pub fn texts(&self) -> Texts {
        let missing = "What the archive holds is not part of the analysis.";
        match self {
            Self::Unreadable { reason } => (
                format!("This archive cannot be read: {reason}."),
                missing,
                PACK_AGAIN,
            ),
            Self::AllEncrypted => (
                "This archive is encrypted, with the names of its files.".to_owned(),
                missing,
                "Unpack it with its password into the case folder, or pack it without one.",
            ),
            Self::UnsupportedArchive { what } => (
                format!("This archive is packed in a way that is not read: {what}."),
                missing,
                "Unpack it into the case folder, or pack it as .zip (Deflate), .tar.gz or .7z (LZMA).",
            ),
            Self::NoDirectory { listed: 0, found } => (
                format!(
                    "The list of files at the end of this .zip is missing or damaged; going through the archive itself \
                     found {found}."
                ),
                "The archive was probably cut while it was copied: files at its end may be missing.",
                PACK_AGAIN,
            ),
            Self::NoDirectory { listed, found } => (
                format!(
                    "The list of files at the end of this .zip is damaged after {listed}; going through the archive \
                     itself found {found} more."
                ),
                "Files may be missing, or listed that were deleted from the archive.",
                PACK_AGAIN,
            ),
            Self::TarBytesLost { bytes } => (
                format!("{bytes} bytes of this .tar belong to no file: a header in it is damaged."),
                "At least one file of it is missing from the analysis, or cut.",
                PACK_AGAIN,
            ),
            Self::TooDeep => (
                format!("This archive lies in {MOST_DEPTH} others; it was not opened."),
                missing,
                BY_HAND,
            ),
            Self::TooManyEntries => (
                format!("This archive, with those inside it, holds more than {MOST_ENTRIES} files; the rest was not read."),
                "What the rest holds is not part of the analysis.",
                "Pack only the logs and captures, or unpack the archive into the case folder yourself.",
            ),
            Self::Limit { unread } => (
                format!(
                    "Unpacking stopped: an archive may unpack to {MOST_RATIO} times its size (small ones to 1 GiB), and all \
                     of a case to {} GiB. Not read: {}.",
                    MOST_BYTES >> 30,
                    unread.text()
                ),
                NOT_READ,
                BY_HAND,
            ),
            Self::Encrypted(names) => (
                format!("Encrypted, and so not read: {}.", names.text()),
                NOT_READ,
                "Unpack the archive with its password into the case folder, or pack it without one.",
            ),
            Self::Unsupported { method, names } => (
                format!("Packed in a way that is not read ({method}): {}.", names.text()),
                NOT_READ,
                "Unpack the archive into the case folder, or pack it as .zip (Deflate), .tar.gz or .7z (LZMA).",
            ),
            Self::Links(names) => (
                format!("Links, which are never followed: {}.", names.text()),
                "What they point to is part of the analysis only if it lies in the case itself.",
                "Pack the files themselves (tar: --dereference --hard-dereference).",
            ),
            Self::Special(names) => (
                format!("Devices, pipes or parts of files, not files: {}.", names.text()),
                NOT_READ,
                "Pack the logs and captures alone, in one archive.",
            ),
            Self::Missing(names) => (
                format!("Listed in the archive, but their data is not there: {}.", names.text()),
                NOT_READ,
                PACK_AGAIN,
            ),
            Self::Overlapping(names) => (
                format!("Lie in the bytes of other entries, and were not read: {}.", names.text()),
                "No program packs files this way; traps that unpack without end are built so.",
                BY_HAND,
            ),
            Self::LedOutside(names) => (
                format!("Names that lead out of the archive (shown here without that): {}.", names.text()),
                "Nothing was unpacked under these names and they are read as usual, but somebody may have built them \
                 to overwrite files.",
                "Ask where the archive comes from, and do not unpack it with a program that follows such names.",
            ),
            Self::SameName(names) => (
                format!("More than one entry of the same name; the later ones are shown with a number: {}.", names.text()),
                "Programs that unpack the archive would keep only one of them.",
                "Check whether both are meant; they are read as two files.",
            ),
            Self::MoreDamaged(names) => (
                format!("Damaged like those listed one by one: {}.", names.text()),
                PART_USED,
                PACK_AGAIN,
            ),
            Self::EntryDamaged { kept, reason } => (
                format!("It cannot be unpacked to its end: {reason}; {kept} bytes could."),
                PART_USED,
                PACK_AGAIN,
            ),
            Self::WrongChecksum => (
                "It does not have the checksum (CRC-32) that the archive says: some of its bytes changed.".to_owned(),
                "It is used as it is; some of its records may be wrong or missing.",
                PACK_AGAIN,
            ),
            Self::WrongLength { said, unpacked } => (
                format!("The archive says that it has {said} bytes, but it has {unpacked}."),
                "It is used as it is; its end may be missing.",
                PACK_AGAIN,
            ),
            Self::Bomb { kept, packed } => (
                format!(
                    "It unpacks to more than {MOST_RATIO} times its size, which logs do not: unpacking stopped after \
                     {kept} bytes out of {packed}."
                ),
                PART_USED,
                BY_HAND,
            ),
            Self::EntryLimit { kept } => (
                format!("Unpacking stopped after {kept} bytes of it: the limit of its archive or of the case is reached."),
                PART_USED,
                BY_HAND,
            ),
            Self::NoSpace { reason } => (
                format!("It could not be unpacked into the folder for temporary files: {reason}."),
                "What it holds is not part of the analysis.",
                "Make room there, or name another folder in the environment variable TMPDIR (Windows: TMP).",
            ),
        }
    }
}
