use super::*;
use crate::stats::assert_close;

/// What a sequence of states costs, straight from the definition (§2 of the paper, with the
/// transition costs of §3).
fn cost(automaton: Automaton, times: &[f64], exposure: f64, states: &[bool]) -> f64 {
    let n = states.len() as f64;
    let mut total = 0.0;
    let mut before = false;
    for (i, &state) in states.iter().enumerate() {
        let rate = if state {
            automaton.s * n / exposure
        } else {
            n / exposure
        };
        let gap = times[i + 1] - times[i];
        total += -(rate * (-rate * gap).exp()).ln();
        if state && !before {
            total += automaton.gamma * n.ln();
        }
        before = state;
    }
    total
}

fn states_of(bursts: &[Burst], gaps: usize) -> Vec<bool> {
    (0..gaps)
        .map(|gap| bursts.iter().any(|b| b.first <= gap && gap < b.last))
        .collect()
}

/// A small linear congruential generator (Numerical Recipes), for repeatable numbers in [0, 1).
fn numbers(seed: u32) -> impl Iterator<Item = f64> {
    let mut state = seed;
    std::iter::from_fn(move || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        Some(f64::from(state) / 4_294_967_296.0)
    })
}

/// Against all 2ⁿ sequences: none is cheaper than the one found.
#[test]
fn nothing_is_cheaper() {
    let mut with_bursts = 0;
    for seed in 0..300 {
        let mut random = numbers(seed);
        let events = 2 + (seed as usize % 11);
        let mut times = vec![0.0];
        while times.len() < events {
            let stretch = if random.next().unwrap() < 0.5 {
                1.0
            } else {
                40.0
            };
            // Ties too.
            let gap = (stretch * random.next().unwrap()).floor();
            times.push(times.last().unwrap() + gap);
        }
        let exposure = (times.last().unwrap() * (1.0 + random.next().unwrap())).max(1.0);
        let automaton = Automaton {
            s: 1.5 + f64::from(seed % 4),
            gamma: 0.3 + 0.3 * f64::from(seed % 3),
        };
        let bursts = automaton.bursts(&times, exposure);
        with_bursts += usize::from(!bursts.is_empty());
        let gaps = events - 1;
        let found = cost(automaton, &times, exposure, &states_of(&bursts, gaps));
        for bits in 0..1_u32 << gaps {
            let states: Vec<bool> = (0..gaps).map(|i| bits >> i & 1 == 1).collect();
            let other = cost(automaton, &times, exposure, &states);
            assert!(
                found <= other + 1e-9,
                "seed {seed}: {found} > {other} of {states:?}"
            );
        }
    }
    assert!(
        (100..290).contains(&with_bursts),
        "{with_bursts} of 300 have bursts: no test of both kinds"
    );
}

/// Ten quiet events, ten a hundred times as fast, ten quiet ones. By hand: n = 29, T = 20·100 +
/// 9 = 2009, a short gap gains ln 2 − 29/2009 (nine of them, against ln 29 = 3.37 for the
/// entry), a long one loses 1.4435 − ln 2.
#[test]
fn a_burst_in_the_middle() {
    let mut times: Vec<f64> = (0..10).map(|i| 100.0 * f64::from(i)).collect();
    times.extend((0..10).map(|i| 1000.0 + f64::from(i)));
    times.extend((1..=10).map(|i| 1009.0 + 100.0 * f64::from(i)));
    let bursts = Automaton::default().bursts(&times, 2009.0);
    assert_eq!(bursts.len(), 1);
    assert_eq!((bursts[0].first, bursts[0].last), (10, 19));
    assert_close(
        bursts[0].weight,
        9.0 * (2.0_f64.ln() - 29.0 / 2009.0),
        1e-12,
    );
}

/// Three weeks with two bursts of thirty failures in an hour on each of two days, six hours
/// apart, and one stray failure a day.
#[test]
fn bursts_of_one_day_stay_apart_when_fitted() {
    let day = 86_400.0;
    let mut times: Vec<f64> = (0..21).map(|n| day * f64::from(n) + 80_000.0).collect();
    for start in [
        3.0 * day + 30_000.0,
        3.0 * day + 55_000.0,
        9.0 * day + 30_000.0,
        9.0 * day + 55_000.0,
    ] {
        times.extend((0..30).map(|n| start + 120.0 * f64::from(n)));
    }
    times.sort_by(f64::total_cmp);
    let exposure = 21.0 * day;
    let found = |automaton: Automaton| automaton.bursts(&times, exposure);
    // With s = 2 the two of each day run together.
    assert_eq!(found(Automaton::default()).len(), 2);
    let fitted = Automaton::fitted(&times, exposure, 1.0);
    let bursts = found(fitted);
    assert_eq!(bursts.len(), 4, "{fitted:?}");
    for burst in &bursts {
        assert_eq!(burst.last - burst.first, 29);
        assert!((times[burst.last] - times[burst.first] - 29.0 * 120.0).abs() < 1e-6);
    }
}

/// The fitted automaton is the cheapest of those tried, by the definition of the cost.
#[test]
fn no_other_power_is_cheaper_than_the_fitted_one() {
    for seed in 0..20 {
        let mut random = numbers(seed);
        let mut times: Vec<f64> = (0..80)
            .map(|_| (random.next().unwrap() * 10.0).powi(4))
            .collect();
        times.sort_by(f64::total_cmp);
        let price = |automaton: Automaton| {
            let bursts = automaton.bursts(&times, 2e4);
            cost(automaton, &times, 2e4, &states_of(&bursts, 79))
        };
        let fitted = Automaton::fitted(&times, 2e4, 1.0);
        for power in FITTED_POWERS {
            let other = Automaton {
                s: 2.0_f64.powi(power),
                gamma: 1.0,
            };
            assert!(
                price(fitted) <= price(other) + 1e-9,
                "seed {seed}, {fitted:?}, {other:?}"
            );
        }
    }
    assert_eq!(Automaton::fitted(&[], 1.0, 1.0), Automaton::default());
    assert_eq!(Automaton::fitted(&[1.0], 1.0, 1.0), Automaton::default());
}

#[test]
fn even_spacing_is_no_burst() {
    let times: Vec<f64> = (0..100).map(f64::from).collect();
    assert_eq!(Automaton::default().bursts(&times, 99.0), []);
    // But inside a long silence it is one.
    let bursts = Automaton::default().bursts(&times, 99_000.0);
    assert_eq!(bursts.len(), 1);
    assert_eq!((bursts[0].first, bursts[0].last), (0, 99));
}

#[test]
fn too_few_events_are_no_burst() {
    let automaton = Automaton::default();
    assert_eq!(automaton.bursts(&[], 10.0), []);
    assert_eq!(automaton.bursts(&[5.0], 10.0), []);
    assert_eq!(automaton.bursts(&[5.0, 5.0], 0.0), []);
    assert_eq!(
        automaton.bursts(&[5.0, 6.0], f64::NAN),
        automaton.bursts(&[5.0, 6.0], 1.0)
    );
}

#[test]
fn events_at_one_instant() {
    let bursts = Automaton::default().bursts(&[7.0; 20], 1000.0);
    assert_eq!(bursts.len(), 1);
    assert_eq!((bursts[0].first, bursts[0].last), (0, 19));
    assert_close(bursts[0].weight, 19.0 * 2.0_f64.ln(), 1e-12);
}

#[test]
fn the_unit_does_not_matter() {
    let mut random = numbers(7);
    let mut times: Vec<f64> = (0..200)
        .map(|_| (random.next().unwrap() * 100.0).powi(3))
        .collect();
    times.sort_by(f64::total_cmp);
    let micros: Vec<f64> = times.iter().map(|t| t * 1e6).collect();
    let automaton = Automaton { s: 3.0, gamma: 1.0 };
    let key = |bursts: Vec<Burst>| -> Vec<_> { bursts.iter().map(|b| (b.first, b.last)).collect() };
    let seconds = key(automaton.bursts(&times, 1e6));
    assert!(!seconds.is_empty());
    assert_eq!(seconds, key(automaton.bursts(&micros, 1e12)));
}

/// Gaps that are busy for a while and busier within; the same formula made the streams for the other
/// programs.
fn stream(seed: u32, events: usize) -> Vec<f64> {
    let mut random = numbers(seed);
    let mut at = 0.0;
    (0..events)
        .map(|i| {
            let mean = [100.0, 100.0, 10.0, 1.0][i / 15 % 4];
            at += 0.05 * mean - mean * (1.0 - random.next().unwrap()).ln();
            at
        })
        .collect()
}

fn levels_of(
    automaton: Automaton,
    times: &[f64],
    exposure: f64,
    finest: f64,
) -> Vec<(usize, usize, u8)> {
    let levels = automaton.levels(times, exposure, finest);
    let found = levels::nested(&levels, 0);
    let mut found: Vec<_> = found.iter().map(|b| (b.first, b.last, b.level)).collect();
    found.sort_unstable();
    found
}

/// Against `pybursts` 0.1.1 (PyPI; `kleinberg(times, s, gamma)`, the highest level of each pair of start and
/// end), and against a program in Python that tries, for every gap, every state from every state.
/// Both gave these. The exposure is from the first event to the last, as they have it.
#[test]
fn levels_agree_with_pybursts() {
    let mut steady = Vec::new();
    let mut at = 0.0;
    for (gap, count) in [
        (50.0, 6),
        (7.0, 8),
        (1.0, 10),
        (7.0, 5),
        (60.0, 6),
        (3.0, 12),
        (55.0, 3),
    ] {
        for _ in 0..count {
            at += gap;
            steady.push(at);
        }
    }
    type Expected<'a> = &'a [(usize, usize, u8)];
    let table: [(Vec<f64>, f64, f64, Expected<'_>); 9] = [
        (
            steady.clone(),
            2.0,
            1.0,
            &[(5, 28, 1), (13, 23, 3), (34, 46, 2)],
        ),
        (
            steady.clone(),
            2.0,
            0.5,
            &[(5, 28, 1), (13, 23, 4), (34, 46, 2)],
        ),
        (steady, 3.0, 1.0, &[(5, 28, 1), (13, 23, 2), (34, 46, 1)]),
        (
            stream(7, 90),
            2.0,
            1.0,
            &[(27, 59, 1), (29, 59, 3), (43, 59, 4), (44, 59, 5)],
        ),
        (
            stream(7, 90),
            3.0,
            1.0,
            &[(27, 59, 1), (29, 59, 2), (43, 59, 3), (49, 59, 4)],
        ),
        (
            stream(348, 90),
            2.0,
            1.0,
            &[
                (29, 59, 2),
                (29, 61, 1),
                (30, 59, 3),
                (41, 58, 4),
                (44, 58, 5),
            ],
        ),
        (
            stream(348, 90),
            3.0,
            1.0,
            &[(29, 59, 1), (30, 59, 2), (43, 58, 3)],
        ),
        (
            stream(42, 120),
            2.0,
            1.0,
            &[
                (28, 59, 2),
                (28, 62, 1),
                (40, 59, 3),
                (41, 59, 4),
                (44, 59, 5),
                (89, 119, 2),
                (103, 119, 4),
                (104, 119, 6),
            ],
        ),
        (
            stream(42, 120),
            2.0,
            0.5,
            &[
                (28, 59, 2),
                (28, 62, 1),
                (40, 59, 3),
                (41, 59, 4),
                (44, 54, 6),
                (44, 59, 5),
                (89, 119, 2),
                (103, 119, 4),
                (104, 119, 6),
            ],
        ),
    ];
    for (times, s, gamma, expected) in table {
        let automaton = Automaton { s, gamma };
        assert_eq!(
            levels_of(automaton, &times, 0.0, 0.0),
            expected,
            "{automaton:?}"
        );
    }
}

/// With silence around the stream and a clock of whole seconds, against the same program in Python, which here
/// takes the exposure and the finest gap as numbers.
#[test]
fn levels_with_exposure_and_ties() {
    let mut times: Vec<f64> = stream(7, 90).into_iter().map(f64::trunc).collect();
    times.extend([8000.0; 5]);
    times.extend([8001.0; 20]);
    times.extend([8002.0; 4]);
    let found = |exposure, finest| levels_of(Automaton::default(), &times, exposure, finest);
    assert_eq!(
        found(2e4, 1.0),
        [
            (10, 118, 1),
            (27, 59, 2),
            (29, 59, 4),
            (37, 59, 5),
            (44, 59, 6),
            (90, 118, 7)
        ]
    );
    assert_eq!(
        found(2e6, 1.0),
        [
            (0, 118, 6),
            (1, 118, 7),
            (27, 59, 9),
            (29, 59, 11),
            (43, 59, 12),
            (44, 59, 13),
            (90, 118, 14)
        ]
    );
    assert_eq!(
        found(2e6, 30.0),
        [
            (0, 118, 6),
            (1, 118, 7),
            (27, 59, 8),
            (29, 59, 9),
            (90, 118, 9)
        ]
    );
}

/// Whatever the stream: as many levels as gaps, bursts that nest, each denser than the one around it.
#[test]
fn levels_of_anything() {
    let strange = [
        vec![],
        vec![1.0],
        vec![5.0; 40],
        vec![0.0, f64::MAX],
        vec![0.0, f64::NAN, 2.0],
        vec![3.0, 2.0, 1.0],
        vec![f64::NEG_INFINITY, 0.0, f64::INFINITY],
        stream(1, 500)
            .into_iter()
            .map(|t| (t / 50.0).floor())
            .collect(),
    ];
    for times in strange {
        for exposure in [0.0, 1e9, f64::NAN, f64::INFINITY] {
            for finest in [0.0, 1.0, f64::NAN] {
                for s in [0.0, 1.0, 1.0001, 2.0, f64::NAN] {
                    let automaton = Automaton { s, gamma: 1.0 };
                    let levels = automaton.levels(&times, exposure, finest);
                    assert_eq!(levels.len(), times.len().saturating_sub(1));
                    let found = levels::nested(&levels, 0);
                    for pair in found.windows(2) {
                        let (a, b) = (pair[0], pair[1]);
                        let inside = a.first <= b.first && b.last <= a.last && b.level > a.level;
                        assert!(inside || b.first >= a.first, "{a:?} {b:?}");
                    }
                    for burst in &found {
                        let within = &levels[burst.first..burst.last];
                        assert_eq!(within.iter().min(), Some(&burst.level));
                        let next = levels.get(burst.last).copied().unwrap_or(0);
                        assert!(next < burst.level);
                    }
                }
            }
        }
    }
}

/// A million events, many of them at one instant.
#[test]
fn a_million_events_are_no_burden() {
    let times: Vec<f64> = (0..1_000_000_u32)
        .map(|i| f64::from(i / 7) * f64::from(1 + i / 250_000))
        .collect();
    let levels = Automaton::default().levels(&times, 1e8, 1.0);
    let found = levels::nested(&levels, 0);
    assert!(!found.is_empty());
    assert!(
        !Automaton::fitted(&times, 1e8, 1.0)
            .bursts(&times, 1e8)
            .is_empty()
    );
}
