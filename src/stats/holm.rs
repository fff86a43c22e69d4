//! Several tests at once: S. Holm, "A Simple Sequentially Rejective Multiple Test Procedure", Scandinavian Journal of
//! Statistics 6 (1979), 65–70.

/// The p-values, adjusted so that the probability of calling any of the true hypotheses false is at most the level that they are
/// compared with, however the tests depend on each other. In the order given.
pub fn adjusted(p_values: &[f64]) -> Vec<f64> {
    let mut order: Vec<(usize, f64)> = p_values.iter().copied().enumerate().collect();
    order.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
    let mut least = 0.0_f64;
    let all = order.len();
    let mut adjusted: Vec<(usize, f64)> = order
        .into_iter()
        .enumerate()
        .map(|(rank, (index, p))| {
            least = least.max(p * (all - rank) as f64).min(1.0);
            (index, least)
        })
        .collect();
    adjusted.sort_by_key(|(index, _)| *index);
    adjusted.into_iter().map(|(_, p)| p).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::assert_close;

    /// By hand from the definition: the smallest times five, the next times four, and never below the one before.
    #[test]
    fn agrees_with_the_definition() {
        let found = adjusted(&[0.04, 0.01, 0.05, 0.02, 0.03]);
        for (p, expected) in found.iter().zip([0.09, 0.05, 0.09, 0.08, 0.09]) {
            assert_close(*p, expected, 1e-12);
        }
        assert_eq!(adjusted(&[0.5, 0.9]), [1.0, 1.0]);
        assert_eq!(adjusted(&[0.03]), [0.03]);
        assert_eq!(adjusted(&[]), Vec::<f64>::new());
    }
}
