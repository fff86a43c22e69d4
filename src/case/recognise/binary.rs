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

/// Well-known containers that are listed with what they are, so that nobody wonders.
const OTHERS: [(&[u8], &str); 5] = [
    (b"MZ", "a Windows program"),
    (b"%PDF-", "a PDF document"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "an OLE compound file (.msg or an old Office file)",
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
