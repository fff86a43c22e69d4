//! Whether events fall near others more often than chance: the circular shift test.
//!
//! The time in which both could be seen, its holes cut out and the rest joined, is closed to a
//! circle. One pattern is turned against the other by every possible shift, and the p-value is the
//! share of shifts with at least as many events near as without a shift, the shift of zero counted
//! among them. Turned as a whole, events keep their gaps: a cluster stays a cluster. That is why
//! it suits events that come in bursts, where a test that took each event for an independent draw
//! would find coincidences everywhere. The plane's equivalent is the toroidal shift of H. W. Lotwick
//! and B. W. Silverman, "Methods for Analysing Spatial Processes of Several Types of Points",
//! Journal of the Royal Statistical Society B 44 (1982), 406–413.
//!
//! The test assumes that, were there no connection, one pattern could as well have begun at any
//! other time. Two patterns that each follow the clock (both by day, say) break that: they coincide
//! without one causing the other. Shifts by whole days alone leave what the clock explains.
//!
//! Everything is counted in whole units (microseconds, say), so that the answer is exact: the
//! number near is constant between the shifts at which an event enters or leaves a
//! neighbourhood, and a sweep over those shifts measures how long each number holds. Where
//! there are too many pairs for that, an even grid of shifts stands for all; the shifts of a grid
//! that holds zero are a group of rotations of their own, so that its p-value is a valid one too, only coarser.

use std::collections::BTreeMap;

/// So many pairs of an event and a neighbourhood are swept exactly.
const MOST_PAIRS: usize = 1 << 20;
/// With more pairs: so many shifts at most, evenly spaced. A prime, lest the grid fall into step with days
/// or hours.
const FINEST_GRID: usize = 9_973;
/// A coarser grid than this says too little.
const COARSEST_GRID: usize = 999;
/// How many look-ups a grid may take in all.
const MOST_LOOKUPS: usize = 10_000_000;

/// A stretch of time in whole units; `until` no longer belongs to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stretch {
    pub from: i64,
    pub until: i64,
}

impl Stretch {
    /// From one time to another; empty where they are in the wrong order.
    pub fn new(from: i64, until: i64) -> Self {
        Self { from, until }
    }

    /// One unit of time.
    pub fn at(time: i64) -> Self {
        Self::around(time, 0, 0)
    }

    /// From so much before a time to so much after it, both ends included.
    pub fn around(time: i64, before: i64, after: i64) -> Self {
        Self {
            from: time.saturating_sub(before),
            until: time.saturating_add(after).saturating_add(1),
        }
    }

    fn length(self) -> i64 {
        self.until - self.from
    }
}

/// The time in which both patterns could be seen, its holes cut out, the rest joined to a circle.
#[derive(Clone, Debug)]
pub struct Circle {
    /// The stretches in order, apart from each other, each with its place on the circle.
    stretches: Vec<(Stretch, i64)>,
    length: i64,
}

impl Circle {
    /// The circle of these stretches, in any order; they may overlap. `None` where they hold no
    /// time, or more than can be counted in.
    pub fn new(stretches: impl IntoIterator<Item = Stretch>) -> Option<Self> {
        // Places, shifts and their sums must stay far from the ends of the numbers.
        let range = i64::MIN / 8..=i64::MAX / 8;
        let given: Vec<Stretch> = stretches.into_iter().collect();
        let sane = |s: &Stretch| range.contains(&s.from) && range.contains(&s.until);
        if !given.iter().all(sane) {
            return None;
        }
        let mut length = 0;
        let placed = joined(given).into_iter().map(|stretch| {
            let place = length;
            length += stretch.length();
            (stretch, place)
        });
        let stretches: Vec<(Stretch, i64)> = placed.collect();
        (length > 0).then_some(Self { stretches, length })
    }

    /// How much time there is in all.
    pub fn length(&self) -> i64 {
        self.length
    }

    /// Whether any of a stretch lies on the circle.
    pub fn meets(&self, stretch: Stretch) -> bool {
        self.place(stretch).is_some()
    }

    /// How much of the time on the circle is before this one.
    fn before(&self, time: i64) -> i64 {
        let next = self.stretches.partition_point(|(s, _)| s.from <= time);
        let last = next.checked_sub(1).and_then(|i| self.stretches.get(i));
        last.map_or(0, |(s, place)| {
            place + time.min(s.until).saturating_sub(s.from)
        })
    }

    /// Where a stretch lies on the circle; `None` where it lies in no part of it.
    fn place(&self, stretch: Stretch) -> Option<Stretch> {
        let placed = Stretch::new(self.before(stretch.from), self.before(stretch.until));
        (placed.from < placed.until).then_some(placed)
    }
}

/// What the test found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Coincidence {
    /// How many events lie on the circle.
    pub events: u64,
    /// How many of them are near: they share time with a neighbourhood.
    pub near: u64,
    /// How many are near on the average of all shifts: what chance gives.
    pub expected: f64,
    /// The share of the circle that the neighbourhoods take.
    pub share: f64,
    /// The share of shifts with at least as many near as were seen.
    pub p_value: f64,
    /// The least p-value that any shift of these patterns gives: where it is not small, the test could
    /// not have shown a connection however close.
    pub least_p: f64,
    /// How many shifts were looked at, where not all.
    pub grid: Option<usize>,
}

/// Whether `events` share time with `neighbourhoods` more often than chance; both in any order, in the
/// unit of the circle. Neighbourhoods may overlap; an event is near or not, whatever number of them
/// it touches. What lies outside the circle is left out.
///
/// `None` where the test is silent from the start: there are no events, no neighbourhoods, every
/// shift gives the same number near, or there are so many of both that not even a coarse grid can
/// be afforded.
pub fn test(
    circle: &Circle,
    events: &[Stretch],
    neighbourhoods: &[Stretch],
) -> Option<Coincidence> {
    let events: Vec<Stretch> = events.iter().filter_map(|e| circle.place(*e)).collect();
    let near = joined(neighbourhoods.iter().filter_map(|n| circle.place(*n)));
    if events.is_empty() || near.is_empty() {
        return None;
    }
    let counts = if events.len().saturating_mul(near.len()) <= MOST_PAIRS {
        sweep(circle.length, &events, &near)
    } else {
        grid(circle.length, events, &near)?
    };
    counts.coincidence(&near)
}

/// What shifts by whole periods found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ByPeriods {
    /// The share of these shifts with at least as many near as were seen, the shift of zero among them.
    pub p_value: f64,
    /// How many shifts there are.
    pub shifts: i64,
}

/// The same question as [`test()`], asked of shifts by whole periods only (days, say), which leave alone whatever follows the
/// period: what two patterns share with the clock is near at every such shift. The time is not joined over its holes but closed to a
/// circle of whole periods; an event that a shift brings to where nothing could be seen counts as near there, so that holes
/// make the p-value too great at worst. `None` of no event, no neighbourhood or no period.
pub fn by_periods(
    circle: &Circle,
    events: &[Stretch],
    neighbourhoods: &[Stretch],
    period: i64,
) -> Option<ByPeriods> {
    let seen: Vec<Stretch> = circle.stretches.iter().map(|(s, _)| *s).collect();
    let (first, last) = (seen.first()?.from, seen.last()?.until);
    let events = events.iter().filter(|event| circle.meets(**event));
    let events: Vec<Stretch> = events.copied().collect();
    let near = joined(neighbourhoods.iter().copied());
    if events.is_empty() || near.is_empty() || period < 1 {
        return None;
    }
    // Where there are too many, every second, third … period: a group of rotations as well.
    let whole = |time: i64, unit: i64| time.saturating_sub(1) / unit + 1;
    let periods = whole(last - first, period);
    let lookups = periods.saturating_mul(i64::try_from(events.len()).ok()?);
    let step = period.checked_mul(whole(lookups, MOST_LOOKUPS as i64))?;
    let shifts = whole(last - first, step);
    let length = shifts.checked_mul(step)?;
    let meets = |all: &[Stretch], one: Stretch| {
        let next = all.partition_point(|s| s.until <= one.from);
        all.get(next).is_some_and(|s| s.from < one.until)
    };
    let near_at = |shift: i64| {
        let turned = events.iter().map(|event| {
            let from = (event.from.max(first) - first).saturating_add(shift * step);
            let from = first + from.rem_euclid(length);
            Stretch::new(from, from.saturating_add(event.length()))
        });
        turned
            .filter(|event| meets(&near, *event) || !meets(&seen, *event))
            .count()
    };
    let observed = near_at(0);
    let as_many = (0..shifts).filter(|shift| near_at(*shift) >= observed);
    Some(ByPeriods {
        p_value: as_many.count() as f64 / shifts as f64,
        shifts,
    })
}

/// Stretches in order, those that touch made one, empty ones left out.
fn joined(stretches: impl IntoIterator<Item = Stretch>) -> Vec<Stretch> {
    let mut sorted: Vec<Stretch> = stretches.into_iter().collect();
    sorted.retain(|s| s.from < s.until);
    sorted.sort_unstable();
    let mut joined: Vec<Stretch> = Vec::with_capacity(sorted.len());
    for next in sorted {
        match joined.last_mut() {
            Some(last) if next.from <= last.until => last.until = last.until.max(next.until),
            _ => joined.push(next),
        }
    }
    joined
}

/// For each number of events near, how many shifts give it.
struct Counts {
    length: i64,
    events: u64,
    observed: u64,
    shifts: BTreeMap<u64, i64>,
    grid: Option<usize>,
}

impl Counts {
    fn coincidence(&self, near: &[Stretch]) -> Option<Coincidence> {
        let (_, &most) = self.shifts.last_key_value()?;
        if self.shifts.len() < 2 {
            return None;
        }
        let all: i64 = self.shifts.values().sum();
        let as_many: i64 = self.shifts.range(self.observed..).map(|(_, n)| n).sum();
        let weighed = |(count, n): (&u64, &i64)| *count as f64 * (*n as f64 / all as f64);
        let covered: i64 = near.iter().map(|n| n.length()).sum();
        Some(Coincidence {
            events: self.events,
            near: self.observed,
            expected: self.shifts.iter().map(weighed).sum(),
            share: covered as f64 / self.length as f64,
            p_value: as_many as f64 / all as f64,
            least_p: most as f64 / all as f64,
            grid: self.grid,
        })
    }
}

/// Every shift, by a sweep over those at which the number changes. Events and neighbourhoods are
/// places on a circle of this length, the neighbourhoods in order and apart.
fn sweep(length: i64, events: &[Stretch], near: &[Stretch]) -> Counts {
    // Shifts at which an event becomes near, and at which it no longer is.
    let (mut rises, mut falls) = (Vec::new(), Vec::new());
    // How many are near at the shift of zero.
    let mut observed = 0_u64;
    for event in events {
        for shifts in shifts_near(length, *event, near) {
            if shifts.length() >= length {
                observed += 1;
                continue;
            }
            let from = shifts.from.rem_euclid(length);
            let until = from + shifts.length();
            // Zero lies within it, at the start or after a full turn.
            observed += u64::from(from == 0 || until > length);
            rises.push(from);
            falls.push(until.rem_euclid(length));
        }
    }
    rises.sort_unstable();
    falls.sort_unstable();
    let mut shifts: BTreeMap<u64, i64> = BTreeMap::new();
    let (mut rises, mut falls) = (rises.into_iter().peekable(), falls.into_iter().peekable());
    // What changes at zero is already in the number seen there.
    while rises.next_if(|at| *at == 0).is_some() {}
    while falls.next_if(|at| *at == 0).is_some() {}
    let (mut at, mut count) = (0, observed);
    while at < length {
        let next = rises.peek().into_iter().chain(falls.peek()).min().copied();
        let next = next.unwrap_or(length);
        *shifts.entry(count).or_default() += next - at;
        while rises.next_if(|rise| *rise == next).is_some() {
            count += 1;
        }
        while falls.next_if(|fall| *fall == next).is_some() {
            count = count.saturating_sub(1);
        }
        at = next;
    }
    Counts {
        length,
        events: events.len() as u64,
        observed,
        shifts,
        grid: None,
    }
}

/// The shifts at which an event is near, in order and apart, also across a full turn. Their
/// numbers may lie outside the circle by a turn.
fn shifts_near(length: i64, event: Stretch, near: &[Stretch]) -> Vec<Stretch> {
    let each = near
        .iter()
        .map(|n| Stretch::new(n.from - event.until + 1, n.until - event.from));
    let mut apart: Vec<Stretch> = Vec::with_capacity(near.len());
    for next in each {
        match apart.last_mut() {
            Some(last) if next.from <= last.until => last.until = last.until.max(next.until),
            _ => apart.push(next),
        }
    }
    // The last may reach the first after a full turn; no further, for those that are apart are less
    // than a turn apart.
    if let [first, .., last] = apart.as_mut_slice()
        && last.until >= first.from + length
    {
        last.until = last.until.max(first.until + length);
        apart.remove(0);
    }
    apart
}

/// An even grid of shifts, from zero. `None` where it would be too coarse.
fn grid(length: i64, events: Vec<Stretch>, near: &[Stretch]) -> Option<Counts> {
    let lookups = if by_neighbourhood(&events, near) {
        near.len()
    } else {
        events.len()
    };
    let affordable = (MOST_LOOKUPS / lookups.max(1)).min(FINEST_GRID);
    let size = usize::try_from(length).map_or(affordable, |shifts| shifts.min(affordable));
    if size < COARSEST_GRID {
        return None;
    }
    Some(shifts_of_grid(length, events, near, size))
}

/// Whether it is quicker to ask each neighbourhood for its events than each event for its
/// neighbourhood. Only points can be counted so: a longer event may touch several.
fn by_neighbourhood(events: &[Stretch], near: &[Stretch]) -> bool {
    near.len() < events.len() && events.iter().all(|e| e.length() == 1)
}

/// So many shifts, evenly spaced, the first of them zero.
fn shifts_of_grid(length: i64, mut events: Vec<Stretch>, near: &[Stretch], size: usize) -> Counts {
    events.sort_unstable();
    let by_neighbourhood = by_neighbourhood(&events, near);
    let index = if by_neighbourhood {
        Ranks::new(length, events.iter().map(|e| e.from))
    } else {
        Ranks::new(length, near.iter().map(|n| n.from))
    };
    let count = |shift: i64| -> u64 {
        if by_neighbourhood {
            let within = near
                .iter()
                .map(|n| index.within(n.from - shift, n.until - shift));
            within.sum()
        } else {
            let touches = |e: &&Stretch| touches(length, &index, near, e.from + shift, e.length());
            events.iter().filter(touches).count() as u64
        }
    };
    let mut shifts: BTreeMap<u64, i64> = BTreeMap::new();
    for step in 0..size {
        let shift = (i128::from(length) * step as i128 / size as i128) as i64;
        *shifts.entry(count(shift)).or_default() += 1;
    }
    Counts {
        length,
        events: events.len() as u64,
        observed: count(0),
        shifts,
        grid: Some(size),
    }
}

/// Whether a stretch of the circle touches a neighbourhood. `starts` ranks where they begin.
fn touches(length: i64, starts: &Ranks, near: &[Stretch], from: i64, long: i64) -> bool {
    let from = from.rem_euclid(length);
    // One begins within it, or the one that began last before it is not over.
    let covers = |n: &Stretch| n.until > from;
    let before = starts.below(from).checked_sub(1);
    starts.within(from, from + long) > 0 || before.and_then(|i| near.get(i)).is_some_and(covers)
}

/// Counts places below any other in about constant time: a table of where the search may begin.
struct Ranks {
    length: i64,
    places: Vec<i64>,
    cell: i64,
    /// How many places lie below the start of each cell.
    table: Vec<usize>,
}

impl Ranks {
    /// Of places on a circle of this length, in order.
    fn new(length: i64, places: impl Iterator<Item = i64>) -> Self {
        let places: Vec<i64> = places.collect();
        let cells = (places.len() as i64 * 2).clamp(1, 1 << 20);
        let cell = length / cells + 1;
        let starts = (0..=length / cell + 1).map(|i| i * cell);
        let mut rank = 0;
        let table = starts.map(|start| {
            while places.get(rank).is_some_and(|place| *place < start) {
                rank += 1;
            }
            rank
        });
        let table = table.collect();
        Self {
            length,
            places,
            cell,
            table,
        }
    }

    /// How many are below a place that lies on the circle or at its end.
    fn below(&self, place: i64) -> usize {
        let cell = usize::try_from(place / self.cell).unwrap_or(0);
        let all = self.places.len();
        let low = self.table.get(cell).copied().unwrap_or(0);
        let high = self.table.get(cell + 1).copied().unwrap_or(all);
        let among = self.places.get(low..high).unwrap_or_default();
        low + among.partition_point(|other| *other < place)
    }

    /// How many lie from one place up to another, at most a full turn further.
    fn within(&self, from: i64, until: i64) -> u64 {
        let long = until - from;
        if long >= self.length {
            return self.places.len() as u64;
        }
        let from = from.rem_euclid(self.length);
        let until = from + long;
        let found = if until <= self.length {
            self.below(until) - self.below(from)
        } else {
            self.places.len() - self.below(from) + self.below(until - self.length)
        };
        found as u64
    }
}

#[cfg(test)]
mod tests;
