//! The records of each log, put together part by part.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::catalogue::{Catalogue, KindId, LogId};
use crate::evidence::model::LogSpan;
use crate::time::Timestamp;

/// One record, counted.
#[derive(Clone, Copy)]
pub struct Row {
    pub kind: KindId,
    pub record_id: u64,
    pub time: Timestamp,
}

/// Records counted in one part of a file, by the numbers of a [`Catalogue`].
#[derive(Default)]
pub struct Counts {
    logs: Vec<Records>,
    kinds: Vec<u64>,
}

/// The records of one log: numbered ones, and those of a form without numbers.
#[derive(Default)]
struct Records {
    numbered: Vec<(u64, Timestamp)>,
    unnumbered: Vec<Timestamp>,
}

impl Counts {
    pub fn add(&mut self, rows: &[Row], catalogue: &Catalogue) {
        for row in rows {
            let Some(kind) = catalogue.get(row.kind) else {
                continue;
            };
            if let Some(records) = self.counted(row.kind, kind.log) {
                records.numbered.push((row.record_id, row.time));
            }
        }
    }

    /// Counts a record of a form that does not number its records.
    pub fn add_unnumbered(&mut self, kind: KindId, time: Timestamp, catalogue: &Catalogue) {
        let log = catalogue.get(kind).map(|kind| kind.log);
        if let Some(records) = log.and_then(|log| self.counted(kind, log)) {
            records.unnumbered.push(time);
        }
    }

    /// Counts one record of that kind; the records of its log, to add it to.
    fn counted(&mut self, KindId(at): KindId, LogId(log): LogId) -> Option<&mut Records> {
        if self.kinds.len() <= at {
            self.kinds.resize(at + 1, 0);
        }
        if self.logs.len() <= log {
            self.logs.resize_with(log + 1, Records::default);
        }
        *self.kinds.get_mut(at)? += 1;
        self.logs.get_mut(log)
    }

    /// The same under their names; counting begins anew.
    pub fn take(&mut self, catalogue: &Catalogue) -> Spans {
        let mut spans = Spans::default();
        for (log, records) in self
            .logs
            .iter_mut()
            .enumerate()
            .filter(|(_, log)| !log.numbered.is_empty() || !log.unnumbered.is_empty())
        {
            if let Some(names) = catalogue.log_names(LogId(log)) {
                spans.logs.entry(names).or_default().records = std::mem::take(records);
            }
        }
        for (at, count) in self
            .kinds
            .iter_mut()
            .enumerate()
            .filter(|(_, count)| **count > 0)
        {
            let count = std::mem::take(count);
            let Some(kind) = catalogue.get(KindId(at)) else {
                continue;
            };
            let Some(names) = catalogue.log_names(kind.log) else {
                continue;
            };
            let provider = catalogue.text(kind.key.provider);
            let kinds = &mut spans.logs.entry(names).or_default().kinds;
            *kinds.entry((provider, kind.key.id)).or_default() += count;
        }
        spans
    }
}

/// Records and kinds by computer and channel.
#[derive(Default)]
pub struct Spans {
    logs: BTreeMap<(Arc<str>, Arc<str>), Log>,
}

#[derive(Default)]
struct Log {
    records: Records,
    kinds: BTreeMap<(Arc<str>, u16), u64>,
}

impl Spans {
    /// Adds the records of a later part of the file.
    pub fn append(&mut self, later: Self) {
        for (names, log) in later.logs {
            let own = self.logs.entry(names).or_default();
            own.records.numbered.extend(log.records.numbered);
            own.records.unnumbered.extend(log.records.unnumbered);
            for (kind, count) in log.kinds {
                *own.kinds.entry(kind).or_default() += count;
            }
        }
    }

    /// The logs sorted by computer and channel, their kinds by provider and id.
    pub fn into_log_spans(self) -> Vec<LogSpan> {
        let span = |((computer, channel), log): (_, Log)| LogSpan {
            computer,
            channel,
            records: log.records.numbered,
            unnumbered: log.records.unnumbered,
            kinds: log
                .kinds
                .into_iter()
                .map(|((name, id), count)| (name, id, count))
                .collect(),
        };
        self.logs.into_iter().map(span).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::log::catalogue::Key;

    #[test]
    fn parts_are_put_together_in_their_order() {
        let mut catalogue = Catalogue::default();
        let mut kind = |computer: &str, id| {
            let [computer, channel, provider] =
                [computer, "System", "SCM"].map(|name| catalogue.name(name));
            catalogue.kind(
                Key {
                    computer,
                    channel,
                    provider,
                    id,
                },
                &|_, _, _| false,
            )
        };
        let (up, down, other) = (kind("BH01", 6005), kind("BH01", 6006), kind("BE01", 6005));
        let row = |kind, record_id| Row {
            kind,
            record_id,
            time: Timestamp::EARLIEST,
        };
        let mut counts = Counts::default();
        counts.add(&[row(up, 7), row(other, 1), row(down, 8)], &catalogue);
        let mut spans = counts.take(&catalogue);
        counts.add(&[row(up, 9)], &catalogue);
        spans.append(counts.take(&catalogue));
        assert!(
            counts.take(&catalogue).into_log_spans().is_empty(),
            "counting begins anew"
        );

        let logs = spans.into_log_spans();
        let computers: Vec<_> = logs.iter().map(|log| log.computer.as_ref()).collect();
        assert_eq!(computers, ["BE01", "BH01"]);
        let bridgehead = logs.last().unwrap();
        let ids: Vec<_> = bridgehead.records.iter().map(|(id, _)| *id).collect();
        let kinds: Vec<_> = bridgehead
            .kinds
            .iter()
            .map(|(_, id, count)| (*id, *count))
            .collect();
        assert_eq!((ids, kinds), (vec![7, 8, 9], vec![(6005, 2), (6006, 1)]));
    }
}
