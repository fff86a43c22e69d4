//! Message tracking logs of Exchange 2000/2003 (tabs, UTC; KB 246965) and of 2007 and later (CSV, UTC; TechNet
//! cc539064, bb124375).
//!
//! Blocks are cut at line ends and at the lines that name columns; what lies between is shared out to all cores in
//! parts of a fixed size and put together in order, so that the result hangs on nothing but the bytes.

mod columns;
mod row;
mod split;
#[cfg(test)]
mod tests;

use memchr::memchr;
use memchr::memmem::Finder;
use rayon::prelude::*;

use super::mail_log::{Calendar, Decoder, Feed, Ground, Piece, Sheet, Wanted, Words, lines_of};
use super::model::{Dialect, MailLog, Reading};
use super::problems::{MailFault, RowFault};
use super::stream::EvidenceStream;
use super::{ReadContext, Reader};
use crate::case::{Format, FoundFile};
use columns::Columns;
use row::Rows;

/// Bytes of rows that are read by one core at a time.
const PART: usize = 512 * 1024;

/// Lines of columns whose faults are shown, of a file that has many.
const MOST_FAULTS: usize = 3;

/// The generation of a tracking log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    Of2003,
    Of2007,
}

/// Reads the logs of one generation.
pub struct TrackingReader {
    form: Form,
}

pub const TRACKING_2003: TrackingReader = TrackingReader { form: Form::Of2003 };
pub const TRACKING_2007: TrackingReader = TrackingReader { form: Form::Of2007 };

impl Reader for TrackingReader {
    fn format(&self) -> Format {
        match self.form {
            Form::Of2003 => Format::Tracking2003,
            Form::Of2007 => Format::Tracking2007,
        }
    }

    fn read(
        &self,
        file: &FoundFile,
        stream: &mut EvidenceStream<'_>,
        context: &ReadContext<'_>,
    ) -> Reading {
        let dialect = match self.form {
            Form::Of2003 => Dialect::Tracking2003,
            Form::Of2007 => Dialect::Tracking2007,
        };
        let ground = Ground {
            file,
            config: context.config,
            wanted: Wanted::new(context.followed),
            words: Words::new(context.words, dialect),
            log: MailLog::Tracking,
        };
        let told = context.config.code_page_of(&file.path);
        let mut tracker = Tracker {
            ground: &ground,
            form: self.form,
            columns: Columns::unnamed(self.form),
            named: false,
            headers: Finder::new(b"\n#"),
            sheet: Sheet::new(Decoder::new(told)),
            notes: Vec::new(),
            faults: Vec::new(),
        };
        let encoding = Feed::run(stream, |piece| tracker.take(&piece));
        if !tracker.named && !tracker.sheet.is_empty() && self.form == Form::Of2003 {
            tracker.notes.push(
                "It has no line that names its columns: they are taken by their position (KB 246965).".to_owned(),
            );
        }
        tracker
            .sheet
            .finish(&ground, encoding, tracker.notes, tracker.faults)
    }
}

/// Reads one file.
struct Tracker<'a> {
    ground: &'a Ground<'a>,
    form: Form,
    columns: Option<Columns>,
    /// A line has named the columns.
    named: bool,
    headers: Finder<'static>,
    sheet: Sheet,
    notes: Vec<String>,
    faults: Vec<MailFault>,
}

impl Tracker<'_> {
    fn take(&mut self, piece: &Piece<'_>) {
        match piece {
            Piece::Lines(text) => self.lines(text),
            Piece::Last(line) => self.last(line),
            Piece::TooLong(start) => {
                self.sheet.lines += 1;
                let fault = RowFault::Other("it is longer than any line of a log".to_owned());
                self.sheet.fail(fault, start);
            }
        }
    }

    /// Rows up to the next line that begins with `#`, that line, and so on.
    fn lines(&mut self, text: &[u8]) {
        let mut rest = text;
        while !rest.is_empty() {
            if rest.first() == Some(&b'#') {
                let end = memchr(b'\n', rest).map_or(rest.len(), |end| end + 1);
                let (header, after) = rest.split_at(end.min(rest.len()));
                self.header(header);
                rest = after;
            } else {
                let end = self.headers.find(rest).map_or(rest.len(), |end| end + 1);
                let (rows, after) = rest.split_at(end.min(rest.len()));
                self.rows(rows);
                rest = after;
            }
        }
    }

    fn rows(&mut self, text: &[u8]) {
        let parts = parts(text);
        let sheets: Vec<Sheet> = match parts.as_slice() {
            [one] => vec![self.part(one)],
            many => many.par_iter().map(|part| self.part(part)).collect(),
        };
        for sheet in sheets {
            self.sheet.merge(sheet);
        }
    }

    fn part(&self, text: &[u8]) -> Sheet {
        let mut sheet = Sheet::new(Decoder::new(self.sheet.decoder.told()));
        let columns = self
            .columns
            .as_ref()
            .filter(|columns| columns.lacks.is_empty());
        let mut rows = columns.map(|columns| Rows {
            ground: self.ground,
            form: self.form,
            columns,
            calendar: Calendar::default(),
        });
        let mut fields = Vec::with_capacity(32);
        for line in lines_of(text) {
            sheet.lines += 1;
            // A server that crashed leaves zeros where its last lines were not written any more.
            let line = without_zeros(line);
            match &mut rows {
                _ if line.is_empty() => {}
                Some(rows) => rows.line(line, &mut fields, &mut sheet),
                None => {
                    let why = "no line above it names the columns that are needed";
                    sheet.fail(RowFault::Other(why.to_owned()), line);
                }
            }
        }
        sheet
    }

    /// What stands behind the last line end. The file may break off in the middle of it.
    fn last(&mut self, line: &[u8]) {
        if line.first() == Some(&b'#') {
            return self.header(line);
        }
        self.rows(line);
    }

    fn header(&mut self, line: &[u8]) {
        self.sheet.lines += 1;
        let line = String::from_utf8_lossy(line);
        let line = line.trim_end();
        let named = match (self.form, line.strip_prefix("#Fields:")) {
            (Form::Of2007, Some(names)) => Columns::named(self.form, names.split(',')),
            (Form::Of2007, None) => None,
            (Form::Of2003, _) => {
                let names = line.trim_start_matches(['#', ' ']);
                let tabs = names.contains('\t');
                Columns::named(
                    self.form,
                    names.split(move |c: char| if tabs { c == '\t' } else { c == ' ' }),
                )
            }
        };
        match named {
            Some(columns) => self.change(columns),
            None => self.version(line),
        }
    }

    fn change(&mut self, columns: Columns) {
        if !columns.lacks.is_empty() && self.faults.len() < MOST_FAULTS {
            self.faults.push(MailFault::Columns {
                line: self.sheet.lines,
                lacks: columns.lacks.clone(),
            });
        }
        let differs = self.columns.as_ref() != Some(&columns);
        if self.named && differs && self.notes.len() < MOST_FAULTS {
            let note = format!("Its columns change in line {}.", self.sheet.lines);
            self.notes.push(note);
        }
        self.named = true;
        self.columns = Some(columns);
    }

    /// A version of which no description is known is read by its columns all the same, and said.
    fn version(&mut self, line: &str) {
        let (mark, known): (&str, &[&str]) = match self.form {
            Form::Of2003 => ("Exchange System Attendant Version", &["6"]),
            Form::Of2007 => ("#Version:", &["8", "08", "14", "15"]),
        };
        let Some((_, version)) = line.split_once(mark) else {
            return;
        };
        let version: String = version.trim().chars().take(40).collect();
        let major = version.split('.').next().unwrap_or_default();
        // The header as Microsoft describes it bears no number.
        if version.is_empty() || known.contains(&major) || self.notes.len() >= MOST_FAULTS {
            return;
        }
        self.notes.push(format!(
            "Its header names version {version}, which no description of the form names; it is read by its columns."
        ));
    }
}

/// Cuts rows into parts of about [`PART`] bytes at line ends.
fn parts(text: &[u8]) -> Vec<&[u8]> {
    let mut parts = Vec::with_capacity(text.len() / PART + 1);
    let mut rest = text;
    while rest.len() > PART {
        let end = rest.get(PART..).and_then(|after| memchr(b'\n', after));
        let Some(end) = end.map(|end| end.saturating_add(PART).saturating_add(1)) else {
            break;
        };
        let (part, after) = rest.split_at(end.min(rest.len()));
        parts.push(part);
        rest = after;
    }
    if !rest.is_empty() {
        parts.push(rest);
    }
    parts
}

fn without_zeros(line: &[u8]) -> &[u8] {
    match (line.first(), line.last()) {
        (Some(0), _) | (_, Some(0)) => {
            let from = line
                .iter()
                .position(|byte| *byte != 0)
                .unwrap_or(line.len());
            let to = line
                .iter()
                .rposition(|byte| *byte != 0)
                .map_or(0, |last| last + 1);
            line.get(from..to).unwrap_or_default()
        }
        _ => line,
    }
}
