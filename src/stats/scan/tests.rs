use super::*;
use crate::stats::assert_close;

/// Against exact values: J. I. Naus, "A power comparison of two tests of non-random clustering", Technometrics 8
/// (1966), 493–517, counts the arrangements without a crowd as paths that do not meet, by a sum of determinants over all
/// ways to spread the events over the windows. Computed with Python's `fractions`.
#[test]
fn agrees_with_exact_values() {
    // Crowd, events, windows in the span, exact; how far the approximation is above, as a share.
    let table = [
        (3, 5, 4.0, 0.734375, 0.0),
        (6, 10, 5.0, 0.1173342208, 0.0),
        (7, 12, 5.0, 0.080887816192, 0.0),
        (5, 8, 6.0, 0.09673758763907941, 0.0),
        (4, 7, 7.0, 0.20389706426986812, 0.0),
        (10, 20, 5.0, 0.06409988205046661, 2e-5),
        (6, 12, 6.0, 0.1682870831601603, 7e-4),
        (7, 15, 6.0, 0.15206201304891584, 1e-3),
        (9, 20, 5.0, 0.19701032782166752, 1.3e-3),
        (5, 10, 5.0, 0.4329959424, 6e-3),
        (8, 20, 5.0, 0.47596473082325236, 0.02),
        (6, 15, 6.0, 0.4591120618083189, 0.026),
        (4, 8, 4.0, 0.8054351806640625, 0.035),
    ];
    for (crowd, events, windows, exact, above) in table {
        let p = at_least(crowd, events, 1.0 / windows);
        assert!(
            p >= exact * (1.0 - 1e-12),
            "{crowd} of {events}: {p} is below {exact}"
        );
        assert!(
            p <= exact * (1.0 + above + 1e-12),
            "{crowd} of {events}: {p}, {exact}"
        );
    }
}

/// Simulated offline with NumPy (`default_rng(348)`): sorted uniform points, the smallest stretch that holds the
/// crowd; share of 400,000 to a million runs, and its standard error. Where it is at most 0.1 the approximation is
/// above by less than 4 %, and never below.
#[test]
fn agrees_with_simulation() {
    let table = [
        (7, 100, 0.01, 0.037027, 0.000189),
        (5, 300, 0.001, 0.066352, 0.000394),
        (8, 40, 0.05, 0.069518, 0.000254),
        (18, 60, 0.15, 0.091900, 0.000289),
        (12, 200, 0.02, 0.208830, 0.000575),
        (6, 100, 0.01, 0.212504, 0.000409),
        (3, 20, 0.01, 0.247908, 0.000432),
    ];
    for (crowd, events, share, simulated, error) in table {
        let p = at_least(crowd, events, share);
        let above = if simulated <= 0.1 { 1.04 } else { 1.1 };
        assert!(p >= simulated - 3.0 * error, "{crowd} of {events}: {p}");
        assert!(
            p <= above * simulated + 3.0 * error,
            "{crowd} of {events}: {p}"
        );
    }
}

/// Two events are a short gap: with n of them on a line of length 1 the smallest gap is above w with probability (1 − (n −
/// 1)·w)ⁿ (E. Parzen, "Modern Probability Theory and Its Applications", 1960).
#[test]
fn two_events_are_a_short_gap() {
    for (events, share) in [(2_u64, 0.3), (3, 0.2), (5, 1e-3), (40, 1e-6)] {
        let n = events as f64;
        let exact = -(n * (-(n - 1.0) * share).ln_1p()).exp_m1();
        assert_close(at_least(2, events, share), exact, 0.01);
    }
}

#[test]
fn edges() {
    assert_eq!(at_least(0, 10, 0.1), 1.0);
    assert_eq!(at_least(1, 10, 0.1), 1.0);
    assert_eq!(at_least(11, 10, 0.1), 0.0);
    assert_eq!(at_least(10, 10, 0.6), 1.0);
    assert_eq!(at_least(3, 10, 0.0), 0.0);
    assert_eq!(at_least(3, 10, f64::NAN), 1.0);
    // As many as are to be expected anyway.
    assert_eq!(at_least(10, 100, 0.1), 1.0);
    assert!(at_least(400_000, 1_000_000, 1e-3) < 1e-100);
    for (width, span, finest) in [
        (0.0, 10.0, 0.0),
        (1.0, 0.0, 1.0),
        (6.0, 10.0, 1.0),
        (1.0, f64::INFINITY, 1.0),
        (f64::NAN, 10.0, f64::NAN),
        (-1.0, 10.0, -1.0),
        (1.0, -5.0, 1.0),
    ] {
        let p = at_least_in_any(5, 9, width, span, finest);
        assert_eq!(p, 1.0, "{width} {span} {finest}");
    }
}

/// By hand: of a span of 64, 5 is rounded up to 8, an eighth; between 32 and the finest of 1 there are six widths.
#[test]
fn the_width_is_rounded_up_and_every_width_paid_for() {
    let p = at_least_in_any(9, 12, 5.0, 64.0, 1.0);
    assert_close(p, 6.0 * at_least(9, 12, 0.125), 1e-12);
    let same = at_least_in_any(9, 12, 8.0, 64.0, 1.0);
    assert_close(p, same, 1e-12);
    assert!(at_least_in_any(9, 12, 8.1, 64.0, 1.0) > 10.0 * p);
}

/// The promise: of streams without any burst at most 5 % have a crowd with p below 0.05, though here every pair of events
/// is taken for the ends of one. 1500 streams; a small linear congruential generator (Numerical Recipes) spreads them.
#[test]
fn false_alarms_are_as_rare_as_stated() {
    let mut state = 348_u32;
    let mut uniform = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f64::from(state) / 4_294_967_296.0
    };
    let streams = 1500;
    let mut alarms = 0;
    for stream in 0..streams {
        let events = 4 + stream % 28;
        let mut times: Vec<f64> = (0..events).map(|_| 1e4 * uniform()).collect();
        times.sort_by(f64::total_cmp);
        let alarm = (0..events).any(|i| {
            (i + 1..events).any(|j| {
                let crowd = (j - i + 1) as u64;
                at_least_in_any(crowd, events as u64, times[j] - times[i], 1e4, 1.0) < 0.05
            })
        });
        alarms += usize::from(alarm);
    }
    // And not so rare that nothing would ever be found.
    assert!((3..=75).contains(&alarms), "{alarms} of {streams}");
}
