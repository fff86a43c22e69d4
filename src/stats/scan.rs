//! Looking everywhere: how likely is a crowd of events somewhere, if they came at a constant rate?
//!
//! A cluster is found by looking for it, so the probability that so many events fall into *this*
//! window is far too small; what counts is the probability that they fall into *some* window of the
//! span. J. I. Naus, "Approximations for Distributions of Scan Statistics", Journal of the American
//! Statistical Association 77 (1982), 177–183, gives exact values for spans of two and three
//! windows and from them an approximation for longer ones; also in J. Glaz, J. Naus and S.
//! Wallenstein, "Scan Statistics" (Springer, 2001), chapter 11.

use super::poisson;

/// Above so many events in one window the sums would take too long; then the tail of a single window
/// is given, which at such numbers is 0 or 1 wherever it is looked for.
const MAX_EVENTS: u64 = 100_000;

/// Probability that some window of length `window` within a span of length `span` holds at least
/// `events` events, if they came independently at `rate` per unit of length.
///
/// Exact for spans of one, two and three windows, else Naus' approximation (good to a few percent
/// of the probability where the windows hold few events, better in the tail); for spans between one
/// and two windows the logarithm is interpolated. A window longer than the span counts as the span.
/// A rate of zero gives 0: with no base rate, use an upper bound of it.
pub fn at_least(events: u64, window: f64, span: f64, rate: f64) -> f64 {
    let expected = rate * window.min(span);
    if events == 0 {
        return 1.0;
    }
    if !(expected > 0.0 && expected.is_finite()) {
        return 0.0;
    }
    if events == 1 {
        return poisson::at_least(1, rate * span);
    }
    let one = poisson::at_least(events, expected);
    let windows = span / window;
    if windows <= 1.0 || events > MAX_EVENTS || one >= 1.0 {
        return one;
    }
    let law = Law::new(events, expected);
    let (two, three) = (law.two_windows(one), law.three_windows(one));
    if two >= 1.0 || three >= 1.0 {
        return 1.0;
    }
    // Logarithms of the probabilities of no crowd in one, two and three windows; small ones keep
    // their digits.
    let (none_1, none_2, none_3) = ((-one).ln_1p(), (-two).ln_1p(), (-three).ln_1p());
    let none = if windows < 2.0 {
        none_1 + (windows - 1.0) * (none_2 - none_1)
    } else {
        none_2 + (windows - 2.0) * (none_3 - none_2)
    };
    (-none.exp_m1()).clamp(0.0, 1.0)
}

/// The Poisson distribution with the mean of one window, as far as Naus' formulas ask for it.
struct Law {
    /// The k of the formulas: so many events in a window are a crowd.
    k: i64,
    /// The ψ of the formulas: events expected in a window.
    mean: f64,
    /// p(0), p(1), … p(2k).
    exactly: Vec<f64>,
    /// F(0), F(1), … F(2k).
    at_most: Vec<f64>,
}

impl Law {
    fn new(events: u64, mean: f64) -> Self {
        let exactly: Vec<f64> = (0..=2 * events)
            .map(|count| poisson::exactly(count, mean))
            .collect();
        let mut sum = 0.0;
        let add = |p: &f64| {
            sum += p;
            f64::min(sum, 1.0)
        };
        let at_most = exactly.iter().map(add).collect();
        // At most MAX_EVENTS.
        Self {
            k: events as i64,
            mean,
            exactly,
            at_most,
        }
    }

    /// p(count); 0 for negative counts.
    fn p(&self, count: i64) -> f64 {
        usize::try_from(count)
            .ok()
            .and_then(|i| self.exactly.get(i))
            .copied()
            .unwrap_or(0.0)
    }

    /// F(count); 0 for negative counts.
    fn f(&self, count: i64) -> f64 {
        usize::try_from(count)
            .ok()
            .and_then(|i| self.at_most.get(i))
            .copied()
            .unwrap_or(0.0)
    }

    /// 1 − Q₂: a crowd somewhere in two windows. `one` is the probability in one window, which
    /// keeps the digits of 1 − F(k−1)² where it is small.
    fn two_windows(&self, one: f64) -> f64 {
        let (k, mean) = (self.k, self.mean);
        let less = (k - 1) as f64;
        one * (2.0 - one)
            + less * self.p(k) * self.p(k - 2)
            + (less - mean) * self.p(k) * self.f(k - 3)
    }

    /// 1 − Q₃: a crowd somewhere in three windows.
    fn three_windows(&self, one: f64) -> f64 {
        let (k, mean) = (self.k, self.mean);
        let less = (k - 1) as f64;
        let a1 = 2.0 * self.p(k) * self.f(k - 1) * (less * self.f(k - 2) - mean * self.f(k - 3));
        let a2 = 0.5
            * self.p(k).powi(2)
            * (less * (less - 1.0) * self.f(k - 3) - 2.0 * (less - 1.0) * mean * self.f(k - 4)
                + mean.powi(2) * self.f(k - 5));
        let a3: f64 = (1..k)
            .map(|r| self.p(2 * k - r) * self.f(r - 1).powi(2))
            .sum();
        let a4: f64 = (2..k)
            .map(|r| {
                let inner = (r - 1) as f64 * self.f(r - 2) - mean * self.f(r - 3);
                self.p(2 * k - r) * self.p(r) * inner
            })
            .sum();
        one * (3.0 - one * (3.0 - one)) + a1 - a2 - a3 + a4
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::assert_close;

    /// Simulated offline with NumPy (`default_rng(348)`): sorted uniform points of a Poisson
    /// number, counted in sliding windows of length 1; share of 50,000 to 200,000 runs with a
    /// crowd, and its standard error.
    #[test]
    fn agrees_with_simulation() {
        let table = [
            // events, rate, span, share, standard error
            (3, 0.5, 2.0, 0.048005, 0.00048),
            (3, 0.5, 3.0, 0.079295, 0.00061),
            (5, 1.0, 3.0, 0.029435, 0.00038),
            (4, 0.2, 50.0, 0.009945, 0.00022),
            (6, 1.0, 100.0, 0.22527, 0.0013),
            (8, 2.0, 24.0, 0.11366, 0.0010),
            (10, 3.0, 50.0, 0.24558, 0.0019),
            (3, 2.0, 10.0, 0.99752, 0.00023),
            (2, 0.05, 200.0, 0.37115, 0.0015),
        ];
        for (events, rate, span, share, error) in table {
            let p = at_least(events, 1.0, span, rate);
            assert!(
                (p - share).abs() < 3.0 * error,
                "{events} {rate} {span}: {p} is not {share}"
            );
        }
    }

    /// For two events in windows that are not crowded, the smallest gap of a Poisson process gives
    /// the exact answer in the limit: 1 − exp(−λ·T·(1 − exp(−λ·w))).
    #[test]
    fn two_events_are_a_short_gap() {
        let (rate, window, span) = (1e-3_f64, 1.0, 1e6);
        let pairs = rate * span * -(-rate * window).exp_m1();
        let exact = -(-pairs).exp_m1();
        assert_close(at_least(2, window, span, rate), exact, 2e-3);
    }

    /// S. E. Alm, "On the Distributions of the Scan Statistic of a Poisson Process" (Uppsala,
    /// 1983), approximates the same quantity in another way. In the far tail both are nearly exact.
    #[test]
    fn agrees_with_alm_in_the_tail() {
        for (events, mean, windows) in [
            (12, 0.5, 1000.0),
            (20, 1.0, 500.0),
            (40, 5.0, 100.0),
            (9, 0.01, 1e5),
        ] {
            let k = events as f64;
            let upcrossings =
                (k - mean) / k * mean * (windows - 1.0) * poisson::exactly(events - 1, mean);
            let none = (-poisson::at_least(events, mean)).ln_1p() - upcrossings;
            let p = at_least(events, 3.0, 3.0 * windows, mean / 3.0);
            assert!(p < 1e-6, "{p}");
            assert_close(p, -none.exp_m1(), 1e-3);
        }
    }

    #[test]
    fn one_window_is_the_plain_tail() {
        let plain = poisson::at_least(5, 2.0);
        assert_close(at_least(5, 1.0, 1.0, 2.0), plain, 1e-15);
        assert_close(at_least(5, 7.0, 1.0, 2.0), plain, 1e-15);
        // Continuous where the formulas meet.
        let joint = at_least(5, 1.0, 2.0, 0.7);
        assert_close(at_least(5, 1.0, 2.0 - 1e-9, 0.7), joint, 1e-6);
    }

    #[test]
    fn grows_with_the_span_and_falls_with_the_crowd() {
        let mut last = 0.0;
        for span in [1.0, 1.5, 2.0, 2.5, 3.0, 10.0, 1e3, 1e6] {
            let p = at_least(4, 1.0, span, 0.3);
            assert!(p >= last && p <= 1.0, "{span}: {p}");
            last = p;
        }
        let mut last = 1.0;
        for events in 0..40 {
            let p = at_least(events, 1.0, 500.0, 3.0);
            assert!(p <= last, "{events}: {p}");
            last = p;
        }
        assert!(last > 0.0 && last < 1e-20);
    }

    #[test]
    fn edges() {
        assert_eq!(at_least(0, 1.0, 10.0, 0.0), 1.0);
        assert_eq!(at_least(3, 1.0, 10.0, 0.0), 0.0);
        assert_eq!(at_least(3, 0.0, 10.0, 1.0), 0.0);
        assert_close(at_least(1, 1.0, 10.0, 0.1), 1.0 - (-1.0_f64).exp(), 1e-14);
        assert_close(at_least(5, 1.0, 100.0, 50.0), 1.0, 1e-12);
    }
}
