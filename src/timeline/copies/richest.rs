//! Which of several copies is kept, and what it takes over from the others.

use crate::evidence::model::{Citation, Level};
use crate::time::Stamp;
use crate::timeline::TimedEvent;

use super::cluster::Cluster;
use super::content;
use super::numbering::Numbering;

/// The event of a cluster, taken out of the slots: the copy that says most, and what only the others say.
pub fn of(
    cluster: &Cluster,
    slots: &mut [Option<TimedEvent>],
    numbering: &Numbering,
) -> Option<TimedEvent> {
    let mut members: Vec<(TimedEvent, i64)> = cluster
        .members
        .iter()
        .filter_map(|member| slots.get_mut(*member)?.take())
        .map(|event| {
            let by = shift(&event, numbering);
            (event, by)
        })
        .collect();
    if members.len() > 1 {
        members.sort_by_key(|(event, by)| rank(event, *by));
    }
    let mut members = members.into_iter();
    let (mut kept, by) = members.next()?;
    let (mut best, mut best_by) = ((by != 0, kept.event.time.precision), by);
    for (mut other, by) in members {
        let exact = (by != 0, other.event.time.precision);
        if exact < best && agree(&kept.event.time, best_by, &other.event.time, by) {
            (best, best_by) = (exact, by);
            kept.event.time = other.event.time.clone();
            (kept.at, kept.when) = (other.at, other.when);
        }
        fill(&mut kept, &mut other);
        kept.copies.push(other.event.cite);
        kept.copies.append(&mut other.copies);
    }
    if best_by != 0 {
        // The other copies show the zone to be mistaken; one timeline has one scale.
        kept.event.time.at = kept.event.time.at.plus(-best_by);
        kept.at = kept.at.plus(-best_by);
        kept.when.lo = kept.when.lo.plus(-best_by);
        kept.when.hi = kept.when.hi.plus(-best_by);
    }
    kept.copies.sort_unstable();
    Some(kept)
}

/// What is to be taken off the time of an event because its file's zone is mistaken.
fn shift(event: &TimedEvent, numbering: &Numbering) -> i64 {
    let record = &event.event;
    if numbering.shifts.is_empty() {
        return 0;
    }
    let key = (event.server.clone(), record.channel.to_lowercase());
    numbering
        .place(record.cite.file, &key)
        .map_or(0, |(_, by)| by)
}

/// The copy that says most comes first.
fn rank(event: &TimedEvent, by: i64) -> (bool, bool, bool, bool, i64, Citation) {
    let record = &event.event;
    (
        record.record_id.is_none(),
        record.recovered,
        content::strings_key(record).is_none(),
        by != 0,
        record.time.precision,
        record.cite,
    )
}

fn agree(a: &Stamp, by_a: i64, b: &Stamp, by_b: i64) -> bool {
    let (a_from, b_from) = (a.at.plus(-by_a), b.at.plus(-by_b));
    a_from <= b_from.plus(b.precision) && b_from <= a_from.plus(a.precision)
}

/// Gives an event what it lacks and a copy has.
fn fill(kept: &mut TimedEvent, other: &mut TimedEvent) {
    let (kept, other) = (&mut kept.event, &mut other.event);
    if content::strings_key(kept).is_none() && !other.strings.is_empty() {
        kept.strings = std::mem::take(&mut other.strings);
        kept.names = std::mem::take(&mut other.names);
    }
    if content::text_key(kept).is_none() {
        kept.text = other.text.take().or(kept.text.take());
    }
    if kept.channel.is_empty() {
        kept.channel = other.channel.clone();
    }
    if kept.level == Level::Always {
        kept.level = other.level;
    }
    kept.user = kept.user.take().or_else(|| other.user.take());
    kept.written = kept.written.or(other.written);
    kept.category = kept.category.or(other.category);
    kept.qualifiers = kept.qualifiers.or(other.qualifiers);
}
