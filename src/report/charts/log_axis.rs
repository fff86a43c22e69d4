//! An axis of lengths of time from a second to years, on which equal ratios are equally far apart.

use std::ops::Range;

use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged, ValueFormatter};

use super::axis::{Amount, pixel};

/// What is shorter is drawn at the left edge.
const SHORTEST: f64 = 1.0;
/// Lengths that clocks and calendars know, in seconds.
const ROUND: [f64; 14] = [
    1.0,
    10.0,
    60.0,
    600.0,
    3600.0,
    6.0 * 3600.0,
    86_400.0,
    3.0 * 86_400.0,
    10.0 * 86_400.0,
    30.0 * 86_400.0,
    100.0 * 86_400.0,
    365.0 * 86_400.0,
    3650.0 * 86_400.0,
    36_500.0 * 86_400.0,
];

/// Lengths from a second to `top`, by their logarithm.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LogLengths {
    pub top: f64,
}

impl LogLengths {
    /// An axis for lengths up to `max_s` seconds that ends on a round length.
    pub fn up_to(max_s: f64) -> Self {
        let enough = |s: &&f64| **s >= max_s && **s > SHORTEST;
        let longest = ROUND.last().copied().unwrap_or(SHORTEST);
        Self {
            top: ROUND.iter().find(enough).copied().unwrap_or(longest),
        }
    }
}

impl Ranged for LogLengths {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, limit: (i32, i32)) -> i32 {
        let share = (value.max(SHORTEST) / SHORTEST).ln() / (self.top / SHORTEST).ln();
        pixel(share, limit)
    }

    fn key_points<Hint: KeyPointHint>(&self, _: Hint) -> Vec<f64> {
        ROUND.into_iter().filter(|s| *s <= self.top).collect()
    }

    fn range(&self) -> Range<f64> {
        SHORTEST..self.top
    }
}

impl ValueFormatter<f64> for LogLengths {
    fn format_ext(&self, value: &f64) -> String {
        Amount::length_label(*value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_ratios_are_equally_far_apart() {
        let axis = LogLengths::up_to(3000.0);
        assert_eq!(axis.top, 3600.0);
        let at = |s: f64| axis.map(&s, (0, 1000));
        assert_eq!((at(1.0), at(60.0), at(3600.0)), (0, 500, 1000));
        // What lies outside is drawn at the edges.
        assert_eq!((at(0.0), at(-5.0), at(1e12), at(f64::NAN)), (0, 0, 1000, 0));
    }

    #[test]
    fn any_length_has_an_axis() {
        for max in [0.0, 1.0, 1e300, f64::INFINITY, f64::NAN] {
            let axis = LogLengths::up_to(max);
            assert!(axis.top > SHORTEST && axis.top.is_finite(), "{max}");
        }
    }
}
