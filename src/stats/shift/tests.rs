use super::*;
use crate::stats::assert_close;

/// A small linear congruential generator (Numerical Recipes), for repeatable numbers below `most`.
fn numbers(seed: u32) -> impl FnMut(i64) -> i64 {
    let mut state = seed;
    move |most| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        ((i128::from(state) * i128::from(most)) >> 32) as i64
    }
}

/// Straight from the definition: marks every unit of the joined circle and turns it by every shift.
fn brute(stretches: &[Stretch], events: &[Stretch], near: &[Stretch]) -> Option<[f64; 6]> {
    let holds = |all: &[Stretch], t: i64| all.iter().any(|s| s.from <= t && t < s.until);
    let units: Vec<i64> = (-50..500).filter(|t| holds(stretches, *t)).collect();
    let marked: Vec<bool> = units.iter().map(|t| holds(near, *t)).collect();
    let places: Vec<Vec<usize>> = events
        .iter()
        .map(|e| {
            (0..units.len())
                .filter(|i| holds(&[*e], units[*i]))
                .collect()
        })
        .filter(|places: &Vec<usize>| !places.is_empty())
        .collect();
    let length = units.len();
    let count = |shift: usize| {
        let is_near = |places: &&Vec<usize>| places.iter().any(|p| marked[(p + shift) % length]);
        places.iter().filter(is_near).count()
    };
    let counts: Vec<usize> = (0..length).map(count).collect();
    let most = *counts.iter().max()?;
    if counts.iter().all(|c| *c == most) {
        return None;
    }
    let share =
        |least: usize| counts.iter().filter(|c| **c >= least).count() as f64 / length as f64;
    Some([
        places.len() as f64,
        counts[0] as f64,
        counts.iter().sum::<usize>() as f64 / length as f64,
        marked.iter().filter(|m| **m).count() as f64 / length as f64,
        share(counts[0]),
        share(most),
    ])
}

fn agree(found: Option<Coincidence>, expected: Option<[f64; 6]>, of: &str) -> bool {
    let (Some(found), Some(expected)) = (found, expected) else {
        assert!(
            found.is_none() && expected.is_none(),
            "{of}: {found:?}, {expected:?}"
        );
        return false;
    };
    let all = [
        found.events as f64,
        found.near as f64,
        found.expected,
        found.share,
        found.p_value,
        found.least_p,
    ];
    for (found, expected) in all.into_iter().zip(expected) {
        assert!(
            (found - expected).abs() < 1e-12,
            "{of}: {all:?}, {expected:?}"
        );
    }
    true
}

/// Against every rotation, with holes, ties, overlaps, clusters, events outside and across holes;
/// by the sweep and by a grid as fine as the circle.
#[test]
fn agrees_with_every_rotation() {
    let mut spoken = 0;
    for seed in 0..600 {
        let mut random = numbers(seed);
        let mut stretches = |count: i64, long: i64| -> Vec<Stretch> {
            let count = 1 + random(count);
            let mut one = || {
                let from = random(330) - 20;
                Stretch::new(from, from + 1 + random(long))
            };
            (0..count).map(|_| one()).collect()
        };
        let covered = stretches(5, 150);
        let events = stretches(9, if seed % 2 == 0 { 1 } else { 60 });
        let near = stretches(6, 40);
        let of = format!("seed {seed}");
        let expected = brute(&covered, &events, &near);
        let Some(circle) = Circle::new(covered) else {
            continue;
        };
        spoken += usize::from(agree(test(&circle, &events, &near), expected, &of));

        let places: Vec<Stretch> = events.iter().filter_map(|e| circle.place(*e)).collect();
        let near = joined(near.iter().filter_map(|n| circle.place(*n)));
        if !places.is_empty() && !near.is_empty() {
            let size = circle.length as usize;
            let all = shifts_of_grid(circle.length, places, &near, size).coincidence(&near);
            agree(all, expected, &of);
        }
    }
    assert!(spoken > 250, "only {spoken} of 600 say anything");
}

/// An independent program in NumPy: a boolean for each second of the joined circle, `np.roll` for
/// each of its 28,460 rotations, `mean()` of the counts and of those that are at least the first.
#[test]
fn agrees_with_numpy() {
    let circle =
        Circle::new([(0, 8000), (9500, 21_000), (21_040, 30_000)].map(|(a, b)| Stretch::new(a, b)));
    let circle = circle.unwrap();
    let marks: Vec<i64> = (0..11).map(|i| 500 + 2711 * i).collect();
    let mut events: Vec<i64> = (0..11).map(|i| 505 + 2748 * i).collect();
    events.extend([7000, 7003, 7010, 7012, 19_000, 19_001, 22_500]);
    // Long, before, after; events, near, expected, share, p, least p.
    let table = [
        (
            1,
            0,
            300,
            17,
            7,
            1.797962052002811,
            0.10576247364722417,
            0.07340126493323963,
            0.0015811665495432186,
        ),
        (
            1,
            120,
            60,
            17,
            2,
            1.0811665495432186,
            0.06359803232607168,
            0.2937104708362614,
            0.0018271257905832748,
        ),
        (
            250,
            0,
            300,
            17,
            7,
            3.2853127196064653,
            0.10576247364722417,
            0.20477863668306395,
            0.002775825720309206,
        ),
        (
            250,
            120,
            60,
            17,
            2,
            2.568517217146873,
            0.06359803232607168,
            0.5483134223471539,
            0.004216444132115249,
        ),
    ];
    for (long, before, after, count, near, expected, share, p, least) in table {
        let events: Vec<Stretch> = events.iter().map(|t| Stretch::new(*t, t + long)).collect();
        let around: Vec<Stretch> = marks
            .iter()
            .map(|t| Stretch::around(*t, before, after))
            .collect();
        let found = test(&circle, &events, &around).unwrap();
        assert_eq!((found.events, found.near, found.grid), (count, near, None));
        assert_close(found.expected, expected, 1e-12);
        assert_close(found.share, share, 1e-12);
        assert_close(found.p_value, p, 1e-12);
        assert_close(found.least_p, least, 1e-12);
    }
}

/// One event: the share of the circle that is as near as it is.
#[test]
fn one_event_is_a_share_of_the_circle() {
    let circle = Circle::new([Stretch::new(0, 1000)]).unwrap();
    let near = [
        Stretch::new(100, 130),
        Stretch::new(990, 1000),
        Stretch::new(0, 5),
    ];
    let found = test(&circle, &[Stretch::at(120)], &near).unwrap();
    assert_eq!(
        (found.near, found.p_value, found.least_p),
        (1, 0.045, 0.045)
    );
    assert_close(found.expected, 0.045, 1e-12);
    let found = test(&circle, &[Stretch::at(500)], &near).unwrap();
    assert_eq!((found.near, found.p_value), (0, 1.0));
}

/// A hundred failures in one burst weigh no more than one: the share of shifts at which the burst, as a
/// whole, lies as near. As independent draws their p-value would be 0.02 to the 100th power.
#[test]
fn a_cluster_counts_once() {
    let circle = Circle::new([Stretch::new(0, 100_000)]).unwrap();
    let near = [Stretch::new(40_000, 42_000)];
    let burst: Vec<Stretch> = (0..100).map(|i| Stretch::at(40_500 + i)).collect();
    let found = test(&circle, &burst, &near).unwrap();
    assert_eq!(found.near, 100);
    assert_close(found.p_value, (2000.0 - 99.0) / 100_000.0, 1e-12);
}

#[test]
fn silent() {
    let circle = Circle::new([Stretch::new(0, 1000)]).unwrap();
    let event = [Stretch::at(5)];
    assert_eq!(test(&circle, &[], &event), None);
    assert_eq!(test(&circle, &event, &[]), None);
    // Outside the circle; in the wrong order.
    assert_eq!(test(&circle, &[Stretch::at(1000)], &event), None);
    assert_eq!(test(&circle, &[Stretch::new(9, 3)], &event), None);
    // Near everywhere.
    assert_eq!(test(&circle, &event, &[Stretch::new(-5, 1000)]), None);
    assert_eq!(
        test(&circle, &[Stretch::new(0, 999)], &[Stretch::new(3, 9)]),
        None
    );
    assert!(Circle::new([]).is_none());
    assert!(Circle::new([Stretch::new(5, 5), Stretch::new(9, 3)]).is_none());
    assert!(Circle::new([Stretch::new(i64::MIN, i64::MAX)]).is_none());
    let far = [
        Stretch::at(i64::MAX),
        Stretch::at(i64::MIN),
        Stretch::around(0, i64::MAX, i64::MAX),
    ];
    assert_eq!(test(&circle, &far, &far), None);
}

/// False alarms: of patterns with no connection at most the stated share is significant, and about that, for
/// the test is exact. Both are clustered. The bound is four standard errors of 1000 draws.
#[test]
fn false_alarms_are_as_rare_as_stated() {
    let circle = Circle::new([Stretch::new(0, 40_000), Stretch::new(50_000, 110_000)]).unwrap();
    let mut alarms = 0;
    for seed in 0..1000 {
        let mut random = numbers(seed * 7919);
        let mut clustered = |clusters: i64, of: i64, wide: i64| -> Vec<i64> {
            let mut times = Vec::new();
            for _ in 0..clusters {
                let start = random(110_000);
                times.extend((0..of).map(|_| start + random(wide)));
            }
            times
        };
        let events: Vec<Stretch> = clustered(6, 20, 500).into_iter().map(Stretch::at).collect();
        let near = clustered(12, 3, 900);
        let near: Vec<Stretch> = near.iter().map(|t| Stretch::around(*t, 0, 600)).collect();
        let found = test(&circle, &events, &near).unwrap();
        alarms += usize::from(found.p_value < 0.05);
    }
    assert!((22..=78).contains(&alarms), "{alarms} of 1000");
}

/// Too many pairs for a sweep: the grid is close to it, and its p-value no smaller than a step.
#[test]
fn a_grid_stands_for_all_shifts() {
    let circle = Circle::new([Stretch::new(0, 1 << 40)]).unwrap();
    let mut random = numbers(5);
    let near: Vec<Stretch> = (0..1000)
        .map(|_| Stretch::around(random(1 << 40), 0, 1 << 27))
        .collect();
    let mut events: Vec<Stretch> = (0..1500).map(|_| Stretch::at(random(1 << 40))).collect();
    events.extend(near.iter().take(60).map(|n| Stretch::at(n.from + 77)));
    let found = test(&circle, &events, &near).unwrap();
    assert_eq!(found.grid, Some(FINEST_GRID));
    let events: Vec<Stretch> = events.iter().filter_map(|e| circle.place(*e)).collect();
    let near = joined(near.iter().filter_map(|n| circle.place(*n)));
    let exact = sweep(circle.length, &events, &near)
        .coincidence(&near)
        .unwrap();
    assert_eq!((found.events, found.near), (exact.events, exact.near));
    assert_close(found.expected, exact.expected, 2e-3);
    assert!(
        (found.p_value - exact.p_value).abs() < 5e-3,
        "{found:?}, {exact:?}"
    );
    assert!(found.p_value >= 1.0 / FINEST_GRID as f64);
}

/// A million events and a thousand neighbourhoods; events of some length too.
#[test]
fn a_million_events_are_no_burden() {
    let circle = Circle::new([Stretch::new(0, 1 << 50)]).unwrap();
    let near: Vec<Stretch> = (0..1000_i64)
        .map(|i| Stretch::around(i << 40, 0, 1 << 36))
        .collect();
    let events: Vec<Stretch> = (0..1_000_000_i64)
        .map(|i| Stretch::at(i * 1_000_003))
        .collect();
    let found = test(&circle, &events, &near).unwrap();
    assert_eq!((found.events, found.grid), (1_000_000, Some(FINEST_GRID)));
    let long: Vec<Stretch> = (0..2_000_i64)
        .map(|i| Stretch::new(i << 33, (i << 33) + 9))
        .collect();
    assert!(test(&circle, &long, &near).unwrap().grid.is_some());
    // Too many of both, and of those with a length: no answer is better than a coarse one.
    let many: Vec<Stretch> = (0..60_000_i64)
        .map(|i| Stretch::new(i << 33, (i << 33) + 9))
        .collect();
    assert_eq!(test(&circle, &many, &near), None);
}

/// By hand: days of ten units, six of them, the fourth not seen. An event at unit 5 of the first, third and fifth day, a
/// neighbourhood of the units 4 to 6 there: three near. Turned by 2 days they lie in days 3, 5 and 1: three near again; by 4 in
/// 5, 1 and 3: three. Turned by one, three or five days they lie in 2, 4 and 6, where the fourth counts as near: one. So 3 of 6.
#[test]
fn shifts_by_whole_periods() {
    let circle = Circle::new([Stretch::new(0, 30), Stretch::new(40, 60)]).unwrap();
    let days = [0, 20, 40];
    let events = days.map(|day| Stretch::at(day + 5));
    let near = days.map(|day| Stretch::new(day + 4, day + 7));
    let found = by_periods(&circle, &events, &near, 10).unwrap();
    assert_eq!((found.p_value, found.shifts), (0.5, 6));
    // Near on the fifth day only: one of three. Turned by two or four days another is; by one, three or five the hole counts.
    let found = by_periods(&circle, &events, &near[2..], 10).unwrap();
    assert_eq!(found.p_value, 1.0);
    // Two events near, on days 1 and 2. Turned by one, two, three and five days they lie in 2 and 3, 3 and 4, 4 and 5, 6 and 1:
    // one near; by four in 5 and 6: none.
    let two = [Stretch::at(5), Stretch::at(15)];
    let near = [Stretch::new(4, 7), Stretch::new(14, 17)];
    let found = by_periods(&circle, &two, &near, 10).unwrap();
    assert_eq!(found.p_value, 1.0 / 6.0);
    assert_eq!(by_periods(&circle, &[], &near, 10), None);
    assert_eq!(by_periods(&circle, &two, &near, 0), None);
}
