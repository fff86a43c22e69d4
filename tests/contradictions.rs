//! Evidence that contradicts itself, whatever it says: it is told with both sides, and nothing fails.
#![allow(clippy::unwrap_used, reason = "a test may fail where it stands")]

mod common;

use std::collections::BTreeSet;

use common::mail::{self, Delivery};
use common::{CaseFolder, logs::Day};
use proptest::prelude::*;
use proptest::test_runner::{FileFailurePersistence, RngSeed};
use serde_json::{Value, json};
use stuckmail::analysis::findings::{Confidence, ContradictionKind, Findings};

/// Two copies of one log: the same number, log and second, and two different messages.
#[test]
fn two_copies_of_one_log_that_disagree_are_both_shown() {
    let case = CaseFolder::new();
    for (name, id) in [("a", "<a@b>"), ("b", "<c@d>")] {
        let mut day = Day::new("09:00", "18:00");
        day.event(&format!("10:00 BH01 348 {id} 0x0"));
        for ((_, log), records) in day.logs() {
            case.write_log(&format!("{name}/{log}.evtx"), &records);
        }
    }
    for at in ["11:00", "12:00"] {
        let rows = json!([{"internet_message_id": "<a@b>"}, {"internet_message_id": "<c@d>"}]);
        case.write_snapshot(&format!("{}.json", at.replace(':', "")), at, &rows);
    }
    let findings = case.analyse();
    let found: Vec<_> = findings.contradictions.iter().collect();
    assert_eq!(found.len(), 1, "{found:#?}");
    let found = found[0];
    assert_eq!(found.kind, ContradictionKind::LogsDisagree);
    assert!(found.sides[0].says.contains("a@b"), "{found:#?}");
    assert!(found.sides[1].says.contains("c@d"), "{found:#?}");
    assert!(found.sides.iter().all(|side| side.evidence.len() == 1));
    // It is told once.
    assert!(
        findings
            .problems
            .iter()
            .all(|problem| !problem.what.contains("differ"))
    );
    check(&findings).unwrap();
}

/// One copy covers an hour with records, the other covers it without them.
#[test]
fn a_copy_that_lacks_records_is_shown_and_lowers_nothing() {
    let case = CaseFolder::new();
    let mut day = Day::new("09:00", "18:00");
    day.event("10:00 BH01 348 <a@b> 0x0");
    let logs = day.logs();
    let records = &logs[&("BH01".to_owned(), "Application".to_owned())];
    case.write_log("whole.evtx", records);
    let kept: Vec<_> = records
        .iter()
        .filter(|record| record.id != 348)
        .cloned()
        .collect();
    case.write_log("poorer.evtx", &kept);
    let findings = case.analyse();
    let kinds: Vec<_> = findings
        .contradictions
        .iter()
        .map(|found| found.kind)
        .collect();
    assert_eq!(kinds, [ContradictionKind::LogLacksRecords]);
    assert_eq!(findings.contradictions[0].lowers, Vec::<String>::new());
    assert_eq!(
        findings.messages.len(),
        1,
        "the record is used from where it is"
    );
}

/// Both sides, in order, with references that lead somewhere, and claims that follow.
fn check(findings: &Findings) -> Result<(), TestCaseError> {
    let ids: Vec<String> = findings
        .contradictions
        .iter()
        .map(|found| found.id.clone())
        .collect();
    let numbers: Vec<String> = (1..=ids.len()).map(|n| format!("X{n}")).collect();
    prop_assert_eq!(&ids, &numbers);
    let times: Vec<_> = findings
        .contradictions
        .iter()
        .map(|found| found.at)
        .collect();
    prop_assert!(times.is_sorted(), "{times:?}");
    let files: BTreeSet<&str> = findings
        .evidence
        .iter()
        .map(|file| file.id.as_str())
        .collect();
    for found in &findings.contradictions {
        prop_assert_eq!(found.sides.len(), 2);
        prop_assert!(found.count > 0 && !found.what.is_empty() && !found.effect.is_empty());
        for side in &found.sides {
            prop_assert!(!side.says.is_empty(), "{:#?}", found);
            for cite in &side.evidence {
                let file = cite.split('#').next().unwrap();
                prop_assert!(files.contains(file), "{} of {:#?}", cite, found);
            }
        }
        for id in &found.lowers {
            let confidence = match id.starts_with('M') {
                true => findings
                    .messages
                    .iter()
                    .find(|m| m.id == *id)
                    .map(|m| m.confidence),
                false => findings
                    .windows
                    .iter()
                    .find(|w| w.id == *id)
                    .map(|w| w.confidence),
            };
            prop_assert!(confidence.is_some(), "{} of {:#?}", id, found);
            if id.starts_with('M') {
                prop_assert!(
                    confidence > Some(Confidence::Confirmed),
                    "{} of {:#?}",
                    id,
                    found
                );
            }
        }
    }
    Ok(())
}

/// A time of the day, or of a day far away.
fn time() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => (0..24_u32, 0..60_u32).prop_map(|(hour, minute)| format!("2006-03-14T{hour:02}:{minute:02}:00Z")),
        1 => (1700..2400_u32).prop_map(|year| format!("{year}-01-02T03:04:05Z")),
    ]
}

fn row() -> impl Strategy<Value = Value> {
    let times = || prop::option::of(time());
    (0..4_u8, 0..3_u8, times(), times(), times()).prop_map(|(id, key, made, sent, got)| {
        let mut row = json!({"internet_message_id": format!("<{id}@b>")});
        let fields = [
            ("created_at", made),
            ("submitted_at", sent),
            ("delivered_at", got),
            (
                "record_key",
                (key > 0).then(|| format!("{:040X}", u32::from(id) * 7 + u32::from(key))),
            ),
        ];
        for (name, value) in fields {
            if let Some(value) = value {
                row[name] = json!(value);
            }
        }
        row
    })
}

fn capture() -> impl Strategy<Value = Value> {
    let rows = prop::collection::vec(row(), 0..4);
    (time(), 1..=2_u8, 1..=2_u8, any::<bool>(), rows).prop_map(|(at, server, table, whole, rows)| {
        json!({"schema": "temp-table-snapshot/1", "server": format!("BH0{server}"), "table": format!("TempTable#{table}"),
            "captured_at": at, "complete": whole, "messages": rows})
    })
}

/// Lines of tracking logs in any order of events and servers.
fn delivery() -> impl Strategy<Value = String> {
    let events = prop::sample::select(vec!["1019", "1020", "1027", "1028", "1031", "1033", "1030"]);
    let minute = || (9..18_u32, 0..60_u32);
    (minute(), minute(), 1..=2_u8, events, 0..4_u8).prop_map(|(at, from, server, event, id)| {
        format!(
            "at = '{:02}:{:02}'\nfrom = '{:02}:{:02}'\nserver = 'BH0{server}'\nevent = '{event}'\nid = '<{id}@b>'\n\
             partner = 'BH0{}'",
            at.0, at.1, from.0, from.1, 3 - server
        )
    })
}

fn config() -> ProptestConfig {
    ProptestConfig {
        cases: 150,
        rng_seed: RngSeed::Fixed(5),
        failure_persistence: Some(Box::new(FileFailurePersistence::Off)),
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config())]

    /// Nothing here agrees with anything but by chance.
    #[test]
    fn evidence_without_rhyme_or_reason_is_told_and_never_fails(
        captures in prop::collection::vec(capture(), 0..6),
        deliveries in prop::collection::vec(delivery(), 0..10),
        failures in prop::collection::vec((9..18_u32, 0..60_u32, 1..=2_u8, 0..4_u8), 0..8),
    ) {
        let case = CaseFolder::new();
        for copy in ["one", "two"] {
            let mut day = Day::new("09:00", "18:00");
            day.server("BH01");
            for (number, (hour, minute, server, id)) in failures.iter().enumerate() {
                // The copies differ in every second message.
                let id = if copy == "two" && number % 2 == 1 { id + 1 } else { *id };
                day.event(&format!("{hour:02}:{minute:02} BH0{server} 348 <{id}@b> 0x0"));
            }
            for ((server, log), records) in day.logs() {
                case.write_log(&format!("{copy}/{server}-{log}.evtx"), &records);
            }
        }
        for (number, capture) in captures.iter().enumerate() {
            case.write(&format!("capture{number}.json"), capture.to_string());
        }
        let lines = deliveries.iter().map(|line| toml::from_str(line).unwrap());
        let deliveries: Vec<Delivery> = lines.collect();
        mail::write_tracking(&case, &deliveries, "08:00 .. 18:00");
        check(&case.analyse())?;
    }
}
