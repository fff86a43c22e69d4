//! The conclusions on `fixtures/case42` beside what really happened there, as its truth file tells.
#![allow(clippy::unwrap_used, reason = "a test may fail where it stands")]

#[path = "../common/mod.rs"]
mod common;

mod around;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use common::{case42, truth42};
use forge::sim::truth::{self, Cause, Truth};
use stuckmail::analysis::findings::{Confidence, EndCause, Findings, Message, RestartKind, Status};
use stuckmail::pipeline::Options;
use stuckmail::time::{Interval, SECOND, Timestamp};

struct Both {
    findings: Findings,
    truth: Truth,
}

fn both() -> Both {
    Both {
        findings: case42().outcome(&Options::default()).findings,
        truth: truth42(),
    }
}

fn stamp(at: DateTime<Utc>) -> Timestamp {
    Timestamp::from_datetime(at).unwrap()
}

fn holds(interval: &Interval, at: Option<DateTime<Utc>>) -> bool {
    match at {
        Some(at) => interval.contains(stamp(at)),
        None => interval.latest.is_none(),
    }
}

impl Both {
    fn message(&self, id: &str) -> &Message {
        self.findings.messages.iter().find(|m| m.id == id).unwrap()
    }

    /// The true stay that a finding tells of: same server, same message, and both ends within its bounds.
    fn truth_of(&self, found: &Message) -> Option<&truth::Residence> {
        self.truth.residences.iter().find(|r| {
            r.server == found.server
                && Some(r.message_id.as_str()) == found.message_id.as_deref()
                && holds(&found.entered, Some(r.entered))
                && holds(&found.left, r.left)
        })
    }
}

#[test]
fn every_restart_is_found_with_its_kind() {
    let both = both();
    let kind = |kind| match kind {
        truth::RestartKind::ServiceRestart => RestartKind::ServiceRestart,
        truth::RestartKind::ServiceCrash => RestartKind::ServiceCrash,
        truth::RestartKind::Reboot => RestartKind::Reboot,
        truth::RestartKind::UnexpectedReboot => RestartKind::UnexpectedReboot,
    };
    let expected: Vec<_> = both
        .truth
        .restarts
        .iter()
        .map(|r| (r.server.as_str(), kind(r.kind)))
        .collect();
    let found: Vec<_> = both
        .findings
        .restarts
        .iter()
        .map(|r| (r.server.as_str(), r.kind))
        .collect();
    assert_eq!(found, expected);
    for (found, really) in both.findings.restarts.iter().zip(&both.truth.restarts) {
        for (found, really) in [
            (found.stopped_at, really.stopped),
            (found.started_at, really.started),
        ] {
            let off = found.unwrap().since(stamp(really)).abs();
            assert!(off < SECOND, "{found:?} for {really}");
        }
        assert_eq!(found.confidence, Confidence::Confirmed);
    }
}

/// Every message that a restart let out and that somebody had seen in its table is named, and no other.
#[test]
fn what_the_restarts_let_out_is_named() {
    let both = both();
    let residences: BTreeMap<usize, &truth::Residence> =
        both.truth.residences.iter().map(|r| (r.id, r)).collect();
    let mut let_out = Vec::new();
    for (found, really) in both.findings.restarts.iter().zip(&both.truth.restarts) {
        let named: BTreeSet<(&str, &str)> = found
            .released
            .known
            .iter()
            .map(|id| both.message(id))
            .map(|m| {
                (
                    m.message_id.as_deref().unwrap(),
                    m.place.as_deref().unwrap(),
                )
            })
            .collect();
        let seen: BTreeSet<(&str, &str)> = really
            .released
            .iter()
            .map(|id| residences[id])
            .filter(|r| !r.sightings.is_empty())
            .map(|r| (r.message_id.as_str(), r.table.as_str()))
            .collect();
        assert_eq!(named, seen, "{}", found.id);
        let_out.push(named.len());
        let held = found.held_before.unwrap();
        let really_held = really.held.len() as u64;
        assert!(
            (held.at_least..=held.at_most).contains(&really_held),
            "{}: {held:?}",
            found.id
        );
    }
    assert!(let_out[0] > 5 && let_out[1] > 5, "{let_out:?}");
}

#[test]
fn the_age_of_what_was_let_out_is_at_least_so_much_and_nearly_right() {
    let both = both();
    for (found, really) in both
        .findings
        .restarts
        .iter()
        .zip(&both.truth.restarts)
        .take(2)
    {
        let released = both
            .truth
            .residences
            .iter()
            .filter(|r| really.released.contains(&r.id));
        let oldest = released
            .map(|r| r.stayed_s(both.truth.end))
            .fold(0.0, f64::max);
        let claimed = found.released.oldest_age_s.unwrap();
        assert!(
            claimed <= oldest,
            "{}: {claimed} s, really {oldest}",
            found.id
        );
        assert!(
            oldest - claimed < 900.0,
            "{}: {claimed} s, really {oldest}",
            found.id
        );
    }
}

/// The check on the evening of the 21st found both tables of BH01 empty, and the restart after it let nothing out.
#[test]
fn the_restart_after_the_check_let_nothing_out() {
    let both = both();
    let third = &both.findings.restarts[2];
    assert!(
        both.truth.restarts[2].held.is_empty(),
        "the story has changed"
    );
    assert_eq!(third.server, "BH01");
    assert_eq!(third.released.known, Vec::<String>::new());
    let held = third.held_before.unwrap();
    assert_eq!((held.at_least, held.at_most), (0, 0));
    assert_eq!(third.windows, Vec::<String>::new());
}

#[test]
fn every_stay_that_left_evidence_is_found_and_its_bounds_hold_the_truth() {
    let both = both();
    let found: Vec<Option<usize>> = both
        .findings
        .messages
        .iter()
        .map(|m| both.truth_of(m).map(|r| r.id))
        .collect();
    for (message, truth) in both.findings.messages.iter().zip(&found) {
        assert!(
            truth.is_some(),
            "nothing true lies within the bounds of {message:#?}"
        );
    }
    let found: BTreeSet<usize> = found.into_iter().flatten().collect();
    let left: BTreeSet<usize> = both
        .truth
        .residences
        .iter()
        .filter(|r| r.left_evidence)
        .map(|r| r.id)
        .collect();
    assert_eq!(found, left);
    assert_eq!(
        both.findings.messages.len(),
        left.len(),
        "one finding for each"
    );
}

#[test]
fn what_is_called_stuck_was_stuck() {
    let both = both();
    let sure = both
        .findings
        .messages
        .iter()
        .filter(|m| m.confidence != Confidence::Possible);
    let sure: Vec<&Message> = sure.filter(|m| m.stayed_s.min >= 900.0).collect();
    for message in &sure {
        assert!(both.truth_of(message).unwrap().stuck, "{message:#?}");
    }
    let on_record = |r: &truth::Residence| {
        let mut failures = r.failures.iter().filter(|f| f.in_evidence);
        let (first, left) = (failures.next(), r.left.filter(|_| r.tracked.onward));
        // Mail of the organisation's own people is in its table by a minute after the line that it came from the store.
        let own = r.sender.ends_with("@corp.example");
        let entered = r.entered + chrono::TimeDelta::seconds(61);
        let first = first.map(|first| if own { first.at.min(entered) } else { first.at });
        let stayed = first.zip(left).map(|(first, left)| left - first);
        stayed.is_some_and(|stayed| stayed.num_seconds() >= truth::STUCK_AFTER_S)
    };
    let stuck = both.truth.residences.iter().filter(|r| r.stuck);
    let known = stuck.filter(|r| !r.sightings.is_empty() || on_record(r));
    assert_eq!(
        sure.len(),
        known.count(),
        "whatever was stuck and seen, or failed that long before it is on record as gone on, is called so"
    );
}

#[test]
fn what_was_destroyed_is_never_called_delivered() {
    let both = both();
    let lost: Vec<&Message> = both
        .findings
        .messages
        .iter()
        .filter(|m| both.truth_of(m).unwrap().cause.is_some_and(Cause::is_loss))
        .collect();
    assert_eq!(lost.len(), 2);
    for message in &lost {
        assert_eq!(
            (message.status, message.server.as_str()),
            (Status::LostPossible, "BH02")
        );
        assert!(
            message.release_why.contains("never have been delivered"),
            "{message:#?}"
        );
        let window = both
            .findings
            .windows
            .iter()
            .find(|w| w.residences.contains(&message.id));
        assert_eq!(window.unwrap().end_cause, EndCause::StoreRecreated);
    }
    let called: Vec<_> = both
        .findings
        .messages
        .iter()
        .filter(|m| m.status == Status::LostPossible)
        .collect();
    assert_eq!(called.len(), 2, "and nothing else is feared lost");
}

#[test]
fn one_message_was_stuck_on_both_bridgeheads() {
    let both = both();
    let stuck_on = |server: &str| -> BTreeSet<String> {
        let stuck = both
            .findings
            .messages
            .iter()
            .filter(|m| m.confidence == Confidence::Confirmed);
        stuck
            .filter(|m| m.server == server)
            .filter_map(|m| m.message_id.clone())
            .collect()
    };
    assert_eq!(stuck_on("BH01").intersection(&stuck_on("BH02")).count(), 1);
}
