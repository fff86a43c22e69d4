use std::sync::LazyLock;

use super::*;
use crate::analysis::facts;
use crate::case::CaseConfig;
use crate::evidence::model::{Citation, FileId};
use crate::profile::Profile;
use crate::time::{Bracket, DAY};
use crate::timeline::{LogCoverage, Timeline};

/// Loaded once: the tests below look at many logs.
static PROFILE: LazyLock<Profile> = LazyLock::new(|| Profile::shipped("exchange-2003").unwrap());

/// A small linear congruential generator (Numerical Recipes), for repeatable numbers in [0, 1).
fn numbers(seed: u32) -> impl FnMut() -> f64 {
    let mut state = seed;
    move || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f64::from(state) / 4_294_967_296.0
    }
}

fn at(seconds: f64) -> Timestamp {
    Timestamp::default().plus((seconds * SECOND as f64) as i64)
}

/// The bursts of a log of so many days whose failures are at these seconds, each with its message's number.
fn found(days: i64, failures: &[(f64, usize)]) -> Vec<FailureBurst> {
    let timeline = Timeline {
        coverage: vec![LogCoverage {
            server: "BH01".into(),
            log: "Application".to_owned(),
            from: at(0.0),
            to: Timestamp::default().plus(days * DAY),
            steady_to: Timestamp::default().plus(days * DAY),
            records: 1,
            holes: Vec::new(),
            note: None,
        }],
        ..Timeline::default()
    };
    let mut facts = facts::by_server(&timeline, &PROFILE, &CaseConfig::default());
    let mut failures = failures.to_vec();
    failures.sort_by(|a, b| a.0.total_cmp(&b.0));
    facts[0].failures = failures
        .iter()
        .zip(0..)
        .map(|((seconds, message), record)| Failure {
            at: at(*seconds),
            when: Bracket {
                lo: at(*seconds),
                hi: at(*seconds),
            },
            key: Some(format!("{message}@example")),
            message_id: None,
            code: None,
            cite: Citation {
                file: FileId(1),
                record,
            },
        })
        .collect();
    of_server(&facts[0])
}

/// Failures that come at a constant rate: at most 5 % of such logs may have a burst with p below 0.05, with few failures
/// and with many, in long logs and in short ones, and with messages that fail again within minutes.
#[test]
fn a_constant_rate_gives_few_false_alarms() {
    let logs = 400;
    for (days, least, most, retries) in [
        (2, 3, 12, 0),
        (21, 8, 60, 0),
        (21, 8, 40, 6),
        (90, 60, 300, 2),
    ] {
        let (mut alarms, mut with_bursts) = (0, 0);
        for seed in 0..logs {
            let mut random = numbers(seed * 97 + 5);
            let count = least + (random() * (most - least) as f64) as usize;
            let mut failures = Vec::new();
            for message in 0..count {
                let first = random() * (days * 86_400) as f64;
                failures.push((first, message));
                let again = (random() * f64::from(retries + 1)) as usize;
                failures.extend((1..=again).map(|n| (first + 60.0 * n as f64, message)));
            }
            let bursts = found(days, &failures);
            with_bursts += usize::from(!bursts.is_empty());
            alarms += usize::from(bursts.iter().any(|b| b.p_value.unwrap() < 0.05));
        }
        assert!(
            alarms <= logs as usize / 20,
            "{alarms} of {logs} in {days} days"
        );
        // Where messages fail again their retries are bursts, so that something was put to the test.
        assert!(retries < 6 || with_bursts > 300, "{with_bursts}");
    }
}

/// Nothing fails but in one burst: there is no base rate outside of it, and yet the crowd is no chance. By hand: 12 of 12
/// messages within 11 minutes of 21 days. Half of that, 15,120 minutes, halved ten times, are 14.8 minutes, a share of
/// 1/2048; down to a second there are 20 widths. By the formula, with w for the share, 20·((12/w − 13)·w¹² + 2·w¹²).
#[test]
fn a_burst_in_silence_has_a_p_value() {
    let failures: Vec<(f64, usize)> = (0..12).map(|i| (1e6 + 60.0 * i as f64, i)).collect();
    let bursts = found(21, &failures);
    assert_eq!(bursts.len(), 1);
    assert_eq!(bursts[0].base_per_hour, 0.0);
    let share = 2048.0_f64.recip();
    let expected = 20.0 * (12.0 / share - 11.0) * share.powi(12);
    crate::stats::assert_close(bursts[0].p_value.unwrap(), expected, 1e-9);
}

/// One message that fails forty times is a retry, however dense.
#[test]
fn retries_of_one_message_are_no_crowd() {
    let mut failures: Vec<(f64, usize)> = (0..40).map(|i| (1e6 + 60.0 * i as f64, 0)).collect();
    failures.extend((1..10).map(|i| (1.6e5 * i as f64, i)));
    let bursts = found(21, &failures);
    assert_eq!(bursts.len(), 1);
    assert_eq!((bursts[0].messages, bursts[0].p_value), (1, Some(1.0)));
}

/// Thirty failures in an hour, twelve of them in three minutes: that part is named, and is denser.
#[test]
fn the_densest_part_is_found() {
    let mut failures: Vec<(f64, usize)> = (0..15).map(|i| (1e6 + 200.0 * i as f64, i)).collect();
    failures.extend((0..12).map(|i| (1e6 + 1450.0 + 12.0 * i as f64, 100 + i)));
    failures.extend((0..6).map(|i| (2.8e5 * (i + 1) as f64, 200 + i)));
    let bursts = found(21, &failures);
    assert_eq!(bursts.len(), 1);
    let level = bursts[0].level.unwrap();
    let densest = bursts[0]
        .parts
        .iter()
        .max_by_key(|part| part.level)
        .unwrap();
    assert!(densest.level > level, "{bursts:?}");
    assert!((12..=14).contains(&densest.events), "{bursts:?}");
    assert!(densest.start >= at(1e6 + 1400.0) && densest.end <= at(1e6 + 1650.0));
    // By hand: of 32 mean gaps of 56,700 s, gaps of 12 s are 4,725 times as fast. The twelfth level would gain 11·(ln 2 −
    // 2048/4725) = 2.9, less than the ln 32 = 3.5 that it costs.
    assert_eq!(densest.level, 11);
}

/// A million failures, many in one second.
#[test]
fn a_million_failures_are_no_burden() {
    let failures: Vec<(f64, usize)> = (0..1_000_000)
        .map(|i| {
            (
                (i / 50) as f64 * if i % 200_000 < 100_000 { 1.0 } else { 90.0 },
                i / 3,
            )
        })
        .collect();
    let bursts = found(365, &failures);
    assert!(!bursts.is_empty());
}
