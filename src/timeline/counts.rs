//! Registry exports, listings of folders and counters: what was noted of a server at one time, each once.

use std::sync::Arc;

use super::{Clocks, Timeline};
use crate::evidence::model::{FolderListing, RegistryExport};
use crate::time::{Bracket, Timestamp};

/// A registry export with the server it belongs to and when it can have been made.
#[derive(Clone, Debug)]
pub struct TimedExport {
    pub export: RegistryExport,
    pub server: Arc<str>,
    pub at: Timestamp,
    pub when: Bracket,
}

/// A listing of a folder with the server it belongs to and when it can have been made.
#[derive(Clone, Debug)]
pub struct TimedListing {
    pub listing: FolderListing,
    pub server: Arc<str>,
    pub at: Timestamp,
    pub when: Bracket,
}

impl Clocks {
    /// The time of an export stands in no export: like that of a capture it was noted by a person.
    pub(super) fn place_export(&self, export: RegistryExport, server: Arc<str>) -> TimedExport {
        let when = self.noted(&server, &export.at.value);
        TimedExport {
            at: export.at.value.at,
            export,
            server,
            when,
        }
    }

    /// Nor does the time of a listing stand in it.
    pub(super) fn place_listing(&self, listing: FolderListing, server: Arc<str>) -> TimedListing {
        let when = self.noted(&server, &listing.at.value);
        TimedListing {
            at: listing.at.value.at,
            listing,
            server,
            when,
        }
    }
}

/// Puts them in order and drops second copies.
pub(super) fn settle(timeline: &mut Timeline) {
    timeline
        .exports
        .sort_by(|a, b| (a.at, &a.server, a.export.cite).cmp(&(b.at, &b.server, b.export.cite)));
    timeline.exports.dedup_by(|later, earlier| {
        let (a, b) = (&earlier.export, &later.export);
        earlier.at == later.at
            && earlier.server == later.server
            && a.keys == b.keys
            && a.values.len() == b.values.len()
            && a.values.iter().zip(&b.values).all(|(x, y)| {
                (&x.key, &x.name, &x.kind, &x.data) == (&y.key, &y.name, &y.kind, &y.data)
            })
    });
    timeline.listings.sort_by(|a, b| {
        let key = |t: &TimedListing| (t.at, Arc::clone(&t.server), t.listing.folder.to_lowercase());
        key(a)
            .cmp(&key(b))
            .then(a.listing.cite.cmp(&b.listing.cite))
    });
    timeline.listings.dedup_by(|later, earlier| {
        let (a, b) = (&earlier.listing, &later.listing);
        earlier.at == later.at
            && earlier.server == later.server
            && a.folder.eq_ignore_ascii_case(&b.folder)
            && (a.files, a.bytes) == (b.files, b.bytes)
    });
    timeline
        .counters
        .sort_by(|a, b| (&a.server, &a.counter, a.cite).cmp(&(&b.server, &b.counter, b.cite)));
    timeline.counters.dedup_by(|later, earlier| {
        (&earlier.server, &earlier.counter, &earlier.points)
            == (&later.server, &later.counter, &later.points)
    });
}
