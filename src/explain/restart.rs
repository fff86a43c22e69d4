//! One restart, followed back to its records and to what it let out.

use std::collections::BTreeMap;

use super::records::{Meant, Records};
use super::words::{between, length};
use super::{Explanation, Piece, Point, in_order, plain, told};
use crate::analysis::findings::{Confidence, Findings, Message, Restart};
use crate::report::{format, words};

/// Messages, and old messages, that are told of one by one.
const MOST_MESSAGES: usize = 200;

pub fn explain(restart: &Restart, findings: &Findings, records: &Records<'_>) -> Explanation {
    let old = restart.old_mail.iter().flat_map(|old| &old.items);
    let old: Vec<Piece> = old
        .filter_map(|item| {
            let meant = Meant {
                message_id: Some(&item.message_id),
                ..Meant::default()
            };
            Some(Piece {
                record: records.get(&item.evidence, meant)?,
                shows: vec![format!("went out {} old", length(item.age_s))],
            })
        })
        .collect();
    let left_out = old.len().saturating_sub(MOST_MESSAGES);
    let mut others = in_order(old);
    others.truncate(MOST_MESSAGES);
    Explanation {
        id: restart.id.clone(),
        claim: claim(restart),
        confidence: Some(restart.confidence),
        why: restart.why.clone(),
        parts: parts(restart),
        stays: let_out(restart, findings),
        stays_are: "What it let out",
        chain: plain(&restart.evidence, Meant::default(), records),
        others,
        left_out,
        ruled_out: stayed_in(restart, findings),
        not_ruled_out: rivals(restart, findings),
        would_change: would_change(restart),
    }
}

pub fn claim(restart: &Restart) -> String {
    format!(
        "SMTP restarted on {}: {} at {} UTC.",
        restart.server,
        words::restart_kind(restart.kind),
        format::time(restart.at)
    )
}

fn parts(restart: &Restart) -> Vec<Point> {
    let time = |at: Option<crate::time::Timestamp>| {
        at.map_or_else(
            || "not recorded".to_owned(),
            |at| format!("{} UTC", format::time(at)),
        )
    };
    let mut parts = vec![
        Point::new("Stopped", time(restart.stopped_at)),
        Point::new("Started", time(restart.started_at)),
    ];
    parts.extend(restart.by.as_ref().map(|by| Point::new("Ordered by", by)));
    parts.extend(restart.held_before.map(|held| {
        Point::new(
            "Held before",
            words::band_of(held.at_least, held.at_most, "message", "messages"),
        )
    }));
    if let Some(old) = &restart.old_mail {
        parts.push(Point::new("Old mail", words::old_mail_line(restart, old)));
    }
    parts
}

/// The stays that it is named as having ended.
fn let_out(restart: &Restart, findings: &Findings) -> Vec<Point> {
    let by_id: BTreeMap<&str, &Message> = findings
        .messages
        .iter()
        .map(|m| (m.id.as_str(), m))
        .collect();
    told(&restart.released.known, MOST_MESSAGES, |id| {
        let message = by_id.get(id.as_str())?;
        Some(Point::new(
            format!("Let out {}", message.id),
            format!(
                "{}, {}: entered {}; left {}. {}",
                message.message_id.as_deref().unwrap_or("no message id"),
                message.release_confidence.map_or("", words::confidence),
                between(message.entered),
                between(message.left),
                message.release_why
            ),
        ))
    })
}

/// What it certainly did not let out.
fn stayed_in(restart: &Restart, findings: &Findings) -> Vec<Point> {
    let survived = findings
        .messages
        .iter()
        .filter(|m| restart.survived.contains(&m.id));
    survived
        .take(MOST_MESSAGES)
        .map(|m| {
            let seen = m.left.earliest.map(format::time).unwrap_or_default();
            Point::new(
                format!("That it let out {}", m.id),
                format!("it was still there at {seen} UTC"),
            )
        })
        .collect()
}

/// What it may have let out as well.
fn rivals(restart: &Restart, findings: &Findings) -> Vec<Point> {
    let may = findings.messages.iter().filter(|m| {
        m.release_candidates.contains(&restart.id) && m.released_by.as_ref() != Some(&restart.id)
    });
    may.take(MOST_MESSAGES)
        .map(|m| Point::new(format!("That it let out {}", m.id), m.release_why.clone()))
        .collect()
}

fn would_change(restart: &Restart) -> Vec<String> {
    let mut wanted = Vec::new();
    if restart.confidence != Confidence::Confirmed {
        wanted.push(
            "Records of the System log about SMTP itself (7036) at that time would confirm it."
                .to_owned(),
        );
    }
    if restart.old_mail.is_none() {
        wanted.push("A tracking log of the minutes after it would show what went out.".to_owned());
    }
    if restart.held_before.is_none() {
        wanted.push(
            "A complete capture of every temp table just before it would show what it let out."
                .to_owned(),
        );
    }
    wanted
}
