//! Short times: `10:30`, `10:30:05` or `15 08:00` for 14 and 15 March 2006, in UTC.

use chrono::{DateTime, TimeDelta, Utc};
use stuckmail::time::Timestamp;

/// The day that a time without a day means.
const DAY: &str = "14";

/// The text as RFC 3339, to the second.
pub fn rfc3339(text: &str) -> String {
    let (day, time) = text.trim().rsplit_once(' ').unwrap_or((DAY, text.trim()));
    let seconds = if time.matches(':').count() == 2 {
        ""
    } else {
        ":00"
    };
    format!("2006-03-{day:0>2}T{time}{seconds}Z")
}

/// The instant, for a log.
pub fn at(text: &str) -> DateTime<Utc> {
    let full = rfc3339(text);
    let parsed = DateTime::parse_from_rfc3339(&full);
    parsed
        .unwrap_or_else(|fault| panic!("`{text}` is not a time: {fault}"))
        .with_timezone(&Utc)
}

/// The instant, for findings.
pub fn stamp(text: &str) -> Timestamp {
    Timestamp::from_datetime(at(text)).unwrap()
}

/// The short form of an instant, as tests write it.
pub fn short(at: Timestamp) -> String {
    let text = at.to_string();
    let (date, time) = text.trim_end_matches('Z').split_once('T').unwrap();
    let time = time.trim_end_matches('0').trim_end_matches('.');
    let time = time
        .strip_suffix(":00")
        .filter(|t| t.len() == 5)
        .unwrap_or(time);
    match date.strip_prefix("2006-03-") {
        Some(DAY) => time.to_owned(),
        Some(day) => format!("{day} {time}"),
        None => text,
    }
}

pub fn minutes(count: i64) -> TimeDelta {
    TimeDelta::minutes(count)
}
