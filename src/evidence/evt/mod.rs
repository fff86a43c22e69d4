//! Windows event logs up to Server 2003 (`.evt`).
//!
//! The file is read whole: a record that runs over the end of the ring goes on behind the header. The header is never
//! trusted; records are found by their structure ([`ring`]) and given in the order of the log. Layout and sources:
//! [`layout`].

mod layout;
mod ring;

use super::log::catalogue::{Catalogue, Key, KindId};
use super::log::place::{self, Place};
use super::log::spans::{Counts, Row};
use super::log::utf16;
use super::model::{Citation, Event, Level, Origin, Problem, Reading};
use super::problems::{EvtFault, Trouble};
use super::stream::EvidenceStream;
use super::tally::Tally;
use super::{ReadContext, Reader};
use crate::case::{Format, FoundFile};
use crate::time::{SECOND, Stamp, Timestamp};
use layout::{DIRTY, Header, Record};
use ring::{Found, Ring};

pub struct EvtReader;

/// Windows Server 2003 cannot make a log larger than this (Microsoft Learn: 4 GiB; in practice 300 MB).
const MOST_BYTES: usize = 4 * 1024 * 1024 * 1024;
/// Records whose sources are asked which log they are from.
const ASKED: usize = 4096;

impl Reader for EvtReader {
    fn format(&self) -> Format {
        Format::Evt
    }

    fn read(
        &self,
        file: &FoundFile,
        stream: &mut EvidenceStream<'_>,
        context: &ReadContext<'_>,
    ) -> Reading {
        let bytes = stream.next_block(MOST_BYTES);
        let header = Header::read(&bytes);
        let ring = ring::find(&bytes, header.as_ref());
        let mut log = Log::new(&bytes, file, context);
        log.settle_place(&ring);
        ring.live.iter().for_each(|found| log.add(found, false));
        log.reading.recovered = ring.recovered.len() as u64;
        if context.include_recovered {
            ring.recovered.iter().for_each(|found| log.add(found, true));
        }
        log.finish(&ring, header)
    }
}

/// The log as it is put together.
struct Log<'a> {
    bytes: &'a [u8],
    file: &'a FoundFile,
    context: &'a ReadContext<'a>,
    /// The log's name; empty where nothing says it.
    channel: String,
    server: Option<String>,
    reading: Reading,
    catalogue: Catalogue,
    counts: Counts,
    last: Option<(Key, KindId)>,
    buffer: Vec<u8>,
    faults: Vec<EvtFault>,
    short: Tally,
}

impl<'a> Log<'a> {
    fn new(bytes: &'a [u8], file: &'a FoundFile, context: &'a ReadContext<'a>) -> Self {
        Self {
            bytes,
            file,
            context,
            channel: String::new(),
            server: None,
            reading: Reading::default(),
            catalogue: Catalogue::default(),
            counts: Counts::default(),
            last: None,
            buffer: Vec::new(),
            faults: Vec::new(),
            short: Tally::default(),
        }
    }

    /// The file does not hold the name of its log: that is its own name, as Windows gave it.
    fn settle_place(&mut self, ring: &Ring) {
        let place = Place::of(self.file, self.context.config);
        self.server = place.server.map(|learnt| learnt.name);
        let (channel, by) = match place.log {
            Some(learnt) if learnt.from == Origin::CaseToml => (learnt.name, "case.toml"),
            Some(learnt) => (learnt.name, "the file's name"),
            None => match self.by_sources(ring) {
                Some(log) => (log.to_owned(), "the sources of its events"),
                None => {
                    self.faults.push(EvtFault::NoLog);
                    return;
                }
            },
        };
        self.reading.notes.push(format!(
            "It does not say which log it is: {channel} by {by}."
        ));
        self.channel = channel;
    }

    fn by_sources(&self, ring: &Ring) -> Option<&'static str> {
        let mut buffer = Vec::new();
        let mut sources = Vec::new();
        for found in ring.live.iter().chain(&ring.recovered).take(ASKED) {
            let record = Record::new(ring::bytes(self.bytes, found, &mut buffer));
            if let Some((source, _)) = record.names() {
                sources.push(utf16::decode(source));
            }
        }
        place::log_by_sources(sources.iter().map(String::as_str))
    }

    fn add(&mut self, found: &Found, recovered: bool) {
        let mut buffer = std::mem::take(&mut self.buffer);
        let record = Record::new(ring::bytes(self.bytes, found, &mut buffer));
        self.add_record(record, found, recovered);
        self.buffer = buffer;
    }

    fn add_record(&mut self, record: Record<'_>, found: &Found, recovered: bool) {
        let seconds = |seconds: u32| Timestamp::from_seconds(i64::from(seconds));
        let (Some((source, computer)), Some(time)) = (record.names(), seconds(record.generated()))
        else {
            return;
        };
        if !recovered {
            self.reading.records += 1;
        }
        let kind = self.kind(source, computer, record.id().0);
        let row = Row {
            kind,
            record_id: u64::from(found.number),
            time,
        };
        if !recovered {
            self.counts.add(&[row], &self.catalogue);
        }
        let kept = self.catalogue.get(kind).filter(|kind| kind.kept);
        let Some(key) = kept.map(|kind| kind.key) else {
            return;
        };
        let (strings, counted) = record.strings();
        if strings.len() < counted {
            self.short.add(format_args!("record {}", found.number));
        }
        let (id, qualifiers) = record.id();
        let event = Event {
            cite: Citation {
                file: self.file.id,
                record: u64::from(found.number),
            },
            time: Stamp {
                at: time,
                precision: SECOND,
                original: None,
            },
            written: seconds(record.written()),
            computer: self.catalogue.text(key.computer),
            channel: self.catalogue.text(key.channel),
            provider: self.catalogue.text(key.provider),
            id,
            qualifiers: Some(qualifiers),
            level: level(record.kind()),
            category: Some(record.category()),
            record_id: Some(u64::from(found.number)),
            strings: strings.into_iter().map(utf16::decode).collect(),
            names: Vec::new(),
            user: layout::sid_text(record.sid()),
            text: None,
            recovered,
        };
        if (self.context.matters)(&event) {
            self.reading.events.push(event);
        }
    }

    fn kind(&mut self, source: &[u8], computer: &[u8], id: u16) -> KindId {
        let computer = match (computer.is_empty(), &self.server) {
            (true, Some(server)) => self.catalogue.name(server),
            _ => self.catalogue.name_utf16(computer),
        };
        let key = Key {
            computer,
            channel: self.catalogue.name(&self.channel),
            provider: self.catalogue.name_utf16(source),
            id,
        };
        match self.last {
            Some((last, kind)) if last == key => kind,
            _ => {
                let kind = self.catalogue.kind(key, self.context.keep);
                self.last = Some((key, kind));
                kind
            }
        }
    }

    fn finish(mut self, ring: &Ring, header: Option<Header>) -> Reading {
        self.reading.spans = self.counts.take(&self.catalogue).into_log_spans();
        self.reading.damaged = ring.broken.len() as u64;
        match header {
            None => self.faults.push(EvtFault::HeaderDamaged),
            Some(header) if header.flags & DIRTY != 0 => self.faults.push(EvtFault::Dirty),
            Some(_) => {}
        }
        let records = ring.live.len() + ring.recovered.len();
        if records == 0 {
            self.faults.push(EvtFault::NoRecords);
        } else if ring.end.is_none() {
            self.faults.push(EvtFault::NoEnd);
        }
        if !ring.broken.is_empty() {
            let mut places = Tally::default();
            for found in &ring.broken {
                places.add(format_args!("record {} at byte {}", found.number, found.at));
            }
            self.faults.push(EvtFault::WrongLength {
                places,
                unanchored: ring.unanchored,
            });
        }
        if ring.lost_bytes > 0 {
            self.faults.push(EvtFault::Gaps {
                bytes: ring.lost_bytes,
            });
        }
        if !self.short.is_empty() {
            self.faults.push(EvtFault::StringsCut(self.short));
        }
        if !ring.recovered.is_empty() {
            self.faults.push(EvtFault::Recovered {
                records: ring.recovered.len() as u64,
                included: self.context.include_recovered,
            });
        }
        self.reading.problems = self
            .faults
            .into_iter()
            .map(|fault| Problem::from(Trouble::new(&self.file.path, fault)))
            .collect();
        self.reading
    }
}

/// winnt.h: `EVENTLOG_ERROR_TYPE` 1, warning 2, information 4, audits 8 and 16, success 0.
fn level(kind: u16) -> Level {
    match kind {
        1 => Level::Error,
        2 => Level::Warning,
        4 => Level::Information,
        _ => Level::Always,
    }
}

#[cfg(test)]
mod tests;
