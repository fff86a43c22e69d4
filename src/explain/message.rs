//! One stay of one message, followed back to its records.

use std::collections::BTreeMap;

use super::records::{Meant, Records};
use super::words::{between, length, limit, rule};
use super::{Explanation, Piece, Point, in_order};
use crate::analysis::findings::{Confidence, Findings, Limit, LimitRule, Message, Restart, Status};
use crate::report::{format, words};
use crate::time::HOUR;

/// Restarts that are told of one by one.
const MOST_RESTARTS: usize = 12;
/// An interval so long is worth narrowing.
const WIDE: i64 = HOUR;

/// The four limits of a stay with their names.
fn all_limits(message: &Message) -> [(&'static str, Option<&Limit>); 4] {
    let by = &message.bounds_by;
    [
        ("entered at the earliest", by.entered_earliest.as_ref()),
        ("entered at the latest", by.entered_latest.as_ref()),
        ("left at the earliest", by.left_earliest.as_ref()),
        ("left at the latest", by.left_latest.as_ref()),
    ]
}

/// Those that something sets.
pub fn limits(message: &Message) -> Vec<(&'static str, &Limit)> {
    let all = all_limits(message).into_iter();
    all.filter_map(|(name, limit)| Some((name, limit?)))
        .collect()
}

/// The restart that is named as having let it out.
fn released_by<'f>(message: &Message, findings: &'f Findings) -> Option<&'f Restart> {
    let id = message.released_by.as_ref()?;
    findings.restarts.iter().find(|restart| restart.id == *id)
}

/// Every record that its explanation may show.
pub fn cites<'f>(message: &'f Message, findings: &'f Findings) -> Vec<&'f String> {
    let limits = limits(message)
        .into_iter()
        .flat_map(|(_, limit)| &limit.evidence);
    let restart = released_by(message, findings)
        .into_iter()
        .flat_map(|r| &r.evidence);
    let lines = message.deliveries.iter().map(|line| &line.evidence);
    message
        .evidence
        .iter()
        .chain(limits)
        .chain(lines)
        .chain(restart)
        .collect()
}

pub fn explain(message: &Message, findings: &Findings, records: &Records<'_>) -> Explanation {
    let (chain, others) = chain(message, findings, records);
    Explanation {
        id: message.id.clone(),
        claim: claim(message),
        confidence: Some(message.confidence),
        why: message.why.clone(),
        parts: parts(message, findings),
        chain,
        others,
        ruled_out: ruled_out(message, findings),
        not_ruled_out: not_ruled_out(message, findings),
        would_change: would_change(message),
        ..Explanation::default()
    }
}

pub fn claim(message: &Message) -> String {
    let what = message
        .message_id
        .as_deref()
        .unwrap_or("a message without a known id");
    let place = match &message.place {
        Some(place) => format!("{} {place}", message.server),
        None => format!("{} (table not known)", message.server),
    };
    let stayed = match (message.stayed_s.min, message.stayed_s.max) {
        (min, None) => format!("at least {}", length(min)),
        (min, Some(max)) => format!(
            "{} to {}",
            length(min),
            format::duration(max, format::Round::Up)
        ),
    };
    let was = match message.confidence {
        Confidence::Confirmed => "was stuck",
        Confidence::Probable => "was probably stuck",
        Confidence::Possible => "may have been stuck",
    };
    let became = match message.status {
        Status::Stuck => "is stuck".to_owned(),
        Status::Released => was.to_owned(),
        Status::DeliveredOnRetry => "was only retried".to_owned(),
        Status::Removed => format!("{was}, and its row was removed"),
        Status::LostPossible => format!("{was}, and may be lost"),
        Status::Unknown => "may have been stuck".to_owned(),
    };
    // How sure it is that it was stuck says nothing of how it left.
    let left = match (message.status, message.release_confidence) {
        (Status::Released, Some(sure)) => {
            let by = message.released_by.as_ref();
            let by = by.map_or_else(|| "nothing is named".to_owned(), |id| format!("by {id}"));
            format!(" How it left: {by}, {}.", words::confidence(sure))
        }
        (Status::Released, None) => " How it left is not known.".to_owned(),
        _ => String::new(),
    };
    format!("{what} on {place} {became}: there for {stayed}.{left}")
}

fn parts(message: &Message, findings: &Findings) -> Vec<Point> {
    let mut parts = vec![
        Point::new("Entered", between(message.entered)),
        Point::new("Left", between(message.left)),
    ];
    let how = match (&message.released_by, message.release_confidence) {
        (Some(id), Some(sure)) => format!(
            "by {id}, {}: {}",
            words::confidence(sure),
            message.release_why
        ),
        (None, Some(sure)) => format!("{}: {}", words::confidence(sure), message.release_why),
        (_, None) => message.release_why.clone(),
    };
    if !how.is_empty() {
        parts.push(Point::new("How it left", how));
    }
    parts.extend(
        message
            .subject
            .as_ref()
            .map(|subject| Point::new("Subject", subject)),
    );
    parts.extend(
        message
            .sender
            .as_ref()
            .map(|sender| Point::new("From", sender)),
    );
    if !message.recipients.is_empty() {
        let shown: Vec<&str> = message
            .recipients
            .iter()
            .take(10)
            .map(String::as_str)
            .collect();
        let more = match message.recipients.len() - shown.len() {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        parts.push(Point::new("For", format!("{}{more}", shown.join(", "))));
    }
    parts.extend(
        message
            .recipients_reached
            .map(|r| Point::new("Delivery", words::reached(r))),
    );
    let windows = findings
        .windows
        .iter()
        .filter(|w| w.residences.contains(&message.id));
    let windows: Vec<&str> = windows.map(|w| w.id.as_str()).collect();
    if !windows.is_empty() {
        parts.push(Point::new("Windows", windows.join(", ")));
    }
    parts
}

/// Every record that speaks of the stay: those that show something, with what they show, and lines of the mail system
/// that set no limit.
fn chain(
    message: &Message,
    findings: &Findings,
    records: &Records<'_>,
) -> (Vec<Piece>, Vec<Piece>) {
    // A capture that lacks it is another thing than its first row, though both may bear one citation.
    let mut shows: BTreeMap<(&str, bool), Vec<String>> = BTreeMap::new();
    let times = [
        message.entered.earliest,
        message.entered.latest,
        message.left.earliest,
        message.left.latest,
    ];
    for ((name, by), at) in all_limits(message).into_iter().zip(times) {
        let (Some(by), Some(at)) = (by, at) else {
            continue;
        };
        let absence = by.rule == LimitRule::Absence;
        for cite in &by.evidence {
            let told = format!("{}: {}", limit(name, at), rule(by.rule));
            shows.entry((cite, absence)).or_default().push(told);
        }
    }
    if let Some(restart) = released_by(message, findings) {
        for cite in &restart.evidence {
            let told = format!(
                "the restart {}, which is named as having let it out",
                restart.id
            );
            shows.entry((cite, false)).or_default().push(told);
        }
    }
    let mut lines: BTreeMap<&str, &str> = BTreeMap::new();
    for line in &message.deliveries {
        let says = if line.documented {
            ""
        } else {
            "its meaning is inferred: it decides nothing"
        };
        lines.insert(&line.evidence, says);
    }
    for cite in &message.evidence {
        let told = [true, false]
            .iter()
            .any(|absence| shows.contains_key(&(cite.as_str(), *absence)));
        if !told && !lines.contains_key(cite.as_str()) {
            let told = "it was there then; others set the limits".to_owned();
            shows.insert((cite, false), vec![told]);
        }
    }
    let piece = |cite: &str, absence: bool, shows: Vec<String>| {
        let meant = Meant {
            server: Some(&message.server),
            place: message.place.as_deref(),
            message_id: message.message_id.as_deref(),
            absence,
        };
        Some(Piece {
            record: records.get(cite, meant)?,
            shows,
        })
    };
    let others = lines
        .into_iter()
        .filter(|(cite, _)| !shows.contains_key(&(*cite, false)))
        .filter_map(|(cite, says)| {
            let says = Some(says).filter(|says| !says.is_empty());
            piece(cite, false, says.map(str::to_owned).into_iter().collect())
        })
        .collect();
    let chain = shows
        .into_iter()
        .filter_map(|((cite, absence), shows)| piece(cite, absence, shows))
        .collect();
    (in_order(chain), in_order(others))
}

/// Restarts that did not let it out, and what else the evidence excludes.
fn ruled_out(message: &Message, findings: &Findings) -> Vec<Point> {
    let mut out = Vec::new();
    let named = |id: &String| {
        message.release_candidates.contains(id) || message.released_by.as_ref() == Some(id)
    };
    let others = findings
        .restarts
        .iter()
        .filter(|r| r.server == message.server && !named(&r.id));
    for restart in others.take(MOST_RESTARTS) {
        let at = restart.at;
        let why = if message
            .entered
            .earliest
            .is_some_and(|entered| at <= entered)
        {
            "it was before the message had come"
        } else if message.left.latest.is_some_and(|left| at >= left) {
            "it was after the message had gone"
        } else if message.left.earliest.is_some_and(|left| at <= left) {
            "the message was still there after it"
        } else {
            continue;
        };
        out.push(Point::new(
            format!(
                "{}, {} at {} UTC",
                restart.id,
                words::restart_kind(restart.kind),
                format::time(at)
            ),
            why,
        ));
    }
    let gone = message.bounds_by.left_latest.as_ref();
    if gone.is_some_and(|limit| limit.rule == LimitRule::GoneForAll)
        && message.status == Status::Released
    {
        out.push(Point::new(
            "A deletion of its row",
            "documented records account for all its recipients",
        ));
    }
    if let Some(submitted) = message.submitted_at {
        out.push(Point::new(
            format!(
                "Its time of submission, {} UTC, as a limit",
                format::time(submitted)
            ),
            "a sender's clock may have written it, so it bounds nothing",
        ));
    }
    out
}

fn not_ruled_out(message: &Message, findings: &Findings) -> Vec<Point> {
    let mut open = Vec::new();
    let rivals = message
        .release_candidates
        .iter()
        .filter(|id| message.released_by.as_ref() != Some(*id));
    for id in rivals.take(MOST_RESTARTS) {
        let at = findings.restarts.iter().find(|r| r.id == *id).map(|r| r.at);
        let at = at.map_or_else(String::new, |at| format!(" at {} UTC", format::time(at)));
        open.push(Point::new(
            format!("Restart {id}{at}"),
            "it lies in the time in which the message left",
        ));
    }
    if matches!(message.status, Status::LostPossible | Status::Removed) {
        open.push(Point::new("Loss", "no record shows it delivered"));
    }
    open
}

/// What evidence would make the claim another one, or a surer one.
fn would_change(message: &Message) -> Vec<String> {
    let mut wanted = Vec::new();
    let table = message
        .place
        .as_deref()
        .map_or("every temp table".to_owned(), str::to_owned);
    let (came, left) = (message.entered, message.left);
    let log = format!("the tracking log of {}", message.server);
    match (came.earliest, came.latest) {
        (None, Some(by)) => wanted.push(format!(
            "A complete capture of {table} from before {} UTC without it, or {log} of that time, would show since when it was there.",
            format::time(by)
        )),
        (Some(from), Some(to)) if to.since(from) > WIDE => wanted.push(format!(
            "A complete capture of {table} between {} and {} UTC would narrow when it came.",
            format::time(from),
            format::time(to)
        )),
        _ => {}
    }
    match (left.earliest, left.latest) {
        (from, None) => wanted.push(format!(
            "A complete capture of {table}, or {log}, from after {} UTC would show whether it is still there.",
            from.map(format::time).unwrap_or_default()
        )),
        (Some(from), Some(to)) if to.since(from) > WIDE => wanted.push(format!(
            "A complete capture of {table}, or {log}, between {} and {} UTC would narrow when it left.",
            format::time(from),
            format::time(to)
        )),
        _ => {}
    }
    if message.confidence != Confidence::Confirmed && message.status != Status::DeliveredOnRetry {
        wanted.push(
            "Two captures that list it, or a capture and a failed scan or delivery record long apart, would confirm that it was stuck."
                .to_owned(),
        );
    }
    let reached = message
        .recipients_reached
        .and_then(|r| Some((r.reached, r.of?)));
    if let Some((_, of)) = reached.filter(|(reached, of)| reached < of) {
        wanted.push(format!("The tracking logs of the next servers would show whether it reached all {of} recipients."));
    } else if message.recipients_reached.is_none() && message.status != Status::DeliveredOnRetry {
        wanted.push("A tracking log would show whether and when it was delivered.".to_owned());
    }
    wanted
}
