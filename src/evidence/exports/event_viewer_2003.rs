//! Events saved by the Event Viewer of Windows 2000, XP and 2003 as CSV or as text with tabs.
//!
//! No header; nine fields in the viewer's language, times local in the locale's format (learn.microsoft.com
//! cc780824 has their order). A description may hold delimiters and line breaks, with or without quotation marks, so
//! a record goes on until a line begins with a date and a time.

use std::collections::BTreeSet;

use super::record::{self, ExportRecord, ExportTime};
use super::sink::Sink;
use super::{level, table};
use crate::case::{delimited, event_columns, event_rows};
use crate::evidence::model::Level;
use crate::evidence::problems::{ExportFault, RowFault};

/// Words for severities that are shown when they are unknown.
const SHOWN_WORDS: usize = 3;

pub fn parse(text: &str, sink: &mut Sink<'_>) {
    let Some((delimiter, _)) = event_rows::delimiter(text) else {
        sink.fault(ExportFault::Malformed {
            at: "row 1".to_owned(),
            what: "no row begins with a date and a time".to_owned(),
        });
        return;
    };
    let mut reader = Reader {
        delimiter,
        number: 0,
        words: BTreeSet::new(),
        sink,
    };
    let (mut start, mut at, mut time) = (0, 0, None);
    for line in text.split_inclusive('\n') {
        if let Some(found) = event_rows::begins(line.trim_end_matches(['\r', '\n']), delimiter) {
            reader.block(text.get(start..at).unwrap_or_default(), time.take());
            start = at;
            time = Some(found);
        }
        at += line.len();
    }
    reader.block(text.get(start..).unwrap_or_default(), time);
    reader.notes();
}

struct Reader<'s, 'a> {
    delimiter: u8,
    number: u64,
    words: BTreeSet<String>,
    sink: &'s mut Sink<'a>,
}

impl Reader<'_, '_> {
    /// The lines of one record, or those before the first.
    fn block(&mut self, block: &str, time: Option<String>) {
        match time {
            Some(time) => {
                self.number += 1;
                match self.record(block, time) {
                    Ok(record) => self.sink.add(record, block),
                    Err(fault) => self.sink.fail(self.number, fault, block),
                }
            }
            None => self.before_first(block),
        }
    }

    /// A `sep=` line and a header that somebody added are no records; everything else there is lost.
    fn before_first(&mut self, block: &str) {
        let lines = block.lines().map(|line| line.trim_matches('\u{feff}'));
        for line in lines {
            let empty = line.trim().is_empty() || event_columns::is_separator_line(line);
            if empty || self.is_header(line) {
                continue;
            }
            self.number += 1;
            let fault = RowFault::Other("it does not begin with a date and a time".to_owned());
            self.sink.fail(self.number, fault, line);
        }
    }

    fn is_header(&self, line: &str) -> bool {
        let (cells, _) = event_rows::split(line, self.delimiter);
        cells.len() == event_rows::FIELDS && !line.contains(|c: char| c.is_ascii_digit())
    }

    fn record(&mut self, block: &str, time: String) -> Result<ExportRecord, RowFault> {
        let block = block.trim_start_matches('\u{feff}');
        let first_end = block.find('\n').unwrap_or(block.len());
        let first = block
            .get(..first_end)
            .unwrap_or_default()
            .trim_end_matches('\r');
        let (cells, rest) = event_rows::split(first, self.delimiter);
        let cells: Vec<&str> = cells.iter().map(|cell| cell.trim()).collect();
        let [_, _, source, kind, category, id, user, computer] = cells.as_slice() else {
            return Err(RowFault::Fields {
                found: cells.len(),
                expected: event_rows::FIELDS + 1,
            });
        };
        if source.is_empty() {
            return Err(RowFault::NoSource);
        }
        if id.is_empty() {
            return Err(RowFault::NoId);
        }
        let (low, high) = record::event_id(id).ok_or_else(|| RowFault::BadId((*id).to_owned()))?;
        let level = level::from_word(kind);
        if level.is_none() && self.words.len() < SHOWN_WORDS {
            self.words.insert((*kind).to_owned());
        }
        let more = block.get(first_end..).unwrap_or_default();
        Ok(ExportRecord {
            computer: Some((*computer).to_owned()).filter(|name| !name.is_empty()),
            qualifiers: high,
            level: level.unwrap_or(Level::Always),
            category: table::category_number(category),
            user: table::user(user),
            text: table::message(&self.description(rest.unwrap_or_default(), more)),
            ..ExportRecord::new(self.number, ExportTime::Text(time), source, low)
        })
    }

    /// The rest of the first line and the lines after it, freed from quotation marks and from the empty cells that
    /// Excel adds.
    fn description(&self, rest: &str, more: &str) -> String {
        let whole = format!("{rest}{more}");
        let text = whole.trim_end();
        if text.starts_with('"') {
            let text = text.trim_end_matches(char::from(self.delimiter));
            return delimited::unquote(text).into_owned();
        }
        text.to_owned()
    }

    fn notes(self) {
        let separators = match self.delimiter {
            b';' => "semicolons",
            b'\t' => "tabs",
            _ => "commas",
        };
        self.sink.note(format_args!(
            "Its fields are separated by {separators}; it has no header row."
        ));
        if !self.words.is_empty() {
            let words: Vec<&str> = self.words.iter().map(String::as_str).collect();
            self.sink.note(format_args!(
                "Its words for the severity are not known, so the severity is left out: {}.",
                words.join(", ")
            ));
        }
    }
}
