//! Quantiles of a sample.

/// The quantile `q` (0 to 1) by linear interpolation between order statistics, or `None` of an
/// empty sample.
///
/// Type 7 of R. J. Hyndman and Y. Fan, "Sample Quantiles in Statistical Packages", The American
/// Statistician 50 (1996), 361–365: the default of R, NumPy and Excel. The sample need not be
/// sorted.
pub fn quantile(sample: &[f64], q: f64) -> Option<f64> {
    let mut sorted = sample.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let last = sorted.len().checked_sub(1)?;
    let position = q.clamp(0.0, 1.0) * last as f64;
    let below = position.floor();
    let low = *sorted.get(below as usize)?;
    let high = *sorted.get(position.ceil() as usize)?;
    Some(low + (position - below) * (high - low))
}

/// The middle of the sample, or `None` of an empty one.
pub fn median(sample: &[f64]) -> Option<f64> {
    quantile(sample, 0.5)
}

#[cfg(test)]
mod tests {
    //! Expected values: NumPy's `quantile` with its default method.
    use super::*;
    use crate::stats::assert_close;

    const SAMPLE: [f64; 8] = [3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0, 6.0];

    #[test]
    fn interpolates_as_numpy_does() {
        let table = [
            (0.0, 1.0),
            (0.1, 1.0),
            (0.25, 1.75),
            (0.5, 3.5),
            (0.75, 5.25),
            (0.95, 7.95),
            (1.0, 9.0),
        ];
        for (q, expected) in table {
            assert_close(quantile(&SAMPLE, q).unwrap(), expected, 1e-14);
        }
    }

    #[test]
    fn small_samples_and_ties() {
        assert_eq!(median(&[]), None);
        assert_eq!(median(&[7.0]), Some(7.0));
        assert_eq!(quantile(&[7.0], 0.99), Some(7.0));
        assert_eq!(median(&[1.0, 2.0]), Some(1.5));
        assert_eq!(quantile(&[2.0; 5], 0.3), Some(2.0));
    }

    #[test]
    fn q_outside_the_range_is_held_to_it() {
        assert_eq!(quantile(&SAMPLE, -1.0), Some(1.0));
        assert_eq!(quantile(&SAMPLE, 2.0), Some(9.0));
    }
}
