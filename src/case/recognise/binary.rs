//! Files known by their first bytes.

use super::{Format, Head, Recognised};

/// Length of an EVTX file header; the first chunk follows it.
const EVTX_HEADER: usize = 4096;
const EVTX_CHUNK: usize = 65536;
const CHUNK_MAGIC: &[u8] = b"ElfChnk\0";

pub fn empty(head: &Head<'_>) -> Option<Recognised> {
    (head.length == 0).then(|| Recognised::new(Format::NotEvidence, "the file is empty"))
}

pub fn evtx(head: &Head<'_>) -> Option<Recognised> {
    if head.bytes.starts_with(b"ElfFile\0") {
        return Some(Recognised::new(Format::Evtx, "starts with ElfFile"));
    }
    // The file header can be damaged while the chunks behind it are sound.
    let chunk_at = |at: usize| {
        head.bytes
            .get(at..)
            .is_some_and(|rest| rest.starts_with(CHUNK_MAGIC))
    };
    let at = [EVTX_HEADER, EVTX_HEADER + EVTX_CHUNK, 0]
        .into_iter()
        .find(|&at| chunk_at(at))?;
    Some(Recognised::new(
        Format::Evtx,
        format!("event log chunk (ElfChnk) at byte {at}; its file header is damaged"),
    ))
}

pub fn evt(head: &Head<'_>) -> Option<Recognised> {
    // ELF_LOGFILE_HEADER: its size, 0x30, then the signature.
    (head.bytes.get(..8)? == b"\x30\0\0\0LfLe")
        .then(|| Recognised::new(Format::Evt, "event log signature LfLe"))
}

/// The header can be gone while records behind it are sound: a record begins and ends with its length. Asked after the
/// containers, which may hold such records as they are.
pub fn evt_records(head: &Head<'_>) -> Option<Recognised> {
    let tar = head.bytes.get(TAR_MAGIC_AT..);
    if tar.is_some_and(|magic| magic.starts_with(b"ustar")) {
        return None;
    }
    let number = |at: usize| {
        let bytes = head.bytes.get(at..at.checked_add(4)?)?;
        usize::try_from(u32::from_le_bytes(bytes.try_into().ok()?)).ok()
    };
    let is_record = |at: usize| {
        let length = number(at).filter(|length| (60..=head.bytes.len()).contains(length));
        let end = length.and_then(|length| at.checked_add(length)?.checked_sub(4));
        head.bytes.get(at + 4..at + 8) == Some(b"LfLe".as_slice()) && end.and_then(number) == length
    };
    let places = (0..head.bytes.len().saturating_sub(8)).step_by(4);
    let at = places.into_iter().find(|&at| is_record(at))?;
    Some(Recognised::new(
        Format::Evt,
        format!("event log record (LfLe) at byte {at}; its file header is damaged"),
    ))
}

/// Where a tar archive says that it is one (POSIX.1, pax: `ustar`).
const TAR_MAGIC_AT: usize = 257;

/// Signature of compound files ([MS-CFB] 2.2).
const COMPOUND_FILE: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

/// A compound file that holds a message: the stream of its properties ([MS-OXMSG] 2.4) is named in the directory.
pub fn message_file(head: &Head<'_>) -> Option<Recognised> {
    let directory = compound_directory(head.bytes)
        .and_then(|at| head.bytes.get(usize::try_from(at).ok()?..))?;
    let name: Vec<u8> = "__properties_version1.0"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let found = memchr::memmem::find(directory, &name).is_some();
    found.then(|| {
        Recognised::new(
            Format::MessageFile,
            "compound file with __properties_version1.0",
        )
    })
}

/// How much of a compound file has to be looked at: its directory may lie behind large streams.
pub fn compound_bytes(head: &[u8]) -> Option<u64> {
    compound_directory(head)?.checked_add(COMPOUND_DIRECTORY)
}

/// Bytes of the directory that are looked at; an entry has 128, and that of the properties is among the first.
const COMPOUND_DIRECTORY: u64 = 64 * 1024;

/// Where the directory of a compound file begins: the header has the exponent of the length of sectors at byte 30 and
/// the directory's first sector at byte 48 ([MS-CFB] 2.2); the header takes the place of a sector.
fn compound_directory(head: &[u8]) -> Option<u64> {
    if !head.starts_with(COMPOUND_FILE) {
        return None;
    }
    let shift = head.get(30..32)?.try_into().ok().map(u16::from_le_bytes)?;
    let sector = head.get(48..52)?.try_into().ok().map(u32::from_le_bytes)?;
    // [MS-CFB] knows 9 and 12.
    let length = [9, 12].contains(&shift).then(|| 1_u64 << shift)?;
    u64::from(sector).checked_add(1)?.checked_mul(length)
}

/// Well-known containers that are listed with what they are, so that nobody wonders.
const OTHERS: [(&[u8], &str); 5] = [
    (b"MZ", "a Windows program"),
    (b"%PDF-", "a PDF document"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (
        COMPOUND_FILE,
        "an OLE compound file without a message (an old Office file)",
    ),
];

pub fn other_known(head: &Head<'_>) -> Option<Recognised> {
    let (_, what) = OTHERS
        .iter()
        .find(|(magic, _)| head.bytes.starts_with(magic))?;
    Some(Recognised::new(Format::NotEvidence, *what))
}

#[cfg(test)]
mod tests {
    use super::super::{Head, recognise};
    use super::*;
    use crate::case::archive::Kind;

    fn format(bytes: &[u8]) -> Format {
        recognise(&Head::new(bytes, bytes.len() as u64, false, None)).format
    }

    /// A record of 64 bytes, as far as recognition looks.
    fn record() -> Vec<u8> {
        let mut bytes = vec![0; 64];
        for at in [0, 60] {
            bytes[at] = 64;
        }
        bytes[4..8].copy_from_slice(b"LfLe");
        bytes
    }

    #[test]
    fn logs_by_their_header_or_by_a_whole_record() {
        assert_eq!(format(b"\x30\0\0\0LfLe"), Format::Evt);
        let behind = |bytes: &[u8]| [bytes, &record()].concat();
        assert_eq!(format(&behind(&[0; 1024])), Format::Evt);
        let mut other_end = record();
        other_end[60] = 65;
        assert_eq!(format(&other_end), Format::NotEvidence);
        assert_eq!(
            format(b"40 LfLe 40 are the first bytes of a log"),
            Format::NotEvidence
        );
    }

    #[test]
    fn an_archive_that_holds_a_log_is_no_log() {
        let mut zip = b"PK\x03\x04".to_vec();
        zip.resize(48, 0);
        zip.extend(record());
        assert_eq!(format(&zip), Format::Archive(Kind::Zip));
        let mut header = tar::Header::new_ustar();
        header.set_path("System.evt").unwrap();
        header.set_size(64);
        header.set_cksum();
        let tar = [header.as_bytes().as_slice(), &record()].concat();
        assert_eq!(format(&tar), Format::Archive(Kind::Tar));
    }
}
