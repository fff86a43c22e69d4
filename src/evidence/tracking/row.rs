//! One row: what it says, and the record that is kept of it.

use std::sync::Arc;

use super::Form;
use super::columns::{Column, Columns};
use super::split;
use crate::evidence::mail_log::{Calendar, Decoder, Draft, Ground, Sheet, date_time, trimmed};
use crate::evidence::model::{Citation, MailRecord, Meaning, Step};
use crate::evidence::problems::RowFault;
use crate::time::{Stamp, Timestamp};

/// Services that stand in the column of the partner where no server does (KB 246965).
const SERVICES: [&[u8]; 6] = [b"SMTP", b"X400", b"MAPI", b"IMAP4", b"POP3", b"STORE"];

/// Reads the rows under one line of columns.
pub struct Rows<'a> {
    pub ground: &'a Ground<'a>,
    pub form: Form,
    pub columns: &'a Columns,
    pub calendar: Calendar,
}

/// A row that could be read.
struct Row<'l> {
    fields: &'l [&'l [u8]],
    at: Timestamp,
    precision: i64,
    word: &'l [u8],
    known: Option<&'l Arc<str>>,
    meaning: Meaning,
    /// The server whose log it is, and the one at the other end, as far as the row names them.
    server: &'l [u8],
    partner: &'l [u8],
    originated: Option<(Timestamp, i64)>,
}

impl<'a> Rows<'a> {
    /// Reads one line, with `fields` for its parts.
    pub fn line<'l>(&mut self, line: &'l [u8], fields: &mut Vec<&'l [u8]>, sheet: &mut Sheet)
    where
        'a: 'l,
    {
        if let Err(fault) = self.split(line, fields) {
            return sheet.fail(fault, line);
        }
        match self.read(fields) {
            Err(fault) => sheet.fail(fault, line),
            Ok(row) => {
                let id = trimmed(self.columns.field(fields, Column::MessageId));
                let draft = Draft {
                    server: row.server,
                    virtual_server: None,
                    at: row.at,
                    meaning: row.meaning,
                    message_id: id,
                    originated: row.originated.map(|(at, _)| at),
                };
                let why = sheet.count(self.ground, &draft);
                if let Some(why) = why.filter(|why| sheet.has_room(*why)) {
                    let record = self.record(&row, id, sheet);
                    sheet.keep(why, record);
                }
            }
        }
    }

    fn split<'l>(&self, line: &'l [u8], fields: &mut Vec<&'l [u8]>) -> Result<(), RowFault> {
        let found = match self.form {
            Form::Of2003 => split::at_tabs(line, fields),
            Form::Of2007 => split::at_commas(line, fields)
                .ok_or_else(|| RowFault::Other("a quotation mark is not closed".to_owned()))?,
        };
        let (least, most) = self.columns.width;
        if (least..=most).contains(&found) {
            return Ok(());
        }
        // Empty fields at the end are no fields.
        if found > most
            && fields
                .iter()
                .skip(most)
                .all(|field| field.trim_ascii().is_empty())
        {
            fields.truncate(most);
            return Ok(());
        }
        let subject = self.columns.position(Column::Subject);
        let broken =
            subject.filter(|_| self.form == Form::Of2003 && found > most && found == fields.len());
        let mended = broken.and_then(|at| split::mend(line, fields, at, most));
        mended.ok_or(RowFault::Fields {
            found,
            expected: most,
        })
    }

    fn read<'l>(&mut self, fields: &'l [&'l [u8]]) -> Result<Row<'l>, RowFault>
    where
        'a: 'l,
    {
        let field = |column| trimmed(self.columns.field(fields, column));
        let when = match self.form {
            Form::Of2003 => [field(Column::Date), field(Column::Time)],
            Form::Of2007 => [field(Column::DateTime), b""],
        };
        let instant = match self.form {
            Form::Of2003 => date_time(&mut self.calendar, when[0], when[1]),
            Form::Of2007 => self.calendar.instant(when[0]),
        };
        let (at, precision) = instant.ok_or_else(|| no_time(&when))?;
        let word = field(Column::Event);
        if word.is_empty() {
            return Err(RowFault::NoId);
        }
        let (known, meaning) = self.ground.words.meaning(word);
        let (server, partner) = self.ends(meaning.step, fields);
        let originated = self.originated(meaning.step, field(Column::Originated));
        Ok(Row {
            fields,
            at,
            precision,
            word,
            known,
            meaning,
            server,
            partner,
            originated,
        })
    }

    /// The server that writes the row, and the other one. In the form of 2007 `server-hostname` is the destination
    /// (TechNet cc539064): that is the writer itself where it receives, and the other end where it hands on.
    fn ends<'l>(&self, step: Step, fields: &[&'l [u8]]) -> (&'l [u8], &'l [u8]) {
        let field = |column| trimmed(self.columns.field(fields, column));
        let (client, server) = (field(Column::ClientHost), field(Column::Server));
        match (self.form, step) {
            (Form::Of2003, _) => {
                let partner = field(Column::Partner);
                let service = SERVICES
                    .iter()
                    .any(|name| name.eq_ignore_ascii_case(partner));
                (server, if service { b"" } else { partner })
            }
            (Form::Of2007, Step::Received) => (server, client),
            (Form::Of2007, Step::SentOn | Step::Delivered | Step::Submitted | Step::FromStore) => {
                (client, server)
            }
            (Form::Of2007, _) => (b"", b""),
        }
    }

    /// When the message was first submitted. KB 246965 calls the column of 2003 a number of seconds, valid for mail of
    /// the organisation alone; a number is therefore left alone, and only a date used, as WMI's OriginationTime has it.
    /// In the form of 2007 message-info begins with the time for DELIVER and SEND (Learn, "Message tracking").
    fn originated(&mut self, step: Step, text: &[u8]) -> Option<(Timestamp, i64)> {
        let text = match self.form {
            Form::Of2003 => text,
            Form::Of2007 if matches!(step, Step::SentOn | Step::Delivered) => {
                let end = text.iter().position(|byte| *byte == b';');
                text.get(..end.unwrap_or(text.len()))?
            }
            Form::Of2007 => return None,
        };
        if text.len() < 8 {
            return None;
        }
        self.calendar.instant(text)
    }

    fn record(&self, row: &Row<'_>, id: &[u8], sheet: &mut Sheet) -> MailRecord {
        let line = sheet.lines;
        let decoder = &mut sheet.decoder;
        let field = |column| trimmed(self.columns.field(row.fields, column));
        let mut text = |bytes: &[u8]| self.text(bytes, decoder);
        let some = |text: String| (!text.is_empty()).then_some(text);
        let original = match self.form {
            Form::Of2003 => format!(
                "{} {}",
                text(field(Column::Date)),
                text(field(Column::Time))
            ),
            Form::Of2007 => text(field(Column::DateTime)),
        };
        let recipients = text(field(Column::Recipient));
        let recipients = match self.form {
            Form::Of2003 => vec![recipients],
            Form::Of2007 => recipients.split(';').map(str::to_owned).collect(),
        };
        let originated = row.originated.map(|(at, precision)| Stamp {
            at,
            precision,
            original: some(text(field(Column::Originated))),
        });
        MailRecord {
            cite: Citation {
                file: self.ground.file.id,
                record: line,
            },
            time: Stamp {
                at: row.at,
                precision: row.precision,
                original: Some(original),
            },
            server: Arc::from(text(row.server)),
            log: self.ground.log,
            step: row.meaning.step,
            event: row
                .known
                .map_or_else(|| Arc::from(text(row.word)), Arc::clone),
            documented: row.meaning.documented,
            message_id: Arc::from(text(id)),
            recipients: recipients
                .into_iter()
                .map(|to| to.trim().to_owned())
                .filter(|to| !to.is_empty())
                .map(Arc::from)
                .collect(),
            recipient_count: number(field(Column::Recipients)),
            partner: some(text(row.partner)).map(Arc::from),
            virtual_server: None,
            subject: some(text(field(Column::Subject))),
            sender: some(text(field(Column::Sender))),
            size: number(field(Column::Size)),
            originated,
        }
    }

    fn text(&self, field: &[u8], decoder: &mut Decoder) -> String {
        let text = decoder.text(field);
        match self.form {
            Form::Of2007 if text.contains("\"\"") => text.replace("\"\"", "\""),
            _ => text,
        }
    }
}

fn number<T: std::str::FromStr>(field: &[u8]) -> Option<T> {
    std::str::from_utf8(field).ok()?.parse().ok()
}

fn no_time(when: &[&[u8]; 2]) -> RowFault {
    let text = String::from_utf8_lossy(&when.join(&b' ')).trim().to_owned();
    if text.is_empty() {
        RowFault::NoTime
    } else {
        RowFault::BadTime(text.chars().take(40).collect())
    }
}
