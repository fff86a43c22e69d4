//! An axis of lengths of time from a second to years, on which equal ratios are equally far apart.

use std::ops::Range;

use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged, ValueFormatter};

use super::axis::pixel;

/// What is shorter is drawn at the left edge.
const SHORTEST: f64 = 1.0;
/// Lengths that clocks and calendars know, in seconds.
const ROUND: [(f64, &str); 13] = [
    (1.0, "1 s"),
    (10.0, "10 s"),
    (60.0, "1 min"),
    (600.0, "10 min"),
    (3600.0, "1 h"),
    (6.0 * 3600.0, "6 h"),
    (86_400.0, "1 d"),
    (3.0 * 86_400.0, "3 d"),
    (10.0 * 86_400.0, "10 d"),
    (30.0 * 86_400.0, "30 d"),
    (100.0 * 86_400.0, "100 d"),
    (1000.0 * 86_400.0, "1,000 d"),
    (100_000.0 * 86_400.0, "100,000 d"),
];

/// Lengths from `bottom` to `top`, by their logarithm.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LogLengths {
    pub bottom: f64,
    pub top: f64,
}

impl LogLengths {
    /// An axis for lengths up to `max_s` seconds that ends on a round length.
    pub fn up_to(max_s: f64) -> Self {
        let enough = |(s, _): &&(f64, &str)| *s >= max_s && *s > SHORTEST;
        let end = ROUND.iter().find(enough).or(ROUND.last());
        Self {
            bottom: SHORTEST,
            top: end.map_or(10.0, |(s, _)| *s),
        }
    }

    /// An axis for lengths from `min_s` to `max_s` seconds, from one round length to another.
    pub fn between(min_s: f64, max_s: f64) -> Self {
        let Self { top, .. } = Self::up_to(max_s);
        let below = ROUND.iter().rev();
        let bottom = below.map(|(s, _)| *s).find(|s| *s <= min_s && *s < top);
        Self {
            bottom: bottom.unwrap_or(SHORTEST),
            top,
        }
    }

    /// The round lengths on it.
    pub fn ticks(&self) -> impl Iterator<Item = f64> {
        let all = ROUND.iter().map(|(s, _)| *s);
        let (bottom, top) = (self.bottom, self.top);
        all.filter(move |s| bottom <= *s && *s <= top)
    }

    /// The label of a tick.
    pub fn label(seconds: f64) -> String {
        let known = ROUND.iter().find(|(s, _)| *s == seconds);
        known.map_or(String::new(), |(_, label)| (*label).to_owned())
    }
}

impl Ranged for LogLengths {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, limit: (i32, i32)) -> i32 {
        let share = (value.max(self.bottom) / self.bottom).ln() / (self.top / self.bottom).ln();
        pixel(share, limit)
    }

    fn key_points<Hint: KeyPointHint>(&self, _: Hint) -> Vec<f64> {
        self.ticks().collect()
    }

    fn range(&self) -> Range<f64> {
        self.bottom..self.top
    }
}

impl ValueFormatter<f64> for LogLengths {
    fn format_ext(&self, value: &f64) -> String {
        Self::label(*value)
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
    fn lengths_far_from_a_second_need_no_seconds() {
        let axis = LogLengths::between(900.0, 500_000.0);
        assert_eq!((axis.bottom, axis.top), (600.0, 864_000.0));
        let at = |s: f64| axis.map(&s, (0, 1000));
        assert_eq!((at(60.0), at(600.0), at(864_000.0)), (0, 0, 1000));
        assert_eq!(axis.ticks().next(), Some(600.0));
        assert_eq!(LogLengths::between(1e9, 1.0).bottom, 1.0);
    }

    #[test]
    fn any_length_has_an_axis() {
        for max in [0.0, 1.0, 1e300, f64::INFINITY, f64::NAN] {
            let axis = LogLengths::up_to(max);
            assert!(axis.top > SHORTEST && axis.top.is_finite(), "{max}");
        }
    }
}
