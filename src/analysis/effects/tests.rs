use super::*;

fn at(minute: i64) -> Timestamp {
    Timestamp::default().plus(minute * crate::time::MINUTE)
}

#[test]
fn ends_that_may_be_one_occasion_are_one() {
    let lefts = |spans: &[(i64, i64)]| {
        let found = occasions(spans.iter().map(|&(from, to)| (at(from), at(to))).collect());
        found
            .into_iter()
            .map(|(from, to)| {
                (
                    from.since(at(0)) / crate::time::MINUTE,
                    to.since(at(0)) / crate::time::MINUTE,
                )
            })
            .collect::<Vec<_>>()
    };
    // Three share minute 5; the fourth shares none with all of these.
    assert_eq!(
        lefts(&[(0, 10), (4, 6), (5, 20), (8, 30)]),
        [(5, 6), (8, 30)]
    );
    assert_eq!(lefts(&[(0, 1), (2, 3), (1, 2)]), [(1, 1), (2, 3)]);
    // Crossed intervals are none.
    assert_eq!(lefts(&[(3, 2)]), []);
}
