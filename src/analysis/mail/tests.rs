//! What is concluded from lines alone, each case small enough to be worked out by hand.

use std::sync::Arc;

use super::*;
use crate::evidence::model::{Citation, FileId, MailLog, MailRecord, Step};
use crate::time::{Bracket, MINUTE, SECOND, Stamp, Timestamp};

fn at(minute: i64) -> Timestamp {
    Timestamp::default().plus(minute * MINUTE)
}

fn whole(minute: i64) -> Bracket {
    Bracket {
        lo: at(minute),
        hi: at(minute).plus(SECOND),
    }
}

fn seen(first: i64, last: i64) -> Appeared {
    Appeared {
        first: whole(first),
        last: whole(last),
    }
}

/// One line of `server` at a minute.
fn line(minute: i64, server: &str, step: Step, to: &[&str], partner: &str) -> TimedMail {
    TimedMail {
        record: MailRecord {
            cite: Citation {
                file: FileId(1),
                record: minute.unsigned_abs(),
            },
            time: Stamp {
                at: at(minute),
                precision: SECOND,
                original: None,
            },
            server: server.into(),
            log: MailLog::Tracking,
            step,
            event: "event".into(),
            documented: true,
            message_id: "<a@b>".into(),
            recipients: to.iter().map(|address| Arc::from(*address)).collect(),
            recipient_count: None,
            partner: None,
            virtual_server: None,
            subject: None,
            sender: None,
            size: None,
            originated: None,
        },
        server: server.into(),
        partner: (!partner.is_empty()).then(|| partner.into()),
        at: at(minute),
        when: whole(minute),
        copies: Vec::new(),
    }
}

fn trails<'t>(lines: &'t [TimedMail], listed: usize, stays: &[Appeared]) -> Vec<Trail<'t>> {
    let records: Vec<&TimedMail> = lines.iter().collect();
    let spread = Spread::new(&"BH01".into(), &records, listed, false);
    spread.trails(stays)
}

fn left(trail: &Trail<'_>) -> Option<Timestamp> {
    Some(trail.departed.as_ref()?.when.lo)
}

#[test]
fn the_last_recipient_ends_it() {
    let lines = [
        line(0, "BH01", Step::Submitted, &["x@y", "SMTP:Z@y"], ""),
        line(20, "BH01", Step::SentOn, &["X@Y"], "MX"),
        line(40, "BH01", Step::Failed, &["z@y"], ""),
    ];
    let [trail] = trails(&lines, 5, &[seen(10, 30)]).try_into().unwrap();
    assert_eq!(left(&trail), Some(at(40)));
    let departed = trail.departed.unwrap();
    assert_eq!(
        (departed.of, departed.given_up, departed.records.len()),
        (2, 1, 2)
    );
    let reached = trail.reached.unwrap();
    assert_eq!((reached.reached, reached.of), (1, Some(2)));
}

#[test]
fn without_a_number_of_recipients_nothing_is_complete() {
    let mut lone = line(40, "BH01", Step::SentOn, &[], "MX");
    let lines = [lone.clone()];
    assert_eq!(left(&trails(&lines, 0, &[seen(10, 30)])[0]), None);
    assert_eq!(left(&trails(&lines, 1, &[seen(10, 30)])[0]), Some(at(40)));
    lone.record.recipient_count = Some(3);
    let lines = [lone];
    assert_eq!(left(&trails(&lines, 0, &[seen(10, 30)])[0]), Some(at(40)));
}

#[test]
fn only_servers_on_the_way_count() {
    let delivered = line(41, "BE01", Step::Delivered, &["x@y"], "");
    let stranger = [delivered.clone()];
    assert_eq!(left(&trails(&stranger, 1, &[seen(10, 30)])[0]), None);
    let by_ours = [
        line(40, "BH01", Step::TransferStarted, &["x@y"], "BE01"),
        delivered.clone(),
    ];
    assert_eq!(left(&trails(&by_ours, 1, &[seen(10, 30)])[0]), Some(at(41)));
    let by_theirs = [
        line(40, "BE01", Step::Received, &["x@y"], "BH01"),
        delivered,
    ];
    assert_eq!(
        left(&trails(&by_theirs, 1, &[seen(10, 30)])[0]),
        Some(at(41))
    );
}

#[test]
fn what_is_handed_back_has_not_left() {
    let lines = [
        line(35, "BH01", Step::TransferStarted, &["x@y"], "FE01"),
        line(40, "FE01", Step::SentOn, &["x@y"], "BH01"),
    ];
    assert_eq!(left(&trails(&lines, 1, &[seen(10, 30)])[0]), None);
}

#[test]
fn what_is_inferred_ends_nothing() {
    let mut lines = [line(40, "BH01", Step::Delivered, &["x@y"], "")];
    lines[0].record.documented = false;
    let [trail] = trails(&lines, 1, &[seen(10, 30)]).try_into().unwrap();
    assert_eq!(left(&trail), None);
    assert_eq!((trail.records.len(), trail.reached), (1, None));
}

#[test]
fn records_go_to_the_stay_that_they_are_of() {
    let lines = [
        line(0, "BH01", Step::Submitted, &["x@y"], ""),
        line(40, "BH01", Step::SentOn, &["x@y"], "BE01"),
        line(41, "BE01", Step::Delivered, &["x@y"], ""),
        line(60, "BH01", Step::Submitted, &["x@y"], ""),
        line(90, "BH01", Step::SentOn, &["x@y"], "BE01"),
    ];
    let records: Vec<&TimedMail> = lines.iter().collect();
    let spread = Spread::new(&"BH01".into(), &records, 1, false);
    assert!(spread.left_between(whole(30), whole(70)));
    assert!(!spread.left_between(whole(41), whole(70)));
    let [first, second] = spread
        .trails(&[seen(10, 30), seen(70, 80)])
        .try_into()
        .unwrap();
    assert_eq!((left(&first), left(&second)), (Some(at(40)), Some(at(90))));
    assert_eq!((first.records.len(), second.records.len()), (3, 2));
    assert_eq!(second.handed_over.unwrap().at, at(60));
}

#[test]
fn rows_that_share_an_id_get_no_end() {
    let lines = [line(40, "BH01", Step::SentOn, &["x@y"], "BE01")];
    let records: Vec<&TimedMail> = lines.iter().collect();
    let spread = Spread::new(&"BH01".into(), &records, 1, true);
    assert!(!spread.left_between(whole(30), whole(70)));
    for trail in spread.trails(&[seen(10, 30), seen(10, 30)]) {
        assert!(trail.shared && trail.departed.is_none());
        assert_eq!(trail.reached.unwrap().reached, 1);
    }
}

#[test]
fn of_very_many_records_the_ends_are_listed() {
    let many: Vec<usize> = (0..1000).collect();
    let listed: Vec<usize> = ends(&many).copied().collect();
    assert_eq!((listed.len(), listed[99], listed[100]), (200, 99, 900));
    assert_eq!(ends(&many[..150]).count(), 150);
}
