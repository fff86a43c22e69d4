//! Observations that are not independent because they come in groups.
//!
//! J. N. K. Rao and A. J. Scott, "A Simple Method for the Analysis of Clustered Binary Data", Biometrics 48 (1992), 577–585: the
//! variance of a share between groups over that of independent observations, the design effect, says as how many
//! independent ones they count. A likelihood ratio is divided by it and compared with F rather than
//! chi-squared, since few groups tell it badly (D. R. Thomas and J. N. K. Rao, Journal of the American Statistical Association 82
//! (1987), 630–636).

use statrs::function::beta::beta_reg;

use super::solve;

/// Of one group: observations, and how many of them have what is asked about (a part of one where that is uncertain).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Group {
    pub observations: f64,
    pub with: f64,
}

/// The variance of the share of observations `with`, over all groups: the jackknife that leaves out one group at a time, about
/// the share of all (B. Efron, "The Jackknife, the Bootstrap and Other Resampling Plans", SIAM 1982, chapter 3). Unlike the residuals of
/// Rao and Scott it is not deceived by one group that is most of all. `None` of fewer than two groups.
pub fn variance(groups: &[Group]) -> Option<f64> {
    let count = groups.len() as f64;
    let all: f64 = groups.iter().map(|group| group.observations).sum();
    let with: f64 = groups.iter().map(|group| group.with).sum();
    let changes = groups.iter().map(|group| {
        let others = all - group.observations;
        (with - group.with) / others - with / all
    });
    let squares: f64 = changes.map(|change| change * change).sum();
    let variance = (count - 1.0) / count * squares;
    (groups.len() > 1 && variance.is_finite()).then_some(variance)
}

/// The value that F with 1 and `count - 1` degrees of freedom exceeds in one case of twenty; the square of Student's
/// t. `None` of fewer than two groups.
pub fn critical_95(count: usize) -> Option<f64> {
    let freedom = count.checked_sub(1).filter(|freedom| *freedom > 0)? as f64;
    let root = solve::root(0.0, 1.0, |z| beta_reg(freedom / 2.0, 0.5, z) - 0.05);
    Some(freedom * (1.0 - root) / root)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::assert_close;

    /// SciPy 1.17.1: `stats.f.ppf(0.95, 1, n - 1)`.
    #[test]
    fn critical_values() {
        let table = [
            (2, 161.4476387975882),
            (3, 18.512820512820493),
            (5, 7.708647422176786),
            (8, 5.591447851220735),
            (30, 4.182964289058265),
            (1000, 3.8507840100833612),
        ];
        for (count, value) in table {
            assert_close(critical_95(count).unwrap(), value, 1e-9);
        }
        assert_eq!((critical_95(1), critical_95(0)), (None, None));
    }

    /// Groups of one are independent: the variance is the binomial one with n - 1.
    #[test]
    fn groups_of_one() {
        let groups: Vec<Group> = (0..10)
            .map(|n| Group {
                observations: 1.0,
                with: f64::from(u8::from(n < 3)),
            })
            .collect();
        assert_close(variance(&groups).unwrap(), 0.3 * 0.7 / 9.0, 1e-12);
    }

    /// Litters of rats: of C. S. Weil, "Selection of the Valid Number of Sampling Units", Food and Cosmetics Toxicology 8 (1970),
    /// 177–182, the treated group, in the form of Rao and Scott's first example. The expected design effect: NumPy, `n*v/(p*(1-p))` with
    /// `v = (m-1)/m*sum(((sum(x)-x)/(n-s)-p)**2)`.
    #[test]
    fn litters() {
        let litters = [
            (12, 12),
            (11, 11),
            (10, 10),
            (9, 9),
            (11, 10),
            (10, 9),
            (10, 9),
            (9, 8),
            (9, 8),
            (5, 4),
            (9, 7),
            (7, 4),
            (10, 5),
            (6, 3),
            (10, 3),
            (7, 0),
        ];
        let groups: Vec<Group> = litters
            .iter()
            .map(|&(observations, with)| Group {
                observations: f64::from(observations),
                with: f64::from(with),
            })
            .collect();
        let all = 145.0;
        let share: f64 = 112.0 / all;
        let effect = variance(&groups).unwrap() * all / (share * (1.0 - share));
        assert_close(effect, 3.9555420813396425, 1e-9);
    }

    /// Nearly all in one group: as good as no groups at all, where its own residual would be nearly nothing.
    #[test]
    fn one_group_is_most() {
        let group = |observations, with| Group { observations, with };
        let groups = [
            group(57.0, 30.0),
            group(1.0, 0.0),
            group(1.0, 0.0),
            group(1.0, 0.0),
            group(1.0, 0.0),
        ];
        let share: f64 = 30.0 / 61.0;
        let effect = variance(&groups).unwrap() * 61.0 / (share * (1.0 - share));
        assert!(effect > 45.0, "{effect}");
    }

    #[test]
    fn one_group_tells_nothing() {
        let one = Group {
            observations: 5.0,
            with: 2.0,
        };
        assert_eq!((variance(&[one]), variance(&[])), (None, None));
    }
}
