//! Tracks: the sightings of one row of one table, followed from capture to capture.

use std::collections::BTreeMap;

use super::facts::{Capture, Failure, ServerFacts};
use super::identity::{Listing, RowId};
use crate::evidence::model::{Citation, SnapshotRow};
use crate::timeline::TimedSnapshot;

/// A row of a table with every capture that lists it.
#[derive(Debug)]
pub struct Track<'t> {
    pub place: &'t str,
    pub id: RowId,
    pub sightings: Vec<Sighting<'t>>,
    pub failures: Vec<Failure>,
    /// Failures that name the message while several rows bear its id.
    pub loose: Vec<Failure>,
}

/// A row as one capture lists it.
#[derive(Clone, Copy, Debug)]
pub struct Sighting<'t> {
    pub capture: &'t TimedSnapshot,
    pub row: &'t SnapshotRow,
}

/// Follows every row of every table of one server.
pub fn of_server<'t>(facts: &ServerFacts<'t>) -> Vec<Track<'t>> {
    of_captures(&facts.captures)
}

fn of_captures<'t>(captures: &[Capture<'t>]) -> Vec<Track<'t>> {
    let mut tables: BTreeMap<&'t str, Table<'t>> = BTreeMap::new();
    for capture in captures.iter().map(|capture| capture.timed) {
        let place = capture.snapshot.table.value.as_str();
        let table = tables.entry(place).or_default();
        for row in &capture.snapshot.rows {
            table.add(place, Sighting { capture, row });
        }
    }
    tables
        .into_values()
        .flat_map(|table| table.tracks)
        .collect()
}

/// What each capture lists, every row by all the names that any capture of its table shows of it.
pub fn listings(captures: &[Capture<'_>]) -> Vec<Listing> {
    let blank = |capture: &Capture<'_>| Listing::new(capture.timed.snapshot.complete);
    let mut listings: Vec<Listing> = captures.iter().map(blank).collect();
    let number: BTreeMap<*const TimedSnapshot, usize> = captures
        .iter()
        .enumerate()
        .map(|(number, capture)| (std::ptr::from_ref(capture.timed), number))
        .collect();
    for track in of_captures(captures) {
        for sighting in &track.sightings {
            let number = number.get(&std::ptr::from_ref(sighting.capture));
            if let Some(listing) = number.and_then(|number| listings.get_mut(*number)) {
                listing.add(&track.id);
            }
        }
    }
    listings
}

/// The tracks of each message, by its join key.
pub fn by_message(tracks: &[Track<'_>]) -> BTreeMap<String, Vec<usize>> {
    let mut by_message: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (number, track) in tracks.iter().enumerate() {
        if let Some(key) = &track.id.message_key {
            by_message.entry(key.clone()).or_default().push(number);
        }
    }
    by_message
}

/// Of the tracks of one message, the one whose sightings are nearest to a failure in time.
pub fn nearest<'a, 't>(
    tracks: &'a mut [Track<'t>],
    of_message: &[usize],
    failure: &Failure,
) -> Option<&'a mut Track<'t>> {
    let far = |number: &&usize| {
        let track = tracks.get(**number);
        track.map_or(i64::MAX, |track| distance(&track.sightings, failure))
    };
    let number = *of_message.iter().min_by_key(far)?;
    tracks.get_mut(number)
}

/// Microseconds from a failure to the nearest of the sightings.
pub fn distance(sightings: &[Sighting<'_>], failure: &Failure) -> i64 {
    let gaps = sightings
        .iter()
        .map(|sighting| sighting.capture.at.since(failure.at).abs());
    gaps.min().unwrap_or(i64::MAX)
}

/// One table's tracks, found again by any of a row's names.
#[derive(Default)]
struct Table<'t> {
    tracks: Vec<Track<'t>>,
    by_name: BTreeMap<(u8, String), Vec<usize>>,
}

impl<'t> Table<'t> {
    fn add(&mut self, place: &'t str, sighting: Sighting<'t>) {
        let id = RowId::of(sighting.row);
        let names = names(&id);
        let known = names.iter().find_map(|name| {
            self.by_name.get(name)?.iter().copied().find(|&number| {
                self.tracks.get(number).is_some_and(|track| {
                    track.id.agrees(&id) == Some(true)
                        // One capture lists each row once; a second like row is another message.
                        && track.sightings.last().is_none_or(|last| {
                            !std::ptr::eq(last.capture, sighting.capture)
                        })
                })
            })
        });
        let number = known.unwrap_or_else(|| {
            self.tracks.push(Track {
                place,
                id: id.clone(),
                sightings: Vec::new(),
                failures: Vec::new(),
                loose: Vec::new(),
            });
            self.tracks.len() - 1
        });
        if let Some(track) = self.tracks.get_mut(number) {
            track.id.learn(&id);
            track.sightings.push(sighting);
        }
        for name in names {
            let numbers = self.by_name.entry(name).or_default();
            if !numbers.contains(&number) {
                numbers.push(number);
            }
        }
    }
}

fn names(id: &RowId) -> Vec<(u8, String)> {
    [&id.record_key, &id.entry_id, &id.message_key, &id.likeness]
        .into_iter()
        .zip(0..)
        .filter_map(|(name, kind)| Some((kind, name.clone()?)))
        .collect()
}

impl Sighting<'_> {
    /// The row of the capture that lists it.
    pub fn cite(&self) -> Citation {
        self.capture.snapshot.cite_of(self.row)
    }
}
