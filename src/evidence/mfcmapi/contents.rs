//! `CONTENTS_TABLE.xml` and `ASSOCIATED_CONTENTS_TABLE.xml` of a folder that was exported whole.

use super::Lost;
use super::rows::{Numbering, Rows};
use super::scan::{Scanner, Tag};
use crate::evidence::model::{Listing, ListingKind, TablePart};

/// Reads what follows `<ContentsTable …>`.
pub fn read(
    root: Tag<'_>,
    scanner: &mut Scanner<'_>,
    records: &mut u64,
    lost: &mut Lost,
) -> Vec<TablePart> {
    let associated = root
        .attribute("TableType")
        .is_some_and(|kind| kind.starts_with("Associated"));
    let kind = if associated {
        ListingKind::Associated
    } else {
        ListingKind::Contents
    };
    let mut rows = Rows::new(Numbering::Through);
    rows.read(["ContentsTable", "message", "num"], scanner, lost);
    *records = rows.met();
    for part in &mut rows.list {
        // Its columns are fixed (`ProcessContentsTable` of mapiProcessor.cpp) and this is none of them: it is text
        // inside of another.
        if part.row.message_id.take().is_some() {
            lost.conflicts.add(format_args!("row {}", part.row.record));
        }
    }
    vec![TablePart::Listing(Listing {
        kind,
        counted: root.number("messagecount"),
        rows: rows.list,
        has_gaps: lost.any() || scanner.broken() > 0,
    })]
}
