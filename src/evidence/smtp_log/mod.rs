//! Logs of the SMTP service of IIS: W3C extended (UTC, columns by `#Fields`), the form of IIS (commas, local time) and
//! that of the NCSA (local time with its offset).
//!
//! A command of a client and each side of a connection that the service makes is a line of its own. Message ids stand
//! beside DATA, and in the replies of other Microsoft servers; sender and recipients in the lines before, which belong
//! to the same message as far as connections can be told apart ([`sessions`]).

mod form_iis;
mod form_ncsa;
mod form_w3c;
mod service;
mod sessions;
#[cfg(test)]
mod tests;

use super::mail_log::{Decoder, Feed, Ground, Piece, Sheet, Wanted, Words, lines_of};
use super::model::{Dialect, MailLog, Reading};
use super::problems::{MailFault, RowFault};
use super::stream::EvidenceStream;
use super::{ReadContext, Reader};
use crate::case::{Format, FoundFile};
use form_iis::Iis;
use form_ncsa::Ncsa;
use form_w3c::W3c;
use service::Service;

/// One line taken apart.
#[derive(Debug, Default, PartialEq)]
struct Row<'l> {
    time: When,
    /// The other end.
    client: &'l [u8],
    /// What the client calls itself, or which side of a connection of the service's own this is.
    user: &'l [u8],
    /// `SMTPSVC1`.
    site: &'l [u8],
    server: &'l [u8],
    method: &'l [u8],
    /// What follows the command, or the text of a reply; blanks are written as `+`.
    query: &'l [u8],
    status: Option<u16>,
}

/// When a line was written.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum When {
    At {
        at: crate::time::Timestamp,
        precision: i64,
        /// The clock showed that time twice, or never.
        unclear: bool,
    },
    /// Nobody says by which clock.
    #[default]
    Unknown,
}

/// What a form makes of a line.
enum Line<'l> {
    Row(Row<'l>),
    /// A header says that the service began to write at that time.
    Begun(crate::time::Timestamp),
    /// Any other line of a header.
    Header,
}

/// One form of the log.
trait Form: Send {
    /// Takes a line apart, with `fields` for its parts.
    fn line<'l>(
        &mut self,
        line: &'l [u8],
        fields: &mut Vec<&'l [u8]>,
    ) -> Result<Line<'l>, RowFault>;

    /// Looks at the first lines before they are read.
    fn look_ahead(&mut self, _: &[u8]) {}

    /// Adds how the file was understood, and what was wrong with it as a whole. `timeless`: lines without a time.
    fn finish(self: Box<Self>, notes: &mut Vec<String>, faults: &mut Vec<MailFault>, timeless: u64);
}

/// Reads the logs of one form.
pub struct SmtpReader {
    format: Format,
    form: fn(&FoundFile, &ReadContext<'_>) -> Box<dyn Form>,
}

pub const W3C: SmtpReader = SmtpReader {
    format: Format::SmtpW3c,
    form: |_, _| Box::new(W3c::default()),
};
pub const IIS: SmtpReader = SmtpReader {
    format: Format::SmtpIis,
    form: |file, context| Box::new(Iis::new(file, context)),
};
pub const NCSA: SmtpReader = SmtpReader {
    format: Format::SmtpNcsa,
    form: |_, _| Box::new(Ncsa::default()),
};

impl Reader for SmtpReader {
    fn format(&self) -> Format {
        self.format
    }

    fn read(
        &self,
        file: &FoundFile,
        stream: &mut EvidenceStream<'_>,
        context: &ReadContext<'_>,
    ) -> Reading {
        let ground = Ground {
            file,
            config: context.config,
            wanted: Wanted::new(context.followed),
            words: Words::new(context.words, Dialect::Smtp),
            log: MailLog::Smtp,
        };
        let sheet = Sheet::new(Decoder::new(context.config.code_page_of(&file.path)));
        let mut service = Service::new(&ground, sheet);
        let mut form = (self.form)(file, context);
        let mut looked = false;
        let encoding = Feed::run(stream, |piece| match piece {
            Piece::Lines(text) | Piece::Last(text) => {
                if !looked {
                    form.look_ahead(text);
                    looked = true;
                }
                let mut fields = Vec::with_capacity(32);
                for line in lines_of(text) {
                    service.line(line, &mut fields, form.as_mut());
                }
            }
            Piece::TooLong(start) => service.too_long(start),
        });
        service.finish(form, encoding)
    }
}
