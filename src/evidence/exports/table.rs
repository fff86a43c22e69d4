//! Exports with a header row: finding the columns by their names, and what every such form says alike.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::level;
use super::record::{self, ExportRecord, ExportTime};
use super::sink::Sink;
use crate::case::delimited::{self, Row, Rows};
use crate::case::event_columns::{self, Column, Form, Header};
use crate::case::time_text;
use crate::evidence::model::Level;
use crate::evidence::problems::{ExportFault, RowFault};

/// Words for severities that are shown when they are unknown.
const SHOWN_WORDS: usize = 3;

/// One row under its header.
pub struct TableRow<'a> {
    pub header: &'a Header,
    /// Counted from 1, without the header.
    pub number: u64,
    row: Row<'a>,
}

impl TableRow<'_> {
    /// What the row says in that column, without blanks around it; `None` when that is nothing.
    pub fn text(&self, column: Column) -> Option<&str> {
        let cell = self.row.cells.get(self.header.at(column)?)?;
        Some(cell.trim()).filter(|cell| !cell.is_empty())
    }

    fn owned(&self, column: Column) -> Option<String> {
        self.text(column).map(str::to_owned)
    }

    pub fn number(&self, column: Column) -> Option<u16> {
        self.text(column)?.parse().ok()
    }

    /// The message. Event Viewer writes it behind the columns that have a name, and what is unquoted there may hold
    /// the delimiter.
    fn message(&self, unnamed: bool) -> Option<String> {
        let named = self.header.at(Column::Message);
        let at = match unnamed {
            true => named.or(Some(self.header.named())),
            false => named,
        }?;
        let cells = self.row.cells.get(at..)?;
        let is_last = at + 1 >= self.header.named();
        let text: Cow<'_, str> = match cells {
            [] => return None,
            [first, rest @ ..] if rest.iter().all(|c| c.is_empty()) || !is_last => {
                Cow::Borrowed(first)
            }
            several => {
                let delimiter = char::from(self.header.delimiter).to_string();
                Cow::Owned(several.join(&delimiter))
            }
        };
        message(&text)
    }

    /// What all forms say alike.
    fn record(&self, unnamed_message: bool) -> Result<ExportRecord, RowFault> {
        let time = self.owned(Column::Time).ok_or(RowFault::NoTime)?;
        if !time_text::has_shape(&time) {
            return Err(RowFault::BadTime(time));
        }
        let id = |column| {
            self.text(column)
                .map(|text| record::event_id(text).ok_or_else(|| RowFault::BadId(text.to_owned())))
        };
        let full = id(Column::FullId).transpose()?;
        let (id, qualifiers) = match (id(Column::Id).transpose()?, full) {
            (Some((id, high)), None) => (id, high),
            // The same identifier: whole, and its low half (.NET's `EventLogEntry`).
            (Some((id, _)), Some((low, high))) if id == low => (id, high),
            (Some(_), Some(_)) => {
                let what = "its two event ids contradict each other".to_owned();
                return Err(RowFault::Other(what));
            }
            (None, Some((id, high))) => (id, high),
            (None, None) => return Err(RowFault::NoId),
        };
        let source = match self.header.has(Column::Source) {
            true => self.text(Column::Source).ok_or(RowFault::NoSource)?,
            false => "",
        };
        let record_id = match self.text(Column::RecordNumber) {
            Some(text) => {
                let number = text.parse().ok().filter(|number| *number > 0);
                let fault = || RowFault::Other(format!("`{text}` is no record number"));
                Some(number.ok_or_else(fault)?)
            }
            None => None,
        };
        Ok(ExportRecord {
            computer: self.owned(Column::Computer),
            log: self.owned(Column::Log),
            qualifiers: self.number(Column::Qualifiers).or(qualifiers),
            level: self.level().unwrap_or(Level::Always),
            category: self
                .number(Column::CategoryNumber)
                .or_else(|| category_number(self.text(Column::Category)?)),
            record_id,
            user: self.text(Column::User).and_then(user),
            text: self.message(unnamed_message),
            ..ExportRecord::new(self.number, ExportTime::Text(time), source, id)
        })
    }

    /// From the numbers, which every language writes alike, else from the words.
    fn level(&self) -> Option<Level> {
        let number = || {
            let number: u8 = self.text(Column::LevelNumber)?.parse().ok()?;
            Some(Level::from_number(number))
        };
        let event_type = || level::from_event_type(self.number(Column::EventType)?);
        let word = || level::from_word(self.text(Column::Level)?);
        number().or_else(event_type).or_else(word)
    }

    /// The word for the severity, if it is the only thing that says it and nobody knows it.
    fn unknown_word(&self) -> Option<&str> {
        self.text(Column::Level).filter(|_| self.level().is_none())
    }
}

/// A message as it is kept: line breaks are LF, none at the end; `None` for an empty one.
pub fn message(text: &str) -> Option<String> {
    let text = text.trim_end().replace("\r\n", "\n");
    (!text.trim().is_empty()).then_some(text)
}

/// `N/A` is nobody.
pub fn user(text: &str) -> Option<String> {
    let text = text.trim();
    let nobody = text.is_empty() || text.eq_ignore_ascii_case("N/A");
    (!nobody).then(|| text.to_owned())
}

/// `(4)` is how Event Viewer and .NET show a category whose name they do not find.
pub fn category_number(text: &str) -> Option<u16> {
    let inner = text.trim().strip_prefix('(')?.strip_suffix(')')?;
    inner.parse().ok()
}

/// Reads all rows of a text of that form. `finish` adds what the form alone says.
pub fn read(
    text: &str,
    form: Form,
    sink: &mut Sink<'_>,
    mut finish: impl FnMut(&TableRow<'_>, &mut ExportRecord) -> Result<(), RowFault>,
) {
    let Some(header) = Header::find(text, form) else {
        sink.fault(ExportFault::Malformed {
            at: "row 1".to_owned(),
            what: "no row names the columns".to_owned(),
        });
        return;
    };
    let unnamed_message = form == Form::EventViewer;
    if !unnamed_message && !header.has(Column::Message) && !header.has(Column::Strings) {
        sink.fault(ExportFault::NoStrings);
    }
    if !header.has(Column::Source) {
        sink.fault(ExportFault::NoSource);
    }
    let begins = |line: &str| begins_row(line, &header);
    let body = text.get(header.end..).unwrap_or_default();
    let rows = Rows::new(body, header.delimiter).beginning_with(&begins);
    let (mut number, mut stray, mut words) = (0, 0_u64, BTreeSet::new());
    for row in rows {
        if event_columns::type_line(row.text).is_some()
            || event_columns::is_separator_line(row.text)
            || is_header(&row, &header)
        {
            // Exports that were put one behind the other.
            continue;
        }
        number += 1;
        stray += u64::from(row.stray_quote);
        let row = TableRow {
            header: &header,
            number,
            row,
        };
        let record = shape(&row, unnamed_message)
            .and_then(|()| row.record(unnamed_message))
            .and_then(|mut record| finish(&row, &mut record).map(|()| record));
        match record {
            Ok(record) => {
                if words.len() < SHOWN_WORDS {
                    words.extend(row.unknown_word().map(str::to_owned));
                }
                sink.add(record, row.row.text);
            }
            Err(fault) => sink.fail(number, fault, row.row.text),
        }
    }
    notes(&header, stray, &words, sink);
}

fn notes(header: &Header, stray: u64, words: &BTreeSet<String>, sink: &mut Sink<'_>) {
    let separators = match header.delimiter {
        b';' => "semicolons",
        b'\t' => "tabs",
        _ => "commas",
    };
    sink.note(format_args!(
        "Its columns are separated by {separators} and named by a header row."
    ));
    if !header.has(Column::Source) {
        sink.note(
            "Its rows do not name the source of an event: nothing tells which events matter.",
        );
    }
    if stray > 0 {
        sink.note(format_args!(
            "{stray} of its rows hold quotation marks that are not doubled: where such a row ends is uncertain."
        ));
    }
    if !words.is_empty() {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        sink.note(format_args!(
            "Its words for the severity are not known, so the severity is left out: {}.",
            words.join(", ")
        ));
    }
}

/// Whether a row has as many cells as its header says.
fn shape(row: &TableRow<'_>, unnamed_message: bool) -> Result<(), RowFault> {
    if !row.row.closed {
        return Err(RowFault::Other(
            "a quotation mark is not closed, so it breaks off or runs into the next one".to_owned(),
        ));
    }
    let expected = row.header.named();
    let filled = row.row.cells.iter().rposition(|cell| !cell.is_empty());
    let filled = filled.map_or(0, |at| at + 1);
    // An unquoted message at the end of a row may hold delimiters.
    let open_end = unnamed_message
        && row
            .header
            .at(Column::Message)
            .is_none_or(|at| at + 1 >= expected);
    let cells = row.row.cells.len();
    let found = match cells < expected {
        true => cells,
        false => filled.max(expected),
    };
    if found < expected || (!open_end && found > expected) {
        return Err(RowFault::Fields { found, expected });
    }
    Ok(())
}

fn is_header(row: &Row<'_>, header: &Header) -> bool {
    let named = |cells: usize| {
        header
            .cells
            .iter()
            .take(cells)
            .map(|cell| cell.trim_matches('\u{feff}'))
    };
    let cells = row.cells.iter().map(|cell| cell.trim_matches('\u{feff}'));
    cells.eq(named(header.cells.len()))
}

/// Whether a line inside a quoted cell is a row of its own: it has a time and an identifier where the header says.
/// That can be told only where the message, which holds the lines, stands behind both.
fn begins_row(line: &str, header: &Header) -> bool {
    let (Some(time), Some(id)) = (
        header.at(Column::Time),
        header.at(Column::Id).or(header.at(Column::FullId)),
    ) else {
        return false;
    };
    let last = time.max(id);
    if header
        .at(Column::Message)
        .is_some_and(|message| message <= last)
    {
        return false;
    }
    let delimiter = char::from(header.delimiter);
    let line = line.trim_end_matches('\r');
    let cells: Vec<&str> = line.split(delimiter).take(last.saturating_add(1)).collect();
    let cell = |at: usize| cells.get(at).map(|cell| delimited::unquote(cell));
    cell(time).is_some_and(|time| time_text::has_shape(&time))
        && cell(id).is_some_and(|id| record::event_id(&id).is_some())
}
