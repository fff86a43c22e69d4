//! What is held now, the check after the last restart, and what to do next.

use super::at;
use crate::analysis::findings::*;

/// Adds them: BH01 is clean, BH02 may hold two messages.
pub fn add(findings: &mut Findings) {
    let as_of = Some(at("2006-03-27T05:00:00Z"));
    let started = |least, most| IfStarted {
        smtp_now: SmtpNow::Running,
        at_least: least,
        at_most: most,
        kept: 0,
        kept_through: Vec::new(),
        oldest_age_s: None,
        recipients: 0,
        recipients_named: Vec::new(),
        senders: Vec::new(),
        unaddressed: 0,
    };
    let place = |held, messages: &[&str]| HeldHere {
        place: Some("TempTable#1".to_owned()),
        held,
        oldest_age_s: None,
        messages: messages.iter().map(|id| (*id).to_owned()).collect(),
    };
    let old = Stay {
        min: 151_200.0,
        max: None,
    };
    findings.now = vec![
        Now {
            server: "BH01".to_owned(),
            as_of,
            sentence: "BH01 holds no mail that the evidence knows of.".to_owned(),
            places: vec![place(CountBand::default(), &[])],
            restart: started(0, Some(0)),
            missing: Vec::new(),
        },
        Now {
            server: "BH02".to_owned(),
            as_of,
            sentence: "BH02 may hold mail; what a restart would let out cannot be told.".to_owned(),
            places: vec![HeldHere {
                oldest_age_s: Some(old),
                ..place(
                    CountBand {
                        at_least: 1,
                        at_most: 2,
                    },
                    &["M1", "M2"],
                )
            }],
            restart: IfStarted {
                oldest_age_s: Some(old),
                recipients: 7,
                recipients_named: vec!["ann@northwind.example".to_owned()],
                senders: vec!["bob@contoso.example".to_owned()],
                unaddressed: 1,
                ..started(1, None)
            },
            missing: vec![
                missing("The first is in the sentence."),
                missing("TempTable#2 was never captured."),
            ],
        },
    ];
    findings.checks = vec![Check {
        server: "BH02".to_owned(),
        as_of,
        last_restart: Some(CheckedRestart {
            id: "R2".to_owned(),
            at: at("2006-03-19T03:09:51Z"),
            kind: RestartKind::Reboot,
            confidence: Confidence::Confirmed,
        }),
        failures_since: 2,
        last_failure: Some(at("2006-03-25T11:02:00Z")),
        failures_would_show: true,
        tables: vec![CheckedTable {
            place: "TempTable#1".to_owned(),
            looked_at: Some(at("2006-03-20T14:05:00Z")),
            rows: Some(3),
            evidence: Some("E1#1".to_owned()),
            last_before: None,
        }],
        clean_since: None,
        clean_why: "Mail is, or may be, held: nothing shows it gone.".to_owned(),
        open: vec!["TempTable#1 listed 3 messages: look again.".to_owned()],
        earlier: vec![EarlierCheck {
            restart: "R1".to_owned(),
            at: at("2006-03-14T23:30:56Z"),
            tables_looked_at: 0,
            tables: 1,
            made_by: None,
            rows: 0,
            failures: 4,
        }],
    }];
    findings.next_steps = vec![NextStep {
        id: "N1".to_owned(),
        step: "capture-table".to_owned(),
        what: "Capture TempTable#2 on BH02 now.".to_owned(),
        why: "TempTable#2 was never captured.".to_owned(),
        server: Some("BH02".to_owned()),
        source: Some("KB 291794".to_owned()),
        refers: vec!["R1".to_owned()],
        evidence: vec!["E1#1".to_owned()],
    }];
}

fn missing(what: &str) -> Missing {
    Missing {
        kind: MissingKind::NeverCaptured,
        place: Some("TempTable#2".to_owned()),
        log: None,
        what: what.to_owned(),
        evidence: Vec::new(),
    }
}
