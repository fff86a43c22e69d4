//! Names and kinds of records, each held once for many records.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use super::utf16;
use crate::evidence::Keep;

/// Number of a name in its [`Catalogue`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct NameId(usize);

/// Number of a log in its [`Catalogue`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogId(pub usize);

/// Number of a kind of record in its [`Catalogue`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KindId(pub usize);

/// What kind a record is of: who logged what, where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    pub computer: NameId,
    pub channel: NameId,
    pub provider: NameId,
    /// Low 16 bits of the event identifier.
    pub id: u16,
}

/// One kind of record.
#[derive(Clone, Copy, Debug)]
pub struct Kind {
    pub key: Key,
    pub log: LogId,
    /// The profile wants such records whole.
    pub kept: bool,
}

/// Every name and every kind met so far. Nothing is ever removed, so numbers stay right.
#[derive(Default)]
pub struct Catalogue {
    names: Vec<Arc<str>>,
    by_text: HashMap<Arc<str>, NameId>,
    by_utf16: HashMap<Box<[u8]>, NameId>,
    kinds: Vec<Kind>,
    by_key: HashMap<Key, KindId>,
    logs: Vec<(NameId, NameId)>,
    by_log: HashMap<(NameId, NameId), LogId>,
}

impl Catalogue {
    pub fn name(&mut self, text: &str) -> NameId {
        if let Some(&known) = self.by_text.get(text) {
            return known;
        }
        let (id, name) = (NameId(self.names.len()), Arc::<str>::from(text));
        self.names.push(Arc::clone(&name));
        self.by_text.insert(name, id);
        id
    }

    /// The same, from UTF-16 as a chunk holds it.
    pub fn name_utf16(&mut self, utf16: &[u8]) -> NameId {
        if let Some(&known) = self.by_utf16.get(utf16) {
            return known;
        }
        let id = self.name(&utf16::decode(utf16));
        self.by_utf16.insert(utf16.into(), id);
        id
    }

    pub fn text(&self, name: NameId) -> Arc<str> {
        self.names.get(name.0).cloned().unwrap_or_default()
    }

    /// The kind of that key; a new one is asked about with `keep`.
    pub fn kind(&mut self, key: Key, keep: Keep<'_>) -> KindId {
        let next = KindId(self.kinds.len());
        match self.by_key.entry(key) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(place) => {
                place.insert(next);
                let log = self.log(key.computer, key.channel);
                let (channel, provider) = (self.text(key.channel), self.text(key.provider));
                let kept = keep(&channel, &provider, key.id);
                self.kinds.push(Kind { key, log, kept });
                next
            }
        }
    }

    pub fn get(&self, kind: KindId) -> Option<&Kind> {
        self.kinds.get(kind.0)
    }

    /// Computer and channel of a log.
    pub fn log_names(&self, log: LogId) -> Option<(Arc<str>, Arc<str>)> {
        let &(computer, channel) = self.logs.get(log.0)?;
        Some((self.text(computer), self.text(channel)))
    }

    fn log(&mut self, computer: NameId, channel: NameId) -> LogId {
        let next = LogId(self.logs.len());
        let known = *self.by_log.entry((computer, channel)).or_insert(next);
        if known == next {
            self.logs.push((computer, channel));
        }
        known
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_name_has_one_number_however_it_was_written() {
        let mut catalogue = Catalogue::default();
        let system = catalogue.name("System");
        assert_eq!(catalogue.name_utf16(b"S\0y\0s\0t\0e\0m\0"), system);
        assert_ne!(catalogue.name("system"), system);
        assert_eq!(catalogue.text(system).as_ref(), "System");
    }

    #[test]
    fn a_kind_is_asked_about_once() {
        let asked = std::sync::atomic::AtomicUsize::new(0);
        let keep = |channel: &str, provider: &str, id: u16| {
            asked.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            (channel, provider, id) == ("System", "SCM", 7036)
        };
        let mut catalogue = Catalogue::default();
        let [computer, channel, provider] =
            ["BH01", "System", "SCM"].map(|name| catalogue.name(name));
        let key = |id| Key {
            computer,
            channel,
            provider,
            id,
        };
        let kinds = [7036, 7035, 7036].map(|id| catalogue.kind(key(id), &keep));
        let kept = kinds.map(|kind| catalogue.get(kind).unwrap().kept);
        assert_eq!((kinds[0], kept), (kinds[2], [true, false, true]));
        assert_eq!(asked.into_inner(), 2);
        let log = catalogue.get(kinds[0]).unwrap().log;
        assert_eq!(
            catalogue.log_names(log),
            Some(("BH01".into(), "System".into()))
        );
    }
}
