//! Where the parsers of all forms put what they find, and what becomes of it: events, counts, problems.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use super::missing_text;
use super::record::{ExportRecord, ExportTime};
use crate::case::FoundFile;
use crate::case::time_text::{self, LocalRules, TimeFault};
use crate::evidence::ReadContext;
use crate::evidence::log::catalogue::{Catalogue, Key, KindId};
use crate::evidence::log::place::{self, Place};
use crate::evidence::log::spans::{Counts, Row};
use crate::evidence::model::{
    Citation, Event, LocalRecord, LocalRecords, Origin, Problem, Reading, RecordKind,
};
use crate::evidence::problems::{ExportFault, FailedRow, RowFault, Trouble};
use crate::time::{Stamp, Timestamp};

/// What a server is called that nothing names.
pub const UNKNOWN_SERVER: &str = "(unknown server)";

/// Failing rows that are shown; the rest is counted.
const SHOWN: usize = 3;
/// Characters of a failing row that are shown.
const EXCERPT: usize = 120;

/// Takes the records of one file.
pub struct Sink<'a> {
    file: &'a FoundFile,
    context: &'a ReadContext<'a>,
    kinds: Vec<RecordKind>,
    by_kind: HashMap<(Option<String>, Option<String>, String, u16), u32>,
    rows: Vec<Taken>,
    faults: Vec<ExportFault>,
    failed: Vec<FailedRow>,
    failures: u64,
    notes: Vec<String>,
}

/// One record taken.
struct Taken {
    row: u64,
    time: RowTime,
    record_id: Option<u64>,
    kind: u32,
    event: Option<Box<Event>>,
}

enum RowTime {
    At(Timestamp),
    Local(Box<str>),
}

impl<'a> Sink<'a> {
    pub fn new(file: &'a FoundFile, context: &'a ReadContext<'a>) -> Self {
        Self {
            file,
            context,
            kinds: Vec::new(),
            by_kind: HashMap::new(),
            rows: Vec::new(),
            faults: Vec::new(),
            failed: Vec::new(),
            failures: 0,
            notes: Vec::new(),
        }
    }

    /// A record that could be read. One whose time is none is counted as failed; `text` is what to show of it then.
    pub fn add(&mut self, mut record: ExportRecord, text: &str) {
        missing_text::settle(&mut record);
        let (time, stamp) = match self.time(&record.time) {
            Ok(read) => read,
            Err(fault) => return self.fail(record.row, fault, text),
        };
        let kind = self.kind(&record);
        let event = self.kept(&record, stamp).map(Box::new);
        self.rows.push(Taken {
            row: record.row,
            time,
            record_id: record.record_id,
            kind,
            event,
        });
    }

    /// A record that could not be read, with its text or the beginning of it.
    pub fn fail(&mut self, row: u64, fault: RowFault, text: &str) {
        self.failures += 1;
        if self.failed.len() < SHOWN {
            let mut excerpt: String = text.trim().chars().take(EXCERPT).collect();
            if excerpt.len() < text.trim().len() {
                excerpt.push('…');
            }
            self.failed.push(FailedRow {
                row,
                fault,
                excerpt,
            });
        }
    }

    /// Something about the file as a whole.
    pub fn fault(&mut self, fault: ExportFault) {
        self.faults.push(fault);
    }

    /// How the file was understood, as a sentence.
    pub fn note(&mut self, note: impl fmt::Display) {
        self.notes.push(note.to_string());
    }

    fn time(&self, time: &ExportTime) -> Result<(RowTime, Option<Stamp>), RowFault> {
        match time {
            ExportTime::At(stamp) => Ok((RowTime::At(stamp.at), Some(stamp.clone()))),
            ExportTime::Text(text) => match time_text::read(text, LocalRules::default()) {
                Ok(read) => Ok((RowTime::At(read.stamp.at), Some(read.stamp))),
                Err(TimeFault::NoZone | TimeFault::NoDateOrder) => {
                    Ok((RowTime::Local(text.as_str().into()), None))
                }
                Err(TimeFault::NotATime | TimeFault::OutOfRange) => {
                    Err(RowFault::BadTime(text.clone()))
                }
            },
        }
    }

    fn kind(&mut self, record: &ExportRecord) -> u32 {
        let key = (
            record.computer.clone(),
            record.log.clone(),
            record.source.clone(),
            record.id,
        );
        let next = u32::try_from(self.kinds.len()).unwrap_or(u32::MAX);
        let kinds = &mut self.kinds;
        *self.by_kind.entry(key).or_insert_with(|| {
            let name = |name: &Option<String>| Arc::from(name.as_deref().unwrap_or_default());
            kinds.push(RecordKind {
                computer: name(&record.computer),
                channel: name(&record.log),
                provider: Arc::from(record.source.as_str()),
                id: record.id,
            });
            next
        })
    }

    /// The event, if the profile wants it.
    fn kept(&self, record: &ExportRecord, stamp: Option<Stamp>) -> Option<Event> {
        let channel = record.log.as_deref().unwrap_or_default();
        if !(self.context.keep)(channel, &record.source, record.id) {
            return None;
        }
        let event = Event {
            cite: Citation {
                file: self.file.id,
                record: record.record_id.unwrap_or(record.row),
            },
            time: stamp.unwrap_or_else(|| Stamp::exact(Timestamp::EARLIEST)),
            written: record.written,
            computer: Arc::from(record.computer.as_deref().unwrap_or_default()),
            channel: Arc::from(channel),
            provider: Arc::from(record.source.as_str()),
            id: record.id,
            qualifiers: record.qualifiers,
            level: record.level,
            category: record.category,
            record_id: record.record_id,
            strings: record.strings.clone(),
            names: record.names.clone(),
            user: record.user.clone(),
            text: record.text.clone(),
            recovered: false,
        };
        (self.context.matters)(&event).then_some(event)
    }

    /// Settles server and log where records do not say them, and puts the reading together.
    pub fn finish(mut self) -> Reading {
        self.settle_places();
        if self.failures > 0 {
            self.faults.push(ExportFault::Rows {
                failed: self.failures,
                total: self.failures + self.rows.len() as u64,
                first: std::mem::take(&mut self.failed),
            });
        }
        if !self.rows.is_empty() && self.rows.iter().all(|row| row.record_id.is_none()) {
            self.notes.push(
                "Its records bear no numbers: rows that were left out when it was saved cannot be noticed."
                    .to_owned(),
            );
        }
        let mut reading = Reading {
            records: self.rows.len() as u64,
            damaged: self.failures,
            notes: self.notes,
            ..Reading::default()
        };
        reading.problems = self
            .faults
            .into_iter()
            .map(|fault| Problem::from(Trouble::new(&self.file.path, fault)))
            .collect();
        let (counts, catalogue) = place_rows(self.rows, self.kinds, &mut reading);
        let mut counts = counts;
        reading.spans = counts.take(&catalogue).into_log_spans();
        reading
    }

    fn settle_places(&mut self) {
        let place = Place::of(self.file, self.context.config);
        let lacking =
            |of: fn(&RecordKind) -> &str| self.kinds.iter().any(|kind| of(kind).is_empty());
        let server = lacking(|kind| &kind.computer).then(|| match place.server {
            Some(learnt) => {
                self.notes.push(format!(
                    "Its records do not name their computer: {} by {}.",
                    learnt.name,
                    learnt.from.as_str()
                ));
                learnt.name
            }
            None => {
                self.faults.push(ExportFault::NoServer);
                UNKNOWN_SERVER.to_owned()
            }
        });
        let by_sources = || {
            let sources = self.kinds.iter().map(|kind| kind.provider.as_ref());
            place::log_by_sources(sources)
        };
        let log = lacking(|kind| &kind.channel).then(|| match place.log {
            Some(learnt) => {
                self.notes.push(format!(
                    "Its records do not name their log: {} by {}.",
                    learnt.name,
                    match learnt.from {
                        Origin::CaseToml => "case.toml",
                        _ => "the file's name",
                    }
                ));
                learnt.name
            }
            None => match by_sources() {
                Some(log) => {
                    self.notes.push(format!(
                        "Its records do not name their log: {log} by the sources that they are from."
                    ));
                    log.to_owned()
                }
                None => {
                    self.faults.push(ExportFault::NoLog);
                    String::new()
                }
            },
        });
        let fill = |name: &mut Arc<str>, given: &Option<String>| {
            if let Some(given) = given.as_deref().filter(|_| name.is_empty()) {
                *name = Arc::from(given);
            }
        };
        for kind in &mut self.kinds {
            fill(&mut kind.computer, &server);
            fill(&mut kind.channel, &log);
        }
        for event in self.rows.iter_mut().filter_map(|row| row.event.as_mut()) {
            fill(&mut event.computer, &server);
            fill(&mut event.channel, &log);
        }
    }
}

/// Rows of known time to events and counts, the others to the local records.
fn place_rows(
    rows: Vec<Taken>,
    kinds: Vec<RecordKind>,
    reading: &mut Reading,
) -> (Counts, Catalogue) {
    let mut catalogue = Catalogue::default();
    let ids: Vec<KindId> = kinds
        .iter()
        .map(|kind| {
            let key = Key {
                computer: catalogue.name(&kind.computer),
                channel: catalogue.name(&kind.channel),
                provider: catalogue.name(&kind.provider),
                id: kind.id,
            };
            catalogue.kind(key, &|_, _, _| false)
        })
        .collect();
    let mut counts = Counts::default();
    let mut local = Vec::new();
    for row in rows {
        match row.time {
            RowTime::At(time) => {
                let Some(&kind) = usize::try_from(row.kind).ok().and_then(|at| ids.get(at)) else {
                    continue;
                };
                match row.record_id {
                    Some(record_id) => counts.add(
                        &[Row {
                            kind,
                            record_id,
                            time,
                        }],
                        &catalogue,
                    ),
                    None => counts.add_unnumbered(kind, time, &catalogue),
                }
                reading.events.extend(row.event.map(|event| *event));
            }
            RowTime::Local(written) => local.push(LocalRecord {
                row: row.row,
                written,
                record_id: row.record_id,
                kind: row.kind,
                event: row.event,
            }),
        }
    }
    if !local.is_empty() {
        reading.local = LocalRecords {
            kinds,
            records: local,
        };
    }
    (counts, catalogue)
}
