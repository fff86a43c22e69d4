//! Made-up findings for the report's own tests: an incident like the one of the article, on four servers over three
//! weeks, with everything that a report can hold. Numbers agree with each other where the tests compare them.

use crate::analysis::findings::*;
use crate::time::{Interval, Timestamp};

mod events;
mod mail;
mod messages;
mod now;
mod rows;
mod sources;
mod stays;

use events::{bursts, coincidences, restarts, windows};
use messages::GROUPS;
pub use rows::rows;
use sources::{captures, coverage, evidence, problems};

/// An instant, written as `2006-03-14T14:30:00Z`.
pub fn at(text: &str) -> Timestamp {
    Timestamp::parse_rfc3339(text).unwrap()
}

/// A residence of which nothing is known.
pub fn message(id: &str, server: &str) -> Message {
    Message {
        id: id.to_owned(),
        message_id: None,
        server: server.to_owned(),
        place: None,
        place_basis: PlaceBasis::Unknown,
        entered: Interval::default(),
        left: Interval::default(),
        bounds_by: BoundsBy::default(),
        stayed_s: Stay::default(),
        status: Status::Unknown,
        released_by: None,
        release_candidates: Vec::new(),
        scan_failures: 0,
        error_codes: Vec::new(),
        confidence: Confidence::Possible,
        why: String::new(),
        release_confidence: None,
        release_why: String::new(),
        submitted_at: None,
        deliveries: Vec::new(),
        recipients_reached: None,
        subject: None,
        sender: None,
        recipients: Vec::new(),
        size: None,
        message_class: None,
        evidence: Vec::new(),
    }
}

/// The findings of a case without any evidence.
pub fn empty() -> Findings {
    Findings {
        schema: SCHEMA.to_owned(),
        case: CaseInfo {
            name: "Case 0".to_owned(),
            profile: "exchange-2003".to_owned(),
            time_zone: None,
            evidence_sha256: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
                .to_owned(),
            options: Options {
                stuck_after_s: 900.0,
                since: None,
                until: None,
            },
        },
        tool: Tool {
            name: "stuckmail".to_owned(),
            version: "0.1.0".to_owned(),
        },
        verdict: Verdict {
            state: State::Unknown,
            sentence: "Nothing in the evidence speaks of mail.".to_owned(),
            as_of: None,
            reasons: vec!["No evidence file was recognised.".to_owned()],
        },
        now: Vec::new(),
        checks: Vec::new(),
        next_steps: Vec::new(),
        servers: Vec::new(),
        bursts: Vec::new(),
        coincidences: Vec::new(),
        restarts: Vec::new(),
        windows: Vec::new(),
        messages: Vec::new(),
        stays: Vec::new(),
        restart_effects: Vec::new(),
        interventions: Vec::new(),
        observations: Vec::new(),
        captures: Vec::new(),
        delays: Vec::new(),
        settings: Vec::new(),
        counters: Vec::new(),
        clocks: Vec::new(),
        contradictions: Vec::new(),
        coverage: Vec::new(),
        problems: Vec::new(),
        evidence: Vec::new(),
    }
}

/// A case whose logs hold nothing of note: no 348, no capture, two restarts.
pub fn quiet() -> Findings {
    let full = findings();
    Findings {
        case: CaseInfo {
            name: "Quiet".to_owned(),
            ..full.case
        },
        verdict: Verdict {
            state: State::Unknown,
            sentence: "No scan failure was logged, but no temp table was looked at.".to_owned(),
            as_of: Some(at("2006-03-27T05:00:00Z")),
            reasons: vec!["Mail can be held without event 348 (KB 950757).".to_owned()],
        },
        servers: full
            .servers
            .into_iter()
            .map(|s| Server {
                scan_failures: 0,
                last_scan_failure: None,
                held_now: CountBand::default(),
                places: Vec::new(),
                ..s
            })
            .collect(),
        restarts: full
            .restarts
            .into_iter()
            .take(2)
            .map(|r| Restart {
                old_mail: None,
                released: Released::default(),
                held_before: None,
                windows: Vec::new(),
                ..r
            })
            .collect(),
        coverage: full.coverage,
        evidence: full.evidence,
        ..empty()
    }
}

/// The whole incident.
pub fn findings() -> Findings {
    let mut messages = Vec::new();
    for group in GROUPS {
        group.add(&mut messages);
    }
    messages.sort_by(|a, b| {
        a.entered
            .latest
            .cmp(&b.entered.latest)
            .then(a.id.cmp(&b.id))
    });
    for (i, m) in messages.iter_mut().enumerate() {
        m.id = format!("M{}", i + 1);
    }
    let windows = windows(&messages);
    let mut findings = Findings {
        case: CaseInfo {
            name: "Case 42".to_owned(),
            time_zone: Some("America/New_York".to_owned()),
            evidence_sha256: "9f2c7a51d0c4b8e36d1f5a7b90e2c4d6f8a1b3c5d7e9f0a2b4c6d8e0f1a3b5c7".to_owned(),
            ..empty().case
        },
        verdict: Verdict {
            state: State::AtRisk,
            sentence: "Mail was stuck on BH01 and BH02 three times between 8 and 19 March. It is over on BH01; on \
                       BH02 event 348 was logged again after the last restart and TempTable#1 was not looked at since."
                .to_owned(),
            as_of: Some(at("2006-03-27T05:00:00Z")),
            reasons: vec![
                "BH02: 2 events 348 after restart R6, no complete capture of every table followed.".to_owned(),
                "BH01: both tables were seen empty on 21 March, after the last event 348.".to_owned(),
                "FE01 and BE01: no event 348 in 1,008 covered hours, no temp table looked at.".to_owned(),
                "The clock of BH02 was 2 min 13 s ahead and was corrected by that much.".to_owned(),
            ],
        },
        servers: servers(),
        bursts: bursts(),
        coincidences: coincidences(),
        restarts: restarts(&messages),
        windows,
        stays: stays::lengths(),
        restart_effects: stays::effects(),
        interventions: interventions(),
        observations: vec![Observation {
            at: at("2006-03-14T14:40:00Z"),
            server: "BH01".to_owned(),
            place: "TempTable#1".to_owned(),
            count: Some(31),
            note: Some("Messages pending submission was empty".to_owned()),
            evidence: None,
        }],
        captures: captures(),
        coverage: coverage(),
        problems: problems(),
        evidence: evidence(),
        messages,
        ..empty()
    };
    mail::add(&mut findings);
    now::add(&mut findings);
    findings
}

fn servers() -> Vec<Server> {
    let verdict = |state, sentence: &str| Verdict {
        state,
        sentence: sentence.to_owned(),
        as_of: Some(at("2006-03-27T05:00:00Z")),
        reasons: Vec::new(),
    };
    let base = |name: &str, role: &str, verdict| Server {
        name: name.to_owned(),
        role: Some(role.to_owned()),
        places: Vec::new(),
        verdict,
        smtp_now: SmtpNow::Running,
        scan_failures: 0,
        last_scan_failure: None,
        held_now: CountBand::default(),
    };
    vec![
        base(
            "BE01",
            "back-end",
            verdict(
                State::Unknown,
                "No event 348, but no temp table was looked at.",
            ),
        ),
        Server {
            places: vec!["TempTable#1".to_owned(), "TempTable#2".to_owned()],
            scan_failures: 14 + 122 + 214 + 37,
            last_scan_failure: Some(at("2006-03-19T09:13:07Z")),
            ..base(
                "BH01",
                "bridgehead",
                verdict(
                    State::Recovered,
                    "Both tables were seen empty after the last event 348.",
                ),
            )
        },
        Server {
            places: vec!["TempTable#1".to_owned()],
            scan_failures: 14 + 48,
            last_scan_failure: Some(at("2006-03-25T11:02:00Z")),
            held_now: CountBand {
                at_least: 0,
                at_most: 2,
            },
            ..base(
                "BH02",
                "bridgehead",
                verdict(
                    State::AtRisk,
                    "Event 348 after the last restart, tables not seen since.",
                ),
            )
        },
        base(
            "FE01",
            "front-end",
            verdict(
                State::Unknown,
                "No event 348, but no temp table was looked at.",
            ),
        ),
    ]
}

fn interventions() -> Vec<Intervention> {
    vec![
        Intervention {
            at: at("2006-03-19T03:00:00Z"),
            not_before: None,
            server: Some("BH02".to_owned()),
            kind: "store_recreated".to_owned(),
            what: "Dismounted the mailbox store, moved the database files aside, mounted it empty".to_owned(),
            before: Exposure { events: 61, hours: 310.0 },
            after: Exposure { events: 1, hours: 194.0 },
            rate_ratio: Some(RateRatio { estimate: Some(0.026), low: 0.0007, high: Some(0.15) }),
            p_value: Some(0.000_01),
            units: stays::units(true),
            reading: "Scan failures became rarer: to between 0.0007 and 0.15 of the rate before.".to_owned(),
            changes: Vec::new(),
            evidence: Vec::new(),
        },
        Intervention {
            at: at("2006-03-21T03:00:00Z"),
            not_before: None,
            server: Some("BH01".to_owned()),
            kind: "registry".to_owned(),
            what: "Raised the scan timeout and the number of input threads".to_owned(),
            before: Exposure { events: 387, hours: 352.0 },
            after: Exposure { events: 0, hours: 146.0 },
            rate_ratio: Some(RateRatio { estimate: Some(0.0), low: 0.0, high: Some(0.023) }),
            p_value: Some(0.000_001),
            units: stays::units(false),
            reading: "None in 146 covered hours after it; the silence supports a rate of at most 0.025 an hour.".to_owned(),
            changes: Vec::new(),
            evidence: Vec::new(),
        },
    ]
}
