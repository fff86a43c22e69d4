//! Rows that are listed under more than one server or table: a row lies in one folder of one store, so one of the
//! captures bears a wrong name.

use std::collections::{BTreeMap, BTreeSet};

use crate::analysis::identity::RowId;
use crate::evidence::model::SnapshotRow;
use crate::timeline::{TimedSnapshot, Timeline};

/// One listing of a row.
#[derive(Clone, Copy, Debug)]
pub struct Listed<'t> {
    pub capture: &'t TimedSnapshot,
    pub row: &'t SnapshotRow,
}

/// The rows that more than one place lists, by the name that the store gave them.
#[derive(Clone, Debug, Default)]
pub struct Elsewhere<'t> {
    /// The first listing of the row in each place.
    rows: BTreeMap<String, Vec<Listed<'t>>>,
}

impl<'t> Elsewhere<'t> {
    pub fn of(timeline: &'t Timeline) -> Self {
        let mut rows: BTreeMap<String, Vec<Listed<'t>>> = BTreeMap::new();
        let places: BTreeSet<_> = timeline.snapshots.iter().map(place).collect();
        if places.len() < 2 {
            return Self::default();
        }
        for capture in &timeline.snapshots {
            for row in &capture.snapshot.rows {
                let Some(name) = own_name(&RowId::of(row)) else {
                    continue;
                };
                let listed = rows.entry(name).or_default();
                if !listed
                    .iter()
                    .any(|known| place(known.capture) == place(capture))
                {
                    listed.push(Listed { capture, row });
                }
            }
        }
        rows.retain(|_, listed| listed.len() > 1);
        Self { rows }
    }

    /// Where else the row is listed: the first listing of each place, that of the asked one included.
    pub fn listings(&self, id: &RowId) -> &[Listed<'t>] {
        own_name(id)
            .and_then(|name| self.rows.get(&name))
            .map_or(&[], Vec::as_slice)
    }
}

fn place(capture: &TimedSnapshot) -> (&str, &str) {
    (&capture.server, &capture.snapshot.table.value)
}

/// A name that the store gives to one row: its record key, else its entry id. Short ones tell rows of a made-up list
/// apart, not rows of a store: those are of twenty bytes at least (MAPI: a flag, a provider's GUID, and more).
fn own_name(id: &RowId) -> Option<String> {
    let name = id.record_key.as_ref().or(id.entry_id.as_ref())?;
    (name.len() >= MIN_DIGITS).then(|| name.to_lowercase())
}

/// Hexadecimal digits of the shortest name of a row in a store.
const MIN_DIGITS: usize = 2 * 20;
