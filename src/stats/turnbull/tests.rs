//! Expected masses: lifelines 0.30, `lifelines.fitters.npmle.npmle(low, high, tol=-1, max_iter=30000)`; limits: SciPy 1.17
//! (`optimize.brentq` on the likelihood ratio as each test says).

use super::*;
use crate::stats::assert_close;

const INF: f64 = f64::INFINITY;
/// The quantile of chi-squared: `scipy.stats.chi2.ppf(0.95, 1)`.
const CHI_SQUARED: f64 = 3.841458820694124;

/// Months until the breast changed its look, after radiation alone and after radiation with chemotherapy: D. M. Finkelstein
/// and R. A. Wolfe, Biometrics 41 (1985), 933–945 (`bcos` of R's package `interval`).
const RADIATION: [(f64, f64); 46] = [
    (45.0, INF),
    (6.0, 10.0),
    (0.0, 7.0),
    (46.0, INF),
    (46.0, INF),
    (7.0, 16.0),
    (17.0, INF),
    (7.0, 14.0),
    (37.0, 44.0),
    (0.0, 8.0),
    (4.0, 11.0),
    (15.0, INF),
    (11.0, 15.0),
    (22.0, INF),
    (46.0, INF),
    (46.0, INF),
    (25.0, 37.0),
    (46.0, INF),
    (26.0, 40.0),
    (46.0, INF),
    (27.0, 34.0),
    (36.0, 44.0),
    (46.0, INF),
    (36.0, 48.0),
    (37.0, INF),
    (40.0, INF),
    (17.0, 25.0),
    (46.0, INF),
    (11.0, 18.0),
    (38.0, INF),
    (5.0, 12.0),
    (37.0, INF),
    (0.0, 5.0),
    (18.0, INF),
    (24.0, INF),
    (36.0, INF),
    (5.0, 11.0),
    (19.0, 35.0),
    (17.0, 25.0),
    (24.0, INF),
    (32.0, INF),
    (33.0, INF),
    (19.0, 26.0),
    (37.0, INF),
    (34.0, INF),
    (36.0, INF),
];
const WITH_CHEMOTHERAPY: [(f64, f64); 48] = [
    (8.0, 12.0),
    (0.0, 5.0),
    (30.0, 34.0),
    (0.0, 22.0),
    (5.0, 8.0),
    (13.0, INF),
    (24.0, 31.0),
    (12.0, 20.0),
    (10.0, 17.0),
    (17.0, 27.0),
    (11.0, INF),
    (8.0, 21.0),
    (17.0, 23.0),
    (33.0, 40.0),
    (4.0, 9.0),
    (24.0, 30.0),
    (31.0, INF),
    (11.0, INF),
    (16.0, 24.0),
    (13.0, 39.0),
    (14.0, 19.0),
    (13.0, INF),
    (19.0, 32.0),
    (4.0, 8.0),
    (11.0, 13.0),
    (34.0, INF),
    (34.0, INF),
    (16.0, 20.0),
    (13.0, INF),
    (30.0, 36.0),
    (18.0, 25.0),
    (16.0, 24.0),
    (18.0, 24.0),
    (17.0, 26.0),
    (35.0, INF),
    (16.0, 60.0),
    (32.0, INF),
    (15.0, 22.0),
    (35.0, 39.0),
    (23.0, INF),
    (11.0, 17.0),
    (21.0, INF),
    (44.0, 48.0),
    (22.0, 32.0),
    (11.0, 20.0),
    (14.0, 17.0),
    (10.0, 35.0),
    (48.0, INF),
];

/// Closed intervals.
fn closed(of: &[(f64, f64)]) -> Vec<Observed> {
    of.iter()
        .map(|&(low, high)| Observed { low, high })
        .collect()
}

/// Intervals of whole months without their low end, as the published estimates take them.
fn half_open(of: &[(f64, f64)]) -> Vec<Observed> {
    of.iter()
        .map(|&(low, high)| Observed {
            low: low + 0.5,
            high,
        })
        .collect()
}

fn agrees(observed: &[Observed], expected: &[(f64, f64, f64)]) {
    let fit = fit(observed).unwrap();
    assert_eq!(fit.steps.len(), expected.len(), "{:?}", fit.steps);
    for (step, (low, high, mass)) in fit.steps.iter().zip(expected) {
        assert_eq!((step.low, step.high), (*low, *high));
        assert_close(step.mass, *mass, 1e-9);
    }
    assert!(fit.gap < 1e-9, "{}", fit.gap);
    assert_eq!(fit.observed, observed.len() as u64);
}

/// M. P. Fay and P. A. Shaw, Journal of Statistical Software 36 (2010), print for `icfit`: 0.0463, 0.0334, 0.0887,
/// 0.0708, 0.0926, 0.0818, 0.1209, 0.4656.
#[test]
fn radiation() {
    agrees(
        &half_open(&RADIATION),
        &[
            (4.5, 5.0, 0.046346773992894136),
            (6.5, 7.0, 0.03336337093464208),
            (7.5, 8.0, 0.08866736806270831),
            (11.5, 12.0, 0.07075292179236424),
            (24.5, 25.0, 0.09264583658501244),
            (33.5, 34.0, 0.08178576490255264),
            (38.5, 40.0, 0.1208798273535312),
            (46.5, 48.0, 0.4655581363759746),
        ],
    );
}

#[test]
fn radiation_with_chemotherapy() {
    agrees(
        &half_open(&WITH_CHEMOTHERAPY),
        &[
            (4.5, 5.0, 0.04328262770034973),
            (5.5, 8.0, 0.04328262770034973),
            (11.5, 12.0, 0.06920558335658569),
            (16.5, 17.0, 0.14539771525438447),
            (18.5, 19.0, 0.14109489772163938),
            (19.5, 20.0, 0.11574592573832916),
            (24.5, 25.0, 0.09986531073931158),
            (30.5, 31.0, 0.07088137654294792),
            (35.5, 36.0, 0.1608311074494089),
            (44.5, 48.0, 0.05520641389770669),
            (48.5, 60.0, 0.05520641389770679),
        ],
    );
}

/// Ends that touch overlap, so that mass lies at points.
#[test]
fn closed_intervals_with_ties() {
    agrees(
        &closed(&RADIATION),
        &[
            (5.0, 5.0, 0.04929730529092301),
            (7.0, 7.0, 0.10256919830242554),
            (11.0, 11.0, 0.08726393118926018),
            (25.0, 25.0, 0.10715365977920419),
            (34.0, 34.0, 0.0548092955876289),
            (37.0, 37.0, 0.09166023303896285),
            (40.0, 40.0, 0.04721828574730139),
            (46.0, 48.0, 0.460028091064294),
        ],
    );
}

/// Weeks of remission under 6-mercaptopurine (E. J. Freireich and others, Blood 21 (1963), 699–716).
const REMISSION: [(f64, u64, u64); 7] = [
    // Week, relapses, still in remission before it.
    (6.0, 3, 21),
    (7.0, 1, 17),
    (10.0, 1, 15),
    (13.0, 1, 12),
    (16.0, 1, 11),
    (22.0, 1, 7),
    (23.0, 1, 6),
];

fn remission() -> Vec<Observed> {
    let relapses = [6.0, 6.0, 6.0, 7.0, 10.0, 13.0, 16.0, 22.0, 23.0];
    let open = [
        6.0, 9.0, 10.0, 11.0, 17.0, 19.0, 20.0, 25.0, 32.0, 32.0, 34.0, 35.0,
    ];
    let exact = relapses.iter().map(|&at| Observed { low: at, high: at });
    exact
        .chain(open.iter().map(|&low| Observed {
            // What ended in the week in which another was last seen ended before that.
            low: low + 0.5,
            high: INF,
        }))
        .collect()
}

/// Without intervals it is the product of Kaplan and Meier.
#[test]
fn exact_and_open_lengths_give_the_product_limit() {
    let fit = fit(&remission()).unwrap();
    let mut product = 1.0;
    for ((week, relapses, before), step) in REMISSION.iter().zip(&fit.steps) {
        product *= 1.0 - *relapses as f64 / *before as f64;
        assert_eq!((step.low, step.high), (*week, *week));
        assert_close(step.beyond, product, 1e-12);
    }
    // What is left lies where nothing has ended it.
    let last = fit.steps.last().unwrap();
    assert_eq!((last.low, last.high, fit.steps.len()), (35.5, INF, 8));
    assert_close(last.mass, 0.4481792717086836, 1e-12);
    assert_eq!(fit.falls_to(0.5), Some((23.0, 23.0)));
    assert_eq!(fit.falls_to(0.25), Some((35.5, INF)));
}

/// For exact and open lengths Thomas and Grunkemeier's limits follow from one multiplier: the hazards are d / (r + λ). Solved
/// so with `brentq`.
#[test]
fn limits_of_thomas_and_grunkemeier() {
    let expected = [
        (0.6700794492419799, 0.962417451784248),
        (0.6057275515318177, 0.9356451725100315),
        (0.5401117236604575, 0.9037267110601346),
        (0.4630028436337747, 0.8646023207903889),
        (0.3950198324762693, 0.82140333034141),
        (0.2853867639443259, 0.7623098824306672),
        (0.20296217658014848, 0.6957669383276042),
    ];
    let fit = fit(&remission()).unwrap();
    let band = band(&fit, CHI_SQUARED);
    for (limit, (low, high)) in band.after.iter().zip(expected) {
        assert_close(limit.low, low, 1e-7);
        assert_close(limit.high, high, 1e-7);
    }
}

/// Of ten different lengths k are longer: the likelihood ratio of the binomial distribution.
#[test]
fn limits_of_exact_lengths() {
    let lengths: Vec<Observed> = (1..=10)
        .map(|n| Observed {
            low: f64::from(n),
            high: f64::from(n),
        })
        .collect();
    let band = band(&fit(&lengths).unwrap(), CHI_SQUARED);
    let expected = [
        (0, 0.6283641906317088, 0.994008879932541),
        (4, 0.21761377050431083, 0.7823862294956891),
        (8, 0.0059911200674590956, 0.3716358093682912),
        (9, 0.0, 0.1747533280498298),
    ];
    for (step, low, high) in expected {
        assert_close(band.after[step].low, low, 1e-7);
        assert_close(band.after[step].high, high, 1e-7);
    }
    assert_close(band.first.low, 0.8252466719501702, 1e-12);
    assert_eq!(band.first.high, 1.0);
}

/// 104 exact lengths, half of them 1: twice the logarithm of the likelihood ratio of the share s beyond it is -104 ln(4 s (1 - s)).
/// So its limits are known for every level. At a level as of two occasions, where s would be 1e-70, they are 0 and 1.
#[test]
fn limits_close_to_the_edge() {
    let lengths: Vec<Observed> = (0..104)
        .map(|n| f64::from(1 + n % 2))
        .map(|at| Observed { low: at, high: at })
        .collect();
    let fit = fit(&lengths).unwrap();
    for share in [0.3_f64, 1e-3, 1e-5] {
        let level = -104.0 * (4.0 * share * (1.0 - share)).ln();
        let limits = band(&fit, level).after[0];
        assert_close(limits.low, share, 1e-6 * share);
        assert_close(limits.high, 1.0 - share, 1e-6 * share);
    }
    let limits = band(&fit, 161.0 * 104.0).after[0];
    assert_eq!((limits.low, limits.high), (0.0, 1.0));
}

/// The likelihood maximised by plain EM under the condition, in NumPy, and `brentq`.
#[test]
fn limits_of_intervals() {
    let radiation = fit(&half_open(&RADIATION)).unwrap();
    let limits = band(&radiation, CHI_SQUARED).after;
    // From 12 months to the next step at 24.5, and from 25 to 33.5: the low limit of the end, the high one of the start.
    assert_close(limits[3].low, 0.6184056142321341, 1e-6);
    assert_close(limits[3].high, 0.8689745324596309, 1e-6);
    assert_close(limits[4].low, 0.5150441984309322, 1e-6);
    assert_close(limits[4].high, 0.7990178823713447, 1e-6);
    let chemotherapy = fit(&half_open(&WITH_CHEMOTHERAPY)).unwrap();
    let limits = band(&chemotherapy, CHI_SQUARED).after;
    assert_close(limits[5].low, 0.2824725610437113, 1e-6);
    assert_close(limits[5].high, 0.6483520574655848, 1e-6);
}

#[test]
fn nothing_and_what_is_no_interval() {
    assert!(fit(&[]).is_none());
    let odd = [
        (2.0, 1.0),
        (f64::NAN, 3.0),
        (1.0, f64::NAN),
        (f64::NEG_INFINITY, 1.0),
        (INF, INF),
    ];
    assert!(fit(&closed(&odd)).is_none());
    let one = fit(&closed(&[(2.0, 1.0), (3.0, INF)])).unwrap();
    assert_eq!((one.observed, one.steps.len()), (1, 1));
    assert_eq!(one.falls_to(0.5), Some((3.0, INF)));
    let band = band(&one, CHI_SQUARED);
    assert_eq!(
        band.after,
        vec![Limit {
            low: 0.0,
            high: 0.0
        }]
    );
}

/// What an observation's own interval leaves open is shared as the others are.
#[test]
fn share_beyond_a_length() {
    let fit = fit(&closed(&[
        (1.0, 1.0),
        (2.0, 2.0),
        (3.0, 3.0),
        (3.0, 3.0),
        (0.0, 9.0),
    ]))
    .unwrap();
    let within = |low, high, at| fit.share_beyond(Observed { low, high }, at);
    assert_close(within(0.0, 9.0, 1.0), 0.75, 1e-12);
    assert_close(within(2.0, 9.0, 2.0), 2.0 / 3.0, 1e-12);
    assert_eq!((within(5.0, INF, 4.0), within(1.0, 4.0, 4.0)), (1.0, 0.0));
}

/// As many lengths as an incident can have. Bounded by the time it takes, and by how far it is from the maximum.
#[test]
fn many_lengths() {
    // A multiplicative sequence stands for chance: the fractional parts of multiples of the golden ratio.
    let spread = |n: u32, by: f64| (f64::from(n) * by).fract();
    let many: Vec<Observed> = (0..100_000)
        .map(|n| {
            let low = (900.0 + 400_000.0 * spread(n, 0.618_033_988_749_895)).floor();
            let width = (3600.0 * spread(n, 0.414_213_562_373_095)).floor();
            let high = if n % 10 == 0 { INF } else { low + width };
            Observed { low, high }
        })
        .collect();
    let fit = fit(&many).unwrap();
    let sum: f64 = fit.steps.iter().map(|step| step.mass).sum();
    assert_close(sum, 1.0, 1e-9);
    assert!(fit.gap < 1e-3, "{}", fit.gap);
    // Low ends are even between 900 and 400,900, and at each one length in ten is given up: the share of longer ones is
    // (1 - x) to the power of 0.9, which is a half at x = 0.5371, so at 215,725 and what the width adds.
    let (low, high) = fit.falls_to(0.5).unwrap();
    assert!(low >= 214_500.0 && high <= 220_500.0, "{low} {high}");
    let band = band(&fit, CHI_SQUARED);
    for (step, limit) in fit.steps.iter().zip(&band.after) {
        assert!(limit.low <= step.beyond && step.beyond <= limit.high);
        // The limits of each point are within a hundredth; the grid of the band adds a step or two.
        assert!(limit.high - limit.low < 0.15);
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(60))]
    /// Whatever the intervals: the masses add up, the gradient shows the maximum, and the order and
    /// the scale of the observations do not matter.
    #[test]
    fn is_a_maximum(
        pairs in proptest::collection::vec((0_u32..40, 0_u32..12, 0_u32..6), 1..16),
    ) {
        let observed: Vec<Observed> = pairs
            .iter()
            .map(|&(low, width, open)| Observed {
                low: f64::from(low),
                high: if open == 0 { INF } else { f64::from(low + width) },
            })
            .collect();
        let found = fit(&observed).unwrap();
        let sum: f64 = found.steps.iter().map(|step| step.mass).sum();
        proptest::prop_assert!((sum - 1.0).abs() < 1e-7, "{}", sum);
        proptest::prop_assert!(found.gap < 1e-6, "{}", found.gap);
        let mut turned: Vec<Observed> = observed;
        turned.reverse();
        let again = fit(&turned).unwrap();
        proptest::prop_assert_eq!(&again.steps, &found.steps);
        for limits in band(&found, CHI_SQUARED).after.windows(2) {
            proptest::prop_assert!(limits[0].low >= limits[1].low && limits[0].high >= limits[1].high);
        }
    }
}
