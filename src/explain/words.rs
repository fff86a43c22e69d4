//! Words that several explanations share.

use crate::analysis::findings::LimitRule;
use crate::report::format;
use crate::time::{Interval, Timestamp};

/// `between 2006-03-14 10:00:00 and 2006-03-14 12:00:00 UTC`.
pub fn between(interval: Interval) -> String {
    match (interval.earliest, interval.latest) {
        (Some(from), Some(to)) if format::time(from) == format::time(to) => {
            format!("at {} UTC", format::time(from))
        }
        (Some(from), Some(to)) => {
            format!(
                "between {} and {} UTC",
                format::time(from),
                format::time(to)
            )
        }
        (Some(from), None) => format!(
            "not before {} UTC; nothing shows by when",
            format::time(from)
        ),
        (None, Some(to)) => format!("by {} UTC; nothing shows since when", format::time(to)),
        (None, None) => "at a time that nothing limits".to_owned(),
    }
}

/// Why a limit stands where it does.
pub fn rule(rule: LimitRule) -> &'static str {
    match rule {
        LimitRule::ScanFailure => "it failed scanning then, so it was there",
        LimitRule::Sighting => {
            "the capture lists it (a time noted by hand may be off by two minutes)"
        }
        LimitRule::Absence => {
            "the complete capture does not list it (a time noted by hand may be off by two minutes)"
        }
        LimitRule::CreationTime => "the row's own creation time, which nothing contradicts",
        LimitRule::FirstLine => {
            "certainly the first line of it in the server's own log, less the minute in which a line is written"
        }
        LimitRule::FromStore => {
            "the server's own log shows it submitted from the store, and it stays in the table while it is in transport; a \
             line is written within a minute"
        }
        LimitRule::PreviousStay => "the stay before this one ended later than that",
        LimitRule::HandedOverAgain => {
            "the server's own log shows it handed to transport again, so it was still there"
        }
        LimitRule::WentOn => {
            "the first line by which it had gone on, less the minute in which a line is written; the log speaks of all \
             the time before"
        }
        LimitRule::GoneForAll => "with this record all its recipients are accounted for",
        LimitRule::OtherEnd => "the limit of the other end: it entered before it left",
        LimitRule::Together => "several observations together",
    }
}

/// `entered at the earliest 2006-03-14 10:00:00 UTC`.
pub fn limit(name: &str, at: Timestamp) -> String {
    format!("{name} {} UTC", format::time(at))
}

/// Seconds as words, rounded down.
pub fn length(seconds: f64) -> String {
    format::duration(seconds, format::Round::Down)
}
