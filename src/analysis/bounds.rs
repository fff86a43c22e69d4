//! Bounds: the narrowest intervals in which a message entered and left that follow from what was seen.
//!
//! Every piece of evidence bounds one side: a message that failed or was listed was there, a message missing
//! from a complete capture was not. The server's own tracking log bounds both: a message cannot have been there before
//! the server had it, and had left when it was gone for every recipient. Nothing else bounds anything, except the row's
//! own creation time, and that only while it contradicts nothing.

use super::facts::ServerFacts;
use super::residence::Residence;
use super::restarts::{AFTER_START, Restart};
use crate::evidence::model::Step;
use crate::time::{Bracket, HOUR, Interval, MINUTE, Timestamp};
use crate::timeline::Clocks;

/// So long before a message's first line the tracking log must speak for that line to be the first there was: the
/// store driver hands a message over again within minutes.
const TRACKED_BEFORE: i64 = HOUR;
/// A line of the tracking log is written within this time of what it tells.
pub const WRITTEN_WITHIN: i64 = MINUTE;

/// What bounds are drawn from besides the residence itself.
pub struct Ground<'a, 't> {
    pub facts: &'a ServerFacts<'t>,
    pub restarts: &'a [Restart],
    pub clocks: &'a Clocks,
}

/// When a residence began and ended.
#[derive(Clone, Debug)]
pub struct Bounds {
    pub entered: Interval,
    pub left: Interval,
    /// The last instant at which a failure or a sighting shows it there.
    pub last_seen: Option<Timestamp>,
    /// The row's creation time, where it is trusted.
    pub created: Option<Bracket>,
    pub creation: Creation,
    /// That it had entered at the latest is set by the line that shows it submitted from the store.
    pub from_store: bool,
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

/// Decides on which side of the stay the captures lie that deny the message and are too near to its appearances to
/// tell by themselves: one that cannot have been made before it entered was made after it had left, and the other way
/// round. Each that is decided may decide another.
///
/// `before`: the bounds of the stay that is listed before this one.
pub fn settle(residence: &mut Residence<'_>, ground: &Ground<'_, '_>, before: Option<&Bounds>) {
    if let Some(before) = before.filter(|_| residence.absences.follows) {
        // It had left before it came again.
        residence.absences.previous = residence.absences.previous.max(before.left.earliest);
        residence.note_absences();
    }
    while residence.absences.are_open() {
        let bounds = of(residence, ground);
        let decided = residence
            .absences
            .decide(bounds.entered.latest, bounds.left.earliest);
        if bounds.contradiction || !decided {
            return;
        }
        residence.note_absences();
    }
}

/// The bounds of one residence.
pub fn of(residence: &Residence<'_>, ground: &Ground<'_, '_>) -> Bounds {
    let first_hi = first_appearance(residence);
    let (created, creation) = creation(residence, ground.clocks, first_hi);
    let in_table = Interval {
        earliest: latest(residence.absent_since, created.map(|c| c.lo)),
        latest: earliest(first_hi, created.map(|c| c.hi)),
    };
    let handed = handed_over(residence, ground)
        .filter(|handed| in_table.latest.is_none_or(|entered| *handed <= entered));
    let from_store = from_store(residence, ground)
        .filter(|by| in_table.latest.is_some_and(|latest| *by < latest))
        .filter(|by| in_table.earliest.is_none_or(|earliest| earliest <= *by));
    let entered = Interval {
        earliest: latest(in_table.earliest, handed),
        latest: earliest(in_table.latest, from_store),
    };
    let last_seen = last_appearance(residence);
    let departed = residence.trail.departed.as_ref();
    let gone = earliest(residence.gone_by, departed.map(|departed| departed.when.hi));
    let held = latest(resubmitted(residence), held_until(residence, ground))
        .filter(|held| gone.is_none_or(|gone| *held <= gone));
    let left = Interval {
        earliest: latest(last_seen, held),
        latest: gone,
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
        last_seen,
        created,
        creation,
        from_store: from_store.is_some(),
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

/// The first instant at which this server can have had it, by its own tracking log.
///
/// Only where that line is certainly the first: the log speaks of the time before it, back to the message's
/// submission, and no start of SMTP can have handed the message over again.
fn handed_over(residence: &Residence<'_>, ground: &Ground<'_, '_>) -> Option<Timestamp> {
    let first = residence.trail.handed_over?.when;
    let submitted = residence.trail.submitted_at.map(|at| at.lo);
    let from = earliest(submitted, Some(first.lo.plus(-TRACKED_BEFORE)))?;
    let again = ground.restarts.iter().any(|restart| {
        let start = restart.at();
        start.lo <= first.hi && first.lo <= start.hi.plus(AFTER_START)
    });
    (!again && ground.facts.tracked(from, first.lo)).then(|| first.lo.plus(-WRITTEN_WITHIN))
}

/// It was still there when this server's own log shows it handed to transport again.
fn resubmitted(residence: &Residence<'_>) -> Option<Timestamp> {
    Some(residence.trail.resubmitted?.when.lo)
}

/// It was there at the latest when this server's own log shows it submitted from the store: it stays in the table
/// while it is in transport (Dodds, the same). Only where the log speaks of all the time until it was first seen, and
/// no line tells that it had gone on by then: it may have come back.
fn from_store(residence: &Residence<'_>, ground: &Ground<'_, '_>) -> Option<Timestamp> {
    let trail = &residence.trail;
    let first = trail
        .handed_over
        .filter(|mail| mail.record.step == Step::FromStore)?;
    let seen = residence.appeared()?.first;
    let went_on = trail.goes_on.is_some_and(|on| on.when.lo <= seen.hi);
    let sure = !went_on && ground.facts.tracked(first.when.lo, seen.lo);
    sure.then(|| first.when.hi.plus(WRITTEN_WITHIN))
}

/// It was still there until shortly before the first line of this server by which it had gone on, where the log
/// speaks of all the time between: mail from the store stays in the table while it is in transport (Dodds, "Exchange
/// special mailboxes, part 3"). A log without words for the way through transport may tell of it long after.
fn held_until(residence: &Residence<'_>, ground: &Ground<'_, '_>) -> Option<Timestamp> {
    let seen = last_appearance(residence)?;
    let on = residence.trail.goes_on?;
    // A documented line shows that it was not removed before; one of inferred meaning may only end the silence.
    residence
        .trail
        .gone_on
        .filter(|on| on.server == residence.server && on.record.tells_of_queues())?;
    let sure = on.server == residence.server
        && on.when.lo >= seen
        && ground.facts.tracked(seen, on.when.lo);
    sure.then(|| on.when.lo.plus(-WRITTEN_WITHIN))
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
    let brackets = written.map(|stamp| clocks.own(&residence.server, stamp));
    // Forms differ in how finely they write it.
    let finest = brackets.reduce(|a, b| Bracket {
        lo: a.lo.max(b.lo),
        hi: a.hi.min(b.hi),
    });
    let Some(created) = finest else {
        return (None, Creation::Absent);
    };
    if created.lo > created.hi {
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
