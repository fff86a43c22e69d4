//! The burst, the week after, the verdict, and the size of it all.

use std::collections::BTreeSet;
use std::path::Path;

use stuckmail::analysis::findings::{
    CoincidenceKind, Confidence, EndCause, Message, State, Status,
};
use stuckmail::time::{HOUR, Timestamp};

use crate::common::{self, case42, clock};
use crate::{both, stamp};

/// Each burst falls into a time in which the scanner really failed, and each such time with more than a handful of
/// failures has its burst.
#[test]
fn bursts_are_the_scanners_bad_hours() {
    let both = both();
    let within = |server: &str, from: Timestamp, to: Timestamp| {
        both.truth.faults.iter().any(|fault| {
            // A scan that begins in the fault fails some minutes later.
            fault.server == server
                && stamp(fault.from) <= to
                && from <= stamp(fault.to).plus(HOUR / 4)
        })
    };
    for burst in &both.findings.bursts {
        assert!(within(&burst.server, burst.start, burst.end), "{burst:#?}");
    }
    for fault in &both.truth.faults {
        let (from, to) = (stamp(fault.from), stamp(fault.to).plus(HOUR / 4));
        let failures = both
            .truth
            .residences
            .iter()
            .filter(|r| r.server == fault.server);
        let failures = failures.flat_map(|r| &r.failures).filter(|f| f.in_evidence);
        let count = failures
            .filter(|f| (from..=to).contains(&stamp(f.at)))
            .count();
        let found = both
            .findings
            .bursts
            .iter()
            .any(|b| b.server == fault.server && b.start <= to && from <= b.end);
        assert!(
            found || count < 6,
            "{count} failures and no burst: {fault:?}"
        );
    }
}

/// The script has the scanner fail while BH01 loads definitions, twice, and never on BH02 for that reason: these alone are
/// said to come together, of all that is compared.
#[test]
fn only_what_the_script_connects_is_called_a_connection() {
    let both = both();
    let shown = both.findings.coincidences.iter();
    let shown: Vec<_> = shown
        .filter(|one| one.p_adjusted.is_some_and(|p| p < 0.05))
        .map(|one| (one.server.as_str(), one.kind, one.near))
        .collect();
    let scripted = |server: &str| {
        let faults = both.truth.faults.iter();
        let of_server = faults.filter(|fault| fault.server == server);
        of_server
            .filter(|fault| fault.why.contains("definitions loaded"))
            .count() as u64
    };
    assert_eq!((scripted("BH01"), scripted("BH02")), (2, 0));
    assert_eq!(
        shown,
        [(
            "BH01",
            CoincidenceKind::DefinitionsUpdated,
            Some(scripted("BH01"))
        )]
    );
    // And there was more to compare.
    let tested = both.findings.coincidences.iter();
    assert!(tested.filter(|one| one.p_value.is_some()).count() > 5);
}

#[test]
fn the_week_after_the_change_is_quiet() {
    let both = both();
    let changed = clock::stamp("21 03:00");
    for server in &both.findings.servers {
        assert!(
            server.last_scan_failure.is_none_or(|last| last < changed),
            "{}",
            server.name
        );
    }
    let registry: Vec<_> = both
        .findings
        .interventions
        .iter()
        .filter(|i| i.kind == "registry")
        .collect();
    assert_eq!(registry.len(), 2);
    for change in registry {
        assert!(change.before.events > 50, "{change:#?}");
        assert_eq!(change.after.events, 0);
        assert!(change.after.hours > 7.0 * 24.0, "{change:#?}");
        let ratio = change.rate_ratio.unwrap();
        assert_eq!(ratio.estimate, Some(0.0));
        assert!(
            ratio.high.unwrap() < 0.1,
            "silence for a week supports less than a tenth: {ratio:?}"
        );
        assert!(change.p_value.unwrap() < 1e-6);
    }
}

#[test]
fn it_is_over_and_said_so() {
    let both = both();
    assert_eq!(both.findings.verdict.state, State::Recovered);
    let states: Vec<_> = both
        .findings
        .servers
        .iter()
        .map(|s| (s.name.as_str(), s.verdict.state))
        .collect();
    assert_eq!(
        states,
        [
            ("BE01", State::Clean),
            ("BH01", State::Recovered),
            ("BH02", State::Recovered),
            ("FE01", State::Clean)
        ]
    );
    assert!(
        both.findings
            .windows
            .iter()
            .all(|w| w.end_cause != EndCause::StillOpen)
    );
}

#[test]
fn every_failure_and_every_capture_counts_once() {
    let both = both();
    let failures = |server: &str| {
        let of = both.truth.residences.iter().filter(|r| r.server == server);
        of.flat_map(|r| &r.failures)
            .filter(|f| f.in_evidence)
            .count() as u64
    };
    for server in &both.findings.servers {
        assert_eq!(
            server.scan_failures,
            failures(&server.name),
            "{}",
            server.name
        );
    }
    let really = both
        .truth
        .captures
        .iter()
        .filter(|c| c.in_evidence)
        .map(|c| {
            (
                stamp(c.noted),
                c.server.as_str(),
                c.table.as_str(),
                c.listed as u64,
                c.complete,
            )
        });
    let found = both.findings.captures.iter();
    let found = found.map(|c| {
        (
            c.at,
            c.server.as_str(),
            c.place.as_str(),
            c.count,
            c.complete,
        )
    });
    assert_eq!(
        found.collect::<BTreeSet<_>>(),
        really.collect::<BTreeSet<_>>()
    );
}

#[test]
fn the_case_is_small_and_its_report_too() {
    let case = case42();
    let size: u64 = common::files_below(case.path())
        .iter()
        .map(|path| std::fs::metadata(path).unwrap().len())
        .sum();
    assert!(size <= 6_000_000, "{size} bytes of evidence");
    let run = common::run_on(case.path(), &case.beside("report"), &[]).done();
    let page = run.bytes("report.html").len();
    assert!(page < 1_000_000, "report.html has {page} bytes");
}

/// The truth lies beside the case, never in it.
#[test]
fn the_evidence_does_not_hold_the_truth() {
    let case = case42();
    for path in common::files_below(case.path()) {
        let name = Path::new(&path)
            .file_name()
            .unwrap()
            .to_string_lossy()
            .into_owned();
        assert!(!name.contains("truth"), "{name}");
    }
}

/// The true stays of the messages that are counted, sorted, beside the quartiles of the curve.
#[test]
fn half_of_the_stuck_mail_stayed_as_long_as_said() {
    let both = both();
    let counted =
        |m: &&Message| m.confidence != Confidence::Possible && m.status != Status::DeliveredOnRetry;
    let counted: Vec<&Message> = both.findings.messages.iter().filter(counted).collect();
    let case = &both.findings.stays[0];
    assert_eq!(
        (case.server.as_deref(), case.residences),
        (None, counted.len() as u64)
    );
    let mut true_stays: Vec<f64> = counted
        .iter()
        .map(|m| {
            let truth = both.truth_of(m).unwrap();
            let left = truth.left.unwrap();
            (left - truth.entered).num_milliseconds() as f64 / 1000.0
        })
        .collect();
    true_stays.sort_by(f64::total_cmp);
    for (share, found) in [
        (0.75, case.three_quarters),
        (0.5, case.half),
        (0.25, case.quarter),
    ] {
        let found = found.unwrap();
        let high = found.high_s.unwrap();
        let longer = true_stays.iter().filter(|stay| **stay > high).count() as f64;
        // Stays that the evidence leaves open may lie on either side, and one step is one stay.
        let open = (case.residences - case.exact + 1) as f64;
        let off = (longer - share * true_stays.len() as f64).abs();
        assert!(
            off <= open,
            "{share}: {longer} of {} lasted longer than {high}",
            true_stays.len()
        );
    }
    // That leaves little room: most stays are known to the minute.
    assert!(case.exact * 10 >= case.residences * 9, "{case:?}");
    // The two bridgeheads let their mail out on different days.
    let servers: Vec<_> = both
        .findings
        .stays
        .iter()
        .skip(1)
        .map(|of| of.server.as_deref())
        .collect();
    assert_eq!(servers, [Some("BH01"), Some("BH02")]);
}

/// A week of silence looks like much against 164 failures, and like little against three bursts.
#[test]
fn bursts_say_less_than_failures() {
    let both = both();
    let changes = &both.findings.interventions;
    for change in changes.iter().filter(|change| change.kind == "registry") {
        assert!(change.units.bursts_p_value.unwrap() > 0.1, "{change:#?}");
        assert!(change.units.p_clustered.unwrap() > 0.1, "{change:#?}");
        assert_eq!(change.units.stuck_after.events, 0);
        // Three divided by the hours, the rule of three.
        let most = change.units.upper_after_per_hour.unwrap() * change.after.hours;
        assert!((most - 2.9957).abs() < 1e-4, "{most}");
    }
}
