//! Files known by the text at their beginning.

use super::{Format, Head, Recognised};
use crate::case::columns;

/// MFCMAPI and MrMAPI write XML-like text (domain: `mapiOutput.cpp`, `dumpStore.cpp`), 2007 builds plain text.
pub fn mfcmapi(head: &Head<'_>) -> Option<Recognised> {
    let text = head.text().trim_start();
    let body = match text.strip_prefix("<?xml") {
        Some(rest) => rest
            .split_once("?>")
            .map_or("", |(_, body)| body)
            .trim_start(),
        None => text,
    };
    const ROOTS: [&str; 8] = [
        "<table>",
        "<ContentsTable ",
        "<folderprops>",
        "<mailboxtable server=",
        "<messagestoreprops>",
        "<storetable>",
        "<properties listtype=",
        "<message>",
    ];
    // What only its writers put there: the blanks around `=` are theirs.
    const SIGNS: [&str; 6] = [
        "<property tag = \"0x",
        "<row index = \"0x",
        "<properties listtype=\"",
        "<properties error=\"0x",
        "messagecount=\"0x",
        "<mailboxtable server=\"",
    ];
    if let Some(root) = ROOTS.iter().find(|root| body.starts_with(**root)) {
        let empty = body.split_whitespace().eq(["<table>", "</table>"]);
        if empty || SIGNS.iter().any(|sign| body.contains(sign)) {
            let name = root.trim().trim_end_matches('=');
            return Some(Recognised::new(
                Format::Mfcmapi,
                format!("MFCMAPI element {name}"),
            ));
        }
    }
    if text.starts_with("Row 0x") && text.contains("Property Name(s):") {
        return Some(Recognised::new(
            Format::Mfcmapi,
            "rows of MFCMAPI's plain table export",
        ));
    }
    let list = text
        .lines()
        .take(LIST_WITHIN)
        .any(|line| line.trim_end() == LIST_HEADER);
    list.then(|| Recognised::new(Format::Mfcmapi, "header of MrMAPI's list of messages"))
}

/// First line of what MrMAPI prints with `-List`; a few lines may come before it.
const LIST_HEADER: &str = "Subject, Message Class, Filename";
const LIST_WITHIN: usize = 10;

/// Keys of a snapshot document, in JSON's quotes.
const DOCUMENT_KEYS: [&str; 4] = [
    "\"server\"",
    "\"table\"",
    "\"captured_at\"",
    "\"virtual_server\"",
];
const MESSAGE_KEYS: [&str; 5] = [
    "\"internet_message_id\"",
    "\"entry_id\"",
    "\"message_class\"",
    "\"submitted_at\"",
    "\"record_key\"",
];

pub fn snapshot_json(head: &Head<'_>) -> Option<Recognised> {
    let text = head.text().trim_start();
    if !text.starts_with(['{', '[']) {
        return None;
    }
    if text.contains("temp-table-snapshot/") {
        return Some(Recognised::new(
            Format::SnapshotJson,
            "JSON with schema temp-table-snapshot",
        ));
    }
    let has = |keys: &[&str]| keys.iter().filter(|key| text.contains(**key)).count();
    let (document, message) = (has(&DOCUMENT_KEYS), has(&MESSAGE_KEYS));
    let listed = text.contains("\"messages\"");
    if (listed && document + message >= 1) || document >= 3 {
        return Some(Recognised::new(
            Format::SnapshotJson,
            "JSON with the fields of a temp-table snapshot",
        ));
    }
    (listed && head.said_to_be_snapshot).then(|| {
        Recognised::new(
            Format::SnapshotJson,
            "JSON with messages, a capture by its name",
        )
    })
}

pub fn snapshot_csv(head: &Head<'_>) -> Option<Recognised> {
    if !is_text(head) {
        return None;
    }
    let line = first_line(head.text())?;
    let matches = |delimiter: char| {
        line.split(delimiter)
            .filter_map(columns::match_header)
            .collect::<Vec<_>>()
    };
    let best = DELIMITERS
        .iter()
        .map(|&delimiter| matches(delimiter))
        .max_by_key(Vec::len)?;
    let telling = best.iter().filter(|found| found.telling).count();
    let cells = DELIMITERS
        .iter()
        .map(|&delimiter| line.split(delimiter).count())
        .max()
        .unwrap_or(1);
    // One telling column suffices if it is the only one.
    let claimed = (telling >= 1 && (best.len() >= 2 || cells == 1))
        || (!best.is_empty() && head.said_to_be_snapshot);
    claimed.then(|| {
        let by = format!(
            "CSV header with {} columns of a temp-table snapshot",
            best.len()
        );
        Recognised::new(Format::SnapshotCsv, by)
    })
}

/// Delimiters of CSV: commas, semicolons (Excel in most of Europe), tabs.
pub const DELIMITERS: [char; 3] = [',', ';', '\t'];

/// Text that the case calls a capture, though nothing in it says so: its reader reports what it lacks.
pub fn said_to_be_snapshot(head: &Head<'_>) -> Option<Recognised> {
    if !head.said_to_be_snapshot || !is_text(head) {
        return None;
    }
    let text = head.text().trim_start();
    if text.starts_with(['{', '[']) {
        return Some(Recognised::new(
            Format::SnapshotJson,
            "called a capture by case.toml or by its name",
        ));
    }
    let line = first_line(text)?;
    let table = DELIMITERS.iter().any(|&delimiter| line.contains(delimiter));
    table.then(|| {
        Recognised::new(
            Format::SnapshotCsv,
            "called a capture by case.toml or by its name",
        )
    })
}

/// The first line that holds anything; a `sep=;` line that Excel understands is passed over.
pub(super) fn first_line(text: &str) -> Option<&str> {
    text.lines().find(|line| {
        !line.trim().is_empty() && !line.trim().to_ascii_lowercase().starts_with("sep=")
    })
}

/// No control characters but those of text in its first kilobytes (a NUL inside a subject is let pass).
pub(super) fn is_text(head: &Head<'_>) -> bool {
    let sample: Vec<char> = head.text().chars().take(4096).collect();
    let odd = sample
        .iter()
        .filter(|c| c.is_control() && !matches!(c, '\r' | '\n' | '\t'))
        .count();
    let garbled = sample.iter().filter(|&&c| c == '\u{fffd}').count();
    let utf16 = head.decoded.encoding.is_utf16();
    !sample.is_empty() && odd * 50 <= sample.len() && (utf16 || garbled * 50 <= sample.len())
}

#[cfg(test)]
mod tests {
    use super::super::{Head, recognise};
    use super::*;

    fn format(bytes: &[u8]) -> Format {
        recognise(&Head::new(bytes, bytes.len() as u64, false, None)).format
    }

    fn named(bytes: &[u8]) -> Format {
        recognise(&Head::new(bytes, bytes.len() as u64, true, None)).format
    }

    #[test]
    fn snapshots_by_content() {
        assert_eq!(
            format(br#"{"schema": "temp-table-snapshot/1", "messages": []}"#),
            Format::SnapshotJson
        );
        assert_eq!(
            format(br#"[{"table":"TempTable#1","messages":[]}]"#),
            Format::SnapshotJson
        );
        assert_eq!(
            format(br#"{"messages":[{"internet_message_id":"<a@b>"}]}"#),
            Format::SnapshotJson
        );
        assert_eq!(
            format(b"PR_SUBJECT;PR_ENTRYID\r\nx;00\r\n"),
            Format::SnapshotCsv
        );
        assert_eq!(
            format(b"sep=;\nsubject;internet_message_id\n"),
            Format::SnapshotCsv
        );
        assert_eq!(
            format(b"\xFF\xFEs\0u\0b\0j\0e\0c\0t\0,\0e\0n\0t\0r\0y\0_\0i\0d\0\n\0"),
            Format::SnapshotCsv
        );
        assert_eq!(format(b"internet_message_id\n<a@b>\n"), Format::SnapshotCsv);
    }

    #[test]
    fn what_merely_looks_alike_is_not_claimed() {
        assert_eq!(format(br#"{"messages":["hello"]}"#), Format::NotEvidence);
        assert_eq!(format(br#"{"server":"x","port":25}"#), Format::NotEvidence);
        assert_eq!(
            format(b"Level,Date and Time,Event ID,Task Category\n"),
            Format::NotEvidence
        );
        assert_eq!(format(b"subject,sender,size\nx,y,1\n"), Format::NotEvidence);
        assert_eq!(
            format(b"Notes of the night, as I remember them.\n"),
            Format::NotEvidence
        );
        assert_eq!(
            format(b"<table><tr><td>1</td></tr></table>"),
            Format::NotEvidence
        );
    }

    #[test]
    fn names_help_where_content_cannot_speak() {
        assert_eq!(
            named(b"<a@b>,hello,123\n<c@d>,again,44\n"),
            Format::SnapshotCsv
        );
        assert_eq!(named(br#"{"messages":[]}"#), Format::SnapshotJson);
        assert_eq!(named(b"no table here\n"), Format::NotEvidence);
        assert_eq!(named(&[0, 1, 2, 3, 44, 5, 6, 7, 8]), Format::NotEvidence);
    }

    #[test]
    fn event_logs_and_exports() {
        assert_eq!(format(b"ElfFile\0 and more"), Format::Evtx);
        let mut headless = vec![0; 4096];
        headless.extend_from_slice(b"ElfChnk\0");
        assert_eq!(format(&headless), Format::Evtx);
        assert_eq!(format(b"\x30\0\0\0LfLe\x01\0\0\0"), Format::Evt);
        let table = "\u{feff}<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>\r\n<table>\r\n<row index = \"0x00000000\">\r\n";
        let utf16: Vec<u8> = table.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(format(&utf16), Format::Mfcmapi);
        assert_eq!(
            format(b"Row 0x1 of 0x14\r\r\nTag: 0x0037001E\r\nProperty Name(s): PR_SUBJECT\r\n"),
            Format::Mfcmapi
        );
        assert_eq!(format(b""), Format::NotEvidence);
        assert_eq!(
            format(b"PK\x03\x04 zip"),
            Format::Archive(crate::case::archive::Kind::Zip)
        );
        assert_eq!(format(b"Rar!\x1a\x07\0"), Format::OtherArchive);
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_something(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..300)) {
            format(&bytes);
            named(&bytes);
        }
    }
}
