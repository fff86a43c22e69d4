//! `eventquery.vbs` of Windows XP and 2003: `/fo table`, `list` or `csv`, with or without `/v` and `/nh`.
//!
//! Microsoft Learn (bb490900, cc772995) lists the switches. `Listing the events in 'system' log of host 'BH01'` stands
//! before each log. Columns, quotes and widths are those of outputs in public test data (Logscape): the CSV has
//! `"Type","Event","Date Time","Source","ComputerName","Category","User","Description"`, the table cuts the source to
//! 17 characters (`Service Control M`) and the computer to 14, and writes messages on one line. For the list no sample
//! was found: its layout, a label and a value a line, is inferred. Times are local; in every dated sample the month
//! comes first, with 24 hours.

mod columns;

use super::level;
use super::lines;
use super::record::{self, ExportRecord, ExportTime};
use super::sink::Sink;
use crate::case::time_text;
use crate::evidence::model::Level;
use crate::evidence::problems::RowFault;
use columns::{Column, Layout};

pub fn parse(text: &str, sink: &mut Sink<'_>) {
    let mut query = Query::default();
    for line in text.lines() {
        query.line(line.trim_end(), sink);
    }
    query.close(sink);
    if query.list {
        sink.note("The layout of eventquery's list is inferred: no sample of it was published.");
    }
    if query.completed > 0 {
        sink.note(format_args!(
            "The table cuts off long sources: {} of them were completed (`Service Control M` to `Service Control \
             Manager`).",
            query.completed
        ));
    }
    if query.row > 0 {
        sink.note("eventquery.vbs wrote the month before the day in every sample known; the file itself does not say so.");
    }
}

/// The log and computer that the lines below a `Listing …` are of.
#[derive(Default)]
struct Section {
    log: Option<String>,
    host: Option<String>,
}

#[derive(Default)]
struct Query {
    section: Section,
    layout: Option<Layout>,
    open: Option<Open>,
    row: u64,
    list: bool,
    completed: u64,
}

/// One record as far as it was read.
#[derive(Default)]
struct Open {
    fields: Vec<(Column, String)>,
    shown: String,
    /// CSV: text that is not split yet, as its last quote has not come.
    quoted: Option<String>,
}

impl Query {
    fn line(&mut self, line: &str, sink: &mut Sink<'_>) {
        if let Some(section) = listing(line) {
            self.close(sink);
            self.section = section;
            self.layout = None;
        } else if let Some(layout) = Layout::of_header(line) {
            self.close(sink);
            self.layout = Some(layout);
        } else if is_ruler(line) || (line.trim().is_empty() && !self.in_message()) {
        } else if self.layout.is_none() {
            self.first_row(line, sink);
        } else {
            self.row_line(line, sink);
        }
    }

    /// Whether a blank line could belong to a message.
    fn in_message(&self) -> bool {
        self.open
            .as_ref()
            .is_some_and(|open| open.quoted.is_some() || open.has(Column::Description))
    }

    /// A line before any header: with `/nh` it is a row already, else words of the script host.
    fn first_row(&mut self, line: &str, sink: &mut Sink<'_>) {
        self.layout = Layout::of_row(line);
        if self.layout.is_some() {
            self.row_line(line, sink);
        }
    }

    fn row_line(&mut self, line: &str, sink: &mut Sink<'_>) {
        match self.layout.clone() {
            Some(Layout::Table(table)) => match table.row(line) {
                Some(fields) => self.begin(fields, line, sink),
                None => self.go_on(line, sink),
            },
            Some(Layout::Csv(csv)) => {
                if csv.begins(line) {
                    self.close(sink);
                    self.row += 1;
                    self.open = Some(Open {
                        shown: line.to_owned(),
                        quoted: Some(line.to_owned()),
                        ..Open::default()
                    });
                } else {
                    self.go_on(line, sink);
                }
                self.split_quoted(&csv);
            }
            Some(Layout::List) => {
                self.list = true;
                match columns::labelled(line) {
                    Some((Column::Type, value)) => {
                        self.begin(vec![(Column::Type, value.to_owned())], line, sink);
                    }
                    Some((column, value)) if !self.in_message() => {
                        if let Some(open) = &mut self.open {
                            open.fields.push((column, value.to_owned()));
                        }
                    }
                    _ => self.go_on(line, sink),
                }
            }
            None => {}
        }
    }

    fn begin(&mut self, fields: Vec<(Column, String)>, line: &str, sink: &mut Sink<'_>) {
        self.close(sink);
        self.row += 1;
        self.open = Some(Open {
            fields,
            shown: line.to_owned(),
            quoted: None,
        });
    }

    /// A line that begins no record: the next one of a message, or nothing that can be read.
    fn go_on(&mut self, line: &str, sink: &mut Sink<'_>) {
        match &mut self.open {
            Some(open) => open.go_on(line),
            None => {
                self.row += 1;
                let fault = RowFault::Other("it does not fit the columns".to_owned());
                sink.fail(self.row, fault, line);
            }
        }
    }

    /// Splits a CSV record once its last quote has come.
    fn split_quoted(&mut self, csv: &columns::Csv) {
        if let Some(open) = &mut self.open
            && let Some(quoted) = open.quoted.take()
        {
            match csv.split(&quoted) {
                Some(fields) => open.fields = fields,
                None => open.quoted = Some(quoted),
            }
        }
    }

    fn close(&mut self, sink: &mut Sink<'_>) {
        let Some(open) = self.open.take() else {
            return;
        };
        match self.record(&open) {
            Ok(record) => sink.add(record, &open.shown),
            Err(fault) => sink.fail(self.row, fault, &open.shown),
        }
    }

    fn record(&mut self, open: &Open) -> Result<ExportRecord, RowFault> {
        if open.quoted.is_some() {
            return Err(RowFault::Other("its last quote is missing".to_owned()));
        }
        let id = open.given(Column::Event).ok_or(RowFault::NoId)?;
        let (id, qualifiers) =
            record::event_id(id).ok_or_else(|| RowFault::BadId(id.to_owned()))?;
        let at = open.given(Column::DateTime).ok_or(RowFault::NoTime)?;
        if !time_text::has_shape(at) {
            return Err(RowFault::BadTime(at.to_owned()));
        }
        let source = open.given(Column::Source).ok_or(RowFault::NoSource)?;
        let source = match columns::completed(source) {
            Some(whole) if matches!(self.layout, Some(Layout::Table(_))) => {
                self.completed += 1;
                whole
            }
            _ => source,
        };
        let message: Vec<&str> = open
            .get(Column::Description)
            .unwrap_or("")
            .lines()
            .collect();
        Ok(ExportRecord {
            qualifiers,
            log: self.section.log.clone(),
            computer: self.computer(open.given(Column::Computer)),
            level: open
                .given(Column::Type)
                .and_then(level::from_word)
                .unwrap_or(Level::Always),
            user: open.given(Column::User).map(str::to_owned),
            text: lines::message(&message),
            ..ExportRecord::new(self.row, ExportTime::Text(at.to_owned()), source, id)
        })
    }

    /// The computer of a record; one that the table cut off, by the host of the listing.
    fn computer(&self, of_record: Option<&str>) -> Option<String> {
        let host = self.section.host.as_deref();
        let Some(name) = of_record else {
            return host.map(str::to_owned);
        };
        let cut = name.chars().count() == columns::COMPUTER_WIDTH
            && matches!(self.layout, Some(Layout::Table(_)));
        let whole = host.filter(|host| {
            cut && host
                .get(..name.len())
                .is_some_and(|head| head.eq_ignore_ascii_case(name))
        });
        Some(whole.unwrap_or(name).to_owned())
    }
}

impl Open {
    fn get(&self, wanted: Column) -> Option<&str> {
        let found = self.fields.iter().find(|(column, _)| *column == wanted);
        found.map(|(_, value)| value.as_str())
    }

    fn given(&self, wanted: Column) -> Option<&str> {
        self.get(wanted).and_then(lines::given)
    }

    fn has(&self, wanted: Column) -> bool {
        self.get(wanted).is_some()
    }

    fn go_on(&mut self, line: &str) {
        let message = |(column, _): &&mut (Column, String)| *column == Column::Description;
        let into = match &mut self.quoted {
            Some(quoted) => Some(quoted),
            None => self.fields.iter_mut().find(message).map(|(_, text)| text),
        };
        if let Some(text) = into {
            text.push('\n');
            text.push_str(line);
        }
    }
}

/// `Listing the events in 'system' log of host 'BH01'`.
fn listing(line: &str) -> Option<Section> {
    let rest = line.trim().strip_prefix("Listing the events in '")?;
    let (log, rest) = rest.split_once("' log of host '")?;
    let host = rest.strip_suffix('\'').unwrap_or(rest);
    Some(Section {
        log: Some(lines::log_name(log)).filter(|log| !log.is_empty()),
        host: Some(host.to_owned()).filter(|host| !host.is_empty()),
    })
}

/// A line of nothing but dashes or equals signs.
fn is_ruler(line: &str) -> bool {
    let line = line.trim();
    line.len() >= 3 && line.chars().all(|c| matches!(c, '-' | '=' | ' '))
}

#[cfg(test)]
mod tests;
