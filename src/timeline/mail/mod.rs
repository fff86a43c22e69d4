//! What the logs of the mail system say, in one order of time, each line once.
//!
//! A tracking log that was copied twice, once while the server was still writing it, gives most lines twice. The same
//! line in two files is one record with two citations; two like lines of one file are two records, because a log
//! repeats itself where something happens again within a second.

mod coverage;
mod traffic;

use std::sync::Arc;

use super::{Clocks, LogCoverage};
use crate::evidence::model::{
    Citation, FileId, MailLog, MailReading, MailRecord, MailSpan, ServiceStart, Traffic,
};
use crate::time::{Bracket, Timestamp};

/// A line of such a log with the server it belongs to and the time it was really written.
#[derive(Clone, Debug)]
pub struct TimedMail {
    pub record: MailRecord,
    /// The server's name in its one spelling.
    pub server: Arc<str>,
    /// The server at the other end, likewise.
    pub partner: Option<Arc<str>>,
    /// The logged time less the clock's known offset.
    pub at: Timestamp,
    pub when: Bracket,
    /// The same line in other files.
    pub copies: Vec<Citation>,
}

/// A sign that SMTP had started, with when that was.
#[derive(Clone, Debug)]
pub struct TimedStart {
    pub start: ServiceStart,
    pub server: Arc<str>,
    pub at: Timestamp,
    pub when: Bracket,
    /// The same header in other files.
    pub copies: Vec<Citation>,
}

/// What one file holds of the log of one server.
struct FileMail {
    server: Arc<str>,
    span: MailSpan,
}

/// What all files gave of the logs of the mail system, before it is put in order.
#[derive(Default)]
pub(super) struct Gathered {
    records: Vec<TimedMail>,
    starts: Vec<TimedStart>,
    traffic: Vec<Traffic>,
    spans: Vec<FileMail>,
}

/// The same in order, each line once.
pub(super) struct Settled {
    pub records: Vec<TimedMail>,
    pub starts: Vec<TimedStart>,
    pub traffic: Vec<Traffic>,
    pub coverage: Vec<LogCoverage>,
    pub duplicates: u64,
}

impl Gathered {
    /// Takes what one file gave. `spelling` gives a server's one spelling.
    pub fn add(
        &mut self,
        reading: MailReading,
        clocks: &Clocks,
        spelling: &mut dyn FnMut(&str) -> Arc<str>,
    ) {
        for record in reading.records {
            let server = spelling(&record.server);
            let partner = record.partner.as_deref().map(&mut *spelling);
            let when = clocks.own(&server, &record.time);
            let at = record.time.at.plus(-clocks.ahead(&server));
            self.records.push(TimedMail {
                record,
                server,
                partner,
                at,
                when,
                copies: Vec::new(),
            });
        }
        for start in reading.starts {
            let server = spelling(&start.server);
            let when = clocks.own(&server, &start.at);
            let at = start.at.at.plus(-clocks.ahead(&server));
            self.starts.push(TimedStart {
                start,
                server,
                at,
                when,
                copies: Vec::new(),
            });
        }
        self.traffic
            .extend(reading.traffic.into_iter().map(|traffic| Traffic {
                server: spelling(&traffic.server),
                ..traffic
            }));
        self.spans
            .extend(reading.spans.into_iter().map(|span| FileMail {
                server: spelling(&span.server),
                span,
            }));
    }

    /// Puts everything in order of time, server, log and evidence, copies folded.
    pub fn settle(self, clocks: &Clocks) -> Settled {
        let read = self.records.len();
        let mut records = fold(
            self.records,
            |mail| (line(mail), mail.record.cite),
            |kept, copy| kept.copies.push(copy.record.cite),
        );
        let duplicates = read.saturating_sub(records.len()) as u64;
        records.sort_by(|a, b| order(a).cmp(&order(b)));
        let mut starts = fold(
            self.starts,
            |start| (header(start), start.start.cite),
            |kept, copy| {
                kept.copies.push(copy.start.cite);
                // Where one copy of the log goes back further, the header does not open the log.
                kept.start.opens_file &= copy.start.opens_file;
            },
        );
        starts
            .sort_by(|a, b| (a.at, &a.server, a.start.cite).cmp(&(b.at, &b.server, b.start.cite)));
        let traffic = traffic::merged(self.traffic);
        let coverage = coverage::of_logs(&self.spans, &traffic, clocks);
        Settled {
            records,
            starts,
            traffic,
            coverage,
            duplicates,
        }
    }
}

fn order(mail: &TimedMail) -> (Timestamp, &str, MailLog, Citation) {
    (mail.at, &mail.server, mail.record.log, mail.record.cite)
}

/// Everything that a line says, to be compared with the lines of other files.
type Line = (
    (Arc<str>, MailLog, Option<u32>, Timestamp),
    (Arc<str>, Arc<str>),
    (Vec<Arc<str>>, Option<u32>, Option<Arc<str>>),
    (
        Option<String>,
        Option<String>,
        Option<u64>,
        Option<Timestamp>,
    ),
);

fn line(mail: &TimedMail) -> Line {
    let record = &mail.record;
    (
        (
            Arc::clone(&mail.server),
            record.log,
            record.virtual_server,
            mail.at,
        ),
        (Arc::clone(&record.event), Arc::clone(&record.message_id)),
        (
            record.recipients.clone(),
            record.recipient_count,
            mail.partner.clone(),
        ),
        (
            record.subject.clone(),
            record.sender.clone(),
            record.size,
            record.originated.as_ref().map(|stamp| stamp.at),
        ),
    )
}

fn header(start: &TimedStart) -> (Arc<str>, Option<u32>, Timestamp) {
    (
        Arc::clone(&start.server),
        start.start.virtual_server,
        start.at,
    )
}

/// Folds what is alike in different files: the n-th of one file with the n-th of another.
fn fold<T, K: Ord>(
    mut items: Vec<T>,
    key: impl Fn(&T) -> (K, Citation),
    join: impl Fn(&mut T, &T),
) -> Vec<T> {
    items.sort_by_cached_key(&key);
    let mut kept: Vec<T> = Vec::with_capacity(items.len());
    // What is alike stands side by side, by file: how many of the current file came before, and where the
    // first of them all is.
    let mut first = 0;
    let mut of_file: (Option<FileId>, usize) = (None, 0);
    for item in items {
        let (like, cite) = key(&item);
        if kept.get(first).is_none_or(|known| key(known).0 != like) {
            first = kept.len();
            of_file = (None, 0);
        }
        if of_file.0 != Some(cite.file) {
            of_file = (Some(cite.file), 0);
        }
        match kept.get_mut(first.saturating_add(of_file.1)) {
            Some(known) => join(known, &item),
            None => kept.push(item),
        }
        of_file.1 += 1;
    }
    kept
}

#[cfg(test)]
mod tests;
