//! What tells one message of a table from another.

use std::collections::{BTreeSet, HashSet};

use crate::evidence::model::SnapshotRow;
use crate::profile::message_key;

/// The names under which one row of a table is known.
///
/// The store's record key and entry id are the row's own; a message id can stand in several rows (the same
/// message more than once in one table has been seen: msexchangetips.blogspot.com, August 2006).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RowId {
    pub record_key: Option<String>,
    pub entry_id: Option<String>,
    /// Message id as a join key.
    pub message_key: Option<String>,
    /// What the row shows, for rows that bear no identity.
    pub likeness: Option<String>,
}

impl RowId {
    /// The names that a capture's row bears.
    pub fn of(row: &SnapshotRow) -> Self {
        let message_key = row
            .message_id
            .as_deref()
            .map(message_key)
            .filter(|key| !key.is_empty());
        let bare = row.record_key.is_none() && row.entry_id.is_none() && message_key.is_none();
        Self {
            record_key: row.record_key.clone(),
            entry_id: row.entry_id.clone(),
            message_key,
            likeness: bare.then(|| {
                format!(
                    "{:?}|{:?}|{:?}|{:?}",
                    row.subject, row.sender, row.size, row.submitted_at
                )
            }),
        }
    }

    /// Whether both name the same row, judged by the strongest name that both bear; `None` when they share
    /// no kind of name.
    pub fn agrees(&self, other: &Self) -> Option<bool> {
        let kinds = [
            (&self.record_key, &other.record_key),
            (&self.entry_id, &other.entry_id),
            (&self.message_key, &other.message_key),
            (&self.likeness, &other.likeness),
        ];
        kinds
            .into_iter()
            .find_map(|(mine, theirs)| Some(mine.as_ref()? == theirs.as_ref()?))
    }

    /// Takes over the names that only the other bears.
    pub fn learn(&mut self, other: &Self) {
        for (mine, theirs) in [
            (&mut self.record_key, &other.record_key),
            (&mut self.entry_id, &other.entry_id),
            (&mut self.message_key, &other.message_key),
        ] {
            if mine.is_none() {
                mine.clone_from(theirs);
            }
        }
    }

    fn names(&self) -> [Option<&String>; KINDS] {
        [
            &self.record_key,
            &self.entry_id,
            &self.message_key,
            &self.likeness,
        ]
        .map(Option::as_ref)
    }
}

/// Kinds of names in [`RowId`], strongest first.
const KINDS: usize = 4;

/// All names that one capture lists, made once so that asking for one message is quick.
#[derive(Clone, Debug, Default)]
pub struct Listing {
    complete: bool,
    names: [HashSet<String>; KINDS],
    /// Which combinations of kinds its rows bear, as bits.
    bearing: BTreeSet<u8>,
}

impl Listing {
    /// Of a capture that lists no row yet.
    pub fn new(complete: bool) -> Self {
        Self {
            complete,
            ..Self::default()
        }
    }

    /// Adds a row by all its names: those that this capture shows, and those that others show of the same row.
    pub fn add(&mut self, id: &RowId) {
        self.bearing.insert(bearing(id));
        for (set, name) in self.names.iter_mut().zip(id.names()) {
            set.extend(name.cloned());
        }
    }

    /// Whether the capture proves that a message was not in its table: it is complete, and every one of its
    /// rows is certainly another. Rows that share no kind of name with the message prove nothing.
    pub fn denies(&self, id: &RowId) -> bool {
        if !self.complete {
            return false;
        }
        let mine = bearing(id);
        if self.bearing.iter().any(|theirs| theirs & mine == 0) {
            return false;
        }
        let listed = |kind: usize, name: &String| {
            self.names
                .get(kind)
                .is_some_and(|names| names.contains(name))
        };
        // The strongest kind that every row bears decides alone; where rows differ in what they bear, no
        // name may be listed at all.
        let common = self.bearing.iter().fold(mine, |bits, theirs| bits & theirs);
        let names = id.names();
        let mut named = names
            .iter()
            .enumerate()
            .filter_map(|(kind, name)| Some((kind, (*name)?)));
        match named.clone().find(|(kind, _)| common & (1 << kind) != 0) {
            Some((kind, name)) => !listed(kind, name),
            None => !named.any(|(kind, name)| listed(kind, name)),
        }
    }
}

fn bearing(id: &RowId) -> u8 {
    id.names().iter().enumerate().fold(0, |bits, (kind, name)| {
        bits | (u8::from(name.is_some()) << kind)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(record: &str, message: &str) -> RowId {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        RowId {
            record_key: some(record),
            message_key: some(message),
            ..RowId::default()
        }
    }

    #[test]
    fn the_strongest_shared_name_decides() {
        assert_eq!(
            id("1", "a").agrees(&id("2", "a")),
            Some(false),
            "two rows with one message id"
        );
        assert_eq!(id("1", "a").agrees(&id("", "a")), Some(true));
        assert_eq!(id("1", "").agrees(&id("", "a")), None);
    }

    fn listing(rows: &[(&str, &str)]) -> Listing {
        let mut listing = Listing::new(true);
        for (record, message) in rows {
            listing.add(&id(record, message));
        }
        listing
    }

    #[test]
    fn only_comparable_rows_prove_an_absence() {
        assert!(
            listing(&[]).denies(&id("", "a")),
            "an empty table lacks everything"
        );
        assert!(listing(&[("1", "b")]).denies(&id("", "a")));
        assert!(
            !listing(&[("1", "")]).denies(&id("", "a")),
            "a row without message id may be it"
        );
        assert!(
            listing(&[("1", "a")]).denies(&id("2", "a")),
            "another row of the same message"
        );
        assert!(!listing(&[("1", "a"), ("", "b")]).denies(&id("2", "a")));
        let mut partial = listing(&[("1", "b")]);
        partial.complete = false;
        assert!(!partial.denies(&id("", "a")));
    }
}
