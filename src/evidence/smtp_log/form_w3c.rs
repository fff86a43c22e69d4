//! W3C extended: columns by `#Fields`, a blank between them, UTC.

use memchr::memchr_iter;

use super::{Form, Line, Row, When};
use crate::evidence::mail_log::{Calendar, date_time, trimmed};
use crate::evidence::problems::{MailFault, RowFault};
use crate::time::Timestamp;

/// Fields that are told apart.
const MOST_FIELDS: usize = 128;

/// Notes on columns that change.
const MOST_NOTES: usize = 3;

#[derive(Clone, Copy)]
enum Column {
    Date,
    Time,
    Client,
    User,
    Site,
    Server,
    Method,
    Query,
    Status,
}

const NAMES: [(&str, Column); 9] = [
    ("date", Column::Date),
    ("time", Column::Time),
    ("c-ip", Column::Client),
    ("cs-username", Column::User),
    ("s-sitename", Column::Site),
    ("s-computername", Column::Server),
    ("cs-method", Column::Method),
    ("cs-uri-query", Column::Query),
    ("sc-status", Column::Status),
];

#[derive(Default)]
pub struct W3c {
    at: [Option<usize>; NAMES.len()],
    width: usize,
    /// The names of the columns, to notice a change.
    names: String,
    /// Day of the last `#Date`, for logs that write times alone.
    day: Vec<u8>,
    calendar: Calendar,
    lines: u64,
    notes: Vec<String>,
}

impl Form for W3c {
    fn line<'l>(
        &mut self,
        line: &'l [u8],
        fields: &mut Vec<&'l [u8]>,
    ) -> Result<Line<'l>, RowFault> {
        self.lines += 1;
        if line.first() == Some(&b'#') {
            return Ok(self.header(line));
        }
        if self.width == 0 {
            let why = "no line above it names the columns";
            return Err(RowFault::Other(why.to_owned()));
        }
        split(line, fields);
        if fields.len() != self.width {
            return Err(RowFault::Fields {
                found: fields.len(),
                expected: self.width,
            });
        }
        let columns = self.at;
        let field = |column| trimmed(field(&columns, fields, column));
        let time = field(Column::Time);
        let date = match field(Column::Date) {
            b"" => self.day.as_slice(),
            date => date,
        };
        if time.is_empty() || date.is_empty() {
            return Err(RowFault::NoTime);
        }
        let Some((at, precision)) = date_time(&mut self.calendar, date, time) else {
            let written = [date, b" ", time].concat();
            return Err(RowFault::BadTime(
                String::from_utf8_lossy(&written).chars().take(40).collect(),
            ));
        };
        let status = std::str::from_utf8(field(Column::Status)).ok();
        Ok(Line::Row(Row {
            time: When::At {
                at,
                precision,
                unclear: false,
            },
            client: field(Column::Client),
            user: field(Column::User),
            site: field(Column::Site),
            server: field(Column::Server),
            method: field(Column::Method),
            query: field(Column::Query),
            status: status.and_then(|status| status.parse().ok()),
        }))
    }

    fn finish(self: Box<Self>, notes: &mut Vec<String>, _: &mut Vec<MailFault>, _: u64) {
        notes.extend(self.notes);
    }
}

impl W3c {
    fn header<'l>(&mut self, line: &[u8]) -> Line<'l> {
        let text = String::from_utf8_lossy(line);
        if let Some(names) = text.strip_prefix("#Fields:") {
            self.columns(names);
        }
        let Some(date) = text.strip_prefix("#Date:") else {
            return Line::Header;
        };
        match self.begun(date.trim()) {
            Some(at) => Line::Begun(at),
            None => Line::Header,
        }
    }

    fn begun(&mut self, date: &str) -> Option<Timestamp> {
        let (at, _) = self.calendar.instant(date.as_bytes())?;
        let day = date.split([' ', 'T']).next()?;
        self.day = day.as_bytes().to_vec();
        Some(at)
    }

    fn columns(&mut self, names: &str) {
        let names = names.trim();
        if !self.names.is_empty() && self.names != names && self.notes.len() < MOST_NOTES {
            self.notes
                .push(format!("Its columns change in line {}.", self.lines));
        }
        names.clone_into(&mut self.names);
        self.at = [None; NAMES.len()];
        self.width = 0;
        for (position, name) in names.split_ascii_whitespace().enumerate() {
            self.width = position + 1;
            let known = NAMES
                .iter()
                .find(|(known, _)| known.eq_ignore_ascii_case(name));
            if let Some(place) = known.and_then(|(_, column)| self.at.get_mut(*column as usize)) {
                *place = Some(position);
            }
        }
    }
}

fn field<'l>(columns: &[Option<usize>], fields: &[&'l [u8]], column: Column) -> &'l [u8] {
    let at = columns.get(column as usize).copied().flatten();
    at.and_then(|at| fields.get(at))
        .copied()
        .unwrap_or_default()
}

/// Splits at single blanks; a blank at the end ends nothing.
fn split<'l>(line: &'l [u8], fields: &mut Vec<&'l [u8]>) {
    let line = line.trim_ascii_end();
    fields.clear();
    let mut from = 0;
    for end in memchr_iter(b' ', line)
        .chain([line.len()])
        .take(MOST_FIELDS)
    {
        fields.extend(line.get(from..end));
        from = end.saturating_add(1);
    }
}
