//! One event, many copies: the same record as `.evt`, re-saved as `.evtx`, exported as text.
//!
//! ```text
//! events of one server, source and id ─► by number ─► by strings ─► by text ─► by time alone ─► one event each
//! ```
//!
//! - Two numbered records are one when they stand for the same record of one [`numbering::Course`], or else when
//!   server, log, number, source and id are the same and the times overlap.
//! - A record without a number is a copy of another when server, source and id are the same, the times overlap and
//!   the contents are equal, or cannot be compared. Such records are matched one to one in the order of time, so
//!   that as many equal events as one file holds remain as many. Records of one file are never matched.
//! - An export may not know its log; every log fits it.
//!
//! The work grows with the number of records (and a logarithm), whatever they hold.

mod cluster;
pub(super) mod content;
mod differences;
mod lacks;
pub(super) mod numbering;
mod richest;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use crate::evidence::model::Problem;

use super::spans::FileSpan;
use super::{Disagreement, TimedEvent};
use cluster::Cluster;
use numbering::Numbering;

/// Open clusters of one number that a record is held against.
const MOST_OPEN: usize = 64;

/// What came of bringing copies together.
pub(super) struct Folded {
    /// In no particular order.
    pub events: Vec<TimedEvent>,
    /// Records that were a second copy.
    pub duplicates: u64,
    /// In what copies differ, and what some lack.
    pub problems: Vec<Problem>,
    /// The same as two sides, each with the text of its problem.
    pub disagreements: Vec<Disagreement>,
}

/// Brings the copies among the events together. The result does not depend on the order of the events.
pub(super) fn fold(
    mut events: Vec<TimedEvent>,
    spans: &[FileSpan],
    numbering: &Numbering,
) -> Folded {
    events.sort_by(|a, b| {
        let key = |e: &TimedEvent| (e.event.cite, e.event.time.at, e.event.id);
        key(a)
            .cmp(&key(b))
            .then_with(|| a.event.provider.cmp(&b.event.provider))
            .then_with(|| a.event.strings.cmp(&b.event.strings))
    });
    let mut clusters = Vec::with_capacity(events.len());
    for kind in kinds(&events) {
        clusters.extend(of_kind(&kind, &events, numbering));
    }
    let (mut problems, mut disagreements) = differences::of(&clusters, &events, spans, numbering);
    let (lacking, lacks) = lacks::of(&clusters, &events, spans, numbering);
    problems.extend(lacking);
    disagreements.extend(lacks);
    let total = events.len();
    let mut slots: Vec<Option<TimedEvent>> = events.into_iter().map(Some).collect();
    let folded: Vec<TimedEvent> = clusters
        .into_iter()
        .filter_map(|cluster| richest::of(&cluster, &mut slots, numbering))
        .collect();
    Folded {
        duplicates: (total - folded.len()) as u64,
        events: folded,
        problems,
        disagreements,
    }
}

/// The indices of the events of each server, source and id.
fn kinds(events: &[TimedEvent]) -> Vec<Vec<usize>> {
    let mut numbers: HashMap<(&str, String, u16), usize> = HashMap::new();
    let mut lowered: HashMap<&str, String> = HashMap::new();
    let mut kinds: Vec<Vec<usize>> = Vec::new();
    for (index, event) in events.iter().enumerate() {
        let provider = lowered
            .entry(&event.event.provider)
            .or_insert_with_key(|name| content::source_key(name));
        let key = (event.server.as_ref(), provider.clone(), event.event.id);
        let number = *numbers.entry(key).or_insert_with(|| {
            kinds.push(Vec::new());
            kinds.len() - 1
        });
        if let Some(kind) = kinds.get_mut(number) {
            kind.push(index);
        }
    }
    kinds
}

/// The clusters of the events of one kind.
fn of_kind(kind: &[usize], events: &[TimedEvent], numbering: &Numbering) -> Vec<Cluster> {
    let mut keys = Keys::default();
    let (mut numbered, mut clusters) = (Vec::new(), Vec::new());
    for &index in kind {
        let Some(cluster) = events
            .get(index)
            .map(|event| single(index, event, numbering, &mut keys))
        else {
            continue;
        };
        match cluster.number {
            Some(_) => numbered.push(cluster),
            None => clusters.push(cluster),
        }
    }
    let files = |clusters: &[Cluster]| {
        let first = clusters.first().map(|cluster| cluster.files.clone());
        clusters
            .iter()
            .any(|cluster| Some(&cluster.files) != first.as_ref())
    };
    let unnumbered = !clusters.is_empty();
    let mut numbered = by_number(numbered);
    numbered.append(&mut clusters);
    if unnumbered && files(&numbered) {
        by_content(&mut numbered, events);
        numbered.retain(|cluster| !cluster.members.is_empty());
    }
    numbered
}

/// Names of logs in lower case, each kept once.
#[derive(Default)]
struct Keys {
    logs: BTreeMap<String, Arc<str>>,
}

fn single(index: usize, event: &TimedEvent, numbering: &Numbering, keys: &mut Keys) -> Cluster {
    let record = &event.event;
    let log = record.channel.to_lowercase();
    let key = (Arc::clone(&event.server), log);
    let by = numbering
        .place(record.cite.file, &key)
        .map_or(0, |(_, by)| by);
    let entry = record
        .record_id
        .filter(|_| !record.recovered)
        .and_then(|number| numbering.entry(record.cite.file, &key, number, record.time.at));
    let lo = record.time.at.micros().saturating_sub(by);
    let log = (!key.1.is_empty()).then(|| {
        let name = keys
            .logs
            .entry(key.1)
            .or_insert_with_key(|name| Arc::from(name.as_str()));
        Arc::clone(name)
    });
    Cluster {
        members: vec![index],
        files: vec![record.cite.file],
        number: record.record_id,
        entry,
        lo,
        hi: lo.saturating_add(record.time.precision.max(1)),
        log,
    }
}

/// Brings numbered records together: first by the record that they stand for, then by number, log and time.
fn by_number(mut clusters: Vec<Cluster>) -> Vec<Cluster> {
    clusters.sort_by(|a, b| {
        let key = |c: &Cluster| (c.number, c.entry.is_none(), c.entry, c.lo, c.hi);
        key(a).cmp(&key(b)).then_with(|| a.members.cmp(&b.members))
    });
    let mut by_entry: Vec<Cluster> = Vec::with_capacity(clusters.len());
    for mut cluster in clusters {
        match by_entry.last_mut() {
            Some(last)
                if last.number == cluster.number
                    && last.entry.is_some()
                    && last.entry == cluster.entry =>
            {
                last.take(&mut cluster);
            }
            _ => by_entry.push(cluster),
        }
    }
    by_entry.sort_by(|a, b| {
        let key = |c: &Cluster| (c.number, c.lo, c.hi);
        key(a).cmp(&key(b)).then_with(|| a.members.cmp(&b.members))
    });
    let mut out: Vec<Cluster> = Vec::with_capacity(by_entry.len());
    // Indices of the clusters of the present number whose intervals are not over.
    let mut open: Vec<usize> = Vec::new();
    for mut cluster in by_entry {
        open.retain(|index| {
            out.get(*index)
                .is_some_and(|other| other.number == cluster.number && other.hi > cluster.lo)
        });
        let home = open.iter().copied().find(|index| {
            out.get(*index).is_some_and(|other| {
                let two_of_one_course =
                    matches!((other.entry, cluster.entry), (Some(a), Some(b)) if a.0 == b.0);
                !two_of_one_course && other.overlaps(&cluster) && other.is_of_log_of(&cluster)
            })
        });
        match home.and_then(|index| out.get_mut(index)) {
            Some(home) => home.take(&mut cluster),
            None => {
                if open.len() < MOST_OPEN {
                    open.push(out.len());
                }
                out.push(cluster);
            }
        }
    }
    out
}

/// Brings records without numbers to those that they are copies of: equal strings first, then equal text, then
/// whatever does not contradict.
fn by_content(clusters: &mut Vec<Cluster>, events: &[TimedEvent]) {
    let keyed = |clusters: &[Cluster],
                 key: fn(&crate::evidence::model::Event) -> Option<String>| {
        let mut groups: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (index, cluster) in clusters.iter().enumerate() {
            let said = cluster
                .members
                .iter()
                .find_map(|member| key(&events.get(*member)?.event));
            if let Some(said) = said {
                groups.entry(said).or_default().push(index);
            }
        }
        groups.into_values().collect::<Vec<_>>()
    };
    for group in keyed(clusters, content::strings_key) {
        cluster::pair(clusters, group, &|_, _| true);
    }
    clusters.retain(|cluster| !cluster.members.is_empty());
    let alike = |a: &Cluster, b: &Cluster| a.is_like(b, events);
    for group in keyed(clusters, content::text_key) {
        cluster::pair(clusters, group, &alike);
    }
    clusters.retain(|cluster| !cluster.members.is_empty());
    let rest = (0..clusters.len()).collect();
    cluster::pair(clusters, rest, &alike);
}
