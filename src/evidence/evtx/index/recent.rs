//! Names met lately in a run of chunks, by their bytes: most records repeat the names of the one before.

use crate::evidence::log::catalogue::{Catalogue, NameId};

/// Places of the table; a power of two.
const PLACES: usize = 64;

/// A small table in front of the [`Catalogue`]. An entry gives way to the next one of the same place.
#[derive(Default)]
pub struct RecentNames<'c> {
    table: Vec<Option<(&'c [u8], NameId)>>,
}

impl<'c> RecentNames<'c> {
    /// The number of the name that these UTF-16 bytes spell.
    pub fn get(&mut self, utf16: &'c [u8], catalogue: &mut Catalogue) -> NameId {
        self.table.resize(PLACES, None);
        let place = self.table.get_mut(place(utf16));
        match place {
            Some(Some((known, name))) if *known == utf16 => *name,
            place => {
                let name = catalogue.name_utf16(utf16);
                if let Some(place) = place {
                    *place = Some((utf16, name));
                }
                name
            }
        }
    }
}

/// From the length and a few characters, which is enough to keep the names of one log apart.
fn place(utf16: &[u8]) -> usize {
    let at = |index: usize| usize::from(utf16.get(index).copied().unwrap_or(0));
    let length = utf16.len();
    let mixed =
        length / 2 + 7 * at(0) + 31 * at(length / 4 * 2) + 13 * at(length.saturating_sub(2));
    mixed % PLACES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_share_a_place_are_kept_apart() {
        let mut catalogue = Catalogue::default();
        let mut recent = RecentNames::default();
        // The two differ only where the place does not look.
        let (one, other) = (b"a\0b\0c\0d\0e\0".as_slice(), b"a\0x\0c\0d\0e\0".as_slice());
        assert_eq!(place(one), place(other));
        let first = recent.get(one, &mut catalogue);
        let second = recent.get(other, &mut catalogue);
        assert_ne!(first, second);
        assert_eq!(recent.get(one, &mut catalogue), first);
        assert_eq!(catalogue.text(second).as_ref(), "axcde");
    }
}
