//! The sheet of one file, or of a part of it: lines counted, failing ones noted, those that matter kept.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::servers::{self, Count, Server, Servers};
use super::text::Decoder;
use super::{Wanted, Words, excerpt};
use crate::case::encoding::TextEncoding;
use crate::case::{CaseConfig, FoundFile};
use crate::evidence::exports::UNKNOWN_SERVER;
use crate::evidence::log::place::Place;
use crate::evidence::model::{
    Cell, Citation, MailLog, MailReading, MailRecord, MailSpan, Meaning, Problem, Reading,
    ServiceStart, Traffic,
};
use crate::evidence::problems::{FailedRow, MailFault, RowFault, Trouble};
use crate::time::{Stamp, Timestamp};

/// Failing lines that are shown; the rest is counted.
const SHOWN: usize = 3;

/// Lines of followed messages that are kept of one file, and their bytes.
const MOST_FOLLOWED: (usize, usize) = (100_000, 64 << 20);
/// Lines that are kept for another reason, and their bytes.
const MOST_OTHERS: (usize, usize) = (50_000, 32 << 20);

/// About how many bytes a kept line takes besides its texts.
const RECORD_BYTES: usize = 300;

/// What is the same for all lines of a file.
pub struct Ground<'a> {
    pub file: &'a FoundFile,
    pub config: &'a CaseConfig,
    pub wanted: Wanted<'a>,
    pub words: Words,
    pub log: MailLog,
}

/// What counts of a line before anything of it is copied.
pub struct Draft<'l> {
    /// Empty where the line does not name its server.
    pub server: &'l [u8],
    pub virtual_server: Option<u32>,
    pub at: Timestamp,
    pub meaning: Meaning,
    /// Empty where it is about no message.
    pub message_id: &'l [u8],
    pub originated: Option<Timestamp>,
}

/// Why a line is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    Followed,
    /// Its message came late, or every message is wanted.
    Other,
}

/// The sheet. Parts of a file have sheets of their own that are put together in the order of the file.
pub struct Sheet {
    /// Lines gone by, those of headers among them.
    pub lines: u64,
    rows: u64,
    failed: u64,
    first: Vec<FailedRow>,
    servers: Servers,
    followed: Kept,
    others: Kept,
    pub decoder: Decoder,
    pub starts: Vec<ServiceStart>,
}

impl Sheet {
    pub fn new(decoder: Decoder) -> Self {
        Self {
            lines: 0,
            rows: 0,
            failed: 0,
            first: Vec::new(),
            servers: Servers::default(),
            followed: Kept::new(MOST_FOLLOWED),
            others: Kept::new(MOST_OTHERS),
            decoder,
            starts: Vec::new(),
        }
    }

    /// Whether no line has been read yet, whether well or not.
    pub fn is_empty(&self) -> bool {
        self.rows == 0 && self.failed == 0
    }

    /// The current line could not be read.
    pub fn fail(&mut self, fault: RowFault, line: &[u8]) {
        self.failed += 1;
        if self.first.len() < SHOWN {
            self.first.push(FailedRow {
                row: self.lines,
                fault,
                excerpt: excerpt(line),
            });
        }
    }

    /// The current line was read, but has no place in time.
    pub fn timeless(&mut self) {
        self.rows += 1;
    }

    /// Counts the current line; why it is to be kept, if it is.
    pub fn count(&mut self, ground: &Ground<'_>, draft: &Draft<'_>) -> Option<Why> {
        self.rows += 1;
        let final_step = draft.meaning.documented && draft.meaning.step.is_final();
        let age = draft
            .originated
            .map(|originated| draft.at.since(originated));
        let count = Count {
            line: self.lines,
            at: draft.at,
            done: final_step.then_some(age),
        };
        self.servers.add(draft.server, draft.virtual_server, &count);
        if draft.message_id.is_empty() {
            return None;
        }
        if ground.wanted.holds(draft.message_id) {
            return Some(Why::Followed);
        }
        let late = final_step && age.is_some_and(|age| age >= ground.wanted.late_after());
        (late || ground.wanted.all()).then_some(Why::Other)
    }

    /// Whether there is still room for a line that is kept for this reason; it is counted as left out if not.
    pub fn has_room(&mut self, why: Why) -> bool {
        self.kept(why).has_room()
    }

    /// Keeps the current line, whose record cites its number.
    pub fn keep(&mut self, why: Why, record: MailRecord) {
        self.kept(why).add(record);
    }

    fn kept(&mut self, why: Why) -> &mut Kept {
        match why {
            Why::Followed => &mut self.followed,
            Why::Other => &mut self.others,
        }
    }

    /// Adds the sheet of the part that follows.
    pub fn merge(&mut self, more: Self) {
        self.servers.merge(more.servers, self.lines);
        self.rows += more.rows;
        self.failed += more.failed;
        let room = SHOWN.saturating_sub(self.first.len());
        let first = more.first.into_iter().take(room).map(|failed| FailedRow {
            row: failed.row.saturating_add(self.lines),
            ..failed
        });
        self.first.extend(first);
        self.followed.merge(more.followed, self.lines);
        self.others.merge(more.others, self.lines);
        self.decoder.assumed |= more.decoder.assumed;
        self.lines += more.lines;
    }

    /// The reading that the sheet amounts to.
    pub fn finish(
        mut self,
        ground: &Ground<'_>,
        encoding: Option<TextEncoding>,
        mut notes: Vec<String>,
        mut faults: Vec<MailFault>,
    ) -> Reading {
        self.servers.close();
        faults.extend(self.faults());
        if let Some(encoding) = encoding.filter(|encoding| encoding.is_utf16()) {
            notes.push(format!("Its text is {}.", encoding.describe()));
        }
        let mut decoder = Decoder::new(self.decoder.told());
        let own = self.own_server(ground, &mut decoder, &mut notes, &mut faults);
        Reading {
            records: self.rows,
            damaged: self.failed,
            mail: self.mail(ground, &own, &mut decoder),
            notes,
            problems: faults
                .into_iter()
                .map(|fault| Problem::from(Trouble::new(&ground.file.path, fault)))
                .collect(),
            ..Reading::default()
        }
    }

    /// What went wrong with lines.
    fn faults(&mut self) -> Vec<MailFault> {
        let mut faults = Vec::new();
        if self.failed > 0 {
            faults.push(MailFault::Lines {
                failed: self.failed,
                total: self.failed + self.rows,
                first: std::mem::take(&mut self.first),
            });
        }
        if self.decoder.assumed {
            faults.push(MailFault::AssumedCodePage);
        }
        if self.servers.uncounted > 0 {
            let lines = self.servers.uncounted;
            faults.push(MailFault::Uncounted { lines });
        }
        for (kept, followed) in [(&self.followed, true), (&self.others, false)] {
            if kept.left_out > 0 {
                faults.push(MailFault::LeftOut {
                    kept: kept.records.len() as u64,
                    left_out: kept.left_out,
                    followed,
                });
            }
        }
        faults
    }

    /// Everything kept and counted, with `own` as the server of what names none.
    fn mail(mut self, ground: &Ground<'_>, own: &Arc<str>, decoder: &mut Decoder) -> MailReading {
        let mut records = self.followed.records;
        records.append(&mut self.others.records);
        records.sort_by_key(|record| record.cite.record);
        let of_records = records.iter_mut().map(|record| &mut record.server);
        let of_starts = self.starts.iter_mut().map(|start| &mut start.server);
        for server in of_records.chain(of_starts).filter(|name| name.is_empty()) {
            *server = Arc::clone(own);
        }
        let mut spans: Vec<MailSpan> = Vec::new();
        let mut traffic: BTreeMap<Arc<str>, BTreeMap<i64, Cell>> = BTreeMap::new();
        for server in self.servers.all {
            let name = match &*server.name {
                b"" => Arc::clone(own),
                name => Arc::from(decoder.text(name)),
            };
            put(&mut spans, span(&server, &name, ground));
            let cells = traffic.entry(name).or_default();
            for (number, cell) in server.cells {
                servers::add(cells, number, cell);
            }
        }
        let traffic = traffic.into_iter().map(|(server, cells)| Traffic {
            server,
            log: ground.log,
            cells,
        });
        MailReading {
            records,
            traffic: traffic.collect(),
            spans,
            starts: self.starts,
        }
    }

    /// The server that writes the file, for the lines that do not name it: the one that most others name, else what
    /// `case.toml` or names say.
    fn own_server(
        &self,
        ground: &Ground<'_>,
        decoder: &mut Decoder,
        notes: &mut Vec<String>,
        faults: &mut Vec<MailFault>,
    ) -> Arc<str> {
        let nameless = |server: &Server| server.name.is_empty();
        if !self.servers.all.iter().any(nameless) && self.starts.is_empty() {
            return Arc::from(UNKNOWN_SERVER);
        }
        let mut lines: BTreeMap<&[u8], u64> = BTreeMap::new();
        for server in self.servers.all.iter().filter(|server| !nameless(server)) {
            *lines.entry(&server.name).or_default() += server.lines;
        }
        let most = lines
            .iter()
            .max_by_key(|(name, count)| (**count, std::cmp::Reverse(**name)));
        if let Some((name, _)) = most {
            return Arc::from(decoder.text(name));
        }
        match Place::of_mail_log(ground.file, ground.config).server {
            Some(learnt) => {
                notes.push(format!(
                    "Its lines do not name their server: {} by {}.",
                    learnt.name,
                    learnt.from.as_str()
                ));
                Arc::from(learnt.name)
            }
            None => {
                faults.push(MailFault::NoServer);
                Arc::from(UNKNOWN_SERVER)
            }
        }
    }
}

/// Adds a span to that of the same server, which some lines may name and others not.
fn put(spans: &mut Vec<MailSpan>, span: MailSpan) {
    let same = |known: &&mut MailSpan| {
        known.server == span.server && known.virtual_server == span.virtual_server
    };
    match spans.iter_mut().find(same) {
        None => spans.push(span),
        Some(known) => {
            known.from = known.from.min(span.from);
            known.to = known.to.max(span.to);
            known.lines += span.lines;
        }
    }
}

fn span(server: &Server, name: &Arc<str>, ground: &Ground<'_>) -> MailSpan {
    MailSpan {
        cite: Citation {
            file: ground.file.id,
            record: server.first,
        },
        server: Arc::clone(name),
        log: ground.log,
        virtual_server: server.virtual_server,
        from: server.from,
        to: server.to,
        lines: server.lines,
    }
}

/// The first lines that are kept for one reason.
struct Kept {
    records: Vec<MailRecord>,
    bytes: usize,
    left_out: u64,
    most: (usize, usize),
}

impl Kept {
    fn new(most: (usize, usize)) -> Self {
        Self {
            records: Vec::new(),
            bytes: 0,
            left_out: 0,
            most,
        }
    }

    fn has_room(&mut self) -> bool {
        let room = self.records.len() < self.most.0 && self.bytes < self.most.1;
        // Once one is left out all later ones are, so that what is kept is the first part of the file.
        let room = room && self.left_out == 0;
        self.left_out += u64::from(!room);
        room
    }

    fn add(&mut self, record: MailRecord) {
        self.bytes = self.bytes.saturating_add(weight(&record));
        self.records.push(record);
    }

    fn merge(&mut self, more: Self, lines: u64) {
        for mut record in more.records {
            if self.has_room() {
                record.cite.record = record.cite.record.saturating_add(lines);
                self.add(record);
            }
        }
        self.left_out += more.left_out;
    }
}

/// About how many bytes a record takes.
fn weight(record: &MailRecord) -> usize {
    let recipients: usize = record.recipients.iter().map(|to| to.len() + 32).sum();
    let texts = [&record.subject, &record.sender];
    let texts: usize = texts
        .iter()
        .filter_map(|text| text.as_ref())
        .map(String::len)
        .sum();
    let original = |stamp: Option<&Stamp>| {
        stamp
            .and_then(|stamp| stamp.original.as_ref())
            .map_or(0, String::len)
    };
    RECORD_BYTES
        + recipients
        + texts
        + record.message_id.len()
        + original(Some(&record.time))
        + original(record.originated.as_ref())
}
