//! Kinds of records met lately, by their names as the file holds them: most records repeat a kind of shortly before.

use super::layout::Record;
use crate::evidence::log::catalogue::KindId;

/// Places of the table; a power of two.
const PLACES: usize = 256;

/// Event id, names and kind.
type Entry<'a> = (u16, &'a [u8], KindId);

/// A small table in front of the catalogue. An entry gives way to the next one of the same place.
#[derive(Default)]
pub struct RecentKinds<'a> {
    table: Vec<Option<Entry<'a>>>,
}

impl<'a> RecentKinds<'a> {
    /// The kind of a record with that event id.
    pub fn get(&self, id: u16, record: Record<'_>) -> Option<KindId> {
        let (known, names, kind) = (*self.table.get(place(id))?)?;
        (known == id && record.has_names(names)).then_some(kind)
    }

    /// Remembers the kind of records with this id and these names, their NULs included.
    pub fn note(&mut self, id: u16, names: &'a [u8], kind: KindId) {
        self.table.resize(PLACES, None);
        if let Some(place) = self.table.get_mut(place(id)) {
            *place = Some((id, names, kind));
        }
    }
}

fn place(id: u16) -> usize {
    usize::from(id) % PLACES
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(names: &str) -> Vec<u8> {
        let names = names.encode_utf16().flat_map(u16::to_le_bytes);
        [0; 56].into_iter().chain(names).collect()
    }

    #[test]
    fn only_the_same_id_and_names_are_the_same_kind() {
        let mut recent = RecentKinds::default();
        let known = record("SCM\0BH01\0strings");
        let get =
            |recent: &RecentKinds<'_>, id, names: &str| recent.get(id, Record::new(&record(names)));
        assert_eq!(get(&recent, 7036, "SCM\0BH01\0"), None);
        recent.note(7036, Record::new(&known).name_bytes().unwrap(), KindId(3));
        assert_eq!(get(&recent, 7036, "SCM\0BH01\0other"), Some(KindId(3)));
        assert_eq!(get(&recent, 7036, "SCM\0BH011\0"), None);
        assert_eq!(get(&recent, 7036 + 256, "SCM\0BH01\0"), None);
        recent.note(
            7036 + 256,
            Record::new(&known).name_bytes().unwrap(),
            KindId(4),
        );
        assert_eq!(get(&recent, 7036, "SCM\0BH01\0"), None, "it gave way");
    }
}
