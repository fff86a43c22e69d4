//! A random log, exported by a random clock beside a copy in UTC: where certainty is claimed, it is the truth.

use chrono_tz::TZ_VARIANTS;
use proptest::prelude::*;

use super::*;

#[derive(Clone, Debug)]
struct Plan {
    start: i64,
    gaps: Vec<i64>,
    ids: Vec<u16>,
    contents: usize,
    wall: Wall,
    order: Option<DateOrder>,
    numbered: bool,
    backwards: bool,
    shared: std::ops::Range<usize>,
}

fn plan() -> impl Strategy<Value = Plan> {
    let gap = prop_oneof![
        1_i64..60,
        60_i64..4000,
        Just(3600),
        Just(900),
        4000_i64..400_000
    ];
    let wall = prop_oneof![
        4 => (0..TZ_VARIANTS.len()).prop_map(|at| Wall::Zone(TZ_VARIANTS[at])),
        1 => (-48..=56_i32).prop_map(|quarters| Wall::Fixed(quarters * 900)),
    ];
    let order = prop_oneof![
        Just(None),
        Just(Some(DateOrder::Mdy)),
        Just(Some(DateOrder::Dmy))
    ];
    (
        883_612_800_i64..1_700_000_000,
        prop::collection::vec(gap, 1..150),
        prop::collection::vec(0_u16..3, 1..5),
        1_usize..60,
        wall,
        order,
        any::<bool>(),
        any::<bool>(),
        (0_usize..150, 0_usize..150),
    )
        .prop_map(
            |(start, gaps, ids, contents, wall, order, numbered, backwards, (a, b))| {
                let most = gaps.len();
                let shared = a.min(b).min(most)..a.max(b).min(most);
                Plan {
                    start,
                    gaps,
                    ids,
                    contents,
                    wall,
                    order,
                    numbered,
                    backwards,
                    shared,
                }
            },
        )
}

fn log(plan: &Plan) -> Vec<Record> {
    let mut at = plan.start;
    let mut log = Vec::new();
    for (n, gap) in plan.gaps.iter().enumerate() {
        at += gap;
        let id = plan.ids[n % plan.ids.len()];
        log.push(Record {
            kept: id != 1,
            ..record(
                n as u64 + 1,
                at,
                340 + id,
                &format!("<{}@a.example>", n % plan.contents),
            )
        });
    }
    log
}

/// Every stamp holds the truth of its own record, whatever its width.
fn check(file: &FileReading, log: &[Record], placed: usize) -> Result<(), TestCaseError> {
    let mut truth: Vec<&Record> = log.iter().filter(|record| record.kept).collect();
    if file.reading.events.first().map(|event| event.cite.record)
        > file.reading.events.last().map(|event| event.cite.record)
    {
        truth.reverse();
    }
    for event in &file.reading.events {
        let original = event.time.original.as_deref().unwrap_or_default();
        let holds = truth.iter().any(|record| {
            let at = record.at * SECOND;
            record.strings == event.strings
                && event.time.at.micros() <= at
                && at < event.time.at.micros() + event.time.precision
        });
        prop_assert!(
            holds,
            "{original} {:?} {:?}",
            event.time,
            file.reading.notes
        );
    }
    prop_assert!(file.reading.events.len() <= placed);
    let local = &file.reading.local.records;
    let spans: usize = file
        .reading
        .spans
        .iter()
        .map(|span| span.records.len() + span.unnumbered.len())
        .sum();
    prop_assert_eq!(
        spans + local.len() + usize::try_from(file.reading.damaged).unwrap(),
        log.len()
    );
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn certain_times_are_true(plan in plan()) {
        let log = log(&plan);
        let mut file = export(5, "BH01", &log, plan.wall, plan.order, plan.numbered);
        if plan.backwards {
            file.reading.local.records.reverse();
        }
        let (_, file) = settled(vec![utc(2, "BH01", &log[plan.shared.clone()]), file], "");
        check(&file, &log, log.len())?;
    }

    /// The same with the zone given: the repeated hour, too, holds the truth.
    #[test]
    fn given_zones_give_the_truth(plan in plan(), at in 0..TZ_VARIANTS.len()) {
        let zone = TZ_VARIANTS[at];
        let log = log(&plan);
        let order = plan.order.map_or(String::new(), |order| format!("date_order = \"{}\"\n", order.as_str()));
        let mut file = export(5, "BH01", &log, Wall::Zone(zone), plan.order, plan.numbered);
        if plan.backwards {
            file.reading.local.records.reverse();
        }
        let (_, file) = settled(vec![file], &format!("time_zone = \"{}\"\n{order}", zone.name()));
        check(&file, &log, log.len())?;
        prop_assert_eq!(file.reading.events.len(), log.iter().filter(|record| record.kept).count());
    }

    /// Records cut off, moved about and written anew: never a panic, never more records than there were.
    #[test]
    fn anything_is_settled_or_told(plan in plan(), texts in prop::collection::vec("\\PC{0,24}|[0-9/:. -]{0,24}", 0..20), swaps in prop::collection::vec((0_usize..150, 0_usize..150), 0..40)) {
        let log = log(&plan);
        let mut file = export(5, "BH01", &log, plan.wall, plan.order, plan.numbered);
        let count = file.reading.local.records.len();
        for (a, b) in swaps {
            file.reading.local.records.swap(a % count, b % count);
        }
        for (n, text) in texts.into_iter().enumerate() {
            file.reading.local.records[n * 7 % count].written = text.into();
            file.reading.local.records[n * 5 % count].kind = u32::try_from(n).unwrap();
        }
        let before = file.reading.records;
        for config in ["", "time_zone = \"Europe/Berlin\"\ndate_order = \"dmy\""] {
            let (_, file) = settled(vec![utc(2, "BH01", &log[plan.shared.clone()]), file.clone()], config);
            prop_assert_eq!(file.reading.records + file.reading.damaged, before);
        }
    }
}
