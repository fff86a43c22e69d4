//! Event details copied as text: out of the Event Viewer of Windows 2003 (the button with two sheets), and of Vista
//! and later ("Copy details as text"), several in one file, often in a mail or ticket with other text around them.
//!
//! ```text
//! Event Type:  Error                        Log Name:      System
//! Event Source: MSExchangeTransport         Source:        Service Control Manager
//! Event Category: Exchange Store Driver     Date:          2/25/2016 11:59:08 AM
//! Event ID:    348                          Event ID:      7036
//! Date:        3/14/2006                    …
//! Time:        9:30:00 AM                   Description:
//! User:        N/A                          The IIS Admin Service service entered the stopped state.
//! Computer:    BH01                         Event Xml:
//! Description:                              <Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event">…
//! ```
//!
//! Sources: Microsoft knowledge base (Q259700 and others print the 2003 form), public postings of both. Nothing marks
//! the end of a 2003 message but its last sentence, which points to Help and Support Center; where that is missing,
//! two blank lines end it.

mod embedded;
mod labels;

use std::str::Lines;

use super::level;
use super::lines::{self, Excerpt};
use super::record::{self, ExportRecord, ExportTime};
use super::sink::Sink;
use crate::evidence::model::Level;
use crate::evidence::problems::{ExportFault, RowFault};
use embedded::Embedded;
use labels::{Field, split, unquoted};

pub fn parse(text: &str, sink: &mut Sink<'_>) {
    let mut block: Option<Block<'_>> = None;
    let (mut row, mut prose) = (0, 0_u64);
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let line = unquoted(line);
        if begins_block(line, lines.clone()) {
            if let Some(done) = block.take() {
                prose += done.finish(sink);
            }
            row += 1;
            block = Some(Block::new(row));
        }
        match &mut block {
            Some(block) => block.add(line),
            None => prose += u64::from(!line.is_empty()),
        }
    }
    if let Some(last) = block {
        if !last.has_message() {
            sink.fault(ExportFault::Cut {
                at: format!("event {row} of the file"),
            });
        }
        prose += last.finish(sink);
    }
    if prose > 0 {
        sink.note(format_args!(
            "{prose} lines beside the events (a mail, a ticket, bytes) are no part of one and were left out."
        ));
    }
}

/// A line that begins a block, if the source of the event follows: texts hold such lines too.
fn begins_block(line: &str, after: Lines<'_>) -> bool {
    /// Lines in which the source must come: the second of a block, or more when a mail is double-spaced.
    const NEAR: usize = 4;
    let first = |field: Field| field.begins_block();
    split(line).is_some_and(|(field, _)| first(field))
        && after
            .take(NEAR)
            .filter_map(|line| split(unquoted(line)))
            .any(|(field, _)| field == Field::Source)
}

enum Part {
    Labels,
    Message,
    Xml,
    /// The event is over; what comes now is no part of it.
    After,
}

struct Block<'t> {
    row: u64,
    part: Part,
    shown: Excerpt<'t>,
    fields: Vec<(Field, &'t str)>,
    /// Blank lines between the labels: a double-spaced mail has one after each.
    blank_labels: usize,
    /// Blank lines at the end of the message so far.
    blank: usize,
    message: Vec<&'t str>,
    xml: String,
    prose: u64,
}

impl<'t> Block<'t> {
    fn new(row: u64) -> Self {
        Self {
            row,
            part: Part::Labels,
            shown: Excerpt::default(),
            fields: Vec::new(),
            blank_labels: 0,
            blank: 0,
            message: Vec::new(),
            xml: String::new(),
            prose: 0,
        }
    }

    fn has_message(&self) -> bool {
        !matches!(self.part, Part::Labels)
    }

    fn add(&mut self, line: &'t str) {
        match self.part {
            Part::Labels => self.label(line),
            Part::Message => self.text(line),
            Part::Xml => self.markup(line),
            Part::After if line.starts_with("<Event") && self.xml.is_empty() => self.markup(line),
            Part::After => self.prose += u64::from(!line.is_empty()),
        }
    }

    fn label(&mut self, line: &'t str) {
        if line.is_empty() {
            self.blank_labels += 1;
            return;
        }
        self.shown.add(line);
        match split(line) {
            Some((Field::Description, value)) => {
                self.part = Part::Message;
                self.text(value);
            }
            Some(field) => self.fields.push(field),
            None => self.prose += 1,
        }
    }

    fn text(&mut self, line: &'t str) {
        if line.is_empty() {
            if self.message.is_empty() {
                return;
            }
            self.blank += 1;
            // Of the blank lines of a double-spaced mail every other one is the mail's own.
            let most = if self.blank_labels >= 3 { 4 } else { 2 };
            if self.blank < most {
                self.message.push(line);
            } else {
                self.part = Part::After;
            }
            return;
        }
        self.blank = 0;
        if line.starts_with("<Event ") || line.starts_with("<Event>") {
            self.drop_label();
            return self.markup(line);
        }
        if is_bytes(line) {
            self.drop_label();
            self.part = Part::After;
            self.prose += 1;
            return;
        }
        self.message.push(line);
        if is_last_sentence(line) {
            self.part = Part::After;
        }
    }

    /// Takes back the label (`Event Xml:`, `Data:`, in any language) of what follows the message.
    fn drop_label(&mut self) {
        let label = self.message.iter().rposition(|line| !line.is_empty());
        if let Some(at) = label
            && self
                .message
                .get(at)
                .is_some_and(|line| line.ends_with([':', '：']))
        {
            self.message.truncate(at);
        }
    }

    fn markup(&mut self, line: &str) {
        self.part = Part::Xml;
        self.xml.push_str(line);
        self.xml.push('\n');
        if line.contains("</Event>") {
            self.part = Part::After;
        }
    }

    /// Hands the record over; the lines that are no part of it.
    fn finish(self, sink: &mut Sink<'_>) -> u64 {
        let embedded = (!self.xml.is_empty()).then(|| embedded::read(&self.xml));
        if matches!(embedded, Some(None)) {
            sink.note(format_args!(
                "The XML below event {} is damaged: only its text was used.",
                self.row
            ));
        }
        let record = match embedded.flatten() {
            Some(embedded) => self.exact(embedded),
            None => self.record(),
        };
        match record {
            Ok(record) => sink.add(record, &self.shown.text()),
            Err(fault) => sink.fail(self.row, fault, &self.shown.text()),
        }
        self.prose
    }

    fn field(&self, wanted: Field) -> Option<&'t str> {
        let found = self.fields.iter().find(|(field, _)| *field == wanted);
        found.and_then(|(_, value)| lines::given(value))
    }

    fn record(&self) -> Result<ExportRecord, RowFault> {
        if !self.has_message() {
            return Err(RowFault::Other("it has no description".to_owned()));
        }
        let source = self.field(Field::Source).ok_or(RowFault::NoSource)?;
        let id = self.field(Field::Id).ok_or(RowFault::NoId)?;
        let (id, qualifiers) =
            record::event_id(id).ok_or_else(|| RowFault::BadId(id.to_owned()))?;
        let date = self.field(Field::Date).ok_or(RowFault::NoTime)?;
        let at = match self.field(Field::Time) {
            Some(time) => format!("{date} {time}"),
            None => date.to_owned(),
        };
        let severity = self.field(Field::Type).or(self.field(Field::Level));
        let owned = |field| self.field(field).map(str::to_owned);
        Ok(ExportRecord {
            qualifiers,
            log: self.field(Field::Log).map(lines::log_name),
            computer: owned(Field::Computer),
            level: severity.and_then(level::from_word).unwrap_or(Level::Always),
            category: self.field(Field::Category).and_then(lines::category),
            user: owned(Field::User),
            text: lines::message(&self.message),
            ..ExportRecord::new(self.row, ExportTime::Text(at), source, id)
        })
    }

    /// The record by the values of its XML, which are exact, with the text from above it.
    fn exact(&self, from: Embedded) -> Result<ExportRecord, RowFault> {
        let (id, _) = record::event_id(&from.id).ok_or_else(|| RowFault::BadId(from.id.clone()))?;
        if from.time.is_empty() {
            return Err(RowFault::NoTime);
        }
        let given = |value: String| (!value.is_empty()).then_some(value);
        let named = from.names.iter().any(|name| !name.is_empty());
        let at = ExportTime::Text(from.time);
        Ok(ExportRecord {
            qualifiers: from.qualifiers,
            log: given(from.channel),
            computer: given(from.computer),
            level: from.level.map_or(Level::Always, Level::from_number),
            category: from.task,
            record_id: from.record_id,
            strings: from.strings,
            names: if named { from.names } else { Vec::new() },
            user: from
                .user
                .or_else(|| self.field(Field::User).map(str::to_owned)),
            text: lines::message(&self.message),
            ..ExportRecord::new(self.row, at, &from.provider, id)
        })
    }
}

/// The sentence with which Windows 2003 and earlier end every message that they copy.
fn is_last_sentence(line: &str) -> bool {
    line.contains("Help and Support Center at http") || line.contains("contentredirect.asp")
}

/// A line of the bytes that an event may carry: `0008: 73 75 6c 74   sult`.
fn is_bytes(line: &str) -> bool {
    let Some((offset, bytes)) = line.split_once(':') else {
        return false;
    };
    let hex = |word: &str, length: usize| {
        word.len() == length && word.bytes().all(|b| b.is_ascii_hexdigit())
    };
    hex(offset, 4)
        && bytes
            .split_whitespace()
            .next()
            .is_some_and(|word| hex(word, 2) || hex(word, 8))
}

#[cfg(test)]
mod tests;
