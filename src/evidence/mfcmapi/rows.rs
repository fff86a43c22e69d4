//! The rows of a table, with a look at whether all are there.

use super::Lost;
use super::scan::{Scanner, Token};
use crate::evidence::mapi::{Properties, Value, part_row};
use crate::evidence::model::PartRow;

/// How the rows of a table are numbered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Numbering {
    /// From 0 to the end.
    Through,
    /// From 0 again with every QueryRows call, which asks for 20 rows (`outputTable` of mapiOutput.cpp).
    Blocks,
}

pub struct Rows {
    pub list: Vec<PartRow>,
    numbering: Numbering,
    previous: Option<u64>,
    open: Option<Properties>,
    /// Properties that had broken off when the open row began.
    broken_before: u64,
    record: u64,
}

impl Rows {
    pub fn new(numbering: Numbering) -> Self {
        Self {
            list: Vec::new(),
            numbering,
            previous: None,
            open: None,
            broken_before: 0,
            record: 0,
        }
    }

    /// Rows met so far.
    pub fn met(&self) -> u64 {
        self.record
    }

    /// Reads rows that are elements called `element`, whose attribute `number` numbers them, up to the end of `table`.
    pub fn read(&mut self, elements: [&str; 3], scanner: &mut Scanner<'_>, lost: &mut Lost) {
        let [table, element, number] = elements;
        let mut ended = false;
        while let Some(token) = scanner.next_token() {
            match token {
                Token::Open(tag) if tag.name == element => {
                    self.end(scanner.broken(), lost);
                    self.begin(tag.number(number), scanner.broken(), lost);
                }
                Token::Property(id, value) => self.add(id, value),
                Token::Close(name) if name == element => self.end(scanner.broken(), lost),
                Token::Close(name) if name == table => {
                    ended = true;
                    break;
                }
                _ => {}
            }
        }
        self.end(scanner.broken(), lost);
        if !ended {
            lost.cut = Some(format!("line {}", scanner.line()));
        }
    }

    /// A row begins that bears this number.
    pub fn begin(&mut self, number: Option<u64>, broken: u64, lost: &mut Lost) {
        self.record += 1;
        let next = self
            .previous
            .map_or(0, |previous| previous.saturating_add(1));
        let follows = match number {
            Some(0) => self.numbering == Numbering::Blocks || next == 0,
            Some(number) => number == next,
            None => false,
        };
        if !follows {
            lost.holes.add(format_args!("before row {}", self.record));
        }
        self.previous = number.or(Some(next));
        self.open = Some(Properties::default());
        self.broken_before = broken;
    }

    pub fn add(&mut self, id: u16, value: Value) {
        if let Some(open) = &mut self.open {
            open.add(id, value);
        }
    }

    /// The open row ends, if there is one.
    pub fn end(&mut self, broken: u64, lost: &mut Lost) {
        let Some(properties) = self.open.take() else {
            return;
        };
        if properties.conflicts > 0 {
            lost.conflicts.add(format_args!("row {}", self.record));
        }
        if properties.is_empty() {
            lost.bare.add(format_args!("row {}", self.record));
            return;
        }
        let mut row = part_row(&properties, self.record);
        row.has_gaps |= broken > self.broken_before;
        self.list.push(row);
    }
}
