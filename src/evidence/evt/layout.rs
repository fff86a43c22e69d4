//! The structures of an `.evt` file: header, end-of-file record, event records.
//!
//! MS-EVEN and Microsoft Learn, "Event Log File Format", `EVENTLOGRECORD`; the libevt project's "Windows Event Log
//! (EVT) format". All numbers are little-endian; a record begins and ends with its length.

/// Bytes of the file header, which ends like a record with its own length.
pub const HEADER_BYTES: usize = 48;
/// Bytes of the end-of-file record.
pub const EOF_BYTES: usize = 40;
/// Bytes of an event record before its names: no record is shorter than this and its closing length.
pub const FIXED_BYTES: usize = 56;
/// `LfLe`, behind the length.
pub const SIGNATURE: &[u8; 4] = b"LfLe";
/// The header's flag of a log that was not closed.
pub const DIRTY: u32 = 1;

/// No event is longer: `ReportEvent` refuses more than 61,440 bytes of strings (Microsoft Learn), binary data as much.
pub const MOST_RECORD_BYTES: usize = 512 * 1024;

/// The beginning of an end-of-file record behind its length.
const EOF_MARK: [u8; 16] = [
    0x11, 0x11, 0x11, 0x11, 0x22, 0x22, 0x22, 0x22, 0x33, 0x33, 0x33, 0x33, 0x44, 0x44, 0x44, 0x44,
];

pub fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    let part = bytes.get(at..at.checked_add(2)?)?;
    Some(u16::from_le_bytes(part.try_into().ok()?))
}

pub fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    let part = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_le_bytes(part.try_into().ok()?))
}

pub fn offset_at(bytes: &[u8], at: usize) -> Option<usize> {
    usize::try_from(u32_at(bytes, at)?).ok()
}

/// What the file header says. Only a hint: a log that is in use writes it when it is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// Where the oldest record stands.
    pub first: usize,
    /// Where the end-of-file record stands.
    pub end: usize,
    pub flags: u32,
}

impl Header {
    /// The header, if the file begins with one.
    pub fn read(file: &[u8]) -> Option<Self> {
        let sound = offset_at(file, 0)? == HEADER_BYTES
            && file.get(4..8)? == SIGNATURE
            && offset_at(file, 44)? == HEADER_BYTES;
        sound.then_some(())?;
        Some(Self {
            first: offset_at(file, 16)?,
            end: offset_at(file, 20)?,
            flags: u32_at(file, 36)?,
        })
    }
}

/// The record that stands behind the newest one; it is written with every event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EndOfFile {
    /// Where it stands itself.
    pub at: usize,
    /// Where the oldest record stands.
    pub first: usize,
    /// The number that the next record will have.
    pub next: u32,
    /// The number of the oldest record.
    pub oldest: u32,
}

impl EndOfFile {
    /// From the bytes of the record.
    pub fn read(bytes: &[u8], at: usize) -> Option<Self> {
        let sound = offset_at(bytes, 0)? == EOF_BYTES
            && bytes.get(4..20)? == EOF_MARK
            && offset_at(bytes, 36)? == EOF_BYTES;
        sound.then_some(())?;
        Some(Self {
            at,
            first: offset_at(bytes, 20)?,
            next: u32_at(bytes, 28)?,
            oldest: u32_at(bytes, 32)?,
        })
    }
}

/// The bytes of one event record, from its length to its end; every field is looked up within them.
#[derive(Clone, Copy)]
pub struct Record<'a>(&'a [u8]);

impl<'a> Record<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub fn number(self) -> u32 {
        u32_at(self.0, 8).unwrap_or_default()
    }

    /// Seconds since 1970 (UTC): when the program reported the event.
    pub fn generated(self) -> u32 {
        u32_at(self.0, 12).unwrap_or_default()
    }

    /// The same of when the service wrote it.
    pub fn written(self) -> u32 {
        u32_at(self.0, 16).unwrap_or_default()
    }

    /// Low and high half of the identifier.
    pub fn id(self) -> (u16, u16) {
        let half = |at| u16_at(self.0, at).unwrap_or_default();
        (half(20), half(22))
    }

    /// `EVENTLOG_ERROR_TYPE` and so on.
    pub fn kind(self) -> u16 {
        u16_at(self.0, 24).unwrap_or_default()
    }

    pub fn category(self) -> u16 {
        u16_at(self.0, 28).unwrap_or_default()
    }

    /// Source and computer, as UTF-16 without their NULs.
    pub fn names(self) -> Option<(&'a [u8], &'a [u8])> {
        let source = until_nul(self.0.get(FIXED_BYTES..)?)?;
        let computer = until_nul(
            self.0
                .get(FIXED_BYTES.checked_add(source.len())?.checked_add(2)?..)?,
        )?;
        Some((source, computer))
    }

    /// The insertion strings as UTF-16; fewer than counted where the record ends before.
    pub fn strings(self) -> (Vec<&'a [u8]>, usize) {
        let count = usize::from(u16_at(self.0, 26).unwrap_or_default());
        let mut strings = Vec::new();
        let mut rest = offset_at(self.0, 36).and_then(|at| self.0.get(at..));
        for _ in 0..count {
            let Some(string) = rest.and_then(until_nul) else {
                break;
            };
            rest = rest.and_then(|rest| rest.get(string.len().checked_add(2)?..));
            strings.push(string);
        }
        (strings, count)
    }

    /// The binary SID of the user; empty where there is none.
    pub fn sid(self) -> &'a [u8] {
        let sid = || {
            let (length, at) = (offset_at(self.0, 40)?, offset_at(self.0, 44)?);
            self.0.get(at..at.checked_add(length)?)
        };
        sid().unwrap_or_default()
    }

    /// Whether its fixed part can be that of an event: a number, a time, a source, and offsets inside.
    pub fn is_plausible(self) -> bool {
        let inside = |at| offset_at(self.0, at).is_some_and(|offset| offset <= self.0.len());
        self.number() > 0
            && self.generated() > 0
            && matches!(self.kind(), 0 | 1 | 2 | 4 | 8 | 16)
            && inside(36)
            && self.names().is_some_and(|(source, _)| !source.is_empty())
    }
}

/// UTF-16 up to its NUL; `None` if there is none.
fn until_nul(bytes: &[u8]) -> Option<&[u8]> {
    let (units, _) = bytes.as_chunks::<2>();
    let end = units.iter().position(|unit| *unit == [0, 0])?;
    bytes.get(..end * 2)
}

/// A binary SID in its usual form, `S-1-5-18` (MS-DTYP 2.4.2.1); `None` for none or a damaged one.
pub fn sid_text(sid: &[u8]) -> Option<String> {
    let (&revision, &count) = (sid.first()?, sid.get(1)?);
    let authority = sid
        .get(2..8)?
        .iter()
        .fold(0_u64, |sum, &byte| (sum << 8) | u64::from(byte));
    let mut text = format!("S-{revision}-{authority}");
    for part in 0..usize::from(count) {
        let value = u32_at(sid, 8 + 4 * part)?;
        text.push_str(&format!("-{value}"));
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::sid_text;

    /// MS-DTYP 2.4.2.4: LOCAL_SYSTEM is S-1-5-18.
    #[test]
    fn sids() {
        let system = [1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0];
        assert_eq!(sid_text(&system).as_deref(), Some("S-1-5-18"));
        assert_eq!(sid_text(&system[..10]), None);
        assert_eq!(sid_text(&[]), None);
    }
}
