//! Event data that was decoded once and found not to matter, so that its like need not be decoded again.

use crate::evidence::log::catalogue::KindId;

/// Places of the table; a power of two. An entry gives way to the next one of the same place, so that hostile logs
/// can make it useless but neither large nor slow.
const PLACES: usize = 1024;
/// Longer data is not remembered.
const MOST_BYTES: usize = 1024;

/// What was found not to matter lately.
#[derive(Default)]
pub struct Refused {
    table: Vec<Option<Entry>>,
}

/// What alone decides whether an event matters: its kind, which values are its strings, and their bytes.
struct Entry {
    kind: KindId,
    layout: Box<[u8]>,
    values: Box<[u8]>,
}

impl Refused {
    pub fn holds(&self, kind: KindId, layout: &[u8], values: &[u8]) -> bool {
        let entry = self.table.get(place(kind, values)).and_then(Option::as_ref);
        entry.is_some_and(|entry| {
            entry.kind == kind && *entry.values == *values && *entry.layout == *layout
        })
    }

    pub fn note(&mut self, kind: KindId, layout: &[u8], values: &[u8]) {
        if values.len() > MOST_BYTES {
            return;
        }
        self.table.resize_with(PLACES, || None);
        if let Some(entry) = self.table.get_mut(place(kind, values)) {
            *entry = Some(Entry {
                kind,
                layout: layout.into(),
                values: values.into(),
            });
        }
    }
}

/// A quick hash of no strength.
fn place(kind: KindId, values: &[u8]) -> usize {
    const SPREAD: u64 = 0x9E37_79B9_7F4A_7C15; // 2^64 divided by the golden ratio
    let (words, rest) = values.as_chunks::<8>();
    let mix = |hash: u64, word: u64| (hash.rotate_left(5) ^ word).wrapping_mul(SPREAD);
    let hash = words.iter().fold(kind.0 as u64, |hash, word| {
        mix(hash, u64::from_le_bytes(*word))
    });
    let hash = rest
        .iter()
        .fold(hash, |hash, byte| mix(hash, u64::from(*byte)));
    usize::try_from(hash >> 54).unwrap_or(0) % PLACES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_very_same_data_is_refused() {
        let mut refused = Refused::default();
        assert!(!refused.holds(KindId(1), b"l", b"some values"));
        refused.note(KindId(1), b"l", b"some values");
        assert!(refused.holds(KindId(1), b"l", b"some values"));
        assert!(!refused.holds(KindId(2), b"l", b"some values"));
        assert!(!refused.holds(KindId(1), b"m", b"some values"));
        assert!(!refused.holds(KindId(1), b"l", b"some valueS"));
        refused.note(KindId(1), b"l", &[0; MOST_BYTES + 1]);
        assert!(!refused.holds(KindId(1), b"l", &[0; MOST_BYTES + 1]));
    }
}
