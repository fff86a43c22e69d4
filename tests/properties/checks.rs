//! What must hold of the findings on any incident.

use std::collections::BTreeSet;

use proptest::prelude::*;
use stuckmail::analysis::findings::{Confidence, Findings, Message, PlaceBasis, Status};
use stuckmail::time::{Interval, MINUTE, Timestamp};

use crate::common::clock;
use crate::incident::{COMES, Incident, LEAVES, LENGTH, STUCK, at, name};

fn in_order(interval: &Interval) -> bool {
    !interval.is_crossed()
}

/// Bounds in order, numbers that agree, references that resolve.
pub fn check_consistent(findings: &Findings) -> Result<(), TestCaseError> {
    let ids: BTreeSet<&String> = findings.messages.iter().map(|m| &m.id).collect();
    prop_assert_eq!(ids.len(), findings.messages.len());
    for m in &findings.messages {
        prop_assert!(in_order(&m.entered) && in_order(&m.left), "{:#?}", m);
        if let (Some(came), Some(gone)) = (m.entered.earliest, m.left.latest) {
            prop_assert!(came <= gone, "{:#?}", m);
        }
        prop_assert!(
            m.entered.latest.is_some() && m.left.earliest.is_some(),
            "{:#?}",
            m
        );
        prop_assert!(
            m.stayed_s.max.is_none_or(|max| m.stayed_s.min <= max),
            "{:#?}",
            m
        );
        prop_assert!(m.stayed_s.min >= 0.0, "{:#?}", m);
        prop_assert_eq!(m.place.is_none(), m.place_basis == PlaceBasis::Unknown);
        prop_assert!(!m.evidence.is_empty() && !m.why.is_empty());
        if let Some(by) = &m.released_by {
            let restart = findings.restarts.iter().find(|r| r.id == *by).unwrap();
            prop_assert_eq!(m.status, Status::Released);
            prop_assert!(
                m.release_confidence
                    .is_some_and(|c| c != Confidence::Possible)
            );
            prop_assert!(
                m.left.contains(restart.started_at.unwrap()),
                "{:#?} {:#?}",
                m,
                restart
            );
            prop_assert!(m.release_candidates.contains(by));
        }
        let windows = findings
            .windows
            .iter()
            .filter(|w| w.residences.contains(&m.id));
        prop_assert!(windows.count() <= 1);
    }
    check_windows(findings)
}

fn check_windows(findings: &Findings) -> Result<(), TestCaseError> {
    let keys: Vec<_> = findings
        .windows
        .iter()
        .map(|w| (w.start.latest, &w.server))
        .collect();
    prop_assert!(keys.is_sorted(), "{:?}", keys);
    // An hour before the first record would be outside of anything that speaks.
    let (first, last) = (
        clock::stamp("08:00").plus(-2 * MINUTE),
        clock::stamp("18:00").plus(2 * MINUTE),
    );
    for w in &findings.windows {
        prop_assert!(in_order(&w.start) && in_order(&w.end), "{:#?}", w);
        prop_assert!(
            w.start.latest.unwrap() <= w.end.latest.unwrap_or(last),
            "{:#?}",
            w
        );
        for bound in [
            w.start.earliest,
            w.start.latest,
            w.end.earliest,
            w.end.latest,
        ] {
            prop_assert!(bound.is_none_or(|at| first <= at && at <= last), "{:#?}", w);
        }
        prop_assert!(!w.residences.is_empty());
        prop_assert!(w.peak.at_least <= w.peak.at_most);
        prop_assert!(w.peak.at_most <= w.residences.len() as u64);
        for id in &w.residences {
            let stay = findings.messages.iter().find(|m| m.id == *id).unwrap();
            prop_assert_eq!((&stay.server, &stay.place), (&w.server, &w.place));
        }
    }
    Ok(())
}

/// What is said holds of what really happened.
pub fn check_true(incident: &Incident, findings: &Findings) -> Result<(), TestCaseError> {
    for m in &findings.messages {
        let stays = incident.truth(m);
        let came = stays.iter().find(|s| m.entered.contains(at(s.from, COMES)));
        prop_assert!(came.is_some(), "it never entered then: {:#?}", m);
        let left = stays.iter().find(|s| match s.to {
            Some(to) => m.left.contains(at(to, LEAVES)),
            None => m.left.latest.is_none(),
        });
        prop_assert!(left.is_some(), "it never left then: {:#?}", m);
        // Whoever came back unseen cannot be told from one who stayed.
        if let ([only], true) = (stays, m.confidence != Confidence::Possible) {
            let stayed = only.to.unwrap_or(LENGTH + 60) - only.from;
            prop_assert!(
                stayed >= STUCK || m.stayed_s.max.is_some_and(|max| max < 900.0),
                "{:#?}",
                m
            );
        }
    }
    // Whatever failed or was captured is there.
    for (number, mail) in incident.messages.iter().enumerate() {
        let failed = mail.stays.iter().any(|stay| !stay.failures.is_empty());
        let id = name(number);
        prop_assert!(
            !failed
                || findings
                    .messages
                    .iter()
                    .any(|m| m.message_id.as_ref() == Some(&id))
        );
    }
    let failures = incident
        .messages
        .iter()
        .flat_map(|m| &m.stays)
        .map(|s| s.failures.len() as u64);
    let counted: u64 = findings.messages.iter().map(|m| m.scan_failures).sum();
    prop_assert_eq!(counted, failures.sum::<u64>());
    prop_assert_eq!(findings.restarts.len(), incident.restarts.len());
    check_counts(incident, findings)
}

/// What is said to have lain in the tables at the least did lie there.
fn check_counts(incident: &Incident, findings: &Findings) -> Result<(), TestCaseError> {
    // Who came back unseen is taken for one who stayed, and would be counted while away.
    if incident.messages.iter().any(|mail| mail.stays.len() > 1) {
        return Ok(());
    }
    let present = |when: Timestamp| {
        let stays = incident.messages.iter().flat_map(|mail| &mail.stays);
        let there = stays.filter(|stay| {
            at(stay.from, COMES) <= when && stay.to.is_none_or(|to| when <= at(to, LEAVES))
        });
        there.count() as u64
    };
    for window in &findings.windows {
        if let Some(at) = window.peak.at {
            prop_assert!(window.peak.at_least <= present(at), "{:#?}", window);
        }
    }
    for restart in &findings.restarts {
        // Those that it is named for count as held: that is inferred from their absence afterwards.
        let held = restart.held_before.map_or(0, |held| held.at_least);
        let seen = held.saturating_sub(restart.released.known.len() as u64);
        prop_assert!(
            seen <= present(restart.stopped_at.unwrap()),
            "{:#?}",
            restart
        );
    }
    Ok(())
}

/// The findings without what the order of files decides: numbers of records and of findings.
pub fn without_numbers(findings: &Findings) -> Vec<String> {
    let said = |m: &Message| {
        let mut m = m.clone();
        (m.id, m.evidence) = (String::new(), Vec::new());
        // By which rule a limit is set stays the same; by which record is told by the number of its file.
        let by = &mut m.bounds_by;
        for limit in [
            &mut by.entered_earliest,
            &mut by.entered_latest,
            &mut by.left_earliest,
            &mut by.left_latest,
        ] {
            limit.iter_mut().for_each(|limit| limit.evidence.clear());
        }
        format!("{m:?}")
    };
    let of = |id: &String| said(findings.messages.iter().find(|m| m.id == *id).unwrap());
    let all = |ids: &[String]| {
        let mut all: Vec<String> = ids.iter().map(of).collect();
        all.sort();
        all
    };
    let mut lines: Vec<String> = findings.messages.iter().map(said).collect();
    for w in &findings.windows {
        let bounds = (
            &w.start,
            &w.end,
            w.end_cause,
            &w.restart,
            &w.peak,
            w.confidence,
        );
        lines.push(format!("{:?} {:?} {bounds:?}", w.place, all(&w.residences)));
    }
    for r in &findings.restarts {
        let known = (all(&r.released.known), all(&r.survived));
        lines.push(format!(
            "{:?} {:?} {known:?} {:?}",
            r.at, r.kind, r.held_before
        ));
    }
    lines.push(format!(
        "{:?}",
        findings
            .servers
            .iter()
            .map(|s| (s.held_now, s.verdict.state))
            .collect::<Vec<_>>()
    ));
    lines.push(format!("{:?}", findings.coverage));
    lines.sort();
    lines
}
