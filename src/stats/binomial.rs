//! Successes among trials: the binomial distribution.

use statrs::function::beta::beta_reg;
use statrs::function::gamma::ln_gamma;

use super::{Limits, solve};

/// Slack with which two probabilities count as equal in the two-sided test, as SciPy and R have it:
/// the same probability may come out of the two sides with different rounding.
const TIE: f64 = 1.0 + 1e-7;

/// Probability of at least `successes` among `trials`, each with probability `p`; exact in the
/// tail.
///
/// It is the regularised incomplete beta function (Abramowitz & Stegun 26.5.24).
pub fn at_least(successes: u64, trials: u64, p: f64) -> f64 {
    if successes == 0 {
        return 1.0;
    }
    if successes > trials || p <= 0.0 {
        return 0.0;
    }
    if p >= 1.0 {
        return 1.0;
    }
    beta_reg(successes as f64, (trials - successes) as f64 + 1.0, p)
}

/// Probability of at most `successes` among `trials`; exact in the tail.
pub fn at_most(successes: u64, trials: u64, p: f64) -> f64 {
    if successes >= trials {
        return 1.0;
    }
    at_least(trials - successes, trials, 1.0 - p)
}

/// Probability of exactly `successes` among `trials`.
pub fn exactly(successes: u64, trials: u64, p: f64) -> f64 {
    if successes > trials {
        return 0.0;
    }
    let failures = trials - successes;
    if p <= 0.0 || p >= 1.0 {
        let certain = if p <= 0.0 { 0 } else { trials };
        return if successes == certain { 1.0 } else { 0.0 };
    }
    let ln_choose = ln_gamma(trials as f64 + 1.0)
        - ln_gamma(successes as f64 + 1.0)
        - ln_gamma(failures as f64 + 1.0);
    (ln_choose + successes as f64 * p.ln() + failures as f64 * (-p).ln_1p())
        .exp()
        .min(1.0)
}

/// The exact central interval of the probability of success.
///
/// C. J. Clopper and E. S. Pearson, "The Use of Confidence or Fiducial Limits Illustrated in the
/// Case of the Binomial", Biometrika 26 (1934), 404–413. Without trials it is everything from 0 to
/// 1.
pub fn interval(successes: u64, trials: u64, level: f64) -> Limits {
    let tail = (1.0 - level) / 2.0;
    let low = match successes {
        0 => 0.0,
        _ => solve::root(0.0, 1.0, |p| at_least(successes, trials, p) - tail),
    };
    let high = match successes < trials {
        false => 1.0,
        true => solve::root(0.0, 1.0, |p| tail - at_most(successes, trials, p)),
    };
    Limits { low, high }
}

/// Exact two-sided probability of a result at most as likely as this one, if `p` were true.
///
/// The minimum-likelihood test, as `scipy.stats.binomtest` and R's `binom.test` define it. Without
/// trials it is 1.
pub fn two_sided(successes: u64, trials: u64, p: f64) -> f64 {
    let limit = exactly(successes, trials, p) * TIE;
    let mean = trials as f64 * p;
    if successes as f64 == mean {
        return 1.0;
    }
    let sum = if (successes as f64) < mean {
        // The far tail begins with the first count above the mean that is no likelier.
        let from = first(mean.ceil() as u64, trials + 1, |count| {
            exactly(count, trials, p) <= limit
        });
        at_most(successes, trials, p) + at_least(from, trials, p)
    } else {
        // The far tail ends before the first count that is likelier.
        let until = first(0, mean.floor() as u64 + 1, |count| {
            exactly(count, trials, p) > limit
        });
        let below = until
            .checked_sub(1)
            .map_or(0.0, |count| at_most(count, trials, p));
        below + at_least(successes, trials, p)
    };
    sum.min(1.0)
}

/// The first number of `[from, to)` for which `holds`, else `to`. `holds` must not turn false
/// again.
fn first(from: u64, to: u64, holds: impl Fn(u64) -> bool) -> u64 {
    let (mut from, mut to) = (from, to);
    while from < to {
        let middle = from + (to - from) / 2;
        if holds(middle) {
            to = middle;
        } else {
            from = middle + 1;
        }
    }
    from
}

#[cfg(test)]
mod tests {
    //! Expected values: SciPy 1.17.1, `stats.binomtest` (`proportion_ci(0.95, "exact")`, `pvalue`).
    use super::*;
    use crate::stats::{LEVEL_95, assert_close};

    #[test]
    fn clopper_pearson_intervals() {
        let table = [
            (0, 1, 0.0, 0.975),
            (1, 1, 0.025000000000000022, 1.0),
            (0, 10, 0.0, 0.30849710781876294),
            (10, 10, 0.6915028921812371, 1.0),
            (3, 10, 0.06673951117773447, 0.652452850060008),
            (50, 100, 0.39832112950330095, 0.6016788704966991),
            (1, 1_000, 2.5317487491674634e-05, 0.0055589242798499),
            (700, 100_000, 0.006492600524218083, 0.007536301398144244),
        ];
        for (successes, trials, low, high) in table {
            let limits = interval(successes, trials, LEVEL_95);
            assert_close(limits.low, low, 1e-10);
            assert_close(limits.high, high, 1e-10);
        }
        assert_eq!(
            interval(0, 0, LEVEL_95),
            Limits {
                low: 0.0,
                high: 1.0
            }
        );
    }

    #[test]
    fn two_sided_tests() {
        let table = [
            (0, 10, 0.3, 0.0388396033),
            (3, 10, 0.3, 1.0),
            (1, 10, 0.5, 0.021484375),
            (5, 10, 0.5, 1.0),
            (10, 10, 0.5, 0.001953125),
            (8, 235, 1.0 / 6.0, 3.4942978866815075e-10),
            (51, 235, 1.0 / 6.0, 0.043747970182399884),
            (14, 48, 0.1789, 0.05685238119969134),
            (0, 100, 0.01, 0.6302703623502731),
            (1, 100, 0.01, 1.0),
            (700, 100_000, 0.0075, 0.06684692995003035),
            (3, 7, 0.25, 0.3770751953125),
        ];
        for (successes, trials, p, expected) in table {
            assert_close(two_sided(successes, trials, p), expected, 1e-9);
        }
    }

    #[test]
    fn without_trials_nothing_is_unlikely() {
        assert_eq!(two_sided(0, 0, 0.5), 1.0);
        assert_eq!(
            (at_least(0, 0, 0.5), at_most(0, 0, 0.5), exactly(0, 0, 0.5)),
            (1.0, 1.0, 1.0)
        );
    }

    #[test]
    fn certain_and_impossible_successes() {
        assert_eq!(
            (exactly(0, 5, 0.0), exactly(5, 5, 1.0), exactly(1, 5, 0.0)),
            (1.0, 1.0, 0.0)
        );
        assert_eq!(
            (
                at_least(1, 5, 0.0),
                at_least(5, 5, 1.0),
                at_least(6, 5, 0.5)
            ),
            (0.0, 1.0, 0.0)
        );
        assert_eq!((two_sided(0, 5, 0.0), two_sided(1, 5, 0.0)), (1.0, 0.0));
    }

    /// The definition itself, summed over all results.
    #[test]
    fn two_sided_equals_its_definition() {
        for trials in 1..=12_u64 {
            for successes in 0..=trials {
                for p in [0.01, 0.25, 1.0 / 3.0, 0.5, 0.9] {
                    let observed = exactly(successes, trials, p);
                    let all = (0..=trials).map(|count| exactly(count, trials, p));
                    let sum: f64 = all
                        .filter(|probability| *probability <= observed * TIE)
                        .sum();
                    assert_close(two_sided(successes, trials, p), sum.min(1.0), 1e-11);
                }
            }
        }
    }
}
