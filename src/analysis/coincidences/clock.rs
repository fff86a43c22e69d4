//! Whether two things come together only because both keep to a time of day.

use crate::stats::shift::{self, Circle, Stretch};
use crate::time::DAY;

use super::SIGNIFICANT;

/// A mean vector as long as this tells of a time of day. Times spread evenly over twelve hours have 0.64, over the whole day
/// 0; two hands full of times at random seldom have more than 0.5.
const GATHERED: f64 = 0.5;
/// What comes so many times a day, evenly, keeps to a time of day as well.
const MOST_TIMES_A_DAY: u32 = 4;

/// The share of shifts by whole days with as many near: they keep the time of day of both sides. `None` where the log is so
/// short that no such share could be small, unless both sides gather at times of day: then whatever share there is holds.
pub(super) fn by_days(circle: &Circle, events: &[Stretch], near: &[Stretch]) -> Option<f64> {
    let found = shift::by_periods(circle, events, near, DAY)?;
    let too_few = 1.0 / found.shifts as f64 >= SIGNIFICANT;
    if too_few && !(gathered(events, 1) && gathered(near, MOST_TIMES_A_DAY)) {
        return None;
    }
    Some(found.p_value)
}

/// Whether the middles of stretches gather at one time of day, or at up to so many, evenly apart.
fn gathered(stretches: &[Stretch], times_a_day: u32) -> bool {
    let turns = || {
        let middles = stretches
            .iter()
            .map(|s| s.from.saturating_add(s.until.saturating_sub(s.from) / 2));
        middles.map(|at| at.rem_euclid(DAY) as f64 / DAY as f64 * std::f64::consts::TAU)
    };
    (1..=times_a_day).any(|times| {
        let angles = || turns().map(|turn| turn * f64::from(times));
        let (east, north): (f64, f64) = (
            angles().map(f64::cos).sum::<f64>(),
            angles().map(f64::sin).sum::<f64>(),
        );
        east.hypot(north) >= GATHERED * stretches.len() as f64
    })
}
