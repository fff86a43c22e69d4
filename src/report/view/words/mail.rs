//! The words for what the logs of the mail system show.

use std::collections::BTreeMap;

use crate::analysis::findings::{Findings, OldMail, Phase, Reached, Restart};
use crate::evidence::model::MailLog;
use crate::report::format::{self, Round};

/// A step of a message, as the timeline's kinds name it, in words.
pub fn mail_step(step: &str) -> String {
    match step {
        "mail" => "other",
        "mail_received" => "received",
        "mail_submitted" => "submitted",
        "mail_deferred" => "put off",
        "mail_categorised" => "recipients looked up",
        "mail_queued" => "queued for its way out",
        "mail_transfer" => "transfer begun",
        "mail_sent" => "sent on",
        "mail_delivered" => "delivered",
        "mail_failed" => "given up",
        other => return other.replace('_', " "),
    }
    .to_owned()
}

/// When a delay was measured, relative to a window.
pub fn phase(phase: Phase) -> &'static str {
    match phase {
        Phase::Before => "before",
        Phase::During => "while it lasted",
        Phase::After => "after",
        Phase::All => "all the time",
    }
}

/// `reached 2 of 3 recipients`.
pub fn reached(reached: Reached) -> String {
    match (reached.reached, reached.of) {
        (n, None) => format!(
            "reached {}, of how many is not known",
            format::counted(n, "recipient", "recipients")
        ),
        (0, Some(of)) => format!(
            "reached none of {}",
            format::counted(of, "recipient", "recipients")
        ),
        (n, Some(of)) => format!(
            "reached {} of {}",
            format::count(n),
            format::counted(of, "recipient", "recipients")
        ),
    }
}

/// Whether the evidence has a message tracking log, which is where most delivery records stand.
pub fn has_tracking(findings: &Findings) -> bool {
    let tracking = MailLog::Tracking.as_str();
    findings.coverage.iter().any(|log| log.log == tracking)
}

/// The name of a log where there is little room.
pub fn log_short(log: &str) -> &str {
    [(MailLog::Tracking, "Tracking"), (MailLog::Smtp, "SMTP")]
        .into_iter()
        .find(|(long, _)| long.as_str() == log)
        .map_or(log, |(_, short)| short)
}

/// A length that was measured, not bounded.
pub fn measured(seconds: f64) -> String {
    format::duration(seconds, Round::Nearest)
}

/// Restarts after which old mail went out, with it.
pub fn old_mail(findings: &Findings) -> Vec<(&Restart, &OldMail)> {
    let all = findings.restarts.iter();
    all.filter_map(|r| Some((r, r.old_mail.as_ref().filter(|old| old.messages > 0)?)))
        .collect()
}

/// `38 old messages went out after R4 (BH01), the oldest 2 d`.
pub fn old_mail_line(restart: &Restart, old: &OldMail) -> String {
    format!(
        "{} went out after {} ({}), the oldest {}",
        format::counted(old.messages, "old message", "old messages"),
        restart.id,
        restart.server,
        measured(old.age_max_s)
    )
}

/// `38 old messages went out after R4 (BH01), the oldest 45 h 26 min, half of them at least 44 h 58 min old; 41
/// recipients were reached.`
pub fn old_mail_sentence(restart: &Restart, old: &OldMail) -> String {
    format!(
        "{}, half of them at least {} old; {} reached.",
        old_mail_line(restart, old),
        measured(old.age_median_s),
        format::counted(old.recipients, "recipient was", "recipients were")
    )
}

/// For every window whose delays are known, how long half of all mail took in it and before it.
pub fn delay_lines(findings: &Findings) -> Vec<String> {
    let times: BTreeMap<(&str, Phase), (f64, f64)> = findings
        .delays
        .iter()
        .filter_map(|d| {
            let times = d.median_s.zip(d.p95_s)?;
            Some(((d.window.as_deref()?, d.phase), times))
        })
        .collect();
    let of = |window, phase| times.get(&(window, phase)).copied();
    findings
        .windows
        .iter()
        .filter_map(|w| {
            let (half, most) = of(&w.id, Phase::During)?;
            let before = of(&w.id, Phase::Before).map_or(String::new(), |(half, most)| {
                format!(" (before it {} and {})", measured(half), measured(most))
            });
            Some(format!(
                "in {} half of all mail took up to {}, 95 % up to {}{before}",
                w.id,
                measured(half),
                measured(most)
            ))
        })
        .collect()
}
