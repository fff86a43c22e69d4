//! Counts of independent events: the Poisson distribution.

use statrs::function::gamma::{gamma_lr, gamma_ur, ln_gamma};

use super::{Limits, solve};

/// Probability of at least `count` events where `mean` are expected; exact in the tail.
///
/// It is the regularised lower incomplete gamma function P(count, mean) (Abramowitz & Stegun
/// 26.4.21).
pub fn at_least(count: u64, mean: f64) -> f64 {
    match (count, mean > 0.0) {
        (0, _) => 1.0,
        (_, false) => 0.0,
        (_, true) => gamma_lr(count as f64, mean),
    }
}

/// Probability of at most `count` events where `mean` are expected; exact in the tail.
pub fn at_most(count: u64, mean: f64) -> f64 {
    if mean > 0.0 {
        gamma_ur(count as f64 + 1.0, mean)
    } else {
        1.0
    }
}

/// Probability of exactly `count` events where `mean` are expected.
pub fn exactly(count: u64, mean: f64) -> f64 {
    match (count, mean > 0.0) {
        (0, false) => 1.0,
        (_, false) => 0.0,
        (_, true) => (count as f64 * mean.ln() - mean - ln_gamma(count as f64 + 1.0)).exp(),
    }
}

/// The exact central interval of the mean, given that `count` events were seen.
///
/// F. Garwood, "Fiducial Limits for the Poisson Distribution", Biometrika 28 (1936), 437–442.
pub fn interval(count: u64, level: f64) -> Limits {
    let tail = (1.0 - level) / 2.0;
    let low = if count == 0 {
        0.0
    } else {
        lower_limit(count, tail)
    };
    Limits {
        low,
        high: upper_limit(count, tail),
    }
}

/// The greatest mean that the `count` leaves plausible at this one-sided level. For no event at 95
/// % it is 2.996, the "rule of three".
pub fn upper_bound(count: u64, level: f64) -> f64 {
    upper_limit(count, 1.0 - level)
}

/// The mean at which so many events or more have probability `tail`.
fn lower_limit(count: u64, tail: f64) -> f64 {
    solve::root(0.0, count as f64, |mean| at_least(count, mean) - tail)
}

/// The mean at which so few events or fewer have probability `tail`.
fn upper_limit(count: u64, tail: f64) -> f64 {
    let mut high = 2.0 * (count as f64 + 1.0);
    while high.is_finite() && at_most(count, high) > tail {
        high *= 2.0;
    }
    solve::root(count as f64, high, |mean| tail - at_most(count, mean))
}

#[cfg(test)]
mod tests {
    //! Expected values: SciPy 1.17.1, `stats.poisson` and `stats.chi2.ppf(q, 2n) / 2`.
    use super::*;
    use crate::stats::{LEVEL_95, assert_close};

    #[test]
    fn garwood_intervals() {
        let table = [
            (0, 0.0, 3.6888794541139354),
            (1, 0.025317807984289876, 5.571643390938898),
            (3, 0.6186721228956014, 8.767273069742323),
            (10, 4.7953886961324335, 18.39035604201778),
            (100, 81.36399125092314, 121.62679379242638),
            (5_000, 4862.359188694899, 5140.5489485350045),
            (100_000, 99381.15266374472, 100621.74473974388),
        ];
        for (count, low, high) in table {
            let limits = interval(count, LEVEL_95);
            assert_close(limits.low, low, 1e-10);
            assert_close(limits.high, high, 1e-10);
        }
    }

    #[test]
    fn silence_supports_a_bound() {
        // No event: the bound is -ln(0.05).
        assert_close(upper_bound(0, LEVEL_95), -(0.05_f64.ln()), 1e-12);
        assert_close(upper_bound(1, LEVEL_95), 4.743864518390577, 1e-10);
        assert_close(upper_bound(100, LEVEL_95), 118.07927278209706, 1e-10);
    }

    #[test]
    fn tails() {
        let table = [
            (1, 1e-9, 9.999999995000006e-10),
            (5, 0.3, 1.578504054165997e-05),
            (20, 2.0, 6.443731393112101e-14),
            (50, 10.0, 1.8547268838698457e-19),
            (348, 200.0, 1.8277836053591214e-21),
            (10_000, 9500.0, 1.8624546517951583e-07),
        ];
        for (count, mean, probability) in table {
            assert_close(at_least(count, mean), probability, 1e-9);
            assert_close(at_most(count - 1, mean), 1.0 - probability, 1e-9);
        }
        assert_close(at_most(0, 2.0), (-2.0_f64).exp(), 1e-14);
    }

    #[test]
    fn nothing_expected() {
        assert_eq!(
            (at_least(0, 0.0), at_least(1, 0.0), at_most(0, 0.0)),
            (1.0, 0.0, 1.0)
        );
        assert_eq!((exactly(0, 0.0), exactly(1, 0.0)), (1.0, 0.0));
    }

    #[test]
    fn probabilities_add_up() {
        let sum: f64 = (0..60).map(|count| exactly(count, 10.0)).sum();
        assert_close(sum, 1.0, 1e-13);
        assert_close(at_least(7, 10.0) + at_most(6, 10.0), 1.0, 1e-13);
    }
}
