//! Windows event logs up to Server 2003 (`.evt`).
//!
//! The file is held whole: the oldest record may stand anywhere, and one that runs over the end of the ring goes on
//! behind the header. The header is never trusted; records are found by their structure ([`ring`]) and given in the
//! order of the log. Of records that nobody wants nothing is kept but number and time. Layout and sources: [`layout`].

mod layout;
mod recent;
mod ring;

use std::collections::HashSet;

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
use recent::RecentKinds;
use ring::{Found, Ring};

pub struct EvtReader;

/// No log is larger, because its offsets have 32 bits. What stands behind is hashed, but not read.
const MOST_BYTES: usize = 4 * 1024 * 1024 * 1024;
/// Bytes read at a time, while those before are hashed.
const BLOCK_BYTES: usize = 1024 * 1024;
/// Memory that is taken on the word of the file's listed length alone.
const MOST_RESERVED: u64 = 512 * 1024 * 1024;
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
        let (bytes, whole) = read_whole(file, stream);
        let header = Header::read(&bytes);
        let ring = ring::find(&bytes, header.as_ref());
        let mut log = Log::new(&bytes, file, context);
        if !whole {
            log.faults.push(EvtFault::TooLong);
        }
        log.settle_place(&ring);
        ring.live.iter().for_each(|found| log.add(found, false));
        log.reading.recovered = ring.recovered.len() as u64;
        if context.include_recovered {
            ring.recovered.iter().for_each(|found| log.add(found, true));
            let events = &mut log.reading.events;
            events.sort_by_key(|event| (event.record_id, event.recovered));
        }
        log.finish(&ring, header)
    }
}

/// The file's bytes, and whether these are all.
fn read_whole(file: &FoundFile, stream: &mut EvidenceStream<'_>) -> (Vec<u8>, bool) {
    let listed = usize::try_from(file.bytes.min(MOST_RESERVED)).unwrap_or(0);
    let (mut bytes, mut whole) = (Vec::with_capacity(listed), true);
    stream.each_block(BLOCK_BYTES, |block| {
        let room = MOST_BYTES.saturating_sub(bytes.len());
        bytes.extend_from_slice(block.get(..room).unwrap_or(block));
        whole &= block.len() <= room;
    });
    (bytes, whole)
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
    recent: RecentKinds<'a>,
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
            recent: RecentKinds::default(),
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
        let (Some(kind), Some(time)) = (self.kind(record, found), seconds(record.generated()))
        else {
            return;
        };
        if !recovered {
            self.reading.records += 1;
        }
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

    fn kind(&mut self, record: Record<'_>, found: &Found) -> Option<KindId> {
        let (id, _) = record.id();
        if let Some(kind) = self.recent.get(id, record) {
            return Some(kind);
        }
        let (source, computer) = record.names()?;
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
        let kind = self.catalogue.kind(key, self.context.keep);
        // One that goes on behind the header lies nowhere as a whole.
        let end = found.at.saturating_add(found.length);
        let whole = self.bytes.get(found.at..end).map(Record::new);
        if let Some(names) = whole.and_then(Record::name_bytes) {
            self.recent.note(id, names, kind);
        }
        Some(kind)
    }

    /// How many of the recovered records the log still holds: a file that grows leaves copies behind.
    fn copies(&self, ring: &Ring) -> u64 {
        let mut buffer = Vec::new();
        let mut key = |found: &Found| {
            let record = Record::new(ring::bytes(self.bytes, found, &mut buffer));
            (found.number, record.generated(), record.id())
        };
        let live: HashSet<_> = ring.live.iter().map(&mut key).collect();
        let copies = ring
            .recovered
            .iter()
            .filter(|found| live.contains(&key(found)));
        copies.count() as u64
    }

    fn finish(mut self, ring: &Ring, header: Option<Header>) -> Reading {
        self.reading.spans = self.counts.take(&self.catalogue).into_log_spans();
        self.reading.damaged = ring.broken.len() as u64 + ring.lost_records + ring.cut;
        match header {
            None => self.faults.push(EvtFault::HeaderDamaged),
            Some(header) if header.flags & DIRTY != 0 => self.faults.push(EvtFault::Dirty),
            Some(_) => {}
        }
        let records = ring.live.len() + ring.recovered.len();
        if records == 0 {
            self.faults.push(EvtFault::NoRecords);
        } else if ring.end.is_none() {
            let newest = ring.live.last().map_or(0, |found| found.number);
            let next = header.map_or(0, |header| header.next);
            let missing = u64::from(next.saturating_sub(newest).saturating_sub(1));
            self.faults.push(EvtFault::NoEnd { missing });
        }
        if ring.cut > 0 {
            self.faults.push(EvtFault::Cut { records: ring.cut });
        }
        if !ring.broken.is_empty() {
            let mut places = Tally::default();
            for found in &ring.broken {
                places.add(format_args!("record {} at byte {}", found.number, found.at));
            }
            self.faults.push(EvtFault::WrongLength {
                places,
                untrusted: ring.untrusted,
            });
        }
        if ring.lost_bytes > 0 {
            self.faults.push(EvtFault::Gaps {
                bytes: ring.lost_bytes,
                records: ring.lost_records,
            });
        }
        if !self.short.is_empty() {
            self.faults
                .push(EvtFault::StringsCut(std::mem::take(&mut self.short)));
        }
        if !ring.recovered.is_empty() {
            self.faults.push(EvtFault::Recovered {
                records: ring.recovered.len() as u64,
                copies: self.copies(ring),
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
