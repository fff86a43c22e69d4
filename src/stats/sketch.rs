//! Quantiles of many numbers in little memory.
//!
//! C. Masson, J. E. Rim, H. K. Lee, "DDSketch: a fast and fully-mergeable quantile sketch with relative-error
//! guarantees", PVLDB 12 (2019): positive numbers are counted in buckets whose bounds grow by a constant factor, so
//! that a quantile is off by at most [`RELATIVE_ERROR`] of itself, whatever the numbers and their order. Sketches are
//! merged by adding their counts.

use std::collections::BTreeMap;

/// How far a quantile may be off, as a part of itself.
pub const RELATIVE_ERROR: f64 = 0.01;

/// Numbers up to this count as zero: a microsecond, where the numbers are seconds.
const SMALLEST: f64 = 1e-6;

/// A multiset of numbers, known to within [`RELATIVE_ERROR`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sketch {
    zeros: u64,
    buckets: BTreeMap<i32, u64>,
}

impl Sketch {
    /// Adds a number; what is negative or no number counts as zero.
    pub fn add(&mut self, value: f64) {
        if value > SMALLEST && value.is_finite() {
            *self.buckets.entry(bucket(value)).or_default() += 1;
        } else {
            self.zeros += 1;
        }
    }

    pub fn merge(&mut self, other: &Self) {
        self.zeros += other.zeros;
        for (bucket, count) in &other.buckets {
            *self.buckets.entry(*bucket).or_default() += count;
        }
    }

    /// How many numbers it holds.
    pub fn count(&self) -> u64 {
        self.zeros + self.buckets.values().sum::<u64>()
    }

    /// The smallest number that at least `share` of all numbers do not exceed (the inverse of the empirical
    /// distribution); `None` of nothing.
    pub fn quantile(&self, share: f64) -> Option<f64> {
        let count = self.count();
        if count == 0 {
            return None;
        }
        let rank = (share.clamp(0.0, 1.0) * count as f64).ceil().max(1.0) as u64;
        let mut below = self.zeros;
        if rank <= below {
            return Some(0.0);
        }
        for (bucket, of_bucket) in &self.buckets {
            below += of_bucket;
            if rank <= below {
                return Some(middle(*bucket));
            }
        }
        self.buckets.keys().last().map(|bucket| middle(*bucket))
    }
}

/// Factor between the bounds of one bucket.
fn growth() -> f64 {
    (1.0 + RELATIVE_ERROR) / (1.0 - RELATIVE_ERROR)
}

fn bucket(value: f64) -> i32 {
    (value.ln() / growth().ln()).ceil() as i32
}

/// The number that is off by the same part of itself at both bounds of a bucket.
fn middle(bucket: i32) -> f64 {
    2.0 * growth().powi(bucket) / (growth() + 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_and_one_number() {
        assert_eq!(Sketch::default().quantile(0.5), None);
        let mut one = Sketch::default();
        one.add(7.0);
        for share in [0.0, 0.5, 1.0] {
            crate::stats::assert_close(one.quantile(share).unwrap(), 7.0, RELATIVE_ERROR);
        }
        let mut zero = Sketch::default();
        zero.add(0.0);
        zero.add(-3.0);
        zero.add(f64::NAN);
        assert_eq!((zero.count(), zero.quantile(0.9)), (3, Some(0.0)));
    }

    proptest::proptest! {
        /// Against the quantile of the sorted numbers themselves.
        #[test]
        fn quantiles_are_within_the_error(
            values in proptest::collection::vec(1e-5_f64..1e8, 1..300),
            share in 0.0_f64..=1.0,
        ) {
            let (mut a, mut b) = (Sketch::default(), Sketch::default());
            for (index, value) in values.iter().enumerate() {
                if index % 2 == 0 { a.add(*value) } else { b.add(*value) }
            }
            a.merge(&b);
            let mut sorted = values.clone();
            sorted.sort_by(f64::total_cmp);
            let rank = (share * sorted.len() as f64).ceil().max(1.0) as usize;
            let exact = sorted[rank - 1];
            let sketched = a.quantile(share).unwrap();
            proptest::prop_assert!((sketched - exact).abs() <= exact * RELATIVE_ERROR * 1.000_001);
            proptest::prop_assert_eq!(a.count(), values.len() as u64);
        }
    }
}
