use std::sync::LazyLock;

use super::*;
use crate::analysis::facts::{self, Failure, Sign};
use crate::case::CaseConfig;
use crate::evidence::model::{CELL, Cell, FileId, MailLog, Traffic};
use crate::profile::{Profile, Role, ServiceKey};
use crate::time::{Bracket, HOUR, MINUTE};
use crate::timeline::Timeline;
use crate::timeline::coverage::Hole;

/// Loaded once: the tests below look at many logs.
static PROFILE: LazyLock<Profile> = LazyLock::new(|| Profile::shipped("exchange-2003").unwrap());

/// A small linear congruential generator (Numerical Recipes), for repeatable numbers below `most`.
fn numbers(seed: u32) -> impl FnMut(i64) -> i64 {
    let mut state = seed;
    move |most| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        ((i128::from(state) * i128::from(most)) >> 32) as i64
    }
}

fn at(micros: i64) -> Timestamp {
    // Wednesday 1 March 2006, 00:00 UTC.
    Timestamp::from_seconds(1_141_171_200).unwrap().plus(micros)
}

fn exactly(at: Timestamp) -> Bracket {
    Bracket { lo: at, hi: at }
}

fn cite(record: u64) -> Citation {
    Citation {
        file: FileId(1),
        record,
    }
}

fn log(name: &str, from: i64, to: i64, holes: &[(i64, i64)]) -> LogCoverage {
    let holes = holes.iter().map(|(from, to)| Hole {
        from: at(*from),
        to: at(*to),
        why: String::new(),
    });
    LogCoverage {
        server: "BH01".into(),
        log: name.to_owned(),
        from: at(from),
        to: at(to),
        steady_to: at(to),
        records: 1,
        holes: holes.collect(),
        note: None,
    }
}

fn burst(from: i64, failures: std::ops::RangeInclusive<usize>) -> FailureBurst {
    FailureBurst {
        failures,
        start: at(from),
        end: at(from + MINUTE),
        messages: 3,
        peak_per_minute: 3,
        base_per_hour: 0.0,
        p_value: None,
        level: None,
        parts: Vec::new(),
        codes: Vec::new(),
    }
}

fn sign(role: Role, service: Option<ServiceKey>, time: i64, record: u64) -> Sign {
    Sign {
        rule: String::new(),
        role,
        at: at(time),
        when: exactly(at(time)),
        service,
        key: None,
        user: None,
        summary: String::new(),
        clock_moved: None,
        cite: cite(record),
    }
}

/// What is found on one server.
#[derive(Default)]
struct Scene {
    logs: Vec<LogCoverage>,
    bursts: Vec<i64>,
    failures: Vec<i64>,
    signs: Vec<Sign>,
    traffic: Vec<Traffic>,
    counters: Vec<CounterSeries>,
    zone: chrono_tz::Tz,
}

impl Scene {
    /// Of a log of so many days.
    fn of(days: i64) -> Self {
        Self {
            logs: vec![log("Application", 0, days * DAY, &[])],
            ..Self::default()
        }
    }

    fn found(self) -> Vec<Coincidence> {
        let timeline = Timeline {
            coverage: self.logs,
            traffic: self.traffic,
            ..Timeline::default()
        };
        let mut facts = facts::by_server(&timeline, &PROFILE, &CaseConfig::default());
        let facts = &mut facts[0];
        facts.signals = self.signs;
        facts.failures = self
            .failures
            .iter()
            .zip(0..)
            .map(|(time, record)| Failure {
                at: at(*time),
                when: exactly(at(*time)),
                key: Some(record.to_string()),
                message_id: None,
                code: None,
                cite: cite(record),
            })
            .collect();
        let bursts: Vec<FailureBurst> = self
            .bursts
            .iter()
            .zip(0_usize..)
            .map(|(from, n)| burst(*from, 3 * n..=3 * n + 2))
            .collect();
        let compared = of_server(&Ground {
            facts,
            bursts: &bursts,
            restarts: &[],
            counters: &self.counters,
            zone: self.zone,
        });
        adjusted(
            compared
                .into_iter()
                .map(|one| ("BH01".to_owned(), one))
                .collect(),
        )
    }
}

fn of(found: &[Coincidence], kind: CoincidenceKind) -> Option<&Coincidence> {
    found.iter().find(|one| one.kind == kind)
}

/// Updates at odd times, and after five of them a burst: that is more than chance. By hand: the neighbourhoods take 10 × 30 minutes
/// of 30 days, so that 5 · 300 / 43,200 = 0.03 bursts are near by chance.
#[test]
fn bursts_after_updates_are_found() {
    let mut random = numbers(11);
    let mut scene = Scene::of(30);
    for n in 0..10 {
        let update = n * 3 * DAY + random(2 * DAY);
        scene
            .signs
            .push(sign(Role::DefinitionsUpdated, None, update, n as u64));
        if n % 2 == 0 {
            scene.bursts.push(update + random(25 * MINUTE));
        }
    }
    let found = scene.found();
    let one = of(&found, CoincidenceKind::DefinitionsUpdated).unwrap();
    assert_eq!((one.events, one.near), (5, Some(5)));
    crate::stats::assert_close(one.expected.unwrap(), 5.0 * 300.0 / 43_200.0, 1e-6);
    assert!(
        one.p_value.unwrap() < 0.001 && one.p_adjusted.unwrap() < 0.05,
        "{one:?}"
    );
    assert_eq!(one.evidence, ["E1#0", "E1#2", "E1#4", "E1#6", "E1#8"]);
    assert!(
        one.reading.contains("more than chance explains"),
        "{}",
        one.reading
    );
}

/// Updates every day at three, bursts on some mornings at ten past three, for whatever reason: that both keep to a time of day
/// happens to one pair in 48, yet every shift by whole days brings as many together, and it is not called a connection.
#[test]
fn two_daily_rhythms_are_no_proof() {
    let mut scene = Scene::of(30);
    for day in 0..30 {
        scene.signs.push(sign(
            Role::DefinitionsUpdated,
            None,
            day * DAY + 3 * HOUR,
            day as u64,
        ));
    }
    scene.bursts = [2, 3, 9, 16]
        .map(|day| day * DAY + 3 * HOUR + 10 * MINUTE)
        .to_vec();
    scene
        .signs
        .push(sign(Role::ScannerKilled, None, 12 * DAY, 99));
    let found = scene.found();
    let one = of(&found, CoincidenceKind::DefinitionsUpdated).unwrap();
    assert_eq!((one.near, one.p_value), (Some(4), Some(1.0)));
    assert!(
        one.reading.contains(
            "both may follow the time of day (p = 0.021 among all shifts, p = 1.00 among those by whole days)"
        ),
        "{}",
        one.reading
    );
    let killed = of(&found, CoincidenceKind::ScannerRestarted).unwrap();
    assert_eq!(killed.near, Some(0));
    assert!(
        killed.reading.contains("Nothing is shown (p = 1.00)."),
        "{}",
        killed.reading
    );
}

/// An update at 09:56 on every day, give or take two minutes, and bursts between ten and ten to eleven on some days, drawn
/// without regard to the updates: whatever the length of the log, next to nothing is called a connection.
#[test]
fn what_keeps_to_the_clock_is_no_connection() {
    for days in [12, 40] {
        let mut alarms = 0;
        for seed in 0..200 {
            let mut random = numbers(seed * 17 + 3);
            let mut scene = Scene::of(days);
            for day in 0..days {
                let time = day * DAY + 9 * HOUR + 54 * MINUTE + random(4 * MINUTE);
                scene
                    .signs
                    .push(sign(Role::DefinitionsUpdated, None, time, day as u64));
            }
            for day in 0..days {
                if random(4) == 0 {
                    scene
                        .bursts
                        .push(day * DAY + 10 * HOUR + random(50 * MINUTE));
                }
            }
            let found = scene.found();
            let one = of(&found, CoincidenceKind::DefinitionsUpdated);
            let alarm = one.and_then(|one| one.p_adjusted);
            alarms += usize::from(alarm.is_some_and(|p| p < SIGNIFICANT));
        }
        // 5 % of 200 and two standard errors.
        assert!(alarms <= 16, "{alarms} of 200 in {days} days");
    }
}

/// Nothing to do with each other, clustered or by the clock: in at most 5 % of the cases anything is called a connection,
/// whatever number of comparisons there are. The bound is 5 % of 300 and two standard errors.
#[test]
fn false_alarms_are_as_rare_as_stated() {
    let (mut alarms, mut comparisons) = (0, 0);
    for seed in 0..300 {
        let mut random = numbers(seed * 31 + 7);
        let mut scene = Scene::of(40);
        scene.logs[0] = log("Application", 0, 40 * DAY, &[(9 * DAY, 13 * DAY)]);
        let clock = random(DAY);
        for day in (0..9).chain(13..40) {
            scene.signs.push(sign(
                Role::DefinitionsUpdated,
                None,
                day * DAY + clock,
                day as u64,
            ));
        }
        for n in 0..6 {
            let time = 14 * DAY + random(26 * DAY);
            scene
                .signs
                .push(sign(Role::ScannerKilled, None, time, 100 + n));
            scene.signs.push(sign(
                Role::ScannerRestarted,
                None,
                time + 40_000_000,
                200 + n,
            ));
            scene.signs.push(sign(
                Role::StoreScan,
                None,
                14 * DAY + random(3 * DAY),
                300 + n,
            ));
        }
        // Bad days with several bursts each.
        for _ in 0..3 {
            let day = 13 + random(26);
            scene
                .bursts
                .extend((0..1 + random(4)).map(|_| day * DAY + random(DAY)));
        }
        scene.bursts.sort_unstable();
        let found = scene.found();
        comparisons += found.iter().filter(|one| one.p_value.is_some()).count();
        let alarm = found
            .iter()
            .any(|one| one.p_adjusted.is_some_and(|p| p < SIGNIFICANT));
        alarms += usize::from(alarm);
    }
    assert!(comparisons > 600, "{comparisons}");
    assert!(alarms <= 22, "{alarms} of 300");
}

/// An update every hour: half of the time is near to one, and three bursts cannot show anything.
#[test]
fn a_silent_test_claims_nothing() {
    let mut scene = Scene::of(10);
    for hour in 0..240 {
        scene.signs.push(sign(
            Role::DefinitionsUpdated,
            None,
            hour * HOUR,
            hour as u64,
        ));
    }
    scene.bursts = [1, 2, 3].map(|day| day * DAY + 5 * MINUTE).to_vec();
    let found = scene.found();
    let one = of(&found, CoincidenceKind::DefinitionsUpdated).unwrap();
    assert_eq!(
        (one.near, one.p_value, one.p_adjusted),
        (Some(3), None, None)
    );
    assert!(
        one.reading.contains("Nothing can be shown"),
        "{}",
        one.reading
    );
}

/// With fewer than three bursts, messages are compared; with fewer than three of those, or without a log that shows when it
/// spoke, nothing is.
#[test]
fn messages_where_bursts_are_few() {
    let scene = |failures: &[i64], logs: bool| {
        let mut scene = Scene::of(20);
        scene.failures = failures.iter().map(|n| 5 * DAY + n * MINUTE).collect();
        scene.signs = vec![sign(Role::ScannerKilled, None, 5 * DAY, 1)];
        if !logs {
            scene.logs = vec![log("System", 0, 20 * DAY, &[])];
        }
        scene.found()
    };
    let found = scene(&[1, 2, 3, 4000], true);
    assert_eq!(
        (found[0].counted, found[0].events, found[0].near),
        (Counted::Messages, 4, Some(3))
    );
    assert_eq!(scene(&[1, 2], true), []);
    assert_eq!(scene(&[1, 2, 3], false), []);
}

/// The scanner's service logs in the System log: where that does not reach, nothing is compared.
#[test]
fn only_time_that_both_logs_cover_counts() {
    let scene = |from: i64| {
        let mut scene = Scene::of(20);
        scene.logs.push(log("System", from * DAY, 20 * DAY, &[]));
        scene.bursts = (1..8).map(|day| day * DAY).collect();
        let stopped = sign(Role::ServiceStopped, Some(ServiceKey::Scanner), 4 * DAY, 5);
        scene.signs = vec![stopped];
        of(&scene.found(), CoincidenceKind::ScannerRestarted).cloned()
    };
    let one = scene(3).unwrap();
    assert_eq!((one.events, one.near), (5, Some(1)));
    assert_eq!(scene(9), None);
}

/// At half past two in the afternoon in New York, before and after the clocks change on 2 April 2006: in UTC that is two
/// hours of the day, there it is one.
#[test]
fn the_time_of_day_is_local() {
    let mut scene = Scene::of(60);
    scene.zone = chrono_tz::America::New_York;
    let days = [3, 8, 17, 25, 31];
    scene.bursts = days.map(|day| day * DAY + 19 * HOUR + 30 * MINUTE).to_vec();
    scene
        .bursts
        .extend([33, 40, 51].map(|day| day * DAY + 18 * HOUR + 30 * MINUTE));
    let found = scene.found();
    let one = of(&found, CoincidenceKind::TimeOfDay).unwrap();
    assert_eq!(one.events, 8);
    assert!(one.p_adjusted.unwrap() < 0.001);
    assert!(
        one.reading
            .contains("around 14:30 (America/New_York), with a concentration of 1.00"),
        "{}",
        one.reading
    );
    // Several bursts of one bad day count once, and a log of a few days or with long holes is not asked.
    let mut scene = Scene::of(60);
    scene.bursts = (0..12).map(|n| 3 * DAY + n * HOUR).collect();
    assert_eq!(scene.found(), []);
    let mut scene = Scene::of(60);
    scene.logs = vec![log("Application", 0, 60 * DAY, &[(20 * DAY, 27 * DAY)])];
    scene.bursts = days.map(|day| day * DAY).to_vec();
    assert_eq!(scene.found(), []);
}

/// Mail comes in four busy hours of ten days; three bursts fall into three of them.
#[test]
fn busy_times() {
    let mut scene = Scene::of(10);
    scene
        .logs
        .push(log(MailLog::Tracking.as_str(), 0, 10 * DAY, &[]));
    let busy = [13, 55, 120, 201_i64];
    let first = at(0).micros() / CELL;
    let cells = (0..1440_i64).map(|n| {
        let is_busy = busy
            .iter()
            .any(|hour| (hour * 6..hour * 6 + 6).contains(&n));
        let lines = if is_busy { 500 + n as u64 } else { 20 };
        (
            first + n,
            Cell {
                lines,
                ..Cell::default()
            },
        )
    });
    scene.traffic = vec![Traffic {
        server: "BH01".into(),
        log: MailLog::Tracking,
        cells: cells.collect(),
    }];
    scene.bursts = [13, 55, 120].map(|hour| hour * HOUR + 20 * MINUTE).to_vec();
    let points = (0..1440_i64).map(|n| {
        (
            at(n * CELL),
            if (6 * 55..6 * 56).contains(&n) {
                90.0
            } else {
                1.0
            },
        )
    });
    scene.counters = vec![CounterSeries {
        cite: cite(4),
        server: "BH01".to_owned(),
        counter: r"\SMTP Server(_Total)\Local Queue Length".to_owned(),
        points: points.collect(),
    }];
    let found = scene.found();
    let volume = of(&found, CoincidenceKind::MailVolume).unwrap();
    assert_eq!(volume.near, Some(3));
    crate::stats::assert_close(volume.expected.unwrap(), 3.0 * 4.0 / 240.0, 1e-3);
    assert!(volume.p_adjusted.unwrap() < 0.05, "{volume:?}");
    let counter = of(&found, CoincidenceKind::Counter).unwrap();
    assert_eq!(
        (counter.near, counter.evidence.as_slice()),
        (Some(1), ["E1#4".to_owned()].as_slice())
    );
}

#[test]
fn stretches_in_common() {
    let list = |pairs: &[(i64, i64)]| -> Vec<Stretch> {
        pairs
            .iter()
            .map(|(from, until)| Stretch::new(*from, *until))
            .collect()
    };
    let both = common(
        &list(&[(0, 10), (20, 30), (40, 90)]),
        &list(&[(5, 25), (28, 50), (60, 70), (89, 95)]),
    );
    assert_eq!(
        both,
        list(&[(5, 10), (20, 25), (28, 30), (40, 50), (60, 70), (89, 90)])
    );
    assert_eq!(common(&list(&[(0, 5)]), &list(&[(5, 9)])), []);
    let log = log("Application", 10, 100, &[(20, 30), (25, 40), (100, 120)]);
    let base = at(0).micros();
    let covered: Vec<(i64, i64)> = covered(&log)
        .iter()
        .map(|s| (s.from - base, s.until - base))
        .collect();
    assert_eq!(covered, [(10, 20), (40, 100)]);
}
