//! `table.txt` of the builds of 2007: blocks of lines (`_OutputTable`, `_OutputProperty` of MFCOutput.cpp, August 2007).
//!
//! ```text
//! Row 0x1 of 0x14
//! Tag: 0x0037001E
//! Type: PT_STRING8
//! Property Name(s): PR_SUBJECT, …
//! DASL: http://schemas.microsoft.com/mapi/proptag/0x0037001E, "Quote 17", "cb: 8 lpb: 51…"
//! ```
//! Nothing is escaped here either: a value ends where its other form begins, which looks different for every type.

use super::Lost;
use super::rows::{Numbering, Rows};
use crate::evidence::mapi::{Properties, Value};
use crate::evidence::model::{Listing, ListingKind, TablePart};

const ROW: &str = "Row 0x";
const TAG: &str = "Tag: 0x";

pub fn is_plain(text: &str) -> bool {
    text.trim_start().starts_with(ROW)
}

pub fn read(text: &str, records: &mut u64, lost: &mut Lost) -> Vec<TablePart> {
    let mut rows = Rows::new(Numbering::Blocks);
    let mut in_block = Block::default();
    let mut broken = 0;
    for piece in Pieces::new(text) {
        match piece {
            Piece::Row { number, of } => {
                rows.end(broken, lost);
                in_block.next(number, of, rows.met(), lost);
                rows.begin(number.checked_sub(1), broken, lost);
            }
            Piece::Property { text, line } => match property(text) {
                Some(Read::Value(id, value)) => rows.add(id, value),
                Some(Read::Nothing) => {}
                None => {
                    broken += 1;
                    lost.broken.add(format_args!("line {line}"));
                }
            },
        }
    }
    rows.end(broken, lost);
    in_block.end(rows.met(), lost);
    *records = rows.met();
    vec![TablePart::Listing(Listing {
        kind: ListingKind::View,
        counted: None,
        rows: rows.list,
        has_gaps: lost.any(),
    })]
}

/// The block of rows that one QueryRows call gave, and says how many they are.
#[derive(Default)]
struct Block {
    last: u64,
    of: u64,
}

impl Block {
    fn next(&mut self, number: u64, of: u64, met: u64, lost: &mut Lost) {
        if number == 1 {
            self.end(met, lost);
        }
        (self.last, self.of) = (number, of);
    }

    /// A block that breaks off before its last row. That a row is missing inside of one, the numbers of rows tell.
    fn end(&self, met: u64, lost: &mut Lost) {
        if self.last < self.of {
            lost.holes.add(format_args!("behind row {met}"));
        }
    }
}

enum Piece<'a> {
    Row {
        number: u64,
        of: u64,
    },
    /// From behind `Tag: 0x` to before the next piece.
    Property {
        text: &'a str,
        line: u64,
    },
}

/// The pieces of a text, cut where a line begins one.
struct Pieces<'a> {
    text: &'a str,
    at: usize,
    line: u64,
}

impl<'a> Pieces<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            line: 0,
        }
    }

    fn line_at(&self, at: usize) -> Option<&'a str> {
        let rest = self.text.get(at..).filter(|rest| !rest.is_empty())?;
        let length = memchr::memchr(b'\n', rest.as_bytes()).map_or(rest.len(), |at| at + 1);
        rest.get(..length)
    }
}

impl<'a> Iterator for Pieces<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        loop {
            let start = self.at;
            let line = self.line_at(start)?;
            self.at += line.len();
            self.line += 1;
            if let Some((number, of)) = row(line) {
                return Some(Piece::Row { number, of });
            }
            if !line.starts_with(TAG) {
                continue;
            }
            let first = self.line;
            while let Some(next) = self.line_at(self.at) {
                if next.starts_with(TAG) || row(next).is_some() {
                    break;
                }
                self.at += next.len();
                self.line += 1;
            }
            let text = self.text.get(start + TAG.len()..self.at)?;
            return Some(Piece::Property { text, line: first });
        }
    }
}

/// `Row 0x1 of 0x14`.
fn row(line: &str) -> Option<(u64, u64)> {
    let (number, of) = line.trim_end().strip_prefix(ROW)?.split_once(" of 0x")?;
    let hex = |digits| u64::from_str_radix(digits, 16).ok();
    Some((hex(number)?, hex(of)?))
}

enum Read {
    Value(u16, Value),
    Nothing,
}

/// `None` when it breaks off.
fn property(text: &str) -> Option<Read> {
    let tag = u32::from_str_radix(text.get(..8)?, 16).ok()?;
    let (id, kind) = (
        u16::try_from(tag >> 16).ok()?,
        u16::try_from(tag & 0xFFFF).ok()?,
    );
    if !Properties::wants(id) {
        return Some(Read::Nothing);
    }
    let (_, behind) = text.split_once("DASL: ")?;
    let (_, values) = behind.split_once(", \"")?;
    let values = values.trim_end().strip_suffix('"')?;
    let (value, alternative) = match kind {
        // The bytes of a text follow it; it may hold anything, even the same words.
        0x001E | 0x001F => values.rsplit_once("\", \"cb: ")?,
        0x0040 => values.split_once("\", \"Low:")?,
        _ => values.split_once("\", \"").unwrap_or((values, "")),
    };
    let alternative = match kind {
        0x0040 => format!("Low:{}", alternative.split('"').next().unwrap_or_default()),
        _ => alternative.to_owned(),
    };
    match Value::from_shown(kind, value, &alternative) {
        Some(value) => Some(Read::Value(id, value)),
        None => Value::is_none(kind, value, &alternative).then_some(Read::Nothing),
    }
}
