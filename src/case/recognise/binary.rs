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
    if head.bytes.get(..8)? == b"\x30\0\0\0LfLe" {
        return Some(Recognised::new(Format::Evt, "event log signature LfLe"));
    }
    // The header can be gone while records behind it are sound: a record begins and ends with its length.
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
