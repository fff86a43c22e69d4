//! The file header: 4096 bytes of which 128 say something. Never trusted, only compared.

/// Length of the header block; the chunks begin behind it.
pub const HEADER_BYTES: usize = 4096;

/// Bit of the header's flags: the log was open.
const DIRTY: u32 = 1;
/// Bit of the header's flags: no checksums were written.
const NO_CRC32: u32 = 4;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FileHeader {
    /// Bytes of the header block that are there.
    pub bytes: u64,
    /// What is wrong with it.
    pub damage: Option<&'static str>,
    pub dirty: bool,
    /// Chunks in use, when the header is sound. The field has 16 bits, so larger logs count only modulo 65536.
    pub chunk_count: Option<u64>,
}

impl FileHeader {
    pub fn read(bytes: &[u8]) -> Self {
        let mut header = Self {
            bytes: bytes.len() as u64,
            ..Self::default()
        };
        let (Some(flags), Some(stored), Some(covered), Some(count)) = (
            u32_at(bytes, 120),
            u32_at(bytes, 124),
            bytes.get(..120),
            bytes.get(42..44),
        ) else {
            return header;
        };
        header.dirty = flags & DIRTY != 0;
        if !bytes.starts_with(b"ElfFile\0") {
            header.damage = Some("it does not begin with ElfFile");
            header.dirty = false;
        } else if flags & NO_CRC32 == 0 && evtx::checksum_ieee(covered) != stored {
            header.damage = Some("its checksum is wrong");
        } else if let [low, high] = *count {
            header.chunk_count = Some(u64::from(u16::from_le_bytes([low, high])));
        }
        header
    }
}

pub(super) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    let four = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_le_bytes(four.try_into().ok()?))
}
