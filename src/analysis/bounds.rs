//! Bounds: the narrowest intervals in which a message entered and left that follow from what was seen.
//!
//! Every piece of evidence bounds one side: a message that failed or was listed was there, a message missing
//! from a complete capture was not. Nothing else bounds anything, except the row's own creation time, and that
//! only while it contradicts nothing.

use super::residence::Residence;
use crate::time::{Bracket, Interval, Timestamp};
use crate::timeline::Clocks;

/// When a residence began and ended.
#[derive(Clone, Debug)]
pub struct Bounds {
    pub entered: Interval,
    pub left: Interval,
    /// The row's creation time, where it is trusted.
    pub created: Option<Bracket>,
    pub creation: Creation,
    /// Bounds crossed and were widened to hold both.
    pub contradiction: bool,
}

/// What became of the row's creation time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Creation {
    /// No capture gives one.
    Absent,
    Trusted,
    /// It is later than a failure or sighting of the message.
    AfterAppearance,
    /// It is earlier than a complete capture without the message.
    BeforeAbsence,
    /// Captures of one row differ in it.
    Differs,
}

/// The bounds of one residence.
pub fn of(residence: &Residence<'_>, clocks: &Clocks) -> Bounds {
    let first_hi = first_appearance(residence);
    let (created, creation) = creation(residence, clocks, first_hi);
    let entered = Interval {
        earliest: latest(residence.absent_since, created.map(|c| c.lo)),
        latest: earliest(first_hi, created.map(|c| c.hi)),
    };
    let left = Interval {
        earliest: last_appearance(residence),
        latest: residence.gone_by,
    };
    // It entered before it left, so each bound also limits the other.
    let (entered, left) = (
        Interval {
            latest: earliest(entered.latest, left.latest),
            ..entered
        },
        Interval {
            earliest: latest(left.earliest, entered.earliest),
            ..left
        },
    );
    let mut bounds = Bounds {
        entered,
        left,
        created,
        creation,
        contradiction: false,
    };
    for interval in [&mut bounds.entered, &mut bounds.left] {
        if interval.is_crossed() {
            std::mem::swap(&mut interval.earliest, &mut interval.latest);
            bounds.contradiction = true;
        }
    }
    bounds
}

impl Bounds {
    /// Least possible length of the stay, in microseconds.
    pub fn least_stay(&self) -> i64 {
        match (self.left.earliest, self.entered.latest) {
            (Some(left), Some(entered)) => left.since(entered).max(0),
            _ => 0,
        }
    }

    /// Greatest possible length of the stay; `None` where nothing limits it.
    pub fn greatest_stay(&self) -> Option<i64> {
        Some(self.left.latest?.since(self.entered.earliest?).max(0))
    }
}

/// The message was there at the latest at this instant.
fn first_appearance(residence: &Residence<'_>) -> Option<Timestamp> {
    let failures = residence.failures.iter().map(|failure| failure.when.hi);
    let sightings = residence
        .sightings
        .iter()
        .map(|sighting| sighting.capture.when.hi);
    failures.chain(sightings).min()
}

/// The message was still there at the earliest at this instant.
fn last_appearance(residence: &Residence<'_>) -> Option<Timestamp> {
    let failures = residence.failures.iter().map(|failure| failure.when.lo);
    let sightings = residence
        .sightings
        .iter()
        .map(|sighting| sighting.capture.when.lo);
    failures.chain(sightings).max()
}

fn creation(
    residence: &Residence<'_>,
    clocks: &Clocks,
    first_hi: Option<Timestamp>,
) -> (Option<Bracket>, Creation) {
    let written = residence
        .sightings
        .iter()
        .filter_map(|s| s.row.created_at.as_ref());
    let brackets: Vec<Bracket> = written
        .map(|stamp| clocks.own(&residence.server, stamp))
        .collect();
    let Some(&created) = brackets.first() else {
        return (None, Creation::Absent);
    };
    if brackets.iter().any(|other| !other.overlaps(&created)) {
        return (None, Creation::Differs);
    }
    if first_hi.is_some_and(|first| created.lo > first) {
        return (None, Creation::AfterAppearance);
    }
    if residence
        .absent_since
        .is_some_and(|absent| created.hi < absent)
    {
        return (None, Creation::BeforeAbsence);
    }
    (Some(created), Creation::Trusted)
}

fn earliest(a: Option<Timestamp>, b: Option<Timestamp>) -> Option<Timestamp> {
    a.into_iter().chain(b).min()
}

fn latest(a: Option<Timestamp>, b: Option<Timestamp>) -> Option<Timestamp> {
    a.into_iter().chain(b).max()
}
