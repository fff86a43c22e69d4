//! One burst of scan failures, followed back to its records.

use super::records::{Meant, Records};
use super::{Explanation, Piece, Point, plain};
use crate::analysis::findings::{Burst, Findings};
use crate::report::format;

/// Failures in short.
const MOST_OTHERS: usize = 400;

pub fn explain(burst: &Burst, findings: &Findings, records: &Records<'_>) -> Explanation {
    let mut all = plain(&burst.evidence, Meant::default(), records);
    let mut chain: Vec<Piece> = Vec::new();
    if let Some(mut last) = all.pop() {
        last.shows.push("the last of it".to_owned());
        if !all.is_empty() {
            let mut first = all.remove(0);
            first.shows.push("the first of it".to_owned());
            chain.push(first);
        }
        chain.push(last);
    }
    let left_out = all.len().saturating_sub(MOST_OTHERS);
    all.truncate(MOST_OTHERS);
    let windows = findings
        .windows
        .iter()
        .filter(|w| w.bursts.contains(&burst.id));
    let windows: Vec<&str> = windows.map(|w| w.id.as_str()).collect();
    let codes: Vec<String> = burst
        .error_codes
        .iter()
        .map(|code| format!("{} ({})", code.code, format::count(code.count)))
        .collect();
    let mut parts = vec![
        Point::new("From", format!("{} UTC", format::time(burst.start))),
        Point::new("To", format!("{} UTC", format::time(burst.end))),
        Point::new(
            "At the most",
            format!("{} in one minute", format::count(burst.peak_per_minute)),
        ),
        Point::new(
            "Otherwise",
            format!(
                "{} an hour over covered hours",
                format::rate(burst.base_per_hour)
            ),
        ),
    ];
    if !codes.is_empty() {
        parts.push(Point::new("Error codes", codes.join(", ")));
    }
    if !windows.is_empty() {
        parts.push(Point::new("Windows", windows.join(", ")));
    }
    // Office hours make crowds as well, so that a small probability does not rule chance out.
    let chance = match burst.p_value {
        Some(p) => format!(
            "if mail failed evenly round the clock, so many messages so close together, anywhere in the log, would have the \
             probability {}; mail that comes in office hours alone can make it small",
            format::p_value(p)
        ),
        None => "there are too few failures to say how probable it would be".to_owned(),
    };
    Explanation {
        id: burst.id.clone(),
        claim: claim(burst),
        why: "They lie closer together than those of the server's other covered hours.".to_owned(),
        parts,
        chain,
        others: all,
        left_out,
        not_ruled_out: vec![Point::new("Chance", chance)],
        would_change: vec![
            "A longer log would show whether such crowds are usual at that time of day; a hole in the log near it would make its ends uncertain.".to_owned(),
        ],
        ..Explanation::default()
    }
}

pub fn claim(burst: &Burst) -> String {
    format!(
        "Scans failed in a burst on {}: {} of {}.",
        burst.server,
        format::counted(burst.events, "failure", "failures"),
        format::counted(burst.messages, "message", "messages"),
    )
}
