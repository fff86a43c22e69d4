//! Two rates compared: events over exposure before and after a change.

use super::{Limits, binomial};

/// Events, and for how long they could have been seen (any unit, the same on both sides).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Observed {
    pub events: u64,
    pub exposure: f64,
}

/// The second rate over the first.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ratio {
    /// `None` when the first side saw no event: nothing can be divided by.
    pub estimate: Option<f64>,
    /// Exact central interval; `high` is infinite when the first side saw no event.
    pub limits: Limits,
    /// Exact two-sided probability of a split at most as likely as this one, if the rates were
    /// equal.
    pub p_value: f64,
}

/// Compares two rates; `None` without exposure on both sides.
///
/// Given the sum of the two counts, the second is binomial with p = r·t₂ / (t₁ + r·t₂), where r is
/// the ratio of the rates (J. Przyborowski and H. Wilenski, Biometrika 31 (1940), 313–323). The
/// interval is that of Clopper and Pearson for p, the test the minimum-likelihood one: at the edge
/// the two may disagree. Without any event the interval is everything and the p-value 1.
pub fn ratio(before: Observed, after: Observed, level: f64) -> Option<Ratio> {
    let exposed = |side: Observed| side.exposure > 0.0 && side.exposure.is_finite();
    if !exposed(before) || !exposed(after) {
        return None;
    }
    let total = before.events.checked_add(after.events)?;
    let share = binomial::interval(after.events, total, level);
    // p back to r: the odds of the second side, over the odds that the exposures alone give.
    let scale = before.exposure / after.exposure;
    let to_ratio = |p: f64| {
        if p >= 1.0 {
            f64::INFINITY
        } else {
            p / (1.0 - p) * scale
        }
    };
    let estimate = (before.events > 0).then(|| after.events as f64 / before.events as f64 * scale);
    let equal = after.exposure / (before.exposure + after.exposure);
    Some(Ratio {
        estimate,
        limits: Limits {
            low: to_ratio(share.low),
            high: to_ratio(share.high),
        },
        p_value: binomial::two_sided(after.events, total, equal),
    })
}

#[cfg(test)]
mod tests {
    //! Expected values: SciPy 1.17.1, `stats.binomtest(x2, x1 + x2, t2 / (t1 + t2))`, its exact
    //! interval turned into odds.
    use super::*;
    use crate::stats::{LEVEL_95, assert_close};

    fn compare(x1: u64, t1: f64, x2: u64, t2: f64) -> Ratio {
        let before = Observed {
            events: x1,
            exposure: t1,
        };
        ratio(
            before,
            Observed {
                events: x2,
                exposure: t2,
            },
            LEVEL_95,
        )
        .unwrap()
    }

    #[test]
    fn a_rate_that_fell() {
        let ratio = compare(31, 100.0, 2, 80.0);
        assert_close(ratio.estimate.unwrap(), 0.08064516129032259, 1e-14);
        assert_close(ratio.limits.low, 0.009351741694253454, 1e-9);
        assert_close(ratio.limits.high, 0.3169350382944805, 1e-9);
        assert_close(ratio.p_value, 1.6422472875374496e-06, 1e-9);
    }

    #[test]
    fn silence_afterwards_has_an_upper_limit() {
        let ratio = compare(12, 24.0, 0, 24.0);
        assert_eq!((ratio.estimate, ratio.limits.low), (Some(0.0), 0.0));
        assert_close(ratio.limits.high, 0.35989381728770403, 1e-9);
        assert_close(ratio.p_value, 0.00048828125, 1e-9);
    }

    #[test]
    fn silence_before_has_no_upper_limit() {
        let ratio = compare(0, 10.0, 3, 5.0);
        assert_eq!((ratio.estimate, ratio.limits.high), (None, f64::INFINITY));
        assert_close(ratio.limits.low, 0.826462710061788, 1e-9);
        assert_close(ratio.p_value, 0.037037037037037035, 1e-9);
    }

    #[test]
    fn equal_rates() {
        let ratio = compare(5, 1.0, 5, 1.0);
        assert_close(ratio.limits.low * ratio.limits.high, 1.0, 1e-9);
        assert_close(ratio.limits.high, 4.345134579523825, 1e-9);
        assert_eq!((ratio.estimate, ratio.p_value), (Some(1.0), 1.0));
    }

    #[test]
    fn nothing_seen_says_nothing() {
        let ratio = compare(0, 1.0, 0, 2.0);
        assert_eq!(ratio.estimate, None);
        assert_eq!(
            ratio.limits,
            Limits {
                low: 0.0,
                high: f64::INFINITY
            }
        );
        assert_eq!(ratio.p_value, 1.0);
        let one = compare(1, 3.0, 0, 2.0);
        assert_close(one.limits.high, 58.5, 1e-9);
        assert_eq!(one.p_value, 1.0);
    }

    #[test]
    fn without_exposure_there_is_no_rate() {
        let some = Observed {
            events: 1,
            exposure: 1.0,
        };
        for exposure in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(
                ratio(
                    some,
                    Observed {
                        events: 0,
                        exposure
                    },
                    LEVEL_95
                ),
                None
            );
            assert_eq!(
                ratio(
                    Observed {
                        events: 0,
                        exposure
                    },
                    some,
                    LEVEL_95
                ),
                None
            );
        }
    }
}
