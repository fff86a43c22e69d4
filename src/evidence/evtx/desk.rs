//! What a worker keeps at hand from chunk to chunk.

use super::index::refused::Refused;
use super::index::values::Value;
use crate::evidence::Keep;
use crate::evidence::log::catalogue::{Catalogue, Key, KindId};
use crate::evidence::log::spans::{Counts, Row, Spans};
use crate::time::Timestamp;

/// Places in the table of recent kinds; a power of two.
const RECENT: usize = 64;

/// Tables and buffers, used again for every chunk. They make reading faster and change nothing else.
#[derive(Default)]
pub struct Desk {
    pub catalogue: Catalogue,
    /// Records of the chunk being read, not yet counted: a chunk that must be read anew takes them back.
    pub rows: Vec<Row>,
    pub values: Vec<Value>,
    pub refused: Refused,
    counts: Counts,
    recent: Vec<Option<(Key, KindId)>>,
}

impl Desk {
    pub fn push(&mut self, kind: KindId, record_id: u64, time: Timestamp) {
        self.rows.push(Row {
            kind,
            record_id,
            time,
        });
    }

    /// Counts the records of the chunk; how many they were.
    pub fn commit(&mut self) -> u64 {
        let records = self.rows.len() as u64;
        self.counts.add(&self.rows, &self.catalogue);
        self.rows.clear();
        records
    }

    pub fn take_spans(&mut self) -> Spans {
        self.counts.take(&self.catalogue)
    }

    /// [`Catalogue::kind`], quicker for what was met lately.
    pub fn kind(&mut self, key: Key, keep: Keep<'_>) -> KindId {
        self.recent.resize(RECENT, None);
        let place = self.recent.get_mut(usize::from(key.id) % RECENT);
        match place {
            Some(Some((known, kind))) if *known == key => *kind,
            place => {
                let kind = self.catalogue.kind(key, keep);
                if let Some(place) = place {
                    *place = Some((key, kind));
                }
                kind
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_that_share_a_place_are_kept_apart() {
        let mut desk = Desk::default();
        let name = desk.catalogue.name("x");
        let key = |id| Key {
            computer: name,
            channel: name,
            provider: name,
            id,
        };
        let ids = [5, 5 + RECENT as u16, 5, 5 + RECENT as u16];
        let kinds = ids.map(|id| desk.kind(key(id), &|_, _, _| true));
        assert_eq!((kinds[0], kinds[1]), (kinds[2], kinds[3]));
        assert_ne!(kinds[0], kinds[1]);
        desk.push(kinds[0], 1, Timestamp::EARLIEST);
        assert_eq!((desk.commit(), desk.commit()), (1, 0));
        assert_eq!(desk.take_spans().into_log_spans().len(), 1);
    }
}
