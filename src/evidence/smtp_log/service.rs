//! What the lines of the service say, whatever the form: messages accepted, messages sent on, starts.

use std::sync::Arc;

use super::sessions::{Envelope, Sessions};
use super::{Form, Line, Row, When};
use crate::case::encoding::TextEncoding;
use crate::evidence::mail_log::{Draft, Ground, Sheet};
use crate::evidence::model::{Citation, MailRecord, Meaning, Reading, ServiceStart};
use crate::evidence::problems::{MailFault, RowFault};
use crate::time::{SECOND, Stamp, Timestamp};

/// Users that stand for the two sides of a connection that the service makes.
const COMMAND: &[u8] = b"OutboundConnectionCommand";
const RESPONSE: &[u8] = b"OutboundConnectionResponse";

/// Starts that are kept of one file.
const MOST_STARTS: usize = 10_000;

/// Reads one file.
pub struct Service<'a> {
    ground: &'a Ground<'a>,
    sheet: Sheet,
    sessions: Sessions,
    /// Number of the virtual server by the folder of the file.
    by_folder: Option<u32>,
    /// The number that the last line named.
    virtual_server: Option<u32>,
    begun: bool,
    timeless: u64,
    /// Lines of unclear times, and the first of them.
    unclear: (u64, u64),
}

/// What a line says of a message.
struct Word<'l> {
    /// The word that the profile knows it by.
    word: &'static [u8],
    id: &'l [u8],
    envelope: Envelope,
}

impl<'a> Service<'a> {
    pub fn new(ground: &'a Ground<'a>, sheet: Sheet) -> Self {
        let mut folders = ground.file.path.rsplit(['/', '!']).skip(1);
        let by_folder = folders.find_map(|folder| number_of_site(folder.as_bytes()));
        Self {
            ground,
            sheet,
            sessions: Sessions::default(),
            by_folder,
            virtual_server: by_folder,
            begun: false,
            timeless: 0,
            unclear: (0, 0),
        }
    }

    pub fn too_long(&mut self, start: &[u8]) {
        self.sheet.lines += 1;
        let fault = RowFault::Other("it is longer than any line of a log".to_owned());
        self.sheet.fail(fault, start);
    }

    pub fn line<'l>(&mut self, line: &'l [u8], fields: &mut Vec<&'l [u8]>, form: &mut dyn Form) {
        self.sheet.lines += 1;
        // The service allots its file ahead, and a crash leaves the zeros where nothing was written yet.
        let line = without_zeros(line);
        if line.trim_ascii().is_empty() {
            return;
        }
        match form.line(line, fields) {
            Err(fault) => self.sheet.fail(fault, line),
            Ok(Line::Header) => {}
            Ok(Line::Begun(at)) => self.start(at),
            Ok(Line::Row(row)) => self.row(&row),
        }
    }

    fn start(&mut self, at: Timestamp) {
        let opens_file = !self.begun && self.sheet.is_empty();
        self.begun = true;
        if self.sheet.starts.len() >= MOST_STARTS {
            return;
        }
        self.sheet.starts.push(ServiceStart {
            cite: Citation {
                file: self.ground.file.id,
                record: self.sheet.lines,
            },
            // Settled when all lines are read.
            server: Arc::from(""),
            virtual_server: self.virtual_server,
            at: Stamp {
                at,
                precision: SECOND,
                original: None,
            },
            opens_file,
        });
    }

    fn row(&mut self, row: &Row<'_>) {
        let virtual_server = number_of_site(row.site).or(self.by_folder);
        self.virtual_server = virtual_server.or(self.virtual_server);
        let word = self.word(row);
        let When::At {
            at,
            precision,
            unclear,
        } = row.time
        else {
            self.timeless += 1;
            return self.sheet.timeless();
        };
        if unclear {
            let first = if self.unclear.0 == 0 {
                self.sheet.lines
            } else {
                self.unclear.1
            };
            self.unclear = (self.unclear.0 + 1, first);
        }
        let (known, meaning) = match &word {
            Some(word) => self.ground.words.meaning(word.word),
            None => (None, Meaning::UNKNOWN),
        };
        let draft = Draft {
            server: row.server,
            virtual_server,
            at,
            meaning,
            message_id: word.as_ref().map_or(b"", |word| word.id),
            originated: None,
        };
        let why = self.sheet.count(self.ground, &draft);
        let (Some(why), Some(word)) = (why, word) else {
            return;
        };
        if self.sheet.has_room(why) {
            let event =
                known.map_or_else(|| Arc::from(String::from_utf8_lossy(word.word)), Arc::clone);
            let mut record = self.record(row, &word, meaning, event);
            record.time.at = at;
            record.time.precision = precision;
            record.virtual_server = virtual_server;
            self.sheet.keep(why, record);
        }
    }

    /// The record of a line; its time and virtual server are put in by whoever knows them.
    fn record(
        &mut self,
        row: &Row<'_>,
        word: &Word<'_>,
        meaning: Meaning,
        event: Arc<str>,
    ) -> MailRecord {
        let cite = Citation {
            file: self.ground.file.id,
            record: self.sheet.lines,
        };
        let mut text = |bytes: &[u8]| self.sheet.decoder.text(bytes);
        let recipients = word.envelope.recipients.iter();
        let recipients: Vec<Arc<str>> = recipients.map(|to| Arc::from(text(to))).collect();
        let count = u32::try_from(recipients.len()).ok();
        MailRecord {
            cite,
            time: Stamp::exact(Timestamp::EARLIEST),
            server: Arc::from(text(row.server)),
            log: self.ground.log,
            step: meaning.step,
            event,
            documented: meaning.documented,
            message_id: Arc::from(text(word.id)),
            recipients,
            recipient_count: count.filter(|count| *count > 0),
            partner: (!row.client.is_empty()).then(|| Arc::from(text(row.client))),
            virtual_server: None,
            subject: None,
            sender: Some(text(&word.envelope.sender)).filter(|sender| !sender.is_empty()),
            size: None,
            originated: None,
        }
    }

    /// What the line says of a message, if it says that it was accepted.
    fn word<'l>(&mut self, row: &Row<'l>) -> Option<Word<'l>> {
        if row.user == COMMAND {
            self.command(row);
            return None;
        }
        if row.user == RESPONSE {
            return self.response(row);
        }
        let peer: &[&[u8]] = &[row.client, row.user];
        let accepted = matches!(row.status, None | Some(0 | 250 | 251));
        match verb(row.method) {
            b"MAIL" if accepted => self.sessions.mail(peer, address(row.query)),
            b"RCPT" if accepted => self.sessions.recipient(peer, address(row.query)),
            b"RSET" | b"QUIT" => self.sessions.drop_message(peer),
            b"DATA" | b"BDAT" => {
                let envelope = self.sessions.end(peer);
                return accepted.then_some(Word {
                    word: b"DATA",
                    id: id_of_data(row.query),
                    envelope,
                });
            }
            _ => {}
        }
        None
    }

    /// The service speaks to another server.
    fn command(&mut self, row: &Row<'_>) {
        let peer: &[&[u8]] = &[row.client, COMMAND];
        match verb(row.method) {
            b"MAIL" => self.sessions.mail(peer, address(row.query)),
            b"RCPT" => self.sessions.recipient(peer, address(row.query)),
            b"RSET" | b"QUIT" => self.sessions.drop_message(peer),
            b"DATA" | b"BDAT" => self.sessions.data(peer),
            _ => {}
        }
    }

    /// Another server answers. A Microsoft server repeats the message id where it accepts a message:
    /// `250 2.6.0 <…> Queued mail for delivery`. In other replies an address may stand in brackets.
    fn response<'l>(&mut self, row: &Row<'l>) -> Option<Word<'l>> {
        let peer: &[&[u8]] = &[row.client, COMMAND];
        let final_reply = row.query.first() != Some(&b'3') && row.query.get(3) != Some(&b'-');
        let queued = memchr::memmem::find(row.query, b"Queued").is_some();
        if !final_reply || !(self.sessions.awaits_answer(peer) || queued) {
            return None;
        }
        let envelope = self.sessions.end(peer);
        let (from, to) = between(row.query).filter(|_| row.query.starts_with(b"250"))?;
        let id = row.query.get(from..=to)?;
        Some(Word {
            word: RESPONSE,
            id,
            envelope,
        })
    }

    pub fn finish(mut self, form: Box<dyn Form>, encoding: Option<TextEncoding>) -> Reading {
        let (mut notes, mut faults) = (Vec::new(), Vec::new());
        form.finish(&mut notes, &mut faults, self.timeless);
        if self.unclear.0 > 0 {
            faults.push(MailFault::UnclearTimes {
                lines: self.unclear.0,
                first: self.unclear.1,
            });
        }
        // A header stands before the lines that name the virtual server; all of a file are of one.
        let number = self.virtual_server;
        for start in &mut self.sheet.starts {
            start.virtual_server = start.virtual_server.or(number);
        }
        self.sheet.finish(self.ground, encoding, notes, faults)
    }
}

/// The number n of `SMTPSVCn`.
fn number_of_site(site: &[u8]) -> Option<u32> {
    let (name, digits) = site.split_at_checked(b"SMTPSVC".len())?;
    if !name.eq_ignore_ascii_case(b"SMTPSVC") {
        return None;
    }
    std::str::from_utf8(digits).ok()?.parse().ok()
}

/// `MAIL` of `MAIL FROM`: Microsoft's examples of the IIS form write the whole.
fn verb(method: &[u8]) -> &[u8] {
    let end = method.iter().position(|byte| matches!(byte, b' ' | b'+'));
    method
        .get(..end.unwrap_or(method.len()))
        .unwrap_or_default()
}

/// The address of `+FROM:+<a@b>+SIZE=12`.
fn address(query: &[u8]) -> &[u8] {
    bracketed(query).unwrap_or_default()
}

/// What stands between the first brackets.
fn between(query: &[u8]) -> Option<(usize, usize)> {
    let from = memchr::memchr(b'<', query)?;
    let length = memchr::memchr(b'>', query.get(from..)?)?;
    Some((from, from.checked_add(length)?))
}

fn bracketed(query: &[u8]) -> Option<&[u8]> {
    let (from, to) = between(query)?;
    query
        .get(from.checked_add(1)?..to)
        .filter(|inner| !inner.is_empty())
}

/// The message id beside DATA, with its brackets if it has them. A `+` inside of them may be the id's own; without
/// them it ends the id.
fn id_of_data(query: &[u8]) -> &[u8] {
    if let Some((from, to)) = between(query) {
        return query.get(from..=to).unwrap_or_default();
    }
    let query = query.strip_prefix(b"+").unwrap_or(query);
    query.split(|byte| *byte == b'+').next().unwrap_or_default()
}

fn without_zeros(line: &[u8]) -> &[u8] {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_and_addresses() {
        assert_eq!(
            id_of_data(b"+<4F5002F2.860022@web.example>"),
            b"<4F5002F2.860022@web.example>"
        );
        assert_eq!(
            id_of_data(b"<CA+b+c@mail.example>+more"),
            b"<CA+b+c@mail.example>"
        );
        assert_eq!(
            id_of_data(b"0019E3517201287MAIL01"),
            b"0019E3517201287MAIL01"
        );
        assert_eq!(id_of_data(b""), b"");
        assert_eq!(address(b"+FROM:+<a@b.example>+SIZE=12"), b"a@b.example");
        assert_eq!(address(b"+FROM:<>"), b"");
        assert_eq!(address(b">x<"), b"");
        assert_eq!(
            (number_of_site(b"SMTPSVC12"), number_of_site(b"W3SVC1")),
            (Some(12), None)
        );
        assert_eq!(verb(b"MAIL FROM"), b"MAIL");
    }
}
