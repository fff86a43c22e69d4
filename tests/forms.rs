//! One incident, its logs in every form: the findings are those from `.evtx`, except for what a form cannot hold.
//!
//! What each form loses stands in the forge (`Form::loses`), which knows nothing of the readers. Of that list only
//! three things reach the findings: parts of a second (bounds are a second wider), record numbers (a log cannot show
//! that it is whole) and the user's SID (who did it is named otherwise). Everything else must be equal.
#![allow(clippy::unwrap_used, reason = "a test may fail where it stands")]

use std::path::Path;

use forge::exports::Form;
use forge::sim::write::{LogForm, Options as WriteOptions};
use forge::sim::{Incident, Kind};
use serde_json::{Value, json};
use stuckmail::analysis::findings::Findings;
use stuckmail::evidence::NoProgress;
use stuckmail::pipeline::{self, Options};
use stuckmail::time::{Interval, SECOND, Timestamp};

/// Incidents that together hold every kind of record that decides something.
const INCIDENTS: [(Kind, u64); 7] = [
    (Kind::Burst, 11),
    (Kind::Crash, 12),
    (Kind::Reboot, 13),
    (Kind::Iis, 14),
    (Kind::TwoBridgeheads, 15),
    (Kind::StillStuck, 16),
    (Kind::Quiet, 17),
];

/// A time in whole seconds says less than one in milliseconds, by at most this on either side.
const ROUNDING: i64 = SECOND + 1;

fn analysed(incident: &Incident, logs: LogForm) -> Findings {
    let dir = tempfile::tempdir().unwrap();
    let case = dir.path().join("case");
    let options = WriteOptions {
        logs,
        whole_seconds: true,
        ..WriteOptions::default()
    };
    incident.write(&case, &options).unwrap();
    analyse(&case)
}

fn analyse(case: &Path) -> Findings {
    pipeline::analyze_folder(case, &Options::default(), &NoProgress)
        .unwrap()
        .findings
}

/// Everything that was concluded but times, reasons in words and citations.
fn conclusions(findings: &Findings) -> Value {
    let messages = findings.messages.iter().map(|m| {
        json!([
            m.id,
            m.message_id,
            m.server,
            m.place,
            m.place_basis,
            m.status,
            m.released_by,
            m.release_candidates,
            m.scan_failures,
            m.error_codes,
            m.confidence,
            m.release_confidence,
        ])
    });
    let restarts = findings.restarts.iter().map(|r| {
        json!([
            r.id,
            r.server,
            r.kind,
            r.confidence,
            r.released.known,
            r.survived,
            r.held_before,
            r.windows
        ])
    });
    let windows = findings.windows.iter().map(|w| {
        let causes: Vec<Value> = w.causes.iter().map(|c| json!([c.id, c.standing])).collect();
        json!([
            w.id,
            w.server,
            w.place,
            w.end_cause,
            w.restart,
            w.residences,
            w.bursts,
            w.confidence,
            causes
        ])
    });
    let bursts = findings
        .bursts
        .iter()
        .map(|b| json!([b.id, b.server, b.events, b.messages, b.error_codes]));
    let servers = findings.servers.iter().map(|s| {
        json!([
            s.name,
            s.verdict.state,
            s.smtp_now,
            s.scan_failures,
            s.held_now,
            s.places
        ])
    });
    json!({
        "verdict": findings.verdict.state,
        "servers": servers.collect::<Vec<_>>(),
        "messages": messages.collect::<Vec<_>>(),
        "restarts": restarts.collect::<Vec<_>>(),
        "windows": windows.collect::<Vec<_>>(),
        "bursts": bursts.collect::<Vec<_>>(),
    })
}

/// Every time that was concluded, in one order.
fn times(findings: &Findings) -> Vec<Option<Timestamp>> {
    let both = |interval: &Interval| [interval.earliest, interval.latest];
    let messages = findings.messages.iter();
    let messages = messages.flat_map(|m| [both(&m.entered), both(&m.left)].concat());
    let restarts = findings.restarts.iter();
    let restarts = restarts.flat_map(|r| [Some(r.at), r.stopped_at, r.started_at]);
    let windows = findings.windows.iter();
    let windows = windows.flat_map(|w| [both(&w.start), both(&w.end)].concat());
    let bursts = findings
        .bursts
        .iter()
        .flat_map(|b| [Some(b.start), Some(b.end)]);
    messages
        .chain(restarts)
        .chain(windows)
        .chain(bursts)
        .collect()
}

/// Fails where a form gives other conclusions, or times further off than its precision.
fn compare(name: &str, ours: &Findings, evtx: &Findings) {
    let (a, b) = (conclusions(ours), conclusions(evtx));
    for (part, expected) in b.as_object().unwrap() {
        let found = a.get(part).unwrap();
        let lists = (found.as_array(), expected.as_array());
        if let (Some(found), Some(expected)) = lists {
            for (found, expected) in found.iter().zip(expected) {
                assert_eq!(found, expected, "{name}: {part}\n{:#?}", ours.problems);
            }
        }
        assert_eq!(found, expected, "{name}: {part}\n{:#?}", ours.problems);
    }
    for (ours, theirs) in times(ours).into_iter().zip(times(evtx)) {
        match (ours, theirs) {
            (Some(a), Some(b)) => assert!(a.since(b).abs() <= ROUNDING, "{name}: {a} is not {b}"),
            (a, b) => assert_eq!(a, b, "{name}"),
        }
    }
}

fn in_every_form(kind: Kind, seed: u64) {
    let incident = Incident::simulate(kind, seed);
    let evtx = analysed(&incident, LogForm::Evtx);
    let name = |form: &str| format!("{} {seed} as {form}", kind.name());
    compare(&name("evt"), &analysed(&incident, LogForm::Evt), &evtx);
    compare(
        &name("running evt"),
        &analysed(&incident, LogForm::EvtOfRunning),
        &evtx,
    );
    for form in Form::ALL {
        let ours = analysed(&incident, LogForm::Export(form, None));
        compare(&name(form.name()), &ours, &evtx);
        // Every record was read: none failed, none was left without a time.
        assert!(
            ours.evidence.iter().all(|file| file.damaged == 0),
            "{}",
            name(form.name())
        );
        let records = |findings: &Findings| {
            findings
                .evidence
                .iter()
                .map(|file| file.records)
                .sum::<u64>()
        };
        assert_eq!(records(&ours), records(&evtx), "{}", name(form.name()));
    }
}

macro_rules! incidents {
    ($($name:ident: $index:literal,)*) => {
        $(#[test]
        fn $name() {
            let (kind, seed) = INCIDENTS[$index];
            in_every_form(kind, seed);
        })*
    };
}

incidents! {
    a_burst: 0,
    a_crash: 1,
    a_reboot: 2,
    iis_stops: 3,
    two_bridgeheads: 4,
    mail_still_stuck: 5,
    a_quiet_week: 6,
}
