//! Finding where a monotone function crosses zero.

/// Halvings after which the bounds of any bracket of positive numbers have met.
const MAX_STEPS: usize = 2200;

/// The point in `[low, high]` where `f` turns from negative to positive, to the last bit.
///
/// `f` must not fall. Where it is positive throughout the answer is `low`, where it is negative
/// throughout `high`.
pub(super) fn root(mut low: f64, mut high: f64, f: impl Fn(f64) -> f64) -> f64 {
    for _ in 0..MAX_STEPS {
        let middle = low + (high - low) / 2.0;
        if middle <= low || middle >= high {
            break;
        }
        if f(middle) < 0.0 {
            low = middle;
        } else {
            high = middle;
        }
    }
    high
}

#[cfg(test)]
mod tests {
    use super::root;
    use crate::stats::assert_close;

    #[test]
    fn finds_a_known_root() {
        assert_close(
            root(0.0, 2.0, |x| x * x - 2.0),
            std::f64::consts::SQRT_2,
            1e-15,
        );
        assert_close(root(0.0, 1e9, |x| x - 1e-9), 1e-9, 1e-15);
    }

    #[test]
    fn ends_at_a_bound_without_a_root() {
        assert_close(root(1.0, 2.0, |_| -1.0), 2.0, 0.0);
        assert!(root(1.0, 2.0, |_| 1.0) - 1.0 < 1e-15);
        assert_close(root(3.0, 3.0, |x| x), 3.0, 0.0);
    }
}
