//! How much an archive may unpack to before it counts as a trap instead of evidence.
//!
//! All of it is counted on bytes that really came out, never on sizes that an archive declares.

/// Archives inside archives: the outermost is the first. Real evidence seldom needs three (`case.zip`, a server's
/// `.tar.gz`, a log's `.gz`).
pub const MOST_DEPTH: usize = 4;

/// Entries of one archive, those of archives inside it included.
pub const MOST_ENTRIES: usize = 100_000;

/// Unpacked bytes of all archives of a case together.
pub const MOST_BYTES: u64 = 64 << 30;

/// The most that one byte of an archive may unpack to, once [`FREE_BYTES`] came out of one entry or [`FREE_TOTAL`] out
/// of one archive. Deflate cannot do more than 1032 to 1 (zlib's technical notes), which only bytes that are all the
/// same reach: a log of 1 GiB with 1 MiB of records and zeros behind them stays below 1000 to 1 (see the tests).
pub const MOST_RATIO: u64 = 1000;

/// What one entry may unpack to whatever its ratio. Logs of that age stop growing at 200 to 600 MB (KB 312571), and one
/// of that size has records in it.
pub const FREE_BYTES: u64 = 512 << 20;

/// What one archive with all that is inside it may unpack to whatever its ratio.
pub const FREE_TOTAL: u64 = 1 << 30;

/// Files that could be unpacked at the same time; does not depend on the number of threads, because the limits are
/// applied after each such group.
pub const GROUP: usize = 16;

/// Memory that a `.7z` may ask for: its dictionary. The largest that 7-Zip's own levels choose is 256 MiB.
pub const MOST_DICTIONARY_KIB: usize = 512 * 1024;

/// Whether that much out of that much in is too much for one entry.
pub fn is_bomb(unpacked: u64, packed: u64) -> bool {
    unpacked > FREE_BYTES && unpacked > packed.saturating_mul(MOST_RATIO)
}

/// What one archive on disk, with everything inside it, has used of its limits.
#[derive(Clone, Debug)]
pub struct Budget {
    bytes: u64,
    most_bytes: u64,
    entries: usize,
}

impl Budget {
    /// For an archive of `packed` bytes in a case that has `left` bytes left.
    pub fn new(packed: u64, left: u64) -> Self {
        let own = FREE_TOTAL.max(packed.saturating_mul(MOST_RATIO));
        Self {
            bytes: 0,
            most_bytes: own.min(left),
            entries: 0,
        }
    }

    /// Unpacked bytes so far.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    pub fn bytes_left(&self) -> u64 {
        self.most_bytes.saturating_sub(self.bytes)
    }

    pub fn entries_left(&self) -> usize {
        MOST_ENTRIES.saturating_sub(self.entries)
    }

    pub fn add_bytes(&mut self, bytes: u64) {
        self.bytes = self.bytes.saturating_add(bytes);
    }

    pub fn add_entries(&mut self, entries: usize) {
        self.entries = self.entries.saturating_add(entries);
    }
}
