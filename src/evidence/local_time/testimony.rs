//! Records of a file that also stand in a log whose times are in UTC, and the offsets at which they do.

use std::collections::hash_map::DefaultHasher;
use std::collections::{HashMap, HashSet};
use std::hash::{Hash, Hasher};

use super::clock::{Clock, Offsets};
use super::content;
use super::rows::Rows;
use super::utc_logs::{LocalLogs, UtcLog, UtcLogs};
use crate::case::DateOrder;
use crate::evidence::model::{Citation, FileId, LocalRecord, RecordKind};
use crate::time::{HOUR, MINUTE, SECOND};

/// Records of one file that are compared, spread evenly over it: enough for any proof.
pub const MOST_COMPARED: usize = 4096;
/// Two records so far apart can never be the same one, whatever their offsets.
const APART: i64 = 26 * HOUR;
/// Copies of one record at one moment prove no more than one of them.
const SLOT: i64 = 15 * MINUTE;

/// What one record says of the clock.
#[derive(Clone, Copy, Debug)]
pub struct Witness {
    /// What the clock showed, in microseconds, cut to seconds or to minutes.
    pub local: i64,
    /// The offsets at which a copy of the record stands in a UTC log.
    pub offsets: Offsets,
    /// How many proofs it counts for: 2 when number, source and id agree, 1 when its number or its content is like
    /// no other near it, 0 when there are others like it.
    pub weight: u32,
    /// Found by its number: then a copy at no offset at all is a contradiction.
    pub numbered: bool,
}

/// What the compared records of one file say, read in one order of day and month.
pub struct Testimony {
    pub order: DateOrder,
    /// As long as the list of compared records.
    pub witnesses: Vec<Option<Witness>>,
}

/// The records of one file, to be compared with what is known in UTC.
pub struct Comparison<'a> {
    file: FileId,
    pub local: &'a LocalLogs<'a>,
    pub rows: &'a Rows,
    pub logs: &'a UtcLogs<'a>,
    /// Indices of the compared records.
    pub compared: Vec<usize>,
}

impl<'a> Comparison<'a> {
    pub fn new(
        file: FileId,
        local: &'a LocalLogs<'a>,
        rows: &'a Rows,
        logs: &'a UtcLogs<'a>,
    ) -> Self {
        let mut comparison = Self {
            file,
            local,
            rows,
            logs,
            compared: Vec::new(),
        };
        let records = local.records.records.iter().enumerate();
        let comparable: Vec<usize> = records
            .filter(|(_, record)| comparison.is_comparable(record))
            .map(|(row, _)| row)
            .collect();
        comparison.compared = spread(&comparable);
        comparison
    }

    fn is_comparable(&self, record: &LocalRecord) -> bool {
        match (self.numbered_log(record), record.record_id) {
            (Some(log), Some(number)) => !log.numbered(number).is_empty(),
            _ => record.event.as_ref().is_some_and(|event| {
                let server = self.local.server(record.kind);
                server.is_some_and(|server| {
                    !self
                        .logs
                        .of_kind(server, &event.provider, event.id)
                        .is_empty()
                })
            }),
        }
    }

    pub fn kind(&self, record: &LocalRecord) -> Option<&'a RecordKind> {
        let at = usize::try_from(record.kind).ok()?;
        self.local.records.kinds.get(at)
    }

    /// The UTC log that a numbered record belongs to, if that is numbered as well.
    fn numbered_log(&self, record: &LocalRecord) -> Option<&'a UtcLog<'a>> {
        record.record_id?;
        self.log(record).filter(|log| log.has_numbers())
    }

    pub fn log(&self, record: &LocalRecord) -> Option<&'a UtcLog<'a>> {
        let server = self.local.server(record.kind)?;
        self.logs.get(server, &self.kind(record)?.channel)
    }

    pub fn record(&self, row: usize) -> Option<&'a LocalRecord> {
        self.local.records.records.get(row)
    }

    pub fn cite(&self, row: usize) -> Citation {
        let record = self.record(row);
        Citation {
            file: self.file,
            record: record.map_or(0, |record| record.record_id.unwrap_or(record.row)),
        }
    }

    /// A record's local time, cut to whole seconds or to what was written, and that width.
    pub fn local_time(&self, row: usize, order: DateOrder) -> Option<(i64, i64)> {
        let width = self.rows.times.get(row)?.as_ref()?.precision.max(SECOND);
        let local = self.rows.local(row, order)?;
        Some((local - local.rem_euclid(width), width))
    }

    pub fn testimony(&self, order: DateOrder) -> Testimony {
        let likeness = Likeness::of(self, order);
        let mut seen = HashSet::new();
        let witnesses = self.compared.iter().map(|&row| {
            let (local, width) = self.local_time(row, order)?;
            let record = self.record(row)?;
            let by_number = self.by_number(record, local, width);
            by_number.or_else(|| {
                let key = key(record)?;
                let first = seen.insert((key, local));
                let offsets = self.by_content(record, local, width)?;
                let alone = offsets.count() == 1 && likeness.is_alone(key, local);
                first.then_some(Witness {
                    local,
                    offsets,
                    weight: u32::from(alone),
                    numbered: false,
                })
            })
        });
        Testimony {
            order,
            witnesses: witnesses.collect(),
        }
    }

    fn by_number(&self, record: &LocalRecord, local: i64, width: i64) -> Option<Witness> {
        let log = self.numbered_log(record)?;
        let number = record.record_id?;
        let kind = self.kind(record)?;
        let (mut offsets, mut weight) = (Offsets::default(), 1);
        if log.has_kind(&kind.provider, kind.id) {
            for &(_, at, _) in log.numbered(number) {
                let kept = log.kept(number, at.div_euclid(SECOND));
                let same = kept.map(|event| {
                    event.id == kind.id && event.provider.eq_ignore_ascii_case(&kind.provider)
                });
                if same != Some(false) && offsets.insert(local - (at - at.rem_euclid(width))) {
                    weight = if same == Some(true) { 2 } else { weight };
                }
            }
        }
        Some(Witness {
            local,
            offsets,
            weight,
            numbered: true,
        })
    }

    /// `None` where the record has nothing to be compared by, or there is no copy at any offset.
    fn by_content(&self, record: &LocalRecord, local: i64, width: i64) -> Option<Offsets> {
        let event = record.event.as_deref()?;
        let server = self.local.server(record.kind)?;
        let among = self.logs.of_kind(server, &event.provider, event.id);
        let mut offsets = Offsets::default();
        for offset in Offsets::every() {
            if let Some(utc) = local.checked_sub(offset)
                && self.logs.copy_of(event, among, utc, width).is_some()
            {
                offsets.insert(offset);
            }
        }
        (!offsets.is_empty()).then_some(offsets)
    }

    /// The copy of a record that stands at that offset.
    pub fn copy_at(&self, row: usize, order: DateOrder, offset: i64) -> Option<Citation> {
        let (local, width) = self.local_time(row, order)?;
        let record = self.record(row)?;
        let utc = local.checked_sub(offset)?;
        if let Some(log) = self.numbered_log(record) {
            let number = record.record_id?;
            let rows = log.numbered(number).iter();
            let mut at = rows.filter(|(_, at, _)| at - at.rem_euclid(width) == utc);
            return at.next().map(|&(_, _, file)| Citation {
                file,
                record: number,
            });
        }
        let event = record.event.as_deref()?;
        let server = self.local.server(record.kind)?;
        let among = self.logs.of_kind(server, &event.provider, event.id);
        self.logs.copy_of(event, among, utc, width)
    }
}

impl Testimony {
    /// The offset at which a clock explains a compared record, if it does.
    pub fn agreement(&self, at: usize, clock: Clock) -> Option<i64> {
        let witness = self.witnesses.get(at)?.as_ref()?;
        let mut offsets = witness.offsets.iter();
        offsets.find(|offset| clock.showed(witness.local, witness.local - offset))
    }

    /// The stretch of time that a record without weight of its own speaks for.
    pub fn slot(&self, at: usize) -> Option<i64> {
        let witness = self.witnesses.get(at)?.as_ref()?;
        Some(witness.local.div_euclid(SLOT))
    }
}

/// At most [`MOST_COMPARED`] of them, evenly spread.
pub fn spread(rows: &[usize]) -> Vec<usize> {
    let most = rows.len().min(MOST_COMPARED);
    (0..most)
        .filter_map(|index| rows.get(index * rows.len() / most.max(1)).copied())
        .collect()
}

/// When records of the same kind and content stand in the file.
struct Likeness(HashMap<u64, Vec<i64>>);

impl Likeness {
    fn of(comparison: &Comparison<'_>, order: DateOrder) -> Self {
        let mut times: HashMap<u64, Vec<i64>> = HashMap::new();
        for (row, record) in comparison.local.records.records.iter().enumerate() {
            if let Some(key) = key(record)
                && let Some((local, _)) = comparison.local_time(row, order)
            {
                times.entry(key).or_default().push(local);
            }
        }
        for times in times.values_mut() {
            times.sort_unstable();
            times.dedup();
        }
        Self(times)
    }

    /// Whether no other record like it stands near that time.
    fn is_alone(&self, key: u64, local: i64) -> bool {
        self.0.get(&key).is_some_and(|times| {
            let from = times.partition_point(|at| *at < local.saturating_sub(APART));
            let to = times.partition_point(|at| *at <= local.saturating_add(APART));
            to - from <= 1
        })
    }
}

fn key(record: &LocalRecord) -> Option<u64> {
    let event = record.event.as_deref()?;
    let mut hasher = DefaultHasher::new();
    (record.kind, content::key(event)).hash(&mut hasher);
    Some(hasher.finish())
}
