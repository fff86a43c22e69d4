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
    // Three can have left within ten minutes of minute 5 or 6, the fourth cannot.
    assert_eq!(
        lefts(&[(0, 10), (4, 6), (15, 20), (18, 30)]),
        [(5, 6), (8, 30)]
    );
    // What left within ten minutes is one occasion, however well its times are known.
    assert_eq!(
        lefts(&[(20, 20), (25, 25), (30, 30), (31, 31)]),
        [(20, 20), (21, 31)]
    );
    assert_eq!(lefts(&[(100, 400), (300, 301)]), [(290, 301)]);
    // Crossed intervals are none.
    assert_eq!(lefts(&[(3, 2)]), []);
}
