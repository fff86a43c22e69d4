//! What MrMAPI prints with `-Contents -List`: subject, class and the file that an export would make (`OutputMessageList`
//! of dumpStore.cpp). Quotes inside of a subject are left alone; the class is missing where a message has none.

use super::Lost;
use crate::evidence::mapi::attached_to;
use crate::evidence::model::{Listing, ListingKind, PartRow, SnapshotRow, TablePart};

const HEADER: &str = "Subject, Message Class, Filename";

pub fn is_list(text: &str) -> bool {
    text.lines().any(|line| line.trim() == HEADER)
}

pub fn read(text: &str, records: &mut u64, lost: &mut Lost) -> Vec<TablePart> {
    let mut rows = Vec::new();
    // A subject may hold line ends: lines belong together until one ends in a quote after a path.
    let mut open = String::new();
    for (line, number) in text
        .lines()
        .zip(1_u64..)
        .skip_while(|(line, _)| line.trim() != HEADER)
        .skip(1)
    {
        let line = line.trim_end_matches('\r');
        if open.is_empty() && !line.starts_with('"') {
            if !line.trim().is_empty() && line.trim() != HEADER {
                lost.broken.add(format_args!("line {number}"));
            }
            continue;
        }
        open.push_str(line);
        if ends(&open) {
            *records += 1;
            rows.push(row(&open, *records));
            open.clear();
        } else if open.len() > MOST_ROW {
            lost.broken.add(format_args!("line {number}"));
            open.clear();
        }
    }
    if !open.is_empty() {
        lost.cut = Some("its last row".to_owned());
    }
    vec![TablePart::Listing(Listing {
        kind: ListingKind::Names,
        counted: None,
        rows,
        has_gaps: true,
    })]
}

/// Longer than any subject with its path.
const MOST_ROW: usize = 64 * 1024;

fn ends(row: &str) -> bool {
    let lower = row
        .get(row.len().saturating_sub(5)..)
        .map(str::to_ascii_lowercase);
    matches!(lower.as_deref(), Some(".xml\"" | ".msg\""))
}

fn row(text: &str, record: u64) -> PartRow {
    let inside = text.trim_matches('"');
    // Paths hold no quotes, and no class does: cut from the right.
    let (rest, path) = inside.rsplit_once("\",\"").unwrap_or(("", inside));
    let (subject, class) = match rest.rsplit_once("\",\"") {
        Some((subject, class)) => (subject, Some(class)),
        None => (rest, None),
    };
    let file = attached_to(path);
    let folder = path
        .strip_suffix(file)
        .map(|folder| folder.trim_end_matches(['\\', '/']));
    let some = |text: &str| (!text.trim().is_empty()).then(|| text.trim().to_owned());
    PartRow {
        row: SnapshotRow {
            record,
            record_key: key_in(file),
            subject: some(subject),
            message_class: class.and_then(some),
            ..SnapshotRow::default()
        },
        folder: folder
            .map(|folder| attached_to(folder).to_owned())
            .and_then(|folder| some(&folder)),
        ..PartRow::default()
    }
}

/// The key at the end of a file's name: the record key (`Quote 17_0100000000000001.xml`).
fn key_in(file: &str) -> Option<String> {
    let (stem, _) = file.rsplit_once('.')?;
    let (_, key) = stem.rsplit_once('_')?;
    let is_key = key.len() >= 8
        && key.len().is_multiple_of(2)
        && key.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_key.then(|| key.to_ascii_uppercase())
}
