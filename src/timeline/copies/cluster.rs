//! A record and its copies, while they are being brought together.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::evidence::model::{Event, FileId};

use super::content::{self, Likeness};
use super::numbering::EntryId;
use crate::timeline::TimedEvent;

/// Records of one kind that are copies of each other.
#[derive(Clone, Debug, Default)]
pub struct Cluster {
    /// Indices of the events, the first the one that compares for all. Empty once another cluster took them over.
    pub members: Vec<usize>,
    /// The files that hold it, sorted. Two records of one file are one only by their number.
    pub files: Vec<FileId>,
    pub number: Option<u64>,
    pub entry: Option<EntryId>,
    /// The instants at which it can have been logged, by the server's clock, in microseconds: `lo <= t < hi`.
    pub lo: i64,
    pub hi: i64,
    /// The log in lower case, where any copy says it.
    pub log: Option<Arc<str>>,
}

impl Cluster {
    pub fn width(&self) -> i64 {
        self.hi.saturating_sub(self.lo)
    }

    pub fn overlaps(&self, other: &Self) -> bool {
        self.lo < other.hi && other.lo < self.hi
    }

    pub fn is_of_log_of(&self, other: &Self) -> bool {
        match (&self.log, &other.log) {
            (Some(a), Some(b)) => a == b,
            _ => true,
        }
    }

    fn shares_a_file_with(&self, other: &Self) -> bool {
        self.files
            .iter()
            .any(|file| other.files.binary_search(file).is_ok())
    }

    /// Takes over the members of another cluster. Its own interval becomes what both allow.
    pub fn take(&mut self, other: &mut Self) {
        self.members.append(&mut other.members);
        for file in other.files.drain(..) {
            if let Err(at) = self.files.binary_search(&file) {
                self.files.insert(at, file);
            }
        }
        self.number = self.number.or(other.number);
        self.entry = self.entry.or(other.entry);
        self.log = self.log.take().or_else(|| other.log.take());
        if self.overlaps(other) {
            self.lo = self.lo.max(other.lo);
            self.hi = self.hi.min(other.hi);
        }
    }

    /// Whether an unnumbered record may be a copy of the other, their contents apart.
    fn may_be(&self, other: &Self) -> bool {
        (self.number.is_none() || other.number.is_none())
            && self.overlaps(other)
            && self.is_of_log_of(other)
            && !self.shares_a_file_with(other)
    }

    /// The first member that has what is asked for.
    fn saying<'e>(
        &self,
        events: &'e [TimedEvent],
        says: fn(&Event) -> Option<String>,
    ) -> Option<&'e Event> {
        let members = self.members.iter().take(MOST_ASKED);
        let mut events = members.filter_map(|member| Some(&events.get(*member)?.event));
        events.find(|event| says(event).is_some())
    }

    /// Whether nothing that the two say is contradictory.
    pub fn is_like(&self, other: &Self, events: &[TimedEvent]) -> bool {
        let by = |says| Some((self.saying(events, says)?, other.saying(events, says)?));
        by(content::strings_key)
            .or_else(|| by(content::text_key))
            .is_none_or(|(a, b)| content::likeness(a, b) != Likeness::Different)
    }
}

/// Members whose contents are looked at; they are copies of each other.
const MOST_ASKED: usize = 16;
/// Candidates of one width and one sort that are looked at for one record. What is beyond is hardly ever a copy, and
/// evidence made on purpose must not cost more than its size.
const MOST_TRIED: usize = 256;
/// Different widths of intervals that are looked at: microseconds, seconds, minutes, repeated hours.
const MOST_WIDTHS: usize = 8;

/// Clusters by width and whether they are numbered, then by the beginning of their intervals.
type Shelf = BTreeMap<(i64, bool), std::collections::BTreeSet<(i64, usize)>>;

/// Brings copies together one to one, in the order of time.
///
/// The clusters of `group` are taken from the most exact time to the least; those of one file and exactness follow
/// each other, and each finds the first that no record of its own file has found yet. Since minutes hold seconds and
/// seconds hold microseconds, as many are left as the file with the most of them holds.
pub fn pair(
    clusters: &mut [Cluster],
    mut group: Vec<usize>,
    alike: &dyn Fn(&Cluster, &Cluster) -> bool,
) {
    if group.len() < 2 {
        return;
    }
    group.sort_by(|&a, &b| match (clusters.get(a), clusters.get(b)) {
        (Some(a), Some(b)) => order(a).cmp(&order(b)),
        _ => a.cmp(&b),
    });
    let mut shelf = Shelf::new();
    let mut at = 0;
    while let Some(first) = group.get(at).and_then(|index| clusters.get(*index)) {
        let turn = (first.width(), first.number.is_none(), first.files.clone());
        let run = group.get(at..).unwrap_or_default().iter();
        let run: Vec<usize> = run
            .take_while(|index| {
                clusters.get(**index).is_some_and(|c| {
                    (c.width(), c.number.is_none()) == (turn.0, turn.1) && c.files == turn.2
                })
            })
            .copied()
            .collect();
        at += run.len().max(1);
        let mut placed = Vec::with_capacity(run.len());
        for index in run {
            let Some(mut taken) = clusters.get_mut(index).map(std::mem::take) else {
                continue;
            };
            match find(&shelf, &taken, clusters, alike) {
                Some((sort, place)) => {
                    let home = place.1;
                    if let Some(set) = shelf.get_mut(&sort) {
                        set.remove(&place);
                    }
                    if let Some(cluster) = clusters.get_mut(home) {
                        cluster.take(&mut taken);
                    }
                    placed.push(home);
                }
                None => {
                    if let Some(slot) = clusters.get_mut(index) {
                        *slot = taken;
                    }
                    placed.push(index);
                }
            }
        }
        // Only now, so that two records of one file never find the same.
        for index in placed {
            if let Some(cluster) = clusters.get(index) {
                let sort = (cluster.width(), cluster.number.is_some());
                shelf.entry(sort).or_default().insert((cluster.lo, index));
            }
        }
    }
}

/// From the most exact time to the least, numbered records first.
fn order(cluster: &Cluster) -> (i64, bool, &[FileId], i64, &[usize]) {
    (
        cluster.width(),
        cluster.number.is_none(),
        &cluster.files,
        cluster.lo,
        &cluster.members,
    )
}

type Place = ((i64, bool), (i64, usize));

fn find(
    shelf: &Shelf,
    wanted: &Cluster,
    clusters: &[Cluster],
    alike: &dyn Fn(&Cluster, &Cluster) -> bool,
) -> Option<Place> {
    for (&sort, set) in shelf.iter().take(2 * MOST_WIDTHS) {
        let (width, numbered) = sort;
        if numbered && wanted.number.is_some() {
            continue;
        }
        let from = wanted.lo.saturating_sub(width).saturating_add(1);
        let near = set.range((from, 0)..(wanted.hi, 0)).take(MOST_TRIED);
        for &(lo, index) in near {
            let fits = clusters
                .get(index)
                .is_some_and(|other| wanted.may_be(other) && alike(wanted, other));
            if fits {
                return Some((sort, (lo, index)));
            }
        }
    }
    None
}
