//! `table.txt`: a contents table exported from its window.

use super::Lost;
use super::rows::{Numbering, Rows};
use super::scan::Scanner;
use crate::evidence::model::{Listing, ListingKind, TablePart};

/// Reads what follows `<table>`.
pub fn read(scanner: &mut Scanner<'_>, records: &mut u64, lost: &mut Lost) -> Vec<TablePart> {
    let mut rows = Rows::new(Numbering::Blocks);
    rows.read(["table", "row", "index"], scanner, lost);
    *records = rows.met();
    vec![TablePart::Listing(Listing {
        kind: ListingKind::View,
        counted: None,
        rows: rows.list,
        has_gaps: lost.any() || scanner.broken() > 0,
    })]
}
