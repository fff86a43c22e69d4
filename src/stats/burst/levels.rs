//! Bursts within bursts: Kleinberg's automaton with a state for each level (§3 of the paper).
//!
//! State i has `s`ⁱ times the base rate; to rise by a level costs γ·ln n, to fall costs nothing. The
//! paper shows that finitely many states are enough: above the rate of one event for each smallest gap
//! another only makes every gap dearer. A burst of level i is a stay in states i and above, so that bursts of
//! a higher level lie within those of a lower one.

use super::{Automaton, exposure_of, gaps, states};

/// No more levels than this: with `s` = 2 a rate 10¹⁸ times the base rate.
const MOST_LEVELS: u8 = 60;

/// A run of events at a level or above.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Nested {
    /// Index of its first event.
    pub first: usize,
    /// Index of its last event.
    pub last: usize,
    /// The lowest state in it: throughout it events come about `s` to the power of this times as fast as the base
    /// rate, or faster. Of several levels with the same events this is the highest.
    pub level: u8,
}

impl Automaton {
    /// The level of each gap of a stream of events: what [`Automaton::bursts`] gives with two states, with as
    /// many as the stream calls for. Gap i lies between events i and i + 1.
    ///
    /// `finest` is the precision of the clock, in the unit of `times`: a shorter gap counts as long as that. Without
    /// it, events at one instant would be infinitely dense, and so of as many levels as there may be.
    ///
    /// All are zero where [`Automaton::bursts`] finds nothing to work on, or where `s` is not above 1.
    pub fn levels(self, times: &[f64], exposure: f64, finest: f64) -> Vec<u8> {
        let mut gaps = gaps(times);
        let none = vec![0; gaps.len()];
        let Some(exposure) = exposure_of(&gaps, exposure) else {
            return none;
        };
        for gap in &mut gaps {
            *gap = gap.max(finest);
        }
        let base = gaps.len() as f64 / exposure;
        let smallest = gaps.iter().copied().fold(f64::INFINITY, f64::min);
        if !(self.s > 1.0 && smallest >= 0.0) {
            return none;
        }
        // The first level at which the mean gap is no longer than the smallest.
        let enough = -(base * smallest).ln() / self.s.ln();
        let highest = enough.ceil().clamp(1.0, f64::from(MOST_LEVELS)) as u8;
        let rates: Vec<f64> = (0..=highest)
            .map(|level| base * self.s.powi(i32::from(level)))
            .collect();
        states::cheapest(&gaps, &rates, self.entry_cost(gaps.len())).states
    }
}

/// The bursts of all levels above a floor, by first event, the outer before the inner.
pub fn nested(levels: &[u8], floor: u8) -> Vec<Nested> {
    let mut found: Vec<Nested> = Vec::new();
    // Those that are not over, as indices into what is found; each is higher than the one before it.
    let mut open: Vec<usize> = Vec::new();
    // A last gap of no level closes what is open.
    for (gap, level) in levels.iter().copied().chain([0]).enumerate() {
        // What was left highest: where the stream now falls to a level between two that are open, a burst
        // of that level has been going on since the higher of the two began.
        let mut since = gap;
        while let Some(&index) = open.last() {
            let Some(burst) = found.get_mut(index).filter(|b| b.level > level) else {
                break;
            };
            burst.last = gap;
            since = burst.first;
            open.pop();
        }
        let under = open.last().and_then(|index| found.get(*index));
        if level > under.map_or(floor, |burst| burst.level).max(floor) {
            open.push(found.len());
            found.push(Nested {
                first: since,
                last: gap,
                level,
            });
        }
    }
    found.sort_by_key(|burst| (burst.first, burst.level));
    found
}
