//! Local times made into instants, once every file has been read.
//!
//! Zone and order of day and month come from a `[[log]]` entry, the command line or `case.toml`; else they are deduced
//! where the evidence proves them: copies of the same records in logs with UTC ([`testimony`], [`proof`]), or events
//! 6008 and 520 ([`server_offset`]). Proofs fix offsets at some instants, not a zone: every clock that fits them counts,
//! and where those differ a stamp covers them all ([`local_map`], [`placed`]). What cannot be known is reported, with
//! the line to add.

mod clock;
mod content;
mod decide;
mod given;
mod local_map;
mod placed;
mod proof;
mod rows;
mod sequence;
mod server_offset;
mod testimony;
mod utc_logs;
mod words;

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;

use super::ReadContext;
use super::log::catalogue::{Catalogue, Key, KindId};
use super::log::spans::{Counts, Row};
use super::model::{LocalRecords, LogSpan, Problem, Reading};
use super::problems::Trouble;
use super::read_all::FileReading;
use crate::time::Stamp;
use decide::{Decision, Known, decide};
pub use given::{Given, Told};
use placed::{Place, Placed};
use utc_logs::{Servers, UtcLogs};

/// Moves the local records of every reading to its events and spans where zone and order of day and month are given
/// or proven, and says for each file how they were learnt or what is lacking. Records that cannot be placed stay.
pub fn settle(readings: &mut [FileReading], context: &ReadContext<'_>) -> Vec<Problem> {
    let is_local = |file: &FileReading| !file.reading.local.records.is_empty();
    if !readings.iter().any(is_local) {
        return Vec::new();
    }
    // All are decided before any is moved: what was deduced proves nothing of another file.
    let decisions: Vec<Option<Decision>> = {
        let servers = Servers::of(readings, context.config);
        let logs = UtcLogs::gather(readings, &servers);
        let offsets = server_offset::gather(readings, &servers, &logs);
        let known = Known {
            logs: &logs,
            offsets: &offsets,
        };
        readings
            .par_iter()
            .map(|file| is_local(file).then(|| decide(file, &known, context)))
            .collect()
    };
    let mut problems = Vec::new();
    for (file, decision) in readings.iter_mut().zip(decisions) {
        let Some(decision) = decision else {
            continue;
        };
        if let Some(placed) = decision.placed {
            move_records(&mut file.reading, placed);
        }
        file.reading.notes.extend(decision.notes);
        let faults = decision.faults.into_iter();
        problems.extend(faults.map(|fault| Problem::from(Trouble::new(&file.path, fault))));
    }
    problems
}

/// Takes the placed records to events and spans; the others stay, and those that failed are counted.
fn move_records(reading: &mut Reading, placed: Placed) {
    let LocalRecords { kinds, records } = std::mem::take(&mut reading.local);
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
    let mut stay = Vec::new();
    for (record, place) in records.into_iter().zip(placed.places) {
        let (time, precision) = match place {
            Place::At(time, precision) => (time, precision),
            Place::Failed => continue,
            Place::Nowhere => {
                stay.push(record);
                continue;
            }
        };
        let kind = usize::try_from(record.kind).ok();
        if let Some(&kind) = kind.and_then(|at| ids.get(at)) {
            match record.record_id {
                Some(record_id) => {
                    let row = Row {
                        kind,
                        record_id,
                        time,
                    };
                    counts.add(&[row], &catalogue);
                }
                None => counts.add_unnumbered(kind, time, &catalogue),
            }
        }
        if let Some(mut event) = record.event {
            event.time = Stamp {
                at: time,
                precision,
                original: Some(record.written.trim().to_owned()),
            };
            reading.events.push(*event);
        }
    }
    reading.records = reading.records.saturating_sub(placed.failed);
    reading.damaged = reading.damaged.saturating_add(placed.failed);
    let spans = counts.take(&catalogue).into_log_spans();
    reading.spans = joined(std::mem::take(&mut reading.spans), spans);
    if !stay.is_empty() {
        reading.local = LocalRecords {
            kinds,
            records: stay,
        };
    }
}

/// Spans of the same log put together, sorted by computer and channel.
fn joined(spans: Vec<LogSpan>, more: Vec<LogSpan>) -> Vec<LogSpan> {
    let mut logs: BTreeMap<(Arc<str>, Arc<str>), LogSpan> = BTreeMap::new();
    for span in spans.into_iter().chain(more) {
        let names = (Arc::clone(&span.computer), Arc::clone(&span.channel));
        match logs.get_mut(&names) {
            None => {
                logs.insert(names, span);
            }
            Some(own) => {
                own.records.extend(span.records);
                own.unnumbered.extend(span.unnumbered);
                let mut kinds: BTreeMap<(Arc<str>, u16), u64> = BTreeMap::new();
                for (provider, id, count) in own.kinds.drain(..).chain(span.kinds) {
                    *kinds.entry((provider, id)).or_default() += count;
                }
                let kinds = kinds.into_iter();
                own.kinds = kinds.map(|((name, id), count)| (name, id, count)).collect();
            }
        }
    }
    logs.into_values().collect()
}
#[cfg(test)]
mod tests;
