//! The fixed words of the report: what kinds, states and confidences are called, and sentences made of findings.
//!
//! Everything is said in one place, so that the page, the charts and the Markdown call a thing by the same name.

use crate::analysis::findings::{
    Capture, Confidence, EndCause, Exposure, Findings, Intervention, LimitRule, PlaceBasis,
    RateRatio, Restart, RestartKind, SmtpNow, Standing, State, Status, Window,
};
use crate::report::format::{self, Round};
use crate::report::totals::Totals;
use crate::time::{DAY, HOUR, MINUTE, SECOND, Timestamp};

mod mail;

pub use mail::*;

pub fn state(state: State) -> &'static str {
    match state {
        State::StuckNow => "Stuck now",
        State::AtRisk => "At risk",
        State::Unknown => "Unknown",
        State::Recovered => "Recovered",
        State::Clean => "Clean",
    }
}

/// Name of the state in class names.
pub fn state_class(state: State) -> &'static str {
    match state {
        State::StuckNow => "stuck-now",
        State::AtRisk => "at-risk",
        State::Unknown => "unknown",
        State::Recovered => "recovered",
        State::Clean => "clean",
    }
}

/// A mark whose shape alone tells the state.
pub fn state_mark(state: State) -> &'static str {
    match state {
        State::StuckNow => "■",
        State::AtRisk => "▲",
        State::Unknown => "?",
        State::Recovered => "✓",
        State::Clean => "✓",
    }
}

pub fn confidence(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Confirmed => "confirmed",
        Confidence::Probable => "probable",
        Confidence::Possible => "possible",
    }
}

/// Full, half and empty: told apart without colour.
pub fn confidence_mark(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Confirmed => "●",
        Confidence::Probable => "◐",
        Confidence::Possible => "○",
    }
}

pub fn restart_kind(kind: RestartKind) -> &'static str {
    match kind {
        RestartKind::ServiceRestart => "service restart",
        RestartKind::ServiceCrash => "service crash",
        RestartKind::Reboot => "reboot",
        RestartKind::UnexpectedReboot => "unexpected reboot",
    }
}

/// The shape that charts draw for the kind.
pub fn restart_mark(kind: RestartKind) -> &'static str {
    match kind {
        RestartKind::ServiceRestart => "▲",
        RestartKind::ServiceCrash => "✕",
        RestartKind::Reboot => "■",
        RestartKind::UnexpectedReboot => "◆",
    }
}

/// A number to sort and compare kinds by.
pub fn restart_order(kind: RestartKind) -> u8 {
    match kind {
        RestartKind::ServiceRestart => 0,
        RestartKind::ServiceCrash => 1,
        RestartKind::Reboot => 2,
        RestartKind::UnexpectedReboot => 3,
    }
}

pub fn standing(standing: Standing) -> &'static str {
    match standing {
        Standing::Supported => "supported",
        Standing::Possible => "possible",
        Standing::RuledOut => "ruled out",
    }
}

/// The standing of a cause, and whether more than silence is for it.
pub fn standing_of(standing: Standing, sign: bool) -> &'static str {
    match (standing, sign) {
        (Standing::Possible, true) => "possible, something speaks for it",
        _ => self::standing(standing),
    }
}

pub fn standing_class(standing: Standing) -> &'static str {
    match standing {
        Standing::Supported => "supported",
        Standing::Possible => "possible",
        Standing::RuledOut => "ruled-out",
    }
}

pub fn standing_mark(standing: Standing) -> &'static str {
    match standing {
        Standing::Supported => "+",
        Standing::Possible => "?",
        Standing::RuledOut => "−",
    }
}

pub fn status(status: Status) -> &'static str {
    match status {
        Status::Stuck => "still held",
        Status::Released => "let out",
        Status::DeliveredOnRetry => "delivered on retry",
        Status::Removed => "removed",
        Status::LostPossible => "possibly lost",
        Status::Unknown => "not known",
    }
}

pub fn status_class(status: Status) -> &'static str {
    match status {
        Status::Stuck => "held",
        Status::Released => "released",
        Status::DeliveredOnRetry => "retried",
        Status::Removed | Status::LostPossible => "lost",
        Status::Unknown => "unknown",
    }
}

pub fn smtp_now(now: SmtpNow) -> &'static str {
    match now {
        SmtpNow::Running => "running",
        SmtpNow::Stopped => "stopped",
        SmtpNow::Unknown => "not known",
    }
}

pub fn basis(basis: PlaceBasis) -> &'static str {
    match basis {
        PlaceBasis::Sighted => "seen there",
        PlaceBasis::Inferred => "inferred",
        PlaceBasis::Unknown => "place not known",
    }
}

/// What set a limit of a stay, in two words.
pub fn limit_rule(rule: LimitRule) -> &'static str {
    match rule {
        LimitRule::ScanFailure => "failed scan",
        LimitRule::Sighting => "capture that lists it",
        LimitRule::Absence => "capture without it",
        LimitRule::CreationTime => "creation time",
        LimitRule::FirstLine => "first line",
        LimitRule::FromStore => "submitted from the store",
        LimitRule::PreviousStay => "the stay before",
        LimitRule::HandedOverAgain => "handed over again",
        LimitRule::WentOn => "going on",
        LimitRule::GoneForAll => "gone for all",
        LimitRule::OtherEnd => "its other end",
        LimitRule::Together => "several records",
    }
}

/// `let`, or `probably let` where that is no more than probable.
pub fn did_let(confidence: Option<Confidence>) -> &'static str {
    match confidence {
        Some(Confidence::Confirmed) => "let",
        _ => "probably let",
    }
}

/// The least sure of what restarts are named to have let out.
pub fn release_confidence(findings: &Findings) -> Option<Confidence> {
    let named = findings.restarts.iter();
    named.filter_map(|r| r.released.confidence).max()
}

/// From when at the latest and until when at least mail was seen in a window. Where one capture alone saw it, the
/// uncertainty of its time would put the two the wrong way round.
pub fn seen_between(window: &Window) -> (Option<Timestamp>, Option<Timestamp>) {
    match (window.start.latest, window.end.earliest) {
        (Some(from), Some(to)) => (Some(from.min(to)), Some(from.max(to))),
        (from, to) => (from.or(window.start.earliest), to),
    }
}

/// What ended a window.
pub fn end_cause(cause: EndCause) -> &'static str {
    match cause {
        EndCause::SmtpRestart => "A restart of SMTP is named as having let the mail out.",
        EndCause::LeftWithoutRestart => "The mail left without a restart of SMTP.",
        EndCause::Removed => "The rows were removed. This mail may never have been delivered.",
        EndCause::StoreRecreated => {
            "The store was created anew. Mail that was still in it may never have been delivered."
        }
        EndCause::StillOpen => "Nothing: the window is still open where the evidence ends.",
        EndCause::Unknown => "Not known: the evidence does not show what ended it.",
    }
}

/// `BH01 TempTable#1`.
pub fn place_name(server: &str, place: Option<&str>) -> String {
    format!("{server} {}", place.unwrap_or("place not known"))
}

/// What scan failures are called in this case, short enough for the gutter of a chart.
pub fn failures_short(findings: &Findings) -> &'static str {
    if is_348(findings) {
        "Event 348"
    } else {
        "Scan failures"
    }
}

/// In the default profile a scan failure is event 348 (MSExchangeTransport).
pub fn is_348(findings: &Findings) -> bool {
    findings.case.profile.starts_with("exchange-2003")
}

/// How many scan failures there are, or over what there are none.
pub fn failures_sentence(findings: &Findings, totals: &Totals) -> String {
    let name = if is_348(findings) {
        "event 348"
    } else {
        "scan failure"
    };
    let hours = format::counted(
        totals.covered_hours.round() as u64,
        "covered hour",
        "covered hours",
    );
    match (totals.scan_failures, totals.covered_hours > 0.0) {
        (0, true) => format!("No {name} in {hours} of Application logs."),
        (0, false) => format!(
            "No {name} was found, but no Application log, where it would stand, is in the evidence."
        ),
        (n, _) => {
            let failures = format::counted(n, "scan failure", "scan failures");
            let bursts = match totals.bursts {
                0 => "none of them in a burst".to_owned(),
                n => format!("with {}", format::counted(n, "burst", "bursts")),
            };
            let event = if is_348(findings) { " (event 348)" } else { "" };
            format!("{failures}{event} in {hours}, {bursts}.")
        }
    }
}

/// `12 messages`, `12 to 15 messages`.
pub fn band_of(at_least: u64, at_most: u64, one: &str, many: &str) -> String {
    let noun = if at_most.max(at_least) == 1 {
        one
    } else {
        many
    };
    format!("{} {noun}", format::band(at_least, at_most))
}

/// `2 messages may have been stuck`: those for which the claim is only possible.
pub fn perhaps_stuck(totals: &Totals) -> String {
    let many = totals.stuck.at_most.saturating_sub(totals.stuck.at_least);
    let many = format::counted(many, "message", "messages");
    format!("{many} may have been stuck")
}

/// A bin's width: `3 hours`, `1 day`.
pub fn step(micros: i64) -> String {
    let units = [
        (DAY, "day"),
        (HOUR, "hour"),
        (MINUTE, "minute"),
        (SECOND, "second"),
    ];
    for (unit, name) in units {
        if micros >= unit && micros % unit == 0 {
            let n = micros / unit;
            return if n == 1 {
                name.to_owned()
            } else {
                format!("{n} {name}s")
            };
        }
    }
    format!("{micros} µs")
}

/// One restart on one line.
pub fn restart_line(restart: &Restart) -> String {
    let when = match (restart.stopped_at, restart.started_at) {
        (Some(stopped), Some(started)) => {
            format!("{} to {}", format::time(stopped), format::time(started))
        }
        (Some(stopped), None) => format!("stopped {}", format::time(stopped)),
        (None, Some(started)) => format!("started {}", format::time(started)),
        (None, None) => format!("about {}", format::time(restart.at)),
    };
    let out = match restart.released.known.len() as u64 {
        0 => String::new(),
        n => format!("; let {} out", format::counted(n, "message", "messages")),
    };
    format!(
        "{} {}, {} {when} UTC{out}",
        restart.id,
        restart.server,
        restart_kind(restart.kind)
    )
}

/// One capture on one line.
pub fn capture(capture: &Capture) -> String {
    let seen = match (capture.count, capture.complete) {
        (0, true) => "empty".to_owned(),
        (n, true) => format::counted(n, "message", "messages"),
        (n, false) => format!(
            "at least {} (incomplete capture)",
            format::counted(n, "message", "messages")
        ),
    };
    format!(
        "{} {} at {} UTC: {seen}",
        capture.server,
        capture.place,
        format::time(capture.at)
    )
}

/// One intervention on one line.
pub fn intervention_line(change: &Intervention) -> String {
    let server = change.server.as_deref().unwrap_or("all servers");
    format!("{} UTC, {server}: {}", format::time(change.at), change.what)
}

/// Interventions carry no id in the findings; in the report they are counted in their order.
pub fn intervention_id(index: usize) -> String {
    format!("I{}", index + 1)
}

/// `registry` and the like, as `case.toml` spells it, in words.
pub fn intervention_kind(kind: &str) -> String {
    kind.replace('_', " ")
}

/// `147 in 474 h (0.31 an hour)`.
pub fn exposure(exposure: Exposure) -> String {
    let counts = format!(
        "{} in {}",
        format::count(exposure.events),
        format::hours(exposure.hours)
    );
    if exposure.hours > 0.0 {
        format!(
            "{counts} ({} an hour)",
            format::rate(exposure.events as f64 / exposure.hours)
        )
    } else {
        counts
    }
}

/// `0.02 (0 to 0.08)`.
pub fn ratio(ratio: &RateRatio) -> String {
    let estimate = ratio.estimate.map_or("–".to_owned(), format::rate);
    let high = ratio.high.map_or("no limit".to_owned(), format::rate);
    format!("{estimate} ({} to {high})", format::rate(ratio.low))
}

/// How many servers have a log.
pub fn servers_with_logs(findings: &Findings) -> u64 {
    let names: std::collections::BTreeSet<&str> = findings
        .coverage
        .iter()
        .map(|c| c.server.as_str())
        .collect();
    names.len() as u64
}

/// `at least 2 d 3 h`.
pub fn at_least(seconds: f64) -> String {
    format!("at least {}", format::duration(seconds, Round::Down))
}
